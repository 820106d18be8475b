"""The client in the process: as a browser asks, of any ASGI app, in any thread."""

from __future__ import annotations

import asyncio
import functools
import gc
import gzip
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, WebSocket
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route, WebSocketRoute

from fasthtml_nb.asgi.client import Client, TooManyRedirects, client_of, redirect_method
from fasthtml_nb.asgi.cookies import Cookies
from fasthtml_nb.asgi.events import EventParser, ServerEvent
from fasthtml_nb.asgi.exchange import Outcome
from fasthtml_nb.asgi.loop import event_loop, run
from fasthtml_nb.asgi.requests import browser_headers, join_url, origin_of, site_of
from fasthtml_nb.asgi.sockets import SocketClosed, SocketRefused
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.sse import EventStream


async def echo(request: Any) -> JSONResponse:
    """Answer with all that has come."""
    body = await request.body()
    scope = {name: request.scope[name] for name in ("method", "path", "scheme", "root_path")}
    scope |= {
        "query": request.scope["query_string"].decode(),
        "raw": request.scope["raw_path"].decode(),
    }
    return JSONResponse(
        {**scope, "headers": dict(request.headers), "body": body.decode("latin-1")}
        | {"client": request.client.host, "server": list(request.scope["server"])}
    )


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ECHO = Starlette(routes=[Route("/{path:path}", echo, methods=METHODS)])


def app_of(*routes: Any, **options: Any) -> Starlette:
    return Starlette(routes=list(routes), **options)


def get(handler: Any, path: str = "/", **options: Any) -> Any:
    return Client(app_of(Route(path, handler, methods=METHODS))).get(path, **options)


# What is sent -----------------------------------------------------------------------------------


def test_the_scope_is_a_servers() -> None:
    seen = Client(ECHO, base_url="https://example.com:8443").get("/a%20b/ü?q=ä&r=%41#top").text
    assert '"path":"/a b/ü"' in seen
    assert '"raw":"/a%20b/%C3%BC"' in seen
    assert '"query":"q=%C3%A4&r=%41"' in seen
    assert '"server":["example.com",8443]' in seen
    assert '"host":"example.com:8443"' in seen


def headers_seen(**how: Any) -> dict[str, str]:
    import json

    return json.loads(Client(ECHO).request(how.pop("method", "GET"), "/x", **how).text)["headers"]


def test_a_visitor_comes_from_nowhere() -> None:
    seen = headers_seen()
    assert seen["sec-fetch-site"] == "none" and seen["sec-fetch-mode"] == "navigate"
    assert seen["sec-fetch-dest"] == "document" and seen["accept"].startswith("text/html")
    assert not {"origin", "referer", "content-length"} & seen.keys()


def test_a_form_comes_from_its_page() -> None:
    seen = headers_seen(method="POST", form={"a": "1"}, initiator="http://testserver/page?q#f")
    assert seen["origin"] == "http://testserver"
    assert seen["referer"] == "http://testserver/page?q"
    assert seen["sec-fetch-site"] == "same-origin"
    assert seen["content-type"] == "application/x-www-form-urlencoded"
    assert seen["content-length"] == "3"


def test_a_script_fetches() -> None:
    seen = headers_seen(mode="fetch", initiator="http://testserver/")
    assert seen["accept"] == "*/*" and seen["sec-fetch-mode"] == "cors"
    assert seen["sec-fetch-dest"] == "empty" and "origin" not in seen
    assert "upgrade-insecure-requests" not in seen


def test_the_callers_headers_win_and_none_removes() -> None:
    seen = headers_seen(headers={"Accept": "text/x", "User-Agent": None, "HX-Request": "true"})
    assert seen["accept"] == "text/x" and "user-agent" not in seen and seen["hx-request"] == "true"


def test_a_body_is_sent_as_it_is() -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--\r\n"
    sent = Client(ECHO).request(
        "POST", "/", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert body.decode("latin-1") in __import__("json").loads(sent.text)["body"]


def test_an_empty_post_has_a_length() -> None:
    assert headers_seen(method="POST")["content-length"] == "0"


def test_content_and_form_together_are_refused() -> None:
    with pytest.raises(ValueError, match="Either content or form"):
        Client(ECHO).request("POST", "/", content="x", form={"a": 1})


def test_what_is_no_app_is_refused() -> None:
    with pytest.raises(TypeError, match="found 'todo', a str"):
        Client("todo")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "address", "joined"),
    [
        ("http://a/b/c?d#e", "f", "http://a/b/f"),
        ("http://a/b/c?d#e", "", "http://a/b/c?d"),
        ("http://a/b/c?d#e", "?", "http://a/b/c?"),
        ("http://a/b/c?d#e", "?x#y", "http://a/b/c?x#y"),
        ("http://a/b/c?d#e", "#y", "http://a/b/c?d#y"),
        ("http://a/b/c", "../../../x", "http://a/x"),
        ("http://a", "", "http://a/"),
        ("http://a/", " \t/x y\n", "http://a/x%20y"),
        ("http://a/", "\\x\\y?\\z", "http://a/x/y?\\z"),
        ("http://a/", "//B.c:80/x", "http://b.c/x"),
        ("http://a/", "javascript:alert(1)", "javascript:alert(1)"),
        ("http://a/", "http://bücher.example:80/", "http://xn--bcher-kva.example/"),
        ("http://a/", "/%C3%BC/ü", "http://a/%C3%BC/%C3%BC"),
        ("http://a/", '/"<>?"<>', "http://a/%22%3C%3E?%22%3C%3E"),
        ("http://a/b?q=1#f", "#", "http://a/b?q=1#"),
        ("http://a/b?q=1#f", "", "http://a/b?q=1"),
        ("http://a/b", "?#", "http://a/b?#"),
        ("http://a/b", "c#", "http://a/c#"),
        ("http://a/b", "#a#b", "http://a/b#a#b"),
        ("http://a/b", "mailto:x@y#", "mailto:x@y#"),
        ("http://h/p/q", "///x", "http://x/"),  # A host follows, whatever the slashes
        ("http://h/p/q", "HTTPS:///x/y", "https://x/y"),
        ("http://h/p/q", "//", "invalid:%2F%2F"),
        ("http://h/p/q", "http://", "invalid:http%3A%2F%2F"),
        ("http://h/p/q", "//?a=1", "invalid:%2F%2F%3Fa%3D1"),
        ("http://h/p/q", "/x//y", "http://h/x//y"),
    ],
)
def test_addresses_are_joined(base: str, address: str, joined: str) -> None:
    assert join_url(base, address).removesuffix("?") == joined.removesuffix("?")


@pytest.mark.parametrize(
    ("initiator", "urls", "site"),
    [
        (None, ["http://a/"], "none"),
        ("http://a/", ["http://a:80/x"], "same-origin"),
        ("http://a/", ["http://a:81/"], "same-site"),
        ("http://a.b.c/", ["http://x.b.c/"], "same-site"),
        ("http://a.b.c/", ["https://x.b.c/"], "cross-site"),
        ("http://1.2.3.4/", ["http://9.2.3.4/"], "cross-site"),
        ("http://a/", ["ws://a/"], "same-origin"),
        ("http://a/", ["http://b/", "http://a/"], "cross-site"),
    ],
)
def test_sites_are_told_apart(initiator: str | None, urls: list[str], site: str) -> None:
    assert site_of(initiator, urls) == site


def test_origins_are_written_as_browsers_do() -> None:
    assert origin_of("http://[::1]:80/x") == "http://[::1]"
    assert origin_of("https://user:word@a:8/x") == "https://a:8"


def test_a_page_on_https_tells_http_nothing() -> None:
    assert "referer" not in browser_headers("GET", "http://a/", initiator="https://a/secret")


# Our own guard lets it pass -----------------------------------------------------------------------


def guarded() -> FastHTML:
    app = FastHTML(secret_key="k" * 32)

    @app.route("/save", methods=["POST"])
    def save(title: str, session: Any) -> str:
        session["title"] = title
        return "saved"

    @app.get("/title")
    def title(session: Any) -> str:
        return session.get("title", "")

    return app


def test_the_apps_own_forms_pass_its_guard() -> None:
    client = Client(guarded())
    assert client.post("/save", {"title": "milk"}).text == "saved"
    assert client.get("/title").text == "milk"


def test_another_sites_forms_do_not() -> None:
    refused = Client(guarded()).post("/save", {"title": "x"}, initiator="https://evil.example/")
    assert refused.status == 403


# What comes back --------------------------------------------------------------------------------


def test_headers_that_come_twice_are_both_there() -> None:
    def twice(request: Any) -> Response:
        answer = PlainTextResponse("")
        answer.headers.append("X-A", "1")
        answer.headers.append("x-a", "2")
        return answer

    assert get(twice).headers.getlist("X-a") == ["1", "2"]


def test_a_compressed_page_is_unpacked() -> None:
    page = Route("/", lambda request: HTMLResponse("<p>ü</p>" * 200))
    answer = Client(app_of(page, middleware=[Middleware(GZipMiddleware)])).get("/")
    assert answer.headers["content-encoding"] == "gzip" and answer.text == "<p>ü</p>" * 200


def test_what_is_not_compressed_as_it_says_is_an_error() -> None:
    def lying(request: Any) -> Response:
        return Response(gzip.compress(b"x")[3:], headers={"content-encoding": "gzip"})

    answer = get(lying)
    assert type(answer.exception).__name__ == "error" and answer.status == 200


@pytest.mark.parametrize("charset", ["latin-1", "utf-8", "no-such-charset"])
def test_text_is_decoded(charset: str) -> None:
    body = "ü".encode("latin-1" if charset == "latin-1" else "utf-8")
    assert get(lambda r: Response(body, media_type=f"text/x; charset={charset}")).text == "ü"


def test_an_answer_names_its_route() -> None:
    def show(request: Any) -> Response:
        return PlainTextResponse("")

    app = app_of(Mount("/shop", routes=[Route("/todos/{id:int}", show)]))
    assert "show" in Client(app).get("/shop/todos/3").route
    assert Client(app).get("/nothing").route == ""


def test_an_exception_stays_with_its_answer() -> None:
    def fail(request: Any) -> Response:
        raise LookupError("no such todo")

    answer = get(fail)
    assert answer.status == 500 and repr(answer).endswith("raised LookupError>")
    assert "no such todo" in answer.traceback and "in fail" in answer.traceback


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_a_handler_cannot_end_the_loop(end: type[BaseException]) -> None:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        raise end

    answer = Client(fail).get("/")
    assert answer.status == 500 and isinstance(answer.exception, end)
    assert Client(ECHO).get("/").status == 200


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "returned before its answer was complete"),
        (["body"], "'http.response.body' too early"),
        (["start", "start"], "'http.response.start' twice"),
        (["start", "body", "body"], "'http.response.body' after the end"),
    ],
)
def test_an_app_that_breaks_the_protocol_is_told(messages: list[str], said: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        for name in messages:
            extra = {"status": 200} if name == "start" else {}
            await send({"type": f"http.response.{name}", **extra})

    assert said in str(Client(app).get("/").exception)


def test_background_tasks_have_run() -> None:
    sent = []

    async def later() -> None:
        await asyncio.sleep(0.02)
        sent.append("mail")

    get(lambda request: PlainTextResponse("", background=BackgroundTask(later)))
    assert sent == ["mail"]


def test_a_long_background_task_is_not_waited_for() -> None:
    over = threading.Event()
    page = Route("/", lambda r: PlainTextResponse("ok", background=BackgroundTask(over.wait, 20)))
    started = time.monotonic()
    assert Client(app_of(page), patience=0.05).get("/").text == "ok"
    assert time.monotonic() - started < 10
    over.set()


def test_a_background_tasks_error_is_kept() -> None:
    def fail() -> None:
        raise LookupError("mail")

    answer = get(lambda request: PlainTextResponse("ok", background=BackgroundTask(fail)))
    assert answer.status == 200 and isinstance(answer.exception, LookupError)


def test_requests_see_a_copy_of_the_state() -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> Any:
        yield {"seen": []}

    async def page(request: Any) -> Response:
        request.state.seen.append(1)
        request.state.mine = getattr(request.state, "mine", 0) + 1
        return PlainTextResponse(f"{len(request.state.seen)} {request.state.mine}")

    with Client(app_of(Route("/", page), lifespan=lifespan)) as client:
        assert [client.get("/").text for _ in range(2)] == ["1 1", "2 1"]


def test_a_lifespan_that_fails_is_raised_by_the_request() -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> Any:
        raise ValueError("no database")
        yield

    client = Client(app_of(lifespan=lifespan))
    with pytest.raises(RuntimeError, match="no database") as caught:
        client.get("/")
    assert isinstance(caught.value.__cause__, ValueError)


# Waiting ----------------------------------------------------------------------------------------


def test_a_slow_answer_times_out_and_its_app_is_told() -> None:
    told: Future[str] = Future()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await receive()
        told.set_result((await receive())["type"])

    with pytest.raises(TimeoutError, match=r"^GET /x: no answer in 0\.02 seconds\.$"):
        Client(slow).get("/x", timeout=0.02)
    assert told.result(5) == "http.disconnect"


def test_a_request_can_be_given_up() -> None:
    async def slow(request: Any) -> Response:
        await asyncio.sleep(60)
        return PlainTextResponse("")

    pending = Client(app_of(Route("/", slow))).start("GET", "/")
    heard: Future[bool] = Future()
    pending.on_done(lambda one: heard.set_result(one.done()))
    assert not pending.done()
    pending.abort()
    with pytest.raises(ConnectionAbortedError):
        pending.result(5)
    assert heard.result(5)


def test_requests_run_side_by_side() -> None:
    gate = asyncio.Event()

    async def wait(request: Any) -> Response:
        await gate.wait()
        return PlainTextResponse("waited")

    async def open_gate(request: Any) -> Response:
        gate.set()
        return PlainTextResponse("opened")

    client = Client(app_of(Route("/wait", wait), Route("/open", open_gate)))
    waiting = client.start("GET", "/wait")
    assert client.get("/open").text == "opened"
    assert waiting.result().text == "waited"


def test_it_works_inside_a_running_loop_and_in_threads() -> None:
    client = Client(ECHO)

    async def cell() -> int:
        return client.get("/").status

    assert asyncio.run(cell()) == 200
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda n: client.get(f"/{n}").status, range(100))) == {200}


def test_a_handler_in_a_thread_may_ask_another_app() -> None:
    assert get(lambda request: PlainTextResponse(str(Client(ECHO).get("/").status))).text == "200"


def test_a_handler_on_the_loop_may_not() -> None:
    async def inner(request: Any) -> Response:
        return PlainTextResponse(Client(ECHO).get("/").text)

    assert "Make the handler a plain `def`" in str(get(inner).exception)


def test_a_request_leaves_nothing_behind() -> None:
    client = Client(ECHO)
    client.get("/")
    before = len(asyncio.all_tasks(event_loop()))
    answers = [weakref.ref(client.get("/")) for _ in range(50)]
    run(asyncio.sleep(0))
    gc.collect()
    assert len(asyncio.all_tasks(event_loop())) == before
    assert sum(answer() is not None for answer in answers) <= 1


# Redirects --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "methods"),
    [
        (301, {"GET": "GET", "POST": "GET", "PUT": "PUT", "DELETE": "DELETE", "HEAD": "HEAD"}),
        (302, {"GET": "GET", "POST": "GET", "PUT": "PUT", "DELETE": "DELETE", "HEAD": "HEAD"}),
        (303, {"GET": "GET", "POST": "GET", "PUT": "GET", "DELETE": "GET", "HEAD": "HEAD"}),
        (307, {"GET": "GET", "POST": "POST", "PUT": "PUT", "DELETE": "DELETE", "HEAD": "HEAD"}),
        (308, {"GET": "GET", "POST": "POST", "PUT": "PUT", "DELETE": "DELETE", "HEAD": "HEAD"}),
    ],
)
def test_methods_of_redirects(status: int, methods: dict[str, str]) -> None:
    assert {method: redirect_method(status, method) for method in methods} == methods


def redirecting(status: int = 303, target: str = "/echo") -> Starlette:
    go = Route("/go", lambda request: RedirectResponse(target, status), methods=METHODS)
    return app_of(go, Route("/echo", echo, methods=METHODS))


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_body_does_not_outlive_its_method(status: int) -> None:
    seen = Client(redirecting(status)).post("/go", {"a": 1}, follow=True).text
    assert '"body":""' in seen and "content-type" not in seen and "content-length" not in seen


@pytest.mark.parametrize("status", [307, 308])
def test_a_body_is_sent_again(status: int) -> None:
    seen = Client(redirecting(status)).post("/go", {"a": 1}, follow=True).text
    assert '"method":"POST"' in seen and '"body":"a=1"' in seen and "urlencoded" in seen


def test_a_redirect_is_returned_unless_followed() -> None:
    answer = Client(redirecting()).get("/go")
    assert answer.status == 303 and answer.redirect_url == "http://testserver/echo"


@pytest.mark.parametrize(
    ("target", "asked", "url"),
    [
        ("/echo", "/go#top", "http://testserver/echo#top"),
        ("/echo#end", "/go#top", "http://testserver/echo#end"),
        ("echo?x=1", "/go", "http://testserver/echo?x=1"),
        ("//testserver/echo", "/go", "http://testserver/echo"),
    ],
)
def test_where_a_redirect_leads(target: str, asked: str, url: str) -> None:
    assert Client(redirecting(303, target)).get(asked, follow=True).url == url


def test_another_site_is_not_followed() -> None:
    answer = Client(redirecting(303, "https://login.example/")).get("/go", follow=True)
    assert answer.status == 303 and answer.redirect_url == "https://login.example/"


def test_another_host_of_the_app_is_followed() -> None:
    app = redirecting(303, "http://api.example/echo")
    answer = Client(app, hosts=["api.example"]).get(
        "/go", follow=True, initiator="http://testserver/"
    )
    assert '"host":"api.example"' in answer.text and '"sec-fetch-site":"cross-site"' in answer.text


def test_circles_end() -> None:
    client = Client(redirecting(303, "/go"))
    with pytest.raises(TooManyRedirects, match=r"^More than 20 redirects\. The last: GET /go -> "):
        client.get("/go", follow=True)


def test_each_hop_sets_and_sends_cookies() -> None:
    def login(request: Any) -> Response:
        answer = RedirectResponse("/home", 303)
        answer.set_cookie("sid", "1", httponly=True)
        return answer

    app = app_of(
        Route("/login", login, methods=["POST"]),
        Route("/home", lambda request: PlainTextResponse(request.headers.get("cookie", ""))),
    )
    assert Client(app).post("/login", follow=True).text == "sid=1"


# Cookies ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "line", "where", "sent"),
    [
        ("http://a.b.c/x/y", "n=1", "http://a.b.c/x/z", True),
        ("http://a.b.c/x/y", "n=1", "http://a.b.c/xz", False),
        ("http://a.b.c/", "n=1", "http://d.a.b.c/", False),
        ("http://a.b.c/", "n=1; Domain=b.c", "http://d.b.c/", True),
        ("http://a.b.c/", "n=1; Domain=.b.c", "http://b.c/", True),
        ("http://a.b.c/", "n=1; Domain=x.c", "http://x.c/", False),
        ("http://a.b.c/", "n=1; Domain=c", "http://a.b.c/", False),
        ("http://testserver/", "n=1; Domain=testserver", "http://testserver/", True),
        ("http://127.0.0.1/", "n=1; Domain=127.0.0.1", "http://127.0.0.1:8000/", True),
        ("http://a/", "n=1; Secure", "https://a/", False),
        ("https://a/", "n=1; Secure", "http://a/", False),
        ("https://a/", "n=1; Secure", "https://a/", True),
        ("http://localhost/", "n=1; Secure", "http://localhost/", True),
        ("http://a/", "n=1; Max-Age=0", "http://a/", False),
        ("http://a/", "n=1; Max-Age=60", "http://a/", True),
        ("http://a/", "n=1; Max-Age=later", "http://a/", True),
        ("http://a/", "n=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a/", False),
        ("http://a/", "n=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a/", True),
        ("http://a/", "n=1; SameSite=None", "http://a/", False),
        ("https://a/", "n=1; SameSite=None; Secure", "https://a/", True),
        ("http://a/", "__Host-n=1", "http://a/", False),
        ("https://a/", "__Host-n=1; Secure; Path=/", "https://a/", True),
        ("https://a/", "__Host-n=1; Secure; Path=/x", "https://a/x", False),
        ("http://a/", "=", "http://a/", False),
        ("http://a/", "n=\x01", "http://a/", False),
        ("http://a/", "n=" + "1" * 4097, "http://a/", False),
        ("http://a/x/y", "n=1; Path=z", "http://a/x/", True),
    ],
)
def test_cookies_go_where_they_belong(url: str, line: str, where: str, sent: bool) -> None:
    jar = Cookies()
    jar.store(url, [line])
    assert bool(jar.header(where)) is sent
    assert bool(jar.refused) is (
        len(jar.jar) == 0 and "Max-Age=0" not in line and "1970" not in line
    )


def test_the_narrower_path_comes_first() -> None:
    jar = Cookies()
    jar.store("http://a/x/", ["n=outer; Path=/", "n=inner", "m=2; Path=/"])
    assert jar.header("http://a/x/") == "n=inner; n=outer; m=2"


def test_a_cookie_ends_in_time() -> None:
    now = [1000.0]
    jar = Cookies(now=lambda: now[0])
    jar.store("http://a/", ["n=1; Max-Age=10"])
    now[0] = 1009
    assert jar.header("http://a/") == "n=1"
    now[0] = 1010
    assert jar.header("http://a/") == ""


@pytest.mark.parametrize(
    ("mark", "script", "link"),
    [("", "", "n=1"), ("; SameSite=Lax", "", "n=1"), ("; SameSite=Strict", "", "")],
)
def test_another_sites_page_sends_few_cookies(mark: str, script: str, link: str) -> None:
    jar = Cookies()
    jar.store("https://a/", [f"n=1{mark}"])
    assert jar.header("https://a/", site="cross-site") == script
    assert jar.header("https://a/", site="cross-site", follows_link=True) == link


def test_plain_http_does_not_overwrite_a_secure_cookie() -> None:
    jar = Cookies()
    jar.store("https://a/", ["n=1; Secure"])
    jar.store("http://a/", ["n=2"])
    assert jar.header("https://a/") == "n=1" and "Secure cookie of that name" in jar.refused[0]


def test_given_cookies_are_sent() -> None:
    assert headers_seen()["host"] == "testserver"
    assert '"cookie":"theme=dark"' in Client(ECHO, cookies={"theme": "dark"}).get("/").text


# Streams ----------------------------------------------------------------------------------------


def ticking(closed: Future[str]) -> Starlette:
    async def numbers() -> Any:
        try:
            number = 0
            while True:
                yield f"id: {number}\nevent: tick\ndata: {number}\n\n"
                number += 1
                await asyncio.sleep(0.002)
        finally:
            closed.set_result("closed")

    def page(request: Any) -> Response:
        return StreamingResponse(numbers(), media_type="text/event-stream")

    return app_of(Route("/", page))


@pytest.mark.parametrize("end", ["close", "drop", "client"])
def test_a_streams_generator_ends_with_its_reader(end: str) -> None:
    closed: Future[str] = Future()
    with Client(ticking(closed)) as client:
        stream = client.stream("/")
        assert [stream.event() for _ in range(3)] == [
            ServerEvent("tick", str(n), str(n)) for n in range(3)
        ]
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert not stream.ended and not closed.done()
        if end == "close":
            stream.close()
        elif end == "drop":
            del stream
            gc.collect()
        if end != "client":
            assert closed.result(5) == "closed"
    assert closed.result(5) == "closed"


def test_our_own_event_streams_end_too() -> None:
    closed: Future[str] = Future()

    def numbers() -> Iterator[str]:
        try:
            while True:
                yield "data: 1\n\n"
                time.sleep(0.002)
        finally:
            closed.set_result("closed")

    app = FastHTML(secret_key="k" * 32)
    app.get("/")(lambda: EventStream(numbers()))
    with Client(app).stream("/") as stream:
        assert stream.event() == ServerEvent("message", "1")
    assert closed.result(5) == "closed"


def test_a_stream_that_never_waits_leaves_room_for_others() -> None:
    async def hasty() -> Any:
        while True:
            yield b"data: 1\n\n"

    app = app_of(Route("/hasty", lambda r: StreamingResponse(hasty())), Route("/", echo))
    client = Client(app)
    with client.stream("/hasty") as stream:
        assert stream.event() is not None
        assert client.get("/").status == 200


def test_what_arrives_is_announced() -> None:
    arrived = threading.Event()
    with Client(ticking(Future())).stream("/") as stream:
        stream.on_arrival(arrived.set)
        assert arrived.is_set()  # at once: something may have come already
        found: list[ServerEvent] = []
        while len(found) < 3:
            found += stream.take()
        assert [event.data for event in found[:3]] == ["0", "1", "2"]


def test_a_stream_ends_with_its_app() -> None:
    app = app_of(Route("/", lambda r: StreamingResponse(iter(["data: 1\n\n", "data: 2"]))))
    stream = Client(app).stream("/")
    assert [event.data for event in stream] == ["1"]
    assert stream.ended and stream.event() is None and stream.text == "data: 1\n\ndata: 2"
    assert stream.response().exception is None


pieces = st.lists(
    st.sampled_from(["data: a", "data:b", "data", ": x", "event: e", "id: 1", "retry: 5", "", "z"])
)


@given(pieces, st.sampled_from(["\n", "\r", "\r\n"]), st.integers(1, 7))
def test_events_do_not_depend_on_their_pieces(lines: list[str], end: str, size: int) -> None:
    stream = "".join(line + end for line in ["data: grüße", *lines, ""]).encode()
    whole = EventParser()
    expected = whole.feed(stream + b"\n")
    parts = EventParser()
    found = []
    for start in range(0, len(stream), size):
        found += parts.feed(stream[start : start + size])
    assert found + parts.feed(b"\n") == expected
    assert (parts.retry, parts.last_id) == (whole.retry, whole.last_id)


# Websockets -------------------------------------------------------------------------------------


def sockets() -> Starlette:
    async def talk(socket: Any) -> None:
        await socket.accept(subprotocol=(socket.scope["subprotocols"] or [None])[-1])
        await socket.send_json({name: socket.headers.get(name) for name in ("origin", "cookie")})
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                closes.append(message["code"])
                return
            if message.get("text") == "end":
                return await socket.close(4001, "enough")
            if message.get("text") == "fail":
                raise LookupError("no such room")
            await socket.send_bytes(message.get("bytes") or message["text"].encode())

    async def refuse(socket: Any) -> None:
        await socket.close()

    async def explain(socket: Any) -> None:
        await socket.send_denial_response(PlainTextResponse("Log in", 401))

    async def fail(socket: Any) -> None:
        raise LookupError("broken")

    routes = [("/talk", talk), ("/refuse", refuse), ("/explain", explain), ("/fail", fail)]
    return app_of(*(WebSocketRoute(path, handler) for path, handler in routes))


closes: list[int] = []


def test_a_websocket_carries_text_and_bytes() -> None:
    closes.clear()
    client = Client(sockets(), cookies={"sid": "1"})
    with client.websocket("/talk", subprotocols=["a", "b"]) as socket:
        assert socket.subprotocol == "b" and socket.is_open
        assert socket.receive() == '{"origin":"http://testserver","cookie":"sid=1"}'
        socket.send("hi")
        socket.send(b"\xff")
        assert (socket.receive(), socket.receive()) == (b"hi", b"\xff")
    assert closes == [1000] and socket.closed == (1000, "") and not socket.is_open


def test_a_page_that_is_left_closes_with_1001() -> None:
    closes.clear()
    socket = Client(sockets()).websocket("/talk").opened()
    socket.close(1001)
    assert closes == [1001]
    with pytest.raises(SocketClosed, match=r"closed with 1001"):
        socket.send("late")


def test_the_app_closes() -> None:
    with Client(sockets()).websocket("/talk") as socket:
        socket.receive()
        socket.send("end")
        with pytest.raises(SocketClosed) as caught:
            socket.receive()
    assert (caught.value.code, caught.value.reason) == (4001, "enough")


def test_the_app_fails() -> None:
    with Client(sockets()).websocket("/talk") as socket:
        socket.receive()
        socket.send("fail")
        with pytest.raises(SocketClosed, match="closed with 1011"):
            socket.receive()
    assert isinstance(socket.exception, LookupError)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/refuse", 403, ""),
        ("/explain", 401, "Log in"),
        ("/fail", 500, "Internal Server Error"),
        ("/nowhere", 403, ""),
    ],
)
def test_handshakes_are_refused(path: str, status: int, text: str) -> None:
    socket = Client(sockets()).websocket(path)
    with pytest.raises(SocketRefused, match=f"refused with {status}"):
        socket.opened()
    assert socket.refused is not None
    assert (socket.refused.status, socket.refused.text) == (status, text)
    assert socket.closed == (1006, "")


def test_silence_times_out() -> None:
    with Client(sockets()).websocket("/talk") as socket:
        socket.receive()
        with pytest.raises(TimeoutError, match="no message in 0.01 seconds"):
            socket.receive(timeout=0.01)


def test_a_dropped_socket_is_closed() -> None:
    closes.clear()
    socket = Client(sockets()).websocket("/talk").opened()
    del socket
    gc.collect()
    deadline = time.monotonic() + 5
    while not closes and time.monotonic() < deadline:
        time.sleep(0.005)
    assert closes == [1001]


# Test clients of Starlette's ----------------------------------------------------------------------


def visited_app(loops: list[Any]) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Any) -> Any:
        loops.append(asyncio.get_running_loop())
        yield {"loop": loops[-1]}

    async def page(request: Any) -> Response:
        same = asyncio.get_running_loop() is request.state.loop
        answer = PlainTextResponse(
            f"{request.cookies.get('n', '-')} {same} {request.headers['x-a']}"
        )
        answer.set_cookie("n", str(int(request.cookies.get("n", "0")) + 1))
        return answer

    return app_of(Route("/", page), lifespan=lifespan)


def test_cookies_are_shared_with_a_test_client() -> None:
    app = app_of(Route("/", lambda r: PlainTextResponse(r.headers.get("cookie", "-"))))
    theirs = TestClient(app, base_url="http://shop.example", cookies={"old": "1"})
    ours = client_of(theirs)
    assert ours.get("/").text == "old=1"
    ours.cookies.store("http://shop.example/", ["new=2"])
    assert "new=2" in theirs.get("/").text
    assert ours.base_url == "http://shop.example/" and client_of(ours) is ours


def test_inside_with_a_test_clients_loop_is_used() -> None:
    loops: list[Any] = []
    with TestClient(visited_app(loops), headers={"X-A": "mine"}) as theirs:
        ours = client_of(theirs)
        assert ours.get("/").text == "- True mine"
        assert theirs.get("/").text == "1 True mine"
        assert ours.get("/").text == "2 True mine"
    assert len(loops) == 1 and loops[0] is not event_loop()


def test_outside_of_with_the_lifespan_is_ours() -> None:
    loops: list[Any] = []
    app = visited_app(loops)
    with Client(app):
        ours = client_of(TestClient(app, headers={"X-A": "mine"}))
        assert ours.get("/").text == "- True mine"
    assert loops == [event_loop()]


# Other frameworks ---------------------------------------------------------------------------------


def test_fastapi() -> None:
    app = FastAPI()

    @app.get("/items/{item}")
    async def item(item: int, request: Request) -> dict[str, Any]:
        return {"item": item, "agent": "user-agent" in request.headers}

    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    client = Client(app)
    answer = client.get("/items/3")
    assert answer.text == '{"item":3,"agent":true}' and "item" in answer.route
    assert client.get("/items/x").status == 422
    with client.websocket("/ws") as ws:
        ws.send("hi")
        assert ws.receive() == "hi"


@pytest.fixture(scope="module")
def django_app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from django.conf import settings
    from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
    from django.middleware.csrf import get_token
    from django.urls import path

    names: Path = tmp_path_factory.mktemp("django")

    def form(request: Any) -> Any:
        if request.method == "POST":
            answer = HttpResponseRedirect("/")
            answer.set_cookie("title", request.POST["title"])
            return answer
        return HttpResponse(get_token(request) + " " + request.COOKIES.get("title", "-"))

    def fail(request: Any) -> Any:
        raise LookupError("no such todo")

    async def stream(request: Any) -> Any:
        async def parts() -> Any:
            yield "data: 1\n\n"
            await asyncio.sleep(0.002)
            yield "data: 2\n\n"

        return StreamingHttpResponse(parts(), content_type="text/event-stream")

    urls = type("urls", (), {"urlpatterns": [path("", form), path("e", fail), path("s", stream)]})
    settings.configure(
        SECRET_KEY="k" * 50,
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=urls,
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        FILE_UPLOAD_TEMP_DIR=str(names),
        LOGGING_CONFIG=None,
        DEBUG_PROPAGATE_EXCEPTIONS=False,
    )
    from django.core.asgi import get_asgi_application

    return get_asgi_application()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_django(django_app: Any) -> None:
    client = Client(django_app)
    token = client.get("/").text.split()[0]
    assert client.post("/", {"title": "x"}).status == 403
    fields = {"title": "milk", "csrfmiddlewaretoken": token}
    assert client.post("/", fields, follow=True).text.split()[1] == "milk"
    with client.stream("/s") as stream:
        assert [event.data for event in stream] == ["1", "2"]
    assert client.get("/e").status == 500


def test_an_answer_is_read_as_json() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b'{"a": ["\xc3\xa9"]}' if scope["path"] == "/json" else b"<p>no"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    client = Client(app)
    assert client.get("/json").json() == {"a": ["é"]}
    with pytest.raises(ValueError, match=r"is no JSON .* begins '<p>no'. Read it with .text"):
        client.get("/").json()


class _Meddling:
    """A lock; who waits for it comes at the moment in which it is free again."""

    def __init__(self, then: Any) -> None:
        self.lock, self.then = threading.Lock(), [then]

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *error: object) -> None:
        self.lock.release()
        while self.then:
            self.then.pop()()


def test_a_future_that_is_wanted_while_it_comes() -> None:
    outcome: Any = Outcome()
    wanted = []
    outcome._lock = _Meddling(lambda: wanted.append(outcome.future()))
    outcome.set("there")
    assert [one.result(0) for one in wanted] == ["there"] == [outcome.future().result(0)]
    outcome = Outcome()
    outcome._lock = _Meddling(lambda: outcome.set("there"))
    assert outcome.future().result(0) == "there"


def test_who_fails_at_an_answer_keeps_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    outcome: Any = Outcome()
    heard: list[str] = []
    outcome.then(lambda: heard.append("first") or 1 / 0)
    outcome.then(lambda: heard.append("second"))
    outcome.set("there")
    outcome.then(lambda: heard.append("third") or 1 / 0)
    assert heard == ["first", "second", "third"]
    told = [record.message for record in caplog.records]
    assert told == ["What was to be called when an answer is there has failed"] * 2
    caplog.clear()


def test_cleaning_up_may_ask_the_app() -> None:
    """Python may collect garbage wherever something is made, and run what asks the app then."""
    client = Client(ECHO)
    client.get("/")
    asked = []

    class Session:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            asked.append(client.get("/logout").status)

    before = gc.get_threshold()
    try:
        for often in range(2, 12):
            gc.set_threshold(often)
            for _ in range(20):
                Session()
                outcome: Any = Outcome()
                outcome.then(asked.clear)
                outcome.future()
    finally:
        gc.set_threshold(*before)
    gc.collect()
    assert set(asked) <= {200}


def test_who_is_to_be_told_is_told_once_and_not_kept() -> None:
    class Asking:
        told = 0

        def hear(self) -> None:
            self.told += 1

    outcome: Any = Outcome()
    asking = Asking()
    outcome.then(asking.hear)
    outcome.set(error=ValueError("no"))
    outcome.set("later")
    assert asking.told == 1
    kept = weakref.ref(asking)
    del asking
    assert kept() is None
    with pytest.raises(ValueError, match="no"):
        outcome.get()


def test_an_answer_keeps_nobody_who_asked() -> None:
    """What is over is given back to memory at once, without a search for cycles."""
    client = Client(ECHO)
    gc.collect()
    gc.disable()
    try:
        pending = client.start("GET", "/")
        assert pending.result().status == 200
        exchange = weakref.ref(pending._exchange)
        exchange().ended.result(5)
        pending_gone = weakref.ref(pending)
        del pending
        run(asyncio.sleep(0))
        assert pending_gone() is None
        run(asyncio.sleep(0))
        assert exchange() is None
    finally:
        gc.enable()


def test_nobody_has_to_wait_for_a_future() -> None:
    outcome: Any = Outcome()
    assert outcome.future().cancel()
    outcome.set("there")
    assert outcome.future().cancelled() and outcome.is_set


def test_an_app_around_a_handler_is_an_app() -> None:
    def handler(request: Any) -> str:
        return "never asked"

    @functools.wraps(handler)
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await JSONResponse("asked")(scope, receive, send)

    assert Client(app).get("/").text == '"asked"'

    @functools.wraps(app)
    def wrapped(request: Any) -> str:
        return "no app"

    with pytest.raises(TypeError, match=r"found handler\(request: "):
        Client(wrapped)
