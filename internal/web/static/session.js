// Who is signed out while they write keeps the page: it says so, offers to sign
// in in another window, and goes on once that was done.
"use strict";
window.watchSession = ({ who, send, refresh }) => {
  const note = document.getElementById("signed-out"), gone = document.getElementById("page-gone");
  const offline = document.getElementById("offline");
  const channel = window.BroadcastChannel && new BroadcastChannel("session");
  let out = false, asking = false;
  function told(status) {
    const was = out;
    out = status === 401;
    if (note) note.hidden = !out;
    if (gone) gone.hidden = ![403, 404, 410].includes(status);
    if (out && offline) offline.hidden = true;
    if (was && status < 400) { send(); refresh(); }
  }
  // ask finds out whether the page is still there for who wrote on it.
  async function ask() {
    if (asking || !who) return;
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true", "Renkei-Who": who }, redirect: "manual" });
      if (answer.status) told(answer.status);
    } catch { /* no link: that is said elsewhere */ } finally { asking = false; }
  }
  // doubt asks when the link stays down: the server may have ended it.
  // Each try that fails says so again, and must not put the question off.
  let doubted = 0;
  function doubt(is) {
    if (is && doubted) return;
    clearTimeout(doubted);
    doubted = is ? setTimeout(() => { doubted = 0; ask(); }, 2000 + Math.random() * 3000) : 0;
  }
  const back = () => { if (out && !document.hidden) ask(); };
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", back);
  if (channel) {
    channel.onmessage = ({ data }) => { if (data === who) ask(); };
    if (who) channel.postMessage(who);
  }
  // A page never goes inside a page: what comes in place of a part is an error, a
  // page to which the request was led, or that of a network that wants a sign-in.
  document.addEventListener("htmx:before:response", (ev) => {
    const { target, response } = ev.detail.ctx;
    const part = target?.id === "part" ? (response.headers.get("Vary") || "").includes("HX-Request") : response.status < 400 && !response.raw.redirected;
    if (part || !["part", "signals"].includes(target?.id)) return;
    ev.preventDefault();
    if (response.status < 500 && response.status !== 429) ask();
  });
  return { out: () => out, told, doubt };
};
