"""Every method of Playwright's is here with all its keywords, or says why not and what to do."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from fasthtml_nb.checks.expect import expect
from fasthtml_nb.checks.file_chooser import FileChooser
from fasthtml_nb.checks.locator import Locator
from fasthtml_nb.checks.page import Page, visit
from fasthtml_nb.checks.page_parts import PAGE
from fasthtml_nb.checks.routes import Route as RouteOfPage
from fasthtml_nb.checks.story import Dialog
from fasthtml_nb.checks.traffic import Download
from fasthtml_nb.checks.unsupported import EXPECT, HANDED, LOCATOR, UnsupportedError

HOME = Starlette(routes=[Route("/", lambda request: HTMLResponse("<p>x"))])


def _public(theirs: Any) -> list[str]:
    return [name for name in dir(theirs) if not name.startswith("_")]


def _keywords(method: Any) -> set[str]:
    return set(inspect.signature(method).parameters) - {"self"}


@pytest.fixture(scope="module")
def page() -> Page:
    return visit(HOME)


def _subjects(page: Page) -> list[tuple[Any, Any]]:
    from playwright import sync_api as theirs

    return [
        (theirs.Page, page),
        (theirs.Locator, page.locator("p")),
        (theirs.FrameLocator, page.frame_locator("iframe")),
        (theirs.LocatorAssertions, expect(page.locator("p"))),
        (theirs.PageAssertions, expect(page)),
    ]


def test_each_is_here_or_refused(page: Page) -> None:
    lost = []
    for theirs, ours in _subjects(page):
        for name in _public(theirs):
            by_selector = isinstance(ours, Page) and name not in PAGE and hasattr(Locator, name)
            if by_selector or hasattr(type(ours), name) or name in vars(ours):
                continue
            try:
                getattr(ours, name)("p")
            except UnsupportedError as error:
                assert " Instead: " in str(error) and name in str(error)
            except Exception as error:
                lost.append(f"{theirs.__name__}.{name}: {error!r}")
    assert not lost


def test_each_keyword_is_taken(page: Page) -> None:
    lost = []
    for theirs, ours in _subjects(page):
        for name in _public(theirs):
            method, own = getattr(theirs, name), getattr(type(ours), name, None)
            by_selector = isinstance(ours, Page) and own is None and hasattr(Locator, name)
            if by_selector and name not in PAGE:
                wanted, there = _keywords(method) - {"selector", "strict"}, getattr(Locator, name)
            elif callable(own) and callable(method):
                wanted, there = _keywords(method), own
            else:
                continue
            given = inspect.signature(there).parameters.values()
            if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in given):
                continue
            wanted -= {"selector"}  # Of `page.locator`, which takes a locator, too
            lost += [f"{theirs.__name__}.{name}({one}=)" for one in wanted - _keywords(there)]
    assert not lost


_OTHERWISE = {  # Taken by name, or with a value of our own
    "api_request.delete",
    "api_request.get",
    "api_request.head",
    "api_request.patch",
    "api_request.post",
    "api_request.put",
    "api_request.storage_state",
    "LocatorAssertions.not_to_match_aria_snapshot",  # Without a value: it is written
    "LocatorAssertions.to_match_aria_snapshot",
    "PageAssertions.not_to_match_aria_snapshot",
    "PageAssertions.to_match_aria_snapshot",
}


def _parameters(method: Any, *without: str) -> list[tuple[Any, ...]]:
    found = inspect.signature(method).parameters.values()
    kept = [one for one in found if one.name not in ("self", *without)]
    return [(one.name, one.kind, one.default) for one in kept]


def test_parameters_stand_as_playwrights(page: Page) -> None:
    lost = []
    subjects = [(theirs.__name__, theirs, ours) for theirs, ours in _subjects(page)]
    subjects += [(kind, theirs, ours) for kind, (theirs, ours) in _handed(page).items()]
    for kind, theirs, ours in subjects:
        for name in _public(theirs):
            method, own, without = getattr(theirs, name), getattr(type(ours), name, None), ()
            if isinstance(ours, Page) and own is None and hasattr(Locator, name):
                own, without = getattr(Locator, name), ("selector", "strict")
            if not callable(method) or not callable(own) or f"{kind}.{name}" in _OTHERWISE:
                continue
            wanted, there = _parameters(method, *without), _parameters(own)
            by_place = [one for one in wanted if one[1] is not inspect.Parameter.KEYWORD_ONLY]
            if not set(wanted) <= set(there) or there[: len(by_place)] != by_place:
                lost.append(f"{kind}.{name}: {set(wanted) - set(there)}")
    assert not lost


def test_nothing_stands_in_a_table_that_playwright_does_not_have(page: Page) -> None:
    from playwright import sync_api as theirs

    assert set(PAGE) <= set(_public(theirs.Page))
    assert set(LOCATOR) <= set(_public(theirs.Locator))
    expected = set(_public(theirs.LocatorAssertions)) | set(_public(theirs.PageAssertions))
    assert set(EXPECT) <= expected


@pytest.mark.parametrize("table", [PAGE, LOCATOR, EXPECT], ids=["page", "locator", "expect"])
def test_each_refusal_has_a_reason_and_a_way_out(table: Any) -> None:
    for name, entry in table.items():
        assert len(entry.reason.split()) >= 3, name
        assert len(entry.instead.split()) >= 2, name


def _handed(page: Page) -> dict[str, tuple[Any, Any]]:
    from playwright import sync_api as theirs
    from playwright.sync_api import _generated as more

    answer = page.goto("/")
    assert answer is not None
    return {
        "keyboard": (theirs.Keyboard, page.keyboard),
        "clock": (more.Clock, page.clock),
        "dialog": (theirs.Dialog, Dialog("alert", "Hi")),
        "download": (theirs.Download, Download(answer.exchange)),
        "request": (theirs.Request, answer.request),
        "response": (theirs.Response, answer),
        "context": (theirs.BrowserContext, page.context),
        "api_request": (theirs.APIRequestContext, page.request),
        "api_response": (theirs.APIResponse, page.request.get("/")),
        "file_chooser": (theirs.FileChooser, FileChooser(page, page.document.root)),
        "route": (theirs.Route, _route(page)),
    }


def _route(page: Page) -> RouteOfPage:
    """Return a route as a handler gets it."""
    routes: list[RouteOfPage] = []

    def keep(route: RouteOfPage) -> None:
        routes.append(route)
        route.continue_()

    page.route("**/*", keep, times=1)
    page.reload()
    return routes[0]


def test_what_a_page_hands_out_has_each_member_or_says_why_not(page: Page) -> None:
    for kind, (theirs, ours) in _handed(page).items():
        missing = {
            name
            for name in _public(theirs)
            if not hasattr(type(ours), name) and name not in vars(ours)
        }
        assert missing == set(HANDED[kind]), kind
        for name in set(_public(theirs)) - missing:
            method, own = getattr(theirs, name), getattr(type(ours), name, None)
            if callable(method) and callable(own) and "options" not in _keywords(own):
                assert _keywords(method) <= _keywords(own), f"{kind}.{name}"
        for name in missing:
            with pytest.raises(UnsupportedError, match=f"^{kind}.{name} .* Instead: "):
                getattr(ours, name)
        with pytest.raises(AttributeError, match=f"{type(ours).__name__} has no 'nothing'"):
            _ = ours.nothing
        assert not hasattr(ours, "_repr_html_")


@pytest.mark.parametrize("kind", sorted(HANDED))
def test_each_refusal_of_what_is_handed_out_has_a_reason_and_a_way_out(kind: str) -> None:
    test_each_refusal_has_a_reason_and_a_way_out(HANDED[kind])
