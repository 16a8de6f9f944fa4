// Parts of pages that a script asks our own server for.

/** Only what our own server sent, by the event stream or as a part of a page, becomes HTML; it escaped every foreign word in it. */
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("pleiade-card", { createHTML: (html) => html })
  : { createHTML: (html) => html };

/** The header of a request for a part, and of an answer that is one. */
const HEADER = "x-pleiade-part";

/** Puts HTML of our own server into an element. */
export function fill(element, html) {
  element.innerHTML = policy.createHTML(html);
}

/** An element of a class that holds HTML of our own server. */
export function partOf(className, html) {
  const part = document.createElement("div");
  part.className = className;
  fill(part, html);
  return part;
}

/** Sends a form and gives the part that answers it; its `kind` is null where a whole page does. */
export async function post(address, body, signal) {
  const answer = await fetch(address, { method: "POST", body, headers: { [HEADER]: "1" }, redirect: "manual", signal });
  return { status: answer.status, kind: answer.headers.get(HEADER), text: await answer.text() };
}
