// Call `run` for each element that matches `selector`: those here now, those that arrive, and again
// those whose own children change. `run` may be called often for one element.
(selector, run) => {
  const found = (root) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  found(document).forEach(run);
  new MutationObserver((records) => {
    const due = new Set();
    for (const { target, addedNodes } of records) {
      const changed = target.nodeType === 3 ? target.parentElement : target;
      if (changed?.matches?.(selector)) due.add(changed);
      for (const node of addedNodes) if (node.nodeType === 1) found(node).forEach((e) => due.add(e));
    }
    for (const element of due) if (element.isConnected) run(element);
  }).observe(document, { childList: true, subtree: true, characterData: true });
}
