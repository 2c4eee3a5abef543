// Runs a graph from its leaves and records the run as a trace does: values, gradients, what flows along each edge, and
// the texts beside them. The result has the form of a pass in a trace's JSON.
const engine = (() => {
  const {GraphError, full, of, sumTo} = arrays;
  const {Terms, atom, product, numberTerm, formulaTerm, substitute, derivative} = notation;

  const textOf = (text, attributes) => typeof text === "function" ? text(attributes) : text;
  const symbolsOf = (op, count) => op.symbols || (count === 1 ? ["x"] : count === 2 ? ["a", "b"]
    : Array.from({length: count}, (_, i) => "x" + (i + 1)));

  // ---- Between the arrays of a trace, with texts for what JSON cannot express, and those of the engine
  const read = (dtype, array) => of(dtype, array.shape, array.data.map(v => v === "NaN" || v === null ? NaN : v === "Infinity" ? Infinity : v === "-Infinity" ? -Infinity : v));
  const shown = v => Number.isFinite(v) ? v + 0 : Number.isNaN(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
  const write = array => ({shape: array.shape, data: Array.from(array.data, shown)});

  /** The symbol of a node as a term of a formula. */
  const termOf = node => node.kind === "constant" && /^-?[\d.]+(e-?\d+)?$/.test(node.symbol) ? numberTerm(Number(node.symbol)) : formulaTerm(node.symbol);

  /**
   * Prepares a graph. Nodes are as in a trace, operands before results, with `type` and `attributes` of operations.
   * Wanted are the ids of the nodes that have gradients; the result is the last node.
   */
  function prepare(nodes, wanted) {
    const plans = nodes.map(node => {
      const term = termOf(node);
      if (node.kind !== "operation") return {node, op: null, term, sources: []};
      const op = ops.table[node.type];
      if (!op) throw new GraphError(say("graph.unknown", node.type));
      const attributes = node.attributes || {}, sources = node.operands || node.inputs;
      return {node, op, attributes, term, sources, symbols: symbolsOf(op, sources.length),
        formula: textOf(op.formula, attributes), rules: op.rules.map(rule => textOf(rule, attributes))};
    });
    return {nodes, plans, wanted: new Set(wanted)};
  }

  // The values of operands; those that are no nodes are random masks, in their order.
  function operandsOf(plan, values, masks) {
    let mask = 0;
    return plan.sources.map(id => id >= 0 ? values[id] : masks[plan.node.id][mask++]);
  }

  // Computes the values of all nodes, or of those up to one.
  function forward(graph, leaves, masks, last) {
    const values = [];
    (last === undefined ? graph.plans : graph.plans.slice(0, last + 1)).forEach((plan, id) => {
      if (!plan.op) { values.push(leaves[id]); return; }
      try {
        values.push(plan.op.value(operandsOf(plan, values, masks), plan.attributes));
      } catch (e) {
        if (e instanceof GraphError) e.node = id;
        throw e;
      }
    });
    return values;
  }

  // Walks back from the result; a node's gradient is complete when the walk gets to it.
  function backward(graph, values, masks) {
    const last = graph.nodes.length - 1, gradients = graph.nodes.map(() => null), flows = [];
    gradients[last] = full(values[last], 1);
    for (let id = last; id >= 0; id--) {
      const plan = graph.plans[id], dy = gradients[id];
      if (!dy || !plan.op) continue;
      const operands = operandsOf(plan, values, masks);
      plan.sources.forEach((to, operand) => {
        const rule = plan.op.gradients[operand];
        if (!rule || !graph.wanted.has(to)) return;
        const contribution = rule(values[id], operands, dy, plan.attributes);
        if (!contribution) return;
        const reduced = sumTo(contribution, operands[operand].shape);
        gradients[to] = gradients[to] ? ops.add(gradients[to], reduced) : reduced;
        flows.push({from: id, to, operand, contribution, reduced});
      });
    }
    return {gradients, flows};
  }

  const areScalars = (y, operands) => !y.shape.length && operands.every(x => !x.shape.length);
  const nameOf = (graph, source) => source >= 0 ? graph.plans[source].term : atom("mask");

  function termsOf(graph, plan, y, operands) {
    const terms = new Terms(plan.op.elementwise, plan.node.type === "matmul");
    operands.forEach((operand, i) => terms.put(plan.symbols[i], operand, nameOf(graph, plan.sources[i])));
    const elements = operands.length ? operands[0].data.length : 1;
    if (y.data.length && !plan.symbols.includes("n")) terms.whole.set("n", numberTerm(elements / y.data.length));
    return terms;
  }

  // The operands' names, and other words where a rule's own would be taken for them.
  function namesOf(graph, plan) {
    const names = new Map(plan.sources.map((source, i) => [plan.symbols[i], nameOf(graph, source)]));
    const taken = word => plan.sources.some(id => id >= 0 && graph.nodes[id].symbol === word);
    if (taken("n") && !names.has("n")) names.set("n", atom("count"));
    if (taken("e") && !names.has("e")) names.set("e", atom("ℯ"));
    return names;
  }

  function describeFlow(graph, run, flow) {
    const plan = graph.plans[flow.from], rule = plan.rules[flow.operand], y = run.values[flow.from];
    const operands = operandsOf(plan, run.values, run.masks), scalars = plan.node.shape.length === 0
      && plan.sources.every((id, i) => !operands[i].shape.length);
    const upstream = product(derivative(graph.nodes[graph.nodes.length - 1].symbol, plan.node.symbol));
    const names = namesOf(graph, plan).set("y", plan.term).set("dy", upstream);
    const terms = termsOf(graph, plan, y, operands).put("y", y, plan.term).put("dy", run.gradients[flow.from], upstream);
    const shownPlace = plan.sources.slice(0, flow.operand).filter(id => id >= 0).length;
    const told = {to: flow.to, operand: shownPlace, rule: substitute(rule, names, scalars), value: write(flow.reduced)};
    if (!arrays.sameShape(flow.contribution.shape, flow.reduced.shape)) told.share = write(flow.contribution);
    optional(told, "numbers", terms.numbers(rule));
    optional(told, "example", terms.example(rule));
    if (plan.node.type !== "cast" && (plan.op.elementwise || areScalars(y, operands))) {
      told.local = describeLocal(graph, plan, y, operands, flow.operand, names, scalars);
    }
    return told;
  }

  function describeLocal(graph, plan, y, operands, operand, names, scalars) {
    const one = numberTerm(1), rule = plan.rules[operand].replaceAll(" * dy", "").replaceAll("dy * ", "");
    const terms = termsOf(graph, plan, y, operands).put("y", y, plan.term).put("dy", arrays.scalar("FLOAT64", 1), one);
    const formula = substitute(rule, new Map(names).set("dy", one), scalars), numbers = terms.numbers(rule);
    const local = {formula, value: write(plan.op.gradients[operand](y, operands, full(y, 1), plan.attributes))};
    optional(local, "numbers", numbers === formula ? "" : numbers);
    return local;
  }

  const optional = (object, key, text) => { if (text) object[key] = text; };

  /**
   * Runs once: leaves and masks are arrays by id of the node. Returns all values and gradients, and what a trace tells
   * about them.
   */
  function run(graph, leaves, masks = {}) {
    const values = forward(graph, leaves, masks), last = values[values.length - 1];
    const differentiable = last.dtype !== "INT32" && last.data.length === 1 && graph.wanted.size > 0;
    const {gradients, flows} = differentiable ? backward(graph, values, masks) : {gradients: values.map(() => null), flows: []};
    const told = graph.plans.map((plan, id) => {
      const entry = {value: write(values[id])};
      if (plan.op) {
        const terms = termsOf(graph, plan, values[id], operandsOf(plan, values, masks));
        optional(entry, "numbers", terms.numbers(plan.formula));
        optional(entry, "example", terms.example(plan.formula));
      }
      return entry;
    });
    const back = gradients.map(gradient => ({gradient: gradient && write(gradient)}));
    const users = graph.nodes.map(() => []), all = {values, gradients, masks};
    for (const flow of flows) {
      (back[flow.from].gives = back[flow.from].gives || []).push(describeFlow(graph, all, flow));
      users[flow.to].push(flow.from);
    }
    users.forEach((list, id) => { if (list.length > 1) back[id].order = list; });
    return {values, gradients, forward: told, backward: back};
  }

  return {prepare, run, forward, backward, read, write, textOf, symbolsOf, namesOf, termsOf};
})();
