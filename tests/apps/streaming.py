"""A page with streams and a websocket; the app notes what happens, a tab shows the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.htmx import Htmx
from fasthtml_nb.checks.streams import Streams
from fasthtml_nb.checks.tab import Tab

ADDRESSES = {
    2: ("/htmx.org@2/htmx.min.js", "/sse.js", "/ws.js"),
    4: ("/htmx.org@4/htmx.min.js", "/hx-sse.js", "/hx-ws.js"),
}
WAIT = 60.0
SSE = '<div hx-ext="sse" sse-connect="/news">{}</div>'


class Site:
    """An app with one page, streams by path, and a record of what happened."""

    def __init__(self, body: str, dialect: int = 2, **streams: list[str]) -> None:
        self.log: list[str] = []
        self.sent: list[Any] = []
        self.seen_ids: list[str | None] = []
        self.parts = streams
        self.go = False  # Whether a stream may go on after its "GO"
        scripts = "".join(f'<script src="{src}"></script>' for src in ADDRESSES[dialect])
        page = f"<!DOCTYPE html><title>T</title>{scripts}<body>{body}"
        routes: list[Any] = [
            Route("/", lambda request: HTMLResponse(page)),
            Route("/part", lambda request: HTMLResponse("<i>part</i>")),
            Route("/away", lambda request: HTMLResponse("<p id=away>away</p>")),
            Route("/empty", lambda request: HTMLResponse("")),
            Route("/text", lambda request: PlainTextResponse("no stream")),
        ]
        routes += [Route(f"/{name}", self.stream(name, parts)) for name, parts in streams.items()]
        routes.append(WebSocketRoute("/ws", self.socket))
        self.replies: list[str] = []
        self.app = Starlette(routes=routes)

    def stream(self, name: str, parts: list[str]) -> Any:
        async def events() -> AsyncIterator[str]:
            self.log.append(f"{name} opened")
            try:
                for part in parts:
                    if part == "END":
                        return
                    if part == "GO":
                        while not self.go:
                            await asyncio.sleep(0.002)
                        continue
                    yield part
                await asyncio.sleep(WAIT)
            finally:
                self.log.append(f"{name} closed")

        def answer(request: Any) -> Response:
            self.seen_ids.append(request.headers.get("last-event-id"))
            return StreamingResponse(events(), media_type="text/event-stream")

        return answer

    async def socket(self, socket: Any) -> None:
        await socket.accept()
        self.log.append("ws opened")
        for reply in self.replies:
            await socket.send_text(reply)
        try:
            async for text in socket.iter_text():
                self.sent.append(json.loads(text))
                if self.sent[-1].get("text") == "fail":
                    return await socket.close(1011)
                await socket.send_text(f'<li id="last">{self.sent[-1].get("text")}</li>')
        finally:
            self.log.append("ws closed")

    def tab(self, **options: Any) -> Tab:
        tab = Tab(Client(self.app), scripts=[Htmx(), Streams()], **options)
        tab.open("/")
        return tab


def text_of(tab: Tab, id: str) -> str:
    found = tab.document.get_by_id(id)
    return "(gone)" if found is None else found.text


def shows(tab: Tab, id: str, text: str, ms: float = 5000) -> None:
    assert tab.until(lambda: text_of(tab, id) == text, ms), (text_of(tab, id), tab.problems)


FIELDS = (
    "<input name=text id=text required><button id=say name=by value=b>Say</button></form></div>"
)
CHAT = {
    2: '<div hx-ext="ws" ws-connect="/ws"><ul><li id=last></li></ul><form ws-send id=f>' + FIELDS,
    4: '<div hx-ws:connect="/ws" hx-target="#last" hx-swap="outerHTML"><ul><li id=last></li></ul>'
    "<form hx-ws:send id=f>" + FIELDS,
}


def say(tab: Tab, text: str) -> None:
    tab.act("fill", tab.document.get_by_id("text"), value=text)
    tab.act("click", tab.document.get_by_id("say"))
