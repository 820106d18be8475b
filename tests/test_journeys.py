"""Programs as FastHTML's users write them, unedited, from the first page to the last."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from fasthtml_nb.cli import load_module
from fasthtml_nb.common import TestClient
from tests.apps.journeys.drive import seen
from tests.apps.served import served, until

PROGRAMS = Path(__file__).parent / "apps" / "journeys"
HX = {"HX-Request": "true"}


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[str], ModuleType]]:
    """Return what loads a program in an empty folder; afterwards `fasthtml` is unknown again."""
    from fasthtml_nb import compat

    compat.install()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    loaded: list[str] = []

    def load(name: str) -> ModuleType:
        loaded.append(name)
        return load_module(str(PROGRAMS / f"{name}.py"))

    yield load
    compat.uninstall()
    for name in loaded:
        del sys.modules[name]
    assert not [name for name in sys.modules if name.split(".")[0] == "fasthtml"]
    assert not [finder for finder in sys.meta_path if isinstance(finder, compat.Finder)]


def text(response: Any) -> str:
    """Return what a visitor reads, and the values of fields in brackets."""
    return seen(response)[2]


def test_todos(program: Callable[[str], ModuleType], tmp_path: Path) -> None:
    client = TestClient(program("todo").app)
    assert text(client.get("/")) == "Todos [] Add 0 left"
    for name in ("Milk & honey", "<b>Bread</b>"):
        answer = client.post("/create", data={"name": name}, headers=HX)
    assert text(answer) == "[1] <b>Bread</b> Edit Delete [] 2 left"
    assert '<p id="left" hx-swap-oob="true">2 left</p>' in answer.text
    assert text(client.post("/toggle?id=1", headers=HX)).startswith("[1 checked] Milk & honey")
    page = client.get("/").text
    assert re.findall(r'<li id="todo-(\d)"(?: class="(\w+)")?', page) == [("1", "done"), ("2", "")]
    assert 'hx-post="/toggle?id=1"' in page and 'hx-get="/edit/2"' in page
    assert text(client.get("/edit/2", headers=HX)) == "[<b>Bread</b>] Save"
    form = {"id": "2", "name": "Rye", "done": "1"}
    assert text(client.put("/todo", data=form, headers=HX)) == "[1 checked] Rye Edit Delete 0 left"
    client.delete("/todo/1", headers=HX)
    assert text(client.get("/")) == "Todos [] Add [1 checked] Rye Edit Delete 0 left"
    assert client.get("/edit/1", headers=HX).status_code == 404
    assert client.get("/edit/one", headers=HX).status_code == 404
    assert (tmp_path / "data" / "todos.db").is_file()
    assert client.get("/data/todos.db").status_code == 404  # not for visitors


def test_chat(program: Callable[[str], ModuleType]) -> None:
    app = program("chat").app
    page = TestClient(app).get("/").text
    assert 'hx-ext="ws"' in page and 'ws-connect="/room"' in page and "ws-send" in page
    with served(app) as running:
        address = f"ws://{running.address}/room"
        with connect(address) as uma, connect(address) as max_:
            assert uma.recv(5) == '<p id="people">1 here</p>'
            assert uma.recv(5) == max_.recv(5) == '<p id="people">2 here</p>'
            message = {"msg": "Tea?", "who": "Uma", "HEADERS": {"HX-Request": "true"}}
            uma.send(json.dumps(message))
            said = '<ul id="lines"><li><b>Uma</b>: Tea?</li></ul>'
            assert uma.recv(5) == max_.recv(5) == said
            assert 'id="msg"' in uma.recv(5)  # the field, empty again, for who has written
            max_.send(json.dumps({"msg": "<script>", "who": "Max"}))
            assert "<li><b>Max</b>: &lt;script&gt;</li>" in uma.recv(5)
            max_.recv(5), max_.recv(5)
            max_.send(json.dumps({"msg": "  ", "who": "Max"}))
            assert max_.recv(5) == '<p id="people">Say something first.</p>'
            max_.send("no JSON")  # ends nothing
            max_.close()
            assert uma.recv(5) == '<p id="people">1 here</p>'
        assert "Tea?" in httpx.get(f"http://{running.address}/").text


def events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield name and data of each event in a stream."""
    name, data = "message", []
    for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data.append(line[6:])
        elif not line and data:
            yield name, "\n".join(data)
            name, data = "message", []


def test_counter(program: Callable[[str], ModuleType]) -> None:
    module = program("counter")
    with served(module.app) as running, httpx.Client(timeout=10) as client:
        address = f"http://{running.address}"
        page = client.get(address).text
        assert 'hx-ext="sse"' in page and 'sse-connect="/numbers"' in page
        with client.stream("GET", f"{address}/numbers?until=3") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            assert list(events(stream.iter_lines())) == [
                ("message", '<span class="number">1</span>'),
                ("message", '<span class="number">2</span>'),
                ("message", '<span class="number">3</span>'),
                ("close", "<p>The end</p>"),
            ]
        assert client.post(f"{address}/reset", headers=HX).text == ""
        with client.stream("GET", f"{address}/numbers") as stream:
            assert next(events(stream.iter_lines()))[1] == '<span class="number">1</span>'
        until(lambda: has_stopped(module.state))  # nobody listens any more, so nobody counts
        with client.stream("GET", f"{address}/numbers") as stream:
            follow = events(stream.iter_lines())
            next(follow)
            assert running.stop() < 8
            assert list(follow)[-1] == ("close", "<p>The end</p>")  # the generator heard of it


def has_stopped(state: dict[str, int]) -> bool:
    """Tell whether a number that counts every hundredth of a second does so no more."""
    before = state["n"]
    time.sleep(0.1)
    return state["n"] == before


def test_login(program: Callable[[str], ModuleType]) -> None:
    app = program("login").app
    client = TestClient(app, follow_redirects=False)
    assert client.get("/").headers["location"] == "/login"
    assert client.post("/notes", data={"text": "x"}).headers["location"] == "/login"
    assert text(client.get("/login")) == "Login [] [] log in"
    for login in ({"name": "uma", "pwd": "no"}, {"name": "nobody", "pwd": "s3cret"}):
        assert client.post("/login", data=login).headers["location"] == "/login"
        answer = client.get("/login")
        assert text(answer) == "Login [] [] log in Wrong name or password"
        assert 'role="alert" data-seconds="4.0"' in answer.text
    assert text(client.get("/login")) == "Login [] [] log in"  # said once
    assert client.post("/login", data={"name": "uma"}).status_code == 400
    answer = client.post("/login", data={"name": "uma", "pwd": "s3cret"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    kept = answer.headers["set-cookie"].lower()
    assert "httponly" in kept and "samesite=lax" in kept
    assert text(client.get("/")) == "Notes of uma [] Note log out Welcome, uma"
    client.post("/notes", data={"text": "<b>tea</b>"})
    assert text(client.get("/")) == "Notes of uma <b>tea</b> [] Note log out"
    other = TestClient(app, follow_redirects=False)
    assert other.get("/?auth=uma").headers["location"] == "/login"  # nobody says who he is
    assert client.get("/logout").headers["location"] == "/login"
    assert client.get("/").headers["location"] == "/login"
    foreign = client.post("/login", data={}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_uploads(program: Callable[[str], ModuleType], tmp_path: Path) -> None:
    client = TestClient(program("gallery").app)
    assert 'enctype="multipart/form-data"' in client.get("/").text
    answer = client.post("/upload", files={"file": ("leaf.svg", b"<svg/>")}, headers=HX)
    assert text(answer) == "leaf.svg 6 bytes" and answer.text.startswith('<article id="leaf">')
    assert client.get("/pictures/leaf.svg").text == "<svg/>"
    many = [("files", ("../../a.txt", b"aa")), ("files", ("b.txt", b"b"))]
    answer = client.post("/upload_many", files=many, data={"album": "sea"}, headers=HX)
    assert text(answer) == "sea-a.txt 2 bytes sea-b.txt 1 bytes 2 in sea"
    assert sorted(path.name for path in (tmp_path / "uploads").iterdir()) == [
        "leaf.svg", "sea-a.txt", "sea-b.txt"
    ]  # fmt: skip
    assert client.post("/upload", data={"file": "text"}, headers=HX).status_code == 400
    assert client.get("/pictures/..%2F..%2Fsecret.txt").status_code == 404


def test_charts(program: Callable[[str], ModuleType]) -> None:
    client = TestClient(program("chart").app)
    page = client.get("/?kind=coffee").text
    assert text(client.get("/")).startswith("Sales > Tea Coffee Tea 10 in all")
    [data] = re.findall(r"var data = (.*?); Plotly\.newPlot\('plot', data\);</script>", page)
    assert json.loads(data)["data"][0]["y"] == [4, 1, 6]
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"' in page
    assert re.findall(r'<rect [^>]*height="(\d+)"', page) == ["40", "10", "60"]
    assert 'src="https://cdn.plot.ly/plotly-2.32.0.min.js"' in page
    answer = client.get("/show_chart?kind=tea", headers=HX)
    assert text(answer) == "Tea 10 in all" and "<html" not in answer.text
    assert client.get("/sales.json").json() == {"tea": [3, 5, 2], "coffee": [4, 1, 6]}


def test_contacts(program: Callable[[str], ModuleType]) -> None:
    client = TestClient(program("contacts").app)
    assert text(client.get("/")) == "Contacts Uma * uma@example.org (family) New"
    assert str(client.get("/").url).startswith("http://testserver/contacts")
    assert 'href="/contacts/detail/1"' in client.get("/contacts/").text
    shown = text(client.get("/contacts/detail/1"))
    assert (
        shown == "Uma Name [Uma] Mail [uma@example.org] Friend > Family [1 checked] Important Save"
    )
    empty = "New contact Name [] Mail [] Friend Family [1] Important Save"
    assert text(client.get("/contacts/new")) == empty  # nobody's values stay in the form
    form = {"id": "", "name": "Max", "email": "m@x.org", "kind": "family", "vip": ["", "1"]}
    assert text(client.post("/contacts/save", data=form)).endswith("Max * m@x.org (family) New")
    assert client.get("/contacts/raw/2").json() == {
        "id": 2, "name": "Max", "email": "m@x.org", "kind": "family", "vip": True
    }  # fmt: skip
    missing = client.get("/contacts/detail/9")
    assert (missing.status_code, text(missing)) == (
        404, "No such contact Number 9 is nobody's."
    )  # fmt: skip
    lost = client.get("/<b>nowhere")
    assert (lost.status_code, text(lost)) == (404, "Nothing here /<b>nowhere is not in this book.")


def test_landing(program: Callable[[str], ModuleType]) -> None:
    client = TestClient(program("landing").app, follow_redirects=False)
    page = client.get("/").text
    assert page.startswith('<!doctype html><html lang="en"><head>')
    for wanted in (
        "<title>Tea house</title>",
        '<meta property="og:description" content="Tea &amp; time"',
        '<meta name="twitter:image" content="https://tea.example/cup.png"',
        'href="/dark.ico" media="(prefers-color-scheme: dark)"',
    ):
        assert wanted in page.partition("</head>")[0], wanted
    body = page.partition("<body>")[2]
    assert body.count("<article>") == 4 and '<div class="grid">' in body  # three and the dialog's
    assert '<fieldset role="group">' in body and '<dialog id="ask">' in body
    assert body.endswith("<footer><small>Open daily</small></footer></body></html>")
    answer = client.post("/subscribe", data={"email": "u@x.org"}, headers=HX)
    assert (answer.text, answer.headers["hx-trigger"]) == (
        "<p>Thank you, u@x.org</p>", "subscribed"
    )  # fmt: skip
    plain = client.post("/subscribe", data={"email": "u@x.org"})
    assert "hx-trigger" not in plain.headers and "<title>Tea house</title>" in plain.text
    assert client.get("/old").headers["location"] == "/"
    assert client.get("/old", headers=HX).headers["hx-redirect"] == "/"
    answer = client.get("/pick?n=1", headers=HX)
    assert text(answer) == "Black White" and answer.headers["set-cookie"].startswith("last=1;")


# Beside the real one ----------------------------------------------------------------------------

VISITS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "todo": [
        ("GET", "/", {}),
        ("POST", "/create", {"data": {"name": "Milk & <honey>"}, "headers": HX}),
        ("POST", "/toggle?id=1", {"headers": HX}),
        ("GET", "/edit/1", {"headers": HX}),
        ("PUT", "/todo", {"data": {"id": "1", "name": "Rye", "done": "1"}, "headers": HX}),
        ("GET", "/", {}),
        ("DELETE", "/todo/1", {"headers": HX}),
        ("GET", "/edit/1", {"headers": HX}),
    ],
    "chat": [("GET", "/", {})],
    "counter": [
        ("GET", "/", {}),
        ("POST", "/reset", {"headers": HX}),
        ("GET", "/numbers?until=3", {}),
    ],
    "login": [
        ("GET", "/", {}),
        ("GET", "/login", {}),
        ("POST", "/login", {"data": {"name": "uma", "pwd": "no"}}),
        ("GET", "/login", {}),
        ("GET", "/login", {}),
        ("POST", "/login", {"data": {"name": "uma", "pwd": "s3cret"}}),
        ("GET", "/", {}),
        ("POST", "/notes", {"data": {"text": "a < b"}}),
        ("GET", "/", {}),
        ("GET", "/logout", {}),
        ("GET", "/", {}),
    ],
    "gallery": [
        ("GET", "/", {}),
        ("POST", "/upload", {"files": [("file", "leaf.svg", "<svg/>")], "headers": HX}),
        (
            "POST",
            "/upload_many",
            {
                "files": [("files", "a.txt", "aa"), ("files", "b.txt", "b")],
                "data": {"album": "sea"},
                "headers": HX,
            },
        ),
        ("GET", "/pictures/leaf.svg", {}),
        ("GET", "/pictures/none.svg", {}),
    ],
    "chart": [
        ("GET", "/", {}),
        ("GET", "/?kind=coffee", {}),
        ("GET", "/show_chart?kind=coffee", {"headers": HX}),
        ("GET", "/sales.json", {}),
    ],
    "contacts": [
        ("GET", "/", {}),
        ("GET", "/contacts/", {}),
        ("GET", "/contacts/new", {}),
        ("GET", "/contacts/detail/1", {}),
        ("GET", "/contacts/new", {}),
        ("GET", "/contacts/detail/9", {}),
        ("POST", "/contacts/save", {"data": {"id": "", "name": "Max", "kind": "friend"}}),
        ("GET", "/contacts/raw/1", {}),
        ("GET", "/nowhere", {}),
    ],
    "landing": [
        ("GET", "/", {}),
        ("POST", "/subscribe", {"data": {"email": "u@x.org"}, "headers": HX}),
        ("GET", "/old", {}),
        ("GET", "/old", {"headers": HX}),
        ("GET", "/pick?n=1", {"headers": HX}),
    ],
}
# Program, and the visit's number → why ours is not FastHTML's answer.
DIFFERENCES = {
    ("todo", 7): "A missing row is 404, not a server error.",
    ("gallery", 3): "A route of the program is not hidden by the files' route.",
    ("gallery", 4): "The text of a 404 is Starlette's.",
    ("contacts", 0): "The root of a prefix is the prefix: /contacts; /contacts/ leads there.",
    ("contacts", 1): "The root of a prefix is the prefix: /contacts; /contacts/ leads there.",
    ("contacts", 4): "fill_form leaves the form as it was, FastHTML shows the last visitor's.",
}


def visited(python: Path | str, name: str, folder: Path, *options: str) -> list[Any]:
    folder.mkdir()
    done = subprocess.run(
        [python, PROGRAMS / "drive.py", PROGRAMS / f"{name}.py", *options],
        input=json.dumps(VISITS[name]), capture_output=True, text=True, cwd=folder, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_every_program_is_visited() -> None:
    assert {path.stem for path in PROGRAMS.glob("*.py")} == {*VISITS, "drive"}
    assert all(re.search(r"^from fasthtml.common import \*$", (PROGRAMS / f"{name}.py").read_text(),
                         re.MULTILINE) for name in VISITS)  # fmt: skip


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("name", VISITS)
def test_the_real_one_answers_alike(name: str, tmp_path: Path, fasthtml_python: Path) -> None:
    ours = visited(sys.executable, name, tmp_path / "ours", "--compat")
    real = visited(fasthtml_python, name, tmp_path / "theirs")
    different = [i for i, pair in enumerate(zip(ours, real, strict=True)) if pair[0] != pair[1]]
    expected = [number for program, number in DIFFERENCES if program == name]
    assert different == expected, [(i, ours[i], real[i]) for i in different]
