// What the pages do beyond links and forms: let the clock run, keep what is
// being written, and send it again when the link comes back. Everything works
// without this file too, one page at a time.
"use strict";
(() => {
  const words = document.body.dataset;
  const two = (n) => String(n).padStart(2, "0");
  const kept = {
    get: (k) => { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
    set: (k, v) => { try { localStorage.setItem(k, JSON.stringify(v)); } catch { /* full, or forbidden: the page still holds it */ } },
    drop: (k) => { try { localStorage.removeItem(k); } catch { /* forbidden */ } },
  };

  // The clock runs between two frames, while the link to the server is alive.
  let linked = true;
  function tick() {
    if (!linked) return;
    for (const el of document.querySelectorAll(".clock")) {
      const { at, wall, factor, start, zone } = el.dataset;
      if (factor === "0") continue;
      const ms = Number(at) / 1e3 + (Date.now() - Number(wall)) * Number(factor);
      const s = Math.floor(ms / 1e3);
      el.querySelector(".at").textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
      const there = new Date(Number(start) + ms);
      el.querySelector(".utc").textContent = there.toISOString().slice(0, 16).replace("T", " ");
      const ending = el.querySelector(".ending");
      if (ending?.hidden && ms >= Number(ending.dataset.from) / 1e3) ending.hidden = false;
      const local = el.querySelector(".local");
      const clockIn = (z) => there.toLocaleTimeString("en-GB", { timeZone: z, hour: "2-digit", minute: "2-digit" });
      if (local && zone) local.textContent = clockIn(zone);
      for (const el of document.querySelectorAll("time.there")) if (el.dataset.zone) el.textContent = clockIn(el.dataset.zone);
      document.querySelectorAll(".left:not([data-stands])").forEach((el) => countDown(el, ms));
    }
  }
  setInterval(tick, 1000);

  // How long is left, or how long a thing is overdue, runs with the clock.
  function countDown(el, ms) {
    const left = Math.floor(Number(el.dataset.due) / 1e3 - ms), s = Math.floor(Math.abs(left) / 1e3);
    el.classList.toggle("over", left < 0);
    el.querySelector("b").textContent = left < 0 ? el.dataset.over : el.dataset.left;
    el.querySelector(".span").textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  }

  // A clock that is wrong by minutes shows a wrong time: the server's counts.
  let skew = 0;
  const setSkew = () => {
    for (const el of document.querySelectorAll(".clock:not([data-set])")) {
      skew = Date.now() - Number(el.dataset.wall);
      if (Math.abs(skew) > 30000) el.dataset.wall = String(Date.now());
      el.dataset.set = "";
    }
  };

  // Fields that somebody has changed since their form was drawn, sent or reset:
  // what comes from the server leaves them as they are.
  const touched = new WeakSet();
  const isTouched = (form) => Array.from(form.elements).some((el) => touched.has(el));
  const touch = (ev) => { touched.add(ev.target); ev.target.removeAttribute?.("aria-invalid"); };
  document.addEventListener("input", touch);
  document.addEventListener("change", touch);
  document.addEventListener("reset", (ev) => { for (const el of ev.target.elements) touched.delete(el); });
  const written = (el) => el.name && el.name !== "key" && !["hidden", "file", "password", "submit", "button"].includes(el.type);
  function fill(form, fields) {
    for (const el of form.elements) {
      const values = fields.filter((f) => f[0] === el.name).map((f) => f[1]);
      if (el.type === "file" && values.length) {
        try {
          const files = new DataTransfer();
          values.forEach((v) => files.items.add(v));
          el.files = files.files;
        } catch { /* it has to be chosen again */ }
      }
      if (!written(el)) continue;
      if (el.type === "checkbox" || el.type === "radio") el.checked = values.includes(el.value);
      else if (values.length) el.value = values[0]; else continue;
      touched.add(el);
    }
  }

  // Drafts: what is typed into a form with data-draft stays until it was sent.
  const draftKey = (form) => `draft ${words.who} ${location.pathname} ${form.dataset.draft}`;
  const restored = new WeakSet();
  function freeze(form, submitter) {
    const fields = [];
    new FormData(form).forEach((value, name) => fields.push([name, value]));
    if (submitter?.name) fields.push([submitter.name, submitter.value]); // older browsers' FormData takes no submitter
    return fields;
  }
  function saveDraft(form) {
    const names = Array.from(form.elements).filter(written).map((el) => el.name);
    kept.set(draftKey(form), freeze(form).filter((f) => names.includes(f[0])));
  }
  function restoreDraft(form) {
    const fields = kept.get(draftKey(form));
    if (!fields || restored.has(form) || isTouched(form)) return;
    restored.add(form);
    fill(form, fields);
    say(form, words.draft, "hint draft-note");
  }
  const restoreAll = () => document.querySelectorAll("form[data-draft]").forEach(restoreDraft);
  document.addEventListener("input", (ev) => {
    const form = ev.target.closest?.("form[data-draft]");
    if (form) { restored.add(form); saveDraft(form); }
  });
  // Who signs out on a machine that others use leaves no draft behind.
  function forgetDrafts() {
    try {
      for (const k of Object.keys(localStorage)) if (k.startsWith("draft ")) kept.drop(k);
    } catch { /* forbidden: then there is none */ }
  }

  // say puts a sentence at the end of a form, in place of the one before.
  function say(form, text, classes) {
    form.querySelector(".told")?.remove();
    if (!text) return;
    const p = document.createElement("p");
    p.className = `told ${classes}`;
    p.setAttribute("role", classes.includes("problem") ? "alert" : "status");
    p.textContent = text;
    form.append(p);
  }
  function confirmed(text) {
    const el = document.getElementById("said");
    el.textContent = text;
    el.classList.toggle("empty", !text);
  }
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  // What makes a form the same one in the next page or part.
  const formName = (form) => [form.getAttribute("action") || location.pathname, form.id, form.dataset.draft,
    ...Array.from(form.elements).filter((el) => el.type === "hidden" && el.name !== "key").map((el) => `${el.name}=${el.value}`)].join(" ");
  const sendForms = () => Array.from(document.querySelectorAll("form[data-send]"));

  // A part that changes leaves the key of a form, its message and what was typed
  // in it alone: what comes is made to say the same before it is merged.
  function keepForm(old, come) {
    if (!old.matches?.("form[data-send]") || !come.elements) return;
    if (formName(old) !== formName(come)) {
      restored.delete(old);
      for (const el of old.elements) touched.delete(el);
      return;
    }
    if (old.elements.key && come.elements.key) come.elements.key.setAttribute("value", old.elements.key.value);
    const told = old.querySelector(".told");
    if (told) come.append(told.cloneNode(true));
    for (const el of old.elements) {
      const next = touched.has(el) && Array.from(come.elements).find((n) => n.name === el.name && n.id === el.id && n.type === el.type);
      if (!next) continue;
      if (el.hasAttribute("aria-invalid")) for (const a of ["aria-invalid", "aria-describedby"]) next.setAttribute(a, el.getAttribute(a));
      if (next.tagName === "TEXTAREA") next.textContent = el.defaultValue;
      else if (next.tagName === "SELECT") next.innerHTML = el.innerHTML;
      else if (el.type !== "checkbox" && el.type !== "radio" && el.hasAttribute("value")) next.setAttribute("value", el.getAttribute("value"));
    }
  }
  window.htmx?.registerExtension("forms", {
    htmx_before_morph_node: (old, { newNode }) => {
      keepForm(old, newNode);
      if (old.tabIndex !== undefined && old.matches("table.grid a[tabindex]") && newNode.setAttribute) newNode.setAttribute("tabindex", old.getAttribute("tabindex"));
    },
  });

  // Forms with data-send are sent from here: the page stays, the form is free for
  // the next text, and what was sent waits in the outbox until it is answered.
  const box = document.getElementById("outbox");
  const here = location.pathname + location.search;
  let tab = newKey();
  try { tab = sessionStorage.getItem("tab") || tab; sessionStorage.setItem("tab", tab); } catch { /* forbidden: a reload makes it another */ }
  const used = new Set(), pressed = new WeakMap();
  let items = [];
  async function submit(form, submitter) {
    // The second click of a double click, on a form that is empty again.
    const before = pressed.get(form), name = formName(form);
    const waits = items.some((i) => i.form === name && i.refused === undefined);
    if (before && before.submitter === submitter && !isTouched(form) && (waits || Date.now() - before.at < 1000)) return;
    pressed.set(form, { submitter, at: Date.now() });
    const fields = freeze(form, submitter), multipart = form.enctype === "multipart/form-data";
    const key = fields.find((f) => f[0] === "key");
    if (form.elements.key) form.elements.key.value = newKey();
    const shown = Array.from(form.elements).filter((el) => written(el) || el.type === "file").map((el) => el.name);
    const text = fields.filter((f) => shown.includes(f[0])).map((f) => f[1].name || f[1]).filter(Boolean).join("\n");
    form.reset();
    say(form, "", "");
    await ready;
    if (key && used.has(key[1])) key[1] = newKey(); // a part that was kept is drawn with the key of before
    if (key) used.add(key[1]);
    await outbox.add({
      tab, page: here, form: name, action: form.getAttribute("action") || here, multipart, fields,
      title: submitter?.textContent.trim() || "", text,
    });
    if (form.dataset.draft !== undefined && !isTouched(form)) kept.drop(draftKey(form));
  }
  function settled({ tab: from, page, tries, how, text, to }) {
    if (from !== tab || how === "refused") return;
    const leads = to && to.split("#")[0] !== location.pathname + location.search;
    if (leads && page === here && !Array.from(document.forms).some(isTouched)) { kept.set("said", text); location.assign(to); return; }
    confirmed(tries ? `${words.resent} ${text}` : text);
    refresh();
  }

  // point leads to the field that a form's message is about.
  function point(form, field) {
    const told = form.querySelector(".told");
    if (field) {
      told.id = "told-" + newKey();
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${told.id} ${field.getAttribute("aria-describedby") || ""}`.trim());
    }
    (field || form.querySelector("button"))?.focus();
  }
  // tooLarge finds a file that the server would refuse, before it is sent.
  const tooLarge = (form) => Array.from(form.querySelectorAll("input[data-max]"))
    .find((el) => Array.from(el.files).some((f) => f.size > Number(el.dataset.max)));

  // What was refused goes back into its form, where that is free.
  function giveBack(item) {
    const form = sendForms().find((f) => formName(f) === item.form);
    if (!form || isTouched(form)) return false;
    fill(form, item.fields);
    restored.add(form);
    if (form.dataset.draft !== undefined) saveDraft(form);
    say(form, item.refused || words.failed, "problem");
    point(form, Array.from(form.elements).find((el) => (written(el) || el.type === "file") && el.offsetParent));
    items = items.filter((i) => i !== item);
    outbox.cancel(item.id);
    return true;
  }

  // The outbox shows what has not gone at once, and what could not be given back.
  const soon = 1000;
  const make = (name, text, props) => Object.assign(document.createElement(name), { textContent: text }, props);
  function row(item) {
    const li = make("li", "", { className: item.refused === undefined ? "" : "problem" }), said = box.dataset;
    const what = make("p", "", { className: "meta row" });
    const time = new Date(item.at);
    what.append(make("time", time.toLocaleTimeString("en-GB"), { dateTime: time.toISOString() }), make("strong", item.title));
    li.append(what, make("p", item.text, { className: "text", dir: "auto" }));
    const why = { away: said.away, stranger: said.stranger }[item.why] || item.why || said.sending;
    li.append(make("p", item.refused === undefined ? why : item.refused || words.failed, { className: "why" }));
    if (item.multipart && item.refused === undefined) li.append(make("progress", "", { max: 1, value: 0, id: "sent-" + item.id }));
    const form = item.refused !== undefined && sendForms().some((f) => formName(f) === item.form);
    if (form) li.append(make("button", said.back, { type: "button", onclick: () => { if (!giveBack(item)) say(sendForms().find((f) => formName(f) === item.form), said.full, "problem"); } }));
    else if (item.refused !== undefined && item.page !== here) li.append(make("a", said.page, { href: item.page, className: "button" }));
    li.append(make("button", item.refused === undefined ? said.cancel : said.discard, {
      type: "button", onclick: () => { outbox.cancel(item.id); if (item.tries && item.refused === undefined) confirmed(said.cancelled); document.getElementById("main").focus(); },
    }));
    return li;
  }
  let drawn = "";
  function draw() {
    if (!box) return;
    for (const item of items) if (item.refused !== undefined && item.tab === tab) giveBack(item);
    const seen = items.filter((i) => i.refused !== undefined || i.tries || Date.now() - i.at >= soon);
    if (seen.length < items.length) setTimeout(draw, soon);
    for (const form of sendForms()) {
      const waits = seen.some((i) => i.refused === undefined && i.form === formName(form)), told = form.querySelector(".told.waits");
      if (waits && !told) say(form, words.unsent, "problem waits");
      else if (told && !waits) say(form, "", "");
    }
    const now = JSON.stringify(seen.map((i) => [i.id, i.refused, i.why]));
    if (now === drawn) return;
    drawn = now;
    box.hidden = seen.length === 0;
    box.querySelector("ol").replaceChildren(...seen.map(row));
  }
  const outbox = window.newOutbox({
    who: words.who, quiet: Number(words.quiet), settled, stranger: () => session.told(401),
    changed: {
      items(all) { items = all; all.forEach((i) => i.fields.forEach((f) => { if (f[0] === "key") used.add(f[1]); })); draw(); },
      progress(id, part) { const bar = document.getElementById("sent-" + id); if (bar) bar.value = part; },
    },
  });
  const session = window.watchSession({ who: words.who, send: () => outbox.send(), refresh: () => { if (document.getElementById("live")) refresh(); } });
  const ready = outbox.refresh();
  outbox.send();
  document.addEventListener("submit", (ev) => {
    const form = ev.target;
    if (form.getAttribute("action") === "/sign-out") forgetDrafts();
    if (form.dataset.send === undefined || ev.submitter?.dataset.plain !== undefined || form.querySelector("[type=password]")) return;
    ev.preventDefault();
    const large = tooLarge(form);
    if (large) { say(form, words.large, "problem"); point(form, large); return; }
    submit(form, ev.submitter);
  });

  const refresh = () => {
    const live = document.getElementById("live");
    if (live) live.dispatchEvent(new CustomEvent("news"));
    else location.reload();
  };

  // The link to the server. While it is dead the clock stands, and says since
  // when what it shows is so.
  function link(is) {
    const back = is && !linked;
    linked = is;
    const el = document.getElementById("offline");
    if (el) el.hidden = is || session.out();
    session.doubt(!is);
    asOf();
    if (back) { outbox.send(); tick(); }
  }
  function asOf() {
    for (const el of document.querySelectorAll(".clock")) {
      el.classList.toggle("asof", !linked);
      const told = el.querySelector(".asof-text");
      if (linked || told) { if (linked) told?.remove(); continue; }
      const span = document.createElement("strong");
      span.className = "asof-text";
      span.textContent = words.asof;
      el.prepend(span);
    }
  }
  const live = document.querySelector("[data-stream]");
  if (live) {
    window.watchStream({
      path: live.dataset.stream, poll: live.dataset.poll, who: words.who, quiet: Number(words.quiet), link,
      news: () => document.getElementById("live").dispatchEvent(new CustomEvent("news")),
    });
  }
  window.addEventListener("offline", () => link(false));
  window.addEventListener("online", () => { if (!live) link(true); outbox.send(); });

  // Of a list, one a line, the number of lines is shown.
  document.addEventListener("input", (ev) => {
    const out = ev.target.dataset?.counts && document.getElementById(ev.target.dataset.counts);
    if (out) out.textContent = ev.target.value.split("\n").filter((l) => l.trim()).length;
  });

  // A slider says where it stands; its form is sent when it is let go.
  document.addEventListener("input", (ev) => {
    const out = ev.target.dataset?.shows && document.getElementById(ev.target.dataset.shows);
    if (out) { const s = Number(ev.target.value); out.textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`; }
  });
  document.addEventListener("change", (ev) => { if (ev.target.dataset?.go !== undefined) ev.target.form.requestSubmit(); });

  const signals = window.watchSignals({ kept });

  // What waits too long stands in the title and beside the tab of the inbox.
  function alarm() {
    const { alarms, title } = document.getElementById("alarms")?.dataset ?? {};
    if (alarms === undefined) return;
    if (title) document.body.dataset.title = title;
    const count = document.getElementById("inbox-count");
    if (count) { count.hidden = alarms === "0"; count.textContent = `\u25b2 ${alarms}`; }
  }

  // When what has the focus goes away with a change, such as an inject that was
  // acknowledged, the focus goes to what came after it, or before it, or to the
  // heading above.
  let leaves = null;
  document.addEventListener("htmx:before:swap", () => {
    const at = document.activeElement, part = document.getElementById("part");
    leaves = null;
    if (!part || !at || at === part || !part.contains(at)) return;
    const next = [];
    for (let el = at; el !== part; el = el.parentElement) {
      for (let after = el.nextElementSibling; after; after = after.nextElementSibling) next.push(after);
      for (let before = el.previousElementSibling; before; before = before.previousElementSibling) next.push(before);
    }
    leaves = { at, next };
  });
  const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  function moveOn() {
    if (!leaves || leaves.at.isConnected) return;
    for (const el of leaves.next.filter((n) => n.isConnected)) {
      const stop = el.matches(stops) ? el : el.querySelector(stops);
      if (stop || /^H[1-6]$/.test(el.tagName)) {
        if (!stop) el.tabIndex = -1;
        (stop || el).focus();
        return;
      }
    }
    document.getElementById("main").focus();
  }

  // What a form said that led to another page.
  const said = kept.get("said");
  if (said) { kept.drop("said"); confirmed(said); }

  document.addEventListener("htmx:after:swap", () => { setSkew(); draw(); restoreAll(); alarm(); signals.draw(); tick(); asOf(); moveOn(); });
  setSkew();
  restoreAll();
  alarm();
  signals.draw();
})();
