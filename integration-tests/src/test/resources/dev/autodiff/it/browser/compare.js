// Computes a trace again in the page, and returns in what the recomputed passes differ from the recorded ones.
window.compareTrace = (data, seed) => {
  const differences = [], say = (where, got, wanted) => differences.push(`seed ${seed}, ${where}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  const prepared = replay.prepare(data);
  if (prepared.reason) return [`seed ${seed}: not computed, ${prepared.reason}`];
  const single = data.nodes.some(n => n.dtype === "FLOAT32"), bound = single ? 2e-5 : 1e-11;
  // What is 0 in exact arithmetic may come out as a residue of rounding, and as another one where sums are made otherwise.
  const residue = single ? 1e-6 : 1e-15;
  const value = v => v === "NaN" ? NaN : v === "Infinity" ? Infinity : v === "-Infinity" ? -Infinity : v;
  const sizes = data.passes.map(p => Math.max(1, ...[...p.forward.map(f => f.value), ...p.backward.map(b => b.gradient).filter(Boolean)]
    .flatMap(a => a.data.map(v => Math.abs(value(v)))).filter(Number.isFinite)));
  window.compared = window.compared || {numbers: 0, texts: 0, shown: 0};
  const arraysEqual = (where, got, wanted, size) => {
    if (!got || !wanted) { if (Boolean(got) !== Boolean(wanted)) say(where, got, wanted); return; }
    if (got.shape.join() !== wanted.shape.join()) { say(where + " shape", got.shape, wanted.shape); return; }
    wanted.data.forEach((w, i) => {
      const a = value(got.data[i]), b = value(w);
      window.compared.numbers++;
      if (!(Object.is(a, b) || a === b || Math.abs(a - b) <= bound * Math.max(Math.abs(b), single ? size : 1e-3 * size))) say(where + "[" + i + "]", a, b);
      if (Math.max(Math.abs(a), Math.abs(b)) > residue * size && notation.number(got.data[i]) !== notation.number(w)) { window.compared.shown++; if (!single) say(where + "[" + i + "] shown", a, b); }
    });
  };
  const textsEqual = (where, got, wanted, size) => {
    window.compared.texts++;
    if ((got || "") !== (wanted || "") && digits(got, size) !== digits(wanted, size)) say(where, got, wanted);
  };
  // In single precision a sum may differ in its last bit, and so a text in the last digit that it shows.
  const digits = (text, size) => (text || "").replace(/-?\d+(\.\d+)?(e-?\d+)?/g, n =>
    Math.abs(Number(n)) <= residue * size ? 0 : single ? Number(Number(n).toPrecision(2)) : n);
  // Optimizers that divide a gradient by its own size make a step of a residue: what follows from it is not compared.
  const isResidue = (u, now, size) => u.gradient && now.gradient && u.gradient.data.some((g, i) => value(g) !== value(now.gradient.data[i])
    && Math.max(Math.abs(value(g)), Math.abs(value(now.gradient.data[i]))) <= residue * size);
  let comparable = true;
  replay.run(prepared, new Map()).forEach((pass, p) => {
    const was = data.passes[p], size = sizes[p];
    if (!comparable) return;
    was.forward.forEach((f, id) => {
      const name = "pass " + p + " " + data.nodes[id].label + " (" + data.nodes[id].op + ")";
      arraysEqual(name + " value", pass.forward[id].value, f.value, size);
      textsEqual(name + " numbers", pass.forward[id].numbers, f.numbers, size);
      textsEqual(name + " example", pass.forward[id].example, f.example, size);
      const back = was.backward[id], now = pass.backward[id];
      arraysEqual(name + " gradient", now.gradient, back.gradient, size);
      if (JSON.stringify(now.order) !== JSON.stringify(back.order)) say(name + " order", now.order, back.order);
      if ((now.gives || []).length !== (back.gives || []).length) { say(name + " gives", now.gives, back.gives); return; }
      (back.gives || []).forEach((flow, i) => {
        const other = now.gives[i];
        for (const key of ["to", "operand", "rule"]) if (other[key] !== flow[key]) say(name + " " + key, other[key], flow[key]);
        for (const key of ["numbers", "example"]) textsEqual(name + " gives " + key, other[key], flow[key], size);
        for (const key of ["share", "value"]) arraysEqual(name + " gives " + key, other[key], flow[key], size);
        if (Boolean(other.local) !== Boolean(flow.local)) say(name + " local", other.local, flow.local);
        else if (flow.local) {
          arraysEqual(name + " local", other.local.value, flow.local.value, size);
          if (other.local.formula !== flow.local.formula) say(name + " local", other.local.formula, flow.local.formula);
          textsEqual(name + " local numbers", other.local.numbers, flow.local.numbers, size);
        }
      });
    });
    comparable = !was.updates.some((u, i) => isResidue(u, pass.updates[i], size));
    if (!comparable) { window.compared.residues = (window.compared.residues || 0) + 1; return; }
    was.updates.forEach((u, i) => {
      const now = pass.updates[i], name = "pass " + p + " update of " + u.variable;
      if (now.stale) { say(name, "not computed", u.equations); return; }
      arraysEqual(name, now.after, u.after, size);
      arraysEqual(name + " gradient", now.gradient, u.gradient, size);
      u.equations.forEach((e, k) => {
        arraysEqual(name + " " + e.symbol, now.equations[k].value, e.value, size);
        textsEqual(name + " numbers", now.equations[k].numbers, e.numbers, size);
        textsEqual(name + " example", now.equations[k].example, e.example, size);
      });
      u.memory.forEach((m, k) => arraysEqual(name + " " + m.name, now.memory[k].after, m.after, size));
    });
  });
  return differences.slice(0, 20);
};
