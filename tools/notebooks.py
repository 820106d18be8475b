"""Export, format, execute and clean notebooks, and say whether their stored outputs are true.

A notebook's stored outputs are *proved* when a fresh kernel has produced exactly them. The proof
is remembered below `.stamps/` under a fingerprint of everything that went in (the notebook with
its outputs, each module it reaches, `constraints.txt`, the Python version), so that nothing runs
twice for nothing. The folder is git-ignored on purpose: a fresh clone believes no claim and
executes once, and no commit carries a fingerprint that another branch would conflict with.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType

from tools.kernels import WARM, provisioner

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "fasthtml_nb"
GUIDES = ("tutorials", "how_to", "explain")
KERNELSPEC = {"display_name": "python3", "language": "python", "name": "python3"}
CELL_SECONDS = 120
WORKERS = 2


class NotebookError(Exception):
    """A notebook that cannot be exported, formatted or executed; the message says where and why."""


# Reading and writing ---------------------------------------------------------------------------


def find_notebooks(root: Path = ROOT) -> list[Path]:
    """List the project's notebooks in reading order: index, floors, doors, guides."""
    nbs = root / "nbs"
    found = [
        path
        for path in nbs.rglob("*.ipynb")
        if not any(part.startswith((".", "_")) for part in path.relative_to(nbs).parts)
    ]
    return sorted(found, key=lambda p: (p.parent != nbs, p.relative_to(nbs).parts))


def read(path: Path) -> dict:
    """Read the notebook at `path`, with every cell's source as one string."""
    return parse(path.read_text(encoding="utf-8"), path)


def parse(text: str, path: Path) -> dict:
    """Return the notebook in `text`, with every cell's source as one string."""
    try:
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            cell["source"] = joined(cell["source"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"{path} is not a notebook: {error}") from error
    return notebook


def joined(text: str | list[str]) -> str:
    """Return a notebook's multi-line value, which may be stored as lines, as one string."""
    return text if isinstance(text, str) else "".join(text)


def dump(notebook: dict) -> str:
    """Return the one text form in which notebooks are stored (nbdev's)."""
    return json.dumps(_split(notebook), sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def _split(notebook: dict) -> dict:
    """Return a copy of `notebook` with sources and texts as lists of lines (Jupyter does)."""
    copy = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        cell["source"] = joined(cell["source"]).splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = joined(output["text"]).splitlines(keepends=True)
            data = output.get("data", {})
            for mime, value in data.items():
                if (
                    isinstance(value, str)
                    and not mime.startswith("image/")
                    or mime.endswith("svg+xml")
                ):
                    data[mime] = joined(value).splitlines(keepends=True)
    return copy


def replace(path: Path, text: str) -> bool:
    """Give the file `path` the content `text` in one step; false if it had it already."""
    if path.exists() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return True


# Cleaning --------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"(<[^<>]*?) at 0x[0-9a-fA-F]+(>)")
_KERNEL = re.compile(r"( data-kernel=\")[0-9a-f-]{36}(?=\")")  # A live preview names its own
_WIDGET = "application/vnd.jupyter.widget-view+json"
_COLAB = "application/vnd.google.colaboratory.intrinsic+json"


def clean(notebook: dict) -> dict:
    """Return a copy of `notebook` with nothing in it but what its author wrote and its code shows.

    Goes as far as `nbdev_clean`, and further: no widget views, execution counts or times, one
    stream output for what a cell printed in a row, one kernel name, each cell's id kept but unique.
    """
    copy = json.loads(json.dumps(notebook))
    seen: set[str] = set()
    for cell in copy["cells"]:
        cell["id"] = _cell_id(cell, seen)
        cell["metadata"] = {
            key: value
            for key, value in cell.get("metadata", {}).items()
            if key in ("hide_input", "tags")
        }
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            cell["outputs"] = _clean_outputs(cell.get("outputs", []))
    copy["metadata"] = {"kernelspec": dict(KERNELSPEC)}
    copy["nbformat"], copy["nbformat_minor"] = 4, 5
    return copy


def _cell_id(cell: dict, seen: set[str]) -> str:
    name = cell.get("id") or hashlib.sha256(joined(cell["source"]).encode()).hexdigest()[:8]
    while name in seen:
        name = hashlib.sha256(name.encode()).hexdigest()[:8]
    seen.add(name)
    return name


def _clean_outputs(outputs: list[dict]) -> list[dict]:
    kept: list[dict] = []
    for output in outputs:
        output = {key: value for key, value in output.items() if key != "transient"}
        if "execution_count" in output:
            output["execution_count"] = None
        if "text" in output:
            output["text"] = _ADDRESS.sub(r"\1\2", joined(output["text"]))
        if "data" in output:
            output["data"] = _clean_data(output["data"])
            if not output["data"]:
                continue
        last = kept[-1] if kept else {}
        if (
            output["output_type"] == last.get("output_type") == "stream"
            and output["name"] == last["name"]
        ):
            last["text"] += output["text"]
        else:
            kept.append(output)
    return kept


def _clean_data(data: dict) -> dict:
    cleaned = {}
    for mime, value in data.items():
        if mime in (_WIDGET, _COLAB):
            continue
        if isinstance(value, list) and all(isinstance(line, str) for line in value):
            value = "".join(value)
        if mime.startswith("text/"):
            value = _KERNEL.sub(r"\1", _ADDRESS.sub(r"\1\2", value))
        elif mime.startswith("image/") and mime != "image/svg+xml":
            value = value.rstrip()
        cleaned[mime] = value
    return cleaned


# Formatting ------------------------------------------------------------------------------------


@cache
def _ruff_itself() -> str:
    """Return the program's path: `python -m ruff` would start a Python first, each time."""
    from ruff import find_ruff_bin

    return find_ruff_bin()


def _ruff(arguments: list[str], text: str, name: str) -> subprocess.CompletedProcess[str]:
    command = [_ruff_itself(), *arguments, "--stdin-filename", name, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, cwd=ROOT)


def formatted(
    text: str,  # A module or a notebook
    name: str,  # Its path from the project's root; settings for the path apply
) -> str:
    """Return `text` as `ruff format` leaves it, a notebook's imports sorted."""
    steps = [["format"]]
    if name.endswith(".ipynb"):
        steps.insert(0, ["check", "--quiet", "--fix-only", "--exit-zero", "--select", "I"])
    for step in steps:
        done = _ruff(step, text, name)
        if done.returncode:
            raise NotebookError(f"{name} cannot be formatted:\n{done.stderr.strip()}")
        text = done.stdout or text
    return text


def lint(text: str, name: str) -> str:
    """Return what `ruff check` says against `text`, empty if nothing."""
    done = _ruff(["check", "--quiet", "--output-format", "concise"], text, name)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


# Export ----------------------------------------------------------------------------------------


def export(
    text: str,  # The notebook as stored
    name: str,  # Its path from the project's root
) -> dict[str, str]:  # Path of each module from the project's root → its formatted text
    """Return the modules that nbdev makes of a notebook, without touching the package."""
    from nbdev.export import nb_export

    with tempfile.TemporaryDirectory() as folder:
        copy, library = Path(folder, name), Path(folder, PACKAGE)
        copy.parent.mkdir(parents=True)
        copy.write_text(text, encoding="utf-8")
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Notebook .* uses")
            try:
                nb_export(copy, lib_path=library)
            except (UserWarning, SyntaxError) as error:
                raise NotebookError(f"{name} cannot be exported: {error}") from error
        modules = sorted(library.rglob("*.py"))
        texts = {str(m.relative_to(folder)): m.read_text(encoding="utf-8") for m in modules}
    return {module: formatted(source, module) for module, source in texts.items()}


# What a notebook reaches -----------------------------------------------------------------------

_NAMED = re.compile(rf"{PACKAGE}(\.\w+)+\Z")


def code(cells: Iterable[dict]) -> Iterator[ast.Module]:
    """Yield the tree of each code cell that is Python (not half written)."""
    for cell in cells:
        if cell["cell_type"] == "code":
            lines = joined(cell["source"]).splitlines()
            try:
                yield ast.parse(
                    "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))
                )
            except SyntaxError:
                continue


def imported(
    tree: ast.AST,
    module: str = "",  # Dotted name of the module `tree` is, for its relative imports
    is_package: bool = False,
) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of everything `tree` imports, wherever in it.

    `from a import b` yields both `a` and `a.b`: which of them is a module, the files know.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")
                parents = parents[: len(parents) - node.level + is_package]
                base = ".".join([*parents, base] if base else parents)
            yield base, node.lineno
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno


def _mentions(tree: ast.AST, module: str = "", is_package: bool = False) -> set[str]:
    """Return imports and strings that name a module of the package (lazy imports, `importlib`)."""
    names = {name for name, _ in imported(tree, module, is_package)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _NAMED.match(node.value)
        ):
            names.add(node.value)
    return {name for name in names if name.split(".")[0] == PACKAGE}


@cache
def _mentioned(source: bytes, module: str, is_package: bool) -> set[str]:
    """Return what the module `source` mentions: nothing, while it does not parse."""
    try:
        return _mentions(ast.parse(source), module, is_package)
    except SyntaxError:
        return set()


def _files(name: str, root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the modules that importing the dotted `name` runs: its packages and itself."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        base = root.joinpath(*parts[:end])
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                yield ".".join(parts[:end]), path


def reached(notebook: dict, root: Path = ROOT) -> list[Path]:
    """List the package's modules that `notebook`'s code imports, through other modules too."""
    found: dict[Path, None] = {}
    waiting = [name for tree in code(notebook["cells"]) for name in _mentions(tree)]
    while waiting:
        for name, path in _files(waiting.pop(), root):
            if path not in found:
                found[path] = None
                waiting += _mentioned(path.read_bytes(), name, path.name == "__init__.py")
    return sorted(found)


def fingerprint(notebook: dict, root: Path = ROOT) -> str:
    """Return the name of `notebook`, outputs included, together with all its outputs depend on."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    digest.update(dump(clean(notebook)).encode())
    modules = reached(notebook, root)
    scripts = sorted({script for path in modules for script in path.parent.glob("js/*.js")})
    for path in [*modules, *scripts, root / "constraints.txt"]:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"\0{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _stamp(path: Path, root: Path, what: str) -> Path:
    return root / ".stamps" / what / "--".join(path.relative_to(root).parts)


def proved(path: Path, notebook: dict, root: Path = ROOT, what: str = "outputs") -> bool:
    """Say whether a fresh kernel has made exactly these outputs on this machine.

    With `what="cells"`: whether the cells have run without a warning.
    """
    stamp = _stamp(path, root, what)
    return stamp.is_file() and stamp.read_text() == fingerprint(notebook, root)


def remember(path: Path, notebook: dict, root: Path = ROOT, what: str = "outputs") -> None:
    """Note what `proved` asks for."""
    replace(_stamp(path, root, what), fingerprint(notebook, root))


# Execution -------------------------------------------------------------------------------------


def _kernel_environment(folder: str, root: Path) -> dict[str, str]:
    """Return the variables under which outputs are the same on every machine."""
    keep = {k: v for k, v in os.environ.items() if k not in ("HOST", "PORT", "PYTHONSTARTUP")}
    fixed = {"PYTHONHASHSEED": "0", "TZ": "UTC", "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    return (
        keep
        | fixed
        | {
            "PYTHONPATH": str(root),
            "IPYTHONDIR": folder,
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
    )


def _manager(folder: str):
    """Return a manager that starts kernels of *this* Python, whatever Jupyter has registered."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            quiet = ["--HistoryManager.enabled=False"]
            return KernelSpec(argv=launch + quiet, display_name="python3", language="python")

    manager = AsyncKernelManager(kernel_spec_manager=ThisPython(), kernel_name="python3")
    manager.connection_file = str(Path(folder, "kernel.json"))
    if os.name == "posix":  # no port to race for with a kernel that starts at the same time
        manager.transport, manager.ip = "ipc", str(Path(folder, "kernel"))
    if WARM:
        manager.provisioner = provisioner(parent=manager, kernel_spec=manager.kernel_spec)
    return manager


def skipped(source: str) -> bool:
    """Say whether a cell asks not to be run (`#| eval: false`)."""
    return bool(re.search(r"^\s*#\s*\|\s*eval:\s*false\b", source, re.MULTILINE | re.IGNORECASE))


def import_nbformat() -> ModuleType:
    """Import nbformat without the grammar of IRIs that jsonschema would build, for two seconds.

    No notebook's schema asks for an IRI.
    """
    if "jsonschema" in sys.modules or "rfc3987_syntax" in sys.modules:
        return importlib.import_module("nbformat")
    sys.modules["rfc3987_syntax"] = None  # jsonschema goes on without it
    try:
        return importlib.import_module("nbformat")
    finally:
        del sys.modules["rfc3987_syntax"]


async def execute(
    notebook: dict,
    path: Path,  # Where it lies: its folder is the kernel's working folder, as in JupyterLab
    on_cell=None,  # Called as `on_cell(index, cell)` before each cell starts
    keep_going: bool = False,  # Run on after a cell has raised; its error is an output
    root: Path = ROOT,  # The project whose package the cells import
) -> dict:
    """Return a copy of `notebook` with the outputs of a fresh kernel."""
    nbformat = import_nbformat()
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    copy = nbformat.from_dict(json.loads(dump(notebook)))
    copy = nbformat.v4.rwbase.rejoin_lines(copy)
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.metadata.tags = ["skip-execution"] if skipped(cell.source) else []
            if not skipped(cell.source):
                cell.outputs = []
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        client = NotebookClient(
            copy,
            km=_manager(folder),
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(path.parent)}},
            allow_errors=keep_going,
            shutdown_kernel="immediate",
            record_timing=False,
            skip_cells_with_tag="skip-execution",
            coalesce_streams=True,
            on_cell_start=on_cell and (lambda cell, cell_index: on_cell(cell_index, cell)),
        )
        try:
            await client.async_execute(cleanup_kc=True, env=_kernel_environment(folder, root))
        except CellExecutionError as error:
            raise NotebookError(_failure(copy, path, error)) from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise NotebookError(f"{_short(path)} did not finish: {error}") from None
    result = json.loads(json.dumps(copy))
    for old, new in zip(notebook["cells"], result["cells"], strict=True):
        new["metadata"] = old.get("metadata", {})
    return result


def _failure(notebook: dict, path: Path, error: Exception) -> str:
    """Return which cell failed, its source, and why, in a few lines."""
    for number, cell in enumerate(notebook["cells"], 1):
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                source = "\n".join(f"    {line}" for line in cell["source"].splitlines())
                trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
                head = f"{_short(path)}: cell {number} ({cell['id']}) raised {output['ename']}"
                return f"{head}\n{source}\n\n{trace}"
    return f"{_short(path)}: {error}"


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


# Bringing notebooks up to date -----------------------------------------------------------------


@dataclass
class Update:
    """What bringing one notebook up to date has done."""

    path: Path
    modules: list[str] = field(default_factory=list)  # What it exports to, from the root
    changed: list[str] = field(default_factory=list)  # Files written, from the project's root
    complaints: list[str] = field(default_factory=list)  # What ruff says, or why it failed
    seconds: float | None = None  # Time of the execution, if there was one
    failed: bool = False

    def __str__(self) -> str:
        ran = (
            "outputs proved before" if self.seconds is None else f"executed in {self.seconds:.1f} s"
        )
        if self.failed:
            ran = "FAILED"
        wrote = f"wrote {', '.join(self.changed)}" if self.changed else "nothing to write"
        lines = [f"{_short(self.path)}: {ran}; {wrote}"]
        return "\n".join(lines + [f"  {line}" for c in self.complaints for line in c.splitlines()])


@contextmanager
def _alone(path: Path, root: Path) -> Iterator[None]:
    """Hold the notebook at `path` against another run of this command."""
    lock = _stamp(path, root, "locks")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _settled(text: str, modules: Iterable[str]) -> str:
    """Return a name for a notebook, its modules, and the rules by which they were written."""
    rules = [ROOT / "pyproject.toml", ROOT / "settings.ini", Path(__file__)]
    files = {str(file): file.read_text("utf-8") for file in rules}
    files |= {name: (ROOT / name).read_text("utf-8") for name in modules}
    return hashlib.sha256(repr((text, sorted(files.items()))).encode()).hexdigest()


def write_modules(path: Path, update: Update) -> tuple[str, dict]:
    """Format and clean the notebook at `path`, write its modules; return its text and content.

    What came out of this without a complaint, and has not been touched since, is left alone.
    """
    name, stamp = str(path.relative_to(ROOT)), _stamp(path, ROOT, "settled")
    text = path.read_text(encoding="utf-8")
    if stamp.is_file():
        known = json.loads(stamp.read_text())
        there = all((ROOT / module).is_file() for module in known["modules"])
        if there and known["name"] == _settled(text, known["modules"]):
            update.modules = known["modules"]
            return text, parse(text, path)
    text = dump(clean(parse(formatted(text, name), path)))
    for module, source in export(text, name).items():
        update.modules.append(module)
        if replace(ROOT / module, source):
            update.changed.append(module)
        update.complaints += filter(None, [lint(source, module)])
    update.complaints += filter(None, [lint(text, name)])
    if replace(path, text):
        update.changed.append(name)
    return text, parse(text, path)


def settle(update: Update) -> None:
    """Note that the notebook and its modules are as they should be."""
    text = update.path.read_text(encoding="utf-8")
    known = {"name": _settled(text, update.modules), "modules": update.modules}
    replace(_stamp(update.path, ROOT, "settled"), json.dumps(known))


async def bring_up_to_date(path: Path, gate: asyncio.Semaphore) -> Update:
    """Export, format, execute if anything it depends on has changed, and clean one notebook."""
    update = Update(path)
    async with gate:
        with _alone(path, ROOT):
            try:
                text, notebook = write_modules(path, update)
                if not proved(path, notebook):
                    start = time.perf_counter()
                    result = clean(await execute(notebook, path))
                    update.seconds = time.perf_counter() - start
                    if path.read_text(encoding="utf-8") != text:
                        raise NotebookError("It was edited while it ran: run this command again.")
                    if replace(path, dump(result)) and _short(path) not in update.changed:
                        update.changed.append(_short(path))
                    remember(path, result)
                if not update.complaints:
                    settle(update)
            except NotebookError as error:
                update.complaints.append(str(error))
                update.failed = True
    print(update, flush=True)
    return update


async def _all_up_to_date(paths: list[Path]) -> list[Update]:
    gate = asyncio.Semaphore(WORKERS)
    return await asyncio.gather(*(bring_up_to_date(path, gate) for path in paths))


def main(arguments: list[str] | None = None) -> int:
    """Run `dev.py nbs [NOTEBOOK ...]`; the number of notebooks that failed or are complained of."""
    parser = argparse.ArgumentParser(prog="dev.py nbs", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all, if none is named")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.notebooks] or find_notebooks()
    for path in paths:
        if path.suffix != ".ipynb" or not path.is_file() or not path.is_relative_to(ROOT / "nbs"):
            parser.error(f"{path} is no notebook below {ROOT / 'nbs'}.")
    updates = asyncio.run(_all_up_to_date(paths))
    if ROOT / "nbs" / "index.ipynb" in paths:
        from tools.readme import write_readme

        write_readme()
    return sum(bool(update.complaints) for update in updates)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
