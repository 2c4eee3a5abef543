// The playground: data, network and training under the reader's hands.
const playground = {on: false, running: 0, settings: {data: "moons", widths: [6, 4], activation: ["tanh", "tanh", "tanh", "tanh"], initialization: "glorot", optimizer: "adam",
  rate: 0.03, batch: 20, l2: 0, l1: 0, dropout: 0, count: 200, noise: 0.1, test: 0.3, seed: 1}, custom: [], net: null, history: [], frames: 0, pictures: null, compared: null, other: null, drawing: null, place: null};
const CHOICES = {rate: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3], batch: [1, 5, 10, 20, 50, 400], l2: [0, 0.0001, 0.001, 0.01, 0.1], l1: [0, 0.0001, 0.001, 0.01],
  dropout: [0, 0.1, 0.2, 0.5], activation: network.activations, initialization: network.initializations, optimizer: Object.keys(optimizers.table)};
const {MOST_LAYERS} = network, MOST_NEURONS = 8;
const ALL_LAYERS = value => new Array(MOST_LAYERS).fill(value);

function setUp() {
  stopTraining();
  const s = playground.settings, regression = s.data === "wave" || s.data === "ownwave";
  const own = s.data === "own" || s.data === "ownwave";
  const points = own ? playground.custom : datasets.make(s.data, s.count, s.noise, s.seed);
  const cutAt = Math.max(1, Math.round(points.length * (1 - s.test)));
  playground.train = points.slice(0, cutAt);
  playground.test = points.slice(cutAt);
  playground.history = [];
  byId("trainnote").textContent = points.length < 2 ? say("train.click")
    : s.initialization === "zeros" && s.widths.length ? say("train.zeros") : "";
  const start = points.length < 2 ? [[-0.5, 0, 0], [0.5, 0, 1]] : playground.train;
  const made = settings => { const net = new network.Network({...settings, regression}, start); net.train = playground.train; return net; };
  playground.net = made(s);
  playground.other = playground.compared ? {net: made({...s, ...playground.compared}), history: []} : null;
  playground.pictures = null;
  playground.drawing = trainDrawing.lay(byId("net"), network.sizesOf({...s, regression}), chooseWeight);
  byId("operation").textContent = "";
  record();
  showWidths();
  showCompared();
  paintTraining();
}

function record() {
  const {train, test, other} = playground, add = run => {
    run.history.push([run.net.step, run.net.loss(train), run.net.loss(test)]);
    if (run.history.length > 400) run.history = run.history.filter((_, i) => i % 2 === 0 || i === run.history.length - 1);
  };
  add(playground);
  if (other) add(other);
}

function trainOnce() {
  playground.net.trainStep();
  if (playground.other) playground.other.net.trainStep();
}

// While training runs, frames draw in turns: the weights, the neurons, and the output with its losses.
const turn = part => !playground.running || playground.frames % 3 === part;
function paintTraining() {
  const {net, drawing, running} = playground;
  if (turn(0) || !playground.pictures) {
    playground.pictures = trainDrawing.picturesOf(net);
    trainDrawing.showWeights(drawing, net.values, running);
  }
  if (turn(1)) trainDrawing.showNeurons(drawing, net, playground.pictures);
  if (turn(2)) paintOutput();
}

function paintOutput() {
  const {net, train, test, history, running, other} = playground, now = history[history.length - 1], known = running && !net.settings.regression;
  trainDrawing.showBoundary(byId("boundary"), net, train, test, known ? playground.pictures : null);
  trainDrawing.showCurve(byId("curve"), history, other ? other.history : []);
  if (other) {
    const last = other.history[other.history.length - 1];
    trainDrawing.showBoundary(byId("otherboundary"), other.net, train, test, known ? trainDrawing.picturesOf(other.net) : null);
    byId("otherboundary").setAttribute("aria-label", say("train.boundary", notation.number(last[1])));
    byId("otherlosses").textContent = say("train.other", notation.number(last[1]), test.length ? notation.number(last[2]) : "–");
  }
  byId("losstrain").textContent = notation.number(now[1]);
  byId("losstest").textContent = test.length ? notation.number(now[2]) : "–";
  byId("boundary").setAttribute("aria-label", say("train.boundary", notation.number(now[1])));
  byId("curve").setAttribute("aria-label", say("train.curve", net.step));
  byId("trainclock").textContent = say("train.clock", net.step, notation.number(Math.round(10 * net.step * Math.min(net.settings.batch, train.length || 1) / (train.length || 1)) / 10));
}

function advance(steps) {
  if (playground.train.length < 2) { stopTraining(); return; }
  for (let i = 0; i < steps; i++) trainOnce();
  byId("operation").textContent = "";
  trainDrawing.showActive(playground.drawing, null);
  if (turn(2)) record();
  if (!Number.isFinite(playground.history[playground.history.length - 1][1])) {
    stopTraining();
    byId("trainnote").textContent = say("train.diverged");
  }
  paintTraining();
}

/** The next operation of a training step: what it computes, and where. The other run takes its step as a whole. */
function operateOnce() {
  if (playground.train.length < 2) return;
  stopTraining();
  const {net, other} = playground, now = net.operate(), {node} = now, value = engine.write(now.value);
  const what = now.phase === "forward" ? (node.label === node.formula ? node.label : node.label + " = " + node.formula) : now.phase === "backward" ? notation.derivative("L", node.label) : node.label + " ← " + node.label + " - …";
  byId("operation").textContent = say("train.operation", now.number, now.count, say("train.phase." + now.phase), what, brief(value));
  trainDrawing.showActive(playground.drawing, now);
  if (!net.pending) {
    if (other) other.net.trainStep();
    record();
  }
  paintTraining();
}

// The milliseconds of a frame that are for training; a frame has 16.7 of them.
const TRAINING = 4;

function startTraining() {
  byId("trainplay").textContent = say("train.pause");
  const frame = () => {
    if (!playground.running) return;
    playground.frames++;
    const before = performance.now();
    let steps = 0;
    do { trainOnce(); steps++; } while (performance.now() - before < TRAINING && steps < 20);
    advance(0);
    if (playground.running) playground.running = requestAnimationFrame(frame);
  };
  playground.running = requestAnimationFrame(frame);
}
function stopTraining() {
  cancelAnimationFrame(playground.running);
  const ran = playground.running;
  playground.running = 0;
  if (ran) { record(); paintTraining(); }
  byId("trainplay").textContent = say("train.play");
}

// ---- A weight is set by hand
function chooseWeight(place) {
  playground.place = place;
  byId("weight").hidden = false;
  const {shape, data} = playground.net.values.get(place.name);
  byId("weightname").textContent = place.name + "[" + placeText(place.index, shape) + "]";
  byId("weightvalue").value = plain(data[place.index]);
  byId("weightvalue").select();
}
function setWeight(event) {
  event.preventDefault();
  const value = Number(byId("weightvalue").value.replace(",", ".").replace("−", "-")), {name, index} = playground.place;
  if (!Number.isFinite(value)) return;
  const old = playground.net.values.get(name), data = Array.from(old.data);
  data[index] = value;
  playground.net.values.set(name, arrays.of("FLOAT64", old.shape, data));
  record();
  paintTraining();
}

// ---- Widths and data
function showWidths() {
  const parent = byId("widths"), s = playground.settings;
  parent.replaceChildren();
  const change = widths => { s.widths = widths; setUp(); keepAddress(); };
  const button = (text, label, act, off, to) => {
    const b = element("button", "small", text, to);
    Object.assign(b, {type: "button", disabled: off});
    b.setAttribute("aria-label", label);
    b.addEventListener("click", act);
  };
  const layersNow = element("div", "group", undefined, parent);
  button("−", say("train.fewer"), () => change(s.widths.slice(0, -1)), !s.widths.length, layersNow);
  element("span", "", say("train.layers", s.widths.length), layersNow);
  button("+", say("train.more"), () => change([...s.widths, 4]), s.widths.length >= MOST_LAYERS, layersNow);
  s.widths.forEach((width, i) => {
    const group = element("div", "group", undefined, parent), to = n => s.widths.map((w, k) => k === i ? n : w);
    button("−", say("train.narrow", i + 1), () => change(to(width - 1)), width <= 1, group);
    element("span", "", "h" + (i + 1) + ": " + width, group);
    button("+", say("train.wide", i + 1), () => change(to(width + 1)), width >= MOST_NEURONS, group);
    const choose = element("select", "small", undefined, group);
    choose.setAttribute("aria-label", say("train.activation", i + 1));
    for (const name of network.activations) element("option", "", name, choose).value = name;
    choose.value = s.activation[i];
    choose.addEventListener("change", () => { s.activation = s.activation.map((a, k) => k === i ? choose.value : a); showKnobs(); setUp(); keepAddress(); });
  });
}

function showKnobs() {
  const s = playground.settings;
  for (const key in CHOICES) byId("k-" + key).value = key === "activation" ? new Set(s.activation).size === 1 ? s.activation[0] : "" : s[key];
  for (const key of ["count", "noise", "test", "seed"]) byId("k-" + key).value = s[key];
  for (const b of byId("kinds").children) b.setAttribute("aria-checked", String(b.dataset.kind === s.data));
  byId("datahint").textContent = say({wave: "train.csv.curve.hint", own: "train.own.hint", ownwave: "train.own.curve.hint"}[s.data] || "train.csv.hint");
}

// ---- Two runs that differ in one thing
function showCompared() {
  const {compared, settings} = playground, key = compared ? Object.keys(compared)[0] : "", choose = byId("c-value");
  document.body.classList.toggle("comparing", Boolean(compared));
  byId("c-key").value = key;
  choose.hidden = !compared;
  byId("otherbox").hidden = !compared;
  choose.replaceChildren();
  if (!compared) return;
  const told = value => String(Array.isArray(value) ? [...new Set(value.slice(0, settings.widths.length))].join(", ") || value[0] : value);
  for (const value of CHOICES[key]) element("option", "", String(value), choose).value = value;
  choose.value = told(compared[key]);
  byId("thisname").textContent = say("train.this", say("knob." + key), told(settings[key]));
  byId("othername").textContent = say("train.that", say("knob." + key), told(compared[key]));
}

function compare(key, value) {
  const of = v => key === "activation" ? ALL_LAYERS(v) : v;
  playground.compared = key ? {[key]: of(value)} : null;
  setUp();
  keepAddress();
}

function addPoint(event) {
  const canvas = byId("boundary"), box = canvas.getBoundingClientRect(), s = playground.settings;
  const wave = s.data === "wave" || s.data === "ownwave", reach = wave ? 1.1 : 1;
  const x = 2 * (event.clientX - box.left) / box.width - 1, y = reach * (1 - 2 * (event.clientY - box.top) / box.height);
  if (!s.data.startsWith("own")) { playground.custom = []; s.data = wave ? "ownwave" : "own"; }
  // The test's share is taken from the end, so new points come first.
  playground.custom.unshift(wave ? [x, 0, y] : [x, y, event.shiftKey || event.button === 2 ? 1 : 0]);
  s.test = 0.1;
  showKnobs();
  setUp();
}

function dropCsv(text) {
  const s = playground.settings, wave = s.data === "wave" || s.data === "ownwave";
  try {
    const points = datasets.fromCsv(text, wave), next = datasets.random(1);
    playground.custom = points.map(p => [next(), p]).sort((a, b) => a[0] - b[0]).map(([, p]) => p);
    s.data = wave ? "ownwave" : "own";
    showKnobs();
    setUp();
  } catch (e) {
    if (!(e instanceof arrays.GraphError)) throw e;
    byId("trainnote").textContent = e.message;
  }
}

// ---- Other views of the same model
function openAsTrace() {
  const {net} = playground, few = {...net.settings, batch: Math.min(net.settings.batch, 8)};
  stopTraining();
  const chosen = net.train.slice(0, few.batch);
  bench.values = new Map([...net.values, ...net.batch(chosen, false)]);
  Object.assign(bench, {optimizer: few.optimizer, rate: few.rate, count: 1});
  byId("optimizer").value = bench.optimizer;
  byId("rate").value = bench.rate;
  byId("passes").value = 1;
  showPlayground(false);
  openBench(net.text);
}

function showPlayground(on) {
  playground.on = on;
  byId("train").hidden = !on;
  document.body.classList.toggle("training", on);
  byId("trainbutton").textContent = say(on ? "train.leave" : "train.title");
  byId("title").textContent = on ? say("train.title") : view.layout ? say(bench.open ? "title.expression" : "title.trace", result.label) : "";
  if (on) { play(false); if (!playground.net) setUp(); else paintTraining(); } else stopTraining();
  if (!on && !data) openBench(EXAMPLES[0]);
  if (!on && view.layout) { start(); redraw(); }
}

/** Shows the network, or the cost over two weights. */
function showView(name) {
  for (const b of byId("trainviews").children) b.setAttribute("aria-pressed", String(b.dataset.view === name));
  byId("knobs").hidden = byId("trainmain").hidden = name !== "network";
  byId("surface").hidden = name !== "surface";
  if (name === "surface") { stopTraining(); surface.show(); } else paintTraining();
}

function settingsText() {
  const s = playground.settings;
  return ["data", "widths", "activation", "initialization", "optimizer", "rate", "batch", "l2", "l1", "dropout", "count", "noise", "test", "seed"]
    .map(key => key + ":" + (Array.isArray(s[key]) ? s[key].join("-") : s[key])).join(",")
    + (playground.compared ? ",compare:" + Object.entries(playground.compared).map(([key, value]) => key + "~" + (Array.isArray(value) ? value[0] : value)) : "");
}
function readSettings(text) {
  const s = playground.settings;
  for (const part of text.split(",").slice(0, 20)) {
    const [key, value] = part.split(":");
    if (key === "widths") s.widths = (value || "").split("-").filter(Boolean).slice(0, MOST_LAYERS).map(w => Math.max(1, Math.min(MOST_NEURONS, Number(w) || 1)));
    else if (key === "activation") {
      const list = (value || "").split("-").filter(name => network.activations.includes(name)).slice(0, MOST_LAYERS);
      if (list.length) s.activation = ALL_LAYERS(list[list.length - 1]).map((last, i) => list[i] || last);
    } else if (key === "compare") {
      const [name, chosen] = (value || "").split("~"), found = Object.hasOwn(CHOICES, name) ? CHOICES[name].find(c => String(c) === chosen) : undefined;
      if (found !== undefined) playground.compared = {[name]: name === "activation" ? ALL_LAYERS(found) : found};
    } else if (key === "data" && datasets.kinds.includes(value)) s.data = value;
    else if (Object.hasOwn(CHOICES, key)) { const found = CHOICES[key].find(c => String(c) === value); if (found !== undefined) s[key] = found; }
    else if (["count", "noise", "test", "seed"].includes(key) && Number.isFinite(Number(value))) {
      const input = byId("k-" + key);
      s[key] = Math.max(Number(input.min), Math.min(Number(input.max), Number(value)));
    }
  }
}

function startPlayground() {
  const s = playground.settings;
  for (const [key, list] of Object.entries(CHOICES)) {
    for (const value of list) element("option", "", String(value), byId("k-" + key)).value = value;
    byId("k-" + key).addEventListener("change", event => {
      s[key] = key === "activation" ? ALL_LAYERS(event.target.value) : typeof list[0] === "number" ? Number(event.target.value) : event.target.value;
      // The rate, the rule and the batch may change in the middle of training; the rest is another network.
      if (!["rate", "batch", "optimizer"].includes(key)) { setUp(); return; }
      for (const net of [playground.net, ...(playground.other && !(key in playground.compared) ? [playground.other.net] : [])]) {
        if (key === "optimizer") net.restart(s.optimizer); else net.settings[key] = s[key];
      }
      showCompared();
    });
  }
  for (const key of ["count", "noise", "test", "seed"]) {
    byId("k-" + key).addEventListener("input", event => { if (event.target.value !== "") { s[key] = Number(event.target.value); setUp(); } });
  }
  for (const kind of datasets.kinds) {
    const b = element("button", "", say("train.data." + kind), byId("kinds"));
    Object.assign(b, {type: "button"});
    b.dataset.kind = kind;
    b.setAttribute("role", "radio");
    b.addEventListener("click", () => { s.data = kind; showKnobs(); setUp(); });
  }
  const on = (id, act) => byId(id).addEventListener("click", act);
  on("trainplay", () => { if (playground.running) stopTraining(); else startTraining(); });
  on("trainstep", () => { stopTraining(); advance(1); });
  on("trainoperation", operateOnce);
  on("trainepoch", () => { stopTraining(); advance(Math.ceil(playground.train.length / Math.min(s.batch, playground.train.length))); });
  on("trainrewind", setUp);
  on("opentrace", openAsTrace);
  on("trainbutton", () => showPlayground(!playground.on));
  on("tojava", () => { byId("javacode").textContent = javaCode.of(playground.net); byId("java").showModal(); });
  on("javaclose", () => byId("java").close());
  on("javacopy", () => navigator.clipboard.writeText(byId("javacode").textContent).catch(() => getSelection().selectAllChildren(byId("javacode"))));
  byId("weight").addEventListener("submit", setWeight);
  byId("boundary").addEventListener("click", addPoint);
  byId("boundary").addEventListener("contextmenu", event => { event.preventDefault(); addPoint(event); });
  byId("nethint").textContent = say("train.net.hint");
  byId("surfacehint").textContent = say("surface.hint");
  element("option", "", say("train.alone"), byId("c-key")).value = "";
  for (const key in CHOICES) element("option", "", say("knob." + key), byId("c-key")).value = key;
  byId("c-key").addEventListener("change", event => { const key = event.target.value; compare(key, key && CHOICES[key].find(v => String(v) !== String(Array.isArray(s[key]) ? s[key][0] : s[key]))); });
  byId("c-value").addEventListener("change", event => {
    const [key] = Object.keys(playground.compared);
    compare(key, CHOICES[key].find(v => String(v) === event.target.value));
  });
  surface.start();
  byId("title").after(byId("trainviews"));
  for (const b of byId("trainviews").children) b.addEventListener("click", () => showView(b.dataset.view));
  const wanted = readAddress(location.hash).get("train");
  if (wanted) readSettings(wanted);
  showKnobs();
  byId("trainbutton").hidden = false;
  showPlayground(!readAddress(location.hash).has("e"));
}
startPlayground();
