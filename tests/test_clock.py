"""Virtual time: what runs when, and what a page that never rests is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.checks.clock import Clock


def test_settling_passes_over_waiting_timers_and_advancing_finds_them() -> None:
    clock, ran = Clock(), []
    clock.after(10, lambda: ran.append(("waits", clock.now)), waits=True)
    clock.after(20, lambda: ran.append(("own", clock.now)))
    clock.settle()
    assert ran == [("own", 20)]
    clock.advance(0)
    assert ran == [("own", 20), ("waits", 20)]
    assert clock.now == 20


def test_settling_runs_what_its_timers_start() -> None:
    clock, ran = Clock(), []
    clock.after(5, lambda: clock.after(7, lambda: ran.append(clock.now)))
    clock.settle()
    assert ran == [12] and clock.now == 12


def test_settling_with_nothing_to_do_takes_no_time() -> None:
    clock = Clock()
    clock.after(1, lambda: None, waits=True)
    clock.settle()
    assert clock.now == 0


def test_a_negative_delay_is_none() -> None:
    clock, ran = Clock(), []
    clock.advance(100)
    clock.after(-50, lambda: ran.append(clock.now))
    clock.settle()
    assert ran == [100]


def test_a_timer_runs_once_and_not_after_its_cancelling() -> None:
    clock, ran = Clock(), []
    kept = clock.after(1, lambda: ran.append("kept"))
    gone = clock.after(1, lambda: ran.append("gone"))
    assert kept.active and gone.active
    gone.cancel()
    clock.settle()
    clock.settle()
    assert ran == ["kept"] and not kept.active and not gone.active
    kept.cancel()


def test_a_timer_may_cancel_another_of_its_moment() -> None:
    clock, ran = Clock(), []
    clock.after(1, lambda: second.cancel())
    second = clock.after(1, lambda: ran.append("second"))
    clock.settle()
    assert ran == []


def test_clear_forgets_all() -> None:
    clock, ran = Clock(), []
    clock.after(1, lambda: ran.append(1))
    clock.after(1, lambda: ran.append(1), waits=True)
    clock.clear()
    clock.advance(10)
    assert ran == [] and clock.pending() == []


def test_an_error_in_a_timer_reaches_the_check_and_loses_no_other() -> None:
    clock, ran = Clock(), []

    def broken() -> None:
        raise LookupError("no such thing")

    clock.after(1, broken)
    clock.after(2, lambda: ran.append("next"))
    with pytest.raises(LookupError, match="no such thing"):
        clock.settle()
    clock.settle()
    assert ran == ["next"]


@pytest.mark.parametrize("waits", [False, True])
def test_a_page_that_never_rests_is_stopped(waits: bool) -> None:
    clock = Clock()

    def again() -> None:
        clock.after(0, again, waits=waits)

    again()
    with pytest.raises(RuntimeError, match="The page came to no rest"):
        clock.advance(1) if waits else clock.settle()


def test_many_polls_are_no_endless_loop() -> None:
    clock, ran = Clock(), []

    def poll() -> None:
        ran.append(clock.now)
        clock.after(1, poll, waits=True)

    poll()
    clock.advance(20_000)
    assert len(ran) == 20_001 and len(clock._timers) < 200


@given(
    st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=30),
    st.lists(st.integers(0, 60), min_size=1, max_size=5),
)
def test_each_timer_runs_once_in_order_and_at_its_time(
    timers: list[tuple[int, bool]], steps: list[int]
) -> None:
    clock, ran = Clock(), []
    for number, (ms, waits) in enumerate(timers):
        clock.after(ms, lambda n=number: ran.append((clock.now, n)), waits=waits)
    for step in steps:
        clock.advance(step)
    end = sum(steps)
    assert clock.now == end
    due = sorted((ms, n) for n, (ms, _) in enumerate(timers) if ms <= end)
    assert ran == due
    clock.settle()
    own = sorted((ms, n) for n, (ms, waits) in enumerate(timers) if ms > end and not waits)
    assert ran == due + own
