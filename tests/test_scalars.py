"""Single values: what each type takes, what it refuses, and that nothing else ever comes out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.web.scalars import (
    ABSENT,
    CastError,
    Problem,
    as_sent,
    parsed_date,
    quoted,
    scalar_caster,
    text,
)

KINDS = [str, int, float, Decimal, bool, datetime, date, time, UUID, Path, bytes, parsed_date]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

TAKEN = [
    (str, "", ""),
    (str, " spaces kept ", " spaces kept "),
    (str, "Zoë 🙂", "Zoë 🙂"),
    (int, "5", 5),
    (int, " 5 ", 5),
    (int, "-5", -5),
    (int, "+5", 5),
    (int, "0007", 7),
    (int, 5, 5),
    (int, 5.0, 5),
    (int, "9" * 400, int("9" * 400)),
    (float, "2.5", 2.5),
    (float, "1e3", 1000.0),
    (float, 2, 2.0),
    (Decimal, "1.10", Decimal("1.10")),
    (Decimal, 0.1, Decimal("0.1")),
    (bool, "on", True),
    (bool, "TRUE", True),
    (bool, "yes", True),
    (bool, "1", True),
    (bool, True, True),
    (bool, 0, False),
    (bool, "", False),
    (bool, "off", False),
    (bool, "No", False),
    (date, "2024-02-29", date(2024, 2, 29)),
    (datetime, "2024-12-31T23:59", datetime(2024, 12, 31, 23, 59)),
    (time, "23:59", time(23, 59)),
    (UUID, "12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
    (Path, "a/b.txt", Path("a/b.txt")),
    (bytes, "é", b"\xc3\xa9"),
    (parsed_date, "26 Sept 2024", datetime(2024, 9, 26)),
    (type(None), "", None),
    (type(None), None, None),
]


@pytest.mark.parametrize(("kind", "raw", "value"), TAKEN)
def test_taken(kind, raw, value) -> None:
    made = scalar_caster(kind)(raw)
    assert made == value
    assert type(made) is type(value)


REFUSED = [
    (str, 5, "5 is not text"),
    (str, None, "null is not text"),
    (str, ["a"], "a list of 1 is not text"),
    (str, {"a": 1}, "an object of 1 is not text"),
    (str, True, "true is not text"),
    (str, "a\0b", r"'a\x00b' holds a NUL character"),
    (str, "\ud800", r"'\ud800' is not valid UTF-8 text"),
    (int, "five", "'five' is not a whole number"),
    (int, "", "'' is not a whole number"),
    (int, "5.5", "'5.5' is not a whole number"),
    (int, 5.5, "5.5 is not a whole number"),
    (int, float("inf"), "inf is not a whole number"),
    (int, "1_000", "'1_000' is not a whole number"),
    (int, "٣", "'٣' is not a whole number"),
    (int, "²", "'²' is not a whole number"),
    (int, True, "true is not a whole number"),
    (int, None, "null is not a whole number"),
    (int, [1], "a list of 1 is not a whole number"),
    (int, "9" * 5000, f"'{'9' * 57}...' is not a whole number"),
    (float, "nan", "'nan' is not a number"),
    (float, "-inf", "'-inf' is not a number"),
    (float, "1e999", "'1e999' is not a number"),
    (float, 10**400, None),
    (Decimal, "NaN", "'NaN' is not a decimal number"),
    (Decimal, "sNaN", "'sNaN' is not a decimal number"),
    (Decimal, "junk", "'junk' is not a decimal number"),
    (bool, "maybe", "'maybe' is not a switch (on, true, 1, yes, off, false, 0 or no)"),
    (bool, 2, "2 is not a switch (on, true, 1, yes, off, false, 0 or no)"),
    (bool, None, "null is not a switch (on, true, 1, yes, off, false, 0 or no)"),
    (date, "2024-02-30", "'2024-02-30' is not a date like 2024-12-31"),
    (date, 5, "5 is not text"),
    (datetime, "yesterday", "'yesterday' is not a date and time like 2024-12-31T23:59"),
    (UUID, "1234", "'1234' is not a UUID"),
    (UUID, "\ud800", r"'\ud800' is not valid UTF-8 text"),
    (Path, "", "'' is not a path"),
    (Path, "a\0", r"'a\x00' holds a NUL character"),
    (parsed_date, "soon", "'soon' is not a date"),
    (parsed_date, "9" * 5000, f"'{'9' * 57}...' is not a date"),
    (type(None), "x", "'x' is not empty"),
]


@pytest.mark.parametrize(("kind", "raw", "message"), REFUSED)
def test_refused(kind, raw, message) -> None:
    with pytest.raises(CastError) as caught:
        scalar_caster(kind)(raw)
    if message is not None:
        assert str(caught.value) == message
    assert caught.value.problems[0].value is raw
    str(caught.value).encode()  # A message can always be sent


@given(st.sampled_from(KINDS), JSON)
def test_a_value_or_a_cast_error(kind, raw) -> None:
    try:
        value = scalar_caster(kind)(raw)
    except CastError as error:
        assert str(error).encode()
    else:
        assert isinstance(value, kind if isinstance(kind, type) else datetime)


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.dates(), st.uuids())
def test_what_python_writes_is_read(whole, number, day, uuid) -> None:
    assert scalar_caster(int)(str(whole)) == whole
    assert scalar_caster(float)(str(number)) == number
    assert scalar_caster(date)(day.isoformat()) == day
    assert scalar_caster(UUID)(str(uuid)) == uuid


@given(st.text(st.characters()))
def test_text_that_passes_can_be_encoded(raw) -> None:
    try:
        assert text(raw) is raw
    except CastError:
        assert "\0" in raw or any("\ud800" <= c <= "\udfff" for c in raw)
    else:
        assert raw.encode() and "\0" not in raw or raw == ""


@given(JSON)
def test_as_sent_changes_nothing(raw) -> None:
    try:
        assert as_sent(raw) is raw
    except CastError as error:
        assert error.problems[0].path or isinstance(raw, str)


@given(JSON)
def test_quotes_are_short_and_can_be_sent(raw) -> None:
    assert len(quoted(raw)) < 320
    assert quoted(raw).encode()


def test_parsed_date_raises_value_errors_only() -> None:
    for raw in ("", "soon", "9" * 5000, "32 13 2024"):
        with pytest.raises(ValueError):
            parsed_date(raw)


def test_problems_climb() -> None:
    inner = CastError("x", "is wrong")
    outer = CastError.of([*inner.under(0), *inner.under("zip")])
    assert outer.problems == (Problem((0,), "x", "is wrong"), Problem(("zip",), "x", "is wrong"))
    assert str(outer) == "0: 'x' is wrong; zip: 'x' is wrong"
    assert str(CastError(ABSENT, "is missing")) == "is missing"


def test_other_annotations_are_none_of_its_business() -> None:
    assert [scalar_caster(a) for a in (list, list[int], dict, object, {}, [])] == [None] * 6
