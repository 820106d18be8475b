"""A stage over one document: acting changes the state of its controls, and sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fasthtml_nb.checks import controls
from fasthtml_nb.checks.dom import Document, Element, parse
from fasthtml_nb.checks.locator import Locators


class StillPage(Locators):
    """A page without an app: fields hold what they are given, everything is written down."""

    def __init__(self, html: str) -> None:
        self.document: Document = parse(html)
        self.focus: Element | None = None
        self.steps: list[str] = []
        self.later: list[Callable[[], None]] = []  # What happens while somebody waits

    def act(self, action: str, element: Element | None, **args: Any) -> None:
        assert element is not None
        said = ", ".join(f"{name}={value!r}" for name, value in args.items())
        self.steps.append(f"{action} {element!r}{' ' if said else ''}{said}")
        if action in ("fill", "type"):
            controls.set_value(element, args.get("value", args.get("text")))
        elif action in ("check", "uncheck"):
            controls.set_checked(element, action == "check")
        elif action == "choose":
            controls.choose(element, args["options"])
        elif action == "attach":
            controls.set_files(element, args["files"])
        self.focus = None if action == "blur" else element

    def until(self, predicate: Callable[[], bool], timeout_ms: float) -> bool:
        while not predicate():
            if not self.later:
                return False
            self.later.pop(0)()
        return True
