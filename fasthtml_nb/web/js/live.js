// Reload the page when another process answers than the one that wrote it.
(() => {
  const script = document.currentScript;
  if (!script || window.fasthtmlLive) return;
  window.fasthtmlLive = true;
  const { process, interval, attempts } = script.dataset;
  const stream = new URL("live", script.src); // scheme and host are the page's own
  const most = attempts === undefined ? Infinity : Number(attempts);
  let source = null, timer = 0, failed = 0;

  function close() {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  }

  // A page in the background gives its connection back: a browser has six for each server.
  function connect() {
    close();
    if (document.visibilityState === "hidden") return;
    source = new EventSource(stream);
    source.onmessage = (event) => {
      failed = 0;
      if (event.data !== process) {
        close();
        reload();
      }
    };
    source.onerror = () => {
      close();
      failed += 1;
      if (failed <= most) timer = setTimeout(connect, Number(interval));
    };
  }

  // Several processes behind one address would answer in turn: do not run in circles.
  function reload() {
    const key = "fasthtml-live", now = Date.now();
    const recent = JSON.parse(sessionStorage.getItem(key) || "[]").filter((t) => now - t < 10000);
    sessionStorage.setItem(key, JSON.stringify([...recent, now]));
    if (recent.length < 5) return location.reload();
    console.warn("Live reload: each request is answered by another process. Serve with one.");
    setTimeout(() => location.reload(), 10000);
  }

  document.addEventListener("visibilitychange", connect);
  connect();
})();
