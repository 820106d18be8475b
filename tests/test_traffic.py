"""Addresses that match patterns, and requests by Playwright's names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.responses import Response as Answer
from starlette.routing import Route

from fasthtml_nb.asgi.exchange import Response
from fasthtml_nb.asgi.requests import Request as Asked
from fasthtml_nb.checks.network import Exchange
from fasthtml_nb.checks.traffic import (
    Download,
    PageResponse,
    Request,
    RequestLog,
    first_match,
    matches_url,
)

from .browser_support import RUNNERS, page_of

BASE = "http://testserver/"
TABLE = [
    ("**", "http://testserver/a/b", True),
    ("**/b", "http://testserver/a/b", True),
    ("**/b", "http://testserver/a/b?x", False),
    ("*/b", "http://testserver/a/b", False),
    ("/a/*", "http://testserver/a/b", True),
    ("/a/*", "http://testserver/a/b/c", False),
    ("/a/**", "http://testserver/a/b/c", True),
    ("/a/**/c", "http://testserver/a/c", True),
    ("/a", "http://testserver/a", True),
    ("/a", "http://testserver/ab", False),
    ("/", "http://testserver/", True),
    ("http://testserver/a", "http://testserver/a", True),
    ("/a?b=*", "http://testserver/a?b=1", True),
    ("/a?b", "http://testserver/axb", False),
    ("**/*.{png,jpg}", "http://testserver/x/y.jpg", True),
    ("**/*.{png,jpg}", "http://testserver/x/y.gif", False),
    ("/a.b", "http://testserver/axb", False),
    ("**/a\\*b", "http://testserver/a*b", True),
    ("**/a\\*b", "http://testserver/axb", False),
]


@pytest.mark.parametrize(("pattern", "url", "expected"), TABLE)
def test_patterns(pattern: str, url: str, expected: bool) -> None:
    assert matches_url(pattern, url, BASE) is expected


def test_patterns_match_as_playwrights(browser: Any) -> None:
    """Each pattern is asked of Playwright by waiting for an address that the page is at."""
    with browser.new_context(base_url=BASE) as context:
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(body="x", content_type="text/html"))
        wrong = []
        for pattern, url, expected in TABLE:
            page.goto(url)
            try:
                page.wait_for_url(pattern, timeout=1000 if expected else 60)
                real = True
            except Exception as error:
                assert "Timeout" in str(error)
                real = False
            if real is not expected:
                wrong.append((pattern, url, real))
    assert wrong == []


def test_other_patterns() -> None:
    assert matches_url(re.compile("b$"), "http://t/a/b")
    assert not matches_url(lambda url: url.endswith("c"), "http://t/a/b")


def exchange(**given: Any) -> Exchange:
    asked = Asked("POST", "http://testserver/x", given.pop("sent", {}), given.get("content", b""))
    answer = Response(
        given.pop("status", 200),
        Headers(raw=given.pop("headers", [])),
        given.pop("body", b""),
        asked,
    )
    return Exchange("POST", "http://testserver/x#part", response=answer, **given)


def test_bodies() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert Request(exchange(content=b"a=%C3%A4&b=", sent=form)).post_data_json == {
        "a": "ä",
        "b": "",
    }
    assert Request(exchange(content=b'{"a": 1}')).post_data_json == {"a": 1}
    empty = Request(exchange())
    assert (empty.post_data, empty.post_data_json, empty.post_data_buffer) == (None, None, None)


def test_answers() -> None:
    several = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"X-A", b"1")]
    answer = PageResponse(exchange(status=404, headers=several, body=b"[1]"))
    assert (answer.status, answer.ok, answer.status_text) == (404, False, "Not Found")
    assert answer.header_value("Set-Cookie") == "a=1\nb=2" and answer.json() == [1]
    assert answer.header_values("set-cookie") == ["a=1", "b=2"]
    assert {"name": "set-cookie", "value": "b=2"} in answer.headers_array()
    assert answer.url == "http://testserver/x" and answer.body() == b"[1]"
    assert answer.request == Request(answer.exchange) and answer.finished() is None
    assert Request(Exchange("GET", "http://t/", error="abort")).response() is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (b"attachment; filename=a.txt", "a.txt"),
        (b'attachment; filename="a b.txt"', "a b.txt"),
        (b"attachment; filename*=UTF-8''%C3%A4.txt", "ä.txt"),
        (b'attachment; filename="../../etc/x"', "_.._etc_x"),
        (b"attachment", "x.txt"),
    ],
)
def test_names_of_downloads(said: bytes, name: str, tmp_path: Path) -> None:
    offered = Download(exchange(headers=[(b"content-disposition", said)], body=b"1"))
    assert offered.suggested_filename == name
    offered.save_as(tmp_path / "new" / "folders" / "kept")
    offered.save_as(tmp_path / "new" / "folders" / "kept")
    kept = tmp_path / "new" / "folders" / "kept"
    assert kept.read_bytes() == b"1" and offered.failure() is None


FILES = [  # Type, `Content-Disposition`, attributes of the link, last of the address, file name
    ("text/csv; charset=utf-8", "attachment", "", "export", "export.csv"),
    ("application/json", "", "download", "export", "export.json"),
    ("application/pdf", "", "download=report", "export.xyz", "report.pdf"),
    ("image/jpeg", "attachment", "", "", "download.jpeg"),
    ("text/html", "attachment", "", "export.xyz", "export.xyz"),
    ("text/csv", 'attachment; filename="report"', "download=other", "export", "report"),
    ("text/csv", "attachment; filename=.a/b.", "", "export", "a_b"),
    ("text/csv", 'attachment; filename="a;b\\"c.txt"', "", "export", "a;b_c.txt"),
    ("application/octet-stream", "attachment", "", "r%C3%A9", "ré"),
    ("", "attachment", "", "export", "export.txt"),
    ("text/plain", "", "download='...'", "export", "download.txt"),
]
BYTES = "application/octet-stream"
FILES += [
    (BYTES, f"attachment; {said}", "", "at.x", name or "at.x")
    for said, name in [
        ("filename=foo bar.txt", "foo bar.txt"),
        ('xfilename="no.txt"', ""),
        ('name="filename=evil.txt"; filename="good.txt"', "good.txt"),
        ("; FileName = a.txt; filename=b.txt", "a.txt"),
        ("what; filename=a.txt", ""),
        ("filename=; filename=b.txt", ""),
        ("filename*=ISO-8859-1''na%EFve.txt", "naïve.txt"),
        ("filename*=nonesuch''a.txt; filename=b.txt", "b.txt"),
        ("filename*=UTF-8''%FF.txt; filename=b.txt", "b.txt"),
        ("filename*=\"UTF-8''a.txt\"; filename=b.txt", "b.txt"),
        ("filename=b.txt; filename*=utf-8'en'a b%20c.txt", "a b c.txt"),
        ('filename="=?UTF-8?Q?caf=C3=A9?= =?ISO-8859-1?b?6S50eHQ=?="', "caféé.txt"),
        ("filename==?UTF-8?X?a?=", "=_UTF-8_X_a_="),
        ('filename="caf\xe9.txt"', ""),
        ('filename="caf\xc3\xa9 %41.txt"', "café A.txt"),
        ('filename="a.txt', "a.txt"),
        ('filename=a";"b.txt', "a_;_b.txt"),
    ]
]


@pytest.mark.parametrize("runner", RUNNERS)
def test_files_are_called_as_a_browser_calls_them(runner: str, request: Any) -> None:
    def home(request: Any) -> Answer:
        links = [f"<a href='/{n}/{file[3]}' {file[2]}>{n}.</a>" for n, file in enumerate(FILES)]
        return HTMLResponse("".join(links))

    def file(request: Any) -> Answer:
        kind, said, *_ = FILES[request.path_params["n"]]
        headers = {"content-type": kind, "content-disposition": said}
        return Answer(b"x", headers={name: text for name, text in headers.items() if text})

    app = Starlette(routes=[Route("/", home), Route("/{n:int}/{name:path}", file)])
    with page_of(runner, app, "/", request) as page:
        for n, (*_, name) in enumerate(FILES):
            with page.expect_download() as offered:
                page.get_by_text(f"{n}.", exact=True).click()
            assert offered.value.suggested_filename == name


def test_a_long_header_is_read_at_once() -> None:
    for said in ('"\\\\' * 50_000, '""' * 50_000, "; " * 50_000, "a'" * 50_000):
        told = f"attachment; filename*={said}; filename=a.txt".encode()
        name = Download(exchange(headers=[(b"content-disposition", told)])).suggested_filename
        assert name == ("x.txt" if said[:2] in ('"\\\\', "; ") else "a.txt")


def test_the_log() -> None:
    one, two = exchange(), Exchange("GET", "http://testserver/y")
    log = RequestLog([one, two])
    assert log.matching("POST") == [one] and log.matching(url="/y", base=BASE) == [two]
    assert [request.url for request in log()] == ["http://testserver/x", "http://testserver/y"]
    assert first_match(log, "**/y", Request, BASE) == Request(two)
    assert first_match(log, lambda request: request.method == "PUT", Request, BASE) is None
