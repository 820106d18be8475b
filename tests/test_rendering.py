"""What can be seen without layout, held against Chromium's boxes."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.dom import Element, parse
from fasthtml_nb.checks.rendering import hidden_because, inline_style, inner_text, start_tag

PAGE = """<style>.big{width:10px;height:10px}</style>
<select id=s1><option id=o1>A</select><select multiple id=s2><option id=o2>A</select>
<div id=d1></div><span id=sp1></span><li id=li1></li>
<table><tr id=tr1><td id=td1></td></tr></table><div id=br1><br id=brx></div><p id=nb>&nbsp;</p>
<a id=a1 href=x></a><button id=bt></button><div id=d2 class=big></div><img id=im1>
<img id=im3 alt=foo><svg id=sv></svg><canvas id=cv></canvas><iframe id=if></iframe>
<div id=fl><span></span><div></div></div><hr id=hr><div id=di><input></div>
<div id=dh><input type=hidden></div>
<details id=de><summary id=su>S</summary><p id=dp>in</p></details>
<dialog id=dl>x</dialog><dialog open id=dl3>x</dialog><div popover id=po>x</div>
<noscript id=ns>hi</noscript><div style="visibility:hidden" id=vh>x
<b id=vv style="visibility:visible">y</b></div><div style="display:contents" id=dc>x</div>
<div style="display:contents" id=dce></div><div style="width:0;height:0" id=z>x</div>
<div id=op style="opacity:0">x</div><div hidden id=h>x</div>
<div hidden style="display:block" id=h2>x</div><audio id=au></audio>
<audio id=au2 controls></audio>
<video id=vi></video><ul id=ul></ul><div id=pad style="padding:3px"></div><fieldset id=fs>
</fieldset>
<form id=fo></form><label id=la></label><progress id=pr></progress><textarea id=ta></textarea>
<datalist id=dlst><option id=dlo>x</datalist><input type=image id=ii><div id=ws>
</div><div id=cm><!-- x --></div><pre id=pre></pre><blockquote id=bq></blockquote><dd id=dd></dd>
<details id=de2></details><legend id=le></legend><output id=ou></output><meter id=me></meter>
<table id=tb></table><div id=fx style="display:flex"></div><span id=spb><b></b></span>
<h1 id=h1x></h1>
<div id=imp style="display:none !important; display:block">x</div>
<div id=cmt style="/* display:none */ color:red">x</div><p id=dsp style="DISPLAY : None">x</p>
<div style="display:none"><b id=inn>x</b></div><section hidden><i id=ins style="display:block">x</i>
</section><template><p id=tp>x</p></template><div id=abs><i style="position:absolute">x</i></div>
<div style="visibility:collapse"><i id=col>x</i></div><p id=mt style="min-height:3px"></p>"""

TEXTS = {
    "blocks": "<div>a<div>b</div>c<p>d</p>e</div>",
    "white": "<div>  a \n b <b> c </b>d  </div>",
    "line breaks": "<div>a<br>b<br><br>c</div>",
    "two paragraphs": "<div><p>a</p><p>b</p></div>",
    "table": "<table><tr><th>a<th>b<tr><td>c<td>d</table>",
    "hidden parts": "<div>a<span hidden>b</span><script>c</script><style>d</style>e</div>",
    "pre": "<pre>a\n  b  c</pre>",
    "invisible": "<div style='visibility:hidden'>a<b style='visibility:visible'>b</b></div>",
    "closed details": "<details><summary>s</summary><p>in</p></details>",
    "list": "<ul><li>a<li>b<ul><li>c</ul></ul>",
    "not drawn": "<div hidden>  a  <b>b</b></div>",
    "no-break space": "<p>a&nbsp; b</p>",
    "choices": "<div>pick<select><option>a<option>b</select></div>",
    "inline": "<p>a<b>b</b><i>c</i> <u>d</u></p>",
    "button": "<p>say <button> go  on </button> now</p>",
    "heading": "<section><h1>T</h1>\n<p>x</p>\n\n<div><div>y</div></div></section>",
    "style display": "<div>a<span style='display:block'>b</span>c</div>",
}


def test_what_can_be_seen_is_what_chromium_shows(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    real = {i: page.locator(f"#{i}").is_visible() for i in ids}
    page.close()
    document = parse(PAGE)
    ours = {i: hidden_because(_at(document.get_by_id(i))) is None for i in ids}
    assert ours == real


def test_inner_text_is_chromiums(browser: Any) -> None:
    page = browser.new_page()
    real = {}
    for name, html in TEXTS.items():
        page.set_content(html)
        real[name] = page.evaluate("document.body.firstElementChild.innerText")
    page.close()
    ours = {name: inner_text(parse(html).body.children[0]) for name, html in TEXTS.items()}
    assert ours == real


def _at(element: Element | None) -> Element:
    assert element is not None
    return element


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p hidden>x</p>", "it is hidden by its attribute"),
        ("<p style='display:none'>x</p>", "it is hidden by its style, display:none"),
        ("<p style='visibility:hidden'>x</p>", "its style, or that of something it is in"),
        ("<p></p>", "it is empty, so it takes no room"),
        ("<div hidden class='a b'><p>x</p></div>", 'it is inside <div hidden class="a b">, which'),
        ("<details><summary>s</summary><p>x</p></details>", "it is inside <details>, which is clo"),
        ("<dialog><p>x</p></dialog>", "it is inside <dialog>, which is a dialog that is not open"),
    ],
)
def test_reasons(html: str, reason: str) -> None:
    said = hidden_because(_at(parse(html).select_one("p")))
    assert said is not None and said.startswith(reason)


def test_what_left_the_page_is_not_to_be_seen() -> None:
    document = parse("<p>x</p>")
    paragraph = document.body.children[0]
    paragraph.remove()
    assert hidden_because(paragraph) == "it is no longer in the page"


def test_start_tags_are_short() -> None:
    link = parse(f"<a title='{'x' * 90}' hidden>x</a>").body.children[0]
    assert start_tag(link) == f'<a title="{"x" * 37}..." hidden>'


def test_styles_with_colons_and_semicolons_in_values() -> None:
    style = "background:url(data:a;b); content:';display:none'; color : Red"
    element = parse(f'<p style="{style}">').body.children[0]
    assert inline_style(element)["color"] == "red"
    assert "display" not in inline_style(element)
