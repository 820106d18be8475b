"""The rules of the house that a program can check; each function returns what breaks one.

`tests/` holds the project against them, and each of them against a tree that breaks it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from tools.notebooks import (
    GUIDES,
    PACKAGE,
    NotebookError,
    clean,
    code,
    dump,
    export,
    find_notebooks,
    formatted,
    imported,
    joined,
    parse,
    read,
)

FLOORS = {"ft": 1, "asgi": 2, "checks": 3, "web": 4, "workshop": 5}
DOORS = 9
# A view check drives any application: the app's floor stands above it, but not on it.
MAY_IMPORT = {
    "ft": {"ft"},
    "asgi": {"ft", "asgi"},
    "checks": {"ft", "asgi", "checks"},
    "web": {"ft", "asgi", "web"},
    "workshop": {"ft", "asgi", "checks", "web", "workshop"},
}
MARKUP = {"markupsafe", "turbohtml", "selectolax"}
THIRD_PARTY = {"ft": MARKUP, "asgi": MARKUP | {"starlette", "uvicorn", "anyio"}}
# They make the package; a user's other packages need other versions of them.
NEVER = {"fastcore", "nbdev", "execnb", "ghapi"}
FORBIDDEN_AT_THE_DOOR = {
    *("IPython", "pytest", "_pytest", "turbohtml", "selectolax", "bs4", "lxml", "fastlite"),
    *("apswutils", "fastcore", "playwright", "jupyterlab", "ipykernel", "anywidget", "nbdev"),
}


@dataclass(frozen=True)
class Place:
    """Where a module stands: on which floor, and after which of its neighbours."""

    wing: str  # `""` for a door
    floor: int
    number: int


_EXPORTS_TO = re.compile(r"^\s*#\s*\|\s*default_exp\s+(\S+)", re.MULTILINE)
_EXPORTED = re.compile(r"^\s*#\s*\|\s*(export|exports|exporti)\b", re.MULTILINE)


def default_exp(notebook: dict) -> str:
    """Return the name of the module a notebook exports to, `""` if there is none."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and (found := _EXPORTS_TO.search(joined(cell["source"]))):
            return found[1]
    return ""


def place_of(path: Path, root: Path) -> Place | None:
    """Return the place of the notebook at `path`, `None` for a guide."""
    folder = path.relative_to(root / "nbs").parts[0]
    number = re.match(r"(\d+)_", path.name)
    floor = re.match(r"(\d)_(\w+)$", folder)
    if not number or not floor:
        return None
    wing = floor[2] if floor[2] in FLOORS else ""
    return Place(wing, int(floor[1]), int(number[1]))


def places(root: Path) -> dict[str, Place]:
    """Return the place of each module, by its dotted name."""
    found = {}
    for path in find_notebooks(root):
        place, name = place_of(path, root), default_exp(read(path))
        if place and name:
            found[f"{PACKAGE}.{name}"] = place
    return found


# Layers ----------------------------------------------------------------------------------------


def _ours(tree: ast.AST, known: dict[str, Place], module: str = "") -> Iterator[tuple[str, int]]:
    """Yield the modules of ours that `tree` imports, and the line; a wing counts as a module."""
    everything = list(imported(tree, module))
    named = {(name.rpartition(".")[0], line) for name, line in everything if name in known}
    for name, line in everything:
        wing = name.removeprefix(f"{PACKAGE}.")
        if name in known or (wing in FLOORS and name != wing and (name, line) not in named):
            yield name, line


def _why_not(name: str, here: Place, known: dict[str, Place], example: bool) -> str:
    """Return why what stands at `here` must not import the module `name`, `""` if it may."""
    if name not in known:
        return "imports a whole wing: name the module"
    there = known[name]
    if there.floor == DOORS:
        return "imports a door"
    if there.floor > here.floor:
        return f"imports up, from floor {here.floor} to {there.floor}"
    if there.floor == here.floor and there.number >= here.number:
        return f"imports number {there.number} of its floor from number {here.number}"
    if not example and there.wing not in MAY_IMPORT[here.wing]:
        return f"imports {there.wing}, which {here.wing} must not know"
    return ""


def wrong_imports(root: Path) -> list[str]:
    """List the exported modules' imports that do not go down."""
    known, wrong = places(root), []
    for name, here in known.items():
        path = root.joinpath(*name.split(".")).with_suffix(".py")
        if not path.is_file():
            wrong.append(f"{name}: its notebook is not exported")
            continue
        where, tree = path.relative_to(root), ast.parse(path.read_bytes())
        for base, line in imported(tree, name):
            top = base.split(".")[0]
            if top in NEVER:
                wrong.append(f"{where}:{line}: imports {top}, which is for development only")
            elif here.wing in THIRD_PARTY and top in _THIRD_PARTY_NAMES - THIRD_PARTY[here.wing]:
                wrong.append(f"{where}:{line}: {here.wing} imports {top}")
        if here.floor != DOORS:
            for other, line in _ours(tree, known, name):
                if reason := _why_not(other, here, known, example=False):
                    wrong.append(f"{where}:{line}: {other}: {reason}")
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    wrong.append(f"{where}:{node.lineno}: import * outside of a door")
    return sorted(dict.fromkeys(wrong))


_THIRD_PARTY_NAMES = {
    *("anyio", "anywidget", "fastlite", "httpx", "httpx2", "IPython", "itsdangerous", "markupsafe"),
    *("multipart", "playwright", "pydantic", "pytest", "python_multipart", "selectolax"),
    *("starlette", "turbohtml", "uvicorn"),
}


def full_wings(root: Path) -> list[str]:
    """List the wings whose `__init__.py` is missing or says something."""
    inits = {wing: root / PACKAGE / wing / "__init__.py" for wing in FLOORS}
    return [
        f"{PACKAGE}/{wing}/__init__.py must be there and empty"
        for wing, init in inits.items()
        if init.parent.is_dir() and (not init.is_file() or init.read_text().strip())
    ]


def wrong_examples(root: Path) -> list[str]:
    """List the imports of notebooks' example cells that would meet a second copy of a class.

    A floor's examples import from below; guides import doors only, as their readers do; the
    doors' own examples import what they like, since a door defines nothing.
    """
    known, wrong = places(root), []
    for path in find_notebooks(root):
        notebook, where = read(path), path.relative_to(root)
        here = place_of(path, root)
        guide = where.parts[1] in GUIDES or where.parts[1:] == ("index.ipynb",)
        if here and here.floor == DOORS:
            continue
        for number, cell in enumerate(notebook["cells"], 1):
            source = joined(cell["source"])
            if _EXPORTED.search(source):
                continue
            for tree in code([cell]):
                for name, _ in _ours(tree, known):
                    reason = ""
                    if guide and (name not in known or known[name].floor != DOORS):
                        reason = "a guide imports doors only"
                    elif here:
                        reason = _why_not(name, here, known, example=True)
                    if reason:
                        wrong.append(f"{where} cell {number}: {name}: {reason}")
                if not guide and any(
                    isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
                    for node in ast.walk(tree)
                ):
                    wrong.append(f"{where} cell {number}: import * outside of a guide")
    return wrong


# Rhythm ----------------------------------------------------------------------------------------

LONGEST_ROW = 2  # Exported cells in a row with nothing shown; a reader keeps no more in mind


def _defines(tree: ast.Module) -> bool:
    """Tell whether an exported cell says more than what is imported, and what a door offers."""
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in _SETTINGS:
            continue
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr):
            return True
    return False


_SETTINGS = {"_all_", "__tracebackhide__"}


def _checks(tree: ast.Module) -> bool:
    """Tell whether a cell asserts something, or expects an error."""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.raises", "raises"))
        for node in ast.walk(tree)
    )


def silent_rows(root: Path) -> list[str]:
    """List the notebooks with three or more exported cells and nothing shown or checked between."""
    wrong = []
    for path in find_notebooks(root):
        row: list[int] = []
        for number, cell in enumerate(read(path)["cells"], 1):
            trees = [*code([cell])]
            if _EXPORTED.search(joined(cell["source"])):
                row += [number] if any(map(_defines, trees)) else []
                if len(row) == LONGEST_ROW + 1:
                    where = path.relative_to(root).as_posix()
                    wrong.append(f"{where} cell {number}: nothing is shown since cell {row[0]}")
            elif cell.get("outputs") or any(map(_checks, trees)):
                row = []
    return wrong


# Export ----------------------------------------------------------------------------------------


def fresh_modules(root: Path) -> dict[str, str]:
    """Export every notebook into nothing; return each module's path and formatted text."""
    modules: dict[str, str] = {}
    for path in find_notebooks(root):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        if default_exp(read(path)) or _EXPORTED.search(text):
            modules |= export(text, name)
    return modules


def stale_modules(root: Path) -> list[str]:
    """List the modules that differ from a fresh export, and modules and stubs of no notebook."""
    fresh, wrong = fresh_modules(root), []
    for name, text in fresh.items():
        path = root / name
        if not path.is_file():
            wrong.append(f"{name} is missing: run dev.py nbs")
        elif path.read_text(encoding="utf-8") != text:
            wrong.append(f"{name} differs from its notebook: run dev.py nbs")
    for path in sorted((root / PACKAGE).rglob("*.py*")):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py" and path.name not in ("__init__.py", "_modidx.py"):
            if name not in fresh:
                wrong.append(f"{name} comes from no notebook")
        elif path.suffix == ".pyi" and name.removesuffix("i") not in fresh:
            wrong.append(f"{name} is a stub of no module")
    return wrong


def misnamed(root: Path) -> list[str]:
    """List the notebooks whose module is not called as they are: `4_web/05_page` is `web.page`."""
    wrong = []
    for path in find_notebooks(root):
        place, name = place_of(path, root), default_exp(read(path))
        where = path.relative_to(root).as_posix()
        if not place:
            if name:
                wrong.append(f"{where} is a guide and exports to {name}")
            continue
        stem = re.sub(r"^\d+_", "", path.stem)
        wanted = f"{place.wing}.{stem}" if place.wing else stem
        if name != wanted:
            wrong.append(f"{where} must export to {wanted}, not to {name or 'nothing'}")
    return wrong


_OF_THIS_MACHINE = re.compile(r"/(?:tmp|home|root|Users)/[\w.-]+|127\.0\.0\.1:\d{5}|0x[0-9a-f]{9,}")


def unclean(path: Path, root: Path) -> list[str]:
    """List what `dev.py nbs` would tidy in a notebook, and outputs that will not last."""
    where, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
    wrong = []
    try:
        if dump(clean(read_formatted(text, where))) != text:
            wrong.append(f"{where} is not clean: run dev.py nbs")
    except NotebookError as error:
        return [str(error)]
    for number, cell in enumerate(read(path)["cells"], 1):
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                wrong.append(f"{where} cell {number} writes to stderr: {joined(output['text'])!r}")
            if output["output_type"] == "error":
                wrong.append(f"{where} cell {number} stores an error: {output['ename']}")
            shown = [output.get("text", ""), *output.get("data", {}).values()]
            for value in shown:
                found = (
                    _OF_THIS_MACHINE.search(joined(value))
                    if isinstance(value, str | list)
                    else None
                )
                if found:
                    wrong.append(
                        f"{where} cell {number} shows {found[0]!r}, which is this machine's"
                    )
    return wrong


def read_formatted(text: str, name: str) -> dict:
    """Return the notebook in `text` as the formatter leaves it."""
    return parse(formatted(text, name), Path(name))


def changed_outputs(stored: dict, fresh: dict) -> list[str]:
    """List the cells of a notebook whose stored outputs are not what a fresh kernel gave."""
    wrong = []
    for number, (old, new) in enumerate(zip(stored["cells"], fresh["cells"], strict=True), 1):
        was, now = old.get("outputs", []), new.get("outputs", [])
        if _as_text(was) != _as_text(now):
            wrong.append(
                f"cell {number} ({old['id']}):\n{_difference(_as_text(was), _as_text(now))}"
            )
    return wrong


def _as_text(outputs: list[dict]) -> str:
    cell = {"cell_type": "code", "source": "", "id": "x", "outputs": outputs}
    return dump(clean({"cells": [cell]}))


def _difference(stored: str, fresh: str) -> str:
    lines = unified_diff(
        stored.splitlines(), fresh.splitlines(), "stored", "fresh", lineterm="", n=1
    )
    return "\n".join(line[:200] for line in list(lines)[:30])
