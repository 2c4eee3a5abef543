// Predict mode: what a step computes is hidden until the reader has said what it is; wrong answers are diagnosed.
const predict = {on: false, done: new Set(), right: 0, total: 0, tries: 0, part: 0, at: -1};

/** The last step whose numbers are shown: the present one, or the one before it while a question is open. */
const happened = () => isAsking() ? view.step - 1 : view.step;
const isAsking = () => predict.on && !predict.done.has(view.step) && hasQuestions();
function hasQuestions() {
  if (predict.seen !== steps || predict.seenStep !== view.step || predict.seenStamp !== view.stamp) {
    Object.assign(predict, {seen: steps, seenStep: view.step, seenStamp: view.stamp, has: questionsOf(view.step).length > 0});
  }
  return predict.has;
}

/** A node's name and formula; a node without a name is called by its formula. */
const equationOf = (node, name) => node.symbol === node.formula ? name : name + " = " + node.formula;

/** The questions of a step: {text, right, place, wrong: [[value, key]]}. */
function questionsOf(k) {
  const step = steps[k], pass = passes[step.pass - 1];
  if (step.phase === "forward") return forwardQuestion(nodes[step.index], pass);
  if (step.phase === "backward") return (pass.backward[step.index].gives || []).flatMap(flow => backwardQuestion(nodes[step.index], flow, pass));
  return step.phase === "update" ? updateQuestion(pass.updates[step.index]) : [];
}

const at = (array, i) => array && array.data ? Number(array.data[array.data.length === 1 ? 0 : i]) : NaN;
const elementName = (name, place, shape) => shape.length ? say("predict.element", name, placeText(place, shape)) : name;
const isAskable = array => array.data && array.data.length > 0 && array.data.every(v => typeof v === "number");
// Not a number that could be guessed, such as 0, where there is another.
const askedPlace = array => Math.max(0, array.data.findIndex(v => v !== 0));

function forwardQuestion(node, pass) {
  const value = pass.forward[node.id].value;
  if (!isAskable(value)) return [];
  const place = askedPlace(value), right = at(value, place), [a, b] = node.inputs.map(i => at(pass.forward[i].value, place));
  const operands = [...new Set(node.inputs)].map(i => nodes[i].symbol === describe(pass.forward[i].value) ? "" : nodes[i].symbol + " = " + describe(pass.forward[i].value));
  const n = node.inputs.length && pass.forward[node.inputs[0]].value.data ? pass.forward[node.inputs[0]].value.data.length / value.data.length : 1;
  const wrong = [];
  if (node.type === "sub" || node.type === "div") wrong.push([node.type === "sub" ? b - a : b / a, "predict.swapped"]);
  wrong.push([-right, "predict.sign"]);
  if (node.type === "mul") wrong.push([a + b, "predict.added"]);
  if (node.type === "add") wrong.push([a * b, "predict.multiplied"]);
  if (node.type === "square") wrong.push([2 * a, "predict.doubled"]);
  if (node.type === "mean") wrong.push([right * n, "predict.sum"]);
  if (node.type === "sum") wrong.push([right / n, "predict.mean"]);
  if (node.type === "matmul") wrong.push(...transposed(value, place));
  return [{text: say("predict.forward", equationOf(node, elementName(node.symbol, place, value.shape))), given: operands.filter(Boolean), right, wrong}];
}

function transposed(array, place) {
  const columns = array.shape[array.shape.length - 1], rows = array.data.length / columns, i = Math.floor(place / columns), j = place % columns;
  return array.shape.length === 2 && i !== j && j < rows && i < columns ? [[at(array, j * columns + i), "predict.transposed"]] : [];
}

function backwardQuestion(node, flow, pass) {
  if (!isAskable(flow.value)) return [];
  const place = askedPlace(flow.value), own = at(flow.value, place), to = nodes[flow.to], all = received(pass, to.id);
  const mine = all.findIndex(f => f.from === node.id && f.operand === flow.operand), before = all.slice(0, mine);
  const sum = before.reduce((total, f) => total + at(f.value, place), 0), right = sum + own;
  const upstream = at(pass.backward[node.id].gradient, place), local = flow.local ? at(flow.local.value, place) : NaN;
  const n = pass.forward[to.id].value.data.length / pass.forward[node.id].value.data.length;
  const wrong = before.length ? [[own, "predict.overwritten"], [sum, "predict.notAdded"]] : [];
  if (upstream !== 1) wrong.push([sum + local, "predict.upstream"], [local, "predict.upstream"]);
  if (local !== 1) wrong.push([sum + upstream, "predict.local"]);
  wrong.push([sum - own, "predict.sign"], [-right, "predict.sign"], [sum + upstream + local, "predict.plus"]);
  if (node.type === "square") wrong.push([sum + own / 2, "predict.factor"]);
  if (n > 1 && (node.type === "mean" || node.type === "sum")) wrong.push([node.type === "mean" ? own * n : own / n, node.type === "mean" ? "predict.sum" : "predict.mean"]);
  if (flow.share) wrong.push([at(flow.share, place), "predict.notSummed"]);
  if (node.type === "matmul") wrong.push(...transposed(flow.value, place), [own * pass.forward[to.id].value.shape[0], "predict.sum"]);
  const name = elementName(derivative(to), place, flow.value.shape), given = [derivative(node) + " = " + describe(pass.backward[node.id].gradient)];
  for (const i of new Set(node.inputs)) if (nodes[i].symbol !== describe(pass.forward[i].value)) given.push(nodes[i].symbol + " = " + describe(pass.forward[i].value));
  given.push(node.symbol + " = " + describe(pass.forward[node.id].value));
  const text = before.length ? say("predict.backward.more", name, number(sum), node.symbol) : say("predict.backward", name, equationOf(node, node.symbol));
  return [{text, given, right, wrong, flow}];
}

function updateQuestion(update) {
  const last = update.equations[update.equations.length - 1];
  if (!isAskable(update.after) || !update.gradient || !isAskable(update.before)) return [];
  const place = askedPlace(update.gradient), before = at(update.before, place), right = at(update.after, place), g = at(update.gradient, place);
  const given = update.equations.map(e => e.symbol + " ← " + e.formula + (e === last ? "" : " = " + describe(e.value)));
  given.push(last.symbol + " = " + describe(update.before), "g = " + describe(update.gradient));
  // Numbers go by the names that the formula has for them; in rules that are read off a graph, these are the names left.
  const operands = Object.entries(last.operands || {}).filter(([, o]) => o.value).map(([word, o]) => [o.name || word, o.value]);
  const names = notation.tokens(last.formula).map(t => t.text).filter(text => /^\p{L}/u.test(text));
  const open = names.filter(name => name !== last.symbol && name !== "g" && !(last.operands || {})[name] && !operands.some(([own]) => own === name));
  for (const [own, value] of operands) {
    const name = names.includes(own) ? own : open.shift();
    if (name) given.push(name + " = " + describe(value));
  }
  return [{text: say("predict.update", elementName(update.variable, place, update.after.shape)), given, right,
    wrong: [[2 * before - right, "predict.uphill"], [update.equations.length > 1 ? NaN : before - g, "predict.rate"], [before - right, "predict.change"], [right - before, "predict.change"], [-right, "predict.sign"]]}];
}

// As good as what is shown: within half a unit of the third digit.
const agrees = (answer, value) => Number.isFinite(value) && Math.abs(answer - value) <= Math.max(5e-3 * Math.abs(value), 1e-9);

/** Reads an answer: a number, or arithmetic such as 2 * -3. */
function answerOf(text) {
  const typed = text.trim().replace(/^=\s*/, "").replace(/(\d),(\d)/g, "$1.$2");
  if (!typed) return NaN;
  try {
    const value = updates.evaluate(typed, {});
    return value && value.data.length === 1 ? value.data[0] : NaN;
  } catch (e) {
    return NaN;
  }
}

function diagnose(question, answer) {
  if (agrees(answer, question.right)) return "predict.right";
  const found = question.wrong.find(([value]) => agrees(answer, value) && !agrees(value, question.right));
  if (found) return found[1];
  return Math.abs(answer - question.right) <= 0.1 * Math.abs(question.right) ? "predict.near" : "predict.wrong";
}

function showQuestion(panel) {
  if (predict.at !== view.step) Object.assign(predict, {at: view.step, part: 0, tries: 0});
  const questions = questionsOf(view.step), question = questions[Math.min(predict.part, questions.length - 1)];
  const form = element("form", "question", undefined, panel);
  element("h2", "", question.text, form);
  const given = element("ul", "given", undefined, form);
  for (const line of question.given) element("li", "", line, given);
  const row = element("div", "answer", undefined, form), input = element("input", "", undefined, row);
  Object.assign(input, {type: "text", autocomplete: "off", spellcheck: false, id: "answer", placeholder: say("predict.placeholder")});
  input.setAttribute("aria-label", question.text);
  element("button", "main", say("predict.check"), row).type = "submit";
  const skip = element("button", "", say("predict.skip"), row), verdict = element("p", "verdict", "", form);
  skip.type = "button";
  verdict.setAttribute("role", "status");
  form.addEventListener("submit", event => {
    event.preventDefault();
    const answer = answerOf(input.value);
    if (Number.isNaN(answer)) { verdict.textContent = say("predict.number"); return; }
    const found = diagnose(question, answer);
    if (found === "predict.right") { settle(questions, predict.tries === 0); return; }
    predict.tries++;
    verdict.textContent = say(found, question.flow ? nodes[question.flow.to].symbol : "");
    input.select();
  });
  skip.addEventListener("click", () => settle(questions, false));
  element("p", "note score", say("predict.score", predict.right, predict.total), form);
  if (document.activeElement === document.body || panel.contains(document.activeElement)) input.focus({preventScroll: true});
}

function settle(questions, first) {
  predict.total++;
  if (first) predict.right++;
  predict.part++;
  predict.tries = 0;
  if (predict.part >= questions.length) predict.done.add(view.step);
  refresh();
  if (predict.part >= questions.length) byId("next").focus({preventScroll: true}); else byId("answer").focus({preventScroll: true});
}

function togglePredict() {
  Object.assign(predict, {on: !predict.on, done: new Set(), right: 0, total: 0, tries: 0, part: 0, at: -1});
  if (predict.on) { view.all = false; if (view.step === steps.length - 1) view.step = 0; }
  byId("predict").setAttribute("aria-pressed", String(predict.on));
  go(view.step);
  refresh();
  if (predict.on && isAsking()) byId("answer").focus({preventScroll: true});
}
