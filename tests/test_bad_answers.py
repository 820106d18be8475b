"""Odd answers, addresses and listeners of a check: the page goes on, and nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.asgi.cookies import Cookies
from fasthtml_nb.asgi.events import EventParser
from fasthtml_nb.asgi.requests import join_url
from fasthtml_nb.check import expect, visit

from .htmx_truth.record import VERSIONS

LOADS = f'<!doctype html><script src="/htmx.org@{VERSIONS[2]}/htmx.min.js"></script>'
NO_ADDRESSES = [
    "http://[x",
    "http://testserver:99999/",
    "http://testserver:abc/",
    "http://" + "a" * 70 + "é.x/",
]


def app(**pages: Any) -> Starlette:
    async def page(request: Request) -> Response:
        found = pages[request.url.path.strip("/") or "index"]
        answer = await found(request) if callable(found) else found
        return answer if isinstance(answer, Response) else HTMLResponse(answer)

    return Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])])


# Listeners and handlers of a check that raise -----------------------------------------------------

ASKS = LOADS + '<button hx-get="/part" hx-target="#out">Ask</button><div id=out></div>'


def test_what_a_handler_raised_about_has_failed_and_the_next_is_asked() -> None:
    page, asked = visit(app(index=ASKS, part="<p>part")), []

    def see(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            raise AssertionError("not this")
        route.continue_()

    page.route("**/part", see)
    with pytest.raises(AssertionError, match="not this"):
        page.get_by_role("button").click()
    page.get_by_role("button").click()
    assert len(asked) == 2 and page.requests()[1].failure == "net::ERR_FAILED"
    expect(page.locator("#out")).to_have_text("part")


@pytest.mark.parametrize("path", ["/part", "/led"])
def test_an_answer_is_told_once_and_swapped_whatever_a_listener_raises(path: str) -> None:
    async def led(request: Request) -> Response:
        return RedirectResponse("/part")

    page, told = visit(app(index=ASKS.replace("/part", path), part="<p>part", led=led)), []

    def hear(response: Any) -> None:
        told.append(response.url)
        if len(told) == 1:
            raise AssertionError("mine")

    page.on("response", hear)
    with pytest.raises(AssertionError, match="mine"):
        page.get_by_role("button").click()
    assert page.locator("#out").inner_text() == "part"
    page.get_by_role("button").click()
    assert [one.url.rpartition("/")[2] for one in page.requests()[1:]] == (
        ["part"] * 2 if path == "/part" else ["led", "part"] * 2
    )
    assert told[-1].endswith("/part") and len(told) == (2 if path == "/part" else 3)


def test_no_limit_is_a_wait_as_long_as_it_takes() -> None:
    async def slow(request: Request) -> str:
        await asyncio.sleep(1.2)  # Longer than an action waits
        return "<p>late"

    page = visit(app(index=ASKS, part=slow))
    page.set_default_timeout(0)
    page.get_by_role("button").click()
    page.locator("#out p").wait_for()


def test_a_written_redirect_of_a_form_leaves_its_type_behind() -> None:
    seen: list[str | None] = []

    async def goal(request: Request) -> str:
        seen.append(request.headers.get("content-type"))
        return "there"

    page = visit(app(index="<form method=post action=/go><button>Go</button></form>", goal=goal))
    page.route("**/go", lambda route: route.fulfill(status=303, headers={"location": "/goal"}))
    page.get_by_role("button").click()
    assert seen == [None] and page.url.endswith("/goal")


# Answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "lasts"), [("9" * 5000, 400), ("0" * 5000 + "86400", 1), ("-" + "9" * 5000, None)]
)
def test_a_cookie_of_a_very_long_life(said: str, lasts: int | None) -> None:
    cookies = Cookies(now=lambda: 1000.0)
    cookies.store("http://testserver/", [f"a=1; Max-Age={said}"])
    assert [one.expires for one in cookies.jar] == ([] if lasts is None else [1000 + lasts * 86400])


def test_the_head_of_an_answer_is_told_whatever_its_cookies_are() -> None:
    async def odd(request: Request) -> Response:
        answer = PlainTextResponse("x")
        answer.headers.append("set-cookie", "a=1; Max-Age=" + "9" * 5000)
        return answer

    with Client(app(index=odd)).stream("/") as stream:
        assert stream.status == 200
    assert Client(app(index=odd)).get("/").exception is None


def test_a_pause_between_streams_of_a_number_that_is_none() -> None:
    parser = EventParser()
    events = parser.feed(b"retry: " + b"9" * 5000 + b"\ndata: x\n\n")
    assert [one.data for one in events] == ["x"] and parser.retry is None


@pytest.mark.parametrize("name", ["..", "a%00b.txt", "x" * 300 + ".csv", "%2e%2e%2f"])
def test_every_name_of_a_download_is_one_for_a_disk(name: str) -> None:
    async def offer(request: Request) -> Response:
        told = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(b"a,b", headers=told)

    page = visit(app(index="<a href=/offer>List</a>", offer=offer))
    page.get_by_role("link").click()
    path = page.downloads[0].path()
    assert path.read_bytes() == b"a,b" and path.suffix in ("", ".txt", ".csv")
    page.downloads[0].delete()


# Addresses that are none --------------------------------------------------------------------------


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_leads_nowhere(address: str) -> None:
    assert join_url("http://testserver/", address).startswith("invalid:")
    page = visit(app(index=f'<a href="{address}">Away</a><form action="{address}"><button>Go'))
    page.get_by_role("link").click()
    assert page.url == "http://testserver/"
    based = visit(app(index=f'<base href="{address}"><a href=/next>Next</a>', next="<h1>Next"))
    based.get_by_role("link").click()
    expect(based.get_by_role("heading")).to_have_text("Next")
    asking = visit(app(index=LOADS + f'<button hx-get="{address}">Ask</button>'))
    asking.get_by_role("button").click()
    assert asking.get_by_role("button").inner_text() == "Ask"
    with pytest.raises(ValueError, match="is not the app's"):
        page.goto(address)


@pytest.mark.parametrize("address", NO_ADDRESSES[:3])
def test_a_redirect_to_what_is_no_address_is_an_answer_like_another(address: str) -> None:
    async def away(request: Request) -> Response:
        return Response("gone", 302, {"location": address})

    assert Client(app(index=away)).get("/", follow=True).status == 302


# What a check gives, of another kind --------------------------------------------------------------


def test_a_request_beside_the_page_has_limits_as_all_others() -> None:
    page = visit(app(index="Home"))
    assert page.request.get("/", timeout=float("inf")).ok and page.request.get("/", timeout=0).ok
    assert Client(app(index="Home")).get("/", timeout=float("inf")).status == 200
    with pytest.raises(TypeError, match="A time is a number of milliseconds"):
        page.request.get("/", timeout="soon")


@pytest.mark.parametrize(
    ("headers", "said"), [({"x": 5}, "A header's value is a str"), ({"x": "a\r\nb: c"}, "one line")]
)
def test_headers_of_a_check_are_texts_of_one_line(headers: Any, said: str) -> None:
    page = visit(app(index=ASKS, part="<p>part"))
    with pytest.raises((TypeError, ValueError), match=said):
        page.request.get("/", headers=headers)
    for set_them in (page.set_extra_http_headers, page.context.set_extra_http_headers):
        with pytest.raises((TypeError, ValueError), match=said):
            set_them(headers)
    page.route("**/part", lambda route: route.continue_(headers=headers))
    with pytest.raises((TypeError, ValueError), match=said):
        page.get_by_role("button").click()


def test_what_else_a_check_may_mistake() -> None:
    page = visit(app(index=ASKS, part="<p>part"))
    with pytest.raises(TypeError, match="params are a dict or a text such as"):
        page.request.get("/", params=[("a", 1)])
    with pytest.raises(TypeError, match="Cookies are a list of dicts"):
        page.context.add_cookies({"name": "a"})
    for status in ("abc", 99999, True):
        page.route("**/part", lambda route, status=status: route.fulfill(status=status), times=1)
        with pytest.raises(ValueError, match="A status is a whole number from 100 to 999"):
            page.get_by_role("button").click()
    with pytest.raises(ValueError, match="is no pattern of addresses"):
        page.wait_for_url("**/y}")


def test_a_route_leads_to_a_path_of_the_app() -> None:
    page = visit(app(index=ASKS, part="<p>part", other="<p>other"))
    page.route("**/part", lambda route: route.continue_(url="/other"))
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("other")


def test_cookies_of_a_written_answer_stand_on_a_line_each() -> None:
    page = visit(app(index="Home"))
    page.route("**/in", lambda route: route.fulfill(headers={"Set-Cookie": "a=1\nb=2"}, body="in"))
    page.goto("/in")
    assert [(one["name"], one["value"]) for one in page.context.cookies()] == [
        ("a", "1"),
        ("b", "2"),
    ]


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1", "x"])
def test_numbers_in_markup_of_any_length_and_kind(number: str) -> None:
    page = visit(
        app(
            index=f"<select size='{number}'><option>a<option>b</select>"
            f"<textarea rows='{number}' maxlength='{number}'>a</textarea>"
            f"<div role=heading aria-level='{number}'>H</div><i tabindex='{number}'>i</i>"
        )
    )
    page.get_by_role("textbox").press("PageDown")
    page.get_by_role("textbox").fill("ab")
    is_long = number.isascii() and number.isdigit()
    expect(page.get_by_role("listbox")).to_have_count(1 if is_long else 0)
    expect(page.get_by_role("heading", name="H")).to_have_count(1)
    assert "a\nb" in page.get_by_role("listbox" if is_long else "combobox").inner_text()


def test_a_style_is_read_in_one_way() -> None:
    page = visit(app(index="<p style=\"background:url('a;display:none;b')\">Seen</p>"))
    expect(page.get_by_role("paragraph")).to_have_text("Seen")
