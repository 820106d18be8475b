"""Bodies of every kind, in pieces of every size, whole or not."""

from __future__ import annotations

import functools
import gc
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import UploadFile as StarletteUploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fasthtml_nb.web import body as body_module
from fasthtml_nb.web.body import BODY_KEY, Body, UploadFile, close_body, read_body
from fasthtml_nb.web.encodings import MB, Limits

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
JSON = "application/json"


def request(
    *pieces: bytes, content_type: str = "", leaves: bool = False, **headers: str
) -> Request:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]
    messages.append({"type": "http.disconnect"} if leaves else {"type": "http.request"})

    async def receive():
        return messages.pop(0)

    sent = {"content-type": content_type} | {k.replace("_", "-"): v for k, v in headers.items()}
    encoded = [(k.encode(), v.encode("latin-1")) for k, v in sent.items()]
    return Request({"type": "http", "method": "POST", "headers": encoded}, receive)


def read(request: Request, limits: Limits | None = None, **options: Any) -> Body:
    return anyio.run(functools.partial(read_body, request, limits or Limits(), **options))


def refusal(request: Request, limits: Limits | None = None, **options: Any) -> tuple[int, str]:
    with pytest.raises(HTTPException) as caught:
        read(request, limits, **options)
    assert BODY_KEY not in request.scope
    return caught.value.status_code, caught.value.detail


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    return (
        f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        + value
        + b"\r\n"
    )


END = b"--x--\r\n"

# What is read --------------------------------------------------------------------------------

READ = [
    (b"", "", "none", {}),
    (b"", JSON, "json", {}),
    (b"  ", JSON, "json", {}),
    (b"", FORM, "form", {}),
    (b"plain", "text/plain", "other", {}),
    (b"plain", "", "other", {}),
    (b"a=1&a=2&b=", FORM, "form", {"a": ["1", "2"], "b": ""}),
    (b"a=%C3%AB", FORM + "; charset=UTF-8", "form", {"a": "ë"}),
    (b'{"a": [1]}', JSON, "json", {"a": [1]}),
    (b'{"a": 1}', JSON + "; charset=utf-8", "json", {"a": 1}),
    (b'{"a": 1}', "APPLICATION/JSON;charset=UTF-8", "json", {"a": 1}),
    (b'{"a": 1}', "application/problem+json", "json", {"a": 1}),
    (part("a", b"1") + part("a", b"2") + END, MULTIPART, "form", {"a": ["1", "2"]}),
    (END, MULTIPART, "form", {}),
]


@pytest.mark.parametrize(("raw", "content_type", "kind", "mapping"), READ)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_read(raw, content_type, kind, mapping, size) -> None:
    pieces = [raw[i : i + size] for i in range(0, len(raw), size)]
    body = read(request(*pieces, content_type=content_type))
    assert (body.kind, body.mapping()) == (kind, mapping)
    if not content_type.startswith("multipart"):
        assert body.raw == raw
    assert body.media_type == content_type.split(";")[0].lower()


def test_files() -> None:
    sent = part("f", b"12345", "../a.txt") + part("f", b"", "") + part("t", b"x") + END
    body = read(request(sent, content_type=MULTIPART))
    file, nothing = body.fields["f"]
    assert (file.filename, file.raw_filename, file.size) == ("a.txt", "../a.txt", 5)
    assert (nothing.filename, nothing.raw_filename, nothing.size) == ("upload", "", 0)
    assert isinstance(file, StarletteUploadFile)
    assert file.file.read() == b"12345"
    assert body.files() == [file, nothing]
    anyio.run(body.close)
    anyio.run(body.close)
    assert file.file.closed


def test_a_large_file_goes_to_disk() -> None:
    content = bytes(range(256)) * 4096
    sent = part("f", content, "big.bin") + END
    pieces = [sent[i : i + 60_000] for i in range(0, len(sent), 60_000)]
    upload = request(*pieces, content_type=MULTIPART)
    (file,) = read(upload).files()
    assert file._in_memory is False and file.size == len(content)
    assert file.file.read() == content
    anyio.run(close_body, upload.scope)
    assert file.file.closed


def test_close_body_without_a_body() -> None:
    anyio.run(close_body, {})


# What is refused -----------------------------------------------------------------------------

REFUSED = [
    (b"[1]", JSON, 400, "The JSON body must be an object, not a list."),
    (b'"a"', JSON, 400, "The JSON body must be an object, not text."),
    (b"null", JSON, 400, "The JSON body must be an object, not null."),
    (b"{", JSON, 400, None),
    (b"\xff", JSON, 400, None),
    (b"a=1", FORM + "; charset=ebcdic", 400, "The body has charset 'ebcdic'; send it as UTF-8."),
    (b"a=1", FORM + "; charset=latin-1", 400, "The body has charset 'latin-1'; send it as UTF-8."),
    (b"{}", JSON + "; charset=utf-7", 400, "The body has charset 'utf-7'; send it as UTF-8."),
    (END, "multipart/form-data", 400, "The multipart form names no boundary."),
    (END, "multipart/form-data; boundary=", 400, "The multipart form names no boundary."),
    (END, "multipart/form-data; boundary=" + "x" * 500, 400, None),
    (b"", MULTIPART, 400, "The multipart form breaks off before its end."),
    (b"junk", MULTIPART, 400, "The body is not a valid multipart form."),
    (part("a", b"1"), MULTIPART, 400, "The multipart form breaks off before its end."),
    (part("f", b"1", "a")[:-9], MULTIPART, 400, "The multipart form breaks off before its end."),
    (
        b"--x\r\nA: b\r\n\r\n1\r\n" + END,
        MULTIPART,
        400,
        "A part of the multipart form has no name.",
    ),
    (b"--x\r\nbad header\r\n\r\n1\r\n" + END, MULTIPART, 400, None),
    (b"--x\r\n" + b"A: b\r\n" * 100 + b"\r\n1\r\n" + END, MULTIPART, 400, None),
]


@pytest.mark.parametrize(("raw", "content_type", "status", "detail"), REFUSED)
def test_refused(raw, content_type, status, detail) -> None:
    found = refusal(request(raw, content_type=content_type))
    assert found[0] == status
    assert detail in (None, found[1])


def test_compressed() -> None:
    found = refusal(request(b"\x1f\x8b", content_type=JSON, content_encoding="gzip"))
    assert found == (415, "The body has content-encoding 'gzip'; send it plain.")
    assert read(request(b"{}", content_type=JSON, content_encoding="identity")).kind == "json"


def test_a_client_that_leaves() -> None:
    for kind in (JSON, FORM, MULTIPART):
        found = refusal(request(part("a", b"1"), content_type=kind, leaves=True))
        assert found == (400, "The client left before its request was complete.")


SMALL = Limits(body=60, fields=3, files=1, field_size=10, file_size=20, request=400, spool=4)
TOO_MUCH = [
    (b"x" * 61, "text/plain", 413, "The body is larger than 60 bytes."),
    (b"a=" + b"x" * 59, FORM, 413, "The body is larger than 60 bytes."),
    (b"a=" + b"x" * 11, FORM, 413, "The field 'a' is larger than 10 bytes."),
    (b"a=1&a=2&a=3&a=4", FORM, 400, "The form has more than 3 fields."),
    (part("a", b"x" * 11) + END, MULTIPART, 413, "The field 'a' is larger than 10 bytes."),
    (part("a", b"1") * 4 + END, MULTIPART, 400, "The form has more than 3 fields."),
    (part("f", b"1", "a") * 2 + END, MULTIPART, 400, "The form has more than 1 files."),
    (part("f", b"x" * 21, "a") + END, MULTIPART, 413, "The file 'a' is larger than 20 bytes."),
    (b"\r\n" * 201, MULTIPART, 413, "The body is larger than 400 bytes."),
]


@pytest.mark.parametrize(("raw", "content_type", "status", "detail"), TOO_MUCH)
@pytest.mark.parametrize("announced", [True, False])
def test_too_much(raw, content_type, status, detail, announced) -> None:
    length = {"content_length": str(len(raw))} if announced else {}
    pieces = [raw[i : i + 9] for i in range(0, len(raw), 9)]
    assert refusal(request(*pieces, content_type=content_type, **length), SMALL) == (status, detail)


def test_all_fields_together() -> None:
    limits = Limits(body=15, field_size=10)
    sent = part("a", b"x" * 10) + part("b", b"x" * 10) + END
    found = refusal(request(sent, content_type=MULTIPART), limits)
    assert found == (413, "The fields of the form are larger than 15 bytes.")


def test_just_enough() -> None:
    sent = part("a", b"x" * 10) + part("f", b"x" * 20, "a") + END
    body = read(request(sent, content_type=MULTIPART), SMALL)
    assert len(body.fields["a"][0]) == 10 and body.fields["f"][0].size == 20
    anyio.run(body.close)
    assert read(request(b"x" * 60), SMALL).raw == b"x" * 60


def test_an_announcement_is_enough() -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    for length in ("10485761", "9" * 30):
        asked = request(content_type=JSON, content_length=length)
        asked.stream = never  # type: ignore[method-assign]
        assert refusal(asked)[0] == 413


def test_wrong_announcements_do_no_harm() -> None:
    for length in ("-1", "many", "", "1e9", "²"):
        asked = request(b"{}", content_type=JSON)
        asked.scope["headers"].append((b"content-length", length.encode("latin-1")))
        assert read(asked).kind == "json"


def test_refused_files_are_closed(monkeypatch) -> None:
    made = []

    class Watched(UploadFile):
        def __init__(self, *args: Any, **kwargs: Any):
            super().__init__(*args, **kwargs)
            made.append(self)

    monkeypatch.setattr(body_module, "UploadFile", Watched)
    refusal(request(part("f", b"x" * 100, "a") + part("f", b"", "b"), content_type=MULTIPART))
    assert len(made) == 2 and all(file.file.closed for file in made)


def test_default_limits_are_those_of_the_contract() -> None:
    field = part("a", b"x" * (MB + 1)) + END
    assert refusal(request(field, content_type=MULTIPART))[0] == 413
    assert refusal(request(b"x" * (10 * MB + 1), content_type=JSON))[0] == 413
    assert refusal(request(b"&".join([b"a=1"] * 1001), content_type=FORM))[0] == 400
    assert refusal(request(part("f", b"", "a") * 101 + END, content_type=MULTIPART))[0] == 400
    gc.collect()


# Read once -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [(b"a=1&a=2", FORM), (part("a", b"1") + part("a", b"2") + END, MULTIPART)],
)
def test_starlette_reads_after_us(raw, content_type) -> None:
    async def both(asked: Request) -> None:
        body = await read_body(asked)
        form = await asked.form()
        assert form.getlist("a") == body.fields["a"] == ["1", "2"]
        assert await read_body(asked) is body
        await body.close()

    anyio.run(both, request(raw, content_type=content_type))


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [(b"a=1&a=2", FORM), (part("a", b"1") + part("a", b"2") + END, MULTIPART)],
)
def test_we_read_after_starlette(raw, content_type) -> None:
    async def both(asked: Request) -> None:
        await asked.form()
        assert (await read_body(asked)).fields["a"] == ["1", "2"]

    anyio.run(both, request(raw, content_type=content_type))


def test_files_that_starlette_has_read_are_ours() -> None:
    async def both(asked: Request) -> None:
        form = await asked.form()
        body = await read_body(asked)
        (file,) = body.files()
        assert (file.filename, await file.read()) == ("a.txt", b"1")
        assert form["f"].filename == "../a.txt"  # type: ignore[union-attr]
        await body.close()
        assert form["f"].file.closed  # type: ignore[union-attr]

    anyio.run(both, request(part("f", b"1", "../a.txt") + END, content_type=MULTIPART))


def test_json_and_bytes_after_us_and_before() -> None:
    async def after(asked: Request) -> None:
        await read_body(asked)
        assert await asked.json() == {"a": 1} and await asked.body() == b'{"a": 1}'

    async def before(asked: Request) -> None:
        await asked.json()
        assert (await read_body(asked)).json == {"a": 1}

    for order in (after, before):
        anyio.run(order, request(b'{"a"', b": 1}", content_type=JSON))


def test_keep_raw() -> None:
    raw = part("a", b"1") + part("f", b"2", "f") + END
    body = read(request(raw, content_type=MULTIPART), keep_raw=True)
    assert body.raw == raw and body.fields["a"] == ["1"] and len(body.files()) == 1
    anyio.run(body.close)
    assert refusal(request(raw, content_type=MULTIPART), SMALL, keep_raw=True)[0] == 413


# Anything ------------------------------------------------------------------------------------

TYPES = st.sampled_from(
    [FORM, MULTIPART, JSON, "text/plain", "", "multipart/form-data", ";;=", 'a/b;c="d']
)


@given(st.lists(st.binary(max_size=40), max_size=5), TYPES)
def test_any_bytes_are_a_body_or_refused(pieces, content_type) -> None:
    try:
        body = read(request(*pieces, content_type=content_type))
    except HTTPException as error:
        assert error.status_code in (400, 413)
        assert error.detail.encode()
    else:
        anyio.run(body.close)


@given(st.data())
def test_any_cut_and_any_change_of_a_form(data) -> None:
    whole = part("a", b"1") + part("f", b"file", "a.txt") + END
    raw = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3)) if raw else 0):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        body = read(request(bytes(raw), content_type=MULTIPART))
    except HTTPException as error:
        assert error.status_code == 400
    else:
        anyio.run(body.close)


FIELDS = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", exclude_characters='"\\\r\n\0'), min_size=1),
        st.binary(max_size=50).filter(lambda b: b"--x" not in b),
    ),
    max_size=5,
)


@given(FIELDS, st.integers(1, 30))
def test_files_come_back(fields, size) -> None:
    raw = b"".join(part(name, value, "n.bin") for name, value in fields) + END
    pieces = [raw[i : i + size] for i in range(0, len(raw), size)]
    body = read(request(*pieces, content_type=MULTIPART))
    assert [file.file.read() for file in body.files()] == [
        v for n in body.fields for m, v in fields if m == n
    ]
    anyio.run(body.close)
