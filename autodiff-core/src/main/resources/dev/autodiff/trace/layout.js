// Places nodes in layers, as the Java class LayeredLayout does: longest paths, medians against crossings, then
// positions by least squares with the order as constraint. Edges that would close a circle count as turned round.
function layeredLayout(sizes, edges, right, layerGap) {
  const MOST_PIECES = 20000, NODE_GAP = 22, PIECE_GAP = 12, MARGIN = 24;
  const n = sizes.length;
  const along = sizes.map(s => right ? s.w : s.h), across = sizes.map(s => right ? s.h : s.w);
  const turned = backEdges(n, edges);
  const ends = edges.map((e, i) => turned[i] ? [e[1], e[0]] : [e[0], e[1]]);
  const layer = assignLayers(n, ends);
  const pieces = cutEdges(layer, ends);
  const segments = [];
  ends.forEach(([u, v], e) => {
    const uncut = pieces[e].length !== layer[v] - layer[u] - 1;
    let at = u;
    for (const p of pieces[e]) { segments.push([at, p]); at = p; }
    if (!uncut) segments.push([at, v]);
  });
  const total = layer.length;
  while (along.length < total) { along.push(0); across.push(0); }
  const before = Array.from({length: total}, () => []), after = Array.from({length: total}, () => []);
  for (const [u, v] of segments) { after[u].push(v); before[v].push(u); }
  const order = orderLayers();
  const position = straighten();
  const starts = [], thick = [];
  let at = MARGIN;
  order.forEach((list, k) => {
    thick[k] = list.reduce((most, v) => Math.max(most, along[v]), 0);
    starts[k] = at;
    at += thick[k] + layerGap;
  });
  const length = at - layerGap + MARGIN;
  const breadth = position.reduce((most, p, v) => Math.max(most, p + across[v] / 2), 0) + 2 * MARGIN;
  const boxes = sizes.map((s, v) => {
    const main = starts[layer[v]] + (thick[layer[v]] - along[v]) / 2, cross = MARGIN + position[v] - across[v] / 2;
    return right ? {x: main, y: cross, w: s.w, h: s.h} : {x: cross, y: main, w: s.w, h: s.h};
  });
  return {boxes, routes: routeEdges(), right, width: right ? length : breadth, height: right ? breadth : length};

  function backEdges(count, list) {
    const out = Array.from({length: count}, () => []);
    list.forEach(([u], e) => out[u].push(e));
    const state = new Uint8Array(count), back = new Uint8Array(list.length);
    for (let root = 0; root < count; root++) {
      if (state[root]) continue;
      const stack = [[root, 0]];
      state[root] = 1;
      while (stack.length) {
        const top = stack[stack.length - 1];
        if (top[1] === out[top[0]].length) { state[top[0]] = 2; stack.pop(); continue; }
        const e = out[top[0]][top[1]++], v = list[e][1];
        if (state[v] === 1) back[e] = 1;
        else if (!state[v]) { state[v] = 1; stack.push([v, 0]); }
      }
    }
    return back;
  }

  function assignLayers(count, list) {
    const ins = Array.from({length: count}, () => []), outs = Array.from({length: count}, () => []);
    const waiting = new Int32Array(count);
    for (const [u, v] of list) { outs[u].push(v); ins[v].push(u); waiting[v]++; }
    const sorted = [];
    for (let v = 0; v < count; v++) if (!waiting[v]) sorted.push(v);
    for (let i = 0; i < sorted.length; i++) for (const v of outs[sorted[i]]) if (--waiting[v] === 0) sorted.push(v);
    const at = new Array(count).fill(0);
    const earliest = v => ins[v].reduce((most, u) => Math.max(most, at[u] + 1), 0);
    for (const v of sorted) at[v] = earliest(v);
    for (let round = 0; round < 6; round++) {
      for (let i = count - 1; i >= 0; i--) {
        const v = sorted[i];
        if (outs[v].length && outs[v].length > ins[v].length) {
          at[v] = outs[v].reduce((least, w) => Math.min(least, at[w]), Infinity) - 1;
        }
      }
      for (const v of sorted) if (outs[v].length && ins[v].length > outs[v].length) at[v] = earliest(v);
    }
    const first = at.reduce((least, l) => Math.min(least, l), Infinity);
    return at.map(l => l - first);
  }

  function cutEdges(layers, list) {
    const cut = list.map(() => []);
    const bySpan = list.map((_, e) => e).sort((a, b) =>
      layers[list[a][1]] - layers[list[a][0]] - layers[list[b][1]] + layers[list[b][0]]);
    let made = 0;
    for (const e of bySpan) {
      const from = layers[list[e][0]], to = layers[list[e][1]];
      if (made + to - from - 1 > MOST_PIECES) continue;
      for (let l = from + 1; l < to; l++) { cut[e].push(layers.length); layers.push(l); made++; }
    }
    return cut;
  }

  function orderLayers() {
    const lists = [];
    layer.forEach(l => { while (lists.length <= l) lists.push([]); });
    const seen = new Uint8Array(total), place = new Int32Array(total);
    for (let root = 0; root < total; root++) {
      if (after[root].length) continue;
      const open = [root];
      while (open.length) {
        const v = open.pop();
        if (seen[v]) continue;
        seen[v] = 1;
        lists[layer[v]].push(v);
        for (let i = before[v].length - 1; i >= 0; i--) open.push(before[v][i]);
      }
    }
    const number = list => list.forEach((v, i) => { place[v] = i; });
    lists.forEach(number);
    const count = () => {
      lists.forEach(number);
      let crossings = 0;
      for (let k = 0; k + 1 < lists.length; k++) {
        const tree = new Int32Array(lists[k + 1].length + 1);
        let passed = 0;
        for (const v of lists[k]) {
          const to = after[v].map(w => place[w]).sort((a, b) => a - b);
          for (const t of to) {
            let notRight = 0;
            for (let i = t + 1; i > 0; i -= i & -i) notRight += tree[i];
            crossings += passed - notRight;
          }
          for (const t of to) { for (let i = t + 1; i < tree.length; i += i & -i) tree[i]++; passed++; }
        }
      }
      return crossings;
    };
    const pairs = (side, a, b) => {
      let c = 0;
      for (const u of side[a]) for (const w of side[b]) if (place[u] > place[w]) c++;
      return c;
    };
    let best = lists.map(list => list.slice()), fewest = count();
    const sweeps = total > 4000 ? 6 : 16;
    for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
      const side = sweep % 2 ? after : before;
      for (let k = 1; k < lists.length; k++) {
        const list = lists[sweep % 2 ? lists.length - 1 - k : k];
        const key = new Map(list.map((v, i) => {
          const near = side[v].map(u => place[u]).sort((a, b) => a - b), m = near.length >> 1;
          return [v, near.length === 0 ? i : near.length % 2 ? near[m] : (near[m - 1] + near[m]) / 2];
        }));
        list.sort((a, b) => key.get(a) - key.get(b));
        number(list);
      }
      for (let round = 0, better = total <= 4000; better && round < 8; round++) {
        better = false;
        for (const list of lists) {
          for (let i = 0; i + 1 < list.length; i++) {
            const a = list[i], b = list[i + 1];
            if (pairs(before, b, a) + pairs(after, b, a) < pairs(before, a, b) + pairs(after, a, b)) {
              list[i] = b; list[i + 1] = a; place[a] = i + 1; place[b] = i; better = true;
            }
          }
        }
      }
      const now = count();
      if (now < fewest) { fewest = now; best = lists.map(list => list.slice()); }
    }
    return best;
  }

  function straighten() {
    const pos = new Array(total).fill(0);
    const gap = (a, b) => (across[a] + across[b]) / 2 + (a >= n || b >= n ? PIECE_GAP : NODE_GAP);
    for (const list of order) {
      let p = 0;
      list.forEach((v, i) => { p += i ? gap(list[i - 1], v) : 0; pos[v] = p; });
      for (const v of list) pos[v] -= p / 2;
    }
    const settle = (list, sides) => {
      const offset = [], blocks = [];
      list.forEach((v, i) => {
        offset[i] = i ? offset[i - 1] + gap(list[i - 1], v) : 0;
        let weight = 0, sum = 0;
        for (const side of sides) {
          for (const u of side[v]) { const w = u >= n && v >= n ? 6 : 1; weight += w; sum += w * pos[u]; }
        }
        if (!weight) { weight = 0.01; sum = 0.01 * pos[v]; }
        sum -= weight * offset[i];
        while (blocks.length && blocks[blocks.length - 1].sum / blocks[blocks.length - 1].weight >= sum / weight) {
          const b = blocks.pop();
          sum += b.sum; weight += b.weight;
        }
        blocks.push({sum, weight, end: i});
      });
      let i = 0;
      for (const b of blocks) for (; i <= b.end; i++) pos[list[i]] = b.sum / b.weight + offset[i];
    };
    const sweeps = total > 8000 ? 6 : 10;
    for (let s = 0; s < sweeps; s++) {
      const both = s >= sweeps / 2;
      for (let k = 0; k < order.length; k++) settle(order[k], both ? [before, after] : [before]);
      for (let k = order.length - 1; k >= 0; k--) settle(order[k], both ? [after, before] : [after]);
    }
    let least = Infinity;
    for (const list of order) if (list.length) least = Math.min(least, pos[list[0]] - across[list[0]] / 2);
    return pos.map(p => p - least);
  }

  function routeEdges() {
    const ports = [0, 1].map(end => {
      const port = new Array(ends.length), at = new Map();
      ends.forEach((e, i) => { if (!at.has(e[end])) at.set(e[end], []); at.get(e[end]).push(i); });
      const far = e => position[pieces[e].length ? pieces[e][end ? pieces[e].length - 1 : 0] : ends[e][1 - end]];
      for (const [v, list] of at) {
        list.sort((a, b) => far(a) - far(b));
        list.forEach((e, i) => {
          const share = list.length === 1 ? 0 : (i / (list.length - 1) - 0.5) * Math.min(0.6, 0.2 * list.length);
          port[e] = position[v] + share * across[v];
        });
      }
      return port;
    });
    return ends.map(([u, v], e) => {
      const route = [[starts[layer[u]] + (thick[layer[u]] + along[u]) / 2, ports[0][e]]];
      for (const p of pieces[e]) {
        route.push([starts[layer[p]], position[p]], [starts[layer[p]] + thick[layer[p]], position[p]]);
      }
      route.push([starts[layer[v]] + (thick[layer[v]] - along[v]) / 2, ports[1][e]]);
      if (turned[e]) route.reverse();
      return route.map(([m, c]) => right ? [m, c + MARGIN] : [c + MARGIN, m]);
    });
  }
}
