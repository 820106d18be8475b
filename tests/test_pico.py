"""The arrangements of elements that Pico styles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from fasthtml_nb.ft.tags import H3, Button, Div, Input, P
from fasthtml_nb.ft.tree import FT, Fragment
from fasthtml_nb.ft.writing import to_xml
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.pico import (
    Card,
    Container,
    DialogX,
    Grid,
    Group,
    PicoBusy,
    Search,
    picocondlink,
    picolink,
    set_pico_cls,
)
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (Card(), "<article></article>"),
        (Card("a", P("b"), cls="c"), '<article class="c">a<p>b</p></article>'),
        (
            Card("a", header=(H3("h"), "i"), footer=0),
            "<article><header><h3>h</h3>i</header>a<footer>0</footer></article>",
        ),
        (Card("a", title="t", hx_get="/x"), '<article title="t" hx-get="/x">a</article>'),
        (Group(Input(), "a", cls="b"), '<fieldset role="group" class="b"><input>a</fieldset>'),
        (Search(Input(), action="/s"), '<form role="search" action="/s"><input></form>'),
        (Grid(), '<div class="grid"></div>'),
        (Grid("a", P("b")), '<div class="grid"><div>a</div><div><p>b</p></div></div>'),
        (
            Grid([P("b"), None], (c for c in "cd"), Fragment("e")),
            '<div class="grid"><div><p>b</p></div><div>c</div><div>d</div><div>e</div></div>',
        ),
        (Grid("<", cls=["grid", "x"], id="i"), '<div class="grid x" id="i"><div>&lt;</div></div>'),
        (DialogX("a"), "<dialog><article>a</article></dialog>"),
        (
            DialogX("a", header="h", footer="f", open=True, id="d", cls="c"),
            '<dialog open id="d" class="c"><article><header>h</header>a<footer>f</footer></article>'
            "</dialog>",
        ),
        (Container("a"), '<main class="container">a</main>'),
        (Container("a", cls=["x", "y"], id="i"), '<main class="container x y" id="i">a</main>'),
    ],
)
def test_arrangements(made: FT, wanted: str) -> None:
    assert to_xml(made) == wanted


def test_given_elements_stay_as_they_were() -> None:
    header, cell = H3("h"), P("x")
    Card(header=header)
    Grid(cell, [cell])
    assert (header, cell) == (H3("h"), P("x"))


def page(*content: object, **options: Any) -> FastHTML:
    icon = FT("link", (), {"rel": "icon", "href": "data:,"})
    hdrs = (icon, options.pop("hdrs", ()))
    app = FastHTML(secret_key="k", hdrs=hdrs, **options)
    app.get("/")(lambda: content)
    return app


FONT = "getComputedStyle(document.querySelector('button')).fontSize"
MARGIN = "getComputedStyle(document.querySelector('article')).boxShadow"


@pytest.fixture
def bare(browser: Any) -> Iterator[str]:
    with serving(page(Card("x"))) as url, page_at(browser, url) as opened:
        yield opened.evaluate(MARGIN)


def test_the_conditional_style_sheet_holds_where_it_is_asked_to(
    browser: Any, local_assets: None, bare: str
) -> None:
    seen = {}
    for name, hdrs in {
        "all": picolink,
        "conditional": picocondlink,
        "class": (*picocondlink, set_pico_cls()),
    }.items():
        with serving(page(Card("x"), hdrs=hdrs)) as url, page_at(browser, url) as opened:
            seen[name] = opened.evaluate(MARGIN)
            assert opened.problems == []
    assert seen["all"] == seen["class"] != bare == seen["conditional"]


@pytest.mark.parametrize("htmx4", [False, True], ids=["htmx2", "htmx4"])
def test_busy_while_htmx_waits(browser: Any, local_assets: None, htmx4: bool) -> None:
    go = asyncio.Event()
    app = page(
        Button("Go", hx_get="/slow", hx_target="#here"), Div(id="here"),
        hdrs=PicoBusy(), htmx4=htmx4,
    )  # fmt: skip

    @app.get("/slow")
    async def slow():
        await go.wait()
        return "done"

    @app.get("/release")
    async def release():
        go.set()
        return "released"

    with serving(app) as url, page_at(browser, url) as opened:
        assert opened.locator("[aria-busy]").count() == 0
        opened.click("button")
        opened.wait_for_selector("button[aria-busy=true]")
        opened.evaluate("void fetch('/release')")
        opened.wait_for_selector("#here:text('done')")
        opened.wait_for_selector("button:not([aria-busy])")
        assert opened.problems == []
