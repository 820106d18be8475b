"""Keys of every kind, pressed on a page without a browser and on Playwright's in Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from .browser_support import RUNNERS, page_of
from .htmx_truth.record import _ASSETS, VERSIONS

PAGE = f"""<!doctype html><title>Keys</title><input id=text value="one two"><input id=other>
<textarea id=lines rows=4>{chr(10).join(f"line {n}" for n in range(9))}</textarea>
<input type=number id=number><input type=number id=five value=5>
<input type=email id=mail maxlength=6><input type=url id=url>
<div contenteditable id=rich><p id=part>in</p>tail</div>
<select id=list><option>Apple<option>Banana<option>Blueberry<option>Cherry</select>
<select id=several multiple><option>Apple<option>Banana<option disabled>Blackberry
<option>Blueberry<option>Cherry</select>"""


def site() -> Starlette:
    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE)

    return Starlette(routes=[Route("/", page)])


@pytest.fixture(params=RUNNERS)
def page(request: pytest.FixtureRequest) -> Any:
    with page_of(request.param, site(), "/", request) as opened:
        yield opened


def typed(page: Any, field: str, *keys: str) -> str:
    """Press `keys` in `field`, and return what is in it then."""
    for key in keys:
        page.locator(field).press(key)
    return page.locator(field).input_value()


def test_meta_and_alt_are_keys_of_the_system(page: Any) -> None:
    assert typed(page, "#text", "End", "Meta+a", "!") == "one two!"
    assert (
        typed(page, "#text", "Meta+ArrowLeft", "Alt+ArrowLeft", "Meta+ArrowUp", "?") == "one two!?"
    )
    assert typed(page, "#text", "ControlOrMeta+a", ".") == "."


def test_page_keys_go_by_lines_of_a_text_area_only(page: Any) -> None:
    assert typed(page, "#text", "Home", "ArrowRight", "PageDown", "PageUp", "!") == "o!ne two"
    down = typed(page, "#lines", "Control+Home", "PageDown", "PageDown", "a")
    assert down.split("\n")[6] == "aline 6"
    assert typed(page, "#lines", "PageUp", "b").split("\n")[3] == "lbine 3"
    assert typed(page, "#lines", "PageUp", "c").startswith("cline 0")
    assert typed(page, "#lines", "PageDown", "PageDown", "PageDown", "d").endswith("line 8d")


def test_clipboard_keys_of_old(page: Any) -> None:
    assert typed(page, "#text", "Home", "Shift+Delete", "Shift+End", "Control+Insert") == "one two"
    assert typed(page, "#text", "Shift+Delete") == ""
    assert typed(page, "#other", "Shift+Insert", "Shift+Insert") == "one twoone two"


@pytest.mark.parametrize(
    ("text", "held", "bad"),  # By its step, too
    [
        ("+", "", True),
        ("+5", "5", False),
        ("-", "", True),
        ("5-", "", True),
        ("+.5", ".5", True),
        ("++5", "", True),
        ("1e+5", "1e+5", False),
    ],
)
def test_signs_in_numbers(page: Any, text: str, held: str, bad: bool) -> None:
    page.locator("#number").press_sequentially(text)
    assert page.locator("#number").input_value() == held
    assert (page.locator("#number:invalid").count() == 1) is bad


@pytest.mark.parametrize(
    ("field", "text", "held", "more"),  # More: with an `x` behind it
    [
        ("#mail", "a b", "a b", "a bx"),
        ("#mail", " ab ", "ab", "ab x"),
        ("#mail", " too long", "too l", "too l"),
        ("#url", " a b ", " a b ", " a b x"),
    ],
)
def test_blanks_in_addresses(page: Any, field: str, text: str, held: str, more: str) -> None:
    page.locator(field).press_sequentially(text)
    assert page.locator(field).input_value() == held
    assert typed(page, field, "End", "x") == more


def test_a_part_of_an_editable_text_is_filled(page: Any) -> None:
    page.locator("#part").fill("new")
    assert page.locator("#rich").inner_html() == '<p id="part">new</p>tail'
    page.locator("#part").clear()
    assert page.locator("#rich").inner_html() == '<p id="part"><br></p>tail'
    assert page.locator("#rich:focus").count() == 1


def test_a_sign_before_a_number_is_none_of_its_value(page: Any) -> None:
    assert typed(page, "#five", "Home", "+") == "5"
    assert typed(page, "#five", "4") == "45"


@pytest.mark.parametrize(
    ("chord", "shown"),
    [("a+b", "abone two"), ("+", "+one two"), ("Shift++", "+one two"), ("Enter+x", "xone two")],
)
def test_chords_hold_any_key(page: Any, chord: str, shown: str) -> None:
    assert typed(page, "#text", "Home", chord) == shown
    assert typed(page, "#text", "a").count("a") == shown.count("a") + 1  # Nothing is still held


@pytest.mark.parametrize("chord", ["Foo", "Control+Foo", "Control+", "+a", "", "é", "enter"])
def test_a_key_that_there_is_not(page: Any, chord: str) -> None:
    with pytest.raises(Exception, match="Unknown key"):
        page.locator("#other").press(chord)
    assert page.locator("#other:focus").count() == 1  # It has come there first
    assert page.locator("#other").input_value() == ""


def test_letters_choose_in_lists(page: Any) -> None:
    page.locator("#list").press_sequentially("bl")
    assert page.locator("#list").input_value() == "Blueberry"
    assert (
        typed(page, "#list", "Shift+ArrowDown", "Control+ArrowDown", "Alt+ArrowUp") == "Blueberry"
    )
    page.locator("#several").press_sequentially("c")
    assert page.locator("#several option:checked").all_text_contents() == ["Cherry"]


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["ArrowDown"], "Apple"),
        (["ArrowUp"], "Cherry"),
        (["ArrowDown", "ArrowDown", "ArrowDown"], "Blueberry"),
        (["Home", "Shift+ArrowDown"], "Apple Banana"),
        (["Home", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp"], "Apple Banana"),
        (["End", "Shift+ArrowUp", "Shift+ArrowUp"], "Banana Blueberry Cherry"),
        (["End", "Shift+ArrowUp", "Shift+ArrowUp", "ArrowDown"], "Blueberry"),
        (["Home", "Shift+End", "ArrowUp"], "Blueberry"),
        (["Control+a"], "Apple Banana Blueberry Cherry"),
        (["Home", "Control+ArrowDown", "ArrowRight"], "Apple"),
        (["PageDown"], "Blueberry"),
    ],
)
def test_lists_of_several_are_chosen_from_by_keys(page: Any, keys: list[str], chosen: str) -> None:
    for key in keys:
        page.locator("#several").press(key)
    shown = page.locator("#several option:checked").all_text_contents()
    assert [one.strip() for one in shown] == chosen.split()


HTMX = (_ASSETS / f"htmx.org@{VERSIONS[2]}" / "dist" / "htmx.min.js").read_text()
FORM = """<!doctype html><script src=/htmx.org@2/htmx.min.js></script><input id=first>
<div id=box><button id=ask hx-get=/part hx-target="#box">Ask</button><input id=old></div>
<table><tr><td><button id=a hx-get=/none hx-target="closest tr" hx-swap=delete>x</button></td></tr>
<tr><td><button id=b>y</button></td></tr></table><p id=words>Words</p><input id=last>
<input id=gone style="display:none" value=1><input id=unseen style="visibility:hidden" value=1>
<textarea id=folded hidden>1</textarea>"""


@pytest.fixture(params=RUNNERS)
def form(request: pytest.FixtureRequest) -> Any:
    parts = {"/": FORM, "/part": "<input id=new1><input id=new2>", "/none": ""}

    async def answer(request: Request) -> HTMLResponse:
        path = request.url.path
        kind = "text/javascript" if path.endswith(".js") else "text/html"
        return HTMLResponse(parts.get(path, HTMX), media_type=kind)

    site = Starlette(routes=[Route("/{path:path}", answer)])
    with page_of(request.param, site, "/", request) as opened:
        yield opened


def after(page: Any, *keys: str) -> str | None:
    for key in keys:
        page.keyboard.press(key)
    focused = page.locator(":focus")
    return focused.get_attribute("id") if focused.count() else None


def test_tab_goes_on_behind_what_was_swapped_away(form: Any) -> None:
    form.locator("#ask").click()
    form.locator("#new1").wait_for()
    assert after(form, "Tab") == "a"
    assert after(form, "Shift+Tab", "Shift+Tab") == "new1"
    form.locator("#a").click()
    form.locator("#a").wait_for(state="detached")
    assert after(form, "Tab") == "b"


def test_tab_goes_back_from_what_was_swapped_away(form: Any) -> None:
    form.locator("#ask").click()
    form.locator("#new1").wait_for()
    assert after(form, "Shift+Tab") == "new2"


def test_tab_goes_on_from_a_click_and_from_a_field_that_was_left(form: Any) -> None:
    form.locator("#words").click()
    assert after(form, "Tab") == "last"
    form.locator("#old").focus()
    form.locator("#old").blur()
    assert after(form, "Tab") == "a"
    form.locator("#last").focus()
    assert after(form, "Tab") is None


@pytest.mark.parametrize("hidden", ["#gone", "#unseen", "#folded"])
def test_what_is_hidden_takes_no_focus_and_no_text(form: Any, hidden: str) -> None:
    field = form.locator(hidden)
    field.focus()
    assert after(form) is None
    field.fill("2", force=True)
    field.press_sequentially("3")
    assert field.input_value() == "1"
