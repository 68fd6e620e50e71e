// A window of the editor in a real browser, in which the first file is open and the language server has answered.
// In: the address of a running code-server, a browser, a file for the picture, the file to open, and what is done in the window.
// Out: what that tells, on stdout. A window in which the server says nothing ends with SILENT, and stderr tells what it shows.

const { chromium } = require("playwright-core");

const SECOND = 1000;
const SILENT = 3;

/** Opens a file of the folder in a tab of its own. */
async function open(page, file) {
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: file }).first().dblclick({ timeout: 60 * SECOND });
  await page.locator(".tab.active", { hasText: file }).waitFor({ timeout: 60 * SECOND });
}

/** What is read once it holds, or a minute later: what an editor shows comes in steps, and hints stand at their old places in between. */
async function until(page, read, holds) {
  for (let tries = 0; tries < 240; tries += 1) {
    const told = await read();
    if (holds(told)) return told;
    await page.waitForTimeout(SECOND / 4);
  }
  return read();
}

async function inWindow({ address, executablePath, picture, file, viewport }, look) {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  const page = await browser.newPage({ viewport });
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  let answered = false;
  try {
    await page.goto(address);
    await open(page, file);
    await page.locator(".view-line", { hasText: "→" }).first().waitFor({ timeout: 60 * SECOND });
    answered = true;
    process.stdout.write(JSON.stringify(await look(page, errors)));
  } catch (reason) {
    const shown = await page.locator(".view-line, .statusbar-item, .notification-toast").allInnerTexts();
    process.stderr.write(`${reason}\nthe window shows ${JSON.stringify(shown)}\nits console ${JSON.stringify(errors)}\n`);
    process.exitCode = answered ? 1 : SILENT;
  } finally {
    await page.screenshot({ path: picture });
    await browser.close();
  }
}

module.exports = { SECOND, inWindow, open, until };
