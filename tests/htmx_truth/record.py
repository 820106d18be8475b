"""Plays scenarios with the real htmx in Chromium, and keeps what came of them.

    python -m tests.htmx_truth.record [--dialect 2|4] [--only TEXT] [--check]

`--check` compares with the goldens and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.browser_support import chromium_path, serving

from .compare import differences
from .scenarios import SCENARIOS, Scenario
from .site import Site, digest

HERE = Path(__file__).resolve().parent
VERSIONS = {2: "2.0.11", 4: "4.0.1"}
_ASSETS = HERE.parents[1] / "fasthtml_nb" / "_assets"

PAGE_SCRIPT = r"""
window.__find = css => {
  const found = document.querySelector(css);
  if (!found) throw new Error('no element ' + css);
  return found;
};
window.__do = step => {
  const at = step.on ? window.__find(step.on) : document.body;
  const tell = (name, more) => at.dispatchEvent(new Event(name, {bubbles: true, ...more}));
  const press = (name, key) => at.dispatchEvent(new KeyboardEvent(name, {key, bubbles: true}));
  const actions = {
    click() {
      if (!step.keys) at.click();
      else {
        const more = {bubbles: true, cancelable: true, ...step.keys};
        at.dispatchEvent(new MouseEvent('click', more));
      }
    },
    fill() { at.focus(); at.value = step.value; tell('input'); tell('change'); },
    type() {
      at.focus();
      for (const letter of step.value) {
        press('keydown', letter); at.value += letter; tell('input'); press('keyup', letter);
      }
    },
    choose() {
      const wanted = [].concat(step.value);
      for (const option of at.options) option.selected = wanted.includes(option.value);
      tell('input'); tell('change');
    },
    check() { if (!at.checked) at.click(); },
    uncheck() { if (at.checked) at.click(); },
    submit() { at.requestSubmit(step.by ? window.__find(step.by) : undefined); },
    fire() {
      const bubbles = step.bubbles !== false;
      const more = {bubbles, cancelable: true, detail: step.detail};
      at.dispatchEvent(new CustomEvent(step.event, more));
    },
    focus() { at.focus(); },
    blur() { at.blur(); },
    reset() { at.reset(); },
  };
  actions[step.do]();
};
window.__see = () => ({
  html: document.body.innerHTML,
  title: document.title,
  url: location.pathname + location.search + location.hash,
  focus: document.activeElement && document.activeElement.id || null,
  controls: [...document.querySelectorAll('input,select,textarea')]
    .filter(one => one.type != 'file')
    .map(one => [
      one.name || one.id, one.type,
      one.multiple ? [...one.selectedOptions].map(option => option.value) : one.value,
      one.type == 'checkbox' || one.type == 'radio' ? one.checked : null,
    ]),
});
window.__quiet = async (rounds, limit) => {
  const marks = '.htmx-request,.htmx-swapping,.htmx-settling,.htmx-added';
  const end = performance.now() + limit;
  let last = '', same = 0;
  while (same < rounds && performance.now() < end) {
    await new Promise(resume => setTimeout(resume, 15));
    const now = JSON.stringify(window.__see());
    const still = document.readyState == 'complete' && !document.querySelector(marks);
    same = still && now == last ? same + 1 : 0;
    last = now;
  }
};
"""


class Chromium:
    """A browser, and the site it looks at."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self.site = Site(real_time=True)
        self.site.serve(SCENARIOS[0])
        self._serving = serving(self.site)
        self.base = self._serving.__enter__()
        self._playwright = sync_playwright().start()
        path, options = chromium_path(), ["--no-sandbox", "--disable-gpu"]
        self.browser = self._playwright.chromium.launch(executable_path=path, args=options)
        self.context = self.browser.new_context()
        self.context.add_init_script(PAGE_SCRIPT)

    def close(self) -> None:
        """End browser and server."""
        self.browser.close()
        self._playwright.stop()
        self._serving.__exit__(None, None, None)

    def play(self, scenario: Scenario, dialect: int) -> dict[str, Any]:
        """Play one scenario; return what came of it."""
        script = _ASSETS / f"htmx.org@{VERSIONS[dialect]}" / "dist" / "htmx.min.js"
        self.site.script = script.read_bytes()
        self.site.serve(scenario)
        self.page = self.context.new_page()  # and with it a session storage of its own
        dialogs: list[Any] = []
        answers: list[Any] = []
        try:

            def on_dialog(dialog: Any) -> None:
                dialogs.append([dialog.type, dialog.message])
                said = answers.pop(0) if answers else True
                if said is False or said is None:
                    dialog.dismiss()
                else:
                    dialog.accept(said if isinstance(said, str) else None)

            self.page.on("dialog", on_dialog)
            self.page.goto(self.base + "/")
            self.settle()
            for step in scenario.steps:
                self.act(step, answers)
                if not step.get("nosettle"):
                    self.settle()
            self.settle()
            seen = self._evaluate("() => window.__see()")
            return {**seen, "requests": self.site.log, "dialogs": dialogs, "of": digest(scenario)}
        finally:
            self.page.close()

    def act(self, step: dict[str, Any], answers: list[Any]) -> None:
        """Do one step."""
        what = step["do"]
        if what == "answer":
            answers.append(step["value"])
        elif what == "wait":
            time.sleep(step["ms"] / 1000)
        elif what == "back":
            self.page.go_back(wait_until="commit")
        elif what == "forward":
            self.page.go_forward(wait_until="commit")
        elif what == "press":
            self.page.focus(step["on"])
            self.page.keyboard.press(step["key"])
        elif what == "attach":
            file = {"name": step["name"], "mimeType": "text/plain", "buffer": step["text"].encode()}
            self.page.set_input_files(step["on"], file)
        else:
            self._evaluate("step => window.__do(step)", step)

    def settle(self, limit: float = 4.0) -> None:
        """Wait until nothing has changed for some time, neither here nor at the server."""
        end, asked = time.monotonic() + limit, -1
        while asked != len(self.site.log) or self.site.busy:
            asked = len(self.site.log)
            self._evaluate("limit => window.__quiet(4, limit)", limit * 1000)
            if time.monotonic() > end:
                return

    def _evaluate(self, script: str, argument: Any = None) -> Any:
        for _ in range(40):
            try:
                return self.page.evaluate(script, argument)
            except Exception as error:
                if not any(word in str(error) for word in ("context", "navigat", "__")):
                    raise
                time.sleep(0.03)
        raise RuntimeError(f"The page of {self.site.scenario.id} does not answer.")


def golden_file(dialect: int) -> Path:
    """Return where a dialect's outcomes are kept."""
    return HERE / "golden" / f"htmx-{dialect}.json"


def read_goldens(dialect: int) -> dict[str, Any]:
    """Return the outcomes kept."""
    file = golden_file(dialect)
    return json.loads(file.read_text()) if file.exists() else {}


def write_goldens(dialect: int, goldens: dict[str, Any]) -> None:
    """Keep outcomes, one a line, of scenarios that there are."""
    known = {scenario.id for scenario in SCENARIOS if dialect in scenario.dialects}
    kept = {name: goldens[name] for name in sorted(known & set(goldens))}
    lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in kept.items()]
    golden_file(dialect).parent.mkdir(exist_ok=True)
    golden_file(dialect).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main() -> int:
    """Record, or compare."""
    parser = argparse.ArgumentParser(description="Record what the real htmx does.")
    parser.add_argument("--dialect", type=int, choices=(2, 4), action="append")
    parser.add_argument("--only", default="")
    parser.add_argument("--new", action="store_true", help="only what has no golden")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    failed = 0
    for dialect in given.dialect or (2, 4):
        goldens, chromium = read_goldens(dialect), Chromium()
        wanted = [s for s in SCENARIOS if dialect in s.dialects and given.only in s.id]
        if given.new:
            wanted = [s for s in wanted if goldens.get(s.id, {}).get("of") != digest(s)]
        try:
            for scenario in wanted:
                seen = chromium.play(scenario, dialect)
                if given.check:
                    wrong = differences(scenario, goldens[scenario.id], seen)
                    failed += bool(wrong)
                    print(scenario.id, *wrong, sep="\n" if wrong else " ")
                else:
                    goldens[scenario.id] = seen
                    write_goldens(dialect, goldens)
        finally:
            chromium.close()
            if not given.check:
                write_goldens(dialect, goldens)
        print(f"htmx {VERSIONS[dialect]}: {len(wanted)} played, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
