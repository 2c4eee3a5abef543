// A network as an expression, which the engine trains: what is shown is what is computed.
const network = (() => {
  const activations = ["tanh", "relu", "sigmoid", "leakyRelu", "elu", "softplus", "sin", "linear"];
  const initializations = ["glorot", "he", "small", "zeros"];

  /** The expression of a network with settings {widths, activation, regression, l2, l1, dropout}. */
  function expressionOf(settings) {
    const lines = [], count = settings.widths.length + 1;
    let input = "X";
    settings.widths.forEach((_, i) => {
      const sum = input + " @ W" + (i + 1) + " + b" + (i + 1), name = "h" + (i + 1);
      lines.push(name + " = " + (settings.activation === "linear" ? sum : settings.activation + "(" + sum + ")"));
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

    /** One training step; returns the cost before it. */
    trainStep() {
      const batch = this.batch(this.nextPoints(), true), leaves = this.leaves(batch);
      this.latest = {batch, values: new Map(this.values)};
      const values = engine.forward(this.graph, leaves, {}), {gradients} = engine.backward(this.graph, values, {});
      this.step++;
      for (const node of this.parameters) this.update(node, gradients[node.id]);
      return values[values.length - 1].data[0];
    }

    update(node, gradient) {
      const {optimizer, rate} = this.settings, rule = optimizers.table[optimizer], before = this.values.get(node.label);
      const memories = this.memories.get(node.label) || rule.memory.map(() => arrays.full(before, 0));
      const equations = optimizers.equationsOf(optimizer, {...rule.numbers, "η": rate}, this.step);
      const {after, memory} = updates.run({equations}, before, gradient, memories);
      this.values.set(node.label, after);
      this.memories.set(node.label, memory);
    }

    /** What each neuron gives at the points of a grid, by layer: [layer][neuron] -> values. */
    pictures(grid) {
      const values = this.run(grid);
      return this.layers.map(name => {
        const array = values[this.id.get(name)], width = array.shape[1];
        return Array.from({length: width}, (_, j) => Float64Array.from({length: array.shape[0]}, (_, i) => array.data[i * width + j]));
      });
    }
  }

  return {Network, activations, initializations, expressionOf, sizesOf};
})();
