// Keys for what has data-key: a link or a button is clicked, a field gets the
// focus. "?" lists those of the page. They do nothing while somebody types, and
// can be switched off.
"use strict";
(() => {
  const list = document.getElementById("keys");
  if (!list) return;
  const toggle = document.getElementById("keys-on");
  toggle.checked = true;
  try { toggle.checked = localStorage.getItem("keys") !== "off"; } catch { /* forbidden: on */ }
  toggle.addEventListener("change", () => {
    try { localStorage.setItem("keys", toggle.checked ? "on" : "off"); } catch { /* forbidden: until the page is left */ }
  });
  const keyed = () => Array.from(document.querySelectorAll("[data-key]")).filter((el) => el.getClientRects().length);
  function nameOf(el) {
    if (el.labels?.length) el = el.labels[0];
    const copy = el.cloneNode(true);
    copy.querySelectorAll("kbd, .badge, .sr").forEach((part) => part.remove());
    return el.getAttribute("aria-label") || copy.textContent.trim();
  }
  function show() {
    const rows = keyed().flatMap((el) => {
      const key = document.createElement("dt"), name = document.createElement("dd"), kbd = document.createElement("kbd");
      kbd.textContent = el.dataset.key.toUpperCase();
      key.append(kbd);
      name.textContent = nameOf(el);
      return [key, name];
    });
    list.querySelector("dl").replaceChildren(...rows);
    if (list.showModal) list.showModal(); else list.setAttribute("open", "");
  }
  document.getElementById("keys-close").addEventListener("click", () => { if (list.close) list.close(); else list.removeAttribute("open"); });
  const opener = document.getElementById("keys-open");
  opener.hidden = false;
  opener.addEventListener("click", show);
  document.addEventListener("keydown", (ev) => {
    if (!toggle.checked || ev.ctrlKey || ev.metaKey || ev.altKey || ev.isComposing || ev.repeat) return;
    if (list.open || ev.target.closest("input, textarea, select, [contenteditable]")) return;
    if (ev.key === "?") { ev.preventDefault(); show(); return; }
    const key = ev.key.toLowerCase();
    const to = keyed().find((el) => el.dataset.key === key);
    if (!to) return;
    ev.preventDefault();
    if (to.matches("textarea, input")) to.focus(); else to.click();
  });
})();
