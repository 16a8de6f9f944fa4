// Keeps the cards and the queue of a visible page fresh, and shows what becomes of a form of a line where the line stands. Everything works
// without it: the page then offers a link to refresh, and forms lead to pages.

import { fill, partOf, post } from "./parts.js";

const board = document.querySelector("[data-events]");
const live = document.getElementById("news");
const liveness = document.getElementById("stream-state");
let stream;
let announced = 0;
let failures = 0;
let retry;

const FOCUSABLE = "a, button, input, select, summary, textarea";

const lineOf = (root, key) => root.querySelector(`[data-line="${key}"]`);

/** Where the focus stands inside a card or a queue, in a form that survives its replacement: by line where it is in one. */
function focusWithin(root) {
  const at = document.activeElement;
  if (!at || !root.contains(at)) return null;
  const line = at.closest("[data-line]");
  return { at, key: line?.dataset.line, index: [...(line ?? root).querySelectorAll(FOCUSABLE)].indexOf(at) };
}

function giveFocusBack({ at, key, index }, fresh) {
  const within = key === undefined ? fresh : lineOf(fresh, key);
  const targets = within?.querySelectorAll(FOCUSABLE) ?? [];
  // What was taken over is the same element; anything else is found again by its place.
  const found = fresh.contains(at) ? at : targets[Math.min(Math.max(index, 0), targets.length - 1)];
  (found ?? document.getElementById("contenu")).focus({ preventScroll: true });
}

function replace(id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  const shelf = document.createElement("template");
  fill(shelf, html);
  const fresh = shelf.content.firstElementChild;
  if (!fresh || fresh.id !== id) return;
  keepRoom(old, fresh);
  if (fresh.isEqualNode(old)) return;
  const focus = focusWithin(old);
  keepLines(old, fresh);
  for (const chosen of old.querySelectorAll("select[id]")) {
    const twin = fresh.querySelector(`#${chosen.id}`);
    if (twin && [...twin.options].some((option) => option.value === chosen.value)) twin.value = chosen.value;
  }
  old.replaceWith(fresh);
  if (focus) giveFocusBack(focus, fresh);
}

/** Nothing moves up when what was waited for is smaller than its place: it keeps the room, for as long as the page is shown. */
function keepRoom(old, fresh) {
  if (old.style.minHeight) fresh.style.minHeight = old.style.minHeight;
  else if (old.ariaBusy === "true" && old.getBoundingClientRect().top < innerHeight) {
    fresh.style.minHeight = `${old.offsetHeight}px`;
  }
}

/**
 * What somebody does with a line survives its replacement: a form on its way, an open menu, a chosen box, a question, and for a minute what
 * became of it, even where the line is gone from the list by then. It stays in its group then, after the line that it followed.
 */
function keepLines(old, fresh) {
  let before = null;
  for (const line of old.querySelectorAll("[data-line]")) {
    const twin = lineOf(fresh, line.dataset.line);
    const isYoung = Date.now() - Number(line.dataset.told ?? 0) < 60_000;
    const kept = [...line.querySelectorAll(":scope > .asked, :scope > .told")].filter((part) => isYoung || part.className === "asked");
    if (twin && line.ariaBusy !== "true") {
      const [menu, box] = [line.querySelector("details.more[open]"), line.querySelector("input[type=checkbox]:checked")];
      if (menu) twin.querySelector("details.more")?.setAttribute("open", "");
      if (box) twin.querySelector("input[type=checkbox]")?.toggleAttribute("checked", true);
      if (isYoung && line.dataset.told) twin.dataset.told = line.dataset.told;
      twin.append(...kept);
      before = twin;
    } else if (twin || kept.length || line.ariaBusy === "true") {
      // The answer of a form that is on its way is shown on the very line from which it was sent.
      if (twin) twin.replaceWith(line);
      else {
        const list = listOf(line, fresh);
        line.querySelector(":scope > input[type=checkbox]")?.remove();
        if (list.contains(before)) before.after(line);
        else list.prepend(line);
      }
      before = line;
    }
  }
}

/** The list of a card, or that of a line's own group in a queue; made where there is none any more. */
function listOf(line, fresh) {
  const group = line.closest("#queue section");
  if (!group) return fresh.querySelector(".lines") ?? fresh.appendChild(emptied(line.parentElement));
  const same = (other) => fresh.querySelector(`section[aria-labelledby="${other.getAttribute("aria-labelledby")}"]`);
  const there = same(group);
  if (there) return there.querySelector(".lines");
  const made = group.cloneNode(true);
  made.querySelector(".lines").replaceWith(emptied(line.parentElement));
  let before = group.previousElementSibling;
  while (before && !(before.matches("section") && same(before))) before = before.previousElementSibling;
  if (before) same(before).after(made);
  else fresh.insertBefore(made, fresh.querySelector("section, .batch"));
  return made.querySelector(".lines");
}

function emptied(list) {
  return list.cloneNode(false);
}

/** One polite sentence at most every ten seconds: a board that fills must not talk without end. */
function announce(sentence) {
  if (!live || Date.now() - announced < 10_000) return;
  announced = Date.now();
  live.textContent = sentence;
}

/** Says, in words that stay until it is over, that nothing comes any more and that what is shown grows old. */
function tellLiveness(isLive) {
  if (!liveness || isLive === !liveness.firstChild) return;
  if (isLive) {
    liveness.replaceChildren();
    return;
  }
  const note = document.createElement("p");
  note.className = "note";
  const refresh = document.createElement("a");
  refresh.href = location.href;
  refresh.textContent = liveness.dataset.refresh;
  note.append(`${liveness.dataset.notLive} `, refresh);
  liveness.replaceChildren(note);
}

/**
 * A browser gives a stream up for good when it is answered anything but a stream, and all pages come back at the same moment when a
 * server was away. So each comes back after a time of its own, up to ten seconds, which doubles with each failure up to two minutes.
 */
function reopen() {
  const longest = Math.min(120_000, 10_000 * 2 ** failures);
  failures += 1;
  retry = setTimeout(open, 1_000 + Math.random() * longest);
}

function open() {
  clearTimeout(retry);
  if (stream || document.hidden) return;
  stream = new EventSource(board.dataset.events);
  stream.addEventListener("open", () => {
    failures = 0;
    tellLiveness(true);
  });
  stream.addEventListener("error", () => {
    close();
    tellLiveness(false);
    reopen();
  });
  stream.addEventListener("card", (event) => {
    const { id, html } = JSON.parse(event.data);
    replace(id, html);
    announce(board.dataset.updated);
  });
  for (const kind of ["badge", "words"]) {
    stream.addEventListener(kind, (event) => {
      const { id, html } = JSON.parse(event.data);
      replace(id, html);
    });
  }
  // The session has ended, or is somebody else's or acts for another collectivité by now: the page is asked again.
  for (const kind of ["bye", "reload"]) stream.addEventListener(kind, reload);
}

/** Asks for the page again. One that is told so as soon as it has come waits a little: whatever is wrong, it must not turn in circles. */
function reload() {
  close();
  setTimeout(() => location.reload(), Math.max(0, 3_000 - performance.now()));
}

function close() {
  clearTimeout(retry);
  stream?.close();
  stream = undefined;
}

if (board) {
  document.documentElement.classList.add("scripted");
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

// The forms of lines are sent from here, so that what became of them stands where they were. Without a script they lead to a page.

/** Shows what became of a form of a line, in the place of what was asked or told before. The focus goes to what is told, not to what undoes it. */
function tell(line, told) {
  for (const part of line.querySelectorAll(":scope > .asked, :scope > .told")) part.remove();
  told.tabIndex = -1;
  line.append(told);
  line.dataset.told = Date.now();
  told.focus({ preventScroll: true });
}

function showOutcome(line, html) {
  const told = partOf("told", html);
  if (told.querySelector(".note.good")) for (const part of line.querySelectorAll(":scope > .does, :scope > input")) part.remove();
  tell(line, told);
}

/** Nobody knows whether what was sent has arrived. */
function showLost(line) {
  const told = document.createElement("div");
  told.className = "told";
  const lost = document.createElement("p");
  lost.className = "note error";
  lost.setAttribute("role", "alert");
  lost.textContent = live?.dataset.lost ?? "";
  told.append(lost);
  tell(line, told);
}

/**
 * Shows the question that comes before, and gives the focus back to whoever asked when it is closed. The focus goes to the words that are
 * wanted, or to the question as a whole: a key that is held down answers nothing. Words that somebody writes elsewhere are not lost.
 */
function showQuestion(line, button, html) {
  const other = [...document.querySelectorAll(".asked textarea")].find((text) => text.value && !line.contains(text));
  if (other) return other.focus();
  for (const part of document.querySelectorAll(".asked")) part.remove();
  const asked = partOf("asked", html);
  asked.setAttribute("role", "group");
  asked.setAttribute("aria-label", asked.querySelector("strong")?.textContent.trim() ?? "");
  asked.tabIndex = -1;
  const end = (event) => {
    event.preventDefault();
    asked.remove();
    (button.isConnected ? button : line.querySelector(FOCUSABLE))?.focus({ preventScroll: true });
  };
  asked.querySelector("[data-close]")?.addEventListener("click", end);
  asked.addEventListener("keydown", (event) => { if (event.key === "Escape") end(event); });
  line.append(asked);
  (asked.querySelector("textarea") ?? asked).focus();
}

/** Sends a form of a line. Any answer but a part is a refusal with a page of its own: the browser then sends the form itself. */
async function send(form, button, line) {
  if (line.ariaBusy === "true") return;
  line.ariaBusy = "true";
  let part;
  try {
    const address = button.hasAttribute("formaction") ? button.formAction : form.action;
    // A little more than the longest deadline that an operator may set for an action.
    part = await post(address, new URLSearchParams(new FormData(form, button)), AbortSignal.timeout(75_000));
    if (part.status >= 500) return showLost(line);
  } catch {
    return showLost(line);
  } finally {
    line.ariaBusy = null;
  }
  if (part.kind === "outcome") showOutcome(line, part.text);
  else if (part.kind === "question") showQuestion(line, button, part.text);
  else {
    form.dataset.whole = "";
    form.requestSubmit(button);
  }
}

document.addEventListener("submit", (event) => {
  const line = event.submitter?.closest("[data-line]");
  // What opens a page of an application is answered by a redirection, whose address no script may read.
  if (!line || event.submitter.formTarget || event.target.id === "batch" || "whole" in event.target.dataset) return;
  event.preventDefault();
  send(event.target, event.submitter, line);
});

// Which application was opened last is noted beside the link, which waits for nothing. GET writes nothing: without a script nothing is noted.
const mark = document.querySelector("#act [name=mark]")?.value;
function noteOpened(event) {
  const link = event.target.closest?.("a[data-application]");
  if (!link || !mark || event.button > 1) return;
  navigator.sendBeacon("/applications/opened", new URLSearchParams({ mark, target: link.dataset.application }));
}
for (const kind of ["click", "auxclick"]) document.addEventListener(kind, noteOpened);

// Menus: Escape closes and gives the focus back, leaving closes.
for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
