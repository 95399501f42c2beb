// Photos before they are sent: chosen, pasted or dropped, shown small, uploaded as the original bytes.
import { files } from "./outbox.js";
import { randomId } from "./session.js";

export const MOST_BYTES = 20 * 1024 * 1024;
export const MOST_PHOTOS = 10;

export class Tray {
  #photos = [];

  constructor(list, words, changed, complain) {
    Object.assign(this, { list, words, changed, complain });
  }

  get empty() { return this.#photos.length === 0; }

  async add(chosen) {
    for (const file of chosen) {
      if (this.#photos.length >= MOST_PHOTOS) { this.complain("photo_limit", MOST_PHOTOS); break; }
      if (file.size > MOST_BYTES) { this.complain("too_large", MOST_BYTES / 1048576); continue; }
      if (file.size === 0) { this.complain("empty_photo"); continue; }
      const photo = { id: randomId(16), name: file.name || "photo", type: file.type, size: file.size };
      this.#photos.push(photo);
      this.#show(photo, file);
      this.changed();
      await files.put(photo.id, file);
    }
  }

  take() {
    const taken = this.#photos;
    this.#photos = [];
    this.list.replaceChildren();
    this.changed();
    return taken;
  }

  #show(photo, file) {
    const row = document.createElement("li");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${this.words.remove}: ${photo.name}`);
    remove.onclick = () => {
      this.#photos = this.#photos.filter((p) => p !== photo);
      files.drop(photo.id);
      row.remove();
      this.changed();
    };
    row.append(thumbnail(file, photo.name), remove);
    this.list.append(row);
  }
}

// Drawn on a canvas: a blob: address would need a wider content policy.
export function thumbnail(file, name, side = 160) {
  const box = document.createElement("span");
  box.className = "thumb";
  box.textContent = (name.split(".").pop() || "file").slice(0, 5).toUpperCase();
  const draw = async () => {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, (side * devicePixelRatio) / Math.min(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", name);
    bitmap.close();
    box.replaceChildren(canvas);
  };
  if (file && file.type !== "application/pdf") draw().catch(() => {}); // HEIC, video: its letters stay
  return box;
}

// Returns the server's id. Throws {refused: a key of words.json, or the server's own words} for what will never go
// through; anything else is worth a retry.
export async function upload(photo, who) {
  const file = await files.get(photo.id);
  if (!file) throw { refused: "photo_gone" };
  const answer = await fetch("/chat/photo", {
    method: "POST",
    body: file,
    headers: {
      "Content-Type": "application/octet-stream",
      "X-Chat-Session": who.session,
      "X-Chat-Id": photo.id,
      "X-Chat-Name": encodeURIComponent(photo.name),
      "X-Chat-Lang": who.lang,
    },
  });
  if (answer.ok) return (await answer.json()).id;
  if ([400, 413, 415].includes(answer.status)) throw { refused: (await answer.json().catch(() => ({}))).text ?? "broken" };
  throw new Error(`the server answered ${answer.status}`);
}
