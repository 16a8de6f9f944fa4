// Local accounts in a real browser: invitation, password, authenticator application without a script, passkey with Chromium's own virtual
// authenticator. Passkeys need a host name, so that the demonstration is asked at "localhost" rather than at its address.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { defects, deskUrl, foreignRequests, launch, openPage, scrollsSideways } from "./lib.mjs";

const desk = deskUrl().replace("127.0.0.1", "localhost");
const tag = randomBytes(4).toString("hex");
/** Somebody whose browser runs no script, and somebody whose browser does. */
const people = { plain: `simple-${tag}`, scripted: `essai-${tag}` };
const password = "tuile girafe velours 7";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** The code of a step of 30 seconds from now (RFC 6238), from the text that the page shows. */
function code(secret, steps = 0) {
  const bits = [...secret.replaceAll(" ", "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest.at(-1) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
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

async function passwordSignIn(page, login) {
  await page.goto(`${desk}/sign-in`);
  await page.getByLabel("Identifiant").fill(login);
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Se connecter", exact: true }).click();
}

async function signOut(page) {
  await page.locator("details.menu").last().locator("summary").click();
  await page.getByRole("button", { name: /Se déconnecter/ }).click();
  await page.waitForURL(/sign-in/);
}

describe("a local account", { concurrency: 1 }, () => {
  const links = {};
  let recovery;

  it("is made by an administrator, whose link is shown once", async () => {
    const { context, page } = await openPage(browser);
    await page.goto(`${desk}/sign-in`);
    await page.getByRole("button", { name: /Dominique Garnier/ }).click();
    await page.waitForURL(`${desk}/`);
    for (const login of Object.values(people)) {
      await page.goto(`${desk}/console/people/invite`);
      await page.getByLabel("Nom").fill("Zoé Essai");
      await page.getByLabel("Identifiant").fill(login);
      await page.getByRole("button", { name: "Créer le compte et le lien" }).click();
      links[login] = (await page.locator("code.secret").textContent()).trim();
      assert.ok(links[login].startsWith(`${desk}/account/`), links[login]);
      await accessible(page, "the link");
    }
    await page.goto(`${desk}/console/people/invite`);
    assert.equal(await page.locator("code.secret").count(), 0);
    await context.close();
  });

  for (const [kind, login] of Object.entries(people)) it(`is opened, protected by an application and used, ${kind}`, async () => {
    const { context, page } = await openPage(browser, { javaScriptEnabled: kind === "scripted" });
    // The checkers are scripts themselves: they look at the same pages where scripts run.
    const look = async (what) => { if (kind === "scripted") await accessible(page, what); };
    const link = links[login];
    await page.goto(link);
    await look("the page of a link");
    await page.getByLabel("Nouveau mot de passe").fill("motdepasse2026");
    await page.getByLabel("Le même, une seconde fois").fill("motdepasse2026");
    await page.getByRole("button", { name: "Enregistrer ce mot de passe" }).click();
    assert.match(await page.locator("[role=alert]").textContent(), /essaie en premier/);
    await look("a refused password");
    await page.getByLabel("Nouveau mot de passe").fill(password);
    await page.getByLabel("Le même, une seconde fois").fill(password);
    await page.getByRole("button", { name: "Enregistrer ce mot de passe" }).click();
    await page.waitForURL(`${desk}/profile/second-factor`);
    await look("the list of second factors");
    await page.getByRole("link", { name: "Ajouter un second facteur" }).click();
    await look("adding a second factor");
    assert.ok(await page.locator("noscript").count(), "says that passkeys need a script");
    const secret = await page.locator("code.secret").textContent();
    await page.getByLabel("Code à six chiffres").fill(code(secret));
    await page.getByRole("button", { name: "Ajouter l’application" }).click();
    recovery = await page.locator(".secrets code").allTextContents();
    assert.equal(recovery.length, 10);
    await look("the recovery codes");
    await page.getByRole("link", { name: "Je les ai gardés, continuer" }).click();
    await signOut(page);
    await passwordSignIn(page, login);
    await page.waitForURL(`${desk}/second-factor`);
    await look("the second factor");
    await page.getByLabel("Code de l’application").fill("000000");
    await page.getByRole("button", { name: "Continuer" }).click();
    await look("a refused code");
    await page.getByLabel("Code de l’application").fill(code(secret, 1));
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.waitForURL(`${desk}/`);
    await page.goto(`${desk}/profile/password`);
    await look("the password");
    await page.goto(link);
    assert.match(await page.locator("main").textContent(), /n’ouvre plus rien/);
    await look("a link that was used");
    await context.close();
  });

  it("takes a passkey, which opens it after the password, and alone", async () => {
    const { context, page, record } = await openPage(browser);
    const client = await context.newCDPSession(page);
    await client.send("WebAuthn.enable");
    const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await passwordSignIn(page, people.scripted);
    await page.getByLabel("Code de l’application").fill(recovery[0]);
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.waitForURL(`${desk}/`);
    await page.goto(`${desk}/profile/second-factor/add`);
    await page.getByRole("button", { name: "Ajouter une clé d’accès" }).waitFor();
    await page.locator("#passkey-name").fill("Clé d’essai");
    await page.getByRole("button", { name: "Ajouter une clé d’accès" }).click();
    await page.waitForURL(`${desk}/profile/second-factor`);
    assert.match(await page.locator("main").textContent(), /Clé d’essai/);
    const { credentials } = await client.send("WebAuthn.getCredentials", { authenticatorId });
    assert.equal(credentials.length, 1);
    assert.equal(credentials[0].rpId, "localhost");
    await signOut(page);

    await passwordSignIn(page, people.scripted);
    await page.waitForURL(`${desk}/second-factor`);
    await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
    await page.waitForURL(`${desk}/`);
    await signOut(page);

    await page.getByRole("link", { name: "Se connecter avec une clé d’accès" }).click();
    await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
    await page.waitForURL(`${desk}/`);
    await signOut(page);

    // A device that does not verify its person opens nothing.
    await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.goto(`${desk}/passkey`);
    await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
    await page.locator("form [role=alert]:not([hidden])").waitFor();
    assert.match(page.url(), /passkey/);
    assert.deepEqual(foreignRequests(record, new URL(desk).origin), []);
    assert.deepEqual(record.errors, []);

    // Only now: another session of the browser's protocol, which the checkers need, takes the virtual device away.
    await passwordSignIn(page, people.scripted);
    await page.waitForURL(`${desk}/second-factor`);
    await accessible(page, "the question for a passkey");
    await page.getByLabel("Code de l’application").fill(recovery[1]);
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.waitForURL(`${desk}/`);
    await page.goto(`${desk}/profile/second-factor`);
    await accessible(page, "the list with a passkey");
    await page.goto(`${desk}/profile/second-factor/add`);
    await accessible(page, "adding another passkey");
    await context.close();
  });
});
