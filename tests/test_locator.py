"""Locators find what Playwright's find, and act under the same conditions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from fasthtml_nb.checks import controls
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.failures import ActionError, CheckError
from fasthtml_nb.checks.forms import submission
from fasthtml_nb.checks.locator import Locator, Still, milliseconds
from fasthtml_nb.checks.page import visit
from fasthtml_nb.checks.unsupported import LOCATOR, UnsupportedError
from tests.apps.still import StillPage

TASKS = """<!doctype html><title>Tasks</title><header><h1>My   tasks</h1><nav aria-label="Main">
<a href="/">Home</a> <a href="/about" aria-current="page">About us</a> <a>no link</a></nav></header>
<main><form id="new" aria-label="New task"><label for="title">Title</label>
<input id="title" name="title" placeholder="What to do" required> <label>Due <b>date</b>
<input type="date" id="due"></label> <label><input type="checkbox" id="gift" checked> Gift</label>
<fieldset><legend>Size</legend><label><input type="radio" name="s" value="s" checked>Small</label>
<label><input type="radio" name="s" value="l">Large</label></fieldset>
<select aria-label="Colour" id="colour"><option value="r">Red</option><option value="g"
selected>Green
</option><option disabled>Blue</option></select><textarea aria-labelledby="nl"></textarea>
<span id="nl">Note</span> <input type="submit" value="Add task"> <input type="reset">
<button type="button" disabled>Clear all</button><button title="Close it">&times;</button>
<input type="hidden" name="csrf" value="x"><input type="search" placeholder="Search tasks">
<input type="number" aria-label="Count" value="3"><input type="file" id="file" multiple></form>
<ul id="list" class="tasks open"><li class="task" data-testid="t1">Buy <b>milk</b>
<button>Delete</button></li><li class="task done" data-testid="t2">Buy bread <button>Delete</button>
<ul><li>rye</li><li>wheat</li></ul></li><li hidden
class="task">Old task <button>Delete</button></li>
<li class="task" style="display:none">Older task</li></ul><p class="count">2 tasks left</p>
<p>Say "hello" to   the <i>world</i></p><p>Don't panic</p><p></p><img src="/x.png"
alt="A cup of tea">
<img src="/y.png" alt=""><div role="button" aria-pressed="true">Bold</div><div>Bold text</div>
<div role="tablist"><div role="tab" aria-selected="true">One</div><div role="tab">Two</div></div>
<h2>Done</h2><h3 aria-level="5">Deep</h3><div role="heading" aria-level="2">Also two</div>
<details><summary>More</summary><p>folded away</p></details><p>a&nbsp;b</p><p>line<br>break</p>
<button aria-expanded="false">Menu</button><button aria-label="Real name">shown name</button>
<script>var text = "in a script"</script><style>.in-a-style{}</style></main>
<footer>The end</footer>"""

NESTED = """<!doctype html><title>Nested</title>
<div id="outer" class="box"><p class="a">one</p><div id="inner" class="box"><p class="b">two</p>
<div class="box deep"><span>three</span><span>three <em>and</em> more</span></div></div>
<p class="a b">four</p></div><table><caption>People</caption><thead><tr><th>Name<th>Age</tr></thead>
<tbody><tr><td>Ada<td>36<tr><td>Grace<td>85</tbody></table><div>Hello<div>Hello</div></div>
<div>hello <span>hello</span></div><template><p class="a">never</p></template>
<section aria-label="Cart"><h2>Cart</h2><ol><li>tea<li>milk</ol></section>
<section><h2>Other</h2><input value="x" disabled><input readonly value="y"><input></section>
<span title="Tip of the day">?</span><a href="#top" data-test="go" data-test-id="go2">Go to top</a>
<div class="empty"></div><ul><li id="l1">x<ul><li id="l2">y</li></ul></li></ul>"""

NARROW = [
    "page.locator('li')",
    "page.locator('#list > li')",
    "page.locator('#list').locator('> li')",
    "page.locator('#list').locator(':scope > li')",
    "page.locator('li.task.done, p.count')",
    "page.locator('li:nth-child(2)')",
    "page.locator('li:not(.done)')",
    "page.locator('[data-testid=t1]')",
    "page.locator('input[type=submit]')",
    "page.locator('input:checked')",
    "page.locator('option:checked')",
    "page.locator(':disabled')",
    "page.locator('input:enabled')",
    "page.locator('input:required')",
    "page.locator('input:placeholder-shown')",
    "page.locator('li:has(ul)')",
    "page.locator('li:has(> b)')",
    "page.locator('li:has-text(\"MILK\")')",
    "page.locator(':text(\"milk\")')",
    "page.locator('button:text-is(\"Delete\")')",
    'page.locator(\'li:text-matches("^buy", "i")\')',
    "page.locator('p:visible')",
    "page.locator('li:visible')",
    "page.locator(':nth-match(button, 2)')",
    "page.locator('li:is(.done, :has(b))')",
    "page.locator('li:not(:has-text(\"milk\"))')",
    "page.locator('text=Buy')",
    "page.locator('text=\"Delete\"')",
    "page.locator('text=/^buy/i')",
    "page.locator('\"rye\"')",
    "page.locator('id=title')",
    "page.locator('data-testid=t2')",
    "page.locator('role=button[name=\"Delete\"]')",
    "page.locator('role=button[name=\"delete\" i]')",
    "page.locator('role=checkbox[checked]')",
    "page.locator('role=heading[level=2]')",
    "page.locator('ul >> text=rye')",
    "page.locator('ul >> li >> nth=1')",
    "page.locator('li >> nth=-1')",
    "page.locator('li >> visible=true')",
    "page.locator('li >> visible=false')",
    "page.locator('*css=li >> b')",
    "page.locator('b >> ..')",
    "page.locator('css=li >> css=button >> nth=0')",
    "page.get_by_role('button')",
    "page.get_by_role('button', name='delete')",
    "page.get_by_role('button', name='Delete', exact=True)",
    "page.get_by_role('button', name='delete', exact=True)",
    "page.get_by_role('button', name=re.compile('^cl', re.I))",
    "page.get_by_role('button', name='Clear all', disabled=True)",
    "page.get_by_role('button', disabled=False)",
    "page.get_by_role('button', pressed=True)",
    "page.get_by_role('button', expanded=False)",
    "page.get_by_role('button', include_hidden=True)",
    "page.get_by_role('button', name='Real name')",
    "page.get_by_role('button', name='shown name')",
    "page.get_by_role('button', description='close')",
    "page.get_by_role('checkbox')",
    "page.get_by_role('checkbox', name='gift', checked=True)",
    "page.get_by_role('checkbox', checked=False)",
    "page.get_by_role('radio', name='Small')",
    "page.get_by_role('radio', checked=False)",
    "page.get_by_role('heading')",
    "page.get_by_role('heading', level=1)",
    "page.get_by_role('heading', level=2)",
    "page.get_by_role('heading', level=5)",
    "page.get_by_role('heading', name='my tasks')",
    "page.get_by_role('link')",
    "page.get_by_role('link', name='about')",
    "page.get_by_role('list')",
    "page.get_by_role('listitem')",
    "page.get_by_role('list').get_by_role('listitem').first",
    "page.get_by_role('textbox')",
    "page.get_by_role('textbox', name='Note')",
    "page.get_by_role('searchbox')",
    "page.get_by_role('spinbutton', name='count')",
    "page.get_by_role('combobox', name='Colour')",
    "page.get_by_role('option')",
    "page.get_by_role('option', selected=True)",
    "page.get_by_role('option', disabled=True)",
    "page.get_by_role('tab', selected=True)",
    "page.get_by_role('tab')",
    "page.get_by_role('img')",
    "page.get_by_role('img', name='tea')",
    "page.get_by_role('navigation')",
    "page.get_by_role('main')",
    "page.get_by_role('banner')",
    "page.get_by_role('contentinfo')",
    "page.get_by_role('form', name='new task')",
    "page.get_by_role('group', name='Size')",
    "page.get_by_role('paragraph')",
    "page.get_by_role('nothing')",
    "page.get_by_label('title')",
    "page.get_by_label('Title', exact=True)",
    "page.get_by_label('due date')",
    "page.get_by_label('Gift')",
    "page.get_by_label('Colour')",
    "page.get_by_label('Note')",
    "page.get_by_label(re.compile('^s', re.I))",
    "page.get_by_label('new task')",
    "page.get_by_label('real')",
    "page.get_by_placeholder('what to')",
    "page.get_by_placeholder('What to do', exact=True)",
    "page.get_by_placeholder(re.compile('tasks$'))",
    "page.get_by_alt_text('cup')",
    "page.get_by_alt_text('A cup of tea', exact=True)",
    "page.get_by_title('close')",
    "page.get_by_test_id('t1')",
    "page.get_by_test_id('t')",
    "page.get_by_test_id(re.compile('^t'))",
    "page.get_by_text('buy')",
    "page.get_by_text('Buy milk')",
    "page.get_by_text('Bold')",
    "page.get_by_text('Bold', exact=True)",
    "page.get_by_text('add task')",
    "page.get_by_text('say \"hello\" to the world')",
    'page.get_by_text("Don\'t")',
    "page.get_by_text('in a script')",
    "page.get_by_text('a b')",
    "page.get_by_text('linebreak')",
    "page.get_by_text(re.compile('tasks? left'))",
    "page.get_by_text(re.compile('to the'))",
    "page.get_by_text('folded')",
    "page.get_by_text('old task')",
    "page.get_by_text('')",
    "page.locator('li').filter(has_text='buy')",
    "page.locator('li').filter(has_text=re.compile('^Buy'))",
    "page.locator('li').filter(has_not_text='buy')",
    "page.locator('li').filter(has=page.locator('b'))",
    "page.locator('li').filter(has_not=page.get_by_role('button'))",
    "page.locator('li').filter(visible=True)",
    "page.locator('li').filter(visible=False)",
    "page.locator('li', has_text='bread', has=page.locator('ul'))",
    "page.locator('li').visible",
    "page.locator('li').nth(1)",
    "page.locator('li').nth(-2)",
    "page.locator('li').nth(99)",
    "page.locator('li').first",
    "page.locator('li').last",
    "page.locator('li').first.locator('button')",
    "page.locator('li').and_(page.locator('.done'))",
    "page.locator('b').or_(page.get_by_role('heading'))",
    "page.get_by_role('button').and_(page.get_by_title('Close it'))",
    "page.locator('ul').locator(page.get_by_role('button'))",
    "page.locator('ul').locator(page.locator('li').nth(0))",
    "page.locator('li').first.within(page.locator('ul'))",
    "page.get_by_text('Delete').filter(visible=True).nth(1)",
    "page.get_by_role('listitem').filter(has=page.get_by_text('milk')).get_by_role('button')",
    "page.get_by_role('listitem').filter(has=page.get_by_role('button', name='Delete')).last",
    "page.locator('p').filter(has_text='')",
    "page.locator('body').get_by_text('the end')",
    "page.locator('footer').get_by_text('the end')",
    "page.locator('li:has-text(\"milk\") >> role=button')",
]
DEEP = [
    "page.locator('div')",
    "page.locator('div div')",
    "page.locator('#inner').locator('div p')",
    "page.locator('#outer').locator('div p')",
    "page.locator('#outer').locator('#outer p')",
    "page.locator('.box').filter(has=page.locator('.box p'))",
    "page.locator('.box').filter(has=page.locator(':scope > p'))",
    "page.locator('.box:has(.box .box)')",
    "page.locator('.box').locator('p').first",
    "page.locator('.box').locator(page.locator('p').first)",
    "page.locator('p + div')",
    "page.locator('p ~ p')",
    "page.locator('p.a').locator('+ div')",
    "page.locator('p.a').locator('~ p')",
    "page.locator('p:has(+ div)')",
    "page.locator('li:not(ul ul li)')",
    "page.locator('#l1').locator('li:not(ul ul li)')",
    "page.locator(':scope')",
    "page.locator('#inner').locator(':scope')",
    "page.locator('html')",
    "page.locator('template p')",
    "page.locator('.empty')",
    "page.locator('.empty').filter(visible=True)",
    "page.get_by_text('hello')",
    "page.get_by_text('Hello', exact=True)",
    "page.locator('text=hello')",
    "page.locator('text=\"Hello\"')",
    "page.locator(':text-is(\"hello\")')",
    "page.get_by_text('three')",
    "page.get_by_text('three', exact=True)",
    "page.get_by_text('three and more', exact=True)",
    "page.locator('span', has_text=re.compile('^three$'))",
    "page.get_by_role('table')",
    "page.get_by_role('table', name='people')",
    "page.get_by_role('row')",
    "page.get_by_role('row', name='Ada')",
    "page.get_by_role('row').filter(has=page.get_by_role('cell', name='Grace'))",
    "page.get_by_role('cell').nth(1).within(page.get_by_role('row'))",
    "page.get_by_role('cell', name='85')",
    "page.get_by_role('columnheader')",
    "page.get_by_role('rowgroup')",
    "page.get_by_role('region')",
    "page.get_by_role('region', name='Cart').get_by_role('listitem')",
    "page.get_by_role('textbox', disabled=True)",
    "page.get_by_role('textbox', disabled=False)",
    "page.locator('section').filter(has=page.get_by_role('heading', name='Oth')).locator('input')",
    "page.get_by_title('tip')",
    "page.locator('data-test=go')",
    "page.locator('data-test-id=go2')",
    "page.locator('input:read-only')",
    "page.locator('input:read-write')",
    "page.locator('p.a, p.b')",
    "page.locator('.b').and_(page.locator('.a'))",
    "page.locator('p').or_(page.locator('#inner'))",
    "page.locator('p').or_(page.locator('#inner')).nth(1)",
    "page.locator('em').or_(page.locator('#l2')).first",
    "page.locator('td:text-is(\"Ada\") + td')",
    "page.locator('tr:has(td:text(\"Ada\")) td >> nth=1')",
    "page.locator('em >> .. >> ..')",
    "page.locator('.deep >> span').filter(has=page.locator('em'))",
    "page.locator('section:has(h2:text-is(\"Cart\")) li')",
    "page.locator('xyz')",
    "page.locator('li:first-child')",
    "page.locator('li:only-child')",
    "page.locator('[class~=b]')",
    "page.locator('[title^=Tip]')",
]
WRONG = [
    "page.locator('p[')",
    "page.locator('p:foo')",
    "page.locator('foo=bar')",
    "page.locator('')",
    "page.locator('p::before')",
    "page.locator('p:text(x)')",
    "page.locator('div >> css=\"b\"')",
    "page.get_by_role('button', checked=True)",
    "page.locator('role=button[foo=1]')",
    "page.locator('role=')",
]
ASKED = [(TASKS, one) for one in NARROW] + [(NESTED, one) for one in [*DEEP, *WRONG]]


def _ours(page: Any, expression: str) -> list[int] | str:
    order = {one: place for place, one in enumerate(page.document.root.descendants(), 1)}
    order[page.document.root] = 0
    try:
        found = eval(expression, {"page": page, "re": re})
        return [order[one] for one in found._found()]
    except (ValueError, CheckError) as error:
        return f"refused: {type(error).__name__}"


_PLACES = (
    "es => { const all = [...document.querySelectorAll('*')]; return es.map(e => all.indexOf(e)) }"
)


@pytest.fixture
def real_page(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    page.set_default_timeout(30_000)
    yield page
    page.close()


@pytest.mark.parametrize("html", [TASKS, NESTED], ids=["tasks", "nested"])
def test_the_same_elements_as_playwright(real_page: Any, html: str) -> None:
    real_page.set_content(html)
    ours = StillPage(html)
    different = {}
    asked = [expression for page, expression in ASKED if page is html]
    assert len(asked) > 70
    for expression in asked:
        try:
            real = eval(expression, {"page": real_page, "re": re}).evaluate_all(_PLACES)
        except Exception:
            real = "refused: ValueError"
        if (found := _ours(ours, expression)) != real:
            different[expression] = (found, real)
    assert not different, "\n".join(f"{e}\n  {o} != {r}" for e, (o, r) in different.items())


# Acting --------------------------------------------------------------------------------

FIELDS = """<label id="l">Name <b>x</b> <input id="name" value="Ada"></label><input id="off"
disabled>
<input id="ro" readonly value="7"><input id="box" type="checkbox"><label for="box"
id="lb">Box</label>
<input id="r1" type="radio" name="r" checked><input id="r2" type="radio" name="r">
<input id="num" type="number"><select id="one"><option value="a">A</option><option value="b"
disabled>B
</option></select><select id="many" multiple><option>x<option>y<option>z</select>
<input id="file" type="file"><input id="files" type="file" multiple><button id="go"
disabled><i>i</i>
</button><div id="gone" hidden>x</div><div id="aria" role="checkbox" aria-checked="true">x</div>
<a href="#" aria-disabled="true" id="link">x</a><div contenteditable id="rich">x</div><svg
id="svg"></svg>
<textarea id="area">t</textarea><p id="p">text</p>"""

# Locator, method, arguments -> what becomes of it: a value, or the part of a message.
ACTED: list[tuple[str, str, tuple[Any, ...], dict[str, Any], Any]] = [
    ("#name", "fill", ("Grace",), {}, None),
    ("#l", "fill", ("Grace",), {}, None),
    ("#off", "fill", ("x",), {}, "but it is disabled."),
    ("#ro", "fill", ("x",), {}, "but it is read-only."),
    ("#box", "fill", ("x",), {}, "takes no text. Use check() or uncheck()"),
    ("#file", "fill", ("x",), {}, "takes no text. Use set_input_files()"),
    ("#one", "fill", ("a",), {}, "takes no text. Use select_option()"),
    ("#p", "fill", ("a",), {}, "takes no text. Use a locator of an input"),
    ("#num", "fill", ("abc",), {}, "takes no 'abc'"),
    ("#num", "fill", ("12",), {}, None),
    ("#gone", "click", (), {}, "but it is hidden by its attribute."),
    ("#gone", "click", (), {"force": True}, "but it is hidden by its attribute."),
    ("#go", "click", (), {}, "but it is disabled."),
    ("#go i", "click", (), {}, "is disabled"),
    ("#link", "click", (), {}, "disabled by aria-disabled"),
    ("#go", "click", (), {"force": True}, None),
    ("#off", "fill", ("x",), {"force": True}, None),
    ("#p", "click", (), {"trial": True}, None),
    ("#p", "dblclick", (), {}, None),
    ("#gone", "scroll_into_view_if_needed", (), {}, "but it is hidden by its attribute."),
    ("#p", "scroll_into_view_if_needed", (), {}, None),
    ("#p", "hover", (), {}, None),
    ("#p", "check", (), {}, "it is no checkbox or radio button"),
    ("#r1", "uncheck", (), {}, "loses its tick only to another one"),
    ("#r2", "check", (), {}, None),
    ("#r2", "uncheck", (), {}, None),
    ("#aria", "uncheck", (), {}, "clicking it did not change its tick"),
    ("#lb", "check", (), {}, None),
    ("#one", "select_option", ("a",), {}, ["a"]),
    ("#one", "select_option", ("A",), {}, ["a"]),
    ("#one", "select_option", (["a", "b"],), {}, ["a"]),
    ("#one", "select_option", ("b",), {}, "is disabled"),
    ("#one", "select_option", ("c",), {}, "offers no 'c'. It offers: 'A', 'B'"),
    ("#one", "select_option", (), {"index": 0}, ["a"]),
    ("#one", "select_option", (), {"index": 7}, "offers no index 7"),
    ("#one", "select_option", (), {"label": "A"}, ["a"]),
    ("#many", "select_option", (["x", "z"],), {}, ["x", "z"]),
    ("#many", "select_option", ([],), {}, []),
    ("#many", "select_option", (["x", "w"],), {}, "offers no 'w'"),
    ("#p", "select_option", ("x",), {}, "it is no <select>"),
    ("#file", "set_input_files", ([],), {}, None),
    ("#p", "set_input_files", ([],), {}, "it is no <input type="),
    ("#name", "input_value", (), {}, "Ada"),
    ("#l", "input_value", (), {}, "Ada"),
    ("#area", "input_value", (), {}, "t"),
    ("#one", "input_value", (), {}, "a"),
    ("#p", "input_value", (), {}, "it is no input, textarea or select"),
    ("#name", "get_attribute", ("value",), {}, "Ada"),
    ("#name", "get_attribute", ("none",), {}, None),
    ("#p", "inner_html", (), {}, "text"),
    ("#svg", "inner_text", (), {}, "it is no element of HTML"),
    ("#off", "is_disabled", (), {}, True),
    ("#go i", "is_disabled", (), {}, True),
    ("#p", "is_disabled", (), {}, False),
    ("#l", "is_enabled", (), {}, True),
    ("#ro", "is_editable", (), {}, False),
    ("#l", "is_editable", (), {}, True),
    ("#box", "is_editable", (), {}, True),
    ("#rich", "is_editable", (), {}, True),
    ("#p", "is_editable", (), {}, "it is no field"),
    ("#go", "is_editable", (), {}, "it is no field"),
    ("#r1", "is_checked", (), {}, True),
    ("#aria", "is_checked", (), {}, True),
    ("#lb", "is_checked", (), {}, False),
    ("#p", "is_checked", (), {}, "it is no checkbox or radio button"),
    ("#nothing", "is_visible", (), {}, False),
    ("#nothing", "is_hidden", (), {}, True),
    ("#gone", "is_visible", (), {}, False),
    ("#nothing", "click", (), {}, "Nothing found"),
    ("p, div", "click", (), {}, "elements found for"),
    ("p, div", "is_visible", (), {}, "elements found for"),
    ("#p", "wait_for", (), {}, None),
    ("#gone", "wait_for", (), {"state": "hidden"}, None),
    ("#gone", "wait_for", (), {}, "hidden by its attribute"),
    ("#p", "wait_for", (), {"state": "detached"}, "wait until it is detached"),
    ("#nothing", "wait_for", (), {"state": "detached"}, None),
    ("#p", "wait_for", (), {"state": "no"}, "No state 'no'"),
]


@pytest.mark.parametrize(("css", "method", "args", "options", "outcome"), ACTED)
def test_acting(css: str, method: str, args: Any, options: Any, outcome: Any) -> None:
    locator = StillPage(FIELDS).locator(css)
    refused = isinstance(outcome, str) and (" " in outcome)
    if refused:
        with pytest.raises((ActionError, CheckError, ValueError)) as caught:
            getattr(locator, method)(*args, **options)
        assert outcome in str(caught.value)
    else:
        assert getattr(locator, method)(*args, **options) == outcome


def test_playwright_agrees_about_acting(real_page: Any) -> None:
    different = []
    for css, method, args, options, outcome in ACTED:
        if css == "#aria" and method == "uncheck":
            continue
        real_page.set_content(FIELDS)
        expected = isinstance(outcome, str) and " " in outcome
        try:
            limit = 250 if expected else 30_000
            real = getattr(real_page.locator(css), method)(*args, **options, timeout=limit)
            refused = False
        except Exception as error:
            real, refused = str(error), True
        if refused != expected or (not refused and real != outcome):
            different.append((css, method, args, outcome, real))
    assert not different


def test_a_label_stands_for_its_control() -> None:
    page = StillPage(FIELDS)
    page.locator("#l").fill("Grace")
    page.locator("#lb").check()
    assert page.locator("#name").input_value() == "Grace"
    assert page.locator("#box").is_checked()
    page.locator("#lb").check()
    assert len(page.steps) == 2  # A box that is ticked is left alone


def test_files_come_from_disk_or_are_made_up(tmp_path: Path) -> None:
    page = StillPage(FIELDS)
    note = tmp_path / "note.txt"
    note.write_bytes(b"milk")
    image = tmp_path / "a.png"
    image.write_bytes(b"\x89")
    made = [
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"milk"},
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89"},
    ]
    for several in ([note, image], made):
        page.locator("#files").set_input_files(several)
        picked = controls.files(page.document.select_one("#files"))  # type: ignore[arg-type]
        assert [(one.name, one.type, one.content) for one in picked] == [
            ("note.txt", "text/plain", b"milk"),
            ("a.png", "image/png", b"\x89"),
        ]
        with pytest.raises(ActionError, match="it takes one file, not 2"):
            page.locator("#file").set_input_files(several)
    with pytest.raises(ValueError, match="give all as paths, or all as dicts"):
        page.locator("#files").set_input_files([note, made[1]])
    with pytest.raises(FileNotFoundError):
        page.locator("#file").set_input_files(tmp_path / "none")


def test_a_folder_is_picked_where_one_is_wanted(tmp_path: Path) -> None:
    page = StillPage('<form><input type="file" name="all" webkitdirectory></form>' + FIELDS)
    folder = tmp_path / "photos"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "b.txt").write_bytes(b"b")
    (folder / "a.txt").write_bytes(b"a")
    field = page.locator("[webkitdirectory]")
    field.set_input_files(folder)
    assert field.input_value() == "C:\\fakepath\\a.txt"
    form = page.document.select_one("form")
    assert form is not None
    form.set("enctype", "multipart/form-data")
    form.set("method", "post")
    sent = submission(form, url="http://testserver/").body.decode()
    assert re.findall('filename="(.*)"', sent) == ["photos/a.txt", "photos/old/b.txt"]
    for wrong in (folder / "a.txt", [], {"name": "x", "mimeType": "a/b", "buffer": b""}):
        with pytest.raises(ActionError, match="it takes a folder"):
            field.set_input_files(wrong)
    with pytest.raises(ActionError, match="it takes no folder"):
        page.locator("#files").set_input_files(folder)
    for several in ([folder, folder], [folder, folder / "a.txt"]):
        with pytest.raises(ValueError, match="Give files only, or one folder"):
            field.set_input_files(several)
    (folder / "old" / "none").mkdir()
    with pytest.raises(ValueError, match="holds no file"):
        field.set_input_files(folder / "old" / "none")


def test_an_action_waits_until_it_can_be_done() -> None:
    page = StillPage("<button disabled>Add</button>")
    page.later = [lambda: page.document.select_one("button").delete("disabled")]  # type: ignore[union-attr]
    page.get_by_role("button").click()
    assert page.steps == ["click <button> button='left', count=1, modifiers=[]"]


def test_reading_waits_until_it_is_there() -> None:
    page = StillPage("<main></main>")
    main = page.document.select_one("main")
    assert main is not None
    page.later = [lambda: main.append(*page.document.parse_fragment("<p>here</p>"))]
    assert page.locator("p").text_content() == "here"


def test_a_locator_is_asked_anew() -> None:
    page = StillPage("<ul><li>a<li>b</ul>")
    items = page.get_by_role("listitem")
    first = items.all()[0]
    page.document.select_one("li").remove()  # type: ignore[union-attr]
    assert (items.count(), first.text_content()) == (1, "b")


def test_what_a_stale_locator_led_to_is_told() -> None:
    page = StillPage("<ul><li>a</ul>")
    item = page.get_by_text("a")
    item.click()
    page.document.select_one("li").remove()  # type: ignore[union-attr]
    with pytest.raises(CheckError, match="It led to <li>a</li> before, which is no longer"):
        item.click()


def test_locators_of_another_page_are_refused() -> None:
    one, other = StillPage("<p>a"), StillPage("<p>a")
    for use in (
        lambda: one.locator("p").filter(has=other.locator("b")),
        lambda: one.locator("p").or_(other.locator("b")),
        lambda: one.locator("p").locator(other.locator("b")),
        lambda: one.locator("p", has_not=other.locator("b")),
    ):
        with pytest.raises(ValueError, match="belongs to another page"):
            use()
    with pytest.raises(TypeError, match="A locator is wanted here, not 'b'"):
        one.locator("p").and_("b")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: p.get_by_role("button", nmae="Add"), "no keyword 'nmae'. It takes: name."),
        (lambda p: p.locator("p", hastext="x"), "no keyword 'hastext'. It takes: has_text"),
        (lambda p: p.locator("p").click(cuont=2), "no keyword 'cuont'"),
        (lambda p: p.locator("p").filter(text="x"), "no keyword 'text'"),
        (lambda p: p.get_by_text(3), "has to be a str or a compiled pattern, not 3"),
        (lambda p: p.locator("input").fill(3), "fill\\(\\) wants a str, not 3"),
        (lambda p: p.locator(3), "A selector is a str, not 3"),
    ],
)
def test_what_is_misspelt_is_refused(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call(StillPage("<p>x</p><input>"))


def test_a_misspelt_method_is_met_with_those_near() -> None:
    with pytest.raises(AttributeError, match="has no 'get_by_lable'. Near it: get_by_label"):
        StillPage("<p>").locator("p").get_by_lable("x")  # type: ignore[attr-defined]


def test_every_method_of_playwright_is_here_or_says_why_not() -> None:
    from playwright.sync_api import Locator as Theirs

    locator = StillPage("<p>x</p>").locator("p")
    for name in dir(Theirs):
        if name.startswith("_"):
            continue
        if name in LOCATOR:
            assert not hasattr(Locator, name), f"{name} is here, so it is not unsupported"
            with pytest.raises(UnsupportedError, match=f"locator.{name} .*Instead: "):
                getattr(locator, name)("x")
            continue
        ours = inspect.getattr_static(Locator, name, None)
        assert ours is not None, f"{name} is neither here nor in the table"
        if isinstance(ours, property):
            continue
        theirs = [*inspect.signature(getattr(Theirs, name)).parameters]
        assert [*inspect.signature(getattr(Locator, name)).parameters] == theirs, name


def test_test_ids_may_have_another_attribute() -> None:
    page = StillPage("<p data-cy='a'>x</p>")
    page.test_id_attribute = "data-cy"  # type: ignore[attr-defined]
    assert page.get_by_test_id("a").text_content() == "x"
    assert page.locator("body").get_by_test_id("a").count() == 1


def test_locators_are_written_as_they_were_made() -> None:
    page = StillPage("<p>")
    for source in (
        "page.get_by_role('button', name='Add', exact=True)",
        "page.get_by_label('Title').first",
        "page.locator('li').filter(has_text='milk').nth(2)",
        "page.locator('li').filter(has=page.get_by_text('b'), has_not_text=re.compile('x', re.I))",
        "page.get_by_test_id('t').or_(page.get_by_title('x', exact=True)).last",
        "page.locator('ul').locator(page.get_by_role('heading', level=2, checked=None))",
    ):
        made = eval(source, {"page": page, "re": re})
        assert repr(made) == source.replace(", checked=None", "")
    assert repr(page.locator("p").describe("the text")) == "the text"


def test_time_limits() -> None:
    assert milliseconds(None, 5000) == 5000
    assert milliseconds(0, 5000) == float("inf")
    assert milliseconds(timedelta(seconds=2), 5000) == 2000


def test_an_answer_cannot_be_acted_on() -> None:
    with pytest.raises(ActionError, match="Cannot click <p>x</p>: this is the HTML of one answer"):
        Locator(Still(parse("<p>x</p>")), "p").click()


def test_an_outline_may_be_cut() -> None:
    page = StillPage("<ul><li>a<ul><li>b</ul></ul>")
    lists = page.get_by_role("list").first
    assert lists.aria_snapshot(depth=1) == "- list:\n  - listitem"
    assert lists.aria_snapshot(depth=2) == "- list:\n  - listitem:\n    - text: a\n    - list"
    with pytest.raises(UnsupportedError, match="needs a screen"):
        lists.aria_snapshot(mode="ai")


@pytest.mark.parametrize(
    ("html", "free"),
    [
        ("<button id=t style='pointer-events:none'>b</button>", False),
        ("<div style='pointer-events: none'><button id=t>b</button></div>", False),
        ("<div style='pointer-events:none'><b id=t style='pointer-events:auto'>b</b></div>", True),
        ("<a href=/ style='pointer-events:none'><b id=t>l</b></a>", False),
        ("<button><b id=t style='pointer-events:none'>b</b></button>", True),
        ("<label style='pointer-events:none'><input id=t type=checkbox></label>", False),
        ("<label><input id=t type=checkbox style='pointer-events:none'></label>", False),
        ("<style>.busy { pointer-events: none }</style><p class=busy><b id=t>b</b></p>", False),
        ("<style>@media print { b { pointer-events: none } }</style><b id=t>b</b>", True),
        ("<style>b:hover { pointer-events: none }</style><b id=t>b</b>", True),
        (
            "<style>b { pointer-events: none } #t { pointer-events: auto }</style><b id=t>b</b>",
            True,
        ),
        ("<div inert><button id=t>b</button></div>", False),
    ],
)
def test_a_click_that_something_else_would_get_is_refused(html: str, free: bool) -> None:
    page = StillPage(html)
    target = Locator(page, "#t")
    for act in (target.click, target.dblclick, target.hover):
        if free:
            act(timeout=1)
        else:
            with pytest.raises(TimeoutError, match="intercepts pointer events"):
                act(timeout=1)
    target.click(force=True)


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("red", "#ff0000"),
        (" RebeccaPurple ", "#663399"),
        ("#F0a", "#ff00aa"),
        ("#abcd", "#aabbcc"),
        ("#AABBCCDD", "#aabbcc"),
        ("rgb(300, 0, 9)", "#ff0009"),
        ("aabbcc", "#000000"),
        ("", "#000000"),
    ],
)
def test_colours_are_filled_by_any_name(given: str, held: str) -> None:
    page = visit(Starlette())
    page.set_content("<input type=color value='#010203'>")
    page.locator("input").fill(given)
    assert page.locator("input").input_value() == held
