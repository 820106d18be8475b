"""The live state of controls, held against Chromium's."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks import controls
from fasthtml_nb.checks.controls import (
    File,
    checked,
    choose,
    files,
    form_owner,
    indeterminate,
    is_control,
    is_disabled,
    is_editable,
    is_edited,
    is_read_only,
    kind,
    labelled_control,
    labels,
    options,
    prepare,
    radio_group,
    selected,
    set_checked,
    set_files,
    set_indeterminate,
    set_value,
    value,
)
from fasthtml_nb.checks.dom import Document, Element, parse
from fasthtml_nb.checks.recall import refill, typed_in

# Each: markup, then what somebody does. ----------------------------------------------------------
CASES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("<input value=a>", []),
    ("<input value=a>", [("value", "input", "b"), ("attr", "input", "value", "c")]),
    ("<input value=a>", [("attr", "input", "value", "c")]),
    ("<input value='a\nb'>", []),
    ("<input>", [("value", "input", "a\r\nb\rc")]),
    ("<input type=hidden value='a\nb'>", [("value", "input", "x\ny")]),
    ("<input type=email value=' a@b '>", [("value", "input", "\t c@d\n")]),
    ("<input type=email multiple value=' a@b , c@d '>", []),
    ("<input type=url value=' http://x '>", []),
    ("<input type=search value=' x '><input type=tel value=' 1 '>", []),
    ("<input type=number value=12a><input type=number value=1e3><input type=number value=.5>", []),
    ("<input type=number value=7>", [("value", "input", "+5")]),
    ("<input type=number value=7>", [("value", "input", "-5.25")]),
    ("<input type=range><input type=range value=7 step=5><input type=range min=10 max=5>", []),
    ("<input type=range value=50>", [("value", "input", "150")]),
    ("<input type=range value=50>", [("value", "input", "80"), ("attr", "input", "max", "60")]),
    ("<input type=color><input type=color value='#ABCDEF'>", []),
    ("<input type=date value=2024-02-30><input type=date value=2024-02-29>", []),
    ("<input type=date>", [("value", "input", "2024-1-1")]),
    ("<input type=month value=2024-13><input type=week value=2020-W53>", []),
    (
        "<input type=week value=2021-W53><input type=time value=24:00><input type=time value=1:00>",
        [],
    ),
    ("<input type=datetime-local value='2024-01-01 10:00:00'>", []),
    ("<input type=colour value=x><button value=b></button><button type=Reset></button>", []),
    ("<input type=submit><input type=button value=B><input type=image value=I>", []),
    ("<input type=checkbox><input type=checkbox value=v checked><input type=radio>", []),
    ("<input type=checkbox>", [("value", "input", "new")]),
    (
        "<input type=checkbox checked>",
        [("check", "input", False), ("attr", "input", "checked", "")],
    ),
    ("<input type=checkbox>", [("attr", "input", "checked", "")]),
    ("<input type=checkbox checked>", [("unattr", "input", "checked")]),
    ("<textarea>\n\na\nb</textarea><textarea> x </textarea>", []),
    ("<textarea>a</textarea>", [("value", "textarea", "x\r\ny\rz")]),
    ("<textarea>a</textarea>", [("text", "textarea", "later")]),
    ("<textarea>a</textarea>", [("value", "textarea", "b"), ("text", "textarea", "later")]),
    # Radio buttons
    ("<input type=radio name=a checked><input type=radio name=a checked>", []),
    ("<input type=radio name=a checked><input type=radio name=b checked>", []),
    ("<input type=radio name=a checked><input type=radio name=A checked>", []),
    ("<input type=radio checked><input type=radio checked>", []),
    ("<input type=radio name='' checked><input type=radio name='' checked>", []),
    ("<input type=radio name=a checked><form><input type=radio name=a checked></form>", []),
    (
        "<form id=f><input type=radio name=a checked></form>"
        "<input type=radio name=a form=f checked>",
        [],
    ),
    (
        "<input type=radio name=a id=x checked><input type=radio name=a id=y>",
        [("check", "#y", True)],
    ),
    (
        "<input type=radio name=a id=x checked><input type=radio name=a id=y>",
        [("check", "#y", True), ("check", "#y", False)],
    ),
    (
        "<input type=radio name=a id=x checked><input type=radio name=a id=y>",
        [("check", "#y", True), ("append", "body", "<input type=radio name=a id=z checked>")],
    ),
    (
        "<input type=radio name=a id=x checked><input type=radio name=a id=y>",
        [("append", "body", "<input type=radio name=a id=z>")],
    ),
    (
        "<input type=radio name=a id=x><input type=radio name=a id=y checked>",
        [("attr", "#x", "checked", "")],
    ),
    # Selects
    ("<select><option>A<option>B</select>", []),
    ("<select><option disabled>A<option>B</select>", []),
    ("<select><option selected>A<option selected value=''>B<option>C</select>", []),
    ("<select><option disabled selected>A<option>B</select>", []),
    ("<select><option disabled>A<option disabled>B</select>", []),
    ("<select size=2><option>A<option>B</select><select size=1><option>C</select>", []),
    ("<select size=0><option>A</select><select size=x><option>C</select>", []),
    ("<select size=2><option selected>A<option selected>B</select>", []),
    ("<select multiple><option selected>A<option>B<option selected>C</select>", []),
    ("<select multiple size=1><option>A</select>", []),
    ("<select><optgroup disabled><option>A</optgroup><option>B</select>", []),
    ("<select><optgroup label=g><option>A<option selected>B</optgroup><option>C</select>", []),
    ("<select><option>  A \n  b </option><option label=L>C</option></select>", []),
    ("<select></select>", []),
    ("<select><option>A<option>B</select>", [("choose", "select", [1])]),
    ("<select><option>A<option>B</select>", [("value", "select", "B")]),
    ("<select><option>A<option>B</select>", [("value", "select", "nothing")]),
    ("<select multiple><option>A<option>B<option>C</select>", [("choose", "select", [0, 2])]),
    (
        "<select><option>A<option>B</select>",
        [("append", "select", "<option selected>C</option>")],
    ),
    (
        "<select><option>A<option>B</select>",
        [("choose", "select", [1]), ("append", "select", "<option selected>C</option>")],
    ),
    (
        "<select><option>A<option>B</select>",
        [("choose", "select", [1]), ("append", "select", "<option>C</option>")],
    ),
    ("<select><option>A<option>B</select>", [("prepend", "select", "<option>0</option>")]),
    (
        "<select><option>A<option id=b>B</select>",
        [("choose", "select", [1]), ("remove", "#b")],
    ),
    ("<select><option id=a selected>A<option>B</select>", [("remove", "#a")]),
    ("<select size=3><option id=a selected>A<option>B</select>", [("remove", "#a")]),
    (
        "<select><option>A<option id=b>B</select>",
        [("attr", "#b", "selected", "")],
    ),
    (
        "<select><option>A<option id=b>B</select>",
        [("choose", "select", [0]), ("attr", "#b", "selected", "")],
    ),
    # What scripts put into a list: whose options are these?
    *[
        (f"<select id=s><option>A</select><div id=d>{inside}</div>", [("into", "#s", "#d")])
        for inside in (
            "<form><select id=t><option>B<option selected>C</select></form>",
            "<datalist><option selected>B</datalist>",
            "<p><b><option selected>B</option></b></p>",
            "<optgroup><p><option selected>B</p></optgroup>",
        )
    ],
    ("<textarea>a\r\nb</textarea><b>c</b>", [("into", "textarea", "b")]),  # Its own text counts
    ("<select><option id=o>A</select><option id=p selected>B</option>", [("into", "#o", "#p")]),
    (
        "<select><optgroup id=o></select><optgroup id=p><option selected>B</optgroup>",
        [("into", "#o", "#p")],
    ),
    # What is switched off
    ("<fieldset disabled><legend><input></legend><input></fieldset>", []),
    ("<fieldset disabled><legend><p><input></p></legend><legend><input></legend></fieldset>", []),
    ("<fieldset disabled><fieldset><legend><input></legend></fieldset></fieldset>", []),
    ("<fieldset disabled><div><legend><input></legend></div></fieldset>", []),
    (
        "<select disabled><option>A</select><button disabled></button>"
        "<textarea disabled></textarea>",
        [],
    ),
    ("<optgroup></optgroup><select><optgroup disabled><option>A</select>", []),
    # Labels
    ("<label for=a>x</label><input id=a><label>y<input><button></button></label>", []),
    ("<label for=no><input></label><label for=h></label><input type=hidden id=h>", []),
    ("<label for=a>1</label><label for=a>2</label><meter id=a></meter>", []),
    ("<label>x<div><input type=hidden><select></select></div></label>", []),
    ("<label for=a></label><p id=a></p><input id=a>", []),
    # Owners
    ("<form id=f></form><input form=f><form id=g><input form=no><input form=f><input></form>", []),
    ("<form id=f></form><form id=f></form><input form=f><input form=''>", []),
]

SEEN = """() => { const labels = [...document.querySelectorAll('label')]; return [
...document.querySelectorAll('input,select,textarea,button,label,option')].map(el => ({
    value: el.value === undefined ? null : el.value,
    checked: !!el.checked,
    chosen: el.tagName == 'SELECT' ? [...el.options].map(o => o.selected) : null,
    disabled: el.matches(':disabled'),
    labels: el.labels ? [...el.labels].map(l => labels.indexOf(l)) : [],
    control: el.control ? [...document.querySelectorAll('*')].indexOf(el.control) : null,
    form: el.form && el.tagName != 'OPTION' && el.tagName != 'LABEL'
        ? [...document.forms].indexOf(el.form) : null,
})) }"""

DO = """([what, on, arg, more]) => { const el = document.querySelector(on);
    if (what == 'value') el.value = arg;
    if (what == 'attr') el.setAttribute(arg, more);
    if (what == 'unattr') el.removeAttribute(arg);
    if (what == 'text') el.textContent = arg;
    if (what == 'check') el.checked = arg;
    if (what == 'choose') [...el.options].forEach((o, n) => o.selected = arg.includes(n));
    if (what == 'append') el.insertAdjacentHTML('beforeend', arg);
    if (what == 'prepend') el.insertAdjacentHTML('afterbegin', arg);
    if (what == 'into') el.append(document.querySelector(arg));
    if (what == 'remove') el.remove();
}"""


def do(document: Document, step: tuple[Any, ...]) -> None:
    what, on, *rest = step
    el = document.select_one(on)
    assert el is not None
    if what == "value":
        set_value(el, rest[0])
    elif what == "attr":
        el.set(*rest)
    elif what == "unattr":
        el.delete(*rest)
    elif what == "text":
        el.text = rest[0]
    elif what == "check":
        set_checked(el, rest[0])
    elif what == "choose":
        choose(el, [option for n, option in enumerate(options(el)) if n in rest[0]])
    elif what == "into":
        moved = document.select_one(rest[0])
        assert moved is not None
        el.append(moved)
    elif what == "remove":
        el.remove()
    else:
        nodes = document.parse_fragment(rest[0], el.tag)
        el.append(*nodes) if what == "append" else el.prepend(*nodes)


def seen(document: Document) -> list[dict[str, Any]]:
    every = document.select("*")
    all_labels, all_forms = document.select("label"), document.select("form")
    found = []
    for el in document.select("input, select, textarea, button, label, option"):
        labelled = labelled_control(el) if el.tag == "label" else None
        owner = form_owner(el) if is_control(el) else None
        found.append(
            {
                "value": value(el) if is_control(el) or el.tag == "option" else None,
                "checked": checked(el),
                "chosen": [o in selected(el) for o in options(el)] if el.tag == "select" else None,
                "disabled": is_disabled(el),
                "labels": [all_labels.index(label) for label in labels(el)],
                "control": None if labelled is None else every.index(labelled),
                "form": None if owner is None else all_forms.index(owner),
            }
        )
    return found


def ours(html: str, steps: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    document = parse(f"<!DOCTYPE html><body>{html}")
    prepare(document.root)
    for step in steps:
        do(document, step)
        prepare(document.root)
    return seen(document)


def test_controls_hold_what_chromium_says(browser: Any) -> None:
    page = browser.new_page()
    wrong = []
    for html, steps in CASES:
        page.set_content(f"<!DOCTYPE html><body>{html}")
        for step in steps:
            page.evaluate(DO, [*step, None, None][:4])
        real, got = page.evaluate(SEEN), ours(html, steps)
        if real != got:
            wrong += [(html, steps, a, b) for a, b in zip(real, got, strict=True) if a != b]
    page.close()
    assert not wrong, "\n\n".join(f"{h}\n{s}\n real {a}\n ours {b}" for h, s, a, b in wrong)


# Without a browser -------------------------------------------------------------------------------


def control(html: str) -> Any:
    return parse(f"<body>{html}").body.children[0]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<input>", "text"),
        ("<input type=NUMBER>", "number"),
        ("<input type=' text'>", "text"),
        ("<input type=image>", "image"),
        ("<button type=x></button>", "submit"),
        ("<button type=button></button>", "button"),
        ("<textarea></textarea>", "textarea"),
        ("<output></output>", ""),
    ],
)
def test_kinds(html: str, expected: str) -> None:
    assert kind(control(html)) == expected


@pytest.mark.parametrize(
    ("html", "editable", "read_only"),
    [
        ("<input>", True, False),
        ("<input readonly>", False, True),
        ("<input type=date readonly>", False, True),
        ("<input type=checkbox readonly>", False, False),
        ("<input type=range readonly>", True, False),
        ("<input disabled>", False, False),
        ("<textarea readonly></textarea>", False, True),
        ("<select></select>", False, False),
        ("<p contenteditable>x</p>", True, False),
        ("<p contenteditable=false>x</p>", False, False),
        ("<p>x</p>", False, False),
    ],
)
def test_what_may_be_written_into(html: str, editable: bool, read_only: bool) -> None:
    el = control(html)
    assert (is_editable(el), is_read_only(el)) == (editable, read_only)


def test_a_persons_text_is_told_from_a_programs() -> None:
    el = control("<input value=a>")
    assert not is_edited(el)
    set_value(el, "b")
    assert not is_edited(el)
    set_value(el, "c", edited=True)
    assert is_edited(el)


def test_state_moves_with_its_element_and_is_not_in_the_markup() -> None:
    document = parse("<p><input type=checkbox></p><div></div>")
    box, div = document.select_one("input"), document.select_one("div")
    assert box is not None and div is not None
    set_checked(box, True)
    set_indeterminate(box, True)
    div.append(box)
    again = document.select_one("div input")
    assert again is box and checked(again) and indeterminate(again)
    assert box.outer_html == '<input type="checkbox">'


def test_files() -> None:
    field = control("<input type=file multiple>")
    assert value(field) == "" and files(field) == []
    set_files(field, [File("a.txt", b"1"), File("b.txt", b"2")])
    assert [f.name for f in files(field)] == ["a.txt", "b.txt"]
    set_value(field, "")
    assert files(field) == []
    with pytest.raises(ValueError, match="A file field takes no text; found 'x'. Use `set_files`"):
        set_value(field, "x")
    with pytest.raises(ValueError, match='A <input type="text"> holds no files'):
        set_files(control("<input>"), [])


def test_a_value_for_what_has_none() -> None:
    with pytest.raises(ValueError, match="A <p> holds no value. Give a field."):
        set_value(control("<p>x</p>"), "x")


def test_choosing_what_is_not_offered() -> None:
    document = parse("<select><option>A</select><select><option>B</select>")
    one, other = document.select("select")
    with pytest.raises(ValueError, match="<option>B</option> is no option of"):
        choose(one, options(other))


def test_radio_groups_of_loose_trees() -> None:
    document = parse("<p></p>")
    (div,) = document.parse_fragment(
        "<div><input type=radio name=a checked><input type=radio name=a></div>"
    )
    one, two = div.children  # type: ignore[attr-defined]
    assert radio_group(one) == [one, two]
    set_checked(two, True)
    assert (checked(one), checked(two)) == (False, True)


# What comes back ---------------------------------------------------------------------------------
def back_again(before: Document, after: Document) -> list[int]:
    """Return which options of the first list are chosen after what was typed is put back."""
    refill(after, typed_in(before))
    its = options(after.select("select")[0])
    return [its.index(one) for one in selected(after.select("select")[0])]


@pytest.mark.parametrize(
    ("view", "chosen"),
    [
        ("<select><option>Ana<option>Ana</select>", [0]),
        ("<select><option>Ana<option>Ana</select>", [1]),
        ("<select multiple><option>Ana<option>Bo<option>Ana</select>", [2]),
        ("<select multiple><option>Ana<option>Bo<option>Ana</select>", [0, 1]),
        ("<select multiple><option selected>Ana<option>Ana</select>", []),
    ],
)
def test_options_of_one_value_come_back_by_their_place(view: str, chosen: list[int]) -> None:
    before = parse(view)
    select = before.select("select")[0]
    choose(select, [options(select)[at] for at in chosen])
    assert back_again(before, parse(view)) == chosen


def test_options_that_have_moved_come_back_once_each() -> None:
    before = parse("<select multiple><option>Ana<option>Bo<option>Ana<option>Cy</select>")
    select = before.select("select")[0]
    choose(select, [options(select)[at] for at in (0, 2, 3)])
    after = "<select multiple><option>Bo<option>Ana<option>Ana<option>Ana</select>"
    assert back_again(before, parse(after)) == [1, 2]


def test_many_options_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    view = f"<select multiple>{'<option>Ana' * 60}</select>"
    before, after = parse(view), parse(view)
    compared = []
    monkeypatch.setattr(Element, "__eq__", lambda one, other: bool(compared.append(other)))
    choose(before.select("select")[0], options(before.select("select")[0]))
    refill(after, typed_in(before))
    assert len(compared) <= 120
    monkeypatch.undo()
    assert len(selected(after.select("select")[0])) == 60


RADIOS = "".join(
    f"<form id=f{n}><input type=radio name=a checked><input type=radio name=a></form>"
    "<input type=radio name=b><input type=radio name=b><input type=radio checked>"
    for n in range(20)
)


def test_radio_buttons_of_a_page_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = parse(RADIOS), parse(RADIOS)
    set_checked(before.select("#f3 input")[1], True)
    looked = []

    def watched(el: Element) -> list[Element]:
        looked.append(el)
        return radio_group(el)

    monkeypatch.setattr(controls, "radio_group", watched)
    refill(after, typed_in(before))
    assert looked == after.select("#f3 input")[1:]
    monkeypatch.undo()
    assert [checked(one) for one in after.select("input")] == [
        checked(one) for one in before.select("input")
    ]


def test_a_radio_group_without_a_tick_comes_back_without() -> None:
    before, after = parse(RADIOS), parse(RADIOS)
    set_checked(before.select("#f3 input")[0], False)
    refill(after, typed_in(before))
    assert [checked(one) for one in after.select("#f3 input, #f4 input")] == [
        False,
        False,
        True,
        False,
    ]


def test_forms_of_many_fields() -> None:
    document = parse(
        "<form id=a><div><input><p><input><input form=b></div></form><form id=b></form>"
        "<input><div><input form=a><input form=none></div>"
    )
    fields = document.select("input")
    assert list(controls.form_owners(fields)) == [(one, form_owner(one)) for one in fields]
