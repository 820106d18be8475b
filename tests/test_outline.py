"""Aria snapshots: texts and comparisons, and Playwright in Chromium as the judge."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.outline import EXACT, Branch, aria_snapshot, matches, outline, parse_outline
from tests.accessible_pages import PAGES, VIEWS, random_page

VIEW = """<main><h1>Tasks</h1><p>Two <b>left</b></p><ul><li>Milk<li><a href=/t/2>Call Bo</a></ul>
<label>New <input value=x placeholder=what></label><input type=checkbox checked aria-label=Done>
<button aria-expanded=false>More: all</button></main>"""


def test_an_outline_is_written() -> None:
    assert aria_snapshot(parse(VIEW).select_one("main")) == (
        "- main:\n"
        '  - heading "Tasks" [level=1]\n'
        "  - paragraph: Two left\n"
        "  - list:\n"
        "    - listitem: Milk\n"
        "    - listitem:\n"
        '      - link "Call Bo":\n'
        "        - /url: /t/2\n"
        "  - text: New\n"
        '  - textbox "New":\n'
        "    - /placeholder: what\n"
        "    - text: x\n"
        '  - checkbox "Done" [checked]\n'
        "  - 'button \"More: all\"'"
    )


@pytest.mark.parametrize(
    "template",
    [
        "- heading",
        '- heading "Tasks" [level=1]',
        "- heading /^Ta/",
        "- heading\n- list",
        "- list:\n  - listitem: Milk",
        "- list:\n  - /children: equal\n  - listitem\n  - listitem",
        "- link:\n  - /url: /t/2",
        "- link:\n  - /url: /t.\\d$/",
        "- heading /[T/]ask/",
        "- /url: /t/2",
        "- paragraph: /left$/",
        '- textbox "New": x',
        '- button "More: all" [expanded=false]'.join("''").replace("'- ", "- '"),
        "# only this\n- checkbox [checked] # ticked\n",
        "  - main:\n      - heading\n      - paragraph: Two\n          left",
    ],
)
def test_what_is_there_matches(template: str) -> None:
    assert matches(parse(VIEW).body, template)


@pytest.mark.parametrize(
    "template",
    [
        '- heading "tasks"',
        "- heading [level=2]",
        "- heading [level = -3 ]",
        "- list\n- heading",
        "- list:\n  - listitem: Bread",
        "- list:\n  - /children: equal\n  - listitem",
        "- /children: deep-equal\n- main",
        "- main:\n  - /children: deep-equal\n  - heading",
        "- link:\n  - /url: /t/3",
        "- paragraph: Two",
        "- checkbox [checked=false]",
        "- listitem:\n  - listitem",
        "- alert",
        "- text",
        "- /url: /t/3",
    ],
)
def test_what_is_not_there_does_not_match(template: str) -> None:
    assert not matches(parse(VIEW).body, template)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("", "found nothing"),
        ("heading", "no list item"),
        ('- headin "x"', "Like it: heading"),
        ('- heading "x', "cannot read"),
        ("- heading x", "cannot read 'x'"),
        ("- heading [big]", r"no state \[big\]"),
        ("- heading [level=x]", "no level"),
        ("- heading [active=x]", "no state"),
        ("\t- heading", "begins with a tab"),
        ("- heading: null", "more than text"),
        ("- /Tasks/", "no role"),
        ("- checkbox [checked=perhaps]", "no value 'perhaps'"),
        ("- list:", "nothing is in it"),
        ("- list:\n  - /children: all", "no mode 'all'"),
        ("- list\n  - listitem", "End the line with a colon"),
        ("- heading /(/", "no pattern"),
        ('- heading "a: b"', "quotes"),
        ("- paragraph: a: b", "YAML"),
        ("- text: 4", "number"),
        ("- text:", "nothing is in it"),
        ("- heading /[T/", "cannot read"),
        ("- paragraph: a:", "more than text"),
        ("- paragraph: @a", "more than text"),
        ("- paragraph: - a", "more than text"),
        ("- list\n    - listitem\n  - list", "colon"),
    ],
)
def test_a_bad_template_is_told(template: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        parse_outline(template)
    assert str(caught.value).startswith("An aria snapshot is a list of lines")


def nested(levels: int) -> str:
    return (
        "\n".join("  " * n + "- list:" for n in range(levels - 1))
        + "\n"
        + "  " * (levels - 1)
        + "- list"
    )


def test_how_deep_a_template_may_be() -> None:
    body = parse("<ul>" * 100 + "<button>").body
    assert matches(body, nested(100)) and not matches(body, nested(99) + ": b")
    for levels in (101, 3000):
        with pytest.raises(ValueError, match="more than 100 levels deep. Begin with an element"):
            parse_outline(nested(levels))


def test_a_page_may_be_deeper_than_python_calls() -> None:
    deep = Branch("list")
    for _ in range(3000):
        deep = Branch("list", children=(deep,))
    assert len([*deep.walk()]) == 3001
    assert matches(deep, "- list:\n  - list") and not matches(deep, "- button")
    body = parse("<ul>" * 3000).body
    lines = aria_snapshot(body).split("\n")
    assert len(lines) == len([*outline(body).walk()]) - 1 > 100


@pytest.mark.parametrize("seed", range(40))
def test_what_we_write_we_read(seed: int) -> None:
    body = parse(random_page(seed)).body
    written = aria_snapshot(body, exact=True)
    assert written.startswith(EXACT)
    if outline(body).children:
        assert matches(body, written)
        assert matches(body, aria_snapshot(body))


# Compared --------------------------------------------------------------------------------------


def test_outlines_are_playwrights(browser: Any) -> None:
    from playwright.sync_api import expect

    page = browser.new_page()
    for html in [*VIEWS, *PAGES.values()]:
        page.set_content(html)
        body = parse(page.content()).body
        assert aria_snapshot(body) == page.locator("body").aria_snapshot()
    for html in VIEWS:
        page.set_content(html)
        exact = aria_snapshot(parse(page.content()).body, exact=True)
        expect(page.locator("body")).to_match_aria_snapshot(exact, timeout=2000)


# Pages of labels that name each other in circles; ours stops at another place of the circle.
CIRCULAR = {79, 81}


def test_outlines_of_random_pages_are_playwrights(browser: Any) -> None:
    page = browser.new_page()
    for seed in set(range(60, 85)) - CIRCULAR:
        html = "<!doctype html><title>t</title>" + random_page(seed)
        page.set_content(html)
        assert aria_snapshot(parse(html).root) == page.locator("html").aria_snapshot(), seed
