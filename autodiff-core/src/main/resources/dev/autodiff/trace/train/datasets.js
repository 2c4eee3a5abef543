// Points to learn: made from a seed, clicked by hand, or read from CSV.
const datasets = (() => {
  /** Random numbers from 0 to below 1 (mulberry32, by Tommy Ettinger, in the public domain). */
  function random(seed) {
    let state = seed >>> 0;
    const next = () => {
      state = (state + 0x6D2B79F5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    next.state = () => state;
    return next;
  }
  const gaussian = next => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

  // Each makes point i of n, with its class, from random numbers.
  const makers = {
    moons(i, n, next) {
      const t = Math.PI * next();
      return i % 2 ? [Math.cos(t) * 0.6 - 0.3, Math.sin(t) * 0.6 - 0.15, 1] : [0.3 - Math.cos(t) * 0.6, 0.15 - Math.sin(t) * 0.6, 0];
    },
    circles(i, n, next) {
      const t = 2 * Math.PI * next(), r = i % 2 ? 0.3 * Math.sqrt(next()) : 0.65 + 0.2 * next();
      return [r * Math.cos(t), r * Math.sin(t), i % 2];
    },
    xor(i, n, next) {
      const far = () => (next() < 0.5 ? -1 : 1) * (0.08 + 0.8 * next()), x = far(), y = far();
      return [x, y, x * y < 0 ? 1 : 0];
    },
    spiral(i, n, next) {
      const r = (Math.floor(i / 2) + 0.5) / Math.ceil(n / 2), t = 1.75 * r * 2 * Math.PI + (i % 2) * Math.PI;
      return [0.9 * r * Math.sin(t), 0.9 * r * Math.cos(t), i % 2];
    },
    gaussians(i, n, next) {
      const c = i % 2 ? 0.42 : -0.42;
      return [c + 0.22 * gaussian(next), c + 0.22 * gaussian(next), i % 2];
    },
    wave(i, n, next) {
      const x = 2 * next() - 1;
      return [x, 0, 0.7 * Math.sin(3.5 * x)];
    },
  };

  /** Returns points [x, y, target]; of a wave the target is a height, and x alone is the input. */
  function make(kind, count, noise, seed) {
    const next = random(seed * 7919 + 17), clip = v => Math.max(-1, Math.min(1, v));
    const points = Array.from({length: count}, (_, i) => {
      const [x, y, target] = makers[kind](i, count, next), dx = noise * gaussian(next) * 0.5, dy = noise * gaussian(next) * 0.5;
      return kind === "wave" ? [x, 0, clip(target + dy)] : [clip(x + dx), clip(y + dy), target];
    });
    return points.map(point => [next(), point]).sort((a, b) => a[0] - b[0]).map(([, point]) => point);
  }

  /** Reads lines of x, y, class (or x, height) in CSV and brings them into the square from -1 to 1. */
  function fromCsv(text, regression) {
    const wanted = regression ? 2 : 3, rows = text.slice(0, 2e6).split(/\r?\n/).slice(0, 5001)
      .map(line => line.split(/[,;\t]/).map(cell => cell.trim())).filter(cells => cells.length >= wanted && cells[0] !== "");
    const labels = new Map(), numbers = [];
    for (const cells of rows) {
      const inputs = cells.slice(0, wanted - 1).map(Number), last = cells[wanted - 1];
      if (inputs.some(v => !Number.isFinite(v))) continue;
      if (!regression && !labels.has(last)) labels.set(last, labels.size);
      const target = regression ? Number(last) : labels.get(last);
      if (Number.isFinite(target)) numbers.push(regression ? [inputs[0], 0, target] : [...inputs, target]);
    }
    if (numbers.length < 2) throw new arrays.GraphError(say("train.csv.empty", regression ? "x, y" : "x, y, class"));
    if (!regression && labels.size !== 2) throw new arrays.GraphError(say("train.csv.classes", labels.size));
    const scale = column => {
      const values = numbers.map(row => row[column]), low = Math.min(...values), high = Math.max(...values);
      return v => high > low ? 1.8 * (v - low) / (high - low) - 0.9 : 0;
    };
    const [sx, sy, st] = [0, 1, 2].map(scale);
    return numbers.slice(0, 2000).map(([x, y, t]) => regression ? [sx(x), 0, st(t)] : [sx(x), sy(y), t]);
  }

  return {random, gaussian, make, fromCsv, kinds: Object.keys(makers)};
})();
