"""Crawls: addresses that lead nowhere are found, and nothing is changed on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route

from fasthtml_nb.checks.crawl import addresses_of, crawl, is_routed
from fasthtml_nb.checks.dom import parse


def site(pages, **more):
    """Return an app whose pages are markup, and a list of the requests it got."""
    asked = []

    def answer(markup):
        def endpoint(request):
            asked.append(f"{request.method} {request.url.path}")
            return HTMLResponse(markup)

        return endpoint

    routes = [Route(path, answer(markup)) for path, markup in pages.items()]
    return Starlette(routes=[*routes, *more.get("routes", ())]), asked


ADDRESSES = [
    ('<a href="b?x=1#y">', [("GET", "http://x/a/b?x=1")]),
    ('<a href="#top"><a href="mailto:a@b.c"><a href="javascript:go()">', [("GET", "mailto:a@b.c")]),
    ("<form></form>", [("GET", "http://x/a/")]),
    ("<form method=post action=/b></form>", [("POST", "http://x/b")]),
    ("<form hx-post=/c></form>", [("POST", "http://x/c")]),
    (
        "<form method=post action=/b><button formaction=/d></form>",
        [("POST", "http://x/b"), ("POST", "http://x/d")],
    ),
    ("<i hx-get=/e></i><i data-hx-delete=f>", [("GET", "http://x/e"), ("DELETE", "http://x/a/f")]),
    ('<base href="/z/"><a href="b">', [("GET", "http://x/z/b")]),
    ("<iframe src=/map>", [("GET", "http://x/map")]),
    ("<img src=/cat.png>", []),
]


@pytest.mark.parametrize(("markup", "wanted"), ADDRESSES)
def test_addresses_of_a_page(markup, wanted):
    found = addresses_of(parse(markup), "http://x/a/")
    assert [(one.method, one.url) for one in found] == wanted


def test_files_are_asked_for_on_demand():
    markup = "<img src=/a><script src=/b></script><link rel=stylesheet href=/c>"
    found = addresses_of(parse(markup), "http://x/", files=True)
    assert [one.url for one in found] == ["http://x/a", "http://x/b", "http://x/c"]


def test_dead_links_are_told_with_the_page_and_the_element():
    app, _ = site({"/": "<a href=/two>2</a>", "/two": "<p>\n<a href=/none>x</a>"})
    [one] = crawl(app)
    assert (one.rule, one.page, one.line, one.element) == (
        "dead-link",
        "/two",
        2,
        '<a href="/none">',
    )


def test_what_would_change_something_is_never_done():
    def remove(request):
        raise AssertionError("performed")

    routes = [Route("/item/{id:int}", remove, methods=["DELETE"])]
    app, asked = site(
        {"/": "<i hx-delete=/item/1></i><i hx-delete=/item/x></i><i hx-put=/item/1></i>"},
        routes=routes,
    )
    said = [one.what for one in crawl(app)]
    assert said == ["No route takes PUT /item/1.", "No route takes DELETE /item/x."]
    assert asked == ["GET /"]


def test_each_address_is_asked_once_and_other_sites_never():
    app, asked = site(
        {
            "/": "<a href=/b>1</a><a href=/b#x>2</a><a href=http://example.com/>3</a>",
            "/b": "<a href=/>",
        }
    )
    assert crawl(app).ok
    assert asked == ["GET /", "GET /b"]


def test_exceptions_come_with_their_traceback():
    def fail(request):
        raise ZeroDivisionError("oh")

    app, _ = site({"/": "<a href=/fail>"}, routes=[Route("/fail", fail)])
    report = crawl(app)
    assert report.rules == ["exception"]
    with pytest.raises(AssertionError, match="ZeroDivisionError: oh"):
        report.raise_if_any()


def test_redirects_are_followed_and_text_is_no_page():
    routes = [
        Route("/old", lambda request: RedirectResponse("/new")),
        Route("/text", lambda request: PlainTextResponse("<a href=/none>")),
    ]
    app, asked = site({"/": "<a href=/old><a href=/text>", "/new": "<a href=/"}, routes=routes)
    assert crawl(app).ok
    assert asked == ["GET /", "GET /new"]


def test_the_limit_ends_a_site_without_end():
    def more(request):
        return HTMLResponse(f"<a href=/{int(request.path_params['n']) + 1}>x</a>")

    report = crawl(Starlette(routes=[Route("/{n:int}", more)]), "/0", limit=5)
    assert report.ok and "5 requests" in report.looked_at and "1 left out" in report.looked_at


def test_pages_are_looked_over_on_demand():
    app, _ = site({"/": "<html lang=en><title>x</title><img src=/a>"})
    assert crawl(app).ok
    assert [(one.rule, one.page) for one in crawl(app, audits=True)] == [("image-alt", "/")]


def test_mounted_routes_and_apps_without_routes():
    inner = Mount("/api", routes=[Route("/x", lambda request: None, methods=["POST"])])
    app = Starlette(routes=[inner])
    assert is_routed(app, "POST", "/api/x") is True
    assert is_routed(app, "POST", "/x") is False
    assert is_routed(object(), "POST", "/x") is None


@given(st.text(alphabet="<>/abhref=\"'# ?:.[]%\\", max_size=60))
def test_any_address_can_be_read(text):
    addresses_of(parse(f"<a href='{text}'><form action=\"{text}\">"), "http://x/")
