"""Routes for one host: Starlette's kind, and an app's own."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.host_route import HostRoute


async def show(request: Any) -> JSONResponse:
    return JSONResponse(request.path_params)


ROUTES = [
    HostRoute("/{page}", show, host="{shop}.example", name="shop"),
    HostRoute("/{page}", show, host="[::1]", name="six"),
    HostRoute("/{page:int}", show, name="number"),
]


@pytest.mark.parametrize("app", [Starlette(routes=ROUTES), FastHTML(routes=ROUTES)])
@pytest.mark.parametrize(
    ("host", "path", "wanted"),
    [
        ("tea.example", "/a", {"shop": "tea", "page": "a"}),
        ("TEA.Example:8080", "/a", {"shop": "tea", "page": "a"}),
        ("[::1]:5001", "/a", {"page": "a"}),
        ("tea.example.org", "/a", 404),
        ("a.tea.example/x", "/a", 404),
        ("example", "/a", 404),
        ("example", "/7", {"page": 7}),
        ("", "/7", {"page": 7}),
    ],
)
def test_hosts(app: Any, host: str, path: str, wanted: Any) -> None:
    answer = TestClient(app).get(path, headers={"host": host})
    found = answer.json() if answer.status_code == 200 else answer.status_code
    assert found == wanted


def test_a_handlers_host_knows_no_case_either() -> None:
    app = FastHTML()
    app.get("/", host="{shop}.example")(lambda shop: shop)
    assert TestClient(app).get("/", headers={"host": "TEA.example:80"}).text == "tea"


def test_other_methods() -> None:
    app = FastHTML(routes=[HostRoute("/", show, host="a.example")])
    client = TestClient(app)
    assert client.put("/", headers={"host": "a.example"}).status_code == 405
    assert client.put("/", headers={"host": "b.example"}).status_code == 404
