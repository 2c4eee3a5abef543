// A network as an expression, which the engine trains: what is shown is what is computed.
const network = (() => {
  const activations = ["tanh", "relu", "sigmoid", "leakyRelu", "elu", "softplus", "sin", "linear"];
  const initializations = ["glorot", "he", "small", "zeros"];

  const MOST_LAYERS = 4;
  /** The activation of hidden layer i, from 0; a list has one for each layer. */
  const activationOf = (settings, i) => Array.isArray(settings.activation) ? settings.activation[i] : settings.activation;

  /** The expression of a network with settings {widths, activation, regression, l2, l1, dropout}. */
  function expressionOf(settings) {
    const lines = [], count = settings.widths.length + 1;
    let input = "X";
    settings.widths.forEach((_, i) => {
      const sum = input + " @ W" + (i + 1) + " + b" + (i + 1), name = "h" + (i + 1);
      lines.push(name + " = " + (activationOf(settings, i) === "linear" ? sum : activationOf(settings, i) + "(" + sum + ")"));
      input = name;
      if (settings.dropout > 0) { lines.push("d" + (i + 1) + " = " + name + " * mask" + (i + 1)); input = "d" + (i + 1); }
    });
    lines.push("z = " + input + " @ W" + count + " + b" + count);
    const weights = Array.from({length: count}, (_, i) => "W" + (i + 1)), penalty = [];
    if (settings.l2 > 0) penalty.push(settings.l2 + " * (" + weights.map(w => "sum(" + w + "^2)").join(" + ") + ")");
    if (settings.l1 > 0) penalty.push(settings.l1 + " * (" + weights.map(w => "sum(|" + w + "|)").join(" + ") + ")");
    lines.push("L = " + ["mean(" + (settings.regression ? "(z - Y)^2" : "sigmoidCrossEntropy(z, Y)") + ")", ...penalty].join(" + "));
    return lines.join("\n");
  }

  const sizesOf = settings => [settings.regression ? 1 : 2, ...settings.widths, 1];

  function initialValues(settings) {
    const next = datasets.random(settings.seed), sizes = sizesOf(settings), values = new Map();
    for (let i = 1; i < sizes.length; i++) {
      const fanIn = sizes[i - 1], fanOut = sizes[i];
      const scale = {glorot: Math.sqrt(2 / (fanIn + fanOut)), he: Math.sqrt(2 / fanIn), small: 0.01, zeros: 0}[settings.initialization];
      values.set("W" + i, arrays.of("FLOAT64", [fanIn, fanOut], Array.from({length: fanIn * fanOut}, () => scale * datasets.gaussian(next))));
      values.set("b" + i, arrays.of("FLOAT64", [fanOut], new Array(fanOut).fill(0)));
    }
    return values;
  }

  const matrix = (rows, columns, values) => arrays.of("FLOAT64", [rows, columns], values);

  /** A network in training. */
  class Network {
    constructor(settings, points) {
      this.settings = settings;
      this.points = points;
      this.text = expressionOf(settings);
      this.values = initialValues(settings);
      this.next = datasets.random(settings.seed + 101);
      this.step = 0;
      this.restarted = 0;
      this.grids = new Map();
      this.pending = null;
      this.order = [];
      this.memories = new Map();
      const given = new Map([...this.values, ...this.batch(points.slice(0, 2))]);
      const {nodes: made} = expressions.build(this.text, given);
      this.nodes = made;
      this.id = new Map(made.map(n => [n.label, n.id]));
      this.parameters = made.filter(n => n.kind === "variable");
      this.graph = engine.prepare(made, [...optimizers.flowsTo(made, this.parameters.map(n => n.id))]);
      this.layers = [...settings.widths.map((_, i) => "h" + (i + 1)), "z"];
    }

    /** The leaves that are no parameters: inputs, targets, and masks of dropout (1 if there is nothing to drop). */
    batch(points, training) {
      const {settings} = this, inputs = points.flatMap(([x, y]) => settings.regression ? [x] : [x, y]), keep = 1 - settings.dropout;
      const leaves = new Map([["X", matrix(points.length, settings.regression ? 1 : 2, inputs)], ["Y", matrix(points.length, 1, points.map(p => p[2]))]]);
      if (settings.dropout > 0) {
        settings.widths.forEach((width, i) => leaves.set("mask" + (i + 1), matrix(points.length, width,
          Array.from({length: points.length * width}, () => !training ? 1 : this.next() < keep ? 1 / keep : 0))));
      }
      return leaves;
    }

    leaves(batch) {
      return this.nodes.map(n => this.values.get(n.label) || batch.get(n.label) || n.value);
    }

    run(points) { return engine.forward(this.graph, this.leaves(this.batch(points, false)), {}); }
    loss(points) { return points.length ? this.run(points)[this.nodes.length - 1].data[0] : NaN; }

    /** The next points in an order that is shuffled anew in each epoch. */
    nextPoints() {
      const size = Math.min(this.settings.batch, this.points.length), {train} = this;
      while (this.order.length < size) {
        const order = train.map((_, i) => i);
        for (let i = order.length - 1; i > 0; i--) { const j = Math.floor(this.next() * (i + 1)); [order[i], order[j]] = [order[j], order[i]]; }
        this.order.push(...order);
      }
      return this.order.splice(0, size).map(i => train[i]);
    }

    /** One training step, or what is left of one that was begun. */
    trainStep() {
      const step = this.pending || this.begin();
      for (const node of this.parameters.slice(step.updated)) this.update(node, step.gradients[node.id]);
      this.pending = null;
      this.step++;
    }

    /** Computes values and gradients of the next step; the parameters do not change yet. */
    begin() {
      const values = engine.forward(this.graph, this.leaves(this.batch(this.nextPoints(), true)), {}), {gradients} = engine.backward(this.graph, values, {});
      const operations = this.nodes.filter(n => n.kind === "operation");
      const list = [...operations.map(node => ({phase: "forward", node})), ...operations.filter(n => gradients[n.id]).reverse().map(node => ({phase: "backward", node})),
        ...this.parameters.map(node => ({phase: "update", node}))];
      return {values, gradients, list, at: -1, updated: 0};
    }

    /** Goes on by one operation: forward, then backward, then the update of one parameter after the other. */
    operate() {
      const step = this.pending = this.pending || this.begin();
      step.at++;
      const now = step.list[step.at];
      now.number = step.at + 1;
      now.count = step.list.length;
      if (now.phase === "update") { this.update(now.node, step.gradients[now.node.id]); step.updated++; }
      now.value = now.phase === "forward" ? step.values[now.node.id] : now.phase === "backward" ? step.gradients[now.node.id] : this.values.get(now.node.label);
      now.layer = this.layerOf(now.node);
      if (step.at === step.list.length - 1) { this.pending = null; this.step++; }
      return now;
    }

    /** The layer that a node belongs to, from 1; the one behind the last for the loss. */
    layerOf(node) {
      const place = /^[Wb](\d+)$/.exec(node.label);
      const next = this.layers.findIndex(name => this.id.get(name) >= node.id);
      return place ? Number(place[1]) : next < 0 ? this.layers.length + 1 : next + 1;
    }

    update(node, gradient) {
      const {optimizer, rate} = this.settings, rule = optimizers.table[optimizer], before = this.values.get(node.label);
      const memories = this.memories.get(node.label) || rule.memory.map(() => arrays.full(before, 0));
      const equations = optimizers.equationsOf(optimizer, {...rule.numbers, "η": rate}, this.step + 1 - this.restarted);
      const {after, memory} = updates.run({equations}, before, gradient, memories);
      this.values.set(node.label, after);
      this.memories.set(node.label, memory);
    }

    /** Takes another optimizer, which remembers nothing yet. */
    restart(optimizer) {
      this.settings.optimizer = optimizer;
      this.memories.clear();
      this.restarted = this.step;
    }

    /** What each neuron gives at the points of a grid, by layer: [layer][neuron] -> values. */
    pictures(grid) {
      if (!this.grids.has(grid)) this.grids.set(grid, this.batch(grid, false));
      const values = engine.forward(this.graph, this.leaves(this.grids.get(grid)), {}, this.id.get("z"));
      return this.layers.map(name => {
        const array = values[this.id.get(name)], width = array.shape[1];
        return Array.from({length: width}, (_, j) => {
          const column = new Float64Array(array.shape[0]);
          for (let i = 0; i < column.length; i++) column[i] = array.data[i * width + j];
          return column;
        });
      });
    }
  }

  return {Network, activations, initializations, activationOf, expressionOf, sizesOf, MOST_LAYERS};
})();
