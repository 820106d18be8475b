// The first script of a page in a live preview. The page stands in a sandboxed frame, with an
// origin of its own and no way to the network of its server: whatever it asks of that server goes
// through a port to the notebook, and from there to the app in the kernel.
((settings) => {
  "use strict";
  const BASE = settings.base; // The origin the page believes in
  const channel = new MessageChannel();
  const port = channel.port1;
  const listeners = new Map(); // id of what was asked → who listens to the answer
  let last = settings.first;
  const ask = (op, more, listen) => {
    const id = ++last;
    if (listen) listeners.set(id, listen);
    port.postMessage({ op, id, ...more });
    return id;
  };
  const tell = (op, more) => port.postMessage({ op, ...more });
  const isOurs = (url) => url.origin === BASE;
  const nothing = () => {};

  // Bytes travel as base64.
  const encode = (buffer) => {
    const bytes = new Uint8Array(buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768)
      text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  };
  const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  // Where the page is: its frame's own address is about:srcdoc.
  const entries = [{ state: null, url: settings.url }];
  let at = 0;
  const here = () => entries[at].url;
  const resolve = (url) => new URL(url, document.baseURI);
  const moved = (push) => tell("moved", { url: here(), push });
  const load = (url, more = {}) => tell("load", { method: "GET", url: String(url), from: here(), ...more });
  const leaveTo = (url) => tell("out", { url: String(url) });
  const go = (url) => (isOurs(url) ? load(url) : leaveTo(url));

  try {
    Object.defineProperty(window, "origin", { value: BASE, configurable: true });
  } catch {
    nothing(); // some browsers keep theirs; only htmx's check of addresses looks at it
  }

  // Storage and cookies, which a frame of this kind does not have.
  const storage = () => {
    const kept = new Map();
    return {
      getItem: (key) => (kept.has(String(key)) ? kept.get(String(key)) : null),
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
      get length() {
        return kept.size;
      },
    };
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    const value = storage();
    Object.defineProperty(window, name, { get: () => value, configurable: true });
  }
  const cookies = new Map(
    settings.cookies.split("; ").filter(Boolean).map((pair) => {
      const cut = pair.indexOf("=");
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
  Object.defineProperty(document, "cookie", {
    get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    set: (text) => {
      const [pair] = String(text).split(";");
      const cut = pair.indexOf("=");
      const name = pair.slice(0, cut).trim();
      if (/;\s*max-age=(0|-)/i.test(text) || /;\s*expires=[^;]*\b(19\d\d|200\d)\b/i.test(text)) cookies.delete(name);
      else cookies.set(name, pair.slice(cut + 1).trim());
      tell("cookie", { text: String(text), url: here() });
    },
    configurable: true,
  });

  // History: pages that the view pushes itself.
  const change = (push) => (state, _title, url) => {
    const target = url === undefined || url === null ? new URL(here()) : new URL(url, here());
    if (!isOurs(target)) throw new DOMException(`Not a page of this app: ${target}`, "SecurityError");
    const entry = { state: structuredClone(state), url: String(target) };
    if (push) entries.splice(at + 1, entries.length, entry);
    else entries[at] = entry;
    if (push) at += 1;
    moved(push);
  };
  const travel = (delta) => {
    const to = at + delta;
    if (to < 0 || to >= entries.length) return tell("beyond", { delta });
    at = to;
    tell("moved", { url: here(), push: false });
    dispatchEvent(new PopStateEvent("popstate", { state: entries[at].state }));
  };
  const past = {
    pushState: change(true),
    replaceState: change(false),
    go: (delta = 0) => (delta ? setTimeout(travel, 0, delta) : load(here())),
    back: () => setTimeout(travel, 0, -1),
    forward: () => setTimeout(travel, 0, 1),
  };
  for (const [name, value] of Object.entries(past))
    Object.defineProperty(history, name, { value, configurable: true });
  Object.defineProperty(history, "state", { get: () => entries[at].state, configurable: true });

  // fetch
  const realFetch = window.fetch.bind(window);
  const EMPTY = new Set([101, 103, 204, 205, 304]);
  window.fetch = async (input, init) => {
    const given = typeof input === "string" || input instanceof URL ? resolve(input) : input;
    const request = new Request(given, init);
    if (!isOurs(new URL(request.url))) return realFetch(input, init);
    const abort = () => request.signal.reason ?? new DOMException("Aborted", "AbortError");
    if (request.signal.aborted) throw abort();
    const body = await request.arrayBuffer();
    const headers = [...request.headers].map(([name, value]) =>
      name === "hx-current-url" ? [name, here()] : [name, value],
    );
    return new Promise((done, fail) => {
      let stream, status;
      const content = new ReadableStream({
        start: (controller) => (stream = controller),
        cancel: () => tell("abort", { of: id }),
      });
      const end = (how) => {
        listeners.delete(id);
        try {
          how();
        } catch {
          nothing(); // the reader has left
        }
      };
      const answers = {
        head: (message) => {
          status = message.status;
          const kept = message.headers.filter(([name]) => !/^hx-(redirect|refresh)$/i.test(name));
          const way = message.headers.find(([name]) => /^hx-redirect$/i.test(name));
          const fresh = message.headers.some(([name, value]) => /^hx-refresh$/i.test(name) && value === "true");
          // An order to go elsewhere is for the window, which htmx cannot move here
          if (way) go(new URL(way[1], here()));
          else if (fresh) load(here());
          if (way || fresh) status = 204;
          const empty = EMPTY.has(status);
          const response = new Response(empty ? null : content, {
            status: status < 200 ? 200 : status,
            statusText: message.reason,
            headers: kept,
          });
          Object.defineProperty(response, "url", { value: message.url });
          Object.defineProperty(response, "redirected", { value: message.redirected });
          done(response);
        },
        chunk: (message) => {
          if (EMPTY.has(status)) return;
          try {
            stream.enqueue(decode(message.data));
          } catch {
            nothing(); // the reader has left
          }
        },
        end: () => end(() => stream.close()),
        fail: (message) => {
          fail(new TypeError(message.reason));
          end(() => stream.error(new TypeError(message.reason)));
        },
      };
      const asked = {
        method: request.method,
        url: request.url,
        from: here(),
        headers,
        body: body.byteLength ? encode(body) : "",
        redirect: request.redirect,
      };
      const id = ask("fetch", asked, (message) => answers[message.op]?.(message));
      request.signal.addEventListener("abort", () => {
        tell("abort", { of: id });
        fail(abort());
        end(() => stream.error(abort()));
      });
    });
  };

  // XMLHttpRequest, on top of fetch
  class Target extends EventTarget {
    fire(type, Kind = Event, init = {}) {
      const event = new Kind(type, init);
      const own = this[`on${type}`];
      if (typeof own === "function") own.call(this, event);
      this.dispatchEvent(event);
    }
  }
  class Requests extends Target {
    readyState = 0;
    status = 0;
    statusText = "";
    responseType = "";
    responseURL = "";
    response = "";
    timeout = 0;
    withCredentials = false;
    upload = new Target();
    #asked = null;
    #headers = new Headers();
    #control = null;
    #answer = null;
    #text = "";

    open(method, url, async = true) {
      if (!async) throw new DOMException("A preview cannot wait for an answer.", "InvalidAccessError");
      this.#asked = { method: String(method).toUpperCase(), url: resolve(url) };
      this.#headers = new Headers();
      this.#become(1);
    }
    setRequestHeader(name, value) {
      this.#headers.append(name, value);
    }
    overrideMimeType() {}
    getResponseHeader(name) {
      return this.#answer?.headers.get(name) ?? null;
    }
    getAllResponseHeaders() {
      return [...(this.#answer?.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join("");
    }
    get responseText() {
      return this.#text;
    }
    get responseXML() {
      return this.#text ? new DOMParser().parseFromString(this.#text, "text/html") : null;
    }
    abort() {
      this.#stop("abort");
    }
    #become(state) {
      this.readyState = state;
      this.fire("readystatechange");
    }
    #stop(why) {
      if (!this.#control || this.readyState === 4) return;
      const control = this.#control;
      this.#control = null;
      control.abort();
      this.status = 0;
      this.#become(4);
      this.fire(why, ProgressEvent);
      this.fire("loadend", ProgressEvent);
    }
    async send(body = null) {
      const { method, url } = this.#asked;
      const control = (this.#control = new AbortController());
      const ours = () => this.#control === control;
      const timer = this.timeout && setTimeout(() => this.#stop("timeout"), this.timeout);
      const bare = method === "GET" || method === "HEAD";
      this.fire("loadstart", ProgressEvent);
      try {
        const asked = { method, headers: this.#headers, body: bare ? null : body, signal: control.signal };
        const answer = await window.fetch(url, asked);
        if (!ours()) return;
        this.#answer = answer;
        this.status = answer.status;
        this.statusText = answer.statusText;
        this.responseURL = answer.url;
        this.upload.fire("load", ProgressEvent);
        this.#become(2);
        const bytes = await answer.arrayBuffer();
        if (!ours()) return;
        this.#read(bytes, answer);
        const size = { lengthComputable: true, loaded: bytes.byteLength, total: bytes.byteLength };
        this.#become(3);
        this.fire("progress", ProgressEvent, size);
        this.#become(4);
        this.fire("load", ProgressEvent, size);
        this.fire("loadend", ProgressEvent, size);
      } catch (error) {
        if (!ours()) return;
        this.#become(4);
        this.fire("error", ProgressEvent);
        this.fire("loadend", ProgressEvent);
      } finally {
        clearTimeout(timer);
      }
    }
    #read(bytes, answer) {
      const text = () => new TextDecoder().decode(bytes);
      if (this.responseType === "arraybuffer") this.response = bytes;
      else if (this.responseType === "blob")
        this.response = new Blob([bytes], { type: answer.headers.get("content-type") ?? "" });
      else {
        this.#text = text();
        this.response =
          this.responseType === "json" ? JSON.parse(this.#text) : this.responseType === "document" ? this.responseXML : this.#text;
      }
    }
  }
  for (const it of [Requests, Requests.prototype])
    Object.assign(it, { UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 });
  window.XMLHttpRequest = Requests;

  // Server-sent events
  class Events extends Target {
    readyState = 0;
    withCredentials = false;
    #control = new AbortController();
    #lastId = "";
    #retry = 2000;
    constructor(url) {
      super();
      this.url = String(resolve(url));
      this.#connect();
    }
    close() {
      this.readyState = 2;
      this.#control.abort();
    }
    async #connect() {
      const headers = { accept: "text/event-stream", "cache-control": "no-cache" };
      if (this.#lastId) headers["last-event-id"] = this.#lastId;
      try {
        const answer = await window.fetch(this.url, { headers, signal: this.#control.signal });
        const kind = answer.headers.get("content-type") ?? "";
        if (answer.status !== 200 || !kind.startsWith("text/event-stream")) {
          this.readyState = 2;
          return this.fire("error");
        }
        this.readyState = 1;
        this.fire("open");
        await this.#read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
      } catch {
        nothing(); // ended below, like a stream that has come to its end
      }
      if (this.readyState === 2) return;
      this.readyState = 0;
      this.fire("error");
      setTimeout(() => this.readyState === 0 && this.#connect(), this.#retry);
    }
    async #read(reader) {
      let rest = "";
      let event = { data: [], type: "message" };
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        rest += value;
        const held = rest.endsWith("\r") ? "\r" : "";
        const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
        rest = lines.pop() + held;
        for (const line of lines) {
          if (line) this.#field(line, event);
          else {
            if (event.data.length) this.#emit(event);
            event = { data: [], type: "message" };
          }
        }
      }
    }
    #field(line, event) {
      const cut = line.indexOf(":");
      const name = cut < 0 ? line : line.slice(0, cut);
      const value = cut < 0 ? "" : line.slice(cut + 1).replace(/^ /, "");
      if (name === "data") event.data.push(value);
      else if (name === "event") event.type = value || "message";
      else if (name === "id") this.#lastId = value;
      else if (name === "retry" && /^\d+$/.test(value)) this.#retry = Number(value);
    }
    #emit({ type, data }) {
      if (this.readyState !== 1) return;
      this.fire(type, MessageEvent, { data: data.join("\n"), lastEventId: this.#lastId, origin: BASE });
    }
  }
  const RealEvents = window.EventSource;
  window.EventSource = function EventSource(url, init) {
    return isOurs(resolve(url)) ? new Events(url) : new RealEvents(url, init);
  };
  for (const it of [window.EventSource, Events.prototype])
    Object.assign(it, { CONNECTING: 0, OPEN: 1, CLOSED: 2 });

  // Websockets
  class Socket extends Target {
    readyState = 0;
    bufferedAmount = 0;
    extensions = "";
    protocol = "";
    binaryType = "blob";
    #id;
    constructor(url, protocols = []) {
      super();
      this.url = String(url);
      const asked = { url: this.url, protocols: [protocols].flat(), from: here() };
      this.#id = ask("socket", asked, (message) => this.#hear(message));
    }
    send(data) {
      if (this.readyState === 0) throw new DOMException("The socket is not open yet.", "InvalidStateError");
      if (this.readyState !== 1) return;
      if (typeof data === "string") tell("say", { of: this.#id, text: data });
      else new Response(data).arrayBuffer().then((bytes) => tell("say", { of: this.#id, data: encode(bytes) }));
    }
    close(code = 1000, reason = "") {
      if (this.readyState > 1) return;
      this.readyState = 2;
      tell("hang-up", { of: this.#id, code, reason });
    }
    #hear(message) {
      if (message.op === "opened") {
        this.readyState = 1;
        this.protocol = message.protocol;
        this.fire("open");
      } else if (message.op === "said") {
        const bytes = message.text === undefined && decode(message.data).buffer;
        const data = bytes ? (this.binaryType === "blob" ? new Blob([bytes]) : bytes) : message.text;
        this.fire("message", MessageEvent, { data, origin: BASE });
      } else {
        listeners.delete(this.#id);
        this.readyState = 3;
        if (message.op === "fail") this.fire("error");
        const { code = 1006, reason = "" } = message;
        this.fire("close", CloseEvent, { code, reason, wasClean: code !== 1006 });
      }
    }
  }
  const RealSocket = window.WebSocket;
  window.WebSocket = function WebSocket(url, protocols) {
    const target = resolve(url);
    target.protocol = target.protocol.replace("http", "ws");
    const http = new URL(target);
    http.protocol = http.protocol.replace("ws", "http");
    return isOurs(http) ? new Socket(target, protocols) : new RealSocket(url, protocols);
  };
  for (const it of [window.WebSocket, Socket.prototype])
    Object.assign(it, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });

  // Links and forms, once the page's own scripts have had their say
  const withoutFragment = (url) => String(url).replace(/#.*/, "");
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button) return;
    const link = event.composedPath().find((node) => node.matches?.("a[href],area[href]"));
    if (!link) return;
    event.preventDefault();
    const raw = link.getAttribute("href");
    const url = new URL(raw, raw.startsWith("#") ? here() : document.baseURI);
    if (url.protocol === "javascript:") return;
    if (isOurs(url) && url.hash && withoutFragment(url) === withoutFragment(here())) {
      past.pushState(null, "", url);
      document.getElementById(decodeURIComponent(url.hash.slice(1)))?.scrollIntoView();
      dispatchEvent(new HashChangeEvent("hashchange"));
    } else if (!isOurs(url) || (link.target && link.target !== "_self")) leaveTo(url);
    else load(url, link.hasAttribute("download") ? { download: link.download || "download" } : {});
  });
  const submit = async (form, button) => {
    const of = (name, fallback) => button?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? fallback;
    const method = of("method", "get").toLowerCase();
    if (method === "dialog") return form.closest("dialog")?.close(button?.value);
    const url = new URL(of("action", "") || here(), document.baseURI);
    if (!isOurs(url)) return leaveTo(url);
    const data = new FormData(form, button?.form === form ? button : undefined);
    const plain = () => new URLSearchParams([...data].map(([name, value]) => [name, value.name ?? value]));
    if (method !== "post") {
      url.search = plain();
      return load(url);
    }
    const files = of("enctype", "").toLowerCase() === "multipart/form-data";
    const request = new Request(url, { method: "POST", body: files ? data : plain() });
    const headers = [["content-type", request.headers.get("content-type")]];
    load(url, { method: "POST", headers, body: encode(await request.arrayBuffer()) });
  };
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    submit(event.target, event.submitter);
  });
  HTMLFormElement.prototype.submit = function () {
    submit(this);
  };

  // What the browser would fetch by itself: pictures, and scripts and styles that come later
  const fetched = async (url) => {
    const answer = await window.fetch(url);
    return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
  };
  const supply = async (element, name) => {
    const value = element.getAttribute(name);
    if (!value || /^(data|blob|#)/.test(value)) return;
    const url = resolve(value);
    if (!isOurs(url)) return;
    const found = await fetched(url);
    if (found && element.getAttribute(name) === value) element.setAttribute(name, found);
  };
  const SOURCES = "img[src],source[src],video[src],audio[src],track[src],embed[src],input[type=image][src]";
  const late = async (script) => {
    const url = resolve(script.src);
    if (!isOurs(url)) return;
    const twin = document.createElement("script");
    for (const { name, value } of script.attributes) if (name !== "src") twin.setAttribute(name, value);
    twin.textContent = await (await window.fetch(url)).text();
    script.replaceWith(twin);
  };
  const tend = (root) => {
    const all = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    for (const element of all(SOURCES)) supply(element, "src");
    for (const element of all("video[poster]")) supply(element, "poster");
    for (const element of all("link[rel~=stylesheet][href]")) supply(element, "href");
    for (const element of all("script[src]")) late(element);
  };
  new MutationObserver((records) => {
    for (const { addedNodes, target, type } of records)
      if (type === "attributes") tend(target);
      else for (const node of addedNodes) if (node.nodeType === 1) tend(node);
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });

  // What the notebook asks of the page
  const { keep, restore } = KEEPING;
  let owed = settings.kept; // what was typed, until it is in its fields
  port.onmessage = ({ data: message }) => {
    if (message.op === "travel") travel(message.delta);
    else if (message.op === "there") tell("there");
    else if (message.op === "keep") tell("kept", { page: owed ?? keep(), url: here() });
    else if (message.op === "restore") {
      if (document.readyState === "loading") owed = message.kept;
      else restore(message.kept);
    } else listeners.get(message.id)?.(message);
  };
  parent.postMessage("fasthtml_nb", "*", [channel.port2]);
  addEventListener("DOMContentLoaded", () => {
    if (owed) restore(owed);
    owed = null;
    let spill = 0;
    const page = document.documentElement;
    const measure = () => {
      const height = Math.ceil(page.getBoundingClientRect().height);
      if (page.scrollHeight > Math.max(height, page.clientHeight)) spill = page.scrollHeight;
      tell("size", { height: Math.max(height, spill), title: document.title });
    };
    new ResizeObserver(measure).observe(page);
    measure();
    const anchor = new URL(settings.url).hash.slice(1);
    if (anchor) document.getElementById(decodeURIComponent(anchor))?.scrollIntoView();
  });
})(SETTINGS);
