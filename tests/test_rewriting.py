"""Files that get values: whole or not at all, as they were otherwise, and always with a word."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fasthtml_nb.checks import rewriting, snapshots
from fasthtml_nb.checks.rewriting import is_own, rewrite, write_modules
from fasthtml_nb.checks.snapshots import Edit

CALL = "v.to_match_aria_snapshot()"


def edits_for(path: Path, source: str, text: str = "- a") -> list[Edit]:
    return [Edit(str(path), snapshots._end(call), text) for call in snapshots._calls(source)]


def told_of(path: Path, lines: list[str]) -> str:
    [line] = lines
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("latin-1", "# -*- coding: latin-1 -*-\n"),
        ("cp1252", "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_ends_of_lines_stay(
    tmp_path: Path, encoding: str, head: str, newline: str
) -> None:
    path = tmp_path / "module.py"
    source = f"{head}x = 'Té'; {CALL}\n".replace("\n", newline)
    path.write_bytes(source.encode(encoding))
    assert told_of(path, write_modules(edits_for(path, source, "- é"))) == "1 snapshot written"
    after = path.read_bytes().decode(encoding)
    value = f'"""{newline}    - é{newline}"""'
    assert after == source.replace("snapshot()", f"snapshot({value})")
    compile(path.read_bytes(), "module", "exec")


@pytest.mark.parametrize(
    ("content", "text", "why"),
    [
        (
            b"# coding: latin-1\n" + CALL.encode(),
            "- \u20ac",
            "can't encode",
        ),
        (b"# coding: no-such\n" + CALL.encode(), "- a", "unknown encoding"),
        (b"# \xff\n" + CALL.encode(), "- a", "invalid or missing encoding|can't decode"),
    ],
)
def test_a_module_that_cannot_be_read_or_written_in_its_encoding(
    tmp_path: Path, content: bytes, text: str, why: str
) -> None:
    path = tmp_path / "module.py"
    path.write_bytes(content)
    told = told_of(path, write_modules([Edit(str(path), (2, len(CALL)), text)]))
    assert told.startswith("not written: ") and "Paste it:\nline 2: to_match_aria" in told
    assert re.search(why, told)
    assert path.read_bytes() == content


def test_nul_and_what_is_not_python(tmp_path: Path) -> None:
    for content in (b"x = '\0'\n", b"def (", b"(" * 100_000, b""):
        path = tmp_path / "module.py"
        path.write_bytes(content)
        told = told_of(path, write_modules([Edit(str(path), (1, 9), "- a")]))
        assert "has changed" in told or "null bytes" in told  # As Python 3.14 says at once
        assert path.read_bytes() == content


def test_files_that_are_none(tmp_path: Path) -> None:
    names = ["<string>", "<stdin>", str(tmp_path / "gone.py"), str(tmp_path), "a\0b"]
    lines = write_modules([Edit(name, (1, 9), "- a") for name in names], tmp_path)
    assert [line.partition(": ")[0] for line in lines] == sorted(names)
    for line in lines:
        assert ": not written: " in line and '("""\n    - a\n""")' in line


def test_marked_as_not_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(CALL)
    path.chmod(0o444)
    told = told_of(path, write_modules(edits_for(path, CALL)))
    assert "may not be written" in told and path.read_text() == CALL
    assert os.listdir(tmp_path) == ["module.py"]


@pytest.mark.parametrize(
    "place", ["../other/x.py", ".venv/lib/python3/site-packages/x.py", "dist-packages/x.py"]
)
def test_files_outside_of_the_project_are_left_alone(tmp_path: Path, place: str) -> None:
    root = tmp_path / "project"
    path = root / place
    root.mkdir()
    path.resolve().parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CALL)
    told = told_of(path, write_modules(edits_for(path, CALL), root))
    assert told.startswith("not written: it is not a file of this project. Paste it:")
    assert path.read_text() == CALL


def test_a_project_behind_a_link(tmp_path: Path) -> None:
    real, root = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    root.symlink_to(real)
    (real / "out.py").symlink_to("/etc/hostname")
    assert is_own(real / "x.py", root) and is_own(root / "x.py", root)
    assert is_own(root / "out.py", root)  # who made the link wants it there


def test_links_and_modes_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "shared.py", tmp_path / "sub" / "test_x.py"
    link.parent.mkdir()
    path.write_text(CALL)
    path.chmod(0o754)
    link.symlink_to("../shared.py")
    write_modules(edits_for(link, CALL), tmp_path)
    assert link.is_symlink() and '"""' in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o754
    assert (
        sorted(os.listdir(tmp_path)) == ["shared.py", "sub"] and len(os.listdir(link.parent)) == 1
    )


@pytest.mark.parametrize("broken", ["replace", "chmod"])
def test_whole_or_not_at_all(tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "module.py"
    path.write_text(CALL)
    monkeypatch.setattr(rewriting.os, broken, full)
    told = told_of(path, write_modules(edits_for(path, CALL)))
    assert told.startswith("not written: No space left on device. Paste it:")
    monkeypatch.undo()
    assert path.read_text() == CALL and os.listdir(tmp_path) == ["module.py"]


def test_what_the_change_raises_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("x")
    with pytest.raises(ZeroDivisionError):
        rewrite(path, lambda before: before * (1 // 0))
    assert path.read_text() == "x" and os.listdir(tmp_path) == ["x"]


ADD = """
import sys
from fasthtml_nb.checks.rewriting import rewrite
for n in range(60):
    rewrite(sys.argv[1], lambda before: before + f"{sys.argv[2]} {n}\\n".encode())
"""


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("")
    started = [subprocess.Popen([sys.executable, "-c", ADD, str(path), name]) for name in "ab"]
    assert [one.wait(60) for one in started] == [0, 0]
    lines = path.read_text().splitlines()
    assert sorted(lines) == sorted(f"{name} {n}" for name in "ab" for n in range(60))
    assert [line for line in lines if line[0] == "a"] == [f"a {n}" for n in range(60)]
    assert os.listdir(tmp_path) == ["lines.txt"]


def test_a_second_run_of_the_same_values_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(f"{CALL}\n{CALL}\n")
    edits = edits_for(path, path.read_text())
    assert told_of(path, write_modules(edits)) == "2 snapshots written"
    once = path.read_bytes()
    assert "has changed since it ran" in told_of(path, write_modules(edits))
    assert path.read_bytes() == once
