"""The application of `request.py` in plain Starlette, casts and markup by hand."""

from __future__ import annotations

from html import escape

from _common import serve_requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

HEAD = (
    '<meta charset="utf-8"><title>Hello</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
    '<script src="/_assets/htmx.min.js"></script><script src="/_assets/app.js"></script>'
)


def values(request: Request) -> tuple[str, int, int]:
    path = request.path_params
    return path["name"], int(path["number"]), int(request.query_params["times"])


async def get_async(request: Request) -> HTMLResponse:
    name, number, times = values(request)
    return HTMLResponse(escape(f"{name}: {number * times}"))


def get_sync(request: Request) -> HTMLResponse:
    name, number, times = values(request)
    return HTMLResponse(escape(f"{name}: {number * times}"))


async def fragment(request: Request) -> HTMLResponse:
    name, number, times = values(request)
    return HTMLResponse(f'<p id="answer" class="number">{escape(name)}: {number * times}</p>')


async def page(request: Request) -> HTMLResponse:
    name, number, times = values(request)
    body = f'<h1>Hello</h1><p id="answer" class="number">{escape(name)}: {number * times}</p>'
    return HTMLResponse(
        f"<!doctype html><html><head>{HEAD}</head>"
        f'<body><main class="container">{body}</main></body></html>'
    )


async def form(request: Request) -> HTMLResponse:
    async with request.form() as data:
        name, number, times = data["name"], int(data["number"]), int(data["times"])
    return HTMLResponse(escape(f"{name}: {number * times}"))


app = Starlette(
    routes=[
        Route("/async/{name}/{number}", get_async),
        Route("/sync/{name}/{number}", get_sync),
        Route("/fragment/{name}/{number}", fragment),
        Route("/page/{name}/{number}", page),
        Route("/form", form, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    serve_requests(app, uses=["starlette"])
