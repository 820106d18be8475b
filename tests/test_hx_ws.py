"""Elements that talk over a websocket: what is sent, what is swapped, when it is opened again."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.hx_ws import SocketFour, SocketTwo
from tests.apps.streaming import CHAT, Site, say, shows, text_of


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


CODES = (1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 1014, None)
AGAIN = {SocketTwo: {1006, 1011, 1012, 1013}, SocketFour: set(CODES) - {1000, 1008, None}}


@pytest.mark.parametrize("kind", AGAIN)
def test_only_some_ends_are_worth_another_attempt(kind: Any) -> None:
    tab = Site("<p id=a></p>", 2 if kind is SocketTwo else 4).tab()
    listener = kind(tab.scripts[0].engine, tab.document.get_by_id("a"))
    again = {code for code in CODES if listener.broken("GET /ws: closed", 1, code) is not None}
    assert again == AGAIN[kind] and tab.problems == []


@pytest.mark.parametrize(
    ("kind", "pauses"), [(SocketTwo, [1000, 2000, 64_000]), (SocketFour, [500, 1000, 60_000])]
)
def test_pauses_grow_up_to_a_limit(kind: Any, pauses: list[float]) -> None:
    tab = Site("<p id=a></p>", 2 if kind is SocketTwo else 4).tab()
    listener = kind(tab.scripts[0].engine, tab.document.get_by_id("a"))
    assert [listener.broken("closed", attempt, 1011) for attempt in (1, 2, 40)] == pauses


@pytest.mark.parametrize("message", ["[1, 2]", "7", '{"target": "#a"}', "null"])
def test_json_without_content_changes_nothing(message: str) -> None:
    tab = Site("<p id=a>-</p>", 4).tab()
    SocketFour(tab.scripts[0].engine, tab.document.get_by_id("a")).heard(message)
    assert text_of(tab, "a") == "-" and tab.problems == []


@pytest.mark.parametrize("kind", [SocketTwo, SocketFour])
def test_bytes_break_nothing(kind: Any) -> None:
    tab = Site("<p id=a>-</p>", 2 if kind is SocketTwo else 4).tab()
    kind(tab.scripts[0].engine, tab.document.get_by_id("a")).heard(b"\xff\x00")
    assert text_of(tab, "a") == "-" and tab.problems == []


def test_htmx_4_connects_again_as_it_is_told() -> None:
    said = "ws.reconnectDelay:20ms ws.reconnectMaxAttempts:2"
    tab = Site(f"<p id=a hx-ws:connect=/no hx-trigger=never hx-config='{said}'></p>", 4).tab()
    engine, a = tab.scripts[0].engine, tab.document.get_by_id("a")
    listener = SocketFour(engine, a)
    assert [listener.broken("closed", attempt, 1006) for attempt in (1, 2, 3)] == [20, 40, None]
    a.set("hx-config", "ws.reconnect:false")
    assert listener.broken("closed", 1, 1006) is None
    a.set("hx-config", '{"ws": {"reconnectCodes": [1000]}}')
    assert [listener.broken("closed", 1, code) for code in (1000, 1006)] == [500, None]


@pytest.mark.parametrize("trigger", ["load", "click from:#b", "load delay:50ms", "every 1s"])
def test_triggers_send_in_htmx_4(trigger: str) -> None:
    send = f"<i hx-ws:send hx-vals='text:hi' hx-trigger='{trigger}'></i>"
    site = Site(f"<b id=b>b</b><div hx-ws:connect=/ws><p id=last></p>{send}</div>", 4)
    tab = site.tab()
    assert tab.until(lambda: site.log == ["ws opened"])
    if "click" in trigger:
        tab.act("click", tab.document.get_by_id("b"))
    tab.wait(1000)
    assert tab.until(lambda: bool(site.sent)) and site.sent[0]["text"] == "hi"
    tab.open("/away")


def test_a_listener_may_refuse_a_socket() -> None:
    site = Site("<div id=a hx-ws:connect=/ws hx-trigger=click>-</div>", 4)
    tab = site.tab()
    a, reasons = tab.document.get_by_id("a"), []
    tab.events.listen(a, "htmx:ws:before:connection", lambda event: event.prevent())
    tab.events.listen(a, "htmx:ws:close", lambda event: reasons.append(event.detail["reason"]))
    tab.act("click", a)
    tab.wait(100)
    assert (site.log, reasons) == ([], ["cancelled"])
