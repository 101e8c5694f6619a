// What has to be noticed wherever somebody is. The title says that something is
// REAL and how much is new, tabs say how much is new on their pages, a live
// region reads it out, and where somebody asked for it a sound and the desktop
// tell of it. Numbers in title and tabs come from the server too, with each page.
"use strict";
window.watchSignals = ({ kept }) => {
  const place = document.getElementById("place"), told = document.getElementById("told");
  const tabs = Array.from(document.querySelectorAll("[data-news].news"));
  let alarms = null, heard = null;

  // What was seen is kept in a cookie of the exercise, which the server reads for
  // pages without this script: for each page how much news there was.
  function readSeen() {
    const raw = document.cookie.split("; ").find((c) => c.startsWith("seen="));
    const seen = new URLSearchParams(raw ? raw.slice(5) : "");
    return seen.get("who") === place.dataset.reader ? seen : new URLSearchParams({ who: place.dataset.reader });
  }
  function writeSeen(seen) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `seen=${seen}; path=${place.dataset.path}; max-age=2592000; samesite=lax${secure}`;
  }

  // count shows how much is new on other pages, and on this one since it was last
  // looked at.
  function count(now) {
    const seen = readSeen(), totals = new URLSearchParams(now.dataset.news);
    let all = 0, changed = false;
    for (const badge of tabs) {
      const key = badge.dataset.news, number = badge.querySelector(".n"), page = key.slice(now.dataset.place.length + 1);
      let fresh = Number(number.textContent);
      if (key === `${now.dataset.place} ${page}`) {
        const total = Number(totals.get(page) || 0);
        if (!document.hidden && badge.closest("a").pathname === location.pathname && seen.get(key) !== String(total)) {
          seen.set(key, total);
          changed = true;
        }
        const was = Number(seen.get(key) || 0);
        fresh = was > total ? total : total - was;
      }
      number.textContent = fresh;
      badge.hidden = fresh === 0;
      all += fresh;
    }
    if (changed) writeSeen(seen);
    return all;
  }

  // hear reads out what has come since the page last changed.
  function hear() {
    const latest = Array.from(document.querySelectorAll("#latest > li"));
    const last = latest.length ? Number(latest[latest.length - 1].dataset.n) : 0;
    const fresh = heard === null ? [] : latest.filter((li) => Number(li.dataset.n) > heard);
    const more = heard === null ? 0 : last - heard - fresh.length;
    if (heard === null || last > heard) heard = last;
    if (fresh.length === 0) return;
    const lines = fresh.map((li) => li.textContent);
    if (more > 0) lines.push(place.dataset.more.replace("{N}", more));
    told.textContent = lines.join(". ");
    play([660, 880]);
    notify(lines.join("\n"), `${place.dataset.path} ${last}`);
  }

  function draw() {
    const now = document.getElementById("signals");
    if (!now || !place) return;
    const all = now.dataset.place === undefined ? 0 : count(now), base = document.body.dataset.title;
    document.title = now.dataset.sign + (all && !base.startsWith("(") ? `(${all}) ` : "") + base;
    const is = now.dataset.alarm.split(",").filter(Boolean), fresh = alarms && is.filter((a) => !alarms.includes(a));
    alarms = is;
    if (fresh?.length) {
      play([880, 660, 880, 660, 880, 660]);
      notify(Array.from(now.querySelectorAll(".said-real"), (p) => p.textContent).join("\n"), `${place.dataset.path} real ${is}`);
    }
    hear();
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) draw(); });

  // Browsers let a page sound once somebody has touched it.
  let audio;
  function wake() { if (audio && audio.state === "suspended") audio.resume(); }
  function play(notes) {
    if (!kept.get("sounds")) return;
    try {
      audio ||= new AudioContext();
      wake();
      notes.forEach((hertz, i) => {
        const tone = audio.createOscillator(), volume = audio.createGain(), from = audio.currentTime + i * 0.25;
        tone.frequency.value = hertz;
        volume.gain.setValueAtTime(0.2, from);
        volume.gain.exponentialRampToValueAtTime(0.001, from + 0.24);
        tone.connect(volume).connect(audio.destination);
        tone.start(from);
        tone.stop(from + 0.25);
      });
    } catch { /* no sound here */ }
  }
  // The desktop tells of what comes while nobody looks at the page; of several
  // windows it shows one notice.
  function notify(text, tag) {
    if (!document.hidden || !kept.get("notices") || !window.Notification || Notification.permission !== "granted") return;
    try {
      const notice = new Notification(document.body.dataset.title, { body: text, tag });
      notice.onclick = () => { window.focus(); notice.close(); };
    } catch { /* some phones show none */ }
  }

  // A switch stays as it was left, in all windows.
  function watchSwitch(id, on) {
    const button = document.getElementById(id);
    if (!button) return;
    const show = () => button.setAttribute("aria-pressed", String(Boolean(kept.get(id))));
    button.hidden = false;
    button.addEventListener("click", async () => {
      kept.set(id, !kept.get(id) && await on());
      show();
    });
    window.addEventListener("storage", show);
    show();
  }
  if (window.AudioContext) {
    watchSwitch("sounds", () => { kept.set("sounds", true); play([660]); return true; });
    document.addEventListener("pointerdown", wake);
  }
  if (window.Notification && window.isSecureContext) {
    watchSwitch("notices", async () => (await Notification.requestPermission()) === "granted");
  }
  return { draw };
};
