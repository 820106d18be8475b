"""Streams into a page: both kinds, both dialects, what ends them; the same page in Chromium."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.htmx import Htmx
from fasthtml_nb.checks.streams import Streams
from fasthtml_nb.checks.tab import Tab
from fasthtml_nb.web.pins import asset_content, find_asset
from tests.browser_support import local_assets, page_at, serving  # noqa: F401

SCRIPTS = {2: ("htmx", "htmx/sse", "htmx/ws"), 4: ("htmx4", "htmx4/sse", "htmx4/ws")}
ADDRESSES = {
    2: ("/htmx.org@2/htmx.min.js", "/sse.js", "/ws.js"),
    4: ("/htmx.org@4/htmx.min.js", "/hx-sse.js", "/hx-ws.js"),
}
WAIT = 60.0


class Site:
    """An app with one page, streams by path, and a record of what happened."""

    def __init__(self, body: str, dialect: int = 2, **streams: list[str]) -> None:
        self.log: list[str] = []
        self.sent: list[Any] = []
        self.seen_ids: list[str | None] = []
        self.go = False  # Whether a stream may go on after its "GO"
        scripts = "".join(f'<script src="{src}"></script>' for src in ADDRESSES[dialect])
        page = f"<!DOCTYPE html><title>T</title>{scripts}<body>{body}"
        routes: list[Any] = [
            Route("/", lambda request: HTMLResponse(page)),
            Route("/part", lambda request: HTMLResponse("<i>part</i>")),
            Route("/away", lambda request: HTMLResponse("<p id=away>away</p>")),
            Route("/empty", lambda request: HTMLResponse("")),
            Route("/text", lambda request: PlainTextResponse("no stream")),
        ]
        routes += [Route(f"/{name}", self.stream(name, parts)) for name, parts in streams.items()]
        routes.append(WebSocketRoute("/ws", self.socket))
        self.replies: list[str] = []
        self.app = Starlette(routes=routes)

    def stream(self, name: str, parts: list[str]) -> Any:
        async def events() -> AsyncIterator[str]:
            self.log.append(f"{name} opened")
            try:
                for part in parts:
                    if part == "END":
                        return
                    if part == "GO":
                        while not self.go:
                            await asyncio.sleep(0.002)
                        continue
                    yield part
                await asyncio.sleep(WAIT)
            finally:
                self.log.append(f"{name} closed")

        def answer(request: Any) -> Response:
            self.seen_ids.append(request.headers.get("last-event-id"))
            return StreamingResponse(events(), media_type="text/event-stream")

        return answer

    async def socket(self, socket: Any) -> None:
        await socket.accept()
        self.log.append("ws opened")
        for reply in self.replies:
            await socket.send_text(reply)
        try:
            async for text in socket.iter_text():
                self.sent.append(json.loads(text))
                if self.sent[-1].get("text") == "fail":
                    return await socket.close(1011)
                await socket.send_text(f'<li id="last">{self.sent[-1].get("text")}</li>')
        finally:
            self.log.append("ws closed")

    def tab(self, **options: Any) -> Tab:
        tab = Tab(Client(self.app), scripts=[Htmx(), Streams()], **options)
        tab.open("/")
        return tab


def text_of(tab: Tab, id: str) -> str:
    found = tab.document.get_by_id(id)
    return "(gone)" if found is None else found.text


def shows(tab: Tab, id: str, text: str, ms: float = 5000) -> None:
    assert tab.until(lambda: text_of(tab, id) == text, ms), (text_of(tab, id), tab.problems)


@pytest.fixture(autouse=True)
def _no_stream_is_left() -> Iterator[None]:
    yield
    import gc

    gc.collect()


SSE = '<div hx-ext="sse" sse-connect="/news">{}</div>'


def test_named_events_go_to_those_who_wait_for_them() -> None:
    inside = '<p id=a sse-swap="one"></p><p id=b sse-swap="two, one" hx-swap="beforeend"></p>'
    site = Site(
        SSE.format(inside), news=["event: one\ndata: 1\n\n", "event: two\ndata: <b>2</b>\n\n"]
    )
    tab = site.tab()
    shows(tab, "b", "12")
    assert text_of(tab, "a") == "1" and tab.problems == []


def test_a_message_without_a_name_is_called_message() -> None:
    site = Site(SSE.format('<p id=a sse-swap="message"></p>'), news=["data: hi\n\n"])
    shows(site.tab(), "a", "hi")


def test_the_swap_and_target_of_an_element_count() -> None:
    inside = '<p sse-swap="x" hx-target="#there" hx-swap="outerHTML"></p>'
    site = Site(
        SSE.format(inside) + "<p id=there>old</p>", news=["event: x\ndata: <q id=new>n</q>\n\n"]
    )
    tab = site.tab()
    shows(tab, "new", "n")
    assert tab.document.get_by_id("there") is None


def test_out_of_band_parts_of_an_event_find_their_homes() -> None:
    data = 'data: <b>main</b><i id="side" hx-swap-oob="true">oob</i>\n\n'
    site = Site(SSE.format('<p id=a sse-swap="message"></p>') + "<i id=side>-</i>", news=[data])
    tab = site.tab()
    shows(tab, "side", "oob")
    assert text_of(tab, "a") == "main"


def test_an_event_triggers_a_request() -> None:
    inside = '<p id=a hx-get="/part" hx-trigger="sse:go"></p>'
    tab = Site(SSE.format(inside), news=["event: go\ndata: x\n\n"]).tab()
    shows(tab, "a", "part")
    assert [one.path for one in tab.requests] == ["/", "/part"]


def test_sse_close_ends_the_stream() -> None:
    body = '<p id=a hx-ext="sse" sse-connect="/news" sse-swap="x" sse-close="done"></p>'
    site = Site(
        body, news=["event: x\ndata: 1\n\n", "event: done\ndata: \n\n", "event: x\ndata: 2\n\n"]
    )
    tab = site.tab()
    assert tab.until(lambda: site.log == ["news opened", "news closed"])
    tab.wait(10_000)
    assert text_of(tab, "a") == "1" and site.log == ["news opened", "news closed"]


def test_a_stream_that_ends_is_asked_again_with_the_last_id() -> None:
    site = Site(
        SSE.format('<p id=a sse-swap="message"></p>'), news=["id: 7\nretry: 10\ndata: 1\n\n", "END"]
    )
    tab = site.tab()
    assert tab.until(lambda: len(site.seen_ids) >= 3)
    assert site.seen_ids[:3] == [None, "7", "7"]
    tab.open("/away")


def test_what_is_no_stream_is_a_problem() -> None:
    tab = Site('<p hx-ext="sse" sse-connect="/text" sse-swap="x"></p>').tab()
    assert tab.until(lambda: bool(tab.problems), 300)
    assert tab.problems == ["GET /text answered 200 text/plain, not a stream of events"]
    tab.open("/away")


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


def test_a_listener_may_say_no() -> None:
    site = Site(
        SSE.format('<p id=a sse-swap="message">-</p><p id=b sse-swap="message"></p>'),
        news=["GO", "data: 1\n\n"],
    )
    tab = site.tab()
    a = tab.document.get_by_id("a")
    assert a is not None
    tab.events.listen(a, "htmx:sseBeforeMessage", lambda event: event.prevent())
    site.go = True
    shows(tab, "b", "1")
    assert text_of(tab, "a") == "-"
    tab.open("/away")


# htmx 4 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hx-sse:connect", "sse-connect"])
def test_htmx_4_swaps_what_has_no_name(name: str) -> None:
    site = Site(
        f'<p id=a {name}="/news" hx-swap="beforeend">-</p>',
        4,
        news=["data: 1\n\n", "event: x\ndata: 2\n\n", "data: <b>3</b>\n\n"],
    )
    tab = site.tab()
    shows(tab, "a", "-13")
    assert tab.problems == []
    tab.open("/away")


def test_htmx_4_swaps_a_request_that_is_answered_by_a_stream() -> None:
    body = (
        '<b hx-get="/news" hx-trigger="load" hx-target="#a" hx-sse:close="over"></b><p id=a>-</p>'
    )
    news = [
        "data: 1\n\n",
        "data:\n\n",
        "data: <i>2</i>\n\n",
        "event: over\ndata: x\n\n",
        "data: 3\n\n",
    ]
    tab = Site(body, 4, news=[*news, "END"]).tab()
    shows(tab, "a", "2")
    assert tab.problems == [] and not tab.streams


def test_htmx_4_makes_named_ones_events() -> None:
    inside = """<p id=a hx-get="/part" hx-trigger="x from:'closest div'"></p>"""
    body = f'<div hx-sse:connect="/news">{inside}</div>'
    tab = Site(body, 4, news=["event: x\ndata: 2\n\n"]).tab()
    shows(tab, "a", "part")
    tab.open("/away")


def test_htmx_4_closes_by_name_and_comes_back_after_an_end() -> None:
    body = '<p id=a hx-sse:connect="/news" hx-sse:close="done" hx-swap="beforeend"></p>'
    site = Site(body, 4, news=["data: 1\n\n", "event: done\ndata: x\n\n"])
    tab = site.tab()
    assert tab.until(lambda: site.log[-1:] == ["news closed"])
    tab.wait(5000)
    assert site.log == ["news opened", "news closed"] and text_of(tab, "a") == "1"
    again = Site(
        '<p id=a hx-sse:connect="/news" hx-swap="beforeend"></p>', 4, news=["data: 1\n\n", "END"]
    )
    tab = again.tab()
    assert tab.until(lambda: text_of(tab, "a").startswith("11"))
    tab.open("/away")


# Websockets -----------------------------------------------------------------------------------

FIELDS = (
    "<input name=text id=text required><button id=say name=by value=b>Say</button></form></div>"
)
CHAT = {
    2: '<div hx-ext="ws" ws-connect="/ws"><ul><li id=last></li></ul><form ws-send id=f>' + FIELDS,
    4: '<div hx-ws:connect="/ws" hx-target="#last" hx-swap="outerHTML"><ul><li id=last></li></ul>'
    "<form hx-ws:send id=f>" + FIELDS,
}


def say(tab: Tab, text: str) -> None:
    tab.act("fill", tab.document.get_by_id("text"), value=text)
    tab.act("click", tab.document.get_by_id("say"))


@pytest.mark.parametrize("dialect", [2, 4])
def test_a_form_is_sent_and_the_answer_swapped(dialect: int) -> None:
    site = Site(CHAT[dialect], dialect)
    tab = site.tab()
    say(tab, "hello")
    shows(tab, "last", "hello")
    [sent] = site.sent
    headers = sent["HEADERS" if dialect == 2 else "headers"]
    assert (sent["text"], sent["by"]) == ("hello", "b")
    assert headers["HX-Request"] == "true" and headers["HX-Current-URL"] == "http://testserver/"
    assert tab.url == "http://testserver/" and tab.problems == []
    tab.open("/away")
    assert site.log == ["ws opened", "ws closed"] and tab.streams == set()


def test_what_is_not_valid_is_not_sent() -> None:
    site = Site(CHAT[2])
    tab = site.tab()
    tab.act("click", tab.document.get_by_id("say"))
    tab.wait(100)
    assert site.sent == []
    tab.open("/away")


def test_messages_go_where_their_ids_say() -> None:
    site = Site(CHAT[2] + "<ol id=log><li>0</li></ol><p id=x>-</p>")
    site.replies = ['<ol id="log" hx-swap-oob="beforeend"><li>1</li></ol><p id="x">new</p>']
    tab = site.tab()
    shows(tab, "x", "new")
    assert text_of(tab, "log") == "01"
    tab.open("/away")


def test_htmx_4_takes_json_that_says_where() -> None:
    site = Site(CHAT[4] + "<p id=x>-</p>", 4)
    site.replies = [json.dumps({"content": "<b>there</b>", "target": "#x", "swap": "innerHTML"})]
    tab = site.tab()
    shows(tab, "x", "there")
    tab.open("/away")


@pytest.mark.parametrize("dialect", [2, 4])
def test_a_socket_that_fails_is_opened_again(dialect: int) -> None:
    site = Site(CHAT[dialect], dialect)
    tab = site.tab()
    say(tab, "fail")
    assert tab.until(lambda: site.log.count("ws opened") == 2)
    say(tab, "better")
    shows(tab, "last", "better")
    tab.open("/away")


def test_a_refused_socket_is_a_problem() -> None:
    tab = Site('<div hx-ext="ws" ws-connect="/nowhere"></div>').tab()
    assert tab.until(lambda: bool(tab.problems), 100)
    assert tab.problems[0] == "GET /nowhere: refused with 403"
    tab.open("/away")


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
