// The desk as a page: how long it is, what moves while it fills, and that nothing runs over its edges.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deskUrl, launch, openPage, scrollsSideways } from "./lib.mjs";

/** The most that may move while the cards come: half of what is called good for a page (web.dev/articles/cls). */
const MAX_SHIFT = 0.05;
/** Screens of the default board, at 1280 by 900. */
const MAX_HEIGHT = 1620;
/** Pixels of a day with two events at once. */
const DAY_HEIGHT = 236;
/** What a full board may weigh on the wire, in KiB: the first time, later, and of that the scripts and the style sheets. */
const [MAX_FIRST_KIB, MAX_LATER_KIB, MAX_SCRIPT_KIB, MAX_STYLE_KIB] = [100, 10, 30, 20];
/** Milliseconds between two pieces that come. */
const APART = 120;

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** A desk of somebody, whose pieces come one after the other, and what moved meanwhile without anybody's doing. */
async function filledSlowly(name, size) {
  const opened = await openPage(browser, size);
  const { page } = opened;
  await page.addInitScript((apart) => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node, previousRect, currentRect }) =>
          `${node?.id || node?.className || node?.nodeName}: ${Math.round(previousRect.y)} to ${Math.round(currentRect.y)}`);
        window.shifts.push({ value: entry.value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
    const Source = window.EventSource;
    let pieces = 0;
    window.pending = 0;
    window.EventSource = class extends Source {
      addEventListener(kind, listener) {
        if (!["card", "words", "badge"].includes(kind)) return super.addEventListener(kind, listener);
        super.addEventListener(kind, (event) => {
          window.pending += 1;
          setTimeout(() => { window.pending -= 1; listener(event); }, apart * pieces++);
        });
      }
    };
  }, APART);
  await page.goto(`${deskUrl()}/sign-in`);
  await page.getByRole("button", { name }).click();
  await page.waitForURL(`${deskUrl()}/`);
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]") && window.pending === 0);
  return opened;
}

/** Bytes on the wire of a full desk by kind, without what the browser kept or with it, and whom it asked. */
async function weight(context, page, isFirst) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  if (isFirst) await devtools.send("Network.clearBrowserCache");
  const requests = new Map();
  const of = (id) => requests.get(id) ?? requests.set(id, { kind: "Other", bytes: 0 }).get(id);
  const hosts = new Set();
  devtools.on("Network.responseReceived", ({ requestId, type, response }) => {
    of(requestId).kind = type;
    of(requestId).kept = response.fromDiskCache;
    if (response.url.startsWith("http")) hosts.add(new URL(response.url).host);
  });
  devtools.on("Network.dataReceived", ({ requestId, encodedDataLength }) => { of(requestId).bytes += encodedDataLength; });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => { of(requestId).bytes = encodedDataLength; });
  await page.goto(`${deskUrl()}/`);
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]") && window.pending === 0);
  await page.waitForLoadState("load");
  await devtools.detach();
  const told = { total: 0, hosts: [...hosts] };
  for (const { kind, bytes, kept } of requests.values()) {
    if (kept) continue;
    told[kind] = (told[kind] ?? 0) + bytes;
    told.total += bytes;
  }
  return told;
}

const PEOPLE = [/Camille Durand/, /Bernard Lefèvre/, /Sinéad O’Brien/, /Hélène Marchand/, /Karim Benali/];

describe("the page of the desk", () => {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    it(`moves nothing while its cards come, at ${width} px`, async () => {
      for (const name of PEOPLE) {
        const { context, page } = await filledSlowly(name, { width, height });
        const shifts = await page.evaluate(() => window.shifts);
        const sum = shifts.reduce((total, { value }) => total + value, 0);
        assert.ok(sum < MAX_SHIFT, `${name} at ${width} px: ${sum.toFixed(3)}, ${JSON.stringify(shifts)}`);
        await context.close();
      }
    });
  }

  it("stands in 1.8 screens with its day, its figures, its queue and its cards in columns without holes", async () => {
    const { context, page, record } = await filledSlowly(/Camille Durand/, { width: 1280, height: 900 });
    await page.reload();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    const told = await page.evaluate(() => ({
      height: document.documentElement.scrollHeight,
      day: document.querySelector("#day").offsetHeight,
      figures: document.querySelectorAll("#figures > li").length,
      cards: [...document.querySelectorAll(".board .card")].map((card) => {
        const { left, top, bottom } = card.getBoundingClientRect();
        return { id: card.id, left: Math.round(left), top, bottom };
      }),
      wide: [...document.querySelectorAll(".board .card")].every((card) => card.offsetWidth <= document.querySelector("#card-todo").offsetWidth),
      longest: Math.max(...[...document.querySelectorAll(".card:not(#card-todo)")].map((card) => card.querySelectorAll("[data-line]").length)),
    }));
    // The day is as high as the events of the hour at which this runs want: it counts as one with two of them at once.
    const height = told.height - told.day + DAY_HEIGHT;
    assert.ok(height <= MAX_HEIGHT, `${height} px`);
    assert.equal(told.figures, 6);
    assert.ok(told.wide, "the queue is the widest");
    assert.ok(told.cards.length >= 8, `${told.cards.length} cards`);
    assert.equal(told.longest, 3, "three lines a card, and a link to the others");
    const lefts = new Set(told.cards.map(({ left }) => left));
    assert.equal(lefts.size, 3);
    for (const column of lefts) {
      const cards = told.cards.filter(({ left }) => left === column);
      cards.sort((one, other) => one.top - other.top);
      for (const [n, card] of cards.slice(1).entries()) {
        assert.ok(card.top - cards[n].bottom < 24, `a hole above ${card.id}: ${card.top - cards[n].bottom} px`);
      }
    }
    assert.ok((await page.locator("#day .ruler").count()) === 1);
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("tells the families of applications by a picture and a name beside the colour", async () => {
    const { context, page } = await filledSlowly(/Camille Durand/, { width: 1280, height: 900 });
    const tiles = await page.locator(".apps li a").evaluateAll((links) => links.map((link) => ({
      name: link.textContent.trim(),
      picture: Boolean(link.querySelector(".tile svg path, .tile")?.textContent.trim() || link.querySelector(".tile svg path")),
      colour: getComputedStyle(link.querySelector(".tile")).color,
    })));
    assert.ok(tiles.every(({ name, picture }) => name && picture), JSON.stringify(tiles));
    assert.ok(new Set(tiles.map(({ colour }) => colour)).size >= 3, "three families at least");
    await context.close();
  });

  it("gives the lines of the queue and the applications the room that there is", async () => {
    for (const width of [390, 1280]) {
      const { context, page } = await filledSlowly(/Sinéad O’Brien/, { width, height: 844 });
      await page.goto(`${deskUrl()}/tasks`);
      const titles = await page.locator("#queue .title").evaluateAll((all) => all.map((title) => title.offsetWidth));
      assert.ok(titles.length > 0 && Math.min(...titles) > width * 0.35, `${width} px: ${titles}`);
      const buttons = await page.locator("#queue .does > .plain").evaluateAll((all) => all.map((button) => button.scrollWidth - button.clientWidth));
      assert.ok(Math.max(...buttons) <= 1, "no button of the queue is cut");
      await page.goto(`${deskUrl()}/applications`);
      const names = await page.locator(".shelves").evaluate((list) => list.offsetWidth);
      assert.ok(names > Math.min(width, 1000) * 0.8, `${width} px: ${names}`);
      assert.ok(!(await scrollsSideways(page)));
      await context.close();
    }
  });

  it("weighs little, and asks nobody else for anything", async () => {
    const { context, page } = await filledSlowly(/Camille Durand/, { width: 1280, height: 900 });
    const first = await weight(context, page, true);
    const later = await weight(context, page, false);
    const told = JSON.stringify({ first, later });
    assert.ok(first.total <= MAX_FIRST_KIB * 1024, told);
    assert.ok(first.Script > 0 && first.Script <= MAX_SCRIPT_KIB * 1024, told);
    assert.ok(first.Stylesheet > 0 && first.Stylesheet <= MAX_STYLE_KIB * 1024, told);
    // What the stream repeats comes after the page.
    const pageAlone = later.total - (later.EventSource ?? 0);
    assert.ok(pageAlone > 0 && pageAlone <= MAX_LATER_KIB * 1024, told);
    assert.deepEqual([...first.hosts, ...later.hosts].filter((host) => host !== new URL(deskUrl()).host), []);
    await context.close();
  });

  it("fits every width, with every menu within the window", async () => {
    for (const [width, height] of [[320, 640], [320, 256], [768, 1024], [844, 390], [1440, 900], [1920, 1080]]) {
      const { context, page } = await filledSlowly(/Sinéad O’Brien/, { width, height });
      assert.ok(!(await scrollsSideways(page)), `${width} px`);
      for (const summary of await page.locator("details.menu > summary").all()) {
        if (!(await summary.isVisible())) continue;
        await summary.click();
        assert.ok(!(await scrollsSideways(page)), `${width} px, a menu open`);
        const last = page.locator("details.menu[open] > .sheet :is(a, button)").last();
        await last.scrollIntoViewIfNeeded();
        const box = await last.boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= height, `${width} × ${height}: the last entry of a menu can be reached`);
        await page.keyboard.press("Escape");
      }
      await context.close();
    }
  });
});
