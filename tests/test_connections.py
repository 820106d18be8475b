"""Connections: whose turn it is, and what each of them has been told."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import apsw
import pytest

from fasthtml_nb.web.connections import Connection, Connections, Guarded, Rows


@pytest.fixture
def connections(tmp_path):
    connections = Connections(str(tmp_path / "a.db"), None, timeout=5)
    connections.current().pragma("journal_mode", "wal")
    connections.current().execute("create table t (n)")
    yield connections
    connections.close()


def rows(connections):
    return connections.current().execute("select n from t").fetchall()


def add(connections, n):
    with connections.transaction():
        connections.current().execute("insert into t values (?)", (n,))


def test_a_thread_keeps_its_connection(connections):
    mine = connections.current()
    assert connections.current() is mine
    with ThreadPoolExecutor(1) as thread:
        theirs = thread.submit(connections.current).result()
        assert theirs is not mine and thread.submit(connections.current).result() is theirs
    with connections.transaction():
        assert connections.current() is connections.inside()
        assert connections.current() not in (mine, theirs)
    assert connections.inside() is None and connections.current() is mine


def test_writers_take_turns(connections):
    inside = []

    def work(n):
        with connections.transaction():
            inside.append(n)
            time.sleep(0.001)
            assert inside.pop() == n and not inside
            connections.current().execute("insert into t values (?)", (n,))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(50)))
    assert sorted(rows(connections)) == [(n,) for n in range(50)]


def test_a_failure_frees_the_turn(connections):
    for error in (ValueError, KeyboardInterrupt, apsw.SQLError):
        with pytest.raises(error), connections.transaction():
            connections.current().execute("insert into t values (1)")
            raise error
    with pytest.raises(apsw.SQLError), connections.transaction():
        connections.current().execute("insert into nowhere values (1)")
    add(connections, 2)
    assert rows(connections) == [(2,)]


def test_a_failing_setting_frees_the_turn(connections):
    wrong = lambda connection: connection.execute("select nothing")  # noqa: E731
    with pytest.raises(apsw.SQLError):
        connections.add_setting("x", wrong)
    add(connections, 1)
    assert rows(connections) == [(1,)]


def test_settings_reach_everybody_once(connections):
    calls = []
    with ThreadPoolExecutor(1) as thread:
        thread.submit(connections.current).result()
        connections.add_setting("a", lambda connection: calls.append("first"))
        connections.add_setting("a", lambda connection: calls.append("second"))
        for _ in range(3):
            connections.current()
            thread.submit(connections.current).result()
    assert sorted(calls) == ["first", "second", "second"]


def test_the_row_that_a_transaction_wrote(connections):
    add(connections, 1)
    add(connections, 2)
    assert connections.current().last_insert_rowid() == 2


def test_transactions_in_tasks_end_one_after_the_other(connections):
    async def work(n):
        await asyncio.sleep(0.001 * (n % 3))
        await asyncio.to_thread(add, connections, n)

    async def main():
        await asyncio.gather(*(work(n) for n in range(20)))

    asyncio.run(main())
    assert sorted(rows(connections)) == [(n,) for n in range(20)]


def test_a_transaction_ended_elsewhere(connections):
    """A context that a transaction was opened in may be left without its end."""
    transaction = connections.transaction()
    thread = threading.Thread(target=transaction.__enter__)
    thread.start()
    thread.join(timeout=10)
    transaction.__exit__(None, None, None)
    assert connections.inside() is None
    add(connections, 1)
    assert rows(connections) == [(1,)]


def test_busy_timeout_cannot_be_made_shorter_while_opening(tmp_path):
    apsw.connection_hooks.append(lambda connection: connection.set_busy_timeout(1))
    try:
        connection = Connection(str(tmp_path / "a.db"), None, timeout=3)
        assert connection.pragma("busy_timeout") == 3000
        connection.set_busy_timeout(1)
        assert connection.pragma("busy_timeout") == 1
    finally:
        apsw.connection_hooks.pop()


@pytest.mark.parametrize("path", [":memory:", "", "file:shared?mode=memory"])
def test_in_memory(path):
    flags = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connections = Connections(path, flags, timeout=5)
    shared = Guarded(connections, connections.only)
    shared.execute("create table t (n)")
    assert shared.pragma("busy_timeout") == 5000 and shared.in_transaction is False

    def work(n):
        shared.execute("insert into t values (?)", (n,))
        return (n,) in shared.execute("select n from t")

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(100)))
    assert shared.execute("select count(*) from t").fetchone() == (100,)


def test_rows():
    cursor = Connection(":memory:", None, 1).execute("select 1 as a, 2 as b")
    rows = Rows(cursor)
    assert [column[0] for column in rows.description] == ["a", "b"]
    assert rows.description == rows.get_description()
    assert (rows.fetchone(), rows.fetchone(), rows.fetchall()) == ((1, 2), None, [])
    assert Rows(Connection(":memory:", None, 1).execute("select 1 where 0")).description == ()
