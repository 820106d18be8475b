"""Records of every kind, and how a whole annotation becomes one function."""

from __future__ import annotations

import collections
import typing
from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Annotated, ClassVar, NamedTuple, NotRequired, TypedDict
from uuid import UUID

import attrs
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import UploadFile

from fasthtml_nb.web.casting import Record, Slot, caster, is_record, record_hints
from fasthtml_nb.web.scalars import ABSENT, CastError


@dataclass
class Address:
    street: str
    zip: int


@dataclass
class Person:
    name: str
    age: int = 0
    born: date | None = None
    address: Address | None = None
    tags: list[str] = field(default_factory=list)
    kind: ClassVar[str] = "person"
    slug: str = field(init=False, default="")

    def __post_init__(self):
        if self.age < 0:
            raise ValueError("age below 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    a: int
    b: InitVar[int] = 1


@dataclass
class KeywordOnly:
    a: int
    _: KW_ONLY
    class_: str = "x"


@attrs.define
class Attrs:
    a: int
    _private: str = "p"
    many: list[int] = attrs.Factory(list)
    small: int = attrs.field(default=1, validator=attrs.validators.lt(5))


class Model(pydantic.BaseModel):
    a: int
    user_name: str = pydantic.Field(default="anon", alias="userName")
    tags: list[int] = []


class Tuple(NamedTuple):
    x: int
    y: Decimal = Decimal(1)


Bare = collections.namedtuple("Bare", "a b", defaults=("z",))


class Typed(TypedDict):
    a: int
    b: NotRequired[Annotated[int, lambda n: n > 0]]


class Loose(TypedDict, total=False):
    q: str


class Plain:
    a: int
    b: str = "b"


class WithInit:
    a: int

    def __init__(self, a: int, b: str = "b"):
        self.a, self.b = a, b


class Node(TypedDict):
    name: str
    children: NotRequired[list[Node]]


def vars_of(value):
    return {name: getattr(value, name) for name in ("a", "b") if hasattr(value, name)}


def test_which_classes_are_records() -> None:
    records = (Person, Frozen, Attrs, Model, Tuple, Bare, Typed, Loose, Plain, WithInit)
    assert all(map(is_record, records))
    others = (str, int, dict, list, object, date, UUID, Decimal, UploadFile, ValueError, 5, None)
    assert not any(map(is_record, others))


TAKEN = [
    (Person, {"name": "Ann"}, Person("Ann")),
    (Person, {"name": "Ann", "age": "41", "more": 1}, Person("Ann", 41)),
    (Person, {"name": "Ann", "age": "", "born": ""}, Person("Ann")),
    (Person, {"name": "", "born": "2000-01-02"}, Person("", 0, date(2000, 1, 2))),
    (
        Person,
        {"name": "Ann", "address": {"street": "A", "zip": "1"}, "tags": ["x"]},
        Person("Ann", 0, None, Address("A", 1), ["x"]),
    ),
    (Person, {"name": "Ann", "address": None}, Person("Ann")),
    (Person, {"name": "Ann", "slug": "sly", "kind": "sly"}, Person("Ann")),
    (Frozen, {"a": "1", "b": "2"}, Frozen(a=1, b=2)),
    (KeywordOnly, {"a": "1", "class": "y"}, KeywordOnly(1, class_="y")),
    (Attrs, {"a": "1", "private": "q", "many": [1, "2"]}, Attrs(1, "q", [1, 2])),
    (Model, {"a": "1", "userName": "ann"}, Model(a=1, userName="ann")),
    (Model, {"a": 1, "user-name": "ann", "tags": ["1"]}, Model(a=1, userName="ann", tags=[1])),
    (Tuple, {"x": "1", "y": "2.5"}, Tuple(1, Decimal("2.5"))),
    (Bare, {"a": "1"}, Bare("1", "z")),
    (Typed, {"a": "1"}, {"a": 1}),
    (Typed, {"a": "1", "b": "2", "c": "3"}, {"a": 1, "b": 2}),
    (Loose, {}, {}),
    (Node, {"name": "a", "children": [{"name": "b"}]}, {"name": "a", "children": [{"name": "b"}]}),
    (list[Address], [{"street": "A", "zip": 1}], [Address("A", 1)]),
    (dict[str, Address], {"home": {"street": "A", "zip": 1}}, {"home": Address("A", 1)}),
    (Address | Tuple, {"x": 1}, Tuple(1)),
]


@pytest.mark.parametrize(("annotation", "raw", "value"), TAKEN)
def test_taken(annotation, raw, value) -> None:
    made = caster(annotation)(raw)
    assert made == value
    assert type(made) is type(value)


def test_plain_classes() -> None:
    assert vars_of(caster(Plain)({"a": "1"})) == {"a": 1, "b": "b"}
    assert vars_of(caster(WithInit)({"a": "1", "b": "c"})) == {"a": 1, "b": "c"}


REFUSED = [
    (Person, "Ann", "'Ann' is not an object"),
    (Person, None, "null is not an object"),
    (Person, {}, "name: is missing"),
    (Person, {"name": 5, "age": "x"}, "name: 5 is not text; age: 'x' is not a whole number"),
    (Person, {"name": "Ann", "age": -1}, "is refused: age below 0"),
    (Person, {"name": "Ann", "age": None}, "age: null is not a whole number"),
    (
        Person,
        {"name": "A", "address": {"zip": "x"}},
        "address.street: is missing; address.zip: 'x' is not a whole number",
    ),
    (Person, {"name": "A", "tags": "x"}, "tags: 'x' is not a list"),
    (Attrs, {"a": 1, "small": 7}, "is refused: 'small' must be < 5: 7"),
    (Tuple, {"y": "1"}, "x: is missing"),
    (Tuple, {"x": "one"}, "x: 'one' is not a whole number"),
    (Typed, {"a": 1, "b": 0}, "b: 0 is refused"),
    (Model, {}, "a: is missing"),
    (Node, {"name": "a", "children": [{}]}, "children.0.name: is missing"),
    (
        list[Address],
        [{"street": "A", "zip": 1}, {"street": "\0", "zip": 2}],
        r"1.street: '\x00' holds a NUL character",
    ),
]


@pytest.mark.parametrize(("annotation", "raw", "message"), REFUSED)
def test_refused(annotation, raw, message) -> None:
    with pytest.raises(CastError) as caught:
        caster(annotation)(raw)
    assert str(caught.value) == message


def test_pydantic_tells_field_by_field() -> None:
    with pytest.raises(CastError) as caught:
        caster(Model)({"a": "x", "tags": ["y"]})
    assert [(p.path, p.value) for p in caught.value.problems] == [(("a",), "x"), (("tags", 0), "y")]


def test_partial_objects_have_what_there_is() -> None:
    person = Record.of(Person).partial({"age": -5})
    assert (person.name, person.age, person.tags, person.born) == (None, -5, [], None)
    assert person.tags is not Record.of(Person).partial({}).tags
    assert Record.of(Frozen).partial({}).a is None
    assert Record.of(Tuple).partial({}) == Tuple(None, Decimal(1))  # type: ignore[arg-type]
    assert Record.of(Typed).partial({"b": 1}) == {"b": 1}
    made = Record.of(Attrs).partial({"a": 1})
    assert (made.a, made.many, made.small) == (1, [], 1)
    assert Record.of(Model).partial({"tags": [1]}).tags == [1]
    assert vars_of(Record.of(Plain).partial({})) == {"a": None, "b": "b"}


def test_annotations_in_a_function() -> None:
    @dataclass
    class Local:
        x: int

    @dataclass
    class Outer:
        local: Local
        more: list[Outer] = field(default_factory=list)

    namespace = {"Local": Local}
    made = caster(Outer, namespace)({"local": {"x": "1"}, "more": [{"local": {"x": 2}}]})
    assert made == Outer(Local(1), [Outer(Local(2))])
    with pytest.raises(
        TypeError, match=r"Wanted the field types of .*Outer, .* 'Local' is not defined"
    ):
        caster(Outer)
    assert record_hints(Outer, namespace)["local"] is Local


def test_slots() -> None:
    assert Slot.of("user_name", str, str).keys == ("user_name", "user-name")
    assert Slot.of("class_", str, str).keys == ("class_", "class-", "class")
    assert Slot.of("x_", str, str).keys == ("x_", "x-")
    page = Slot.of("page", int, caster(int), required=False)
    assert [page.read(["1", "2"]), page.read([""]), page.missing(form=True)] == [2, ABSENT, ABSENT]
    ids = Slot.of("ids", list[int], caster(list[int]))
    assert [ids.read(["1", "", "2"]), ids.read([""]), ids.missing(form=True)] == [[1, 2], [], []]
    words = Slot.of("words", list[str], caster(list[str]))
    assert words.read(["", "a"]) == ["", "a"]
    some = Slot.of("some", list[int] | None, caster(list[int] | None), required=False)
    assert some.read([""]) is ABSENT
    with pytest.raises(CastError, match="is missing"):
        ids.missing(form=False)


def test_files() -> None:
    file = UploadFile(BytesIO(b"x"), size=1, filename="a.txt")
    nothing = UploadFile(BytesIO(), size=0, filename="")
    empty = UploadFile(BytesIO(), size=0, filename="empty.txt")
    one = Slot.of("file", UploadFile, caster(UploadFile))
    assert one.read([file]) is file and one.read([empty]) is empty and one.read([nothing]) is ABSENT
    many = Slot.of("files", list[UploadFile], caster(list[UploadFile]))
    assert many.read([nothing, file]) == [file] and many.read([nothing]) == []
    with pytest.raises(CastError, match="'text' is not a file"):
        one.read(["text"])
    with pytest.raises(CastError, match="the file 'a.txt' is not text"):
        caster(str)(file)
    with pytest.raises(CastError, match="the file 'a.txt' is not a whole number"):
        caster(int)(file)


@pytest.mark.parametrize("annotation", [5, "int", [int], {"a": int}])
def test_what_makes_no_values(annotation) -> None:
    with pytest.raises(TypeError, match="Wanted an annotation that a value can be made by, found"):
        caster(annotation)


def test_functions_and_classes_that_make_values() -> None:
    def pair(raw):
        left, right = raw.split("-")
        return left, right

    assert caster(pair)("a-b") == ("a", "b")
    assert caster(complex)("1j") == 1j
    with pytest.raises(CastError, match=r"'ab' is not a pair: not enough values to unpack"):
        caster(pair)("ab")
    with pytest.raises(CastError, match="'x' is not a complex"):
        caster(complex)("x")


SHAPES = [Person, Typed, Tuple, Attrs, Model, list[Address], dict[str, int], int | Address | None]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b", "x", "name", "age", "address", "street", "zip", "tags"]),
            inner,
        )
    ),
    max_leaves=10,
)


@given(st.sampled_from(SHAPES), JSON)
def test_a_value_or_a_cast_error(annotation, raw) -> None:
    try:
        caster(annotation)(raw)
    except CastError as error:
        assert str(error).encode() and error.problems


people = st.builds(
    Person,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.integers(0),
    st.none() | st.dates(),
    st.none() | st.builds(Address, st.just("A"), st.integers()),
    st.lists(st.just("tag")),
)


@given(people)
def test_objects_come_back(person) -> None:
    raw: dict[str, typing.Any] = {
        "name": person.name,
        "age": str(person.age),
        "born": person.born.isoformat() if person.born else "",
        "address": vars(person.address) if person.address else None,
        "tags": person.tags,
    }
    assert caster(Person)(raw) == person
