"""A server for a cell: replaced, not doubled, and what fails is told where it belongs."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import socket
import time
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from fasthtml_nb.asgi.client import Client
from fasthtml_nb.asgi.server import Server, listening_socket, running_servers
from fasthtml_nb.workshop import kernel, serving
from fasthtml_nb.workshop.serving import (
    CHANGES,
    FramedPages,
    JupyUvi,
    JupyUviAsync,
    LiveServer,
    below_prefix,
    nb_serve,
    nb_serve_async,
    serve_nb,
)
from tests.apps.asking import read, says
from tests.apps.served import until

pytestmark = pytest.mark.usefixtures("no_server_left")


class Shell:
    """What IPython and ipykernel offer to a cell, with a record of what was sent."""

    def __init__(self):
        self.execution_count = 0
        self.sent = []
        self.user_ns = {"In": [""]}
        session = SimpleNamespace(send=self.send)
        self.kernel = SimpleNamespace(session=session, iopub_socket="iopub")
        self.asked = {}

    def send(self, stream, kind, content, parent, ident=None):
        self.sent.append((parent["header"]["msg_id"], content["text"]))

    def get_parent(self):
        return self.asked

    def run(self, cell_id, code="code"):
        self.execution_count += 1
        self.user_ns["In"].append(code)
        metadata = {"cellId": cell_id} if cell_id else {}
        self.asked = {"header": {"msg_id": f"run {self.execution_count}"}, "metadata": metadata}


@pytest.fixture
def cells(monkeypatch):
    shell = Shell()
    for module in (kernel, serving):
        monkeypatch.setattr(module, "shell", lambda: shell)
    return shell


def test_ten_runs_of_a_cell_leave_one_server_on_one_port(cells):
    ports = set()
    for number in range(10):
        cells.run("a")
        server = serve_nb(says(str(number)))
        ports.add(server.port)
        assert read(server.url) == (200, str(number))
    assert running_servers() == [server] and len(ports) == 1
    server.stop()


def test_a_front_end_that_names_no_cells_is_known_by_the_code(cells):
    cells.run("", "serve_nb(app)")
    first = serve_nb(says("one"))
    cells.run("", "serve_nb(app)")
    second = serve_nb(says("two"))
    assert not first.running and running_servers() == [second]
    cells.run("", "other = serve_nb(app)")
    third = serve_nb(says("three"))
    assert running_servers() == [second, third]
    second.stop(), third.stop()


def test_a_cell_may_have_two_servers(cells):
    for _ in range(3):
        cells.run("a")
        one, two = serve_nb(says("one")), serve_nb(says("two"))
    assert running_servers() == [one, two]
    assert (read(one.url)[1], read(two.url)[1]) == ("one", "two")
    one.stop(), two.stop()


def test_the_same_app_in_another_cell_moves_there(cells):
    app = says("x")
    cells.run("a")
    first = serve_nb(app)
    port = first.port
    cells.run("b")
    second = serve_nb(app)
    assert (first.running, second.port, running_servers()) == (False, port, [second])
    cells.run("b")  # with an app of its own, now
    third = serve_nb(says("y"))
    assert (second.running, third.port, running_servers()) == (False, port, [third])
    third.stop()


def test_another_cell_may_take_the_port(cells):
    cells.run("a")
    first = serve_nb(says("one"))
    cells.run("b")
    second = serve_nb(says("two"), port=first.port)
    assert (first.running, read(second.url), running_servers()) == (False, (200, "two"), [second])
    second.stop()


def test_a_cell_that_asks_for_another_port_moves(cells):
    cells.run("a")
    first = serve_nb(says("one"))
    with listening_socket() as free:
        port = free.getsockname()[1]
    cells.run("a")
    second = serve_nb(says("two"), port=port)
    assert (second.port, running_servers()) == (port, [second]) and not first.running
    second.stop()


def test_both_a_cell_and_an_app_that_have_servers_end_with_one(cells):
    app = says("x")
    cells.run("a")
    serve_nb(app)
    cells.run("b")
    serve_nb(says("y"))
    cells.run("b")
    last = serve_nb(app)
    assert running_servers() == [last]
    last.stop()


def test_a_plain_server_of_the_same_app_gives_way():
    app = says("x")
    plain = Server(app, key="mine").start()
    live = serve_nb(app)
    assert running_servers() == [live] and not plain.running
    live.stop()


@pytest.mark.parametrize("start", [serve_nb, JupyUvi, nb_serve])
def test_errors_at_the_start_have_their_cause_soon(start):
    @asynccontextmanager
    async def lifespan(app):
        raise ConnectionError("no database")
        yield

    since = time.monotonic()
    with listening_socket() as stranger:
        with pytest.raises(OSError, match="is taken by another program"):
            start(says("x"), port=stranger.getsockname()[1])
    with pytest.raises(RuntimeError, match="no database") as caught:
        start(says("x", lifespan=lifespan), port=None)
    assert isinstance(caught.value.__cause__, ConnectionError)
    with pytest.raises(TypeError, match="found 'app'"):
        start("app")
    assert time.monotonic() - since < 15  # nobody waited for a time limit


def test_a_failed_start_leaves_the_old_server(cells):
    @asynccontextmanager
    async def lifespan(app):
        raise ConnectionError("no database")
        yield

    cells.run("a")
    good = serve_nb(says("good"))
    cells.run("a")
    with pytest.raises(RuntimeError):
        serve_nb(says("bad", lifespan=lifespan))
    assert read(good.url) == (200, "good")
    good.stop()


def test_the_notebooks_port_is_the_same_next_time_and_another_one_if_taken(monkeypatch, cells):
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ann/work.ipynb")
    cells.run("a")
    with serve_nb(says("x")) as server:
        port = server.port
    assert 20_000 <= port < 32_000
    cells.run("z")
    with serve_nb(says("x")) as server:
        assert server.port == port
    with socket.create_server(("127.0.0.1", port)):
        cells.run("z")
        with serve_nb(says("x")) as server:
            assert server.port != port


def test_a_server_that_starts_again_keeps_its_port():
    server = serve_nb(says("x"))
    port = server.port
    server.stop()
    assert server.start().port == port
    server.stop()


def test_a_failure_is_told_under_the_cell_that_owns_the_server(cells):
    async def page(request):
        raise KeyError("inside")

    cells.run("a")
    with serve_nb(Starlette(routes=[Route("/", page)])) as server:
        cells.run("b")
        assert read(server.url)[0] == 500
        until(lambda: cells.sent)
        assert [entry.status for entry in server.log.errors] == [500]
    [(run, text)] = cells.sent
    assert run == "run 1"
    assert text.startswith("GET / failed.\nTraceback") and text.rstrip().endswith("'inside'")


def test_what_a_handler_prints_belongs_to_the_cell_of_the_server(cells):
    parents = []
    cells.set_thread_parent = lambda parent: parents.append(parent["header"]["msg_id"])
    cells.run("a")
    with serve_nb(says("x")) as server:
        cells.run("b")
        read(server.url)
    assert set(parents) == {"run 1"}


def _site():
    async def page(request):
        return HTMLResponse("<h1>é</h1>")

    async def parts(request):
        async def content():
            yield "<p>a"
            yield "<p>b"

        return StreamingResponse(content(), media_type="text/html")

    async def data(request):
        return JSONResponse({})

    async def packed(request):
        return HTMLResponse(request.headers.get("accept-encoding", "none"))

    named = {"/": page, "/parts": parts, "/data": data, "/packed": packed}
    return Starlette(routes=[Route(path, answer) for path, answer in named.items()])


def test_pages_in_frames_have_a_script_and_others_have_not():
    with serve_nb(_site()) as server:
        framed = {"sec_fetch_dest": "iframe"}
        assert read(server.url) == (200, "<h1>é</h1>")
        status, text = read(server.url, **framed)
        assert text.startswith("<h1>é</h1><script>") and text.endswith("</script>")
        assert read(server.url + "/parts", **framed)[1].startswith("<p>a<p>b<script>")
        assert read(server.url + "/data", **framed)[1] == "{}"
        packed = read(server.url + "/packed", accept_encoding="gzip", **framed)[1]
        assert packed.startswith("none<script>")


async def _hearing(send, news=1):
    """Let a page hear of `news` changes, which `send` passes on; return who listens then."""
    pages, inbox = FramedPages(says("x")), asyncio.Queue()
    inbox.put_nowait({"type": "websocket.connect"})
    scope = {"type": "websocket", "path": CHANGES, "headers": []}
    hearing = asyncio.create_task(pages(scope, inbox.get, send))
    for _ in range(news):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        pages.tell("changed")
    inbox.put_nowait({"type": "websocket.disconnect"}) if not news else None
    await asyncio.wait_for(hearing, 5)
    return pages._listeners


@pytest.mark.parametrize("error", [OSError("gone"), RuntimeError("closed already")])
def test_a_page_that_cannot_be_told_is_forgotten(error, caplog):
    async def send(message):
        if message["type"] == "websocket.send":
            raise error

    assert asyncio.run(_hearing(send)) == {}
    gc.collect()
    assert [one.getMessage() for one in caplog.records if one.levelname != "DEBUG"] == []


@pytest.mark.parametrize(("told", "heard"), [(0, []), (1, ["changed"]), (3, ["changed"])])
def test_a_change_before_the_page_listens_is_told_when_it_does(told, heard):
    async def use():
        pages, sent = FramedPages(HTMLResponse("<p>x")), []
        page = Client(pages).get("/", headers={"sec-fetch-dest": "iframe"}).text
        query = re.search(rf"{CHANGES}\?(\w+=\d+)", page)[1].encode()
        for _ in range(told):
            pages.tell("changed")
        inbox = asyncio.Queue()
        inbox.put_nowait({"type": "websocket.connect"})

        async def send(message):
            sent.append(message)

        scope = {"type": "websocket", "path": CHANGES, "headers": [], "query_string": query}
        hearing = asyncio.create_task(pages(scope, inbox.get, send))
        for _ in range(20):
            await asyncio.sleep(0)
        inbox.put_nowait({"type": "websocket.disconnect"})
        await hearing
        return [json.loads(one["text"])["op"] for one in sent if "text" in one]

    assert asyncio.run(use()) == heard


def test_no_task_is_left_when_a_page_goes():
    async def use():
        async def send(message):
            return None

        assert await _hearing(send, news=0) == {}
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(use()) == set()


def test_news_reach_the_pages_of_this_server_only():
    async def broken(request):
        raise KeyError("inside")

    with serve_nb(Starlette(routes=[Route("/broken", broken)])) as server:
        url = f"ws://127.0.0.1:{server.port}{CHANGES}"
        with pytest.raises(InvalidStatus, match="403"):
            connect(url, origin="https://evil.example")
        with connect(url, origin=server.url) as page:
            until(lambda: server._pages._listeners)
            server.tell("changed")
            assert json.loads(page.recv(5)) == {"op": "changed"}
            server._switch.on_error = server._failed
            read(server.url + "/broken")
            news = json.loads(page.recv(5))
            assert news["op"] == "error" and "KeyError: 'inside'" in news["text"]
        until(lambda: not server._pages._listeners)
        assert [entry.path for entry in server.log] == ["/broken"]


HERE = ("127.0.0.1", 5)


def _scope(path, prefix=(), root="", client=HERE):
    told = [prefix] if isinstance(prefix, str) else prefix
    headers = [(b"x-forwarded-prefix", one.encode("latin-1")) for one in told]
    return below_prefix({"path": path, "headers": headers, "client": client}, root)


@pytest.mark.parametrize(
    ("path", "prefix", "root", "found"),
    [
        ("/x", (), "", ("/x", None)),
        ("/x", "/user/ann/proxy/80", "", ("/user/ann/proxy/80/x", "/user/ann/proxy/80")),
        ("/x", "/p/", "", ("/p/x", "/p")),
        ("/p/x", "/p", "", ("/p/x", "/p")),
        ("/p", (), "/p", ("/p", "/p")),
        ("/px", (), "/p", ("/p/px", "/p")),
        ("/x", "/theirs", "/ours/", ("/ours/x", "/ours")),
        ("/x", ("/p", "/p"), "", ("/p/x", "/p")),
        ("/x", "/user/a%40b.c", "", ("/user/a%40b.c/x", "/user/a%40b.c")),
        ("/user/a@b.c/x", "/user/a%40b.c", "", ("/user/a%40b.c/x", "/user/a%40b.c")),
        ("/x", "/...", "", ("/.../x", "/...")),
        ("/x", "/" + "a" * 255, "", ("/" + "a" * 255 + "/x", "/" + "a" * 255)),
    ],
)
def test_prefixes(path, prefix, root, found):
    scope = _scope(path, prefix, root)
    assert (scope["path"], scope.get("root_path")) == found


HOSTILE = [
    *("//evil.example", "https://evil.example", "/a b", "/a/../b", "/..", "/a/..", "/a/../"),
    *("/.", "/a/./b", "/%2e%2e", "/%2E./a", "/.%2e", "/%2e", "/a//b", "/%252e%252e", "/a%2f..%2fb"),
    *("/a%5c..", "/a%00", "/a%0d%0ab", "/a%zz", "/%", "/a?b", "/a#b", "/\\evil.example", "a", "/é"),
    *("/a, /b", "/a\nb", "/" + "a" * 256, "/a" * 50_000, "*"),
]


@pytest.mark.parametrize("prefix", HOSTILE)
def test_a_hostile_prefix_counts_for_nothing(prefix):
    assert (_scope("/x", prefix)["path"], "root_path" in _scope("/x", prefix)) == ("/x", False)
    if prefix not in ("", "/"):
        with pytest.raises(ValueError, match="A prefix is a path"):
            LiveServer(says("x"), root_path=prefix)


def test_two_prefixes_that_differ_count_for_nothing():
    assert _scope("/x", ("/a", "/b"))["path"] == "/x"


@pytest.mark.parametrize(
    ("client", "is_here"),
    [
        (("127.0.0.1", 1), True),
        (("127.8.9.1", 1), True),
        (("::1", 1), True),
        (("::ffff:127.0.0.1", 1), True),
        (["127.0.0.1", 1], True),
        (("::ffff:10.0.0.7", 1), False),
        (("10.0.0.7", 1), False),
        (("192.168.0.1", 1), False),
        (("fe80::1%lo", 1), False),
        (("localhost.evil.example", 1), False),
        (("localhost", 1), False),  # A name is what somebody says, and no address
        (("", 0), False),
        (None, False),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed(client, is_here):
    assert (_scope("/x", "/p", client=client)["path"] == "/p/x") is is_here
    assert _scope("/x", "/theirs", "/p", client=client)["path"] == "/p/x"  # said by the author


def test_a_peer_on_the_network_sets_no_prefix():
    async def page(request):
        return PlainTextResponse(str(request.url_for("page")))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as routed:
        try:
            routed.connect(("192.0.2.1", 9))  # sends nothing; tells which address would be used
        except OSError:
            pytest.skip("This machine is on no network.")
        address = routed.getsockname()[0]
    app = Starlette(routes=[Route("/x", page, name="page")])
    with serve_nb(app, host="0.0.0.0", hosts=[address]) as server:
        theirs = f"http://{address}:{server.port}"
        assert read(theirs + "/x", X_Forwarded_Prefix="/evil") == (200, theirs + "/x")
        ours = f"http://127.0.0.1:{server.port}"
        assert read(ours + "/x", X_Forwarded_Prefix="/user/ann")[1] == ours + "/user/ann/x"
        assert read(ours + "/x", X_Forwarded_Prefix="/%2e%2e/a")[1] == ours + "/x"


def test_an_app_learns_its_prefix():
    async def page(request):
        return PlainTextResponse(str(request.url_for("page")))

    app = Starlette(routes=[Route("/x", page, name="page")])
    with serve_nb(app) as server:
        said = read(server.url + "/x", X_Forwarded_Prefix="/user/ann")
        assert said == (200, f"{server.url}/user/ann/x")
    with serve_nb(app, root_path="/proxy/80") as server:
        assert read(server.url + "/proxy/80/x")[1] == read(server.url + "/x")[1]


def test_fasthtmls_names():
    async def use():
        waiting = JupyUviAsync(says("x"), port=None)
        assert not waiting.running
        server = await waiting.start()
        assert server is waiting and server.running
        async with JupyUviAsync(server.app, port=None) as other:
            assert (server.running, other.running) == (False, True)
        another = await nb_serve_async(says("y"), port=None)
        assert another.running
        another.stop()

    asyncio.run(use())
    later = JupyUvi(says("x"), port=None, start=False)
    assert not later.running
    with later:
        assert read(later.url) == (200, "x")
    with JupyUviAsync(says("z"), port=None) as server:
        assert read(server.url) == (200, "z")
    assert JupyUvi(says("x"), start=False)._port == 8000
    with pytest.raises(TypeError):
        JupyUvi(says("x"), start=False, reload=True)


def test_how_a_server_shows():
    server = LiveServer(says("x"))
    assert "not running" in server._repr_mimebundle_()["text/html"]
    with server:
        shown = server._repr_mimebundle_()
        assert shown["text/plain"] == f"<LiveServer {server.url}>"
        assert f'<a href="{server.url}"' in shown["text/html"]
