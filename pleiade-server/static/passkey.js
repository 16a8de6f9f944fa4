// Passkeys: a form shows itself when the browser knows them, asks the device, and sends what it answers. The server checks everything.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function optionsOf(form) {
  const { publicKey } = JSON.parse(form.dataset.options);
  publicKey.challenge = toBytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = toBytes(publicKey.user.id);
  for (const known of [...(publicKey.excludeCredentials ?? []), ...(publicKey.allowCredentials ?? [])]) known.id = toBytes(known.id);
  return { publicKey };
}

/** The answer as JSON, each buffer in base64url. */
function written({ id, rawId, type, response }) {
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const answer = fields.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  return JSON.stringify({ id, rawId: toText(rawId), type, response: Object.fromEntries(answer) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const said = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.hidden = true;
    try {
      const answer = await navigator.credentials[form.dataset.passkey](optionsOf(form));
      form.elements.credential.value = written(answer);
      form.submit();
    } catch {
      // The person gave up, or the device has no such passkey: browsers do not tell which.
      said.textContent = form.dataset.failed;
      said.hidden = false;
    }
  });
}
