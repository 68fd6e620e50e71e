// Finds boxes. In: a model, and what somebody types. Out: the boxes that have all of its words in their name, path or arguments.

import { named } from "./captions.js";

const MOST = 50;

/** The boxes that fit, those whose name begins with the words first. */
export function found(model, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const fits = [];
  for (const box of model.boxes.values()) {
    const text = `${box.title} ${box.path} ${(box.arguments ?? []).join(" ")}`.toLowerCase();
    if (words.every((word) => text.includes(word))) {
      const last = box.path.slice(box.path.lastIndexOf("/") + 1).toLowerCase();
      const first = box.title.toLowerCase().startsWith(words[0]) || last.startsWith(words[0]);
      fits.push({ box, first });
    }
  }
  return [...fits.filter(({ first }) => first), ...fits.filter(({ first }) => !first)].map(({ box }) => box);
}

/** A field with a list below it: `go` is called with the box that is chosen, `mark` with all that fit. */
export function searching(field, list, model, go, mark) {
  let fits = [];
  let chosen = 0;

  function show() {
    fits = found(model(), field.value);
    chosen = 0;
    mark(new Set(fits.map((box) => box.path)));
    list.replaceChildren(...fits.slice(0, MOST).map(entry));
    if (fits.length > MOST) list.append(note(`and ${fits.length - MOST} more`));
    if (!fits.length && field.value.trim()) list.append(note("no layer of this name"));
    list.hidden = !list.childElementCount;
    field.setAttribute("aria-expanded", !list.hidden);
    choose(0);
  }

  function entry(box, at) {
    const made = document.createElement("li");
    made.id = `found-${at}`;
    made.setAttribute("role", "option");
    const name = document.createElement("b");
    name.textContent = named(box);
    const where = document.createElement("span");
    where.textContent = box.path;
    made.append(name, where);
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus until the click
    made.addEventListener("click", () => take(at));
    return made;
  }

  function note(text) {
    const made = document.createElement("li");
    made.className = "note";
    made.textContent = text;
    return made;
  }

  function choose(at) {
    const shown = Math.min(fits.length, MOST);
    chosen = shown ? (at + shown) % shown : 0;
    [...list.children].forEach((each, number) => each.setAttribute("aria-selected", number === chosen));
    if (shown) {
      field.setAttribute("aria-activedescendant", `found-${chosen}`);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function take(at) {
    const box = fits[at];
    if (!box) return;
    close();
    go(box);
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  }

  field.addEventListener("input", show);
  field.addEventListener("focus", () => field.value && show());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") take(chosen);
    else if (event.key === "Escape") {
      field.value = "";
      show();
      field.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
