// The page: puts its parts together and listens. In: the facts in the page. Out: nothing; it shows them.

import { measures } from "./captions.js";
import { card } from "./card.js";
import { COSTS, isSupposed, share, warmth } from "./costs.js";
import { drawn } from "./drawing.js";
import { started } from "./engine.js";
import { neighbour } from "./keyboard.js";
import { laidOut } from "./layout.js";
import { ancestors, indexed, openTo, visible } from "./model.js";
import { saved } from "./saved.js";
import { searching } from "./search.js";
import { stage } from "./stage.js";

const at = (id) => document.getElementById(id);
let facts = JSON.parse(at("facts").textContent);
const ask = started(at("elk").textContent);
const editor = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : null; // there in an editor only
const measure = measures(ruler());
const PAGE = 900; // the height of a page, about
const SMALL_PRINT = 0.5; // what can still be read
const svg = at("picture");
const moved = at("moved");
let kept = new Map(); // of each model: its boxes, and which of them are open

let model;
let open;
let places = { width: 1, height: 1, boxes: [] };
let cost = "parameters";
let marked = new Set();
let drawing = 0;

const view = stage(svg, moved, () => places);
const told = card(at("card"), () => facts.lines, editor && ((file, row) => editor.postMessage({ file, row })));

/** How wide a text is in a font. */
function ruler() {
  const pen = document.createElement("canvas").getContext("2d");
  const known = new Map();
  return (text, font) => {
    const key = font + text;
    if (!known.has(key)) {
      pen.font = font;
      known.set(key, pen.measureText(text).width);
    }
    return known.get(key);
  };
}

function choose(number, staying = false) {
  if (!kept.has(number)) {
    const made = indexed(facts.models[number]);
    kept.set(number, { model: made, open: openTo(made, made.depth) });
  }
  ({ model, open } = kept.get(number));
  at("name").textContent = at("name").title = model.name;
  at("file").textContent = at("file").title = model.file;
  at("sizes").replaceChildren(...sizes().map(([name, value]) => fact(name, value)));
  at("all").hidden = at("none").hidden = ![...model.boxes.values()].some((box) => box.inside.length);
  document.title = `${model.name} · ${model.file}`;
  return show().then(() => staying || view.fit());
}

function sizes() {
  const layers = model.top.reduce((sum, box) => sum + layersIn(box), 0);
  return [
    ["layers", layers.toLocaleString("en")],
    ["parameters", model.parameters[0]],
    ["FLOPs", model.flops[0]],
  ];
}

/** The layers of a box, those that are folded into it counted. */
function layersIn(box) {
  if (!box.inside.length) return box.kind === "input" || box.kind === "output" ? 0 : 1;
  return (box.times ?? 1) * box.inside.reduce((sum, each) => sum + layersIn(each), 0);
}

function fact(name, value) {
  const made = document.createElement("div");
  const [text, number] = [document.createElement("dt"), document.createElement("dd")];
  text.textContent = name;
  number.textContent = value;
  made.append(text, number);
  return made;
}

/** Lays out what is open and draws it; `about` is the path of a box that stays where it is. */
async function show(about = null) {
  drawing += 1;
  const own = drawing;
  const before = about && elementOf(about)?.getBoundingClientRect();
  svg.setAttribute("aria-busy", "true");
  try {
    const begin = performance.now();
    const found = await laidOut(visible(model, open), open, measure, ask);
    if (own !== drawing) return; // somebody wanted something else meanwhile
    places = found;
    performance.measure("layout", { start: begin });
    moved.replaceChildren(drawn(places, open));
    at("trouble").hidden = true;
  } catch (reason) {
    at("trouble").textContent = `The picture cannot be laid out: ${reason.message}`;
    at("trouble").hidden = false;
  }
  colour();
  mark(marked);
  const after = before && elementOf(about)?.getBoundingClientRect();
  if (after) view.pan(before.left - after.left, before.top - after.top);
  svg.removeAttribute("aria-busy");
  document.documentElement.dataset.drawn = String(drawing);
}

function elements() {
  return [...moved.querySelectorAll("[role=treeitem]")];
}

function elementOf(path) {
  return elements().find((each) => each.dataset.path === path);
}

function boxOf(element) {
  return model.boxes.get(element.dataset.path);
}

function colour() {
  for (const element of elements()) {
    const part = COSTS[cost] ? share(boxOf(element), model, cost) : 0;
    element.style.setProperty("--warmth", warmth(part).toFixed(3));
  }
  svg.dataset.cost = cost;
  at("legend").hidden = !COSTS[cost];
  const counted = share(model, model, cost) !== null;
  at("legend").classList.toggle("uncounted", !counted);
  const where = isSupposed(model, cost) ? ` where sizes without a number are ${facts.example}` : "";
  at("legend-name").textContent = counted ? `share of the ${COSTS[cost]}${where}` : `nobody knows the ${COSTS[cost]} of every part`;
}

function mark(paths) {
  marked = paths;
  for (const element of elements()) element.classList.toggle("found", marked.has(element.dataset.path));
}

/** Opens or closes a box; the focus stays on it. */
async function toggle(box) {
  if (!box.inside.length) return;
  if (!open.delete(box.path)) open.add(box.path);
  told.hide();
  await show(box.path);
  focus(box, false);
}

async function setAll(depth) {
  open.clear();
  for (const path of openTo(model, depth)) open.add(path);
  told.hide();
  await show();
  view.fit();
}

/** Opens all around a box and goes there. */
async function goTo(box) {
  const shut = ancestors(box).filter((around) => !open.has(around.path));
  shut.forEach((around) => open.add(around.path));
  if (shut.length) await show();
  focus(box);
}

function focus(box, reveal = true) {
  const element = elementOf(box.path);
  if (!element) return;
  element.focus({ preventScroll: true });
  if (reveal) view.reveal(part(element).getBoundingClientRect());
}

/** What of a box has to be seen: of an open one its head. */
function part(element) {
  return element.querySelector(":scope > .head") ?? element;
}

/** Shows the arrows of a box, and only them. */
function follow(box) {
  const touches = (piece) => piece.source === box || piece.targets.has(box);
  for (const each of moved.querySelectorAll(".line, .label")) each.classList.toggle("followed", Boolean(box) && touches(each.arrow));
}

function download() {
  const root = document.documentElement;
  const before = root.dataset.theme;
  root.dataset.theme = "light";
  const text = saved(svg, places, `picture of ${model.name}`);
  if (before) root.dataset.theme = before;
  else delete root.dataset.theme;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  link.download = `${model.name}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function theme() {
  const root = document.documentElement;
  const dark = getComputedStyle(root).getPropertyValue("--dark").trim() === "1";
  root.dataset.theme = dark ? "light" : "dark";
}

function itemOf(event) {
  return event.target.closest?.("[role=treeitem]");
}

svg.addEventListener("click", (event) => {
  const element = itemOf(event);
  // inside an open box only its head closes it
  if (!element || (element.classList.contains("open") && !event.target.closest(".head"))) return;
  const box = boxOf(element);
  if (box.inside.length) toggle(box);
  else told.show(box, model, element);
});
for (const move of ["wheel", "pointerdown"]) svg.addEventListener(move, told.hide, { passive: true });
svg.addEventListener("pointerover", (event) => {
  const element = itemOf(event);
  if (!element || event.pointerType === "touch") return told.leave();
  const inside = element.classList.contains("open") && !event.target.closest(".head");
  follow(inside ? null : boxOf(element));
  return inside ? told.leave() : told.show(boxOf(element), model, part(element));
});
svg.addEventListener("pointerleave", () => {
  follow(null);
  told.leave();
});
svg.addEventListener("focusin", (event) => {
  const element = itemOf(event);
  follow(boxOf(element));
  if (element.matches(":focus-visible")) {
    view.reveal(part(element).getBoundingClientRect());
    told.show(boxOf(element), model, part(element));
  }
});
svg.addEventListener("focusout", () => told.leave());
svg.addEventListener("keydown", (event) => {
  const element = itemOf(event);
  if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = boxOf(element);
  const isOpen = open.has(box.path);
  if (event.key === "Enter" || event.key === " " || (event.key === "ArrowRight" && box.inside.length && !isOpen)) {
    toggle(box);
  } else if (event.key === "ArrowLeft" && isOpen) {
    toggle(box);
  } else if (["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    neighbour(event.key, element, elements()).focus({ preventScroll: true });
  } else {
    return;
  }
  event.preventDefault();
});

const keys = {
  "/": () => at("search").focus(),
  "+": view.larger,
  "=": view.larger,
  "-": view.smaller,
  0: () => view.fit(true),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    told.hide();
    mark(new Set());
  } else if (keys[event.key] && !event.target.matches("input[type=search], select")) {
    keys[event.key]();
    event.preventDefault();
  }
});

at("larger").addEventListener("click", view.larger);
at("smaller").addEventListener("click", view.smaller);
at("fit").addEventListener("click", () => view.fit(true));
at("all").addEventListener("click", () => setAll(Infinity));
at("none").addEventListener("click", () => setAll(0));
at("theme").addEventListener("click", theme);
at("save").addEventListener("click", download);
at("cost").addEventListener("change", (event) => {
  cost = event.target.value;
  colour();
});
searching(at("search"), at("found"), () => model, goTo, mark);

// on paper the picture is as wide as the page allows, and on one page if that can be read
window.addEventListener("beforeprint", () => {
  told.hide();
  svg.setAttribute("viewBox", `0 0 ${places.width} ${places.height}`);
  svg.style.setProperty("--width", `${places.width}px`);
  svg.style.setProperty("--height", `${SMALL_PRINT * places.height}px`);
  svg.classList.toggle("long", SMALL_PRINT * places.height > PAGE);
  moved.removeAttribute("transform");
});
window.addEventListener("afterprint", () => {
  svg.removeAttribute("viewBox");
  view.show();
});

const models = at("models");
models.addEventListener("change", () => choose(Number(models.value)));

function offer(chosen) {
  models.hidden = facts.models.length < 2;
  models.replaceChildren(
    ...facts.models.map(({ name }, number) => {
      const made = document.createElement("option");
      made.value = String(number);
      made.textContent = name;
      return made;
    }),
  );
  models.value = String(chosen);
}

/** Shows what the models are now: the same model as before, with the same boxes open, at the same place. */
async function renew(text) {
  const before = kept;
  const name = model.name;
  facts = JSON.parse(text);
  kept = new Map();
  facts.models.forEach((each, number) => {
    const old = [...before.values()].find((other) => other.model.name === each.name);
    if (!old) return;
    const made = indexed(each);
    const stillThere = [...old.open].filter((path) => made.boxes.get(path)?.inside.length);
    kept.set(number, { model: made, open: new Set(stillThere) });
  });
  const chosen = Math.max(0, facts.models.findIndex((each) => each.name === name));
  offer(chosen);
  told.hide();
  await choose(chosen, facts.models[chosen].name === name);
}

if (editor) {
  window.addEventListener("message", ({ data }) => typeof data?.facts === "string" && renew(data.facts));
  const likeEditor = () => {
    document.documentElement.dataset.theme = document.body.dataset.vscodeThemeKind?.includes("light") ? "light" : "dark";
  };
  new MutationObserver(likeEditor).observe(document.body, { attributeFilter: ["data-vscode-theme-kind"] });
  likeEditor();
}
offer(0);
choose(0);
