// The script of a preview whose app has a port of its own, in the notebook's page. The snapshot
// stays until a page of the app says that it is there.
((script) => {
  "use strict";
  const host = script.parentElement;
  const { address, height: fixed } = host.dataset;
  if (!address) return; // a front end that runs scripts elsewhere than they stand: the snapshot stays
  const snapshot = host.firstElementChild;
  script.remove();
  const shell = document.createElement("div");
  const root = shell.attachShadow({ mode: "open" });
  root.innerHTML = `<style>
    :host { all: initial; display: block; border: 1px solid #d8dee4; border-radius: 6px; overflow: hidden;
      background: #fff; color: #57606a; color-scheme: light; font: 12px/1.5 system-ui, sans-serif }
    :host([hidden]) { display: block; height: 0; border: 0; visibility: hidden }
    nav { padding: 3px 10px; background: #f6f8fa; border-bottom: 1px solid #eaeef2 }
    a { color: #0550ae }
    pre { margin: 0; padding: 6px 10px; max-height: 16em; overflow: auto; white-space: pre-wrap;
      background: #fff5f5; color: #82071e; border-bottom: 1px solid #ffc1c0;
      font: 12px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }
    iframe { display: block; width: 100%; border: 0; color-scheme: light }
  </style><nav><a target="_blank" rel="noopener"></a></nav><pre role="alert" hidden></pre>`;
  const link = root.querySelector("a");
  const failure = root.querySelector("pre");
  const frame = document.createElement("iframe");
  frame.title = "Preview";
  // The app's own origin: not this page's, but one that has its cookies
  frame.sandbox = "allow-scripts allow-forms allow-modals allow-popups allow-downloads allow-same-origin";
  frame.allow = "local-network-access";
  frame.style.height = `${fixed || 150}px`;
  const place = (url) => {
    link.href = url;
    link.textContent = url;
  };
  const acts = {
    page: ({ url }) => {
      snapshot.remove();
      shell.hidden = false;
      failure.hidden = true;
      place(url);
    },
    size: ({ height, title }) => {
      if (!fixed) frame.style.height = `${Math.min(Math.max(height, 20), 1500)}px`;
      frame.title = title || "Preview";
    },
    error: ({ text }) => {
      failure.textContent = text;
      failure.hidden = false;
    },
  };
  // The page is the app's, and so is what it says that it is: an address may be a script
  const { origin: ours } = new URL(address);
  const isOurs = (url) => url === undefined || (URL.canParse(url) && new URL(url).origin === ours);
  const hear = ({ source, origin, data }) => {
    const message = data?.fasthtml_nb;
    if (!host.isConnected) removeEventListener("message", hear);
    else if (source !== frame.contentWindow || origin !== ours || !message) return;
    else if (Object.hasOwn(acts, message.op) && isOurs(message.url)) acts[message.op](message);
  };
  addEventListener("message", hear);
  place(address);
  shell.hidden = true;
  root.append(frame);
  host.append(shell);
  frame.src = address;
})(document.currentScript);
