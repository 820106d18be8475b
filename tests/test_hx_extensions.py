"""Pages that load extensions of htmx 4; outcomes as the real ones had them in Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from fasthtml_nb.checks.hx_extensions import _sort_key
from fasthtml_nb.checks.page import Page, visit


def page(extension: str, body: str, answer: str = "", status: int = 200, **headers: str) -> Any:
    seen: list[Request] = []
    scripts = "".join(
        f'<script src="{src}"></script>'
        for src in ("/htmx.org@4.0.1/htmx.min.js", f"/ext/{extension}.min.js")
    )

    def part(request: Request) -> HTMLResponse:
        seen.append(request)
        said = {name.replace("_", "-"): text for name, text in headers.items()}
        return HTMLResponse(answer, status, said)

    routes = [
        Route("/", lambda request: HTMLResponse(scripts + body)),
        Route("/a", part, methods=["GET", "POST"]),
    ]
    return visit(Starlette(routes=routes), "/"), seen


def lines(shown: Page, css: str) -> list[str]:
    return [one.text for one in shown.document.select(css)]


LIST = '<ul hx-get="/a" hx-swap="{}"><li id=i3 data-k=3>3<li id=i1 data-k=1>1</ul><p id=i9>far</p>'
NEWS = "<li id=i2 data-k=2>2</li><li>-</li><li id=i1 data-k=1>one</li><li id=i10 data-k=10>10</li>"


@pytest.mark.parametrize(
    ("how", "then"),
    [
        ("upsert", ["2", "3", "one", "-", "10"]),
        ("upsert prepend", ["2", "-", "3", "one", "10"]),
        ("upsert sort:desc", ["10", "3", "2", "one", "-"]),
        ("upsert key:data-k", ["2", "3", "one", "-", "10"]),
    ],
)
def test_upsert(how: str, then: list[str]) -> None:
    shown, _ = page("hx-upsert", LIST.format(how), NEWS)
    assert shown.blind == []
    shown.locator("ul").click()
    assert lines(shown, "li") == then and shown.url.endswith("/")


def test_upsert_in_parts_of_an_answer() -> None:
    body = '<button hx-get="/a" hx-target="#t">b</button><p id=t></p><ul id=u><li id=i4>4</ul>'
    for part in (
        '<hx-upsert hx-target="#u"><li id=i2>2</li><li id=i4>four</li></hx-upsert>',
        '<hx-partial hx-target="#u" hx-swap="upsert"><li id=i2>2<li id=i4>four</hx-partial>',
        'x<ul id=u hx-swap-oob="upsert"><li id=i2>2</li><li id=i4>four</li></ul>',
    ):
        shown, _ = page("hx-upsert", body, part)
        shown.locator("button").click()
        assert lines(shown, "#u li") == ["2", "four"]


def test_targets() -> None:
    body = '<button hx-get="/a" hx-targets="{}">b</button><p class=t>1</p><p class=t>2</p>'
    shown, _ = page("hx-targets", body.format(".t"), "<b>new</b>")
    shown.locator("button").click()
    assert lines(shown, "p, button") == ["b", "new", "new"]
    shown, _ = page("hx-targets", body.format(".n"), "new")
    shown.locator("button").click()
    assert lines(shown, "p, button") == ["new", "1", "2"]
    assert "matches nothing" in shown.tab.problems[0]


def test_prompt() -> None:
    shown, seen = page("hx-prompt", '<button hx-post="/a" hx-prompt="Name?">b</button>', "ok")
    shown.on("dialog", lambda dialog: dialog.accept("Zoë & co"))
    shown.locator("button").click()
    assert seen[0].headers["hx-prompt"] == "Zo%C3%AB%20&%20co"
    shown, seen = page("hx-prompt", '<button hx-post="/a" hx-prompt="Name?">b</button>', "ok")
    shown.on("dialog", lambda dialog: dialog.dismiss())
    shown.locator("button").click()
    assert not seen and lines(shown, "button") == ["b"]


def test_ptag() -> None:
    body = '<button hx-get="/a" hx-target="#t" hx-ptag="v0">b</button><p id=t>'
    shown, seen = page("hx-ptag", body, "x", HX_PTag="v1")
    shown.locator("button").click()
    shown.locator("button").click()
    assert [one.headers["hx-ptag"] for one in seen] == ["v0", "v1"]


def test_pending_and_download_leave_the_page_as_it_is() -> None:
    body = '<button hx-post="/a" hx-target="#t">b</button><p id=t>old</p>'
    shown, seen = page("hx-download", body, "f", content_disposition="attachment; filename=x")
    shown.locator("button").click()
    assert seen and lines(shown, "p") == ["old"]
    pending = '<template id=w>wait</template><button hx-post="/a" hx-pending="#w" hx-target="#t">b'
    shown, _ = page("hx-pending", pending + "</button><p id=t><b>x</b></p>", "done")
    shown.locator("button").click()
    assert lines(shown, "p") == ["done"] and not shown.document.select(".hx-pending")


def test_htmx_2_compat() -> None:
    body = (
        '<div hx-target="#t"><button hx-get="/a">b</button></div><p id=t>old</p>'
        '<form hx-post="/a" hx-trigger="htmx:afterSwap from:#t once" hx-swap="none"></form>'
    )
    shown, seen = page("htmx-2-compat", body, "new")
    shown.locator("button").click()
    assert lines(shown, "p") == ["new"]
    shown, seen = page("htmx-2-compat", body, "no", 500)
    shown.locator("button").click()
    assert lines(shown, "p") == ["old"] and len(seen) == 1


def test_other_extensions_are_told() -> None:
    shown, _ = page("hx-live", "")
    assert shown.blind == ["htmx extension live"]


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "٣x²"])
def test_upsert_takes_any_key(odd: str) -> None:
    body = f'<ul hx-get="/a" hx-swap="upsert"><li id="{odd}">old<li id=1>1</ul>'
    shown, _ = page("hx-upsert", body, "<li id=0>0</li>")
    shown.locator("ul").click()
    assert lines(shown, "li") == ["0", "old", "1"]


def test_numbers_in_keys_are_compared_by_their_value() -> None:
    names = ["a10", "a9", "a009", "a", "A1", "²", "9" * 5000]
    assert sorted(names, key=_sort_key) == ["9" * 5000, "a", "A1", "a9", "a009", "a10", "²"]


def test_a_field_that_no_attribute_can_be_named_by_is_left_out_and_told() -> None:
    form = '<form hx-post="/a" hx-pending="#w" hx-target="#t"><input name="first name" value=1>'
    body = f"<template id=w>wait</template>{form}<input name=tea value=2><button>b</form><p id=t>"
    shown, _ = page("hx-pending", body, "done")
    shown.locator("button").click()
    assert lines(shown, "p") == ["done"]
    assert "first name" in shown.tab.problems[0]
