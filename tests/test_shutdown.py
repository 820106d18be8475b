"""Knowing that a server stops: real servers, real signals."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from fasthtml_nb.web.shutdown import ShutdownEvent, is_stopping, running_server, signal_shutdown
from tests.apps.served import app_with, listening, served


async def three():
    for number in (1, 2, 3):
        yield f"data: {number}\n\n"


def test_the_event_ends_a_stream_in_its_own_time():
    shutdown = signal_shutdown()

    async def make():
        yield "data: first\n\n"
        while not shutdown.is_set():
            await asyncio.sleep(0.02)
        yield "data: goodbye\n\n"

    with served(app_with(make)) as running, listening(running) as answer:
        parts = answer.iter_text()
        assert next(parts) == "data: first\n\n"
        running.ask_to_stop()
        assert "".join(parts) == "data: goodbye\n\n"
        assert running.stop() < 2


@pytest.mark.parametrize("kind", ["async", "thread"])
def test_a_stream_that_knows_of_no_event_is_closed_too(kind, caplog):
    closed = []

    async def forever():
        try:
            yield "data: a\n\n"
            await asyncio.sleep(60)
        finally:
            closed.append(1)

    def forever_in_a_thread():
        try:
            while True:
                yield "data: a\n\n"
                time.sleep(0.05)
        finally:
            closed.append(1)

    make = forever if kind == "async" else forever_in_a_thread
    with served(app_with(make)) as running, listening(running) as answer:
        next(answer.iter_raw())
        assert running.stop() < 2
    assert closed == [1]
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == []


@pytest.mark.parametrize("asks", ["in the generator", "in a thread", "wait"])
def test_events_know_their_server(asks):
    """Two apps, two servers, one event: only the streams of the server that stops end."""
    shutdown = signal_shutdown()

    async def looks():
        while not shutdown.is_set():
            yield "data: a\n\n"
            await asyncio.sleep(0.02)
        yield "data: end\n\n"

    def looks_in_a_thread():
        while not shutdown.is_set():
            yield "data: a\n\n"
            time.sleep(0.02)
        yield "data: end\n\n"

    async def waits():
        yield "data: a\n\n"
        await shutdown.wait()
        yield "data: end\n\n"

    make = {"in the generator": looks, "in a thread": looks_in_a_thread, "wait": waits}[asks]
    with served(app_with(make)) as one, served(app_with(make)) as other:
        with listening(one) as first, listening(other) as second:
            parts = second.iter_text()
            next(parts)
            one.stop()
            assert first.read().decode().endswith("data: end\n\n")
            assert not is_stopping(other.server)
            if asks != "wait":
                assert next(parts) == "data: a\n\n"
            other.stop()
            assert "".join(parts).endswith("data: end\n\n")


def test_an_app_that_is_served_again_begins_anew():
    shutdown = signal_shutdown()

    async def make():
        if not shutdown.is_set():
            yield "data: alive\n\n"

    app = app_with(make)
    for _ in range(3):
        with served(app) as running:
            with listening(running) as answer:
                assert answer.read() == b"data: alive\n\n"
            running.stop()


def test_many_events_and_their_own_switches():
    one, other = signal_shutdown(), signal_shutdown()
    assert isinstance(one, ShutdownEvent) and one is not other
    one.set()
    assert (one.is_set(), other.is_set()) == (True, False)
    one.clear()
    assert not one.is_set()


def test_uvicorn_stays_as_it_is():
    before = (
        dict(vars(uvicorn.Server)),
        {s: signal.getsignal(s) for s in uvicorn.server.HANDLED_SIGNALS},
    )
    shutdown = signal_shutdown()
    with served(app_with(three)) as running:
        with listening(running) as answer:
            answer.read()
        running.stop()
    assert not shutdown.is_set()
    now = (
        dict(vars(uvicorn.Server)),
        {s: signal.getsignal(s) for s in uvicorn.server.HANDLED_SIGNALS},
    )
    assert before == now


def test_the_server_is_found_behind_a_coroutine_of_the_users_own():
    seen = []

    async def app(scope, receive, send):
        assert scope["type"] == "http"
        seen.append(running_server())
        await PlainTextResponse("x")(scope, receive, send)

    async def main():
        one = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
        two = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))

        async def wrapped(server):
            await server.serve()

        running = [asyncio.create_task(wrapped(server)) for server in (one, two)]
        while not (one.started and two.started):
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient() as client:
            for server in (two, one, two):
                port = server.servers[0].sockets[0].getsockname()[1]
                await client.get(f"http://127.0.0.1:{port}/")
        one.should_exit = two.should_exit = True
        await asyncio.gather(*running)
        assert seen == [two, one, two]
        assert running_server() is None or is_stopping(running_server())

    asyncio.run(main())


MAIN = """
import asyncio, sys
from starlette.applications import Starlette
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.shutdown import signal_shutdown
from fasthtml_nb.web.sse import EventStream

app, inner = FastHTML(secret_key="x"), FastHTML(secret_key="y")
app.mount("/inner", inner)
events = [signal_shutdown() for _ in range(3)]

async def looks():
    yield "data: here\\n\\n"
    while not all(event.is_set() for event in events):
        await asyncio.sleep(0.02)
    yield "data: end\\n\\n"

async def never_looks():
    try:
        yield "data: here\\n\\n"
        await asyncio.sleep(100)
    finally:
        print("closed", flush=True)

@app.get("/stream")
def stream(): return EventStream(looks())

@inner.get("/stream")
def inner_stream(): return EventStream(never_looks())
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_uvicorns_own_command(tmp_path, how):
    """`uvicorn main:app` has its signal handlers in place before it imports the app."""
    (tmp_path / "main.py").write_text(MAIN)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            for line in running.stdout:
                if "Uvicorn running" in line:
                    break
            base = f"http://127.0.0.1:{port}"
            with httpx.Client(timeout=30) as client:
                with client.stream("GET", f"{base}/stream") as one:
                    with client.stream("GET", f"{base}/inner/stream") as two:
                        parts, more = one.iter_text(), two.iter_text()
                        assert next(parts) == next(more) == "data: here\n\n"
                        begun = time.monotonic()
                        running.send_signal(how)
                        assert "".join(parts) == "data: end\n\n"
                        assert "".join(more) == ""
                        output, _ = running.communicate(timeout=30)
            assert time.monotonic() - begun < 15  # not after the stream's own time
            assert "closed" in output and "Finished server process" in output
            assert "Traceback" not in output and "ERROR" not in output
        finally:
            running.kill()
