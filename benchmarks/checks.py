"""Check one view as an app's tests do, in turns: on our page, by hand, in Chromium.

Open, fill, submit, delete, with four assertions: three requests. Then 1,000 journeys on our page
must leave nothing behind. Run by `python3 dev.py bench checks`, or alone with the interpreter of
.venv. Exit code 1 only if the contestants do not ask the app alike.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack

from _common import Contestant, Target, compare, options, report
from _python import fastest

TARGETS = [
    Target("milliseconds, median", "journey", "", 3),
    Target("Playwright, reused page, medians", "journey", "Playwright", 1 / 80, which=1),
    Target("Playwright, reused page, medians", "in threads", "Playwright", 1 / 80, which=1),
]
LEFT = {"objects": 100, "descriptors": 0, "kilobytes": 1024}  # May stay after all journeys


def leftovers(journeys: int) -> dict[str, int]:
    """Return how much more there is after so many `journeys` than after a warm-up."""
    from contestants.journey import ours, todo_app

    with ExitStack() as stack:
        journey = ours(todo_app()[0], stack)
        counted = []
        for number in (3000, journeys):  # Caches are full, and the allocator has its share
            for _ in range(number):
                journey()
            gc.collect()
            counted.append(_count())
    return {name: counted[1][name] - counted[0][name] for name in LEFT}


def _count() -> dict[str, int]:
    with open("/proc/self/status") as status:
        sizes = dict(line.split(":", 1) for line in status)
    return {
        "objects": len(gc.get_objects()),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "kilobytes": int(sizes["VmRSS"].split()[0]),
    }


def main() -> None:
    chosen = options(__doc__, {"--this-python": "run on it, not on the fastest of its version"})
    this = sys.executable, []
    python, packages = this if chosen.this_python else fastest(sys.executable)
    ways = {"Starlette's TestClient": "client", "ours": "ours", "Playwright": "playwright"}
    contestants = {
        name: lambda way=way: Contestant(python, "journey.py", way, packages=packages)
        for name, way in ways.items()
    }
    cases = {"journey": 1, "in threads": 1}  # Handlers that are `async`, and plain functions
    rounds = chosen.rounds or (3 if chosen.quick else 10)
    results = compare(contestants, cases, lambda _, text: text, rounds, seconds=1)
    journeys = 200 if chosen.quick else 1000
    left = leftovers(journeys)
    print(f"\nLeft by {journeys:,} journeys on our page:")
    for name, number in left.items():
        verdict = "met" if number <= LEFT[name] else "missed"
        print(f"  {name:<48} {LEFT[name]:7} {number:7}   {verdict}")
    report("checks", results, TARGETS, left={"journeys": journeys, **left})


if __name__ == "__main__":
    main()
