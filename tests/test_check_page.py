"""A page without a browser does what Playwright's does in one, name by name and step by step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from fasthtml_nb.checks import page_seen
from fasthtml_nb.checks.controls import choose
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.expect import expect
from fasthtml_nb.checks.failures import CheckFailure, ClosedError, NotReadyError
from fasthtml_nb.checks.locator import Locators
from fasthtml_nb.checks.page import Page, visit
from fasthtml_nb.checks.page_parts import PAGE
from fasthtml_nb.checks.page_seen import as_seen
from fasthtml_nb.checks.unsupported import UnsupportedError

from .apps import pages
from .browser_support import page_at, serving

# The same journeys here and in Chromium ----------------------------------------------------------


def path(page: Any) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def state(page: Any) -> list[Any]:
    """Return what a visitor sees; a browser may know its new address before the title."""
    page.wait_for_load_state()
    return [path(page), page.title(), " ".join(page.locator("body").inner_text().split())]


def links(page: Any) -> Any:
    page.goto("/")
    page.get_by_role("link", name="Two").click()
    first = state(page)
    page.get_by_role("link", name="Three").click()
    second = state(page)
    page.go_back()
    page.go_back()
    third = state(page)
    page.go_forward()
    return first, second, third, state(page)


def fragments(page: Any) -> Any:
    page.goto("/")
    page.get_by_role("link", name="Here").click()
    here = state(page)
    page.get_by_role("link", name="Part").click()
    part = path(page)
    page.go_back()
    back = path(page)
    page.go_back()
    return here, part, back, path(page)


def odd_links(page: Any) -> Any:
    page.goto("/")
    page.get_by_text("Nowhere").click()
    nowhere = path(page)
    page.get_by_role("link", name="Query").click()
    query = state(page)
    page.get_by_role("link", name="Old").click()
    return nowhere, query, state(page)


def missing(page: Any) -> Any:
    answer = page.goto("/gone")
    return answer.status, answer.ok, answer.status_text, state(page)


def answers(page: Any) -> Any:
    answer = page.goto("/two")
    return answer.status, answer.ok, answer.headers["content-type"], answer.request.method


def same_place(page: Any) -> Any:
    page.goto("/two")
    jumped = page.goto("/two#part")
    again = page.goto("/two#part")
    reloaded = page.reload()
    return jumped, again, reloaded.status, path(page)


def back_after_a_reload(page: Any) -> Any:
    page.goto("/two")
    page.goto("/two#part")
    page.reload()
    return page.go_back(), path(page), page.go_forward(), path(page)


def get_form(page: Any) -> Any:
    page.goto("/form")
    page.get_by_label("A").fill("1 & 2")
    page.get_by_role("button").click()
    stopped = path(page)
    page.get_by_label("B").fill("b")
    page.get_by_role("button").click()
    return stopped, state(page)


def enter(page: Any) -> Any:
    page.goto("/form")
    page.get_by_label("B").fill("x")
    page.get_by_label("B").press("Enter")
    return state(page)


def post_form(page: Any) -> Any:
    page.goto("/post")
    page.get_by_label("A").fill("ä")
    page.get_by_label("C").check()
    page.get_by_label("S").select_option("y")
    page.get_by_label("T").fill("one\ntwo")
    page.get_by_role("button", name="Send").click()
    return state(page)


def other_button(page: Any) -> Any:
    page.goto("/post")
    page.get_by_label("A").fill("x")
    page.get_by_role("button", name="Reset").click()
    empty = page.get_by_label("A").input_value()
    page.get_by_role("button", name="Other").click()
    return empty, state(page)


def upload(page: Any) -> Any:
    page.goto("/upload")
    page.get_by_label("File").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    page.get_by_role("button", name="Send").click()
    return state(page)


def keyboard(page: Any) -> Any:
    page.goto("/post")
    for key in ("Tab", "a", "b", "Backspace", "Tab", "Space", "Tab", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.type("x y")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return state(page)


def unfold(page: Any) -> Any:
    page.goto("/details")
    page.get_by_text("More").click()
    shown = page.get_by_text("text").is_visible()
    page.get_by_text("More").click()
    hidden = page.locator("p").is_visible()
    return shown, hidden


def dialog_element(page: Any) -> Any:
    page.goto("/details")
    page.get_by_role("button", name="Open").click()
    shown = page.locator("dialog").is_visible()
    page.get_by_role("button", name="Close").click()
    return shown, page.locator("dialog").is_visible()


def nothing(page: Any) -> Any:
    page.goto("/nothing")
    page.get_by_role("link", name="Nothing").click()
    return state(page)


def based(page: Any) -> Any:
    page.goto("/deep/based")
    page.get_by_role("button").click()
    first = state(page)[:2]
    page.goto("/deep/based")
    page.get_by_role("link").click()
    return first, state(page)


def refreshed(page: Any) -> Any:
    page.goto("/refresh")
    page.wait_for_url("**/two")
    return state(page)


def cookies(page: Any) -> Any:
    page.goto("/counted")
    page.get_by_role("link").click()
    page.reload()
    return state(page)


def texts(page: Any) -> Any:
    page.goto("/text")
    plain = page.locator("pre").text_content()
    page.goto("/json")
    return plain, page.locator("pre").text_content()


def slow(page: Any) -> Any:
    page.goto("/slow")
    page.goto("/two")
    return state(page)


def focus(page: Any) -> Any:
    page.goto("/focus")
    page.keyboard.type("x")
    page.get_by_label("A").focus()
    page.keyboard.type("y")
    page.keyboard.press("Tab")
    page.keyboard.type("z")
    return [one.input_value() for one in page.get_by_role("textbox").all()]


def selectors(page: Any) -> Any:
    page.goto("/post")
    page.fill("[name=a]", "x")
    page.check("[name=c]")
    page.select_option("select", label="y")
    seen = page.input_value("[name=a]"), page.is_checked("[name=c]"), page.input_value("select")
    page.click("button >> nth=0")
    return seen, page.text_content("pre")


def expecting(page: Any) -> Any:
    page.goto("/post")
    with page.expect_request("**/echo") as asked:
        page.get_by_role("button", name="Send").click()
    first = asked.value.method, asked.value.post_data, asked.value.is_navigation_request()
    with page.expect_response(lambda answer: answer.url.endswith("/two")) as answered:
        page.goto("/two")
    with page.expect_navigation() as gone:
        page.get_by_role("link", name="Three").click()
    return first, answered.value.ok, gone.value.status


def listening(page: Any) -> Any:
    heard: list[Any] = []

    def seen(request: Any) -> None:
        heard.append(("request", request.method, request.resource_type))

    page.goto("/two")
    page.on("request", seen)
    page.once("load", lambda page: heard.append("load"))
    page.on("response", lambda response: heard.append(("response", response.status)))
    page.get_by_role("link", name="Three").click()
    page.wait_for_url("**/three")
    page.remove_listener("request", seen)
    page.goto("/two")
    return heard


def post_again(page: Any) -> Any:
    page.goto("/kept")
    page.get_by_role("button").click()
    posted = state(page)
    page.reload()
    return posted, state(page)


def contents(page: Any) -> Any:
    page.goto("/two")
    page.set_content("<title>New</title><button>Go</button>")
    return path(page), page.title(), page.get_by_role("button").count()


JOURNEYS: list[Callable[[Any], Any]] = [
    *(
        links,
        fragments,
        odd_links,
        missing,
        answers,
        same_place,
        back_after_a_reload,
        get_form,
        enter,
        post_form,
    ),
    *(other_button, upload, keyboard, unfold, dialog_element, nothing, based, refreshed, cookies),
    *(texts, slow, focus, selectors, expecting, listening, post_again, contents),
]


@pytest.fixture(scope="module")
def url() -> Any:
    with serving(pages.app()) as address:
        yield address


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_a_journey_ends_as_in_chromium(
    journey: Callable[[Any], Any], browser: Any, url: str
) -> None:
    with page_at(browser, "about:blank", base_url=url) as real:
        expected = journey(real)
    assert journey(visit(pages.app(), "/")) == expected


# Names -------------------------------------------------------------------------------------------


def public(owner: type) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")}


def test_every_name_of_playwrights_page_is_here_or_in_the_table() -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    page = visit(pages.app())
    theirs = public(sync_api.Page)
    here = {name for name in theirs - PAGE.keys() if hasattr(page, name)}
    assert theirs - here - PAGE.keys() == set()
    assert PAGE.keys() - theirs == set(), "The table names what Playwright does not have."
    assert {name for name in PAGE if name in public(Page)} == set(), "Supported, yet in the table."


def test_every_name_in_the_table_says_why() -> None:
    page = visit(pages.app())
    for name, entry in PAGE.items():
        with pytest.raises(
            UnsupportedError, match=re.escape(f"page.{name} {entry.reason}. Instead")
        ):
            getattr(page, name)()


def test_signatures_are_playwrights() -> None:
    from inspect import signature

    sync_api = pytest.importorskip("playwright.sync_api")
    of_locators = public(Locators) | {"aria_snapshot"}
    for name in public(sync_api.Page) & public(Page) - of_locators:
        theirs, ours = getattr(sync_api.Page, name), getattr(Page, name)
        if callable(theirs) and callable(ours):
            assert [*signature(ours).parameters] == [*signature(theirs).parameters], name


# What only this page has ---------------------------------------------------------------


def test_steps_and_requests() -> None:
    page = visit(pages.app(), "/form")
    page.get_by_role("button").click()
    page.get_by_label("B").fill("x")
    page.get_by_role("button").click()
    assert [str(step) for step in page.steps] == [
        "visit /form -> GET /form 200",
        'click "Send" (not sent: "B": Please fill out this field.)',
        "fill \"B\" 'x'",
        'click "Send" -> GET /echo?a=&b=x&go=1 200',
    ]
    assert page.requests.matching("GET", "**/echo?*")[0].entries == (
        ("a", ""),
        ("b", "x"),
        ("go", "1"),
    )
    assert page.requests()[0].url == "http://testserver/form"


def test_dialogs_are_answered_by_listeners_and_dismissed_without() -> None:
    page = visit(pages.app())
    assert page.tab.confirm("Sure?") is False
    page.once("dialog", lambda dialog: dialog.accept())
    assert page.tab.confirm("Sure?") is True
    page.on("dialog", lambda dialog: dialog.accept("Ann"))
    assert page.tab.prompt("Name?", "nobody") == "Ann"
    said = [(one.type, one.message, one.answer) for one in page.tab.dialogs]
    assert said == [
        ("confirm", "Sure?", False),
        ("confirm", "Sure?", True),
        ("prompt", "Name?", "Ann"),
    ]


def test_a_test_client_shares_its_cookies() -> None:
    with TestClient(pages.app()) as client:
        client.get("/counted")
        page = visit(client, "/counted")
        assert page.locator("p").text_content() == "2"
        assert client.cookies["n"] == "2"


def test_a_handler_that_raises_is_an_answer() -> None:
    page = visit(pages.app(), "/broken")
    last = page.requests[-1]
    assert last.status == 500 and "no such row" in last.traceback
    assert isinstance(last.exception, LookupError)


def test_another_site_is_where_the_page_ends_up() -> None:
    page = visit(pages.app(), "/two")
    page.goto("/login")
    assert page.url == "https://login.example.org/authorize?x=1"
    assert page.blind == ["another site: https://login.example.org/authorize?x=1"]
    page.go_back()
    assert path(page) == "/two"
    with pytest.raises(ValueError, match="'https://example.org/' is not the app's"):
        page.goto("https://example.org/")


def test_new_windows_and_downloads_are_noted() -> None:
    page = visit(pages.app(), "/blank")
    page.get_by_role("link").click()
    assert page.popups == ["http://testserver/two"]
    assert path(page) == "/blank"
    page.goto("/nothing")
    with page.expect_download() as offered:
        page.get_by_role("link", name="File").click()
    assert offered.value.suggested_filename == "file.txt" and offered.value.content == b"x"
    assert len(page.downloads) == 1 and path(page) == "/nothing"


def test_waiting_in_vain_ends_at_once_and_says_what_was_there() -> None:
    page = visit(pages.app(), "/two")
    with pytest.raises(TimeoutError, match=r"The address '/never' did not come .* visit /two"):
        page.wait_for_url("/never", timeout=3_600_000)
    with pytest.raises(TimeoutError, match=r"A request for '\*\*/x' did not come"):
        with page.expect_request("**/x"):
            page.get_by_role("heading").click()


def test_unknown_events_and_listeners() -> None:
    page = visit(pages.app())
    with pytest.raises(ValueError, match="There are: close, .*Instead: read page.problems and"):
        page.on("console", print)
    with pytest.raises(ValueError, match="No event 'websocket' happens here. There are: close, "):
        page.on("websocket", print)
    with pytest.raises(LookupError, match="does not listen to 'load'"):
        page.remove_listener("load", print)


def test_a_closed_page_does_nothing_more() -> None:
    with visit(pages.app(), "/two") as page:
        link = page.get_by_role("link", name="One")
    assert page.is_closed()
    with pytest.raises(Exception, match="closed|found|resolve|none"):
        link.click(timeout=1)


def test_headers_and_cookies_of_a_visit() -> None:
    page = visit(pages.app(), "/counted", cookies={"n": "41"}, headers={"X-A": "1"})
    assert page.locator("p").text_content() == "42"
    assert page.requests()[0].header_value("x-a") == "1"


def test_the_view_shows_what_the_fields_hold() -> None:
    page = visit(pages.app(), "/post")
    page.get_by_label("A").fill("typed")
    page.get_by_label("C").check()
    page.get_by_label("S").select_option("y")
    page.get_by_label("T").fill("long")
    seen = as_seen(page.document)
    assert 'name="a" value="typed"' in seen and 'name="c" checked=""' in seen
    assert '<option selected="">y</option>' in seen and ">long</textarea>" in seen
    assert "typed" not in page.content()


def test_a_page_shows_its_card() -> None:
    page = visit(pages.app(), "/two")
    shown = page._repr_mimebundle_()
    assert "visit /two" in shown["text/plain"] and "<script" not in shown["text/html"]
    assert shown == page._repr_mimebundle_()
    assert repr(page) == "<Page '/two' at http://testserver/two>"


def test_what_is_typed_into_a_field_of_numbers() -> None:
    page = visit(pages.app(), "/")
    page.set_content('<form><input type="number" name="n" required><button>Send</button></form>')
    field = page.get_by_role("spinbutton")
    field.press_sequentially("1e")
    page.get_by_role("button").click()  # a number that is none yet is not sent
    assert path(page) == "/" and field.input_value() == ""
    field.press_sequentially("2 apples")
    assert field.input_value() == "1e2"


def test_keys_are_held_and_let_go() -> None:
    page = visit(pages.app(), "/")
    page.set_content('<textarea aria-label="Text"></textarea>')
    text = page.get_by_role("textbox")
    text.focus()
    page.keyboard.down("Shift")
    page.keyboard.down("KeyA")
    page.keyboard.up("KeyA")
    page.keyboard.up("Shift")
    page.keyboard.press("KeyA")
    assert text.input_value() == "Aa"
    page.keyboard.press("Control+z")
    assert page.blind == ["undoing what was typed"]


def test_text_is_selected_to_be_written_over() -> None:
    page = visit(pages.app(), "/")
    page.set_content('<label>Name <input value="old"></label><p>text</p><p hidden>off</p>')
    page.get_by_text("Name").select_text()
    page.keyboard.type("new")
    expect(page.get_by_label("Name")).to_have_value("new")
    page.get_by_text("text", exact=True).select_text()
    with pytest.raises(NotReadyError, match="hidden"):
        page.get_by_text("off").select_text(timeout=10)


def test_a_disabled_list_is_chosen_in_by_force_only() -> None:
    page = visit(pages.app(), "/")
    page.set_content("<select disabled><option>a<option>b</select>")
    with pytest.raises(NotReadyError, match="disabled"):
        page.locator("select").select_option("b", timeout=10)
    assert page.locator("select").select_option("b", force=True) == ["b"]


def test_headers_that_are_set_replace_those_set_before() -> None:
    async def say(request: Any) -> HTMLResponse:
        return HTMLResponse(f"<p>{request.headers.get('x-a')} {request.headers.get('x-b')}")

    page = visit(Starlette(routes=[Route("/", say)]), "/", headers={"X-B": "kept"})
    page.set_extra_http_headers({"X-A": "1"})
    page.reload()
    assert page.inner_text("p") == "1 kept"
    page.set_extra_http_headers({})
    page.reload()
    assert page.inner_text("p") == "None kept"


def test_of_two_navigations_the_one_that_was_asked_for() -> None:
    page = visit(pages.app(), "/")
    with page.expect_navigation(url="**/two") as one:
        page.goto("/two")
        page.goto("/")
    assert one.value.url == "http://testserver/two" and page.url == "http://testserver/"
    with page.expect_navigation(url=re.compile("/two#.")) as one:
        page.goto("/")
        page.goto("/two#end")
    assert one.value.url == "http://testserver/two"


def test_two_referers_are_not_sent() -> None:
    page = visit(pages.app(), "/")
    page.set_extra_http_headers({"Referer": "http://one.test/"})
    with pytest.raises(
        ValueError, match="'http://one.test/', and not as 'http://two.test/', for /"
    ):
        page.goto("/two", referer="http://two.test/")
    page.goto("/two", referer="http://one.test/")
    assert page.requests()[-1].headers["referer"] == "http://one.test/"


def test_the_main_frame_is_the_page() -> None:
    page = visit(pages.app(), "/")
    expect(page.main_frame.get_by_role("heading")).to_have_count(page.locator("h1").count())
    assert page.context.pages == [page]


def test_a_place_on_the_page_takes_the_focus_away() -> None:
    page = visit(pages.app(), "/two")
    page.set_content('<a href="#p">P</a><a href="#none">None</a><p id="p">text</p>')
    page.get_by_role("link", name="None").click()
    expect(page.get_by_role("link", name="None")).to_be_focused()
    page.get_by_role("link", name="P").click()
    assert page.focused is None


def test_only_the_focused_element_loses_the_focus() -> None:
    page = visit(pages.app(), "/")
    page.set_content('<input aria-label="A"><p>text</p>')
    page.get_by_label("A").focus()
    page.locator("p").blur()
    expect(page.get_by_label("A")).to_be_focused()
    page.get_by_label("A").blur()
    expect(page.get_by_label("A")).not_to_be_focused()


def test_what_makes_no_sense_is_refused() -> None:
    page = visit(pages.app(), "/post")
    with pytest.raises(TypeError, match="An option is meant by a str, not None"):
        page.get_by_label("S").select_option(["x", None])
    with pytest.raises(ValueError, match="No load state 'soon'"):
        page.wait_for_load_state("soon")


def test_held_keys_and_time() -> None:
    page = visit(pages.app(), "/")
    page.keyboard.down("Control")
    page.get_by_role("link", name="Two").click()
    page.keyboard.up("Control")
    assert path(page) == "/" and page.popups == ["http://testserver/two"]
    with pytest.raises(ValueError, match="Unknown key: 'NoKey'"):
        page.keyboard.down("NoKey")
    page.clock.run_for("00:10")
    page.clock.fast_forward(500)
    assert page.tab.clock.now == 10_500


# What a card makes of an error ------------------------------------------------------------------


async def _boom(request: Any) -> HTMLResponse:
    return HTMLResponse("<h1>Sorry</h1>", 500)


async def _asks(request: Any) -> HTMLResponse:
    return HTMLResponse(
        '<script src="https://unpkg.com/htmx.org@2.0.8"></script>'
        '<button hx-get="/boom" hx-target="#out">Go</button><p id="out">Calm</p>'
    )


BOOM = Starlette(routes=[Route("/boom", _boom), Route("/", _asks)])


def test_an_error_page_that_was_expected_leaves_the_card_passed() -> None:
    page = visit(BOOM, "/boom")
    assert not page.card().passed  # Nobody has said that the error is meant
    expect(page.get_by_role("heading", name="Welcome")).not_to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert not page.card().passed  # Nothing was found on it
    expect(page.get_by_role("heading")).to_have_text("Sorry")
    assert page.card().passed
    page.goto("/boom")
    assert not page.card().passed  # This one was not looked at


def test_an_error_that_the_page_does_not_show_has_to_be_expected_by_its_status() -> None:
    page = visit(BOOM)
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("Calm")
    assert not page.card().passed
    expect(page).to_have_sent("GET", "/boom", status=500)
    assert page.card().passed


def test_a_page_takes_its_selector_by_keyword() -> None:
    page = visit(BOOM, "/boom")
    assert page.locator(selector="h1", has_text="Sorry").count() == 1
    page.click(selector="h1")
    with pytest.raises(TypeError, match="has to be a str or a compiled pattern, not 5"):
        page.get_by_text(5)  # type: ignore[arg-type]


def test_options_are_chosen_by_their_labels_without_regard_to_white_space() -> None:
    page = visit(BOOM)
    page.set_content(
        "<select><option value=0>-<option value=1>Two  \n words<option value=2 label='A  b'>x"
        "<option value=3></option><option value=4 label=''>tt</select>"
    )
    said = {"Two words": "1", " Two  words ": "1", "A b": "2", "A  b": "2", "": "3"}
    for label, value in said.items():
        for given in ({"label": label}, {"value": label}):
            assert page.locator("select").select_option(**given) == [value], given
    with pytest.raises(NotReadyError, match="offers no label 'tt'"):
        page.locator("select").select_option(label="tt", timeout=1)


def test_no_address_is_not_any_address() -> None:
    page = visit(Starlette(routes=[Route("/", lambda request: HTMLResponse("<p>Here"))]), "/")
    expect(page).to_have_url("/")
    expect(page).not_to_have_url("")
    with pytest.raises(AssertionError, match="to_have_url"):
        expect(page).to_have_url("", timeout=0)


# What goto() raises, and what is asked of a closed page -------------------------------------------


def answers_of_all_kinds() -> Starlette:
    """Return an app whose answers are pages, files and nothing at all."""
    kept = {"content-disposition": 'attachment; filename="f.txt"'}
    latin = "<meta charset=iso-8859-1><title>\u00e9</title>".encode("latin-1")
    there = {
        "/": HTMLResponse(
            '<title>Home</title><a id=a href=/file>f</a><a id=b href=/hop download="n.txt">n</a>'
            '<a id=c href=/204>c</a><a id=h href="#part">h</a><p id=part>'
        ),
        "/204": Response(status_code=204),
        "/304": Response(status_code=304),
        "/file": Response(b"abc", headers=kept),
        "/csv": Response("a,b", media_type="text/csv"),
        "/mute": Response(status_code=404),
        "/words": Response(b"plain <b>x</b>"),
        "/latin": Response(latin, headers={"content-type": "text/html"}),
        "/hop": RedirectResponse("/"),
    }
    return Starlette(routes=[Route(path, lambda _, a=a: a) for path, a in there.items()])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/204", "net::ERR_ABORTED: .*/204 answered 204 No Content, so there is nothing to show"),
        ("/304", "net::ERR_ABORTED"),
        ("/file", "Download is starting: .*/file answered 200 OK with a file"),
        ("/csv", "Download is starting"),
        ("/mute", "net::ERR_HTTP_RESPONSE_CODE_FAILURE: .*/mute answered 404 Not Found without"),
    ],
)
def test_goto_says_that_there_is_no_page(path: str, said: str) -> None:
    page = visit(answers_of_all_kinds())
    ends = []
    page.on("requestfailed", lambda request: ends.append(request.failure))
    with pytest.raises(ConnectionError, match=said):
        page.goto(path)
    assert ends == ([] if path == "/mute" else ["net::ERR_ABORTED"])
    if path != "/mute":
        assert page.title() == "Home"
    assert visit(answers_of_all_kinds(), path).requests[-1].path == path  # A visit may end so


def test_a_link_to_a_file_or_to_nothing_leaves_the_page() -> None:
    page = visit(answers_of_all_kinds())
    page.click("#c")
    with page.expect_download() as named:
        page.click("#b")
    page.click("#a")
    assert page.title() == "Home" and named.value.suggested_filename == "n.txt"
    assert [one.suggested_filename for one in page.downloads] == ["n.txt", "f.txt"]


def test_answers_that_do_not_say_what_they_are() -> None:
    page = visit(answers_of_all_kinds(), "/words")
    assert page.inner_text("body") == "plain <b>x</b>"
    page.goto("/latin")
    assert page.title() == "\u00e9"


def test_data_addresses() -> None:
    page = visit(answers_of_all_kinds())
    shown = "data:text/html,<title>D</title><a href='/'>%C3%A9</a>"
    assert page.goto(shown) is None and (page.url, page.title()) == (shown, "D")
    page.goto("/")
    assert page.go_back() is None and page.title() == "D" and page.reload() is None
    page.goto("data:text/plain;base64,PGI+eDwvYj4=")
    assert page.inner_text("body") == "<b>x</b>"


def test_redirects_know_each_other() -> None:
    page = visit(answers_of_all_kinds())
    last = page.goto("/hop").request
    first = last.redirected_from
    assert first.url.endswith("/hop") and first.redirected_to == last
    assert (first.redirected_from, last.redirected_to) == (None, None)
    with pytest.raises(RuntimeError, match="body is unavailable for redirect responses"):
        first.response().text()


def test_a_fragment_is_a_navigation_without_an_answer() -> None:
    page = visit(answers_of_all_kinds())
    with page.expect_navigation(url="**#part") as gone:
        page.click("#h")
    assert gone.is_done() and gone.value is None


def test_of_a_closed_page_nothing_is_asked() -> None:
    page = visit(answers_of_all_kinds())
    link = page.locator("#a")
    page.close()
    page.close()
    asked = [
        page.title,
        page.content,
        page.reload,
        page.go_back,
        page.wait_for_load_state,
        link.count,
        link.inner_text,
        link.click,
        lambda: page.goto("/"),
        lambda: page.set_content("x"),
        lambda: page.wait_for_timeout(1),
        lambda: page.wait_for_url("**"),
        lambda: page.set_extra_http_headers({}),
    ]
    for ask in asked:
        with pytest.raises(ClosedError, match="the page has been closed"):
            ask()
    with pytest.raises(CheckFailure, match="the page has been closed"):
        expect(link).to_be_hidden()
    with pytest.raises(CheckFailure, match="the page has been closed"):
        expect(page).to_have_title("Home")
    assert page.url.endswith("/") and "Page" in repr(page) and page.card() is not None


def test_what_is_left_out_is_told_once() -> None:
    view = "<button hx-post='/' hx-vals='js:{a: now()}' hx-swap=none>Send</button>"
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse(view), methods=["GET", "POST"])])
    page = visit(app, htmx=2)
    page.click("button")
    assert page.blind == ["JavaScript in hx-vals"]


@pytest.mark.parametrize("fails", [False, True])
def test_going_back_to_what_shows_no_page_stays(fails: bool) -> None:
    asked: list[str] = []
    fresh = {"cache-control": "no-store"}

    def first(_: Any) -> Response:
        asked.append("/a")
        if len(asked) == 2 and not fails:
            return Response(status_code=204, headers=fresh)
        return HTMLResponse("<title>A</title><input>", headers=fresh)

    second = HTMLResponse("<title>B</title><a href='/a'>A</a>")
    app = Starlette(routes=[Route("/a", first), Route("/b", lambda _: second)])
    page = visit(app, "/a")
    page.fill("input", "typed")
    page.goto("/b")
    numbers = [one.document for one in page.tab.history]
    if fails:
        page.route("**/a", lambda route: route.abort())
        with pytest.raises(ConnectionError, match="there is no page to show"):
            page.go_back()
        page.unroute("**/a")
    else:
        page.go_back()
    assert (path(page), page.title()) == ("/b", "B")
    assert [one.document for one in page.tab.history] == numbers
    page.go_back()
    assert (path(page), page.title(), page.input_value("input")) == ("/a", "A", "typed")
    page.go_forward()
    assert (path(page), page.title()) == ("/b", "B")


def test_fields_are_asked_once_for_the_view_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = f"<select multiple>{'<option>A' * 20}</select>" * 2
    document = parse(f"{lists}<input type=radio name=a checked><input type=radio name=a>")
    asked = []

    def watched(select: Any) -> Any:
        asked.append(select)
        return selected(select)

    selected = page_seen.selected
    choose(document.select("select")[1], document.select("option")[20:22])
    monkeypatch.setattr(page_seen, "selected", watched)
    seen = as_seen(document)
    assert asked == document.select("select")
    assert (seen.count(" selected"), seen.count(" checked")) == (2, 1)
