"""The application of `request.py` in FastHTML's style: ours or python-fasthtml's, one source."""

# ruff: noqa: F403, F405
from __future__ import annotations

import sys

from _common import serve_requests

if sys.argv[1] == "fasthtml":
    from fasthtml.common import *
else:
    from fasthtml_nb.common import *

app = FastHTML(secret_key="of the benchmark")
rt = app.route


@rt("/async/{name}/{number}", methods=["GET"])
async def get_async(name: str, number: int, times: int):
    return f"{name}: {number * times}"


@rt("/sync/{name}/{number}", methods=["GET"])
def get_sync(name: str, number: int, times: int):
    return f"{name}: {number * times}"


@rt("/fragment/{name}/{number}", methods=["GET"])
async def fragment(name: str, number: int, times: int):
    return P(f"{name}: {number * times}", id="answer", cls="number")


@rt("/page/{name}/{number}", methods=["GET"])
async def page(name: str, number: int, times: int):
    return Titled("Hello", P(f"{name}: {number * times}", id="answer", cls="number"))


@rt("/form", methods=["POST"])
async def form(name: str, number: int, times: int):
    return f"{name}: {number * times}"


if __name__ == "__main__":
    own = ["python-fasthtml", "fastcore"] if sys.argv[1] == "fasthtml" else ["fasthtml_nb"]
    serve_requests(app, uses=[*own, "starlette"])
