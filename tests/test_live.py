"""Pseudo-classes follow what elements are now, in locators and in the document itself."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from fasthtml_nb.checks.live import STATES
from fasthtml_nb.checks.page import Page, visit

FORM = """<!doctype html><form id="form"><input id="name" required><input id="mail" type="email">
<input id="age" type="number" min="1" max="120" value="3"><input id="box" type="checkbox" checked>
<input id="r1" type="radio" name="r"><input id="r2" type="radio" name="r" checked>
<select id="one"><option id="o1">a<option id="o2" selected>b</select><textarea id="text"
placeholder="x"></textarea><input id="off" disabled required><input id="ro" readonly required>
<button id="send">Send</button><button id="again" type="reset">Reset</button></form>
<fieldset id="set" disabled><legend><input id="in"></legend><input id="out">
<button id="b">x</button></fieldset><div id="rich" contenteditable>x<b id="bold">y</b></div>
<svg id="svg"></svg>
<details id="closed"></details><details id="open" open></details><output id="said"></output>
<progress id="far"></progress><progress id="half" value="0.5"></progress>
<form><input id="q1" type="radio" name="r"><input id="q2" type="radio" name="r">
<input id="alone" type="radio"></form>"""
STEPS = (
    "page.title()",
    "page.locator('#name').fill('Ann')",
    "page.locator('#mail').fill('ann')",
    "page.locator('#age').fill('130')",
    "page.locator('#box').uncheck()",
    "page.locator('#r1').check()",
    "page.locator('#q2').check()",
    "page.locator('#one').select_option('a')",
    "page.locator('#text').fill('long')",
    "page.locator('#again').click()",
)
ASKED = [f":{name}" for name in STATES] + [
    "input:checked",
    "option:checked",
    ":focus",
    "form:focus-within",
    "input:not(:checked)",
    "form:has(:invalid)",
    ":is(:disabled, :read-only):not(div)",
]


@pytest.fixture
def page() -> Page:
    return visit(Starlette(routes=[Route("/", lambda request: HTMLResponse(FORM))]))


def test_a_document_follows_its_elements(page: Page) -> None:
    select = lambda css: [one.id for one in page.document.select(css)]  # noqa: E731
    assert select("input:checked") == ["box", "r2"]
    assert select(":invalid") == ["form", "name"]
    page.locator("#r1").check()
    page.locator("#name").fill("Ann")
    assert select("input:checked") == ["box", "r1"]
    assert select(":invalid") == []
    assert select("#form input:focus") == ["name"]
    page.goto("/")
    assert select("input:checked") == ["box", "r2"]


def test_a_browser_says_the_same(browser: Any, page: Page) -> None:
    real = browser.new_page()
    real.set_content(FORM)
    ids = "es => es.map(e => e.id).filter(id => id)"
    different = []
    for step in STEPS:
        for each in (page, real):
            eval(step, {"page": each})
        for css in ASKED:
            theirs = real.locator(css).evaluate_all(ids)
            ours = [one.id for one in page.locator(css)._found() if one.id]
            whole = [one.id for one in page.document.select(css) if one.id]
            if not ours == whole == theirs:
                different.append((step, css, ours, whole, theirs))
    real.close()
    assert not different, "\n".join(map(str, different))
