"""Live reload: what answers, who may ask, and a page in a browser that follows its file."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from fasthtml_nb.ft.tags import P
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.fast_app import fast_app
from fasthtml_nb.web.live_reload import FastHTMLWithLiveReload, LiveReload
from tests.browser_support import page_at, serving

STREAM = "/_fasthtml/live"


async def ask(app: Any, headers: dict[str, str], leave: bool = True) -> list[dict[str, Any]]:
    """Ask for the stream, leave when something was said, and return the messages sent."""
    said: list[dict[str, Any]] = []
    heard = asyncio.Event()

    async def send(message: Any) -> None:
        said.append(message)
        if message.get("body"):
            heard.set()

    async def receive() -> dict[str, Any]:
        await heard.wait()
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": STREAM, "query_string": b""}
    raw = [(k.encode(), v.encode()) for k, v in {"host": "127.0.0.1:5001", **headers}.items()]
    async with asyncio.timeout(10):
        await app({**scope, "scheme": "http", "headers": raw}, receive, send)
    return said


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://127.0.0.1:5001"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_who_may_ask(headers: dict[str, str], status: int) -> None:
    start, *parts = asyncio.run(ask(LiveReload(Starlette(), "3f2a"), headers))
    assert start["status"] == status
    body = b"".join(part.get("body", b"") for part in parts)
    assert (body == b"data: 3f2a\n\n") == (status == 200)


def test_it_is_not_there_unless_asked() -> None:
    client = TestClient(fast_app()[0])
    assert client.get(STREAM).status_code == client.get(STREAM + ".js").status_code == 404


def test_no_guard_and_no_session_stand_before_it() -> None:
    app, rt = fast_app(live=True, before=lambda: P("Log in"), secret_key="k")
    rt("/")(lambda session: session.setdefault("seen", "yes"))
    answer = TestClient(app).get(STREAM + ".js")
    assert "EventSource" in answer.text and "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert asyncio.run(ask(app, {}))[0]["status"] == 200


def test_each_app_has_a_name_of_its_own() -> None:
    names = {FastHTMLWithLiveReload().hdrs[-1].attrs["data-process"] for _ in range(3)}
    assert len(names) == 3


def test_below_another_app() -> None:
    app, rt = fast_app(live=True)
    rt("/")(lambda: P("inner"))
    client = TestClient(Starlette(routes=[Mount("/inner", app)]))
    assert f'src="/inner{STREAM}.js"' in client.get("/inner/").text
    assert client.get(f"/inner{STREAM}.js").status_code == 200


# In a browser ------------------------------------------------------------------------------------


def test_a_page_waits_quietly_and_lets_go_of_its_line(browser: Any) -> None:
    app, rt = fast_app(live=True, htmx=False, pico=False, surreal=False)
    rt("/")(lambda: P("here"))
    app.get("/favicon.ico")(lambda: "")
    with serving(app) as base, page_at(browser, base) as page:
        page.wait_for_function("window.fasthtmlLive")
        page.wait_for_timeout(500)
        assert page.asked.count(base + "/") == 1
        assert page.asked.count(base + STREAM) == 1
        assert page.problems == []
    # `serving` asserts that the server stops with the stream open


PROGRAM = """
from fasthtml_nb.common import *

app, rt = fast_app(live=True, pico=False)

@rt
def index(): return Titled("Live", P("VERSION", id="said"), Input(id="typed"))

serve(port={port})
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Run a program that serves itself with reload; give its file and its address."""
    port, file = free_port(), tmp_path / "main.py"
    file.write_text(textwrap.dedent(PROGRAM.format(port=port)).replace("VERSION", "first"))
    environment = {k: v for k, v in os.environ.items() if k not in ("PORT", "HOST")}
    running = subprocess.Popen(
        [sys.executable, "main.py"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert running.poll() is None and time.monotonic() < deadline, "did not start"
                time.sleep(0.05)
        yield file, f"http://127.0.0.1:{port}/"
    finally:
        running.terminate()
        running.wait(20)


@pytest.mark.slow
def test_a_page_follows_its_file(browser: Any, program: tuple[Path, str]) -> None:
    file, url = program
    with page_at(browser, url) as page:
        assert page.locator("#said").text_content() == "first"
        text = file.read_text()
        for version in ("second", "third"):
            page.wait_for_function("window.fasthtmlLive")
            file.write_text(text.replace("first", version))
            page.locator("#said", has_text=version).wait_for(timeout=30_000)
        file.write_text(text.replace("first", "fourth") + "\nthis is no Python")
        page.wait_for_timeout(1500)  # The server stays away, and the page waits
        assert page.locator("#said").text_content() == "third"
        file.write_text(text.replace("first", "fifth"))
        page.locator("#said", has_text="fifth").wait_for(timeout=30_000)
