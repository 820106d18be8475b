// Toasts come at the end of a page's body, or out of band beside a fragment. Each moves into a
// container that screen readers watch, and leaves after its time, unless somebody is at it. The
// container stands beside the body: no swap takes it away, no history of htmx brings it back.
(() => {
  const fading = 200; // ms
  const container = document.createElement("div");
  container.id = "fasthtml-toasts";
  container.className = "fasthtml-toasts";
  container.setAttribute("aria-live", "polite");

  const leave = (toast) => {
    toast.classList.add("fasthtml-toast-leaving");
    setTimeout(() => toast.remove(), fading);
  };

  const arm = (toast) => {
    const seconds = Number(toast.dataset.seconds);
    if (!seconds) return;
    let timer;
    const stop = () => clearTimeout(timer);
    const wait = () => {
      stop();
      const held = toast.matches(":hover") || toast.contains(document.activeElement);
      if (!held) timer = setTimeout(leave, 1000 * seconds, toast);
    };
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => setTimeout(wait));
    wait();
  };

  const take = (toast) => {
    const came = toast.parentElement;
    if (came === container) return;
    container.append(toast);
    if (came?.matches(".fasthtml-toasts") && !came.children.length) came.remove();
    arm(toast);
  };

  const found = (node) => {
    if (node.nodeType !== 1) return [];
    return node.matches(".fasthtml-toast") ? [node] : [...node.querySelectorAll(".fasthtml-toast")];
  };

  const start = () => {
    document.documentElement.append(container);
    found(document.body).forEach(take);
    new MutationObserver((records) => {
      records.flatMap((record) => [...record.addedNodes].flatMap(found)).forEach(take);
    }).observe(document.documentElement, { childList: true, subtree: true });
  };

  container.addEventListener("click", (event) => {
    const button = event.target.closest(".fasthtml-toast > button");
    if (button) leave(button.parentElement);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
