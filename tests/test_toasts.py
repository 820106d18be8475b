"""Toasts wait until somebody sees them, are text, and come and go in a browser."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from fasthtml_nb.ft.markup import NotStr
from fasthtml_nb.ft.tags import H1, A, Body, Button, Div, Head, Html, Main, P
from fasthtml_nb.ft.tree import Fragment
from fasthtml_nb.ft.writing import to_xml
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.assets import asset_url
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.declare import APIRouter
from fasthtml_nb.web.htmx_headers import HtmxResponseHeaders
from fasthtml_nb.web.page import Titled
from fasthtml_nb.web.responses import FtResponse, Redirect, cookie
from fasthtml_nb.web.toasts import TYPES, Toast, Toasts, add_toast, setup_toasts
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

HTMX = {"HX-Request": "true"}
HTMX4 = {"HX-Request": "true", "HX-Request-Type": "partial"}


def toasting(**options: Any) -> FastHTML:
    """Make an app that adds toasts at `/add`, and shows them wherever it can."""
    app = FastHTML(secret_key="k", **options)
    setup_toasts(app)

    @app.get("/add")
    def add(session, msg: str = "Hi", typ: str = "info", n: int = 1):
        for _ in range(n):
            add_toast(session, msg, typ)
        return PlainTextResponse("added")

    @app.get("/view")
    def view():
        return P("view")

    return app


def toasts_in(html: str) -> list[str]:
    return re.findall(r'class="fasthtml-toast fasthtml-toast-\w+"[^>]*><span>(.*?)</span>', html)


# Where they are shown ---------------------------------------------------------------------------


def test_a_page_shows_them_once_at_the_end_of_its_body() -> None:
    client = TestClient(toasting())
    client.get("/add", params={"msg": "one"})
    client.get("/add", params={"msg": "two", "typ": "error"})
    page = client.get("/view").text
    assert page.endswith(
        '<body><p>view</p><div class="fasthtml-toasts">'
        '<div class="fasthtml-toast fasthtml-toast-info" role="status" data-seconds="10">'
        "<span>one</span></div>"
        '<div class="fasthtml-toast fasthtml-toast-error" role="alert" data-seconds="10">'
        "<span>two</span></div></div></body></html>"
    )
    assert toasts_in(client.get("/view").text) == []


@pytest.mark.parametrize("headers", [HTMX, HTMX4], ids=["htmx2", "htmx4"])
def test_a_fragment_brings_them_out_of_band(headers: dict[str, str]) -> None:
    client = TestClient(toasting())
    client.get("/add")
    assert client.get("/view", headers=headers).text == (
        '<p>view</p><div hx-swap-oob="beforeend:body"><div class="fasthtml-toasts">'
        '<div class="fasthtml-toast fasthtml-toast-info" role="status" data-seconds="10">'
        "<span>Hi</span></div></div></div>"
    )
    assert client.get("/view", headers=headers).text == "<p>view</p>"


VIEWS: dict[str, Any] = {
    "element": lambda: P("x"),
    "tuple": lambda: (P("x"), P("y")),
    "list": lambda: [P("x"), P("y")],
    "titled": lambda: Titled("x"),
    "fragment": lambda: Fragment(P("x")),
    "generator": lambda: (P(str(n)) for n in range(2)),
    "html": lambda: Div(NotStr("<p>x</p>")),
    "beside a cookie": lambda: (P("x"), cookie("a", 1), cookie("b", 2)),
    "with a status": lambda: FtResponse(P("x"), 201, {"X-A": "1"}),
    "with a status beside a cookie": lambda: (FtResponse((P("x"), P("y")), 201), cookie("a", 1)),
    "trigger": lambda: (P("x"), HtmxResponseHeaders(trigger="a")),
}


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_every_kind_of_view_shows_them(name: str, headers: dict[str, str]) -> None:
    app = toasting()
    app.get("/plain")(lambda: VIEWS[name]())
    client = TestClient(app)
    before = client.get("/plain", headers=headers)
    client.get("/add")
    after = client.get("/plain", headers=headers)
    assert toasts_in(after.text) == ["Hi"]
    assert after.status_code == before.status_code
    assert len(after.headers.get_list("set-cookie")) == 1 + len(
        before.headers.get_list("set-cookie")
    )
    without = re.sub(
        r"<div( hx-swap-oob=\S+)?><div class=.fasthtml-toasts.*?</div></div></div>", "", after.text
    )
    without = re.sub(r'<div class="fasthtml-toasts">.*?</div></div>', "", without)
    assert without == before.text


OTHERS: dict[str, Any] = {
    "text response": lambda: PlainTextResponse("x"),
    "html response": lambda: HTMLResponse("<p>x</p>"),
    "redirect response": lambda: RedirectResponse("/view", 303),
    "redirect": lambda: Redirect("/view"),
    "json": lambda: {"a": 1},
    "json list": lambda: [{"a": 1}],
    "text": lambda: "x",
    "bytes": lambda: b"x",
    "number": lambda: 3,
    "nothing": lambda: None,
    "document": lambda: Html(Head(), Body(P("x"))),
    "document with a status": lambda: FtResponse(Html(Body("x")), 201),
    "headers alone": lambda: HtmxResponseHeaders(trigger="a"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_view_leaves_them_waiting(name: str) -> None:
    app = toasting()
    app.get("/other")(lambda: OTHERS[name]())
    client = TestClient(app, follow_redirects=False)
    before = client.get("/other")
    client.get("/add")
    assert client.get("/other").text == before.text
    assert toasts_in(client.get("/view").text) == ["Hi"]


UNSEEN: dict[str, Any] = {
    "refused": (lambda: FtResponse(P("x"), 422), HTMX),
    "redirected": (lambda: (P("x"), HtmxResponseHeaders(redirect="/view")), HTMX),
    "located": (lambda: (P("x"), HtmxResponseHeaders(location="/view")), HTMX),
    "refreshed": (lambda: (P("x"), HtmxResponseHeaders(refresh=True)), HTMX),
    "by its own header": (lambda: FtResponse(P("x"), headers={"hx-refresh": "true"}), HTMX),
    "boosted error": (lambda: FtResponse(P("x"), 404), HTMX | {"HX-Boosted": "true"}),
    "preloaded": (lambda: P("x"), HTMX | {"HX-Preloaded": "true"}),
    "prefetched": (lambda: P("x"), {"Sec-Purpose": "prefetch;prerender"}),
    "prefetched of old": (lambda: P("x"), {"Purpose": "prefetch"}),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_view_that_nobody_will_see_leaves_them_waiting(name: str) -> None:
    make, headers = UNSEEN[name]
    app = toasting()
    app.get("/unseen")(lambda: make())
    client = TestClient(app)
    client.get("/add")
    assert toasts_in(client.get("/unseen", headers=headers).text) == []
    assert toasts_in(client.get("/view").text) == ["Hi"]


def test_a_question_for_the_headers_leaves_them_waiting() -> None:
    client = TestClient(toasting())
    client.get("/add")
    client.head("/view")
    assert toasts_in(client.get("/view").text) == ["Hi"]


def test_htmx_4_swaps_errors_and_shows_them() -> None:
    app = toasting()
    app.get("/refused")(lambda: FtResponse(P("x"), 422))
    client = TestClient(app)
    client.get("/add")
    assert toasts_in(client.get("/refused", headers=HTMX4).text) == ["Hi"]


def test_they_survive_redirects() -> None:
    app = toasting()

    @app.post("/one")
    def one(session):
        add_toast(session, "one")
        return Redirect("/two")

    @app.get("/two")
    def two(session):
        add_toast(session, "two", "success")
        return RedirectResponse("/view", 307)

    client = TestClient(app)
    assert toasts_in(client.post("/one").text) == ["one", "two"]
    answer = client.post("/one", headers=HTMX, follow_redirects=False)
    assert answer.headers["hx-redirect"] == "/two" and answer.text == ""
    assert toasts_in(client.get("/two").text) == ["one", "two"]


def test_guards_errors_and_routers_show_them_too() -> None:
    def guard(session, request):
        add_toast(session, "guarded")
        return P("Stop") if request.url.path == "/stop" else None

    handlers = {404: lambda req, exc: (add_toast(req.session, "missing"), P("None here"))[1]}
    app = FastHTML(secret_key="k", before=guard, exception_handlers=handlers)
    setup_toasts(app)
    router = APIRouter("/r")
    router.get("/x")(lambda: P("x"))
    router.to_app(app)
    app.get("/stop")(lambda: P("never"))
    client = TestClient(app)
    assert toasts_in(client.get("/stop").text) == ["guarded"]
    assert toasts_in(client.get("/r/x").text) == ["guarded"]
    assert toasts_in(client.get("/nowhere").text)[-1:] == ["missing"]


def test_after_may_make_another_view() -> None:
    def wrap(resp):
        return H1("Other") if resp.body.startswith(b"<!doctype") else None

    app = toasting(after=wrap)
    client = TestClient(app)
    client.get("/add")
    page = client.get("/view").text
    assert "<h1>Other</h1>" in page and toasts_in(page) == ["Hi"]
    assert toasts_in(client.get("/view").text) == []


def test_a_layout_does_not_lose_them() -> None:
    client = TestClient(toasting(body_wrap=lambda content, request: Main("layout")))
    client.get("/add")
    assert toasts_in(client.get("/view").text) == ["Hi"]


def test_an_app_within_an_app_shows_what_the_other_has_added() -> None:
    outer, inner = toasting(), toasting()
    outer.mount("/inner", inner)
    client = TestClient(outer)
    client.get("/add")
    page = client.get("/inner/view").text
    assert toasts_in(page) == ["Hi"]
    assert f'src="/inner{asset_url("toasts")}"' in page


def test_visitors_have_their_own() -> None:
    app = toasting()
    uma, bob = TestClient(app), TestClient(app)
    uma.get("/add")
    assert toasts_in(bob.get("/view").text) == []
    assert toasts_in(uma.get("/view").text) == ["Hi"]


# What they say ----------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80), st.sampled_from(TYPES))
def test_messages_are_text(message: str, typ: Any) -> None:
    session: dict[str, Any] = {}
    add_toast(session, message, typ)
    [[text, kind, dismiss]] = session["_toasts"]
    shown = re.search(r"<span>([^<>]*)</span>", to_xml(Toast(text, kind, dismiss)))
    assert shown and unescape(shown[1]) == message


def test_markup_does_nothing() -> None:
    client = TestClient(toasting())
    client.get("/add", params={"msg": "</span><script>alert(1)</script>"})
    assert toasts_in(client.get("/view").text) == [
        "&lt;/span&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    ]


@pytest.mark.parametrize("message", [3, None, 1.5])
def test_other_values_are_their_text(message: object) -> None:
    session: dict[str, Any] = {}
    add_toast(session, message)
    assert session["_toasts"] == [[str(message), "info", False]]


@pytest.mark.parametrize("typ", ["danger", "", "Info", None, "info x", ["info"]])
def test_unknown_types_are_refused(typ: Any) -> None:
    session: dict[str, Any] = {}
    with pytest.raises(ValueError, match="Types: info, success, warning, error. Use one of these"):
        add_toast(session, "x", typ)
    assert session == {}


@pytest.mark.parametrize("message", [P("x"), NotStr("<b>x</b>"), Titled("x")])
def test_markup_is_refused(message: Any) -> None:
    with pytest.raises(TypeError, match="A toast waits in the session as text"):
        add_toast({}, message)


def test_the_oldest_give_way() -> None:
    session: dict[str, Any] = {}
    for n in range(500):
        add_toast(session, n)
    shown = [message for message, *_ in session["_toasts"]]
    assert 20 < len(shown) < 200 and shown == [str(n) for n in range(500 - len(shown), 500)]


def test_a_single_one_is_never_dropped() -> None:
    session: dict[str, Any] = {}
    add_toast(session, "x" * 5000)
    add_toast(session, "y" * 5000)
    assert session["_toasts"] == [["y" * 5000, "info", False]]


@pytest.mark.parametrize("message", ["x" * 40, "x" * 900, "é🙂" * 60])
def test_a_client_that_never_looks_does_not_fill_its_cookie(message: str) -> None:
    client = TestClient(toasting())
    for _ in range(10):
        assert client.get("/add", params={"msg": message, "n": 10}).status_code == 200
    shown = toasts_in(client.get("/view").text)
    assert len(shown) > 1 and set(shown) == {message}


def test_what_no_encoding_knows_is_shown_somehow() -> None:
    app = toasting()
    app.get("/odd")(lambda session: add_toast(session, "a\udc80"))
    client = TestClient(app)
    client.get("/odd")
    [shown] = toasts_in(client.get("/view").text)
    assert shown.startswith("a")


# Setting up -------------------------------------------------------------------------------------


def test_setting_up_again_changes_the_duration_only() -> None:
    app = toasting()
    head, others = app.hdrs, len(app.home.responder.beside)
    setup_toasts(app, 2.5)
    assert app.hdrs == head and len(app.home.responder.beside) == others
    assert app.home.responder.beside == (Toasts(2.5),)
    client = TestClient(app)
    client.get("/add")
    page = client.get("/view").text
    assert 'data-seconds="2.5"' in page
    assert page.count(asset_url("toasts")) == page.count(asset_url("toasts.css")) == 1


def test_without_duration_there_is_a_button() -> None:
    assert [t.tag for t in Toast("x", duration=None).children if t] == ["span", "button"]
    assert "data-seconds" not in to_xml(Toast("x", duration=None))


@pytest.mark.parametrize("duration", [0, -1, float("nan"), float("inf")])
def test_a_duration_is_above_zero(duration: float) -> None:
    with pytest.raises(ValueError, match="shown for some seconds"):
        setup_toasts(FastHTML(secret_key="k"), duration)


def test_the_app_must_be_given() -> None:
    with pytest.raises(TypeError, match=r"found None. Write setup_toasts\(app, duration=5\)"):
        setup_toasts(duration=5)
    with pytest.raises(TypeError, match="found 5"):
        setup_toasts(5)  # type: ignore[arg-type]


def test_pages_hold_no_script_or_style_of_their_own_for_it() -> None:
    client = TestClient(toasting(default_hdrs=False))
    client.get("/add", params={"typ": "error"})
    page = client.get("/view").text
    assert "<style" not in page and " style=" not in page and not re.search(r" on\w+=", page)
    assert re.findall(r"<script[^>]*>(.*?)</script>", page) == [""]
    for name in ("toasts", "toasts.css"):
        answer = client.get(asset_url(name))
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]


# In a browser -----------------------------------------------------------------------------------

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
)


def app_in_browser(duration: float | None, htmx4: bool = False) -> FastHTML:
    icon = '<link rel="icon" href="data:,">'
    # htmx writes a style element of its own unless told not to
    quiet = '<meta name="htmx-config" content=\'{"includeIndicatorStyles": false}\'>'

    def strict(resp):
        resp.headers["Content-Security-Policy"] = STRICT

    hdrs = NotStr(icon), NotStr(quiet)
    app = FastHTML(secret_key="k", htmx4=htmx4, hdrs=hdrs, after=strict)
    setup_toasts(app, duration)

    @app.get("/")
    def index(session, msg: str = "", dismiss: bool = False):
        if msg:
            add_toast(session, msg, "success", dismiss)
        return (
            H1("Home"),
            Button("Ask", id="ask", hx_get="/part", hx_target="#here"),
            A("Whole", id="whole", hx_get="/whole", hx_target="body", hx_push_url="true"),
            A("Boosted", id="boosted", href="/boosted", hx_boost="true"),
            Button("Go", id="go", hx_get="/go"),
            Div(id="here"),
        )

    @app.get("/part")
    def part(session):
        add_toast(session, "From a <b>part</b>", "error", True)
        return P("part")

    @app.get("/whole")
    def whole(session):
        add_toast(session, "With a new body")
        return Main(H1("Whole"), A("Back", href="/"))

    @app.get("/boosted")
    def boosted(session):
        add_toast(session, "Boosted along")
        return H1("Boosted")

    @app.get("/go")
    def go(session):
        add_toast(session, "After a redirect", "warning")
        return Redirect("/")

    return app


TOAST = "#fasthtml-toasts > .fasthtml-toast"


def wait_for_toasts(page: Any, count: int) -> None:
    from playwright.sync_api import expect

    expect(page.locator(TOAST)).to_have_count(count)


@pytest.fixture(params=[False, True], ids=["htmx2", "htmx4"])
def htmx4(request: pytest.FixtureRequest) -> bool:
    return request.param


def test_in_a_browser_a_toast_appears_and_goes(browser: Any, local_assets: None) -> None:
    with serving(app_in_browser(60)) as url, page_at(browser, url) as page:
        page.clock.install()
        page.goto(f"{url}/?msg=<i>Hi</i>")
        wait_for_toasts(page, 1)
        page.clock.run_for(30_000)
        wait_for_toasts(page, 1)
        page.clock.run_for(31_000)
        wait_for_toasts(page, 0)
        page.goto(url)
        wait_for_toasts(page, 0)
        assert page.locator("#fasthtml-toasts").count() == 1 and page.problems == []


def test_in_a_browser_a_toast_goes_in_real_time(browser: Any, local_assets: None) -> None:
    with serving(app_in_browser(2)) as url, page_at(browser, url) as page:
        page.click("#ask")
        wait_for_toasts(page, 1)
        wait_for_toasts(page, 0)


def test_in_a_browser_toasts_are_seen_and_announced(browser: Any, local_assets: None) -> None:
    with serving(app_in_browser(None)) as url, page_at(browser, f"{url}/?msg=<i>Hi</i>") as page:
        toast = page.locator(TOAST)
        toast.wait_for()
        assert toast.locator("span").inner_text() == "<i>Hi</i>" and toast.is_visible()
        box = toast.bounding_box()
        size = page.viewport_size
        assert box["width"] > 200 and box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]
        live = "e => e.closest('[aria-live]').getAttribute('aria-live')"
        assert toast.evaluate(live) == "polite"
        assert page.get_by_role("status").count() == 1
        assert page.locator("body .fasthtml-toasts").count() == 0
        assert page.problems == []


def test_in_a_browser_the_button_closes_one(browser: Any, local_assets: None) -> None:
    with serving(app_in_browser(60)) as url, page_at(browser, f"{url}/?msg=a&dismiss=1") as page:
        page.click("#ask")
        wait_for_toasts(page, 2)
        page.get_by_role("status").get_by_role("button", name="Close").click()
        wait_for_toasts(page, 1)
        left = page.get_by_role("alert")
        assert left.locator("span").inner_text() == "From a <b>part</b>"
        left.get_by_role("button", name="Close").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(TOAST, state="detached")
        assert page.problems == []


def test_in_a_browser_a_toast_stays_while_it_is_read(browser: Any, local_assets: None) -> None:
    with serving(app_in_browser(60)) as url, page_at(browser, url) as page:
        page.clock.install()
        page.goto(f"{url}/?msg=a&dismiss=1")
        page.hover(TOAST)
        page.clock.run_for(120_000)
        wait_for_toasts(page, 1)
        page.mouse.move(1, 1)
        page.clock.run_for(50_000)
        wait_for_toasts(page, 1)
        page.locator(TOAST).get_by_role("button").focus()
        page.clock.run_for(120_000)
        wait_for_toasts(page, 1)
        page.evaluate("document.activeElement.blur()")
        page.clock.run_for(61_000)
        wait_for_toasts(page, 0)


def test_in_a_browser_fragments_bring_toasts(browser: Any, local_assets: None, htmx4: bool) -> None:
    with serving(app_in_browser(60, htmx4)) as url, page_at(browser, url) as page:
        page.click("#ask")
        page.locator(TOAST).wait_for()
        assert page.locator("#here > p").inner_text() == "part"
        page.click("#ask")
        wait_for_toasts(page, 2)
        assert page.locator("body .fasthtml-toasts").count() == 0
        assert page.problems == []


@pytest.mark.parametrize(
    ("link", "heading", "said"),
    [
        ("#whole", "Whole", "With a new body"),
        ("#boosted", "Boosted", "Boosted along"),
        ("#go", "Home", "After a redirect"),
    ],
)
def test_in_a_browser_toasts_outlive_what_is_swapped(
    browser: Any, local_assets: None, htmx4: bool, link: str, heading: str, said: str
) -> None:
    with serving(app_in_browser(60, htmx4)) as url, page_at(browser, url) as page:
        page.click(link)
        toast = page.locator(TOAST)
        toast.wait_for()
        assert toast.locator("span").inner_text() == said
        page.get_by_role("heading", name=heading).wait_for()
        assert toast.count() == 1 and toast.is_visible()
        assert page.problems == []


def test_in_a_browser_going_back_shows_no_old_toast(browser: Any, local_assets: None) -> None:
    with serving(app_in_browser(60)) as url, page_at(browser, f"{url}/?msg=a") as page:
        page.locator(TOAST).wait_for()
        page.click("#whole")
        page.get_by_role("heading", name="Whole").wait_for()
        wait_for_toasts(page, 2)
        page.go_back()
        page.get_by_role("heading", name="Home").wait_for()
        said = page.locator(TOAST).locator("span").all_inner_texts()
        assert said == ["a", "With a new body"]


# An answer that is replaced -----------------------------------------------------------------------


def test_a_toast_outlives_a_view_that_after_replaces() -> None:
    def replaced(resp, req):
        if req.url.path == "/view" and "plain" in req.query_params:
            return PlainTextResponse("plain")
        if "other" in req.query_params:
            return P("another view")

    client = TestClient(toasting(after=replaced))
    client.get("/add", params={"msg": "kept"})
    assert client.get("/view?plain").text == "plain"
    assert toasts_in(client.get("/view?other").text) == ["kept"]
    assert toasts_in(client.get("/view").text) == []


@pytest.mark.parametrize(("accept", "shown"), [("text/html", True), ("application/json", False)])
def test_pages_for_errors_show_them(accept: str, shown: bool) -> None:
    client = TestClient(toasting(), headers={"accept": accept})
    client.get("/add", params={"msg": "Gone"})
    answer = client.get("/nowhere")
    assert answer.status_code == 404 and (toasts_in(answer.text) == ["Gone"]) == shown
    assert (toasts_in(client.get("/view").text) == ["Gone"]) != shown


def test_an_error_after_a_view_shows_what_the_view_would_have() -> None:
    def fails(resp, req):
        if "fail" in req.query_params:
            raise HTTPException(409, "No")

    client = TestClient(toasting(after=fails), headers={"accept": "text/html"})
    client.get("/add", params={"msg": "kept"})
    assert toasts_in(client.get("/view?fail").text) == ["kept"]
    assert toasts_in(client.get("/view").text) == []


@pytest.mark.parametrize("own", [False, True])
def test_where_the_session_is_not_saved_they_wait(own: bool) -> None:
    """A 500 is answered outside of the session: shown there, they would be shown twice."""
    handlers = {500: lambda req, exc: P("own page")} if own else None
    app = toasting(exception_handlers=handlers)
    app.get("/broken")(lambda: 1 / 0)
    client = TestClient(app, raise_server_exceptions=False, headers={"accept": "text/html"})
    client.get("/add", params={"msg": "kept"})
    assert toasts_in(client.get("/broken").text) == []
    assert toasts_in(client.get("/view").text) == ["kept"]
