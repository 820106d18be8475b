"""The elements of HTML: all there, described, offered to editors, and written as they should be."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft import tags
from fasthtml_nb.ft.attributes import (
    ElementSignature,
    attribute_keyword,
)
from fasthtml_nb.ft.markup import Safe, attribute_name
from fasthtml_nb.ft.tags import (
    AX,
    FT,
    HTML_ELEMENTS,
    A,
    Button,
    CheckboxX,
    Comment,
    Div,
    File,
    Form,
    Fragment,
    Hidden,
    Html,
    Input,
    Label,
    Nbsp,
    Script,
    Select,
    Style,
    Textarea,
    ft,
)
from fasthtml_nb.ft.tree import to_xml
from tools import stubs

# https://html.spec.whatwg.org/multipage/indices.html#elements-3, apart from MathML and SVG
STANDARD = """
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption
    cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input
    ins kbd label legend li link main map mark menu meta meter nav noscript object ol optgroup
    option output p picture pre progress q rp rt ruby s samp script search section select
    selectedcontent slot small source span strong style sub summary sup table tbody td template
    textarea tfoot th thead time title tr track u ul var video wbr
""".split()
VOID = "area base br col embed hr img input link meta source track wbr".split()
OWN = {name for info in HTML_ELEMENTS.values() for name in info.attributes}
MAKERS = [getattr(tags, info.name) for info in HTML_ELEMENTS.values()]

# The elements -------------------------------------------------------------------------------------


def test_every_element_of_the_standard_has_a_function() -> None:
    assert sorted(HTML_ELEMENTS) == STANDARD
    assert {tag for tag, info in HTML_ELEMENTS.items() if info.content == "void"} == set(VOID)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_element_is_a_documented_function(make: tags.Maker) -> None:
    tag = make.__name__.lower()
    info = HTML_ELEMENTS[tag]
    assert make.__doc__ and make.__doc__.startswith(f"`<{tag}>`: ") and make.__doc__.endswith(".")
    assert "\n" not in make.__doc__ and len(make.__doc__) < 100
    assert make.__module__ == tags.__name__ and make.__qualname__ == make.__name__ in tags.__all__
    assert pickle.loads(pickle.dumps(make)) is make
    node = make()
    assert isinstance(node, FT) and node.tag == tag and node.children == ()
    names = list(inspect.signature(make).parameters)
    assert names[0] == "children" and names[-1] == "attrs"
    assert names[1 : 1 + len(info.attributes)] == [attribute_keyword(a) for a in info.attributes]
    assert len(set(info.attributes)) == len(info.attributes)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_signature_and_call_agree(make: tags.Maker) -> None:
    """Whatever the signature offers, the function takes, under the attribute's name in HTML."""
    offered = [
        name
        for name, one in inspect.signature(make).parameters.items()
        if one.kind is one.KEYWORD_ONLY and name != "target_id"
    ]
    node = make(**dict.fromkeys(offered, "v"))
    assert node.attrs == {attribute_name(keyword): "v" for keyword in offered}


def test_editors_complete_keywords() -> None:
    core = pytest.importorskip("IPython.core.completer")
    completer = core.IPCompleter(namespace={"Input": Input, "Form": Form})
    with core.provisionalcompleter():
        offered = {
            line: {found.text for found in completer.completions(line, len(line))}
            for line in ("Input(placeh", "Input(id='a', hx_pos", "Form(enc")
        }
    assert offered == {
        "Input(placeh": {"placeholder="},
        "Input(id='a', hx_pos": {"hx_post="},
        "Form(enc": {"enctype="},
    }


# What some of them add ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (Form(), '<form enctype="multipart/form-data"></form>'),
        (Form(method="post"), '<form enctype="multipart/form-data" method="post"></form>'),
        (Form(method="get"), '<form method="get"></form>'),
        (Form(method="GET"), '<form method="GET"></form>'),
        (Form({"method": "get"}), '<form method="get"></form>'),
        (Form(method="dialog"), '<form method="dialog"></form>'),
        (Form(enctype=None), "<form></form>"),
        (Form(enctype="text/plain"), '<form enctype="text/plain"></form>'),
        (A("x"), '<a href="#">x</a>'),
        (A("x", href="/y"), '<a href="/y">x</a>'),
        (A("x", href=None), "<a>x</a>"),
        (A("x", {"href": "/y"}), '<a href="/y">x</a>'),
        (AX("x"), '<a href="#">x</a>'),
        (
            AX("x", "/y", "t", "outerHTML"),
            '<a href="#" hx-get="/y" hx-swap="outerHTML" hx-target="#t">x</a>',
        ),
        (AX("x", "/y", cls="b", href="/z"), '<a href="/z" hx-get="/y" class="b">x</a>'),
        (Input(id="a"), '<input id="a" name="a">'),
        (Input(id="a", name="b"), '<input id="a" name="b">'),
        (Input(id="a", name=None), '<input id="a">'),
        (Input({"id": "a"}), '<input id="a" name="a">'),
        (Input(name="b"), '<input name="b">'),
        (Input(id=None), "<input>"),
        (Select(id="a"), '<select id="a" name="a"></select>'),
        (Textarea("t", id="a"), '<textarea id="a" name="a">t</textarea>'),
        (Button("b", id="a"), '<button id="a" name="a">b</button>'),
        (Label("l", fr="a"), '<label for="a">l</label>'),
        (Hidden("v", "a"), '<input type="hidden" value="v" id="a" name="a">'),
        (Hidden("v", name="n"), '<input type="hidden" value="v" name="n">'),
        (
            CheckboxX(name="n"),
            '<input type="hidden" value="" name="n"><input type="checkbox" name="n" value="1">',
        ),
        (
            CheckboxX(True, "On", "yes", id="i"),
            '<input type="hidden" value="" name="i">'
            '<label><input type="checkbox" id="i" name="i" checked value="yes">On</label>',
        ),
        (Html(), "<!doctype html><html></html>"),
        (Script("a < b"), "<script>a < b</script>"),
        (Script(src="/x.js", defer=True), '<script src="/x.js" defer></script>'),
        (Style("a > b {}"), "<style>a > b {}</style>"),
        (ft("x-y", "a", b=1), '<x-y b="1">a</x-y>'),
        (ft("div", tag="t"), '<div tag="t"></div>'),
        (Fragment("a", Comment("b")), "a<!--b-->"),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)  # fmt: skip
def test_written(form: FT, written: str) -> None:
    assert to_xml(form) == written


def test_calling_again_does_not_bring_a_default_back() -> None:
    assert to_xml(Form(enctype=None)("x", id="f")) == '<form id="f">x</form>'
    assert to_xml(A(href=None)("x")) == "<a>x</a>"


def test_scripts_and_styles_cannot_be_ended_from_inside() -> None:
    assert "</script>" not in to_xml(Script("'</script><b>'"))[:-9]
    assert "</style>" not in to_xml(Style("a{b:'</style><b>'}"))[:-8]


def test_file_is_trusted_markup(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    path.write_text("<svg>é</svg>", encoding="utf-8")
    assert to_xml(Div(File(path))) == to_xml(Div(File(str(path)))) == "<div><svg>é</svg></div>"
    assert isinstance(Nbsp(), Safe) and to_xml(Div(Nbsp())) == "<div>&nbsp;</div>"
    with pytest.raises(FileNotFoundError):
        File(tmp_path / "none.svg")


# Custom elements ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("My_widget", "my-widget"),
        ("MyWidget", "my-widget"),
        ("My_Widget", "my-widget"),
        ("SlTabGroup", "sl-tab-group"),
        ("Sl_tab_group", "sl-tab-group"),
        ("Md2Button", "md2-button"),
        ("HxPartial", "hx-partial"),
    ],
)
def test_custom_element(name: str, tag: str) -> None:
    make = getattr(tags, name)
    assert make("a", b=1) == ft(tag, "a", b=1)
    assert make.__name__ == name and make is getattr(tags, name)


def test_custom_element_by_import() -> None:
    from fasthtml_nb.ft.tags import MyWidget, Sl_icon  # type: ignore[attr-defined]

    assert to_xml(MyWidget(Sl_icon(name="x"))) == (
        '<my-widget><sl-icon name="x"></sl-icon></my-widget>'
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Dvi", "Div"),
        ("Spam", "Samp"),
        ("TextArea", "Textarea"),
        ("Text_area", "Textarea"),
        ("FieldSet", "Fieldset"),
        ("TBody", "Tbody"),
        ("Lable", "Label"),
    ],
)
def test_misspelt_element_names_the_near_ones(name: str, near: str) -> None:
    with pytest.raises(AttributeError) as wrong:
        getattr(tags, name)
    said = str(wrong.value)
    assert said.startswith(f"HTML has no element for {name!r}. Near: ")
    assert near in said.partition("Near: ")[2].partition(".")[0].split(", ")
    with pytest.raises(ImportError):
        exec(f"from fasthtml_nb.ft.tags import {name}", {})


@pytest.mark.parametrize(
    "name", ["div", "my_widget", "_Div", "__wrapped__", "__path__", "Font_face", "Zzz"]
)
def test_other_names_are_no_elements(name: str) -> None:
    assert not hasattr(tags, name)


@given(st.from_regex(r"[A-Z][a-zA-Z0-9_]{0,12}", fullmatch=True))
def test_a_capitalised_name_is_an_element_or_an_error(name: str) -> None:
    if name in tags.__all__ or name in vars(tags):
        return
    try:
        node = getattr(tags, name)()
    except AttributeError:
        return
    assert "-" in node.tag and node.tag == node.tag.lower()
    assert to_xml(node) == f"<{node.tag}></{node.tag}>"


def test_ft_takes_no_tag_that_html_forbids() -> None:
    for wrong in ("a b", "<b>", "1x", ""):
        if wrong:
            with pytest.raises(ValueError):
                ft(wrong)


# Speed, and the stubs -----------------------------------------------------------------------------


def test_import_makes_no_signatures() -> None:
    """Signatures are for editors: a program that serves pages must not pay for them."""
    code = (
        "import sys, fasthtml_nb.ft.tags, fasthtml_nb.ft.attributes as t\n"
        "assert t._parameter.cache_info().currsize == 0\n"
        "assert 'fasthtml_nb.ft.htmx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("module", stubs.MODULES)
def test_stub_is_current(module: str) -> None:
    written = stubs.stub_path(module).read_text(encoding="utf-8")
    assert written == stubs.stub(module), "run python -m tools.stubs"


def test_stub_is_noticed_when_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags.Div, "__signature__", ElementSignature(("colour",)))
    fresh = stubs.stub(tags.__name__)
    assert "def Div(\n    *children: object, colour: _V = None," in fresh
    assert fresh != stubs.stub_path(tags.__name__).read_text(encoding="utf-8")
