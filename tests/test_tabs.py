"""An id for each tab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fasthtml_nb.ft.tags import Button, P
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import to_xml
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.declare import APIRouter
from fasthtml_nb.web.tabs import sid_scr, with_sid
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

ICON = FT("link", (), {"rel": "icon", "href": "data:,"})


def make_app(htmx4: bool = False) -> FastHTML:
    app = FastHTML(secret_key="k", hdrs=(ICON, sid_scr), htmx4=htmx4)

    @app.get("/view")
    def view(sid: str):
        again = Button("Send", hx_post="/send?a=1", hx_target="#seen")
        return P(sid, id="seen"), again

    @app.post("/send")
    def send(sid: str, a: int):
        return f"{sid} {a}"

    with_sid(app, view)
    return app


def test_the_page_asks_for_its_view() -> None:
    fragment = TestClient(make_app()).get("/", headers={"HX-Request": "true"}).text
    assert fragment == '<div hx-get="/view" hx-trigger="load" hx-swap="outerHTML"></div>'


def test_several_pages_and_a_router() -> None:
    app, router = make_app(), APIRouter("/shop")
    with_sid(app, "/view?b=1&c", "/other")
    with_sid(router, "/shop/view", "/here")
    router.to_app(app)
    ask = {"HX-Request": "true"}
    for path, wanted in (
        ("/", "/view"),
        ("/other", "/view?b=1&amp;c"),
        ("/shop/here", "/shop/view"),
    ):
        assert f'hx-get="{wanted}"' in TestClient(app).get(path, headers=ask).text
    assert TestClient(app).post("/other").status_code == 405


def test_the_script_is_written_as_it_is() -> None:
    assert to_xml(sid_scr) == f"<script>{sid_scr.children[0]}</script>"


@pytest.fixture(scope="module", params=[False, True], ids=["htmx2", "htmx4"])
def site(request: pytest.FixtureRequest, local_assets: None) -> Iterator[str]:
    with serving(make_app(request.param)) as url:
        yield url


def test_a_tab_keeps_its_id_and_another_has_its_own(browser: Any, site: str) -> None:
    with page_at(browser, site) as page:
        page.wait_for_selector("#seen")
        sid = page.text_content("#seen")
        assert len(sid) == 32 and sid == page.evaluate("sessionStorage.sid")
        page.click("button")
        page.wait_for_selector(f"#seen:text('{sid} 1')")
        page.reload()
        page.wait_for_selector("#seen")
        assert page.text_content("#seen") == sid
        other = page.context.new_page()
        other.goto(site)
        other.wait_for_selector("#seen")
        assert other.text_content("#seen") != sid
        assert page.problems == []


def test_other_sites_do_not_get_the_id(browser: Any, site: str) -> None:
    with page_at(browser, site) as page:
        page.wait_for_selector("#seen")
        ask = """path => {
            const old = {path}, later = {ctx: {request: {action: path}}};
            document.dispatchEvent(new CustomEvent("htmx:configRequest", {detail: old}));
            document.dispatchEvent(new CustomEvent("htmx:config:request", {detail: later}));
            return [old.path, later.ctx.request.action];
        }"""
        for url in ("https://other.example/x", "//other.example/x", f"{site}0/x"):
            assert page.evaluate(ask, url) == [url, url]
        sid = page.text_content("#seen")
        for url in ("/x?a=b%20c&sid=1", f"{site}/x?a=b%20c"):
            assert page.evaluate(ask, url) == [f"/x?a=b+c&sid={sid}"] * 2
