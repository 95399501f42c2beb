// Pages about people work without this; it adds copying, a second press before what cannot be taken back, the theme.
"use strict";

(() => {
  const SURE_SECONDS = 5;

  document.getElementById("theme")?.addEventListener("click", () => {
    const html = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const shown = html.dataset.theme === "auto" ? system : html.dataset.theme;
    html.dataset.theme = shown === "dark" ? "light" : "dark";
    document.cookie = `desk_theme=${html.dataset.theme}; path=/desk; max-age=31536000; samesite=strict`;
  });

  const clipboard = navigator.clipboard; // absent where the desk is served over plain http from another machine
  for (const button of document.querySelectorAll("[data-copy]")) {
    const from = document.querySelector(button.dataset.copy), word = button.textContent;
    from.addEventListener("focus", () => from.select?.());
    if (!clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const lines = from.value ?? [...from.querySelectorAll("li")].map((li) => li.textContent).join("\n");
      await clipboard.writeText(lines || from.textContent.replaceAll(" ", ""));
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = word; }, 2000);
    });
  }

  for (const button of document.querySelectorAll("[data-sure]")) {
    const word = button.textContent, label = button.getAttribute("aria-label");
    const calm = () => {
      button.classList.remove("sure");
      button.textContent = word;
      if (label) button.setAttribute("aria-label", label);
    };
    button.addEventListener("click", (e) => {
      if (button.classList.contains("sure")) return;
      e.preventDefault();
      button.classList.add("sure");
      button.textContent = button.dataset.sure;
      if (label) button.setAttribute("aria-label", `${button.dataset.sure} ${label}`);
      setTimeout(calm, SURE_SECONDS * 1000);
    });
    button.addEventListener("blur", calm);
  }
})();
