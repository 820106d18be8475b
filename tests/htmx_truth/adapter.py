"""Plays scenarios of a differential suite on our driver (`--adapter adapter:Adapter`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.controls import (
    File,
    checked,
    choose,
    is_disabled,
    option_value,
    options,
    selected,
    set_files,
    set_value,
    value,
)
from fasthtml_nb.checks.dom import Element
from fasthtml_nb.checks.events import Event
from fasthtml_nb.checks.htmx import Htmx
from fasthtml_nb.checks.streams import Streams
from fasthtml_nb.checks.tab import Tab


class Adapter:
    """Steps as a page's own script would do them: dispatched events, not a person's gestures."""

    def __init__(self, app: Any, dialect: str = "2") -> None:
        scripts = [Htmx(4 if dialect == "4" else 2), Streams()]
        self.tab = Tab(Client(app), scripts=scripts, default_answer=True)

    def open(self, url: str) -> None:
        """Open a page."""
        self.tab.open(url)

    def act(self, step: dict[str, Any]) -> None:
        """Do one step, and run until quiet unless it says otherwise."""
        do, tab = step["do"], self.tab
        if do == "answer":
            tab.answers.append(step["value"])
        elif do == "wait":
            tab.wait(step["ms"])
        elif do in ("back", "forward"):
            tab.go(-1 if do == "back" else 1)
        else:
            element = tab.document.select_one(step["on"]) if "on" in step else tab.document.body
            if element is None:
                raise LookupError(f"no element {step['on']}")
            getattr(self, f"_{do}")(element, step)
            if not step.get("nosettle"):
                self._settle()

    def _settle(self) -> None:
        """Settle, and give an app that is slow on a busy machine more than the usual second."""
        self.tab.settle()
        for _ in range(10):
            if not self.tab.network.under_way(waits=False):
                break
            self.tab.settle()

    def _send(self, element: Element, name: str, **keys: Any) -> None:
        self.tab.events.dispatch(element, Event(name, keys=keys, cancelable=name == "click"))

    def _changed(self, element: Element) -> None:
        self._send(element, "input")
        self._send(element, "change")

    def _click(self, element: Element, step: dict[str, Any]) -> None:
        if not is_disabled(element):  # What is disabled hears of no click
            self.tab.events.dispatch(element, Event("click", keys=dict(step.get("keys") or {})))

    def _fill(self, element: Element, step: dict[str, Any]) -> None:
        self.tab.focus_on(element)
        self._write(element, step["value"])
        self._changed(element)

    def _write(self, element: Element, text: str) -> None:
        """Set a value as a script does; the cursor is behind it then."""
        set_value(element, text)
        if self.tab.focus is element:
            self.tab.hands.caret = (len(text), len(text))

    def _type(self, element: Element, step: dict[str, Any]) -> None:
        self.tab.focus_on(element)
        for letter in step["value"]:
            self._send(element, "keydown", key=letter)
            self._write(element, value(element) + letter)
            self._send(element, "input")
            self._send(element, "keyup", key=letter)

    def _choose(self, element: Element, step: dict[str, Any]) -> None:
        wanted = step["value"] if isinstance(step["value"], list) else [step["value"]]
        choose(element, [one for one in options(element) if option_value(one) in wanted])
        self._changed(element)

    def _check(self, element: Element, step: dict[str, Any]) -> None:
        if not checked(element):
            self._click(element, {})

    def _uncheck(self, element: Element, step: dict[str, Any]) -> None:
        if checked(element):
            self._click(element, {})

    def _submit(self, element: Element, step: dict[str, Any]) -> None:
        by = self.tab.document.select_one(step["by"]) if step.get("by") else None
        self.tab.act("submit", element, by=by, settle=False)

    def _press(self, element: Element, step: dict[str, Any]) -> None:
        self.tab.act("press", element, key=step["key"], settle=False)

    def _attach(self, element: Element, step: dict[str, Any]) -> None:
        file = File(step["name"], step["text"].encode(), step.get("type", "text/plain"))
        set_files(element, [file])
        self._changed(element)

    def _fire(self, element: Element, step: dict[str, Any]) -> None:
        detail, bubbles = step.get("detail"), step.get("bubbles", True)
        self.tab.events.dispatch(element, Event(step["event"], bubbles, True, detail))

    def _focus(self, element: Element, step: dict[str, Any]) -> None:
        self.tab.focus_on(element)

    def _blur(self, element: Element, step: dict[str, Any]) -> None:
        if self.tab.focus is element:
            self.tab.focus_on(None)

    def _reset(self, element: Element, step: dict[str, Any]) -> None:
        self.tab.act("reset", element, settle=False)

    def observe(self) -> dict[str, Any]:
        """Say what is there now."""
        tab = self.tab
        parts = urlsplit(tab.url)
        query, fragment = parts.query and f"?{parts.query}", parts.fragment and f"#{parts.fragment}"
        fields = tab.document.select("input, select, textarea")
        return {
            "html": tab.document.body.inner_html,
            "title": tab.document.title,
            "url": parts.path + query + fragment,
            "dialogs": [[dialog.type, dialog.message] for dialog in tab.dialogs],
            "controls": [_control(one) for one in fields if one.get("type") != "file"],
            "focus": (tab.focus.id or None) if tab.focus is not None else None,
        }


def _control(element: Element) -> list[Any]:
    kind = (element.get("type") or "text").lower() if element.tag == "input" else element.tag
    shown: Any = value(element)
    if element.tag == "select":
        kind = "select-multiple" if element.has("multiple") else "select-one"
        if element.has("multiple"):
            shown = [option_value(one) for one in selected(element)]
    ticked = checked(element) if kind in ("checkbox", "radio") else None
    return [element.get("name") or element.id, kind, shown, ticked]
