"""`disarm`, `format_html` and `outline`: nothing acts, what was seen is still seen."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import turbohtml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fasthtml_nb.ft.inert import PARKED, disarm, format_html, is_page, outline, parse_body

ATTACKS = [
    "<script>go()</script>",
    "<script src='data:text/javascript,go()'></script>",
    "<svg><script>go()</script></svg>",
    "<svg><script href='data:text/javascript,go()' /></svg>",
    "<math><script>go()</script></math>",
    "<img src=x onerror=go()>",
    "<img src=x OnErRoR=go()>",
    "<img/src=x/onerror=go()>",
    "<svg onload=go()></svg>",
    "<svg><animate onbegin=go() attributeName=x dur=1s></svg>",
    "<svg><set attributeName=onmouseover to=go()></svg>",
    "<svg><a><animate attributeName=href values=javascript:go() /><text y=20>x</text></a></svg>",
    "<svg><a xlink:href=javascript:go()><text y=20>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=go()></svg>#x'/></svg>",
    "<details open ontoggle=go()>x</details>",
    "<video><source onerror=go()></video>",
    "<video src=x onerror=go()></video>",
    "<audio src=x onerror=go()></audio>",
    "<body onload=go()>x",
    "<html><body onpageshow=go()>x",
    "<input autofocus onfocus=go()>",
    "<b tabindex=1 autofocus onfocus=go()>x</b>",
    "<a href=javascript:go()>x</a>",
    "<a href='  java\nscript\t:go()'>x</a>",
    "<a href='&#x6A;avascript&colon;go()'>x</a>",
    "<a href='\x01javascript:go()'>x</a>",
    "<a href='vbscript:go()'>x</a>",
    "<a href='data:text/html,<script>go()</script>'>x</a>",
    "<map name=m><area href=javascript:go() shape=default></map>",
    "<form action=javascript:go()><button>x</button></form>",
    "<form><button formaction=javascript:go()>x</button></form>",
    "<form><input type=submit formaction=javascript:go() value=x></form>",
    "<form><input type=image src=x formaction=javascript:go()></form>",
    "<form id=f></form><button form=f formaction=javascript:go()>x</button>",
    "<iframe src=javascript:parent.go()></iframe>",
    "<iframe srcdoc='<script>parent.go()</script>'></iframe>",
    "<object data=javascript:go()></object>",
    "<object data='data:text/html,<script>parent.go()</script>'></object>",
    "<embed src=javascript:go()>",
    "<base href='javascript:go()//'><a href='x'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:go()'>",
    "<link rel=stylesheet href='data:text/css,*{color:red}' onload=go()>",
    "<frameset onload=go()><frame src=javascript:go()></frameset>",
    "<noscript><p title='</noscript><img src=x onerror=go()>'></noscript>",
    "<noembed><p title='</noembed><img src=x onerror=go()>'></noembed>",
    "<xmp><p title='</xmp><img src=x onerror=go()>'></xmp>",
    "<style><!--</style><img src=x onerror=go()>--></style>",
    "<svg><style><img src=x onerror=go()></style></svg>",
    "<svg><style><a title='</style><img src=x onerror=go()>'></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=go()>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=go()>",
    "<svg></p><style><a id='</style><img src=1 onerror=go()>'>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=go()></style>",
    "<template><img src=x onerror=go()></template>",
    "<template shadowrootmode=open><img src=x onerror=go()></template>",
    "<div><template shadowrootmode=open><script>go()</script></template></div>",
    "<textarea><p title='</textarea><img src=x onerror=go()>'></textarea>",
    "<title><p title='</title><img src=x onerror=go()>'></title>",
    "<!--><img src=x onerror=go()>-->",
    "<!--[if true]><img src=x onerror=go()><![endif]-->",
    "<?xml <img src=x onerror=go()>?>",
    "<![CDATA[<img src=x onerror=go()>]]>",
    "<i data-fhnb-onclick=go()>x</i>",
    "<i DATA-FHNB-onmouseover=go()>x</i>",
    "<img src=x id=x style='background:url(javascript:go())'>",
    "<select><option><img src=x onerror=go()></option></select>",
    "<table><td><img src=x onerror=go()>",
    "<tr><img src=x onerror=go()>",
    "<plaintext><img src=x onerror=go()>",
    "<p" + " " * 3000 + "onclick=go()>x</p>",
]


def elements(root: Any) -> list[Any]:
    """Return all elements below `root`, templates' content too."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        found += [node] if type(node).__name__ == "Element" else []
        waiting += node.children if type(node).__name__ != "Text" else []
    return found


def assert_inert(markup: str) -> None:
    for scripting in (False, True):
        root = turbohtml.parse_fragment(markup, scripting=scripting, positions=False)
        for element in elements(root):
            assert element.tag not in "script iframe object embed base meta link frame".split()
            for name in element.attrs:
                assert not name.lower().startswith("on") and name != "srcdoc"
                assert not name.startswith(PARKED) or name in (f"{PARKED}href", f"{PARKED}media")
                value = re.sub(r"[\x00-\x20]", "", element.attr(name) or "").lower()
                if name.split(":")[-1].removeprefix(PARKED) in ("href", "src", "action", "data"):
                    assert not value.startswith(("javascript:", "vbscript:", "data:text"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_disarmed(attack: str) -> None:
    assert_inert(disarm(attack))
    assert_inert(disarm(disarm(attack)))


PIECES = st.sampled_from(
    [*ATTACKS, "<p>", "</p>", "<svg>", "</svg>", "<math>", "</math>", "<table>", "<td>", "<style>"]
    + ["</style>", "<template>", "</template>", "<select>", "<title>", "</title>", "<mtext>", "-->"]
    + ["<noscript>", "</noscript>", "<!--", "'", '"', ">", "x", "<desc>", "<foreignObject>", "<b"]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_mixed_attacks_are_disarmed(markup: str) -> None:
    assert_inert(disarm(markup))


@settings(max_examples=200)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_text_stays(texts: list[str]) -> None:
    texts = ["".join(c for c in t if c.isprintable()) for t in texts]
    markup = "".join(f"<p>{t.replace('&', '&amp;').replace('<', '&lt;')}</p>" for t in texts)
    root = turbohtml.parse_fragment(disarm(markup))
    assert [p.text for p in root.select("p")] == texts


@pytest.mark.parametrize(
    ("markup", "inert"),
    [
        ("<a href='/x'>x</a>", '<a data-fhnb-href="/x">x</a>'),
        ("<a href='#x'>x</a>", '<a data-fhnb-href="#x">x</a>'),
        ("<a href='https://example.org/'>x</a>", '<a href="https://example.org/">x</a>'),
        ("<a href='mailto:a@example.org'>x</a>", '<a href="mailto:a@example.org">x</a>'),
        ("<a href='//example.org'>x</a>", '<a data-fhnb-href="//example.org">x</a>'),
        ("<form action=/x method=post target=_top>x</form>", '<form method="dialog">x</form>'),
        ("<button formaction=/x formmethod=post>x</button>", "<button>x</button>"),
        (
            "<style media=print>b{}</style>x",
            '<style media="not all" data-fhnb-media="print">b{}</style>x',
        ),
        ("<img src='data:image/gif;,R0lG'>", '<img src="data:image/gif;,R0lG">'),
        ("<p id=a class='b c' hx-get=/x>x</p>", '<p id="a" class="b c" hx-get="/x">x</p>'),
        ("<p style='color:red'>x</p>", '<p style="color:red">x</p>'),
        ("<td>a<td>b", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
        ("<thead><tr><th>a", "<table><thead><tr><th>a</th></tr></thead></table>"),
        ("<caption>a</caption>", "<table><caption>a</caption></table>"),
        ("<col>", "<table><colgroup><col></colgroup></table>"),
        ("<!doctype html><head><title>T</title></head><body>x", "x"),
        ("<svg><title>T</title></svg>", "<svg><title>T</title></svg>"),
        ("<title>T</title><p>x</p>", "<p>x</p>"),
        ("", ""),
        ("a & b", "a &amp; b"),
    ],
)  # fmt: skip
def test_what_is_left(markup: str, inert: str) -> None:
    assert disarm(markup) == inert


def test_deep_markup() -> None:
    for depth in (400, 20_000):
        markup = "<div>" * depth + "<script>go()</script>x"
        assert_inert(disarm(markup))
        assert format_html("<div>" * depth).count("\n") == 0
        assert outline("<div>" * depth).startswith("div\n  div")


@pytest.mark.parametrize(
    ("markup", "page"),
    [
        ("<!doctype html><p>", True),
        ("  \n<!DOCTYPE html>", True),
        ("<!-- a -->\n<!-- b --><html>", True),
        ("<head></head>", True),
        ("<body class=a>", True),
        ("<header>x</header>", False),
        ("<p><html>", False),
        ("", False),
        ("&lt;html>", False),
    ],
)
def test_pages(markup: str, page: bool) -> None:
    assert is_page(markup) is page


SAFE = st.recursive(
    st.sampled_from(["Milk", " ", "\n", "a  b", "&amp;", "<br>", "<input>", "<!--c-->"]),
    lambda inside: st.builds(
        lambda tag, content: f"<{tag}>{''.join(content)}</{tag}>",
        st.sampled_from(
            "div ul li b i span p pre textarea button label table tr td select".split()
        ),
        st.lists(inside, max_size=4),
    ),
    max_leaves=20,
)


def seen(root: Any) -> list[object]:
    """Return elements and the words between them, as they are seen in a line."""
    out: list[object] = []
    for child in root.children:
        kind = type(child).__name__
        if kind == "Element":
            exact = child.tag in ("pre", "textarea")
            out.append((child.tag, child.text if exact else seen(child)))
        elif kind == "Text" and child.data.strip():
            out.append(child.data.split())
    return out


@settings(max_examples=200)
@given(SAFE)
def test_formatting_keeps_what_is_seen(markup: str) -> None:
    root = parse_body(markup)
    assume(parse_body(root.inner_html).inner_html == root.inner_html)  # HTML can write it down
    assert seen(parse_body(format_html(markup))) == seen(root)


def test_outline_of_a_page() -> None:
    page = "<!doctype html><title>T</title><p id=a class='b c' title='x \"y\"'>" + "long " * 30
    assert outline(page) == (
        '(doctype)\nhtml\n  head\n    title\n      "T"\n  body\n    p#a.b.c title="x \\"y\\""\n'
        f'      "{"long " * 11}long…"'
    )
    assert outline("<template><b>x</b></template><!--c-->") == (
        'template\n  (content)\n    b\n      "x"\n(comment)'
    )


def test_the_parser_is_loaded_only_to_parse() -> None:
    program = "import fasthtml_nb.ft.inert, sys; assert 'turbohtml' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_attacks_in_chromium(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><script>function go() { window.gone = true }</script><main>")
    for attack in ATTACKS:
        page.evaluate("html => { document.querySelector('main').innerHTML = html }", disarm(attack))
        page.evaluate(
            """() => { for (const e of document.querySelectorAll('main *')) {
                for (const type of ['click', 'mouseover', 'focus'])
                    e.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true})) } }"""
        )
    page.wait_for_timeout(200)
    assert page.evaluate("window.gone") is None
    assert page.url == "about:blank"
    page.close()
