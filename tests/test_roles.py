"""Roles and states: the rules in a table, and Playwright's role engine in Chromium as the judge."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.dom import Element, parse
from fasthtml_nb.checks.roles import ROLES, STATES, is_hidden, role, state
from tests.accessible_pages import PAGES


def first(html: str) -> Element:
    found = parse(html).select_one(".it") or parse(html).body.children[0]
    return found


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<a href=/>x</a>", "link"),
        ("<a>x</a>", None),
        ("<header>x</header>", "banner"),
        ("<article><header class=it>x</header></article>", None),
        ("<section>x</section>", None),
        ("<section aria-label=x>y</section>", "region"),
        ("<img alt=''>", "presentation"),
        ("<img alt='' title=t>", "img"),
        ("<input type=search list=d><datalist id=d></datalist>", "combobox"),
        ("<input type=search list=none>", "searchbox"),
        ("<select><option>1</select>", "combobox"),
        ("<select size=2></select>", "listbox"),
        ("<table role=grid><tr><td class=it>x</table>", "gridcell"),
        ("<table><tr><th class=it>a<td>b</table>", "rowheader"),
        ("<table><tr><th class=it>a<td> </table>", "columnheader"),
        ("<div role='nonsense BUTTON'>x</div>", "button"),
        ("<button role=none>x</button>", "button"),
        ("<h1 role=none>x</h1>", "none"),
        ("<h1 role=none aria-live=off>x</h1>", "heading"),
        ("<ul role=none><li class=it>x</ul>", "none"),
        ("<ul role=none tabindex=0><li class=it>x</ul>", "listitem"),
        ("<div role=generic>x</div>", "generic"),
        ("<svg></svg>", "img"),
        ("<svg><a class=it href=x>x</a></svg>", "link"),
        ("<svg><a class=it xlink:href=x>x</a></svg>", "link"),
        ("<svg><a class=it>x</a></svg>", None),
    ],
)
def test_roles_by_rule(html: str, wanted: str | None) -> None:
    assert role(first(html)) == wanted


def test_states_are_what_fields_hold_now() -> None:
    document = parse(
        "<input type=checkbox><details></details><button aria-pressed=mixed>x</button>"
    )
    box, details, button = document.body.children
    assert (state(box, "checked"), state(details, "expanded")) == (False, False)
    box.set("checked")
    details.set("open")
    assert (state(box, "checked"), state(details, "expanded")) == (True, True)
    assert (state(button, "pressed"), state(button, "checked")) == ("mixed", None)
    assert state(first("<h2>x</h2>"), "level") == 2
    assert state(first("<button aria-expanded=''>x</button>"), "expanded") is False
    assert state(first("<button>x</button>"), "expanded") is None


def test_sound_without_controls_is_hidden() -> None:
    assert is_hidden(first("<audio>x</audio>"))
    assert not is_hidden(first("<audio controls>x</audio>"))
    assert state(first("<fieldset disabled><button class=it>x</button></fieldset>"), "disabled")
    assert state(first("<div aria-disabled=true><a href=# class=it>x</a></div>"), "disabled")


def test_what_was_found_out_is_forgotten_with_a_change() -> None:
    document = parse("<div><button>x</button></div>")
    button = document.select_one("button")
    assert (role(button), is_hidden(button)) == ("button", False)
    button.set("role", "tab")
    button.parent.set("hidden")
    assert (role(button), is_hidden(button)) == ("tab", True)


def test_a_misspelt_state_is_refused() -> None:
    with pytest.raises(ValueError, match="No state 'open'. States: checked"):
        state(first("<p>"), "open")  # type: ignore[arg-type]


# Compared --------------------------------------------------------------------------------------


@pytest.fixture
def numbered(browser: Any) -> Any:
    """Return a function that shows a page whose elements are numbered, and returns its markup."""
    page = browser.new_page()

    def show(html: str) -> tuple[Any, str]:
        page.set_content(html)
        page.evaluate(
            "document.querySelectorAll('*').forEach((e, n) => e.setAttribute('data-n', n))"
        )
        return page, page.content()

    return show


def found_by(page: Any, what: str, **more: Any) -> set[str]:
    numbers = "elements => elements.map(element => element.dataset.n)"
    return set(page.get_by_role(what, **more).evaluate_all(numbers))


@pytest.mark.parametrize("name", PAGES)
def test_roles_are_playwrights(numbered: Any, name: str) -> None:
    page, markup = numbered(PAGES[name])
    ours: dict[str, set[str]] = {each: set() for each in ROLES}
    seen: dict[str, set[str]] = {each: set() for each in ROLES}
    for element in parse(markup).root.descendants():
        if what := role(element):
            ours[what].add(element.get("data-n"))
            if not is_hidden(element):
                seen[what].add(element.get("data-n"))
    ours["document"].add("0")
    seen["document"].add("0")
    for each in sorted(ROLES):
        assert ours[each] == found_by(page, each, include_hidden=True), each
        assert seen[each] == found_by(page, each), each


STATED = """<input type=checkbox checked><input type=checkbox><input type=radio checked>
<div role=checkbox aria-checked=mixed>m</div><div role=switch aria-checked=true>s</div>
<button aria-pressed=true>p</button><button aria-pressed=mixed>p</button><button>p</button>
<button aria-expanded=true>e</button><button aria-expanded=false>e</button><button disabled>d
</button><fieldset disabled><button>f</button><legend><button>l</button></legend></fieldset>
<div aria-disabled=true><button>a</button><p>x</p></div><a href=# aria-disabled=true>l</a>
<select><option>1<option selected>2<option disabled>3</select><select disabled><option>x</select>
<div role=option aria-selected=true>o</div><div role=tab aria-selected=false>t</div>
<h1>1</h1><h2 aria-level=5>2</h2><div role=heading aria-level=3>3</div><div role=heading>h</div>
<ul><li aria-level=2>x</ul><details open>d</details><details>d</details>"""


def test_states_are_playwrights(numbered: Any) -> None:
    page, markup = numbered(STATED)
    elements = list(parse(markup).root.descendants())
    for name, supporting in STATES.items():
        values = (1, 2, 3, 5) if name == "level" else (True, False)
        for what in sorted(supporting & {role(element) for element in elements} - {None}):
            for value in values:
                ours = {
                    element.get("data-n")
                    for element in elements
                    if role(element) == what and state(element, name) is value
                }
                assert ours == found_by(page, what, **{name: value}), (name, what, value)
