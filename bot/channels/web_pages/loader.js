// For a shop's own pages: <script src="https://…/chat/loader.js" data-token="…" data-lang="zh" defer></script>
// A round button that opens the chat in a frame. The session is kept in the shop page's storage, since the frame's
// own may be closed to it, and travels in the address after '#', which no server and no log ever sees.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.aftersales) return;
  const home = new URL(script.src).origin;
  const { token = "", lang: wanted = "" } = script.dataset;
  const lang = (wanted || document.documentElement.lang || navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
  const words = lang === "zh"
    ? { open: "联系客服", close: "关闭聊天", fresh: "条新消息", frame: "在线客服" }
    : { open: "Chat with us", close: "Close chat", fresh: "new messages", frame: "Customer service" };

  const style = new CSSStyleSheet(); // a sheet made by script is let through by a strict content policy
  style.replaceSync(`
    :host { all: initial; }
    button { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; display: grid; place-items: center; width: 60px; height: 60px;
      padding: 0; border: 0; border-radius: 50%; background: #a4502e; color: #fffaf5; cursor: pointer; box-shadow: 0 4px 16px rgb(70 35 15 / 35%); transition: transform .15s; }
    button:hover { background: #8a4124; transform: scale(1.05); }
    button:focus-visible { outline: 3px solid #fffaf5; box-shadow: 0 0 0 6px #a4502e; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    b { position: absolute; top: -2px; right: -2px; min-width: 22px; height: 22px; padding: 0 6px; box-sizing: border-box; border-radius: 11px; background: #1f6a65;
      color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center; }
    [hidden] { display: none !important; }
    iframe { position: fixed; right: 20px; bottom: 92px; z-index: 2147483000; width: 400px; height: min(640px, calc(100dvh - 112px)); border: 0;
      border-radius: 18px; background: #f6f1ea; box-shadow: 0 12px 40px rgb(70 35 15 / 28%); color-scheme: light dark; }
    @media (prefers-color-scheme: dark) { iframe { background: #1b1815; } }
    @media (max-width: 520px), (max-height: 480px) {
      iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
      iframe:not([hidden]) ~ button { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { button { transition: none; } }
  `);

  function session() {
    const name = `aftersales.session.${token ? token.slice(-12) : "guest"}`;
    const raw = crypto.getRandomValues(new Uint8Array(24));
    const fresh = btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    try {
      const kept = localStorage.getItem(name);
      if (/^[A-Za-z0-9_-]{22,64}$/.test(kept ?? "")) return kept;
      localStorage.setItem(name, fresh);
    } catch { /* no storage: a conversation for this page only */ }
    return fresh;
  }

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  const frame = document.createElement("iframe");
  frame.title = words.frame;
  frame.allow = "clipboard-write";
  frame.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.append(path);
  const badge = document.createElement("b");
  badge.hidden = true;
  button.append(svg, badge);
  root.append(frame, button);

  let ready = false; // the chat's page is in the frame and listens

  function show(open) {
    if (open && !frame.src) {
      const address = new URLSearchParams({ s: session(), lang, ...(token ? { t: token } : {}) });
      frame.src = `${home}/chat#${address}`;
    }
    frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    button.title = open ? words.close : words.open;
    path.setAttribute("d", open ? "M6 6l12 12M18 6L6 18" : "M4.5 6.5A2.5 2.5 0 0 1 7 4h10a2.5 2.5 0 0 1 2.5 2.5v7A2.5 2.5 0 0 1 17 16h-6l-4.5 4v-4A2.5 2.5 0 0 1 4.5 13.5z");
    tell();
    if (open) count(0);
    else if (document.activeElement === host || root.activeElement) button.focus();
  }

  function tell() {
    if (ready) frame.contentWindow.postMessage({ aftersales: "shown", open: !frame.hidden }, home);
  }

  function count(n) {
    badge.textContent = n > 99 ? "99+" : String(n);
    badge.hidden = !n;
    if (n) button.setAttribute("aria-label", `${words.open}, ${n} ${words.fresh}`);
  }

  button.addEventListener("click", () => show(frame.hidden));
  addEventListener("message", (e) => {
    if (e.source !== frame.contentWindow || e.origin !== home) return;
    if (e.data?.aftersales === "close") { show(false); button.focus(); }
    if (e.data?.aftersales === "unread" && frame.hidden) count(Number(e.data.count) || 0);
    if (e.data?.aftersales === "ready") { ready = true; tell(); }
  });
  addEventListener("keydown", (e) => { if (e.key === "Escape" && !frame.hidden) show(false); });

  window.aftersales = { open: () => show(true), close: () => show(false) };
  const start = () => { document.body.append(host); show(false); };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
