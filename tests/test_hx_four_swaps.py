"""Steps that wait, and what follows them."""

from __future__ import annotations

import gc
import threading

import pytest

from fasthtml_nb.checks.events import Events
from fasthtml_nb.checks.hx_engine import PageError
from fasthtml_nb.checks.hx_four_swaps import at_the_end, play
from fasthtml_nb.checks.page import visit
from fasthtml_nb.ft.tags import Button, Div, P
from fasthtml_nb.web.app import FastHTML


def steps(said, error=None):
    with at_the_end(lambda: said.append("end")):
        yield lambda resume: said.append("waits") or (resume(None) if error != "left" else None)
        if isinstance(error, Exception):
            raise error


@pytest.mark.parametrize("error", [None, PageError("no"), "left"])
def test_what_follows_steps_follows_unless_they_are_left(error):
    said, failed = [], []
    play(steps(said, error), failed=failed.append)
    gc.collect()
    assert said == ["waits"] + ["end"] * (error != "left")
    assert failed == [error] * isinstance(error, PageError)


def test_a_page_that_is_dropped_in_the_middle_tells_nobody(monkeypatch):
    """Its nodes would be read in whatever thread Python clears it away."""
    app = FastHTML(htmx4=True)
    app.get("/")(lambda: (Button("Go", hx_get="/more", hx_target="#here"), Div(id="here")))
    app.get("/more")(lambda: P("more"))
    heard = []
    dispatch = Events.dispatch

    def listening(self, target, event):
        heard.append((event.type, threading.current_thread().name))
        return dispatch(self, target, event)

    monkeypatch.setattr(Events, "dispatch", listening)
    page = visit(app, "/")
    page.tab.act("click", page.tab.document.select_one("button"), settle=False)
    assert heard[-1] == ("htmx:before:request", "MainThread")
    heard.clear()
    del page
    clearing = threading.Thread(target=gc.collect)
    clearing.start()
    clearing.join()
    assert heard == []


def shown_with(body, **answers):
    """Return a page under htmx 4 whose app answers by path."""

    async def app(scope, receive, send):
        path = scope["path"].strip("/")
        said = answers[path] if path else f"<!DOCTYPE html><body>{body}</body>"
        kind = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": said.encode()})

    return visit(app, "/", htmx=4)


MORPH = "<div id=t hx-get=/a hx-swap={}>{}</div><u>u</u>"


@pytest.mark.parametrize(
    ("swap", "old", "new", "then"),
    [
        ("innerMorph", " <div id=b>x</div>", "one<b><div id=b>one</div></b>", "one<b>+</b>"),
        (
            "innerMorph",
            "<p id=c>0</p><p>0</p><section><i id=a>1</i></section>",
            "<span id=a><b><p id=c>3</p></b><p>g</p></span><b>f</b><section></section>",
            '<span id="a"><b>+</b><p>g</p></span><b>f</b><section></section>',
        ),
    ],
)  # what stands next goes into something new
def test_what_comes_next_may_move_into_what_is_new(swap, old, new, then):
    page = shown_with(MORPH.format(swap, old), a=new)
    kept = page.document.select_one("#b, #c")
    page.locator("#t").click()
    assert page.document.select_one("#b, #c") is kept
    html = page.document.get_by_id("t").inner_html
    assert html.replace(kept.outer_html, "+") == then and page.tab.problems == []


def test_an_id_that_comes_twice_ends_a_morph():
    new = "<section id=t><i id=a><p id=c><b id=a>u</b></p></i></section>"
    page = shown_with(MORPH.format("outerMorph", "<b id=a>x</b><p>p</p>"), a=new)
    page.locator("#t").click()
    assert "id='a'" in page.tab.problems[0] and "once" in page.tab.problems[0]
    page = shown_with(MORPH.format("innerMorph", "x"), a="y")
    page.locator("#t").click()
    assert page.tab.problems == []


def test_an_address_of_elsewhere_is_not_shown():
    page = shown_with("<p hx-get=/a hx-push-url='https://else.test/'>p</p>", a="new")
    page.locator("p").click()
    assert page.locator("p").inner_text() == "p" and page.url.endswith("/")
    assert "https://else.test/" in page.tab.problems[0]


def test_back_over_a_fragment_asks_for_nothing():
    page = shown_with("<p hx-get=/a hx-push-url='#f'>p</p>", a="new")
    page.locator("p").click()
    page.go_back()
    assert page.locator("p").inner_text() == "new" and len(page.requests) == 2


def test_back_to_a_fragment_of_another_page_asks_for_it():
    body = "<a href='#x'>x</a><p hx-get=/a hx-push-url=/b>p</p>"
    page = shown_with(body, a="new", b="<body><p>b</p>")
    page.locator("a").click()
    page.locator("p").click()
    page.go_back()
    assert page.requests[-1].sent["HX-History-Restore-Request"] == "true"
    assert page.url.endswith("/#x") and page.locator("p").inner_text() == "p"


@pytest.mark.parametrize("said", ["404", '"404"', "null", "{}"])
def test_answers_that_are_not_swapped_are_listed(said):
    meta = f"<meta name=htmx-config content='{{\"noSwap\": {said}}}'>"
    page = shown_with(f"{meta}<p hx-get=/a>p</p>", a="new")
    page.locator("p").click()
    assert page.locator("p").inner_text() == "p" and "noSwap" in page.tab.problems[0]


def test_a_reset_has_no_content():
    async def app(scope, receive, send):
        first = scope["path"] == "/"
        kind = [(b"content-type", b"text/html")]
        status = 200 if first else 205
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": b"<p hx-get=/a>p" if first else b"x"})

    page = visit(app, "/", htmx=4)
    page.locator("p").click()
    assert page.locator("p").inner_text() == "" and page.tab.problems == []
