"""What a page says to somebody who has made a mistake, and that it blames nobody who has not."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fasthtml_nb.check import audit, expect, visit

from .htmx_truth.record import VERSIONS


@pytest.mark.parametrize("dialect", [2, 4])
@pytest.mark.parametrize(
    "said",
    ["hx-target=this", "hx-include=this", "hx-indicator=this", "hx-sync=this", "hx-sync=this:drop"],
)
def test_this_is_always_on_the_page(said: str, dialect: int) -> None:
    src = f"/htmx.org@{VERSIONS[dialect]}/htmx.min.js"
    head = f"<!doctype html><html lang=en><title>Home</title><script src={src}></script>"
    report = audit(f"{head}<h1>Home</h1><form><button hx-get=/x {said}>Go</button></form>")
    assert [finding for finding in report.findings if finding.rule.startswith("hx-")] == []


def shop() -> Starlette:
    async def home(request: Request) -> Response:
        src = f"/htmx.org@{VERSIONS[2]}/htmx.min.js"
        return HTMLResponse(
            f"<!doctype html><title>Shop</title><script src={src}></script><p id=out class=big></p>"
            "<dialog id=ask><button>Yes, delete</button></dialog><button>Yes</button>"
            "<button hx-post=/save hx-target='#out'>Save</button>"
            "<button hx-post=/gone hx-target='#out'>Gone</button>"
        )

    async def save(request: Request) -> Response:
        return HTMLResponse("<h1>Bad Request</h1><p>age: wants a whole number</p>", 400)

    return Starlette(routes=[Route("/", home), Route("/save", save, methods=["POST"])])


def test_a_role_that_nobody_sees_is_found_and_the_reason_told() -> None:
    button = visit(shop()).get_by_role("button", name="Yes, delete")
    with pytest.raises(TimeoutError) as failure:
        button.click()
    assert "<button>Yes, delete</button>\n        it is inside" in str(failure.value)
    assert '<dialog id="ask">, which is a dialog that is not open' in str(failure.value)


@pytest.mark.parametrize(
    ("selector", "told"),
    [("out", "has the id 'out': write '#out'"), ("big", "has the class 'big': write '.big'")],
)
def test_a_selector_without_its_mark_is_told_the_mark(selector: str, told: str) -> None:
    with pytest.raises(TimeoutError, match=told):
        visit(shop()).locator(selector).click()


def test_what_an_app_objects_to_is_told() -> None:
    page = visit(shop())
    page.get_by_role("button", name="Save").click()
    with pytest.raises(AssertionError) as failure:
        expect(page.locator("#out")).to_have_text("Saved", timeout=10)
    assert "saying 'Bad Request age: wants a whole number'" in str(failure.value)
    page.get_by_role("button", name="Gone").click()
    with pytest.raises(AssertionError) as failure:
        expect(page.locator("#out")).to_have_text("Saved", timeout=10)
    assert "POST /gone -> 404" in str(failure.value) and "saying" not in str(failure.value)


def test_a_handler_is_no_app() -> None:
    def index(page: int = 1) -> str:
        return "home"

    with pytest.raises(TypeError, match=r"found index\(page.*If it is a handler, give its app\."):
        visit(index)


def test_a_time_is_a_number_of_milliseconds() -> None:
    with pytest.raises(TypeError, match="A time is a number of milliseconds.*found '1s'"):
        visit(shop()).wait_for_timeout("1s")  # type: ignore[arg-type]


@pytest.mark.parametrize("dialect", [2, 4])
def test_a_part_that_the_answer_does_not_have_is_told(dialect: int) -> None:
    async def home(request: Request) -> Response:
        src = f"/htmx.org@{VERSIONS[dialect]}/htmx.min.js"
        return HTMLResponse(
            f"<!doctype html><script src={src}></script><ul id=list></ul>"
            "<button hx-get=/more hx-target='#list' hx-select='.item'>More</button>"
        )

    async def more(request: Request) -> Response:
        return HTMLResponse("<li class=itme>Milk")

    page = visit(Starlette(routes=[Route("/", home), Route("/more", more)]))
    page.get_by_role("button").click()
    with pytest.raises(AssertionError, match="nothing in the answer matches hx-select='.item'"):
        expect(page.get_by_role("listitem")).to_have_count(1)
