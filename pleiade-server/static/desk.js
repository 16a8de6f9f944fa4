// Keeps the cards of a visible page fresh. Everything works without it: the page then offers a link to refresh.

/** Only what our own server sent, by the event stream or as a part of a page, becomes HTML; it escaped every foreign word in it. */
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("pleiade-card", { createHTML: (html) => html })
  : { createHTML: (html) => html };

const board = document.querySelector("[data-events]");
const live = document.getElementById("news");
const liveness = document.getElementById("stream-state");
let stream;
let announced = 0;
let failures = 0;
let retry;

/** Where the focus stood inside a card, in a form that survives the card's replacement. */
function focusWithin(card) {
  const at = document.activeElement;
  if (!at || !card.contains(at)) return null;
  return [...card.querySelectorAll("a, button")].findIndex((element) => element === at);
}

function replace(id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  const shelf = document.createElement("template");
  shelf.innerHTML = policy.createHTML(html);
  const fresh = shelf.content.firstElementChild;
  if (!fresh || fresh.id !== id || fresh.isEqualNode(old)) return;
  const [at, focus] = [document.activeElement, focusWithin(old)];
  keepLines(old, fresh);
  old.replaceWith(fresh);
  if (focus !== null && fresh.contains(at)) {
    at.focus({ preventScroll: true });
  } else if (focus !== null) {
    const targets = fresh.querySelectorAll("a, button");
    (targets[Math.min(focus, targets.length - 1)] ?? document.getElementById("contenu")).focus({ preventScroll: true });
  }
}

/** What somebody does with a line survives its replacement: an open menu, a chosen box, a question, and for a minute what became of it. */
function keepLines(old, fresh) {
  let before = null;
  for (const line of old.querySelectorAll("[data-line]")) {
    const twin = fresh.querySelector(`[data-line="${line.dataset.line}"]`);
    const kept = [...line.querySelectorAll(":scope > .asked, :scope > .told")];
    const isYoung = Date.now() - Number(line.dataset.told ?? 0) < 60_000;
    if (twin) {
      const [menu, box] = [line.querySelector("details.more[open]"), line.querySelector("input[type=checkbox]:checked")];
      if (menu) twin.querySelector("details.more")?.setAttribute("open", "");
      if (box) twin.querySelector("input[type=checkbox]")?.toggleAttribute("checked", true);
      if (isYoung && line.dataset.told) twin.dataset.told = line.dataset.told;
      twin.append(...kept.filter((part) => isYoung || part.className === "asked"));
      before = twin;
    } else if (kept.length && isYoung) {
      if (before) before.after(line);
      else listIn(fresh).prepend(line);
      before = line;
    }
  }
}

/** The list of a card or a queue, made where it has none. */
function listIn(fresh) {
  const list = fresh.querySelector(".lines");
  if (list) return list;
  const made = document.createElement("ul");
  made.className = "lines";
  fresh.append(made);
  return made;
}

/** One polite sentence at most every ten seconds: a board that fills must not talk without end. */
function announce(sentence) {
  if (!live || Date.now() - announced < 10_000) return;
  announced = Date.now();
  live.textContent = sentence;
}

/** Says, in words that stay until it is over, that nothing comes any more and that what is shown grows old. */
function tell(isLive) {
  if (!liveness || isLive === !liveness.firstChild) return;
  if (isLive) {
    liveness.replaceChildren();
    return;
  }
  const note = document.createElement("p");
  note.className = "note";
  const refresh = document.createElement("a");
  refresh.href = location.pathname;
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
    tell(true);
  });
  stream.addEventListener("error", () => {
    close();
    tell(false);
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

const PART = "x-pleiade-part";

function partOf(className, html) {
  const part = document.createElement("div");
  part.className = className;
  part.innerHTML = policy.createHTML(html);
  return part;
}

/** Shows what became of a form of a line. */
function showOutcome(line, html) {
  for (const part of line.querySelectorAll(":scope > .asked, :scope > .told")) part.remove();
  const told = partOf("told", html);
  if (told.querySelector(".note.good")) line.querySelector(":scope > .does")?.remove();
  line.append(told);
  line.dataset.told = Date.now();
  const target = told.querySelector("button") ?? told.firstElementChild;
  if (target?.tagName !== "BUTTON") target?.setAttribute("tabindex", "-1");
  target?.focus({ preventScroll: true });
}

/** Shows the question that comes before, and gives the focus back to whoever asked when it is closed. */
function showQuestion(line, button, html) {
  for (const part of document.querySelectorAll(".asked")) part.remove();
  const asked = partOf("asked", html);
  asked.setAttribute("role", "group");
  asked.setAttribute("aria-label", asked.querySelector("strong")?.textContent ?? "");
  const end = (event) => {
    event.preventDefault();
    asked.remove();
    (button.isConnected ? button : line.querySelector("button, summary, a"))?.focus({ preventScroll: true });
  };
  asked.querySelector("[data-close]")?.addEventListener("click", end);
  asked.addEventListener("keydown", (event) => { if (event.key === "Escape") end(event); });
  line.append(asked);
  asked.querySelector("textarea, button, input:not([type=hidden])")?.focus();
}

/** Nobody knows whether what was sent has arrived. */
function showLost(line) {
  const lost = document.createElement("p");
  lost.className = "note error";
  lost.setAttribute("role", "alert");
  lost.textContent = live?.dataset.lost ?? "";
  line.append(lost);
}

/** Sends a form of a line. Any answer but a part is a refusal with a page of its own: the browser then sends the form itself. */
async function send(form, button, line) {
  if (line.ariaBusy === "true") return;
  line.ariaBusy = "true";
  let part;
  try {
    const answer = await fetch(button.hasAttribute("formaction") ? button.formAction : form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form, button)),
      headers: { [PART]: "1" },
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    if (answer.status >= 500) return showLost(line);
    part = { kind: answer.headers.get(PART), text: await answer.text() };
  } catch {
    return showLost(line);
  } finally {
    line.ariaBusy = null;
  }
  if (part.kind === "outcome") showOutcome(line, part.text);
  else if (part.kind === "question") showQuestion(line, button, part.text);
  else if (part.kind === "address") location.assign(part.text);
  else {
    form.dataset.whole = "";
    form.requestSubmit(button);
  }
}

document.addEventListener("submit", (event) => {
  const line = event.submitter?.closest("[data-line]");
  if (!line || event.target.id === "batch" || "whole" in event.target.dataset) return;
  event.preventDefault();
  send(event.target, event.submitter, line);
});

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
