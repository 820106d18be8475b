// The script of a live preview's output in Jupyter's own page: the way to the kernel is another
// websocket of Jupyter's, and a comm.
((script) => {
  "use strict";
  const host = script.parentElement;
  const { kernel } = host.dataset;
  if (!kernel) return; // a front end that runs scripts elsewhere than they stand: the snapshot stays
  const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");
  const base = config.baseUrl;
  script.remove();
  if (!base) return; // a page on its own: the snapshot stays

  // One websocket for each kernel, for all previews on this page
  const links = (window[Symbol.for("fasthtml_nb links")] ??= new Map());
  const connect = (id) => {
    const session = newId();
    const query = new URLSearchParams({ session_id: session });
    if (config.token) query.set("token", config.token);
    const address = new URL(`${base}api/kernels/${id}/channels?${query}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    const comms = new Map();
    let subshell = null;
    const post = (channel, msg_type, content) => {
      const msg_id = newId();
      const header = { msg_id, msg_type, session, username: "", date: new Date().toISOString(), version: "5.4" };
      if (subshell && channel === "shell") header.subshell_id = subshell;
      const message = { header, parent_header: {}, metadata: {}, content, channel, buffers: [] };
      socket.send(JSON.stringify(message));
      return msg_id;
    };
    // A subshell of our own answers while a cell runs, where the kernel has them (ipykernel 7)
    const ready = new Promise((done) => {
      socket.onopen = () => {
        const asked = post("control", "create_subshell_request", {});
        const late = setTimeout(done, 1500);
        socket.addEventListener("message", ({ data }) => {
          const { parent_header, content } = JSON.parse(data);
          if (parent_header?.msg_id !== asked) return;
          subshell = content.subshell_id ?? null;
          clearTimeout(late);
          done();
        });
      };
      socket.onerror = () => done();
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return;
      const { msg_type, header, content } = JSON.parse(data);
      const kind = msg_type ?? header?.msg_type;
      const comm = comms.get(content?.comm_id);
      if (comm && kind === "comm_msg") comm.hear(content.data);
      else if (comm && kind === "comm_close") comm.end();
      else if (kind === "kernel_restarted" || (kind === "status" && content.execution_state === "restarting"))
        for (const one of comms.values()) one.end();
    });
    const link = {
      open: async (key, hear, end) => {
        await ready;
        const comm_id = newId();
        comms.set(comm_id, { hear, end });
        post("shell", "comm_open", { comm_id, target_name: "fasthtml_nb", data: { key } });
        return {
          send: (data) => socket.readyState === 1 && post("shell", "comm_msg", { comm_id, data }),
          close: () => {
            comms.delete(comm_id);
            if (socket.readyState === 1) post("shell", "comm_close", { comm_id, data: {} });
          },
        };
      },
    };
    socket.onclose = () => {
      links.delete(id);
      for (const one of comms.values()) one.end();
    };
    // A page that is left tells the kernel, which would wait for its next word otherwise
    addEventListener("pagehide", () => {
      if (socket.readyState !== 1) return;
      for (const comm_id of comms.keys()) post("shell", "comm_close", { comm_id, data: {} });
      if (subshell) post("control", "delete_subshell_request", { subshell_id: subshell });
    });
    links.set(id, link);
    return link;
  };

  VIEWER
  live(host, (...told) => (links.get(kernel) ?? connect(kernel)).open(...told));
})(document.currentScript);
