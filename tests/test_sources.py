"""Where a value is looked for, which place wins, and how errors are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request

from fasthtml_nb.web.body import Body
from fasthtml_nb.web.casting import Record, Slot, caster
from fasthtml_nb.web.scalars import ABSENT, CastError
from fasthtml_nb.web.sources import (
    BadInput,
    BadRecord,
    FieldError,
    FormErrors,
    HtmxHeaders,
    Input,
    file_source,
    record_source,
    rest_source,
    scalar_source,
)


def input_of(query: str = "", body: Body | None = None, headers=(), **path: Any) -> Input:
    encoded = [(k.encode(), v.encode("latin-1")) for k, v in headers]
    scope = {"type": "http", "method": "POST", "query_string": query.encode("latin-1")}
    return Input(Request(scope | {"headers": encoded, "path_params": path}), body)


def form(**fields: Any) -> Body:
    return Body("form", {name: v if isinstance(v, list) else [v] for name, v in fields.items()})


def json(**values: Any) -> Body:
    return Body("json", json=values)


def find(
    annotation: Any, inp: Input, name: str = "a", required: bool = True, path_only=False
) -> Any:
    slot = Slot.of(name, annotation, caster(annotation), required)
    return scalar_source(slot, path_only)(inp)


def test_the_order() -> None:
    """Each place wins over all that come after it."""
    places: dict[str, dict[str, Any]] = {
        "path": {"a": "path"},
        "query": {"query": "a=query"},
        "form": {"body": form(a="form")},
        "cookie": {"headers": [("cookie", "a=cookie")]},
        "header": {"headers": [("a", "header")]},
    }
    names = list(places)
    for i, first in enumerate(names):
        merged: dict[str, Any] = {"headers": []}
        for name in names[i:]:
            place = dict(places[name])
            merged["headers"] = merged["headers"] + list(place.pop("headers", []))
            merged |= place
        inp = input_of(**merged)
        assert find(str, inp) == first
        assert inp.source == first
    both = input_of("a=query", json(a="json"))
    assert find(str, both) == "query"
    assert find(str, input_of("", json(a="json"), [("cookie", "a=cookie")])) == "json"


FOUND = [
    (str, {"a": "x"}, "x"),
    (str, {"a": 5}, "5"),  # A convertor made a number of it
    (int, {"a": 5}, 5),
    (str, {"query": "a=1&a=2"}, "2"),
    (str, {"query": "a="}, ""),
    (list[str], {"query": "a=1&a=2"}, ["1", "2"]),
    (list, {"query": "a=1&a=2"}, ["1", "2"]),
    (set[int], {"query": "a=1&a=1"}, {1}),
    (tuple[int, str], {"query": "a=1&a=2"}, (1, "2")),
    (list[int], {"query": "a=&a=2"}, [2]),
    (list[int], {"a": "7"}, [7]),
    (list[int], {}, []),
    (list[int] | None, {}, None),
    (int | None, {}, None),
    (int | None, {"query": "a="}, None),
    (int, {"body": form(a=["1", "2"])}, 2),
    (list[int], {"body": form(a=["1", "2"])}, [1, 2]),
    (bool, {"body": form(a="on")}, True),
    (bool, {"body": form(a=["", "1"])}, True),  # A hidden field and its box
    (bool, {"body": form(a="")}, False),
    (bool, {"body": form(b="1")}, False),
    (list[int], {"body": form(b="1")}, []),
    (int, {"body": json(a=5)}, 5),
    (list[int], {"body": json(a=[5, "6"])}, [5, 6]),
    (int | None, {"body": json(a=None)}, None),
    (int, {"headers": [("cookie", "b=1; a=5")]}, 5),
    (int, {"headers": [("cookie", "b=1"), ("cookie", "a=5")]}, 5),
    (str, {"headers": [("cookie", 'a="quoted; text"')]}, '"quoted'),
    (list[str], {"headers": [("a", "x"), ("a", "y")]}, ["x", "y"]),
]


@pytest.mark.parametrize(("annotation", "given", "value"), FOUND)
def test_found(annotation, given, value) -> None:
    assert find(annotation, input_of(**given)) == value


def test_names_with_hyphens() -> None:
    assert find(str, input_of("user-agent=q"), "user_agent") == "q"
    assert find(str, input_of(headers=[("user-agent", "h")]), "user_agent") == "h"
    assert find(str, input_of(body=form(**{"user-agent": "f"})), "user_agent") == "f"
    assert find(str, input_of("class=c"), "class_") == "c"


def test_default_stands() -> None:
    for given in ({}, {"query": "a="}, {"body": form(a="")}, {"body": json(a="")}):
        assert find(int, input_of(**given), required=False) is ABSENT
    assert find(str, input_of("a="), required=False) == ""


MISSING = [
    (int, {}),
    (bool, {}),
    (bool, {"body": json(b=1)}),
    (list[int], {"body": json(b=1)}),
    (str, {"headers": [("cookie", ";=; x")]}),
]


@pytest.mark.parametrize(("annotation", "given"), MISSING)
def test_missing(annotation, given) -> None:
    inp = input_of(**given)
    with pytest.raises(CastError, match="is missing"):
        find(annotation, inp)
    assert inp.source == "looked for in query, form or JSON body, cookie, header"


WRONG = [
    (int, {"a": "five"}, "path", "'five' is not a whole number"),
    (int, {"a": ""}, "path", "'' is not a whole number"),
    (int, {"query": "a=five"}, "query", "'five' is not a whole number"),
    (int, {"query": "a="}, "query", "'' is not a whole number"),
    (str, {"query": "a=%FF"}, "query", r"'\udcff' is not valid UTF-8 text"),
    (str, {"query": "a=%00"}, "query", r"'\x00' holds a NUL character"),
    (int, {"body": form(a="")}, "form", "'' is not a whole number"),
    (int, {"body": json(a=[])}, "JSON body", "a list of 0 is not a whole number"),
    (list[int], {"body": json(a=5)}, "JSON body", "5 is not a list"),
    (str, {"body": json(a=None)}, "JSON body", "null is not text"),
    (int, {"headers": [("cookie", "a=x")]}, "cookie", "'x' is not a whole number"),
    (int, {"headers": [("a", "x")]}, "header", "'x' is not a whole number"),
]


@pytest.mark.parametrize(("annotation", "given", "source", "message"), WRONG)
def test_wrong(annotation, given, source, message) -> None:
    inp = input_of(**given)
    with pytest.raises(CastError) as caught:
        find(annotation, inp)
    assert (inp.source, str(caught.value)) == (source, message)


def test_a_name_of_the_path_is_looked_for_there_only() -> None:
    inp = input_of("a=query", form(a="form"), a="path")
    assert find(str, inp, path_only=True) == "path"
    with pytest.raises(CastError):
        find(int, inp, path_only=True)
    assert inp.source == "path"
    with pytest.raises(CastError, match="is missing"):
        find(str, input_of("a=query"), path_only=True)


@dataclass
class Profile:
    email: str
    age: int
    news: bool
    tags: list[str] = field(default_factory=list)
    note: str | None = None


def fill(inp: Input, **options: Any) -> Any:
    return record_source(Record.of(Profile), **options)(inp)


def test_records() -> None:
    whole = form(email="a@b", age="5", tags=["x", "y"], more="?")
    assert fill(input_of(body=whole)) == Profile("a@b", 5, False, ["x", "y"])
    assert fill(input_of("email=q&age=9", form(age="5"))) == Profile("q", 5, False)
    assert fill(input_of("age=9", form(age="5"), email="path")) == Profile("path", 5, False)
    assert fill(input_of("email=q&age=9&news=1")) == Profile("q", 9, True)
    sent = json(email="j", age=5, news=True, tags=["x"])
    assert fill(input_of("email=q", sent)) == Profile("j", 5, True, ["x"])


def test_cookies_and_headers_are_no_fields() -> None:
    with pytest.raises(BadRecord) as caught:
        fill(input_of("age=1", form(news="1"), [("cookie", "email=c"), ("email", "h")]))
    ((problem, source),) = caught.value.problems
    assert (str(problem), source) == (
        "email: is missing",
        "looked for in path, form or JSON body, query",
    )


def test_records_tell_all_that_is_wrong() -> None:
    with pytest.raises(BadRecord) as caught:
        fill(input_of("age=x", json(news="maybe", tags=[1])))
    assert [(str(p), s) for p, s in caught.value.problems] == [
        ("email: is missing", "looked for in path, form or JSON body, query"),
        ("age: 'x' is not a whole number", "query"),
        ("news: 'maybe' is not a switch (on, true, 1, yes, off, false, 0 or no)", "JSON body"),
        ("tags.0: 1 is not text", "JSON body"),
    ]
    shown = caught.value.partial()
    assert (shown.email, shown.age, shown.note, shown.tags) == (None, None, None, [])


def test_records_that_may_be_left_out() -> None:
    assert fill(input_of(), left_out=None) is None
    assert fill(input_of("other=1", form(other="1")), left_out=None) is None
    with pytest.raises(BadRecord):
        fill(input_of("age=1"), left_out=None)
    with pytest.raises(BadRecord):
        fill(input_of("age=x"), left_out=None)


def test_files_come_from_forms_only() -> None:
    slot = Slot.of("a", list[int], caster(list[int]))
    assert file_source(slot)(input_of("a=1")) == []
    assert file_source(slot)(input_of("a=1", form(a="2"))) == [2]


def test_everything() -> None:
    inp = input_of("a=1&b=2&b=3", form(a="form", c=["x", "y"]))
    assert inp.all_data() == {"a": "form", "b": ["2", "3"], "c": ["x", "y"]}
    assert input_of("a=1", json(a=None)).all_data() == {"a": None}
    rest = rest_source(frozenset({"a"}), caster(int))
    with pytest.raises(CastError, match="b: a list of 2 is not a whole number; c: 'x' is not"):
        rest(input_of("a=1&b=2&b=3&c=x&d=4"))
    assert rest(input_of("a=1&d=4")) == {"d": 4}


def test_errors() -> None:
    errors = [
        FieldError("age", "form", "x", "is wrong"),
        FieldError("age", "form", "x", "again"),
        FieldError("b", "somewhere", ABSENT, "is missing"),
    ]
    bad = BadInput(errors)
    assert (bad.status_code, bad.errors) == (400, errors)
    assert bad.detail == "age: 'x' is wrong (form)\nage: 'x' again (form)\nb is missing (somewhere)"
    shown = FormErrors(errors, {"age": "x"})
    assert dict(shown) == {"age": "'x' is wrong", "b": "is missing"}
    assert shown and "age" in shown and shown.get("c") is None and len(shown) == 2
    assert shown.errors == tuple(errors) and shown.sent == {"age": "x"}
    assert (
        not FormErrors()
        and repr(shown) == "FormErrors({'age': \"'x' is wrong\", 'b': 'is missing'})"
    )


def test_htmx_headers() -> None:
    def of(*headers):
        return HtmxHeaders.of({"headers": [(k.encode(), v.encode()) for k, v in headers]})

    assert not of() and not of(("hx-other", "1"), ("accept", "*/*"))
    htmx = of(
        ("hx-request", "true"),
        ("hx-trigger-name", "q"),
        ("hx-current-url", "/a%20b"),
        ("hx-prompt", "%C3%AB"),
        ("hx-prompt-uri-autoencoded", "true"),
    )
    assert htmx and htmx.request == "true" and htmx.trigger_name == "q" and htmx.target is None
    assert (htmx.current_url, htmx.prompt) == ("/a%20b", "ë")
