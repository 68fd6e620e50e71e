// Opens the picture of a file in the editor, in a real browser: looks at it, goes from a box to its line, and edits the text.
// In: the address of a running code-server, a browser, a file for the screenshot, and the file to open. Out: what is seen, step by step.

const { chromium } = require("playwright-core");

const [address, executablePath, screenshot, file] = process.argv.slice(2);
const SECOND = 1000;

/** The frame of the page: that of the webview within that of the editor. */
async function frameOf(page) {
  for (let tries = 0; tries < 120; tries += 1) {
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

async function main() {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(address);
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: file }).first().dblclick({ timeout: 60 * SECOND });
  await page.locator(".tab.active", { hasText: file }).waitFor({ timeout: 20 * SECOND });
  await page.locator(".view-line", { hasText: "→" }).first().waitFor({ timeout: 60 * SECOND }); // the server answers

  await page.locator('.editor-actions [aria-label*="picture of the models"]').first().click();
  const frame = await frameOf(page);
  const told = { first: await frame.evaluate(seen) };

  await frame.locator('[data-path="dense"] > .body').hover();
  await frame.locator("#card button.where").click({ timeout: 20 * SECOND });
  await page.waitForTimeout(SECOND);
  told.line = await page.locator("#status\\.editor\\.selection").innerText();

  await page.keyboard.press("End");
  await page.keyboard.type(" -> ReLU");
  await frame.locator(".box .name", { hasText: "ReLU" }).waitFor({ timeout: 30 * SECOND });
  told.edited = await frame.evaluate(seen);
  await page.keyboard.type("X");
  await page.waitForTimeout(2 * SECOND);
  told.wrong = await frame.evaluate(seen);
  told.policy = errors.filter((each) => each.includes("Content Security Policy") && each.includes("sha256"));

  await page.screenshot({ path: screenshot });
  await browser.close();
  process.stdout.write(JSON.stringify(told));
}

main();
