"""`serve()` in real processes: what it says, where it listens, when it stays quiet."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from fasthtml_nb.web.serve import (
    check_port,
    find_app,
    greeting,
    import_string,
    listen_address,
    serve,
)

MAIN = """
import os
print("imported as", __name__, flush=True)
from fasthtml_nb.web.serve import serve
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

shop = Starlette(routes=[Route("/", lambda request: PlainTextResponse(f"one {os.getpid()}"))])
app = shop

serve(OPTIONS)
"""


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@contextmanager
def script(folder, options="", file="main.py", command=None, **environ):
    """Run a program with an app; end it, and whatever it started, in any case."""
    (folder / file).parent.mkdir(exist_ok=True, parents=True)
    (folder / file).write_text(MAIN.replace("OPTIONS", options))
    clean = {key: value for key, value in os.environ.items() if key not in ("HOST", "PORT")}
    running = subprocess.Popen(
        [sys.executable, *(command or [file])],
        cwd=folder,
        env=clean | {"PYTHONUNBUFFERED": "1"} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def fetch(port, host="127.0.0.1", path="/", until=lambda text: True):
    deadline = time.monotonic() + 30
    while True:
        try:
            text = urlopen(f"http://{host}:{port}{path}", timeout=20).read().decode()
            if until(text):
                return text
        except OSError:
            pass
        assert time.monotonic() < deadline, "the server did not answer"
        time.sleep(0.05)


def interrupt(running):
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=20)
    return said


def test_a_script_serves(tmp_path, port):
    with script(tmp_path, PORT=str(port)) as running:
        assert fetch(port) == f"one {running.pid}"
        said = interrupt(running)
    assert running.returncode == 0
    assert said.splitlines()[:2] == [
        "imported as __main__",
        f"Open http://127.0.0.1:{port} (Ctrl+C stops). "
        f"Only this machine can reach it: HOST=0.0.0.0 opens it to others.",
    ]
    assert said.count("imported as") == 1 and "Traceback" not in said
    assert "Uvicorn running on http://127.0.0.1" in said and "Application shutdown complete" in said


def test_only_loopback_listens(tmp_path, port):
    with script(tmp_path, f"port={port}, reload=False") as running:
        fetch(port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing; tells our address on the network
            ours = probe.getsockname()[0]
        if ours.startswith("127."):
            pytest.skip("this machine has no other address")
        with pytest.raises(OSError):
            socket.create_connection((ours, port), timeout=20)
        assert f"Open http://127.0.0.1:{port} (Ctrl+C stops).\n" in interrupt(running)


def test_host_from_the_environment(tmp_path, port):
    with script(tmp_path, PORT=str(port), HOST="localhost", command=["-m", "main"]) as running:
        assert fetch(port, "localhost")
        assert f"Open http://localhost:{port}" in interrupt(running)


def test_reload(tmp_path, port):
    with script(tmp_path, f"port={port}, log_level='warning', reload_delay=0.05") as running:
        first = fetch(port)
        assert first.startswith("one ") and first != f"one {running.pid}"
        time.sleep(1.1)  # the watcher of last resort compares times in seconds
        (tmp_path / "main.py").write_text(
            (tmp_path / "main.py").read_text().replace('f"one', 'f"two')
        )
        assert fetch(port, until=lambda text: text.startswith("two "))
        said = interrupt(running)
    assert f"Open http://127.0.0.1:{port} (Ctrl+C stops, changes reload).\n" in said
    assert said.count("Open http") == 1


def test_workers_import_by_name(tmp_path, port):
    command = ["-m", "shop.main"]
    with script(tmp_path, "workers=2", "shop/main.py", command, PORT=str(port)) as running:
        assert fetch(port) != f"one {running.pid}"
        assert "imported as shop.main" in interrupt(running)


def test_appname_and_app(tmp_path, port):
    (tmp_path / "run.py").write_text(
        "from fasthtml_nb.web.serve import serve\nserve('main', app='shop')\n"
    )
    with script(tmp_path, command=["run.py"], PORT=str(port)) as running:
        assert fetch(port) == f"one {running.pid}"
        assert interrupt(running).startswith("Open http://127.0.0.1")


def test_a_taken_port(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with script(tmp_path, PORT=str(port)) as running:
            said, _ = running.communicate(timeout=20)
    assert running.returncode == 1
    assert said.splitlines()[1:] == [
        f"Port {port} is taken, perhaps by this app in another terminal. "
        f"Stop that one, or choose another port: PORT={port + 1} or serve(port={port + 1})."
    ]


def test_an_open_stream_does_not_hold_it(tmp_path, port):
    stream = """
import asyncio
from starlette.responses import StreamingResponse
async def ticks():
    while True:
        yield "tick\\n"
        await asyncio.sleep(0.05)
app.add_route("/stream", lambda request: StreamingResponse(ticks()))
serve(timeout_graceful_shutdown=1)
"""
    main = MAIN.replace("serve(OPTIONS)", stream)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "MAIN", main)
        with script(tmp_path, PORT=str(port)) as running:
            fetch(port)
            with socket.create_connection(("127.0.0.1", port)) as reader:
                reader.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
                assert select.select([reader], [], [], 10)[0] and reader.recv(4096)
                started = time.monotonic()
                interrupt(running)
            assert time.monotonic() - started < 5 and running.returncode == 0


def test_importing_serves_nothing(tmp_path):
    (tmp_path / "main.py").write_text(MAIN.replace("OPTIONS", ""))
    run = [sys.executable, "-c", "import main, sys; print('uvicorn' in sys.modules)"]
    answer = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert (answer.stdout, answer.stderr) == ("imported as main\nFalse\n", "")


def test_in_a_test_it_does_nothing(capsys):
    assert serve() is None
    assert capsys.readouterr().out == ""


def test_in_a_notebook_it_says_what_to_do():
    code = "from IPython.core.interactiveshell import InteractiveShell as S; shell = S.instance(); "
    code += "shell.run_cell('from fasthtml_nb.web.serve import serve; serve(app=\"shop\")')"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    wanted = "A notebook does not wait for a server: see the app with preview(shop).\n"
    assert answer.stdout == wanted


@pytest.mark.parametrize(
    ("host", "port", "environ", "wanted"),
    [
        (None, None, {}, ("127.0.0.1", 5001)),
        (None, None, {"PORT": "8080"}, ("127.0.0.1", 8080)),
        (None, None, {"PORT": " 8080 ", "HOST": " "}, ("127.0.0.1", 8080)),
        (None, None, {"PORT": ""}, ("127.0.0.1", 5001)),
        (None, 0, {"PORT": "8080"}, ("127.0.0.1", 0)),
        (None, None, {"HOST": "0.0.0.0"}, ("0.0.0.0", 5001)),
        (None, None, {"HOST": "::1"}, ("::1", 5001)),
        (None, None, {"HOST": "localhost"}, ("localhost", 5001)),
        (None, None, {"HOST": "zoes-laptop"}, ("127.0.0.1", 5001)),
        (None, None, {"HOST": "256.0.0.1"}, ("127.0.0.1", 5001)),
        (None, None, {"HOST": "x86_64-linux-gnu"}, ("127.0.0.1", 5001)),
        ("example.test", 80, {"HOST": "::1", "PORT": "1"}, ("example.test", 80)),
    ],
)
def test_listen_address(host, port, environ, wanted):
    assert listen_address(host, port, environ) == wanted


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80 80", "5001.0", "²"])
def test_ports_that_are_none(port):
    with pytest.raises(
        ValueError, match=re.escape(f"from 0 to 65535; found {port!r}. Correct PORT")
    ):
        listen_address(None, None, {"PORT": port})


@pytest.mark.parametrize(
    ("host", "environ", "wanted"),
    [
        ("localhost", {}, "Open http://localhost:80 (Ctrl+C stops)."),
        ("::1", {}, "Open http://[::1]:80 (Ctrl+C stops)."),
        (
            "0.0.0.0",
            {},
            "Open http://127.0.0.1:80 (Ctrl+C stops). Every network of this machine can reach it.",
        ),
        (
            "::",
            {},
            "Open http://[::1]:80 (Ctrl+C stops). Every network of this machine can reach it.",
        ),
        ("10.0.0.5", {"PORT": "80"}, "Open http://10.0.0.5:80 (Ctrl+C stops)."),
    ],
)
def test_greeting(host, environ, wanted):
    assert greeting(host, 80, environ) == wanted


def test_a_host_of_another_machine():
    with pytest.raises(SystemExit, match=r"Cannot listen on '192\.0\.2\.1', port 5001: "):
        check_port("192.0.2.1", 5001)


def test_find_app_names_what_is_there():
    from starlette.applications import Starlette

    app = Starlette()
    assert find_app({"app": app, "x": 1}, "app") is app
    with pytest.raises(
        LookupError, match=r"Apps here: shop\. Say which one it is, like serve\(app='shop'\)"
    ):
        find_app({"shop": app, "x": 1, "app": 2}, "app")


def test_import_string():
    assert import_string({"__spec__": None, "__file__": "/a/main.py"}, "app") == "main:app"
    assert import_string({"__spec__": None, "__file__": "/a/my-app.py"}, "app") == "my-app:app"
    for namespace in ({"__spec__": None, "__file__": "/a/main.v2.py"}, {"__spec__": None}):
        with pytest.raises(ValueError, match=r"Put it into main.py, or use serve\(reload=False\)"):
            import_string(namespace, "app")
