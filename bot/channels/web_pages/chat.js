// The buyer's page: joins session, connection, outbox and log. The server's transcript is the truth of what was
// said; the page shows it, and below it what has not arrived there yet.
import { Connection } from "./connection.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Tray, upload } from "./photos.js";
import { identify, randomId } from "./session.js";

const MOST = 10_000;
const LONG = 4_000;
const RETRY_UPLOAD = 3_000;
const TYPING_MOST = 12_000;
const at = (id) => document.getElementById(id);

const who = identify();
const words = (await (await fetch(new URL("words.json", import.meta.url))).json())[who.lang];
const say = (key, n) => words[key].replace("{n}", n).replace("{name}", n);
const outbox = new Outbox(who.storage, who.prefix);
const log = new Log(at("log"), at("pending"), words, who.lang, (value, label) => submit({ text: label, button: value }));
const tray = new Tray(at("tray"), words, refresh, (key, n) => note(say(key, n)));
const line = new Connection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat/ws`);

let ready = false; // hello is said, frames flow
let replaying = true; // until the first status: what comes is history, not news
let sending = null; // one at a time, so that order holds whatever fails
let uploading = false;
let pause = 0;
let handler = "bot";
let unread = 0;
let framedOpen = !who.framed;
let typing = 0;
let typed = 0; // when people were last told that the buyer is typing
let said = 0; // when the buyer last sent something
let ending = 0; // the button to end the chat with a person was pressed once

// --- words and layout

function dress() {
  document.documentElement.lang = who.lang === "zh" ? "zh-CN" : "en";
  document.documentElement.classList.toggle("framed", who.framed);
  at("title").textContent = words.title;
  at("hello").textContent = words.hello;
  at("hello-more").textContent = words.hello_more;
  at("drop-word").textContent = words.drop_here;
  at("typing-word").textContent = words.typing;
  at("newer").textContent = `↓ ${words.new_messages}`;
  at("text").placeholder = words.placeholder;
  for (const [id, key] of [["text", "message"], ["send", "send"], ["file", "add_photo"], ["close", "close"]]) {
    at(id).setAttribute("aria-label", words[key]);
    if (id !== "text") at(id).title = words[key];
  }
  at("attach").title = words.add_photo;
  for (const key of ["chip_return", "chip_refund", "chip_person"]) {
    const chip = document.createElement("button");
    Object.assign(chip, { type: "button", className: "choice", textContent: words[key] });
    chip.onclick = () => submit({ text: words[key] });
    at("chips").append(chip);
  }
  at("status").textContent = words.connecting;
}

function refresh() {
  const text = at("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
  const length = text.value.length;
  at("tray").hidden = tray.empty;
  at("send").disabled = (!text.value.trim() && tray.empty) || length > MOST;
  if (length > MOST) note(say("letters_over", length - MOST));
  else if (length > MOST - 500) note(say("letters_left", MOST - length));
  else note(length > LONG ? say("text_long", length) : "");
}

function note(text) {
  at("note").textContent = text;
  at("note").hidden = !text;
}

function banner(text) {
  at("banner").textContent = text;
  at("banner").hidden = !text;
}

const box = at("scroll");
const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 90;
function toEnd(behavior = "instant") {
  box.scrollTo({ top: box.scrollHeight, behavior });
  at("newer").hidden = true;
}

function keepingEnd(change, own = false) {
  const follow = own || atEnd();
  change();
  at("welcome").hidden = !log.empty;
  if (follow) toEnd();
  else at("newer").hidden = false;
}

// --- out: into the outbox, from there one by one to the server

function submit({ text = "", button = null, photos = [] }) {
  const clean = (s) => s.toWellFormed?.() ?? s;
  said = Date.now();
  const item = { id: randomId(16), text: clean(text), button, photos: photos.map((p) => ({ ...p })) };
  outbox.add(item);
  keepingEnd(() => expect(item), true);
  pump();
}

function expect(item) {
  log.expect(item);
  log.state(item.id, ready ? words.sending : words.waiting);
  if (item.failed) failed(item, item.failed);
}

async function pump() {
  const item = outbox.first();
  if (!ready || sending || pause || !item) return;
  sending = item.id;
  try {
    for (const photo of item.photos.filter((p) => !p.remote)) {
      log.state(item.id, words.uploading);
      uploading = true;
      photo.remote = await upload(photo, who).finally(() => { uploading = false; });
      outbox.keep(item);
    }
  } catch (fault) {
    if (fault.refused) return failed(item, words[fault.refused] ?? fault.refused);
    log.state(item.id, ready ? words.sending : words.waiting);
    return wait(RETRY_UPLOAD);
  }
  if (!ready) { sending = null; return; }
  log.state(item.id, words.sending);
  const said = item.button === null ? { text: item.text, attachments: item.photos.map((p) => p.remote) } : { button: item.button, label: item.text };
  line.send({ id: item.id, ...said });
}

function wait(milliseconds) {
  sending = null;
  clearTimeout(pause);
  pause = setTimeout(() => { pause = 0; pump(); }, milliseconds);
}

function failed(item, why) {
  item.failed = why;
  outbox.keep(item);
  if (sending === item.id) sending = null;
  const gone = () => { outbox.drop(item.id); keepingEnd(() => log.settle(item.id)); };
  log.state(item.id, `${words.failed} · ${why}`, {
    ...(item.button === null && item.text ? { edit: () => { at("text").value = item.text; gone(); at("text").focus(); changedText(); } } : {}),
    ...(item.text.length <= MOST ? { retry: () => { delete item.failed; outbox.keep(item); log.state(item.id, words.sending); pump(); } } : {}),
    discard: gone,
  });
  pump();
}

// --- in: frames of the server

const frames = {
  message(message) {
    const own = message.key && (outbox.find(message.key) || at("pending").querySelector(`[data-id="${CSS.escape(message.key)}"]`));
    keepingEnd(() => {
      if (own) {
        log.settle(message.key);
        delivered(message.key);
      }
      if (log.add(message) && !replaying && message.author !== "buyer") news();
    });
  },
  update(message) {
    const follow = atEnd();
    log.update(message);
    if (follow) toEnd();
  },
  ack(id) {
    log.state(id, `✓ ${words.sent}`);
    if (handler === "bot") showTyping();
    note("");
    delivered(id);
  },
  error({ id, code, text, after }) {
    const item = outbox.find(id ?? sending);
    if (after) {
      note(text);
      wait(after * 1000);
    } else if (item) failed(item, text);
    else banner(text);
    if (code === "too_many_tabs") banner(text);
  },
  status({ handler: now, agent, position }) {
    handler = now;
    at("page").dataset.handler = now;
    const place = position === null ? words.queued_status : say("queued_place", position);
    at("status").textContent = now === "agent" ? say("agent_status", agent) : now === "queued" ? place : words.bot_status;
    if (now !== "bot") hideTyping();
    at("typing-word").textContent = now === "agent" ? say("agent_types", agent) : words.typing;
    calm();
    if (!replaying) return;
    replaying = false;
    at("live").setAttribute("aria-live", "polite");
    at("welcome").hidden = !log.empty;
    toEnd();
  },
  typing(seconds) {
    if (seconds) showTyping(seconds * 1000);
    else hideTyping();
  },
  pong() {},
};

function delivered(id) {
  outbox.drop(id);
  if (sending === id) sending = null;
  pump();
}

function news() {
  hideTyping();
  if (!document.hidden && framedOpen) return;
  unread += 1;
  showUnread();
}

function showUnread() {
  document.title = unread ? `(${unread}) ${words.title}` : words.title;
  if (who.framed) parent.postMessage({ aftersales: "unread", count: unread }, "*");
}

function read() {
  if (!document.hidden && framedOpen && unread) { unread = 0; showUnread(); }
}

function showTyping(milliseconds = TYPING_MOST) {
  clearTimeout(typing);
  typing = setTimeout(hideTyping, milliseconds);
  keepingEnd(() => { at("typing").hidden = false; });
}

function hideTyping() {
  clearTimeout(typing);
  at("typing").hidden = true;
}

// The way back to the bot stands in the head while a person answers; a second press means it.
function calm() {
  clearTimeout(ending);
  ending = 0;
  at("end-person").hidden = handler !== "agent";
  at("end-person").textContent = words.end_person;
}

at("end-person").addEventListener("click", () => {
  if (ending) {
    submit({ text: words.end_person_said, button: "end_person" });
    return calm();
  }
  at("end-person").textContent = words.end_person_sure;
  ending = setTimeout(calm, 4_000);
});

line.addEventListener("open", () => {
  line.send({ hello: { session: who.session, token: who.token, after: log.seen, rev: log.rev, lang: who.lang } });
  ready = true;
  banner("");
  for (const item of outbox.items.filter((i) => !i.failed)) log.state(item.id, words.sending);
  pump();
});
line.addEventListener("closed", () => {
  ready = false;
  // Its ack may have been lost: it is sent again, and dropped there if it had arrived. An upload goes on by itself.
  if (!uploading) sending = null;
  hideTyping();
  banner(words.offline);
  for (const item of outbox.items.filter((i) => !i.failed)) log.state(item.id, words.waiting);
});
line.addEventListener("frame", ({ detail }) => {
  for (const [name, value] of Object.entries(detail)) frames[name]?.(value);
});

// --- the composer

const text = at("text");

function changedText() {
  refresh();
  try {
    who.storage.setItem(`${who.prefix}draft`, text.value);
  } catch { /* full: the draft is the lesser loss */ }
  types(Boolean(text.value.trim()));
}

// People see that the buyer is typing; told again every three seconds, and once that it is over. The bot waits for the
// rest of a burst.
function types(on) {
  const since = Date.now() - said; // the bot cares for it only right after something was said
  if (handler === "bot" && since > 5_000) return;
  if (on ? Date.now() - typed < (handler === "bot" ? 1_200 : 3_000) : !typed) return;
  typed = on ? Date.now() : 0;
  line.send({ typing: on });
}

function post() {
  if (at("send").disabled) return;
  submit({ text: text.value.trim(), photos: tray.take() });
  text.value = "";
  changedText();
}

text.addEventListener("input", changedText);
text.addEventListener("keydown", (e) => {
  // While a Chinese word is being composed Enter belongs to the input method (229: Safari's way to say so).
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
  e.preventDefault();
  post();
});
at("composer").addEventListener("submit", (e) => { e.preventDefault(); post(); });
at("file").addEventListener("change", (e) => { tray.add([...e.target.files]); e.target.value = ""; text.focus(); });
text.addEventListener("paste", (e) => {
  if (!e.clipboardData.files.length) return;
  e.preventDefault();
  tray.add([...e.clipboardData.files]);
});

const hasFiles = (e) => [...(e.dataTransfer?.types ?? [])].includes("Files");
addEventListener("dragover", (e) => { if (hasFiles(e)) { e.preventDefault(); at("drop").hidden = false; } });
addEventListener("dragleave", (e) => { if (!e.relatedTarget) at("drop").hidden = true; });
addEventListener("drop", (e) => {
  at("drop").hidden = true;
  if (hasFiles(e)) { e.preventDefault(); tray.add([...e.dataTransfer.files]); }
});

// --- the page around it

at("newer").addEventListener("click", () => toEnd(matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth"));
let follows = true, top = 0; // the reader is at the end and has not gone up from there
box.addEventListener("scroll", () => {
  if (atEnd()) { at("newer").hidden = true; follows = true; } else if (box.scrollTop < top) follows = false;
  top = box.scrollTop;
});
// Pictures and the phone's keyboard change heights after the fact.
box.addEventListener("load", () => { if (follows) toEnd(); }, true);
document.addEventListener("visibilitychange", read);
addEventListener("focus", read);
at("close").hidden = !who.framed;
const close = () => parent.postMessage({ aftersales: "close" }, "*");
at("close").addEventListener("click", close);
addEventListener("keydown", (e) => { if (who.framed && e.key === "Escape" && !e.isComposing) close(); });
addEventListener("message", (e) => {
  if (e.source !== parent || e.data?.aftersales !== "shown") return;
  framedOpen = Boolean(e.data.open);
  read();
  if (framedOpen) { toEnd(); if (matchMedia("(pointer: fine)").matches) text.focus(); }
});

dress();
document.title = words.title;
at("live").setAttribute("aria-live", "off");
text.value = who.storage.getItem(`${who.prefix}draft`) ?? "";
for (const item of outbox.items) expect(item);
refresh();
line.open();
if (!who.framed && matchMedia("(pointer: fine)").matches) text.focus();
if (who.framed) parent.postMessage({ aftersales: "ready" }, "*");
document.documentElement.dataset.ready = "true";
