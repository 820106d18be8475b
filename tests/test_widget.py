"""A preview as a widget: what its views may say, and when it is chosen."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from fasthtml_nb.common import FastHTML, P
from fasthtml_nb.web.routing import RouteWarning
from fasthtml_nb.workshop import preview as module
from fasthtml_nb.workshop import widget as widgets
from fasthtml_nb.workshop.preview import look_at_apps, preview
from fasthtml_nb.workshop.widget import ViewsOfWidget, live_widget
from tests.test_preview import until

pytest.importorskip("anywidget")


@pytest.fixture
def app():
    app = FastHTML(default_hdrs=False)

    @app.get("/")
    def index():
        return P("Hello")

    return app


@pytest.mark.parametrize(
    "message",
    [
        None,
        "open",
        ["open"],
        {},
        {"op": "open"},
        {"visit": 1, "op": "open"},
        {"visit": {}, "op": "open"},
        {"visit": "a", "op": ["open"]},
        {"visit": "a", "op": "say", "data": 1},
        {"visit": "a", "op": "close"},
    ],
)
def test_what_makes_no_sense_opens_nothing(message):
    arrived = []
    views = ViewsOfWidget(lambda sent: None, "key", lambda view, opened: arrived.append(view))
    views.hear(message)
    assert not arrived


def test_a_view_opens_once_and_there_is_an_end_to_their_number():
    arrived = []
    views = ViewsOfWidget(lambda sent: None, "key", lambda view, opened: arrived.append(view))
    for number in range(500):
        views.hear({"visit": f"v{number // 2}", "op": "open"})
    assert len(arrived) == 100
    assert len({view.name for view in arrived}) == 100


def test_a_view_over_the_number_is_told_so_and_one_that_fell_silent_makes_room():
    arrived, sent = [], []
    views = ViewsOfWidget(sent.append, "key", lambda view, opened: arrived.append(view))
    for number in range(101):
        views.hear({"visit": f"v{number}", "op": "open"})
    assert sent == [{"visit": "v100", "end": True}]
    arrived[0].close()
    views.hear({"visit": "later", "op": "open"})
    assert arrived[-1].name == "later"
    assert sent == [{"visit": name, "end": True} for name in ("v100", "v0")]


def test_pages_that_say_nothing_are_forgotten(app, sent, monkeypatch):
    opened, visit = [], module.Visit
    monkeypatch.setattr(module, "_SILENCE", 0.5)
    monkeypatch.setattr(
        module, "Visit", lambda shown, comm: opened.append(comm.name) or visit(shown, comm)
    )
    shown = preview(app, transport="widget")
    shown._repr_mimebundle_()
    for names in ([f"a{n}" for n in range(100)], [f"b{n}" for n in range(100)]):
        for name in names:
            shown.widget.views.hear({"visit": name, "op": "open"})
        assert opened[-1] == names[-1]  # there was room for it
        until(lambda: not shown.visits)
        until(lambda told=names: all({"visit": name, "end": True} in sent for name in told))


def test_a_widget_asks_the_app_once_for_its_snapshot(sent):
    asked = []
    app = FastHTML(default_hdrs=False)

    @app.get("/")
    def index():
        asked.append(1)
        return P("Hello")

    preview(app, transport="widget")._repr_mimebundle_()
    assert len(asked) == 1


def test_a_widget_without_anywidget_says_what_to_install(monkeypatch):
    widgets._widget_class.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"pip install 'fasthtml_nb\[live\]'"):
        live_widget({"key": ""}, "", "", lambda view, opened: None)


@pytest.fixture
def sent(monkeypatch):
    """Keep what widgets send, instead of a kernel's channel."""
    said = []
    monkeypatch.setattr(
        widgets._widget_class(), "send", lambda self, content, buffers=None: said.append(content)
    )
    return said


def test_a_view_visits_the_app_and_hears_of_its_change(app, sent):
    shown = preview(app, transport="widget")
    bundle = shown._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Hello" in bundle["text/html"]
    say = shown.widget.views.hear
    say({"visit": "tab", "op": "open"})
    load = {"op": "load", "id": -1, "method": "GET", "url": "http://preview.invalid/"}
    say({"visit": "tab", "op": "say", "data": load})
    until(lambda: sent)
    assert sent[0]["visit"] == "tab"
    assert "Hello" in sent[0]["data"]["html"]

    with pytest.warns(RouteWarning):

        @app.get("/")
        def index():
            return P("Changed")

    look_at_apps()
    until(lambda: len(sent) > 1)
    assert "Changed" in sent[1]["data"]["html"]
    say({"visit": "tab", "op": "close"})
    assert not shown.visits


def test_a_widget_that_is_closed_leaves_all_its_views(app, sent):
    shown = preview(app, transport="widget")
    shown._repr_mimebundle_()
    for name in ("one", "two"):
        shown.widget.views.hear({"visit": name, "op": "open"})
    assert len(shown.visits) == 2
    shown.widget.close()
    assert not shown.visits


def test_one_preview_is_one_widget_however_often_it_is_shown(app, sent):
    shown = preview(app, transport="widget")
    kinds = [
        shown._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"] for _ in range(2)
    ]
    assert kinds[0]["model_id"] == kinds[1]["model_id"]


@pytest.mark.parametrize("marked, name", [({"__vsc_ipynb_file__": "a.ipynb"}, "VS Code"), ({}, "")])
def test_a_widget_is_chosen_where_the_page_does_not_say_where_its_kernel_is(
    app, sent, monkeypatch, marked, name
):
    here = SimpleNamespace(user_ns=marked, events=SimpleNamespace(register=lambda *given: None))
    monkeypatch.setattr("fasthtml_nb.workshop.kernel.shell", lambda: here)
    auto = preview(app)._repr_mimebundle_()
    assert ("application/vnd.jupyter.widget-view+json" in auto) == bool(name)
    assert list(preview(app, transport="bridge")._repr_mimebundle_()) == ["text/html", "text/plain"]
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    said = preview(app)._repr_mimebundle_()
    assert list(said) == ["text/html", "text/plain"]
    assert ("To have it alive in VS Code" in said["text/html"]) == bool(name)


def test_an_unknown_transport_is_told_which_there_are(app):
    with pytest.raises(ValueError, match="'auto', 'bridge', 'widget', 'port'"):
        preview(app, transport="pigeon")
