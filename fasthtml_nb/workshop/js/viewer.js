// A page without https has no `crypto.randomUUID`
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// A view of a live preview, in the notebook's own page. `host` holds the snapshot that is stored in the
// notebook; when the kernel answers, a frame takes its place. The frame has no origin: nothing in it
// reaches this page. `open` finds the way to the kernel. Returns what leaves again.
const live = (host, open) => {
  const { key, height: fixed } = host.dataset;

  // An empty frame for the next page, out of sight: where a browser can move it with what is in it,
  // that page need not wait until a frame has been loaded; elsewhere it keeps the process of the
  // sandboxed frames, which ends with the last of them
  const SANDBOX = "allow-scripts allow-forms allow-modals allow-popups";
  const BEGIN = `<script>addEventListener("message", function begin({ source, data }) {
    if (source !== parent) return;
    removeEventListener("message", begin);
    document.open();
    document.write(data);
    document.close();
  });<\/script>`;
  const spares = (window[Symbol.for("fasthtml_nb spares")] ??= new Map()); // by the view's element
  const dropSpare = (of = host) => {
    spares.get(of)?.holder.remove();
    spares.delete(of);
  };
  const dropSpares = () => [...spares.keys()].forEach(dropSpare);
  const keepSpare = () => {
    if (spares.has(host)) return;
    const [holder, empty] = [document.createElement("div"), document.createElement("iframe")];
    holder.inert = true;
    holder.style = "position:fixed;top:0;left:0;visibility:hidden;pointer-events:none;z-index:-1";
    Object.assign(empty, { title: "Preview", sandbox: SANDBOX, srcdoc: BEGIN });
    empty.style = "display:block;border:0;color-scheme:light";
    empty.onload = () => spares.get(host)?.empty === empty && (spares.get(host).ready = true);
    holder.attachShadow({ mode: "closed" }).append(empty);
    spares.set(host, { holder, empty, ready: false });
    document.body.append(holder);
    fitSpare();
  };
  const fitSpare = () => {
    const { empty } = spares.get(host) ?? {};
    if (empty && frame) Object.assign(empty.style, { width: `${frame.offsetWidth}px`, height: `${frame.offsetHeight}px` });
  };
  // Only one of the page's own size: its scripts may measure before another size has come
  const takeSpare = (before) => {
    const { empty, ready } = spares.get(host) ?? {};
    if (!ready || !root.moveBefore || !before?.isConnected) return null;
    if (empty.offsetWidth !== before.offsetWidth || empty.offsetHeight !== before.offsetHeight) return null;
    empty.style.display = "none";
    root.moveBefore(empty, before);
    dropSpare();
    empty.getBoundingClientRect();
    empty.style.display = "block"; // Chromium 156 lays out what came from another root only when it appears
    return empty;
  };

  // What stands under the cell
  const snapshot = host.firstElementChild;
  const shell = document.createElement("div");
  const root = shell.attachShadow({ mode: "open" });
  root.innerHTML = `<style>
    :host { all: initial; display: block; border: 1px solid #d8dee4; border-radius: 6px; overflow: hidden;
      background: #fff; color: #57606a; color-scheme: light; font: 12px/1.5 system-ui, sans-serif }
    nav { display: flex; gap: 4px; align-items: center; padding: 3px 6px; background: #f6f8fa;
      border-bottom: 1px solid #eaeef2 }
    button { all: unset; padding: 0 6px; border-radius: 4px; cursor: pointer; font-size: 14px }
    button:hover, button:focus-visible { background: #eaeef2 }
    button:disabled { opacity: .35; cursor: default; background: none }
    output { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: #24292f;
      font: 12px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }
    small { color: #9a6700; font-size: 11px }
    pre { margin: 0; padding: 6px 10px; max-height: 16em; overflow: auto; white-space: pre-wrap;
      background: #fff5f5; color: #82071e; border-bottom: 1px solid #ffc1c0;
      font: 12px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }
    iframe { display: block; width: 100%; border: 0; color-scheme: light }
  </style><nav><button title="Back" disabled>←</button><button title="Forward" disabled>→</button><button
    title="Reload">↻</button><output></output><small role="status"></small></nav><pre role="alert" hidden></pre>`;
  const [back, forward, reload] = root.querySelectorAll("button");
  const address = root.querySelector("output");
  const note = root.querySelector("small");
  const failure = root.querySelector("pre");

  let comm = null;
  let port = null;
  let frame = null;
  let kept = null; // what was typed into a page that is on its way
  let fresh = null; // the page as the kernel has it now, until the old one has said what was typed
  let owed = null; // what was typed, until the new page hears of it
  let said = false; // whether the frame's page has sent its port
  let last = 0;
  const trail = []; // Pages that were loaded: {url}
  let at = -1;
  const show = (url) => {
    const { pathname, search, hash } = new URL(url);
    address.textContent = pathname + search + hash;
    back.disabled = at < 1 && !trail[at]?.moved;
    forward.disabled = at + 1 >= trail.length;
  };
  const BUSY = "the kernel is busy with a cell";
  const early = document.createElement("small"); // Below the snapshot, until a page has come
  early.setAttribute("role", "status");
  let waiting = 0;
  const busy = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      note.textContent = BUSY;
      early.textContent = `This is the page as it was stored; ${BUSY}.`;
      if (shell.parentElement !== host) host.append(early);
    }, 800);
  };
  const answered = () => {
    clearTimeout(waiting);
    early.remove();
    if (note.textContent === BUSY) note.textContent = "";
  };

  // A page is asked for under an id of ours, everything else under the page's own
  const pages = new Map();
  const load = (asked, place) => {
    const id = --last;
    pages.set(id, place);
    kept = asked.kept ?? null;
    fresh = null;
    busy();
    comm.send({ ...asked, op: "load", id });
  };
  const HUNG = 4000; // Milliseconds after which a page is taken to be in a loop without end
  let starting = 0;
  const render = (message, place, again = false) => {
    const { html, url, first } = message;
    const spare = takeSpare(frame);
    const next = spare ?? document.createElement("iframe");
    let loads = 0;
    next.onload = () => frame === next && loads++ && look();
    clearTimeout(starting);
    starting = setTimeout(() => {
      if (frame !== next || port || again) return;
      dropSpares(); // the page before is in a loop, and holds up this one
      render(message, at, true);
    }, HUNG);
    next.style = `height:${frame?.style.height || `${fixed || 150}px`}`;
    if (spare) spare.contentWindow.postMessage(html, "*"); // no origin: it cannot be named
    else Object.assign(next, { title: "Preview", sandbox: SANDBOX, srcdoc: html });
    if (frame) {
      comm.send({ op: "leave-page", before: first });
      if (spare) frame.remove();
      else frame.replaceWith(next);
    } else root.append(next);
    frame = next;
    port = owed = null;
    said = false;
    failure.hidden = true;
    if (place === "push") {
      trail.splice(at + 1, trail.length, { url });
      at += 1;
    } else if (typeof place === "number") at = place;
    trail[at] = { url };
    show(url);
  };
  const out = (url) => {
    note.textContent = "";
    const link = document.createElement("a");
    Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer", textContent: `open ${url}` });
    if (/^(https?|mailto|tel):/.test(url)) note.replaceChildren(link);
  };
  const download = ({ name, type, data }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    Object.assign(document.createElement("a"), { href: address, download: name, type }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  const acts = {
    page: (message) => render(message, pages.get(message.id)),
    stay: () => {},
    out: ({ url }) => out(url),
    download,
    fail: ({ reason }) => (note.textContent = reason),
    changed: () => refresh(),
    error: ({ text }) => {
      failure.textContent = text;
      failure.hidden = false;
    },
  };
  // A part that many pages have comes once, and is named from then on
  const parts = new Map();
  const whole = (message) => {
    for (const [name, text] of Object.entries(message.parts ?? {})) parts.set(name, text);
    const html = message.html.replace(/part-[0-9a-f]{16}-\d+\./g, (name) => parts.get(name) ?? name);
    return { ...message, html };
  };
  const hear = (told) => {
    const message = told.op === "page" ? whole(told) : told;
    answered();
    if (shell.parentElement !== host) snapshot.replaceWith(shell); // only now: a page is there
    if (message.id === 0) pushed(message);
    else if (message.op === "changed" || message.op === "error" || message.id < 0) {
      acts[message.op]?.(message);
      pages.delete(message.id);
    } else port?.postMessage(message);
  };
  const end = () => {
    comm = null;
    clearTimeout(waiting);
    early.remove();
    note.textContent = "the kernel has let go; reload, or run the cell again";
  };

  // What the page in the frame says
  let asking = 0;
  const ask = () => {
    clearTimeout(asking);
    asking = setTimeout(() => {
      asking = 0;
      dropSpares(); // as a page does that is in a loop: it will never say
      answer(null, trail[at].url);
    }, HUNG);
    port.postMessage({ op: "keep" });
  };
  const answer = (page, url) => {
    const next = fresh?.url === url ? fresh : null;
    fresh = null;
    if (!next) return comm && load({ method: "GET", url, kept: page }, at);
    render(next, at);
    kept = owed = page;
  };
  const refresh = () => {
    if (!comm) return;
    if (port) ask();
    else if (at >= 0) load({ method: "GET", url: trail[at].url, kept }, at);
  };
  // Something has been loaded into the frame after the page: by itself, or in its place
  let looking = 0;
  let looked = -Infinity;
  const look = () => {
    clearTimeout(looking);
    looking = setTimeout(() => {
      port = null;
      if (performance.now() - looked < 5000) note.textContent = 'the page leaves by itself; transport="port" can show it';
      else if (comm) load({ method: "GET", url: trail[at].url }, at);
      looked = performance.now();
    }, 300);
    port?.postMessage({ op: "there" });
  };
  // After a change the kernel sends the page before it is asked: one way instead of three
  const pushed = (message) => {
    if (message.op !== "page" || message.url !== trail[at]?.url || !port) return refresh();
    fresh = message;
    ask();
  };
  const isOurs = (url) => URL.canParse(url) && new URL(url).origin === new URL(host.dataset.url).origin;
  const fromPage = {
    load: ({ op, id, ...asked }) => load(asked, "push"),
    moved: ({ url, push }) => {
      if (!isOurs(url)) return;
      trail[at] = { url, moved: trail[at].moved || push };
      show(url);
    },
    beyond: ({ delta }) => travel(delta),
    size: ({ height, title }) => {
      if (!fixed) frame.style.height = `${Math.min(Math.max(height, 20), 1500)}px`;
      frame.title = title || "Preview";
    },
    kept: ({ page, url }) => {
      if (!asking || !isOurs(url)) return;
      clearTimeout(asking);
      asking = 0;
      answer(page, url);
    },
    there: () => clearTimeout(looking),
    out: ({ url }) => out(url),
  };
  const travel = (delta) => {
    const to = at + delta;
    if (trail[to]) load({ method: "GET", url: trail[to].url }, to);
  };
  // To the kernel go these, and only under the page's own numbers
  const PASSED = new Set(["fetch", "socket", "say", "hang-up", "abort", "cookie"]);
  const passes = ({ op, id }) => PASSED.has(op) && (id === undefined || (Number.isSafeInteger(id) && id > 0));
  addEventListener("message", ({ source, data, ports: [given] }) => {
    if (data !== "fasthtml_nb" || !given || !frame || source !== frame.contentWindow) return;
    if (said) return; // the first script of the page has spoken: this is who came into its frame later
    said = true;
    port = given;
    if (owed) port.postMessage({ op: "restore", kept: owed });
    owed = null;
    setTimeout(() => comm && port === given && keepSpare(), 300); // when the page is drawn
    port.onmessage = ({ data: message }) => {
      if (!comm || port !== given || !message) return;
      if (Object.hasOwn(fromPage, message.op)) fromPage[message.op](message);
      else if (passes(message)) {
        if (message.op === "fetch") busy();
        comm.send(message);
      }
    };
  });
  const step = (delta) => (trail[at]?.moved && port ? port.postMessage({ op: "travel", delta }) : travel(delta));
  back.onclick = () => step(-1);
  forward.onclick = () => step(1);
  reload.onclick = () => (comm ? load({ method: "GET", url: trail[at].url }, at) : begin());

  // The kernel lets a page go that it has heard nothing of for long
  const alive = setInterval(() => comm?.send({ op: "alive" }), 30_000);
  const awake = () => !document.hidden && !comm && frame && begin();
  document.addEventListener("visibilitychange", awake);

  new ResizeObserver(fitSpare).observe(shell);

  // A cell that runs again takes its output away: the visitor leaves
  const leave = () => {
    watcher.disconnect();
    clearInterval(alive);
    document.removeEventListener("visibilitychange", awake);
    comm?.close();
    comm = null;
    dropSpare();
  };
  let stood = false;
  const watcher = new MutationObserver(() => {
    if (stood && !host.isConnected) leave();
    stood = host.isConnected;
  });
  watcher.observe(document.body, { childList: true, subtree: true });

  const begin = () => {
    busy();
    return open(key, hear, end).then((opened) => {
      comm = opened;
      const url = trail[at]?.url ?? host.dataset.url;
      load({ method: "GET", url }, at < 0 ? "push" : at);
    });
  };
  begin();
  return leave;
};
