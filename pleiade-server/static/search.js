// The search over any page: Ctrl K or /, what is known as it is typed, and each application when it answers. Without it the link in the
// header leads to a page that does the same.

import { fill, post } from "./parts.js";

const opener = document.querySelector("[data-search]");
const mark = document.querySelector("#act [name=mark]")?.value;
/** Time after the last letter: what is known is cheap, and an application is asked less often. */
const KNOWN_DELAY = 150;
const APPLICATION_DELAY = 450;

let dialog, input, found, told;
let asking;
let timer;

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function build() {
  const { label, close } = opener.dataset;
  dialog = element("dialog", { className: "palette" });
  dialog.setAttribute("aria-label", opener.dataset.title);
  const form = element("form", { method: "post", action: opener.href });
  form.setAttribute("role", "search");
  input = element("input", { type: "search", name: "q", maxLength: 100, autocomplete: "off", spellcheck: false });
  input.setAttribute("aria-label", label);
  input.placeholder = label;
  const send = element("button", { className: "plain", textContent: opener.dataset.title });
  const leave = element("button", { type: "button", className: "plain", textContent: close });
  form.append(element("input", { type: "hidden", name: "mark", value: mark }), input, send, leave);
  told = element("p", { className: "hidden" });
  told.setAttribute("role", "status");
  found = element("div", { className: "found" });
  dialog.append(form, told, found);
  document.body.append(dialog);
  leave.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", walk);
  input.addEventListener("input", later);
}

function open() {
  if (!dialog) build();
  if (dialog.open) return input.select();
  dialog.showModal();
  input.select();
  later();
}

/** What was looked for is shown no more. */
function stop() {
  clearTimeout(timer);
  asking?.abort();
  asking = undefined;
}

function later() {
  stop();
  timer = setTimeout(ask, KNOWN_DELAY);
}

const links = () => [...found.querySelectorAll("a, button")];

async function ask() {
  const own = new AbortController();
  asking = own;
  const body = new URLSearchParams({ mark, q: input.value });
  try {
    const known = await post(opener.href, body, own.signal);
    if (own.signal.aborted) return;
    // A server that is busy or away is asked again by the next letter.
    if (known.status === 429 || known.status >= 500) return;
    // The session has ended, or the page is somebody else's by now: the page itself says so.
    if (known.kind !== "results") return location.reload();
    fill(found, known.text);
    tell();
  } catch {
    return;
  }
  timer = setTimeout(() => {
    for (const place of found.querySelectorAll("[data-source]")) askApplication(place, body, own.signal);
  }, APPLICATION_DELAY - KNOWN_DELAY);
}

/** Puts the answer of an application in its place; a slow one holds no other. */
async function askApplication(place, body, signal) {
  try {
    const answer = await post(place.dataset.source, body, signal);
    if (signal.aborted) return;
    const shelf = document.createElement("template");
    if (answer.kind === "results") fill(shelf, answer.text);
    place.replaceWith(shelf.content);
  } catch {
    if (signal.aborted) return;
    place.remove();
  }
  tell();
}

/** Says how many answers are shown, or that there are none once everybody has answered. */
function tell() {
  const nothing = found.querySelector("[data-nothing]");
  const count = links().length;
  if (nothing) nothing.hidden = count > 0 || found.querySelector("[data-source]") !== null;
  if (count > 0) told.textContent = opener.dataset.count.replace("0", String(count));
  else told.textContent = nothing && !nothing.hidden ? nothing.textContent : "";
}

/** The arrows go from answer to answer, and back to what is typed; Escape closes. */
function walk(event) {
  // In a field of a search the key would empty the field and leave the dialog open.
  if (event.key === "Escape") {
    event.preventDefault();
    return dialog.close();
  }
  // Enter opens the first answer; without one, and by its button, the form leads to the page.
  if (event.key === "Enter" && document.activeElement === input && links().length > 0) {
    event.preventDefault();
    return links()[0].click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = [input, ...links()];
  const at = all.indexOf(document.activeElement);
  const next = all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length];
  event.preventDefault();
  next.focus();
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") != null;
}

if (opener && mark) {
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    const isControlK = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    // A single key can be switched off, on the page of help (WCAG 2.1.4).
    const isSlash = event.key === "/" && opener.dataset.slash === "on" && !isTyping(event.target)
      && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isControlK && !isSlash) return;
    event.preventDefault();
    open();
  });
}
