// Draw the diagrams that elements which match a selector describe, now and whenever the page changes.
// Their author is not trusted: mermaid's strict level keeps HTML and scripts out of a diagram.
({ selector, config }) => {
  mermaid.initialize({ ...config, startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true });
  const seen = new WeakMap(); // element -> its text that is being drawn, or could not be
  let turn = Promise.resolve(); // one at a time: mermaid measures in the page
  let count = 0;
  const draw = async (element, text) => {
    if (!element.isConnected || element.textContent !== text) return;
    try {
      const { svg } = await mermaid.render(`mermaid-${++count}`, text);
      if (element.textContent !== text) return;
      element.innerHTML = svg;
      seen.delete(element);
      element.setAttribute("data-mermaid", "");
      element.removeAttribute("title");
    } catch (error) {
      element.setAttribute("data-mermaid", "error");
      element.title = error.message;
    }
  };
  watch(selector, (element) => {
    const text = element.textContent;
    if (element.querySelector("svg") || seen.get(element) === text || !text.trim()) return;
    seen.set(element, text);
    turn = turn.then(() => draw(element, text));
  });
}
