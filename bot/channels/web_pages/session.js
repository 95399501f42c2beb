// Who this page speaks for: session, account link and language from the address, kept where the browser lets us.

const FORMAT = /^[A-Za-z0-9_-]{22,64}$/;

// In a frame on another site the browser may forbid storage altogether: reading the property throws.
export function safeStorage(name) {
  try {
    const storage = window[name];
    storage.setItem("aftersales.probe", "1");
    storage.removeItem("aftersales.probe");
    return storage;
  } catch {
    return memoryStorage();
  }
}

function memoryStorage() {
  const kept = new Map();
  return {
    get length() { return kept.size; },
    key: (i) => [...kept.keys()][i] ?? null,
    getItem: (k) => kept.get(k) ?? null,
    setItem: (k, v) => void kept.set(k, String(v)),
    removeItem: (k) => void kept.delete(k),
  };
}

export function randomId(bytes = 24) {
  const raw = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function identify() {
  const lasting = safeStorage("localStorage");
  const tabOnly = safeStorage("sessionStorage");
  const given = new URLSearchParams(location.hash.slice(1));
  const framed = window.parent !== window;
  if (!given.size && !framed) for (const [k, v] of new URLSearchParams(tabOnly.getItem("aftersales.tab") ?? "")) given.set(k, v);
  const token = given.get("t") || null;
  const session = FORMAT.test(given.get("s") ?? "") ? given.get("s") : kept(lasting, token);
  const lang = (given.get("lang") || navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
  if (!framed && given.size) {
    // The address bar is copied, bookmarked and photographed: who reads it must not become this buyer.
    tabOnly.setItem("aftersales.tab", given.toString());
    if (tabOnly.getItem("aftersales.tab")) history.replaceState(null, "", location.pathname);
  }
  return { session, token, lang, framed, storage: lasting, prefix: `aftersales.${session.slice(0, 8)}.` };
}

// One conversation for each account on a shared computer: the end of the link tells them apart.
function kept(storage, token) {
  const name = `aftersales.session.${token ? token.slice(-12) : "guest"}`;
  let session = storage.getItem(name);
  if (!FORMAT.test(session ?? "")) {
    session = randomId();
    storage.setItem(name, session);
  }
  return session;
}
