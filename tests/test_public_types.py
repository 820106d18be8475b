"""Editors and type checkers know every public name, and the check that says so can fail."""

from __future__ import annotations

from pathlib import Path

from tools.surface import type_errors, untyped


def test_the_public_surface_is_typed_and_documented(root: Path) -> None:
    wrong = untyped("fasthtml_nb", root)
    assert not wrong, "\n".join(wrong)


USE = """
from typing import assert_type

from fasthtml_nb.ft.markup import Safe
from fasthtml_nb.ft.tags import A, Div, Input
from fasthtml_nb.ft.tree import FT, to_xml

box = Div(A("home", href="/"), Input(type="checkbox", checked=True), cls=["a", "b"], hx_get="/x")
assert_type(box, FT)
assert_type(to_xml(box), Safe)
assert_type(box(id="later"), FT)
for child in box.children:
    print(child)
"""


def test_a_page_of_components_type_checks(tmp_path: Path, root: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(USE)
    assert type_errors(page, root) == []


# The checks themselves --------------------------------------------------------------------------

SAMPLE = '''
"""A package in which every other name lacks something."""

import re
from collections.abc import Callable
from fractions import Fraction as Share  # another package's, documented or not

LIMIT = 10
_private = list()

def fine(a: int, *b: str, flag: bool = False, **c: object) -> re.Pattern[str]:
    """Do it."""
    return re.compile("")

def no_parameter(a) -> int:
    """Do it."""
    return 1

def no_result(a: int):
    """Do it."""
    return 1

def half(a: list) -> int:
    """Do it."""
    return 1

def called(f: list[Callable]) -> int:
    """Do it."""
    return 1

def keywords(**rest) -> int:
    """Do it."""
    return 1

def silent(a: int) -> int:
    return a

class Silent:
    limit: int = 0

class Told:
    """A class."""

    def method(self, a) -> None:
        """Do it."""
'''

COMPLAINTS = {
    "Silent": 'No docstring found for class "sample.Silent"',
    "Told.method": 'Type annotation for parameter "a" is missing',
    "called": 'Parameter type is "list[(...) -> Unknown]"',
    "half": 'Type of parameter "a" is partially unknown',
    "keywords": 'Type annotation for parameter "rest" is missing',
    "no_parameter": 'Type annotation for parameter "a" is missing',
    "no_result": "Return type annotation is missing",
    "silent": 'No docstring found for function "sample.silent"',
}


def test_every_untyped_or_silent_name_is_seen(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    package.mkdir()
    (package / "py.typed").touch()
    (package / "__init__.py").write_text(SAMPLE)
    wrong = dict(line.removeprefix("sample.").split(" ", 1) for line in untyped("sample", tmp_path))
    assert wrong.keys() == COMPLAINTS.keys()
    assert all(said in wrong[name] for name, said in COMPLAINTS.items())


def test_another_packages_class_is_not_ours_for_its_name(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    package.mkdir()
    (package / "py.typed").touch()
    (package / "__init__.py").write_text("")
    (package / "door.py").write_text(
        '"""A door."""\n\nfrom starlette.requests import Request\n\n__all__ = ["Request"]\n'
    )
    own = [
        '"""Our own."""',
        "class Request:",
        '    """Ours."""',
        "class Mute:",
        "    a: int = 0",
        "",
    ]
    (package / "own.py").write_text("\n".join(own))
    [wrong] = untyped("sample", tmp_path)
    assert wrong.startswith("sample.own.Mute ")


def test_a_package_without_types_is_seen(tmp_path: Path) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "__init__.py").write_text("a = 1\n")
    assert untyped("sample", tmp_path) == ["No py.typed file found"]


def test_a_wrong_use_is_seen(tmp_path: Path, root: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text("from fasthtml_nb.ft.tree import to_xml\n\nn: int = to_xml(None)\n")
    [wrong] = type_errors(page, root)
    assert wrong.startswith('page.py:3: Type "Safe" is not assignable to declared type "int"')
