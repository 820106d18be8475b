"""Make `README.md` of `nbs/index.ipynb`, and notebooks fit for readers (`dev.py docs`, `demo`)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.notebooks import ROOT, dump, import_nbformat, joined, read, replace

_DIRECTIVE = re.compile(r"^\s*#\s*\|\s*(\w+)(?:\s*:\s*(\w+))?.*$\n?", re.MULTILINE)
_NOT_FOR_GITHUB = re.compile(r"<(script|style|template|iframe)\b.*?</\1\s*>", re.DOTALL | re.I)


def for_readers(notebook: dict) -> dict:
    """Return `notebook` without what its directives hide, and without the directives themselves."""
    copy = json.loads(dump(notebook))
    cells = []
    for cell in copy["cells"]:
        source = cell["source"] = joined(cell["source"])
        if cell["cell_type"] == "code":
            asked = {(name, value or "") for name, value in _DIRECTIVE.findall(source)}
            cell["source"] = _DIRECTIVE.sub("", source).strip("\n")
            if asked & {("hide", ""), ("default_exp", ""), ("include", "false")}:
                continue
            if asked & {("hide_input", ""), ("echo", "false")}:
                cell["metadata"]["transient"] = {"remove_source": True}
            if not cell["source"]:
                continue
        if source.strip() and cell["cell_type"] != "raw":
            cells.append(cell)
    copy["cells"] = cells
    copy["metadata"]["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    return copy


def readme(index: Path) -> str:
    """Return the notebook at `index` as Markdown that GitHub shows as it is meant."""
    nbformat = import_nbformat()
    from nbconvert import MarkdownExporter

    notebook = for_readers(read(index))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            html = joined(output.get("data", {}).get("text/html", ""))
            if html:
                lines = _NOT_FOR_GITHUB.sub("", html).splitlines()
                output["data"]["text/html"] = "\n".join(s for line in lines if (s := line.strip()))
    source = str(index.relative_to(ROOT)) if index.is_relative_to(ROOT) else index.name
    node = nbformat.v4.rwbase.rejoin_lines(nbformat.from_dict(notebook))
    body, _ = MarkdownExporter().from_notebook_node(node)
    return f"<!-- Made from {source} by `dev.py nbs`: edit that. -->\n\n{body.strip()}\n"


def write_readme(root: Path = ROOT) -> bool:
    """Bring `README.md` up to date; true if it was not."""
    return replace(root / "README.md", readme(root / "nbs" / "index.ipynb"))
