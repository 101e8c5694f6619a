// Makes passkeys and signs with them. A form with data-passkey says what the
// server wants in data-options; what the browser answers goes into its field
// "answer", and the form is sent as any other.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""))
      .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

  const options = (form) => {
    const o = JSON.parse(form.dataset.options);
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    if (o.excludeCredentials) o.excludeCredentials = known(o.excludeCredentials);
    if (o.allowCredentials) o.allowCredentials = known(o.allowCredentials);
    return { publicKey: o };
  };

  const answer = (c) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (c.response[name]) response[name] = text(c.response[name]);
    }
    if (c.response.getTransports) response.transports = c.response.getTransports();
    return JSON.stringify({
      id: c.id, rawId: text(c.rawId), type: c.type, response,
      authenticatorAttachment: c.authenticatorAttachment || undefined,
      clientExtensionResults: c.getClientExtensionResults(),
    });
  };

  const refused = (form) => {
    const problem = form.querySelector("[role=alert]");
    problem.textContent = form.dataset.refused;
    problem.hidden = false;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.passkey) return;
    event.preventDefault();
    try {
      const wanted = options(form);
      const made = await (form.dataset.passkey === "create"
        ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted));
      form.elements.answer.value = answer(made);
    } catch {
      refused(form); // the person has declined, or the browser knows no passkeys
      return;
    }
    form.submit();
  });
})();
