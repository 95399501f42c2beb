// What the buyer has said and the server has not yet confirmed, in order. One storage entry an item, so that two
// tabs never overwrite each other; the server drops what both send. Photo bytes go to IndexedDB, which keeps files.

export class Outbox {
  #items = [];
  #last = 0;

  constructor(storage, prefix) {
    this.storage = storage;
    this.prefix = `${prefix}out.`;
    const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
    for (const key of keys.filter((k) => k?.startsWith(this.prefix)).sort()) {
      try {
        this.#items.push(JSON.parse(storage.getItem(key)));
      } catch {
        storage.removeItem(key);
      }
    }
    this.#last = Math.max(0, ...this.#items.map((i) => i.at));
  }

  get items() { return [...this.#items]; }
  first() { return this.#items.find((i) => !i.failed); }
  find(id) { return this.#items.find((i) => i.id === id); }

  add(item) {
    item.at = this.#last = Math.max(Date.now(), this.#last + 1);
    this.#items.push(item);
    this.keep(item);
  }

  keep(item) {
    try {
      this.storage.setItem(this.#key(item), JSON.stringify(item));
    } catch { /* full: it stays in memory */ }
  }

  drop(id) {
    const item = this.find(id);
    if (!item) return;
    this.#items = this.#items.filter((i) => i !== item);
    this.storage.removeItem(this.#key(item));
    for (const photo of item.photos) files.drop(photo.id);
  }

  #key(item) { return `${this.prefix}${String(item.at).padStart(15, "0")}.${item.id}`; }
}

const kept = new Map();

function store(mode, work) {
  return new Promise((done) => {
    try {
      const asked = indexedDB.open("aftersales", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files");
      asked.onerror = () => done(undefined);
      asked.onsuccess = () => {
        const act = asked.result.transaction("files", mode);
        const request = work(act.objectStore("files"));
        act.oncomplete = () => { asked.result.close(); done(request.result); };
        act.onerror = act.onabort = () => { asked.result.close(); done(undefined); };
      };
    } catch {
      done(undefined);
    }
  });
}

export const files = {
  async put(id, file) {
    kept.set(id, file);
    await store("readwrite", (s) => s.put(file, id));
  },
  get: async (id) => kept.get(id) ?? (await store("readonly", (s) => s.get(id))),
  drop(id) {
    kept.delete(id);
    store("readwrite", (s) => s.delete(id));
  },
};
