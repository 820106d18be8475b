"""Cards: the same bytes each time, no script, readable without looks; and what has changed."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import bleach
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.card import (
    Card,
    Step,
    Verdict,
    card_html,
    card_text,
    drawn_view,
    response_card,
    steady_address,
    steady_headers,
    steady_traceback,
)
from fasthtml_nb.checks.changes import changed_elements
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.web.client import TestClient
from tests.browser_support import page_at, serving

TODOS = '<title>Todos</title><h1>Todos <b id="count">{}</b></h1><ul id="list">{}</ul>'
FULL = Card(
    "Todos",
    "GET /todos 200",
    [Verdict("heading is visible"), Verdict("#count has text '3'", False, "Wanted '3'\nfound '2'")],
    [
        Step('fill "New task" with "Buy milk"'),
        Step('click "Add"', "POST /todos 200", ["beforeend #list", "oob #count"]),
        "press Enter",
        Step('click "Nowhere"', failed=True),
    ],
    TODOS.format(2, "<li>Bread</li><li>Milk</li>"),
    TODOS.format(1, "<li>Bread</li>"),
    headers={"Content-Type": "text/html", "Date": "today"},
    blind=["<script> /app.js", "hx-on:click on button#add"],
    notes={"Error": "Traceback ...\nLookupError: no such todo"},
)


def outlined(markup: str) -> list[str]:
    return [found.text for found in parse(markup).select('[style*="outline:2px"]')]


def test_the_whole_card_in_a_terminal() -> None:
    assert card_text(FULL).splitlines() == [
        "✗ Todos - GET /todos 200",
        "  ✓ heading is visible",
        "  ✗ #count has text '3'",
        "      Wanted '3'",
        "      found '2'",
        '  1. fill "New task" with "Buy milk"',
        '  2. click "Add" -> POST /todos 200 -> beforeend #list, oob #count',
        "  3. press Enter",
        '  4. click "Nowhere"',
        "  | Todos 2",
        "  | Bread",
        "  | Milk",
        "  not simulated: <script> /app.js, hx-on:click on button#add",
    ]


def test_everything_is_on_the_drawn_card() -> None:
    document = parse(card_html(FULL))
    assert document.select_one("strong").text == "Todos"  # type: ignore[union-attr]
    lines = [item.text for item in document.select("ol > li")]
    assert lines[1] == 'click "Add" -> POST /todos 200 -> beforeend #list, oob #count'
    assert lines[3].startswith("✗ ")
    assert [found.text for found in document.select("summary")] == [
        "Source",
        "Headers",
        "Error",
        "Not simulated (2)",
    ]
    assert outlined(card_html(FULL)) == ["2", "Milk"]
    assert "date: …" in document.root.text and "content-type: text/html" in document.root.text


def test_the_same_card_is_the_same_bytes_in_another_process() -> None:
    program = (
        "import sys; from tests.test_card import FULL, card_html;"
        "sys.stdout.buffer.write(card_html(FULL).encode())"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
        )
        assert done.stdout.decode() == card_html(FULL)


def test_without_looks_and_scripts_it_is_all_there() -> None:
    allowed = {*bleach.ALLOWED_TAGS, *"div h1 h2 p pre details summary span".split()}
    left = bleach.clean(re.sub("<style>.*?</style>", "", card_html(FULL), flags=re.S), allowed)
    assert "style=" not in left and "&lt;div" not in left
    text = parse(left).root.text
    for said in ("Todos", "✗", "Wanted '3'", "oob #count", "Milk", "LookupError", "hx-on:click"):
        assert said in text


def test_a_card_with_nothing_but_a_title() -> None:
    assert card_text(Card("Empty")) == "Empty"
    assert parse(card_html(Card("Empty"))).body.text.strip() == "Empty"


@pytest.mark.parametrize(
    ("verdicts", "steps", "mark"),
    [
        ([], [], ""),
        ([Verdict("a")], [], "✓"),
        ([Verdict("a"), Verdict("b", False)], [], "✗"),
        ([Verdict("a")], [Step("s", failed=True)], "✗"),
        ([], [Step("s", failed=True)], "✗"),
    ],
)
def test_the_mark_of_a_card(verdicts: Any, steps: Any, mark: str) -> None:
    card = Card("T", verdicts=verdicts, steps=steps)
    assert card_text(card).partition("T")[0].strip() == mark
    assert parse(card_html(card)).body.text.strip().startswith(mark)


def test_long_lists_are_folded_and_numbered_on() -> None:
    card = Card("T", steps=[f"press {n}" for n in range(1, 101)])
    document = parse(card_html(card))
    assert document.select_one("summary").text == "88 earlier steps"  # type: ignore[union-attr]
    assert [part.get("start") for part in document.select("ol")] == [None, "89"]


def test_a_long_source_is_cut() -> None:
    card = Card("T", source="x" * 50_000)
    assert "... 10,000 more characters" in card_html(card) and len(card_html(card)) < 45_000


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>b{}</style><style>}</style></style><script>alert(1)</script>",
    "<style></style ><script>alert(1)</script></style>",
    "<style>a{}<!--</style><script>alert(1)//--></script></style>",
    "</div></div></details><script>alert(1)</script>",
    "<form action=/x><button formaction=/y>x</button></form>",
    "<svg><style><script>alert(1)</script></style></svg>",
    "<math><style></style><img src=x onerror=alert(1)></math>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_in_a_view_runs(html: str) -> None:
    drawn = parse(card_html(Card("T", html=html, before="")))
    assert drawn.select("script, iframe, [onerror], [action], [formaction]") == []
    assert not any((a.get("href") or "").startswith("javascript") for a in drawn.select("a"))


@pytest.mark.parametrize("text", ["<b>", "a & b", "</pre><script>", "\ud800", '"quoted"', "\x00"])
def test_texts_are_texts(text: str) -> None:
    card = Card(
        text,
        text,
        [Verdict(text, False, text)],
        [Step(text, text, [text])],
        source=text,
        headers=[(text, text)],
        blind=[text],
        notes={text: text},
    )
    document = parse(card_html(card))
    assert document.select("script, b:not([style])") == []
    card_html(card).encode()
    card_text(card).encode()


def test_headers_that_differ_each_time() -> None:
    assert steady_headers(
        [
            ("Set-Cookie", "sid=abc.def; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Path=/"),
            ("set-cookie", "gone=; Max-Age=0"),
            ("Content-Security-Policy", "script-src 'nonce-AbC=' 'self'"),
            ("ETag", '"x"'),
            ("Content-Length", "3"),
        ]
    ) == [
        ("set-cookie", "sid=…; Expires=…; Path=/"),
        ("set-cookie", "gone=; Max-Age=0"),
        ("content-security-policy", "script-src 'nonce-…' 'self'"),
        ("etag", "…"),
        ("content-length", "3"),
    ]


# Answers --------------------------------------------------------------------------------------


def page(request: Any) -> HTMLResponse:
    return HTMLResponse("<title>Home</title><h1>Hi</h1><script type=module src=a.js></script>")


def fail(request: Any) -> HTMLResponse:
    raise LookupError("no such todo")


APP = Starlette(
    routes=[Route("/", page), Route("/json", lambda r: JSONResponse({"a": 1})), Route("/e", fail)]
)


@pytest.mark.parametrize("make", [Client, TestClient])
def test_answers_of_both_clients_have_a_card(make: Any) -> None:
    card = response_card(make(APP).get("/?q=1"), [Verdict("status is 200")])
    assert (card.title, card.about) == ("Home", "GET /?q=1 200")
    assert card_text(card).endswith("| Hi\n  not simulated: script a.js")
    plain = response_card(make(APP).get("/json"))
    assert (plain.title, plain.about, plain.source) == ("GET /json", "200", '{"a":1}')
    assert parse(card_html(plain)).select_one("details[open] pre").text == '{"a":1}'  # type: ignore[union-attr]


def test_a_handlers_error_is_on_the_card() -> None:
    card = response_card(Client(APP).get("/e"))
    assert card.about == "500" and "LookupError: no such todo" in card.notes["Error"]


# What has changed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        ("<p>a", "<p>a", []),
        ("<p>a", "<p>b", ["b"]),
        ("<p>a", "<p>a<p>b", ["b"]),
        ("<p>a<p>b", "<p>b", []),
        ("<ul><li>a</ul>", "<ul><li>b<li>a</ul>", ["b"]),
        ("<ul><li>a<li>b</ul>", "<ul><li>a<li>x<li>b</ul>", ["x"]),
        ("<div><p>a</div>", "<div><p>a<p class=x>b</div>", ["b"]),
        ("<p>a", "<p class=x>a", ["a"]),
        ("<p>a<!--x-->", "<p>a<!--y-->", []),
        ("<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>", []),
        ("<p>a <b>c</b>", "<p>b <b>d</b>", ["b d", "d"]),
        ("<table><tr><td>1</table>", "<table><tr><td>1<tr><td>2</table>", ["2"]),
        ("<p id=a>1", "<p id=b>1", ["1"]),
    ],
)
def test_the_smallest_changes_are_found(before: str, after: str, texts: list[str]) -> None:
    found = changed_elements(parse(before).body, parse(after).body)
    assert [element.text for element in found] == texts


def test_text_of_the_page_itself_is_nobodys_outline() -> None:
    assert outlined(drawn_view("<p>a</p>two", "<p>a</p>one")) == []


def test_deep_trees_do_not_overflow() -> None:
    deep = "<i>" * 3000
    found = changed_elements(parse(deep + "a").body, parse(deep + "b").body)
    assert [element.text for element in found] == ["b"]


markup = st.recursive(
    st.sampled_from(["a", "b", " ", "<hr>"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "div", "ul"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(markup, markup)
def test_what_is_not_pointed_at_is_the_same(before: str, after: str) -> None:
    old, new = parse(before).body, parse(after).body
    found = changed_elements(old, new)
    assert all(new.contains(element) for element in found)
    if parse(before).body.outer_html == parse(after).body.outer_html:
        assert found == []
    gone = changed_elements(new, old)
    same = re.sub(r"\s", "", old.outer_html) == re.sub(r"\s", "", new.outer_html)
    assert found or gone or same


# In a browser ---------------------------------------------------------------------------------


def test_a_card_stays_in_its_box(browser: Any) -> None:
    view = """<style>h1 { color: rgb(1, 2, 3) } body { letter-spacing: 3px }</style>
    <h1 id=inner>Inside</h1><p style="position:fixed;top:0;left:0" id=fixed>Fixed</p>
    <a href="/away" id=link>away</a><form action="/away"><button id=send>Send</button></form>"""
    host = (
        "<title>Host</title><link rel=icon href=data:,><h1 id=outer>Outside</h1>"
        f"<div id=card>{card_html(Card('T', html=view))}</div>"
    )
    app = Starlette(routes=[Route("/", lambda request: HTMLResponse(host))])
    with serving(app) as url, page_at(browser, url) as tab:
        colour = "id => getComputedStyle(document.getElementById(id)).color"
        assert tab.evaluate(colour, "inner") == "rgb(1, 2, 3)"
        assert tab.evaluate(colour, "outer") == "rgb(0, 0, 0)"
        spacing = "getComputedStyle(document.body).letterSpacing"
        assert tab.evaluate(spacing) == "normal"
        inside = "getComputedStyle(document.getElementById('inner')).letterSpacing"
        assert tab.evaluate(inside) == "3px"
        box = tab.locator("#card").bounding_box()
        fixed = tab.locator("#fixed").bounding_box()
        assert fixed["y"] > box["y"]
        tab.locator("#link").click()
        tab.locator("#send").click()
        tab.wait_for_timeout(100)
        assert tab.url.rstrip("/") == url and tab.problems == []


TRACE = """Traceback (most recent call last):
  File "/srv/lib/python3.11/site-packages/starlette/routing.py", line 78, in app
    await f()
  File "/srv/shop/pages.py", line 7, in order
    return rows(pot)
           ^^^^^^^^^
  File "/srv/lib/python3.11/site-packages/fastlite/kw.py", line 3, in rows
    raise KeyError(pot)
KeyError: 'pot'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "C:\\env\\site-packages\\anyio\\to_thread.py", line 9, in run
    go()
  File "/tmp/ipykernel_18219/325.py", line 2, in page
    1 / 0
ZeroDivisionError: division by zero
"""


def test_a_traceback_begins_in_the_apps_own_code_and_names_no_machine() -> None:
    assert steady_traceback(TRACE).splitlines() == [
        "Traceback (most recent call last):",
        '  File "pages.py", line 7, in order',
        "    return rows(pot)",
        "           ^^^^^^^^^",
        '  File "kw.py", line 3, in rows',
        "    raise KeyError(pot)",
        "KeyError: 'pot'",
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        "Traceback (most recent call last):",
        "  A cell, line 2, in page",
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_the_card_of_a_failed_answer_has_a_steady_traceback() -> None:
    async def broken(request: Any) -> None:
        raise ValueError("a mistake of ours")

    answer = Client(Starlette(routes=[Route("/", broken)])).get("/")
    (error,) = response_card(answer).notes.values()
    assert re.sub(r"line \d+", "line N", error).splitlines() == [
        "Traceback (most recent call last):",
        '  File "test_card.py", line N, in broken',
        '    raise ValueError("a mistake of ours")',
        "ValueError: a mistake of ours",
    ]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("Name <input value=Uma>", "Name [Uma]"),
        ("Name <input>", "Name"),
        ("<input type=hidden value=7> Save", "Save"),
        ("<input type=checkbox value=1> Loud", "[ ] Loud"),
        ("<input type=checkbox value=1 checked> Loud", "[x] Loud"),
        ("<input type=radio checked> Green <input type=radio> Black", "[x] Green [ ] Black"),
        ("<select><option>Green<option selected>Black</select>", "[Black]"),
        ("<select><option>Green<option>Black</select>", "[Green]"),
        ("<select multiple><option>Green</select>", "[]"),
        ("<select multiple><option selected>A<option selected>B</select>", "[A, B]"),
        ("<textarea>Two\nlines</textarea>", "[Two lines]"),
        ("<p hidden>Not yet</p>Now", "Now"),
    ],
)
def test_a_terminal_shows_what_fields_show(markup: str, line: str) -> None:
    assert card_text(Card("T", html=markup)).splitlines()[1:] == [f"  | {line}"]


def test_an_address_keeps_what_somebody_chose_and_drops_what_was_drawn() -> None:
    drawn = "state=MxrILL4pM-VOEdKn5naoIT4KxIlioGGY"
    assert steady_address(f"GET /in?next=%2Fa&{drawn}&q=tea 200") == (
        "GET /in?next=%2Fa&state=…&q=tea 200"
    )
    chosen = "GET /teas?q=a+very+long+question+about+tea&state=CA&path=%2Fa%2Fb%2Fc%2Fd%2Fe%2Ff 200"
    assert steady_address(chosen) == chosen


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<b>Uma</b>: tea", ["Uma: tea"]),
        ("The sum is <b>35</b>.", ["The sum is 35."]),
        ("<i>un</i><b>do</b>", ["undo"]),
        ("<b>A</b> <i>B</i>", ["A B"]),
        ("<b>A </b><i> B</i>", ["A B"]),
        ("a<br>b", ["a", "b"]),
        ("a<!-- -->b", ["ab"]),
        ("a<p>b</p>c", ["a", "b", "c"]),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", ["a b", "c d"]),
        ("Milk<button>Delete</button>", ["Milk Delete"]),
        ("<label>Name<input value=Uma></label>!", ["Name [Uma] !"]),
    ],
)
def test_a_terminal_shows_words_as_they_stand(markup: str, lines: list[str]) -> None:
    shown = card_text(Card("T", html=markup)).splitlines()[1:]
    assert shown == [f"  | {line}" for line in lines]
