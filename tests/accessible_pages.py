"""Pages for the accessibility tests: a table of all that HTML and ARIA offer, and random ones."""

from __future__ import annotations

import random

_BLOCKS = (
    *("div", "div", "p", "ul", "ol", "li", "section", "article", "nav", "main", "header", "footer"),
    *("aside", "form", "fieldset", "table", "details", "figure", "dl", "blockquote", "dialog"),
    *("h1", "h2", "h3", "h6", "address", "pre", "menu", "search", "label", "svg", "select"),
)
_INLINE = (
    *("span", "span", "b", "em", "strong", "a", "a", "button", "button", "label", "code", "mark"),
    *("sub", "time", "del", "img", "input", "input", "input", "textarea", "select", "output"),
    *("progress", "meter", "br", "abbr", "summary", "hr", "i", "q"),
)
_TYPES = (
    *("text", "checkbox", "radio", "submit", "reset", "button", "image", "number", "range"),
    *("search", "email", "password", "date", "color", "hidden", "file", "tel", "url"),
)
_ROLES = (
    *("button", "link", "checkbox", "heading", "none", "presentation", "img", "list", "listitem"),
    *("region", "tab", "option", "row", "cell", "alert", "group", "textbox", "switch", "treeitem"),
    *("menuitem", "slider", "combobox", "generic", "nonsense", "radio", "article", "status"),
)
_WORDS = (
    "tea",
    "milk",
    "bread & butter",
    "two  words",
    "é",
    "x: y",
    "7",
    "- a",
    "no",
    "#1",
    "a # b",
)
_VOID = frozenset(("img", "input", "br", "hr"))


class _Maker:
    def __init__(self, seed: int):
        self.random, self.ids = random.Random(seed), 0

    def word(self) -> str:
        return self.random.choice(_WORDS).replace("&", "&amp;")

    def sometimes(self, chance: float) -> bool:
        return self.random.random() < chance

    def attributes(self, tag: str) -> str:
        pick, found = self.random.choice, {}
        if self.sometimes(0.15):
            found["role"] = pick(_ROLES)
        if self.sometimes(0.12):
            found["aria-label"] = pick((self.word(), "", " "))
        if self.sometimes(0.08):
            found["aria-labelledby"] = f"i{self.random.randrange(12)} i{self.random.randrange(12)}"
        if self.sometimes(0.08):
            found["title"] = self.word()
        if self.sometimes(0.2):
            found["id"] = f"i{self.random.randrange(12)}"
        if self.sometimes(0.05):
            found["hidden"] = ""
        if self.sometimes(0.05):
            found["aria-hidden"] = pick(("true", "false"))
        if self.sometimes(0.06):
            found["style"] = pick(
                ("display:none", "visibility:hidden", "visibility:visible", "display:block")
            )
        if self.sometimes(0.1):
            state, values = pick(
                (
                    ("checked", ("true", "false", "mixed")),
                    ("pressed", ("true", "false", "mixed")),
                    ("expanded", ("true", "false")),
                    ("selected", ("true", "false")),
                    ("disabled", ("true", "false")),
                    ("level", ("1", "3", "x", "0")),
                )
            )
            found[f"aria-{state}"] = pick(values)
        self.own(tag, found)
        return "".join(f' {name}="{value}"' for name, value in found.items())

    def own(self, tag: str, found: dict[str, str]) -> None:
        pick = self.random.choice
        if tag == "a" and self.sometimes(0.7):
            found["href"] = pick(("#", "/x", "", "a b"))
        if tag == "img" and self.sometimes(0.7):
            found["alt"] = pick(("", self.word()))
        if tag in ("input", "textarea") and self.sometimes(0.3):
            found["placeholder"] = self.word()
        if tag == "input":
            found["type"] = pick(_TYPES)
            if found["type"] in ("checkbox", "radio") and self.sometimes(0.4):
                found["checked"] = ""
            if self.sometimes(0.5):
                found["value"] = pick(("3", "tea", ""))
        if tag == "label" and self.sometimes(0.5):
            found["for"] = f"i{self.random.randrange(12)}"
        if tag in ("button", "input", "fieldset", "select", "textarea") and self.sometimes(0.15):
            found["disabled"] = ""
        if tag in ("details", "dialog") and self.sometimes(0.6):
            found["open"] = ""
        if tag == "select" and self.sometimes(0.3):
            found["multiple"] = ""

    def text(self) -> str:
        return self.random.choice(("", " ", "\n")) + self.word() + self.random.choice(("", " "))

    def element(self, depth: int) -> str:
        tag = self.random.choice(_BLOCKS if self.sometimes(0.45) else _INLINE)
        start = f"<{tag}{self.attributes(tag)}>"
        if tag in _VOID:
            return start
        return f"{start}{self.inside(tag, depth)}</{tag}>"

    def inside(self, tag: str, depth: int) -> str:
        if tag == "table":
            rows = "".join(
                "<tr>"
                + "".join(
                    f"<{(c := self.random.choice(('td', 'th')))}{self.attributes(c)}>{self.text()}"
                    for _ in range(self.random.randint(1, 3))
                )
                for _ in range(self.random.randint(1, 2))
            )
            return ("<caption>" + self.text() + "</caption>" if self.sometimes(0.3) else "") + rows
        if tag == "select":
            return "".join(
                f"<option{self.random.choice(('', ' selected', ' disabled'))}>{self.text()}"
                for _ in range(self.random.randint(0, 3))
            )
        if tag == "svg":
            return f"<title>{self.word()}</title>" if self.sometimes(0.5) else "<g></g>"
        if tag == "textarea":
            return self.text()
        first = {"fieldset": "legend", "figure": "figcaption", "details": "summary"}.get(tag)
        head = f"<{first}>{self.text()}</{first}>" if first and self.sometimes(0.7) else ""
        return head + self.nodes(depth + 1)

    def nodes(self, depth: int) -> str:
        count = self.random.randint(0, 3) if depth < 4 else 0
        parts = [self.text() if self.sometimes(0.5) else self.element(depth) for _ in range(count)]
        return "".join(parts) or (self.text() if self.sometimes(0.6) else "")


def random_page(
    seed: int,  # The same seed gives the same page
) -> str:  # Some markup for a body; not all of it is valid
    """Make up a page that uses HTML and ARIA without restraint."""
    maker = _Maker(seed)
    return "".join(maker.element(0) for _ in range(6))


# Every element and attribute that has a role, a state or a name, in a few pages.
PAGES = {
    "roles": (
        "<section title=x>a</section><section aria-label=''>a</section>"
        "<section aria-label=x>a</section><form title=x></form><form aria-label=f></form>"
        "<form name=q></form><aside>a</aside><article><aside>a</aside><header>h</header>"
        "<footer>f</footer></article><header>h</header>\n<a>x</a><a href=#>x</a><img><img alt=''>"
        "<img alt='' title=t><img alt='' aria-label=x><img alt=a>"
        "<img alt='' tabindex=0>\n<input type=color><input type=date><input type=file>"
        "<input type=image><input type=hidden><input type=password><input type=number>"
        "<input type=search><input type=search list=d><input list=d><input list=none>"
        "<input type=month><input type=range><datalist id=d><option>1</datalist>\n<select>"
        "<option>1<optgroup label=g><option>2</select><select multiple><option>1</select>"
        "<select size=2><option>1</select><select size=1></select>\n<table><caption>c</caption>"
        "<colgroup><col></colgroup><thead><tr><th>a<th scope=row>b<th scope=col>c</thead><tbody><"
        "tr>"
        "<th>x<td>y<td>z</table>\n<table role=grid><tr><td>a<th>b</table><table role=none><tr>"
        "<td>x</table><table role=treegrid><tr><td>1</table>\n<ul role=none><li>x</ul><li>alone</l"
        "i>"
        "<div><li>x</li></div><menu><li>x</menu><dl><dt>a<dd>b</dl><details>"
        "<summary>s</summary>x</details><summary>q</summary>\n<p>p<b>b</b><em>e</em><i>i</i>"
        "<strong>s</strong><sub>x</sub><sup>x</sup><del>d</del><ins>i</ins><mark>m</mark>"
        "<time>t</time><code>c</code><dfn>d</dfn><abbr>a</abbr><q>q</q><s>s</s><small>s</small>"
        "<kbd>k</kbd><var>v</var><cite>c</cite></p>\n<address>a</address><hgroup><h1>x</h1></hgrou"
        "p>"
        "<figure><figcaption>c</figcaption></figure><svg><title>t</title><g/></svg><svg></svg>"
        "<math></math><canvas></canvas><iframe></iframe><embed><object></object><video></video>"
        "<audio></audio><progress></progress><meter></meter><output>o</output><hr><br><wbr>"
        "<search>s</search><main>m</main><nav>n</nav><pre>x</pre><blockquote>b</blockquote>"
        "<label>l</label><legend>l</legend><fieldset><legend>x</legend></fieldset>"
        "<dialog open>d</dialog><picture><source></picture><map><area href=#><area></map>"
        "<ruby>r<rt>t</rt></ruby><noscript>n</noscript><template>t</template><bdo>b</bdo>"
        "<data>d</data><samp>s</samp><u>u</u>\n<div role='foo button'>x</div>"
        "<div role='BUTTON'>x</div><div role='presentation button'>x</div>"
        "<button role=none>x</button><h2 role=none aria-label=x>x</h2><h2 role=presentation>x</h2"
        ">"
        "<div role='image'>x</div><div role=tab>x</div><input type=checkbox role=switch>"
        "<input type=checkbox aria-pressed=true><button aria-haspopup=true>x</button><div role=no"
        "ne>"
        "<ul role=presentation><li aria-label=q>x</ul></div><ul role=none aria-label=x><li>x</ul>"
        "<h1 role=none aria-hidden=true>x</h1><h1 role=none aria-live=off>x</h1>"
        "<div role=generic>x</div><div role=doc-chapter>x</div><div role=row>"
        "<div role=cell>x</div></div><div contenteditable>x</div><custom-el>x</custom-el>"
        "<img usemap=#a alt=x><input type=text role=combobox><a href=# role=button>x</a>"
        "<button type=menu>x</button><input type=xyz><div role=directory>x</div>"
        "<div role=separator>x</div><div tabindex=0>x</div><input type=email list=d>"
        "<input type=url list=d><input type=tel list=d><input type=number list=d><body>"
    ),
    "tables": (
        "<table><tr><th>a<th>b<tr><td>c<th>d</table><table><tr><th>only</table><table><tr>"
        "<th>a<td>b<tr><th>c<td>d</table><table><tr><td>b<th>a</table><table><thead><tr>"
        "<th>a<td>b</thead><tbody><tr><th>q<th>z<td>1</table><table><tr>"
        "<th scope=rowgroup>q<th scope=colgroup>z<th scope=foo>d</table><table><tr><th>a<tr>"
        "<th>b</table><table role=presentation aria-label=q><tr><th>a<tr><th>b</table>"
        "<table role=none tabindex=0><tr><td>x</table><ul role=none tabindex=0><li>a</ul>"
        "<dl role=none><dt>a<dd>b<div><dt>q</div></dl><div role=region><footer>f</footer></div>"
        "<section><footer>f</footer></section><section role=none><footer>z</footer></section>"
        "<aside role=nonsense><footer>z</footer></aside>"
    ),
    "hidden": (
        "<div inert><button>x</button></div><div hidden><button>x</button></div>"
        "<div style='visibility:hidden'><button>x</button>"
        "<button style='visibility:visible'>y</button></div><details><summary>s</summary>"
        "<button>x</button></details><details open><summary>s</summary><button>x</button></detail"
        "s>"
        "<dialog><button>x</button></dialog><div popover><button>x</button></div>"
        "<div hidden=until-found><button>x</button></div><div style='display:contents'>"
        "<button>x</button></div><div hidden style='display:block'><button>x</button></div>"
        "<div aria-hidden=TRUE><button>x</button></div><div aria-hidden><button>x</button></div>"
        "<canvas><button>x</button></canvas><video><button>x</button></video><object>"
        "<button>x</button></object><audio><button>x</button></audio><details><summary>s</summary"
        ">"
        "<summary>t<button>c</button></summary>text</details><div style='content-visibility:hidde"
        "n'>"
        "<button>q</button></div><div style='opacity:0'><button>q</button></div><select>"
        "<option hidden>1</option><option style='display:none'>2</option><option>3</select>"
        "<ruby>x<rp><b role=button>(</b></rp></ruby>"
        "<div style='display:NONE !important;display:block'><button>x</button></div>"
        "<input type=hidden role=button><input hidden><div style='visibility:collapse'>"
        "<button>x</button></div><meter><button>q</button></meter>"
    ),
    "names": (
        "<input type=submit><input type=reset><input type=button><input type=button title=t>"
        "<input type=submit value=''><input type=submit value='Go' title=t aria-label=L>"
        "<label>lab<input type=submit value=v></label><label>lab<input type=submit></label>"
        "<label>lab<input type=image alt=a></label><input type=image><input type=image alt=a titl"
        "e=t>"
        "<input type=image value=v><input type=image title=t>\n<label>lab<button>x</button></label"
        ">"
        "<button title=t></button><button title=t>x</button><button><img alt=i></button>"
        "<button value=q></button>\n<label>a <input></label><label for=b1>b</label>"
        "<input id=b1 title=t placeholder=p><input title=t placeholder=p><input placeholder=p>"
        "<input placeholder=p aria-label=' '><input type=checkbox placeholder=p><input type=file>"
        "<label>f<input type=file></label><input type=date placeholder=p title=q>"
        "<input type=range placeholder=z><input type=number placeholder=z>"
        "<textarea placeholder=p></textarea><textarea title=t placeholder=p></textarea>"
        "<select title=t><option>a</select><label>s<select>"
        "<option>a<option selected>b</select></label>\n<label>x <input value=v> y</label>"
        "<label>n <input type=checkbox aria-label=c> <input id=second value=zz></label>"
        "<input id=two aria-labelledby='two l2' aria-label=own value=v>"
        "<span id=l2>l2 <b hidden>h</b></span>"
        "<span id=l3 hidden>l3<b style='display:none'>q</b></span><input aria-labelledby=l3>"
        "<input aria-labelledby='nope'><input aria-labelledby='nope' aria-label=z>\n<fieldset>"
        "<legend>leg</legend></fieldset><fieldset title=t></fieldset><fieldset><div>"
        "<legend>l</legend></div></fieldset><figure><figcaption>cap</figcaption></figure>"
        "<figure title=t>x</figure><table><caption>cap</caption><tr><td>1</table><table summary=s"
        ">"
        "<tr><td>1</table><table title=t summary=s></table>\n<img alt=a title=t><img title=t>"
        "<img alt='' title=t><img src=foo.png><svg><title>st</title></svg><svg><g>"
        "<title>x</title></g></svg><svg aria-label=q><title>st</title></svg><svg title=zz></svg>"
        "<a href=#><svg><title>in</title></svg></a><a href=# title=t></a><a href=# title=t>c</a>"
        "<a href=#><img alt=''>t<img alt=i></a>\n<h1>a<b>b</b> c</h1><h1>a<div>b</div>c</h1>"
        "<h1>a<br>b</h1><h1>  a\n b </h1><h1>a<span style='display:block'>b</span>c</h1>"
        "<h1>a<span style='display:inline-block'>b</span>c</h1>"
        "<h1>a<div style='display:inline'>b</div>c</h1><h1>a<button>b</button>c</h1>"
        "<h1>a<input value=v>c</h1><h1>a<select><option>o1<option selected>o2</select>c</h1>"
        "<h1>a<textarea>tt</textarea>c</h1><h1>a<input type=checkbox>c</h1>"
        "<h1>a<input type=range value=5 min=0 max=10>c</h1><h1>a<progress value=.5></progress>c</"
        "h1>"
        "<h1>a<meter value=.2></meter>c</h1>"
        "<h1>a<div role=slider aria-valuenow=4 aria-valuetext=four>x</div>c</h1>"
        "<h1>a<div role=textbox>x</div>c</h1><h1>a<ul><li>x<li>y</ul>c</h1><h1>a<p>b</p>c</h1>"
        "<h1>a<table><tr><td>1<td>2</table>c</h1><h1>a<div role=listbox>"
        "<div role=option aria-selected=true>s</div><div role=option>n</div></div>c</h1>"
        "<h1>a<div role=combobox>q<input value=w></div>c</h1><h1>a<div role=menu>q</div>c</h1>"
        "<h1>a<div role=img aria-label=im>q</div>c</h1><h1>a<nav>q</nav>c</h1>"
        "<h1>a<span aria-label=L>q</span>c</h1><h1>a<span title=T>q</span>c</h1>"
        "<h1>a<span title=T></span>c</h1><h1>a<i aria-hidden=true>q</i>c</h1>"
        "<h1>a<span hidden>q</span>c</h1><h1>a<script>1</script><style>2</style><!--c-->c</h1>"
        "<h1>a<a href=#>link</a>c</h1><h1 aria-label=x>q</h1><h1 title=t></h1><h1 title=t>c</h1><"
        "h1>"
        "<h1>\n<p aria-label=x>p</p><span aria-label=x>s</span><div role=region aria-label=x></div"
        ">"
        "<div aria-label=x>z</div><nav title=t></nav><nav aria-label=n title=t></nav>"
        "<main aria-labelledby='m1 m2'></main><span id=m1>M1</span><span id=m2> M2 </span>"
        "<ul aria-label=x></ul><li>item</li><li title=t>item</li><dialog open title=t></dialog>"
        "<details><summary>su</summary>d</details><details title=t></details><summary>alone</summ"
        "ary>"
        "<details open><summary title=st></summary></details><option>out</option><select>"
        "<option label=lab>text</option><option>te  xt</option><optgroup label=gg>"
        "<option>o</optgroup></select><output>o</output><label>l<output>o</output></label>"
        "<progress title=t></progress><label>m<meter></meter></label><iframe title=t></iframe>"
        "<area alt=al href=#><hr title=t><time title=t>x</time><code title=t aria-label=q>x</code"
        ">"
        "<div role=tab>T</div><div role=tooltip>T</div><div role=alert>al</div><div role=button>"
        "<p>a</p><p>b</p></div><div role=row><span role=cell>a</span><span role=cell>b</span></di"
        "v>"
        "<table><tr><td>a</td><th>b</th></table><div role=treeitem>a<div role=group>"
        "<div role=treeitem>b</div></div></div><div role=menuitem>x</div>"
        "<div role=note title=t>x</div><div role=checkbox>cb</div>"
        "<div role=switch aria-label=''>sw</div><div role=heading aria-owns=own1>h</div>"
        "<b id=own1>owned</b><abbr title=t>x</abbr><label for=cc>one</label><label for=cc>two</la"
        "bel>"
        "<input type=checkbox id=cc><label>a<span hidden>h</span><input></label>"
        "<label hidden>hid<input></label><label for=hi hidden>hid</label><input id=hi>"
        "<blockquote title=t></blockquote><embed title=t><object title=t></object>"
        "<math title=t></math><video title=t></video><q>z</q><a title=z>q</a>"
        "<div contenteditable title=t>x</div><input aria-placeholder=ap>"
        "<div role=textbox aria-placeholder=ap>x</div><div role=searchbox aria-label=x>y</div>"
        "<button><span style='visibility:hidden'>v</span>w</button>"
        "<button>a&#8203;b&shy;c&nbsp;d</button><button>x<template>t</template></button>"
        "<input type=button value=' a  b '><input type=password value=p aria-label=pw>"
        "<label>pw <input type=password value=secret id=pwx></label>"
        "<a href=# aria-labelledby=pwl>q</a>"
        "<span id=pwl>z<input type=password value=sec></span>\n<div id=d1>desc <b>one</b></div>"
        "<input aria-describedby='d1 nope'><input title=t aria-label=a>"
        "<input aria-description=ad title=t aria-label=q>"
        "<button aria-describedby=d1 aria-description=z>x</button><table><caption>c</caption></ta"
        "ble>"
        "<input type=submit value=a title=t><a href=# title=same>same</a><img alt=x title=y>"
        "<fieldset aria-label=q><legend>leg</legend></fieldset><figure aria-label=x>"
        "<figcaption>fc</figcaption></figure><table aria-label=x><caption>fc</caption></table>"
        "<span id=hd hidden>hiddendesc</span><b role=button aria-describedby=hd>x</b>"
        "<summary title=xx>y</summary><input placeholder=pp title=tt>"
        "<input placeholder=pp aria-label=q>"
    ),
}
# Views whose outlines show how texts, names and lists are written.
VIEWS = [
    (
        "<form style=display:contents><button>Go<b style=display:contents>1</b>x</button>a<i"
        " style=display:contents>b</i>c</form><nav style=display:contents> <b hidden>x</b></nav>"
        "<ul style=display:contents><li>x</ul><h3 style=display:contents aria-label=Save></h3>"
        "<input style=display:contents><nav style='display:contents;visibility:hidden'>y</nav>"
    ),
    ("<button title=Save>&nbsp;</button><a href=x title=T>&nbsp;<b> </b></a><p>&nbsp;</p>"),
    ("<h1>Title</h1><p>para <b>bold</b> x</p><ul><li>a<li>b <a href='/q'>link</a></ul>"),
    ("<div>one<div>two</div>three</div> four<br>five"),
    (
        "<a href=#>x</a><a href='http://a/b?c=d'>y <b>z</b></a><a href=/i><img alt=pic></a>"
        "<a href=/e></a>"
    ),
    (
        "<label>Name <input value=v placeholder=p></label><input placeholder=only>"
        "<input placeholder=ph aria-label=n><textarea placeholder=q>t\nu</textarea>"
        "<input type=password value=s>"
    ),
    (
        "<input type=checkbox checked aria-label=c><input type=checkbox id=i>"
        "<input type=radio disabled><button disabled>b</button><button aria-pressed=true>p</butto"
        "n>"
        "<button aria-pressed=mixed>p</button><button aria-expanded=false>p</button>"
        "<button aria-expanded=true>p</button><div role=checkbox aria-checked=mixed>m</div>"
        "<div role=checkbox>un</div>"
    ),
    (
        "<select aria-label=s><option>a<option selected>b<optgroup label=g>"
        "<option>c</optgroup></select><select multiple><option selected>x<option>y</select>"
    ),
    (
        "<table><caption>cap</caption><thead><tr><th>h1<th>h2</thead><tr><td>1<td>2<tr><td>3<td>"
        "<b>4</b></table>"
    ),
    (
        "<details><summary>s</summary>hid</details><details open><summary>s2</summary>shown</deta"
        "ils>"
        "<dialog open>d<p>q</dialog>"
    ),
    (
        "<nav aria-label=Main><a href=#>a</a></nav><section aria-label=sec>t</section>"
        "<section>plain</section><header>h</header><footer>f</footer><main>m</main>"
        "<article>a</article><form>f</form><form aria-label=ff>f</form>"
    ),
    (
        "<p>a: b</p><p># no</p><p>- x</p><p>'q'</p><p>\"q\"</p><p>true</p><p>123</p><p>a #c</p>"
        "<p>{x}</p><p>[x]</p><p>*x</p><p>&amp;x</p><p>!x</p><p>|</p><p>&gt; x</p><p>%x</p><p>@x</"
        "p>"
        "<p>`x</p><p>x:</p><p>~</p><p>null</p><p>yes</p><p>a\\b</p><p>?x</p><p>=</p><p>1.5</p>"
        "<p>a, b</p><p>0x1f</p><p>no</p><p>-</p><p>2024-01-01</p><p>/x/</p><p>a\u2028b"
        "</p><p>x\ty</p>"
        "<p>..</p><p>.inf</p><p>1e3</p><p>12:30</p><p>é</p><p>😀</p><p>a'b</p><p>--- x</p><p>Off</"
        "p>"
        "<p>Y</p><p>+1</p><p>1_000</p><p>\u200bz</p>"
    ),
    (
        '<button>say "hi"</button><button>/re/</button><button>a\\b</button><button>it\'s</button>'
        "<button>[x]</button><button>a: b</button><h2>a # b</h2><button>line\u2028sep</button>"
    ),
    ("<ul><li><p>x</p><li><p>x</p><p>y</p><li></ul><ul></ul><p></p><div role=group></div>"),
    (
        "<h1>a<span> b </span>c</h1><h1>x<a href=#>y</a></h1><h2 aria-label=other>text</h2>"
        "<button aria-label=close>x</button><li>lone</li>"
    ),
    (
        "<img><img alt=''><img alt=i><svg><title>t</title></svg><svg></svg><iframe></iframe>"
        "<canvas>f</canvas><video></video><hr><br><progress value=.3></progress>"
        "<meter value=.4 aria-label=m></meter><input type=range value=3><input type=number value="
        "4>"
        "<input type=date value=2024-01-02><input type=color><input type=file><input type=submit>"
        "<input type=hidden>"
    ),
    (
        "<p hidden>x</p><p style='display:none'>y</p><p aria-hidden=true>z</p>"
        "<p style='visibility:hidden'>v<b style='visibility:visible'>w</b></p>"
        "<span role=presentation>pres</span><ul role=none><li>n</ul><template>t</template>"
        "<noscript>n</noscript><script>1</script>"
    ),
    (
        "<div role=heading>h</div><div role=heading aria-level=4>h4</div><div role=tree>"
        "<div role=treeitem aria-level=2 aria-expanded=true aria-selected=true>x</div></div>"
        "<div role=tablist><div role=tab aria-selected=true>T</div><div role=tab>U</div></div>"
        "<div role=option aria-selected=true>o</div><div role=row aria-selected=true>"
        "<div role=cell>c</div></div>"
    ),
    (
        "<div aria-label=x>lab</div><span title=t>s</span><div role=generic>g</div>"
        "<div tabindex=0>focus</div><strong>s</strong><em>e</em><code>c</code><mark>m</mark>"
        "<del>d</del><sub>s</sub><time>t</time><blockquote>q</blockquote>"
        "<figure>f<figcaption>c</figcaption></figure><fieldset><legend>L</legend>x</fieldset><dl>"
        "<dt>t<dd>d</dl><output>o</output><address>ad</address><abbr title=q>ab</abbr>"
        "<label>just</label><pre> a\n  b </pre><q>qq</q>"
    ),
    (
        "<div>  a  </div>\n  <div>\n b\n</div><p>  <span> x </span> <span>y</span> </p>"
        "<span>a</span"
        ">"
        "<span>b</span> <span>c</span><div>d</div>"
    ),
    (
        "<p>a<button>b</button>c</p><p>a <input type=checkbox> c</p><p><img alt=i> txt</p>"
        "<p>one<br>two</p><p><a href=/a>x</a>, <a href=/b>y</a></p>"
    ),
    (
        "<div role=combobox aria-expanded=true aria-label=c>v</div><input list=d value=q>"
        "<datalist id=d><option>1</datalist><div role=textbox contenteditable>edit</div>"
        "<div contenteditable>ce</div><div role=slider aria-valuenow=5 aria-label=sl></div>"
        "<div role=listbox><div role=option>1</div></div><div role=alert>al</div>"
        "<div role=status></div>"
    ),
    (
        "<button><img alt=i> text</button><button>a<b>c</b></button><button><p>x</p><p>y</p></but"
        "ton>"
        "<button><span aria-hidden=true>x</span>save</button><a href=#><h3>card</h3><p>body</p></"
        "a>"
        "<h2><a href=#>same</a></h2><td>x</td>"
    ),
    (
        "<div aria-owns=o1>owner</div><p id=o1>owned</p><label for=z>Lab</label>"
        "<input id=z type=checkbox><fieldset disabled><input aria-label=f>"
        "<button>b</button></fieldset><div aria-disabled=true><button>ad</button></div>"
        "<button aria-disabled=true>q</button>"
    ),
    (
        "<p>long long long long long long long long long long long long long long long long long "
        "long long long long long long long long long long long long long long long long long lon"
        "g long long long long long long long long long long long long long long long long long l"
        "ong long long long long long long long </p>"
        "<button>name name name name name name name name name name name name name name name name "
        "name name name name name name name name name name name name name name name name name nam"
        "e name name name name name name </button>"
    ),
    (
        "<div><button aria-label='x'><span>y</span></button></div><a href='  /sp ace '>l</a>"
        "<a href=''>em</a><area href=#><map name=m><area href=/m alt=mm></map>"
    ),
    (
        "<div role=textbox>x</div><div role=textbox aria-label=q>x</div><div role=searchbox>x</di"
        "v>"
        "<input type=search placeholder=p aria-label=s>"
        "<input type=number placeholder=pp aria-label=n><input list=l placeholder=pl aria-label=c"
        ">"
        "<datalist id=l></datalist><input type=date placeholder=dd aria-label=e>"
    ),
    (
        "<div role=textbox contenteditable>a<b>b</b><p>c</p></div>"
        "<div contenteditable=true role=combobox>x</div>"
        "<div role=textbox contenteditable=true aria-label=l>x</div>"
    ),
    (
        "<input type=submit value=Go><input type=button value=x aria-label=y><input type=image al"
        "t=q>"
        "<input type=reset><input type=checkbox value=v><button value=q>b</button><select>"
        "<option label=L>t</select><output>x</output><progress value=.5>fall</progress>"
        "<meter value=1>fb</meter>"
    ),
    (
        "<p>x<span role=img aria-label=i></span>y</p><svg><text>t</text></svg><svg aria-label=q>"
        "<g role=button aria-label=b></g></svg><div role=img aria-label=x><button>in</button></di"
        "v>"
    ),
    (
        "<ul aria-label=L><li>a</ul><ul><li aria-label=x>a</li></ul><p aria-label=x>q</p>"
        "<a href=x role=button>rb</a><button role=link>bl</button><a role=link>nohref</a>"
        "<div role=link href=zz>dl</div>"
    ),
    (
        "<table role=none><tr><td>a<td>b</table><table><tr><td>only</table>"
        "<div role=tab tabindex=0>T</div><h1></h1><h1> </h1><button> </button>"
        "<button aria-label=' z '>q</button>"
    ),
    (
        "<p>a<!--c-->b</p><p>a<span style='display:none'>h</span>b</p><p>a<div>d</div></p>"
        "<span>a</span>\n<span>b</span><p>x<br/>y<wbr>z</p><p>a<img alt=''>b</p>"
        "<p>tab<textarea>v</textarea>z</p>"
    ),
    (
        "<details open><summary>s</summary><p>in</p></details><summary>x<button>b</button></summa"
        "ry>"
        "<fieldset><legend>L<b>x</b></legend><input aria-label=z></fieldset><label>t<select>"
        "<option>o</select></label>"
    ),
    (
        "<span aria-owns=z1>sp</span><ul aria-owns=z1><li>q</ul><div id=z1 role=listitem>owned</d"
        "iv>"
        "<div role=list aria-owns='z2 z3'></div><li id=z3>three</li><li id=z2>two</li>"
    ),
    (
        "<p>a<i style='display:block'>b</i>c</p><p>a<i hidden>b</i>c</p><p>a<del>b</del>c</p>"
        "<span>a</span><p>b</p><span>c</span><legend>q</legend>"
    ),
    (
        "<select aria-label=q multiple><optgroup label=g><option>a</optgroup>"
        "<option disabled>b</select><select><optgroup label=g disabled>"
        "<option>a</option></optgroup></select><datalist><option>z</datalist><ruby>a<rt>b</rt></r"
        "uby>"
        "<dl><div><dt>x<dd>y</div></dl><dl role=none><dt>x</dl>"
    ),
    (
        "<iframe title=t></iframe><video>f<p>g</p></video><h1>a&nbsp;b</h1><p>c&nbsp;d</p>"
        "<object>f</object><button>m<i>x</i></button>"
        "<p>a<span style='display:inline-block'>b</span>c</p><p>a<table><tr><td>x</table></p><ul>"
        "<li>a<ul><li>b</ul></ul><div role=menu><div role=menuitem>x<div role=menu>"
        "<div role=menuitem>y</div></div></div></div>"
    ),
]
