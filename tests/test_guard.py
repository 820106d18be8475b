"""The guard of a local server: names, origins, handshakes."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from fasthtml_nb.asgi.guard import Guard, host_name, is_loopback, refusal
from fasthtml_nb.web.client import TestClient

HERE = "http://localhost:5001"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:80", "localhost"),
        ("127.0.0.1:5001", "127.0.0.1"),
        ("[::1]:5001", "::1"),
        ("", None),
        ("a:b:c", None),
        ("[::1", None),
        ("user@localhost", None),
        ("localhost/x", None),
        ("localhost?x", None),
        ("localhost:99999", None),
    ],
)
def test_the_name_of_a_host_header(host, name):
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("localhost", True),
        ("a.b.localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("notlocalhost", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.nip.io", False),
        ("2130706433", False),
    ],
)
def test_loopback_names(name, here):
    assert is_loopback(name) is here


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:5001", "", None),
        ("localhost:5001", "http://localhost:5001", None),
        ("localhost:5001", "HTTP://LOCALHOST:5001", None),
        ("localhost:5001", "http://localhost:5002", 403),
        ("localhost:5001", "http://127.0.0.1:5001", 403),
        ("localhost:5001", "https://evil.example", 403),
        ("localhost:5001", "null", 403),
        ("localhost:5001", "http://[::1", 403),
        ("localhost", "http://localhost", None),
        ("localhost", "http://localhost:80", None),
        ("localhost", "file://localhost", 403),
        ("evil.example", "", 421),
        ("evil.example:5001", "http://evil.example:5001", 421),
        ("", "", 421),
    ],
)
def test_what_is_refused(host, origin, status):
    headers = [(b"Host", host.encode())] if host else []
    headers += [(b"Origin", origin.encode())] if origin else []
    found = refusal(headers)
    assert (found and found[0]) == status


def test_names_and_origins_by_argument_and_the_unsafe_way_is_explicit():
    headers = [(b"host", b"lab.example"), (b"origin", b"https://hub.example")]
    assert refusal(headers)[0] == 421
    assert refusal(headers, hosts=["lab.example"])[0] == 403
    assert refusal(headers, hosts=["lab.example"], origins=["https://hub.example"]) is None
    assert refusal(headers, hosts=["*"], origins=["*"]) is None
    # Spelt as a person does, they are found all the same
    guard = Guard(lambda *_: None, hosts=["Lab.example"], origins=["https://HUB.example/"])
    assert refusal(headers, guard.hosts, guard.origins) is None


def test_a_refusal_says_what_to_do():
    assert refusal([(b"host", b"lab.example:80")]) == (
        421,
        "This server answers as localhost or 127.0.0.1; this request was sent to 'lab.example:80'. "
        "If that name is yours, allow it: hosts=['lab.example'].",
    )
    assert refusal([(b"host", b"localhost"), (b"origin", b"http://x.example")]) == (
        403,
        "This server answers its own pages; this request comes from a page of 'http://x.example'. "
        "If that page is yours, allow it: origins=['http://x.example'].",
    )


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


def _app() -> Starlette:
    async def page(request):
        return PlainTextResponse("page")

    return Starlette(
        routes=[Route("/", page, methods=["GET", "POST"]), WebSocketRoute("/ws", _echo)]
    )


def test_in_front_of_an_app():
    client = TestClient(Guard(_app()), base_url=HERE)
    assert client.get("/").text == "page"
    refused = client.post("/", headers={"origin": "https://evil.example"})
    assert (refused.status_code, refused.headers["content-type"]) == (
        403,
        "text/plain; charset=utf-8",
    )
    assert TestClient(Guard(_app()), base_url="http://evil.example").get("/").status_code == 421


def test_a_foreign_websocket_gets_no_handshake():
    from starlette.websockets import WebSocketDisconnect

    client = TestClient(Guard(_app()), base_url=HERE)
    with client.websocket_connect("ws://localhost:5001/ws", headers={"origin": HERE}) as socket:
        socket.send_text("hi")
        assert socket.receive_text() == "hi"
    with pytest.raises(WebSocketDisconnect):
        with client.websocket_connect(
            "ws://localhost:5001/ws", headers={"origin": "https://evil.example"}
        ):
            pass


def test_one_name_is_not_a_list_of_letters():
    with pytest.raises(
        TypeError, match=r"origins is a list of names; found the text 'http://x'\. Use"
    ):
        Guard(_app(), origins="http://x")
