"""The page's own style sheets decide what is seen and hit, as in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.check import expect, visit
from fasthtml_nb.checks.cascade import selector_of, style_of
from fasthtml_nb.checks.conditions import holds, supported
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.failures import NotReadyError
from fasthtml_nb.checks.rendering import hidden_because
from fasthtml_nb.checks.sheets import read_sheet, selector

from .browser_support import RUNNERS, page_of
from .htmx_truth.record import _ASSETS, VERSIONS


def app_of(html: str, **parts: str) -> Starlette:
    async def home(request: Any) -> HTMLResponse:
        return HTMLResponse(f"<!doctype html>{html}")

    def part(text: str) -> Any:
        async def answer(request: Any) -> HTMLResponse:
            return HTMLResponse(text)

        return answer

    routes = [Route(f"/{name}", part(text)) for name, text in parts.items()]
    return Starlette(routes=[Route("/", home), *routes])


@contextmanager
def opened(runner: str, html: str, request: Any, **parts: str) -> Iterator[Any]:
    with page_of(runner, app_of(html, **parts), "/", request) as page:
        yield page


def seen(page: Any) -> str:
    """Return the ids of all that can be seen, in the order of the page."""
    return " ".join(
        one.get_attribute("id") for one in page.locator("[id]").all() if one.is_visible()
    )


# What is seen -------------------------------------------------------------------------------------

SHEETS = {
    "a class": (".a {display: none}", "<p id=x class=a>x<p id=y>y", "y"),
    "two classes": (
        ".tab {display: none} .tab.open {display: block}",
        "<p id=x class=tab>x<p id=y class='tab open'>y",
        "y",
    ),
    "the heavier one": ("#x {display: block} p.a {display: none}", "<p id=x class=a>x", "x"),
    "the later one": ("p {display: none} p {display: block}", "<p id=x>x", "x"),
    "important": ("p {display: none !important} #x {display: block}", "<p id=x>x", ""),
    "an attribute": ("p {display: none}", "<p id=x style='display: block'>x", "x"),
    "an attribute that is weaker": (
        "p {display: none !important}",
        "<p id=x style='display: block'>x<p id=y style='display: block !important'>y",
        "y",
    ),
    "hidden": ("[hidden] {display: none !important} p {display: block}", "<p hidden id=x>x", ""),
    "shown all the same": ("p {display: block}", "<p hidden id=x>x", "x"),
    "cloaked": ("[x-cloak] {display: none}", "<p id=x x-cloak>x<p id=y>y", "y"),
    "inside": ("nav {display: none}", "<nav id=x><a id=y href=/>y</a></nav>", ""),
    "visibility": (
        ".m {visibility: hidden} .m b {visibility: visible}",
        "<p id=x class=m>x <b id=y>y</b> <i id=z>z</i>",
        "y",
    ),
    "siblings": (
        "h2 + p {display: none} h2 ~ b {display: none}",
        "<h2 id=h>h</h2><p id=x>x</p><p id=y>y</p><b id=z>z</b>",
        "h y",
    ),
    "children": (
        "div > p {display: none}",
        "<div id=d>d<p id=x>x</p><i><p id=y>y</p></i></div>",
        "d y",
    ),
    "a dialog": ("dialog {display: block}", "<dialog id=x>x</dialog>", "x"),
    "a popover": ("[popover] {display: block}", "<div popover id=x>x</div>", "x"),
    "unknown values": ("p {display: none; display: nonsense}", "<p id=x>x", ""),
    "a broken rule": ("p {display none; visibility: hidden}", "<p id=x>x", ""),
    "a broken selector": ("p, :nothing {display: none}", "<p id=x>x", "x"),
    "behind a pseudo-element": ("a::before b, p {display: none}", "<p id=x>x", "x"),
    "a pseudo-element": ("p::before, p:after {display: none}", "<p id=x>x", "x"),
    "a bracket too many": ("b {} } p {display: none} i {}", "<p id=x>x", "x"),
    "open at the end": ("p {display: none", "<p id=x>x", ""),
    "comments": ("/* p {} */ p /* } */ {/*;*/display: none}", "<p id=x>x", ""),
    "strings": ("p {content: '}'; display: none}", "<p id=x>x", ""),
    "addresses": ("p {background: url(data:x;y{z); display: none}", "<p id=x>x", ""),
    "escapes": (r".md\:off {display: none}", "<p id=x class=md:off>x", ""),
    "capitals": ("P.a {DISPLAY: None}", "<p id=x class=a>x", ""),
    "print": ("@media print {p {display: none}}", "<p id=x>x", "x"),
    "screen": ("@media screen and (min-width: 600px) {p {display: none}}", "<p id=x>x", ""),
    "small": ("@media (max-width: 600px) {p {display: none}}", "<p id=x>x", "x"),
    "dark": ("@media (prefers-color-scheme: dark) {p {display: none}}", "<p id=x>x", "x"),
    "supports": ("@supports (display: grid) {p {display: none}}", "<p id=x>x", ""),
    "supports not": ("@supports not (display: grid) {p {display: none}}", "<p id=x>x", "x"),
    "layers": (
        "@layer a, b; @layer b {p {display: block}} @layer a {#x {display: none}}",
        "<p id=x>x",
        "x",
    ),
    "no layer": ("p {display: block} @layer a {#x {display: none}}", "<p id=x>x", "x"),
    "important layers": (
        "@layer a {p {display: none !important}} @layer b {p {display: block !important}}",
        "<p id=x>x",
        "",
    ),
    "layers in layers": (
        "@layer a {p {display: block} @layer b {#x {display: none}}}",
        "<p id=x>x",
        "x",
    ),
    "nested": (
        ".m {& p {display: none} &.o p {display: block} > b {display: none}}",
        "<div class=m><p id=x>x</p><b id=y>y</b><i><b id=z>z</b></i></div>"
        "<div class='m o'><p id=u>u</p></div>",
        "z u",
    ),
    "nested media": ("p {@media screen {display: none}}", "<p id=x>x", ""),
    "is and where": (":is(#a, p) {display: none} p.a {display: block}", "<p id=x class=a>x", ""),
    "where": (":where(#x, p) {display: none} p {display: block}", "<p id=x>x", "x"),
    "not": ("p:not(.on) {display: none}", "<p id=x>x<p id=y class=on>y", "y"),
    "has": ("p:has(b) {display: none}", "<p id=x><b>x</b><p id=y>y", "y"),
    "nth": ("p:nth-child(2n) {display: none}", "<p id=x>x<p id=y>y<p id=z>z", "x z"),
    "ticked": (
        "#t:checked ~ p {display: none}",
        "<input type=checkbox id=t checked><p id=x>x",
        "t",
    ),
    "revert": ("p {display: none} #x {display: revert}", "<p id=x>x<p id=y>y", "x"),
    "content-visibility": (
        ".c {content-visibility: hidden}",
        "<div class=c><b id=y>y</b></div><span class=c><b id=z>z</b></span>",
        "z",
    ),
    "no opacity": (".c {opacity: 0}", "<p id=x class=c>x", "x"),
    "only for ears": (
        ".sr-only {position: absolute; width: 1px; height: 1px; overflow: hidden; padding: 0}",
        "<b id=x class=sr-only>x</b>",
        "x",
    ),
    "contents": (
        ".c {display: contents}",
        "<div class=c id=x><b id=y>y</b></div><div class=c id=z></div>",
        "x y",
    ),
    "a summary": (
        "summary {display: none}",
        "<details id=x><summary id=y>y</summary>z</details>",
        "",
    ),
    "beside a text": (
        ".r {display: flex} .s {width: 4px}",
        "<div class=r><i id=x class=s></i>text<i id=y></i></div>",
        "x",
    ),
    "a row of known height": (
        ".r {display: flex; height: 9px} .s {flex: 1}",
        "<div class=r><i id=x class=s></i></div>",
        "x",
    ),
    "a column that is filled": (
        ".r {display: flex; flex-direction: column; height: 9px} .s {flex: 1}",
        "<div class=r><div id=x class=s></div><div id=y></div></div>",
        "x",
    ),
    "import": ("@import 'none.css'; p {display: none}", "<p id=x>x", ""),
    "keyframes": ("@keyframes p {from {display: none}} p {color: red}", "<p id=x>x", "x"),
}


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_style_sheets_leave_to_see(runner: str, request: Any) -> None:
    with opened(runner, "<p>x", request) as page:
        for what, (sheet, body, expected) in SHEETS.items():
            html = f"<!doctype html><style>{sheet}</style>{body}"
            if runner == "ours":
                page = visit(app_of(f"<style>{sheet}</style>{body}"), "/")
            else:
                page.set_content(html)
            assert (what, seen(page)) == (what, expected)


ELEMENTS = {
    "<style media=print>p {display: none}</style>": True,
    "<style media='screen, print'>p {display: none}</style>": False,
    "<style type=text/css>p {display: none}</style>": False,
    "<style type=text/other>p {display: none}</style>": True,
    "<style disabled>p {display: none}</style>": False,  # Only a script disables it
    "<style title=a>b {color: red}</style><style title=b>p {display: none}</style>": True,
    "<style title=a>p {display: none}</style>": False,
    "<template><style>p {display: none}</style></template>": True,
    "<svg><style>p {display: none}</style></svg>": False,
    "<noscript><style>p {display: none}</style></noscript>": True,
    "<!-- <style>p {display: none}</style> -->": True,
}


@pytest.mark.parametrize("runner", RUNNERS)
def test_which_style_elements_count(runner: str, request: Any) -> None:
    with opened(runner, "<p>x", request) as page:
        for markup, expected in ELEMENTS.items():
            if runner == "ours":
                page = visit(app_of(f"{markup}<p>x"), "/")
            else:
                page.set_content(f"<!doctype html>{markup}<p>x")
            assert (markup, page.locator("p").is_visible()) == (markup, expected)


# On a page that lives ---------------------------------------------------------------------------

TABS = """<style>.tab {display: none} .tab.open {display: block}
nav .more {display: none} nav:hover .more {display: inline}
#tick:checked ~ .ticked {display: none} .field .hint {visibility: hidden}
.field:focus-within .hint {visibility: visible} .off {pointer-events: none}
.off b {pointer-events: auto} .loud {text-transform: uppercase}</style>
<nav><a href=#>Menu</a> <a class=more href=#more>More</a></nav>
<div class='tab open'><button>One</button></div><div class=tab><button>Two</button></div>
<input id=tick type=checkbox> <p class=ticked>Not ticked</p>
<div class=field><input id=name> <i class=hint>Your name</i></div>
<div class=off><button>Under glass</button> <b>On it</b></div><p class=loud>loud</p>"""


@pytest.mark.parametrize("runner", RUNNERS)
def test_roles_and_texts_follow(runner: str, request: Any) -> None:
    with opened(runner, TABS, request) as page:
        assert page.get_by_role("button").all_inner_texts() == ["One", "Under glass"]
        assert page.get_by_role("button", include_hidden=True).count() == 3
        assert page.locator(".loud").inner_text() == "LOUD"
        assert page.locator(".tab").all_inner_texts() == ["One", "Two"]  # Text of what is not drawn
        assert "Two" not in page.locator("body").inner_text()


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_people_do_counts(runner: str, request: Any) -> None:
    with opened(runner, TABS, request) as page:
        assert page.get_by_text("Not ticked").is_visible()
        page.locator("#tick").check()
        assert not page.get_by_text("Not ticked").is_visible()
        assert not page.get_by_text("More").is_visible()
        page.get_by_text("Menu").hover()
        assert page.get_by_text("More").is_visible()
        assert page.get_by_role("link", name="More").count() == 1
        assert not page.get_by_text("Your name").is_visible()
        page.locator("#name").focus()
        assert page.get_by_text("Your name").is_visible()


LINE = """<style>#t:checked ~ p b {display: none} #t:checked ~ p i {text-transform: uppercase}
</style><input type=checkbox id=t><p>one <b>two </b><i>three </i></p>"""


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_line_changes_with_a_tick(runner: str, request: Any) -> None:
    with opened(runner, LINE, request) as page:
        assert page.locator("p").inner_text() == "one two three"
        assert page.locator("b").inner_text() == "two "
        page.locator("#t").check()
        assert page.locator("p").inner_text() == "one THREE"
        assert page.locator("i").inner_text() == "THREE"
        page.locator("#t").uncheck()
        assert page.locator("b").inner_text() == "two "


@pytest.mark.parametrize("runner", RUNNERS)
def test_clicks_wait_for_what_style_sheets_hide(runner: str, request: Any) -> None:
    with opened(runner, TABS, request) as page:
        for hidden in (page.get_by_text("Two"), page.get_by_text("Under glass")):
            with pytest.raises(Exception, match=re.compile("visible|hidden|intercepts|pointer")):
                hidden.click(timeout=300)
        page.get_by_text("On it").click()
        page.get_by_text("One").click()


def test_a_failing_click_names_the_rule() -> None:
    page = visit(app_of(TABS), "/")
    with pytest.raises(NotReadyError, match=re.escape(".tab {display:none}")):
        page.get_by_text("Two").click(timeout=0)
    with pytest.raises(AssertionError, match=re.escape(".tab {display:none}")):
        expect(page.get_by_text("Two")).to_be_visible(timeout=0)


PARTS = """<style>.part {display: none} .part:target {display: block}</style>
<a href=#a>To a</a> <a href=#b>To b</a> <p id=a class=part>a</p><p id=b class=part>b</p>"""


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_part_that_an_address_names(runner: str, request: Any) -> None:
    with opened(runner, PARTS, request) as page:
        assert seen(page) == ""
        page.get_by_text("To a").click()
        assert seen(page) == "a"
        page.get_by_text("To b").click()
        assert seen(page) == "b"
        page.go_back()
        assert seen(page) == "a"
        page.reload()
        assert seen(page) == "a"


HTMX = '<script src="/htmx.org@2.0.4/htmx.min.js"></script>'
OVERRULED = """<style>.mine {visibility: visible} b {visibility: visible !important}
u {display: none} .htmx-request u {display: inline}</style>
<i id=a class=htmx-indicator>a</i><i id=b class='htmx-indicator mine'>b</i>
<b id=c class=htmx-indicator>c</b><u id=d class=htmx-indicator>d</u>
<p class=htmx-request><u id=e class=htmx-indicator>e</u></p>
<style>#z, .later {visibility: visible}</style><i id=f class='htmx-indicator later'>f</i>"""


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("runner", RUNNERS)
def test_indicators_are_a_style_sheet_of_htmx(runner: str, version: int, request: Any) -> None:
    release = VERSIONS[version]
    script = (_ASSETS / f"htmx.org@{release}" / "dist" / "htmx.min.js").read_text()
    html = f"<script src=/htmx.org@{release}/htmx.min.js></script>{OVERRULED}"

    async def answer(asked: Any) -> Response:
        if asked.url.path.endswith(".js"):
            return Response(script, media_type="text/javascript")
        return HTMLResponse(f"<!doctype html>{html}")

    app = Starlette(routes=[Route("/{path:path}", answer)])
    with page_of(runner, app, "/", request) as page:
        assert seen(page) == ("c e f" if version == 2 else "c e")


def test_what_htmx_brings_counts() -> None:
    page = visit(
        app_of(
            f"{HTMX}<style>b {{color: red}}</style><p>x</p><div id=t></div>"
            "<button hx-get=/css hx-target=#t>Go</button>",
            css="<style>p {display: none}</style>",
        ),
        "/",
    )
    assert page.locator("p").is_visible()
    page.get_by_role("button").click()
    assert not page.locator("p").is_visible()


@pytest.mark.parametrize("backend", ["turbohtml", "selectolax"])
def test_changes_are_noticed(backend: str) -> None:
    document = parse("<style>b {display: none}</style><p class=a>x", backend=backend)
    p, style = document.select_one("p"), document.select_one("style")
    assert p is not None and style is not None
    assert hidden_because(p) is None
    style.text = ".a {display: none}"
    assert hidden_because(p) == "it is hidden by a style sheet, .a {display:none}"
    p.set("class", "b")
    assert hidden_because(p) is None
    style.set("media", "print")
    p.set("class", "a")
    assert hidden_because(p) is None
    style.delete("media")
    assert hidden_because(p) is not None
    style.remove()
    assert hidden_because(p) is None
    document.head.inner_html = "<style>p {visibility: hidden}</style>"
    assert hidden_because(p) is not None


def test_a_document_without_style_sheets_says_so_once() -> None:
    document = parse("<style>p {color: red}</style><p style='display: none'>x")
    p = document.select_one("p")
    assert p is not None and dict(style_of(p)) == {"display": "none"}
    assert document.styled is False and selector_of(p, "display") is None


# The parts --------------------------------------------------------------------------------------

WEIGHTS = {
    "*": (0, 0, 0),
    "li": (0, 0, 1),
    "ul ol li.red": (0, 1, 3),
    "#s12:not(foo)": (1, 0, 1),
    ".foo :is(.bar, #baz)": (1, 1, 0),
    ":where(#a) b": (0, 0, 1),
    "a:hover::before": (0, 1, 2),
    "a:before": (0, 0, 2),
    "[data-x='#a.b'] i": (0, 1, 1),
    r".md\:w-1\/2": (0, 1, 0),
    ":nth-child(2n of .a, #b)": (1, 1, 0),
    "p:nth-last-child(1 of i) > b": (0, 1, 3),
    ":nth-child(2n)": (0, 1, 0),
}


@pytest.mark.parametrize(("css", "expected"), WEIGHTS.items())
def test_weights(css: str, expected: tuple[int, int, int]) -> None:
    assert selector(css).weight == expected


MEDIA = (
    "screen;print;all;not print;only screen;, screen;(hover);(pointer: coarse);not all"
    ";not (nothing);(min-width: 600px) and (max-width: 900px) or (color);(400px <= width <= 700px)"
    ";(width > 400px);(orientation: landscape);(min-resolution: 2dppx)"
    ";(aspect-ratio: 16/9);(min-width: 40em)"
    ";((min-width: 1px) and (max-width: 9px)) or (color);(prefers-reduced-motion)"
    ";not screen and (x);(nothing) or (min-width: 1px);SCREEN and (MIN-WIDTH: 1PX)"
    ";(-webkit-min-device-pixel-ratio: 1.5)"
).split(";")
SUPPORTS = (
    "(display: grid);not (display: grid);(display: nothing);selector(:has(a));selector(:nothing)"
    ";(-moz-appearance: none);(-webkit-appearance: none);(display: grid) and (gap: 1px)"
    ";(not (display: grid)) or (gap: 1px);(position: sticky);(--x: 1);(-webkit-touch-callout: none)"
).split(";")


@pytest.mark.browser
def test_conditions_hold_where_they_do_in_chromium(browser: Any) -> None:
    page = browser.new_page()
    try:
        said = page.evaluate("all => all.map(one => matchMedia(one).matches)", MEDIA)
        had = page.evaluate("all => all.map(one => CSS.supports(one))", SUPPORTS)
    finally:
        page.close()
    assert [holds(one) for one in MEDIA] == said
    assert [supported(one) for one in SUPPORTS] == had


def test_what_is_left_out_is_told() -> None:
    sheet = read_sheet("@container (width > 1px) {p {display: none}} @scope (p) {b {color: red}}")
    assert sheet.left == ("@container",) and sheet.rules == ()


MUCH = 20_000


@pytest.mark.parametrize(
    "text",
    [
        "a{" * MUCH + "display:none",
        "}" * MUCH,
        "(" * MUCH + "p{display:none}",
        "p{" + "&&{display:none;" * 60,
        "p{" + "& &{display:none;" * 60 + "}" * 61,
        ":is(" * 500 + "p{display:none}",
        "'" * MUCH + "display:none",
        "/*" * MUCH + "display:none",
        "@media " + "(" * MUCH + "{p{display:none}}",
        "@media not " * 900 + "{p{display:none}}",
        "p{display:" + "none " * MUCH,
        "[" * MUCH + "display:none",
        "\\" * MUCH + "{display:none}",
        "@layer " + "a." * 500 + "{p{display:none}}",
        "p:not(" * 300 + ")" * 300 + "{display:none}",
        "@media " + "(" * 9_000 + "color" + ")" * 9_000 + "{p{display:none}}",
        "p" + ":not(.a)" * 3_000 + ":is(" * 60 + "{display:none}",
    ],
)
def test_odd_sheets_raise_nothing(text: str) -> None:
    document = parse(f"<style>{text}</style><p>x")
    p = document.select_one("p")
    assert p is not None
    hidden_because(p)


ENDLESS = {
    "rules in rules": "a, b {" * 60 + "& {display: none}",
    "doubled in each other": "a {& & &, b {" * 40 + "display: none",
    "brackets": "a[b" * 60_000,
    "of media": "@media screen {" * 5000 + "p {display: none}",
    "functions": "p" + ":is(" * 3000 + "b" + ")" * 3000 + " {display: none}",
    "digits": "p {width: " + "1" * 100_000 + "; margin: 0}",
    "commas": "p {color: red}" + "," * 60_000 + "{display: none}",
    "values": "p {x:" + "[" * 60_000,
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_sheets_without_end_hide_nothing_and_come_to_one(kind: str) -> None:
    document = parse(f"<style>{ENDLESS[kind]}</style><p id=x>x")
    element = document.get_by_id("x")
    assert element is not None and style_of(element).get("display") is None
    assert hidden_because(element) is None


# Style sheets never hide what they may give room or what they draw themselves
DRAWN = {
    "floats": "ul {list-style: none; overflow: hidden} li {float: left}|<ul id=x><li>y</ul>",
    "a clearfix": ".r::after {content: ''; display: table; clear: both} .c {float: left}"
    "|<div class=r id=x><div class=c>y</div></div>",
    "an icon font": ".i::before {content: 'x'}|<button><i class=i id=x></i></button>",
    "a box by padding": ".r::before {content: ''; display: block; padding-top: 56%}"
    "|<p class=r id=x>",
    "a part of a grid": ".r {display: grid; grid-template-rows: 20px}"
    "|<div class=r><div class=a id=x></div></div>",
    "a basis": ".r {display: flex} .a {flex: 0 0 10px}|<div class=r><i class=a id=x></i>y</div>",
    "a variable": ".a {display: none; display: var(--d, block)}|<p class=a id=x>x",
    "a variable nobody gave": ".a {display: none} .b {display: var(--no)}|<p class='a b' id=x>x",
    "a variable for visibility": ".a {visibility: hidden} .b {visibility: var(--v)}"
    "|<p class='a b' id=x>x",
    "all": ".a {display: none} .a {all: revert}|<p class=a id=x>x",
    "what no browser has": "@supports (position: -webkit-sticky) {.a {display: none}}"
    "|<p class=a id=x>x",
}


@pytest.mark.parametrize("runner", RUNNERS)
def test_style_sheets_hide_nothing_that_has_room(runner: str, request: Any) -> None:
    with opened(runner, "<p>x", request) as page:
        for what, told in DRAWN.items():
            sheet, _, body = told.partition("|")
            page.set_content(f"<!doctype html><style>{sheet}</style>{body}")
            assert (what, seen(page)) == (what, "x")


def test_a_style_sheet_that_comes_later_counts() -> None:
    document = parse("<p class=a>x</p><style></style>")
    element = document.select_one("p")
    assert element is not None and hidden_because(element) is None
    sheet = document.select_one("style")
    assert sheet is not None
    sheet.append(document.create_text(".a {display: none}"))
    assert "hidden by a style sheet" in str(hidden_because(element))
    document = parse("<p class=a>x</p><template><style>.a {display: none}</style></template><div>")
    element, template = document.select_one("p"), document.select_one("template")
    place = document.select_one("div")
    assert element is not None and template is not None and place is not None
    assert hidden_because(element) is None
    place.append(template.content[0].clone())
    assert "hidden by a style sheet" in str(hidden_because(element))
