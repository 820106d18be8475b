"""A proxy that lets a browser reach one port of this machine, and says what else it asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from urllib.parse import urlsplit


class Proxy:
    """An HTTP proxy; websockets come as CONNECT, everything else with a whole URL."""

    def __init__(self, port: int) -> None:
        """Let nothing pass but what goes to `port` of 127.0.0.1."""
        self.allowed = f"127.0.0.1:{port}"
        self.passed, self.refused = 0, []
        self.open: set[asyncio.StreamWriter] = set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sides = [writer]
        self.open.update(sides)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            place = target if method == "CONNECT" else urlsplit(target).netloc
            if place != self.allowed:
                self.refused.append(place)
                return
            self.passed += 1
            host, _, port = place.partition(":")
            answers, there = await asyncio.open_connection(host, int(port))
            sides.append(there)
            self.open.add(there)
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                there.write(_as_server_wants_it(head, target))
            await asyncio.gather(_pipe(reader, there), _pipe(answers, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # One side has left: so does the other
        finally:
            self.open.difference_update(sides)
            for side in sides:
                side.close()


def _as_server_wants_it(head: bytes, target: str) -> bytes:
    # One request for each connection: the next one may go elsewhere
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    kept = [line for line in lines if b"connection:" not in line.lower()]
    first = first.replace(target.encode(), path.encode(), 1)
    return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


@contextmanager
def only_port(port: int) -> Iterator[tuple[str, Proxy]]:
    """Run a proxy to `port` in a thread; give its address and itself."""
    proxy, listening = Proxy(port), Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(proxy, listening)), daemon=True)
    thread.start()
    address, loop, ended = listening.result(10)
    try:
        yield address, proxy
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)


async def _serve(proxy: Proxy, listening: Future) -> None:
    server, ended = await asyncio.start_server(proxy.answer, "127.0.0.1", 0), asyncio.Event()
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    listening.set_result((address, asyncio.get_running_loop(), ended))
    await ended.wait()
    server.close()
    for side in list(proxy.open):
        side.transport.abort()
    if left := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(left, timeout=5)
