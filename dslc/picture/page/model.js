// What is to be seen of a model. In: its facts, and which boxes are open. Out: the boxes that are there then, and the arrows between them.

/** The facts of a model with all of its boxes by their paths, each with the box around it and its place in the order. */
export function indexed(facts) {
  const boxes = new Map();
  const visit = (list, around) => {
    for (const facts of list) {
      const box = { ...facts, around, inside: [], number: boxes.size, layers: 1 };
      boxes.set(box.path, box);
      box.inside = visit(facts.inside ?? [], box);
      if (box.inside.length) box.layers = box.inside.reduce((sum, each) => sum + each.layers, 0);
    }
    return list.map((each) => boxes.get(each.path));
  };
  return { ...facts, boxes, top: visit(facts.boxes, null) };
}

/** The boxes that are open where all are that lie in fewer than `depth` others. */
export function openTo(model, depth) {
  return new Set([...model.boxes.values()].filter((box) => box.inside.length && level(box) < depth).map((box) => box.path));
}

/** How many boxes are around a box. */
export function level(box) {
  let count = 0;
  for (let around = box.around; around; around = around.around) count += 1;
  return count;
}

/** The boxes around a box, the outermost first. */
export function ancestors(box) {
  const found = [];
  for (let around = box.around; around; around = around.around) found.unshift(around);
  return found;
}

/** The box that stands for another while only `open` ones show what is inside. */
export function standsFor(box, open) {
  return ancestors(box).find((around) => !open.has(around.path)) ?? box;
}

/** The boxes that are there, each before those inside it, and the arrows between them, equal ends as one arrow. */
export function visible(model, open) {
  const boxes = [];
  const visit = (list) => {
    for (const box of list) {
      boxes.push(box);
      if (open.has(box.path)) visit(box.inside);
    }
  };
  visit(model.top);
  const arrows = new Map();
  for (const [from, to, shape] of model.arrows) {
    const source = standsFor(model.boxes.get(from), open);
    const target = standsFor(model.boxes.get(to), open);
    if (source === target && from !== to) continue;
    const key = `${source.number} ${target.number}`;
    if (!arrows.has(key)) arrows.set(key, { source, target, shapes: [] });
    const { shapes } = arrows.get(key);
    if (shape && !shapes.includes(shape)) shapes.push(shape);
  }
  return { boxes, arrows: [...arrows.values()] };
}
