// Opens pages in a real browser and says what is to be seen there.
// In: a browser, and on stdin a list of { page, steps }. Out: for each of them what its boxes, labels and lines are at the end
// and at each step `measure`, and what the page said at each step `tell`.

const { chromium } = require("playwright-core");

const [executablePath] = process.argv.slice(2);

/** Runs inside the page: what overlaps what, at scale 1. */
function measured() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const place = document.getElementById("picture").getBoundingClientRect();
  const seen = all(".box > .body").map((body) => body.getBoundingClientRect());
  const covered = all("#legend, header").map((each) => each.getBoundingClientRect()).filter(({ top, bottom }) => top < place.bottom - 0.5 && bottom > place.top + 0.5);
  const top = seen.toSorted((one, other) => one.top - other.top)[0];
  const shown = seen.filter(({ left, right, top, bottom }) => left >= place.left && right <= place.right && top >= place.top && bottom <= place.bottom);
  document.getElementById("moved").setAttribute("transform", "");
  const rectangle = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const meet = (one, other, by = 0.5) =>
    one.left < other.right - by && other.left < one.right - by && one.top < other.bottom - by && other.top < one.bottom - by;
  const within = (inner, outer, by = 0.5) =>
    inner.left >= outer.left - by && inner.top >= outer.top - by && inner.right <= outer.right + by && inner.bottom <= outer.bottom + by;
  const boxes = all("[role=treeitem]").map((element) => {
    const around = element.parentElement.closest("[role=treeitem]");
    return {
      path: element.dataset.path,
      open: element.classList.contains("open"),
      body: rectangle(element.querySelector(":scope > .body")),
      around: around && rectangle(around.querySelector(":scope > .body")),
      head: around && rectangle(around.querySelector(":scope > .head > .bar")),
      texts: [...element.querySelectorAll(":scope > text, :scope > .head > text")].map(rectangle),
    };
  });
  const closed = boxes.filter((box) => !box.open);
  const labels = all(".label").map((element) => ({ path: element.textContent, body: rectangle(element) }));
  const pairs = (ones, others) =>
    ones.flatMap((one, at) => (ones === others ? ones.slice(at + 1) : others).filter((other) => meet(one.body, other.body)).map((other) => [one.path, other.path]));
  const crossed = new Set();
  for (const line of all(".line")) {
    const { x, y } = line.getBoundingClientRect();
    const own = line.getBBox();
    const length = line.getTotalLength();
    for (let at = 1; at < length; at += 4) {
      const point = line.getPointAtLength(at);
      const dot = { left: x + point.x - own.x, top: y + point.y - own.y };
      Object.assign(dot, { right: dot.left, bottom: dot.top });
      for (const box of closed) if (meet(dot, box.body, 2.5)) crossed.add(box.path);
    }
  }
  return {
    boxes: boxes.length,
    shown: shown.length,
    covered: covered.length,
    begins: top && top.left >= place.left && top.right <= place.right,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    labels: labels.length,
    lines: all(".line").length,
    overlapping: [...pairs(closed, closed), ...pairs(labels, labels), ...pairs(closed, labels)],
    outside: boxes.filter((box) => box.around && (!within(box.body, box.around) || meet(box.body, box.head))).map((box) => box.path),
    cut: boxes.filter((box) => !box.texts.every((text) => within(text, box.body))).map((box) => box.path),
    crossed: [...crossed],
    order: closed.toSorted((one, other) => one.body.top - other.body.top || one.body.left - other.body.left).map((box) => box.path),
  };
}

const STEPS = {
  open: async (page) => ((await page.isVisible("#all")) ? redrawn(page, () => page.click("#all")) : 0),
  close: (page) => redrawn(page, () => page.click("#none")),
  press: (page, key) => page.keyboard.press(key),
  pressAndWait: (page, key) => redrawn(page, () => page.keyboard.press(key)),
  type: (page, text) => page.keyboard.type(text),
  hover: (page, path) => page.hover(`[data-path="${path}"] > .body`),
  click: (page, selector) => page.click(selector),
  model: (page, number) => redrawn(page, () => page.selectOption("#models", number)),
  resize: (page, width) => page.setViewportSize({ width: Number(width), height: 860 }),
  save: async (page, path) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    await file.saveAs(path);
  },
  pause: (page) => page.waitForTimeout(400),
};

/** Does something, and waits until the page has drawn anew. */
async function redrawn(page, act) {
  const before = await page.evaluate(() => document.documentElement.dataset.drawn);
  const started = Date.now();
  await act();
  await page.waitForFunction((last) => document.documentElement.dataset.drawn !== last, before, { timeout: 60000, polling: 20 });
  return Date.now() - started;
}

/** Runs inside the page: what it says and where the focus is. */
function told() {
  const focused = document.activeElement;
  const card = document.getElementById("card");
  const style = getComputedStyle(document.body);
  return {
    title: document.title,
    header: document.querySelector("header").innerText,
    focus: focused.dataset.path ?? focused.id,
    expanded: focused.getAttribute("aria-expanded"),
    card: card.hidden ? "" : card.innerText,
    cardHolds: card.children.length && card.querySelectorAll("*:not(div, span, dl, dt, dd, code, button)").length,
    found: [...document.querySelectorAll("#found:not([hidden]) li")].map((each) => each.innerText),
    marked: document.querySelectorAll(".box.found").length,
    paper: style.backgroundColor,
    scale: document.getElementById("moved").getAttribute("transform"),
    warm: [...document.querySelectorAll(".box")].map((box) => box.style.getPropertyValue("--warmth")),
    trouble: document.getElementById("trouble").hidden ? "" : document.getElementById("trouble").innerText,
    paths: [...document.querySelectorAll("[role=treeitem]")].map((box) => box.dataset.path),
    legend: document.getElementById("legend").innerText,
    texts: [...document.querySelectorAll("#moved text")].map((text) => text.textContent),
    scripts: document.scripts.length,
  };
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  const answers = [];
  for (const { page: file, steps = [], dark = false, framed = false, paper = null, screen = null } of JSON.parse(Buffer.concat(chunks))) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: framed ? null : dark ? "dark" : "light" });
    const errors = [];
    const asked = [];
    page.on("console", (message) => errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    const started = Date.now();
    await page.goto(file);
    const view = framed ? await (await page.waitForSelector("iframe")).contentFrame() : page; // a notebook has the page in a frame
    await view.waitForFunction(() => document.documentElement.dataset.drawn, undefined, { timeout: 60000, polling: 20 });
    const answer = { first: Date.now() - started, said: [], times: [], measured: [] };
    for (const [step, ...words] of steps) {
      if (step === "measure") answer.measured.push(await view.evaluate(measured));
      else if (step === "tell") answer.said.push(await view.evaluate(told));
      else answer.times.push(await STEPS[step](page, ...words));
    }
    if (screen) await page.screenshot({ path: screen });
    if (paper) await page.pdf({ path: paper, format: "A4" });
    answer.layouts = await view.evaluate(() => performance.getEntriesByName("layout").map((each) => each.duration));
    answers.push({ ...answer, ...(await view.evaluate(measured)), errors, asked: asked.filter((url) => url !== file && !/^(blob:|about:srcdoc)/.test(url)) });
    await page.close();
  }
  await browser.close();
  process.stdout.write(JSON.stringify(answers));
}

main();
