// What a page has that its address does not say: scroll position, focus, and what was typed.
// Put into the scripts of pages in a preview, as `KEEPING`.
(() => {
  const fields = () => [...document.querySelectorAll("input,textarea,select")];
  const chosen = (field) => [...(field.options ?? [])].map((option) => option.selected);
  const isChanged = (field) =>
    field.value !== field.defaultValue ||
    field.checked !== field.defaultChecked ||
    [...(field.options ?? [])].some((option) => option.selected !== option.defaultSelected);
  const keep = () => ({
    scroll: [scrollX, scrollY],
    focus: document.hasFocus() ? fields().indexOf(document.activeElement) : -1, // else it is the notebook's
    fields: fields().map((field) => ({
      name: field.name,
      type: field.type,
      checked: field.checked,
      value: /^(file|password)$/.test(field.type) ? "" : field.value,
      chosen: chosen(field),
      changed: isChanged(field),
    })),
  });
  const restore = (kept) => {
    const now = fields();
    kept.fields.forEach(({ name, type, checked, value, chosen, changed }, index) => {
      const field = now[index];
      if (!changed || !field || field.name !== name || field.type !== type) return;
      if (/^(file|password)$/.test(type)) return;
      if (type === "checkbox" || type === "radio") field.checked = checked;
      else if (field.options) [...field.options].forEach((option, at) => (option.selected = !!chosen[at]));
      else field.value = value;
    });
    now[kept.focus]?.focus({ preventScroll: true });
    scrollTo(...kept.scroll);
  };
  return { keep, restore };
})()
