"""One loop for apps, one lifespan for each: threads, forks, errors, the end of the process."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fasthtml_nb.asgi import loop as loops
from fasthtml_nb.asgi.client import Client
from fasthtml_nb.asgi.loop import (
    at_stop,
    event_loop,
    lifespan_of,
    run,
    start_lifespan,
    stop_lifespan,
    wait,
)
from fasthtml_nb.web.app import FastHTML


class Recorder:
    """An app that remembers what happens to its lifespan."""

    def __init__(self, start_error: Exception | None = None, stop_error: Exception | None = None):
        self.heard: list[str] = []
        self.start_error, self.stop_error = start_error, stop_error

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        scope["state"]["app"] = "mine"
        for phase, error in (("startup", self.start_error), ("shutdown", self.stop_error)):
            message = await receive()
            assert message == {"type": f"lifespan.{phase}"}
            self.heard.append(phase)
            if error:
                await send({"type": f"lifespan.{phase}.failed", "message": f"tried\n{error}"})
                raise error
            await send({"type": f"lifespan.{phase}.complete"})


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    app = Recorder()
    yield app
    stop_lifespan(app)


async def value(given: Any) -> Any:
    return given


def test_all_threads_share_one_loop() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: event_loop(), range(32)))
    assert found == {event_loop()}
    assert [t.name for t in threading.enumerate()].count("fasthtml_nb loop") == 1


def test_the_loops_thread_does_not_keep_the_process() -> None:
    event_loop()
    [thread] = [t for t in threading.enumerate() if t.name == "fasthtml_nb loop"]
    assert thread.daemon


def test_a_coroutine_sees_the_callers_context() -> None:
    name: ContextVar[str] = ContextVar("name")
    name.set("Ada")

    async def who() -> str:
        return name.get()

    assert run(who()) == "Ada"


def test_run_works_where_a_loop_runs() -> None:
    async def cell() -> int:
        return run(value(3))

    assert asyncio.run(cell()) == 3


def test_what_a_coroutine_raises_is_raised() -> None:
    async def fail() -> None:
        raise LookupError("nothing")

    with pytest.raises(LookupError, match="^nothing$"):
        run(fail())


def test_a_timeout_of_the_coroutine_is_its_own() -> None:
    async def late() -> None:
        raise TimeoutError("the database")

    with pytest.raises(TimeoutError, match="^the database$"):
        run(late(), timeout=5)


def test_what_takes_too_long_is_cancelled() -> None:
    ended: Future[bool] = Future()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.set_result(True)
            raise

    with pytest.raises(TimeoutError, match=r"^No result within 0\.01 seconds\.$"):
        run(long(), timeout=0.01)
    assert ended.result(5)


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_the_loop_outlives_what_ends_programs(end: type[BaseException]) -> None:
    async def fail() -> None:
        raise end

    with pytest.raises(end):
        run(fail())
    assert run(value(1)) == 1


def test_waiting_on_the_loop_is_refused() -> None:
    async def impatient() -> Any:
        return wait(Future())

    with pytest.raises(RuntimeError, match="Make the handler a plain `def`"):
        run(impatient())


# Lifespans ------------------------------------------------------------------------------------


def test_a_lifespan_is_started_once_by_many_threads(recorder: Recorder) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: start_lifespan(recorder), range(32)))
    [lifespan] = found
    assert lifespan.supported and lifespan.state == {"app": "mine"}
    assert recorder.heard == ["startup"]


def test_with_counts_its_users(recorder: Recorder) -> None:
    with lifespan_of(recorder):
        with lifespan_of(recorder):
            pass
        assert recorder.heard == ["startup"]
    assert recorder.heard == ["startup", "shutdown"]
    start_lifespan(recorder)
    assert recorder.heard[2:] == ["startup"]


def test_with_ends_when_the_body_raises(recorder: Recorder) -> None:
    with pytest.raises(LookupError), lifespan_of(recorder):
        raise LookupError
    assert recorder.heard == ["startup", "shutdown"]


def test_a_failed_start_says_why_and_is_tried_again() -> None:
    app = Recorder(start_error=ValueError("no database"))
    for _ in range(2):
        with pytest.raises(
            RuntimeError, match="failed to start: ValueError: no database"
        ) as caught:
            start_lifespan(app)
        assert caught.value.__cause__ is app.start_error
    app.start_error = None
    assert start_lifespan(app).supported
    stop_lifespan(app)


def test_a_failed_stop_says_why() -> None:
    app = Recorder(stop_error=ValueError("still busy"))
    with pytest.raises(RuntimeError, match="failed to stop: ValueError: still busy") as caught:
        with lifespan_of(app):
            pass
    assert caught.value.__cause__ is app.stop_error
    stop_lifespan(app)  # it has ended all the same


def test_an_app_without_lifespan_needs_none() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError(f"no {scope['type']} here")

    lifespan = start_lifespan(app)
    assert not lifespan.supported and isinstance(lifespan.error, ValueError)
    stop_lifespan(app)


@pytest.mark.parametrize("framework", [Starlette, FastAPI])
def test_starlettes_lifespans_run(framework: Any) -> None:
    heard = []

    @asynccontextmanager
    async def lifespan(app: Any) -> Any:
        heard.append(app)
        yield {"pool": 3}
        heard.append("closed")

    app = framework(lifespan=lifespan)
    with lifespan_of(app) as running:
        assert running.state["pool"] == 3 and heard == [app]
    assert heard == [app, "closed"]


def test_fastapis_old_events_run() -> None:
    heard: list[str] = []
    app = FastAPI()
    app.router.on_startup.append(lambda: heard.append("up"))
    with lifespan_of(app):
        assert heard == ["up"]


def test_a_middlewares_own_lifespan_is_run() -> None:
    heard = []

    class Starting:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            heard.append(scope["type"])
            await self.app(scope, receive, send)

    app = Starlette(middleware=[Middleware(Starting)])
    with lifespan_of(app):
        assert heard == ["lifespan"]


def test_methods_of_one_object_are_told_apart() -> None:
    class Two:
        def __init__(self) -> None:
            self.heard: list[str] = []

        async def _answer(self, name: str, receive: Any, send: Any) -> None:
            await receive()
            self.heard.append(name)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})

        async def one(self, scope: Any, receive: Any, send: Any) -> None:
            await self._answer("one", receive, send)

        async def other(self, scope: Any, receive: Any, send: Any) -> None:
            await self._answer("other", receive, send)

    two = Two()
    first = start_lifespan(two.one)
    assert start_lifespan(two.one) is first and start_lifespan(two.other) is not first
    assert two.heard == ["one", "other"]
    stop_lifespan(two.one)
    stop_lifespan(two.other)


@pytest.mark.parametrize(
    "make", [Starlette, FastAPI, lambda: FastHTML(secret_key="k" * 32)], ids=["s", "f", "h"]
)
def test_an_app_that_is_not_used_is_forgotten(make: Any) -> None:
    app = make()
    start_lifespan(app)
    dropped = weakref.ref(app)
    known = len(loops._our_home().entries)
    del app
    gc.collect()
    assert dropped() is None
    assert len(loops._our_home().entries) < known


def test_connections_are_closed_before_the_lifespan_ends(recorder: Recorder) -> None:
    with lifespan_of(recorder):
        at_stop(recorder, lambda: recorder.heard.append("closed"))
        forget = at_stop(recorder, lambda: recorder.heard.append("not me"))
        forget()
        forget()
    assert recorder.heard == ["startup", "closed", "shutdown"]


# Processes ------------------------------------------------------------------------------------

PROGRAM = """
import asyncio, os, sys
from starlette.applications import Starlette
from fasthtml_nb.asgi.loop import run, start_lifespan, event_loop
from contextlib import asynccontextmanager

@asynccontextmanager
async def lifespan(app):
    print("up", flush=True)
    yield
    await asyncio.to_thread(print, "down", flush=True)

app = Starlette(lifespan=lifespan)
start_lifespan(app)
"""


def output(program: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM + program],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("end", "code"), [("", 0), ("sys.exit(3)", 3), ("run(asyncio.sleep(0))", 0)]
)
def test_the_end_of_the_process_ends_lifespans(end: str, code: int) -> None:
    assert output(end) == (code, "up\ndown\n", "")


def test_an_app_that_fails_at_the_end_is_logged() -> None:
    broken = """
async def broken(scope, receive, send):
    for phase in ("startup", "shutdown"):
        await receive()
        if phase == "shutdown":
            raise ValueError("lost")
        await send({"type": "lifespan.startup.complete"})
start_lifespan(broken)
"""
    code, said, errors = output(broken)
    assert (code, said) == (0, "up\ndown\n")
    assert "An app's lifespan did not end well" in errors and "ValueError: lost" in errors


@pytest.mark.skipif(not hasattr(os, "fork"), reason="No fork here.")
def test_a_forked_process_has_a_loop_of_its_own() -> None:
    program = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # that threads and fork do not go together
sys.stdout.flush()
async def one(): return 1
if os.fork() == 0:
    start_lifespan(app)
    print("child", run(one()), flush=True)
    os._exit(0)
os.wait()
print("parent", run(one()), flush=True)
"""
    assert output(program) == (0, "up\nup\nchild 1\nparent 1\ndown\n", "")


def test_plain_handlers_share_a_thread() -> None:
    seen: list[int] = []

    def home(request: Request) -> PlainTextResponse:
        seen.append(threading.get_native_id())
        return PlainTextResponse("hi")

    client = Client(Starlette(routes=[Route("/", home)]))
    for _ in range(5):
        client.get("/")
    assert len(set(seen)) == 1 and seen[0] != threading.get_native_id()


def test_an_app_that_stops_the_loop_stops_nobody() -> None:
    async def home(request: Request) -> PlainTextResponse:
        asyncio.get_running_loop().stop()
        return PlainTextResponse("hi")

    client = Client(Starlette(routes=[Route("/", home)]))
    assert [client.get("/").text for _ in range(3)] == ["hi"] * 3
