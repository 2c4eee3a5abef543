// The rules of optimizers: computes what their words say, in double precision, rounded where a value is kept.
const updates = (() => {
  const words = new Map();

  const apply = {
    add: (a, b) => arrays.zip(a, b, (p, q) => p + q), sub: (a, b) => arrays.zip(a, b, (p, q) => p - q),
    mul: (a, b) => arrays.zip(a, b, (p, q) => p * q), div: (a, b) => arrays.zip(a, b, (p, q) => p / q),
    pow: (a, b) => arrays.zip(a, b, Math.pow), neg: a => arrays.map(a, v => -v), square: a => arrays.map(a, v => v * v),
    sqrt: a => arrays.map(a, Math.sqrt),
  };

  /** The value of a formula such as "β₁ · m + (1 - β₁) · g", with arrays for its words; null if it says more than arithmetic. */
  function evaluate(formula, operands) {
    if (!words.has(formula)) words.set(formula, tree(formula));
    const root = words.get(formula);
    const value = node => node.kind === "number" ? arrays.scalar("FLOAT64", node.value)
      : node.kind === "name" ? operands[node.name] : apply[node.name](...node.args.map(value));
    return root && value(root);
  }

  function tree(formula) {
    try {
      const root = language.parse(formula)[0].tree;
      const known = node => node.kind === "number" || node.kind === "name" || (node.kind === "call" && apply[node.name] && node.args.every(known));
      return known(root) ? root : null;
    } catch (e) {
      return null;
    }
  }

  const double = x => ({dtype: "FLOAT64", shape: x.shape, data: Float64Array.from(x.data)});

  /**
   * Computes an update again.
   *
   * @param update the update as the trace has it
   * @param before the variable, `gradient` its gradient, and `memories` what the optimizer remembered, as arrays
   * @returns {equations, after, memory} as arrays, or null if a word cannot be computed
   */
  function run(update, before, gradient, memories) {
    const equations = [], memory = memories.slice();
    for (const equation of update.equations) {
      if (!equation.words) return null;
      const operands = {};
      for (const [word, {from, index, value}] of Object.entries(equation.operands)) {
        const operand = from === "before" ? before : from === "gradient" ? gradient : from === "memory" ? memories[index]
          : from === "equation" ? equations[index] : value && value.data ? engine.read("FLOAT64", value) : null;
        if (!operand) return null;
        operands[word] = double(operand);
      }
      const result = evaluate(equation.words, operands);
      if (!result) return null;
      const rounded = arrays.of(before.dtype, result.shape, result.data);
      equations.push(rounded);
      if (equation.memory !== undefined) memory[equation.memory] = arrays.broadcastTo(rounded, memories[equation.memory].shape);
    }
    return {equations, after: arrays.broadcastTo(equations[equations.length - 1], before.shape), memory};
  }

  return {run, evaluate};
})();
