// Helpers of the browser tests. The page under test is at PLEIADE_DESK_URL, the browser at PLEIADE_TEST_CHROMIUM;
// `cargo xtask test --only browser` sets both.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const { resolve } = createRequire(import.meta.url);
const sources = new Map();

/** Text of a file of a package, which is read once. */
function sourceOf(file) {
  if (!sources.has(file)) sources.set(file, readFileSync(resolve(file), 'utf8'));
  return sources.get(file);
}

/** Rules of WCAG 2.1 levels A and AA, and axe's own good practices. */
export const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** What nothing takes, on however busy a machine, unless it hangs: milliseconds. */
export const HANG = 300_000;

/** Value of an environment variable that `cargo xtask test` sets. */
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run "cargo xtask test --only browser", which starts what it names.`);
  return value;
}

/** Address of the desk, without a slash at its end. */
export const deskUrl = () => required('PLEIADE_DESK_URL').replace(/\/+$/, '');

/** A headless Chromium that speaks to nobody by itself. */
export function launch() {
  const args = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // Chromium's sandbox refuses to run as root, which is what containers run as.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch({ executablePath: required('PLEIADE_TEST_CHROMIUM'), headless: true, args });
}

/**
 * Opens a page in a context of its own: no cookie of another test.
 *
 * `record` collects what the page did: `requests` ({url, method, type}) and `errors` (uncaught errors, messages of the
 * console at level error, such as what the Content Security Policy refused).
 */
export async function openPage(browser, { width = 1280, height = 800, theme = 'light', locale = 'fr-FR', ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
    ...options,
  });
  const record = { requests: [], errors: [] };
  context.setDefaultTimeout(HANG);
  context.on('request', (request) =>
    record.requests.push({ url: request.url(), method: request.method(), type: request.resourceType() }),
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => record.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') record.errors.push(message.text());
  });
  return { context, page, record };
}

/** Addresses that were asked from another origin than the desk's; empty when the page kept to itself. */
export function foreignRequests(record, origin = new URL(deskUrl()).origin) {
  return record.requests.map(({ url }) => url).filter((url) => !/^(data|blob|about):/.test(url) && new URL(url).origin !== origin);
}

/**
 * Runs a checker in a world apart from the page's own, which its Content Security Policy does not reach and whose global variables it does
 * not see. The source is evaluated as a plain script: HTML_CodeSniffer assigns variables that it never declares, which strict code refuses.
 * Whatever the checker throws is thrown here.
 */
async function inWorldApart(page, { name, source, isLoaded }, expression) {
  const session = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'checkers',
    });
    const evaluate = async (text) => {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression: text,
        contextId,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`${name} failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    if (!(await evaluate(isLoaded))) await evaluate(`${sourceOf(source)}; undefined`);
    return await evaluate(expression);
  } finally {
    await session.detach();
  }
}

const AXE = { name: 'axe', source: 'axe-core/axe.min.js', isLoaded: 'typeof axe === "object"' };
const CODE_SNIFFER = {
  name: 'HTML_CodeSniffer',
  source: '@pa11y/html_codesniffer/build/HTMLCS.js',
  isLoaded: 'typeof HTMLCS === "object"',
};

/**
 * Violations that axe finds, one line for each element: "rule: help — selector". An empty list is a pass. `scope` is an expression of the
 * page for the element that is looked at.
 */
export async function axeViolations(page, { scope = 'document' } = {}) {
  // axe reads the colour of a text from -webkit-text-fill-color, whose computed value stays the page's own where the browser forces
  // colours. Contrast is checked by HTML_CodeSniffer then, which reads the forced ones.
  const isForced = await page.evaluate(() => matchMedia('(forced-colors: active)').matches);
  const options = {
    runOnly: axeTags,
    rules: { 'color-contrast': { enabled: !isForced } },
    resultTypes: ['violations'],
  };
  const violations = await inWorldApart(page, AXE, `axe.run(${scope}, ${JSON.stringify(options)}).then((found) => found.violations)`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} — ${target.join(' ')}`));
}

/** Runs in the page. HTML_CodeSniffer calls back before it returns, unless it has failed. */
function sniff(scope) {
  let isDone = false;
  HTMLCS.process('WCAG2AA', scope, () => { isDone = true; });
  if (!isDone) throw new Error('it did not come to its end');
  // It reads the attribute: an input without one is a text field too.
  const isUntypedText = ({ code, element }) => code.endsWith('1_3_5.H98') && element.type === 'text' && !element.hasAttribute('type');
  // A form of hidden fields alone, whose buttons stand elsewhere when there are any, has nothing to fill in or to send.
  const isUnusedForm = ({ code, element }) => code.endsWith('3_2_2.H32.2') && [...element.elements].every(({ type }) => type === 'hidden');
  return HTMLCS.getMessages()
    .filter((message) => message.type === HTMLCS.ERROR && !isUntypedText(message) && !isUnusedForm(message))
    .map(({ code, msg, element }) => `${code}: ${msg} — ${element.cloneNode(false).outerHTML ?? 'the document'}`);
}

/**
 * Errors that HTML_CodeSniffer finds against WCAG 2.1 level AA, one line for each: "code: message — start of the element". Its warnings and
 * notices ask a person to look, and are left out.
 */
export const snifferErrors = (page, { scope = 'document' } = {}) => inWorldApart(page, CODE_SNIFFER, `(${sniff})(${scope})`);

/**
 * Rows in which any two values of two factors meet at least once, unless no possible row has both. Always the same rows, and few: each begins
 * with a pair that is still missing, and takes for the other factors the values that meet most of what is missing.
 *
 * `factors` are the values of each factor by its name. `isPossible` is asked about rows that may be incomplete, and says yes only to those
 * that can be completed.
 */
export function covering(factors, isPossible) {
  const names = Object.keys(factors);
  const keyOf = (row, one, other) => JSON.stringify([one, row[one], other, row[other]]);
  const keysOf = (row) => {
    const there = names.filter((name) => name in row);
    return there.flatMap((one, n) => there.slice(n + 1).map((other) => keyOf(row, one, other)));
  };
  const missing = new Map();
  for (const [n, one] of names.entries()) {
    for (const other of names.slice(n + 1)) {
      for (const first of factors[one]) {
        for (const second of factors[other]) {
          const pair = { [one]: first, [other]: second };
          if (isPossible(pair)) missing.set(keyOf(pair, one, other), pair);
        }
      }
    }
  }
  const rows = [];
  for (const pair of missing.values()) {
    let row = pair;
    for (const name of names.filter((other) => !(other in pair))) {
      const choices = factors[name].map((value) => ({ ...row, [name]: value })).filter(isPossible);
      const gains = choices.map((choice) => keysOf(choice).filter((key) => missing.has(key)).length);
      row = choices[gains.indexOf(Math.max(...gains))];
    }
    for (const key of keysOf(row)) missing.delete(key);
    rows.push(row);
  }
  return rows;
}

/** What both checkers find. */
export async function defects(page, options) {
  return [...(await axeViolations(page, options)), ...(await snifferErrors(page, options))];
}

/** Whether the page is wider than its window, which makes a person scroll sideways. */
export const scrollsSideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** What has the keyboard: role or tag, accessible text, and whether it can be seen. */
export const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const { width, height } = element.getBoundingClientRect();
    return {
      tag: element.tagName.toLowerCase(),
      id: element.id,
      text: (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\s+/g, ' '),
      visible: width > 0 && height > 0,
    };
  });
