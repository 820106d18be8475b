"""The adapter's contract, on each library behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fasthtml_nb.checks.dom import Comment, Document, Element, Text, parse

Parse = Callable[[str], Document]


@pytest.fixture(params=["turbohtml", "selectolax"])
def page(request: pytest.FixtureRequest) -> Parse:
    return lambda html: parse(html, backend=request.param)


def tags(elements: list[Element]) -> list[str]:
    return [element.tag for element in elements]


# Reading ---------------------------------------------------------------------------------------


def test_a_document_has_its_parts(page: Parse) -> None:
    document = page("<!doctype html><title> Two\n words </title><p id=a>x")
    assert document.doctype == "html"
    assert document.title == "Two words"
    assert (document.root.tag, document.head.tag, document.body.tag) == ("html", "head", "body")
    assert document.html == (
        "<!DOCTYPE html><html><head><title> Two\n words </title></head>"
        '<body><p id="a">x</p></body></html>'
    )
    assert page("<p>").doctype is None
    assert page("<frameset><frame>").body.tag == "frameset"


def test_the_title_can_be_set(page: Parse) -> None:
    document = page("<svg><title>not this</title></svg>")
    assert document.title == ""
    document.title = "New"
    assert document.head.inner_html == "<title>New</title>"
    document.title = "Other"
    assert document.title == "Other"
    assert document.head.inner_html == "<title>Other</title>"


def test_a_missing_part_is_said(page: Parse) -> None:
    document = page("<p>")
    document.body.remove()
    with pytest.raises(LookupError, match="No <body> in this document"):
        _ = document.body


def test_attributes(page: Parse) -> None:
    a = page("<a ID=a HIDDEN class=' x\ty  x ' rel='p  q' hx-on:click='' @x=1>").select_one("a")
    assert a.attributes == {
        "id": "a",
        "hidden": "",
        "class": " x\ty  x ",
        "rel": "p  q",
        "hx-on:click": "",
        "@x": "1",
    }
    assert a.get("rel") == "p  q"
    assert a.get("REL") == "p  q"
    assert (a.get("nope"), a.get("nope", "d"), a.get("hidden"), a.has("nope")) == (
        None,
        "d",
        "",
        False,
    )
    assert a.classes == ["x", "y"]
    a.set("HX-Get", "/x")
    a.delete("rel")
    a.delete("rel")
    assert "rel" not in a.attributes
    assert a.get("hx-get") == "/x"
    with pytest.raises(ValueError, match="a b"):
        a.set("a b", "")


def test_a_copy_of_attributes_is_a_copy(page: Parse) -> None:
    p = page("<p id=a>").select_one("p")
    p.attributes["id"] = "b"
    assert p.id == "a"


def test_classes_are_written_as_a_browser_writes_them(page: Parse) -> None:
    p = page("<p class='  a b a'>").select_one("p")
    p.add_class("b", "c")
    assert p.get("class") == "a b c"
    p.remove_class("a", "b", "c")
    assert p.get("class") == ""
    bare = page("<p>").select_one("p")
    bare.remove_class("a")
    assert not bare.has("class")
    bare.add_class("a")
    assert bare.get("class") == "a"


def test_foreign_names_keep_their_case(page: Parse) -> None:
    document = page(
        "<svg VIEWBOX='0 0 1 1'><lineargradient/><foreignobject><P>x</svg><math><mi>y</math>"
    )
    svg, p = document.select_one("svg"), document.select_one("p")
    assert (svg.namespace, p.namespace, document.select_one("mi").namespace) == (
        "svg",
        "html",
        "math",
    )
    assert tags(svg.children) == ["linearGradient", "foreignObject"]
    assert svg.attributes == {"viewBox": "0 0 1 1"}
    assert p.parent.tag == "foreignObject"


def test_kinds_of_nodes(page: Parse) -> None:
    p = page("<p>a<!--b--><i>c</i></p>").select_one("p")
    assert [type(node) for node in p.nodes] == [Text, Comment, Element]
    text, comment, i = p.nodes
    assert (text.data, comment.data) == ("a", "b")
    assert (text.next, comment.previous, i.next, text.previous) == (comment, text, None, None)
    assert [node.index for node in p.nodes] == [0, 1, 2]
    assert p.text == "ac"
    text.data, comment.data = "<", "-"
    assert p.inner_html == "&lt;<!-----><i>c</i>"


def test_text_of_raw_elements(page: Parse) -> None:
    document = page("<script>a<b</script><style>c>d</style><textarea>\n\n<e></textarea><pre>\n\nx")
    assert document.body.text == "\n<e>\nx"
    assert document.select_one("script").text == "a<b"
    assert document.head.text == "a<bc>d"
    assert document.select_one("textarea").text == "\n<e>"


def test_noscript_holds_text_as_where_scripts_run(page: Parse) -> None:
    document = page("<body><noscript><p>x</p></noscript>")
    assert document.select("p") == []
    document.body.inner_html = "<noscript><p>x</p></noscript>"
    assert document.select("p") == []
    document.body.append(*document.parse_fragment("<noscript><p>x</p></noscript>"))
    assert document.select("p") == []


# Identity --------------------------------------------------------------------------------------


def test_a_node_is_one_object(page: Parse) -> None:
    document = page("<div id=a><p>x<b>y</b></p></div><div id=b></div>")
    p, text = document.select_one("p"), document.select_one("p").nodes[0]
    seen = {p: "p", text: "text"}
    document.get_by_id("b").append(p)
    assert document.select("#b p") == [p]
    assert p.nodes[0] is text
    p.remove()
    assert (p.parent, p.is_connected) == (None, False)
    document.body.prepend(p)
    assert document.body.children[0] is p
    assert (seen[document.select_one("p")], seen[p.nodes[0]]) == ("p", "text")


def test_replaced_nodes_stay_whole(page: Parse) -> None:
    document = page("<div><p id=a>x<b>y</b></p></div>")
    div, p, b = (document.select_one(tag) for tag in ("div", "p", "b"))
    div.inner_html = "<p>new</p>"
    assert (p.parent, b.parent, p.outer_html) == (None, p, '<p id="a">x<b>y</b></p>')
    assert document.select("#a") == []
    div.append(p)
    assert document.get_by_id("a") is p
    div.text = "z"
    assert (p.parent, p.nodes[1] is b) == (None, True)


def test_fragments_move_without_becoming_others(page: Parse) -> None:
    document = page("<table><tbody></table><div></div>")
    row, text = document.parse_fragment("<tr><td id=c>1</td></tr>tail")
    cell = row.children[0]
    assert (row.parent, row.is_connected, cell.parent) == (None, False, row)
    document.select_one("tbody").append(row)
    document.select_one("div").append(text)
    assert document.get_by_id("c") is cell
    assert document.select_one("tr") is row
    again = document.parse_fragment("<p>")
    assert (row.parent.tag, again[0].parent) == ("tbody", None)


# Changing --------------------------------------------------------------------------------------


def test_version_grows_with_each_change(page: Parse) -> None:
    document = page("<p class=a>x</p><template></template>")
    p = document.select_one("p")
    changes: list[Callable[[], object]] = [
        lambda: p.set("id", "a"),
        lambda: p.delete("id"),
        lambda: p.add_class("b"),
        lambda: p.remove_class("b"),
        lambda: setattr(p, "text", "y"),
        lambda: setattr(p, "inner_html", "z"),
        lambda: setattr(p.nodes[0], "data", "q"),
        lambda: p.append(document.create_text("t")),
        lambda: p.prepend(document.create_element("b")),
        lambda: p.before(document.create_comment("c")),
        lambda: p.after(*document.parse_fragment("<i>")),
        lambda: p.replace_with(p),
        lambda: p.clear(),
        lambda: p.remove(),
        lambda: setattr(document, "title", "t"),
    ]
    for number, change in enumerate(changes):
        before = document.version
        change()
        assert document.version > before, f"change {number}"
    before = document.version
    _ = p.text, document.select("p"), p.attributes, document.html, p.has("x"), p.classes
    assert document.version == before


def test_moving_about(page: Parse) -> None:
    document = page("<ul><li>1</li>-<li>2</li><li>3</li></ul>")
    ul = document.select_one("ul")
    one, two, three = ul.children

    def shown() -> str:
        return ul.text

    one.before(three)
    assert shown() == "31-2"
    two.after(three, one)
    assert shown() == "-231"
    two.before(one, two)
    assert shown() == "-123"
    one.after(two, one, three)
    assert shown() == "-213"
    two.replace_with(three, two)
    assert shown() == "-321"
    three.replace_with(document.create_text("x"))
    assert (shown(), three.parent) == ("-x21", None)
    ul.prepend(three, one)
    assert shown() == "31-x2"
    one.replace_with()
    assert shown() == "3-x2"
    ul.clear()
    assert (ul.nodes, two.parent) == ([], None)
    two.before(one)
    two.replace_with(one)
    assert (two.parent, one.parent) == (None, None)


def test_what_cannot_be_moved(page: Parse) -> None:
    document = page("<div><p>x</p></div>")
    div, p = document.select_one("div"), document.select_one("p")
    with pytest.raises(ValueError, match="cannot be put into itself"):
        p.append(div)
    with pytest.raises(ValueError, match="cannot be put into itself"):
        p.before(div)
    with pytest.raises(ValueError, match="another document"):
        div.append(page("<p>").select_one("p"))
    with pytest.raises(TypeError, match="create_text"):
        div.append("text")  # type: ignore[arg-type]
    assert document.body.inner_html == "<div><p>x</p></div>"


def test_clones_and_adopted_nodes_are_copies(page: Parse) -> None:
    document, other = page("<p id=a>x<b>y</b></p>"), page("<i class=z>1</i>")
    p = document.select_one("p")
    deep, shallow = p.clone(), p.clone(deep=False)
    assert (deep.outer_html, shallow.outer_html) == (p.outer_html, '<p id="a"></p>')
    assert (deep is p, deep.parent, deep.document) == (False, None, document)
    i = document.adopt(other.select_one("i"))
    p.append(deep.children[0], i)
    assert p.inner_html == 'x<b>y</b><b>y</b><i class="z">1</i>'
    assert p.children[-1] is i
    assert other.body.inner_html == '<i class="z">1</i>'
    assert p.nodes[0].clone().data == "x"


# Markup ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "html", "made"),
    [
        ("template", "<tr><td>1</td></tr>", "<tr><td>1</td></tr>"),
        ("template", "<li>a<li>b", "<li>a</li><li>b</li>"),
        ("div", "<tr><td>1</td></tr>", "1"),
        ("select", "<option>a<option>b", "<option>a</option><option>b</option>"),
        ("tbody", "<td>1", "<tr><td>1</td></tr>"),
        ("svg", "<lineargradient />", "<linearGradient></linearGradient>"),
        ("textarea", "<b>", "&lt;b&gt;"),
        ("script", "a<b", "a&lt;b"),
        ("div", "", ""),
    ],
)
def test_fragments_are_parsed_in_context(page: Parse, context: str, html: str, made: str) -> None:
    document = page("<p>")
    holder = document.create_element("div")
    holder.append(*document.parse_fragment(html, context))
    assert holder.inner_html == made


def test_an_element_can_be_the_context(page: Parse) -> None:
    document = page("<svg><g></g></svg>")
    (node,) = document.parse_fragment("<LINEARGRADIENT/>", document.select_one("g"))
    assert (node.tag, node.namespace) == ("linearGradient", "svg")


@pytest.mark.parametrize(
    "html",
    [
        "a &amp; b &lt; c&nbsp;d > e".replace(" > ", " &gt; "),
        '<p title="&quot;&amp;&lt;&gt;&nbsp;">x</p>',
        "<!-- a --><br><img><input>",
        "<textarea>&lt;b&gt;</textarea><script>a < b && c</script><style>a > b</style>",
        "<template><tr><td>1</td></tr></template>",
        '<svg viewBox="0 0 1 1"><path d="M0"></path></svg>',
    ],
)
def test_markup_round_trips(page: Parse, html: str) -> None:
    document = page("<div></div>")
    div = document.select_one("div")
    div.inner_html = html
    assert div.inner_html == html
    assert div.outer_html == f"<div>{html}</div>"


# Finding ---------------------------------------------------------------------------------------


def test_templates_keep_their_content_apart(page: Parse) -> None:
    document = page("<p>a</p><template id=t><p id=in>b</p></template><p>c</p>")
    template = document.get_by_id("t")
    assert [p.text for p in document.select("p")] == ["a", "c"]
    assert document.get_by_id("in") is None
    assert document.select_one("#in") is None
    assert (template.children, template.nodes, template.text) == ([], [], "")
    assert (document.body.text, template.select("p")) == ("ac", [])
    (inside,) = template.content
    assert (inside.parent, inside.is_connected, inside.closest("template")) == (None, False, None)
    assert template.inner_html == '<p id="in">b</p>'
    assert "in" not in [element.id for element in document.root.descendants()]
    template.inner_html = "<tr><td class=q>x</td></tr>"
    assert template.inner_html == '<tr><td class="q">x</td></tr>'
    assert document.select(".q") == []
    row = template.content[0]
    assert (row.parent, row.select_one("td").text) == (None, "x")
    document.body.append(row)
    assert document.select_one(".q").text == "x"


def test_templates_that_come_later(page: Parse) -> None:
    document = page("<div></div>")
    div = document.select_one("div")
    made = document.create_element("template")
    made.inner_html = "<b>1</b>"
    other = page("<template><b>2</b></template>").select_one("template")
    div.append(made, document.adopt(other), *document.parse_fragment("<template><b>3</template>"))
    assert document.select("b") == []
    assert (div.text, [t.inner_html for t in div.children]) == (
        "",
        ["<b>1</b>", "<b>2</b>", "<b>3</b>"],
    )


def test_selecting(page: Parse) -> None:
    document = page("<div id=a class=x><p>1<b>2</b></p></div><p>3</p>")
    div, (first, last) = document.get_by_id("a"), document.select("p")
    assert div.select("p") == [first]
    assert div.select("div") == []
    assert div.select("body p") == [first]
    assert div.select(":scope > p") == [first]
    assert first.matches("div.x > p")
    assert first.select_one("b").closest("div") is div
    assert first.closest("p") is first
    assert last.closest("div") is None
    assert list(first.ancestors()) == [div, document.body, document.root]
    assert tags(document.body.descendants()) == ["div", "p", "b", "p"]


def test_any_id_can_be_asked_for(page: Parse) -> None:
    document = page("<p>")
    for odd in ("a", "1", "a b", 'q"', "b\\", "é", "x.y#z", "n\nl", "[", "-"):
        document.select_one("p").set("id", odd)
        assert document.get_by_id(odd) is document.select_one("p"), odd
        assert document.get_by_id(odd + "x") is None
    assert document.get_by_id("") is None


def test_order_and_containment(page: Parse) -> None:
    document = page("<div><p>x</p></div><i></i>")
    div, p, i = (document.select_one(tag) for tag in ("div", "p", "i"))
    assert div.contains(div)
    assert div.contains(p.nodes[0])
    assert not p.contains(div)
    assert div.precedes(p)
    assert p.precedes(i)
    assert not i.precedes(p)
    assert not i.precedes(i)


@pytest.mark.parametrize("css", ["", "p >", "[", "#1", "p:foo", "a,,b", "::"])
def test_a_selector_that_is_none_is_refused(page: Parse, css: str) -> None:
    document = page("<p>")
    for ask in (document.select, document.select_one, document.body.matches, document.body.closest):
        with pytest.raises(ValueError, match="selector") as told:
            ask(css)
        assert repr(css) in str(told.value) or f'"{css}"' in str(told.value)


def test_an_unknown_library_is_refused() -> None:
    with pytest.raises(ValueError, match="No HTML library 'lxml'"):
        parse("<p>", backend="lxml")


# Compared --------------------------------------------------------------------------------------

SELECTABLE = (
    "<!doctype html><html lang=en><head><title>t</title></head><body>"
    "<div id=a class='x y' data-k='A b'><p>1<b>2</b></p><p class=x></p><span> </span><i></i>"
    "<!--c--><em><!--c--></em></div><form><input type=TEXT name=q placeholder=p>"
    "<input type=checkbox checked><input type=checkbox disabled><select>"
    "<option selected>a<option disabled>b<optgroup disabled><option>c</select>"
    "<fieldset disabled><legend><input id=l></legend><input id=m>"
    "<button>b</button></fieldset><textarea readonly></textarea><input required>"
    "<a href=#>l</a><a>m</a></form><ul lang=de-AT>"
    "<li>1<li>2<li class=k>3<li>4<li class=k>5<li>6</ul><svg viewBox='0 0 1 1'>"
    "<linearGradient id=lg /></svg><template><p id=t>x</p></template><section dir=rtl>"
    "<h1>h</h1><h2>h</h2></section><details open><summary>s</summary></details>"
    "<my-el></my-el><p id='1'>n</p><p class='2a'>n</p>"
)
SELECTORS = [
    "p",
    "*",
    "div p",
    "div > p",
    "p + p",
    "p ~ i",
    "#a|.x",
    ".x.y",
    "p.x",
    "[data-k]",
    '[data-k="A b"]',
    '[data-k="a b"]',
    '[data-k="a b" i]',
    "[data-k~=b]",
    "[class^=x]",
    "[class$=y]",
    '[class*=" "]',
    "[lang|=de]",
    ":first-child",
    "li:nth-child(2n)",
    "li:nth-child(odd)",
    "li:nth-child(-n+2)",
    "li:nth-last-child(2)",
    "li:nth-child(2 of .k)",
    "li:nth-of-type(3)",
    "p:only-child",
    ":only-of-type",
    ":empty",
    ":root",
    ":not(p)",
    ":not(p, b)",
    ":is(p, b)",
    ":where(.x)",
    ":has(b)",
    ":has(> p)",
    "div:has(+ form)",
    "p:has(~ i)",
    ":checked",
    ":disabled",
    ":enabled",
    ":required",
    ":optional|:read-only",
    ":read-write",
    ":placeholder-shown|:link",
    ":any-link",
    ":lang(de)",
    ":lang(en)",
    ":dir(rtl)",
    ":scope",
    ":scope > body",
    "[type=text]",
    '[type="text" s]',
    "lineargradient",
    "svg *",
    "#t",
    "template p",
    ":focus",
    ":hover",
    ":target",
    ":visited",
    "::before",
    "p::after",
    ":is(p, ::x, :zz)",
    ":not(:is(p))",
    "#\\31 ",
    '.\\32 a|[id="1"]',
    "details[open]",
    ":open|*",
    "p",
    "li:last-child",
    "li:first-of-type",
    "li:nth-last-of-type(1)",
    "a:not([href])",
    "p, b , i",
    "div>p+p",
    "DIV P",
    ":defined",
    ":indeterminate",
    "input:not([type])",
    "option:checked",
    "fieldset :disabled",
    "li:nth-child( 2n + 1 )",
    "li:nth-child(+3n-2)",
    "li:nth-child(n)",
    "li:nth-child(0)",
    ":nth-child(1 of p, li)",
    ":is()",
    ":where()",
    "[ data-k ]",
    "p/**/.x",
    "/* c */p",
    "div  >  p",
    ":host",
    "body :scope",
    "#1",
    ".2",
    "svg|p",
    "p:contains(x)",
    "> p",
    "p >",
    ",p",
    "p,",
    "[x=1]",
    "p:not()",
    "p:nth-child(a)",
    ":first-child(1)",
    "::zz",
    ":zz",
    "p{",
    "(",
    "p)",
    "[|#",
    ".",
    "p..x",
    "p:",
    "p::",
    "**",
    "p*",
    "p||q",
    ":has()",
    ":not(::before)",
    ":has(:has(p))",
    "[a==b]",
    "[a b]",
    ":lang()",
    ":dir()",
    "p:nth-child(2 n)",
    "p:nth-child()",
    "a:hover > b",
    "x:is(",
    "p:not(b",
    '[data-k="A b',
    "-p",
    "--p",
    "-1",
    ":matches(p)",
    ":-moz-x",
    ":-webkit-zzz",
    "::-webkit-zzz",
]

NUMBERED = """() => {
  let number = 0;
  const walk = root => root.querySelectorAll("*").forEach(element => {
    element.setAttribute("data-n", number++);
    if (element.content) walk(element.content);
  });
  walk(document);
}"""
ASKED = """css => {
  try { return [...document.querySelectorAll(css)].map(element => element.dataset.n) }
  catch { return "refused" }
}"""


def test_selectors_are_chromiums(browser: Any) -> None:
    chromium = browser.new_page()
    chromium.set_content(SELECTABLE)
    chromium.evaluate(NUMBERED)
    documents = [parse(chromium.content(), backend=name) for name in ("turbohtml", "selectolax")]
    for css in SELECTORS:
        theirs = chromium.evaluate(ASKED, css)
        for document in documents:
            try:
                ours: object = [element.get("data-n") for element in document.select(css)]
            except ValueError:
                ours = "refused"
            assert ours == theirs, css


def test_an_element_knows_its_line_until_the_document_changes():
    document = parse("<p>a\n<b>x</b>\n\n<i>y</i>", backend="turbohtml")
    assert [e.line for e in document.select("p, b, i")] == [1, 2, 4]
    assert document.head.line is None  # It stands nowhere in the markup
    document.title = "New"
    assert document.select_one("i").line is None
    assert parse("<b>x</b>", backend="selectolax").select_one("b").line is None


def test_what_is_known_of_an_element_follows_every_change(page: Parse) -> None:
    document = page("<main><p class=a title=T><b>x</b></p></main><div></div>")
    p, b, div = (document.select_one(tag) for tag in ("p", "b", "div"))
    assert dict(p.view) == {"class": "a", "title": "T"} and b.ancestors()[0] is p
    p.set("class", "b")
    p.set("hidden")
    p.delete("title")
    assert p.view == p.attributes == {"class": "b", "hidden": ""}
    div.append(p)
    assert [one.tag for one in b.ancestors()] == ["p", "div", "body", "html"] and b.is_connected
    p.remove()
    assert b.ancestors() == (p,) and not b.is_connected and p.parent is None
    (kept,) = document.parse_fragment("<template><i>y</i></template>")
    kept.append(b)
    document.body.append(kept)
    assert not b.is_connected and kept.is_connected and b.ancestors() == ()
    document.body.append(b)
    assert b.is_connected and b.nodes[0].is_connected and document.body.contains(b.nodes[0])
    with pytest.raises(AttributeError, match="no attribute .href"):
        _ = b.href


def test_forms_may_be_nested_inside_of_a_template(page: Parse) -> None:
    document = page("<main></main>")
    document.select_one("main").append(
        *document.parse_inside("<form id=a><form id=b></form></form>")
    )
    assert [form.id for form in document.select("form")] == ["a", "b"]
    document.select_one("main").append(*document.parse_inside("<template><u></u></template>"))
    assert document.select("u") == [] and document.select_one("template") is not None
