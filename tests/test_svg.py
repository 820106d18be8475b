"""The elements of SVG: all there, names in their case, geometry by position, well-formed alone."""

from __future__ import annotations

import inspect
import math
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft import svg, tags
from fasthtml_nb.ft.attributes import attribute_keyword
from fasthtml_nb.ft.markup import attribute_name
from fasthtml_nb.ft.svg import (
    PRESENTATION_ATTRIBUTES,
    SVG_ELEMENTS,
    XMLNS,
    Circle,
    Defs,
    Ellipse,
    FeMerge,
    FeMergeNode,
    Filter,
    ForeignObject,
    G,
    Line,
    LinearGradient,
    Path,
    PathFT,
    Polygon,
    Polyline,
    RadialGradient,
    Rect,
    Stop,
    Svg,
    SvgOob,
    Text,
    TextPath,
    TSpan,
    Use,
    transformd,
)
from fasthtml_nb.ft.tree import FT, to_xml

# SVG 2, Filter Effects 1, CSS Masking 1, SVG Animations 2; `a`, `script`, `style`, `title`: HTML's
STANDARD = """
    animate animateMotion animateTransform circle clipPath defs desc discard ellipse feBlend
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence filter foreignObject g image line
    linearGradient marker mask metadata mpath path pattern polygon polyline radialGradient rect
    set stop svg switch symbol text textPath tspan use view
""".split()


def name_of(tag: str) -> str:
    return tag[0].upper() + tag[1:]


# The elements -------------------------------------------------------------------------------------


def test_every_element_of_the_standard_has_a_function() -> None:
    assert sorted(SVG_ELEMENTS) == STANDARD
    assert set(map(name_of, STANDARD)) <= set(svg.__all__)
    assert svg.TSpan is svg.Tspan and svg.MPath is svg.Mpath


@pytest.mark.parametrize("tag", STANDARD)
def test_element_is_a_documented_function(tag: str) -> None:
    make = getattr(svg, name_of(tag))
    assert make.__doc__.startswith(f"`<{tag}>`") and make.__doc__.splitlines()[0].endswith(".")
    assert make.__name__ == name_of(tag) and make.__module__ == svg.__name__
    offered = inspect.signature(make).parameters
    _, own = SVG_ELEMENTS[tag]
    wanted = {attribute_keyword(a) for a in (*own, *PRESENTATION_ATTRIBUTES)}
    assert wanted <= set(offered)
    assert list(offered)[-1] == "attrs"
    geometry = {
        name: 1
        for name, one in offered.items()
        if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty
    }
    node = make(**dict.fromkeys(wanted, "v"), **geometry)
    assert node.tag == tag
    # Names keep their case, and lead to the attribute they are called after.
    assert {attribute_name(keyword) for keyword in (*wanted, *geometry)} <= set(node.attrs)
    assert {*own, *PRESENTATION_ATTRIBUTES} <= set(node.attrs)


# The picture --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "attributes"),
    [
        (Svg(), {}),
        (Svg(w=20, h=10), {"viewBox": "0 0 20 10", "width": "20", "height": "10"}),
        (Svg(width=20, height=10), {"viewBox": "0 0 20 10", "width": "20", "height": "10"}),
        (Svg(w=2.5, h=10), {"viewBox": "0 0 2.5 10", "width": "2.5", "height": "10"}),
        (Svg(w="100%", h=10), {"width": "100%", "height": "10"}),
        (Svg(w=20), {"width": "20"}),
        (Svg(w=20, h=10, viewBox="1 2 3 4"), {"viewBox": "1 2 3 4", "width": "20", "height": "10"}),
        (Svg(viewBox=(0, 0, 8, 8)), {"viewBox": "0 0 8 8"}),
        (Svg(w=0, h=0), {"viewBox": "0 0 0 0", "width": "0", "height": "0"}),
        (Svg(cls="icon", aria_label="x"), {"class": "icon", "aria-label": "x"}),
    ],
)
def test_svg(picture: FT, attributes: dict[str, str]) -> None:
    root = ElementTree.fromstring(to_xml(picture))
    assert root.tag == f"{{{XMLNS}}}svg" and root.attrib == attributes


def test_name_space_can_be_left_out() -> None:
    assert to_xml(Svg(xmlns=None)) == "<svg></svg>"


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        (Rect(10, 20), '<rect width="10" height="20" x="0" y="0"></rect>'),
        (
            Rect(10, 20, 1, 2, 3, 4, stroke_width=2),
            '<rect width="10" height="20" x="1" y="2" rx="3" ry="4" stroke-width="2"></rect>',
        ),
        (Circle(5), '<circle r="5" cx="0" cy="0"></circle>'),
        (Circle(5, 1, 2, fill="red"), '<circle r="5" cx="1" cy="2" fill="red"></circle>'),
        (Ellipse(5, 6, 1, 2), '<ellipse rx="5" ry="6" cx="1" cy="2"></ellipse>'),
        (
            Line(1, 2),
            '<line x1="1" y1="2" x2="0" y2="0" stroke="black" stroke-width="1"></line>',
        ),
        (
            Line(1, 2, 3, 4, "red", 5),
            '<line x1="1" y1="2" x2="3" y2="4" stroke="red" stroke-width="5"></line>',
        ),
        (Polyline((0, 1), (2, 3)), '<polyline points="0,1 2,3"></polyline>'),
        (Polyline(points="0,1", fill="none"), '<polyline points="0,1" fill="none"></polyline>'),
        (RadialGradient(r=5, fr=1), '<radialGradient r="5" fr="1"></radialGradient>'),
        (RadialGradient(_fr=1), '<radialGradient fr="1"></radialGradient>'),
        (Polygon((0, 1), (2.5, -3)), '<polygon points="0,1 2.5,-3"></polygon>'),
        (Path("M 0 0"), '<path d="M 0 0"></path>'),
        (Path(d="M 0 0", fill="red"), '<path d="M 0 0" fill="red"></path>'),
        (Text("a"), '<text x="0" y="0">a</text>'),
        (
            Text("a", TSpan("b"), x=1, y=2, text_anchor="end", font_size=9),
            '<text x="1" y="2" text-anchor="end" font-size="9">a<tspan>b</tspan></text>',
        ),
        (Text("ab", x=(1, 5)), '<text x="1 5" y="0">ab</text>'),
        (
            G(Use(href="#a"), **transformd(rotate=(45, 5, 5))),
            '<g transform="rotate(45, 5, 5)"><use href="#a"></use></g>',
        ),
        (FeMerge(FeMergeNode(_in="a")), '<feMerge><feMergeNode in="a"></feMergeNode></feMerge>'),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)  # fmt: skip
def test_shape(shape: FT, written: str) -> None:
    assert to_xml(shape) == written


def test_shapes_take_children_when_called_again() -> None:
    assert to_xml(Circle(5)(tags.Title("Dot"))) == (
        '<circle r="5" cx="0" cy="0"><title>Dot</title></circle>'
    )


# Numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (-3, "-3"),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333"),
        (1e-9, "0"),
        (123456.654321, "123456.654321"),
        (Decimal("1.50"), "1.500000"),
        ("50%", "50%"),
    ],
)
def test_number(number: object, written: str) -> None:
    assert Polyline((number, 0)).points == f"{written},0"  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_number_that_is_none(number: float) -> None:
    shapes = lambda: Polygon((number, 0)), lambda: Path().L(0, number), lambda: Svg(w=number, h=1)
    for make in shapes:
        with pytest.raises(ValueError, match=r"A coordinate is a finite number; here it is .*\."):
            make()


@given(st.lists(st.tuples(*[st.floats(-1e9, 1e9)] * 2), max_size=5))
def test_points_can_be_read_again(pairs: list[tuple[float, float]]) -> None:
    written = Polyline(*pairs).points
    read = [tuple(map(float, pair.split(","))) for pair in written.split()]
    assert len(read) == len(pairs)
    for (x, y), (a, b) in zip(pairs, read, strict=True):
        assert abs(x - a) <= 1e-6 and abs(y - b) <= 1e-6


# Paths --------------------------------------------------------------------------------------------


def test_path_commands() -> None:
    path = Path(fill="none")
    drawn = (
        path.M(0, 1).L(2, 3).H(4).V(5).C(1, 2, 3, 4, 5, 6).S(1, 2, 3, 4).Q(1, 2, 3, 4).T(5, 6)
        .A(1, 2, 30, True, False, 3, 4).Z()
    )  # fmt: skip
    assert drawn is path and isinstance(path, PathFT)
    assert path.d == (
        "M 0 1 L 2 3 H 4 V 5 C 1 2 3 4 5 6 S 1 2 3 4 Q 1 2 3 4 T 5 6 A 1 2 30 1 0 3 4 Z"
    )
    assert path.attrs["fill"] == "none"


def test_path_goes_on_from_what_is_there() -> None:
    assert Path("M 0 0").L(1, 2).d == "M 0 0 L 1 2"
    assert Path("M 0 0").L(1, 2, rel=True).H(3, rel=True).V(4, rel=True).d == "M 0 0 l 1 2 h 3 v 4"
    assert Path(d=None).M(1, 2).d == "M 1 2"  # type: ignore[arg-type]


def test_path_is_a_node_like_any_other() -> None:
    path = Path("M 0 0", id="p")
    assert path == FT("path", (), {"d": "M 0 0"}, id="p")
    assert to_xml(Svg(path, xmlns=None)) == '<svg><path d="M 0 0" id="p"></path></svg>'
    assert to_xml(path(tags.Title("t"))) == '<path d="M 0 0" id="p"><title>t</title></path>'


@pytest.mark.parametrize(
    ("given_steps", "written"),
    [
        ({}, None),
        ({"translate": 5}, "translate(5)"),
        ({"translate": (1, 2.5)}, "translate(1, 2.5)"),
        ({"translate": [1, 2]}, "translate(1, 2)"),
        ({"scale": 2}, "scale(2)"),
        ({"rotate": 45}, "rotate(45)"),
        ({"rotate": (45, 1, 2)}, "rotate(45, 1, 2)"),
        ({"skewX": 3, "skewY": 4}, "skewX(3) skewY(4)"),
        ({"matrix": (1, 0, 0, 1, 5, 6)}, "matrix(1, 0, 0, 1, 5, 6)"),
        ({"rotate": 0, "translate": (0, 0)}, "translate(0, 0) rotate(0)"),
    ],
)
def test_transformd(given_steps: dict, written: str | None) -> None:
    assert transformd(**given_steps) == ({} if written is None else {"transform": written})


# In a page, and alone -----------------------------------------------------------------------------


def test_a_file_of_its_own_keeps_case_and_name_space() -> None:
    picture = Svg(
        Defs(LinearGradient(Stop(offset=0, stop_color="red"), gradientUnits="userSpaceOnUse")),
        Filter(svg.FeGaussianBlur(stdDeviation=2)),
        svg.ClipPath(Rect(1, 1), clipPathUnits="objectBoundingBox"),
        Text(TextPath("a < b & c", startOffset=3)),
        ForeignObject(width=1, height=1),
        preserveAspectRatio="none",
        viewBox="0 0 1 1",
    )
    root = ElementTree.fromstring(to_xml(picture))
    names = {element.tag.removeprefix(f"{{{XMLNS}}}") for element in root.iter()}
    assert names == {
        *("svg", "defs", "linearGradient", "stop", "filter", "feGaussianBlur", "clipPath"),
        *("rect", "text", "textPath", "foreignObject"),
    }
    attributes = {name for element in root.iter() for name in element.attrib}
    assert {"viewBox", "preserveAspectRatio", "gradientUnits", "stdDeviation"} <= attributes
    assert {"clipPathUnits", "startOffset", "stop-color"} <= attributes
    assert "".join(root.itertext()) == "a < b & c"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))
def test_text_stays_text(text: str) -> None:
    root = ElementTree.fromstring(to_xml(Svg(Text(text, fill=text))))
    (found,) = root
    assert (found.text or "") == text and found.get("fill") == text and len(found) == 0


def test_a_page_s_parser_restores_the_same_names() -> None:
    turbohtml = pytest.importorskip("turbohtml")
    for tag in STANDARD:
        markup = to_xml(Svg(FT(tag, (), viewBox="v", gradientUnits="u")))
        for written in (markup, markup.lower()):
            *_, found = turbohtml.parse_fragment(written, "div").iter_elements()
            assert found.tag == tag and set(found.attrs) == {"viewBox", "gradientUnits"}


def test_shapes_out_of_band_arrive_inside_an_svg() -> None:
    assert to_xml(SvgOob(Circle(5, id="d", hx_swap_oob="true"))) == (
        f'<template><svg xmlns="{XMLNS}"><circle r="5" cx="0" cy="0" id="d" hx-swap-oob="true">'
        "</circle></svg></template>"
    )


@pytest.mark.parametrize("make", [Rect, Circle, Ellipse, Line])
def test_geometry_is_required(make: tags.Maker) -> None:
    with pytest.raises(TypeError, match="missing"):
        make()
