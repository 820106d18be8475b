"""Pages that load extensions of htmx 2; outcomes as the real ones had them in Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from fasthtml_nb.checks.hx_two_extensions import EXTENSIONS, depends, read_classes, target_names
from fasthtml_nb.checks.page import Page, visit
from fasthtml_nb.web.pins import ASSETS, asset_content
from tests.browser_support import local_assets, page_at, serving  # noqa: F401
from tests.htmx_truth.compare import tokens

Answer = str | tuple[Any, ...] | Callable[[Request], Response]


class Site:
    """Answers for one page; `asked` says what it was asked."""

    def __init__(
        self, extensions: str, body: str, *, on: str | None = None, head: str = ""
    ) -> None:
        names = extensions.split()
        on = ",".join(names) if on is None else on
        self.asked: list[str] = []
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self.answers: dict[str, Answer] = {}
        sources = ["htmx.org@2.0.11/dist/htmx.min.js"]
        for name in names:
            known = [one.path for one in ASSETS.values() if one.name == f"htmx/{name}"]
            sources.append(known[0] if known else f"htmx-ext-{name}@2/{name}.js")
        scripts = "".join(f'<script src="/js/{source}"></script>' for source in sources)
        self.page = f'<!DOCTYPE html><head>{head}{scripts}</head><body hx-ext="{on}">{body}'

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            body = await request.body()
            answer = self._answer(request)
            if self.requests and self.requests[-1] is request:
                self.bodies.append(body)
            await answer(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path.startswith("/js/"):
            asset = next(one for one in ASSETS.values() if path.endswith(one.path))
            return Response(asset_content(asset), media_type="text/javascript")
        if path in ("/", "/favicon.ico"):
            return HTMLResponse(self.page)
        ahead = " ahead" if request.headers.get("hx-preloaded") else ""
        query = f"?{request.url.query}" if request.url.query else ""
        self.asked.append(f"{request.method} {path}{query}{ahead}")
        self.requests.append(request)
        said = self.answers.get(path, ("not here", 404))
        if callable(said):
            return said(request)
        return HTMLResponse(*((said,) if isinstance(said, str) else said))

    def visit(self) -> Page:
        return visit(self, "/")


def site(extensions: str, body: str, answers: dict[str, Answer] | None = None, **more: Any) -> Site:
    made = Site(extensions, body, **more)
    made.answers = answers or {"/x": "<i>new</i>"}
    return made


def texts(page: Any, css: str) -> list[str]:
    return page.locator(css).all_text_contents()


def test_none_is_left_to_a_browser() -> None:
    page = site(" ".join(EXTENSIONS), "<p>").visit()
    assert page.blind == [] and page.problems == []


def test_a_page_without_them_is_not_asked_for_more() -> None:
    page = site("", "<p>", on="").visit()
    engine = page.tab.scripts[0].engine
    assert (
        engine.extended == {} and engine.swapping.extended == {} and page.tab.network.kept is None
    )


BUTTON = '<button hx-get="/x" hx-target="#o" {}>b</button><p id=o>o</p><p id=e>e</p>'


@pytest.mark.parametrize(
    ("said", "status", "then"),
    [
        ('hx-target-404="#e"', 404, ["o", "new"]),
        ('hx-target-4*="#e"', 422, ["o", "new"]),
        ('hx-target-40x="#e" hx-target-error="#o"', 404, ["o", "new"]),
        ('hx-target-error="#e"', 500, ["o", "new"]),
        ('hx-target-error="#e"', 201, ["new", "e"]),
        ('hx-target-201="#e"', 201, ["o", "new"]),
        ('hx-target-204="#e"', 204, ["o", ""]),
        ('hx-target-*="#e"', 200, ["new", "e"]),
        ('hx-target-5*="#e"', 404, ["o", "e"]),
        ('hx-target-404="#nowhere"', 404, ["o", "e"]),
        ('hx-target-404="next #e"', 404, ["o", "new"]),
        (
            'hx-target-404="#e" hx-ext="ignore:response-targets"',
            404,
            ["o", "new"],
        ),  # `#o` has it on
    ],
)
def test_response_targets(said: str, status: int, then: list[str]) -> None:
    page = site(
        "response-targets", BUTTON.format(said), {"/x": ("<i>new</i>" * (status != 204), status)}
    ).visit()
    page.locator("button").click()
    assert texts(page, "p") == then


@pytest.mark.parametrize(
    ("config", "header", "then"),
    [
        ({}, "", ["o", "new", "r"]),
        ({}, "#r", ["o", "e", "new"]),
        ({"responseTargetPrefersRetargetHeader": False}, "#r", ["o", "new", "r"]),
        ({"responseTargetPrefersExisting": True}, "", ["new", "e", "r"]),
    ],
)
def test_response_targets_settings(config: dict[str, bool], header: str, then: list[str]) -> None:
    head = f"<meta name=htmx-config content='{json.dumps(config)}'>"
    answer = ("new", 404, {"HX-Retarget": header} if header else {})
    body = BUTTON.format('hx-target-404="#e"') + "<p id=r>r</p>"
    page = site("response-targets", body, {"/x": answer}, head=head).visit()
    page.locator("button").click()
    assert texts(page, "p") == then


def test_an_answer_that_found_its_target_is_no_error() -> None:
    for unsets, errors in ((True, 0), (False, 1)):
        head = (
            f"<meta name=htmx-config content='{json.dumps({'responseTargetUnsetsError': unsets})}'>"
        )
        made = site(
            "response-targets", BUTTON.format('hx-target-404="#e"'), {"/x": ("n", 404)}, head=head
        )
        page, heard = made.visit(), []
        page.tab.events.listen(page.document, "htmx:responseError", heard.append)
        page.locator("button").click()
        assert len(heard) == errors


def test_target_names_are_the_nearest_first() -> None:
    assert target_names(503)[:3] == ["hx-target-503", "hx-target-50*", "hx-target-50x"]
    assert target_names(503)[-1] == "hx-target-error" and "hx-target-error" not in target_names(204)


def test_class_tools() -> None:
    body = """<p id=a classes="add x:50ms, remove x:50ms, add y">a</p>
    <p id=t data-classes="toggle on:300ms">
    <p id=b class=z classes="remove z:20ms & add w:10s">b</p>"""
    page = site("class-tools", body).visit()
    of = lambda id: page.document.get_by_id(id).classes  # noqa: E731
    assert (of("a"), of("b"), of("t")) == ([], ["z"], [])
    page.wait_for_timeout(60)
    assert (of("a"), of("b")) == (["x"], [])
    page.wait_for_timeout(60)
    assert of("a") == []
    page.wait_for_timeout(200)
    assert (of("a"), of("t")) == (["y"], ["on"])
    page.wait_for_timeout(300)
    assert of("t") == []


def test_class_tools_on_what_comes_in() -> None:
    answers: dict[str, Answer] = {
        "/x": '<i apply-parent-classes="add warm:20ms">i</i><b classes="add new:0">b</b>'
    }
    page = site("class-tools", BUTTON.format(""), answers).visit()
    page.locator("button").click()
    page.wait_for_timeout(30)
    shown = page.document.get_by_id("o")
    assert shown.classes == ["warm"] and [(one.tag, one.classes) for one in shown.children] == [
        ("b", ["new"])
    ]


@pytest.mark.parametrize(
    ("said", "plan"),
    [
        ("add a", [("add", "a", 100, 0)]),
        ("add  a:1s ,add b:500", [("add", "a", 1000, 0), ("add", "b", 1500, 0)]),
        ("toggle a:1s, add b:0", [("toggle", "a", 0, 1000), ("add", "b", 1000, 0)]),
        ("add", []),
        ("", []),
    ],
)
def test_read_classes(said: str, plan: list[Any]) -> None:
    assert list(read_classes(said)) == plan


def test_remove_me() -> None:
    for on, left in (("remove-me", ["k"]), ("", ["x", "k"])):
        page = site("remove-me", "<p remove-me=1s>x</p><p>k</p>", on=on).visit()
        assert texts(page, "p") == ["x", "k"]
        page.wait_for_timeout(1000)
        assert texts(page, "p") == left


@pytest.mark.parametrize(
    ("on", "path", "wants"),
    [
        ("/a", "/a/b", True),
        ("/a/b", "/a", False),
        ("/*/b", "/a/b", True),
        ("/a/", "/a", True),
        ("", "/a", True),
        ("ignore", "ignore", False),
        ("a", "/a", False),
    ],
)
def test_paths_that_depend(on: str, path: str, wants: bool) -> None:
    assert depends(on, path) is wants


def test_path_deps() -> None:
    body = """<button hx-post="/x" hx-target="#o">b</button><p id=o>o</p>
    <p path-deps="/x" hx-get="/y" hx-trigger="path-deps">1</p><i hx-get="/x" hx-target="#o">g</i>
    <p path-deps="ignore" hx-get="/y" hx-trigger="path-deps">2</p>"""
    made = site("path-deps", body, {"/x": "x", "/y": "y"})
    page = made.visit()
    page.locator("button").click()
    assert texts(page, "p") == ["x", "y", "2"] and made.asked == ["POST /x", "GET /y"]
    page.locator("i").click()
    assert made.asked[2:] == ["GET /x"]


def test_multi_swap() -> None:
    body = (
        '<button hx-get="/x" hx-swap="multi:#a:outerHTML,#b">b</button><i id=a>a</i><i id=b>b</i>'
    )
    page = site(
        "multi-swap", body, {"/x": "<em id=a>A</em><u id=b><b>B</b></u><p id=c>C</p>"}
    ).visit()
    page.locator("button").click()
    assert texts(page, "em, i, p") == ["A", "B"] and page.locator("i#b b").count() == 1
    page = site("multi-swap", body, {"/x": "<em id=a>A</em>"}).visit()
    page.locator("button").click()
    assert texts(page, "em, i") == ["A", "b"] and "#b is not in the answer" in page.problems[0]


def test_loading_states() -> None:
    body = """<div data-loading-states>
    <button hx-get="/x" hx-target="#o" data-loading-disable>b</button>
    <i data-loading style="color: red">i</i><u data-loading-class="a b" class=c>u</u>
    <u data-loading-class-remove=c class=c>v</u><s data-loading-aria-busy>s</s>
    <em data-loading data-loading-delay=50>e</em><em data-loading data-loading-path=/y>f</em></div>
    <b data-loading>out</b><p id=o>"""
    page = site("loading-states", body).visit()
    seen: list[Any] = []

    def look(event: Any) -> None:
        shown = [one.get("style") for one in page.document.select("i, b, em")]
        classes = [one.classes for one in page.document.select("u")]
        busy = page.document.select_one("s").get("aria-busy")
        seen.append([page.document.select_one("button").has("disabled"), shown, classes, busy])

    for name in ("htmx:beforeSend", "htmx:beforeSwap"):
        page.tab.events.listen(page.document, name, look)
    page.locator("button").click()
    style = "color: red; display: inline-block;"
    assert seen[0] == [True, [style, None, None, None], [["c", "a", "b"], []], "true"]
    assert seen[1] == [
        False,
        ["color: red; display: none;", None, None, None],
        [["c"], ["c"]],
        None,
    ]


def test_json_enc() -> None:
    made = site(
        "json-enc path-params ajax-header",
        """<form hx-post="/{id}" hx-vals='{"n": 1, "l": [1, null]}'>
        <input name=id value=x><input name=n value=2><input name=a value=1>
        <input name=a value=2></form>""",
    )
    page = made.visit()
    page.locator("form").evaluate if False else page.tab.act(
        "submit", page.document.select_one("form")
    )
    sent = page.requests[-1]
    assert json.loads(sent.content) == {"n": 1, "l": [1, None], "a": ["1", "2"]}
    headers = made.requests[0].headers
    assert headers["content-type"] == "application/json" and made.asked == ["POST /x"]
    assert headers["x-requested-with"] == "XMLHttpRequest"


HEAD = "<title>One</title><meta name=d content=1>"
NEXT = "<html><head><title>Two</title><meta name=d content=2></head><body><p>two</p></body></html>"


def heads(page: Page) -> list[str]:
    return [one.get("content") for one in page.document.select("head meta[name=d]")]


def test_head_support() -> None:
    body = '<a href="/x" hx-boost=true>b</a><button hx-get="/x" hx-target="#o">p</button><p id=o>'
    page = site("head-support", body, {"/x": NEXT}, head=HEAD).visit()
    page.locator("button").click()
    assert heads(page) == ["1", "2"] and page.title() == "Two"
    page.locator("button").click()
    assert heads(page) == ["1", "2"]
    page = site("head-support", body, {"/x": NEXT}, head=HEAD, on="").visit()
    page.locator("a").click()
    assert heads(page) == ["2"] and page.title() == "Two"
    page.go_back()
    assert heads(page) == ["1"] and page.title() == "One"
    page = site(
        "head-support", body, {"/x": NEXT.replace("<head>", "<head hx-head=append>")}, head=HEAD
    ).visit()
    page.locator("a").click()
    assert heads(page) == ["1", "2"]


KEEP = {"Cache-Control": "max-age=60"}
AHEAD, PLAIN = "GET /x ahead", "GET /x"


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({}, [AHEAD, PLAIN]),
        (KEEP, [AHEAD]),
        ({"Cache-Control": "no-cache, max-age=60"}, [AHEAD, PLAIN]),
        ({**KEEP, "Vary": "HX-Preloaded"}, [AHEAD, PLAIN]),
        ({**KEEP, "Vary": "HX-Request"}, [AHEAD]),
        ({"Last-Modified": "Mon, 01 Jan 2018 00:00:00 GMT"}, [AHEAD]),
        ({"Expires": "Mon, 01 Jan 2018 00:00:00 GMT"}, [AHEAD, PLAIN]),
    ],
)
def test_preload(headers: dict[str, str], asked: list[str]) -> None:
    for element in ('<button preload hx-get="/x">b</button>', '<a preload href="/x">b</a>'):
        made = site("preload", element, {"/x": ("<b>new</b>", 200, headers)})
        page = made.visit()
        page.locator("button, a").click()
        assert made.asked == asked and texts(page, "b") == ["new"]


def test_preload_when_it_is_wanted() -> None:
    body = (
        '<a id=m preload=mouseover href=/x>m</a><a id=f preload="foo always" href=/y>f</a><i>i</i>'
    )
    made = site("preload", body, {"/x": "x", "/y": "y"})
    page = made.visit()
    page.locator("#m").hover()
    page.locator("i").hover()
    page.wait_for_timeout(200)
    assert made.asked == []
    page.locator("#m").hover()
    page.wait_for_timeout(100)
    for _ in range(2):
        page.locator("#f").dispatch_event("foo")
    assert made.asked == [AHEAD, "GET /y ahead", "GET /y ahead"]


def test_what_is_kept_grows_old() -> None:
    made = site(
        "preload",
        '<button preload hx-get="/x" hx-target=#o>b</button><p id=o>',
        {"/x": ("x", 200, KEEP)},
    )
    page = made.visit()
    page.locator("button").click()
    page.wait_for_timeout(61_000)
    page.locator("button").click()
    assert made.asked == [AHEAD, PLAIN]
    assert [str(one) for one in page.requests[1:]] == ["GET /x 200"] * 3


def test_chunked_transfer() -> None:
    def pieces(request: Request) -> Response:
        return StreamingResponse(iter(["<i>1</i>", "<i>2</i>"]), media_type="text/html")

    for how, blind in (("beforeend", []), ("innerHTML", ["innerHTML"])):
        page = site("chunked-transfer", BUTTON.format(f"hx-swap={how}"), {"/x": pieces}).visit()
        page.locator("button").click()
        assert texts(page, "i") == ["1", "2"] and [one.split()[-1] for one in page.blind] == blind
    page = site("chunked-transfer", BUTTON.format("")).visit()
    page.locator("button").click()
    assert texts(page, "p") == ["o", "e"]  # What comes whole is not swapped: so does the script


# The same pages with the real scripts


def click(page: Any, css: str = "button") -> None:
    page.locator(css).first.click()


def click_both(page: Any) -> None:
    click(page, "button")
    click(page, "a")


def go_and_return(page: Any) -> None:
    click(page, "a")
    page.locator("#there").wait_for()
    page.go_back()


def wait(page: Any) -> None:
    page.wait_for_timeout(400)


def rest_on(page: Any) -> None:
    page.locator("button").hover()
    page.wait_for_timeout(400)


def come_in(page: Any) -> None:
    click(page)
    page.wait_for_timeout(400)


PAIR = (
    '<button hx-post="/x" hx-target="#o" {}>b</button><a href="/x" hx-boost=true>a</a><p id=o>o</p>'
)
SEVERAL = '<button hx-get="/x" hx-swap="multi:#a:{}">b</button><i id=a>a</i><i id=b>b</i>'
PARTS = "<title>N</title><em id=a>A</em><u id=b><b>B</b></u><p>rest</p>"
TWICE = HEAD + "<meta name=k hx-preserve=true><link rel=x href=data:, hx-head=re-eval>"
FORM = """<form preload method=get action="/x"><input name=q value="a b">
<select name=s><option>1<option selected>2</select><button type=submit>b</button></form>"""
SCENES: dict[str, tuple[str, str, dict[str, Answer], Callable[[Any], None], dict[str, str]]] = {
    "error": (
        "response-targets",
        PAIR.format('hx-target-4*="next p"') + "<p>e</p>",
        {"/x": ("n", 422)},
        click,
        {},
    ),
    "this": (
        "response-targets",
        f'<div hx-target-error="this">{PAIR.format("")}</div>',
        {"/x": ("n", 503)},
        click,
        {},
    ),
    "header": (
        "response-targets",
        PAIR.format('hx-target-404="#o"') + "<p id=r>r",
        {"/x": ("n", 404, {"HX-Retarget": "#r"})},
        click,
        {},
    ),
    "here and there": (
        "response-targets",
        f'<div hx-ext="ignore:response-targets">{PAIR.format("hx-target-404=#o")}</div>',
        {"/x": ("n", 404)},
        click,
        {},
    ),
    "classes": (
        "class-tools",
        '<p classes="add a:20ms, add b:20ms &amp; add c:60s">x</p>'
        '<p class=z data-classes="remove z:0">',
        {},
        wait,
        {},
    ),
    "classes that come": (
        "class-tools",
        BUTTON.format(""),
        {"/x": '<i apply-parent-classes="add a:20ms">i</i><b classes="add b:20ms">b</b>'},
        come_in,
        {},
    ),
    "removed": ("remove-me", "<p remove-me=20ms>a</p><p data-remove-me=90s>b</p>", {}, wait, {}),
    "paths": (
        "path-deps",
        PAIR.format("") + '<i path-deps="/*" hx-get="/y" hx-trigger="path-deps">i</i>',
        {"/x": "n", "/y": "fresh"},
        click_both,
        {},
    ),
    "many": ("multi-swap", SEVERAL.format("outerHTML,#b"), {"/x": PARTS}, click, {}),
    "many ways": ("multi-swap", SEVERAL.format("delete,#b:beforeend,#c"), {"/x": PARTS}, click, {}),
    "no extension": ("preload", SEVERAL.format("outerHTML,#b"), {"/x": PARTS}, click, {}),
    "loading": (
        "loading-states",
        BUTTON.format("data-loading-disable") + '<i data-loading style="display:none">i',
        {},
        click,
        {},
    ),
    "head": ("head-support", PAIR.format(""), {"/x": NEXT}, click, {"head": TWICE}),
    "boosted head": (
        "head-support",
        PAIR.format(""),
        {"/x": NEXT},
        lambda page: click(page, "a"),
        {"head": TWICE},
    ),
    "head and back": (
        "head-support",
        PAIR.format(""),
        {"/x": NEXT.replace("<p>", "<p id=there>")},
        go_and_return,
        {"head": TWICE},
    ),
    "ahead": ("preload", "<button preload hx-get=/x>b", {"/x": ("n", 200, KEEP)}, click, {}),
    "ahead in vain": ("preload", "<button preload hx-get=/x>b", {"/x": "n"}, click, {}),
    "ahead soon": ("preload", "<button preload=mouseover hx-get=/x>b", {"/x": "n"}, rest_on, {}),
    "ahead of a form": ("preload", FORM, {"/x": "n"}, click, {}),
}


def seen(page: Any, made: Site) -> dict[str, Any]:
    """Say what came of a scene."""
    head = page.locator("head").inner_html()  # In one go: it may be changing
    return {
        "body": [
            re.sub(r"display:(?! )", "display: ", one)
            for one in tokens(page.locator("body").inner_html())
        ],
        "head": re.findall(r"<(?:meta|link)\b[^>]*>", head),
        "title": page.title(),
        "asked": list(made.asked),
        "sent": [made.bodies[-1] if made.bodies else b""],
    }


@pytest.mark.browser
@pytest.mark.usefixtures("local_assets")
@pytest.mark.parametrize("name", SCENES)
def test_as_in_chromium(name: str, browser: Any) -> None:
    extensions, body, answers, act, more = SCENES[name]
    here, there = (site(extensions, body, answers, **more) for _ in range(2))
    page = here.visit()
    act(page)
    ours = seen(page, here)
    with serving(there) as base, page_at(browser, base) as real:
        act(real)
        for _ in range(60):
            if seen(real, there) == ours:
                break
            real.wait_for_timeout(50)
        assert ours == seen(real, there)
