// Looks at a folder in the editor, in a real browser.
// In: the address of a running code-server, a browser, a file for the picture, and the files to open. Out: what each of them shows.

const { SECOND, inWindow, open, until } = require("./window.js");

const [address, executablePath, picture, ...files] = process.argv.slice(2);
const [first] = files;

const lines = async (page) => (await page.locator(".view-line").allInnerTexts()).map((line) => line.replaceAll("\u00a0", " "));

/** Applies the first quick fix of the mistake that is underlined, then gives the input another name: the text after each. */
async function mended(page, file) {
  await page.locator(".tab", { hasText: file }).first().click();
  const wrong = await page.locator(".squiggly-error").first().boundingBox();
  await page.mouse.click(wrong.x + wrong.width / 2, wrong.y + wrong.height / 2);
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget .monaco-list-row").first().waitFor({ timeout: 60 * SECOND });
  await page.keyboard.press("Enter");
  const told = { fixed: await until(page, () => lines(page), (all) => all.some((line) => /-> Dense\(3\)/.test(line))) };
  await page.locator(".view-line", { hasText: "input" }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Control+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("F2");
  const box = page.locator(".rename-box input");
  await box.waitFor({ timeout: 60 * SECOND });
  await box.fill("image");
  await box.press("Enter");
  told.renamed = await until(page, () => lines(page), (all) => all.some((line) => /image -> Dense\(3\)/.test(line)));
  return told;
}

async function looked(page) {
  const told = {};
  for (const file of files) {
    if (file !== first) await open(page, file);
    await page.waitForTimeout(SECOND);
    const answer = page.locator(".view-line", { hasText: "→" }).or(page.locator(".squiggly-error"));
    await answer.first().waitFor({ timeout: 3 * SECOND }).catch(() => undefined);
    told[file] = {
      lines: await lines(page),
      colours: await page.locator(".view-line span[class^=mtk]").evaluateAll((spans) => [...new Set(spans.map((span) => span.className))].length),
      squiggles: await page.locator(".squiggly-error").count(),
      language: await page.locator("#status\\.editor\\.mode").innerText(),
    };
  }
  await page.keyboard.press("Control+Shift+M");
  const problems = page.locator(".markers-panel .monaco-list-row");
  const mistaken = files.find((file) => told[file].squiggles > 0);
  if (mistaken) await problems.first().waitFor({ timeout: 10 * SECOND }).catch(() => undefined);
  told.problems = await problems.allInnerTexts();
  if (mistaken) told.mended = await mended(page, mistaken);
  await page.locator(".tab", { hasText: first }).first().click();
  await page.waitForTimeout(SECOND);
  return told;
}

inWindow({ address, executablePath, picture, file: first, viewport: { width: 1280, height: 720 } }, looked);
