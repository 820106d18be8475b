"""Random trees, values and names for property tests, and what an HTML5 parser makes of a page.

A *model* is `(tag, attrs, children)`, a text is a `str`, a comment `("!--", {}, [text])`. `build`
makes an `FT` of a model, `expected` what a parser must give back, `parsed` what it does give back.
"""

from __future__ import annotations

import enum
import fractions
from collections.abc import Iterator
from typing import Any

import turbohtml
from hypothesis import strategies as st

from fasthtml_nb.ft.markup import comment_text, escape, raw_text
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import RAW, VOID

Model = Any

# Text ------------------------------------------------------------------------------------------

SNIPPETS = [
    *("<", ">", "&", '"', "'", "/", "=", "`", "\0", "\r", "\n", "\r\n", "\t", "\f", "\ud800", " "),
    *("<b>", "</b>", "<!--", "-->", "--!>", "->", "<!-", "-", "]]>", "<![CDATA[", "<?x?>", "</"),
    *("&amp;", "&lt;", "&#60;", "&notin", "&#0;", "<img src=x onerror=y>", "\ufffd", "\ufdd0"),
    *("<script>", "</script>", "</ScRiPt ", "<style>", "</style>", "</title>", "</textarea>"),
    *("</noscript>", "</iframe>", "</xmp>", "</noembed>", "</noframes>", "</select>", "</svg>"),
    *("</math>", "</template>", "<svg>", "<math>", "<p>", "</p>", "<plaintext>", "<!doctype x>"),
]


def texts(max_size: int = 6) -> st.SearchStrategy[str]:
    """Draw text made of any characters and of what could be taken for markup."""
    characters = st.text(st.characters(exclude_categories=()), max_size=4)
    pieces = st.lists(st.one_of(st.sampled_from(SNIPPETS), characters), max_size=max_size)
    return pieces.map("".join)


def read(text: str) -> str:
    """Return `text` after HTML's input stream preprocessing and UTF-8."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


# Trees that HTML can express -------------------------------------------------------------------

PHRASING = "abbr b bdi bdo cite code data dfn em i kbd mark q s samp small span strong sub".split()
PHRASING += "sup time u var my-card x-a.b label del ins meter progress output ruby".split()
FLOW = "div section article aside header footer main nav address blockquote figure".split()
FLOW += "search hgroup center dialog details fieldset my-panel".split()
EMPTY = "br wbr img input".split()
NAMES = "id class title data-x hx-get aria-label @click :x style href onclick value lang".split()
NAMES += ["x", "my_name", "ünïcode", "viewbox", "a.b", "[x]", "(y)", "#z", "data-<"[:-1]]


def attributes() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(NAMES), texts(3), max_size=3)


def node(tags: list[str] | str, children: st.SearchStrategy[list[Model]]) -> st.SearchStrategy:
    tag = st.just(tags) if isinstance(tags, str) else st.sampled_from(tags)
    return st.tuples(tag, attributes(), children)


def only(*texts_: st.SearchStrategy[str]) -> st.SearchStrategy[list[Model]]:
    return st.lists(st.one_of(*texts_), max_size=2)


def lists(of: st.SearchStrategy, size: int = 3) -> st.SearchStrategy[list[Model]]:
    return st.lists(of, max_size=size)


TEXT = texts()
COMMENT = st.tuples(st.just("!--"), st.just({}), texts().map(lambda text: [text]))
RAWS = node(["script", "style"], only(TEXT))
LEAF = st.one_of(TEXT, node(EMPTY, st.just([])), COMMENT)

SVG_CHILD = st.recursive(
    st.one_of(node(["path", "circle", "linearGradient", "feBlend"], st.just([])), TEXT, COMMENT),
    lambda inner: st.one_of(
        node(["g", "defs", "clipPath", "text"], lists(inner)), node(["style", "script"], only(TEXT))
    ),
    max_leaves=4,
)


def foreign(flow: st.SearchStrategy) -> st.SearchStrategy:
    inside = st.one_of(SVG_CHILD, node("foreignObject", lists(flow)))
    math = st.recursive(TEXT, lambda c: node(["mrow", "msup", "mfrac"], lists(c)), max_leaves=3)
    return st.one_of(node("svg", lists(inside)), node("math", lists(math)))


PHRASE = st.recursive(
    st.one_of(LEAF, RAWS, node(["textarea", "button"], only(TEXT))),
    lambda inner: node(PHRASING, lists(inner)),
    max_leaves=6,
)


def table(flow: st.SearchStrategy) -> st.SearchStrategy:
    row = node("tr", lists(node(["td", "th"], lists(flow, 2)), 2))
    body = node(["thead", "tbody", "tfoot"], lists(row, 2))
    columns = node("colgroup", lists(node("col", st.just([])), 2))
    caption = node("caption", lists(PHRASE, 2))
    parts = st.tuples(lists(caption, 1), lists(columns, 1), lists(body, 2))
    return node("table", parts.map(lambda p: [*p[0], *p[1], *p[2]]))


OPTION = node("option", only(TEXT))
SELECT = node("select", lists(st.one_of(OPTION, node("optgroup", lists(OPTION, 2))), 2))
BLOCK_LEAF = st.one_of(
    node(["p", "h1", "h4", "pre", "listing", "a", "nobr"], lists(PHRASE)),
    node("hr", st.just([])),
    RAWS,
    SELECT,
    node(["iframe", "noembed", "noframes", "xmp"], only(TEXT)),
    PHRASE,
)
FLOWS: st.SearchStrategy[Model] = st.recursive(
    BLOCK_LEAF,
    lambda flow: st.one_of(
        node(FLOW, lists(flow)),
        node(["ul", "ol", "menu"], lists(node("li", lists(flow, 2)))),
        node("dl", lists(node(["dt", "dd"], lists(flow, 2)))),
        node("template", lists(flow)),
        node("noscript", lists(BLOCK_LEAF)),
        table(flow),
        foreign(flow),
    ),
    max_leaves=8,
)
HEAD = node(
    "head",
    lists(
        st.one_of(node(["title"], only(TEXT)), node(["meta", "link", "base"], st.just([])), RAWS)
    ),
)
PAGES = st.tuples(
    st.just("html"),
    attributes(),
    st.tuples(HEAD, node("body", lists(FLOWS.filter(lambda m: True)))).map(list),
)


# Any tree with anything in it -------------------------------------------------------------------

TRICKY = "svg math foreignObject desc title script style noscript iframe xmp noembed noframes"
TRICKY += " textarea select option table tr td caption template p b a div pre listing form html"
TRICKY += " head body frameset frame image annotation-xml mi mtext font button li h1 object"
TRICKY += " marquee applet plaintext-x x-y rt ruby optgroup col colgroup tbody hr br input"


class Colour(enum.Enum):
    RED = "<red>"


class Sly(str):
    """Text that says something else when asked."""

    def __str__(self) -> str:
        return "<script>sly</script>"


class Thing:
    """An object of no special kind, whose text is markup."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Thing({self.text!r})"


class Component:
    """An object that shows itself by others."""

    def __init__(self, shown: object) -> None:
        self.shown = shown

    def __ft__(self) -> object:
        return self.shown


SCALARS = st.one_of(
    *(TEXT, TEXT.map(Sly), TEXT.map(Thing), st.none(), st.booleans(), st.integers(), st.floats()),
    *(st.binary(max_size=4), st.just(Colour.RED), st.just(fractions.Fraction(1, 3)), st.dates()),
    st.complex_numbers(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(texts(2), inner, max_size=2),
        st.frozensets(texts(2), max_size=2),
    ),
    max_leaves=4,
)


def build(model: Model) -> Any:
    """Make the value that `model` describes."""
    if isinstance(model, tuple) and len(model) == 3 and isinstance(model[1], dict):
        tag, attrs, children = model
        return FT(tag, tuple(map(build, children)), attrs)
    return model


@st.composite
def any_trees(draw: st.DrawFn, tags: str = TRICKY, depth: int = 4) -> FT:
    """Draw elements in any nesting, sensible or not, with anything in any position."""
    tag = draw(st.sampled_from(tags.split()))
    names = st.sampled_from(NAMES)
    attrs = draw(st.dictionaries(names, VALUES, max_size=2))
    if tag in VOID:
        return FT(tag, (), attrs)
    child = st.one_of(SCALARS, COMMENT.map(build), st.lists(SCALARS, max_size=2))
    if depth:
        deeper = any_trees(tags, depth - 1)
        grouped = st.lists(deeper, max_size=2)
        child = st.one_of(
            *(deeper, deeper, child, deeper.map(Component), SCALARS.map(Component)),
            *(grouped, grouped.map(lambda g: FT("", g)), grouped.map(iter)),
        )
    return FT(tag, tuple(draw(st.lists(child, max_size=3))), attrs)


# What a parser makes of it ----------------------------------------------------------------------


def parsed(html: str, context: str = "div", scripting: bool = False) -> list[Model]:
    """Return the models of what is in `html`, parsed as a fragment in an element `context`."""
    top = turbohtml.parse_fragment(html, context, positions=False, scripting=scripting)
    return [model for child in top.children if (model := _model(child)) is not None]


def parsed_page(html: str, scripting: bool = False) -> list[Model]:
    """Return the models of what is in the whole page `html`, its doctype left out."""
    page = turbohtml.parse(
        html, positions=False, scripting=scripting, allow_declarative_shadow_roots=False
    )
    return [model for child in page.children if (model := _model(child)) is not None]


def _model(dom: Any) -> Model:
    match type(dom).__name__:
        case "Text" | "CData":
            return dom.data
        case "Comment":
            return ("!--", {}, [dom.data])
        case "Doctype":
            return None
    children = dom.children
    if children and type(children[0]).__name__ == "DocumentFragment":
        children = children[0].children
    return (dom.tag, {n: dom.attr(n) for n in dom.attrs}, [_model(child) for child in children])


def expected(
    models: list[Model], foreign: bool = False, literal: str = "", noscript: str = ""
) -> list[Model]:
    """Return what a parser must give back for `models`.

    `literal` is the element around them that takes text literally; `noscript` is that or empty.
    """
    out: list[Model] = []
    for model in models:
        if isinstance(model, str):
            if out and isinstance(out[-1], str):
                out[-1] += model
            else:
                out.append(model)
        else:
            out.append(model)
    return [m for m in (_expected(m, foreign, literal, noscript) for m in out) if m != ""]


def _expected(model: Model, foreign: bool, literal: str, noscript: str) -> Model:
    if isinstance(model, str):
        keeps_nul = foreign or literal
        raw = literal and literal not in ("title", "textarea")
        text = read(raw_text(literal, model, noscript) if raw else model)
        return text.replace("\0", "\ufffd" if keeps_nul else "")
    tag, attrs, children = model
    if tag == "!--":
        text = (escape if noscript else comment_text)(children[0])
        return (tag, {}, [read(text).replace("\0", "\ufffd")])
    attrs = {name: read(value).replace("\0", "\ufffd") for name, value in attrs.items()}
    inside = (foreign or tag in ("svg", "math")) and tag != "foreignObject"
    if (inside or foreign) and tag not in ("math", "mrow", "msup", "mfrac") and "viewbox" in attrs:
        attrs["viewBox"] = attrs.pop("viewbox")
    takes_literally = tag if tag in RAW | {"title", "textarea"} and not foreign else ""
    noscript = noscript or ("noscript" if tag == "noscript" else "")
    return (tag, attrs, expected(children, inside, takes_literally, noscript))


def dom_nodes(top: Any) -> Iterator[tuple[Any, bool]]:
    """Yield every node below `top`, and whether it stands in something taken literally."""
    todo = [(child, False) for child in reversed(top.children)]
    while todo:
        node, literal = todo.pop()
        yield node, literal
        if (tag := getattr(node, "tag", None)) is not None or hasattr(node, "children"):
            html = tag is not None and str(node.namespace).endswith("HTML")
            raw = (
                html
                and tag in RAW | {"noscript"}
                and not any(getattr(child, "tag", None) for child in node.children)
            )
            todo.extend((child, literal or raw) for child in reversed(node.children))
