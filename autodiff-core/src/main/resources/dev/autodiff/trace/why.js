// Why a gradient is what it is: upstream × local derivative = contribution, where it comes from, and whether it holds.
const why = {open: false, size: 0.01, lit: -1};

const derivationOf = (node, flow) => {
  const key = ["derive." + node.type + "." + flow.operand, "derive." + node.type].find(k => Object.hasOwn(messages, k));
  const {transposeA, transposeB} = node.attributes || {};
  if (!key || transposeA || transposeB) return "";
  const other = nodes[node.inputs[1 - flow.operand]];
  return messages[key].replaceAll("{x}", nodes[flow.to].symbol).replaceAll("{y}", node.symbol).replaceAll("{other}", other ? other.symbol : "");
};

const firstStep = phase => steps.findIndex(s => s.phase === phase);

/** The first step with an array that stands in its box, or on an arrow, as norm and |max|. */
function firstSummed() {
  if (why.steps !== steps) {
    const inBox = array => isSummed(array) && linesOf(array).length === 1;
    const shown = (step, pass) => step.phase === "backward" ? (pass.backward[step.index].gives || []).some(f => isSummed(f.value)) : arraysOf(pass, step).some(inBox);
    Object.assign(why, {steps, summed: steps.findIndex(step => shown(step, passes[step.pass - 1]))});
  }
  return why.summed;
}

/** The words that a reader meets for the first time in this step. */
function newWords(k, panel) {
  const lines = [];
  if (k === firstSummed()) lines.push(["norm", say("word.norm")]);
  if (k === firstStep("seed")) lines.push(["adjoint", say("word.adjoint", result.symbol)]);
  const node = nodes[steps[k].index], flow = k === firstStep("backward") && (passes[0].backward[node.id].gives || [])[0];
  if (flow) {
    const to = nodes[flow.to].symbol;
    lines.push(["upstream", say(node === result ? "word.upstream.first" : "word.upstream.what", result.symbol, node.symbol)], ["local", say("word.local.what", to, node.symbol)],
      ["chain", say("word.chain", result.symbol, to, node.symbol)]);
  }
  if (!lines.length) return;
  const box = element("div", "words", undefined, panel);
  element("h3", "", say("word.new"), box);
  for (const [kind, text] of lines) {
    const p = element("p", kind, undefined, box);
    text.split("*").forEach((part, i) => { if (i % 2) element("dfn", "", part, p); else p.append(part); });
  }
}

/** Shows a step back through a node: for each operand, the product, and on demand the reasons. */
function showBackward(k, panel) {
  const node = nodes[steps[k].index], pass = passes[steps[k].pass - 1];
  for (const flow of pass.backward[node.id].gives || []) {
    const card = element("div", "eq backward flow", undefined, panel);
    card.dataset.edge = edgesInto[node.id][flow.operand].id;
    element("div", "what", say("slide.to", nodes[flow.to].label), card);
    showProduct(node, flow, pass, card);
    const all = received(pass, flow.to), complete = all.length > 0 && all[all.length - 1].from === node.id && all[all.length - 1].operand === flow.operand;
    if (all.length > 1 && complete) showMeeting(nodes[flow.to], all, pass, card);
    showReasons(node, flow, pass, complete, card);
  }
}

function showProduct(node, flow, pass, card) {
  const gradient = pass.backward[node.id].gradient;
  const simple = flow.local && isShort(gradient) && isShort(flow.local.value) && isShort(flow.value) && !flow.share;
  if (simple) {
    const row = element("div", "product", undefined, card);
    const chip = (kind, name, value) => {
      const box = element("div", "chip " + kind, undefined, row);
      element("span", "kind", say("word." + kind), box);
      element("span", "name", name, box);
      element("span", "amount", describe(value), box);
    };
    chip("upstream", derivative(node), gradient);
    element("span", "sign", flow.value.shape.length ? "⊙" : "×", row);
    chip("local", derivativeOf(node, nodes[flow.to]), flow.local.value);
    element("span", "sign", "=", row);
    chip("contribution", say("slide.to", nodes[flow.to].symbol), flow.value);
  }
  const rule = element("div", "rule", undefined, card);
  if (flow.local) {
    const value = describe(flow.local.value), formula = flow.local.formula === value ? "" : flow.local.formula, local = element("div", "localline", undefined, rule);
    element("span", "local", derivativeOf(node, nodes[flow.to]), local);
    if (formula) element("span", "formula", "  =  " + formula, local);
    const numbers = flow.local.numbers && flow.local.numbers !== value ? whole(flow.local.numbers) + " = " : "";
    element("span", "numbers", "  =  " + numbers + whole(value), local);
  }
  const line = element("div", "ruleline", undefined, rule), sum = flow.share ? say("why.repetitions") + " " : "";
  element("span", "formula", sum + flow.rule, line);
  const value = describe(flow.value), numbers = flow.numbers && flow.numbers !== value ? (sum ? "Σ " : "") + whole(flow.numbers) + " = " : "= ";
  const shown = element("div", "numbers", undefined, rule);
  element("span", "with", numbers, shown);
  const total = element("span", "result", isTable(flow.value) ? undefined : whole(value), shown);
  if (isTable(flow.value)) showArray(flow.value, total); else heatMap(flow.value, rule);
  if (flow.example) element("div", "note", say("eq.first", flow.example, firstOf(flow.share || flow.value)), rule);
  showLens(node, pass, flow, card);
}
const isShort = array => Boolean(array.data) && describe(array).length <= 22;

function showMeeting(to, flows, pass, card) {
  const box = element("div", "meeting", undefined, card);
  element("div", "what", say("why.meet", flows.length, to.label), box);
  const list = element("ul", "", undefined, box);
  for (const flow of flows) {
    const item = element("li", "", undefined, list), button = element("button", "link path", nodes[flow.from].label + ": " + describe(flow.value), item);
    button.type = "button";
    button.setAttribute("aria-label", say("why.light", nodes[flow.from].label) + ", " + describe(flow.value));
    for (const [on, off] of [["mouseenter", "mouseleave"], ["focus", "blur"]]) {
      button.addEventListener(on, () => light(flow.edge.id));
      button.addEventListener(off, () => light(-1));
    }
  }
  const sum = total(pass, to, flows, "backward"), line = element("div", "numbers", undefined, box);
  line.append(sum.what + " = " + (sum.numbers ? sum.numbers + " = " : sum.formula + " = "));
  element("span", "result", sum.value, line);
  element("div", "note", say("why.add", to.symbol, result.symbol), box);
}

function light(edge) {
  why.lit = edge;
  view.stamp++;
  redraw();
}

function showReasons(node, flow, pass, complete, card) {
  const details = element("details", "reasons", undefined, card);
  details.open = why.open;
  element("summary", "", say("why.button"), details);
  const fill = () => {
    if (details.childElementCount > 1) return;
    const text = derivationOf(node, flow);
    if (text) element("p", "derivation", node.symbol === node.formula ? text : say("why.derive", node.symbol, node.formula, text), details);
    if (!flow.local) element("p", "derivation", say("why.rule", flow.rule), details);
    if (flow.share) element("p", "derivation", say("why.summed", nodes[flow.to].symbol), details);
    if (complete && !prepareLive().reason) nudge(nodes[flow.to], pass, details);
  };
  if (details.open) fill();
  details.addEventListener("toggle", () => { why.open = details.open; if (details.open) fill(); });
}

/** Adds h to a node's value, computes the result again, and compares with gradient times h. */
function nudge(node, pass, parent) {
  const gradient = pass.backward[node.id].gradient, place = largestAt(gradient), box = element("div", "nudge", undefined, parent);
  const name = node.symbol + (gradient.shape.length ? "[" + placeText(place, gradient.shape) + "]" : "");
  const label = element("label", "", say("why.nudge", name) + " ", box), choose = element("select", "", undefined, label), table = element("dl", "", undefined, box);
  for (const h of [1, 0.1, 0.01, 0.001, -0.01, -0.1]) {
    const option = element("option", "", number(h), choose);
    option.value = h;
    option.selected = h === why.size;
  }
  const show = () => {
    why.size = Number(choose.value);
    const before = resultWith(node.id, place, 0), after = resultWith(node.id, place, why.size);
    const slope = Number(gradient.data[place]), measured = after - before, predicted = slope * why.size;
    const gap = Math.abs(measured - predicted), half = Math.abs(resultWith(node.id, place, why.size / 2) - before - predicted / 2);
    table.replaceChildren();
    const row = (text, value, kind) => { element("dt", "", text, table); element("dd", kind, value, table); };
    row(say("why.moves", name, "", "").replace(/: .*/, ""), number(pass.forward[node.id].value.data[place]) + " → " + number(Number(pass.forward[node.id].value.data[place]) + why.size), "value");
    row(result.symbol, number(before) + " → " + number(after), "value");
    row(say("why.measured", result.symbol), number(measured), "measured");
    row(say("why.predicted"), number(slope) + " × " + number(why.size) + " = " + number(predicted), "predicted");
    const share = Math.abs(predicted) > 0 ? gap / Math.abs(predicted) : gap > 1e-12 ? 1 : 0;
    // Of a smooth curve half the nudge leaves a quarter of the difference, at a kink half of it.
    verdict.textContent = share < 0.02 ? say("why.close", number(100 * (1 - share)) + " %") : say(half < 0.4 * gap ? "why.apart" : "why.kink", result.symbol, number(half));
  };
  const verdict = element("p", "note", "", box);
  choose.addEventListener("change", show);
  show();
}

const largestAt = array => array.data.reduce((best, v, i) => Math.abs(v) > Math.abs(array.data[best]) ? i : best, 0);
function placeText(place, shape) {
  const at = [];
  for (let i = shape.length - 1; i >= 0; i--) { at.unshift(place % shape[i]); place = Math.floor(place / shape[i]); }
  return at.join(", ");
}

// The result if one element of a node were larger by h, in double precision so that the difference keeps its digits.
function resultWith(id, place, h) {
  const pass = passes[passNow()], graph = live.prepared.graph, values = [];
  graph.plans.forEach((plan, i) => {
    const wide = dtype => dtype === "FLOAT32" ? "FLOAT64" : dtype;
    let value;
    if (i < id || !plan.op) value = engine.read(wide(nodes[i].dtype), pass.forward[i].value);
    else {
      let mask = 0;
      const operands = plan.sources.map(s => s >= 0 ? values[s] : engine.read("FLOAT64", pass.forward[i].masks[mask++]));
      value = i === id ? engine.read("FLOAT64", pass.forward[i].value) : plan.op.value(operands, plan.node.type === "cast" && plan.attributes.dtype === "FLOAT32" ? {dtype: "FLOAT64"} : plan.attributes);
    }
    if (i === id) { value = arrays.of(value.dtype, value.shape, value.data); value.data[place] += h; }
    values.push(value);
  });
  return values[values.length - 1].data[0];
}
