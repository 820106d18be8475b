"""Paths lead to the elements that a browser's XPath finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.xpath import read_xpath, select_xpath
from tests.apps.still import StillPage

PAGE = """<!doctype html><title>t</title><div id=a class=x>one<!--c--><b>two</b><p>1</p><p>2.5</p>
</div><ul id=u><li class=new>Milk <button>Go</button><li>Tea<li
class="new old">Bread<ul><li>Rye</ul></ul><table><tr><td>a<td>b<tr><td>c</table>
<svg id=s><text>svg</text></svg>
<template><i>no</i></template>
<form><input type=submit value=Send><input type=text><select><option>A<option>B</select></form>"""

PATHS = """//div //DIV //div/@id //*[@ID='a'] //p[1] //p[last()] //p[.=2.5] //p[number(.)>1]
//li[@class] //li[not(@class)] //li[@class!='new'] //li[contains(@class,'new')]/text()/..
//li[contains(concat(' ',@class,' '),' old ')] //li[1] (//li)[1] (//li)[last()] //ul/li[2]
//li/following-sibling::li //li/preceding-sibling::li[1] //li/ancestor::ul //li/ancestor::*[1]
//button/.. //button/ancestor-or-self::*[2] //b/following::p //table/preceding::b //b/self::b
//td[following::td] //tr[td='a'] //tr[not(td[2])] //tr/td[2] //tr//td (//tr//td)[2]
//td[position()<2] //p[position()mod2=1] //p[count(//p)=2] //p[-1] //p['x'] //p[''] //p[true()]
//p[round(1.5)] //p[floor(1.9)] //p[ceiling(0.2)] //div[comment()] //node()[self::p]
//text()/parent::b
//*[local-name()='text'] //*[name()='svg'] //svg //*[namespace-uri()='http://www.w3.org/2000/svg']
//template/i //i //div|//p //p|//div id('u') id('u')/li id('ua') //div[id('u')]
//*[starts-with(@id,'u')] //li[normalize-space()='Tea'] //li[string-length(.)=3]
//li[translate(.,'TEA','tea')='tea']
//li[substring(.,1,1)='T'] //li[substring-before(.,'ea')='T'] //li[substring-after(.,'T')='ea']
//*[@*] //*[count(@*)=2] //table[sum(.//td)!=1] /html/body/* /* / //p[1]/../@class/.. //p[$x] //p[
//p] //p[foo()] //p[contains(.)] // //p/ p// count(//p) 1 'a' //p=2.5 -1 svg:text //x:p //p[--1]
""".split()

# SVG is found by its name, which a browser wants a namespace for; what a predicate calls is looked
# up when there is something to ask it of.
LENIENT = {"//svg", "//p[$x]", "//p[foo()]", "//p[contains(.)]"}


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("//li[contains(., 'Milk')]/button", ["Go"]),
        ("//td[position() = last()]", ["b", "c"]),
        ("//p | //b", ["two", "1", "2.5"]),
        ("//li[button or ul]/@class/..", ["Milk Go", "BreadRye"]),
        ("//ul//li[1][@class]", ["Milk Go"]),
        ("//p[. > 1 and . * 2 = 5]", ["2.5"]),
        ("//td[. = ../td[2]]", ["b"]),
        ("//p[2 - 1]", ["1"]),
        ("//p[7 mod 3 = 1][1]", ["1"]),
        ("//p[1 div 0 > 9]", ["1", "2.5"]),
    ],
)
def test_paths(path: str, texts: list[str]) -> None:
    assert [one.text.strip() for one in select_xpath(parse(PAGE), path)] == texts


def test_a_leading_slash_starts_at_the_element() -> None:
    page = parse(PAGE)
    nested = page.select_one("li ul")
    assert nested is not None
    assert select_xpath(nested, "//li") == nested.select("li")
    assert select_xpath(nested, "/li") == nested.select("li")
    assert select_xpath(nested, "../button") == []


@given(st.text(alphabet="/.@*[]()|=<!-+ '\"ab1:,", max_size=20))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        read_xpath(source)
    except ValueError as error:
        assert "cannot be read" in str(error)


def test_a_browser_finds_the_same(browser: Any) -> None:
    ours, real = StillPage(PAGE), browser.new_page()
    real.set_content(PAGE)
    order = {one: place for place, one in enumerate(ours.document.root.descendants(), 1)}
    order[ours.document.root] = 0
    places = """es => { const all = [...document.querySelectorAll('*')];
        return es.map(e => all.indexOf(e)) }"""
    different = []
    for start in ("", "body >> ", "ul >> ", "li >> "):
        for path in PATHS:
            selector = f"{start}xpath={path}"
            try:
                theirs: Any = real.locator(selector).evaluate_all(places)
            except Exception:
                theirs = "refused"
            try:
                found: Any = [order[one] for one in ours.locator(selector)._found()]
            except ValueError:
                found = "refused"
            if found != theirs and path not in LENIENT:
                different.append((selector, found, theirs))
    real.close()
    assert not different
