"""Modules are what their notebooks say, and stored outputs are what their cells show."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools import kernels, notebooks, rules
from tools.notebooks import ROOT, NotebookError
from tools.readme import readme

NOTEBOOKS = notebooks.find_notebooks()
IDS = [path.relative_to(ROOT / "nbs").as_posix() for path in NOTEBOOKS]

# The project ------------------------------------------------------------------------------------


def test_modules_equal_a_fresh_export(root: Path) -> None:
    wrong = rules.stale_modules(root)
    assert not wrong, "\n".join(wrong)


def test_readme_is_made_from_the_index(root: Path) -> None:
    written = (root / "README.md").read_text(encoding="utf-8")
    assert written == readme(root / "nbs" / "index.ipynb"), "run dev.py nbs nbs/index.ipynb"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_notebook_is_clean(path: Path, root: Path) -> None:
    wrong = rules.unclean(path, root)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_stored_outputs_are_current(path: Path) -> None:
    """Run the notebook in a fresh kernel, unless this machine has proved just these outputs."""
    stored = notebooks.read(path)
    if notebooks.proved(path, stored):
        return
    if sys.version_info[:2] != (3, 11):
        pytest.skip("Stored outputs are made on Python 3.11; test_notebooks runs the cells here.")
    fresh = asyncio.run(notebooks.execute(stored, path))
    wrong = rules.changed_outputs(stored, fresh)
    assert not wrong, "\n".join(["The stored outputs are stale: run dev.py nbs", *wrong])
    notebooks.remember(path, stored)


# The checks themselves --------------------------------------------------------------------------


def code_cell(source: str, *outputs: dict, name: str = "") -> dict:
    return {
        "cell_type": "code",
        "id": name or f"cell{len(source)}",
        "source": source,
        "metadata": {},
        "outputs": list(outputs),
        "execution_count": None,
    }


def result(text: str, mime: str = "text/plain") -> dict:
    return {
        "output_type": "execute_result",
        "data": {mime: text},
        "metadata": {},
        "execution_count": None,
    }


def printed(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells: dict, **metadata: object) -> dict:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


PAGE = notebook(
    code_cell("#| default_exp ft.page", name="a1"),
    code_cell('#| export\ndef greet(name):\n    return f"Hello {name}"', name="a2"),
    code_cell('greet("you")', result("'Hello you'"), name="a3"),
)
MODULE = "fasthtml_nb/ft/page.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of one notebook, exported."""
    path = tmp_path / "nbs" / "1_ft" / "01_page.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebooks.dump(notebooks.clean(PAGE)))
    for name, text in rules.fresh_modules(tmp_path).items():
        notebooks.replace(tmp_path / name, text)
    return tmp_path


def page_of(project: Path) -> Path:
    return project / "nbs" / "1_ft" / "01_page.ipynb"


def test_an_exported_project_is_current(project: Path) -> None:
    assert rules.stale_modules(project) == []
    assert rules.unclean(page_of(project), project) == []
    assert "def greet(name):" in (project / MODULE).read_text()


def test_an_edited_module_is_seen(project: Path) -> None:
    with (project / MODULE).open("a") as module:
        module.write("\nlate = 1\n")
    assert rules.stale_modules(project) == [f"{MODULE} differs from its notebook: run dev.py nbs"]


def test_a_missing_module_is_seen(project: Path) -> None:
    (project / MODULE).unlink()
    assert rules.stale_modules(project) == [f"{MODULE} is missing: run dev.py nbs"]


def test_orphans_are_seen(project: Path) -> None:
    for name in ("ft/gone.py", "ft/gone.pyi", "ft/__init__.py", "ft/page.pyi"):
        (project / "fasthtml_nb" / name).write_text("")
    assert rules.stale_modules(project) == [
        "fasthtml_nb/ft/gone.py comes from no notebook",
        "fasthtml_nb/ft/gone.pyi is a stub of no module",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page["cells"][2].update(execution_count=3),
        lambda page: page["cells"][1].update(source="#| export\nx=1"),
        lambda page: page["metadata"].update(widgets={}),
        lambda page: page["cells"][0]["metadata"].update(collapsed=True),
        lambda page: page["cells"][1].update(id="a1"),
        lambda page: page["cells"][2]["outputs"][0]["data"].update(
            {"application/vnd.jupyter.widget-view+json": {}}
        ),
    ],
    ids=["count", "format", "metadata", "cell-metadata", "same-id", "widget"],
)
def test_an_unclean_notebook_is_seen(project: Path, change) -> None:
    path = page_of(project)
    page = notebooks.read(path)
    change(page)
    path.write_text(notebooks.dump(page))
    assert rules.unclean(path, project) == ["nbs/1_ft/01_page.ipynb is not clean: run dev.py nbs"]


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        (printed("careful", "stderr"), "writes to stderr: 'careful'"),
        (result("'/tmp/tmpk2_x/site.css'"), "shows '/tmp/tmpk2_x', which is this machine's"),
        (result("http://127.0.0.1:40123/", "text/html"), "shows '127.0.0.1:40123', which is"),
        (
            {"output_type": "error", "ename": "KeyError", "evalue": "", "traceback": []},
            "stores an error: KeyError",
        ),
    ],
)
def test_an_output_that_will_not_last_is_seen(project: Path, output: dict, complaint: str) -> None:
    path = page_of(project)
    page = notebooks.read(path)
    page["cells"][2]["outputs"] = [output]
    path.write_text(notebooks.dump(notebooks.clean(page)))
    [wrong] = rules.unclean(path, project)
    assert wrong.startswith(f"nbs/1_ft/01_page.ipynb cell 3 {complaint}")


def test_a_stale_output_is_seen(project: Path) -> None:
    path = page_of(project)
    stored = notebooks.read(path)
    fresh = asyncio.run(notebooks.execute(stored, path, root=project))
    assert rules.changed_outputs(stored, fresh) == []
    stored["cells"][2]["outputs"] = [result("'Hello them'")]
    [wrong] = rules.changed_outputs(stored, fresh)
    assert wrong.startswith("cell 3 (a3):")
    assert "'Hello them'" in wrong and "'Hello you'" in wrong


# Proofs -----------------------------------------------------------------------------------------


def test_a_proof_holds_until_something_it_rests_on_changes(project: Path) -> None:
    path, low = page_of(project), project / "fasthtml_nb" / "ft" / "low.py"
    low.write_text("base = 1\n")
    (project / "fasthtml_nb" / "ft" / "middle.py").write_text("from .low import base\n")
    stored = notebooks.read(path)
    stored["cells"].append(code_cell("from fasthtml_nb.ft.middle import base", name="a4"))
    assert not notebooks.proved(path, stored, project)

    notebooks.remember(path, stored, project)
    assert notebooks.proved(path, stored, project)

    low.write_text("base = 2\n")  # reached through another module
    assert not notebooks.proved(path, stored, project)
    low.write_text("base = 1\n")
    assert notebooks.proved(path, stored, project)

    script = project / "fasthtml_nb" / "ft" / "js" / "draw.js"  # beside a module that is reached
    script.parent.mkdir()
    script.write_text("draw()")
    assert not notebooks.proved(path, stored, project)
    script.unlink()

    (project / "fasthtml_nb" / "ft" / "page.py").write_text("")  # reached by no cell
    assert notebooks.proved(path, stored, project)

    (project / "constraints.txt").write_text("starlette==1.0.1\n")
    assert not notebooks.proved(path, stored, project)
    (project / "constraints.txt").unlink()

    stored["cells"][2]["outputs"] = [result("'Hello them'")]
    assert not notebooks.proved(path, stored, project)


@pytest.mark.parametrize(
    "source",
    [
        "import fasthtml_nb.ft.low",
        "from fasthtml_nb.ft import low",
        "def late():\n    from fasthtml_nb.ft.low import base",
        "import importlib\nimportlib.import_module('fasthtml_nb.ft.low')",
        "%matplotlib inline\nfrom fasthtml_nb.ft.low import base",
    ],
)
def test_every_way_to_import_counts(project: Path, source: str) -> None:
    low = project / "fasthtml_nb" / "ft" / "low.py"
    low.write_text("base = 1\n")
    assert low in notebooks.reached(notebook(code_cell(source)), project)


# Cleaning, export, execution --------------------------------------------------------------------


def test_cleaning_keeps_what_is_shown() -> None:
    page = notebook(
        code_cell("a", printed("1\n"), printed("2\n"), result("<A at 0x7f00>"), name="a"),
        code_cell("b", name="a"),
        {"cell_type": "markdown", "id": "m", "source": "# T", "metadata": {"x": 1}},
        language_info={"name": "python"},
    )
    cleaned = notebooks.clean(page)
    assert cleaned["cells"][0]["outputs"] == [printed("1\n2\n"), result("<A>")]
    assert [cell["id"] for cell in cleaned["cells"]][::2] == ["a", "m"]
    assert len({cell["id"] for cell in cleaned["cells"]}) == 3
    assert cleaned["metadata"] == {"kernelspec": notebooks.KERNELSPEC}
    assert notebooks.clean(cleaned) == cleaned


def test_cleaning_leaves_what_nbdev_leaves(project: Path) -> None:
    path = page_of(project)
    before = path.read_bytes()
    code = f"from nbdev.clean import nbdev_clean; nbdev_clean({str(path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    assert path.read_bytes() == before


def test_a_syntax_error_names_the_cell() -> None:
    page = notebooks.dump(notebook(code_cell("fine = 1"), code_cell("#| export\ndef f(:")))
    with pytest.raises(NotebookError, match=r"nbs/1_ft/01_x.ipynb cannot be formatted:\n.*:2:2:7"):
        notebooks.formatted(page, "nbs/1_ft/01_x.ipynb")


def test_an_export_without_a_module_is_refused() -> None:
    page = notebooks.dump(notebook(code_cell("#| export\nx = 1")))
    with pytest.raises(NotebookError, match="nbs/x.ipynb cannot be exported: .*default_exp"):
        notebooks.export(page, "nbs/x.ipynb")


def test_a_failing_cell_is_shown_with_its_source_and_error(project: Path) -> None:
    path = page_of(project)
    page = notebook(code_cell("fine = 1"), code_cell("total = 1 / 0", name="broken"))
    with pytest.raises(NotebookError) as failure:
        asyncio.run(notebooks.execute(page, path, root=project))
    message = str(failure.value)
    assert "cell 2 (broken) raised ZeroDivisionError" in message
    assert "    total = 1 / 0" in message
    assert message.endswith("ZeroDivisionError: division by zero")


def test_cells_run_where_their_notebook_lies_and_only_if_they_ask(project: Path) -> None:
    path = page_of(project)
    page = notebook(
        code_cell("from pathlib import Path\nPath.cwd().name", name="a"),
        code_cell("#| eval: false\n1 / 0", result("kept"), name="b"),
        code_cell("import fasthtml_nb.ft.page as page\npage.greet('us')", name="c"),
        code_cell("{'b', 'a', 'c'}", name="d"),
    )
    cells = asyncio.run(notebooks.execute(page, path, root=project))["cells"]
    shown = [cell["outputs"][0]["data"]["text/plain"] for cell in cells]
    assert shown == ["'1_ft'", "kept", "'Hello us'", "{'a', 'b', 'c'}"]
    assert [cell["metadata"] for cell in cells] == [{}] * 4


SELF = """
import gc, os, signal, sys, threading
sys.path, os.getcwd(), sys.flags, hash("a"), sorted(sys.modules), __name__
"""
MORE = """
(signal.getsignal(signal.SIGCHLD), len(threading.enumerate()), gc.get_freeze_count(),
 sorted(os.environ))
"""


@pytest.mark.skipif(not kernels.WARM, reason="kernels start as usual here")
def test_a_forked_kernel_is_what_a_new_one_is(project: Path, monkeypatch) -> None:
    page = notebook(code_cell(SELF, name="a"), code_cell(MORE, name="b"))

    def shown() -> list[object]:
        cells = asyncio.run(notebooks.execute(page, page_of(project), root=project))["cells"]
        return [cell["outputs"][0]["data"]["text/plain"] for cell in cells]

    forked = shown()
    assert forked == shown(), "The second of one process"
    monkeypatch.setattr(notebooks, "WARM", False)
    assert forked == shown()


def test_nbformat_is_there_without_the_grammar_it_has_no_use_for(root: Path) -> None:
    code = (
        "import sys; from tools.notebooks import import_nbformat as get; first = get()\n"
        "there = [name in sys.modules for name in ('lark', 'jsonschema')]\n"
        "print(first.__name__, first is get(), *there)\n"
        "import rfc3987_syntax; print('lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.stdout == "nbformat True False True\nTrue\n", done.stderr


def test_a_kernel_that_ends_is_reported(project: Path) -> None:
    page = notebook(code_cell("import os"), code_cell("os._exit(3)"))
    with pytest.raises(NotebookError, match=r"01_page.ipynb did not finish: .*died"):
        asyncio.run(notebooks.execute(page, page_of(project), root=project))


def test_a_notebook_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    for text in ("half", "[]", json.dumps({"cells": [{}]})):
        path.write_text(text)
        with pytest.raises(NotebookError, match=r"x\.ipynb is not a notebook"):
            notebooks.read(path)
