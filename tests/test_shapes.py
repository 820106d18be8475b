"""Lists, unions, choices and checks, and the questions asked of an annotation."""

# ruff: noqa: UP006, UP007, UP045 - older spellings are part of what is tested

from __future__ import annotations

import collections
import functools
import typing
from collections.abc import Sequence
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from annotated_types import Ge, Interval, Len, Lt, MaxLen, MultipleOf, Predicate

from fasthtml_nb.web.casting import caster
from fasthtml_nb.web.scalars import CastError
from fasthtml_nb.web.shapes import bare, is_many, is_optional, item_type, keeps_empty, members

UserId = typing.NewType("UserId", int)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Mode(StrEnum):
    ON = "on"
    NONE = ""


class Access(IntFlag):
    READ = 1
    WRITE = 2


class Marks(Flag):
    BOLD = 1
    ITALIC = 2


class Lax(Enum):
    YES = "yes"

    @classmethod
    def _missing_(cls, value):
        return cls.YES if value == "YES" else None


QUESTIONS = [  # annotation, many, optional, keeps empty
    (str, False, False, True),
    (int, False, False, False),
    (bool, False, False, True),
    (Optional[bool], False, True, False),
    (Optional[str], False, True, True),
    (int | None, False, True, False),
    (list, True, False, False),
    (list[int], True, False, False),
    (list[str] | None, True, True, False),
    (set[int], True, False, False),
    (tuple[int, ...], True, False, False),
    (Sequence[int], True, False, False),
    (typing.List[int], True, False, False),
    (Annotated[list[int] | None, "note"], True, True, False),
    (dict, False, False, False),
    (Any, False, False, True),
    (Literal["", "a"], False, False, True),
    (Literal["a"], False, False, False),
    (Mode, False, False, True),
    (Color, False, False, False),
    (UserId, False, False, False),
]


@pytest.mark.parametrize(("annotation", "many", "optional", "empty"), QUESTIONS)
def test_questions(annotation, many, optional, empty) -> None:
    found = is_many(annotation), is_optional(annotation), keeps_empty(annotation)
    assert found == (many, optional, empty)


def test_members_and_items() -> None:
    assert members(Union[int, Annotated[str | None, "x"]]) == (int, str, type(None))
    assert members(None) == (type(None),)
    assert [item_type(a) for a in (list[int], list, set[str] | None, int)] == [int, Any, str, Any]
    assert bare(Annotated[Annotated[UserId, 1], 2]) == (int, (1, 2))
    assert bare(typing.Required[int])[0] is int


TAKEN = [
    (list, ["a", 1], ["a", 1]),
    (list[int], ["1", 2], [1, 2]),
    (list[list[int]], [["1"], []], [[1], []]),
    (set[int], ["1", "1"], {1}),
    (frozenset[str], ["a"], frozenset("a")),
    (tuple, ["a"], ("a",)),
    (tuple[int, ...], [], ()),
    (tuple[int, str], ["1", "1"], (1, "1")),
    (tuple[()], [], ()),
    (Sequence[float], ["1"], [1.0]),
    (collections.deque[int], ["1"], collections.deque([1])),
    (dict[str, int], {"a": "1"}, {"a": 1}),
    (dict[int, str], {"1": "a"}, {1: "a"}),
    (int | str, "5", 5),
    (int | str, "five", "five"),
    (str | int, "5", "5"),
    (str | int, 5, 5),
    (float | int, 5, 5),
    (int | float, 5.5, 5.5),
    (int | bool, True, True),
    (int | None, "", None),
    (int | None, None, None),
    (str | None, "", ""),
    (bool | None, "", None),
    (bool | None, "off", False),
    (Union[int, list[int]], ["1"], [1]),
    (Literal[1, "a", True], "1", 1),
    (Literal["1", 1], "1", "1"),
    (Literal[1, "1"], "1", "1"),
    (Literal[True], "true", True),
    (Literal[1], 1, 1),
    (Literal[Color.RED], "red", Color.RED),
    (Literal[None, "a"], "None", None),
    (Color, "red", Color.RED),
    (Size, "2", Size.LARGE),
    (Size, 2, Size.LARGE),
    (Mode, "", Mode.NONE),
    (Access, "3", Access.READ | Access.WRITE),
    (Marks, "3", Marks.BOLD | Marks.ITALIC),
    (Lax, "YES", Lax.YES),
    (UserId, "5", 5),
    (Annotated[int, Ge(1)], "1", 1),
    (Annotated[int, Interval(ge=1, lt=3)], "2", 2),
    (Annotated[str, Len(1, 3)], "abc", "abc"),
    (Annotated[int, MultipleOf(2)], "4", 4),
    (Annotated[str, Predicate(str.islower)], "abc", "abc"),
    (Annotated[int, "a note", 5, int], "4", 4),
    (Annotated[int, functools.partial(max, 0)], "4", 4),
]


@pytest.mark.parametrize(("annotation", "raw", "value"), TAKEN)
def test_taken(annotation, raw, value) -> None:
    made = caster(annotation)(raw)
    assert made == value
    assert type(made) is type(value)


def no_sevens(number: int) -> None:
    if number == 7:
        raise ValueError("sevens are out")


REFUSED = [
    (list[int], "5", "'5' is not a list"),
    (list[int], None, "null is not a list"),
    (list[int], ["x", "1", ""], "0: 'x' is not a whole number; 2: '' is not a whole number"),
    (list[list[int]], [["x"]], "0.0: 'x' is not a whole number"),
    (tuple[int, int], ["1"], "a list of 1 has not 2 values"),
    (set, [{"a": 1}], "a list of 1 cannot be the items of a set"),
    (dict[str, int], {"a": "x"}, "a: 'x' is not a whole number"),
    (dict[str, int], [], "a list of 0 is not an object"),
    (int | float, "x", "'x' is not a whole number and is not a number"),
    (int | None, "x", "'x' is not a whole number"),
    (int | None, [], "a list of 0 is not a whole number"),
    (str | None, 5, "5 is not text"),
    (
        int | list[int],
        ["x"],
        "a list of 1 is not a whole number and does not fit (0: 'x' is not a whole number)",
    ),
    (Literal["a", "b"], "c", "'c' is not one of 'a', 'b'"),
    (Literal[1], True, "true is not one of 1"),
    (Literal["a"], ["a"], "a list of 1 is not one of 'a'"),
    (Literal["a"], {}, "an object of 0 is not one of 'a'"),
    (Color, "RED", "'RED' is not one of 'red', 'blue'"),
    (Color, {}, "an object of 0 is not one of 'red', 'blue'"),
    (Size, "3", "'3' is not one of 1, 2"),
    (Size, "x" * 90, f"'{'x' * 57}...' is not one of 1, 2"),
    (Lax, "no", "'no' is not one of 'yes'"),
    (Annotated[int, Ge(1)], "0", "'0' is less than 1"),
    (Annotated[int, Lt(1)], "1", "'1' is not less than 1"),
    (Annotated[str, MaxLen(2)], "abc", "'abc' is longer than 2"),
    (Annotated[list[int], MaxLen(1)], ["1", "2"], "a list of 2 is longer than 1"),
    (Annotated[int, MultipleOf(2)], "3", "'3' is not a multiple of 2"),
    (Annotated[str, Predicate(str.islower)], "ABC", "'ABC' is refused"),
    (Annotated[int, lambda n: n > 0], "-1", "'-1' is refused"),
    (Annotated[int, no_sevens], "7", "'7' is refused by no_sevens: sevens are out"),
    (Annotated[int, Ge("a")], "7", None),
]


@pytest.mark.parametrize(("annotation", "raw", "message"), REFUSED)
def test_refused(annotation, raw, message) -> None:
    with pytest.raises(CastError) as caught:
        caster(annotation)(raw)
    if message is not None:
        assert str(caught.value) == message
