"""FastHTML's programs, run unedited: names, habits, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from fasthtml_nb import compat_names
from fasthtml_nb.compat_names import FACES, REASONS, Source, sources

NAMES = Path(__file__).with_name("fasthtml_names.json")
_READ = json.loads(NAMES.read_text(encoding="utf-8"))
THEIRS: dict[str, list[str]] = _READ["modules"]
ATTRIBUTES: dict[str, list[str]] = _READ["attributes"]  # of classes that programs use by hand
# Every public name of a package, by module: what a star import brings.
READ_NAMES = """
import importlib, json, pkgutil, sys, warnings
warnings.simplefilter("ignore")
import fasthtml
names = {}
for found in [None, *pkgutil.iter_modules(fasthtml.__path__)]:
    name = "fasthtml" + (f".{found.name}" if found else "")
    if name in ("fasthtml._modidx", "fasthtml.stripe_otp"):  # an index; it calls Stripe
        continue
    importlib.import_module(name)
    brought = {}
    exec(f"from {name} import *", brought)
    names[name] = sorted(brought.keys() - {"__builtins__"})
names["fasthtml"] = sorted(set(names["fasthtml"]) & set(names["fasthtml.core"]))
import fasthtml.oauth
kinds = [getattr(fasthtml, name) for name in ("FastHTML", "APIRouter", "HtmxHeaders", "FtResponse")]
attributes = {
    kind.__name__: sorted(name for name in dir(kind) if not name.startswith("_"))
    for kind in [*kinds, fasthtml.oauth.OAuth]
}
json.dump({"modules": names, "attributes": attributes}, sys.stdout)
"""


def python(program: str, *options: str, cwd: Path | None = None, **environ: str):
    """Run a program in a new interpreter; it prints what is to be looked at."""
    return subprocess.run(
        [sys.executable, *options, "-c", dedent(program)],
        capture_output=True, text=True, cwd=cwd, timeout=120,
        env=os.environ | {"PYTHONWARNINGS": "error"} | environ,
    )  # fmt: skip


def answer(program: str, **options) -> str:
    """Return what a program prints that comes through the compatible door, without its greeting."""
    done = python("import fasthtml_nb.compat\n" + dedent(program), **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    greeting, _, rest = done.stdout.partition("\n")
    assert greeting.startswith("fasthtml is fasthtml_nb here.")
    return rest


# Names ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.network
def test_the_list_of_names_is_that_of_the_released_package(
    tmp_path: Path, fasthtml_python: Path
) -> None:
    command = [fasthtml_python, "-c", READ_NAMES]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == _READ


@pytest.fixture(scope="module")
def resolved() -> dict[str, dict[str, str]]:
    """Return for each module and name what a program gets: `""`, or the error's text."""
    program = """
    import importlib, json, pathlib, sys
    out = {}
    for module, names in json.loads(pathlib.Path(sys.argv[1]).read_text())["modules"].items():
        face, out[module] = importlib.import_module(module), {}
        for name in names:
            try:
                getattr(face, name)
                out[module][name] = ""
            except (AttributeError, ImportError) as exc:
                out[module][name] = f"{type(exc).__name__}: {exc}"
    print(json.dumps(out))
    """.replace("sys.argv[1]", repr(str(NAMES)))
    return json.loads(answer(program))


@pytest.mark.parametrize("module", THEIRS)
def test_each_name_resolves_or_has_a_reason(
    module: str, resolved: dict[str, dict[str, str]]
) -> None:
    for name, error in resolved[module].items():
        if error:
            assert error.startswith(f"ImportError: {module} has no {name!r} here. "), name
            assert error.endswith(REASONS[name])


def test_no_reason_is_left_over(resolved: dict[str, dict[str, str]]) -> None:
    """A name that has arrived needs no excuse any more: take it out of the table."""
    missing = {name for names in resolved.values() for name, error in names.items() if error}
    assert set(REASONS) - missing - {"stripe_otp"} == set()


def test_reasons_are_written_for_each_name_once() -> None:
    given = [name for names in compat_names._WITHHELD.values() for name in names.split()]
    assert sorted(given) == sorted(set(given))
    assert all(reason.endswith(".") and len(reason) > 40 for reason in REASONS.values())


def test_most_names_resolve(resolved: dict[str, dict[str, str]]) -> None:
    """Of the framework's own modules nearly everything is there."""
    for module in ("components", "svg", "pico", "js", "starlette", "xtend", "authmw"):
        names = resolved[f"fasthtml.{module}"]
        assert sum(error == "" for error in names.values()) / len(names) > 0.75, module


MISSING = {
    "FastHTML.add_websocket_route": "Starlette's old way; app.ws declares a websocket.",
    "APIRouter.trace": "Nobody serves TRACE; route(path, 'trace') would.",
    "OAuth.redir_login": "The guard itself redirects; an answer of before() does.",
}


def test_each_method_is_there_or_has_a_reason() -> None:
    program = """
    import fasthtml, fasthtml.oauth, json
    kinds = [fasthtml.FastHTML, fasthtml.APIRouter, fasthtml.HtmxHeaders, fasthtml.FtResponse]
    print(json.dumps({kind.__name__: dir(kind) for kind in [*kinds, fasthtml.oauth.OAuth]}))
    """
    ours = json.loads(answer(program))
    missing = {f"{kind}.{n}" for kind, names in ATTRIBUTES.items() for n in names}
    missing -= {f"{kind}.{n}" for kind, names in ours.items() for n in names}
    assert missing == set(MISSING)


def test_a_socket_for_everybody_and_trace() -> None:
    program = """
    from fasthtml.common import *
    from fasthtml_nb.common import TestClient
    app = FastHTML(secret_key="k")
    send = app.setup_ws()
    @app.trace("/echo")
    def echo(): return "traced"
    client = TestClient(app)
    print(client.request("TRACE", "/echo").text)
    with client.websocket_connect("/ws") as one:
        client.portal.call(send, P("all"))
        print(one.receive_text())
    """.replace("client = TestClient(app)", "client = TestClient(app).__enter__()")
    assert answer(program).splitlines() == ["traced", "<p>all</p>"]


@pytest.mark.parametrize("face", FACES)
def test_a_star_import_brings_nothing_that_programs_do_not_expect(face: str) -> None:
    older = {"NotFoundError", "database", "picocondlink", "picolink", "set_pico_cls"}
    older |= {"Card", "Container", "DialogX", "Grid", "Group", "PicoBusy"}  # as in FastHTML 0.12
    allowed = set(THEIRS[f"fasthtml.{face}"]) | (older if face == "common" else set())
    assert set(sources(face)) - allowed == set()


def test_every_source_exists() -> None:
    """A typing error in the tables would make a name disappear without a word."""
    for face in FACES:
        for source in sources(face).values():
            source.value()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Source("fasthtml_nb.nowhere", "Div"), "There is no module fasthtml_nb.nowhere"),
        (Source("json", "Div"), "json has no 'Div'"),
    ],
)
def test_a_source_that_is_not_there(source: Source, message: str) -> None:
    with pytest.raises(LookupError, match=message):
        source.value()


# Modules ----------------------------------------------------------------------------------------


def test_modules_by_every_kind_of_import() -> None:
    program = """
    import fasthtml, fasthtml.common as fh, importlib.util
    from fasthtml import FastHTML, common, svg, __version__
    from fasthtml.svg import Rect, AltGlyph, Color_profile
    from fasthtml.components import Foo_bar, FooBar, Dvi, Self, Uk_icon
    from fasthtml.starlette import *
    print(fasthtml.pico.Card is fasthtml.common.Card, fasthtml.__version__ == __version__)
    print(fh.FastHTML is FastHTML, common is fh, HTTPException.__module__)
    print(Foo_bar("x"), FooBar(), Dvi(), Self(), Uk_icon(icon="x"), sep="")
    print(AltGlyph(), Color_profile(), Rect(1, 2), sep="")
    print(importlib.util.find_spec("fasthtml.core").name, svg.__name__)
    """
    assert answer(program).splitlines() == [
        "True True",
        "True True starlette.exceptions",
        "<foo-bar>x</foo-bar><foo-bar></foo-bar><dvi></dvi><self></self>"
        '<uk-icon icon="x"></uk-icon>',
        "<altGlyph></altGlyph><color-profile></color-profile>"
        '<rect width="1" height="2" x="0" y="0"></rect>',
        "fasthtml.core fasthtml.svg",
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "from fasthtml.common import dict2xml",
            "ImportError: fasthtml.common has no 'dict2xml' here. XML is not the subject here. "
            "Python's xml.etree.ElementTree writes it, ft(tag) any tag.",
        ),
        (
            "from fasthtml.core import Nonsense",
            "ImportError: cannot import name 'Nonsense' from 'fasthtml.core' (unknown location)",
        ),
        (
            "import fasthtml.stripe_otp",
            "ModuleNotFoundError: No module 'fasthtml.stripe_otp' here. It belongs to one "
            "company's service. Use that company's own tool or package.",
        ),
        (
            "import fasthtml.comon",
            "ModuleNotFoundError: No module 'fasthtml.comon' here. There are: starlette, core, "
            "components, xtend, svg, js, pico, oauth, toaster, fastapp, live_reload, authmw, "
            "jupyter, cli, basics, ft, common. Use one of these.",
        ),
        ("import fasthtmlx", "ModuleNotFoundError: No module named 'fasthtmlx'"),
    ],
)
def test_what_is_not_there_says_so(line: str, error: str) -> None:
    done = python(f"import fasthtml_nb.compat\n{line}")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == error


def test_the_real_one_must_not_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "fasthtml.py").write_text("Div = 'theirs'\n")
    done = python("import fasthtml, fasthtml_nb.compat", cwd=tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    said = done.stderr.splitlines()[-1]
    assert said.startswith("ImportError: fasthtml_nb.compat takes the place of fasthtml, but ")
    assert repr(str(tmp_path / "fasthtml.py")) in said
    assert said.endswith("Import fasthtml_nb.compat first; in a notebook restart the kernel.")


def test_ours_wins_over_an_installed_one_and_can_be_taken_away(tmp_path: Path) -> None:
    (tmp_path / "fasthtml.py").write_text("Div = 'theirs'\n")
    program = """
    import sys
    from fasthtml_nb.compat import install, uninstall
    install()
    from fasthtml.common import Div
    print(Div("x"))
    uninstall()
    print([name for name in sys.modules if name.startswith("fasthtml.")])
    from fasthtml import Div
    print(Div)
    """
    done = python(program, cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.splitlines()[1:] == ["<div>x</div>", "[]", "theirs"]


def test_the_greeting_is_one_line_and_names_what_is_kept() -> None:
    done = python("import fasthtml_nb.compat, importlib; importlib.reload(fasthtml_nb.compat)")
    assert done.stderr == "" and done.stdout.count("\n") == 1
    for said in ("str is HTML", "'.'", "milliseconds", "127.0.0.1", "hidden", "cross-site", "400"):
        assert said in done.stdout


def test_the_door_brings_the_database_and_nothing_else_that_is_heavy() -> None:
    """`except NotFoundError` needs the class itself, and so the library it is from."""
    program = """
    import sys
    from fasthtml.common import *
    tops = {name.partition(".")[0] for name in sys.modules}
    from tools import rules
    print(sorted(tops & rules.FORBIDDEN_AT_THE_DOOR))
    """
    assert answer(program) == "['apswutils', 'fastcore']\n"


# Habits -----------------------------------------------------------------------------------------


def test_strings_are_html_and_objects_are_not() -> None:
    program = """
    from fasthtml.common import *
    from fasthtml_nb.common import TestClient
    class Note:
        def __str__(self): return "<script>"
    app, rt = fast_app(secret_key="k")
    @rt
    def index(name: str = "you"): return f"<b>{name}</b>"
    @rt
    def note(): return Div(Note())
    bare = FastHTML(secret_key="k")
    @bare.get("/")
    def home(): return "<i>x</i>"
    client = TestClient(app)
    print(client.get("/?name=Uma").text)
    print("<div>&lt;script&gt;</div>" in client.get("/note").text)
    print(TestClient(bare).get("/").text)
    """
    assert answer(program).splitlines() == ["<b>Uma</b>", "True", "<i>x</i>"]


def test_files_beside_the_program(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    here = tmp_path / "site"
    (tmp_path / "outside.txt").write_text("no")
    for name in ("leaf.svg", "data.csv", "keys.env", ".hidden.txt", "app.py", "data.db"):
        (here / name).write_text("content")
    (here / "link.txt").symlink_to(tmp_path / "outside.txt")
    program = """
    from fasthtml.common import *
    from fasthtml_nb.common import TestClient
    app, rt = fast_app(secret_key="k")
    @rt("/data.csv")
    def get(): return "a route"
    client = TestClient(app)
    for path in ("leaf.svg", "data.csv", "keys.env", ".hidden.txt", "app.py", "data.db",
                 "link.txt", "../outside.txt", "%2e%2e/outside.txt", ".sesskey"):
        answer = client.get(f"/{path}")
        print(path, answer.status_code, answer.text if answer.status_code == 200 else "")
    bare = FastHTML(secret_key="k")
    print(TestClient(bare).get("/other.svg").status_code)
    """
    said = answer(program, cwd=here).splitlines()
    assert said[:2] == ["leaf.svg 200 content", "data.csv 200 a route"]
    assert [line.split()[1] for line in said[2:-1]] == ["404"] * 8
    assert said[-1] == "404"
    assert not (here / ".sesskey").exists()


def test_toasts_count_milliseconds() -> None:
    program = """
    from fasthtml.common import *
    from fasthtml_nb.common import TestClient
    for duration in (2500, 5, None, 99, 100):
        app, rt = fast_app(secret_key="k")
        setup_toasts(app, duration) if duration != 5 else setup_toasts(app, duration=5)
        @rt
        def index(sess):
            add_toast(sess, "Saved", "success")
            return P("x")
        html = TestClient(app).get("/").text
        print(html.partition('data-seconds="')[2].partition('"')[0] or None)
    app, rt = fast_app(secret_key="k")
    setup_toasts(app)
    print(app.home.responder.beside[0].duration)
    print(fasthtml_nb.compat.Toast("x", duration=500).data_seconds)
    """
    assert answer(program).splitlines() == ["2.5", "5", "None", "99", "0.1", "5.0", "0.5"]


def test_the_head_is_a_list_to_programs() -> None:
    program = """
    from fasthtml.common import *
    from fasthtml_nb.common import TestClient
    app, rt = fast_app(secret_key="k", hdrs=[Meta(name="a")], ftrs=(P("end"),), live=True,
                       nb_hdrs=False, reload_attempts=3, bodykw={"cls": "dark"})
    app.hdrs.append(Meta(name="b"))
    app.hdrs += [Meta(name="c")]
    app.hdrs.insert(0, Meta(name="first"))
    del app.hdrs[0]
    app.hdrs[-1] = Meta(name="d")
    app.ftrs.extend([P("very end")])
    app.hdrs = app.hdrs + [Meta(name="e")]
    app.ftrs = list(app.ftrs)
    @rt
    def index(): return Titled("T")
    html = TestClient(app).get("/").text
    print([name for name in ("a", "b", "c", "d", "e", "first") if f'name="{name}"' in html])
    print(html[html.index("<body"):])
    print(len(app.hdrs) == len(list(app.hdrs)))
    """
    said = answer(program).splitlines()
    assert said[0] == "['a', 'b', 'd', 'e']"
    assert said[1].startswith('<body class="dark"><main') and "<p>very end</p>" in said[1]
    assert said[2] == "True"


def test_tables_come_with_the_app(tmp_path: Path) -> None:
    program = """
    from fasthtml.common import *
    from fasthtml_nb.common import TestClient
    def render(todo): return Li(todo.name, id=f"todo-{todo.id}")
    app, rt, todos, Todo = fast_app("data/todo.db", id=int, name=str, pk="id", render=render,
                                    secret_key="k")
    todos.insert(Todo(name="Milk"))
    @rt
    def index(): return Ul(*todos())
    print(TestClient(app).get("/").text.partition("<body>")[2])
    app, rt, todos, Todo = fast_app("data/todo.db", id=int, name=str, title=str, pk="id",
                                    secret_key="k")  # another column; `title=str` is one too
    print([(t.id, t.name, t.title) for t in todos()])
    made = fast_app("data/two.db", secret_key="k", users=dict(name=str, pk="name"),
                    notes=dict(id=int, text=str, pk="id", render=lambda n: P(n.text)))
    (users, User), (notes, Note) = made[2:]
    print(to_xml(notes.insert(text="Hi")), User.__name__)
    """
    assert answer(program, cwd=tmp_path).splitlines() == [
        '<ul><li id="todo-1">Milk</li></ul></body></html>',
        "[(1, 'Milk', None)]",
        "<p>Hi</p> Users",
    ]


def test_options_that_nobody_has() -> None:
    program = """
    import warnings
    from fasthtml.common import *
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        fast_app(secret_key="k", ws_hdr=True)
    print(said[0].message, said[0].filename)
    fast_app(secret_key="k", sess_cls=SessionMiddleware, max_part_size=1000)
    for exts in ("ws", ["ws4"], "sse4"):
        fast_app(secret_key="k", exts=exts, htmx4="4" in str(exts))
    try:
        fast_app(secret_key="k", sess_cls=dict)
    except TypeError as exc:
        print(exc)
    """
    assert answer(program).splitlines() == [
        "fast_app has no option 'ws_hdr'; it is ignored, as FastHTML does. Leave it out, or "
        "correct its name. <string>",
        "Sessions are kept by fasthtml_nb; found sess_cls=<class 'dict'>. Leave it out, and add a "
        "middleware of your own with middleware=[...].",
    ]
