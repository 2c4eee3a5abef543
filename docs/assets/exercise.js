"use strict";
// Exercises on the page of a lesson: blanks for formulas, which the engine of the pages computes.
const exercise = (() => {
  const words = {
    check: "Check", hint: "A hint", solution: "The solution", given: "Given: ", right: "Right. ",
    java: "This one is for Java alone: it asks for a class of your own.",
    write: "* is element by element, @ the matrix product (in lessons also a dot), x' or xᵀ transposed, ^ a power; there are tanh, exp, sqrt, abs, softmax, greater(a, b), sum(x, axis=0), mean, min, max.",
    empty: part => `Something is missing: ${part}.`, name: (name, list) => `“${name}” is not given here. You may use ${list}.`,
    shape: (part, yours, right) => `${part} has the shape [${yours}], but it should be [${right}].`,
    turned: part => `${part} is transposed.`, sign: part => `The sign is wrong: ${part} is minus the right one.`,
    factor: (part, factor) => `${part} is ${factor} times the right one.`, infinite: part => `${part} is infinite or not a number.`,
    wrong: part => `Not yet: ${part} is not right.`, example: (given, yours, right) => `For ${given}, yours is ${yours}; right is ${right}.`,
    score: (right, all) => `${right} of ${all} on this page are right.`,
  };
  const array = value => {
    const shape = [];
    for (let v = value; Array.isArray(v); v = v[0]) shape.push(v.length);
    return arrays.of("FLOAT64", shape, [value].flat(3));
  };

  /** Computes a formula, which may begin with a name and "=" or with other statements, from arrays by name. */
  function compute(text, given) {
    const formula = text.replace(/^\s*[^=<>()@*+/;\n-]+=(?!=)(?=[^;\n]*[;\s]*$)/, "");
    const {from, tree} = language.parse(formula).pop();
    // The sum with 0 makes an operation of what is only a name or a number.
    const sum = formula.slice(0, from) + "0 + (" + formula.slice(tree.from, tree.to) + ")";
    const {nodes} = expressions.build(sum, new Map(Object.entries(given)));
    const foreign = nodes.find(n => (n.kind === "placeholder" || n.kind === "variable") && !Object.hasOwn(given, n.label));
    if (foreign) throw new arrays.GraphError(words.name(foreign.label, Object.keys(given).join(", ")));
    return nodes[nodes.length - 1].value;
  }

  /** The places at which formulas are compared: all names with their arrays. */
  function places(question) {
    return question.given.map(numbers => {
      const place = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, array(value)]));
      for (const [name, text] of Object.entries(question.derived || {})) place[name] = compute(text, place);
      return place;
    });
  }

  const near = (a, b) => Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b));
  const equal = (a, b) => arrays.sameShape(a.shape, b.shape) && a.data.every((v, i) => near(v, b.data[i]));
  const tryTo = (text, place) => { try { return compute(text, place); } catch (e) { return null; } };
  const shown = x => x.data.length > 12 ? "[" + x.shape.join(", ") + "]" : notation.inlineText(x);

  /** Returns what is wrong with the texts in the blanks, in words; nothing if all is right. */
  function mistake(question, texts) {
    const empty = question.parts.find((_, i) => !texts[i].trim());
    if (empty) return words.empty(empty[0]);
    const all = places(question), wrong = [];
    for (const place of all) {
      for (const [i, [part, right]] of question.parts.entries()) {
        let yours;
        try { yours = compute(texts[i], place); } catch (e) {
          if (e instanceof language.Mistake || e instanceof arrays.GraphError) return part + ": " + e.message;
          throw e;
        }
        const expected = compute(right, place);
        if (!equal(yours, expected)) wrong.push({place, i, part, yours, expected});
      }
    }
    if (!wrong.length) return "";
    const explains = ([, ...formulas]) => wrong.every(({place, i, yours}) => {
      const slip = formulas[i] ? tryTo(formulas[i], place) : null;
      return slip && equal(yours, slip);
    });
    const slip = question.slips.find(explains);
    return slip ? slip[0] : general(wrong);
  }

  function general(wrong) {
    const {place, part, yours, expected} = wrong[0], of = wrong.filter(w => w.part === part);
    const all = test => of.every(({yours, expected}) => arrays.sameShape(yours.shape, expected.shape) && test(yours, expected));
    const at = Array.from(expected.data).findIndex(v => v !== 0), ratio = yours.data[at] / expected.data[at];
    if (!arrays.sameShape(yours.shape, expected.shape)) {
      const turned = yours.shape.length === 2 && arrays.sameShape(yours.shape.slice().reverse(), expected.shape) && equal(arrays.transpose(yours, [1, 0]), expected);
      return turned ? words.turned(part) : words.shape(part, yours.shape.join(", "), expected.shape.join(", "));
    }
    if (yours.data.some(v => !Number.isFinite(v))) return words.infinite(part);
    if (all((a, b) => a.data.every((v, i) => near(v, -b.data[i])))) return words.sign(part);
    if (ratio !== 0 && Number.isFinite(ratio) && wrong.length > 1 && all((a, b) => a.data.every((v, i) => near(v, ratio * b.data[i])))) return words.factor(part, notation.number(ratio));
    const small = Object.entries(place).filter(([, x]) => x.data.length <= 4).map(([name, x]) => name + " = " + notation.inlineText(x)).join(", ");
    return words.wrong(part) + (small ? " " + words.example(small, shown(yours), shown(expected)) : "");
  }

  function make(tag, parent, text, className) {
    const e = document.createElement(tag);
    if (text) e.textContent = text;
    if (className) e.className = className;
    parent.append(e);
    return e;
  }

  function fill(box) {
    const question = Object.hasOwn(questions, box.dataset.exercise) && questions[box.dataset.exercise];
    if (!question) { make("p", box, words.java, "note"); return; }
    const form = make("form", box);
    make("p", form, question.ask);
    const names = make("p", form, words.given, "note");
    Object.entries(question.names).forEach(([name, meaning], i) => {
      names.append(i ? ", " : "");
      make("code", names, name);
      names.append(meaning ? " (" + meaning + ")" : "");
    });
    const inputs = question.parts.map(([part]) => {
      const label = make("label", form);
      make("span", label, part + " =");
      const input = make("input", label);
      Object.assign(input, {type: "text", autocomplete: "off", spellcheck: false, autocapitalize: "off", maxLength: 400});
      return input;
    });
    const verdict = make("p", form, "", "verdict");
    verdict.setAttribute("role", "status");
    make("button", form, words.check);
    const told = [[words.hint, question.hint], [words.solution, question.parts.map(([part, right]) => part + " = " + right).join("\n")]];
    for (const [title, text] of told) {
      const details = make("details", form);
      make("summary", details, title);
      make(title === words.hint ? "p" : "pre", details, text);
    }
    make("p", form, words.write, "note");
    form.addEventListener("submit", event => {
      event.preventDefault();
      const wrong = mistake(question, inputs.map(input => input.value));
      box.classList.toggle("right", !wrong);
      box.classList.toggle("wrong", Boolean(wrong));
      const boxes = [...document.querySelectorAll("[data-exercise] form")].length, right = document.querySelectorAll(".exercise.right").length;
      verdict.textContent = wrong || words.right + question.praise + (boxes > 1 ? " " + words.score(right, boxes) : "");
    });
  }

  document.querySelectorAll("[data-exercise]").forEach(fill);
  return {mistake, places, compute};
})();
