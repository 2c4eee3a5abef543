// What the page knows: the trace's data, and what of it has happened at a step.
let data, nodes, steps, result, edges, edgesInto, edgesFrom, passes, firstNaN, scopes, members;

/** Takes a trace in the form of docs/trace-format.md. */
function load(trace) {
  data = trace;
  nodes = data.nodes;
  steps = data.steps;
  result = nodes[data.result];
  edges = [];
  edgesInto = nodes.map(() => []);
  edgesFrom = nodes.map(() => []);
  for (const node of nodes) {
    node.scope = node.name.slice(0, Math.max(0, node.name.lastIndexOf("/")));
    node.short = node.label.slice(node.label.lastIndexOf("/") + 1);
    node.symbol = node.symbol || node.short;
    node.inputs.forEach((from, operand) => {
      const edge = {id: edges.length, from, to: node.id, operand};
      edges.push(edge); edgesInto[node.id].push(edge); edgesFrom[from].push(edge);
    });
  }
  findGroups();
  usePasses(data.passes);
}

/** Takes the numbers of the runs, recorded or computed again. */
function usePasses(list) {
  passes = list.map(timed);
  const arises = steps.findIndex(step => arraysOf(passes[step.pass - 1], step).some(hasNaN));
  firstNaN = arises;
}

// The arrays that come about in a step.
function arraysOf(pass, step) {
  if (step.phase === "given") return nodes.filter(n => n.kind !== "operation").map(n => pass.forward[n.id].value);
  if (step.phase === "forward") return [pass.forward[step.index].value];
  if (step.phase === "backward") return (pass.backward[step.index].gives || []).flatMap(f => [f.share, f.value]);
  return step.phase === "update" ? [pass.updates[step.index].after] : [];
}

// Adds to a pass in which step a node gets its value, an edge its flow, a node its whole gradient, a variable its update.
function timed(pass, number) {
  const never = Infinity;
  const when = {...pass, value: nodes.map(() => never), flow: edges.map(() => never), grad: nodes.map(() => never),
    back: nodes.map(() => never), changed: nodes.map(() => never), flows: edges.map(() => null)};
  pass.backward.forEach((b, id) => (b.gives || []).forEach(flow => {
    const edge = edgesInto[id][flow.operand];
    when.flows[edge.id] = {...flow, edge, from: id};
  }));
  steps.forEach((step, k) => {
    if (step.pass !== number + 1) return;
    if (step.phase === "given") nodes.forEach(n => { if (n.kind !== "operation") when.value[n.id] = k; });
    else if (step.phase === "forward") when.value[step.index] = k;
    else if (step.phase === "seed") when.grad[step.index] = k;
    else if (step.phase === "backward") {
      when.back[step.index] = k;
      for (const edge of edgesInto[step.index]) if (when.flows[edge.id]) when.flow[edge.id] = k;
    } else if (pass.updates[step.index].node >= 0) when.changed[pass.updates[step.index].node] = k;
  });
  edges.forEach(edge => {
    const k = when.flow[edge.id];
    if (k !== never) when.grad[edge.from] = when.grad[edge.from] === never ? k : Math.max(when.grad[edge.from], k);
  });
  return when;
}

const received = (pass, id) => {
  const order = pass.backward[id].order;
  const flows = edgesFrom[id].map(e => pass.flows[e.id]).filter(Boolean);
  if (!order) return flows;
  const left = flows.slice();
  return order.map(from => left.splice(left.findIndex(f => f.from === from), 1)[0]);
};
const phaseOf = step => step.phase === "given" || step.phase === "forward" ? "forward"
  : step.phase === "update" ? "update" : "backward";
const derivativeOf = (y, x) => notation.derivative(y.symbol, x.symbol);
const derivative = node => derivativeOf(result, node);
const hasNaN = array => Boolean(array) && (array.data ? array.data.includes("NaN") : array.nan > 0);

const number = notation.number;

function inline(array) {
  if (!array.data || array.data.length === 0 || array.data.length > 12 || array.shape.length > 2) return null;
  if (array.shape.length === 0) return number(array.data[0]);
  const row = list => "[" + list.map(number).join(", ") + "]";
  if (array.shape.length === 1) return row(array.data);
  const rows = [];
  for (let i = 0; i < array.shape[0]; i++) rows.push(row(array.data.slice(i * array.shape[1], (i + 1) * array.shape[1])));
  return "[" + rows.join(", ") + "]";
}

function summary(array) {
  if (array.summary) return array.summary;
  const shape = "[" + array.shape.join(", ") + "]";
  if (!array.data) {
    return {shape, min: array.min, max: array.max, norm: array.norm, largest: array.largest, nan: array.nan,
      infinite: array.nonFinite - array.nan, all: array.nonFinite === array.shape.reduce((a, b) => a * b, 1)};
  }
  const good = array.data.filter(v => typeof v === "number"), nan = array.data.filter(v => v === "NaN" || v === null).length;
  const min = good.reduce((a, b) => Math.min(a, b), Infinity), max = good.reduce((a, b) => Math.max(a, b), -Infinity);
  const largest = Math.max(-min, max);
  array.summary = {shape, min, max, largest, nan, infinite: array.data.length - good.length - nan, all: !good.length,
    norm: largest > 0 ? largest * Math.sqrt(good.reduce((a, b) => a + (b / largest) ** 2, 0)) : 0};
  return array.summary;
}

// In words, as long as it may be; for a box, as short as it must be.
const sizeOfAll = s => s.min === s.max ? say("array.all", number(s.min)) : say("array.size", number(s.norm), number(s.largest));
const notFinite = s => [s.nan ? s.nan + " NaN" : "", s.infinite ? say("array.infinite", s.infinite) : ""].filter(Boolean).join(", ");
function describe(array) {
  const text = inline(array);
  if (text !== null) return text;
  const s = summary(array), bad = notFinite(s);
  if (array.data && !array.data.length) return s.shape + " " + say("array.empty");
  if (s.all) return s.shape + " " + bad;
  return s.shape + " " + sizeOfAll(s) + (s.min === s.max ? "" : ", " + say("array.range", number(s.min), number(s.max))) + (bad ? ", " + bad : "");
}

const isBrief = (array, text) => text !== null && (array.data.length <= 4 || text.length <= 18);
function brief(array) {
  const text = inline(array);
  if (isBrief(array, text)) return text;
  const s = summary(array);
  if (array.data && !array.data.length) return s.shape;
  return s.shape + " " + (notFinite(s) || sizeOfAll(s));
}

/** In brief, an array stands as its norm and its largest magnitude. */
function isSummed(array) {
  if (isBrief(array, inline(array)) || (array.data && !array.data.length)) return false;
  const s = summary(array);
  return !notFinite(s) && s.min !== s.max;
}

// Matrices are easier to read as tables, unless they are tiny; large ones are shown when they are asked for.
const SMALL = 64;
const isTable = array => Boolean(array) && array.shape.length === 2 && Boolean(array.data) && array.data.length > 4
  && array.data.length <= SMALL && array.shape[1] <= 12;

const firstOf = array => number(array.data ? array.data[0] : array.first);

/** What stands between the name of an equation and its formula, which may be words. */
const signOf = line => line.words || line.formula.includes("←") || (line.kind === "backward" && line.rule) ? ":" : line.kind === "update" ? " ←" : " =";

// A step in words: a title and equations.
function narrate(k) {
  const told = tell(k);
  if (k === firstNaN) {
    told.lines.push({what: say("nan.first"), formula: "", numbers: "", value: "", kind: "bad",
      note: say("nan.note")});
  }
  return told;
}

function tell(k) {
  const step = steps[k], pass = passes[step.pass - 1], kind = phaseOf(step);
  const eq = (what, formula, numbers, value, note, array) => ({what, formula, numbers, value, note, kind, array});
  const example = (text, array) => text ? say("eq.first", text, firstOf(array)) : "";
  if (step.phase === "given") {
    const leaves = nodes.filter(n => n.kind !== "operation");
    const shown = leaves.slice(0, 40).map(n => eq(n.label, "", "", describe(pass.forward[n.id].value), say("kind." + n.kind)));
    if (leaves.length > 40) shown.push(eq(say("fold.more", leaves.length - 40), "", "", "", ""));
    return {title: say("step.given"), lines: shown};
  }
  if (step.phase === "update") {
    const u = pass.updates[step.index];
    const lines = u.equations.map(e => eq(e.symbol, e.formula, e.numbers, describe(e.value), example(e.example, e.value), e.value));
    if (lines.length === 1) for (const m of u.memory) lines.push(eq(m.name, "", "", describe(m.after), say("step.was", describe(m.before)), m.after));
    if (!isTable(u.before)) {
      return {title: say(u.gradient ? "step.update.gradient" : "step.update.before", u.variable, describe(u.before), u.gradient ? describe(u.gradient) : ""), lines};
    }
    const told = (what, words, array) => lines.unshift({...eq(what, words, "", describe(array), "", array), words: true});
    if (u.gradient) told("g", say("step.theGradient"), u.gradient);
    told(u.variable, say("step.asItWas"), u.before);
    return {title: say("step.update", u.variable), lines};
  }
  const node = nodes[step.index];
  if (step.phase === "forward") {
    const f = pass.forward[node.id];
    const from = [...new Set(node.inputs.map(i => nodes[i].label))].join(", ");
    return {title: say("step.compute", node.label, from),
      lines: [eq(node.label, node.symbol === node.formula ? "" : node.formula, f.numbers, describe(f.value), example(f.example, f.value), f.value)]};
  }
  const gradient = describe(pass.backward[node.id].gradient);
  if (step.phase === "seed") {
    return {title: say("step.seed", node.label),
      lines: [eq(derivative(node), "", "", gradient, say("step.itself"))]};
  }
  const lines = [], nothing = !(pass.backward[node.id].gives || []).length;
  if (nothing) lines.push(eq(say("step.nothing"), "", "", "", say("step.nothing.why", node.label)));
  const table = isTable(pass.backward[node.id].gradient);
  if (table) lines.unshift(eq(derivative(node), say("step.arrived"), "", gradient, "", pass.backward[node.id].gradient));
  return {title: say("step.back", derivative(node) + (table ? "" : " = " + gradient), node.label), lines};
}

function total(pass, node, flows, kind) {
  const parts = flows.map(f => inline(f.value));
  const numbers = parts.every(p => p !== null) && parts.length <= 8
    ? parts.map(p => p.startsWith("-") ? "(" + p + ")" : p).join(" + ") : "";
  return {what: derivative(node), formula: say("step.uses", flows.length), numbers, kind,
    value: describe(pass.backward[node.id].gradient), note: ""};
}
