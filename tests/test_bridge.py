"""A visitor who speaks in messages, and the page that a frame gets."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time

import pytest
from starlette.applications import Starlette
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route, WebSocketRoute

from fasthtml_nb.asgi.cookies import Cookies
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.workshop.bridge import Bridge, allowed_headers, script_cookies, set_by_script
from fasthtml_nb.workshop.frame import BASE, Settings, SharedParts, css_addresses, data_url, opening

SHEET = b"@font-face { src: url('/font') } p { background: url(a.svg), url(http://x.example/b) }"


class Site:
    """An app with one of everything, and what has happened in it."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.app = Starlette(
            routes=[
                *(
                    Route(f"/{name}", getattr(self, name), methods=["GET", "POST"])
                    for name in self.ROUTES
                ),
                WebSocketRoute("/ws", self.ws),
                WebSocketRoute("/closed", self.closed),
            ]
        )

    ROUTES = (
        *("page", "sheet", "echo", "there", "away", "nothing", "file", "picture", "data"),
        *("broken", "events", "cookies", "forever"),
    )

    async def page(self, request):
        return HTMLResponse(
            "<!doctype html><head><base href=/sub/>"
            "<link rel=stylesheet href=/sheet integrity=sha256-x>"
            "<script src=/data></script><script src=https://x.example/s.js></script></head><p>page"
        )

    async def sheet(self, request):
        return Response(SHEET, media_type="text/css")

    async def echo(self, request):
        body = (await request.body()).decode("latin-1")
        asked = {"method": request.method, "body": body, "headers": dict(request.headers)}
        return JSONResponse(asked | {"query": request.url.query})

    async def there(self, request):
        return RedirectResponse("/echo?there=1", 303)

    async def away(self, request):
        return RedirectResponse("https://x.example/", 303)

    async def nothing(self, request):
        return Response(status_code=204)

    async def file(self, request):
        named = {"content-disposition": 'attachment; filename="../a b.csv"'}
        return Response(b"1,2", media_type="text/csv", headers=named)

    async def picture(self, request):
        return Response(b"<svg/>", media_type="image/svg+xml")

    async def data(self, request):
        return PlainTextResponse("alert(1)")

    async def broken(self, request):
        raise KeyError("inside")

    async def cookies(self, request):
        answer = PlainTextResponse(request.headers.get("cookie", ""))
        answer.set_cookie("secret", "s", httponly=True)
        answer.set_cookie("seen", "1")
        return answer

    async def events(self, request):
        async def content():
            try:
                for number in range(3):
                    yield f"data: {number}\n\n"
                await asyncio.sleep(60)
            finally:
                self.ended.append("events")

        return StreamingResponse(content(), media_type="text/event-stream")

    async def forever(self, request):
        try:
            await asyncio.sleep(60)
        finally:
            self.ended.append("forever")

    async def ws(self, websocket):
        await websocket.accept(subprotocol=(websocket["subprotocols"] or [None])[0])
        try:
            while True:
                message = await websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if message.get("text") == "bye":
                    return await websocket.close(4000, "as asked")
                await websocket.send(message | {"type": "websocket.send"})
        finally:
            self.ended.append("ws")

    async def closed(self, websocket):
        await websocket.close()


class Visitor:
    """A page that asks by messages and remembers what it was told."""

    def __init__(self, app, **options) -> None:
        self.told: list[dict] = []
        self.bridge = Bridge(app, self._hear, **options)
        self.last = 0

    def _hear(self, message):
        self.told.append(json.loads(json.dumps(message)))

    def ask(self, op, until=None, **more):
        self.last += 1
        message = {"op": op, "id": self.last, **more}
        self.bridge.receive(message)
        return self.hears(until, self.last) if until else self.last

    def hears(self, op, id, count=1):
        def found():
            return [m for m in self.told if m["op"] == op and m["id"] == id]

        until_true(lambda: len(found()) >= count, lambda: self.told)
        return found()[-1]

    def fetch(self, path, **more):
        id = self.ask("fetch", url=BASE + path, **more)
        head = self.hears("head", id)
        self.hears("end", id)
        parts = [m["data"] for m in self.told if m["op"] == "chunk" and m["id"] == id]
        return head, b"".join(map(base64.b64decode, parts))


def until_true(condition, shown=lambda: ""):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, shown()
        time.sleep(0.002)


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def visitor(site):
    one = Visitor(site.app)
    yield one
    one.bridge.close()


def test_a_page_is_made_ready_for_a_frame(visitor):
    page = visitor.ask("load", "page", url=f"{BASE}/page?q=1#part")
    assert (page["url"], page["status"], page["first"]) == (f"{BASE}/page?q=1#part", 200, 1_000_000)
    document = parse(page["html"])
    assert [e.tag for e in document.head.children][:2] == ["script", "base"]
    assert document.select_one("base").get("href") == f"{BASE}/sub/"  # the page's own, resolved
    link = document.select_one("link")
    assert not link.has("integrity")  # the sheet was changed
    sheet = base64.b64decode(link.get("href").partition(",")[2]).decode()
    font = f'url("{BASE}/font")'  # a 404 stays an address
    svg = f'url("{BASE}/a.svg")'
    assert (
        sheet
        == f'@font-face {{ src: {font} }} p {{ background: {svg}, url("http://x.example/b") }}'
    )
    sources = [script.get("src") for script in document.select("script[src]")]
    assert sources == [data_url(b"alert(1)", "text/javascript"), "https://x.example/s.js"]


def test_a_library_is_sent_once_and_named_from_then_on():
    library = "/* long */" * 1000

    async def app(scope, receive, send):
        is_page = scope["path"] != "/long.js"
        text = "<script src=/long.js></script><p>page" if is_page else library
        answer = HTMLResponse(text) if is_page else PlainTextResponse(text)
        await answer(scope, receive, send)

    alone, sharing = Visitor(app), Visitor(app, shared=SharedParts())
    whole = alone.ask("load", "page", url=f"{BASE}/")
    first, second = (sharing.ask("load", "page", url=f"{BASE}/") for _ in range(2))
    [(name, text)] = first["parts"].items()
    assert text == data_url(library.encode(), "text/javascript") and "parts" not in second
    for page in (first, second):
        assert name in page["html"] and library[:30] not in page["html"]
        assert len(page["html"].replace(name, text)) == len(whole["html"])
    assert re.fullmatch(r"part-[0-9a-f]{16}-\d+\.", name)  # as outside.js reads it
    alone.bridge.close()
    sharing.bridge.close()


def test_only_so_many_parts_are_kept():
    shared = SharedParts()
    addresses = [data_url(f"{number:05}".encode() * 600, "text/css") for number in range(100)]
    named = [shared.name(address) for address in addresses]
    parts = shared.fresh()
    assert len(parts) == 64 and [parts.get(name, name) for name in named] == addresses


def test_a_second_page_has_numbers_of_its_own_and_leaves_what_the_first_had_open(visitor, site):
    visitor.ask("load", "page", url=f"{BASE}/page")
    visitor.last = 1_000_000
    id = visitor.ask("fetch", url=f"{BASE}/events")
    visitor.hears("chunk", id)
    page = visitor.ask("load", "page", url=f"{BASE}/page")
    assert page["first"] == 2_000_000
    visitor.bridge.receive({"op": "leave-page", "before": page["first"]})
    until_true(lambda: site.ended == ["events"])


@pytest.mark.parametrize(
    ("path", "op", "more"),
    [
        ("/nothing", "stay", {}),
        ("/away", "out", {"url": "https://x.example/"}),
        ("/file", "download", {"name": ".._a b.csv", "type": "text/csv", "data": "MSwy"}),
    ],
)
def test_what_is_no_page(visitor, path, op, more):
    assert visitor.ask("load", op, url=BASE + path) == {"op": op, "id": 1, **more}


def test_a_link_with_download_saves_a_page(visitor):
    got = visitor.ask("load", "download", url=f"{BASE}/data", download="note.txt")
    assert (got["name"], base64.b64decode(got["data"])) == ("note.txt", b"alert(1)")


@pytest.mark.parametrize(
    ("path", "selector", "shown"),
    [
        ("/data", "pre", "alert(1)"),
        ("/echo", "pre", '{"method":"GET"'),
        ("/missing", "pre", "Not Found"),
        ("/broken", "pre", "KeyError: 'inside'"),
    ],
)
def test_other_answers_are_shown_as_pages(visitor, path, selector, shown):
    page = visitor.ask("load", "page", url=BASE + path)
    assert shown in parse(page["html"]).select_one(selector).text


def test_a_picture_is_shown(visitor):
    page = visitor.ask("load", "page", url=f"{BASE}/picture")
    assert parse(page["html"]).select_one("img").get("src") == data_url(b"<svg/>", "image/svg+xml")


def test_a_form_is_sent_as_by_a_page_of_the_app(visitor):
    visitor.ask("load", "page", url=f"{BASE}/page")
    page = visitor.ask(
        "load",
        "page",
        url=f"{BASE}/echo",
        method="POST",
        headers=[["content-type", "application/x-www-form-urlencoded"]],
        body=base64.b64encode(b"a=1").decode(),
        **{"from": f"{BASE}/page"},
    )
    asked = json.loads(parse(page["html"]).select_one("pre").text)
    assert (asked["method"], asked["body"]) == ("POST", "a=1")
    headers = asked["headers"]
    assert (headers["origin"], headers["sec-fetch-site"]) == (BASE, "same-origin")
    assert headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_script_asks_and_is_redirected(visitor):
    head, body = visitor.fetch("/there", method="POST", headers=[["HX-Request", "true"]])
    assert (head["status"], head["url"], head["redirected"]) == (200, f"{BASE}/echo?there=1", True)
    asked = json.loads(body)
    assert (asked["method"], asked["query"]) == ("GET", "there=1")
    assert asked["headers"]["hx-request"] == "true"
    assert "accept-encoding" not in asked["headers"]
    head, _ = visitor.fetch("/there", redirect="manual")
    assert head["status"] == 303
    failed = visitor.ask("fetch", "fail", url=f"{BASE}/away")
    assert "redirected to https://x.example/" in failed["reason"]


def test_a_stream_comes_in_parts_and_ends_when_it_is_left(visitor, site):
    id = visitor.ask("fetch", url=f"{BASE}/events")
    until_true(lambda: sum(m["op"] == "chunk" for m in visitor.told) >= 1)
    visitor.bridge.receive({"op": "abort", "of": id})
    until_true(lambda: site.ended == ["events"])
    assert not [m for m in visitor.told if m["op"] in ("end", "fail")]


def test_closing_leaves_everything_and_says_nothing_more(site):
    one = Visitor(site.app)
    one.ask("fetch", url=f"{BASE}/forever")
    one.ask("socket", "opened", url="ws://preview.invalid/ws")
    id = one.ask("fetch", url=f"{BASE}/events")
    one.hears("chunk", id)
    count = len(one.told)
    one.bridge.close()
    until_true(lambda: sorted(site.ended) == ["events", "forever", "ws"], lambda: site.ended)
    assert len(one.told) == count


def test_a_websocket_speaks_text_and_bytes_and_is_closed_by_either_side(visitor):
    opened = visitor.ask("socket", "opened", url="ws://preview.invalid/ws", protocols=["one"])
    id = opened["id"]
    assert opened["protocol"] == "one"
    visitor.bridge.receive({"op": "say", "of": id, "text": "hi"})
    visitor.bridge.receive({"op": "say", "of": id, "data": base64.b64encode(b"\x00\xff").decode()})
    assert visitor.hears("said", id, 2)["data"] == "AP8="
    visitor.bridge.receive({"op": "say", "of": id, "text": "bye"})
    closed = visitor.hears("closed", id)
    assert (closed["code"], closed["reason"]) == (4000, "as asked")
    refused = visitor.ask("socket", "fail", url="ws://preview.invalid/closed")
    assert refused["reason"] == "The app refused the websocket: 403."


def test_a_websocket_that_is_left_before_it_is_accepted(site, caplog):
    for _ in range(20):
        one = Visitor(site.app)
        one.ask("socket", url="ws://preview.invalid/ws")
        one.bridge.close()
    until_true(lambda: site.ended.count("ws") == 20 or not one.bridge._open)
    assert caplog.records == []


def test_cookies_belong_to_the_visitor_and_scripts_see_some(site):
    one, two = Visitor(site.app), Visitor(site.app)
    one.fetch("/cookies")
    assert one.fetch("/cookies")[1] == b"secret=s; seen=1"
    assert two.fetch("/cookies")[1] == b""
    assert "set-cookie" not in dict(one.fetch("/cookies")[0]["headers"])
    page = one.ask("load", "page", url=f"{BASE}/page")
    assert '"cookies": "seen=1"' in page["html"]
    one.bridge.receive({"op": "cookie", "url": f"{BASE}/", "text": "secret=stolen"})
    one.bridge.receive({"op": "cookie", "url": f"{BASE}/", "text": "mine=2; HttpOnly"})
    assert one.fetch("/cookies")[1] == b"secret=s; seen=1; mine=2"
    assert script_cookies(one.bridge.client.cookies, f"{BASE}/") == "seen=1; mine=2"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"op": "dance"}, "A bridge does not know 'dance'"),
        ({}, "A bridge does not know None"),
        ({"op": "socket"}, "KeyError: 'url'"),
        ({"op": "abort"}, "KeyError: 'of'"),
        ({"op": "load", "url": "http://elsewhere.example/"}, "is not the app's"),
        ({"op": "fetch", "url": f"{BASE}/echo", "body": "%%"}, "Error"),
        ({"op": "fetch"}, "KeyError: 'url'"),
    ],
)
def test_what_cannot_be_done_is_told(visitor, message, reason):
    visitor.bridge.receive({"id": 7, **message})
    assert reason in visitor.hears("fail", 7)["reason"]


@pytest.mark.parametrize(
    "message",
    [
        {"op": []},
        {"op": "fetch", "id": []},
        {"op": "fetch", "id": 10**9, "url": f"{BASE}/events"},  # it would outlive its page
        {"op": "fetch", "url": f"{BASE}/events"},
        {"op": "fetch", "id": 1, "url": 5},
        {"op": "fetch", "id": 1, "url": f"{BASE}/echo", "method": 5},
        {"op": "fetch", "id": 1, "url": f"{BASE}/echo", "headers": [1]},
        {"op": "socket", "id": 1, "url": 5},
        {"op": "socket", "id": 1, "url": "ws://preview.invalid/ws", "protocols": 5},
        {"op": "cookie", "id": 1, "url": f"{BASE}/", "text": 5},
        {"op": "leave-page", "id": 1, "before": None},
        {"op": "hang-up", "id": 1, "of": []},
    ],
)
def test_nonsense_is_told_and_leaves_nothing_open(visitor, message):
    visitor.bridge.receive(message)
    until_true(lambda: [m for m in visitor.told if m["op"] == "fail"], lambda: visitor.told)
    assert visitor.bridge._open == {}


def test_a_number_is_used_once_so_that_all_of_a_page_can_be_left(visitor, site):
    message = {"op": "fetch", "id": 5, "url": f"{BASE}/events"}
    visitor.bridge.receive(message)
    visitor.bridge.receive(message)
    assert "The number 5 is in use." in visitor.hears("fail", 5)["reason"]
    visitor.hears("chunk", 5)
    visitor.bridge.receive({"op": "leave-page", "before": 1_000_000})
    until_true(lambda: site.ended == ["events"] and visitor.bridge._open == {})


def test_a_visitor_has_so_many_requests_open_and_no_more(visitor, site, monkeypatch):
    monkeypatch.setattr("fasthtml_nb.workshop.bridge._MOST", 3)
    for _ in range(3):
        visitor.ask("fetch", url=f"{BASE}/forever")
    assert "3 requests are open" in visitor.ask("fetch", "fail", url=f"{BASE}/echo")["reason"]
    visitor.bridge.receive({"op": "abort", "of": 1})
    until_true(lambda: len(visitor.bridge._open) == 2)
    assert visitor.fetch("/echo")[0]["status"] == 200


def test_what_is_left_before_it_is_asked_is_not_asked(site):
    async def blocked() -> None:
        time.sleep(0.2)

    one = Visitor(site.app)
    asyncio.run_coroutine_threadsafe(blocked(), one.bridge._loop)
    one.ask("fetch", url=f"{BASE}/forever")
    one.bridge.close()
    one.ask("fetch", url=f"{BASE}/forever")  # after the end
    time.sleep(0.4)
    assert (site.ended, one.told, one.bridge._open) == ([], [], {})
    assert asyncio.run_coroutine_threadsafe(asyncio.sleep(0, True), one.bridge._loop).result(5)


def test_a_script_cannot_fill_the_kernel_with_cookies(visitor):
    for number in range(200):
        visitor.bridge.receive({"op": "cookie", "url": f"{BASE}/", "text": f"c{number}=1"})
    visitor.bridge.receive({"op": "cookie", "url": f"{BASE}/", "text": "c0=2"})
    shown = script_cookies(visitor.bridge.client.cookies, f"{BASE}/").split("; ")
    assert len(shown) == 180 and "c0=2" in shown


def test_headers_of_the_browser_are_not_the_scripts_to_set():
    given = [
        ["X-A", "1"],
        ["Host", "x"],
        ["Sec-Fetch-Site", "none"],
        ["COOKIE", "a=1"],
        ["Origin", "x"],
    ]
    assert allowed_headers(given) == {"accept-encoding": None, "x-a": "1"}
    assert allowed_headers(None) == {"accept-encoding": None}


def test_a_cookie_of_a_script_is_never_hidden():
    cookies = Cookies()
    set_by_script(cookies, f"{BASE}/", "a=1; path=/; HttpOnly; SameSite=Lax")
    assert script_cookies(cookies, f"{BASE}/") == "a=1"


def test_settings_cannot_end_the_script():
    text = opening(Settings(f"{BASE}/</script><!--", cookies="<script>"))
    assert text.count("</script>") == text.count("<script>") == 1
    assert "<!--" not in text
    told = re.search(r"\}\)\((\{.*\})\);", text)
    assert json.loads(told[1])["url"] == f"{BASE}/</script><!--"


def test_addresses_in_a_style_sheet():
    css = "a{b:url( 'x y.png' )} c{d:url(data:,x) url(#f) url(\"../z\") url()}"
    assert css_addresses(css, "http://a/css/s.css") == ["http://a/css/x%20y.png", "http://a/z"]
