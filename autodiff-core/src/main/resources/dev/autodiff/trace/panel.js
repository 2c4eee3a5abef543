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

