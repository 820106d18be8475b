"""Which fields a browser refuses to send, and why; held against Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.controls import set_value
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.validity import (
    Unsayable,
    as_number,
    compiled,
    invalid,
    length_limit,
    problems,
    will_validate,
)

EMAILS = [
    *("a@b", "a", "a@", "@b", "a@b.c", "a b@c", "a@b..c", "a@-b", "a@b-", "a.@b", ".a@b", "a@b."),
    *(
        "a+b@c.d",
        "ä@b.c",
        "a@ä.de",
        "a@b@c",
        "a@b_c",
        "'@b",
        "a@1.2.3.4",
        "a@[::1]",
        "a@" + "x" * 63,
    ),
    *("a@" + "x" * 64, "(a)@b", "a,b@c", '"a"@b'),
]
URLS = [
    *(
        "http://a",
        "a.org",
        "http://",
        "http:a",
        "mailto:x",
        "//a",
        "/x",
        "http://a b",
        "x:",
        "ftp://a",
    ),
    *("http://a:80", "http://a:x", "http://a:99999", "https://ä.de/ü?x#y", "http://[::1]/", "1a:b"),
    *(
        "javascript:1",
        "http:///a",
        "http://a/b c",
        "http://u:p@a",
        "http://a%b",
        "data:,",
        "http://?x",
    ),
]
PATTERNS = [
    *(("[a-z]+", "abc"), ("[a-z]+", "abC"), ("a|bc", "bc"), ("a|bc", "abc"), ("^a$", "a")),
    *(("[\\w.-]+", "!!"), ("[\\w.\\-]+", "!!"), ("(", "x"), ("[", "x"), ("]", "x"), ("{", "x")),
    *(("}", "x"), ("a{2}", "aa"), ("a{2}", "a"), ("\\d+", "٣"), ("\\w", "ä"), ("\\s", " ")),
    *((".", "\u2028"), ("\\.", "x"), ("\\-", "-"), ("\\a", "x"), ("[a-]", "x"), ("[-a]", "x")),
    *(("[(]", "x"), ("[\\(]", "("), ("[&&]", "x"), ("[^]", "x"), ("[]", "x"), ("[^a]", "b")),
    *(
        ("\\u0041", "A"),
        ("\\u{1F600}", "😀"),
        ("\\x41", "A"),
        ("(?<n>a)\\k<n>", "aa"),
        ("a++", "x"),
    ),
    *(
        ("(a)\\1", "aa"),
        ("(?:a)+?", "aa"),
        ("(?=a).", "a"),
        ("(?<=a)b", "b"),
        ("+", "x"),
        ("a**", "x"),
    ),
    *(
        ("\\/", "/"),
        ("/", "/"),
        ("[/]", "x"),
        ("[\\/]", "/"),
        ("[!!]", "x"),
        ("[!@]", "@"),
        ("[@]", "x"),
    ),
    *(
        ("\\$", "$"),
        ("[$]", "$"),
        ("[.]", "x"),
        ("[a-z", "x"),
        (")", "x"),
        ("", "x"),
        ("[\\d]", "5"),
    ),
    *(("\\D", "x"), ("\\D", "1"), ("\\b.\\b", "a"), ("[_%+\\-]", "+"), ("[a-z0-9._%+-]+", "!")),
    *(
        ("x{,3}", "x"),
        ("x{1,2}", "xxx"),
        ("x{2,1}", "x"),
        ("\\cA", "x"),
        ("\\01", "x"),
        ("\\0", "x"),
    ),
    *(("[b-a]", "x"), ("[\\w-z]", "x"), ("(?<n>a)(?<n>b)", "x"), ("😀+", "😀😀"), (".", "😀")),
]
FIELDS = [
    "<input required>",
    "<input required value=' '>",
    "<input required disabled>",
    "<input required readonly>",
    "<fieldset disabled><input required></fieldset>",
    "<datalist><input required></datalist>",
    "<textarea required></textarea>",
    "<textarea required readonly></textarea>",
    "<input type=hidden required>",
    "<input type=checkbox required>",
    "<input type=checkbox required checked>",
    "<input type=checkbox required readonly>",
    "<input type=radio name=a required><input type=radio name=a>",
    "<input type=radio name=a required><input type=radio name=a checked>",
    "<input type=radio required>",
    "<input type=radio name=a required disabled><input type=radio name=a>",
    "<select required><option value=''>x<option>y</select>",
    "<select required><option value='' selected disabled>x<option>y</select>",
    "<select required><option>x<option value='' selected>y</select>",
    "<select required><optgroup><option value=''>x</optgroup></select>",
    "<select required size=2><option value=''>x</select>",
    "<select required multiple><option value='' selected>x</select>",
    "<select required multiple><option>x</select>",
    "<select required></select>",
    "<input type=file required>",
    "<input type=range required><input type=color required><input type=submit required>",
    "<button required>x</button><input type=button required><input type=image required>",
    "<input type=number min=3 value=2><input type=number max=3 value=4>",
    "<input type=number value=1.5><input type=number step=any value=1.5>",
    "<input type=number step=.1 value=.3><input type=number step=.1 min=.05 value=.3>",
    "<input type=number step=0 value=1.5><input type=number step=-2 value=1>",
    "<input type=number step=x value=1.5><input type=number min=x value=1>",
    "<input type=number step=2 value=3><input type=number step=2 min=0 value=3>",
    "<input type=number value=1e2><input type=number max=1e1 value=11>",
    "<input type=date min=2026-01-02 value=2026-01-01>"
    "<input type=date max=2020-01-01 value=2021-01-01>",
    "<input type=date step=2 min=2026-01-01 value=2026-01-02>",
    "<input type=date step=2 min=2026-01-01 value=2026-01-03>",
    "<input type=date step=.5 value=2026-01-02>",
    "<input type=month min=2026-03 value=2026-02>"
    "<input type=month step=3 min=2026-01 value=2026-03>",
    "<input type=week min=2026-W10 value=2026-W09><input type=week max=2020-W53 value=2021-W01>",
    "<input type=week step=2 min=2026-W01 value=2026-W02>",
    "<input type=time min=09:00 max=17:00 value=08:59>"
    "<input type=time min=22:00 max=06:00 value=12:00>",
    "<input type=time min=22:00 max=06:00 value=23:00><input type=time value=10:00:01>",
    "<input type=time step=1 value=10:00:01><input type=time step=any value=10:00:00.5>",
    "<input type=time min=10:00:30 value=10:01:30>",
    "<input type=datetime-local min=2026-01-01T10:00 value=2026-01-01T09:59>",
    "<input type=datetime-local value=2026-01-01T10:00:30>",
    "<input type=datetime-local step=900 min=2026-01-01T00:00 value=2026-01-01T00:20>",
    "<input minlength=3 value=a><input maxlength=1 value=abc>",
    "<input type=email multiple value='a@b,c'><input type=email multiple value='a@b,c@d'>",
    "<input type=email multiple value=''><input type=email value=''><input type=url value=''>",
    "<input type=number pattern=a value=5><textarea pattern=a>b</textarea>",
    "<input type=email pattern='.*x' value=a@b>"
    "<input type=email multiple pattern=a@b value=a@b,a@c>",
]

REASONS = """() => [...document.querySelectorAll('input, select, textarea, button')].map(
  el => {
    if (!el.willValidate) return null;
    const found = [];
    for (const k in el.validity) if (k != 'valid' && el.validity[k]) found.push(k);
    return found.sort() })"""


def ours(html: str) -> list[list[str] | None]:
    controls = parse(f"<!DOCTYPE html><body>{html}").select("input, select, textarea, button")
    return [sorted(p.reason for p in problems(e)) if will_validate(e) else None for e in controls]


def test_fields_are_judged_as_by_chromium(browser: Any) -> None:
    page = browser.new_page()
    wrong = []
    for html in FIELDS:
        page.set_content(f"<!DOCTYPE html><body>{html}")
        real, got = page.evaluate(REASONS), ours(html)
        if real != got:
            wrong.append(f"{html}\n real {real}\n ours {got}")
    page.close()
    assert not wrong, "\n\n".join(wrong)


def test_texts_are_judged_as_by_chromium(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<!DOCTYPE html><input>")
    wrong = []
    tried = [("email", "", t) for t in EMAILS] + [("url", "", t) for t in URLS]
    tried += [("text", pattern, text) for pattern, text in PATTERNS]
    for kind, pattern, text in tried:
        real = page.evaluate(
            "([type, pattern, value]) => { const el = document.createElement('input');"
            " el.type = type; if (pattern) el.pattern = pattern; el.value = value;"
            " return el.checkValidity() }",
            [kind, pattern, text],
        )
        el = parse("<input>").select_one("input")
        assert el is not None
        el.set("type", kind)
        if pattern:
            el.set("pattern", pattern)
        set_value(el, text)
        try:
            got = not problems(el)
        except Unsayable:
            got = None
        if real != got:
            wrong.append(f"{kind} {pattern!r} {text!r}: really {real}, ours {got}")
    page.close()
    assert not wrong, "\n".join(wrong)


# Without a browser -------------------------------------------------------------------------------


def field(html: str) -> Any:
    return parse(html).select_one("input, textarea")


@pytest.mark.parametrize(
    ("html", "typed", "reasons"),
    [
        ("<input maxlength=3>", "abcd", ["tooLong"]),
        ("<input maxlength=3>", "abc", []),
        ("<input minlength=3>", "ab", ["tooShort"]),
        ("<input minlength=3>", "", []),
        ("<input maxlength=x>", "abcd", []),
        ("<input maxlength=-1>", "abcd", []),
        ("<textarea maxlength=3></textarea>", "a\nbc", ["tooLong"]),
        ("<input maxlength=1>", "😀", ["tooLong"]),
        ("<input type=number maxlength=1>", "123", []),
    ],
)
def test_lengths_count_when_a_person_typed(html: str, typed: str, reasons: list[str]) -> None:
    el = field(html)
    set_value(el, typed)
    assert problems(el) == []
    set_value(el, typed, edited=True)
    assert [p.reason for p in problems(el)] == reasons


def test_what_python_cannot_say_is_said() -> None:
    for pattern in (r"\p{L}", "[[a-z]--[b]]", "[a&&b]", r"[\D]", "(?i:a)"):
        with pytest.raises(Unsayable):
            compiled(pattern)


def test_messages() -> None:
    form = parse("<form><input required><input type=email value=x><input pattern=a value=b></form>")
    said = [repr(p) for p in invalid(form.select("form")[0])]
    assert said == [
        'Problem(valueMissing: "Please fill out this field.")',
        "Problem(typeMismatch: \"Please enter an email address; 'x' is none.\")",
        'Problem(patternMismatch: "Please match the requested format.")',
    ]


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("date", "1970-01-02", 86_400_000),
        ("date", "12026-03-01", 317_341_843_200_000),
        ("month", "1969-12", -1),
        ("time", "00:01:00.5", 60_500),
        ("number", "x", None),
        ("text", "1", None),
        ("datetime-local", "1970-01-01T00:01", 60_000),
    ],
)
def test_numbers_behind_values(kind: str, text: str, number: int | None) -> None:
    assert as_number(kind, text) == number


def test_limits() -> None:
    assert length_limit(field("<input maxlength=' 5 '>")) == 5
    assert length_limit(field("<input>")) is None
    assert length_limit(field("<input minlength=2>"), "minlength") == 2
