// Keeps the cards of a visible page fresh. Everything works without it: the page then offers a link to refresh.

/** Only what our own event stream sent becomes HTML; the server escaped every foreign word in it. */
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
  const focus = focusWithin(old);
  old.replaceWith(fresh);
  if (focus !== null) {
    const targets = fresh.querySelectorAll("a, button");
    (targets[Math.min(focus, targets.length - 1)] ?? document.getElementById("contenu")).focus({ preventScroll: true });
  }
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
