"""`html2ft` and `html2tree` over documents of all kinds, beside what an HTML5 parser says."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fasthtml_nb.ft import tags
from fasthtml_nb.ft.html2ft import _parse, html2ft, html2tree
from fasthtml_nb.ft.markup import NotStr
from fasthtml_nb.ft.tree import FT, Fragment
from fasthtml_nb.ft.writing import to_xml

NAMES = {name: getattr(tags, name) for name in tags.__all__} | {"NotStr": NotStr}


def dom(root: object) -> list[object]:
    """Return the parsed tree below `root` as lists, without recursion."""
    out: list[object] = []
    waiting = [(root, out)]
    while waiting:
        node, into = waiting.pop()
        for child in node.children:
            kind = type(child).__name__
            if kind == "Element":
                attrs = {name: child.attr(name) or "" for name in child.attrs}
                inside: list[object] = []
                into.append((child.namespace.value, child.tag, attrs, inside))
                waiting.append((child, inside))
            elif kind == "DocumentFragment":
                inside = []
                into.append(("content", inside))
                waiting.append((child, inside))
            elif kind == "Doctype":
                into.append((kind, child.name))
            else:
                into.append((kind, getattr(child, "data", child.html)))
    return out


def same(left: list[object], right: list[object]) -> bool:
    """Compare what `dom` returns at any depth."""
    pairs = [(left, right)]
    while pairs:
        one, two = pairs.pop()
        if len(one) != len(two):
            return False
        for a, b in zip(one, two, strict=True):
            if a[:-1] != b[:-1] or isinstance(a[-1], list) != isinstance(b[-1], list):
                return False
            if isinstance(a[-1], list):
                pairs.append((a[-1], b[-1]))
            elif a[-1] != b[-1]:
                return False
    return True


def run(source: str) -> object:
    return eval(source, {"__builtins__": {}, **NAMES})


def serialised(root: object) -> str:
    return root.html if type(root).__name__ == "Document" else root.inner_html


def check_round_trip(html: str) -> None:
    root = _parse(html)
    wanted = dom(root)
    # A document that HTML itself cannot write down is nobody's to give back.
    assume(same(wanted, dom(_parse(serialised(root)))))
    for source in (html2ft(html), html2ft(html, attr1st=True)):
        assert same(wanted, dom(_parse(to_xml(run(source))))), source
    assert same(wanted, dom(_parse(to_xml(html2tree(html)))))


WORDS = st.sampled_from(
    ["a", "Milk", " ", "\n", "\n  ", "&amp;", "&lt;b>", "é", "\xa0", "'", '"', "\\", "}", "{x}"]
    + [
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "-",
        "\U0001f95b",
        "//",
        "\\n",
        '"""',
        "#",
        "\t",
        "<![CDATA[",
    ]
)
TEXT = st.lists(WORDS, max_size=4).map("".join)
MORE_TAGS = """
    svg math path circle g foreignObject foreignobject desc linearGradient animate mi mtext
    annotation-xml my-card x-y center font big tt nobr marquee frameset frame param keygen bgsound
    basefont listing xmp noembed noframes plaintext image isindex rb rtc acronym applet dir strike
    a:b b< é c-Ä
"""
ALL_TAGS = sorted(tags.HTML_ELEMENTS) + MORE_TAGS.split()
NAMES_OF_ATTRIBUTES = """
    id class for name href method enctype type value hx-get hx_get hx-on:click @click @click.away
    :x x.y _ is async disabled hidden viewBox xlink:href xml:lang xmlns target-id data-a a<b a' é ﬁ
    1 - -- encoding definitionurl src style title content cls fr klass onclick None def _a a_ _at_x
    tag self
"""
VALUES = st.sampled_from(["get", "POST", "text/html", "x", "hidden", "a b"])
ATTRS = st.dictionaries(
    st.sampled_from(NAMES_OF_ATTRIBUTES.split()), st.just("") | TEXT | VALUES, max_size=3
)


def element_text(tag: str, attrs: dict[str, str], inside: str, closed: bool) -> str:
    written = "".join(
        f' {n}="{v.replace("&", "&amp;").replace(chr(34), "&quot;")}"' for n, v in attrs.items()
    )
    return f"<{tag}{written}>{inside}" + (f"</{tag}>" if closed else "")


def elements(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = st.lists(children, max_size=4).map("".join)
    return st.builds(
        element_text, st.sampled_from(ALL_TAGS), ATTRS, inside, st.booleans() | st.just(True)
    )


MARKUP = st.recursive(TEXT | TEXT.map(lambda t: f"<!--{t}-->"), elements, max_leaves=25)
SOUP = st.lists(MARKUP, max_size=4).map("".join)
PAGES = st.builds(
    lambda start, head, body, end: f"{start}{head}{body}{end}",
    st.sampled_from(
        ["<!doctype html>", "<!doctype html><html lang=en>", "<html>", "<!--a--><!doctype html>\n"]
    ),
    st.sampled_from(
        ["", "<title>T</title>", "<head><meta charset=utf-8></head>\n", "<script>1<2</script>"]
    ),
    SOUP,
    st.sampled_from(["", "</body><!--b--></html>", "</body></html><!--c-->", "\n"]),
)


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_fragments_come_back(html: str) -> None:
    check_round_trip(html)


@settings(max_examples=150, deadline=None)
@given(PAGES)
def test_pages_come_back(html: str) -> None:
    check_round_trip(html)


@settings(max_examples=150, deadline=None)
@given(SOUP, st.booleans())
def test_source_is_calls_of_components_on_constants(html: str, attr1st: bool) -> None:
    allowed = (ast.Expression, ast.Call, ast.keyword, ast.Constant, ast.Name, ast.Load, ast.Dict)
    for node in ast.walk(ast.parse(html2ft(html, attr1st), mode="eval")):
        assert isinstance(node, allowed)
        if isinstance(node, ast.Name):
            assert node.id in NAMES
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name) or (attr1st and isinstance(node.func, ast.Call))
        if isinstance(node, ast.Constant):
            assert isinstance(node.value, str) or node.value in (True, None)


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("", "Fragment()"),
        ("Milk & honey", 'Fragment("Milk & honey")'),
        ("<p>Milk</p>", 'P("Milk")'),
        ("<p>a</p><p>b</p>", 'Fragment(P("a"), P("b"))'),
        ("<br>", "Br()"),
        ('<label for="q" class="a b">x</label>', 'Label("x", fr="q", cls="a b")'),
        ('<script async src="a.js"></script>', 'Script(_async=True, src="a.js")'),
        ('<input disabled value="">', 'Input(disabled=True, value="")'),
        (
            '<b @click="a" hx-on:click="b" hx_get="c">x</b>',
            'B({"hx-on:click": "b", "hx_get": "c"}, "x", _at_click="a")',
        ),
        ('<b @click.away="a" :x="b" _="c"></b>', 'B({"@click.away": "a", ":x": "b"}, _="c")'),
        ('<p target-id="a" ﬁ="b"></p>', 'P({"target-id": "a", "ﬁ": "b"})'),
        ('<a href=" javaScript:x">x</a>', 'A("x", href=NotStr(" javaScript:x"))'),
        ('<use xlink:href="javascript:x">', 'ft("use", {"xlink:href": NotStr("javascript:x")})'),
        # What components add of their own
        ("<a>x</a>", 'A("x", href=None)'),
        ('<a href="#">x</a>', 'A("x", href="#")'),
        ('<input id="q">', 'Input(id="q", name=None)'),
        ('<input id="q" name="r">', 'Input(id="q", name="r")'),
        ('<input id="">', 'Input(id="")'),
        ("<form></form>", "Form(enctype=None)"),
        ('<form method="POST"></form>', 'Form(method="POST", enctype=None)'),
        ('<form method="Get"></form>', 'Form(method="Get")'),
        ('<form method="dialog"></form>', 'Form(method="dialog")'),
        # Other names
        ("<my-card>x</my-card>", 'ft("my-card", "x")'),
        (
            '<svg viewBox="0 0 1 1"><linearGradient/></svg>',
            'ft("svg", ft("linearGradient"), viewBox="0 0 1 1")',
        ),
        ('<svg><use xlink:href="#a"/></svg>', 'ft("svg", ft("use", {"xlink:href": "#a"}))'),
        ("<center>x</center>", 'ft("center", "x")'),
        # White space that a parser drops
        ("<pre>\n\nx</pre>", 'Pre("\\nx")'),
        ("<textarea>\n\n</textarea>", 'Textarea("\\n")'),
        ("<template><tr><td>x</template>", 'Template(Tr(Td("x")))'),
        # Table parts are read where they belong
        ("<td>x", 'Td("x")'),
        ("<tr><th>x", 'Tr(Th("x"))'),
        ("<tbody><tr></tr></tbody>", "Tbody(Tr())"),
        ("<col><col span=2>", 'Fragment(Col(), Col(span="2"))'),
        # Comments
        ("<!-- a -->", 'Comment(" a ")'),
        ("<!--a--!>", 'Comment("a")'),
        ("<!--<!-->", 'Fragment(NotStr("<!--<!-->"))'),
        ("<?php 1?>", 'Fragment(NotStr("<?php 1>"))'),
        # What elements cannot say
        ('<p><b a<b="">x</b></p>', "P(NotStr('<b a<b=\"\">x</b>'))"),
        ("<script>'<!--'</script>", "Fragment(NotStr(\"<script>'<!--'</script>\"))"),
        ("<script>a < b && c</script>", 'Script("a < b && c")'),
        ("<style>a > b {}</style>", 'Style("a > b {}")'),
        ("<svg><style>a &lt; b</style></svg>", 'ft("svg", Style("a < b"))'),
        (
            "<svg><desc><style>a > b</style></desc></svg>",
            'ft("svg", ft("desc", NotStr("<style>a > b</style>")))',
        ),
        ("<svg><input>x</input></svg>", 'ft("svg", NotStr("<input>x</input>"))'),
        # Strings
        ("<p>it's</p>", 'P("it\'s")'),
        ('<p>say "x"</p>', "P('say \"x\"')"),
        ("<p>a\\b {c}</p>", 'P("a\\\\b {c}")'),
        ("<p>&nbsp;&#1;</p>", 'P("\\xa0\\x01")'),
        ("<p>\ud800</p>", 'P("\ufffd")'),
        # Pages
        ("<!doctype html><title>T</title>x", 'Html(Head(Title("T")), Body("x"))'),
        ("<html lang=en>", 'Fragment(Html(Head(), Body(), lang="en"))'),
        (
            "<!doctype html><!--a--><p>",
            'Fragment(NotStr("<!doctype html>"), Comment("a"), Html(Head(), Body(P())))',
        ),
        ("<body class=a>x", 'Fragment(Html(Head(), Body("x", cls="a")))'),
    ],
)
def test_source(html: str, source: str) -> None:
    assert html2ft(html) == source
    assert same(
        dom(_parse(html.replace("\ud800", "\ufffd"))), dom(_parse(to_xml(run(html2ft(html)))))
    )


def test_a_doctype_of_old_is_kept() -> None:
    source = html2ft('<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "a.dtd"><p>x')
    doctype = _parse(to_xml(run(source))).children[0]
    assert (doctype.public_id, doctype.system_id) == ("-//W3C//DTD HTML 4.01//EN", "a.dtd")
    doctype = _parse(
        to_xml(run(html2ft('<!DOCTYPE html SYSTEM "about:legacy-compat"><p>x')))
    ).children[0]
    assert (doctype.public_id or "", doctype.system_id) == ("", "about:legacy-compat")


def test_long_source_is_laid_out_as_ruff_would() -> None:
    html = """<!doctype html><html lang="en"><head><meta charset="utf8"><title>T</title><script>
    function go(first, second) { return first < second ? "it's" : 'not "it"' }
    </script></head><body class="a b"><!-- the list --><ul hx-get="/tasks" hx-trigger="load"
    class="many words that go on and on"><li>Milk</li><li>Honey <b>fresh</b></li></ul>
    <div @click="open = !open" x-on:click.away="open = false" class="again many words, too many
    for one line"><p>It's "quoted"</p><a>link</a></div></body></html>"""
    for attr1st in (False, True):
        source = html2ft(html, attr1st) + "\n"
        ruff = [sys.executable, "-m", "ruff", "format", "--line-length", "100", "--isolated", "-"]
        done = subprocess.run(ruff, input=source, capture_output=True, text=True, check=True)
        assert source == done.stdout
        assert max(map(len, source.splitlines())) <= 100


def test_attributes_first() -> None:
    html = '<div class="card" @x.y="1"><p>Milk</p><br></div>'
    assert html2ft(html, attr1st=True) == 'Div({"@x.y": "1"}, cls="card")(P("Milk"), Br())'
    assert html2ft('<my-card id="a">x</my-card>', attr1st=True) == 'ft("my-card", id="a")("x")'


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>\n", 'Ul(Li("a"), Li("b"))'),
        ("<p>\n  a\n  b\n</p>", 'P("a b")'),
        ("<p>a <b>b</b> <i>c</i>\nd</p>", 'P("a ", B("b"), " ", I("c"), " d")'),
        ("<span> a </span>", 'Span(" a ")'),
        ("<span>a</span>\n<span>b</span>", 'Fragment(Span("a"), " ", Span("b"))'),
        ("<div> <my-card> x </my-card> </div>", 'Div(ft("my-card", " x "))'),
        ("<pre> a\n  <b> b </b></pre>", 'Pre(" a\\n  ", B(" b "))'),
        ("<textarea> a </textarea>", 'Textarea(" a ")'),
        ("<script> a </script>", 'Script(" a ")'),
        ("<svg> <text> a </text></svg>", 'ft("svg", " ", ft("text", " a "))'),
        ("<p>a&nbsp; <br> b</p>", 'P("a\\xa0", Br(), "b")'),
    ],
)
def test_without_blanks_that_do_not_show(html: str, source: str) -> None:
    assert html2ft(html, blanks=False) == source


def test_depth() -> None:
    html = "<div>" * 300 + "x" + "</div>" * 300
    assert to_xml(run(html2ft(html))) == html == to_xml(html2tree(html))
    assert "NotStr(" in html2ft(html) and not any(isinstance(c, NotStr) for c in html2tree(html))


def test_trees_of_text_come_back_equal() -> None:
    for tree in (
        tags.Div(tags.P("a & b", id="x"), tags.Input(name="q", disabled=True), "c"),
        Fragment(tags.B("a"), " ", tags.I("b")),
        FT("svg", (FT("path", (), {"d": "M0 0"}),), {"viewBox": "0 0 1 1"}),
        tags.Html(tags.Head(tags.Title("T")), tags.Body(tags.Script("1 < 2"), tags.Comment(" a "))),
    ):
        assert html2tree(to_xml(tree)) == tree


def test_the_parser_is_loaded_only_to_parse() -> None:
    program = "import fasthtml_nb.ft.html2ft, sys; assert 'turbohtml' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
