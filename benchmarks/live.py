"""Time what is live in a notebook: a changed route until it is seen, servers that come and go.

A preview in a real JupyterLab, from the last line of a route's cell to the new page drawn, by both
transports; 1,000 servers started, asked and stopped, beside python-fasthtml's, and what they
leave behind; a server stopped with 100 event streams and 20 websockets open. Run by
`python3 dev.py bench live`, or alone with the interpreter of .venv. Exit code 1 only if one of them
does not work.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from _common import HERE, RESULTS, fasthtml_python, options, say_what_was_stolen, ticks

sys.path.append(str(HERE.parent))
QUIET = 0.02  # Share of the processors that other machines may have while a figure is taken
LEFT = {"threads": 0, "descriptors": 0, "megabytes": 25.0}  # May stay after all cycles


def say(name: str, found: float, limit: float | None = None, unit: str = "ms") -> dict[str, Any]:
    """Print a figure, and whether it is what we want; return it to be kept."""
    verdict = "" if limit is None else "met" if found <= limit else "missed"
    wanted = "" if limit is None else f"{limit:g}"
    print(f"  {name:<54} {found:9.2f} {unit:<3} {wanted:>6}   {verdict}".rstrip(), flush=True)
    return {"name": name, "found": found, "limit": limit, "unit": unit}


# A changed route ---------------------------------------------------------------------------------

APP = """
import time

from fasthtml_nb.common import *
from fasthtml_nb.jupyter import *

app, rt = fast_app()
seen, ended = {}, {}
TELL = '''addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => {
  const at = Date.now(); fetch(`/seen?number=${document.body.dataset.number}&at=${at}`);
}))'''

@rt
def seen_at(number: int, at: float):
    seen[number] = at

app.get("/seen")(seen_at)
"""
ROUTE = """
@rt
def index():
    return Title("Version NUMBER"), Main(
        H1("Version NUMBER"), Button("A tip", hx_get="/tip"), Form(Input(name="tea")),
        Script("document.body.dataset.number = NUMBER;" + TELL), cls="container")

ended[NUMBER] = time.time() * 1000
"""


def refreshes(notebook: Any, cell: int, times: int) -> Iterator[tuple[float, bool]]:
    """Run the route's cell again and again until each change was drawn.

    Yield the milliseconds, and whether the machine was ours alone meanwhile.
    """
    for number in range(1, times + 1):
        taken, all_there_was = ticks()
        notebook.run(cell, ROUTE.replace("NUMBER", str(number)))
        time.sleep(0.8)  # Questions would stand in the way of what is timed
        now, all_there_is = ticks()
        quiet = now - taken <= QUIET * (all_there_is - all_there_was)
        until = time.monotonic() + 20
        while (took := notebook.ask(f"seen[{number}] - ended[{number}]")).startswith("KeyError"):
            if time.monotonic() > until:
                raise SystemExit(f"Change {number} of the route was not seen in the preview.")
            time.sleep(0.5)
        yield float(took), quiet


def time_refreshes(times: int) -> list[dict[str, Any]]:
    """Measure both transports in JupyterLab."""
    from playwright.sync_api import sync_playwright

    from tests.apps.lab import Notebook, jupyterlab, write_notebook

    print(
        f"\nA route's cell has run: until the preview shows the change, {times} times", flush=True
    )
    kept = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        lab = stack.enter_context(jupyterlab(Path(folder)))
        chromium = stack.enter_context(sync_playwright()).chromium
        browser = chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for transport in ("bridge", "port"):
            route, show = ROUTE.replace("NUMBER", "0"), f"preview(app, transport={transport!r})"
            write_notebook(Path(folder, f"{transport}.ipynb"), APP, route, show)
            with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
                notebook = Notebook(context.new_page(), lab, f"{transport}.ipynb")
                notebook.run_all()
                notebook.live(2).get_by_role("heading", name="Version 0").wait_for()
                found = list(refreshes(notebook, 1, times))
            took, quiet = [ms for ms, _ in found], [ms for ms, alone in found if alone]
            kept.append(say(f"{transport}: median", median(took), 150))
            kept.append(say(f"{transport}: least", min(took)))
            kept.append(say(f"{transport}: most", max(took)))
            if quiet and len(quiet) < times:
                name = f"{transport}: median of the {len(quiet)} with the machine to ourselves"
                kept.append(say(name, median(quiet), 150))
        browser.close()
    return kept


# Servers that come and go ------------------------------------------------------------------------


class Cycles:
    """A process that starts and stops servers."""

    def __init__(self, python: str, module: str) -> None:
        self.process = subprocess.Popen(
            [python, HERE / "contestants" / "cycles.py", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version = json.loads(self.process.stdout.readline())
        self.seconds: list[float] = []

    def run(self, rounds: int) -> dict[str, float]:
        print(rounds, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended with exit code {self.process.wait()}.")
        answer = json.loads(line)
        self.seconds += answer.pop("seconds")
        return answer


def time_cycles(rounds: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Measure both, in turns."""
    print(f"\n{rounds} servers, one after the other: started, asked once, stopped", flush=True)
    both = {
        "ours": Cycles(sys.executable, "fasthtml_nb"),
        "python-fasthtml": Cycles(fasthtml_python(), "fasthtml"),
    }
    kept, before, after = [], {}, {}
    for name, one in both.items():
        before[name] = one.run(20)
        one.seconds.clear()
    for _ in range(10):
        for name, one in both.items():
            after[name] = one.run(rounds // 10)
    for name, one in both.items():
        limits = {"median": 30, **LEFT} if name == "ours" else {}
        kept.append(say(f"{name}: a cycle", median(one.seconds) * 1000, limits.get("median")))
        for what in LEFT:
            more = after[name][what] - before[name][what]
            kept.append(say(f"{name}: {what} left", more, limits.get(what), ""))
        one.process.stdin.close()
        one.process.wait(10)
    return kept, {key: text for one in both.values() for key, text in one.version.items()}


# A server that is busy ---------------------------------------------------------------------------


def time_stop(streams: int, sockets: int) -> list[dict[str, Any]]:
    """Measure `stop()` with clients that do not go by themselves."""
    from websockets.sync.client import connect

    from fasthtml_nb.common import EventStream, fast_app, sse_message
    from fasthtml_nb.jupyter import Server

    app, rt = fast_app()
    ended = []

    @rt
    async def events():
        async def content():
            try:
                while True:
                    yield sse_message("tick")
                    await asyncio.sleep(0.2)
            finally:
                ended.append("stream")

        return EventStream(content())

    async def gone():
        ended.append("socket")

    @app.ws("/ws", disconn=gone)
    async def ws(msg: str, send):
        await send(msg)

    print(f"\nstop() with {streams} event streams and {sockets} websockets open", flush=True)
    with ExitStack() as stack:
        server = Server(app).start()
        for _ in range(streams):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))
            client.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            received = b""
            while b"data: tick" not in received:
                received += client.recv(4096)
        for _ in range(sockets):
            one = stack.enter_context(connect(f"ws://127.0.0.1:{server.port}/ws", proxy=None))
            one.send('{"msg": "hello"}')
            if one.recv(10) != "hello":
                raise SystemExit("A websocket has not answered.")
        start = time.perf_counter()
        server.stop()
        took = time.perf_counter() - start
    missing = streams + sockets - len(ended)
    return [
        say("stop()", took * 1000, 2000),
        say("generators and sockets that were not ended", missing, 0, ""),
    ]


def main() -> None:
    chosen = options(__doc__)
    kept = time_stop(100, 20)
    cycles, versions = time_cycles(100 if chosen.quick else 1000)
    kept += cycles
    try:
        import jupyterlab  # noqa: F401
    except ImportError:
        print("\nNo JupyterLab here, so no preview is timed: `python3 dev.py bench` installs it.")
    else:
        kept += time_refreshes(chosen.rounds or (3 if chosen.quick else 30))
    RESULTS.mkdir(exist_ok=True)
    content = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "stolen": say_what_was_stolen(),
        "versions": versions,
        "figures": kept,
    }
    (RESULTS / "live.json").write_text(json.dumps(content, indent=1) + "\n")
    print("\nWritten to _bench/live.json.")


if __name__ == "__main__":
    main()
