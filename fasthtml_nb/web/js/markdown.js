// Render the markdown in elements that match a selector, now and whenever the page changes.
// The author of the markdown is not trusted: what marked makes of it is sanitised before it is shown.
// `parse` makes the HTML, and `finish` has the last word, for those who write more than markdown.
({ selector, parse = (text) => marked.parse(text), finish = () => {} }) => {
  const purifier = DOMPurify(window);
  const rules = {
    USE_PROFILES: { html: true },
    ALLOW_DATA_ATTR: false, // data-hx-on and the like would be script to htmx
    ALLOW_ARIA_ATTR: false,
    SANITIZE_NAMED_PROPS: true, // an id of the text's must not pass for one of the page's
    FORBID_TAGS: ["style", "form", "button", "select", "textarea", "option", "dialog"],
    FORBID_ATTR: ["style", "popover", "popovertarget"],
    RETURN_DOM_FRAGMENT: true,
  };
  purifier.addHook("uponSanitizeElement", (node, { tagName }) => {
    if (tagName === "input" && !(node.type === "checkbox" && node.disabled)) node.remove();
  });
  const shown = new WeakMap(); // element -> the text it had after it was rendered
  const render = (element) => {
    const rendered = element.hasAttribute("data-markdown");
    if (rendered && (element.firstElementChild || !shown.has(element))) return;
    if (rendered && shown.get(element) === element.textContent) return;
    if (element.parentElement?.closest("[data-markdown]")) return;
    element.replaceChildren(purifier.sanitize(parse(element.textContent), rules));
    finish(element);
    element.setAttribute("data-markdown", "");
    shown.set(element, element.textContent);
  };
  watch(selector, render);
}
