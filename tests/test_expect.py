"""Expectations give Playwright's verdicts, wait as it does, and say why they fail."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.expect import (
    LocatorAssertions,
    PageAssertions,
    expect,
)
from fasthtml_nb.checks.failures import CheckError, CheckFailure
from fasthtml_nb.checks.page import visit
from fasthtml_nb.checks.unsupported import EXPECT, UnsupportedError
from tests.apps.still import StillPage

PAGE = """<!doctype html><title> My  page </title><div id="r"><p id="p1" class="a">one</p>
<p id="p2" class="b  c" title="Two">two <b>B</b>
</p><ul id="u"><li>x<li class="done">y<li hidden>z</ul>
<input id="i1" checked type="checkbox"><input id="i2" placeholder="x" value=" a "><input id="i3"
disabled aria-label="Off"><input id="i4" readonly value="7"><input id="i5" type="checkbox">
<select id="s1"><option value="a">A<option value="b" selected>B</select><select id="s2" multiple>
<option selected>a<option>b<option selected>c</select><textarea id="t">text</textarea>
<label id="l">Lab <input id="i6" value="v"></label><button id="b" disabled>Go</button>
<button id="b2" aria-describedby="p1">Stay</button><div id="e"></div><div id="w">  </div>
<input id="bad" aria-invalid="true" aria-errormessage="em"><p id="em">Too  long</p>
<div role="checkbox" aria-checked="mixed" id="m">x</div><h2 id="h">Head</h2></div>"""

SUBJECTS = ["'#p1'", "'#p2'", "'p'", "'#none'", "'li'", "'#i1'", "'#i2'", "'#i3'", "'#i4'"]
SUBJECTS += [
    "'#s1'",
    "'#s2'",
    "'#b i, #b'",
    "'#e'",
    "'#l'",
    "'#u'",
    "'#m'",
    "'#b2'",
    "'#bad'",
    "'#t'",
]
STATES = [
    "to_be_attached()",
    "to_be_attached(attached=False)",
    "to_be_visible()",
    "to_be_visible(visible=False)",
    "to_be_hidden()",
    "to_be_enabled()",
    "to_be_enabled(enabled=False)",
    "to_be_disabled()",
    "to_be_editable()",
    "to_be_empty()",
    "to_be_focused()",
    "to_be_checked()",
    "to_have_count(1)",
    "to_have_text('one')",
]
SAID = [
    ("'#p1'", "to_have_text('One')"),
    ("'#p1'", "to_have_text('ONE', ignore_case=True)"),
    ("'#p1'", "to_have_text(re.compile('N'))"),
    ("'#p1'", "to_have_text(re.compile('N'), ignore_case=True)"),
    ("'#p1'", "to_have_text(re.compile('N', re.I), ignore_case=False)"),
    ("'#p1'", "to_have_text('')"),
    ("'#p1'", "to_have_text(['one'])"),
    ("'#p2'", "to_have_text('two B')"),
    ("'#p2'", "to_have_text(' two   B ')"),
    ("'#p2'", "to_have_text(re.compile('B$'))"),
    ("'#p2'", "to_have_text(re.compile('B.$', re.S))"),
    ("'#p2'", "to_have_text('two B', use_inner_text=True)"),
    ("'li'", "to_have_text(['x', 'y', 'z'])"),
    ("'li'", "to_have_text(['x', 'y'])"),
    ("'li'", "to_have_text([re.compile('x'), 'y', re.compile('.')])"),
    ("'li'", "to_have_text('x')"),
    ("'li'", "to_contain_text(['x', 'z'])"),
    ("'li'", "to_contain_text(['z', 'x'])"),
    ("'li'", "to_have_text([])"),
    ("'#none'", "to_have_text([])"),
    ("'#none'", "to_have_text(['x'])"),
    ("'#none'", "to_contain_text(['x'])"),
    ("'#none'", "to_contain_text('x')"),
    ("'#none'", "to_have_count(0)"),
    ("'li'", "to_have_count(3)"),
    ("'#p2'", "to_contain_text('wo')"),
    ("'#p2'", "to_contain_text('WO')"),
    ("'#p2'", "to_contain_text('WO', ignore_case=True)"),
    ("'#p2'", "to_contain_text('')"),
    ("'#u'", "to_contain_text('x y')"),
    ("'#u'", "to_contain_text('xyz')"),
    ("'#p2'", "to_have_class('b c')"),
    ("'#p2'", "to_have_class('b  c')"),
    ("'#p2'", "to_have_class('c')"),
    ("'#p2'", "to_have_class(re.compile('b +c'))"),
    ("'#p2'", "to_contain_class('c b')"),
    ("'#p2'", "to_contain_class('d')"),
    ("'li'", "to_have_class(['', 'done', ''])"),
    ("'li'", "to_contain_class(['', 'done', ''])"),
    ("'li'", "to_contain_class(['', 'done'])"),
    ("'li'", "to_contain_class([])"),
    ("'#p2'", "to_have_attribute('title')"),
    ("'#p2'", "to_have_attribute('lang')"),
    ("'#p2'", "to_have_attribute('title', 'Two')"),
    ("'#p2'", "to_have_attribute('title', 'two')"),
    ("'#p2'", "to_have_attribute('title', 'two', ignore_case=True)"),
    ("'#p2'", "to_have_attribute('title', re.compile('^T'))"),
    ("'#p2'", "to_have_attribute('lang', '')"),
    ("'#p2'", "to_have_attribute('class', 'b c')"),
    ("'#p2'", "to_have_id('p2')"),
    ("'#p2'", "to_have_id(re.compile('1'))"),
    ("'#i2'", "to_have_value(' a ')"),
    ("'#i2'", "to_have_value('a')"),
    ("'#i2'", "to_have_value(re.compile('a'))"),
    ("'#l'", "to_have_value('v')"),
    ("'#s1'", "to_have_value('b')"),
    ("'#p1'", "to_have_value('x')"),
    ("'#s2'", "to_have_value('a')"),
    ("'#s2'", "to_have_values(['a', 'c'])"),
    ("'#s2'", "to_have_values(['a'])"),
    ("'#s2'", "to_have_values([re.compile('a'), 'c'])"),
    ("'#s1'", "to_have_values(['b'])"),
    ("'#p1'", "to_have_role('paragraph')"),
    ("'#p1'", "to_have_role('list')"),
    ("'#i3'", "to_have_accessible_name('Off')"),
    ("'#i3'", "to_have_accessible_name('off')"),
    ("'#i3'", "to_have_accessible_name('off', ignore_case=True)"),
    ("'#i6'", "to_have_accessible_name(re.compile('Lab'))"),
    ("'#b2'", "to_have_accessible_description('one')"),
    ("'#b2'", "to_have_accessible_description('two')"),
    ("'#bad'", "to_have_accessible_error_message('Too long')"),
    ("'#i2'", "to_have_accessible_error_message('Too long')"),
    ("'#i1'", "to_be_checked(checked=False)"),
    ("'#i5'", "to_be_checked(checked=False)"),
    ("'#i5'", "to_be_checked(indeterminate=True)"),
    ("'#i5'", "to_be_checked(indeterminate=True, checked=False)"),
    ("'#m'", "to_be_checked(indeterminate=True)"),
    ("'#m'", "to_be_checked(indeterminate=True, checked=True)"),
    ("'#i4'", "to_be_editable(editable=False)"),
    ("'#w'", "to_be_empty()"),
    ("'#u'", "to_match_aria_snapshot('- list:\\n  - listitem: x\\n  - listitem: y')"),
    ("'#u'", "to_match_aria_snapshot('- list:\\n  - listitem: y\\n  - listitem: x')"),
    ("'#h'", "to_match_aria_snapshot('- heading \"Head\" [level=2]')"),
    ("'#h'", "to_match_aria_snapshot('- heading \"Head\" [level=3]')"),
    ("'#none'", "to_match_aria_snapshot('- heading')"),
]
PAGES = [
    "to_have_title('My page')",
    "to_have_title('My')",
    "to_have_title(re.compile('^My'))",
    "to_have_url('about:blank')",
    "to_have_url('about:*')",
    "to_have_url(re.compile('blank$'))",
    "to_have_url(re.compile('BLANK'), ignore_case=True)",
    "to_have_url('ABOUT:BLANK', ignore_case=True)",
    "to_match_aria_snapshot('- heading \"Head\"')",
    "to_match_aria_snapshot('- heading \"Foot\"')",
]


def _statements() -> Iterator[str]:
    both = [*[(s, state) for s in SUBJECTS for state in STATES], *SAID]
    about = [(f"page.locator({css})", said) for css, said in both]
    about += [("page", said) for said in PAGES]
    for subject, said in about:
        yield f"expect({subject}).{said}"
        opposite = said.replace("to_", "not_to_", 1)
        if not ("checked" in said and "(" in said and "=" in said):  # Playwright's has no such one
            yield f"expect({subject}).{opposite}"


class Page(StillPage):
    """One document, with the address of a page that was given its content."""

    url = "about:blank"
    requests: list[Any] = []


def _passes(statement: str, page: Any) -> bool:
    try:
        eval(statement, {"page": page, "expect": expect, "re": re})
    except (AssertionError, CheckError):
        return False
    return True


def test_the_same_verdicts_as_playwright(browser: Any) -> None:
    from playwright.sync_api import expect as theirs

    statements = [*_statements()]
    assert len(statements) > 600
    real = browser.new_page()
    real.set_content(PAGE)
    ours = {one: _passes(one, Page(PAGE)) for one in statements}
    verdicts = {}
    try:
        for one in statements:
            theirs.set_options(timeout=20_000 if ours[one] else 1)
            verdicts[one] = _passes(one, real)
    finally:
        theirs.set_options(timeout=None)
        real.close()
    different = [one for one in statements if ours[one] != verdicts[one]]
    assert not different, "\n".join(f"{one}: ours {ours[one]}" for one in different)


def test_every_assertion_of_playwright_is_here_or_says_why_not() -> None:
    from playwright.sync_api import LocatorAssertions as Theirs
    from playwright.sync_api import PageAssertions as TheirPage

    page = Page(PAGE)
    for theirs, ours, subject in (
        (Theirs, LocatorAssertions, page.locator("p")),
        (TheirPage, PageAssertions, page),
    ):
        for name in dir(theirs):
            if name.startswith("_"):
                continue
            if name.removeprefix("not_") in EXPECT:
                with pytest.raises(UnsupportedError, match="Instead: "):
                    getattr(expect(subject), name)("x")
                continue
            wanted = [*inspect.signature(getattr(theirs, name)).parameters]
            there = [*inspect.signature(getattr(ours, name)).parameters]
            assert set(wanted) <= set(there), name


# Waiting ------------------------------------------------------------------------------------------


def test_it_asks_again_until_it_holds() -> None:
    page = Page("<p>saving</p>")
    paragraph = page.document.select_one("p")
    assert paragraph is not None
    page.later = [lambda: None, lambda: setattr(paragraph, "text", "saved")]
    expect(page.locator("p")).to_have_text("saved")
    assert page.later == []


def test_an_opposite_waits_too() -> None:
    page = Page("<p>saving</p>")
    page.later = [lambda: page.document.select_one("p").remove()]  # type: ignore[union-attr]
    expect(page.locator("p")).not_to_be_visible()


def test_what_cannot_change_is_not_waited_for() -> None:
    page = Page("<p>x</p>")
    page.later = [lambda: None]
    with pytest.raises(CheckFailure, match="It is no input, textarea or select"):
        expect(page.locator("p")).to_have_value("x")
    assert len(page.later) == 1


def test_limits() -> None:
    asked: list[float] = []

    class Timed(Page):
        def until(self, predicate: Any, timeout_ms: float) -> bool:
            asked.append(timeout_ms)
            return predicate()

    page = Timed("<p>x</p>")
    try:
        for options in ({}, {"timeout": 10}):
            with pytest.raises(CheckFailure):
                expect(page.locator("p")).to_have_text("y", **options)
        expect.set_options(timeout=700)
        with pytest.raises(CheckFailure):
            expect(page.locator("p")).to_have_text("y")
    finally:
        expect.set_options()
    assert asked == [5000, 10, 700]


# Requests -----------------------------------------------------------------------------------------


def _request(method: str, path: str, status: int = 200, content: bytes = b"", **form: str) -> Any:
    entries = [*form.items()]
    url = f"http://testserver{path}"
    return SimpleNamespace(
        method=method, path=path, url=url, status=status, content=content, entries=entries
    )


@pytest.mark.parametrize(
    ("args", "options", "holds"),
    [
        (("POST", "/todos"), {}, True),
        (("post", "/todos"), {"form": {"title": "Milk"}, "status": 200}, True),
        (("POST", "/todos"), {"form": {"title": "Tea"}}, False),
        (("POST", "/todos"), {"status": 422}, False),
        (("POST", "/other"), {}, False),
        (("GET", "/todos"), {"count": 2}, True),
        (("GET", "/todos"), {"count": 1}, False),
        (("GET", "/todos?page=2"), {"count": 1}, True),
        (("GET", re.compile(r"page=\d")), {}, True),
        (("PUT", "/api"), {"json": {"a": [1]}}, True),
        (("PUT", "/api"), {"json": {"a": [2]}}, False),
        (("DELETE", "/api"), {"count": 0}, True),
        (("POST", "http://testserver/todos"), {}, True),
    ],
)
def test_what_was_sent(args: Any, options: Any, holds: bool) -> None:
    page = Page("<p>")
    page.requests = [
        _request("GET", "/todos"),
        _request("POST", "/todos", title="Milk", csrf="x"),
        _request("GET", "/todos?page=2"),
        _request("PUT", "/api", content=b'{"a": [1]}'),
    ]
    if holds:
        expect(page).to_have_sent(*args, **options)
        with pytest.raises(CheckFailure, match="Sent so far:\n  *GET /todos 200"):
            expect(page).not_to_have_sent(*args, **options)
    else:
        expect(page).not_to_have_sent(*args, **options)
        with pytest.raises(CheckFailure, match="POST /todos 200 title='Milk', csrf='x'"):
            expect(page).to_have_sent(*args, **options)


# Answers ------------------------------------------------------------------------------------------


async def _home(request: Request) -> Response:
    return HTMLResponse("<title>T</title><h1>Tasks</h1><ul id=tasks><li>Milk<li>Bread</ul>")


async def _data(request: Request) -> Response:
    return JSONResponse({"a": 1}, status_code=201, headers={"x-kind": "Data"})


async def _gone(request: Request) -> Response:
    return PlainTextResponse("No such task", status_code=404)


APP = Starlette(
    routes=[Route("/", _home), Route("/data", _data), Route("/gone", _gone, methods=["GET"])]
)


@pytest.fixture(params=["ours", "starlette"])
def client(request: pytest.FixtureRequest) -> Any:
    if request.param == "ours":
        return Client(APP)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

        return TestClient(APP)


def test_an_answer_is_checked_without_a_page(client: Any) -> None:
    answer = client.get("/")
    expect(answer).to_be_ok().to_have_status(200).to_have_header("content-type")
    expect(answer).to_have_header("Content-Type", re.compile("^text/html"))
    expect(answer).not_to_have_header("x-kind")
    expect(answer).get_by_role("heading", name="Tasks").to_be_visible()
    expect(answer).get_by_role("list").get_by_role("listitem").to_have_text(["Milk", "Bread"])
    expect(answer).locator("li").filter(has_text="Bread").to_have_count(1)
    expect(answer).locator("li").last.to_have_text("Bread")
    expect(answer).locator("li").nth(0).not_to_have_text("Bread")
    expect(answer).to_match_aria_snapshot('- heading "Tasks" [level=1]')


def test_an_answer_fails_with_what_there_is(client: Any) -> None:
    with pytest.raises(CheckFailure) as caught:
        expect(client.get("/gone")).to_be_ok()
    assert str(caught.value).splitlines() == [
        "expect(response).to_be_ok() failed",
        "",
        "  Its status is 404.",
        "",
        "  Answer:",
        "    No such task",
        "",
        "  Last steps:",
        "    GET /gone -> 404",
    ]
    with pytest.raises(CheckFailure, match="Wanted: 200\n  Found:  201"):
        expect(client.get("/data")).to_have_status(200)
    with pytest.raises(CheckFailure, match="The answer is no HTML"):
        expect(client.get("/data")).get_by_text("a")
    with pytest.raises(CheckFailure, match="Wanted: 'data'\n  Found:  'Data'"):
        expect(client.get("/data")).to_have_header("x-kind", "data")
    with pytest.raises(CheckFailure, match="It has no header 'x-none'"):
        expect(client.get("/data")).to_have_header("x-none", "1")


def test_what_is_no_text_is_told_by_its_size() -> None:
    app = Starlette(routes=[Route("/", lambda _: Response(b"\x89\0\x1b[2J", 404, None, "image/x"))])
    for answer in (Client(app).get("/"), visit(app, "/").requests()[0].response()):
        with pytest.raises(CheckFailure, match="Answer: 6 bytes, image/x"):
            expect(answer).to_be_ok()


def test_a_verdict_is_spelt_as_the_call_was(client: Any) -> None:
    checked = expect(client.get("/")).to_have_header("content-type", "text/html; charset=utf-8")
    said = "response to_have_header('content-type', 'text/html; charset=utf-8')"
    assert said in checked._repr_mimebundle_()["text/plain"]
    page = visit(APP, "/")
    expect(page.locator("ul")).not_to_have_attribute("id", "task")
    expect(page.locator("ul")).to_have_attribute("id", "tasks")
    assert page.verdicts[-1].text == "page.locator('ul') to_have_attribute('id', 'tasks')"


def test_the_answer_of_a_visit_is_checked_like_another() -> None:
    page = visit(APP, "/")
    checked = expect(page.goto("/gone")).to_have_status(404)
    assert "GET /gone - 404" in checked._repr_mimebundle_()["text/plain"]
    answer = expect(page.goto("/")).to_be_ok().to_have_header("content-type")
    answer.get_by_role("heading", name="Tasks").to_be_visible()


def test_an_answers_expectations_are_a_card(client: Any) -> None:
    checked = expect(client.get("/")).to_have_status(200)
    bundle = checked._repr_mimebundle_()
    assert "response to_have_status(200)" in bundle["text/plain"]
    found = expect(client.get("/")).get_by_role("heading").to_have_text("Tasks")
    assert "to_have_text('Tasks')" in found._repr_mimebundle_()["text/plain"]


# Failures -----------------------------------------------------------------------------------------


def test_verdicts_are_kept_for_the_card() -> None:
    page = Page("<p>x</p>")
    page.verdicts = []  # type: ignore[attr-defined]
    expect(page.locator("p")).to_have_text("x")
    with pytest.raises(CheckFailure):
        expect(page.locator("p")).to_have_text("y")
    assert [(one.text, one.passed) for one in page.verdicts] == [  # type: ignore[attr-defined]
        ("page.locator('p') to_have_text('x')", True),
        ("page.locator('p') to_have_text('y')", False),
    ]


def test_a_message_of_ones_own_comes_first() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect(Page("<p>x</p>").locator("p"), "The task is not there").to_have_text("y")
    lines = str(caught.value).splitlines()
    assert lines[0] == "The task is not there"
    assert lines[2] == "  In: expect(page.locator('p')).to_have_text('y')"


def test_a_snapshot_that_is_not_there_yet_is_shown() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect(Page("<ul><li>a</ul>").locator("ul")).to_match_aria_snapshot()
    assert "- /children: deep-equal" in str(caught.value)
    assert "- listitem: a" in str(caught.value)


@pytest.mark.parametrize(
    ("mistake", "error", "said"),
    [
        (lambda p: expect(3), TypeError, "Nothing can be expected of 3"),
        (lambda p: expect(p.locator("p")).to_have_text(3), TypeError, "wanted, not 3"),
        (lambda p: expect(p.locator("p")).to_have_txt("x"), AttributeError, "to_have_text"),
        (lambda p: expect(p.locator("p")).to_have_text("x", tmeout=3), TypeError, "timeout"),
        (lambda p: expect(p.locator("p")).to_contain_class(re.compile("x")), TypeError, "'a b'"),
        (lambda p: expect(p).to_have_sent("GET", "/", fom={}), TypeError, "It takes: form"),
        (lambda p: expect(p.locator("p")).to_have_role(re.compile("x")), TypeError, "a str"),
    ],
)
def test_mistakes_are_refused(mistake: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        mistake(Page("<p>x</p>"))


def test_only_the_checks_own_line_is_shown() -> None:
    try:
        expect(Page("<p>x</p>").locator("p")).to_have_text("y")
    except CheckFailure as failure:
        shown = failure._render_traceback_()
    assert shown[0].startswith("test_expect.py, line ")
    assert shown[0].endswith('expect(Page("<p>x</p>").locator("p")).to_have_text("y")')
    assert shown[2].startswith("CheckFailure: expect(page.locator('p')).to_have_text('y') failed")
    assert len(shown) == 3


def test_a_page_without_a_title_says_its_address_once() -> None:
    async def untitled(request: Request) -> Response:
        return HTMLResponse("<p>Hello")

    said = str(visit(Starlette(routes=[Route("/", untitled)])).card())
    assert said.splitlines()[0] == "http://testserver/"
    assert str(visit(APP).card()).splitlines()[0] == "T - http://testserver/"


def test_what_is_expected_of_a_page_shows_the_pages_card() -> None:
    page = visit(APP)
    for checked in (
        expect(page).to_have_title("T"),
        expect(page.get_by_role("listitem")).to_have_text(["Milk", "Bread"]),
    ):
        assert checked._repr_mimebundle_() == page._repr_mimebundle_()
    assert "to_have_text(['Milk', 'Bread'])" in page._repr_mimebundle_()["text/plain"]
    still = expect(StillPage("<p>Hello").locator("p")).to_have_text("Hello")
    assert still._repr_mimebundle_() == {"text/plain": repr(still)}


def test_soft_failures_are_told_together_at_the_end() -> None:
    page = Page(PAGE)
    with pytest.raises(CheckFailure) as caught, expect.softly():
        expect.soft(page.locator("#p1")).to_have_text("two")
        expect.soft(page.locator("#p1")).to_have_text("one")
        expect.soft(page, "The title").to_have_title("Other")
    text = str(caught.value)
    assert text.startswith("2 soft expectations failed\n\nexpect(page.locator('#p1'))")
    assert "\n\nThe title\n" in text
    with expect.softly():
        expect.soft(page.locator("#p1")).to_be_visible()
    with pytest.raises(RuntimeError, match="Write `with expect.softly"):
        expect.soft(page)
    with pytest.raises(ZeroDivisionError), expect.softly():
        expect.soft(page).to_have_title("Other")
        raise ZeroDivisionError


def test_several_elements_where_one_is_wanted_fail_the_expectation() -> None:
    for said in ("to_be_visible", "not_to_be_visible", "to_be_hidden"):
        with pytest.raises(CheckFailure, match="3 elements found for .*where one is wanted"):
            getattr(expect(Page(PAGE).locator("li")), said)()


def test_a_snapshot_that_cannot_be_read_holds_neither_way() -> None:
    page = Page(PAGE)
    for said in ("to_match_aria_snapshot", "not_to_match_aria_snapshot"):
        with pytest.raises(CheckFailure, match="no role 'lst'"):
            getattr(expect(page), said)("- lst")
    expect(page).not_to_match_aria_snapshot("")


@pytest.mark.parametrize("wanted", ["\n\n  First\nsecond\nthird\n", "First\nsecond\nthird"])
def test_a_long_text_is_called_by_its_first_line_that_says_something(wanted: str) -> None:
    page = visit(Starlette(routes=[Route("/", lambda r: HTMLResponse("<p>First second third"))]))
    expect(page.locator("p")).to_have_text(wanted)
    assert page.verdicts[-1].text == "page.locator('p') to_have_text('First' ...)"


def test_an_answer_without_html_says_what_to_ask_with() -> None:
    client = Client(Starlette(routes=[Route("/", lambda r: PlainTextResponse("x"))]))
    with pytest.raises(CheckFailure) as failure:
        expect(client.get("/", headers={"accept": "*/*"})).get_by_text("x")
    assert "It was asked for with Accept: */*" in str(failure.value)
    assert "headers={'accept': 'text/html'}" in str(failure.value)
    with pytest.raises(CheckFailure) as failure:
        expect(client.get("/", headers={"accept": "text/html"})).get_by_text("x")
    assert "It was asked" not in str(failure.value)
