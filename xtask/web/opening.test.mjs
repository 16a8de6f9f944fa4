// What opens an application as its person: beside the desk, by a form of the page, its token in the new window alone. Driven against
// `pleiade-server demo`, whose address is in PLEIADE_DESK_URL.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { defects, deskUrl, launch, openPage } from "./lib.mjs";

const desk = deskUrl();

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function signedIn(options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${desk}/sign-in`);
  await opened.page.getByRole("button", { name: /Camille Durand/ }).click();
  await opened.page.waitForURL(`${desk}/`);
  return opened;
}

/** The card of meetings, once it is there: a page without a script is asked for again. */
async function meetings(page) {
  const card = page.locator("section.card", { has: page.getByRole("button", { name: /Créer une visio/ }) });
  for (let tries = 0; (await card.count()) === 0 && tries < 40; tries += 1) {
    await page.waitForTimeout(250);
    await page.goto(`${desk}/`);
  }
  return card.first();
}

for (const javaScriptEnabled of [true, false]) {
  describe(`a meeting, ${javaScriptEnabled ? "with" : "without"} scripts`, () => {
    for (const [what, button] of [["created on the card", /Créer une visio/], ["joined on a line", /^Rejoindre.*Salon de l’urbanisme/]]) {
      it(`is ${what} and opens beside the desk`, async () => {
        const { page, context, record } = await signedIn({ javaScriptEnabled });
        const card = await meetings(page);
        const opening = context.waitForEvent("page");
        await card.getByRole("button", { name: button }).click();
        const meeting = await opening;
        await meeting.waitForLoadState();
        const { origin, pathname, hash, search } = new URL(meeting.url());
        assert.notEqual(origin, desk);
        assert.match(pathname, /^\/(reunion-[a-z2-7]{16}|salon-urbanisme)$/);
        assert.match(hash, /^#jwt=[\w-]+\.[\w-]+\.[\w-]+$/);
        assert.equal(search, "", "what is sent to the server holds no token");
        // The desk is still there, knows nothing of it and cannot be reached from there.
        assert.equal(page.url(), `${desk}/`);
        const token = hash.slice("#jwt=".length);
        assert.ok(!(await page.content()).includes(token));
        assert.ok(record.requests.every(({ url }) => !url.split("#")[0].includes(token)));
        const back = await context.newCDPSession(meeting);
        const { result } = await back.send("Runtime.evaluate", { expression: "window.opener === null && document.referrer === ''", returnByValue: true });
        assert.equal(result.value, true);
        assert.deepEqual(record.errors, []);
        await context.close();
      });
    }
  });
}

it("an invitation is a link to copy, without a token, and can be joined", async () => {
  const { page, context, record } = await signedIn();
  const card = await meetings(page);
  await card.locator("footer details.more > summary").click();
  await card.getByRole("button", { name: "Préparer une invitation" }).click();
  const told = page.locator(".note.good");
  const [link] = (await told.textContent()).match(/https?:\/\/\S+/);
  assert.match(link, /\/reunion-[a-z2-7]{16}$/);
  assert.deepEqual(await defects(page), []);
  const opening = context.waitForEvent("page");
  await told.getByRole("button", { name: /Rejoindre/ }).click();
  const meeting = await opening;
  await meeting.waitForLoadState();
  assert.equal(meeting.url().split("#")[0], link);
  assert.deepEqual(record.errors, []);
  await context.close();
});
