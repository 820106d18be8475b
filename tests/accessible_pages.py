"""Pages for the accessibility tests: a table of all that HTML and ARIA offer, and random ones."""

from __future__ import annotations

import random

_BLOCKS = (
    *("div", "div", "p", "ul", "ol", "li", "section", "article", "nav", "main", "header", "footer"),
    *("aside", "form", "fieldset", "table", "details", "figure", "dl", "blockquote", "dialog"),
    *("h1", "h2", "h3", "h6", "address", "pre", "menu", "search", "label", "svg", "select"),
)
_INLINE = (
    *("span", "span", "b", "em", "strong", "a", "a", "button", "button", "label", "code", "mark"),
    *("sub", "time", "del", "img", "input", "input", "input", "textarea", "select", "output"),
    *("progress", "meter", "br", "abbr", "summary", "hr", "i", "q"),
)
_TYPES = (
    *("text", "checkbox", "radio", "submit", "reset", "button", "image", "number", "range"),
    *("search", "email", "password", "date", "color", "hidden", "file", "tel", "url"),
)
_ROLES = (
    *("button", "link", "checkbox", "heading", "none", "presentation", "img", "list", "listitem"),
    *("region", "tab", "option", "row", "cell", "alert", "group", "textbox", "switch", "treeitem"),
    *("menuitem", "slider", "combobox", "generic", "nonsense", "radio", "article", "status"),
)
_WORDS = ("tea", "milk", "bread & butter", "two  words", "é", "x: y", "7", "- a", "no", "#1", "a # b")
_VOID = frozenset(("img", "input", "br", "hr"))


class _Maker:
    def __init__(self, seed: int):
        self.random, self.ids = random.Random(seed), 0

    def word(self) -> str:
        return self.random.choice(_WORDS).replace("&", "&amp;")

    def sometimes(self, chance: float) -> bool:
        return self.random.random() < chance

    def attributes(self, tag: str) -> str:
        pick, found = self.random.choice, {}
        if self.sometimes(0.15):
            found["role"] = pick(_ROLES)
        if self.sometimes(0.12):
            found["aria-label"] = pick((self.word(), "", " "))
        if self.sometimes(0.08):
            found["aria-labelledby"] = f"i{self.random.randrange(12)} i{self.random.randrange(12)}"
        if self.sometimes(0.08):
            found["title"] = self.word()
        if self.sometimes(0.2):
            found["id"] = f"i{self.random.randrange(12)}"
        if self.sometimes(0.05):
            found["hidden"] = ""
        if self.sometimes(0.05):
            found["aria-hidden"] = pick(("true", "false"))
        if self.sometimes(0.06):
            found["style"] = pick(
                ("display:none", "visibility:hidden", "visibility:visible", "display:block")
            )
        if self.sometimes(0.1):
            state, values = pick(
                (
                    ("checked", ("true", "false", "mixed")),
                    ("pressed", ("true", "false", "mixed")),
                    ("expanded", ("true", "false")),
                    ("selected", ("true", "false")),
                    ("disabled", ("true", "false")),
                    ("level", ("1", "3", "x", "0")),
                )
            )
            found[f"aria-{state}"] = pick(values)
        self.own(tag, found)
        return "".join(f' {name}="{value}"' for name, value in found.items())

    def own(self, tag: str, found: dict[str, str]) -> None:
        pick = self.random.choice
        if tag == "a" and self.sometimes(0.7):
            found["href"] = pick(("#", "/x", "", "a b"))
        if tag == "img" and self.sometimes(0.7):
            found["alt"] = pick(("", self.word()))
        if tag in ("input", "textarea") and self.sometimes(0.3):
            found["placeholder"] = self.word()
        if tag == "input":
            found["type"] = pick(_TYPES)
            if found["type"] in ("checkbox", "radio") and self.sometimes(0.4):
                found["checked"] = ""
            if self.sometimes(0.5):
                found["value"] = pick(("3", "tea", ""))
        if tag == "label" and self.sometimes(0.5):
            found["for"] = f"i{self.random.randrange(12)}"
        if tag in ("button", "input", "fieldset", "select", "textarea") and self.sometimes(0.15):
            found["disabled"] = ""
        if tag in ("details", "dialog") and self.sometimes(0.6):
            found["open"] = ""
        if tag == "select" and self.sometimes(0.3):
            found["multiple"] = ""

    def text(self) -> str:
        return self.random.choice(("", " ", "\n")) + self.word() + self.random.choice(("", " "))

    def element(self, depth: int) -> str:
        tag = self.random.choice(_BLOCKS if self.sometimes(0.45) else _INLINE)
        start = f"<{tag}{self.attributes(tag)}>"
        if tag in _VOID:
            return start
        return f"{start}{self.inside(tag, depth)}</{tag}>"

    def inside(self, tag: str, depth: int) -> str:
        if tag == "table":
            rows = "".join(
                "<tr>" + "".join(
                    f"<{(c := self.random.choice(('td', 'th')))}{self.attributes(c)}>{self.text()}"
                    for _ in range(self.random.randint(1, 3))
                )
                for _ in range(self.random.randint(1, 2))
            )
            return ("<caption>" + self.text() + "</caption>" if self.sometimes(0.3) else "") + rows
        if tag == "select":
            return "".join(
                f"<option{self.random.choice(('', ' selected', ' disabled'))}>{self.text()}"
                for _ in range(self.random.randint(0, 3))
            )
        if tag == "svg":
            return f"<title>{self.word()}</title>" if self.sometimes(0.5) else "<g></g>"
        if tag == "textarea":
            return self.text()
        first = {"fieldset": "legend", "figure": "figcaption", "details": "summary"}.get(tag)
        head = f"<{first}>{self.text()}</{first}>" if first and self.sometimes(0.7) else ""
        return head + self.nodes(depth + 1)

    def nodes(self, depth: int) -> str:
        count = self.random.randint(0, 3) if depth < 4 else 0
        parts = [self.text() if self.sometimes(0.5) else self.element(depth) for _ in range(count)]
        return "".join(parts) or (self.text() if self.sometimes(0.6) else "")


def random_page(
    seed: int,  # The same seed gives the same page
) -> str:  # Some markup for a body; not all of it is valid
    """Make up a page that uses HTML and ARIA without restraint."""
    maker = _Maker(seed)
    return "".join(maker.element(0) for _ in range(6))
