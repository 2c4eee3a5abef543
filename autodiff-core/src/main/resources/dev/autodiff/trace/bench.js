// The workbench: an expression is typed, and its graph is shown and trained as a trace is.
const bench = {open: false, text: "", values: new Map(), optimizer: "sgd", rate: 0.1, count: 1, trace: null};
const EXAMPLES = ["L = (tanh(a*b + c) - y)^2", "L = (w*x + b - y)^2", "L = a*b + a", "L = crossEntropy(W @ x + b, y)",
  "L = mean(square(X @ W + b - Y))", "h = relu(W @ x + b); L = sum(softmax(h)[?] * y)".replace("[?]", ""), "p = sigmoid(w*x + b); L = -y*log(p) - (1 - y)*log(1 - p)"];

function openBench(text) {
  if (!bench.open) { bench.trace = {data, step: view.step}; view.all = true; }
  bench.open = true;
  byId("bench").hidden = false;
  byId("benchbutton").setAttribute("aria-pressed", "true");
  byId("benchbutton").hidden = !bench.trace.data;
  byId("expression").value = text;
  typed();
}

function closeBench() {
  if (!bench.open || !bench.trace.data) return;
  bench.open = false;
  byId("bench").hidden = true;
  byId("benchbutton").setAttribute("aria-pressed", "false");
  view.all = false;
  showTrace(bench.trace.data, bench.trace.step);
}

/** Reads the text; a mistake is underlined and told, and what was shown before stays. */
function typed() {
  const text = byId("expression").value;
  bench.text = text;
  byId("link").textContent = say("page.copyLink");
  try {
    const trace = make(text);
    underline(text, null);
    const same = view.layout && sameGraph(trace);
    const shape = trace.passes[0].forward[trace.result].value.shape;
    const scalar = trace.passes[0].forward[trace.result].value.data.length === 1;
    byId("mistake").textContent = scalar ? "" : say("box.forwardOnly", trace.nodes[trace.result].label, shape.join(", "));
    byId("mistake").className = "hint";
    if (same) renewTrace(trace); else showTrace(trace, scalar ? trace.steps.findIndex(s => s.phase === "seed") : trace.steps.length - 1);
  } catch (e) {
    if (!(e instanceof language.Mistake) && !(e instanceof arrays.GraphError)) throw e;
    underline(text, e.from === undefined ? {from: 0, to: text.length} : e);
    byId("mistake").textContent = e.message + (e.near ? ": " + e.near : "");
    byId("mistake").className = "mistake";
  }
}

function make(text) {
  const {nodes: graph} = expressions.build(text, bench.values);
  return optimizers.trace(graph, {name: bench.optimizer, numbers: {"η": bench.rate}, steps: bench.count});
}

const sameGraph = trace => bench.open && trace.nodes.length === nodes.length && trace.passes.length === passes.length
  && trace.steps.length === steps.length && trace.nodes.every((n, i) => n.label === nodes[i].label && n.formula === nodes[i].formula
    && n.inputs.join() === nodes[i].inputs.join() && n.shape.join() === nodes[i].shape.join());

/** Shows the same graph with other numbers: nothing moves. */
function renewTrace(trace) {
  load(trace);
  live.prepared = null;
  prepareLive();
  view.whole.items.forEach(item => { if (item.node) item.node = nodes[item.node.id]; else item.exit = nodes[item.exit.id]; });
  [...view.whole.links, ...view.links].forEach(link => { link.edges = link.edges.map(e => edges[e.id]); });
  refresh();
}

/** Gives a leaf of the expression another value, from the first training step on. */
function changeBench(id, array) {
  bench.values.set(nodes[id].label, array);
  typed();
}

/** Reads "2", "[1, 2]" or "[[1, 2], [3, 4]]" as the value of a leaf; another shape makes another graph. */
function setArray(name, text) {
  try {
    const [{tree}] = language.parse(text);
    if (tree.kind !== "number" && tree.kind !== "array") throw new language.Mistake(say("box.wrongArray"), 0, text.length);
    bench.values.set(name, arrays.of("FLOAT64", tree.shape || [], tree.data || [tree.value]));
  } catch (e) {
    if (!(e instanceof language.Mistake)) throw e;
    return false;
  }
  typed();
  return true;
}

function underline(text, mistake) {
  const mirror = byId("mirror");
  mirror.replaceChildren();
  if (mistake) {
    mirror.append(text.slice(0, mistake.from));
    element("u", "", text.slice(mistake.from, mistake.to) || " ", mirror);
    mirror.append(text.slice(mistake.to));
  }
  byId("expression").setAttribute("aria-invalid", String(Boolean(mistake)));
  const field = byId("expression");
  field.style.height = "auto";
  field.style.height = Math.min(120, field.scrollHeight + 2) + "px";
}

function startBench() {
  byId("expression").addEventListener("input", typed);
  byId("expression").addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); event.target.blur(); }
  });
  const examples = byId("examples");
  element("option", "", say("box.examples"), examples).value = "";
  for (const text of EXAMPLES) element("option", "", text, examples).value = text;
  examples.addEventListener("change", () => { if (examples.value) { bench.values.clear(); openBench(examples.value); examples.value = ""; } });
  for (const name in optimizers.table) element("option", "", name, byId("optimizer")).value = name;
  byId("optimizer").addEventListener("change", event => { bench.optimizer = event.target.value; typed(); });
  byId("rate").addEventListener("input", event => {
    const rate = Number(event.target.value);
    if (event.target.value !== "" && Number.isFinite(rate)) { bench.rate = rate; typed(); }
  });
  byId("passes").addEventListener("input", event => {
    const count = Math.round(Number(event.target.value));
    if (count >= 1 && count <= 50) { bench.count = count; typed(); }
  });
  byId("benchbutton").addEventListener("click", () => { if (bench.open) closeBench(); else { openBench(bench.text || EXAMPLES[0]); byId("expression").focus(); } });
  byId("link").addEventListener("click", async event => {
    keepAddress();
    try { await navigator.clipboard.writeText(location.href); event.target.textContent = say("box.copied"); } catch (e) { toast(location.href); }
  });
}
