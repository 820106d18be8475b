"""One tab: history, time, questions, redirects by the page itself, and coming to rest."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.controls import File, set_value, value
from fasthtml_nb.checks.documents import document_of, refresh_of
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.network import Exchange
from fasthtml_nb.checks.rest import Script
from fasthtml_nb.checks.story import Step, described
from fasthtml_nb.checks.tab import Tab

from .apps import pages


def tab_of(html: str, **more: Any) -> Tab:
    """Return a tab that shows `html`."""
    tab = Tab(Client(pages.app()), **more)
    tab.open("/two")
    tab.show(html)
    return tab


def one(tab: Tab, css: str) -> Any:
    found = tab.document.select_one(css)
    assert found is not None
    return found


# Where it is -------------------------------------------------------------------------------------


def test_pushed_addresses_are_one_document() -> None:
    tab = Tab(Client(pages.app()))
    tab.open("/two")
    document, popped = tab.document, []
    tab.events.listen("window", "popstate", lambda event: popped.append((tab.url, event.state)))
    tab.push("?a", 1)
    tab.push("/elsewhere", 2)
    tab.replace("/instead", 3)
    assert [entry.url[17:] for entry in tab.history[1:]] == ["/two", "/two?a", "/instead"]
    assert tab.back() and tab.back() and not tab.back()
    assert tab.forward() and tab.state == 1
    assert tab.document is document and len(tab.requests) == 1
    assert [state for _, state in popped] == [1, None, 1]
    tab.push("?b")
    assert not tab.forward()


def test_going_back_to_another_document_asks_again_and_keeps_the_state() -> None:
    tab = Tab(Client(pages.app()))
    tab.open("/two")
    tab.replace("/two?x", "kept")
    tab.open("/three")
    assert tab.back() and tab.state == "kept" and tab.url.endswith("/two?x")
    assert [str(e) for e in tab.requests] == ["GET /two 200", "GET /three 200", "GET /two?x 200"]
    assert tab.forward() and tab.document.title == "/three"


def test_a_form_that_was_sent_is_not_sent_again_by_going_back() -> None:
    tab = Tab(Client(pages.app()))
    tab.open("/kept")
    tab.act("click", one(tab, "button"))
    tab.open("/two")
    tab.back()
    assert one(tab, "p").text == "POST" and sum(e.method == "POST" for e in tab.requests) == 1
    tab.reload()
    assert sum(e.method == "POST" for e in tab.requests) == 2


def test_the_same_address_again_is_no_new_entry() -> None:
    tab = Tab(Client(pages.app()))
    tab.open("/two")
    tab.open("/two")
    assert len(tab.history) == 2 and tab.history[0].url == "about:blank"


AGAIN = (
    "<a id=link href='/?b='></a><a id=led href=/led></a>"
    "<form id=get action=/><input name=b></form><form id=own><input name=b></form>"
    "<form id=led-get action=/led></form><form id=led-post action=/led method=post></form>"
    "<form id=post action='/?b=' method=post></form>"
)


@pytest.mark.parametrize(
    ("steps", "entries"),  # As in Chromium: a link to where one is adds nothing, a form does
    [
        ("link link", [1, 1]),
        ("link get", [1, 2]),
        ("link own", [1, 2]),
        ("link post", [1, 2]),
        ("post link", [1, 1]),
        ("post post", [1, 2]),
        ("post get", [1, 2]),
        ("link led", [1, 2]),
        ("led led", [1, 2]),
        ("link led-get", [1, 2]),
        ("link led-post", [1, 2]),
        ("led-post led-post back", [1, 2, 1]),
    ],
)
def test_whether_the_same_address_again_is_a_new_entry(steps: str, entries: list[int]) -> None:
    async def led(request: Any) -> Response:
        return Response(status_code=303, headers={"location": "/?b="})

    async def shown(request: Any) -> Response:
        return HTMLResponse(AGAIN)

    both = ["GET", "POST"]
    routes = [Route("/", shown, methods=both), Route("/led", led, methods=both)]
    tab = Tab(Client(Starlette(routes=routes)))
    tab.open("/")
    first, here = tab.here, []
    for step in steps.split():
        if step == "back":
            tab.back()
        else:
            tab.act("click" if step in ("link", "led") else "submit", one(tab, f"#{step}"))
        here.append(tab.here - first)
        assert tab.url.endswith("/?b=")
    assert here == entries


def test_places_of_a_page() -> None:
    tab, heard = Tab(Client(pages.app())), []
    tab.open("/")
    for kind in ("popstate", "hashchange"):
        tab.events.listen("window", kind, lambda event: heard.append(event.type))
    tab.open("/#here")
    assert heard == ["popstate", "hashchange"] and tab.focus is one(tab, "#here")
    tab.open("/#here")
    assert len(heard) == 2
    tab.back()
    assert len(heard) == 4 and len(tab.requests) == 1


def test_the_top_of_a_page_is_a_place_of_it() -> None:
    tab = tab_of('<a id="top" href="#">Top</a> <form action="#"><button>Go</button></form>')
    asked = len(tab.requests)
    tab.act("click", one(tab, "#top"))
    tab.act("click", one(tab, "#top"))
    assert tab.url == "http://testserver/two#" and len(tab.requests) == asked
    assert tab.back() and tab.url == "http://testserver/two" and len(tab.requests) == asked
    tab.act("click", one(tab, "button"))
    assert tab.url == "http://testserver/two?#" and len(tab.requests) == asked + 1


def test_a_redirect_keeps_the_fragment_it_names() -> None:
    tab = Tab(Client(pages.app()))
    tab.open("/two")
    tab.show('<form method=post action="/save"><button>Save</button></form>')
    tab.act("click", one(tab, "button"))
    assert tab.url == "http://testserver/two?saved#part"
    assert [str(e) for e in tab.requests[1:]] == ["POST /save 303", "GET /two?saved 200"]


# What it shows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        ("text/html", "<p>a</p>", "a"),
        ("", "<p>a</p>", "a"),
        ("text/plain; charset=utf-8", "a <b>", "a <b>"),
        ("application/json", '{"a": "<"}', '{"a": "<"}'),
        ("image/png", "x", ""),
        ("application/zip", "x", None),
    ],
)
def test_documents_of_answers(kind: str, body: str, shown: str | None) -> None:
    async def answer(request: Any) -> Response:
        return Response(body, headers={"content-type": kind} if kind else {})

    response = Client(Starlette(routes=[Route("/", answer)])).get("/")
    document = document_of(response)
    assert (None if document is None else document.body.text) == shown


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("0", (0, "")),
        ("5", (5000, "")),
        ("5;url=/x", (5000, "/x")),
        ("5; URL='/x'", (5000, "/x")),
        ("0, /x", (0, "/x")),
        ("3.7;url=/x", (3000, "/x")),
        ("x", None),
    ],
)
def test_pages_that_go_on_by_themselves(content: str, expected: Any) -> None:
    page = parse(f'<meta http-equiv="Refresh" content="{content}">')
    assert refresh_of(page, None) == expected


def test_a_late_redirect_takes_its_time() -> None:
    tab = tab_of('<meta http-equiv=refresh content="3;url=/three">')
    assert tab.url.endswith("/two")
    tab.wait(2999)
    assert tab.url.endswith("/two")
    tab.wait(1)
    assert tab.url.endswith("/three") and tab.document.title == "/three"


def test_console_and_blind_spots_belong_to_a_document() -> None:
    tab = tab_of("<p id=p>x</p>")
    tab.problem("broken", one(tab, "p"))
    tab.problem("broken", one(tab, "p"))
    tab.blind("a thing", one(tab, "p"))
    assert tab.problems == ['"x": broken'] and list(tab.blind_spots) == ["a thing"]
    tab.open("/three")
    assert tab.problems == [] and tab.blind_spots == {}


# Scripts, requests and time --------------------------------------------------------------------


class Recorder(Script):
    """A script that writes down what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def opened(self, tab: Tab) -> None:
        self.said.append(f"opened {tab.document.title}")

    def closed(self, tab: Tab) -> None:
        self.said.append(f"closed {tab.document.title}")

    def reveal(self, element: Any) -> None:
        self.said.append(f"reveal {element.tag}")


def test_scripts_hear_of_documents() -> None:
    script = Recorder()
    tab = Tab(Client(pages.app()), scripts=[script])
    tab.open("/two")
    tab.act("reveal", one(tab, "h1"))
    tab.open("/three")
    tab.close()
    tab.close()
    assert script.said == [
        "closed ",
        "opened /two",
        "reveal h1",
        "closed /two",
        "opened /three",
        "closed /three",
    ]
    with pytest.raises(RuntimeError, match="Cannot click: the page was closed. Visit it again."):
        tab.act("click", tab.document.body)


class Slow:
    """An app whose answers take their time, in real time."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.asked = seconds, 0
        self.app = Starlette(routes=[Route("/", self.page), Route("/slow", self.slow)])

    async def page(self, request: Any) -> HTMLResponse:
        return HTMLResponse("<p>here</p>")

    async def slow(self, request: Any) -> HTMLResponse:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        return HTMLResponse("late")


def test_until_waits_for_the_app_in_real_time() -> None:
    slow, heard = Slow(0.05), []
    tab = Tab(Client(slow.app))
    tab.open("/")
    tab.fetch("GET", "/slow", done=lambda exchange: heard.append(exchange.text), waits=True)
    tab.settle()
    assert tab.until(lambda: heard == ["late"], 20_000)
    assert tab.until(lambda: False, 20_000) is False


def test_until_lets_the_pages_time_pass_at_once() -> None:
    tab, ticks = tab_of("<p>x</p>"), []

    def tick() -> None:
        ticks.append(tab.clock.now)
        tab.clock.after(1000, tick, waits=True)

    tab.clock.after(1000, tick, waits=True)
    assert tab.until(lambda: len(ticks) == 3, 5000) and ticks == [1000, 2000, 3000]
    assert tab.until(lambda: len(ticks) == 30, 5000) is False and len(ticks) == 8


def test_leaving_a_page_gives_up_its_requests_and_timers() -> None:
    slow, heard = Slow(0.02), []
    tab = Tab(Client(slow.app))
    tab.open("/")
    tab.fetch("GET", "/slow", done=heard.append)
    tab.clock.after(10, lambda: heard.append("timer"), waits=True)
    tab.open("/")
    tab.wait(100)
    assert heard == [] and slow.asked == 1


def test_a_page_that_loads_itself_for_ever_is_stopped() -> None:
    tab = tab_of("<p>x</p>")

    def again(exchange: Exchange | None = None) -> None:
        tab.fetch("GET", "/three", done=again)

    again()
    with pytest.raises(
        RuntimeError, match="1000 answers led to further requests. The last: GET /th"
    ):
        tab.settle()


def test_overlapping_actions_stay_outside_until_it_settles() -> None:
    tab, heard = tab_of("<button>x</button>"), []
    tab.events.listen(
        one(tab, "button"),
        "click",
        lambda event: tab.fetch(
            "GET", "/three", done=lambda exchange: heard.append(exchange.status)
        ),
    )
    tab.act("click", one(tab, "button"), settle=False)
    tab.act("click", one(tab, "button"), settle=False)
    assert heard == []
    tab.settle()
    assert heard == [200, 200]


def test_navigation_by_script_is_done_when_settling() -> None:
    tab = tab_of("<p>x</p>")
    tab.navigate("three")
    assert tab.url.endswith("/two")
    tab.settle()
    assert tab.url.endswith("/three") and tab.requests[-1].source == "script"
    tab.refresh()
    tab.settle()
    assert tab.requests[-1].source == "reload" and len(tab.history) == 3


def test_json_is_asked_for_and_kept() -> None:
    async def answer(request: Any) -> JSONResponse:
        return JSONResponse(dict(request.headers))

    tab = Tab(Client(Starlette(routes=[Route("/", answer)])))
    tab.open("/")
    got: list[Exchange] = []
    tab.fetch("GET", "/?x", [("HX-Request", "true")], done=got.append)
    tab.settle()
    assert '"hx-request":"true"' in got[0].text and '"sec-fetch-mode":"cors"' in got[0].text
    assert '"referer":"http://testserver/"' in got[0].text


# Questions ---------------------------------------------------------------------------------------


def test_answers_in_a_queue_come_first() -> None:
    tab = tab_of("<p>x</p>", default_answer=True)
    tab.answers.extend([False, "text", None])
    assert tab.confirm("a") is False and tab.prompt("b", "d") == "text" and tab.prompt("c") is None
    assert tab.confirm("e") is True and tab.prompt("f", "default") == "default"
    tab.alert("g")
    assert [one.type for one in tab.dialogs] == [
        *("confirm", "prompt", "prompt", "confirm", "prompt", "alert")
    ]


def test_a_question_that_nobody_answers() -> None:
    tab = tab_of("<p>x</p>")
    assert tab.confirm("a") is False and tab.prompt("b", "default") is None
    tab.on_dialog.append(lambda dialog: None)
    with pytest.raises(RuntimeError, match="Nobody answered the prompt 'c'"):
        tab.prompt("c")


# Acting ------------------------------------------------------------------------------------------


def test_every_action_has_its_line() -> None:
    tab = tab_of(
        "<input name=a><input type=checkbox name=b><select name=c><option>x<option>y</select>"
        "<input type=file name=d><form id=f><input name=e></form>"
    )
    tab.act("fill", one(tab, "[name=a]"), value="1")
    tab.act("type", one(tab, "[name=a]"), text="2")
    tab.act("press", one(tab, "[name=a]"), key="Enter")
    tab.act("check", one(tab, "[name=b]"))
    tab.act("uncheck", one(tab, "[name=b]"))
    tab.act("choose", one(tab, "select"), options=[one(tab, "option:last-child")])
    tab.act("attach", one(tab, "[name=d]"), files=[File("x.txt")])
    tab.act("fire", one(tab, "#f"), type="custom", detail={"a": 1})
    tab.act("hover", one(tab, "#f"))
    tab.act("blur", one(tab, "[name=a]"))
    tab.act("select_text", one(tab, "[name=a]"))
    tab.act("insert", None, text="new")
    set_value(one(tab, "[name=e]"), "z")
    tab.act("reset", one(tab, "#f"))
    assert (value(one(tab, "[name=a]")), value(one(tab, "[name=e]"))) == ("new", "")
    assert [str(step) for step in tab.steps[2:]] == [
        "fill \"a\" '1'",
        "type \"a\" '2'",
        "press \"a\" 'Enter'",
        'check "b"',
        'uncheck "b"',
        'choose "c"',
        'attach "d"',
        "fire form#f 'custom'",
        "hover form#f",
        'blur "a"',
        'select_text "a"',
        "insert 'new'",
        "reset form#f",
    ]


def test_an_unknown_action() -> None:
    with pytest.raises(ValueError, match="No action 'clik'. There are: click, tap"):
        tab_of("<p>x</p>").act("clik")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<button>Save <b>all</b></button>", '"Save all"'),
        ("<input aria-label=A>", '"A"'),
        ("<input placeholder=P>", '"P"'),
        ("<input type=submit value=V>", '"V"'),
        ("<p id=x></p>", "p#x"),
        ("<p></p>", "<p>"),
        (f"<p>{'long ' * 20}</p>", '"long long long long long long long lo..."'),
    ],
)
def test_elements_in_words(html: str, words: str) -> None:
    assert described(parse(f"<body>{html}").body.children[0]) == words
    assert described(None) == ""


def test_lines_of_steps() -> None:
    step = Step("click", '"Add"', requests=[Exchange("POST", "http://t/x", error="abort")])
    step.notes.append("a note")
    assert repr(step) == 'click "Add" -> POST /x abort (a note)'
