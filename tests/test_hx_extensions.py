"""Pages that load extensions of htmx 4; outcomes as the real ones had them in Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.check import expect
from fasthtml_nb.checks.hx_extensions import _sort_key
from fasthtml_nb.checks.page import Page, visit
from tests.browser_support import RUNNERS, local_assets, page_of  # noqa: F401


def page(
    extension: str,
    body: str,
    answer: str = "",
    status: int = 200,
    before: str = "",  # The scripts
    **headers: str,
) -> Any:
    seen: list[Request] = []
    scripts = before + "".join(
        f'<script src="{src}"></script>'
        for src in ("/htmx.org@4.0.1/htmx.min.js", f"/ext/{extension}.min.js")
    )

    def part(request: Request) -> HTMLResponse:
        seen.append(request)
        said = {name.replace("_", "-"): text for name, text in headers.items()}
        return HTMLResponse(answer, status, said)

    routes = [
        Route("/", lambda request: HTMLResponse(scripts + body)),
        Route("/a", part, methods=["GET", "POST"]),
    ]
    return visit(Starlette(routes=routes), "/"), seen


def lines(shown: Page, css: str) -> list[str]:
    return [one.text for one in shown.document.select(css)]


LIST = '<ul hx-get="/a" hx-swap="{}"><li id=i3 data-k=3>3<li id=i1 data-k=1>1</ul><p id=i9>far</p>'
NEWS = "<li id=i2 data-k=2>2</li><li>-</li><li id=i1 data-k=1>one</li><li id=i10 data-k=10>10</li>"


@pytest.mark.parametrize(
    ("how", "then"),
    [
        ("upsert", ["2", "3", "one", "-", "10"]),
        ("upsert prepend", ["2", "-", "3", "one", "10"]),
        ("upsert sort:desc", ["10", "3", "2", "one", "-"]),
        ("upsert key:data-k", ["2", "3", "one", "-", "10"]),
    ],
)
def test_upsert(how: str, then: list[str]) -> None:
    shown, _ = page("hx-upsert", LIST.format(how), NEWS)
    assert shown.blind == []
    shown.locator("ul").click()
    assert lines(shown, "li") == then and shown.url.endswith("/")


def test_upsert_in_parts_of_an_answer() -> None:
    body = '<button hx-get="/a" hx-target="#t">b</button><p id=t></p><ul id=u><li id=i4>4</ul>'
    for part in (
        '<hx-upsert hx-target="#u"><li id=i2>2</li><li id=i4>four</li></hx-upsert>',
        '<hx-partial hx-target="#u" hx-swap="upsert"><li id=i2>2<li id=i4>four</hx-partial>',
        'x<ul id=u hx-swap-oob="upsert"><li id=i2>2</li><li id=i4>four</li></ul>',
    ):
        shown, _ = page("hx-upsert", body, part)
        shown.locator("button").click()
        assert lines(shown, "#u li") == ["2", "four"]


def test_targets() -> None:
    body = '<button hx-get="/a" hx-targets="{}">b</button><p class=t>1</p><p class=t>2</p>'
    shown, _ = page("hx-targets", body.format(".t"), "<b>new</b>")
    shown.locator("button").click()
    assert lines(shown, "p, button") == ["b", "new", "new"]
    shown, _ = page("hx-targets", body.format(".n"), "new")
    shown.locator("button").click()
    assert lines(shown, "p, button") == ["new", "1", "2"]
    assert "matches nothing" in shown.tab.problems[0]


def test_prompt() -> None:
    shown, seen = page("hx-prompt", '<button hx-post="/a" hx-prompt="Name?">b</button>', "ok")
    shown.on("dialog", lambda dialog: dialog.accept("Zoë & co"))
    shown.locator("button").click()
    assert seen[0].headers["hx-prompt"] == "Zo%C3%AB%20&%20co"
    shown, seen = page("hx-prompt", '<button hx-post="/a" hx-prompt="Name?">b</button>', "ok")
    shown.on("dialog", lambda dialog: dialog.dismiss())
    shown.locator("button").click()
    assert not seen and lines(shown, "button") == ["b"]


def test_ptag() -> None:
    body = '<button hx-get="/a" hx-target="#t" hx-ptag="v0">b</button><p id=t>'
    shown, seen = page("hx-ptag", body, "x", HX_PTag="v1")
    shown.locator("button").click()
    shown.locator("button").click()
    assert [one.headers["hx-ptag"] for one in seen] == ["v0", "v1"]


def test_pending_and_download_leave_the_page_as_it_is() -> None:
    body = '<button hx-post="/a" hx-target="#t">b</button><p id=t>old</p>'
    shown, seen = page("hx-download", body, "f", content_disposition="attachment; filename=x")
    shown.locator("button").click()
    assert seen and lines(shown, "p") == ["old"]
    pending = '<template id=w>wait</template><button hx-post="/a" hx-pending="#w" hx-target="#t">b'
    shown, _ = page("hx-pending", pending + "</button><p id=t><b>x</b></p>", "done")
    shown.locator("button").click()
    assert lines(shown, "p") == ["done"] and not shown.document.select(".hx-pending")


def test_htmx_2_compat() -> None:
    body = (
        '<div hx-target="#t"><button hx-get="/a">b</button></div><p id=t>old</p>'
        '<form hx-post="/a" hx-trigger="htmx:afterSwap from:#t once" hx-swap="none"></form>'
    )
    shown, seen = page("htmx-2-compat", body, "new")
    shown.locator("button").click()
    assert lines(shown, "p") == ["new"]
    shown, seen = page("htmx-2-compat", body, "no", 500)
    shown.locator("button").click()
    assert lines(shown, "p") == ["old"] and len(seen) == 1


@pytest.mark.parametrize(
    ("settings", "then"),
    [
        ("extensions:other", ["old", "no"]),  # Errors are swapped, and nothing is inherited
        ("extensions:'other, compat'", ["old", "b"]),
        ("compat:odd", ["old", "b"]),
    ],
)
def test_settings_may_leave_htmx_2_compat_out(settings: str, then: list[str]) -> None:
    meta = f'<meta name=htmx-config content="{settings}">'
    body = '<p id=t>old</p><div hx-target="#t"><button hx-get="/a">b</button></div>'
    shown, _ = page("htmx-2-compat", body, "no", 500, before=meta)
    shown.locator("button").click()
    assert lines(shown, "p, button") == then


def test_other_extensions_are_told() -> None:
    shown, _ = page("hx-live", "")
    assert shown.blind == ["htmx extension live"]


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "٣x²"])
def test_upsert_takes_any_key(odd: str) -> None:
    body = f'<ul hx-get="/a" hx-swap="upsert"><li id="{odd}">old<li id=1>1</ul>'
    shown, _ = page("hx-upsert", body, "<li id=0>0</li>")
    shown.locator("ul").click()
    assert lines(shown, "li") == ["0", "old", "1"]


def test_numbers_in_keys_are_compared_by_their_value() -> None:
    names = ["a10", "a9", "a009", "a", "A1", "²", "9" * 5000]
    assert sorted(names, key=_sort_key) == ["9" * 5000, "a", "A1", "a9", "a009", "a10", "²"]


def test_a_field_that_no_attribute_can_be_named_by_is_left_out_and_told() -> None:
    form = '<form hx-post="/a" hx-pending="#w" hx-target="#t"><input name="first name" value=1>'
    body = f"<template id=w>wait</template>{form}<input name=tea value=2><button>b</form><p id=t>"
    shown, _ = page("hx-pending", body, "done")
    shown.locator("button").click()
    assert lines(shown, "p") == ["done"]
    assert "first name" in shown.tab.problems[0]


def site(extensions: str, first: str, **answers: Any) -> tuple[Page, list[str]]:
    """Open a page whose app answers by path, and keeps what it was asked for."""
    asked: list[str] = []
    scripts = "".join(f'<script src="/ext/hx-{name}.js"></script>' for name in extensions.split())

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"].strip("/")
        asked.append(path)
        said = answers.get(path) or f"<!DOCTYPE html><head>{scripts}</head><body>{first}</body>"
        kind, said = ("text/html", said) if isinstance(said, str) else said
        head = {"status": 200, "headers": [(b"content-type", kind.encode())]}
        await send({"type": "http.response.start", **head})
        await send({"type": "http.response.body", "body": said.encode()})

    shown = visit(app, "/", htmx=4)
    asked.clear()
    return shown, asked


@pytest.mark.parametrize(
    ("preload", "event", "asked"),
    [
        ("hx-preload=mouseover", "mouseover", 1),
        ("hx-preload='mouseover timeout:100ms'", "mouseover", 2),
        ("hx-preload", "mousedown", 1),
        ("hx-preload='focus, touchstart'", "touchstart", 1),
        ("hx-preload=mouseover hx-vals='a:1'", "mouseover", 1),
        ("", "mousedown", 1),
    ],
)
def test_preload(preload: str, event: str, asked: int) -> None:
    shown, seen = site("preload", f"<p hx-get=/a {preload}>p</p>", a="A")
    shown.locator("p").dispatch_event(event)
    fetched = len(seen)
    shown.wait_for_timeout(150)
    shown.locator("p").dispatch_event("click")
    assert fetched == bool(preload) and len(seen) == asked
    assert shown.locator("p").inner_text() == "A" and shown.blind == []


def test_preload_of_a_boosted_link_and_of_what_is_asked_differently() -> None:
    link = "<div hx-boost:inherited=true><a href=/a>a</a></div>"
    shown, seen = site("preload", link, a="<body>there</body>")
    shown.locator("a").click()
    assert seen == ["a"] and shown.url.endswith("/a")
    form = "<form><input name=q value=1><p hx-get=/a hx-preload=mouseover>p</p></form>"
    shown, seen = site("preload", form, a="A")
    shown.locator("p").click()  # A click reads no form; reading ahead does
    assert [exchange.path for exchange in shown.requests[1:]] == ["/a?q=1", "/a"]
    shown, seen = site("preload", "<p hx-post=/a hx-preload=mouseover>p</p>", a="A")
    shown.locator("p").click()
    assert seen == ["a"]


@pytest.mark.parametrize(
    ("says", "boosted", "then"),
    [
        ("", True, ["<meta name=n>", "<title>N</title>"]),
        ("", False, ["<meta name=o>", "<meta name=n>", "<title>N</title>"]),
        (" hx-head=append", True, ["<meta name=o>", "<meta name=n>", "<title>N</title>"]),
        (" hx-head=merge", False, ["<meta name=n>", "<title>N</title>"]),
        (" data-hx-head=merge", False, ["<meta name=n>", "<title>N</title>"]),
    ],
)
def test_head(says: str, boosted: bool, then: list[str]) -> None:
    page_of = "<html><head{}><title>N</title><meta name=n></head><body>{}</body></html>"
    body = "<a href=/a hx-boost=true>a</a><p hx-get=/b>b</p>"
    answer = page_of.format(says, "new")
    shown, _ = site("head", body, a=answer, b=answer)
    shown.document.head.append(shown.document.create_element("meta"))
    shown.document.head.children[-1].set("name", "o")
    kept = shown.document.head.children[0]
    shown.locator("a" if boosted else "p").click()
    heads = [one.outer_html.replace('"', "") for one in shown.document.head.children]
    assert sorted(one for one in heads if "script" not in one) == sorted(then)
    assert (kept in shown.document.head.children) == (len(then) == 3)
    assert shown.title() == "N" and shown.blind == []


def test_a_head_in_capitals_is_not_merged() -> None:
    shown, _ = site("head", "<p hx-get=/a>p</p>", a="<HEAD><META name=n></HEAD><body>new")
    shown.locator("p").click()
    assert shown.locator("p").inner_text() == "new"
    assert shown.document.select_one("head meta") is None


def test_history_cache() -> None:
    body = "<input id=i><input id=c type=checkbox><a href=/a hx-boost=true>a</a>"
    shown, seen = site("history-cache", body, a="<body><h1>A</h1></body>")
    shown.locator("#i").fill("typed")
    shown.locator("#c").check()
    shown.locator("a").click()
    shown.go_back()
    assert seen == ["a"] and shown.locator("#i").input_value() == "typed"
    assert shown.locator("#c").is_checked() and shown.url.endswith("/")
    assert "data-htmx-history" not in shown.content() and shown.blind == []
    shown.go_forward()
    assert seen == ["a"] and shown.locator("h1").count() == 1
    shown, seen = site("history-cache", f"<p hx-history=false></p>{body}", a="<body>A</body>")
    shown.locator("a").click()
    shown.go_back()
    assert seen == ["a", ""]


def test_multipart() -> None:
    cut = "--c\r\n{}\r\n\r\n{}\r\n"
    parts = cut.format("HX-Target: #t", "one") + cut.format("HX-Trigger: go", "two") + "--c--"
    body = "<p hx-get=/a>p</p><i id=t></i><b hx-get=/b hx-trigger='go from:body'>b</b>"
    answer = ("multipart/mixed; boundary=c", parts)
    shown, seen = site("multipart", body, a=answer, b="B")
    shown.locator("p").click()
    assert [shown.locator(css).inner_text() for css in ("p", "i", "b")] == ["two", "one", "B"]
    assert shown.requests[1].sent["Accept"].endswith("multipart/parallel") and shown.blind == []
    broken = ("multipart/mixed; boundary=c", parts[:-5])
    shown, _ = site("multipart", body, a=broken, b="B")
    shown.locator("p").click()
    assert "final boundary" in shown.tab.problems[0]


@pytest.mark.parametrize(
    ("config", "after", "asked"),
    [
        ("multipart.reconnectDelay:30ms", 80, 3),  # The second and third after 30 and 60
        ("multipart.reconnect:false", 5000, 1),
        ("multipart.reconnectDelay:30ms multipart.reconnectMaxAttempts:0", 5000, 1),
        ("timeout:1s", 400, 1),
    ],
)
def test_multipart_comes_back_as_it_is_told(config: str, after: int, asked: int) -> None:
    answer = ("multipart/mixed; boundary=c", "--c\r\nX: y\r\n\r\none\r\n--c--")
    body = f"<p hx-multipart:connect=/a hx-config='{config}' hx-trigger=click>p</p>"
    shown, seen = site("multipart", body, a=answer)
    shown.locator("p").click()
    shown.wait_for_timeout(after)
    assert len(seen) == asked and shown.locator("p").inner_text() == "one"


def test_names_in_the_settings() -> None:
    said = '<meta name=htmx-config content=\'{"extensions": "EXT"}\'><p hx-get=/a hx-preload>p</p>'
    for name, asked in (("preload", 1), ("sse, preload", 1), ("hx-preload", 0)):
        shown, seen = site("preload", said.replace("EXT", name), a="A")
        shown.locator("p").dispatch_event("mousedown")
        assert len(seen) == asked


def test_keys_are_compared_as_browsers_compare() -> None:
    names = ["_a", "-1", ".5", "#1", "1", "a", "A", "ä", "b", "z"]  # As `localeCompare` sorts them
    assert sorted(reversed(names), key=_sort_key) == names


def test_htmax_brings_extensions_along() -> None:
    scripts = "<script src=/htmx.org@4.0.1/dist/htmax.min.js></script>"
    body = "<b hx-get=/a hx-targets=.t>b</b><i class=t>1</i><i class=t>2</i><u hx-live:class=x></u>"
    routes = [
        Route("/", lambda request: HTMLResponse(scripts + body)),
        Route("/a", lambda request: HTMLResponse("new")),
    ]
    shown = visit(Starlette(routes=routes), "/")
    shown.locator("b").click()
    assert lines(shown, "i") == ["new", "new"] and shown.blind == ["htmx extension live"]


ASSETS = Path(__file__).parents[1] / "fasthtml_nb" / "_assets" / "htmx.org@4.0.1" / "dist"
FILES: dict[str, tuple[str, dict[str, str]]] = {  # By path: what it is called
    "/named": ("bill 7.txt", {"Content-Disposition": 'attachment; filename="bill 7.txt"'}),
    "/coded": ("Café.txt", {"Content-Disposition": "attachment; filename*=UTF-8''Caf%C3%A9.txt"}),
    "/report.txt": ("report.txt", {}),
    "/first": ("later.txt", {"HX-Download": "/later.txt"}),
}


def offering() -> Starlette:
    """Return an app whose buttons offer files by hx-download."""
    sources = ("/htmx.org@4.0.1/htmx.min.js", "/ext/hx-download.min.js")
    scripts = "".join(f"<script src={src}></script>" for src in sources)
    buttons = "".join(
        f"<button hx-get={path} hx-target=#t {'hx-swap=download' if path == '/report.txt' else ''}>"
        f"{path}</button>"
        for path in FILES
    )
    heard = "<i hx-get=/heard hx-swap=beforeend hx-target=#h hx-trigger='{} from:body'></i>"
    ends = heard.format("htmx:download:start") + heard.format("htmx:download:complete")
    whole = f"<title>t</title>{scripts}{buttons}{ends}<p id=t>old</p><p id=h></p>"

    def script(request: Request) -> Response:
        name = request.url.path.removeprefix("/htmx.org@4.0.1")
        return Response((ASSETS / name.lstrip("/")).read_bytes(), media_type="text/javascript")

    def file(request: Request) -> Response:
        _, headers = FILES.get(request.url.path, ("", {}))
        kind = "text/html" if request.url.path == "/first" else "text/plain"
        return Response("what is in it", media_type=kind, headers=headers)

    routes = [
        Route("/", lambda request: HTMLResponse(whole)),
        Route("/heard", lambda request: HTMLResponse("!")),
        Route("/htmx.org@4.0.1/htmx.min.js", script),
        Route("/ext/hx-download.min.js", script),
        *(Route(path, file) for path in (*FILES, "/later.txt")),
    ]
    return Starlette(routes=routes)


@pytest.mark.usefixtures("local_assets")
@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("runner", RUNNERS)
def test_download_offers_a_file(runner: str, path: str, request: Any, tmp_path: Path) -> None:
    with page_of(runner, offering(), "/", request) as shown:
        with shown.expect_download() as offered:
            shown.get_by_role("button", name=path, exact=True).click()
        assert offered.value.suggested_filename == FILES[path][0]
        offered.value.save_as(tmp_path / "file")
        assert (tmp_path / "file").read_text() == "what is in it"
        expect(shown.locator("#h")).to_have_text("!!")
        swapped = "what is in it" if path == "/first" else "old"
        expect(shown.locator("#t")).to_have_text(swapped)
