// The day of the demonstration's people, and what they see when an application is cut off.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { axeViolations as violations, deskUrl, launch, openPage, scrollsSideways } from "./lib.mjs";

const desk = deskUrl();
const people = { head: /Hélène Marchand/, elu: /Bernard Lefèvre/, clerk: /Sinéad O’Brien/, accountant: /Karim Benali/ };
const sizes = [{ width: 390, height: 844 }, { width: 1280, height: 900 }];

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function signedIn(name, size) {
  const opened = await openPage(browser, size);
  await opened.page.goto(`${desk}/sign-in`);
  await opened.page.getByRole("button", { name }).click();
  await opened.page.waitForURL(`${desk}/`);
  return opened;
}

for (const size of sizes) {
  describe(`a day at ${size.width} px`, () => {
    it("of a head of services: legal deadlines, each with its article", async () => {
      const { context, page, record } = await signedIn(people.head, size);
      await page.goto(`${desk}/tasks`);
      const line = page.locator("[data-line]", { hasText: "Votre conseil est le" }).first();
      await line.waitFor();
      assert.match(await line.textContent(), /à vérifier par vos soins/);
      assert.match(await line.textContent(), /L2121-12/);
      await page.goto(`${desk}/deadlines`);
      assert.deepEqual(await violations(page), [], "the legal calendar");
      assert.ok(!(await scrollsSideways(page)), "the legal calendar scrolls sideways");
      assert.deepEqual(record.errors, []);
      await context.close();
    });

    it("of an élu: the next sitting, and none of the deadlines of the services", async () => {
      const { context, page, record } = await signedIn(people.elu, size);
      await page.locator("#day .slot").first().waitFor();
      await page.locator(".card", { hasText: "Séances" }).getByText("Conseil municipal").first().waitFor();
      assert.equal((await page.goto(`${desk}/deadlines`)).status(), 404);
      assert.ok(!(await page.content()).includes("Votre conseil est le"));
      assert.deepEqual(record.errors.filter((error) => !error.includes("404")), []);
      await context.close();
    });

    it("of a clerk: one queue for three communes", async () => {
      const { context, page, record } = await signedIn(people.clerk, size);
      await page.goto(`${desk}/tasks`);
      for (const commune of ["Saint-Aubin-des-Bois", "Val-d’Ombre", "Mesnil-sur-Aure"]) {
        // With the number of what waits there; lines of another commune than the one acted for name it.
        await page.locator("#queue option", { hasText: new RegExp(`${commune} \\([1-9]`) }).waitFor({ state: "attached" });
      }
      assert.deepEqual(await violations(page), [], "the queue of three communes");
      assert.ok(!(await scrollsSideways(page)), "the queue scrolls sideways");
      assert.deepEqual(record.errors, []);
      await context.close();
    });

    it("of an accountant: commitments and invoices, the budget as a gauge", async () => {
      const { context, page, record } = await signedIn(people.accountant, size);
      await page.goto(`${desk}/tasks`);
      await page.locator("[data-line]", { hasText: "Syndicat des eaux" }).first().waitFor();
      await page.goto(desk);
      await page.locator(".figures", { hasText: "%" }).first().waitFor();
      assert.deepEqual(record.errors, []);
      await context.close();
    });
  });
}

describe("an application that is cut off", () => {
  it("is said with what was known of it, and comes back", async () => {
    const { context, page, record } = await signedIn(people.accountant, sizes[1]);
    const mail = page.locator("#card-zimbra-mail");
    await mail.getByRole("link", { name: /^Mandats rejetés/ }).waitFor();
    const press = async (label) => {
      await page.locator(".switches > summary").click();
      assert.deepEqual(await violations(page), [], "the menu of the applications");
      await page.getByRole("button", { name: label, exact: true }).click();
      await page.waitForURL(`${desk}/`);
    };
    await press("Couper Messagerie");
    await mail.locator(".note", { hasText: "Dernier état connu" }).waitFor();
    assert.ok((await mail.textContent()).includes("Mandats rejetés"), "what was known stays");
    assert.match(await page.locator("#day").textContent(), /Messagerie.: pas de réponse/);
    assert.deepEqual(await violations(page), [], "a desk with an application that is cut off");
    await press("Rétablir Messagerie");
    await mail.locator(".note").first().waitFor({ state: "detached", timeout: 90_000 });
    assert.deepEqual(record.errors, []);
    await context.close();
  });
});
