"""Write every notebook as a page below `_docs/`, with an index in reading order."""

from __future__ import annotations

import argparse
import os
import re
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tools.notebooks import GUIDES, ROOT, find_notebooks, joined, read
from tools.pages import body_of, frame

GROUPS = {
    "tutorials": "Tutorials",
    "how_to": "How to",
    "explain": "Why it is so",
    "1_ft": "Elements as values",
    "2_asgi": "Reaching an app",
    "3_checks": "View checks",
    "4_web": "The app",
    "5_workshop": "The workshop",
    "9_doors": "What to import",
}


@dataclass(frozen=True)
class Page:
    """A notebook as a page of the site."""

    path: Path  # Of the page, from the site's folder
    title: str
    promise: str
    notebook: dict


def page(notebook: dict, path: Path) -> Page:
    """Return the page of a notebook: its title and promise are in its first heading's cell."""
    for cell in notebook["cells"]:
        source = joined(cell["source"])
        if cell["cell_type"] == "markdown" and (title := re.match(r"# (.+)", source)):
            promise = re.search(r"^> (.+)", source, re.MULTILINE)
            return Page(path, title[1].strip(), promise[1] if promise else "", notebook)
    return Page(path, path.stem, "", notebook)


def plain(markdown: str) -> str:
    """Return a line of Markdown as HTML: code marks are kept, other marks dropped."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(markdown.replace("**", ""), quote=False))


def relative_links(body: str) -> str:
    """Let links between notebooks lead to their pages."""
    return re.sub(r'(href="(?!https?:)[^"#]+)\.ipynb(["#])', r"\1.html\2", body)


def index(pages: list[Page], body: str) -> str:
    """Return the front page: the project's own, then all pages in their groups."""
    order = [*GUIDES, *(name for name in GROUPS if name not in GUIDES)]
    parts = [body]
    for name in order:
        items = "\n".join(
            f'<li><a href="{escape(found.path.as_posix())}">{plain(found.title)}</a> '
            f"<span>{plain(found.promise)}</span></li>"
            for found in pages
            if found.path.parts[0] == name
        )
        if items:
            parts.append(f'<h2>{GROUPS[name]}</h2>\n<ul class="pages">\n{items}\n</ul>')
    return frame("fasthtml_nb", "\n".join(parts))


def write_site(nbs: Path, paths: list[Path], site: Path) -> list[Path]:
    """Write a page for each notebook in `paths` and the index; return what was written."""
    pages = [page(read(path), path.relative_to(nbs).with_suffix(".html")) for path in paths]
    front = next((p for p in pages if p.path == Path("index.html")), None)
    inner = [p for p in pages if p is not front]
    texts = {
        Path("index.html"): index(inner, relative_links(body_of(front.notebook)) if front else "")
    }
    for place, found in enumerate(inner):
        near = [("All pages", Path("index.html"))]
        near += [(f"← {p.title}", p.path) for p in inner[max(place - 1, 0) : place]]
        near += [(f"{p.title} →", p.path) for p in inner[place + 1 : place + 2]]
        links = " ".join(
            f'<a href="{escape(os.path.relpath(path, found.path.parent))}">{plain(text)}</a>'
            for text, path in near
        )
        texts[found.path] = frame(found.title, relative_links(body_of(found.notebook)), links)
    for path, text in texts.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")
    return [site / path for path in texts]


def main(arguments: list[str] | None = None) -> int:
    """Run `dev.py docs`."""
    parser = argparse.ArgumentParser(prog="dev.py docs", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "_docs")
    options = parser.parse_args(arguments)
    written = write_site(ROOT / "nbs", find_notebooks(), options.to.resolve())
    print(f"{len(written)} pages: {(options.to.resolve() / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
