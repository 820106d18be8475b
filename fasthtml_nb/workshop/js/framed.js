// The last script of a page that a server shows in a preview's frame. It tells the notebook its
// height, hears of changes and failures, and loads the page again with what was typed.
(() => {
  "use strict";
  const { keep, restore } = KEEPING;
  const tell = (more) => parent.postMessage({ fasthtml_nb: more }, "*");
  const name = "fasthtml_nb kept";
  try {
    const [url, kept] = JSON.parse(sessionStorage.getItem(name) ?? "[]");
    sessionStorage.removeItem(name);
    if (kept && url === location.href) addEventListener("DOMContentLoaded", () => restore(kept));
  } catch {
    // a page without a store loses what was typed
  }
  const refresh = () => {
    try {
      sessionStorage.setItem(name, JSON.stringify([location.href, keep()]));
    } catch {
      // as above
    }
    if (location.hash) location.reload(); // an address that differs by nothing would only scroll
    else location.replace(location.href);
  };
  const connect = () => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "CHANGES");
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.op === "changed") refresh();
      else tell(message);
    };
    socket.onclose = () => setTimeout(connect, 2000);
  };
  connect();
  let spill = 0;
  const page = document.documentElement;
  const measure = () => {
    const height = Math.ceil(page.getBoundingClientRect().height);
    if (page.scrollHeight > Math.max(height, page.clientHeight)) spill = page.scrollHeight;
    tell({ op: "size", height: Math.max(height, spill), title: document.title });
  };
  tell({ op: "page", url: location.href });
  new ResizeObserver(measure).observe(page);
  measure();
})();
