"""What every test may ask for."""

from __future__ import annotations

import asyncio
import os
import shutil
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import dev

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


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium; without one skip, and fail where `CI` is set."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing = f"No Chromium on PATH (looked for {', '.join(names)})."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="session")
def _running_browser(chromium: str) -> Iterator[tuple[Any, AbstractEventLoop]]:
    """Return a headless Chromium, and the loop Playwright left running in this thread."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a busy machine is no failure
    # `hub.test` is this machine by a name that no browser trusts without https
    here = "MAP hub.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    only_here = f"--host-resolver-rules={here}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", only_here]
        )
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(_running_browser: tuple[Any, AbstractEventLoop]) -> Iterator[Any]:
    """Return a headless Chromium that reaches this machine only.

    Playwright's loop is the thread's running one only while a test uses the browser: otherwise
    `asyncio.run` in every later test would be refused.
    """
    browser, loop = _running_browser
    asyncio._set_running_loop(loop)
    yield browser
    for context in browser.contexts:
        context.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def no_server_left() -> Iterator[None]:
    """Stop the servers that a test leaves running, and fail it for them."""
    from fasthtml_nb.asgi.server import running_servers

    yield
    left = running_servers()
    for server in left:
        server.stop()
    assert left == []
