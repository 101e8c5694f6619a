// The projector: news from the stream, or asked for where there is none, and
// deadlines that run down.
"use strict";
(() => {
  const live = document.getElementById("live"), words = document.body.dataset;
  const two = (n) => String(n).padStart(2, "0");
  let skew = null;
  function tick() {
    const clock = document.getElementById("clock");
    if (!clock) return;
    const { at, wall, factor } = clock.dataset;
    if (skew === null) skew = Date.now() - Number(wall); // a projector's clock may be wrong by hours
    const now = Number(at) / 1e3 + (Date.now() - skew - Number(wall)) * Number(factor);
    for (const el of document.querySelectorAll("[data-due]")) {
      const left = Math.floor((Number(el.dataset.due) / 1e3 - now) / 1e3), s = Math.abs(left);
      el.classList.toggle("over", left < 0);
      el.textContent = `${left < 0 ? "\u2212" : ""}${Math.floor(s / 60)}:${two(s % 60)}`;
    }
  }
  setInterval(tick, 500);
  document.addEventListener("htmx:after:swap", () => { skew = null; tick(); });
  tick();
  window.watchStream({
    path: live.dataset.stream, poll: live.dataset.poll, who: words.who, quiet: Number(words.quiet),
    news: () => live.dispatchEvent(new CustomEvent("news")),
    link: (is) => { document.getElementById("offline").hidden = is; },
  });
})();
