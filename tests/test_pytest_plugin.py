"""The pytest plugin: notebooks' checks, the fixtures, Chromium, snapshots, workers."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.pytester import SysModulesSnapshot

from fasthtml_nb.checks import pytest_plugin
from fasthtml_nb.checks.cells import (
    directives_of,
    is_check,
    read_cells,
    translated,
    write_notebook,
)
from fasthtml_nb.checks.pytest_plugin import write_edits
from fasthtml_nb.checks.snapshots import Edit

pytest_plugins = ["pytester"]

NAMED = ["-p", "fasthtml_nb.checks.pytest_plugin", "-p", "no:fasthtml_nb"]


def write(path: Path, *sources: str, **metadata: Any) -> Path:
    """Write a notebook; what begins with `# ` and a capital is prose."""
    cells = []
    for number, text in enumerate(sources):
        source = textwrap.dedent(text).strip("\n")
        prose = source.startswith("# ") and source[2].isupper()
        cell = {"cell_type": "markdown" if prose else "code", "id": f"c{number}", "metadata": {}}
        cell["source"] = source.splitlines(keepends=True)
        cells.append(cell if prose else {**cell, "execution_count": None, "outputs": []})
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setattr(SysModulesSnapshot, "restore", _forget(pytester.path))
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return pytester


def _forget(folder: Path) -> Callable[[SysModulesSnapshot], None]:
    """Return a `restore` that forgets the inner run's own modules, and no library's.

    A library that is imported again is a second copy, whose classes the first does not know.
    """

    def restore(snapshot: SysModulesSnapshot) -> None:
        for name, module in [*sys.modules.items()]:
            if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]

    return restore


def run(folder: pytest.Pytester, *options: str) -> pytest.RunResult:
    named = ["-p", "no:fasthtml_nb", *options]
    return folder.runpytest_inprocess(*named, plugins=[pytest_plugin])


def passed(result: pytest.RunResult) -> list[str]:
    """Return the names of the checks that passed, in `-v` output."""
    lines = [line for line in result.outlines if " PASSED" in line]
    return [line.partition("::")[2].partition(" ")[0] for line in lines]


# Which cells, which notebooks -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("#| export", {"export": ""}),
        ("#|eval:false\nx", {"eval": "false"}),
        ("# | eval : False", {"eval": "False"}),
        ("%%time\n#| hide", {"hide": ""}),
        ("\n\n# a comment\n#| slow\nx", {"slow": ""}),
        ("x\n#| hide", {}),
        ("", {}),
    ],
)
def test_directives(source: str, found: dict[str, str]) -> None:
    assert directives_of(source) == found


@pytest.mark.parametrize(
    ("source", "check"),
    [
        ("assert x", True),
        ("if x:\n    for y in x:\n        assert y", True),
        ("with raises(ValueError):\n    f()", True),
        ("await expect(x).to_be_visible()", True),
        ("expect(page).to_have_title('x')", True),
        ("test_eq(1, 1)", True),
        ("test_x = 1", False),
        ("def test_x():\n    assert x", False),
        ("f = lambda: expect(x)", False),
        ("class A:\n    assert x", True),
        ("def f():\n    assert x\ndef g():\n    f()\ng()", True),
        ("def f():\n    pass\nf()", False),
        ("page.expect_request('x')", False),
        ("x = 'assert'", False),
        ("!ls", False),
        ("def (", False),
    ],
)
def test_checks(source: str, check: bool) -> None:
    assert is_check(source) is check


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("x = 5 % 3", "x = 5 % 3"),
        ("%%capture out\nx = 1", "\nx = 1"),
        ("if x:\n    %time y = 1", "if x:\n    y = 1"),
        ("await x", "await x"),
    ],
)
def test_magics(source: str, python: str) -> None:
    assert translated(source) == python


def test_numbers_and_names(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.ipynb",
        "# Title",
        "x = 1",
        "# When it *goes* `wrong`!",
        "#| eval: false\nassert x",
        "assert x",
        "# Now\n## Deeper",
        "nbdev_export()",
    )
    cells = read_cells(path, ["slow"])
    assert [str(cell) for cell in cells] == [
        "1-title", "2-when-it-goes-wrong", "3-when-it-goes-wrong", "4-deeper",
    ]  # fmt: skip
    assert [cell.skip for cell in cells] == ["", "#| eval: false", "", "nbdev_export()"]
    front = write(tmp_path / "y.ipynb", "# Title\nskip_exec: true", "1 / 0")
    other = write(tmp_path / "z.ipynb", "1 / 0", kernelspec={"language": "R"})
    assert read_cells(front) == read_cells(other) == []


def test_it_is_installed_with_the_package(root: Path) -> None:
    parser = ConfigParser(interpolation=None)
    parser.read(root / "settings.ini", encoding="utf-8")
    name, _, module = parser["DEFAULT"]["pytest_plugins"].partition("=")
    assert name == "fasthtml_nb" and import_module(module) is pytest_plugin
    assert '"pytest11": lines("pytest_plugins")' in (root / "setup.py").read_text()


def test_inert_unless_asked(folder: pytest.Pytester) -> None:
    write(folder.path / "x.ipynb", "assert False")
    folder.makepyfile("def test(): pass")
    assert run(folder).parseoutcomes() == {"passed": 1}
    assert run(folder, "--nb").parseoutcomes() == {"passed": 1, "failed": 1}
    folder.makeini("[pytest]\nfasthtml_nb_notebooks = true\n")
    assert run(folder).parseoutcomes() == {"passed": 1, "failed": 1}


def test_left_out_as_nbdev_does(folder: pytest.Pytester) -> None:
    for name in ("_x", ".ipynb_checkpoints/y", "none/z"):
        path = folder.path / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        write(path, "assert False")
    (folder.path / "none" / ".notest").touch()
    write(folder.path / "fine.ipynb", "assert True")
    assert run(folder, "--nb").parseoutcomes() == {"passed": 1}


def test_no_notebook(folder: pytest.Pytester) -> None:
    (folder.path / "x.ipynb").write_text("[]")
    result = run(folder, "--nb")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*A notebook of format 4 is wanted; x.ipynb is none*"])


# One namespace ----------------------------------------------------------------------------------

STORY = (
    "# Story",
    "#| export\nfrom __future__ import annotations\nfrom dataclasses import dataclass",
    "@dataclass\nclass Row:\n    n: Missing = 0\nprint('a row')",
    "# Checks",
    "#| hide\nassert __name__ == '__main__' and Row(1).n == 1",
    "import asyncio\nqueue = asyncio.Queue()\nasync def fill(): await queue.put(1)",
    "await fill()\nassert await queue.get() == 1",
    "%matplotlib inline\n%time rows = [Row(2)]\nassert rows and get_ipython()",
    "import helper, os, pickle\nassert helper.X == pickle.loads(pickle.dumps(Row(1))).n",
    "assert os.path.basename(os.getcwd()) == 'nbs' and display(rows) is None",
    "last = 1",
)


def test_cells_run_once_in_order(folder: pytest.Pytester) -> None:
    nbs = folder.mkdir("nbs")
    (nbs / "helper.py").write_text("X = 1\n")
    write(nbs / "story.ipynb", *STORY)
    before = Path.cwd(), sys.path[:], sys.modules["__main__"]
    result = run(folder, "--nb", "-v", "-rP")
    assert passed(result) == [*(f"{n}-checks" for n in (3, 5, 6, 7, 8)), "end"]
    assert before == (Path.cwd(), sys.path, sys.modules["__main__"])
    assert result.stdout.str().count("a row") == 1
    result = run(folder, "--nb", "-v", "-k", "8-checks")
    assert passed(result) == ["8-checks"]
    result = run(folder, "--nb", "-v", "nbs/story.ipynb::6-checks", "nbs/story.ipynb::3-checks")
    assert passed(result) == ["6-checks", "3-checks"]


def test_the_values_the_cell_and_the_line(folder: pytest.Pytester) -> None:
    write(
        folder.path / "x.ipynb",
        "# Sums",
        "def f(): return {'a': 1}",
        "x = 2\n\nassert f()['a'] == x",
    )
    result = run(folder, "--nb")
    result.stdout.fnmatch_lines(
        [
            "*_ x.ipynb, cell 2-sums _*",
            ">   assert f()['a'] == x",
            "E   assert 1 == 2",
            "x.ipynb, cell 2:3: AssertionError",
            "FAILED x.ipynb::2-sums - assert 1 == 2",
        ]
    )
    assert "_pytest" not in result.stdout.str() and "cells.py" not in result.stdout.str()
    assert "E   assert 1 == 2" not in run(folder, "--nb", "--assert=plain").stdout.str()
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


VIEW = """
from fasthtml_nb.check import *
from fasthtml_nb.common import *
app, rt = fast_app(pico=False)
@rt
def index(): return Titled("Todos", Ul(Li("Tea"), Li("Milk")), Button("Add", hx_post=add))
@rt
def add(): return "added"
"""


def test_a_failed_expectation(folder: pytest.Pytester) -> None:
    failing = "page = visit(app)\nexpect(page.get_by_role('listitem')).to_have_count(3)"
    write(folder.path / "x.ipynb", VIEW, failing)
    result = run(folder, "--nb")
    result.stdout.fnmatch_lines(
        [
            ">   expect(page.get_by_role('listitem')).to_have_count(3)",
            "E   fasthtml_nb.checks.failures.CheckFailure: expect(*).to_have_count(3) failed",
            "x.ipynb, cell 2:2: CheckFailure",
        ]
    )
    result.stdout.no_fnmatch_line("*expect.py*")


def test_after_a_failure(folder: pytest.Pytester) -> None:
    write(folder.path / "x.ipynb", "assert True", "1 / 0", "assert 2", "assert 3", "x = 4")
    result = run(folder, "--nb", "-rs")
    assert result.parseoutcomes() == {"passed": 1, "failed": 1, "skipped": 2}
    result.stdout.fnmatch_lines(
        [
            "E   ZeroDivisionError: division by zero",
            "E   This is cell 2, which runs before cell 3.",
            "SKIPPED * x.ipynb:*: cell 2, which runs before this one, did not pass",
        ]
    )
    result = run(folder, "--nb", "-k", "4")
    assert result.parseoutcomes() == {"failed": 1, "deselected": 3}
    assert run(folder, "--nb", "-x").parseoutcomes() == {"passed": 1, "failed": 1}


def test_last_failed(folder: pytest.Pytester) -> None:
    path = write(folder.path / "x.ipynb", "x = []", "x.append(1)\nassert x", "assert len(x) == 2")
    options = ["--nb", "-v"]
    assert run(folder, *options).parseoutcomes() == {"passed": 1, "failed": 1}
    again = run(folder, *options, "--lf")
    assert again.parseoutcomes() == {"failed": 1}
    write(path, "x = []", "x.append(1)\nassert x", "assert len(x) == 1")
    assert passed(run(folder, *options, "--lf")) == ["3"]


def test_what_is_skipped_says_why(folder: pytest.Pytester) -> None:
    (folder.path / "settings.ini").write_text("[DEFAULT]\ntst_flags = slow net\n")
    write(folder.path / "a.ipynb", "#| eval: false\nassert 0", "#| slow\nassert 0", "assert 1")
    write(folder.path / "b.ipynb", "import pytest\npytest.importorskip('nosuch_thing')", "assert 1")
    write(folder.path / "c.ipynb", "%%sql\nselect 1", "assert 1", "assert 2")
    result = run(folder, "--nb", "-rs")
    assert result.parseoutcomes() == {"passed": 1, "skipped": 5}
    for line in (
        "* a.ipynb:1: #| eval: false",
        "* a.ipynb:2: #| slow",
        "* could not import 'nosuch_thing'*",
        "* c.ipynb:2: cell 1: It uses %%sql, which only IPython has. Put that into a cell *",
        "* c.ipynb:3: cell 1, which runs before this one, did not pass",
    ):
        result.stdout.fnmatch_lines([line])
    slow = run(folder, "--nb", "--nb-flags", "slow", "a.ipynb")
    assert slow.parseoutcomes() == {"failed": 1, "skipped": 2}


def test_output_is_captured(folder: pytest.Pytester) -> None:
    write(folder.path / "x.ipynb", "print('first')", "print('said')\nassert 0")
    result = run(folder, "--nb")
    result.stdout.fnmatch_lines(["*Captured stdout call*", "first", "said"])
    assert "first" not in run(folder, "--nb", "--show-capture=no").stdout.str().split("FAILURES")[0]


def test_a_notebook_without_checks_is_run(folder: pytest.Pytester) -> None:
    write(folder.path / "x.ipynb", "x = 1", "x / 0")
    write(folder.path / "y.ipynb", "# Only prose")
    result = run(folder, "--nb", "-v")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["x.ipynb, cell 2:1: ZeroDivisionError"])


@pytest.mark.slow
@pytest.mark.parametrize("how", ["load", "loadfile"])
def test_workers(folder: pytest.Pytester, how: str) -> None:
    cells = "x = 1", "x += 1\nassert x == 2", "assert x == 2", VIEW, "page = visit(app)"
    for name in "ab":
        missing = "expect(page).to_match_aria_snapshot()"
        write(folder.path / f"{name}.ipynb", *cells, missing)
    write(folder.path / "c.ipynb", "assert 0", "assert 1")
    folder.makeini("[pytest]\naddopts = --strict-markers\n")
    options = ["--nb", "-n", "2", "--dist", how, "--update-snapshots", "-p", "no:cacheprovider"]
    done = folder.runpytest_subprocess(*NAMED, *options)
    found = done.parseoutcomes()
    assert found["passed"] == 6 and found["failed"] + found.get("skipped", 0) == 2
    assert found["failed"] == 1 or how == "load"  # where each worker runs it for itself
    done.stdout.fnmatch_lines_random(["a.ipynb: 1 snapshot written", "b.ipynb: 1 snapshot written"])
    assert "- listitem: Milk" in read_cells(folder.path / "b.ipynb")[5].source


# Fixtures ---------------------------------------------------------------------------------------

TESTS = f"""
{VIEW}

def test_todos(visit):
    page = visit(app, "/")
    expect(page.get_by_role("listitem")).to_have_text(["Tea", "Milk"])
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("button")).to_have_text("added")
    expect(page).to_have_sent("POST", "/add", status=200)

def test_blind(visit):
    assert visit(app).blind == []

def test_here(visit):
    visit(app, scripts=[object])

def test_other():
    assert visit is not None

def test_live(live):
    import httpx
    server = live(app)
    assert server.running and httpx.get(server.url).status_code == 200
    globals()["server"] = server

def test_live_has_ended():
    assert not server.running
"""


def test_fixtures(folder: pytest.Pytester) -> None:
    folder.makepyfile(TESTS)
    result = run(folder, "-v", "-k", "not here")
    assert result.parseoutcomes() == {"passed": 5, "deselected": 1}


@pytest.mark.browser
def test_fixtures_in_both(folder: pytest.Pytester, chromium: str) -> None:
    folder.makepyfile(TESTS)
    result = run(folder, "-v", "--browser=both", "-k", "todos or blind or other", "-rs")
    names = ["test_todos[ours]", "test_todos[chromium]", "test_blind[ours]", "test_other"]
    assert passed(result) == names
    result.stdout.fnmatch_lines(["*has no 'blind': only visit's page has*"])
    only = run(folder, "-v", "--nb-browser=chromium", "-k", "todos or here")
    assert passed(only) == ["test_todos[chromium]"]


BROWSED = (
    VIEW,
    "page = visit(app)\nkind = type(page).__name__",
    "# Items",
    "expect(page.get_by_role('listitem')).to_have_text(['Tea', 'Milk'])\nassert kind in KINDS",
    "page.get_by_role('button').click()\nexpect(page.get_by_role('button')).to_have_text('added')",
    "# Blind",
    "assert page.blind == []",
    "assert True",
)


@pytest.mark.browser
def test_notebooks_in_both(folder: pytest.Pytester, chromium: str) -> None:
    write(folder.path / "x.ipynb", *BROWSED, "KINDS = ('Page',)")
    write(folder.path / "y.ipynb", "x = 1", "assert x")
    kinds = "KINDS = {}"
    path = folder.path / "x.ipynb"
    write(path, kinds.format("('Page', 'BrowserPage')"), *BROWSED)
    result = run(folder, "--nb", "--browser=both", "-v", "-rs")
    assert passed(result) == [
        "4-items[ours]", "5-items[ours]", "6-blind[ours]", "7-blind[ours]",
        "4-items[chromium]", "5-items[chromium]", "2",
    ]  # fmt: skip
    result.stdout.fnmatch_lines(["*x.ipynb:6: cell 6: A page in a browser has no 'blind'*"])
    write(path, kinds.format("('BrowserPage',)"), *BROWSED)
    only = run(folder, "--nb", "--browser=chromium", "-v")
    assert passed(only)[:2] == ["4-items[chromium]", "5-items[chromium]"]


# Snapshots --------------------------------------------------------------------------------------

CHECK = "page = visit(app)\nif page:\n    expect(page).to_match_aria_snapshot()\n"


def test_snapshots_of_notebooks_and_modules(folder: pytest.Pytester) -> None:
    path = write(folder.path / "x.ipynb", VIEW, "# Über", CHECK, "%time y = 1\n" + CHECK)
    module = folder.makepyfile(VIEW + "def test_it(visit):\n    " + CHECK.replace("\n", "\n    "))
    before = path.read_text(encoding="utf-8")
    missing = run(folder, "--nb")
    assert missing.parseoutcomes() == {"failed": 2, "skipped": 1}
    missing.stdout.fnmatch_lines(["*pytest --update-snapshots*", "*- /children: deep-equal"])
    assert path.read_text(encoding="utf-8") == before
    result = run(folder, "--nb", "--update-snapshots")
    assert result.parseoutcomes() == {"passed": 3}
    result.stdout.fnmatch_lines(
        ["x.ipynb: 2 snapshots written", f"{module.name}: 1 snapshot written"]
    )
    whole = json.loads(path.read_text(encoding="utf-8"))
    source = "".join(whole["cells"][2]["source"])
    assert source.startswith(CHECK.removesuffix(")\n") + '"""')
    assert "\n          - list:\n            - listitem: Tea\n" in source and source.endswith(
        '""")'
    )
    assert "".join(whole["cells"][3]["source"]).startswith("%time y = 1\npage = ")
    untouched = [cell for n, cell in enumerate(json.loads(before)["cells"]) if n < 2]
    assert whole["cells"][:2] == untouched and '"Über"' not in before
    after = path.read_bytes(), module.read_bytes()
    again = run(folder, "--nb", "--update-snapshots")
    assert again.parseoutcomes() == {"passed": 3} and "written" not in again.stdout.str()
    assert (path.read_bytes(), module.read_bytes()) == after
    module.write_text(module.read_text().replace('Li("Milk")', 'Li("Coffee")'))
    changed = run(folder, "--nb", "--update-snapshots")
    assert changed.parseoutcomes() == {"passed": 2, "failed": 1}
    assert "Coffee" not in module.read_text().partition("def test_it")[2]


def test_snapshots_in_ci(folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    path = write(folder.path / "x.ipynb", VIEW, CHECK)
    before = path.read_bytes()
    result = run(folder, "--nb", "--update-snapshots")
    assert result.parseoutcomes() == {"failed": 1} and path.read_bytes() == before
    result.stdout.fnmatch_lines(["*where CI is set none is written. Paste it:", "*- listitem: Tea"])


def test_values_that_cannot_be_written(tmp_path: Path) -> None:
    path = write(tmp_path / "x.ipynb", "x = 1")
    edits = [Edit("x.ipynb, cell 1", (1, 5), text) for text in ("- a", "- b")]
    told = write_edits(edits, tmp_path)
    assert told[0] == "x.ipynb, cell 1: two views for one call"
    assert told[1].startswith("x.ipynb: to_match_aria_snapshot() without a value was wanted")
    assert json.loads(path.read_text())["cells"][0]["source"] == ["x = 1"]


# Broken notebooks -------------------------------------------------------------------------------

BROKEN = [
    ("{", "no JSON: Expecting property name"),
    ("", "it is empty"),
    ("{}", "it has no list of cells"),
    ('{"nbformat": 3, "worksheets": []}', "it has no list of cells"),
    ('{"cells": 5}', "are no cells"),
    ('{"cells": [{"cell_type": "code", "source": [1]}]}', "are no cells"),
    ("[" * 100_000, "x.ipynb is none ("),
]


@pytest.mark.parametrize(("content", "told"), BROKEN)
def test_a_broken_notebook_is_told_in_a_line(
    folder: pytest.Pytester, content: str, told: str
) -> None:
    (folder.path / "x.ipynb").write_text(content)
    result = run(folder, "--nb")
    assert result.parseoutcomes() == {"errors": 1}
    [line] = [line for line in result.outlines if told in line and line.startswith("E ")] or [""]
    assert not line or len(result.outlines) < 20
    assert told in result.stdout.str() and "INTERNALERROR" not in result.stdout.str()


def test_no_cells_and_null_metadata(folder: pytest.Pytester) -> None:
    (folder.path / "x.ipynb").write_text('{"cells": [], "metadata": null, "nbformat": 4}')
    assert run(folder, "--nb").parseoutcomes() == {}


def test_cells_that_do_what_they_should_not(folder: pytest.Pytester) -> None:
    before = Path.cwd()
    write(folder.path / "a.ipynb", "def (:", "assert 1")
    write(folder.path / "b.ipynb", "import sys\nsys.exit(3)", "assert 1")
    write(folder.path / "c.ipynb", "import os\nos.chdir('/')", "assert os.getcwd() != '/'")
    write(folder.path / "d.ipynb", "x = '\0'", "assert 1")
    result = run(folder, "--nb")
    assert result.parseoutcomes() == {"passed": 1, "failed": 3}
    result.stdout.fnmatch_lines(
        [
            "*SyntaxError*",
            "*Cell 1 ends the program (SystemExit: 3). A check fails by an assert*",
        ]
    )
    assert Path.cwd() == before and "INTERNALERROR" not in result.stdout.str()


def test_an_interrupt_ends_the_run(folder: pytest.Pytester) -> None:
    write(folder.path / "a.ipynb", "raise KeyboardInterrupt", "assert 1")
    before = Path.cwd()
    with pytest.raises(KeyboardInterrupt):
        run(folder, "--nb")
    assert Path.cwd() == before


@pytest.mark.parametrize("name", ["a b", "über", "x[1]", "a::b", "x, cell 1"])
def test_names_of_notebooks(folder: pytest.Pytester, name: str) -> None:
    path = write(folder.path / f"{name}.ipynb", VIEW, "assert app", CHECK)
    assert run(folder, "--nb", "-p", "no:cacheprovider").parseoutcomes()["passed"] == 1
    result = run(folder, "--nb", "--update-snapshots")
    assert result.parseoutcomes() == {"passed": 2}
    assert "- listitem: Milk" in read_cells(path)[2].source


def test_another_plugin_that_fails_is_the_one_that_is_told(folder: pytest.Pytester) -> None:
    folder.makeconftest(
        "import pytest\n@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_configure(config): raise pytest.UsageError('theirs failed')"
    )
    done = folder.runpytest_subprocess(*NAMED)
    assert "theirs failed" in done.stderr.str() and "KeyError" not in done.stderr.str()


# How a notebook's file is written ---------------------------------------------------------------


@pytest.mark.parametrize("indent", [1, 2, "\t", None])
@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_file_stays_as_it_was_written(
    tmp_path: Path, indent: Any, plain: bool, end: str
) -> None:
    asked = ["%pip x\n", "e.to_match_aria_snapshot()"]
    code = {"cell_type": "code", "metadata": {"z": 1, "a": 2}, "outputs": [], "source": asked}
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# Über 1.5"]}, code]
    whole = {"nbformat_minor": 2, "nbformat": 4, "metadata": {"é": None}, "cells": cells}
    text = json.dumps(whole, indent=indent, ensure_ascii=plain)
    newline = "\r\n" if end == "\r\n" else "\n"
    before = (text.replace("\n", newline) + end).encode()
    path = tmp_path / "x.ipynb"
    path.write_bytes(before)
    assert write_notebook(path, [Edit("x.ipynb, cell 1", (2, 26), "- é")]) == "1 snapshot written"
    code["source"] = ["%pip x\n", 'e.to_match_aria_snapshot("""\n', "    - é\n", '""")']
    text = json.dumps(whole, indent=indent, ensure_ascii=plain)
    assert path.read_bytes() == (text.replace("\n", newline) + end).encode()


def test_notebooks_that_are_not_written(tmp_path: Path) -> None:
    other = write(tmp_path / "other.ipynb", "e.to_match_aria_snapshot()")
    root = tmp_path / "root"
    root.mkdir()
    before = other.read_bytes()
    edits = [
        Edit("../other.ipynb, cell 1", (1, 26), "- a"),
        Edit("gone.ipynb, cell 1", (1, 26), "- a"),
    ]
    told = write_edits(edits, root)
    assert told[0].startswith("other.ipynb: not written: it is not a file of this project. Paste")
    assert told[1].startswith("gone.ipynb: not written: ")
    assert other.read_bytes() == before
    write(root / "less.ipynb", "x = 1")
    [less] = write_edits([Edit("less.ipynb, cell 4", (1, 26), "- a")], root)
    assert less == "less.ipynb: Cell 4 is gone: the notebook has changed since it ran."
