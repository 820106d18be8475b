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
