// Draws the network: each neuron as a picture of what it gives over the plane, each weight as a line.
const trainDrawing = (() => {
  const SIDE = 24;
  let known = {theme: "", colours: null};
  // Read again when the colour scheme changes: asking for a style in each frame would compute it anew.
  const colours = () => {
    const theme = document.documentElement.dataset.theme + matchMedia("(prefers-color-scheme: dark)").matches;
    if (known.theme !== theme) known = {theme, colours: readColours()};
    return known.colours;
  };
  const readColours = () => {
    const style = getComputedStyle(document.documentElement), rgb = name => style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map(h => parseInt(h, 16));
    return {low: [20, 90, 190], high: [214, 96, 20], paper: rgb("--plain"), halo: rgb(style.colorScheme.includes("dark") ? "--ink" : "--plain"),
      lines: [style.getPropertyValue("--value"), style.getPropertyValue("--gradient")]};
  };

  /** The points of a square grid from -1 to 1; of one input, a line of them. */
  const grids = new Map();
  function grid(side, regression) {
    const key = side + " " + regression;
    if (!grids.has(key)) grids.set(key, makeGrid(side, regression));
    return grids.get(key);
  }
  function makeGrid(side, regression) {
    const at = i => 2 * (i + 0.5) / side - 1;
    return regression ? Array.from({length: side}, (_, i) => [at(i), 0, 0])
      : Array.from({length: side * side}, (_, i) => [at(i % side), -at(Math.floor(i / side)), 0]);
  }

  // Blue below the middle, orange above, the paper's colour in it.
  function paint(canvas, values, side, low, high) {
    const pen = canvas.getContext("2d"), image = pen.createImageData(side, side), c = colours(), middle = (low + high) / 2, reach = (high - low) / 2 || 1;
    for (let i = 0, at = 0; i < values.length; i++, at += 4) {
      const t = Math.max(-1, Math.min(1, (values[i] - middle) / reach)), full = t < 0 ? c.low : c.high, share = 0.85 * Math.abs(t);
      for (let k = 0; k < 3; k++) image.data[at + k] = c.paper[k] + (full[k] - c.paper[k]) * share;
      image.data[at + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
  }

  // The graph of a function of one input.
  function plot(canvas, values, side, low, high) {
    const pen = canvas.getContext("2d"), c = colours(), y = v => side - 1 - (v - low) / (high - low || 1) * (side - 2);
    pen.fillStyle = `rgb(${c.paper})`;
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = `rgb(${c.high})`;
    pen.lineWidth = Math.max(1.6, side / 40);
    pen.beginPath();
    values.forEach((v, i) => pen.lineTo((i + 0.5) * side / values.length, y(Math.max(low, Math.min(high, v)))));
    pen.stroke();
  }

  const range = values => {
    let low = Infinity, high = -Infinity;
    for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
    return Number.isFinite(low) && Number.isFinite(high) ? (high > low ? [low, high] : [low - 1, high + 1]) : [-1, 1];
  };

  /** The neurons and the lines between them; drawn anew when the shape of the network changes. */
  function lay(svgElement, sizes, onWeight) {
    svgElement.replaceChildren();
    const width = 640, height = Math.max(240, 54 * Math.max(...sizes) + 20), columns = sizes.length, cell = 38;
    svgElement.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const x = l => 30 + l * (width - 60 - cell) / (columns - 1), y = (l, i) => (height - sizes[l] * 54) / 2 + i * 54 + 8;
    const lines = [], pictures = [];
    for (let l = 1; l < columns; l++) {
      for (let j = 0; j < sizes[l]; j++) {
        for (let i = 0; i < sizes[l - 1]; i++) {
          const x0 = x(l - 1) + cell, y0 = y(l - 1, i) + cell / 2, x1 = x(l), y1 = y(l, j) + cell / 2, mx = (x0 + x1) / 2;
          const line = svg("path", {d: `M${x0},${y0}C${mx},${y0} ${mx},${y1} ${x1},${y1}`, class: "weight", tabindex: -1, role: "button"}, svgElement);
          const place = {name: "W" + l, index: i * sizes[l] + j};
          line.addEventListener("click", () => onWeight(place));
          lines.push({line, ...place});
        }
      }
    }
    sizes.forEach((size, l) => {
      for (let i = 0; i < size; i++) {
        const g = svg("g", {class: "neuron", transform: `translate(${x(l)} ${y(l, i)})`}, svgElement);
        const frame = svg("foreignObject", {width: cell, height: cell}, g), canvas = document.createElement("canvas");
        canvas.width = canvas.height = SIDE;
        frame.appendChild(canvas);
        svg("rect", {width: cell, height: cell, rx: 4}, g);
        if (l > 0) {
          const bias = svg("circle", {cx: -1, cy: cell + 1, r: 4, class: "bias", tabindex: 0, role: "button"}, g), place = {name: "b" + l, index: i};
          bias.addEventListener("click", () => onWeight(place));
          bias.addEventListener("keydown", event => { if (event.key === "Enter") onWeight(place); });
          lines.push({bias, ...place});
        } else svg("text", {x: -6, y: cell / 2 + 5, "text-anchor": "end"}, g).textContent = sizes[0] === 1 ? "x" : "x" + (i + 1);
        pictures.push({layer: l, neuron: i, canvas, group: g});
      }
    });
    return {lines, pictures};
  }

  /** Marks the layer in which an operation is computed; none if there is none. */
  function showActive(drawing, now) {
    for (const {group, layer} of drawing.pictures) group.setAttribute("class", "neuron" + (now && layer === now.layer ? " active " + now.phase : ""));
  }

  /** Shows weights by width and colour; in coarse drawing, while training runs, their texts stay as they are. */
  function showWeights(drawing, values, coarse) {
    for (const item of drawing.lines) {
      const {line, bias, name, index} = item, {shape, data} = values.get(name), v = data[index], target = line || bias;
      const look = (line ? "weight " : "bias ") + (v < 0 ? "low" : "high"), width = line ? Math.min(7, 0.4 + 2.2 * Math.abs(v)).toFixed(1) : "";
      if (item.look !== look) target.setAttribute("class", item.look = look);
      if (item.width !== width) { item.width = width; target.style.strokeWidth = width + "px"; }
      if (coarse) continue;
      const label = name + "[" + placeText(index, shape) + "] = " + notation.number(v);
      target.setAttribute("aria-label", label);
      if (!target.firstChild) svg("title", {}, target);
      target.firstChild.textContent = label;
    }
  }

  /** What the neurons give at the points of their pictures. */
  const picturesOf = trained => trained.pictures(grid(SIDE, trained.settings.regression));

  function showNeurons(drawing, trained, layers) {
    const {regression} = trained.settings, points = grid(SIDE, regression);
    const inputs = regression ? [points.map(p => p[0])] : [points.map(p => p[0]), points.map(p => p[1])], all = [inputs, ...layers];
    for (const {layer, neuron, canvas} of drawing.pictures) {
      const values = all[layer][neuron], last = layer === all.length - 1;
      const [low, high] = last && !regression ? [-4, 4] : layer === 0 || last ? [-1, 1] : range(values);
      if (regression) plot(canvas, values, SIDE, low, high); else paint(canvas, values, SIDE, low, high);
    }
  }

  /**
   * The output over the plane with the points on it; filled for training, in outline for the test.
   *
   * @param known the pictures of the neurons, which are fine enough while training runs; otherwise finer ones are made
   */
  function showBoundary(canvas, trained, train, test, known) {
    const {regression} = trained.settings, side = known ? SIDE : regression ? 160 : 64, layers = known || trained.pictures(grid(side, regression));
    const values = layers[layers.length - 1][0], pen = canvas.getContext("2d"), size = canvas.width, small = document.createElement("canvas");
    if (regression) plot(canvas, values, size, -1.1, 1.1);
    else {
      small.width = small.height = side;
      paint(small, values.map(z => 1 / (1 + Math.exp(-z))), side, 0, 1);
      pen.imageSmoothingEnabled = true;
      pen.drawImage(small, 0, 0, size, size);
    }
    showAxes(canvas, regression ? [-1, "x", 1] : [-1, "x1", 1], regression ? [-1.1, "y", 1.1] : [-1, "x2", 1]);
    const c = colours(), x = v => (v + 1) / 2 * size, y = v => size - (v + 1) / 2 * size;
    for (const [list, filled] of [[test, false], [train, true]]) {
      for (const [px, py, t] of list) {
        pen.beginPath();
        pen.arc(x(px), regression ? size - 1 - (t + 1.1) / 2.2 * (size - 2) : y(py), filled ? 3.6 : 3.2, 0, 2 * Math.PI);
        const colour = regression ? c.low : t > 0.5 ? c.high : c.low;
        pen.fillStyle = filled ? `rgb(${colour})` : `rgb(${c.halo})`;
        pen.strokeStyle = filled ? `rgb(${c.halo})` : `rgb(${colour})`;
        pen.lineWidth = filled ? 1 : 1.6;
        pen.fill();
        pen.stroke();
      }
    }
  }

  /** The losses of a run: training and test; of another run beside it, broken lines. */
  function showCurve(canvas, history, other) {
    const pen = canvas.getContext("2d"), {width, height} = canvas, {lines} = colours();
    pen.clearRect(0, 0, width, height);
    const values = [...history, ...other].flatMap(h => [h[1], h[2]]).filter(Number.isFinite);
    const most = values.length ? Math.max(...values) : 1, first = history[0][0], last = history[history.length - 1][0];
    showAxes(canvas, [first, say("train.axis.step"), last], [0, say("train.axis.loss"), most]);
    if (history.length < 2 || !values.length) return;
    for (const [list, dashes] of [[other, [5, 4]], [history, []]]) {
      for (const k of [2, 1]) {
        pen.strokeStyle = lines[k - 1];
        pen.lineWidth = 2;
        pen.setLineDash(dashes);
        pen.beginPath();
        for (const h of list) if (Number.isFinite(h[k])) pen.lineTo((h[0] - first) / (last - first) * (width - 4) + 2, height - 3 - h[k] / (most || 1) * (height - 8));
        pen.stroke();
      }
    }
  }

  const marks = new Map();
  /** Writes lowest number, name and highest number along the axes of a canvas. */
  function showAxes(canvas, x, y) {
    if (!marks.has(canvas)) {
      const plot = element("div", "plot", undefined, undefined), side = element("div", "ticks y", undefined, plot), below = element("div", "ticks x");
      canvas.replaceWith(plot);
      plot.append(canvas, below);
      for (const axis of [side, below]) { axis.setAttribute("aria-hidden", "true"); for (let i = 0; i < 3; i++) element("span", "", "", axis); }
      marks.set(canvas, [...below.children, ...side.children]);
    }
    [...x, ...y].map(v => typeof v === "number" ? notation.number(v) : v).forEach((text, i) => {
      const mark = marks.get(canvas)[i];
      if (mark.textContent !== text) mark.textContent = text;
    });
  }

  return {lay, showAxes, showActive, showWeights, picturesOf, showNeurons, showBoundary, showCurve};
})();
