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
    return Starlette(routes=[*routes, *more])


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
