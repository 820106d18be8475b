"""Compares, and makes a journey that differs as small as it goes on differing."""

from __future__ import annotations

import time
from collections.abc import Callable

from .journey import Journey, smaller
from .players import Bodiless, Ours, Real, Trace, Unsettled, differences


def compared(real: Real, one: Journey) -> list[str]:
    """Say where a journey goes another way with us."""
    ours = _tried(Ours(), one)
    truth = _tried(real, one)
    if isinstance(ours, str) or isinstance(truth, str):
        return [] if ours == truth else [f"htmx: {_short(truth)}", f"ours: {_short(ours)}"]
    return differences(truth, ours)


def _tried(player: Real | Ours, one: Journey) -> Trace | str:
    """Play; return in a word what kept a journey from its end."""
    try:
        return player.play(one)
    except Bodiless as error:
        return f"no body after {error}"
    except Unsettled as error:
        return "no rest" if "answers" in str(error) else f"no rest: {error}"
    except Exception as error:
        if isinstance(player, Real):
            raise
        if "came to no rest" in str(error):
            return "no rest"
        return f"{type(error).__name__}: {error}"


def _short(outcome: Trace | str) -> str:
    return outcome if isinstance(outcome, str) else "comes to its end"


def shrunk(
    journey: Journey,
    found: list[str],  # Where it differs
    differs: Callable[[Journey], list[str]],
    seconds: float = 15,
) -> tuple[Journey, list[str]]:  # The small one, and where that differs
    """Leave out what is not needed for the difference."""
    end, again = time.monotonic() + seconds, True
    while again and time.monotonic() < end:
        again = False
        for one in smaller(journey):
            if time.monotonic() > end:
                break
            seen = differs(one)
            if seen and _kind(seen) == _kind(found):
                journey, found, again = one, seen, True
                break
    return journey, found


def _kind(found: list[str]) -> tuple[str, ...]:
    """Tell one difference from another: a smaller journey shall differ in the same way."""
    return tuple(sorted({line.partition(":")[0] for line in found if not line.startswith("after")}))
