"""The base of middleware: what it passes on, and where it keeps the app."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.middleware import MiddlewareBase


class Inherits(MiddlewareBase):
    """Keeps the app where the base does."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if conn := await super().__call__(scope, receive, send):
            conn.scope["seen"] = type(conn)
            await self.app(scope, receive, send)


class Underscored(Inherits):
    """Keeps it as FastHTML's own programs do, and does not call the base."""

    def __init__(self, app: Any) -> None:
        self._app = app

    app = property(lambda self: self._app)  # type: ignore[assignment]


class Named(Inherits):
    """Sets it itself."""

    def __init__(self, app: Any) -> None:
        self.app = app


@pytest.mark.parametrize("kind", [Inherits, Underscored, Named])
def test_requests_sockets_and_the_lifespan(kind: Any) -> None:
    events: list[str] = []
    app = FastHTML(middleware=[Middleware(kind)], on_startup=lambda: events.append("up"))
    app.get("/")(lambda req: req.scope["seen"].__name__)

    @app.ws("/ws")
    async def socket(ws, send):
        await send(ws.scope["seen"].__name__)

    with TestClient(app) as client:
        assert client.get("/").text == "HTTPConnection"
        with client.websocket_connect("/ws") as ws:
            ws.send_json({})
            assert ws.receive_text() == "HTTPConnection"
    assert events == ["up"]


def test_what_the_base_returns() -> None:
    async def never(*args: Any) -> None:
        raise AssertionError("not for the base to call")

    async def main(kind: str) -> Any:
        return await MiddlewareBase(never)({"type": kind}, None, None)  # type: ignore[arg-type]

    for kind in ("http", "websocket"):
        assert isinstance(asyncio.run(main(kind)), HTTPConnection)
    with pytest.raises(AssertionError, match="not for the base"):
        asyncio.run(main("lifespan"))


def test_an_app_kept_nowhere() -> None:
    class Forgetful(MiddlewareBase):
        def __init__(self, app: Any) -> None: ...

    async def main() -> None:
        await Forgetful(None)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="Forgetful has no app to pass its lifespan to. Keep it in"):
        asyncio.run(main())
