"""Requests of a page: answered in order, given up, brought in from other threads."""

from __future__ import annotations

import asyncio
import threading
from queue import Empty
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.asgi.loop import event_loop
from fasthtml_nb.checks import network
from fasthtml_nb.checks.network import Exchange, Network


class Gate:
    """An app whose `/held` answers when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = threading.Event()
        routes = [
            Route("/quick", self.quick),
            Route("/held", self.held),
            Route("/moved", self.moved, methods=["GET", "POST"]),
            Route("/round", lambda request: RedirectResponse("/round")),
        ]
        self.network = Network(Client(Starlette(routes=routes)))
        self.heard: list[Exchange] = []

    async def quick(self, request: Any) -> PlainTextResponse:
        self.asked.append(request.url.path)
        return PlainTextResponse("quick")

    async def held(self, request: Any) -> PlainTextResponse:
        self.asked.append(request.url.path)
        while not self.open.is_set():
            await asyncio.sleep(0.001)
        return PlainTextResponse("held")

    async def moved(self, request: Any) -> RedirectResponse:
        return RedirectResponse("/quick", 303)

    def fetch(self, url: str, method: str = "GET", **more: Any) -> Any:
        return self.network.fetch(method, url, done=self.heard.append, **more)

    def all(self) -> list[str]:
        while self.network.under_way():
            self.network.deliver(10)
        return [str(one) for one in self.heard]


@pytest.fixture
def gate() -> Any:
    gate = Gate()
    yield gate
    gate.open.set()


def test_answers_come_in_the_order_of_their_requests(gate: Gate) -> None:
    for n in range(5):
        gate.fetch(f"/quick?{n}")
    assert gate.heard == []
    assert gate.all() == [f"GET /quick?{n} 200" for n in range(5)]


def test_a_slow_answer_holds_up_the_others_for_a_moment_only(gate: Gate) -> None:
    gate.fetch("/held")
    gate.fetch("/quick")
    assert gate.network.deliver(10)
    assert [str(one) for one in gate.heard] == ["GET /quick 200"]
    gate.open.set()
    assert gate.all() == ["GET /quick 200", "GET /held 200"]


def test_nobody_waits_for_what_may_take_its_time(gate: Gate) -> None:
    gate.fetch("/held", waits=True)
    gate.fetch("/quick")
    assert gate.network.deliver(10) and [one.path for one in gate.heard] == ["/quick"]
    assert gate.network.under_way(waits=False) == []
    assert gate.network.deliver() is False


def test_giving_up_is_heard_at_once_and_once_and_the_app_was_asked(gate: Gate) -> None:
    flight = gate.fetch("/held")
    flight.abort()
    flight.abort("timeout")
    assert [one.error for one in gate.heard] == ["abort"] and flight.over
    gate.fetch("/quick")
    gate.all()
    assert gate.asked == ["/held", "/quick"] and len(gate.heard) == 2


def test_redirects_have_a_line_each(gate: Gate) -> None:
    gate.fetch("/moved", "POST", content=b"a=1", entries=[("a", "1")])
    assert gate.all() == ["GET /quick 200"]
    first, second = gate.network.requests
    assert (str(first), first.entries, first.content) == ("POST /moved 303", (("a", "1"),), b"a=1")
    assert (str(second), second.entries, second.content) == ("GET /quick 200", (), b"")


def test_going_round_in_circles_is_an_error_of_the_request(gate: Gate) -> None:
    gate.fetch("/round")
    gate.all()
    assert "More than 20 redirects" in (gate.heard[0].error or "")


def test_another_site_is_a_network_error(gate: Gate) -> None:
    gate.fetch("https://example.org/x")
    gate.all()
    assert gate.heard[0].error == "network" and gate.heard[0].headers.get("x") is None


def test_leaving_the_page_tells_nobody(gate: Gate) -> None:
    gate.fetch("/held")
    gate.network.abort_all()
    assert gate.heard == [] and gate.network.under_way() == []


def test_news_from_another_thread_wakes_who_waits(gate: Gate) -> None:
    said: list[str] = []
    thread = threading.Thread(target=lambda: gate.network.post(lambda: said.append("news")))
    gate.fetch("/held", waits=True)
    thread.start()
    assert gate.network.deliver(10) and said == ["news"]
    thread.join()


def test_recorders_hear_requests_and_answers(gate: Gate) -> None:
    told: list[tuple[str, str]] = []
    gate.network.heard.append(lambda what, exchange: told.append((what, exchange.path)))
    gate.fetch("/moved")
    gate.fetch("https://example.org/x")
    gate.all()
    assert told == [
        ("request", "/moved"),
        ("request", "/x"),
        ("response", "/moved"),
        ("request", "/quick"),
        ("response", "/quick"),
        ("requestfailed", "/x"),
    ]


@pytest.fixture
def busy() -> Any:
    """The loop on which apps run is kept busy until this is set."""
    free, taken = threading.Event(), threading.Event()

    def keep() -> None:
        taken.set()
        free.wait(30)

    event_loop().call_soon_threadsafe(keep)
    assert taken.wait(30)
    yield free
    free.set()


def test_the_time_of_an_action_counts_from_when_the_app_is_called(
    gate: Gate, busy: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_BUSY", 1000)
    flight = gate.fetch("/quick")
    assert gate.network.deliver(0.01) is False and flight.began is None
    threading.Timer(0.2, busy.set).start()
    assert gate.network.deliver(0.05, once_begun=True) or flight.began is not None
    assert gate.all() == ["GET /quick 200"]


def test_an_app_that_is_not_called_is_not_waited_for_without_end(
    gate: Gate, busy: threading.Event
) -> None:
    flight = gate.fetch("/quick")
    assert gate.network.deliver(0.001, once_begun=True) is False and flight.began is None
    busy.set()
    assert gate.all() == ["GET /quick 200"]


def test_an_app_that_has_been_called_has_its_time_and_no_more(gate: Gate) -> None:
    flight = gate.fetch("/held")
    while flight.began is None:
        assert gate.network.deliver(0.01) is False
    assert gate.network.deliver(0.01, once_begun=True) is False
    gate.open.set()
    assert gate.all() == ["GET /held 200"]


def test_an_error_of_what_was_posted_is_raised(gate: Gate) -> None:
    def fail() -> None:
        raise Empty

    threading.Timer(0.05, lambda: gate.network.post(fail)).start()
    with pytest.raises(Empty):
        gate.network.deliver(10)


def test_a_listener_that_lets_the_page_go_on_hears_an_answer_once(gate: Gate) -> None:
    told: list[str] = []

    def hear(what: str, exchange: Exchange) -> None:
        told.append(f"{what} {exchange.path}")
        while gate.network.deliver():
            pass

    gate.network.heard.append(hear)
    gate.fetch("/quick")
    gate.all()
    assert told == ["request /quick", "response /quick"]
    assert [one.path for one in gate.heard] == ["/quick"]
