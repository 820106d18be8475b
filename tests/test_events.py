"""Events go down and up, listeners stop and prevent them, consequences follow."""

from __future__ import annotations

from typing import Any

import pytest

from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.events import Event, Events, path_of


class Thing:
    """As much of an element as events ask for."""

    def __init__(self, parent: Thing | None = None, *, connected: bool = True) -> None:
        self.parent, self.is_connected, self.document = parent, connected, "document"

    def ancestors(self) -> list[Thing]:
        return [self.parent, *self.parent.ancestors()] if self.parent else []


@pytest.fixture
def tree() -> tuple[Thing, Thing, Thing]:
    top = Thing()
    middle = Thing(top)
    return top, middle, Thing(middle)


def trace(events: Events, *targets: Any) -> list[tuple[Any, str]]:
    heard: list[tuple[Any, str]] = []
    for target in targets:
        for capture in (False, True):
            events.listen(
                target,
                "go",
                lambda e, c=capture: heard.append((e.current, "down" if c else "up")),
                capture=capture,
            )
    return heard


def test_down_first_then_up(tree: tuple[Thing, Thing, Thing]) -> None:
    top, middle, leaf = tree
    events = Events()
    heard = trace(events, top, middle, leaf, "document", "window")
    assert events.dispatch(leaf, Event("go"))
    down = ["window", "document", top, middle, leaf]
    assert heard == [(x, "down") for x in down] + [(x, "up") for x in reversed(down)]


def test_without_bubbling_only_the_target_hears_on_the_way_up(
    tree: tuple[Thing, Thing, Thing],
) -> None:
    top, _, leaf = tree
    events = Events()
    heard = trace(events, top, leaf)
    events.dispatch(leaf, Event("go", bubbles=False))
    assert heard == [(top, "down"), (leaf, "down"), (leaf, "up")]


def test_a_loose_element_hears_its_own_events_only() -> None:
    loose = Thing(Thing(connected=False), connected=False)
    events = Events()
    heard = trace(events, loose, "document", "window")
    events.dispatch(loose, Event("go"))
    assert heard == [(loose, "down"), (loose, "up")]
    assert path_of(loose) == [loose, loose.parent]


def test_events_of_document_and_window() -> None:
    assert path_of("window") == ["window"]
    assert path_of("document") == ["document", "window"]


@pytest.mark.parametrize(
    ("way", "rest"),
    [
        ("stop", ["first", "second"]),
        ("stop_now", ["first"]),
        ("prevent", ["first", "second", "up"]),
    ],
)
def test_stopping(tree: tuple[Thing, Thing, Thing], way: str, rest: list[str]) -> None:
    top, _, leaf = tree
    events, heard = Events(), []
    events.listen(leaf, "go", lambda e: (heard.append("first"), getattr(e, way)()))
    events.listen(leaf, "go", lambda e: heard.append("second"))
    events.listen(top, "go", lambda e: heard.append("up"))
    assert events.dispatch(leaf, Event("go")) is (way != "prevent")
    assert heard == rest


def test_stopped_on_its_way_down_it_never_arrives(tree: tuple[Thing, Thing, Thing]) -> None:
    top, _, leaf = tree
    events, heard = Events(), []
    events.listen(top, "go", lambda e: e.stop(), capture=True)
    events.listen(leaf, "go", heard.append)
    assert events.dispatch(leaf, Event("go")) and heard == []


def test_what_cannot_be_cancelled_is_not_prevented(tree: tuple[Thing, Thing, Thing]) -> None:
    events = Events()
    events.listen(tree[2], "go", lambda e: e.prevent())
    assert events.dispatch(tree[2], Event("go", cancelable=False))


def test_the_way_is_fixed_when_the_event_starts(tree: tuple[Thing, Thing, Thing]) -> None:
    top, middle, leaf = tree
    events, heard = Events(), []
    events.listen(leaf, "go", lambda e: setattr(middle, "parent", None))
    events.listen(top, "go", heard.append)
    events.dispatch(leaf, Event("go"))
    assert len(heard) == 1


def test_listeners_that_come_and_go_while_an_event_is_told(
    tree: tuple[Thing, Thing, Thing],
) -> None:
    leaf = tree[2]
    events, heard = Events(), []
    events.listen(leaf, "go", lambda e: end())
    end = events.listen(leaf, "go", lambda e: heard.append("ended"))
    events.listen(leaf, "go", lambda e: events.listen(leaf, "go", lambda e: heard.append("late")))
    events.dispatch(leaf, Event("go"))
    assert heard == []
    events.dispatch(leaf, Event("go"))
    assert heard == ["late"]
    end()


def test_once_is_once_even_when_it_sends_the_event_again(tree: tuple[Thing, Thing, Thing]) -> None:
    leaf = tree[2]
    events, heard = Events(), []

    def hear(event: Event) -> None:
        heard.append(event)
        events.dispatch(leaf, Event("go"))

    events.listen(leaf, "go", hear, once=True)
    assert events.heard(leaf, "go")
    events.dispatch(leaf, Event("go"))
    assert len(heard) == 1 and not events.heard(leaf, "go")


def test_a_consequence_is_asked_for_first_and_told_the_outcome(
    tree: tuple[Thing, Thing, Thing],
) -> None:
    leaf, said = tree[2], []

    def activation(event: Event) -> Any:
        said.append(("before", event.type))
        return (lambda prevented: said.append(("after", prevented))) if event.type == "go" else None

    events = Events(activation)
    events.listen(leaf, "go", lambda e: (said.append("heard"), e.prevent()))
    events.dispatch(leaf, Event("go"))
    events.dispatch(leaf, Event("other"))
    assert said == [("before", "go"), "heard", ("after", True), ("before", "other")]


def test_recorders_hear_everything_until_they_end(tree: tuple[Thing, Thing, Thing]) -> None:
    leaf, said = tree[2], []
    events = Events()
    end = events.on_any(lambda e: said.append((e.type, e.target)))
    events.dispatch(leaf, Event("a", bubbles=False))
    events.dispatch("window", Event("b"))
    end()
    end()
    events.dispatch(leaf, Event("c"))
    assert said == [("a", leaf), ("b", "window")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "go"),
        ("detail", {"a": 1}),
        ("shiftKey", True),
        ("defaultPrevented", False),
        ("bubbles", True),
        ("cancelable", True),
        ("missing", None),
    ],
)
def test_properties_by_the_names_of_scripts(name: str, value: object) -> None:
    assert Event("go", detail={"a": 1}, keys={"shiftKey": True}).get(name) == value


def test_who_is_wanted_changes_with_who_listens() -> None:
    events = Events()
    assert not events.wanted("go", "stay")
    stop = events.listen("window", "stay", lambda event: None)
    assert events.wanted("go", "stay") and not events.wanted("go")
    stop()
    assert not events.wanted("go", "stay")
    end = events.on_any(lambda event: None)
    assert events.wanted("go")
    end()
    assert not events.wanted("go")
    events.listen("window", "go", lambda event: None, once=True)
    events.dispatch("window", Event("go"))
    assert events.dispatch("window", Event("go"))


@pytest.mark.parametrize(("name", "heard"), [("submit", ["i"]), ("change", ["i", "o", "b"])])
def test_a_form_hears_nothing_of_a_form_in_it(name: str, heard: list[str]) -> None:
    document = parse("<body id=b><form id=o></form>")
    outer = document.select_one("form")
    assert outer is not None
    outer.append(*document.parse_fragment("<form id=i></form>"))  # Only a script can put it there
    events, told = Events(), list[str]()
    for element in (document.body, outer, outer.children[0]):
        events.listen(element, name, lambda event: told.append(event.current.id))
    events.dispatch(outer.children[0], Event(name))
    assert told == heard
