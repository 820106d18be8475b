"""Pages in pages: the same checks on a page without a browser and on Playwright's in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from fasthtml_nb.check import expect, visit
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.failures import ActionError, CheckError, MissingError
from fasthtml_nb.checks.frames import may, refuses_frames
from fasthtml_nb.checks.locator import Locator, Still

from .browser_support import RUNNERS, page_of
from .htmx_truth.record import _ASSETS, VERSIONS

HTMX = "<script src=/htmx.org@2/htmx.min.js></script>"
PAGES = {
    "/": """<h1>Work</h1><button>Outer</button>
        <iframe name=help src=/help></iframe><iframe id=form src=form></iframe>
        <iframe id=box srcdoc="<h2>Boxed</h2><a href=/more>Away</a>"></iframe>
        <a href=/more target=help>Help me</a><a href=/ id=here>Here</a>""",
    "/help": "<title>Help</title><p>Ask us</p><a href=/more>Next</a>"
    "<a href=/about target=_top>All</a>",
    "/more": "<title>More</title><p>There is more</p><a href=/help target=_self>Back</a>",
    "/about": "<title>About</title><p>All about it</p>",
    "/form": """<form method=post action=/form><label>Name <input name=who></label>
        <button>Send</button></form>""",
    "/nested": "<iframe id=outer src=/inner></iframe>",
    "/inner": """<p>Inner</p><iframe srcdoc="<b>Deep</b><a href=/about target=_top>top</a>
        <a href=/more target=_parent>parent</a>"></iframe>""",
    "/boxed": """<iframe id=forms sandbox srcdoc="<form action=/about><button>Go</button></form>">
        </iframe><iframe id=top sandbox="allow-scripts" srcdoc="<a href=/about target=_top>up</a>">
        </iframe><iframe id=dead sandbox srcdoc="<button onclick='x'>{}</button>"></iframe>""",
    "/refused": "<iframe src=/strict></iframe><iframe src=/policy></iframe>",
    "/htmx": "<button hx-get=/part hx-target='#t'>Ask</button><p id=t></p>"
    "<p hx-get=/part hx-trigger='every 300ms' hx-swap=beforeend></p>",
    "/live": HTMX + "<iframe src=/htmx></iframe><button hx-get=/swapped hx-target=iframe"
    " hx-swap=outerHTML>Change</button>",
    "/swapped": "<iframe src=/more></iframe>",
    "/part": "<i>part</i>",
}


def pages() -> Starlette:
    async def page(request: Request) -> Response:
        text = PAGES[request.url.path]
        return HTMLResponse(HTMX + text if request.url.path == "/htmx" else text)

    async def sent(request: Request) -> Response:
        async with request.form() as form:
            return RedirectResponse(f"/sent?who={form['who']}", 303)

    async def done(request: Request) -> Response:
        return HTMLResponse(f"<p>Thanks, {request.query_params['who']}</p>")

    async def refused(request: Request) -> Response:
        said = {"/strict": ("x-frame-options", "DENY")}
        name, value = said.get(
            request.url.path, ("content-security-policy", "frame-ancestors 'none'")
        )
        return HTMLResponse("<p>Mine", headers={name: value})

    htmx = (_ASSETS / f"htmx.org@{VERSIONS[2]}" / "dist" / "htmx.min.js").read_text()
    routes = [Route(path, page) for path in PAGES]
    routes += [
        Route("/htmx.org@2/htmx.min.js", lambda _: Response(htmx, media_type="text/javascript"))
    ]
    routes += [Route("/form", sent, methods=["POST"]), Route("/sent", done)]
    routes += [Route("/strict", refused), Route("/policy", refused)]
    return Starlette(routes=routes)


@pytest.fixture(params=RUNNERS)
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    with page_of(request.param, pages(), "/", request) as page:
        yield page


def test_what_is_in_frames(page: Any) -> None:
    help_frame = page.frame_locator("[name=help]")
    expect(help_frame.get_by_text("Ask us")).to_be_visible()
    expect(page.get_by_text("Ask us")).to_have_count(0)
    expect(help_frame.get_by_role("button")).to_have_count(0)
    expect(page.locator("#box").content_frame.get_by_role("heading")).to_have_text("Boxed")
    expect(page.frame_locator("iframe").nth(2).locator("h2")).to_have_text("Boxed")
    expect(page.frame_locator("iframe").first.locator("p")).to_have_text("Ask us")
    expect(page.frame_locator("iframe").last.locator("h2")).to_have_text("Boxed")
    expect(help_frame.owner).to_have_attribute("src", "/help")
    expect(help_frame.locator("p", has_text="Ask")).to_have_count(1)
    expect(help_frame.locator("body", has=help_frame.locator("p"))).to_have_count(1)
    expect(page.frame_locator("#none").locator("p")).to_have_count(0)
    assert page.frame_locator("#none").locator("p").count() == 0


def test_a_locator_of_the_page_is_taken_in_a_frame(page: Any) -> None:
    heading, body = page.locator("h2"), page.locator("body")
    box = page.frame_locator("#box")
    expect(box.locator(heading)).to_have_text("Boxed")
    expect(box.locator(body).locator("h2")).to_have_text("Boxed")
    expect(box.locator("body", has=heading)).to_have_count(1)
    expect(box.locator("a").or_(heading)).to_have_text(["Boxed", "Away"])
    expect(page.frame_locator("[name=help]").locator("body", has=heading)).to_have_count(0)


def test_whichever_frame_it_is_in(page: Any) -> None:
    anywhere = page.frame_locator()
    expect(anywhere.get_by_role("heading", name="Work")).to_be_visible()
    expect(anywhere.get_by_role("heading", name="Boxed")).to_be_visible()
    expect(anywhere.locator("h1")).to_have_text("Work")
    expect(anywhere.locator("body", has=page.locator("h2"))).to_contain_text("Boxed")
    expect(anywhere.locator("h2").or_(page.locator("h3"))).to_have_text(["Boxed"])
    expect(anywhere.locator("article")).to_have_count(0)
    assert anywhere.get_by_text("Nobody").count() == 0
    anywhere.get_by_label("Name").fill("Ada")
    expect(page.frame_locator("#form").get_by_label("Name")).to_have_value("Ada")
    anywhere.get_by_role("link", name="Away").click()
    expect(anywhere.get_by_text("There is more")).to_be_visible()
    anywhere.get_by_role("link", name="All").click()
    expect(page).to_have_title("About")
    page.goto("/nested")
    expect(anywhere.locator("b")).to_have_text("Deep")
    expect(anywhere.frame_locator("#outer").locator("p")).to_have_text("Inner")
    expect(anywhere.frame_locator("#outer").locator("b")).to_have_count(0)
    expect(anywhere.locator("p").locator("b")).to_have_count(0)
    inner = anywhere.frame_locator("#outer").frame_locator("iframe")
    expect(inner.locator("b")).to_have_text("Deep")


def test_an_expectation_of_several_frames_fails(page: Any) -> None:
    expect(page.frame_locator("#box").locator("h2")).to_be_visible()
    for locator in (page.frame_locator().locator("h1, h2"), page.frame_locator("h1").locator("p")):
        with pytest.raises(AssertionError):
            expect(locator).to_have_text("Boxed", timeout=300)
        with pytest.raises(AssertionError):
            expect(locator).to_have_count(2, timeout=300)


def test_links_lead_where_they_say(page: Any) -> None:
    frame = page.frame_locator("[name=help]")
    frame.get_by_role("link", name="Next").click()
    expect(frame.locator("p")).to_have_text("There is more")
    frame.get_by_role("link", name="Back").click()
    expect(frame.locator("p")).to_have_text("Ask us")
    page.get_by_role("link", name="Help me").click()
    expect(frame.locator("p")).to_have_text("There is more")
    expect(page.locator("h1")).to_have_text("Work")
    box = page.frame_locator("#box")
    box.get_by_role("link").click()
    expect(box.locator("p")).to_have_text("There is more")
    page.goto("/")
    frame.get_by_role("link", name="All").click()
    expect(page).to_have_title("About")
    expect(page).to_have_url(re.compile("/about$"))
    expect(frame.locator("p")).to_have_count(0)


def test_a_link_from_outside_before_anybody_looked(page: Any) -> None:
    page.get_by_role("link", name="Help me").click()
    expect(page.frame_locator("[name=help]").locator("p")).to_have_text("There is more")


def test_a_form(page: Any) -> None:
    frame = page.frame_locator("#form")
    frame.get_by_label("Name").click()
    page.keyboard.type("Ada")
    expect(frame.get_by_label("Name")).to_have_value("Ada")
    frame.get_by_role("button", name="Send").click()
    expect(frame.locator("p")).to_have_text("Thanks, Ada")
    expect(page).to_have_url(re.compile("/$"))


def test_frames_in_frames(page: Any) -> None:
    page.goto("/nested")
    deep = page.frame_locator("#outer").frame_locator("iframe")
    expect(deep.locator("b")).to_have_text("Deep")
    expect(page.locator("#outer").content_frame.locator("p")).to_have_text("Inner")
    deep.get_by_role("link", name="parent").click()
    expect(page.frame_locator("#outer").locator("p")).to_have_text("There is more")
    page.goto("/nested")
    deep.get_by_role("link", name="top").click()
    expect(page).to_have_title("About")


def test_what_a_sandbox_forbids(page: Any) -> None:
    page.goto("/boxed")
    forms = page.frame_locator("#forms")
    forms.get_by_role("button").click()
    expect(forms.get_by_role("button")).to_have_text("Go")
    page.frame_locator("#top").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/boxed$"))


def test_pages_that_refuse(page: Any) -> None:
    page.goto("/refused")
    for at in (0, 1):
        expect(page.frame_locator("iframe").nth(at).get_by_text("Mine")).to_have_count(0)


def test_htmx_inside(page: Any) -> None:
    page.goto("/live")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Ask").click()
    expect(frame.locator("#t i")).to_have_text("part")
    expect(frame.locator("[hx-trigger] i").nth(1)).to_be_visible()  # Its time passes
    page.get_by_role("button", name="Change").click()
    expect(frame.get_by_text("There is more")).to_be_visible()  # Before, there are two `p`
    expect(frame.locator("p")).to_have_count(1)


MIRRORS = {  # Each frames itself, in one way or another
    "/": "<p>1</p><iframe src=/></iframe>",
    "/hash": "<p>1</p><iframe src='/hash#x'></iframe>",
    "/red": "<p>1</p><iframe src=/to></iframe>",
    "/a": "<p>1</p><iframe src=/b></iframe>",
    "/b": "<p>1</p><iframe src=/a></iframe>",
    "/s": "<p>1</p><iframe srcdoc='<p>2</p><iframe src=/s></iframe>'></iframe>",
    "/two": "<p>1</p><iframe src=/two></iframe><iframe src=/two></iframe>",
}


def mirrors(asked: list[str]) -> Starlette:
    async def page(request: Request) -> Response:
        path = request.url.path
        asked.append(path)
        return RedirectResponse("/red") if path == "/to" else HTMLResponse(MIRRORS[path])

    return Starlette(routes=[Route("/{path:path}", page)])


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("path", "deep", "requests"),
    [("/", 2, 2), ("/hash", 2, 2), ("/red", 2, 4), ("/a", 4, 4), ("/s", 4, 2), ("/two", 2, 2)],
)
def test_a_page_that_frames_itself(
    runner: str, path: str, deep: int, requests: int, request: pytest.FixtureRequest
) -> None:
    asked: list[str] = []
    with page_of(runner, mirrors(asked), path, request) as page:
        place = page
        for _ in range(deep):
            assert place.locator("p").count() == 1
            place = place.frame_locator("iframe >> nth=0")
        assert place.locator("p").count() == 0
    assert len([one for one in asked if one != "/favicon.ico"]) >= requests
    if runner == "ours":  # Which asks where somebody looks; and a redirect before it is known
        assert len(asked) == requests + (path == "/red")
        assert page.problems == [
            f"<iframe>: nothing is shown: two pages around it are http://testserver{path}"
        ]


# Only ours ---------------------------------------------------------------------------------------


def test_whichever_of_the_frames_of_a_page_that_frames_itself() -> None:
    asked: list[str] = []
    page = visit(mirrors(asked), "/two")
    with pytest.raises(CheckError, match="finds elements in 3 frames"):
        page.frame_locator().locator("p").count()
    assert asked == ["/two"] * 3


def test_frames_without_an_end() -> None:
    def page(request: Request) -> Response:
        return HTMLResponse(f"<iframe src='/?n={int(request.query_params.get('n', 0)) + 1}'>")

    endless = visit(Starlette(routes=[Route("/", page)]), "/")
    with pytest.raises(CheckError, match=r"http://testserver/ has more than 1000 frames, so they"):
        endless.frame_locator().locator("p").count()
    assert len(endless.requests) == 1001
    endless.reload()
    assert len(endless.requests) == 1002


def test_a_frame_that_has_moved_and_loses_its_address() -> None:
    page = visit(pages(), "/")
    page.frame_locator("[name=help]").get_by_role("link", name="Next").click()
    page.document.select_one("[name=help]").set("src", "about:blank")
    assert page.frame_locator("[name=help]").locator("p").count() == 0


def test_frames_are_asked_for_when_somebody_looks() -> None:
    page = visit(pages(), "/")
    assert [one.path for one in page.requests] == ["/"] and page.blind == ["frame (3 times)"]
    page.frame_locator("[name=help]").get_by_role("link", name="Next").click()
    assert [one.path for one in page.requests] == ["/", "/help", "/more"]
    assert page.blind == ["frame (2 times)"]
    assert [step.action for step in page.steps] == ["visit", "click"]
    assert page.requests[1].source == "frame" and page.url == "http://testserver/"


def test_problems_are_told() -> None:
    page = visit(pages(), "/refused")
    page.frame_locator("iframe").nth(0).locator("p").count()
    page.frame_locator("iframe").nth(1).locator("p").count()
    assert [one.partition("says ")[2] for one in page.problems] == [
        "X-Frame-Options: DENY",
        "Content-Security-Policy: frame-ancestors 'none'",
    ]
    page = visit(pages(), "/boxed")
    page.frame_locator("#forms").get_by_role("button").click()
    page.frame_locator("#top").get_by_role("link").click()
    assert "no allow-forms" in page.problems[0] and "allow-top-navigation" in page.problems[1]
    page.frame_locator("#dead").get_by_role("button").count()
    assert "a sandbox without allow-same-origin: its cookies are sent" in page.blind


def test_a_frame_without_an_address_leaves_nothing_out() -> None:
    markup = "<iframe name=a></iframe><iframe src=/help></iframe><a href=/more target=a>a</a>"
    app = pages()
    app.router.routes.insert(0, Route("/two", lambda _: HTMLResponse(markup)))
    page = visit(app, "/two")
    assert page.frame_locator("[name=a]").locator("p").count() == 0
    assert page.blind == ["frame"]
    page.get_by_role("link").click()
    assert page.frame_locator("[name=a]").locator("p").inner_text() == "There is more"
    assert page.blind == ["frame"]
    page.document.select("iframe")[1].set("src", "about:blank")
    assert page.frame_locator("iframe").nth(1).locator("p").count() == 0


def test_an_address_that_changes() -> None:
    page = visit(pages(), "/")
    frame = page.frame_locator("[name=help]")
    assert frame.locator("p").inner_text() == "Ask us"
    page.document.select_one("[name=help]").set("src", "/about")
    assert frame.locator("p").inner_text() == "All about it"


def test_mistakes() -> None:
    page = visit(pages(), "/")
    with pytest.raises(CheckError, match="it is <h1>Work</h1>, and no frame"):
        page.frame_locator("h1").locator("p").count()
    with pytest.raises(CheckError, match=r"page.locator\('iframe'\) finds 3|3 elements|several"):
        page.frame_locator("iframe").locator("p").click()
    with pytest.raises(MissingError, match="iframe#none"):
        page.frame_locator("iframe#none").get_by_role("button").click()
    with pytest.raises(ValueError, match="belongs to another page"):
        page.locator("body", has=page.frame_locator("#box").locator("h2")).count()
    anywhere = page.frame_locator()
    with pytest.raises(ValueError, match="for the part"):
        anywhere.locator("p").or_(anywhere.locator("h2"))
    for asked in ("owner", "first", "last"):
        with pytest.raises(ValueError, match=f"means all frames, so it has no {asked}. Give a sel"):
            getattr(anywhere, asked)
    with pytest.raises(ValueError, match="so it has no nth"):
        anywhere.nth(0)
    with pytest.raises(CheckError, match=r"finds elements in 2 frames, where one is wanted:\n "):
        anywhere.locator("h1, h2").count()
    with pytest.raises(MissingError, match=r"page.frame_locator\(\).get_by_text\('Nobody'\)"):
        anywhere.get_by_text("Nobody").click(timeout=1)
    with pytest.raises(
        AttributeError, match="FrameLocator has no 'get_by_rol'. Near it: get_by_role"
    ):
        page.frame_locator("iframe").get_by_rol("button")
    still = Locator(Still(parse("<iframe>")), "iframe")
    with pytest.raises(ActionError, match="HTML of one answer, not a page"):
        assert still.content_frame


def test_an_other_site_stays_away() -> None:
    app = Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse("<iframe src=https://example.com/></iframe>")),
        ]
    )
    page = visit(app, "/")
    assert page.frame_locator("iframe").locator("*").count() == 3  # html, head, body
    assert "another site: https://example.com/" in page.blind


@pytest.mark.parametrize(
    ("said", "refuses"),
    [
        ({}, False),
        ({"x-frame-options": "deny"}, True),
        ({"x-frame-options": " DENY "}, True),
        ({"x-frame-options": "SAMEORIGIN"}, False),
        ({"content-security-policy": "frame-ancestors 'none'"}, True),
        ({"content-security-policy": "default-src 'self'; frame-ancestors 'none';"}, True),
        ({"content-security-policy": "frame-ancestors 'self'", "x-frame-options": "deny"}, False),
        ({"content-security-policy": "default-src 'none'"}, False),
        ({"content-security-policy": "Frame-Ancestors 'self'", "x-frame-options": "deny"}, False),
        ({"x-frame-options": "SAMEORIGIN, DENY"}, True),
        ({"x-frame-options": "SAMEORIGIN, sameorigin"}, False),
        ({"x-frame-options": "nonsense"}, False),
    ],
)
def test_who_refuses(said: dict[str, str], refuses: bool) -> None:
    app = Starlette(routes=[Route("/", lambda _: HTMLResponse("x", headers=said))])
    assert bool(refuses_frames(visit(app, "/").requests[-1])) is refuses


@pytest.mark.parametrize(
    ("sandbox", "allowed"),
    [("", False), (" sandbox", False), (" sandbox='allow-FORMS allow-scripts'", True)],
)
def test_rights(sandbox: str, allowed: bool) -> None:
    element = parse(f"<iframe{sandbox}>").select_one("iframe")
    assert element is not None
    assert may(element, "forms") is (allowed or not sandbox)


def test_a_failure_after_an_action_in_a_frame_doubts_nothing_else() -> None:
    markup = "<button hx-get=/more hx-target='#lost'>Try</button><iframe src=/help></iframe>"
    app = pages()
    app.router.routes.insert(0, Route("/doubt", lambda _: HTMLResponse(HTMX + markup)))
    page = visit(app, "/doubt")
    page.locator("button").hover()
    with pytest.raises(AssertionError, match="Looks wrong"):
        expect(page.locator("button")).to_have_text("Tried")
    page.frame_locator("iframe").get_by_role("link", name="Next").click()
    with pytest.raises(AssertionError) as failure:
        expect(page.locator("button")).to_have_text("Tried")
    assert "Looks wrong" not in str(failure.value)


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("around", "style", "seen"),
    [
        ("{}", "", True),
        ("{}", "display:none", False),
        ("{}", "visibility:hidden", False),
        ("{}", "height:0;border:0", False),
        ("{}", "transform:scale(0)", False),
        ("{}", "opacity:0", True),
        ("<details><summary>s</summary>{}</details>", "", False),
        ("<div hidden>{}</div>", "", False),
        ("<iframe style='display:none' srcdoc='{}'></iframe>", "", False),
    ],
)
def test_nobody_sees_into_a_hidden_frame(
    runner: str, around: str, style: str, seen: bool, request: pytest.FixtureRequest
) -> None:
    inner = f'<iframe style="{style}" srcdoc="<button>Go</button><p id=empty></p>"></iframe>'
    nested = around.startswith("<iframe")
    html = around.format(inner.replace("<", "&lt;") if nested else inner)

    async def answer(request: Request) -> Response:
        return HTMLResponse(f"<!doctype html>{html}")

    site = Starlette(routes=[Route("/", answer)])
    with page_of(runner, site, "/", request) as page:
        frame = page.frame_locator("iframe")
        frame = frame.frame_locator("iframe") if nested else frame
        button = frame.locator("button")
        button.wait_for(state="attached")
        assert button.is_visible() is seen
        assert not frame.locator("#empty").is_visible()


def test_a_hidden_frame_is_named() -> None:
    async def answer(request: Request) -> Response:
        return HTMLResponse("<div hidden><iframe id=f srcdoc='<b>x</b>'></iframe></div>")

    page = visit(Starlette(routes=[Route("/", answer)]), "/")
    with pytest.raises(
        ActionError, match='inside of <iframe id="f".*nobody sees: it is inside <di'
    ):
        page.frame_locator("#f").locator("b").click(timeout=0)
