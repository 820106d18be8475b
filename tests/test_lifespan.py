"""Functions and a context manager around an app's life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from starlette.applications import Starlette

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.lifespan import Lifespan, as_functions


def live(lifespan: Lifespan, app: Any = "app") -> Any:
    async def main() -> Any:
        async with lifespan(app) as state:
            return state

    return asyncio.run(main())


def test_functions_with_and_without_the_app() -> None:
    told: list[Any] = []

    class Opens:
        def method(self, app: Any) -> None:
            told.append(("method", app))

        def bare(self) -> None:
            told.append("bare")

    async def later(app: Any) -> None:
        told.append(("later", app))

    functions = [
        lambda: told.append("nothing"),
        lambda app: told.append(("app", app)),
        lambda path="x": told.append(path),
        lambda *, deep=1: told.append(deep),
        Opens().method,
        Opens().bare,
        later,
        partial(later, "given"),
        told.append,
    ]
    live(Lifespan(functions))
    assert told == [
        "nothing",
        ("app", "app"),
        "x",
        1,
        ("method", "app"),
        "bare",
        ("later", "app"),
        ("later", "given"),
        "app",
    ]


@pytest.mark.parametrize("decorated", [True, False])
def test_a_context_or_a_generator_with_its_state(decorated: bool) -> None:
    told = []

    async def context(app: Any) -> AsyncIterator[dict[str, Any]]:
        told.append("open")
        yield {"app": app}
        told.append("close")

    ls: Any = asynccontextmanager(context) if decorated else context
    lifespan = Lifespan(lambda: told.append("start"), lambda: told.append("end"), ls)
    assert live(lifespan) == {"app": "app"}
    assert told == ["start", "open", "close", "end"]


def test_all_functions_for_the_end_run_in_order_and_the_failure_is_told() -> None:
    told = []

    def fails() -> None:
        raise LookupError("ours")

    shutdown = [lambda: told.append(1), fails, lambda: told.append(2)]
    with pytest.raises(LookupError, match="ours"):
        live(Lifespan(None, shutdown))
    assert told == [1, 2]


def test_a_failed_start_has_no_end() -> None:
    told = []
    with pytest.raises(ZeroDivisionError):
        live(Lifespan([lambda: told.append("start"), lambda: 1 / 0], lambda: told.append("end")))
    assert told == ["start"]


def test_as_functions() -> None:
    assert as_functions(None) == [] and as_functions(len) == [len]
    assert as_functions((len, max)) == [len, max]


def test_on_an_app() -> None:
    told: list[Any] = []
    app = FastHTML(on_startup=lambda: told.append("option"))

    @app.on_event("startup")
    def start(app):
        told.append(type(app).__name__)

    @app.on_event("shutdown")
    async def end():
        told.append("end")

    async def context(app):
        yield {"pool": "ready"}

    app.set_lifespan(context)
    app.get("/")(lambda req: req.state.pool)
    with TestClient(app) as client:
        assert client.get("/").text == "ready"
    assert told == ["option", "FastHTML", "end"]
    with pytest.raises(ValueError, match="found 'started'"):
        app.on_event("started")


def test_with_starlette() -> None:
    told: list[Any] = []
    with TestClient(Starlette(lifespan=Lifespan(lambda: told.append(1), lambda: told.append(2)))):
        assert told == [1]
    assert told == [1, 2]
