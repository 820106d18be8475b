"""What comes before the rest of a page: popovers and dialogs, on our page and in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from fasthtml_nb.check import expect, visit
from fasthtml_nb.checks.failures import NotReadyError

from .browser_support import RUNNERS, page_of

PAGE = """<!doctype html><title>Menus</title>
<button popovertarget=menu>Menu</button><button commandfor=tip command=show-popover>Tip</button>
<button popovertarget=fixed>Fixed</button><button popovertarget=more>Direct</button>
<button>Elsewhere</button>
<button commandfor=ask command=show-modal>Ask</button>
<div id=menu popover>Things <a href=#x>Item</a> <button popovertarget=more>More</button>
  <button popovertarget=menu popovertargetaction=hide>Done</button></div>
<div id=more popover>Deeper <input autofocus aria-label=Name></div>
<div id=tip popover=auto>Say it</div><div id=fixed popover=manual>Stays</div>
<dialog id=ask>Sure? <button>Yes</button></dialog><dialog id=plain open>Plain</dialog>"""


@pytest.fixture(params=RUNNERS)
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse(PAGE))])
    with page_of(request.param, app, "/", request) as page:
        yield page


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def shown(page: Any, *names: str) -> None:
    for name in ("menu", "more", "tip", "fixed"):
        visible = name in names
        expect(page.locator(f"#{name}")).to_be_visible(visible=visible)
        expect(page.locator(f"#{name}:popover-open")).to_have_count(int(visible))


def test_a_button_opens_and_closes(page: Any) -> None:
    shown(page)
    expect(page.get_by_role("link", name="Item")).to_have_count(0)
    press(page, "Menu")
    shown(page, "menu")
    expect(page.get_by_role("link", name="Item")).to_be_visible()
    assert "Things" in page.locator("body").inner_text()
    press(page, "Menu")
    shown(page)
    press(page, "Menu")
    press(page, "Done")
    shown(page)


def test_another_one_or_a_click_beside_it_closes(page: Any) -> None:
    press(page, "Menu")
    press(page, "Tip")
    shown(page, "tip")
    press(page, "Tip")  # It only shows
    shown(page, "tip")
    press(page, "Elsewhere")
    shown(page)
    press(page, "Fixed")
    press(page, "Menu")
    press(page, "Elsewhere")
    shown(page, "fixed")


def test_one_that_another_opens_belongs_to_it(page: Any) -> None:
    press(page, "Menu")
    press(page, "More")
    shown(page, "menu", "more")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    shown(page, "menu")
    expect(page.locator(":focus")).to_have_count(0)
    page.keyboard.press("Escape")
    shown(page)


def test_the_focus_goes_back(page: Any) -> None:
    press(page, "Direct")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    shown(page)
    expect(page.get_by_role("button", name="Direct")).to_be_focused()


def test_escape_leaves_what_stays(page: Any) -> None:
    press(page, "Fixed")
    page.keyboard.press("Escape")
    shown(page, "fixed")
    expect(page.locator("#plain")).to_be_visible()
    expect(page.locator("dialog:modal")).to_have_count(0)


def test_a_modal_dialog(page: Any) -> None:
    press(page, "Ask")
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("dialog:modal")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("dialog:modal")).to_have_count(0)
    expect(page.locator("#plain")).to_be_visible()


def test_a_modal_dialog_keeps_clicks_from_the_rest() -> None:
    page = visit(Starlette(routes=[Route("/", lambda _: HTMLResponse(PAGE))]), "/")
    press(page, "Elsewhere")  # The one that is open from the beginning is not modal
    press(page, "Ask")
    with pytest.raises(NotReadyError, match='<dialog id="ask" open> is open and modal'):
        press(page, "Elsewhere")
    press(page, "Yes")
    page.keyboard.press("Escape")
    press(page, "Elsewhere")
