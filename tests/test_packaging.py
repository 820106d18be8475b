"""What is installed: the sdist, the wheel made of it, and both on every Python that is here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from configparser import ConfigParser
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

import dev

ROOT = dev.ROOT
NOT_SOURCE = (
    ".*",
    "_artefacts",
    "_demo",
    "_docs",
    "_bench",
    "build",
    "dist",
    "*.egg-info",
    "__pycache__",
    "*.db",
)
OFFLINE = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure|ProxyError|timed out"
)


def run(*command: object, cwd: Path | None = None) -> str:
    """Run a command and return what it prints; fail with all of it."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=cwd)
    if done.returncode and OFFLINE.search(done.stderr):
        pytest.skip("No package registry can be reached.")
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def pythons() -> dict[str, Path]:
    """Return every Python from 3.11 on that is on PATH or below ~/.pyenv, by its version."""
    names = [f"python3.{minor}" for minor in range(11, 16)]
    found = [Path(path) for name in names if (path := shutil.which(name))]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += sorted(pyenv.glob("3.*/bin/python3"))
    versions = {"{}.{}".format(*sys.version_info[:2]): Path(sys.executable)}
    for path in found:
        code = "import ensurepip, sys; print(sys.version_info >= (3, 11), *sys.version_info[:2])"
        done = subprocess.run([path, "-c", code], capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.startswith("True"):
            versions.setdefault(".".join(done.stdout.split()[1:]), path)
    return versions


PYTHONS = pythons()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project as a clone has it, with fetched assets if there are any."""
    copy = tmp_path_factory.mktemp("source") / "fasthtml_nb"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    assets = ROOT / "fasthtml_nb" / "_assets"
    if assets.is_dir():
        shutil.copytree(assets, copy / "fasthtml_nb" / "_assets", dirs_exist_ok=True)
    return copy


@pytest.fixture(scope="module")
def built(source: Path) -> tuple[Path, Path]:
    """Return the sdist, and the wheel built from it: built once for the same source."""
    made_of = dev.digest(*(path for path in sorted(source.iterdir())), base=source)
    with dev.only_one("dist"):
        folder = dev.STAMPS / "dist" / made_of[:16]
        if not list(folder.glob("*.whl")):
            for old in folder.parent.glob("*"):
                if time.time() - old.stat().st_mtime > 3600:
                    shutil.rmtree(old)
            run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source)
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def metadata(built: tuple[Path, Path]) -> Message:
    with zipfile.ZipFile(built[1]) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(wheel.read(name))


def settings() -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "settings.ini", encoding="utf-8")
    return dict(parser["DEFAULT"])


def package_files() -> set[str]:
    """Return every file of the package that a user must get."""
    package = ROOT / "fasthtml_nb"
    files = [p.relative_to(ROOT) for p in package.rglob("*") if p.is_file()]
    return {
        path.as_posix()
        for path in files
        if "__pycache__" not in path.parts
        and path.name != "_modidx.py"
        and not path.name.startswith(".")
    }


def test_the_wheel_holds_the_package_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == package_files()
    assert "fasthtml_nb/py.typed" in inside
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_sdist_holds_what_a_developer_needs(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    needed = {"settings.ini", "setup.py", "pyproject.toml", "constraints.txt", "dev.py", "LICENSE"}
    needed |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "DEVELOPERS.md", "Makefile"}
    needed |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "tools").glob("*.py")}
    needed |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").glob("*.py")}
    needed |= {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "nbs").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    assert needed - names == set()
    assert package_files() - names == set()
    assert [
        name for name in names if re.search(r"__pycache__|checkpoints|^nbs/.*\.py$", name)
    ] == []


def test_settings_are_the_one_source_of_the_metadata(metadata: Message) -> None:
    said = settings()
    assert metadata["Name"] == said["lib_name"]
    assert metadata["Version"] == said["version"]
    assert metadata["Summary"] == said["description"]
    assert metadata["Requires-Python"] == f">={said['min_python']}"
    assert metadata["License-Expression"] == "Apache-2.0"
    extras = {key.removesuffix("_requirements") for key in said if key.endswith("_requirements")}
    assert set(metadata.get_all("Provides-Extra")) == extras
    assert {"jupyter", "live", "browser", "oauth", "dev", "bench"} <= extras
    runtime = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert len(runtime) == len(said["requirements"].split())
    assert not [
        line for line in runtime if re.match(r"nbdev|execnb|fastcore|ghapi|jupyterlab", line)
    ]


def test_constraints_are_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert [line for line in names if not re.fullmatch(r"[a-z0-9-]+==[\w.!+]+", line)] == []
    assert names == sorted(set(names), key=lambda line: line.split("==")[0])


def test_the_version_is_the_packages(built: tuple[Path, Path]) -> None:
    import fasthtml_nb

    assert fasthtml_nb.__version__ == settings()["version"]


# Installing -------------------------------------------------------------------------------------

FRESH_USE = """
import asyncio
from fasthtml_nb.common import *

app, rt = fast_app()

@rt
def index(name: str = "you"):
    return Titled("Hello", P(name))

async def get(path):
    sent = []
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
             "query_string": b"name=us", "headers": [(b"host", b"testserver")], "scheme": "http",
             "server": ("testserver", 80), "client": ("test", 1), "root_path": "",
             "http_version": "1.1", "asgi": {"version": "3.0"}}
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        sent.append(message)
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]).decode()

status, body = asyncio.run(get("/"))
assert status == 200, body
assert "<p>us</p>" in body, body
print("it works")
"""


def venv(folder: Path, python: Path) -> Path:
    """Make an environment at `folder`, for which our own pip installs; return its Python."""
    if not dev.interpreter(folder).exists():
        run(python, "-m", "venv", "--clear", "--without-pip", folder)
    return dev.interpreter(folder)


def pip(python: Path, *arguments: object) -> str:
    options = ("--quiet", "--disable-pip-version-check")
    command = (sys.executable, "-m", "pip", "--python", python)
    return run(*command, *arguments[:1], *options, *arguments[1:])


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("version", PYTHONS)
def test_the_wheel_installs_and_serves_a_page(version: str, built: tuple[Path, Path]) -> None:
    """The environment is kept below .stamps, so that only the first run installs what we need."""
    folder = dev.STAMPS / "pythons" / version
    python, stamp = venv(folder, PYTHONS[version]), folder / "installed"
    wanted = dev.digest(ROOT / "settings.ini", ROOT / "constraints.txt")
    if not (stamp.is_file() and stamp.read_text() == wanted):
        pip(
            python,
            "install",
            "--no-compile",
            "--constraint",
            ROOT / "constraints.txt",
            *settings()["requirements"].split(),
        )
        stamp.write_text(wanted)
    pip(python, "install", "--no-deps", "--force-reinstall", built[1])
    # Not in the project's folder, or its package would be imported instead.
    assert run(python, "-W", "error", "-c", FRESH_USE, cwd=folder) == "it works\n"
    where = run(python, "-c", "import fasthtml_nb; print(fasthtml_nb.__file__)", cwd=folder)
    assert "site-packages" in where
    pip(python, "check")


@pytest.mark.slow
@pytest.mark.network
def test_pip_installs_the_folder_and_an_editable_one(source: Path, tmp_path: Path) -> None:
    python = venv(tmp_path / "venv", Path(sys.executable))
    code = "import fasthtml_nb; print(fasthtml_nb.__file__)"
    pip(python, "install", "--no-deps", source)
    assert "site-packages" in run(python, "-c", code, cwd=tmp_path)
    pip(python, "install", "--no-deps", "--editable", f"{source}[dev]")
    assert run(python, "-c", code, cwd=tmp_path).strip() == str(source / "fasthtml_nb/__init__.py")


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.timeout(600)  # A slow index is no failure
def test_every_requirement_has_a_wheel_for_python_3_14(tmp_path: Path) -> None:
    """Only the index is asked; once an answer was good, it is not asked again for the same."""
    wanted = [
        line
        for key, value in settings().items()
        if key.endswith("requirements")
        for line in value.split()
    ]
    stamp = dev.STAMPS / "passed" / "wheels-for-3-14"
    asked = dev.digest(ROOT / "settings.ini", ROOT / "constraints.txt")
    if stamp.is_file() and stamp.read_text() == asked:
        return
    options = ["--dry-run", "--ignore-installed", "--target", tmp_path, "--only-binary=:all:"]
    options += ["--python-version", "3.14", "--constraint", ROOT / "constraints.txt"]
    pip(Path(sys.executable), "install", *options, *wanted)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(asked)
