// me(where) is one element, any(where) all of them: to be changed and listened to in few words.
// `where` is a CSS selector (looked for in `start`), an event, an element or several, "-" for the
// element before the running script, and nothing for the one that the script stands in.
(() => {
  const found = (where, start) => {
    const script = document.currentScript;
    if (where === undefined || where === null || where === "") return [script?.parentElement];
    if (where === "-") return [script?.previousElementSibling];
    if (typeof where === "string") return [...start.querySelectorAll(where)];
    if (where instanceof Event) return [where.currentTarget ?? where.target];
    return where instanceof EventTarget ? [where] : [...where];
  };
  const attribute = (element, name, value) => {
    if (typeof name === "object") for (const key in name) attribute(element, key, name[key]);
    else if (value === undefined) return element.getAttribute(name);
    else if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  };
  const styles = (element, given) => {
    if (typeof given === "string") element.style.cssText += ";" + given;
    else if (given) for (const key in given) {
      if (key in element.style && !key.startsWith("--")) element.style[key] = given[key] ?? "";
      else element.style.setProperty(key, given[key]);
    } else return element.style;
  };
  const send = (element, type, detail) => {
    element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, cancelable: true }));
  };
  const fade = (from, to) => (element, milliseconds = 400, then) => {
    element.animate({ opacity: [from, to] }, milliseconds).finished.then(
      () => (then ? then(element) : to === 0 && element.remove()),
      () => {}, // the element went before its time
    );
  };
  // What can be done with an element; what gives nothing back gives the element, for the next one
  const methods = {
    on: (element, ...args) => element.addEventListener(...args),
    off: (element, ...args) => element.removeEventListener(...args),
    run: (element, run) => void run(element),
    disable: (element) => void (element.disabled = true),
    enable: (element) => void (element.disabled = false),
    fadeIn: fade(0, 1),
    fadeOut: fade(1, 0),
    attribute,
    styles,
    send,
  };
  Object.assign(methods, { attr: attribute, trigger: send, fade_in: methods.fadeIn, fade_out: methods.fadeOut });
  for (const verb of ["add", "remove", "toggle"]) {
    const Verb = verb[0].toUpperCase() + verb.slice(1);
    const change = (element, ...names) => void element.classList[verb](...names.map((n) => n.replace?.(/^\./, "") ?? n));
    for (const name of [`class${Verb}`, `class_${verb}`, `${verb}Class`, `${verb}_class`]) methods[name] = change;
  }
  const give = (object, call) => {
    for (const name in methods)
      Object.defineProperty(object, name, { configurable: true, writable: true, value: call(methods[name]) });
    return object;
  };
  const one = (element) =>
    Object.hasOwn(element, "classAdd")
      ? element
      : give(element, (method) => (...args) => method(element, ...args) ?? element);
  globalThis.any = (where, start = document) => {
    const elements = found(where, start).filter(Boolean).map(one);
    const all = give(elements, (method) => (...args) => {
      const given = elements.map((element) => method(element, ...args));
      return given.some((value) => value !== undefined) ? given : elements;
    });
    return Object.defineProperty(all, "remove", { value: () => elements.forEach((e) => e.remove()) });
  };
  globalThis.me = (where, start = document) => {
    const [element] = found(where, start);
    if (!element && typeof where === "string" && where !== "-") console.warn(`me: nothing matches ${where}`);
    return element ? one(element) : null;
  };
  globalThis.domReadyExecute = (run) => {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => run());
    else run();
  };
  globalThis.halt = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  globalThis.sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  globalThis.tick = () => new Promise((done) => requestAnimationFrame(() => done()));
})();
