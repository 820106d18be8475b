"""Whole requests against whole handlers: what is called with what, and what is refused how."""

from __future__ import annotations

import functools
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Optional, TypedDict
from uuid import UUID

import anyio
import attrs
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.binding import Plan, explain, plan
from fasthtml_nb.web.body import Body, UploadFile, close_body
from fasthtml_nb.web.encodings import Limits
from fasthtml_nb.web.scalars import ABSENT, parsed_date
from fasthtml_nb.web.sources import BadInput, FieldError, FormErrors, HtmxHeaders

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
JSON = "application/json"


def request(
    method: str = "POST",
    query: str = "",
    body: bytes = b"",
    content_type: str = "",
    headers: tuple = (),
    reads: list | None = None,
    scope: dict | None = None,
    **path: Any,
) -> Request:
    async def receive():
        if reads is not None:
            reads.append(1)
        return {"type": "http.request", "body": body, "more_body": False}

    encoded = [(k.encode(), v.encode("latin-1")) for k, v in headers]
    encoded += [(b"content-type", content_type.encode())] * bool(content_type)
    whole = {"type": "http", "method": method, "query_string": query.encode("latin-1")}
    whole |= {"headers": encoded, "path_params": path, "session": {}} | (scope or {})
    return Request(whole, receive)


def call(handler: Any, asked: Request, **options: Any) -> Any:
    """Bind and call as an app does."""
    planned = handler if isinstance(handler, Plan) else plan(handler, **options)

    async def run():
        try:
            args, kwargs = await planned.bind_async(asked)
            value = planned.handler(*args, **kwargs)
            return await value if isinstance(value, Awaitable) else value
        finally:
            await close_body(asked.scope)

    return anyio.run(run)


@dataclass
class Profile:
    email: str
    phone: str
    age: int


class Point(NamedTuple):
    x: int
    y: int = 0


class Filter(TypedDict, total=False):
    q: str
    page: int


class Color(Enum):
    RED = "red"


# What is called with what ---------------------------------------------------------------------


def test_the_documents_first_route() -> None:
    def get(name: str, age: int):
        return f"Hello {name.title()}, age {age}"

    assert (
        call(get, request("GET", name="uma", age="5"), path_names=["name", "age"])
        == "Hello Uma, age 5"
    )


def test_every_kind_of_parameter() -> None:
    def handler(a, /, b: int, c: str = "c", *, d: float, e=1, **rest: str):
        return a, b, c, d, e, rest

    asked = request(query="a=A&b=2&d=4&x=1&y-z=2")
    assert call(handler, asked) == ("A", 2, "c", 4.0, 1, {"x": "1", "y-z": "2"})


def test_types() -> None:
    def handler(
        i: int,
        f: float,
        b: bool,
        d: date,
        w: parsed_date,
        u: UUID,
        m: Decimal,
        p: Path,
        c: Color,
        k: Literal["x", "y"],
        o: Optional[int],  # noqa: UP045
        n: int | str,
        li: list[int],
        s: set[str],
        t: tuple[int, ...],
        v: Annotated[int, lambda n: n > 0],
    ):
        return [i, f, b, d, w.year, u.int, m, p, c, k, o, n, li, s, t, v]

    sent = (
        "i=1&f=2.5&b=on&d=2024-12-31&w=26+Sept+2024&u=00000000-0000-0000-0000-000000000007&m=1.10"
        "&p=a/b&c=red&k=y&o=&n=five&li=1&li=2&s=a&s=a&t=3&v=1"
    )
    values = [1, 2.5, True, date(2024, 12, 31), 2024, 7, Decimal("1.10"), Path("a/b"), Color.RED]
    values += ["y", None, "five", [1, 2], {"a"}, (3,), 1]
    assert call(handler, request(query=sent)) == values
    assert call(handler, request(body=sent.encode(), content_type=FORM)) == values


@pytest.mark.parametrize(
    "kind", [FORM, FORM + "; charset=utf-8", JSON, JSON + "; charset=utf-8", MULTIPART]
)
def test_forms_as_records(kind) -> None:
    values = {"email": "a@b", "phone": "1", "age": "5"}
    if kind.startswith(JSON):
        body = json.dumps(values | {"age": 5}).encode()
    elif kind == MULTIPART:
        body = (
            b"".join(
                b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                % (n.encode(), v.encode())
                for n, v in values.items()
            )
            + b"--x--\r\n"
        )
    else:
        body = b"email=a%40b&phone=1&age=5"

    def post(profile: Profile):
        return profile

    def several(profile: Profile, email: str, everything: dict):
        return profile, email, everything["phone"]

    profile = Profile("a@b", "1", 5)
    assert call(post, request(body=body, content_type=kind)) == profile
    assert call(several, request(body=body, content_type=kind)) == (profile, "a@b", "1")


def test_path_values_fill_fields() -> None:
    def put(point: Point):
        return point

    asked = functools.partial(request, body=b"y=2", content_type=FORM)
    assert call(put, asked(x="1"), path_names=["x"]) == Point(1, 2)
    with pytest.raises(HTTPException) as caught:
        call(put, asked(x="one"), path_names=["x"])
    assert caught.value.status_code == 404 and not isinstance(caught.value, BadInput)


def test_typed_dicts_from_the_query() -> None:
    def get(filter: Filter):
        return filter

    assert call(get, request("GET", "q=tea&page=2")) == {"q": "tea", "page": 2}
    assert call(get, request("GET")) == {}


def test_files() -> None:
    async def post(file: UploadFile, more: list[UploadFile], title: str):
        return file.filename, await file.read(), [f.filename for f in more], title

    part = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
    body = part % (b"file", b"../a.txt", b"A") + part % (b"more", b"b.txt", b"B")
    body += (
        part % (b"more", b"", b"")
        + b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nT\r\n--x--\r\n'
    )
    assert call(post, request(body=body, content_type=MULTIPART)) == ("a.txt", b"A", ["b.txt"], "T")

    def optional(file: UploadFile | None):
        return file

    nothing = part % (b"file", b"", b"") + b"--x--\r\n"
    assert call(optional, request(body=nothing, content_type=MULTIPART)) is None
    with pytest.raises(BadInput, match="file is missing"):
        call(post, request(body=nothing, content_type=MULTIPART))
    with pytest.raises(BadInput, match=r"file: 'a.txt' is not a file \(is the form's enctype"):
        call(post, request(body=b"file=a.txt&title=", content_type=FORM))


def test_handlers_of_every_make() -> None:
    class Shop:
        def method(self, n: int):
            return n

        async def __call__(self, n: int):
            return n + 1

    def keyword(n: int, user: str):
        return n, user

    class Made:
        def __init__(self, n: int):
            self.n = n

    asked = functools.partial(request, query="n=5&user=stolen")
    assert call(Shop().method, asked()) == 5
    assert call(Shop(), asked()) == 6
    assert call(functools.partial(keyword, user="ann"), asked()) == (5, "ann")
    assert call(functools.partial(keyword, 7), asked()) == (7, "stolen")
    assert call(Made, asked()).n == 5
    assert call(lambda n: n, asked()) == "5"

    @functools.wraps(keyword)
    async def wrapped(*args, **kwargs):
        return keyword(*args, **kwargs)

    assert call(wrapped, asked()) == (5, "stolen")
    assert plan(wrapped).is_async and plan(Shop()).is_async
    assert not plan(Shop().method).is_async and not plan(Made).is_async


def test_async_generators() -> None:
    async def stream(n: int):
        yield n

    assert plan(stream).is_async_generator and not plan(stream).is_async


def test_a_local_class_in_a_string() -> None:
    @dataclass
    class Inner:
        n: int

    @dataclass
    class Local:
        inner: list[Inner]

    def post(local: Local):
        return local

    made = call(post, request(body=b'{"inner": [{"n": "1"}]}', content_type=JSON))
    assert made == Local([Inner(1)])


def test_from_request() -> None:
    class User:
        @classmethod
        async def __from_request__(cls, data, request):
            return f"{data['user']} by {request.method}"

    def post(user: User, *, other: User):
        return user, other

    asked = request(body=b"user=ann", content_type=FORM)
    assert call(post, asked) == ("ann by POST", "ann by POST")
    assert plan(post).needs_body


def test_return_annotations() -> None:
    def known() -> Profile: ...

    def unknown() -> Nowhere: ...  # type: ignore[name-defined]  # noqa: F821

    assert [plan(h).returns for h in (known, unknown, lambda: 1)] == [Profile, None, None]


def test_websocket_messages() -> None:
    def on_message(text: str, size: int = 1): ...

    planned = plan(on_message)
    assert planned.bind(request(), {"text": "hi", "size": "2"}) == (("hi", 2), {})
    with pytest.raises(BadInput):
        planned.bind(request(), {"size": 2})


# The body is read when it is needed -----------------------------------------------------------


def test_when_the_body_is_read() -> None:
    def scalar(n: int): ...

    def record(profile: Profile | None): ...

    def nothing(req, session): ...

    def only_path(n: int): ...

    def reads(handler, *args, names=(), **options):
        seen: list[int] = []
        planned = plan(handler, path_names=names)
        anyio.run(planned.bind_async, request(*args, reads=seen, **options))
        return bool(seen)

    body = {"body": b"n=1", "content_type": FORM}
    assert reads(scalar, "POST", **body)
    assert not reads(scalar, "POST", "n=5", **body)
    assert not reads(scalar, "GET", "n=5", **body)
    assert reads(record, "POST", **{"body": b"", "content_type": FORM})
    assert not reads(record, "GET")
    assert not reads(record, "POST", headers=(("content-length", "0"),))
    assert not reads(nothing, "POST", **body)
    assert not reads(only_path, "POST", names=["n"], n="1", **body)
    assert not plan(nothing).needs_body and not plan(only_path, path_names=["n"]).needs_body
    assert plan(scalar).needs_body


def test_the_body_is_read_once_for_all_plans() -> None:
    def before(name: str): ...

    async def handler(name: str, req):
        return name, (await req.form())["name"], await req.body()

    seen: list[int] = []
    asked = request(body=b"name=ann", content_type=FORM, reads=seen)
    call(before, asked)
    assert call(handler, asked) == ("ann", "ann", b"name=ann")
    assert len(seen) == 1


def test_limits_are_the_plans() -> None:
    def post(name: str): ...

    with pytest.raises(HTTPException) as caught:
        call(post, request(body=b"name=ann", content_type=FORM), limits=Limits(body=4))
    assert caught.value.status_code == 413


# Bad input ------------------------------------------------------------------------------------


def scalars(n: int, s: str = "", flag: bool = False, when: date | None = None): ...


def record(profile: Profile): ...


def items(ids: list[int], order: Literal["asc", "desc"] = "asc"): ...


def upload(file: UploadFile): ...


def everything(data: dict): ...


def cookie(theme: Color, now: parsed_date = None): ...


DEEP = b'{"n": ' + b"[" * 101 + b"]" * 101 + b"}"
BAD = [
    # handler, request, status, what the message says
    (scalars, {}, 400, "n is missing (looked for in query, form or JSON body, cookie, header)"),
    (scalars, {"query": "n=x"}, 400, "n: 'x' is not a whole number (query)"),
    (scalars, {"query": "n="}, 400, "n: '' is not a whole number (query)"),
    (
        scalars,
        {"query": "n=x&flag=maybe&when=soon"},
        400,
        "n: 'x' is not a whole number (query)\n"
        "flag: 'maybe' is not a switch (on, true, 1, yes, off, false, 0 or no) (query)\n"
        "when: 'soon' is not a date like 2024-12-31 (query)",
    ),
    (scalars, {"query": "n=1&s=%00"}, 400, r"s: '\x00' holds a NUL character (query)"),
    (
        scalars,
        {"query": "n=1&s=%ED%A0%80"},
        400,
        r"s: '\udced\udca0\udc80' is not valid UTF-8 text (query)",
    ),
    (scalars, {"query": "n=" + "9" * 5000}, 400, None),
    (scalars, {"path": {"n": "x"}}, 404, "n: 'x' is not a whole number (path)"),
    (scalars, {"path": {"n": ""}}, 404, "n: '' is not a whole number (path)"),
    (scalars, {"path": {"n": "1", "s": "\0"}}, 404, r"s: '\x00' holds a NUL character (path)"),
    (scalars, {"query": "s=%00", "path": {"n": "x"}}, 404, "n: 'x' is not a whole number (path)"),
    (scalars, {"headers": [("cookie", "n=x")]}, 400, "n: 'x' is not a whole number (cookie)"),
    (
        scalars,
        {"headers": [("cookie", "\xff;;=\0; n")]},
        400,
        "n is missing (looked for in query, form or JSON body, cookie, header)",
    ),
    (scalars, {"headers": [("n", "x")]}, 400, "n: 'x' is not a whole number (header)"),
    (
        cookie,
        {"headers": [("cookie", "theme=blue; now=soon")]},
        400,
        "theme: 'blue' is not one of 'red' (cookie)\nnow: 'soon' is not a date (cookie)",
    ),
    (
        record,
        {"body": b"email=a&age=x", "content_type": FORM},
        400,
        "phone is missing (looked for in path, form or JSON body, query)\n"
        "age: 'x' is not a whole number (form)",
    ),
    (
        record,
        {"body": b'{"email": 5, "phone": null, "age": true}', "content_type": JSON},
        400,
        "email: 5 is not text (JSON body)\n"
        "phone: null is not text (JSON body)\n"
        "age: true is not a whole number (JSON body)",
    ),
    (
        record,
        {"body": b'{"email": "\\ud800", "phone": "\\u0000", "age": 1e400}', "content_type": JSON},
        400,
        None,
    ),
    (
        record,
        {"body": b'{"email": "\\ud800", "phone": "\\u0000", "age": 1}', "content_type": JSON},
        400,
        "email: '\\ud800' is not valid UTF-8 text (JSON body)\n"
        "phone: '\\x00' holds a NUL character (JSON body)",
    ),
    (record, {"body": b"Ann", "content_type": "text/plain"}, 400, None),
    (record, {"body": b'{"email": ', "content_type": JSON}, 400, None),
    (
        record,
        {"body": b"[]", "content_type": JSON},
        400,
        "The JSON body must be an object, not a list.",
    ),
    (
        record,
        {"body": DEEP, "content_type": JSON},
        400,
        "The JSON body is nested more than 100 deep.",
    ),
    (
        record,
        {"body": b"[" * 100_000, "content_type": JSON},
        400,
        "The JSON body is nested more than 100 deep.",
    ),
    (record, {"body": b"--x\r\n", "content_type": MULTIPART}, 400, None),
    (
        record,
        {"body": b"x" * (10 * 1024 * 1024 + 1), "content_type": FORM},
        413,
        "The body is larger than 10 MB.",
    ),
    (record, {"query": "email=a&phone=b&age=c"}, 400, "age: 'c' is not a whole number (query)"),
    (
        items,
        {"query": "ids=1&ids=x&ids=y"},
        400,
        "ids.1: 'x' is not a whole number (query)\nids.2: 'y' is not a whole number (query)",
    ),
    (
        items,
        {"body": b'{"ids": 5, "order": "up"}', "content_type": JSON},
        400,
        "ids: 5 is not a list (JSON body)\norder: 'up' is not one of 'asc', 'desc' (JSON body)",
    ),
    (upload, {"body": b"file=text", "content_type": FORM}, 400, None),
    (upload, {}, 400, "file is missing (looked for in the form)"),
    (everything, {"query": "a=%FF"}, 400, r"data.a: '\udcff' is not valid UTF-8 text (query)"),
    (
        everything,
        {"body": b'{"a": ["\\udfff"]}', "content_type": JSON},
        400,
        r"data.a.0: '\udfff' is not valid UTF-8 text (JSON body)",
    ),
]


@pytest.mark.parametrize(("handler", "sent", "status", "message"), BAD)
def test_bad_input(handler, sent, status, message) -> None:
    sent = dict(sent)
    path = sent.pop("path", {})
    with pytest.raises(HTTPException) as caught:
        call(handler, request(**sent, **path), path_names=list(path))
    assert caught.value.status_code == status
    assert caught.value.detail.encode()
    if message is not None:
        assert caught.value.detail == message


def test_bad_input_names_every_field() -> None:
    with pytest.raises(BadInput) as caught:
        call(record, request(body=b"email=a&age=x", content_type=FORM))
    assert caught.value.errors == [
        FieldError("phone", "looked for in path, form or JSON body, query", ABSENT, "is missing"),
        FieldError("age", "form", "x", "is not a whole number"),
    ]


NAMES = st.sampled_from(
    ["n", "s", "flag", "when", "email", "phone", "age", "ids", "order", "file", "now"]
)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
HANDLERS = [scalars, record, items, upload, everything, cookie]


@given(
    st.sampled_from(HANDLERS),
    st.dictionaries(NAMES, ANY_JSON),
    st.text(st.characters(max_codepoint=255)),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n")),
)
def test_any_request_is_called_or_refused(handler, data, query, cookies) -> None:
    sent = json.dumps(data).encode()
    asked = request(query=query, body=sent, content_type=JSON, headers=(("cookie", cookies),))
    try:
        call(handler, asked)
    except HTTPException as error:
        assert error.status_code in (400, 404, 413)
        assert error.detail.encode()


# Errors as data -------------------------------------------------------------------------------


def test_errors_for_the_form() -> None:
    def post(profile: Profile, errors: FormErrors, page: int = 1):
        return profile, errors, page

    bad = request(query="page=x", body=b"email=a&age=five", content_type=FORM)
    profile, errors, page = call(post, bad)
    assert dict(errors) == {
        "phone": "is missing",
        "age": "'five' is not a whole number",
        "page": "'x' is not a whole number",
    }
    assert (profile.email, profile.phone, profile.age, page) == ("a", None, None, 1)
    assert errors.sent == {"page": "x", "email": "a", "age": "five"}
    good = request(body=b"email=a&phone=b&age=5", content_type=FORM)
    profile, errors, _ = call(post, good)
    assert profile == Profile("a", "b", 5) and not errors
    assert errors.sent == {"email": "a", "phone": "b", "age": "5"}  # for rules of the handler

    def keyword(n: int, *, errors: FormErrors):
        return n, dict(errors)

    assert call(keyword, request(query="n=x")) == (None, {"n": "'x' is not a whole number"})
    with pytest.raises(HTTPException) as caught:
        call(keyword, request(n="x"), path_names=["n"])
    assert caught.value.status_code == 404


def test_a_class_that_refuses() -> None:
    @dataclass
    class Stay:
        arrival: int
        departure: int

        def __post_init__(self):
            if self.departure <= self.arrival:
                raise ValueError("departure must be after arrival")

    def post(stay: Stay): ...

    with pytest.raises(BadInput) as caught:
        call(post, request(body=b"arrival=5&departure=3", content_type=FORM))
    assert caught.value.detail == "stay is refused: departure must be after arrival (form)"

    def again(stay: Stay, errors: FormErrors):
        return stay, dict(errors)

    stay, errors = call(again, request(body=b"arrival=5&departure=3", content_type=FORM))
    assert (stay.arrival, stay.departure) == (5, 3)
    assert errors == {"stay": "is refused: departure must be after arrival"}


def test_files_are_not_shown_again() -> None:
    def post(file: UploadFile, n: int, errors: FormErrors):
        return errors.sent

    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n'
    body += b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\nx\r\n--x--\r\n'
    assert call(post, request(body=body, content_type=MULTIPART)) == {"n": "x"}


def test_checks_beside_a_record() -> None:
    def grown_up(profile):
        return profile.age >= 18

    def post(profile: Annotated[Profile, grown_up]):
        return profile.age

    def maybe(profile: Annotated[Profile | None, grown_up] = None):
        return profile

    sent = functools.partial(request, content_type=FORM)
    assert call(post, sent(body=b"email=a&phone=b&age=18")) == 18
    assert call(maybe, sent(body=b"")) is None
    for handler in (post, maybe):
        with pytest.raises(BadInput, match=r"profile: .* is refused by grown_up"):
            call(handler, sent(body=b"email=a&phone=b&age=17"))


class Model(pydantic.BaseModel):
    email: str
    age: int = pydantic.Field(ge=18)
    tags: list[str] = []
    news: bool


@attrs.define
class Attrs:
    email: str
    age: int = attrs.field(validator=attrs.validators.ge(18))
    tags: list[str] = attrs.Factory(list)
    news: bool = False


@pytest.mark.parametrize("kind", [Model, Attrs])
def test_models_of_others(kind) -> None:
    def post(form: kind):  # type: ignore[valid-type]
        return form

    def again(form: kind, errors: FormErrors):  # type: ignore[valid-type]
        return form.email, dict(errors)

    sent = functools.partial(request, content_type=FORM)
    made = call(post, sent(body=b"email=a&age=41&tags=x&tags=y"))
    assert made == kind(email="a", age=41, tags=["x", "y"], news=False)
    for age, reason in (("5", "18"), ("x", "")):
        with pytest.raises(BadInput, match=f"age|{reason}"):
            call(post, sent(body=f"email=a&age={age}".encode()))
        email, errors = call(again, sent(body=f"email=a&age={age}".encode()))
        assert email == "a" and len(errors) == 1
    with pytest.raises(BadInput, match="email is missing"):
        call(post, sent(body=b"age=41"))


# A real client and server ---------------------------------------------------------------------


def app_of(handler: Any) -> Starlette:
    planned = plan(handler)

    async def endpoint(asked: Request) -> PlainTextResponse:
        try:
            args, kwargs = await planned.bind_async(asked)
            return PlainTextResponse(repr(handler(*args, **kwargs)))
        finally:
            await close_body(asked.scope)

    return Starlette(routes=[Route("/", endpoint, methods=["GET", "POST", "DELETE"])])


def test_through_a_client() -> None:
    def handler(profile: Profile, accept_language: str, now: parsed_date = None):
        return profile.age, accept_language, now

    client = TestClient(app_of(handler), cookies={"now": '"2024-09-26 15:33:48.141869"'})
    headers = {"accept-language": "en"}
    profile = {"email": "a", "phone": "b", "age": "5"}
    expected = "(5, 'en', datetime.datetime(2024, 9, 26, 15, 33, 48, 141869))"
    for sent in (
        {"data": profile},
        {"json": profile},
        {"files": {k: (None, v) for k, v in profile.items()}},
    ):
        assert client.post("/", headers=headers, **sent).text == expected
    assert client.get("/", params=profile, headers=headers).text == expected
    chunks = (b"email=a&pho", b"ne=b&age=", b"x")
    urlencoded = headers | {"content-type": FORM}
    answer = client.post("/", content=iter(chunks), headers=urlencoded)
    assert (answer.status_code, answer.text) == (400, "age: 'x' is not a whole number (form)")
    endless = client.post("/", content=(b"x" * 2**20 for _ in range(11)), headers=urlencoded)
    assert (endless.status_code, endless.text) == (413, "The body is larger than 10 MB.")


# Mistakes of the program ----------------------------------------------------------------------


def test_handlers_that_no_request_could_fill() -> None:
    def star(*args): ...

    def nowhere(a: Nowhere): ...  # type: ignore[name-defined]  # noqa: F821

    def number(a: 5): ...  # type: ignore[valid-type]

    for handler, message in (
        (star, r"Wanted named parameters for the handler star, found \*args\. Name what it needs"),
        (
            nowhere,
            "Wanted the type of parameter 'a' of nowhere, found 'Nowhere', and name 'Nowhere'",
        ),
        (number, "Wanted an annotation that a value can be made by, found 5"),
        (5, "Wanted a handler whose parameters can be read, found 5"),
    ):
        with pytest.raises(TypeError, match=message):
            plan(handler)


def test_special_names_need_no_import() -> None:
    def get(req: Nowhere, session: Nowhere, exc: Nowhere):  # type: ignore[name-defined]  # noqa: F821
        return exc

    parts = {"exc": "the error"}
    assert call(get, request(scope={"fasthtml.parts": parts}), parts=["exc"]) == "the error"


# Explaining -----------------------------------------------------------------------------------


def test_explain() -> None:
    def post(
        list_id: int,
        profile: Profile,
        photo: list[UploadFile],
        req,
        sure: bool,
        page=1,
        *,
        o: int | None,
        **more,
    ): ...

    shown = explain(post, path_names=["list_id"])
    assert repr(shown) == shown == explain(plan(post, path_names=["list_id"]))
    assert shown.splitlines() == [
        "parameter  looked for in                made into                   if absent",
        "---------  ---------------------------  --------------------------  ------------------",
        "list_id    path                         int                         404",
        "profile    path, body, query            Profile(email, phone, age)  400",
        f"photo      form                         {'list[UploadFile]':<26}  empty".rstrip(),
        "req        the request",
        "sure       query, body, cookie, header  bool                        off in a form, 400",
        "page       query, body, cookie, header  int                         1",
        "o          query, body, cookie, header  int | None                  None",
        "more       query, body                  all the rest",
    ]
    assert repr(plan(post)) == "<Plan of post(list_id, profile, photo, req, sure, page, o, more)>"


def test_htmx_headers_and_bodies_are_importable_from_here() -> None:
    from fasthtml_nb.web import binding

    assert binding.HtmxHeaders is HtmxHeaders and binding.BadInput is BadInput
    assert binding.Limits is Limits and Body().mapping() == {}


def test_a_route_explains_what_comes_from_its_path():
    @FastHTML().route("/tea/{kind}")
    def get(kind: str, cups: int = 1):
        return kind

    lines = str(explain(get)).splitlines()
    assert lines[2].split()[:2] == ["kind", "path"] and lines[3].split()[0] == "cups"
