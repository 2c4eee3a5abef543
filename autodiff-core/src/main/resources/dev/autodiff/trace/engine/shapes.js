// The operations that look at more than one element: products, sums, softmax, and arrangements.
(() => {
  const {GraphError, map, full, of, make, shapeText, broadcastTo, reshape, normalAxes, keptShape, reducedShape, reduce,
    sum, sumTo, transpose, matmul} = arrays;
  const {row, neg, mul, div, sub, times, add, eq} = ops;
  const whole = {elementwise: false};
  const op = (name, formula, value, rules, more) => row(name, formula, value, rules, {...whole, ...more});
  const nothing = reason => ["none: " + reason, null];

  // ---- Sums and the like; a gradient gets its axes back before it is repeated along them.
  const kept = (reduced, x, a) => reshape(reduced, keptShape(x.shape, normalAxes(x.shape.length, a.axes || [])));
  const count = (x, a) => normalAxes(x.shape.length, a.axes || []).reduce((n, axis) => n * x.shape[axis], 1);
  const total = (x, a) => sum(x, a.axes || [], a.keepDims);
  op("sum", "Σ x", ([x], a) => total(x, a), [["dy, for every element", (y, [x], dy, a) => broadcastTo(kept(dy, x, a), x.shape)]]);
  op("mean", "Σ x / n", ([x], a) => { const s = total(x, a); return div(s, full(s, count(x, a))); }, [["dy / n, for every element",
    (y, [x], dy, a) => broadcastTo(kept(div(dy, full(dy, Math.max(1, count(x, a)))), x, a), x.shape)]]);
  const extremum = (name, start, f) => op(name, name + " of x", ([x], a) => {
    if (!count(x, a)) throw new GraphError(name + " of no elements");
    return reduce(x, a.axes || [], a.keepDims, start, (p, q) => Number.isNaN(p) || Number.isNaN(q) ? NaN : f(p, q));
  }, [["dy where x = y (shared evenly if there are several), else 0", (y, [x], dy, a) => {
    const chosen = eq(x, kept(y, x, a));
    return div(mul(kept(dy, x, a), chosen), sum(chosen, a.axes || [], true));
  }]]);
  extremum("max", -Infinity, Math.max);
  extremum("min", Infinity, Math.min);

  // ---- Softmax along axes, without overflow: the largest number is subtracted first.
  function softmaxParts(x, axes) {
    const largest = reduce(x, axes, true, -Infinity, (p, q) => Math.max(p, q));
    const shift = map(largest, v => Number.isFinite(v) ? v : 0), shifted = sub(x, shift), e = map(shifted, Math.exp);
    return {shift, shifted, e, sum: sum(e, axes, true)};
  }
  const softmax = (x, axes) => { const p = softmaxParts(x, axes); return div(p.e, p.sum); };
  // Terms that are 1 are counted apart: log1p of the rest keeps the digits of small ones.
  function logSum(p, axes) {
    const ones = sum(map(p.shifted, v => v === 0 ? 1 : 0), axes, true), rest = sum(map(p.shifted, v => v === 0 ? 0 : Math.exp(v)), axes, true);
    return map(add(rest, map(ones, v => v - 1)), Math.log1p);
  }
  const logSoftmax = (x, axes) => { const p = softmaxParts(x, axes); return sub(p.shifted, logSum(p, axes)); };
  const axesOf = a => a.axes || [a.axis === undefined ? -1 : a.axis];
  op("softmax", "e^x / Σ e^x", ([x], a) => softmax(x, axesOf(a)), [["y * (dy - Σ (y * dy))",
    (y, [x], dy, a) => mul(y, sub(dy, sum(mul(dy, y), axesOf(a), true)))]]);
  op("logSoftmax", "x - log Σ e^x", ([x], a) => logSoftmax(x, axesOf(a)), [["dy - softmax(x) * Σ dy",
    (y, [x], dy, a) => sub(dy, mul(map(y, Math.exp), sum(dy, axesOf(a), true)))]]);
  op("logSumExp", "log Σ e^x", ([x], a) => {
    const p = softmaxParts(x, a.axes || []), y = add(logSum(p, a.axes || []), p.shift);
    return reshape(y, reducedShape(x.shape, normalAxes(x.shape.length, a.axes || []), a.keepDims));
  }, [["softmax(x) * dy", (y, [x], dy, a) => x.shape.length ? mul(kept(dy, x, a), softmax(x, a.axes || [])) : dy]]);

  const rows = dy => reshape(dy, [...dy.shape, 1]);
  function sameLogits(x, z) {
    if (!x.shape.length) throw new GraphError(say("graph.logits"));
    if (!arrays.sameShape(x.shape, z.shape)) {
      throw new GraphError(say("graph.labels", shapeText(x.shape), shapeText(z.shape)));
    }
  }
  op("softmaxCrossEntropy", "-Σ (z * log softmax(x))", ([x, z]) => {
    sameLogits(x, z);
    // A label of 0 counts nothing, also where the logarithm is minus infinity
    const logs = logSoftmax(x, [-1]), terms = make(x.dtype, x.shape);
    for (let i = 0; i < terms.data.length; i++) terms.data[i] = z.data[i] === 0 ? 0 : -z.data[i] * logs.data[i];
    return sum(terms, [-1], false);
  }, [["(softmax(x) * Σ z - z) * dy", (y, [x, z], dy) => mul(rows(dy), sub(mul(softmax(x, [-1]), sum(z, [-1], true)), z))],
    ["-log softmax(x) * dy", (y, [x], dy) => neg(mul(rows(dy), logSoftmax(x, [-1])))]], {symbols: ["x", "z"]});
  function oneHot(k, x) {
    const y = make(x.dtype, x.shape), classes = x.shape[x.shape.length - 1];
    k.data.forEach((c, i) => {
      if (!Number.isInteger(c) || c < 0 || c >= classes) throw new GraphError(say("graph.class", c, classes - 1));
      y.data[i * classes + c] = 1;
    });
    return y;
  }
  op("sparseSoftmaxCrossEntropy", "-log softmax(x)[k]", ([x, k]) => sum(neg(mul(oneHot(k, x), logSoftmax(x, [-1]))), [-1], false),
    [["(softmax(x) - oneHot(k)) * dy", (y, [x, k], dy) => mul(rows(dy), sub(softmax(x, [-1]), oneHot(k, x)))],
      nothing("labels are whole numbers")], {symbols: ["x", "k"]});

  // ---- Products
  const t = (flag, name) => flag ? name + "ᵀ" : name;
  function checkProduct(a, b, at) {
    const mistake = text => { throw new GraphError(text); };
    if (a.shape.length < 2 || b.shape.length < 2) {
      mistake(say("graph.matrices", shapeText(a.shape), shapeText(b.shape)));
    }
    const k = a.shape[a.shape.length - (at.transposeA ? 2 : 1)], l = b.shape[b.shape.length - (at.transposeB ? 1 : 2)];
    if (k !== l) {
      mistake(say(k === 1 ? "graph.inner.one" : "graph.inner", shapeText(a.shape), k, shapeText(b.shape), l));
    }
    if (!arrays.broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) mistake(say("graph.stacks"));
  }
  op("matmul", a => t(a.transposeA, "a") + " · " + t(a.transposeB, "b"),
    ([a, b], at) => { checkProduct(a, b, at); return matmul(a, b, at.transposeA, at.transposeB); }, [
      [a => a.transposeA ? t(a.transposeB, "b") + " · dyᵀ" : "dy · " + t(!a.transposeB, "b"),
        (y, [a, b], dy, at) => at.transposeA ? matmul(b, dy, at.transposeB, true) : matmul(dy, b, false, !at.transposeB)],
      [a => a.transposeB ? "dyᵀ · " + t(a.transposeA, "a") : t(!a.transposeA, "a") + " · dy",
        (y, [a, b], dy, at) => at.transposeB ? matmul(dy, a, true, at.transposeA) : matmul(a, dy, !at.transposeA, false)]]);

  // ---- Arrangements
  const order = (x, a) => a.permutation.map(axis => axis < 0 ? axis + x.shape.length : axis);
  const listed = list => "[" + list.join(", ") + "]";
  op("transpose", a => a.permutation.length === 2 ? "xᵀ" : "axes of x in the order " + listed(a.permutation),
    ([x], a) => transpose(x, order(x, a)),
    [[a => a.permutation.length === 2 ? "dyᵀ" : "axes of dy in the order of before", (y, [x], dy, a) => {
      const back = [];
      order(x, a).forEach((axis, i) => { back[axis] = i; });
      return transpose(dy, back);
    }]]);
  function targetOf(x, dims) {
    const known = dims.reduce((n, d) => d === -1 ? n : n * d, 1), open = dims.filter(d => d === -1).length;
    if (open > 1 || (open ? known === 0 || x.data.length % known : known !== x.data.length)) {
      throw new GraphError(say("graph.reshape", shapeText(x.shape), x.data.length, listed(dims)));
    }
    return dims.map(d => d === -1 ? x.data.length / known : d);
  }
  const view = (name, shape) => op(name, "x in another shape", ([x], a) => reshape(x, shape(x, a)),
    [["dy in the old shape", (y, [x], dy) => reshape(dy, x.shape)]]);
  view("reshape", (x, a) => targetOf(x, a.dims));
  view("expandDims", (x, a) => { const s = x.shape.slice(); s.splice(a.axis < 0 ? a.axis + s.length + 1 : a.axis, 0, 1); return s; });
  view("squeeze", (x, a) => { const gone = a.axes.map(axis => axis < 0 ? axis + x.shape.length : axis); return x.shape.filter((_, i) => !gone.includes(i)); });
  op("broadcastTo", a => "x repeated to " + listed(a.dims), ([x], a) => broadcastTo(x, a.dims),
    [["Σ dy over the repetitions", (y, [x], dy) => sumTo(dy, x.shape)]]);
  op("cast", a => "x as " + a.dtype, ([x], a) => of(a.dtype, x.shape, x.data),
    [[a => a.dtype === "INT32" ? "none: whole numbers do not change gradually" : "dy in the type of x",
      (y, [x], dy, a) => a.dtype === "INT32" ? null : of(x.dtype, dy.shape, dy.data)]]);
})();
