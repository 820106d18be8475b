"""The test client: with either HTTP library, in a running loop, without noise."""

import asyncio
import subprocess
import sys
import warnings

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient as StarletteTestClient

from fasthtml_nb.web.client import TestClient


async def _show(request):
    return PlainTextResponse(
        f"{request.url} {request.client.host} {request.cookies} {request.headers['x-a']}"
    )


async def _echo(websocket):
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


APP = Starlette(routes=[Route("/", _show), WebSocketRoute("/ws", _echo)])


def test_options_reach_starlette():
    client = TestClient(
        APP, "https://a.test", cookies={"c": "1"}, headers={"x-a": "b"}, client=("10.0.0.1", 1)
    )
    assert isinstance(client, StarletteTestClient)
    assert client.get("/").text == "https://a.test/ 10.0.0.1 {'c': '1'} b"


def test_websocket():
    with TestClient(APP).websocket_connect("/ws") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"


def test_in_a_running_loop():
    async def main():
        return TestClient(APP, headers={"x-a": "b"}).get("/").status_code

    assert asyncio.run(main()) == 200


def test_server_exceptions():
    async def broken(request):
        raise LookupError("ours")

    app = Starlette(routes=[Route("/", broken)])
    with pytest.raises(LookupError, match="ours"):
        TestClient(app).get("/")
    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == 500


PROGRAM = """
import sys, warnings
for name in {blocked!r}:
    sys.modules[name] = None
before = list(warnings.filters)
from fasthtml_nb.web.client import TestClient
loaded = {{name for name, module in sys.modules.items() if module}}
assert not {{"starlette.testclient", "httpx", "httpx2"}} & loaded
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("hello"))])
answer = TestClient(app).get("/")
assert warnings.filters == before
print(answer.text, type(answer).__module__.split(".")[0])
"""


@pytest.mark.parametrize(
    ("blocked", "library"), [([], "httpx2"), (["httpx2"], "httpx"), (["httpx"], "httpx2")]
)
def test_either_library(blocked, library):
    if library == "httpx2":
        pytest.importorskip("httpx2")
    run = [sys.executable, "-W", "error", "-c", PROGRAM.format(blocked=blocked)]
    answer = subprocess.run(run, capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == (f"hello {library}\n", "")


def test_other_warnings_are_not_hidden():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        TestClient(APP)
        warnings.warn("one of the app's own", UserWarning, stacklevel=1)
    assert [str(warning.message) for warning in seen] == ["one of the app's own"]
