// The matrix lens: a product as grids. The cell that is pointed at or focused lights up the row and the column that it is
// made of, and its arithmetic is written out.
const LENS_TABLE = 12, LENS_CELLS = 100, LENS_TERMS = 6;
const lens = {open: true, row: 0, column: 0};

/** The products of a step: one forward, or one for each operand that gradient flows back to. */
function productsOf(node, pass, flow) {
  if (node.type !== "matmul" || node.inputs.length !== 2) return null;
  const [a, b] = node.inputs.map(id => nodes[id]), y = node, {transposeA = false, transposeB = false} = node.attributes || {};
  const value = n => pass.forward[n.id].value, up = pass.backward[y.id].gradient;
  const batch = a.shape[0] === null || (b.kind === "variable" && isOfData(a));
  const side = (n, array, transposed) => ({name: n, array, transposed});
  if (!flow) {
    return {left: side(a.symbol, value(a), transposeA), right: side(b.symbol, value(b), transposeB), result: {name: y.symbol, array: value(y)},
      note: batch && !transposeA ? say("lens.forward.batch", a.symbol) : ""};
  }
  const dy = derivative(y), target = {name: derivative(nodes[flow.to]), array: flow.share || flow.value};
  if (flow.operand === 0) {
    const note = batch && !transposeA ? say("lens.backward.input", dy, target.name) : "";
    return transposeA ? {left: side(b.symbol, value(b), transposeB), right: side(dy, up, true), result: target, note}
      : {left: side(dy, up, false), right: side(b.symbol, value(b), !transposeB), result: target, note};
  }
  const note = batch && !transposeA ? say("lens.backward.batch", a.symbol, rowsIn(value(a))) : "";
  return transposeB ? {left: side(dy, up, true), right: side(a.symbol, value(a), transposeA), result: target, note}
    : {left: side(a.symbol, value(a), !transposeA), right: side(dy, up, false), result: target, note};
}

/** Tells whether data go into a node: inputs, or matrices that are not trained. */
function isOfData(node) {
  const seen = new Set([node.id]);
  for (const id of seen) {
    if (nodes[id].kind === "placeholder" || (nodes[id].kind === "constant" && nodes[id].shape.length > 1)) return true;
    nodes[id].inputs.forEach(input => seen.add(input));
  }
  return false;
}
const rowsIn = array => array.shape[array.shape.length - 2];

/** A matrix of an array as it stands in the product: its size, and its element at row i and column j. */
function matrixOf({array, transposed, name}, batch) {
  const [r, c] = array.shape.slice(-2), from = array.shape.length > 2 ? batch * r * c : 0;
  const rows = transposed ? c : r, columns = transposed ? r : c;
  return {name: transposed ? transposedName(name) : name, rows, columns,
    at: (i, j) => Number(array.data[from + (transposed ? j * c + i : i * c + j)])};
}
const transposedName = name => (/^[\p{L}\p{N}_.]+$/u.test(name) ? name : "(" + name + ")") + "ᵀ";

const batchesOf = array => array.shape.slice(0, -2).reduce((a, b) => a * b, 1);

function showLens(node, pass, flow, parent) {
  const product = productsOf(node, pass, flow);
  if (!product) return;
  const sides = [product.left, product.right, product.result];
  if (!sides.every(s => s.array && s.array.data && s.array.data.length && s.array.shape.length >= 2)) return;
  const counts = sides.map(s => batchesOf(s.array)), batches = Math.max(...counts);
  if (counts.some(n => n !== batches && n !== 1)) return;
  const details = element("details", "lens", undefined, parent);
  details.open = lens.open;
  element("summary", "", say("lens.title"), details);
  details.addEventListener("toggle", () => { lens.open = details.open; fill(); });
  const body = element("div", "", undefined, details);
  let batch = 0;
  const fill = () => { if (details.open && !body.childElementCount) build(body, sides, product.note, batch); };
  if (batches > 1) {
    const label = element("label", "", say("lens.matrix") + " ", details), choose = element("select", "", undefined, label);
    for (let k = 0; k < Math.min(batches, 200); k++) element("option", "", (k + 1) + " / " + batches, choose).value = k;
    choose.addEventListener("change", () => { batch = Number(choose.value); body.replaceChildren(); fill(); });
    details.insertBefore(label, body);
  }
  fill();

  function build(to, list, note, k) {
    const [left, right, made] = list.map(s => matrixOf(s, batchesOf(s.array) === 1 ? 0 : k)), row = element("div", "grids", undefined, to);
    const gridOf = (matrix, role) => grid(matrix, role, row);
    const grids = [gridOf(left, "left"), gridOf(right, "right"), gridOf(made, "made")];
    const line = element("p", "lensline", "", to);
    line.setAttribute("role", "status");
    if (note) element("p", "note", note, to);
    const light = (i, j) => {
      Object.assign(lens, {row: i, column: j});
      grids[0].light(i, -1); grids[1].light(-1, j); grids[2].light(i, j);
      line.textContent = arithmetic(left, right, made, i, j);
    };
    grids[2].listen(light);
    light(Math.min(lens.row, made.rows - 1), Math.min(lens.column, made.columns - 1));
  }
}

/** The cell's name, its terms (the first few of many) and its value. */
function arithmetic(left, right, made, i, j) {
  const n = left.columns, shown = n <= LENS_TERMS ? n : LENS_TERMS - 1, bracket = v => v < 0 ? "(" + number(v) + ")" : number(v);
  const terms = Array.from({length: shown}, (_, k) => bracket(left.at(i, k)) + "·" + bracket(right.at(k, j))).join(" + ");
  return made.name + "[" + i + ", " + j + "] = " + terms + (shown < n ? " + … " + say("lens.terms", n) : "") + " = " + number(made.at(i, j));
}

function grid(matrix, role, parent) {
  const box = element("figure", "grid " + role, undefined, parent), small = matrix.rows * matrix.columns <= LENS_CELLS && matrix.columns <= LENS_TABLE;
  element("figcaption", "", {left: "", right: "· ", made: "= "}[role] + matrix.name + " [" + matrix.rows + ", " + matrix.columns + "]", box);
  return small ? tableGrid(matrix, role, box) : pictureGrid(matrix, role, box);
}

function tableGrid(matrix, role, box) {
  const table = element("table", "array", undefined, box), cells = [], made = role === "made";
  let largest = 0;
  for (let i = 0; i < matrix.rows; i++) for (let j = 0; j < matrix.columns; j++) largest = Math.max(largest, Math.abs(matrix.at(i, j)) || 0);
  table.setAttribute("aria-label", matrix.name);
  if (made) table.setAttribute("role", "grid");
  for (let i = 0; i < matrix.rows; i++) {
    const tr = element("tr", "", undefined, table);
    cells.push(Array.from({length: matrix.columns}, (_, j) => {
      const cell = element("td", "", number(matrix.at(i, j)), tr);
      tint(cell, matrix.at(i, j) / largest);
      if (made) { cell.tabIndex = -1; cell.setAttribute("role", "gridcell"); cell.dataset.place = i + "," + j; }
      return cell;
    }));
  }
  return {
    light: (row, column) => cells.forEach((list, i) => list.forEach((cell, j) => {
      cell.classList.toggle("lit", made ? i === row && j === column : i === row || j === column);
      if (made) cell.tabIndex = i === row && j === column ? 0 : -1;
    })),
    listen: light => {
      const point = event => { const cell = event.target.closest("td"); if (cell) light(...cell.dataset.place.split(",").map(Number)); };
      for (const happening of ["pointerover", "click", "focusin"]) table.addEventListener(happening, point);
      table.addEventListener("keydown", event => {
        const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const i = Math.max(0, Math.min(matrix.rows - 1, lens.row + step[0])), j = Math.max(0, Math.min(matrix.columns - 1, lens.column + step[1]));
        light(i, j);
        cells[i][j].focus();
      });
    },
  };
}

// The colour of a heat map behind a number, faint enough to read it.
function tint(cell, share) {
  if (!Number.isFinite(share)) return;
  cell.style.backgroundColor = `rgba(${share < 0 ? "58, 123, 213" : "214, 96, 26"}, ${(0.38 * Math.min(1, Math.abs(share))).toFixed(3)})`;
}

// Matrices with many numbers are pictures, with a frame around the row, the column or the cell.
function pictureGrid(matrix, role, box) {
  const data = Array.from({length: matrix.rows * matrix.columns}, (_, k) => matrix.at(Math.floor(k / matrix.columns), k % matrix.columns));
  const frame = element("div", "picture", undefined, box), picture = heatMap({shape: [matrix.rows, matrix.columns], data}, frame);
  const mark = element("div", "mark", undefined, frame), made = role === "made";
  for (const note of frame.querySelectorAll(".note")) note.remove();
  const inputs = made ? ["row", "column"].map(name => {
    const label = element("label", "", say("lens." + name) + " ", box), input = element("input", "", undefined, label);
    Object.assign(input, {type: "number", min: 0, max: (name === "row" ? matrix.rows : matrix.columns) - 1, value: 0});
    return input;
  }) : [];
  const percent = (from, size, all) => [100 * from / all + "%", 100 * size / all + "%"];
  return {
    light: (row, column) => {
      const [top, height] = row < 0 ? ["0", "100%"] : percent(row, 1, matrix.rows), [left, width] = column < 0 ? ["0", "100%"] : percent(column, 1, matrix.columns);
      Object.assign(mark.style, {top, height, left, width});
      if (made) { inputs[0].value = row; inputs[1].value = column; }
    },
    listen: light => {
      const point = event => {
        const r = picture.getBoundingClientRect(), share = (at, from, size, n) => Math.max(0, Math.min(n - 1, Math.floor((at - from) / size * n)));
        light(share(event.clientY, r.top, r.height, matrix.rows), share(event.clientX, r.left, r.width, matrix.columns));
      };
      picture.addEventListener("pointermove", point);
      picture.addEventListener("click", point);
      for (const input of inputs) {
        input.addEventListener("input", () => {
          const [i, j] = inputs.map(n => Math.round(Number(n.value)));
          if (i >= 0 && i < matrix.rows && j >= 0 && j < matrix.columns) light(i, j);
        });
      }
    },
  };
}
