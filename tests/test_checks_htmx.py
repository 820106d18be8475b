"""htmx in a tab: which one, its settings, its events, and how fast."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.checks.controls import set_value, value
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.events import Event
from fasthtml_nb.checks.htmx import Htmx, config_of, htmx_of
from fasthtml_nb.checks.page import visit
from fasthtml_nb.checks.rendering import hidden_because, inner_text
from fasthtml_nb.checks.roles import is_hidden
from fasthtml_nb.checks.tab import Tab

from .browser_support import RUNNERS, page_of
from .htmx_truth.record import _ASSETS, VERSIONS


def serve(answers: dict[str, Any]) -> Callable[..., Any]:
    """Make an app that answers by path with HTML, or with (status, headers, HTML)."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        said = answers.get(scope["path"], (404, {}, "not here"))
        status, headers, html = said if isinstance(said, tuple) else (200, {}, said)
        raw = [
            (k.encode(), v.encode()) for k, v in {"content-type": "text/html", **headers}.items()
        ]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": html.encode()})

    return app


def opened(page: str, dialect: Any = 2, **answers: Any) -> Tab:
    """Open a page under htmx; `x=` answers `/x`."""
    routes = {"/": page, **{f"/{name}": said for name, said in answers.items()}}
    tab = Tab(Client(serve(routes)), scripts=[Htmx(dialect)], default_answer=True)
    tab.open("/")
    return tab


def click(tab: Tab, id: str) -> None:
    """Click on the element of an id."""
    element = tab.document.get_by_id(id)
    assert element is not None
    tab.act("click", element)


@pytest.mark.parametrize(
    ("src", "dialect"),
    [
        ("https://unpkg.com/htmx.org@4.0.1", 4),
        ("https://cdn.jsdelivr.net/npm/htmx.org@2.0.11/dist/htmx.min.js", 2),
        ("https://unpkg.com/htmx.org@4.0.1/dist/htmax.min.js", 4),
        ("/static/htmx.min.js?v=3", 2),
        ("/assets/htmx.org@4.0.1/dist/htmx.min.js", 4),
        ("/_htmx.js", 2),
        ("https://unpkg.com/htmx-ext-sse@2.2.4", None),
        ("https://unpkg.com/htmx.org@4.0.1/dist/ext/hx-sse.js", None),
        ("/static/app.js", None),
    ],
)
def test_the_script_says_which_htmx(src: str, dialect: int | None) -> None:
    assert htmx_of(parse(f'<script src="{src}"></script>')) == dialect


def test_a_page_without_htmx_stays_dead() -> None:
    tab = opened("<b id=b hx-get=/x>-</b>", None, x="swapped")
    click(tab, "b")
    assert tab.document.get_by_id("b").text == "-" and len(tab.requests) == 1


def test_settings_behind_the_script_are_too_late_for_four() -> None:
    meta = '<meta name=htmx-config content=\'{"defaultSwap":"none","defaultSwapStyle":"none"}\'>'
    script = "<script src=/htmx.js></script>"
    assert config_of(parse(script + meta), 2)["defaultSwapStyle"] == "none"
    assert config_of(parse(script + meta), 4)["defaultSwap"] == "innerHTML"
    assert config_of(parse(meta + script), 4)["defaultSwap"] == "none"


def test_broken_settings_stop_htmx_4_and_say_so() -> None:
    tab = opened("<meta name=htmx-config content='{a'><b id=b hx-get=/x>-</b>", 4, x="new")
    click(tab, "b")
    assert tab.document.get_by_id("b").text == "-"
    assert "settings are no JSON" in tab.problems[0]


def test_events_of_two_come_in_htmxs_order_and_in_kebab_case() -> None:
    tab, told = opened("<b id=b hx-get=/x>-</b>", 2, x="<i>new</i>"), []
    tab.events.on_any(lambda e: told.append(e.type) if e.type.startswith("htmx:") else None)
    click(tab, "b")
    camel = [name for name in told if "-" not in name and not name.startswith("htmx:xhr")]
    assert camel == [
        "htmx:trigger",
        "htmx:confirm",
        "htmx:configRequest",
        "htmx:validateUrl",
        "htmx:beforeRequest",
        "htmx:beforeSend",
        "htmx:beforeOnLoad",
        "htmx:beforeSwap",
        "htmx:afterSwap",
        "htmx:afterRequest",
        "htmx:afterOnLoad",
        "htmx:beforeProcessNode",
        "htmx:afterProcessNode",
        "htmx:load",
        "htmx:afterSettle",
    ]
    assert told[told.index("htmx:beforeSwap") + 1] == "htmx:before-swap"


@pytest.mark.parametrize(
    "name",
    ["htmx:confirm", "htmx:configRequest", "htmx:before-request", "htmx:beforeSwap"],
)
def test_a_listener_of_two_says_no(name: str) -> None:
    tab = opened("<b id=b hx-get=/x>-</b>", 2, x="new")
    tab.events.listen(tab.document, name, lambda event: event.prevent())
    click(tab, "b")
    assert tab.document.get_by_id("b").text == "-"
    assert (len(tab.requests) == 2) == (name == "htmx:beforeSwap")


@pytest.mark.parametrize(
    "name", ["htmx:config:request", "htmx:confirm", "htmx:before:request", "htmx:before:swap"]
)
def test_a_listener_of_four_says_no(name: str) -> None:
    tab = opened("<b id=b hx-get=/x hx-confirm=?>-</b>", 4, x="new")
    tab.events.listen(tab.document, name, lambda event: event.prevent())
    click(tab, "b")
    assert tab.document.get_by_id("b").text == "-"


def test_listeners_change_what_is_sent_and_swapped() -> None:
    tab = opened("<b id=b hx-get=/x>-</b><p id=p></p>", 2, y=(500, {}, "changed"))

    def configure(event: Event) -> None:
        event.detail["path"] = "/y"
        event.detail["parameters"].set("a", "1")

    def swap(event: Event) -> None:
        event.detail.update(shouldSwap=True, target=tab.document.get_by_id("p"))

    tab.events.listen("window", "htmx:configRequest", configure)
    tab.events.listen(tab.document, "htmx:beforeSwap", swap)
    click(tab, "b")
    assert tab.requests[-1].path == "/y?a=1"
    assert tab.document.get_by_id("p").text == "changed"


@pytest.mark.parametrize("dialect", [2, 4])
def test_morphing_keeps_what_is_there(dialect: int) -> None:
    style = "morph:innerHTML" if dialect == 2 else "innerMorph"
    page = f"<main id=m hx-ext=morph><input id=i><p>1</p></main><b id=b hx-get=/x hx-swap={style}"
    tab = opened(
        f"<body hx-ext=morph>{page} hx-target=#m>x</b>", dialect, x="<h1>n</h1><input id=i>"
    )
    field = tab.document.get_by_id("i")
    set_value(field, "typed")
    click(tab, "b")
    assert tab.document.get_by_id("m").inner_html == '<h1>n</h1><input id="i">'
    assert tab.document.get_by_id("i") is field
    assert value(field) == ("" if dialect == 2 else "typed")


def test_what_is_in_view_is_said_by_hand() -> None:
    tab = opened("<p id=p hx-get=/x hx-trigger=revealed>-</p>", 2, x="seen")
    assert tab.document.get_by_id("p").text == "-"
    assert any("revealed" in spot for spot in tab.blind_spots)
    tab.act("reveal", tab.document.get_by_id("p"))
    assert tab.document.get_by_id("p").text == "seen"


@pytest.mark.parametrize("dialect", [2, 4])
def test_swaps_are_written_down(dialect: int) -> None:
    page = "<p id=p></p><i id=i></i><b id=b hx-get=/x hx-target=#p hx-swap=beforeend>x</b>"
    tab = opened(page, dialect, x="new<i id=i hx-swap-oob=true>1</i>")
    click(tab, "b")
    assert sorted(tab.requests[-1].swaps) == ["beforeend #p", "oob outerHTML #i"]


@pytest.mark.parametrize("dialect", [2, 4])
@pytest.mark.parametrize(
    "attributes",
    ['hx-target="li["', 'hx-include="li["', 'hx-trigger="click from:li["', 'hx-select="li["'],
)
def test_a_bad_selector_is_a_problem_of_the_page(dialect: int, attributes: str) -> None:
    tab = opened(f"<b id=b hx-get=/x {attributes}>-</b>", dialect, x="new")
    click(tab, "b")
    assert tab.problems and "li[" in tab.problems[0]


@pytest.mark.parametrize("dialect", [2, 4])
def test_scripts_in_values_are_not_guessed_at(dialect: int) -> None:
    tab = opened("<b id=b hx-get=/x hx-vals='js:{a: 1}'>-</b>", dialect, x="new")
    click(tab, "b")
    assert any("hx-vals" in spot for spot in tab.blind_spots)


@pytest.mark.parametrize("dialect", [2, 4])
def test_nothing_is_kept_of_what_was_swapped_out(dialect: int) -> None:
    tab = opened(
        "<main id=m></main><b id=b hx-get=/x hx-target=#m>x</b>", dialect, x="<i hx-get=/y>"
    )
    engine = tab.scripts[0].engine  # type: ignore[attr-defined]
    for _ in range(3):
        click(tab, "b")
    before = len(engine.states)
    for _ in range(20):
        click(tab, "b")
    assert len(engine.states) <= before + 1


@pytest.mark.parametrize("dialect", [2, 4])
def test_a_label_that_clicks_its_box_asks_twice(dialect: int) -> None:
    inner = "<label id=l>l<input type=checkbox></label>"
    tab = opened(f"<div hx-get=/x hx-trigger=click hx-swap=none>{inner}</div>", dialect, x="x")
    click(tab, "l")
    assert [one.url.rpartition("/")[2] for one in tab.requests] == ["", "x", "x"]


def test_a_header_without_a_name_stops_the_request() -> None:
    tab = opened("""<b id=b hx-get=/x hx-headers='{"a b": "1"}'>-</b>""", x="new")
    click(tab, "b")
    assert len(tab.requests) == 1 and "'a b' is no name of a header" in tab.problems[0]


def test_fields_of_a_window_cannot_be_included() -> None:
    tab = opened("<b id=b hx-get=/x hx-include=window>-</b>", x="new")
    click(tab, "b")
    assert len(tab.requests) == 1 and "window" in tab.problems[0]


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ("hx-request='{\"noHeaders\": true}'", "text/plain"),
        ("hx-request='{\"noHeaders\": true}' enctype=multipart/form-data", "multipart/form-data"),
        ('hx-headers=\'{"Content-Type": "text/x"}\' enctype=multipart/form-data', "text/x"),
    ],
)
def test_a_body_always_says_what_it_is(attributes: str, kind: str) -> None:
    tab = opened(f"<form id=f hx-post=/x {attributes}><input name=a></form>", x="new")
    form = tab.document.get_by_id("f")
    assert form is not None
    tab.act("submit", form)
    sent = {name.lower(): said for name, said in tab.requests[-1].sent.items()}
    assert sent["content-type"].startswith(kind)


def test_a_morph_into_itself_leaves_nothing_and_says_so() -> None:
    inner = '<div id=t><p>a</p></div><b id=b hx-get=/x hx-target=#t hx-swap="morph:innerHTML">-</b>'
    tab = opened(f"<div hx-ext=morph>{inner}</div>", x="<div id=t><p>new</p></div>")
    click(tab, "b")
    target = tab.document.get_by_id("t")
    assert target is not None and target.inner_html == ""
    assert "the morph fails" in tab.problems[0] and "put into itself" in tab.problems[0]


@pytest.mark.parametrize("dialect", [2, 4])
def test_what_the_parser_drops_beside_rows_is_told(dialect: int) -> None:
    page = "<table><tbody id=rows></tbody></table><form id=f></form><button id=b hx-get=/a"
    page += " hx-target=#rows hx-swap=beforeend>"
    row, form = "<tr><td>1</td></tr>", "<form id=f hx-swap-oob=true><input></form>"
    tab = opened(page, dialect, a=row + form)
    click(tab, "b")
    way = "<template>" if dialect == 2 else "<hx-partial "
    assert [told for told in tab.problems if "lost its <form>" in told and way in told]
    apart = f"<template>{form}</template>"
    if dialect == 4:
        apart = "<hx-partial hx-target=#f><input></hx-partial>"
    tab = opened(page, dialect, a=row + apart)
    click(tab, "b")
    assert tab.problems == [] and tab.document.select_one("#f input") is not None


@pytest.mark.parametrize("dialect", [2, 4])
def test_rows_behind_a_title_are_lost_and_told(dialect: int) -> None:
    row = "<table><tbody id=rows></tbody></table><b id=b hx-get=/x hx-target=#rows>b</b>"
    tab = opened(row, dialect, x="<title>T</title><tr><td>1</td></tr>")
    click(tab, "b")
    assert tab.document.get_by_id("rows").inner_html == "1" and tab.document.title == "T"
    assert [told for told in tab.problems if "Put the <title> behind them" in told]


@pytest.mark.parametrize("dialect", [2, 4])
def test_indicators_are_seen_while_a_request_is_under_way(dialect: int) -> None:
    held = "<i id=own class='k htmx-indicator' style='visibility:visible'>own</i>"
    page = f"<p id=w class=htmx-indicator>wait<u id=u>u</u></p><b id=b class=htmx-indicator>{held}"
    tab = opened(page, dialect)
    w, u, own, b = (tab.document.get_by_id(id) for id in ("w", "u", "own", "b"))
    assert all((w, u, own, b)) and inner_text(tab.document.body) == "own"
    assert [hidden_because(one) is None for one in (w, u, own, b)] == [False, False, True, False]
    assert "it has the class htmx-indicator" in (hidden_because(w) or "")
    assert "what it is in has the class" in (hidden_because(u) or "")
    assert is_hidden(u) and not is_hidden(own)
    tab.document.body.add_class("htmx-request")
    assert not any(map(hidden_because, (w, u, own, b))) and not is_hidden(u)
    assert inner_text(tab.document.body).startswith("waitu")


@pytest.mark.parametrize(
    ("dialect", "said", "seen"),
    [
        (2, {"includeIndicatorStyles": False}, True),
        (4, {"includeIndicatorCSS": False}, True),
        (2, {"includeIndicatorCSS": False}, False),
        (4, {"indicatorClass": "spin"}, True),
        (2, {"indicatorClass": 7}, True),
    ],
)
def test_settings_decide_what_an_indicator_is(dialect: int, said: Any, seen: bool) -> None:
    meta = f"<meta name=htmx-config content='{json.dumps(said)}'><script src=/htmx.js></script>"
    tab = opened(f"{meta}<p class=htmx-indicator>wait</p><p class=spin>spin</p>", dialect)
    shown = [one.text for one in tab.document.select("p") if hidden_because(one) is None]
    assert shown == (
        ["wait"] if "spin" in said.values() else ["wait", "spin"] if seen else ["spin"]
    )


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("version", "sign", "shown"),
    [
        (4, "hx-status:422='target:#other'", "no"),  # Only htmx 4 has it, and swaps errors
        (4, "hx-target:inherited='#other'", "no"),
        (2, "hx-status:422='target:#other'", ""),  # A mistake: this one does not have it
        (2, "", ""),
    ],
)
def test_a_script_without_a_version_says_itself_which_it_is(
    runner: str, version: int, sign: str, shown: str, request: pytest.FixtureRequest
) -> None:
    html = f"<!doctype html><script src=/static/htmx.js></script><div {sign}>" + (
        "<button hx-get=/bad hx-target='#other'>Ask</button></div><p id=other></p>"
    )
    script = (_ASSETS / f"htmx.org@{VERSIONS[version]}" / "dist" / "htmx.min.js").read_text()

    async def answer(request: Any) -> Response:
        path = request.url.path
        if path.endswith(".js"):
            return Response(script, media_type="text/javascript")
        return HTMLResponse("no", 422) if path == "/bad" else HTMLResponse(html)

    app = Starlette(routes=[Route("/{path:path}", answer)])
    with page_of(runner, app, "/", request) as page:
        page.get_by_role("button").click()
        page.wait_for_timeout(100)
        assert page.locator("#other").inner_text() == shown


def test_a_script_that_nobody_can_ask_is_told() -> None:
    async def answer(request: Any) -> Response:
        return HTMLResponse("<script src=https://cdn.test/htmx.js></script><p hx-config='x'>x</p>")

    page = visit(Starlette(routes=[Route("/", answer)]), "/")
    (told,) = page.blind
    assert told.startswith("which htmx https://cdn.test/htmx.js is; it is taken for htmx 2")


@pytest.mark.parametrize(
    ("said", "ends"), [("30", True), ('"30"', True), ('"30ms"', False), ('"1s"', False)]
)
def test_a_timeout_of_htmx_2_is_a_number_as_for_the_browser(said: str, ends: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/x":
            await asyncio.sleep(0.05)
        await serve({"/": html, "/x": "late"})(scope, receive, send)

    html = f"<b id=b hx-get=/x hx-request='{{\"timeout\":{said}}}'>b</b>"
    tab = Tab(Client(app), scripts=[Htmx(2)])
    tab.open("/")
    tab.act("click", tab.document.get_by_id("b"), settle=False)
    tab.clock.advance(40)
    tab.settle()
    assert tab.document.get_by_id("b").text == ("b" if ends else "late")


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("dialect", [2, 4])
@pytest.mark.parametrize(
    ("field", "typed", "between"),
    [
        ("<input id=q name=q value='{}' hx-get=/s hx-swap=outerHTML {}>", "abc", "axbc"),
        ("<input id=q name=q value='{}' hx-get=/s hx-target=#box {}>", "abc", "axbc"),
        ("<textarea id=q name=q hx-get=/s hx-swap=outerHTML {1}>{0}</textarea>", "abc", "axbc"),
        # Such a field tells no script where its cursor is
        ("<input type=email id=q name=q value='{}' hx-get=/s hx-target=#box {}>", "cba", "xcba"),
        ("<input name=q value='{}' hx-get=/s hx-target=#box {}>", "a", "a"),
    ],
)
def test_the_cursor_stays_in_a_field_that_is_swapped_while_somebody_types(
    runner: str,
    dialect: int,
    field: str,
    typed: str,
    between: str,
    request: pytest.FixtureRequest,
) -> None:
    name = f"htmx.org@{VERSIONS[dialect]}"
    script = (_ASSETS / name / "dist" / "htmx.min.js").read_text()

    async def answer(request: Any) -> Response:
        path, now = request.url.path, request.query_params.get("q", "")
        now = field.format(now, "hx-trigger=input")
        if path.endswith(".js"):
            return Response(script, media_type="text/javascript")
        whole = f"<!doctype html><script src=/{name}/htmx.js></script><div id=box>{now}</div>"
        return HTMLResponse(now if path == "/s" else whole)

    app = Starlette(routes=[Route("/{path:path}", answer)])
    with page_of(runner, app, "/", request) as page:
        page.locator("[name=q]").click()
        for key in "abc":
            page.keyboard.press(key)
            page.wait_for_timeout(100)
        assert page.locator("[name=q]").input_value() == typed
        for key in ("ArrowLeft", "ArrowLeft", "x"):
            page.keyboard.press(key)
            page.wait_for_timeout(100)
        assert page.locator("[name=q]").input_value() == between


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("html", "keys", "told"),
    [
        ("<input id=e type=search value=a>", ["Enter", "Escape", "Escape"], "search search input"),
        ("<form action=#x><input id=e type=search required></form>", ["Enter"], "search"),
        ("<input id=e value=a>", ["Enter", "Escape"], ""),
        (
            "<input id=e value=abc>",
            ["Control+c", "Control+a", "Control+c", "Control+x", "Control+v"],
            "copy copy cut input paste input",
        ),
        ("<input id=e value=abc readonly>", ["Control+a", "Control+x"], "cut"),
        ("<input id=e type=password value=abc>", ["Control+a", "Control+c", "Control+x"], ""),
        ("<input id=e type=radio>", ["ArrowDown", "Space", "ArrowDown"], "click input change"),
        (
            "<button id=o command=show-modal commandfor=e>o</button><dialog id=e>d</dialog>",
            ["Enter", "Escape"],
            "beforetoggle toggle cancel beforetoggle close toggle",
        ),
    ],
)
def test_triggers_hear_what_keys_do(
    runner: str, html: str, keys: list[str], told: str, request: pytest.FixtureRequest
) -> None:
    name, heard = f"htmx.org@{VERSIONS[2]}", []
    script = (_ASSETS / name / "dist" / "htmx.min.js").read_text()
    events = "search copy cut paste input change click toggle beforetoggle cancel close".split()
    ears = "".join(
        f"<i hx-post=/{event} hx-swap=none hx-trigger='{event} from:#e'></i>" for event in events
    )

    async def answer(request: Any) -> Response:
        path = request.url.path[1:]
        if path.endswith(".js"):
            return Response(script, media_type="text/javascript")
        if path:
            heard.append(path)
        return HTMLResponse(f"<!doctype html><script src=/{name}/htmx.js></script>{html}{ears}")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    with page_of(runner, app, "/", request) as page:
        page.locator("button, input").first.focus()
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(80)
    assert sorted(heard) == sorted(told.split())


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("filters", "key", "asked"),
    [
        ("keydown[keyCode==13], keyup[which==13], keypress[charCode==13]", "Enter", 3),
        ("keydown[keyCode==65], keyup[which==97], keypress[which==97]", "a", 2),
        ("keydown[keyCode==191], keyup[charCode==47], keypress[keyCode==47]", "/", 2),
        ("keydown[keyCode==27], keyup[keyCode==40]", "Escape", 1),
        ("dblclick[detail==2], click[detail==2], mousedown[which==1]", "", 4),
        ("pointerdown[detail==0], click[keyCode==undefined]", "", 2),
    ],
)
def test_conditions_ask_for_numbers_of_keys_and_clicks(
    runner: str, filters: str, key: str, asked: int, request: pytest.FixtureRequest
) -> None:
    name, heard = f"htmx.org@{VERSIONS[2]}", []
    script = (_ASSETS / name / "dist" / "htmx.min.js").read_text()
    ears = "".join(
        f'<i hx-post=/x hx-swap=none hx-trigger="{one} from:#e"></i>' for one in filters.split(", ")
    )

    async def answer(request: Any) -> Response:
        if request.url.path.endswith(".js"):
            return Response(script, media_type="text/javascript")
        heard.append(request.method)
        return HTMLResponse(f"<!doctype html><script src=/{name}/h.js></script><input id=e>{ears}")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    with page_of(runner, app, "/", request) as page:
        page.locator("#e").press(key) if key else page.locator("#e").dblclick()
        page.wait_for_timeout(150)
    assert heard.count("POST") == asked


SIZES = [("null", 1), ("0.5", 1), ("1", 1), ('"2"', 0), ('"many"', 0)]  # Requests of the way back


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("size", "asks"), SIZES)
def test_a_size_of_the_history_is_read_as_a_number(
    runner: str, size: str, asks: int, request: pytest.FixtureRequest
) -> None:
    asked: list[str] = []

    def home(got: Any) -> Response:
        asked.append(got.headers.get("hx-history-restore-request", ""))
        return HTMLResponse(
            f"<meta name=htmx-config content='{{\"historyCacheSize\": {size}}}'>"
            "<script src=/htmx.org@2/htmx.min.js></script>"
            "<main><button hx-get=/more hx-target=main hx-push-url=true>More</button></main>"
        )

    def more(got: Any) -> Response:
        return HTMLResponse("<p>More</p>")

    script = (_ASSETS / f"htmx.org@{VERSIONS[2]}" / "dist" / "htmx.min.js").read_text()
    source = Route(
        "/htmx.org@2/htmx.min.js", lambda _: Response(script, media_type="text/javascript")
    )
    app = Starlette(routes=[Route("/", home), Route("/more", more), source])
    with page_of(runner, app, "/", request) as page:
        page.get_by_role("button").click()
        page.locator("p").wait_for()
        page.go_back()
        page.get_by_role("button").wait_for()
    assert asked.count("true") == asks


def test_a_code_that_is_no_pattern() -> None:
    meta = """<meta name=htmx-config content='{"responseHandling": [{"code": "*"}]}'>"""
    tab = opened(meta + "<p id=b hx-get=/x>", x="new")
    click(tab, "b")
    told = "responseHandling: no pattern, code '*': nothing to repeat"
    assert len(tab.problems) == 1 and told in tab.problems[0]
