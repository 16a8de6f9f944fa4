// An open page belongs to one person and one collectivité: two tabs, a shared computer; and the questions before what ends something.
// Driven against `pleiade-server demo`, whose address is in PLEIADE_DESK_URL.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { defects, deskUrl, launch, openPage, scrollsSideways } from "./lib.mjs";

const desk = deskUrl();
const clerk = /Sinéad O’Brien/;

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function signIn(page, name) {
  await page.goto(`${desk}/sign-in`);
  await page.getByRole("button", { name }).click();
  await page.waitForURL(`${desk}/`);
}

/** A tab whose stream never opens: it keeps what it was written with, as a tab that slept. */
async function asleep(context) {
  const page = await context.newPage();
  await page.route("**/events*", (route) => route.abort());
  return page;
}

/** What acts on this page: a meeting that is joined opens one of its own. */
const BUTTONS = "button[form=act]:visible:not([formtarget])";

/** Loads the desk until a card has a button, which without a stream takes a second load. */
async function withButtons(page) {
  await page.goto(`${desk}/`);
  await page.locator(BUTTONS).first().waitFor({ timeout: 1000 }).catch(() => withButtons(page));
}

const acting = async (page) => (await page.locator(".acting .who").textContent()).replace("Vous agissez pour", "").trim();

async function actForAnother(page) {
  await page.locator("details.menu.left > summary").click();
  await page.locator("details.menu.left .choice:not([aria-current])").first().click();
  await page.waitForURL(`${desk}/`);
}

async function accessible(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await defects(page), [], `${what}, ${colorScheme}`);
  }
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await scrollsSideways(page), false, `${what} scrolls sideways at ${width} px`);
  }
}

describe("two tabs of one person", () => {
  it("follow the collectivité that was chosen in one of them, and a tab that slept does nothing for it", async () => {
    const { context, page } = await openPage(browser);
    await signIn(page, clerk);
    const first = await acting(page);
    const sleeping = await asleep(context);
    await withButtons(sleeping);
    const chooser = await context.newPage();
    await chooser.goto(`${desk}/`);
    await actForAnother(chooser);
    const second = await acting(chooser);
    assert.notEqual(second, first);
    // The tab that is open says so by itself.
    await page.waitForFunction((name) => document.querySelector(".acting .who")?.textContent.includes(name), second);

    assert.equal(await acting(sleeping), first, "nothing told this one");
    await sleeping.locator(BUTTONS).first().click();
    await sleeping.getByRole("heading", { name: "Rien n’a été fait" }).waitFor();
    const told = await sleeping.locator("main").textContent();
    assert.ok(told.includes(`Vous agissez maintenant pour ${second}. Cette action visait ${first}.`), told);
    await accessible(sleeping, "the refusal");
    await sleeping.getByRole("button", { name: `Agir pour ${first}` }).click();
    await sleeping.waitForURL(`${desk}/`);
    assert.equal(await acting(sleeping), first);
    await context.close();
  });

  it("refuse without a script too", async () => {
    const { context, page } = await openPage(browser, { javaScriptEnabled: false });
    await signIn(page, clerk);
    await withButtons(page);
    const other = await context.newPage();
    await other.goto(`${desk}/`);
    await actForAnother(other);
    await page.locator(BUTTONS).first().click();
    assert.match(await page.locator("main").textContent(), /Vous agissez maintenant pour .* Cette action visait /);
    await page.getByRole("link", { name: /Ouvrir le bureau/ }).click();
    await withButtons(page);
    // One that is done at once: others ask a question first.
    await page.locator(`${BUTTONS}:not([formaction$='/ask'])`).first().click();
    assert.notEqual((await page.locator("main .note.good").textContent()).trim(), "", "its own buttons act");
    await context.close();
  });
});

describe("a shared computer", () => {
  it("shows nothing of the one before to the next, whose buttons do nothing for the one before", async () => {
    const { context, page } = await openPage(browser);
    // The next person's sign-in page is already open when the first one signs in.
    const next = await context.newPage();
    await next.goto(`${desk}/sign-in`);
    await signIn(page, /Camille Durand/);
    assert.match(await page.textContent("h1"), /Camille/);
    const sleeping = await asleep(context);
    await withButtons(sleeping);
    await next.getByRole("button", { name: /Bernard Lefèvre/ }).click();
    await next.waitForURL(`${desk}/`);
    await page.waitForFunction(() => document.querySelector("h1")?.textContent.includes("Bernard"));
    assert.ok(!(await page.textContent("body")).includes("Bonjour Camille"));

    await sleeping.locator(BUTTONS).first().click();
    await sleeping.getByRole("heading", { name: "Rien n’a été fait" }).waitFor();
    const told = await sleeping.locator("main").textContent();
    assert.ok(told.includes("celle de Bernard Lefèvre") && !told.includes("Camille"), told);
    // Signing out is never refused, whoever's page it is.
    await sleeping.goBack();
    await sleeping.locator("details.menu").last().locator("summary").click();
    await sleeping.getByRole("button", { name: "Se déconnecter" }).click();
    await sleeping.waitForURL(/sign-in/);
    await page.waitForURL(/sign-in/);
    await context.close();
  });
});

describe("the head of the desk", () => {
  it("counts what waits as it comes, without another load", async () => {
    const { context, page } = await openPage(browser);
    await signIn(page, /Camille Durand/);
    await page.evaluate(() => { window.loadedOnce = true; });
    await page.waitForFunction(() => /\d+ choses vous attendent\./.test(document.querySelector("#todo-summary").textContent));
    await page.waitForFunction(() => !document.querySelector('.card[aria-busy="true"]'));
    assert.equal(await page.evaluate(() => window.loadedOnce), true);
    assert.ok(!(await page.textContent("#todo-summary")).includes("Rien ne vous attend"));
    await context.close();
  });
});

describe("the console", () => {
  for (const scripted of [true, false]) it(`asks before it closes an account, ${scripted ? "with" : "without"} a script`, async () => {
    const login = `question-${randomBytes(4).toString("hex")}`;
    const { context, page } = await openPage(browser, { javaScriptEnabled: scripted });
    await signIn(page, /Dominique Garnier/);
    await page.goto(`${desk}/console/people/invite`);
    await page.getByLabel("Nom").fill("Zoé Question");
    await page.getByLabel("Identifiant").fill(login);
    await page.getByRole("button", { name: "Créer le compte et le lien" }).click();
    const line = page.locator("li", { hasText: login });
    await line.getByRole("button", { name: /Désactiver/ }).click();
    await page.getByRole("heading", { name: /Désactiver le compte de Zoé Question/ }).waitFor();
    await page.getByRole("link", { name: "Annuler et revenir" }).click();
    assert.match(await line.textContent(), /Invité/);
    await line.getByRole("button", { name: /Désactiver/ }).click();
    await page.getByRole("button", { name: "Désactiver" }).click();
    await page.waitForURL(`${desk}/console/people/invite`);
    assert.match(await line.textContent(), /Désactivé/);
    // Nobody closes their own.
    const own = page.locator("li", { hasText: "administrateur" });
    assert.equal(await own.getByRole("button").count(), 0);
    assert.match(await own.textContent(), /on ne décide pas de son propre compte/);
    await context.close();
  });
});
