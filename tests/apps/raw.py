"""Requests as a server passes them on, byte for byte, past what a client would mend."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass
class Raw:
    """An answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def all(self, name: str) -> list[str]:
        """Return all values of a header."""
        return [v.decode("latin-1") for k, v in self.headers if k.decode("latin-1") == name]


async def send_raw(
    app: Any,
    method: str = "GET",
    target: bytes = b"/",  # Path and query as they stand in the request line
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: Iterable[bytes] = (),  # Chunks
    *,
    breaks_off: bool = False,  # The client leaves after the last chunk
    **scope: Any,
) -> Raw:
    """Ask `app`."""
    path, _, query = target.partition(b"?")
    whole = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"testserver"), *headers],
        "client": ("127.0.0.1", 5),
        "server": ("testserver", 80),
        "extensions": {},
    } | scope
    chunks = list(body)
    messages = [
        {"type": "http.request", "body": chunk, "more_body": breaks_off or i < len(chunks) - 1}
        for i, chunk in enumerate(chunks)
    ] or [{"type": "http.request", "body": b"", "more_body": breaks_off}]
    answer = Raw(0, [], b"")
    done = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        if not breaks_off:
            await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not answer.status, "an answer began twice"
            answer.status, answer.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            if not message.get("more_body"):
                done.set()

    await app(whole, receive, send)
    return answer


def ask_raw(app: Any, *args: Any, **options: Any) -> Raw:
    """Ask `app`, in a loop of its own."""
    return asyncio.run(send_raw(app, *args, **options))
