"""Selectors as text: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.checks import controls
from fasthtml_nb.checks.by_role import ByRole, parse_role
from fasthtml_nb.checks.css import Search, parse_css, select
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.matching import Texts, Wanted, normalize, own_runs, searched, spelt
from fasthtml_nb.checks.selectors import parse_selector
from fasthtml_nb.checks.steps import (
    ByAttribute,
    ByText,
    Capture,
    Css,
    Filter,
    Nth,
    Parent,
    TextRun,
    find,
    joined,
    written,
)

PAGE = """<ul id="a"><li class="x">one <b>B</b></li><li>two</li><li>>></li></ul>
<form><input id="box" type="checkbox"><input id="t" placeholder="p"><select><option id="o1">1
<option id="o2">2</select><fieldset disabled><button id="off">Go</button></fieldset></form>"""


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("ul", (Css("ul"),)),
        (" ul > li ", (Css("ul > li"),)),
        ("css=ul >> li", (Css("ul"), Css("li"))),
        ("text=one", (ByText(Wanted("one")),)),
        ("text=it's", (ByText(Wanted("it's")),)),
        ("text='one'", (TextRun(Wanted("one", exact=True)),)),
        ('"a >> b"', (TextRun(Wanted("a >> b", exact=True)),)),
        ('text="a \\" b"', (TextRun(Wanted('a " b', exact=True)),)),
        ("text = one", (ByText(Wanted(" one")),)),
        ('text= "one"', (ByText(Wanted(' "one"')),)),
        ("text=//", (ByText(Wanted(re.compile(""))),)),
        ("li >> text=` >> b", (Css("li"), ByText(Wanted("` >> b")))),
        ("internal:text=one", (ByText(Wanted("one")),)),
        ("internal:attr=[title=one]", (ByAttribute("get_by_title", "title", Wanted("one", True)),)),
        ("text=/o.e/i", (ByText(Wanted(re.compile("o.e", re.I))),)),
        ("text=/(?<n>o)/", (ByText(Wanted(re.compile("(?P<n>o)"))),)),
        ("id=a", (Css('[id="a"]'),)),
        ("data-testid=a b", (Css('[data-testid="a b"]'),)),
        ("li >> nth=-1", (Css("li"), Nth(-1))),
        ("li >> visible=false", (Css("li"), Filter(visible=False))),
        ("*css=ul >> b", (Css("ul"), Capture(has=(Css("b"),)))),
        ("ul >> *css=li >> b", (Css("ul"), Css("li"), Capture(has=(Css("b"),)))),
        ("b >> ..", (Css("b"), Parent())),
        ("b >> xpath=..", (Css("b"), Parent())),
        ("role=link", (ByRole("link"),)),
        ('li:has-text(">>")', (Css('li:has-text(">>")'),)),
        ('[title=">> x"] >> b', (Css('[title=">> x"]'), Css("b"))),
    ],
)
def test_selectors(source: str, steps: object) -> None:
    assert parse_selector(source) == steps


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("//li[", "cannot be read: "),
        ("xpath=li(", "cannot be read: expected a node test"),
        ("(//li)[1", "cannot be read: expected ']'"),
        ('internal:has="b"', "narrows what stands before"),
        ("*css=ul >> li >> nth=0", "an n-th element cannot be asked for"),
        ("li >> nth=0 >> *css=b", "an n-th element cannot be asked for"),
        ("*css=ul >> *css=li", "Two parts begin with"),
        ("internal:attr=x", "names no attribute"),
        ("internal:control=enter-frame", "Say page.frame_locator"),
        ("role=button[disabled=maybe]", "disabled=maybe.: it is one of true, false"),
        ("role=button[name]", "wants a value"),
        ("role=button[name*=/a/]", "is compared with =, not with"),
        ("role=heading[level=x]", "wants a number"),
        ("txet=a", "asks the engine 'txet', which is not there. There are: css, text.* text="),
        ("li >> nth=one", "wants a whole number. Count from 0"),
        ("", "it is empty"),
        ("li >> ", "it is empty"),
        ("li,", "a selector is missing"),
        ("li[", "is never closed"),
        ("li[a='", "has no end"),
        ("li)", "'\\)' stands where a selector should"),
        ("li:has_text('a')", "near it: :has-text"),
        ("li:has-text(a)", "wants a text in quotes"),
        ("li:not()", "wants selectors in its brackets"),
        (":nth-match(li)", "wants a selector and a number"),
        ("li:near(b)", "compares places on the screen, and there is none"),
        ("li::marker", "is no pseudo-class|stands where|cannot be read"),
        ("text=/(/", "is no regular expression"),
        ("li:text-matches('a', 'x')", "has no flag 'x'. Flags are i, m and s"),
        ("role=", "cannot be read"),
        ("role=button[name='a'", "cannot be read"),
        ("role=button[nmae='a']", "knows no option 'nmae'"),
        ("role=button[checked]", "which has no such state. It belongs to: checkbox"),
    ],
)
def test_what_cannot_be_read_says_so(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_selector(source)


@pytest.mark.parametrize(
    ("body", "step"),
    [
        ("button", ByRole("button")),
        ('button[name="Add"]', ByRole("button", Wanted("Add", exact=True), exact=True)),
        ("button[name='add' i]", ByRole("button", Wanted(re.compile("^add$", re.I)))),
        ("button[name*='dd']", ByRole("button", Wanted(re.compile("dd")))),
        (" button", ByRole("button")),
        ("button[name=/ad+/i]", ByRole("button", Wanted(re.compile("ad+", re.I)))),
        ("checkbox[checked]", ByRole("checkbox", checked=True)),
        ("checkbox[checked=false]", ByRole("checkbox", checked=False)),
        ("checkbox[checked=mixed]", ByRole("checkbox", checked="mixed")),
        ("heading[level=2]", ByRole("heading", level=2)),
        ("button[disabled][include-hidden]", ByRole("button", disabled=True, include_hidden=True)),
    ],
)
def test_roles_as_text(body: str, step: ByRole) -> None:
    assert parse_role(body) == step


@pytest.mark.parametrize(
    ("css", "ids"),
    [
        (":checked", ["box", "o2"]),
        ("input:checked", ["box"]),
        ("input:not(:checked)", ["t"]),
        ("option:checked", ["o2"]),
        ("button:disabled", ["off"]),
        ("button:enabled", []),
        (":placeholder-shown", []),
        (":focus", ["t"]),
        ("form :focus-within", ["t"]),
        ("input:is(:focus, :checked)", ["box", "t"]),
    ],
)
def test_states_are_live_ones(css: str, ids: list[str]) -> None:
    page = parse(PAGE)
    box, field, choice = (page.get_by_id(one) for one in ("box", "t", "o2"))
    assert box and field and choice and choice.parent
    controls.set_checked(box, True)
    controls.set_value(field, "typed")
    controls.choose(choice.parent, [choice])
    assert [one.id for one in select(page, css, Search(page, focus=field))] == ids


def test_native_selectors_are_left_to_the_library() -> None:
    assert all(one.native for one in parse_css("ul > li:not(.done):nth-child(2n+1), [a='b' i]"))
    assert not parse_css("li:has(b)")[0].native
    assert not parse_css("> li")[0].native


@given(st.text(alphabet="ul>+~ .#[]=:()'\"\\,*abn-1/", max_size=24))
def test_any_text_is_read_or_refused(source: str) -> None:
    page = parse(PAGE)
    try:
        steps = parse_selector(source)
        found = find(page, steps, Search(page))
    except ValueError:
        return
    order = [page.root, *page.root.descendants()]
    assert len(found) == len(set(found))
    assert [order.index(one) for one in found] == sorted(order.index(one) for one in found)
    assert isinstance(written(steps), str)


# Text ---------------------------------------------------------------------------------------------


@given(st.text())
def test_white_space_in_order_stays_in_order(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


def test_soft_hyphens_and_no_break_spaces() -> None:
    assert normalize(" a\u00a0\u00a0b\u00ad\u200bc\n") == "a bc"


def test_texts_of_inputs_scripts_and_the_head() -> None:
    page = parse(
        "<title>T</title><p>a<script>s</script><input type=SUBMIT value=Go><input value=no>"
    )
    texts = Texts(page)
    assert texts.normal(page.root) == "aGo"
    assert texts.normal(page.head) == ""
    assert texts.silent(page.head.children[0])


def test_runs_are_cut_at_elements_not_at_comments() -> None:
    (one,) = parse("<p>a<!-- x -->b<b>c</b>d").body.children
    assert own_runs(one) == ["ab", "d"]


def test_patterns_end_where_the_text_ends() -> None:
    assert not searched(re.compile("a$")).search("a\n")
    assert searched(re.compile("a$", re.M)).search("a\nb")
    assert searched(re.compile(r"[$]\$x$")).search("$$x")


@pytest.mark.parametrize(
    "pattern", [re.compile("a"), re.compile(r"\d'\"", re.I), re.compile(r"a\\b", re.M | re.S)]
)
def test_patterns_are_spelt_as_source(pattern: re.Pattern[str]) -> None:
    assert eval(spelt(pattern), {"re": re}) == pattern


NESTED = "<p id=p1><b id=b1><b id=b2>x</b></b><b id=b3>a\n'q'</b></p><p id=p2></p>"


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("#b1 >> b,:scope", ["b1", "b2"]),
        ("#b1 >> :scope + b", ["b3"]),
        ("#p1 >> b:not(:scope)", ["b1", "b2", "b3"]),
        ("#b1 >> :is(:scope, b)", ["b1", "b2"]),
        ("#b1 >> :is(:scope, b):has(b)", ["b1"]),
        ("p:has(:is(:scope, i))", ["p1", "p2"]),
        ("#p1 >> b:is(:scope > b)", ["b1", "b3"]),
        ("#p1 >> :nth-match(:scope > b, 2)", ["b3"]),
        ("#b1 >> b:is(:scope)", []),
        (r"b:has-text('a\a \27q\27')", ["b3"]),
        ("*css=b >> b", ["b1"]),
        ("p >> *css=b >> b >> text=x", ["b1"]),
    ],
)
def test_where_a_selector_starts(source: str, ids: list[str]) -> None:
    page = parse(NESTED)
    assert [one.id for one in find(page, parse_selector(source), Search(page))] == ids


def test_what_follows_a_captured_part_has_to_be_in_it() -> None:
    page = parse(NESTED)
    captured = parse_selector("*css=p >> b")
    assert find(page, joined(captured, parse_selector("text=y")), Search(page)) == []
    assert [one.id for one in find(page, joined(captured, [Css("b")]), Search(page))] == ["p1"]
    with pytest.raises(ValueError, match="n-th element"):
        joined(captured, [Nth(0)])
