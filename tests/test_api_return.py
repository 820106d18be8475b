"""A page or JSON, by what the client accepts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from starlette.responses import JSONResponse as StarletteJSONResponse
from starlette.responses import PlainTextResponse

from fasthtml_nb.ft.tags import P
from fasthtml_nb.web.api_return import ApiReturn, JSONResponse
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.responses import cookie

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"accept": "application/json"}
PLAIN = PlainTextResponse("plain")


@pytest.fixture(scope="module")
def client() -> Any:
    app = FastHTML(secret_key="k", default_hdrs=False)

    @app.get("/bare")
    def bare(api, n: int = 1):
        return api(P("page"), page=n, due=date(2027, 1, 2))

    @app.get("/typed")
    async def typed(choice: ApiReturn):
        return choice((P("page"), cookie("a", "1")), isapi=choice.isapi)

    @app.get("/response")
    def response(api: ApiReturn):
        return api(PLAIN, a=1)

    @app.get("/json")
    def data() -> JSONResponse:
        return {"due": date(2027, 1, 2), "s": "\ud800", "n": float("inf")}

    @app.get("/field")
    def field(api: str):
        return api

    return TestClient(app)


@pytest.mark.parametrize("path", ["/bare", "/typed", "/response"])
@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (BROWSER, "page"),
        ({"accept": "*/*"}, "page"),
        ({"accept": "image/png"}, "page"),
        ({"accept": "application/json;q=0.1, text/html"}, "page"),
        (PROGRAM | {"hx-request": "true"}, "page"),
        (PROGRAM, "json"),
        ({"accept": "text/html;q=0.1, application/json"}, "json"),
    ],
)
def test_the_choice(client: Any, path: str, headers: dict[str, str], kind: str) -> None:
    answer = client.get(path, headers=headers)
    is_json = answer.headers["content-type"] == "application/json"
    assert is_json == (kind == "json")
    assert "Accept" in ", ".join(answer.headers.get_list("vary"))


def test_what_is_sent(client: Any) -> None:
    assert client.get("/bare?n=3", headers=PROGRAM).json() == {"page": 3, "due": "2027-01-02"}
    assert client.get("/typed", headers=PROGRAM).json() == {"isapi": True}
    answer = client.get("/typed", headers=BROWSER)
    assert "<p>page</p>" in answer.text and answer.cookies["a"] == "1"
    assert client.get("/field?api=x").text == "x", "a field may have that name"


def test_a_shared_response_stays_as_it_is(client: Any) -> None:
    for _ in range(2):
        assert client.get("/response", headers=BROWSER).headers["vary"] == "Accept"
    assert "vary" not in PLAIN.headers


def test_json_of_anything(client: Any) -> None:
    answer = client.get("/json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["due"] == "2027-01-02" and answer.json()["n"] is None
    with pytest.raises(TypeError):
        StarletteJSONResponse(date(2027, 1, 2))
    assert JSONResponse({1: date(2027, 1, 2)}, 201, {"x-a": "1"}).headers["x-a"] == "1"
