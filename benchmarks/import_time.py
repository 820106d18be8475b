"""Import the front door in fresh processes, in turns with what it stands on; print milliseconds.

Run by `python3 dev.py bench import_time`, or alone with the interpreter of .venv.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median

from _common import RESULTS, fasthtml_python, options

STANDS_ON = (
    "import starlette.applications, starlette.routing, starlette.requests, starlette.responses, "
    "starlette.middleware, starlette.exceptions, starlette.websockets, starlette.datastructures, "
    "starlette.background, uvicorn"
)
LIMIT = 0.060  # Seconds that ours may take beyond what it stands on
TIMED = """
from time import perf_counter, process_time
wall, processor = perf_counter(), process_time()
{}
print(perf_counter() - wall, process_time() - processor)
"""


def seconds(python: str, statement: str) -> tuple[float, float]:
    """Return the seconds, by the clock and of the processor, of `statement` in a new process."""
    command = [python, "-c", TIMED.format(statement)]
    # An installed package has its byte code; a checkout may not, where Python is told not to write.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    wall, processor = done.stdout.split()
    return float(wall), float(processor)


def main() -> None:
    chosen = options(__doc__)
    rounds = chosen.rounds or (5 if chosen.quick else 15)
    statements = {
        "Starlette + uvicorn": (sys.executable, STANDS_ON),
        "ours": (sys.executable, "from fasthtml_nb.common import *"),
        "python-fasthtml": (fasthtml_python(), "from fasthtml.common import *"),
    }
    for statement in statements.values():
        seconds(*statement)  # Writes the byte code
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in statements}
    for _ in range(rounds):
        for name, statement in statements.items():
            samples[name].append(seconds(*statement))
    print(f"{'import':<22} {'least':>9} {'median':>9} {'processor, median':>19}")
    medians = {}
    for name, times in samples.items():
        walls, processors = zip(*times, strict=True)
        medians[name] = {"least": min(walls), "wall": median(walls), "cpu": median(processors)}
        print(
            f"  {name:<20} {min(walls) * 1e3:6.0f} ms {median(walls) * 1e3:6.0f} ms"
            f" {median(processors) * 1e3:16.0f} ms"
        )
    found = medians["ours"]["cpu"] - medians["Starlette + uvicorn"]["cpu"]
    verdict = "met" if found <= LIMIT else "missed"
    print(f"\nours beyond Starlette + uvicorn: {found * 1e3:+.0f} ms, limit +60 ms: {verdict}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "import_time.json"
    content = {"seconds": medians, "beyond": found, "limit": LIMIT, "met": found <= LIMIT}
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"Written to {path.relative_to(RESULTS.parent)}.")


if __name__ == "__main__":
    main()
