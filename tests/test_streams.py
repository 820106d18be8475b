"""A page's connections: what opens and ends them; the same pages in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.web.pins import asset_content, find_asset
from tests.apps.streaming import ADDRESSES, CHAT, SSE, Site, shows, text_of
from tests.browser_support import local_assets, page_at, serving  # noqa: F401

SCRIPTS = {2: ("htmx", "htmx/sse", "htmx/ws"), 4: ("htmx4", "htmx4/sse", "htmx4/ws")}


@pytest.fixture(autouse=True)
def _no_stream_is_left() -> Iterator[None]:
    yield
    import gc

    gc.collect()


@pytest.mark.parametrize("how", ["swap", "leave"])
def test_an_element_that_goes_ends_its_stream(how: str) -> None:
    body = (
        '<div id=box><p id=a hx-ext="sse" sse-connect="/news" sse-swap="message"></p></div>'
        '<button hx-get="/empty" hx-target="#box" id=go>x</button>'
    )
    site = Site(body, news=["data: 1\n\n"])
    tab = site.tab()
    shows(tab, "a", "1")
    if how == "swap":
        tab.act("click", tab.document.get_by_id("go"))
    else:
        tab.open("/away")
    assert tab.streams == set() and site.log == ["news opened", "news closed"]


def test_an_element_that_comes_is_connected() -> None:
    body = '<div id=box hx-ext="sse" hx-get="/more" hx-trigger="click"></div>'
    site = Site(body, news=["data: 1\n\n"])
    more = '<p id=a sse-connect="/news" sse-swap="message"></p>'
    site.app.router.routes.append(Route("/more", lambda request: HTMLResponse(more)))
    tab = site.tab()
    tab.act("click", tab.document.get_by_id("box"))
    shows(tab, "a", "1")
    tab.open("/away")


@pytest.mark.parametrize(
    "body",
    [
        '<p id=a sse-connect="/news" sse-swap="message">-</p>',
        '<div hx-ext="sse"><p id=a hx-ext="ignore:sse" sse-connect="/news" sse-swap="message">-</p>'
        "</div>",
    ],
)
def test_without_the_extension_nothing_is_connected(body: str) -> None:
    site = Site(body, news=["data: 1\n\n"])
    tab = site.tab()
    assert not tab.until(lambda: bool(site.log), 100) and text_of(tab, "a") == "-"


# The same pages in Chromium ---------------------------------------------------------------------

BOTH = {
    "names": (
        2,
        SSE.format('<p id=a sse-swap="one">-</p><p id=end sse-swap="two" hx-swap="beforeend">'),
        "2",
    ),
    "message": (2, SSE.format('<p id=a sse-swap="message">-</p><p id=end sse-swap="two">'), "2"),
    "trigger": (2, SSE.format('<p id=end hx-get="/part" hx-trigger="sse:two">'), "part"),
    "four": (
        4,
        '<p id=a hx-sse:connect="/news" hx-swap="beforeend">-</p>'
        '<p id=end hx-get="/part" hx-trigger="two from:#a">',
        "part",
    ),
    "answered": (
        4,
        '<p id=a hx-get="/news" hx-trigger="load" hx-swap="beforeend">-</p>'
        '<p id=end hx-get="/part" hx-trigger="two from:#a">',
        "part",
    ),
    "chat": (2, CHAT[2].replace("id=last", "id=end"), "hello"),
    "chat4": (4, CHAT[4].replace("last", "end"), "hello"),
}
NEWS = ["data: zero\n\n", "event: one\ndata: <b>1</b>\n\n", "event: two\ndata: 2\n\n"]


@pytest.mark.usefixtures("local_assets")
@pytest.mark.parametrize("name", BOTH)
def test_chromium_shows_the_same(name: str, browser: Any) -> None:
    dialect, body, text = BOTH[name]

    def site() -> Site:
        made = Site(body, dialect, news=[*NEWS, "END"] if name == "answered" else NEWS)
        made.replies = ['<li id="end">hello</li>'] if "chat" in name else []
        return made

    tab = site().tab()
    shows(tab, "end", text)
    ours = tab.document.body.text
    tab.open("/away")
    theirs = site()
    for address, asset in zip(ADDRESSES[dialect], SCRIPTS[dialect], strict=True):
        content = asset_content(find_asset(asset))
        route = Route(address, lambda r, c=content: Response(c, media_type="text/javascript"))
        theirs.app.router.routes.append(route)
    with serving(theirs.app, ws="auto") as url, page_at(browser, url) as page:
        page.wait_for_function("t => document.getElementById('end')?.textContent == t", arg=text)
        page.wait_for_timeout(100)
        assert page.evaluate("document.body.textContent").split() == ours.split()
