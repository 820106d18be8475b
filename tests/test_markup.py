"""Tables of the edges of every function of `ft.markup`."""

from __future__ import annotations

import html
import json
from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft.markup import (
    NotStr,
    Safe,
    attribute_name,
    attribute_value,
    attributes_text,
    checked_name,
    checked_tag,
    comment_text,
    css,
    css_list,
    encodable,
    escape,
    raw_text,
    to_json,
    words,
)
from tests.html_strategies import texts


@given(texts())
def test_escaped_text_reads_as_it_was(text: str):
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    if not any(bad in text for bad in "\0\r") and text == encodable(text):
        assert html.unescape(escaped) == text


@given(texts())
def test_encodable_text_encodes(text: str):
    encodable(text).encode()
    assert len(encodable(text)) == len(text)


def test_safe_keeps_its_promise():
    assert NotStr is Safe and isinstance(Safe("<b>"), str)
    assert Safe("<b>") + "<i>" == Safe("<b>&lt;i&gt;") and type(Safe("<b>") + "<i>") is Safe
    assert "<i>" + Safe("<b>") == Safe("&lt;i&gt;<b>")
    assert Safe("<b>%s</b>") % "<" == "<b>&lt;</b>" == Safe("<b>{}</b>").format("<")
    assert Safe(", ").join(["<", Safe("<")]) == "&lt;, <"
    assert Safe("<b>").__html__() == "<b>"


@pytest.mark.parametrize(
    ("tag", "text", "written"),
    [
        ("script", "if (a < b) x()", "if (a < b) x()"),
        ("script", "'</script>'", r"'\u003C/script>'"),
        ("script", "'</SCRIPT '", r"'\u003C/SCRIPT '"),
        ("script", "'<!--<script>'", r"'\u003C!--\u003Cscript>'"),
        ("script", "'</style>'", "'</style>'"),
        ("style", "a > b { content: '</style>' }", r"a > b { content: '<\/style>' }"),
        ("style", "<!-- </script>", "<!-- </script>"),
        ("iframe", "</iFrame>", "&lt;/iFrame>"),
        ("xmp", "</xm", "</xm"),
    ],
)
def test_raw_text(tag: str, text: str, written: str):
    assert raw_text(tag, text) == written
    assert raw_text(tag, "") == ""


def test_raw_text_in_noscript():
    assert raw_text("style", "</noscript>", "noscript") == r"<\/noscript>"
    assert raw_text("script", "</noscript>", "noscript") == r"\u003C/noscript>"
    assert raw_text("style", "</noscript>") == "</noscript>"


@given(st.text())
def test_a_string_in_a_script_means_the_same(text: str):
    written = raw_text("script", json.dumps(text + "</script><!--"))
    assert json.loads(written) == text + "</script><!--"


@pytest.mark.parametrize("text", ["", "a", "a-b", "a--b", "<b>", "a -> b", "- >"])
def test_harmless_comments_are_kept(text: str):
    assert comment_text(text) == text


@pytest.mark.parametrize(
    "text", [">", "->", "-->", "--!>", "x-", "x--!", "<!--", "<!-", "x<!-", "<!"]
)
def test_hazards_in_comments_are_escaped(text: str):
    written = comment_text(text)
    assert not set("<>") & set(written) and written.endswith(" ")


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        *[(alias, "class") for alias in ("cls", "_class", "klass", "htmlClass")],
        *[(alias, "for") for alias in ("fr", "_for", "htmlFor")],
        *[("hx_get", "hx-get"), ("_at_click_away", "@click-away"), ("_", "_"), ("__", "__")],
        *[
            ("type_", "type"),
            ("_from", "from"),
            ("viewBox", "viewBox"),
            ("aria_label", "aria-label"),
        ],
        *[("data-x", "data-x"), ("@click.away", "@click.away"), (":x", ":x"), ("x.y", "x.y")],
        *[("\u00e9t\u00e9", "\u00e9t\u00e9"), ("hx_on__load", "hx-on--load")],
    ],
)
def test_attribute_names(keyword: str, name: str):
    assert attribute_name(keyword) == name


BAD_NAMES = ["", " ", "a b", "a\tb", "a>", "<a", "a=", "a/b", '"', "'", "\0", "\x7f", "\u00a0"]
BAD_NAMES += ["\x85", "\ud800", "\ufdd0", "\uffff", "\u3000", "x\n"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_attribute_names(name: str):
    for check in (checked_name, attribute_name):
        with pytest.raises(ValueError, match="cannot be an attribute's name"):
            check(name)


@pytest.mark.parametrize("name", [None, 1, b"x", ("x",)])
def test_names_that_are_no_text(name: object):
    with pytest.raises(TypeError, match="An attribute's name is a string; here it is"):
        checked_name(name)
    with pytest.raises(TypeError, match="An element's name is a string; here it is"):
        checked_tag(name)


@pytest.mark.parametrize(
    "tag", ["a", "H1", "my-card", "x:y", "linearGradient", "a.b", "a\u00e9", "a[", "a{{"]
)
def test_tags(tag: str):
    assert checked_tag(tag) == tag


@pytest.mark.parametrize(
    "tag", ["", "1", "-a", "\u00e9", " a", "a b", "a>", "a/", "a\0", "a&b", "a`", "a="]
)
def test_bad_tags(tag: str):
    with pytest.raises(ValueError, match="cannot be an element's name"):
        checked_tag(tag)


@pytest.mark.parametrize("tag", ["plaintext", "PlainText"])
def test_plaintext_is_refused(tag: str):
    with pytest.raises(ValueError, match="Nothing can end a <plaintext>"):
        checked_tag(tag)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[("a", "a"), (None, ""), (False, ""), ([], ""), (["a", None, False, "", "b"], "a b")],
        *[((["a"], ("b", ["c"])), "a b c"), ({"b", "a"}, "a b"), (0, "0"), ([0, 1.5], "0 1.5")],
    ],
)
def test_words(value: object, text: str):
    assert words(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[
            ({}, ""),
            ({"color": "red"}, "color: red"),
            ({"font_size": 1, "--x": 0}, "font-size: 1; --x: 0"),
        ],
        *[({"a": None, "b": False, "c": "d"}, "c: d"), (OrderedDict(z=1, a=2), "z: 1; a: 2")],
    ],
)
def test_css(value: dict[str, object], text: str):
    assert css(value) == text


def test_css_list():
    assert css_list(["a: b;", {"c": "d"}, None, "", ["e: f"]]) == "a: b; c: d; e: f"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(None, "null"), ({"a": True}, '{"a": true}'), ({1: (1, 2)}, '{"1": [1, 2]}')],
        *[(float("nan"), "null"), (float("inf"), "null"), (1.5, "1.5"), ("\u00fc", '"\u00fc"')],
        *[
            (frozenset([1]), "[1]"),
            ([b"x"], "[\"b'x'\"]"),
            ({"a": {"b": None}}, '{"a": {"b": null}}'),
        ],
    ],
)
def test_json(value: object, text: str):
    assert to_json(value) == text and json.loads(text) is not ...


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        *[
            ("a", "x", "x"),
            ("a", None, False),
            ("a", False, False),
            ("a", True, True),
            ("a", "", ""),
        ],
        *[("a", 0, "0"), ("a", 1.5, "1.5"), ("a", ["x", "y"], "x y"), ("a", b"x", "b'x'")],
        *[("style", {"a": "b"}, "a: b"), ("style", ["a: b", {"c": 1}], "a: b; c: 1")],
        *[("class", {"on": True, "off": False}, "on"), ("hx-vals", {"a": [1]}, '{"a": [1]}')],
        *[("hx-headers", {"a": "b"}, '{"a": "b"}'), ("data-x", {}, "{}"), ("class", [], "")],
    ],
)
def test_attribute_values(name: str, value: object, text: str | bool):
    assert attribute_value(name, value) == text
    assert type(attribute_value(name, value)) is type(text)


def test_attributes_are_written_and_quoted():
    attrs = {"id": "a", "disabled": True, "hidden": False, "title": "\"'<&>", "value": 5, "x": None}
    assert attributes_text(attrs) == (' id="a" disabled title="&#34;&#39;&lt;&amp;&gt;" value="5"')
    assert attributes_text({}) == "" and attributes_text({"a": Safe("<b>")}) == ' a="&lt;b&gt;"'


@pytest.mark.parametrize(
    "name", ["href", "src", "action", "formaction", "data", "xlink:href", "HREF"]
)
@pytest.mark.parametrize(
    "typed",
    [
        "javascript:go()",
        "JaVaScRiPt:go()",
        " javascript:go()",
        "\x00\x01\x1f javascript:go()",
        "java\tscr\nipt\r:go()",
        "javascript:",
    ],
)
def test_an_address_that_is_a_program_leads_nowhere(name: str, typed: str):
    """As in WHATWG's URL parser: C0 controls and space before, tabs and line ends anywhere."""
    escaped = escape(f"unsafe:{typed}")
    assert attributes_text({"id": "a", name: typed}) == f' id="a" {name}="{escaped}"'
    assert attributes_text({name: [typed]}).startswith(f' {name}="unsafe:')
    assert attributes_text({name: NotStr(typed)}) == f' {name}="{escape(typed)}"'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("href", "https://shop.example/javascript:x"),
        ("href", "javascripts:x"),
        ("href", "java script:x"),
        ("href", "\xa0javascript:x"),
        ("href", "#javascript:x"),
        ("title", "javascript:x"),
        ("hx-on:click", "javascript:x"),
        ("srcdoc", "javascript:x"),
    ],
)
def test_other_texts_with_colons_stay(name: str, text: str):
    assert attributes_text({name: text}) == f' {name}="{text}"'


@pytest.mark.parametrize("name", ["checked", "selected", "disabled", "open", "required", "hidden"])
def test_for_a_switch_nothing_is_off(name: str):
    """SQLite has no type for truth: a box shows what `0` or `1` says."""
    for off in (0, 0.0, False, None):
        assert attributes_text({name: off}) == "" and attribute_value(name, off) is False
    assert attributes_text({name: 1}) == f' {name}="1"'
    assert attributes_text({name: "0"}) == f' {name}="0"'  # text is text
    assert attributes_text({"value": 0, "max": 0.0}) == ' value="0" max="0.0"'


def test_several_programs_in_one_element():
    attrs = {"href": "javascript:a", "action": "javascript:b", "src": "c:d"}
    wanted = ' href="unsafe:javascript:a" action="unsafe:javascript:b" src="c:d"'
    assert attributes_text(attrs) == wanted
    assert attrs["href"] == "javascript:a"  # the tree stays as it was given


def test_many_names_are_written_right_beyond_the_cache():
    for n in range(6000):
        assert attributes_text({f"data-many-{n}": n}) == f' data-many-{n}="{n}"'
