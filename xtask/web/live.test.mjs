// What the desk says when nothing keeps it fresh any more, and how it comes back. The page's clock is the test's.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { defects, deskUrl, launch, openPage } from "./lib.mjs";

const desk = deskUrl();
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** Answers the page's streams with this status until it is 0; counts how often the page asked. */
async function streams(page, status) {
  const answer = { status, asked: 0 };
  await page.route(/\/events\?/, (route) => {
    answer.asked += 1;
    return answer.status ? route.fulfill({ status: answer.status }) : route.continue();
  });
  return answer;
}

/** Somebody at their desk, whose streams are answered so. */
async function atDesk(status, locale = "fr") {
  const { context, page } = await openPage(browser);
  const answer = await streams(page, status);
  await page.clock.install();
  // The page's clock goes on while it is looked at: the longest random pauses leave room for a busy machine.
  await context.addInitScript(() => { Math.random = () => 0.999; });
  await page.goto(`${desk}/sign-in`);
  if (locale === "en") await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: /Camille Durand/ }).click();
  await page.waitForURL(`${desk}/`);
  return { context, page, answer };
}

const state = (page) => page.locator("#stream-state");

describe("a desk that nothing keeps fresh", () => {
  for (const status of [429, 502, 503]) {
    it(`says so after ${status}, tries again later and later, and is live again by itself`, async () => {
      const { context, page, answer } = await atDesk(status);
      await state(page).getByText("Le bureau n’est plus tenu à jour en direct.").waitFor();
      assert.equal(await state(page).getAttribute("role"), "status");
      assert.deepEqual(await defects(page), []);
      assert.equal(answer.asked, 1);
      // A second at least, eleven at most; then twenty-one.
      await page.clock.runFor(999);
      assert.equal(answer.asked, 1);
      const second = page.waitForRequest(/\/events\?/);
      await page.clock.runFor(10_001);
      await second;
      await page.waitForFunction(() => document.querySelector("#stream-state p"));
      answer.status = 0;
      const third = page.waitForResponse((response) => response.url().includes("/events?") && response.status() === 200);
      await page.clock.runFor(21_000);
      await third;
      await page.waitForFunction(() => !document.querySelector("#stream-state").firstChild);
      await page.waitForFunction(() => document.querySelectorAll(".card").length > 1 && !document.querySelector('.card[aria-busy="true"]'));
      await context.close();
    });
  }

  it("offers to ask for the page again, in English too", async () => {
    const { context, page, answer } = await atDesk(503, "en");
    await state(page).getByText("The desk is no longer kept up to date.").waitFor();
    answer.status = 0;
    await state(page).getByRole("link", { name: "Refresh" }).click();
    await page.waitForURL(`${desk}/`);
    await page.waitForFunction(() => document.querySelectorAll(".card").length > 1 && !document.querySelector('.card[aria-busy="true"]'));
    assert.equal(await state(page).textContent(), "");
    await context.close();
  });

  it("does not ask while nobody looks at it", async () => {
    const { context, page, answer } = await atDesk(503);
    await state(page).locator("p").waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.clock.runFor(600_000);
    assert.equal(answer.asked, 1);
    answer.status = 0;
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.waitForFunction(() => !document.querySelector("#stream-state").firstChild);
    await context.close();
  });
});
