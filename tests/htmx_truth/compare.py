"""What counts as the same outcome of a scenario."""

from __future__ import annotations

import json
from difflib import unified_diff
from html.parser import HTMLParser
from typing import Any

from .scenarios import Scenario

_PASSING = {"htmx-request", "htmx-swapping", "htmx-settling", "htmx-added"}
_MARKS = {"data-htmx-powered", "data-hx-revealed"}


class _Tokens(HTMLParser):
    """Markup as a list in which the order of attributes does not count."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: said or "" for name, said in attrs if name not in _MARKS}
        if "class" in kept:
            kept["class"] = " ".join(c for c in kept["class"].split() if c not in _PASSING)
            if not kept["class"]:
                del kept["class"]
        written = "".join(f' {name}="{said}"' for name, said in sorted(kept.items()))
        self.found.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1].startswith("'"):
            data = self.found.pop()[1:] + data
        self.found.append(f"'{data}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")


def tokens(html: str) -> list[str]:
    """Write markup so that it can be compared."""
    parser = _Tokens()
    parser.feed(html)
    parser.close()
    return parser.found


def differences(scenario: Scenario, truth: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """Say where two outcomes differ."""
    found = []
    names = ["requests", "title", "url", "dialogs", "controls", *(["focus"] * scenario.focus)]
    for name in names:
        theirs, mine = truth[name], ours[name]
        if name == "requests" and scenario.unordered:
            theirs, mine = sorted(theirs, key=_text), sorted(mine, key=_text)
        if theirs != mine:
            found.append(f"{name}:\n  htmx {_text(theirs)}\n  ours {_text(mine)}")
    written, made = tokens(truth["html"]), tokens(ours["html"])
    if written != made:
        lines = unified_diff(written, made, "htmx", "ours", lineterm="", n=2)
        found.append("html:\n" + "\n".join(f"  {line}" for line in lines))
    return found


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
