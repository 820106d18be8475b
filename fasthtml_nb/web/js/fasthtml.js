// proc_htmx(selector, run): call `run` once for every element that matches `selector`, for those
// on the page now and for those that arrive later, with htmx (any version) or without it.
globalThis.proc_htmx = (selector, run) => {
  const done = new WeakSet();
  const visit = (element) => {
    if (done.has(element)) return;
    done.add(element);
    run(element);
  };
  const look = (root) => {
    if (root.matches?.(selector)) visit(root);
    root.querySelectorAll(selector).forEach(visit);
  };
  const start = () => {
    look(document);
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes) if (node.nodeType === 1 && node.isConnected) look(node);
    }).observe(document, { childList: true, subtree: true });
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
};
