// Mathematics in markdown: gives `parse`, which keeps formulas apart from markdown, and `finish`,
// which sets them. Only text goes from one to the other, so what is set has passed the sanitiser.
({ inline, display, environments }) => {
  const plain = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const [i, d, names] = [plain(inline), plain(display), environments.map(plain).join("|") || "(?!)"];
  const within = (end) => `((?:(?!${end})(?:\\\\[^]|[^\\\\]))+)`; // up to `end`, past what a backslash hides
  const environment = `(\\\\begin\\{(${names})\\}[^]+?\\\\end\\{\\2\\})`;
  // In a line, code wins, and prices stay: `$5 or $6` has a blank before the second delimiter
  const rules = {
    inlineDisplay: new RegExp(`^${d}${within(d)}${d}`),
    inlineText: new RegExp(`^${i}(?!\\s)${within(`${i}|\``)}(?<!\\s)${i}(?!\\d)`),
    blockDisplay: new RegExp(`^ {0,3}${d}${within(d)}${d}[ \\t]*(?:\\n+|$)`),
    blockEnvironment: new RegExp(`^ {0,3}${environment}[ \\t]*(?:\\n+|$)`),
  };
  const escaped = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt()};`);
  const extension = (name, level, found, isDisplay, begins) => ({
    name,
    level,
    start: (source) => source.match(begins)?.index,
    tokenizer: (source) => {
      const match = found.exec(source);
      return match ? { type: name, raw: match[0], text: match[1] } : undefined;
    },
    renderer: ({ text }) => {
      const tag = level === "block" ? "div" : "span";
      return `<${tag} class="katex-source${isDisplay ? " display" : ""}">${escaped(text)}</${tag}>`;
    },
  });
  const lineStart = new RegExp(`^ {0,3}(?:${d}|\\\\begin\\{)`, "m");
  const own = new marked.Marked({
    extensions: [
      extension("mathEnvironment", "block", rules.blockEnvironment, true, lineStart),
      extension("mathBlock", "block", rules.blockDisplay, true, lineStart),
      extension("mathText", "inline", rules.inlineText, false, new RegExp(i)),
      extension("mathDisplay", "inline", rules.inlineDisplay, true, new RegExp(d)),
    ],
  });
  const settings = { throwOnError: false, trust: false, strict: "ignore", maxSize: 40, maxExpand: 500 };
  return {
    parse: (text) => own.parse(text),
    finish: (element) => {
      for (const formula of element.querySelectorAll(".katex-source"))
        katex.render(formula.textContent, formula, { ...settings, displayMode: formula.matches(".display") });
    },
  };
}
