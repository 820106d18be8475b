"""What a parameter is, by its name and by its annotation."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.datastructures import UploadFile as StarletteUploadFile
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from fasthtml_nb.web.body import Body, UploadFile
from fasthtml_nb.web.scalars import ABSENT, CastError
from fasthtml_nb.web.sources import FormErrors, HtmxHeaders, Input
from fasthtml_nb.web.steps import step_of

EMPTY = inspect.Parameter.empty


@dataclass
class Form:
    title: str


class App(Starlette):
    """As an app of this library is."""


APP = App()
APP.state.color = "red"
PARTS = {
    name: f"the {name}"
    for name in ("send", "api", "hdrs", "ftrs", "htmlkw", "bodykw", "resp", "exc")
}
SESSION = {"user": "ann"}


def input_of(query: str = "", body: Body | None = None, **scope: Any) -> Input:
    whole: dict[str, Any] = {"type": "http", "method": "GET", "headers": [], "app": APP}
    whole |= {"query_string": query.encode(), "fasthtml.parts": PARTS, "session": SESSION}
    return Input(Request(whole | scope), body)


def step(name: str, annotation: Any = EMPTY, default: Any = EMPTY, **options: Any):
    parameter = inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
    return step_of(parameter, **options)


STOLEN = "&".join(
    f"{n}=stolen" for n in ("req", "request", "sess", "session", "auth", "htmx", "scope", "ws")
)


@pytest.mark.parametrize("annotation", [EMPTY, str, dict, Form, str | None, list[str], int, Any])
def test_never_user_input(annotation) -> None:
    stolen = dict(pair.split("=") for pair in STOLEN.split("&"))
    inp = input_of(STOLEN, Body("form", {n: [v] for n, v in stolen.items()}), path_params=stolen)
    inp.scope["headers"] = [(b"cookie", STOLEN.replace("&", "; ").encode())]
    inp.scope["headers"] += [(n.encode(), b"stolen") for n in stolen]
    found = {name: step(name, annotation).find(inp) for name in stolen}
    assert found["req"] is found["request"] is inp.request
    assert found["sess"] is found["session"] is SESSION
    assert found["scope"] is inp.scope
    assert (found["auth"], found["ws"], bool(found["htmx"])) == (ABSENT, None, False)
    for name in stolen:
        in_path = step(name, annotation, path_names=frozenset(stolen))
        assert in_path.find(inp) is found[name] or name == "htmx"


def test_auth_and_its_default() -> None:
    assert step("auth", str).find(input_of(auth="ann")) == "ann"
    assert step("auth", str, "nobody").default == "nobody"


def test_no_session() -> None:
    inp = input_of()
    del inp.scope["session"]
    with pytest.raises(RuntimeError, match="Wanted a session, found none in this app"):
        step("session").find(inp)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("app", App),
        ("app", Starlette),
        ("state", State),
        ("send", Callable),
        ("send", Callable[[str], None]),
        ("hdrs", list),
        ("ftrs", tuple[str, ...]),
        ("htmlkw", dict),
        ("bodykw", dict[str, str]),
        ("resp", Response),
        ("api", EMPTY),
    ],
)
def test_special_when_bare_or_of_its_own_type(name, own) -> None:
    values = PARTS | {"app": APP, "state": APP.state}
    for annotation in (EMPTY, own):
        assert step(name, annotation).find(input_of(f"{name}=sent")) == values[name]
    for name in ("app", "state", "send", "api", "hdrs", "ftrs", "htmlkw", "bodykw", "resp"):
        assert step(name, str).find(input_of(f"{name}=sent")) == "sent"


def test_parts_that_are_not_there() -> None:
    inp = input_of()
    inp.scope["fasthtml.parts"] = None
    assert step("resp").find(inp) is ABSENT
    assert step("exc", ValueError, parts=frozenset({"exc"})).find(input_of()) == "the exc"


def test_data_and_body() -> None:
    inp = input_of("q=1", Body("form", {"data": ["d"], "body": ["b"]}, raw=b"data=d&body=b"))
    everything = {"q": "1", "data": "d", "body": "b"}
    assert step("data").find(inp) == step("data", dict).find(inp) == everything
    assert step("anything", dict).find(inp) == everything
    assert step("body").find(inp) == "data=d&body=b"
    assert step("body", bytes).find(inp) == b"data=d&body=b"
    assert (step("data", str).find(inp), step("body", str).find(inp)) == ("d", "b")
    assert step("data", SimpleNamespace).find(inp) == SimpleNamespace(**everything)
    assert [step(n).reads for n in ("data", "body")] == ["body", "raw"]
    with pytest.raises(CastError, match="is not UTF-8 text"):
        step("body").find(input_of(body=Body("other", raw=b"\xff")))
    with pytest.raises(RuntimeError, match="Wanted the bytes of the body"):
        step("body").find(input_of(body=Body("form", raw=None)))
    assert step("body").find(input_of()) == ""


def test_types_of_the_request() -> None:
    inp = input_of("x=stolen", headers=[(b"hx-request", b"true")])
    assert step("x", Request).find(inp) is step("x", HTTPConnection).find(inp) is inp.request
    assert step("x", WebSocket).find(inp) is inp.request
    assert step("x", App).find(inp) is APP and step("x", State).find(inp) is APP.state
    assert step("x", HtmxHeaders).find(inp).request == "true"
    assert step("x", Request | None).find(inp) is inp.request
    assert step("x", Annotated[Request, "note"]).find(inp) is inp.request
    assert not step("x", FormErrors).find(inp)


def test_classes_that_make_themselves() -> None:
    class One:
        @classmethod
        def __from_request__(cls, request):
            return ("one", request)

    class Two:
        @classmethod
        async def __from_request__(cls, data, request):
            return ("two", data)

    inp = input_of("a=1")
    assert step("x", One).find(inp) == ("one", inp.request)
    two = step("x", Two)
    assert two.is_async and two.reads == "body" and not step("x", One).is_async
    coroutine = two.find(inp)
    with pytest.raises(StopIteration) as caught:
        coroutine.send(None)
    assert caught.value.value == ("two", {"a": "1"})


BARE = [
    (EMPTY, "5", "5"),
    (1, "5", 5),
    (1.5, "5", 5.0),
    (False, "on", True),
    ("x", "5", "5"),
    (None, "5", "5"),
    (b"", "5", "5"),
]


@pytest.mark.parametrize(("default", "sent", "value"), BARE)
def test_without_annotation(default, sent, value) -> None:
    found = step("x", default=default).find(input_of(f"x={sent}"))
    assert found == value and type(found) is type(value)
    if default is EMPTY:
        with pytest.raises(CastError, match="is missing"):
            step("x").find(input_of())
    else:
        assert step("x", default=default).find(input_of()) is ABSENT


def test_what_is_read() -> None:
    reads = {
        step("x", str).reads: "maybe",
        step("x", str, path_names=frozenset("x")).reads: "",
        step("x", UploadFile).reads: "body",
        step("x", list[StarletteUploadFile]).reads: "body",
        step("x", UploadFile | None).reads: "body",
        step("x", Form).reads: "body",
        step("req").reads: "",
    }
    assert all(found == expected for found, expected in reads.items())


def test_records_that_may_be_left_out() -> None:
    from fasthtml_nb.web.sources import BadRecord

    assert step("x", Form | None).find(input_of()) is None
    assert step("x", Form | None, None).find(input_of()) is ABSENT
    assert step("x", Form, Form("default")).find(input_of()) is ABSENT
    with pytest.raises(BadRecord):
        step("x", Form).find(input_of())
    assert step("x", Form | None).find(input_of("title=t")) == Form("t")
