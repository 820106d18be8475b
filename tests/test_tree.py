"""The tree against an HTML5 parser: what is written is what is read, and nothing else."""

from __future__ import annotations

import copy
import pickle
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import turbohtml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from fasthtml_nb.ft.markup import Safe, attribute_value, comment_text, escape
from fasthtml_nb.ft.tree import FT, Comment, Fragment, element
from fasthtml_nb.ft.writing import pretty, to_xml
from tests.html_strategies import (
    FLOWS,
    PAGES,
    VALUES,
    Component,
    any_trees,
    build,
    dom_nodes,
    expected,
    parsed,
    parsed_page,
    read,
    texts,
)

Div, P, Span, Pre, Ul, Li, Svg, Desc = map(element, "div p span pre ul li svg desc".split())
Noscript, Script, Style, A, B, Title = map(element, "noscript script style a b title".split())
SLOW = settings(
    max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

# What HTML can express comes back exactly -------------------------------------------------------


@SLOW
@given(FLOWS)
@example(("pre", {}, ["\rx"]))
@example(("textarea", {}, ["\r\n\nx"]))
def test_a_parser_gives_back_the_tree(model):
    assert parsed(to_xml(build(model))) == expected([model])


@SLOW
@given(PAGES)
def test_a_parser_gives_back_the_page(model):
    assert parsed_page(to_xml(build(model))) == expected([model])


# Anything else adds nothing ---------------------------------------------------------------------

IMPLIED = {"html", "head", "body", "p", "tbody", "tr", "colgroup"}
FORMATTING = set("a b big code em font i nobr s small strike strong tt u".split())


def written(tree: object) -> Iterator[Any]:
    """Yield the nodes and other values in `tree`, components opened."""
    todo = [tree]
    while todo:
        item = todo.pop()
        if isinstance(item, Component):
            item = item.shown
        if isinstance(item, (list, tuple)):
            todo.extend(item)
        elif isinstance(item, FT) and item.tag == "":
            todo.extend(item.children)
        elif item is not None:
            yield item
            if isinstance(item, FT) and item.tag != "!--":
                todo.extend(item.children)


def attribute_texts(node: FT) -> dict[str, str]:
    values = {name: attribute_value(name, value) for name, value in node.attrs.items()}
    return {
        name.lower(): "" if value is True else read(str.__str__(value)).replace("\0", "\ufffd")
        for name, value in values.items()
        if value is not False
    }


def characters(text: str) -> Counter[str]:
    return Counter(c for c in text if not c.isspace() and c not in "\0\ufffd")


def nothing_was_added(tree: FT, top: Any) -> None:
    """Assert that the DOM below `top` has no element, attribute, comment or text of its own."""
    nodes = list(written(tree))
    elements = [node for node in nodes if isinstance(node, FT) and node.tag != "!--"]
    given_attrs = [
        (node.tag.lower().replace("image", "img"), attribute_texts(node)) for node in elements
    ]
    page_attrs = {
        item for tag, attrs in given_attrs if tag in ("html", "body") for item in attrs.items()
    }
    known = Counter((tag, frozenset(attrs.items())) for tag, attrs in given_attrs)
    comments = {
        read(way(text)).replace("\0", "\ufffd")
        for node in nodes
        if isinstance(node, FT) and node.tag == "!--"
        for text in ["".join(map(str, node.children))]
        for way in (comment_text, escape)
    }
    shown = characters(read("".join(str(v) for v in nodes if not isinstance(v, FT))))
    quotes_markup = any(
        any(isinstance(v, FT) for v in written(list(node.children)))
        for node in elements
        if node.tag in ("title", "textarea")
    )
    found: Counter[Any] = Counter()
    text: Counter[str] = Counter()
    for node, literal in dom_nodes(top):
        kind = type(node).__name__
        if kind == "Comment":
            assert node.data in comments
        elif kind in ("Text", "CData"):
            in_text = getattr(node.parent, "tag", "") in ("title", "textarea")
            if not literal and not (quotes_markup and in_text):
                text += characters(node.data)
        elif kind == "Element":
            tag = node.tag.lower().replace("image", "img")
            attrs = {name.lower(): node.attr(name) or "" for name in node.attrs}
            key = (tag, frozenset(attrs.items()))
            if tag in ("html", "body"):
                assert set(attrs.items()) <= page_attrs
            elif tag not in IMPLIED or attrs:
                assert key in known
                found[key] += 1
    assert not {key for key in found - known if key[0] not in FORMATTING}
    assert not text - shown


@settings(SLOW, max_examples=120)
@given(any_trees(), st.booleans(), st.booleans())
@example(Svg(Desc(Noscript(Comment("</noscript><img src=x>")))), True, False)
@example(Svg(P(), Noscript(Comment("</noscript><img src=x>"))), True, False)
@example(Svg(P(), Style(Comment("</style><img src=x>"))), False, False)
@example(Svg(Desc(Style(A(title="</style><img src=x>")))), False, False)
def test_whatever_is_written_nothing_is_added(tree, scripting, whole):
    html = to_xml(tree)
    if whole:
        top = turbohtml.parse(html, scripting=scripting, allow_declarative_shadow_roots=False)
    else:
        top = turbohtml.parse_fragment(html, "div", scripting=scripting)
    nothing_was_added(tree, top)


@settings(SLOW, max_examples=40)
@given(any_trees())
def test_a_second_parser_agrees(tree):
    known = {n.tag.lower().replace("image", "img") for n in written(tree) if isinstance(n, FT)}
    page = LexborHTMLParser(str(to_xml(tree)))
    found = {n.tag for n in page.root.traverse() if not n.tag.startswith(("-", "_", "!"))}
    assert found <= known | IMPLIED


def test_random_trees_are_not_all_dropped():
    tree = Div(*(Svg(Desc(Style("x"))), FT("table", [FT("tr", [FT("td", ["y"])])])))
    with pytest.raises(AssertionError):
        nothing_was_added(tree, turbohtml.parse_fragment(str(to_xml(tree)) + "<i>x</i>", "div"))
    with pytest.raises(AssertionError):
        nothing_was_added(tree, turbohtml.parse_fragment(str(to_xml(tree)) + "z", "div"))
    with pytest.raises(AssertionError):
        nothing_was_added(tree, turbohtml.parse_fragment("<div id=x></div>", "div"))


# Names are refused or harmless ------------------------------------------------------------------


@given(texts(3) | st.text(max_size=3) | VALUES)
@example("script")
@example("lin\u212a")
@example("plainText")
def test_a_tag_name_is_refused_or_harmless(tag):
    try:
        node = FT(tag, ("x",), {"title": "t"})
    except (ValueError, TypeError):
        return
    assume(tag not in ("", "!--"))
    top = turbohtml.parse_fragment(str(to_xml(node)) + "<u>after</u>", "div", scripting=True)
    found = [n for n, _ in dom_nodes(top) if type(n).__name__ == "Element"]
    lower = re.sub("[A-Z]+", lambda letters: letters[0].lower(), node.tag)  # ASCII only, as HTML
    assert {n.tag for n in found} <= {lower, "u"}
    if found[0].tag != "u":
        assert {name: found[0].attr(name) for name in found[0].attrs} == {"title": "t"}
    assert found[-1].tag == "u" and found[-1].text == "after"


@given(texts(3) | st.text(max_size=3) | VALUES, st.booleans())
@example("onclick=", True)
@example("x><script>", False)
def test_an_attribute_name_is_refused_or_harmless(name, keyword):
    try:
        node = Div("x", **{name: "v"}) if keyword else Div({name: "v"}, "x")
    except (ValueError, TypeError):
        return
    assert len(node.attrs) == 1
    ((written_name, value),) = node.attrs.items()
    top = turbohtml.parse_fragment(to_xml(node), "div")
    assert [type(n).__name__ for n, _ in dom_nodes(top)] == ["Element", "Text"]
    (div,) = top.children
    assert {n: div.attr(n) for n in div.attrs} == {lower(written_name): value}


def lower(name: str) -> str:
    """Return `name` with the letters A to Z in lower case, as a parser has them."""
    return "".join(c.lower() if c.isascii() else c for c in name)


def test_a_name_is_checked_when_it_is_changed():
    node = Div()
    with pytest.raises(ValueError, match="cannot be an element's name"):
        node.tag = "p><script>"
    with pytest.raises(ValueError, match="cannot be an attribute's name"):
        setattr(node, "x y", 1)
    node.tag = "IMG"
    assert to_xml(node) == "<img>"


# Literal text cannot end its element ------------------------------------------------------------

LITERAL = "script style title textarea iframe noembed noframes xmp noscript template select".split()


@given(st.sampled_from(LITERAL), st.lists(texts(), max_size=3), st.booleans(), st.booleans())
@example("script", ["<!--<script>", "</script>"], False, False)
@example("script", ["<", "/script><b>"], False, False)
@example("style", ["</", "STYLE ><b>"], True, True)
@example("textarea", ["</textarea>"], True, False)
def test_text_cannot_end_its_element(tag, parts, in_noscript, scripting):
    inner = FT(tag, tuple(parts))
    tree = Noscript(inner) if in_noscript else inner
    top = turbohtml.parse_fragment(
        str(to_xml(Div(tree))) + "<u>after</u>", "div", scripting=scripting
    )
    assert [child.tag for child in top.children] == ["div", "u"]
    found = {n.tag for n, _ in dom_nodes(top) if type(n).__name__ == "Element"}
    assert found <= {"div", "u", tag, "noscript"}
    assert top.children[1].text == "after"


@given(texts())
@example("-->")
@example("->")
@example("--!>")
@example("a<!-")
def test_text_cannot_end_a_comment(text):
    top = turbohtml.parse_fragment(to_xml(Div(Comment(text), B("x"))), "div")
    kinds = [type(n).__name__ for n, _ in dom_nodes(top)]
    assert sorted(kinds) == ["Comment", "Element", "Element", "Text"]


# Values -----------------------------------------------------------------------------------------


@SLOW
@given(any_trees(depth=2), any_trees(depth=2))
def test_equal_trees_have_equal_hashes_and_equal_markup(one, two):
    assert (one == two) == (two == one)
    twin = copy.deepcopy(one)
    assert type(twin) is FT and twin.attrs is not one.attrs
    if one == one and one == two:
        assert hash(one) == hash(two) and to_xml(one) == to_xml(two)


TWINS = st.sampled_from([1, 1.0, "1", (1,), True, None, "x"])


@given(TWINS, TWINS)
def test_equality_follows_the_parts(one, two):
    same = one == two
    assert (Div(one) == Div(two)) == same or None in (one, two) or (1,) in (one, two)
    assert (Div(title=one) == Div(title=two)) == same
    assert hash(Div(one)) == hash(Div(two))


def test_equality_with_others():
    assert Div() != "<div></div>" and Div() != Safe("<div></div>") and Div() is not None
    assert Div("a", id="x") != Div("a") != P("a")
    assert Div(["a", ("b",)]) == Div("a", "b") != Div("ab")
    assert {Div("a"), Div("a"), Div("b")} == {Div("b"), Div("a")}
    shared = P("x")
    assert Div(shared, shared) == Div(P("x"), P("x"))


@SLOW
@given(FLOWS)
def test_copies_and_pickles_are_equal_and_apart(model):
    tree = Div(build(model))
    before = to_xml(tree)
    for twin in (pickle.loads(pickle.dumps(tree)), copy.deepcopy(tree)):
        assert twin == tree and to_xml(twin) == before
        twin("more", title="changed")
        for child in twin.children:
            if isinstance(child, FT) and child.tag != "!--":
                child.attrs["data-changed"] = "1"
        assert to_xml(tree) == before


def test_a_shallow_copy_shares_only_children():
    tree = Div(P("x"), id="a")
    twin = copy.copy(tree)
    assert twin == tree and twin is not tree and twin[0] is tree[0]


NAMES_OF_REPR = {"FT": FT, "ft": lambda tag, *c, **k: element(tag)(*c, **k), "Comment": Comment}


class _Elements(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        if not name[:1].isupper():
            raise KeyError(name)
        return Fragment if name == "Fragment" else element(name[0].lower() + name[1:])


@SLOW
@given(FLOWS)
def test_repr_evaluates_back(model):
    tree = Div(build(model))
    assert eval(repr(tree), _Elements(NAMES_OF_REPR)) == tree


# Size and threads -------------------------------------------------------------------------------


def deep(levels: int, make: Any = Div) -> FT:
    tree = make("x")
    for _ in range(levels):
        tree = make(tree)
    return tree


def test_deep_trees():
    one, two = deep(10_000), deep(10_000)
    assert to_xml(one) == "<div>" * 10_001 + "x" + "</div>" * 10_001
    assert one == two and one != deep(9_999) and hash(one) == hash(two)
    assert pretty(one).replace("\n", "").replace(" ", "") == to_xml(one)
    assert repr(one).startswith("Div(Div(")
    assert to_xml(deep(10_000, Fragment)) == "x"
    assert to_xml(Pre(deep(10_000, lambda c: Fragment(c)))) == "<pre>x</pre>"


def test_deep_components():
    tree: Any = "x"
    for _ in range(10_000):
        tree = Component(Div(tree))
    assert to_xml(tree) == "<div>" * 10_000 + "x" + "</div>" * 10_000


def test_wide_trees():
    tree = Ul(Li(n) for n in range(100_000))
    html = to_xml(tree)
    assert html.startswith("<ul><li>0</li><li>1</li>") and html.endswith("<li>99999</li></ul>")
    assert len(tree.children) == 100_000 and tree == Ul([Li(n) for n in range(100_000)])


def test_a_tree_in_itself_is_an_error():
    tree = Div()
    tree(P(tree))
    with pytest.raises(ValueError, match="<div> is among its own descendants"):
        to_xml(tree)


def test_threads_build_the_same():
    def work(n: int) -> list[str]:
        made = []
        for i in range(200):
            keywords = {f"data_n{n}_{i}": i, f"data_{i}": n, "hx_get": "/x"}
            made.append(to_xml(Div(*(P(j) for j in range(3)), **keywords)))
        return made

    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(work, range(16)))
    for n, made in enumerate(runs):
        for i, html in enumerate(made):
            start = f'<div data-n{n}-{i}="{i}" data-{i}="{n}" hx-get="/x">'
            assert html == start + "<p>0</p><p>1</p><p>2</p></div>"


def test_one_tree_is_written_by_many_threads():
    tree = Ul(Li(B(n), title=n) for n in range(500))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(to_xml, [tree] * 50))) == 1


def test_text_that_says_something_else_is_escaped_everywhere():
    class Liar(str):
        def __str__(self) -> str:
            return '"><script>'

    expected_html = '<div a="x" title="x"></div>'
    assert to_xml(Div({Liar("a"): "x"}, title=Liar("x"))) == expected_html
    assert to_xml(FT(Liar("div"), (), {"a": "x"}, title=Liar("x"))) == expected_html
    assert to_xml(Div(a=1, **{"b": [Liar("x")]})) == '<div a="1" b="&#34;&gt;&lt;script&gt;"></div>'


def test_a_short_target_that_is_none_is_left_out():
    assert to_xml(Div(target_id=None)) == "<div></div>"
    assert to_xml(Div(target_id="list")) == '<div hx-target="#list"></div>'


@pytest.mark.parametrize("wrap", [list, tuple, iter, lambda items: (item for item in items)])
def test_one_nest_of_children_is_the_same_as_its_children(wrap):
    for items in (["a", 1], ["a", None, "b"], ["a", ["b", ("c",)]], [{"data-x": 1}, "a"], []):
        assert FT("p", (wrap(items),)) == element("p")(wrap(items)) == element("p")(*items)
    with pytest.raises(ValueError, match="<br> has no content"):
        element("br")(wrap(["a"]))


def test_a_copy_of_an_element_without_attributes_gets_its_own():
    one = element("p")("a")
    two = copy.copy(one)
    two.id = "x"
    assert (one.attrs, two.attrs) == ({}, {"id": "x"})
