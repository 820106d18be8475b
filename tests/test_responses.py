"""What a handler returns, and what the client gets for it."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from starlette import responses

from fasthtml_nb.common import (
    BackgroundTask,
    BackgroundTasks,
    Body,
    Div,
    FastHTML,
    FileResponse,
    Fragment,
    FtResponse,
    HTTPException,
    HttpHeader,
    JSONResponse,
    Li,
    NotStr,
    P,
    PlainTextResponse,
    Redirect,
    RedirectResponse,
    Response,
    StreamingResponse,
    Style,
    TestClient,
    Title,
    Titled,
    cookie,
    to_xml,
)
from fasthtml_nb.web.responses import VARY, is_view, sort_answer, wants_fragment

HTML = "text/html; charset=utf-8"
FRAGMENT = {"hx-request": "true"}


def answer_of(result: Any, headers: dict[str, str] | None = None, **options: Any) -> Any:
    """Return what a client gets when a handler returns `result`, or what it returns if called."""
    app = FastHTML(secret_key="a key for tests", default_hdrs=False, **options)
    handler = result if inspect.isroutine(result) else lambda: result
    app.route("/")(handler)
    return TestClient(app, follow_redirects=False).get("/", headers=headers)


class Shown:
    """Shows itself as elements."""

    def __ft__(self) -> Any:
        return Div("shown")


class Marked:
    """Has markup."""

    def __html__(self) -> str:
        return "<i>marked</i>"


class Plain:
    """Has text."""

    def __str__(self) -> str:
        return "<b>plain</b>"


def sync_children() -> Iterator[Any]:
    yield Li("a")
    yield [Li("b"), Li("c")]


PAGE = "<!doctype html><html><head><title>FastHTML page</title></head><body>{}</body></html>"
VIEWS = [
    (Div("x & y"), "<div>x &amp; y</div>"),
    ((Div(1), P(2)), "<div>1</div><p>2</p>"),
    ([Div(1), "two"], "<div>1</div>two"),
    (["one", [Div(2)]], "one<div>2</div>"),
    ((), ""),
    (("one", "<b>"), "one&lt;b&gt;"),
    (Fragment(Div(1), P(2)), "<div>1</div><p>2</p>"),
    (Shown(), "<div>shown</div>"),
    ([Shown()], "<div>shown</div>"),
    (Marked(), "<i>marked</i>"),
    (map(Li, "ab"), "<li>a</li><li>b</li>"),
    ((None, Div(1), False), "<div>1</div>False"),
]


@pytest.mark.parametrize(("view", "markup"), VIEWS, ids=range(len(VIEWS)))
def test_views(view: Any, markup: str) -> None:
    if isinstance(view, map):
        view = list(view)
    page, fragment = answer_of(view), answer_of(view, FRAGMENT)
    assert (page.status_code, page.headers["content-type"]) == (200, HTML)
    assert page.text == PAGE.format(markup)
    assert (fragment.text, fragment.headers["vary"]) == (markup, VARY)


def test_a_sync_generator_is_children() -> None:
    assert answer_of(sync_children, FRAGMENT).text == "<li>a</li><li>b</li><li>c</li>"
    assert answer_of(sync_children).text == PAGE.format("<li>a</li><li>b</li><li>c</li>")
    assert answer_of(lambda: (Li(c) for c in "ab"), FRAGMENT).text == "<li>a</li><li>b</li>"


def test_a_generator_runs_in_its_thread() -> None:
    """It may block: the loop must not wait for it."""

    def children() -> Iterator[Any]:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        yield Li("x")

    assert answer_of(children, FRAGMENT).text == "<li>x</li>"


OTHERS = [
    ("Hello <b>you</b>", HTML, b"Hello &lt;b&gt;you&lt;/b&gt;"),
    ("", HTML, b""),
    (NotStr("<b>x</b>"), HTML, b"<b>x</b>"),
    (to_xml(Div("x")), HTML, b"<div>x</div>"),
    (None, HTML, b""),
    (5, HTML, b"5"),
    (0, HTML, b"0"),
    (1.5, HTML, b"1.5"),
    (True, HTML, b"True"),
    (Decimal("1.50"), HTML, b"1.50"),
    (Plain(), HTML, b"&lt;b&gt;plain&lt;/b&gt;"),
    (b"\0\xff", "application/octet-stream", b"\0\xff"),
    (bytearray(b"x"), "application/octet-stream", b"x"),
    (memoryview(b"x"), "application/octet-stream", b"x"),
    ({}, "application/json", b"{}"),
    ({"a": [1, None]}, "application/json", b'{"a":[1,null]}'),
    (MappingProxyType({"a": 1}), "application/json", b'{"a":1}'),
    ([], "application/json", b"[]"),
    ([{"a": 1}], "application/json", b'[{"a":1}]'),
    (["a", 1], "application/json", b'["a",1]'),
    ({"x": float("nan")}, "application/json", b'{"x":null}'),
    ({"when": datetime(2026, 2, 28)}, "application/json", b'{"when":"2026-02-28 00:00:00"}'),
    ({"ü": "</script>"}, "application/json", None),
    (Response("<b>", media_type="text/x"), "text/x; charset=utf-8", b"<b>"),
    (PlainTextResponse("x"), "text/plain; charset=utf-8", b"x"),
    (JSONResponse([1]), "application/json", b"[1]"),
]


@pytest.mark.parametrize(("result", "media_type", "body"), OTHERS, ids=range(len(OTHERS)))
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_other_values(result: Any, media_type: str, body: bytes | None, headers: Any) -> None:
    answer = answer_of(result, headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    if body is None:
        assert answer.json() == result
    elif media_type == "application/json":
        assert answer.json() == json.loads(body)
    else:
        assert answer.content == body


def test_text_that_is_html(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fasthtml_nb"):
        assert answer_of("<b>x</b>", str_is_html=True).text == "<b>x</b>"
        assert answer_of("<b>x</b>").text == "&lt;b&gt;x&lt;/b&gt;"
        assert answer_of(NotStr("<b>x</b>"), debug=True).text == "<b>x</b>"
        assert answer_of("a < b", debug=True).text == "a &lt; b"
        assert caplog.messages == []
        assert answer_of(" <b>x</b>", debug=True).text == " &lt;b&gt;x&lt;/b&gt;"
    (message,) = caplog.messages
    assert "' <b>x</b>'" in message and "NotStr(...)" in message and "str_is_html=True" in message


def test_an_async_generator_streams() -> None:
    async def chunks() -> AsyncIterator[Any]:
        yield Div("one")
        await asyncio.sleep(0)
        yield "<two>"
        yield [P(3), NotStr("<br>")]

    answer = answer_of(chunks)
    assert answer.headers["content-type"] == HTML and "content-length" not in answer.headers
    assert answer.text == "<div>one</div>&lt;two&gt;<p>3</p><br>"


def test_a_stream_is_sent_piece_by_piece() -> None:
    from tests.apps.raw import send_raw

    events: list[str] = []
    app = FastHTML(secret_key="x")

    @app.get("/")
    async def get():
        for n in range(3):
            events.append(f"made {n}")
            yield P(n)

    async def spied(scope: Any, receive: Any, send: Any) -> None:
        async def spy(message: Any) -> None:
            if message.get("body"):
                events.append(f"sent {message['body'].decode()}")
            await send(message)

        await app(scope, receive, spy)

    asyncio.run(send_raw(spied))
    assert events == [
        *("made 0", "sent <p>0</p>", "made 1", "sent <p>1</p>", "made 2", "sent <p>2</p>")
    ]


def test_responses_are_untouched() -> None:
    given = Response("x", 201, {"x-a": "b"})
    answer = answer_of(given)
    assert (answer.status_code, answer.headers["x-a"], answer.text) == (201, "b", "x")
    assert "vary" not in answer.headers
    streamed = answer_of(lambda: StreamingResponse(iter(["a", "b"]), media_type="text/csv"))
    assert (streamed.text, streamed.headers["content-type"]) == ("ab", "text/csv; charset=utf-8")


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert answer_of(FileResponse(tmp_path / "a.txt")).text == "a"
    for path in (tmp_path / "b.txt", tmp_path, tmp_path / ("x" * 999), tmp_path / "a.txt" / "b"):
        assert answer_of(FileResponse(path)).status_code == 404
    assert answer_of(FileResponse(f"{tmp_path}/\0")).status_code == 404


def test_an_exception_that_is_returned() -> None:
    answer = answer_of(HTTPException(418, "tea", {"x-pot": "1"}))
    assert (answer.status_code, answer.text, answer.headers["x-pot"]) == (418, "tea", "1")


# Beside the content -------------------------------------------------------------------------------


def cookies_of(answer: Any) -> list[str]:
    return [c.partition(";")[0] for c in answer.headers.get_list("set-cookie")]


@pytest.mark.parametrize(
    "content",
    [Div("x"), "text", None, {"a": 1}, Redirect("/x"), RedirectResponse("/x"), FtResponse(P(1))],
)
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_all_headers_survive(content: Any, headers: Any) -> None:
    beside = (cookie("a", 1), HttpHeader("x-a", "1"), content, cookie("b", 2), cookie("a", 3))
    answer = answer_of(lambda: beside, headers)
    assert cookies_of(answer) == ["a=1", "b=2", "a=3"]
    assert answer.headers["x-a"] == "1"
    alone = answer_of(lambda: content, headers)
    assert (answer.status_code, answer.text) == (alone.status_code, alone.text)
    assert answer.headers["content-length"] == alone.headers["content-length"]


def test_headers_alone_and_nested() -> None:
    assert cookies_of(answer_of(cookie("a", 1))) == ["a=1"]
    assert answer_of(cookie("a", 1)).text == ""
    nested = answer_of(lambda: (Div(1), (cookie("a", 1), (P(2), HttpHeader("x-b", "c")))), FRAGMENT)
    assert (nested.text, cookies_of(nested)) == ("<div>1</div><p>2</p>", ["a=1"])
    assert nested.headers["x-b"] == "c"


@pytest.mark.parametrize("value", ["a\r\nset-cookie: x=y", "a\nb", "a\0b", "\r"])
def test_a_header_is_one_line(value: str) -> None:
    with pytest.raises(ValueError, match="A header is one line; 'x-a' has the value '.*"):
        HttpHeader("x-a", value)
    with pytest.raises(ValueError, match="one line"):
        HttpHeader(value, "x-a")


def test_one_response_for_everybody_is_never_added_to() -> None:
    redirect = RedirectResponse("/login", 303)
    given = redirect.raw_headers[:]
    ran: list[int] = []

    def stamped(resp: Any) -> None:
        resp.headers.append("x-stamp", "1")

    beside = (redirect, cookie("a", 1), BackgroundTask(ran.append, 1))
    for result in (beside, lambda: beside, redirect, lambda: redirect):
        for _ in range(3):
            answer = answer_of(result, after=stamped)
            assert answer.headers.get_list("x-stamp") == ["1"]
            assert len(answer.headers.get_list("set-cookie")) in (0, 1)
    assert redirect.raw_headers == given and redirect.background is None
    assert ran == [1] * 6


def test_a_session_and_cookies_beside_a_redirect() -> None:
    app = FastHTML(secret_key="x")

    @app.post("/login")
    def login(session: Any, name: str):
        session["name"] = name
        return Redirect("/"), cookie("theme", "dark"), cookie("lang", "en")

    app.get("/")(lambda session, theme="": f"{session.get('name')} {theme}")
    client = TestClient(app, follow_redirects=False)
    answer = client.post("/login", data={"name": "uma"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    names = [c.partition("=")[0] for c in answer.headers.get_list("set-cookie")]
    assert names == ["theme", "lang", "session_"]
    assert client.get("/").text == "uma dark"


def test_redirects() -> None:
    plain, by_htmx = answer_of(Redirect("/a?b=c d")), answer_of(Redirect("/a"), FRAGMENT)
    assert (plain.status_code, plain.headers["location"]) == (303, "/a?b=c%20d")
    assert (by_htmx.status_code, by_htmx.headers["hx-redirect"], by_htmx.text) == (200, "/a", "")
    for headers, name in ((None, "location"), (FRAGMENT, "hx-redirect")):
        hostile = answer_of(Redirect("/a\r\nset-cookie: x=y"), headers)
        assert hostile.headers[name] == "/a%0D%0Aset-cookie:%20x=y"
        assert hostile.headers.get("set-cookie") is None


def test_cookie_defaults_are_safe() -> None:
    assert cookie("a", "b").v == "a=b; HttpOnly; Path=/; SameSite=lax"
    assert "Secure" in cookie("a", "b", secure=True).v
    assert "HttpOnly" not in cookie("a", "b", httponly=False).v
    assert "Max-Age=5" in cookie("a", "b", max_age=5).v
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert soon.strftime("%d %b %Y %H:%M") in cookie("a", expires=soon).v
    assert "expires=" in cookie("a", "b", expires=60).v.lower()
    value = cookie("a", 'b; "c" ü').v
    assert "; c" not in value and value.isascii()


@pytest.mark.parametrize(
    "value", ["b; Domain=evil\r\nx", "a\nb", "\0", "\x7f", "\t", "☃", "\u2028", "a\U0001f600"]
)
def test_a_cookie_has_no_control_characters(value: str) -> None:
    """Newer Pythons refuse them, older ones wrote them in octal: here it is the same for all."""
    told = "no control characters, and none beyond Latin-1; 'a' has the value .* Encode it, as url"
    with pytest.raises(ValueError, match=told):
        cookie("a", value)
    with pytest.raises(ValueError, match="A cookie has no control characters"):
        cookie(f"a{value}", "b")


def test_a_cookie_comes_back_as_it_was() -> None:
    app = FastHTML(secret_key="x")
    app.get("/set")(lambda v: (P("x"), cookie("v", v)))
    app.get("/get")(lambda req: req.cookies.get("v"))
    for value in ("plain", "two words", "a=b;c", '"quoted"', "5"):
        client = TestClient(app)
        client.get("/set", params={"v": value})
        assert client.get("/get").text == str(to_xml(value))


def test_background_tasks_run_after_the_response() -> None:
    ran: list[str] = []
    own = BackgroundTask(ran.append, "own")

    async def later(text: str) -> None:
        ran.append(text)

    def page() -> Any:
        ran.append("page")
        two = BackgroundTasks([BackgroundTask(ran.append, "two"), BackgroundTask(later, "three")])
        return Div("x"), BackgroundTask(later, "one"), two

    assert answer_of(page, FRAGMENT).text == "<div>x</div>"
    assert ran == ["page", "one", "two", "three"]
    ran.clear()
    answer_of(lambda: (Response("x", background=own), BackgroundTask(later, "more")))
    assert ran == ["own", "more"]
    ran.clear()
    answer_of(lambda: FtResponse(P(1), background=own))
    assert ran == ["own"]


def test_ft_response() -> None:
    def page() -> Any:
        return FtResponse(Titled("T", P("x")), 201, {"x-a": "b"}), cookie("c", 1)

    answer = answer_of(page)
    assert (answer.status_code, answer.headers["x-a"], cookies_of(answer)) == (201, "b", ["c=1"])
    assert answer.text.startswith("<!doctype html><html><head><title>T</title>")
    assert answer_of(page, FRAGMENT).text.startswith("<title>T</title><main")
    svg = answer_of(FtResponse(P("x"), media_type="application/xhtml+xml"))
    assert svg.headers["content-type"].startswith("application/xhtml+xml")


def test_the_return_annotation_chooses_the_class() -> None:
    def as_json() -> JSONResponse:
        return [1, 2]  # type: ignore[return-value]

    def as_text() -> PlainTextResponse:
        return "<b>"  # type: ignore[return-value]

    assert answer_of(as_json).json() == [1, 2]
    answer = answer_of(as_text)
    assert (answer.text, answer.headers["content-type"]) == ("<b>", "text/plain; charset=utf-8")


# Pieces -------------------------------------------------------------------------------------------

TRUE, FALSE = b"true", b"false"


@pytest.mark.parametrize(
    ("headers", "wants"),
    [
        ([], False),
        ([(b"hx-request", TRUE)], True),
        ([(b"hx-request", FALSE)], False),
        ([(b"hx-request", TRUE), (b"hx-boosted", TRUE)], False),
        ([(b"hx-boosted", TRUE), (b"hx-request", TRUE)], False),
        ([(b"hx-request", TRUE), (b"hx-boosted", FALSE)], True),
        ([(b"hx-request", TRUE), (b"hx-history-restore-request", TRUE)], False),
        ([(b"hx-request", TRUE), (b"hx-request-type", b"partial")], True),
        ([(b"hx-request", TRUE), (b"hx-request-type", b"full")], False),
        ([(b"hx-target", b"x"), (b"accept", b"*/*")], False),
    ],
)
def test_who_wants_a_fragment(headers: list[tuple[bytes, bytes]], wants: bool) -> None:
    assert wants_fragment(headers) is wants
    sent = {name.decode(): value.decode() for name, value in headers}
    assert answer_of(Div("x"), sent).text.startswith("<!doctype") is not wants


@dataclass
class Named:
    """No view."""

    x: int = 1


@pytest.mark.parametrize(
    ("value", "view"),
    [
        (Div(), True),
        (Shown(), True),
        (Marked(), True),
        ([], False),
        ([1], False),
        ([[Div()]], True),
        ((), True),
        ("x", False),
        (NotStr("<b>"), False),
        (b"x", False),
        ({"a": Div()}, False),
        (None, False),
        (5, False),
        (Named(), False),
    ],
)
def test_is_view(value: object, view: bool) -> None:
    assert is_view(value) is view


def test_sorting_keeps_the_order() -> None:
    one, two = HttpHeader("a", "1"), BackgroundTask(print)
    sorted_ = sort_answer((Title("t"), one, (Style("s"), two), Body("b")))
    assert sorted_.headers == (one,) and sorted_.tasks == (two,)
    assert [e.tag for e in sorted_.content] == ["title", "style", "body"]  # type: ignore


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_visitor_is_never_sent_to_a_script(address: str, headers: dict[str, str]) -> None:
    app = FastHTML()

    @app.get("/go")
    def go(to: str):
        return Redirect(to)

    answer = TestClient(app, follow_redirects=False).get(f"/go?to={address}", headers=headers)
    assert answer.status_code == 400 and "hx-redirect" not in answer.headers
    assert "location" not in answer.headers and "is no address of a page" in answer.text


def test_a_redirect_after_a_form_is_fetched_not_posted():
    """Starlette's own default, 307, has the browser post the form once more."""
    app = FastHTML(secret_key="k")
    methods = []

    @app.get("/thanks")
    def thanks(request):
        methods.append(request.method)
        return "thanks"

    @app.post("/order")
    def order():
        return RedirectResponse(thanks)

    @app.post("/again")
    def again():
        return RedirectResponse("/order", status_code=307)

    client = TestClient(app)
    first = client.post("/order", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/thanks")
    assert client.post("/order").text == client.post("/again").text == "thanks"
    assert methods == ["GET", "GET"]
    assert isinstance(RedirectResponse("/"), responses.RedirectResponse)
    assert RedirectResponse("/a b?c=ü", headers={"x": "1"}).headers["location"] == "/a%20b?c=%C3%BC"
