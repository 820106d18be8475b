"""The server of a scenario: an ASGI app that answers by its routes and logs what it was asked."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .scenarios import Scenario

SCRIPT = "/_htmx.js"


class Site:
    """Answers for one scenario at a time."""

    def __init__(self, script: bytes = b"", *, real_time: bool = False) -> None:
        self.script, self.real_time = script, real_time
        self.busy = 0

    def serve(self, scenario: Scenario) -> None:
        """Answer for a scenario from now on."""
        self.scenario = scenario
        self.log: list[dict[str, Any]] = []
        self.calls: dict[str, int] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.busy += 1
        try:
            status, headers, content = await self.answer(scope, body)
        finally:
            self.busy -= 1
        raw = [(name.encode("latin-1"), said.encode("latin-1")) for name, said in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        empty = status in (204, 304)
        await send({"type": "http.response.body", "body": b"" if empty else content})

    async def answer(self, scope: Any, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Look up the route, and log the request unless it is the page's first."""
        path, method = scope["path"], scope["method"]
        if path == SCRIPT:
            return 200, [("content-type", "text/javascript")], self.script
        if path == "/favicon.ico":
            return 204, [], b""
        route = f"{method} {path}"
        number = self.calls[route] = self.calls.get(route, 0) + 1
        if route != "GET /" or number > 1:
            self.log.append(entry(scope, body))
        said = self.scenario.routes.get(route)
        if said is None:
            first = route == "GET /"
            said = {"page": self.scenario.page} if first else {"html": "not here", "status": 404}
        if isinstance(said, list):
            said = said[min(number, len(said)) - 1]
        said = {"html": said} if isinstance(said, str) else said
        if self.real_time and said.get("delay_ms"):
            await asyncio.sleep(said["delay_ms"] / 1000)
        text = self.whole(said) if "page" in said else said.get("html", "")
        headers = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store")]
        return said.get("status", 200), headers + [*said.get("headers", {}).items()], text.encode()

    def whole(self, said: dict[str, Any]) -> str:
        """Write a page around a body."""
        title, body = said.get("title", "Start"), self.scenario.body
        return (
            f"<!DOCTYPE html><html><head><title>{title}</title>{self.scenario.head}"
            f'<script src="{SCRIPT}"></script></head><body{" " if body else ""}{body}>'
            f"{said['page']}</body></html>"
        )


def entry(scope: Any, body: bytes) -> dict[str, Any]:
    """Write down a request: what a server can see of it that is htmx's."""
    headers = {name.decode("latin-1"): said.decode("latin-1") for name, said in scope["headers"]}
    kind = headers.get("content-type", "")
    hx = {name: said for name, said in sorted(headers.items()) if re.match("hx-|x-", name)}
    if "hx-current-url" in hx:
        parts = urlsplit(hx["hx-current-url"])
        hx["hx-current-url"] = parts._replace(scheme="", netloc="").geturl()
    form: Any = body.decode("utf-8", "replace") or None
    if kind.startswith("application/x-www-form-urlencoded"):
        form = [list(pair) for pair in parse_qsl(body.decode(), keep_blank_values=True)]
    elif kind.startswith("multipart/form-data"):
        form = parts_of(kind, body)
    query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
    return {
        "method": scope["method"],
        "path": scope["path"],
        "query": [list(pair) for pair in query],
        "type": kind.split(";")[0] or None,
        "form": form,
        "hx": hx,
    }


def parts_of(kind: str, body: bytes) -> list[list[Any]]:
    """Read a multipart body: names, and texts or what is known of a file."""
    found = re.search(r'boundary="?([^";]+)', kind)
    assert found, kind
    parts = []
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        text = head.decode("utf-8", "replace")
        name, file = re.search(r'name="([^"]*)"', text), re.search(r'filename="([^"]*)"', text)
        assert name, text
        value = {"file": file[1], "size": len(content)} if file else content.decode()
        parts.append([name[1], value])
    return parts


def digest(scenario: Scenario) -> str:
    """Tell whether a golden still belongs to its scenario."""
    from hashlib import blake2b

    told = [scenario.page, scenario.steps, scenario.routes, scenario.head, scenario.body]
    return blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=6).hexdigest()
