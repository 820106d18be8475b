"""Every notebook runs from top to bottom, as `nbdev_test` runs it, and warns of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import notebooks
from tools.notebooks import ROOT
from tools.run_notebook import run_alone

NOTEBOOKS = notebooks.find_notebooks()
IDS = [path.relative_to(ROOT / "nbs").as_posix() for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_notebook_runs(path: Path) -> None:
    notebook = notebooks.read(path)
    if not notebooks.proved(path, notebook, what="cells"):
        said = run_alone(path)
        assert not said, said[-4000:]
        notebooks.remember(path, notebook, what="cells")


# The check itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("assert 1 + 1 == 3", "AssertionError"),
        ("import warnings\nwarnings.warn('old', DeprecationWarning)", "DeprecationWarning: old"),
        ("import warnings\nwarnings.warn('odd')", "UserWarning: odd"),
        ("def f(:", "SyntaxError"),
        ("1 + 1", ""),
        ("#| eval: false\n1 / 0", ""),
    ],
)
def test_a_cell_that_fails_or_warns_is_seen(tmp_path: Path, source: str, said: str) -> None:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "source": text,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, text in enumerate(["import sys", source])
    ]
    path = tmp_path / "page.ipynb"
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(notebooks.dump(notebook))
    told = run_alone(path)
    assert bool(told) == bool(said)
    assert said in told
