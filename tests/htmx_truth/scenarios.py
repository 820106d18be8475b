"""What is held against the real htmx: pages, answers and actions, by group; no expectations.

A scenario is `(group, name, level, page, routes, steps, options)`. `page` is the body at `/`.
Routes: `"GET /x"` to HTML, to `{"html" | "page", "status", "headers", "title"}`, or to a list of
these, one for each call. Steps are those of `adapter.py`. Level 1 is everyday, 2 is usual, 3 is
a corner.
"""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Step = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """One page, its server, and what somebody does there."""

    group: str
    name: str
    level: int
    page: str
    steps: tuple[Step, ...] = ()
    routes: dict[str, Any] = field(default_factory=dict)
    head: str = ""
    body: str = ""  # Attributes of the body
    dialects: tuple[int, ...] = (2, 4)
    focus: bool = False  # Whether the focused element counts
    unordered: bool = False  # Whether requests may come in another order

    @property
    def id(self) -> str:
        """Its name in the goldens."""
        return f"{self.group}/{self.name}"


SCENARIOS: list[Scenario] = []


def add(
    group: str,
    name: str,
    page: str,
    *steps: Step,
    level: int = 2,
    head: str = "",
    body: str = "",
    dialects: tuple[int, ...] = (2, 4),
    focus: bool = False,
    unordered: bool = False,
    **answers: Any,
) -> None:
    """Add a scenario; `GET_x=` is the answer to `GET /x`."""
    routes = {key.replace("__", "/").replace("_", " /", 1): said for key, said in answers.items()}
    said = (group, name, level, page, steps, routes, head, body, dialects, focus, unordered)
    SCENARIOS.append(Scenario(*said))


def click(on: str, **keys: Any) -> Step:
    """Click, with keys held."""
    return {"do": "click", "on": on, **({"keys": keys} if keys else {})}


def fill(on: str, value: str) -> Step:
    """Give a field a value, and announce it."""
    return {"do": "fill", "on": on, "value": value}


def kind(on: str, value: str) -> Step:
    """Type letters."""
    return {"do": "type", "on": on, "value": value}


def fire(event: str, on: str = "body", **more: Any) -> Step:
    """Send an event."""
    return {"do": "fire", "event": event, "on": on, **more}


def do(what: str, on: str = "", **more: Any) -> Step:
    """Anything else."""
    return {"do": what, **({"on": on} if on else {}), **more}


def wait(ms: int) -> Step:
    """Let time pass."""
    return {"do": "wait", "ms": ms}


def soon(step: Step) -> Step:
    """Do a step, and go on before its answer is there."""
    return {**step, "nosettle": True}


def page(body: str, title: str = "Other", **more: Any) -> dict[str, Any]:
    """A whole page as an answer."""
    return {"page": body, "title": title, **more}


def answer(html: str, status: int = 200, **headers: Any) -> dict[str, Any]:
    """An answer with headers: `HX_Trigger=` is `HX-Trigger`."""
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    return {"html": html, "status": status, "headers": named}


GO = '<button id="go" {}>go</button>'
OUT = '<p id="out">-</p>'

# Verbs, and what a request says ---------------------------------------------------------------
for verb in ("get", "post", "put", "patch", "delete"):
    add("verbs", verb, f'<div id=d hx-{verb}="/x?a=1">go</div>', click("#d"), level=1,
        **{f"{verb.upper()}_x": "<b>done</b>"})  # fmt: skip
    add("verbs", f"{verb}-in-form",
        f'<form><input name=q value="a b"><button id=b type=button hx-{verb}=/x name=n value=v '
        f"hx-target=#out>go</button></form>{OUT}",
        click("#b"), **{f"{verb.upper()}_x": "ok"})  # fmt: skip
add("verbs", "empty-url", '<button id=b hx-get="" hx-target=#o>x</button><p id=o></p>', click("#b"))
add("verbs", "two-verbs", '<button id=b hx-post="/p" hx-get="/g" hx-swap=none>x</button>',
    click("#b"), level=3, GET_g="g", POST_p="p")  # fmt: skip
add("verbs", "fragment-in-url", f'<button id=b hx-get="/x?a=1#top" hx-target=#out>x</button>{OUT}',
    click("#b"), GET_x="ok")  # fmt: skip
add("verbs", "values-and-fragment",
    f"<button id=b name=n value=v hx-get='/x#top' hx-target=#out>x</button>{OUT}",
    click("#b"), GET_x="ok")  # fmt: skip
add("verbs", "query-kept", "<form id=f hx-get='/x?n=1&k=2'><input name=n value=3></form>",
    do("submit", "#f"), GET_x="ok")  # fmt: skip
add("verbs", "data-prefix", "<b id=b data-hx-post=/x data-hx-vals='{\"a\":1}'>x</b>", click("#b"),
    level=1, POST_x="ok")  # fmt: skip

# Headers ----------------------------------------------------------------------------------------
add("headers", "core", f"<button id=b name=n hx-get=/x hx-target=#out>x</button>{OUT}",
    click("#b"), level=1, GET_x="ok")  # fmt: skip
add("headers", "no-ids", "<div class=c><button hx-get=/x>x</button></div>", click("button"),
    GET_x="ok")  # fmt: skip
add("headers", "own", "<div hx-headers='{\"X-A\": \"1\"}' hx-headers:inherited='{\"X-A\": \"1\"}'>"
    "<b id=b hx-get=/x hx-headers='{\"X-B\": 2}'>x</b></div>", click("#b"), GET_x="ok")  # fmt: skip
add("headers", "own-overrides", "<b id=b hx-get=/x hx-headers='{\"HX-Target\": \"mine\"}'>x</b>",
    click("#b"), level=3, GET_x="ok")  # fmt: skip
add("headers", "unicode-id", "<b id='bär' hx-get=/x>x</b>", click("b"), level=3, GET_x="ok")

# Parameters ------------------------------------------------------------------------------------
FIELDS = (
    "<input name=a value=1><input name=b value=2 disabled><input type=checkbox name=c value=x "
    "checked><input type=checkbox name=c value=y><input type=radio name=r value=1><input "
    "type=radio name=r value=2 checked><select name=s><option>p<option selected>q</select>"
    "<textarea name=t>\nl1\nl2</textarea><input type=file name=f><input type=image name=i>"
)
for where in ("form", "div"):
    for verb in ("get", "post"):
        add("params", f"{where}-{verb}",
            f'<{where} id=w hx-{verb}=/x hx-trigger="go">{FIELDS}</{where}>',
            fire("go", "#w"), **{f"{verb.upper()}_x": "ok"})  # fmt: skip
add("params", "fieldset-disabled", "<form id=f hx-post=/x><fieldset disabled><legend><input "
    "name=l value=1></legend><input name=a value=2></fieldset></form>", do("submit", "#f"),
    POST_x="ok")  # fmt: skip
add("params", "form-owner", "<form id=f hx-post=/x hx-target=#out></form><input form=f name=o "
    f"value=1><button form=f id=b name=k value=v>x</button>{OUT}", click("#b"),
    POST_x="ok")  # fmt: skip
add("params", "form-owner-typed", "<form id=f hx-post=/x hx-target=#out></form>"
    f"<button type=submit form=f id=b name=k value=v>x</button>{OUT}", click("#b"),
    POST_x="ok")  # fmt: skip
add("params", "button-value-twice", "<form id=f hx-post=/x hx-swap=none><input name=a value=1>"
    "<button id=b1 name=k value=1>1</button><button id=b2 name=k value=2>2</button></form>",
    click("#b1"), click("#b2"), do("submit", "#f"), level=1, POST_x="ok")  # fmt: skip
add("params", "submit-input", "<form id=f hx-post=/x hx-swap=none><input name=a value=1>"
    "<input type=submit id=b name=k></form>", click("#b"), POST_x="ok")  # fmt: skip
add("params", "formaction", "<form hx-post=/x hx-swap=none><button id=b formaction=/y "
    "formmethod=put name=k value=1>x</button></form>", click("#b"), POST_x="x", PUT_y="y",
    POST_y="y")  # fmt: skip
add("params", "same-name-order", "<form hx-post=/x hx-swap=none><input name=a value=1><input "
    "name=b value=2><input name=a value=3><button id=b>x</button></form>", click("#b"),
    POST_x="ok")  # fmt: skip
add("params", "input-in-form-post", "<form><input name=a value=1><input id=i name=b value=2 "
    f"hx-post=/x hx-target=#out></form>{OUT}", fill("#i", "9"), POST_x="ok")  # fmt: skip
add("params", "input-in-form-get", "<form><input name=a value=1><input id=i name=b value=2 "
    f"hx-get=/x hx-target=#out></form>{OUT}", fill("#i", "9"), GET_x="ok")  # fmt: skip
add("params", "multiple-select", "<select id=s name=s multiple hx-get=/x hx-swap=none><option>1"
    "<option>2<option>3</select>", do("choose", "#s", value=["1", "3"]), GET_x="ok")  # fmt: skip
add("params", "multipart", "<form hx-post=/x hx-encoding=multipart/form-data hx-swap=none><input "
    "name=a value='é\"x'><textarea name=t>1\n2</textarea><button id=b>x</button></form>",
    click("#b"), POST_x="ok")  # fmt: skip
add("params", "upload", "<form hx-post=/x enctype=multipart/form-data hx-swap=none><input id=f "
    "type=file name=f><input name=z value=1><button id=b>x</button></form>",
    do("attach", "#f", name="n.txt", text="hello"), click("#b"), level=1, POST_x="ok")  # fmt: skip
add("params", "upload-without-encoding", "<form hx-post=/x hx-swap=none><input id=f type=file "
    "name=f><button id=b>x</button></form>", do("attach", "#f", name="n.txt", text="hello"),
    click("#b"), level=3, POST_x="ok")  # fmt: skip
add("params", "special-characters", "<form hx-get=/x hx-swap=none><input name='a&b' value=\"~*'()!"
    " +%\"><button id=b>x</button></form>", click("#b"), GET_x="ok")  # fmt: skip
for said in ("*", "none", "a", "a,c", "not a", "not a, b"):
    add("params", f"hx-params-{said.replace(' ', '-')}", f"<form hx-post=/x hx-params='{said}' "
        "hx-swap=none><input name=a value=1><input name=b value=2><input name=c value=3><button "
        "id=g>x</button></form>", click("#g"), dialects=(2,), POST_x="ok")  # fmt: skip
add("params", "cleared-by-user", "<form hx-post=/x hx-swap=none><input id=i name=a value=1><button "
    "id=b>x</button></form>", fill("#i", ""), click("#b"), POST_x="ok")  # fmt: skip
add("params", "after-reset", "<form id=f hx-post=/x hx-swap=none><input id=i name=a value=1><button"
    " id=b>x</button></form>", fill("#i", "2"), do("reset", "#f"), click("#b"),
    POST_x="ok")  # fmt: skip

# hx-vals -----------------------------------------------------------------------------------------
for name, said in {
    "kinds": '{"s": "t", "n": 1.5, "i": 2.0, "b": true, "z": null, "e": ""}',
    "nested": '{"l": [1, "b"], "o": {"k": [1]}}',
    "no-braces": '"a": 1, "b": "x"',
    "order": '{"z": 1, "2": "two", "1": "one"}',
    "broken": "{a: 1}",
}.items():
    add("vals", name, f"<b id=b hx-post=/x hx-vals='{said}'>x</b>", click("#b"), POST_x="ok",
        level=3 if name in ("order", "broken") else 2)  # fmt: skip
add("vals", "hcon", "<b id=b hx-post=/x hx-vals='a:1 b:\"x y\", c'>x</b>", click("#b"),
    dialects=(4,), POST_x="ok")  # fmt: skip
add("vals", "inherited", "<div hx-vals='{\"a\":1,\"b\":2}' hx-vals:inherited='{\"a\":1,\"b\":2}'><b "
    "id=b hx-post=/x hx-vals='{\"a\":9}'>x</b><i id=i hx-post=/x>y</i></div>", click("#b"),
    click("#i"), POST_x="ok")  # fmt: skip
add("vals", "append", "<div hx-vals:inherited='{\"a\":1}'><b id=b hx-post=/x "
    "hx-vals:append='{\"b\":2}'>x</b></div>", click("#b"), dialects=(4,), POST_x="ok")  # fmt: skip
add("vals", "get", "<b id=b hx-get='/x?a=0' hx-vals='{\"a\": 1}'>x</b>", click("#b"), GET_x="ok")
add("vals", "override-form", "<form hx-post=/x hx-swap=none hx-vals='{\"a\": \"v\"}'><input name=a "
    "value=1><input name=a value=2><button id=b>x</button></form>", click("#b"),
    POST_x="ok")  # fmt: skip

# hx-include --------------------------------------------------------------------------------------
INCLUDED = (
    "<form id=f1><input name=a value=1></form><div id=d1><input name=b value=2><input name=c "
    "value=3></div><input id=i1 name=d value=4>"
)
for name, said in {
    "id": "#i1", "form": "#f1", "div": "#d1", "list": "#i1, #f1, #d1", "this": "this",
    "name": "[name=c]", "all": "input", "missing": "#nope", "next": "next input",
    "previous": "previous input", "body": "body",
}.items():  # fmt: skip
    for verb in ("get", "post"):
        add("include", f"{name}-{verb}", f"{INCLUDED}<button id=b hx-{verb}=/x name=n value=v "
            f"hx-include='{said}' hx-swap=none>x</button><input name=e value=5>", click("#b"),
            **{f"{verb.upper()}_x": "ok"})  # fmt: skip
add("include", "closest-form", "<form><input name=a value=1><button type=button id=b hx-get=/x "
    "hx-include='closest form'>x</button></form>", click("#b"), level=1, GET_x="ok")  # fmt: skip
add("include", "inherited", f"{INCLUDED}<div hx-include='#i1' hx-include:inherited='#i1'><b id=b "
    "hx-get=/x>x</b></div>", click("#b"), GET_x="ok")  # fmt: skip
add("include", "inherit-word", f"{INCLUDED}<div hx-include='#i1'><b id=b hx-get=/x hx-include="
    "'#d1, inherit'>x</b></div>", click("#b"), dialects=(2,), level=3, GET_x="ok")  # fmt: skip

# Targets ----------------------------------------------------------------------------------------
TREE = (
    "<div id=top class=t><p id=p1 class=t>1</p><div id=mid class=t><button id=b hx-get=/x "
    "hx-target='{}'>go <i id=in class=t>i</i></button><p id=p2 class=t>2</p></div><p id=p3 "
    "class=t>3</p></div>"
)
for said in ("#p3", ".t", "this", "closest .t", "closest p", "find .t", "find p", "next .t", "next",
             "next p", "previous .t", "previous", "previous p", "body", "next #nope", "document",
             "<.t/>", "global #p1", "closest <div/>", "window"):  # fmt: skip
    name = said.replace(" ", "-").translate({ord(char): None for char in "#.</>"})
    add("target", name + {"#": "-id", ".": "-class", "<": "-css"}.get(said[0], ""),
        TREE.format(said), click("#b"), GET_x="<u>new</u>", level=2)  # fmt: skip
add("target", "this-inherited", "<div id=d hx-target=this hx-target:inherited=this><b id=b "
    "hx-get=/x>x</b></div>", click("#b"), GET_x="ok")  # fmt: skip
add("target", "disinherit", "<div hx-target=#out hx-disinherit=hx-target><b id=b hx-get=/x>x</b>"
    f"</div>{OUT}", click("#b"), dialects=(2,), GET_x="ok")  # fmt: skip
add("target", "disinherit-all", "<div hx-target=#out hx-swap=outerHTML hx-disinherit='*'><b id=b "
    f"hx-get=/x>x</b></div>{OUT}", click("#b"), dialects=(2,), GET_x="ok")  # fmt: skip
add("target", "unset", f"<div hx-target=#out><b id=b hx-get=/x hx-target=unset>x</b></div>{OUT}",
    click("#b"), dialects=(2,), GET_x="ok")  # fmt: skip
add("target", "inherit-config", "<div hx-target=#out hx-inherit=hx-target><div hx-swap=outerHTML><b"
    f" id=b hx-get=/x>x</b></div></div>{OUT}", click("#b"), dialects=(2,), GET_x="ok",
    head='<meta name="htmx-config" content=\'{"disableInheritance":true}\'>')  # fmt: skip
add("target", "implicit-config", f"<div hx-target=#out><b id=b hx-get=/x>x</b></div>{OUT}",
    click("#b"), dialects=(4,), GET_x="ok",
    head='<meta name="htmx-config" content="implicitInheritance:true">')  # fmt: skip

add("target", "implicit-and-marked", f"<div hx-target:inherited=#out><b id=b hx-get=/x>x</b></div>"
    f"{OUT}", click("#b"), dialects=(4,), GET_x="ok", level=3,
    head='<meta name="htmx-config" content="implicitInheritance:true">')  # fmt: skip

# Swaps ------------------------------------------------------------------------------------------
BOX = f"<div id=box class=k><p id=old>old</p>t</div>{GO.format('hx-get=/x hx-target=#box hx-swap={}')}"
STYLES = ("innerHTML", "outerHTML", "beforebegin", "afterbegin", "beforeend", "afterend", "delete",
          "none", "textContent", "bogus")  # fmt: skip
for style in STYLES:
    for name, said in {"text": "only text", "empty": "", "nodes": " <p id=old class=n>A</p> b <i>C</i>"
                       }.items():  # fmt: skip
        add("swap", f"{style}-{name}", BOX.replace("{}", style), click("#go"), GET_x=said,
            level=1 if name == "nodes" else 2)  # fmt: skip
for style in ("before", "after", "prepend", "append", "innerMorph", "outerMorph"):
    add("swap", style, BOX.replace("{}", style), click("#go"), dialects=(4,),
        GET_x='<div id=box class=m><p id=old class=n>A</p><i>C</i></div>')  # fmt: skip
add("swap", "delay", BOX.replace("{}", "'outerHTML swap:50ms settle:30ms'"), click("#go"),
    GET_x="<p>new</p>")  # fmt: skip
add("swap", "ignore-title", BOX.replace("{}", "'innerHTML ignoreTitle:true'"), click("#go"),
    GET_x="<title>T</title>x")  # fmt: skip
add("swap", "title-nested", BOX.replace("{}", "innerHTML"), click("#go"),
    GET_x="<div><title>T</title>x</div>", level=3)  # fmt: skip
add("swap", "title-svg", BOX.replace("{}", "innerHTML"), click("#go"),
    GET_x="<svg><title>T</title></svg>", level=3)  # fmt: skip
add("swap", "title-in-head", BOX.replace("{}", "innerHTML"), click("#go"),
    GET_x="<head><title>H &amp; T</title></head><p>x</p>")  # fmt: skip
add("swap", "title-missing", BOX.replace("{}", "innerHTML"), click("#go"), head="<title></title>",
    GET_x="<html><body><p>x</p></body></html>", level=3)  # fmt: skip
add("swap", "whole-page-body-attributes", GO.format("hx-get=/x hx-target=body"), click("#go"),
    GET_x="<html><head><title>N</title></head><body class=z><h1>n</h1></body></html>")  # fmt: skip
add("swap", "body-outer", GO.format("hx-get=/x hx-target=body hx-swap=outerHTML"), click("#go"),
    GET_x="<body class=z><h1>n</h1></body>")  # fmt: skip
add("swap", "table-rows", "<table><tbody id=tb><tr id=r><td>0</table>" +
    GO.format("hx-get=/x hx-target=#r hx-swap=outerHTML"), click("#go"), level=1,
    GET_x="<tr><td>1</td></tr><tr><td>2</td></tr>")  # fmt: skip
add("swap", "cell", "<table><tr><td id=c>0</table>" + GO.format("hx-get=/x hx-target=#c "
    "hx-swap=outerHTML"), click("#go"), GET_x="<td id=c>1</td>")  # fmt: skip
add("swap", "script-data", BOX.replace("{}", "innerHTML"), click("#go"),
    GET_x='<script type="application/json">{"a": "<b>"}</script><p>x</p>')  # fmt: skip
add("swap", "settle-class", BOX.replace("{}", "innerHTML"), click("#go"), click("#go"),
    GET_x=["<p id=old class=one style='color:red'>1</p>", "<p id=old class=two width=3>2</p>"])  # fmt: skip
add("swap", "self-removing", "<div id=d hx-get=/x hx-swap=delete>x</div>", click("#d"), GET_x="any")
add("swap", "default-config", "<b id=b hx-get=/x>x</b>", click("#b"), GET_x="<i>ok</i>",
    head='<meta name="htmx-config" content=\'{"defaultSwapStyle":"outerHTML","defaultSwap":"outerHTML"}\'>')  # fmt: skip
add("swap", "live-after", "<div id=d><b id=b hx-get=/x hx-target=#d>x</b></div>", click("#b"),
    click("#c"), click("#e"), level=1, GET_x="<b id=c hx-get=/y hx-target=#d>y</b>",
    GET_y="<b id=e hx-get=/z>z</b>", GET_z="end")  # fmt: skip
add("swap", "autofocus", BOX.replace("{}", "innerHTML"), click("#go"), focus=True,
    GET_x="<input id=i autofocus>")  # fmt: skip
add("swap", "focus-kept", "<div id=d><input id=i name=q hx-get=/x hx-trigger=input hx-target=#d>"
    "</div>", kind("#i", "a"), focus=True, GET_x="<input id=i name=q value=new><p>r</p>")  # fmt: skip
add("swap", "strip", BOX.replace("{}", "'innerHTML strip:true'"), click("#go"), dialects=(4,),
    GET_x="<section><p>x</p>t</section>")  # fmt: skip
add("swap", "target-modifier", BOX.replace("{}", "'innerHTML target:#out'") + OUT, click("#go"),
    dialects=(4,), GET_x="new")  # fmt: skip
add("swap", "comment", BOX.replace("{}", "innerHTML"), click("#go"), dialects=(4,), level=3,
    GET_x="a<!--c--><p>b</p>")  # fmt: skip

add("swap", "table-in-paragraph", BOX.replace("{}", "innerHTML"), click("#go"), level=3,
    GET_x="<p id=f>a<table><tr><td>1</table></p><p id=g>b")  # fmt: skip
add("swap", "form-in-form", BOX.replace("{}", "innerHTML"), click("#go"), level=3,
    GET_x="<form id=f><p><form id=g><input name=a></form></p></form>")  # fmt: skip

# hx-preserve -------------------------------------------------------------------------------------
for style in ("innerHTML", "outerHTML"):
    add("preserve", style, "<div id=box><input id=k hx-preserve value=1><p>old</p></div>" +
        GO.format(f"hx-get=/x hx-target=#box hx-swap={style}"), fill("#k", "typed"), click("#go"),
        GET_x="<div id=box><p>new</p><input id=k hx-preserve value=2></div>")  # fmt: skip
add("preserve", "gone", "<div id=box><input id=k hx-preserve></div>" +
    GO.format("hx-get=/x hx-target=#box"), click("#go"), GET_x="<p>new</p>")  # fmt: skip
add("preserve", "only-new", "<div id=box></div>" + GO.format("hx-get=/x hx-target=#box"),
    click("#go"), GET_x="<input id=k hx-preserve value=2>")  # fmt: skip
add("preserve", "elsewhere", "<b id=k hx-preserve>kept</b><div id=box></div>" +
    GO.format("hx-get=/x hx-target=#box"), click("#go"), level=3,
    GET_x="<i>1</i><b id=k hx-preserve>new</b>")  # fmt: skip
add("preserve", "live", "<div id=box><b id=k hx-preserve hx-get=/y>kept</b></div>" +
    GO.format("hx-get=/x hx-target=#box"), click("#go"), click("#k"), GET_y="asked",
    GET_x="<b id=k hx-preserve hx-get=/z>new</b>")  # fmt: skip

# Out of band ------------------------------------------------------------------------------------
HOME = "<div id=main></div><ul id=l class=h><li>0</li></ul><p id=m class=h>m</p>" + GO.format(
    "hx-get=/x hx-target=#main"
)
for said in ("true", "outerHTML", "innerHTML", "beforeend", "afterbegin", "beforebegin", "afterend",
             "delete", "none", "textContent", "innerHTML:#m", "outerHTML:.h", "beforeend:ul",
             "true:#m", "delete:#m", "", "innerHTML:#nope", "beforeend swap:10ms",
             "innerHTML:next .h", "innerHTML target:#m"):  # fmt: skip
    name = said.replace(":", "-").replace("#", "").replace(".", "").replace(" ", "-") or "bare"
    add("oob", name, HOME, click("#go"),
        GET_x=f'in<ul id="l" hx-swap-oob="{said}"><li>1</li>t</ul>')  # fmt: skip
add("oob", "only", HOME, click("#go"), GET_x="<p id=m hx-swap-oob=true>1</p>", level=1)
add("oob", "nested", HOME, click("#go"),
    GET_x="<section>a<p id=m hx-swap-oob=true>1</p>b</section>")  # fmt: skip
add("oob", "nested-off", HOME, click("#go"), GET_x="<section>a<p id=m hx-swap-oob=true>1</p></section>",
    head='<meta name="htmx-config" content=\'{"allowNestedOobSwaps":false}\'>')  # fmt: skip
add("oob", "in-oob", HOME, click("#go"), level=3,
    GET_x="<ul id=l hx-swap-oob=true><li id=m hx-swap-oob=true>1</li></ul>")  # fmt: skip
add("oob", "template", "<table><tr id=r><td>0</table>" + GO.format("hx-get=/x hx-swap=none"),
    click("#go"), GET_x="<template><tr id=r hx-swap-oob=true><td>1</td></tr></template>")  # fmt: skip
add("oob", "with-none", HOME.replace("hx-target=#main", "hx-swap=none"), click("#go"),
    GET_x="x<p id=m hx-swap-oob=true>1</p>")  # fmt: skip
add("oob", "two-with-one-id", "<p id=a>1</p><p id=a>2</p>" + GO.format("hx-get=/x hx-swap=none"),
    click("#go"), GET_x="<p id=a hx-swap-oob=true>n</p>", level=3)  # fmt: skip
add("oob", "live", HOME, click("#go"), click("#m"), GET_y="y",
    GET_x="<p id=m hx-swap-oob=true hx-get=/y>1</p>")  # fmt: skip
add("oob", "data-prefix", HOME, click("#go"), GET_x="x<p id=m data-hx-swap-oob=true>1</p>")
add("oob", "removes-target", HOME, click("#go"), level=3,
    GET_x="x<div id=main hx-swap-oob=outerHTML>new main</div>")  # fmt: skip
for said in ("#m", "#m:innerHTML", "#m,#l", "#m:beforeend, #l:true", "m"):
    name = said.replace(":", "-").replace("#", "").replace(",", "-").replace(" ", "")
    add("select-oob", name + ("-bare" if said == "m" else ""),
        HOME.replace("hx-target", f"hx-select-oob='{said}' hx-target"), click("#go"),
        GET_x="x<p id=m>1</p><ul id=l><li>1</li></ul>")  # fmt: skip
for name, said in {"one": "#a", "many": ".s", "none": ".nope", "list": "#a, .s"}.items():
    add("select", name, BOX.replace("hx-get", f"hx-select='{said}' hx-get").replace("{}", "innerHTML"),
        click("#go"), GET_x="<p id=a>1</p><div><p class=s>2</p></div><p class=s>3</p>")  # fmt: skip
add("select", "page", BOX.replace("hx-get", "hx-select=main hx-get").replace("{}", "innerHTML"),
    click("#go"), GET_x=page("<nav>n</nav><main>m</main>"))  # fmt: skip
PARTIAL = "<hx-partial hx-target='{}' hx-swap='{}'><li>new</li></hx-partial>"
for name, (target, style, rest) in {
    "inner": ("#l", "innerHTML", "main"), "append": ("#l", "beforeend", ""),
    "many": (".h", "innerHTML", "x"), "missing": ("#nope", "innerHTML", "x"),
    "outer": ("#m", "outerHTML", " "),
}.items():  # fmt: skip
    add("partial", name, HOME, click("#go"), GET_x=rest + PARTIAL.format(target, style))
add("partial", "id", HOME, click("#go"), GET_x="<hx-partial id=m><i>1</i></hx-partial>")
add("partial", "rows", "<table><tbody id=tb></tbody></table>" + GO.format("hx-get=/x hx-swap=none"),
    click("#go"), GET_x="<hx-partial hx-target=#tb><tr><td>1</td></tr></hx-partial>")  # fmt: skip

# Response headers -------------------------------------------------------------------------------
HEARD = "<p id=h hx-get=/h hx-trigger='{}'>-</p>" + GO.format("hx-get=/x hx-target=#out") + OUT
for name, said in {"plain": "ping", "two": "ping, pong", "json": '{"ping": {"a": 1}}',
                   "json-text": '{"ping": "t"}', "json-target": '{"ping": {"target": "#h"}}',
                   "json-null": '{"ping": null}'}.items():  # fmt: skip
    for when in ("", "-After-Swap", "-After-Settle"):
        add("hx-trigger", name + when.lower(), HEARD.format("ping from:body"), click("#go"),
            GET_x={"html": "x", "headers": {f"HX-Trigger{when}": said}}, GET_h="heard",
            dialects=(2, 4) if not when else (2,))  # fmt: skip
add("hx-trigger", "own-element", "<b id=b hx-get=/x hx-trigger='click, ping'>x</b>", click("#b"),
    GET_x=[answer("1", HX_Trigger="ping"), "2"])  # fmt: skip
add("hx-trigger", "gone-element", HEARD.format("ping from:body").replace("hx-target=#out", "hx-swap=delete"),
    click("#go"), GET_x=answer("", HX_Trigger="ping"), GET_h="heard")  # fmt: skip
for name, said in {
    "id": "#b2",
    "this": "this",
    "missing": "#nope",
    "closest": "closest div",
}.items():
    add("headers-back", f"retarget-{name}", "<div>" + GO.format("hx-get=/x") + "</div><p id=b2></p>",
        click("#go"), GET_x=answer("new", HX_Retarget=said))  # fmt: skip
for said in ("outerHTML", "beforeend", "none", "innerHTML settle:10ms"):
    add("headers-back", f"reswap-{said.split()[-1].replace(':', '-')}", BOX.replace("{}", "innerHTML"),
        click("#go"), GET_x=answer("<i>new</i>", HX_Reswap=said))  # fmt: skip
add("headers-back", "reselect", BOX.replace("{}", "innerHTML"), click("#go"),
    GET_x=answer("<i>1</i><b>2</b>", HX_Reselect="b"))  # fmt: skip
add("headers-back", "redirect", GO.format("hx-post=/x"), click("#go"), level=1,
    POST_x=answer("", HX_Redirect="/n?a=1"), GET_n=page("<h1>n</h1>"))  # fmt: skip
add("headers-back", "refresh", GO.format("hx-post=/x"), click("#go"),
    POST_x=answer("", HX_Refresh="true"))  # fmt: skip
add("headers-back", "refresh-false", GO.format("hx-post=/x"), click("#go"),
    POST_x=answer("swapped", HX_Refresh="false"))  # fmt: skip
for name, said in {"path": "/n", "json": '{"path": "/n", "target": "#out"}',
                   "no-push": '{"path": "/n", "target": "#out", "push": "false"}',
                   "values": '{"path": "/n", "values": {"a": "1"}, "headers": {"X-A": "b"}}',
                   "swap": '{"path": "/n", "target": "#out", "swap": "outerHTML", "select": "i"}',
                   "missing": '{"path": "/n", "target": "#nope"}'}.items():  # fmt: skip
    add("headers-back", f"location-{name}", GO.format("hx-post=/x") + OUT, click("#go"),
        POST_x=answer("", HX_Location=said), GET_n="<b>n</b><i>o</i>")  # fmt: skip
for header in ("HX-Push-Url", "HX-Replace-Url"):
    for said in ("/new?a=1", "false", "true"):
        add("headers-back", f"{header[3:].lower()}-{said.strip('/').split('?')[0]}",
            GO.format("hx-get=/x hx-push-url=/attr hx-target=#out") + OUT, click("#go"),
            GET_x={"html": "x", "headers": {header: said}}, level=2)  # fmt: skip
for status in (200, 201, 204, 286, 304, 400, 404, 422, 500, 503):
    add("status", str(status), BOX.replace("{}", "innerHTML"), click("#go"),
        GET_x=answer("<b>body</b>", status), level=1 if status in (204, 422, 500) else 2)  # fmt: skip
add("status", "config", BOX.replace("{}", "innerHTML"), click("#go"), GET_x=answer("bad", 422),
    dialects=(2,), head='<meta name="htmx-config" content=\'{"responseHandling":[{"code":"422",'
    '"swap":true,"target":"#go"},{"code":".*","swap":false}]}\'>')  # fmt: skip
for said in ("swap:none", "target:#go", "swap:outerHTML target:#old", "select:b", "push:/pushed"):
    add("status", f"hx-status-{said.split(':')[0]}-{said.count(':')}", BOX.replace("hx-get",
        f"hx-status:4xx='{said}' hx-get").replace("{}", "innerHTML"), click("#go"),
        GET_x=answer("<i>x</i><b>bad</b>", 422), dialects=(4,))  # fmt: skip
add("status", "no-swap-config", BOX.replace("{}", "innerHTML"), click("#go"), GET_x=answer("b", 500),
    dialects=(4,), head='<meta name="htmx-config" content=\'{"noSwap":["4xx","5xx"]}\'>')  # fmt: skip
for status in (301, 302, 303, 307):
    add("status", f"redirect-{status}", GO.format("hx-post=/x hx-target=#out") + OUT, click("#go"),
        POST_x=answer("", status, Location="/y?z=1"), GET_y="got", POST_y="posted")  # fmt: skip
add("status", "redirect-push", GO.format("hx-post=/x hx-target=#out hx-push-url=true") + OUT,
    click("#go"), POST_x=answer("", 303, Location="/y?z=1"), GET_y="got")  # fmt: skip

# Triggers ---------------------------------------------------------------------------------------
ONE = '<b id=b hx-post=/x hx-trigger="{}" hx-swap=none>x</b><p id=o><i id=i>i</i></p>'
for name, said in {
    "click": "click", "custom": "ping", "list": "click, ping", "once": "click once",
    "from-body": "ping from:body", "from-id": "click from:#i", "from-document": "ping from:document",
    "from-window": "ping from:window", "from-closest": "ping from:closest body",
    "from-next": "click from:next p", "from-css": "click from:(#i, #nope)",
    "target": "click from:body target:#i", "consume": "click consume", "none": "none",
    "filter": "click[ctrlKey]", "filter-not": "click[!ctrlKey]", "filter-detail": "ping[detail.a == 1]",
    "filter-event": "ping[event.detail.a === '1']", "filter-and": "click[ctrlKey && shiftKey]",
    "filter-target": "click[target.id == 'b']", "filter-this": "ping[this.id=='b']",
    "filter-empty": "click[]", "filter-two": "click[ctrlKey] once, ping[detail.a > 0]",
    "unknown-modifier": "click bogus:1", "spaces": "  click  ,  ping  ", "from-missing": "click from:#nope",
    "load-and-click": "load, click", "from-quoted": "ping from:'body'",
}.items():  # fmt: skip
    add("trigger", name, ONE.format(said), click("#b"), click("#b", ctrlKey=True), click("#i"),
        fire("ping", "#b", detail={"a": 1}), fire("ping", "body", detail={"a": 2}), POST_x="ok",
        level=3 if "filter" in name else 2)  # fmt: skip
TIMED = "<input id=q name=q hx-get=/x hx-target=#o hx-trigger='{}'><p id=o></p>"
for name, said in {
    "delay": "input delay:120ms", "changed": "keyup changed", "changed-delay": "keyup changed delay:120ms",
    "throttle": "input throttle:200ms", "two": "input changed delay:120ms, keyup[key=='z']",
    "delay-s": "input delay:.1s",
}.items():  # fmt: skip
    add("timing", name, TIMED.format(said), kind("#q", "ab"), wait(400), kind("#q", "c"), wait(400),
        GET_x=["1", "2", "3", "4", "5", "6"])  # fmt: skip
add("timing", "changed-same", TIMED.format("keyup changed"), fire("keyup", "#q"), kind("#q", "a"),
    fire("keyup", "#q"), GET_x=["1", "2", "3"])  # fmt: skip
add("timing", "load-delay", "<p id=p hx-get=/x hx-trigger='load delay:100ms'>-</p>", wait(300),
    GET_x="loaded")  # fmt: skip
POLL = "<p id=p hx-get=/x hx-trigger='every 300ms' hx-swap=outerHTML>{}</p>"
add("timing", "every", POLL.format(0), wait(1200), GET_x=[POLL.format(1), "<p>end</p>"])
add("timing", "every-286", "<p id=p hx-get=/x hx-trigger='every 300ms'>-</p>", wait(1000),
    dialects=(2,), GET_x=answer("stop", 286))  # fmt: skip
add("timing", "every-gone", "<div id=d><p hx-get=/x hx-trigger='every 200ms' hx-target=#d>-</p></div>",
    wait(500), GET_x="gone")  # fmt: skip
add("timing", "load-chain", "<div hx-get=/x hx-trigger=load hx-swap=outerHTML>0</div>",
    GET_x=["<div hx-get=/x hx-trigger=load hx-swap=outerHTML>1</div>", "<p>end</p>"])  # fmt: skip
for said in ("form", "input", "textarea", "select", "button", "a", "div"):
    inner = "<option>1<option selected>2" if said == "select" else ""
    add("trigger", f"default-{said}", f"<{said} id=e name=n hx-post=/x hx-swap=none>{inner}</{said}>",
        click("#e"), fire("change", "#e"), fire("submit", "#e"), POST_x="ok")  # fmt: skip
for said in ("submit", "button", "checkbox", "radio", "range"):
    add("trigger", f"default-input-{said}", f"<input id=e type={said} name=n hx-post=/x hx-swap=none>",
        click("#e"), fire("change", "#e"), POST_x="ok")  # fmt: skip
add("trigger", "nested", "<div id=o hx-post=/o hx-swap=none><b id=i hx-post=/i hx-swap=none>x</b></div>",
    click("#i"), POST_o="o", POST_i="i")  # fmt: skip
add("trigger", "nested-consume", "<div id=o hx-post=/o hx-swap=none><b id=i hx-post=/i hx-swap=none "
    "hx-trigger='click consume'>x</b></div>", click("#i"), POST_o="o", POST_i="i")  # fmt: skip
add("trigger", "link", "<a id=a href=/n hx-get=/x hx-target=#o>x</a><p id=o></p>", click("#a"),
    level=1, GET_x="ok", GET_n=page("n"))  # fmt: skip
add("trigger", "disabled-tree", "<div hx-disable hx-ignore><b id=b hx-post=/x>x</b></div>", click("#b"),
    POST_x="ok")  # fmt: skip
add("trigger", "enter", "<form hx-post=/x hx-swap=none><input id=i name=q value=1><input name=r></form>"
    "<form hx-post=/y hx-swap=none><input id=j name=q value=1></form>", do("press", "#i", key="Enter"),
    do("press", "#j", key="Enter"), POST_x="x", POST_y="y")  # fmt: skip

# Requests that meet -----------------------------------------------------------------------------
PAIR = ("<form id=f hx-post=/f hx-swap=none {f}><input id=i name=q value=1 hx-post=/i hx-swap=none "
        "hx-trigger=change {i}><button id=s>s</button></form>")  # fmt: skip
for strategy in ("", "drop", "abort", "replace", "queue first", "queue last", "queue all", "queue"):
    said = f"hx-sync='this:{strategy}'" if strategy else ""
    add("sync", f"self-{strategy.replace(' ', '-') or 'default'}",
        f"<button id=b hx-post=/x hx-swap=none {said}>x</button>", soon(click("#b")), soon(click("#b")),
        soon(click("#b")), click("#b"), POST_x={"html": "ok", "delay_ms": 60})  # fmt: skip
    other = f"hx-sync='closest form:{strategy or 'drop'}'"
    add("sync", f"form-{strategy.replace(' ', '-') or 'plain'}", PAIR.format(f="", i=other),
        soon(fill("#i", "2")), click("#s"), POST_f={"html": "f", "delay_ms": 60},
        POST_i={"html": "i", "delay_ms": 60})  # fmt: skip
    add("sync", f"late-{strategy.replace(' ', '-') or 'plain'}", PAIR.format(f="", i=other),
        soon(click("#s")), fill("#i", "3"), POST_f={"html": "f", "delay_ms": 60},
        POST_i={"html": "i", "delay_ms": 60})  # fmt: skip
add("sync", "abort-event", "<b id=b hx-post=/x>x</b>", soon(click("#b")), fire("htmx:abort", "#b"),
    POST_x={"html": "ok", "delay_ms": 80})  # fmt: skip
add("sync", "queue-modifier", "<b id=b hx-post=/x hx-swap=none hx-trigger='click queue:all'>x</b>",
    soon(click("#b")), soon(click("#b")), click("#b"), POST_x={"html": "ok", "delay_ms": 60},
    dialects=(2,))  # fmt: skip

# Busy marks, confirm, prompt ---------------------------------------------------------------------
for name, said in {
    "own": "",
    "id": "hx-indicator=#out",
    "closest": "hx-indicator='closest div'",
    "list": "hx-indicator='#out, next p'",
    "missing": "hx-indicator=#nope",
}.items():
    add("indicator", name, f"<div class=c><b id=b hx-get=/x hx-target=#out {said}>x</b></div>{OUT}",
        click("#b"), GET_x="ok")  # fmt: skip
for name, said in {"this": "this", "id": "#o1", "fieldset": "closest fieldset", "find": "find button",
                   "list": "#o1, #o2"}.items():  # fmt: skip
    add("disabled", name, f"<form hx-post=/x hx-swap=none hx-disabled-elt='{said}' hx-disable='{said}'>"
        "<fieldset><input name=a value=1><button id=b>x</button></fieldset></form><button id=o1>1"
        "</button><button id=o2 disabled>2</button>", click("#b"), POST_x="ok")  # fmt: skip
for yes in (True, False):
    add("confirm", str(yes), "<b id=b hx-post=/x hx-confirm='Sure?'>x</b>", do("answer", value=yes),
        click("#b"), level=1, POST_x="ok")  # fmt: skip
add("confirm", "again", "<b id=b hx-post=/x hx-confirm='Sure?'>x</b>", do("answer", value=False),
    do("answer", value=True), click("#b"), click("#b"), POST_x="ok")  # fmt: skip
add("confirm", "inherited", "<div hx-confirm=A hx-confirm:inherited=A><b id=b hx-post=/x>x</b></div>",
    click("#b"), POST_x="ok")  # fmt: skip
for said in ("typed", "", "ü€", None):
    add("prompt", {"typed": "typed", "": "empty", None: "no"}.get(said, "unicode"),
        "<b id=b hx-post=/x hx-prompt='Name?'>x</b>", do("answer", value=said), click("#b"),
        dialects=(2,), POST_x="ok")  # fmt: skip

# Validation --------------------------------------------------------------------------------------
for name, (form, field_, more) in {
    "required": ("", "required", ""), "email": ("", "type=email value=x", ""),
    "novalidate": ("novalidate", "required", ""), "formnovalidate": ("", "required", "formnovalidate"),
    "pattern": ("", "pattern=[0-9]+ value=a", ""), "min": ("", "type=number min=3 value=1", ""),
    "disabled": ("", "required disabled", ""), "maxlength": ("", "maxlength=2 value=abc", ""),
}.items():  # fmt: skip
    add("validation", name, f"<form hx-post=/x hx-swap=none {form}><input name=a {field_}><button id=b "
        f"{more}>x</button></form>", click("#b"), POST_x="ok")  # fmt: skip
add("validation", "trigger-form", "<form id=f hx-post=/x hx-swap=none hx-trigger=go><input name=a "
    "required></form>", fire("go", "#f"), POST_x="ok")  # fmt: skip
add("validation", "button", "<form><input name=a required><button type=button id=b hx-post=/x "
    "hx-swap=none>x</button></form>", click("#b"), POST_x="ok")  # fmt: skip
add("validation", "hx-validate", "<form><input name=a required><button type=button id=b hx-post=/x "
    "hx-validate=true hx-swap=none>x</button></form>", click("#b"), POST_x="ok")  # fmt: skip
add("validation", "input", "<input id=i name=a type=email hx-post=/x hx-validate=true hx-swap=none>",
    fill("#i", "no"), fill("#i", "a@b"), POST_x="ok")  # fmt: skip

# History and boosting ---------------------------------------------------------------------------
TABS = ("<a id=t1 hx-get=/t1 hx-push-url=true hx-target=#out>1</a><a id=t2 hx-get=/t2 "
        f"hx-push-url=true hx-target=#out>2</a>{OUT}")  # fmt: skip
add("history", "push", TABS, click("#t1"), GET_t1="one")
for name, steps in {"back": ("back",), "back-forward": ("back", "forward"), "back-back": ("back", "back")
                    }.items():  # fmt: skip
    add("history", name, TABS, click("#t1"), click("#t2"), *[do(step) for step in steps],
        GET_t1=["one", page(TABS.replace(">-<", ">one<"), "T1")],
        GET_t2=["two", page(TABS.replace(">-<", ">two<"), "T2")])  # fmt: skip
add("history", "elt", f"<nav id=n>n</nav><main hx-history-elt>{TABS}</main>", click("#t1"), do("back"),
    GET_t1="one")  # fmt: skip
add("history", "cache-off", TABS, click("#t1"), click("#t2"), do("back"), dialects=(2,),
    GET_t1=["one", page("<p id=out>fresh</p>")], GET_t2="two",
    head='<meta name="htmx-config" content=\'{"historyCacheSize":0}\'>')  # fmt: skip
add("history", "link-after-empty-query", "<form><button id=b>x</button></form><a id=a href=#there>y"
    "</a>", click("#b"), click("#a"), level=3)  # fmt: skip
add("history", "private", f"<div hx-history=false>{TABS}</div>", click("#t1"), click("#t2"), do("back"),
    dialects=(2,), GET_t1=["one", page("<p>fresh</p>")], GET_t2="two")  # fmt: skip
for said in ("true", "false", "/given", "/given?q=1#f"):
    for name in ("push", "replace"):
        add("history", f"{name}-{said.strip('/').split('?')[0]}{said.count('?') or ''}",
            GO.format(f"hx-get=/x?a=1 hx-{name}-url={said} hx-target=#out") + OUT, click("#go"),
            GET_x="x")  # fmt: skip
add("history", "error-no-push", GO.format("hx-get=/x hx-push-url=true"), click("#go"),
    GET_x=answer("bad", 500))  # fmt: skip
BOOST = "hx-boost=true hx-boost:inherited=true"
NEXT = page("<h1>next</h1>", "Next")
for name, inner in {
    "link": "<a id=e href=/n?a=1>x</a>", "fragment": "<a id=e href=#there>x</a>",
    "target-blank-self": "<a id=e href=/n target=_self>x</a>", "download": "<a id=e href=/n download>x</a>",
    "link-fragment": "<a id=e href=/n#there>x</a>", "own-target": "<a id=e href=/n hx-target=#out>x</a>",
    "own-swap": "<a id=e href=/n hx-swap=beforeend>x</a>", "off": "<a id=e href=/n hx-boost=false>x</a>",
    "no-push": "<a id=e href=/n hx-push-url=false>x</a>", "select": "<a id=e href=/n hx-select=h1>x</a>",
}.items():  # fmt: skip
    add("boost", name, f"<div {BOOST}>{inner}</div>{OUT}", click("#e"), level=1, GET_n=NEXT)
for name, attrs in {"get": "action=/n", "post": "action=/n method=post", "none": "",
                    "query": "action='/n?x=1'", "dialog": "method=dialog action=/n"}.items():  # fmt: skip
    add("boost", f"form-{name}", f"<div {BOOST}><form {attrs}><input name=a value=1><button id=e name=k "
        "value=v>x</button></form></div>", click("#e"), GET_n=NEXT, POST_n=NEXT)  # fmt: skip
add("boost", "form-buttons", f"<form {BOOST} action=/n><button id=e formaction=/m formmethod=post>x"
    "</button></form>", click("#e"), POST_m=NEXT, GET_m=NEXT, GET_n=NEXT)  # fmt: skip
add(
    "boost",
    "back",
    f"<div {BOOST}><a id=e href=/n>x</a></div>",
    click("#e"),
    do("back"),
    GET_n=NEXT,
)
add("boost", "error", f"<div {BOOST}><a id=e href=/n>x</a></div>", click("#e"),
    GET_n=answer("bad", 404))  # fmt: skip
add("boost", "redirect", f"<form {BOOST} action=/s method=post><button id=e>x</button></form>",
    click("#e"), POST_s=answer("", 303, Location="/n?done=1"), GET_n=NEXT)  # fmt: skip

# Configuration of htmx 4 ------------------------------------------------------------------------
add("config", "method-action", "<b id=b hx-action=/x hx-method=put>x</b>", click("#b"), dialects=(4,),
    PUT_x="ok")  # fmt: skip
add("config", "hx-config-headers", "<b id=b hx-get=/x hx-config='headers.X-A:1'>x</b>", click("#b"),
    dialects=(4,), GET_x="ok")  # fmt: skip
add("config", "no-headers", "<b id=b hx-get=/x hx-request='\"noHeaders\": true'>x</b>", click("#b"),
    dialects=(2,), GET_x="ok")  # fmt: skip
add("config", "cache-buster", "<b id=b hx-get=/x>x</b>", click("#b"), dialects=(2,), GET_x="ok",
    head='<meta name="htmx-config" content=\'{"getCacheBusterParam":true}\'>')  # fmt: skip
add("config", "delete-in-body", "<form><input name=a value=1><button type=button id=b hx-delete=/x>x"
    "</button></form>", click("#b"), dialects=(2,), DELETE_x="ok",
    head='<meta name="htmx-config" content=\'{"methodsThatUseUrlParams":["get"]}\'>')  # fmt: skip
add("config", "meta-characters", "<div hx-target-inherited=#out><b id=b hx-get=/x>x</b></div>" + OUT,
    click("#b"), dialects=(4,), GET_x="ok",
    head='<meta name="htmx-config" content=\'metaCharacter:"-"\'>')  # fmt: skip

# Events: whoever hears one asks the server ---------------------------------------------------------
HEARD_BY = {
    2: "abort afterOnLoad afterProcessNode afterRequest afterSettle afterSwap beforeCleanupElement "
    "beforeHistorySave beforeHistoryUpdate beforeOnLoad beforeProcessNode beforeRequest beforeSend "
    "beforeSwap configRequest confirm historyCacheMiss load onLoadError prompt pushedIntoHistory "
    "replacedInHistory responseError sendError swapError targetError timeout trigger oobAfterSwap "
    "oobBeforeSwap oobErrorNoTarget validateUrl xhr:loadstart xhr:loadend xhr:progress "
    "xhr:abort validation:validate "
    "validation:failed validation:halted",
    4: "abort after:cleanup after:history:push after:history:update after:history:replace after:init "
    "after:process after:request after:settle after:swap before:cleanup before:history:update "
    "before:init before:on:init before:process before:request before:response before:settle "
    "before:swap config:request confirm error finally:request finally:swap response:error",
}


def hearing(dialect: int, at: str, where: str = "body") -> str:
    """Write an element for each event that `at` may get."""
    return "".join(
        f"<i hx-post=/heard/{name.replace(':', '-')} hx-swap=none "
        f"hx-trigger='htmx:{name}[target.id==\"{at}\"] from:{where}'></i>"
        for name in HEARD_BY[dialect].split()
    )


for dialect in (2, 4):
    for name, (at, html, said) in {
        "source": ("go", "hx-get=/x hx-target=#out", "<b>x</b>"),
        "target": ("out", "hx-get=/x hx-target=#out", "<b>x</b>"),
        "content": ("new", "hx-get=/x hx-target=#out", "<b id=new hx-get=/y>x</b>"),
        "content-form": ("new", "hx-get=/x hx-target=#out", "<form><b id=new>x</b></form>"),
        "self": ("go", "hx-get=/x", "<b>x</b>"),
        "outer": ("go", "hx-get=/x hx-swap=outerHTML", "<button id=go hx-get=/x>n</button>"),
        "outer-target": ("out", "hx-get=/x hx-swap=outerHTML hx-target=#out", "<p id=out>n</p>"),
        "delete-target": ("out", "hx-get=/x hx-swap=delete hx-target=#out", "<p id=out>n</p>"),
        "delete-self": ("go", "hx-get=/x hx-swap=delete", "n"),
        "end": ("out", "hx-get=/x hx-swap=beforeend hx-target=#out", "<b>x</b>y"),
        "none": ("go", "hx-get=/x hx-swap=none", "n"),
        "push": ("go", "hx-get=/x hx-target=#out hx-push-url=true", "<b>x</b>"),
        "replace": ("go", "hx-get=/x hx-target=#out hx-replace-url=true", "<b>x</b>"),
        "bad": ("go", "hx-get=/x hx-target=#out", answer("bad", 500)),
        "bad-target": ("out", "hx-get=/x hx-target=#out", answer("bad", 500)),
        "no-content": ("go", "hx-get=/x hx-target=#out", answer("", 204)),
        "no-target": ("go", "hx-get=/x hx-target=#nope", "x"),
        "bogus-swap": ("go", "hx-get=/x hx-target=#out hx-swap=bogus", "x"),
        "confirmed": ("go", "hx-get=/x hx-target=#out hx-confirm=Sure?", "x"),
        "oob-source": ("go", "hx-get=/x hx-target=#out", "x<p id=m hx-swap-oob=true>1</p>"),
        "oob-target": ("m", "hx-get=/x hx-target=#out", "x<p id=m hx-swap-oob=true>1</p>"),
        "oob-inner": ("m", "hx-get=/x hx-target=#out", "x<p id=m hx-swap-oob=innerHTML>1</p>"),
        "oob-lost": ("nope", "hx-get=/x hx-target=#out", "x<p id=nope hx-swap-oob=true>1</p>"),
        "oob-lost-source": ("go", "hx-get=/x hx-target=#out", "x<p id=nope hx-swap-oob=true>1"),
        "settle-headers": ("go", "hx-get=/x hx-target=#out", answer("x", HX_Push_Url="/p")),
        "post": ("go", "hx-post=/x hx-target=#out name=n value=v", "x"),
        "post-empty": ("go", "hx-post=/x hx-target=#out", "x"),
        "empty-answer": ("go", "hx-get=/x hx-target=#out", ""),
        "retarget": ("m", "hx-get=/x hx-target=#out", answer("x", HX_Retarget="#m")),
    }.items():  # fmt: skip
        add("events", f"{name}-{dialect}", "<p id=m>m</p>" + GO.format(html) + OUT + hearing(dialect, at),
            do("answer", value=True), click("#go"), level=3, dialects=(dialect,), unordered=True,
            GET_x=said, POST_x=said)  # fmt: skip
    add("events", f"refused-{dialect}", GO.format("hx-get=/x hx-confirm=Sure?") + hearing(dialect, "go"),
        do("answer", value=False), click("#go"), level=3, dialects=(dialect,), unordered=True,
        GET_x="x")  # fmt: skip
    add("events", f"aborted-{dialect}", GO.format("hx-get=/x") + hearing(dialect, "go"), soon(click("#go")),
        fire("htmx:abort", "#go"), level=3, dialects=(dialect,), unordered=True,
        GET_x={"html": "ok", "delay_ms": 120})  # fmt: skip
    add("events", f"dropped-{dialect}", GO.format("hx-get=/x hx-sync=this:drop") + hearing(dialect, "go"),
        soon(click("#go")), click("#go"), level=3, dialects=(dialect,), unordered=True,
        GET_x={"html": "ok", "delay_ms": 120})  # fmt: skip
    add("events", f"removed-{dialect}", "<div id=d><b id=e hx-get=/y>e</b></div>"
        + GO.format("hx-get=/x hx-target=#d") + hearing(dialect, "e"), click("#go"), level=3,
        dialects=(dialect,), unordered=True, GET_x="x")  # fmt: skip
    for at in ("f", "i"):
        add("events", f"invalid-{at}-{dialect}", "<form id=f hx-post=/x hx-swap=none><input id=i required "
            "name=a><button id=b>x</button></form>" + hearing(dialect, at), click("#b"), level=3,
            dialects=(dialect,), unordered=True, POST_x="ok")  # fmt: skip


# What is less usual -----------------------------------------------------------------------------
def settings(**said: Any) -> str:
    """Write the page's settings, which both dialects read as JSON."""
    import json

    return f"<meta name='htmx-config' content='{json.dumps(said)}'>"


ROWS = "<ul id=box>{}</ul>" + GO.format("hx-get=/x hx-target=#box hx-swap='{}'")
LI = "<li id={0}>{0}<input id=i{0} name=i{0}></li>"
for style in ("innerMorph", "outerMorph"):
    for name, (before, after) in {
        "reorder": ([1, 2, 3], [3, 1, 2]), "insert": ([1, 3], [1, 2, 3]), "drop": ([1, 2, 3], [2]),
        "swap": ([1, 2], [2, 1]), "fresh": ([1], [7, 8]),
    }.items():  # fmt: skip
        old, new = ("".join(LI.format(f"r{n}") for n in rows) for rows in (before, after))
        said = f"<ul id=box class=n>{new}</ul>" if style == "outerMorph" else new
        add("morph", f"{name}-{style}", ROWS.format(old, style), fill("input", "typed"),
            click("#go"), dialects=(4,), focus=True, GET_x=said)  # fmt: skip
    for name, (old, new) in {
        "text": ("a<b>1</b>c", "d<b>2</b>e<i>3</i>"),
        "attributes": ("<p id=p class=a title=t>x</p>", "<p id=p class=b lang=en>y</p>"),
        "checkbox": ("<input id=c type=checkbox><input id=t value=1>", "<input id=c type=checkbox checked><input id=t value=2>"),
        "select": ("<select id=s><option>1<option>2</select>", "<select id=s><option>1<option selected>2</select>"),
        "textarea": ("<textarea id=t>1</textarea>", "<textarea id=t>2</textarea>"),
        "kind": ("<p id=p>x</p>", "<div id=p>x</div>"),
        "no-ids": ("<p>1</p><p>2</p><p>3</p>", "<p>2</p><p>3</p><p>4</p>"),
        "skip": ("<p id=p hx-morph-skip>old<b>1</b></p><p>2</p>", "<p id=p>new</p><p>3</p>"),
        "skip-children": ("<p id=p hx-morph-skip-children>old</p>", "<p id=p class=n>new</p>"),
        "preserve": ("<p id=p hx-preserve>old</p><i>1</i>", "<i>2</i><p id=p hx-preserve>new</p>"),
        "live": ("<b id=q hx-get=/y hx-target=#out>q</b>", "<b id=q hx-get=/z hx-target=#out>q</b>"),
        "template": ("<template><p>1</p></template>", "<template><p>2</p></template><i>3</i>"),
        "two-ids": ("<p id=p>1</p><p id=p>2</p>", "<p id=p>3</p>"),
        "deep": ("<section><p><input id=k></p></section>", "<article><input id=k value=n></article>"),
        "comment": ("<!--a--><p>1</p>", "<p>2</p><!--b-->"),
    }.items():  # fmt: skip
        said = f"<div id=box>{new}</div>" if style == "outerMorph" else new
        add("morph", f"{name}-{style}", f"<div id=box>{old}</div>{OUT}"
            + GO.format(f"hx-get=/x hx-target=#box hx-swap={style}"), click("#go"),
            *([click("#q")] if name == "live" else []), dialects=(4,), GET_x=said, GET_y="y",
            GET_z="z")  # fmt: skip
    add(
        "morph",
        f"oob-{style}",
        "<ul id=l><li id=a>1</li></ul>" + GO.format("hx-get=/x hx-swap=none"),
        click("#go"),
        dialects=(4,),
        GET_x=f"<ul id=l hx-swap-oob={style}><li id=a>2</li></ul>",
    )
    add(
        "morph",
        f"partial-{style}",
        "<ul id=l><li id=a>1</li></ul>" + GO.format("hx-get=/x hx-swap=none"),
        click("#go"),
        dialects=(4,),
        GET_x=f"<hx-partial hx-target=#l hx-swap={style}><li id=a>2</li></hx-partial>",
    )
    add(
        "morph",
        f"page-{style}",
        f"<h1>1</h1><a id=e href=/n hx-boost='swap:{style}'>x</a>",
        click("#e"),
        dialects=(4,),
        GET_n=page("<h1>2</h1><p>n</p>", "Next"),
    )
for name, (style, said) in {
    "another": ("outerMorph", "<i>new</i>"),
    "same": ("outerMorph", "<b>new</b>"),
    "two": ("outerMorph", "<b>new</b><b>more</b>"),
    "known": ("outerMorph", "<i><u id=u>new</u></i>"),
    "none": ("outerMorph", ""),
    "text": ("outerMorph", "new"),
    "inner": ("innerMorph", "<i>new</i>"),
    "outerHTML": ("outerHTML", "<i>new</i>"),
    "before": ("beforebegin", "<i>new</i>"),
    "after": ("afterend", "<i>new</i>"),
    "delete": ("delete", ""),
}.items():  # The main part takes the other's target away
    add("morph", f"gone-{name}", f"<div id=box><b id=in>old<u id=u>u</u></b></div>{OUT}"
        + GO.format("hx-get=/x hx-target=#box"), click("#go"), dialects=(4,),
        GET_x=f"<title>T</title><p>main</p><hx-partial hx-target=#in hx-swap={style}>{said}"
        "</hx-partial>")  # fmt: skip
add(
    "morph",
    "config-skip",
    "<div id=box><p class=z>1</p></div>" + GO.format("hx-get=/x hx-target=#box hx-swap=innerMorph"),
    click("#go"),
    dialects=(4,),
    head=settings(morphSkip=".z"),
    GET_x="<p>2</p>",
)
add(
    "morph",
    "config-ignore",
    "<div id=box><p data-k=1 id=p>1</p></div>"
    + GO.format("hx-get=/x hx-target=#box hx-swap=innerMorph"),
    click("#go"),
    dialects=(4,),
    head=settings(morphIgnore=["data-k"]),
    GET_x="<p id=p data-k=2>2</p>",
)

# Triggers, in htmx 4's further modifiers, and others
for name, said in {
    "outside": "click from:outside", "self": "click from:self", "prevent": "click prevent",
    "stop": "click stop", "halt": "click halt", "capture": "click from:body capture",
    "passive": "click passive", "from-this": "click from:this", "from-find": "click from:find i",
    "from-list": "ping from:\"#o, #p\"", "target-list": "click from:body target:\"#p, #o\"",
    "every-filter": "every 200ms [1 == 2]",
    "changed-div": "click changed",
    "upper": "CLICK", "queue-none": "click queue:none", "from-previous": "click from:previous p",
    "from-all": "click from:p", "from-hyper": "click from:<p/>", "empty": "", "commas": ",click,",
    "intersect-options": "intersect root:#o threshold:0.5, click", "dot": "my.event, click",
    "colon": "my:event from:body",
}.items():  # fmt: skip
    add("trigger-more", name, f"<p id=p>p</p><div id=d><a id=b href=#far hx-post=/x hx-swap=none "
        f"hx-trigger='{said}'><i id=i>i</i></a></div><p id=o>o</p>", click("#i"), click("#o"),
        click("#p"), click("#b"), fire("ping", "#o"), fire("my:event", "#p"), fire("my.event", "#b"),
        wait(300), POST_x="ok", level=3)  # fmt: skip
for name, attrs in {"action": "hx-action=/x", "method": "hx-action=/x hx-method=post",
                    "query": "hx-query=/x", "query-body": "hx-query=/x hx-vals='a:1'"}.items():  # fmt: skip
    add(
        "verbs",
        f"four-{name}",
        f"<button id=b {attrs} hx-target=#out>x</button>{OUT}",
        click("#b"),
        dialects=(4,),
        GET_x="got",
        POST_x="posted",
        QUERY_x="asked",
    )
add(
    "verbs",
    "form-method",
    "<form hx-action=/x method=post hx-swap=none><input name=a value=1><button "
    "id=b>x</button></form>",
    click("#b"),
    dialects=(4,),
    POST_x="ok",
    GET_x="ok",
)

# Swap modifiers
for said in ("innerHTML swapEmpty:false", "innerHTML swapEmpty:true", "innerHTML ignoreTitle:true",
             "outerHTML strip:true", "beforeend strip:true", "innerHTML swap:30ms settle:30ms",
             "innerHTML show:top scroll:bottom", "innerHTML transition:true", "swap:20ms",
             "innerHTML focus-scroll:true", "innerHTML show:#old:top", "innerHTML show:none",
             "target:#out", "outerHTML target:'closest div'", "delete swap:20ms",
             "textContent settle:20ms", "innerHTML bogus"):  # fmt: skip
    name = said.replace(" ", "-").translate({ord(c): None for c in "#'"}).replace(":", "-")
    add(
        "swap-more",
        name,
        f"<div><div id=box class=k><p id=old>old</p></div></div>{OUT}"
        + GO.format(f'hx-get=/x hx-target=#box hx-swap="{said}"'),
        click("#go"),
        level=3,
        GET_x="<title>T</title><section id=n><p>x</p>t</section><p id=out hx-swap-oob=true>o</p>",
    )

# Settings; without a push, there is no way back
STAYS = ("history", "disableSelector", "responseHandling-none")
for name, said in {
    "allowEmptySwapAfterOOB": {"allowEmptySwapAfterOOB": True},
    "defaultSwapStyle": {"defaultSwapStyle": "beforeend", "defaultSwap": "beforeend"},
    "ignoreTitle": {"ignoreTitle": True}, "history": {"historyEnabled": False, "history": False},
    "requestClass": {"requestClass": "busy", "swappingClass": "s", "settlingClass": "t", "addedClass": "a"},
    "disableSelector": {"disableSelector": "#go"}, "prefix": {"prefix": "x-"}, "no-prefix": {"prefix": ""},
    "responseHandling-swap": {"responseHandling": [{"code": "...", "swap": True}], "noSwap": [200]},
    "responseHandling-none": {"responseHandling": [], "noSwap": ["2xx"]},
    "responseHandling-more": {"responseHandling": [{"code": "200", "swap": True, "target": "#out", "swapOverride": "beforeend", "select": "b", "ignoreTitle": True}]},
    "attributesToSettle": {"attributesToSettle": []}, "allowScriptTags": {"allowScriptTags": False},
    "disableInheritance": {"disableInheritance": True}, "transitions": {"transitions": True, "globalViewTransitions": True},
    "selfRequestsOnly": {"selfRequestsOnly": True},
    "refreshOnHistoryMiss": {"refreshOnHistoryMiss": True, "history": "reload"},
    "delays": {"defaultSwapDelay": 30, "defaultSettleDelay": 30},
    "methodsThatUseUrlParams": {"methodsThatUseUrlParams": ["get", "post"]},
    "allowEval": {"allowEval": False}, "implicitInheritance": {"implicitInheritance": True},
}.items():  # fmt: skip
    add("settings", name, f"<div hx-target=#box><div id=box>o</div><button id=go hx-get=/x hx-push-url=true>x"
        f"</button><button id=p hx-post=/x data-hx-target=#out x-target=#box name=n value=v hx-swap='innerHTML'"
        f" hx-trigger='click[1==1]'>x</button></div>{OUT}",
        click("#go"), click("#p"), *([] if name in STAYS else [do("back")]), level=3, head=settings(**said),
        GET_x="<title>T</title><b>x</b><p id=out hx-swap-oob=true>o</p>",
        POST_x={"html": "<b class=a>x</b><script type=x>1</script><p id=q>q</p>", "delay_ms": 40})  # fmt: skip

# Answers' headers, further
for name, more in {
    "location-target": {"HX_Location": '{"path": "/y", "target": "#out", "swap": "beforeend"}'},
    "location-select": {"HX_Location": '{"path": "/y", "target": "#out", "select": "b"}'},
    "location-headers": {"HX_Location": '{"path": "/y", "target": "#out", "headers": {"X-A": "1"}}'},
    "location-source": {"HX_Location": '{"path": "/y", "target": "#out", "source": "#go"}'},
    "location-push": {"HX_Location": '{"path": "/y", "target": "#out", "push": "/pushed"}'},
    "location-replace": {"HX_Location": '{"path": "/y", "target": "#out", "replace": "/replaced"}'},
    "location-push-false": {"HX_Location": '{"path": "/y", "target": "#out", "push": "false"}'},
    "location-hcon": {"HX_Location": "path:/y target:#out"},
    "location-selectOOB": {"HX_Location": '{"path": "/y", "target": "#box", "selectOOB": "#out"}'},
    "redirect-relative": {"HX_Redirect": "y"}, "redirect-hash": {"HX_Redirect": "#y"},
    "push-and-replace": {"HX_Push_Url": "/p", "HX_Replace_Url": "/r"},
    "push-relative": {"HX_Push_Url": "p?q=1"}, "push-empty": {"HX_Push_Url": ""},
    "retarget-and-reswap": {"HX_Retarget": "#out", "HX_Reswap": "beforebegin", "HX_Reselect": "b"},
    "retarget-body": {"HX_Retarget": "body"}, "retarget-next": {"HX_Retarget": "next p"},
    "reswap-delete": {"HX_Reswap": "delete"}, "reswap-bogus": {"HX_Reswap": "bogus"},
    "trigger-twice": {"HX_Trigger": "ping,ping"}, "trigger-broken": {"HX_Trigger": '{"ping": x}'},
    "trigger-nested": {"HX_Trigger": '{"ping": {"a": {"b": [1, 2]}}, "pong": "x"}'},
    "reselect-none": {"HX_Reselect": "#nope"}, "reselect-unset": {"HX_Reselect": "unset"},
}.items():  # fmt: skip
    add("headers-more", name, f"<div id=box>box</div>{GO.format('hx-post=/x hx-target=#box')}{OUT}"
        "<i hx-post=/heard hx-swap=none hx-trigger='ping from:body, pong from:body'></i>",
        click("#go"), level=3, POST_x=answer("<b>1</b><i>2</i>", **more), POST_heard="h",
        GET_y="<b>y</b><u>u</u><p id=out>o</p>")  # fmt: skip

# Corners of clicks, values and headers -------------------------------------------------------
add(
    "trigger-more",
    "label-box",
    f"<label id=l hx-get=/x hx-target=#out>l<input type=checkbox name=c></label>{OUT}",
    click("#l"),
    GET_x=["1", "2"],
)
add(
    "trigger-more",
    "label-for",
    f"<div hx-get=/x hx-trigger=click hx-target=#out><label id=l for=c>l</label><input id=c name=c></div>{OUT}",
    click("#l"),
    GET_x=["1", "2"],
)
add(
    "trigger-more",
    "disabled",
    "<fieldset disabled><button id=b hx-get=/x>b</button></fieldset>",
    click("#b"),
    GET_x="no",
)
add(
    "vals",
    "list-of-objects",
    '<b id=b hx-post=/x hx-vals=\'{"a":[{"q":1},null,"x"],"b":{"q":1}}\'>x</b>',
    click("#b"),
    dialects=(2,),
    POST_x="ok",
)
add(
    "headers",
    "none-of-a-body",
    "<form id=f hx-post=/x hx-request='{\"noHeaders\":true}'><input name=a value=1></form>",
    do("submit", "#f"),
    dialects=(2,),
    POST_x="ok",
)
add(
    "headers",
    "bad-name",
    '<b id=b hx-get=/x hx-headers=\'{"X A":"1"}\'>x</b>',
    click("#b"),
    dialects=(2,),
    GET_x="no",
)
add(
    "include",
    "window",
    "<b id=b hx-get=/x hx-include=window>x</b>",
    click("#b"),
    dialects=(2,),
    GET_x="no",
)

# What stops htmx, and values that are not in fields ---------------------------------------------
NAMED = (
    "<output name=o>said</output><li name=l value=3>x</li><progress name=p value=2></progress>"
    "<meter name=m value=.5></meter><param name=k value=7><data name=d value=9></data><i name=i></i>"
)
for verb in ("get", "post"):
    add("params", f"no-fields-{verb}", f"<div id=w>{NAMED}</div><b id=b hx-{verb}=/x hx-swap=none "
        "hx-include='#w, #w *'>x</b>", click("#b"), level=3, **{f"{verb.upper()}_x": "ok"})  # fmt: skip
for name, said in {"trigger": "click[ctrlKey", "from": "click from:#("}.items():
    add("stops", name, f"<b id=a hx-get=/x>a</b><b hx-get=/x hx-trigger='{said}'>b</b><b id=c "
        "hx-get=/x>c</b>", click("#a"), click("#c"), level=3, GET_x="ok")  # fmt: skip
add("stops", "in-an-answer", f"{GO.format('hx-get=/x hx-target=#out')}{OUT}", click("#go"),
    click("#c"), level=3, dialects=(4,), GET_x="<title>T</title><i><b hx-get=/y hx-trigger='click[a'>"
    "b</b></i><b id=c hx-get=/y>c</b>", GET_y="ok")  # fmt: skip
add("stops", "status", "<b id=b hx-get=/x hx-status:404='{'>x</b>", click("#b"), click("#b"),
    level=3, dialects=(4,), GET_x=answer("no", 404))  # fmt: skip
add("stops", "location-without-path", "<b id=b hx-get=/x>x</b>", click("#b"), level=3,
    GET_x=answer("no", HX_Location='{"swap": "none"}'), GET_undefined="u")  # fmt: skip
add("stops", "location-of-nobody", f"<b id=b hx-get=/x>x</b>{OUT}", click("#b"), level=3,
    GET_x=answer("no", HX_Location='{"path": "/y", "source": "#nope"}'), GET_y="y")  # fmt: skip
add(
    "target",
    "empty",
    f"<b id=b hx-get=/x hx-target=''>x</b>{OUT}",
    click("#b"),
    level=3,
    GET_x="ok",
)
add("codes", "205", f"{GO.format('hx-get=/x hx-target=#out')}{OUT}", click("#go"), level=3,
    GET_x=answer("<title>T</title>ok", 205))  # fmt: skip
add("history", "body-selects", "<b id=b hx-get=/x hx-target=#out hx-push-url=/p>x</b>"
    f"{OUT}", click("#b"), do("back"), level=3, dialects=(4,), body="hx-select:inherited=i",
    GET_x="<i>in</i><u>out</u>")  # fmt: skip
add("settings", "prefix-out-of-band", "<b id=b x-get=/x x-target=#out>x</b><p id=k x-preserve>kept</p>"
    f"{OUT}", click("#b"), level=3, dialects=(4,), head=settings(prefix="x-"),
    GET_x="<p id=k x-preserve>new</p><p id=out x-swap-oob=true>other</p>")  # fmt: skip
ROW = "<table><tr id=r><td>0</table>" + GO.format("hx-get=/x hx-target=#r hx-swap=outerHTML")
for name, said in {
    "tr": "<tr><td>1</td></tr>",
    "td": "<td>1</td>",
    "late": "<i>i</i><tr></tr>",
}.items():
    for kind_of, first in {"title": "<title>T</title>", "meta": "<meta name=m><title>T</title>\n",
                           "style": "<style>s</style>"}.items():  # fmt: skip
        add("swap", f"{kind_of}-and-{name}", ROW, click("#go"), level=3, GET_x=first + said)
add("settings", "cache-buster-and-history", f"<b id=b hx-get='/x?q=1' hx-target=#out hx-push-url=true>"
    f"x</b>{OUT}", click("#b"), level=3, dialects=(2,), GET_x="ok",
    head=settings(getCacheBusterParam=True))  # fmt: skip

# What htmx's own tests look at beyond that ----------------------------------------------------
LINKED = {"GET_x": "got", "POST_x": "posted", "POST_y": "y", "GET_y": "y", "GET_n": page("N")}
for name, html in {
    "button-in-link": "<a href=/n hx-get=/x hx-target=#out><button id=e>t</button></a>",
    "button-in-plain-link": "<a href=/n><button id=e hx-get=/x hx-target=#out>t</button></a>",
    "part-of-button": "<form action=/n><button hx-get=/x hx-target=#out><i id=e>t</i></button></form>",
    "part-in-button": "<form action=/n><button><i id=e hx-get=/x hx-target=#out>t</i></button></form>",
    "form-elsewhere": "<form id=f action=/n><input type=submit id=e></form><i hx-post=/x hx-trigger='submit from:#f' hx-target=#out></i>",
    "button-elsewhere": "<form action=/n><button id=e>S</button></form><i hx-post=/x hx-trigger='click from:#e' hx-target=#out></i>",
    "link-elsewhere": "<a id=e href=/n>S</a><i hx-get=/x hx-trigger='click from:#e' hx-target=#out></i>",
    "body-and-box": "<input type=checkbox id=e name=c><form hx-get=/x hx-trigger='click from:body' hx-target=#out></form>",
    "fragment": "<a id=e href=#sec hx-get=/x hx-target=#out>S</a>",
    "top": "<a id=e href=# hx-get=/x hx-target=#out>S</a>",
    "filter": "<form action=/n hx-post=/x hx-trigger='submit[false]' hx-target=#out><button id=e>S</button></form>",
    "reset": "<form action=/n><input name=a value=1><button type=reset id=e hx-get=/x hx-target=#out>t</button></form>",
    "image": "<form action=/n><input type=image id=e alt=i hx-post=/x hx-target=#out></form>",
    "owner": "<form id=f action=/n></form><button form=f id=e hx-post=/x hx-target=#out>q</button>",
    "prevent-box": "<input type=checkbox id=e name=c hx-post=/x hx-trigger='click prevent' hx-target=#out>",
    "halt-late": "<div hx-post=/y hx-target=#out><a id=e href=/n hx-get=/x hx-trigger='click halt delay:20ms' hx-target=#out>S</a></div>",
    "summary": "<details><summary id=e hx-get=/x hx-target=#out>s</summary>d</details>",
}.items():
    add("takes-over", name, html + OUT, click("#e"), wait(60), level=3, **LINKED)
PLACES = (
    "<div id=box class=k><p id=old>old</p>t</div><svg id=cv><g/></svg><ul id=l><li>0</ul>"
    f"<table><tbody id=tb><tr id=r1><td>0</table><p id=main>MAIN</p><p id='a.b:c'>odd</p>{OUT}"
)
for name, said in {
    "list": "<hx-partial hx-target='#box, #l'><li>x</li></hx-partial>",
    "nowhere": "<hx-partial hx-target=#nope><li>x</li></hx-partial>main",
    "no-target": "<hx-partial><p>x</p></hx-partial>",
    "id": "<hx-partial id=box><p>x</p></hx-partial>",
    "delete": "<hx-partial hx-target=#box hx-swap=delete></hx-partial>",
    "inside": "<div>m<hx-partial hx-target=#box>P</hx-partial>n</div>",
    "nested": "<hx-partial hx-target=#box>P<hx-partial hx-target=#l>Q</hx-partial></hx-partial>",
    "oob-inside": "<hx-partial hx-target=#box>P<b id=l hx-swap-oob=true>Q</b></hx-partial>",
    "relative": "<hx-partial hx-target='next ul'><li>n</li></hx-partial>",
    "title": "<title>TT</title><hx-partial hx-target=#box hx-swap='innerHTML ignoreTitle:true'>P</hx-partial>",
    "row": "<hx-partial hx-target=#tb><tr><td>1</td></tr></hx-partial>",
    "strip": "<hx-partial hx-target=#box hx-swap='innerHTML strip:true'><div><i>1</i><i>2</i></div></hx-partial>",
    "upper": "<HX-Partial data-hx-target=#box data-hx-swap=beforeend>P</HX-Partial>",
    "unknown": "<hx-thing id=box>q</hx-thing>",
    "oob-kept-box": "<b hx-swap-oob='beforeend target:#l strip:false'><li>1</li></b>",
    "oob-unpacked": "<section hx-swap-oob='outerHTML strip:true target:#box'><i>1</i><i>2</i></section>",
    "oob-svg": "<svg hx-swap-oob='beforeend:#cv'><circle r=1></circle><circle r=2></circle></svg>",
    "oob-class": "<div hx-swap-oob='innerHTML:.k'>v</div>m",
    "oob-list": "<div hx-swap-oob='innerHTML:#box,#l'>v</div>m",
    "oob-relative": "<div hx-swap-oob='innerHTML:next p'>v</div>m",
    "oob-text": "<div id=box hx-swap-oob=textContent>q<b>r</b></div>m",
    "oob-in-oob": "<div id=box hx-swap-oob=true>v<p id=out hx-swap-oob=true>w</p></div>m",
    "oob-in-page": "<html><body><p>m</p><p id=out hx-swap-oob=true>w</p></body></html>",
    "oob-and-blanks": "<p id=out hx-swap-oob=true>w</p>   ",
    "oob-and-comment": "<p id=out hx-swap-oob=true>w</p><!-- c -->",
    "oob-odd-id": "<p id='a.b:c' hx-swap-oob=true>w</p>",
}.items():
    add(
        "parts",
        name,
        PLACES + GO.format("hx-get=/x hx-target=#main"),
        click("#go"),
        level=3,
        dialects=(4,),
        GET_x=said,
    )
for name, (around, own) in {
    "swap": ("hx-swap:inherited=beforeend", "hx-swap:append='swap:10ms'"),
    "headers": ("hx-headers:inherited='X-A:1'", "hx-headers:append='X-B:2'"),
    "values": ("hx-vals:inherited='{\"a\":1}'", "hx-vals:append='b:2'"),
    "trigger": ("hx-trigger:inherited=ping", ""),
    "action": ("hx-post:inherited=/y", ""),
    "method": ("hx-method:inherited=put", ""),
    "validate": ("hx-validate:inherited=true", ""),
    "encoding": ("hx-encoding:inherited=multipart/form-data", ""),
    "status": ("hx-status:4xx:inherited='swap:none'", ""),
    "push": ("hx-push-url:inherited=/pp", ""),
    "select": ("hx-select:inherited=u", ""),
    "select-oob": ("hx-select-oob:inherited=#out", ""),
    "disable": ("hx-disable:inherited=this", ""),
}.items():
    add(
        "inherited",
        name,
        f"{OUT}<div id=par {around}><button id=b hx-post=/x {own} name=n value=v>x</button></div>",
        click("#b"),
        fire("ping", "#b"),
        level=3,
        dialects=(4,),
        POST_x=answer("<u>1</u><p id=out>o</p><i>2</i>", 404 if name == "status" else 200),
        POST_y="y",
        PUT_x="put",
    )
for name, said in {
    "action": "action:/y",
    "method": '{"method":"PUT"}',
    "validate": "validate:false",
    "headers": '{"headers":{"X-A":"1"}}',
    "broken": "{oops",
    "dialog": "method:DIALOG",
    "get": "method:GET",
}.items():
    add(
        "config",
        f"request-{name}",
        f"{OUT}<form hx-post=/x hx-target=#out hx-config='{said}'><input name=a required><button id=b>"
        f"x</button></form><form hx-post=/x hx-target=#out hx-config='{said}'><input name=a value=1>"
        "<button id=c>x</button></form>",
        click("#b"),
        click("#c"),
        level=3,
        dialects=(4,),
        POST_x="x",
        POST_y="y",
        PUT_x="put",
        GET_x="get",
    )
for name, said in {
    "swap": "swap:outerHTML", "target": "target:#out", "select": "select:h1", "push": "push:false",
    "replace": "replace:true push:false", "headers": "request.headers.X-A:1",
    "several": "target:#out swap:beforeend select:h1", "json": '{"target":"#out","push":"/pp"}',
    "confirm": "confirm:Sure?", "method": "request.method:POST", "empty": "",
}.items():  # fmt: skip
    add(
        "boost",
        f"settings-{name}",
        f"{OUT}<div hx-boost:inherited='{said}'><a id=e href='/n?q=1#h'>x</a></div>",
        click("#e"),
        level=3,
        dialects=(4,),
        GET_n=page("<h1>next</h1><p id=h>h</p>", "Next"),
        POST_n=page("<h1>p</h1>"),
    )
for name, html in {
    "formmethod": "<form action=/n><input name=a value=1><button id=e formmethod=post>s</button></form>",
    "dialog-button": "<form action=/n><button id=e formmethod=dialog>s</button></form>",
    "query": "<form action='/n?foo=bar&a=0'><input name=a value=1><button id=e>s</button></form>",
    "post-query": "<form action='/n?foo=bar' method=post><input name=a value=1><button id=e>s</button></form>",
    "nowhere": "<form><input name=a value=1><button id=e>s</button></form>",
    "multipart": "<form action=/n method=post enctype=multipart/form-data><input name=a value=1><button id=e>s</button></form>",
    "required": "<form action=/n><input name=a required><button id=e>s</button></form>",
    "own-verb": "<form action=/n hx-post=/m><button id=e>s</button></form>",
    "link-own-verb": "<a id=e href=/n hx-get=/m>x</a>",
    "link-empty": "<a id=e href=''>x</a>",
    "link-without": "<a id=e>x</a>",
    "link-query": "<a id=e href='?a=1'>x</a>",
    "link-inside": "<a href=/n><i id=e>x</i></a>",
    "link-ignored": "<a id=e href=/n hx-ignore>x</a>",
    "link-trigger": "<a id=e href=/n hx-trigger=ping>x</a>",
    "link-values": "<a id=e href='/n?a=0' hx-vals='\"a\":1'>x</a>",
    "link-in-form": "<form action=/m><input name=z value=9><a id=e href=/n>x</a></form>",
}.items():
    add("boosted", name, f"{OUT}<div {BOOST}>{html}</div>", click("#e"), level=3,
        GET_n=page("<h1>next</h1>", "Next"), POST_n=page("<h1>p</h1>", "P"),
        GET_m=page("<h1>m</h1>", "M"), POST_m=page("<h1>pm</h1>", "PM"))  # fmt: skip
for name, (said, status) in {
    "order": ("hx-status:4xx='swap:none' hx-status:404='swap:outerHTML'", 404),
    "two-digits": ("hx-status:50x='swap:none'", 503),
    "other-digits": ("hx-status:50x='swap:none'", 511),
    "several": ("hx-status:422='swap:innerHTML target:#out select:#v'", 422),
    "no-push": ("hx-push-url=true hx-status:5xx='push:false'", 500),
    "no-content": ("hx-status:204='swap:innerHTML'", 204),
    "success": ("hx-status:2xx='swap:none'", 201),
    "relative": ("hx-status:404='target:next p'", 404),
    "nowhere": ("hx-status:404='target:#nope'", 404),
    "unknown": ("hx-status:all='swap:none'", 404),
}.items():
    add("status", f"four-{name}", f"<div id=box>o</div><b id=b hx-get=/x hx-target=#box {said}>x</b>{OUT}",
        click("#b"), level=3, dialects=(4,), GET_x=answer("<i id=v>bad</i><b>more</b>", status))  # fmt: skip
HEAR = "<i hx-post=/heard/{0} hx-swap=none hx-trigger='{1}'></i>"
for name, said in {
    "target": '{"ping":{"target":"#m","a":1}}', "no-target": '{"ping":{"target":"#nope","a":1}}',
    "number": '{"ping":42}', "list": '{"ping":[1,2]}', "null": '{"ping":null}', "false": '{"ping":false}',
    "two": '{"ping":1,"pong":{"a":1}}', "commas": "ping,,pong", "words": "ping:1",
}.items():  # fmt: skip
    hear = "".join(
        HEAR.format(f"{event}-{number}", f"{event}[{when}] from:body")
        for event in ("ping", "pong")
        for number, when in enumerate(
            ['target.id=="m"', 'target.id=="go"', "detail.value==42", "detail.a==1", "true"]
        )
    )
    add("headers-back", f"trigger-four-{name}", "<p id=m>m</p>" + GO.format("hx-get=/x hx-target=#out") + OUT
        + hear, click("#go"), level=3, dialects=(4,), unordered=True,
        GET_x=answer("k", HX_Trigger=said))  # fmt: skip
for said in ("findAll i", "find i:not(.a, .b)", "next i:not(.a, .b)", "closest div:has(> b)", "<#t2, .b/>",
             "host", "#nope, #t2", "previousElementSibling", "nextElementSibling", "##", "#1a",
             '[data-l="a,b"]'):  # fmt: skip
    add("target", f"four-{said}", f"<div><p>p</p><b id=go hx-get=/x hx-target='{said}'>g<i class=a>1</i><i "
        "class=c>2</i></b><p id=t2>q</p><i class=a>a</i><i class=d>d</i><u data-l='a,b'>u</u></div>",
        click("#go i"), level=3, dialects=(4,), GET_x="<s>n</s>")  # fmt: skip
# Names, headers, and the focus of what is disabled
add("vals", "of-every-object", "<b id=b hx-post=/x hx-vals='__proto__.x:1 constructor.y:2 z:3'>x</b>",
    click("#b"), level=3, dialects=(4,), POST_x="ok")  # fmt: skip
add("include", "document-four", "<b id=b hx-get=/x hx-include=document>x</b>", click("#b"), level=3,
    dialects=(4,), GET_x="no")  # fmt: skip
for name, said in {
    "kind": '{"Content-Type":"text/x"}',
    "kind-small": '{"content-type":"text/x"}',
    "cases": '{"x-a":"1","X-A":"2","hx-request":"no"}',
}.items():
    add("headers", f"own-{name}", f"<form hx-post=/x hx-swap=none hx-headers='{said}'><input name=a value=1>"
        f"<button id=b>b</button></form><b id=g hx-get=/x hx-headers='{said}' hx-swap=none>g</b>",
        click("#b"), click("#g"), level=3, POST_x="ok", GET_x="ok")  # fmt: skip
for mark in ("-", ".", "_"):
    add("settings", f"events-{ord(mark)}", f"<div hx-headers{mark}inherited='X-A:1'><b id=go hx-get=/x "
        f"hx-target=#out hx-status{mark}404='swap:none'>g</b></div>{OUT}"
        + HEAR.format("here", f"htmx{mark}after{mark}swap from:body once"),
        click("#go"), level=3, dialects=(4,), head=settings(metaCharacter=mark),
        GET_x=answer("<i>n</i>", 404))  # fmt: skip
for dialect, attribute in ((2, "hx-disabled-elt"), (4, "hx-disable")):
    for name, html in {
        "this": f"<input id=q name=q hx-get=/x hx-target=#out hx-trigger=input {attribute}=this>"
        + HEAR.format("blur", "blur from:#q"),
        "field": f"<form hx-get=/x hx-target=#out hx-trigger=input {attribute}='find input'><input "
        "id=q name=q></form>",
        "fieldset": f"<form hx-get=/x hx-target=#out hx-trigger=input {attribute}='find fieldset'>"
        "<fieldset><input id=q name=q></fieldset></form>",
        "another": f"<input id=q name=q hx-get=/x hx-target=#out hx-trigger=input {attribute}='next i'>",
    }.items():
        add("disabled", f"focus-{name}-{dialect}", html + OUT, do("focus", "#q"), fire("input", "#q"),
            dialects=(dialect,), focus=True, unordered=True,
            GET_x={"html": "<p>ok</p>", "delay_ms": 60})  # fmt: skip
for style in ("innerMorph", "innerHTML", "outerMorph"):
    for name, said in {"disabled": "<input id=fx disabled>", "hidden": "<input id=fx type=hidden>",
                       "same": "<input id=fx value=n>"}.items():  # fmt: skip
        add("morph", f"focus-{name}-{style}", "<div id=box><input id=fx></div><i hx-get=/x hx-target=#box "
            f"hx-trigger='ping from:body' hx-swap={style}></i>", do("focus", "#fx"), fire("ping"),
            level=3, dialects=(4,), focus=True,
            GET_x=f"<div id=box>{said}</div>" if style == "outerMorph" else said)  # fmt: skip

# htmx 2: what its own tests look at beyond that -----------------------------------------------
UP = "<form id=f hx-post=/x hx-trigger=go hx-swap=none>{}</form>"
for name, (html, steps) in {
    "unset-values": ("<div hx-vals=unset hx-headers=unset><b id=b hx-post=/x hx-vals='\"a\":1' hx-headers='\"X-A\":1'>b</b></div>", [click("#b")]),
    "unset-own": ("<div hx-vals='\"a\":1' hx-headers='\"X-A\":1'><b id=b hx-post=/x hx-vals=unset hx-headers=unset>b</b></div>", [click("#b")]),
    "header-lines": ("<b id=b hx-post=/x hx-headers='{\"X-A\":\"a\\nb\",\"X-B\":null,\"X-C\":[1,2]}'>b</b>", [click("#b")]),
    "get-with-body": ("<form hx-post=/x hx-swap=none><input name=a value=1><button id=b formmethod=GET>b</button></form>", [click("#b")]),
    "other-verb": ("<form hx-post=/x hx-swap=none><button id=b formmethod=dialog>b</button></form>", [click("#b")]),
    "boxes": (UP.format("<input type=checkbox id=a name=c value=1><input type=checkbox id=b name=c value=2><input type=radio id=r name=d required>"),
              [fire("go", "#f"), do("check", "#r"), fire("go", "#f"), do("check", "#a"), do("check", "#b"), fire("go", "#f"), do("uncheck", "#a"), fire("go", "#f")]),
    "button-focused": (UP.format("<input id=i name=a><button id=b name=k value=v>b</button>"), [do("focus", "#b"), fire("go", "#f"), do("focus", "#i"), fire("go", "#f")]),
    "button-of-other-form": ("<form id=f hx-post=/x hx-swap=none><input name=t value=1></form><form hx-post=/y hx-swap=none><button id=b form=f name=b value=v>b</button></form>", [click("#b")]),
    "button-replaced": ("<div id=w><form id=f hx-post=/y hx-target=#w><input name=n></form><button id=o name=o form=f>O</button></div>", [click("#o"), click("#o")]),
    "included-twice": ("<form id=f><input name=b value=2><input id=k name=b value=2><input name=b value=3></form><b id=d hx-post=/x hx-include='#k, #f'>d</b>", [click("#d")]),
    "no-file": ("<form hx-post=/x hx-encoding=multipart/form-data hx-swap=none><input type=file name=f><input name=a value=1><button id=b>b</button></form>", [click("#b")]),
}.items():  # fmt: skip
    add("two-sends", name, html, *steps, dialects=(2,), GET_x="got", POST_x="ok",
        POST_y="<form id=f hx-post=/y hx-target=#w><input name=n value=k></form><button id=o name=o form=f value=2>O</button>")  # fmt: skip
REPORTS = settings(reportValidityOfForms=True)
for name, (html, steps, head) in {
    "reported": (UP.format("<input name=z><input id=i name=i required><input id=j required>"), [fire("go", "#f")], REPORTS),
    "pattern": (UP.format("<input id=i name=i pattern=abc value=x>"), [fire("go", "#f"), fill("#i", "abc"), fire("go", "#f")], ""),
    "alone": ("<form><input name=a required><input id=i name=i hx-post=/x hx-swap=none hx-trigger=click hx-validate=true pattern=[0-9]+></form>",
              [fill("#i", "a"), click("#i"), fill("#i", "1"), click("#i")], REPORTS),
    "included": ("<input id=a name=a required><button id=b hx-post=/x hx-swap=none hx-validate=true hx-include=#a>b</button>", [click("#b"), fill("#a", "1"), click("#b")], ""),
    "other-button": ("<form id=f hx-post=/x><input id=i name=i required><button id=b hx-post=/y hx-target=#f>b</button></form>", [click("#b")], ""),
    "told": (UP.format("<input type=hidden id=h><fieldset disabled><input id=d></fieldset><input id=i required><button type=button id=k></button>")
             + "".join(HEAR.format(at, f"htmx:validation:validate from:#{at}") for at in "hdik"), [fire("go", "#f")], ""),
}.items():  # fmt: skip
    add("two-validates", name, html, *steps, dialects=(2,), head=head, focus=True, unordered=True,
        POST_x="ok", POST_y="y")  # fmt: skip
for name, said in {"dot": "a.b", "colon": "a:b", "digit": "1a", "plain": "a_b-1"}.items():
    add("preserve", f"two-id-{name}", f"<div id=w><input id='{said}' hx-preserve value=1></div><b id=b hx-get=/x "
        "hx-target=#w>b</b>" + HEAR.format("error", "htmx:swapError from:body"), click("#b"), dialects=(2,),
        GET_x=f"<i>n</i><input id='{said}' hx-preserve value=2>")  # fmt: skip
for name, (target, swap, html, said) in {
    "none": ("#w", "none", "<i id=k hx-preserve>old</i>", "<i id=k hx-preserve>new</i>"),
    "delete": ("#w", "delete", "<i id=k hx-preserve>old</i>", "<i id=k hx-preserve>new</i>"),
    "end": ("#w", "beforeend", "<i id=k hx-preserve>old</i><u>2</u>", "<i id=k hx-preserve>new</i><u>3</u>"),
    "twice": ("#w", "innerHTML", "<i id=k hx-preserve>old</i>", "<i id=k hx-preserve>1</i><i id=k hx-preserve>2</i>"),
    "oob": ("#out", "innerHTML", "<i id=k hx-preserve>old</i>", "N<div hx-swap-oob='innerHTML:#v'><i id=k hx-preserve>new</i><u>u</u></div>"),
}.items():  # fmt: skip
    add("preserve", f"two-{name}", f"<div id=w>{html}</div><div id=v></div>{OUT}<b id=b hx-get=/x hx-target={target} "
        f"hx-swap={swap}>b</b>", click("#b"), level=3, dialects=(2,), GET_x=said)  # fmt: skip
BACK = f"<b id=b hx-get=/x hx-push-url=true hx-target=#out>b</b>{OUT}"
for name, (html, steps, head) in {
    "header": (BACK.replace("hx-push-url=true", ""), [click("#b"), do("back")], ""),
    "small": ("<i id=a hx-push-url=/1 hx-get=/x hx-target=#out>a</i>" + BACK, [click("#a"), click("#b"), do("back"), do("back")], settings(historyCacheSize=1)),
    "across": (BACK.replace("=true", "=/1") + "<a id=n href=/n>n</a>", [click("#b"), click("#n"), do("back"), do("back")], ""),
    "typed": ("<input id=i value=a><input type=checkbox id=c>" + BACK, [fill("#i", "typed"), do("check", "#c"), click("#b"), do("back")], ""),
    "disabled": (BACK.replace("<b", "<button hx-disabled-elt=this").replace("</b>", "</button>"), [click("#b"), do("back")], ""),
    "restored": (f"<i hx-get=/r hx-trigger=restored hx-target=#r></i><p id=r></p><main hx-history-elt>{BACK}</main>", [click("#b"), do("back")], ""),
    "load-again": (BACK + "<i hx-get=/r hx-trigger=load hx-swap=none>l</i>", [click("#b"), do("back")], ""),
    "off": (BACK + HEAR.format("made", "htmx:historyItemCreated from:body"), [click("#b")], settings(historyCacheSize=0)),
    "same-twice": (BACK, [click("#b"), click("#b"), do("back"), do("back"), do("forward")], ""),
}.items():  # fmt: skip
    add("two-history", name, html, *steps, level=3, dialects=(2,), head=head, GET_n=page("<p>n</p>"), GET_r="r",
        GET_1=page("<p>one</p>"), GET_x=[answer(f"<title>T{n}</title>x{n}", **({"HX_Push": "/pushed"} if name == "header" else {})) for n in "1234"])  # fmt: skip
for name, rule in {
    "target": {"target": "#out"}, "bad-target": {"target": "#nope"}, "this": {"target": "this"}, "swap": {"target": "#out", "swapOverride": "outerHTML"},
    "select": {"select": ".k"}, "title": {"ignoreTitle": True}, "event": {"swap": False, "event": "my:event"}, "no-error": {"error": False},
}.items():  # fmt: skip
    add("two-rules", name, f"<b id=b hx-get=/x>b</b>{OUT}" + HEAR.format("e", "htmx:responseError from:body, my:event "
        "from:body, htmx:targetError from:body"), click("#b"), level=3, dialects=(2,),
        head=settings(responseHandling=[{"code": "44.", "swap": True, "error": True, **rule}]),
        GET_x=answer("<title>T</title><p><a class=k>1</a></p>", 444))  # fmt: skip
for name, (html, steps) in {
    "changed-two": ("<input id=i class=c><input id=j class=c><div hx-trigger='click changed from:.c' hx-target=#out hx-get=/x></div>",
                    [click("#i"), fill("#i", "b"), click("#j"), click("#i"), click("#i"), fill("#j", "k"), click("#i"), click("#j")]),
    "changed-inside": ("<form hx-trigger='input changed' hx-target=#out hx-get=/x><input id=i><input id=j></form>", [fill("#i", "a"), fill("#j", "b"), fire("input", "#i"), fill("#i", "c")]),
    "changed-itself": ("<input id=i value=a hx-trigger='blur changed' hx-swap=none hx-get=/x>", [do("focus", "#i"), fill("#i", "b"), do("blur", "#i"), do("focus", "#i"), do("blur", "#i")]),
    "once-filtered": ("<i id=i hx-trigger='foo[detail.a] once' hx-target=#out hx-get=/x>i</i>", [fire("foo", "#i", detail={"a": a}) for a in (False, True, True)]),
    "once-of-two": ("<i id=i hx-trigger='click once, foo once' hx-target=#out hx-get=/x>i</i>", [click("#i"), fire("foo", "#i")]),
    "in-brackets": ("<div id=o><u id=u>u</u></div><i hx-get=/x hx-trigger='click from:previous (#o u)' hx-target=#out></i>", [click("#u")]),
    "target-in-brackets": ("<div class=d><a id=a class=a>a</a><a id=b class=b>b</a></div><i hx-trigger='click from:body target:(.d .b)' hx-get=/x hx-target=#out></i>", [click("#a"), click("#b")]),
    "late": ("<i hx-trigger='click from:#late' hx-target=#out hx-get=/x></i><b id=b hx-get=/late hx-target=#w>b</b><p id=w></p>", [click("#b"), click("#late")]),
    "gone": ("<div id=w hx-get=/y><i hx-trigger='ping from:body' hx-get=/x>0</i></div>", [fire("ping"), click("#w"), fire("ping")]),
    "no-delay": ("<i id=i hx-trigger='click delay:0ms' hx-get=/x>0</i><u id=u hx-trigger='click throttle:abc' hx-get=/x>0</u>", [click("#i"), click("#i"), click("#u"), click("#u")]),
    "no-modifier": ("<i id=i hx-trigger='click delay: 10ms' hx-get=/x>0</i><u id=u hx-trigger='click foo:bar' hx-get=/x>0</u>", [click("#i"), click("#u")]),
    "naked": ("<button id=b hx-trigger=click>b</button>" + HEAR.format("e", "htmx:trigger from:#b"), [click("#b")]),
    "image-map": ("<img usemap=#m><map name=m><area id=a shape=rect coords=0,0,9,9 alt=c hx-get=/x hx-target=#out></map>", [click("#a")]),
}.items():  # fmt: skip
    add("two-waits", name, html + OUT, *steps, level=3, dialects=(2,), GET_x=list("12345678"), GET_y="y",
        GET_late="<i id=late>l</i>")  # fmt: skip
for strategy in ("all", "first", "last", "none", "bogus"):
    add("sync", f"two-trigger-{strategy}", f"<b id=b hx-trigger='click queue:{strategy}' hx-get=/x>0</b>", soon(click("#b")),
        soon(click("#b")), soon(click("#b")), click("#b"), dialects=(2,),
        GET_x=[{"html": n, "delay_ms": 60} for n in "1234"])  # fmt: skip
for style in (
    "innerHTML",
    "outerHTML",
    "delete",
    "beforebegin",
    "afterend",
    "beforeend",
    "textContent",
):
    add("two-gone", style, f"<div id=w><p id=t>t</p></div><b id=b hx-target=#t hx-swap={style} hx-get=/x>b</b>"
        + HEAR.format("error", "htmx:swapError from:body"), click("#b"), level=3, dialects=(2,),
        GET_x="late<p id=t hx-swap-oob=true>other</p>")  # fmt: skip
for name, said in {
    "id": "document.getElementById('out').textContent == '-'", "all": "document.querySelectorAll('p, i').length == 2", "item": "document.querySelectorAll('i')[0] === this",
    "valid": "document.getElementById('f').checkValidity()", "valid-field": "!document.getElementById('n').validity.valid && !document.getElementById('n').checkValidity()",
    "seen": "document.visibilityState == 'visible' && document.hidden === false", "number": "Number(detail.a) + parseInt(detail.b) + parseFloat(detail.c) == 10.5",
    "none": "isNaN(parseInt(detail.d)) && Boolean(detail.a) && String(detail.e) == '7'", "list": "['x', detail.d].includes('q')", "letter": "detail.d[0] == 'q' && detail.d[1] == undefined",
    "options": "document.querySelector('select').options.length == 2 && document.querySelector('select').selectedOptions[0].value == '2'", "required": "document.getElementById('n').required === true",
    "first": "this.parentElement.firstElementChild === this && this.childElementCount == 0", "nowhere": "document.getElementById('nope') == null",
}.items():  # fmt: skip
    add("filters", name, f'<div><i id=i hx-trigger="foo[{said}]" hx-get=/x hx-target=#out>i</i><form id=f><input name=k></form>'
        f"<input id=n required><select><option>1<option selected>2</select></div>{OUT}", fire("foo", "#i", detail={"a": "1", "b": "2px", "c": "7.5.1", "d": "q", "e": 7}),
        level=3, GET_x="x")  # fmt: skip
for said in (False, True):
    add("settings", f"two-scripts-{said}", "<b id=b hx-get=/x hx-target=#out>b</b>" + OUT, click("#b"), level=3, dialects=(2,),
        head=settings(allowScriptTags=said), GET_x="<script type=x>1</script><p>a<script type=y>2</script></p>t")  # fmt: skip
# What `fetch` refuses, and what a server said that cannot be followed
FAILS = HEAR.format("error", "htmx:error from:body") + HEAR.format(
    "end", 'htmx:finally:request[target.id=="go"] from:body'
)
for name, said in {
    "header-name": "hx-headers='{\"a b\":1}'",
    "header-letters": 'hx-headers=\'{"X-A":"Łukasz"}\'',
    "header-latin": 'hx-headers=\'{"X-A":"é"}\'',
    "header-lines": 'hx-headers=\'{"X-A":"a\\nb"}\'',
    "header-blanks": 'hx-headers=\'{"X-A":" a\\n"}\'',
    "headers-none": "hx-config='{\"headers\":null}'",
    "method-small": "hx-config='method:get'",
    "method-put": "hx-config='method:put'",
    "method-trace": "hx-config='method:TRACE'",
    "method-words": "hx-config='method:\"B AD\"'",
    "action-null": "hx-config='{\"action\":null}'",
    "no-host": 'hx-config=\'{"action":"//"}\'',
}.items():
    add("fetch", name, f"<form hx-post=/x hx-target=#out {said}><input name=a value=1><button id=b>b"
        f"</button></form>{OUT}{FAILS}", click("#b"), click("#b"), level=3, dialects=(4,),
        POST_x="<b>ok</b>", PUT_x="put", GET_x="get")  # fmt: skip
for name, said in {
    "location-target": {"HX_Location": '{"path":"/n","target":"#nope"}'},
    "location-source": {"HX_Location": '{"path":"/n","source":"#nope"}'},
    "location-css": {"HX_Location": '{"path":"/n","source":"##"}'},
    "location-json": {"HX_Location": "{bad"},
    "trigger-json": {"HX_Trigger": "{bad"},
}.items():
    add("fetch", name, GO.format("hx-get=/x hx-indicator=#out hx-disable=#out") + OUT + FAILS,
        click("#go"), click("#go"), level=3, dialects=(4,), unordered=True,
        GET_x=answer("q", **said), GET_n="n")  # fmt: skip
for said in (
    "1234567890123456789",
    "9007199254740993",
    "1e-7",
    "0.00001",
    "1e21",
    "1e999",
    "[1e20,2.50]",
):
    add("vals", f"number-{said}", f"<b id=b hx-post=/x hx-swap=none hx-vals='{{\"a\":{said}}}'>b</b>",
        click("#b"), level=3, POST_x="ok")  # fmt: skip
add("include", "inherited-this", "<div hx-include:inherited=this><input name=i value=1><button id=b "
    "name=n value=v hx-post=/x hx-swap=none>b</button></div>", click("#b"), dialects=(4,), POST_x="ok")  # fmt: skip
add("include", "inherited-this-two", "<div hx-include=this><input name=i value=1><button id=b name=n "
    "value=v hx-post=/x hx-swap=none>b</button></div>", click("#b"), dialects=(2,), POST_x="ok")  # fmt: skip
add("include", "option", "<select id=s><option name=o>te xt</select><b id=b hx-post=/x hx-swap=none "
    "hx-include='#s, #s option'>b</b>", click("#b"), level=3, dialects=(4,), POST_x="ok")  # fmt: skip
for name, said in {
    "status": "detail.xhr.status == 422", "header": "detail.xhr.getResponseHeader('X-My') == 'h'", "text": "detail.xhr.responseText.includes('r')",
    "address": "detail.xhr.responseURL.endsWith('/x?k=1') && detail.xhr.readyState == 4", "sent": "detail.requestConfig.parameters.a == '1' && detail.requestConfig.parameters['zz'] == undefined",
}.items():  # fmt: skip
    add("filters", f"two-answer-{name}", "<form id=f hx-post='/x?k=1'><input name=a value=1><button id=b>b</button></form>"
        + HEAR.format("it", f'htmx:afterRequest[{said}] from:#f').replace("'htmx", '"htmx').replace("#f'", '#f"'), click("#b"), level=3, dialects=(2,),
        POST_x=answer("<b>r</b>", 422, X_My="h"))  # fmt: skip
