"""An app of plain HTML, for pages to be driven through: links, forms, redirects, odd answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route


def page(title: str, body: str, head: str = "") -> HTMLResponse:
    """Wrap a body."""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="icon" href="data:,">{head}</head><body>{body}</body></html>'
    )


PAGES = {
    "/": '<a href="/two">Two</a> <a href="/two#part">Part</a> <a href="#here">Here</a> '
    '<a href="?page=2">Query</a> <a href="/gone">Gone</a> <a href="/old">Old</a> '
    '<a href="mailto:a@b">Mail</a> <a>Nowhere</a> <p id="here" tabindex="-1">here</p>',
    "/two": '<h1 id="part">Two</h1><a href="/">One</a> <a href="three">Three</a>',
    "/three": "<h1>Three</h1>",
    "/form": '<form action="/echo"><label>A <input name="a"></label>'
    '<label>B <input name="b" required></label><button name="go" value="1">Send</button></form>',
    "/post": '<form method="post" action="/echo"><label>A <input name="a"></label>'
    '<label><input type="checkbox" name="c"> C</label><select name="s" aria-label="S">'
    "<option>x</option><option>y</option></select><textarea name=t aria-label=T></textarea>"
    '<button>Send</button><button formaction="/echo?other" name="by" value="2">Other</button>'
    '<button type="reset">Reset</button></form>',
    "/upload": '<form method="post" enctype="multipart/form-data" action="/echo">'
    '<input type="file" name="f" aria-label="File"><button>Send</button></form>',
    "/blank": '<a href="/two" target="_blank">New</a>',
    "/details": "<details><summary>More</summary><p>text</p></details>"
    '<dialog id="d"><form method="dialog"><button>Close</button></form></dialog>'
    '<button commandfor="d" command="show-modal">Open</button>'
    '<button popovertarget="p">Pop</button><div id="p" popover>popped</div>',
    "/nothing": '<a href="/204">Nothing</a><a href="/file">File</a>',
    "/focus": '<input aria-label="A"><input aria-label="B" autofocus>',
}


async def show(request: Request) -> Response:
    query = f"<p>query {request.url.query}</p>" if request.url.query else ""
    return page(request.url.path, PAGES[request.url.path] + query)


async def echo(request: Request) -> Response:
    form: dict[str, Any] = {}
    async with request.form() as sent:
        for name, value in sent.multi_items():
            text = value if isinstance(value, str) else f"{value.filename}:{await value.read()!r}"
            form.setdefault(name, []).append(text)
    said = [request.method, request.url.query, request.headers.get("referer", ""), form]
    said[2] = said[2].partition("://")[2].partition("/")[2]
    return page("echo", f"<pre>{json.dumps(said)}</pre>")


async def saved(request: Request) -> Response:
    return RedirectResponse("/two?saved#part", 303)


async def based(request: Request) -> Response:
    return page(
        "based",
        '<a href="three">Three</a><form action="echo"><button>Go</button></form>',
        '<base href="/">',
    )


async def refreshed(request: Request) -> Response:
    return page("first", "wait", '<meta http-equiv="refresh" content="0;url=/two">')


async def counted(request: Request) -> Response:
    n = int(request.cookies.get("n", "0")) + 1
    answer = page("counted", f"<p>{n}</p><a href='/counted'>Again</a>")
    answer.set_cookie("n", str(n), httponly=True)
    return answer


async def slow(request: Request) -> Response:
    await asyncio.sleep(0.05)
    return page("slow", "<p>slow</p>")


async def broken(request: Request) -> Response:
    raise LookupError("no such row")


async def kept(request: Request) -> Response:
    return page("kept", f"<p>{request.method}</p><form method=post><button>Post</button></form>")


async def login(request: Request) -> Response:
    return RedirectResponse("https://login.example.org/authorize?x=1", 302)


def app() -> Starlette:
    """Return a new app."""
    return Starlette(
        routes=[
            *(Route(path, show) for path in PAGES),
            Route("/echo", echo, methods=["GET", "POST"]),
            Route("/save", saved, methods=["POST"]),
            Route("/old", lambda request: RedirectResponse("/three")),
            Route("/deep/based", based),
            Route("/refresh", refreshed),
            Route("/counted", counted),
            Route("/slow", slow),
            Route("/broken", broken),
            Route("/kept", kept, methods=["GET", "POST"]),
            Route("/login", login),
            Route("/204", lambda request: Response(status_code=204)),
            Route(
                "/file",
                lambda request: Response(b"x", headers={"content-disposition": "attachment"}),
            ),
            Route("/json", lambda request: JSONResponse({"a": 1})),
            Route("/text", lambda request: Response("a < b", media_type="text/plain")),
        ]
    )
