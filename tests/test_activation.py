"""What clicks lead to where no gesture is needed: labels, groups, dialogs, popovers, forms."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import HTMLResponse

from fasthtml_nb.checks.activation import activation, report_validity, submit
from fasthtml_nb.checks.controls import checked, is_open_popover
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.events import Event, Events
from fasthtml_nb.checks.page import visit


def one_page(body: str) -> Any:
    """Return an app of one page."""
    return HTMLResponse(f"<!DOCTYPE html><title>A</title><body>{body}")


class Desk:
    """A tab that writes down what it is asked for."""

    url = base_url = "http://testserver/list"

    def __init__(self, html: str) -> None:
        self.document = parse(f"<!DOCTYPE html><body>{html}")
        self.events = Events(lambda event: activation(self, event))
        self.said: list[Any] = []

    def follow(self, url: str, *, target: str, by: Any, download: bool) -> None:
        self.said.append(("follow", url, target, download))

    def send(self, sent: Any, *, by: Any) -> None:
        self.said.append(("send", sent.method, sent.url))

    def focus_on(self, element: Any) -> None:
        self.said.append(("focus", element.id if element is not None else None))

    def entered(self, dialog: Any, first: Any) -> None:
        self.focus_on(first)

    def left(self, dialog: Any) -> None:
        self.said.append(("left", dialog.id))

    def open_popovers(self) -> list[Any]:
        return [one for one in self.document.select("[popover]") if is_open_popover(one)]

    def refused(self, form: Any, problems: Any) -> None:
        self.said.append(("refused", [one.reason for one in problems]))

    def blind(self, reason: str, element: Any = None) -> None:
        self.said.append(("blind", reason))

    def __getitem__(self, id: str) -> Any:
        return self.document.get_by_id(id)

    def click(self, id: str, **keys: Any) -> None:
        self.events.dispatch(self[id], Event("click", keys=keys))


@pytest.mark.parametrize(
    ("html", "keys", "said"),
    [
        ("<a id=x href=/a>", {}, [("follow", "http://testserver/a", "", False)]),
        ("<a id=x href=''>", {}, [("follow", "http://testserver/list", "", False)]),
        ("<a id=x>", {}, []),
        ("<a href=/a><i id=x>", {}, [("follow", "http://testserver/a", "", False)]),
        ("<a id=x href=/a download>", {}, [("follow", "http://testserver/a", "", True)]),
        (
            "<a id=x href=/a>",
            {"ctrlKey": True},
            [("follow", "http://testserver/a", "_blank", False)],
        ),
        (
            "<base target=_top><a id=x href=/a>",
            {},
            [("follow", "http://testserver/a", "_top", False)],
        ),
        ("<form><button id=x>", {}, [("send", "GET", "http://testserver/list?")]),
        ("<form><button id=x disabled>", {}, []),
        ("<fieldset disabled><form><button id=x>", {}, []),
        ("<button id=x>", {}, []),
        ("<form><button id=x type=button>", {}, []),
        (
            "<form id=f></form><button id=x form=f>",
            {},
            [("send", "GET", "http://testserver/list?")],
        ),
        ("<form><input required><button id=x>", {}, [("focus", ""), ("refused", ["valueMissing"])]),
        (
            "<form novalidate><input required><button id=x>",
            {},
            [("send", "GET", "http://testserver/list?")],
        ),
        ("<label id=x for=i>L</label><input id=i>", {}, [("focus", "i")]),
        ("<label>L <a id=x href=/a>", {}, [("follow", "http://testserver/a", "", False)]),
        ("<label id=x for=i>L</label><input id=i disabled>", {}, []),
    ],
)
def test_where_a_click_leads(html: str, keys: dict[str, Any], said: list[Any]) -> None:
    tab = Desk(html)
    tab.click("x", **keys)
    assert tab.said == said


def test_a_select_in_a_label_is_not_clicked_for_its_label() -> None:
    tab = Desk("<label><select id=s><option>A</select><input type=checkbox id=b></label>")
    tab.click("s")
    assert not checked(tab["b"])


def test_prevented_ticks_come_back_for_the_whole_group() -> None:
    tab = Desk("<input type=radio name=r id=a checked><input type=radio name=r id=b>")
    tab.events.listen(tab["b"], "click", lambda event: event.prevent())
    tab.click("b")
    assert checked(tab["a"]) and not checked(tab["b"])


def test_a_box_that_was_removed_announces_nothing() -> None:
    tab = Desk("<input type=checkbox id=a>")
    heard: list[str] = []
    box = tab["a"]
    tab.events.on_any(lambda event: heard.append(event.type))
    tab.events.listen(box, "click", lambda event: box.remove())
    tab.click("a")
    assert heard == ["click"]


def test_preventing_submit_and_invalid() -> None:
    tab = Desk("<form id=f><input id=i required></form>")
    stop = tab.events.listen(tab["i"], "invalid", lambda event: event.prevent())
    assert report_validity(tab, tab["f"]) is False
    assert tab.said == [("refused", ["valueMissing"])]
    stop()
    tab["f"].set("novalidate", "")
    tab.events.listen(tab["f"], "submit", lambda event: event.prevent())
    assert submit(tab, tab["f"]) is True and len(tab.said) == 1


def test_a_form_that_was_removed_is_not_sent() -> None:
    tab = Desk("<form id=f></form>")
    form = tab["f"]
    tab.events.listen(form, "submit", lambda event: form.remove())
    assert submit(tab, form) is True and tab.said == []
    assert submit(tab, form) is False


def test_only_one_of_a_group_of_details_is_open() -> None:
    tab = Desk(
        "<details id=a name=g open><summary>A</summary></details>"
        "<details id=b name=g><summary id=s>B</summary></details><summary id=lone>x</summary>"
    )
    tab.click("s")
    assert tab["b"].has("open") and not tab["a"].has("open")
    tab.click("lone")


def test_dialogs_open_and_close_with_their_buttons() -> None:
    tab = Desk(
        "<button id=o commandfor=d command=show-modal></button><dialog id=d>"
        "<form method=dialog><button id=c></button></form></dialog>"
    )
    heard: list[str] = []
    tab.events.on_any(lambda event: heard.append(event.type))
    tab.click("o")
    tab.click("o")
    assert tab["d"].has("open") and tab.said == [("focus", "c")]
    tab.click("c")
    assert not tab["d"].has("open")
    assert heard[-4:] == ["submit", "beforetoggle", "close", "toggle"]


def test_the_focus_comes_back_from_a_dialog() -> None:
    page = visit(
        one_page(
            "<button id=o commandfor=d command=show-modal>Open</button><dialog id=d><form"
            " method=dialog><input name=v autofocus><button id=c>Close</button></form></dialog>"
            "<dialog open><form method=dialog><button id=e>End</button></form></dialog>"
        )
    )
    assert page.focused is None  # What a closed dialog holds cannot have it
    page.locator("#o").click()
    assert page.focused is not None and page.focused.get("name") == "v"
    page.locator("#c").click()
    assert page.focused is not None and page.focused.id == "o"
    page.locator("#e").click()
    assert page.focused is None  # Nothing had it when that one was opened


def test_popovers_close_each_other() -> None:
    tab = Desk(
        "<button id=x popovertarget=p></button><button id=y popovertarget=q></button>"
        "<button id=h popovertarget=q popovertargetaction=hide></button>"
        "<div id=p popover></div><div id=q popover></div>"
    )
    tab.click("x")
    assert is_open_popover(tab["p"])
    tab.click("y")
    assert is_open_popover(tab["q"]) and not is_open_popover(tab["p"])
    tab.click("h")
    tab.click("h")
    assert not is_open_popover(tab["q"])


def test_reset_can_be_prevented() -> None:
    tab = Desk("<form id=f><input type=checkbox id=b><button type=reset id=r></button></form>")
    tab.click("b")
    stop = tab.events.listen(tab["f"], "reset", lambda event: event.prevent())
    tab.click("r")
    assert checked(tab["b"])
    stop()
    tab.click("r")
    assert not checked(tab["b"])
