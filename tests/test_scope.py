"""Where the names in annotations come from."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass

import pytest

from fasthtml_nb.web.scope import (
    calls_as,
    given_names,
    handler_name,
    inner_function,
    resolved,
    signature_of,
    visible_names,
)


def plain(a, b=1): ...


async def waits(): ...


async def yields():
    yield


class Callable_:
    def method(self): ...

    async def __call__(self): ...


def decorated(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def test_the_function_within() -> None:
    assert inner_function(plain) is plain
    assert inner_function(functools.partial(functools.partial(plain, 1), b=2)) is plain
    assert inner_function(decorated(plain)) is plain
    assert inner_function(Callable_().method) is Callable_.method
    assert inner_function(Callable_()) is Callable_.__call__
    assert inner_function(Callable_) is Callable_.__init__


def test_what_runs() -> None:
    is_async = inspect.iscoroutinefunction
    assert calls_as(waits, is_async) and calls_as(functools.partial(waits), is_async)
    assert calls_as(Callable_(), is_async) and not calls_as(Callable_, is_async)
    assert calls_as(decorated(plain), is_async) and not calls_as(plain, is_async)
    assert calls_as(yields, inspect.isasyncgenfunction) and not calls_as(yields, is_async)


def test_names() -> None:
    assert handler_name(functools.partial(plain)) == "plain"
    assert handler_name(Callable_()) == "Callable_"
    assert handler_name(Callable_().method) == "Callable_.method"
    assert given_names(functools.partial(functools.partial(plain, a=1), b=2)) == {"a", "b"}


def register(handler):
    """Stands for a decorator in another function, with names of its own."""
    Local = int  # noqa: F841
    return visible_names(handler)


def test_locals_of_the_functions_around() -> None:
    Local = str

    def factory():
        @dataclass
        class Inner: ...

        def handler(a: Inner, b: Local): ...

        return register(handler), Inner

    names, inner = factory()
    assert names["Inner"] is inner
    assert names["Local"] is str


def test_a_class_in_a_function() -> None:
    @dataclass
    class Item: ...

    class Routes:
        Own = int

        def get(self, item: Item): ...

        names = register(get)

    assert Routes.names["Item"] is Item and Routes.names["Own"] is int


def test_a_closure_wins() -> None:
    def make(kind):
        def handler(a: kind):
            return kind

        return handler

    handlers = [make(int), make(str)]
    kind = bytes  # noqa: F841
    assert [visible_names(h)["kind"] for h in handlers] == [int, str]
    assert visible_names(handlers[0], {"kind": set})["kind"] is set


def test_a_name_bound_later_is_not_there() -> None:
    def handler():
        return later

    assert "later" not in visible_names(handler)
    later = 1


def test_strings_are_evaluated() -> None:
    names = {"Local": int}
    assert resolved("a", "list[Local]", names, "get") == list[int]
    assert resolved("a", "list['Local'] | None", names, "get") == list[int] | None
    assert resolved("a", list["Local"], names, "get") == list[int]  # noqa: F821
    assert resolved("a", int, {}, "get") is int
    assert resolved("a", inspect.Parameter.empty, {}, "get") is inspect.Parameter.empty


@pytest.mark.parametrize("annotation", ["Nowhere", "list[Nowhere]", "1 +"])
def test_wrong_annotations(annotation) -> None:
    with pytest.raises(
        TypeError, match=r"Wanted the type of parameter 'a' of get, found '.*', and|: "
    ):
        resolved("a", annotation, {}, "get")


def test_signatures() -> None:
    assert list(signature_of(functools.partial(plain, 1)).parameters) == ["b"]
    with pytest.raises(TypeError, match="Wanted a handler whose parameters can be read, found 5"):
        signature_of(5)
