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
