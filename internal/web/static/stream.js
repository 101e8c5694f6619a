// The link to the server: one stream for all windows of a page's exercise. A
// window that holds it passes its words on to the others; where the browser
// knows no locks, each window has a stream of its own. A stream goes on while
// its window is hidden, so that alarms reach it there. After twice the heartbeat
// without a word the link counts as dead.
"use strict";
window.watchStream = ({ path, poll, who, quiet, news, link }) => {
  const name = `stream ${who} ${path}`;
  const shared = Boolean(window.BroadcastChannel && navigator.locks);
  const channel = shared && new BroadcastChannel(name);
  let source, silence, last, broken = 0, release = null;
  function word(data) {
    clearTimeout(silence);
    silence = setTimeout(dead, quiet);
    link(true);
    if (data && data !== last) { last = data; news(); }
  }
  // Where nothing comes through a stream, as behind some proxies, a page that has
  // poll asks for the same words, every few seconds. While it is answered, a
  // stream that breaks is no loss that the page would have to tell.
  let streamed = 0, polled = 0, asks;
  const later = () => { clearTimeout(asks); asks = setTimeout(ask, 4000 * (0.7 + Math.random() * 0.6)); };
  async function ask() {
    later();
    if (Date.now() - streamed < quiet || document.hidden) return;
    try {
      const answer = await fetch(poll, { cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      word(await answer.text());
      polled = Date.now();
    } catch {
      polled = 0;
      link(false);
    }
  }
  if (poll) {
    later();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  }
  function said(data) {
    streamed = Date.now();
    broken = 0;
    if (channel) channel.postMessage(data);
    word(data);
  }
  function open() {
    if (source) source.close();
    const mine = source = new EventSource(path);
    mine.addEventListener("news", (ev) => said(ev.data));
    mine.addEventListener("beat", () => said(""));
    mine.onerror = () => {
      streamed = 0;
      if (Date.now() - polled > quiet) {
        link(false);
        if (channel) channel.postMessage(false);
      }
      // A browser gives up where the answer is an error: a proxy's, while the
      // server starts again.
      if (mine.readyState !== EventSource.CLOSED) return;
      setTimeout(() => { if (source === mine) open(); }, Math.min(500 * 2 ** broken++, 30000) * (0.7 + Math.random() * 0.6));
    };
  }
  // Who holds the lock holds the stream. A holder that says nothing any more may
  // be asleep: a window that is looked at takes it over.
  function hold(options) {
    navigator.locks.request(name, options, () => new Promise((done) => { release = done; open(); }))
      .catch((err) => {
        release = null;
        if (err.name !== "AbortError") { open(); return; } // no locks here
        if (source) source.close(); // another window has taken it over
        source = null;
        hold({});
      });
  }
  function dead() {
    link(false);
    silence = setTimeout(dead, quiet);
    if (!shared || release) open(); else if (!document.hidden) hold({ steal: true });
  }
  silence = setTimeout(dead, quiet);
  if (!shared) { open(); return; }
  channel.onmessage = ({ data }) => {
    if (data === "?") { if (release && last) channel.postMessage(last); } // a window that has just been opened
    else if (data === false) link(false);
    else { streamed = Date.now(); word(data); }
  };
  channel.postMessage("?");
  hold({});
};
