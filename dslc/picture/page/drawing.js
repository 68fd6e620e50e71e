// Draws places as SVG. In: a tree of places (see `layout`), and what is open. Out: an element with a group for each box, those inside it
// within.

import { below, beside, named, remarks, shapesOf } from "./captions.js";
import { level } from "./model.js";

const SVG = "http://www.w3.org/2000/svg";
const CORNER = 6;

/** An SVG element with attributes; all text goes through `textContent`. */
export function element(name, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

/** A picture: the boxes of the outermost level, and in each open one those inside. */
export function drawn(places, open) {
  const picture = element("g", { role: "tree", "aria-label": "boxes of the model" });
  picture.append(...contents(places, open));
  return picture;
}

function contents({ boxes, pieces }, open) {
  const lines = element("g", { class: "lines", role: "presentation" });
  const labels = element("g", { class: "labels", role: "presentation" });
  for (const piece of pieces) {
    const line = element("path", { class: "line", d: path(piece.points) });
    const ends = !piece.to.gate && !open.has(piece.to.path);
    if (ends) line.setAttribute("marker-end", "url(#head)");
    line.arrow = piece;
    lines.append(line);
    if (piece.label) labels.append(label(piece));
  }
  const order = [...boxes].sort((one, other) => one.box.number - other.box.number);
  return [lines, ...order.map((place) => group(place, open)), labels];
}

/** A line with round corners. */
function path(points) {
  const [first, ...rest] = points.filter((point, at) => !at || at === points.length - 1 || turns(points[at - 1], point, points[at + 1]));
  let said = `M${round(first.x)} ${round(first.y)}`;
  let last = first;
  rest.forEach((point, at) => {
    const next = rest[at + 1];
    if (!next) {
      said += `L${round(point.x)} ${round(point.y)}`;
      return;
    }
    const before = toward(point, last);
    const behind = toward(point, next);
    said += `L${round(before.x)} ${round(before.y)}Q${round(point.x)} ${round(point.y)} ${round(behind.x)} ${round(behind.y)}`;
    last = point;
  });
  return said;
}

/** Whether a way of upright and level lines turns at a point. */
function turns(before, point, after) {
  const same = (one, other) => Math.abs(one - other) < 0.1;
  return !((same(before.x, point.x) && same(point.x, after.x)) || (same(before.y, point.y) && same(point.y, after.y)));
}

/** The point on the way from a corner to another point where the corner begins to be round. */
function toward(corner, point) {
  const length = Math.hypot(point.x - corner.x, point.y - corner.y);
  const part = Math.min(CORNER, length / 2) / (length || 1);
  return { x: corner.x + (point.x - corner.x) * part, y: corner.y + (point.y - corner.y) * part };
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function label({ label: { x, y, width, height }, ...arrow }) {
  const made = element("g", { class: "label", transform: `translate(${round(x)} ${round(y)})` });
  made.append(element("rect", { width, height, rx: 3 }));
  shapesOf(arrow).forEach((shape, at) => made.append(element("text", { x: width / 2, y: 11 + 13 * at }, shape)));
  made.arrow = arrow;
  return made;
}

function group(place, open) {
  const { box, x, y, width, height } = place;
  const isOpen = open.has(box.path);
  const made = element("g", {
    class: ["box", box.kind, isOpen ? "open" : "closed", box.shared && "shared", box.frozen && "frozen"].filter(Boolean).join(" "),
    transform: `translate(${round(x)} ${round(y)})`,
    role: "treeitem",
    tabindex: "0",
    "aria-label": spoken(box),
    "aria-level": level(box) + 1,
  });
  if (box.inside.length) made.setAttribute("aria-expanded", isOpen);
  made.dataset.path = box.path;
  made.dataset.level = level(box) % 2 ? "odd" : "even";
  made.append(...(isOpen ? frame(place, open) : closed(box, width, height)));
  return made;
}

/** What a screen reader says of a box. */
function spoken(box) {
  const times = box.times > 1 ? `${box.times} times` : "";
  const gives = box.shape ? `gives ${box.shape.replaceAll("×", "by")}` : "";
  const inside = box.inside.length ? `${box.layers} layers` : (box.detail ?? "");
  return [named(box), times, inside, ...remarks(box), gives].filter(Boolean).join(", ");
}

function closed(box, width, height) {
  const round = box.kind === "input" || box.kind === "output" ? height / 2 : 8;
  const made = [];
  if (box.times > 1) made.push(element("rect", { class: "behind", x: 5, y: 5, width, height, rx: round }));
  made.push(element("rect", { class: "body", width, height, rx: round }));
  const name = element("text", { class: "name", x: width / 2, y: 20 });
  if (box.inside.length) name.append(element("tspan", { class: "sign" }, "▸ "));
  name.append(element("tspan", {}, named(box)));
  if (box.times > 1) name.append(element("tspan", { class: "times", dx: 6 }, `× ${box.times}`));
  made.push(name);
  below(box).forEach((line, at) => made.push(element("text", { class: "small", x: width / 2, y: 36 + 15 * at }, line)));
  return made;
}

function frame({ box, width, height, inner }, open) {
  const made = [];
  if (box.times > 1) made.push(element("rect", { class: "behind", x: 5, y: 5, width, height, rx: 10 }));
  made.push(element("rect", { class: "body", width, height, rx: 10 }));
  const inside = element("g", { role: "group" });
  inside.append(...contents(inner, open));
  const head = element("g", { class: "head" });
  head.append(element("path", { class: "bar", d: `M0 30V10Q0 0 10 0H${width - 10}Q${width} 0 ${width} 10V30Z` }));
  const name = element("text", { class: "name", x: 12, y: 20 });
  name.append(element("tspan", { class: "sign" }, "▾ "), element("tspan", {}, named(box)));
  if (box.times > 1) name.append(element("tspan", { class: "times", dx: 6 }, `× ${box.times}`));
  const said = beside(box);
  if (said) name.append(element("tspan", { class: "said", dx: 10 }, said));
  head.append(name);
  return [...made, inside, head];
}
