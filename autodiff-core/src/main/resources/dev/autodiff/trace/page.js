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
