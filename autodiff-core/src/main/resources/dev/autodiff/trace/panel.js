// The panel beside the graph: what happens in a step, and what is known of a node.
function showStep(phase) {
  const told = narrate(view.step), panel = byId("step"), back = steps[view.step].phase === "backward";
  panel.replaceChildren();
  if (isAsking()) { showQuestion(panel); return; }
  element("h2", "", told.title, panel);
  newWords(view.step, panel);
  if (back) showBackward(view.step, panel);
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
  const node = nodes[view.selected], pass = passes[steps[view.step].pass - 1], k = happened();
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
  if (!flows.length || happened() < pass.back[flows[0].from]) return;
  element("h3", "", "Gradient that came from", panel);
  const list = element("ul", "", undefined, panel);
  for (const flow of flows) {
    const item = element("li", "", undefined, list);
    jumpButton(nodes[flow.from].label, pass.back[flow.from], item);
    const arrived = happened() >= pass.back[flow.from];
    const numbers = flow.numbers && flow.numbers !== describe(flow.value) ? " = " + flow.numbers : "";
    element("span", "", ":  " + flow.rule + (arrived ? numbers + " = " + describe(flow.value) : "  (not yet)"), item);
  }
  if (flows.length > 1 && happened() >= pass.grad[node.id]) {
    const sum = total(pass, node, flows, "backward");
    element("div", "", sum.what + " = " + (sum.numbers ? sum.numbers + " = " : "") + sum.value, panel);
  }
}

