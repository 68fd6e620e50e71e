// The picture as a file of its own. In: the SVG element of the page. Out: the same as a text that needs no style sheet, in light colours.

const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "opacity"];

/** The text of the SVG, everything in it as large as it is at scale 1. */
export function saved(svg, { width, height }, title) {
  const copy = svg.cloneNode(true);
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((each, at) => plain(each, originals[at]));
  copy.querySelector("#moved").removeAttribute("transform");
  for (const name of [...copy.attributes].map((each) => each.name)) copy.removeAttribute(name);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`);
  copy.setAttribute("width", Math.ceil(width));
  copy.setAttribute("height", Math.ceil(height));
  copy.setAttribute("font-family", getComputedStyle(svg.querySelector("text") ?? svg).fontFamily.replaceAll('"', "'"));
  copy.setAttribute("role", "img");
  copy.setAttribute("aria-label", title);
  const paper = document.createElementNS(svg.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: "#ffffff" })) paper.setAttribute(name, value);
  copy.prepend(paper);
  return `${new XMLSerializer().serializeToString(copy)}\n`;
}

/** Writes what the style sheet says of an element into the element, and leaves out what only the page needs. */
function plain(copy, original) {
  const style = getComputedStyle(original);
  for (const look of LOOKS) {
    const value = style.getPropertyValue(look);
    if (value && value !== getComputedStyle(original.parentElement).getPropertyValue(look)) copy.setAttribute(look, simple(value));
    else if (["fill", "stroke"].includes(look) && ["rect", "path"].includes(copy.localName)) copy.setAttribute(look, simple(value));
  }
  for (const name of ["class", "style", "tabindex", "role", "data-path", "data-level"]) copy.removeAttribute(name);
  for (const { name } of [...copy.attributes]) if (name.startsWith("aria-")) copy.removeAttribute(name);
}

/** A colour as every program knows it. */
function simple(value) {
  const mixed = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.]+))?\)$/.exec(value);
  const parts = mixed ? mixed.slice(1, 4).map((each) => Math.round(255 * each)) : /^rgb\((\d+), (\d+), (\d+)\)$/.exec(value)?.slice(1);
  if (!parts) return value.replaceAll('"', "'");
  return `#${parts.map((each) => Number(each).toString(16).padStart(2, "0")).join("")}`;
}
