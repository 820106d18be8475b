"""Our driver against what the real htmx did in Chromium, scenario by scenario."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.htmx_truth.adapter import Adapter
from tests.htmx_truth.compare import differences, tokens
from tests.htmx_truth.record import Chromium, read_goldens
from tests.htmx_truth.scenarios import SCENARIOS, Scenario
from tests.htmx_truth.site import Site, digest

GOLDENS = {dialect: read_goldens(dialect) for dialect in (2, 4)}
CASES = [(scenario, dialect) for scenario in SCENARIOS for dialect in scenario.dialects]
# What we do not do, and why; each of these has to differ, or it comes off the list
KNOWN: dict[tuple[str, int], str] = {}


def play(scenario: Scenario, dialect: int) -> dict[str, Any]:
    """Play a scenario on our driver."""
    site = Site()
    site.serve(scenario)
    driver = Adapter(site, str(dialect))
    driver.open("/")
    for step in scenario.steps:
        driver.act(step)
    return {**driver.observe(), "requests": site.log}


@pytest.mark.parametrize(
    ("scenario", "dialect"), CASES, ids=[f"{scenario.id}-{dialect}" for scenario, dialect in CASES]
)
def test_driver_ends_where_htmx_ends(scenario: Scenario, dialect: int) -> None:
    truth = GOLDENS[dialect].get(scenario.id)
    assert truth is not None, "not recorded: python -m tests.htmx_truth.record --new"
    assert truth["of"] == digest(scenario), "changed since: python -m tests.htmx_truth.record --new"
    found = differences(scenario, truth, play(scenario, dialect))
    if (scenario.id, dialect) in KNOWN:
        assert found, "agrees by now: take it off the list"
    else:
        assert not found, "\n".join(found)


def test_there_are_enough_scenarios_in_groups() -> None:
    groups = {scenario.group for scenario in SCENARIOS}
    assert len(SCENARIOS) >= 150 and len(groups) >= 15
    assert {scenario.level for scenario in SCENARIOS} == {1, 2, 3}
    assert len({scenario.id for scenario in SCENARIOS}) == len(SCENARIOS)


def test_comparison_sees_what_differs() -> None:
    scenario = SCENARIOS[0]
    truth = GOLDENS[2][scenario.id]
    for name, other in (("title", "x"), ("url", "/x"), ("requests", []), ("dialogs", [["x"]])):
        assert differences(scenario, truth, {**truth, name: other}), name
    assert differences(scenario, truth, {**truth, "html": truth["html"] + " "})
    assert tokens('<b class="htmx-added" id="x">') == tokens("<b id='x'>")
    assert tokens('<b class="added">') != tokens("<b>")


@pytest.fixture(scope="module")
def recorder(chromium: str) -> Iterator[Chromium]:
    """Give a recorder, where there is a Chromium."""
    recorder = Chromium()
    yield recorder
    recorder.close()


# Timers run in real time there, so a busy machine can bend them
_STEADY = [case for case in CASES if not re.match("timing|sync", case[0].id)]
SAMPLE = random.Random(4).sample(_STEADY, 20)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("scenario", "dialect"),
    SAMPLE,
    ids=[f"{scenario.id}-{dialect}" for scenario, dialect in SAMPLE],
)
def test_chromium_still_does_what_was_recorded(
    scenario: Scenario, dialect: int, recorder: Chromium
) -> None:
    found = differences(scenario, GOLDENS[dialect][scenario.id], recorder.play(scenario, dialect))
    assert not found, "\n".join(found)
