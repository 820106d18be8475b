"""`snapshot` and `card` take whatever can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from fasthtml_nb.check import Client, expect, visit
from fasthtml_nb.checks.browser import browser
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.outline import EXACT
from fasthtml_nb.checks.views import card, html_of, snapshot
from fasthtml_nb.common import H1, Li, NotStr, TestClient, Ul

HTML = "<title>Todos</title><h1>Todos</h1><ul><li>Milk</ul>"
OUTLINE = f'{EXACT}\n- heading "Todos" [level=1]\n- list:\n  - listitem: Milk'
APP = Starlette(
    routes=[
        Route("/", lambda request: HTMLResponse(HTML)),
        Route("/json", lambda request: JSONResponse([])),
    ]
)


def seen() -> Iterator[tuple[str, Any]]:
    yield "page", visit(APP)
    yield "locator", visit(APP).locator("body")
    yield "our answer", Client(APP).get("/")
    yield "Starlette's answer", TestClient(APP).get("/")
    yield "components", [H1("Todos"), Ul(Li("Milk"))]
    yield "safe", NotStr(HTML)
    yield "HTML", HTML
    yield "bytes", HTML.encode()
    yield "document", parse(HTML)
    yield "element", parse(HTML).body


@pytest.mark.parametrize("x", [pytest.param(x, id=name) for name, x in seen()])
def test_everything_that_can_be_seen(x: Any) -> None:
    assert snapshot(x) == OUTLINE
    shown = card(x)
    assert (shown.title, "Milk" in str(shown)) == ("Todos", True)
    assert card(shown) is shown
    assert "<ul>" in shown._repr_mimebundle_()["text/html"]


def test_a_snapshot_is_what_the_expectation_takes() -> None:
    expect(visit(APP)).to_match_aria_snapshot(snapshot(HTML))
    assert repr(snapshot(Ul())) == f"{EXACT}\n- list"
    assert snapshot("") == EXACT


@pytest.mark.parametrize("x", [None, 12, object(), Client(APP).get("/json")])
def test_what_cannot_be_seen(x: Any) -> None:
    with pytest.raises(TypeError, match="Give a page|Compare its text"):
        snapshot(x)
    with pytest.raises(TypeError, match="Give a page"):
        html_of(3.5)


@pytest.mark.browser
def test_in_a_browser(chromium: str) -> None:
    with browser(APP, "/") as page:
        assert snapshot(page) == OUTLINE
        assert snapshot(page.get_by_role("listitem")) == f"{EXACT}\n- listitem: Milk"
        assert "<li>Milk</li>" in card(page.get_by_role("listitem"), "Item").html
        page.get_by_role("listitem").click()
    assert card(page).about == "/ in Chromium" and len(card(page).steps) == 2
