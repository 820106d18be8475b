"""Edges of writing a tree: kinds of children, places in a page, pretty and constructor forms."""

from __future__ import annotations

import types
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fasthtml_nb.ft.markup import Safe
from fasthtml_nb.ft.tree import FT, Comment, Fragment, element
from fasthtml_nb.ft.writing import bare_node, constructor, flatten, pretty, to_xml
from tests.html_strategies import FLOWS, Component, Model, Sly, Thing, build, parsed

Div, P, Span, Pre, Ul, Li, Svg, Path = map(element, "div p span pre ul li svg path".split())
Noscript, Script, Style, B, Title = map(element, "noscript script style b title".split())
Html, Body, Select, Option, Textarea = map(element, "html body select option textarea".split())


@pytest.mark.parametrize(
    ("children", "flat"),
    [
        *[
            ((), ()),
            ((None, [None]), ()),
            (("ab",), ("ab",)),
            ((["a", ("b", [["c"]])],), ("a", "b", "c")),
        ],
        *[
            ((range(2), {"k": "v"}.keys()), (0, 1, "k")),
            ((iter("ab"), map(str, [1])), ("a", "b", "1")),
        ],
        *[((b"ab",), (b"ab",)), ((False, 0, ""), (False, 0, "")), (({"a": 1},), ({"a": 1},))],
    ],
)
def test_flatten(children: tuple[object, ...], flat: tuple[object, ...]):
    assert flatten(children) == flat


class Listed(list):
    def __ft__(self) -> object:
        return P("shown")


class Trusted:
    def __html__(self) -> str:
        return "<hr>"


@pytest.mark.parametrize(
    ("child", "html"),
    [
        *[
            (None, ""),
            ("", ""),
            (0, "0"),
            (False, "False"),
            (1.5, "1.5"),
            (b"<", "b&#39;&lt;&#39;"),
        ],
        *[(Thing("<b>"), "&lt;b&gt;"), (Sly("x"), "&lt;script&gt;sly&lt;/script&gt;")],
        *[
            (Component(None), ""),
            (Component("<"), "&lt;"),
            (Component([B("x"), "&"]), "<b>x</b>&amp;"),
        ],
        *[
            (Component(Component(B())), "<b></b>"),
            (Component(Thing("<")), "&lt;"),
            (Listed(), "<p>shown</p>"),
        ],
        *[(Safe("<hr>"), "<hr>"), (Trusted(), "<hr>"), (Component(Safe("<hr>")), "<hr>")],
        *[
            ([["a"], (B("b"),)], "a<b>b</b>"),
            ((str(i) for i in range(2)), "01"),
            ("\ud800", "\ufffd"),
        ],
        *[(Fragment("a", Fragment(B())), "a<b></b>"), (Comment("x", 1), "<!--x1-->")],
        *[({1, 2}.__class__([1]), "{1}"), (types.MappingProxyType({"a": 1}), "{&#39;a&#39;: 1}")],
    ],
)
def test_children(child: object, html: str):
    assert to_xml(Div(child)) == f"<div>{html}</div>"
    assert type(to_xml(child)) is Safe


PLACES = [
    (Script("a < b && '</script>'"), r"<script>a < b && '\u003C/script>'</script>"),
    (Script(Safe("'</b>'")), "<script>'</b>'</script>"),
    (Script("x", 1, None, ["y"]), "<script>x1y</script>"),
    (Style("a > b", Safe("</style>")), r"<style>a > b<\/style></style>"),
    (Svg(Style("a > b")), "<svg><style>a &gt; b</style></svg>"),
    (
        Svg(FT("foreignObject", [Style("a > b")])),
        "<svg><foreignObject><style>a > b</style></foreignObject></svg>",
    ),
    (Noscript(Style("</noscript>")), r"<noscript><style><\/noscript></style></noscript>"),
    (Noscript(Comment("</noscript>")), "<noscript><!--&lt;/noscript&gt;--></noscript>"),
    (
        Svg(Noscript(Comment("</noscript>"))),
        "<svg><noscript><!--&lt;/noscript&gt;--></noscript></svg>",
    ),
    (Title("<b>"), "<title>&lt;b&gt;</title>"),
    (Textarea("\nx"), "<textarea>\n\nx</textarea>"),
    (Textarea("\rx"), "<textarea>\n\rx</textarea>"),
    (Pre(Fragment("", ["\nx"])), "<pre>\n\nx</pre>"),
    (Pre(Component("\nx")), "<pre>\n\nx</pre>"),
    (Pre(B("\nx")), "<pre><b>\nx</b></pre>"),
    (Pre(Comment("c"), "\nx"), "<pre><!--c-->\nx</pre>"),
    (Html(Body()), "<!doctype html><html><body></body></html>"),
    (Html(Body(), doctype=False), "<html><body></body></html>"),
    (Div(Html()), "<div><html></html></div>"),
    (FT("IMG", (), {"alt": ""}), '<img alt="">'),
    (FT("", [B(), "x"]), "<b></b>x"),
]


@pytest.mark.parametrize(("tree", "html"), PLACES, ids=lambda value: str(value)[:40])
def test_places(tree: FT, html: str):
    assert to_xml(tree) == html
    deep: Any = tree
    for _ in range(3000):  # The same by the way that needs no recursion
        deep = Fragment(deep)
    assert to_xml(deep) == html.removeprefix("<!doctype html>")


def test_an_endless_component():
    class Mirror:
        def __ft__(self) -> object:
            return Mirror()

    with pytest.raises(ValueError, match="`__ft__` of Mirror never comes to an end"):
        to_xml(Div(Mirror()))


# Pretty -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Div(P("a"), P(B("b"), "c")), "<div>\n  <p>a</p>\n  <p><b>b</b>c</p>\n</div>"),
        (Div(Span("a"), Span("b")), "<div><span>a</span><span>b</span></div>"),
        (Div(P("a"), "b"), "<div><p>a</p>b</div>"),
        (Pre(Div("a")), "<pre><div>a</div></pre>"),
        (
            Select(Option("a"), Option("b")),
            "<select>\n  <option>a</option>\n  <option>b</option>\n</select>",
        ),
        (Div(P(), Svg(Path())), "<div>\n  <p></p>\n  <svg>\n    <path></path>\n  </svg>\n</div>"),
        (Div(Svg(), Svg()), "<div><svg></svg><svg></svg></div>"),
        (Html(Body(P("x"))), "<!doctype html>\n<html>\n  <body>\n    <p>x</p>\n  </body>\n</html>"),
        (Fragment(P(), P()), "<p></p>\n<p></p>"),
        ("<", "&lt;"),
        (None, ""),
        ([P(), "a"], "<p></p>a"),
    ],
)
def test_pretty(tree: object, text: str):
    assert pretty(tree) == text == to_xml(tree, indent=True)


BLOCKS = set(
    "div section article aside header footer main nav address blockquote figure search".split()
)
BLOCKS |= set(
    "hgroup center dialog details fieldset p h1 h4 pre listing hr ul ol li dl dt dd menu".split()
)
BLOCKS |= set("table caption colgroup col thead tbody tfoot tr td th optgroup option".split())
NOT_SHOWN = {"script", "style", "!--"}
KEPT = {
    "pre",
    "listing",
    "textarea",
    "noscript",
    "iframe",
    "noembed",
    "noframes",
    "xmp",
    *NOT_SHOWN,
}


def without_blanks(models: list[Model], parent: str, drawing: bool = False) -> list[Model]:
    """Drop white space that no browser shows: at a block's edge, in a `select` or a drawing."""

    def is_edge(following: list[Model]) -> bool:
        for model in following:
            if isinstance(model, str) and not model.strip(" \n"):
                continue
            if isinstance(model, str) or model[0] not in {*NOT_SHOWN, "template"}:
                return not isinstance(model, str) and model[0] in BLOCKS
        return parent in BLOCKS | {"select", "template"}

    out = []
    for i, model in enumerate(models):
        if isinstance(model, str):
            unseen = drawing or is_edge(models[i + 1 :]) or is_edge(models[:i][::-1])
            if model.strip(" \n") or not unseen:
                out.append(model)
            continue
        tag, attrs, children = model
        if tag not in KEPT:
            inside = (drawing or tag == "svg") and tag != "foreignObject"
            children = without_blanks(children, tag, inside)
        out.append((tag, attrs, children))
    return out


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(FLOWS, FLOWS)
def test_pretty_shows_the_same(one: Model, two: Model):
    tree = Div(build(one), Div(build(two)))
    plain, spaced = (without_blanks(parsed(way(tree)), "div") for way in (to_xml, pretty))
    assert plain == spaced


# Constructor ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "source"),
    [
        (Div("a", P(1), cls="x", hx_get="/"), "Div('a', P(1), cls='x', hx_get='/')"),
        (Div({"@click.away": "x"}, id="i"), "Div({'@click.away': 'x'}, id='i')"),
        (FT("my-card", ["a"], {"for": "b"}), "ft('my-card', 'a', fr='b')"),
        (Fragment(Comment("c"), B()), "Fragment(Comment('c'), B())"),
        (FT("linearGradient"), "LinearGradient()"),
        (Div({"from": 1, "_": 2, "a_b": 3}), "Div({'from': 1, 'a_b': 3}, _=2)"),
        ("a", "'a'"),
    ],
)
def test_constructor(tree: object, source: str):
    assert constructor(tree) == source


def test_bare_node_is_unchecked_storage():
    node = bare_node("p", ("x",), {"id": 1})
    assert (node.tag, node.children, node.attrs) == ("p", ("x",), {"id": 1})
    assert to_xml(node) == '<p id="1">x</p>'


def test_pretty_escapes_by_the_place_of_each_line():
    assert pretty(FT("svg", (FT("g", ()), FT("style", ("<b>",))))).count("<b>") == 0
