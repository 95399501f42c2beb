// Canned replies: "/" in the composer opens a list of those that fit this chat, filled already; the keys choose.
"use strict";

const Canned = (() => {
  const $ = (id) => document.getElementById(id);
  const list = $("canned"), words = $("words");
  let chat = "", known = [], shown = [], at = 0, asked = "", loaded = false;

  // The "/…" that ends at the caret; Chinese has no space before it, and that of an address or of "24/7" is none.
  function query() {
    const before = words.value.slice(0, words.selectionStart), found = before.match(/(^|[^\w/:.])\/([^\s/]*)$/);
    return found ? found[2].toLowerCase() : null;
  }

  async function fetched() {
    if (asked === chat) return;
    const of = asked = chat;
    const answer = await fetch(`/desk/canned?chat=${encodeURIComponent(of)}`).catch(() => null);
    const rows = answer && answer.ok ? await answer.json() : null;
    if (of !== chat) return;
    loaded = true;
    if (!rows) { asked = ""; return; }
    known = rows;
    typed();
  }

  function typed() {
    const q = document.activeElement === words ? query() : null;
    if (q === null || words.readOnly) return close();
    fetched();
    shown = known.filter((c) => `${c.key} ${c.title} ${c.text}`.toLowerCase().includes(q));
    at = Math.min(at, Math.max(shown.length - 1, 0));
    draw();
  }

  function draw() {
    list.replaceChildren(...shown.map((c, i) => {
      const li = document.createElement("li"), title = document.createElement("b"), text = document.createElement("span");
      li.id = `canned-${c.key}`;
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", i === at);
      title.textContent = c.title;
      text.textContent = c.text;
      li.append(title, text);
      li.onmousedown = (e) => { e.preventDefault(); choose(i); };
      return li;
    }));
    if (!shown.length) {
      const li = document.createElement("li");
      li.className = "none";
      li.textContent = list.dataset.none;
      list.append(li);
    }
    list.hidden = false;
    if (shown.length) {
      words.setAttribute("aria-activedescendant", `canned-${shown[at].key}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(i) {
    const start = words.value.slice(0, words.selectionStart).lastIndexOf("/");
    words.setRangeText(shown[i].text, start, words.selectionStart, "end");
    close();
    words.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function close() {
    list.hidden = true;
    at = 0;
    words.removeAttribute("aria-activedescendant");
  }

  // True where the key was meant for the list.
  function key(e) {
    if (list.hidden || e.isComposing) return false;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      at = (at + (e.key === "ArrowDown" ? 1 : shown.length - 1)) % Math.max(shown.length, 1);
      draw();
    } else if ((e.key === "Enter" || e.key === "Tab") && shown.length) choose(at);
    else if (e.key === "Escape") close();
    else if (e.key !== "Enter" || loaded) return false;  // an Enter before the list is there sends no "/…"
    e.preventDefault();
    e.stopPropagation();
    return true;
  }

  words.setAttribute("aria-controls", "canned");
  words.setAttribute("aria-autocomplete", "list");
  words.addEventListener("blur", close);
  words.addEventListener("click", typed);
  $("canned-open").addEventListener("mousedown", (e) => e.preventDefault());
  $("canned-open").addEventListener("click", () => {
    words.focus();
    const space = /[\w/:.]$/.test(words.value.slice(0, words.selectionStart)) ? " /" : "/";
    words.setRangeText(space, words.selectionStart, words.selectionEnd, "end");
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });

  return { open(of) { chat = of; known = []; asked = ""; loaded = false; close(); }, typed, key, stale() { asked = ""; } };
})();
