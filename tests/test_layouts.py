"""`into`: what is laid out, what a layout may ask for, and every mix of sync and async."""

from __future__ import annotations

import inspect
import threading
from typing import Any

import pytest
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, RedirectResponse

from fasthtml_nb.ft.tags import Div, P
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.layouts import add_sig_param, into
from fasthtml_nb.web.responses import FtResponse, Redirect, cookie
from fasthtml_nb.web.routing import RouteWarning
from fasthtml_nb.web.sse import EventStream

HTMX = {"HX-Request": "true"}


def asked(handler: Any, path: str = "/x", **options: Any) -> Any:
    """Ask an app whose one route is `handler`."""
    app = FastHTML(secret_key="k")
    app.get("/x")(handler)
    return TestClient(app, follow_redirects=False).get(path, headers=HTMX, **options)


def layout(*content, title: str = "T", n: int = 0, req=None):
    return Div(*content, title=title, n=n, path=req.url.path if req else None)


async def async_layout(*content, title: str = "T", n: int = 0, req):
    return layout(*content, title=title, n=n, req=req)


def handler(n: int = 1):
    return P(n), P("b")


async def async_handler(n: int = 1):
    return P(n), P("b")


def generator(n: int = 1):
    yield P(n)
    yield P("b")


@pytest.mark.parametrize("outer", [layout, async_layout])
@pytest.mark.parametrize("inner", [handler, async_handler, generator])
def test_every_mix(outer: Any, inner: Any) -> None:
    answer = asked(into(outer)(inner), "/x?n=3&title=Tea")
    assert answer.text == '<div title="Tea" n="3" path="/x"><p>3</p><p>b</p></div>'


def test_a_shared_name_is_cast_once_for_both_and_given_to_both() -> None:
    answer = asked(into(layout)(handler), "/x?n=7")
    assert answer.text == '<div title="T" n="7" path="/x"><p>7</p><p>b</p></div>'
    assert asked(into(layout)(handler), "/x?n=x").status_code == 400


def test_content_in_one_piece() -> None:
    def whole(content, title: str = "T"):
        return Div(type(content).__name__, content)

    assert asked(into(whole)(handler)).text == "<div>tuple<p>1</p><p>b</p></div>"
    assert asked(into(whole)(lambda: P("a"))).text == "<div>FT<p>a</p></div>"
    assert asked(into(whole)(lambda: "a < b")).text == "<div>stra &lt; b</div>"


async def _stream():
    yield P("a")


@pytest.mark.parametrize(
    ("result", "check"),
    [
        (
            RedirectResponse("/y", 303),
            lambda a: (a.status_code, a.headers["location"]) == (303, "/y"),
        ),
        (Redirect("/y"), lambda a: a.headers["hx-redirect"] == "/y"),
        (PlainTextResponse("plain"), lambda a: a.text == "plain"),
        ({"a": 1}, lambda a: a.json() == {"a": 1}),
        ([1, 2], lambda a: a.json() == [1, 2]),
        (None, lambda a: a.text == ""),
        (cookie("a", "1"), lambda a: a.text == "" and a.cookies["a"] == "1"),
        (
            (PlainTextResponse("p"), cookie("a", "1")),
            lambda a: (a.text, a.cookies["a"]) == ("p", "1"),
        ),
    ],
)
def test_what_is_no_view_goes_out_as_it_is(result: Any, check: Any) -> None:
    async def later():
        return result

    assert check(asked(into(layout)(lambda: result)))
    assert check(asked(into(async_layout)(later)))


def test_streams_go_out_as_they_are() -> None:
    assert asked(into(layout)(lambda: EventStream(_stream()))).text == "data: <p>a</p>\n\n"

    async def streaming():
        yield P("a")

    assert asked(into(layout)(streaming)).text == "<p>a</p>"
    assert asked(into(async_layout)(streaming)).text == "<p>a</p>"


def test_what_stands_beside_a_view_stays_there() -> None:
    ran = []
    beside = (P("a"), cookie("a", "1"), cookie("b", "2"), BackgroundTask(ran.append, 1))
    answer = asked(into(layout)(lambda: beside))
    assert answer.text == '<div title="T" n="0"><p>a</p></div>'.replace(">", ' path="/x">', 1)
    assert dict(answer.cookies) == {"a": "1", "b": "2"} and ran == [1]


def test_a_status_stays() -> None:
    answer = asked(into(layout)(lambda: FtResponse(P("a"), 422, {"X-A": "1"})))
    assert (answer.status_code, answer.headers["x-a"]) == (422, "1")
    assert answer.text == '<div title="T" n="0" path="/x"><p>a</p></div>'


def test_functions_that_may_wait_run_in_threads() -> None:
    where: list[bool] = []

    def waits(*content):
        where.append(threading.current_thread() is loop[0])
        return content

    loop: list[Any] = []

    async def on_loop():
        loop.append(threading.current_thread())
        return P("a")

    asked(into(waits)(on_loop))
    assert where == [False]


def test_annotations_are_those_of_the_layouts_place() -> None:
    class Level(int):
        pass

    def local(*content, level: Level):
        return Div(type(level).__name__)

    assert asked(into(local)(lambda: P("a")), "/x?level=3").text == "<div>Level</div>"
    assert asked(into(local)(lambda: P("a"))).status_code == 400


def test_it_is_still_the_function() -> None:
    made = into(layout)(handler)
    assert made.__name__ == "handler" and made.__wrapped__ is handler
    assert str(inspect.signature(made)).startswith("(n: 'int' = 1, *, title: str = 'T', req=None)")
    assert made(2) == Div(P(2), P("b"), title="T", n=2, path=None)
    assert inspect.iscoroutinefunction(into(layout)(async_handler))
    assert str(inspect.signature(handler)) == "(n: 'int' = 1)", "the handler is left as it was"


def test_two_handlers_in_one_layout_are_two(recwarn: Any) -> None:
    app = FastHTML()
    app.get("/x")(into(layout)(lambda: P("one")))
    with pytest.warns(RouteWarning, match="is defined again"):
        app.get("/x")(
            into(layout)(lambda: P("two")),
        )


def test_rest_parameters_of_a_handler_leave_the_layouts_alone() -> None:
    def rest(**fields: str):
        return P(",".join(fields))

    answer = asked(into(layout)(rest), "/x?a=1&title=Q")
    assert answer.text == '<div title="Q" n="0" path="/x"><p>a</p></div>'


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (lambda: None, "A layout takes the content first"),
        (lambda *, a: None, "A layout takes the content first"),
        (lambda **a: None, "A layout takes the content first"),
        (lambda a, *b: None, r"takes a first piece, and \*b. Write only \*b"),
        (lambda *a, **b: None, r"takes \*\*b; name what the layout needs"),
    ],
)
def test_layouts_that_cannot_be(bad: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        into(bad)


def test_above_the_route() -> None:
    app = FastHTML()
    with pytest.raises(TypeError, match="stands above the route of handler"):
        into(layout)(app.get("/")(handler))


def test_add_sig_param() -> None:
    def f(a: int, *b, **c): ...

    assert add_sig_param(f, "d", int, default=1) is f
    assert str(inspect.signature(f)) == "(a: 'int', *b, d: int = 1, **c)"
    with pytest.raises(ValueError, match="has a parameter 'a' already"):
        add_sig_param(f, "a")
    assert add_sig_param(f, "e", kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
    assert list(inspect.signature(f).parameters) == ["a", "e", "b", "d", "c"]
