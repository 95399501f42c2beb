// The window: one live line to the server, parts swapped in place, keys. It never touches what the agent types.
"use strict";

const Line = (() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body.dataset, zh = body.lang === "zh";
  const talk = $("talk"), thread = $("thread"), messages = $("messages"), newest = $("newest"), line = $("line");
  const holders = Object.fromEntries(["queue", "cases", "pays", "head", "signs", "held", "packet"].map((part) => [part, $(part)]));
  const LISTS = ["queue", "cases", "pays"];
  const SIGNED_OUT = 4401, TOASTS = 3; // as many as leave the list below them readable
  let socket = null, retry = 0, lost = 0, wait = 500, waiting = null, audio = null, atStart = true;
  let marks = {}, sought = ""; // `sought`: the case's card or the message that is to be shown once it is here
  for (const part of Object.keys(holders)) marks[part] = body[`mark${part[0].toUpperCase()}${part.slice(1)}`];
  for (const li of messages.children) marks[li.id] = li.dataset.mark;

  // --- the line ---------------------------------------------------------------------------------------------
  function state(word) {
    line.classList.toggle("lost", word !== "live");
    const text = line.lastElementChild;
    if (text.textContent !== line.dataset[word]) text.textContent = line.dataset[word];
  }

  function tell() {
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ open: body.chat, have: marks, lost }));
    lost = 0;
  }

  // The buyer sees that their agent is typing; a line that is down has nothing to tell.
  function typing(chat, on) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ typing: on, chat }));
  }

  function connect() {
    clearTimeout(retry);
    const own = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/desk/ws`);
    socket = own;
    own.onopen = () => { wait = 500; state("live"); tell(); };
    own.onmessage = (e) => { if (own === socket) apply(JSON.parse(e.data)); };
    own.onclose = (e) => { if (own === socket) gone(e.code); };
  }

  function gone(code) {
    socket = null;
    lost = lost || Date.now() / 1000; // alerts since then are told after the way back
    const out = code === SIGNED_OUT;
    state(out ? "out" : "offline");
    retry = setTimeout(connect, out ? 15000 : wait + Math.random() * 300);
    wait = Math.min(wait * 1.6, 5000);
  }

  // A network that went away says nothing: the line would look open for minutes.
  addEventListener("offline", () => { const old = socket; if (old) { gone(1006); old.close(); } });
  addEventListener("online", () => { if (!socket) connect(); });

  // --- what it brings ---------------------------------------------------------------------------------------
  function apply(news) {
    for (const alert of news.alerts || []) { toast(alert.text, alert.chat); beep(alert.ring); }
    if (news.moved) return move(news.from, news.moved);
    if (!news.parts) return;
    if (news.chat !== body.chat) return tell(); // another chat was opened meanwhile: ask again
    const near = atStart || thread.scrollHeight - thread.scrollTop - thread.clientHeight < 90;
    for (const [name, html] of Object.entries(news.parts)) swap(holders[name], html);
    if ("held" in news.parts && near) bottom(); // it takes room from the words
    if ("packet" in news.parts) Canned.stale();
    Object.assign(marks, news.marks);
    talk.dataset.hold = news.hold;
    body.at = news.at;
    Compose.holds(news.hold);
    for (const id of news.gone) { delete marks[id]; const old = $(id); if (old && messages.contains(old)) old.remove(); }
    for (const [id, html, mark] of news.messages) { put(id, html); marks[id] = mark; }
    if (news.messages.length) {
      days();
      Compose.heard();
      if (near) bottom(); else newest.hidden = false;
    }
    seek();
    atStart = false;
    count(news.waiting);
    counts();
    here();
    tick();
  }

  // The rows of the open chat, in whichever list.
  function here() {
    for (const row of document.querySelectorAll(".chats .chat")) {
      const open = row.dataset.chat === body.chat;
      row.classList.toggle("open", open);
      if (open) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    }
  }

  function seek() {
    const found = sought && $(sought);
    if (!found) return;
    found.scrollIntoView({ block: sought.startsWith("card-") ? "start" : "center" });
    found.classList.add("found");
    setTimeout(() => found.classList.remove("found"), 4000);
    sought = "";
  }

  // What each list holds stands on its tab, whichever is shown.
  function counts() {
    for (const name of LISTS) $(`list-${name}`).querySelector(".number").textContent = holders[name].querySelector("[data-count]").dataset.count;
  }

  function swap(holder, html) {
    const focused = holder.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...holder.querySelectorAll("details[open]")].map((d) => d.id);
    const top = holder.scrollTop;
    holder.innerHTML = html;
    for (const id of open) { const d = $(id); if (d) d.open = true; }
    holder.scrollTop = top;
    if (focused && $(focused)) $(focused).focus({ preventScroll: true });
    else if (focused === "act-claim" || focused.startsWith("act-")) thread.focus({ preventScroll: true });
  }

  function put(id, html) {
    const li = $(id) || document.createElement("li");
    li.innerHTML = html;
    if (li.id) return;
    li.id = id;
    const after = [...messages.children].reverse().find((m) => before(m, li));
    if (after) after.after(li); else messages.prepend(li);
  }

  // By number within a chat; lines of several that are shown as one by when they were said.
  function before(one, other) {
    const [n, of = ""] = one.id.slice(1).split("@"), [m, by = ""] = other.id.slice(1).split("@");
    if (of === by) return +n < +m;
    const at = (li) => li.querySelector("time")?.getAttribute("datetime") || "";
    return at(one) <= at(other);
  }

  // What was opened is shown as one with others, under another's name.
  function move(from, to) {
    if (body.chat !== from) return tell();
    if (/^m\d+$/.test(sought)) sought += `@${from}`;
    const shown = body.tab;
    history.replaceState(null, "", `/desk?chat=${encodeURIComponent(to)}`);
    open(to, false);
    tab(shown);
  }

  function days() {
    let last = "", voice = "";
    for (const li of messages.children) {
      const time = li.querySelector("time"), day = time ? time.dataset.day : last;
      if (day !== last) li.dataset.newday = day; else delete li.dataset.newday;
      // Lines of one person within a minute stand together under one name.
      const article = li.firstElementChild, who = article ? `${article.className} ${article.querySelector("header").textContent.trim()}` : "";
      if (who && who === voice && day === last) li.dataset.follows = ""; else delete li.dataset.follows;
      voice = who;
      last = day;
    }
  }

  function bottom() { thread.scrollTop = thread.scrollHeight; newest.hidden = true; }

  function count(n) {
    if (waiting !== null && n > waiting) beep();
    waiting = n;
    document.title = (n ? `(${n}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  }

  function span(seconds) {
    const m = Math.floor(seconds / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    const [dw, hw, mw] = zh ? [" 天", " 小时", " 分钟"] : [" d", " h", " min"];
    if (d) return `${d}${dw}${h % 24 ? ` ${h % 24}${hw}` : ""}`;
    if (h) return `${h}${hw}${m % 60 ? ` ${m % 60}${mw}` : ""}`;
    return m ? `${m}${mw}` : zh ? "刚刚" : "now";
  }

  function tick() {
    const now = Date.now() / 1000;
    for (const t of document.querySelectorAll("[data-since]")) {
      const s = now - t.dataset.since, text = span(s);
      if (t.textContent !== text) t.textContent = text;
      t.classList.toggle("long", s > 180 && t.closest("ul").getAttribute("aria-labelledby") === "waiting");
    }
    for (const t of document.querySelectorAll("[data-left]")) {
      const s = t.dataset.left - now, over = t.dataset.over ? (zh ? `已超 ${span(-s)}` : `${span(-s)} over`) : "";
      const text = s > 0 ? (zh ? `还剩 ${span(s)}` : `${span(s)} left`) : over;
      if (t.textContent !== text) t.textContent = text;
      t.parentElement.classList.toggle("soon", s < 4 * 3600);
      t.parentElement.classList.toggle("over", s <= 0 && !!over);
    }
    for (const t of document.querySelectorAll("[data-held]")) {
      const s = Math.ceil(t.dataset.held - now);
      t.textContent = s > 0 ? t.dataset.in.replace("{s}", s) : t.dataset.now;
      const undo = t.closest(".held-act").querySelector("[data-undo]");
      if (undo && s <= 0) undo.remove();
    }
  }

  // --- moving around ----------------------------------------------------------------------------------------
  function tab(name) {
    body.tab = name;
    for (const b of document.querySelectorAll(".tabs button")) b.setAttribute("aria-current", b.dataset.tab === name);
    if (name === "thread") bottom();
  }

  function list(name) {
    if (!LISTS.includes(name)) return;
    body.list = name;
    setting("list", name);
    for (const l of LISTS) $(`list-${l}`).setAttribute("aria-selected", l === name);
  }

  function open(chat, push = true) {
    tab("thread");
    if (chat === body.chat) return;
    body.chat = body.at = chat;
    if (push) history.pushState(null, "", `/desk?chat=${encodeURIComponent(chat)}`);
    marks = { queue: marks.queue, cases: marks.cases, pays: marks.pays };
    atStart = true;
    messages.replaceChildren();
    holders.head.replaceChildren();
    holders.packet.replaceChildren();
    holders.signs.replaceChildren();
    holders.held.replaceChildren();
    talk.dataset.hold = "opening";
    newest.hidden = true;
    here();
    Compose.open(chat);
    Compose.holds("opening");
    $("lang").href = $("lang").href.replace(/chat=.*$/, `chat=${encodeURIComponent(chat)}`);
    tell(); // without a line this waits for the way back
  }

  function step(by) {
    const rows = [...holders[body.list].querySelectorAll(".chats .chat")];
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement), at = here >= 0 ? here : rows.findIndex((r) => r.dataset.chat === body.chat);
    const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    pick(row);
    row.focus();
  }

  function pick(row) {
    sought = row.dataset.case ? `card-${row.dataset.case}` : row.dataset.line ? `m${row.dataset.line}` : "";
    open(row.dataset.chat);
    if (row.dataset.tab) tab(row.dataset.tab);
    seek();
  }

  // On a phone the acts stand on another page than the words.
  function toActs() {
    const first = holders.packet.querySelector(".card:not(.closed) .case-acts .button") || holders.packet.querySelector(".case-acts .button");
    if (!first) return;
    tab("packet");
    first.scrollIntoView({ block: "nearest" });
    first.focus();
  }

  function press(selector) { const b = document.querySelector(selector); if (b) b.click(); }

  // --- little things ----------------------------------------------------------------------------------------
  function toast(text, chat) {
    const t = document.createElement(chat ? "a" : "p");
    t.className = "toast";
    t.textContent = text;
    if (chat) { t.href = `/desk?chat=${encodeURIComponent(chat)}`; t.dataset.chat = chat; }
    t.onclick = () => t.remove();
    $("toasts").append(t);
    if ($("toasts").children.length > TOASTS) $("toasts").firstElementChild.remove();
    setTimeout(() => t.remove(), 9000);
  }

  function setting(name, value) {
    try {
      if (value !== undefined) localStorage.setItem(`desk:${name}`, value);
      return localStorage.getItem(`desk:${name}`);
    } catch { return null; }
  }

  const sounds = () => setting("sound") !== "off";

  // One soft tone; what must be heard at once, a P0 or a missed target, has three, higher and louder.
  function beep(ring = false) {
    if (!sounds() || !window.AudioContext) return;
    audio = audio || new AudioContext();
    audio.resume(); // a browser lets a page be heard once somebody has pressed something on it
    for (const n of ring ? [0, 1, 2] : [0]) {
      const tone = audio.createOscillator(), gain = audio.createGain(), at = audio.currentTime + n * 0.4;
      tone.frequency.value = ring ? 988 : 740;
      gain.gain.setValueAtTime(ring ? 0.2 : 0.08, at);
      gain.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.36);
    }
  }

  function theme() {
    const html = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const shown = html.dataset.theme === "auto" ? system : html.dataset.theme;
    html.dataset.theme = shown === "dark" ? "light" : "dark";
    document.cookie = `desk_theme=${html.dataset.theme}; path=/desk; max-age=31536000; samesite=strict`;
  }

  function view(photo) {
    $("viewer").classList.remove("zoomed");
    $("viewed").src = photo.dataset.photo;
    $("viewed").alt = $("viewed-name").textContent = photo.dataset.name;
    $("viewer").showModal();
  }

  document.addEventListener("click", (e) => {
    const row = e.target.closest("a[data-chat]");
    if (row && !e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0) { e.preventDefault(); pick(row); return; }
    const listed = e.target.closest("[role=tab][data-list]");
    if (listed) return list(listed.dataset.list);
    const photo = e.target.closest(".photo");
    if (photo && !photo.classList.contains("broken")) return view(photo);
    const tabbed = e.target.closest(".tabs button");
    if (tabbed) return tab(tabbed.dataset.tab);
    const dialog = e.target.closest("dialog");
    if (e.target.closest("[data-close]") || e.target === dialog) dialog.close();
  });
  $("viewed").addEventListener("click", () => $("viewer").classList.toggle("zoomed"));
  // A photo that does not load says why in words.
  document.addEventListener("error", async (e) => {
    const photo = e.target.closest && e.target.closest(".photo");
    if (!photo || photo.classList.contains("broken")) return;
    photo.classList.add("broken");
    const why = document.createElement("span");
    why.className = "why";
    why.textContent = await fetch(photo.dataset.photo).then((r) => r.ok && r.status !== 202 ? photo.dataset.name : r.text()).catch(() => "…");
    photo.append(why);
  }, true);
  newest.addEventListener("click", bottom);
  thread.addEventListener("scroll", () => { if (thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40) newest.hidden = true; });
  $("theme").addEventListener("click", theme);
  $("help-open").addEventListener("click", () => $("help").showModal());
  const sound = $("sound");
  sound.setAttribute("aria-pressed", sounds());
  sound.addEventListener("click", () => {
    setting("sound", sounds() ? "off" : "on");
    sound.setAttribute("aria-pressed", sounds());
    beep();
  });
  window.addEventListener("popstate", () => open(new URLSearchParams(location.search).get("chat") || "", false));
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input, textarea, select, [contenteditable]");
    if (typing && e.key === "Escape" && !e.isComposing) return thread.focus();
    if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
    const keys = {
      j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
      c: () => { Compose.press("claim"); Compose.press("take"); }, b: () => Compose.press("release"), e: () => Compose.press("resolve"),
      1: () => list("queue"), 2: () => list("cases"), 3: () => list("pays"), a: toActs, z: () => press("[data-undo]"),
      t: () => press("#tag-open"), p: () => press("[data-pass]"), o: () => press("#act-pause"),
      r: () => Compose.write("reply"), n: () => Compose.write("note"), "?": () => $("help").showModal(),
    };
    const arrows = e.key.startsWith("Arrow") && e.target.closest("#thread, #packet");
    if (keys[e.key] && !arrows) { e.preventDefault(); keys[e.key](); }
  });

  // Once every script of the page stands: a key pressed before would go nowhere.
  document.addEventListener("DOMContentLoaded", () => {
    list(setting("list") || "queue");
    counts();
    here();
    Compose.open(body.chat);
    Compose.holds(talk.dataset.hold);
    waiting = +$("waiting").dataset.heard;
    count(waiting);
    days();
    tab(body.tab);
    tick();
    bottom();
    setInterval(tick, 1000);
    connect();
  });

  return { bottom, toast, tab, typing, signedOut: () => { state("out"); toast(line.dataset.out); } };
})();
