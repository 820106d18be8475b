// Let the children of elements that match a selector be dragged into another order, those here now
// and those that arrive. The element hears an `end` event for each drag.
({ selector, options }) => {
  watch(selector, (element) => {
    if (!Sortable.get(element)) Sortable.create(element, options);
  });
}
