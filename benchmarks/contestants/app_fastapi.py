"""The application of `request.py` in FastAPI: casts by annotations, markup by hand."""

from __future__ import annotations

from html import escape
from typing import Annotated

from _common import serve_requests
from contestants.app_starlette import HEAD
from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse

app = FastAPI(default_response_class=HTMLResponse, openapi_url=None)


@app.get("/async/{name}/{number}")
async def get_async(name: str, number: int, times: int) -> str:
    return escape(f"{name}: {number * times}")


@app.get("/sync/{name}/{number}")
def get_sync(name: str, number: int, times: int) -> str:
    return escape(f"{name}: {number * times}")


@app.get("/fragment/{name}/{number}")
async def fragment(name: str, number: int, times: int) -> str:
    return f'<p id="answer" class="number">{escape(name)}: {number * times}</p>'


@app.get("/page/{name}/{number}")
async def page(name: str, number: int, times: int) -> str:
    body = f'<h1>Hello</h1><p id="answer" class="number">{escape(name)}: {number * times}</p>'
    return (
        f"<!doctype html><html><head>{HEAD}</head>"
        f'<body><main class="container">{body}</main></body></html>'
    )


@app.post("/form")
async def form(
    name: Annotated[str, Form()], number: Annotated[int, Form()], times: Annotated[int, Form()]
) -> str:
    return escape(f"{name}: {number * times}")


if __name__ == "__main__":
    serve_requests(app, uses=["fastapi", "starlette", "pydantic"])
