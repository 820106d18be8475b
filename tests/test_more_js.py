"""Formulas, lists to sort and diagrams, as values and in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fasthtml_nb.ft.tags import Button, Code, Div, Form, Hidden, P, Pre
from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import to_xml
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.js import MarkdownJS
from fasthtml_nb.web.more_js import KatexMarkdownJS, MermaidJS, SortableJS
from fasthtml_nb.web.pins import ASSETS, asset_content
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

# Values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("helper", [KatexMarkdownJS, SortableJS, MermaidJS])
def test_a_setting_cannot_end_the_script(helper: Any) -> None:
    *_, module = helper("</script><script>alert(1)</script>")
    text = to_xml(module)
    assert text.count("<script") == text.count("</script") == 1
    assert text.startswith('<script type="module">')
    *_, module = helper(".x", "</script>")
    assert to_xml(module).count("</script") == 1


@pytest.mark.parametrize(("inline", "display"), [("$", "$"), ("", "$$"), ("$", "")])
def test_delimiters_are_told_apart(inline: str, display: str) -> None:
    with pytest.raises(ValueError, match="are told apart by their delimiters; here these are"):
        KatexMarkdownJS(inline_delim=inline, display_delim=display)


@pytest.mark.parametrize("name", ["securityLevel", "secure", "startOnLoad"])
def test_diagrams_stay_strict(name: str) -> None:
    with pytest.raises(ValueError, match=f"strict level, so '{name}' is not to be set"):
        MermaidJS(**{name: "loose"})


def settings(module: FT) -> str:
    return to_xml(module).splitlines()[-1]


def test_settings_arrive() -> None:
    assert '"handle": ".grip"' in settings(SortableJS(handle=".grip", animation=0)[-1])
    assert '"animation": 0' in settings(SortableJS(animation=0)[-1])
    assert '"theme": "dark", "look": "x"' in settings(MermaidJS(theme="dark", look="x")[-1])
    assert '"environments": ["matrix"]' in settings(KatexMarkdownJS(math_envs=["matrix"])[-1])


def test_the_style_sheet_finds_its_fonts(local_assets: None) -> None:
    css = (asset_content(ASSETS["katex/style"]) or b"").decode()
    paths = {asset.path.removeprefix("katex@0.19.1/dist/") for asset in ASSETS.values()}
    wanted = {part.split(")")[0] for part in css.split("url(")[1:] if ".woff2" in part}
    assert len(wanted) >= 20 and wanted <= paths


# In a browser -----------------------------------------------------------------------------------

TEXT = r"""# Roots

Of $a_1 x^2 + b_1$, *not* of $5 or $6, nor `$c_1$`, nor \$d\$; but $$\sum_{i=1}^n i$$ too.

$$
\int_0^1 x\,dx
- *y*

= 1 < 2
$$

\begin{align*}
a &= b_1 \\
c &= d_1
\end{align*}

```python
cost = "$e$ and $$f$$"
```
"""
HOSTILE = [
    "$<img src=x onerror=pwned(1)>$",
    "$$\n<script>pwned(1)</script>\n$$",
    r"$\href{javascript:pwned(1)}{click}$",
    r"$\includegraphics[height=1em]{x.png}$",
    r"$\htmlData{hx-get=/evil, hx-trigger=load}{x}$ $\htmlStyle{position: fixed}{x}$",
    r'<span class="katex-source">\href{javascript:pwned(1)}{click}</span>',
    r"$\text{</span><img src=x onerror=pwned(1)>}$",
    '$"onmouseover="pwned(1)$ <img src="$x$" onerror="pwned(1)">',
    r"\begin{align}<img src=x onerror=pwned(1)>\end{align}",
    r"$\def\x{\x\x}\x$ $\rule{900em}{900em}$",
]
GRAPH = "graph LR\n  Leaf --> Pot"
HOSTILE_GRAPHS = [
    'graph LR\n  A["<img src=x onerror=pwned(1)>"] --> B["<script>pwned(1)</script>"]',
    'graph LR\n  A --> B\n  click A "javascript:pwned(1)"\n  click B call pwned(1)',
    '%%{init: {"securityLevel": "loose"}}%%\ngraph LR\n  A["<b onclick=pwned(1)>x</b>"]\n'
    "  click A call pwned(1)",
    '%%{init: {"themeCSS": "</style><img src=x onerror=pwned(1)>"}}%%\ngraph LR\n  A',
    "---\nconfig:\n  securityLevel: loose\n---\ngraph LR\n  A\n  click A call pwned(1)",
]
ICON = FT("link", (), {"rel": "icon", "href": "data:,"})


def make_app() -> FastHTML:
    app = FastHTML(secret_key="k", hdrs=ICON)
    go = Button("Go", id="go", hx_target="#here")
    here = Div(id="here")

    @app.get("/math")
    def math():
        return KatexMarkdownJS(), Div(TEXT, cls="marked"), go(hx_get="/more-math"), here

    @app.get("/other-math")
    def other_math():
        head = KatexMarkdownJS(".m", r"\(", "@@", math_envs=["matrix"])
        return head, MarkdownJS(".plain"), Div(r"\(a\( $b$ @@c@@", cls="m"), P("$d$", cls="plain")

    app.get("/more-math")(lambda: Div("New: $x_1$", cls="marked"))
    app.get("/hostile")(
        lambda: (KatexMarkdownJS(), [Div(text, cls="marked", title=text) for text in HOSTILE])
    )

    @app.get("/graphs")
    def graphs():
        wrong = Pre(Code("graph LR\n  --", cls="language-mermaid"), id="wrong")
        again = Button("Same", id="same", hx_get="/same", hx_target="#first code")
        first = Pre(Code(GRAPH, cls="language-mermaid"), id="first")
        return MermaidJS(), first, wrong, again, go(hx_get="/more-graphs"), here

    app.get("/same")(lambda: GRAPH)
    app.get("/more-graphs")(lambda: Pre(Code(GRAPH, cls="language-mermaid")))
    app.get("/hostile-graphs")(
        lambda: (
            MermaidJS(),
            [Pre(Code(text, cls="language-mermaid")) for text in [*HOSTILE_GRAPHS, GRAPH]],
        )
    )

    @app.get("/sort")
    def sort():
        return SortableJS(), items("abc"), go(hx_get="/more-items"), here

    app.get("/more-items")(lambda: items("xyz"))

    @app.post("/order")
    def order(name: list[str]):
        return P("".join(name), id="order")

    return app


def items(names: str) -> FT:
    style = "height: 40px; width: 200px; background: #ddd"
    rows = [Div(n, Hidden(name="name", value=n), style=style, id=f"item-{n}") for n in names]
    sending = {"hx_post": "/order", "hx_trigger": "end", "hx_target": "#here"}
    return Form(rows, cls="sortable", **sending)


@pytest.fixture(scope="module")
def site(local_assets: None) -> Iterator[str]:
    with serving(make_app()) as url:
        yield url


SOURCES = "[...document.querySelectorAll('annotation')].map(e => e.textContent.trim())"


def test_formulas_are_set(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/math") as page:
        page.wait_for_selector(".katex-html")
        assert page.evaluate(SOURCES) == [
            "a_1 x^2 + b_1",
            r"\sum_{i=1}^n i",
            "\\int_0^1 x\\,dx\n- *y*\n\n= 1 < 2",
            "\\begin{align*}\na &= b_1 \\\\\nc &= d_1\n\\end{align*}",
        ]
        assert page.locator(".katex-display").count() == 3
        assert page.locator(".katex-error").count() == 0
        assert page.text_content("h1") == "Roots"
        text = "[...document.querySelector('.marked p').childNodes].map(n => n.nodeType === 3 ? "
        said = page.evaluate(text + "n.data : n.localName).join('')")
        assert said == "Of span, em of $5 or $6, nor code, nor $d$; but span too."
        assert page.text_content("p code") == "$c_1$"
        assert page.text_content("pre code") == 'cost = "$e$ and $$f$$"\n'
        page.click("#go")
        page.wait_for_selector("#here .katex-html")
        assert page.problems == []
        fonts = "[...document.fonts].filter(f => f.status === 'loaded').length"
        page.wait_for_function(f"{fonts} > 1")


def test_other_delimiters(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/other-math") as page:
        page.wait_for_selector(".katex-html")
        page.wait_for_selector(".plain p")
        assert page.evaluate(SOURCES) == ["a", "c"]
        assert page.text_content(".plain") == "$d$\n"
        assert page.problems == []


INERT = """root => [...root.querySelectorAll('*')].flatMap(e => [
    ...(/^(script|iframe|form|button|object|embed)$/i.test(e.localName) ? [e.localName] : []),
    ...[...e.attributes].map(a => `${a.name}=${a.value}`)
        .filter(a => /^(on|hx-|data-hx)/.test(a) || /^(xlink:)?href=\\W*javascript:/.test(a)),
])"""
PWNED = "globalThis.pwned = () => { globalThis.was = true }"


def test_hostile_formulas_do_nothing(browser: Any, site: str) -> None:
    with page_at(browser, "about:blank") as page:
        page.add_init_script(PWNED)
        page.goto(f"{site}/hostile")
        page.wait_for_selector(".marked:last-child .katex-html, .marked:last-child .katex-error")
        for element in page.locator(".marked").all():
            assert element.evaluate(INERT) == []
            assert element.locator("img[src$='x.png']").count() == 0
            for link in element.locator("a").all():
                link.click()
            element.hover(force=True)
        page.wait_for_timeout(50)
        assert page.evaluate("globalThis.was") is None
        assert not [url for url in page.asked if "evil" in url]
        rule = ".marked:last-child .katex-rule"
        assert page.evaluate(f"document.querySelector('{rule}').offsetHeight") < 1000


def test_the_hostile_formulas_are_hostile(browser: Any, site: str) -> None:
    """Trusted, they do run: the test above can fail."""
    with page_at(browser, "about:blank") as page:
        page.add_init_script(PWNED)
        page.goto(f"{site}/math")
        page.wait_for_selector(".katex-html")
        tex = json.dumps(HOSTILE[2].strip("$"))
        page.evaluate(f"katex.render({tex}, document.querySelector('h1'), {{trust: true}})")
        page.click("h1 a")
        page.wait_for_function("globalThis.was")


def test_diagrams_are_drawn(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/graphs") as page:
        page.wait_for_selector("#first svg >> text=Leaf")
        page.wait_for_selector("#wrong [data-mermaid=error]")
        assert page.text_content("#wrong") == "graph LR\n  --"
        assert "arse error" in page.get_attribute("#wrong code", "title")
        page.click("#go")
        page.wait_for_selector("#here svg >> text=Pot")
        page.evaluate("document.querySelector('#first svg').id = 'old'")
        page.click("#same")
        page.wait_for_selector("#first svg:not(#old) >> text=Leaf")
        page.evaluate("document.querySelector('#wrong code').textContent = 'graph LR\\n  Milk'")
        page.wait_for_selector("#wrong svg >> text=Milk")
        assert page.get_attribute("#wrong code", "title") is None
        assert page.locator("body > div[id^=dmermaid]").count() == 0
        assert page.problems == []


def test_hostile_diagrams_do_nothing(browser: Any, site: str) -> None:
    with page_at(browser, "about:blank") as page:
        page.add_init_script(PWNED)
        page.goto(f"{site}/hostile-graphs")
        page.wait_for_selector("pre:last-child svg >> text=Pot")
        for element in page.locator("pre").all():
            assert element.evaluate(INERT) == []
            for node in element.locator("svg .node").all():
                node.click(force=True)
        page.wait_for_timeout(50)
        assert page.evaluate("globalThis.was") is None


LOOSE = """async text => {
    mermaid.initialize({startOnLoad: false, securityLevel: "loose"});
    const {svg, bindFunctions} = await mermaid.render("loose", text);
    const place = document.querySelector("#here");
    place.innerHTML = svg;
    bindFunctions?.(place);
}"""


def test_the_hostile_diagrams_are_hostile(browser: Any, site: str) -> None:
    """In mermaid's loose level they do run: the test above can fail."""
    with page_at(browser, "about:blank") as page:
        page.add_init_script(PWNED)
        page.goto(f"{site}/graphs")
        page.wait_for_selector("#first svg")
        page.evaluate(LOOSE, "graph LR\n  B\n  click B call pwned(1)")
        page.locator("#here .node").click(force=True)
        page.wait_for_function("globalThis.was")


def drag(page: Any, one: str, other: str) -> None:
    start, end = page.locator(one).bounding_box(), page.locator(other).bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 25, start["y"] + 30, steps=3)
    for above in (12, 8, 4):  # items make way in their own time
        page.mouse.move(end["x"] + 25, end["y"] + end["height"] - above, steps=8)
        page.wait_for_timeout(200)
    page.mouse.up()


def test_items_are_sorted(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/sort") as page:
        page.wait_for_function(
            "(e => e && window.Sortable?.get(e))(document.querySelector('.sortable'))"
        )
        drag(page, "#item-a", "#item-c")
        page.wait_for_selector("#order")
        assert page.text_content("#order") == "bca"
        page.click("#go")
        page.wait_for_function(
            "(e => e && Sortable.get(e))(document.querySelector('#here .sortable'))"
        )
        drag(page, "#item-x", "#item-y")
        page.wait_for_selector("#order")
        assert page.text_content("#order") == "yxz"
        assert page.problems == []
