#!/usr/bin/env python3
"""Run the project's tasks; needs Python 3.11 and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"


def python() -> str:
    """Return the environment's interpreter."""
    return str(VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def main() -> int:
    task, *arguments = sys.argv[1:]
    if task != "nbs":
        raise SystemExit(f"No task {task!r}. Tasks here: nbs.")
    paths = [str(Path(argument).resolve()) for argument in arguments]
    return subprocess.run([python(), "-m", "tools.notebooks", *paths], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
