"""An app behind a real uvicorn on a loopback socket, in a thread."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.sse import EventStream


class Served:
    """A server that runs, and can be stopped as a signal stops it."""

    def __init__(self, app: Any, **options: Any) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        options = {"ws": "websockets-sansio", "timeout_graceful_shutdown": 5, **options}
        config = uvicorn.Config(app, log_config=None, **options)
        self.server = uvicorn.Server(config)
        run = self.server.run
        self.thread = threading.Thread(target=run, args=([self.socket],), daemon=True)
        self.thread.start()
        until(lambda: self.server.started or not self.thread.is_alive())
        assert self.server.started

    def ask_to_stop(self) -> None:
        """Do what the handler of SIGTERM does."""
        self.server.should_exit = True

    def stop(self, seconds: float = 10) -> float:
        """Stop, and return how many seconds that took; fail if it hangs."""
        begun = time.monotonic()
        self.ask_to_stop()
        self.thread.join(seconds)
        assert not self.thread.is_alive(), f"the server has not stopped in {seconds} seconds"
        return time.monotonic() - begun


def until(true: Any, seconds: float = 30) -> None:
    """Wait until `true()` is; fail if it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so within {seconds} seconds: {true}"
        time.sleep(0.005)


@contextmanager
def served(app: Any, **options: Any) -> Iterator[Served]:
    """Serve `app` for the length of a `with` block."""
    with heard():
        running = Served(app, **options)
        try:
            yield running
        finally:
            if running.thread.is_alive():
                running.stop()


@contextmanager
def heard() -> Iterator[None]:
    """Let `caplog` see what uvicorn logs, also after a server that has set up its logging."""
    loggers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error")]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
        logger.propagate = True
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.propagate = propagate


@contextmanager
def listening(
    running: Served, path: str = "/stream", method: str = "GET"
) -> Iterator[httpx.Response]:
    """Ask, and leave with the `with` block."""
    with httpx.Client(timeout=30) as client:
        with client.stream(method, f"http://{running.address}{path}") as answer:
            yield answer


def app_with(make: Any, **options: Any) -> FastHTML:
    """Return an app that streams what `make()` yields."""
    app = FastHTML(secret_key="secret", **options)

    @app.get("/stream")
    def stream() -> EventStream:
        return EventStream(make())

    @app.get("/")
    def index() -> str:
        return "here"

    return app
