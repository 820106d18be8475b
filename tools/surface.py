"""Ask the type checker whether what a user sees of a package is typed and documented."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path


def _checker(folder: Path, *arguments: object) -> dict:
    """Run basedpyright with this Python's packages and those in `folder`; return its report."""
    found_first = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": found_first, "PYTHONPATH": str(folder)},
    )
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"basedpyright failed:\n{done.stdout}{done.stderr}") from error


_MISSING = re.compile(r"annotation .*is missing|\bUnknown\b|unknown type")


def untyped(
    package: str,  # Importable name
    folder: Path,  # Where the package lies
) -> list[str]:  # One line for each name: where it is and what is missing
    """List the public names without a whole type, and functions and classes without docstring.

    A constant's type may be inferred; parameters and results must be written down. A name whose
    type is another name's is not listed for what that one lacks; nor are other packages' classes.
    """
    report = _checker(folder, "--verifytypes", package, "--ignoreexternal")
    classes = _classes(package, folder)
    wrong = [item["message"] for item in report["generalDiagnostics"]]
    for symbol in report["typeCompleteness"]["symbols"]:
        if not symbol["isExported"]:
            continue
        ambiguous = symbol["isTypeKnown"] or symbol["isTypeAmbiguous"]
        another = symbol["category"] == "class" and symbol["name"] not in classes
        for found in symbol["diagnostics"]:
            message = " ".join(found["message"].split())
            silent = message.startswith("No docstring") and not another
            if silent or (_MISSING.search(message) and not ambiguous):
                line = found.get("range", {}).get("start", {}).get("line", -1) + 1
                where = f"{Path(found['file']).name}:{line}"
                wrong.append(f"{symbol['name']} ({where}): {message}")
    return sorted(set(wrong))


def _classes(package: str, folder: Path) -> set[str]:
    """Return the whole names of the package's own classes; another package may have their like."""
    found = set()
    for path in (folder / package).rglob("*.py"):
        module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        names = re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE)
        found |= {f"{module}.{name}" for name in names}
    return found


def type_errors(file: Path, folder: Path) -> list[str]:
    """List what the type checker has against `file`, which uses packages in `folder`."""
    report = _checker(folder, "--level", "error", file)
    return [
        f"{Path(item['file']).name}:{item['range']['start']['line'] + 1}: {item['message']}"
        for item in report["generalDiagnostics"]
        if item["severity"] == "error"
    ]
