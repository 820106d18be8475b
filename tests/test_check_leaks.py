"""A page that nobody holds any more is gone, and so is everything that it opened."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from typing import Any

from fasthtml_nb.check import Page, expect, visit

from .apps.journey_site import journey_site


def journey(app: Any) -> Page:
    page = visit(app, "/todos")
    page.get_by_label("New task").fill("Buy milk")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("listitem")).to_have_count(0)
    return page


def counted() -> tuple[int, int, int]:
    """Count objects, descriptors and threads, but those of the pool, which come and go by time."""
    gc.collect()
    ours = [one for one in threading.enumerate() if not one.name.startswith("AnyIO worker")]
    return len(gc.get_objects()), len(os.listdir("/proc/self/fd")), len(ours)


def test_hundred_journeys_leave_nothing() -> None:
    app = journey_site()
    for _ in range(20):
        journey(app)
    before = counted()
    for _ in range(100):
        journey(app)
    after = counted()
    assert after[1:] == before[1:]
    assert after[0] - before[0] < 100  # one object a journey would be too many


def test_a_page_is_collected() -> None:
    page = journey(journey_site())
    gone = [weakref.ref(thing) for thing in (page, page.tab, page.document, page.tab.events)]
    del page
    gc.collect()
    assert [ref() for ref in gone] == [None] * len(gone)
