"""What a visitor is told when something fails, and what the author may say instead."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.common import (
    BadInput,
    Div,
    FastHTML,
    HTTPException,
    JSONResponse,
    P,
    RedirectResponse,
    Style,
    TestClient,
    Titled,
    cookie,
)


class OwnError(Exception):
    """The author's."""


class OwnChild(OwnError):
    """A kind of it."""


def failing_app(**options: Any) -> Any:
    app = FastHTML(secret_key="x", default_hdrs=False, **options)

    @app.route("/status/{status}")
    def status(status: int, detail: str | None = None):
        raise HTTPException(status, detail, {"x-own": "1"})

    @app.get("/own")
    def own():
        raise OwnChild("secret detail")

    @app.get("/broken")
    async def broken():
        raise ZeroDivisionError("secret detail")

    @app.get("/number/{n}")
    def number(n: int, m: int):
        return n + m

    return app


def ask(app: Any, path: str, **headers: str) -> Any:
    client = TestClient(app, raise_server_exceptions=False)
    return client.get(path, headers={"accept": "*/*"} | headers)


HTML = {"accept": "text/html,application/xhtml+xml"}


def test_in_the_clients_own_terms() -> None:
    app = failing_app(hdrs=Style("h"))
    page = ask(app, "/status/403?detail=not you <b>", **HTML)
    assert page.text == (
        "<!doctype html><html><head><title>403 Forbidden</title><style>h</style></head><body>"
        '<main class="container"><h1>403 Forbidden</h1><p>not you &lt;b&gt;</p></main>'
        "</body></html>"
    )
    data = ask(app, "/status/403?detail=no", accept="application/json")
    assert data.json() == {"status": 403, "detail": "no"}
    fragment = ask(app, "/status/403?detail=no <b>", **{"hx-request": "true"})
    assert fragment.text == '<p role="alert">no &lt;b&gt;</p>'
    text = ask(app, "/status/403?detail=no <b>")
    assert (text.text, text.headers["content-type"]) == ("no <b>", "text/plain; charset=utf-8")
    for answer in (page, data, fragment, text):
        assert answer.status_code == 403
        assert (answer.headers["x-own"], answer.headers["x-content-type-options"]) == (
            "1",
            "nosniff",
        )


@pytest.mark.parametrize(
    ("status", "text"),
    [(404, "Not Found"), (418, "I'm a Teapot"), (429, "Too Many Requests"), (503, "Service Un")],
)
def test_a_status_says_its_name(status: int, text: str) -> None:
    answer = ask(failing_app(), f"/status/{status}", **HTML)
    assert answer.status_code == status
    assert f"{status} {text}".replace("'", "&#39;") in answer.text


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body(status: int) -> None:
    answer = ask(failing_app(), f"/status/{status}", **HTML)
    assert (answer.status_code, answer.content, answer.headers["x-own"]) == (status, b"", "1")


def test_every_bad_field_stands_in_its_own_paragraph() -> None:
    answer = ask(failing_app(), "/number/5?m=x", **HTML)
    assert "<p>m: &#39;x&#39; is not a whole number (query)</p>" in answer.text
    assert ask(failing_app(), "/number/x?m=x", **HTML).status_code == 404


@pytest.mark.parametrize("headers", [HTML, {"accept": "application/json"}, {"hx-request": "true"}])
def test_a_failure_tells_a_stranger_nothing(headers: dict[str, str]) -> None:
    for path in ("/own", "/broken"):
        answer = ask(failing_app(), path, **headers)
        assert answer.status_code == 500
        assert "secret" not in answer.text and "Error(" not in answer.text
        assert "Internal Server Error" in answer.text


def test_a_failure_reaches_whoever_runs_the_app() -> None:
    with pytest.raises(OwnChild, match="secret detail"):
        TestClient(failing_app()).get("/own")


def test_debug_shows_what_happened() -> None:
    answer = ask(failing_app(debug=True), "/broken", **HTML)
    assert answer.status_code == 500
    assert "ZeroDivisionError: secret detail" in answer.text and "Traceback" in answer.text
    plain = ask(failing_app(debug=True), "/broken")
    assert plain.headers["content-type"].startswith("text/plain") and "test_errors.py" in plain.text


# The author's handlers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handlers", "path", "status"),
    [
        ({404: lambda req, exc: Div("ours")}, "/nowhere", 404),
        ({404: lambda: Div("ours")}, "/nowhere", 404),
        ({405: lambda: Div("ours")}, "/only-post", 405),
        ({500: lambda: Div("ours")}, "/broken", 500),
        ({Exception: lambda: Div("ours")}, "/broken", 500),
        ({OwnError: lambda: Div("ours")}, "/own", 500),
        ({OwnChild: lambda: Div("ours"), OwnError: lambda: Div("not")}, "/own", 500),
        ({ZeroDivisionError: lambda: Div("ours")}, "/broken", 500),
        ({HTTPException: lambda: Div("ours")}, "/status/418", 418),
        ({418: lambda: Div("ours"), HTTPException: lambda: Div("not")}, "/status/418", 418),
        ({BadInput: lambda: Div("ours")}, "/number/1?m=x", 400),
        ({400: lambda: Div("ours")}, "/number/1?m=x", 400),
        ({403: lambda: Div("ours")}, "/status/403", 403),
    ],
)
def test_by_status_and_by_class(handlers: Any, path: str, status: int) -> None:
    app = failing_app(exception_handlers=handlers)
    app.post("/only-post")(lambda: "x")
    answer = ask(app, path)
    assert (answer.status_code, "<body><div>ours</div></body>" in answer.text) == (status, True)
    assert ask(app, path, **{"hx-request": "true"}).text == "<div>ours</div>"


def test_handlers_have_parameters_like_any_other() -> None:
    seen: dict[str, Any] = {}

    async def not_found(request: Any, session: Any, exc: Any, htmx: Any, q: int = 0) -> Any:
        seen.update(path=request.url.path, session=dict(session), exc=exc, htmx=bool(htmx), q=q)
        return Titled("Gone", P(exc.detail)), cookie("seen", 1)

    def own(error: OwnError, q: str) -> Any:
        return JSONResponse({"error": str(error), "q": q}, 409)

    app = failing_app(exception_handlers={404: not_found, OwnError: own})
    answer = ask(app, "/nowhere?q=5")
    assert answer.status_code == 404 and "<h1>Gone</h1>" in answer.text
    assert answer.headers["set-cookie"].startswith("seen=1")
    assert (seen["path"], seen["q"], seen["session"], seen["htmx"]) == ("/nowhere", 5, {}, False)
    assert isinstance(seen["exc"], HTTPException)
    answer = ask(app, "/own?q=x")
    assert (answer.status_code, answer.json()) == (409, {"error": "secret detail", "q": "x"})


@pytest.mark.parametrize("name", ["exc", "e", "ex", "err", "error", "exception", "whatever"])
def test_the_exception_by_any_name(name: str) -> None:
    names: dict[str, Any] = {"P": P}
    exec(f"def handle(req, {name}): return P(type({name}).__name__)", names)
    app = failing_app(exception_handlers={OwnError: names["handle"]})
    assert "<p>OwnChild</p>" in ask(app, "/own").text


def test_an_input_called_error_stays_one() -> None:
    app = failing_app(exception_handlers={404: lambda: "x"})

    @app.exception_handler(OwnError)
    def own(req: Any, error: str = "none") -> Any:
        return P(error)

    assert "<p>shown</p>" in ask(app, "/own?error=shown").text


def test_the_status_and_headers_of_the_exception_stay() -> None:
    app = failing_app(exception_handlers={HTTPException: lambda req, exc: Div(exc.detail)})
    answer = ask(app, "/status/401?detail=who")
    assert (answer.status_code, answer.headers["x-own"]) == (401, "1")
    app.post("/p")(lambda: "x")
    assert ask(app, "/p").headers["allow"] == "POST"


def test_a_handler_may_redirect() -> None:
    login = RedirectResponse("/login", 303)
    app = failing_app(exception_handlers={401: lambda: login})
    client = TestClient(app, follow_redirects=False)
    for _ in range(3):
        answer = client.get("/status/401")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert answer.headers.get_list("x-own") == ["1"]


def test_handlers_declared_later() -> None:
    app = failing_app()
    assert ask(app, "/own").status_code == 500

    @app.exception_handler(OwnError)
    def own(req: Any, exc: Any) -> Any:
        return Div("ours")

    app.add_exception_handler(404, lambda: Div("gone"))
    assert "ours" in ask(app, "/own").text and "gone" in ask(app, "/nowhere").text
    assert own.__name__ == "own"


def test_a_failing_handler_is_a_500() -> None:
    def broken(req: Any, exc: Any) -> Any:
        raise RuntimeError("in the handler")

    assert ask(failing_app(exception_handlers={404: broken}), "/nowhere").status_code == 500


@pytest.mark.parametrize("key", ["404", 4.5, None, True, int, object()])
def test_a_key_that_is_none(key: Any) -> None:
    with pytest.raises(TypeError, match="given for a status or a class of exceptions; here for"):
        failing_app(exception_handlers={key: lambda: "x"})
