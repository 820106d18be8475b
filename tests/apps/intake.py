"""An app whose handlers take all kinds of input and note that they were called."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, NamedTuple, TypedDict
from uuid import UUID

from fasthtml_nb.common import (
    FT,
    Div,
    FastHTML,
    FileResponse,
    FormErrors,
    HtmxHeaders,
    Limits,
    Script,
    Titled,
    UploadFile,
    database,
    fast_app,
    parsed_date,
)


class Size(Enum):
    """A choice."""

    SMALL = "s"
    LARGE = "l"


@dataclass
class Address:
    """A record within a record."""

    town: str
    code: int


@dataclass
class Person:
    """A record."""

    name: str
    age: int
    born: date | None = None
    sizes: list[Size] = field(default_factory=list)
    address: Address | None = None


class Point(TypedDict):
    """A mapping with types."""

    x: int
    y: int


class Pair(NamedTuple):
    """A named tuple."""

    left: int
    right: int


@dataclass
class Row:
    """A row of a table."""

    name: str
    age: int


SCALARS: dict[str, Any] = {
    "int": int,
    "float": float,
    "bool": bool,
    "date": date,
    "datetime": datetime,
    "parsed_date": parsed_date,
    "uuid": UUID,
    "decimal": Decimal,
    "enum": Size,
    "literal": Literal["one", "two"],
    "optional": int | None,
    "union": int | date,
    "list": list[int],
    "set": set[int],
    "tuple": tuple[int, int],
    "annotated": Annotated[int, "a note"],
}


def intake(limits: Limits | None = None) -> tuple[FastHTML, list[Any]]:
    """Make the app, and the list in which its handlers note their calls."""
    app, rt = fast_app(limits=limits or Limits(), secret_key="a key for tests")
    calls: list[Any] = []
    db = database(":memory:")
    people = db.create(Row, pk="name")
    people.insert(Row("uma", 5))

    def note(*values: Any) -> str:
        calls.append(values)
        return "noted"

    for name, kind in SCALARS.items():

        def scalar(value_x: Any) -> str:
            return note(value_x)

        scalar.__annotations__["value_x"] = kind
        rt(f"/scalar/{name}")(scalar)

        def in_path(value_x: Any) -> str:
            return note(value_x)

        in_path.__annotations__["value_x"] = kind
        rt(f"/path/{name}/{{value_x}}")(in_path)

    @rt("/text")
    def text(t: str) -> str:
        return note(t)

    @rt("/two")
    def two(a: int, b: date) -> str:
        return note(a, b)

    @rt("/person")
    def person(p: Person) -> str:
        return note(p)

    @rt("/point")
    def point(p: Point) -> str:
        return note(p)

    @rt("/pair")
    def pair(p: Pair) -> str:
        return note(p)

    @rt("/file")
    async def file(f: UploadFile) -> str:
        return note(f.filename, await f.read())

    @rt("/files")
    async def files(f: list[UploadFile], t: str = "") -> str:
        return note([x.filename for x in f], t)

    @rt("/all")
    def all_data(d: dict) -> str:
        return note(d)

    @rt("/rest")
    def rest(**fields) -> str:
        return note(fields)

    @rt("/raw")
    def raw(body) -> str:
        return note(body)

    @rt("/bytes")
    def raw_bytes(body: bytes) -> str:
        return note(body)

    @rt("/session")
    def session(session, sess) -> str:
        return note(dict(session))

    @rt("/htmx")
    def htmx(htmx: HtmxHeaders, user_agent: str = "") -> str:
        return note(htmx, user_agent)

    @rt("/request")
    def request(req) -> str:
        return note(dict(req.cookies), str(req.url), dict(req.query_params))

    @rt("/page")
    def page(t: str = "") -> FT:
        calls.append(t)
        return Titled(t, Div(t, id=t, title=t), Script(t))

    @rt("/errors")
    def errors(p: Person, errors: FormErrors) -> str:
        return note(p, dict(errors))

    @rt("/rows/{name}")
    def row(name: str) -> str:
        return note(people[name])

    @rt("/update")
    def update(p: Row) -> str:
        return note(people.update(p))

    @rt("/files/{p:path}")
    def a_file(p: str) -> FileResponse:
        calls.append(p)
        return FileResponse(FilePath(__file__).parent / p)

    @rt("/only")
    def get() -> str:
        return note()

    @app.get("/cookies")
    def cookies(a: str = "", b: int = 0) -> str:
        return note(a, b)

    return app, calls
