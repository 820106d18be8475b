"""SQLite for threads and tasks: fastlite's API at once, all or nothing."""

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import apsw
import fastlite
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from fasthtml_nb.web.database import database, is_missing_row


@dataclass
class Profile:
    email: str
    phone: str
    age: int


@dataclass
class Item:
    id: int
    name: str
    n: int = 0


@pytest.fixture(params=["file", "memory", "no wal"])
def db(request, tmp_path):
    path = ":memory:" if request.param == "memory" else tmp_path / "test.db"
    # Under the load of many threads, on a busy machine, a writer may wait for long
    db = database(path, wal=request.param != "no wal", timeout=60)
    yield db
    db.close()


def together(function, values, workers=8):
    """Call `function` for all values in threads that start at once; return the results."""
    barrier = threading.Barrier(workers)

    def starter(_):
        barrier.wait(timeout=60)

    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(starter, range(workers)))
        return list(threads.map(function, values))


# fastlite's API


def test_the_quickstart(db):
    profiles = db.create(Profile, pk="email")
    profile = Profile(email="john@example.com", phone="123456789", age=5)
    assert repr(profiles.insert(profile)) == repr(profile)
    assert profiles["john@example.com"] == profile
    assert profiles.update(Profile("john@example.com", "7654321", 25)).age == 25
    assert profiles() == [Profile("john@example.com", "7654321", 25)]
    profiles.delete("john@example.com")
    assert profiles() == []


def test_calls(db):
    items = db.create(Item)
    assert [items.insert(name=name).id for name in "abc"] == [1, 2, 3]
    assert items.insert({"name": "d", "n": 4}) == Item(4, "d", 4)
    assert items.insert_all([Item(5, "e", 5), {"id": 6, "name": "f", "n": 6}]) is items
    assert items.count == 6
    assert items.upsert(Item(6, "g", 7)) == Item(6, "g", 7)
    assert items.upsert(id=7, name="h", n=7) == Item(7, "h", 7)
    assert [item.id for item in items(where="n > ?", where_args=[4], order_by="-id", limit=2)] == [
        7,
        6,
    ]
    assert items(where="n = :n", where_args={"n": 7}, with_pk=True)[0] == (6, Item(6, "g", 7))
    assert items(as_cls=False, limit=1) == [{"id": 1, "name": "a", "n": None}]
    assert items.update({"n": 8}, 7) == Item(7, "h", 8)
    assert items.get(7) == items[7] == Item(7, "h", 8)
    assert items.get(99, default=None) is items.get(10**30, default=None) is None
    assert items.selectone("name = ?", ["a"]).id == 1
    assert (
        7 in [row["id"] for row in items.rows]
        and [pk for pk, _ in items.pks_and_rows_where()][0] == 1
    )
    items.delete_where("id > ?", [3])
    assert db.q(f"select {items.c.name} from {items} where {items.c.id} = ?", (2,)) == [
        {"name": "b"}
    ]
    assert list(db.query("select count(*) as n from item")) == [{"n": 3}]
    assert db.item("select max(id) from item") == 3
    assert db.execute("select 1, 2").fetchone() == (1, 2)
    assert db.execute("select 1 where 0").fetchall() == []


def test_getters(db):
    items = db.create(Item)
    items.insert(name="a")
    assert db.t.item[1] == db["item"][1] == db.t["item"][1] == items[1]
    assert "item" in db.t and items in db.t and dir(db.t) == ["item"] and repr(db.t) == "item"
    assert db.t.item.cls is Item and not hasattr(db.t.other, "cls")
    assert db.table_names() == ["item"] and items.pks == ["id"]
    assert (
        repr(items) == "<Table item (id, name, n)>"
        and repr(db.t.other) == "<Table other (does not exist yet)>"
    )
    db.create_view("names", "select name from item")
    assert (
        db.v.names() == [{"name": "a"}] and db.view_names() == ["names"] and dir(db.v) == ["names"]
    )
    assert db.create(Item)[1] == items[1]


def test_tables_without_a_dataclass(db):
    db["cities"].insert({"id": 1, "name": "Ulm"}, pk="id")
    assert db.t.cities[1] == {"id": 1, "name": "Ulm"}
    cities = db.t.cities.dataclass()
    assert db.t.cities[1] == cities(id=1, name="Ulm")
    db["towns"].insert({"id": 1}, pk="id")
    db["towns"].insert({"id": 2, "mayor": "Zoë"}, alter=True)
    assert db.q("select mayor from towns") == [{"mayor": None}, {"mayor": "Zoë"}]


def test_schema_changes(db):
    items = db.create(Item)
    items.insert(name="a", n=1)
    items.transform(rename={"n": "number"}, types={"name": str})
    assert db.q("select * from item") == [{"id": 1, "name": "a", "number": 1}]
    items.add_column("colour", str)
    items.create_index(["name"])
    items.enable_fts(["name"])
    assert [row["name"] for row in items.search("a")] == ["a"]

    @dataclass
    class Item2:
        id: int
        name: str
        price: float

    changed = db.create(Item2, name="item", transform=True)
    assert changed.columns_dict == {"id": int, "name": str, "price": float} and changed.count == 1


def test_sql_functions_hold_everywhere(db):
    @db.register_function
    def shout(text):
        return text.upper()

    db.register_function(lambda: 1, name="version", deterministic=True)
    db.register_function(lambda: 2, name="version")
    sql = "select shout('a') as a, version() as v"
    assert together(lambda _: db.q(sql), range(16)) == [[{"a": "A", "v": 1}]] * 16
    db.register_function(lambda: 2, name="version", replace=True)
    assert together(lambda _: db.q(sql), range(16)) == [[{"a": "A", "v": 2}]] * 16


def test_settings_hold_everywhere(db):
    def setting(_):
        return db.execute("pragma foreign_keys").fetchone()[0]

    with ThreadPoolExecutor(1) as before:
        assert before.submit(setting, 0).result() == 1
        db.execute("PRAGMA foreign_keys = off")
        assert before.submit(setting, 0).result() == 0
    assert set(together(setting, range(16))) == {0}
    with db.transaction():
        assert setting(0) == 0


def test_attached_files_hold_everywhere(db, tmp_path):
    other = database(tmp_path / "it's another.db")
    other.create(Item).insert(name="elsewhere")
    db.attach("more", tmp_path / "it's another.db")
    sql = "select name from more.item"
    assert together(lambda _: db.q(sql), range(16)) == [[{"name": "elsewhere"}]] * 16
    other.close()


def test_a_failing_setting_is_not_kept(db):
    with pytest.raises(apsw.SQLError):
        db.on_connect(lambda connection: connection.execute("select nothing from nowhere"))
    assert together(lambda _: db.q("select 1 as a"), range(8)) == [[{"a": 1}]] * 8


def test_busy_timeout_and_journal(tmp_path):
    db = database(tmp_path / "a.db", timeout=2.5)
    assert db.journal_mode == "wal"
    timeouts = together(lambda _: db.conn.pragma("busy_timeout"), range(8))
    with db.transaction():
        timeouts.append(db.conn.pragma("busy_timeout"))
    assert set(timeouts) == {2500}
    assert database(tmp_path / "b.db", wal=False).journal_mode == "delete"


# Many threads


@pytest.mark.parametrize("db", ["file", "memory"], indirect=True)
def test_hammer(db):
    """Each insert returns its own row, and none is lost."""
    items = db.create(Item)

    def work(n):
        item = items.insert(name=f"item {n}", n=n)
        assert (item.name, item.n, items.last_pk) == (f"item {n}", n, item.id)
        assert items[item.id] == item
        changed = items.update(id=item.id, name="changed")
        assert changed == Item(item.id, "changed", n)
        assert len(items(where="n = ?", where_args=[n])) == 1
        if n % 3 == 0:
            items.delete(item.id)
        items.upsert(id=-1 - n, name="upserted", n=n)

    together(work, range(120))
    assert items.count == 120 - 40 + 120
    assert db.get_last_rowid() is not None


def test_create_at_once(tmp_path):
    for n in range(5):
        db = database(tmp_path / f"{n}.db")
        tables = together(lambda _, db=db: db.create(Item), range(8))
        assert {table.name for table in tables} == {"item"}
        db.close()


def test_opening_while_somebody_writes(tmp_path):
    db = database(tmp_path / "a.db")
    items = db.create(Item)
    with db.transaction():
        items.insert(name="not yet")
        started = time.monotonic()
        assert together(lambda _: items.count, range(16)) == [0] * 16
        assert time.monotonic() - started < 4  # no reader waited for the writer
    assert items.count == 1


def test_counter(db):
    """Reading and then writing inside a transaction loses no count."""
    items = db.create(Item)
    items.insert(id=1, name="counter", n=0)

    def count(_):
        with db.transaction():
            items.update(id=1, n=items[1].n + 1)

    together(count, range(80))
    assert items[1].n == 80


def test_processes(tmp_path):
    path = tmp_path / "shared.db"
    items = database(path).create(Item)
    items.insert(id=1, name="counter", n=0)
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_sqlite import Item, database
db = database({str(path)!r})
items = db.create(Item)
for _ in range(40):
    with db.transaction():
        items.update(id=1, n=items[1].n + 1)
"""
    run = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in run] == [0, 0, 0]
    assert items[1].n == 120


def test_sync_handlers(db):
    items = db.create(Item)

    def add(request):
        return JSONResponse(items.insert(name=request.path_params["name"]).name)

    def find(request):
        return JSONResponse(items(where="name = ?", where_args=[request.path_params["name"]])[0].id)

    routes = [Route("/add/{name}", add), Route("/find/{name}", find)]
    with TestClient(Starlette(routes=routes)) as client:
        names = [f"n{n}" for n in range(60)]
        assert together(lambda name: client.get(f"/add/{name}").json(), names) == names
        assert sorted(together(lambda name: client.get(f"/find/{name}").json(), names)) == list(
            range(1, 61)
        )


def test_threads_leave_no_connection(tmp_path):
    db = database(tmp_path / "a.db")
    items = db.create(Item)
    for _ in range(5):
        together(lambda _: items.count, range(16))
    gc.collect()
    assert len(db._connections.all) <= 2
    files = f"/proc/{os.getpid()}/fd"
    if os.path.isdir(files):
        open_files = [
            os.readlink(f"{files}/{fd}")
            for fd in os.listdir(files)
            if os.path.exists(f"{files}/{fd}")
        ]
        assert (
            sum(name.endswith("a.db") for name in open_files) <= 30
        )  # SQLite keeps some for later


# Transactions


def test_all_or_nothing(db):
    items = db.create(Item)
    with pytest.raises(ZeroDivisionError), db.transaction():
        items.insert(name="a")
        assert items.count == 1 and db.in_transaction
        _ = 1 / 0
    assert items.count == 0 and not db.in_transaction
    with db.transaction():
        items.insert(name="a")
        with pytest.raises(ZeroDivisionError), db.transaction():
            items.insert(name="b")
            _ = 1 / 0
        items.insert(name="c")
    assert [item.name for item in items()] == ["a", "c"]


def test_each_writing_call_is_all_or_nothing(db):
    items = db.create(Item)
    items.insert(id=150, name="in the way")
    with pytest.raises(apsw.ConstraintError):
        items.insert_all([Item(n, "x") for n in range(300)])
    assert [item.id for item in items()] == [150]


def test_begin_commit_rollback(db):
    items = db.create(Item)
    db.begin()
    items.insert(name="a")
    db.rollback()
    assert items.count == 0
    db.begin()
    items.insert(name="a")
    db.commit()
    assert items.count == 1
    with pytest.raises(apsw.SQLError, match="call begin"):
        db.commit()


def test_a_reader_may_write(tmp_path):
    """A half-read result does not stop its reader from writing, whoever wrote meanwhile."""
    db = database(tmp_path / "a.db")
    items = db.create(Item)
    items.insert_all([Item(n, "x") for n in range(20)])
    for item in items.rows:
        together(lambda n: items.insert(name="more"), range(2), workers=2)
        items.update(id=item["id"], name="seen")
        if item["id"] == 10:
            break
    assert len(items(where="name = 'seen'")) == 11


def test_tasks_do_not_share_a_transaction(tmp_path):
    db = database(tmp_path / "a.db")
    items = db.create(Item)
    seen = []

    async def careless():
        with db.transaction():
            items.insert(name="half")
            await asyncio.sleep(0.05)
            items.insert(name="done")

    async def other():
        await asyncio.sleep(0.01)
        seen.append(items.count)
        with pytest.raises(RuntimeError, match="Do not await inside a transaction"):
            items.insert(name="other")

    async def main():
        await asyncio.gather(careless(), other())
        seen.append(items.count)

    asyncio.run(main())
    assert seen == [0, 2]


def test_a_helper_in_the_pool_takes_part(db):
    items = db.create(Item)

    async def main():
        with pytest.raises(ZeroDivisionError), db.transaction():
            await run_in_threadpool(items.insert, {"name": "a"})
            assert await run_in_threadpool(lambda: items.count) == 1
            _ = 1 / 0
        return items.count

    assert asyncio.run(main()) == 0


def test_a_task_that_outlives_the_transaction(db):
    """What was started inside it has no part in it once it has ended."""
    items = db.create(Item)

    async def later():
        await asyncio.sleep(0.02)
        assert not db.in_transaction
        return items.insert(name="later").name

    async def main():
        with db.transaction():
            items.insert(name="first")
            task = asyncio.create_task(later())
        return await task

    assert asyncio.run(main()) == "later" and items.count == 2


def test_waiting_has_an_end(tmp_path):
    db = database(tmp_path / "a.db", timeout=0.2)
    other = database(tmp_path / "a.db", timeout=0.2)
    items = db.create(Item)
    with db.transaction(), ThreadPoolExecutor(1) as thread:
        with pytest.raises(apsw.BusyError, match=r"a\.db' was busy for 0\.2 seconds"):
            thread.submit(items.insert, {"name": "same program"}).result()
        with pytest.raises(apsw.BusyError):
            thread.submit(other.t.item.insert, {"name": "another one"}).result()
    items.insert(name="now")


# What is not there


@pytest.mark.parametrize("key", ["nobody", "", "a\0b", "\udc80", None, b"x", 1.5, 10**30, ("a",)])
def test_missing_rows(db, key):
    profiles = db.create(Profile, pk="email")
    for ask in (lambda: profiles[key], lambda: profiles.get(key), lambda: profiles.delete(key)):
        with pytest.raises(
            fastlite.NotFoundError, match="No row in 'profile' with email = "
        ) as caught:
            ask()
        assert is_missing_row(caught.value)
    with pytest.raises(fastlite.NotFoundError) as caught:
        profiles.update({"age": 1}, "nobody")
    assert is_missing_row(caught.value)


def test_a_closed_database(tmp_path):
    db = database(tmp_path / "a.db")
    items = db.create(Item)
    db.close()
    for ask in (items.insert, items.__call__):
        with pytest.raises(apsw.ConnectionClosedError):
            ask()
    with (
        ThreadPoolExecutor(1) as thread,
        pytest.raises(apsw.ConnectionClosedError, match="Open it anew"),
    ):
        thread.submit(items).result()
