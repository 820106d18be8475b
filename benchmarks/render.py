"""Build and write the same pages as the peers do, in turns; print times and ratios.

Run by `python3 dev.py bench render`, or alone with the interpreter of .venv. Exit code 1 only if
two contestants do not write the same page.
"""

from __future__ import annotations

import sys

from _common import Contestant, Target, compare, fasthtml_python, options, report

TARGETS = [
    Target("python-fasthtml", "table", "python-fasthtml", 1 / 15),
    Target("htpy", "table", "htpy", 1 / 6),
    Target("f-string, first", "table", "f-string", 7.8),
    Target("f-string, then", "table", "f-string", 4.3),
    Target("Jinja2", "table", "Jinja2", 1.5),
    Target("f-string, aim", "table", "f-string", 2.9),
]


def tree(case: str, markup: str) -> list:
    """Return the DOM of `markup` as nested lists, attributes sorted, `disabled="disabled"` bare."""
    import turbohtml

    def values(node: object) -> list:
        if type(node).__name__ == "Text":
            return node.data
        attrs = getattr(node, "attrs", {})
        names = sorted(attrs)
        return [
            getattr(node, "tag", type(node).__name__),
            [(name, value if (value := node.attr(name)) != name else "") for name in names],
            [values(child) for child in node.children],
        ]

    return values(turbohtml.parse(markup, positions=False))


def main() -> None:
    chosen = options(__doc__)
    peers = fasthtml_python()
    contestants = {
        "f-string": lambda: Contestant(sys.executable, "fstring.py", "html"),
        "f-string, C escape": lambda: Contestant(sys.executable, "fstring.py", "markupsafe"),
        "Jinja2": lambda: Contestant(sys.executable, "jinja.py"),
        "ours": lambda: Contestant(sys.executable, "components.py", "fasthtml_nb"),
        "htpy": lambda: Contestant(sys.executable, "by_htpy.py"),
        "dominate": lambda: Contestant(sys.executable, "by_dominate.py"),
        "python-fasthtml": lambda: Contestant(peers, "components.py", "fasthtml"),
    }
    rounds = chosen.rounds or (4 if chosen.quick else 20)
    results = compare(
        contestants, {"table": 1, "numbers": 1, "page": 1}, tree, rounds, seconds=0.05
    )
    report("render", results, TARGETS)


if __name__ == "__main__":
    main()
