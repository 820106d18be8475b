"""Paths with names in them: matched, filled, and never a way out of a folder."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.web import paths
from fasthtml_nb.web.paths import PathPattern, reg_re_param, to_text

U = uuid.UUID("12345678-1234-5678-1234-567812345678")


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("/", "/", {}),
        ("/", "", None),
        ("/a.b", "/a.b", {}),
        ("/a.b", "/axb", None),
        ("/(x)", "/(x)", {}),
        ("/{name}", "/uma", {"name": "uma"}),
        ("/{name}", "/", None),
        ("/{name}", "/a/b", None),
        ("/{name}", "/a\n", {"name": "a\n"}),
        ("/{name:str}", "/ü", {"name": "ü"}),
        ("/{n:int}", "/007", {"n": 7}),
        ("/{n:int}", "/-7", None),
        ("/{n:int}", "/٣", None),
        ("/{n:int}", "/7\n", None),
        ("/{n:int}", "/" + "9" * 5000, None),
        ("/{n:float}", "/2.5", {"n": 2.5}),
        ("/{n:float}", "/2.", None),
        ("/{n:float}", "/1e5", None),
        ("/{u:uuid}", f"/{U}", {"u": U}),
        ("/{u:uuid}", f"/{U.hex.upper()}", {"u": U}),
        ("/{u:uuid}", "/1234", None),
        ("/{p:path}", "/", {"p": ""}),
        ("/{p:path}", "/a//b/", {"p": "a//b/"}),
        ("/{p:path}", "/a\nb", {"p": "a\nb"}),
        ("/{p:path}/edit", "/a/edit/edit", {"p": "a/edit"}),
        ("/{p:path}.{ext:static}", "/i/a.b.png", {"p": "i/a.b", "ext": "png"}),
        ("/{p:path}.{ext:static}", "/i/a.py", None),
        ("/{a}-{b}", "/x-y-z", {"a": "x-y", "b": "z"}),
        ("/a/{b}/c", "/a/b/c/", None),
    ],
)
def test_match(pattern: str, path: str, found: dict[str, Any] | None) -> None:
    matched = PathPattern(pattern).match(path)
    assert matched == found
    assert matched is None or list(map(type, matched.values())) == list(map(type, found.values()))


@pytest.mark.parametrize(
    "path", ["/{}", "/{a b}", "/{1a}", "/{a:integer}", "/{a}/{a}", "/{a:int:int}", "/{a:INT}"]
)
def test_a_pattern_that_is_none(path: str) -> None:
    with pytest.raises(ValueError, match="is no parameter|names a parameter twice"):
        PathPattern(path)


@pytest.fixture
def kinds() -> Iterator[dict[str, Any]]:
    """Let a test add kinds, and take them away again."""
    before = dict(paths.KINDS)
    yield paths.KINDS
    paths.KINDS.clear()
    paths.KINDS.update(before)


def test_own_kinds(kinds: dict[str, Any]) -> None:
    before = PathPattern("/{c:str}")
    reg_re_param("hex", "[0-9a-f]{6}|none")
    colour = PathPattern("/{c:hex}x")
    assert colour.match("/00ff7fx") == {"c": "00ff7f"} and colour.match("/nonex") == {"c": "none"}
    assert colour.match("/00ff7f") is colour.match("/greenx") is None
    assert before.match("/green") == {"c": "green"}
    with pytest.raises(ValueError, match=r"captures a group; use \(\?:\.\.\.\)"):
        reg_re_param("two", "(a)|b")
    with pytest.raises(ValueError, match="c='green' is no 'hex'"):
        colour.fill({"c": "green"})


def test_kinds_are_ours_alone() -> None:
    """Starlette's own table of convertors does not know ours."""
    from starlette.convertors import CONVERTOR_TYPES

    assert set(CONVERTOR_TYPES) == {"str", "path", "int", "float", "uuid"}
    assert CONVERTOR_TYPES["path"].regex == ".*"


@pytest.mark.parametrize(
    "sly",
    [
        "..%2fsecret",
        "..%2Fsecret",
        "a%2f..%2f..%2fsecret",
        "%2e%2e%2fsecret",
        "a/..%2f..%2fsecret",
        "..%5c..%2fsecret",
        "..%5csecret",
        "a%2f..",
        "..",
        "../secret",
        "a/../../secret",
        "%2e%2e/secret",
        "a%00%2fb",
    ],
)
@pytest.mark.parametrize("pattern", ["/{p:path}", "/{p:path}.{ext:static}", "/{p}.{q}", "/{p}"])
def test_no_way_out(pattern: str, sly: str) -> None:
    """However `..` is written, a parameter never holds a path that leads up."""
    made = PathPattern(pattern)
    for raw in ("/" + sly, f"/{sly}.txt"):
        for found in (made.match(unquote(raw)), made.match_raw(raw)):
            for value in (found or {}).values():
                folder = value.replace("\\", "/").split("/") if "/" in value else []
                assert ".." not in folder
                assert ":path" not in pattern or ("\0" not in value and value != "..")


class Size(Enum):
    SMALL = "s m"


@pytest.mark.parametrize(
    ("pattern", "values", "address"),
    [
        ("/", {}, "/"),
        ("/{a}", {"a": "b c"}, "/b%20c"),
        ("/{a}", {"a": "a/b"}, "/a%2Fb"),
        ("/{a}", {"a": "a?b#c%"}, "/a%3Fb%23c%25"),
        ("/{a}", {"a": 5}, "/5"),
        ("/{a}", {"a": True}, "/true"),
        ("/{a}", {"a": Size.SMALL}, "/s%20m"),
        ("/{a}", {"a": date(2026, 2, 28)}, "/2026-02-28"),
        ("/{a}", {"a": Decimal("1.50")}, "/1.50"),
        ("/{a:path}", {"a": "x/y z"}, "/x/y%20z"),
        ("/{a:path}", {"a": ""}, "/"),
        ("/{a:uuid}", {"a": U}, f"/{U}"),
        ("/{a:int}", {"a": 7, "q": None}, "/7"),
        ("/", {"q": "a&b=c ü"}, "/?q=a%26b%3Dc+%C3%BC"),
        ("/", {"q": [1, None, 2]}, "/?q=1&q=2"),
        ("/", {"q": False, "r": ""}, "/?q=false&r="),
        ("/x", {"q": (Size.SMALL, date(2026, 2, 28))}, "/x?q=s+m&q=2026-02-28"),
    ],
)
def test_fill(pattern: str, values: dict[str, Any], address: str) -> None:
    assert PathPattern(pattern).fill(values) == address


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("/{a}", {"a": ""}),
        ("/{a}", {"a": "."}),
        ("/{a}", {"a": ".."}),
        ("/{a}", {"a": "../b"}),
        ("/{a}", {"a": "b/.."}),
        ("/{a}", {"a": "\ud800"}),
        ("/{a:int}", {"a": "five"}),
        ("/{a:int}", {"a": -5}),
        ("/{a:float}", {"a": 1e300}),
        ("/{a:uuid}", {"a": "x"}),
        ("/{a:path}", {"a": "../b"}),
        ("/{a:path}", {"a": "b\0"}),
        ("/{a:static}", {"a": "py"}),
    ],
)
def test_what_would_not_match_again_is_not_filled_in(pattern: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        PathPattern(pattern).fill(values)


@pytest.mark.parametrize("values", [{}, {"a": None}, {"b": 1}])
def test_a_missing_value(values: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="The path '/{a}' needs 'a'; given: "):
        PathPattern("/{a}").fill(values)


def test_fill_keeps_what_it_is_given() -> None:
    values = {"a": "b", "q": [1]}
    PathPattern("/{a}").fill(values)
    assert values == {"a": "b", "q": [1]}


segment = st.text(min_size=1).filter(lambda t: t not in (".", ".."))


@given(segment, st.integers(0), st.text(), st.dictionaries(st.text("xyz", min_size=1), st.text()))
def test_what_is_filled_in_comes_out_again(
    name: str, number: int, rest: str, query: dict[str, str]
) -> None:
    pattern = PathPattern("/a/{name}/{number:int}/{rest:path}")
    values = {"name": name, "number": number, "rest": rest}
    try:
        address = pattern.fill(values | query)
    except ValueError:
        climbs = {".."} & {*rest.replace("\\", "/").split("/"), *name.replace("\\", "/").split("/")}
        assert climbs or "\0" in rest or ("\0" in name and "/" in name)
        return
    assert address.isascii() and not set(address) & set(" <>\"'\\#")
    path, _, sent = address.partition("?")
    assert pattern.match_raw(path) == values
    assert dict(parse_qsl(sent, keep_blank_values=True)) == query
    split = urlsplit("http://host" + address)
    assert (split.netloc, split.path) == ("host", path)


@given(st.text())
def test_any_path_is_matched_or_not(path: str) -> None:
    for pattern in ("/{a}/{b:path}", "/{a:int}", "/{a:path}.{b:static}", "/{a:float}{b:uuid}"):
        made = PathPattern(pattern)
        found = made.match(path), made.match_raw(path)
        assert all(f is None or f.keys() == set(made.names) for f in found)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (Size.SMALL, "s m"), (1.5, "1.5"), (U, str(U)), ("x", "x"), (None, "None")],
)
def test_to_text(value: object, text: str) -> None:
    assert to_text(value) == text
