// How numbers, arrays and formulas are written, as dev.autodiff.formula does it in Java.
const notation = (() => {
  const TIE = /^50*$/;

  // The decimal digits of a double are finite: a tie is seen exactly, and goes to the even digit.
  function fixed(value, places) {
    const exact = value.toFixed(Math.min(100, places + 70)), cut = exact.length - (exact.length - exact.indexOf(".") - 1) + places;
    if (!TIE.test(exact.slice(cut))) return value.toFixed(places);
    const kept = exact.slice(0, cut);
    return Number(kept[kept.length - 1]) % 2 ? value.toFixed(places) : kept;
  }

  function scientific(value) {
    const [digits, exponent] = value.toExponential().split("e"), sign = digits[0] === "-" ? "-" : "";
    const plain = digits.replace("-", "").replace(".", "").padEnd(6, "0");
    let n = Number(plain.slice(0, 5)) + (plain[5] >= "5" ? 1 : 0), e = Number(exponent);
    if (n === 100000) { n = 10000; e++; }
    const text = String(n);
    return sign + (text[0] + "." + text.slice(1)).replace(/\.?0+$/, "") + "e" + e;
  }

  /** A number with up to four decimals and seven digits. */
  function number(value) {
    if (value === null || value === "NaN" || Number.isNaN(value)) return "NaN";
    if (value === "Infinity" || value === Infinity) return "∞";
    if (value === "-Infinity" || value === -Infinity) return "-∞";
    if (value === 0) return "0";
    const size = Math.abs(value), sign = value < 0 ? "-" : "";
    if (size < 1e-4 || size >= 1e7) return scientific(value);
    if (size < 1) return sign + fixed(size, 3 - Number(size.toExponential().split("e")[1])).replace(/\.?0+$/, "");
    let units = Number(fixed(size, 4).replace(".", ""));
    const step = 10 ** Math.max(0, String(units).length - 7), rest = units % step;
    units -= rest;
    if (rest * 2 > step || (rest * 2 === step && (units / step) % 2)) units += step;
    const text = String(units);
    return sign + (text.slice(0, -4) + "." + text.slice(-4)).replace(/\.?0+$/, "");
  }

  // ---- Formulas, in which words stand for operands
  const bindings = {SUM: 0, PRODUCT: 1, SIGNED: 2, SCIENTIFIC: 3, ATOM: 4};
  const atom = text => ({text, binding: bindings.ATOM});
  const product = text => ({text, binding: bindings.PRODUCT});
  function numberTerm(value) {
    const text = number(value);
    return {text, binding: text[0] === "-" ? bindings.SIGNED : text.includes("e") ? bindings.SCIENTIFIC : bindings.ATOM};
  }
  const raised = /^[²³¹⁰-ⁿᵀ]/u, letter = /^[\p{L}_]/u, inWord = /^[\p{L}_0-9₀-₉\p{Mn}]/u;
  const isLetter = c => letter.test(c) && c !== "Σ" && !raised.test(c);
  const isWord = token => isLetter(token.text);
  const isNumber = token => /^[0-9]/.test(token.text);

  const known = new Map();
  function tokens(formula) {
    if (known.has(formula)) return known.get(formula);
    const list = [];
    let spaced = false;
    for (let i = 0; i < formula.length;) {
      if (formula[i] === " ") { spaced = list.length > 0; i++; continue; }
      let end = i + 1;
      if (isLetter(formula[i])) { while (end < formula.length && inWord.test(formula[end]) && formula[end] !== "Σ" && !raised.test(formula[end])) end++; }
      else if (/[0-9]/.test(formula[i])) { while (end < formula.length && /[0-9.]/.test(formula[end])) end++; }
      list.push({text: formula.slice(i, end), spaced});
      spaced = false;
      i = end;
    }
    if (known.size > 5000) known.clear();
    known.set(formula, list);
    return list;
  }

  const endsOperand = token => isWord(token) || isNumber(token) || ")],".includes(token.text[0]);
  function bindingOf(c, position) {
    if (c === "+") return bindings.SUM;
    if (c === "-" || c === "−") return position === 0 ? bindings.SIGNED : bindings.SUM;
    if ("*/·⊙".includes(c)) return bindings.PRODUCT;
    return "^Σ√".includes(c) ? bindings.SIGNED : bindings.ATOM;
  }
  /** A formula as a term; its loosest operation decides on parentheses. */
  function formulaTerm(text) {
    let loosest = bindings.ATOM, depth = 0;
    const list = tokens(text);
    list.forEach((token, i) => {
      const c = token.text[0];
      depth += "([".includes(c) ? 1 : ")]".includes(c) ? -1 : 0;
      if (depth) return;
      loosest = Math.min(loosest, i > 0 && isWord(token) && endsOperand(list[i - 1]) ? bindings.SUM : bindingOf(c, i));
    });
    return {text, binding: loosest};
  }

  function needsParentheses(binding, left, right, factor) {
    const before = !left || isWord(left) ? "(" : left.text[0], after = !right || isWord(right) ? ")" : right.text[0];
    const power = after === "^" || raised.test(after);
    switch (binding) {
      case bindings.ATOM: return false;
      case bindings.SCIENTIFIC: return power;
      case bindings.SIGNED: return power || factor || !"([|,<>=≠≥≤←;{:".includes(before);
      case bindings.PRODUCT: return power || factor || "/^√Σ".includes(before);
      default: return power || factor || "-*/·⊙^√Σ".includes(before) || "*/·⊙".includes(after);
    }
  }
  /** A formula with terms (a Map) in place of words; products of single numbers have a dot. */
  function substitute(formula, terms, scalars) {
    const list = tokens(formula);
    return list.map((token, i) => {
      const term = terms.get(token.text), space = token.spaced ? " " : "";
      if (!term) return space + (token.text === "*" ? (scalars ? "·" : "⊙") : token.text);
      const left = list[i - 1], right = list[i + 1], factor = Boolean(left) && isNumber(left) && !token.spaced;
      return space + (factor ? "·" : "") + (needsParentheses(term.binding, left, right, factor) ? "(" + term.text + ")" : term.text);
    }).join("");
  }
  const mentions = (formula, terms) => tokens(formula).some(token => terms.has(token.text));

  // ---- Values in formulas
  function inlineText(array) {
    const {shape, data} = array, row = list => "[" + list.map(number).join(", ") + "]";
    if (!shape.length) return number(data[0]);
    if (shape.length === 1) return row(Array.from(data));
    const rows = Array.from({length: shape[0]}, (_, i) => row(Array.from(data.slice(i * shape[1], (i + 1) * shape[1]))));
    return "[" + rows.join(", ") + "]";
  }
  const isInline = x => x.data.length > 0 && x.data.length <= 8 && x.shape.length <= 2 && inlineText(x).length <= 48;

  /** The words of a formula with their values: whole where they are small, or their first elements alone. */
  class Terms {
    constructor(elementwise, isProduct) {
      Object.assign(this, {elementwise, isProduct, whole: new Map(), written: new Map(), first: new Map(), arrays: new Map(),
        scalars: true, small: true, empty: false});
    }
    put(word, value, name) {
      const inline = isInline(value), single = value.shape.length === 0;
      const term = single ? numberTerm(value.data[0]) : inline ? atom(inlineText(value)) : name;
      this.whole.set(word, term);
      this.arrays.set(word, value);
      if (inline) this.written.set(word, term);
      if (value.data.length) this.first.set(word, numberTerm(value.data[0]));
      this.scalars = this.scalars && single;
      this.small = this.small && inline;
      this.empty = this.empty || !value.data.length;
      return this;
    }
    numbers(text) {
      return text.startsWith("none:") || !mentions(text, this.written) ? "" : substitute(text, this.whole, this.scalars);
    }
    example(text) {
      if (this.isProduct) return productExample(text, this.arrays);
      return this.small || this.empty || this.first.has(text) || !this.elementwise ? "" : substitute(text, this.first, true);
    }
  }

  /** The first element of a matrix product, written out. */
  function productExample(text, values) {
    const match = /^(\w+)(ᵀ?) · (\w+)(ᵀ?)$/.exec(text);
    const a = match && values.get(match[1]), b = match && values.get(match[3]);
    if (!a || !b || a.shape.length !== 2 || b.shape.length !== 2 || !a.data.length || !b.data.length) return "";
    const terms = a.shape[match[2] ? 0 : 1], list = [];
    const factor = (v, first) => { const s = number(v); return s[0] === "-" && !first ? "(" + s + ")" : s; };
    for (let k = 0; k < Math.min(terms, 4); k++) {
      const p = a.data[match[2] ? k * a.shape[1] : k], q = b.data[match[4] ? k : k * b.shape[1]];
      list.push(factor(p, k === 0) + "·" + factor(q, false));
    }
    return list.join(" + ") + (terms > 4 ? " + … (" + terms + " terms)" : "");
  }

  const plainName = /^[\p{L}\p{N}_/#]+$/u;
  const factorOf = name => plainName.test(name) || formulaTerm(name).binding === bindings.ATOM ? name : "(" + name + ")";
  const derivative = (y, x) => "∂" + factorOf(y) + "/∂" + factorOf(x);

  return {number, atom, product, numberTerm, formulaTerm, substitute, Terms, inlineText, isInline, derivative, tokens};
})();
