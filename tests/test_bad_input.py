"""Whatever a client sends, it gets the answer it deserves, and never a 500.

Each row of the tables is sent to a real app; the handlers of that app note their calls, so that a
refused request is known not to have reached one, and what did arrive is known to be all of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
import turbohtml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fasthtml_nb.common import Limits, TestClient
from tests.apps.intake import SCALARS, Address, Person, Size, intake
from tests.apps.raw import Raw, ask_raw, send_raw

APP, CALLS = intake()
LIMITS = Limits(
    body=2_000, fields=5, files=2, field_size=500, file_size=3_000, request=8_000, json_depth=10
)
SMALL, SMALL_CALLS = intake(LIMITS)


@pytest.fixture(autouse=True)
def no_calls() -> None:
    CALLS.clear()
    SMALL_CALLS.clear()


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with TestClient(APP) as client:  # raises what a handler or the app raises
        yield client


def assert_refused(answer: Any, status: int, *said: str, calls: list[Any] = CALLS) -> None:
    """The status is right, the message says what is wrong, and no handler was called."""
    found = answer.status if isinstance(answer, Raw) else answer.status_code
    assert (found, calls) == (status, []), answer.text
    for text in said:
        assert text in answer.text


# A value of the wrong type, from each source -----------------------------------------------------

WRONG = {
    "int": ("five", "'five' is not a whole number"),
    "float": ("x", "'x' is not a number"),
    "bool": ("maybe", "'maybe' is not a switch"),
    "date": ("2026-02-30", "'2026-02-30' is not a date"),
    "datetime": ("2026-02-30T9", "'2026-02-30T9' is not a date and time"),
    "parsed_date": ("no date", "'no date' is not a date"),
    "uuid": ("1", "'1' is not a UUID"),
    "decimal": ("1,5", "'1,5' is not a decimal number"),
    "enum": ("m", "'m' is not one of 's', 'l'"),
    "literal": ("three", "'three' is not one of 'one', 'two'"),
    "optional": ("x", "'x' is not a whole number"),
    "union": ("x", "'x' is not a whole number and is not a date"),
    "list": ("x", "'x' is not a"),
    "set": ("x", "'x' is not a"),
    "tuple": ("1", "is not a list|has not 2 values"),
    "annotated": ("x", "'x' is not a whole number"),
}
MULTIPART = (b"content-type", b"multipart/form-data; boundary=b")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
JSON = (b"content-type", b"application/json")


def multipart(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    """Write a multipart form with the boundary `b`."""
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


def a_field(name: str, value: str | bytes) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return f'content-disposition: form-data; name="{name}"\r\n\r\n'.encode() + value


def a_file(name: str, filename: str, value: bytes) -> bytes:
    head = f'content-disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
    return head.encode() + value


def by_query(client: Any, kind: str, text: str) -> Any:
    return client.get(f"/scalar/{kind}", params={"value_x": text})


def by_form(client: Any, kind: str, text: str) -> Any:
    return client.post(f"/scalar/{kind}", data={"value_x": text})


def by_multipart(client: Any, kind: str, text: str) -> Any:
    return client.post(f"/scalar/{kind}", files={"value_x": (None, text)})


def by_json(client: Any, kind: str, text: str) -> Any:
    return client.post(f"/scalar/{kind}", json={"value_x": text})


def by_cookie(client: Any, kind: str, text: str) -> Any:
    return client.get(f"/scalar/{kind}", headers={"cookie": f"value_x={text}"})


def by_header(client: Any, kind: str, text: str) -> Any:
    return client.get(f"/scalar/{kind}", headers={"value-x": text})


SOURCES = {
    "query": by_query,
    "form": by_form,
    "multipart": by_multipart,
    "JSON body": by_json,
    "cookie": by_cookie,
    "header": by_header,
}


def test_every_kind_has_a_wrong_value() -> None:
    assert WRONG.keys() == SCALARS.keys()


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("source", SOURCES)
def test_a_wrong_type(client: Any, kind: str, source: str) -> None:
    text, reasons = WRONG[kind]
    answer = SOURCES[source](client, kind, text)
    assert_refused(answer, 400, "value_x", f"({source.replace('multipart', 'form')})")
    assert any(reason in answer.text for reason in reasons.split("|"))


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_type_in_the_path(client: Any, kind: str) -> None:
    text, reasons = WRONG[kind]
    answer = client.get(f"/path/{kind}/{text}")
    assert_refused(answer, 404, "value_x", "(path)")
    assert any(reason in answer.text for reason in reasons.split("|"))


@pytest.mark.parametrize("kind", sorted(SCALARS.keys() - {"optional", "list", "set", "tuple"}))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_missing_value(client: Any, kind: str, method: str) -> None:
    answer = client.request(method, f"/scalar/{kind}")
    assert_refused(answer, 400, "value_x is missing", "query, form or JSON body, cookie, header")


@pytest.mark.parametrize("kind", ["int", "float", "date", "uuid", "decimal", "enum"])
@pytest.mark.parametrize("source", ["query", "form", "multipart", "JSON body"])
def test_an_empty_value_is_none_of_them(client: Any, kind: str, source: str) -> None:
    assert_refused(SOURCES[source](client, kind, ""), 400, "value_x", "''")


NUMBERS = [
    "9" * 5000,
    "1e400",
    "٣٣x",
    "0x10",
    "1_000x",
    "--1",
    "nan",
    "inf",
    "1.5",
    " ",
    "+",
    "1\n2",
]


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("source", ["query", "form", "JSON body"])
def test_numbers_that_are_none(client: Any, text: str, source: str) -> None:
    assert_refused(SOURCES[source](client, "int", text), 400, "value_x")


@pytest.mark.parametrize("value", [[], [1], {}, {"a": 1}, None, True, 1.5, "x", ""])
def test_json_of_the_wrong_type(client: Any, value: object) -> None:
    answer = client.post("/scalar/int", json={"value_x": value})
    assert_refused(answer, 400, "value_x", "(JSON body)")


@pytest.mark.parametrize("value", [5, [1], {}, None])
def test_json_that_is_no_date(client: Any, value: object) -> None:
    assert_refused(client.post("/scalar/date", json={"value_x": value}), 400, "value_x")


def test_what_fits_arrives(client: Any) -> None:
    """The tables above would pass in an app that refuses everything."""
    for source in SOURCES.values():
        assert source(client, "int", "7").text == "noted"
    assert client.get("/path/int/7").text == "noted"
    assert CALLS == [(7,)] * (len(SOURCES) + 1)


# Several fields and records ----------------------------------------------------------------------


@pytest.mark.parametrize("source", ["query", "form", "json"])
def test_every_bad_field_is_named(client: Any, source: str) -> None:
    sent = {"a": "x", "b": "y"}
    answer = {
        "query": lambda: client.get("/two", params=sent),
        "form": lambda: client.post("/two", data=sent),
        "json": lambda: client.post("/two", json=sent),
    }[source]()
    assert_refused(answer, 400, "a: 'x' is not a whole number", "b: 'y' is not a date")
    assert len(answer.text.splitlines()) == 2


def test_bad_fields_as_data(client: Any) -> None:
    headers = {"accept": "application/json"}
    answer = client.post("/two", data={"a": "x"}, headers=headers)
    assert_refused(answer, 400)
    assert answer.json()["status"] == 400
    first, second = answer.json()["errors"]
    assert (first["name"], first["source"], first["value"]) == ("a", "form", "x")
    assert (second["name"], second["reason"]) == ("b", "is missing")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, ["name is missing", "age is missing"]),
        ({"name": "u", "age": "old", "born": "x"}, ["age: 'old'", "born: 'x'"]),
        ({"name": "u", "age": "5", "sizes": "xl"}, ["sizes.0: 'xl' is not one of 's', 'l'"]),
    ],
)
@pytest.mark.parametrize("way", ["form", "query"])
def test_a_record_in_a_form(client: Any, sent: dict[str, str], said: list[str], way: str) -> None:
    if way == "form":
        answer = client.post("/person", data=sent)
    else:
        answer = client.get("/person", params=sent)
    assert_refused(answer, 400, *said)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ["u"], "age": 5}, ["name"]),
        ({"name": "u", "age": "5", "sizes": "s"}, ["sizes"]),
        ({"name": "u", "age": 5, "sizes": ["s", "m"]}, ["sizes.1: 'm'"]),
        ({"name": "u", "age": 5, "address": "here"}, ["address: 'here' is not an object"]),
        ({"name": "u", "age": 5, "address": {"code": "x"}}, ["address.town is missing"]),
        ({"name": "u", "age": 5, "address": {"town": "x", "code": []}}, ["address.code"]),
    ],
)
def test_a_record_in_json(client: Any, sent: dict[str, Any], said: list[str]) -> None:
    assert_refused(client.post("/person", json=sent), 400, *said)


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("/point", {"x": "1", "y": "a"}, "y: 'a' is not a whole number"),
        ("/point", {"x": "1"}, "y is missing"),
        ("/pair", {"left": "a", "right": "2"}, "left: 'a' is not a whole number"),
        ("/pair", {}, "left is missing"),
    ],
)
def test_other_records(client: Any, path: str, sent: dict[str, str], said: str) -> None:
    assert_refused(client.post(path, data=sent), 400, said)


def test_a_whole_person_arrives(client: Any) -> None:
    sent = {"name": "u", "age": 5, "sizes": ["s", "l"], "address": {"town": "x", "code": 1}}
    assert client.post("/person", json=sent).text == "noted"
    person = Person("u", 5, None, [Size.SMALL, Size.LARGE], Address("x", 1))
    assert CALLS == [(person,)]


def test_errors_to_show_beside_fields(client: Any) -> None:
    assert client.post("/errors", data={"name": "u", "age": "old"}).status_code == 200
    ((person, errors),) = CALLS
    assert person.name == "u" and person.age is None
    assert errors == {"age": "'old' is not a whole number"}


# Rows, paths, methods ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nobody", "UMA", "%00", "%FF", "'; drop table row; --", "ü"])
def test_an_unknown_row(client: Any, name: str) -> None:
    assert_refused(client.get(f"/rows/{name}"), 404)
    assert_refused(client.post("/update", data={"name": name, "age": "6"}), 404)
    assert client.get("/rows/uma").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/scalar", "/scalar/", "/path/int/1/2", "//", "/."])
def test_an_unknown_path(client: Any, path: str) -> None:
    assert_refused(ask_raw(APP, "GET", path.encode()), 404)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_a_wrong_method(client: Any, method: str) -> None:
    for path, allow in {"/text": "GET, HEAD, POST", "/only": "GET, HEAD"}.items():
        answer = client.request(method, path)
        assert_refused(answer, 405, method)
        assert answer.headers["allow"] == allow


@pytest.mark.parametrize(
    "sly",
    ["/../intake.py", "/..%2f..%2fconftest.py", "/%2e%2e/conftest.py", "/x%00", "/" + "a" * 999],
)
def test_a_file_that_is_none(sly: str) -> None:
    answer = ask_raw(APP, "GET", b"/files" + sly.encode())
    assert answer.status == 404
    assert ask_raw(APP, "GET", b"/files/intake.py").status == 200


# Malformed bodies --------------------------------------------------------------------------------

BODIES = {
    "json: cut off": (JSON, b'{"t": "x"', "not valid JSON"),
    "json: nothing valid": (JSON, b"t=x", "not valid JSON"),
    "json: two values": (JSON, b'{"t":"x"}{"t":"y"}', "not valid JSON"),
    "json: NaN": (JSON, b'{"t": NaN}', "NaN is no JSON"),
    "json: too large a number": (JSON, b'{"t": 1e999}', "too large a number"),
    "json: too long a number": (JSON, b'{"t": ' + b"9" * 5000 + b"}", "not valid JSON"),
    "json: a name twice": (JSON, b'{"t": "x", "t": "y"}', "'t' comes twice"),
    "json: not UTF-8": (JSON, b'{"t": "\xff"}', "not valid JSON"),
    "json: a list": (JSON, b"[1]", "must be an object, not a list"),
    "json: text": (JSON, b'"t"', "must be an object, not text"),
    "json: null": (JSON, b"null", "must be an object, not null"),
    "json: with suffix": ((b"content-type", b"application/ld+json"), b"{", "not valid JSON"),
    "json: charset": ((b"content-type", b"application/json; charset=latin-1"), b"{}", "latin-1"),
    "json: 101 deep": (JSON, b'{"t":' * 101 + b"1" + b"}" * 101, "more than 100 deep"),
    "json: 101 lists": (JSON, b'{"t":' + b"[" * 100 + b"]" * 100 + b"}", "more than 100 deep"),
    "json: 100,000 deep": (JSON, b"[" * 100_000, "more than 100 deep"),
    "json: 100,000 objects": (JSON, b'{"t":' * 100_000, "more than 100 deep"),
    "json: closed, 100,000 deep": (
        JSON,
        b'{"t":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "more than 100 deep",
    ),
    "multipart: no boundary": (
        (b"content-type", b"multipart/form-data"),
        multipart(a_field("t", "x")),
        "names no boundary",
    ),
    "multipart: another boundary": (
        (b"content-type", b"multipart/form-data; boundary=other"),
        multipart(a_field("t", "x")),
        "not a valid multipart form",
    ),
    "multipart: cut off in the value": (
        MULTIPART,
        multipart(a_field("t", "x"), end=b"")[:-3],
        "breaks off",
    ),
    "multipart: cut off in the head": (MULTIPART, multipart(a_field("t", "x"))[:20], "breaks off"),
    "multipart: no end": (MULTIPART, multipart(a_field("t", "x"), end=b""), "breaks off"),
    "multipart: nothing": (MULTIPART, b"", ""),
    "multipart: no name": (
        MULTIPART,
        multipart(b"content-disposition: form-data\r\n\r\nx"),
        "has no name",
    ),
    "multipart: no head": (MULTIPART, multipart(b"\r\nx"), "has no name"),
    "multipart: rubbish": (MULTIPART, b"\0\1\2" * 50, "not a valid multipart form"),
    "multipart: a preamble": (MULTIPART, b"x" + multipart(a_field("t", "x")), "not a valid"),
    "multipart: bad header": (MULTIPART, multipart(b"\xff\xfe\r\n\r\nx"), "not a valid"),
    "multipart: charset": (
        (b"content-type", b"multipart/form-data; boundary=b; charset=utf-16"),
        multipart(a_field("t", "x")),
        "utf-16",
    ),
    "form: charset": (
        (b"content-type", b"application/x-www-form-urlencoded; charset=utf-16"),
        b"t=x",
        "utf-16",
    ),
    "text": ((b"content-type", b"text/plain"), b"t=x", "the body is text/plain"),
    "no type": ((b"x-nothing", b""), b"t=x", "the body is of no type"),
    "a strange type": ((b"content-type", b";;;=\xff"), b"t=x", "t is missing"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body(name: str) -> None:
    header, body, said = BODIES[name]
    headers = [header, (b"content-length", str(len(body)).encode())]
    assert_refused(ask_raw(APP, "POST", b"/text", headers, [body]), 400, said)
    pieces = [body[i : i + 1 + len(body) // 9] for i in range(0, len(body), 1 + len(body) // 9)]
    assert_refused(ask_raw(APP, "POST", b"/text", [header], pieces), 400, said)


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"x-unknown"])
def test_a_compressed_body(coding: bytes) -> None:
    headers = [JSON, (b"content-encoding", coding)]
    assert_refused(ask_raw(APP, "POST", b"/text", headers, [b"\x1f\x8b"]), 415, coding.decode())


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (JSON, b'{"t":'),
        (FORM, b"t=x"),
        (MULTIPART, multipart(a_field("t", "x"), end=b"")),
        (FORM, b""),
    ],
)
def test_a_client_that_leaves(header: tuple[bytes, bytes], body: bytes) -> None:
    answer = ask_raw(APP, "POST", b"/text", [header], [body], breaks_off=True)
    assert_refused(answer, 400, "client left")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ((b"content-type", b"application/json; charset=utf-8"), b'{"t": "\xc3\xbc"}'),
        ((b"content-type", b"Application/JSON;charset=UTF-8"), b'{"t": "\xc3\xbc"}'),
        ((b"content-type", b"application/problem+json"), b'{"t": "\xc3\xbc"}'),
        ((b"content-type", b'application/json; charset="utf-8"; x=y'), b'{"t": "\xc3\xbc"}'),
        (JSON, '{"t": "ü"}'.encode("utf-16")),
        (JSON, b'\xef\xbb\xbf{"t": "\xc3\xbc"}'),
        (FORM, b"t=%C3%BC"),
        (FORM, b"&&t=%C3%BC&"),
        ((b"content-type", b"application/x-www-form-urlencoded; charset=UTF-8"), b"t=%c3%bc"),
        (MULTIPART, multipart(a_field("t", "ü"))),
        (MULTIPART, multipart(a_field("t", "ü")) + b"an epilogue"),
    ],
)
def test_unusual_bodies_that_are_right(header: tuple[bytes, bytes], body: bytes) -> None:
    answer = ask_raw(APP, "POST", b"/text", [header], [body])
    assert (answer.text, CALLS) == ("noted", [("ü",)])


def test_json_100_deep_arrives() -> None:
    body = b'{"t":' * 100 + b"1" + b"}" * 100
    assert ask_raw(APP, "POST", b"/all", [JSON], [body]).text == "noted"
    ((value,),) = CALLS
    assert json.dumps(value, separators=(",", ":")).encode() == body


# Strange characters ------------------------------------------------------------------------------

STRANGE = {
    "NUL": (b"a\0b", None),
    "control": (b"\x01\x1b[31m", "\x01\x1b[31m"),
    "newline": (b"a\r\nx: y", "a\r\nx: y"),
    "markup": (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    "not UTF-8": (b"\xff\xfe", None),
    "a surrogate": (b"\xed\xa0\x80", None),
    "half a character": (b"\xf0\x9f\x98", None),
    "beyond": ("\U0010ffff".encode(), "\U0010ffff"),
    "overlong": (b"\xc0\xaf", None),
    "right to left": ("\u202e".encode(), "\u202e"),
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("source", ["query", "form", "multipart", "path", "json"])
def test_strange_text(name: str, source: str) -> None:
    """It arrives as it is; NUL and what is not UTF-8 is refused, and the field named."""
    raw, text = STRANGE[name]
    quoted = quote(raw).encode()
    if source == "query":
        answer = ask_raw(APP, "GET", b"/text?t=" + quoted)
    elif source == "form":
        answer = ask_raw(APP, "POST", b"/text", [FORM], [b"t=" + quoted])
    elif source == "multipart":
        answer = ask_raw(APP, "POST", b"/text", [MULTIPART], [multipart(a_field("t", raw))])
    elif source == "json":
        escaped = json.dumps(text)[1:-1].encode() if text else raw.replace(b"\0", b"\\u0000")
        body = b'{"t": "%s"}' % escaped
        answer = ask_raw(APP, "POST", b"/text", [JSON], [body])
    else:
        answer = ask_raw(APP, "GET", b"/rows/" + quoted)
        assert answer.status == 404
        return
    if text is not None:
        assert (answer.status, CALLS) == (200, [(text,)])
    elif source == "json" and name != "NUL":
        assert_refused(answer, 400, "not valid")
    else:
        assert_refused(answer, 400, "t: ", "NUL" if name == "NUL" else "is not valid UTF-8 text")


@pytest.mark.parametrize("name", STRANGE)
def test_strange_text_in_a_page(name: str) -> None:
    """It is shown as text: no element appears, in a page or in the message that refuses it."""
    raw, text = STRANGE[name]
    headers = [(b"accept", b"text/html")]
    answer = ask_raw(APP, "GET", b"/page?t=" + quote(raw).encode(), headers)
    assert answer.status == (400 if text is None else 200)
    page = turbohtml.parse(answer.text)
    assert len(page.select("body script")) == (text is not None)
    if text is not None:
        assert page.select_one("title").text.split() == text.split()
    wrong = ask_raw(APP, "GET", b"/two?a=" + quote(raw).encode(), headers)
    assert wrong.status == 400
    assert turbohtml.parse(wrong.text).select("body script") == []


def test_a_lone_surrogate_in_json_is_refused() -> None:
    for path in (b"/text", b"/page"):
        answer = ask_raw(APP, "POST", path, [JSON], [b'{"t": "\\ud800x"}'])
        assert_refused(answer, 400, "t: ", "is not valid UTF-8 text")


HEADERS = {
    "cookie: rubbish": (b"cookie", b"\xff\xfe;=;;a=b=c;\0"),
    "cookie: no value": (b"cookie", b"value_x"),
    "cookie: open quote": (b"cookie", b'a="b; b=1'),
    "cookie: octal": (b"cookie", b'a="\\777\\0"'),
    "cookie: session": (b"cookie", b"session_=x.y.z"),
    "cookie: session of bytes": (b"cookie", b"session_=\xff\xff\xff"),
    "cookie: session, long": (b"cookie", b"session_=" + b"e30." * 5000),
    "cookie: session, deep": (b"cookie", b"session_=" + b"W1tb" * 5000 + b".aa.bb"),
    "cookie: many": (b"cookie", b"a=b; " * 5000),
    "host: none": (b"host", b""),
    "host: rubbish": (b"host", b"\xff:x]["),
    "host: markup": (b"host", b'"><script>alert(1)</script>'),
    "host: bad port": (b"host", b"a:999999"),
    "content-type: rubbish": (b"content-type", b"\xff/\xff; ====; boundary"),
    "content-length: a word": (b"content-length", b"many"),
    "content-length: negative": (b"content-length", b"-5"),
    "content-length: superscript": (b"content-length", b"\xb2"),
    "hx: uri-encoded rubbish": (b"hx-current-url-uri-autoencoded", b"%ff%zz"),
    "hx: bytes": (b"hx-target", b"\xff"),
    "hx-request": (b"hx-request", b"\xff"),
    "origin: rubbish": (b"origin", b"://\xff]["),
    "origin: null": (b"origin", b"null"),
    "origin: bad port": (b"origin", b"http://a:b"),
    "sec-fetch-site": (b"sec-fetch-site", b"\xff"),
    "accept: rubbish": (b"accept", b"\xff;q=x,,,"),
    "if-none-match": (b"if-none-match", b"\xff"),
    "if-modified-since": (b"if-modified-since", b"yesterday"),
    "range": (b"range", b"bytes=x-"),
    "range: many": (b"range", b"bytes=" + b"0-1," * 500),
    "user-agent": (b"user-agent", b"\0\xff"),
    "x-forwarded-host": (b"x-forwarded-host", b"\r\nx: y"),
}
PATHS = (
    b"/session",
    b"/htmx",
    b"/request",
    b"/cookies",
    b"/page",
    b"/files/intake.py",
    b"/nowhere",
)


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strange_headers(name: str, method: str) -> None:
    for path in PATHS:
        answer = ask_raw(APP, method, path, [HEADERS[name]], [b"a=b"])
        assert answer.status < 500, (path, answer.text)
        assert b"<script>alert" not in answer.body


@pytest.mark.parametrize("value", ["x", "session", "e30.x", "\x7f", "a" * 9000])
def test_a_forged_session_is_an_empty_one(client: Any, value: str) -> None:
    assert client.get("/session", headers={"cookie": f"session_={value}"}).status_code == 200
    assert CALLS == [({},)]


@pytest.mark.parametrize(
    "query", [b"%", b"%zz", b"value_x=%ff", b"&=&", b"=", b"a" * 9000, b"a=1&" * 5000, b"+", b"?#"]
)
def test_strange_queries(query: bytes) -> None:
    for path in (*PATHS, b"/all", b"/rest", b"/person"):
        assert ask_raw(APP, "GET", path + b"?" + query).status < 500


# Limits ------------------------------------------------------------------------------------------

long_form = b"t=" + b"x" * 400 + b"&" + b"u=" + b"x" * 400 + b"&" + b"v=" + b"x" * 2000
TOO_MUCH = {
    "form: body": ("/all", FORM, long_form, 413, "body is larger than 2000 bytes"),
    "json: body": ("/all", JSON, b'{"t": "%s"}' % (b"x" * 2000), 413, "larger than 2000 bytes"),
    "text: body": ("/raw", (b"x", b"y"), b"x" * 2001, 413, "larger than 2000 bytes"),
    "bytes: body": ("/bytes", (b"x", b"y"), b"x" * 2001, 413, "larger than 2000 bytes"),
    "form: fields": ("/all", FORM, b"a=1&" * 5 + b"b=2", 400, "more than 5 fields"),
    "form: field": ("/all", FORM, b"t=" + b"x" * 501, 413, "field 't' is larger than 500 bytes"),
    "json: depth": ("/all", JSON, b'{"a":' * 11 + b"1" + b"}" * 11, 400, "more than 10 deep"),
    "multipart: fields": (
        "/all",
        MULTIPART,
        multipart(*[a_field("t", "x")] * 6),
        400,
        "more than 5 fields",
    ),
    "multipart: field": (
        "/all",
        MULTIPART,
        multipart(a_field("t", "x" * 501)),
        413,
        "field 't' is larger than 500 bytes",
    ),
    "multipart: all fields": (
        "/all",
        MULTIPART,
        multipart(*[a_field("t", "x" * 450)] * 5),
        413,
        "fields of the form are larger than 2000 bytes",
    ),
    "multipart: files": (
        "/files",
        MULTIPART,
        multipart(*[a_file("f", "a.txt", b"x")] * 3),
        400,
        "more than 2 files",
    ),
    "multipart: a file": (
        "/file",
        MULTIPART,
        multipart(a_file("f", "a.txt", b"x" * 3001)),
        413,
        "file 'a.txt' is larger than 3000 bytes",
    ),
    "multipart: request": (
        "/files",
        MULTIPART,
        multipart(*[a_file("f", "a.txt", b"x" * 2900)] * 2) + b"x" * 4000,
        413,
        "body is larger than 8000 bytes",
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
@pytest.mark.parametrize("chunked", [False, True])
def test_too_much(name: str, chunked: bool) -> None:
    path, header, body, status, said = TOO_MUCH[name]
    if chunked:
        headers, pieces = [header], [body[i : i + 100] for i in range(0, len(body), 100)]
    else:
        headers, pieces = [header, (b"content-length", str(len(body)).encode())], [body]
    answer = ask_raw(SMALL, "POST", path.encode(), headers, pieces)
    if status == 413 and "multipart: a" not in name and "field" not in name:
        said = said.replace("field 't'", "body")
    assert_refused(answer, status, said, calls=SMALL_CALLS)


@pytest.mark.parametrize("length", [b"8001", b"9" * 30])
def test_an_announced_size_is_enough(length: bytes) -> None:
    """What says that it is too large is refused before a byte of it is read."""

    async def ask() -> Raw:
        async def never(message: Any = None) -> Any:
            raise AssertionError("The body was read.")

        answer = Raw(0, [], b"")

        async def send(message: Any) -> None:
            answer.status = message.get("status", answer.status)
            answer.body += message.get("body", b"")

        headers = [MULTIPART, (b"content-length", length), (b"host", b"x")]
        scope = {"type": "http", "method": "POST", "path": "/all", "raw_path": b"/all"}
        scope |= {"query_string": b"", "headers": headers, "root_path": "", "scheme": "http"}
        await SMALL(scope, never, send)
        return answer

    assert_refused(asyncio.run(ask()), 413, "larger than 8000 bytes", calls=SMALL_CALLS)


def test_what_is_just_within_the_limits_arrives() -> None:
    form = b"a=1&" * 4 + b"t=" + b"x" * 500
    assert ask_raw(SMALL, "POST", b"/all", [FORM], [form]).text == "noted"
    files = multipart(*[a_file("f", "a.txt", b"x" * 3000)] * 2, a_field("t", "x" * 500))
    assert ask_raw(SMALL, "POST", b"/files", [MULTIPART], [files]).text == "noted"
    assert ask_raw(SMALL, "POST", b"/raw", [], [b"x" * 2000]).text == "noted"
    assert SMALL_CALLS == [
        ({"a": ["1"] * 4, "t": "x" * 500},),
        (["a.txt", "a.txt"], "x" * 500),
        ("x" * 2000,),
    ]


def test_the_limits_of_the_contract() -> None:
    """DESIGN.md: 10 MB apart from files, 1,000 fields, 100 files, 1 MB a field, 1 GB, 2 GB, 100."""
    mb = 1024 * 1024
    assert replace(Limits(), spool=0) == Limits(
        10 * mb, 1_000, 100, 1 * mb, 1024 * mb, 2048 * mb, 100, 0
    )


def test_defaults_at_their_edges() -> None:
    fields = b"&".join([b"a=1"] * 1_000)
    assert ask_raw(APP, "POST", b"/all", [FORM], [fields]).text == "noted"
    assert_refused_after(b"/all", FORM, fields + b"&a=1", 400, "more than 1000 fields")
    assert_refused_after(b"/raw", (b"x", b"y"), b"x" * (10 * 1024 * 1024 + 1), 413, "10 MB")
    assert_refused_after(b"/all", FORM, b"a=" + b"x" * (1024 * 1024 + 1), 413, "1 MB")


def assert_refused_after(path: bytes, header: Any, body: bytes, status: int, said: str) -> None:
    CALLS.clear()
    assert_refused(ask_raw(APP, "POST", path, [header], [body]), status, said)


def test_a_body_is_not_read_when_nobody_needs_it() -> None:
    """A handler without parameters answers however large the body is."""
    answer = ask_raw(SMALL, "POST", b"/session", [FORM], [b"x" * 9000])
    assert answer.status == 200


# Uploads -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"f": "text"}, {}])
def test_text_in_place_of_a_file(client: Any, body: dict[str, str]) -> None:
    assert_refused(client.post("/file", data=body), 400, "f")
    assert_refused(client.post("/file", files={"f": (None, "text")}), 400, "f")
    assert_refused(client.post("/file", json={"f": "text"}), 400, "f")
    assert_refused(client.get("/file"), 400, "f")


@pytest.mark.parametrize(
    "name", ["../../x", "..", ".", "/etc/passwd", "C:\\x\\..\\", "\0", "\ud800"]
)
def test_file_names(name: str) -> None:
    part = b'content-disposition: form-data; name="f"; filename="%s"\r\n\r\nx'
    body = multipart(part % name.encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\"))
    answer = ask_raw(APP, "POST", b"/file", [MULTIPART], [body])
    if CALLS:
        ((safe, content),) = CALLS
        assert content == b"x" and safe and safe not in (".", "..")
        assert not set(safe) & set("/\\\0") and safe.encode()
    else:
        assert_refused(answer, 400)


# Anything at all ---------------------------------------------------------------------------------

PATTERNS = [route.path for route in APP.routes]
TYPES = [
    *(
        b"application/json",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=b",
    ),
    *(b"multipart/form-data", b"text/plain", b"application/json; charset=utf-8", b""),
]
NAMES = [
    *(b"cookie", b"content-type", b"content-length", b"content-encoding", b"host", b"accept"),
    *(b"hx-request", b"hx-boosted", b"hx-target", b"hx-current-url", b"value-x", b"name", b"range"),
    *(b"if-none-match", b"user-agent", b"transfer-encoding", b"x-forwarded-for"),
]
WORDS = [
    *(b"t=1", b"value_x=", b"%00", b"%ff", b'{"t":', b'"', b"}", b"[", b"name=u&age=5", b"--b\r\n"),
    *(b"--b--", b"\r\n\r\n", b"content-disposition: form-data; name=", b"f", b"; filename=", b"&"),
    *(b"=", b";", b"session_=", b"\0", b"9" * 400, b"true", b"null", b"\xed\xa0\x80", b"<b>"),
]
rubbish = st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=8)), max_size=8).map(
    b"".join
)


def in_request_line(rubbish: bytes) -> bytes:
    """Leave out what no server lets through: https://www.rfc-editor.org/rfc/rfc9112#section-3.2."""
    return bytes(byte for byte in rubbish if 0x20 < byte < 0x7F)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATTERNS),
    filling=rubbish,
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]),
    query=rubbish.map(in_request_line),
    kind=st.sampled_from(TYPES) | rubbish,
    headers=st.lists(st.tuples(st.sampled_from(NAMES), rubbish), max_size=4),
    body=st.lists(rubbish, max_size=4),
    breaks_off=st.booleans(),
)
def test_rubbish_is_never_a_500(
    path: str,
    filling: bytes,
    method: str,
    query: bytes,
    kind: bytes,
    headers: list[tuple[bytes, bytes]],
    body: list[bytes],
    breaks_off: bool,
) -> None:
    before, brace, after = path.partition("{")
    target = (before + (quote(filling) + after.partition("}")[2] if brace else "")).encode()
    all_headers = [(b"content-type", kind), *headers]
    asked = send_raw(APP, method, target + b"?" + query, all_headers, body, breaks_off=breaks_off)
    answer = asyncio.run(asked)
    assert 200 <= answer.status < 500
    assert b"Traceback" not in answer.body
