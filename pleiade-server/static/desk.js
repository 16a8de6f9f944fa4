// Keeps the cards of a visible page fresh. Everything works without it: the page then offers a link to refresh.

/** Only what our own event stream sent becomes HTML; the server escaped every foreign word in it. */
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("pleiade-card", { createHTML: (html) => html })
  : { createHTML: (html) => html };

const board = document.querySelector("[data-events]");
const live = document.getElementById("news");
let stream;
let announced = 0;

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

function open() {
  if (stream || document.hidden) return;
  stream = new EventSource(board.dataset.events);
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
  for (const kind of ["bye", "reload"]) stream.addEventListener(kind, again);
}

/** Asks for the page again. One that is told so as soon as it has come waits a little: whatever is wrong, it must not turn in circles. */
function again() {
  close();
  setTimeout(() => location.reload(), Math.max(0, 3_000 - performance.now()));
}

function close() {
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
