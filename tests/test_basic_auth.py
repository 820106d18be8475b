"""Who gets past the password dialog, by which door, and that nothing sent breaks it."""

from __future__ import annotations

import hmac
import http.client
import sqlite3
import threading
from base64 import b64decode, b64encode
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from fasthtml_nb.web import basic_auth
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.basic_auth import (
    BasicAuthMiddleware,
    KnownUsers,
    basic_guard,
    basic_logout,
    challenge,
    read_basic,
    user_pwd_auth,
)
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.guards import Beforeware
from fasthtml_nb.web.responses import cookie
from tests.browser_support import page_at, serving

UMA = ("uma", "opens: sesame")


def header(user: str, password: str, scheme: str = "Basic") -> str:
    return f"{scheme} " + b64encode(f"{user}:{password}".encode()).decode()


def app_behind(gate: Any, door: str = "before", **options: Any) -> FastHTML:
    """Make an app with a page, a websocket, a mounted app and files, behind `gate`."""
    app = FastHTML(secret_key="k", **{door: gate if door == "before" else [gate]}, **options)

    @app.get("/")
    def index(auth):
        return f"Hello {auth}"

    @app.get("/health")
    def health(auth):
        return f"well, {auth}"

    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(f"Hello {socket.scope['auth']}")
        await socket.close()

    app.router.add(WebSocketRoute("/ws", echo))
    app.mount("/other", PlainTextResponse("mounted"))
    return app


@pytest.fixture(params=["before", "middleware"])
def door(request: pytest.FixtureRequest) -> str:
    return request.param


def test_strangers_are_asked_and_users_let_in(door: str) -> None:
    client = TestClient(app_behind(user_pwd_auth(uma=UMA[1], realm='The "tea" room'), door))
    stranger = client.get("/")
    assert stranger.status_code == 401
    assert stranger.headers.get_list("www-authenticate") == [
        'Basic realm="The \\"tea\\" room", charset="UTF-8"'
    ]
    assert client.get("/", auth=UMA).text == "Hello uma"
    assert client.get("/", auth=("uma", "opens")).status_code == 401
    assert client.get("/", auth=("bob", UMA[1])).status_code == 401


def test_mounts_files_and_websockets_have_no_other_door(door: str, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("secret")
    gate = user_pwd_auth(uma=UMA[1])
    client = TestClient(app_behind(gate, door, static_path=tmp_path))
    for path in ("/other/", "/plan.txt"):
        assert client.get(path).status_code == 401
        assert client.get(path, auth=UMA).status_code == 200
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/ws"):
        pass
    assert refused.value.code == 1008
    sent = {"Authorization": header(*UMA)}
    with client.websocket_connect("/ws", headers=sent) as socket:
        assert socket.receive_text() == "Hello uma"


def test_skipped_paths_stay_open_and_have_no_user(door: str) -> None:
    client = TestClient(app_behind(user_pwd_auth(dict([UMA]), ["/health"]), door))
    assert client.get("/health").text == "well, None"
    assert client.get("/health", auth=UMA).text == "well, None"
    assert client.get("/").status_code == 401


def test_as_middleware_it_hides_what_is_not_there() -> None:
    gate = user_pwd_auth(uma=UMA[1])
    assert TestClient(app_behind(gate, "middleware")).get("/nowhere").status_code == 401
    assert TestClient(app_behind(gate, "before")).get("/nowhere").status_code == 404


@pytest.mark.parametrize("door", ["before", "middleware"])
def test_the_lifespan_gets_through(door: str) -> None:
    ran = []
    app = app_behind(user_pwd_auth(uma="x"), door, on_startup=lambda: ran.append("up"))
    with TestClient(app) as client:
        assert client.get("/", auth=("uma", "x")).status_code == 200
    assert ran == ["up"]


def test_the_user_cannot_be_sent_along() -> None:
    client = TestClient(app_behind(user_pwd_auth(uma=UMA[1], skip="/health")))
    sent = {"auth": "uma", "cookie": "auth=uma"}
    assert client.get("/health?auth=uma", headers=sent).text == "well, None"
    assert client.get("/?auth=bob", auth=UMA).text == "Hello uma"


BROKEN = [
    b"",
    b" ",
    b"Basic",
    b"Basic ",
    b"Basic  ",
    b"Basic !!",
    b"Basic dW1h",  # no colon
    b"Basic dW1hOm9wZW5z\xff",
    b"Basic /w==",  # not UTF-8
    b"Basic a",  # half a byte
    b"Basic dW1hOm9wZW5zOiBzZXNhbWU= more",
    b"Basic dW1hOm9wZW5zOiBzZXNhbWU=, Basic x",
    b"Bearer dW1hOm9wZW5zOiBzZXNhbWU=",
    b"BasicdW1hOm9wZW5zOiBzZXNhbWU=",
    b"Basic Og==",  # neither name nor password
    b"Basic OnBhc3N3b3Jk",  # no name
    b"Digest username=x",
    b"\xff\xfe",
    b"Basic " + b"A" * 20_000,
]


@pytest.mark.parametrize("value", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_header_is_nobody(value: bytes, door: str) -> None:
    client = TestClient(app_behind(user_pwd_auth(uma=UMA[1]), door))
    assert client.get("/", headers={"Authorization": value}).status_code == 401


@given(st.binary(max_size=60))
def test_no_bytes_in_the_header_fail(value: bytes) -> None:
    assert read_basic(value.decode("latin-1")) is None or b":" in b64decode(value.split()[1])


USERS = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]), min_size=1)
PASSWORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(USERS, PASSWORDS, st.sampled_from(["Basic", "basic", "BASIC"]))
def test_names_and_passwords_arrive_as_they_are(user: str, password: str, scheme: str) -> None:
    assert read_basic(header(user, password, scheme)) == (user, password)


@given(PASSWORDS, PASSWORDS)
def test_only_the_password_opens(password: str, guess: str) -> None:
    assert KnownUsers({"uma": password})("uma", guess) is (password == guess)


def test_the_comparison_takes_as_long_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def compared(a: bytes, b: bytes) -> bool:
        seen.append((len(a), len(b)))
        return hmac.compare_digest(a, b)

    monkeypatch.setattr(basic_auth, "hmac", type("hmac", (), {"compare_digest": compared}))
    known = KnownUsers({"uma": "x" * 50})
    answers = [known("uma", "x" * 50), known("uma", ""), known("bob", ""), known("bob", "y" * 999)]
    assert answers == [True, False, False, False]
    assert seen == [(64, 64)] * 4


def test_no_password_is_kept() -> None:
    known = KnownUsers({"uma": "opens sesame"})
    assert b"opens" not in repr(vars(known)).encode() and "opens" not in repr(
        user_pwd_auth(u="opens")
    )


def test_a_database_is_asked_in_a_thread(door: str) -> None:
    threads = set()

    def lookup(user: str, password: str) -> bool:
        threads.add(threading.get_ident())
        with sqlite3.connect(":memory:") as connection:
            row = connection.execute("select ? = 'uma' and ? = 'tea'", (user, password)).fetchone()
        connection.close()
        return bool(row[0])

    client = TestClient(app_behind(user_pwd_auth(lookup), door))
    assert client.get("/", auth=("uma", "tea")).text == "Hello uma"
    assert client.get("/", auth=("uma", "coffee")).status_code == 401
    assert threading.get_ident() not in threads


class Asked:
    async def __call__(self, user: str, password: str) -> bool:
        return user == "uma" and password == "tea"


async def asked(user: str, password: str) -> bool:
    return await Asked()(user, password)


@pytest.mark.parametrize("lookup", [Asked(), asked, lambda u, p: asked(u, p)])
def test_a_lookup_may_be_async(lookup: Any, door: str) -> None:
    client = TestClient(app_behind(user_pwd_auth(lookup), door))
    assert client.get("/", auth=("uma", "tea")).text == "Hello uma"
    assert client.get("/", auth=("uma", "coffee")).status_code == 401


def test_logout_is_nobody_even_for_a_lookup_that_says_yes() -> None:
    client = TestClient(app_behind(user_pwd_auth(lambda user, password: True)))
    assert client.get("/", auth=("anybody", "")).status_code == 200
    assert client.get("/", auth=("logout", "logout")).status_code == 401


def test_a_refusal_carries_nothing_of_another_visitor() -> None:
    visits = iter(range(10))

    def mark(resp: Any) -> None:
        resp.headers.append("x-visit", str(next(visits)))

    def greet(session: dict, req: Request) -> None:
        session["name"] = req.query_params.get("name")

    gate = user_pwd_auth(uma="x")
    app = FastHTML(secret_key="k", before=[greet, gate], after=mark)

    @app.get("/")
    def index():
        return "in", cookie("a", 1)

    answers = [TestClient(app).get("/", params={"name": n}) for n in ("a", "b")]
    assert [a.status_code for a in answers] == [401, 401]
    assert [len(a.headers.get_list("set-cookie")) for a in answers] == [1, 1]
    assert [a.headers.get_list("x-visit") for a in answers] == [["0"], ["1"]]


def test_gates_and_other_guards_go_together() -> None:
    def only_tea(auth):
        return None if auth == "uma" else "Tea only"

    gate = user_pwd_auth(uma="x", bob="y")
    client = TestClient(app_behind([gate, Beforeware(only_tea)]))
    assert client.get("/", auth=("uma", "x")).text == "Hello uma"
    assert client.get("/", auth=("bob", "y")).text == "Tea only"


def test_a_route_may_have_its_own_gate() -> None:
    app = FastHTML(secret_key="k")
    app.get("/admin", before=user_pwd_auth(uma="x"))(lambda auth: f"Hello {auth}")
    assert TestClient(app).get("/admin").status_code == 401
    assert TestClient(app).get("/admin", auth=("uma", "x")).text == "Hello uma"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: user_pwd_auth(), "knows no user"),
        (lambda: user_pwd_auth({}), "knows no user"),
        (
            lambda: user_pwd_auth(uma=""),
            "password of 'uma' must be text, and not empty; found a str",
        ),
        (lambda: user_pwd_auth({"uma": None}), "found a NoneType"),  # type: ignore[dict-item]
        (lambda: user_pwd_auth({"": "x"}), "found ''"),
        (lambda: user_pwd_auth({"a:b": "x"}), "found 'a:b'"),
        (lambda: user_pwd_auth(logout="x"), "not 'logout'"),
        (lambda: user_pwd_auth(lambda u, p: True, uma="x"), "a function and 'uma'"),
        (lambda: user_pwd_auth(uma="x", realm="é"), "A realm is one line of ASCII"),
        (lambda: challenge("a\r\nX: y"), "A realm is one line of ASCII"),
        (lambda: basic_guard(lambda u, p: True, "\n"), "A realm is one line of ASCII"),
    ],
)
def test_mistakes_are_found_at_once(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_the_middleware_can_be_used_by_itself() -> None:
    app = BasicAuthMiddleware(PlainTextResponse("in"), lambda u, p: p == "x", skip=["/a.*"])
    client = TestClient(app)
    assert client.get("/abc").text == "in" and client.get("/").status_code == 401
    assert client.get("/", auth=("any", "x")).text == "in"


def test_the_address_for_leaving() -> None:
    app = FastHTML(secret_key="k")
    app.get("/")(lambda req: basic_logout(req))
    assert TestClient(app).get("/").text == "http://logout:logout@testserver/"
    outer = FastHTML(secret_key="k")
    outer.mount("/shop", app)
    client = TestClient(outer, base_url="https://a.example:8443")
    assert client.get("/shop/").text == "https://logout:logout@a.example:8443/shop/"


def test_a_real_server_refuses_the_handshake(door: str) -> None:
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    with serving(app_behind(user_pwd_auth(uma="x"), door), ws="websockets-sansio") as url:
        netloc = urlsplit(url).netloc
        for sent, status in (({}, 403), ({"Authorization": header("uma", "x")}, 101)):
            with closing(http.client.HTTPConnection(netloc, timeout=30)) as connection:
                connection.request("GET", "/ws", headers={**asked, **sent})
                assert connection.getresponse().status == status


def test_a_browser_logs_in_and_out(whole_browser: Any) -> None:
    from playwright.sync_api import Error

    with serving(app_behind(user_pwd_auth(uma="x"))) as url:
        netloc = urlsplit(url).netloc
        with page_at(whole_browser, f"http://uma:x@{netloc}/") as page:
            assert page.inner_text("body") == "Hello uma"
            assert page.goto(url).status == 200  # The browser knows them by now
            try:
                left = page.goto(f"http://logout:logout@{netloc}/")
            except Error as error:
                assert "ERR_INVALID_AUTH_CREDENTIALS" in str(error)
            else:
                assert left.status == 401
            with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
                page.goto(url)
