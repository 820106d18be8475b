// Give each tab an id of its own, and send it as `sid` with the requests that htmx makes to this site.
(() => {
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0"));
  const sid = sessionStorage.getItem("sid") ?? random().join("");
  sessionStorage.setItem("sid", sid);
  const added = (path) => {
    const url = new URL(path, document.baseURI);
    if (url.origin !== location.origin) return path;
    url.searchParams.set("sid", sid);
    return url.pathname + url.search;
  };
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.path = added(detail.path);
  });
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => { // htmx 4
    ctx.request.action = added(ctx.request.action);
  });
})();
