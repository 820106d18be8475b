"""Run one notebook's cells as `nbdev_test` does, with every warning an error."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import nbdev.test
from execnb.shell import CaptureShell

from tools.notebooks import ROOT


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


if __name__ == "__main__":
    sys.exit(not main(*map(Path, sys.argv[1:])))
