// What forms send. A submission is frozen when it is made: its fields, files and
// key are stored, and sent unchanged until the server has answered, also after a
// reload. Submissions of one person leave in the order in which they were made.
"use strict";
window.newOutbox = ({ who, quiet, changed, settled, stranger }) => {
  const channel = window.BroadcastChannel && new BroadcastChannel("outbox");
  const promised = (req) => new Promise((done, failed) => {
    req.onsuccess = () => done(req.result);
    req.onerror = () => failed(req.error);
  });

  // The store is IndexedDB. Where that is forbidden, texts are in sessionStorage,
  // which outlives a reload, and files in memory.
  const opened = new Promise((done) => {
    const plain = () => done(null);
    try {
      const req = indexedDB.open("outbox", 1);
      req.onupgradeneeded = () => req.result.createObjectStore("items", { keyPath: "id", autoIncrement: true });
      req.onsuccess = () => done(req.result);
      req.onerror = req.onblocked = plain;
      setTimeout(plain, 3000); // some browsers never answer
    } catch { plain(); }
  });
  let memory = [];
  try { memory = JSON.parse(sessionStorage.getItem("outbox")) || []; } catch { /* forbidden: then there is none */ }
  const remember = () => {
    const texts = memory.filter((i) => i.fields.every((f) => typeof f[1] === "string"));
    try { sessionStorage.setItem("outbox", JSON.stringify(texts)); } catch { /* full, or forbidden: memory has it */ }
  };
  // A write is done when it would outlive a crash of the page.
  const write = (db, work) => new Promise((done, failed) => {
    const tx = db.transaction("items", "readwrite");
    const req = work(tx.objectStore("items"));
    tx.oncomplete = () => done(req.result);
    tx.onabort = tx.onerror = () => failed(tx.error);
  });
  const inMemory = {
    add(item) { item.id = Math.min(0, ...memory.map((i) => i.id)) - 1; memory.push(item); remember(); },
    put(item) { memory = memory.map((i) => (i.id === item.id ? item : i)); remember(); },
    drop(id) { memory = memory.filter((i) => i.id !== id); remember(); },
  };
  async function list() {
    const db = await opened;
    let stored = [];
    try { if (db) stored = await promised(db.transaction("items").objectStore("items").getAll()); } catch { /* closed by the browser */ }
    return memory.concat(stored).filter((i) => i.who === who);
  }
  async function put(item) {
    if (item.id < 0) return inMemory.put(item);
    // Only what is still there: another window may have cancelled it.
    await write(await opened, (items) => {
      const req = items.get(item.id);
      req.onsuccess = () => { if (req.result) items.put(item); };
      return req;
    });
  }
  async function drop(id) {
    if (id < 0) inMemory.drop(id);
    else await write(await opened, (items) => items.delete(id));
  }

  // While the server starts again, a proxy answers in its place, and a network
  // that wants a sign-in answers with a page. What our server says is plain text.
  const isOurs = (xhr) => (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  function verdict(xhr) {
    const { status } = xhr, ours = isOurs(xhr);
    if (status === 401 && ours) return "stranger";
    if (status === 429 || (status === 503 && ours)) return "later";
    if (status >= 400 && status !== 408 && (ours || status < 502)) return "refused";
    return status && ours && status < 300 ? "done" : "away";
  }

  // post sends an item once. It gives up when nothing has moved for a while.
  let sending = null;
  const post = (item) => new Promise((done) => {
    const xhr = new XMLHttpRequest(), body = item.multipart ? new FormData() : new URLSearchParams();
    let silence;
    const moved = () => { clearTimeout(silence); silence = setTimeout(() => xhr.abort(), quiet); };
    for (const [name, value] of item.fields) body.append(name, value);
    xhr.upload.onprogress = (ev) => { moved(); if (ev.lengthComputable) changed.progress(item.id, ev.loaded / ev.total); };
    xhr.onprogress = moved;
    xhr.onloadend = () => { clearTimeout(silence); sending = null; done(xhr); };
    xhr.open("POST", item.action);
    xhr.setRequestHeader("Renkei-Send", "1");
    if (who) xhr.setRequestHeader("Renkei-Who", who);
    sending = { id: item.id, xhr };
    moved();
    xhr.send(body);
  });

  const tell = (news) => { if (channel) channel.postMessage(news); heard(news); };
  const heard = (news) => { if (news.settled && news.who === who) settled(news.settled); refresh(); };
  if (channel) channel.onmessage = (ev) => heard(ev.data);
  const refresh = async () => changed.items(await list());

  // attempt sends one item, and reports whether the next may follow.
  async function attempt(item) {
    const xhr = await post(item), how = verdict(xhr), text = isOurs(xhr) ? xhr.responseText : "";
    if (how === "done" || how === "refused") {
      item.refused = how === "refused" ? text : undefined;
      if (how === "done") await drop(item.id); else await put(item);
      const { tab, page, tries } = item;
      tell({ who, settled: { tab, page, tries, how, text, to: xhr.getResponseHeader("Renkei-To") } });
      return true;
    }
    if (!(await list()).some((i) => i.id === item.id)) return true; // cancelled
    item.tries++;
    item.why = how === "later" ? text : how;
    await put(item);
    if (how === "stranger") stranger();
    tell({ who });
    return false;
  }
  // One window sends at a time, where the browser can tell. Where it cannot, the
  // key still makes two attempts count once.
  const alone = (work) => (navigator.locks ? navigator.locks.request("outbox " + who, work) : work());
  let running = false, more = false, timer;
  async function send() {
    clearTimeout(timer);
    if (running) { more = true; return; }
    running = true;
    try {
      do {
        more = false;
        await alone(async () => {
          for (;;) {
            const item = (await list()).find((i) => i.refused === undefined);
            if (!item) return;
            if (!(await attempt(item))) { timer = setTimeout(send, item.why === "stranger" ? 60000 : 4000); more = false; return; }
          }
        });
      } while (more);
    } catch { timer = setTimeout(send, 4000); } finally { running = false; }
  }

  return {
    // add returns the id of the stored submission once it would outlive a reload.
    async add(item) {
      Object.assign(item, { who, at: Date.now(), tries: 0 });
      try { item.id = await write(await opened, (items) => items.add(item)); } catch { inMemory.add(item); }
      tell({ who });
      send();
      return item.id;
    },
    // cancel takes an item out; what the server has already is not taken back.
    async cancel(id) {
      await drop(id);
      if (sending && sending.id === id) sending.xhr.abort();
      tell({ who });
    },
    send, refresh,
  };
};
