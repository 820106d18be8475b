"""Audits: what a page has wrong is found, and what it has right is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import HTMLResponse

from fasthtml_nb.checks.access_rules import ACCESS_RULES
from fasthtml_nb.checks.audit import RULES, audit
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.findings import Finding, Report
from fasthtml_nb.checks.htmx_rules import HTMX_RULES
from fasthtml_nb.checks.markup_rules import MARKUP_RULES, written_tags
from fasthtml_nb.checks.page import visit
from fasthtml_nb.ft.tags import A, Button, Div, Form, Html, Input, P

DEFECTS = [  # Line of the page, rule that finds it
    ("<img src=/cat.png>", "image-alt"),
    ("<p>Text<div>Block</div></p>", "p-content"),
    ('<a href="/x"><button>Go</button></a>', "nested-interactive"),
    ("<form id=f><form id=g></form></form>", "nested-form"),
    ("<ul><p>Item</p></ul>", "list-content"),
    ("<i id=twice></i><i id=twice></i>", "duplicate-id"),
    ("<center>Old</center>", "conformance"),
    ("<p role=buton>Save</p>", "role"),
    ("<input name=unlabelled>", "control-name"),
    ('<label for="nowhere">Name</label>', "label-for"),
    ("<button><i></i></button>", "button-name"),
    ('<a href="/y"><i></i></a>', "link-name"),
    ("<h4>Skipped</h4>", "heading-order"),
    ("<h2></h2>", "empty-heading"),
    ('<div onclick="go()">Go</div>', "click-handler"),
    ("<a>Nowhere</a>", "link-href"),
    ('<iframe src="/map"></iframe>', "frame-title"),
    ('<button hx-gte="/z">Load</button>', "hx-attribute"),
    ('<button hx-get="/z" hx-target="#nowhere">Load</button>', "hx-target"),
    ('<button hx-get="/z" hx-swap="outerhtml">Load</button>', "hx-swap"),
    ('<button hx-action="/z">Load</button>', "hx-dialect"),
]
HEAD = '<!doctype html><html><head><script src="/htmx.min.js"></script></head><body><h1>Page</h1>'
SEEDED = "\n".join([HEAD, *(markup for markup, _ in DEFECTS)])  # Two more: no title, no language


def test_the_23_seeded_defects_are_found_and_nothing_else():
    wanted = {(place, rule) for place, (_, rule) in enumerate(DEFECTS, 2)}
    wanted |= {(None, "page-title"), (None, "page-lang")}
    found = {(one.line, one.rule) for one in audit(SEEDED)}
    assert len(wanted) == 23
    assert found == wanted


WRONG = [
    ("p-content", "<p><ul><li>x</li></ul></p>"),
    ("table-content", "<table><div>x</div><tr><td>1</td></tr></table>"),
    ("table-content", "<table><tr><td>1</td><p>x</p></tr></table>"),
    ("nested-interactive", "<a href=/>x<a href=/y>y</a></a>"),
    ("nested-interactive", "<button>a<button>b</button></button>"),
    ("nested-interactive", '<button>Go<a href="/">x</a></button>'),
    ("duplicate-id", '<p id="">x'),
    ("duplicate-id", '<p id="a b">x'),
    ("dangling-reference", "<!doctype html><input form=none aria-label=x>"),
    ("required-attribute", "<img alt=x>"),
    ("attribute-value", "<input type=datum aria-label=x>"),
    ("aria-reference", "<!doctype html><p aria-describedby=no>x"),
    ("tab-order", "<p tabindex=3>x"),
    ("hx-loaded", "<!doctype html><p hx-get=/>x"),
    ("hx-selector", '<!doctype html><p hx-get=/ hx-include="[name=none]">x'),
    ("hx-selector", '<!doctype html><p hx-get=/ hx-trigger="click from:#no">x'),
    ("hx-target", '<!doctype html><p hx-get=/ hx-target="closest tr">x'),
    ("hx-target", '<p hx-get=/ hx-target="#[">x'),
    ("hx-swap", '<p hx-swap="innerHTML swp:1s">x'),
    ("hx-swap", '<p hx-swap="innerHTML swap:soon">x'),
    ("hx-trigger", '<p hx-trigger="keyup dely:1s">x'),
    ("hx-trigger", '<p hx-trigger="every">x'),
    ("hx-trigger", '<p hx-trigger="keyup delay:soon">x'),
    ("hx-values", "<p hx-vals=\"{'a': 1}\">x"),
    ("hx-oob", '<p hx-swap-oob="true">x'),
    ("hx-oob", '<p id=a hx-swap-oob="tru">x'),
    ("hx-one-request", "<p hx-get=/ hx-post=/>x"),
    ("hx-word", '<p hx-boost="yes">x'),
    ("hx-word", '<p hx-sync="this:dorp">x'),
    ("hx-word", "<p hx-preserve>x"),
    ("hx-disable", '<p hx-disable="this">x'),
    ("hx-dialect", "<p data-hx-ignore>x"),
]


@pytest.mark.parametrize(("rule", "markup"), WRONG)
def test_a_mistake_is_found(rule, markup):
    dialect = None if rule == "hx-loaded" else 2
    assert rule in audit(markup, dialect=dialect).rules


RIGHT = [
    "<p>One<div>The end tag of p may be left out</div><p>Two</p>",
    "<ul><li>One<li>Two</ul><dl><dt>a<dd>b</dl>",
    "<table><thead><tr><th>A<tbody><tr><td><p>1</p><div>x</div></table>",
    "<table><tr><td><form><button>Go</button></form></td></tr></table>",
    "<!-- <p><div></div></p> --><script>'<p><div></div></p>'</script><textarea aria-label=x><p>",
    "<a href=/>One</a><a href=/>Two</a><button>x</button><button>y</button>",
    '<img src=x alt=""><img src=x role=presentation>',
    "<label>Name <input></label><input type=hidden><input type=submit><input aria-label=x>",
    '<label for=x>Not here</label><p hx-get=/ hx-target="#list">x',
    '<a id="top"></a><a name=x></a><svg><a>x</a></svg>',
    '<p hx-on:click="x" hx-on::after-request="y" hx-target-404="#x">x',
    '<p hx-get=/ hx-target=this hx-swap="outerHTML swap:1s settle:20ms show:#a:top">x',
    '<p hx-trigger="click[ctrlKey], keyup changed delay:500ms from:body, every 2s [a]">x',
    '<p hx-vals="js:{a: 1}" hx-headers=\'{"a": "b"}\' hx-sync="closest form:queue last">x',
    '<p hx-ext="morph" hx-swap="morph:outerHTML">x',
    '<p id=a hx-swap-oob="beforeend:#list">x',
    "<p>Write hx-gte= here: it is text</p><code>hx-foo</code>",
    "<tr><td>One</td></tr>",
    "",
]


@pytest.mark.parametrize("markup", RIGHT)
def test_nothing_is_found_in_what_is_right(markup):
    assert list(audit(markup, dialect=2)) == []


def test_the_dialect_is_that_of_the_page():
    page = '<html lang=en><title>x</title><script src="{}"></script><p hx-ignore>x'
    assert audit(page.format("/htmx.org@2.0.4/htmx.js")).rules == ["hx-dialect"]
    assert not audit(page.format("/htmx.org@4.0.1/htmx.js"))
    assert audit("<p hx-disable>x", dialect=4).rules == ["hx-disable"]


def test_an_answer_is_held_against_its_page():
    page = '<!doctype html><html lang=en><title>x</title><ul id="list"></ul>'
    answer = '<li hx-get=/ hx-target="#list">x</li><p id=lst hx-swap-oob=true></p>'
    assert audit(answer, into=page).rules == ["hx-oob"]
    assert "Near: '#list'" in str(audit(answer, into=page))


def test_trees_documents_bytes_and_answers_are_looked_at():
    tree = P(Div("x"))
    assert audit(tree).rules == ["p-content"]
    assert audit(b"<p><div></div></p>").rules == ["p-content"]
    assert audit(parse("<p>")).rules == ["page-title", "page-lang"]
    assert audit(Html(Form(Form(Button("Go"))), A("x"), Input())).rules
    with pytest.raises(TypeError, match="Nothing to audit in None, a NoneType"):
        audit(None)


async def app(scope, receive, send):
    await HTMLResponse("<!doctype html><html lang=en><title>x</title>\n<img alt=x>")(
        scope, receive, send
    )


def test_a_page_is_looked_at_as_it_stands():
    with visit(app, "/here") as page:
        assert [(one.rule, one.line) for one in audit(page)] == [("required-attribute", 2)]
        assert audit(page).about == "/here"
        page.document.body.inner_html = "<i id=a></i><i id=a></i>"
        assert [(one.rule, one.line) for one in audit(page)] == [("duplicate-id", None)]


def test_rules_are_chosen_by_id():
    assert audit("<img>", rules=["image-alt"]).rules == ["image-alt"]
    assert audit("<img>", rules="image-alt").rules == ["image-alt"]
    assert not audit("<img>", rules=RULES, skip=("image-alt", "required-attribute"))
    with pytest.raises(LookupError, match="No rule 'img-alt'. Use one of: image-alt"):
        audit("<img>", rules=["img-alt"])


def test_every_rule_says_what_it_is_about():
    assert (*MARKUP_RULES, *ACCESS_RULES, *HTMX_RULES) == RULES
    assert len({rule.id for rule in RULES}) == len(RULES) >= 35
    assert all(rule.says.endswith(".") and rule.source for rule in RULES)


def test_a_report_is_a_value():
    one = Finding("role", "Wrong <b>.", "Do.", "<p>", 3)
    report = Report((one,), "GET /", "1 rule")
    assert report == Report((one,), "GET /", "1 rule") and report and not report.ok
    assert "&lt;b&gt;" in report._repr_html_()
    assert str(report) == "GET /: 1 finding (1 rule)\n  error [role] line 3: Wrong <b>. <p> Do."
    with pytest.raises(AssertionError, match=r"error \[role\] line 3"):
        report.raise_if_any()
    Report().raise_if_any()
    mild = Report((Finding("page-lang", "x", "y", severity="warning"),))
    mild.raise_if_any()
    assert mild.ok and not mild and len(mild) == 1


@given(st.text(alphabet="<>/apbutonformlidvhx-=\"' ge#[]:,", max_size=80))
def test_any_text_can_be_looked_at(text):
    report = audit(text)
    assert len(str(report).splitlines()) >= 1
    assert report.ok == (not report.only("error").findings)


FRAGMENTS = st.sampled_from(
    [m for m, _ in DEFECTS]
    + [m for _, m in WRONG]
    + RIGHT
    + ["</p>", "</form>", "<template>", "<a"]
)


@given(st.lists(FRAGMENTS, max_size=6), st.sampled_from([None, 2, 4]))
def test_any_mixture_can_be_looked_at(parts, dialect):
    markup = "".join(parts)
    assert audit(markup, dialect=dialect).findings == audit(markup, dialect=dialect).findings
    audit(parse(markup, backend="selectolax"), dialect=dialect)
    for one in written_tags(markup):
        assert markup[one.at] == "<"
