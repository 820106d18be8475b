"""A handler stops when its visitor leaves: over a real socket, and message by message."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fasthtml_nb.ft.tags import P
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.binding import explain
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.disconnect import (
    Disconnected,
    _Ahead,
    cancel_on_disconnect,
    until_disconnect,
)
from fasthtml_nb.web.layouts import into
from tests.browser_support import serving


def piece(text: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": text, "more_body": more}


LEFT = {"type": "http.disconnect"}


class Line:
    """Messages of a server, and how many were fetched; after the last it waits."""

    def __init__(self, messages: Iterable[dict[str, Any]]) -> None:
        self.messages, self.fetched = list(messages), 0

    async def __call__(self) -> dict[str, Any]:
        if self.fetched == len(self.messages):
            await asyncio.Event().wait()
        self.fetched += 1
        return self.messages[self.fetched - 1]


def request(line: Line, method: str = "POST") -> Request:
    scope = {"type": "http", "method": method, "path": "/", "headers": []}
    return Request(scope, line)


def test_a_body_is_still_there_for_the_handler() -> None:
    async def main() -> bytes:
        req = request(Line([piece(b"one"), piece(b"two"), piece(b"three", False)]))

        async def read() -> bytes:
            await asyncio.sleep(0.01)  # the listener is ahead
            return await req.body()

        return await until_disconnect(req, read())

    assert asyncio.run(main()) == b"onetwothree"


def test_a_body_can_be_read_afterwards() -> None:
    async def main() -> bytes:
        req = request(Line([piece(b"one"), piece(b"two", False)]))
        assert await until_disconnect(req, asyncio.sleep(0.01, "done")) == "done"
        return await req.body()

    assert asyncio.run(main()) == b"onetwo"


def test_only_one_piece_waits_in_memory() -> None:
    async def main() -> int:
        line = Line([piece(b"x")] * 50)
        await until_disconnect(request(line), asyncio.sleep(0.02))
        return line.fetched

    assert asyncio.run(main()) == 1


def test_pieces_in_every_order_of_reading() -> None:
    async def main(pause: float) -> list[str]:
        ahead = _Ahead(Line([*(piece(b"x") for _ in range(9)), piece(b"y", False), LEFT]))
        listening, read = asyncio.create_task(ahead.listen()), []
        while not read or read[-1] != "http.disconnect":
            await asyncio.sleep(pause)
            read.append((await ahead())["type"])
        await listening
        return read

    for pause in (0, 0.001):
        assert asyncio.run(main(pause)) == ["http.request"] * 10 + ["http.disconnect"]


@pytest.mark.parametrize("before", [[], [piece(b"", False)], [piece(b"all", False)]])
def test_leaving_is_noticed_behind_an_unread_body(before: list[Any]) -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append("ended")

    async def main() -> None:
        await until_disconnect(request(Line([*before, LEFT])), work())

    with pytest.raises(Disconnected) as caught:
        asyncio.run(main())
    assert ended == ["ended"] and caught.value.status_code == 499


def test_what_the_work_raises_is_raised() -> None:
    async def fails() -> None:
        raise LookupError("ours")

    async def main(work: Any) -> None:
        await until_disconnect(request(Line([])), work)

    with pytest.raises(LookupError, match="ours"):
        asyncio.run(main(fails()))


def test_a_broken_line_is_no_leaving() -> None:
    async def broken() -> Any:
        raise OSError("broken")

    async def main() -> None:
        await until_disconnect(Request({"type": "http"}, broken), asyncio.sleep(60))

    with pytest.raises(OSError, match="broken"):
        asyncio.run(main())


def test_who_is_cancelled_cancels_the_work() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(1)

    async def main() -> None:
        task = asyncio.create_task(until_disconnect(request(Line([])), work()))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert ended == [1]


# Handlers -----------------------------------------------------------------------------------------


def test_a_handler_keeps_its_parameters() -> None:
    app = FastHTML(secret_key="k")

    @app.post("/x/{n}")
    @into(lambda *content, title="T": P(title, *content))
    @cancel_on_disconnect
    async def handler(n: int, req, name: str, session):
        session["n"] = n
        return P(f"{n} {name} {req.method}")

    client = TestClient(app, headers={"HX-Request": "true"})
    answer = client.post("/x/3?title=Q", data={"name": "Uma"})
    assert answer.text == "<p>Q<p>3 Uma POST</p></p>" and client.session == {"n": 3}
    assert client.post("/x/3").status_code == 400
    assert "fasthtml_request" in str(explain(handler))


def test_a_handler_may_read_the_body_itself() -> None:
    app = FastHTML()

    @app.post("/x")
    @cancel_on_disconnect
    async def handler(req):
        return {"n": len(await req.body())}

    assert TestClient(app).post("/x", content=b"x" * 300_000).json() == {"n": 300_000}


def test_timeouts() -> None:
    app = FastHTML()

    @app.get("/slow")
    @cancel_on_disconnect(timeout=0.02)
    async def slow():
        await asyncio.sleep(60)

    @app.get("/own")
    @cancel_on_disconnect(timeout=60)
    async def own():
        raise TimeoutError("a database's")

    client = TestClient(app)
    answer = client.get("/slow")
    assert (answer.status_code, answer.text) == (503, "This took longer than 0.02 seconds.")
    with pytest.raises(TimeoutError, match="a database's"):
        client.get("/own")


def test_called_as_a_function() -> None:
    @cancel_on_disconnect(timeout=1)
    async def plain(n: int):
        return n

    assert asyncio.run(plain(3)) == 3


@pytest.mark.parametrize("kind", ["sync", "generator", "route"])
def test_what_cannot_be_cancelled(kind: str) -> None:
    async def generator():
        yield 1

    async def handler(): ...

    given = {"sync": lambda: 1, "generator": generator, "route": FastHTML().get("/")(handler)}[kind]
    with pytest.raises(TypeError, match="stops a handler where it awaits|stands above the route"):
        cancel_on_disconnect(given)


@pytest.mark.parametrize("method", ["GET", "POST", "form"])
def test_over_a_socket(method: str) -> None:
    app = FastHTML(secret_key="k")
    begun, ended = threading.Event(), threading.Event()
    seen: list[str] = []

    @app.route("/slow", methods=["get", "post"])
    @cancel_on_disconnect
    async def slow(name: str = ""):
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(f"cancelled {name}")
            raise
        finally:
            ended.set()

    body = b"name=Uma" if method == "form" else b""
    kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
    verb = "GET" if method == "GET" else "POST"
    with serving(app) as base:
        host, port = base.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            head = f"{verb} /slow HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
            line.sendall(f"{head}{kind}\r\n".encode() + body)
            assert begun.wait(10)
        assert ended.wait(10)
    assert seen == [f"cancelled {'Uma' if body else ''}"]


def test_it_is_an_http_exception() -> None:
    assert isinstance(Disconnected(), HTTPException)
