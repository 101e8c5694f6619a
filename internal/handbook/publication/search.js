// The search of a copy that is read without a server. Every edition has a script
// of its own, data/<edition>.js, which calls renkeiFound with its entries: a page
// that was opened from a disk may load scripts and nothing else.
"use strict";
(() => {
  const form = document.getElementById("search");
  const { root, lang } = form.dataset;
  const labels = JSON.parse(form.dataset.labels);
  const [q, edition, member, measure] = ["q", "edition", "member", "measure"].map((id) => document.getElementById(id));
  const editions = new Map();
  const most = 200;

  window.renkeiFound = (id, entries) => {
    editions.set(id, entries);
    show();
  };

  // As package search folds a text: what is not seen goes, the marks of Latin and
  // Greek letters too, and what is no letter, digit or mark becomes a space.
  const letters = { "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th" };
  const fold = (text) =>
    [...text.replace(/\p{Cf}/gu, "").normalize("NFKC").toLowerCase()]
      .map((c) => letters[c] ?? (/[\p{Script=Latin}\p{Script=Greek}]/u.test(c) ? [...c.normalize("NFD")][0] : c))
      .join("")
      .replace(/[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\uFE20-\uFE2F]/g, "")
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
      .trim()
      .normalize("NFC");

  const line = (entry) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = root + lang + "/" + edition.selectedOptions[0].dataset.file + "/" + entry.f + "#" + encodeURIComponent("i-" + entry.i);
    link.textContent = entry.x[lang];
    const about = document.createElement("span");
    about.className = "meta";
    about.textContent = [labels.members[entry.m], labels.measures[entry.k], labels.statuses[entry.s]].filter(Boolean).join(" · ");
    item.append(link, " ", about);
    return item;
  };

  function show() {
    const entries = editions.get(edition.value);
    const terms = fold(q.value).split(" ").filter(Boolean);
    const hits = document.getElementById("hits");
    if (!entries || (!terms.length && !member.value && !measure.value)) {
      hits.replaceChildren();
      return;
    }
    const found = entries.filter((e) => terms.every((t) => e.t.includes(t)) && (!member.value || e.m === member.value) && (!measure.value || e.k === measure.value));
    const text = found.length > most ? labels.more.replace("%d", most) : labels.found.replace("%d", found.length);
    document.getElementById("count").textContent = found.length ? text : labels.none;
    hits.replaceChildren(...found.slice(0, most).map(line));
  }

  function load() {
    const chosen = edition.selectedOptions[0];
    if (!chosen || editions.has(chosen.value)) return show();
    const script = document.createElement("script");
    script.src = root + "data/" + chosen.dataset.file + ".js";
    document.head.append(script);
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  q.addEventListener("input", show);
  for (const choice of [member, measure]) choice.addEventListener("change", show);
  edition.addEventListener("change", load);
  load();
})();
