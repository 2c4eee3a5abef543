// The language of expressions: L = (tanh(a*b + c) - y)^2. Reads a text into a tree; every mistake has its place.
const language = (() => {
  const LONGEST = 4000, DEEPEST = 60, MOST = 400;

  /** A mistake in a text: where it is, and what is wrong with it. */
  class Mistake extends Error {
    constructor(message, from, to) { super(message); this.from = from; this.to = Math.max(to, from + 1); }
  }

  const isStart = c => /[\p{L}_]/u.test(c) && c !== "ᵀ", isPart = c => /[\p{L}\p{Mn}_0-9₀-₉]/u.test(c) && c !== "ᵀ";
  const signs = ["**", "+", "-", "−", "*", "·", "⊙", "×", "/", "÷", "@", "^", "(", ")", "[", "]", ",", "=", ";", "|", "²", "³", "ᵀ", "√", "'"];

  function tokens(text) {
    if (text.length > LONGEST) throw new Mistake(say("text.longest", LONGEST), LONGEST, text.length);
    const list = [];
    for (let i = 0; i < text.length;) {
      const c = text[i], number = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/.exec(text.slice(i, i + 40));
      if (c === "\n") { list.push({kind: "sign", text: ";", from: i, to: i + 1, line: true}); i++; continue; }
      if (/\s/.test(c)) { i++; continue; }
      if (c === "#") { while (i < text.length && text[i] !== "\n") i++; continue; }
      let end = i + 1, kind = "sign", value = c;
      if (number) {
        end = i + number[0].length; kind = "number"; value = number[0];
        if (!Number.isFinite(Number(value))) throw new Mistake(say("text.largeNumber"), i, end);
      } else if (text.startsWith(".T", i) && !isPart(text[i + 2] || " ")) { end = i + 2; value = "ᵀ"; }
      else if (isStart(c)) { while (end < text.length && isPart(text[end])) end++; kind = "name"; value = text.slice(i, end); }
      else {
        value = signs.find(sign => text.startsWith(sign, i));
        if (!value) throw new Mistake(say(c === ">" || c === "<" ? "text.compare" : "text.sign", c), i, i + 1);
        end = i + value.length;
      }
      list.push({kind, text: value, from: i, to: end});
      i = end;
    }
    return list;
  }

  /** Reads statements, each an expression with or without a name: [{name, from, to, tree}]. */
  function parse(text) {
    const list = tokens(text);
    let at = 0, depth = 0, count = 0;
    const end = {kind: "end", text: "", from: text.length, to: text.length};
    const assigned = new Set(list.filter((token, i) => list[i + 1] && list[i + 1].text === "=").map(token => token.text));
    const peek = (ahead = 0) => list[at + ahead] || end;
    const is = (...texts) => peek().kind === "sign" && texts.includes(peek().text);
    const take = () => list[at++] || end;
    const wrong = (message, token = peek()) => { throw new Mistake(message, Math.min(token.from, Math.max(0, text.length - 1)), token.to); };
    const node = (kind, from, to, more) => {
      if (++count > MOST) wrong(say("text.parts", MOST));
      return {kind, from, to, ...more};
    };
    const named = token => token.kind === "end" ? say("text.end") : "“" + token.text + "”";
    function expect(sign, why) {
      if (!is(sign)) wrong(peek().kind === "end" ? say("text.missing", sign, why) : say("text.missingBefore", sign, why, named(peek())));
      return take();
    }
    function nested(read) {
      if (++depth > DEEPEST) wrong(say("text.deep", DEEPEST));
      const tree = read();
      depth--;
      return tree;
    }

    const operators = {"+": "add", "-": "sub", "−": "sub", "*": "mul", "·": "mul", "⊙": "mul", "×": "mul", "/": "div", "÷": "div", "@": "matmul"};
    function chain(next, ...texts) {
      let left = next();
      while (is(...texts)) {
        const sign = take(), right = next();
        left = node("call", left.from, right.to, {name: operators[sign.text], args: [left, right], options: {}});
      }
      return left;
    }
    const sum = () => nested(() => chain(product, "+", "-", "−"));
    const product = () => chain(unary, "*", "·", "⊙", "×", "/", "÷", "@");
    function unary() {
      if (is("+")) { take(); return nested(unary); }
      if (!is("-", "−", "√")) return power();
      const sign = take(), x = nested(unary);
      if (sign.text !== "√" && x.kind === "number" && !x.signed) {
        return node("number", sign.from, x.to, {value: -x.value, signed: true});
      }
      return node("call", sign.from, x.to, {name: sign.text === "√" ? "sqrt" : "neg", args: [x], options: {}});
    }
    function power() {
      const base = postfix();
      if (!is("^", "**")) return base;
      take();
      const exponent = nested(unary);
      return node("call", base.from, exponent.to, {name: "pow", args: [base, exponent], options: {}});
    }
    function postfix() {
      let x = atom();
      while (is("²", "³", "ᵀ", "'")) {
        const sign = take(), three = sign.text === "³";
        const more = three ? {name: "pow", args: [x, node("number", sign.from, sign.to, {value: 3})]}
          : {name: sign.text === "²" ? "square" : "transpose", args: [x]};
        x = node("call", x.from, sign.to, {...more, options: {}});
      }
      const next = peek();
      if (next.kind === "name" || next.kind === "number" || (next.kind === "sign" && next.text === "(")) {
        const left = text.slice(x.from, x.to), short = left.length > 20 ? say("text.left") : "“" + left + "”";
        wrong(x.kind === "name" && next.text === "(" ? noFunction(x.name)
          : say("text.between", short, named(next)), x.kind === "name" && next.text === "(" ? x : next);
      }
      return x;
    }
    function atom() {
      const token = peek();
      if (token.kind === "number") { take(); return node("number", token.from, token.to, {value: Number(token.text)}); }
      if (token.kind === "name") {
        take();
        if (token.text === "pi" || token.text === "π") return node("number", token.from, token.to, {value: Math.PI});
        if (functions.has(token.text) && !is("(") && !assigned.has(token.text)) wrong(say("text.call", token.text), token);
        return is("(") && functions.has(token.text) ? call(token) : node("name", token.from, token.to, {name: token.text});
      }
      if (is("(")) {
        take();
        const inside = sum(), close = expect(")", say("text.closeParenthesis"));
        return {...inside, from: token.from, to: close.to, signed: true};
      }
      if (is("|")) {
        take();
        const inside = sum(), close = expect("|", say("text.closeAbsolute"));
        return node("call", token.from, close.to, {name: "abs", args: [inside], options: {}});
      }
      if (is("[")) return array();
      if (token.kind === "end") wrong(text.trim() ? say("text.missingEnd") : say("text.type"));
      return wrong(is(")", "]") ? say("text.closes", named(token)) : say("text.before", named(token)));
    }
    function call(token) {
      take();
      const args = [], options = {};
      if (!is(")")) {
        do {
          if (peek().kind === "name" && peek(1).text === "=") option(options); else args.push(sum());
        } while (is(",") && take());
      }
      const close = expect(")", say("text.afterArguments", token.text));
      return node("call", token.from, close.to, {name: token.text, args, options, called: true});
    }
    function option(options) {
      const key = take();
      take();
      const value = peek(), negative = is("-") && take(), number = take();
      if (!["axis", "keepDims"].includes(key.text)) wrong(say("text.option", key.text), key);
      if (key.text === "keepDims" ? !["true", "false"].includes(number.text) : number.kind !== "number" || !/^\d$/.test(number.text)) {
        wrong(key.text === "axis" ? say("text.axis") : say("text.keepDims"), value);
      }
      options[key.text] = key.text === "axis" ? (negative ? -1 : 1) * Number(number.text) : number.text === "true";
    }
    function array() {
      const open = take(), items = [];
      if (!is("]")) {
        do { items.push(is("[") ? nested(array) : constant()); } while (is(",") && take());
      }
      const close = expect("]", say("text.closeArray"));
      const shapes = items.map(item => item.shape);
      if (shapes.some(s => s.join() !== (shapes[0] || []).join())) wrong(say("text.rows"), {from: open.from, to: close.to});
      return node("array", open.from, close.to, {shape: [items.length, ...(shapes[0] || [])], data: items.flatMap(item => item.data)});
    }
    function constant() {
      const value = unary();
      if (value.kind !== "number") wrong(say("text.array"), value);
      return {shape: [], data: [value.value]};
    }

    const statements = [];
    while (at < list.length) {
      while (is(";")) take();
      if (at >= list.length) break;
      const first = peek(), named = first.kind === "name" && peek(1).text === "=";
      if (named) { take(); take(); }
      const tree = sum();
      if (peek().kind !== "end" && !is(";")) {
        wrong(is("=") ? say("text.assign") : is(")", "]") ? say("text.closes", "“" + peek().text + "”") : say("text.unexpected", peek().text));
      }
      statements.push({name: named ? first.text : null, from: first.from, to: named ? first.to : tree.to, tree});
    }
    if (!statements.length) wrong(say("text.type"));
    return statements;
  }

  // What can be called: how many arguments it takes.
  const functions = new Map(Object.entries({
    tanh: 1, sigmoid: 1, relu: 1, exp: 1, log: 1, ln: 1, sqrt: 1, abs: 1, square: 1, sin: 1, cos: 1, tan: 1, atan: 1, sinh: 1, cosh: 1,
    softplus: 1, softsign: 1, sign: 1, log1p: 1, expm1: 1, neg: 1, transpose: 1, softmax: 1, logSoftmax: 1, logSumExp: 1, sum: 1,
    mean: 1, max: [1, 2], min: [1, 2], maximum: 2, minimum: 2, pow: 2, where: 3, greater: 2, leakyRelu: [1, 2], elu: [1, 2], clip: 3,
    reshape: [2, 6], crossEntropy: 2, softmaxCrossEntropy: 2, sigmoidCrossEntropy: 2, mse: 2, stopGradient: 1, matmul: 2, dot: 2,
  }));

  /** The number of letters to change, add, drop or swap to get from one word to the other. */
  function distance(a, b) {
    const rows = [Array.from({length: b.length + 1}, (_, i) => i)];
    for (let i = 1; i <= a.length; i++) {
      rows.push([i]);
      for (let j = 1; j <= b.length; j++) {
        const change = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : Infinity;
        rows[i].push(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change, swap));
      }
    }
    return rows[a.length][b.length];
  }
  const written = {"σ": "sigmoid", "Σ": "sum"};
  /** The function that a name may be meant for: in a short name fewer letters may differ. */
  const nearest = name => written[name] || [...functions.keys()].map(f => [distance(name.toLowerCase().slice(0, 30), f.toLowerCase()), f])
    .sort((p, q) => p[0] - q[0]).filter(([d]) => d <= Math.min(2, name.length / 3)).map(([, f]) => f)[0];

  function noFunction(name) {
    const near = nearest(name), start = say("text.function", name.slice(0, 30));
    return start + (near ? say("text.mean", near) : say("text.multiply", name.slice(0, 30)));
  }

  return {parse, Mistake, functions, nearest};
})();
