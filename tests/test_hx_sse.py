"""Elements that hear events: who gets which, when a stream is opened again, what ends it."""

from __future__ import annotations

import pytest

from fasthtml_nb.checks.events import Event
from fasthtml_nb.checks.hx_sse import SseTwo, link_settings, pause_of
from tests.apps.streaming import SSE, Site, shows, text_of


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


def test_htmx_4_takes_an_answer_that_never_ends_as_it_comes() -> None:
    body = '<button hx-get="/news" hx-target="#a" hx-swap="beforeend">b</button><p id=a></p>'
    site = Site(body, 4, news=["data: 1\n\n", "data: 2\n\n", "GO", "data: 3\n\n"])
    tab = site.tab()
    button = tab.document.select_one("button")
    tab.act("click", button)
    shows(tab, "a", "12")
    assert "htmx-request" in button.classes, "the request is under way until the stream ends"
    site.go = True
    shows(tab, "a", "123")
    assert len(tab.streams) == 1 and tab.requests[-1].text.count("data:") == 3
    tab.events.dispatch(button, Event("htmx:abort"))
    assert tab.until(lambda: site.log == ["news opened", "news closed"])
    assert not tab.streams and "htmx-request" not in button.classes


def test_htmx_4_leaves_an_endless_answer_with_its_element_or_page() -> None:
    body = (
        '<div id=a><i hx-get="/news" hx-trigger="load" hx-swap="none"></i></div>'
        '<b hx-get="/part" hx-target="#a"></b>'
    )
    site = Site(body, 4, news=["data: 1\n\n"])
    tab = site.tab()
    assert tab.until(lambda: bool(tab.streams))
    tab.act("click", tab.document.select_one("b"))
    assert tab.until(lambda: site.log == ["news opened", "news closed"]) and not tab.streams
    tab.open("/")
    assert tab.until(lambda: bool(tab.streams))
    tab.open("/away")
    assert tab.until(lambda: site.log[2:] == ["news opened", "news closed"]) and not tab.streams


def test_htmx_4_asks_for_an_answer_again_where_that_is_said() -> None:
    config = "sse.reconnect:true sse.reconnectDelay:50ms sse.reconnectMaxAttempts:2"
    body = f'<b hx-get="/news" hx-config="{config}" hx-target="#a" hx-swap="beforeend"></b><p id=a>'
    site = Site(body, 4, news=["id: 7\ndata: 1\n\n", "END"])
    tab = site.tab()
    tab.act("click", tab.document.select_one("b"))
    shows(tab, "a", "1")
    tab.wait(50)
    shows(tab, "a", "11")
    assert site.seen_ids == [None, "7"]
    tab.open("/away")


def test_htmx_4_lets_a_request_go_when_its_stream_says_so() -> None:
    body = '<b hx-get="/news" hx-config="sse.releaseOn:first" hx-target="#a"></b><p id=a>'
    site = Site(body, 4, news=["GO", "data: 1\n\n"])
    tab = site.tab()
    b = tab.document.select_one("b")
    tab.act("click", b)
    assert "htmx-request" in b.classes
    site.go = True
    shows(tab, "a", "1")
    assert "htmx-request" not in b.classes and len(tab.streams) == 1
    tab.open("/away")


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


def test_pauses_grow_up_to_a_limit() -> None:
    tab = Site("<p id=a></p>").tab()
    listener = SseTwo(tab.scripts[0].engine, tab.document.get_by_id("a"))
    ended, refused = "GET /news has ended", "GET /news answered 500"
    assert [listener.broken(ended, attempt) for attempt in (1, 2, 40)] == [3000, 3000, 3000]
    assert listener.broken(ended, 1, retry=20) == 20 and tab.problems == []
    assert [listener.broken(refused, attempt) for attempt in (1, 2, 40)] == [500, 1000, 64_000]
    assert tab.problems == [refused]


def test_pauses_of_htmx_4_grow_up_to_a_limit() -> None:
    tab = Site("<p id=a hx-sse:connect=/news></p>", 4).tab()
    said = link_settings(tab.scripts[0].engine, tab.document.get_by_id("a"), "sse")
    assert said == {"reconnect": True, "releaseOn": "immediate"}
    assert [pause_of(said, attempt) for attempt in (1, 2, 40)] == [500, 1000, 60_000]
    tab.open("/away")


def test_an_inner_connection_hears_only_its_own_stream() -> None:
    inner = '<div sse-connect="/other"><p id=b sse-swap="message">-</p></div>'
    site = Site(
        SSE.format(f'<p id=a sse-swap="message">-</p>{inner}'),
        news=["data: news\n\n"],
        other=["data: other\n\n"],
    )
    tab = site.tab()
    shows(tab, "a", "news")
    shows(tab, "b", "other")
    tab.open("/away")


def test_htmx_4_connects_by_an_ordinary_request() -> None:
    said = "hx-vals='room:7' hx-headers='X-A:1' hx-include=#f hx-target=#a hx-select=b"
    body = f"<div id=d hx-sse:connect='/news?q=1' {said}></div><input id=f name=f value=2><p id=a>"
    tab = Site(body, 4, news=["data: <i>no</i><b>yes</b>\n\n"]).tab()
    shows(tab, "a", "yes")
    request = tab.requests[-1]
    assert (request.method, request.path) == ("GET", "/news?q=1&f=2&room=7")
    headers = request.response.request.headers
    names = ("hx-request", "hx-request-type", "hx-source", "hx-target", "x-a", "accept")
    assert [headers[name] for name in names] == [
        *("true", "full", "div#d", "p#a", "1"),
        "text/html, text/event-stream",
    ]
    tab.open("/away")


def test_htmx_4_asks_before_it_connects() -> None:
    site = Site("<p id=a hx-sse:connect=/news hx-confirm=Really?>-</p>", 4, news=["data: 1\n\n"])
    tab = site.tab(default_answer=False)
    tab.wait(1000)
    assert site.log == [] and [dialog.message for dialog in tab.dialogs] == ["Really?"]


def test_htmx_4_swaps_what_is_no_stream_and_tells() -> None:
    tab = Site("<p id=a hx-sse:connect=/text>-</p>", 4).tab()
    shows(tab, "a", "no stream")
    tab.wait(10_000)
    assert [one.path for one in tab.requests] == ["/", "/text"], "it is not asked again"
    assert tab.problems == ["GET /text answered 200 text/plain, not a stream of events"]


def test_an_event_called_message_has_a_name_in_htmx_4() -> None:
    body = "<p id=a hx-sse:connect=/news>-</p><i id=b hx-get=/part hx-trigger='message from:body'>"
    tab = Site(body, 4, news=["event: message\ndata: 1\n\n"]).tab()
    shows(tab, "b", "part")
    assert text_of(tab, "a") == "-"
    tab.open("/away")


def test_a_name_without_data_is_an_event_in_htmx_4() -> None:
    news = ["data: 1\n\n", "event: done\n\n", "data: 2\n\n"]
    site = Site("<p id=a hx-sse:connect=/news hx-sse:close=done>-</p>", 4, news=news)
    tab = site.tab()
    assert tab.until(lambda: site.log == ["news opened", "news closed"])
    assert text_of(tab, "a") == "1"
    two = Site(
        '<p id=a hx-ext="sse" sse-connect="/news" sse-swap="message" sse-close="done"></p>',
        news=news,
    )
    shows(two.tab(), "a", "2")


@pytest.mark.parametrize(
    ("dialect", "element"),
    [
        (2, "<p hx-ext=sse sse-connect=/news sse-swap=message></p>"),
        (4, "<p hx-sse:connect=/news hx-config='sse.reconnectDelay:10ms'></p>"),
    ],
)
def test_an_id_counts_without_data_and_until_there_is_another(dialect: int, element: str) -> None:
    site = Site(element, dialect, news=["retry: 10\nid: 7\n\n", "END"])
    tab = site.tab()
    assert tab.until(lambda: len(site.seen_ids) >= 2)
    site.parts["news"][:] = ["retry: 10\ndata: 1\n\n", "END"]
    seen = len(site.seen_ids)
    assert tab.until(lambda: len(site.seen_ids) >= seen + 4)
    assert site.seen_ids[0] is None and set(site.seen_ids[1:]) == {"7"}
    tab.open("/away")


@pytest.mark.parametrize(
    ("trigger", "event", "ms"),
    [
        ("load delay:300ms", None, 300),
        ("click from:#b delay:300ms", "click", 300),
        ("click[shiftKey] from:#b, ping", "ping", 0),
        ("every 2s", None, 2000),
    ],
)
def test_triggers_connect_in_htmx_4(trigger: str, event: str | None, ms: int) -> None:
    body = f"<b id=b>b</b><p id=a hx-sse:connect=/news hx-trigger='{trigger}'>-</p>"
    site = Site(body, 4, news=["data: 1\n\n"])
    tab = site.tab()
    if event is not None:
        tab.events.dispatch(tab.document.get_by_id("a" if event == "ping" else "b"), Event(event))
    if ms:
        tab.wait(ms - 10)
        assert site.log == []
    tab.wait(20)
    shows(tab, "a", "1")
    tab.open("/away")


def test_htmx_4_may_stay_away_after_an_end() -> None:
    body = "<p id=a hx-sse:connect=/news hx-config='sse.reconnect:false'>-</p>"
    site = Site(body, 4, news=["data: 1\n\n", "END"])
    tab = site.tab()
    shows(tab, "a", "1")
    tab.wait(10_000)
    assert site.log == ["news opened", "news closed"] and tab.problems == []
