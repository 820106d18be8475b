"""What browser tests share: an app behind a real socket, a page that remembers its errors."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from fasthtml_nb.check import visit
from fasthtml_nb.web.pins import fetch_assets

SHELL = "chromium-headless-shell"  # The same engine without windows: a page costs a third
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path(
    whole: bool = False,  # With windows, and all that belongs to them
) -> str | None:
    """Return the path of the Chromium that tests start; `None` if there is none."""
    names = WHOLE if whole else (SHELL, *WHOLE)
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def serving(
    app: ASGIApp,  # Any ASGI app
    **config: Any,  # More settings for uvicorn
) -> Iterator[str]:
    """Serve `app` on a free loopback port from a thread; give the base URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    settings = {"log_level": "critical", "ws": "none", "timeout_graceful_shutdown": 0} | config
    server = uvicorn.Server(uvicorn.Config(app, **settings))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The server under test did not start.")
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        assert not thread.is_alive(), "The server under test did not stop."


@contextmanager
def page_of(
    runner: str,  # `ours`, or `chromium`
    app: ASGIApp,
    url: str,  # Where the page starts
    request: pytest.FixtureRequest,
) -> Iterator[Any]:
    """Open `url` on our page or on Playwright's, whose scripts must not fail."""
    if runner == "ours":
        yield visit(app, url)
        return
    browser = request.getfixturevalue("browser")
    with serving(app) as base, browser.new_context(base_url=base) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        yield page
        assert errors == []


RUNNERS = ["ours", pytest.param("chromium", marks=pytest.mark.browser)]


@contextmanager
def page_at(
    browser: Any,  # The `browser` fixture
    url: str,  # Where the page starts
    **context: Any,  # More settings for Playwright's `new_context`
) -> Iterator[Any]:
    """Open `url` afresh; `page.problems` lists errors on the page, `page.asked` its requests."""
    with browser.new_context(**context) as opened:
        page = opened.new_page()
        page.set_default_timeout(30_000)
        page.problems, page.asked = [], []
        page.on("console", lambda said: said.type == "error" and page.problems.append(said.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(url)
        yield page


@pytest.fixture(scope="session")
def local_assets() -> None:
    """Have the pinned assets at hand; without them skip, and fail where `CI` is set."""
    try:
        fetch_assets()
    except RuntimeError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"No local assets: {error}")
