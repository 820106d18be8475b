"""The notebook in a real JupyterLab, as its user sees it: the tutorial, the bridge, its walls.

Each test leaves a picture below `_artefacts/jupyterlab/`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.apps.lab import Lab, Notebook, jupyterlab, write_notebook
from tests.apps.lab_proxy import only_port
from tests.browser_support import local_assets

__all__ = ["local_assets"]

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "_artefacts" / "jupyterlab"
IMPORT = "from fasthtml_nb.jupyter import preview\n\n"
SITE = (ROOT / "tests" / "apps" / "lab_site.py").read_text()

pytestmark = [pytest.mark.usefixtures("local_assets"), pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Lab]:
    """Run JupyterLab; skip where it is not installed, and fail where `CI` is set."""
    if importlib.util.find_spec("jupyterlab") is None:
        missing = "JupyterLab is not installed; `dev.py test` installs it."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    root = tmp_path_factory.mktemp("notebooks")
    with jupyterlab(root) as running:
        yield running
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


@contextmanager
def opened(browser: Any, lab: Lab, name: str, picture: str, **context: Any) -> Iterator[Notebook]:
    """Open a notebook; keep a picture of how it ended."""
    context = {"viewport": {"width": 1280, "height": 1000}} | context
    with browser.new_context(**context) as started:
        page = started.new_page()
        page.set_default_timeout(60_000)
        notebook = Notebook(page, lab, name)
        try:
            yield notebook
        finally:
            notebook.screenshot(PICTURES / f"{picture}.png")


def tutorial(lab: Lab, name: str) -> str:
    """Give a test its own copy of the tutorial, and so its own kernel."""
    shutil.copy(ROOT / "nbs" / "tutorials" / "live.ipynb", lab.root / f"{name}.ipynb")
    return f"{name}.ipynb"


@pytest.mark.parametrize("transport", ["bridge", "port"])
def test_the_tutorial_comes_alive(browser: Any, lab: Lab, transport: str) -> None:
    name = tutorial(lab, f"tutorial-{transport}")
    with opened(browser, lab, name, f"tutorial-{transport}") as notebook:
        notebook.run_all()
        at, route = notebook.find("preview(app)"), notebook.find("def brew(")
        if transport == "port":
            # The tutorial's last cell has stopped the app's server
            notebook.run(at, 'preview(app, transport="port")')
        live = notebook.live(at)
        live.get_by_role("button", name="A tip").click()
        live.get_by_text("Warm the pot first.").wait_for()

        # Two changes in a row, and what was typed is still there
        live.get_by_label("Tea").fill("Half a na")
        source = notebook.cells()[route]["source"]
        notebook.run(route, source.replace('Titled("Tea"', 'Titled("Tea for two"'))
        notebook.run(route, source.replace('Titled("Tea"', 'Titled("Tea time"'))
        live.get_by_role("heading", name="Tea time").wait_for()
        assert live.get_by_label("Tea").input_value() == "Half a na"

        tip = notebook.find("def tip()")
        notebook.run(tip, notebook.cells()[tip]["source"].replace("Warm the pot", "Buy a kettle"))
        live.get_by_role("heading", name="Tea", exact=True).wait_for()
        live.get_by_role("button", name="A tip").click()
        live.get_by_text("Buy a kettle first.").wait_for()


def test_ten_runs_of_the_servers_cell_leave_one_server(browser: Any, lab: Lab) -> None:
    with opened(browser, lab, tutorial(lab, "ten-runs"), "ten-runs") as notebook:
        notebook.run_all()
        assert notebook.ask("len(running_servers())") == "0"  # The last cell has stopped it
        server, seen = notebook.find("server ="), set()
        threads = "sorted(t.name for t in __import__('threading').enumerate())"
        for _ in range(10):
            notebook.run(server)
            seen.add((notebook.ask("server.port"), notebook.ask(threads)))
        assert notebook.ask("len(running_servers())") == "1"
        assert len(seen) == 1, "Another port, or a thread more"


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Listen beside Jupyter; give the URL, and what has arrived."""
    arrived: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection:
                    arrived.append(connection.recv(1000))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", arrived
        finally:
            ended.set()
            thread.join()


def test_the_bridge_needs_no_port_but_jupyters(browser: Any, lab: Lab) -> None:
    write_notebook(lab.root / "site.ipynb", SITE, IMPORT + "preview(app)")
    with only_port(lab.port) as (address, proxy), listener() as (beside, arrived):
        # Without `<-loopback>` a browser goes past its proxy to this machine
        way = {"server": address, "bypass": "<-loopback>"}
        with opened(browser, lab, "site.ipynb", "bridge", proxy=way) as notebook:
            assert proxy.passed > 10
            with pytest.raises(Exception, match="Failed to fetch"):
                notebook.page.evaluate("url => fetch(url, {mode: 'no-cors'})", beside)
            notebook.run_all()
            use_everything(notebook.live(1))
        assert beside.split("/")[2] in proxy.refused
        assert arrived == []


def use_everything(live: Any) -> None:
    """Click, send a form, hear events, speak by a websocket, upload, see a picture."""
    live.get_by_role("heading", name="Site").wait_for()
    live.get_by_role("button", name="Click").click()
    live.get_by_text("It was clicked.").wait_for()
    picture = live.get_by_alt_text("A dot")
    assert picture.evaluate("async e => (await e.decode(), [e.naturalWidth, e.naturalHeight])") == [
        7,
        9,
    ]
    live.get_by_text("news 2").wait_for()
    news = [text.strip() for text in live.locator("#news b").all_inner_texts()]
    assert news == ["news 0", "news 1", "news 2"]
    live.get_by_label("Say").fill("hello")
    live.get_by_role("button", name="Say").click()
    live.get_by_text("You said hello.").wait_for()
    file = {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": bytes(100_000)}
    live.get_by_label("File").set_input_files(file)
    live.get_by_role("button", name="Send").click()
    live.get_by_text("a.bin: 100000 bytes").wait_for()
    live.get_by_label("Who").fill("Ann")
    live.get_by_role("button", name="Post").click()
    live.get_by_role("heading", name="Hello, Ann").wait_for()
    live.get_by_role("link", name="Back").click()
    live.get_by_role("heading", name="Site").wait_for()
    live.get_by_text("news 2").wait_for()


def test_a_views_script_reaches_nothing_of_the_notebook(browser: Any, lab: Lab) -> None:
    write_notebook(lab.root / "spy.ipynb", SITE, f'{IMPORT}preview(app, "/spy?lab={lab.url}")')
    with opened(browser, lab, "spy.ipynb", "spy") as notebook:
        notebook.page.evaluate(
            "document.cookie = 'notebook=secret'; localStorage.setItem('secret', 'x')"
        )
        before = notebook.page.url
        notebook.run_all()
        found = notebook.live(1).locator("#seen", has_text="kernels")
        found.wait_for()
        seen = json.loads(found.inner_text())
        assert "notebook=secret" in notebook.page.evaluate("document.cookie")
        assert seen == {
            "parent": "SecurityError",
            "top": "SecurityError",
            "notebook": "SecurityError",
            "frame": "TypeError",  # There is no frameElement
            "cookie": "",
            "storage": "null",  # The page's own, which is empty
            "database": "SecurityError",
            "away": "SecurityError",
            "opened": "SecurityError",
            "contents": "TypeError",  # No answer may be read
            "kernels": "refused",
        }
        time.sleep(0.2)
        assert notebook.page.url == before


# Other front ends -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, lab: Lab) -> Iterator[Lab]:
    """Run Jupyter as JupyterHub does, below a path, and with the extensions that are installed."""
    with jupyterlab(tmp_path_factory.mktemp("hub"), base="/user/ann/", extensions=True) as running:
        yield running


def test_notebook_7_below_a_hubs_path(browser: Any, hub: Lab) -> None:
    name = tutorial(hub, "seven")
    with browser.new_context(viewport={"width": 1280, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{hub.url}/notebooks/{name}?token={hub.token}")
        page.get_by_text("Python 3 (ipykernel)").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        output = page.locator(".jp-Cell-outputArea").filter(has=page.locator("nav")).first
        live = output.locator("iframe[sandbox*=allow-forms]").content_frame
        live.get_by_role("button", name="A tip").click()
        live.get_by_text("Warm the pot first.").wait_for()
        assert "/user/ann/" in page.url
        page.screenshot(path=PICTURES / "notebook-7.png")


def test_a_preview_as_a_widget(browser: Any, hub: Lab) -> None:
    source = 'preview(app, transport="widget", device="tablet")'
    write_notebook(hub.root / "widget.ipynb", SITE, IMPORT + source)
    with opened(browser, hub, "widget.ipynb", "widget") as notebook:
        notebook.run_all()
        live = notebook.live(1)
        live.get_by_role("button", name="Click").click()
        live.get_by_text("It was clicked.").wait_for()
        live.get_by_label("Who").fill("Ann")
        changed = SITE.replace("It was clicked.", "It was changed.")
        notebook.run(0, changed)
        notebook.run(1)
        live.get_by_role("button", name="Click").click()
        live.get_by_text("It was changed.").wait_for()
        views = "[len(shown.visits) for shown in preview.__globals__['_shown'].values()]"
        assert notebook.ask(views) == "[1]"  # the view before has said goodbye
