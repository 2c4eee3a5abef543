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
