"""The quickstart document, block by block, with only the package's name changed.

Each block runs after those it builds on, in names and in a folder of its own; what the document
shows below it, and says about it, must hold. Where DESIGN.md wants something else than the document
says, the test names the sentence.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import turbohtml
from IPython.display import HTML
from starlette.websockets import WebSocketDisconnect
from websockets.sync.client import connect

from fasthtml_nb.common import FT, TestClient, to_xml
from fasthtml_nb.web import serve as serving
from tests.apps import quickstart as document
from tests.apps.quickstart import Block, Run, body, dom
from tests.apps.served import listening, served, until

BLOCKS = document.quickstart()
HTMX = {"HX-Request": "true"}
CHECKS: dict[tuple[str, int], Callable[[Run], None]] = {}

needs_document = pytest.mark.skipif(
    not BLOCKS, reason=f"The quickstart document is not at {document.DOCUMENT}."
)


def block_checked(section: str, index: int = 0) -> Callable[[Callable], Callable]:
    """Declare what the document says about one of its blocks."""

    def declare(check: Callable[[Run], None]) -> Callable[[Run], None]:
        assert (section, index) not in CHECKS
        CHECKS[section, index] = check
        return check

    return declare


def only_shown(run: Run) -> None:
    """Nothing is said about the block but what the document shows below it."""


def ask(run: Run, **options: Any) -> Any:
    """Return a client of the app that a block has made."""
    return TestClient(run.names["app"], **options)


def main(*children: str) -> list[Any]:
    """Return the body of a page of `Titled`."""
    return dom(f'<main class="container">{"".join(children)}</main>')


def head_of(html: str) -> list[str]:
    """Return the addresses of scripts and style sheets of a page."""
    return re.findall(r'(?:src|href)="([^"]+)"', html.partition("</head>")[0])


# What the document says ------------------------------------------------------------------------


@block_checked("A Minimal Application")
def minimal(run: Run) -> None:
    answer = ask(run).get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!doctype html><html><head><title>FastHTML</title>")
    assert body(answer.text) == main("<h1>FastHTML</h1>", "<p>Let's do this!</p>")
    loaded = " ".join(head_of(answer.text))
    assert "pico" in loaded and "htmx.org" in loaded and "@latest" not in loaded
    assert 'charset="utf-8"' in answer.text and 'name="viewport"' in answer.text


@block_checked("A Minimal Charting Application")
def charting(run: Run) -> None:
    page = ask(run).get("/").text
    assert "https://cdn.plot.ly/plotly-2.32.0.min.js" in head_of(page)
    script = f"var data = {run.names['data']}; Plotly.newPlot('myDiv', data);"
    assert f"<script>{script}</script>" in page
    shown = main("<h1>Chart Demo</h1>", '<div id="myDiv"></div>', f"<script>{script}</script>")
    assert body(page) == shown


@block_checked("Debug Mode")
def debugging(run: Run) -> None:
    answer = ask(run, raise_server_exceptions=False, headers={"accept": "text/html"}).get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError: division by zero" in answer.text
    assert "1/0" in answer.text and "Debug Mode" in answer.text  # where it happened


@block_checked("Routing")
def routing(run: Run) -> None:
    client = ask(run)
    assert body(client.get("/").text) == main("<h1>FastHTML</h1>", "<p>Let's do this!</p>")
    assert body(client.get("/hello").text) == main("<h1>Hello, world!</h1>")
    assert client.post("/hello").status_code == 405


@block_checked("Variables in URLs")
def variables(run: Run) -> None:
    client = ask(run)
    assert body(client.get("/uma/5").text) == main("<h1>Hello Uma, age 5</h1>")
    for path in ("/uma/five", "/uma/5.5", "/uma/", "/uma/5/6"):
        answer = client.get(path)
        assert answer.status_code == 404 and "Hello" not in answer.text
    assert "'five' is not a whole number" in client.get("/uma/five").text


@block_checked("HTTP Methods")
def methods(run: Run) -> None:
    client = ask(run)
    assert body(client.get("/").text) == main("<h1>HTTP GET</h1>", "<p>Handle GET</p>")
    assert body(client.post("/").text) == main("<h1>HTTP POST</h1>", "<p>Handle POST</p>")
    refused = client.delete("/")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")


@block_checked("CSS Files and Inline Styles")
def sakura(run: Run) -> None:
    page = ask(run).get("/").text
    assert "pico" not in page
    assert [url for url in head_of(page) if url.startswith("assets")] == [
        "assets/normalize.min.css",
        "assets/sakura.css",
    ]
    assert "<style>p {color: red;}</style></head>" in page
    assert body(page) == main("<h1>FastHTML</h1>", "<p>Let's do this!</p>")


def some_files(folder: str) -> None:
    """Put files where the document's static examples look for them."""
    Path(folder, "img").mkdir(parents=True)
    Path(folder, "img", "cat.png").write_bytes(b"a cat")
    Path(folder, "main.css").write_text("p {}")
    Path("secret.txt").write_text("not served")


@block_checked("Other Static Media File Locations", 0)
def static_path(run: Run) -> None:
    some_files("public")
    client = ask(run)
    assert (client.get("/img/cat.png").content, client.get("/main.css").text) == (b"a cat", "p {}")
    assert client.get("/main.css").headers["content-type"].startswith("text/css")
    for path in ("/secret.txt", "/%2e%2e/secret.txt", "/public/main.css", "/img/dog.png"):
        assert client.get(path).status_code == 404


@block_checked("Other Static Media File Locations", 1)
def file_response(run: Run) -> None:
    some_files("public")
    client = ask(run)
    Path("public", "notes.secret").write_text("no static extension")
    assert (client.get("/img/cat.png").content, client.get("/main.css").text) == (b"a cat", "p {}")
    for path in ("/img/dog.png", "/notes.secret", "/%2e%2e/secret.txt", "/..%2fsecret.txt"):
        assert client.get(path).status_code == 404
    # the same without a static folder: it is this route that answers
    names = {**run.names}
    document.run_source("app, rt = fast_app()", names, "<prelude>")
    document.run_source(run.names["__source__"], names, "<again>")
    alone = TestClient(names["app"])
    assert alone.get("/img/cat.png").content == b"a cat"
    assert alone.get("/img/dog.png").status_code == 404


@block_checked("Rendering Markdown")
def markdown(run: Run) -> None:
    page = ask(run).get("/").text
    loaded = " ".join(head_of(page))
    assert "marked" in loaded and "dompurify" in loaded and "highlight" in loaded
    text = run.names["content"]
    shown = f'<div class="marked">{text}</div>'
    assert body(page) == main("<h1>Markdown rendering example</h1>", shown)
    assert f">{text}</div>" in page  # not a blank more or less: Markdown would notice


@block_checked("Code highlighting")
def highlighting(run: Run) -> None:
    page = ask(run).get("/").text
    loaded = " ".join(head_of(page))
    assert "highlight" in loaded and "marked" not in loaded
    text = to_xml(run.names["code_example"])
    shown = f"<div><pre><code>\n{text}</code></pre></div>"
    assert body(page) == main("<h1>Markdown rendering example</h1>", shown)


CHECKS["Defining new `ft` components", 0] = only_shown
CHECKS["Defining new `ft` components", 1] = only_shown
CHECKS["Pass through components", 0] = only_shown
CHECKS["Dataclasses as ft components", 0] = only_shown


@block_checked("Testing views in notebooks")
def client_of_starlette(run: Run) -> None:
    assert type(run.names["client"]).__module__ == "starlette.testclient"


CHECKS["Forms", 0] = only_shown
CHECKS["Forms", 1] = only_shown
CHECKS["Forms", 2] = only_shown


@block_checked("Forms", 3)
def filled(run: Run) -> None:
    """The form that was given stays empty: the next visitor must not see this one's values."""
    assert "value" not in to_xml(run.names["profile_form"])


@block_checked("Forms with views", 0)
def new_database(run: Run) -> None:
    assert Path("profiles.db").is_file()
    assert run.names["profiles"]() == []


@block_checked("Forms with views", 1)
def inserted(run: Run) -> None:
    assert run.names["profiles"]["john@example.com"] == run.names["profile"]


@block_checked("Forms with views", 2)
def shown_to_user(run: Run) -> None:
    missing = run.names["client"].get("/profile/nobody@example.com")
    assert missing.status_code == 404
    assert "value" not in to_xml(run.names["profile_form"])


@block_checked("Forms with views", 3)
def updated(run: Run) -> None:
    client, rows = run.names["client"], run.names["profiles"]
    changed = run.names["Profile"](email="john@example.com", phone="7654321", age=25)
    assert rows() == [changed]
    first = client.post("/profile", data=run.names["new_data"], follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/profile/john@example.com")
    for wrong in ({"age": "old"}, {"age": "25.5"}):  # "this validates the field types"
        refused = client.post("/profile", data=run.names["new_data"] | wrong)
        assert refused.status_code == 400 and refused.text.startswith("age: ")
        assert repr(wrong["age"]) in refused.text
    unknown = run.names["new_data"] | {"email": "nobody@example.com"}
    assert client.post("/profile", data=unknown).status_code == 404
    assert rows() == [changed]


@block_checked("Strings and conversion order", 0)
def plain_dataclass(run: Run) -> None:
    """See `escaped_dataclass`: what the document shows is a deliberate difference."""


CHECKS["Strings and conversion order", 1] = only_shown
CHECKS["Strings and conversion order", 2] = only_shown


def home_with_link(run: Run) -> None:
    link = '<p><a href="/oops">Click to generate 404 error</a></p>'
    assert body(ask(run).get("/").text) == main("<h1>Home page</h1>", link)


def not_there(run: Run) -> None:
    answer = ask(run).get("/oops")
    assert answer.status_code == 404
    (doctype, (_, _, (head, _))) = dom(answer.text)
    assert doctype == "<!doctype html>"
    assert head[2][0] == ("title", {}, ["404: I don't exist!"])
    assert any("pico" in url for url in head_of(answer.text))  # "attractive content"
    assert body(answer.text) == main("<h1>404: I don't exist!</h1>")


@block_checked("Custom exception handlers", 0)
def exceptions(run: Run) -> None:
    home_with_link(run)
    not_there(run)


@block_checked("Custom exception handlers", 1)
def exceptions_as_lambdas(run: Run) -> None:
    home_with_link(run)
    not_there(run)

    @run.names["rt"]("/tea")
    def get() -> None:
        from fasthtml_nb.common import HTTPException

        raise HTTPException(418)

    answer = ask(run).get("/tea")
    assert (answer.status_code, body(answer.text)) == (418, main("<h1>418: I'm a teapot!</h1>"))


CHECKS["Cookies", 0] = only_shown


@block_checked("Cookies", 1)
def timestamp_set(run: Run) -> None:
    answer = run.names["client"].get("/settimestamp")
    (sent,) = answer.headers.get_list("set-cookie")
    said = re.fullmatch(r'now="([-0-9]+ [:.0-9]+)"; HttpOnly; Path=/; SameSite=lax', sent)
    assert said and datetime.fromisoformat(said[1]).date() == datetime.now().date()


@block_checked("Cookies", 2)
def timestamp_read(run: Run) -> None:
    client = run.names["client"]
    shown, kept = (set_time(client) for _ in range(2))
    assert shown != kept
    answer = client.get("/gettimestamp")  # the last one set is the one that is read
    assert answer.text == f"Cookie was set at time {kept.time()}"
    stranger = TestClient(client.app).get("/gettimestamp")
    assert stranger.status_code == 400 and stranger.text.startswith("now is missing")
    wrong = TestClient(client.app, cookies={"now": "tea"}).get("/gettimestamp")
    assert wrong.status_code == 400 and "'tea'" in wrong.text


def set_time(client: Any) -> datetime:
    """Have the time set, and return what the cookie holds."""
    client.get("/settimestamp")
    return datetime.fromisoformat(client.cookies["now"].strip('"'))


@block_checked("Sessions")
def adding(run: Run) -> None:
    client, other = run.names["client"], TestClient(run.names["app"])
    assert [client.get(f"/adder/{n}").text for n in (1, 2, -7)] == [
        "The sum is 1.",
        "The sum is 3.",
        "The sum is -4.",
    ]
    assert other.get("/adder/5").text == "The sum is 5."  # each visitor has a session
    assert client.get("/adder/x").status_code == 404
    forged = TestClient(run.names["app"], cookies={"session_": "eyJzdW0iOiAxMDB9"})
    assert forged.get("/adder/5").text == "The sum is 5."


COOKED = [
    ("info", "status", "Toast is being cooked"),
    ("success", "status", "Toast is ready"),
    ("warning", "alert", "Toast is getting a bit crispy"),
    ("error", "alert", "Toast is burning!"),
]


def toasts(html: str) -> list[tuple[str, str, str, str]]:
    """Return type, role, text and seconds of the toasts that a page or fragment shows."""
    found = []
    for each in turbohtml.parse(html).select(".fasthtml-toast"):
        kind = " ".join(each.attrs["class"]).rpartition("-")[2]
        seconds = each.attrs["data-seconds"]
        found.append((kind, each.attrs["role"], each.select_one("span").text, seconds))
    return found


@block_checked("Toasts (also known as Messages)")
def toasting(run: Run) -> None:
    client, app = run.names["client"], run.names["app"]
    page = client.get("/toasting").text
    shown = [(kind, role, text, "10") for kind, role, text in COOKED]  # "after 10 seconds"
    assert toasts(page) == shown
    assert body(page)[0] == main("<h1>I like toast</h1>")[0]
    assert [url.partition("?")[0].rpartition("/")[2] for url in head_of(page)] == [
        "toasts.css",
        "toasts.js",
    ]
    assert toasts(client.get("/profile/john@example.com").text) == []  # they are shown once
    fragment = client.get("/toasting", headers={"HX-Request": "true"}).text
    assert toasts(fragment) == shown and "hx-swap-oob" in fragment
    with pytest.raises(TypeError, match=r"Write setup_toasts\(app, duration=5\)"):
        run.names["setup_toasts"](duration=5)  # the document leaves out whose toasts
    run.names["setup_toasts"](app, duration=5)
    assert {seconds for *_, seconds in toasts(client.get("/toasting").text)} == {"5"}


CHECKS["Authentication and authorization", 0] = only_shown


@block_checked("Authentication and authorization", 1)
def guarded(run: Run) -> None:
    app, rt = run.names["app"], run.names["rt"]
    rt("/")(lambda: "home")

    @rt("/login")
    def get():
        return "who are you?"

    @rt("/login")
    def post(name: str, session):
        session["auth"] = name

    @rt("/secret")
    def secret(auth):
        return f"for {auth}"

    @app.ws("/ws")
    def ws(auth):
        return f"for {auth}"

    forged = {"headers": {"auth": "admin"}, "cookies": {"auth": "admin"}}
    client = ask(run, follow_redirects=False, **forged)
    assert [client.get(path).text for path in ("/", "/login")] == ["home", "who are you?"]
    assert client.get("/main.css").status_code == 404  # skipped, and not there
    for sly in ("/secret", "/secret?auth=admin"):
        answer = client.get(sly)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws"):
        pass
    client.post("/login", data={"name": "uma"})
    assert client.get("/secret?auth=admin").text == "for uma"
    with client.websocket_connect("/ws") as socket:
        socket.send_json({"auth": "admin"})
        assert socket.receive_text() == "for uma"


@block_checked("Server-sent events (SSE)")
def streaming(run: Run) -> None:
    page = ask(run).get("/").text
    assert "https://unpkg.com/htmx-ext-sse@2.2.1/sse.js" in head_of(page)
    assert body(page) == main(
        "<h1>SSE Random Number Generator</h1>",
        "<p>Generate pairs of random numbers, as the list grows scroll downwards.</p>",
        '<div hx-ext="sse" sse-connect="/number-stream" hx-swap="beforeend show:bottom" '
        'sse-swap="message"></div>',
    )
    with served(run.names["app"]) as server:
        with listening(server, "/number-stream") as answer:
            assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert answer.headers["cache-control"] == "no-store"
            lines = answer.iter_lines()
            first, second = (next(lines), next(lines)), (next(lines), next(lines))
            for data, end in (first, second):
                number = re.fullmatch(r"data: <article>(\d+)</article>", data)
                assert number and 1 <= int(number[1]) <= 100 and end == ""
            server.stop(5)  # with the stream open, which ends whole: httpx raises otherwise
            assert all(line == "" or line.startswith("data: <article>") for line in lines)


@block_checked("Websockets")
def talking(run: Run) -> None:
    page = ask(run).get("/").text
    assert any("htmx-ext-ws" in url or "/ws" in url for url in head_of(page))
    field = '<input id="msg" name="msg" autofocus>'
    assert body(page) == main(
        "<h1>Websocket Test</h1>",
        '<div hx-ext="ws" ws-connect="/ws"><div id="notifications"></div>'
        f'<form enctype="multipart/form-data" id="form" ws-send>{field}</form></div>',
    )
    told = StringIO()
    with redirect_stdout(told), served(run.names["app"]) as server:
        with connect(f"ws://{server.address}/ws", open_timeout=20) as socket:
            hears = partial(socket.recv, timeout=20)
            assert hears() == '<div id="notifications">Hello, you have connected</div>'
            socket.send("{")  # what is no message is said to be none, and harms nobody
            socket.send(json.dumps({"msg": "<b>Uma", "HEADERS": {"HX-Request": "true"}}))
            heard = [hears() for _ in range(2)]
            assert dom(heard[0]) == dom('<div id="notifications">Hello &lt;b&gt;Uma</div>')
            assert dom(heard[1]) == dom(
                f'<div id="notifications">Goodbye &lt;b&gt;Uma</div>{field}'
            )
            assert told.getvalue() == "Connected!\n"
        until(lambda: told.getvalue() == "Connected!\nDisconnected!\n")


def card(name: str, content: bytes, headers: str) -> list[Any]:
    """Return what the document's handlers show of a file."""
    return dom(
        f"<article><header><h3>{name}</h3></header><ul><li>Size: {len(content)}</li>"
        f"<li>Content Type: text/plain</li><li>Headers: {headers}</li></ul></article>"
    )


def sent_headers(field: str, name: str) -> str:
    pairs = {
        "content-disposition": f'form-data; name="{field}"; filename="{name}"',
        "content-type": "text/plain",
    }
    return str(to_xml(f"Headers({pairs!r})"))


@block_checked("Single File Uploads")
def upload_one(run: Run) -> None:
    page = ask(run).get("/").text
    assert body(page) == main(
        "<h1>File Upload Demo</h1>",
        '<article><form enctype="multipart/form-data" hx-post="/upload" hx-target="#result-one">'
        '<input type="file" name="file"><button type="submit" class="secondary">Upload</button>'
        '</form><div id="result-one"></div></article>',
    )
    names = {"a note.txt": "a note.txt", "../../evil.txt": "evil.txt", "/etc/passwd": "passwd"}
    with served(run.names["app"]) as server:
        for sent, safe in names.items():
            part = {"file": (sent, b"some tea", "text/plain")}
            answer = httpx.post(f"http://{server.address}/upload", files=part, headers=HTMX)
            assert answer.status_code == 200
            assert dom(answer.text) == card(safe, b"some tea", sent_headers("file", sent))
            assert Path("filez", safe).read_bytes() == b"some tea"
        wrong = httpx.post(f"http://{server.address}/upload", data={"file": "text"})
        assert wrong.status_code == 400 and wrong.text.startswith("file: ")
    assert sorted(file.name for file in Path("filez").iterdir()) == sorted(names.values())
    assert [file.name for file in Path().iterdir()] == ["filez"]


@block_checked("Multiple File Uploads")
def upload_several(run: Run) -> None:
    page = ask(run).get("/").text
    assert body(page) == main(
        "<h1>Multiple File Upload Demo</h1>",
        '<article><form enctype="multipart/form-data" hx-post="/upload_many" '
        'hx-target="#result-many"><input type="file" name="files" multiple><button type="submit" '
        'class="secondary">Upload</button></form><div id="result-many"></div></article>',
    )
    sent = {"one.txt": b"1", "../two.txt": b"22", "three.txt": b"333"}
    with served(run.names["app"]) as server:
        parts = [("files", (name, content, "text/plain")) for name, content in sent.items()]
        answer = httpx.post(f"http://{server.address}/upload_many", files=parts, headers=HTMX)
    assert dom(answer.text) == [
        element
        for name, content in sent.items()
        for element in card(Path(name).name, content, sent_headers("files", name))
    ]
    files = {file.name: file.read_bytes() for file in Path("filez").iterdir()}
    assert files == {Path(name).name: content for name, content in sent.items()}
    assert [file.name for file in Path().iterdir()] == ["filez"]


# The blocks --------------------------------------------------------------------------------------


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, where no server may start."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("HOST", raising=False)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("A block started a server.")

    monkeypatch.setattr("uvicorn.run", refuse)
    return tmp_path


CLOCK = re.compile(r"(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+")


def shows(run: Run) -> str:
    """Return what a notebook would show below the block, as HTML or text."""
    if run.printed:
        return run.printed
    if isinstance(run.value, HTML):
        return str(run.value.data)
    return str(to_xml(run.value)) if isinstance(run.value, FT) else repr(run.value)


@needs_document
@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_block(block: Block, workplace: Path) -> None:
    run = document.run_block(block)
    run.names["__source__"] = document.as_ours(block.source)
    if block.shown and block.key not in DIFFERENT_OUTPUT:
        ours, theirs = (CLOCK.sub("NOW", text) for text in (shows(run), block.shown.strip()))
        if theirs.startswith("<"):
            assert dom(ours) == dom(theirs)
        else:
            assert ours == theirs
    CHECKS[block.key](run)


@needs_document
def test_every_block_has_its_check() -> None:
    assert [block.key for block in BLOCKS] == list(CHECKS)


@needs_document
def test_no_block_is_overlooked() -> None:
    """A second reading, by another way: every fence of Python in the document."""
    text = document.DOCUMENT.read_text("utf-8")
    fences = re.findall(r"^``` python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [block.source for block in BLOCKS] == fences
    assert len(BLOCKS) == len(CHECKS) > 35
    assert BLOCKS[-1].section == re.findall(r"^##+ (.*)$", text, re.MULTILINE)[-1]


# Deliberate differences -------------------------------------------------------------------------


def escaped_dataclass(workplace: Path) -> None:
    """The document: on a plain dataclass `str()` will be called, but not escaped."""
    block = next(b for b in BLOCKS if b.key == ("Strings and conversion order", 0))
    text = str(run_value := document.run_block(block).value)
    assert "&lt;h1&gt;Hello World&lt;/h1&gt;" in text and "<h1>" not in text
    wanted = "Hero(title='<h1>Hello World</h1>', statement='This is a hero statement')"
    assert dom(text) == [("main", {}, [wanted])]
    assert dom(block.shown) != dom(str(run_value))


def asked_for_files(workplace: Path) -> None:
    """The document: the default is to look for files in the root directory."""
    Path("assets").mkdir()
    Path("assets/sakura.css").write_text("body {}")
    block = next(b for b in BLOCKS if b.key == ("CSS Files and Inline Styles", 0))
    run = document.run_block(block)
    assert ask(run).get("/assets/sakura.css").status_code == 404
    run.names["app"].static_route_exts(static_path=".")
    assert ask(run).get("/assets/sakura.css").text == "body {}"


def on_loopback(workplace: Path) -> None:
    """The document's terminal says: Uvicorn running on http://0.0.0.0:5001."""
    text = document.DOCUMENT.read_text("utf-8")
    assert "http://0.0.0.0:5001" in text
    assert serving.listen_address(None, None, {}) == ("127.0.0.1", 5001)


DIFFERENT_OUTPUT = {("Strings and conversion order", 0)}
DIFFERENCES = [
    (
        "FastHTML prints a plain object's `str()` unescaped: a deliberate difference.",
        escaped_dataclass,
    ),
    (
        "Static files only when asked (`static_path=` or `app.static_route(...)`), resolved inside "
        "the root, no dot files, no way out: deliberate difference",
        asked_for_files,
    ),
    ("`serve()` listens on 127.0.0.1: deliberate difference", on_loopback),
]


@needs_document
@pytest.mark.parametrize(
    ("sentence", "holds"), DIFFERENCES, ids=[holds.__name__ for _, holds in DIFFERENCES]
)
def test_deliberate_difference(
    sentence: str, holds: Callable[[Path], None], workplace: Path
) -> None:
    assert sentence in " ".join(document.DESIGN.read_text("utf-8").split())
    holds(workplace)


# As scripts --------------------------------------------------------------------------------------

SCRIPTS = [block for block in BLOCKS if block.serves]


@needs_document
@pytest.mark.parametrize("block", SCRIPTS, ids=str)
def test_a_block_run_as_a_script_serves(
    block: Block, workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """`python main.py` reaches uvicorn, which would listen on loopback, port 5001."""
    called: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **options: called.append((app, options)))
    monkeypatch.setattr(serving, "check_port", lambda host, port: None)
    script = workplace / "main.py"
    script.write_text(document.as_ours(block.source))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    runpy.run_path(str(script), run_name="__main__")
    ((app, options),) = called
    assert (app, options["host"], options["port"]) == ("main:app", "127.0.0.1", 5001)
    assert options["reload"] is True
    assert "http://127.0.0.1:5001" in capsys.readouterr().out
