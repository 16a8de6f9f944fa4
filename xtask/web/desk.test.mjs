// The desk in a real browser: its words, the keyboard alone, no script, no foreign request, its weight.
// Driven against `pleiade-server demo`, whose address is in PLEIADE_DESK_URL.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deskUrl, HANG, launch } from "./lib.mjs";

const desk = deskUrl();
const origin = new URL(desk).origin;

const people = {
  agent: "Camille Durand",
  elu: "Bernard Lefèvre",
  clerk: "Sinéad O’Brien",
  administrator: "Dominique Garnier",
};

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function open({ width = 1280, scheme = "light", script = true, reduced = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: script,
    locale: "fr-FR",
    reducedMotion: reduced ? "reduce" : "no-preference",
  });
  context.setDefaultTimeout(HANG);
  const page = await context.newPage();
  page.requested = [];
  page.problems = [];
  page.on("request", (request) => page.requested.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(message.text());
  });
  page.on("pageerror", (error) => page.problems.push(String(error)));
  return page;
}

async function signIn(page, name) {
  await page.goto(`${desk}/sign-in`);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.waitForURL(`${desk}/`);
}

/** Until no card is a skeleton any more. */
async function filled(page) {
  await page.waitForFunction(() => document.querySelectorAll(".card").length > 1 && !document.querySelector('.card[aria-busy="true"]'));
}

/** Until only the card that never answers is a skeleton, and the one that fails after its first reading is old. */
async function settled(page) {
  await page.waitForFunction(() => {
    const waiting = [...document.querySelectorAll('.card[aria-busy="true"]')].map((card) => card.id);
    return waiting.length === 1 && waiting[0] === "card-gallery-hanging-state" && document.querySelector("#card-gallery-stale-state.aged");
  });
}

describe("pages", () => {
  it("says what happened on every card, in words", async () => {
    const page = await open();
    await signIn(page, people.administrator);
    await page.locator("details.menu.left > summary").click();
    await page.getByRole("button", { name: /Galerie des cartes/ }).click();
    await page.waitForURL(`${desk}/`);
    await settled(page);
    const failing = ["unreachable", "timeout", "unauthenticated", "not_linked", "forbidden", "not_found", "rate_limited", "unsupported",
      "bad_configuration", "bad_answer", "too_large", "cancelled", "internal"];
    const said = new Set();
    for (const kind of failing) {
      const note = (await page.textContent(`#card-gallery-${kind}-state .note`)).trim();
      // Who has no account linked is led to where it is done, and has no failure to quote.
      assert.match(note, kind === "not_linked" ? /Mes accès.{1,3}\.\s+Relier mon compte$/ : /Référence [0-9A-Z-]+\.$/, kind);
      said.add(note.replace(/Référence.*/, ""));
    }
    assert.equal(said.size, failing.length, "each kind of error has its own sentence");
    assert.match(await page.textContent("#card-gallery-stale-state .note"), /Dernier état connu/);
    assert.match(await page.textContent("#card-gallery-empty-state"), /Rien à montrer/);
    assert.equal(await page.locator("#card-gallery-long-state script").count(), 0);
    await page.context().close();
  });

  it("speaks English when asked", async () => {
    const page = await open();
    await page.goto(`${desk}/sign-in`);
    await page.getByRole("button", { name: "English" }).click();
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await signIn(page, people.agent);
    await filled(page);
    assert.match(await page.textContent("h1"), /Hello/);
    await page.context().close();
  });

  it("keeps the chosen theme", async () => {
    const page = await open({ scheme: "light" });
    await signIn(page, people.agent);
    await page.locator("details.menu").last().locator("summary").click();
    await page.getByRole("button", { name: "Sombre" }).click();
    await page.waitForURL(`${desk}/`);
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    const page2 = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(page2, "rgb(16, 19, 26)");
    await page.context().close();
  });
});

async function signOut(page) {
  await page.locator("details.menu").last().locator("summary").click();
  await page.getByRole("button", { name: /Se déconnecter|Sign out/ }).click();
  await page.waitForURL(/sign-in/);
}

describe("the network", () => {
  it("asks nobody but the desk, loads within its weight, and breaks no policy", async () => {
    const page = await open();
    await signIn(page, people.agent);
    await page.context().clearCookies({ name: "pleiade-look" });
    const client = await page.context().newCDPSession(page);
    await client.send("Network.enable");
    await client.send("Network.setCacheDisabled", { cacheDisabled: true });
    let bytes = 0;
    client.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
    page.requested.length = 0;
    await page.goto(`${desk}/`);
    await filled(page);
    const foreign = page.requested.filter((url) => new URL(url).origin !== origin);
    assert.deepEqual(foreign, []);
    assert.ok(page.requested.length <= 12, `${page.requested.length} requests`);
    assert.ok(bytes > 1_000 && bytes <= 100 * 1024, `${bytes} bytes`);
    assert.deepEqual(page.problems, []);
    console.log(`first load: ${bytes} bytes on the wire, ${page.requested.length} requests`);
    await page.context().close();
  });
});

describe("the keyboard", () => {
  it("signs in, reaches every control, uses menus and signs out", async () => {
    const page = await open({ reduced: true });
    await page.goto(`${desk}/sign-in`);
    await page.keyboard.press("Tab");
    assert.match(await focused(page), /Aller au contenu/);
    await tabTo(page, /Identifiant/);
    await page.keyboard.type("cdurand");
    await page.keyboard.press("Tab");
    await page.keyboard.type("demonstration");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${desk}/`);
    await filled(page);

    // The skip link leads to the content.
    await page.keyboard.press("Tab");
    assert.match(await focused(page), /Aller au contenu/);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "contenu");

    // Every control of the page takes the focus, and shows it.
    const controls = await page.evaluate(() =>
      [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden])")].filter((e) => e.checkVisibility({ checkVisibilityCSS: true })).length);
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.goto(`${desk}/`);
    await filled(page);
    const reached = new Set();
    for (let i = 0; i < controls + 5; i += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const at = document.activeElement;
        if (at === document.body) return null;
        const all = [...document.querySelectorAll("a[href], button, summary, input")];
        // The ring of a title that may be cut is drawn around the title, which its cut does not reach.
        const ringed = [at, at.closest(".title")].filter((one) => one && getComputedStyle(one).outlineStyle !== "none");
        const ring = ringed.some((one) => parseFloat(getComputedStyle(one).outlineWidth) >= 2);
        return { place: all.indexOf(at), ring, name: at.textContent.trim() };
      });
      if (!seen) continue;
      assert.ok(seen.ring, `no visible focus on “${seen.name}”`);
      reached.add(seen.place);
    }
    assert.ok(reached.size >= controls, `${reached.size} of ${controls} controls reached`);

    // A menu opens, closes with Escape and gives the focus back.
    await page.goto(`${desk}/`);
    await tabTo(page, /mon compte/);
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("details.menu[open]").count());
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("details.menu[open]").count(), 0);
    assert.match(await focused(page), /mon compte/);
    await page.keyboard.press("Enter");
    await tabTo(page, /Se déconnecter/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/sign-in/);
    assert.match(await page.textContent("main"), /déconnecté/);
    await page.context().close();
  });

  it("keeps the focus when a card is replaced under it", async () => {
    const page = await open();
    await signIn(page, people.administrator);
    await page.locator("details.menu.left > summary").click();
    await page.getByRole("button", { name: /Galerie des cartes/ }).click();
    await page.waitForURL(`${desk}/`);
    await settled(page);
    // This application fails again and again, with another reference each time: its card is replaced while the focus is in it.
    await page.evaluate(() => {
      const card = document.getElementById("card-gallery-stale-state");
      card.dataset.before = "";
      card.querySelector("h2 a").focus();
    });
    await page.waitForFunction(() => !("before" in document.getElementById("card-gallery-stale-state").dataset));
    assert.equal(await page.evaluate(() => document.activeElement.closest(".card")?.id), "card-gallery-stale-state");
    assert.equal(await page.evaluate(() => document.activeElement.closest("h2") !== null), true);
    await page.context().close();
  });
});

async function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    return at.labels?.[0]?.textContent ?? at.textContent ?? "";
  });
}

async function tabTo(page, name) {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press("Tab");
    if (name.test(await focused(page))) return;
  }
  assert.fail(`Tab never reaches ${name}`);
}

describe("without JavaScript", () => {
  it("signs in, shows filled cards on the second load, acts for another collectivité and signs out", async () => {
    const page = await open({ script: false });
    await signIn(page, people.clerk);
    await page.getByRole("link", { name: "Actualiser" }).waitFor();
    const limit = Date.now() + HANG;
    while ((await page.locator('.card[aria-busy="true"]').count()) && Date.now() < limit) {
      await page.getByRole("link", { name: "Actualiser" }).click();
    }
    assert.equal(await page.locator('.card[aria-busy="true"]').count(), 0);
    assert.ok((await page.locator(".card .lines > li").count()) > 0);
    const before = (await page.textContent(".acting .who")).trim();
    await page.locator("details.menu.left > summary").click();
    await page.locator("details.menu.left .choice:not([aria-current])").first().click();
    const now = (await page.textContent(".acting .who")).trim();
    assert.notEqual(now, before);
    await signOut(page);
    await page.goto(`${desk}/`);
    assert.match(page.url(), /sign-in/);
    await page.context().close();
  });
});
