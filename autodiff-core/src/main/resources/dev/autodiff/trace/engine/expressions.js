// Makes a graph of an expression, in the form of a trace: names in the text are leaves, calls are operations.
const expressions = (() => {
  const {GraphError, shapeText, of, sizeOf} = arrays;
  const {Mistake} = language;
  const NUMBERS = [2, -3, 1, 0.5, -1, 1.5, -2, 3], ELEMENTS = [1, -0.5, 0.25, 0.75, -1, 0.5, 2, -0.25];
  const isData = name => /^[xyXYt][0-9₀-₉]*$/.test(name) || /^(target|label|mask)/.test(name);
  const isUpper = name => /^\p{Lu}/u.test(name);
  const same = {ln: "log", dot: "matmul", crossEntropy: "softmaxCrossEntropy"};

  class Builder {
    constructor(given) {
      Object.assign(this, {given, nodes: [], values: [], names: new Map(), leaves: new Map(), unnamed: 0});
    }

    add(node, value) {
      node.id = this.nodes.length;
      this.nodes.push(node);
      this.values.push(value);
      return node.id;
    }

    leaf(name, shape, from, to, oneHot) {
      if (this.leaves.has(name)) return this.leaves.get(name);
      const count = this.leaves.size, chosen = this.given.get(name);
      const values = Array.from({length: sizeOf(shape)}, (_, i) => oneHot ? (i % shape[shape.length - 1] === 0 ? 1 : 0)
        : shape.length ? ELEMENTS[(i + count) % ELEMENTS.length] : NUMBERS[count % NUMBERS.length]);
      const value = chosen || of("FLOAT64", shape, values);
      const id = this.add({kind: isData(name) ? "placeholder" : "variable", title: name, inputs: [], op: "", from, to}, value);
      this.leaves.set(name, id);
      return id;
    }

    constant(value, shape, data, from, to) {
      const title = shape.length ? notation.inlineText({shape, data}) : notation.number(value);
      return this.add({kind: "constant", title, inputs: [], op: "", from, to, unnamed: true}, of("FLOAT64", shape, data));
    }

    operation(type, inputs, attributes, tree) {
      const op = ops.table[type], given = Object.keys(attributes);
      let value;
      try {
        value = op.value(inputs.map(id => this.values[id]), attributes);
      } catch (e) {
        if (e instanceof GraphError) throw new Mistake(e.message[0].toUpperCase() + e.message.slice(1) + this.instead(type, inputs), tree.from, tree.to);
        throw e;
      }
      if (value.data.length > 10000) throw new Mistake(say("text.numbers"), tree.from, tree.to);
      const text = key => Array.isArray(attributes[key]) ? "[" + attributes[key].join(", ") + "]" : attributes[key];
      return this.add({kind: "operation", type, attributes, inputs, from: tree.from, to: tree.to,
        op: [type, given.map(key => attributes[key] === true ? key : key + "=" + text(key)).join(", ")].join(" ").trim()}, value);
    }

    // The node of a tree. A name without a value waits until its neighbour says what shape it needs.
    read(tree) {
      if (tree.kind === "number") return this.constant(tree.value, [], [tree.value], tree.from, tree.to);
      if (tree.kind === "array") return this.constant(NaN, tree.shape, tree.data, tree.from, tree.to);
      if (tree.kind === "name") return this.isKnown(tree) ? this.named(tree) : this.leaf(tree.name, [], tree.from, tree.to);
      return this.call(tree);
    }
    isKnown(tree) { return tree.kind !== "name" || this.names.has(tree.name) || this.leaves.has(tree.name) || this.given.has(tree.name); }
    named(tree) {
      if (this.names.has(tree.name)) return this.names.get(tree.name);
      const chosen = this.given.get(tree.name);
      return this.leaf(tree.name, chosen ? chosen.shape : [], tree.from, tree.to);
    }

    call(tree) {
      const type = same[tree.name] || tree.name, wanted = language.functions.get(tree.name);
      let args = tree.args;
      if (type === "pow" && args[0].kind === "name" && args[0].name === "e" && !this.ownE) return this.call({...tree, name: "exp", args: [args[1]]});
      if (tree.called) {
        const [least, most] = Array.isArray(wanted) ? wanted : [wanted, wanted];
        if (args.length < least || args.length > most) {
          const need = least === most ? least : say(most === least + 1 ? "text.either" : "array.range", least, most);
          throw new Mistake(say(need === 1 ? "text.argument" : "text.arguments", tree.name, need, args.length), tree.from, tree.to);
        }
      }
      const numbers = [];
      if (type === "reshape" || type === "clip" || ((type === "leakyRelu" || type === "elu") && args.length > 1)) {
        for (const arg of args.slice(1)) {
          if (arg.kind !== "number") throw new Mistake(say("text.number"), arg.from, arg.to);
          numbers.push(arg.value);
        }
        args = args.slice(0, 1);
      }
      const size = numbers.reduce((a, b) => a * b, 1), [first] = args;
      if (type === "reshape" && !this.isKnown(first) && numbers.every(n => Number.isInteger(n) && n > 0) && size <= 64) this.leaf(first.name, [size], first.from, first.to);
      const ids = this.operands(type, args, tree.options);
      return this.make(type, ids, numbers, tree);
    }

    // Books write a dot for products of matrices too.
    instead(type, inputs) {
      const [a, b] = inputs.map(id => this.values[id].shape);
      return type === "mul" && a.length === 2 && b.length === 2 && a[1] === b[0] ? say("text.product") : "";
    }

    // Operands in the order of the text; those whose shape is open come after those that say what it is.
    operands(type, args, options = {}) {
      const ids = args.map(arg => this.isKnown(arg) ? this.read(arg) : -1);
      return ids.map((id, i) => {
        if (id >= 0) return id;
        if (this.isKnown(args[i])) return this.read(args[i]);
        const other = ids.find((o, k) => k !== i && o >= 0), shape = other === undefined ? null : this.values[other].shape;
        return this.leaf(args[i].name, this.guess(type, i, shape, args[i].name, args.length === 1 ? options.axis : undefined), args[i].from, args[i].to, type === "softmaxCrossEntropy" && i === 1);
      });
    }

    guess(type, place, other, name, axis) {
      if (axis !== undefined) return axis > 0 || axis < -1 || isUpper(name) ? [2, 3] : [3];
      if (type === "matmul") {
        if (place === 0) return other ? [2, other[Math.max(0, other.length - 2)] || 1] : isUpper(name) && isData(name) ? [4, 3] : [2, 3];
        const inner = other && other.length ? other[other.length - 1] : 3;
        return isUpper(name) || (other && other.length === 1) ? [inner, 2] : [inner];
      }
      if (/CrossEntropy|mse/.test(type)) return other || [3];
      if (/softmax|Softmax|logSumExp|^sum$|^mean$|^transpose$/.test(type) && !other) return type === "transpose" ? [2, 3] : [3];
      if (!other || !other.length) return [];
      if (isUpper(name) || isData(name)) return other;
      return type === "add" ? other.slice(-1) : [];
    }

    make(type, ids, numbers, tree) {
      const [x] = ids, shape = this.values[x].shape, o = tree.options || {}, axes = o.axis === undefined ? {} : {axes: [o.axis]};
      const keep = o.keepDims ? {keepDims: true} : {};
      switch (type) {
        case "sum": case "mean": case "logSumExp": return this.operation(type, ids, {...axes, ...keep}, tree);
        case "max": case "min": return ids.length === 2 ? this.operation(type + "imum", ids, {}, tree) : this.operation(type, ids, {...axes, ...keep}, tree);
        case "softmax": case "logSoftmax": return this.operation(type, ids, o.axis === undefined ? {} : {axis: o.axis}, tree);
        case "transpose": {
          if (shape.length !== 2) throw new Mistake(say("text.transpose", shapeText(shape)), tree.from, tree.to);
          return this.operation(type, ids, {permutation: [1, 0]}, tree);
        }
        case "reshape": return this.operation(type, ids, {dims: numbers}, tree);
        case "clip": return this.operation(type, ids, {low: numbers[0], high: numbers[1]}, tree);
        case "leakyRelu": return this.operation(type, ids, {slope: numbers.length ? numbers[0] : 0.01}, tree);
        case "elu": return this.operation(type, ids, {alpha: numbers.length ? numbers[0] : 1}, tree);
        case "mse": return this.operation("mean", [this.operation("square", [this.operation("sub", ids, {}, tree)], {}, tree)], {}, tree);
        case "pow": return this.nodes[ids[1]].kind === "constant" && this.values[ids[1]].data[0] === 2 && !this.values[ids[1]].shape.length
          ? this.square(x, ids[1], tree) : this.operation(type, ids, {}, tree);
        case "matmul": return this.product(ids, tree);
        default: return this.operation(type, ids, {}, tree);
      }
    }

    // The exponent of a square is part of the operation.
    square(x, exponent, tree) {
      if (exponent === this.nodes.length - 1) { this.nodes.pop(); this.values.pop(); }
      return this.operation("square", [x], {}, tree);
    }

    product([a, b], tree) {
      const p = this.values[a].shape, q = this.values[b].shape;
      if (!p.length || !q.length) throw new Mistake(say("text.matmul"), tree.from, tree.to);
      const left = p.length === 1 ? this.operation("expandDims", [a], {axis: 0}, tree) : a;
      const right = q.length === 1 ? this.operation("expandDims", [b], {axis: 1}, tree) : b;
      let id = this.operation("matmul", [left, right], {}, tree);
      if (q.length === 1) id = this.operation("squeeze", [id], {axes: [-1]}, tree);
      return p.length === 1 ? this.operation("squeeze", [id], {axes: [q.length === 1 ? -1 : -2]}, tree) : id;
    }
  }

  // Names as dev.autodiff.formula.Names gives them; what has no name is called by its formula, if that is short.
  function label(builder) {
    const terms = [];
    let letters = 0;
    const seen = new Map(), titles = [];
    builder.nodes.forEach((node, id) => {
      if (node.kind === "operation") {
        const op = ops.table[node.type], scalars = !builder.values[id].shape.length && node.inputs.every(i => !builder.values[i].shape.length);
        const symbols = engine.symbolsOf(op, node.inputs.length), words = new Map(node.inputs.map((input, i) => [symbols[i], terms[input]]));
        node.formula = notation.substitute(engine.textOf(op.formula, node.attributes), words, scalars);
        if (!node.title) node.title = node.formula.length <= 16 && !/another shape/.test(node.formula) ? node.formula : "u" + ++letters;
      } else node.formula = "";
      const uses = (seen.get(node.title) || 0) + 1;
      seen.set(node.title, uses);
      titles.push([node.title, uses]);
      terms.push(node.unnamed && !builder.values[id].shape.length ? notation.numberTerm(builder.values[id].data[0])
        : notation.formulaTerm(uses > 1 ? node.title + "#" + uses : node.title));
    });
    builder.nodes.forEach((node, id) => {
      const [title, number] = titles[id], many = seen.get(title) > 1 && node.kind !== "constant";
      node.symbol = many && number === 1 ? title : terms[id].text;
      node.label = (many && number > 1 ? title + "#" + number : title).replaceAll("/", "∕");
      node.name = node.label;
    });
  }

  /**
   * Builds the graph of a text.
   *
   * @param given the values of leaves, arrays by name; others get small numbers of a shape that fits
   * @returns {nodes, leaves} with `value` in each node, the result last
   * @throws Mistake where the text or a shape is wrong
   */
  function build(text, given) {
    const statements = language.parse(text), builder = new Builder(given);
    // e^x is the exponential function, unless e stands elsewhere too, as a name.
    builder.ownE = /(^|[^\p{L}_0-9])e(?![\p{L}_0-9₀-₉]|\s*(\^|\*\*))/u.test(text);
    statements.forEach((statement, i) => {
      const last = i === statements.length - 1, name = statement.name || (last ? freeName(statements, text) : null);
      if (name && (builder.names.has(name) || builder.leaves.has(name))) {
        throw new Mistake(say("text.taken", name), statement.from, statement.to);
      }
      const before = builder.nodes.length, id = builder.read(statement.tree);
      if (!name) return;
      if (id >= before && builder.nodes[id].kind === "operation") builder.nodes[id].title = name;
      else if (last && builder.nodes[id].kind === "operation") { builder.nodes.length = id + 1; builder.values.length = id + 1; return; }
      else if (last) throw new Mistake(say("text.nothing"), statement.tree.from, statement.tree.to);
      builder.names.set(name, id);
    });
    keepNeeded(builder);
    label(builder);
    const nodes = builder.nodes.map((node, id) => ({id, ...node, dtype: "FLOAT64", shape: builder.values[id].shape,
      source: text.slice(node.from, node.to), value: builder.values[id]}));
    return {nodes};
  }

  const freeName = (statements, text) => ["L", "out", "result"].find(name => !new RegExp("(^|[^\\p{L}_])" + name + "([^\\p{L}_0-9]|$)", "u").test(text)) || "out#";

  // The result stands last, and what it does not need is left out.
  function keepNeeded(builder) {
    const needed = new Set([builder.nodes.length - 1]);
    for (let id = builder.nodes.length - 1; id >= 0; id--) if (needed.has(id)) builder.nodes[id].inputs.forEach(i => needed.add(i));
    const kept = builder.nodes.map((_, id) => id).filter(id => needed.has(id)), place = new Map(kept.map((id, k) => [id, k]));
    builder.nodes = kept.map(id => ({...builder.nodes[id], inputs: builder.nodes[id].inputs.map(i => place.get(i))}));
    builder.nodes.forEach((node, k) => { node.id = k; });
    builder.values = kept.map(id => builder.values[id]);
  }

  return {build, isData};
})();
