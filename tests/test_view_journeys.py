"""Ten journeys through one site, unchanged on a page without a browser and on Playwright's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fasthtml_nb.check import expect

from .apps.journey_site import journey_site
from .browser_support import RUNNERS, local_assets, page_of

__all__ = ["local_assets"]

pytestmark = pytest.mark.usefixtures("local_assets")


@pytest.fixture(params=RUNNERS)
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Open a new site: on our page, then on Playwright's in Chromium."""
    with page_of(request.param, journey_site(), "/todos", request) as page:
        yield page


def settled(page: Any) -> None:
    """Wait until htmx has made new content ready, 20 ms after it can be seen."""
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)


def test_forms(page: Any) -> None:
    page.goto("/forms")
    name = page.get_by_label("Name")
    expect(name).to_have_value("Nobody")
    name.fill("Ada")
    page.get_by_role("button", name="Start again").click()
    expect(name).to_have_value("Nobody")
    name.fill("Ada & co")
    page.get_by_label("Country").select_option("Chad")
    page.get_by_label("Letters").check()
    page.get_by_role("radio", name="Paid").check()
    expect(page.get_by_role("radio", name="Free")).not_to_be_checked()
    about = page.get_by_label("About")
    expect(about).to_have_value("First\n")
    about.fill("Two\nlines")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/forms/done$"))
    expect(page).to_have_title("Saved")
    expect(page.get_by_role("term")).to_have_text(
        ["name", "country", "letters", "plan", "about", "by"]
    )
    expect(page.get_by_role("definition")).to_have_text(
        ["Ada & co", "Chad", "yes", "paid", re.compile(r"^Two\s+lines$"), "save"]
    )
    page.go_back()
    page.get_by_label("Name").press("Enter")  # the first button sends it
    expect(page.get_by_role("definition").last).to_have_text("save")


def test_todos(page: Any) -> None:
    page.goto("/todos")
    items = page.get_by_role("listitem")
    for title in ("Buy milk", "<b>Call</b> Mum"):
        page.get_by_label("New task").fill(title)
        page.get_by_role("button", name="Add").click()
        expect(items.filter(has_text=title)).to_be_visible()
    expect(items).to_have_text([re.compile("Buy milk"), re.compile(re.escape("<b>Call</b> Mum"))])
    milk = items.filter(has_text="Buy milk")
    settled(page)
    milk.get_by_role("checkbox").check()
    expect(milk).to_have_class("done")
    settled(page)
    expect(milk.get_by_role("checkbox")).to_be_checked()
    items.filter(has_text="Mum").get_by_role("button", name="Delete").click()
    expect(items).to_have_count(1)
    page.reload()
    expect(items).to_have_count(1)
    expect(page.locator("li.done")).to_contain_text("Buy milk")
    milk.get_by_role("checkbox").uncheck()
    expect(milk).not_to_have_class("done")


def test_infinite_scroll(page: Any) -> None:
    page.goto("/scroll")
    rows = page.locator(".row")
    expect(rows).to_have_count(12)
    for count in (24, 36):
        rows.last.scroll_into_view_if_needed()
        expect(rows).to_have_count(count)
    rows.last.scroll_into_view_if_needed()
    expect(rows.last).to_have_text("Row 36")
    expect(rows.nth(12)).to_have_text("Row 13")
    expect(rows).to_have_count(36)


def test_tabs(page: Any) -> None:
    page.goto("/tabs/profile")
    chosen, panel = page.get_by_role("tab", selected=True), page.get_by_role("tabpanel")
    expect(chosen).to_have_text("Profile")
    expect(panel).to_have_text("Who you are.")
    page.get_by_role("tab", name="Billing").click()
    expect(chosen).to_have_text("Billing")
    expect(panel).to_have_text("What you pay.")
    expect(page).to_have_url(re.compile(r"/tabs/billing$"))
    settled(page)
    page.get_by_role("tab", name="Team").click()
    expect(chosen).to_have_text("Team")
    page.go_back()
    expect(chosen).to_have_text("Billing")
    page.reload()
    expect(page).to_have_title("Settings")
    expect(panel).to_have_text("What you pay.")


def test_modal(page: Any) -> None:
    page.goto("/modal")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Show Rice").click()
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name("Order 2")
    expect(dialog.get_by_role("heading")).to_have_text("Rice")
    settled(page)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    asked: list[str] = []

    def dismiss(question: Any) -> None:
        asked.append(question.message)
        question.dismiss()

    page.once("dialog", dismiss)
    page.get_by_role("button", name="Cancel Tea").click()
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("button", name="Cancel Tea").click()
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("listitem")).to_contain_text("Rice")
    assert asked == ["Cancel Tea?"]


def test_validation(page: Any) -> None:
    page.goto("/join")
    email, asked = page.get_by_label("Email"), page.locator("#asked")
    join, alert = page.get_by_role("button", name="Join"), page.get_by_role("alert")
    for wrong in ("", "nobody"):
        email.fill(wrong)
        join.click()
    expect(email).to_be_focused()
    email.fill("taken@example.com")
    page.get_by_label("Age").fill("17")
    join.click()
    expect(asked).to_have_text("0")  # the browser has sent none of them
    page.get_by_label("Age").fill("18")
    join.click()
    expect(alert).to_have_text("taken@example.com is taken.")
    expect(email).to_have_value("taken@example.com")
    expect(page.get_by_label("Age")).to_have_value("18")
    settled(page)
    email.fill("ada@example.com")
    email.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Welcome, ada@example.com")
    expect(asked).to_have_text("2")
    expect(alert).not_to_be_attached()


def test_boosted_navigation(page: Any) -> None:
    page.goto("/news/one")
    how = page.locator("#how")
    expect(how).to_have_text("loaded")
    page.get_by_role("link", name="Second thoughts").click()
    expect(page).to_have_url(re.compile(r"/news/two$"))
    expect(page).to_have_title("Second thoughts")
    expect(how).to_have_text("boosted")
    page.get_by_role("link", name="First things").click()
    expect(page.get_by_role("heading")).to_have_text("First things")
    page.go_back()
    expect(page.get_by_role("heading")).to_have_text("Second thoughts")
    expect(page).to_have_url(re.compile(r"/news/two$"))
    page.reload()
    expect(how).to_have_text("loaded")


def test_out_of_band_counter(page: Any) -> None:
    page.goto("/shop")
    count, last = page.locator("#count"), page.locator("#last")
    expect(count).to_have_text("0")
    for number, name in enumerate(("tea", "rice", "tea"), 1):
        page.get_by_role("button", name=f"Add {name}").click()
        expect(count).to_have_text(str(number))
        expect(last).to_have_text(f"{name} added")
    expect(page.locator("[hx-swap-oob]")).to_have_count(0)
    expect(page.get_by_text("In the basket")).to_have_text("In the basket: 3")


def test_active_search(page: Any) -> None:
    page.goto("/search")
    field, found = page.get_by_role("searchbox", name="Search"), page.get_by_role("listitem")
    expect(found).to_have_count(5)
    field.fill("al")
    expect(found).to_have_text(["Alan Turing"])
    field.press_sequentially("an x")
    expect(found).to_have_count(0)
    expect(page.get_by_text("Nobody.")).to_be_visible()
    field.fill("")
    field.press_sequentially("a l")
    expect(found).to_have_text(["Ada Lovelace", "Barbara Liskov"])
    field.clear()
    expect(found).to_have_count(5)


def test_upload(page: Any) -> None:
    page.goto("/upload")
    pictures = page.get_by_label("Pictures")
    pictures.set_input_files(
        [
            {"name": "one.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
            {"name": "a b.txt", "mimeType": "text/plain", "buffer": "né".encode()},
        ]
    )
    page.get_by_label("Note").fill("two of them")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("listitem")).to_have_text(
        ["one.png (image/png): 4 bytes", "a b.txt (text/plain): 3 bytes", "Note: two of them"]
    )


def test_there_are_ten(request: pytest.FixtureRequest) -> None:
    journeys: list[Callable[..., None]] = [
        thing for name, thing in globals().items() if name.startswith("test_") and "ten" not in name
    ]
    assert len(journeys) == 10
