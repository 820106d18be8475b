"""Addresses that match patterns, and requests by Playwright's names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers

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
        (b'attachment; filename="../../etc/x"', "x"),
        (b"attachment", "x"),
    ],
)
def test_names_of_downloads(said: bytes, name: str, tmp_path: Path) -> None:
    offered = Download(exchange(headers=[(b"content-disposition", said)], body=b"1"))
    assert offered.suggested_filename == name
    offered.save_as(tmp_path / "new" / "folders" / "kept")
    offered.save_as(tmp_path / "new" / "folders" / "kept")
    kept = tmp_path / "new" / "folders" / "kept"
    assert kept.read_bytes() == b"1" and offered.failure() is None


def test_the_log() -> None:
    one, two = exchange(), Exchange("GET", "http://testserver/y")
    log = RequestLog([one, two])
    assert log.matching("POST") == [one] and log.matching(url="/y", base=BASE) == [two]
    assert [request.url for request in log()] == ["http://testserver/x", "http://testserver/y"]
    assert first_match(log, "**/y", Request, BASE) == Request(two)
    assert first_match(log, lambda request: request.method == "PUT", Request, BASE) is None
