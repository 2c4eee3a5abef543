// The boxes of the graph: nodes, and groups of nodes that are drawn as one until they are opened. Groups are name scopes,
// such as layers, and in large graphs repetitions (repeat.js) and expressions: results without a name that are used once
// are drawn with their user.
const FOLD_FROM = 24, DRAW_ALL = 300, MOST_REPEATED = 60, MOST_IN_EXPRESSION = 8, NEAR = 26, NEAR_HOPS = 3;
let exits;

const isExpression = key => key.startsWith("=");
const isFolded = node => node.groups.find(key => view.collapsed.has(key));
const isNumeral = text => /^\(?-?[\d.]+(e[-+]?\d+)?\)?$/.test(text);
const groupName = key => isExpression(key) ? nodes[Number(key.slice(1))].label : repeats.get(key) || key.slice(key.lastIndexOf("/") + 1);

/** Finds the groups of each node, outermost first. */
function findGroups() {
  const large = nodes.length > DRAW_ALL;
  for (const node of nodes) {
    const parts = node.scope ? node.scope.split("/") : [];
    node.groups = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    // A number without a name stands in the formula of its user, so that it needs no box of its own.
    node.inline = nodes.length > FOLD_FROM && node.kind === "constant" && !node.shape.length && isNumeral(node.symbol) && edgesFrom[node.id].length > 0;
  }
  scopes = [...new Set(nodes.flatMap(node => node.groups))].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
  repeats = new Map();
  if (large) { findRepeats(); findExpressions(); }
  members = new Map();
  exits = new Map();
  for (const node of nodes) {
    for (const key of node.groups) {
      if (!members.has(key)) members.set(key, []);
      members.get(key).push(node);
      if (node === result || edgesFrom[node.id].some(e => !nodes[e.to].groups.includes(key))) exits.set(key, node);
    }
  }
}

function findExpressions() {
  const root = nodes.map((_, i) => i), size = new Array(nodes.length).fill(1);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id], users = edgesFrom[id];
    if (node.kind !== "operation" || users.length !== 1 || node.name.slice(node.name.lastIndexOf("/") + 1) !== node.type) continue;
    const into = root[users[0].to];
    if (nodes[into].groups.at(-1) !== node.groups.at(-1) || isShortRepetition(node.groups.at(-1)) || size[into] >= MOST_IN_EXPRESSION) continue;
    root[id] = into;
    size[into]++;
  }
  for (const node of nodes) if (size[root[node.id]] > 1) node.groups.push("=" + root[node.id]);
}

/** The groups that a graph opens with: none in a small one, all in one of a model's size. */
const foldedAtFirst = () => new Set(nodes.length > FOLD_FROM ? members.keys() : []);

function groupItem(key) {
  const list = members.get(key), parameters = list.filter(n => n.kind === "variable").reduce((sum, n) => sum + sizeNow(n), 0);
  const detail = say(list.length === 1 ? "fold.node" : "fold.nodes", list.length) + (parameters ? ", " + say("fold.parameters", parameters.toLocaleString("en")) : "");
  return {key: "s" + key, scope: key, exit: exits.get(key) || list[list.length - 1], title: cut(groupName(key), 28), detail};
}
const sizeNow = node => passes[0].forward[node.id].value.shape.reduce((a, b) => a * b, 1);

/** Collects the boxes and the arrows between them as the graph is folded now. */
function gather() {
  const at = new Map(), items = [];
  const itemOf = nodes.map(node => {
    if (node.inline) return -1;
    const group = isFolded(node), key = group === undefined ? "n" + node.id : "s" + group;
    if (!at.has(key)) {
      at.set(key, items.length);
      const formula = node.kind === "operation" && node.formula !== node.symbol ? cut(node.formula, 20) : "";
      items.push(group === undefined ? {key, node, title: titleOf(node), detail: formula} : groupItem(group));
    }
    return at.get(key);
  });
  for (const node of nodes) if (node.inline) itemOf[node.id] = itemOf[edgesFrom[node.id][0].to];
  const links = new Map();
  for (const edge of edges) {
    const from = itemOf[edge.from], to = itemOf[edge.to];
    if (from === to || nodes[edge.from].inline) continue;
    const single = !items[from].scope && !items[to].scope, key = from + ">" + to + (single ? ">" + edge.operand : "");
    if (!links.has(key)) links.set(key, {from, to, edges: []});
    links.get(key).edges.push(edge);
  }
  view.whole = {items, links: [...links.values()], itemOf};
}

/** Takes all boxes, or those around the current step. */
function choose() {
  const {items, links, itemOf} = view.whole;
  Object.assign(view, view.whole);
  if (view.near) {
    const shown = neighbourhood(itemOf[view.centre]), place = new Map([...shown].sort((a, b) => a - b).map((item, i) => [item, i]));
    view.items = [...place.keys()].map(i => items[i]);
    view.links = links.filter(l => place.has(l.from) && place.has(l.to)).map(l => ({...l, from: place.get(l.from), to: place.get(l.to)}));
    view.itemOf = itemOf.map(i => place.has(i) ? place.get(i) : -1);
    const beyond = new Map();
    for (const l of links) {
      if (place.has(l.from) !== place.has(l.to)) { const i = place.has(l.from) ? l.from : l.to; beyond.set(i, (beyond.get(i) || 0) + 1); }
    }
    items.forEach((item, i) => { item.beyond = beyond.get(i) || 0; });
  } else items.forEach(item => { item.beyond = 0; });
  place();
}

// Breadth first, operands before users: what a step computes with is nearer than what is computed from it.
function neighbourhood(centre) {
  const {items, links} = view.whole;
  if (!view.whole.around) {
    view.whole.around = items.map(() => ({into: [], out: []}));
    for (const l of links) { view.whole.around[l.to].into.push(l.from); view.whole.around[l.from].out.push(l.to); }
  }
  const shown = new Set([centre]);
  let front = [centre];
  for (let hop = 0; hop < NEAR_HOPS; hop++) {
    const next = [];
    for (const i of front) {
      const {into, out} = view.whole.around[i];
      for (const other of [...into, ...out.slice(0, 8)]) {
        if (shown.size >= NEAR) return shown;
        if (!shown.has(other)) { shown.add(other); next.push(other); }
      }
    }
    front = next;
  }
  return shown;
}

/** The node that the view follows at a step. */
function nodeAt(step) {
  const id = placeOf(step);
  if (id >= 0) return id;
  const first = steps.find(s => s.pass === step.pass && s.phase === "forward");
  return step.phase === "given" && first ? first.index : data.result;
}

/** Keeps the neighbourhood while the step and its operands are in it; otherwise takes that of the step. */
function keepNear(id) {
  if (!view.near) return;
  const item = view.whole.itemOf[id], shown = new Set(view.items), missing = i => !shown.has(view.whole.items[i]);
  if (!missing(item) && (item === view.whole.itemOf[view.centre] || !view.whole.around[item].into.some(missing))) return;
  view.centre = id;
  choose();
  start();
}

function setNear(on, id) {
  view.near = on;
  view.centre = id;
  byId("near").setAttribute("aria-pressed", String(on));
  choose();
  view.stamp++;
}

/** The step at which to stop next: the steps of a folded group that follow each other count as one, its last. */
function nextStop(direction) {
  if (predict.on) return view.step + direction;
  const group = s => { const id = placeOf(s); return id >= 0 ? isFolded(nodes[id]) : undefined; };
  const joined = (a, b) => a && b && group(a) !== undefined && a.pass === b.pass && phaseOf(a) === phaseOf(b) && group(a) === group(b);
  let k = view.step;
  if (direction < 0) {
    while (joined(steps[k - 1], steps[k])) k--;
    return k - 1;
  }
  k++;
  while (joined(steps[k], steps[k + 1])) k++;
  return k;
}

/** The box is within an opened group. */
function isInside(item, key) {
  const {groups} = item.scope ? members.get(item.scope)[0] : item.node;
  return item.scope !== key && groups.includes(key);
}

/** The groups that are open, in open ones. */
function openGroups() {
  const shown = key => { const {groups} = members.get(key)[0]; return !groups.slice(0, groups.indexOf(key) + 1).some(k => view.collapsed.has(k)); };
  return [...scopes, ...repeats.keys()].filter(shown);
}

function toggle(scope) {
  if (view.collapsed.has(scope)) view.collapsed.delete(scope); else view.collapsed.add(scope);
  const old = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.scope : null;
  const inPanel = byId("scopes").contains(document.activeElement);
  const centre = (!repeats.has(scope) && exits.get(scope) || members.get(scope)[0]).id;
  if (view.near) view.centre = centre;
  gather();
  if (!view.near && view.whole.items.length > (repeats.has(scope) ? MOST_REPEATED : DRAW_ALL)) setNear(true, centre); else choose();
  view.stamp++;
  showScopes();
  start();
  draw();
  if (old) {
    const again = (inPanel ? byId("scopes") : canvas).querySelector(`[data-scope="${CSS.escape(old)}"]`);
    if (again) again.focus();
  }
}

function foldAll() {
  const keys = [...members.keys()], open = keys.some(s => !view.collapsed.has(s));
  view.collapsed = new Set(open ? keys : []);
  rearrange();
  start();
}

/** The tree of scopes, as far as it is open. */
function showScopes() {
  const panel = byId("scopes");
  panel.replaceChildren();
  byId("fold").hidden = !members.size;
  if (!scopes.length) return;
  element("h2", "", say("fold.scopes"), panel);
  const inSight = scopes.filter(s => { const cut = s.lastIndexOf("/"); return cut < 0 || s.slice(0, cut).split("/").every((_, i, parts) => !view.collapsed.has(parts.slice(0, i + 1).join("/"))); });
  for (const scope of inSight.slice(0, 200)) {
    const open = !view.collapsed.has(scope), depth = scope.split("/").length - 1;
    const button = element("button", "", (open ? "⊟ " : "⊞ ") + groupName(scope) + "  (" + members.get(scope).length + ")", panel);
    button.type = "button";
    button.style.paddingLeft = 10 + 18 * depth + "px";
    button.dataset.scope = scope;
    button.setAttribute("aria-expanded", String(open));
    button.addEventListener("click", () => toggle(scope));
  }
  if (inSight.length > 200) element("p", "note", say("fold.more", inSight.length - 200), panel);
}

/** Says in which folded group a step happens, with a button that opens it. */
function noteFolded(id, panel) {
  const group = id >= 0 ? isFolded(nodes[id]) : undefined;
  if (group === undefined) return;
  const note = element("p", "note inside", say("fold.inside", groupName(group)) + " ", panel), button = element("button", "link", say("fold.open", groupName(group)), note);
  button.type = "button";
  button.addEventListener("click", () => { toggle(group); go(view.step); });
}
