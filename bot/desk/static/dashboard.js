// The dashboard is complete without this; it fetches the board again while somebody looks at it.
"use strict";

(() => {
  const EVERY = 10_000; // ms
  const board = document.getElementById("board"), lost = document.getElementById("dash-lost");
  let shown = board.innerHTML, asking = false;

  const put = (html) => {
    if (html === shown) return;
    const open = [...board.querySelectorAll("details[open]")].map((d) => d.id);
    const inside = document.activeElement?.closest?.("#board details")?.id;
    const at = [...board.querySelectorAll(".table")].map((t) => t.scrollLeft);
    board.innerHTML = shown = html;
    for (const id of open) document.getElementById(id).open = true;
    if (inside) document.querySelector(`#${inside} summary`).focus();
    board.querySelectorAll(".table").forEach((t, i) => { t.scrollLeft = at[i] ?? 0; });
  };

  const look = async () => {
    if (document.hidden || asking) return;
    asking = true;
    try {
      const answer = await fetch(board.dataset.live, { signal: AbortSignal.timeout(EVERY) });
      if (answer.redirected) return location.reload(); // signed out: the door is where to go
      if (!answer.ok) throw new Error(answer.status);
      put(await answer.text());
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    } finally {
      asking = false;
    }
  };

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
