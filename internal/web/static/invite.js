// What an invitation does beyond its page: times in the reader's own zone, and
// sheets that are printed and copied.
"use strict";
(() => {
  for (const el of document.querySelectorAll(".own-time")) {
    try {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const own = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
      el.textContent = `${el.dataset.words} ${own.formatRange(new Date(el.dataset.from), new Date(el.dataset.to))} (${zone})`;
      el.hidden = false;
    } catch { /* an old browser: the other times stand there */ }
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.onclick = () => window.print();
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    const from = document.getElementById(button.dataset.copy), said = document.getElementById("said");
    button.hidden = false;
    button.onclick = async () => {
      from.select();
      try { await navigator.clipboard.writeText(from.value); } catch { document.execCommand("copy"); }
      said.textContent = button.dataset.said;
      said.classList.remove("empty");
    };
  }
})();
