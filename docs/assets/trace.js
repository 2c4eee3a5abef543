"use strict";
// Places nodes in layers, as the Java class LayeredLayout does: longest paths, medians against crossings, then
// positions by least squares with the order as constraint. Edges that would close a circle count as turned round.
function layeredLayout(sizes, edges, right, layerGap) {
  const MOST_PIECES = 20000, NODE_GAP = 22, PIECE_GAP = 12, MARGIN = 24;
  const n = sizes.length;
  const along = sizes.map(s => right ? s.w : s.h), across = sizes.map(s => right ? s.h : s.w);
  const turned = backEdges(n, edges);
  const ends = edges.map((e, i) => turned[i] ? [e[1], e[0]] : [e[0], e[1]]);
  const layer = assignLayers(n, ends);
  const pieces = cutEdges(layer, ends);
  const segments = [];
  ends.forEach(([u, v], e) => {
    const uncut = pieces[e].length !== layer[v] - layer[u] - 1;
    let at = u;
    for (const p of pieces[e]) { segments.push([at, p]); at = p; }
    if (!uncut) segments.push([at, v]);
  });
  const total = layer.length;
  while (along.length < total) { along.push(0); across.push(0); }
  const before = Array.from({length: total}, () => []), after = Array.from({length: total}, () => []);
  for (const [u, v] of segments) { after[u].push(v); before[v].push(u); }
  const order = orderLayers();
  const position = straighten();
  const starts = [], thick = [];
  let at = MARGIN;
  order.forEach((list, k) => {
    thick[k] = list.reduce((most, v) => Math.max(most, along[v]), 0);
    starts[k] = at;
    at += thick[k] + layerGap;
  });
  const length = at - layerGap + MARGIN;
  const breadth = position.reduce((most, p, v) => Math.max(most, p + across[v] / 2), 0) + 2 * MARGIN;
  const boxes = sizes.map((s, v) => {
    const main = starts[layer[v]] + (thick[layer[v]] - along[v]) / 2, cross = MARGIN + position[v] - across[v] / 2;
    return right ? {x: main, y: cross, w: s.w, h: s.h} : {x: cross, y: main, w: s.w, h: s.h};
  });
  return {boxes, routes: routeEdges(), right, width: right ? length : breadth, height: right ? breadth : length};

  function backEdges(count, list) {
    const out = Array.from({length: count}, () => []);
    list.forEach(([u], e) => out[u].push(e));
    const state = new Uint8Array(count), back = new Uint8Array(list.length);
    for (let root = 0; root < count; root++) {
      if (state[root]) continue;
      const stack = [[root, 0]];
      state[root] = 1;
      while (stack.length) {
        const top = stack[stack.length - 1];
        if (top[1] === out[top[0]].length) { state[top[0]] = 2; stack.pop(); continue; }
        const e = out[top[0]][top[1]++], v = list[e][1];
        if (state[v] === 1) back[e] = 1;
        else if (!state[v]) { state[v] = 1; stack.push([v, 0]); }
      }
    }
    return back;
  }

  function assignLayers(count, list) {
    const ins = Array.from({length: count}, () => []), outs = Array.from({length: count}, () => []);
    const waiting = new Int32Array(count);
    for (const [u, v] of list) { outs[u].push(v); ins[v].push(u); waiting[v]++; }
    const sorted = [];
    for (let v = 0; v < count; v++) if (!waiting[v]) sorted.push(v);
    for (let i = 0; i < sorted.length; i++) for (const v of outs[sorted[i]]) if (--waiting[v] === 0) sorted.push(v);
    const at = new Array(count).fill(0);
    const earliest = v => ins[v].reduce((most, u) => Math.max(most, at[u] + 1), 0);
    for (const v of sorted) at[v] = earliest(v);
    for (let round = 0; round < 6; round++) {
      for (let i = count - 1; i >= 0; i--) {
        const v = sorted[i];
        if (outs[v].length && outs[v].length > ins[v].length) {
          at[v] = outs[v].reduce((least, w) => Math.min(least, at[w]), Infinity) - 1;
        }
      }
      for (const v of sorted) if (outs[v].length && ins[v].length > outs[v].length) at[v] = earliest(v);
    }
    const first = at.reduce((least, l) => Math.min(least, l), Infinity);
    return at.map(l => l - first);
  }

  function cutEdges(layers, list) {
    const cut = list.map(() => []);
    const bySpan = list.map((_, e) => e).sort((a, b) =>
      layers[list[a][1]] - layers[list[a][0]] - layers[list[b][1]] + layers[list[b][0]]);
    let made = 0;
    for (const e of bySpan) {
      const from = layers[list[e][0]], to = layers[list[e][1]];
      if (made + to - from - 1 > MOST_PIECES) continue;
      for (let l = from + 1; l < to; l++) { cut[e].push(layers.length); layers.push(l); made++; }
    }
    return cut;
  }

  function orderLayers() {
    const lists = [];
    layer.forEach(l => { while (lists.length <= l) lists.push([]); });
    const seen = new Uint8Array(total), place = new Int32Array(total);
    for (let root = 0; root < total; root++) {
      if (after[root].length) continue;
      const open = [root];
      while (open.length) {
        const v = open.pop();
        if (seen[v]) continue;
        seen[v] = 1;
        lists[layer[v]].push(v);
        for (let i = before[v].length - 1; i >= 0; i--) open.push(before[v][i]);
      }
    }
    const number = list => list.forEach((v, i) => { place[v] = i; });
    lists.forEach(number);
    const count = () => {
      lists.forEach(number);
      let crossings = 0;
      for (let k = 0; k + 1 < lists.length; k++) {
        const tree = new Int32Array(lists[k + 1].length + 1);
        let passed = 0;
        for (const v of lists[k]) {
          const to = after[v].map(w => place[w]).sort((a, b) => a - b);
          for (const t of to) {
            let notRight = 0;
            for (let i = t + 1; i > 0; i -= i & -i) notRight += tree[i];
            crossings += passed - notRight;
          }
          for (const t of to) { for (let i = t + 1; i < tree.length; i += i & -i) tree[i]++; passed++; }
        }
      }
      return crossings;
    };
    const pairs = (side, a, b) => {
      let c = 0;
      for (const u of side[a]) for (const w of side[b]) if (place[u] > place[w]) c++;
      return c;
    };
    let best = lists.map(list => list.slice()), fewest = count();
    const sweeps = total > 4000 ? 6 : 16;
    for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
      const side = sweep % 2 ? after : before;
      for (let k = 1; k < lists.length; k++) {
        const list = lists[sweep % 2 ? lists.length - 1 - k : k];
        const key = new Map(list.map((v, i) => {
          const near = side[v].map(u => place[u]).sort((a, b) => a - b), m = near.length >> 1;
          return [v, near.length === 0 ? i : near.length % 2 ? near[m] : (near[m - 1] + near[m]) / 2];
        }));
        list.sort((a, b) => key.get(a) - key.get(b));
        number(list);
      }
      for (let round = 0, better = total <= 4000; better && round < 8; round++) {
        better = false;
        for (const list of lists) {
          for (let i = 0; i + 1 < list.length; i++) {
            const a = list[i], b = list[i + 1];
            if (pairs(before, b, a) + pairs(after, b, a) < pairs(before, a, b) + pairs(after, a, b)) {
              list[i] = b; list[i + 1] = a; place[a] = i + 1; place[b] = i; better = true;
            }
          }
        }
      }
      const now = count();
      if (now < fewest) { fewest = now; best = lists.map(list => list.slice()); }
    }
    return best;
  }

  function straighten() {
    const pos = new Array(total).fill(0);
    const gap = (a, b) => (across[a] + across[b]) / 2 + (a >= n || b >= n ? PIECE_GAP : NODE_GAP);
    for (const list of order) {
      let p = 0;
      list.forEach((v, i) => { p += i ? gap(list[i - 1], v) : 0; pos[v] = p; });
      for (const v of list) pos[v] -= p / 2;
    }
    const settle = (list, sides) => {
      const offset = [], blocks = [];
      list.forEach((v, i) => {
        offset[i] = i ? offset[i - 1] + gap(list[i - 1], v) : 0;
        let weight = 0, sum = 0;
        for (const side of sides) {
          for (const u of side[v]) { const w = u >= n && v >= n ? 6 : 1; weight += w; sum += w * pos[u]; }
        }
        if (!weight) { weight = 0.01; sum = 0.01 * pos[v]; }
        sum -= weight * offset[i];
        while (blocks.length && blocks[blocks.length - 1].sum / blocks[blocks.length - 1].weight >= sum / weight) {
          const b = blocks.pop();
          sum += b.sum; weight += b.weight;
        }
        blocks.push({sum, weight, end: i});
      });
      let i = 0;
      for (const b of blocks) for (; i <= b.end; i++) pos[list[i]] = b.sum / b.weight + offset[i];
    };
    const sweeps = total > 8000 ? 6 : 10;
    for (let s = 0; s < sweeps; s++) {
      const both = s >= sweeps / 2;
      for (let k = 0; k < order.length; k++) settle(order[k], both ? [before, after] : [before]);
      for (let k = order.length - 1; k >= 0; k--) settle(order[k], both ? [after, before] : [after]);
    }
    let least = Infinity;
    for (const list of order) if (list.length) least = Math.min(least, pos[list[0]] - across[list[0]] / 2);
    return pos.map(p => p - least);
  }

  function routeEdges() {
    const ports = [0, 1].map(end => {
      const port = new Array(ends.length), at = new Map();
      ends.forEach((e, i) => { if (!at.has(e[end])) at.set(e[end], []); at.get(e[end]).push(i); });
      const far = e => position[pieces[e].length ? pieces[e][end ? pieces[e].length - 1 : 0] : ends[e][1 - end]];
      for (const [v, list] of at) {
        list.sort((a, b) => far(a) - far(b));
        list.forEach((e, i) => {
          const share = list.length === 1 ? 0 : (i / (list.length - 1) - 0.5) * Math.min(0.6, 0.2 * list.length);
          port[e] = position[v] + share * across[v];
        });
      }
      return port;
    });
    return ends.map(([u, v], e) => {
      const route = [[starts[layer[u]] + (thick[layer[u]] + along[u]) / 2, ports[0][e]]];
      for (const p of pieces[e]) {
        route.push([starts[layer[p]], position[p]], [starts[layer[p]] + thick[layer[p]], position[p]]);
      }
      route.push([starts[layer[v]] + (thick[layer[v]] - along[v]) / 2, ports[1][e]]);
      if (turned[e]) route.reverse();
      return route.map(([m, c]) => right ? [m, c + MARGIN] : [c + MARGIN, m]);
    });
  }
}

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

// Finds what a graph does again and again, such as equal layers or the steps of a loop: the same operations in the same
// order, with operands from the same places. A stretch of a topological order can be drawn as one box without a circle.
const LEAST_REPEATED = 12, LONGEST_PERIOD = 3000;
let repeats;

/** Adds to each node the groups of the repetitions that it is in: all of them, and its own. */
function findRepeats() {
  const kinds = new Map(), numberOf = text => kinds.get(text) || kinds.set(text, kinds.size + 1).get(text);
  const kind = nodes.map(n => numberOf([n.kind, n.op, n.dtype, n.shape.join(), n.inputs.length].join(" ")));
  repeatsWithin(0, nodes.length, kind);
}

function repeatsWithin(from, to, kind) {
  const taken = new Uint8Array(to - from), last = period => Math.min(LONGEST_PERIOD, Math.floor((to - from) / 3));
  const runs = [];
  for (let period = 2; period <= last(); period++) {
    for (let i = from, start = from; i + period <= to; i++) {
      if (i + period < to && isAgain(i, period, kind)) continue;
      const count = Math.floor((i - start) / period) + 1;
      if (count >= 3 && count * period >= LEAST_REPEATED) runs.push({start, period, count, spare: (i - start) % period});
      start = i + 1;
    }
  }
  runs.sort((a, b) => b.count * b.period - a.count * a.period || a.period - b.period);
  for (const run of runs) {
    const {start, period, count} = run;
    if (taken[start - from] || taken[start + count * period - 1 - from]) continue;
    if (nodes.slice(start, start + period).filter(n => n.kind === "operation").length < 2 || !addRun(run)) continue;
    taken.fill(1, run.start - from, run.start + run.count * period - from);
    for (let k = 0; k < run.count && period >= 3 * LEAST_REPEATED; k++) repeatsWithin(run.start + k * period, run.start + (k + 1) * period, kind);
  }
}

const isShortRepetition = key => key !== undefined && key.startsWith("*") && Number(key.split("*")[2]) <= LEAST_REPEATED;

// An operand comes from as far back, or it is the same one, or both come from before the repetition.
function isAgain(i, period, kind) {
  if (kind[i] !== kind[i + period]) return false;
  const a = nodes[i].inputs, b = nodes[i + period].inputs;
  for (let k = 0; k < a.length; k++) {
    if (b[k] - a[k] !== period && b[k] !== a[k] && (i - a[k] < period || i + period - b[k] < period)) return false;
  }
  return true;
}

// Takes the first beginning of a run at which no name scope is cut.
function addRun(run) {
  for (let shift = 0; shift < run.period; shift++) {
    const start = run.start + shift, count = shift <= run.spare ? run.count : run.count - 1;
    const depth = count < 3 ? -1 : depthOf(start, run.period, count);
    if (depth < 0) continue;
    Object.assign(run, {start, count});
    const key = "*" + start + "*" + run.period, first = nodes.slice(start, start + run.period);
    const scope = first[0].groups[depth], whole = scope !== undefined && !scope.startsWith("*") && first.every(n => n.groups[depth] === scope);
    const what = whole ? groupName(scope) : [...new Set(first.filter(n => n.kind === "operation").map(n => n.type))];
    const title = whole ? what : what.slice(0, 3).join(", ") + (what.length > 3 ? ", …" : "");
    repeats.set(key, say("fold.repeat", count, title));
    for (let k = 0; k < count; k++) {
      const own = key + "*" + k;
      if (!whole) repeats.set(own, say("fold.repetition", k + 1, count, title));
      for (const node of nodes.slice(start + k * run.period, start + (k + 1) * run.period)) node.groups.splice(depth, 0, key, ...(whole ? [] : [own]));
    }
    return true;
  }
  return false;
}

// How many groups all nodes of a run share; -1 if one of the others is not inside of one repetition.
function depthOf(start, period, count) {
  const inside = nodes.slice(start, start + period * count), first = inside[0].groups;
  let depth = first.findIndex((key, i) => inside.some(n => n.groups[i] !== key));
  if (depth < 0) depth = Math.min(...inside.map(n => n.groups.length));
  const home = new Map();
  inside.forEach((node, i) => {
    const key = node.groups[depth], k = Math.floor(i / period);
    if (key !== undefined) home.set(key, home.has(key) && home.get(key) !== k ? -1 : k);
  });
  if ([...home.values()].includes(-1)) return -1;
  const outside = (node, id) => (id < start || id >= start + period * count) && home.has(node.groups[depth]);
  return nodes.some(outside) ? -1 : depth;
}

// The boxes of the graph: nodes, and groups of nodes that are drawn as one until they are opened. Groups are name scopes,
// such as layers, and in large graphs repetitions (repeat.js) and expressions: results without a name that are used once
// are drawn with their user.
const FOLD_FROM = 24, DRAW_ALL = 300, MOST_REPEATED = 60, MOST_IN_EXPRESSION = 8, NEAR = 26, NEAR_HOPS = 3;
let exits;

const isExpression = key => key.startsWith("=");
const isFolded = node => node.groups.find(key => view.collapsed.has(key));
const isNumeral = text => /^\(?-?[\d.]+(e[-+]?\d+)?\)?$/.test(text);
const groupName = key => isExpression(key) ? nodes[Number(key.slice(1))].label : repeats.get(key) || key.slice(key.lastIndexOf("/") + 1);

/** Finds the groups of each node, outermost first. */
function findGroups() {
  const large = nodes.length > DRAW_ALL;
  for (const node of nodes) {
    const parts = node.scope ? node.scope.split("/") : [];
    node.groups = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    // A number without a name stands in the formula of its user, so that it needs no box of its own.
    node.inline = nodes.length > FOLD_FROM && node.kind === "constant" && !node.shape.length && isNumeral(node.symbol) && edgesFrom[node.id].length > 0;
  }
  scopes = [...new Set(nodes.flatMap(node => node.groups))].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
  repeats = new Map();
  if (large) { findRepeats(); findExpressions(); }
  members = new Map();
  exits = new Map();
  for (const node of nodes) {
    for (const key of node.groups) {
      if (!members.has(key)) members.set(key, []);
      members.get(key).push(node);
      if (node === result || edgesFrom[node.id].some(e => !nodes[e.to].groups.includes(key))) exits.set(key, node);
    }
  }
}

function findExpressions() {
  const root = nodes.map((_, i) => i), size = new Array(nodes.length).fill(1);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id], users = edgesFrom[id];
    if (node.kind !== "operation" || users.length !== 1 || node.name.slice(node.name.lastIndexOf("/") + 1) !== node.type) continue;
    const into = root[users[0].to];
    if (nodes[into].groups.at(-1) !== node.groups.at(-1) || isShortRepetition(node.groups.at(-1)) || size[into] >= MOST_IN_EXPRESSION) continue;
    root[id] = into;
    size[into]++;
  }
  for (const node of nodes) if (size[root[node.id]] > 1) node.groups.push("=" + root[node.id]);
}

/** The groups that a graph opens with: none in a small one, all in one of a model's size. */
const foldedAtFirst = () => new Set(nodes.length > FOLD_FROM ? members.keys() : []);

function groupItem(key) {
  const list = members.get(key), parameters = list.filter(n => n.kind === "variable").reduce((sum, n) => sum + sizeNow(n), 0);
  const detail = say(list.length === 1 ? "fold.node" : "fold.nodes", list.length) + (parameters ? ", " + say("fold.parameters", parameters.toLocaleString("en")) : "");
  return {key: "s" + key, scope: key, exit: exits.get(key) || list[list.length - 1], title: cut(groupName(key), 28), detail};
}
const sizeNow = node => passes[0].forward[node.id].value.shape.reduce((a, b) => a * b, 1);

/** Collects the boxes and the arrows between them as the graph is folded now. */
function gather() {
  const at = new Map(), items = [];
  const itemOf = nodes.map(node => {
    if (node.inline) return -1;
    const group = isFolded(node), key = group === undefined ? "n" + node.id : "s" + group;
    if (!at.has(key)) {
      at.set(key, items.length);
      const formula = node.kind === "operation" && node.formula !== node.symbol ? cut(node.formula, 20) : "";
      items.push(group === undefined ? {key, node, title: titleOf(node), detail: formula} : groupItem(group));
    }
    return at.get(key);
  });
  for (const node of nodes) if (node.inline) itemOf[node.id] = itemOf[edgesFrom[node.id][0].to];
  const links = new Map();
  for (const edge of edges) {
    const from = itemOf[edge.from], to = itemOf[edge.to];
    if (from === to || nodes[edge.from].inline) continue;
    const single = !items[from].scope && !items[to].scope, key = from + ">" + to + (single ? ">" + edge.operand : "");
    if (!links.has(key)) links.set(key, {from, to, edges: []});
    links.get(key).edges.push(edge);
  }
  view.whole = {items, links: [...links.values()], itemOf};
}

/** Takes all boxes, or those around the current step. */
function choose() {
  const {items, links, itemOf} = view.whole;
  Object.assign(view, view.whole);
  if (view.near) {
    const shown = neighbourhood(itemOf[view.centre]), place = new Map([...shown].sort((a, b) => a - b).map((item, i) => [item, i]));
    view.items = [...place.keys()].map(i => items[i]);
    view.links = links.filter(l => place.has(l.from) && place.has(l.to)).map(l => ({...l, from: place.get(l.from), to: place.get(l.to)}));
    view.itemOf = itemOf.map(i => place.has(i) ? place.get(i) : -1);
    const beyond = new Map();
    for (const l of links) {
      if (place.has(l.from) !== place.has(l.to)) { const i = place.has(l.from) ? l.from : l.to; beyond.set(i, (beyond.get(i) || 0) + 1); }
    }
    items.forEach((item, i) => { item.beyond = beyond.get(i) || 0; });
  } else items.forEach(item => { item.beyond = 0; });
  place();
}

// Breadth first, operands before users: what a step computes with is nearer than what is computed from it.
function neighbourhood(centre) {
  const {items, links} = view.whole;
  if (!view.whole.around) {
    view.whole.around = items.map(() => ({into: [], out: []}));
    for (const l of links) { view.whole.around[l.to].into.push(l.from); view.whole.around[l.from].out.push(l.to); }
  }
  const shown = new Set([centre]);
  let front = [centre];
  for (let hop = 0; hop < NEAR_HOPS; hop++) {
    const next = [];
    for (const i of front) {
      const {into, out} = view.whole.around[i];
      for (const other of [...into, ...out.slice(0, 8)]) {
        if (shown.size >= NEAR) return shown;
        if (!shown.has(other)) { shown.add(other); next.push(other); }
      }
    }
    front = next;
  }
  return shown;
}

/** The node that the view follows at a step. */
function nodeAt(step) {
  const id = placeOf(step);
  if (id >= 0) return id;
  const first = steps.find(s => s.pass === step.pass && s.phase === "forward");
  return step.phase === "given" && first ? first.index : data.result;
}

/** Keeps the neighbourhood while the step and its operands are in it; otherwise takes that of the step. */
function keepNear(id) {
  if (!view.near) return;
  const item = view.whole.itemOf[id], shown = new Set(view.items), missing = i => !shown.has(view.whole.items[i]);
  if (!missing(item) && (item === view.whole.itemOf[view.centre] || !view.whole.around[item].into.some(missing))) return;
  view.centre = id;
  choose();
  start();
}

function setNear(on, id) {
  view.near = on;
  view.centre = id;
  byId("near").setAttribute("aria-pressed", String(on));
  choose();
  view.stamp++;
}

/** The step at which to stop next: the steps of a folded group that follow each other count as one, its last. */
function nextStop(direction) {
  if (predict.on) return view.step + direction;
  const group = s => { const id = placeOf(s); return id >= 0 ? isFolded(nodes[id]) : undefined; };
  const joined = (a, b) => a && b && group(a) !== undefined && a.pass === b.pass && phaseOf(a) === phaseOf(b) && group(a) === group(b);
  let k = view.step;
  if (direction < 0) {
    while (joined(steps[k - 1], steps[k])) k--;
    return k - 1;
  }
  k++;
  while (joined(steps[k], steps[k + 1])) k++;
  return k;
}

/** The box is within an opened group. */
function isInside(item, key) {
  const {groups} = item.scope ? members.get(item.scope)[0] : item.node;
  return item.scope !== key && groups.includes(key);
}

/** The groups that are open, in open ones. */
function openGroups() {
  const shown = key => { const {groups} = members.get(key)[0]; return !groups.slice(0, groups.indexOf(key) + 1).some(k => view.collapsed.has(k)); };
  return [...scopes, ...repeats.keys()].filter(shown);
}

function toggle(scope) {
  if (view.collapsed.has(scope)) view.collapsed.delete(scope); else view.collapsed.add(scope);
  const old = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.scope : null;
  const inPanel = byId("scopes").contains(document.activeElement);
  const centre = (!repeats.has(scope) && exits.get(scope) || members.get(scope)[0]).id;
  if (view.near) view.centre = centre;
  gather();
  if (!view.near && view.whole.items.length > (repeats.has(scope) ? MOST_REPEATED : DRAW_ALL)) setNear(true, centre); else choose();
  view.stamp++;
  showScopes();
  start();
  draw();
  if (old) {
    const again = (inPanel ? byId("scopes") : canvas).querySelector(`[data-scope="${CSS.escape(old)}"]`);
    if (again) again.focus();
  }
}

function foldAll() {
  const keys = [...members.keys()], open = keys.some(s => !view.collapsed.has(s));
  view.collapsed = new Set(open ? keys : []);
  rearrange();
  start();
}

/** The tree of scopes, as far as it is open. */
function showScopes() {
  const panel = byId("scopes");
  panel.replaceChildren();
  byId("fold").hidden = !members.size;
  if (!scopes.length) return;
  element("h2", "", say("fold.scopes"), panel);
  const inSight = scopes.filter(s => { const cut = s.lastIndexOf("/"); return cut < 0 || s.slice(0, cut).split("/").every((_, i, parts) => !view.collapsed.has(parts.slice(0, i + 1).join("/"))); });
  for (const scope of inSight.slice(0, 200)) {
    const open = !view.collapsed.has(scope), depth = scope.split("/").length - 1;
    const button = element("button", "", (open ? "⊟ " : "⊞ ") + groupName(scope) + "  (" + members.get(scope).length + ")", panel);
    button.type = "button";
    button.style.paddingLeft = 10 + 18 * depth + "px";
    button.dataset.scope = scope;
    button.setAttribute("aria-expanded", String(open));
    button.addEventListener("click", () => toggle(scope));
  }
  if (inSight.length > 200) element("p", "note", say("fold.more", inSight.length - 200), panel);
}

/** Says in which folded group a step happens, with a button that opens it. */
function noteFolded(id, panel) {
  const group = id >= 0 ? isFolded(nodes[id]) : undefined;
  if (group === undefined) return;
  const note = element("p", "note inside", say("fold.inside", groupName(group)) + " ", panel), button = element("button", "link", say("fold.open", groupName(group)), note);
  button.type = "button";
  button.addEventListener("click", () => { toggle(group); go(view.step); });
}

// The graph on the page: which boxes there are, where they stand, and what they show at a step.
const SVG = "http://www.w3.org/2000/svg";
const canvas = document.getElementById("canvas"), stage = canvas;
const view = {step: 0, collapsed: new Set(), selected: -1, arrow: -1, x: 0, y: 0, scale: 1, items: [], links: [], layout: null};
const FAR = 0.34;

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (parent) parent.appendChild(element);
  return element;
}
const defs = svg("defs", {}, canvas);
for (const [id, color] of [["tip", "line"], ["tipvalue", "value"], ["tipgradient", "gradient"]]) {
  const marker = svg("marker", {id, viewBox: "0 0 8 8", refX: 7.5, refY: 4, markerWidth: 8, markerHeight: 8,
    markerUnits: "userSpaceOnUse", orient: "auto-start-reverse"}, defs);
  svg("path", {d: "M0,0.5 L8,4 L0,7.5 z", style: "fill:var(--" + color + ")"}, marker);
}
const world = svg("g", {}, canvas);
const layers = {};
for (const name of ["frames", "far", "edges", "labels", "nodes"]) layers[name] = svg("g", {}, world);

const ruler = document.createElement("canvas").getContext("2d");
function textWidth(text, bold) {
  ruler.font = (bold ? "600 " : "") + "13px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  return ruler.measureText(text).width;
}
// All of a label with its scopes if that is short, as a frame does not fit around every scope.
const titleOf = node => node.label.length <= 24 ? node.label : cut(node.short, 24);
const cut = (text, most) => text.length <= most ? text : text.slice(0, most - 1) + "…";

// A small matrix stands in a box row by row, its gradient beside it; anything else is one line.
const MOST_ROWS = 4, LONGEST_ROW = 30;
function linesOf(array) {
  const rows = array.data && array.shape.length === 2 && array.shape[0] > 1 && array.shape[0] <= MOST_ROWS && array.data.length <= 12
    ? rowsOf(array).map((row, i, all) => (i ? "" : "[") + "[" + row.map(number).join(", ") + (i < all.length - 1 ? "]," : "]]")) : [];
  return rows.length && rows.every(row => row.length <= LONGEST_ROW) ? rows : [brief(array)];
}
// Rows stand below each other, whatever is before the first.
const indentOf = ([first]) => textWidth(first.slice(0, first.indexOf("[") + 1));
const marked = (mark, [first, ...rest]) => [mark + first, ...rest];
const changeOf = update => update.before.shape.length ? marked("→ ", linesOf(update.after)) : [brief(update.before) + " → " + brief(update.after)];

function sizeOf(item) {
  const id = (item.node || item.exit).id, widest = (lines, bold) => Math.max(...lines.map((line, i) => (i ? indentOf(lines) : 0) + textWidth(line, bold)));
  let value = textWidth(say("node.not")), gradient = 0, rows = 1;
  for (const pass of passes) {
    const back = pass.backward[id].gradient, shown = [linesOf(pass.forward[id].value), ...pass.updates.filter(u => u.node === id).map(changeOf)];
    value = Math.max(value, ...shown.map(lines => widest(lines, lines[0].includes("→"))));
    if (back) gradient = Math.max(gradient, widest(marked("∂ ", linesOf(back))));
    rows = Math.max(rows, ...shown.map(lines => lines.length), back ? linesOf(back).length : 1);
  }
  const head = textWidth(item.title, true) + (item.detail ? 10 + textWidth(item.detail) : 0);
  const beside = rows > 1 && gradient ? value + 18 : 0, body = beside ? beside + gradient : Math.max(value, gradient);
  return {w: Math.max(head, body) + 26, h: 32 + 18 * Math.max(2, rows), beside};
}

function setLines(text, lines) {
  const whole = lines.join("\n");
  if (text.lines === whole) return;
  text.lines = whole;
  text.textContent = lines.length > 1 ? "" : lines[0];
  if (lines.length > 1) lines.forEach((line, i) => { svg("tspan", {x: Number(text.getAttribute("x")) + (i ? indentOf(lines) : 0), dy: i ? 18 : 0}, text).textContent = line; });
}

function arrange() {
  gather();
  choose();
}

function place() {
  const sizes = view.items.map(sizeOf), list = view.links.map(l => [l.from, l.to]);
  for (const link of view.links) {
    const texts = link.edges.length > 1 ? [] : passes.map(p => p.flows[link.edges[0].id]).filter(Boolean).map(f => brief(f.value));
    link.width = texts.reduce((most, text) => Math.max(most, textWidth(text) * 0.93 + 8), 0);
  }
  const label = view.links.reduce((most, l) => Math.max(most, l.width), 0);
  const make = (right, gap) => layeredLayout(sizes, list, right, right ? Math.max(44, label + 26) : gap);
  let layout = make(stage.clientWidth >= stage.clientHeight * 0.8, 66);
  if (view.items.length <= 600) {
    const other = make(!layout.right, 66), dense = fitScale(layout) < 0.9 && fitScale(other) < 0.9 ? make(false, 42) : other;
    for (const candidate of [other, dense]) if (fitScale(candidate) > fitScale(layout) * 1.05) layout = candidate;
  }
  view.layout = layout;
  view.items.forEach((item, i) => { item.box = layout.boxes[i]; item.beside = sizes[i].beside; });
  view.links.forEach((link, i) => {
    link.route = layout.routes[i];
    const xs = link.route.map(p => p[0]), ys = link.route.map(p => p[1]);
    link.bounds = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  });
  view.frames = frames();
  placeLabels();
  for (const name in layers) layers[name].replaceChildren();
  view.items.forEach(item => { item.element = null; });
  view.links.forEach(link => { link.element = null; link.label = null; });
  view.frames.forEach(drawFrame);
}

const fitScale = layout => Math.min(stage.clientWidth / layout.width, stage.clientHeight / layout.height);

// A frame around each expanded scope that has nothing else between its nodes; otherwise a tab at its first node.
function frames() {
  const found = [];
  if (view.items.length > DRAW_ALL) return found;
  const open = openGroups();
  for (const scope of open) {
    const inside = view.items.filter(i => isInside(i, scope)), name = repeats.get(scope) || scope;
    if (!inside.length) continue;
    const depth = open.some(s => s !== scope && members.get(s)[0].groups.includes(scope)) ? 16 : 10;
    const x0 = Math.min(...inside.map(i => i.box.x)) - depth, y0 = Math.min(...inside.map(i => i.box.y)) - depth - 16;
    const x1 = Math.max(...inside.map(i => i.box.x + i.box.w)) + depth, y1 = Math.max(...inside.map(i => i.box.y + i.box.h)) + depth;
    const all = new Set(inside);
    if (view.near || view.items.some(i => !all.has(i) && i.box.x < x1 && i.box.x + i.box.w > x0 && i.box.y < y1 && i.box.y + i.box.h > y0)) {
      const box = inside[inside.length - 1].box;
      found.push({scope, name, x0: box.x - 4, y0: box.y - 20, x1: box.x + textWidth("⊟ " + name) + 10, y1: box.y, tab: true});
    } else found.push({scope, name, x0, y0, x1, y1});
  }
  return found;
}

function drawFrame(frame) {
  const g = svg("g", {class: "frame" + (frame.tab ? " tab" : ""), tabindex: 0, role: "button", "data-scope": frame.scope, "aria-expanded": "true",
    "aria-label": say("fold.expanded", frame.name)}, layers.frames);
  if (!frame.tab) svg("rect", {x: frame.x0, y: frame.y0, width: frame.x1 - frame.x0, height: frame.y1 - frame.y0, rx: 12}, g);
  svg("rect", {x: frame.x0, y: frame.y0, width: frame.x1 - frame.x0, height: 20, style: "fill:transparent;stroke:none"}, g);
  svg("text", {x: frame.x0 + 9, y: frame.y0 + 15}, g).textContent = "⊟ " + frame.name;
}

function path(route) {
  let d = "M" + route[0][0] + "," + route[0][1];
  for (let i = 1; i < route.length; i++) {
    const [x0, y0] = route[i - 1], [x, y] = route[i], right = view.layout.right;
    if (right ? y0 === y : x0 === x) { d += "L" + x + "," + y; continue; }
    const mx = (x0 + x) / 2, my = (y0 + y) / 2;
    d += right ? `C${mx},${y0} ${mx},${y} ${x},${y}` : `C${x0},${my} ${x},${my} ${x},${y}`;
  }
  return d;
}

// Labels stand on the last part of a curve, near the consumer, and apart from each other and from the names of frames
// where that is possible; as the Java class ArrowLabels does it.
const LABEL_HEIGHT = 18;
function placeLabels() {
  const taken = view.frames.map(f => { const w = textWidth("⊟ " + f.name) + 18; return {x: f.x0 + w / 2, y: f.y0 + 12, w}; });
  for (const link of view.links) {
    if (!link.width) continue;
    const places = labelPlaces(link), w = link.width;
    const free = taken.length > 2000 ? null : places.find(p => !taken.some(o => Math.abs(p[0] - o.x) < (w + o.w) / 2
      && Math.abs(p[1] - o.y) < LABEL_HEIGHT));
    link.place = free || places[0];
    taken.push({x: link.place[0], y: link.place[1], w});
  }
}

function labelPlaces(link) {
  const right = view.layout.right, from = link.route[link.route.length - 2], to = link.route[link.route.length - 1];
  const [m0, c0] = right ? from : [from[1], from[0]], [m1, c1] = right ? to : [to[1], to[0]], reach = m1 - m0;
  const targets = right ? [m1 - 12 - link.width / 2, m0 + reach / 2, m0 + 12 + link.width / 2]
    : [m0 + reach / 2, m0 + 0.2 * reach, m0 + 0.78 * reach];
  return targets.map(target => {
    let low = 0, high = 1;
    for (let i = 0; i < 20; i++) {
      const t = (low + high) / 2;
      if (m0 + reach * (1.5 * t * (1 - t) + t * t * t) < target) low = t; else high = t;
    }
    const cross = c0 + (c1 - c0) * (3 * low * low - 2 * low * low * low);
    return right ? [target, cross] : [cross, target];
  });
}

function drawItem(item) {
  const kind = item.scope ? "group" : item.node.id === data.result ? "final" : item.node.kind;
  const g = svg("g", {class: "node " + kind, tabindex: 0, role: "button",
    transform: `translate(${item.box.x} ${item.box.y})`}, layers.nodes);
  item.base = "node " + kind;
  svg("rect", {width: item.box.w, height: item.box.h, rx: 8}, g);
  svg("text", {class: "name", x: 13, y: 22}, g).textContent = item.title;
  if (item.scope) {
    g.setAttribute("data-scope", item.scope);
    g.setAttribute("aria-expanded", "false");
  } else {
    g.setAttribute("data-id", item.node.id);
    g.setAttribute("data-label", item.node.label);
  }
  svg("text", {class: "op", x: 23 + textWidth(item.title, true), y: 22}, g).textContent = item.detail;
  item.drag = item.node && isDraggable(item.node) ? " drag" : "";
  item.val = svg("text", {class: "val" + item.drag, x: 13, y: 41}, g);
  item.grad = svg("text", {class: "grad", x: 13 + item.beside, y: item.beside ? 41 : 59}, g);
  if (item.beyond) svg("text", {class: "op beyond", x: item.box.w - 8, y: item.box.h - 8}, g).textContent = "+" + item.beyond;
  item.element = g;
  item.shown = -1;
}

// What a node shows now.
function stateOf(id) {
  const k = happened(), pass = passes[steps[view.step].pass - 1];
  const all = view.all && pass.grad[id] < Infinity;
  const valued = view.all || k >= pass.value[id], graded = all || k >= pass.grad[id], changed = k >= pass.changed[id];
  const value = changed ? changeOf(pass.updates.find(u => u.node === id)) : valued ? linesOf(pass.forward[id].value)
    : [isAsking() && roleOf(id) === "current" ? "?" : say("node.not")];
  const gradient = graded ? marked("∂ ", linesOf(pass.backward[id].gradient)) : [""];
  const bad = (valued && hasNaN(pass.forward[id].value)) || (graded && hasNaN(pass.backward[id].gradient))
    || (changed && hasNaN(pass.updates.find(u => u.node === id).after));
  return {valued, graded, changed, value, gradient, bad};
}

// The node that a step is about.
const placeOf = step => step.phase === "update" ? passes[step.pass - 1].updates[step.index].node : step.index;

function roleOf(id) {
  const step = steps[view.step];
  if (step.phase === "given") return nodes[id].kind === "operation" ? "" : "current";
  if (step.phase === "update") return passes[step.pass - 1].updates[step.index].node === id ? "current" : "";
  if (step.index === id) return "current";
  if (!edgesInto[step.index].some(e => e.from === id)) return "";
  if (step.phase === "forward") return "used";
  return step.phase === "backward" && edgesInto[step.index].some(e => e.from === id && flowing(e)) ? "touched" : "";
}
const flowing = edge => passes[steps[view.step].pass - 1].flow[edge.id] === happened();

function paintItem(item) {
  if (item.scope) { paintGroup(item); return; }
  const id = item.node.id, state = stateOf(id);
  setLines(item.val, state.value);
  item.val.setAttribute("class", (state.changed ? "val new" : "val") + item.drag);
  setLines(item.grad, state.gradient);
  const first = firstNaN >= 0 && view.step >= firstNaN && steps[firstNaN].phase !== "given" && placeOf(steps[firstNaN]) === id;
  item.element.setAttribute("class", item.base + (state.valued ? "" : " todo") + " " + roleOf(id)
    + (state.bad ? " bad" : "") + (first ? " firstbad" : "")
    + (view.selected === id ? " selected" : ""));
  item.element.setAttribute("aria-label", item.node.label + ", "
    + (item.node.kind !== "operation" ? say("kind." + item.node.kind) : item.node.formula === item.node.symbol ? item.node.type : "= " + item.node.formula) + ", "
    + (state.valued ? say("node.hasValue", state.value.join(" ")) : say("node.notYet")) + (state.graded ? ", " + say("node.hasGradient", state.gradient.join(" ").slice(2)) : ""));
}

// A group shows what comes out of it.
function paintGroup(item) {
  const states = members.get(item.scope).map(n => stateOf(n.id)), valued = states.filter(s => s.valued).length, graded = states.filter(s => s.graded).length;
  const roles = members.get(item.scope).map(n => roleOf(n.id)), state = stateOf(item.exit.id), step = steps[view.step];
  setLines(item.val, state.value);
  setLines(item.grad, state.gradient);
  const role = ["current", "touched", "used"].find(r => roles.includes(r)) || "";
  const selected = view.selected >= 0 && nodes[view.selected].groups.includes(item.scope);
  item.element.setAttribute("class", item.base + (valued ? "" : " todo") + " " + (step.phase === "given" ? "" : role)
    + (states.some(s => s.bad) ? " bad" : "") + (selected ? " selected" : ""));
  item.element.setAttribute("aria-label", say("fold.aria", item.title, item.detail, valued, graded) + ", " + state.value.join(" "));
}

function drawLink(link) {
  link.element = svg("path", {d: path(link.route)}, layers.edges);
  link.label = null;
}

function paintLink(link) {
  const k = happened(), step = steps[view.step], pass = passes[step.pass - 1];
  const used = step.phase === "forward" && link.edges.some(e => e.to === step.index);
  const now = link.edges.some(flowing), past = link.edges.some(e => k >= pass.flow[e.id] || (view.all && pass.flows[e.id]));
  const faint = (view.all || phaseOf(step) !== "forward") && !link.edges.some(e => pass.flows[e.id]);
  link.element.setAttribute("class", "edge" + (used ? " used" : now ? " flowing" : past ? " flowed" : faint ? " faint" : "")
    + (link.edges.some(e => e.id === why.lit || e.id === view.arrow) ? " lit" : ""));
  // An arrow points the way that flows along it: a gradient that it carries goes from the consumer to the operand.
  link.element.setAttribute(past ? "marker-start" : "marker-end", `url(#${used ? "tipvalue" : past ? "tipgradient" : "tip"})`);
  link.element.removeAttribute(past ? "marker-end" : "marker-start");
  if (link.label) { link.label.remove(); link.label = null; }
  if (past && link.edges.length === 1) {
    const text = brief(pass.flows[link.edges[0].id].value), width = textWidth(text) * 0.93 + 8;
    const [x, y] = link.place;
    link.label = svg("g", {class: "label" + (now ? " flowing" : ""), "data-edge": link.edges[0].id}, layers.labels);
    svg("rect", {x: x - width / 2, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT, rx: 5}, link.label);
    svg("text", {x, y: y + 4}, link.label).textContent = text;
    const flow = pass.flows[link.edges[0].id], told = say("arrow.told", nodes[flow.from].label, derivative(nodes[flow.to]), text);
    link.label.setAttribute("role", "img");
    link.label.setAttribute("aria-label", told);
    svg("title", {}, link.label).textContent = told + (isSummed(flow.value) ? "\n" + say("array.words") : "");
  }
}

// From afar a large graph is a few paths; from near only what is in sight is drawn.
function drawFar() {
  const classes = {todo: "", done: "", back: "", now: ""};
  for (const item of view.items) {
    const ids = item.scope ? members.get(item.scope).map(n => n.id) : [item.node.id];
    const states = ids.map(stateOf);
    const kind = ids.some(id => roleOf(id) === "current") ? "now" : states.some(s => s.graded) ? "back"
      : states.some(s => s.valued) ? "done" : "todo";
    const b = item.box;
    classes[kind] += `M${b.x.toFixed(1)},${b.y.toFixed(1)}h${b.w.toFixed(1)}v${b.h.toFixed(1)}h${-b.w.toFixed(1)}z`;
  }
  layers.far.replaceChildren();
  view.wires = view.wires && view.wires.layout === view.layout ? view.wires : {layout: view.layout, d: view.links.map(l => path(l.route)).join("")};
  svg("path", {class: "far edges", d: view.wires.d}, layers.far);
  for (const kind in classes) if (classes[kind]) svg("path", {class: "far " + kind, d: classes[kind]}, layers.far);
}

function draw() {
  world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  const many = view.items.length > DRAW_ALL, far = many && view.scale < FAR;
  layers.frames.style.display = far ? "none" : "";
  if (far) drawFar(); else layers.far.replaceChildren();
  const margin = 60 / view.scale, left = -view.x / view.scale - margin, top = -view.y / view.scale - margin;
  const right = left + stage.clientWidth / view.scale + 2 * margin, bottom = top + stage.clientHeight / view.scale + 2 * margin;
  const inSight = (x0, y0, x1, y1) => !far && (!many || (x0 < right && x1 > left && y0 < bottom && y1 > top));
  for (const item of view.items) {
    const b = item.box, wanted = inSight(b.x, b.y, b.x + b.w, b.y + b.h);
    if (wanted && !item.element) drawItem(item);
    if (wanted) { if (item.shown !== view.stamp) { paintItem(item); item.shown = view.stamp; } }
    else if (item.element) { item.element.remove(); item.element = null; }
  }
  for (const link of view.links) {
    const wanted = inSight(...link.bounds);
    if (wanted && !link.element) { drawLink(link); link.shown = -1; }
    if (wanted) { if (link.shown !== view.stamp) { paintLink(link); link.shown = view.stamp; } }
    else if (link.element) { link.element.remove(); link.element = null; if (link.label) { link.label.remove(); link.label = null; } }
  }
}

let scheduled = false;
function redraw() {
  if (!scheduled) { scheduled = true; requestAnimationFrame(() => { scheduled = false; draw(); }); }
}

function fit() {
  const least = stage.clientWidth < 600 ? 0.3 : 0.12;
  view.scale = Math.min(1.6, Math.max(view.items.length > DRAW_ALL ? 0.01 : least, fitScale(view.layout) * 0.98));
  view.x = (stage.clientWidth - view.layout.width * view.scale) / 2;
  view.y = (stage.clientHeight - view.layout.height * view.scale) / 2;
  redraw();
}

function wholeGraph() {
  if (view.near) setNear(false, view.centre);
  fit();
}

// Large enough to read: the whole graph if that is possible, else the place where something happens. In a small window
// no text is smaller than 12 pixels; in a large one a graph that just fits is not cut.
function start() {
  fit();
  // A presenter's text is twice as large, unless boxes are too wide for that.
  const widest = Math.max(...view.items.map(i => i.box.w)), readable = present.on ? Math.max(1, Math.min(2, (stage.clientWidth - 16) / widest)) : 1, enough = present.on ? 1.6 : innerWidth > 1100 ? 0.6 : 1;
  if (view.scale >= enough || view.items.length > DRAW_ALL) return;
  view.scale = readable;
  view.y = 10;
  view.x = 10;
  follow(true);
}

function zoomAt(factor, x, y) {
  const scale = Math.min(4, Math.max(0.008, view.scale * factor));
  view.x = x - (x - view.x) * scale / view.scale;
  view.y = y - (y - view.y) * scale / view.scale;
  view.scale = scale;
  redraw();
}

// Moves a box to the middle, or as near to it as is possible without showing empty space beyond the graph.
function center(box) {
  const within = (middle, size, room) => size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, room / 2 - middle));
  view.x = within((box.x + box.w / 2) * view.scale, view.layout.width * view.scale, stage.clientWidth);
  view.y = within((box.y + box.h / 2) * view.scale, view.layout.height * view.scale, stage.clientHeight);
  redraw();
}

// Keeps what happens in sight.
function follow(always) {
  const step = steps[view.step];
  let id = step.phase === "update" ? passes[step.pass - 1].updates[step.index].node : step.index;
  if (step.phase === "given") id = view.near ? nodeAt(step) : nodes.findIndex(n => n.kind !== "operation");
  const item = id < 0 ? undefined : view.items[view.itemOf[id]];
  if (!item) return;
  const b = item.box, s = view.scale;
  const x0 = b.x * s + view.x, y0 = b.y * s + view.y, x1 = x0 + b.w * s, y1 = y0 + b.h * s;
  const margin = Math.min(60, stage.clientWidth / 12);
  const wholeFits = view.layout.width * s <= stage.clientWidth && view.layout.height * s <= stage.clientHeight;
  if ((always && !wholeFits) || x0 < margin || y0 < 10 || x1 > stage.clientWidth - margin || y1 > stage.clientHeight - 10) center(b);
}

// The panel beside the graph: what happens in a step, and what is known of a node.
function showStep() {
  const told = narrate(view.step), panel = byId("step"), back = steps[view.step].phase === "backward";
  panel.replaceChildren();
  showSlide();
  if (isAsking()) { showQuestion(panel); return; }
  element("h2", "", told.title, panel);
  noteFolded(placeOf(steps[view.step]), panel);
  newWords(view.step, panel);
  if (back) showBackward(view.step, panel);
  for (const line of told.lines) {
    const box = element("div", "eq " + line.kind, undefined, panel);
    const head = element("div", "", undefined, box);
    element("span", "what", line.what, head);
    if (line.formula) element("span", "formula", signOf(line) + "  " + line.formula, head);
    const numbers = line.numbers && line.numbers !== line.value ? line.numbers : "";
    if (line.value) {
      const row = element("div", "numbers", undefined, box);
      if (numbers) element("span", "with", whole(numbers) + " ", row);
      const equals = element("span", line.value.length <= 24 ? "together" : "", "= ", row);
      const result = element("span", "result", isTable(line.array) ? undefined : whole(line.value), equals);
      if (isTable(line.array)) showArray(line.array, result); else heatMap(line.array, box);
    }
    if (line.note) element("div", "note", line.note, box);
  }
  const step = steps[view.step];
  if (step.phase === "forward") showLens(nodes[step.index], passes[step.pass - 1], null, panel);
}

// Short arrays are not broken into two lines.
const whole = text => text.replace(/\[[^[\]]{1,24}\]/g, array => array.replaceAll(" ", "\u00a0"));

function showArray(array, parent) {
  if (array.data && array.data.length === 1) { element("span", "", number(array.data[0]), parent); return; }
  if (array.data && array.data.length <= SMALL) { showRows(rowsOf(array), false, parent); noteShape(array, parent); return; }
  element("div", "", describe(array), parent);
  heatMap(array, parent);
  const note = element("div", "note", say("array.corner"), parent), corner = array.corner || cornerOf(array);
  const table = showRows(corner, array.shape[array.shape.length - 1] > corner[0].length, parent);
  if (!array.data) { element("div", "note", say("array.tooLarge"), parent); return; }
  const button = element("button", "all", say("array.show", array.data.length.toLocaleString("en")), parent);
  button.type = "button";
  button.addEventListener("click", () => {
    note.remove(); table.remove(); button.remove();
    showRows(rowsOf(array), false, parent).classList.add("whole");
    noteShape(array, parent);
  });
}

// A picture of an array that is too large to read: a cell for each element, or for a block the one farthest from 0.
const HEAT = 64;
function heatMap(array, parent) {
  const cells = heatCells(array);
  if (!cells) return null;
  const {rows, columns, far} = cells, picture = element("canvas", "heat", undefined, parent);
  picture.width = columns; picture.height = rows;
  picture.style.width = Math.max(24, columns * Math.min(12, 192 / columns)) + "px";
  picture.style.height = Math.max(12, rows * Math.min(12, 192 / rows)) + "px";
  picture.setAttribute("role", "img");
  picture.title = say("heat.title", number(summary(array).largest));
  picture.setAttribute("aria-label", say("heat.label", "[" + array.shape.join(", ") + "]", picture.title));
  paintHeat(picture, cells);
  if (cells.block) element("div", "note", say("heat.blocks", cells.block, number(summary(array).largest)), parent);
  return picture;
}

/** The cells of a picture of an array, from -1 to 1, NaN for what is not finite; null where it would show nothing. */
function heatCells(array) {
  if (!array || !array.shape.length) return null;
  const columns = array.shape[array.shape.length - 1], rows = array.shape.reduce((a, b) => a * b, 1) / columns;
  if (!array.data) {
    if (!array.blocks) return null;
    const {rows: h, columns: w, extremes} = array.blocks;
    return {rows: h, columns: w, far: extremes.map(v => v === null ? NaN : v / 100), block: blockText(rows / h, columns / w)};
  }
  if (array.data.length <= 12) return null;
  const w = Math.min(columns, HEAT), h = Math.min(rows, HEAT), far = Array(w * h).fill(0), largest = summary(array).largest || 1;
  array.data.forEach((value, i) => {
    const cell = Math.floor(Math.floor(i / columns) * h / rows) * w + Math.floor(i % columns * w / columns), share = value / largest;
    if (typeof value !== "number") far[cell] = NaN; else if (Math.abs(share) > Math.abs(far[cell])) far[cell] = share;
  });
  return {rows: h, columns: w, far, block: rows > h || columns > w ? blockText(rows / h, columns / w) : ""};
}
const blockText = (rows, columns) => (Number.isInteger(rows) ? "" : "≈ ") + Math.round(rows) + " × " + (Number.isInteger(columns) ? "" : "≈ ") + Math.round(columns);

function paintHeat(picture, {rows, columns, far}) {
  const pen = picture.getContext("2d"), image = pen.createImageData(columns, rows);
  far.forEach((value, i) => {
    const full = value < 0 ? [20, 80, 168] : [196, 78, 8], color = Number.isNaN(value) ? [0, 0, 0] : full.map(c => 255 + (c - 255) * Math.min(1, Math.abs(value)));
    image.data.set([...color, 255], 4 * i);
  });
  pen.putImageData(image, 0, 0);
}

function rowsOf(array) {
  const columns = array.shape.length ? array.shape[array.shape.length - 1] : 1;
  return Array.from({length: columns ? array.data.length / columns : 0}, (_, i) => array.data.slice(i * columns, (i + 1) * columns));
}

// The first rows and columns of the first matrix.
const cornerOf = array => rowsOf(array).slice(0, Math.min(4, array.shape.length > 1 ? array.shape[array.shape.length - 2] : 1))
  .map(row => row.slice(0, 4));

function showRows(rows, more, parent) {
  const table = element("table", "array", undefined, parent);
  for (const row of rows) {
    const tr = element("tr", "", undefined, table);
    for (const value of row) element("td", "", number(value), tr);
    if (more) element("td", "", "…", tr);
  }
  return table;
}

function noteShape(array, parent) {
  if (array.shape.length > 2) element("div", "note", say("array.rows", array.shape.join(", ")), parent);
}

function jumpButton(text, k, parent) {
  const button = element("button", "link", text, parent);
  button.type = "button";
  button.addEventListener("click", () => go(k));
}

/** Tells what the number on an arrow is. */
function showArrow(panel) {
  const edge = edges[view.arrow], pass = passes[steps[view.step].pass - 1], flow = pass.flows[edge.id], from = nodes[edge.to], to = nodes[edge.from];
  panel.hidden = !flow || (happened() < pass.flow[edge.id] && !view.all);
  if (panel.hidden) return;
  element("h2", "", say("arrow.title", from.label, to.label), panel);
  element("p", "", say("arrow.what", from.label, derivative(to), result.symbol, to.symbol), panel);
  const line = element("p", "", undefined, panel), numbers = flow.numbers && flow.numbers !== describe(flow.value) ? flow.numbers + " = " : "";
  element("span", "formula", flow.rule + "  =  " + numbers, line);
  showArray(flow.value, element("div", "gradient", undefined, panel));
  if (isSummed(flow.value)) element("p", "note", say("array.words"), panel);
  if (received(pass, to.id).length > 1) element("p", "note", say("arrow.sum", to.label, derivative(to)), panel);
  jumpButton(say("node.go"), pass.flow[edge.id], panel);
}

function showDetail() {
  const panel = byId("detail");
  panel.replaceChildren();
  if (view.arrow >= 0) { showArrow(panel); return; }
  panel.hidden = view.selected < 0;
  if (view.selected < 0) return;
  const node = nodes[view.selected], pass = passes[steps[view.step].pass - 1], k = happened();
  element("h2", "", node.label, panel);
  const list = element("dl", "", undefined, panel);
  const row = (name, text) => { element("dt", "", name, list); return element("dd", "", text, list); };
  row(say("node.what"), node.kind === "operation" ? node.op + ":  " + node.formula : say("kind." + node.kind));
  row(say("node.type"), node.dtype + " [" + node.shape.map(d => d === null ? "?" : d).join(", ") + "]");
  row(say("node.source"), node.source).id = "source";
  if (node.groups.length) {
    const list = row(say("fold.in"), "");
    for (const group of node.groups) {
      const button = element("button", "link", groupName(group), list);
      button.type = "button";
      button.title = say("fold.close", groupName(group));
      button.addEventListener("click", () => toggle(group));
      list.append(" ");
    }
  }
  const value = row(say("node.value"));
  value.className = "value";
  if (k >= pass.value[node.id]) showArray(pass.forward[node.id].value, value);
  else { element("span", "", say("node.notYet") + ", ", value); jumpButton(say("node.go"), pass.value[node.id], value); }
  const gradient = row(say("node.gradient")), backward = pass.backward[node.id];
  gradient.className = "gradient";
  if (!backward.gradient) gradient.textContent = backward.reason;
  else if (k >= pass.grad[node.id]) showArray(backward.gradient, gradient);
  else { element("span", "", say("node.notYet") + ", ", gradient); jumpButton(say("node.go"), pass.grad[node.id], gradient); }
  if (k >= pass.value[node.id] && pass.forward[node.id].numbers) row(say("node.computed"), node.formula + "  =  " + pass.forward[node.id].numbers);
  contributions(node, pass, panel);
}

function contributions(node, pass, panel) {
  const flows = received(pass, node.id);
  if (!flows.length || happened() < pass.back[flows[0].from]) return;
  element("h3", "", say("node.from"), panel);
  const list = element("ul", "", undefined, panel);
  for (const flow of flows) {
    const item = element("li", "", undefined, list);
    jumpButton(nodes[flow.from].label, pass.back[flow.from], item);
    const arrived = happened() >= pass.back[flow.from];
    const numbers = flow.numbers && flow.numbers !== describe(flow.value) ? " = " + flow.numbers : "";
    element("span", "", ":  " + flow.rule + (arrived ? numbers + " = " + describe(flow.value) : "  (" + say("node.later") + ")"), item);
  }
  if (flows.length > 1 && happened() >= pass.grad[node.id]) {
    const sum = total(pass, node, flows, "backward");
    element("div", "", sum.what + " = " + (sum.numbers ? sum.numbers + " = " : "") + sum.value, panel);
  }
}


// The matrix lens: a product as grids. The cell that is pointed at or focused lights up the row and the column that it is
// made of, and its arithmetic is written out.
const LENS_TABLE = 12, LENS_CELLS = 100, LENS_TERMS = 6;
const lens = {open: true, row: 0, column: 0};

/** The products of a step: one forward, or one for each operand that gradient flows back to. */
function productsOf(node, pass, flow) {
  if (node.type !== "matmul" || node.inputs.length !== 2) return null;
  const [a, b] = node.inputs.map(id => nodes[id]), y = node, {transposeA = false, transposeB = false} = node.attributes || {};
  const value = n => pass.forward[n.id].value, up = pass.backward[y.id].gradient;
  const batch = a.shape[0] === null || (b.kind === "variable" && isOfData(a));
  const side = (n, array, transposed) => ({name: n, array, transposed});
  if (!flow) {
    return {left: side(a.symbol, value(a), transposeA), right: side(b.symbol, value(b), transposeB), result: {name: y.symbol, array: value(y)},
      note: batch && !transposeA ? say("lens.forward.batch", a.symbol) : ""};
  }
  const dy = derivative(y), target = {name: derivative(nodes[flow.to]), array: flow.share || flow.value};
  if (flow.operand === 0) {
    const note = batch && !transposeA ? say("lens.backward.input", dy, target.name) : "";
    return transposeA ? {left: side(b.symbol, value(b), transposeB), right: side(dy, up, true), result: target, note}
      : {left: side(dy, up, false), right: side(b.symbol, value(b), !transposeB), result: target, note};
  }
  const note = batch && !transposeA ? say("lens.backward.batch", a.symbol, rowsIn(value(a))) : "";
  return transposeB ? {left: side(dy, up, true), right: side(a.symbol, value(a), transposeA), result: target, note}
    : {left: side(a.symbol, value(a), !transposeA), right: side(dy, up, false), result: target, note};
}

/** Tells whether data go into a node: inputs, or matrices that are not trained. */
function isOfData(node) {
  const seen = new Set([node.id]);
  for (const id of seen) {
    if (nodes[id].kind === "placeholder" || (nodes[id].kind === "constant" && nodes[id].shape.length > 1)) return true;
    nodes[id].inputs.forEach(input => seen.add(input));
  }
  return false;
}
const rowsIn = array => array.shape[array.shape.length - 2];

/** A matrix of an array as it stands in the product: its size, and its element at row i and column j. */
function matrixOf({array, transposed, name}, batch) {
  const [r, c] = array.shape.slice(-2), from = array.shape.length > 2 ? batch * r * c : 0;
  const rows = transposed ? c : r, columns = transposed ? r : c;
  return {name: transposed ? transposedName(name) : name, rows, columns,
    at: (i, j) => Number(array.data[from + (transposed ? j * c + i : i * c + j)])};
}
const transposedName = name => (/^[\p{L}\p{N}_.]+$/u.test(name) ? name : "(" + name + ")") + "ᵀ";

const batchesOf = array => array.shape.slice(0, -2).reduce((a, b) => a * b, 1);

function showLens(node, pass, flow, parent) {
  const product = productsOf(node, pass, flow);
  if (!product) return;
  const sides = [product.left, product.right, product.result];
  if (!sides.every(s => s.array && s.array.data && s.array.data.length && s.array.shape.length >= 2)) return;
  const counts = sides.map(s => batchesOf(s.array)), batches = Math.max(...counts);
  if (counts.some(n => n !== batches && n !== 1)) return;
  const details = element("details", "lens", undefined, parent);
  details.open = lens.open;
  element("summary", "", say("lens.title"), details);
  details.addEventListener("toggle", () => { lens.open = details.open; fill(); });
  const body = element("div", "", undefined, details);
  let batch = 0;
  const fill = () => { if (details.open && !body.childElementCount) build(body, sides, product.note, batch); };
  if (batches > 1) {
    const label = element("label", "", say("lens.matrix") + " ", details), choose = element("select", "", undefined, label);
    for (let k = 0; k < Math.min(batches, 200); k++) element("option", "", (k + 1) + " / " + batches, choose).value = k;
    choose.addEventListener("change", () => { batch = Number(choose.value); body.replaceChildren(); fill(); });
    details.insertBefore(label, body);
  }
  fill();

  function build(to, list, note, k) {
    const [left, right, made] = list.map(s => matrixOf(s, batchesOf(s.array) === 1 ? 0 : k)), row = element("div", "grids", undefined, to);
    const gridOf = (matrix, role) => grid(matrix, role, row);
    const grids = [gridOf(left, "left"), gridOf(right, "right"), gridOf(made, "made")];
    const line = element("p", "lensline", "", to);
    line.setAttribute("role", "status");
    if (note) element("p", "note", note, to);
    const light = (i, j) => {
      Object.assign(lens, {row: i, column: j});
      grids[0].light(i, -1); grids[1].light(-1, j); grids[2].light(i, j);
      line.textContent = arithmetic(left, right, made, i, j);
    };
    grids[2].listen(light);
    light(Math.min(lens.row, made.rows - 1), Math.min(lens.column, made.columns - 1));
  }
}

/** The cell's name, its terms (the first few of many) and its value. */
function arithmetic(left, right, made, i, j) {
  const n = left.columns, shown = n <= LENS_TERMS ? n : LENS_TERMS - 1, bracket = v => v < 0 ? "(" + number(v) + ")" : number(v);
  const terms = Array.from({length: shown}, (_, k) => bracket(left.at(i, k)) + "·" + bracket(right.at(k, j))).join(" + ");
  return made.name + "[" + i + ", " + j + "] = " + terms + (shown < n ? " + … " + say("lens.terms", n) : "") + " = " + number(made.at(i, j));
}

function grid(matrix, role, parent) {
  const box = element("figure", "grid " + role, undefined, parent), small = matrix.rows * matrix.columns <= LENS_CELLS && matrix.columns <= LENS_TABLE;
  element("figcaption", "", {left: "", right: "· ", made: "= "}[role] + matrix.name + " [" + matrix.rows + ", " + matrix.columns + "]", box);
  return small ? tableGrid(matrix, role, box) : pictureGrid(matrix, role, box);
}

function tableGrid(matrix, role, box) {
  const table = element("table", "array", undefined, box), cells = [], made = role === "made";
  let largest = 0;
  for (let i = 0; i < matrix.rows; i++) for (let j = 0; j < matrix.columns; j++) largest = Math.max(largest, Math.abs(matrix.at(i, j)) || 0);
  table.setAttribute("aria-label", matrix.name);
  if (made) table.setAttribute("role", "grid");
  for (let i = 0; i < matrix.rows; i++) {
    const tr = element("tr", "", undefined, table);
    cells.push(Array.from({length: matrix.columns}, (_, j) => {
      const cell = element("td", "", number(matrix.at(i, j)), tr);
      tint(cell, matrix.at(i, j) / largest);
      if (made) { cell.tabIndex = -1; cell.setAttribute("role", "gridcell"); cell.dataset.place = i + "," + j; }
      return cell;
    }));
  }
  return {
    light: (row, column) => cells.forEach((list, i) => list.forEach((cell, j) => {
      cell.classList.toggle("lit", made ? i === row && j === column : i === row || j === column);
      if (made) cell.tabIndex = i === row && j === column ? 0 : -1;
    })),
    listen: light => {
      const point = event => { const cell = event.target.closest("td"); if (cell) light(...cell.dataset.place.split(",").map(Number)); };
      for (const happening of ["pointerover", "click", "focusin"]) table.addEventListener(happening, point);
      table.addEventListener("keydown", event => {
        const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const i = Math.max(0, Math.min(matrix.rows - 1, lens.row + step[0])), j = Math.max(0, Math.min(matrix.columns - 1, lens.column + step[1]));
        light(i, j);
        cells[i][j].focus();
      });
    },
  };
}

// The colour of a heat map behind a number, faint enough to read it.
function tint(cell, share) {
  if (!Number.isFinite(share)) return;
  cell.style.backgroundColor = `rgba(${share < 0 ? "58, 123, 213" : "214, 96, 26"}, ${(0.38 * Math.min(1, Math.abs(share))).toFixed(3)})`;
}

// Matrices with many numbers are pictures, with a frame around the row, the column or the cell.
function pictureGrid(matrix, role, box) {
  const data = Array.from({length: matrix.rows * matrix.columns}, (_, k) => matrix.at(Math.floor(k / matrix.columns), k % matrix.columns));
  const frame = element("div", "picture", undefined, box), picture = heatMap({shape: [matrix.rows, matrix.columns], data}, frame);
  const mark = element("div", "mark", undefined, frame), made = role === "made";
  for (const note of frame.querySelectorAll(".note")) note.remove();
  const inputs = made ? ["row", "column"].map(name => {
    const label = element("label", "", say("lens." + name) + " ", box), input = element("input", "", undefined, label);
    Object.assign(input, {type: "number", min: 0, max: (name === "row" ? matrix.rows : matrix.columns) - 1, value: 0});
    return input;
  }) : [];
  const percent = (from, size, all) => [100 * from / all + "%", 100 * size / all + "%"];
  return {
    light: (row, column) => {
      const [top, height] = row < 0 ? ["0", "100%"] : percent(row, 1, matrix.rows), [left, width] = column < 0 ? ["0", "100%"] : percent(column, 1, matrix.columns);
      Object.assign(mark.style, {top, height, left, width});
      if (made) { inputs[0].value = row; inputs[1].value = column; }
    },
    listen: light => {
      const point = event => {
        const r = picture.getBoundingClientRect(), share = (at, from, size, n) => Math.max(0, Math.min(n - 1, Math.floor((at - from) / size * n)));
        light(share(event.clientY, r.top, r.height, matrix.rows), share(event.clientX, r.left, r.width, matrix.columns));
      };
      picture.addEventListener("pointermove", point);
      picture.addEventListener("click", point);
      for (const input of inputs) {
        input.addEventListener("input", () => {
          const [i, j] = inputs.map(n => Math.round(Number(n.value)));
          if (i >= 0 && i < matrix.rows && j >= 0 && j < matrix.columns) light(i, j);
        });
      }
    },
  };
}

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

// Makes the leaves of a trace changeable: the engine in the page computes everything again.
const live = {prepared: null, edits: new Map(), recorded: null, message: ""};
const MOST_LEAVES = 12, MOST_ELEMENTS = 64, MOST_LIVE = 3000;

function prepareLive() {
  if (!live.prepared || live.prepared.data !== data) {
    live.prepared = replay.prepare(data);
    live.edits = new Map();
  }
  return live.prepared;
}
const isLeaf = node => node.kind !== "operation";
const passNow = () => steps[view.step].pass - 1;
const valueNow = id => passes[passNow()].forward[id].value;

/** Gives a leaf another value in the pass that is shown; the numbers of all passes follow. */
function changeLeaf(id, values) {
  const prepared = prepareLive(), key = passNow() + ":" + id, old = live.edits.get(key);
  if (prepared.reason) return false;
  const array = arrays.of(nodes[id].dtype, valueNow(id).shape, values);
  if (bench.open && (passNow() === 0 || nodes[id].kind !== "variable") && nodes[id].kind !== "constant") {
    if (steps[view.step].phase === "given") view.all = true;
    changeBench(id, array);
    return true;
  }
  live.edits.set(key, array);
  try {
    recompute();
    live.message = "";
  } catch (e) {
    if (!(e instanceof arrays.GraphError)) throw e;
    if (old) live.edits.set(key, old); else live.edits.delete(key);
    live.message = say("live.refused", e.message);
  }
  if (steps[view.step].phase === "given") view.all = true;
  refresh();
  return true;
}

function recompute() {
  usePasses(live.edits.size ? replay.run(live.prepared, live.edits) : data.passes);
}

/** Shows new numbers: in the graph, whose boxes may have to grow, and in the panels. */
function refresh() {
  view.stamp++;
  if (view.items.some(outgrown)) place();
  showStep();
  showDetail();
  syncLeaves();
  showChanges();
  keepAddress();
  byId("all").setAttribute("aria-pressed", String(Boolean(view.all)));
  redraw();
}

function outgrown(item) {
  const size = sizeOf(item);
  return size.w > item.box.w + 0.5 || size.h > item.box.h || Boolean(size.beside) !== Boolean(item.beside) || size.beside > item.beside + 0.5;
}

function resetLive() {
  live.edits.clear();
  live.message = "";
  usePasses(data.passes);
  refresh();
}

function showChanges() {
  const note = byId("changes"), names = [...new Set([...live.edits.keys()].map(key => nodes[Number(key.split(":")[1])].label))];
  note.replaceChildren();
  note.hidden = bench.open || (!names.length && !live.message);
  if (live.message) element("span", "bad", live.message, note);
  if (bench.open || !names.length) return;
  element("span", "", say("live.changed", names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "")), note);
  const button = element("button", "small", say("live.reset"), note);
  button.type = "button";
  button.addEventListener("click", resetLive);
}

// ---- The values in the panel
const shownLeaves = () => {
  const named = nodes.filter(n => isLeaf(n) && !(n.kind === "constant" && n.symbol !== n.label && !bench.open) && /[^\d.\-e]/.test(n.label));
  const list = named.length <= MOST_LEAVES ? named : [];
  return view.selected >= 0 && isLeaf(nodes[view.selected]) && !list.includes(nodes[view.selected]) ? [...list, nodes[view.selected]] : list;
};

function showLeaves() {
  const panel = byId("leaves"), list = shownLeaves();
  panel.hidden = !list.length;
  byId("leafrows").replaceChildren();
  if (!list.length) return;
  const prepared = nodes.length <= MOST_LIVE ? prepareLive() : {reason: say("live.tooMany", MOST_LIVE)};
  if (prepared.reason || list.some(n => sizeNow(n) <= MOST_ELEMENTS)) element("p", "note", prepared.reason ? say("live.not", prepared.reason) : say("live.hint"), byId("leafrows"));
  if (prepared.reason) return;
  for (const node of list) leafRow(node, byId("leafrows"));
}

function leafRow(node, parent) {
  const array = valueNow(node.id), row = element("div", "leafrow " + node.kind, undefined, parent);
  row.dataset.leaf = node.id;
  const name = element("button", "link leafname", node.label, row);
  name.type = "button";
  name.addEventListener("click", () => select(node.id, true));
  if (array.data.length > MOST_ELEMENTS) { element("span", "note", brief(array) + ": " + say("live.large", MOST_ELEMENTS), row); return; }
  if (!array.shape.length) { scalarEditor(node, row); return; }
  const columns = array.shape[array.shape.length - 1], grid = element("div", "grid", undefined, row);
  grid.style.gridTemplateColumns = `repeat(${Math.min(columns, 8)}, minmax(52px, 1fr))`;
  array.data.forEach((_, i) => numberInput(node, i, grid));
  if (bench.open && node.kind !== "constant") arrayField(node, row);
}

function numberInput(node, i, parent) {
  const input = element("input", "value", undefined, parent);
  Object.assign(input, {type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false});
  input.dataset.element = i;
  input.value = plain(valueNow(node.id).data[i]);
  input.setAttribute("aria-label", valueNow(node.id).shape.length ? say("live.element", node.label, i + 1) : node.label);
  const take = () => {
    const value = Number(input.value.trim().replace(",", ".").replace("−", "-"));
    const good = input.value.trim() !== "" && Number.isFinite(value);
    input.setAttribute("aria-invalid", String(!good));
    if (good) changeElement(node.id, i, value);
  };
  input.addEventListener("change", () => { if (bench.open && /^\s*\[/.test(input.value)) setArray(node.label, input.value); });
  input.addEventListener("input", take);
  input.addEventListener("keydown", event => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const value = Number(valueNow(node.id).data[i]), step = (event.shiftKey ? 10 : 1) * stepOf(value);
    changeElement(node.id, i, rounded(value + (event.key === "ArrowUp" ? step : -step)));
    input.value = plain(valueNow(node.id).data[i]);
  });
  input.addEventListener("blur", () => { input.value = plain(valueNow(node.id).data[i]); input.setAttribute("aria-invalid", "false"); });
  return input;
}

// The whole array as text, which can also give it another shape.
function arrayField(node, row) {
  const input = element("input", "arraytext", undefined, row);
  Object.assign(input, {type: "text", value: arrayText(valueNow(node.id)), autocomplete: "off", spellcheck: false, title: say("box.array")});
  input.setAttribute("aria-label", node.label + ", " + say("box.array"));
  input.addEventListener("change", () => input.setAttribute("aria-invalid", String(!setArray(node.label, input.value))));
}

function scalarEditor(node, row) {
  numberInput(node, 0, row);
  const range = element("input", "", undefined, row), value = Number(valueNow(node.id).data[0]), reach = Math.max(3, Math.ceil(2 * Math.abs(value)));
  Object.assign(range, {type: "range", min: -reach, max: reach, step: node.dtype === "INT32" ? 1 : reach / 300, value});
  range.setAttribute("aria-label", say("live.drag", node.label));
  range.addEventListener("input", () => changeElement(node.id, 0, rounded(Number(range.value))));
}

const plain = value => typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
const stepOf = value => Math.max(0.01, 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 1));
const rounded = value => Number(value.toPrecision(6)) + 0;

function changeElement(id, i, value) {
  const values = valueNow(id).data.map(v => typeof v === "number" ? v : NaN);
  values[i] = nodes[id].dtype === "INT32" ? Math.round(value) : value;
  return changeLeaf(id, values);
}

// Writes the present values into the fields, but for the one that is being typed in.
function syncLeaves() {
  for (const row of byId("leafrows").querySelectorAll("[data-leaf]")) {
    const array = valueNow(Number(row.dataset.leaf));
    for (const input of row.querySelectorAll("input")) {
      if (input.className === "arraytext") { if (input !== document.activeElement) input.value = arrayText(array); continue; }
      if (input === document.activeElement && input.type === "text") continue;
      const value = array.data[input.type === "range" ? 0 : Number(input.dataset.element)];
      if (input.type === "range" && Math.abs(value) > Number(input.max)) { input.max = Math.ceil(2 * Math.abs(value)); input.min = -input.max; }
      if (input.type !== "range" || input !== document.activeElement) input.value = plain(value);
    }
  }
}

// ---- Dragging a number in the graph
const isDraggable = node => isLeaf(node) && !valueNow(node.id).shape.length && nodes.length <= MOST_LIVE && !prepareLive().reason;
const scrub = {id: -1, from: 0, at: 0};
function startScrub(target, x) {
  const group = target.closest(".node[data-id]"), onValue = target.closest(".val");
  if (!group || !onValue) return false;
  const node = nodes[Number(group.dataset.id)];
  if (!isDraggable(node)) return false;
  Object.assign(scrub, {id: node.id, from: Number(valueNow(node.id).data[0]), at: x, moved: false});
  return true;
}
function moveScrub(x) {
  const far = x - scrub.at, step = stepOf(scrub.from) / (Math.abs(scrub.from) >= 1 ? 4 : 1);
  if (Math.abs(far) < 3 && !scrub.moved) return;
  scrub.moved = true;
  changeElement(scrub.id, 0, rounded(scrub.from + Math.round(far) * step));
}

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

// Presenter mode: large text, one equation at a time, the panel hidden. And what closes when Escape is pressed.
const present = {on: false, part: 0, step: -1};

/** The equations of a step, one for a slide: {what, formula, numbers, value, kind}. */
function slidesOf(k) {
  const step = steps[k], told = narrate(k);
  if (isAsking()) return [{what: questionsOf(k)[0].text, formula: "", numbers: "", value: "?", kind: phaseOf(step)}];
  if (step.phase === "given") return [{what: told.title, formula: "", numbers: told.lines.slice(0, 8).map(l => l.what + (l.value ? " = " + l.value : "")).join(",  "), value: "", kind: "forward"}];
  if (step.phase !== "backward") return told.lines;
  const node = nodes[step.index], pass = passes[step.pass - 1];
  const flows = (pass.backward[node.id].gives || []).map(flow => ({what: say("slide.to", nodes[flow.to].symbol), formula: flow.rule, numbers: flow.numbers || "",
    value: describe(flow.value), kind: "backward", rule: true}));
  return flows.length ? flows : told.lines;
}

function showSlide() {
  byId("slide").hidden = !present.on;
  if (!present.on) return;
  if (present.step !== view.step) Object.assign(present, {step: view.step, part: present.last ? Infinity : 0});
  present.last = false;
  const slides = slidesOf(view.step), panel = byId("slide");
  present.part = Math.max(0, Math.min(slides.length - 1, present.part));
  const slide = slides[present.part] || {what: "", formula: "", numbers: "", value: "", kind: ""};
  panel.replaceChildren();
  panel.className = slide.kind;
  const head = element("p", "title", narrate(view.step).title, panel);
  if (slides.length > 1) element("span", "note", "  " + say("slide.part", present.part + 1, slides.length), head);
  const line = element("p", "equation", undefined, panel);
  if (slide.what && steps[view.step].phase !== "given") element("span", "what", slide.what, line);
  if (slide.formula) element("span", "formula", signOf(slide) + " " + slide.formula, line);
  if (slide.numbers && slide.numbers !== slide.value) element("span", "with", (steps[view.step].phase === "given" ? "" : " = ") + whole(slide.numbers), line);
  if (slide.value) { line.append(" "); element("span", slide.value.length <= 24 ? "result together" : "result", "= " + whole(slide.value), line); }
}

function turnPage(direction) {
  const more = present.on && present.part + direction >= 0 && present.part + direction < slidesOf(view.step).length;
  if (more) { present.part += direction; showSlide(); return; }
  present.last = direction < 0;
  walkTo(nextStop(direction));
}

function togglePresenter() {
  present.on = !present.on;
  present.step = -1;
  document.body.classList.toggle("presenting", present.on);
  byId("present").setAttribute("aria-pressed", String(present.on));
  showSlide();
  start();
}

/** Closes the innermost thing that is open. */
function closeSomething() {
  if (tour.at >= 0) tourTo(-1);
  else if (present.on) togglePresenter();
  else if (view.selected >= 0 || view.arrow >= 0) unselect();
  else if (predict.on) togglePredict();
  else if (bench.open && !byId("bench").hidden) closeBench();
}

// ---- All steps as text, for readers who do not see the graph and for paper
const MOST_TOLD = 400;
function fillTranscript() {
  const list = byId("transcript").querySelector("ol");
  list.replaceChildren();
  const asked = predict.on;
  predict.on = false;
  steps.slice(0, MOST_TOLD).forEach((step, k) => {
    const item = element("li", "", narrate(k).title, list);
    for (const line of slidesOf(k)) {
      const sign = (line.formula ? signOf(line) : " =") + " ";
      const right = [line.formula, line.numbers !== line.value ? line.numbers : "", line.value].filter(Boolean).join(" = ");
      const text = line.what + (right ? sign + right : "");
      if (step.phase !== "given" || line.numbers) element("div", "", step.phase === "given" ? line.numbers : text, item);
    }
  });
  if (steps.length > MOST_TOLD) element("li", "", say("fold.more", steps.length - MOST_TOLD), list);
  predict.on = asked;
}
function startPresenter() {
  byId("transcript").addEventListener("toggle", () => { if (byId("transcript").open && data) fillTranscript(); });
  addEventListener("beforeprint", () => {
    if (!data) return;
    byId("transcript").open = true;
    fillTranscript();
    fit();
    draw();
  });
}

// The workbench: an expression is typed, and its graph is shown and trained as a trace is.
const bench = {open: false, text: "", values: new Map(), optimizer: "sgd", rate: 0.1, count: 1, trace: null};
const EXAMPLES = ["L = (tanh(a*b + c) - y)^2", "L = (w*x + b - y)^2", "L = a*b + a", "L = crossEntropy(W @ x + b, y)",
  "L = mean(square(X @ W + b - Y))", "h = relu(W @ x + b); L = sum(softmax(h)[?] * y)".replace("[?]", ""), "p = sigmoid(w*x + b); L = -y*log(p) - (1 - y)*log(1 - p)"];

function openBench(text) {
  if (!bench.open) { bench.trace = {data, step: view.step}; view.all = true; }
  bench.open = true;
  byId("bench").hidden = false;
  byId("benchbutton").setAttribute("aria-pressed", "true");
  byId("benchbutton").hidden = !bench.trace.data;
  byId("expression").value = text;
  typed();
}

function closeBench() {
  if (!bench.open || !bench.trace.data) return;
  bench.open = false;
  byId("bench").hidden = true;
  byId("benchbutton").setAttribute("aria-pressed", "false");
  view.all = false;
  showTrace(bench.trace.data, bench.trace.step);
}

/** Reads the text; a mistake is underlined and told, and what was shown before stays. */
function typed() {
  const text = byId("expression").value;
  bench.text = text;
  byId("link").textContent = say("page.copyLink");
  try {
    const trace = make(text);
    underline(text, null);
    const same = view.layout && sameGraph(trace);
    const shape = trace.passes[0].forward[trace.result].value.shape;
    const scalar = trace.passes[0].forward[trace.result].value.data.length === 1;
    byId("mistake").textContent = scalar ? "" : say("box.forwardOnly", trace.nodes[trace.result].label, shape.join(", "));
    byId("mistake").className = "hint";
    if (same) renewTrace(trace); else showTrace(trace, scalar ? trace.steps.findIndex(s => s.phase === "seed") : trace.steps.length - 1);
  } catch (e) {
    if (!(e instanceof language.Mistake) && !(e instanceof arrays.GraphError)) throw e;
    underline(text, e.from === undefined ? {from: 0, to: text.length} : e);
    byId("mistake").textContent = e.message + (e.near ? ": " + e.near : "");
    byId("mistake").className = "mistake";
  }
}

function make(text) {
  const {nodes: graph} = expressions.build(text, bench.values);
  return optimizers.trace(graph, {name: bench.optimizer, numbers: {"η": bench.rate}, steps: bench.count});
}

const sameGraph = trace => bench.open && trace.nodes.length === nodes.length && trace.passes.length === passes.length
  && trace.steps.length === steps.length && trace.nodes.every((n, i) => n.label === nodes[i].label && n.formula === nodes[i].formula
    && n.inputs.join() === nodes[i].inputs.join() && n.shape.join() === nodes[i].shape.join());

/** Shows the same graph with other numbers: nothing moves. */
function renewTrace(trace) {
  load(trace);
  live.prepared = null;
  prepareLive();
  view.whole.items.forEach(item => { if (item.node) item.node = nodes[item.node.id]; else item.exit = nodes[item.exit.id]; });
  [...view.whole.links, ...view.links].forEach(link => { link.edges = link.edges.map(e => edges[e.id]); });
  refresh();
}

/** Gives a leaf of the expression another value, from the first training step on. */
function changeBench(id, array) {
  bench.values.set(nodes[id].label, array);
  typed();
}

/** Reads "2", "[1, 2]" or "[[1, 2], [3, 4]]" as the value of a leaf; another shape makes another graph. */
function setArray(name, text) {
  try {
    const [{tree}] = language.parse(text);
    if (tree.kind !== "number" && tree.kind !== "array") throw new language.Mistake(say("box.wrongArray"), 0, text.length);
    bench.values.set(name, arrays.of("FLOAT64", tree.shape || [], tree.data || [tree.value]));
  } catch (e) {
    if (!(e instanceof language.Mistake)) throw e;
    return false;
  }
  typed();
  return true;
}

function underline(text, mistake) {
  const mirror = byId("mirror");
  mirror.replaceChildren();
  if (mistake) {
    mirror.append(text.slice(0, mistake.from));
    element("u", "", text.slice(mistake.from, mistake.to) || " ", mirror);
    mirror.append(text.slice(mistake.to));
  }
  byId("expression").setAttribute("aria-invalid", String(Boolean(mistake)));
  const field = byId("expression");
  field.style.height = "auto";
  field.style.height = Math.min(120, field.scrollHeight + 2) + "px";
}

function startBench() {
  byId("expression").addEventListener("input", typed);
  byId("expression").addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); event.target.blur(); }
  });
  const examples = byId("examples");
  element("option", "", say("box.examples"), examples).value = "";
  for (const text of EXAMPLES) element("option", "", text, examples).value = text;
  examples.addEventListener("change", () => { if (examples.value) { bench.values.clear(); openBench(examples.value); examples.value = ""; } });
  for (const name in optimizers.table) element("option", "", name, byId("optimizer")).value = name;
  byId("optimizer").addEventListener("change", event => { bench.optimizer = event.target.value; typed(); });
  byId("rate").addEventListener("input", event => {
    const rate = Number(event.target.value);
    if (event.target.value !== "" && Number.isFinite(rate)) { bench.rate = rate; typed(); }
  });
  byId("passes").addEventListener("input", event => {
    const count = Math.round(Number(event.target.value));
    if (count >= 1 && count <= 50) { bench.count = count; typed(); }
  });
  byId("benchbutton").addEventListener("click", () => { if (bench.open) closeBench(); else { openBench(bench.text || EXAMPLES[0]); byId("expression").focus(); } });
  byId("link").addEventListener("click", async event => {
    keepAddress();
    try { await navigator.clipboard.writeText(location.href); event.target.textContent = say("box.copied"); } catch (e) { toast(location.href); }
  });
}

// The state of the page in its address, so that a link opens the same picture.
const arrayText = array => array.shape.length ? JSON.stringify(nested(array.shape, Array.from(array.data, v => Number(Number(v).toPrecision(7))))) : String(Number(Number(array.data[0]).toPrecision(7)));
function nested(shape, list) {
  if (shape.length <= 1) return list;
  const size = list.length / shape[0];
  return Array.from({length: shape[0]}, (_, i) => nested(shape.slice(1), list.slice(i * size, (i + 1) * size)));
}

function addressNow() {
  const parts = [];
  if (typeof playground !== "undefined" && playground.on) return "#train=" + encodeURIComponent(settingsText());
  const put = (key, value) => parts.push(key + "=" + encodeURIComponent(value));
  if (bench.open) {
    put("e", bench.text);
    if (bench.values.size) put("v", [...bench.values].filter(([name]) => nodes.some(n => n.label === name)).map(([name, array]) => name + ":" + arrayText(array)).join(";"));
    if (bench.optimizer !== "sgd") put("o", bench.optimizer);
    if (bench.rate !== 0.1) put("r", bench.rate);
    if (bench.count !== 1) put("n", bench.count);
  } else if (live.edits.size) {
    put("set", [...live.edits].map(([key, array]) => { const [pass, id] = key.split(":"); return pass + ":" + id + ":" + arrayText(array); }).join(";"));
  }
  if (view.step || parts.length) put("step", view.step + 1);
  if (Boolean(view.all) !== bench.open) put("all", view.all ? 1 : 0);
  return parts.length ? "#" + parts.join("&") : "";
}

function keepAddress() {
  const wanted = addressNow();
  if (wanted === location.hash || (!wanted && !location.hash) || wanted.length > 8000) return;
  try {
    history.replaceState(null, "", wanted || location.pathname + location.search);
  } catch (e) {
    location.hash = wanted;
  }
}

/** Reads the address: a Map of its parts; what cannot be read is left out. */
function readAddress(hash) {
  const parts = new Map();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 1) continue;
    try { parts.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1))); } catch (e) { continue; }
  }
  return parts;
}

function readArray(text) {
  if (text.length > 20000) return null;
  let value;
  try { value = JSON.parse(text); } catch (e) { return null; }
  const shape = [];
  for (let v = value; Array.isArray(v); v = v[0]) { shape.push(v.length); if (shape.length > 3 || !v.length) return null; }
  const data = [value].flat(Infinity);
  const regular = (v, depth) => depth === shape.length ? typeof v === "number" : Array.isArray(v) && v.length === shape[depth] && v.every(w => regular(w, depth + 1));
  return regular(value, 0) && data.every(Number.isFinite) ? {shape, data} : null;
}

/** Opens what the address says; without a part for it, what the file contains. */
function openAddress() {
  const parts = readAddress(location.hash), step = Number(parts.get("step") || 0) - 1;
  if (parts.has("e")) {
    for (const item of (parts.get("v") || "").split(";")) {
      const at = item.indexOf(":"), array = at > 0 ? readArray(item.slice(at + 1)) : null;
      if (array) bench.values.set(item.slice(0, at), arrays.of("FLOAT64", array.shape, array.data));
    }
    if (Object.hasOwn(optimizers.table, parts.get("o") || "")) bench.optimizer = parts.get("o");
    if (Number.isFinite(Number(parts.get("r") || NaN))) bench.rate = Number(parts.get("r"));
    bench.count = Math.max(1, Math.min(50, Math.round(Number(parts.get("n") || 1)) || 1));
    byId("optimizer").value = bench.optimizer;
    byId("rate").value = bench.rate;
    byId("passes").value = bench.count;
    openBench(parts.get("e"));
    if (parts.get("all") === "0") { view.all = false; refresh(); }
    if (step >= 0 && steps) go(step);
    return;
  }
  view.all = parts.get("all") === "1";
  if (!data) { openBench(EXAMPLES[0]); return; }
  for (const item of (parts.get("set") || "").split(";")) {
    const [pass, id, text] = item.split(/:(.*?):(.*)/s), array = text ? readArray(text) : null, node = nodes[Number(id)];
    if (!array || !node || !isLeaf(node) || !passes[Number(pass)] || prepareLive().reason) continue;
    if (arrays.sameShape(array.shape, valueOfShape(node.id))) live.edits.set(Number(pass) + ":" + node.id, arrays.of(node.dtype, array.shape, array.data));
  }
  if (live.edits.size) {
    try { recompute(); } catch (e) { live.edits.clear(); recompute(); }
  }
  if (step > 0) go(step);
  showChanges();
}
const valueOfShape = id => passes[0].forward[id].value.shape;
for (const happening of ["pointerup", "keyup", "change", "click"]) document.addEventListener(happening, () => { if (data) keepAddress(); });

// Files: a trace that was written as JSON opens when it is dropped on the page, and what is shown can be saved.
const files = {most: 64e6, nodes: 50000, elements: 2e7};

/** Returns what is wrong with a trace that was read from JSON, in words; nothing if it can be shown. */
function faultOf(trace) {
  const list = (value, most = files.elements) => Array.isArray(value) && value.length <= most, object = value => typeof value === "object" && value !== null && !Array.isArray(value);
  const fail = (place, what) => { throw new arrays.GraphError(say("file.fault", place, what)); };
  const text = (value, place) => { if (typeof value !== "string") fail(place, say("file.text")); };
  const whole = (value, low, high, place) => { if (!Number.isInteger(value) || value < low || value > high) fail(place, say("file.number", low, high)); };
  let elements = 0;
  const special = new Set(["NaN", "Infinity", "-Infinity"]);
  const array = (value, place) => {
    if (!object(value) || !list(value.shape, 32)) fail(place, say("file.array"));
    value.shape.forEach(d => whole(d, 0, 2 ** 31, place + ".shape"));
    const size = value.shape.reduce((a, b) => a * b, 1);
    if (value.data === undefined) {
      for (const key of ["min", "max", "norm", "largest", "first"]) if (typeof value[key] !== "number" && !special.has(value[key])) fail(place + "." + key, say("file.element"));
      if (!list(value.corner, 8) || !value.corner.length || !value.corner.every(row => list(row, 8))) fail(place + ".corner", say("file.array"));
      if (value.blocks !== undefined && !(object(value.blocks) && list(value.blocks.extremes, 4096) && value.blocks.extremes.length === value.blocks.rows * value.blocks.columns)) fail(place + ".blocks", say("file.array"));
      return;
    }
    if (!list(value.data) || value.data.length !== size) fail(place + ".data", say("file.length", size));
    elements += size;
    if (elements > files.elements) fail(place, say("file.large"));
    if (!value.data.every(v => typeof v === "number" || special.has(v))) fail(place + ".data", say("file.element"));
  };
  const nothingOr = (value, place) => { if (value !== null && value !== undefined) array(value, place); };
  if (!object(trace) || trace.format !== "autodiff-trace") fail("format", say("file.format"));
  if (trace.version !== 2) fail("version", say("file.version", 2));
  if (!list(trace.nodes, files.nodes) || !trace.nodes.length) fail("nodes", say("file.list"));
  const n = trace.nodes.length;
  trace.nodes.forEach((node, i) => {
    const place = "nodes[" + i + "]";
    if (!object(node) || node.id !== i) fail(place + ".id", say("file.id", i));
    for (const key of ["name", "label", "op", "formula", "source"]) { if (node[key] === undefined && key === "source") node.source = ""; text(node[key], place + "." + key); }
    if (node.symbol !== undefined) text(node.symbol, place + ".symbol");
    if (!["placeholder", "variable", "constant", "operation"].includes(node.kind)) fail(place + ".kind", say("file.kind"));
    if (!["FLOAT32", "FLOAT64", "INT32"].includes(node.dtype)) fail(place + ".dtype", say("file.dtype"));
    if (!list(node.inputs, 10000) || !list(node.shape, 32)) fail(place, say("file.list"));
    node.inputs.forEach(input => whole(input, 0, i - 1, place + ".inputs"));
    node.shape.forEach(d => { if (d !== null) whole(d, 0, 2 ** 31, place + ".shape"); });
    if (node.operands !== undefined && !(list(node.operands, 10000) && node.operands.every(id => Number.isInteger(id) && id >= -1 && id < i))) fail(place + ".operands", say("file.list"));
  });
  whole(trace.result, 0, n - 1, "result");
  if (!list(trace.passes, 10000) || !trace.passes.length) fail("passes", say("file.list"));
  trace.passes.forEach((pass, p) => {
    const place = "passes[" + p + "]";
    if (!object(pass) || !list(pass.forward, n) || pass.forward.length !== n || !list(pass.backward, n) || pass.backward.length !== n || !list(pass.updates, n + 10000)) fail(place, say("file.entries", n));
    if (pass.number !== p + 1) fail(place + ".number", say("file.id", p + 1));
    pass.forward.forEach((f, i) => { if (!object(f)) fail(place + ".forward[" + i + "]", say("file.array")); array(f.value, place + ".forward[" + i + "].value"); (f.masks || []).forEach(m => array(m, place + ".masks")); });
    pass.backward.forEach((b, i) => {
      const at = place + ".backward[" + i + "]";
      if (!object(b)) fail(at, say("file.array"));
      nothingOr(b.gradient, at + ".gradient");
      if (b.gradient === undefined) b.gradient = null;
      for (const flow of b.gives || []) {
        if (!object(flow) || trace.nodes[i].inputs[flow.operand] !== flow.to || !Number.isInteger(flow.operand)) fail(at + ".gives", say("file.flow"));
        text(flow.rule, at + ".gives.rule");
        array(flow.value, at + ".gives.value");
        nothingOr(flow.share, at + ".gives.share");
        if (flow.local !== undefined) { if (!object(flow.local)) fail(at + ".gives.local", say("file.array")); text(flow.local.formula, at + ".gives.local.formula"); array(flow.local.value, at + ".gives.local.value"); }
      }
      if (b.order !== undefined && !(list(b.order, n) && b.order.every(from => (pass.backward[from] && pass.backward[from].gives || []).some(f => f.to === i)))) fail(at + ".order", say("file.list"));
    });
    pass.updates.forEach((u, i) => {
      const at = place + ".updates[" + i + "]";
      if (!object(u) || !list(u.equations, 100) || !u.equations.length || !list(u.memory, 100)) fail(at, say("file.list"));
      text(u.variable, at + ".variable");
      whole(u.node, -1, n - 1, at + ".node");
      array(u.before, at + ".before"); array(u.after, at + ".after"); nothingOr(u.gradient, at + ".gradient");
      for (const e of u.equations) { text(e.symbol, at + ".symbol"); text(e.formula, at + ".formula"); array(e.value, at + ".value"); }
      for (const m of u.memory) { text(m.name, at + ".memory"); array(m.before, at + ".memory"); array(m.after, at + ".memory"); }
    });
  });
  if (!list(trace.steps, 20 * files.nodes) || !trace.steps.length) fail("steps", say("file.list"));
  trace.steps.forEach((step, k) => {
    const place = "steps[" + k + "]";
    if (!object(step)) fail(place, say("file.list"));
    whole(step.pass, 1, trace.passes.length, place + ".pass");
    if (!["given", "forward", "seed", "backward", "update"].includes(step.phase)) fail(place + ".phase", say("file.kind"));
    const high = step.phase === "update" ? trace.passes[step.pass - 1].updates.length : n;
    whole(step.index, step.phase === "given" ? -1 : 0, high - 1, place + ".index");
  });
}

/** Opens the text of a trace; what cannot be shown is told, and what was shown stays. */
function openTrace(text) {
  try {
    if (text.length > files.most) throw new arrays.GraphError(say("file.large"));
    let trace;
    try { trace = JSON.parse(text); } catch (e) { throw new arrays.GraphError(say("file.json", e.message)); }
    faultOf(trace);
    if (typeof playground !== "undefined" && playground.on) showPlayground(false);
    Object.assign(bench, {open: false, trace: {data: trace, step: 0}});
    byId("bench").hidden = true;
    byId("benchbutton").hidden = false;
    byId("benchbutton").setAttribute("aria-pressed", "false");
    view.all = false;
    showTrace(trace, 0);
    toast("");
  } catch (e) {
    if (!(e instanceof arrays.GraphError)) throw e;
    toast(say("file.refused", e.message));
  }
}

function toast(text) {
  byId("toast").textContent = text;
  byId("toast").hidden = !text;
}

/** The text of a file, packed by gzip or not, as far as it is not too large. */
async function textOf(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return file.slice(0, files.most + 1).text();
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done && text.length <= files.most; part = await reader.read()) text += part.value;
  reader.cancel();
  return text;
}

async function take(file) {
  if (!file) return;
  let text;
  try { text = await textOf(file); } catch (e) { toast(say("file.refused", e.message)); return; }
  const train = typeof playground !== "undefined" && playground.on;
  if (train && !/^\s*\{/.test(text)) dropCsv(text.slice(0, 2e6)); else openTrace(text);
}

function save(name, content) {
  const link = element("a", "", undefined, document.body);
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); link.remove(); }, 1000);
}

/** The trace as it is shown, with the numbers that were changed. */
const traceText = () => JSON.stringify({...data, passes: data.passes.map((pass, i) => ({...pass, forward: passes[i].forward, backward: passes[i].backward, updates: passes[i].updates}))},
  (key, value) => value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array ? Array.from(value)
    : key === "summary" || key === "scope" || key === "short" || key === "groups" || key === "inline" ? undefined
      : typeof value === "number" && !Number.isFinite(value) ? String(value) : value);

/** The whole graph as an SVG file of its own, in the colours of the page. */
function pictureText() {
  const copy = canvas.cloneNode(true), style = svg("style", {}), {width, height} = view.layout;
  style.textContent = document.querySelector("style") ? document.querySelector("style").textContent.replace(/:root/g, "svg") : [...document.styleSheets[0].cssRules].map(r => r.cssText.replace(/:root/g, "svg")).join("\n");
  copy.setAttribute("xmlns", SVG);
  for (const [key, value] of Object.entries({viewBox: `0 0 ${width} ${height}`, width, height, "data-theme": document.documentElement.dataset.theme || ""})) copy.setAttribute(key, value);
  copy.querySelector("g").removeAttribute("transform");
  copy.prepend(style);
  return new XMLSerializer().serializeToString(copy);
}

/** The same picture in pixels, two for each of its own, fewer where an image of that size could not be made. */
function pixels() {
  const {width, height} = view.layout, scale = Math.min(2, 16000 / Math.max(width, height), Math.sqrt(6e7 / (width * height)));
  const picture = new Image(), url = URL.createObjectURL(new Blob([pictureText()], {type: "image/svg+xml"}));
  const sheet = Object.assign(document.createElement("canvas"), {width: Math.round(width * scale), height: Math.round(height * scale)});
  return new Promise((resolve, reject) => {
    picture.onload = () => {
      const pen = sheet.getContext("2d");
      pen.fillStyle = getComputedStyle(document.body).backgroundColor;
      pen.fillRect(0, 0, sheet.width, sheet.height);
      pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
      URL.revokeObjectURL(url);
      sheet.toBlob(resolve, "image/png");
    };
    picture.onerror = reject;
    picture.src = url;
  });
}

function startFiles() {
  document.addEventListener("dragover", event => event.preventDefault());
  document.addEventListener("drop", event => { event.preventDefault(); take(event.dataTransfer.files[0]); });
  byId("tracefile").addEventListener("change", event => { take(event.target.files[0]); byId("help").close(); event.target.value = ""; });
  byId("opentracefile").addEventListener("click", () => byId("tracefile").click());
  byId("savejson").addEventListener("click", () => { if (data) save("trace.json", new Blob([traceText()], {type: "application/json"})); });
  byId("savesvg").addEventListener("click", () => { if (data) { wholeGraph(); draw(); save("graph.svg", new Blob([pictureText()], {type: "image/svg+xml"})); } });
  byId("savepng").addEventListener("click", async () => { if (data) { wholeGraph(); draw(); save("graph.png", await pixels()); } });
  byId("toast").addEventListener("click", () => toast(""));
}

// A tour for a first visitor: what is where, each place lit in turn.
const tour = {at: -1};
const TOUR = [["canvas", "graph"], ["next", "next"], ["phases", "phases"], ["step", "step"], ["leaves", "values"], ["predict", "predict"],
  ["benchbutton", "expression"], ["present", "present"], ["helpbutton", "help"]];

/** Goes to a place of the tour; behind the last one it ends. Places that are not shown now are left out. */
function tourTo(at, direction = 1) {
  document.querySelectorAll(".toured").forEach(e => e.classList.remove("toured"));
  while (TOUR[at] && !byId(TOUR[at][0]).getClientRects().length) at += direction;
  tour.at = TOUR[at] ? at : -1;
  byId("tour").hidden = tour.at < 0;
  if (tour.at < 0) { byId("helpbutton").focus(); return; }
  const [place, key] = TOUR[at];
  if (key === "step" && steps.some(s => s.phase === "backward")) walkTo(steps.findIndex(s => s.phase === "backward" && s.pass === steps[view.step].pass));
  byId(place).classList.add("toured");
  byId(place).scrollIntoView({block: "nearest"});
  keepClear(byId(place).getBoundingClientRect());
  byId("tourtext").textContent = say("tour." + key);
  byId("tourcount").textContent = say("slide.part", at + 1, TOUR.length);
  byId("tourback").disabled = at === 0;
  byId("tournext").textContent = say(at < TOUR.length - 1 ? "tour.further" : "page.close");
  byId("tournext").focus();
}

/** Puts the tour beside the place that it is about, or above it, where it would cover it. */
function keepClear({left, right, top, height}) {
  const beside = left > 320 && right - left < innerWidth * 0.7 && height > 100, above = !beside && height > 100 && top > innerHeight / 3;
  Object.assign(byId("tour").style, {left: beside ? left / 2 + "px" : "", maxWidth: beside ? left - 24 + "px" : "",
    top: above ? "12px" : "", bottom: above ? "auto" : ""});
}

function startTour() {
  byId("tournext").addEventListener("click", () => tourTo(tour.at + 1));
  byId("tourback").addEventListener("click", () => tourTo(tour.at - 1, -1));
  byId("tourclose").addEventListener("click", () => tourTo(-1));
  byId("tourbutton").addEventListener("click", () => { byId("help").close(); if (data && !document.body.classList.contains("training")) tourTo(0); });
}

// The controls: steps, playing, the panels, keys, pointers.
const byId = id => document.getElementById(id);
let playing = 0;

function element(tag, className, text, parent) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  if (parent) parent.appendChild(e);
  return e;
}

function go(k) {
  view.step = Math.max(0, Math.min(steps.length - 1, k));
  view.stamp = (view.stamp || 0) + 1;
  const step = steps[view.step], phase = phaseOf(step);
  byId("slider").value = view.step;
  byId("slider").setAttribute("aria-valuetext", say("page.step", view.step + 1, steps.length, say("train.phase." + phase)));
  byId("count").textContent = (view.step + 1) + " / " + steps.length;
  byId("pass").textContent = passes.length > 1 ? say("page.pass", step.pass, passes.length) : "";
  byId("first").disabled = byId("back").disabled = view.step === 0;
  byId("last").disabled = byId("next").disabled = view.step === steps.length - 1;
  for (const button of byId("phases").children) {
    if (button.dataset.phase === phase) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
  }
  showStep();
  showDetail();
  if (step.pass !== view.pass) { view.pass = step.pass; syncLeaves(); }
  keepNear(nodeAt(step));
  follow(false);
  redraw();
}

function select(id, show) {
  view.selected = id;
  view.arrow = -1;
  view.stamp++;
  if (show) {
    const hidden = nodes[id].groups.filter(s => view.collapsed.has(s));
    hidden.forEach(s => view.collapsed.delete(s));
    if (view.near) view.centre = id;
    if (hidden.length || view.near && view.itemOf[id] < 0) rearrange();
    if (view.scale < FAR && view.items.length > DRAW_ALL) view.scale = 0.8;
    center(view.items[view.itemOf[id]].box);
  }
  showDetail();
  if (isLeaf(nodes[id]) && !byId("leafrows").querySelector(`[data-leaf="${id}"]`)) showLeaves();
  for (const row of byId("leafrows").children) row.classList.toggle("selected", row.dataset.leaf === String(id));
  redraw();
}

function rearrange() {
  arrange();
  view.stamp++;
  showScopes();
  redraw();
}

function play(on) {
  clearTimeout(playing);
  playing = 0;
  if (on) {
    if (view.step === steps.length - 1) go(0);
    const tick = () => {
      if (view.step === steps.length - 1) { play(false); return; }
      go(nextStop(1));
      playing = setTimeout(tick, Number(byId("speed").value));
    };
    playing = setTimeout(tick, Number(byId("speed").value));
  }
  byId("play").textContent = say(playing ? "train.pause" : "train.play");
  byId("play").setAttribute("aria-label", say(playing ? "train.pause" : "train.play"));
}
const walkTo = k => { play(false); go(k); };

function toPhase(phase) {
  const pass = steps[view.step].pass;
  const k = steps.findIndex(s => s.pass === pass && phaseOf(s) === phase);
  if (k >= 0) walkTo(k);
}

function otherPhase(direction) {
  const key = s => s.pass + phaseOf(s), now = key(steps[view.step]);
  let k = view.step;
  while (steps[k] && key(steps[k]) === now) k += direction;
  if (!steps[k]) { walkTo(direction > 0 ? steps.length - 1 : 0); return; }
  if (direction < 0) { const before = key(steps[k]); while (k > 0 && key(steps[k - 1]) === before) k--; }
  walkTo(k);
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

const keys = {
  ArrowRight: () => walkTo(nextStop(1)), ArrowLeft: () => walkTo(nextStop(-1)),
  PageDown: () => turnPage(1), PageUp: () => turnPage(-1), s: togglePresenter, Escape: closeSomething,
  ArrowDown: () => otherPhase(1), ArrowUp: () => otherPhase(-1),
  Home: () => walkTo(0), End: () => walkTo(steps.length - 1), " ": () => play(!playing),
  "+": () => zoomAt(1.25, stage.clientWidth / 2, stage.clientHeight / 2), "=": () => keys["+"](),
  "-": () => zoomAt(0.8, stage.clientWidth / 2, stage.clientHeight / 2),
  f: wholeGraph, n: () => { setNear(!view.near, view.selected >= 0 ? view.selected : nodeAt(steps[view.step])); start(); }, a: () => { view.all = !view.all; refresh(); }, p: togglePredict, e: () => byId(document.body.classList.contains("training") ? "trainbutton" : "benchbutton").click(), c: () => { if (members.size) foldAll(); }, t: switchTheme, "/": () => byId("jump").focus(),
  "?": () => { byId("help").showModal(); byId("helptitle").focus(); },
};
document.addEventListener("keydown", event => {
  const target = event.target, typing = target.matches("input:not([type=range]), select, textarea");
  if (document.body.classList.contains("training") && !["t", "?", "e"].includes(event.key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (typing) { if (event.key === "Escape") target.blur(); return; }
  const active = target.closest("[data-id], [data-scope]");
  if (active && canvas.contains(active) && (event.key === "Enter")) { event.preventDefault(); open(active); return; }
  if (target.matches("input[type=range]:not(#slider)") && event.key.startsWith("Arrow")) return;
  if (target.matches("button, summary") && (event.key === " " || event.key === "Enter")) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

function open(target) {
  if (target.dataset.scope) { toggle(target.dataset.scope); return; }
  if (target.dataset.edge) unselect(Number(target.dataset.edge)); else select(Number(target.dataset.id), false);
  byId("detail").scrollIntoView({block: "nearest"});
}

/** Selects no node, and the arrow of an edge or none. */
function unselect(edge = -1) {
  Object.assign(view, {selected: -1, arrow: edge, stamp: view.stamp + 1});
  showDetail();
  redraw();
}

const pointers = new Map();
let moved = 0, pressed = null, scrubbing = false;
canvas.addEventListener("pointerdown", event => {
  scrubbing = pointers.size === 0 && startScrub(event.target, event.clientX);
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  pressed = event.target.closest("[data-id], [data-scope], [data-edge]");
  if (pointers.size === 1) moved = 0;
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", event => {
  const old = pointers.get(event.pointerId);
  if (!old) return;
  const at = [event.offsetX, event.offsetY];
  if (scrubbing) { moveScrub(event.clientX); moved = scrub.moved ? 100 : 0; return; }
  if (pointers.size === 1) { view.x += at[0] - old[0]; view.y += at[1] - old[1]; }
  else {
    const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
    const before = Math.hypot(old[0] - other[0], old[1] - other[1]), after = Math.hypot(at[0] - other[0], at[1] - other[1]);
    if (before > 0) zoomAt(after / before, other[0], other[1]);
  }
  moved += Math.abs(at[0] - old[0]) + Math.abs(at[1] - old[1]);
  pointers.set(event.pointerId, at);
  if (moved > 5) canvas.classList.add("moving");
  redraw();
});
const release = event => {
  if (!pointers.delete(event.pointerId)) return;
  canvas.classList.remove("moving");
  scrubbing = false;
  if (moved <= 5 && event.type === "pointerup") {
    if (pressed) open(pressed); else pickFar(event.offsetX, event.offsetY);
  }
};
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);
canvas.addEventListener("wheel", event => {
  event.preventDefault();
  zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.offsetX, event.offsetY);
}, {passive: false});

// Where boxes are drawn as one path, finds the one that was meant.
function pickFar(px, py) {
  const x = (px - view.x) / view.scale, y = (py - view.y) / view.scale, slack = 6 / view.scale;
  const hit = view.items.find(i => x > i.box.x - slack && x < i.box.x + i.box.w + slack && y > i.box.y - slack && y < i.box.y + i.box.h + slack);
  if (!hit) { if (view.selected >= 0 || view.arrow >= 0) unselect(); return; }
  if (hit.scope) toggle(hit.scope); else select(hit.node.id, false);
}

for (const [id, key] of [["first", "Home"], ["back", "ArrowLeft"], ["next", "ArrowRight"], ["last", "End"], ["play", " "],
  ["zoomin", "+"], ["zoomout", "-"], ["fit", "f"], ["near", "n"], ["fold", "c"], ["theme", "t"], ["helpbutton", "?"], ["all", "a"], ["predict", "p"], ["present", "s"]]) {
  byId(id).addEventListener("click", () => keys[key]());
}
byId("helpclose").addEventListener("click", () => byId("help").close());
byId("slider").addEventListener("input", () => walkTo(Number(byId("slider").value)));
byId("phases").addEventListener("click", event => { if (event.target.dataset.phase) toPhase(event.target.dataset.phase); });
byId("search").addEventListener("submit", event => {
  event.preventDefault();
  const text = byId("jump").value.trim().toLowerCase();
  const found = nodes.find(n => n.label.toLowerCase() === text) || nodes.find(n => text && n.label.toLowerCase().includes(text));
  byId("jump").setCustomValidity(found ? "" : say("search.none"));
  if (!found) { byId("jump").reportValidity(); return; }
  const pass = passes[steps[view.step].pass - 1];
  const k = phaseOf(steps[view.step]) === "forward" ? pass.value[found.id] : pass.grad[found.id];
  if (k !== Infinity) walkTo(k);
  select(found.id, true);
});
byId("jump").addEventListener("input", () => byId("jump").setCustomValidity(""));
new ResizeObserver(() => { if (view.layout) { follow(true); redraw(); } }).observe(stage);

/** Shows a trace from a step on: a large graph folded, and a very large one around the step. */
function showTrace(trace, step) {
  play(false);
  load(trace);
  live.prepared = null;
  live.edits = new Map();
  live.message = "";
  Object.assign(predict, {done: new Set(), at: -1});
  document.body.classList.toggle("few", nodes.length <= 40);
  Object.assign(view, {selected: -1, arrow: -1, pass: 0, collapsed: foldedAtFirst()});
  byId("transcript").open = false;
  byId("title").textContent = say(bench.open ? "title.expression" : "title.trace", result.label);
  byId("slider").max = steps.length - 1;
  for (const button of byId("phases").children) button.disabled = !steps.some(s => phaseOf(s) === button.dataset.phase);
  byId("names").replaceChildren();
  for (const node of nodes.slice(0, 2000)) element("option", "", undefined, byId("names")).value = node.label;
  view.step = Math.max(0, Math.min(steps.length - 1, step));
  gather();
  setNear(view.whole.items.length > DRAW_ALL, nodeAt(steps[view.step]));
  showScopes();
  showLeaves();
  go(view.step);
  showChanges();
  byId("all").setAttribute("aria-pressed", String(Boolean(view.all)));
  start();
}

/** The trace of a large page, which is packed: base64 of what zlib has made of its JSON. */
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text());
}

function showFirst(trace) {
  if (trace) showTrace(trace, 0);
  openAddress();
  if (trace && location.hash === "#tour") tourTo(0);
}

startBench();
startPresenter();
startFiles();
startTour();
const embedded = JSON.parse(byId("data").textContent);
if (typeof embedded === "string") unpack(embedded).then(showFirst, e => toast(say("file.refused", e.message))); else showFirst(embedded);

