// What waits: the queue as an agent, an élu, a clerk of three communes and a delegate use it, by hand and by keyboard, when all goes well
// and when it does not. Driven against `pleiade-server demo`, whose address is in PLEIADE_DESK_URL.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { defects, deskUrl, launch, openPage, scrollsSideways } from "./lib.mjs";

const desk = deskUrl();
const people = { agent: /Camille Durand/, elu: /Bernard Lefèvre/, clerk: /Sinéad O’Brien/, administrator: /Dominique Garnier/, head: /Hélène Marchand/ };

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function signedIn(name, options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${desk}/sign-in`);
  await opened.page.getByRole("button", { name }).click();
  await opened.page.waitForURL(`${desk}/`);
  return opened;
}

/** The page of tasks once a line of this text is on it: what an application has not told yet comes by the stream. */
async function tasks(page, text, query = "") {
  await page.goto(`${desk}/tasks${query}`);
  const line = page.locator("[data-line]", { hasText: text }).first();
  await line.waitFor();
  return line;
}

/** Chips, badge and list say one number. */
async function agrees(page) {
  const all = await page.locator(".chips a").first().locator("b").textContent();
  const badge = await page.locator("#badge-todo .count > span").first().textContent();
  assert.equal(badge, all);
  // An application that gives a part of its lines makes the number a minimum.
  assert.equal(await page.locator("#queue [data-line]").count(), Number(all.replace(/\+$/, "")));
}

const sent = (record, path) => record.requests.filter(({ url, method }) => method === "POST" && new URL(url).pathname.endsWith(path)).length;

/** Has the page show another queue than it does, as a stream would: another tab puts a line off, or shows it again. */
async function renewed(page) {
  const before = await page.locator("#queue").evaluate((queue) => { queue.dataset.before = "true"; return queue.querySelectorAll("[data-line]").length; });
  const other = await page.context().newPage();
  await other.goto(`${desk}/tasks`);
  const last = other.locator("[data-line]", { has: other.locator("button[formaction$='/snooze/ask']") }).last();
  const line = other.locator(`[data-line="${await last.getAttribute("data-line")}"]`);
  await line.locator("details.more > summary").click();
  await line.locator("button[formaction$='/snooze/ask']").click();
  await line.locator(".asked").getByRole("button", { name: "Demain" }).click();
  await line.locator(".told").waitFor();
  await other.close();
  await page.waitForFunction(() => !document.getElementById("queue").dataset.before);
  assert.ok(before > 0);
}

async function accessible(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await defects(page), [], `${what}, ${colorScheme}`);
  }
  assert.equal(await scrollsSideways(page), false, `${what} scrolls sideways`);
}

describe("an agent", () => {
  it("gives a visa by keyboard, where the line stands", async () => {
    const { context, page, record } = await signedIn(people.agent);
    const line = await tasks(page, "Permis de construire n° 26 P 0042");
    await agrees(page);
    const visa = line.getByRole("button", { name: /^Viser/ });
    await visa.focus();
    const scroll = await page.evaluate(() => scrollY);
    await page.keyboard.press("Enter");
    const question = line.getByRole("group", { name: /Viser «\sPermis de construire/ });
    await question.waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    assert.ok(await visa.evaluate((button) => button === document.activeElement), "the focus is where it was");
    await page.keyboard.press("Enter");
    await question.waitFor();
    assert.ok(await question.evaluate((asked) => asked === document.activeElement), "a key that is held down answers nothing");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await line.locator(".told", { hasText: "Dossier visé." }).waitFor();
    assert.equal(await page.evaluate(() => scrollY), scroll, "nothing jumps");
    assert.equal(page.url(), `${desk}/tasks`);
    assert.ok(await line.locator(".told").evaluate((told) => told.contains(document.activeElement)), "the focus is at what was told");
    await accessible(page, "the outcome");
    assert.equal(sent(record, "/visa"), 1);
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("puts a line off, finds it again and takes it back", async () => {
    const { context, page, record } = await signedIn(people.agent, { width: 390 });
    const title = "Relire le règlement du lotissement";
    let line = await tasks(page, title);
    const before = Number(await page.locator(".chips a").first().locator("b").textContent());
    await line.locator("details.more > summary").click();
    await line.getByRole("button", { name: /^Reporter/ }).click();
    await line.locator(".asked").getByRole("button", { name: "Demain" }).click();
    await line.locator(".told", { hasText: "revient dans la liste le" }).waitFor();
    await accessible(page, "a line that was put off");
    await page.goto(`${desk}/tasks`);
    assert.equal(await page.locator("[data-line]", { hasText: title }).count(), 0);
    assert.equal(Number(await page.locator(".chips a").first().locator("b").textContent()), before - 1);
    await page.getByRole("link", { name: /^Reportées/ }).click();
    line = page.locator("[data-line]", { hasText: title });
    await line.waitFor();
    await accessible(page, "what is put off");
    await line.locator("details.more > summary").click();
    await line.getByRole("button", { name: /^Ne plus reporter/ }).click();
    await line.locator(".told").waitFor();
    await tasks(page, title);
    await agrees(page);
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("sends once however often they click, and is told when the answer is lost", async () => {
    const { context, page, record } = await signedIn(people.agent);
    const line = await tasks(page, "Certificat d’urbanisme n° 26 C 0107");
    await line.getByRole("button", { name: /^Viser/ }).click();
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    // What was sent arrives; its answer does not.
    await page.route("**/visa", async (route) => {
      await held;
      await route.fetch();
      await route.abort();
    });
    const confirm = line.locator(".asked form .button");
    await confirm.dblclick();
    await confirm.click();
    // The queue is replaced meanwhile, as when an application has told something new.
    await renewed(page);
    assert.equal(await confirm.count(), 1, "the question stays on its line");
    await confirm.click();
    release();
    await line.locator(".note.error", { hasText: "on ne sait pas si l’action a été faite" }).waitFor();
    assert.equal(sent(record, "/visa"), 1);
    await renewed(page);
    await line.locator(".note.error", { hasText: "on ne sait pas si l’action a été faite" }).waitFor();
    await page.unroute("**/visa");
    await page.goto(`${desk}/tasks`);
    await page.waitForFunction(() => ![...document.querySelectorAll("[data-line]")].some((one) => one.textContent.includes("26 C 0107")));
    await context.close();
  });

  it("undoes what their mail allows, on the desk that goes on changing", async () => {
    const { context, page, record } = await signedIn(people.agent);
    const card = page.locator("#card-courriel-mail, [id^=card-][id$=-mail]").first();
    // The newest mail, whichever it is: more arrives while the demonstration runs.
    const read = card.locator("[data-line]").getByRole("button", { name: /^Marquer comme lu/ }).first();
    await read.waitFor();
    await card.evaluate((one) => { one.dataset.before = "true"; });
    await read.click();
    const undo = card.locator(".told").getByRole("button", { name: "Marquer comme non lu" });
    await undo.waitFor();
    // The card has been read again by then: what became of the line stays where it was, and the card is one.
    await page.waitForFunction(() => !document.querySelector("[data-before]"));
    assert.equal(await card.locator("section, .card").count(), 0);
    await undo.click();
    await card.locator(".told", { hasText: "marquée comme non lue" }).waitFor();
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("does the same without a script", async () => {
    const { context, page } = await signedIn(people.agent, { javaScriptEnabled: false });
    // The first look has the applications asked; the next one shows what they said.
    let line;
    do {
      await page.goto(`${desk}/tasks`);
      line = page.locator("[data-line]", { hasText: "Trier les archives de 2019" });
    } while (!(await line.count()));
    await line.locator("details.more > summary").click();
    await line.getByRole("button", { name: /^Reporter/ }).click();
    await page.getByRole("heading", { name: /Reporter «/ }).waitFor();
    await page.getByRole("button", { name: "Dans une semaine" }).click();
    await page.getByRole("status").filter({ hasText: "revient dans la liste le" }).waitFor();
    await page.getByRole("button", { name: "Annuler" }).click();
    await page.getByRole("status").filter({ hasText: "de nouveau dans la liste" }).waitFor();
    await context.close();
  });
});

describe("the queue that renews itself", () => {
  it("takes neither the focus nor what was chosen from whoever is at it", async () => {
    const { context, page } = await signedIn(people.elu);
    await tasks(page, "Statuts du syndicat des eaux");
    await page.waitForFunction(() => document.querySelectorAll("#queue input[type=checkbox]").length > 1);
    const box = page.locator("#queue input[type=checkbox]").last();
    const name = await box.getAttribute("aria-label");
    await box.focus();
    await page.keyboard.press("Space");
    await renewed(page);
    const kept = page.getByRole("checkbox", { name });
    assert.ok(await kept.isChecked());
    assert.ok(await kept.evaluate((one) => one === document.activeElement), "the focus is still there");
    await context.close();
  });

  it("sends the day that was written, by the Enter key too", async () => {
    const { context, page } = await signedIn(people.elu);
    const line = await tasks(page, "Conseil municipal");
    await line.locator("details.more > summary").click();
    await line.locator("button[formaction$='/snooze/ask']").click();
    const day = line.getByLabel("Jusqu’au");
    const wanted = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await day.fill(wanted);
    await day.press("Enter");
    await line.locator(".told", { hasText: String(Number(wanted.slice(8))) }).waitFor();
    await page.goto(`${desk}/tasks?view=snoozed`);
    await page.locator("[data-line]", { hasText: "Conseil municipal" }).waitFor();
    await context.close();
  });
});

describe("an élu on a phone", () => {
  it("answers a convocation in its own application, and is told that it wants a sign-in there", async () => {
    const { context, page, record } = await signedIn(people.elu, { width: 390, height: 844 });
    const line = await tasks(page, "accusé de réception attendu");
    const link = line.getByRole("link", { name: /connexion i-delibRE requise/ });
    assert.equal(await link.getAttribute("target"), "_blank");
    assert.equal(await line.locator("button[formaction^='/actions/']").count(), 0, "no application's interface answers a convocation");
    await agrees(page);
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("treats several lines after one question that names them", async () => {
    const { context, page, record } = await signedIn(people.elu, { width: 390, height: 844 });
    await tasks(page, "Statuts du syndicat des eaux");
    await page.waitForFunction(() => document.querySelectorAll("#queue input[type=checkbox]").length > 1);
    const boxes = page.locator("#queue input[type=checkbox]");
    const chosen = [];
    for (const box of [boxes.nth(1), boxes.nth(2)]) {
      await box.check();
      chosen.push((await box.getAttribute("aria-label")).replace(/^Choisir\s*: /, ""));
    }
    await accessible(page, "lines that are chosen");
    await page.getByRole("button", { name: /^La sélection/ }).click();
    await page.getByRole("heading", { name: /2 lignes/ }).waitFor();
    for (const title of chosen) await page.getByText(title, { exact: true }).waitFor();
    await page.locator("main form .button").click();
    await page.getByRole("heading", { name: "Ce qui a été fait" }).waitFor();
    assert.equal(await page.locator("main li .tag.good").count(), 2);
    await accessible(page, "what became of each line");
    assert.deepEqual(record.errors, []);
    await context.close();
  });
});

describe("a clerk of three communes", () => {
  it("chooses a collectivité", async () => {
    const { context, page, record } = await signedIn(people.clerk);
    await tasks(page, "PES bordereau 41");
    await agrees(page);
    const names = await page.locator("#by-tenant option").allTextContents();
    assert.equal(names.length, 4, names.join());
    const other = await page.locator("#by-tenant option").filter({ hasText: "Val-d’Ombre" }).first().getAttribute("value");
    await page.locator("#by-tenant").selectOption(other);
    await page.getByRole("button", { name: "Filtrer" }).click();
    await page.waitForURL(new RegExp(`tenant=${other}`));
    assert.ok((await page.locator("#queue [data-line]").count()) > 0);
    for (const line of await page.locator("#queue [data-line]").allTextContents()) assert.match(line, /Val-d’Ombre/);
    await accessible(page, "the queue of one collectivité");
    assert.deepEqual(record.errors, []);
    await context.close();
  });

  it("does nothing from a page that was opened for another collectivité", async () => {
    const { context, page } = await signedIn(people.clerk);
    const sleeping = await context.newPage();
    await tasks(sleeping, "Réseau des secrétaires de mairie");
    await sleeping.route("**/events*", (route) => route.abort());
    await sleeping.reload();
    const line = sleeping.locator("[data-line]", { hasText: "Réseau des secrétaires de mairie" });
    await page.locator("details.menu.left > summary").click();
    await page.locator("details.menu.left .choice:not([aria-current])").first().click();
    await page.waitForURL(`${desk}/`);
    await line.getByRole("button", { name: /^Accepter/ }).click();
    await sleeping.getByRole("heading", { name: "Rien n’a été fait" }).waitFor();
    await context.close();
  });
});

describe("a delegate", () => {
  async function propose(giver) {
    await giver.page.goto(`${desk}/profile/delegations?q=hmarchand`);
    const form = giver.page.locator("form[action='/profile/delegations/new']");
    if (!(await form.count())) {
      // A recent proof is asked before the form is filled in.
      await giver.page.getByRole("link", { name: /Confirmer/ }).first().click();
      await giver.page.getByLabel(/Mot de passe/).fill("demonstration");
      await giver.page.locator("main form .button").click();
      await giver.page.goto(`${desk}/profile/delegations?q=hmarchand`);
    }
    await giver.page.getByLabel(/Hélène Marchand/).first().check();
    const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await giver.page.locator("input[name=from]").fill(day(0));
    await giver.page.locator("input[name=until]").fill(day(7));
    await giver.page.locator("input[name=reason]").fill("Congés");
    await form.locator(".button").last().click();
    await giver.page.getByRole("status").waitFor();
  }

  async function end(giver) {
    await giver.page.goto(`${desk}/profile/delegations`);
    await giver.page.getByRole("button", { name: /^(Mettre fin|Terminer|Y mettre fin)/ }).first().click();
    await giver.page.locator("main form .button").click();
    await giver.page.getByRole("status").waitFor();
  }

  const proposal = "Camille Durand vous propose de suivre ses tâches";

  it("is asked in their queue, sees what may be delegated, and no more once it has ended", async () => {
    const giver = await signedIn(people.agent);
    const receiver = await signedIn(people.head);
    await propose(giver);
    const line = await tasks(receiver.page, proposal);
    await accessible(receiver.page, "a proposal in the queue");
    await line.getByRole("button", { name: /^Accepter/ }).click();
    await line.locator(".told").waitFor();
    await receiver.page.goto(`${desk}/tasks`);
    const part = receiver.page.locator(".delegated");
    await part.first().waitFor();
    assert.match(await part.first().textContent(), /Pour Camille Durand/);
    assert.equal(await part.getByRole("button", { name: /Viser|Signer/ }).count(), 0, "no signature and no visa of somebody else");
    await accessible(receiver.page, "the queue of somebody else");
    await end(giver);
    await receiver.page.goto(`${desk}/tasks`);
    assert.equal(await part.count(), 0);
    await giver.context.close();
    await receiver.context.close();
  });

  it("is told that the right has gone meanwhile, where they asked", async () => {
    const giver = await signedIn(people.agent);
    const receiver = await signedIn(people.head);
    // The page stays as it was: what changes elsewhere does not reach it.
    await receiver.page.route("**/stream*", (route) => route.abort());
    await propose(giver);
    const line = await tasks(receiver.page, proposal);
    await end(giver);
    await line.getByRole("button", { name: /^Accepter/ }).focus();
    const scroll = await receiver.page.evaluate(() => scrollY);
    await receiver.page.keyboard.press("Enter");
    await line.locator(".note.error", { hasText: "n’existe plus" }).waitFor();
    assert.equal(await receiver.page.evaluate(() => scrollY), scroll, "nothing jumps");
    await accessible(receiver.page, "a right that went");
    await giver.context.close();
    await receiver.context.close();
  });
});

describe("a source that does not answer", () => {
  it("is named, and nothing is said to be all there is", async () => {
    const { context, page } = await signedIn(people.administrator);
    await page.locator("details.menu.left > summary").click();
    await page.getByRole("button", { name: /Galerie des cartes/ }).click();
    await page.waitForURL(`${desk}/`);
    await page.goto(`${desk}/tasks`);
    await page.waitForFunction(() => document.getElementById("todo-summary")?.textContent.includes("Sans réponse utilisable"));
    const said = await page.locator("main").textContent();
    assert.ok(!said.includes("Rien ne vous attend."), said);
    await accessible(page, "a queue with an absent source");
    await context.close();
  });
});
