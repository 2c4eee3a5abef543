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
