// The clock runs between two frames, and nothing else happens here.
"use strict";
setInterval(() => {
  for (const el of document.querySelectorAll(".clock")) {
    const { at, wall, factor } = el.dataset;
    if (factor === "0") continue;
    const s = Math.floor((Number(at) / 1e3 + (Date.now() - Number(wall)) * Number(factor)) / 1e3);
    const two = (n) => String(n).padStart(2, "0");
    el.querySelector(".at").textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  }
}, 1000);
