// Helpers of the browser tests. The page under test is at PLEIADE_DESK_URL, the browser at PLEIADE_TEST_CHROMIUM;
// `cargo xtask test --only browser` sets both.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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
 * Violations that axe finds, one line for each element: "rule: help — selector". An empty list is a pass.
 *
 * The rules run in a world apart from the page's, which its Content Security Policy does not reach.
 */
export async function axeViolations(page, { include } = {}) {
  const session = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'axe',
    });
    const evaluate = async (expression) => {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression,
        contextId,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`axe failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    await evaluate(`${axeSource}; undefined`);
    const scope = include ? JSON.stringify(include) : 'document';
    const violations = await evaluate(
      `axe.run(${scope}, { runOnly: ${JSON.stringify(axeTags)}, resultTypes: ['violations'] }).then((found) => found.violations)`,
    );
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} — ${target.join(' ')}`));
  } finally {
    await session.detach();
  }
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
