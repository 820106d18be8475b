"""Apps as strangers write them: the same journeys on our page, and in Chromium with real htmx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.check import expect

from .browser_support import RUNNERS, local_assets, page_of
from .htmx_truth.record import VERSIONS

__all__ = ["local_assets"]

pytestmark = pytest.mark.usefixtures("local_assets")
ASSETS = Path(__file__).resolve().parents[1] / "fasthtml_nb" / "_assets"


def scripts(dialect: int, *extensions: str) -> str:
    """Return the tags that load htmx, and more below its folder of scripts."""
    paths = [f"htmx.org@{VERSIONS[dialect]}/dist/htmx.min.js", *extensions]
    return "".join(f"<script src=/js/{path}></script>" for path in paths)


def site(*routes: Route) -> Starlette:
    """Return an app of these routes that also has scripts."""

    async def script(request: Request) -> Response:
        return FileResponse(ASSETS / request.path_params["path"], media_type="text/javascript")

    async def nothing(request: Request) -> Response:
        return Response(status_code=204)

    more = [Route("/js/{path:path}", script), Route("/favicon.ico", nothing)]
    return Starlette(routes=[*more, *routes])


class Opens(Protocol):
    """Opens an app: on our page, and on Playwright's."""

    def __call__(self, app: Any, url: str = "/") -> AbstractContextManager[Any]: ...


@pytest.fixture(params=RUNNERS)
def opens(request: pytest.FixtureRequest) -> Iterator[Opens]:
    def opened(app: Any, url: str = "/") -> AbstractContextManager[Any]:
        return page_of(request.param, app, url, request)

    yield opened


def test_a_morph_by_idiomorph_empties_fields_whose_markup_stays(opens: Opens) -> None:
    draws = 0

    def form() -> str:
        nonlocal draws
        draws += 1
        return (
            f"<form hx-post=/ hx-swap=morph id=f><p>drawn {draws}</p><label>Who <input name=who>"
            "</label> <label><input type=checkbox name=news> News</label><button>Send</button>"
            "</form>"
        )

    async def page(request: Request) -> Response:
        if request.method == "POST":
            return HTMLResponse(form())
        head = scripts(2, "idiomorph@0.8.0/dist/idiomorph-ext.min.js")
        return HTMLResponse(
            f"<!doctype html><title>M</title>{head}<div hx-ext=morph>{form()}</div>"
        )

    with opens(site(Route("/", page, methods=["GET", "POST"]))) as page_:
        page_.get_by_label("Who").fill("Uma")
        page_.get_by_label("News").check()
        page_.get_by_role("button").click()
        expect(page_.locator("p")).to_have_text("drawn 2")
        expect(page_.get_by_label("Who")).to_have_value("")
        expect(page_.get_by_label("News")).not_to_be_checked()


def test_a_file_without_a_kind_gets_that_of_its_name(opens: Opens) -> None:
    async def page(request: Request) -> Response:
        if request.method == "POST":
            async with request.form() as form:
                kinds = [one.content_type for one in form.getlist("file")]  # type: ignore[union-attr]
            return HTMLResponse(f"<p>{kinds}</p>")
        return HTMLResponse(
            "<form method=post enctype=multipart/form-data><input type=file name=file multiple>"
            "<button>Send</button></form>"
        )

    with opens(site(Route("/", page, methods=["GET", "POST"]))) as page_:
        files = [{"name": name, "mimeType": "", "buffer": b"x"} for name in ("a.csv", "b.none")]
        page_.locator("input").set_input_files(files)
        page_.get_by_role("button", name="Send").click()
        expect(page_.locator("p")).to_have_text("['text/csv', 'application/octet-stream']")


FORM = """<form method=post><label>Who <input name=who></label>
<label>Size <select name=size><option>S<option>M</select></label>
<label><input type=checkbox name=news> News</label>
<label>Key <input type=password name=key></label><button>Send</button></form>"""


def remembering(cache: dict[str, str]) -> Starlette:
    """Return an app that numbers its answers; some of htmx's have their page's address."""
    asked = 0

    async def page(request: Request) -> Response:
        nonlocal asked
        asked += 1
        if "hx-request" in request.headers:
            return HTMLResponse(f"<p>fragment {asked}</p>", headers=cache)
        if request.method == "POST":
            return HTMLResponse(f"<h1>Sent {asked}</h1>")
        more = "<a href=/other>Other</a><button hx-get='' hx-target=#here>Part</button><p id=here>"
        head = f"<!doctype html>{scripts(2)}<title>Page {asked}</title>"
        return HTMLResponse(f"{head}<h1>Page {asked}</h1>{FORM}{more}", headers=cache)

    return site(Route("/{path:path}", page, methods=["GET", "POST"]))


@pytest.mark.parametrize("cache", [{}, {"cache-control": "no-store"}], ids=["plain", "no-store"])
def test_back_shows_the_page_as_it_was_left(opens: Opens, cache: dict[str, str]) -> None:
    with opens(remembering(cache)) as page:
        page.get_by_label("Who").fill("Uma")
        page.get_by_label("Size").select_option("M")
        page.get_by_label("News").check()
        page.get_by_label("Key").fill("secret")
        page.get_by_role("link").click()
        expect(page.get_by_role("heading")).to_have_text("Page 2")
        expect(page.get_by_label("Who")).to_have_value("")
        page.get_by_label("Who").fill("Ben")
        page.go_back()
        expect(page.get_by_role("heading")).to_have_text("Page 3" if cache else "Page 1")
        expect(page.get_by_label("Who")).to_have_value("Uma")
        expect(page.get_by_label("Size")).to_have_value("M")
        expect(page.get_by_label("News")).to_be_checked()
        expect(page.get_by_label("Key")).to_have_value("")
        page.go_forward()
        expect(page.get_by_role("heading")).to_have_text("Page 4" if cache else "Page 2")
        expect(page.get_by_label("Who")).to_have_value("Ben")
        page.reload()
        expect(page.get_by_label("Who")).to_have_value("")


def test_back_after_a_form_was_sent_asks_again(opens: Opens) -> None:
    with opens(remembering({})) as page:
        page.get_by_label("Who").fill("Uma")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading")).to_have_text("Sent 2")
        page.go_back()
        expect(page.get_by_role("heading")).to_have_text("Page 3")
        expect(page.get_by_label("Who")).to_have_value("Uma")
        page.go_forward()
        expect(page.get_by_role("heading")).to_have_text("Sent 2")


@pytest.mark.parametrize("cache", [{}, {"vary": "HX-Request"}], ids=["plain", "vary"])
def test_back_to_an_address_that_gave_a_fragment_too(opens: Opens, cache: dict[str, str]) -> None:
    with opens(remembering(cache)) as page:
        page.get_by_role("button", name="Part").click()
        expect(page.locator("#here")).to_have_text("fragment 2")
        page.get_by_role("link").click()
        expect(page.get_by_role("heading")).to_have_text("Page 3")
        page.go_back()
        if cache:
            expect(page.get_by_role("heading")).to_have_text("Page 4")
        else:  # What Chromium has last heard from there
            expect(page.locator("body")).to_have_text("fragment 2")


@pytest.mark.parametrize("dialect", [2, 4])
def test_what_a_page_loads_by_itself_comes_again_with_it(opens: Opens, dialect: int) -> None:
    asked = 0

    async def page(request: Request) -> Response:
        nonlocal asked
        asked += 1
        if request.url.path == "/part":
            return HTMLResponse(f"<i>part {asked}</i>")
        part = "<div id=part hx-get=/part hx-trigger=load></div><a href=/other>Other</a>"
        return HTMLResponse(f"<!doctype html>{scripts(dialect)}<h1>Page {asked}</h1>{part}")

    with opens(site(Route("/{path:path}", page))) as page_:
        expect(page_.locator("#part")).to_have_text("part 2")
        page_.get_by_role("link").click()
        expect(page_.locator("#part")).to_have_text("part 4")
        page_.go_back()
        expect(page_.get_by_role("heading")).to_have_text("Page 1")
        expect(page_.locator("#part")).to_have_text("part 4")  # The address has a newer answer


@pytest.mark.parametrize("dialect", [2, 4])
def test_a_refresh_that_htmx_does_tells_where_it_comes_from(opens: Opens, dialect: int) -> None:
    async def page(request: Request) -> Response:
        if request.url.path == "/again":
            return Response(headers={"HX-Refresh": "true"})
        came = request.headers.get("referer", "nowhere").partition("//")[2].partition("/")[2]
        button = "<button hx-post=/again>Again</button>"
        return HTMLResponse(f"<!doctype html>{scripts(dialect)}<p>from /{came}</p>{button}")

    with opens(site(Route("/{path:path}", page, methods=["GET", "POST"])), "/list?p=2") as page_:
        expect(page_.locator("p")).to_have_text("from /")
        page_.get_by_role("button").click()
        expect(page_.locator("p")).to_have_text("from /list?p=2")


@pytest.mark.parametrize("dialect", [2, 4])
def test_parts_of_drawings_and_lists_that_are_none(opens: Opens, dialect: int) -> None:
    async def page(request: Request) -> Response:
        if request.url.path == "/part":  # HTML, wherever it goes
            return HTMLResponse("<text class=new>Late</text><circle class=new r=3></circle>")
        return HTMLResponse(
            f"<!doctype html>{scripts(dialect)}<button hx-get=/part hx-target='#g'"
            " hx-swap=beforeend>Draw</button><svg width=90 height=90><g id=g><text y=20>Early"
            "</text></g></svg><select>raw<option>One</option><hr><option>Two</option></select>"
        )

    with opens(site(Route("/{path:path}", page))) as page_:
        page_.get_by_role("button").click()
        expect(page_.locator("text")).to_have_count(2)
        expect(page_.locator("text").first).to_be_visible()
        expect(page_.locator(".new")).to_have_count(2)
        for one in page_.locator(".new").all():
            expect(one).not_to_be_visible()
        assert "Late" not in page_.locator("body").inner_text()
        expect(page_.locator("hr")).not_to_be_visible()
        assert page_.locator("select").inner_text() == "One\nTwo"
        expect(page_.locator("body")).to_match_aria_snapshot("""
            - button "Draw"
            - img: Early
            - combobox:
              - option "One" [selected]
              - option "Two"
        """)


def test_a_reload_of_a_page_gone_back_to_is_asked_for_as_before(opens: Opens) -> None:
    asked: list[str | None] = []

    async def page(request: Request) -> Response:
        asked.append(request.headers.get("referer"))
        if "hx-request" in request.headers:
            return HTMLResponse("<i>part</i>")
        more = "<button hx-get=/?p=2 hx-push-url=true hx-target='#t'>More</button><p id=t></p>"
        return HTMLResponse(f"<!doctype html>{scripts(2)}{more}<a href=/other>Other</a>")

    with opens(site(Route("/{path:path}", page))) as page_:
        page_.get_by_role("button").click()
        expect(page_.locator("#t")).to_have_text("part")
        page_.get_by_role("link").click()
        expect(page_.locator("#t")).to_have_text("")
        page_.go_back()
        expect(page_.locator("body")).to_have_text("part")  # What that address gave last
        page_.reload()
        expect(page_.get_by_role("link")).to_be_visible()
        assert asked[0] is None and asked[-1] is None
