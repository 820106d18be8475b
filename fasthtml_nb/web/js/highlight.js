// Colour the code in elements that match a selector, now and whenever the page changes, and give
// each block a button that copies it.
({ selector, languages }) => {
  if (languages.length) hljs.configure({ languages });
  const seen = new WeakMap(); // element -> its text, and its classes before it was coloured
  const paint = (element) => {
    const before = seen.get(element);
    if (element.dataset.highlighted) {
      if (element.firstElementChild || !before || before.text === element.textContent) return;
      delete element.dataset.highlighted;
      element.className = before.classes;
    }
    seen.set(element, { text: element.textContent, classes: element.className });
    hljs.highlightElement(element);
    const block = element.closest("pre");
    if (block && !block.querySelector(":scope > [data-copy-code]")) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: "Copy", ariaLabel: "Copy code" });
      button.setAttribute("data-copy-code", "");
      block.classList.add("has-copy-button");
      block.append(button);
    }
  };
  const write = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea"); // a page without https has no clipboard object
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy refused");
  };
  const clicked = async ({ target }) => {
    const button = target.closest?.("[data-copy-code]");
    if (!button) return;
    const said = await write(button.parentElement.querySelector("code").textContent).then(
      () => "Copied",
      () => "Not copied",
    );
    button.textContent = said;
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };
  // one listener for the page: it also serves buttons that history brought back as markup
  if (!globalThis.fasthtmlCopies) addEventListener("click", clicked);
  globalThis.fasthtmlCopies = true;
  watch(selector, paint);
}
