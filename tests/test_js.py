"""The JavaScript helpers, as values and in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from fasthtml_nb.ft.tree import FT, to_xml
from fasthtml_nb.web import js
from fasthtml_nb.web.assets import PREFIX, Assets, htmx_scripts, script, stylesheet
from fasthtml_nb.web.js import HighlightJS, MarkdownJS, dark_media, light_media, script_json
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

# Values -----------------------------------------------------------------------------------------


@given(st.recursive(st.text() | st.integers() | st.booleans(), st.lists))
def test_script_json_is_json_and_cannot_leave_its_script(value: object) -> None:
    text = script_json(value)
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)


@pytest.mark.parametrize("helper", [MarkdownJS, HighlightJS])
def test_a_selector_cannot_end_the_script(helper: Any) -> None:
    *_, inline = helper("</script><script>alert(1)</script>")
    text = to_xml(inline)
    assert text.count("<script") == text.count("</script") == 1
    assert "\\u003c/script\\u003e" in text


def test_the_scripts_are_written_as_they_are() -> None:
    """Nothing in our files has to change to stand in a script element."""
    *_, inline = MarkdownJS()
    text = to_xml(inline)
    assert js._source("watch.js") in text and js._source("markdown.js") in text


def test_languages() -> None:
    def files(*languages: str) -> list[str]:
        elements = HighlightJS(langs=languages)
        return [e.get("src").rsplit("/", 1)[-1] for e in elements if e.get("src")]

    assert files("python", "html", "c++") == ["highlight.min.js"]
    assert files("haskell", "nix") == ["highlight.min.js", "haskell.min.js", "nix.min.js"]
    assert HighlightJS(langs="python") == HighlightJS(langs=["python"]) == HighlightJS()
    with pytest.raises(LookupError, match="No asset 'highlight/languages/cobol'"):
        HighlightJS(langs="cobol")
    with pytest.raises(LookupError, match="Near it: .*highlight/styles/github"):
        HighlightJS(light="git-hub")


def test_media_styles() -> None:
    assert to_xml(light_media("p{}")) == (
        "<style>@media (prefers-color-scheme: light) {p{}}</style>"
    )
    assert "dark" in to_xml(dark_media("p{}"))


# In a browser -----------------------------------------------------------------------------------

HOSTILE = {
    "image": '<img src="x" onerror="pwned(1)">',
    "script": "<script>pwned(1)</script>",
    "svg": "<svg onload='pwned(1)'><animate onbegin='pwned(1)' attributeName=x dur=1s></svg>",
    "math": "<math><mtext><table><mglyph><style><img src onerror='pwned(1)'></style></math>",
    "link": "[click](javascript:pwned(1)) <a href=' &#1;javascript:pwned(1)'>click</a>",
    "frame": '<iframe srcdoc="<script>parent.pwned(1)</script>"></iframe>',
    "focus": "<input autofocus onfocus='pwned(1)'><details open ontoggle='pwned(1)'>x</details>",
    "handler": "<b data-hx-on:click='pwned(1)' hx-on:click='pwned(1)' onclick='pwned(1)'>click</b>",
    "request": "<b hx-get='/evil' hx-trigger='load'>x</b>",
    "data-request": "<b data-hx-get='/evil' data-hx-trigger='load'>x</b>",
    "boosted-form": "<form data-hx-boost='true' action='/evil'><button>click</button></form>",
    "fence": "```x\"onmouseover='pwned(1)'\n<img src=x onerror=pwned(1)>\n```",
    "title": '![a](x "t\\" onerror=pwned(1) \\"")',
    "entities": "&lt;img src=x onerror=pwned(1)&gt;",
    "style": "<style>body{display:none}</style><p style='position:fixed;inset:0'>over all</p>",
    "clobber": "<a id=defaultView name=body href='cid:x'>x</a><img name=getElementById>",
    "field": "Card number: <input type=text name=card> <label><input type=checkbox> agree</label>",
    "ident": "<p id=total>not the page's own total</p>",
    "nested": "<div class=marked>&lt;img src=x onerror=pwned(1)&gt;</div>",
}

PYTHON = "import time\n\nfor i in range(10):\n    print(f'{i} < 3 && \"x\"')\n"
MARKDOWN = f"""# Title

Some *markdown*.

- [x] one
- two

| a | b |
|---|---|
| 1 | 2 |

```python
{PYTHON}```
"""


def page(*content: object, hdrs: object = (), htmx: tuple[FT, ...] = ()) -> HTMLResponse:
    icon = FT("link", (), {"rel": "icon", "href": "data:,"})
    head = FT("head", (FT("title", ("t",)), icon, *htmx, stylesheet("pico"), *hdrs))
    body = FT("body", (FT("main", content, {"class": "container"}),))
    return HTMLResponse(f"<!doctype html>{to_xml(FT('html', (head, body), {'lang': 'en'}))}")


def marked(text: str, **attrs: object) -> FT:
    return FT("div", (text,), {"class": "marked", **attrs})


def code_block(text: str, **attrs: object) -> FT:
    return FT("pre", (FT("code", (text,), attrs),))


def go(ask: Mapping[str, str]) -> FT:
    url, swap = ask.get("url", "/fragment"), ask.get("swap", "innerHTML")
    attrs = {"hx-get": url, "hx-target": "#" + ask.get("target", "here"), "hx-swap": swap}
    return FT("button", ("Go",), {"id": "go"} | attrs)


def home(request: Request) -> HTMLResponse:
    """Serve one page in the variants the tests ask for by query."""
    ask = request.query_params
    markdown = MarkdownJS() * ("md" in ask)
    colours = HighlightJS(langs=["python", "haskell"]) * ("hl" in ask)
    hdrs = colours + markdown if "reversed" in ask else markdown + colours
    htmx = htmx_scripts(htmx4=ask["htmx"] == "4") if "htmx" in ask else ()
    here = marked(ask.get("markdown", MARKDOWN), id="here") if "md" in ask else None
    bay = FT("div", (FT("div", (), {"id": "slot"}),), {"id": "bay"})
    return page(go(ask), here, bay, code_block(PYTHON), hdrs=hdrs, htmx=htmx)


def hostile(request: Request) -> HTMLResponse:
    """Serve every hostile text in an element of its own, as a page or for a swap."""
    attrs = {"class": "marked hostile"}
    texts = [FT("div", (text,), attrs | {"id": name}) for name, text in HOSTILE.items()]
    if "htmx" not in request.query_params:
        return HTMLResponse("".join(map(str, map(to_xml, texts))))
    hdrs = MarkdownJS() + HighlightJS()
    return page(*texts, hdrs=hdrs, htmx=htmx_scripts(htmx4=request.query_params["htmx"] == "4"))


def fragment(request: Request) -> HTMLResponse:
    return HTMLResponse(
        to_xml(marked(MARKDOWN) if "md" in request.query_params else code_block(PYTHON))
    )


def plain(request: Request) -> HTMLResponse:
    return HTMLResponse("Now **this**")


def proc(request: Request) -> HTMLResponse:
    run = "globalThis.seen = []; proc_htmx('p.x', element => seen.push(element.id))"
    heads = (script("fasthtml"), FT("script", (run,)))
    bay = FT("div", (FT("div", (), {"id": "slot"}),), {"id": "bay"})
    ask = dict(request.query_params) | {"url": "/late"}
    first = FT("p", (), {"class": "x", "id": "first"})
    return page(go(ask), bay, first, hdrs=heads, htmx=htmx_scripts())


def late(request: Request) -> HTMLResponse:
    return HTMLResponse("<p class=x id=late></p>")


@pytest.fixture(scope="module")
def site(local_assets: None) -> Iterator[str]:
    routes = [
        Route("/", home),
        Route("/fragment", fragment),
        Route("/hostile", hostile),
        Route("/plain", plain),
        Route("/proc", proc),
        Route("/late", late),
        Route("/bare", lambda request: page(hdrs=(script("marked"), script("highlight")))),
        Mount(PREFIX.rstrip("/"), Assets()),
    ]
    with serving(Starlette(routes=routes)) as url:
        yield url


RENDERED = {
    "h1": "Title",
    "p > em": "markdown",
    "li:nth-child(2)": "two",
    "td:nth-child(2)": "2",
    "pre > code.language-python": PYTHON,
}


def assert_rendered(page: Any, within: str) -> None:
    page.wait_for_selector(f"{within} h1")
    found = {css: page.text_content(f"{within} {css}") for css in RENDERED}
    assert found == RENDERED
    assert page.locator(f"{within} li input[type=checkbox][disabled]").is_checked()


def test_markdown_is_rendered(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/?md") as page:
        assert_rendered(page, "#here")
        assert page.problems == []
        assert all(url.startswith(site) for url in page.asked)


@pytest.mark.parametrize("htmx", ["2", "4"])
@pytest.mark.parametrize("swap", ["innerHTML", "outerHTML", "beforeend", "afterbegin"])
def test_both_helpers_work_after_a_swap(browser: Any, site: str, htmx: str, swap: str) -> None:
    ask = f"md&hl&htmx={htmx}&swap={swap}&target=slot&url=/fragment?md"
    with page_at(browser, f"{site}/?{ask}") as page:
        page.click("#go")
        page.wait_for_selector("#bay .marked h1")
        page.wait_for_selector("#bay code.hljs [class^=hljs-]")
        assert_rendered(page, "#bay .marked")
        assert page.locator("#bay [data-copy-code]").count() == 1
        assert page.problems == []


@pytest.mark.parametrize("htmx", ["2", "4"])
def test_a_new_text_is_rendered_anew(browser: Any, site: str, htmx: str) -> None:
    with page_at(browser, f"{site}/?md&htmx={htmx}&url=/plain") as page:
        assert_rendered(page, "#here")
        page.click("#go")
        page.wait_for_selector("#here strong")
        assert page.inner_html("#here").strip() == "<p>Now <strong>this</strong></p>"
        page.evaluate("document.querySelector('#here').textContent = 'and *that*'")
        assert page.inner_html("#here").strip() == "<p>and <em>that</em></p>"
        assert page.problems == []


@pytest.mark.parametrize("way", ["at once", "swapped by htmx 2", "swapped by htmx 4"])
def test_hostile_markdown_does_nothing(browser: Any, site: str, way: str) -> None:
    hostile = f"/hostile?md&hl&htmx={way[-1] if way[-1].isdigit() else 2}"
    with page_at(browser, "about:blank") as page:
        page.add_init_script("globalThis.pwned = () => { globalThis.was = true }")
        if way == "at once":
            page.goto(site + hostile)
        else:
            page.goto(f"{site}/?md&hl&htmx={way[-1]}&target=slot&swap=outerHTML&url=/hostile")
            page.click("#go")
        last = f"#{list(HOSTILE)[-1]}[data-markdown]"
        page.wait_for_selector(last, state="attached")
        page.wait_for_timeout(300)  # htmx settles after 20 ms, a broken picture reports at once
        for element in page.query_selector_all(".hostile *"):
            element.evaluate("e => e.closest('a') ? 0 : e.click?.()")
            element.dispatch_event("mouseover")
        page.wait_for_timeout(100)
        assert page.evaluate("globalThis.was") is None
        assert not [url for url in page.asked if "evil" in url]
        assert page.evaluate(DANGEROUS) == []
        assert page.locator(".hostile[data-markdown]").count() == len(HOSTILE)


# What nobody may bring into a page by writing markdown
DANGEROUS = """() => [...document.querySelectorAll(".hostile *")].flatMap(e => [
    ...("script style iframe object embed form button textarea select svg math".split(" ")
        .filter(tag => e.localName === tag && !e.matches("[data-copy-code]"))),
    ...(e.localName === "input" && !(e.type === "checkbox" && e.disabled) ? ["input"] : []),
    ...[...e.attributes].map(a => `${a.name}=${a.value}`)
        .filter(a => /^(on|style|hx-|data-(?!markdown|copy|highlighted))/.test(a)
                     || /^href=\\W*javascript:/.test(a)
                     || (/^(id|name)=/.test(a) && !/^\\w+=user-content-/.test(a))),
])"""


@pytest.mark.parametrize("text", ["image", "svg", "frame", "focus"])
def test_the_hostile_texts_are_hostile(browser: Any, site: str, text: str) -> None:
    """Without the sanitiser they do run: the test above can fail."""
    with page_at(browser, f"{site}/bare") as page:
        page.evaluate("globalThis.pwned = () => { globalThis.was = true }")
        page.evaluate("t => document.body.innerHTML = marked.parse(t)", HOSTILE[text])
        page.wait_for_function("globalThis.was")


def test_without_the_sanitiser_the_text_stays_as_it_is(browser: Any, site: str) -> None:
    with page_at(browser, "about:blank") as page:
        page.route("**/purify.min.js", lambda route: route.abort())
        page.goto(f"{site}/?md&markdown={quote(HOSTILE['image'])}")
        page.wait_for_timeout(50)
        assert page.text_content("#here") == HOSTILE["image"]
        assert page.locator("#here img").count() == 0


def assert_coloured(page: Any, code: str) -> None:
    page.wait_for_selector(f"{code} .hljs-keyword")
    assert page.text_content(code) == PYTHON
    assert page.text_content(f"{code} .hljs-keyword >> nth=0") == "import"


@pytest.mark.parametrize("order", ["md&hl", "md&hl&reversed", "hl"])
def test_code_is_coloured(browser: Any, site: str, order: str) -> None:
    with page_at(browser, f"{site}/?{order}") as page:
        assert_coloured(page, "main > pre > code")
        if "md" in order:
            assert_coloured(page, "#here code")
        assert page.locator("[data-copy-code]").count() == page.locator("pre").count()
        assert page.problems == []


def test_changed_code_is_coloured_anew(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/?hl") as page:
        assert_coloured(page, "main > pre > code")
        page.evaluate("document.querySelector('code').textContent = 'x'")
        page.evaluate("document.querySelector('code').textContent = 'return 1'")
        page.wait_for_selector("code .hljs-keyword:text('return')")
        assert page.locator("[data-copy-code]").count() == 1
        assert page.problems == []


def test_colours_follow_the_system(browser: Any, site: str) -> None:
    background = "getComputedStyle(document.querySelector('code.hljs')).backgroundColor"
    seen = {}
    for scheme in ("light", "dark"):
        with page_at(browser, f"{site}/?hl", color_scheme=scheme) as page:
            assert_coloured(page, "main > pre > code")
            seen[scheme] = page.evaluate(background)
    assert seen == {"light": "rgb(250, 250, 250)", "dark": "rgb(40, 44, 52)"}


CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.mark.parametrize("htmx", ["2", "4"])
def test_the_button_copies(browser: Any, site: str, htmx: str) -> None:
    with page_at(browser, f"{site}/?hl&htmx={htmx}&target=slot", **CLIPBOARD) as page:
        page.click("#go")
        page.wait_for_selector("#bay code.hljs")
        for block in ("#bay pre", "main > pre"):
            page.evaluate("navigator.clipboard.writeText('')")
            page.hover(block)
            page.click(f"{block} >> role=button")
            page.wait_for_selector(f"{block} >> text=Copied")
            assert page.evaluate("navigator.clipboard.readText()") == PYTHON
            assert page.text_content(f"{block} code") == PYTHON
        page.wait_for_selector("main > pre >> text=/^Copy$/")


def test_the_button_copies_where_there_is_no_clipboard_object(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/?hl", **CLIPBOARD) as page:
        page.evaluate("globalThis.clip = navigator.clipboard")
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.hover("main > pre")
        page.click("[data-copy-code]")
        page.wait_for_selector("text=Copied")
        assert page.evaluate("clip.readText()") == PYTHON


def test_a_refused_copy_is_said(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/?hl") as page:
        refuse = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }"
        page.evaluate(refuse)
        page.hover("main > pre")
        page.click("[data-copy-code]")
        page.wait_for_selector("text=Not copied")


def test_pages_from_history_keep_working_buttons(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/?hl", **CLIPBOARD) as page:
        page.wait_for_selector("[data-copy-code]")
        page.evaluate("document.body.innerHTML = document.body.innerHTML")
        page.hover("main > pre")
        page.click("[data-copy-code]")
        page.wait_for_selector("text=Copied")
        assert page.locator("[data-copy-code]").count() == 1


def test_the_common_languages_need_no_file(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/bare") as page:
        unknown = "names => names.filter(name => !hljs.getLanguage(name))"
        assert page.evaluate(unknown, sorted(js._COMMON)) == []
        unlisted = "names => hljs.listLanguages().filter(name => !names.includes(name))"
        assert page.evaluate(unlisted, sorted(js._COMMON)) == []


def test_proc_htmx_runs_once_for_each_element(browser: Any, site: str) -> None:
    with page_at(browser, f"{site}/proc?htmx=2&target=slot") as page:
        assert page.evaluate("seen") == ["first"]
        page.click("#go")
        page.wait_for_function("seen.length === 2")
        page.evaluate("document.querySelector('#first').append('x')")
        page.evaluate("document.body.append(document.querySelector('#first'))")
        page.wait_for_timeout(20)
        assert page.evaluate("seen") == ["first", "late"]
