// The board by keyboard: its links are one stop of the tab key, and the arrows,
// Home and End lead from link to link. A pointer that rests on a cell is told the
// unit and the column too, which stand in the heads for those who read by ear.
"use strict";
(() => {
  let at = null; // the link that has the stop, by its address
  const grids = () => document.querySelectorAll("table.grid");
  const linksOf = (grid) => Array.from(grid.querySelectorAll("tbody a"));
  const addressOf = (link) => link.getAttribute("href");

  function stopAt(grid, links, link) {
    for (const a of links) {
      const stop = a === link ? "0" : "-1";
      if (a.getAttribute("tabindex") !== stop) a.setAttribute("tabindex", stop);
    }
    at = addressOf(link);
  }
  function draw() {
    for (const grid of grids()) {
      const links = linksOf(grid);
      if (links.length) stopAt(grid, links, links.find((a) => addressOf(a) === at) || links[0]);
    }
  }

  // The next link in a direction; cells without one are passed over.
  function along(row, from, step) {
    for (let i = from; i >= 0 && i < row.cells.length; i += step) {
      const link = row.cells[i].querySelector("a");
      if (link) return link;
    }
    return null;
  }
  function across(body, from, column, step) {
    for (let i = from; i >= 0 && i < body.rows.length; i += step) {
      const link = body.rows[i].cells[column]?.querySelector("a");
      if (link) return link;
    }
    return null;
  }
  function target(key, cell) {
    const row = cell.parentElement, body = row.parentElement, n = row.sectionRowIndex, i = cell.cellIndex;
    switch (key) {
      case "ArrowRight": return along(row, i + 1, 1);
      case "ArrowLeft": return along(row, i - 1, -1);
      case "ArrowDown": return across(body, n + 1, i, 1);
      case "ArrowUp": return across(body, n - 1, i, -1);
      case "Home": return along(row, 0, 1);
      case "End": return along(row, row.cells.length - 1, -1);
    }
    return undefined;
  }
  document.addEventListener("keydown", (ev) => {
    const cell = ev.target.closest?.("table.grid tbody a")?.closest("td, th");
    if (!cell || ev.altKey || ev.ctrlKey || ev.metaKey || ev.shiftKey) return;
    const to = target(ev.key, cell);
    if (to === undefined) return;
    ev.preventDefault();
    if (!to) return;
    const grid = cell.closest("table");
    stopAt(grid, linksOf(grid), to);
    to.focus();
  });
  document.addEventListener("focusin", (ev) => {
    const link = ev.target.closest?.("table.grid tbody a");
    if (link && link.getAttribute("tabindex") !== "0") stopAt(link.closest("table"), linksOf(link.closest("table")), link);
  });

  document.addEventListener("mouseover", (ev) => {
    const cell = ev.target.closest?.("table.grid td"), link = cell?.querySelector("a.b");
    if (!link) return;
    const grid = cell.closest("table"), unit = cell.parentElement.cells[0].querySelector("a"), head = grid.tHead.rows[0].cells[cell.cellIndex];
    cell.title = [unit.textContent, head.querySelector("abbr")?.title, link.title].filter(Boolean).join(" \u00b7 ");
  });

  document.addEventListener("htmx:after:swap", draw);
  draw();
})();
