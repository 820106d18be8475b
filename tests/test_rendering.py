"""What can be seen without layout, held against Chromium's boxes."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.cascade import inline_style
from fasthtml_nb.checks.dom import Element, parse
from fasthtml_nb.checks.rendering import hidden_because, inner_text, start_tag

PAGE = """<!doctype html><style>.big{width:10px;height:10px}</style>
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
<div style="visibility:collapse"><i id=col>x</i></div><p id=mt style="min-height:3px"></p>
<details><summary id=sue></summary></details><summary id=sul></summary><embed id=em>
<span id=sph style="height:9px"></span><span id=spp style="padding:9px"></span>
<span id=spi style="display:inline-block;width:5px;height:5px"></span><b id=bf
style="float:left;width:5px;height:5px"></b><div id=dfl><p style="float:left">x</p></div>
<div style="display:flex"><i id=ifl style="width:5px;height:5px"></i></div><p id=pin
style="display:inline;height:9px"></p><object id=ob><i id=obi>x</i></object>
<svg hidden id=svh></svg>
<p id=ce contenteditable></p><article id=ceo contenteditable=plaintext-only><!-- --></article>
<p id=cef contenteditable=false></p><i id=cei contenteditable></i><em id=ceb
contenteditable style="display:block"></em><div id=cep contenteditable><h2 id=cen></h2></div>
<b id=ceib contenteditable style="display:inline-block"></b><div style="display:grid"><b id=ceg
contenteditable></b></div><div style="display:flex"><p id=cefl contenteditable></p></div>
<div contenteditable><b id=ceil></b></div><p id=cea contenteditable style="float:left"></p>
<em id=zl style="height:0px">x</em><label id=zw style="width:0">x</label><button id=zb
style="width:0;height:0">x</button><input id=zi style="height:0"><input type=radio id=zr
style="height:0;width:0"><input id=zn style="height:0;border:0;padding:0"><textarea id=zt
style="height:0;border:0"></textarea><div id=zp style="height:0;padding:1px">x</div><hr id=zh
style="height:0"><i id=zk style="height:0;display:inline-block">x</i><img id=zm alt=y
style="height:0"><progress><b id=zg>x</b></progress><meter><p id=ze>x</p></meter>
<section id=ceu contenteditable=maybe></section><div id=ceh><nav contenteditable></nav></div>"""

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
    "pre at the edges": "<pre>  a \n  b\t c  </pre>",
    "kept by its style": "<div>x <span style='white-space:pre'> a\n b </span> y</div>",
    "lines kept": "<div style='white-space:pre-line'> a  b \n   c </div>",
    "large letters": "<div style='text-transform:uppercase'>ab<i>c</i></div>",
    "small letters": "<div>A<i style='text-transform:lowercase'>BC</i></div>",
    "first letters": "<div style='text-transform:capitalize'>it's one two-three</div>",
    "closed details, text": "<details><summary>s</summary>in</details>",
    "in place of it": "<p>a<canvas>b</canvas><video>c</video><progress>d</progress>e</p>",
    "an object without data": "<p>a<object>b</object>c</p>",
    "text in a picture": "<div>a<svg><text>b</text></svg>c</div>",
    "floating": "<div>a<span style='float:left'>b</span>c</div>",
    "placed": "<div>a<span style='position:absolute'>b</span>c</div>",
    "flex": "<div style='display:flex'> <span>a</span> <b>b</b> text </div>",
    "grid": "<div style='display:inline-grid'><i>a</i><button>b</button></div>",
    "paragraph in a line": "<div>a<p style='display:inline'>b</p>c</div>",
    "table in a line": "<div>x<table style='display:inline-table'><tr><td>a<td>b</table>y</div>",
    "cells by style": "<div>" + 2 * "<i style='display:table-cell'>a</i>" + "</div>",
    "rows by style": "<div style='display:table'>"
    + 2 * "<div style='display:table-row'><i style='display:table-cell'>a</i></div>"
    + "</div>",
    "blanks in a table": "<table>\n<tr> <td> a </td> <td> b c </td> </tr>\n"
    "<tr><td>d</td></tr> </table>",
    "parts of a table": "<table><caption>c</caption><thead><tr><th>h<tbody><tr><td>a"
    "<tr><td>b<tfoot><tr><td>f</table>",
    "table in a table": "<div><table><tr><td>a<tr><td><table><tr><td>b<td>c</table><td>d"
    "</table></div>",
    "paragraphs in cells": "<table><tr><td><p>a</p><td>b<tr><td><p>c</p></table>",
    "empty cells": "<table><tr><td><td>a<td><tr><td>b</table>",
    "around a table": "<div>x<table><tr><td>a</table>y</div>",
    "buttons": "<div>x<button> a </button> <button> b </button>y</div>",
    "inline block": "<div>x<span style='display:inline-block'> b </span>y</div>",
    "button after a block": "<div><p>x</p><button> a </button> y</div>",
    "a thing that begins a line": "<div>x <p>y </p><input> z</div>",
    "nothing but a thing at the end": "<div><p>x </p><img></div>",
    "a thing alone in its line": "<div>a <h2><input> </h2> b</div>",
    "a cell that is hidden": "<table><tr><td>a<td hidden>b<tr><td>c<td>d</table>",
    "a gauge": "<p>a<meter>x<b>c</b></meter>b<progress><i>d</i></progress>",
    "blocks that are not visible": "<div>a<p style='visibility:hidden'>b<i"
    " style='visibility:visible'>v</i></p>c<b style='visibility:hidden'>d<br>e</b>f</div>",
    "cells that are not visible": "<table><tr style='visibility:hidden'><td>a<tr><td"
    " style='visibility:hidden'>b<td>c<td>d</table>",
    "controls keep their letters": "<div style='text-transform:uppercase'>a<button>b"
    "<i>c</i></button><button style='text-transform:capitalize'>d e</button></div>",
    "contents": "<div>a<span style='display:contents'> b<p>c</p></span></div>",
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


STYLES = """height:0|width:0|max-height:0;overflow:hidden|max-width:0|max-height:0;padding:3px
max-height:0;border:1px solid|font-size:0|font-size:0px;line-height:1
content-visibility:hidden|transform:scale(0)|transform:scale(0,1)
transform:translateX(9px) scaleY(0)|transform:scale(.5)|transform:rotateY(90deg)
transform:rotate(45deg) scale(0,1)|transform:rotate(9deg) scale(0)
transform:matrix(0,0,0,0,0,0)|transform:scale3d(1,0,1)|transform:none|scale:0|scale:1 0
rotate:y 90deg|block-size:0|inline-size:0|width:0em|width:0%|height:0%|height:0rem
width:0.0px|width:calc(0px)|position:absolute;width:0;height:0|position:absolute;inset:0
position:fixed;top:0;bottom:0;width:5px|display:inline-block;width:0
display:inline-block;max-height:0|display:inline-block;font-size:0|display:inline;width:0
display:table;height:0|display:grid;width:0|display:flex;width:0|float:left;width:0
border:0 solid|border:1px|border-width:3px|border-style:solid|border-top:1px solid red
border-left:2px solid|padding:0 1px|padding:1px 0|padding-left:2px|min-width:9px;width:0
min-height:9px;height:0|min-height:9px|height:9px|height:9px;width:0|width:9px;height:0
width:50%|width:max-content|visibility:hidden;height:9px|opacity:0|clip-path:inset(100%)
position:absolute;left:-9999px|position:absolute;width:1px;height:1px;overflow:hidden
width:0;height:0;padding:0;border:0""".replace("\n", "|").split("|")
STYLED = [
    "<div id=a style='{}'>x</div>",
    "<span id=a style='{}'>x</span>",
    "<button id=a style='{}'>x</button>",
    "<input id=a style='{}'>",
    "<ul><li id=a style='{}'>x</ul>",
    "<table><tr><td id=a style='{}'>x</table>",
    "<svg id=a style='{}'><circle id=b r=3></circle></svg>",
    "<div id=a style='{}'></div>",
    "<span id=a style='{}'></span>",
    "<div style='{}'><p id=a>x</p><span id=b>y</span><input id=c><button id=d>k<i id=f>i</i>"
    "</button><i id=e style='position:absolute'>z</i><p id=g></p>"
    "<b id=h style='font-size:9px'>l</b></div>",
    "<span id=a style='{}'><i id=b>x</i><input id=c></span>",
]


def test_a_style_that_leaves_no_room_hides(browser: Any) -> None:
    cases = [html.format(style) for html in STYLED for style in STYLES]
    page = browser.new_page()
    page.set_content("<!doctype html><body>")
    real, ours = {}, {}
    for case in cases:
        page.evaluate("html => { document.body.innerHTML = html }", case)
        document = parse(f"<!doctype html><body>{case}")
        for element in document.select("[id]"):
            one = element.get("id", "")
            real[case, one] = page.locator(f"#{one}").is_visible()
            ours[case, one] = hidden_because(element) is None
    page.close()
    assert ours == real


ROOM = [  # All of these are seen
    "<div id=a style='padding-bottom:56.25%'></div>",
    "<div id=a style='padding:5%'></div>",
    "<span id=a style='padding:0 5%'></span>",
    "<div id=a><div style='padding-top:50%'></div></div>",
    "<div id=a style='aspect-ratio:16/9'></div>",
    "<div id=a style='aspect-ratio:16/9;width:100%'></div>",
    "<div style='height:50px'><div id=a style='height:100%'></div></div>",
    "<div style='height:9px'><p style='height:50%'><i id=a style='display:block;height:9%'></i></p>"
    "</div>",
    "<div style='display:flex;height:50px'><div><p id=a style='height:100%;width:5px'></p></div>"
    "</div>",
    "<div id=a style='position:absolute;height:100%;width:5px'></div>",
    "<div id=a style='--x:3px;height:var(--x)'></div>",
    "<div id=a style='height:15e-1px'></div>",
    "<div id=a style='display:table;width:5px;height:5px'></div>",
    "<div id=a style='display:table-cell;width:5px;height:5px'></div>",
    "<table id=a style='width:5px;height:5px'></table>",
    "<div style='display:flex'><div id=a style='flex:1;height:3px'></div></div>",
    "<div id=a style='transform:rotateX(90deg) rotateX(90deg);height:3px'>x</div>",
    "<div id=a style='transform:rotateX(.25turn) rotateX(-90deg)'>x</div>",
    "<div id=a style='content-visibility:hidden;contain-intrinsic-size:5px 5px'>x</div>",
    "<div id=a style='content-visibility:hidden;contain-intrinsic-height:auto 5px'>x</div>",
    "<div id=a style='width:calc(0);height:3px'></div>",
]
NO_ROOM = [
    "<div id=a style='height:100%'></div>",
    "<div id=a style='height:calc(100% - 5px)'></div>",
    "<div style='height:0'><div id=a style='height:100%'></div></div>",
    "<div style='height:50px'><div><div id=a style='height:100%'></div></div></div>",
    "<div style='height:50px'><div id=a style='height:0%'>x</div></div>",
    "<div style='width:0'><div id=a style='aspect-ratio:1'></div></div>",
    "<div id=a style='height:0e3px'>x</div>",
    "<div id=a style='transform:rotateX(450deg)'>x</div>",
    "<div id=a style='transform:rotateX(90deg) rotateY(90deg);height:3px'>x</div>",
    "<div id=a style='content-visibility:hidden;contain-intrinsic-size:none'>x</div>",
    "<div style='visibility:hidden'><b id=a style='visibility:unset'>x</b></div>",
]


@pytest.mark.parametrize("html", [*ROOM, *NO_ROOM])
def test_a_style_that_leaves_room_does_not_hide(html: str) -> None:
    document = parse(f"<!doctype html><body>{html}")
    assert (hidden_because(_at(document.get_by_id("a"))) is None) == (html in ROOM)


def test_chromium_sees_the_same_room(browser: Any) -> None:
    page, seen = browser.new_page(), []
    for html in [*ROOM, *NO_ROOM]:
        page.set_content(f"<!doctype html><body>{html}")
        if page.locator("#a").is_visible():
            seen.append(html)
    page.close()
    assert seen == ROOM


def test_a_style_sheet_may_say_how_high_a_page_is() -> None:
    inside = "<div id=a style='height:100%'></div>"
    document = parse(f"<!doctype html><style>body {{ height: 100vh }}</style><body>{inside}")
    assert hidden_because(_at(document.get_by_id("a"))) is None


PARTS = {
    "blanks of its own": "<p>a<b> b </b>c <i> d </i> e<u> f </u></p>",
    "a tick": "<div><label><input type=checkbox> Milk </label> <label> Tea </label></div>",
    "a link in lines": "<li>\n<a href=x>\n  Home\n</a>\n</li>",
    "links": "<nav>\n<a href=x>\n  Home\n</a>\n<a href=y>\n  News\n</a>\n</nav>",
    "before a break": "<p>a <b>b </b><br> <i> c</i></p>",
    "in a cell": "<table><tr><td> a <b> b </b><td><i> c </i> d</table>",
    "in a button": "<button> a <b> b </b> </button>",
    "quoted": "<p>a <q> b </q> c</p>",
    "unseen": "<p>a <b> b </b><i style='visibility:hidden'>c</i><u> d </u></p>",
    "first letters": "<p style='text-transform:capitalize'>a<b>b c</b><i>d</i> <u>straße</u></p>",
    "after choices": "<p><select><option>a</select> <b> b </b></p>",
    "folded": "<details><summary> s <b> t </b></summary><p hidden>a <b> b </b></p></details>",
    "kept": "<p style='white-space:pre-wrap'>a <b> b </b></p>",
    "deep": "<p>a " + "<b> " * 300 + "c" + " </b>" * 300 + " d</p>",
}


def test_the_text_of_each_element_is_chromiums(browser: Any) -> None:
    page = browser.new_page()
    real, ours = {}, {}
    for name, html in PARTS.items():
        page.set_content(f"<!doctype html><body>{html}")
        real[name] = page.evaluate(
            "[...document.body.querySelectorAll(':not(option)')].map(one => one.innerText)"
        )
        found = parse(f"<!doctype html><body>{html}").body.select("*:not(option)")
        ours[name] = [inner_text(one) for one in found]
    page.close()
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
        ("<p style='max-height:0'>x</p>", "its style, or that of something it is in, leaves it no"),
        ("<div style='scale:0'><p>x</p></div>", "its style, or that of something it is in, tran"),
        ("<div style='content-visibility:hidden'><p>x</p></div>", 'it is inside <div style="cont'),
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


def test_a_style_ends_what_it_leaves_open() -> None:
    document = parse("""<p style="color:red;content:'a;b:c"><p style="width:calc(1px;x:y">""")
    first, second = map(inline_style, document.select("p"))
    assert first == {"color": "red", "content": '"a;b:c'}
    assert second == {"width": "calc(1px;x:y)"}


def test_start_tags_are_short() -> None:
    link = parse(f"<a title='{'x' * 90}' hidden>x</a>").body.children[0]
    assert start_tag(link) == f'<a title="{"x" * 37}..." hidden>'


def test_styles_with_colons_and_semicolons_in_values() -> None:
    style = "background:url(data:a;b); content:';display:none'; color : Red"
    element = parse(f'<p style="{style}">').body.children[0]
    assert inline_style(element)["color"] == "red"
    assert "display" not in inline_style(element)


MUCH = 200_000  # Characters: what takes their square does not end
LONG_STYLES = {
    "no declaration": "a" * MUCH,
    "open brackets": "a:b(" * (MUCH // 4),
    "open comments": "/*" * (MUCH // 2),
    "no function": f"transform:{'a' * MUCH}",
    "no number": f"width:{'1' * MUCH}!",
}


@pytest.mark.parametrize("kind", LONG_STYLES)
def test_styles_without_end(kind: str) -> None:
    document = parse(f"<b id=a style='{LONG_STYLES[kind]}'>x</b>")
    assert hidden_because(_at(document.get_by_id("a"))) is None


def test_why_a_deep_element_has_no_room() -> None:
    deep = "<div style='color:red'>" * 600 + "x" + "</div>" * 600
    link = "<link rel=stylesheet href=a.css>"
    section = parse(f"{link}<section id=a class=c style='height:0'>{deep}</section>")
    assert "leaves it no room" in str(hidden_because(_at(section.get_by_id("a"))))


def test_many_words_in_one_line() -> None:
    document = parse(f"<p>{'<b> a </b><i>b </i>' * 4000}</p>")
    assert [inner_text(one) for one in document.select("b")] == ["a "] * 4000
    assert [inner_text(one) for one in document.select("i")] == [*["b "] * 3999, "b"]
    first = _at(document.select_one("i"))
    first.remove()  # What was found out about the line is out of date
    assert inner_text(_at(document.select_one("i"))) == "b "


def test_a_text_keeps_its_first_letter_behind_a_box_beside_it() -> None:
    html = "<div>y</div><input> <label><input style='float:left'> Remember me</label>"
    label = parse(html).select_one("label")
    assert label is not None and inner_text(label).strip() == "Remember me"
