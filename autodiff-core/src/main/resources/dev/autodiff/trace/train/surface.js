// A cost over two weights, and the path that an optimizer takes on it; the engine in the page computes every step.
const surface = (() => {
  const SIDE = 80, STEPS = 60, BANDS = 14;
  // Each cost, the square that is shown (half its side), the start, and how steps are scaled to its slopes.
  const costs = {
    valley: {text: "L = 0.5*a^2 + 8*b^2", reach: 3, start: [-2.6, 1.2], rate: 0.1},
    bowl: {text: "L = a^2 + b^2 + a*b", reach: 3, start: [-2.4, -1.1], rate: 0.1},
    rosenbrock: {text: "L = (1 - a)^2 + 10*(b - a^2)^2", reach: 2, start: [-1.4, 1.6], rate: 0.01},
    saddle: {text: "L = 0.5*a^2 - 0.5*b^2 + 0.05*b^4", reach: 4, start: [-3.2, 0.05], rate: 0.1},
    wavy: {text: "L = 0.2*(a^2 + b^2) - cos(2*a) - cos(2*b)", reach: 4, start: [-3.1, 2.3], rate: 0.05},
    neuron: {text: "L = mean(square(tanh(a*x + b) - y))", reach: 3, start: [-2.2, 1.8], rate: 0.3},
  };
  const DATA = {x: [-2, -1, -0.5, 0.5, 1, 2], y: [-0.9, -0.4, 0.1, 0.7, 0.9, 1]};
  const state = {cost: "valley", optimizer: "momentum", rate: 0.1, "μ": 0.9, "β₁": 0.9, "β₂": 0.999, start: null, path: []};

  function prepare(name) {
    const values = new Map([["a", arrays.scalar("FLOAT64", 0)], ["b", arrays.scalar("FLOAT64", 0)],
      ...Object.entries(DATA).map(([key, list]) => [key, arrays.of("FLOAT64", [list.length], list)])]);
    const {nodes: made} = expressions.build(costs[name].text, values), id = label => made.find(n => n.label === label).id;
    const graph = engine.prepare(made, [...optimizers.flowsTo(made, [id("a"), id("b")])]);
    const leavesAt = (a, b) => made.map(n => n.label === "a" ? arrays.scalar("FLOAT64", a) : n.label === "b" ? arrays.scalar("FLOAT64", b) : values.get(n.label) || n.value);
    const at = (a, b) => { const list = engine.forward(graph, leavesAt(a, b), {}); return list[list.length - 1].data[0]; };
    const slope = (a, b) => { const {gradients} = engine.backward(graph, engine.forward(graph, leavesAt(a, b), {}), {}); return [gradients[id("a")].data[0], gradients[id("b")].data[0]]; };
    return {at, slope};
  }
  const prepared = {};
  const costNow = () => prepared[state.cost] = prepared[state.cost] || prepare(state.cost);

  /** The points of the path: the start, and where each step leads. */
  function walk() {
    const rule = optimizers.table[state.optimizer], {slope, at} = costNow(), numbers = {...rule.numbers, "η": state.rate};
    for (const key of ["μ", "β₁", "β₂"]) if (numbers[key] !== undefined) numbers[key] = state[key];
    let point = state.start || costs[state.cost].start, memory = rule.memory.map(() => arrays.of("FLOAT64", [2], [0, 0]));
    const path = [[...point, at(...point)]];
    for (let t = 1; t <= STEPS; t++) {
      const before = arrays.of("FLOAT64", [2], point), gradient = arrays.of("FLOAT64", [2], slope(...point));
      const next = updates.run({equations: optimizers.equationsOf(state.optimizer, numbers, t)}, before, gradient, memory);
      memory = next.memory;
      point = Array.from(next.after.data);
      path.push([...point, at(...point)]);
      if (!point.every(v => Number.isFinite(v) && Math.abs(v) < 1e6)) break;
    }
    state.path = path;
  }

  let heights = {key: "", values: null};
  function heightsNow() {
    if (heights.key === state.cost) return heights;
    const {reach} = costs[state.cost], {at} = costNow(), values = new Float64Array(SIDE * SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) values[i] = at(place(i % SIDE), -place(Math.floor(i / SIDE)));
    function place(k) { return reach * (2 * (k + 0.5) / SIDE - 1); }
    const low = Math.min(...values), high = Math.max(...values);
    heights = {key: state.cost, values, low, high};
    return heights;
  }

  function paint() {
    const canvas = byId("surfacecanvas"), pen = canvas.getContext("2d"), {values, low, high} = heightsNow(), size = canvas.width, {reach} = costs[state.cost];
    const style = getComputedStyle(document.documentElement), dark = style.colorScheme.includes("dark"), small = document.createElement("canvas"), fine = 4 * SIDE;
    small.width = small.height = fine;
    const image = small.getContext("2d").createImageData(fine, fine), near = dark ? [20, 44, 84] : [214, 232, 255], far = dark ? [140, 70, 24] : [250, 186, 136];
    const level = v => Math.log1p(60 * (v - low) / (high - low)) / Math.log1p(60);
    // Between the points that were computed, linearly; bands of colour make the lines of equal cost.
    const between = (i, j) => {
      const r = Math.max(0, Math.min(SIDE - 1.001, i / 4 - 0.375)), c = Math.max(0, Math.min(SIDE - 1.001, j / 4 - 0.375)), p = Math.floor(r), q = Math.floor(c), u = r - p, v = c - q, k = p * SIDE + q;
      return (1 - u) * ((1 - v) * values[k] + v * values[k + 1]) + u * ((1 - v) * values[k + SIDE] + v * values[k + SIDE + 1]);
    };
    for (let i = 0; i < fine; i++) {
      for (let j = 0; j < fine; j++) {
        const t = Math.floor(level(between(i, j)) * BANDS) / BANDS, at = 4 * (i * fine + j);
        for (let k = 0; k < 3; k++) image.data[at + k] = near[k] + (far[k] - near[k]) * t;
        image.data[at + 3] = 255;
      }
    }
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(small, 0, 0, size, size);
    const x = v => (v / reach + 1) / 2 * size, y = v => (1 - v / reach) / 2 * size, ink = style.getPropertyValue("--ink");
    pen.strokeStyle = ink;
    pen.fillStyle = ink;
    pen.lineWidth = 2;
    pen.beginPath();
    state.path.forEach(([a, b]) => pen.lineTo(x(a), y(b)));
    pen.stroke();
    state.path.forEach(([a, b], i) => {
      pen.beginPath();
      pen.arc(x(a), y(b), i === 0 || i === state.path.length - 1 ? 6 : 2.6, 0, 2 * Math.PI);
      if (i === 0) { pen.fillStyle = style.getPropertyValue("--paper"); pen.fill(); pen.stroke(); pen.fillStyle = ink; } else pen.fill();
    });
    trainDrawing.showAxes(canvas, [-reach, "a", reach], [-reach, "b", reach]);
    const [a, b, cost] = state.path[state.path.length - 1], start = state.path[0];
    const gone = state.path.length - 1, text = say("surface.told", costs[state.cost].text, notation.number(start[2]), Number.isFinite(cost) ? notation.number(cost) : "∞", gone, notation.number(a), notation.number(b));
    byId("surfacetold").textContent = text + (Number.isFinite(cost) && cost <= start[2] * 4 + 4 && Math.abs(a) < 1e5 ? "" : " " + say("surface.diverges"));
    canvas.setAttribute("aria-label", say("surface.label", costs[state.cost].text) + " " + text);
  }

  function show() {
    const rule = optimizers.table[state.optimizer];
    for (const [id, key] of [["s-mu", "μ"], ["s-beta1", "β₁"], ["s-beta2", "β₂"]]) {
      byId(id).value = state[key];
      byId(id + "-value").textContent = notation.number(state[key]);
      byId(id).closest("label").hidden = rule.numbers[key] === undefined;
    }
    byId("s-rate").value = Math.log10(state.rate);
    byId("s-rate-value").textContent = notation.number(state.rate);
    byId("s-cost").value = state.cost;
    byId("s-optimizer").value = state.optimizer;
    walk();
    paint();
  }

  function start() {
    for (const name in costs) element("option", "", say("surface.cost." + name), byId("s-cost")).value = name;
    for (const name in optimizers.table) element("option", "", name, byId("s-optimizer")).value = name;
    byId("s-cost").addEventListener("change", event => { Object.assign(state, {cost: event.target.value, start: null, rate: costs[event.target.value].rate}); show(); });
    byId("s-optimizer").addEventListener("change", event => { state.optimizer = event.target.value; show(); });
    byId("s-rate").addEventListener("input", event => { state.rate = Number((10 ** Number(event.target.value)).toPrecision(3)); show(); });
    for (const [id, key] of [["s-mu", "μ"], ["s-beta1", "β₁"], ["s-beta2", "β₂"]]) byId(id).addEventListener("input", event => { state[key] = Number(event.target.value); show(); });
    const canvas = byId("surfacecanvas");
    canvas.addEventListener("click", event => {
      const box = canvas.getBoundingClientRect(), {reach} = costs[state.cost];
      state.start = [reach * (2 * (event.clientX - box.left) / box.width - 1), reach * (1 - 2 * (event.clientY - box.top) / box.height)].map(v => Number(v.toPrecision(3)));
      show();
    });
    canvas.addEventListener("keydown", event => {
      const step = {ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]}[event.key], {reach} = costs[state.cost];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      state.start = (state.start || costs[state.cost].start).map((v, i) => Number((v + step[i] * reach / 30).toPrecision(4)));
      show();
    });
  }

  return {start, show, state, costs};
})();
