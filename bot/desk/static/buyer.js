// The buyer in the side column: their history, read when it is opened; blocking.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body.dataset, packet = $("packet");
  let known = { chat: "", html: "" }; // drawn again at once where the column was drawn anew

  // --- history ------------------------------------------------------------------------------------------------
  function fill() {
    const past = $("history");
    if (!past || !past.open) return;
    const inner = past.querySelector(".history-in");
    if (known.chat === past.dataset.history) { if (!inner.innerHTML) inner.innerHTML = known.html; } else inner.textContent = inner.dataset.reading;
  }

  async function read() {
    const past = $("history"), of = past.dataset.history;
    fill();
    const html = await fetch(`/desk/history?chat=${encodeURIComponent(of)}`).then((r) => r.ok && !r.redirected ? r.text() : null).catch(() => null);
    const now = $("history");
    if (!now || now.dataset.history !== of || !now.open) return;
    const inner = now.querySelector(".history-in");
    if (html === null) { if (known.chat !== of) inner.textContent = inner.dataset.failed; return; }
    if (known.chat === of && known.html === html && inner.innerHTML) return;
    known = { chat: of, html };
    inner.innerHTML = html;
  }

  packet.addEventListener("toggle", (e) => { if (e.target.id === "history" && e.target.open) read(); }, true);
  new MutationObserver(fill).observe(packet, { childList: true });

  // --- block --------------------------------------------------------------------------------------------------
  const block = $("block-form"), form = block?.querySelector("form");
  function stop() {
    form.reset();
    $("block-no").textContent = "";
    $("block-about").textContent = document.querySelector("#head .head").dataset.name;
    block.showModal();
    form.elements.reason[0].focus();
  }
  form?.addEventListener("submit", async (e) => {
    e.preventDefault();
    const answer = await Compose.json("/desk/block", { chat: body.chat, reason: form.elements.reason.value, words: $("block-words").value });
    if (answer.ok) block.close(); else $("block-no").textContent = answer.why;
  });

  document.addEventListener("click", (e) => { if (e.target.id === "block-open") stop(); });
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input, textarea, select, [contenteditable]"), past = $("history");
    if (e.key !== "h" || typing || e.ctrlKey || e.metaKey || e.altKey || !past || document.querySelector("dialog[open]")) return;
    e.preventDefault();
    Line.tab("packet");
    past.open = !past.open;
    past.firstElementChild.focus();
    past.scrollIntoView({ block: "nearest" });
  });
})();
