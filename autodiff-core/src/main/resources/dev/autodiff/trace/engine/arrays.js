// Arrays of numbers in row-major order, with NumPy's broadcasting. Stores round: a Float32Array keeps 24 bits, as the
// Java engine's FLOAT32 does after each operation.
const arrays = (() => {
  const stores = {FLOAT32: Float32Array, FLOAT64: Float64Array, INT32: Int32Array};

  /** A mistake in a graph or an expression, told to the reader. */
  class GraphError extends Error {}

  const sizeOf = shape => shape.reduce((a, b) => a * b, 1);
  const shapeText = shape => "[" + shape.join(", ") + "]";
  const make = (dtype, shape) => ({dtype, shape, data: new stores[dtype](sizeOf(shape))});
  const of = (dtype, shape, values) => ({dtype, shape, data: stores[dtype].from(values)});
  const scalar = (dtype, value) => of(dtype, [], [value]);
  const full = (like, value) => ({dtype: like.dtype, shape: like.shape, data: new stores[like.dtype](like.data.length).fill(value)});
  const sameShape = (a, b) => a.length === b.length && a.every((d, i) => d === b[i]);

  function broadcastShape(a, b) {
    const rank = Math.max(a.length, b.length), shape = [];
    for (let i = 1; i <= rank; i++) {
      const p = i <= a.length ? a[a.length - i] : 1, q = i <= b.length ? b[b.length - i] : 1;
      if (p !== q && p !== 1 && q !== 1) return null;
      shape.unshift(p === 1 ? q : p);
    }
    return shape;
  }

  // For each element of the target, the place of the source's element that is repeated there.
  function places(from, to) {
    const steps = new Array(to.length).fill(0), extra = to.length - from.length;
    for (let i = from.length - 1, step = 1; i >= 0; i--) {
      steps[i + extra] = from[i] === 1 ? 0 : step;
      step *= from[i];
    }
    const result = new Int32Array(sizeOf(to)), at = new Array(to.length).fill(0);
    for (let i = 0, place = 0; i < result.length; i++) {
      result[i] = place;
      for (let axis = to.length - 1; axis >= 0; axis--) {
        place += steps[axis];
        if (++at[axis] < to[axis]) break;
        place -= steps[axis] * to[axis];
        at[axis] = 0;
      }
    }
    return result;
  }

  function map(x, f) {
    const y = make(x.dtype, x.shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(x.data[i]);
    return y;
  }

  const endsWith = (shape, end) => end.length <= shape.length && end.every((d, i) => d === shape[shape.length - end.length + i]);

  function zip(a, b, f) {
    if (sameShape(a.shape, b.shape)) {
      const y = make(a.dtype, a.shape);
      for (let i = 0; i < y.data.length; i++) y.data[i] = f(a.data[i], b.data[i]);
      return y;
    }
    if (endsWith(a.shape, b.shape)) {
      const y = make(a.dtype, a.shape), n = b.data.length;
      for (let i = 0, j = 0; i < y.data.length; i++) { y.data[i] = f(a.data[i], b.data[j]); if (++j === n) j = 0; }
      return y;
    }
    const shape = broadcastShape(a.shape, b.shape);
    if (!shape) throw new GraphError(say("graph.shapes", shapeText(a.shape) + ", " + shapeText(b.shape)));
    const y = make(a.dtype, shape), pa = places(a.shape, shape), pb = places(b.shape, shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(a.data[pa[i]], b.data[pb[i]]);
    return y;
  }

  function broadcastTo(x, shape) {
    if (sameShape(x.shape, shape)) return x;
    const y = make(x.dtype, shape), from = places(x.shape, shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[from[i]];
    return y;
  }

  const reshape = (x, shape) => ({dtype: x.dtype, shape, data: x.data});

  // Axes as positions from 0, in order; none stand for all.
  function normalAxes(rank, axes) {
    const list = axes.length ? axes : Array.from({length: rank}, (_, i) => i);
    const normal = list.map(axis => axis < 0 ? axis + rank : axis);
    for (const [i, axis] of normal.entries()) {
      if (!Number.isInteger(axis) || axis < 0 || axis >= rank) {
        throw new GraphError(say(rank === 1 ? "graph.axis.one" : "graph.axis", list[i], rank));
      }
    }
    return [...new Set(normal)].sort((a, b) => a - b);
  }
  const keptShape = (shape, axes) => shape.map((d, i) => axes.includes(i) ? 1 : d);
  const reducedShape = (shape, axes, keepDims) => keepDims ? keptShape(shape, axes) : shape.filter((_, i) => !axes.includes(i));

  // Sums are made in double precision and rounded once.
  function reduce(x, axes, keepDims, start, f) {
    const normal = normalAxes(x.shape.length, axes), kept = keptShape(x.shape, normal);
    const sums = new Float64Array(sizeOf(kept)).fill(start), to = places(kept, x.shape);
    for (let i = 0; i < x.data.length; i++) sums[to[i]] = f(sums[to[i]], x.data[i]);
    return of(x.dtype, reducedShape(x.shape, normal, keepDims), sums);
  }
  const sum = (x, axes, keepDims) => reduce(x, axes, keepDims, 0, (a, b) => a + b);

  // Undoes broadcasting: sums over the axes along which an operand of this shape was repeated.
  function sumTo(x, shape) {
    if (sameShape(x.shape, shape)) return x;
    const extra = x.shape.length - shape.length, axes = [];
    x.shape.forEach((d, i) => { if (i < extra || (shape[i - extra] === 1 && d !== 1)) axes.push(i); });
    return reshape(axes.length ? sum(x, axes, false) : x, shape);
  }

  function transpose(x, order) {
    const shape = order.map(axis => x.shape[axis]), y = make(x.dtype, shape), steps = [];
    for (let i = x.shape.length - 1, step = 1; i >= 0; i--) { steps[i] = step; step *= x.shape[i]; }
    const at = new Array(shape.length).fill(0);
    for (let i = 0, place = 0; i < y.data.length; i++) {
      y.data[i] = x.data[place];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        place += steps[order[axis]];
        if (++at[axis] < shape[axis]) break;
        place -= steps[order[axis]] * shape[axis];
        at[axis] = 0;
      }
    }
    return y;
  }
  const lastTwo = rank => Array.from({length: rank}, (_, i) => i < rank - 2 ? i : 2 * rank - 3 - i);
  const swapped = x => transpose(x, lastTwo(x.shape.length));

  // Stacks of matrices, [..., m, k] · [..., k, n] -> [..., m, n].
  function matmul(left, right, transposeLeft, transposeRight) {
    const a = transposeLeft ? swapped(left) : left, b = transposeRight ? swapped(right) : right;
    const [m, k] = a.shape.slice(-2), n = b.shape[b.shape.length - 1];
    const stack = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const y = make(a.dtype, [...stack, m, n]);
    const fromA = places(a.shape.slice(0, -2), stack), fromB = places(b.shape.slice(0, -2), stack);
    for (let s = 0; s < fromA.length; s++) {
      const a0 = fromA[s] * m * k, b0 = fromB[s] * k * n, y0 = s * m * n;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (let p = 0; p < k; p++) total += a.data[a0 + i * k + p] * b.data[b0 + p * n + j];
          y.data[y0 + i * n + j] = total;
        }
      }
    }
    return y;
  }

  return {GraphError, sizeOf, shapeText, make, of, scalar, full, sameShape, broadcastShape, map, zip, broadcastTo, reshape,
    normalAxes, keptShape, reducedShape, reduce, sum, sumTo, transpose, matmul};
})();
