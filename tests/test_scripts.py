"""Small scripts in pages: values that stay values, and the words `me` and `any`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft.markup import NotStr
from fasthtml_nb.ft.svg import Circle, Svg
from fasthtml_nb.ft.tags import Button, Div, Form, Input, Li, P, Progress, Script, Span, Ul
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import to_xml
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.scripts import (
    AnyNow,
    HtmxOn,
    Now,
    On,
    Prev,
    ScriptX,
    StyleX,
    Surreal,
    SvgInb,
    clear,
    js_value,
    jsd,
    loose_format,
    replace_css_vars,
    run_js,
    upload_pb_attrs,
)
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

HOSTILE = [
    "</script><script>pwned(1)</script>",
    "<!--<script>",
    "';pwned(1);'",
    '";pwned(1);"',
    '"+pwned(1)+"',
    "`;pwned(1);`",
    "${pwned(1)}",
    "\\';pwned(1);//",
    "\\",
    "\n;pwned(1)\n",
    "\u2028;pwned(1)",
    "*/pwned(1)/*",
    "日本 😀 \udc80",
    "{other} {{x}} \ue0000\ue001",
]

# Values -----------------------------------------------------------------------------------------


@given(st.recursive(st.text() | st.integers() | st.booleans() | st.none(), st.lists))
def test_a_value_is_json_and_nothing_in_it_is_code(value: object) -> None:
    text = js_value(value)
    assert json.loads(text) == value
    assert not re.search(r"[<>&'`$()=;/\n\u2028\u2029\ue000-\uffff]", text)
    text.encode()


def test_mappings_numbers_and_other_objects() -> None:
    assert js_value({"a'": [1, 2.5, None, True, float("nan")], "p": Path("x")}) == (
        '{"a\\u0027": [1, 2.5, null, true, null], "p": "x"}'
    )
    assert js_value(NotStr("f(1)")) == "f(1)"
    assert js_value('a"b\\') == '"a\\u0022b\\u005c"'


PLACES = [
    ("say({x})", "say(V)"),
    ("say('{x}')", "say('C')"),
    ('say("a {x} b")', 'say("a C b")'),
    ("say(`a {x}\nb`)", "say(`a C\nb`)"),
    ("// {x}\nsay({x})", "// C\nsay(V)"),
    ("/* ' {x} */ say({x})", "/* ' C */ say(V)"),
    (r"say('it\'s {x}', {x})", r"say('it\'s C', V)"),
]


@pytest.mark.parametrize(("text", "wanted"), PLACES)
def test_a_place_decides_how_a_value_is_written(text: str, wanted: str) -> None:
    whole = js_value("a'b")
    assert loose_format(text, x="a'b") == wanted.replace("V", whole).replace("C", whole[1:-1])


def test_other_braces_stay() -> None:
    assert loose_format("if (a) { f({n}, {m}) } `${n}`", n=1) == "if (a) { f(1, {m}) } `${n}`"
    assert loose_format("{a}{b}", a="{b}", b=2) == '"\\u007bb\\u007d"2'
    assert loose_format("f({x})") == "f({x})"
    with pytest.raises(LookupError) as error:
        loose_format("f({x}, {y})", z=1)
    assert str(error.value) == (
        "The text has no {z}. Places there: x, y. Use one of these names, or write the place."
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("template", ["f({x})", "f('{x}')", 'f("{x}")', "f(`{x}`)", "f(/'/, {x})"])
def test_no_value_ends_its_script(text: str, template: str) -> None:
    markup = to_xml(Script(loose_format(template, x=text)))
    assert markup.count("<script") == markup.count("</script") == 1
    assert "pwned(" not in markup
    assert "pwned(" not in to_xml(run_js(template, x=text))


def test_run_js() -> None:
    def greet() -> FT:
        return run_js("if (1) {{ f({name}) }}", name="</script>")

    assert to_xml(greet()) == (
        '<script id="greet" hx-swap-oob="true">if (1) { f("\\u003c\\u002fscript\\u003e") }</script>'
    )
    assert run_js("f()", id="other").get("id") == "other"
    with pytest.raises(ValueError, match=r"Write \{\{ and \}\} for those of JavaScript"):
        run_js("if (1) { f() }")
    with pytest.raises(ValueError, match="was to fill name into"):
        run_js("f({nmae})", name=1)


def test_selectors_and_events_are_strings() -> None:
    for made in (
        On("", "click", '</script>"]'),
        On("", '"</script>'),
        Now("", "</script>"),
        AnyNow("</script>", ""),
        Surreal("'</script>'"),
        HtmxOn("afterSwap", "'</script>'"),
    ):
        text = to_xml(made)
        assert text.count("</script") == 1, text
    assert Prev("x") == On("x", sel="-")
    assert On("x") == On("x", "click", None) == On("x", "click", "")


def test_code_that_ends_in_a_comment_ends_there() -> None:
    assert "// done\n}" in to_xml(On("f() // done"))
    assert "// done\n}" in to_xml(Now("f() // done"))
    assert "// done\n}" in to_xml(HtmxOn("load", "f() // done"))


@pytest.mark.parametrize("name", ["after swap", "x');alert(1)//", "", "htmx:", "a:"])
def test_an_event_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="An event of htmx is called like 'afterSwap'"):
        HtmxOn(name, "")


def test_events_of_both_versions() -> None:
    names = {
        "afterSwap": '["htmx:afterSwap", "htmx:after:swap"]',
        "load": '["htmx:load"]',
        "xhr:progress": '["htmx:xhr:progress"]',
    }
    for name, wanted in names.items():
        assert f"of {wanted})" in to_xml(HtmxOn(name, ""))


def test_a_file_of_javascript(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("f({x}, '{x}') // ü\n", "utf-8")
    made = ScriptX(tmp_path / "a.js", x="</script>", type="module", _async=True, nonce="n")
    assert dict(made.attrs) == {"async": True, "type": "module", "nonce": "n"}
    text = "\\u003c\\u002fscript\\u003e"
    assert made.children == (f"f(\"{text}\", '{text}') // ü\n",)
    with pytest.raises(LookupError, match=r"no \{y\}"):
        ScriptX(tmp_path / "a.js", y=1)


@pytest.mark.parametrize(
    "value", ["red", "#fff", "1.5rem", 3, "rgb(1 2 3 / 50%)", "calc(1px + 2%)", "a, b", "-1px"]
)
def test_values_of_style_sheets(value: object) -> None:
    assert replace_css_vars("a { b: var(--tpl-x) }", x=value) == f"a {{ b: {value} }}"


@pytest.mark.parametrize(
    "value",
    ["red; b: c", "red}", "{", "</style>", "url(x)", "url (x)", "URL(//x)", "//x", "/* x", "x */",
     "\\75rl(x)", "'x", '"', "calc(1px", ")(", "@import", "image-set(x)", "red\\", "!important"],
)  # fmt: skip
def test_what_is_no_value_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="The value of 'x' is to be a colour, a number"):
        replace_css_vars("a { b: var(--tpl-x) }", x=value)
    trusted = NotStr(value)
    assert replace_css_vars("b: var(--tpl-x)", x=trusted) == f"b: {value}"


def test_variables_of_style_sheets(tmp_path: Path) -> None:
    css = "a { b: var( --tpl-main-color ); c: var(--other); d: var(--my-x) }"
    assert replace_css_vars(css, main_color="red") == (
        "a { b: red; c: var(--other); d: var(--my-x) }"
    )
    assert replace_css_vars(css, "my", x=1).endswith("d: 1 }")
    with pytest.raises(LookupError, match="no var\\(--tpl-y\\). Left there: main-color."):
        replace_css_vars(css, y=1)
    (tmp_path / "a.css").write_text(css)
    made = StyleX(tmp_path / "a.css", media="print", main_color="red")
    assert dict(made.attrs) == {"media": "print"} and "b: red" in str(made.children[0])


def test_a_mirror_is_asked_for_one_version() -> None:
    sha = "0" * 40
    assert jsd("o", "r", "/root/", "p.js", ver="v1.2.3-rc.1", typ="url") == (
        "https://cdn.jsdelivr.net/gh/o/r@v1.2.3-rc.1/root/p.js"
    )
    assert to_xml(
        jsd("o", "r", "", "p.css", typ="css", prov="npm", ver="1.0.0", media="print")
    ) == (
        '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/o/r@1.0.0/p.css" media="print">'
    )
    assert to_xml(jsd("o", "r", "", "p.js", ver=sha, esm=True, integrity="sha384-x")) == (
        f'<script src="https://cdn.jsdelivr.net/gh/o/r@{sha}/p.js/+esm" type="module" '
        'integrity="sha384-x" crossorigin="anonymous"></script>'
    )
    for ver in (None, "", "latest", "main", "1", "1.2", "abc1234", "1.2.3/../x"):
        with pytest.raises(ValueError, match="is to be loaded in one version for ever"):
            jsd("o", "r", "", "p.js", ver=ver)
    for wrong in ({"prov": "x"}, {"typ": "x"}):
        with pytest.raises(ValueError, match="jsd knows"):
            jsd("o", "r", "", "p.js", ver="1.0.0", **wrong)


def test_clear_and_progress() -> None:
    assert to_xml(clear("x")) == '<div id="x" hx-swap-oob="innerHTML"></div>'
    code = upload_pb_attrs("a'b")["hx-on::xhr:progress"]
    assert 'getElementById("a\\u0027b")' in code


def test_shapes_are_reselected() -> None:
    app = FastHTML(secret_key="k")
    app.get("/more")(lambda: SvgInb(Circle(3)))
    answer = TestClient(app).get("/more", headers={"HX-Request": "true"})
    assert answer.headers["hx-reselect"] == "svg>*"
    assert answer.text.startswith("<svg") and "<circle" in answer.text


def test_the_default_head_has_the_words() -> None:
    def loaded(**options: Any) -> list[str]:
        app = FastHTML(secret_key="k", **options)
        app.get("/")(lambda: P())
        found = re.findall(r'<script src="([^"]+)"', TestClient(app).get("/").text)
        return [url.rsplit("/", 1)[1] for url in found]

    assert loaded() == ["htmx.min.js", "fasthtml.js", "me.js"]
    assert loaded(surreal=False) == ["htmx.min.js"]
    assert loaded(htmx=False) == ["fasthtml.js", "me.js"]
    assert loaded(default_hdrs=False) == []


# In a browser -----------------------------------------------------------------------------------


ICON = FT("link", (), {"rel": "icon", "href": "data:,"})


def make_app(htmx4: bool) -> FastHTML:
    app = FastHTML(secret_key="k", htmx4=htmx4, hdrs=ICON)

    @app.get("/")
    def home():
        return Div(
            Div(
                Button("inner", cls="inner"),
                Button("other", cls="inner"),
                On("e.dataset.heard = ev.type; m.dataset.inside = p === null", "click", ".inner"),
                On("e.dataset.all = 1", "click", ".inner", me=False),
                id="box",
            ),
            Input(id="field"),
            Prev("e.classAdd('.seen', 'twice')", "focus"),
            P("now", Now("e.styles({color: 'rgb(1, 2, 3)', '--mine': '4'})"), id="now"),
            Ul(Li("a"), Li("b"), id="list"),
            AnyNow("#list li", "e.attr('title', 'x').classToggle('odd')"),
            Now("await sleep(1); e.attr({lang: 'de', title: null}).run(x => x.ran = 1)", "#list"),
            HtmxOn("afterSwap", "(window.swaps ??= []).push(event.type)"),
            HtmxOn("beforeRequest", "window.asked = 1"),
            Script(id="greet"),
            Div("full", id="full"),
            Button("Go", id="go", hx_get="/answer", hx_target="#here"),
            Div(id="here"),
            Svg(Circle(1), id="art", hx_get="/shapes", hx_trigger="click", h=50, w=50),
        )

    @app.get("/answer")
    def answer():
        def greet() -> FT:
            return run_js("window.greeted = {text}", text=HOSTILE[0])

        return Span("came", On("e.textContent = 'clicked'")), greet(), clear("full")

    app.get("/shapes")(lambda: SvgInb(Circle(7)))
    return app


@pytest.fixture(scope="module", params=[False, True], ids=["htmx2", "htmx4"])
def site(request: pytest.FixtureRequest, local_assets: None) -> Iterator[str]:
    with serving(make_app(request.param)) as url:
        yield url


def test_scripts_beside_elements(browser: Any, site: str) -> None:
    with page_at(browser, site) as page:
        first, second = page.locator(".inner").all()
        second.click()
        assert second.get_attribute("data-heard") is None
        assert second.get_attribute("data-all") == "1"
        first.click()
        assert first.get_attribute("data-heard") == "click"
        assert page.get_attribute("#box", "data-inside") == "false"
        page.focus("#field")
        assert page.get_attribute("#field", "class") == "seen twice"
        style = "getComputedStyle(document.querySelector('#now'))"
        assert page.evaluate(f"{style}.color") == "rgb(1, 2, 3)"
        assert page.evaluate(f"{style}.getPropertyValue('--mine')") == "4"
        for item in page.locator("#list li").all():
            assert (item.get_attribute("class"), item.get_attribute("title")) == ("odd", "x")
        page.wait_for_selector("#list[lang=de]")
        assert page.evaluate("document.querySelector('#list').ran") == 1
        assert page.problems == []


def test_scripts_of_an_answer(browser: Any, site: str) -> None:
    with page_at(browser, site) as page:
        page.click("#go")
        page.wait_for_selector("#here span")
        page.wait_for_function("window.greeted")
        assert page.evaluate("greeted") == HOSTILE[0]
        assert page.text_content("#full") == ""
        assert page.evaluate("asked") == 1
        assert {*page.evaluate("swaps")} <= {"htmx:afterSwap", "htmx:after:swap"}
        page.click("#here span")
        assert page.text_content("#here span").startswith("clicked")
        assert page.problems == []


def test_shapes_come_as_svg(browser: Any, site: str) -> None:
    with page_at(browser, site) as page:
        page.click("#art")
        page.wait_for_selector("#art > circle[r='7']")
        names = "[...document.querySelector('#art').children].map(e => e.namespaceURI)"
        assert page.evaluate(names) == ["http://www.w3.org/2000/svg"]
        assert page.problems == []


@pytest.fixture
def words(browser: Any, site: str) -> Iterator[Any]:
    with page_at(browser, site) as page:
        yield page


def test_the_words_of_me(words: Any) -> None:
    table = {
        "me('#nothing')": None,
        "any('#nothing').length": 0,
        "me('li', me('#list')).textContent": "a",
        "any('#list li').attr('title')": ["x", "x"],
        "any('#list li').classRemove('odd').class_add('even').length": 2,
        "any('#list li').map(e => e.className)": ["even", "even"],
        "me(document.body) === document.body": True,
        "any(document.querySelectorAll('li')).length": 2,
        "me(me('#box')) === me('#box')": True,
        "me('#box').on('x', e => window.got = e.detail).send('x', 5) && got": 5,
        "me('#field').disable().disabled": True,
        "me('#field').enable().disabled": False,
        "me('#box').styles('top: 1px; left: 2px').style.left": "2px",
        "(any('#list li').remove(), any('#list li').length)": 0,
    }
    for code, wanted in table.items():
        assert words.evaluate(code) == wanted, code


def test_fading(words: Any) -> None:
    words.evaluate("me('#box').fadeOut(20)")
    words.wait_for_selector("#box", state="detached")
    words.evaluate("me('#list').fadeOut(20, e => e.classAdd('gone'))")
    words.wait_for_selector("#list.gone")
    assert words.problems == []


def test_a_halted_event_goes_no_further(words: Any) -> None:
    words.evaluate("me('#box').on('click', () => window.up = 1)")
    words.evaluate("me('.inner').on('click', halt)")
    words.click(".inner >> nth=0")
    assert words.evaluate("window.up") is None


def test_progress_of_an_upload(browser: Any, local_assets: None) -> None:
    app = FastHTML(secret_key="k", hdrs=ICON)
    app.get("/")(
        lambda: Form(
            upload_pb_attrs("bar"), Input(type="file", name="f"), Button("Send"),
            Progress(id="bar", value=0, max=100, cls="hidden"), hx_post="/up", hx_swap="none",
        )
    )  # fmt: skip
    app.post("/up")(lambda: "done")
    with serving(app) as url, page_at(browser, url) as page:
        file = {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 100_000}
        page.set_input_files("input", files=[file])
        page.click("button")
        page.wait_for_function("document.querySelector('#bar').value === 100")
        assert page.get_attribute("#bar", "class") == ""
        assert page.problems == []


RUN = "html => document.body.append(document.createRange().createContextualFragment(html))"


def test_hostile_values_arrive_as_they_are(words: Any) -> None:
    words.evaluate("void (globalThis.pwned = () => { globalThis.was = true })")
    for template in ("window.got = {x}", "window.got = '{x}'", 'window.got = "{x}"'):
        for text in HOSTILE:
            words.evaluate("window.got = undefined")
            words.evaluate(RUN, to_xml(Script(loose_format(template, x=text))))
            assert words.evaluate(f"got === {json.dumps(text)}"), (template, text)
    assert words.evaluate("globalThis.was") is None
    words.evaluate(RUN, f"<script>window.got = '{HOSTILE[2]}'</script>")
    assert words.evaluate("globalThis.was"), "Values that are pasted do run."
