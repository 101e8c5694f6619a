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

  // The clock runs between two frames.
  function tick() {
    for (const el of document.querySelectorAll(".clock")) {
      const { at, wall, factor, start, zone } = el.dataset;
      if (factor === "0") continue;
      const ms = Number(at) / 1e3 + (Date.now() - Number(wall)) * Number(factor);
      const s = Math.floor(ms / 1e3);
      el.querySelector(".at").textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
      const there = new Date(Number(start) + ms);
      el.querySelector(".utc").textContent = there.toISOString().slice(0, 16).replace("T", " ");
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

  // Drafts: what is typed into a form with data-draft stays until it was sent.
  const draftKey = (form) => `draft ${words.who} ${location.pathname} ${form.dataset.draft}`;
  const written = (el) => el.name && el.name !== "key" && !["hidden", "file", "password", "submit"].includes(el.type);
  function saveDraft(form) {
    const fields = [];
    for (const el of form.elements) {
      if (!written(el)) continue;
      if (el.type === "checkbox" || el.type === "radio") fields.push([el.name, el.value, el.checked]);
      else fields.push([el.name, el.value]);
    }
    kept.set(draftKey(form), fields);
  }
  function restoreDraft(form) {
    const fields = kept.get(draftKey(form));
    if (!fields || form.dataset.restored !== undefined) return;
    form.dataset.restored = "";
    for (const [name, value, checked] of fields) {
      for (const el of form.elements) {
        if (el.name !== name || !written(el)) continue;
        if (checked === undefined) el.value = value;
        else if (el.value === value) el.checked = checked;
      }
    }
    say(form, words.draft, "hint draft-note");
  }
  const restoreAll = () => document.querySelectorAll("form[data-draft]").forEach(restoreDraft);
  document.addEventListener("input", (ev) => {
    const form = ev.target.closest?.("form[data-draft]");
    if (form) { form.dataset.restored = ""; saveDraft(form); }
  });

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

  // While the server starts again, a proxy answers in its place; what we refuse
  // is a sentence.
  const isAway = (res) => [502, 503, 504].includes(res.status) && !res.headers.get("Content-Type")?.startsWith("text/plain");

  // Forms with data-send are sent from here: the page stays, and what could not
  // be sent is sent again. Its key makes that work once.
  async function send(form, submitter, again) {
    if (form.dataset.busy !== undefined && !again) return;
    form.dataset.busy = "";
    const data = new FormData(form, submitter);
    const multipart = form.enctype === "multipart/form-data";
    let res;
    try {
      res = await fetch(form.getAttribute("action") || location.href, {
        method: "POST", headers: { "Renkei-Send": "1" }, body: multipart ? data : new URLSearchParams(data),
      });
      if (isAway(res)) throw new Error("away");
    } catch {
      say(form, words.unsent, "problem waits");
      setTimeout(() => send(form, submitter, true), 4000);
      return;
    }
    delete form.dataset.busy;
    const text = await res.text();
    if (!res.ok) { say(form, text, "problem"); return; }
    say(form, "", "");
    if (form.dataset.draft !== undefined) kept.drop(draftKey(form));
    const to = res.headers.get("Renkei-To");
    if (to && to.split("#")[0] !== location.pathname + location.search) { kept.set("said", text); location.assign(to); return; }
    confirmed(again ? `${words.resent} ${text}` : text);
    form.reset();
    if (form.elements.key) form.elements.key.value = newKey();
    refresh();
  }
  // Who signs out on a machine that others use leaves no draft behind.
  function forgetDrafts() {
    try {
      for (const k of Object.keys(localStorage)) if (k.startsWith("draft ")) kept.drop(k);
    } catch { /* forbidden: then there is none */ }
  }
  document.addEventListener("submit", (ev) => {
    const form = ev.target;
    if (form.getAttribute("action") === "/sign-out") forgetDrafts();
    if (form.dataset.send === undefined || ev.submitter?.dataset.plain !== undefined || !window.fetch) return;
    ev.preventDefault();
    send(form, ev.submitter, false);
  });

  const refresh = () => {
    const live = document.getElementById("live");
    if (live) live.dispatchEvent(new CustomEvent("news"));
    else location.reload();
  };

  // The link to the server.
  const offline = (is) => { const el = document.getElementById("offline"); if (el) el.hidden = !is; };
  document.addEventListener("htmx:sse:error", () => offline(true));
  document.addEventListener("htmx:sse:after:connection", () => offline(false));
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("online", () => offline(false));

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

  // What waits too long stands in the title and beside the tab of the inbox.
  function alarm() {
    const { alarms, title } = document.getElementById("alarms")?.dataset ?? {};
    if (alarms === undefined) return;
    if (title) document.title = title;
    const count = document.getElementById("inbox-count");
    if (count) { count.hidden = alarms === "0"; count.textContent = `\u25b2 ${alarms}`; }
  }

  // What a form said that led to another page.
  const said = kept.get("said");
  if (said) { kept.drop("said"); confirmed(said); }

  document.addEventListener("htmx:after:swap", () => { setSkew(); restoreAll(); alarm(); tick(); });
  setSkew();
  restoreAll();
  alarm();
})();
