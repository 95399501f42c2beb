// The conversation on the page. Everything anybody wrote goes in as text, never as markup.
import { thumbnail } from "./photos.js";
import { files } from "./outbox.js";

const LONG_TEXT = 1_200;
const TOGETHER = 3 * 60_000; // lines of one author within three minutes stand together
const SHOWN = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"];

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

export class Log {
  #last = null;
  #seen = 0;
  #rev = 0;
  #rows = []; // rows of buttons still open

  constructor(list, pending, words, lang, press) {
    Object.assign(this, { list, pending, words, lang, press });
    this.clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    this.date = new Intl.DateTimeFormat(lang, { month: "long", day: "numeric", weekday: "short" });
  }

  get seen() { return this.#seen; }
  get rev() { return this.#rev; } // of the latest change this page knows
  get empty() { return !this.list.children.length && !this.pending.children.length; }

  add(message) {
    if (message.n <= this.#seen) return false;
    this.#seen = message.n;
    this.#rev = Math.max(this.#rev, message.rev);
    const at = new Date(message.at);
    this.#day(at);
    const before = this.#last;
    const joined = before?.author === message.author && before.name === message.name && at - before.at < TOGETHER;
    if (joined) before.row.classList.add("goes-on");
    const row = make("li", `said by-${message.author}${joined ? " joined" : ""}`);
    row.dataset.n = message.n;
    if (!joined && message.author !== "system") row.append(this.#who(message));
    row.append(...this.#body(message), this.#time(at, message));
    this.list.append(row);
    this.#last = { author: message.author, name: message.name, at, row };
    if (message.author === "buyer") this.#answered(message.text);
    if (message.buttons.length) this.#offer(row, message.buttons);
    return true;
  }

  // The message reads differently now. Its place stays, and so do its buttons where they are the same ones.
  update(message) {
    this.#rev = Math.max(this.#rev, message.rev);
    const row = this.list.querySelector(`:scope > [data-n="${message.n}"]`);
    if (!row) return;
    const choices = row.querySelector(":scope > .choices");
    row.querySelectorAll(":scope > .bubble, :scope > .photo, :scope > .time").forEach((part) => part.remove());
    row.append(...this.#body(message), this.#time(new Date(message.at), message));
    if (choices?.dataset.offer === JSON.stringify(message.buttons)) return row.append(choices);
    choices?.remove();
    this.#rows = this.#rows.filter((group) => group !== choices);
    if (message.buttons.length) this.#rows.push(this.#group(row, message.buttons));
  }

  #body(message) {
    if (message.withdrawn) {
      const gone = make("div", "bubble");
      gone.append(make("p", "words gone", this.words.withdrawn));
      return [gone];
    }
    const parts = message.attachments.map((a) => this.#attachment(a));
    if (message.text) parts.push(this.#text(message.text));
    return parts;
  }

  #who(message) {
    if (message.author === "buyer") return make("p", "unseen", this.words.you);
    const line = make("p", "who", message.author === "agent" ? message.name : this.words.bot);
    if (message.author === "agent") line.append(make("span", "mark", this.words.agent_mark));
    return line;
  }

  #text(text) {
    const bubble = make("div", "bubble");
    const shown = make("p", "words", text);
    shown.dir = "auto";
    bubble.append(shown);
    if (text.length > LONG_TEXT) {
      shown.classList.add("folded");
      const more = make("button", "more", this.words.show_all);
      more.type = "button";
      more.setAttribute("aria-expanded", "false");
      more.onclick = () => {
        const folded = shown.classList.toggle("folded");
        more.textContent = folded ? this.words.show_all : this.words.show_less;
        more.setAttribute("aria-expanded", String(!folded));
      };
      bubble.append(more);
    }
    return bubble;
  }

  #attachment(a) {
    const link = make("a", "photo");
    link.href = a.url;
    link.target = "_blank";
    link.rel = "noopener";
    if (!SHOWN.includes(a.mime)) {
      link.classList.add("file");
      link.append(make("span", "thumb", (a.name.split(".").pop() || "file").slice(0, 5).toUpperCase()), make("span", "file-name", a.name));
      return link;
    }
    const image = make("img");
    image.alt = `${this.words.photo}: ${a.name}`;
    image.src = a.url;
    link.append(image);
    return link;
  }

  #time(at, message) {
    const time = make("time", "time", this.clock.format(at));
    time.dateTime = at.toISOString();
    if (message.edited && !message.withdrawn) {
      time.classList.add("changed");
      time.append(` · ${this.words.updated} ${this.clock.format(new Date(message.edited))}`);
    }
    return time;
  }

  #day(at) {
    if (this.#last?.at.toDateString() === at.toDateString()) return;
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
    this.list.append(make("li", "day", days === 0 ? this.words.today : days === 1 ? this.words.yesterday : this.date.format(at)));
    this.#last = null;
  }

  // --- buttons: a row answers once; a newer row takes its place

  #offer(row, buttons) {
    for (const older of this.#rows) this.#shut(older);
    this.#rows = [this.#group(row, buttons)];
  }

  #group(row, buttons) {
    const group = make("div", "choices");
    group.setAttribute("role", "group");
    group.dataset.offer = JSON.stringify(buttons);
    for (const { label, value } of buttons) {
      const button = make("button", "choice", label);
      button.type = "button";
      button.onclick = () => {
        if (button.getAttribute("aria-disabled") === "true") return;
        this.#shut(group, label);
        this.press(value, label);
      };
      group.append(button);
    }
    row.append(group);
    return group;
  }

  #answered(text) {
    this.#rows = this.#rows.filter((group) => {
      const pressed = [...group.children].some((b) => b.textContent === text);
      if (pressed) this.#shut(group, text);
      return !pressed;
    });
  }

  // aria-disabled keeps the keyboard where it is; `disabled` would throw it to the top of the page.
  #shut(group, label) {
    for (const button of group.children) {
      button.setAttribute("aria-disabled", "true");
      if (button.textContent === label) button.classList.add("chosen");
    }
  }

  // --- what is not confirmed yet, below everything that is

  expect(item) {
    const row = make("li", "said by-buyer waiting");
    row.dataset.id = item.id;
    for (const photo of item.photos) {
      const box = make("span", "photo");
      files.get(photo.id).then((file) => box.append(thumbnail(file, photo.name, 240)));
      row.append(box);
    }
    if (item.text) row.append(this.#text(item.text));
    row.append(make("p", "state"));
    this.pending.append(row);
  }

  state(id, word, actions = {}) {
    const row = this.#pending(id);
    const line = row?.querySelector(".state");
    if (!line) return;
    row.classList.toggle("failed", Object.keys(actions).length > 0);
    line.replaceChildren(make("span", "", word));
    for (const [name, act] of Object.entries(actions)) {
      const button = make("button", "more", this.words[name]);
      button.type = "button";
      button.onclick = act;
      line.append(button);
    }
  }

  settle(id) { this.#pending(id)?.remove(); }
  #pending(id) { return [...this.pending.children].find((row) => row.dataset.id === id); }
}
