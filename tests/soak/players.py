"""Plays a journey on our driver, and with the real htmx in Chromium; each gives a trace.

In Chromium time is ours: timers of less than a fifth of a second run by themselves, as what belongs
to an action does; the others run when a journey waits. Answers are held back, and given one at a
time in the order in which they were asked for. So a busy machine bends nothing.
"""

from __future__ import annotations

import asyncio
import time
from itertools import groupby
from pathlib import Path
from typing import Any

from fasthtml_nb.checks.dom import Element
from tests.browser_support import chromium_path, serving
from tests.htmx_truth.adapter import Adapter
from tests.htmx_truth.compare import tokens
from tests.htmx_truth.record import PAGE_SCRIPT, VERSIONS
from tests.htmx_truth.scenarios import Scenario
from tests.htmx_truth.site import SCRIPT, Site

from .journey import Journey

_ASSETS = Path(__file__).resolve().parents[2] / "fasthtml_nb" / "_assets"
Trace = list[dict[str, Any]]

_TIME_SCRIPT = r"""
(() => {
  const nextTurn = () => new Promise(resume => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { channel.port1.close(); resume(); };
    channel.port2.postMessage(0);
  });
  const timers = new Map();
  let now = 0, made = 0;
  const add = (call, ms, more, every) => {
    ms = Math.max(0, +ms || 0);
    timers.set(++made, {id: made, due: now + ms, waits: ms >= 200, call, more, every, ms});
    return made;
  };
  window.setTimeout = (call, ms, ...more) => add(call, ms, more, false);
  window.setInterval = (call, ms, ...more) => add(call, ms, more, true);
  window.clearTimeout = window.clearInterval = id => { timers.delete(id); };
  const first = fits => [...timers.values()].filter(fits)
    .sort((a, b) => a.due - b.due || a.id - b.id)[0];
  const run = timer => {
    now = Math.max(now, timer.due);
    if (timer.every) timer.due = now + timer.ms; else timers.delete(timer.id);
    try { timer.call(...timer.more); } catch (error) { console.error(error); }
  };
  const page = Math.random().toString(36).slice(2);
  let sent = 0, leaving = false;
  const open = new Set(), gone = new Set();
  const begin = () => { open.add(++sent); return sent; };
  const end = async number => { await nextTurn(); await nextTurn(); open.delete(number); };
  const XHR = XMLHttpRequest.prototype, send = XHR.send, abort = XHR.abort;
  XHR.send = function (body) {
    const number = this.__number = begin();
    this.setRequestHeader('soak', page + '.' + number);
    this.addEventListener('loadend', () => end(number));
    return send.call(this, body);
  };
  XHR.abort = function () {
    if (open.has(this.__number)) gone.add(this.__number);
    return abort.call(this);
  };
  const ask = window.fetch;
  window.fetch = async (url, options = {}) => {
    const number = begin(), headers = new Headers(options.headers);
    headers.set('soak', page + '.' + number);
    options.signal?.addEventListener('abort', () => gone.add(number));
    try {
      const response = await ask(url, {...options, headers});
      const text = response.text.bind(response);
      response.text = async () => { try { return await text(); } finally { end(number); } };
      response.__number = number;
      nextTurn().then(nextTurn).then(() => { if (!response.bodyUsed) end(number); });
      return response;
    } catch (error) { end(number); throw error; }
  };
  navigation.addEventListener('navigate', event => {
    if (!event.destination.sameDocument && !event.hashChange && event.downloadRequest === null)
      leaving = true;
  });
  navigation.addEventListener('navigateerror', () => { leaving = false; });
  window.__rest = async () => {
    for (let round = 0; round < 2000; round++) {
      const before = made + sent;
      await nextTurn();
      const timer = first(timer => !timer.waits);
      if (timer) { run(timer); continue; }
      await nextTurn();
      await nextTurn();
      if (before == made + sent && !first(timer => !timer.waits)) break;
    }
    return {page, sent, open: [...open], gone: [...gone], leaving,
            ready: document.readyState == 'complete'};
  };
  window.__places = () => [navigation.currentEntry.index, navigation.entries().length];
  window.__now = () => now;
  window.__due = end => {
    const timer = first(timer => timer.due <= end);
    if (timer) run(timer); else now = Math.max(now, end);
    return !!timer;
  };
})();
"""


# What an action needs: another element may have got the id
_TAGS = {"submit": "form", "reset": "form", "choose": "select", "fill": "input textarea",
         "type": "input textarea", "keys": "input textarea", "attach": "input"}  # fmt: skip
_FITS = """([on, tags, bare]) => {
  const at = document.querySelector(on);
  if (!at) return false;
  if (bare && (at.childElementCount || !at.textContent.trim() || at.closest('select, textarea')))
    return false;
  return !tags || tags.split(' ').includes(at.localName);
}"""


class Unsettled(Exception):
    """A page did not come to rest."""


class Bodiless(Exception):
    """An answer took the place of the page's body: there is nothing to look at."""


class GatedSite(Site):
    """Holds every answer until it is let go."""

    def serve(self, scenario: Scenario) -> None:
        """Answer for a scenario from now on."""
        super().serve(scenario)
        self.held: list[tuple[str, int]] = []  # Numbers of the page's requests, or ""
        self.arrived: set[str] = set()
        self.released: set[tuple[str, int]] = set()
        self.asked = 0
        self.numbers: list[str] = []  # Of the requests in the log

    async def answer(self, scope: Any, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Answer when it is allowed."""
        if scope["path"] in (SCRIPT, "/favicon.ico"):
            return await super().answer(scope, body)
        scenario, logged = self.scenario, len(self.log)
        number = next((said.decode() for name, said in scope["headers"] if name == b"soak"), "")
        said = await super().answer(scope, body)
        self.asked += 1
        mine = (number, self.asked)
        self.numbers += [number] * (len(self.log) - logged)
        self.arrived.add(number)
        if not number:  # A whole page, which is not for scripts
            return said
        self.held.append(mine)
        for _ in range(5000):
            if mine in self.released or self.scenario is not scenario:
                break
            await asyncio.sleep(0.001)
        if mine in self.held:
            self.held.remove(mine)
        return said

    def release(self) -> tuple[str, int] | None:
        """Let the answer go that was asked for first."""
        waiting = [one for one in self.held if one not in self.released]
        if not waiting:
            return None
        first = min(waiting, key=lambda one: (_order(one[0]), one[1]))
        self.released.add(first)
        return first

    def requests(self) -> list[dict[str, Any]]:
        """Return what was asked, in the order in which each page began it."""
        asked: list[dict[str, Any]] = []
        pairs = zip(self.numbers, self.log, strict=True)
        for _, run in groupby(pairs, key=lambda pair: pair[0].partition(".")[0]):
            asked += [entry for _, entry in sorted(run, key=lambda pair: _order(pair[0]))]
        return asked


def _order(number: str) -> int:
    return int(number.partition(".")[2] or 0)


class Real:
    """A browser, and the site it looks at."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self.site = GatedSite()
        self.site.serve(Scenario("none", "none", 1, ""))
        self._serving = serving(self.site)
        self.base = self._serving.__enter__()
        self._playwright = sync_playwright().start()
        path, options = chromium_path(), ["--no-sandbox", "--disable-gpu"]
        self.browser = self._playwright.chromium.launch(executable_path=path, args=options)
        self.context = self.browser.new_context()
        self.context.add_init_script(_TIME_SCRIPT)
        self.context.add_init_script(PAGE_SCRIPT)
        self._left, self.dialogs = -1, list[Any]()
        self._scripts = {
            dialect: (_ASSETS / f"htmx.org@{version}" / "dist" / "htmx.min.js").read_bytes()
            for dialect, version in VERSIONS.items()
        }

    def close(self) -> None:
        """End browser and server."""
        self.browser.close()
        self._playwright.stop()
        self._serving.__exit__(None, None, None)

    def play(self, journey: Journey) -> Trace:
        """Play one journey; return what was seen after each step."""
        self.site.script = self._scripts[journey.dialect]
        self.site.serve(journey.scenario())
        self._open_tab()
        self.dialogs.clear()
        if self.page.url.startswith(self.base):  # So that there is no way forward
            self._evaluate("() => history.pushState(null, '', '/_next')")
        self.page.goto(self.base + "/", wait_until="commit")
        self._evaluate("() => sessionStorage.clear()")
        self._first = self._evaluate("() => navigation.currentEntry.index")
        self.settle()
        trace = [self.see({"do": "open"}, True)]
        for step in journey.steps:
            done = self.act(step)
            if step.get("nosettle") and not self._leaving:  # A page that goes is gone at once
                trace.append({"step": step})
                continue
            self.settle()
            trace.append(self.see(step, done))
        self.settle()
        return [*trace, self.see({"do": "end"}, True)]

    def _open_tab(self) -> None:
        """Take a new tab now and then: one keeps fifty pages, and takes long to make."""
        if self._left > 0:
            self._left -= 1
            return
        if self._left == 0:
            self.page.close()
        self._left = 12
        self.page = self.context.new_page()
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append([dialog.type, dialog.message])
        dialog.accept()

    def act(self, step: dict[str, Any]) -> bool:
        """Do one step; tell whether it could be done."""
        what, self._leaving = step["do"], False
        if what == "wait":
            self._wait(step["ms"])
        elif what in ("back", "forward"):
            at = self._evaluate("async () => (await window.__rest(), window.__places())")
            if at[0] <= self._first if what == "back" else at[0] + 1 >= at[1]:
                return False
            self._travel(-1 if what == "back" else 1, at[0])
        elif not self._evaluate(_FITS, [step["on"], _TAGS.get(what), what == "tap"]):
            return False
        elif what == "press":
            self.page.focus(step["on"], timeout=30_000)
            self.page.keyboard.press(step["key"])
        elif what == "keys":
            self.page.focus(step["on"], timeout=30_000)
            self.page.keyboard.type(step["text"])
        elif what == "tap":
            self.page.click(step["on"], timeout=30_000, no_wait_after=True)
        elif what == "attach":
            file = {"name": step["name"], "mimeType": "text/plain", "buffer": step["text"].encode()}
            self.page.set_input_files(step["on"], file)
        else:
            self._evaluate("step => window.__do(step)", step)
        self._leaving = self._asked()["leaving"]
        return True

    def _travel(self, by: int, here: int) -> None:
        """Go through the history; the page may be the same one, or has to be asked for."""
        self._evaluate("by => history.go(by)", by)
        for _ in range(200):
            now = self._evaluate("async () => await window.__rest()")
            if now["leaving"] or self._evaluate("() => window.__places()")[0] == here + by:
                return
            time.sleep(0.002)
        raise Unsettled("The history does not move.")

    def _asked(self) -> dict[str, Any]:
        """Wait until the server has what the page has sent."""
        for _ in range(60):
            now = self._evaluate("async () => await window.__rest()")
            sent = {f"{now['page']}.{n}" for n in range(1, now["sent"] + 1) if n not in now["gone"]}
            if sent <= self.site.arrived:
                return now
            time.sleep(0.003)
        return now

    def settle(self) -> None:
        """Give answers, one after the other, until nothing happens any more."""
        patience = 150
        for _ in range(400):
            now = self._asked()
            released = self.site.release()
            if released is not None:
                self._taken(released[0], now)
            elif now["ready"] and not now["leaving"] and not now["open"]:
                return
            else:
                patience -= 1
                if not patience:
                    raise Unsettled(f"{now}")
                time.sleep(0.004)
        raise Unsettled("too many answers")

    def _taken(self, number: str, before: dict[str, Any]) -> None:
        """Wait until the page has its answer."""
        for _ in range(250):
            now = self._evaluate("async () => await window.__rest()")
            if now["page"] != before["page"]:
                return
            if number.startswith(now["page"] + ".") and _order(number) not in now["open"]:
                return
            time.sleep(0.002)

    def _wait(self, ms: int) -> None:
        self.settle()
        end = self._evaluate("() => window.__now()") + ms
        while self._evaluate("end => window.__due(end)", end):
            self.settle()

    def see(self, step: dict[str, Any], done: bool) -> dict[str, Any]:
        """Tell what is there now."""
        seen = self._evaluate("() => document.body ? window.__see() : null")
        if seen is None:
            raise Bodiless(step)
        return {"step": step, "done": done, **seen, "dialogs": list(self.dialogs),
                "asked": self.site.requests()}  # fmt: skip

    def _evaluate(self, script: str, argument: Any = None) -> Any:
        for _ in range(300):
            try:
                return self.page.evaluate(script, argument)
            except Exception as error:
                if not any(word in str(error) for word in ("context", "navigat", "__")):
                    raise
                time.sleep(0.01)
        raise Unsettled("The page does not answer.")


class Ours:
    """Our driver, and the site it looks at."""

    def play(self, journey: Journey) -> Trace:
        """Play one journey; return what was seen after each step."""
        self.site = Site()
        self.site.serve(journey.scenario())
        self.driver = Adapter(self.site, str(journey.dialect))
        self.driver.open("/")
        self.driver.tab.settle()
        trace = [self.see({"do": "open"}, True)]
        for step in journey.steps:
            done = self.act(step)
            if step.get("nosettle") and self.driver.tab._next is None:
                trace.append({"step": step})
                continue
            self.driver.tab.settle()
            trace.append(self.see(step, done))
        self.driver.tab.settle()
        return [*trace, self.see({"do": "end"}, True)]

    def act(self, step: dict[str, Any]) -> bool:
        """Do one step; tell whether it could be done."""
        tab = self.driver.tab
        if step["do"] == "back" and tab.here < 2:  # What was before the first page is not ours
            return False
        if step["do"] == "forward" and tab.here + 1 >= len(tab.history):
            return False
        if "on" in step:
            element = tab.document.select_one(step["on"])
            if element is None or (step["do"] == "tap" and not _can_be_tapped(element)):
                return False
            if element.tag not in _TAGS.get(step["do"], element.tag).split():
                return False
        if step["do"] == "keys":
            tab.act("type", element, text=step["text"], settle=False)
        elif step["do"] == "tap":
            tab.act("click", element, settle=False)
        else:
            self.driver.act(step)
        return True

    def see(self, step: dict[str, Any], done: bool) -> dict[str, Any]:
        """Tell what is there now."""
        if self.driver.tab.document.select_one("body, frameset") is None:
            raise Bodiless(step)
        asked = [dict(one) for one in self.site.log]
        return {"step": step, "done": done, **self.driver.observe(), "asked": asked}


def _can_be_tapped(element: Element) -> bool:
    hidden = element.closest("select, textarea") is not None
    return not element.children and bool(element.text.strip()) and not hidden


def _alike(one: list[Any], other: list[Any]) -> bool:
    """Tell whether only a page and a script's request have changed places: they race."""
    same = sorted(map(repr, one)) == sorted(map(repr, other))
    return same and any(not entry["hx"] for entry in one)


def differences(truth: Trace, ours: Trace) -> list[str]:
    """Say where two traces part; only the first step at which they do."""
    for number, (real, mine) in enumerate(zip(truth, ours, strict=True)):
        if "done" not in real or "done" not in mine:
            continue
        disables = "hx-disable" in real["html"]  # When the focus of a disabled field goes, races
        found = [
            f"{name}:\n    htmx {real[name]}\n    ours {mine[name]}"
            for name in ("done", "asked", "url", "title", "dialogs", "controls", "focus")
            if real[name] != mine[name]
            and not (name == "focus" and disables)
            and not (name == "asked" and _alike(real[name], mine[name]))
        ]
        theirs, here = tokens(real["html"]), tokens(mine["html"])
        if theirs != here:
            from difflib import unified_diff

            lines = unified_diff(theirs, here, "htmx", "ours", lineterm="", n=2)
            found.append("html:\n" + "\n".join(f"    {line}" for line in lines))
        if found:
            return [f"after step {number} {real['step']}", *found]
    return []


__all__ = ["Bodiless", "Ours", "Real", "Trace", "Unsettled", "differences"]
