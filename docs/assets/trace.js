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
const data = JSON.parse(document.getElementById("data").textContent);
const nodes = data.nodes, steps = data.steps, result = nodes[data.result];
const edges = [], edgesInto = nodes.map(() => []), edgesFrom = nodes.map(() => []);
for (const node of nodes) {
  node.scope = node.name.slice(0, Math.max(0, node.name.lastIndexOf("/")));
  node.short = node.label.slice(node.label.lastIndexOf("/") + 1);
  node.symbol = node.symbol || node.short;
  node.inputs.forEach((from, operand) => {
    const edge = {id: edges.length, from, to: node.id, operand};
    edges.push(edge); edgesInto[node.id].push(edge); edgesFrom[from].push(edge);
  });
}

// For each pass: in which step a node gets its value, an edge its flow, a node its whole gradient, a variable its update.
const passes = data.passes.map((pass, number) => {
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
});

const received = (pass, id) => {
  const order = pass.backward[id].order;
  const flows = edgesFrom[id].map(e => pass.flows[e.id]).filter(Boolean);
  if (!order) return flows;
  const left = flows.slice();
  return order.map(from => left.splice(left.findIndex(f => f.from === from), 1)[0]);
};
const phaseOf = step => step.phase === "given" || step.phase === "forward" ? "forward"
  : step.phase === "update" ? "update" : "backward";
// As the Java class Names does it: names that are expressions stand in parentheses.
const factor = name => /^[\p{L}\p{M}\p{N}_/#.-]+$/u.test(name) && !/^-/.test(name) ? name : "(" + name + ")";
const derivativeOf = (y, x) => "∂" + factor(y.symbol) + "/∂" + factor(x.symbol);
const derivative = node => derivativeOf(result, node);
const firstNaN = data.firstNaN === undefined ? -1 : data.firstNaN;
const hasNaN = array => Boolean(array) && (array.data ? array.data.includes("NaN") : array.nan > 0);

function number(value) {
  if (value === null || value === "NaN") return "NaN";
  if (value === "Infinity") return "∞";
  if (value === "-Infinity") return "-∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(4).replace(/\.?0+e/, "e").replace("e+", "e");
  const text = size < 1 ? Number(value.toPrecision(4)) : Number(Number(value.toFixed(4)).toPrecision(7));
  return String(text);
}

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
const sizeOfAll = s => s.min === s.max ? "all " + number(s.min) : "norm " + number(s.norm) + ", |max| " + number(s.largest);
const notFinite = s => [s.nan ? s.nan + " NaN" : "", s.infinite ? s.infinite + " infinite" : ""].filter(Boolean).join(", ");
function describe(array) {
  const text = inline(array);
  if (text !== null) return text;
  const s = summary(array), bad = notFinite(s);
  if (array.data && !array.data.length) return s.shape + " without elements";
  if (s.all) return s.shape + " " + bad;
  return s.shape + " " + sizeOfAll(s) + (s.min === s.max ? "" : ", " + number(s.min) + " to " + number(s.max)) + (bad ? ", " + bad : "");
}

function brief(array) {
  const text = inline(array);
  if (text !== null && (array.data.length <= 4 || text.length <= 18)) return text;
  const s = summary(array);
  if (array.data && !array.data.length) return s.shape;
  return s.shape + " " + (notFinite(s) || sizeOfAll(s));
}

// Matrices are easier to read as tables, unless they are tiny; large ones are shown when they are asked for.
const SMALL = 64;
const isTable = array => Boolean(array) && array.shape.length === 2 && Boolean(array.data) && array.data.length > 4
  && array.data.length <= SMALL && array.shape[1] <= 12;

const firstOf = array => number(array.data ? array.data[0] : array.first);

// A step in words: a title and equations.
function narrate(k) {
  const told = tell(k);
  if (k === firstNaN) {
    told.lines.push({what: "the first NaN", formula: "", numbers: "", value: "", kind: "bad",
      note: "No number before this step is NaN. What is computed from it is NaN as well."});
  }
  return told;
}

function tell(k) {
  const step = steps[k], pass = passes[step.pass - 1], kind = phaseOf(step);
  const eq = (what, formula, numbers, value, note, array) => ({what, formula, numbers, value, note, kind, array});
  const example = (text, array) => text ? "first element: " + text + " = " + firstOf(array) : "";
  if (step.phase === "given") {
    const leaves = nodes.filter(n => n.kind !== "operation");
    const shown = leaves.slice(0, 40).map(n => eq(n.label, "", "", describe(pass.forward[n.id].value), n.kind));
    if (leaves.length > 40) shown.push(eq("and " + (leaves.length - 40) + " more", "", "", "", ""));
    return {title: "The leaves have their values", lines: shown};
  }
  if (step.phase === "update") {
    const u = pass.updates[step.index];
    const lines = u.equations.map(e => eq(e.symbol, e.formula, e.numbers, describe(e.value), example(e.example, e.value), e.value));
    if (lines.length === 1) for (const m of u.memory) lines.push(eq(m.name, "", "", describe(m.after), "was " + describe(m.before), m.after));
    if (!isTable(u.before)) {
      return {title: "Update " + u.variable + ": it was " + describe(u.before)
        + (u.gradient ? ", its gradient is " + describe(u.gradient) : ""), lines};
    }
    if (u.gradient) lines.unshift(eq("g", "the gradient", "", describe(u.gradient), "", u.gradient));
    lines.unshift(eq(u.variable, "as it was", "", describe(u.before), "", u.before));
    return {title: "Update " + u.variable, lines};
  }
  const node = nodes[step.index];
  if (step.phase === "forward") {
    const f = pass.forward[node.id];
    const from = [...new Set(node.inputs.map(i => nodes[i].label))].join(", ");
    return {title: "Compute " + node.label + " from " + from,
      lines: [eq(node.label, node.formula, f.numbers, describe(f.value), example(f.example, f.value), f.value)]};
  }
  const gradient = describe(pass.backward[node.id].gradient);
  if (step.phase === "seed") {
    return {title: "Backpropagation starts at " + node.label,
      lines: [eq(derivative(node), "", "", gradient, "the derivative of a thing with respect to itself")]};
  }
  const lines = [];
  for (const flow of pass.backward[node.id].gives || []) {
    const to = nodes[flow.to];
    const sum = flow.share ? "Σ over its repetitions of " : "";
    const numbers = flow.numbers ? (sum ? "Σ " : "") + flow.numbers : "";
    if (flow.local) {
      const value = describe(flow.local.value);
      lines.push(eq(derivativeOf(node, to), flow.local.formula === value ? "" : flow.local.formula, flow.local.numbers, value, "", flow.local.value));
    }
    lines.push(eq("to " + to.label, sum + flow.rule, numbers, describe(flow.value), example(flow.example, flow.share || flow.value), flow.value));
    const all = received(pass, to.id);
    if (all.length > 1 && all[all.length - 1].from === node.id && all[all.length - 1].operand === flow.operand) {
      lines.push(total(pass, to, all, kind));
    }
  }
  if (!lines.length) lines.push(eq("nothing flows on", "", "", "", "no operand receives a gradient through " + node.label));
  const table = isTable(pass.backward[node.id].gradient);
  if (table) lines.unshift(eq(derivative(node), "what has arrived", "", gradient, "", pass.backward[node.id].gradient));
  return {title: derivative(node) + (table ? "" : " = " + gradient) + " goes back through " + node.label, lines};
}

function total(pass, node, flows, kind) {
  const parts = flows.map(f => inline(f.value));
  const numbers = parts.every(p => p !== null) && parts.length <= 8
    ? parts.map(p => p.startsWith("-") ? "(" + p + ")" : p).join(" + ") : "";
  return {what: derivative(node), formula: "Σ of its " + flows.length + " uses", numbers, kind,
    value: describe(pass.backward[node.id].gradient), note: ""};
}

// The graph on the page: which boxes there are, where they stand, and what they show at a step.
const SVG = "http://www.w3.org/2000/svg";
const stage = document.getElementById("stage"), canvas = document.getElementById("canvas");
const view = {step: 0, collapsed: new Set(), selected: -1, x: 0, y: 0, scale: 1, items: [], links: [], layout: null};
const DRAW_ALL = 300, FAR = 0.34;

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

const scopes = [...new Set(nodes.flatMap(n => {
  const parts = n.scope ? n.scope.split("/") : [];
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}))].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
const within = (scope, outer) => scope === outer || scope.startsWith(outer + "/");
const members = new Map(scopes.map(s => [s, nodes.filter(n => n.scope && within(n.scope, s))]));

// The outermost collapsed scope that a node is in.
function hiddenIn(node) {
  const parts = node.scope ? node.scope.split("/") : [];
  for (let i = 1; i <= parts.length; i++) {
    const scope = parts.slice(0, i).join("/");
    if (view.collapsed.has(scope)) return scope;
  }
  return null;
}

const ruler = document.createElement("canvas").getContext("2d");
function textWidth(text, bold) {
  ruler.font = (bold ? "600 " : "") + "13px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  return ruler.measureText(text).width;
}
// All of a label with its scopes if that is short, as a frame does not fit around every scope.
const titleOf = node => node.label.length <= 24 ? node.label : cut(node.short, 24);
const cut = (text, most) => text.length <= most ? text : text.slice(0, most - 1) + "…";

const changeOf = update => update.before.shape.length ? "→ " + brief(update.after) : brief(update.before) + " → " + brief(update.after);

function sizeOf(item) {
  if (item.scope) return {w: Math.max(textWidth(item.title, true), textWidth(item.detail)) + 30, h: 52};
  const id = item.node.id;
  let body = textWidth("not computed");
  for (const pass of passes) {
    body = Math.max(body, textWidth(brief(pass.forward[id].value)));
    const gradient = pass.backward[id].gradient;
    if (gradient) body = Math.max(body, textWidth("∂ " + brief(gradient)));
    for (const u of pass.updates) if (u.node === id) body = Math.max(body, textWidth(changeOf(u), true));
  }
  const head = textWidth(item.title, true) + (item.detail ? 10 + textWidth(item.detail) : 0);
  return {w: Math.max(head, body) + 26, h: 68};
}

function arrange() {
  const at = new Map();
  view.items = [];
  view.itemOf = nodes.map(node => {
    const scope = hiddenIn(node);
    const key = scope === null ? "n" + node.id : "s" + scope;
    if (!at.has(key)) {
      at.set(key, view.items.length);
      const formula = node.kind === "operation" ? cut(node.formula, 20) : "";
      const count = scope === null ? 0 : members.get(scope).length;
      view.items.push(scope === null ? {key, node, title: titleOf(node), detail: formula}
        : {key, scope, title: scope.slice(scope.lastIndexOf("/") + 1), detail: count + (count === 1 ? " node" : " nodes")});
    }
    return at.get(key);
  });
  const links = new Map();
  for (const edge of edges) {
    const from = view.itemOf[edge.from], to = view.itemOf[edge.to];
    if (from === to) continue;
    const single = !view.items[from].scope && !view.items[to].scope;
    const key = from + ">" + to + (single ? ">" + edge.operand : "");
    if (!links.has(key)) links.set(key, {from, to, edges: []});
    links.get(key).edges.push(edge);
  }
  view.links = [...links.values()];
  place();
}

function place() {
  const sizes = view.items.map(sizeOf), list = view.links.map(l => [l.from, l.to]);
  for (const link of view.links) {
    const texts = link.edges.length > 1 ? [] : passes.map(p => p.flows[link.edges[0].id]).filter(Boolean).map(f => brief(f.value));
    link.width = texts.reduce((most, text) => Math.max(most, textWidth(text) * 0.93 + 8), 0);
  }
  const label = view.links.reduce((most, l) => Math.max(most, l.width), 0);
  const make = right => layeredLayout(sizes, list, right, right ? Math.max(44, label + 26) : 66);
  let layout = make(stage.clientWidth >= stage.clientHeight * 0.8);
  if (view.items.length <= 600) {
    const other = make(!layout.right);
    if (fitScale(other) > fitScale(layout) * 1.05) layout = other;
  }
  view.layout = layout;
  view.items.forEach((item, i) => { item.box = layout.boxes[i]; });
  view.links.forEach((link, i) => {
    link.route = layout.routes[i];
    const xs = link.route.map(p => p[0]), ys = link.route.map(p => p[1]);
    link.bounds = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  });
  placeLabels();
  for (const name in layers) layers[name].replaceChildren();
  view.items.forEach(item => { item.element = null; });
  view.frames = frames();
  view.frames.forEach(drawFrame);
}

const fitScale = layout => Math.min(stage.clientWidth / layout.width, stage.clientHeight / layout.height);

// A frame around each expanded scope that has nothing else between its nodes.
function frames() {
  const found = [];
  for (const scope of scopes) {
    const inside = view.items.filter(i => within(i.scope || i.node.scope || "", scope) && i.scope !== scope);
    if (!inside.length || [...view.collapsed].some(c => within(scope, c))) continue;
    const depth = scopes.filter(s => s !== scope && within(s, scope)).length ? 16 : 10;
    const x0 = Math.min(...inside.map(i => i.box.x)) - depth, y0 = Math.min(...inside.map(i => i.box.y)) - depth - 16;
    const x1 = Math.max(...inside.map(i => i.box.x + i.box.w)) + depth, y1 = Math.max(...inside.map(i => i.box.y + i.box.h)) + depth;
    const all = new Set(inside);
    if (view.items.some(i => !all.has(i) && i.box.x < x1 && i.box.x + i.box.w > x0 && i.box.y < y1 && i.box.y + i.box.h > y0)) continue;
    found.push({scope, x0, y0, x1, y1});
  }
  return found;
}

function drawFrame(frame) {
  const g = svg("g", {class: "frame", tabindex: 0, role: "button", "data-scope": frame.scope, "aria-expanded": "true",
    "aria-label": "Scope " + frame.scope + ", expanded"}, layers.frames);
  svg("rect", {x: frame.x0, y: frame.y0, width: frame.x1 - frame.x0, height: frame.y1 - frame.y0, rx: 12}, g);
  svg("rect", {x: frame.x0, y: frame.y0, width: frame.x1 - frame.x0, height: 20, style: "fill:transparent;stroke:none"}, g);
  svg("text", {x: frame.x0 + 9, y: frame.y0 + 15}, g).textContent = "⊟ " + frame.scope;
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

// Labels stand on the last part of a curve, near the consumer, and apart from each other where that is possible; as the
// Java class ArrowLabels does it.
const LABEL_HEIGHT = 18;
function placeLabels() {
  const taken = [];
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
    item.val = svg("text", {class: "op", x: 13, y: 41}, g);
  } else {
    g.setAttribute("data-id", item.node.id);
    g.setAttribute("data-label", item.node.label);
    svg("text", {class: "op", x: 23 + textWidth(item.title, true), y: 22}, g).textContent = item.detail;
    item.val = svg("text", {class: "val", x: 13, y: 41}, g);
    item.grad = svg("text", {class: "grad", x: 13, y: 59}, g);
  }
  item.element = g;
  item.shown = -1;
}

// What a node shows now.
function stateOf(id) {
  const k = view.step, pass = passes[steps[k].pass - 1];
  const valued = k >= pass.value[id], graded = k >= pass.grad[id], changed = k >= pass.changed[id];
  let value = valued ? brief(pass.forward[id].value) : "not computed";
  if (changed) {
    const update = pass.updates.find(u => u.node === id);
    value = changeOf(update);
  }
  const gradient = graded ? "∂ " + brief(pass.backward[id].gradient) : "";
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
const flowing = edge => passes[steps[view.step].pass - 1].flow[edge.id] === view.step;

function paintItem(item) {
  if (item.scope) {
    const inside = members.get(item.scope), states = inside.map(n => stateOf(n.id)), valued = states.filter(s => s.valued).length;
    const graded = states.filter(s => s.graded).length;
    const active = inside.some(n => roleOf(n.id) === "current");
    item.val.textContent = item.detail + (graded ? ", ∂ " + graded : "");
    item.element.setAttribute("class", item.base + (valued ? "" : " todo") + (active ? " current" : ""));
    item.element.setAttribute("aria-label", "Scope " + item.scope + ", collapsed, " + item.detail + ", " + valued
      + " computed, " + graded + " with gradient");
    return;
  }
  const id = item.node.id, state = stateOf(id);
  item.val.textContent = state.value;
  item.val.setAttribute("class", state.changed ? "val new" : "val");
  item.grad.textContent = state.gradient;
  const first = firstNaN >= 0 && view.step >= firstNaN && steps[firstNaN].phase !== "given" && placeOf(steps[firstNaN]) === id;
  item.element.setAttribute("class", item.base + (state.valued ? "" : " todo") + " " + roleOf(id)
    + (state.bad ? " bad" : "") + (first ? " firstbad" : "")
    + (view.selected === id ? " selected" : ""));
  item.element.setAttribute("aria-label", item.node.label + ", " + item.node.kind + ", "
    + (state.valued ? "value " + state.value : "not computed yet") + (state.graded ? ", gradient " + state.gradient.slice(2) : ""));
}

function drawLink(link) {
  link.element = svg("path", {d: path(link.route)}, layers.edges);
  link.label = null;
}

function paintLink(link) {
  const k = view.step, step = steps[k], pass = passes[step.pass - 1];
  const used = step.phase === "forward" && link.edges.some(e => e.to === step.index);
  const now = link.edges.some(flowing), past = link.edges.some(e => k >= pass.flow[e.id]);
  const faint = phaseOf(step) !== "forward" && !link.edges.some(e => pass.flows[e.id]);
  link.element.setAttribute("class", "edge" + (used ? " used" : now ? " flowing" : past ? " flowed" : faint ? " faint" : ""));
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

// Large enough to read: the whole graph if that is possible, else the place where something happens.
function start() {
  fit();
  const readable = stage.clientWidth < 600 ? 0.85 : 0.7;
  if (view.scale < readable && view.items.length <= DRAW_ALL) { view.scale = readable; view.y = 10; view.x = 10; follow(true); }
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
  if (step.phase === "given") id = nodes.findIndex(n => n.kind !== "operation");
  if (id < 0) return;
  const b = view.items[view.itemOf[id]].box, s = view.scale;
  const x0 = b.x * s + view.x, y0 = b.y * s + view.y, x1 = x0 + b.w * s, y1 = y0 + b.h * s;
  const margin = Math.min(60, stage.clientWidth / 12);
  const wholeFits = view.layout.width * s <= stage.clientWidth && view.layout.height * s <= stage.clientHeight;
  if ((always && !wholeFits) || x0 < margin || y0 < 10 || x1 > stage.clientWidth - margin || y1 > stage.clientHeight - 10) center(b);
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
  byId("slider").setAttribute("aria-valuetext", "step " + (view.step + 1) + " of " + steps.length + ", " + phase);
  byId("count").textContent = (view.step + 1) + " / " + steps.length;
  byId("pass").textContent = passes.length > 1 ? "pass " + step.pass + " of " + passes.length : "";
  byId("first").disabled = byId("back").disabled = view.step === 0;
  byId("last").disabled = byId("next").disabled = view.step === steps.length - 1;
  for (const button of byId("phases").children) {
    if (button.dataset.phase === phase) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
  }
  showStep(phase);
  showDetail();
  follow(false);
  redraw();
}

function showStep(phase) {
  const told = narrate(view.step), panel = byId("step");
  panel.replaceChildren();
  element("h2", "", told.title, panel);
  for (const line of told.lines) {
    const box = element("div", "eq " + line.kind, undefined, panel);
    const head = element("div", "", undefined, box);
    element("span", "what", line.what, head);
    if (line.formula) element("span", "formula", (line.formula.includes("←") ? ":  " : phase === "update" ? "  ←  " : "  =  ") + line.formula, head);
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
}

// Short arrays are not broken into two lines.
const whole = text => text.replace(/\[[^[\]]{1,24}\]/g, array => array.replaceAll(" ", "\u00a0"));

function showArray(array, parent) {
  if (array.data && array.data.length === 1) { element("span", "", number(array.data[0]), parent); return; }
  if (array.data && array.data.length <= SMALL) { showRows(rowsOf(array), false, parent); noteShape(array, parent); return; }
  element("div", "", describe(array), parent);
  heatMap(array, parent);
  const note = element("div", "note", "the corner of it:", parent), corner = array.corner || cornerOf(array);
  const table = showRows(corner, array.shape[array.shape.length - 1] > corner[0].length, parent);
  if (!array.data) { element("div", "note", "the whole is too large for this page: in the program, trace.value(...) has it", parent); return; }
  const button = element("button", "all", "Show all " + array.data.length.toLocaleString("en") + " numbers", parent);
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
  if (!array || !array.data || array.data.length <= 12 || !array.shape.length) return;
  const columns = array.shape[array.shape.length - 1], rows = array.data.length / columns, largest = summary(array).largest;
  const w = Math.min(columns, HEAT), h = Math.min(rows, HEAT), picture = element("canvas", "heat", undefined, parent);
  picture.width = w; picture.height = h;
  picture.style.width = Math.max(24, w * Math.min(12, 192 / w)) + "px";
  picture.style.height = Math.max(12, h * Math.min(12, 192 / h)) + "px";
  picture.setAttribute("role", "img");
  picture.title = "blue below 0, orange above, white 0, black NaN or infinite; full colour at ±" + number(largest);
  picture.setAttribute("aria-label", "Heat map of [" + array.shape.join(", ") + "], " + picture.title);
  const far = Array(w * h).fill(0), pen = picture.getContext("2d"), image = pen.createImageData(w, h);
  array.data.forEach((value, i) => {
    const cell = Math.floor(Math.floor(i / columns) * h / rows) * w + Math.floor(i % columns * w / columns);
    if (typeof value !== "number") far[cell] = NaN; else if (Math.abs(value) > Math.abs(far[cell])) far[cell] = value;
  });
  far.forEach((value, i) => {
    const t = largest > 0 ? Math.min(1, Math.abs(value) / largest) : 0, full = value < 0 ? [20, 80, 168] : [196, 78, 8];
    const color = Number.isNaN(value) ? [0, 0, 0] : full.map(c => 255 + (c - 255) * t);
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
  if (array.shape.length > 2) element("div", "note", "shape [" + array.shape.join(", ") + "], row by row", parent);
}

function jumpButton(text, k, parent) {
  const button = element("button", "link", text, parent);
  button.type = "button";
  button.addEventListener("click", () => go(k));
}

function showDetail() {
  const panel = byId("detail");
  panel.replaceChildren();
  panel.hidden = view.selected < 0;
  if (view.selected < 0) return;
  const node = nodes[view.selected], pass = passes[steps[view.step].pass - 1], k = view.step;
  element("h2", "", node.label, panel);
  const list = element("dl", "", undefined, panel);
  const row = (name, text) => { element("dt", "", name, list); return element("dd", "", text, list); };
  row("what", node.kind === "operation" ? node.op + ":  " + node.formula : node.kind);
  row("type", node.dtype + " [" + node.shape.map(d => d === null ? "?" : d).join(", ") + "]");
  row("made at", node.source).id = "source";
  const value = row("value");
  value.className = "value";
  if (k >= pass.value[node.id]) showArray(pass.forward[node.id].value, value);
  else { element("span", "", "not computed yet, ", value); jumpButton("go there", pass.value[node.id], value); }
  const gradient = row("gradient"), backward = pass.backward[node.id];
  gradient.className = "gradient";
  if (!backward.gradient) gradient.textContent = backward.reason;
  else if (k >= pass.grad[node.id]) showArray(backward.gradient, gradient);
  else { element("span", "", "not computed yet, ", gradient); jumpButton("go there", pass.grad[node.id], gradient); }
  if (k >= pass.value[node.id] && pass.forward[node.id].numbers) row("computed", node.formula + "  =  " + pass.forward[node.id].numbers);
  contributions(node, pass, panel);
}

function contributions(node, pass, panel) {
  const flows = received(pass, node.id);
  if (!flows.length || view.step < pass.back[flows[0].from]) return;
  element("h3", "", "Gradient that came from", panel);
  const list = element("ul", "", undefined, panel);
  for (const flow of flows) {
    const item = element("li", "", undefined, list);
    jumpButton(nodes[flow.from].label, pass.back[flow.from], item);
    const arrived = view.step >= pass.back[flow.from];
    const numbers = flow.numbers && flow.numbers !== describe(flow.value) ? " = " + flow.numbers : "";
    element("span", "", ":  " + flow.rule + (arrived ? numbers + " = " + describe(flow.value) : "  (not yet)"), item);
  }
  if (flows.length > 1 && view.step >= pass.grad[node.id]) {
    const sum = total(pass, node, flows, "backward");
    element("div", "", sum.what + " = " + (sum.numbers ? sum.numbers + " = " : "") + sum.value, panel);
  }
}

function select(id, show) {
  view.selected = id;
  view.stamp++;
  if (show) {
    const parts = nodes[id].scope ? nodes[id].scope.split("/") : [];
    const hidden = parts.map((_, i) => parts.slice(0, i + 1).join("/")).filter(s => view.collapsed.has(s));
    if (hidden.length) { hidden.forEach(s => view.collapsed.delete(s)); rearrange(); }
    if (view.scale < FAR && view.items.length > DRAW_ALL) view.scale = 0.8;
    center(view.items[view.itemOf[id]].box);
  }
  showDetail();
  redraw();
}

function rearrange() {
  arrange();
  view.stamp++;
  showScopes();
  redraw();
}

function toggle(scope) {
  if (view.collapsed.has(scope)) view.collapsed.delete(scope); else view.collapsed.add(scope);
  const old = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.scope : null;
  const inPanel = byId("scopes").contains(document.activeElement);
  rearrange();
  start();
  draw();
  if (old) {
    const again = (inPanel ? byId("scopes") : canvas).querySelector(`[data-scope="${CSS.escape(old)}"]`);
    if (again) again.focus();
  }
}

function foldAll() {
  const open = scopes.some(s => !view.collapsed.has(s));
  view.collapsed = new Set(open ? scopes : []);
  rearrange();
  start();
}

function showScopes() {
  const panel = byId("scopes");
  panel.replaceChildren();
  byId("fold").hidden = !scopes.length;
  if (!scopes.length) return;
  element("h2", "", "Scopes", panel);
  for (const scope of scopes) {
    const open = !view.collapsed.has(scope), depth = scope.split("/").length - 1;
    const button = element("button", "", (open ? "⊟ " : "⊞ ") + scope.slice(scope.lastIndexOf("/") + 1) + "  (" + members.get(scope).length + ")", panel);
    button.type = "button";
    button.style.paddingLeft = 10 + 18 * depth + "px";
    button.dataset.scope = scope;
    button.setAttribute("aria-expanded", String(open));
    button.addEventListener("click", () => toggle(scope));
  }
}

function play(on) {
  clearTimeout(playing);
  playing = 0;
  if (on) {
    if (view.step === steps.length - 1) go(0);
    const tick = () => {
      if (view.step === steps.length - 1) { play(false); return; }
      go(view.step + 1);
      playing = setTimeout(tick, Number(byId("speed").value));
    };
    playing = setTimeout(tick, Number(byId("speed").value));
  }
  byId("play").textContent = playing ? "Pause" : "Play";
  byId("play").setAttribute("aria-label", playing ? "Pause" : "Play");
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
  ArrowRight: () => walkTo(view.step + 1), ArrowLeft: () => walkTo(view.step - 1),
  ArrowDown: () => otherPhase(1), ArrowUp: () => otherPhase(-1),
  Home: () => walkTo(0), End: () => walkTo(steps.length - 1), " ": () => play(!playing),
  "+": () => zoomAt(1.25, stage.clientWidth / 2, stage.clientHeight / 2), "=": () => keys["+"](),
  "-": () => zoomAt(0.8, stage.clientWidth / 2, stage.clientHeight / 2),
  f: fit, c: () => { if (scopes.length) foldAll(); }, t: switchTheme, "/": () => byId("jump").focus(),
  "?": () => byId("help").showModal(),
};
document.addEventListener("keydown", event => {
  const target = event.target, typing = target.matches("input[type=search], select");
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (typing) { if (event.key === "Escape") target.blur(); return; }
  const active = target.closest("[data-id], [data-scope]");
  if (active && canvas.contains(active) && (event.key === "Enter")) { event.preventDefault(); open(active); return; }
  if (target.matches("button") && (event.key === " " || event.key === "Enter")) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

function open(target) {
  if (target.dataset.scope) toggle(target.dataset.scope); else select(Number(target.dataset.id), false);
}

const pointers = new Map();
let moved = 0, pressed = null;
canvas.addEventListener("pointerdown", event => {
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  pressed = event.target.closest("[data-id], [data-scope]");
  if (pointers.size === 1) moved = 0;
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", event => {
  const old = pointers.get(event.pointerId);
  if (!old) return;
  const at = [event.offsetX, event.offsetY];
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
  if (!hit) { if (view.selected >= 0) { view.selected = -1; view.stamp++; showDetail(); redraw(); } return; }
  if (hit.scope) toggle(hit.scope); else select(hit.node.id, false);
}

for (const [id, key] of [["first", "Home"], ["back", "ArrowLeft"], ["next", "ArrowRight"], ["last", "End"], ["play", " "],
  ["zoomin", "+"], ["zoomout", "-"], ["fit", "f"], ["fold", "c"], ["theme", "t"], ["helpbutton", "?"]]) {
  byId(id).addEventListener("click", () => keys[key]());
}
byId("helpclose").addEventListener("click", () => byId("help").close());
byId("slider").max = steps.length - 1;
byId("slider").addEventListener("input", () => walkTo(Number(byId("slider").value)));
byId("phases").addEventListener("click", event => { if (event.target.dataset.phase) toPhase(event.target.dataset.phase); });
for (const button of byId("phases").children) button.disabled = !steps.some(s => phaseOf(s) === button.dataset.phase);
for (const node of nodes.slice(0, 2000)) element("option", "", undefined, byId("names")).value = node.label;
byId("search").addEventListener("submit", event => {
  event.preventDefault();
  const text = byId("jump").value.trim().toLowerCase();
  const found = nodes.find(n => n.label.toLowerCase() === text) || nodes.find(n => text && n.label.toLowerCase().includes(text));
  byId("jump").setCustomValidity(found ? "" : "There is no such node");
  if (!found) { byId("jump").reportValidity(); return; }
  const pass = passes[steps[view.step].pass - 1];
  const k = phaseOf(steps[view.step]) === "forward" ? pass.value[found.id] : pass.grad[found.id];
  if (k !== Infinity) walkTo(k);
  select(found.id, true);
});
byId("jump").addEventListener("input", () => byId("jump").setCustomValidity(""));
new ResizeObserver(() => { if (view.layout) redraw(); }).observe(stage);

// A graph of many nodes starts with its scopes collapsed, from the innermost that make it small enough.
if (nodes.length > 60) view.collapsed = new Set(scopes);
arrange();
showScopes();
go((() => { const wanted = /^#step=(\d+)$/.exec(location.hash); return wanted ? Number(wanted[1]) - 1 : 0; })());
start();

