"""A live preview in Chromium: the notebook's page, a kernel's websocket, and the app behind it."""

from __future__ import annotations

import asyncio
import re
import time
import warnings
from contextlib import contextmanager

import pytest
from starlette.responses import Response

from fasthtml_nb.asgi.server import running_servers
from fasthtml_nb.common import (
    H1,
    A,
    Button,
    Div,
    EventStream,
    FastHTML,
    Form,
    HtmxResponseHeaders,
    Img,
    Input,
    Li,
    Option,
    P,
    RedirectResponse,
    Script,
    Select,
    Span,
    Textarea,
    Titled,
    Ul,
    UploadFile,
    cookie,
    fast_app,
    sse_message,
)
from fasthtml_nb.web.routing import RouteWarning
from fasthtml_nb.workshop import preview as module
from fasthtml_nb.workshop.preview import look_at_apps, preview
from tests.apps.jupyter import KERNEL, jupyter
from tests.browser_support import local_assets, page_at, serving  # noqa: F401

pytestmark = pytest.mark.usefixtures("local_assets")

DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'


NO_ICON = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def make_app():
    app, rt = fast_app(exts="ws")
    app.ended = []

    @rt("/")
    def index():
        return Titled(
            "Home",
            P("count ", Span(0, id="n"), id="line"),
            Button("More", hx_post=more, hx_target="#n"),
            Button("Away", hx_post=away),
            Form(Input(name="who"), Button("Greet"), action="/greet", method="post"),
            Form(Input(name="q"), Button("Find"), action="/find"),
            A("Second", href="/second"),
            A("Elsewhere", href="https://elsewhere.example/x"),
            A("Part", href="#line"),
            Img(src="/dot.svg", alt="dot", id="dot"),
            Div(id="later"),
            Button("Later", hx_get=later, hx_target="#later"),
        )

    app.count = 0

    @rt
    def more():
        app.count += 1
        return str(app.count)

    @rt
    def away():
        return HtmxResponseHeaders(redirect="/second")

    @rt
    def later():
        return Img(src="/dot.svg", id="late"), Script("document.title = 'scripted'")

    @app.get("/dot.svg")
    def dot():
        return Response(DOT, media_type="image/svg+xml")

    @app.post("/greet")
    def greet(who: str):
        return RedirectResponse(f"/hello?who={who}", status_code=303), cookie("who", who)

    @app.get("/hello")
    def hello(who: str, request):
        return Titled("Hello", P(who, id="who"), P(request.cookies.get("who"), id="cookie"))

    @app.get("/find")
    def find(q: str):
        return Titled("Found", P(q, id="q"))

    @app.get("/second")
    def second():
        return Titled("Second", A("Home", href="/"))

    @app.get("/stream")
    def stream():
        return Titled("Stream", Ul(id="list"), Script(_STREAM))

    @app.get("/events")
    async def events():
        async def content():
            try:
                for number in range(3):
                    yield sse_message(Li(number))
                    await asyncio.sleep(0.02)
                await asyncio.sleep(60)
            finally:
                app.ended.append("events")

        return EventStream(content())

    @app.get("/chat")
    def chat():
        return Titled(
            "Chat",
            Div(id="notes"),
            Form(Input(id="msg"), Button("Say"), ws_send=True),
            hx_ext="ws",
            ws_connect="/ws",
        )

    @app.ws("/ws")
    async def ws(msg: str, send):
        await send(Div("Hello ", msg, id="notes"))

    @app.get("/upload")
    def upload_form():
        return Titled(
            "Upload",
            Form(
                Input(type="file", name="file"), Button("Send"), hx_post=upload, hx_target="#card"
            ),
            Div(id="card"),
        )

    @app.post
    async def upload(file: UploadFile):
        content = await file.read()
        return P(f"{file.filename} {len(content)} bytes")

    @app.get("/spy")
    def spy():
        return Titled("Spy", P(id="seen"), Script(_SPY))

    return app


_STREAM = """
const list = document.querySelector("#list"), source = new EventSource("/events");
source.onmessage = ({data}) => list.insertAdjacentHTML("beforeend", data);
"""
_SPY = """
const tries = {
  parent: () => parent.document.title, top: () => top.location.href,
  cookie: () => document.cookie, storage: () => localStorage.getItem("secret"),
};
const seen = Object.entries(tries).map(([name, look]) => {
  try { return `${name}: ${look()}`; } catch (error) { return `${name}: ${error.name}`; }
});
document.querySelector("#seen").textContent = seen.join(", ");
"""


@pytest.fixture(autouse=True)
def no_server_is_left():
    yield
    for server in running_servers():
        server.stop()


@contextmanager
def notebook(browser, *previews, **how):
    site = jupyter(*previews, **how)
    with serving(site, ws="auto") as url:
        with page_at(browser, f"{url}/lab") as page:
            page.kernel = site.state
            yield page


def frame_of(page, cell=0):
    """Return a locator's root in the live frame of a cell."""
    return page.locator(".cell").nth(cell).locator("iframe:not([title=View])").content_frame


@pytest.fixture
def app():
    return make_app()


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def see(page, text, cell=0):
    """Wait until the live page of a cell has this heading."""
    frame_of(page, cell).get_by_role("heading", name=text, exact=True).wait_for()
    return frame_of(page, cell)


def bar(page):
    return page.locator(".cell output").first


def test_a_click_swaps_and_pictures_and_late_scripts_work(browser, app):
    with notebook(browser, preview(app)) as page:
        live = see(page, "Home")
        live.get_by_role("button", name="More").click()
        live.locator("#n", has_text="1").wait_for()
        assert live.locator("#dot").evaluate("async e => (await e.decode(), e.naturalWidth)") == 7
        live.get_by_role("button", name="Later").click()
        live.locator("#late[src^=blob]").wait_for()
        assert live.locator("#late").evaluate("async e => (await e.decode(), e.naturalWidth)") == 7
        assert live.locator("body").evaluate("() => document.title") == "scripted"
        # A browser asks for pictures and for a snapshot's files before anybody can stop it
        assert set(page.problems) <= {
            "Failed to load resource: net::ERR_NAME_NOT_RESOLVED",
            NO_ICON,
        }
        here = page.url.removesuffix("/lab")
        reached = {url.removeprefix(here) for url in page.asked if url.startswith(here)}
        assert reached <= {"/lab", "/favicon.ico", f"/hub/api/kernels/{KERNEL}/channels"}


def test_links_forms_redirects_and_the_way_back(browser, app):
    with notebook(browser, preview(app)) as page:
        live = see(page, "Home")
        live.locator("[name=who]").fill("Ann")
        live.get_by_role("button", name="Greet").click()
        live = see(page, "Hello")
        assert (live.locator("#who").inner_text(), live.locator("#cookie").inner_text()) == (
            "Ann",
            "Ann",
        )
        assert bar(page).inner_text() == "/hello?who=Ann"
        page.get_by_title("Back").click()
        live = see(page, "Home")
        live.locator("[name=q]").fill("a b&c")
        live.get_by_role("button", name="Find").click()
        assert see(page, "Found").locator("#q").inner_text() == "a b&c"
        assert page.get_by_title("Forward").is_disabled()
        page.get_by_title("Back").click()
        see(page, "Home")
        page.get_by_title("Forward").click()
        see(page, "Found")


def test_a_link_inside_the_page_and_one_to_elsewhere(browser, app):
    with notebook(browser, preview(app)) as page:
        live = see(page, "Home")
        live.get_by_role("link", name="Part").click()
        page.locator(".cell output", has_text="/#line").wait_for()
        page.get_by_title("Back").click()
        page.locator(".cell output", has_text=re.compile("^/$")).wait_for()
        live.get_by_role("link", name="Elsewhere").click()
        way = page.get_by_role("link", name="open https://elsewhere.example/x")
        assert way.get_attribute("target") == "_blank"
        see(page, "Home")


def test_a_redirect_that_htmx_is_told(browser, app):
    with notebook(browser, preview(app)) as page:
        see(page, "Home").get_by_role("button", name="Away").click()
        see(page, "Second")
        assert bar(page).inner_text() == "/second"


def test_events_and_their_end_when_the_page_goes(browser, app):
    with notebook(browser, preview(app, "/stream")) as page:
        live = see(page, "Stream")
        live.get_by_text("2", exact=True).wait_for()
        assert live.locator("li").all_inner_texts() == ["0", "1", "2"]
        page.get_by_title("Reload").click()
        until(lambda: app.ended == ["events"])


def test_a_websocket_of_htmx(browser, app):
    with notebook(browser, preview(app, "/chat")) as page:
        live = see(page, "Chat")
        live.locator("#msg").fill("you")
        live.get_by_role("button", name="Say").click()
        live.get_by_text("Hello you").wait_for()


def test_an_upload(browser, app):
    with notebook(browser, preview(app, "/upload")) as page:
        live = see(page, "Upload")
        file = {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": bytes(70_000)}
        live.locator("[type=file]").set_input_files(file)
        live.get_by_role("button", name="Send").click()
        live.get_by_text("a.bin 70000 bytes").wait_for()


def test_a_view_sees_nothing_of_the_notebook(browser, app):
    with notebook(browser, preview(app, "/spy")) as page:
        page.evaluate("document.cookie = 'jupyter=secret'; localStorage.setItem('secret', 'x')")
        page.reload()
        seen = see(page, "Spy").locator("#seen").inner_text()
        assert seen == "parent: SecurityError, top: SecurityError, cookie: , storage: null"
        frame = page.locator(".cell iframe:not([title=View])").first
        assert "allow-same-origin" not in frame.get_attribute("sandbox")


def test_two_previews_are_two_visitors_on_one_websocket(browser, app):
    with notebook(browser, preview(app), preview(app, "/second")) as page:
        see(page, "Home").locator("[name=who]").fill("Ann")
        see(page, "Second", 1)
        frame_of(page).get_by_role("button", name="Greet").click()
        see(page, "Hello")
        frame_of(page, 1).get_by_role("link", name="Home").click()
        see(page, "Home", 1)


def test_a_change_of_the_app_is_shown_and_what_was_typed_is_kept(browser, app):
    with notebook(browser, preview(app)) as page:
        live = see(page, "Home")
        live.locator("[name=who]").fill("half a na")
        look_at_apps()  # nothing has changed: the page stays
        live.get_by_role("button", name="More").click()
        live.locator("#n", has_text="1").wait_for()

        with pytest.warns(RouteWarning):

            @app.get("/")
            def index():
                return Titled("Changed", Form(Input(name="who"), Input(name="new")))

        look_at_apps()
        live = see(page, "Changed")
        assert live.locator("[name=who]").input_value() == "half a na"
        assert live.locator("[name=who]").evaluate("e => e === document.activeElement") is False
        assert bar(page).inner_text() == "/"


def test_it_sizes_itself_to_the_page(browser):
    app = FastHTML(default_hdrs=False)

    @app.get("/")
    def index():
        return H1("Tall"), Div(style="height: 700px")

    views = preview(app), preview(app, height=90), preview(app, device="phone")
    with notebook(browser, *views) as page:

        def size(number, name):
            box = page.locator(".cell").nth(number).locator("iframe:not([title=View])")
            return (box.bounding_box() or {name: 0})[name]

        for number in range(3):
            see(page, "Tall", number)
        until(lambda: size(0, "height") > 700)
        until(lambda: size(1, "height") == 90)
        until(lambda: 380 <= size(2, "width") <= 390)


def test_a_kernel_without_subshells_answers_too(browser, app):
    with notebook(browser, preview(app), subshells=False) as page:
        see(page, "Home")


def test_a_preview_that_the_kernel_does_not_know_stays_a_snapshot(browser, app):
    shown = preview(app)
    with serving(jupyter(shown), ws="auto") as url:
        with page_at(browser, "about:blank") as page:
            page.goto(f"{url}/lab")
            see(page, "Home")
            module._shown.pop(shown.key)
            # The page holds the key of a preview that is gone, as after a restart of the kernel
            shown._repr_mimebundle_ = lambda *_: {"text/html": shown._bridge_html(shown.snapshot())}
            page.reload()
            page.locator(".cell").get_by_text("count").first.wait_for(state="attached")
            assert page.locator(".cell output").count() == 0


def test_an_app_that_fails_says_why_in_the_preview(browser):
    app = FastHTML(default_hdrs=False)

    @app.get("/")
    def index():
        raise KeyError("inside")

    with notebook(browser, preview(app)) as page:
        see(page, "500 GET /")
        assert "KeyError: 'inside'" in frame_of(page).locator("pre").inner_text()


def test_an_app_that_fails_on_a_click_says_why_above_the_page(browser, app):
    with pytest.warns(RouteWarning):

        @app.post("/more")
        def more():
            raise KeyError("inside")

    with notebook(browser, preview(app)) as page:
        see(page, "Home").get_by_role("button", name="More").click()
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert alert.inner_text().startswith("POST /more\nTraceback")
        assert alert.inner_text().rstrip().endswith("KeyError: 'inside'")
        page.get_by_title("Reload").click()
        alert.wait_for(state="hidden")


def test_a_component_with_its_app(browser, app):
    with notebook(browser, preview(Button("Count", hx_post="/more"), app=app)) as page:
        button = frame_of(page).get_by_role("button")
        button.click()
        frame_of(page).get_by_role("button", name="1").wait_for()


def test_a_component_with_an_app_of_another_framework(browser):
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    async def more(request):
        return HTMLResponse("<b>more</b>")

    plain = Starlette(routes=[Route("/more", more)])
    with notebook(browser, preview(Button("Count", hx_get="/more"), app=plain)) as page:
        frame_of(page).get_by_role("button").click()
        frame_of(page).locator("b", has_text="more").wait_for()


def replace_home(app, *content):
    with pytest.warns(RouteWarning):

        @app.get("/")
        def index():
            return Titled("Changed", *content)

    look_at_apps()


@pytest.mark.parametrize("transport", ["bridge", "port"])
def test_a_refresh_keeps_the_place_and_what_was_typed(browser, transport):
    app, rt = fast_app()

    def fields():
        return (
            Div(style="height: 900px"),
            Form(
                Input(name="who"),
                Input(name="yes", type="checkbox"),
                Select(Option("a"), Option("b"), name="one"),
                Textarea(name="long"),
                Input(name="quiet", type="password"),
            ),
            Div(style="height: 900px"),
        )

    @rt("/")
    def index():
        return Titled("Home", *fields())

    with notebook(browser, preview(app, height=200, transport=transport)) as page:
        live = see(page, "Home")
        live.locator("[name=who]").fill("half a na")
        live.locator("[name=yes]").check()
        live.locator("[name=one]").select_option("b")
        live.locator("[name=long]").fill("two\nlines")
        live.locator("[name=quiet]").fill("secret")
        live.locator("body").evaluate("() => scrollTo(0, 800)")
        if transport == "port":
            until(lambda: running_servers()[0]._pages._listeners)
        replace_home(app, *fields())
        live = see(page, "Changed")
        until(lambda: live.locator("body").evaluate("() => scrollY") == 800)
        values = "form => [...form].map(f => f.type === 'checkbox' ? f.checked : f.value)"
        kept = live.locator("form").evaluate(values)
        assert kept == ["half a na", True, "b", "two\nlines", ""]


def test_the_port_shows_pages_errors_and_sizes(browser, app):
    with notebook(browser, preview(app, transport="port")) as page:
        server = running_servers()[0]
        live = see(page, "Home")
        link = page.locator(".cell nav a")
        assert link.get_attribute("href") == server.url + "/"
        live.get_by_role("button", name="More").click()
        live.locator("#n", has_text="1").wait_for()
        live.locator("[name=who]").fill("Ann")
        live.get_by_role("button", name="Greet").click()
        see(page, "Hello")
        until(lambda: link.get_attribute("href") == f"{server.url}/hello?who=Ann")
        live.locator("body").evaluate("() => document.body.style.height = '700px'")
        height = "iframe:not([title=View])"
        until(lambda: page.locator(height).first.bounding_box()["height"] >= 700)
        assert page.locator(".cell iframe[title=View]").count() == 0


def test_the_port_shows_what_failed_until_the_next_page(browser, app):
    with pytest.warns(RouteWarning):

        @app.post("/more")
        def more():
            raise KeyError("inside")

    with notebook(browser, preview(app, transport="port")) as page:
        live = see(page, "Home")
        until(lambda: running_servers()[0]._pages._listeners)
        live.get_by_role("button", name="More").click()
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert alert.inner_text().startswith("POST /more failed.\nTraceback")
        assert alert.inner_text().rstrip().endswith("KeyError: 'inside'")
        live.get_by_role("link", name="Second").click()
        see(page, "Second")
        alert.wait_for(state="hidden")


def test_a_port_that_is_closed_leaves_the_snapshot(browser, app):
    shown = preview(app, transport="port")
    html = shown._repr_mimebundle_()["text/html"]
    shown.server.stop()
    shown._repr_mimebundle_ = lambda *_: {"text/html": html}
    with notebook(browser, shown) as page:
        page.wait_for_timeout(500)
        drawn = page.locator(".cell iframe[title=View]").content_frame
        drawn.get_by_role("heading", name="Home").wait_for()
        assert not page.locator(".cell nav").is_visible()


def test_a_view_on_a_port_sees_nothing_of_the_page_either(browser, app):
    with notebook(browser, preview(app, "/spy", transport="port")) as page:
        seen = see(page, "Spy").locator("#seen").inner_text()
        assert "parent: SecurityError, top: SecurityError" in seen


def test_the_port_is_that_of_the_apps_own_server(app):
    from fasthtml_nb.workshop.serving import serve_nb

    server = serve_nb(app)
    shown = preview(app, transport="port")
    assert f'data-address="{server.url}/"' in shown._repr_mimebundle_()["text/html"]
    assert running_servers() == [server] == [shown.server]


def test_a_busy_kernel_is_told_and_waited_for(browser, app):
    site = jupyter(preview(app), subshells=False)
    site.state.idle.clear()
    with serving(site, ws="auto") as url, page_at(browser, f"{url}/lab") as page:
        page.get_by_text("This is the page as it was stored; the kernel is busy").wait_for()
        site.state.idle.set()
        live = see(page, "Home")
        assert page.get_by_text("as it was stored").count() == 0
        site.state.idle.clear()
        live.get_by_role("button", name="More").click()
        page.locator(".cell small", has_text="the kernel is busy with a cell").wait_for()
        site.state.idle.set()
        live.locator("#n", has_text="1").wait_for()
        assert page.locator(".cell small").inner_text() == ""


def test_a_page_that_is_closed_lets_go(browser, app):
    shown = preview(app, "/stream")
    with serving(jupyter(shown), ws="auto") as url:
        with page_at(browser, f"{url}/lab") as page:
            see(page, "Stream").get_by_text("2", exact=True).wait_for()
            assert len(shown.visits) == 1
            page.evaluate("WebSocket.prototype.close = () => {}")
            page.goto("about:blank")
            until(lambda: not shown.visits and app.ended == ["events"])


def test_an_output_that_is_cleared_lets_go(browser, app):
    shown = preview(app, "/stream")
    with notebook(browser, shown) as page:
        see(page, "Stream").get_by_text("2", exact=True).wait_for()
        page.evaluate("document.querySelector('.cell').replaceChildren()")
        until(lambda: not shown.visits and app.ended == ["events"])


def test_a_page_that_is_silent_is_let_go_and_comes_back(browser, app, monkeypatch):
    monkeypatch.setattr(module, "_SILENCE", 2)
    shown = preview(app, "/second")
    with notebook(browser, shown) as page:
        see(page, "Second")
        note = page.locator(".cell small", has_text="the kernel has let go; reload")
        note.wait_for()
        assert shown.visits == []
        monkeypatch.setattr(module, "_SILENCE", 180)  # A slow machine needs more than two
        page.get_by_title("Reload").click()
        until(lambda: len(shown.visits) == 1)
        see(page, "Second").get_by_role("link", name="Home").click()
        see(page, "Home")


class Cells:
    """A shell that runs cells with these ids and codes."""

    def __init__(self):
        self.execution_count, self.user_ns, self.asked = 0, {"In": [""]}, {}
        self.registered = []
        self.events = self

    def register(self, event, call):
        self.registered.append(event)

    def get_parent(self):
        return self.asked

    def run(self, cell_id, code):
        self.execution_count += 1
        self.user_ns["In"].append(code)
        self.asked = {"header": {}, "metadata": {"cellId": cell_id}}


def test_a_preview_has_the_name_of_its_cells_code(monkeypatch, app):
    from fasthtml_nb.workshop import kernel

    cells = Cells()
    monkeypatch.setattr(kernel, "shell", lambda: cells)
    monkeypatch.setattr(module, "shell", lambda: cells)
    monkeypatch.setattr(module, "_shown", {})

    def shown(cell_id, code):
        cells.run(cell_id, code)
        one = preview(app, "/second")
        one._repr_mimebundle_()
        return one.key

    first = shown("a", "preview(app)")
    assert shown("a", "preview(app)") == first
    assert shown("b", "preview(app)") == f"{first}-2"
    assert shown("a", "preview(app) # other") != first
    assert len(module._shown) == 2
    assert shown("a", "preview(app)") == first
    cells.run("c", "two")
    one, two = preview(app, "/second"), preview(app, "/second")
    for each in (one, two, one):
        each._repr_mimebundle_()
    assert one.key != two.key and {one.key, two.key} <= module._shown.keys()
    assert cells.registered == ["post_run_cell"]


def test_changes_in_a_row_keep_what_was_typed(browser, app):
    with notebook(browser, preview(app)) as page:
        see(page, "Home").locator("[name=who]").fill("half a na")

        for number in range(8):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RouteWarning)

                @app.get("/")
                def index(title=f"Changed {number}"):
                    return Titled(title, Form(Input(name="who")))

            look_at_apps()
            time.sleep(0.02 * number)
        live = see(page, "Changed 7")
        assert live.locator("[name=who]").input_value() == "half a na"


def test_frames_keep_their_process_until_the_last_preview_goes(browser, app):
    holders = "() => [...document.body.children].filter((e) => e.matches('div[inert]')).length"
    with notebook(browser, preview(app), preview(app, "/second")) as page:
        see(page, "Home").get_by_role("button", name="Away").click()
        see(page, "Second")
        see(page, "Second", 1)
        page.wait_for_function(f"({holders})() === 2")
        page.locator(".cell").first.evaluate("e => e.replaceChildren()")
        page.wait_for_function(f"({holders})() === 1")
        page.locator(".cell").nth(1).evaluate("e => e.replaceChildren()")
        page.wait_for_function(f"({holders})() === 0")


def test_a_notebook_by_http_from_another_machine_comes_alive(browser, app):
    with serving(jupyter(preview(app)), ws="auto") as url:
        with page_at(browser, url.replace("127.0.0.1", "hub.test") + "/lab") as page:
            assert not page.evaluate("isSecureContext")
            live = see(page, "Home")
            live.get_by_role("button", name="More").click()
            live.locator("#n").get_by_text("1").wait_for()


@pytest.mark.parametrize("transport", ["bridge", "port"])
def test_the_snapshot_stays_where_scripts_run_elsewhere_than_they_stand(browser, app, transport):
    html = preview(app, transport=transport)._repr_mimebundle_()["text/html"]
    as_jquery_does = """(html) => {
      const cell = document.body.appendChild(document.createElement("div"));
      cell.innerHTML = html;
      for (const found of cell.querySelectorAll("script")) {
        const script = document.createElement("script");
        script.text = found.text;
        document.head.append(script);
        document.head.removeChild(script);
      }
      return cell.innerText;
    }"""
    with page_at(browser, "about:blank") as page:
        assert "Home" in page.evaluate(as_jquery_does, html)


_WIDE = Script("document.body.dataset.at = [innerWidth, performance.timeOrigin]")


def test_the_next_page_begins_in_a_frame_that_stands_ready(browser):
    app, rt = fast_app(pico=False)

    @rt
    def index(n: int = 0):
        return Titled(f"Page {n}", A("Next", href=f"/?n={n + 1}"), _WIDE)

    inside = "() => document.body.dataset.at.split(',').map(Number)"
    with notebook(browser, preview(app)) as page:
        frames = page.locator(".cell iframe:not([title=View])")
        for number in range(10):  # a busy machine may not have made one ready yet
            live = see(page, f"Page {number}")
            page.locator("div[inert]").wait_for(state="attached")
            page.wait_for_timeout(300)
            clicked = time.time() * 1000
            live.get_by_role("link", name="Next").click()
            live = see(page, f"Page {number + 1}")
            width, began = live.locator("body").evaluate(inside)
            assert width == frames.evaluate("frame => frame.clientWidth")
            assert frames.count() == 1
            assert live.locator("body").evaluate("() => document.compatMode") == "CSS1Compat"
            if began < clicked:  # its frame was there before anybody asked for the page
                return
    raise AssertionError("No page came into a frame that was ready.")


def test_only_the_notebook_writes_into_the_frame_that_stands_ready(browser, app):
    with notebook(browser, preview(app)) as page:
        live = see(page, "Home")
        page.locator("div[inert]").wait_for(state="attached")
        spare = page.frames[-1]
        spare.wait_for_function("document.scripts.length")
        assert spare.title() == ""
        assert live.locator("body").evaluate("() => parent.length") == 0  # none to be found
        spare.evaluate("postMessage('<title>Theirs</title>', '*')")
        page.wait_for_timeout(200)
        assert spare.title() == ""


_LOOP = Script("setTimeout(() => { for (;;) {} }, 2000)")


def test_a_page_in_a_loop_is_replaced_by_its_next_version(whole_browser, app):
    with notebook(whole_browser, preview(app)) as page:
        see(page, "Home")
        replace_home(app, _LOOP)
        see(page, "Changed")
        page.wait_for_timeout(2500)
        with pytest.warns(RouteWarning):

            @app.get("/")
            def index():
                return Titled("Mended")

        look_at_apps()
        see(page, "Mended")


_STRANGER = """
location = "data:text/html," + encodeURIComponent(`<h1>Stranger</h1><script>
  const {port1, port2} = new MessageChannel();
  port1.onmessage = ({data}) => document.body.append(data.op);
  parent.postMessage("fasthtml_nb", "*", [port2]);
  const tell = () => port1.postMessage({op: "fetch", id: 7, method: "POST",
    url: "http://preview.invalid/more", headers: [], body: "", from: "http://preview.invalid/"});
  setInterval(tell, 50);
<${"/"}script>`);
"""


def test_who_comes_into_the_frame_after_the_page_is_not_heard(browser, app):
    @app.get("/leaves")
    def leaves():
        return Titled("Leaves", Script(_STRANGER))

    with notebook(browser, preview(app, "/leaves")) as page:
        see(page, "Stranger")
        page.wait_for_timeout(500)
        assert app.count == 0


def test_a_page_that_loads_itself_again_comes_from_the_app(browser, app):
    app.visited = 0

    @app.get("/visited")
    def visited():
        app.visited += 1
        return Titled(f"Visit {app.visited}", Button("Again", onclick="location.reload()"))

    with notebook(browser, preview(app, "/visited")) as page:
        live = see(page, "Visit 2")  # The first was for the snapshot
        live.get_by_role("button").click()
        see(page, "Visit 3")
        assert page.locator(".cell small").inner_text() == ""


@pytest.mark.parametrize(
    "message",
    [
        {"op": "dance"},
        {"op": "constructor"},
        {"op": "leave-page", "before": 10**12},
        {"op": "fetch", "id": -3, "url": "http://preview.invalid/more", "method": "POST"},
        {"op": "fetch", "id": "x", "url": "http://preview.invalid/more", "method": "POST"},
        {"op": "kept", "page": {}, "url": "http://preview.invalid/second"},
        {"op": "moved", "url": "https://elsewhere.example/x"},
        {"op": "moved", "url": "%"},
        None,
    ],
)
def test_what_a_page_may_not_say_is_not_passed_on(browser, app, message):
    # The page's own script has the port first: take it before
    spy = (
        "const say = MessagePort.prototype.postMessage; let port;"
        "MessagePort.prototype.postMessage = function (m) { port = this; say.call(this, m) };"
    )
    heard, shown = [], preview(app)
    with notebook(browser, shown) as page:
        live = see(page, "Home")
        live.locator("#dot[src^=blob]").wait_for()  # asked for with the page
        visit = shown.visits[0]
        receive = visit.bridge.receive
        visit.bridge.receive = lambda m: (heard.append(m), receive(m))
        said = f"(_, m) => {{ {spy} document.cookie = 'a=1'; say.call(port, m) }}"
        live.locator("body").evaluate(said, message)
        live.get_by_role("button", name="More").click()
        live.locator("#n", has_text="1").wait_for()
        assert [one["op"] for one in heard] == ["cookie", "fetch"], heard
        assert bar(page).inner_text() == "/"
        assert not [p for p in page.problems if "TypeError" in p]


def test_a_page_on_a_port_cannot_name_another_address(browser, app):
    @app.get("/rude")
    def rude():
        told = "{fasthtml_nb: {op: 'page', url: 'javascript:alert(1)'}}"
        return Titled("Rude", Script(f"parent.postMessage({told}, '*'); document.title = 'said'"))

    with notebook(browser, preview(app, "/rude", transport="port")) as page:
        see(page, "Rude")
        page.locator(".cell nav a", has_text="/rude").wait_for()
        assert page.locator(".cell nav a").get_attribute("href").startswith("http://127.0.0.1:")
        frame_of(page).locator("body").evaluate(
            "() => parent.postMessage({fasthtml_nb: {op: 'page', url: 'javascript:alert(1)'}}, '*')"
        )
        page.wait_for_timeout(200)
        assert page.locator(".cell nav a").get_attribute("href").startswith("http://127.0.0.1:")
