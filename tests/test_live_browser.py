"""Event streams and websockets with htmx itself, of both generations, in a browser."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fasthtml_nb.ft.tree import element
from fasthtml_nb.web.binding import HtmxHeaders
from fasthtml_nb.web.fast_app import fast_app
from fasthtml_nb.web.shutdown import signal_shutdown
from fasthtml_nb.web.sse import EventStream, sse_message
from fasthtml_nb.web.websockets import setup_ws
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

pytestmark = [pytest.mark.usefixtures("local_assets"), pytest.mark.browser]
Article, Button, Div, Form, Input = map(element, "article button div form input".split())
GENERATIONS = pytest.mark.parametrize("htmx4", [False, True], ids=["htmx2", "htmx4"])


@GENERATIONS
def test_a_list_grows_and_the_stream_ends_with_the_page(browser: Any, htmx4: bool) -> None:
    app, rt = fast_app(exts="sse", htmx4=htmx4)
    shutdown, open_streams = signal_shutdown(), []

    async def numbers():
        open_streams.append(1)
        try:
            for number in range(1, 1000):
                if shutdown.is_set():
                    return
                yield sse_message(Article(f"line {number}\n<{number}>"))
                await asyncio.sleep(0.05)
        finally:
            open_streams.pop()

    @rt("/")
    def index():
        if htmx4:
            return Div({"hx-sse:connect": "/numbers"}, id="list", hx_swap="beforeend")
        return Div(
            id="list", hx_ext="sse", sse_connect="/numbers", hx_swap="beforeend", sse_swap="message"
        )

    @rt("/numbers")
    def get():
        return EventStream(numbers())

    app.get("/favicon.ico")(lambda: "")
    with serving(app) as base, page_at(browser, base) as page:
        third = page.locator("#list article").nth(2)
        third.wait_for()
        assert third.text_content() == "line 3\n<3>"
        assert open_streams == [1]
        page.goto("about:blank")
        for _ in range(100):
            if not open_streams:
                break
            page.wait_for_timeout(20)
        assert open_streams == []
        assert page.problems == []


@GENERATIONS
def test_a_form_is_answered_and_news_goes_to_all(browser: Any, htmx4: bool) -> None:
    app, rt = fast_app(exts="ws", htmx4=htmx4)
    seen: list[Any] = []

    async def talk(msg: str, kind: list[str], htmx: HtmxHeaders, send):
        seen.append((msg, kind, htmx.request))
        if msg == "news":
            await everybody(Div("news for all", id="news", hx_swap_oob="true"))
            return
        await send(Div(f"Hello {msg}", id="answer", hx_swap_oob="true"))
        return Input(id="msg", name="msg", hx_swap_oob="true")

    everybody = setup_ws(app, talk)

    @rt("/")
    def index():
        how = {"hx-ws:send": ""} if htmx4 else {"ws-send": True}
        return Div(
            Div(id="answer"),
            Div(id="news"),
            Form(
                Input(id="msg", name="msg"),
                Input(type="hidden", name="kind", value="a"),
                Input(type="hidden", name="kind", value="b"),
                Button("Send"),
                how,
                id="form",
            ),
            {"hx-ws:connect": "/ws"} if htmx4 else {"hx-ext": "ws", "ws-connect": "/ws"},
        )

    app.get("/favicon.ico")(lambda: "")
    with serving(app, ws="websockets-sansio") as base:
        with page_at(browser, base) as page, page_at(browser, base) as other:
            for _ in range(200):
                if len(everybody) == 2:
                    break
                page.wait_for_timeout(20)
            page.locator("#msg").fill("<Uma>")
            page.get_by_role("button").click()
            page.locator("#answer", has_text="Hello <Uma>").wait_for()
            page.wait_for_function("document.querySelector('#msg').value === ''")
            page.locator("#msg").fill("news")
            page.get_by_role("button").click()
            for each in (page, other):
                each.locator("#news", has_text="news for all").wait_for()
                assert each.problems == []
            assert other.locator("#answer").text_content() == ""
    assert seen == [("<Uma>", ["a", "b"], "true"), ("news", ["a", "b"], "true")]
