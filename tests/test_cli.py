"""`fasthtml-nb`: what it finds, what it starts, what it says when it cannot."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fasthtml_nb import cli
from fasthtml_nb.cli import CliError, app_in, load_app, locate, main, program_cells, split_target
from fasthtml_nb.web.routing import RouteWarning

APP = """
from fasthtml_nb.common import *
app, rt = fast_app(secret_key="k")
@rt
def index(name: str = "you"): return Titled(f"Tea for {name}")
serve()
"""
THEIRS = """
from fasthtml.common import *
app, rt = fast_app()
@rt
def index(): return "<h1>Unedited</h1>"
serve(port=1)
"""


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "source": source.splitlines(True)} for source in sources]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# x"}, *cells]})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a folder with apps; what a test imports from it is forgotten afterwards."""
    files = {
        "app.py": APP,
        "theirs.py": THEIRS,
        "book.ipynb": notebook(*APP.replace("@rt\n", "\0@rt\n").split("\0")),
        "shop/__init__.py": "",
        "shop/web.py": "from shop.parts import site\n",
        "shop/parts.py": APP.replace("app, rt", "site, rt"),
        "broken.py": "def f():\n    return 1 / 0\nf()\n",
        "syntax.py": "def f(:\n",
        "syntax.ipynb": notebook("x = 1", "def f(:"),
        "failing.ipynb": notebook("x = 1", "y = 2\nx / 0"),
        "not.ipynb": "<html>",
        "data.txt": "",
        "two.py": APP + "other, _ = fast_app(secret_key='k')\ndel app\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


# What is loaded ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("app.py", ("app.py", None)),
        ("app.py:site", ("app.py", "site")),
        ("a.b:c", ("a.b", "c")),
        (r"C:\x\app.py", (r"C:\x\app.py", None)),
        ("C:/x/book.ipynb:site", ("C:/x/book.ipynb", "site")),
        ("app.py:", ("app.py:", None)),
        (":app", (":app", None)),
    ],
)
def test_targets(target: str, parts: tuple[str, str | None]) -> None:
    if target == ":app":
        parts = ("", "app")
    assert split_target(target) == parts


@pytest.mark.parametrize(
    "target", ["app.py", "./app.py", "book.ipynb", "book.ipynb:app", "shop.web:site", "shop.parts"]
)
def test_an_app_is_found(here: Path, target: str) -> None:
    from fasthtml_nb.common import TestClient

    assert "<h1>Tea for Uma</h1>" in TestClient(load_app(target)).get("/?name=Uma").text


def test_a_function_may_make_the_app(here: Path) -> None:
    (here / "factory.py").write_text(
        "from starlette.applications import Starlette\n"
        "def make(debug=False, **more): return Starlette(debug=debug)\n"
        "async def raw(scope, receive, send): ...\n"
    )
    assert type(load_app("factory.py:make")).__name__ == "Starlette"
    assert load_app("factory.py:raw").__name__ == "raw"


@pytest.mark.parametrize("name", ["json", "calendar", "pytest"])
def test_an_app_takes_no_other_modules_place(here: Path, name: str) -> None:
    before = sys.modules.get(name)
    (here / f"{name}.py").write_text(APP)
    assert load_app(f"{name}.py") is sys.modules[f"{name}_app"].app
    assert sys.modules.get(name) is before


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["x = 1", "y = 2"], [2, 3]),
        (["#| eval: false\n1/0", "y = 2"], [3]),
        (["# | export\nx = 1", "y = 2"], [2]),
        (["#|exporti\nx = 1", "#| export web.app\ny = 2", "z"], [2, 3]),
        (["#| hide\nx = 1"], [2]),
        ([], []),
    ],
)
def test_the_cells_of_a_program(cells: list[str], found: list[int]) -> None:
    assert [number for number, _ in program_cells(notebook(*cells))] == found


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("%time x\ny = 1", "pass\ny = 1"),
        ("if x:\n    !ls\ny", "if x:\n    pass\ny"),
        ("x = (a\n% b)", "x = (a\n% b)"),
        ('x = """\n%time\n"""', 'x = """\n%time\n"""'),
        ("%%bash\nls", ""),
        ("await x", "await x"),
    ],
)
def test_what_only_jupyter_understands_is_left_out(source: str, plain: str) -> None:
    assert program_cells(notebook(source)) == [(2, plain)]


def test_a_notebook_may_await(here: Path) -> None:
    (here / "waits.ipynb").write_text(
        notebook("import asyncio\nx = await asyncio.sleep(0, 5)", "app = lambda scope: x")
    )
    assert load_app("waits.ipynb:app") == 5 or load_app("waits.ipynb:app")("") == 5


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "ap.py",
            "No file 'ap.py'. Files there: app.py, book.ipynb, broken.py, failing.ipynb, "
            "not.ipynb, syntax.ipynb, syntax.py, theirs.py, two.py. Use one of these.",
        ),
        ("nowhere/app.py", "No file 'nowhere/app.py'. Files there: app.py, "),
        ("data.txt", "An app is in a .py file or a notebook; found 'data.txt'. Name one of these."),
        (
            "app.py:site",
            "app has no app called 'site'. Apps there: app. Say which one, like app:app.",
        ),
        ("two.py", "two has no app called 'app'. Apps there: none. Say which one, like two:my_app"),
        (
            "not.ipynb",
            "Cannot read 'not.ipynb'. It is no notebook: it has no list of cells in JSON. "
            "Save it again in Jupyter.",
        ),
    ],
)
def test_what_is_not_there(here: Path, target: str, message: str, capsys) -> None:
    if target == "two.py":
        (here / "two.py").write_text("x = 1\n")
    assert main(["routes", target]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith(f"fasthtml-nb: {message}")


def test_the_only_app_needs_no_name(here: Path) -> None:
    assert load_app("two.py") is sys.modules["two"].other
    (here / "both.py").write_text(APP.replace("app, rt", "one, rt") + "other = FastHTML()\n")
    with pytest.raises(CliError, match="has no app called 'app'. Apps there: one, other. Say"):
        load_app("both.py")


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        ("broken.py", ["line 2, in f", "return 1 / 0", "ZeroDivisionError"]),
        ("syntax.py", ["def f(:", "SyntaxError"]),
        ("syntax.ipynb", ['File "syntax.ipynb[3]", line 1', "def f(:", "SyntaxError"]),
        ("failing.ipynb", ['File "failing.ipynb[3]", line 2', "x / 0", "ZeroDivisionError"]),
    ],
)
def test_an_app_that_fails_shows_where(here: Path, target: str, lines: list[str], capsys) -> None:
    assert main(["routes", target]) == 1
    said = capsys.readouterr()
    for line in lines:
        assert line in said.err
    assert f"fasthtml-nb: {target!r} could not be loaded: " in said.err.splitlines()[-1]
    assert said.err.endswith("Correct it, and run this again.\n")
    assert "cli.py" not in said.err and "importlib" not in said.err


def test_a_missing_module_is_named(here: Path, capsys) -> None:
    (here / "needs.py").write_text("import no_such_module\n")
    assert main(["routes", "needs.py"]) == 1
    said = "Is 'no_such_module' installed, or is the name misspelt?\n"
    assert capsys.readouterr().err.endswith(said)


# Routes -----------------------------------------------------------------------------------------


def test_the_table_of_routes(here: Path, capsys) -> None:
    (here / "public").mkdir()
    (here / "many.py").write_text(
        """
from dataclasses import dataclass
from fasthtml_nb.common import *

@dataclass
class Tea:
    name: str

app, rt = fast_app(secret_key="k", static_path="public")

@rt("/tea/{id}")
def get(id: int, q: str = ""): ...

@rt("/tea/{id}")
def post(id: int, tea: Tea, session, req): ...

@app.ws("/live")
async def live(text: str, send): ...

@rt("/", host="shop.example")
def index(): ...

class Box:
    async def __call__(self, scope, receive, send): ...

api = APIRouter("/api")

@api
def items(page: int = 1): ...

api.to_app(app)
app.mount("/box", Box())
"""
    )
    assert main(["routes", "many.py"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert re.split(" {2,}", head) == [
        "methods", "path", "handler", "parameters (looked for in)", "defined"
    ]  # fmt: skip
    table = "\n".join(rows)
    for wanted in (
        r"GET +/tea/\{id\} +get +id \(path\); q \(.*\) +many.py:11$",
        r"POST +/tea/\{id\} +post +id \(path\); tea \(path, body, query\); session, req \(the "
        r"request\) +many.py:14$",
        r"WEBSOCKET +/live +live +text \(.*\); send \(.*\) +many.py:17$",
        r"GET POST +shop.example/ +index +many.py:20$",
        r"GET POST +/api/items +items +page \(.*\) +many.py:28$",
        r"^ +/box +Box$",
        r"GET +/\.\.\. +files of public$",
    ):
        assert re.search(wanted, table, re.MULTILINE), (wanted, table)


def test_routes_of_a_notebook_name_the_cell(here: Path, capsys) -> None:
    assert main(["routes", "book.ipynb"]) == 0
    assert "book.ipynb[3]:1" in capsys.readouterr().out


def test_what_a_notebook_defines_again_and_prints_is_no_part_of_the_table(
    here: Path, capsys
) -> None:
    again = "print('a row')\n@rt\ndef index(): return 'again'"
    cells = [*APP.replace("@rt\n", "\0@rt\n").split("\0"), again]
    (here / "twice.ipynb").write_text(notebook(*cells))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert main(["routes", "twice.ipynb"]) == 0
    said = capsys.readouterr()
    assert said.err == "a row\n" and "a row" not in said.out
    assert said.out.count(" index ") == 1 and "twice.ipynb[4]:2" in said.out
    (here / "twice.py").write_text("\n".join(cells))
    with pytest.warns(RouteWarning):  # in a module nobody does that on purpose
        assert main(["routes", "twice.py"]) == 0
    assert "a row" not in capsys.readouterr().out


def test_routes_of_other_apps(here: Path, capsys) -> None:
    (here / "plain.py").write_text(
        """
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
def home(request): ...
def live(ws): ...
inner = Mount("/in", routes=[Route("/{x}", home, methods=["PUT"])])
app = Starlette(routes=[Route("/", home), WebSocketRoute("/ws", live), inner])
"""
    )
    assert main(["routes", "plain.py"]) == 0
    rows = [row.split() for row in capsys.readouterr().out.splitlines()[1:]]
    assert rows == [
        ["GET", "/", "home", "plain.py:4"],
        ["/ws", "live", "plain.py:5"],
        ["PUT", "/in/{x}", "home", "plain.py:4"],
    ]


# Processes --------------------------------------------------------------------------------------


def command(*arguments: object, **options):
    words = [sys.executable, "-m", "fasthtml_nb.cli", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, **options)


def test_a_program_of_fasthtml_is_listed_as_one(here: Path) -> None:
    done = command("routes", "theirs.py", "--as-fasthtml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("fasthtml is fasthtml_nb here.")
    assert "theirs.py:4" in done.stdout
    done = command("routes", "theirs.py")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "fasthtml-nb: 'theirs.py' could not be loaded: ModuleNotFoundError. It is a program of "
        "FastHTML's: run this again with --as-fasthtml."
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "the following arguments are required: COMMAND"),
        (["serve"], 2, "invalid choice: 'serve'"),
        (["run"], 2, "the following arguments are required: app"),
        (["run", "app.py", "--port", "x"], 2, "argument --port: invalid int value: 'x'"),
        (["run", "ap.py"], 1, "fasthtml-nb: No file 'ap.py'. Files there: app.py, "),
        (["run", "app.py", "--port", "99999"], 1, "A port is a number from 0 to 65535; found"),
        (["run", "app.py", "--host", "203.0.113.1"], 1, "Cannot listen on '203.0.113.1', port"),
        (["run", "nothing.at.all"], 1, "Is 'nothing' installed, or is the name misspelt?"),
        (["run", "ap.py", "--reload"], 1, "fasthtml-nb: No file 'ap.py'."),
    ],
)
def test_exit_codes(here: Path, arguments: list[str], code: int, said: str) -> None:
    done = command(*arguments)
    assert done.returncode == code and said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_help_says_what_there_is() -> None:
    done = command("--help")
    assert done.returncode == 0
    for word in ("run", "routes", "assets", "new", "Serve an app until it is stopped."):
        assert word in done.stdout
    assert "127.0.0.1" in command("run", "--help").stdout


@contextmanager
def running(*arguments: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command until the block ends; yield it and the address that uvicorn says."""
    env = {k: v for k, v in os.environ.items() if k not in ("HOST", "PORT")} | environ
    process = subprocess.Popen(
        [sys.executable, "-m", "fasthtml_nb.cli", "run", *arguments, "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"running on (http://\S+)", line):
                break
        else:
            raise AssertionError(f"No server has started:\n{said}")
        yield process, found[1]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            process.stdout.close()


def text_at(url: str, wanted: str = "", seconds: float = 20) -> str:
    """Return what is answered there, once it has `wanted` in it."""
    end, text = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            text = httpx.get(url, timeout=20).text
        except httpx.HTTPError:
            text = ""
        if text and wanted in text:
            return text
        time.sleep(0.05)
    raise AssertionError(f"{wanted!r} has not come: {text!r}")


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["app.py"], "<h1>Tea for you</h1>"),
        (["book.ipynb"], "<h1>Tea for you</h1>"),
        (["shop.web:site"], "<h1>Tea for you</h1>"),
        (["theirs.py", "--as-fasthtml"], "<h1>Unedited</h1>"),
    ],
)
def test_an_app_is_served_on_this_machine_only(
    here: Path, arguments: list[str], wanted: str
) -> None:
    with running(*arguments) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert wanted in text_at(url)
    assert process.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("file", ["theirs.py", "book.ipynb"])
def test_a_change_is_served(here: Path, file: str) -> None:
    more = ["--as-fasthtml"] if file == "theirs.py" else []
    with running(file, "--reload", *more) as (_, url):
        text_at(url, "</h1>")
        changed = (here / file).read_text().replace("Unedited", "Edited").replace("Tea", "Milk")
        (here / file).write_text(changed)
        text_at(url, "<h1>Edited</h1>" if more else "<h1>Milk for you</h1>")


def test_a_port_that_is_taken(here: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("run", "app.py", "--port", port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken, ")


# Projects and assets ----------------------------------------------------------------------------


@pytest.mark.parametrize("more", [[], ["--notebook"]])
def test_a_new_project_passes_its_own_test(
    tmp_path: Path, more: list[str], monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "my-tea", *more]) == 0
    file = "app.ipynb" if more else "app.py"
    assert capsys.readouterr().out.splitlines() == [
        f"wrote my-tea/{file}",
        "wrote my-tea/tests/test_app.py",
        "wrote my-tea/pyproject.toml",
        "wrote my-tea/.gitignore",
        f"Now: cd my-tea && fasthtml-nb run {file} --reload",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    done = subprocess.run(command, cwd=tmp_path / "my-tea", capture_output=True, text=True)
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout + done.stderr
    ruff = [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "100", "."]
    done = subprocess.run(ruff, cwd=tmp_path / "my-tea", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("full", "'full' is there already, and not empty. Nothing was written: choose another "),
        ("a-file", "'a-file' is there already, and not empty."),
        (
            "5 teas",
            "A project is named by letters, digits, - and _, a letter first; found '5 teas'",
        ),
        ("..", "A project is named by letters, digits, - and _, a letter first; found '..'"),
    ],
)
def test_nothing_is_overwritten(
    tmp_path: Path, name: str, message: str, monkeypatch, capsys
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "a-file").write_text("mine")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(["new", name]) == 1
    assert capsys.readouterr().err.startswith(f"fasthtml-nb: {message}")
    assert sorted(tmp_path.rglob("*")) == before
    assert main(["new", "empty"]) == 0


def test_assets_are_copied(tmp_path: Path, monkeypatch, capsys) -> None:
    source = tmp_path / "source"
    (source / "htmx").mkdir(parents=True)
    (source / "htmx" / "htmx.js").write_text("x")
    monkeypatch.setattr("fasthtml_nb.web.pins.fetch_assets", lambda: source)
    assert main(["assets", "--to", str(tmp_path / "to")]) == 0
    assert (tmp_path / "to" / "htmx" / "htmx.js").read_text() == "x"
    assert main(["assets"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"1 files in {tmp_path / 'to'}", f"1 files in {source}"
    ]  # fmt: skip

    def fails() -> Path:
        raise RuntimeError("npm is missing. Install it.")

    monkeypatch.setattr("fasthtml_nb.web.pins.fetch_assets", fails)
    assert main(["assets"]) == 1
    said = "fasthtml-nb: The assets are not there. npm is missing. Install it.\n"
    assert capsys.readouterr().err == said


def test_the_command_is_installed(root: Path) -> None:
    parser = ConfigParser(interpolation=None)
    parser.read(root / "settings.ini")
    assert parser["DEFAULT"]["console_scripts"].split() == ["fasthtml-nb=fasthtml_nb.cli:main"]
    assert callable(cli.main) and cli.parser().prog == "fasthtml-nb"


def test_locate_and_app_in_are_for_programs_too(here: Path) -> None:
    assert locate("app.py") == here / "app.py" and locate("shop.web") is None
    module = type(sys)("empty")
    with pytest.raises(CliError, match="empty has no app called 'x'. Apps there: none. Say"):
        app_in(module, "x")
