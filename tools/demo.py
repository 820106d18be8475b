"""Execute a notebook section by section, say what it showed and checked, and write it as a page."""

from __future__ import annotations

import argparse
import ast
import asyncio
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools.notebooks import ROOT, NotebookError, code, execute, joined, read
from tools.pages import page_of


@dataclass
class Section:
    """The cells below one heading."""

    title: str
    cells: list[int] = field(default_factory=list)
    views: int = 0
    checks: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)


def sections(notebook: dict) -> list[Section]:
    """Divide `notebook` at its first and second level headings; a section has code."""
    found = [Section("Start")]
    for number, cell in enumerate(notebook["cells"]):
        heading = re.match(r"##? (.+)", joined(cell["source"]))
        if cell["cell_type"] == "markdown" and heading:
            found.append(Section(re.sub(r"[`*_]", "", heading[1]).strip()))
        elif cell["cell_type"] == "code":
            found[-1].cells.append(number)
    return [section for section in found if section.cells]


def checks_in(cell: dict) -> int:
    """Count the expectations a cell states: asserts, `expect(...)`, `raises(...)`."""
    count = 0
    for tree in code([cell]):
        for node in ast.walk(tree):
            called = getattr(node, "func", None)
            name = getattr(called, "id", getattr(called, "attr", ""))
            count += isinstance(node, ast.Assert) or name in ("expect", "raises")
    return count


def is_view(output: dict) -> bool:
    """Say whether an output is drawn, and not printed."""
    return any(kind in output.get("data", {}) for kind in ("text/html", "image/svg+xml"))


def failure(number: int, cell: dict, output: dict) -> str:
    """Return which cell failed and why, with an arrow at the line of its source."""
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
    at = [int(line) for line in re.findall(r"Cell In\[\d+\], line (\d+)", trace)]
    lines = [f"  cell {number + 1} raised {output['ename']}"]
    for place, line in enumerate(joined(cell["source"]).splitlines(), 1):
        lines.append(f"  {'->' if place in at[-1:] else '  '}  {line}")
    return "\n".join([*lines, *(f"  {line}" for line in output["evalue"].splitlines()[:40])])


def run(path: Path) -> tuple[dict, list[Section]]:
    """Execute the notebook at `path`, a line of progress for each section; count what it did."""
    notebook = read(path)
    found = sections(notebook)
    starts = {section.cells[0]: place for place, section in enumerate(found)}
    begun: list[float] = []

    def on_cell(number: int, _cell: dict) -> None:
        if number in starts:
            end_section()
            place = starts[number]
            begun.append(time.perf_counter())
            print(f"[{place + 1:2}/{len(found)}] {found[place].title} ...", end="", flush=True)

    def end_section() -> None:
        if begun:
            section = found[len(begun) - 1]
            section.seconds = time.perf_counter() - begun[-1]
            print(f" {section.seconds:.1f} s", flush=True)

    result = asyncio.run(execute(notebook, path, on_cell=on_cell, keep_going=True))
    end_section()
    for section in found:
        for number in section.cells:
            cell = result["cells"][number]
            section.views += sum(map(is_view, cell.get("outputs", ())))
            errors = [o for o in cell.get("outputs", ()) if o["output_type"] == "error"]
            section.failures += [failure(number, cell, output) for output in errors]
            section.checks += 0 if errors else checks_in(cell)
    return result, found


def table(found: list[Section]) -> str:
    """Return what each section showed and checked, and the sum, as aligned lines."""
    rows = [(s.title, s.views, s.checks, s.seconds, len(s.failures)) for s in found]
    total = ("total", *(sum(row[place] for row in rows) for place in range(1, 5)))
    width = max(len(row[0]) for row in [*rows, total])
    head = f"{'section':{width}}  views  checks    time"
    lines = [
        f"{title:{width}}  {views:5}  {checks:6}  {seconds:4.1f} s{'  FAILED' if failed else ''}"
        for title, views, checks, seconds, failed in [*rows, total]
    ]
    rule = "-" * len(head)
    return "\n".join([head, rule, *lines[:-1], rule, lines[-1]])


def main(arguments: list[str] | None = None) -> int:
    """Run `dev.py demo [NOTEBOOK]`; 1 if a check failed."""
    parser = argparse.ArgumentParser(prog="dev.py demo", description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--to", type=Path, default=ROOT / "_demo", help="folder of the page")
    options = parser.parse_args(arguments)
    if not options.notebook.is_file():
        parser.error(f"there is no notebook {options.notebook}")
    start, path = time.perf_counter(), options.notebook.resolve()
    print(f"Running {path.name} in a fresh kernel\n", flush=True)
    try:
        result, found = run(path)
    except NotebookError as error:
        print(f"\n\n{error}", file=sys.stderr)
        return 1
    page = options.to / f"{path.stem}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(result, path.stem), encoding="utf-8")
    print(f"\n{table(found)}\n")
    if any(section.failures for section in found):
        for section in found:
            if section.failures:
                print("\n\n".join([f"{section.title}:", *section.failures]), file=sys.stderr)
        return 1
    print(f"Everything held, in {time.perf_counter() - start:.1f} s.")
    print(f"The page, which needs no network:  {page.as_uri()}")
    print("Change it and see it change, in JupyterLab:  make lab  (or: python3 dev.py lab)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
