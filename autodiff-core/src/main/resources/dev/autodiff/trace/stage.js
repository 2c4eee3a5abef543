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
