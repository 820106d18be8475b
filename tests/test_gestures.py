"""The events of clicks, keys and texts, compared with those that Playwright makes in Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks import choosing, gestures, keyboard
from fasthtml_nb.checks.activation import activation
from fasthtml_nb.checks.controls import checked, options, selected, set_value, value
from fasthtml_nb.checks.cursor import select_text
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.events import Event, Events
from fasthtml_nb.checks.focus import Hands, focus
from fasthtml_nb.checks.page import visit

from .apps import pages


class Desk:
    """A tab that goes nowhere."""

    url = base_url = "http://testserver/"

    def __init__(self, html: str) -> None:
        self.document, self.hands = parse(f"<!DOCTYPE html><body>{html}"), Hands()
        self.events = Events(lambda event: activation(self, event))
        self.heard: list[str] = []
        self.events.on_any(self.hear)

    def hear(self, event: Event) -> None:
        target = event.target
        where = target if isinstance(target, str) else getattr(target, "id", "") or "?"
        note = event.keys.get("key") or event.keys.get("inputType") or ""
        self.heard.append(" ".join(filter(None, (event.type, where, note))))

    def focus_on(self, element: Any) -> None:
        focus(self, element)

    def entered(self, dialog: Any, first: Any) -> None:
        self.focus_on(first)

    def left(self, dialog: Any) -> None: ...

    def open_popovers(self) -> list[Any]:
        return []

    def follow(self, url: str, *, target: str, by: Any, download: bool) -> None: ...

    def send(self, sent: Any, *, by: Any) -> None: ...

    def refused(self, form: Any, problems: Any) -> None: ...

    def blind(self, reason: str, element: Any = None) -> None: ...

    def do(self, what: str, on: str, *rest: Any) -> None:
        el = self.document.get_by_id(on) if on else None
        if what == "set":
            set_value(el, rest[0])
        elif what == "tell":
            self.events.dispatch(el, Event("change", cancelable=False))
        elif what == "into":
            self.document.get_by_id(rest[0]).append(el)
        elif what == "choose":
            wanted = [o for o in options(el) if value(o) in rest[0]]
            gestures.select(self, el, wanted)
        elif what == "check":
            gestures.tick(self, el, rest[0])
        elif what == "hold":
            keyboard.key_down(self, rest[0])
        elif what == "let go":
            keyboard.key_up(self, rest[0])
        elif what == "select":
            select_text(self, el)
        elif what == "dblclick":
            gestures.click(self, el, count=2)
        elif what == "click":
            given = dict(rest[0]) if rest else {}
            gestures.click(self, el, count=given.pop("click_count", 1), **given)
        else:
            {
                "fill": gestures.fill,
                "type": keyboard.type_text,
                "press": keyboard.press,
                "focus": focus,
                "hover": gestures.hover,
            }[what](self, el, *rest)

    def seen(self) -> list[Any]:
        return [
            [selected(el) and value(el) or "" if el.tag == "select" else value(el), checked(el)]
            for el in self.document.select("input, textarea, select")
        ]


FRUITS = (
    "<option>Apple<option disabled>Banana<option>Berry<option>Blue fish<option>Bold"
    "<option>cherry</select>"
)
CASES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("<button id=a>A</button>", [("click", "a")]),
    ("<button id=a>A</button>", [("dblclick", "a")]),
    ("<button id=a>A</button>", [("click", "a", {"button": "right"})]),
    ("<button id=a>A</button>", [("click", "a", {"button": "middle"})]),
    ("<button id=a>A</button><button id=b>B</button>", [("click", "a"), ("click", "b")]),
    ("<p id=a>A</p><input id=b>", [("focus", "b"), ("click", "a")]),
    (
        "<div id=a><b id=b>x</b></div><p id=c>y</p>",
        [("hover", "b"), ("hover", "c"), ("hover", "b")],
    ),
    ("<label id=a>Name</label>", [("click", "a")]),
    ("<label id=a for=b>Name</label><input id=b>", [("click", "a")]),
    ("<label id=a><span id=s>Soon</span><input id=b type=checkbox></label>", [("click", "s")]),
    ("<input id=a type=checkbox>", [("check", "a", True), ("check", "a", True)]),
    ("<input id=a type=checkbox checked>", [("check", "a", False)]),
    (
        "<input id=a type=radio name=r><input id=b type=radio name=r>",
        [("click", "a"), ("click", "b")],
    ),
    ("<input id=a type=radio name=r checked>", [("click", "a")]),
    ("<input id=a>", [("fill", "a", "new")]),
    ("<input id=a value=old><input id=b>", [("fill", "a", "new"), ("click", "b")]),
    ("<input id=a value=old><input id=b>", [("fill", "a", "old"), ("click", "b")]),
    ("<input id=a value=old>", [("fill", "a", "")]),
    ("<input id=a>", [("fill", "a", "")]),
    ("<input id=a maxlength=3>", [("fill", "a", "abcdef")]),
    ("<input id=a type=number>", [("fill", "a", "12")]),
    ("<input id=a type=date>", [("fill", "a", "2026-01-02")]),
    (
        "<input id=a type=range><input id=b type=color>",
        [("fill", "a", "7"), ("fill", "b", "#ABCDEF")],
    ),
    ("<textarea id=a>x</textarea><input id=b>", [("fill", "a", "1\n2"), ("focus", "b")]),
    ("<input id=a>", [("type", "a", "ab")]),
    ("<input id=a value=x>", [("type", "a", "b")]),
    # Scripts write, too: only what a person began is announced when the field is left
    ("<input id=a value=x><input id=b>", [("focus", "a"), ("set", "a", "y"), ("focus", "b")]),
    *[
        (
            "<input id=a value=x><input id=b>",
            [("press", "a", "y"), ("set", "a", text), ("tell", "a"), ("focus", "b")],
        )
        for text in ("z", "x", "yx")
    ],
    (
        "<textarea id=a>x</textarea><input id=b>",
        [("set", "a", "y"), ("press", "a", "z"), ("set", "a", "y"), ("focus", "b")],
    ),
    (
        "<input id=a><input id=b>",
        [("type", "a", "y"), ("focus", "b"), ("focus", "a"), ("set", "a", "z"), ("focus", "b")],
    ),
    # What a field holds beside its text is not shown
    *[
        (f"{outer}{inner}", [("into", "b", "a"), ("focus", "b")])
        for outer in (
            "<textarea id=a></textarea>",
            "<select id=a></select>",
            "<select id=a multiple></select>",
            "<datalist id=a></datalist>",
            "<p id=a></p>",
        )
        for inner in ("<input id=b>", "<a id=b href=/>x</a>", "<p id=b tabindex=0>x</p>")
    ],
    ("<input id=a maxlength=1>", [("type", "a", "ab")]),
    ("<textarea id=a></textarea>", [("type", "a", "a\nb")]),
    ("<input id=a><input id=b>", [("type", "a", "x"), ("press", "a", "Tab")]),
    ("<input id=a><input id=b>", [("focus", "b"), ("press", "", "Shift+Tab")]),
    ("<form id=f><input id=a></form>", [("type", "a", "x"), ("press", "a", "Enter")]),
    ("<form id=f><input id=a><button id=b>B</button></form>", [("press", "a", "Enter")]),
    ("<form id=f><input id=a required></form>", [("press", "a", "Enter")]),
    ("<form id=f><input id=a required><button id=b>B</button></form>", [("click", "b")]),
    ("<form id=f><input id=a><input id=b type=reset></form>", [("fill", "a", "x"), ("click", "b")]),
    ("<button id=a>A</button>", [("press", "a", "Enter")]),
    ("<button id=a>A</button>", [("press", "a", "Space")]),
    ("<input id=a type=checkbox>", [("press", "a", "Space")]),
    ("<a id=a href=#x>A</a>", [("press", "a", "Enter")]),
    ("<input id=a value=abc>", [("press", "a", "End"), ("press", "a", "Backspace")]),
    ("<input id=a value=abc>", [("press", "a", "Home"), ("press", "a", "Delete")]),
    ("<input id=a value=abc>", [("press", "a", "Control+a"), ("press", "a", "x")]),
    ("<input id=a value=abc readonly>", [("press", "a", "x")]),
    ("<input id=a>", [("press", "a", "A"), ("press", "a", "Escape")]),
    ("<input id=a>", [("press", "a", "Shift+b"), ("press", "a", "Control+Shift+ArrowLeft")]),
    ("<select id=a><option>x<option>y</select>", [("choose", "a", ["y"])]),
    ("<select id=a multiple><option>x<option>y</select>", [("choose", "a", ["x", "y"])]),
    ("<select id=a><option>x<option>y</select>", [("choose", "a", ["x"])]),
    (
        "<input id=a type=radio name=r checked><input id=b type=radio name=r>",
        [("press", "a", "ArrowDown")],
    ),
    ("<input id=a type=number value=5>", [("press", "a", "ArrowUp")]),
    ("<input id=a type=range value=5>", [("press", "a", "ArrowRight")]),
    ("<details id=d><summary id=a>More</summary>text</details>", [("click", "a")]),
    ("<p id=a contenteditable>x</p>", [("fill", "a", "new")]),
    ("<div id=a contenteditable>x</div>", [("fill", "a", "new\nline")]),
    ("<div id=a contenteditable>x</div>", [("press", "a", "Enter"), ("press", "a", "y")]),
    ("<fieldset id=f disabled><button id=b>B</button></fieldset><p id=a>x</p>", [("click", "a")]),
    ("<label id=a for=b>N</label><input id=b><input id=c>", [("focus", "c"), ("focus", "a")]),
    (
        "<label id=a for=b>N</label><input id=b><input id=c>",
        [("press", "c", "y"), ("press", "a", "x")],
    ),
    ("<label id=a>N <input id=b></label><p id=c>x</p>", [("focus", "b"), ("focus", "c")]),
    ("<label id=a for=b>N</label><input id=b disabled>", [("focus", "a")]),
    *(
        (f"<label id=a for=b>N</label>{field}", [step])
        for field in (
            "<input id=b>",
            "<input id=b type=checkbox>",
            "<select id=b><option>x</select>",
            "<button id=b>k</button>",
        )
        for step in (
            ("dblclick", "a"),
            ("click", "a", {"modifiers": ["Shift"]}),
            ("click", "a", {"modifiers": ["Control"]}),
            ("click", "a", {"click_count": 3}),
        )
    ),
    *(
        (f"<select id=a{more}>{FRUITS}", [("press", "a", key) for key in keys.split()])
        for more in ("", " size=3")
        for keys in ("b", "B", "b b", "b l", "z", "c", "b o", "b e", "a", "b b b b", "c KeyB")
    ),
    (f"<select id=a>{FRUITS}", [("type", "a", "blue f")]),
    (f"<select id=a multiple>{FRUITS}", [("press", "a", "c")]),
    (
        f"<select id=a>{FRUITS}",
        [("press", "a", key) for key in ("End", "End", "Home", "ArrowDown")],
    ),
    *(
        ("<input id=a value=ab>", [("press", "a", "End"), ("press", "a", key)])
        for key in (
            "Equal Minus Numpad0 Numpad5 Digit1 KeyA Space Shift+Equal Shift+Digit1 Shift+KeyA "
            "Shift+a NumpadAdd NumpadSubtract NumpadMultiply NumpadDivide Semicolon "
            "Shift+Semicolon Quote Backquote Slash BracketLeft Shift+BracketRight Backslash Comma "
            "Period + Shift+; Shift ShiftLeft ControlRight+a NumpadDecimal Numpad4 Pause"
        ).split()
    ),
    ("<form id=f><input id=a></form>", [("press", "a", "NumpadEnter")]),
    ("<textarea id=a></textarea>", [("press", "a", "\n")]),
    ("<input id=a>", [("type", "a", "caf\u00e9!")]),
    *(
        (f"<input id=a type={kind}>", [("fill", "a", text)])
        for kind, texts in {
            "date": ["x", "2026-13-01", " 2026-01-02 ", "2026-1-2", ""],
            "time": ["25:00", "9:30", " 09:30"],
            "month": ["2026-1"],
            "week": ["2026-W60"],
            "datetime-local": ["2026-01-02 10:00", "soon"],
            "color": ["#ABCDEF", "#abc", "", " #abcdef "],
            "range": ["x", "150", "7.5", "", " 7 ", "5e0"],
            "number": [" 5 ", "1e3", "+5"],
        }.items()
        for text in texts
    ),
    ("<input id=a type=range step=3>", [("fill", "a", "7")]),
    ("<input id=a type=date min=2026-01-05>", [("fill", "a", "2026-01-01")]),
    # Keys that are held
    (
        "<input id=a>",
        [
            ("focus", "a"),
            *[("hold", "", key) for key in ("a", "a", "Shift", "Digit3", "Control")],
            *[("let go", "", key) for key in ("Control", "Shift", "a")],
            ("press", "", "b"),
        ],
    ),
    ("<button id=a>A</button>", [("focus", "a"), ("hold", "", "Space"), ("let go", "", "Space")]),
    ("<button id=a>A</button>", [("click", "a", {"modifiers": ["Control", "Alt"]})]),
    ("<input id=a>", [("press", "a", "AudioVolumeMute")]),
    # A field of numbers takes the signs of a number only, and what is none yet is no value
    *(
        ("<input id=a type=number>", [("type", "a", text), ("press", "a", "ArrowUp")])
        for text in ("1a2", "abc", "-1.5e3", "--1..2ee3+", "1,5 6", "-", "1e", "5.")
    ),
    ("<input id=a type=number value=7>", [("type", "a", "1e"), ("fill", "a", "")]),
    ("<form id=f><input id=a type=number></form>", [("type", "a", "1e"), ("press", "a", "Enter")]),
    # Lines and words
    ("<input id=a>", [("fill", "a", "a\nb\r\nc\n")]),
    ("<textarea id=a></textarea>", [("fill", "a", "a\r\nb")]),
    *(
        (
            "<textarea id=a>one two\nthree four\nfive</textarea>",
            [("press", "a", "Control+End"), *[("press", "a", key) for key in keys.split()]],
        )
        for keys in (
            "ArrowUp x ArrowDown y",
            "ArrowUp ArrowUp ArrowUp x",
            "Home x End y",
            "ArrowUp Home Shift+End x",
            "Control+Backspace x",
            "Control+ArrowLeft x Control+Home y Control+ArrowRight z",
            "Control+Home Control+Delete x",
            "Shift+ArrowUp Backspace",
            "Control+a Control+x x Control+v",
            "Control+Shift+ArrowLeft Control+c End Control+v",
            "ArrowLeft ArrowLeft Shift+ArrowLeft Shift+ArrowLeft ArrowRight x",
        )
    ),
    *(
        (f"<{tag} id=a></{tag}>", [("fill", "a", text), way, ("press", "", "x")])
        for tag, text in (("input", "some few words"), ("textarea", "two\nlines"))
        for way in (("dblclick", "a"), ("click", "a", {"click_count": 3}), ("select", "a"))
    ),
    ("<p id=a>text</p><input id=b value=x>", [("focus", "b"), ("select", "a")]),
    (
        "<p id=a contenteditable>x</p><input id=b>",
        [("type", "a", "y"), ("focus", "b"), ("type", "a", "z"), ("press", "a", "Enter")],
    ),
    ("<input id=a type=radio checked><input id=b type=radio>", [("press", "a", "Space")]),
    (f"<select id=a>{FRUITS}", [("press", "a", "PageDown"), ("press", "a", "PageUp")]),
    # Steps lead along their own line, and to the limits
    *(
        (f"<input id=a type=number {said}>", [("press", "a", key) for key in keys.split()])
        for said in (
            "value=5 min=0 step=2",
            "value=5 step=2",
            "min=0 max=9 step=4 value=7",
            "value=1234567.5 step=.25",
            "min=-3",
            "max=2 value=9",
            "min=3 value=1",
            "value=1 step=0",
            "min=3",
            "value=5 readonly",
        )
        for keys in ("ArrowUp ArrowUp", "ArrowDown ArrowDown")
    ),
    *(
        (f"<input id=a type=range {said}>", [("press", "a", key) for key in keys.split()])
        for said in ("value=7", "min=-4 max=4 step=2", "max=10 step=5 value=5", "step=any")
        for keys in (
            "End End Home Home",
            "PageUp PageUp",
            "PageDown PageDown",
            "ArrowUp ArrowLeft ArrowLeft",
        )
    ),
    *(
        (f"<select id=a size=3>{FRUITS}", [("press", "a", key) for key in keys.split()])
        for keys in ("ArrowUp", "ArrowDown", "ArrowRight", "End ArrowLeft", "Home ArrowUp")
    ),
    (
        "<input id=a type=search value=x><input id=b>",
        [("press", "a", "Escape"), ("press", "a", "Escape"), ("focus", "b")],
    ),
    ("<input id=a type=search value=x readonly>", [("press", "a", "Escape")]),
]

LISTEN = """(names) => { window.heard = [];
  for (const name of names) window.addEventListener(name, e => {
    const t = e.target; const where = t === window ? 'window' : t.id || '?';
    const note = e.key || e.inputType || '';
    window.heard.push([name, where, note].filter(x => x).join(' '));
    if (name == 'submit') setTimeout(() => 0), e.preventDefault();
  }, true) }"""
NAMES = (
    "pointerover pointerenter pointerout pointerleave pointermove pointerdown pointerup "
    "mouseover mouseenter mouseout mouseleave mousemove mousedown mouseup click dblclick auxclick "
    "contextmenu focus focusin blur focusout keydown keypress keyup beforeinput input change "
    "submit reset invalid toggle cut copy search"
).split()
# Sooner or later, where Playwright looks what is under the mouse, and only where somebody listens;
# a middle click pastes what was selected last, on Linux
QUIET = {"toggle", "paste", "pointerover", "pointerout"} | {
    f"{what}{way}" for what in ("pointer", "mouse") for way in ("enter", "leave")
}


def play(page: Any, steps: list[tuple[Any, ...]]) -> None:
    for what, on, *rest in steps:
        at = page.locator(f"#{on}") if on else None
        if what == "set":
            at.evaluate("(el, text) => { el.value = text; }", rest[0])
        elif what == "tell":
            at.evaluate("el => el.dispatchEvent(new Event('change', {bubbles: true}))")
        elif what == "into":
            at.evaluate("(el, id) => document.getElementById(id).append(el)", rest[0])
        elif what == "choose":
            at.select_option(rest[0])
        elif what == "check":
            at.set_checked(rest[0])
        elif what == "type":
            at.press_sequentially(rest[0])
        elif what == "press":
            page.keyboard.press(rest[0]) if at is None else at.press(rest[0])
        elif what == "hold":
            page.keyboard.down(rest[0])
        elif what == "let go":
            page.keyboard.up(rest[0])
        elif what == "select":
            at.select_text()
        elif what == "click":
            at.click(**(rest[0] if rest else {}))
        else:
            getattr(at, what)(*rest)


def without(heard: list[str]) -> list[str]:
    """Leave out what the layout decides: where the mouse passes, and moves without effect."""
    kept = [one for one in heard if one.split()[0] not in QUIET]
    return [one for one in kept if one.split()[1:2] != ["?"] or "key" in one]


def test_events_are_those_of_chromium(browser: Any) -> None:
    page = browser.new_page()
    wrong = []
    for html, steps in CASES:
        page.mouse.move(0, 0)
        page.set_content(f"<!DOCTYPE html><body style='padding: 50px'>{html}")
        page.evaluate(LISTEN, NAMES)
        play(page, steps)
        real = without(page.evaluate("() => window.heard"))
        values = page.evaluate(
            "() => [...document.querySelectorAll('input, textarea, select')]"
            ".map(el => [el.value, !!el.checked])"
        )
        desk = Desk(html)
        for step in steps:
            desk.do(*step)
        got = without(desk.heard)
        if (real, values) != (got, desk.seen()):
            wrong.append(f"{html} {steps}\n real {real} {values}\n ours {got} {desk.seen()}")
    page.close()
    assert not wrong, f"{len(wrong)} of {len(CASES)}:\n" + "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("html", "key", "told"),
    [
        ("<input id=a type=date value=2024-02-28>", "1", "use fill()"),
        ("<input id=a type=time value=10:20>", "ArrowUp", "use fill()"),
    ],
)
def test_keys_that_do_nothing_here_are_told(html: str, key: str, told: str) -> None:
    page = visit(pages.app(), "/")
    page.set_content(html)
    page.locator("#a").press(key)
    assert len(page.blind) == 1 and told in page.blind[0]


@pytest.mark.parametrize(
    ("html", "steps", "markup"),
    [
        ("<div id=a contenteditable>x<b>y</b></div>", [("fill", "a", "p\nq")], "p<div>q</div>"),
        (
            "<p id=a contenteditable></p>",
            [("fill", "a", "<\n\n&")],
            "&lt;<div><br></div><div>&amp;</div>",
        ),
        ("<span id=a contenteditable>x</span>", [("fill", "a", "p\r\nq")], "p<br>q<br>"),
        ("<div id=a contenteditable>x</div>", [("fill", "a", "")], "<br>"),
        ("<div id=a contenteditable></div>", [("fill", "a", "")], ""),
        (
            "<div id=a contenteditable></div>",
            [
                ("fill", "a", "p\nq"),
                ("press", "a", "x"),
                ("press", "a", "Enter"),
                ("press", "a", "y"),
            ],
            "p<div>qx</div><div>y</div>",
        ),
        (
            "<div id=a contenteditable></div>",
            [("fill", "a", "p\nq"), *2 * [("press", "a", "Backspace")]],
            "p",
        ),
    ],
)
def test_lines_of_editable_text_are_blocks_or_breaks(
    html: str, steps: list[tuple[str, ...]], markup: str
) -> None:
    desk = Desk(html)
    for step in steps:
        desk.do(*step)
    assert desk.document.get_by_id("a").inner_html == markup  # type: ignore[union-attr]


def test_a_tab_that_is_typed_is_text_and_one_that_is_pressed_goes_on() -> None:
    desk = Desk("<input id=a><input id=b>")
    field = desk.document.get_by_id("a")
    assert field is not None
    keyboard.type_text(desk, field, "p\tq")
    assert value(field) == "p\tq" and desk.hands.focus is field
    keyboard.press(desk, field, "Tab")
    assert desk.hands.focus is desk.document.get_by_id("b")


def test_a_place_that_is_no_number() -> None:
    desk = Desk(f"<a id=a tabindex={'9' * 5000} href=/a>a</a><b id=b tabindex=0>b</b>")
    assert choosing.next_focus(desk, back=False) is desk.document.get_by_id("a")


@pytest.mark.parametrize(
    ("html", "can"),
    [
        ("<div style='visibility:hidden'><button id=a style='visibility:inherit'>", False),
        ("<div style='visibility:hidden'><button id=a style='visibility:unset'>", False),
        ("<div style='visibility:hidden'><button id=a style='visibility:visible'>", True),
        ("<div style='content-visibility:hidden'><button id=a>", False),
        ("<button id=a style='content-visibility:hidden'>", True),
    ],
)
def test_what_a_style_keeps_from_the_focus(html: str, can: bool) -> None:
    desk = Desk(html)
    desk.focus_on(desk.document.get_by_id("a"))
    assert (desk.hands.focus is not None) == can


def test_many_choices() -> None:
    desk = Desk(f"<select multiple id=a>{'<option>x' * 5000}</select>")
    (el,) = desk.document.select("select")
    choosing.choose_all(desk, el)
    assert choosing.step(desk, el, "ArrowUp", {"shiftKey": True})
    assert len(selected(el)) in (4999, 5000)
