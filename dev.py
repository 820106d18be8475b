#!/usr/bin/env python3
"""Run one of the project's tasks: `python3 dev.py TASK`. Needs Python 3.11 and nothing else.

demo    execute the quickstart notebook and write _demo/quickstart.html
test    run every check of the project (DEVELOPERS.md lists them)
nbs     export, format, execute and clean notebooks: all, or those named
lab     install JupyterLab and open the quickstart in it, on 127.0.0.1
docs    write every notebook as a page below _docs/
bench   run benchmarks/*.py beside the peers: all, or those named
soak    hold the htmx driver against htmx in Chromium, on random journeys
assets  fetch the scripts and style sheets that the package serves

Each task makes and keeps up to date the environment it needs, .venv.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
STAMPS = ROOT / ".stamps"
PACKAGE = "fasthtml_nb"
QUICKSTART = ROOT / "nbs" / "tutorials" / "quickstart.ipynb"
ASSETS = ROOT / PACKAGE / "_assets"
FETCH = "from fasthtml_nb.web.pins import fetch_assets; fetch_assets()"
FASTHTML = ["fastlite", "python-fasthtml==0.14.14"]


# The environment -------------------------------------------------------------------------------


def interpreter(venv: Path) -> Path:
    """Return the path of the environment's Python."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@contextmanager
def only_one(name: str):
    """Hold the lock called `name`, so that two runs do not install into one environment."""
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / f"{name}.lock").open("w") as handle:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def digest(*paths: Path, base: Path | None = None) -> str:
    """Return a name for the content of the files, and of files below the folders, in `paths`."""
    total = hashlib.sha256(repr(sys.version_info[:3]).encode())
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                content = file.read_bytes()
                total.update(
                    f"\0{file.relative_to(base or ROOT)}\0{len(content)}\0".encode() + content
                )
    return total.hexdigest()


def works(python: Path) -> bool:
    """Say whether there is an interpreter at `python` that can install packages."""
    if not python.exists():
        return False
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def make_venv(venv: Path) -> None:
    """Make the environment `venv`, or raise `SystemExit` with what the machine lacks."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SystemExit(
            f"Cannot make {venv.name}: this Python {version} has no ensurepip, which installs pip. "
            f"Install the package python{version}-venv (apt-get install python{version}-venv on "
            "Debian and Ubuntu) and run this again."
        )
    print(f"Making {venv.name} ...", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", venv], capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"Cannot make {venv.name}:\n{done.stdout}{done.stderr}")


def install(python: Path, requirements: list[str]) -> None:
    """Install `requirements` with pip, or raise `SystemExit` with what pip says."""
    start = time.monotonic()
    print(f"Installing {requirements[-1]} (a minute at the first time) ...", flush=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, *requirements], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"pip could not install {requirements}:\n{done.stdout}{done.stderr}")
    print(f"Installed in {time.monotonic() - start:.0f} s.", flush=True)


def environment(*extras: str) -> Path:
    """Return the Python of .venv, which has the package, editable, with `extras` at least.

    Nothing is done when the last run left it so: a stamp in it names the settings it was made of.
    """
    venv = ROOT / ".venv"
    python, stamp = interpreter(venv), venv / f"{PACKAGE}.json"
    made_of = digest(*(ROOT / name for name in ("settings.ini", "setup.py", "constraints.txt")))
    with only_one("environment"):
        known = json.loads(stamp.read_text()) if stamp.is_file() else {"extras": []}
        wanted = sorted({*known["extras"], *extras})
        if known == {"extras": wanted, "made_of": made_of} and python.exists():
            return python
        if not works(python):
            make_venv(venv)
            wanted = sorted(extras)
        install(python, ["--constraint", "constraints.txt", "--editable", f".[{','.join(wanted)}]"])
        stamp.write_text(json.dumps({"extras": wanted, "made_of": made_of}))
    return python


def fasthtml_environment() -> Path:
    """Return the Python of an environment with python-fasthtml, which needs another fastcore."""
    peers = ROOT / "_bench" / "fasthtml-venv"
    with only_one("bench"):
        stamp = peers / f"{PACKAGE}.json"
        if not (stamp.is_file() and stamp.read_text() == " ".join(FASTHTML)):
            make_venv(peers)
            install(interpreter(peers), FASTHTML)
            stamp.write_text(" ".join(FASTHTML))
    return interpreter(peers)


def run(python: Path, *arguments: object, **variables: str) -> int:
    """Run Python with `arguments` from the project's root; return its exit code."""
    command = [str(python), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | variables).returncode


# Tasks -----------------------------------------------------------------------------------------


def nbs(arguments: list[str]) -> int:
    if not ASSETS.is_dir() and assets([]):
        return 1  # outputs name the copies that the package serves
    paths = [Path(argument).resolve() for argument in arguments]
    return run(environment("dev"), "-m", "tools.notebooks", *paths)


def demo(arguments: list[str]) -> int:
    python = environment("demo")
    if not ASSETS.is_dir() and shutil.which("npm") and run(python, "-c", FETCH):
        print("Going on without the package's copies: pages name a public mirror instead.")
    return run(python, "-m", "tools.demo", *(arguments or [QUICKSTART]))


def docs(arguments: list[str]) -> int:
    return run(environment("dev"), "-m", "tools.site", *arguments)


def lab(arguments: list[str]) -> int:
    python = environment("demo", "jupyter")
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return run(python, "-m", "jupyterlab", "--ip=127.0.0.1", *root, *(arguments or [QUICKSTART]))


def assets(arguments: list[str]) -> int:
    """Fetch what the package serves, unless it is there and what was pinned."""
    return run(environment("dev"), "-c", FETCH, *arguments)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks that are named, or each: `checks live --quick --rounds 3`.

    FASTHTML_PYTHON names the Python that has python-fasthtml.
    """
    python = environment("dev", "bench", "jupyter")
    count = next((n for n, said in enumerate(arguments) if said.startswith("-")), len(arguments))
    names, options = [Path(name).stem for name in arguments[:count]], arguments[count:]
    scripts = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    scripts = [script for script in scripts if script.stem in names or not names]
    if not scripts:
        raise SystemExit(f"No benchmark {', '.join(names)} below benchmarks/.")
    variables = {"FASTHTML_PYTHON": str(fasthtml_environment())}
    return max(run(python, script, *options, **variables) for script in scripts)


def soak(arguments: list[str]) -> int:
    """Play random journeys on our driver and in Chromium: `--count N --seed N`."""
    if not ASSETS.is_dir() and assets([]):
        return 1  # the htmx that Chromium gets is the package's copy
    return run(environment("dev"), "-m", "tests.soak", *arguments)


# Tests -----------------------------------------------------------------------------------------


class Step:
    """One step of `dev.py test`: its name, whether it passed, and for how long it ran."""

    def __init__(self, name: str) -> None:
        self.name, self.code, self.note = name, 0, ""
        self.start = time.monotonic()

    def done(self, code: int, note: str = "") -> None:
        self.code, self.note, self.seconds = code, note, time.monotonic() - self.start

    def __str__(self) -> str:
        verdict = "FAILED" if self.code else "passed"
        return f"  {verdict}  {self.name:<38} {self.seconds:6.1f} s  {self.note}".rstrip()


def command_step(name: str, python: Path, *arguments: object, stamp: str = "") -> Step:
    """Run one step, its output shown only if it fails; not at all if `stamp` has passed before."""
    step, passed = Step(name), STAMPS / "passed" / re.sub(r"\W+", "-", name)
    if stamp and passed.is_file() and passed.read_text() == stamp:
        step.done(0, "unchanged since it passed")
    else:
        command = [str(python), *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        step.done(done.returncode)
        if step.code:
            print(f"{done.stdout}{done.stderr}".rstrip())
        elif stamp:
            passed.parent.mkdir(parents=True, exist_ok=True)
            passed.write_text(stamp)
    print(step, flush=True)
    return step


def pytest_step(python: Path, arguments: list[str], stamp: str = "") -> tuple[Step, str]:
    """Run pytest, its output passed through, and return its closing line instead of showing it.

    If all of it has passed for `stamp` before, the closing line is that run's.
    """
    step, held, passed = Step("pytest tests"), "", STAMPS / "passed" / "pytest.json"
    known = json.loads(passed.read_text()) if stamp and passed.is_file() else {}
    if stamp and known.get("stamp") == stamp:
        step.done(0, "nothing has changed since it passed; --again runs it all the same")
        return step, known["closing"]
    command = [str(python), "-m", "pytest", *(arguments or ["-n", "4", "tests"])]
    env = {"PYTHONHASHSEED": "0"} | os.environ  # or sets give xdist's workers other parameters
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            print(held, end="", flush=True)
            held = line
    step.done(process.returncode)
    if stamp and not step.code:
        passed.parent.mkdir(parents=True, exist_ok=True)
        passed.write_text(json.dumps({"stamp": stamp, "closing": held}))
    return step, held


def everything() -> str:
    """Return a name for all that a test could depend on; "" where nothing is to be believed."""
    if os.environ.get("CI"):
        return ""
    made = re.compile(
        r"\.(?!ci$)|_artefacts$|_demo$|_docs$|_bench$|build$|dist$|.*\.egg-info$|__pycache__$"
    )
    paths = sorted(path for path in ROOT.iterdir() if not made.match(path.name))
    browsers = map(shutil.which, ("chromium-headless-shell", "chromium"))
    return f"{digest(*paths)} {next(filter(None, browsers), '')}"


def test(arguments: list[str]) -> int:
    """Run every check; with arguments, only pytest with them."""
    # Hundreds of processes import the package: compiled once, not by each of them
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python, again = environment("dev", "jupyter"), arguments == ["--again"]
    if arguments and not again:
        step, closing = pytest_step(python, arguments)
        print(f"\n{step}\n{closing}", end="", flush=True)
        return step.code
    sources = [PACKAGE, "nbs", "tests", "tools", "benchmarks", "dev.py", "setup.py"]
    sources = [path for path in sources if (ROOT / path).exists()]
    tree = everything()
    steps = [
        command_step("assets", python, "dev.py", "assets"),
        command_step("ruff format", python, "-m", "ruff", "format", "--check", *sources),
        command_step("ruff check", python, "-m", "ruff", "check", *sources),
        command_step("nbdev_test", python, "-m", "tools.run_notebook", stamp="" if again else tree),
    ]
    step, closing = pytest_step(python, [], stamp="" if again else tree)
    print("\n".join(["", *map(str, [*steps, step])]))
    print(closing, end="", flush=True)
    return int(any(s.code for s in [*steps, step]))


TASKS = {task.__name__: task for task in (demo, test, nbs, lab, docs, bench, soak, assets)}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        raise SystemExit(
            f"dev.py needs Python 3.11 or newer, this is {found}: python3.11 dev.py ..."
        )
    if not arguments or arguments[0] not in TASKS:
        asked = f"No task {arguments[0]!r}.\n\n" if arguments and arguments[0][0] != "-" else ""
        print(f"{asked}{__doc__}", file=sys.stderr if asked else sys.stdout)
        return 2 if asked else 0
    try:
        return TASKS[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
