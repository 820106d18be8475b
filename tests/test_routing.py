"""Which handler answers which request, and how the table of routes changes under way."""

from __future__ import annotations

import functools
import http.client
import itertools
import re
import sys
import threading
import time
import types
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import NoMatchFound, WebSocketRoute

from fasthtml_nb.asgi.server import Server
from fasthtml_nb.common import APIRouter, Div, FastHTML, Redirect, Request, TestClient, to_xml
from fasthtml_nb.web import routing
from fasthtml_nb.web.routing import RouteFunction, RouteWarning, methods_of, path_of
from tests.apps.raw import ask_raw


def make_app(**options: Any) -> Any:
    return FastHTML(secret_key="a key for tests", default_hdrs=False, **options)


def table(app: Any) -> list[tuple[str, str, str]]:
    """Return path, methods and name of each route, in order."""
    return [(r.path, " ".join(sorted(r.methods)), r.name) for r in app.routes]


def answers(app: Any, path: str = "/") -> dict[str, str]:
    """Return what each method gets that is answered."""
    client = TestClient(app)
    asked = {m: client.request(m, path) for m in ("GET", "POST", "PUT", "DELETE", "PATCH")}
    return {m: answer.text for m, answer in asked.items() if answer.status_code != 405}


# Declaring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "methods", "answered"),
    [
        ("get", None, {"GET", "HEAD"}),
        ("post", None, {"POST"}),
        ("options", None, {"OPTIONS"}),
        ("trace", None, {"TRACE"}),
        ("index", None, {"GET", "HEAD", "POST"}),
        ("Get", None, {"GET", "HEAD", "POST"}),
        ("get", "post", {"POST"}),
        ("x", ["put", "DELETE"], {"PUT", "DELETE"}),
        ("x", ["head"], {"HEAD"}),
    ],
)
def test_methods_of(name: str, methods: Any, answered: set[str]) -> None:
    assert methods_of(name, methods) == answered


def test_path_of() -> None:
    assert (path_of("index"), path_of("add_task"), path_of("get")) == ("/", "/add_task", "/get")


def test_the_name_is_the_method_inside_a_factory_too() -> None:
    def factory() -> Any:
        app = make_app()
        rt = app.route

        @rt("/")
        def get():
            return "read"

        @rt("/")
        def post():
            return "written"

        @rt
        def index2():
            return "both"

        return app

    app = factory()
    assert answers(app) == {"GET": "read", "POST": "written"}
    assert answers(app, "/index2") == {"GET": "both", "POST": "both"}
    assert TestClient(app).head("/").text == ""


def test_bare_rt_takes_the_path_from_the_name() -> None:
    app = make_app()

    @app.route
    def index():
        return "home"

    @app.route
    def about():
        return "about"

    @app.get
    def only_get():
        return "get"

    @app.post
    def only_post():
        return "post"

    assert answers(app, "/") == {"GET": "home", "POST": "home"}
    assert answers(app, "/about") == {"GET": "about", "POST": "about"}
    assert answers(app, "/only_get") == {"GET": "get"}
    assert answers(app, "/only_post") == {"POST": "post"}


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch", "head", "options"])
def test_a_decorator_for_each_method(method: str) -> None:
    app = make_app()
    getattr(app, method)("/x")(lambda: "answered")
    answer = TestClient(app).request(method, "/x")
    assert (answer.status_code, answer.text) == (200, "" if method == "head" else "answered")
    other = TestClient(app).request("TRACE", "/x")
    assert other.status_code == 405 and method.upper() in other.headers["allow"]


def test_several_paths_for_one_handler() -> None:
    app = make_app()

    @app.route("/b")
    @app.route("/a")
    def page(req):
        return req.url.path

    client = TestClient(app)
    assert [client.get(p).text for p in ("/a", "/b")] == ["/a", "/b"]
    assert str(page) == "/b" and isinstance(page, RouteFunction)
    assert not isinstance(page.__wrapped__, RouteFunction)


def test_stacked_decorators_keep_names_and_annotations() -> None:
    app = make_app()

    def shouting(handler: Any) -> Any:
        @functools.wraps(handler)
        def shout(*args: Any, **kwargs: Any) -> str:
            return handler(*args, **kwargs).upper()

        return shout

    @app.get("/{name}")
    @shouting
    def hello(name: str, times: int = 1):
        """Say hello."""
        return f"hello {name} " * times

    assert TestClient(app).get("/uma?times=2").text == "HELLO UMA HELLO UMA "
    assert (hello.__name__, hello.__doc__) == ("hello", "Say hello.")
    assert hello("x") == "HELLO X "


def test_a_handler_can_be_a_partial_a_method_or_an_object() -> None:
    app = make_app()

    def greet(greeting: str, name: str) -> str:
        return f"{greeting} {name}"

    class Shop:
        def open(self, name: str) -> str:
            return f"open for {name}"

        def __call__(self, name: str) -> str:
            return f"called by {name}"

    class Later:
        async def __call__(self, name: str) -> str:
            return f"awaited by {name}"

    app.get("/partial/{name}")(functools.partial(greet, "hi"))
    app.get("/keyword/{name}")(functools.partial(greet, greeting="hi"))
    app.get("/method/{name}")(Shop().open)
    app.get("/object/{name}")(Shop())
    app.get("/async/{name}")(Later())
    app.get("/lambda/{name}")(lambda name: f"lambda {name}")
    found = app.get()(functools.partial(greet, "hi"))
    client = TestClient(app)
    assert client.get("/partial/uma").text == "hi uma"
    assert client.get("/keyword/uma?greeting=bye").text == "hi uma"
    assert client.get("/method/uma").text == "open for uma"
    assert client.get("/object/uma").text == "called by uma"
    assert client.get("/async/uma").text == "awaited by uma"
    assert client.get("/lambda/uma").text == "lambda uma"
    assert str(found) == "/greet" and client.get("/greet?name=uma").text == "hi uma"


def test_a_class_is_a_group_of_handlers() -> None:
    app = make_app()

    @app.route("/c/{id}")
    class C:
        def get(id: int):
            return f"get {id}"

        async def patch(id: int, name: str = "?"):
            return f"patch {id} {name}"

        @staticmethod
        def post(id: int):
            return f"post {id}"

        @classmethod
        def put(cls, id: int):
            return f"put {id} {cls.__name__}"

        def delete(self, id: int):
            return f"delete {id} {type(self).__name__}"

        def helper(self):
            raise AssertionError("not a method of HTTP")

    assert answers(app, "/c/5") == {
        "GET": "get 5",
        "POST": "post 5",
        "PUT": "put 5 C",
        "DELETE": "delete 5 C",
        "PATCH": "patch 5 ?",
    }
    assert isinstance(C, type)
    with pytest.raises(TypeError, match="The class Empty has no method called get, post"):
        app.route("/e")(type("Empty", (), {}))


def test_a_bare_class_has_the_path_of_its_name() -> None:
    app = make_app()

    @app.route
    class Tasks:
        def get():
            return "tasks"

    assert TestClient(app).get("/tasks").text == "tasks"


def test_options_of_a_route() -> None:
    app = make_app()

    @app.get("/plain", name="other", include_in_schema=False)
    def page(req: Request):
        return str(req.url_for("other"))

    (route,) = app.routes
    assert (route.name, route.include_in_schema) == ("other", False)
    assert TestClient(app).get("/plain").text == "http://testserver/plain"
    assert app.url_path_for("other") == "/plain"


def test_url_for_fills_parameters() -> None:
    app = make_app()

    @app.get("/a/{name}/{n:int}")
    def page(req: Request, name: str, n: int):
        return str(req.url_for("page", name="x y", n=2))

    assert TestClient(app).get("/a/b/1").text == "http://testserver/a/x%20y/2"
    with pytest.raises(NoMatchFound, match="page"):
        app.url_path_for("page", name="x")


# APIRouter ---------------------------------------------------------------------------------------


def test_routes_collected_apart() -> None:
    router = APIRouter("/admin", before=lambda req: None if "key" in req.query_params else "locked")

    @router("/")
    def home():
        return "home"

    @router
    def users():
        return "users"

    @router.delete("/users/{name}")
    def remove(name: str):
        return f"removed {name}"

    app = make_app()
    router.to_app(app)
    client = TestClient(app)
    assert client.get("/admin?key").text == "home"
    assert client.get("/admin/users?key").text == "users"
    assert client.get("/admin/users").text == "locked"
    assert client.delete("/admin/users/uma?key").text == "removed uma"
    assert str(router.users) == "/admin/users" and router.remove.to(name="a b") == (
        "/admin/users/a%20b"
    )
    with pytest.raises(AttributeError, match="no handler 'user'. Its handlers: home, users, rem"):
        router.user  # noqa: B018
    other = make_app()
    router.to_app(other)
    assert TestClient(other).get("/admin/users?key").text == "users"


@pytest.mark.parametrize("prefix", ["admin", "/admin/", "/"])
def test_a_prefix_that_is_none(prefix: str) -> None:
    with pytest.raises(ValueError, match="A prefix looks like '/admin'"):
        APIRouter(prefix)


# Hosts -------------------------------------------------------------------------------------------


def test_a_route_for_one_host() -> None:
    app = make_app()

    @app.get("/", host="{shop}.example")
    def shop_home(shop: str):
        return f"shop {shop}"

    @app.get("/", host="[::1]")
    def here():
        return "loopback"

    @app.get("/")
    def other_home():
        return "everybody"

    def ask(host: str) -> str:
        return TestClient(app).get("/", headers={"host": host}).text

    assert ask("tea.example") == ask("tea.example:8000") == "shop tea"
    assert ask("example") == ask("tea.example.org") == ask("") == "everybody"
    assert ask("[::1]") == ask("[::1]:8000") == "loopback"


# Replacing ---------------------------------------------------------------------------------------


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let routes believe that they are declared in a notebook."""
    ipython = types.SimpleNamespace(get_ipython=lambda: object())
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert routing.in_notebook()


def test_a_second_definition_replaces_in_place(notebook: None) -> None:
    app = make_app()
    app.get("/a")(lambda: "first")
    app.get("/b")(lambda: "b")

    @app.get("/a")
    def renamed():
        return "second"

    assert [path for path, _, _ in table(app)] == ["/a", "/b"]
    assert TestClient(app).get("/a").text == "second"


def test_a_renamed_parameter_is_the_same_path(notebook: None) -> None:
    app = make_app()
    app.get("/{a}/{n:int}")(lambda a, n: f"first {a}")
    app.get("/{b}/{m:int}")(lambda b, m: f"second {b}")
    app.get("/{b}/{m}")(lambda b, m: f"third {m}")
    assert [path for path, _, _ in table(app)] == ["/{b}/{m:int}", "/{b}/{m}"]
    client = TestClient(app)
    assert (client.get("/x/1").text, client.get("/x/y").text) == ("second x", "third y")


def test_only_the_methods_that_are_declared_again_are_replaced(notebook: None) -> None:
    app = make_app()
    app.route("/", methods=["get", "post", "put"])(lambda: "old")
    app.route("/x")(lambda: "x")
    app.post("/")(lambda: "new")
    assert answers(app) == {"GET": "old", "POST": "new", "PUT": "old"}
    app.get("/")(lambda: "newer")
    assert answers(app) == {"GET": "newer", "POST": "new", "PUT": "old"}
    assert len(table(app)) == 4
    app.route("/", methods=["get", "post", "put"])(lambda: "whole")
    assert answers(app) == dict.fromkeys(["GET", "POST", "PUT"], "whole")
    assert [path for path, _, _ in table(app)] == ["/", "/x"]


def test_hosts_are_kept_apart(notebook: None) -> None:
    app = make_app()
    app.get("/", host="a")(lambda: "a")
    app.get("/")(lambda: "any")
    app.get("/", host="a")(lambda: "a again")
    assert [route.host for route in app.routes] == ["a", None]


def test_mounts_and_websockets_are_replaced_too(notebook: None) -> None:
    app = make_app()

    def inner(text: str) -> Any:
        app = make_app()
        app.get("/")(lambda: text)
        return app

    app.mount("/m", inner("first"))
    app.get("/x")(lambda: "x")
    app.mount("/m", inner("second"))
    assert TestClient(app).get("/m/").text == "second"

    async def one(ws: Any) -> None:
        await ws.accept()
        await ws.send_text("one")

    async def two(ws: Any) -> None:
        await ws.accept()
        await ws.send_text("two")

    app.router.add(WebSocketRoute("/ws", one))
    app.router.add(WebSocketRoute("/ws", two))
    with TestClient(app).websocket_connect("/ws") as ws:
        assert ws.receive_text() == "two"


def test_a_table_is_never_changed_only_replaced(notebook: None) -> None:
    app = make_app()
    app.get("/")(lambda: "first")
    before = app.router.routes
    app.get("/")(lambda: "second")
    assert isinstance(before, tuple) and before is not app.router.routes
    assert before[0].endpoint() == "first"


def test_eight_threads_ask_while_routes_are_replaced(notebook: None) -> None:
    app = make_app()

    def register(n: int) -> None:
        app.get("/page")(lambda: f"version {n}")
        app.route("/page", methods=["post", "put"])(lambda: f"version {n}")
        app.get("/other/{x}" if n % 2 else "/other/{y}")(lambda: "other")

    register(0)
    enough = threading.Event()
    asked: list[int] = []

    def ask(_: int) -> None:
        client = TestClient(app)
        while not enough.is_set():
            for method, path in (("GET", "/page"), ("POST", "/page"), ("GET", "/other/1")):
                asked.append(client.request(method, path).status_code)

    with ThreadPoolExecutor(8) as pool:
        asking = pool.map(ask, range(8))
        try:
            last = time.monotonic() + 60
            for n in itertools.count(1):
                register(n)
                time.sleep(0.001)
                if (n >= 100 and len(asked) > 50) or time.monotonic() > last:
                    break
        finally:
            enough.set()
        list(asking)
    assert len(asked) > 50
    assert (set(asked), len(app.routes)) == ({200}, 3)


def test_threads_that_register_at_once_lose_nothing() -> None:
    app = make_app()
    started = threading.Barrier(8)

    def register(first: int) -> None:
        started.wait()
        for n in range(first * 25, first * 25 + 25):
            app.get(f"/page{n}")(lambda: "x")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(register, range(8)))
    assert {path for path, _, _ in table(app)} == {f"/page{n}" for n in range(200)}


def test_outside_a_notebook_a_lost_route_is_told() -> None:
    app = make_app()

    @app.get("/page")
    def first():
        return "first"

    with pytest.warns(RouteWarning) as told:

        @app.get("/page")
        def second():
            return "second"

    (warning,) = told
    assert str(warning.message).startswith(
        "GET HEAD /page is defined again, by 'second'; until now 'first' ("
    )
    assert warning.filename == __file__
    assert TestClient(app).get("/page").text == "second"


def test_the_same_place_run_again_is_no_loss() -> None:
    app = make_app()
    for n in range(2):

        @app.get("/page")
        def page(n: int = n):
            return n

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        router = APIRouter()
        router("/r")(page)
        router.to_app(app)
        router.to_app(app)
    assert len(app.routes) == 2


# Finding -----------------------------------------------------------------------------------------


def test_the_first_that_fits_answers() -> None:
    app = make_app()
    app.get("/{n:int}")(lambda n: f"number {n}")
    app.get("/new")(lambda: "new")
    app.get("/{name}")(lambda name: f"name {name}")
    client = TestClient(app)
    assert [client.get(p).text for p in ("/5", "/new", "/old")] == ["number 5", "new", "name old"]


@pytest.mark.parametrize(
    ("declared", "asked", "to"),
    [
        ("/a", "/a/", "/a"),
        ("/a/", "/a", "/a/"),
        ("/a", "/a/?q=1&q=2", "/a?q=1&q=2"),
        ("/a/{b}", "/a/ü%3F/", "/a/%C3%BC%3F"),
    ],
)
def test_a_slash_too_many_or_too_few(declared: str, asked: str, to: str) -> None:
    app = make_app()
    app.get(declared)(lambda: "found")
    client = TestClient(app, follow_redirects=False)
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (307, to)
    app.router.redirect_slashes = False
    assert client.get(asked).status_code == 404


@pytest.mark.parametrize(
    "path", [b"//evil.example", b"//evil.example/", b"/\\evil.example/", b"/%0d%0aset-cookie:x/"]
)
def test_no_redirect_leaves_the_site(path: bytes) -> None:
    app = make_app()
    app.get("/{a:path}/x")(lambda a: "x")
    app.get("/{b}")(lambda b: "b")
    answer = ask_raw(app, "GET", path)
    for location in answer.all("location"):
        assert not location.startswith(("//", "/\\", "http")) and "\n" not in location
    assert answer.all("set-cookie") == []


def test_head_is_get_without_a_body() -> None:
    app = make_app()
    app.get("/")(lambda: Div("x"))
    get, head = TestClient(app).get("/"), TestClient(app).head("/")
    assert (head.status_code, head.text) == (200, "")
    assert head.headers == get.headers


def test_allow_names_all_methods_of_the_path() -> None:
    app = make_app()
    app.get("/x")(lambda: "x")
    app.delete("/{name}")(lambda name: "x")
    app.put("/{name:int}")(lambda name: "x")
    answer = TestClient(app).post("/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD")
    assert answer.text == "POST is not answered here; DELETE, GET, HEAD are."


def test_encoded_slashes_stay_in_their_segment() -> None:
    app = make_app()
    app.get("/{a}/{b}")(lambda a, b: f"{a}|{b}")
    app.get("/p/{a}/{b:path}")(lambda a, b: f"{a}|{b}")
    client = TestClient(app)
    assert client.get("/p/x%2Fy/z/w").text == "x/y|z/w"
    assert client.get("/x%2Fy/z").text == "x/y|z"
    assert client.get("/x%2fy/%2Fz").text == "x/y|/z"
    assert client.get("/x/y/z").status_code == 404


# Addresses ---------------------------------------------------------------------------------------

segment = st.text(min_size=1).filter(lambda t: t not in (".", "..") and "\0" not in t)


@given(
    name=segment,
    number=st.integers(0),
    rest=st.text().filter(lambda t: "\0" not in t),
    query=st.text().filter(lambda t: "\0" not in t),
    tags=st.lists(st.text(min_size=1).filter(lambda t: "\0" not in t)),
)
def test_from_an_address_to_the_route_and_back(
    name: str, number: int, rest: str, query: str, tags: list[str]
) -> None:
    seen: list[Any] = []
    app = make_app()

    @app.get("/a/{name}/{number}/{rest:path}")
    async def page(name: str, number: int, rest: str, query: str, tags: list[str]):
        seen.append((name, number, rest, query, tags))
        return page.to(name=name, number=number, rest=rest, query=query, tags=tags)

    try:
        address = page.to(name=name, number=number, rest=rest, query=query, tags=tags)
    except ValueError:
        assert ".." in name + rest
        return
    split = urlsplit("http://testserver" + address)
    target = split.path.encode() + b"?" + split.query.encode()
    answer = ask_raw(app, "GET", target)
    assert (answer.status, seen) == (200, [(name, number, rest, query, tags)])


def test_a_route_stands_for_its_address() -> None:
    app = make_app()

    @app.route("/edit/{n}")
    def edit(n: int):
        return "x"

    @app.route
    def upload():
        return "x"

    assert to_xml(Div(hx_post=upload)) == '<div hx-post="/upload"></div>'
    assert to_xml(Div(hx_get=edit.to(n=5, q="a&b"))) == '<div hx-get="/edit/5?q=a%26b"></div>'
    assert f"{upload}" == "/upload" and repr(edit) == "<route /edit/{n} of edit>"
    app.get("/go")(lambda: Redirect(upload))
    answer = TestClient(app, follow_redirects=False).get("/go")
    assert (answer.status_code, answer.headers["location"]) == (303, "/upload")
    with pytest.raises(LookupError, match="needs 'n'"):
        edit.to()


# Taking out --------------------------------------------------------------------------------------


def _tea_app() -> Any:
    app = make_app()

    @app.route("/tea")
    def tea():
        return "tea"

    @app.put("/tea", name="fill")
    def fill():
        return "filled"

    async def socket(msg: str):
        return msg

    app.ws("/ws")(socket)
    app.mount("/old", make_app(), name="old")
    app.tea, app.fill, app.socket = tea, fill, socket
    return app


@pytest.mark.parametrize(
    ("what", "methods", "left"),
    [
        ("/tea", None, ["/ws", "/old"]),
        ("tea", None, ["/tea PUT", "/ws", "/old"]),
        ("fill", None, ["/tea GET HEAD POST", "/ws", "/old"]),
        ("/tea", "post", ["/tea GET HEAD", "/tea PUT", "/ws", "/old"]),
        ("/tea", ["GET", "put"], ["/tea POST", "/ws", "/old"]),
        ("/ws", None, ["/tea GET HEAD POST", "/tea PUT", "/old"]),
        ("/old", None, ["/tea GET HEAD POST", "/tea PUT", "/ws"]),
        ("old", None, ["/tea GET HEAD POST", "/tea PUT", "/ws"]),
    ],
)
def test_routes_are_taken_out(what: Any, methods: Any, left: list[str]) -> None:
    app = _tea_app()
    before = app.router.routes
    removed = app.remove_route(what, methods)
    assert removed and all(route in before for route in removed)
    shown = [
        " ".join([route.path, *sorted(set(getattr(route, "methods", None) or ()) - {"WEBSOCKET"})])
        for route in app.routes
    ]
    assert shown == left and len(before) == 4


def test_a_function_takes_its_route_out() -> None:
    app = _tea_app()
    for function in (app.tea, app.fill.__wrapped__, app.socket):
        assert len(app.remove_route(function)) == 1
    assert TestClient(app).get("/tea").status_code == 404


def test_what_is_not_there_is_told(notebook: None) -> None:
    app = _tea_app()
    old = app.tea
    app.route("/tea")(lambda: "new")
    for what, methods in (("/te", None), ("nobody", None), (old, None), ("/tea", "delete")):
        with pytest.raises(LookupError, match=r"No route for .*Routes here: /tea \(<lambda>\), "):
            app.remove_route(what, methods)
    with pytest.raises(LookupError, match=r"handler 'tea'\. .*one that ran again is another"):
        app.remove_route(old)
    with pytest.raises(LookupError, match="Routes here: none"):
        make_app().remove_route("/")


def test_deleting_the_function_does_nothing_by_surprise() -> None:
    import gc

    app = make_app()

    def page():
        return "still here"

    app.get("/")(page)
    del page
    gc.collect()
    assert TestClient(app).get("/").text == "still here"


@pytest.mark.slow
def test_fifty_threads_ask_while_routes_are_registered_a_thousand_times(notebook: None) -> None:
    """Over sockets: each answer is a 200, whole, and of one version or another."""
    app = make_app()

    def register(n: int) -> None:
        def named() -> str:
            return f"version {n}"

        named.__name__ = f"page{n}"  # a new name each time
        app.get("/page")(named)
        app.get("/other/{x}" if n % 2 else "/other/{y}")(lambda: f"version {n}")
        app.get(f"/passing{n % 7}")(named)
        app.remove_route(f"/passing{n % 7}")

    register(0)
    stop = threading.Event()
    wrong: list[object] = []
    counts = [0] * 50
    with Server(app) as server:

        def ask(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            while not stop.is_set():
                connection.request("GET", "/other/1" if counts[number] % 2 else "/page")
                answer = connection.getresponse()
                text = answer.read().decode()
                if answer.status != 200 or not re.fullmatch(r"version \d+", text):
                    wrong.append((answer.status, text))
                counts[number] += 1
            connection.close()

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        n = 0
        while n < 1000 or min(counts) < 10 or n % 2:  # on a busy machine they ask more slowly
            register(n := n + 1)
            if n % 20 == 0:
                time.sleep(0.02)  # let them ask
        stop.set()
        for thread in threads:
            thread.join(60)
    assert wrong == []
    assert [route.path for route in app.routes] == ["/page", "/other/{y}"]
