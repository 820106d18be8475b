"""Query strings, JSON and file names from strangers."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from fasthtml_nb.web.encodings import (
    MB,
    Limits,
    parse_json,
    parse_pairs,
    safe_filename,
    size_words,
)

PAIRS = [
    ("", {}),
    ("&&", {}),
    ("a", {"a": [""]}),
    ("a=", {"a": [""]}),
    ("=a", {"": ["a"]}),
    ("a=1=2", {"a": ["1=2"]}),
    ("a=1&a=2&b=3", {"a": ["1", "2"], "b": ["3"]}),
    ("a+b=c+d", {"a b": ["c d"]}),
    ("a%20b=%2B%26%3D", {"a b": ["+&="]}),
    ("a=1;b=2", {"a": ["1;b=2"]}),
    ("a=%", {"a": ["%"]}),
    ("a=%zz", {"a": ["%zz"]}),
    ("a=%C3%AB", {"a": ["ë"]}),
    ("a=\xc3\xab", {"a": ["ë"]}),
    ("a=%FF", {"a": ["\udcff"]}),
    ("a=%00", {"a": ["\0"]}),
]


@pytest.mark.parametrize(("encoded", "pairs"), PAIRS)
def test_pairs(encoded, pairs) -> None:
    assert parse_pairs(encoded) == pairs


@given(st.lists(st.tuples(st.text(), st.text())))
def test_pairs_come_back(pairs) -> None:
    encoded = urlencode(pairs)
    listed: dict[str, list[str]] = {}
    for name, value in pairs:
        listed.setdefault(name, []).append(value)
    assert parse_pairs(encoded) == listed


@given(st.text(st.characters(max_codepoint=255)))
def test_any_bytes_are_read_as_the_library_reads_them(encoded) -> None:
    raw = encoded.encode("latin-1").decode("utf-8", "surrogateescape")
    known = parse_qs(raw, keep_blank_values=True, errors="surrogateescape")
    assert parse_pairs(encoded) == known


def test_too_many_pairs() -> None:
    assert len(parse_pairs("&".join(f"a{i}" for i in range(5)), most=5)) == 5
    with pytest.raises(HTTPException) as caught:
        parse_pairs("&".join(f"a{i}" for i in range(6)), most=5)
    assert (caught.value.status_code, caught.value.detail) == (
        400,
        "The form has more than 5 fields.",
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_json_comes_back(value, encoding) -> None:
    assert parse_json(json.dumps(value).encode(encoding)) == value


@given(st.binary())
@example(b"\xff\xfe")
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b"9" * 5000)
@example(b"1e9999")
@example(b'"\\ud800"')
def test_any_bytes_are_json_or_400(raw) -> None:
    try:
        parse_json(raw)
    except HTTPException as error:
        assert error.status_code == 400
        assert error.detail.encode()


REFUSED = [
    (b'{"a": 1, "b": 2, "a": 3}', "the name 'a' comes twice in one object"),
    (b'[{"b": {"a": 1, "a": 3}}]', "the name 'a' comes twice in one object"),
    (b"NaN", "NaN is no JSON"),
    (b"[-Infinity]", "-Infinity is no JSON"),
    (b"[1e999]", "1e999 is too large a number"),
    (b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    (
        b"9" * 5000,
        "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits",
    ),
    (b'"\xff"', "byte 1 is not utf-8"),
]


@pytest.mark.parametrize(("raw", "reason"), REFUSED)
def test_strict_json(raw, reason) -> None:
    with pytest.raises(HTTPException) as caught:
        parse_json(raw)
    assert caught.value.detail == f"The body is not valid JSON: {reason}."


@pytest.mark.parametrize(("before", "after"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth(before, after) -> None:
    inside = b"1"
    assert parse_json(before * 100 + inside + after * 100)
    for depth in (101, 500, 5_000, 200_000):
        with pytest.raises(HTTPException, match="400: The JSON body is nested more than 100 deep."):
            parse_json(before * depth + inside + after * depth)
    assert parse_json(b'{"a": [1, [2]]}', depth=3)
    with pytest.raises(HTTPException):
        parse_json(b'{"a": [1, [2]]}', depth=2)


NAMES = [
    ("report.pdf", "report.pdf"),
    ("Straße 7 (alt).tar.gz", "Straße 7 (alt).tar.gz"),
    ("日本.txt", "日本.txt"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/etc/passwd", "passwd"),
    ("C:\\fakepath\\a.png", "a.png"),
    ("C:a.png", "C_a.png"),
    ("a/b/", "upload"),
    ("", "upload"),
    (".", "upload"),
    ("..", "upload"),
    ("...", "upload"),
    (". .", "upload"),
    (" ", "upload"),
    (".bashrc", "bashrc"),
    ("a.txt.", "a.txt"),
    ("a.txt:hidden", "a.txt_hidden"),
    ("a\0.txt", "a_.txt"),
    ("a\r\nb", "a__b"),
    ("\ud800", "_"),
    ("CON", "_CON"),
    ("nul.txt", "_nul.txt"),
    ("com1", "_com1"),
    ("console.txt", "console.txt"),
    ("gpj.\u202eexe", "gpj._exe"),
    ("x" * 300 + ".txt", "x" * 251 + ".txt"),
    ("é" * 200, "é" * 127),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_names(name, safe) -> None:
    assert safe_filename(name) == safe


@given(st.text(st.characters()))
@example("\u200b")
@example("/" * 9)
@example("x" * 254 + "é")
@example("." + "x" * 300)
@example("con" + " " * 300)
def test_every_name_is_bare(name) -> None:
    safe = safe_filename(name)
    assert 1 <= len(safe.encode()) <= 255
    assert not set(safe) & set('/\\\0<>:"|?*')
    assert not safe.startswith(".") and not safe.endswith((".", " "))
    assert safe.isprintable() or any(c.isspace() or not c.isascii() for c in safe)
    assert safe_filename(safe) == safe


def test_limits() -> None:
    given_ = Limits()
    assert (given_.body, given_.field_size, given_.file_size) == (10 * MB, MB, 1024 * MB)
    assert (given_.request, given_.fields, given_.files) == (2048 * MB, 1000, 100)
    assert given_.json_depth == 100
    assert [size_words(n) for n in (0, 300, MB, 10 * MB, MB + 1)] == [
        "0 bytes",
        "300 bytes",
        "1 MB",
        "10 MB",
        "1048577 bytes",
    ]
    with pytest.raises(ValueError, match="found fields=-1"):
        Limits(fields=-1)
