// Optimizers as their rules in words, as dev.autodiff.nn.optimizer writes them; and traces of graphs that they train.
const optimizers = (() => {
  const table = {
    sgd: {memory: [], numbers: {"η": 0.1}, lines: [["w", "w - η · g"]]},
    momentum: {memory: ["v"], numbers: {"η": 0.1, "μ": 0.9}, lines: [["v", "μ · v + g"], ["w", "w - η · v"]]},
    nesterov: {memory: ["v"], numbers: {"η": 0.1, "μ": 0.9}, lines: [["v", "μ · v + g"], ["w", "w - η · (g + μ · v)"]]},
    adam: {memory: ["m", "v"], numbers: {"η": 0.1, "β₁": 0.9, "β₂": 0.999, "ε": 1e-8}, lines: [["m", "β₁ · m + (1 - β₁) · g"],
      ["v", "β₂ · v + (1 - β₂) · g²"], ["m̂", "m / (1 - β₁^t)"], ["v̂", "v / (1 - β₂^t)"], ["w", "w - η · m̂ / (√v̂ + ε)"]]},
    rmsProp: {memory: ["s"], numbers: {"η": 0.01, "ρ": 0.9, "ε": 1e-10}, lines: [["s", "ρ · s + (1 - ρ) · g²"], ["w", "w - η · g / (√s + ε)"]]},
    adagrad: {memory: ["s"], numbers: {"η": 0.1, "ε": 1e-10}, lines: [["s", "s + g²"], ["w", "w - η · g / (√s + ε)"]]},
  };

  const origin = (rule, numbers, line, word, t) => {
    const earlier = rule.lines.slice(0, line).findIndex(([symbol]) => symbol === word);
    if (word === "w") return {from: "before"};
    if (word === "g") return {from: "gradient"};
    if (earlier >= 0) return {from: "equation", index: earlier};
    if (rule.memory.includes(word)) return {from: "memory", index: rule.memory.indexOf(word)};
    return {from: "value", value: {shape: [], data: [word === "t" ? t : numbers[word]]}};
  };
  const wordsOf = formula => [...new Set(notation.tokens(formula).map(t => t.text).filter(t => /^\p{L}/u.test(t)))];

  const prepared = new Map();
  /** The equations of a rule with their operands; only t, the number of the step, differs from step to step. */
  function equationsOf(name, numbers, t) {
    const key = name + JSON.stringify(numbers), rule = table[name];
    if (!prepared.has(key)) {
      if (prepared.size > 50) prepared.clear();
      prepared.set(key, rule.lines.map(([symbol, words], line) => ({words, memory: rule.memory.includes(symbol) ? rule.memory.indexOf(symbol) : undefined,
        operands: Object.fromEntries(wordsOf(words).map(word => [word, origin(rule, numbers, line, word, t)]))})));
    }
    for (const equation of prepared.get(key)) if (equation.operands.t) equation.operands.t.value.data[0] = t;
    return prepared.get(key);
  }

  // An update as a trace has it, with numbers still to be computed.
  function skeleton(name, numbers, node, t) {
    const rule = table[name], zeros = {shape: node.shape, data: node.value.data.map(() => 0)}, value = engine.write(node.value);
    const shown = node.symbol, names = new Map(shown === "w" ? [] : [["w", notation.formulaTerm(shown)]]);
    if (shown !== "w" && !names.has(shown)) names.set(shown, notation.atom(shown + "." + name));
    const equations = rule.lines.map(([symbol, words], line) => {
      const operands = {};
      for (const word of wordsOf(words)) {
        operands[word] = origin(rule, numbers, line, word, t);
        if (names.has(word)) operands[word].name = names.get(word).text;
      }
      const last = line === rule.lines.length - 1, formula = notation.substitute(words, names, !node.shape.length);
      return {symbol: last ? shown : names.has(symbol) ? names.get(symbol).text : symbol, formula, words, operands,
        ...(rule.memory.includes(symbol) ? {memory: rule.memory.indexOf(symbol)} : {}), value};
    });
    return {variable: shown, node: node.id, before: value, gradient: value, rule: "", after: value, equations,
      memory: rule.memory.map(slot => ({name: shown + "/" + slot, before: engine.write(zeros), after: engine.write(zeros)}))};
  }

  /** The frames of a trace, in the order in which they are shown. */
  function stepsOf(nodes, passes) {
    return passes.flatMap(({number: pass, backward, updates}) => {
      const operations = nodes.filter(n => n.kind === "operation").map(n => n.id), last = nodes.length - 1;
      const back = backward[last].gradient ? [{pass, phase: "seed", index: last},
        ...operations.filter(id => backward[id].gradient).reverse().map(index => ({pass, phase: "backward", index}))] : [];
      return [{pass, phase: "given", index: -1}, ...operations.map(index => ({pass, phase: "forward", index})), ...back,
        ...updates.map((_, index) => ({pass, phase: "update", index}))];
    });
  }

  const flowsTo = (nodes, leaves) => {
    const depends = new Set(leaves);
    for (const node of nodes) {
      if (node.kind === "operation" && node.inputs.some((input, i) => depends.has(input) && ops.table[node.type].gradients[i])) depends.add(node.id);
    }
    return depends;
  };

  /**
   * Makes a trace of a graph of expressions: its gradients if the result is one number, and training steps.
   *
   * @param training the optimizer, its numbers and how many steps it makes: {name, numbers, steps}
   */
  function trace(nodes, training) {
    const result = nodes[nodes.length - 1], scalar = result.value.data.length === 1;
    const leaves = nodes.filter(n => n.kind === "variable" || n.kind === "placeholder").map(n => n.id);
    const wanted = scalar ? flowsTo(nodes, leaves) : new Set(), values = nodes.map(n => engine.write(n.value));
    const trained = scalar && wanted.has(result.id) ? nodes.filter(n => n.kind === "variable") : [];
    const passes = Array.from({length: trained.length ? training.steps : 1}, (_, i) => ({number: i + 1,
      forward: values.map(value => ({value})),
      backward: nodes.map((n, id) => ({gradient: wanted.has(id) ? values[id] : null,
        ...(wanted.has(id) ? {} : {reason: n.kind === "constant" ? say("reason.constant") : say("reason.none")})})),
      updates: trained.map(node => skeleton(training.name, {...table[training.name].numbers, ...training.numbers}, node, i + 1))}));
    const bare = nodes.map(({value, ...node}) => node);
    const made = {format: "autodiff-trace", version: 2, result: result.id, nodes: bare, passes};
    made.passes = replay.run(replay.prepare(made), new Map());
    made.steps = stepsOf(nodes, made.passes);
    return made;
  }

  return {table, trace, stepsOf, flowsTo, equationsOf};
})();
