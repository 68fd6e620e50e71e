// What stands in and above the boxes. In: a box, and whether it is open. Out: its lines of text, and the room they take.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const NAME = `600 13px ${FONT}`;
const SMALL = `11px ${FONT}`;
const LABEL = `10.5px ${FONT}`;
const MOST_SHAPES = 3;
const SHORT = 14;

/** A box's name as its reader would write it: a block with what it was made with, where that is short. */
export function named(box) {
  return box.kind === "block" && box.detail && box.detail.length <= SHORT ? `${box.title}(${box.detail})` : box.title;
}

/** What a box was made with, if its name does not say it. */
export function made(box) {
  return box.kind === "block" && named(box) !== box.title ? "" : (box.detail ?? "");
}

/** How much a box weighs and what is special about it. */
export function remarks(box) {
  const [text, number] = box.parameters;
  const said = number === 0 ? [] : [`${text} parameter${number === 1 ? "" : "s"}`];
  if (box.frozen) said.push("frozen ❄");
  if (box.shared) said.push("shared");
  return said;
}

/** The lines of a closed box below its name. */
export function below(box) {
  const port = box.kind === "input" || box.kind === "output" ? box.shape : "";
  return [made(box), port, [...inside(box), ...remarks(box)].join(" · ")].filter(Boolean);
}

/** What is said beside the name of an open box. */
export function beside(box) {
  return [made(box), ...remarks(box)].filter(Boolean).join(" · ");
}

function inside(box) {
  return box.inside.length ? [box.layers === 1 ? "1 layer" : `${box.layers} layers`] : [];
}

/** The lines beside an arrow. */
export function shapesOf(arrow) {
  const more = arrow.shapes.length - MOST_SHAPES;
  return more > 0 ? [...arrow.shapes.slice(0, MOST_SHAPES), `and ${more} more`] : arrow.shapes;
}

/** Functions that say how much room texts take, with `width(text, font)` as the measure. */
export function measures(width) {
  const widest = (texts, font) => Math.max(0, ...texts.map((text) => width(text, font)));
  return {
    /** A closed box, or one with nothing inside. */
    closed(box) {
      const lines = below(box);
      const extra = (box.inside.length ? 18 : 0) + (box.times > 1 ? width(`× ${box.times}`, NAME) + 10 : 0);
      const text = Math.max(width(named(box), NAME) + extra, widest(lines, SMALL));
      return { width: Math.max(96, Math.ceil(text) + 26), height: 30 + 15 * lines.length };
    },
    /** What is written at the top of an open box. */
    open(box) {
      const extra = 18 + (box.times > 1 ? width(`× ${box.times}`, NAME) + 10 : 0);
      return { width: Math.ceil(width(named(box), NAME) + extra + width(beside(box), SMALL)) + 40, height: 36 };
    },
    /** The lines beside an arrow. */
    label(arrow) {
      const lines = shapesOf(arrow);
      return { width: Math.ceil(widest(lines, LABEL)) + 8, height: 13 * lines.length + 2 };
    },
  };
}
