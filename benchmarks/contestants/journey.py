"""The journey of `checks.py`: open, fill, submit, delete, and four assertions, in three ways.

`ours` drives a page without a browser, `playwright` one of Chromium's by the same function, and
`client` sends the requests by hand with Starlette's `TestClient`.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from time import perf_counter, sleep
from typing import Any

from _common import Case, serve

from fasthtml_nb.check import expect, visit
from fasthtml_nb.common import Button, Form, Input, Label, Li, Span, Titled, Ul, fast_app

TITLE = "Buy milk"
BROWSERS: list[Any] = []  # One, started when it is first wanted


def todo_app(
    threads: bool = False,  # Handlers are plain functions: Starlette runs them in its threads
) -> tuple[Any, list[str]]:
    """Return an app that keeps one list of tasks, and what it has been asked since `/`."""
    app, rt = fast_app(secret_key="of the benchmark")
    todos: dict[int, str] = {}
    asked: list[str] = []

    def count(**oob: str) -> Any:
        return Span(len(todos), id="count", **oob)

    def route(path: str, method: str) -> Callable[[Callable[..., Any]], Any]:
        def declare(handler: Callable[..., Any]) -> Any:
            @wraps(handler)
            async def coroutine(*given: Any, **named: Any) -> Any:
                return handler(*given, **named)

            return rt(path, methods=[method])(handler if threads else coroutine)

        return declare

    @route("/", "GET")
    def home():
        todos.clear()
        asked[:] = ["GET /"]
        return Titled(
            "Todos",
            Form(
                Label("New task", Input(name="title", required=True)),
                Button("Add"),
                hx_post="/todos",
                hx_target="#list",
                hx_swap="beforeend",
            ),
            Ul(id="list"),
            count(),
        )

    @route("/todos", "POST")
    def add(title: str):
        asked.append(f"POST /todos {title}")
        id = len(todos) + 1
        todos[id] = title
        button = Button(
            "Delete", hx_delete=f"/todos/{id}", hx_target="closest li", hx_swap="outerHTML"
        )
        return Li(title, button), count(hx_swap_oob="true")

    @route("/todos/{id}", "DELETE")
    def delete(id: int):
        asked.append(f"DELETE /todos/{id} {todos.pop(id)}")
        return count(hx_swap_oob="true")

    return app, asked


def act(page: Any) -> None:
    """Go on from the open page, with names that both kinds of page have."""
    page.get_by_label("New task").fill(TITLE)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("listitem")).to_have_count(0)
    expect(page.locator("#count")).to_have_text("0")


def ours(app: Any, stack: ExitStack) -> Callable[[], None]:
    """Return the journey on a new page of ours."""
    return lambda: act(visit(app, "/"))


def client(app: Any, stack: ExitStack) -> Callable[[], None]:
    """Return the journey in requests written by hand, of one client that stays open."""
    from starlette.testclient import TestClient

    asking = stack.enter_context(TestClient(app))
    htmx = {"HX-Request": "true"}

    def journey() -> None:
        assert asking.get("/").status_code == 200
        answer = asking.post("/todos", data={"title": TITLE}, headers=htmx).text
        assert answer.count("<li>") == 1
        assert re.search(r'<span[^>]*id="count"[^>]*>1<', answer)
        found = re.search(r'hx-delete="([^"]*)"', answer)
        assert found is not None
        answer = asking.delete(found[1], headers=htmx).text
        assert "<li>" not in answer
        assert re.search(r'<span[^>]*id="count"[^>]*>0<', answer)

    return journey


def playwright(app: Any, stack: ExitStack) -> Callable[[], None]:
    """Return the journey on one page of Chromium that is used again and again."""
    import uvicorn
    from playwright.sync_api import sync_playwright

    listener = stack.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        sleep(0.005)
    stack.callback(thread.join, 10)
    stack.callback(setattr, server, "should_exit", True)
    if not BROWSERS:
        running = stack.enter_context(sync_playwright())
        arguments = ["--no-sandbox"]
        BROWSERS.append(running.chromium.launch(executable_path=chromium(), args=arguments))
        stack.callback(BROWSERS[0].close)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    page = BROWSERS[0].new_context(base_url=base).new_page()

    def journey() -> None:
        page.goto("/")
        act(page)

    return journey


def chromium() -> str:
    """Return the path of Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise SystemExit(f"No Chromium on PATH (looked for {', '.join(names)}).")
    return found


def case(asked: list[str], journey: Callable[[], None]) -> Case:
    """Return the journey as a case, timed by the clock on the wall: browsers are processes."""

    def show() -> str:
        journey()
        return json.dumps(asked)

    def time_one() -> float:
        start = perf_counter()
        journey()
        return perf_counter() - start

    return Case(show, lambda calls, samples: [time_one() for _ in range(samples)])


WAYS = {"ours": ours, "client": client, "playwright": playwright}


def main() -> None:
    way = WAYS[sys.argv[1]]
    with ExitStack() as stack:
        cases = {}
        for name, threads in (("journey", False), ("in threads", True)):
            app, asked = todo_app(threads)
            cases[name] = case(asked, way(app, stack))
        serve(cases, uses=["fasthtml_nb", "starlette", "playwright"])


if __name__ == "__main__":
    main()
