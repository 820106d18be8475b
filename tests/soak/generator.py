"""Makes journeys: the same seed and dialect give the same one, on every machine."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from .journey import Answer, Journey, Node, elements

PATHS = ("/a", "/b", "/c", "/d")
LEAVES = ("/y", "/z")  # Their answers start nothing
PAGES = ("/n", "/m")
EVENTS = ("ping", "pong")
CLASSES = ("k", "l")
VERBS = ("get", "get", "get", "post", "post", "put", "patch", "delete")
STYLES = ("innerHTML", "innerHTML", "outerHTML", "outerHTML", "beforebegin", "afterbegin",
          "beforeend", "afterend", "delete", "none", "textContent")  # fmt: skip
FOUR_STYLES = ("innerMorph", "outerMorph", "before", "after", "prepend", "append")
INHERITED = ("hx-target", "hx-swap", "hx-confirm", "hx-vals", "hx-headers", "hx-include",
             "hx-select", "hx-push-url", "hx-indicator", "hx-sync", "hx-boost",
             "hx-encoding")  # fmt: skip


class Generator:
    """Random choices, and what has been made so far."""

    def __init__(self, seed: int, dialect: int) -> None:
        self.random = random.Random(f"{dialect}:{seed}")
        self.seed, self.dialect = seed, dialect
        self.count = 0
        self.ids: list[str] = []

    # Choosing

    def chance(self, percent: float) -> bool:
        """Be true so often."""
        return self.random.random() * 100 < percent

    def one(self, *things: Any) -> Any:
        """Pick one of several."""
        return self.random.choice(things)

    def id(self, prefix: str = "e") -> str:
        """Make an id."""
        self.count += 1
        self.ids.append(f"{prefix}{self.count}")
        return self.ids[-1]

    def known_id(self) -> str:
        """Pick an id that there is, or one that will be."""
        return (
            self.one(*self.ids)
            if self.ids and self.chance(85)
            else f"e{self.one(1, 2, 3, 4, 5, 6)}"
        )

    def word(self) -> str:
        """Pick a text."""
        return self.one("one", "two", "x y", "é&ü", "1", "", "a<b")

    # Attributes

    def selector(self) -> str:
        """Write an extended selector."""
        tag = self.one("div", "p", "section", "form", "b", "button", "li", ".k", ".l")
        return self.one(
            *[f"#{self.known_id()}"] * 7, "this", f"closest {tag}", f"find {tag}", f"next {tag}",
            f"previous {tag}", "next", "previous", "body", ".k", "#missing"
        )  # fmt: skip

    def css(self) -> str:
        """Write a plain selector."""
        return self.one(f"#{self.known_id()}", ".k", "b", "p", "div", "#missing", "b, p")

    def swap(self) -> str:
        """Write what `hx-swap` says."""
        styles = STYLES + (FOUR_STYLES * 2 if self.dialect == 4 else ())
        said = [self.one(*styles)]
        if self.chance(12):
            said.append(self.one("swap:20ms", "swap:60ms", "settle:10ms", "settle:80ms"))
        if self.chance(6):
            said.append(self.one("ignoreTitle:true", "show:top", "focus-scroll:true"))
        if self.dialect == 4 and self.chance(8):
            said.append(self.one("strip:true", f"target:#{self.known_id()}", "strip:false"))
        return " ".join(said)

    def trigger(self) -> str:
        """Write what `hx-trigger` says."""
        return ", ".join(self._one_trigger() for _ in range(self.one(1, 1, 1, 2)))

    def _one_trigger(self) -> str:
        said = self.one("click", "click", "change", "input", "ping", "ping from:body", "keyup",
                        "keydown", "focus", "submit", "pong from:body")  # fmt: skip
        if self.chance(15):
            name, _, rest = said.partition(" ")
            condition = self.one("ctrlKey", "!ctrlKey", "target.id=='e2'", "detail.a>1",
                                 "event.type=='click'", "this.id!='e1'", "key=='a'")  # fmt: skip
            said = f"{name}[{condition}]" + (f" {rest}" if rest else "")
        elif "from" not in said and self.chance(15):
            said += " from:" + self.one(f"#{self.known_id()}", "body", "document", "window",
                                        "find b", "next button", "previous div")  # fmt: skip
            if said.startswith(("click", "submit")) and said.endswith(("document", "window")):
                said = said.rpartition(":")[0] + ":body"
        for modifier in ("once", "changed", "consume", "delay:300ms", "throttle:500ms",
                         f"target:{self.css().partition(',')[0]}"):  # fmt: skip
            if self.chance(5):
                said += f" {modifier}"
        if self.dialect == 2 and self.chance(4):
            said += " queue:" + self.one("first", "last", "all", "none")
        return said

    def vals(self) -> str:
        """Write what `hx-vals` says."""
        names = self.random.sample(("a", "b", "q", "v"), self.one(1, 2))
        return json.dumps({name: self.one(1, "two", True, None, "x&y", [1, 2]) for name in names})

    def sync(self) -> str:
        """Write what `hx-sync` says."""
        said = self.one("this", "closest form", f"#{self.known_id()}", "closest div")
        how = self.one(
            "drop", "abort", "replace", "queue first", "queue last", "queue all", "queue"
        )
        return f"{said}:{how}"

    def _extra(self) -> dict[str, Callable[[], str]]:
        both: dict[str, Callable[[], str]] = {
            "hx-target": self.selector,
            "hx-swap": self.swap,
            "hx-include": lambda: self.one(self.selector(), self.css(), "closest form"),
            "hx-vals": self.vals,
            "hx-headers": lambda: self.one('{"X-A": "1"}', '{"X-A": "2", "X-B": "b"}'),
            "hx-select": self.css,
            "hx-select-oob": lambda: self.one("", ":innerHTML", ":beforeend").join(
                (f"#{self.known_id()}", "")
            ),
            "hx-push-url": lambda: self.one("true", "false", "/pushed", "/pushed?q=1"),
            "hx-replace-url": lambda: self.one("true", "false", "/replaced"),
            "hx-confirm": lambda: "Sure?",
            "hx-sync": self.sync,
            "hx-indicator": lambda: self.one(f"#{self.known_id()}", "closest div", ".k"),
            "hx-encoding": lambda: "multipart/form-data",
            "hx-validate": lambda: self.one("true", "false"),
            "hx-preserve": lambda: "",
        }
        if self.dialect == 2:
            both |= {
                "hx-params": lambda: self.one("*", "none", "a", "not a", "a,q", "not a,b"),
                "hx-disabled-elt": lambda: self.one("this", f"#{self.known_id()}", "find button"),
                "hx-prompt": lambda: "Name?",
                "hx-disinherit": lambda: self.one("*", "hx-target", "hx-swap hx-vals"),
                "hx-inherit": lambda: self.one("*", "hx-target"),
                "hx-history-elt": lambda: "",
            }
        else:
            both |= {
                "hx-disable": lambda: self.one("this", f"#{self.known_id()}", "find button"),
                "hx-status:4xx": lambda: self.one(
                    "swap:none", f"target:#{self.known_id()}", "swap:outerHTML", "select:b"
                ),  # fmt: skip
                "hx-status:500": lambda: self.one("swap:none", f"target:#{self.known_id()}"),
            }
        return both

    def more(self, likely: float) -> dict[str, str]:
        """Pick further attributes."""
        extra = self._extra()
        often = {"hx-target": 45, "hx-swap": 45, "hx-include": 10, "hx-vals": 10}
        return {
            name: write()
            for name, write in extra.items()
            if self.chance(often.get(name, 4) * likely)
        }

    def sending(self, *, quiet: bool = False) -> dict[str, str]:
        """Pick a verb, and what goes with it."""
        path = self.one(*LEAVES) if quiet else self.one(*PATHS, *PATHS, *LEAVES)
        if self.chance(10):
            path += self.one("?x=1", "?a=0&a=2", "#part", "?x=1#part")
        return {f"hx-{self.one(*VERBS)}": path, **self.more(1)}

    def around(self) -> dict[str, str]:
        """Pick what an element says for those inside of it."""
        said = {name: text for name, text in self.more(0.6).items() if name in INHERITED}
        if self.chance(6):
            said["hx-boost"] = "true"
        if self.dialect == 4:
            said = {f"{name}:inherited" if self.chance(75) else name: text
                    for name, text in said.items()}  # fmt: skip
        elif self.chance(5):
            said["hx-disinherit"] = self.one("*", "hx-target")
        return said

    def look(self) -> dict[str, str]:
        """Pick an id, and perhaps a class."""
        said = {"id": self.id()} if self.chance(80) else {}
        if self.chance(25):
            said["class"] = self.one(*CLASSES)
        return said

    # Elements

    def control(self, name: str | None = None) -> Node:
        """Make a control of a form."""
        name = self.one("a", "b", "q", "v") if name is None else name
        said = {"id": self.id("f"), "name": name}
        kind = self.one("text", "text", "text", "checkbox", "radio", "select", "textarea", "number",
                        "email", "hidden", "many", "file", "range", "date", "disabled")  # fmt: skip
        if kind == "select":
            options: list[Node] = [["option", {"value": one}, [one]] for one in ("1", "2", "3")]
            options[self.one(0, 1, 2)][1]["selected"] = ""  # type: ignore[index]
            return ["select", said, options]
        if kind == "many":
            options = [["option", {} if self.chance(50) else {"selected": ""}, [one]]
                       for one in ("1", "2", "3")]  # fmt: skip
            return ["select", {**said, "multiple": ""}, options]
        if kind == "textarea":
            return ["textarea", said, [self.one("", "some", "two\nlines")]]
        if kind in ("checkbox", "radio"):
            value = {"value": self.one("on", "y", "n")} if self.chance(60) else {}
            ticked = {"checked": ""} if self.chance(40) else {}
            return ["input", {**said, "type": kind, **value, **ticked}, []]
        if kind == "disabled":
            return ["input", {**said, "disabled": "", "value": "no"}, []]
        value = {"number": self.one("", "3"), "email": self.one("", "a@b.c", "bad"), "range": "4",
                 "date": "2026-02-03"}.get(kind, self.word())  # fmt: skip
        rule = {}
        if kind in ("text", "email") and self.chance(12):
            rule = self.one({"required": ""}, {"pattern": "[a-z]+"}, {"minlength": "2"})
        if kind == "number" and self.chance(30):
            rule = {"min": "5"}
        typed = {} if kind == "text" else {"type": kind}
        given = {} if kind == "file" else {"value": value}
        return ["input", {**said, **typed, **given, **rule}, []]

    def button(self) -> Node:
        """Make a button of a form."""
        said = {"id": self.id()}
        if self.chance(50):
            said |= {"name": self.one("k", "a"), "value": self.one("1", "save")}
        if self.chance(20):
            said["type"] = self.one("button", "submit", "reset")
        if self.chance(8):
            said["formaction"] = self.one(*LEAVES)
        if self.chance(6):
            said["formmethod"] = self.one("get", "post")
        if self.chance(6):
            said["formnovalidate"] = ""
        if self.chance(15):
            said |= self.sending()
        return ["button", said, ["go"]]

    def form(self) -> Node:
        """Make a form: htmx's, boosted, or a plain one."""
        said = {"id": self.id(), **self.look_class()}
        kind = self.random.random()
        if kind < 0.7:
            said |= self.sending()
            if self.chance(15):
                said["hx-trigger"] = self.trigger()
        else:
            said["action"] = self.one(*PAGES)
            if self.chance(50):
                said["method"] = "post"
            if kind < 0.9:
                said["hx-boost"] = "true"
                said |= self.more(0.3)
        if self.chance(10):
            said["novalidate"] = ""
        inside = [self.control() for _ in range(self.one(1, 1, 2, 3))]
        if self.chance(15):
            where = {"disabled": ""} if self.chance(30) else {}
            inside = [["fieldset", where, inside]]
        if self.chance(8):
            inside.append(self.control("out"))
            inside[-1][1]["form"] = self.known_id()  # type: ignore[index,call-overload]
        inside += [self.button() for _ in range(self.one(0, 1, 1, 1, 2))]
        return ["form", said, inside]

    def look_class(self) -> dict[str, str]:
        """Pick perhaps a class."""
        return {"class": self.one(*CLASSES)} if self.chance(20) else {}

    def sender(self) -> Node:
        """Make an element that sends a request when it is clicked, or by its trigger."""
        tag = self.one("button", "button", "button", "a", "div", "b", "p")
        said = {"id": self.id(), **self.look_class()}
        waits = self.chance(30)
        if waits:
            said["hx-trigger"] = self.trigger()
        quiet = waits and any(event in said["hx-trigger"] for event in EVENTS)
        said |= self.sending(quiet=quiet)
        if tag == "button" and self.chance(25):
            said |= {"name": "n", "value": "v"}
        if tag == "a" and self.chance(50):
            said["href"] = self.one("/n", "#part")
        return [tag, said, [self.one("go", "send")]]

    def asking_control(self) -> Node:
        """Make a control that sends a request of its own."""
        control = self.control()
        if not isinstance(control, str):
            control[1] |= self.sending()
            control[1].setdefault("hx-target", f"#{self.known_id()}")  # Nothing goes into a field
            if self.chance(40):
                control[1]["hx-trigger"] = self.trigger().replace("ping", "input")
        return control

    def link(self) -> Node:
        """Make a link, perhaps a boosted one."""
        said = {"id": self.id(), "href": self.one("/n", "/m", "/n?x=1", "#part", "/n#part")}
        if self.chance(60):
            said["hx-boost"] = "true"
            said |= self.more(0.3)
        return ["a", said, ["link"]]

    def box(self, depth: int) -> Node:
        """Make an element with others inside."""
        tag = self.one("div", "div", "section", "p", "ul", "table", "span", "article")
        said = {**self.look(), **self.around()}
        if tag == "ul":
            items: list[Node] = [["li", self.look(), self.nodes(depth + 1, 1, plain=True)]
                                 for _ in range(self.one(1, 2))]  # fmt: skip
            return [tag, said, items]
        if tag == "table":
            rows: list[Node] = [["tr", self.look(), [["td", self.look(), [self.word()]]]]
                                for _ in range(self.one(1, 2))]  # fmt: skip
            return [tag, said, [["tbody", self.look(), rows]]]
        if self.chance(4):
            said[self.one("hx-disable", "hx-ignore", "hx-ext")] = ""
        return [tag, said, self.nodes(depth + 1, self.one(1, 2, 3), plain=tag in ("p", "span"))]

    def loading(self) -> Node:
        """Make an element that sends without being asked."""
        trigger = self.one("load", "load", "load delay:300ms", "every 700ms", "load, click",
                           "load once, ping", "every 400ms[this.id!='e1']", "restored")  # fmt: skip
        said = {"id": self.id(), "hx-trigger": trigger, "hx-get": self.one(*LEAVES)}
        if trigger.startswith("every"):
            said["hx-swap"] = self.one("innerHTML", "none", "outerHTML")
        return ["div", said | self.more(0.2), ["wait"]]

    def nodes(self, depth: int, how_many: int, *, plain: bool = False) -> list[Node]:
        """Make several."""
        made: list[Node] = []
        for _ in range(how_many):
            kind = self.random.random()
            if plain or depth > 3:
                made.append(self.word() if kind < 0.4 else
                            self.sender() if kind < 0.6 and depth < 3 else
                            ["b", self.look(), [self.word()]])  # fmt: skip
            elif kind < 0.10:
                made.append(self.word())
            elif kind < 0.38:
                made.append(self.sender())
            elif kind < 0.55:
                made.append(self.form())
            elif kind < 0.63:
                made.append(self.asking_control())
            elif kind < 0.68:
                made.append(self.control())
            elif kind < 0.75:
                made.append(self.link())
            elif kind < 0.79:
                made.append(self.loading())
            else:
                made.append(self.box(depth))
        return made

    # Answers

    def leaf(self) -> Answer:
        """Make an answer that starts nothing."""
        if self.chance(10):
            return {"nodes": [], "status": self.one(204, 404, 500, 200)}
        return {"nodes": [["b", self.look(), [self.one("leaf", "end", "x")]]]}

    def answer(self) -> Answer:
        """Make an answer to be swapped."""
        nodes = self.nodes(2, self.one(0, 1, 1, 2))
        if self.chance(35):
            nodes.insert(self.one(0, len(nodes)), ["b", {**self.look()}, [self.word()]])
        if self.chance(25):  # What is on the page already, once more
            nodes.append(["div", {"id": self.known_id(), **self.look_class()}, [self.word()]])
        for _ in range(self.one(0, 0, 0, 1, 1, 2)):
            nodes.insert(self.one(0, len(nodes)), self.out_of_band())
        if self.chance(6):
            nodes.append(["div", {}, [self.out_of_band()]])
        if self.chance(4):
            said = {"id": self.known_id(), "hx-swap-oob": self.one("true", "beforeend")}
            row: Node = ["tr", said, [["td", self.look(), [self.word()]]]]
            nodes.append(["template", {}, [row]])
        if self.dialect == 4 and self.chance(20):
            said = {"hx-target": f"#{self.known_id()}", "hx-swap": self.swap()}
            nodes.append(["hx-partial", said, [["i", self.look(), [self.word()]]]])
        if self.chance(7):
            nodes.insert(0, ["title", {}, [self.one("New", "Ü & co")]])
        if self.chance(5):
            nodes.append(["input", {"id": self.id("f"), "name": "q", "autofocus": ""}, []])
        answer: Answer = {"nodes": nodes}
        if self.chance(6):
            answer |= {"whole": True, "title": "Whole"}
        if self.chance(12):
            answer["status"] = self.one(204, 201, 400, 404, 422, 500, 286)
        if self.chance(25):
            answer["headers"] = self.headers()
        return answer

    def out_of_band(self) -> Node:
        """Make an element that goes somewhere else."""
        style = self.one("true", "true", "outerHTML", "innerHTML", "beforeend", "afterbegin",
                         "beforebegin", "afterend", "delete", f"innerHTML:#{self.known_id()}",
                         f"beforeend:#{self.known_id()}", "outerHTML:.k")  # fmt: skip
        if self.dialect == 4 and self.chance(20):
            style = self.one("innerMorph", "outerMorph", "append", "textContent")
        said = {"id": self.known_id(), "hx-swap-oob": style, **self.look_class()}
        return [self.one("div", "p", "b"), said, self.nodes(3, 1)]

    def headers(self) -> dict[str, str]:
        """Pick headers of an answer."""
        name = self.one("HX-Trigger", "HX-Trigger", "HX-Trigger", "HX-Retarget", "HX-Reswap",
                        "HX-Reselect", "HX-Redirect", "HX-Location", "HX-Push-Url",
                        "HX-Replace-Url", "HX-Refresh", "HX-Trigger-After-Swap",
                        "HX-Trigger-After-Settle", "redirect")  # fmt: skip
        location = json.dumps({"path": self.one(*LEAVES), "target": f"#{self.known_id()}",
                               **self.one({}, {"swap": "outerHTML"}, {"values": {"a": "1"}},
                                          {"headers": {"X-L": "1"}}, {"select": "b"})})  # fmt: skip
        return {
            "HX-Retarget": {name: self.selector()},
            "HX-Reswap": {name: self.swap()},
            "HX-Reselect": {name: self.css()},
            "HX-Redirect": {name: self.one(*PAGES)},
            "HX-Location": {name: self.one(self.one(*LEAVES), location)},
            "HX-Push-Url": {name: self.one("/header", "false")},
            "HX-Replace-Url": {name: self.one("/header?r", "false")},
            "HX-Refresh": {name: self.one("true", "false")},
            "redirect": {"HX-Trigger": "ping"},
        }.get(name, {name: self.one("ping", "ping, pong", '{"ping": {"a": 2}}', '{"pong": "t"}')})

    # The journey

    def step(self, ids: list[list[Any]]) -> dict[str, Any]:
        """Pick one thing to do, of those that fit what there may be."""
        kind = self.random.random()
        if kind < 0.08:
            return {"do": "fire", "event": self.one(*EVENTS), "on": self.one("body", "body", *[
                f"#{one[1]['id']}" for one in ids]), "detail": {"a": self.one(1, 2)}}  # fmt: skip
        if kind < 0.16:
            return {"do": self.one("back", "back", "forward")}
        if kind < 0.21:
            return {"do": "wait", "ms": self.one(100, 350, 1100)}
        tag, said, _ = self.random.choice(ids)
        on = f"#{said['id']}"
        acting = any(name.startswith("hx-") for name in said) or tag in ("a", "button", "form")
        if not acting and self.chance(60):
            return self.step(ids)
        kinds = {"input": said.get("type", "text"), "textarea": "text", "select": "select"}
        kind_of = kinds.get(tag, tag)
        step: dict[str, Any] = {"do": "click", "on": on}
        if kind_of in ("text", "email", "hidden", "number", "range", "date"):
            value = {"number": "7", "range": "9", "date": "2026-05-06"}.get(kind_of)
            step = {
                "do": self.one("fill", "fill", "type"),
                "on": on,
                "value": value or self.one("x", "a b"),
            }
            if kind_of in ("range", "date", "number"):
                step["do"] = "fill"
            if kind_of in ("text", "email") and self.chance(30):
                step = {"do": "keys", "on": on, "text": self.one("a", "xyz", "q ")}
            if kind_of != "hidden" and self.chance(25):
                key = "Tab" if tag == "textarea" else "Enter"  # A date's parts have stops, too
                if kind_of in ("text", "email") and self.chance(40):
                    key = "Tab"
                step = {"do": self.one("focus", "blur", "press"), "on": on, "key": key}
        elif kind_of == "select":
            value = [self.one("1", "2", "3")] if "multiple" in said else self.one("1", "2", "3")
            step = {"do": "choose", "on": on, "value": value}
        elif kind_of == "file":
            step = {"do": "attach", "on": on, "name": "n.txt", "text": "hello"}
        elif kind_of == "checkbox" and self.chance(50):
            step = {"do": self.one("check", "uncheck"), "on": on}
        elif kind_of == "form":
            step = {"do": self.one("submit", "submit", "reset"), "on": on}
        elif tag in ("button", "a") and self.chance(40):
            step = {"do": "tap", "on": on}
        elif tag == "button" and self.chance(20):
            step = {"do": "press", "on": on, "key": self.one("Enter", "Space")}
        elif tag not in ("a", "button") and self.chance(10):  # Those would open another tab
            step["keys"] = {"ctrlKey": True}
        if self.chance(12) and tag not in ("a", "button", "form"):  # Those may leave the page
            step["nosettle"] = True
        return step

    def journey(self) -> Journey:
        """Make it."""
        page = self.nodes(0, self.one(2, 3, 4))
        while not any(name.startswith("hx-") for one in elements(page) for name in one[1]):
            page += self.nodes(0, 1)
        routes: dict[str, list[Answer]] = {}
        for path in PATHS:
            for verb in dict.fromkeys(VERBS):
                if verb in ("get", "post") or self.chance(60):
                    answers = [self.answer() for _ in range(self.one(1, 1, 2))]
                    routes[f"{verb.upper()} {path}"] = answers
        for verb in dict.fromkeys(VERBS):
            for path in LEAVES:
                routes[f"{verb.upper()} {path}"] = [self.leaf()]
        for path in PAGES:
            for verb in ("GET", "POST"):
                whole = {"nodes": self.nodes(1, 2), "whole": True, "title": self.one("N", "M")}
                routes[f"{verb} {path}"] = [whole]
        found = [one for one in elements(page) if "id" in one[1]]
        later = [one for answers in routes.values() for answer in answers
                 for one in elements(answer["nodes"]) if "id" in one[1]]  # fmt: skip
        pool = (
            found * 3
            + [one for one in found if _acts(one)] * 6
            + self.random.sample(later, min(len(later), len(found) + 2))
        )
        if not pool:
            return Generator(self.seed + 1_000_003, self.dialect).journey()
        steps = [self.step(pool) for _ in range(self.one(4, 5, 6, 7))]
        body = self.around() if self.chance(15) else {}
        return Journey(self.seed, self.dialect, page, _asked(routes, page, steps), steps,
                       self.config(), body)  # fmt: skip

    def config(self) -> dict[str, Any]:
        """Pick settings of htmx."""
        if not self.chance(15):
            return {}
        two = ({"defaultSwapStyle": "outerHTML"}, {"disableInheritance": True},
               {"historyCacheSize": 0}, {"allowNestedOobSwaps": False}, {"ignoreTitle": True},
               {"refreshOnHistoryMiss": True, "historyCacheSize": 0}, {"defaultSettleDelay": 0},
               {"methodsThatUseUrlParams": ["get"]}, {"historyEnabled": False},
               {"responseHandling": [{"code": "204", "swap": False},
                                     {"code": "[245]..", "swap": True}]},
               {"responseHandling": [{"code": "422", "swap": True, "target": "#e1", "error": True},
                                     {"code": "...", "swap": True}]})  # fmt: skip
        four = ({"defaultSwap": "outerHTML"}, {"implicitInheritance": True},
                {"noSwap": ["4xx", "5xx"]}, {"noSwap": [204, 304, 422]}, {"history": False},
                {"history": "reload"},
                {"defaultSettleDelay": 50}, {"allowEmptySwapAfterOOB": True})  # fmt: skip
        return self.one(*(two if self.dialect == 2 else four))


def _acts(element: list[Any]) -> bool:
    tag, said, _ = element
    return tag in ("form", "a") or any(name.startswith("hx-") for name in said)


def _asked(
    routes: dict[str, list[Answer]], page: list[Node], steps: list[dict[str, Any]]
) -> dict[str, list[Answer]]:
    """Keep the answers that something on the page, or in another answer, may ask for."""
    kept: dict[str, list[Answer]] = {}
    todo = [repr(page)]
    while todo:
        text = todo.pop()
        for route, answers in routes.items():
            if route not in kept and f"'{route.split()[1]}" in text.replace('"', "'"):
                kept[route] = answers
                todo.append(repr(answers))
    return {route: answers for route, answers in routes.items() if route in kept}


def journey(seed: int, dialect: int) -> Journey:
    """Make a journey."""
    return Generator(seed, dialect).journey()
