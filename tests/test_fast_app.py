"""`fast_app`: options, columns and tables told apart; what each gives back."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fasthtml_nb.ft.tags import Li, Link, Ul
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.fast_app import fast_app
from fasthtml_nb.web.live_reload import FastHTMLWithLiveReload

HTMX = {"HX-Request": "true"}


def test_columns_make_the_table_items(tmp_path: Path) -> None:
    file = tmp_path / "data" / "app.db"
    app, rt, items, Item = fast_app(str(file), id=int, title=str, done=bool, pk="id")
    assert rt == app.route and file.is_file()
    assert (items.name, items.pks, Item.__name__) == ("items", ["id"], "Items")
    assert items.columns_dict == {"id": int, "title": str, "done": int}
    assert app.frame.title == "FastHTML page", "title=str is a column"


def test_the_rows_are_there_at_the_next_start(tmp_path: Path) -> None:
    for wanted in (["a"], ["a", "a"]):
        _, _, items, _ = fast_app(tmp_path / "x.db", id=int, title=str, pk="id")
        items.insert(title="a")
        assert [item.title for item in items()] == wanted


@pytest.mark.parametrize("how", ["tbls", "keywords", "both"])
def test_several_tables_are_pairs(how: str) -> None:
    cups, guests = dict(id=int, pk="id"), dict(name=str, pk="name")
    given: dict[str, Any] = {
        "tbls": {"tbls": {"cups": cups, "guests": guests}},
        "keywords": {"cups": cups, "guests": guests},
        "both": {"tbls": {"cups": cups}, "guests": guests},
    }[how]
    app, rt, *tables = fast_app(":memory:", **given)
    assert [(table.name, row.__name__) for table, row in tables] == [
        ("cups", "Cups"),
        ("guests", "Guests"),
    ]
    assert cups == dict(id=int, pk="id"), "what was given is left as it was"


def test_one_table_in_a_dictionary_is_not_a_pair() -> None:
    _, _, cups, Cup = fast_app(":memory:", tbls={"cups": dict(id=int, pk="id")})
    assert cups.name == "cups" and cups.insert(Cup(id=4)) == Cup(id=4)


def test_rows_show_themselves() -> None:
    app, rt, items, Item = fast_app(":memory:", lambda o: Li(o.title), id=int, title=str, pk="id")
    rt("/")(lambda: Ul(items()))
    rt("/one/{id}")(lambda id: items[id])
    items.insert(title="<b>")
    client = TestClient(app)
    assert client.get("/", headers=HTMX).text == "<ul><li>&lt;b&gt;</li></ul>"
    assert client.get("/one/1", headers=HTMX).text == "<li>&lt;b&gt;</li>"
    assert client.get("/one/2").status_code == 404


def test_a_tables_own_render_wins() -> None:
    schema = dict(id=int, pk="id", render=lambda o: Li("own"))
    _, _, items, Item = fast_app(":memory:", lambda o: Li("other"), tbls={"items": schema})
    assert Item.__ft__(Item()) == Li("own")


def test_a_form_is_read_into_a_row() -> None:
    app, rt, items, Item = fast_app(":memory:", id=int, title=str, done=bool, pk="id")
    app.post("/add")(_adding(items, Item))
    client = TestClient(app)
    assert client.post("/add", data={"title": "a", "done": "on"}).json() == [1, "a", 1]
    assert client.post("/add", data={"title": "b", "done": ""}).json() == [2, "b", 0]
    assert client.post("/add", data={"title": "c"}).json() == [3, "c", None]
    assert client.post("/add", data={"id": "x", "title": "b"}).status_code == 400


def _adding(items: Any, Item: type) -> Any:
    def add(item):
        made = items.insert(item)
        return [made.id, made.title, made.done]

    add.__annotations__["item"] = Item
    return add


def test_without_a_table_the_database_is_still_there(tmp_path: Path) -> None:
    app, rt = fast_app(tmp_path / "x.db")
    assert app.state.db.table_names() == []
    assert not hasattr(fast_app()[0].state, "db")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"statik_path": "x"}, "no option 'statik_path'. A column is a keyword with a type, like"),
        ({"db_file": ":memory:", "id": int, "pkk": "id"}, "fast_app has no option 'pkk'"),
        ({"id": int}, r"columns or tables \(id\), and no database for them. Name a file"),
        ({"tbls": {"cups": {"id": int}}}, r"columns or tables \(cups\), and no database"),
        ({"render": Li}, "found 0 tables"),
        (
            {"db_file": ":memory:", "render": Li, "a": {"id": int}, "b": {"id": int}},
            "found 2 tables. Put it into the dictionary of its table.",
        ),
        ({"db_file": ":memory:", "live": bool}, "live= is an option of fast_app; found a type"),
        ({"db_file": ":memory:", "id": int, "items": {"id": int}}, "another one of that name"),
        ({"db_file": ":memory:", "tbls": {"a": {"id": int, "pkk": "id"}}}, "has no option 'pkk'"),
        ({"theme": {"dark": True}}, "no option 'theme'"),
    ],
)
def test_mistakes(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        fast_app(**options)


def test_options_reach_the_app() -> None:
    class Layout:
        def __init__(self, content: object, request: object) -> None:
            self.content = content

        def __ft__(self) -> object:
            return Ul(self.content)

    app, rt = fast_app(hdrs=Link(rel="x"), ftrs=Li("foot"), title="T", body_wrap=Layout)
    rt("/")(lambda: Li())
    page = TestClient(app).get("/").text
    assert "<title>T</title>" in page and '<link rel="x">' in page
    assert page.endswith("<body><ul><li></li></ul><li>foot</li></body></html>")


def test_live_is_off_unless_asked() -> None:
    assert type(fast_app()[0]) is FastHTML
    app, _ = fast_app(live=True, reload_attempts=3, reload_interval=50)
    assert type(app) is FastHTMLWithLiveReload
    assert app.hdrs[-1].attrs["data-attempts"] == 3 and app.hdrs[-1].attrs["data-interval"] == 50


def test_every_option_of_the_app_is_known() -> None:
    own = set(inspect.signature(fast_app).parameters) - {"options"}
    parameters = set(inspect.signature(FastHTML).parameters) - {"bodykw"}
    for name in parameters - own:
        with pytest.raises(TypeError, match="no option 'x_x_x'"):
            fast_app(x_x_x=1, **{name: None})


def test_no_database_library_is_loaded_without_a_file() -> None:
    program = (
        "import sys; from fasthtml_nb.web.fast_app import fast_app; fast_app(live=True);"
        "print([n for n in ('fastlite', 'apswutils', 'fastcore', 'apsw') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
