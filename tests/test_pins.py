"""The pinned files, and how they are fetched."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import fasthtml_nb
from fasthtml_nb.web import pins
from fasthtml_nb.web.pins import (
    ASSETS,
    OWN,
    PACKAGES,
    Package,
    asset_content,
    assets_folder,
    fetch_assets,
    find_asset,
    integrity,
    pin_assets,
)
from tests.browser_support import local_assets

__all__ = ["local_assets"]

OTHERS = [asset for asset in ASSETS.values() if asset.package != OWN]

# The table --------------------------------------------------------------------------------------


def test_every_asset_is_exactly_pinned() -> None:
    for asset in ASSETS.values():
        assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", asset.integrity), asset
        assert re.fullmatch(r"\d+\.\d+\.\d+|[0-9a-f]{12}", asset.version), asset
        assert asset.media_type and asset.license and not asset.path.startswith("/")
        assert ".." not in asset.path
    assert len({asset.path for asset in ASSETS.values()}) == len(ASSETS) - len(ALIASES)


ALIASES = ("htmx4/head-support", "htmx4/response-targets")


def test_every_named_file_is_in_the_table() -> None:
    for package in PACKAGES:
        for name, pattern in package.files.items():
            if "*" not in pattern:
                assert find_asset(name).file == pattern
            else:
                assert any(n.startswith(name[:-1]) for n in ASSETS), name


def test_the_fingerprint_file_holds_no_address_and_nothing_unused() -> None:
    text = (Path(fasthtml_nb.__file__).parent / "web" / "assets.json").read_text()
    assert "://" not in text
    held = json.loads(text)
    assert list(held) == [package.spec for package in PACKAGES]
    files = {f"{spec}/{path}" for spec, paths in held.items() for path in paths}
    assert files == {asset.path for asset in OTHERS}


def test_every_copy_has_the_pinned_fingerprint(local_assets: None) -> None:
    """Counted here by itself, not by the module's own functions."""
    for asset in OTHERS:
        content = (assets_folder() / asset.path).read_bytes()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        assert asset.integrity == f"sha384-{digest}", asset.path


def test_licences_are_beside_the_copies(local_assets: None) -> None:
    text = (assets_folder() / "LICENSES").read_text("utf-8")
    assert re.findall(r"(?m)^# (\S+): ", text) == [package.spec for package in PACKAGES]
    assert "Apache License" in text and "MIT License" in text


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("htmxx", "htmx"),
        ("highlight/styles/git-hub", "highlight/styles/github"),
        ("highlight/languages/zzzzzzzz", "highlight/languages/"),
        ("", "dompurify"),
    ],
)
def test_near_misses(name: str, near: str) -> None:
    wanted = rf"^No asset '{name}'\. Near it: .*{near}.*\. Use one of these\.$"
    with pytest.raises(LookupError, match=wanted):
        find_asset(name)


# Fetching ---------------------------------------------------------------------------------------


def archive(
    folder: Path, package: Package, contents: dict[str, bytes], top: str = "package"
) -> None:
    name = package.name.lstrip("@").replace("/", "-") + f"-{package.version}.tgz"
    with tarfile.open(folder / name, "w:gz") as tar:
        for path, content in contents.items():
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


A = Package("@some/thing", "1.0.0", "MIT", {"thing": "dist/a.js", "thing/*": "more/*.css"})
FILES = {"LICENSE": b"be kind", "dist/a.js": b"a()", "more/b.css": b"b{}", "more/c/d.css": b"no"}
Pack = Callable[[Iterable[Package], Path], None]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, bytes]]:
    """One small package instead of the table; what the registry has is the list's only item."""
    registry = [FILES]

    def pack(packages: Iterable[Package], folder: Path) -> None:
        for package in packages:
            archive(folder, package, registry[0])

    monkeypatch.setattr(pins, "PACKAGES", (A,))
    monkeypatch.setattr(pins, "_pack", pack)
    monkeypatch.setattr(pins, "_web", lambda name: tmp_path / name)
    monkeypatch.setattr(pins, "_OWN_FILES", ())
    assert pin_assets() == {
        "@some/thing@1.0.0": {path: integrity(FILES[path]) for path in ("dist/a.js", "more/b.css")}
    }
    monkeypatch.setattr(pins, "ASSETS", {asset.name: asset for asset in pins._table()})
    assert set(pins.ASSETS) == {"thing", "thing/b"}
    return registry


def tree(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


WHOLE = {
    "@some/thing@1.0.0/dist/a.js": b"a()",
    "@some/thing@1.0.0/more/b.css": b"b{}",
    "LICENSES": b"# @some/thing@1.0.0: MIT\n\nbe kind\n\n",
}


def test_only_the_wanted_files_are_written(small: Any, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "copies"
    assert fetch_assets(folder) == folder
    assert tree(folder) == WHOLE
    assert [path.name for path in folder.parent.iterdir()] == ["copies"]


def test_a_whole_folder_is_left_alone(small: Any, tmp_path: Path, monkeypatch: Any) -> None:
    folder = fetch_assets(tmp_path / "copies")
    monkeypatch.setattr(pins, "_pack", lambda *_: pytest.fail("asked the registry"))
    assert fetch_assets(folder) == folder


@pytest.mark.parametrize("damage", ["edited", "missing"])
def test_a_damaged_folder_is_made_anew(small: Any, tmp_path: Path, damage: str) -> None:
    folder = fetch_assets(tmp_path / "copies")
    file = folder / pins.ASSETS["thing"].path
    file.write_bytes(b"evil()") if damage == "edited" else file.unlink()
    (folder / "left over.js").write_text("old")
    fetch_assets(folder)
    assert tree(folder) == WHOLE


def test_other_bytes_than_pinned_are_refused(small: Any, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "mine").write_text("before")
    small[0] = FILES | {"dist/a.js": b"evil()"}
    wanted = r"^npm brought other files than were pinned: @some/thing@1\.0\.0/dist/a\.js\. If a"
    with pytest.raises(RuntimeError, match=wanted):
        fetch_assets(folder)
    assert tree(folder) == {"mine": b"before"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets.json", "copies"]


def test_archives_may_call_their_top_folder_otherwise(tmp_path: Path) -> None:
    archive(tmp_path, A, FILES, top="thing")
    assert pins._unpack(A, tmp_path) == {
        k: FILES[k] for k in ("LICENSE", "dist/a.js", "more/b.css")
    }


def test_what_comes_is_seen_in_the_same_process(small: Any, tmp_path: Path) -> None:
    asset = pins.ASSETS["thing"]
    assert asset_content(asset, tmp_path / "copies") is None
    fetch_assets(tmp_path / "copies")
    assert asset_content(asset, tmp_path / "copies") == b"a()"


def test_without_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(RuntimeError, match="needs npm.*Install Node.js, or run `pip install nodej"):
        fetch_assets(tmp_path / "copies")
    assert not (tmp_path / "copies").exists()


def test_npm_beside_this_python_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\n")
    npm.chmod(0o755)
    assert pins._npm() == str(npm)


def test_what_npm_says_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failed = subprocess.CompletedProcess(
        [], 1, "", "npm warn x\nnpm error code ENOTFOUND\nnpm error offline\n"
    )
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    monkeypatch.setattr(pins, "_npm", lambda: "npm")
    wanted = r"bring \d+ packages .*; it said: npm error code ENOTFOUND / npm error offline\. Check"
    with pytest.raises(RuntimeError, match=wanted):
        fetch_assets(tmp_path / "copies")


@pytest.mark.network
@pytest.mark.slow
def test_npm_brings_what_was_pinned(tmp_path: Path) -> None:
    """`dev.py assets` has fetched them, or the tests that need copies fail."""
    try:
        again = pin_assets(tmp_path / "again.json")
    except RuntimeError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"No npm registry: {error}")
    assert again == json.loads(pins._web("assets.json").read_text())
