// The operations that work element by element: formula, value and, for each operand, the rule in words and as numbers.
// Texts and arithmetic are those of the Java engine (dev.autodiff.graph): a test compares both on random graphs.
const ops = (() => {
  const {GraphError, map, zip, full, make, broadcastShape, broadcastTo, shapeText} = arrays;
  const table = Object.create(null);

  const neg = x => map(x, v => -v), mul = (a, b) => zip(a, b, (p, q) => p * q), div = (a, b) => zip(a, b, (p, q) => p / q);
  const add = (a, b) => zip(a, b, (p, q) => p + q), sub = (a, b) => zip(a, b, (p, q) => p - q);
  const times = (x, number) => mul(x, full(x, number)), plus = (x, number) => add(x, full(x, number));
  const oneLess = x => map(x, v => 1 - v), square = x => mul(x, x);
  const functions = {
    sigmoid: v => v >= 0 ? 1 / (1 + Math.exp(-v)) : Math.exp(v) / (1 + Math.exp(v)),
    softplus: v => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))),
    sign: v => Number.isNaN(v) ? v : Math.sign(v),
  };
  const sigmoid = x => map(x, functions.sigmoid);

  // a where the condition is not 0, else b; each is repeated where its shape asks for it.
  function where(condition, a, b) {
    const shape = broadcastShape(broadcastShape(condition.shape, a.shape) || [], b.shape);
    if (!shape || !broadcastShape(condition.shape, a.shape)) {
      throw new GraphError(say("graph.shapes", [condition, a, b].map(x => shapeText(x.shape)).join(", ")));
    }
    const [c, p, q] = [condition, a, b].map(x => broadcastTo(x, shape)), y = make(a.dtype, shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = c.data[i] !== 0 ? p.data[i] : q.data[i];
    return y;
  }

  // Where a function is constant its derivative is 0, but NaN at NaN.
  const nanOrZero = x => map(x, v => Number.isNaN(v) ? NaN : 0);
  const compare = test => (a, b) => zip(a, b, (p, q) => test(p, q) ? 1 : 0);
  const eq = compare((p, q) => p === q), greater = compare((p, q) => p > q), greaterEqual = compare((p, q) => p >= q);
  const smaller = (y, a, b, dy) => where(greater(b, a), dy, where(eq(a, b), times(dy, 0.5), nanOrZero(y)));

  function row(name, formula, value, rules, more) {
    table[name] = {name, formula, value, elementwise: true, rules: rules.map(r => r[0]), gradients: rules.map(r => r[1]), ...more};
  }
  const unary = (name, formula, f, rule, gradient) =>
    row(name, formula, ([x]) => map(x, f), [[rule, (y, [x], dy) => gradient(y, x, dy)]]);
  const binary = (name, formula, f, ruleA, a, ruleB, b) =>
    row(name, formula, ([p, q]) => zip(p, q, f), [[ruleA, (y, [p, q], dy) => a(y, p, q, dy)], [ruleB, (y, [p, q], dy) => b(y, p, q, dy)]]);

  binary("add", "a + b", (p, q) => p + q, "dy", (y, a, b, dy) => dy, "dy", (y, a, b, dy) => dy);
  binary("sub", "a - b", (p, q) => p - q, "dy", (y, a, b, dy) => dy, "-dy", (y, a, b, dy) => neg(dy));
  binary("mul", "a * b", (p, q) => p * q, "b * dy", (y, a, b, dy) => mul(dy, b), "a * dy", (y, a, b, dy) => mul(dy, a));
  row("div", "a / b", ([a, b]) => zip(a, b, a.dtype === "INT32" ? (p, q) => Math.trunc(p / q) : (p, q) => p / q),
    [["dy / b", (y, [a, b], dy) => div(dy, b)], ["-y / b * dy", (y, [a, b], dy) => neg(div(mul(dy, y), b))]]);
  // IEEE 754: 1 to any power is 1, and so is -1 to an infinite one.
  const power = (a, b) => a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
  // Where a is not positive, a^b is no function of b that has a derivative: it counts as constant.
  const growth = (y, a) => zip(y, a, (p, q) => q <= 0 && !Number.isNaN(p) ? 0 : p * Math.fround(Math.log(q)));
  const growthDouble = (y, a) => zip(y, a, (p, q) => q <= 0 && !Number.isNaN(p) ? 0 : p * Math.log(q));
  const lessOne = (a, b) => zip(a, b, (p, q) => q === 0 && Math.abs(1 / p) === Infinity ? 1 : q - 1);
  row("pow", "a^b", ([a, b]) => zip(a, b, power), [
    ["b * a^(b - 1) * dy", (y, [a, b], dy) => mul(mul(dy, b), zip(a, lessOne(a, b), power))],
    ["y * log(a) * dy", (y, [a], dy) => mul(dy, (y.dtype === "FLOAT32" ? growth : growthDouble)(y, a))]]);
  const nan = (p, q, f) => Number.isNaN(p) || Number.isNaN(q) ? NaN : f(p, q);
  binary("minimum", "min(a, b)", (p, q) => nan(p, q, Math.min),
    "dy where a < b, half of it where equal", (y, a, b, dy) => smaller(y, a, b, dy),
    "dy where b < a, half of it where equal", (y, a, b, dy) => smaller(y, b, a, dy));
  binary("maximum", "max(a, b)", (p, q) => nan(p, q, Math.max),
    "dy where a > b, half of it where equal", (y, a, b, dy) => smaller(y, b, a, dy),
    "dy where b > a, half of it where equal", (y, a, b, dy) => smaller(y, a, b, dy));

  unary("neg", "-x", v => -v, "-dy", (y, x, dy) => neg(dy));
  unary("abs", "|x|", Math.abs, "sign(x) * dy", (y, x, dy) => mul(dy, map(x, functions.sign)));
  unary("square", "x²", v => v * v, "2x * dy", (y, x, dy) => mul(dy, times(x, 2)));
  unary("sqrt", "√x", Math.sqrt, "dy / (2y)", (y, x, dy) => div(dy, times(y, 2)));
  unary("exp", "e^x", Math.exp, "y * dy", (y, x, dy) => mul(dy, y));
  unary("expm1", "e^x - 1", Math.expm1, "e^x * dy", (y, x, dy) => mul(dy, map(x, Math.exp)));
  unary("log", "log(x)", Math.log, "dy / x", (y, x, dy) => div(dy, x));
  unary("log1p", "log(1 + x)", Math.log1p, "dy / (1 + x)", (y, x, dy) => div(dy, plus(x, 1)));
  unary("relu", "max(x, 0)", v => v > 0 ? v : Number.isNaN(v) ? v : 0, "dy where x > 0, else 0",
    (y, x, dy) => where(greater(y, full(y, 0)), dy, y));
  unary("sigmoid", "1 / (1 + e^(-x))", functions.sigmoid, "y * (1 - y) * dy", (y, x, dy) => mul(mul(dy, y), oneLess(y)));
  unary("tanh", "tanh(x)", Math.tanh, "(1 - y²) * dy", (y, x, dy) => mul(dy, oneLess(square(y))));
  unary("softplus", "log(1 + e^x)", functions.softplus, "sigmoid(x) * dy", (y, x, dy) => mul(dy, sigmoid(x)));
  unary("softsign", "x / (1 + |x|)", v => v / (1 + Math.abs(v)), "dy / (1 + |x|)²",
    (y, x, dy) => div(dy, square(plus(map(x, Math.abs), 1))));
  unary("sin", "sin(x)", Math.sin, "cos(x) * dy", (y, x, dy) => mul(dy, map(x, Math.cos)));
  unary("cos", "cos(x)", Math.cos, "-sin(x) * dy", (y, x, dy) => neg(mul(dy, map(x, Math.sin))));
  unary("tan", "tan(x)", Math.tan, "(1 + y²) * dy", (y, x, dy) => mul(dy, plus(square(y), 1)));
  unary("atan", "atan(x)", Math.atan, "dy / (1 + x²)", (y, x, dy) => div(dy, plus(square(x), 1)));
  unary("sinh", "sinh(x)", Math.sinh, "cosh(x) * dy", (y, x, dy) => mul(dy, map(x, Math.cosh)));
  unary("cosh", "cosh(x)", Math.cosh, "sinh(x) * dy", (y, x, dy) => mul(dy, map(x, Math.sinh)));

  // Functions with a number as parameter, which stands in their texts.
  const text = number => Number.isInteger(number) || !Number.isFinite(number) ? String(number).replace("Infinity", "∞")
    : Math.abs(number) < 1e-3 || Math.abs(number) >= 1e7 ? number.toExponential().replace("e+", "E").replace("e", "E") : String(number);
  row("leakyRelu", a => "x where x > 0, else " + text(a.slope) + " * x",
    ([x], a) => where(greater(x, full(x, 0)), x, times(x, a.slope)),
    [[a => "dy where x > 0, else " + text(a.slope) + " * dy",
      (y, [x], dy, a) => where(greater(x, full(x, 0)), dy, add(times(dy, a.slope), nanOrZero(x)))]]);
  row("elu", a => "x where x > 0, else " + text(a.alpha) + " * (e^x - 1)",
    ([x], a) => where(greater(x, full(x, 0)), x, times(map(x, Math.expm1), a.alpha)),
    [[a => "dy where x > 0, else " + text(a.alpha) + " * e^x * dy",
      (y, [x], dy, a) => where(greater(x, full(x, 0)), dy, mul(dy, times(map(x, Math.exp), a.alpha)))]]);
  row("clip", a => "min(max(x, " + text(a.low) + "), " + text(a.high) + ")",
    ([x], a) => map(x, v => nan(v, v, p => Math.min(Math.max(p, a.low), a.high))),
    [[a => "dy where " + text(a.low) + " ≤ x ≤ " + text(a.high) + ", else 0",
      (y, [x], dy, a) => where(map(x, v => v >= a.low && v <= a.high ? 1 : 0), dy, nanOrZero(x))]]);

  // No gradient flows through these.
  const constant = (name, formula, value, reason, more) => row(name, formula, value, [[reason, null], [reason, null]], more);
  const steps = "none: constant between its steps";
  constant("sign", "sign of x: -1, 0 or 1", ([x]) => map(x, functions.sign), steps);
  constant("eq", "1 if a = b, else 0", ([a, b]) => eq(a, b), steps);
  constant("ne", "1 if a ≠ b, else 0", ([a, b]) => zip(a, b, (p, q) => p !== q ? 1 : 0), steps);
  constant("greater", "1 if a > b, else 0", ([a, b]) => greater(a, b), steps);
  constant("greaterEqual", "1 if a ≥ b, else 0", ([a, b]) => greaterEqual(a, b), steps);
  row("stopGradient", "x", ([x]) => x, [["none: gradients are stopped here", null]], {elementwise: false});
  row("where", "a where c is not 0, else b", ([c, a, b]) => where(c, a, b), [
    ["none: a choice does not change gradually", null],
    ["dy where c is not 0, else 0", (y, [c], dy) => where(c, dy, full(dy, 0))],
    ["dy where c is 0, else 0", (y, [c], dy) => where(c, full(dy, 0), dy)]], {symbols: ["c", "a", "b"]});
  row("sigmoidCrossEntropy", "max(x, 0) - x * z + log(1 + e^(-|x|))",
    ([x, z]) => zip(x, z, (p, q) => Math.abs(p) * (p > 0 ? 1 - q : q) + Math.log1p(Math.exp(-Math.abs(p)))), [
      ["(sigmoid(x) - z) * dy", (y, [x, z], dy) => mul(dy, sub(sigmoid(x), z))],
      ["-x * dy", (y, [x], dy) => neg(mul(dy, x))]], {symbols: ["x", "z"]});

  return {table, row, functions, neg, mul, div, add, sub, times, plus, where, eq};
})();
