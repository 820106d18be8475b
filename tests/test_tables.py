"""Tables from names and types: made once, extended later, never cut."""

from __future__ import annotations

import datetime
import enum
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any, Optional, Union

import pytest

from fasthtml_nb.web.database import database
from fasthtml_nb.web.tables import TABLE_OPTIONS, column_type, is_column, make_table


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Level(enum.IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        (int, int),
        (str | None, str),
        (Optional[bytes], bytes),  # noqa: UP045
        (Union[None, datetime.date], datetime.date),  # noqa: UP007
        (Size, str),
        (Size | None, str),
        (Level, int),
    ],
)
def test_column_types(annotation: Any, wanted: type) -> None:
    assert is_column(annotation)
    assert column_type("x", annotation) is wanted


@pytest.mark.parametrize("value", ["id", ("a", "b"), None, True, {"a": int}, [int], 3])
def test_no_columns(value: object) -> None:
    assert not is_column(value)


def test_a_choice_is_no_column_type() -> None:
    with pytest.raises(TypeError, match=r"found x=int \| str. Choose one, like x=str"):
        column_type("x", int | str)


def test_options_are_fastlites() -> None:
    import fastlite

    parameters = inspect.signature(fastlite.Table.create).parameters
    assert set(parameters) - {"self", "columns", "kwargs"} == TABLE_OPTIONS


def test_types_of_the_row_are_the_authors() -> None:
    schema = dict(id=int, due=datetime.date, size=Size | None, done=bool, pk="id")
    table, Row = make_table(database(), "jobs", schema)
    assert Row.__annotations__ == {
        "id": int | None,
        "due": datetime.date | None,
        "size": Size | None,
        "done": bool,
    }
    row = table.insert(Row(due=datetime.date(2027, 1, 2), size=Size.LARGE, done=True))
    assert (row.id, row.due, row.size, row.done) == (1, "2027-01-02", "l", 1)


def test_columns_come_and_stay(tmp_path: Path) -> None:
    db = database(tmp_path / "x.db")
    table, _ = make_table(db, "a", dict(id=int, old=str, pk="id"))
    table.insert(old="kept")
    added = dict(id=int, new=int, level=int, pk="id", defaults={"level": 3})
    table, Row = make_table(db, "a", added)
    row = table[1]
    assert (row.old, row.new, row.level) == ("kept", None, 3)
    assert make_table(db, "a", added)[0] is table, "a second time changes nothing"


def test_two_columns_as_key() -> None:
    db = database()
    schema = dict(a=int, b=int, pk=("a", "b"))
    assert make_table(db, "t", schema)[0].pks == ["a", "b"]
    make_table(db, "t", schema)
    make_table(db, "t", dict(a=int, b=int))
    with pytest.raises(ValueError, match="with the primary key a, b; wanted b. Keep the key"):
        make_table(db, "t", dict(a=int, b=int, pk="b"))


def test_replace_starts_afresh() -> None:
    db = database()
    make_table(db, "t", dict(id=int, pk="id"))[0].insert(id=1)
    table, _ = make_table(db, "t", dict(id=int, name=str, pk="id", replace=True))
    assert table() == []


def test_a_form_reads_into_it_twice() -> None:
    db = database()
    first = make_table(db, "t", dict(id=int, pk="id", render=lambda row: "first"))[1]
    second = make_table(db, "t", dict(id=int, pk="id"))[1]
    assert hasattr(first, "__ft__") and not hasattr(second, "__ft__")


def test_several_processes_start_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from fasthtml_nb.web.database import database;"
        "from fasthtml_nb.web.tables import make_table;"
        "make_table(database('x.db'), 't', {'id': int, sys.argv[1]: int, 'pk': 'id'})"
    )
    columns = ["a", "b", "c", "d"]
    commands = [[sys.executable, "-c", program, column] for column in columns]
    running = [subprocess.Popen(command, cwd=tmp_path) for command in commands]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    assert set(database(tmp_path / "x.db").t.t.columns_dict) == {"id", *columns}
