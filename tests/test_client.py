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

from fasthtml_nb.web.app import FastHTML
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
from fasthtml_nb.web.app import FastHTML
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


# Sessions -----------------------------------------------------------------------------------------


def _session_app(**options):
    app = FastHTML(secret_key=["new", "old"], **options)

    @app.get("/")
    def index(session):
        session["seen"] = session.get("seen", 0) + 1
        return dict(session)

    app.get("/forget")(lambda session: session.clear())
    return app


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"sess_https_only": True},
        {"sess_domain": "shop.example"},
        {"sess_domain": ".shop.example", "sess_https_only": True},
        {"sess_path": "/", "session_cookie": "other", "same_site": "strict"},
        {"max_age": None},
    ],
)
def test_a_ready_session_comes_back(options):
    app = _session_app(**options)
    client = app.get_testclient(user="Uma", cart=[1, {"é": None}])
    assert client.session == {"user": "Uma", "cart": [1, {"é": None}]}
    assert client.get("/").json() == {"user": "Uma", "cart": [1, {"é": None}], "seen": 1}
    assert client.get("/").json()["seen"] == 2 and client.session["seen"] == 2
    client.get("/forget")
    assert client.session == {}


def test_clients_are_different_visitors():
    app = _session_app()
    one, two = app.get_testclient(user="Uma"), app.get_client(user="Ida")
    assert (one.get("/").json()["user"], two.get("/").json()["user"]) == ("Uma", "Ida")
    assert app.get_testclient().session == {}


def test_setting_a_session_replaces_the_one_there():
    client = TestClient(_session_app())
    client.get("/")
    client.session = {"seen": 41}
    assert client.get("/").json() == {"seen": 42}
    assert len(list(client.cookies.jar)) == 1
    client.session = {}
    assert client.get("/").json() == {"seen": 1}


def test_a_session_survives_a_new_key_and_no_forgery():
    app = _session_app()
    old = FastHTML(secret_key="old").sessions.sign({"user": "Uma"})
    assert app.decode_session(old) == {"user": "Uma"}
    assert app.decode_session(old[:-2]) == app.decode_session("") == {}


def test_an_awaiting_client():
    app = _session_app()

    async def main():
        async with app.get_client(asink=True, user="Uma") as client:
            await client.get("/")
            return (await client.get("/")).json()

    assert asyncio.run(main()) == {"user": "Uma", "seen": 2}


def test_a_cookie_that_would_not_come_back_is_refused():
    app = _session_app(sess_domain="shop.example")
    message = "belongs to http://shop.example, and the client asks http://testserver"
    with pytest.raises(ValueError, match=message):
        TestClient(app).session = {"user": "Uma"}
    TestClient(app, "http://shop.example").session = {"user": "Uma"}


def test_what_json_cannot_say_is_refused():
    with pytest.raises(TypeError, match=r"Found session\['user'\] of type object"):
        _session_app().get_testclient(user=object())


def test_an_app_without_a_store():
    with pytest.raises(LookupError, match="found NoneType in Starlette. Use FastHTML"):
        assert TestClient(APP).session
