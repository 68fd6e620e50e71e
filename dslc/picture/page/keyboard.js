// Where the arrow keys go. In: the box that has the focus, and all that are there. Out: the box that gets it.

/** The next box for a key, as in any tree: up and down in the order of the flow, right into a box, left out of it; or what lies beside. */
export function neighbour(key, element, elements) {
  const at = elements.indexOf(element);
  if (key === "Home") return elements[0];
  if (key === "End") return elements.at(-1);
  if (key === "ArrowDown") return elements[at + 1] ?? element;
  if (key === "ArrowUp") return elements[at - 1] ?? element;
  const inside = element.getAttribute("aria-expanded") === "true";
  if (key === "ArrowRight" && inside) return elements[at + 1] ?? element;
  const around = element.parentElement.closest("[role=treeitem]");
  return beside(key === "ArrowRight" ? 1 : -1, element, elements) ?? (key === "ArrowLeft" ? around : null) ?? element;
}

/** The nearest box at the right (1) or left (-1), in the same box, that is about as high in the picture. */
function beside(direction, element, elements) {
  const own = element.getBoundingClientRect();
  const siblings = elements.filter((each) => each.parentElement === element.parentElement && each !== element);
  const away = siblings
    .map((each) => ({ each, rectangle: each.getBoundingClientRect() }))
    .filter(({ rectangle }) => rectangle.top < own.bottom && rectangle.bottom > own.top)
    .map(({ each, rectangle }) => ({ each, distance: direction * (rectangle.left - own.left) }))
    .filter(({ distance }) => distance > 0)
    .sort((one, other) => one.distance - other.distance);
  return away[0]?.each;
}
