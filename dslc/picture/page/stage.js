// The window onto the picture. In: an SVG element with one group that is moved, and what people do with wheel, fingers and mouse. Out: the
// place and the size of that group.

const STEP = 1.25;
const [LEAST, MOST] = [0.05, 4];
const READABLE = 0.85;
const ROOM = 16;

/** Lets `moved` be moved and magnified inside `svg`; `places` says how large it is at scale 1, and where its boxes lie. */
export function stage(svg, moved, places) {
  const view = { x: 0, y: 0, scale: 1 };
  let fitted = null; // how it was fitted into the window, until somebody moves it

  function show() {
    moved.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  /** Magnifies by a factor around a point of the window. */
  function zoom(factor, at = middle()) {
    fitted = null;
    const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
    view.x = at.x - ((at.x - view.x) * scale) / view.scale;
    view.y = at.y - ((at.y - view.y) * scale) / view.scale;
    view.scale = scale;
    show();
  }

  function pan(x, y) {
    fitted = null;
    view.x += x;
    view.y += y;
    show();
  }

  function middle() {
    return { x: svg.clientWidth / 2, y: svg.clientHeight / 2 };
  }

  /** All of it, if that can be read, else its beginning; `whole` for all of it in any case. */
  function fit(whole = false) {
    fitted = { whole };
    const { width, height } = places();
    const all = Math.min(1, (svg.clientWidth - ROOM) / width, (svg.clientHeight - ROOM) / height);
    view.scale = Math.max(LEAST, whole ? all : Math.min(1, Math.max(all, READABLE)));
    const [across, down] = [svg.clientWidth - width * view.scale, svg.clientHeight - height * view.scale];
    view.x = across > 0 ? across / 2 : Math.min(0, Math.max(across, svg.clientWidth / 2 - beginning() * view.scale));
    view.y = Math.max(down / 2, 0);
    show();
  }

  /** Where, from the left, the uppermost boxes have their middle: the inputs, mostly. */
  function beginning() {
    const { boxes } = places();
    const top = Math.min(...boxes.map((box) => box.y));
    const first = boxes.filter((box) => box.y === top);
    return first.reduce((sum, box) => sum + box.x + box.width / 2, 0) / first.length;
  }

  /** Moves so that a rectangle of the window is to be seen, as little as that takes. */
  function reveal({ left, top, right, bottom }, margin = 40) {
    const window = svg.getBoundingClientRect();
    const by = (low, high, least, most) => {
      if (high - low > most - least - 2 * margin || low < least + margin) return least + margin - low;
      return high > most - margin ? most - margin - high : 0;
    };
    pan(by(left, right, window.left, window.right), by(top, bottom, window.top, window.bottom));
  }

  // a frame of a notebook has its size only after a while; on paper the picture has none of this
  new ResizeObserver(() => fitted && !svg.hasAttribute("viewBox") && fit(fitted.whole)).observe(svg);

  svg.addEventListener(
    "wheel",
    (event) => {
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = svg.getBoundingClientRect();
        zoom(Math.exp(-event.deltaY * unit * 0.004), { x: event.clientX - left, y: event.clientY - top });
        event.preventDefault();
        return;
      }
      const [across, down] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
      // where nothing more is to be seen in that direction, the page around may scroll
      const { width, height } = places();
      const left = held(-across * unit, view.x, width * view.scale, svg.clientWidth);
      const up = held(-down * unit, view.y, height * view.scale, svg.clientHeight);
      if (!left && !up) return;
      pan(left, up);
      event.preventDefault();
    },
    { passive: false },
  );

  const fingers = new Map();
  let dragged = 0;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    fingers.set(event.pointerId, event);
    dragged = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
    const [other] = [...fingers.values()].filter((finger) => finger.pointerId !== event.pointerId);
    dragged += Math.hypot(x, y);
    if (dragged < 4) return;
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    svg.classList.add("dragged");
    fingers.set(event.pointerId, event);
    if (!other) {
      pan(x, y);
      return;
    }
    const { left, top } = svg.getBoundingClientRect();
    const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    zoom(apart(event) / apart(before), { x: (event.clientX + other.clientX) / 2 - left, y: (event.clientY + other.clientY) / 2 - top });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      svg.classList.remove("dragged");
    });
  }
  // a click at the end of a drag is none
  svg.addEventListener("click", (event) => dragged >= 4 && event.stopPropagation(), { capture: true });

  return { show, pan, fit, reveal, larger: () => zoom(STEP), smaller: () => zoom(1 / STEP) };
}

/** As much of a movement as there is something to see for. */
function held(by, at, length, window) {
  const [least, most] = [Math.min(0, window - length) - ROOM, Math.max(0, Math.min(ROOM, window - length)) + ROOM];
  if (by < 0) return Math.min(0, Math.max(by, least - at));
  return Math.max(0, Math.min(by, most - at));
}
