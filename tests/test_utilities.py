"""The small functions that FastHTML's programs call."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import pytest

from fasthtml_nb import utilities as u


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("", [""]),
        ("ab", ["ab"]),
        (b"ab", [b"ab"]),
        (0, [0]),
        ({"a": 1}, [{"a": 1}]),
        ({1}, [1]),
        ((1, 2), [1, 2]),
        (range(2), [0, 1]),
        (map(str, [1]), ["1"]),
        ((i for i in "ab"), ["a", "b"]),
    ],
)
def test_one_or_many(given: Any, expected: list[Any]) -> None:
    assert u.listify(given) == expected


def test_one_or_many_of_other_kinds() -> None:
    assert u.tuplify([1]) == (1,) and u.setify(["a", "a"]) == {"a"}
    assert u.is_listy(()) and not u.is_listy("ab") and u.is_iter("ab") and not u.is_iter(1)
    given = [1, 2]
    assert u.listify(given) is not given


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: u.first([]), None),
        (lambda: u.first([1, 2, 3], u.gt(1)), 2),
        (lambda: u.first([1, 2], u.gt(1), negate=True), 1),
        (lambda: u.first(iter([0, None])), 0),
        (lambda: u.last([1, 2, 3], u.lt(3)), 2),
        (lambda: u.last(i for i in range(3)), 2),
        (lambda: u.uniqueify([2, 1, 2], sort=True), [1, 2]),
        (lambda: list(u.chunked([], 2)), []),
        (lambda: list(u.flatten(((1, (2,)), [3]))), [1, 2, 3]),
        (lambda: u.groupby([{"k": 1, "v": 2}], lambda o: o["k"], lambda o: o["v"]), {1: [2]}),
        (lambda: u.groupby([(1, 2), (1, 3)], 0, 1), {1: [2, 3]}),
        (lambda: u.partition([], bool), ([], [])),
        (lambda: u.merge(), {}),
        (lambda: u.nested_idx([1], "a"), None),
        (lambda: u.nested_idx({"a": {"b": None}}, "a", "b", "c"), None),
        (lambda: u.nested_attr(1, "real.imag.nothing", 5), 5),
        (lambda: u.risinstance("dict", u.AttrDict()), True),
        (lambda: u.compose()(5), 5),
        (lambda: u.compose([str, None], len)(123), 3),
        (lambda: u.not_(0), True),
        (lambda: u.is_not(1)(None), True),
        (lambda: u.sub(3)(10), 7),
        (lambda: u.truediv(6, 3), 2),
        (lambda: u.truncstr("abcdef", 2, suf="..."), "..."),
        (lambda: u.truncstr("ab", 3, space="_"), "ab_"),
        (lambda: u.camel2words("aHTTPServer2Go"), "a HTTP Server2 Go"),
        (lambda: u.str2int(" 7 "), 7),
        (lambda: u.str2list(""), []),
        (lambda: u.str2list("['a, b']"), ["a, b"]),
        (lambda: u.qp("/a/{x:int}/{y}", x=1, z=[1, 2], w=None, v=False), "/a/1/{y}?z=1&z=2&w=&v="),
        (lambda: u.qp("/a"), "/a"),
        (lambda: u.decode_uri("todo"), ("todo", {})),
        (lambda: u.uri("t", a="x y/ü"), "t/a=x+y%2F%C3%BC"),
    ],
)
def test_values(call: Any, expected: Any) -> None:
    assert call() == expected


def test_a_list_with_methods() -> None:
    some = u.L(3, 1, 2)
    assert some.sorted() == [1, 2, 3] and some.sorted(reverse=True) == [3, 2, 1]
    assert some.filter(u.gt(1), negate=True) == [1]
    assert some.map(lambda a, b, c=0: a + b + c, 1, c=2) == [6, 4, 5]
    assert u.L({"a": 1}, u.NS(a=2), 5).attrgot("a", 0) == [1, 2, 0]
    assert u.L([[1, [2]], [3, [4]]]).itemgot(1, 0) == [2, 4]
    assert u.L([[1], [2]]).concat() == [1, 2] and u.L("b", "a").enumerate() == [(0, "b"), (1, "a")]
    assert isinstance(some[1:], u.L) and some[0] == 3 and some[[]] == [] and some[(0, 2)] == [3, 2]
    assert u.L().map(str) == [] == u.L(None) and repr(u.L(1)) == "[1]"
    assert some.first(u.lt(3)) == 1 and some.last(u.gt(1)) == 2 and u.L().first() is None
    assert some.partition(u.gt(1)) == ([3, 2], [1]) and some.reduce(u.add, 4) == 10
    assert u.L((1, 2), (3, 4)).zip() == [(1, 3), (2, 4)]
    assert u.L("b", "ab").groupby(len) == {1: ["b"], 2: ["ab"]}
    with pytest.raises(ValueError):
        some[[True]]


def test_objects() -> None:
    box = u.dict2obj({"a": [{"b": 1}], "c": "text"}, d=2)
    assert box.a[0].b == 1 and box.d == 2 and isinstance(box, u.AttrDict)
    box.e = 5
    assert box["e"] == 5 and box.copy() == box and box.copy() is not box
    assert u.obj2dict(box) == {"a": [{"b": 1}], "c": "text", "d": 2, "e": 5}
    assert u.dict2obj(None) is None and u.dict2obj(5) == 5
    space = u.NS(a=1)
    space["b"] = 2
    assert (space["b"], list(space)) == (2, [1, 2])
    with pytest.raises(AttributeError, match="No entry 'x'. Entries: none"):
        _ = u.AttrDict().x


def test_patch_in_every_way() -> None:
    class Base:
        value = 1

    class Other:
        value = 2

    @u.patch
    def double(self: Base | Other) -> int:
        """Twice."""
        return self.value * 2

    @u.patch(as_prop=True)
    def half(self: Base):
        return self.value / 2

    def set_half(self: Base, value):
        self.value = value * 2

    set_half.__name__ = "half"
    u.patch_to(Base, set_prop=True)(set_half)

    @u.patch(cls_method=True)
    def make(cls: Base):
        return cls()

    base = Base.make()
    base.half = 4
    assert (base.value, base.half, base.double(), Other().double()) == (8, 4, 16, 4)
    assert Other.double.__doc__ == "Twice." and double(base) == 16
    with pytest.raises(TypeError, match=r"patch asks .*; f\(\) has none. Write \(self: MyClass\)"):

        @u.patch
        def f():
            pass


def test_store_attr() -> None:
    class A:
        def __init__(self, a, b=2, *rest, c=3):
            x = 1  # a local that is no parameter
            u.store_attr(but="b", more=x)

    class B:
        def __init__(self, a, b):
            u.store_attr("a, b", self)

    assert vars(A(1, 5, c=6)) == {"a": 1, "c": 6, "more": 1} and vars(B(1, 2)) == {"a": 1, "b": 2}


def test_repr() -> None:
    @dataclass(repr=False)
    class A:
        a: int = 1
        _b: int = 2

        __repr__ = u.basic_repr()

    assert repr(A()) == "A(a=1)"


def test_commands() -> None:
    here = [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr)"]
    assert u.run(here, as_bytes=True, stderr=False).strip() == b"out"
    assert set(u.run(here).split()) == {"out", "err"}
    assert u.run([sys.executable, "-c", "raise SystemExit(4)"], ignore_ex=True) == (4, "")
    assert u.run(f"{sys.executable} -c", "print('a b; c')") == "a b; c"
    with pytest.raises(OSError, match="ended with 4 and wrote: ''"):
        u.run([sys.executable, "-c", "raise SystemExit(4)"])


@pytest.mark.parametrize("text", ["maybe", "2"])
def test_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(ValueError, match=f"A yes or a no is one of .*; found '{text}'. Use one"):
        u.str2bool(text)


def test_threads_and_coroutines() -> None:
    import asyncio

    seen: list[int] = []

    @u.startthread
    def thread():
        seen.append(1)

    thread.join()
    assert seen == [1] and thread.daemon
    assert asyncio.run(u.maybe_await(u.noopa(3))) == 3
    assert u.noop() is None and u.noops(None, 4) == 4 and u.true("x") is True
