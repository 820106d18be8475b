"""An app as a whole: sessions, files, threads, tasks, lifespan, and requests side by side."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.routing import WebSocketRoute as SocketRoute

from fasthtml_nb.common import (
    APIRouter,
    BackgroundTask,
    Beforeware,
    Div,
    FastHTML,
    HtmxHeaders,
    P,
    PlainTextResponse,
    RedirectResponse,
    Request,
    State,
    TestClient,
    Titled,
    UploadFile,
    fast_app,
)
from tests.apps.raw import send_raw


def make_app(**options: Any) -> Any:
    return FastHTML(**{"secret_key": "x", "default_hdrs": False} | options)


# Sessions ----------------------------------------------------------------------------------------


def test_a_session_stays() -> None:
    app = make_app()

    @app.get("/adder/{num}")
    def adder(session, num: int):
        session.setdefault("sum", 0)
        session["sum"] = session.get("sum") + num
        return f"The sum is {session['sum']}."

    first, second = TestClient(app), TestClient(app)
    assert [first.get(f"/adder/{n}").text for n in (1, 2)] == ["The sum is 1.", "The sum is 3."]
    assert second.get("/adder/5").text == "The sum is 5."
    (cookie,) = first.get("/adder/1").headers.get_list("set-cookie")
    assert cookie.startswith("session_=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=1209600"):
        assert part.lower() in cookie.lower()
    assert "Secure" not in cookie
    secure = TestClient(app, base_url="https://testserver").get("/adder/1")
    assert "; Secure" in secure.headers["set-cookie"]


def test_no_session_no_cookie_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = FastHTML(default_hdrs=False)
    app.get("/")(lambda: Div())
    answer = TestClient(app).get("/")
    assert "set-cookie" not in answer.headers and list(tmp_path.iterdir()) == []


def test_a_shared_redirect_carries_nobodys_session() -> None:
    """The document's `login_redir` is made once and answers everybody."""
    login = RedirectResponse("/login", status_code=303)

    def before(req, sess):
        sess["visits"] = sess.get("visits", 0) + 1
        sess["name"] = req.query_params["name"]
        return login

    app = make_app(before=Beforeware(before, skip="/login"))
    app.get("/")(lambda: Div())
    app.get("/login")(lambda: Div())
    for name in ("uma", "ann", "bob"):
        answer = TestClient(app, follow_redirects=False).get("/", params={"name": name})
        (cookie,) = answer.headers.get_list("set-cookie")
        stored = app.sessions.unsign(cookie.removeprefix("session_=").partition(";")[0])
        assert stored == {"visits": 1, "name": name}


def test_auth_is_never_input() -> None:
    app = make_app(before=lambda req: req.scope.update(auth=req.headers.get("x-user")))
    app.route("/bare")(lambda auth: f"{auth}")

    @app.route("/annotated")
    def annotated(auth: str, session: dict, request: Any):
        return f"{auth} {type(session).__name__}"

    client = TestClient(app)
    sent = {"auth": "admin", "session": "x", "request": "x"}
    for path in ("/bare", "/annotated"):
        for answer in (
            client.get(path, params=sent),
            client.post(path, data=sent),
            client.post(path, json=sent),
            client.get(path, headers={"auth": "admin", "cookie": "auth=admin"}),
        ):
            assert answer.text.startswith("None")
    assert client.get("/bare", headers={"x-user": "uma"}).text == "uma"


def test_specials() -> None:
    app = make_app()
    app.state.greeting = "hi"

    @app.get("/")
    def get(app, state, scope, htmx, req: Request, s: State, h: HtmxHeaders):
        return [
            *(type(app).__name__, state.greeting, scope["path"], req.method, s.greeting),
            *(bool(htmx), bool(h), h.target),
        ]

    client = TestClient(app)
    assert client.get("/").json() == ["FastHTML", "hi", "/", "GET", "hi", False, False, None]
    asked = client.get("/", headers={"hx-request": "true", "hx-target": "t"}).json()
    assert asked[-3:] == [True, True, "t"]


# Threads and tasks -------------------------------------------------------------------------------


def test_a_slow_handler_does_not_hold_up_the_others() -> None:
    app = make_app()
    released = threading.Event()

    @app.get("/slow")
    def slow():
        assert released.wait(10)
        return threading.current_thread().name

    @app.get("/fast")
    async def fast():
        released.set()
        return "fast"

    async def both() -> Any:
        first = asyncio.create_task(send_raw(app, "GET", b"/slow"))
        await asyncio.sleep(0.01)
        second = await send_raw(app, "GET", b"/fast")
        assert not first.done() or second.text == "fast"
        return await first, second

    slow_answer, fast_answer = asyncio.run(both())
    assert fast_answer.text == "fast" and "MainThread" not in slow_answer.text


def test_context_variables_reach_handlers_and_stay_apart() -> None:
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user", default="nobody")

    async def before(name: str = ""):
        if name:
            user.set(name)

    app = make_app(before=before)
    app.get("/sync")(lambda: user.get())

    @app.get("/async")
    async def asynchronous():
        await asyncio.sleep(0)
        return user.get()

    client = TestClient(app)
    for path in ("/sync", "/async"):
        assert [client.get(p).text for p in (f"{path}?name=uma", path)] == ["uma", "nobody"]


def test_requests_side_by_side_share_nothing() -> None:
    app = make_app(after=lambda resp, req: resp.headers.append("x-for", req.url.path))

    @app.post("/{kind}/{n}")
    def page(req, session, hdrs, bodykw, kind: str, n: int, text: str):
        session["n"] = n
        hdrs.append(P(n))
        bodykw["id"] = f"b{n}"
        time.sleep(0.001)
        return Titled(f"{kind} {n}", P(text))

    plain = TestClient(app).post("/x/0", data={"text": "t"}).text

    def ask(n: int) -> bool:
        answer = TestClient(app).post(f"/x/{n}", data={"text": f"text {n}"})
        expected = plain.replace(">0<", f">{n}<").replace("x 0", f"x {n}").replace("b0", f"b{n}")
        same = answer.text == expected.replace("<p>t</p>", f"<p>text {n}</p>")
        cookie = answer.headers["set-cookie"].removeprefix("session_=").partition(";")[0]
        return (
            same
            and answer.headers["x-for"] == f"/x/{n}"
            and app.sessions.unsign(cookie) == {"n": n}
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(120)))
    assert TestClient(app).post("/x/0", data={"text": "t"}).text == plain


def test_files_are_closed_after_the_background_tasks() -> None:
    events: list[Any] = []
    kept: list[UploadFile] = []
    app = make_app()

    def later(file: UploadFile) -> None:
        events.append(file.file.read())

    @app.post("/")
    async def post(f: UploadFile, g: list[UploadFile]):
        kept.extend([f, *g])
        return Div(f.filename), BackgroundTask(later, f)

    @app.post("/broken")
    async def broken(f: UploadFile):
        kept.append(f)
        raise ValueError("broken")

    client = TestClient(app, raise_server_exceptions=False)
    files = [("f", ("../a.txt", b"first")), ("g", ("b", b"x")), ("g", ("c", b"y" * 600_000))]
    answer = client.post("/", files=files)
    assert "<div>a.txt</div>" in answer.text
    assert events == [b"first"] and len(kept) == 3
    assert all(file.file.closed for file in kept)
    assert client.post("/broken", files=files[:1]).status_code == 500
    assert kept[-1].file.closed


# Lifespan ----------------------------------------------------------------------------------------


def test_lifespan_and_start_up_in_their_order() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, int]]:
        events.append("open")
        yield {"pool": 5}
        events.append("close")

    async def started(app: Any) -> None:
        events.append(f"start {type(app).__name__}")

    app = make_app(
        lifespan=lifespan,
        on_startup=[started, lambda: events.append("start 2")],
        on_shutdown=lambda: events.append("stop"),
    )
    app.get("/")(lambda req: f"{req.state.pool}")
    with TestClient(app) as client:
        assert events == ["start FastHTML", "start 2", "open"]
        assert client.get("/").text == "5"
    assert events[3:] == ["close", "stop"]


def test_a_start_that_fails_says_so() -> None:
    def fails() -> None:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"), TestClient(make_app(on_startup=fails)):
        raise AssertionError("It started.")


# Other apps --------------------------------------------------------------------------------------


def test_starlettes_routes_and_middleware() -> None:
    async def plain(request: Any) -> Any:
        return PlainTextResponse("plain")

    class Stamp:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def stamped(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"].append((b"x-stamp", b"1"))
                await send(message)

            await self.app(scope, receive, stamped)

    app = make_app(routes=[Route("/plain", plain)], middleware=[Middleware(Stamp)])
    app.get("/")(lambda: "ours")
    client = TestClient(app)
    assert (client.get("/plain").text, client.get("/").text) == ("plain", "ours")
    assert client.get("/").headers["x-stamp"] == client.get("/none").headers["x-stamp"] == "1"


def test_nothing_of_starlette_is_changed() -> None:
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse as Plain

    make_app()
    plain = Starlette(routes=[Route("/{a}/{p:path}", lambda r: Plain(r.path_params["p"]))])
    client = TestClient(plain)
    assert client.get("/x/y/z").text == "y/z"
    assert client.get("//z").status_code == 404  # Starlette's own convertor wants a segment


def test_a_websocket_beside_the_routes() -> None:
    async def echo(ws: Any) -> None:
        await ws.accept()
        ws.session["seen"] = True
        await ws.send_json(dict(ws.session))

    app = make_app(routes=[SocketRoute("/ws", echo)])
    with TestClient(app).websocket_connect("/ws") as ws:
        assert ws.receive_json() == {"seen": True}


# Static files ------------------------------------------------------------------------------------


def test_static_files_never_stand_before_a_route(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("file")
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "a.css").write_text("css")
    app, rt = fast_app(static_path=tmp_path, secret_key="x")
    rt("/data.csv")(lambda: "route")
    rt("/page/{name}")(lambda name: "route")
    client = TestClient(app)
    assert client.get("/data.csv").text == client.get("/page/a.css").text == "route"


def test_static_routes(tmp_path: Path) -> None:
    for name in ("a.css", "b.py", "c.tar.gz", ".env", "d"):
        (tmp_path / name).write_text(name)
    app = make_app()
    app.static_route_exts("/files", tmp_path)
    app.static_route(".py", "/source/", tmp_path)
    app.static_route_exts("/two/", tmp_path, exts=["css", ".py"])
    app.static_route(prefix="/all", static_path=tmp_path)
    client = TestClient(app)

    def served(prefix: str) -> set[str]:
        names = ("a.css", "b.py", "c.tar.gz", ".env", "d")
        return {n for n in names if client.get(f"{prefix}/{n}").status_code == 200}

    assert served("/files") == {"a.css", "c.tar.gz"}
    assert served("/source") == {"b.py"}
    assert served("/two") == {"a.css", "b.py"}
    assert served("/all") == {"a.css", "b.py", "c.tar.gz", "d"}
    assert served("") == set()
    assert client.post("/files/a.css").status_code == 404


def test_nothing_is_served_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.css").write_text("p{}")
    app, rt = fast_app(secret_key="x")
    with caplog.at_level(logging.WARNING, "fasthtml_nb"):
        assert TestClient(app).get("/site.css").status_code == 404
    assert "set static_path='.'" in caplog.text


# Routers and options -----------------------------------------------------------------------------


def test_a_router_brings_its_layout() -> None:
    router = APIRouter("/admin", body_wrap=lambda content, request: Div(content, cls="admin"))
    router.get("/")(lambda: P("x"))
    app = make_app()
    router.to_app(app)
    assert '<body><div class="admin"><p>x</p></div></body>' in TestClient(app).get("/admin").text


def test_fast_app_returns_the_apps_own_decorator() -> None:
    app, rt = fast_app(secret_key="x", bodykw={"data-theme": "dark"}, title="Shop")

    @rt
    def index():
        return Div()

    page = TestClient(app).get("/").text
    assert "<title>Shop</title>" in page and '<body data-theme="dark">' in page


def test_attributes_of_the_body_are_never_taken_for_options() -> None:
    app, _ = fast_app(default_hdrs=False, bodykw={"title": "Tip", "debug": True, "cls": "dark"})
    assert not app.debug and app.frame.title == "FastHTML page"
    assert app.frame.body_attributes == {"title": "Tip", "debug": True, "class": "dark"}
