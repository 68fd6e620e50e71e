// What is said of the box that the mouse or the keyboard is at. In: a box. Out: a card beside it: its line in the source, its arguments, its
// shape and its costs.

import { named, remarks } from "./captions.js";
import { COSTS, isSupposed, percent, share } from "./costs.js";

const AWAY = 10;
const [NARROW, WIDE] = [240, 440];

/**
 * A card that is shown beside elements. `lines` are those of the sources; `reveal` is called with the file and row of a line that is
 * clicked (null: nobody can show it).
 */
export function card(element, lines, reveal) {
  let hiding = 0;

  function show(box, model, anchor) {
    clearTimeout(hiding);
    element.replaceChildren(...contents(box, model));
    element.hidden = false;
    place(anchor.getBoundingClientRect());
  }

  function contents(box, model) {
    const head = made("div", "title", named(box));
    if (box.times > 1) head.append(made("span", "times", `× ${box.times}`));
    const rows = document.createElement("dl");
    const row = (name, text, className = "") => text && rows.append(made("dt", "", name), made("dd", className, text));
    row("path", box.path, "code");
    if (box.arguments) row("made with", box.arguments.join(", "), "code");
    row("gives", box.shape);
    if (box.inside.length) row("inside", box.layers === 1 ? "1 layer" : `${box.layers} layers`);
    for (const [cost, name] of Object.entries(COSTS)) {
      if (!name) continue;
      const part = share(box, model, cost);
      const about = isSupposed(model, cost) ? "about " : "";
      row(name, box[cost][0] + (part ? ` · ${about}${percent(part)} of the model's` : ""));
    }
    row("", remarks(box).slice(box.parameters[1] === 0 ? 0 : 1).join(" · "));
    return [head, rows, ...source(box)];
  }

  function source({ place: [file, first, last] }) {
    const rows = Array.from({ length: last - first + 1 }, (_, at) => lines()[file]?.[first + at] ?? "");
    const left = Math.min(...rows.filter((row) => row.trim()).map((row) => row.length - row.trimStart().length));
    const where = made(reveal ? "button" : "span", "where", `${file}:${first}`);
    if (reveal) where.addEventListener("click", () => reveal(file, first));
    const block = made("div", "source", "");
    block.append(where, made("code", "", rows.map((row) => row.slice(left)).join("\n")));
    return [block];
  }

  /** Beside a rectangle where there is room, else below or above it: what it is about stays to be seen. */
  function place(around) {
    const room = { right: innerWidth - around.right - 2 * AWAY, left: around.left - 2 * AWAY };
    const side = Math.max(room.right, room.left);
    const sideways = side >= NARROW;
    element.style.maxWidth = `${Math.min(WIDE, sideways ? side : innerWidth - 2 * AWAY)}px`;
    const { offsetWidth: width, offsetHeight: height } = element;
    const beside = room.right >= Math.min(width, room.left) ? around.right + AWAY : around.left - AWAY - width;
    const below = around.bottom + AWAY + height <= innerHeight || around.top < height + AWAY;
    const [left, top] = sideways ? [beside, around.top] : [around.left, below ? around.bottom + AWAY : around.top - AWAY - height];
    element.style.left = `${Math.max(AWAY, Math.min(left, innerWidth - width - AWAY))}px`;
    element.style.top = `${Math.max(AWAY, sideways ? Math.min(top, innerHeight - height - AWAY) : top)}px`;
  }

  function hide() {
    clearTimeout(hiding);
    element.hidden = true;
  }

  /** Hides it in a moment, unless the mouse comes to it. */
  function leave() {
    clearTimeout(hiding);
    hiding = setTimeout(hide, 250);
  }

  element.addEventListener("pointerenter", () => clearTimeout(hiding));
  element.addEventListener("pointerleave", leave);
  return { show, hide, leave, shown: () => !element.hidden };
}

function made(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
