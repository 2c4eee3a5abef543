// Finds what a graph does again and again, such as equal layers or the steps of a loop: the same operations in the same
// order, with operands from the same places. A stretch of a topological order can be drawn as one box without a circle.
const LEAST_REPEATED = 12, LONGEST_PERIOD = 3000;
let repeats;

/** Adds to each node the groups of the repetitions that it is in: all of them, and its own. */
function findRepeats() {
  const kinds = new Map(), numberOf = text => kinds.get(text) || kinds.set(text, kinds.size + 1).get(text);
  const kind = nodes.map(n => numberOf([n.kind, n.op, n.dtype, n.shape.join(), n.inputs.length].join(" ")));
  repeatsWithin(0, nodes.length, kind);
}

function repeatsWithin(from, to, kind) {
  const taken = new Uint8Array(to - from), last = period => Math.min(LONGEST_PERIOD, Math.floor((to - from) / 3));
  const runs = [];
  for (let period = 2; period <= last(); period++) {
    for (let i = from, start = from; i + period <= to; i++) {
      if (i + period < to && isAgain(i, period, kind)) continue;
      const count = Math.floor((i - start) / period) + 1;
      if (count >= 3 && count * period >= LEAST_REPEATED) runs.push({start, period, count, spare: (i - start) % period});
      start = i + 1;
    }
  }
  runs.sort((a, b) => b.count * b.period - a.count * a.period || a.period - b.period);
  for (const run of runs) {
    const {start, period, count} = run;
    if (taken[start - from] || taken[start + count * period - 1 - from]) continue;
    if (nodes.slice(start, start + period).filter(n => n.kind === "operation").length < 2 || !addRun(run)) continue;
    taken.fill(1, run.start - from, run.start + run.count * period - from);
    for (let k = 0; k < run.count && period >= 3 * LEAST_REPEATED; k++) repeatsWithin(run.start + k * period, run.start + (k + 1) * period, kind);
  }
}

const isShortRepetition = key => key !== undefined && key.startsWith("*") && Number(key.split("*")[2]) <= LEAST_REPEATED;

// An operand comes from as far back, or it is the same one, or both come from before the repetition.
function isAgain(i, period, kind) {
  if (kind[i] !== kind[i + period]) return false;
  const a = nodes[i].inputs, b = nodes[i + period].inputs;
  for (let k = 0; k < a.length; k++) {
    if (b[k] - a[k] !== period && b[k] !== a[k] && (i - a[k] < period || i + period - b[k] < period)) return false;
  }
  return true;
}

// Takes the first beginning of a run at which no name scope is cut.
function addRun(run) {
  for (let shift = 0; shift < run.period; shift++) {
    const start = run.start + shift, count = shift <= run.spare ? run.count : run.count - 1;
    const depth = count < 3 ? -1 : depthOf(start, run.period, count);
    if (depth < 0) continue;
    Object.assign(run, {start, count});
    const key = "*" + start + "*" + run.period, first = nodes.slice(start, start + run.period);
    const scope = first[0].groups[depth], whole = scope !== undefined && !scope.startsWith("*") && first.every(n => n.groups[depth] === scope);
    const what = whole ? groupName(scope) : [...new Set(first.filter(n => n.kind === "operation").map(n => n.type))];
    const title = whole ? what : what.slice(0, 3).join(", ") + (what.length > 3 ? ", …" : "");
    repeats.set(key, say("fold.repeat", count, title));
    for (let k = 0; k < count; k++) {
      const own = key + "*" + k;
      if (!whole) repeats.set(own, say("fold.repetition", k + 1, count, title));
      for (const node of nodes.slice(start + k * run.period, start + (k + 1) * run.period)) node.groups.splice(depth, 0, key, ...(whole ? [] : [own]));
    }
    return true;
  }
  return false;
}

// How many groups all nodes of a run share; -1 if one of the others is not inside of one repetition.
function depthOf(start, period, count) {
  const inside = nodes.slice(start, start + period * count), first = inside[0].groups;
  let depth = first.findIndex((key, i) => inside.some(n => n.groups[i] !== key));
  if (depth < 0) depth = Math.min(...inside.map(n => n.groups.length));
  const home = new Map();
  inside.forEach((node, i) => {
    const key = node.groups[depth], k = Math.floor(i / period);
    if (key !== undefined) home.set(key, home.has(key) && home.get(key) !== k ? -1 : k);
  });
  if ([...home.values()].includes(-1)) return -1;
  const outside = (node, id) => (id < start || id >= start + period * count) && home.has(node.groups[depth]);
  return nodes.some(outside) ? -1 : depth;
}
