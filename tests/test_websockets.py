"""Websockets over a real server, with a real client."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from fasthtml_nb.ft.tree import element
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.binding import HtmxHeaders
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.declare import APIRouter
from fasthtml_nb.web.guards import Beforeware
from fasthtml_nb.web.shutdown import signal_shutdown
from fasthtml_nb.web.websockets import SocketRoute, setup_ws
from tests.apps.served import served, until

Div, Input, P = element("div"), element("input"), element("p")


def an_app(**options: Any) -> FastHTML:
    return FastHTML(secret_key="secret", **options)


class Visitor:
    """A browser's side of a socket."""

    def __init__(self, running, path="/ws", **options):
        self.opened = connect(f"ws://{running.address}{path}", open_timeout=20, **options)
        self.socket = self.opened.__enter__()

    def says(self, *messages: Any, **fields: Any) -> Visitor:
        for message in messages or [fields]:
            text = message if isinstance(message, (str, bytes)) else json.dumps(message)
            self.socket.send(text)
        return self

    def hears(self, count: int = 1) -> list[str]:
        return [self.socket.recv(timeout=20) for _ in range(count)]

    def closed(self) -> tuple[int, str]:
        with pytest.raises(ConnectionClosed):
            self.socket.recv(timeout=20)
        return self.socket.close_code, self.socket.close_reason

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *error: Any) -> None:
        self.opened.__exit__(*error)


def status_of(running, path="/ws", **options) -> int:
    with pytest.raises(InvalidStatus) as refused:
        Visitor(running, path, **options)
    return refused.value.response.status_code


# The quickstart's own -----------------------------------------------------------------------------


def test_open_speak_answer_leave():
    app, ends = an_app(), []

    async def on_connect(send):
        ends.append("open")
        await send(Div("Hello, you have connected", id="notifications"))

    async def on_disconnect(ws):
        ends.append(type(ws).__name__)

    @app.ws("/ws", conn=on_connect, disconn=on_disconnect)
    async def ws(msg: str, send):
        await send(Div("Hello " + msg, id="notifications"))
        return Div("Goodbye " + msg, id="notifications"), Input(id="msg")

    assert str(ws) == "/ws"
    with served(app) as running:
        with Visitor(running) as visitor:
            assert visitor.hears() == ['<div id="notifications">Hello, you have connected</div>']
            assert visitor.says(msg="<i>").hears(2) == [
                '<div id="notifications">Hello &lt;i&gt;</div>',
                '<div id="notifications">Goodbye &lt;i&gt;</div><input id="msg">',
            ]
            assert ends == ["open"]
        until(lambda: ends == ["open", "WebSocket"])


# Parameters ---------------------------------------------------------------------------------------


@dataclass
class Order:
    kind: str
    cups: int = 1


HTMX_2 = {"HX-Request": "true", "HX-Target": "chat", "HX-Trigger-Name": None, "HX-Trigger": "form"}


def test_parameters_come_from_message_path_query_cookie_and_session():
    app = an_app()

    @app.ws("/ws/{room}")
    def ws(
        room: int, kind: str, tags: list[str], lang: str, taste: str, sess, scope, app, auth=None
    ):
        return f"{room} {kind} {tags} {lang} {taste} {sess} {scope['type']} {app.title} {auth}"

    app.title = "tea"
    with served(app) as running:
        headers = {"cookie": "taste=sweet"}
        with Visitor(running, "/ws/7?lang=de", additional_headers=headers) as visitor:
            heard = visitor.says(kind="green", tags=["a", "b"], room=1, sess="x", auth="me").hears()
    assert heard == ["7 green [&#39;a&#39;, &#39;b&#39;] de sweet {} websocket tea None"]


@pytest.mark.parametrize("headers", ["HEADERS", "headers"])
def test_htmx_2_and_4(headers):
    app, seen = an_app(), []

    @app.ws("/ws")
    def ws(msg: str, htmx: HtmxHeaders, data: dict, req):
        seen.append((msg, htmx.target, htmx.trigger, htmx.prompt, data, req.headers.get("cookie")))
        return "ok"

    extra = {"HX-Prompt": "Grün", "Cookie": "session_=forged", "Host": "evil"}
    with served(app) as running, Visitor(running) as visitor:
        visitor.says({"msg": "a", headers: {**HTMX_2, **extra}}).hears()
        visitor.says({"msg": "b"}).hears()
    assert seen == [
        ("a", "chat", "form", "Grün", {"msg": "a"}, None),
        ("b", None, None, None, {"msg": "b"}, None),
    ]


def test_records_and_all_kinds_of_handlers():
    app = an_app()
    main = threading.main_thread()

    @app.ws("/record")
    async def record(order: Order):
        return P(f"{order.cups} x {order.kind}")

    @app.ws("/sync")
    def sync(msg: str, send):
        assert threading.current_thread().name.startswith("AnyIO") and main is not None
        send(P("sent from a thread"))
        return P(msg)

    @app.ws("/bits")
    async def bits(n: int):
        for i in range(n):
            yield P(i)

    @app.ws("/children")
    def children(n: int):
        yield from (P(i) for i in range(n))

    class Called:
        async def __call__(self, msg: str):
            return msg

    app.ws("/called")(Called())
    with served(app) as running:
        for path, fields, heard in [
            ("/record", {"kind": "oolong", "cups": "3"}, ["<p>3 x oolong</p>"]),
            ("/sync", {"msg": "hi"}, ["<p>sent from a thread</p>", "<p>hi</p>"]),
            ("/bits", {"n": 2}, ["<p>0</p>", "<p>1</p>"]),
            ("/children", {"n": 2}, ["<p>0</p><p>1</p>"]),
            ("/called", {"msg": "x"}, ["x"]),
        ]:
            with Visitor(running, path) as visitor:
                assert visitor.says(fields).hears(len(heard)) == heard


@pytest.mark.parametrize(
    ("returned", "heard"),
    [
        ("<b>", "&lt;b&gt;"),
        ({"a": 1}, '{"a": 1}'),
        ([1, 2], "[1, 2]"),
        ([P("a"), P("b")], "<p>a</p><p>b</p>"),
        (b"raw", b"raw"),
        (3, "3"),
    ],
)
def test_what_is_returned(returned, heard):
    app = an_app()

    @app.ws("/ws")
    def ws():
        return returned

    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says("{}").hears() == [heard]


def test_nothing_is_sent_for_none_and_text_is_trusted_only_if_asked():
    app = an_app(str_is_html=True)

    @app.ws("/ws")
    def ws(msg: str):
        return None if msg == "hush" else f"<b>{msg}</b>"

    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says({"msg": "hush"}, {"msg": "speak"}).hears() == ["<b>speak</b>"]


# What strangers send ------------------------------------------------------------------------------

BAD = [
    *("", "{", "tea", "[1]", '"text"', "1", "null", "true", "NaN", '{"a": 1, "a": 2}'),
    *(b"", b"\xff\x00", b'{"n": 1}', "[" * 10_000, '{"n":' * 200 + "1" + "}" * 200),
    *("{}", '{"n": "x"}', '{"n": null}', '{"n": [1, 2]}', '{"n": {"n": 1}}', '{"N": 1}'),
    *('{"n": 1e999}', '{"n": "1", "HEADERS": 5, "n": 2}', '{"HEADERS": {"n": "1"}}'),
    '{"n": "' + "9" * 100_000 + '"}',
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: repr(bad[:20]))
def test_no_message_kills_the_socket(bad, caplog):
    app, called = an_app(), []

    @app.ws("/ws")
    async def ws(n: int):
        called.append(n)
        return P(n)

    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says(bad, {"n": 7}).hears() == ["<p>7</p>"]
    assert called == [7]
    assert [r.message for r in caplog.records if r.name == "fasthtml_nb"]
    assert "A message to /ws was left alone: " in caplog.text and "Traceback" not in caplog.text


def test_no_headers_in_a_message_kill_the_socket():
    app = an_app()

    @app.ws("/ws")
    async def ws(n: int, htmx):
        return P(htmx.target)

    odd = {"HX-Target": "a\r\nb: c", "HX-Ünder": "x", "": "y", "HX-Prompt": "\ud800", "HX-A": 5}
    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says(n=1, HEADERS=odd).hears() == ["<p>a\r\nb: c</p>"]


def test_messages_longer_than_the_limit():
    from fasthtml_nb.web.binding import Limits

    app = an_app(limits=Limits(body=100))

    @app.ws("/ws")
    async def ws(msg: str):
        return str(len(msg))

    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says({"msg": "a" * 200}, {"msg": "a" * 20}).hears() == ["20"]


# Handlers that fail -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [ValueError("secret"), KeyError("secret"), HTTPException(404, "secret")]
)
def test_a_failure_closes_its_own_socket_and_no_other(error, caplog):
    app, left = an_app(exception_handlers={KeyError: lambda req, exc: P("not for sockets")}), []

    @app.ws("/ws", disconn=lambda ws: left.append(1))
    async def ws(msg: str):
        if msg == "fail":
            raise error
        return msg

    with served(app) as running, Visitor(running) as one, Visitor(running) as other:
        assert one.says(msg="fail").closed() == (1011, "")
        assert other.says(msg="fine").hears() == ["fine"]
        until(lambda: left == [1])
    failures = [r for r in caplog.records if r.name == "fasthtml_nb"]
    assert [r.getMessage() for r in failures] == [
        "The websocket handler of /ws failed; its socket is closed."
    ]
    assert failures[0].exc_info[1] is error
    assert not [r for r in caplog.records if r.name == "uvicorn.error" and r.levelname == "ERROR"]


def test_what_fails_when_it_opens_or_closes(caplog):
    app, closed = an_app(), []

    def fails(ws):
        raise ZeroDivisionError

    app.ws("/open", conn=fails, disconn=lambda ws: closed.append(1))(lambda: None)
    app.ws("/close", disconn=fails)(lambda: "x")
    app.ws("/ask", conn=lambda wanted: None, disconn=lambda ws: closed.append(2))(lambda: None)
    with served(app) as running:
        with Visitor(running, "/open") as visitor:
            assert visitor.closed() == (1011, "")
        with Visitor(running, "/close") as visitor:
            visitor.says("{}").hears()
        with Visitor(running, "/ask") as visitor:
            assert visitor.closed() == (1008, "")
        until(lambda: closed == [1, 2])
    assert "A websocket of /ask is closed: wanted is missing" in caplog.text


def test_a_handler_may_close_the_socket_itself():
    app = an_app()

    @app.ws("/ws")
    async def ws(ws):
        await ws.close(4000, "enough")

    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says("{}").closed() == (4000, "enough")


def test_sending_to_somebody_who_has_left():
    app, seen = an_app(), []

    async def disconn(send):
        with pytest.raises(WebSocketDisconnect):
            await send(P("bye"))
        seen.append("told")

    @app.ws("/ws", disconn=disconn)
    async def ws(send):
        await send("go")
        for _ in range(400):
            await send(P("there?"))
            await asyncio.sleep(0.01)
        seen.append("never told")

    with served(app) as running:
        with Visitor(running) as visitor:
            visitor.says("{}").hears()
        until(lambda: seen == ["told"])


def test_cookies_cannot_be_sent(caplog):
    from fasthtml_nb.web.responses import cookie

    app = an_app()

    @app.ws("/ws")
    def ws():
        return P("x"), cookie("a", "b")

    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says("{}").closed() == (1011, "")
    assert "Set cookies in a route that answers a request" in caplog.text


# Order, and time ----------------------------------------------------------------------------------


def test_messages_are_answered_in_order_and_sockets_do_not_wait_for_each_other():
    app = an_app()

    @app.ws("/ws")
    async def ws(n: float):
        await asyncio.sleep(n)
        return str(n)

    with served(app) as running, Visitor(running) as slow, Visitor(running) as fast:
        slow.says({"n": 0.6}, {"n": 0.0}, {"n": 0.01})
        begun = time.monotonic()
        assert fast.says(n=0.0).hears() == ["0.0"]
        assert time.monotonic() - begun < 0.5
        assert slow.hears(3) == ["0.6", "0.0", "0.01"]


def test_messages_sent_before_leaving_are_handled():
    app, done = an_app(), []

    @app.ws("/ws")
    async def ws(n: int):
        await asyncio.sleep(0.02)
        done.append(n)

    with served(app) as running:
        with Visitor(running) as visitor:
            visitor.says(*({"n": n} for n in range(5)))
        until(lambda: done == [0, 1, 2, 3, 4])


def test_the_server_stops_with_sockets_open():
    app, left = an_app(), []

    @app.ws("/ws", disconn=lambda ws: left.append(1))
    def ws(msg: str):
        return msg

    with served(app) as running, Visitor(running) as visitor:
        visitor.says(msg="x").hears()
        assert running.stop() < 2
        assert visitor.closed()[0] == 1012
    assert left == [1]


@pytest.mark.parametrize("kind", ["async", "thread"])
def test_a_handler_without_end_knows_that_the_server_stops(kind):
    app, shutdown, ended = an_app(), signal_shutdown(), []

    async def ticks(send):
        await send("tick")
        while not shutdown.is_set():
            await asyncio.sleep(0.02)
        ended.append(kind)

    def waits(send):
        send("tick")
        while not shutdown.is_set():
            time.sleep(0.02)
        ended.append(kind)

    app.ws("/ws")(ticks if kind == "async" else waits)
    with served(app) as running, Visitor(running) as visitor:
        assert visitor.says("{}").hears() == ["tick"]
        assert ended == []
        running.ask_to_stop()
        until(lambda: ended or not running.thread.is_alive())
    assert ended == [kind]


# Who may connect ----------------------------------------------------------------------------------


def test_other_sites_may_not_connect():
    app = an_app(trusted_origins="https://partner.example")
    app.ws("/ws")(lambda: "own")
    app.ws("/open", cross_site=True)(lambda: "open")
    with served(app) as running:
        own = f"http://{running.address}"
        assert status_of(running, origin="https://evil.example") == 403
        assert status_of(running, additional_headers={"Sec-Fetch-Site": "cross-site"}) == 403
        for path, origin in [
            *(("/ws", None), ("/ws", own), ("/ws", "https://partner.example")),
            ("/open", "https://evil.example"),
        ]:
            with Visitor(running, path, origin=origin) as visitor:
                assert visitor.says("{}").hears() in (["own"], ["open"])


def guard(req, who: str = ""):
    req.scope["auth"] = who
    if who != "uma":
        return PlainTextResponse("no")


@pytest.mark.parametrize("where", ["app", "route", "router"])
def test_guards(where):
    app, connected = an_app(before=guard if where == "app" else None), []
    place: Any = APIRouter("/in", before=guard) if where == "router" else app
    options = {"before": guard} if where == "route" else {}

    @place.ws("/ws", conn=lambda ws: connected.append(1), **options)
    def ws(auth):
        return auth

    if where == "router":
        place.to_app(app)
    path = "/in/ws" if where == "router" else "/ws"
    with served(app) as running:
        assert status_of(running, path) == 403
        assert connected == []
        with Visitor(running, f"{path}?who=uma") as visitor:
            assert visitor.says(auth="root").hears() == ["uma"]


def test_guards_that_skip_or_raise():
    def raises():
        raise HTTPException(401)

    app = an_app(before=Beforeware(raises, skip=["/open"]))
    app.ws("/ws")(lambda: "x")
    app.ws("/open")(lambda: "open")
    with served(app) as running:
        assert status_of(running) == 403
        with Visitor(running, "/open") as visitor:
            assert visitor.says("{}").hears() == ["open"]


def test_paths_that_do_not_fit_are_refused():
    app = an_app()
    app.ws("/ws/{n}")(lambda n: "x")

    @app.ws("/int/{n}")
    def number(n: int):
        return str(n)

    with served(app) as running:
        assert status_of(running, "/int/x") == 403
        assert status_of(running, "/none") == 403
        with Visitor(running, "/int/5") as visitor:
            assert visitor.says("{}").hears() == ["5"]
        assert httpx.get(f"http://{running.address}/int/5").status_code == 404


def test_sessions_are_read():
    app = an_app()

    @app.get("/login")
    def login(sess):
        sess["user"] = "uma"

    @app.ws("/ws")
    def ws(sess):
        return sess.get("user", "nobody")

    client = TestClient(app)
    client.get("/login")
    with client.websocket_connect("/ws") as socket:
        socket.send_text("{}")
        assert socket.receive_text() == "uma"


# Declaring ----------------------------------------------------------------------------------------


def test_declared_again_it_is_replaced_in_place_and_pages_stay():
    app = an_app()

    def handler_of(text: str) -> Callable[[], str]:
        def ws() -> str:
            return text

        return ws

    @app.get("/ws")
    def page():
        return "page"

    app.ws("/ws")(handler_of("old"))
    app.get("/last")(page)
    assert [type(route) is SocketRoute for route in app.routes] == [False, True, False]
    with served(app) as running:
        with Visitor(running) as visitor:
            assert visitor.says("{}").hears() == ["old"]
            app.ws("/ws")(handler_of("new"))
            assert visitor.says("{}").hears() == ["old"]  # this socket stays with its handler
        with Visitor(running) as visitor:
            assert visitor.says("{}").hears() == ["new"]
        assert httpx.get(f"http://{running.address}/ws").text == "page"
    assert [type(route) is SocketRoute for route in app.routes] == [False, True, False]


def test_middleware_host_and_names():
    app, seen = an_app(), []

    class Sees:
        def __init__(self, app, word):
            self.app, self.word = app, word

        async def __call__(self, scope, receive, send):
            seen.append(self.word)
            await self.app(scope, receive, send)

    @app.ws(
        "/ws", name="chat", middleware=[Middleware(Sees, "outer"), Middleware(Sees, word="inner")]
    )
    def ws(ws):
        return str(ws.url_for("chat"))

    app.ws("/hosted", host="{shop}.example")(lambda shop: shop)
    with served(app) as running:
        with Visitor(running) as visitor:
            assert visitor.says("{}").hears() == [f"ws://{running.address}/ws"]
        assert seen == ["outer", "inner"]
        assert status_of(running, "/hosted") == 403
    with TestClient(app).websocket_connect("ws://tea.example/hosted") as socket:
        socket.send_text("{}")
        assert socket.receive_text() == "tea"


# To all -------------------------------------------------------------------------------------------


def test_broadcast_from_everywhere():
    app = an_app()

    async def shout(msg: str):
        await everybody(P(msg))

    everybody = setup_ws(app, shout)

    @app.get("/async")
    async def from_the_loop():
        await everybody(P("loop"))
        return "ok"

    @app.get("/thread")
    def from_a_thread():
        everybody(P("a"), P("thread"))
        return "ok"

    with served(app) as running:
        with Visitor(running) as one, Visitor(running) as other:
            until(lambda: len(everybody) == 2)
            one.says(msg="<hi>")
            assert one.hears() == other.hears() == ["<p>&lt;hi&gt;</p>"]
            for path in ("async", "thread"):
                assert httpx.get(f"http://{running.address}/{path}").text == "ok"
            assert one.hears(2) == other.hears(2) == ["<p>loop</p>", "<p>a</p><p>thread</p>"]
            everybody(P("main"))  # from the thread of this test
            assert one.hears() == other.hears() == ["<p>main</p>"]
        until(lambda: len(everybody) == 0)
        everybody(P("nobody"))


def test_broadcast_over_two_servers_and_without_a_handler():
    app = an_app()
    everybody = setup_ws(app)
    with served(app) as first, served(app) as second:
        with Visitor(first) as one, Visitor(second) as other:
            until(lambda: len(everybody) == 2)
            one.says("[]", "{}")
            everybody(P("both"))
            assert one.hears() == other.hears() == ["<p>both</p>"]


def test_one_visitor_who_does_not_listen_holds_up_nobody():
    app = an_app()
    everybody = setup_ws(app)
    everybody.patience = 2
    with served(app) as running:
        with Visitor(running) as one:
            with Visitor(running, max_queue=1, compression=None):
                until(lambda: len(everybody) == 2)
                heard: list[str] = []
                reader = threading.Thread(target=lambda: heard.extend(one.hears(60)), daemon=True)
                reader.start()
                for _ in range(60):
                    everybody("x" * 1_000_000)
                reader.join(60)
                assert len(heard) == 60
                until(lambda: len(everybody) == 1)
