"""The server beside us, over real sockets."""

from __future__ import annotations

import asyncio
import gc
import http.client
import os
import socket
import threading
from contextlib import ExitStack, asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from websockets.sync.client import connect

from fasthtml_nb.asgi.loop import run
from fasthtml_nb.asgi.server import Server, listening_socket, running_servers
from tests.apps.asking import read, says
from tests.apps.served import until

pytestmark = pytest.mark.usefixtures("no_server_left")


def test_it_answers_from_start_to_stop_on_loopback_only():
    with Server(says("hello")) as server:
        assert read(server.url) == (200, "hello")
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server._core.socket.getsockname()[0] == "127.0.0.1"
        port = server.port
        assert repr(server) == f"<Server {server.url}>"
    assert repr(server) == "<Server, not running>"
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1)
    server.stop()  # once more does no harm
    with server:
        assert read(server.url) == (200, "hello")


def test_in_an_event_loop():
    async def use():
        async with Server(says("async")) as server:
            return await asyncio.to_thread(read, server.url)

    assert asyncio.run(use()) == (200, "async")


def test_answers_have_a_date_and_the_log_an_entry():
    with Server(says("hello")) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", "/?q=1")
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("date").endswith(" GMT")
        connection.close()
        until(lambda: server.log)  # the entry is made once the answer is out
        entry = server.log[-1]
    assert (entry.method, entry.path, entry.status, entry.error) == ("GET", "/?q=1", 200, "")
    bundle = server.log._repr_mimebundle_()
    assert "/?q=1" in bundle["text/html"] and "/?q=1" in bundle["text/plain"]


def test_foreign_pages_and_names_are_refused_before_the_app():
    with Server(says("secret")) as server:
        assert read(server.url, Host="evil.example")[0] == 421
        assert read(server.url, Origin="https://evil.example")[0] == 403
        assert read(server.url, Origin=server.url) == (200, "secret")
    with Server(says("open"), hosts=["lab.example"], origins=["https://hub.example"]) as server:
        assert read(server.url, Host="lab.example", Origin="https://hub.example") == (200, "open")


def test_a_taken_port_is_told_at_once():
    taken = listening_socket()
    port = taken.getsockname()[1]
    try:
        with pytest.raises(OSError, match=rf"Port {port} is taken by another program\. Choose"):
            Server(says("x"), port=port).start()
    finally:
        taken.close()
    with Server(says("x"), port=port) as server:
        assert server.port == port
    with pytest.raises(OSError, match=r"Cannot listen on '192\.0\.2\.1', port 0: .*127\.0\.0\.1"):
        Server(says("x"), host="192.0.2.1").start()


def test_a_lifespan_that_fails_has_its_cause():
    @asynccontextmanager
    async def lifespan(app):
        raise ConnectionError("no database")
        yield

    with pytest.raises(RuntimeError, match="failed to start: .*no database") as caught:
        Server(says("x", lifespan=lifespan)).start()
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_the_lifespan_runs_from_start_to_stop_and_gives_its_state():
    events = []

    @asynccontextmanager
    async def lifespan(app):
        events.append("up")
        yield {"word": "state"}
        events.append("down")

    async def page(request):
        return PlainTextResponse(request.state.word)

    with Server(Starlette(routes=[Route("/", page)], lifespan=lifespan)) as server:
        assert read(server.url) == (200, "state")
        assert events == ["up"]
    assert events == ["up", "down"]


def test_a_second_server_of_the_same_app_takes_the_place_of_the_first():
    app = says("x")
    first = Server(app).start()
    port = first.port
    second = Server(app).start()
    assert (first.running, second.running, second.port) == (False, True, port)
    first.stop()  # has nothing left to stop
    assert read(second.url) == (200, "x")
    third = Server(app, port=port).start()
    assert third.port == port
    free = listening_socket()
    other = free.getsockname()[1]
    free.close()
    fourth = Server(app, port=other).start()
    assert running_servers() == [fourth] and fourth.port == other
    fourth.stop()


def test_ten_runs_of_a_cell_leave_one_server_and_connections_stay_open():
    server = Server(says("0"), key="cell").start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for number in range(10):
        server = Server(says(str(number)), key="cell").start()
        connection.request("GET", "/")
        assert connection.getresponse().read() == str(number).encode()
    assert running_servers() == [server]
    connection.close()
    server.stop()


def test_an_app_is_swapped_with_its_lifespan():
    events = []

    def app(name):
        @asynccontextmanager
        async def lifespan(app):
            events.append(f"{name} up")
            yield
            events.append(f"{name} down")

        return says(name, lifespan=lifespan)

    with Server(app("one")) as server:
        server.app = app("two")
        assert read(server.url) == (200, "two")
        assert events == ["one up", "two up", "one down"]
    assert events[-1] == "two down"


def test_an_app_that_cannot_start_does_not_take_the_place_of_one_that_runs():
    @asynccontextmanager
    async def lifespan(app):
        raise ValueError("typing error")
        yield

    with Server(says("good")) as server:
        with pytest.raises(RuntimeError, match="typing error"):
            server.app = says("bad", lifespan=lifespan)
        assert read(server.url) == (200, "good")


def test_failures_are_answered_logged_and_given_on():
    async def page(request):
        raise KeyError("inside")

    async def late(request):
        async def content():
            yield "half"
            raise ValueError("too late")

        return StreamingResponse(content())

    app = Starlette(routes=[Route("/", page), Route("/late", late)])
    seen = []
    with Server(app, on_error=seen.append) as server:
        assert read(server.url)[0] == 500
        with pytest.raises(http.client.IncompleteRead):
            read(server.url + "/late")
        until(lambda: len(seen) == 2)
        assert server.log.errors == seen
    assert [e.error.strip().rpartition("\n")[2] for e in seen] == [
        "KeyError: 'inside'",
        "ValueError: too late",
    ]
    assert all("starlette" not in e.error and "test_server.py" in e.error for e in seen)


def _streams(ended):
    async def events(request):
        async def content():
            try:
                number = 0
                while True:
                    yield f"data: {number}\n\n"
                    number += 1
                    await asyncio.sleep(0.05)
            finally:
                ended.append("stream")

        return StreamingResponse(content(), media_type="text/event-stream")

    async def socket_(websocket):
        await websocket.accept()
        try:
            async for message in websocket.iter_text():
                await websocket.send_text(message)
        finally:
            ended.append("socket")

    return Starlette(routes=[Route("/events", events), WebSocketRoute("/ws", socket_)])


def _open_stream(server):
    connection = socket.create_connection(("127.0.0.1", server.port), 10)
    request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n"
    connection.sendall(request.encode())
    return connection


def test_stop_ends_streams_and_sockets_and_runs_their_finally():
    ended: list[str] = []
    server = Server(_streams(ended)).start()
    streams = [_open_stream(server) for _ in range(100)]
    for stream in streams:
        assert stream.recv(100).startswith(b"HTTP/1.1 200")
    with ExitStack() as open_sockets:
        for _ in range(20):
            one = open_sockets.enter_context(connect(f"ws://127.0.0.1:{server.port}/ws"))
            one.send("hi")
            assert one.recv() == "hi"
        server.stop()
        assert (ended.count("stream"), ended.count("socket")) == (100, 20)
    for stream in streams:
        stream.close()


def test_a_foreign_websocket_gets_no_handshake():
    from websockets.exceptions import InvalidStatus

    with Server(_streams([])) as server:
        url = f"ws://127.0.0.1:{server.port}/ws"
        with pytest.raises(InvalidStatus, match="403"):
            connect(url, origin="https://evil.example")
        with connect(url, origin=f"http://127.0.0.1:{server.port}") as one:
            one.send("hi")
            assert one.recv() == "hi"


def test_a_request_that_runs_may_end_before_the_server_does():
    async def slow(request):
        await asyncio.sleep(0.1)
        return PlainTextResponse("whole")

    server = Server(Starlette(routes=[Route("/", slow)])).start()
    got: list[object] = []
    asking = threading.Thread(target=lambda: got.append(read(server.url)))
    asking.start()
    until(lambda: server._core.server.server_state.tasks)
    server.stop()
    asking.join(5)
    assert got == [(200, "whole")]


@pytest.mark.slow
def test_a_thousand_clients_vanish_and_all_is_cleaned_up():
    """All at once, as when a network goes; within five seconds nothing of them is left."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))
    ended: list[str] = []
    try:
        with Server(_streams(ended)) as server:
            streams = [_open_stream(server) for _ in range(1000)]
            for stream in streams:
                assert stream.recv(10)
            assert len(server._core.server.server_state.tasks) == 1000 and ended == []
            for stream in streams:
                stream.close()
            until(lambda: len(ended) == 1000, 5)
            until(lambda: not server._core.server.server_state.tasks, 5)
            assert len(server.log) == 500  # the last of them
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_a_thousand_cycles_leave_nothing():
    app = says("x")

    def cycle():
        with Server(app) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"x"
            connection.close()

    for _ in range(50):
        cycle()
    gc.collect()
    threads, files, memory = threading.active_count(), len(os.listdir("/proc/self/fd")), _memory()
    for _ in range(1000):
        cycle()
    gc.collect()
    assert threading.active_count() <= threads
    assert len(os.listdir("/proc/self/fd")) <= files
    assert _memory() - memory < 25_000_000


def _memory() -> int:
    """Return the bytes of this process that are in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
def test_fifty_threads_ask_while_the_app_changes():
    """Each answer is whole, and from one app or the next."""
    with Server(says("0")) as server:
        wrong: list[object] = []
        stop = threading.Event()

        def ask():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            while not stop.is_set():
                connection.request("GET", "/")
                answer = connection.getresponse()
                if answer.status != 200 or not answer.read().isdigit():
                    wrong.append(answer.status)
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(50)]
        for thread in threads:
            thread.start()
        for number in range(300):
            server.app = says(str(number))
        stop.set()
        for thread in threads:
            thread.join(30)
        assert wrong == []


def test_what_is_no_app_is_refused():
    with pytest.raises(TypeError, match="A server serves an ASGI app, which is called; found 3"):
        Server(3)
    with pytest.raises(RuntimeError, match=r"does not run, so it has no port\. Call start\(\)"):
        _ = Server(says("x")).url


def test_a_server_of_an_app_ends_with_the_process():
    """No thread keeps a script alive, and the lifespan ends."""
    import subprocess
    import sys

    code = """
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from fasthtml_nb.asgi.server import Server

@asynccontextmanager
async def lifespan(app):
    yield
    print("down", flush=True)

Server(Starlette(lifespan=lifespan)).start()
print("up", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, timeout=30
    )
    assert (done.stdout, done.stderr, done.returncode) == (b"up\ndown\n", b"", 0)


def test_starting_from_the_loop_itself_is_told():
    async def inside():
        Server(says("x")).start()

    with pytest.raises(RuntimeError, match="on the loop that runs both"):
        run(inside())


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (Starlette, "found the class Starlette, not an app of it"),
        (lambda environ, start_response: [], "is called with scope, receive and send; .*too many"),
        (lambda: None, "is called with scope, receive and send"),
    ],
)
def test_an_app_of_another_kind_is_told_from_the_outside(what, why):
    with pytest.raises(TypeError, match=why):
        Server(what)
