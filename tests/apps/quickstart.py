"""The quickstart document: its code blocks, what it shows below them, and a way to run them."""

from __future__ import annotations

import ast
import linecache
import re
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import turbohtml

SHARED = Path(__file__).resolve().parents[3] / "shared"
DOCUMENT = SHARED / "quickstart.md"
DESIGN = SHARED / "DESIGN.md"
_FENCE = re.compile(r"^```\s*(\w*)\s*$")


@dataclass
class Block:
    """A block of Python as the document has it."""

    chapter: str  # Heading of the second level
    section: str  # The nearest heading
    index: int  # Among the blocks of its section
    source: str
    shown: str = ""  # What the document shows below it
    before: list[Block] = field(default_factory=list, repr=False)  # What it builds on

    @property
    def key(self) -> tuple[str, int]:
        """Name the block."""
        return self.section, self.index

    @property
    def serves(self) -> bool:
        """Whether it is a whole program, to be run as a script."""
        return self.source.rstrip().endswith("serve()")

    def __str__(self) -> str:
        return f"{self.section}-{self.index}"


def blocks_of(document: str) -> list[Block]:
    """Return the blocks of `document`."""
    found: list[Block] = []
    chapter = section = ""
    lines = iter(document.splitlines())
    for line in lines:
        if heading := re.match(r"^(#{2,}) (.*)", line):
            section = heading[2].strip()
            chapter = section if len(heading[1]) == 2 else chapter
        elif fence := _FENCE.match(line):
            text = "\n".join(_until(lines, "```")) + "\n"
            if fence[1] == "python":
                index = sum(block.section == section for block in found)
                found.append(Block(chapter, section, index, text))
            elif fence[1] == "html":
                found[-1].shown = text
        elif line.startswith(" <!doctype"):  # a page, displayed
            found[-1].shown = "\n".join([line, *_until(lines, "</html>")])
        elif line.startswith("    ") and found:
            found[-1].shown += line.strip() + "\n"
    return found


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line.strip() == end:
            return
        yield line


def linked(blocks: list[Block]) -> list[Block]:
    """Let each block know those it builds on.

    A block that imports the names begins anew, and later ones go on from it. If it also serves, it
    is a program apart, and what was begun in cells before it goes on after it.
    """
    cells: list[Block] = []
    program: list[Block] = []
    for block in blocks:
        begins = "from fasthtml.common import" in block.source
        if begins and block.serves:
            begun = program = []
        elif begins:
            begun = cells = []
        else:
            begun = cells or program
        block.before = list(begun)
        begun.append(block)
    return blocks


def quickstart() -> list[Block]:
    """Return the document's blocks, linked; none where the document is absent."""
    return linked(blocks_of(DOCUMENT.read_text("utf-8"))) if DOCUMENT.is_file() else []


def as_ours(source: str) -> str:
    """Change the package's name, and nothing else."""
    return source.replace("fasthtml.common", "fasthtml_nb.common")


@dataclass
class Run:
    """What a block did."""

    names: dict[str, Any]
    value: object = None  # Of its last line, if that is an expression
    printed: str = ""


def run_source(source: str, names: dict[str, Any], where: str) -> Run:
    """Run `source` as a notebook runs a cell."""
    tree = ast.parse(source, where)
    linecache.cache[where] = (len(source), None, source.splitlines(True), where)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    value, out = None, StringIO()
    with redirect_stdout(out), warnings.catch_warnings():
        # the document imports the test client from Starlette itself
        warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
        exec(compile(tree, where, "exec", dont_inherit=True), names)
        if last is not None:
            code = compile(ast.Expression(last.value), where, "eval", dont_inherit=True)
            value = eval(code, names)
    return Run(names, value, out.getvalue())


def run_block(block: Block, name: str = "main") -> Run:
    """Run what `block` builds on, then the block, in names of their own."""
    names: dict[str, Any] = {"__name__": name}
    for earlier in block.before:
        run_source(as_ours(earlier.source), names, f"<{earlier}>")
    return run_source(as_ours(block.source), names, f"<{block}>")


# Documents as trees ------------------------------------------------------------------------------


def dom(html: str) -> list[Any]:
    """Return what a parser makes of `html`, as a list without its pretty printing."""
    if html.lstrip().lower().startswith(("<!doctype", "<html")):
        return _children(turbohtml.parse(html))
    return _children(turbohtml.parse_fragment(html))


def body(html: str) -> list[Any]:
    """Return what is in the body of a page."""
    found = turbohtml.parse(html).select_one("body")
    assert found is not None
    return _children(found)


def _children(node: Any) -> list[Any]:
    found: list[Any] = []
    for child in node.children:
        match type(child).__name__:
            case "Element":
                attrs = {
                    k: " ".join(v) if isinstance(v, list) else v for k, v in child.attrs.items()
                }
                found.append((child.tag, attrs, _children(child)))
            case "Text":
                if text := " ".join(child.text.split()):
                    found.append(text)
            case "Doctype":
                found.append(f"<!doctype {child.name}>")
            case other:
                raise AssertionError(f"Nobody expected {other} here: {child}")
    return found
