"""Accessible names and descriptions: the rules in a table; Playwright and Chromium as judges."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fasthtml_nb.checks.controls import choose, set_value
from fasthtml_nb.checks.dom import Element, parse
from fasthtml_nb.checks.names import description, name, tidy
from fasthtml_nb.checks.roles import is_hidden, role
from tests.accessible_pages import PAGES


def it(html: str) -> Element:
    document = parse(html)
    return document.get_by_id("it") or document.body.children[0]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<button> a <b>b</b>\n c</button>", "a b c"),
        ("<button><p>a</p><p>b</p></button>", "a b"),
        ("<button>a<b>b</b></button>", "ab"),
        ("<button aria-label=x title=t>y</button>", "x"),
        ("<button aria-label=' ' title=t>y</button>", "y"),
        ("<button id=it aria-labelledby='b nope a'></button><i id=a>A</i><i id=b>B</i>", "B A"),
        ("<button id=it aria-labelledby=a>x</button><i id=a hidden>A<b>B</b></i>", "AB"),
        ("<button>a<i hidden>h</i><i aria-hidden=true>h</i></button>", "a"),
        ("<a href=#><img alt=pic></a>", "pic"),
        ("<label>L <input id=it></label>", "L"),
        ("<label for=it>a</label><label for=it>b</label><input id=it>", "a b"),
        ("<input placeholder=p>", "p"),
        ("<input placeholder=p title=t>", "t"),
        ("<input type=submit>", "Submit"),
        ("<input type=button value=v title=t>", "v"),
        ("<fieldset><legend>L</legend>x</fieldset>", "L"),
        ("<figure><figcaption>C</figcaption></figure>", "C"),
        ("<table><caption>C</caption></table>", "C"),
        ("<fieldset title=t><legend hidden>L</legend>x</fieldset>", "L"),
        ("<fieldset><legend aria-hidden=true>L <b hidden>x</b></legend></fieldset>", "L x"),
        ("<fieldset><legend>L <b hidden>x</b></legend></fieldset>", "L"),
        ("<figure><figcaption style='display:none'>C</figcaption></figure>", "C"),
        ("<table><caption hidden>C</caption></table>", "C"),
        ("<svg><title>T</title></svg>", "T"),
        ("<svg><a id=it href=x><text>t</text></a></svg>", "t"),
        ("<svg><a id=it href=x xlink:title=t><path/></a></svg>", "t"),
        ("<button>a<b style='float:left'>b</b></button>", "a b"),
        ("<button style='display:flex'><b>a</b><b>b</b></button>", "a b"),
        ("<button>a<i title=t> </i></button>", "a"),
        ("<button>a<i title=t></i></button>", "at"),
        ("<a href=# id=it aria-labelledby=a></a><div id=a>x<details>y</details></div>", "x"),
        ("<button>&nbsp;a<b aria-label='&nbsp;b'>c</b></button>", "\xa0a\xa0b"),
        ("<table id=it aria-labelledby=a><caption>C</caption></table><p id=a> </p>", ""),
        ("<input type=file id=it aria-labelledby=a><p id=a></p>", "Choose File"),
        ("<input type=image id=it alt=a aria-labelledby='b it'><i id=b>B</i>", "B a"),
        ("<nav>x</nav>", ""),
        ("<p aria-label=x>y</p>", ""),
        ("<label for=it>in <input value=3> days</label><input type=checkbox id=it>", "in 3 days"),
    ],
)
def test_names_by_rule(html: str, wanted: str) -> None:
    assert name(it(html)) == wanted


def test_a_name_holds_what_its_fields_hold_now() -> None:
    document = parse(
        "<label for=box>in <input id=n value=3> <select><option>h<option>d</select></label>"
        "<input type=checkbox id=box>"
    )
    set_value(document.get_by_id("n"), "5")
    select = document.select_one("select")
    choose(select, [select.children[1]])
    assert name(document.get_by_id("box")) == "in 5 d"


def test_hidden_elements_are_named_on_request() -> None:
    hidden = it("<button hidden>x</button>")
    assert (name(hidden), name(hidden, include_hidden=True)) == ("", "x")


def test_circles_end() -> None:
    document = parse("<b id=a aria-labelledby=b role=button>A</b><b id=b aria-owns=a>B</b>")
    assert name(document.get_by_id("a")) == "BA"


def test_descriptions() -> None:
    assert (
        description(it("<i id=it aria-describedby='a b' title=t>x</i><p id=a>A<p id=b>B")) == "A B"
    )
    assert description(it("<i aria-description=d title=t>x</i>")) == "d"
    assert description(it("<i title=t>x</i>")) == "t"


def test_white_space_is_put_in_order() -> None:
    assert tidy(" a\n\t b\u200b\u00ad ") == "a b"
    assert tidy("a \u00a0 b") == "a\u00a0b"


# Compared --------------------------------------------------------------------------------------

NUMBER = "document.querySelectorAll('*').forEach((e, n) => e.setAttribute('data-n', n))"


@pytest.fixture
def shown(browser: Any) -> tuple[Any, list[Element]]:
    page = browser.new_page()
    page.set_content(PAGES["names"])
    page.evaluate(NUMBER)
    return page, list(parse(page.content()).root.descendants())


def test_names_are_playwrights(shown: tuple[Any, list[Element]]) -> None:
    page, elements = shown
    asked = [element for element in elements if role(element) and not is_hidden(element)]
    assert len(asked) > 150
    numbers = "elements => elements.map(element => element.dataset.n)"
    groups: dict[tuple[str, str], set[str]] = {}
    for element in asked:
        key = role(element) or "", name(element)
        groups.setdefault(key, set()).add(element.get("data-n"))
    for (what, called), ours in groups.items():
        wanted: Any = called or re.compile("^$")
        found = page.get_by_role(what, name=wanted, exact=True).evaluate_all(numbers)
        assert set(found) == ours, (what, called)


# Where Chromium's tree says otherwise, by what the specifications leave open:
DIFFERENT = {
    "row": "a row is named by its cells (ARIA) or not at all (Chromium)",
    "figure": "a caption names a figure (HTML-AAM), for Chromium it describes it",
}


def _tree(page: Any) -> dict[str, tuple[str, str]]:
    """Return number -> role and name, as Chromium tells assistive technology."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("Accessibility.enable")
    numbers = {}
    for node in session.send("DOM.getFlattenedDocument", {"depth": -1})["nodes"]:
        pairs = node.get("attributes") or []
        given = dict(zip(pairs[::2], pairs[1::2], strict=True))
        if "data-n" in given:
            numbers[node["backendNodeId"]] = given["data-n"]
    found = {}
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        number = numbers.get(node.get("backendDOMNodeId"))
        if number is not None and not node.get("ignored"):
            found[number] = node["role"]["value"], node.get("name", {}).get("value", "")
    return found


# Elements of the page of names where Chromium and Playwright differ, and Playwright is followed.
APART = (
    "input[type=submit]",  # labels come first in Chromium; an empty value stays empty
    "input[type=image]",  # `value` counts in Chromium
    "input[type=button]",  # blanks are kept in Chromium
    "option[label], optgroup",  # `label` counts in Chromium
    "p[aria-label], code",  # Chromium takes names where ARIA forbids them
    "[aria-placeholder], #hi, img[alt='']",
    "h1",  # blanks around what is inline, passwords, titles of what is in it
    "[aria-owns], [aria-labelledby=pwl], [role=treeitem]",
)


def test_names_are_chromiums_but_for_a_few(shown: tuple[Any, list[Element]]) -> None:
    page, elements = shown
    tree, compared = _tree(page), 0
    for element in elements:
        what, number = role(element), element.get("data-n")
        if not what or number not in tree or what in DIFFERENT:
            continue
        if any(element.matches(css) for css in APART):
            continue
        compared += 1
        theirs = re.sub(r"\s+", " ", tidy(tree[number][1]).replace("\u00a0", " "))
        assert name(element).replace("\u00a0", " ").replace(" ", "") == theirs.replace(" ", ""), (
            element.outer_html[:200]
        )
    assert compared > 120


def test_names_from_elements_that_nest_deep() -> None:
    deep = f"{'<div>' * 2000}Far{'</div>' * 2000}"
    for button in (
        "<button aria-labelledby=l>own</button>",
        "<label>Far</label><button aria-describedby=l aria-label=Far>own</button>",
    ):
        document = parse(f"<div id=l>{deep}</div>{button}")
        (element,) = document.select("button")
        assert name(element) == "Far"
        assert description(element) in ("", "Far")
        assert bool(description(element)) == element.has("aria-describedby")
