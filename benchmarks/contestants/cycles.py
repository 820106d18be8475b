"""Start a server, ask it once, stop it, as often as told; say how long each round took.

    python cycles.py fasthtml_nb | fasthtml

Reads numbers of rounds, a line each; answers with the seconds of each round, and with what the
process has then: threads, descriptors, megabytes.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import socket
import sys
import threading
from http.client import HTTPConnection
from importlib.metadata import version
from time import perf_counter

name = sys.argv[1]
common = importlib.import_module(f"{name}.common")
app, rt = common.fast_app()


@rt
def index():
    return common.P("It answers.")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={"HX-Request": "true"})
    body = connection.getresponse().read()
    connection.close()
    if b"It answers." not in body:
        raise SystemExit(f"{name} answers {body!r}.")


if name == "fasthtml":
    import builtins

    from fasthtml import jupyter
    from fasthtml.jupyter import JupyUvi

    # What IPython gives to a notebook's cells; there is none around here
    jupyter.display = builtins.display = lambda *shown: None
    jupyter.HTML = str

    def cycle() -> None:
        server = JupyUvi(app, port=port)
        ask(port)
        server.stop()

    port, uses = free_port(), "python-fasthtml"
else:
    from fasthtml_nb.asgi.server import Server

    def cycle() -> None:
        server = Server(app).start()
        ask(server.port)
        server.stop()

    uses = "fasthtml_nb"


def left() -> dict[str, float]:
    gc.collect()
    with open("/proc/self/statm") as memory:
        pages = int(memory.read().split()[1])
    return {
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
    }


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({uses: version(uses)}), file=answers, flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = perf_counter()
            cycle()
            seconds.append(perf_counter() - start)
        print(json.dumps({"seconds": seconds, **left()}), file=answers, flush=True)


if __name__ == "__main__":
    main()
