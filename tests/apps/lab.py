"""A real JupyterLab on this machine, and a notebook opened in it by a browser.

JupyterLab runs as a process of its own, with configuration, data and token of its own. The browser
sees what a user sees; cells are edited and run by JupyterLab's own commands, which it exposes to
the page's scripts on request.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

_SETTINGS = {
    # Cells that are scrolled away stay in the page, where a test can find them
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs."""

    url: str
    token: str
    root: Path  # Its notebooks
    pid: int

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80


def _command(root: Path, state: Path, token: str, base: str, extensions: bool) -> list[str]:
    # Without extensions it is JupyterLab alone, whatever else is installed
    options = {} if extensions else {"LabApp.labextensions_path": state / "none"}
    options |= {
        "ServerApp.base_url": base,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 0,
        "ServerApp.root_dir": root,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
        "LabApp.news_url": None,
        "LabApp.user_settings_dir": state / "settings",
        "LabApp.workspaces_dir": state / "workspaces",
    }
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    told = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *as_root, *told]


def _write_settings(folder: Path) -> None:
    for name, content in _SETTINGS.items():
        file = folder / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))


def _address(runtime: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    # The server writes down the port it was given
    end = time.monotonic() + 60
    while True:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
        for file in runtime.glob("jpserver-*.json"):
            try:
                said = json.loads(file.read_text())
                url = f"http://127.0.0.1:{said['port']}{said['base_url'].rstrip('/')}"
                urlopen(f"{url}/api", timeout=5).close()
                return url
            except (ValueError, URLError):  # half written; not listening yet
                pass
        time.sleep(0.1)


@contextmanager
def jupyterlab(
    root: Path,  # Its notebooks
    base: str = "/",  # The path it answers below, as JupyterHub gives each user one
    extensions: bool = False,  # Those installed beside it: widgets
) -> Iterator[Lab]:
    """Run JupyterLab; at the end neither it nor a kernel is left."""
    state, token = Path(tempfile.mkdtemp(prefix="lab-")), secrets.token_hex(16)
    _write_settings(state / "settings")
    places = ("CONFIG", "DATA", "RUNTIME")
    own = {f"JUPYTER_{name}_DIR": str(state / name.lower()) for name in places}
    own |= {"IPYTHONDIR": str(state / "ipython"), "JUPYTER_PREFER_ENV_PATH": "1"}
    with (state / "log").open("wb") as log:
        process = subprocess.Popen(
            _command(root, state, token, base, extensions),
            stdout=log,
            stderr=log,
            env=os.environ | own,
            cwd=root,
            start_new_session=True,
        )
    try:
        url = _address(state / "runtime", process, state / "log")
        yield Lab(url, token, root, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)  # ends its kernels, too
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            shutil.rmtree(state, ignore_errors=True)


def write_notebook(file: Path, *sources: str) -> Path:
    """Write a notebook with one code cell for each of `sources`."""
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": source}
        | {"outputs": [], "execution_count": None}
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "python3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}}
    file.write_text(json.dumps(content | {"nbformat": 4, "nbformat_minor": 5}))
    return file


_READY = """async () => {
  const panel = window.jupyterapp?.shell.currentWidget;
  if (!panel?.sessionContext || !panel.content.widgets?.length) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) return false;
  await kernel.info;
  // A kernel that says late that it starts makes JupyterLab forget the cells that wait
  if (kernel.status !== "idle") return false;
  await new Promise((done) => setTimeout(done, 500));
  return kernel.status === "idle";
}"""
_RUN = """async ([command, index]) => {
  const panel = window.jupyterapp.shell.currentWidget;
  if (index !== null) {
    panel.content.deselectAll();
    panel.content.activeCellIndex = index;
  }
  await window.jupyterapp.commands.execute(command);
}"""
_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(({model}) => ({
  kind: model.type, source: model.sharedModel.source,
  count: model.executionCount ?? null, outputs: model.outputs?.toJSON() ?? [],
}))"""
_WRITE = """([index, source]) =>
  window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.setSource(source)
"""
_ASK = """async (expression) => {
  const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const asked = kernel.requestExecute(
    {code: "", silent: true, store_history: false, user_expressions: {it: expression}});
  const {it} = (await asked.done).content.user_expressions;
  return it.status === "ok" ? it.data["text/plain"] : `${it.ename}: ${it.evalue}`;
}"""


class Notebook:
    """A notebook that is open in a browser's page."""

    def __init__(self, page: Any, lab: Lab, name: str) -> None:
        """Open the notebook `name` of `lab` in Playwright's `page`, and wait for its kernel."""
        self.page, self.name = page, name
        page.goto(f"{lab.url}/lab/tree/{name}?token={lab.token}&reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
        page.wait_for_function(_READY, timeout=60_000, polling=200)
        page.evaluate("window.jupyterapp.shell.collapseLeft()")

    def cells(self) -> list[dict[str, Any]]:
        """Return each cell's kind, source, count and outputs."""
        return self.page.evaluate(_CELLS)

    def find(self, text: str, which: int = 0) -> int:
        """Return the place of a code cell whose source has `text`."""
        cells = enumerate(self.cells())
        return [n for n, c in cells if c["kind"] == "code" and text in c["source"]][which]

    def run_all(self) -> None:
        """Run all cells; none of them may fail."""
        self.page.evaluate(_RUN, ["notebook:run-all-cells", None])
        code = [cell for cell in self.cells() if cell["kind"] == "code"]
        for cell in code:
            self._check(cell)
        assert all(cell["count"] for cell in code), "JupyterLab has not run all cells."

    def run(self, index: int, source: str | None = None) -> None:
        """Run one cell, with another `source` if one is given; it may not fail."""
        if source is not None:
            self.page.evaluate(_WRITE, [index, source])
        self.page.evaluate(_RUN, ["notebook:run-cell", index])
        self._check(self.cells()[index])

    def _check(self, cell: dict[str, Any]) -> None:
        errors = [one for one in cell["outputs"] if one["output_type"] == "error"]
        assert not errors, "\n".join([cell["source"], *errors[0]["traceback"]])

    def ask(self, expression: str) -> str:
        """Return the repr of what the kernel makes of `expression`."""
        return self.page.evaluate(_ASK, expression)

    def output(self, index: int) -> Any:
        """Return a locator of what stands below a cell."""
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        return cell.locator(".jp-Cell-outputArea")

    def live(self, index: int) -> Any:
        """Return a locator's root in the live page below a cell."""
        frames = "iframe[sandbox*=allow-forms], iframe[src^='http://127.0.0.1']"
        return self.output(index).locator(frames).content_frame

    def screenshot(self, file: Path) -> None:
        """Keep a picture of the whole notebook."""
        file.parent.mkdir(parents=True, exist_ok=True)
        size, cells = self.page.viewport_size, self.page.locator(".jp-Notebook .jp-Cell")
        high = sum(cell.bounding_box()["height"] for cell in cells.all())
        self.page.set_viewport_size({"width": 1280, "height": min(int(high) + 260, 8000)})
        self.page.locator(".jp-Notebook .jp-Cell").first.scroll_into_view_if_needed()
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=file)
        self.page.set_viewport_size(size)
