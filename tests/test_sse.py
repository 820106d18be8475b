"""Server-sent events over a real server, to a real client."""

from __future__ import annotations

import asyncio
import re
import threading
import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Route

from fasthtml_nb.ft.tree import element
from fasthtml_nb.web.sse import EventStream, sse_message
from tests.apps.served import app_with, listening, served, until

Article, Div = element("article"), element("div")


def events(text: str) -> list[dict[str, str]]:
    """Read a stream by the rules of the HTML standard."""
    found: list[dict[str, str]] = []
    event: dict[str, str] = {}
    data: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                found.append({"event": "message", **event, "data": "\n".join(data)})
            event, data = {}, []
        elif name == "data":
            data.append(value)
        elif name:
            event[name] = value
    return found


# One event ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (sse_message(Div("hi")), "data: <div>hi</div>\n\n"),
        (sse_message("a < b"), "data: a &lt; b\n\n"),
        (sse_message((Div("a"), Div("b"))), "data: <div>a</div><div>b</div>\n\n"),
        (sse_message(None), "data: \n\n"),
        (sse_message("x", "news"), "event: news\ndata: x\n\n"),
        (sse_message("x", id="1"), "id: 1\ndata: x\n\n"),
        (sse_message("x", retry=99), "retry: 99\ndata: x\n\n"),
        (sse_message("a\r\nb\rc\nd"), "data: a\ndata: b\ndata: c\ndata: d\n\n"),
        (sse_message("a\u2028b\x0bc"), "data: a\u2028b\x0bc\n\n"),
    ],
)
def test_wire_form(message, wire):
    assert message == wire


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\r\nb", "\n", "a\0"])
def test_names_and_ids_are_one_line(bad):
    with pytest.raises(ValueError, match="The event of an event is one line; found"):
        sse_message("x", bad)
    with pytest.raises(ValueError, match="The id of an event is one line; found"):
        sse_message("x", id=bad)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<>&\"'")))
def test_no_text_forges_an_event(text):
    (event,) = events(sse_message(text, "news"))
    assert event == {"event": "news", "data": re.sub(r"\r\n|\r", "\n", text)}


def test_lone_surrogates_do_not_end_the_stream():
    with served(app_with(lambda: iter(["data: \ud800\n\n"]))) as running:
        with listening(running) as answer:
            assert answer.read().decode() == "data: \ufffd\n\n"


# What feeds a stream ------------------------------------------------------------------------------


async def three():
    for number in (1, 2, 3):
        yield sse_message(Article(number))


def three_in_a_thread():
    assert threading.current_thread().name.startswith("AnyIO")
    yield from (sse_message(Article(number)) for number in (1, 2, 3))


@pytest.mark.parametrize(
    "make",
    [
        three,
        three_in_a_thread,
        lambda: (Article(number) for number in (1, 2, 3)),
        lambda: [sse_message(Article(number)).encode() for number in (1, 2, 3)],
    ],
)
def test_every_kind_of_source(make):
    with served(app_with(make)) as running, listening(running) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        assert events(answer.read().decode()) == [
            {"event": "message", "data": f"<article>{number}</article>"} for number in (1, 2, 3)
        ]


def test_given_headers_win():
    stream = EventStream(three(), headers={"Cache-Control": "no-cache", "X-Own": "1"})
    assert (stream.headers["cache-control"], stream.headers["x-own"]) == ("no-cache", "1")


async def a_coroutine():
    return 1


@pytest.mark.parametrize("wrong", [three, 3, "data: x\n\n", b"", {"a": 1}, None, a_coroutine()])
def test_wrong_sources_are_refused(wrong):
    with pytest.raises(TypeError, match="An EventStream takes a generator, async or not; found"):
        EventStream(wrong)


def test_head_starts_nothing():
    started = []

    async def make():
        started.append(1)
        yield "data: x\n\n"

    with served(app_with(make)) as running, listening(running, method="HEAD") as answer:
        assert (answer.status_code, answer.read()) == (200, b"")
    assert started == []


def test_streams_take_no_thread_from_handlers():
    """Starlette has 40 threads for ordinary functions; 45 sleeping streams leave them free."""
    go = threading.Event()

    def sleeps():
        go.wait(20)
        yield "data: x\n\n"

    with served(app_with(sleeps)) as running:
        with httpx.Client(timeout=20, limits=httpx.Limits(max_connections=None)) as client:
            asked = [client.build_request("GET", f"http://{running.address}/stream")] * 45
            answers = [client.send(request, stream=True) for request in asked]
            assert client.get(f"http://{running.address}/").text == "here"
            go.set()
            assert [answer.read() for answer in answers] == [b"data: x\n\n"] * 45


def test_silence_is_broken_by_comments():
    app = Starlette()

    async def slow():
        yield "data: a\n\n"
        await asyncio.sleep(0.35)
        yield "data: b\n\n"

    app.add_route("/stream", lambda request: EventStream(slow(), ping=0.1))
    with served(app) as running, listening(running) as answer:
        assert re.fullmatch(r"data: a\n\n(:\n\n){1,4}data: b\n\n", answer.read().decode())


def test_a_generator_that_fails_cuts_the_answer(caplog):
    async def fails():
        yield "data: a\n\n"
        raise ZeroDivisionError("by hand")

    with served(app_with(fails)) as running:
        with listening(running) as answer, pytest.raises(httpx.RemoteProtocolError):
            answer.read()
        with listening(running, "/") as answer:
            assert answer.status_code == 200
    assert "ZeroDivisionError: by hand" in caplog.text


# The visitor leaves -------------------------------------------------------------------------------


@pytest.mark.parametrize("middleware", [[], [Middleware(BaseHTTPMiddleware, dispatch=None)]])
@pytest.mark.parametrize("where", ["await", "yield", "thread"])
def test_generators_are_closed_when_the_visitor_leaves(where, middleware):
    closed = []

    async def waits():
        try:
            yield "data: a\n\n"
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)  # what is awaited here is awaited to its end
            closed.append(1)

    async def floods():
        try:
            while True:
                yield "data: " + "a" * 65536 + "\n\n"
        finally:
            await asyncio.sleep(0.05)
            closed.append(1)

    def in_a_thread():
        try:
            while True:
                yield "data: a\n\n"
                time.sleep(0.01)
        finally:
            closed.append(1)

    async def through(request, call_next):
        return await call_next(request)

    for each in middleware:
        each.kwargs["dispatch"] = through
    make = {"await": waits, "yield": floods, "thread": in_a_thread}[where]
    with served(app_with(make, middleware=middleware)) as running:
        with listening(running) as answer:
            assert next(answer.iter_raw()).startswith(b"data: a")
            assert closed == []
        until(lambda: closed == [1])
        until(lambda: not running.server.server_state.tasks)
        assert running.stop() < 1


def test_background_tasks_run_after_the_stream():
    from starlette.background import BackgroundTask

    order = []

    async def make():
        try:
            yield "data: a\n\n"
        finally:
            order.append("closed")

    app = Starlette()
    task = BackgroundTask(order.append, "task")
    app.add_route("/stream", lambda request: EventStream(make(), background=task))
    with served(app) as running:
        with listening(running) as answer:
            answer.read()
        until(lambda: order == ["closed", "task"])


def test_routes_of_plain_starlette_may_stream_too():
    app = Starlette(routes=[Route("/stream", lambda request: EventStream(three()))])
    with served(app) as running, listening(running) as answer:
        assert len(events(answer.read().decode())) == 3
