"""Edge cases of the small languages in htmx's attributes."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import HTMLResponse

from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.events import Event
from fasthtml_nb.checks.hx_attributes import NeedsScript, reader_for, values_of
from fasthtml_nb.checks.hx_config import (
    config_for,
    interval,
    js_text,
    merge,
    read_json,
    read_settings,
    split_list,
)
from fasthtml_nb.checks.hx_filters import read_filter
from fasthtml_nb.checks.hx_properties import NotSimulated
from fasthtml_nb.checks.hx_request import from_values, percent_encoded
from fasthtml_nb.checks.hx_selectors import find_all
from fasthtml_nb.checks.hx_sync import Lock, Queue, Turn, read_sync_four, read_sync_two
from fasthtml_nb.checks.hx_triggers import read_triggers
from fasthtml_nb.checks.page import visit


@pytest.mark.parametrize(
    ("text", "two", "four"),
    [
        ("1s", 1000, 1000),
        ("1.5s", 1500, 1500),
        ("20ms", 20, 20),
        ("2m", 120_000, 120_000),
        ("30", 30, 30),
        (".5s", 500, 500),
        ("1e2", 100, None),
        ("-1s", -1000, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
        (250, 250, 250),
        (True, None, None),
        ("1 s", 1000, None),
    ],
)
def test_interval(text: Any, two: float | None, four: float | None) -> None:
    assert (interval(text), interval(text, 4)) == (two, four)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("once", {"once": True}),
        ("a:1 b:false, c:null", {"a": 1, "b": False, "c": None}),
        ("a:'x y' \"b c\":2", {"a": "x y", "b c": 2}),
        ("a.b:1 a.c:2", {"a": {"b": 1, "c": 2}}),
        ("'a.b':1", {"a.b": 1}),
        ("target:<#a, #b/>", {"target": "#a, #b"}),
        ("a : 1", {"a": 1}),
        ("a:NaN", {"a": "NaN"}),
        ('{"a": [1]}', {"a": [1]}),
        ("timeout:5s", {"timeout": "5s"}),
    ],
)
def test_settings(text: str, found: dict[str, Any]) -> None:
    assert read_settings(text) == found


def test_json_is_the_browsers() -> None:
    assert read_json('{"a": 1e3}') == {"a": 1000}
    with pytest.raises(ValueError, match="NaN"):
        read_json("[NaN]")


def test_merging_goes_into_objects_and_replaces_the_rest() -> None:
    assert merge({"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}, "c": [2, 3]}) == {
        "a": {"d": 2, "b": 1},
        "c": [1],
    }


@given(st.lists(st.text("ab .#", max_size=5), min_size=1, max_size=4))
def test_a_list_divides_where_it_was_joined(parts: list[str]) -> None:
    assert split_list(",".join(parts)) == parts


@pytest.mark.parametrize("value", ["x", "", "é"])
def test_text_stays_text(value: str) -> None:
    assert js_text(value) == value


PAGE = parse("<form id=f><input id=q value=abc class='x y' data-a=1></form>")
FIELD = PAGE.get_by_id("q")


@pytest.mark.parametrize(
    ("source", "two", "four"),
    [
        ("ctrlKey", True, True),
        ("!ctrlKey", False, False),
        ("ctrlKey && !shiftKey", True, True),
        ("key == 'Enter' || key == 'Escape'", True, True),
        ("key", False, True),
        ("detail.n == '3'", True, True),
        ("detail.n === '3'", False, False),
        ("detail.n > 2 && detail.n <= 3", True, True),
        ("detail.missing == null", True, True),
        ("detail.missing === undefined", True, True),
        ("target.value.length >= 3", True, True),
        ("this.id === 'q'", True, True),
        ("event.target.matches('.x')", True, True),
        ("target.classList.contains('y')", True, True),
        ("target.closest('form').id == 'f'", True, True),
        ("target.dataset.a == 1", True, True),
        ("(1 + 2) * 3 - 4 / 2 == 7", True, True),
        ("5 % 3 == 2", True, True),
        ("'a' + 1 == 'a1'", True, True),
        ("true", True, True),
        ("false || true", True, True),
        ("'b' > 'a'", True, True),
        ("-1 < +1", True, True),
        ("detail['n'] == 3", True, True),
        ("detail?.n == 3", True, True),
        ("ctrlKey ? true : false", True, True),
        ("shiftKey == false", False, True),
        ("target.getAttribute('value') != 'x'", True, True),
        ("nothing.like.it", False, TypeError),
        ("nothing", False, TypeError),
    ],
)
def test_filter(source: str, two: Any, four: Any) -> None:
    keys = {"ctrlKey": True, "shiftKey": False, "key": "Enter"}
    event = Event("keyup", detail={"n": 3}, keys=keys, target=FIELD)
    for dialect, wanted in ((2, two), (4, four)):
        condition = read_filter(source, dialect)  # type: ignore[arg-type]
        try:
            found: Any = condition.allows(event, FIELD)
        except TypeError:
            found = TypeError if dialect == 4 else False
        assert found == wanted, dialect


@pytest.mark.parametrize(
    "source",
    ["f()", "x = 1", "a => 1", "`t`", "target.offsetTop", "a;b", "[1", "1 +", "/x/.test(key)"],
)
def test_what_needs_a_script_is_refused(source: str) -> None:
    event = Event("keyup", keys={"key": "x", "a": 1, "x": 1}, target=FIELD)
    with pytest.raises(NotSimulated):
        read_filter(source).allows(event, FIELD)


# As V8 answers them
TRUE_CONDITIONS = """
parseFloat('1e3') == 1000
parseFloat(' -.5e-1px') == -0.05
parseFloat('-Infinity and more') < 0
isNaN(parseFloat('.')) && isNaN(parseFloat())
parseInt('ff', 16) == 255
parseInt('0x1f') == 31 && parseInt('0X1F', 16) == 31
parseInt('-17px') == -17 && parseInt('12', '3') == 5
parseInt('0x1f', 10) === 0 && isNaN(parseInt('7', 1)) && isNaN(parseInt('7', 37))
isNaN(parseInt('0x')) && isNaN(parseInt('9', 8)) && isNaN(parseInt('', 16))
parseInt('z', 36) == 35 && parseInt('5', 0) == 5 && parseInt('5', 1 / 0) == 5
Number('0x10') == 16 && Number('0b11') == 3 && Number('0O17') == 15
isNaN('-0x10') && isNaN('0x') && isNaN('0x_1') && isNaN('0b12')
isNaN('1_000') && isNaN('inf') && isNaN('infinity') && isNaN('nan') && isNaN('1e')
isNaN('١٢') && isNaN('1') && isNaN('1')
Number('﻿ 7 ') == 7 && Number('5.') == 5 && Number('.5') == 0.5
Number('Infinity') > 5 && Number('-Infinity') < 5 && Number(' ') === 0
Number([]) == 0 && Number([5]) == 5 && isNaN([1, 2]) && Number([[7]]) == 7
[] == '' && [1] == 1 && [1, 2] == '1,2' && [1] == true && 0 == []
([1] == [1]) === false && ([] == null) === false
[2] > 10 === false && [2] + 1 == '21' && [2] < [10] === false
1 / 0 > 5 && -1 / 0 < 5 && 1 / -0 < 0 && isNaN(0 / 0)
isNaN(1 / 0 % 2) && 5 % (1 / 0) == 5 && isNaN(5 % 0) && -5 % 3 == -2
String(Number('x')) == 'NaN' && 'is ' + 0 / 0 == 'is NaN' && String(-0) == '0'
NaN !== NaN && Infinity == 1 / 0 && [1, NaN].includes(0 / 0) && [NaN].indexOf(NaN) == -1
[1, 2].includes(true) === false && [1, '2'].indexOf(2) == -1 && [1, 2].indexOf(2) == 1
'abc'.charAt(-2) == '' && 'abc'.charAt(1 / 0) == '' && 'abc'.charAt(3) == ''
'abc'.charAt(Number('x')) == 'a' && 'abc'.charAt(-0.5) == 'a' && 'abc'.charAt('1') == 'b'
'﻿a　'.trim() == 'a' && ''.trim().length == 1
'a' <= 'a' && 'b' >= 'a' && ('a' <= 1) === false && '10' <= '9' && '10' >= 9
(undefined <= undefined) === false && undefined == undefined
(0 || '' || 'x') === 'x' && (1 && 0 && 2) === 0 && (undefined ?? undefined ?? 3) === 3
1 < 2 < 3 && 3 > 2 > 1 === false && 7 - 2 - 1 == 4
""".strip().split("\n")


@pytest.mark.parametrize("source", TRUE_CONDITIONS)
@pytest.mark.parametrize("dialect", [2, 4])
def test_values_are_javascripts(source: str, dialect: Any) -> None:
    assert read_filter(source, dialect).allows(Event("keyup", target=FIELD), FIELD) is True


def test_the_conditions_are_true_in_javascript() -> None:
    if not (node := shutil.which("node")):
        pytest.skip("no node")
    script = (
        f"for (const it of {json.dumps(TRUE_CONDITIONS)}) if (eval(it) !== true) console.log(it)"
    )
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("sign", "name", "times"),
    [
        *(("||", "a", 1), ("||", "z", 8), ("&&", "a", 8), ("&&", "z", 1)),
        *(("??", "a", 1), ("??", "none", 8), ("<=", "a", 8), (">=", "a", 8)),
    ],
)
def test_each_side_is_worked_out_once(sign: str, name: str, times: int) -> None:
    asked: list[str] = []

    class Counted(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.append(name)
            return super().get(name, default)

    event = Event("keyup", target=FIELD, detail=Counted(a=True, z=0))
    read_filter(f" {sign} ".join([f"detail.{name}"] * 8), 4).allows(event, FIELD)
    assert len(asked) == times


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "1e400"])
def test_numbers_beyond_all_measure_are_infinite(number: str) -> None:
    event = Event("keyup", target=FIELD, detail={"x": read_json(number), "y": 10**401})
    for source in (
        "detail.x > 1 || detail.x < -1",
        "detail.y === 1 / 0",
        "detail.x + '' == 'Infinity' || detail.x == -Infinity",
        f"parseInt('{'f' * 5000}', 16) == Infinity && parseInt('{'0' * 5000}1', 7) == 1",
        f"isNaN('{'1' * 100_000}x')",
    ):
        assert read_filter(source).allows(event, FIELD) is True


@pytest.mark.parametrize(
    "source", ["this.matches('[')", "document.querySelectorAll('a:::')", "target.closest('')"]
)
def test_a_selector_that_is_none_fails_as_a_script_does(source: str) -> None:
    for dialect in (2, 4):
        with pytest.raises(TypeError, match=r"\(\): No CSS selector"):
            read_filter(source, dialect).allows(  # type: ignore[arg-type]
                Event("keyup", target=FIELD), FIELD
            )


@pytest.mark.parametrize(
    "source",
    [
        "!" * 20_000 + "1",
        "(" * 20_000 + "1",
        "[" * 20_000,
        "1" + " ? 1 : 1" * 20_000,
        "this" + ".parentElement" * 20_000,
        "this" + "[0]" * 20_000,
    ],
)
def test_what_stands_too_deep_is_not_simulated(source: str) -> None:
    with pytest.raises(NotSimulated, match="so deep in each other"):
        read_filter(source).allows(Event("keyup", target=FIELD), FIELD)


@pytest.mark.parametrize("sign", ["+", "||", "==", "*", "&&"])
def test_a_long_chain_is_not_deep(sign: str) -> None:
    condition = read_filter(sign.join(["1"] * 5000), 4)
    assert condition.allows(Event("keyup", target=FIELD), FIELD) is True


@pytest.mark.parametrize(
    ("dialect", "condition", "told"),
    [
        (2, "this.matches('[')", None),  # An event of htmx says it
        (4, "this.matches('[')", "No CSS selector"),
        *((dialect, "!" * 5000 + "1", "so deep in each other") for dialect in (2, 4)),
        *((dialect, "Number('Infinity') % 2 == 1", None) for dialect in (2, 4)),
    ],
)
def test_no_condition_breaks_a_click(dialect: int, condition: str, told: str | None) -> None:
    asked: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        button = f'<button hx-get=/x hx-trigger="click[{condition}]">Go</button>'
        version = {2: "2.0.11", 4: "4.0.0"}[dialect]
        script = f"<script src=/htmx.org@{version}/htmx.min.js></script>"
        await HTMLResponse(f"<!DOCTYPE html>{script}{button}")(scope, receive, send)

    page = visit(app, "/")
    page.get_by_role("button").click()
    assert "/x" not in asked
    said = [*page.problems, *page.blind]
    assert (not said) if told is None else any(told in one for one in said)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("click", "[Trigger('click')]"),
        ("click, keyup", "[Trigger('click'), Trigger('keyup')]"),
        ("every 2s", "[Trigger('every', every=2000.0)]"),
        ("every 2s [x]", "[Trigger('every', filter='x', every=2000.0)]"),
        ("click[a && b[0]] once", "[Trigger('click', filter='a && b[0]', once=True)]"),
        ("a from:closest .x delay:1s", "[Trigger('a', delay=1000.0, origin='closest .x')]"),
        ("a from:(#x, #y)", "[Trigger('a', origin='#x, #y')]"),
        ("a from:window", "[Trigger('a', origin='window')]"),
        ("a target:{.x .y} consume", "[Trigger('a', consume=True, target='.x .y')]"),
        ("a throttle:1s queue:all", "[Trigger('a', throttle=1000.0, queue='all')]"),
        ("intersect root:.x threshold:0.5", "[Trigger('intersect', root='.x', threshold='0.5')]"),
        ("htmx:afterSwap from:body", "[Trigger('htmx:afterSwap', origin='body')]"),
        ("", "[]"),
        (" , ", "[]"),
    ],
)
def test_triggers_of_two(text: str, found: str) -> None:
    assert repr(list(read_triggers(text, 2).all)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("click once, keyup", "[Trigger('click', once=True), Trigger('keyup')]"),
        ("every 2s", "[Trigger('every', every=2000.0)]"),
        ("every 2s [x]", "[Trigger('every', filter='x', every=2000.0)]"),
        ("a from:'closest .x'", "[Trigger('a', origin='closest .x')]"),
        ("a from:closest .x", "[Trigger('a', origin='closest')]"),
        ("a halt", "[Trigger('a', consume=True, prevent=True)]"),
        ("a delay:.5s capture", "[Trigger('a', delay=500.0, capture=True)]"),
        ("a[x, y]", "[Trigger('a', filter='x, y')]"),
        ("", "[]"),
    ],
)
def test_triggers_of_four(text: str, found: str) -> None:
    assert repr(list(read_triggers(text, 4).all)) == found


def test_selectors_stand_where_they_are_asked() -> None:
    page = parse("<p id=a><i id=b></i></p><p id=c><i id=d></i></p><!-- --><p id=e></p>")

    def ids(start: str, selector: str, dialect: Any = 2) -> list[str]:
        return [one.id for one in find_all(page.get_by_id(start), selector, dialect)]

    assert ids("b", "closest p") == ["a"] == ids("d", "previous p, closest p")[:1]
    assert ids("b", "next i") == ["d"] and ids("d", "previous i") == ["b"]
    assert ids("a", "next p") == ["c"] and ids("a", "next i") == ["d"]
    assert ids("c", "next") == ["e"] and ids("c", "previous") == ["a"]
    assert ids("a", "i, p") == ["a", "b", "c", "d", "e"]
    assert ids("a", "find i, .none") == ["b"]
    assert ids("a", "findAll i", 4) == ["b"] and ids("a", "this, #a", 4) == ["a"]
    assert find_all(page, "document, window, body, root", 2) == [page, "window", page.body, page]


@pytest.mark.parametrize(
    ("dialect", "page", "wanted"),
    [
        (2, "<a hx-target=x><b></b></a>", "x"),
        (2, "<a data-hx-target=x><b></b></a>", "x"),
        (2, "<a hx-target=x><i hx-target=''><b></b></i></a>", "x"),
        (2, "<a hx-target=x><i hx-target=unset><b></b></i></a>", None),
        (2, "<a hx-target=x hx-disinherit='hx-swap hx-target'><b></b></a>", None),
        (4, "<a hx-target=x><b></b></a>", None),
        (4, "<a hx-target:inherited=x><b></b></a>", "x"),
        (4, "<a data-hx-target:inherited=x><b></b></a>", "x"),
        (4, "<a hx-target:inherited=x><b hx-target:append=y></b></a>", "x,y"),
        (4, "<a hx-target:inherited=x><b hx-target=''></b></a>", ""),
        (4, "<a hx-target:inherited=x><i hx-target:inherited:append=y><b></b></i></a>", "x,y"),
    ],
)
def test_inheritance(dialect: Any, page: str, wanted: str | None) -> None:
    reader = reader_for(config_for(dialect))
    assert reader.get(parse(page).select_one("b"), "hx-target") == wanted


def test_scripted_values_are_refused() -> None:
    b = parse("<b hx-vals='javascript:{a: 1}'></b>").select_one("b")
    for dialect in (2, 4):
        with pytest.raises(NeedsScript, match="javascript:"):
            values_of(reader_for(config_for(dialect)), b, "hx-vals")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "two", "four"),
    [
        ("this", ("this", "drop"), ("this", "queue first")),
        ("this:replace", ("this", "replace"), ("this", "replace")),
        ("closest form:queue all", ("closest form", "queue all"), ("closest form", "queue all")),
        ("abort", ("abort", "drop"), (None, "abort")),
    ],
)
def test_sync_is_read(said: str, two: Any, four: Any) -> None:
    assert (read_sync_two(said).selector, read_sync_two(said).strategy) == two
    assert (read_sync_four(said).selector, read_sync_four(said).strategy) == four


@given(st.lists(st.sampled_from(["queue first", "queue last", "queue all", "drop", "replace"])))
def test_a_queue_never_sends_two_at_once(strategies: list[str]) -> None:
    queue, under_way, most = Queue(), [], [0]

    def turn(strategy: str) -> Turn:
        made = Turn(strategy, lambda: start(made), lambda: end(made))
        return made

    def start(one: Turn) -> None:
        if queue.current is None:
            queue.admits(one)
        under_way.append(one)
        most[0] = max(most[0], len(under_way))

    def end(one: Turn) -> None:
        if one in under_way:
            under_way.remove(one)

    for strategy in strategies:
        one = turn(strategy)
        if queue.admits(one) == "run":
            start(one)
    while under_way:
        one = under_way[0]
        end(one)
        queue.ends(one)
    assert most[0] <= 1 and queue.current is None and not queue.waiting


def test_a_lock_sends_what_waits_in_order() -> None:
    lock, sent = Lock(), []
    for number in range(4):
        if lock.admits("queue all", None, lambda n=number: sent.append(n), lambda: None):
            sent.append(number)
    for _ in range(3):
        lock.release()
    assert sent == [0, 1, 2, 3]


def test_objects_are_json_but_not_in_a_list() -> None:
    sent = from_values({"a": {"q": 1}, "b": [{"q": 1}, None, "x"], "c": None})
    assert sent.pairs == [
        ("a", '{"q":1}'), ("b", "[object Object]"), ("b", "null"), ("b", "x"), ("c", "null")
    ]  # fmt: skip
    assert percent_encoded(sent).startswith("a=%7B%22q%22%3A1%7D&b=%22%5Bobject%20Object%5D%22&b=")


@pytest.mark.parametrize("source", ["Math.random() > 0", "window.innerWidth > 600", "htmx.config"])
@pytest.mark.parametrize("dialect", [2, 4])
def test_what_browsers_bring_along_is_not_guessed_at(source: str, dialect: Any) -> None:
    element = parse("<b id=b>x</b>").select_one("b")
    assert element is not None
    with pytest.raises(NotSimulated, match=source.partition(".")[0]):
        read_filter(source, dialect).allows(Event("click"), element)
