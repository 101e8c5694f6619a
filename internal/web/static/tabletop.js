// One key for each step of a facilitator. Keys do nothing while somebody types,
// and can be switched off.
"use strict";
(() => {
  const button = document.getElementById("table-keys");
  const kept = {
    get: () => { try { return localStorage.getItem("table-keys") !== "off"; } catch { return true; } },
    set: (on) => { try { localStorage.setItem("table-keys", on ? "on" : "off"); } catch { /* forbidden: until the page is left */ } },
  };
  let on = kept.get();
  function show() {
    const now = document.getElementById("table-keys");
    if (!now) return;
    now.hidden = false;
    now.setAttribute("aria-pressed", String(on));
  }
  document.addEventListener("click", (ev) => {
    if (ev.target.id !== "table-keys") return;
    on = !on;
    kept.set(on);
    show();
  });
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("keydown", (ev) => {
    if (!on || ev.ctrlKey || ev.metaKey || ev.altKey || ev.isComposing || ev.repeat) return;
    if (ev.target.closest("input, textarea, select")) return;
    const to = document.querySelector(`[data-key="${CSS.escape(ev.key.toLowerCase())}"]`);
    if (!to) return;
    ev.preventDefault();
    if (to.matches("textarea")) to.focus();
    else to.click();
  });
  if (button) show();
})();
