// Runs in a frame of the identity provider's sign-out page: hands on which of its sessions has ended. No cookie is needed or sent.
const asked = new URLSearchParams(location.search);
if (asked.get('sid')) {
  const body = new URLSearchParams({ iss: asked.get('iss') ?? '', sid: asked.get('sid') });
  fetch(location.pathname, { method: 'POST', body, credentials: 'omit', keepalive: true });
}
