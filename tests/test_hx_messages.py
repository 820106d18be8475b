"""Messages that a page swaps in: where they go, what the step tells, what is not there."""

from __future__ import annotations

import json

import pytest

from fasthtml_nb.asgi.events import ServerEvent
from fasthtml_nb.checks.hx_messages import noting, swap_by_ids, swap_event, swap_message
from tests.apps.streaming import CHAT, SSE, Site, shows, text_of


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


def test_a_place_is_noted_once() -> None:
    tab = Site("<p id=a></p><b></b>").tab()
    a, b = tab.document.get_by_id("a"), tab.document.select_one("b")
    assert a is not None and b is not None
    note = noting(tab, "sse x")
    for how, target in [("innerHTML", a), ("innerHTML", a), ("outerHTML", a), ("innerHTML", b)]:
        note(how, target)
    assert tab.steps[-1].notes == [
        "sse x -> innerHTML #a",
        "sse x -> outerHTML #a",
        "sse x -> innerHTML b",
    ]


def test_a_target_that_is_nowhere_is_a_problem() -> None:
    tab = Site('<p id=a hx-target="#no">-</p>').tab()
    swap_event(tab.scripts[0].engine, tab.document.get_by_id("a"), ServerEvent("x", "new"))
    assert tab.problems == ["\"-\": hx-target='#no' matches nothing"]
    assert text_of(tab, "a") == "-"


@pytest.mark.parametrize("text", ["", "words", "<p id=stranger>x</p>"])
def test_what_has_no_home_changes_nothing(text: str) -> None:
    tab = Site("<p id=a>-</p>").tab()
    before = tab.document.body.inner_html
    swap_by_ids(tab.scripts[0].engine, tab.document.body, text)
    assert tab.document.body.inner_html == before


@pytest.mark.parametrize(
    ("swap", "text", "shown"),
    [
        ("", "", "-"),
        ("", "new", "new"),
        ("innerHTML swapEmpty:true", "", ""),
        ("beforeend", "1", "-1"),
    ],
)
def test_an_empty_message_of_htmx_4_leaves_what_is_there(swap: str, text: str, shown: str) -> None:
    tab = Site("<p id=a>-</p>", 4).tab()
    said = {"swap": swap} if swap else None
    swap_message(tab.scripts[0].engine, tab.document.get_by_id("a"), text, "ws", said)
    tab.settle()
    assert text_of(tab, "a") == shown


def test_a_message_of_htmx_4_may_select() -> None:
    tab = Site("<p id=a>-</p>", 4).tab()
    said = {"select": "b"}
    text = "<i>one</i><b>two</b>"
    swap_message(tab.scripts[0].engine, tab.document.get_by_id("a"), text, "ws", said)
    tab.settle()
    assert text_of(tab, "a") == "two"
