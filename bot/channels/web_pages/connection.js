// One WebSocket that comes back by itself. It knows nothing of messages: whoever listens says hello.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const PING_EVERY = 25_000;
const PONG_WITHIN = 10_000;

export class Connection extends EventTarget {
  #socket = null;
  #tries = 0;
  #retry = 0;
  #ping = 0;
  #pong = 0;

  constructor(address) {
    super();
    this.address = address;
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => document.hidden || this.#now());
    addEventListener("pageshow", (e) => e.persisted && this.#now());
  }

  open() {
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.onopen = () => {
      this.#listen();
      this.#tell("open");
    };
    socket.onmessage = (e) => {
      this.#tries = 0; // only a server that talks is a server that is there
      this.#listen();
      this.#tell("frame", JSON.parse(e.data));
    };
    socket.onclose = (e) => socket === this.#socket && this.#closed(e.code);
  }

  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #closed(code) {
    this.#quiet();
    this.#socket = null;
    this.#tell("closed", code);
    if (code === 1008) this.#tries = 10; // turned away on purpose: no hurry
    const wait = Math.min(FIRST_WAIT * 2 ** this.#tries++, LONGEST_WAIT);
    this.#retry = setTimeout(() => this.open(), wait * (0.7 + Math.random() * 0.6));
  }

  #now() {
    if (this.#socket === null) this.open();
  }

  // A network that went away says nothing: the socket would look open for minutes.
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(1006);
    socket.close();
  }

  #listen() {
    this.#quiet();
    this.#ping = setTimeout(() => {
      this.send({ ping: 1 });
      this.#pong = setTimeout(() => this.#drop(), PONG_WITHIN);
    }, PING_EVERY);
  }

  #quiet() {
    clearTimeout(this.#ping);
    clearTimeout(this.#pong);
  }
}
