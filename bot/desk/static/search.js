// The search box: what is typed is looked for after a short pause; the arrows go through what was found.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const box = $("find"), text = $("find-text"), hits = $("find-hits"), said = $("find-said");
  const LEAST = 2, PAUSE = 200;
  let timer = 0, asking = null, shown = "";

  function open() {
    if (document.querySelector("dialog[open]")) return;
    box.showModal();
    text.select();
  }

  async function look() {
    const q = text.value.trim();
    if (q === shown) return;
    asking?.abort();
    shown = q;
    if (q.length < LEAST) { hits.replaceChildren(); said.textContent = ""; return; }
    const mine = asking = new AbortController();
    try {
      const answer = await fetch(`/desk/find?q=${encodeURIComponent(q)}`, { signal: mine.signal });
      if (answer.redirected) return Line.signedOut(); // to the door
      if (!answer.ok) throw new Error(answer.statusText);
      hits.innerHTML = await answer.text();
      hits.scrollTop = 0;
      said.textContent = hits.querySelector("[data-said]").textContent;
    } catch (fault) {
      if (fault.name === "AbortError") return;
      shown = "";
      said.textContent = said.dataset.failed;
    }
  }

  function step(by) {
    const links = [...hits.querySelectorAll("a.hit")], at = links.indexOf(document.activeElement) + by;
    if (at < 0) text.focus();
    else links[Math.min(at, links.length - 1)]?.focus();
  }

  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  box.addEventListener("keydown", (e) => {
    if (e.isComposing || e.keyCode === 229) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); step(e.key === "ArrowDown" ? 1 : -1); }
    // Enter in the box opens the first hit, once it is here.
    if (e.key === "Enter" && e.target === text) { e.preventDefault(); if (text.value.trim() === shown) hits.querySelector("a.hit")?.click(); else look(); }
  });
  // The window has opened the chat by now: its own listener stands before this one.
  document.addEventListener("click", (e) => {
    const hit = e.target.closest("#find a.hit");
    if (!hit || !e.defaultPrevented) return;
    box.close();
    $(hit.dataset.case ? "packet" : "thread").focus({ preventScroll: true });
  });
  $("find-open").addEventListener("click", open);
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input, textarea, select, [contenteditable]");
    const asked = e.key === "s" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey;
    if (!asked && !((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k")) return;
    e.preventDefault();
    open();
  });
})();
