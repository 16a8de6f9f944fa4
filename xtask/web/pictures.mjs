// Makes the pictures of the README and of the guide for agents from a demonstration: `cargo xtask pictures` starts one and sets what this needs.
import { join } from "node:path";
import { deskUrl, launch, openPage } from "./lib.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("say in which folder the pictures are written");
const desk = deskUrl();
const browser = await launch();

/** The desk of somebody, without the banner, which speaks of the demonstration and not of the desk. */
async function deskOf(name, size) {
  const { context, page } = await openPage(browser, size);
  await page.goto(`${desk}/sign-in`);
  await page.getByRole("button", { name }).click();
  await page.waitForURL(`${desk}/`);
  await page.waitForFunction(() => document.querySelectorAll(".card").length > 1 && !document.querySelector("[aria-busy=true]"));
  await page.evaluate(() => document.fonts.ready);
  return { context, page };
}

async function picture(page, name) {
  await page.evaluate(() => document.querySelector(".demo")?.remove());
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

for (const theme of ["light", "dark"]) {
  const { context, page } = await deskOf(/Camille Durand/, { width: 1280, height: 900, theme });
  await picture(page, `desk-${theme}`);
  await context.close();
}

const agent = await deskOf(/Camille Durand/, { width: 1280, height: 800 });
await agent.page.keyboard.press("Control+k");
await agent.page.keyboard.type("delib");
await agent.page.locator(".palette .found a").first().waitFor();
await agent.page.waitForFunction(() => !document.querySelector(".palette [data-source]"));
await picture(agent.page, "guide-recherche");
for (const [path, name] of [["/tasks", "guide-a-faire"], ["/applications", "guide-applications"], ["/briefing", "guide-resume"]]) {
  await agent.page.goto(`${desk}${path}`);
  await picture(agent.page, name);
}
await agent.context.close();

const elected = await deskOf(/Bernard Lefèvre/, { width: 390, height: 844 });
await picture(elected.page, "guide-elu");
await elected.context.close();
await browser.close();
