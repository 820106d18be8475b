"""What a form sends, held against Chromium: its data, its requests, Enter and reset."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fasthtml_nb.checks.controls import File, set_checked, set_files, set_value, value
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.forms import (
    MULTIPART,
    Entry,
    can_submit_implicitly,
    default_button,
    encode,
    entries,
    implicit_submitter,
    reset,
    submission,
    submitters,
    urlencoded,
    with_query,
)

HERE = "http://testserver/list?page=2"

# Each: markup, whose button is `#go` if it has one. ---------------------------------------------
FORMS = [
    "<form><input name=a value=1><input name=b><input value=x><input name='' value=x></form>",
    "<form><textarea name=a>\nx\ny</textarea><textarea name=b></textarea></form>",
    "<form><input type=checkbox name=a><input type=checkbox name=a checked>"
    "<input type=checkbox name=a value='' checked></form>",
    "<form><input type=radio name=r value=1 checked><input type=radio name=r value=2></form>",
    "<form><select name=s><option>A<option selected>B</select><select name=m multiple>"
    "<option selected>C<option selected disabled>D<option selected value=''>E</select></form>",
    "<form><select name=s><optgroup disabled><option selected>A</optgroup></select></form>",
    "<form><select name=s disabled><option>A</select><select name=t></select></form>",
    "<form><fieldset disabled><legend><input name=a value=1></legend>"
    "<input name=b></fieldset></form>",
    "<form><button name=x value=1>1</button><button id=go name=x value=2>2</button></form>",
    "<form><input type=submit name=x value=1><input id=go type=submit name=y></form>",
    "<form><button id=go name=x>1</button><input type=reset name=r>"
    "<input type=button name=b></form>",
    "<form><button id=go>No name</button><input name=isindex value=1></form>",
    "<form><input type=hidden name=_charset_ value=x><input type=hidden name=_CHARSET_></form>",
    "<form><input name=_charset_ value=x></form>",
    "<form><input name=a value=x dirname=d><textarea name=b dirname=e dir=rtl>y</textarea></form>",
    "<form dir=rtl><input name=a dirname=d><input type=tel name=t dirname=u></form>",
    "<form dir=rtl><input type=number name=n dirname=d><input name=x dirname=''></form>",
    "<form><input name=a value='&#x5e9;' dirname=d dir=auto></form>",
    "<form><datalist><input name=no value=1><option>x</datalist><input name=yes></form>",
    "<form id=f><input name=a></form><input name=b form=f>"
    "<input name=c><button id=go form=f name=g>",
    "<input name=z form=f><form id=f><input name=a form=g></form><form id=g><input name=b></form>",
    "<form><input type=file name=f><input type=file name=g multiple></form>",
    "<form><output name=o>1</output><meter name=m></meter><object name=x></object></form>",
    "<form><template><input name=no></template><details><input name=yes></details></form>",
    "<form><input type=number name=n value=x><input type=color name=c>"
    "<input type=range name=r></form>",
    "<form><input type=image id=other name=i><input name=a></form>",
    "<form><input name='a&#10;b' value='c'><input type=hidden name=h value='d&#10;e'></form>",
    "<form><label><input name=a value=' é + &amp; ~ * ( ) %'></label></form>",
]

DATA = """() => { const go = document.querySelector('#go');
    const form = go && go.form || document.querySelector('form');
    return [...new FormData(form, go || undefined)].map(([name, v]) =>
        [name, typeof v == 'string' ? v : {file: v.name, size: v.size, type: v.type}]) }"""


def plain(pairs: list[Entry]) -> list[list[Any]]:
    return [
        [n, {"file": v.name, "size": len(v.content), "type": v.type} if isinstance(v, File) else v]
        for n, v in pairs
    ]


def test_forms_send_what_chromium_sends(browser: Any) -> None:
    page = browser.new_page()
    wrong = []
    for html in FORMS:
        page.set_content(f"<!DOCTYPE html><body>{html}")
        document = parse(f"<!DOCTYPE html><body>{html}")
        go, form = document.select_one("#go"), document.select_one("form")
        if go is not None and go.has("form"):
            form = document.get_by_id(go.get("form"))
        assert form is not None
        real, got = page.evaluate(DATA), plain(entries(form, go))
        if real != got:
            wrong.append(f"{html}\n real {real}\n ours {got}")
    page.close()
    assert not wrong, "\n\n".join(wrong)


# Each: markup, with a button `#go` to press -----------------------------------------------------
REQUESTS = [
    "<form><input name=a value=1><button id=go>x</button></form>",
    "<form action=''><button id=go name=b value=2>x</button></form>",
    "<form action=/x?old=1#part><input name=a value='1 2'><button id=go>x</button></form>",
    "<form action='?only=1'><input name=a><button id=go>x</button></form>",
    "<form action='#'><input name=a value=1><button id=go>x</button></form>",
    "<form method=post action=/x?old=1#part><input name=a value=1><button id=go>x</button></form>",
    "<form method=post><input name=a value='é&#10;~*-._ (!)'><button id=go>x</button></form>",
    "<form method=post><textarea name=a>1&#10;2</textarea><button id=go>x</button></form>",
    "<form method=POST enctype=text/plain><input name=a value=1><input name=b><button id=go>",
    "<form method=post enctype=multipart/form-data><textarea name='a&quot;b'>1&#10;2</textarea>"
    "<input type=file name=f><button id=go>x</button></form>",
    "<form method=put action=/x><input name=a value=1><button id=go>x</button></form>",
    "<form enctype=multipart/form-data><input name=a value=1>"
    "<input type=file name=f><button id=go>",
    "<form><input name=a value=1><button id=go formmethod=post formaction=/y name=b value=2>x",
    "<form method=post action=/x><button id=go formmethod=get>x</button></form>",
    "<form method=post><input name=a value=1>"
    "<button id=go formenctype=text/plain>x</button></form>",
    "<form action=/x><button id=go formaction=''>x</button></form>",
    "<base href=/deep/er/><form action=x><button id=go>x</button></form>",
    "<base href=/deep/er/><form><button id=go>x</button></form>",
    "<form method=post action=' /spaced '><button id=go>x</button></form>",
    "<form id=f method=post action=/x></form><button id=go form=f name=n value=v>x</button>",
    "<form method=post><input type=hidden name=_charset_><button id=go>x</button></form>",
    "<form method=post><button id=go>x</button></form>",
]


def boundless(text: str) -> str:
    """Put one name in place of a multipart body's boundary."""
    return re.sub("-{2,}[A-Za-z]*FormBoundary[A-Za-z0-9]+", "BOUNDARY", text)


def test_submissions_are_chromiums(browser: Any) -> None:
    page = browser.new_page()
    asked: list[Any] = []
    html = ""

    def answer(route: Any, request: Any) -> None:
        asked.append(request)
        route.fulfill(body=f"<!DOCTYPE html><body>{html}", content_type="text/html; charset=utf-8")

    page.route("**/*", answer)
    wrong = []
    for html in REQUESTS:
        page.goto(HERE)
        asked.clear()
        with page.expect_navigation():
            page.click("#go")
        request = next(r for r in asked if r.is_navigation_request())
        real = (
            request.method,
            page.url,
            boundless(request.headers.get("content-type", "")),
            boundless(request.post_data or ""),
        )
        document = parse(f"<!DOCTYPE html><body>{html}")
        go, base = document.select_one("#go"), document.select_one("base")
        assert go is not None
        form = document.select_one("form")
        assert form is not None
        start = "http://testserver/deep/er/" if base else None
        sent = submission(form, go, url=HERE, base=start)
        got = (
            sent.method,
            sent.url,
            boundless(sent.content_type),
            boundless(sent.body.decode()),
        )
        if real != got:
            wrong.append(f"{html}\n real {real}\n ours {got}")
    page.close()
    assert not wrong, "\n\n".join(wrong)


# Each: a form whose `#in` gets Enter -------------------------------------------------------------
ENTERS = [
    "<form><input id=in></form>",
    "<form><input id=in><input></form>",
    "<form><input id=in><input type=checkbox><input type=hidden></form>",
    "<form><input id=in><input type=number></form>",
    "<form><input id=in type=checkbox><input></form>",
    "<form><input id=in type=radio></form>",
    "<form><input><input id=in type=range></form>",
    "<form><textarea id=in></textarea></form>",
    "<form><input id=in><input><button name=b value=1>x</button></form>",
    "<form><input id=in><button type=button>x</button><input type=submit name=s value=2></form>",
    "<form><input id=in><button disabled>x</button><button>y</button></form>",
    "<form id=f><input id=in></form><button form=f name=b value=out>x</button>",
    "<form id=f><button name=b value=in>y</button><input id=in></form><button form=f>x</button>",
    "<form><input id=in type=date></form>",
    "<form><input id=in type=email><input type=image name=i></form>",
    "<form><input id=in readonly></form>",
    "<input id=in>",
    *(
        f"<form><input id=in type={type}><button name=b>x</button></form>"
        for type in "text number date time month checkbox radio range search".split()
    ),
    "<form><select id=in><option>A</select><button name=b>x</button></form>",
]


def test_enter_submits_as_in_chromium(browser: Any) -> None:
    page = browser.new_page()
    wrong = []
    for html in ENTERS:
        page.set_content(f"<!DOCTYPE html><body>{html}")
        page.evaluate(
            "() => { window.sent = null; addEventListener('submit', e => { e.preventDefault();"
            " window.sent = e.submitter ? e.submitter.outerHTML : 'form' }) }"
        )
        page.focus("#in")
        page.keyboard.press("Enter")
        real = page.evaluate("() => window.sent")
        field = parse(f"<!DOCTYPE html><body>{html}").get_by_id("in")
        assert field is not None
        by = implicit_submitter(field)
        got = None if by is None else "form" if by.tag == "form" else by.outer_html
        assert can_submit_implicitly(field) is (by is not None)
        if real != got:
            wrong.append(f"{html}\n real {real}\n ours {got}")
    page.close()
    assert not wrong, "\n\n".join(wrong)


# Without a browser -------------------------------------------------------------------------------


def form_of(html: str) -> Any:
    return parse(html).select_one("form")


def test_buttons_of_a_form() -> None:
    form = form_of("<form><button type=button>a<button>b</button><input type=image></form>")
    assert [el.tag for el in submitters(form)] == ["button", "input"]
    button = default_button(form)
    assert button is not None and button.text == "b"
    assert default_button(form_of("<form></form>")) is None


def test_an_image_sends_where_it_was_pressed() -> None:
    form = form_of("<form><input type=image name=i><input type=image></form>")
    named, nameless = form.children
    assert entries(form, named) == [("i.x", "0"), ("i.y", "0")]
    assert entries(form, nameless) == [("x", "0"), ("y", "0")]


def test_files_travel_whole() -> None:
    form = form_of("<form><input type=file name=f multiple></form>")
    set_files(form.children[0], [File("a\n\"b'.txt", b"\r\n--x", "text/plain"), File("é.bin")])
    kind, body = encode(entries(form), MULTIPART)
    boundary = kind.partition("boundary=")[2].encode()
    assert body.count(b"--" + boundary) == 3 and body.endswith(b"--\r\n")
    assert b'name="f"; filename="a%0A%22b\'.txt"\r\nContent-Type: text/plain\r\n\r\n\r\n--x' in body
    assert urlencoded(entries(form)) == "f=a%0D%0A%22b%27.txt&f=%C3%A9.bin"


def test_the_same_form_writes_the_same_bytes() -> None:
    pairs: list[Entry] = [("a", "1"), ("f", File("x", b"y"))]
    assert encode(pairs, MULTIPART) == encode(list(pairs), MULTIPART)


def test_lone_surrogates_do_no_harm() -> None:
    pairs: list[Entry] = [("a", "\ud800")]
    for enctype in (MULTIPART, "application/x-www-form-urlencoded"):
        assert encode(pairs, enctype)[1]


def test_reset_brings_back_the_beginning() -> None:
    form = form_of(
        "<form><input name=a value=1><input type=checkbox name=b checked>"
        "<textarea name=c>x</textarea><select name=d><option>A<option selected>B</select></form>"
    )
    before = entries(form)
    a, b, c, d = form.children
    set_value(a, "2")
    set_checked(b, False)
    set_value(c, "y")
    set_value(d, "A")
    assert entries(form) == [("a", "2"), ("c", "y"), ("d", "A")]
    reset(form)
    assert entries(form) == before and value(d) == "B"


def test_dialog_and_validation_of_the_button() -> None:
    form = form_of("<form method=dialog><button formnovalidate>x</button></form>")
    sent = submission(form, form.children[0], url=HERE)
    assert sent.method == "DIALOG" and not sent.validates
    assert submission(form, url=HERE).validates
    assert not submission(form_of("<form novalidate></form>"), url=HERE).validates


@pytest.mark.parametrize(
    ("url", "pairs", "expected"),
    [
        ("http://t/x?a=1", [("b", "2")], "http://t/x?b=2"),
        ("http://t/x?a=1#z", [("b", "2")], "http://t/x?b=2#z"),
        ("http://t/x", [], "http://t/x?"),
    ],
)
def test_a_query_in_place_of_another(url: str, pairs: list[Entry], expected: str) -> None:
    assert with_query(url, pairs) == expected
