"""What is said for the commonest mistakes, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.expect import expect
from fasthtml_nb.checks.failures import in_words, message, sketch
from fasthtml_nb.checks.page import visit
from fasthtml_nb.checks.selectors import parse_selector

HOME = """<!doctype html><title>Tasks</title><h1>Tasks</h1>
<ul id="list"><li id="t1">Buy milk <button hx-delete="/todos/1" hx-target="#t1"
hx-swap="outerHTML">Delete</button></li><li id="t2">Buy bread <button>Delete</button></li></ul>
<form hx-post="/todos" hx-target="#list"><label>New task <input name="title" required></label>
<button>Add</button></form><button disabled>Clear</button><p hidden>Saved</p>
<button hx-get="/" hx-target="#lst">More</button><button hx-get="/count">Count</button>
<button hx-get="/none">Lost</button><button hx-get="/boom">Boom</button>"""


async def home(request: Request) -> Response:
    return HTMLResponse(HOME)


async def remove(request: Request) -> Response:
    return HTMLResponse("")


async def count(request: Request) -> Response:
    return HTMLResponse("<b id='counter' hx-swap-oob='true'>3</b>")


async def boom(request: Request) -> Response:
    raise RuntimeError("the database is gone")


APP = Starlette(
    routes=[
        Route("/", home),
        Route("/todos/1", remove, methods=["DELETE"]),
        Route("/boom", boom),
        Route("/count", count),
    ]
)
VISITED = """
  Last steps:
    visit / -> GET / 200
  Last answer: GET / -> 200
    by / -> home
"""


def _misspelt(page: Any) -> None:
    page.get_by_label("New taks").fill("Tea")


def _two(page: Any) -> None:
    page.get_by_role("button", name="Delete").click()


def _disabled(page: Any) -> None:
    page.get_by_role("button", name="Clear").click()


def _wrong_text(page: Any) -> None:
    expect(page.get_by_role("heading")).to_have_text("Task")


def _lost(page: Any) -> None:
    page.get_by_role("button", name="Lost").click()
    expect(page.get_by_role("listitem")).to_have_count(3)


def _no_target(page: Any) -> None:
    page.get_by_role("button", name="More").click()
    expect(page.locator("#list")).to_contain_text("Buy tea")


def _no_home(page: Any) -> None:
    page.get_by_role("button", name="Count").click()
    expect(page.locator("#counter")).to_have_text("3")


def _invalid(page: Any) -> None:
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_sent("POST", "/todos", form={"title": "Tea"})


def _hidden(page: Any) -> None:
    expect(page.get_by_text("Saved")).to_be_visible()


def _stale(page: Any) -> None:
    row = page.locator("#t1")
    expect(row).to_be_visible()
    row.get_by_role("button").click()
    row.click()


def _script(page: Any) -> None:
    page.locator("ul").evaluate("ul => ul.children.length")


SAID: list[tuple[Callable[[Any], None], str]] = [
    (
        _misspelt,
        """Nothing found for page.get_by_label('New taks')

  Wanted: a control labelled 'New taks'

  Nearest:
    <input name="title" required>
        is labelled 'New task'
"""
        + VISITED
        + """
  Ask for one of these, or look at what the page shows.""",
    ),
    (
        _two,
        """2 elements found for page.get_by_role('button', name='Delete'), where one is wanted \
(strict mode violation)

  Wanted: a button named 'Delete'
  Found:
    1. <button hx-delete="/todos/1" hx-target="#t1" hx-swap="outerHTML">Delete</button>
    2. <button>Delete</button>

  Last steps:
    visit / -> GET / 200
  Last answer: GET / -> 200
    by / -> home

  Say more: exact=True, .filter(has_text=...), another around it; or .first, .nth(n).""",
    ),
    (
        _disabled,
        """Cannot click page.get_by_role('button', name='Clear')

  Found: <button disabled>Clear</button>
  but it is disabled.
"""
        + VISITED
        + """
  Nobody can use it now: do first what enables it, or pass force=True.""",
    ),
    (
        _wrong_text,
        """expect(page.get_by_role('heading')).to_have_text('Task') failed

  Wanted: 'Task'
  Found:  'Tasks'
               ^

  Looked at:
    <h1>Tasks</h1>
"""
        + VISITED.rstrip("\n"),
    ),
    (
        _lost,
        """expect(page.get_by_role('listitem')).to_have_count(3) failed

  Wanted: 3
  Found:  2

  Looked at:
    <li id="t1">Buy milk Delete</li>
    <li id="t2">Buy bread Delete</li>

  Last steps:
    visit / -> GET / 200
    click "Lost" -> GET /none 404 (not swapped: htmx leaves out a 404, \
by its setting responseHandling)
  Last answer: GET /none -> 404
    by no route that the app tells of""",
    ),
    (
        _no_target,
        """expect(page.locator('#list')).to_contain_text('Buy tea') failed

  Wanted: 'Buy tea'
  Found:  'Buy milk DeleteBuy bread Delete'
               ^

  Looked at:
    <ul id="list">Buy milk DeleteBuy bread Delete</ul>

  Went wrong:
    "More": hx-target='#lst' matches nothing
  Last steps:
    visit / -> GET / 200
    click "More"
  Last answer: GET / -> 200
    by / -> home""",
    ),
    (
        _no_home,
        """expect(page.locator('#counter')).to_have_text('3') failed

  Nothing found for page.locator('#counter').

  Went wrong:
    hx-swap-oob: nothing on the page matches '#counter'
  Last steps:
    visit / -> GET / 200
    click "Count" -> GET /count 200 -> innerHTML button
  Last answer: GET /count -> 200
    by /count -> count""",
    ),
    (
        _invalid,
        """expect(page).to_have_sent('POST', '/todos', form={'title': 'Tea'}) failed

  Sent so far:
    GET / 200

  Last steps:
    visit / -> GET / 200
    click "Add" (not sent: "New task": Please fill out this field.)
  Last answer: GET / -> 200
    by / -> home""",
    ),
    (
        _hidden,
        """expect(page.get_by_text('Saved')).to_be_visible() failed

  It is hidden by its attribute.

  Looked at:
    <p hidden>Saved</p>
"""
        + VISITED.rstrip("\n"),
    ),
    (
        _stale,
        """Nothing found for page.locator('#t1')

  Wanted: an element that matches '#t1'
  It led to <li id="t1">Buy milk Delete</li> before, which is no longer in the page

  Last steps:
    visit / -> GET / 200
    click "Delete" -> DELETE /todos/1 200 -> outerHTML #t1
  Last answer: DELETE /todos/1 -> 200
    by /todos/1 -> remove

  Look at what the page shows: print(page.content()).""",
    ),
    (
        _script,
        "locator.evaluate runs JavaScript, and no script runs here. Instead: read it with "
        "text_content(), get_attribute() or input_value(); or run this check in a browser.",
    ),
]


@pytest.mark.parametrize(("mistake", "said"), SAID, ids=[one[0].__name__[1:] for one in SAID])
def test_the_commonest_mistakes(mistake: Callable[[Any], None], said: str) -> None:
    with visit(APP, "/", htmx=2) as page, pytest.raises(Exception) as caught:
        mistake(page)
    assert str(caught.value) == said
    assert len(said.splitlines()) <= 40


def test_a_route_that_fails_is_told_with_its_own_line() -> None:
    with visit(APP, "/", htmx=2) as page, pytest.raises(AssertionError) as caught:
        page.get_by_role("button", name="Boom").click()
        expect(page.get_by_text("Well done")).to_be_visible()
    said = str(caught.value).splitlines()
    at = said.index("  Last answer: GET /boom -> 500")
    assert said[at + 1] == "    by /boom -> boom"
    assert said[-2].strip() == 'raise RuntimeError("the database is gone")'
    assert said[-1].strip() == "RuntimeError: the database is gone"
    assert "test_failures.py" in said[-3]


WHOLE = "<!doctype html><title>Page</title><h1>All of it</h1>"
HINTS: list[tuple[str, str, int, str, str]] = [  # Body, answer, status, and what htmx 2 and 4 say
    ("hx-get=/a hx-target=results", "Hi", 200, "matches nothing", "Near: '#results'."),
    ("hx-get=/a hx-target=#two", "Hi", 200, "'#two' is there 2 times: only the first", ""),
    ("hx-get=/a hx-swap=outerHtml", "Hi", 200, "Write 'outerHTML'.", "Unknown swap style"),
    ("hx-get=/a hx-swap='innerHTML swop:1s'", "Hi", 200, "modifier", "Write 'swap'."),
    ("hx-get=/a hx-trigger='click from:#lst'", "Hi", 200, "from='#lst' matches nothing", ""),
    ("hx_get=/a", "Hi", 200, "Markup has no 'hx_get'. Write 'hx-get'.", ""),
    ("hx-get=/a", "Hi", 422, "(not swapped: htmx leaves out a 422, by its", "-"),
    ("hx-get=/a", "", 204, "(not swapped: 204 says that there is nothing to swap", ""),
    ("hx-get=/a", "<b hx-swap-oob=true>1</b>", 200, "without an id", "a <b> has no id"),
    ("hx-get=/a", "<b id=n hx-swap-oob=true>1</b>", 200, "matches '#n'", "matches '[id=\"n\"]'"),
    ("hx-get=/a hx-target=#results", WHOLE, 200, "(a whole page was put into #results)", ""),
    ("hx-get=/a hx-select=#part", "<b>Hi</b>", 200, "-", "matches hx-select='#part'"),
]


@pytest.mark.parametrize("dialect", [2, 4])
@pytest.mark.parametrize(("said", "answer", "status", "two", "four"), HINTS)
def test_htmx_mistakes_are_told(
    said: str, answer: str, status: int, two: str, four: str, dialect: Any
) -> None:
    async def start(request: Request) -> Response:
        twice = "<i id=two></i><i id=two></i>"
        html = f"<title>A</title><button {said}>Go</button><p id=results></p>{twice}"
        return HTMLResponse(html)

    async def reply(request: Request) -> Response:
        return HTMLResponse(answer, status)

    app = Starlette(routes=[Route("/", start), Route("/a", reply)])
    with visit(app, "/", htmx=dialect) as page, pytest.raises(AssertionError) as caught:
        page.get_by_role("button").click()
        expect(page.locator("#results")).to_have_text("Not this")
    wanted = two if dialect == 2 else four or two
    assert wanted == "-" or wanted in str(caught.value)


FORM = """<title>A</title><div hx-target="#r"><form hx-post="/" hx-target="#r"><input id=t>
<button>Send</button></form><button hx-get="/">Get</button></div><p id=r></p>"""


@pytest.mark.parametrize(
    ("name", "dialect", "hint"),
    [
        ("Send", 2, "None of its fields has a name, so none is sent. Give them names."),
        ("Get", 4, "\"Get\": htmx 4 hands no 'hx-target' down. Write 'hx-target:inherited' there."),
        ("Get", 2, None),
        ("Send", 4, "None of its fields has a name"),
    ],
)
def test_what_is_around_is_doubted_as_well(name: str, dialect: Any, hint: str | None) -> None:
    async def start(request: Request) -> Response:
        return HTMLResponse(FORM if not request.headers.get("hx-request") else "Hi")

    app = Starlette(routes=[Route("/", start, methods=["GET", "POST"])])
    with visit(app, "/", htmx=dialect) as page, pytest.raises(AssertionError) as caught:
        page.get_by_role("button", name=name).click()
        expect(page.locator("#r")).to_have_text("Not this")
    told = str(caught.value)
    assert hint in told if hint else "Looks wrong" not in told


def test_a_long_message_loses_its_middle() -> None:
    lines = message("headline", [f"line {n}" for n in range(99)]).splitlines()
    assert len(lines) < 45
    assert (lines[0], lines[-1]) == ("headline", "  line 98")
    assert "lines more" in "\n".join(lines)


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("role=button[name='Add']", "a button named exactly 'Add'"),
        ("role=img", "an img"),
        ("role=checkbox[checked=false]", "a checkbox, not checked"),
        ("role=heading[level=2]", "a heading, of level 2"),
        ("text=milk", "an element with the text 'milk'"),
        ("ul >> text=milk", "an element with the text 'milk' in an element that matches 'ul'"),
        ("li >> nth=0", "the first of: an element that matches 'li'"),
        ("li >> visible=true", "an element that matches 'li' that can be seen"),
        ("text=/mi.k/", "an element with the text that matches re.compile('mi.k')"),
    ],
)
def test_wishes_in_words(selector: str, words: str) -> None:
    assert in_words(parse_selector(selector)) == words


def test_elements_are_sketched_on_one_line() -> None:
    (one,) = parse(f"<p id=a>{'word ' * 60}</p>").body.children
    assert sketch(one).startswith('<p id="a">word word')
    assert len(sketch(one)) < 110 and "\n" not in sketch(one)


@pytest.mark.parametrize(
    ("button", "hint"),
    [
        ("<form id=f></form><button>Go</button>", "It is in no form, and sends none. Put it into"),
        ("<form id=f></form><button form=g>Go</button>", "It is in no form, and sends none."),
        ("<form id=f></form><button form=f>Go</button>", None),
        ("<form id=f></form><button type=button>Go</button>", None),
        ("<p hx-get=/ hx-swap=none><button>Go</button></p>", None),
        (
            "<button hx-get=/ hx-swap=none hx-on:click='x()'>Go</button>",
            "'hx-on:click' is a script",
        ),
        (
            "<form hx-get=/ hx-swap=none onsubmit='x()'><button>Go</button></form>",
            "'onsubmit' is a script, which",
        ),
    ],
)
def test_buttons_that_do_nothing_here_are_doubted(button: str, hint: str | None) -> None:
    async def start(request: Request) -> Response:
        return HTMLResponse(f"<title>A</title>{button}<p id=r></p>")

    page = visit(Starlette(routes=[Route("/", start)]), "/", htmx=2)
    page.get_by_role("button").click()
    with pytest.raises(AssertionError) as caught:
        expect(page.locator("#r")).to_have_text("Not this")
    told = str(caught.value)
    assert hint in told if hint else "Looks wrong" not in told
