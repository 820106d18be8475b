"""FastHTML's notebook names, and which app is meant."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, WebSocketRoute

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.asgi.server import running_servers
from fasthtml_nb.common import Button, Div, FastHTML, P, Safe, fast_app
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.workshop import classic
from fasthtml_nb.workshop.apps import apps_in, route_rows, routes_table, the_app
from fasthtml_nb.workshop.classic import HTMX, htmx_config_port, render_ft, ws_client
from fasthtml_nb.workshop.preview import preview
from fasthtml_nb.workshop.serving import serve_nb
from tests.apps.jupyter import jupyter
from tests.browser_support import local_assets, page_at, serving  # noqa: F401


@pytest.fixture
def app():
    app, rt = fast_app(secret_key="k")

    @rt("/")
    def index():
        return P("Home")

    @app.post("/more")
    def more():
        return "more"

    return app


@pytest.fixture(autouse=True)
def no_server_is_left():
    yield
    for server in running_servers():
        server.stop()


@pytest.fixture
def shell(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell(user_ns={})
    monkeypatch.setattr(classic, "shell", lambda: shell)
    yield shell
    shell.history_manager.end_session()


def test_which_app_is_meant(app, shell):
    other = FastHTML()
    with pytest.raises(LookupError, match="There is no app here"):
        HTMX()
    shell.user_ns["app"] = app
    assert HTMX().app is app
    shell.user_ns["other"] = other
    with pytest.raises(LookupError, match="several apps here: app, other"):
        HTMX()
    server = serve_nb(app)
    assert HTMX().app is app
    assert HTMX(app=other).app is other
    serve_nb(other)
    assert HTMX().app is other
    assert HTMX(port=server.port).app is app
    with pytest.raises(LookupError, match=rf"has port 1; its ports: {server.port}, \d+\."):
        HTMX(port=1)


def test_htmx_shows_pages_and_components_and_adds_no_route(app):
    before = app.router.routes
    bundle = HTMX("/", app=app, height="200px")._repr_mimebundle_()
    assert 'data-url="http://preview.invalid/"' in bundle["text/html"]
    assert 'data-height="200"' in bundle["text/html"]
    for component in (P("Alone"), (P("Two"), P("of them")), Safe("<p>Markup</p>")):
        assert "data-url" in HTMX(component, app=app)._repr_mimebundle_()["text/html"]
    assert app.router.routes is before


def test_htmx_may_show_the_address(app):
    assert "No server runs" in HTMX("/", app=app, link=True)._repr_mimebundle_()["text/html"]
    url = serve_nb(app).url
    only = HTMX("/x?a=1&b=2", app=app, iframe=False)._repr_mimebundle_()["text/html"]
    assert only == (
        f'<p><a href="{url}/x?a=1&amp;b=2" target="_blank" rel="noopener">'
        f"{url}/x?a=1&amp;b=2</a></p>"
    )


def test_components_come_alive_in_this_shell_only(app, shell, monkeypatch):
    tree = Div(P("Hello"))
    format = shell.display_formatter.format
    plain = format(tree)[0]["text/html"]
    render_ft(app)
    live, drawn = format(tree)[0], tree._repr_mimebundle_()["text/html"]
    assert 'data-url="http://preview.invalid/_preview"' in live["text/html"] and drawn == plain
    assert "data-url" in format(Button("Made of a tag"))[0]["text/html"]
    render_ft(on=False)
    render_ft(on=False)
    assert format(tree)[0]["text/html"] == plain
    server = serve_nb(app)
    htmx_config_port(server.port)
    assert "data-url" in format(tree)[0]["text/html"]
    render_ft(on=False)
    assert FT not in shell.display_formatter.mimebundle_formatter.type_printers
    monkeypatch.setattr(classic, "shell", lambda: None)
    with pytest.raises(RuntimeError, match="Only a notebook shows components"):
        render_ft(app)
    with pytest.raises(LookupError, match="No server of this notebook has port 9"):
        htmx_config_port(9)


def test_a_box_is_the_same_on_all_pages(app):
    box = ws_client(app, frame=False)
    visitor = Client(app)
    with visitor.websocket("/ws") as one, visitor.websocket("/ws") as two:
        box(P("First"))
        first = '<main id="ws_client-box" class="container"><p>First</p></main>'
        assert one.receive() == two.receive() == first
        box("more", title="Box").clear()
        assert one.receive() == first.replace(">First</p>", ">First</p>more", 1).replace(
            '"container"', '"container" title="Box"'
        )
        assert one.receive() == first.replace("<p>First</p>", "").replace(
            '"container"', '"container" title="Box"'
        )
    box("last")
    text = visitor.get("/ws_client").text
    assert ">last</main>" in text and text.count("/htmx.org@") == 1 and "htmx-ext-ws" in text


@pytest.mark.usefixtures("local_assets")
def test_a_box_in_a_browser(browser, app):
    box = ws_client(app, "news", frame=False)
    with serving(jupyter(preview(app, "/news")), ws="auto") as url:
        with page_at(browser, f"{url}/lab") as page:
            live = page.locator(".cell iframe:not([title=View])").content_frame
            live.locator("main").wait_for(state="attached")
            page.wait_for_function("() => true")
            for _ in range(100):
                if len(box._send):
                    break
                page.wait_for_timeout(50)
            box(P("Live"))
            live.get_by_text("Live").wait_for()


# Apps --------------------------------------------------------------------------------------------


def test_apps_of_a_namespace(app):
    found = apps_in({"_": app, "_3": app, "x": 3, "FastHTML": FastHTML, "app": app, "same": app})
    assert found == {"app": app}
    assert the_app({"app": app, "same": app}) is app
    assert the_app({"a": app, "b": FastHTML()}, "a") is app
    with pytest.raises(LookupError, match=r"'c' is no app here\. Apps: a, b\. Use one of these"):
        the_app({"a": app, "b": FastHTML(), "c": 3}, "c")


def test_routes_of_all_kinds():
    async def page(request):
        return PlainTextResponse("x")

    async def socket(websocket): ...

    inner = Starlette(routes=[Route("/{n:int}", page, methods=["POST", "PUT"])])
    app = FastHTML(
        routes=[
            Route("/plain", page),
            WebSocketRoute("/ws", socket),
            Mount("/in", inner),
            Mount("/opaque", page),
            Host("api.example", inner),
        ]
    )

    @app.put("/x/{a}")
    def x(a: int, b: str = "b"):
        return a

    app.static_route(prefix="/files")
    assert [tuple(row) for row in route_rows(app)] == [
        ("/plain", "GET", "page", "request"),
        ("/ws", "WS", "socket", "websocket"),
        ("/in/{n:int}", "POST PUT", "page", "request"),
        ("/opaque", "all", "page", "request"),
        ("api.example/{n:int}", "POST PUT", "page", "request"),
        ("/x/{a}", "PUT", "x", "a: 'int', b: 'str' = 'b'"),
    ]
    assert routes_table(app)._repr_mimebundle_()["text/html"].count("<tr>") >= 7
