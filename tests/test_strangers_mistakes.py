"""What a page says to somebody who has made a mistake, and that it blames nobody who has not."""

from __future__ import annotations

import pytest

from fasthtml_nb.check import audit

from .htmx_truth.record import VERSIONS


@pytest.mark.parametrize("dialect", [2, 4])
@pytest.mark.parametrize(
    "said",
    ["hx-target=this", "hx-include=this", "hx-indicator=this", "hx-sync=this", "hx-sync=this:drop"],
)
def test_this_is_always_on_the_page(said: str, dialect: int) -> None:
    src = f"/htmx.org@{VERSIONS[dialect]}/htmx.min.js"
    head = f"<!doctype html><html lang=en><title>Home</title><script src={src}></script>"
    report = audit(f"{head}<h1>Home</h1><form><button hx-get=/x {said}>Go</button></form>")
    assert [finding for finding in report.findings if finding.rule.startswith("hx-")] == []
