"""Find the Python to run on beside something that is no Python.

Pythons of one version differ: one that was built without its compiler's optimisation by profile,
as version managers do unless told, takes half as long again for the same program, and few users
have such a one. Between Pythons that cancels out; beside a browser it does not. So what is compared
with one runs on the fastest Python of the running one's version and ABI that PATH has.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MARGIN = 0.9  # What a Python has to take of another's time to be preferred
ROOT = Path(__file__).resolve().parent.parent
TURNS = 5  # In which Pythons are probed: a busy machine is now faster, now slower
PROBE = """
import json, sys, sysconfig, time

class Node:
    def __init__(self, name, nodes):
        self.name, self.nodes = name, nodes

    def size(self):
        return 1 + sum(node.size() for node in self.nodes)

def work():
    tree = Node("a", [Node(f"b{n}", [Node(str(m), []) for m in range(9)]) for n in range(99)])
    return tree.size(), {one.name: one for one in tree.nodes}

def seconds():
    start = time.process_time()
    work()
    return time.process_time() - start

print(json.dumps({
    "path": getattr(sys, "_base_executable", sys.executable),
    "abi": [sys.version_info[:2], sysconfig.get_config_var("EXT_SUFFIX")],
    "packages": sysconfig.get_path("purelib"),
    "seconds": min(seconds() for _ in range(30)),
}))
"""


@dataclass(frozen=True)
class Python:
    """One Python, as `PROBE` found it."""

    path: str  # Of the interpreter itself, not of an environment's link to it
    abi: tuple[object, ...]
    packages: str  # The folder of its packages
    seconds: float  # For a small program


def probe(path: str) -> Python | None:
    """Ask a Python for what it is; `None` if it does not run."""
    try:
        done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    if done.returncode:
        return None
    said = json.loads(done.stdout)
    return Python(
        said["path"], (*said["abi"][0], said["abi"][1]), said["packages"], said["seconds"]
    )


def candidates() -> list[str]:
    """Return the files on PATH that are called as a Python of the running version is."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    folders = dict.fromkeys(os.environ.get("PATH", os.defpath).split(os.pathsep))
    return [str(path) for folder in folders if folder and (path := Path(folder, name)).is_file()]


def fastest(
    python: str,  # Of an environment
) -> tuple[str, list[str]]:  # What to run, and the folders that go onto its path
    """Return how to run what an environment holds on the fastest Python for it.

    The project, which is installed there as a link, is among the folders.
    """
    own = probe(python)
    if own is None:
        raise SystemExit(f"{python} does not run.")
    found = {one.path: path for path in candidates() if (one := probe(path)) and one.abi == own.abi}
    turns = [[probe(path) for path in (python, *found.values())] for _ in range(TURNS)]
    own, *others = (
        min(filter(None, same), key=lambda one: one.seconds) for same in zip(*turns, strict=True)
    )
    best = min(others, key=lambda one: one.seconds, default=own)
    if best.seconds >= own.seconds * MARGIN:
        return python, []
    print(
        f"{best.path} runs {Path(python).parent.parent.name}'s packages: it takes "
        f"{best.seconds / own.seconds:.2f} of the time that {own.path} takes.",
        flush=True,
    )
    return best.path, [str(ROOT), own.packages]
