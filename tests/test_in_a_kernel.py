"""Servers and previews in a real kernel, spoken to as a front end does."""

from __future__ import annotations

import queue
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from jupyter_client.manager import start_new_kernel

from fasthtml_nb.workshop.preview import _TARGET

pytestmark = pytest.mark.slow


class Kernel:
    """A kernel, and what it has said under which cell."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client
        self.said = []  # (cell, kind, content)
        self.cells = {}

    def run(self, cell_id, code):
        """Run a cell; return the text of its value, or raise its error."""
        content = {"code": code, "silent": False, "store_history": True}
        content |= {"user_expressions": {}, "allow_stdin": False, "stop_on_error": False}
        session = self.client.session
        message = session.msg("execute_request", content, metadata={"cellId": cell_id})
        self.cells[message["header"]["msg_id"]] = cell_id
        self.client.shell_channel.send(message)
        value = None
        while True:
            kind, content, of = self.hear()
            if of != message["header"]["msg_id"]:
                continue
            if kind == "execute_result":
                value = content["data"]["text/plain"]
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return value

    def hear(self, timeout=20):
        message = self.client.get_iopub_msg(timeout=timeout)
        of = message["parent_header"].get("msg_id", "")
        kind, content = message["header"]["msg_type"], message["content"]
        self.said.append((self.cells.get(of, ""), kind, content))
        return kind, content, of

    def wait_for(self, kind, where=lambda content: True):
        end = time.monotonic() + 15
        while time.monotonic() < end:
            for said in self.said:
                if said[1] == kind and where(said[2]):
                    return said
            try:
                self.hear(0.2)
            except queue.Empty:
                continue
        raise AssertionError(f"no {kind} came: {[s for s in self.said if s[1] == kind]}")


@pytest.fixture
def kernel(root):
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(root))
    yield Kernel(manager, client)
    client.stop_channels()
    manager.shutdown_kernel(now=False)
    assert not manager.is_alive()


APP = """
from fasthtml_nb.common import *
from fasthtml_nb.jupyter import *
app = FastHTML(default_hdrs=False)

@app.get("/")
def index():
    print("printed in the handler")
    return P("Home")

@app.get("/broken")
def broken():
    return {}["inside"]

@app.get("/broken/async")
async def broken_async():
    print("printed on the loop")
    return {}["in a coroutine"]
"""


def get(url):
    try:
        with urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, ""


def test_what_a_server_says_lands_under_its_cell(kernel):
    kernel.run("app", APP)
    kernel.run("server", "server = serve_nb(app)")
    url = eval(kernel.run("url", "server.url"))
    assert kernel.run("table", "server.log") is not None
    assert "Home" in get(url)[1]
    assert get(url + "/broken")[0] == get(url + "/broken/async")[0] == 500

    def has(text):
        return lambda content: text in content["text"]

    for text in ("printed in the handler", "printed on the loop"):
        assert kernel.wait_for("stream", has(text))[0] == "server"
    cell, _, content = kernel.wait_for("stream", has("KeyError: 'inside'"))
    assert (cell, content["name"]) == ("server", "stderr")
    assert content["text"].startswith("GET /broken failed.\nTraceback")
    assert 'Cell In[1], line 12, in broken\n    return {}["inside"]' in content["text"]
    assert "site-packages" not in content["text"]
    cell, _, content = kernel.wait_for("stream", has("KeyError: 'in a coroutine'"))
    assert cell == "server" and "in broken_async" in content["text"]


def test_a_cell_that_runs_ten_times_has_one_server(kernel):
    kernel.run("app", APP)
    for _ in range(10):
        kernel.run("server", "app = FastHTML()\nserver = serve_nb(app)")
    assert kernel.run("count", "len(running_servers()), server.running") == "(1, True)"
    since = time.monotonic()
    with pytest.raises(RuntimeError, match="found 'nothing'"):
        kernel.run("other", "serve_nb('nothing')")
    with pytest.raises(RuntimeError, match="is taken by another program"):
        kernel.run("other", "import socket\ns = socket.create_server(('127.0.0.1', 0))\n"
                            "serve_nb(FastHTML(), port=s.getsockname()[1])")  # fmt: skip
    assert time.monotonic() - since < 15  # nobody waited for a time limit


def test_a_kernel_that_restarts_takes_its_server_with_it(kernel):
    kernel.run("app", APP)
    kernel.run("server", "server = serve_nb(app)")
    url = eval(kernel.run("url", "server.url"))
    with urlopen(url) as answer:
        assert answer.status == 200
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=30)
    with pytest.raises(OSError):
        urlopen(url, timeout=5)


def open_page(kernel, key):
    """Open a comm as a preview's output does; return the function that sends on it."""
    comm = {"comm_id": "c1", "target_name": _TARGET, "data": {"key": key}}
    session, shell = kernel.client.session, kernel.client.shell_channel
    shell.send(session.msg("comm_open", comm))

    def send(**data):
        shell.send(session.msg("comm_msg", {"comm_id": "c1", "data": data}))

    return send


def test_a_preview_answers_over_a_comm_and_hears_of_changes(kernel):
    kernel.run("app", APP)
    kernel.run("view", "shown = preview(app)\nshown")
    key = eval(kernel.run("key", "shown.key"))
    send = open_page(kernel, key)
    send(op="load", id=-1, method="GET", url="http://preview.invalid/")

    def op(name):
        return lambda content: content.get("data", {}).get("op") == name

    page = kernel.wait_for("comm_msg", op("page"))[2]["data"]
    assert "<p>Home</p>" in page["html"] and page["id"] == -1
    kernel.run("unrelated", "x = 3")
    kernel.run("component", "def line(text): return P(text)")

    def news(content):  # that something has changed, or at once the page as it is now
        data = content.get("data", {})
        return data.get("op") == "changed" or (data.get("op"), data.get("id")) == ("page", 0)

    assert not [said for said in kernel.said if said[1] == "comm_msg" and news(said[2])]
    kernel.run("route", "@app.get('/')\ndef index(): return line('Changed')")
    kernel.wait_for("comm_msg", news)
    kernel.said.clear()
    kernel.run("component", "def line(text): return P(text.upper())")
    kernel.wait_for("comm_msg", news)
    send(op="fetch", id=5, method="GET", url="http://preview.invalid/broken", headers=[])
    text = kernel.wait_for("comm_msg", op("error"))[2]["data"]["text"]
    assert text.startswith("GET /broken\nTraceback") and "Cell In[1], line 12, in broken" in text
    assert kernel.run("visits", "len(shown.visits)") == "1"
    kernel.client.shell_channel.send(
        kernel.client.session.msg("comm_close", {"comm_id": "c1", "data": {}})
    )
    assert kernel.run("visits", "len(shown.visits)") == "0"


def test_magics_and_living_components(kernel):
    kernel.run("app", APP + "\n%load_ext fasthtml_nb")
    assert "/broken" in kernel.run("routes", "%routes")
    kernel.run("view", "%%view phone\nDiv('seen')")
    data = [said[2]["data"] for said in kernel.said if said[1] == "execute_result"][-1]
    assert "width:390px" in data["text/html"]
    kernel.run("living", "render_ft(app)")
    kernel.run("living", "Button('More', hx_get='/')")
    data = [said[2]["data"] for said in kernel.said if said[1] == "execute_result"][-1]
    assert 'data-url="http://preview.invalid/_preview"' in data["text/html"]
