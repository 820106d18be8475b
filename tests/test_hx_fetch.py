"""What a browser refuses to send for htmx, and how it reads what has come."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.checks.hx_config import js_text
from fasthtml_nb.checks.page import visit

from .browser_support import RUNNERS, page_of
from .htmx_truth.record import _ASSETS, VERSIONS


def site(dialect: int, body: str, answer: Response | None = None) -> Starlette:
    """Make an app with a page under the real htmx, its mark before it, and an answer at `/x`."""
    script = (_ASSETS / f"htmx.org@{VERSIONS[dialect]}" / "dist" / "htmx.min.js").read_text()
    head = f"<title>T</title><script src=/htmx.org@{VERSIONS[dialect]}/htmx.min.js></script>"

    async def part(request: Request) -> Response:
        if request.url.path.endswith(".js"):
            return Response(script, media_type="text/javascript")
        return answer or HTMLResponse("ok")

    async def whole(request: Request) -> Response:
        return HTMLResponse(f"\ufeff<!DOCTYPE html><html><head>{head}</head><body>{body}")

    every = ["GET", "POST", "PUT"]
    return Starlette(routes=[Route("/", whole), Route("/{any:path}", part, methods=every)])


BUTTON = "<button hx-get=/x hx-target=#out {}>Ask</button><p id=out></p>"


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("dialect", [2, 4])
@pytest.mark.parametrize(
    ("content", "charset", "shown"),
    [
        ("\ufeff<b>é</b>".encode(), "utf-8", "é"),
        ("\ufeff<b>é</b>".encode(), "iso-8859-1", "é"),
        ("<b>é</b>".encode("latin-1"), "iso-8859-1", {2: "é", 4: "\ufffd"}),  # `fetch` reads UTF-8
        (b"<b>e\xff</b>", "utf-8", "e\ufffd"),
    ],
)
def test_an_answer_is_read_by_its_mark_and_its_charset(
    runner: str,
    dialect: int,
    content: bytes,
    charset: str,
    shown: Any,
    request: pytest.FixtureRequest,
) -> None:
    answer = Response(content, media_type=f"text/html; charset={charset}")
    with page_of(runner, site(dialect, BUTTON, answer), "/", request) as page:
        assert page.title() == "T" and page.locator("head title").count() == 1
        page.get_by_role("button").click()
        page.wait_for_timeout(100)
        expected = shown[dialect] if isinstance(shown, dict) else shown
        assert page.locator("#out").inner_html() == f"<b>{expected}</b>"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("hx-headers='{\"a b\":1}'", "'a b' is no name of a header: use letters"),
        ('hx-headers=\'{"X-A":"Łukasz"}\'', "The header X-A cannot hold 'Ł': a browser sends"),
        ("hx-config='method:TRACE'", "no request by the method 'TRACE': name another one"),
        ("hx-config='{\"headers\":5}'", "hx-config: headers is 5: write an object, or leave it"),
        ("hx-config='method:7'", ""),
    ],
)
def test_what_a_browser_does_not_send_is_told(said: str, told: str) -> None:
    page = visit(site(4, BUTTON.format(said)), "/")
    page.get_by_role("button").click()
    sent = [one for one in page.requests if one.path == "/x"]
    assert bool(sent) is not bool(told)
    assert told in "\n".join(page.problems)


@pytest.mark.browser
def test_numbers_are_written_as_in_javascript(browser: Any) -> None:
    texts = "0 -0.0 1.50 1e5 0.1 1e-6 1e-7 1.5e-9 5e-324 123456789.125 9007199254740993 1e20 -1e21"
    texts += " 1234567890123456789 12345678901234567890123 1.7976931348623157e308 1e999 -1e999 4.35"
    numbers = texts.split()
    page = browser.new_page()
    theirs = page.evaluate("texts => texts.map(text => String(JSON.parse(text)))", numbers)
    page.close()
    assert [js_text(json.loads(text)) for text in numbers] == theirs
