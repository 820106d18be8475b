"""Which Python the benchmarks' contestants run on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).parent.parent / "benchmarks" / "_python.py"


@pytest.fixture
def choice(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = util.spec_from_file_location("_bench_python", SOURCE)
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # For its dataclass
    spec.loader.exec_module(module)
    return module


def pythons(choice: ModuleType, times: dict[str, tuple[str, float]]) -> Callable[[str], Any]:
    """Pretend that these Pythons are there: path → ABI and seconds."""

    def probe(path: str) -> Any:
        if path not in times:
            return None
        abi, seconds = times[path]
        return choice.Python(f"/real{path}", (3, 11, abi), f"{path}/packages", seconds)

    return probe


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        (
            {"/a": ("x", 2.0), "/b": ("x", 1.0)},
            ("/real/b", [str(SOURCE.parent.parent), "/a/packages"]),
        ),
        ({"/a": ("x", 2.0), "/b": ("x", 1.9)}, ("/a", [])),  # Hardly faster
        ({"/a": ("x", 2.0), "/b": ("y", 1.0)}, ("/a", [])),  # What /a has does not run on it
        ({"/a": ("x", 2.0)}, ("/a", [])),  # /b does not run at all
        ({"/a": ("x", 1.0), "/b": ("x", 2.0)}, ("/a", [])),
    ],
)
def test_the_fastest_of_one_kind(
    choice: ModuleType,
    times: dict[str, tuple[str, float]],
    wanted: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(choice, "candidates", lambda: ["/a", "/b"])
    monkeypatch.setattr(choice, "probe", pythons(choice, times))
    assert choice.fastest("/a") == wanted
    said = capsys.readouterr().out
    assert ("takes 0.50 of the time" in said) is bool(wanted[1])


def test_a_python_is_asked(choice: ModuleType, tmp_path: Path) -> None:
    found = choice.probe(sys.executable)
    assert found.abi[:2] == sys.version_info[:2] and found.seconds > 0
    assert Path(found.packages).is_dir()
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    assert choice.probe(str(broken)) is None  # It may not be run
    broken.chmod(0o755)
    assert choice.probe(str(broken)) is None
    with pytest.raises(SystemExit, match="does not run"):
        choice.fastest(str(broken))


def test_pythons_on_the_path(
    choice: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = tmp_path / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    one.touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:{tmp_path / 'nowhere'}::{tmp_path}")
    assert choice.candidates() == [str(one)]
