// What paper needs beyond the style sheet: the marking and the title on every
// sheet, what is folded away unfolded, and a board that is wider than a sheet in
// parts that each begin with their units. Afterwards the page is as it was.
"use strict";
(() => {
  const columns = 20; // of a board, beside its first two, on a sheet of A4
  const first = 2;
  const sheet = document.documentElement.style;
  let undo = [];

  function unfold() {
    for (const el of document.querySelectorAll("details:not([open])")) {
      const name = el.getAttribute("name"); // of one name only one may stand open
      if (name) el.removeAttribute("name");
      el.open = true;
      undo.push(() => { el.open = false; if (name) el.setAttribute("name", name); });
    }
  }

  function part(table, from) {
    const some = table.cloneNode(true);
    for (const row of some.rows) {
      for (let i = row.cells.length - 1; i >= first; i--) if (i < from || i >= from + columns) row.deleteCell(i);
    }
    return some;
  }
  function split(table) {
    const n = table.tHead.rows[0].cells.length, parts = [];
    if (n <= first + columns) return;
    for (let from = first; from < n; from += columns) parts.push(part(table, from));
    table.after(...parts);
    table.hidden = true;
    undo.push(() => { parts.forEach((p) => p.remove()); table.hidden = false; });
  }

  window.addEventListener("beforeprint", () => {
    sheet.setProperty("--sheet-marking", JSON.stringify(document.querySelector(".marking")?.textContent ?? ""));
    sheet.setProperty("--sheet-title", JSON.stringify(document.title));
    unfold();
    document.querySelectorAll("table.grid").forEach(split);
  });
  window.addEventListener("afterprint", () => {
    undo.reverse().forEach((f) => f());
    undo = [];
  });
})();
