"""Our driver and the real htmx on random journeys, and the machinery that plays them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.htmx_truth.compare import tokens
from tests.soak.generator import journey
from tests.soak.journey import Journey, from_json, markup, smaller
from tests.soak.players import Ours, Real, differences
from tests.soak.shrinking import compared, shrunk

SEED, COUNT = 7000, 10  # In each dialect


@pytest.mark.parametrize("dialect", (2, 4))
def test_a_seed_gives_one_journey_and_others_give_others(dialect: int) -> None:
    made = [journey(seed, dialect) for seed in range(40)]
    assert made == [journey(seed, dialect) for seed in range(40)]
    assert len({one.to_json() for one in made}) == 40
    assert all(from_json(one.to_json()) == one for one in made)
    assert sum(bool(one.config) for one in made) > 1


@pytest.mark.parametrize("dialect", (2, 4))
def test_journeys_do_something(dialect: int) -> None:
    done = asked = 0
    for seed in range(40):
        trace = Ours().play(journey(seed, dialect))
        done += sum(seen.get("done", False) for seen in trace[1:-1])
        asked += len(trace[-1]["asked"])
    assert done > 100 and asked > 40


def test_markup_is_written() -> None:
    nodes = ["a<b", ["p", {"id": "x", "hx-vals": '{"a": "é"}'}, [["br", {}, []], "t"]]]
    assert markup(nodes) == 'a&lt;b<p id="x" hx-vals="{&quot;a&quot;: &quot;é&quot;}"><br>t</p>'


def test_a_difference_is_made_small() -> None:
    big = journey(3, 2)
    page = [*big.page, ["div", {"id": "it", "class": "a b"}, [["b", {}, ["deep"]]]]]

    def differs(one: Journey) -> list[str]:
        return ["html: here"] if 'id="it"' in markup(one.page) else []

    small, found = shrunk(replace(big, page=page), ["html: there"], differs)
    assert found == ["html: here"]
    assert markup(small.page) == '<div id="it"></div>'
    assert small.steps == [] and small.routes == {} and small.config == {}
    assert list(smaller(replace(small, page=[]))) == []


def test_differences_are_seen() -> None:
    one = journey(1, 2)
    trace = Ours().play(one)
    assert differences(trace, Ours().play(one)) == []
    for name, other in (("done", None), ("url", "/x"), ("asked", ["x"]), ("html", "<x>")):
        changed = [*trace[:-1], {**trace[-1], name: other}]
        assert name in str(differences(trace, changed))
    assert tokens("<b>") != tokens("<i>")


@pytest.fixture(scope="module")
def real(chromium: str) -> Iterator[Real]:
    """Give a Chromium, where there is one."""
    player = Real()
    yield player
    player.close()


@pytest.mark.browser
@pytest.mark.parametrize("dialect", (2, 4))
def test_random_journeys_agree_with_chromium(dialect: int, real: Real) -> None:
    differing = {}
    for seed in range(SEED, SEED + COUNT):
        if found := compared(real, journey(seed, dialect)):
            differing[f"python -m tests.soak --dialect {dialect} --seed {seed} --count 1"] = found
    assert not differing
