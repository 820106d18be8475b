"""Sessions: lazy, noticed at any depth, never a 500 for what a browser sends."""

import copy
import json
import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.sessions import Session, Sessions, SessionStore, to_text

STORE = SessionStore("a key for these tests")


def scope_with(*cookies, scheme="http"):
    return {"type": "http", "scheme": scheme, "headers": [(b"cookie", text) for text in cookies]}


def arrived(store=STORE, **values):
    return store.load(scope_with(f"{store.cookie}={store.sign(values)}".encode()))


def attributes(header):
    return header.decode().split("; ")[1:]


# Reading: every way to look at a dictionary reads the cookie first

LOOKS = {
    "getitem": lambda s: s["a"] == 1,
    "get": lambda s: s.get("a") == 1,
    "in": lambda s: "a" in s,
    "len": lambda s: len(s) == 2,
    "bool": bool,
    "iter": lambda s: list(s) == ["a", "b"],
    "reversed": lambda s: list(reversed(s)) == ["b", "a"],
    "keys": lambda s: list(s.keys()) == ["a", "b"],
    "values": lambda s: list(s.values()) == [1, [2]],
    "items": lambda s: list(s.items()) == [("a", 1), ("b", [2])],
    "eq": lambda s: s == {"a": 1, "b": [2]},
    "eq, reflected": lambda s: {"a": 1, "b": [2]} == s,
    "ne": lambda s: s != {},
    "or": lambda s: s | {"c": 3} == {"a": 1, "b": [2], "c": 3},
    "or, reflected": lambda s: {"c": 3} | s == {"a": 1, "b": [2], "c": 3},
    "dict": lambda s: dict(s) == {"a": 1, "b": [2]},
    "update of another": lambda s: {}.update(s) is None and s["a"] == 1,
    "stars": lambda s: {**s} == dict(**s) == {"a": 1, "b": [2]},
    "json": lambda s: json.loads(json.dumps(s)) == {"a": 1, "b": [2]},
    "json, indented": lambda s: json.loads(json.dumps(s, indent=1)) == {"a": 1, "b": [2]},
    "repr": lambda s: repr(s) == "{'a': 1, 'b': [2]}",
    "format": lambda s: f"{s}" == "{'a': 1, 'b': [2]}",
    "copy": lambda s: s.copy() == {"a": 1, "b": [2]},
    "copy.copy": lambda s: copy.copy(s) == {"a": 1, "b": [2]},
    "copy.deepcopy": lambda s: copy.deepcopy(s) == {"a": 1, "b": [2]},
    "pickle": lambda s: pickle.loads(pickle.dumps(s)) == {"a": 1, "b": [2]},
    "match": lambda s: _matches(s),
    "to_text": lambda s: to_text(s) == '{"a":1,"b":[2]}',
}


def _matches(session):
    match session:
        case {"a": 1, "b": [2]}:
            return True
    return False


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_looking_reads_the_cookie(look):
    session = arrived(a=1, b=[2])
    assert type(session) is not Session and isinstance(session, Session) and not session.read
    assert look(session)
    assert type(session) is Session and session.read and not session.changed
    assert STORE.cookie_header(session, scope_with()) is None


@pytest.mark.parametrize(
    "look", [bool, len, list, dict, json.dumps, repr], ids=lambda f: f.__name__
)
def test_looking_without_a_cookie(look):
    session = STORE.load(scope_with())
    assert look(session) == look({})
    assert STORE.cookie_header(session, scope_with()) is None


CHANGES = {
    "setitem": lambda s: s.__setitem__("c", 3),
    "delitem": lambda s: s.__delitem__("a"),
    "pop": lambda s: s.pop("a"),
    "popitem": lambda s: s.popitem(),
    "setdefault": lambda s: s.setdefault("c", 3),
    "update": lambda s: s.update(a=2),
    "ior": lambda s: s.__ior__({"a": 2}),
    "nested list": lambda s: s["b"].append(3),
    "nested dict": lambda s: s["b"][0].update(y=1),
    "type": lambda s: s.update(a=True),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_changes_are_saved(change):
    session = arrived(a=1, b=[{"x": 1}])
    change(session)
    assert session.changed
    value = STORE.cookie_header(session, scope_with()).split(b";")[0].removeprefix(b"session_=")
    assert STORE.unsign(value) == session == STORE.load(scope_with(b"session_=" + value))


def test_changed_back_is_not_changed():
    session = arrived(a=1)
    session["a"] = 2
    session["a"] = 1
    assert not session.changed and STORE.cookie_header(session, scope_with()) is None


@pytest.mark.parametrize("clear", [lambda s: s.clear(), lambda s: s.pop("a")])
def test_an_emptied_session_deletes_its_cookie(clear):
    session = arrived(a=1)
    clear(session)
    header = STORE.cookie_header(session, scope_with())
    assert header == b"session_=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"


def test_emptying_nothing_sets_nothing():
    session = STORE.load(scope_with(b"session_=rubbish"))
    session["a"] = 1
    session.clear()
    assert STORE.cookie_header(session, scope_with()) is None


# What browsers may send

RUBBISH = [
    b"",
    b"session_",
    b"session_=",
    b"session_=;",
    b"session_=a.b.c",
    b"session_=\xff\xfe",
    b"session_==;;==; session_",
    b"session_=" + b"A" * 60_000,
    b"xsession_=" + STORE.sign({"a": 1}).encode(),
    b"session_=" + STORE.sign({"a": 1}).encode()[:-2],
    b"session_=" + SessionStore("another key").sign({"a": 1}).encode(),
]


@pytest.mark.parametrize("cookie", RUBBISH)
def test_rubbish_is_an_empty_session(cookie):
    assert STORE.load(scope_with(cookie)) == {}


@given(st.binary())
def test_any_bytes_are_an_empty_session(cookie):
    assert STORE.load(scope_with(b"session_=" + cookie)) == {}


@pytest.mark.parametrize("text", ["[1]", "null", '"x"', "1", "{", "", "[" * 100_000])
def test_signed_but_no_dictionary(text):
    from fasthtml_nb.web.signing import seal

    value = seal(text, STORE.keys.signer())
    assert STORE.unsign(value) is None


def test_the_first_cookie_that_verifies_counts():
    good = b"session_=" + STORE.sign({"a": 1}).encode()
    assert STORE.load(scope_with(b"session_=evil; " + good)) == {"a": 1}
    assert STORE.load(scope_with(b"session_=evil", b"x=y;" + good)) == {"a": 1}
    quoted = b'session_="' + STORE.sign({"a": 1}).encode() + b'" ; x=y'
    assert STORE.load(scope_with(quoted)) == {"a": 1}


# The cookie


@pytest.mark.parametrize(
    ("options", "scheme", "wanted"),
    [
        ({}, "http", ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"]),
        ({}, "https", ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=1209600", "Secure"]),
        ({}, "wss", ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=1209600", "Secure"]),
        ({"max_age": None}, "http", ["Path=/", "HttpOnly", "SameSite=Lax"]),
        (
            {"secure": True, "same_site": "none", "max_age": 60},
            "http",
            ["Path=/", "HttpOnly", "SameSite=None", "Max-Age=60", "Secure"],
        ),
        (
            {"secure": False, "path": "/a", "domain": "a.test", "max_age": 60},
            "https",
            ["Path=/a", "Domain=a.test", "HttpOnly", "SameSite=Lax", "Max-Age=60"],
        ),
    ],
)
def test_attributes(options, scheme, wanted):
    store = SessionStore("a key for these tests", **options)
    session = store.load(scope_with(scheme=scheme))
    session["a"] = 1
    assert attributes(store.cookie_header(session, scope_with(scheme=scheme))) == wanted


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cookie": "a;b"}, "A cookie's name .* found 'a;b'"),
        ({"cookie": ""}, "A cookie's name .* found ''"),
        ({"path": "/; Secure"}, "found '/; Secure'"),
        ({"domain": "a\r\nX: y"}, "found 'a"),
        ({"same_site": "loose"}, "found 'loose'"),
        ({"keys": ""}, "must not be empty"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        SessionStore(**{"keys": "a key for these tests", **options})


def test_rolling_expiry(monkeypatch):
    day, now = 24 * 3600, time.time()
    fresh = arrived(user=1)
    old = arrived(user=1)
    untouched = arrived(user=1)
    monkeypatch.setattr(time, "time", lambda: now + day / 2)
    assert fresh["user"] == 1 and STORE.cookie_header(fresh, scope_with()) is None
    monkeypatch.setattr(time, "time", lambda: now + day + 2)
    assert STORE.cookie_header(untouched, scope_with()) is None
    assert old["user"] == 1 and STORE.cookie_header(old, scope_with()) is not None
    monkeypatch.setattr(time, "time", lambda: now + 14 * day + 2)
    assert untouched == {}


def test_too_large():
    session = arrived(small=1, big="x" * 3000, bigger="ü\udc80" * 1000)
    session["small"] = 2
    with pytest.raises(ValueError, match=r"4096 bytes; this one needs \d+\. Largest: 'bigger' \("):
        STORE.cookie_header(session, scope_with())


def test_the_largest_that_fits():
    session = STORE.load(scope_with())
    size = 2000
    while True:
        session["x"] = "x" * size
        try:
            header = STORE.cookie_header(session, scope_with())
        except ValueError:
            break
        size += 1
    assert len(header) > 4090
    assert STORE.load(scope_with(header.split(b";")[0])) == {"x": "x" * (size - 1)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({1: 2}, r"Found the key 1 \(int\)\. Use '1'\."),
        ({None: 2}, r"Found the key None"),
        ({"a": 1, "b": {1, 2}}, r"Found session\['b'\] of type set: Object of type set"),
        ({"b": b""}, r"Found session\['b'\] of type bytes"),
        ({"b": {"deep": [object()]}}, r"Found session\['b'\] of type dict"),
        ({"b": {(1, 2): 3}}, r"Found session\['b'\] of type dict: keys must be str"),
    ],
)
def test_what_json_cannot_say(values, message):
    session = arrived()
    session.update(values)
    with pytest.raises(TypeError, match=message):
        STORE.cookie_header(session, scope_with())


def test_circles():
    session = arrived()
    session["self"] = [session]
    with pytest.raises(TypeError, match="Circular reference"):
        STORE.cookie_header(session, scope_with())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(codec=None)), JSON))
def test_round_trip(values):
    session = STORE.load(scope_with(b"session_=" + STORE.sign(values).encode()))
    assert session == values
    assert not session.changed and STORE.cookie_header(session, scope_with()) is None


def test_unused_sessions_write_no_key(tmp_path):
    store = SessionStore(key_file=tmp_path / "keys")
    session = store.load(scope_with(b"session_=" + STORE.sign({"a": 1}).encode()))
    assert session == {} and not (tmp_path / "keys").exists()
    session["a"] = 1
    assert store.cookie_header(session, scope_with()) and (tmp_path / "keys").exists()


def test_a_session_nobody_looks_at_is_not_unsigned(monkeypatch):
    def unsign(*args):
        raise AssertionError("the cookie was read")

    session = STORE.load(scope_with(b"session_=" + STORE.sign({"a": 1}).encode()))
    monkeypatch.setattr(STORE, "_open", unsign)
    assert not session.read and STORE.cookie_header(session, scope_with()) is None
    with pytest.raises(AssertionError, match="the cookie was read"):
        session["a"]


# The middleware


async def _count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return PlainTextResponse(str(request.session["n"]), headers={"vary": "Accept"})


async def _peek(request):
    return PlainTextResponse(str(dict(request.session)))


async def _blind(request):
    return PlainTextResponse("blind")


async def _socket(websocket):
    websocket.session["seen"] = True
    await websocket.accept()
    await websocket.send_json(websocket.session)
    await websocket.close()


@pytest.fixture
def client():
    routes = [Route("/count", _count), Route("/peek", _peek), Route("/blind", _blind)]
    app = Sessions(Starlette(routes=[*routes, WebSocketRoute("/ws", _socket)]), STORE)
    with TestClient(app) as client:
        yield client


def test_middleware(client):
    answer = client.get("/count")
    assert answer.headers["vary"] == "Accept, Cookie" and "set-cookie" in answer.headers
    assert [client.get("/count").text for _ in range(2)] == ["2", "3"]
    answer = client.get("/peek")
    assert answer.text == "{'n': 3}" and "set-cookie" not in answer.headers
    answer = client.get("/blind")
    assert not {"vary", "set-cookie"} & set(answer.headers)


def test_middleware_on_websockets(client):
    client.get("/count")
    with client.websocket_connect("/ws") as socket:
        assert socket.receive_json() == {"n": 1, "seen": True}
        cookies = dict(socket.extra_headers or ())
    assert b"set-cookie" in cookies


def test_two_visitors(client):
    other = TestClient(client.app)
    assert [who.get("/count").text for who in (client, other, client)] == ["1", "1", "2"]


def test_a_ready_made_session(client):
    client.cookies.set(STORE.cookie, STORE.sign({"n": 41}))
    assert client.get("/count").text == "42"


def test_a_mounted_app_uses_the_session_of_the_app_around_it():
    outer, inner = FastHTML(), FastHTML()
    outer.mount("/inner", inner)

    @outer.get("/")
    def visit(session):
        session["who"] = "uma"

    @inner.get("/who")
    def who(session):
        session["seen"] = True
        return session["who"]

    with TestClient(outer) as client:
        client.get("/")
        answer = client.get("/inner/who")
    assert answer.text == "uma" and len(answer.headers.get_list("set-cookie")) == 1
