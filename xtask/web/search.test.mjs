// The search over any page, with the keyboard alone; the launcher that people arrange; and what is said aloud.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deskUrl, launch, openPage } from "./lib.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function signedIn(name, size = { width: 1280, height: 900 }) {
  const opened = await openPage(browser, size);
  await opened.page.goto(`${deskUrl()}/sign-in`);
  await opened.page.getByRole("button", { name }).click();
  await opened.page.waitForURL(`${deskUrl()}/`);
  await opened.page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  return opened;
}

describe("the search", () => {
  it("opens, finds, is walked through and closed with the keyboard alone", async () => {
    const { context, page, record } = await signedIn(/Camille Durand/);
    const before = await page.evaluate(() => { document.querySelector(".apps a").focus(); return document.activeElement.href; });
    await page.keyboard.press("Control+k");
    const dialog = page.getByRole("dialog", { name: "Rechercher" });
    await dialog.waitFor();
    await page.keyboard.type("DELIB");
    await dialog.getByRole("link", { name: /Délib 2026-11\.md/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    const first = await page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await page.evaluate(() => document.activeElement.textContent), first);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.evaluate(() => document.activeElement.name), "q", "back to what is typed");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(() => document.activeElement.href), before, "the focus is where it was");
    // The slash opens it too, and is a letter in a field.
    await page.keyboard.press("/");
    await dialog.waitFor();
    await page.keyboard.type("/mail");
    assert.ok((await dialog.getByRole("searchbox").inputValue()).endsWith("/mail"));
    await page.keyboard.press("Escape");
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("finds mails and files in the applications themselves, and its words stand in no address", async () => {
    const { context, page, record } = await signedIn(/Camille Durand/);
    const addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.keyboard.press("Control+k");
    await page.keyboard.type("permis");
    const dialog = page.getByRole("dialog", { name: "Rechercher" });
    await dialog.locator("[id^='found-search-']").first().waitFor();
    await page.waitForFunction(() => !document.querySelector(".palette [data-source]"));
    assert.ok(addresses.some((address) => address.includes("/search/")), addresses.join("\n"));
    assert.ok(addresses.every((address) => !address.includes("permis")), addresses.join("\n"));
    await page.locator(".palette input[type=search]").fill("zzzzzz");
    await dialog.locator("[data-nothing]").getByText("Rien de ce que vous pouvez voir ne porte ces mots.").waitFor();
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("is a page without a script, and the slash can be switched off", async () => {
    const { context, page } = await signedIn(/Camille Durand/);
    const state = await context.storageState();
    await page.goto(`${deskUrl()}/help`);
    await page.getByRole("button", { name: /Ne plus ouvrir la recherche/ }).click();
    await page.keyboard.press("/");
    assert.equal(await page.locator("dialog").count(), 0);
    await page.keyboard.press("Control+k");
    await page.locator("dialog[open]").waitFor();
    await context.close();
    const still = await browser.newContext({ javaScriptEnabled: false, storageState: state });
    const plain = await still.newPage();
    await plain.goto(`${deskUrl()}/`);
    await plain.getByRole("link", { name: "Rechercher" }).click();
    await plain.getByLabel("Application, action, tâche").fill("delib");
    await plain.getByRole("button", { name: "Rechercher" }).click();
    await plain.getByRole("link", { name: /Délib 2026-11\.md/ }).waitFor();
    assert.equal(plain.url(), `${deskUrl()}/search`);
    await still.close();
  });
});

describe("the launcher", () => {
  it("is arranged with the keyboard, and what is opened is noted", async () => {
    const { context, page, record } = await signedIn(/Hélène Marchand/);
    await page.goto(`${deskUrl()}/applications`);
    const pins = () => page.locator("section[aria-labelledby=pinned] .name").allTextContents();
    for (const name of ["Nuage", "Messagerie"]) {
      await page.getByRole("button", { name: `Épingler ${name}` }).focus();
      await page.keyboard.press("Enter");
      await page.getByText(`«\u00a0${name}\u00a0» est épinglée`).waitFor();
    }
    assert.deepEqual(await pins(), ["Nuage", "Messagerie"]);
    await page.getByRole("button", { name: "Monter Messagerie" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("«\u00a0Messagerie\u00a0» a changé de place").waitFor();
    assert.deepEqual(await pins(), ["Messagerie", "Nuage"]);
    const opens = context.waitForEvent("page");
    const noted = page.waitForRequest((request) => request.url().endsWith("/applications/opened"));
    await page.locator("section[aria-labelledby=pinned] a").first().click();
    await (await opens).close();
    await (await noted).response();
    await page.goto(`${deskUrl()}/applications`);
    assert.deepEqual(await page.locator("section[aria-labelledby=recent] .name").allTextContents(), ["Messagerie"]);
    await page.goto(`${deskUrl()}/profile`);
    assert.deepEqual(await page.locator(".apps h2").first().textContent(), "Épinglées");
    assert.deepEqual(record.errors, []);
    await context.close();
  });
});

describe("the desk of an élu", () => {
  it("has the next sitting, what is to sign, the answers and the delegations above the fold of a phone", async () => {
    const { context, page } = await signedIn(/Bernard Lefèvre/, { width: 390, height: 844 });
    const bottom = await page.locator("#elected").evaluate((head) => head.getBoundingClientRect().bottom);
    const bar = await page.locator(".thumbs").evaluate((thumbs) => thumbs.getBoundingClientRect().top);
    assert.ok(bottom <= bar, `${bottom} of ${bar}`);
    for (const words of [/Prochaine séance/, /à signer/, /attendues?/, /délégation/]) {
      await page.locator("#elected").getByText(words).first().waitFor();
    }
    await context.close();
  });
});
