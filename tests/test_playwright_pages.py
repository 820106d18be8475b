"""Contexts, routes, further pages, file choosers, time limits: here as Playwright's in Chromium."""

from __future__ import annotations

import asyncio
import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fasthtml_nb.asgi.cookies import path_matches
from fasthtml_nb.asgi.loop import run
from fasthtml_nb.check import expect as ours
from fasthtml_nb.check import visit
from fasthtml_nb.web.pins import asset_content, find_asset

from .browser_support import RUNNERS, page_of

HTMX = "<script src=/htmx.js></script>"
PAGES = {
    "/": """<h1>Home</h1><a href=/basket>Basket</a> <a href=/basket target=_blank>Beside</a>
        <a href=/slow>Slow</a><form action=/said method=post target=_blank><input name=q value=tea>
        <button>Ask beside</button></form>""",
    "/basket": "<h1>Basket</h1>",
    "/live": HTMX + "<button hx-get=/part hx-target='#out'>Ask</button><div id=out></div>",
    "/waiting": HTMX
    + """<main hx-get=/ready hx-trigger='load delay:400ms'><select><option>a
        </select><input type=checkbox disabled><button disabled>Go</button></main>""",
    "/ready": """<select><option>a<option>b</select><input type=checkbox><button>Go</button>""",
    "/search": HTMX
    + """<main><input id=q name=q hx-get=/found hx-trigger='input once delay:20ms'
        hx-target=main></main><iframe src=/typing></iframe>""",
    "/typing": "<input aria-label=Inner>",
    "/found": "<input id=q name=q value=new>",
    "/upload": """<form action=/files method=post enctype=multipart/form-data>
        <label>Add a picture <input type=file name=f hidden></label>
        <input type=file name=g multiple aria-label=More><button>Send</button></form>""",
}


def shop() -> Starlette:
    """Return a small app that tells what it was asked."""

    async def said(request: Request) -> Response:
        told = {"method": request.method, "cookie": request.headers.get("cookie")}
        told |= {"x": request.headers.get("x-from"), "body": (await request.body()).decode()}
        told["referer"] = re.sub("^http://[^/]*", "", request.headers.get("referer") or "")
        return JSONResponse(told)

    async def slow(request: Request) -> Response:
        await asyncio.sleep(0.4)
        return HTMLResponse("<h1>Slow</h1>")

    async def files(request: Request) -> Response:
        async with request.form() as form:
            sent = [[key, file.filename] for key, file in form.multi_items()]  # type: ignore[union-attr]
        return HTMLResponse(f"<pre>{json.dumps(sent)}</pre>")

    async def login(request: Request) -> Response:
        answer = HTMLResponse("<h1>In</h1>")
        answer.set_cookie("session", "s1", httponly=True)
        answer.set_cookie("lang", "de", samesite="strict", path="/basket")
        return answer

    def script(request: Request) -> Response:
        return Response(asset_content(find_asset("htmx")), media_type="text/javascript")

    csv = {"content-disposition": "attachment; filename=list.csv"}
    return Starlette(
        routes=[
            *(Route(path, lambda _, text=text: HTMLResponse(text)) for path, text in PAGES.items()),
            Route("/htmx.js", script),
            Route("/said", said, methods=["GET", "POST", "PUT"]),
            Route("/slow", slow),
            Route("/files", files, methods=["POST"]),
            Route("/login", login),
            Route("/part", lambda _: HTMLResponse("<b>from the app</b>")),
            Route("/old", lambda _: RedirectResponse("/basket")),
            Route("/list", lambda _: Response("a,b", headers=csv)),
        ]
    )


@pytest.fixture(params=RUNNERS)
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return the first page of the shop, here or in Chromium."""
    with page_of(request.param, shop(), "/", request) as opened:
        yield opened


@pytest.fixture
def expect(page: Any) -> Any:
    """Return what goes with the page."""
    if type(page).__module__.startswith("fasthtml_nb"):
        return ours
    from playwright.sync_api import expect

    return expect


def test_what_is_waited_for_may_be_another_element(page: Any, expect: Any) -> None:
    page.goto("/waiting")
    assert page.locator("select").select_option("b") == ["b"]
    expect(page.locator("select")).to_have_value("b")
    page.goto("/waiting")
    page.locator("input").check()
    expect(page.locator("input")).to_be_checked()
    page.goto("/waiting")
    assert page.locator("select").select_option(index=1) == ["b"]
    page.locator("button").click()


def test_typing_goes_on_in_what_has_the_focus(page: Any, expect: Any) -> None:
    page.goto("/search")
    page.locator("#q").press_sequentially("abc", delay=150)
    expect(page.locator("#q:focus")).to_have_value(re.compile("c"))
    inner = page.frame_locator().get_by_label("Inner")
    inner.press_sequentially("xyz", delay=5)
    expect(inner).to_have_value("xyz")


def _names(cookies: list[dict[str, Any]]) -> list[str]:
    return sorted(one["name"] for one in cookies)


# What pages share ---------------------------------------------------------------------------------


def test_cookies_are_shown_as_playwright_writes_them(page: Any) -> None:
    page.goto("/login")
    home = page.url.removesuffix("/login")
    host = re.sub(r"^http://|:\d+$", "", home)
    same = {"domain": host, "expires": -1, "secure": False}
    assert sorted(page.context.cookies(), key=lambda one: one["name"]) == [
        {**same, "name": "lang", "value": "de", "path": "/basket"}
        | {"httpOnly": False, "sameSite": "Strict"},
        {**same, "name": "session", "value": "s1", "path": "/"}
        | {"httpOnly": True, "sameSite": "Lax"},
    ]
    assert _names(page.context.cookies(home)) == ["session"]
    assert _names(page.context.cookies([f"{home}/basket", home])) == ["lang", "session"]
    assert page.context.cookies("https://example.org/") == []


def test_cookies_are_put_in_and_taken_out(page: Any) -> None:
    context, home = page.context, page.url
    context.add_cookies([{"name": "a", "value": "1", "url": home}])
    host = re.sub(r"^http://|:\d+/$|/$", "", home)
    context.add_cookies([{"name": "b", "value": "2", "domain": host, "path": "/said"}])
    assert page.goto("/said").json()["cookie"] == "b=2; a=1"
    kept = context.cookies()
    context.clear_cookies(name=re.compile("^a"))
    assert _names(context.cookies()) == ["b"]
    context.clear_cookies(domain="elsewhere.example")
    assert _names(context.cookies()) == ["b"]
    context.clear_cookies()
    context.add_cookies(kept)
    assert page.goto("/said").json()["cookie"] == "b=2; a=1"
    context.add_cookies([{"name": "a", "value": "1", "url": home, "expires": 1}])
    assert _names(context.cookies()) == ["b"]


WRONG = [
    {"name": "a", "value": "1"},
    {"name": "a", "value": "1", "domain": "x.example"},
    {"name": "a", "value": "1", "url": "http://x.example", "domain": "x.example"},
    {"name": "a", "value": "1", "url": "about:blank"},
    {"name": "a", "value": "1", "url": "data:,x"},
    {"name": "a", "url": "http://x.example"},
    {"name": "a", "value": 1, "url": "http://x.example"},
    {"name": "a", "value": "1", "url": "http://x.example", "sameSite": "Odd"},
    {"name": "a", "value": "1", "url": "http://x.example", "expires": -5},
]


def test_cookies_that_make_no_sense_are_refused(page: Any) -> None:
    for wrong in WRONG:
        with pytest.raises(Exception, match=r"\w"):
            page.context.add_cookies([wrong])
    assert page.context.cookies() == []


def test_what_is_stored_can_be_put_back(page: Any, tmp_path: Path) -> None:
    page.goto("/login")
    state = page.context.storage_state(path=tmp_path / "state.json")
    assert _names(state["cookies"]) == ["lang", "session"] and state["origins"] == []
    assert json.loads((tmp_path / "state.json").read_text()) == state


def test_a_stored_state_takes_the_place_of_the_cookies(tmp_path: Path) -> None:
    page = visit(shop(), "/login")
    page.context.storage_state(path=tmp_path / "state.json")
    other = visit(shop(), cookies={"old": "1"})
    other.context.set_storage_state(tmp_path / "state.json")
    assert other.goto("/said").json()["cookie"] == "session=s1"


def test_a_second_page_has_the_same_visitor(page: Any) -> None:
    page.goto("/login")
    second = page.context.new_page()
    assert second.url == "about:blank" and page.context.pages == [page, second]
    answer = second.goto("/said")
    assert answer.json()["cookie"] == "session=s1"
    assert (page.title(), page.url.endswith("/login")) == ("", True)
    second.close()
    assert page.context.pages == [page] and second.context == page.context


def test_headers_of_the_context_and_of_a_page(page: Any) -> None:
    page.context.set_extra_http_headers({"X-From": "context"})
    second = page.context.new_page()
    assert second.goto("/said").json()["x"] == "context"
    page.set_extra_http_headers({"X-From": "page"})
    assert page.goto("/said").json()["x"] == "page"
    assert second.goto("/said").json()["x"] == "context"
    page.set_extra_http_headers({})
    assert page.goto("/said").json()["x"] == "context"
    second.close()


def test_without_a_network(page: Any) -> None:
    page.goto("/live")
    page.context.set_offline(True)
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.failure))
    with page.expect_event("requestfailed"):
        page.get_by_role("button").click()
    assert failed == ["net::ERR_INTERNET_DISCONNECTED"]
    with pytest.raises(Exception, match="net::ERR_INTERNET_DISCONNECTED"):
        page.goto("/basket")
    page.context.set_offline(False)
    assert page.goto("/basket").ok


def test_a_cookie_for_exactly_this_path_goes_there() -> None:
    assert path_matches("/basket", "/basket") and path_matches("/basket/1", "/basket")
    assert not path_matches("/baskets", "/basket") and not path_matches("/", "/basket")
    page = visit(shop(), "/login")
    page.goto("/basket")  # Had raised IndexError
    assert page.requests[-1].response.request.headers["cookie"] == "lang=de; session=s1"


# Pages of their own -------------------------------------------------------------------------------


def test_a_link_opens_a_page_of_its_own(page: Any) -> None:
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Beside").click()
    other = opened.value
    other.wait_for_load_state()
    assert other.url.endswith("/basket") and other.locator("h1").inner_text() == "Basket"
    assert page.locator("h1").inner_text() == "Home"
    assert other.opener() == page and page.opener() is None
    assert page.context.pages == [page, other]
    other.close()


def test_a_form_opens_a_page_of_its_own(page: Any) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("button").click()
    opened.value.wait_for_load_state()
    told = json.loads(opened.value.locator("body").inner_text())
    assert (told["method"], told["body"]) == ("POST", "q=tea")


def test_a_page_that_has_a_name_is_opened_once(page: Any) -> None:
    page.set_content("<a target=side href=/basket>Basket</a><a target=side href=/live>Live</a>")
    with page.expect_popup() as opened:
        page.get_by_text("Basket").click()
    opened.value.wait_for_url("**/basket")
    page.get_by_text("Live").click()
    opened.value.wait_for_url("**/live")
    assert page.context.pages == [page, opened.value]


def test_pages_that_are_opened_are_told_of(page: Any) -> None:
    told: list[str] = []
    page.on("popup", lambda other: told.append("popup"))
    with page.expect_event("popup"):
        page.get_by_role("link", name="Beside").click()
    assert told == ["popup"]
    with page.context.expect_page() as opened:
        page.context.new_page()
    assert opened.value.url == "about:blank"


def test_without_somebody_who_waits_a_page_of_its_own_is_only_noted() -> None:
    page = visit(shop())
    page.get_by_role("link", name="Beside").click()
    assert [one.partition("testserver")[2] for one in page.popups] == ["/basket"]
    assert len(page.requests) == 1 and page.context.pages == [page]


# Routes -------------------------------------------------------------------------------------------


def test_a_route_answers_in_place_of_the_app(page: Any) -> None:
    html = {"body": "<h1>Closed</h1>", "content_type": "text/html", "headers": {"x-a": "b"}}
    page.route("**/basket", lambda route: route.fulfill(status=503, **html))
    answer = page.goto("/basket")
    assert (answer.status, answer.headers["x-a"], answer.text()) == (503, "b", "<h1>Closed</h1>")
    assert answer.headers["content-type"] == "text/html"
    assert page.locator("h1").inner_text() == "Closed"
    page.unroute("**/basket")
    assert page.goto("/basket").status == 200


def test_a_route_answers_json_and_files(page: Any, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"n": 1}')
    page.route("**/value", lambda route: route.fulfill(json={"n": 2}))
    page.route("**/file", lambda route: route.fulfill(path=tmp_path / "one.json"))
    assert page.goto("/value").json() == {"n": 2}
    answer = page.goto("/file")
    assert (answer.json(), answer.headers["content-type"]) == ({"n": 1}, "application/json")


def test_routes_are_asked_from_the_newest_to_the_oldest(page: Any) -> None:
    asked: list[int] = []

    def first(route: Any) -> None:
        asked.append(1)
        route.continue_()

    def second(route: Any, request: Any) -> None:
        asked.append(2)
        assert request.url.endswith("/basket") and request == route.request
        route.fallback()

    page.route(re.compile("bask"), first)
    page.route(lambda url: url.endswith("/basket"), second)
    page.route("**/basket", lambda route: route.fulfill(body="once"), times=1)
    assert page.goto("/basket").text() == "once" and asked == []
    assert page.goto("/basket").ok and asked == [2, 1]
    page.unroute_all()
    assert page.goto("/basket").ok and asked == [2, 1]


def test_a_route_changes_what_is_asked(page: Any) -> None:
    def change(route: Any) -> None:
        headers = {**route.request.headers, "x-from": "route"}
        route.continue_(method="PUT", headers=headers, post_data="hello")

    page.route("**/said", change)
    told = page.goto("/said").json()
    assert (told["method"], told["x"], told["body"]) == ("PUT", "route", "hello")


def test_a_route_changes_what_is_answered(page: Any) -> None:
    def change(route: Any) -> None:
        answer = route.fetch()
        assert answer.status == 200 and answer.ok
        route.fulfill(response=answer, body=answer.text().replace("Basket", "Trolley"))

    page.route("**/basket", change)
    assert page.goto("/basket").status == 200
    assert page.locator("h1").inner_text() == "Trolley"


def test_a_route_is_not_asked_where_a_redirect_leads(page: Any) -> None:
    asked: list[str] = []

    def note(route: Any) -> None:
        asked.append(re.sub("^http://[^/]*", "", route.request.url))
        route.continue_()

    page.route("**/*", note)
    page.goto("/old")
    assert page.url.endswith("/basket") and asked[0] == "/old" and "/basket" not in asked


def test_a_request_fails(page: Any) -> None:
    failed: list[tuple[str, str]] = []
    page.goto("/live")
    page.on("requestfailed", lambda request: failed.append((request.url[-5:], request.failure)))
    page.route("**/part", lambda route: route.abort("connectionrefused"))
    with page.expect_event("requestfailed"):
        page.get_by_role("button").click()
    assert failed == [("/part", "net::ERR_CONNECTION_REFUSED")]
    assert page.locator("#out").inner_html() == ""
    page.route("**/basket", lambda route: route.abort())
    with pytest.raises(Exception, match="net::ERR_FAILED"):
        page.goto("/basket")


def test_a_request_is_held_and_the_page_shows_that_it_waits(page: Any, expect: Any) -> None:
    page.goto("/live")
    held: list[Any] = []
    page.route("**/part", lambda route: held.append(route))
    with page.expect_request("**/part"):
        page.get_by_role("button").click()
    expect(page.locator("#out")).to_be_empty()
    expect(page.get_by_role("button")).to_have_class("htmx-request")
    held[0].continue_()
    expect(page.locator("#out")).to_have_text("from the app")
    expect(page.get_by_role("button")).not_to_have_class("htmx-request")
    with pytest.raises(Exception, match="Route is already handled"):
        held[0].abort()


def test_a_route_answers_for_another_site(page: Any) -> None:
    html = {"content_type": "text/html"}
    page.route("https://pay.example/**", lambda route: route.fulfill(body="<h1>Pay</h1>", **html))
    assert page.goto("https://pay.example/1").status == 200
    page.goto("/")
    page.set_content("<a href=https://pay.example/2>Pay</a>")
    page.get_by_role("link").click()
    page.wait_for_url("https://pay.example/2")
    assert page.locator("h1").inner_text() == "Pay"


def test_a_route_leads_elsewhere(page: Any) -> None:
    page.route("**/gone", lambda route: route.fulfill(status=302, headers={"location": "/basket"}))
    answer = page.goto("/gone")
    assert answer.url == page.url and page.url.endswith("/basket")
    assert answer.request.redirected_from.response().status == 302


def test_what_a_route_tells_of_a_request(page: Any) -> None:
    told: list[Any] = []
    page.goto("/live")

    def note(route: Any) -> None:
        request = route.request
        headers = {name: request.headers.get(name) for name in ("hx-request", "hx-target")}
        told.append([headers, request.resource_type, request.is_navigation_request()])
        told.append("Mozilla" in request.headers["user-agent"])
        told.append(request.headers["referer"].endswith("/live"))
        route.fallback()

    page.route("**/part", note)
    page.get_by_role("button").click()
    page.wait_for_selector("#out b")
    said = [{"hx-request": "true", "hx-target": "out"}, "xhr", False]
    assert told == [said, True, True]


def test_routes_of_a_page_come_before_those_of_its_context(page: Any) -> None:
    page.route("**/basket", lambda route: route.fulfill(body="page"))
    page.context.route("**/basket", lambda route: route.fulfill(body="context"), times=1)
    assert page.goto("/basket").text() == "page"
    page.unroute_all()
    assert page.goto("/basket").text() == "context"
    assert page.goto("/basket").text() == PAGES["/basket"]


def test_a_route_ends_with_its_block(page: Any) -> None:
    with page.route("**/basket", lambda route: route.fulfill(body="shut")):
        assert page.goto("/basket").text() == "shut"
    assert page.goto("/basket").text() == PAGES["/basket"]


def test_routes_of_the_context_hold_for_each_page(page: Any) -> None:
    page.context.route("**/basket", lambda route: route.fulfill(body="shut"))
    second = page.context.new_page()
    assert second.goto("/basket").text() == page.goto("/basket").text() == "shut"
    page.context.unroute("**/basket")
    assert second.goto("/basket").text() == page.goto("/basket").text() == PAGES["/basket"]
    second.close()


def test_a_held_page_and_odd_routes_say_what_to_do() -> None:
    page = visit(shop())
    page.route("**/basket", lambda route: None)
    with pytest.raises(TimeoutError, match="Its route's handler has to say what becomes of it"):
        page.goto("/basket")
    with pytest.raises(TypeError, match="A route's handler is a function of the route, not 'x'"):
        page.route("**/basket", "x")
    page.route("**/basket", lambda route: route.abort("lost"))
    with pytest.raises(ValueError, match="No failure 'lost'. There are: aborted, access"):
        page.goto("/basket")


def test_a_held_request_does_not_hold_up_a_check_that_fails() -> None:
    page = visit(shop(), "/live")
    page.route("**/part", lambda route: None)
    page.get_by_role("button").click()
    with pytest.raises(AssertionError, match="from the app"):
        ours(page.locator("#out")).to_have_text("from the app", timeout=60_000)


def test_cookies_of_a_written_answer_are_kept() -> None:
    page = visit(shop())
    page.route("**/basket", lambda route: route.fulfill(headers={"Set-Cookie": "seen=1"}))
    page.goto("/basket")
    assert page.goto("/said").json()["cookie"] == "seen=1"


# Beside the page ----------------------------------------------------------------------------------


def test_the_app_is_asked_beside_the_page(page: Any, expect: Any) -> None:
    request = page.request
    assert request == page.context.request
    request.get("/login")
    told = request.post("/said", data={"n": [1, None]}, headers={"X-From": "check"}).json()
    assert told == {
        **{"method": "POST", "cookie": "session=s1", "x": "check"},
        **{"body": '{"n":[1,null]}', "referer": ""},
    }
    assert page.goto("/said").json()["cookie"] == "session=s1"
    assert request.fetch("/said", method="PUT", data="x").json()["body"] == "x"
    assert request.post("/said", form={"a": "x y", "b": True}).json()["body"] == "a=x+y&b=true"
    answer = request.get("/old", params={"a": 1})
    assert answer.url.endswith("/basket") and answer.text() == PAGES["/basket"]
    assert request.get("/old", max_redirects=0).status == 307
    expect(answer).to_be_ok()
    expect(request.get("/gone")).not_to_be_ok()
    with pytest.raises(Exception, match="404"):
        request.get("/gone", fail_on_status_code=True)
    with pytest.raises(Exception, match="20|0[.]02"):
        request.get("/slow", timeout=20)
    with pytest.raises(Exception, match="form"):
        request.post("/said", data="x", form={"a": "1"})
    assert page.url.endswith("/said")


def test_files_are_sent_beside_the_page(page: Any) -> None:
    file = {"name": "cat.png", "mimeType": "image/png", "buffer": b"x"}
    answer = page.request.post("/files", multipart={"f": file})
    assert answer.text() == '<pre>[["f", "cat.png"]]</pre>'
    answer.dispose()
    with pytest.raises(Exception, match="Response has been disposed"):
        answer.text()


def test_what_is_asked_beside_the_page_has_the_headers_of_the_context(page: Any) -> None:
    page.context.set_extra_http_headers({"X-From": "context"})
    page.set_extra_http_headers({"X-From": "page"})
    assert page.request.get("/said").json()["x"] == "context"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/said", lambda route: route.abort())
    assert page.request.get("/said").ok and asked == []


# Files --------------------------------------------------------------------------------------------


def test_a_label_opens_the_window_of_its_file_field(page: Any) -> None:
    page.goto("/upload")
    file = {"name": "cat.png", "mimeType": "image/png", "buffer": b"x"}
    with page.expect_file_chooser() as chosen:
        page.get_by_text("Add a picture").click()
    assert not chosen.value.is_multiple() and chosen.value.page == page
    chosen.value.set_files(file)
    with page.expect_file_chooser() as chosen:
        page.get_by_label("More").click()
    assert chosen.value.is_multiple()
    chosen.value.set_files([file, {**file, "name": "dog.png"}])
    page.get_by_role("button", name="Send").click()
    sent = [["f", "cat.png"], ["g", "cat.png"], ["g", "dog.png"]]
    page.wait_for_url("**/files")
    assert json.loads(page.locator("pre").inner_text()) == sent


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_opens_the_window_of_a_file_field(page: Any, key: str) -> None:
    page.set_content("<form action=/basket><input type=file><button>Go</button></form>")
    with page.expect_file_chooser() as chosen:
        page.locator("input").press(key)
    assert not chosen.value.is_multiple() and page.url.endswith("/")


def test_a_file_field_in_a_frame_opens_its_window() -> None:
    page = visit(shop())
    page.set_content("<iframe src=/upload></iframe>")
    frame = page.frame_locator("iframe")
    with page.expect_file_chooser() as chosen:
        frame.get_by_label("More").click()
    chosen.value.set_files({"name": "cat.png", "mimeType": "image/png", "buffer": b"x"})
    assert frame.get_by_label("More").input_value() == "C:\\fakepath\\cat.png"


def test_a_download_is_on_the_disk_while_somebody_asks(page: Any) -> None:
    page.set_content("<a href=/list>List</a>")
    with page.expect_download() as offered:
        page.get_by_role("link").click()
    path = Path(offered.value.path())
    assert path.read_text() == "a,b"
    offered.value.delete()
    assert not path.exists()


def test_the_file_of_a_download_goes_with_its_page() -> None:
    page = visit(shop())
    page.set_content("<a href=/list>List</a>")
    page.get_by_role("link").click()
    path = page.downloads[0].path()
    assert page.downloads[0].path() == path and path.name == "list.csv"
    del page
    for _ in range(100):  # The loop's thread may still have the answer in its hands
        gc.collect()
        if not path.parent.exists():
            break
        run(asyncio.sleep(0.01))
    assert not path.parent.exists()


# Time limits, headers, events ---------------------------------------------------------------------


def test_a_page_that_does_not_come_is_given_up(page: Any) -> None:
    page.set_default_navigation_timeout(50)
    assert page.goto("/slow", timeout=0).ok
    with pytest.raises(Exception, match="40 ?ms") as failure:
        page.goto("/slow", timeout=40)
    assert type(failure.value).__name__ == "TimeoutError"


def test_the_limit_of_pages_alone_counts_more(page: Any) -> None:
    page.set_default_navigation_timeout(50)
    page.set_default_timeout(20_000)
    with pytest.raises(Exception, match="50 ?ms"):
        page.goto("/slow")


def test_the_limit_of_actions_is_the_limit_of_pages(page: Any) -> None:
    page.set_default_timeout(50)
    with pytest.raises(Exception, match="50 ?ms"):
        page.goto("/slow")


def test_a_referer_is_sent_as_it_was_given_and_again(page: Any) -> None:
    answer = page.goto("/said", referer="http://example.org/a?b=1")
    assert answer.request.header_value("referer") == "http://example.org/a?b=1"
    page.goto("/")
    page.get_by_text("Basket").click()
    page.wait_for_url("**/basket")
    home = page.url.removesuffix("basket")
    assert page.reload().request.all_headers()["referer"] == home
    page.goto("/slow")
    assert page.go_back().request.all_headers()["referer"] == home


def test_cookies_of_an_answer_stand_on_a_line_each(page: Any) -> None:
    lines = page.goto("/login").all_headers()["set-cookie"].splitlines()
    assert [one.partition("=")[0] for one in lines] == ["session", "lang"]


def test_listeners_get_as_much_as_they_take(page: Any) -> None:
    told: list[Any] = []
    page.on("load", lambda: told.append("loaded"))
    page.on("load", lambda about: told.append(about))
    page.once("load", lambda *about: told.append(len(about)))
    page.goto("/basket")
    assert told == ["loaded", page, 1]


def test_a_dialog_is_answered_once(page: Any) -> None:
    page.set_content("<p>x</p>")
    page.goto("/live")
    page.route(
        "**/live",
        lambda route: route.fulfill(
            body=PAGES["/live"].replace("<button", "<button hx-confirm=Sure?"),
            content_type="text/html",
        ),
    )
    page.goto("/live")
    wrong: list[str] = []

    def answer(dialog: Any) -> None:
        dialog.accept()
        with pytest.raises(Exception, match="already handled") as failure:
            dialog.dismiss()
        wrong.append(str(failure.value))

    page.on("dialog", answer)
    page.get_by_role("button").click()
    page.wait_for_selector("#out b")
    assert len(wrong) == 1


def test_a_selector_is_waited_for(page: Any) -> None:
    page.goto("/live")
    page.get_by_role("button").click()
    assert page.wait_for_selector("#out b").inner_text() == "from the app"
    assert page.wait_for_selector("#none", state="detached") is None
    assert page.wait_for_selector("button", strict=True, state="attached").is_visible()
    with pytest.raises(Exception, match="none"):
        page.wait_for_selector("#none", timeout=50)


# A visitor's own headers and cookies, and what makes no sense ------------------------------------


def mirror(**visiting: Any) -> Any:
    """Visit an app that tells the headers it was sent, and the address behind redirects."""

    async def tell(request: Request) -> Response:
        return JSONResponse({**request.headers, "query": request.url.query})

    async def around(request: Request) -> Response:
        steps.append(n := int(request.path_params["n"]))
        return RedirectResponse(f"/around/{n + 1}" if n < 9 else "/")

    async def odd(request: Request) -> Response:
        return Response(headers={"set-cookie": "odd=a\tb; SameSite=Sometimes"})

    steps: list[int] = []
    routes = [Route("/", tell), Route("/around/{n}", around), Route("/odd", odd)]
    app = Starlette(routes=routes)
    app.state.steps = steps
    return visit(app, **visiting)


def test_what_is_asked_beside_the_page_has_the_visitors_own_accept_and_language() -> None:
    page = mirror()
    page.context.set_extra_http_headers({"Accept-Language": "de", "Accept": "application/json"})
    said = page.request.get("/").json()
    assert (said["accept"], said["accept-language"]) == ("application/json", "de")
    said = page.request.get("/", headers={"Accept": "text/plain"}).json()
    assert (said["accept"], said["accept-language"]) == ("text/plain", "de")
    page.context.set_extra_http_headers({})
    said = page.request.get("/").json()
    assert said["accept"] == "*/*" and "accept-language" not in said


def test_headers_that_were_covered_come_back() -> None:
    page = mirror(headers={"X-From": "visitor"})
    page.set_extra_http_headers({"X-From": "page"})
    assert page.goto("/").json()["x-from"] == "page"
    assert page.request.get("/").json()["x-from"] == "visitor"
    assert page.context.new_page().goto("/").json()["x-from"] == "visitor"
    page.set_extra_http_headers({"X-From": "page again"})
    page.context.set_extra_http_headers({"X-From": "context"})
    assert page.request.get("/").json()["x-from"] == "context"
    page.set_extra_http_headers({})
    assert page.goto("/").json()["x-from"] == "context"
    page.context.set_extra_http_headers({})
    assert page.goto("/").json()["x-from"] == "visitor"
    assert page.context.new_page().goto("/").json()["x-from"] == "visitor"


def test_headers_of_the_context_are_texts() -> None:
    page = mirror()
    page.context.set_extra_http_headers({"X-A": "1"})
    with pytest.raises(TypeError, match="A header's value is a str, not X-A=2"):
        page.context.set_extra_http_headers({"X-A": 2})
    assert page.goto("/").json()["x-a"] == "1"


def test_an_answer_from_beside_the_page_is_one_to_begin_with() -> None:
    page = visit(shop())
    answer = page.request.get("/basket")
    page.route("**/basket", lambda route: route.fulfill(response=answer, status=201))
    got = page.goto("/basket")
    assert (got.status, page.locator("h1").inner_text()) == (201, "Basket")


def test_parameters_stand_before_the_fragment() -> None:
    page = mirror()
    assert page.request.get("/#x", params={"a": 1}).json()["query"] == "a=1"
    assert page.request.get("/?b=?#x?", params={"a": 1}).json()["query"] == "b=?&a=1"


def test_no_more_redirects_are_followed_than_allowed() -> None:
    page = mirror()
    steps = page.tab.client.app.state.steps
    with pytest.raises(RuntimeError, match="Max redirect count exceeded"):
        page.request.get("/around/1", max_redirects=2)
    assert steps == [1, 2, 3]
    assert page.request.get("/around/8", max_redirects=2).url == "http://testserver/"
    assert page.request.get("/around/8", max_redirects=0).status == 307


def test_a_cookie_with_an_odd_same_site_can_be_stored() -> None:
    page = mirror(url="/odd")
    state = page.context.storage_state()
    assert [(one["value"], one["sameSite"]) for one in state["cookies"]] == [("a\tb", "Lax")]
    page.context.set_storage_state(state)
    assert page.context.storage_state() == state


def test_of_several_cookies_all_are_put_in_or_none() -> None:
    page = visit(shop(), "/login")
    kept, good = page.context.cookies(), {"name": "a", "value": "1", "url": page.url}
    bad = {**good, "sameSite": "Odd"}
    with pytest.raises(ValueError, match="sameSite"):
        page.context.add_cookies([good, bad])
    with pytest.raises(ValueError, match="sameSite"):
        page.context.set_storage_state({"cookies": [good, bad]})
    assert page.context.cookies() == kept


def test_expired_cookies_are_not_shown() -> None:
    page, now = visit(shop()), [1000.0]
    page.tab.client.cookies.now = lambda: now[0]
    place = {"url": page.url, "value": "1"}
    page.context.add_cookies([{**place, "name": "a", "expires": 1010}, {**place, "name": "b"}])
    assert _names(page.context.cookies()) == ["a", "b"]
    now[0] = 1010.0
    assert _names(page.context.cookies()) == ["b"]
    assert _names(page.context.storage_state()["cookies"]) == ["b"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("a", "1; admin=1"), ("a", "1\r\nX: y"), ("a;b", "1"), ("a=b", "1"), ("a\x00", "1")],
)
def test_a_cookie_is_no_way_to_write_a_header(name: str, value: str) -> None:
    page = visit(shop())
    with pytest.raises(ValueError, match="cannot have"):
        page.context.add_cookies([{"name": name, "value": value, "url": page.url}])
    assert page.context.cookies() == []


def test_where_a_cookie_belongs_and_how_long() -> None:
    page = visit(shop())
    page.context.add_cookies(
        [
            {"name": "a", "value": "x=1", "domain": "::1", "path": "/", "expires": None},
            {"name": "b", "value": "2", "domain": "[::1]", "path": "/"},
            {"name": "c", "value": "3", "url": "http://[::1]:8000/"},
        ]
    )
    cookies = page.context.cookies("http://[::1]/")
    assert [(one["value"], one["domain"], one["expires"]) for one in cookies] == [
        ("x=1", "::1", -1),
        ("2", "::1", -1),
        ("3", "::1", -1),
    ]
    with pytest.raises(ValueError, match=r"'http://\[x' can not have a cookie 'd'"):
        page.context.add_cookies([{"name": "d", "value": "4", "url": "http://[x"}])


@pytest.mark.parametrize("pattern", ["**/y}", "/a/{b,c"])
def test_a_pattern_that_is_none_is_refused_where_it_is_given(pattern: str) -> None:
    page = visit(shop())
    for owner in (page, page.context):
        with pytest.raises(ValueError, match="is no pattern of addresses"):
            owner.route(pattern, lambda route: route.abort())
    assert page.goto("/basket").ok


def test_a_page_that_leads_to_its_own_name_is_not_its_own_opener() -> None:
    page = visit(shop())
    page.set_content("<a target=side href=/live>Side</a>")
    with page.expect_popup() as opened:
        page.get_by_text("Side").click()
    side = opened.value
    assert side.opener() is page
    at = []
    side.set_content(
        "<a target=side href=/basket>Self</a><form target=side method=post action=/said>"
        "<input name=q value=tea><button>Send</button></form>"
    )
    side.on("request", lambda request: at.append(side.url))
    side.get_by_text("Self").click()
    assert side.url.endswith("/basket") and side.opener() is page and len(at) == 1
    side.go_back()
    side.set_content(
        "<form target=side method=post action=/said><input name=q value=tea><button>Send</button>"
    )
    side.get_by_role("button").click()
    told = json.loads(side.locator("body").inner_text())
    assert (told["method"], told["body"], side.opener()) == ("POST", "q=tea", page)
    assert page.context.pages == [page, side]


def test_closed_pages_are_forgotten_when_another_opens() -> None:
    page = visit(shop())
    for _ in range(3):
        page.context.opened(lambda other: None, "side").close()
    last = page.context.new_page()
    assert page.context._pages == [page, last] and page.context._named == {}
