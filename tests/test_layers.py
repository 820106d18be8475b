"""Imports go down, and the check that says so notices when they do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import rules

# The project ------------------------------------------------------------------------------------


def test_modules_import_only_what_stands_below(root: Path) -> None:
    wrong = rules.wrong_imports(root)
    assert not wrong, "\n".join(wrong)


def test_examples_import_only_what_stands_below(root: Path) -> None:
    wrong = rules.wrong_examples(root)
    assert not wrong, "\n".join(wrong)


def test_wings_say_nothing(root: Path) -> None:
    wrong = rules.full_wings(root)
    assert not wrong, "\n".join(wrong)


def test_modules_are_called_as_their_notebooks(root: Path) -> None:
    wrong = rules.misnamed(root)
    assert not wrong, "\n".join(wrong)


def test_what_a_notebook_exports_is_shown(root: Path) -> None:
    wrong = rules.silent_rows(root)
    assert not wrong, "\n".join(wrong)


def fresh_python(code: str) -> str:
    """Return what a fresh Python prints when it runs `code`, with byte code, as once installed."""
    env = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules a fresh Python has after `statement`."""
    loaded = fresh_python(f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))")
    return {name.split(".")[0] for name in json.loads(loaded)}


def test_the_common_door_is_light(root: Path) -> None:
    loaded = modules_after("from fasthtml_nb.common import *")
    assert loaded & rules.FORBIDDEN_AT_THE_DOOR == set()


def test_the_common_door_leaves_to_functions_what_few_pages_need() -> None:
    late = {"difflib", "gzip", "itsdangerous"}  # each takes a millisecond or more
    loaded = modules_after("from fasthtml_nb.common import *")
    assert (loaded - modules_after("import starlette.applications, uvicorn")) & late == set()


def test_a_heavy_import_would_be_seen() -> None:
    loaded = modules_after("import IPython, fastlite")
    assert {"IPython", "fastlite", "fastcore"} <= loaded & rules.FORBIDDEN_AT_THE_DOOR


# The checks themselves --------------------------------------------------------------------------


def cell(source: str) -> dict:
    return {
        "cell_type": "code",
        "id": f"c{abs(hash(source)) % 10**7:07}",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }


def house(folder: Path, notebooks: dict[str, list[str]], modules: dict[str, str]) -> Path:
    """Write a small project: notebooks as lists of code cells, and modules."""
    for name, sources in notebooks.items():
        path = folder / "nbs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = {"cells": [cell(source) for source in sources], "metadata": {}}
        path.write_text(json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5}))
    for name, source in modules.items():
        path = folder / "fasthtml_nb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return folder


NOTEBOOKS = {
    "1_ft/01_low.ipynb": ["#| default_exp ft.low"],
    "1_ft/02_high.ipynb": ["#| default_exp ft.high"],
    "2_asgi/01_client.ipynb": ["#| default_exp asgi.client"],
    "3_checks/01_page.ipynb": ["#| default_exp checks.page"],
    "4_web/01_app.ipynb": ["#| default_exp web.app"],
    "9_doors/01_common.ipynb": ["#| default_exp common"],
}
MODULES = {f"{name}.py": "" for name in ("ft/low", "ft/high", "asgi/client", "checks/page")}
MODULES |= {"web/app.py": "", "common.py": "from .ft.low import *\n"}


def test_imports_down_are_fine(tmp_path: Path) -> None:
    down = {
        "ft/high.py": "from __future__ import annotations\nfrom .low import a\nimport markupsafe",
        "web/app.py": "from ..ft import high\nfrom ..asgi.client import b\nimport uvicorn",
    }
    assert rules.wrong_imports(house(tmp_path, NOTEBOOKS, MODULES | down)) == []


@pytest.mark.parametrize(
    ("module", "source", "reason"),
    [
        ("ft/low.py", "from .high import a", "imports number 2 of its floor from number 1"),
        ("ft/low.py", "from .low import a", "imports number 1 of its floor from number 1"),
        ("ft/low.py", "from ..web.app import a", "imports up, from floor 1 to 4"),
        ("ft/low.py", "import fasthtml_nb.web.app", "imports up, from floor 1 to 4"),
        ("ft/low.py", "def f():\n    from ..asgi import client", "imports up, from floor 1 to 2"),
        ("ft/low.py", "if 0:\n    from fasthtml_nb.asgi.client import a", "imports up"),
        ("web/app.py", "from ..checks.page import a", "imports checks, which web must not know"),
        ("web/app.py", "from ..common import a", "imports a door"),
        ("web/app.py", "from .. import common", "imports a door"),
        ("web/app.py", "from ..ft.low import *", "import * outside of a door"),
        ("ft/low.py", "import starlette.responses", "ft imports starlette"),
        ("asgi/client.py", "from IPython.display import HTML", "asgi imports IPython"),
        ("web/app.py", "from fastcore.all import L", "imports fastcore, which is for development"),
        ("common.py", "import nbdev", "imports nbdev, which is for development"),
    ],
)
def test_an_import_that_does_not_go_down_is_named(
    tmp_path: Path, module: str, source: str, reason: str
) -> None:
    wrong = rules.wrong_imports(house(tmp_path, NOTEBOOKS, MODULES | {module: source}))
    assert wrong
    assert all(line.startswith(f"fasthtml_nb/{module}:") for line in wrong)
    assert any(reason in line for line in wrong)


def test_a_notebook_without_its_module_is_named(tmp_path: Path) -> None:
    house(tmp_path, NOTEBOOKS, MODULES)
    (tmp_path / "fasthtml_nb/ft/high.py").unlink()
    assert rules.wrong_imports(tmp_path) == ["fasthtml_nb.ft.high: its notebook is not exported"]


@pytest.mark.parametrize(
    ("notebook", "source", "reason"),
    [
        ("1_ft/01_low.ipynb", "from fasthtml_nb.ft.low import a", "number 1 of its floor"),
        ("1_ft/01_low.ipynb", "from fasthtml_nb.ft.high import a", "number 2 of its floor"),
        ("1_ft/02_high.ipynb", "from fasthtml_nb.asgi.client import a", "from floor 1 to 2"),
        ("1_ft/02_high.ipynb", "from fasthtml_nb import ft", "imports a whole wing"),
        ("4_web/01_app.ipynb", "from fasthtml_nb.common import Div", "imports a door"),
        ("4_web/01_app.ipynb", "from fasthtml_nb.ft.low import *", "import * outside of a guide"),
        ("4_web/01_app.ipynb", "%time\nfrom fasthtml_nb.web.app import a", "number 1 of its"),
        ("tutorials/start.ipynb", "from fasthtml_nb.ft.low import a", "a guide imports doors only"),
        ("index.ipynb", "import fasthtml_nb.web.app", "a guide imports doors only"),
    ],
)
def test_an_example_that_would_meet_a_second_copy_is_named(
    tmp_path: Path, notebook: str, source: str, reason: str
) -> None:
    cells = {notebook: [*NOTEBOOKS.get(notebook, []), source]}
    wrong = rules.wrong_examples(house(tmp_path, NOTEBOOKS | cells, MODULES))
    assert len(wrong) == 1
    assert wrong[0].startswith(f"nbs/{notebook} cell {len(cells[notebook])}: ")
    assert reason in wrong[0]


def test_examples_that_import_from_below_are_fine(tmp_path: Path) -> None:
    cells = {
        "1_ft/02_high.ipynb": ["#| default_exp ft.high", "from fasthtml_nb.ft.low import a"],
        "4_web/01_app.ipynb": [
            "#| default_exp web.app",
            "#| export\nfrom fasthtml_nb.web.later import b",
            "from fasthtml_nb.checks.page import visit",
        ],
        "9_doors/01_common.ipynb": ["#| default_exp common", "from fasthtml_nb.common import *"],
        "tutorials/start.ipynb": ["from fasthtml_nb.common import *", "half written ("],
    }
    assert rules.wrong_examples(house(tmp_path, NOTEBOOKS | cells, MODULES)) == []


def test_a_wing_that_says_something_is_named(tmp_path: Path) -> None:
    modules = {
        "ft/__init__.py": "",
        "web/__init__.py": "from .app import FastHTML",
        "asgi/a.py": "",
    }
    assert rules.full_wings(house(tmp_path, {}, modules)) == [
        "fasthtml_nb/asgi/__init__.py must be there and empty",
        "fasthtml_nb/web/__init__.py must be there and empty",
    ]


def test_a_misnamed_module_is_named(tmp_path: Path) -> None:
    notebooks = NOTEBOOKS | {
        "1_ft/02_high.ipynb": ["#| default_exp ft.other"],
        "4_web/02_page.ipynb": ["1 + 1"],
        "9_doors/01_common.ipynb": ["#| default_exp doors.common"],
        "tutorials/start.ipynb": ["#| default_exp start"],
    }
    assert rules.misnamed(house(tmp_path, notebooks, MODULES)) == [
        "nbs/1_ft/02_high.ipynb must export to ft.high, not to ft.other",
        "nbs/4_web/02_page.ipynb must export to web.page, not to nothing",
        "nbs/9_doors/01_common.ipynb must export to common, not to doors.common",
        "nbs/tutorials/start.ipynb is a guide and exports to start",
    ]


def test_a_row_of_exported_cells_is_named(tmp_path: Path) -> None:
    imports = "#| export\nimport re\nif TYPE_CHECKING:\n    import os\n__tracebackhide__ = True"
    one, two, three = (f"#| export\n{name} = 1" for name in "abc")
    notebooks = {
        "1_ft/01_low.ipynb": ["#| default_exp ft.low", imports, one, two, "a", three],
        "1_ft/02_high.ipynb": [imports, one, imports, two, "assert a", three, two],
        "1_ft/03_wrong.ipynb": [one, two, "with pytest.raises(KeyError):\n    a['b']", three],
    }
    assert rules.silent_rows(house(tmp_path, notebooks, {})) == [
        "nbs/1_ft/01_low.ipynb cell 6: nothing is shown since cell 3"
    ]


def test_an_output_shows(tmp_path: Path) -> None:
    cells = ["#| export\na = 1", "#| export\nb = 1", "a", "#| export\nc = 1"]
    path = house(tmp_path, {"1_ft/01_low.ipynb": cells}, {}) / "nbs/1_ft/01_low.ipynb"
    assert len(rules.silent_rows(tmp_path)) == 1
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["outputs"] = [
        {
            "output_type": "execute_result",
            "data": {"text/plain": "1"},
            "metadata": {},
            "execution_count": None,
        }
    ]
    path.write_text(json.dumps(notebook))
    assert rules.silent_rows(tmp_path) == []
