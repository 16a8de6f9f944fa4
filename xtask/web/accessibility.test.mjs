// Every page of the demonstration against axe and HTML_CodeSniffer. The pages are found by following the links that each person sees. Their
// states (width, theme, contrast, scripts, language, motion, menus) are combined so that any two values of any two of them occur together.
// Driven against `pleiade-server demo`, whose address is in PLEIADE_DESK_URL.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { axeViolations, covering, defects, deskUrl, HANG, launch, openPage, scrollsSideways, snifferErrors } from "./lib.mjs";

const desk = deskUrl();

/**
 * The people whose pages are checked. `pages` and `questions` are the fewest that must be found: a crawler that misses links fails. `errors`
 * are addresses that are refused, with their status. `only` replaces all this for those whose other pages somebody else has too.
 */
const PEOPLE = {
  // Every state of a card side by side. Before the administrator, who is the same person and is remembered as acting for the city again.
  "gallery of cards": { name: /Dominique Garnier/, actsFor: /Galerie des cartes/, only: ["/", "/tasks"] },
  anonymous: { pages: 9, errors: { "/nowhere": 404, "/account/nothing": 410 } },
  agent: { name: /Camille Durand/, pages: 28, questions: 4, errors: { "/nowhere": 404, "/console/people": 403 } },
  élu: { name: /Bernard Lefèvre/, pages: 27, questions: 4, errors: { "/deadlines": 404, "/console/people": 403 } },
  "clerk of three communes": { name: /Sinéad O’Brien/, pages: 28, questions: 5, errors: { "/console/people": 403 } },
  administrator: { name: /Dominique Garnier/, actsFor: /La Roche-aux-Fées/, pages: 37, questions: 7, errors: { "/nowhere": 404 } },
  "head of services": { name: /Hélène Marchand/, only: ["/", "/tasks", "/deadlines"] },
  accountant: { name: /Karim Benali/, only: ["/", "/tasks"] },
};

/** Pixels. The first is the width at which WCAG 2.1 asks that nothing scrolls sideways (1.4.10). */
const WIDTHS = [320, 768, 1280];

/**
 * Forced colours replace the page's own, and hide what theme and contrast do. They are themes and a contrast of their own, so that each page
 * is checked in light, in dark and with either contrast without them.
 */
const THEMES = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  "forced colours on light": { colorScheme: "light", forcedColors: "active" },
  "forced colours on dark": { colorScheme: "dark", forcedColors: "active" },
};
const CONTRASTS = { "plain contrast": "no-preference", "more contrast": "more", "forced contrast": "no-preference" };
const areCompatible = (theme, contrast) => (THEMES[theme].forcedColors === "active") === (contrast === "forced contrast");

/**
 * Forms that lead to a question and change nothing: those whose address ends with `ASKS`, and the first step of those that want to be
 * confirmed.
 */
const ASKS = "/ask";
const CONFIRMED = [/^\/console\/people\/[^/]+\/sessions\/close$/, /^\/console\/people\/[^/]+\/ways\/[^/]+\/close$/, /\/accounts\/disable$/];

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** Whether every card of the page has been read; one of the gallery never is. Runs in the page. */
const isFilled = () => document.querySelector("[aria-busy=true]:not(#card-gallery-hanging-state)") === null;

/** A page of somebody's, whose desk is filled. */
async function signedIn({ name, actsFor }) {
  const { page } = await openPage(browser);
  await page.goto(`${desk}/sign-in`);
  if (name) {
    await page.getByRole("button", { name }).click();
    await page.waitForURL(`${desk}/`);
  }
  if (actsFor) {
    await page.locator("details.menu.left > summary").click();
    await page.getByRole("button", { name: actsFor }).click();
    await page.locator(".acting", { hasText: actsFor }).waitFor();
  }
  await page.waitForFunction(isFilled);
  return page;
}

/** Has the pages that are loaded from now on in this language. */
async function speak(page, locale) {
  const form = { locale, return: "/" };
  const answer = await page.request.post(`${desk}/preferences`, { form, headers: { origin: desk }, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
}

/** Loads a page until it is filled. Without scripts each load shows what came meanwhile. */
async function load(page, path, scripts) {
  for (const limit = Date.now() + HANG; ; assert.ok(Date.now() < limit, `${path} is never filled`)) {
    await page.goto(`${desk}${path}`);
    if (scripts === "on") await page.waitForFunction(isFilled);
    if (await page.evaluate(isFilled)) return;
  }
}

/** An address without what differs from one person or thing to the next: segments with a number, and the values of its query. */
function routeOf(address) {
  const { pathname, searchParams } = new URL(address, desk);
  const query = [...searchParams.keys()].sort().join("&");
  return pathname.replaceAll(/\/[^/]*\d[^/]*/g, "/…") + (query && `?${query}`);
}

/** The kind of a question, whichever application, person or collectivité it is about. */
const questionOf = (action) => action.replace(/^(\/[^/]+)\/.*(\/[^/]+\/[^/]+)$/, "$1/…$2");

/** Links, searches and forms in the HTML of a page. Runs in an empty page, where it may be parsed. A search is filled in with a letter. */
function leads(html) {
  const root = new DOMParser().parseFromString(html, "text/html");
  const all = (selector, attribute) => [...root.querySelectorAll(selector)].map((element) => element.getAttribute(attribute));
  const searches = [...root.querySelectorAll("form[method=get]")].flatMap((form) => {
    const field = form.querySelector("input:is([type=search], [type=text], :not([type]))");
    if (!field) return [];
    const query = new URLSearchParams(new FormData(form));
    query.set(field.name, "a");
    return [`${form.getAttribute("action") ?? ""}?${query}`];
  });
  return {
    links: [...all("a[href]:not([download])", "href"), ...searches],
    actions: [...all("button[formaction]", "formaction"), ...all("form[method=post][action]", "action")],
    hasMenus: root.querySelector("details") !== null,
  };
}

/** Presses the button that leads to a question, which is then shown in its line or on a page of its own. */
async function ask(page, action) {
  const button = page.locator(`button[formaction="${action}"], form[action="${action}"] button`).first();
  await button.evaluate((one) => one.closest("details")?.toggleAttribute("open", true));
  // A question about several lines needs lines that are chosen.
  if (action.startsWith("/batches/")) for (const box of await page.locator("input[form=batch]").all()) await box.check();
  await button.click();
  const question = action.endsWith(ASKS) ? `.asked, main form[action="${action.slice(0, -ASKS.length)}"]` : "button[name=confirmed]";
  await page.locator(question).first().waitFor();
}

/** Searches in a field and waits for what is found, in the applications too where a script asks them. */
async function search(page, within, isLive) {
  await page.locator(within).getByRole("searchbox").fill("conseil");
  if (!isLive) await page.keyboard.press("Enter");
  await page.locator(`${within} .found section`).first().waitFor();
  if (isLive) await page.locator(`${within} [data-source]`).first().waitFor({ state: "detached" });
}

/**
 * What somebody reaches from their desk: places by their name, each with the path of its page and whether something is folded there. `step`
 * is what is done once the page is loaded; `scripts` says that it needs them.
 */
async function crawl(page, { only, errors = {} }) {
  // Nothing is kept fresh meanwhile, and nothing forbids to parse HTML here.
  await page.goto("about:blank");
  const places = new Map();
  const known = new Set();
  const paths = only ? [...only] : ["/", ...Object.keys(errors)];
  // The list grows while it is gone through.
  for (const path of paths) {
    if (known.has(routeOf(path))) continue;
    known.add(routeOf(path));
    const answer = await page.request.get(`${desk}${path}`, { headers: { accept: "text/html" } });
    assert.equal(answer.status(), errors[path] ?? 200, path);
    const { links, actions, hasMenus } = await page.evaluate(leads, await answer.text());
    places.set(routeOf(answer.url()) + (errors[path] ? ` (${errors[path]})` : ""), { path, hasMenus });
    if (only) continue;
    const ours = links.map((link) => new URL(link, answer.url())).filter(({ origin }) => origin === new URL(desk).origin);
    paths.push(...ours.map(({ pathname, search: query }) => pathname + query));
    for (const action of actions) {
      const asks = action.endsWith(ASKS) || CONFIRMED.some((pattern) => pattern.test(action));
      const name = `the question of ${questionOf(action)}`;
      if (asks && !places.has(name)) places.set(name, { path, step: () => ask(page, action), isQuestion: true });
    }
  }
  if (places.has("/search")) {
    places.set("what /search finds", { path: "/search", step: () => search(page, "main", false) });
    const step = async () => {
      await page.keyboard.press("Control+k");
      await search(page, ".palette", true);
    };
    places.set("the search over a page", { path: "/profile", step, scripts: "on" });
  }
  return places;
}

/** What is wrong with a page as it is, or with all that is folded opened: parts of the page together, menus, which cover it, one by one. */
async function look(page, menus) {
  if (menus === "open") await page.evaluate(() => { for (const part of document.querySelectorAll("details:not(.menu)")) part.open = true; });
  const found = await defects(page);
  if (await scrollsSideways(page)) found.push("the page scrolls sideways");
  const sheets = menus === "open" ? await page.locator("details.menu").all() : [];
  for (const [n, menu] of sheets.entries()) {
    await menu.evaluate((one) => { one.open = true; });
    const within = await defects(page, { scope: `document.querySelectorAll("details.menu")[${n}]` });
    if (await scrollsSideways(page)) within.push("the page scrolls sideways");
    found.push(...within.map((finding) => `in menu ${n + 1}: ${finding}`));
    await menu.evaluate((one) => { one.open = false; });
  }
  return found;
}

/** Loads a place and does what leads to it from there. */
async function show(page, session, { path, step }, scripts) {
  // Scripts are off while the page loads and on afterwards, because the checkers are scripts too; those of the page do not start then.
  await session.send("Emulation.setScriptExecutionDisabled", { value: scripts === "off" });
  await load(page, path, scripts);
  await step?.();
  await page.waitForLoadState();
  await session.send("Emulation.setScriptExecutionDisabled", { value: false });
}

/**
 * Shows places in the states of these rows, whose language is that of the page, and says what is wrong there, each line with the page, the
 * state and the rule. Rows that follow each other with the same page, scripts and menus look at one load of it.
 */
async function visit(page, rows, places) {
  const session = await page.context().newCDPSession(page);
  const wrong = [];
  const loadOf = ({ page: name, person, scripts, menus }) => `${name} as ${person}, scripts ${scripts}, menus ${menus}`;
  let shown;
  for (const row of rows.toSorted((one, other) => (loadOf(one) < loadOf(other) ? -1 : 1))) {
    await page.emulateMedia({ ...THEMES[row.theme], contrast: CONTRASTS[row.contrast], reducedMotion: row.motion });
    if (shown !== loadOf(row)) {
      shown = loadOf(row);
      await show(page, session, places.get(row.page), row.scripts).catch((error) => { throw new Error(`${shown}: ${error.message}`, { cause: error }); });
      // A long word of a person, such as an address, can make their page too wide: it is tried at the narrowest width in any case.
      await page.setViewportSize({ width: WIDTHS[0], height: 800 });
      if (await scrollsSideways(page)) wrong.push(`${shown}, ${WIDTHS[0]} px: the page scrolls sideways`);
    }
    await page.setViewportSize({ width: row.width, height: 800 });
    const state = `${row.width} px, ${row.theme}, ${row.contrast}, ${row.language}, motion ${row.motion}`;
    wrong.push(...(await look(page, row.menus)).map((finding) => `${shown}, ${state}: ${finding}`));
  }
  await session.detach();
  return wrong;
}

describe("every page in every state", { concurrency: 2 }, () => {
  const pages = new Map();
  const places = new Map();
  let rows;

  before(async () => {
    // All have signed in before the first page is looked for: the console lists those who have.
    for (const [person, who] of Object.entries(PEOPLE)) pages.set(person, await signedIn(who));
    await Promise.all(Object.entries(PEOPLE).map(async ([person, who]) => places.set(person, await crawl(pages.get(person), who))));
    const all = Object.keys(PEOPLE).flatMap((person) => [...places.get(person)].map(([page, place]) => ({ ...place, person, page })));
    const factors = {
      page: [...new Set(all.map(({ page }) => page))],
      person: Object.keys(PEOPLE),
      theme: Object.keys(THEMES),
      contrast: Object.keys(CONTRASTS),
      width: WIDTHS,
      scripts: ["on", "off"],
      language: ["fr", "en"],
      motion: ["reduce", "no-preference"],
      menus: ["closed", "open"],
    };
    rows = covering(factors, ({ person, page, scripts, menus, theme, contrast }) => {
      const isThere = (one) => (!person || one.person === person) && (!page || one.page === page);
      const isSuch = (one) => (!scripts || !one.scripts || one.scripts === scripts) && (menus !== "open" || one.hasMenus);
      return all.some((one) => isThere(one) && isSuch(one)) && (!theme || !contrast || areCompatible(theme, contrast));
    });
  });

  for (const [person, who] of Object.entries(PEOPLE)) {
    it(`finds the pages: ${person}`, () => {
      const found = [...places.get(person)];
      const questions = found.filter(([, { isQuestion }]) => isQuestion).length;
      const names = found.map(([name]) => name).join("\n");
      assert.ok(found.length - questions >= (who.pages ?? who.only.length), `${found.length - questions} pages:\n${names}`);
      assert.ok(questions >= (who.questions ?? 0), `${questions} questions:\n${names}`);
    });

    it(`finds no defect: ${person}`, async () => {
      const mine = rows.filter((row) => row.person === person);
      assert.ok(mine.length > 0);
      const wrong = [];
      for (const language of ["fr", "en"]) {
        await speak(pages.get(person), language);
        const spoken = mine.filter((row) => row.language === language);
        wrong.push(...(await visit(pages.get(person), spoken, places.get(person))));
      }
      await pages.get(person).context().close();
      assert.equal(wrong.length, 0, `\n${wrong.join("\n")}`);
    });
  }
});

/** The sign-in page with elements added to it: the name of each, its attributes and, as `text` and `style`, its text and style. */
async function broken(elements, options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${desk}/sign-in`);
  await opened.page.evaluate((all) => {
    for (const [name, { text = "", style = "", ...attributes }] of all) {
      const element = document.createElement(name);
      for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
      element.style.cssText = style;
      element.textContent = text;
      document.querySelector("main").append(element);
    }
  }, elements);
  return opened;
}

const FAINT = "color: #777; background: #888;";

describe("the checkers", () => {
  it("report an image without words, a field without a label and faint text", async () => {
    const { context, page } = await broken([["img", { src: "/icon" }], ["input", { type: "text" }], ["p", { text: "Pâle", style: FAINT }]]);
    const axe = (await axeViolations(page)).join("\n");
    for (const rule of ["image-alt", "label", "color-contrast"]) assert.match(axe, new RegExp(`^${rule}: `, "m"));
    const sniffer = (await snifferErrors(page)).join("\n");
    for (const code of ["1_1_1.H37", "1_3_1.F68", "1_4_3.G18.Fail"]) assert.match(sniffer, new RegExp(`^WCAG2AA\\..*${code}: `, "m"));
    await context.close();
  });

  it("look at the colours that are forced, not at those that are replaced", async () => {
    const elements = [["p", { text: "Remplacé", style: FAINT }], ["p", { id: "kept", text: "Gardé", style: `${FAINT} forced-color-adjust: none` }]];
    const { context, page } = await broken(elements, { forcedColors: "active", theme: "dark" });
    assert.deepEqual(await axeViolations(page), []);
    const found = await snifferErrors(page);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], /1_4_3\.G18\.Fail: .*id="kept"/);
    await context.close();
  });

  it("take a field without a type for a text field, and no other", async () => {
    const field = { autocomplete: "username", "aria-label": "Identifiant" };
    const { context, page } = await broken([["input", field], ["input", { ...field, type: "number" }]]);
    const found = await snifferErrors(page);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], /1_3_5\.H98: .*type="number"/);
    await context.close();
  });

  it("ask for a button in a form that has fields, and not in one that has none", async () => {
    const { context, page } = await broken([["form", { id: "unused" }], ["form", { id: "mute" }], ["input", { form: "mute", "aria-label": "Nom" }]]);
    const found = await snifferErrors(page);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], /3_2_2\.H32\.2: .*id="mute"/);
    await context.close();
  });

  it("fail when they break or look at nothing", async () => {
    // HTML_CodeSniffer looks a label up by a selector that this quotation mark ends.
    const { context, page } = await broken([["input", { id: '"', "aria-label": "Nom" }]]);
    await assert.rejects(snifferErrors(page), /^Error: HTML_CodeSniffer failed: /);
    await assert.rejects(snifferErrors(page, { scope: "null" }), /HTML_CodeSniffer failed: Error: it did not come to its end/);
    await assert.rejects(axeViolations(page, { scope: "null" }), /^Error: axe failed: /);
    await context.close();
  });

  it("name the page, the width, the state and the rule, within a folded part too", async () => {
    const { context, page } = await openPage(browser);
    await page.route("**/passkey", async (route) => {
      const answer = await route.fetch();
      const parts = '<img src="/icon"><details><summary>Plus</summary><img src="/folded"></details><details class="menu"><summary>Menu</summary><img src="/sheet"></details>';
      await route.fulfill({ response: answer, body: (await answer.text()).replace("</main>", `${parts}</main>`) });
    });
    for (const scripts of ["on", "off"]) {
      const row = { page: "/passkey", person: "anonymous", theme: "dark", contrast: "more contrast", width: 320, scripts, language: "fr", motion: "reduce", menus: "open" };
      const state = `/passkey as anonymous, scripts ${scripts}, menus open, 320 px, dark, more contrast, fr, motion reduce: `;
      const found = await visit(page, [row], new Map([["/passkey", { path: "/passkey" }]]));
      assert.ok(found.every((line) => line.startsWith(state)), found.join("\n"));
      const rules = found.map((line) => line.slice(state.length)).join("\n");
      for (const rule of [/^image-alt: .*icon/m, /^image-alt: .*folded/m, /^in menu 1: image-alt: .*sheet/m]) assert.match(rules, rule);
      for (const rule of [/^WCAG2AA.*H37: .*icon/m, /^WCAG2AA.*H37: .*folded/m, /^in menu 1: WCAG2AA.*H37: .*sheet/m]) assert.match(rules, rule);
    }
    await context.close();
  });

  it("cover every pair of values with few rows, and no row that cannot be", () => {
    const factors = { a: [1, 2, 3], b: [1, 2, 3], c: ["x", "y"], d: ["x", "y"] };
    const isPossible = ({ a, b }) => !(a === 1 && b === 1);
    const rows = covering(factors, isPossible);
    assert.ok(rows.every(isPossible) && rows.length <= 10, JSON.stringify(rows));
    assert.deepEqual(rows, covering(factors, isPossible));
    for (const one of Object.keys(factors)) for (const other of Object.keys(factors)) for (const first of factors[one]) for (const second of factors[other]) {
      const isWanted = one !== other && isPossible({ [one]: first, [other]: second });
      assert.ok(!isWanted || rows.some((row) => row[one] === first && row[other] === second), `${one} ${first}, ${other} ${second}`);
    }
  });
});
