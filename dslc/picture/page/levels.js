// The arrows of a picture, cut where they enter and leave open boxes. In: what is visible. Out: a level for the picture itself and for
// each open box: what lies in it side by side, and the pieces of arrows between that.
//
// An arrow from `a` into the open box `b` is a piece from `a` to `b` and, inside `b`, one from a gate at its top to where it goes. All that
// comes from one source enters a box through one gate and leaves it through one, however many boxes inside take it.

/** The levels by the box around them (null for the picture): `{ items, pieces }`. An item is a box, or a gate `{ gate, source }`. */
export function levels({ boxes, arrows }, open) {
  const found = new Map([[null, level()]]);
  for (const box of boxes) {
    found.get(box.around).items.push(box);
    if (open.has(box.path)) found.set(box, level());
  }
  for (const arrow of arrows) {
    const from = within(arrow.source);
    const to = within(arrow.target);
    let shared = 0;
    while (shared < from.length - 1 && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
    for (let at = from.length - 2; at >= shared; at -= 1) {
      const inside = found.get(from[at]);
      piece(inside, from[at + 1], gate(inside, "out", arrow.source), arrow, []);
    }
    piece(found.get(from[shared - 1] ?? null), from[shared], to[shared], arrow, arrow.shapes);
    for (let at = shared; at < to.length - 1; at += 1) {
      const inside = found.get(to[at]);
      piece(inside, gate(inside, "in", arrow.source), to[at + 1], arrow, []);
    }
  }
  return found;
}

function level() {
  return { items: [], pieces: new Map(), gates: { in: new Map(), out: new Map() } };
}

/** A box with the boxes around it, the outermost first. */
function within(box) {
  const found = [];
  for (let each = box; each; each = each.around) found.unshift(each);
  return found;
}

function gate(level, side, source) {
  const known = level.gates[side];
  if (!known.has(source)) {
    const made = { gate: side, source, number: side === "in" ? -1 : Infinity };
    known.set(source, made);
    level.items.push(made);
  }
  return known.get(source);
}

/** Notes the piece of an arrow; those with one source and the same ends are one. */
function piece(level, from, to, arrow, shapes) {
  const key = `${arrow.source.number}|${name(from)}|${name(to)}`;
  if (!level.pieces.has(key)) level.pieces.set(key, { from, to, source: arrow.source, targets: new Set(), shapes: [] });
  const known = level.pieces.get(key);
  known.targets.add(arrow.target);
  known.shapes.push(...shapes.filter((shape) => !known.shapes.includes(shape)));
}

function name(item) {
  return item.gate ? `${item.gate} ${item.source.number}` : `${item.number}`;
}

/** The items of a level in the order of the flow, and the places where it can be cut: no piece passes by the item there. */
export function flow(items, pieces) {
  const order = inOrder(items, pieces);
  const at = new Map(order.map((item, place) => [item, place]));
  const begin = new Array(order.length + 1).fill(0);
  for (const { from, to } of pieces) {
    const [first, last] = [at.get(from), at.get(to)];
    if (first < last) {
      begin[first + 1] += 1;
      begin[last] -= 1;
    } else {
      // one that goes back may be drawn around both of its ends
      begin[last] += 1;
      begin[first + 1] -= 1;
    }
  }
  let passing = 0;
  const cuts = order.map((_, place) => place).filter((place) => (passing += begin[place]) === 0);
  return { order, at, cuts };
}

/**
 * Each item behind those it comes from, gates at the ends. What hangs on the longest way stands beside the place it leaves it or comes
 * to it, so that little passes by. In a circle the order of the model decides.
 */
function inOrder(items, pieces) {
  const rank = new Map(sorted(items, pieces, (item) => -item.number).map((item, place) => [item, place]));
  const forward = pieces.filter(({ from, to }) => rank.get(from) < rank.get(to));
  const into = new Map(items.map((item) => [item, []]));
  const out = new Map(items.map((item) => [item, []]));
  for (const { from, to } of forward) {
    into.get(to).push(from);
    out.get(from).push(to);
  }
  const ranked = [...items].sort((one, other) => rank.get(one) - rank.get(other));
  const [above, below, behind] = [new Map(), new Map(), new Map()];
  for (const item of ranked) above.set(item, Math.max(0, ...into.get(item).map((each) => above.get(each) + 1)));
  for (const item of [...ranked].reverse()) below.set(item, Math.max(0, ...out.get(item).map((each) => below.get(each) + 1)));
  const longest = Math.max(...above.values());
  const onLongest = (item) => above.get(item) + below.get(item) === longest;
  for (const item of ranked) behind.set(item, into.get(item).some((each) => onLongest(each) || behind.get(each)));
  const wanted = (item) => {
    if (item.gate) return item.gate === "in" ? -1 : Infinity;
    return behind.get(item) ? above.get(item) : longest - below.get(item);
  };
  const backward = forward.map(({ from, to }) => ({ from: to, to: from }));
  return sorted(items, backward, wanted).reverse();
}

/** Each item behind those it comes from; of those that may be next the one that is wanted most. */
function sorted(items, pieces, wanted) {
  const missing = new Map(items.map((item) => [item, 0]));
  const next = new Map(items.map((item) => [item, []]));
  for (const { from, to } of pieces) {
    missing.set(to, missing.get(to) + 1);
    next.get(from).push(to);
  }
  const best = (list) => list.reduce((one, other) => (more(wanted(other), wanted(one), other, one) ? other : one));
  const waiting = new Set(items);
  const ready = new Set(items.filter((item) => !missing.get(item)));
  const order = [];
  while (waiting.size) {
    const item = best([...(ready.size ? ready : waiting)]);
    waiting.delete(item);
    ready.delete(item);
    order.push(item);
    for (const each of next.get(item)) {
      missing.set(each, missing.get(each) - 1);
      if (!missing.get(each) && waiting.has(each)) ready.add(each);
    }
  }
  return order;
}

function more(one, other, item, against) {
  return one > other || (one === other && item.number > against.number);
}

/** The items that hang together, group by group. */
export function groups(items, pieces) {
  const group = new Map(items.map((item) => [item, [item]]));
  for (const { from, to } of pieces) {
    let [one, other] = [group.get(from), group.get(to)];
    if (one === other) continue;
    if (one.length < other.length) [one, other] = [other, one];
    one.push(...other);
    other.forEach((item) => group.set(item, one));
  }
  return [...new Set(items.map((item) => group.get(item)))];
}
