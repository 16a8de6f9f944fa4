// Makes the pictures of the README from a demonstration: `cargo xtask pictures` starts one and sets what this needs.
import { join } from "node:path";
import { deskUrl, launch, openPage } from "./lib.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("say in which folder the pictures are written");
const desk = deskUrl();
const browser = await launch();
for (const theme of ["light", "dark"]) {
  const { context, page } = await openPage(browser, { width: 1280, height: 900, theme });
  await page.goto(`${desk}/sign-in`);
  await page.getByRole("button", { name: /Camille Durand/ }).click();
  await page.waitForURL(`${desk}/`);
  await page.waitForFunction(() => document.querySelectorAll(".card").length > 1 && !document.querySelector("[aria-busy=true]"));
  // The banner speaks of the demonstration, not of the desk.
  await page.locator(".demo").evaluate((banner) => banner.remove());
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `desk-${theme}.png`) });
  await context.close();
}
await browser.close();
