"""Rows of a table beside a title: htmx gets the rows first, or Chromium would lose them."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.check import expect, visit
from fasthtml_nb.common import (
    Button,
    FastHTML,
    Fragment,
    P,
    Table,
    Tbody,
    Td,
    TestClient,
    Title,
    Tr,
    fast_app,
)

from .browser_support import local_assets, serving

__all__ = ["local_assets"]

TITLE, ROW = Title("T"), Tr(Td("x"))


class Shown:
    """Shows itself as a title."""

    def __ft__(self) -> Any:
        return TITLE


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ((TITLE, ROW), "<tr><td>x</td></tr><title>T</title>"),
        ((ROW, TITLE, ROW), "<tr><td>x</td></tr><tr><td>x</td></tr><title>T</title>"),
        ([Fragment(TITLE, ROW)], "<tr><td>x</td></tr><title>T</title>"),
        ((Shown(), ROW), "<tr><td>x</td></tr><title>T</title>"),
        ((TITLE, P("a")), "<title>T</title><p>a</p>"),
        ((TITLE, Table(ROW)), "<title>T</title><table><tr><td>x</td></tr></table>"),
        ((TITLE, "a & b"), "<title>T</title>a &amp; b"),
        ((TITLE, (row for row in (ROW,))), "<tr><td>x</td></tr><title>T</title>"),
    ],
)
def test_a_title_goes_behind_rows(content: Any, text: str) -> None:
    """Chromium reads no rows behind a title in a template, by which htmx reads answers."""
    app = FastHTML()
    app.route("/")(lambda: content)
    assert TestClient(app).get("/", headers={"HX-Request": "true"}).text == text


@pytest.mark.browser
@pytest.mark.parametrize("version", [2, 4])
def test_rows_with_a_title_arrive(version: int, browser: Any, local_assets: None) -> None:
    app = fast_app(htmx4=version == 4, pico=False)[0]

    @app.route("/")
    def first() -> Any:
        return (
            Title("First"),
            Table(Tbody(id="rows")),
            Button("go", hx_get="/row", hx_target="#rows"),
        )

    @app.route("/row")
    def row() -> Any:
        return TITLE, ROW

    with serving(app) as base, browser.new_context(base_url=base) as context:
        for page in (visit(app, "/"), context.new_page()):
            page.goto("/")
            page.get_by_role("button").click()
            expect(page.get_by_role("row")).to_have_text("x")
            expect(page).to_have_title("T")
