"""Attributes in Python: keywords, choices, and the signature that editors complete from."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from fasthtml_nb.ft import attributes
from fasthtml_nb.ft.attributes import (
    BOOLEAN_ATTRIBUTES,
    GLOBAL_ATTRIBUTES,
    ElementSignature,
    attribute_keyword,
    choices,
    global_keywords,
)
from fasthtml_nb.ft.htmx import hx_keywords
from fasthtml_nb.ft.markup import attribute_name
from fasthtml_nb.ft.tags import HTML_ELEMENTS, Div
from fasthtml_nb.ft.tree import FT, to_xml

OWN = {name for info in HTML_ELEMENTS.values() for name in info.attributes}


def test_signature_is_one_like_any_other() -> None:
    signature = inspect.signature(Div)
    bound = signature.bind("a", "b", id="x", data_mine=1)
    assert bound.args == ("a", "b") and bound.kwargs == {"id": "x", "data_mine": 1}
    assert signature.return_annotation is FT
    assert str(signature).startswith("(*children, id=None, cls=None, style=None, ")
    assert signature.replace(parameters=[]).parameters == {}
    assert list(signature.replace().parameters) == list(signature.parameters)
    assert list(pickle.loads(pickle.dumps(signature)).parameters) == list(signature.parameters)
    assert list(copy.copy(signature).parameters) == list(signature.parameters)
    assert signature == ElementSignature() != ElementSignature(("href",))


@pytest.mark.parametrize("name", sorted({*GLOBAL_ATTRIBUTES, *attributes._DAILY, *OWN}))
def test_attribute_names_survive_python(name: str) -> None:
    keyword = attribute_keyword(name)
    assert keyword.isidentifier()
    assert attribute_name(keyword) == name
    assert to_xml(Div(**{keyword: "v"})) == f'<div {name}="v"></div>'


def test_choices_belong_to_attributes_that_exist() -> None:
    for key in attributes._CHOICES:
        tag, _, name = key.rpartition(" ")
        known = HTML_ELEMENTS[tag].attributes if tag else OWN
        assert name in known or name in GLOBAL_ATTRIBUTES or name.startswith("hx-"), key
    assert choices("type", "input")[:2] == ("text", "email")
    assert choices("type", "ol") == ("1", "a", "A", "i", "I")
    assert choices("type") == choices("data-x") == ()


def test_boolean_attributes_exist() -> None:
    assert BOOLEAN_ATTRIBUTES <= {*OWN, *GLOBAL_ATTRIBUTES}


def test_every_element_is_offered_what_all_take() -> None:
    offered = global_keywords()
    assert len(set(offered)) == len(offered)
    assert {"id", "cls", "style", "aria_label", "onclick", "target_id"} <= set(offered)
    assert set(hx_keywords()) <= set(offered)


def test_signature_keeps_leading_parameters() -> None:
    def badge(text: str, *children: object, level: int = 1, **attrs: object) -> FT:
        return FT("span", (text, children), **attrs)

    leading = list(inspect.signature(badge).parameters.values())[:-1]
    badge.__signature__ = ElementSignature(("level", "href"), leading=leading)  # type: ignore[attr-defined]
    offered = inspect.signature(badge).parameters
    assert list(offered)[:5] == ["text", "children", "level", "href", "id"]
    assert offered["level"].default == 1 and offered["href"].default is None
    bound = inspect.signature(badge).bind("new", level=2, data_x=1)
    assert bound.args == ("new",) and bound.kwargs == {"level": 2, "data_x": 1}
