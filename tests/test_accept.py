"""The `Accept` header: weights, ranges and what is malformed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.web.accept import preferred, read_accept

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "offered", "wanted"),
    [
        (CHROMIUM, (JSON, HTML), HTML),
        ("", (HTML, JSON), HTML),
        ("*/*", (TEXT, HTML, JSON), TEXT),
        ("application/json", (HTML, JSON), JSON),
        ("APPLICATION/JSON ; Q=0.9 , text/html;q=0.1", (HTML, JSON), JSON),
        ("application/json, text/plain, */*", (TEXT, HTML, JSON), JSON),
        ("application/json, text/html", (HTML, JSON), JSON),
        ("text/html, application/json", (JSON, HTML), HTML),
        ("application/json;q=0.5, text/*", (HTML, JSON), HTML),
        ("text/*;q=0.5, */*;q=0.6", (HTML, JSON), JSON),
        ("text/html;q=0, */*", (HTML, JSON), JSON),
        ("application/json;q=0", (HTML, JSON), None),
        ("application/json;q=0, */*;q=0.1", (JSON, HTML), HTML),
        ("application/problem+json", (HTML, JSON), JSON),
        ("application/vnd.api+json;q=0.2, text/html;q=0.1", (HTML, JSON), JSON),
        ("image/png", (HTML, JSON), None),
        ("application/jsonx", (HTML, JSON), None),
        ("text/html;q=2, application/json", (HTML, JSON), JSON),
        ("text/html;q=x", (HTML,), HTML),
        ("text/html;level=1", (HTML,), HTML),
        (";,;,", (HTML,), HTML),
        ("*/*", (), None),
    ],
)
def test_preferred(accept: str, offered: tuple[str, ...], wanted: str | None) -> None:
    assert preferred(accept, offered) == wanted


@given(st.text(alphabet="*/atexhjson,;q=0.1 +\x00é") | st.text())
def test_nothing_breaks_it(accept: str) -> None:
    assert all(0 <= weight <= 1 for _, weight in read_accept(accept))
    assert preferred(accept, (HTML, JSON)) in (HTML, JSON, None)
