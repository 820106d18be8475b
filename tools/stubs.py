"""Write the type stubs of the element modules: `python -m tools.stubs`.

The functions of `ft.tags` and `ft.svg` take any children and attributes, which is all that a type
checker reads from their source. The stubs say what each of them is usually told: the names that
`inspect.signature` offers in Jupyter, with the words an attribute chooses from.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

from fasthtml_nb.ft.attributes import BOOLEAN_ATTRIBUTES, ElementSignature, choices
from fasthtml_nb.ft.markup import attribute_name

ROOT = Path(__file__).resolve().parent.parent
MODULES = ("fasthtml_nb.ft.tags", "fasthtml_nb.ft.svg")
HEAD = """\
# fmt: off
# ruff: noqa
# Made by `python -m tools.stubs`; do not edit.
"""
TYPES = """\
from typing import Literal

# A value: text, a number, a list of words, an element, a route ...; `None` leaves the attribute out
_V = object
_Flag = bool | str | None
"""


def stub_path(module: str) -> Path:
    """Return where the stub of `module` lies."""
    return ROOT / Path(*module.split(".")).with_suffix(".pyi")


def stub(
    module_name: str,  # `fasthtml_nb.ft.tags`
) -> str:  # The text of its stub
    """Write the stub of a module, the same for the same module."""
    module = importlib.import_module(module_name)
    source = ast.parse(inspect.getsource(module))
    imports = [node for node in source.body if isinstance(node, ast.Import | ast.ImportFrom)]
    needed = [ast.unparse(node) for node in imports]
    literals: dict[str, str] = {}
    entries = list(_entries(module, source, literals))
    types = TYPES + "".join(f"{name} = {kind} | object\n" for name, kind in literals.items())
    parts = [f'"""{module.__doc__}"""', "\n".join(needed), types, *entries]
    return HEAD + "\n" + "\n\n".join(parts) + "\n"


def _entries(
    module: ModuleType,
    source: ast.Module,
    literals: dict[str, str],  # Gets the types of attributes that choose from words: name → type
) -> Iterator[str]:
    """Write what `module` offers, in its order."""
    for node in source.body:
        if isinstance(node, ast.ClassDef) and _is_public(node.name):
            yield ast.unparse(_bare_class(node))
        elif isinstance(node, ast.FunctionDef) and _is_public(node.name):
            make = getattr(module, node.name)
            if _is_element(make):
                returns = ast.unparse(node.returns) if node.returns else "FT"
                yield _definition(node.name, make, returns, literals)
            else:
                yield ast.unparse(_bare(node))
        elif isinstance(node, ast.AnnAssign) and _is_public(ast.unparse(node.target)):
            yield f"{ast.unparse(node.target)}: {ast.unparse(node.annotation)}"
        elif isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            value = getattr(module, name, None)
            if _is_element(value) and _is_public(name):
                yield _definition(name, value, "FT", literals)
            else:
                yield from _assignment(name, value, node.value)


def _assignment(name: str, value: object, written: ast.expr) -> Iterator[str]:
    if name == "__all__":
        names = ast.literal_eval(written)
        yield "__all__ = [\n" + _filled(f'"{one}"' for one in names) + ",\n]"
    elif not _is_public(name):
        return
    elif isinstance(value, tuple):
        yield f"{name}: tuple[str, ...]"
    elif isinstance(value, frozenset):
        yield f"{name}: frozenset[str]"
    elif isinstance(value, str):
        yield f"{name}: str"
    else:
        yield f"{name} = {ast.unparse(written)}"


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name in ("__init__", "__getattr__")


def _is_element(value: object) -> TypeGuard[Callable[..., object]]:
    return isinstance(getattr(value, "__signature__", None), ElementSignature)


def _bare(node: ast.FunctionDef) -> ast.FunctionDef:
    """Return a function with its docstring for a body."""
    doc = ast.get_docstring(node)
    body: ast.stmt = ast.Expr(ast.Constant(doc if doc else ...))
    arguments = copy.deepcopy(node.args)
    arguments.defaults = [ast.Constant(...) for _ in arguments.defaults]
    arguments.kw_defaults = [d and ast.Constant(...) for d in arguments.kw_defaults]
    kept = [d for d in node.decorator_list if ast.unparse(d) == "property"]
    return ast.FunctionDef(node.name, arguments, [body], kept, node.returns, lineno=0)


def _bare_class(node: ast.ClassDef) -> ast.ClassDef:
    """Return a class with its fields and public methods, without their bodies."""
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
    methods = [
        _bare(item)
        for item in node.body
        if isinstance(item, ast.FunctionDef) and _is_public(item.name)
    ]
    body: list[ast.stmt] = [ast.Expr(ast.Constant(ast.get_docstring(node))), *fields, *methods]
    return ast.ClassDef(node.name, node.bases, node.keywords, body, node.decorator_list)


def _filled(words: Iterator[str]) -> str:
    """Fill indented lines with `words`, never breaking one."""
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) + 2 > 95:
            lines.append("")
        lines[-1] += f", {word}" if lines[-1] else word
    return textwrap.indent(",\n".join(lines), "    ")


def _definition(
    name: str, make: Callable[..., object], returns: str, literals: dict[str, str]
) -> str:
    """Write the definition of an element's function."""
    doc = inspect.getdoc(make) or ""
    tag = doc.removeprefix("`<").partition(">")[0]
    inside = _filled(_parameters(make, tag, literals))
    return f'def {name}(\n{inside},\n) -> {returns}:\n    """{doc}"""'


def _parameters(make: Callable[..., object], tag: str, literals: dict[str, str]) -> Iterator[str]:
    """Write the parameters of `make`, with a bare `*` where keywords begin."""
    apart = False
    for one in inspect.signature(make).parameters.values():
        if one.kind is one.KEYWORD_ONLY and not apart:
            yield "*"
        apart = apart or one.kind in (one.VAR_POSITIONAL, one.KEYWORD_ONLY)
        given = "object" if one.annotation is one.empty else one.annotation
        if one.kind is one.VAR_POSITIONAL:
            yield f"*{one.name}: {given}"
        elif one.kind is one.VAR_KEYWORD:
            yield f"**{one.name}: object"
        elif one.annotation is one.empty:
            yield f"{one.name}: {_value_type(one.name, tag, literals)} = None"
        else:
            yield f"{one.name}: {given}{'' if one.default is one.empty else ' = ...'}"


def _value_type(keyword: str, tag: str, literals: dict[str, str]) -> str:
    name = attribute_name(keyword)
    words = choices(name, tag)
    if words:
        special = words != choices(name)
        alias = "_" + re.sub(r"\W", "_", f"{tag} {name}" if special else name).title()
        literals[alias] = f"Literal[{', '.join(map(json.dumps, words))}]"
        return alias
    return "_Flag" if name in BOOLEAN_ATTRIBUTES else "_V"


def main() -> None:
    """Write the stubs that differ from what they should be."""
    for module in MODULES:
        path, text = stub_path(module), stub(module)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
