// Computes the runs of a trace again, from other leaves: edits are arrays by "pass:id".
const replay = (() => {
  const leafKinds = new Set(["placeholder", "variable", "constant"]);

  /** Prepares a trace. Where it cannot be computed again, `reason` says why, and there is no graph. */
  function prepare(data) {
    const none = reason => ({data, reason});
    const pass = data.passes[0];
    if (data.nodes.length > 3000) return none(say("live.tooMany", 3000));
    for (const p of data.passes) {
      const cut = p.forward.findIndex(f => !f.value.data);
      if (cut >= 0) return none(say("live.cut", data.nodes[cut].label));
    }
    for (const node of data.nodes) {
      if (node.kind === "operation" && !node.type) return none(say("live.old"));
      if (node.kind === "operation" && !ops.table[node.type]) return none(say("live.unknown", node.type));
      const hidden = node.operands ? node.operands.filter(id => id < 0).length : 0;
      if (hidden && !(pass.forward[node.id].masks || []).every(mask => mask.data)) return none(say("live.mask"));
    }
    const wanted = data.nodes.filter(node => pass.backward[node.id].gradient).map(node => node.id);
    const nodes = data.nodes.map((node, id) => ({...node, shape: pass.forward[id].value.shape}));
    return {data, graph: engine.prepare(nodes, wanted), updatable: data.passes.every(p => p.updates.every(canUpdate))};
  }

  const canUpdate = u => u.equations.every(e => e.words && Object.values(e.operands).every(o => o.from !== "value" || o.value.data))
    && [u.before, u.after, ...u.memory.flatMap(m => [m.before, m.after])].every(a => a.data);

  function leavesOf(prepared, number, edits, variables) {
    return prepared.data.nodes.map(node => {
      if (!leafKinds.has(node.kind)) return null;
      return edits.get(number + ":" + node.id) || variables.get(node.id)
        || engine.read(node.dtype, prepared.data.passes[number].forward[node.id].value);
    });
  }

  function masksOf(prepared, number) {
    const masks = {};
    prepared.data.passes[number].forward.forEach((f, id) => {
      if (f.masks) masks[id] = f.masks.map(mask => engine.read(prepared.data.nodes[id].dtype, mask));
    });
    return masks;
  }

  /** Returns the passes of the trace with these edits. What a variable has become in one pass it is in the next. */
  function run(prepared, edits) {
    const variables = new Map(), remembered = new Map(), {data, graph} = prepared;
    return data.passes.map((recorded, number) => {
      const leaves = leavesOf(prepared, number, edits, variables);
      const result = engine.run(graph, leaves, masksOf(prepared, number));
      const backward = result.backward.map((b, id) => recorded.backward[id].reason ? {...b, reason: recorded.backward[id].reason} : b);
      const changed = recorded.updates.map((update, i) => updateOf(prepared, update, i, result, leaves, remembered));
      changed.forEach((update, i) => {
        if (update && recorded.updates[i].node >= 0) variables.set(recorded.updates[i].node, update.next);
      });
      return {...recorded, forward: result.forward.map((f, id) => ({...f, masks: recorded.forward[id].masks})), backward,
        updates: recorded.updates.map((update, i) => changed[i] ? changed[i].told : {...update, stale: true})};
    });
  }

  function updateOf(prepared, update, i, result, leaves, remembered) {
    const node = prepared.data.nodes[update.node];
    if (!canUpdate(update)) return null;
    const dtype = node ? node.dtype : "FLOAT32", key = "update" + i;
    const memories = remembered.get(key) || update.memory.map(m => engine.read(dtype, m.before));
    const before = node ? leaves[node.id] : remembered.get(key + "own") || engine.read(dtype, update.before);
    const gradient = node ? result.gradients[node.id] : null;
    const next = updates.run(update, before, gradient, memories);
    if (!next) return null;
    remembered.set(key, next.memory);
    remembered.set(key + "own", next.after);
    const told = {...update, before: engine.write(before), gradient: update.gradient && gradient ? engine.write(gradient) : update.gradient,
      after: engine.write(next.after), memory: update.memory.map((m, k) => ({...m, before: engine.write(memories[k]), after: engine.write(next.memory[k])})),
      equations: update.equations.map((e, k) => equationOf(e, next.equations[k], before, gradient, memories, next.equations))};
    return {told, next: next.after};
  }

  // The equation with its new numbers. Where the optimizer has no rule in words, the words are v1, v2 and so on.
  function equationOf(equation, value, before, gradient, memories, results) {
    const terms = new notation.Terms(true, false), words = Object.entries(equation.operands);
    for (const [word, {from, index, name, value: given}] of words) {
      const array = from === "before" ? before : from === "gradient" ? gradient : from === "memory" ? memories[index]
        : from === "equation" ? results[index] : engine.read("FLOAT64", given);
      terms.put(word, array, name ? notation.formulaTerm(name) : notation.atom(word));
    }
    const told = {...equation, value: engine.write(value)}, graph = words.every(([word]) => /^v\d+$/.test(word));
    const text = graph ? equation.words.replaceAll("·", "*") : equation.words, small = notation.isInline(before);
    if (graph) for (const [word, array] of terms.arrays) if (array.shape.length) terms.whole.set(word, notation.atom(notation.inlineText(array)));
    const numbers = graph ? (small ? notation.substitute(text, terms.whole, !before.shape.length) : "") : terms.numbers(text);
    const example = graph ? (small || !before.data.length ? "" : notation.substitute(text, terms.first, true)) : terms.example(text);
    delete told.numbers;
    delete told.example;
    if (numbers) told.numbers = numbers;
    if (example) told.example = example;
    return told;
  }

  return {prepare, run};
})();
