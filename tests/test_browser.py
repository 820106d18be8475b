"""A page of an app in Chromium: the same steps, its requests, its card, and what is left behind."""

from __future__ import annotations

import asyncio
import gc
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from fasthtml_nb.asgi.server import running_servers
from fasthtml_nb.check import CheckFailure, expect, visit
from fasthtml_nb.checks.browser import OnlyWithoutBrowser, browser
from fasthtml_nb.checks.browser_expect import Sent
from fasthtml_nb.checks.chromium import _running
from fasthtml_nb.checks.chromium import chromium as kept_running
from fasthtml_nb.checks.desk import Desk, Remote
from fasthtml_nb.checks.rewriting import write_modules
from fasthtml_nb.checks.snapshots import Pending, collecting
from fasthtml_nb.common import Button, Form, Input, Label, Li, Titled, Ul, fast_app

from . import test_view_journeys
from .apps.journey_site import journey_site
from .browser_support import local_assets

__all__ = ["local_assets"]

# Without a browser ------------------------------------------------------------------------------


def test_the_desk_is_one_thread_without_a_loop() -> None:
    desk = Desk()
    thread = desk.call(threading.current_thread)
    assert thread is not threading.current_thread() and thread.daemon
    assert desk.call(lambda: desk.call(threading.current_thread)) is thread
    with pytest.raises(RuntimeError, match="no running event loop"):
        desk.call(asyncio.get_running_loop)
    desk.end()
    thread.join(5)
    assert not thread.is_alive()


def test_an_error_comes_without_the_threads_own_lines() -> None:
    desk = Desk()
    with pytest.raises(ValueError, match="no") as caught:
        desk.call(_raise)
    assert all("_fulfil" not in str(entry) for entry in caught.traceback)
    desk.end()


def _raise() -> None:
    raise ValueError("no")


def test_requests_are_told_as_by_visits_page() -> None:
    assert Sent("GET", "http://h/a?b=1&c=").entries == [("b", "1"), ("c", "")]
    assert Sent("GET", "http://h/a?b=1").path == "/a?b=1"
    odd = Sent("POST", "http://h/", "multipart/form-data; boundary=x", b"--x")
    assert odd.entries == []


def test_playwright_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "playwright.sync_api", None)
    with pytest.raises(ImportError, match=r"not installed here. Run: pip install 'fasthtml_nb\["):
        browser(Starlette(), args=["--none"])
    assert running_servers() == [] and _running == {}


def test_a_browser_is_missing(tmp_path: Path) -> None:
    missing = str(tmp_path / "chromium")
    with pytest.raises(RuntimeError, match=r"needs Chromium; '.*' did not start .* Install one"):
        browser(Starlette(), executable_path=missing)
    assert running_servers() == [] and _running == {}


# With one ---------------------------------------------------------------------------------------

pytestmark = pytest.mark.filterwarnings("error")


def todo_app() -> Any:
    app, rt = fast_app(pico=False)
    todos = ["Tea"]

    @rt("/")
    def index() -> Any:
        form = Form(
            Label("New ", Input(name="title", id="title")), Button("Add"),
            hx_post="/todos", hx_target="#list", hx_swap="beforeend",
        )  # fmt: skip
        return Titled("Todos", Ul(*map(Li, todos), id="list"), form)

    @rt("/todos")
    def post(title: str) -> Any:
        if title == "bad":
            raise ValueError("no such todo")
        todos.append(title)
        return Li(title)

    @rt("/ask")
    def get() -> Any:
        return Titled("Ask", Button("Sure?", hx_get="/", hx_confirm="Really?"))

    return app


@pytest.fixture(scope="module")
def _kept(chromium: str, local_assets: None) -> Iterator[None]:
    with kept_running(args=ONLY_HERE):
        yield
    assert _running == {}
    assert running_servers() == []


ONLY_HERE = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]


@pytest.fixture
def page(_kept: None, request: pytest.FixtureRequest) -> Iterator[Any]:
    with browser(todo_app(), args=ONLY_HERE, timeout=30_000) as page:
        yield page


def steps_of_both(page: Any) -> None:
    expect(page).to_have_title("Todos")
    page.get_by_label("New").fill("Milk")
    page.get_by_role("button", name="Add").click()
    items = page.get_by_role("listitem")
    expect(items).to_have_count(2)
    expect(items.filter(has=page.get_by_text("Milk"))).to_have_text("Milk")
    expect(page).to_have_sent("POST", "/todos", form={"title": "Milk"}, status=200, count=1)
    expect(page).to_have_url("/")
    assert [item.text_content() for item in items.all()] == ["Tea", "Milk"]


@pytest.mark.browser
def test_the_same_steps(page: Any) -> None:
    steps_of_both(visit(todo_app()))
    page.goto("/")
    steps_of_both(page)
    assert [str(one) for one in page.requests] == ["GET / 200", "POST /todos 200"]
    assert [str(step) for step in page.steps] == [
        "goto('/') -> GET / 200",
        "get_by_label('New').fill('Milk')",
        "get_by_role('button', name='Add').click() -> POST /todos 200",
    ]
    assert all(one.passed for one in page.verdicts) and len(page.verdicts) == 5
    assert len(page.requests()) > 2  # Playwright's own list, with the files


JOURNEYS = [
    value
    for name, value in vars(test_view_journeys).items()
    if name.startswith("test_") and name != "test_there_are_ten"
]


@pytest.mark.browser
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda one: one.__name__)
def test_the_ten_journeys(journey: Any, _kept: None) -> None:
    with browser(journey_site(), args=ONLY_HERE, timeout=30_000) as page:
        journey(page)
        assert page.problems == []


@pytest.mark.browser
def test_in_a_running_loop(page: Any) -> None:
    """As in a notebook's cell, and the page outlives the coroutine."""

    async def cell() -> None:
        page.goto("/")
        expect(page.get_by_role("listitem")).to_have_count(1)
        await asyncio.sleep(0)
        page.get_by_label("New").fill("x")

    asyncio.run(cell())
    expect(page.get_by_label("New")).to_have_value("x")


@pytest.mark.browser
def test_functions_are_called_with_things_that_can_be_used(page: Any) -> None:
    seen: list[Any] = []

    def answer(dialog: Any) -> None:
        seen.append((dialog.message, page.url))
        dialog.accept()

    page.on("dialog", answer)
    page.goto("/ask")
    with page.expect_request(lambda request: request.url.endswith("/")) as coming:
        page.get_by_role("button").click()
    assert coming.value.method == "GET"
    page.remove_listener("dialog", answer)
    page.get_by_role("button").first.click()  # dismissed
    assert [(text, url.endswith("/ask")) for text, url in seen] == [("Really?", True)]
    assert page.inside(lambda real: type(real).__module__).startswith("playwright.")
    assert page.locator("h1") != page.locator("h2") and page == page
    assert isinstance(page.inside(lambda real: real.locator("h1")), Remote)
    assert "get_by_role" in dir(page) and "card" in dir(page)


@pytest.mark.browser
def test_failures(page: Any) -> None:
    page.goto("/")
    page.get_by_label("New").fill("bad")
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_sent("POST", "/todos", status=500)
    with pytest.raises(CheckFailure) as caught:
        expect(page.get_by_role("listitem"), "No second").to_have_count(2, timeout=50)
    text = str(caught.value)
    assert text.startswith("No second") and "Actual value: 1" in text
    assert "get_by_role('button', name='Add').click() -> POST /todos 500" in text
    assert "POST /todos -> 500: ValueError: no such todo" in text
    assert caught.value.__cause__ is None and len(caught.traceback) < 6
    with pytest.raises(CheckFailure, match=r"0 such requests. Sent so far:\s+GET / 200\s+POST"):
        expect(page).to_have_sent("PUT", "/todos", timeout=0)
    assert [one.passed for one in page.verdicts] == [True, False, False]
    with pytest.raises(AttributeError, match="to_have_cont"):
        expect(page.locator("li")).to_have_cont(1)
    from playwright.sync_api import TimeoutError
    from playwright.sync_api import expect as theirs

    with pytest.raises(TimeoutError, match="Timeout 50ms exceeded") as late:
        page.get_by_role("button", name="Remove").click(timeout=50)
    assert len(late.traceback) < 6
    with pytest.raises((TypeError, ValueError)):
        theirs(page)
    page.inside(lambda real: theirs(real.locator("li")).to_have_count(1))


@pytest.mark.browser
def test_names_of_the_other_page(page: Any) -> None:
    with pytest.raises(OnlyWithoutBrowser, match="'blind'"):
        print(page.blind)
    with pytest.raises(AttributeError, match="nosuch"):
        print(page.nosuch)


@pytest.mark.browser
def test_the_card_and_what_is_left(_kept: None) -> None:
    before = {one.name for one in threading.enumerate()}
    with browser(todo_app(), "/", args=ONLY_HERE, viewport={"width": 300, "height": 400}) as page:
        assert page.viewport_size == {"width": 300, "height": 400}
        page.get_by_label("New").fill("seen")
        expect(page).to_have_title("Todos")
        port = page.base_url.rpartition(":")[2]
        [server] = running_servers()
        assert repr(page) == "<BrowserPage 'Todos' at />"
    bundle = page._repr_mimebundle_()
    assert 'value="seen"' in bundle["text/html"] and port not in str(bundle)
    assert bundle["text/plain"].startswith("✓ Todos - / in Chromium\n")
    assert "1. goto('/') -> GET / 200" in bundle["text/plain"]
    assert page.is_closed() and not server.running
    assert page.steps and page.requests and page.close() is None
    with pytest.raises(RuntimeError, match="This page is closed, and 'locator' needs it open"):
        page.locator("h1")
    assert {one.name for one in threading.enumerate()} <= before


@pytest.mark.browser
def test_a_forgotten_page_is_closed(_kept: None) -> None:
    page = browser(todo_app(), "/", args=ONLY_HERE, timeout=30_000)
    [server], home = running_servers(), page._home
    assert len(_running) == 1
    del page
    gc.collect()
    deadline = time.monotonic() + 10
    while server.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not server.running
    assert home.page() is None


@pytest.mark.browser
def test_cookies_and_headers(_kept: None) -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = {key.decode(): value.decode() for key, value in scope["headers"]}
            seen.append((headers.get("cookie"), headers.get("x-who")))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})

    client = TestClient(app, cookies={"a": "1"})
    given = {"cookies": {"b": "2"}, "headers": {"X-Who": "Uma"}}
    with browser(client, "/", args=ONLY_HERE, **given):
        assert seen[0] == ("a=1; b=2", "Uma")


@pytest.mark.browser
def test_snapshots(page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    path = tmp_path / "checks.py"
    path.write_text(
        "page.goto('/')\n"
        "expect(page).to_match_aria_snapshot()\n"
        "expect(page.get_by_role('list')).to_match_aria_snapshot()\n"
    )
    names = {"page": page, "expect": expect}
    with collecting(Pending()) as pending:
        exec(compile(path.read_text(), str(path), "exec"), names)
    write_modules([*pending.edits.values()])
    text = path.read_text()
    assert text.count("- /children: deep-equal") == 2
    exec(compile(text, str(path), "exec"), names)
    exec(compile(text, str(path), "exec"), names | {"page": visit(todo_app())})
    with pytest.raises(CheckFailure):
        page.timeout = 50
        exec(compile(text.replace("Tea", "Coffee"), str(path), "exec"), names)


@pytest.mark.browser
@pytest.mark.slow
def test_in_a_kernel_over_several_cells(chromium: str) -> None:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()

    def cell(source: str) -> str:
        shown: list[str] = []

        def hear(message: Any) -> None:
            data = message["content"].get("data", {})
            shown.append(data.get("text/plain", ""))

        done = client.execute_interactive(source, timeout=60, output_hook=hear)["content"]
        assert done["status"] == "ok", "\n".join(done["traceback"])
        return "".join(shown)

    try:
        cell(
            "from fasthtml_nb.check import *\n"
            "from fasthtml_nb.checks.browser import browser\n"
            "from fasthtml_nb.common import *\n"
            "app, rt = fast_app()\n"
            "@rt('/')\n"
            "def get(): return Titled('Hi', P('there'))\n"
        )
        cell("page = browser(app, '/')")
        cell("import asyncio; expect(page.get_by_text('there')).to_be_visible()")
        cell("await asyncio.sleep(0); page.get_by_text('there').click()")
        assert re.match("✓ Hi - / in Chromium", cell("page"))
        shown = cell("page.close(); page")
        assert shown.startswith("✓ Hi - / in Chromium")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
