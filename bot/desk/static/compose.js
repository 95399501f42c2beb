// What an agent does: typing, photos, sending, claiming. A typed word is kept in this browser until the server has it.
"use strict";

const Compose = (() => {
  const $ = (id) => document.getElementById(id);
  const MOST = 4000; // characters; the server refuses more
  const form = $("composer"), words = $("words"), said = $("said"), send = $("send"), pick = $("photos");
  let chat = "", hold = "none", draft = { text: "", photos: [] }, busy = false, heard = 0, saving = 0, typed = 0;

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  const at = () => document.body.dataset.at || chat; // of several chats that are shown as one, where the buyer is
  const place = (of) => `desk:draft:${document.body.dataset.agent}:${of}`;

  function load(of) {
    try {
      return { text: "", photos: [], ...JSON.parse(localStorage.getItem(place(of)) || "{}") };
    } catch {
      return { text: "", photos: [] };
    }
  }

  function keep(of, what) {
    try {
      if (what.text || what.photos.length) localStorage.setItem(place(of), JSON.stringify(what));
      else localStorage.removeItem(place(of));
    } catch { /* a browser without storage still sends */ }
  }

  const isNote = () => form.elements.mode.value === "note";

  function show() {
    const mine = hold === "mine", data = form.dataset;
    form.classList.toggle("note", isNote());
    words.placeholder = hold === "queued" ? data.lockedHint : !mine ? data.awayHint : isNote() ? data.noteHint : data.hint;
    words.setAttribute("aria-label", words.placeholder);
    words.readOnly = busy;
    $("send-word").textContent = isNote() ? send.dataset.note : send.dataset.send;
    const n = words.value.length;
    $("count").textContent = n > MOST * 0.8 ? `${n} / ${MOST}` : "";
    $("count").classList.toggle("over", n > MOST);
    send.disabled = busy || !mine || n > MOST || (!words.value.trim() && !(draft.photos.length && !isNote()));
    pick.disabled = !mine || busy;
    words.style.height = "auto";
    words.style.height = `${Math.max(62, words.scrollHeight)}px`;
    $("chosen").replaceChildren(...draft.photos.map((p) => {
      const li = document.createElement("li"), name = document.createElement("span"), gone = document.createElement("button");
      name.textContent = p.name;
      gone.type = "button";
      gone.textContent = "×";
      gone.setAttribute("aria-label", `${form.dataset.remove} ${p.name}`);
      gone.onclick = () => { draft.photos = draft.photos.filter((q) => q.id !== p.id); touched(); };
      li.append(name, gone);
      return li;
    }));
  }

  // A changed text is a new act; the same text sent again after a lost answer is the same one.
  function touched() {
    draft.text = words.value;
    delete draft.act;
    keep(chat, draft);
    said.textContent = "";
    show();
    Canned.typed();
    if (hold === "mine") remember(chat);
    if (hold === "mine" && !isNote()) types(!!words.value.trim());
  }

  // Told again every three seconds of typing, and at once when nothing stands there any more.
  function types(on) {
    if (on && Date.now() - typed < 3000) return;
    typed = on ? Date.now() : 0;
    Line.typing(at(), on);
  }

  // The owner's draft is kept at the server, too: should the chat go to others, they find it there as a note.
  function remember(of) {
    clearTimeout(saving);
    saving = setTimeout(() => { if (of === chat && hold === "mine") json("/desk/draft", { chat: at(), text: words.value.slice(0, MOST) }); }, 1500);
  }

  // Typed at another computer: it goes on here, unless something is typed here already.
  async function elsewhere(of) {
    const answer = await fetch(`/desk/draft?chat=${encodeURIComponent(of)}`).then((r) => r.ok ? r.json() : {}).catch(() => ({}));
    if (of !== chat || words.value || busy || !answer.text) return;
    draft.text = words.value = answer.text;
    keep(of, draft);
    show();
  }

  async function post(url, body, headers) {
    try {
      const answer = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(20000) });
      const told = await answer.json().catch(() => ({}));
      if (answer.status === 401) Line.signedOut();
      return { ok: answer.ok, status: answer.status, told, why: typeof told.detail === "string" ? told.detail : told.error || form.dataset.failed };
    } catch {
      return { ok: false, status: 0, told: {}, why: form.dataset.failed };
    }
  }

  const json = (url, body) => post(url, JSON.stringify(body), { "content-type": "application/json" });

  function pending(text) {
    const li = document.createElement("li"), article = document.createElement("article");
    const header = document.createElement("header"), p = document.createElement("p");
    article.className = "message agent pending";
    p.className = "text";
    p.textContent = text;
    header.textContent = form.dataset.sending;
    article.append(header, p);
    li.append(article);
    $("pending").append(li);
    Line.bottom();
  }

  async function submit() {
    if (busy || send.disabled) return;
    const of = chat, to = at(), note = isNote(), what = draft;
    const photos = note ? [] : what.photos.map((p) => p.id);
    what.act = what.act || newId();
    keep(of, what);
    busy = true;
    words.focus(); // at once, not when the answer is here: by then the agent may be typing elsewhere
    show();
    const before = heard;
    const answer = await json(`/desk/act/${note ? "note" : "reply"}`, { chat: to, id: what.act, text: words.value, attachments: photos });
    busy = false;
    if (answer.ok && note) json("/desk/draft", { chat: to, text: "" }); // a reply is forgotten by the server itself
    if (answer.ok) keep(of, { text: "", photos: note ? what.photos : [] });
    if (of === chat) {
      if (answer.ok) {
        clearTimeout(saving);
        if (heard === before && words.value.trim()) pending(words.value);
        draft = { text: "", photos: note ? what.photos : [] };
        words.value = "";
        typed = 0; // the reply itself ends it
        form.elements.mode.value = "reply";
      }
      said.textContent = answer.ok ? "" : answer.why;
      show();
    }
  }

  // What cannot be undone is pressed twice; false for the first time.
  function sure(button) {
    if (!button.dataset.sure || button.classList.contains("sure")) return true;
    const word = button.textContent;
    button.classList.add("sure");
    button.textContent = button.dataset.sure;
    setTimeout(() => { button.classList.remove("sure"); button.textContent = word; }, 4000);
    return false;
  }

  async function act(name, button) {
    if (!chat || button.disabled) return;
    if (!sure(button)) return;
    button.disabled = true;
    // At once, as in `submit`.
    const writes = (name === "claim" || name === "take") && matchMedia("(min-width: 861px)").matches;
    if (writes) words.focus();
    const answer = await json(`/desk/act/${name}`, { chat: at(), id: newId() });
    button.disabled = false;
    if (answer.ok) return;
    Line.toast(answer.why);
    if (writes && document.activeElement === words && !words.value) $("thread").focus({ preventScroll: true }); // keys go on
  }

  // No new chats for now, or again; the list shows it as soon as the server has it.
  async function rest(button) {
    button.disabled = true;
    const answer = await json("/desk/pause", { on: !!button.dataset.pause });
    button.disabled = false;
    if (!answer.ok) Line.toast(answer.why);
  }

  async function add(files) {
    const of = chat, to = at();
    for (const file of files) {
      const url = `/desk/upload?chat=${encodeURIComponent(to)}&name=${encodeURIComponent(file.name)}`;
      const answer = await post(url, file, { "content-type": "application/octet-stream" });
      if (!answer.ok) { said.textContent = answer.why; continue; }
      const kept = of === chat ? draft : load(of);
      kept.photos.push(answer.told);
      delete kept.act;
      keep(of, kept);
      if (of === chat) show();
    }
  }

  form.addEventListener("submit", (e) => { e.preventDefault(); submit(); });
  words.addEventListener("input", touched);
  form.addEventListener("change", (e) => { if (e.target.name === "mode") { delete draft.act; show(); words.focus(); } });
  pick.addEventListener("change", () => { add([...pick.files]); pick.value = ""; });
  words.addEventListener("paste", (e) => {
    const images = [...e.clipboardData.files].filter((f) => f.type.startsWith("image/"));
    if (images.length && hold === "mine") { e.preventDefault(); add(images); }
  });
  words.addEventListener("keydown", (e) => {
    if (Canned.key(e)) return;
    // 229 and isComposing: the Enter that chooses a word of an input method is not the one that sends.
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    e.preventDefault();
    submit();
  });
  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-act]");
    if (button) act(button.dataset.act, button);
    const pause = e.target.closest("[data-pause]");
    if (pause) rest(pause);
  });

  return {
    json, newId, sure,
    open(of) {
      if (of === chat) return;
      chat = of;
      Canned.open(of);
      draft = load(of);
      words.value = draft.text;
      form.elements.mode.value = "reply";
      said.textContent = "";
      $("pending").replaceChildren();
      show();
      if (of && !draft.text) elsewhere(of);
    },
    holds(state) { if (hold !== state) { hold = state; show(); } },
    heard() { heard += 1; $("pending").replaceChildren(); },
    press(name) { const b = document.querySelector(`[data-act="${name}"]`); if (b) b.click(); },
    write(mode) { form.elements.mode.value = mode; show(); words.focus(); },
  };
})();
