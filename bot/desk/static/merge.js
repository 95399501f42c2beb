// Two chats of one buyer are shown as one: choosing the other, confirming who it is, and taking them apart again.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body.dataset;
  const dialog = $("merge-form"), form = dialog.querySelector("form"), found = $("merge-found"), find = $("merge-find");
  const PAUSE = 250;
  let timer = 0, asking = null, into = "";

  const chosen = () => form.querySelector("input[name=other]:checked");
  const name = () => document.querySelector("#head .head").dataset.called;

  function open() {
    into = body.chat;
    form.reset();
    found.replaceChildren();
    $("merge-about").textContent = name();
    $("merge-no").textContent = "";
    show();
    dialog.showModal();
    find.focus();
    look();
  }

  async function look() {
    asking?.abort();
    const mine = asking = new AbortController(), q = find.value.trim();
    try {
      const answer = await fetch(`/desk/merge?chat=${encodeURIComponent(into)}&q=${encodeURIComponent(q)}`, { signal: mine.signal });
      if (answer.redirected) return Line.signedOut(); // to the door
      if (!answer.ok) throw new Error(answer.statusText);
      found.innerHTML = await answer.text();
      $("merge-no").textContent = "";
    } catch (fault) {
      if (fault.name === "AbortError") return;
      $("merge-no").textContent = form.dataset.failed;
    }
    show();
  }

  // Both are named before it is done; of whom no account is known, the agent says who it is.
  function show() {
    const other = chosen(), guest = other && !("known" in other.dataset);
    $("merge-ask").hidden = !guest;
    $("merge-names").textContent = other ? form.dataset.names.replace("{other}", other.dataset.called).replace("{this}", name()) : "";
    $("merge-do").disabled = !other || (guest && !$("merge-sure").checked);
  }

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if ($("merge-do").disabled) return;
    $("merge-do").disabled = true;
    const answer = await Compose.json("/desk/merge", { chat: into, other: chosen().value, sure: $("merge-sure").checked, why: $("merge-why").value });
    show();
    if (answer.ok) dialog.close(); else $("merge-no").textContent = answer.why;
  });
  form.addEventListener("change", (e) => {
    if (e.target.name === "other") { $("merge-sure").checked = false; $("merge-no").textContent = ""; }
    show();
  });
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  find.addEventListener("keydown", (e) => {
    if (e.isComposing || e.keyCode === 229) return;
    if (e.key === "Enter" && !e.ctrlKey && !e.metaKey) { e.preventDefault(); clearTimeout(timer); look(); }
    if (e.key === "ArrowDown") { e.preventDefault(); found.querySelector("input")?.focus(); }
  });

  async function apart(button) {
    if (!Compose.sure(button)) return;
    const answer = await Compose.json("/desk/merge/apart", { chat: button.dataset.apart });
    if (!answer.ok) Line.toast(answer.why);
  }

  document.addEventListener("click", (e) => {
    if (e.target.id === "merge-open") open();
    const button = e.target.closest("[data-apart]");
    if (button) apart(button);
  });
})();
