// Where everything lies. In: what is visible, the room that texts take, and somebody who lays graphs out (ELK). Out: a tree of places.
//
// Each level (see `levels`) is laid out by itself, the innermost first. A row of boxes, each fed by the one before alone, is put below
// one another here; what lies between the ends of rows, where the flow branches, is a graph for ELK. Graphs that are alike are laid out
// once. So the time grows with what is different in a model, and 1,000 layers are no more work than the ways they are put together.

import { flow, groups, levels } from "./levels.js";

const GAP = 20;
const BESIDE = 26;
const MARGIN = 24;
const INSIDE = 16;
const LOOP = 110; // the room for an arrow from a box to itself, with its label
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "26",
  "elk.spacing.edgeNode": "16",
  "elk.spacing.edgeEdge": "14",
  "elk.spacing.edgeLabel": "3",
  "elk.layered.spacing.nodeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.considerModelOrder.crossingCounterNodeInfluence": "0.001", // of orders with as many crossings that of the source
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
};

/**
 * The places of all: `{ width, height, boxes, pieces }`, a box as `{ box, x, y, width, height, inner }` with the same inside where it is
 * open, a piece with its `points` and the rectangle of its `label`. Places inside a box are counted from its corner.
 */
export async function laidOut(seen, open, measure, ask) {
  const all = levels(seen, open);
  const known = new Map();
  const once = (graph) => {
    const key = JSON.stringify(graph);
    if (!known.has(key)) known.set(key, ask(graph));
    return known.get(key);
  };
  const inner = async (box) => {
    const level = all.get(box);
    const pieces = [...level.pieces.values()];
    const loops = new Set(pieces.filter(({ from, to }) => from === to).map(({ from }) => from));
    const items = await Promise.all(level.items.map((item) => shape(item, open, measure, loops.has(item) ? LOOP : 0, inner)));
    const head = box ? measure.open(box) : { width: 0, height: 0 };
    return framed(await arranged(items, pieces, measure, once), head, box ? INSIDE : MARGIN);
  };
  return inner(null);
}

/** An item with its size, `side` more at its sides, and where pieces from a source enter (`in`) and leave it (`out`). */
async function shape(item, open, measure, side, inner) {
  if (item.gate) return { item, side: 0, width: 0, height: 0, in: () => 0, out: () => 0 };
  if (!open.has(item.path)) {
    const { width, height } = measure.closed(item);
    const middle = () => width / 2 + side;
    return { item, side, width: width + 2 * side, height, in: middle, out: middle };
  }
  const within = await inner(item);
  const through = (gates) => (source) => gates.get(source);
  return { item, side, width: within.width, height: within.height, inner: within, in: through(within.gates.in), out: through(within.gates.out) };
}

/** All of a level: its groups beside each other. */
async function arranged(shapes, pieces, measure, ask) {
  const byItem = new Map(shapes.map((each) => [each.item, each]));
  const loops = pieces.filter(({ from, to }) => from === to);
  const links = pieces.filter(({ from, to }) => from !== to);
  const found = groups(shapes.map((each) => each.item), links);
  const groupOf = new Map(found.flatMap((items, number) => items.map((item) => [item, number])));
  const linksOf = found.map(() => []);
  links.forEach((link) => linksOf[groupOf.get(link.from)].push(link));
  const loopOf = new Map(loops.map((loop) => [loop.from, loop]));
  const parts = await Promise.all(found.map((items, number) => column(items, linksOf[number], byItem, loopOf, measure, ask)));
  const whole = { places: new Map(), pieces: [] };
  let right = 0;
  for (const part of parts) {
    const box = bounds(part);
    join(whole, part, right - box.left, -box.top);
    right += box.right - box.left + BESIDE;
  }
  return whole;
}

/** A group: its stretches between cuts, one below the other. */
async function column(items, links, byItem, loopOf, measure, ask) {
  const { order, at, cuts } = flow(items, links);
  const ends = [...new Set([0, ...cuts, order.length - 1])];
  const stretches = ends.slice(1).map((end, number) => ({ items: order.slice(ends[number], end + 1), links: [] }));
  const stretchAt = [];
  stretches.forEach((_, number) => {
    for (let place = ends[number]; place < ends[number + 1]; place += 1) stretchAt[place] = number;
  });
  links.forEach((link) => stretches[stretchAt[Math.min(at.get(link.from), at.get(link.to))]].links.push(link));
  const parts = await Promise.all(stretches.map(({ items, links }) => stretch(items, links, byItem, measure, ask)));
  const whole = { places: new Map(), pieces: [], bottom: 0 };
  if (!parts.length) whole.places.set(order[0], { x: 0, y: 0 });
  parts.forEach((part, number) => hang(whole, part, order[ends[number]], byItem));
  for (const item of order) if (loopOf.has(item)) whole.pieces.push(loop(loopOf.get(item), byItem.get(item), whole.places.get(item), measure));
  whole.sizes = byItem;
  return whole;
}

/** Puts a stretch below what is there already: both hold the item `first`. */
function hang(whole, part, first, byItem) {
  const top = !whole.places.size;
  if (top) whole.places.set(first, part.places.get(first));
  const [above, own] = [whole.places.get(first), part.places.get(first)];
  const [x, y] = [above.x - own.x, above.y - own.y];
  const end = above.y + byItem.get(first).height;
  const others = [...part.places].filter(([item]) => item !== first);
  // what hangs beside the item that both hold must not meet: then all but the item itself moves down
  const beside = whole.bottom > end ? whole.bottom + GAP : end;
  const down = top ? 0 : Math.max(0, beside - Math.min(...others.map(([, place]) => place.y + y)));
  const stays = (point, piece) => (piece.from === first || piece.to === first) && point.y + y <= end + 0.5;
  for (const [item, place] of others) {
    whole.places.set(item, { x: place.x + x, y: place.y + y + down });
    whole.bottom = Math.max(whole.bottom, place.y + y + down + byItem.get(item).height);
  }
  for (const each of part.pieces) {
    const label = each.label && { ...each.label, x: each.label.x + x, y: each.label.y + y + down };
    const points = each.points.map((point) => ({ x: point.x + x, y: point.y + y + (stays(point, each) ? 0 : down) }));
    whole.pieces.push({ ...each, points, label });
  }
}

/** The items between two cuts. */
async function stretch(items, links, byItem, measure, ask) {
  const shapes = items.map((item) => byItem.get(item));
  if (links.length === 1 && items.length === 2) return below(links[0], byItem, measure);
  const graph = request(shapes, links, measure);
  return placed(shapes, links, await ask(graph));
}

/** One item below another. */
function below(link, byItem, measure) {
  const [from, to] = [byItem.get(link.from), byItem.get(link.to)];
  const label = link.shapes.length ? measure.label(link) : null;
  const near = link.from.gate || link.to.gate ? GAP / 2 : GAP;
  const gap = label ? label.height + 2 * (GAP - 8) : near + (link.to.gate ? 0 : 6);
  const places = new Map([
    [link.from, { x: -from.out(link.source), y: 0 }],
    [link.to, { x: -to.in(link.source), y: from.height + gap }],
  ]);
  const points = [{ x: 0, y: from.height }, { x: 0, y: from.height + gap }];
  return { places, pieces: [{ ...link, points, label: label && { ...label, x: 6, y: from.height + (gap - label.height) / 2 - 2 } }] };
}

/** The arrow from a box to itself, at its right. */
function loop(link, { side, width, height }, place, measure) {
  const label = link.shapes.length ? measure.label(link) : null;
  const right = place.x + width - side;
  const [top, bottom] = [place.y + height / 3, place.y + (2 * height) / 3];
  const points = [{ x: right, y: bottom }, { x: right + 14, y: bottom }, { x: right + 14, y: top }, { x: right, y: top }];
  return { ...link, points, label: label && { ...label, x: right + 18, y: (top + bottom - label.height) / 2 } };
}

/** A stretch as a graph for ELK, its items by their numbers in it. */
function request(shapes, links, measure) {
  const number = new Map(shapes.map((each, place) => [each.item, place]));
  const children = shapes.map(({ item, width, height }, place) => {
    const node = { id: `n${place}`, width, height };
    if (item.gate) node.layoutOptions = { "elk.layered.layering.layerConstraint": item.gate === "in" ? "FIRST_SEPARATE" : "LAST_SEPARATE" };
    return node;
  });
  const port = (shape, side, source) => {
    const place = number.get(shape.item);
    if (!shape.inner) return `n${place}`;
    const node = children[place];
    node.ports ??= [];
    node.layoutOptions ??= { "elk.portConstraints": "FIXED_POS" };
    const id = `n${place}${side}${shape[side](source)}`;
    if (!node.ports.some((each) => each.id === id)) {
      const up = side === "in";
      node.ports.push({ id, x: shape[side](source), y: up ? 0 : shape.height, width: 0, height: 0, layoutOptions: { "elk.port.side": up ? "NORTH" : "SOUTH" } });
    }
    return id;
  };
  const byItem = new Map(shapes.map((each) => [each.item, each]));
  const edges = links.map((link, place) => {
    const edge = {
      id: `e${place}`,
      sources: [port(byItem.get(link.from), "out", link.source)],
      targets: [port(byItem.get(link.to), "in", link.source)],
    };
    if (link.shapes.length) edge.labels = [{ id: `l${place}`, text: "_", ...measure.label(link) }];
    return edge;
  });
  return { id: "root", layoutOptions: OPTIONS, children, edges };
}

/** What ELK found for a stretch. */
function placed(shapes, links, answer) {
  const places = new Map(shapes.map(({ item }, number) => [item, { x: answer.children[number].x, y: answer.children[number].y }]));
  const pieces = links.map((link, number) => {
    const edge = answer.edges[number];
    const points = edge.sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
    const [label] = edge.labels ?? [];
    return { ...link, points: points.map(({ x, y }) => ({ x, y })), label: label ? { x: label.x, y: label.y, width: label.width, height: label.height } : null };
  });
  return { places, pieces };
}

/** Adds a part to a whole, moved. */
function join(whole, part, x, y) {
  const moved = (point) => ({ ...point, x: point.x + x, y: point.y + y });
  for (const [item, place] of part.places) whole.places.set(item, moved(place));
  for (const each of part.pieces) whole.pieces.push({ ...each, points: each.points.map(moved), label: each.label && moved(each.label) });
  whole.sizes = part.sizes ?? whole.sizes;
}

/** The rectangle around all of a part. */
function bounds({ places, pieces, sizes }) {
  const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const cover = (x, y, width = 0, height = 0) => {
    found.left = Math.min(found.left, x);
    found.top = Math.min(found.top, y);
    found.right = Math.max(found.right, x + width);
    found.bottom = Math.max(found.bottom, y + height);
  };
  for (const [item, { x, y }] of places) cover(x, y, sizes.get(item).width, sizes.get(item).height);
  for (const { points, label } of pieces) {
    points.forEach((point) => cover(point.x, point.y));
    if (label) cover(label.x, label.y, label.width, label.height);
  }
  return found;
}

/** A level with room around it, below a head; its gates at the upper and lower edge. */
function framed(level, head, room) {
  const box = level.places.size ? bounds(level) : { left: 0, top: 0, right: 0, bottom: 0 };
  const wide = Math.max(box.right - box.left + 2 * room, head.width);
  const x = (wide - (box.right - box.left)) / 2 - box.left;
  const y = head.height + room - box.top;
  const height = box.bottom - box.top + head.height + 2 * room;
  const whole = { places: new Map(), pieces: [] };
  join(whole, level, x, y);
  const gates = { in: new Map(), out: new Map() };
  for (const [item, place] of whole.places) if (item.gate) gates[item.gate].set(item.source, place.x);
  for (const piece of whole.pieces) {
    const [first, last] = [piece.points[0], piece.points.at(-1)];
    if (piece.from.gate) piece.points.unshift({ x: first.x, y: 0 });
    if (piece.to.gate) piece.points.push({ x: last.x, y: height });
  }
  const boxes = [...whole.places].filter(([item]) => !item.gate).map(([item, place]) => {
    const { side, width, height, inner } = level.sizes.get(item);
    return { box: item, x: place.x + side, y: place.y, width: width - 2 * side, height, inner };
  });
  return { width: wide, height, boxes, pieces: whole.pieces, gates };
}
