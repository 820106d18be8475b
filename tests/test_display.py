"""Views in a notebook's output: what is stored, and what Chromium makes of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import turbohtml
from hypothesis import given, settings
from hypothesis import strategies as st

from fasthtml_nb.ft.display import View, mimebundle, show, view
from fasthtml_nb.ft.tags import A, Button, Div, Form, Input, Link, P, Script, Style, Title
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import to_xml

FRAGMENT = "<p>Milk &amp; <b>honey</b></p>"
PAGE = "<!doctype html><title>Tasks</title><h1>Tasks</h1><p id=p>Milk</p>"


def source_in(output: str) -> str:
    """Return the source that an output shows."""
    return turbohtml.parse_fragment(output).select_one("pre").text


def light_dom(output: str) -> str:
    """Return the markup of the view as it is stored, for readers without scripts."""
    first = turbohtml.parse_fragment(output).select_one("div > div > *, div > div")
    return first.parent.inner_html if first.attr("style") is None else first.inner_html


def way(output: str) -> str:
    """Tell how an output draws: by a frame, a shadow root, or as source alone."""
    if '<div style="contain' not in output:
        return "source"
    return "frame" if "srcdoc" in output.split("</details>\n<script>")[1] else "shadow"


# What is stored --------------------------------------------------------------------------------


def test_an_output_is_view_source_and_script() -> None:
    before, script = view(FRAGMENT).split("<script>")
    assert before == (
        '<div data-lm-suppress-shortcuts="true">\n'
        f'<div style="contain:layout paint">{FRAGMENT}</div>\n'
        "<details><summary>HTML</summary>\n<pre>\n"
        "&lt;p&gt;Milk &amp;amp; &lt;b&gt;honey&lt;/b&gt;&lt;/p&gt;</pre></details>\n"
    )
    assert script.endswith("</script></div>") and script.count("</script>") == 1


def test_the_same_view_is_the_same_bytes() -> None:
    program = f"from fasthtml_nb.ft.display import view; print(view({PAGE!r}), view({FRAGMENT!r}))"
    runs = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1
    assert not re.search(r"\sid=", view("<b>x</b>").split("<script>")[0])


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (FRAGMENT, "shadow"),
        ("text alone", "shadow"),
        ("<div></div>", "shadow"),
        ("", "shadow"),
        (PAGE, "frame"),
        ("<html lang=en><p>x", "frame"),
        ("<body>x", "frame"),
        ("<p>x</p><script>1</script>", "frame"),
        ("<p>x</p><script type=module>1</script>", "frame"),
        ("<p>x</p><script type=' Text/JavaScript '>1</script>", "frame"),
        ("<p>x</p><script type=application/json>1</script>", "shadow"),
        ("<p>x</p><link rel=stylesheet href=a>", "frame"),
        ("<p>x</p><link rel='alternate StyleSheet' href=a>", "frame"),
        ("<p>x</p><link rel=icon href=a>", "shadow"),
        ("<p>x</p><iframe src=a></iframe>", "frame"),
        ("<style>p{}</style><p>x", "shadow"),
        ("<style>:root{--a:1}</style><p>x", "frame"),
        ("<style>p{}\nbody{}</style><p>x", "frame"),
        ("<style>p{}html,p{}</style><p>x", "frame"),
        ("<style>.body, .html-x {}</style><p>x", "shadow"),
        ("<script>1</script>", "source"),
        ("<title>T</title>", "source"),
        ("<link rel=stylesheet href=a><style>p{}</style>\n", "source"),
        ("<title>T</title>text", "shadow"),
    ],
)
def test_how_a_view_is_drawn(markup: str, expected: str) -> None:
    assert way(view(markup)) == expected


def test_source_is_open_where_nothing_else_shows() -> None:
    for markup in ("<div id=list></div>", "<link rel=icon href=a>", "<ul><li></li></ul>"):
        assert "<details open>" in view(markup)
    for markup in (FRAGMENT, "<input>", "<hr>", "<div style='height:9px'></div>", PAGE):
        assert "<details>" in view(markup)


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_source_shows_text_exactly(text: str) -> None:
    read = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    read = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in read)
    output = mimebundle("<p>x</p>", text, "repr")["text/html"]
    assert source_in(output) == read
    assert output.count("<script>") == 1


def test_long_sources_are_cut_but_no_view_and_no_frame() -> None:
    rows = "".join(f"<li>task {n}</li>" for n in range(5000))
    output = view(f"<ul>{rows}</ul>")
    assert output.count("task 4999") == 1
    assert len(source_in(output)) <= 40_100
    assert re.search(r"</li>\n\.\.\. [\d,]+ more characters$", source_in(output))
    assert view(f"{PAGE}<ul>{rows}</ul>").count("task 4999") == 2


def test_a_bundle_has_text_for_terminals() -> None:
    assert mimebundle(FRAGMENT, "pretty", "P('Milk')")["text/plain"] == "P('Milk')"
    assert mimebundle(FRAGMENT)["text/plain"] == FRAGMENT
    assert set(mimebundle(FRAGMENT)) == {"text/plain", "text/html"}
    assert source_in(mimebundle(FRAGMENT, "pretty")["text/html"]) == "pretty"
    assert way(mimebundle(FRAGMENT, page=True)["text/html"]) == "frame"


def test_trees_show_themselves() -> None:
    bundle = Div(P("Milk"), id="x")._repr_mimebundle_()
    assert bundle["text/plain"] == "Div(P('Milk'), id='x')"
    assert light_dom(bundle["text/html"]) == '<div id="x"><p>Milk</p></div>'
    assert source_in(bundle["text/html"]) == '<div id="x">\n  <p>Milk</p>\n</div>'
    assert way(Div(Script("1"))._repr_mimebundle_()["text/html"]) == "frame"


def allow_list(output: str) -> Any:
    """Clean an output as GitHub and untrusted notebooks do, and return what is left."""
    root = turbohtml.parse_fragment(output)
    for element in root.select("script,style,iframe,object,embed"):
        element.decompose()
    for element in root.select("*"):
        for name in list(element.attrs):
            if name in ("class", "style", "id") or name.startswith(("on", "data-")):
                del element.attrs[name]
    return root


@pytest.mark.parametrize(
    "markup",
    [
        FRAGMENT,
        PAGE,
        "<style>p{color:red}</style><p>Milk</p><script>go()</script>",
        "<form action=/x><label>Milk <input value=2></label><button>Add</button></form>",
        "<table><tr><td>Milk</table>",
    ],
)
def test_what_sanitizers_leave_is_readable(markup: str) -> None:
    root = allow_list(view(markup))
    shown = root.select_one("div > div")
    assert "Milk" in shown.text and "go()" not in shown.text and "color" not in shown.text
    assert "Milk" in root.select_one("details pre").text
    # Nothing is left over beside the two
    whole = " ".join(root.text.split())
    assert whole == " ".join(f"{shown.text} {root.select_one('details').text}".split())


# show ------------------------------------------------------------------------------------------


class Task:
    def __init__(self, title: str) -> None:
        self.title = title

    def __ft__(self) -> FT:
        return P(self.title)


def test_what_can_be_shown() -> None:
    assert show(FRAGMENT) == View(FRAGMENT)
    assert show(P("a < b")).markup == "<p>a &lt; b</p>"
    assert show(Task("a < b")).markup == "<p>a &lt; b</p>"
    assert show([P("x"), "a < b", (Task("y"),)]).markup == "<p>x</p>a &lt; b<p>y</p>"
    bundle = show(P("x"))._repr_mimebundle_()
    assert bundle == {"text/plain": "<p>x</p>", "text/html": show(P("x"))._repr_html_()}


class Response(SimpleNamespace):
    """What httpx's responses have."""

    def iter_bytes(self) -> Iterator[bytes]:
        yield self.text.encode()


def test_responses() -> None:
    html = Response(text=PAGE, headers={"content-type": "text/html; charset=utf-8"})
    assert show(html) == View(PAGE)
    data = show(Response(text='{"a": "<b>"}', headers={"content-type": "application/json"}))
    assert way(data._repr_html_()) == "source" and source_in(data._repr_html_()) == '{"a": "<b>"}'
    assert show(Response(text="gone", headers={})).source == "gone"


def test_a_client_of_starlette() -> None:
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    from fasthtml_nb.web.client import TestClient

    app = Starlette(routes=[Route("/", lambda request: HTMLResponse(PAGE))])
    assert show(TestClient(app).get("/")) == View(PAGE)


def test_modes_and_widths() -> None:
    assert way(show(FRAGMENT, "frame")._repr_html_()) == "frame"
    assert way(show(PAGE, "shadow")._repr_html_()) == "shadow"
    assert way(show(PAGE, "source")._repr_html_()) == "source"
    tree = show(FRAGMENT, mode="tree")._repr_html_()
    assert source_in(tree) == 'p\n  "Milk &"\n  b\n    "honey"' and "<summary>Tree<" in tree
    for width, css in ((375, "375px"), ("40em", "40em"), ("50%", "50%"), ("1.5rem", "1.5rem")):
        assert f'style="width:{css};max-width:100%"' in show(FRAGMENT, width=width)._repr_html_()


def test_mistakes() -> None:
    with pytest.raises(ValueError) as raised:
        show(FRAGMENT, "iframe")
    assert str(raised.value) == (
        "No mode 'iframe' to show a view in. Use one of auto, shadow, frame, source, tree."
    )
    for width in ("wide", "10px;color:red", "", -5, True):
        with pytest.raises(ValueError, match="^A width is a number of pixels or one CSS length"):
            show(FRAGMENT, width=width)
    with pytest.raises(ValueError, match="No mode 'x'"):
        view(FRAGMENT, mode="x")
    with pytest.raises(TypeError) as raised_type:
        show(42)
    assert str(raised_type.value) == (
        "Nothing to draw in 42, a int. Give markup, an object with __html__ or __ft__, a list of"
        " these, or a test client's response."
    )


def test_importing_loads_neither_parser_nor_jupyter() -> None:
    program = (
        "import fasthtml_nb.ft.display, sys;"
        "assert not {'turbohtml', 'IPython', 'selectolax'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# In Chromium -----------------------------------------------------------------------------------

NOTEBOOK_CSS = "body { background: #111; color: #eee } p { color: red !important; font-size: 40px }"


def document(*outputs: str) -> str:
    cells = "".join(f"<section>{output}</section>" for output in outputs)
    return f"<!doctype html><title>Notebook</title><style>{NOTEBOOK_CSS}</style><p>Prose</p>{cells}"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def styles(page: Any, selector: str, *names: str) -> list[str]:
    script = "(e, names) => names.map(name => getComputedStyle(e)[name])"
    return page.locator(selector).evaluate(script, list(names))


def test_styles_stay_on_their_side(page: Any) -> None:
    views = "<style>p { color: rgb(0, 128, 0) } h1 { color: red }</style><p class=in>Milk</p>"
    page.set_content(document(view(views), view("<b class=plain>x</b>"), "<h1>Title</h1>"))
    assert styles(page, ".in", "color", "fontSize") == ["rgb(0, 128, 0)", "15px"]
    assert styles(page, "h1", "color") == ["rgb(238, 238, 238)"]
    assert styles(page, ".plain", "color", "colorScheme") == ["rgb(31, 35, 40)", "light"]
    host = page.locator(".plain").evaluate("e => getComputedStyle(e.getRootNode().host).background")
    assert "rgb(255, 255, 255)" in host


def test_links_and_forms_rest(page: Any) -> None:
    tree = Form(Input(name="q"), Button("Go"), action="/gone", method="post")
    page.set_content(document(view(to_xml(Div(tree, A("Away", href="/away"))))))
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    hint = page.locator("summary")
    assert hint.get_attribute("title") is None
    page.locator("input").fill("milk")
    page.locator("input").press("Enter")
    assert hint.get_attribute("title") == "Links and forms rest here; preview(app) wakes them"
    page.locator("button").click()
    page.locator("a").click()
    page.wait_for_timeout(200)
    assert visited == [] and page.url == "about:blank"
    assert page.locator("a").get_attribute("href") == "/away"  # Back in its place


def test_forms_rest_without_scripts(browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(document(view("<form action=/x><button>Go</button></form><p>Milk</p>")))
    page.locator("button").click()
    page.wait_for_timeout(200)
    assert page.url == "about:blank"
    assert page.locator("section p").inner_text() == "Milk"
    context.close()


def test_a_frame_is_as_high_as_its_page_and_reaches_nothing(page: Any) -> None:
    framed = (
        "<!doctype html><html><head><style>body { margin: 0 } div { height: 333px }</style></head>"
        "<body><div></div><p id=p></p><form><button>Go</button></form><a href='/x'>x</a><script>"
        "let seen = []; for (const what of ['parent.document', 'document.cookie', 'localStorage'])"
        "try { eval(what); seen.push(what) } catch {} document.getElementById('p').textContent ="
        "`${location.origin} ${document.baseURI} [${seen}]`</script></body></html>"
    )
    page.set_content(document(view(framed)))
    frame = page.frame_locator("iframe")
    assert frame.locator("p").inner_text() == "null http://preview.invalid/ []"
    page.wait_for_function("document.querySelector('section > div').offsetHeight > 333")
    fits = "document.documentElement.scrollHeight <= document.documentElement.clientHeight"
    assert frame.locator("p").evaluate(f"() => {fits}")
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    frame.locator("button").click()
    frame.locator("a").click()
    page.wait_for_timeout(200)
    assert visited == []
    assert page.locator("summary").get_attribute("title").startswith("Links and forms rest")
    # The plain text for readers without scripts made room for the frame
    assert page.locator("iframe").evaluate("f => f.parentElement.childNodes.length") == 1


def test_a_frame_that_always_wants_more_stays_in_bounds(page: Any) -> None:
    greedy = "<!doctype html><style>body { margin: 0; height: calc(100vh + 50px) }</style>x"
    page.set_content(document(view(greedy)))
    page.wait_for_timeout(1500)
    assert page.locator("iframe").evaluate("f => f.offsetHeight") <= 1500


def test_a_fixed_box_stays_in_its_view(page: Any) -> None:
    toast = "<div class=toast style='position: fixed; inset: 0'>Saved</div><p>Milk</p>"
    page.set_content(document(view("<p>before</p>" * 3), view(toast)))
    inside = """e => { const a = e.getBoundingClientRect(),
        b = e.getRootNode().host.getBoundingClientRect();
        return a.top >= b.top && a.bottom <= b.bottom }"""
    assert page.locator(".toast").evaluate(inside)


def test_colours_do_not_change_the_source(page: Any) -> None:
    source = (
        """<!-- a > "b" --><p class="a > b" data-x='"' hidden>1 < 2 &amp;amp; '<'</p>\n  <br/>"""
    )
    page.set_content(document(view("<p>x</p>", source)))
    page.locator("summary").click()
    assert page.locator("pre").evaluate("e => e.textContent") == source
    assert page.locator("pre b").all_inner_texts() == ["p", "p", "br"]
    assert page.locator("pre u").all_inner_texts() == ["class", "data-x", "hidden"]
    assert page.locator("pre i").all_inner_texts() == ['<!-- a > "b" -->']


def test_inserted_as_jupyterlab_does(page: Any) -> None:
    page.set_content("<main></main>")
    page.evaluate(
        """html => { const main = document.querySelector('main'); main.innerHTML = html;
            for (const old of main.querySelectorAll('script')) {
                const script = document.createElement('script');
                script.textContent = old.textContent; old.replaceWith(script) } }""",
        view("<style>p { color: rgb(1, 2, 3) }</style><p>Milk</p>"),
    )
    assert styles(page, "p", "color") == ["rgb(1, 2, 3)"]
    assert page.locator("main > div > *").count() == 3  # Style, view, panel
    assert page.locator("main script").count() == 0


def test_every_kind_of_element_shows_without_errors(page: Any) -> None:
    trees = [
        Link(rel="stylesheet", href="/x.css"),
        Title("T"),
        Div(id="x"),
        Div(P("x"), Style("p { color: red }")),
        Div(P("x"), Script("document.querySelector('p').append('!')")),
    ]
    page.set_content(document(*(tree._repr_mimebundle_()["text/html"] for tree in trees)))
    page.wait_for_timeout(300)
    assert page.locator("summary").count() == len(trees)
    assert page.frame_locator("iframe").locator("p").inner_text() == "x!"
