"""A journey as data: a page, what its server answers, and what somebody does there.

Markup is made of nodes: a text, or `[tag, {attribute: value}, [nodes]]`. Whatever may be left out
of a journey can be left out by `smaller`, piece by piece.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from html import escape
from typing import Any

from tests.htmx_truth.scenarios import Scenario

Node = str | list[Any]
Answer = dict[str, Any]  # "nodes", and "status", "headers", "whole" (a page), "title"
VOID = {"input", "br", "hr", "img"}


@dataclass(frozen=True)
class Journey:
    """One page, its server, and what somebody does there."""

    seed: int
    dialect: int
    page: list[Node]
    routes: dict[str, list[Answer]]
    steps: list[dict[str, Any]]
    config: dict[str, Any] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)  # Attributes of the body

    @property
    def name(self) -> str:
        """How a report calls it."""
        return f"seed {self.seed}, htmx {self.dialect}"

    def scenario(self) -> Scenario:
        """Write it as the server and the adapter want it."""
        head = ""
        if self.config:
            head = f'<meta name="htmx-config" content="{escape(json.dumps(self.config))}">'
        routes = {route: [_said(one) for one in answers] for route, answers in self.routes.items()}
        return Scenario(
            group="soak",
            name=str(self.seed),
            level=3,
            page=markup(self.page),
            steps=tuple(self.steps),
            routes=routes,
            head=head,
            body=attributes(self.body).strip(),
            dialects=(self.dialect,),
        )

    def to_json(self) -> str:
        """Write it so that `from_json` reads it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def from_json(text: str) -> Journey:
    """Read what `Journey.to_json` has written."""
    return Journey(**json.loads(text))


def _said(answer: Answer) -> dict[str, Any]:
    kind = "page" if answer.get("whole") else "html"
    more = {name: answer[name] for name in ("status", "headers", "title") if name in answer}
    return {kind: markup(answer["nodes"]), **more}


def attributes(said: dict[str, str]) -> str:
    """Write attributes, a blank before each."""
    written = (f' {name}="{escape(text)}"' if text else f" {name}" for name, text in said.items())
    return "".join(written)


def markup(nodes: list[Node]) -> str:
    """Write nodes as HTML."""
    parts = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(escape(node, quote=False))
            continue
        tag, said, inside = node
        end = "" if tag in VOID else f"{markup(inside)}</{tag}>"
        parts.append(f"<{tag}{attributes(said)}>{end}")
    return "".join(parts)


def elements(nodes: list[Node]) -> Iterator[list[Any]]:
    """Yield the elements in nodes, outer ones first."""
    for node in nodes:
        if not isinstance(node, str):
            yield node
            yield from elements(node[2])


def told(journey: Journey) -> str:
    """Write a journey for people."""
    lines = [journey.name]
    if journey.config:
        lines.append(f"  config {json.dumps(journey.config)}")
    lines.append(f"  body   {attributes(journey.body).strip()}\n  page   {markup(journey.page)}")
    for route, answers in journey.routes.items():
        for answer in answers:
            more = {name: said for name, said in answer.items() if name != "nodes"}
            lines.append(f"  {route}  {markup(answer['nodes'])}  {json.dumps(more)}")
    lines += [f"  {json.dumps(step, ensure_ascii=False)}" for step in journey.steps]
    return "\n".join(lines)


# Leaving out ------------------------------------------------------------------------------------


def _without(things: list[Any]) -> Iterator[list[Any]]:
    """Yield a list without a half, then a quarter, and at last without each one."""
    size = max(1, len(things) // 2)
    while size and things:
        for start in range(0, len(things), size):
            yield things[:start] + things[start + size :]
        size //= 2


def _fewer_nodes(nodes: list[Node]) -> Iterator[list[Node]]:
    yield from _without(nodes)
    for at, node in enumerate(nodes):
        if isinstance(node, str):
            continue
        tag, said, inside = node
        if inside:
            yield [*nodes[:at], *inside, *nodes[at + 1 :]]
        for name in said:
            rest = {key: text for key, text in said.items() if key != name}
            yield [*nodes[:at], [tag, rest, inside], *nodes[at + 1 :]]
            words = said[name].split()
            if len(words) > 1:
                for fewer in _without(words):
                    changed = {**said, name: " ".join(fewer)}
                    yield [*nodes[:at], [tag, changed, inside], *nodes[at + 1 :]]
        for fewer in _fewer_nodes(inside):
            yield [*nodes[:at], [tag, said, fewer], *nodes[at + 1 :]]


def _simpler_answers(answers: list[Answer]) -> Iterator[list[Answer]]:
    yield from (fewer for fewer in _without(answers) if fewer)
    for at, answer in enumerate(answers):
        before, after = answers[:at], answers[at + 1 :]
        for name in answer:
            if name != "nodes":
                rest = {key: said for key, said in answer.items() if key != name}
                yield [*before, rest, *after]
        headers = answer.get("headers", {})
        for name in headers if len(headers) > 1 else ():
            rest = {key: said for key, said in headers.items() if key != name}
            yield [*before, {**answer, "headers": rest}, *after]
        for nodes in _fewer_nodes(answer["nodes"]):
            yield [*before, {**answer, "nodes": nodes}, *after]


def smaller(journey: Journey) -> Iterator[Journey]:
    """Yield journeys that lack something of this one, the smallest first."""
    journey = deepcopy(journey)
    for steps in _without(journey.steps):
        yield replace(journey, steps=steps)
    for routes in _without(list(journey.routes.items())):
        yield replace(journey, routes=dict(routes))
    for page in _fewer_nodes(journey.page):
        yield replace(journey, page=page)
    for route, answers in journey.routes.items():
        for simpler in _simpler_answers(answers):
            yield replace(journey, routes={**journey.routes, route: simpler})
    for name in journey.config:
        rest = {key: said for key, said in journey.config.items() if key != name}
        yield replace(journey, config=rest)
    for name in journey.body:
        less = {key: said for key, said in journey.body.items() if key != name}
        yield replace(journey, body=less)
    for at, step in enumerate(journey.steps):
        for name in set(step) - {"do", "on", "event", "value", "key", "ms", "name", "text"}:
            rest = {key: said for key, said in step.items() if key != name}
            yield replace(journey, steps=[*journey.steps[:at], rest, *journey.steps[at + 1 :]])
