"""Random pages and locators: ours finds, reads and judges as Playwright's does in Chromium.

`FASTHTML_NB_AGREE=500 pytest tests/test_playwright_agreement.py` compares on that many pages.
"""

from __future__ import annotations

import os
import re
from random import Random
from typing import Any

import pytest
from starlette.applications import Starlette

from fasthtml_nb.checks.expect import expect
from fasthtml_nb.checks.failures import CheckError
from fasthtml_nb.checks.page import visit

WORDS = ["Add", "add", "Add task", "Buy milk", "Tea", "it's", "a  b", ""]
NAMES = ["a", "b", "c"]
PAGES = int(os.environ.get("FASTHTML_NB_AGREE", "7"))
ASKED = 60  # Locators for each page


class Maker:
    """Makes pages and locators of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 0

    def pick(self, *offers: str) -> str:
        return self.random.choice(offers)

    def word(self) -> str:
        return self.random.choice(WORDS)

    def attributes(self) -> str:
        self.number += 1
        said = [f'id="n{self.number}"']
        offers = {
            "class": self.pick("x", "y", "x y"),
            "title": self.word(),
            "data-testid": self.pick(*NAMES),
            "aria-label": self.word(),
            "role": self.pick("button", "list", "none", "alert", "heading", "group"),
            "aria-hidden": "true",
            "hidden": "",
            "style": self.pick("display:none", "visibility:hidden", "color:red"),
            "aria-expanded": self.pick("true", "false"),
            "aria-describedby": f"n{self.random.randint(1, 9)}",
            "aria-labelledby": f"n{self.random.randint(1, 9)}",
        }
        for name, value in offers.items():
            if self.random.random() < 0.09:
                said.append(f'{name}="{value}"')
        return " ".join(said)

    def control(self) -> str:
        off = self.pick("", "", "", " disabled", " readonly", " required")
        given = f'{self.attributes()} value="{self.word()}" placeholder="{self.word()}"{off}'
        what = self.pick(
            "text", "checkbox", "radio", "submit", "button", "number", "select", "area"
        )
        if what == "select":
            options = "".join(f"<option>{word}</option>" for word in WORDS[:4])
            field = f"<select {self.attributes()}{off}>{options}</select>"
        elif what == "area":
            field = f"<textarea {self.attributes()}{off}>{self.word()}</textarea>"
        else:
            field = f'<input type="{what}" {given}{self.pick("", " checked")}>'
        return self.pick(field, f"<label {self.attributes()}>{self.word()} {field}</label>")

    def element(self, depth: int) -> str:
        if self.random.random() < 0.3:
            return self.control()
        tag = self.pick("div", "p", "span", "ul", "li", "section", "h1", "h2", "button", "a", "b")
        if tag == "a":
            tag = self.pick("a", 'a href="/x"')
        inside = (
            self.nodes(depth - 1) if depth and tag not in ("p", "button", "h1") else self.word()
        )
        return f"<{tag} {self.attributes()}>{inside}</{tag.split()[0]}>"

    def nodes(self, depth: int) -> str:
        count = self.random.randint(1, 4)
        return " ".join(self.pick(self.word(), self.element(depth)) for _ in range(count))

    def page(self) -> str:
        return f"<!doctype html><title>{self.word()}</title>" + "".join(
            f"<div>{self.nodes(4)}</div>" for _ in range(4)
        )

    def text(self) -> str:
        word = self.word()
        if not word:  # Playwright takes an empty pattern for none
            return repr(word)
        pattern = f"re.compile({re.escape(word)!r}{self.pick('', ', re.I')})"
        return self.pick(repr(word), pattern, repr(word[:2]))

    def exact(self) -> str:
        return self.pick("", "", ", exact=True")

    def state(self) -> str:
        return self.pick("", "", ", include_hidden=True", ", disabled=True", ", disabled=False")

    def role(self) -> str:
        role = self.pick("button", "textbox", "checkbox", "heading", "listitem", "list", "link")
        name = f", name={self.text()}{self.exact()}" if self.random.random() < 0.5 else ""
        return f"get_by_role({role!r}{name}{self.state()})"

    def css(self) -> str:
        tag = self.pick("div", "span", "li", "button", "input", "*", ".x", "p")
        word = self.word() or "Tea"
        more = [
            "",
            f":has-text({word!r})",
            f":text-is({word!r})",
            f":text({word!r})",
            ":visible",
            ":not(.x)",
            ":has(span)",
            ":is(:first-child, .y)",
            " > *",
            ":checked",
            ":disabled",
            ":nth-child(2)",
            f" >> text={word}",
            " >> nth=0",
            " >> ..",
            " >> visible=true",
            f" >> xpath=.//*[contains(., {word!r})]" if "'" not in word else " >> xpath=./*",
        ]
        return f"locator({tag + self.random.choice(more)!r})"

    def once(self) -> str:
        return self.pick(
            self.role(),
            self.css(),
            f"get_by_text({self.text()}{self.exact()})",
            f"get_by_label({self.text()}{self.exact()})",
            f"get_by_placeholder({self.text()}{self.exact()})",
            f"get_by_title({self.text()}{self.exact()})",
            f"get_by_test_id({self.pick(*NAMES)!r})",
        )

    def locator(self) -> str:
        made = f"page.{self.once()}"
        for _ in range(self.random.randint(0, 2)):
            made += "." + self.pick(
                self.once(),
                f"filter(has_text={self.text()})",
                f"filter(has_not_text={self.text()})",
                f"filter(has=page.{self.once()})",
                f"filter(has_not=page.{self.once()})",
                f"filter(visible={self.pick('True', 'False')})",
                f"or_(page.{self.once()})",
                f"and_(page.{self.once()})",
                "first",
                "last",
                f"nth({self.random.randint(-2, 2)})",
            )
        return made

    def claim(self) -> str:
        return self.pick("", "not_") + self.pick(
            "to_be_visible()",
            "to_be_hidden()",
            "to_be_attached()",
            "to_be_enabled()",
            "to_be_disabled()",
            "to_be_editable()",
            "to_be_checked()",
            "to_be_empty()",
            f"to_have_text({self.text()})",
            f"to_contain_text({self.text()})",
            f"to_have_accessible_name({self.text()})",
            f"to_have_value({self.text()})",
            "to_have_class('x')",
            "to_contain_class('x')",
            "to_have_attribute('title')",
            "to_have_role('button')",
            f"to_have_count({self.random.randint(0, 3)})",
        )


READ = "(es => es.map(e => [e.id, e.textContent]))"


def _found(expression: str, page: Any, real: bool) -> Any:
    located = eval(expression, {"page": page, "re": re})
    if real:
        return [tuple(one) for one in located.evaluate_all(READ)]
    return [(one.id, one.text) for one in located._found()]


def _kind(statement: str, page: Any, expect: Any) -> str:
    """Tell how a statement ends, in words that both have."""
    try:
        eval(statement, {"page": page, "re": re, "expect": expect})
    except CheckError as error:
        return f"other {error}"
    except AssertionError as error:
        return "several" if "strict mode violation" in str(error) else "fails"
    return "holds"


@pytest.fixture
def both(browser: Any) -> Any:
    from playwright.sync_api import expect as theirs

    real = browser.new_page()
    yield visit(Starlette()), real, theirs
    theirs.set_options(timeout=None)
    real.close()


def test_the_same_on_both_pages(both: Any) -> None:
    ours, real, theirs = both
    ours.default_timeout = 1
    different, compared = [], 0
    for seed in range(PAGES):
        maker = Maker(seed)
        html = maker.page()
        ours.set_content(html)
        real.set_content(html)
        for _ in range(ASKED):
            asked = maker.locator()
            here, there = _found(asked, ours, False), _found(asked, real, True)
            compared += 1
            if here != there:
                different.append((seed, asked, here, there))
                continue
            claim = f"expect({asked}).{maker.claim()}"
            verdict = _kind(claim, ours, expect)
            theirs.set_options(timeout=20_000 if verdict == "holds" else 1)
            if verdict != (said := _kind(claim, real, theirs)):
                different.append((seed, claim, verdict, said))
    assert compared == PAGES * ASKED
    assert not different, "\n".join(map(str, different[:20]))
