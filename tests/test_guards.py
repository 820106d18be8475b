"""What stands before a handler: for pages, mounts, websockets and files, never for assets."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from fasthtml_nb.common import (
    Beforeware,
    Div,
    FastHTML,
    HTTPException,
    JSONResponse,
    RedirectResponse,
    Response,
    TestClient,
    cookie,
)
from fasthtml_nb.web.assets import PREFIX, asset_url
from fasthtml_nb.web.guards import as_guards
from fasthtml_nb.web.pins import ASSETS


def make_app(**options: Any) -> Any:
    return FastHTML(secret_key="a key for tests", default_hdrs=False, **options)


def locked(req: Any) -> Any:
    """Answer unless the key is there."""
    if "key" not in req.query_params:
        return Response("locked", 401)


async def echo(ws: WebSocket) -> None:
    await ws.accept()
    await ws.send_text(await ws.receive_text())
    await ws.close()


def whole_app(folder: Path, **options: Any) -> Any:
    """Return an app with a page, a mount, a websocket and a folder of files."""
    (folder / "site.css").write_text("p {}")
    app = make_app(static_path=folder, **options)
    app.route("/", methods=["get", "post", "put", "delete", "patch"])(lambda: "page")
    inner = make_app(trusted_origins=options.get("trusted_origins", ()))
    inner.route("/page")(lambda: "mounted")
    app.mount("/inner", inner)
    app.router.add(WebSocketRoute("/ws", echo))
    return app


PLACES = {"/": "page", "/inner/page": "mounted", "/site.css": "p {}"}


@pytest.mark.parametrize("path", PLACES)
def test_guards_stand_before_everything(tmp_path: Path, path: str) -> None:
    client = TestClient(whole_app(tmp_path, before=locked))
    refused, passed = client.get(path), client.get(path, params={"key": ""})
    assert (refused.status_code, refused.text) == (401, "locked")
    assert (passed.status_code, passed.text) == (200, PLACES[path])
    assert client.head(path).status_code == 401


def test_guards_stand_before_websockets(tmp_path: Path) -> None:
    client = TestClient(whole_app(tmp_path, before=locked))
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/ws"):
        raise AssertionError("The handshake was not refused.")
    assert refused.value.code == 1008
    with client.websocket_connect("/ws?key") as ws:
        ws.send_text("hello")
        assert ws.receive_text() == "hello"


def test_a_refused_handshake_is_a_403_on_the_wire(tmp_path: Path) -> None:
    """Closing before accepting is what a server turns into status 403."""
    import asyncio

    sent: list[Any] = []

    async def run() -> None:
        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        scope = {"type": "websocket", "path": "/ws", "raw_path": b"/ws", "query_string": b""}
        scope |= {"headers": [(b"host", b"x")], "root_path": "", "scheme": "ws"}
        await whole_app(tmp_path, before=locked)(scope, receive, send)

    asyncio.run(run())
    assert sent == ["websocket.close"]


def test_assets_are_never_guarded(tmp_path: Path) -> None:
    client = TestClient(whole_app(tmp_path, before=lambda: "locked"))
    assert client.get(asset_url("fasthtml")).text.startswith(
        ("//", "/*", "(", '"use', "const", "v")
    )
    assert client.get(f"{PREFIX}nothing").status_code == 404
    assert all(
        client.get(PREFIX + asset.path).text != "locked" for asset in list(ASSETS.values())[:3]
    )
    assert client.get("/_fasthtm").text != "locked"  # no route: nothing to guard


@pytest.mark.parametrize(
    ("skip", "open_paths"),
    [
        ((), set()),
        ("/", {"/"}),
        (["/"], {"/"}),
        ([r".*\.css"], {"/site.css"}),
        (["/inner"], set()),
        (["/inner/.*", "/"], {"/inner/page", "/"}),
        (["/site.css|/x"], {"/site.css"}),
        (["(?i)/INNER/PAGE"], {"/inner/page"}),
    ],
)
def test_skip_matches_whole_paths(tmp_path: Path, skip: Any, open_paths: set[str]) -> None:
    client = TestClient(whole_app(tmp_path, before=Beforeware(locked, skip=skip)))
    assert {path for path in PLACES if client.get(path).status_code == 200} == open_paths


def test_the_skip_of_one_expression_does_not_leak_into_the_next() -> None:
    app = make_app(before=Beforeware(locked, skip=["/a|/b", "/c"]))
    app.route("/{name}")(lambda name: name)
    client = TestClient(app)
    found = {name: client.get(f"/{name}").status_code for name in "abc"} | {
        name: client.get(f"/{name}").status_code for name in ("ab", "a|", "bc", "c%0A")
    }
    assert [name for name, status in found.items() if status == 200] == ["a", "b", "c"]


def test_guards_run_in_order_and_the_first_answer_wins() -> None:
    ran: list[str] = []

    def first(req: Any) -> None:
        ran.append("first")
        req.scope["auth"] = "uma"

    async def second(auth: Any, n: int = 1) -> Any:
        ran.append(f"second {auth} {n}")
        return "stop" if n > 1 else None

    def third() -> bool:
        ran.append("third")
        return False

    app = make_app(before=[first, Beforeware(second, skip="/free"), third])
    app.route("/{path}", before=lambda: ran.append("own"))(lambda auth: f"page of {auth}")
    client = TestClient(app)
    assert client.get("/a").text == "page of uma"
    assert ran == ["first", "second uma 1", "third", "own"]
    ran.clear()
    assert client.get("/a?n=2").text == "stop"
    assert ran == ["first", "second uma 2"]
    ran.clear()
    assert client.get("/free?n=2").text == "page of uma"
    assert ran == ["first", "third", "own"]


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ("text", 200, "text"),
        (Div("x"), 200, "<div>x</div>"),
        (RedirectResponse("/login", 303), 303, ""),
        (JSONResponse({"a": 1}), 200, '{"a":1}'),
        (HTTPException(418, "tea"), 418, "tea"),
        ((Div("x"), cookie("a", "b")), 200, "<div>x</div>"),
        ({"a": 1}, 200, '{"a":1}'),
        (False, 200, "page"),
        (0, 200, "page"),
        ("", 200, "page"),
        ([], 200, "page"),
    ],
)
def test_a_truthy_answer_is_the_answer(answer: Any, status: int, text: str) -> None:
    app = make_app(before=lambda: answer)
    app.get("/")(lambda: "page")
    got = TestClient(app, follow_redirects=False).get("/", headers={"hx-request": "true"})
    assert got.status_code == status
    assert text in got.text.replace(" ", "")
    assert bool(got.headers.get("set-cookie")) == isinstance(answer, tuple)


def test_a_response_can_be_given_again_and_again() -> None:
    """The document's `login_redir` is one object for all requests."""
    redirect = RedirectResponse("/login", 303)
    app = make_app(before=Beforeware(lambda session: redirect, skip="/login"), after=seen_by)
    app.get("/")(lambda: "page")
    client = TestClient(app, follow_redirects=False)
    lengths = {len(client.get("/").headers.multi_items()) for _ in range(5)}
    assert len(lengths) == 1


def seen_by(resp: Any) -> None:
    assert resp.status_code


def test_a_guard_reads_the_body_and_leaves_it_to_the_handler() -> None:
    app = make_app(before=lambda name: None if name == "uma" else "who?")
    app.post("/")(lambda name, age: f"{name} {age}")
    client = TestClient(app)
    assert client.post("/", data={"name": "uma", "age": 5}).text == "uma 5"
    assert client.post("/", json={"name": "uma", "age": "5"}).text == "uma 5"
    assert client.post("/", data={"name": "x", "age": 5}).text == "who?"


def test_a_guard_that_needs_what_is_missing() -> None:
    app = make_app(before=lambda token: None)
    app.get("/")(lambda: "page")
    answer = TestClient(app).get("/")
    assert (answer.status_code, "token is missing" in answer.text) == (400, True)


def test_a_failing_guard_lets_nobody_in(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("broken")

    app = make_app(before=broken)
    app.get("/")(lambda: "page")
    with caplog.at_level(logging.CRITICAL):
        answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, "page" in answer.text) == (500, False)


def test_skip_sees_the_path_below_the_mount() -> None:
    inner = make_app(before=Beforeware(locked, skip="/open"))
    inner.route("/{name}")(lambda name: name)
    outer = make_app()
    outer.mount("/m", inner)
    client = TestClient(outer)
    assert client.get("/m/open").text == "open"
    assert client.get("/m/closed").status_code == 401


def test_an_encoded_path_does_not_slip_past_a_guard() -> None:
    app = make_app(before=Beforeware(locked, skip=["/public/.*"]))
    app.get("/admin")(lambda: "secret")
    app.get("/public/{page:path}")(lambda page: "public")
    client = TestClient(app)
    for path in ("/%61dmin", "/public/../admin", "/public/%2e%2e/admin", "/public%2f..%2fadmin"):
        assert client.get(path).text != "secret"
    assert client.get("/public/x").text == "public"


@pytest.mark.parametrize(
    ("before", "error", "said"),
    [
        (5, TypeError, "not iterable|A guard is a function"),
        ("locked", TypeError, "A guard is a function; here it is 'l'"),
        ([locked, None], TypeError, "A guard is a function; here it is None"),
        (Beforeware("x"), TypeError, "A guard is a function; here it is 'x'"),  # type: ignore
        (Beforeware(locked, skip="("), ValueError, "is no regular expression: missing"),
    ],
)
def test_what_is_no_guard(before: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        as_guards(before)


# After --------------------------------------------------------------------------------------------


def test_after_functions_see_and_change_the_response() -> None:
    def header(resp: Any) -> None:
        resp.headers["x-seen"] = "1"

    async def replaced(resp: Any, req: Any) -> Any:
        if req.url.path == "/replace":
            return JSONResponse({"was": resp.status_code, "seen": resp.headers["x-seen"]})

    app = make_app(after=[header, replaced])
    app.route("/{path}")(lambda path: path)
    client = TestClient(app)
    assert (client.get("/x").text, client.get("/x").headers["x-seen"]) == ("x", "1")
    assert client.get("/replace").json() == {"was": 200, "seen": "1"}


@pytest.mark.parametrize("asynchronous", [False, True])
def test_after_may_return_elements(asynchronous: bool) -> None:
    def plain(resp: Any) -> Any:
        return Div("after")

    async def awaited(resp: Any) -> Any:
        return Div("after")

    app = make_app(after=awaited if asynchronous else plain)
    app.get("/")(lambda: "page")
    answer = TestClient(app).get("/", headers={"hx-request": "true"})
    assert answer.text == "<div>after</div>"


# Other sites --------------------------------------------------------------------------------------

CROSS = [
    ({}, 200),
    ({"sec-fetch-site": "same-origin"}, 200),
    ({"sec-fetch-site": "none"}, 200),
    ({"sec-fetch-site": "same-site"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
    ({"sec-fetch-site": "cross-site", "origin": "https://pay.example"}, 200),
    ({"origin": "http://testserver"}, 200),
    ({"origin": "https://testserver"}, 200),
    ({"origin": "http://testserver:8000"}, 403),
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "https://pay.example"}, 200),
    ({"origin": "http://pay.example"}, 403),
    ({"origin": "null"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), CROSS)
def test_requests_of_other_sites(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    app = whole_app(tmp_path, trusted_origins="https://pay.example")
    app.route("/open", cross_site=True)(lambda: "open")
    client = TestClient(app)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/", headers=headers).status_code == status
    assert client.post("/inner/page", headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code == 200
    assert client.post("/open", headers=headers).status_code == 200
    if status == 403:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws", headers=headers):
            raise AssertionError("The handshake was not refused.")
    else:
        with client.websocket_connect("/ws", headers=headers) as ws:
            ws.send_text("x")
            assert ws.receive_text() == "x"


def test_a_refusal_says_what_to_do() -> None:
    app = make_app()
    app.post("/")(lambda: "page")
    answer = TestClient(app).post("/", headers={"origin": "http://evil.example"})
    assert "http://evil.example" in answer.text
    assert "trusted_origins=" in answer.text and "cross_site=True" in answer.text
