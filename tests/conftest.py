"""What every test may ask for."""

from __future__ import annotations

import asyncio
import os
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import dev
from tests.browser_support import WHOLE, chromium_path

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `browser` whatever uses one, so that `-m 'not browser'` finds it."""
    for item in items:
        if {"browser", "chromium"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long texts by their argument: signed ones differ between xdist's workers."""
    return argname if isinstance(val, str | bytes) and len(val) > 60 else None


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def fasthtml_python() -> Path:
    """Return a Python that has python-fasthtml; skip where no package registry is reached."""
    try:
        return dev.fasthtml_environment()
    except SystemExit as exc:
        if os.environ.get("CI"):
            pytest.fail(str(exc))
        pytest.skip(f"There is no python-fasthtml to compare with. {exc}"[:300])


def _path(whole: bool = False) -> str:
    found = chromium_path(whole)
    if found is None:
        missing = f"No Chromium on PATH (looked for {', '.join(WHOLE)})."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium; without one skip, and fail where `CI` is set."""
    return _path()


@pytest.fixture(scope="session")
def _playwright(chromium: str) -> Iterator[tuple[Any, AbstractEventLoop]]:
    """Return Playwright, and the loop that it left running in this thread."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a busy machine is no failure
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield playwright, loop
        asyncio._set_running_loop(loop)


@contextmanager
def _in_loop(loop: AbstractEventLoop) -> Iterator[None]:
    """Let Playwright's loop be the thread's running one.

    It is only while a test uses a browser: otherwise `asyncio.run` in every later test would be
    refused.
    """
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(None)


@contextmanager
def _launched(playwright: Any, path: str) -> Iterator[Any]:
    # `hub.test` is this machine by a name that no browser trusts without https
    here = "MAP hub.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    arguments = ["--no-sandbox", f"--host-resolver-rules={here}"]
    browser = playwright.chromium.launch(executable_path=path, args=arguments)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def _running_browser(
    _playwright: tuple[Any, AbstractEventLoop], chromium: str
) -> Iterator[tuple[Any, AbstractEventLoop]]:
    playwright, loop = _playwright
    with ExitStack() as stack:
        with _in_loop(loop):
            browser = stack.enter_context(_launched(playwright, chromium))
        yield browser, loop
        asyncio._set_running_loop(loop)
    asyncio._set_running_loop(None)


@pytest.fixture
def browser(_running_browser: tuple[Any, AbstractEventLoop]) -> Iterator[Any]:
    """Return a headless Chromium that reaches this machine only."""
    browser, loop = _running_browser
    with _in_loop(loop):
        yield browser
        for context in browser.contexts:
            context.close()


@pytest.fixture
def whole_browser(_playwright: tuple[Any, AbstractEventLoop]) -> Iterator[Any]:
    """Return a headless Chromium with all that windows have: to log in, and to end pages."""
    playwright, loop = _playwright
    with _in_loop(loop), _launched(playwright, _path(whole=True)) as browser:
        yield browser


@pytest.fixture
def no_server_left() -> Iterator[None]:
    """Stop the servers that a test leaves running, and fail it for them."""
    from fasthtml_nb.asgi.server import running_servers

    yield
    left = running_servers()
    for server in left:
        server.stop()
    assert left == []
