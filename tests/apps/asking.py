"""An app of one page, and the questions that tests of servers put to it."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def says(text: str, **more: Any) -> Starlette:
    """Return an app whose page says `text`."""

    async def page(request: Asked) -> PlainTextResponse:
        return PlainTextResponse(text)

    return Starlette(routes=[Route("/", page)], **more)


def read(url: str, **headers: str) -> tuple[int, str]:
    """Ask over a socket; return status and text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(url, headers=named), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()
