// A live preview as a widget, for front ends that do not say where their kernel is.
VIEWER
const way = (model) => async (key, hear, end) => {
  const visit = newId();
  const listen = (told) => told.visit === visit && ("end" in told ? end() : hear(told.data));
  model.on("msg:custom", listen);
  model.send({ visit, op: "open" });
  return {
    send: (data) => model.send({ visit, op: "say", data }),
    close: () => {
      model.off("msg:custom", listen);
      model.send({ visit, op: "close" });
    },
  };
};
export default {
  render({ model, el }) {
    const host = document.createElement("div");
    Object.assign(host.dataset, { lmSuppressShortcuts: "true" }, model.get("told"));
    host.style.cssText = model.get("size");
    host.innerHTML = `<div>${model.get("snapshot")}</div>`;
    el.append(host);
    return live(host, way(model));
  },
};
