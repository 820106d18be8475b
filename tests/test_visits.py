"""What a request says to a shared object holds for that request alone."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from fasthtml_nb.ft.tags import A, Button, P
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.database import database
from fasthtml_nb.web.responses import RedirectResponse
from fasthtml_nb.web.visits import visit


def todo_app(db: Any) -> tuple[FastHTML, Any]:
    """Make an app whose guard narrows a shared table to the visitor's rows."""
    todos = db.t.todos
    todos.create(id=int, title=str, owner=str, pk="id")
    for owner in ("Uma", "O'Brien", "a\"b'; drop table todos; --"):
        todos.insert(title=f"of {owner}", owner=owner)

    def guard(req):
        todos.xtra(owner=req.headers["owner"].replace("_", "'"))

    app = FastHTML(before=guard, secret_key="k")

    @app.get("/sync")
    def sync():
        return {"titles": [row["title"] for row in todos()]}

    @app.get("/slow")
    async def slow():
        await asyncio.sleep(0.001)
        return {"titles": [row["title"] for row in todos(where="id = 1 or id > 0")]}

    @app.post("/take")
    def take(id: int):
        todos.upsert(id=id, title="mine now")

    @app.post("/insert")
    def insert(id: int):
        todos.insert(dict(id=id, title="mine now"), replace=True)

    @app.post("/change")
    def change(id: int):
        todos.update(id=id, title="changed")

    @app.post("/delete")
    def delete(id: int):
        todos.delete(id)

    return app, todos


@pytest.fixture(params=["memory", "file"])
def app_and_todos(request: Any, tmp_path: Any) -> Any:
    path = ":memory:" if request.param == "memory" else tmp_path / "todos.db"
    db = database(path)
    yield todo_app(db)
    db.close()


def test_visitors_at_the_same_time_see_their_own_rows(app_and_todos: Any) -> None:
    app, todos = app_and_todos

    def ask(number: int) -> bool:
        owner = ("Uma", "O_Brien")[number % 2]
        path = ("/sync", "/slow")[number // 2 % 2]
        found = TestClient(app).get(path, headers={"owner": owner}).json()["titles"]
        return found == [f"of {owner}".replace("_", "'")]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(40)))
    assert len(todos()) == 3, "and nothing is left of it outside"


@pytest.mark.parametrize("path", ["/take", "/insert", "/change", "/delete"])
def test_nobody_gets_at_the_row_of_another(app_and_todos: Any, path: str) -> None:
    app, todos = app_and_todos
    answer = TestClient(app).post(path, data={"id": 1}, headers={"owner": "O_Brien"})
    assert answer.status_code == 404
    assert (todos[1]["title"], todos[1]["owner"]) == ("of Uma", "Uma")
    assert TestClient(app).post(path, data={"id": 1}, headers={"owner": "Uma"}).is_success


def test_a_new_row_belongs_to_the_visitor(app_and_todos: Any) -> None:
    app, todos = app_and_todos
    TestClient(app).post("/take", data={"id": 9}, headers={"owner": "Ida"})
    assert todos[9]["owner"] == "Ida"


def test_an_owner_is_a_value_and_never_sql(app_and_todos: Any) -> None:
    app, todos = app_and_todos
    hostile = "a\"b'; drop table todos; --"
    assert [row["id"] for row in todos(xtra={"owner": hostile})] == [3]
    assert todos(xtra={"owner": "' or 1 or '"}) == []
    assert todos("id > :low", {"low": 0}, xtra={"owner": "Uma"}, with_pk=True)[0][0] == 1
    assert len(todos(None, None, "id desc", 2)) == 2


def test_a_null_can_be_asked_for(app_and_todos: Any) -> None:
    _, todos = app_and_todos
    todos.insert(title="nobody's", owner=None)
    assert [row["title"] for row in todos(xtra={"owner": None})] == ["nobody's"]


def test_outside_of_requests_it_holds_for_all(app_and_todos: Any) -> None:
    app, todos = app_and_todos
    todos.xtra(owner="Uma")
    app.get("/all", name="x")(lambda: {"n": len(todos())})
    assert len(todos()) == 1
    assert len(TestClient(app).get("/sync", headers={"owner": "O_Brien"}).json()["titles"]) == 1
    todos.xtra()
    assert len(todos()) == 3


def test_an_app_mounted_in_another_is_narrowed_by_its_guard() -> None:
    inner, outer = FastHTML(secret_key="k"), None

    @inner.get("/")
    def owner():
        return {"owner": visit().get("owner")}

    def guard(req):
        visit()["owner"] = "Uma"

    outer = FastHTML(before=guard, secret_key="k")
    outer.mount("/inner", inner)
    assert TestClient(outer).get("/inner/").json() == {"owner": "Uma"}
    assert TestClient(inner).get("/").json() == {"owner": None}
    assert visit() is None


def test_each_socket_has_its_own() -> None:
    app = FastHTML(secret_key="k")

    async def conn(req, n: int):
        visit()["n"] = n

    @app.ws("/ws/{n}", conn=conn)
    async def message(send):
        await send(str(visit()["n"]))

    client = TestClient(app)
    with client.websocket_connect("/ws/1") as one, client.websocket_connect("/ws/2") as two:
        for socket, wanted in ((one, "1"), (two, "2"), (one, "1")):
            socket.send_json({})
            assert socket.receive_text() == wanted


# Below a prefix -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["async", "thread"])
def test_handlers_addresses_are_below_the_servers_prefix(kind: str) -> None:
    app = FastHTML(default_hdrs=False, secret_key="k")

    @app.get("/tea/{name}")
    def tea(name: str):
        return P(name)

    def links():
        return Button("a", hx_get=tea.to(name="oolong")), A("b", href=more), A("c", href="/own")

    @app.get("/more")
    def more():
        return RedirectResponse(tea.to(name="assam"))

    if kind == "thread":
        app.get("/")(links)
    else:

        @app.get("/")
        async def home():
            return links()

    inside = TestClient(app, root_path="/user/ann/proxy/8000", follow_redirects=False)
    text = inside.get("/user/ann/proxy/8000/").text
    assert 'hx-get="/user/ann/proxy/8000/tea/oolong"' in text
    assert 'href="/user/ann/proxy/8000/more"' in text
    assert 'href="/own"' in text
    moved = inside.get("/user/ann/proxy/8000/more")
    assert moved.headers["location"] == "/user/ann/proxy/8000/tea/assam"
    assert 'href="/more"' in TestClient(app).get("/").text
    assert str(more) == "/more"


def test_a_mounted_app_is_where_its_author_put_it() -> None:
    inner = FastHTML(default_hdrs=False, secret_key="k")

    @inner.get("/more")
    def more():
        return A("more", href=more)

    outer = FastHTML(default_hdrs=False, secret_key="k")
    outer.mount("/inner", inner)
    plain = Starlette(routes=[Mount("/inner", inner)])
    for app in (outer, plain):
        assert 'href="/more"' in TestClient(app).get("/inner/more").text
        below = TestClient(app, root_path="/root").get("/root/inner/more")
        assert 'href="/root/more"' in below.text
