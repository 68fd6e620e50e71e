// Opens the picture of a file and its Python beside it, in a real browser: looks at them, goes from a box to its line, and edits the text.
// In: the address of a running code-server, a browser, a file for the screenshot, and the file to open. Out: what is seen, step by step.

const { SECOND, inWindow, until } = require("./window.js");

const [address, executablePath, picture, file] = process.argv.slice(2);

/** The frame of the page: that of the webview within that of the editor. */
async function frameOf(page) {
  for (let tries = 0; tries < 240; tries += 1) {
    for (const frame of page.frames()) {
      if ((await frame.locator("#moved [role=treeitem]").count().catch(() => 0)) > 0) return frame;
    }
    await page.waitForTimeout(250);
  }
  throw new Error(`no frame holds a picture: ${page.frames().map((frame) => frame.url().slice(0, 60))}`);
}

function seen() {
  return {
    name: document.getElementById("name").textContent,
    titles: [...document.querySelectorAll(".box .name")].map((text) => text.textContent),
    theme: document.documentElement.dataset.theme,
    theirs: document.body.dataset.vscodeThemeKind,
    trouble: document.getElementById("trouble").hidden,
  };
}

/** The lines of the Python beside the text, and those of them that are marked. */
function written() {
  const editor = document.querySelector('.monaco-editor[data-uri^="dslc-python"]');
  const lines = [...editor.querySelectorAll(".view-line")].map((line) => ({ top: parseInt(line.style.top), text: line.innerText.replaceAll("\u00a0", " ") }));
  lines.sort((one, other) => one.top - other.top);
  const tops = [...editor.querySelectorAll(".view-overlays > div")].filter((line) => line.querySelector("[class*=ced-]")).map((line) => parseInt(line.style.top));
  return { lines: lines.map((line) => line.text), marked: lines.filter((line) => tops.includes(line.top)).map((line) => line.text.trim()) };
}

/** Chooses a row of the list under the box for commands; where the box did not open, or the list stays without the row, it is asked again. */
async function chosen(page, ask, words) {
  const row = page.locator(".quick-input-widget .monaco-list-row", { hasText: words }).first();
  for (let tries = 0; tries < 6; tries += 1) {
    await ask();
    if (await row.waitFor({ timeout: 10 * SECOND }).then(() => true, () => false)) return row.click();
    await page.keyboard.press("Escape");
  }
  throw new Error(`no list shows ${words}`);
}

/** The Python of the text: the cursor stands behind its last stage. */
async function python(page) {
  const command = async () => {
    await page.keyboard.press("F1");
    await page.keyboard.type("dslc: Show the Python");
  };
  const style = () => chosen(page, command, "Show the Python");
  await chosen(page, style, "functional");
  const marks = (words) => until(page, () => page.evaluate(written), (told) => told.marked.length === 1 && told.marked[0].includes(words));
  const there = page.locator('.monaco-editor[data-uri^="dslc-python"]');
  await there.locator(".view-line", { hasText: "ReLU" }).waitFor({ timeout: 60 * SECOND });
  const told = { first: await marks("ReLU") };
  await page.keyboard.press("Control+Shift+ArrowLeft"); // "ReLU" is written anew
  await page.keyboard.type("Softmax");
  await there.locator(".view-line", { hasText: "Softmax" }).waitFor({ timeout: 60 * SECOND });
  told.edited = await marks("Softmax");
  await there.locator(".view-line", { hasText: "Dense" }).click();
  const back = () => {
    const text = document.querySelector('.monaco-editor[data-uri$="drawn.kdl"]');
    return text.querySelectorAll(".view-overlays [class*=ced-]").length;
  };
  told.back = await until(page, () => page.evaluate(back), (marked) => marked > 0);
  told.clicked = await marks("Dense");
  await page.locator('.monaco-editor[data-uri$="drawn.kdl"] .view-line', { hasText: "Softmax" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type("X");
  await there.locator(".view-line", { hasText: "below is the last" }).waitFor({ timeout: 60 * SECOND });
  told.wrong = await page.evaluate(written);
  return told;
}

async function looked(page, errors) {
  await page.locator('.editor-actions [aria-label*="picture of the models"]').first().click();
  const frame = await frameOf(page);
  const told = { first: await frame.evaluate(seen) };

  await frame.locator('[data-path="dense"] > .body').hover();
  await frame.locator("#card button.where").click({ timeout: 20 * SECOND });
  told.line = await until(page, () => page.locator("#status\\.editor\\.selection").innerText(), (line) => line.startsWith("Ln 4"));

  await page.keyboard.press("End");
  await page.keyboard.type(" -> ReLU");
  await frame.locator(".box .name", { hasText: "ReLU" }).waitFor({ timeout: 60 * SECOND });
  told.edited = await frame.evaluate(seen);
  await page.keyboard.type("X");
  await page.waitForTimeout(2 * SECOND);
  told.wrong = await frame.evaluate(seen);
  told.policy = errors.filter((each) => each.includes("Content Security Policy") && each.includes("sha256"));

  await page.keyboard.press("Backspace");
  told.python = await python(page);
  return told;
}

inWindow({ address, executablePath, picture, file, viewport: { width: 1400, height: 800 } }, looked);
