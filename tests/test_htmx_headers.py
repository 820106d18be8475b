"""What a handler tells htmx, header by header, and that nothing else can get into one."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft.htmx import SWAP_STYLES
from fasthtml_nb.ft.tags import Div, P
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.htmx_headers import HtmxResponseHeaders, css_id
from fasthtml_nb.web.responses import FtResponse, HttpHeader, cookie
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

OPTIONS = list(inspect.signature(HtmxResponseHeaders).parameters)
TEXTS = [option for option in OPTIONS if option != "refresh"]
box = Div(id="box")


@pytest.mark.parametrize(
    ("option", "value", "name", "text"),
    [
        ("location", "/x", "HX-Location", "/x"),
        (
            "location",
            {"path": "/é", "target": box, "values": {"n": 1}, "push": False},
            "HX-Location",
            '{"path": "/%C3%A9", "target": "#box", "values": {"n": 1}, "push": false}',
        ),
        ("push_url", "/a?b=c d#e", "HX-Push-Url", "/a?b=c%20d#e"),
        ("push_url", "/a%20b", "HX-Push-Url", "/a%20b"),
        ("push_url", False, "HX-Push-Url", "false"),
        ("redirect", "https://x.example/", "HX-Redirect", "https://x.example/"),
        ("refresh", True, "HX-Refresh", "true"),
        ("replace_url", False, "HX-Replace-Url", "false"),
        ("replace_url", "/now", "HX-Replace-Url", "/now"),
        ("reswap", "outerHTML show:top", "HX-Reswap", "outerHTML show:top"),
        ("retarget", box, "HX-Retarget", "#box"),
        ("retarget", "closest tr", "HX-Retarget", "closest tr"),
        ("retarget", "#é", "HX-Retarget", r"#\e9 "),
        ("reselect", box, "HX-Reselect", "#box"),
        ("trigger", "a", "HX-Trigger", "a"),
        ("trigger", "a, b", "HX-Trigger", "a, b"),
        ("trigger", ("a", "b:c"), "HX-Trigger", "a, b:c"),
        (
            "trigger",
            {"a": None, "b": {"el": box}},
            "HX-Trigger",
            '{"a": null, "b": {"el": "#box"}}',
        ),
        ("trigger", '{"a": 1}', "HX-Trigger", '{"a": 1}'),
        ("trigger", "a b", "HX-Trigger", '{"a b": null}'),
        ("trigger", {"a": "x\r\ny"}, "HX-Trigger", '{"a": "x\\r\\ny"}'),
        ("trigger_after_settle", "a", "HX-Trigger-After-Settle", "a"),
        ("trigger_after_swap", "a", "HX-Trigger-After-Swap", "a"),
    ],
)
def test_each_option_is_a_header(option: str, value: Any, name: str, text: str) -> None:
    assert HtmxResponseHeaders(**{option: value}) == (HttpHeader(name, text),)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("retarget", P(), "retarget names an element by its id; this <p> has none"),
        ("push_url", True, "push_url is the address of a page; found 'True'"),
        ("redirect", False, "redirect is the address of a page; found 'False'"),
        ("redirect", "JavaScript:alert(1)", "redirect is the address of a page"),
        ("location", {"path": "data:text/html,x"}, "location is the address of a page"),
        ("location", {"target": "#a"}, "location needs the address to fetch"),
        ("refresh", "yes", "refresh is True or False; found 'yes'"),
        ("reswap", "outerHTML\r\nX: y", "reswap is sent in a header: one line of ASCII"),
        ("reswap", "é", "reswap is sent in a header"),
        ("reswap", "", "not empty"),
        ("retarget", "#a\nX: y", "retarget is sent in a header"),
        ("trigger", '{"a":\n1}', "trigger is sent in a header"),
        ("trigger", [], "not empty"),
        ("trigger", {"a": float("nan")}, "JSON"),
        ("redirect", "", "not empty"),
    ],
)
def test_what_no_header_can_say_is_refused(option: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HtmxResponseHeaders(**{option: value})


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(TypeError, match="retraget"):
        HtmxResponseHeaders(retraget="#a")  # type: ignore[call-arg]


@given(st.sampled_from(TEXTS), st.text())
def test_no_text_gets_out_of_its_header(option: str, text: str) -> None:
    try:
        headers = HtmxResponseHeaders(**{option: text})
    except ValueError:
        return
    assert all(header.v.isascii() and header.v.isprintable() for header in headers)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none(), min_size=1))
def test_events_arrive_with_their_details(events: dict[str, Any]) -> None:
    [header] = HtmxResponseHeaders(trigger=events)
    assert json.loads(header.v) == events and header.v.isascii()


@pytest.mark.parametrize("style", SWAP_STYLES)
def test_every_swap_style_may_be_asked_for(style: str) -> None:
    assert HtmxResponseHeaders(reswap=style)[0].v == style


def test_headers_survive_beside_each_other_and_cookies() -> None:
    app = FastHTML(secret_key="k")
    steer = {"retarget": box, "reswap": "none", "trigger": ["a", "b"], "refresh": True}

    @app.get("/view")
    def view():
        return P("x"), HtmxResponseHeaders(**steer), cookie("a", 1), cookie("b", 2)

    @app.get("/response")
    def response():
        cookies = cookie("a", 1), cookie("b", 2)
        return FtResponse(P("x"), 201), cookies, HtmxResponseHeaders(**steer)

    @app.get("/alone")
    def alone():
        return HtmxResponseHeaders(**steer)

    @app.get("/to")
    def to():
        return HtmxResponseHeaders(push_url=view, location={"path": view})

    client = TestClient(app)
    for path in ("/view", "/response", "/alone"):
        answer = client.get(path, headers={"HX-Request": "true"})
        found = {k: v for k, v in answer.headers.items() if k.startswith("hx-")}
        assert found == {
            "hx-retarget": "#box",
            "hx-reswap": "none",
            "hx-trigger": "a, b",
            "hx-refresh": "true",
        }
        assert answer.text == ("" if path == "/alone" else "<p>x</p>")
        assert len(answer.headers.get_list("set-cookie")) == (0 if path == "/alone" else 2)
    headers = client.get("/to").headers
    assert headers["hx-push-url"] == "/view" and headers["hx-location"] == '{"path": "/view"}'


ODD_IDS = ["box", "tea.2", "2nd", "-1", "-", "--x", "a b", "thé", "a:b", 'q"]', "🙂", "x\\y", "_"]


@pytest.mark.parametrize("htmx4", [False, True], ids=["htmx2", "htmx4"])
def test_htmx_does_as_it_is_told(browser: Any, local_assets: None, htmx4: bool) -> None:
    app = FastHTML(htmx4=htmx4, secret_key="k")

    @app.get("/")
    def index():
        ask = Div("ask", id="ask", hx_get="/steered", hx_swap="none")
        return ask, Div("old", id="tea.2"), *(Div(id=i, cls="odd") for i in ODD_IDS)

    @app.get("/steered")
    def steered():
        steer = HtmxResponseHeaders(
            retarget=Div(id="tea.2"),
            reswap="outerHTML",
            reselect="#new",
            push_url="/there?é=1",
            trigger={"counted": {"items": "3 €"}},
        )
        return Div("new", id="new"), Div("rest", id="rest"), steer

    with serving(app) as url, page_at(browser, url) as page:
        found = "s => [...document.querySelectorAll(s)].map(e => e.id)"
        assert [page.evaluate(found, css_id(i) + ".odd") for i in ODD_IDS] == [[i] for i in ODD_IDS]
        page.evaluate("addEventListener('counted', e => window.seen = e.detail.items)")
        page.click("#ask")
        page.wait_for_selector("#new")
        assert page.locator("#rest").count() == 0 and page.locator("#ask").count() == 1
        page.wait_for_function("window.seen === '3 €'")
        assert page.evaluate("location.pathname + location.search") == "/there?%C3%A9=1"
