// What has to be noticed wherever somebody is: the title says that something is
// REAL, and a sound tells of it where it was asked for. Everything but sound
// works without this file too, one page at a time.
"use strict";
window.watchSignals = ({ kept }) => {
  const sounds = document.getElementById("sounds");
  let known = null;

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
  const alarm = [880, 660, 880, 660, 880, 660];

  function draw() {
    const now = document.getElementById("signals");
    if (!now) return;
    document.title = now.dataset.sign + document.body.dataset.title;
    const alarms = now.dataset.alarm.split(",").filter(Boolean);
    if (known && alarms.some((a) => !known.includes(a))) play(alarm);
    known = alarms;
  }

  if (sounds && window.AudioContext) {
    const show = () => sounds.setAttribute("aria-pressed", String(Boolean(kept.get("sounds"))));
    sounds.hidden = false;
    sounds.addEventListener("click", () => {
      kept.set("sounds", !kept.get("sounds"));
      show();
      play([660]);
    });
    window.addEventListener("storage", show);
    document.addEventListener("pointerdown", wake);
    show();
  }
  return { draw };
};
