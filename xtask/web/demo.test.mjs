// The day of the demonstration's people, and what they see when an application is cut off.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { defects, deskUrl, launch, openPage, scrollsSideways } from "./lib.mjs";

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

    for (const [role, name] of Object.entries(people)) {
      it(`of the ${role}: no card is refused, nothing scrolls sideways`, async () => {
        const { context, page, record } = await signedIn(name, size);
        // The desk with the day on it, and everything that waits.
        for (const [path, what] of [["/", "the desk"], ["/tasks", "the tasks"]]) {
          await page.goto(`${desk}${path}`);
          if (path === "/") {
            await page.locator("#day").waitFor();
            await page.locator(".card").first().waitFor();
          }
          await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
          assert.equal(await page.locator(".note.error").count(), 0, `${what} of the ${role} has a card that is refused`);
          assert.ok(!(await scrollsSideways(page)), `${what} of the ${role} scrolls sideways`);
        }
        assert.deepEqual(record.errors, []);
        await context.close();
      });
    }

    it("of an élu: what the council asks comes first, and no application of the agents", async () => {
      const { context, page } = await signedIn(people.elu, size);
      // « À faire » heads every desk.
      const first = page.locator(".card:not(#card-todo)").first();
      await first.waitFor();
      assert.match(await first.getAttribute("id"), /^card-idelibre-/);
      for (const foreign of ["kelio", "s2low", "ciril", "pastell"]) {
        assert.equal(await page.locator(`[id^="card-${foreign}-"]`).count(), 0, foreign);
      }
      await context.close();
    });
  });

  describe(`an application that is cut off at ${size.width} px`, () => {
    it("is named and said with what was known of it, and comes back", async () => {
      const { context, page, record } = await signedIn(people.accountant, size);
      const mail = page.locator("#card-zimbra-mail");
      await mail.getByRole("link", { name: /^Mandats rejetés/ }).waitFor();
      const menu = page.locator(".switches > summary");
      await menu.click();
      const offered = (id) => page.locator(`.switches button[value="${id}"]`).count();
      assert.deepEqual([await offered("zimbra"), await offered("kelio"), await offered("s2low")], [1, 0, 0], "those of this board");
      await menu.click();
      const press = async (label) => {
        await menu.click();
        assert.ok(!(await scrollsSideways(page)), "the menu scrolls sideways");
        await page.getByRole("button", { name: label, exact: true }).click();
        await page.waitForURL(`${desk}/`);
      };
      await press("Couper Messagerie");
      await mail.locator(".note", { hasText: "Dernier état connu" }).waitFor();
      assert.match(await page.locator(".demo").textContent(), /Coupure en cours.: Messagerie/);
      assert.ok((await mail.textContent()).includes("Mandats rejetés"), "what was known stays");
      assert.match(await page.locator("#day").textContent(), /Messagerie.: pas de réponse/);
      assert.deepEqual(await defects(page), [], "a desk with an application that is cut off");
      assert.ok(!(await scrollsSideways(page)), "a desk with an application that is cut off scrolls sideways");
      await press("Rétablir Messagerie");
      await mail.locator(".note").first().waitFor({ state: "detached", timeout: 90_000 });
      assert.ok(!(await page.locator(".demo").textContent()).includes("Coupure en cours"));
      assert.deepEqual(record.errors, []);
      await context.close();
    });
  });
}

// Her meeting is within the hour: before midnight it is on the day.
const isLate = new Date().toLocaleString("fr-FR", { hour: "2-digit", timeZone: "Europe/Paris" }).startsWith("23");

describe("a meeting that nears", () => {
  it("is joined on a page that answers", { skip: isLate }, async () => {
    const { context, page } = await signedIn(people.head, sizes[1]);
    const join = page.locator("#day").getByText(/^Rejoindre/).first();
    await join.waitFor();
    const [meeting] = await Promise.all([context.waitForEvent("page"), join.click()]);
    await meeting.waitForLoadState();
    assert.match(await meeting.title(), /Jitsi simulé/);
    await context.close();
  });
});
