"""Holds our driver against the real htmx, on random journeys.

    python -m tests.soak [--count N] [--seed N] [--dialect 2|4] [--keep FOLDER] [--whole]

Prints a line for each dialect: how many journeys agree, how many differ, and which. Each that
differs is made as small as it goes on differing; `--whole` leaves it as it is, and `--keep` writes
it to a folder. `--play FILE` plays one of these again.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from .generator import journey
from .journey import from_json, told
from .players import Real
from .shrinking import compared, shrunk


def main() -> int:
    """Play, and report."""
    parser = argparse.ArgumentParser(description="Hold our driver against the real htmx.")
    parser.add_argument("--count", type=int, default=500, help="journeys in each dialect")
    parser.add_argument("--seed", type=int, default=0, help="the first one's")
    parser.add_argument("--dialect", type=int, choices=(2, 4), action="append")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--play", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    real, rows = Real(), []
    try:
        for file in given.play:
            one = from_json(file.read_text())
            print(file, *(compared(real, one) or ["agrees"]), sep="\n  ")
        for dialect in () if given.play else given.dialect or (2, 4):
            began, differing = time.monotonic(), []
            for seed in range(given.seed, given.seed + given.count):
                one = journey(seed, dialect)
                found = compared(real, one)
                if not found:
                    continue
                differing.append(seed)
                if not given.whole:
                    one, found = shrunk(one, found, lambda smaller: compared(real, smaller))
                print(told(one), *found, sep="\n  ", end="\n\n", flush=True)
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / f"htmx{dialect}-{seed}.json").write_text(one.to_json() + "\n")
            rows.append((dialect, given.count, differing, time.monotonic() - began))
    finally:
        real.close()
    if rows:
        print("dialect  journeys  agree  differ  seconds")
    for dialect, count, differing, took in rows:
        agree = count - len(differing)
        which = f"  {differing}" if differing else ""
        print(f"{dialect:>7}  {count:>8}  {agree:>5}  {len(differing):>6}  {took:>7.0f}{which}")
    return 1 if any(differing for _, _, differing, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
