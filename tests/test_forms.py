"""Filling forms and reading them as a browser would, control by control."""

from __future__ import annotations

import enum
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from fasthtml_nb.ft.forms import fill_dataclass, fill_form, find_inputs, form_data
from fasthtml_nb.ft.markup import NotStr
from fasthtml_nb.ft.tags import (
    Button,
    CheckboxX,
    Datalist,
    Div,
    Fieldset,
    Form,
    Fragment,
    Input,
    Label,
    Legend,
    Optgroup,
    Option,
    P,
    Select,
    Template,
    Textarea,
)
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import to_xml


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


# What a browser would send ----------------------------------------------------------------------

NAMED = {"name": "a"}
SENT = [
    (Input(name="a"), [("a", "")]),
    (Input(value="x"), []),
    (Input(name="", value="x"), []),
    (Input(name="a", value="x\r\ny"), [("a", "xy")]),
    (Input(name="a", value=5), [("a", "5")]),
    (Input(name="a", value="x\0\ud800"), [("a", "x\ufffd\ufffd")]),
    (Input(name="a", type="nonsense", value="x"), [("a", "x")]),
    (Input(name="a", type="hidden", value="x\ny"), [("a", "x\r\ny")]),
    (Input(name="_charset_", type="hidden", value="x"), [("_charset_", "UTF-8")]),
    (Input(name="_charset_", value="x"), [("_charset_", "x")]),
    (Input(name="a", type="URL", value=" http://x "), [("a", "http://x")]),
    (Input(name="a", type="email", value=" a@b , c ", multiple=True), [("a", "a@b,c")]),
    (Input(name="a", type="number", value="1e3"), [("a", "1e3")]),
    (Input(name="a", type="number", value="+1"), [("a", "")]),
    (Input(name="a", type="number", value="1."), [("a", "")]),
    (Input(name="a", type="number", value="-.5"), [("a", "-.5")]),
    (Input(name="a", type="number", value="\u0661"), [("a", "")]),
    (Input(name="a", type="range"), [("a", "50")]),
    (Input(name="a", type="range", min=10, max=0, value=5), [("a", "10")]),
    (Input(name="a", type="range", step=30, value=45), [("a", "45")]),
    (Input(name="a", type="range", step=30, value=99), [("a", "99")]),
    (Input(name="a", type="range", step="any", value="1.25"), [("a", "1.25")]),
    (Input(name="a", type="range", max=1, step=0.1, value=0.3), [("a", "0.3")]),
    (Input(name="a", type="range", min="1e999999", step="1e-999999", value=7), [("a", "7")]),
    (Input(name="a", type="color"), [("a", "#000000")]),
    (Input(name="a", type="color", value="#ABCDEF"), [("a", "#abcdef")]),
    (Input(name="a", type="date", value="2024-02-29"), [("a", "2024-02-29")]),
    (Input(name="a", type="date", value="2023-02-29"), [("a", "")]),
    (Input(name="a", type="date", value="12024-02-29"), [("a", "12024-02-29")]),
    (Input(name="a", type="date", value="0000-01-01"), [("a", "")]),
    (Input(name="a", type="month", value="2024-13"), [("a", "")]),
    (Input(name="a", type="week", value="2020-W53"), [("a", "2020-W53")]),
    (Input(name="a", type="week", value="2021-W53"), [("a", "")]),
    (Input(name="a", type="time", value="24:00"), [("a", "")]),
    (Input(name="a", type="time", value="09:05:01.5"), [("a", "09:05:01.5")]),
    (
        Input(name="a", type="datetime-local", value="2024-01-02 03:04:00.00"),
        [("a", "2024-01-02T03:04")],
    ),
    (
        Input(name="a", type="datetime-local", value="2024-01-02T03:04:05.60"),
        [("a", "2024-01-02T03:04:05.6")],
    ),
    (Input(name="a", type="file", value="x"), [("a", "")]),
    (Input(name="a", type="password", value="x"), [("a", "x")]),
    (Input(name="a", disabled=True), []),
    (Input(name="a", disabled=""), []),
    (Input(name="a", disabled="false"), []),
    (Input(name="a", disabled=False), [("a", "")]),
    (Input(name="a", readonly=True), [("a", "")]),
    (Input(name="a", type="checkbox"), []),
    (Input(name="a", type="checkbox", checked=True), [("a", "on")]),
    (Input(name="a", type="checkbox", checked="", value=""), [("a", "")]),
    (Input(name="a", type="checkbox", checked="no", value="x"), [("a", "x")]),
    (Input(name="a", type="submit", value="x"), []),
    (Input(name="a", type="image"), []),
    (Button("x", name="a", value="b"), []),
    (Textarea("x\ny", name="a"), [("a", "x\r\ny")]),
    (Textarea("\nx", name="a"), [("a", "\r\nx")]),
    (Textarea("a", 1, NotStr("&amp;"), name="a"), [("a", "a1&")]),
    (Textarea(P("<"), name="a"), [("a", "<p><</p>")]),
    (Select(name="a"), []),
    (Select(Option("x"), Option("y"), name="a"), [("a", "x")]),
    (Select(Option("x", disabled=True), Option("y"), name="a"), [("a", "y")]),
    (Select(Option("x", disabled=True, selected=True), Option("y"), name="a"), []),
    (Select(Option("x"), Option("y"), name="a", size=2), []),
    (Select(Option("x"), Option("y"), name="a", multiple=True), []),
    (Select(Option("x", selected=1), Option("y", selected=1), name="a"), [("a", "y")]),
    (
        Select(*[Option(v, selected=True) for v in "xy"], name="a", multiple=True),
        [("a", "x"), ("a", "y")],
    ),
    (Select(Option("  x\n y "), name="a"), [("a", "x y")]),
    (Select(Option("x", value=""), name="a"), [("a", "")]),
    (Select(Optgroup(Option("x"), disabled=True), Option("y"), name="a"), [("a", "y")]),
    (Select(Optgroup(Option(P("x"), "y"), label="g"), name="a"), [("a", "xy")]),
    (Datalist(Option("x"), Input(name="a", value="x")), []),
    (Template(Input(name="a")), []),
    (Fieldset(Input(name="a"), disabled=True), []),
    (Fieldset(Div(Legend(Input(name="a"))), disabled=True), []),
    (Fieldset(Legend(Input(name="a")), Legend(Input(name="b")), disabled=True), [("a", "")]),
    (Fieldset([Fragment(Legend(Fieldset(Input(name="a"))))], disabled=True), [("a", "")]),
    (Fieldset(Legend(Fieldset(Input(name="a"), disabled=True)), disabled=True), []),
    (Input(name="a", dirname="a.dir"), [("a", ""), ("a.dir", "ltr")]),
    (Div(Textarea(name="a", dirname="d"), dir="rtl"), [("a", ""), ("d", "rtl")]),
    (Input(name="a", dirname="d", dir="auto", value="\u05d0"), [("a", "\u05d0"), ("d", "rtl")]),
    (Div(Input(name="a", type="tel", dirname="d"), dir="rtl"), [("a", ""), ("d", "ltr")]),
]


@pytest.mark.parametrize(
    ("field_", "sent"), SENT, ids=lambda v: to_xml(v)[:60] if isinstance(v, FT) else ""
)
def test_what_a_field_sends(field_: FT, sent: list[tuple[str, str]]):
    assert form_data(Form(field_)) == form_data(field_) == form_data([P(), (field_,)]) == sent


def test_the_last_of_several_checked_radio_buttons_is_sent():
    def radio(value: int, **keywords: Any) -> FT:
        return Input(type="radio", name="a", value=value, checked=True, **keywords)

    assert form_data(Form(radio(1), radio(2))) == [("a", "2")]
    assert form_data(Form(radio(1), radio(2, disabled=True))) == []


def test_a_field_belongs_to_the_form_it_names():
    form = Form(Input(name="in"), Input(name="other", form="b"), id="a")
    page = Div(Input(name="before", form="a"), form, Input(name="none"), Input(name="x", form="?"))
    assert form_data(page) == [("before", ""), ("in", "")]
    assert form_data(form) == [("in", "")]
    assert form_data(Input(name="x", form="elsewhere")) == [("x", "")]


def test_the_button_pressed_is_sent_where_it_stands():
    one, two = Button("1", name="do", value=1), Input(type="submit", name="do", value=2)
    image = Input(type="image", name="map")
    form = Form(one, Input(name="a"), two, image, Input(type="image", value="x"))
    assert form_data(form, one) == [("do", "1"), ("a", "")]
    assert form_data(form, two) == [("a", ""), ("do", "2")]
    assert form_data(form, image) == [("a", ""), ("map.x", "0"), ("map.y", "0")]
    assert form_data(form, form[4]) == [("a", ""), ("x", "0"), ("y", "0")]
    assert form_data(fill_form(form, {"a": 1}), one) == [("do", "1"), ("a", "1")]
    assert form_data(Div(form, Form(Input(name="b"))), two) == [("a", ""), ("do", "2")]


@pytest.mark.parametrize(
    ("button", "message"),
    [
        (Button("x", type="button"), "is no button here that submits a form"),
        (Button("elsewhere"), "is no button here"),
        (Input(name="a"), "is no button here"),
        (Button("off", disabled=True), "is disabled, so it submits nothing"),
    ],
)
def test_what_does_not_submit(button: FT, message: str):
    form = Form(Button("x", type="button"), Input(name="a"), Button("off", disabled=True))
    with pytest.raises(ValueError, match=message):
        form_data(form, button)


def test_two_forms_need_a_button():
    with pytest.raises(ValueError, match="Wanted one form, found 2: form#a, form. Give one"):
        form_data(Div(Form(id="a"), Form()))


class Card:
    """A component with a whole form."""

    def __ft__(self) -> FT:
        return Form(Town())


class Town:
    def __ft__(self) -> tuple[FT, FT]:
        return Label("Town"), Input(name="town")


def test_components_are_opened():
    assert form_data(Card()) == [("town", "")]
    assert form_data(fill_form(Card(), {"town": "Ulm"})) == [("town", "Ulm")]
    assert fill_form(Div(Card()), {"town": "Ulm"}) == Div(
        Form(Label("Town"), Input(name="town", value="Ulm"))
    )
    assert [i.name for i in find_inputs(Card())] == ["town"]


# Filling ----------------------------------------------------------------------------------------

MOMENT = datetime(2026, 3, 4, 5, 6)
FILLED = [
    (Input(name="a"), "x", "x"),
    (Input(name="a"), 5, "5"),
    (Input(name="a"), Decimal("1.50"), "1.50"),
    (Input(name="a", value="old"), None, ""),
    (Input(name="a", type="hidden"), "x", "x"),
    (Input(name="a", type="number"), 1.5, "1.5"),
    (Input(name="a", type="range"), 20, "20"),
    (Input(name="a", type="color"), "#123abc", "#123abc"),
    (Input(name="a", type="date"), date(2026, 3, 4), "2026-03-04"),
    (Input(name="a", type="date"), MOMENT, "2026-03-04"),
    (Input(name="a", type="date"), date(7, 3, 4), "0007-03-04"),
    (Input(name="a", type="month"), date(2026, 3, 4), "2026-03"),
    (Input(name="a", type="week"), date(2021, 1, 1), "2020-W53"),
    (Input(name="a", type="time"), time(5, 6), "05:06"),
    (Input(name="a", type="time"), time(5, 6, 7), "05:06:07"),
    (Input(name="a", type="time"), MOMENT, "05:06"),
    (Input(name="a", type="datetime-local"), MOMENT, "2026-03-04T05:06"),
    (Input(name="a", type="datetime-local"), date(2026, 3, 4), "2026-03-04T00:00"),
    (
        Input(name="a", type="datetime-local"),
        MOMENT.replace(tzinfo=UTC),
        "2026-03-04T05:06",
    ),
    (
        Input(name="a", type="datetime-local"),
        MOMENT.replace(second=1, microsecond=500_000),
        "2026-03-04T05:06:01.5",
    ),
    (Input(name="a"), Size.SMALL, "s"),
    (Textarea("old", name="a"), "</textarea>\n&amp;", "</textarea>\r\n&amp;"),
    (Textarea("old", name="a"), None, ""),
    (Select(Option("One", value="1"), Option("Two", value=2), name="a"), 2, "2"),
    (Select(Option("x", selected=True), Option("y"), name="a"), "y", "y"),
    (Select(Optgroup(Optgroup(Option("y"))), name="a"), "y", "y"),
    (Select(Option("Any", value=""), Option("y", selected=True), name="a"), None, ""),
    (Select(Option("No", value=0), Option("Yes", value=1), name="a"), True, "1"),
    (Select(Option("no", value="false"), Option("true"), name="a"), False, "false"),
    (Select(Option("l"), Option("s"), name="a"), Size.SMALL, "s"),
    (Select(Option("LARGE"), Option("SMALL"), name="a"), Size.SMALL, "SMALL"),
    (Select(Option(1), name="a"), 1.0, "1"),
    (Select(Option("y"), name="a", multiple=True), "y", "y"),
    (Input(name="a", type="email", multiple=True), ["a@b", "c@d"], "a@b,c@d"),
    (Input(name="a", type="checkbox"), True, "on"),
    (Input(name="a", type="checkbox"), 1, "on"),
    (Input(name="a", type="checkbox", value="yes"), "yes", "yes"),
    (Input(name="a", type="checkbox", value="5"), 5, "5"),
    (CheckboxX(name="a"), True, ["", "1"]),
    (CheckboxX(name="a", checked=True), False, ""),
]


def table_id(value: object) -> str:
    return to_xml(value)[:50] if isinstance(value, FT) else repr(value)[:30]


@pytest.mark.parametrize(("field_", "value", "sent"), FILLED, ids=table_id)
def test_a_filled_field_sends_the_value(field_: FT, value: object, sent: object):
    before = to_xml(field_)
    form = Form(field_)
    data = [v for _, v in form_data(fill_form(form, {"a": value}))]
    assert data == (sent if isinstance(sent, list) else [sent])
    assert to_xml(field_) == before and form == Form(field_)


UNCHECKED = [
    *(("on", value) for value in (False, None, 0, "", [], "other", ["other"])),
    *(("5", value) for value in (1, "1", [1], 0, None)),
]


@pytest.mark.parametrize(("own", "value"), UNCHECKED)
def test_an_unchecked_box_sends_nothing(own: str, value: object):
    form = Form(Input(type="checkbox", name="a", value=own, checked=True))
    assert form_data(fill_form(form, {"a": value})) == []


@pytest.mark.parametrize(
    "form",
    [
        Form(Input(name="a", type="file"), Input(name="a", type="password")),
        Form(Input(name="a", type="submit", value="Go"), Button("x", name="a", value="y")),
        Form(Input(name="a", value="kept", skip=True), Input(name="a", data_skip=True)),
        Form(Input(name="b"), Select(Option("x"), name="c"), Input(name="a", form="other")),
        Form(Template(Input(name="a")), Input(), "text", 5, None, NotStr("<hr>")),
    ],
)
def test_what_is_left_alone(form: FT):
    filled = fill_form(form, {"a": "x", "": "y"})
    assert filled == form and filled is not form
    assert all(one is not two for one, two in zip(filled, form, strict=True) if isinstance(two, FT))


def boxes(*values: str, **keywords: Any) -> list[FT]:
    return [Input(type="checkbox", name="a", value=v, **keywords) for v in values]


def test_a_group_of_boxes_shows_a_list():
    form = Form(boxes("x", "y", "z", checked=True))
    assert form_data(fill_form(form, {"a": ["z", "x", "w"]})) == [("a", "x"), ("a", "z")]
    assert form_data(fill_form(form, {"a": "y"})) == [("a", "y")]
    assert form_data(fill_form(form, {"a": {"y"}})) == [("a", "y")]
    assert form_data(fill_form(form, {})) == form_data(form)


def test_a_list_fills_fields_of_one_name_in_order():
    form = Form(Input(name="a"), Input(name="a", value="old"), Textarea(name="a"))
    assert [v for _, v in form_data(fill_form(form, {"a": [1, 2, 3]}))] == ["1", "2", "3"]
    assert [v for _, v in form_data(fill_form(form, {"a": [1]}))] == ["1", "", ""]
    assert [v for _, v in form_data(fill_form(form, {"a": 1}))] == ["1", "1", "1"]
    with pytest.raises(ValueError, match=r"4 values for 3 field\(s\) 'a'"):
        fill_form(form, {"a": "wxyz".split() * 4})


@pytest.mark.parametrize(
    ("form", "value", "message"),
    [
        (
            Select(Option("x"), Option("x"), name="a"),
            "y",
            "No option of 'a' offers 'y'. Offered: 'x'",
        ),
        (Select(name="a"), 0, "No option of 'a' offers 0. Offered: none"),
        (Select(Option("x"), name="a"), "", "No option of 'a' offers ''"),
        (Select(Option("x"), name="a", multiple=True), ["x", "y"], "No option of 'a' offers 'y'"),
        (Input(type="radio", name="a", value="x"), "y", "No radio button 'a' offers 'y'"),
        (Input(type="radio", name="a", value="x"), ["x", "y"], "No radio button 'a' offers"),
        (Select(Option("x"), name="a"), float("inf"), "offers inf"),
        (Select(Option("x"), name="a"), Decimal("nan"), "offers Decimal"),
    ],
)
def test_a_value_without_an_offer(form: FT, value: object, message: str):
    before = to_xml(form)
    with pytest.raises(ValueError, match=message):
        fill_form(form, {"a": value})
    assert to_xml(form) == before


def test_old_choices_are_cleared():
    form = Form(
        Select(Option("x", selected=True), Option("y"), name="s"),
        Input(type="radio", name="r", value=1, checked=True),
        Input(type="radio", name="r", value=2),
    )
    filled = fill_form(form, {"s": "y", "r": 2})
    assert (
        to_xml(filled[0])
        == '<select name="s"><option>x</option><option selected>y</option></select>'
    )
    assert [find.attrs.get("checked") for find in find_inputs(filled, type="radio")] == [None, True]
    assert form_data(fill_form(form, {"r": None, "s": None})) == [("s", "x")]


def test_radio_groups_of_two_forms_are_apart():
    def radios(*values: str) -> FT:
        return Form(*(Input(type="radio", name="r", value=v) for v in values))

    filled = fill_form(Div(radios("x", "y"), radios("y", "z")), {"r": "y"})
    assert form_data(filled[0]) == form_data(filled[1]) == [("r", "y")]


@dataclass
class Profile:
    email: str
    phone: str = ""
    age: int = 0
    tags: list[str] = field(default_factory=list)


Pair = namedtuple("Pair", "count index")
FIELDS = ["email", "phone", "age"]
FORM = Form(*(Input(name=name) for name in FIELDS))
VALUES = ["a@b", "1", "5"]


@pytest.mark.parametrize(
    "source",
    [
        Profile("a@b", "1", 5),
        {"email": "a@b", "phone": 1, "age": 5, "more": 6},
        SimpleNamespace(email="a@b", phone="1", age=5),
        list(zip(FIELDS, VALUES, strict=True)),
        FormData(list(zip(FIELDS, VALUES, strict=True))),
    ],
    ids=lambda s: type(s).__name__,
)
def test_where_values_come_from(source: object):
    assert form_data(fill_form(FORM, source)) == list(zip(FIELDS, VALUES, strict=True))


def test_names_are_matched_with_hyphens_and_never_to_methods():
    form = Form(Input(name="first-name"), Input(name="items"), Input(name="__class__"))
    assert [v for _, v in form_data(fill_form(form, SimpleNamespace(first_name="x")))] == [
        "x",
        "",
        "",
    ]
    assert form_data(fill_form(form, Profile("x"))) == form_data(form)
    pair = Form(Input(name="count"), Input(name="index"))
    assert [v for _, v in form_data(fill_form(pair, Pair(1, 2)))] == ["1", "2"]


def test_a_submission_unchecks_what_it_does_not_name():
    form = Form(boxes("x", "y", checked=True), Input(name="b", value="kept"))
    assert form_data(fill_form(form, FormData([("a", "y")]))) == [("a", "y"), ("b", "kept")]
    assert form_data(fill_form(form, [("b", "new")])) == [("b", "new")]
    assert form_data(fill_form(form, {"b": "new"})) == [("a", "x"), ("a", "y"), ("b", "new")]


def test_any_tree_can_be_filled():
    assert fill_form((P("x"), [Input(name="a")]), {"a": 1}) == (P("x"), Input(name="a", value="1"))
    assert fill_form(Fragment(Input(name="a")), {"a": 1}) == Fragment(Input(name="a", value="1"))
    deep = Input(name="a")
    for _ in range(10_000):
        deep = Div(deep)
    assert form_data(fill_form(deep, {"a": 1})) == [("a", "1")]


def test_fill_dataclass():
    profile = Profile("a@b", tags=["x"])
    assert fill_dataclass({"age": 7, "other": 1}, profile) is profile
    assert profile == Profile("a@b", "", 7, ["x"])
    assert fill_dataclass(SimpleNamespace(email="c@d"), profile).email == "c@d"
    for wrong in (Profile, {"email": "x"}):
        with pytest.raises(
            TypeError, match="`dest` is to be an instance of a dataclass; here it is"
        ):
            fill_dataclass({}, wrong)


def test_find_inputs_finds_the_nodes_of_the_tree():
    form = Form(Input(name="a", type="text", value=1), Select(Option("x"), name="b", cls="c d"))
    (found,) = find_inputs(form, value="1")
    assert found is form[0]
    assert find_inputs(form, ("select", "option")) == [form[1], form[1][0]]
    assert find_inputs(form, "select", cls=["c", "d"]) == [form[1]]
    assert find_inputs(form, name="b") == find_inputs(form, type=None) == []


# Round trips ------------------------------------------------------------------------------------

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))
OFFERS = ["", "a", "b c", "1", "<&>", "\u00fc", "None"]
MOMENTS = st.datetimes().map(lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000))
WHOLE = Form(
    *(Input(name=name) for name in ("line", "line2")),
    Input(name="hidden", type="hidden"),
    Textarea("old", name="area"),
    Input(name="int", type="number", value=1),
    Input(name="float", type="number"),
    Input(name="day", type="date"),
    Input(name="clock", type="time"),
    Input(name="moment", type="datetime-local"),
    Input(name="colour", type="color"),
    Input(name="slider", type="range", min=-5, max=5),
    Select(*(Option("text", value=o) for o in OFFERS), name="one"),
    Select(
        Optgroup(*map(Option, ["x", "y"])), Option("z", selected=True), name="many", multiple=True
    ),
    Fieldset(*(Label(o, Input(type="radio", name="radio", value=o)) for o in OFFERS)),
    [Input(type="checkbox", name="boxes", value=o, checked=True) for o in OFFERS],
    Input(type="checkbox", name="flag"),
)
ROWS = st.fixed_dictionaries(
    {
        **dict.fromkeys(("line", "line2", "hidden"), LINE),
        "area": TEXT,
        "int": st.integers(),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "day": st.dates(),
        "clock": MOMENTS.map(lambda t: t.time()),
        "moment": MOMENTS,
        "colour": st.from_regex("#[0-9a-f]{6}", fullmatch=True),
        "slider": st.integers(-5, 5),
        "one": st.sampled_from(OFFERS),
        "many": st.lists(st.sampled_from("xyz"), unique=True).map(sorted),
        "radio": st.sampled_from(OFFERS),
        "boxes": st.lists(st.sampled_from(OFFERS), unique=True).map(
            lambda chosen: sorted(chosen, key=OFFERS.index)
        ),
        "flag": st.booleans(),
    }
)


@given(ROWS)
def test_what_is_filled_in_is_sent(row: dict[str, Any]):
    before = to_xml(WHOLE)
    data = form_data(fill_form(WHOLE, row))
    got: dict[str, Any] = {}
    for name, value in data:
        got.setdefault(name, []).append(value.replace("\r\n", "\n"))
    back: dict[str, Any] = {
        **{
            name: got[name][0]
            for name in ("line", "line2", "hidden", "area", "colour", "one", "radio")
        },
        "int": int(got["int"][0]),
        "float": float(got["float"][0]),
        "day": date.fromisoformat(got["day"][0]),
        "clock": time.fromisoformat(got["clock"][0]),
        "moment": datetime.fromisoformat(
            got["moment"][0].ljust(23, "0") if "." in got["moment"][0] else got["moment"][0]
        ),
        "slider": int(got["slider"][0]),
        "many": got.get("many", []),
        "boxes": got.get("boxes", []),
        "flag": "flag" in got,
    }
    assert back == row
    assert to_xml(WHOLE) == before
    assert form_data(fill_form(WHOLE, data)) == data
