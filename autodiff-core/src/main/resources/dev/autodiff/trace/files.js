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
