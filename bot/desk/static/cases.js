// Acts on cases, each with its form and the message the buyer will read; undo; tags, passing on, mending words.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body.dataset;
  const dialog = $("case-form"), form = dialog.querySelector("form"), rows = $("options");
  let button = null, id = "", asking = 0, timer = 0;

  const place = () => `desk:case:${body.agent}:${button.dataset.case}:${button.id}`;
  const fields = () => button.dataset.fields.split(" ");

  // --- the form of an act -------------------------------------------------------------------------------------
  function open(from) {
    button = from;
    id = Compose.newId();
    $("case-title").textContent = from.dataset.title;
    $("case-about").textContent = from.dataset.about;
    for (const field of form.querySelectorAll("[data-field]")) field.hidden = !fields().includes(field.dataset.field);
    form.reset();
    rows.replaceChildren();
    restore();
    $("case-no").textContent = "";
    $("case-do").disabled = true;
    say({ text: form.dataset.reading, buttons: [], no: "" });
    dialog.showModal();
    const first = [...form.querySelectorAll("select, input, textarea")].find((el) => el.checkVisibility());
    (first || $("case-do")).focus();
    show();
  }

  function restore() {
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(place()) || "{}"); } catch { /* nothing was kept */ }
    for (const o of kept.options || [{ kind: "refund", value: "" }]) row(o);
    for (const name of ["outcome-kind", "outcome-value", "code", "ref", "own-words", "why"]) if (kept[name]) $(name).value = kept[name];
  }

  function keep() {
    const kept = { options: [...rows.children].map(read) };
    for (const name of ["outcome-kind", "outcome-value", "code", "ref", "own-words", "why"]) kept[name] = $(name).value;
    try { localStorage.setItem(place(), JSON.stringify(kept)); } catch { /* a browser without storage still acts */ }
  }

  function row({ kind, value }) {
    const made = $("option-row").content.firstElementChild.cloneNode(true);
    made.querySelector("select").value = kind;
    made.querySelector("input").value = value;
    rows.append(made);
  }

  const read = (r) => ({ kind: r.querySelector("select").value, value: r.querySelector("input").value.trim() });

  // Only what a kind needs is asked for: a sum, a number of pieces, a model.
  function show() {
    for (const r of rows.children) value(r.querySelector("select"), r.querySelector("input"), r.querySelector("select"));
    value($("outcome-kind"), $("outcome-value"), $("option-row").content.querySelector("select"));
    for (const drop of rows.querySelectorAll("[data-drop]")) drop.hidden = rows.children.length === 1;
    $("add-option").hidden = rows.children.length === 3;
    clearTimeout(timer);
    timer = setTimeout(look, 250);
  }

  function value(select, input, words) {
    const option = [...words.options].find((o) => o.value === select.value), wants = option ? option.dataset.value : "";
    input.hidden = !wants;
    input.placeholder = wants || "";
    input.setAttribute("aria-label", wants || "");
    input.inputMode = select.value === "refund" ? "decimal" : select.value === "resend" ? "numeric" : "text";
  }

  const option = ({ kind, value }) => ({ [kind]: value && (kind === "refund" || kind === "resend" || kind === "exchange") ? value : true });

  function asked() {
    const act = { chat: button.dataset.of || body.chat, case: button.dataset.case, do: button.dataset.caseAct, ok: button.dataset.ok === "true", id };
    const wants = fields();
    if (wants.includes("options")) act.options = [...rows.children].map((r) => option(read(r)));
    if (wants.includes("outcome") && $("outcome-kind").value) act.outcome = option({ kind: $("outcome-kind").value, value: $("outcome-value").value.trim() });
    if (wants.includes("code")) act.code = $("code").value;
    if (wants.includes("ref")) act.ref = $("ref").value.trim();
    if (wants.includes("by")) act.by = form.elements.by.value;
    if (wants.includes("hold")) act.hold = $("hold").value;
    act.text = (wants.includes("text") ? $("own-words") : $("why")).value;
    return act;
  }

  // --- what the buyer would read --------------------------------------------------------------------------------
  async function look() {
    if (!dialog.open) return;
    const mine = ++asking;
    if (fields().includes("code") && !$("code").value) { $("case-do").disabled = true; return say({ text: "", buttons: [], no: "" }); }
    const answer = await Compose.json("/desk/case/preview", asked());
    if (mine !== asking) return;
    say(answer.ok ? answer.told : { text: "", buttons: [], no: answer.why });
    $("case-do").disabled = !answer.ok || !!answer.told.no;
  }

  function say({ text, buttons, no }) {
    $("will-read").textContent = text || (no ? "" : form.dataset.none);
    $("will-read").classList.toggle("empty", !text);
    $("will-read").hidden = !!no && !text;
    $("will-offer").replaceChildren(...buttons.map((label) => { const s = document.createElement("span"); s.textContent = label; return s; }));
    $("case-no").textContent = no;
  }

  async function act() {
    if ($("case-do").disabled) return;
    $("case-do").disabled = true;
    const answer = await Compose.json("/desk/case/act", asked());
    $("case-do").disabled = false;
    if (!answer.ok) { $("case-no").textContent = answer.why; return; }
    try { localStorage.removeItem(place()); } catch { /* as above */ }
    dialog.close();
    Line.tab("thread");
    $("thread").focus({ preventScroll: true });
  }

  form.addEventListener("submit", (e) => { e.preventDefault(); act(); });
  form.addEventListener("input", () => { id = Compose.newId(); keep(); show(); });
  $("add-option").addEventListener("click", () => {
    const used = [...rows.children].map((r) => read(r).kind);
    row({ kind: ["refund", "resend", "exchange", "return"].find((k) => !used.includes(k)), value: "" });
    rows.lastElementChild.querySelector("select").focus();
    keep();
    show();
  });
  rows.addEventListener("click", (e) => {
    const drop = e.target.closest("[data-drop]");
    if (drop) { drop.closest(".option").remove(); keep(); show(); }
  });
  // In a form Ctrl+Enter confirms, from wherever the caret is.
  for (const d of document.querySelectorAll("dialog.form")) d.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); d.querySelector("form")?.requestSubmit(); }
  });
  dialog.addEventListener("close", () => { if (button && $(button.id)) $(button.id).focus({ preventScroll: true }); });

  // --- undo -----------------------------------------------------------------------------------------------------
  async function undo(from) {
    from.disabled = true;
    const answer = await Compose.json("/desk/case/undo", { chat: from.dataset.of || body.chat, id: from.dataset.undo });
    if (!answer.ok) { from.disabled = false; Line.toast(answer.why); }
  }

  // --- words that went out in error -----------------------------------------------------------------------------
  const edit = $("edit-form");
  let n = 0, of = "";
  function change(from) {
    n = +from.dataset.edit;
    of = from.dataset.of || body.chat;
    $("edit-text").value = from.closest(".message").querySelector(".text").textContent;
    $("edit-no").textContent = "";
    edit.showModal();
    $("edit-text").focus();
  }
  edit.querySelector("form").addEventListener("submit", async (e) => {
    e.preventDefault();
    const answer = await Compose.json("/desk/message/edit", { chat: of, n, text: $("edit-text").value });
    if (answer.ok) edit.close(); else $("edit-no").textContent = answer.why;
  });
  async function withdraw(from) {
    if (!Compose.sure(from)) return;
    const answer = await Compose.json("/desk/message/withdraw", { chat: from.dataset.of || body.chat, n: +from.dataset.withdraw });
    if (!answer.ok) Line.toast(answer.why);
  }

  // --- tags -----------------------------------------------------------------------------------------------------
  const tags = $("tag-form");
  function label() {
    const known = $("tag-open") ? $("tag-open").dataset.tags.split("\n").filter(Boolean) : [];
    $("tag-known").replaceChildren(...known.map((t) => { const o = document.createElement("option"); o.value = t; return o; }));
    $("tag-text").value = "";
    tags.showModal();
    $("tag-text").focus();
  }
  async function tag(name, off) {
    const answer = await Compose.json("/desk/tag", { chat: body.chat, tag: name, off });
    if (!answer.ok) Line.toast(answer.why);
  }
  tags.querySelector("form").addEventListener("submit", (e) => {
    e.preventDefault();
    tags.close();
    if ($("tag-text").value.trim()) tag($("tag-text").value, false);
  });

  // --- passing a chat on ----------------------------------------------------------------------------------------
  const pass = $("pass-form"), list = $("pass-list");
  async function choose() {
    const of = body.chat;
    const answer = await fetch("/desk/colleagues").then((r) => r.json()).catch(() => null);
    if (!answer || of !== body.chat) return; // another chat was opened meanwhile
    const d = list.dataset;
    const people = answer.people.map((p) => target({ agent: p.name }, p.display, `${d[p.presence]} · ${d.holding.replace("{n}", p.held)}`, p.presence));
    const skills = answer.skills.map((s) => target({ skill: s }, s, ""));
    list.replaceChildren(heading(d.people), ...(people.length ? people : [note(d.nobody)]), ...(skills.length ? [heading(d.skill), ...skills] : []));
    pass.showModal();
    list.querySelector("button")?.focus();
  }
  function heading(text) { const h = document.createElement("h3"); h.textContent = text; return h; }
  function note(text) { const p = document.createElement("p"); p.className = "none"; p.textContent = text; return p; }
  function target(to, name, about, presence = "") {
    const b = document.createElement("button"), strong = document.createElement("b"), span = document.createElement("span");
    b.type = "button";
    b.className = `target ${presence}`;
    strong.textContent = name;
    span.textContent = about;
    b.append(strong, span);
    b.onclick = async () => {
      pass.close();
      const answer = await Compose.json("/desk/transfer", { chat: body.at, ...to });
      if (!answer.ok) Line.toast(answer.why);
    };
    return b;
  }
  list.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    const all = [...list.querySelectorAll("button")], at = all.indexOf(document.activeElement);
    all[(at + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]?.focus();
    e.preventDefault();
  });

  document.addEventListener("click", async (e) => {
    const hit = (name) => e.target.closest(`[${name}]`);
    if (hit("data-case-act")) open(hit("data-case-act"));
    else if (hit("data-undo")) undo(hit("data-undo"));
    else if (hit("data-edit")) change(hit("data-edit"));
    else if (hit("data-withdraw")) withdraw(hit("data-withdraw"));
    else if (hit("data-untag")) tag(hit("data-untag").dataset.untag, true);
    else if (e.target.id === "tag-open") label();
    else if (hit("data-pass")) choose();
    else if (hit("data-take-over") && Compose.sure(hit("data-take-over"))) {
      const answer = await Compose.json("/desk/take-over", { chat: body.at });
      if (!answer.ok) Line.toast(answer.why);
    }
  });
})();
