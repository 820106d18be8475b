"""Answer the same requests as the peers do, in turns; print times and ratios.

Applications are called by the ASGI protocol in their own processes: no socket, no server. Run by
`python3 dev.py bench request`, or alone with the interpreter of .venv. Exit code 1 only if two
contestants do not answer alike.
"""

from __future__ import annotations

import sys

from _common import REQUESTS, Contestant, Target, compare, fasthtml_python, options, report
from render import tree

TARGETS = [
    Target("Starlette, first", "async", "Starlette", 2.5),
    Target("Starlette", "async", "Starlette", 2),
    Target("Starlette", "sync", "Starlette", 1.5),
    Target("Starlette", "page", "Starlette", 3),
    Target("python-fasthtml", "async", "python-fasthtml", 1 / 5),
    # None for "sync": the thread pool, the same in all, is a third of python-fasthtml's time.
    Target("python-fasthtml", "fragment", "python-fasthtml", 1 / 5),
    Target("python-fasthtml", "page", "python-fasthtml", 1 / 5),
    Target("python-fasthtml", "form", "python-fasthtml", 1 / 5),
]


def answer(case: str, text: str) -> tuple[str, list]:
    """Return the status and the DOM of the body: each framework has a head and line breaks."""
    status, _, markup = text.partition(" ")
    return status, _without_blanks(tree(case, markup)[2][-1][2][-1])


def _without_blanks(node: list | str) -> list | str:
    if isinstance(node, str):
        return node.strip()
    tag, attrs, children = node
    return [tag, attrs, [kept for child in children if (kept := _without_blanks(child))]]


def main() -> None:
    chosen = options(__doc__)
    peers = fasthtml_python()
    contestants = {
        "Starlette": lambda: Contestant(sys.executable, "app_starlette.py"),
        "ours": lambda: Contestant(sys.executable, "app_components.py", "fasthtml_nb"),
        "FastAPI": lambda: Contestant(sys.executable, "app_fastapi.py"),
        "python-fasthtml": lambda: Contestant(peers, "app_components.py", "fasthtml"),
    }
    rounds = chosen.rounds or (4 if chosen.quick else 20)
    cases = dict.fromkeys(REQUESTS, 20)
    results = compare(contestants, cases, answer, rounds, seconds=0.05)
    report("request", results, TARGETS)


if __name__ == "__main__":
    main()
