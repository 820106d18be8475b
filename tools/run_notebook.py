"""Run notebooks' cells as `nbdev_test` does, with every warning an error: one, or all of them."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import warnings
from pathlib import Path

import nbdev.test
from execnb.shell import CaptureShell

from tools.notebooks import ROOT, find_notebooks, read, remember


class StrictShell(CaptureShell):
    """A shell whose cells fail where they would warn."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)
        warnings.simplefilter("error")


def main(path: Path, root: Path = ROOT) -> bool:
    """Say whether every cell of the notebook at `path` runs; what failed goes to stderr."""
    nbdev.test.CaptureShell = StrictShell
    flags = nbdev.test.get_config(path=root).tst_flags.split()
    passed, _ = nbdev.test.test_nb(path, skip_flags=flags, basepath=root)
    return passed


def run_alone(
    path: Path,
    root: Path = ROOT,
) -> str:  # What went to stderr; "" if every cell runs
    """Run the notebook at `path` in a process of its own, which has nbdev imported already."""
    methods = multiprocessing.get_all_start_methods()
    processes = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        processes.set_forkserver_preload([__name__])
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        said = Path(folder, "stderr")
        process = processes.Process(target=_told, args=(path, root, said))
        process.start()
        process.join()
        text = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
    return "" if process.exitcode == 0 else text or f"exit code {process.exitcode}"


def _told(path: Path, root: Path, said: Path) -> None:
    file = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(file, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(not main(path, root))


def run_all(workers: int = 2) -> None:
    """Run `nbdev_test` and note, if it passes, that every notebook's cells run without a warning.

    Exits with 1 if one fails.
    """
    nbdev.test.CaptureShell = StrictShell  # its workers are forks of this process
    nbdev.test.nbdev_test(n_workers=workers)
    for path in find_notebooks():
        remember(path, read(path), what="cells")


if __name__ == "__main__":
    sys.exit(not main(*map(Path, sys.argv[1:])) if sys.argv[1:] else run_all())
