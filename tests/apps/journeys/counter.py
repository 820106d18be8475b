"""A number that counts by itself, for everybody who looks."""

import asyncio

from fasthtml.common import *

sse = Script(src="/sse.js")
app, rt = fast_app(hdrs=(sse,))
stopping = signal_shutdown()
state = {"n": 0}


@rt
def index():
    live = Div("waiting", hx_ext="sse", sse_connect="/numbers", sse_swap="message", id="n")
    return Titled("Counter", live, Button("Start again", hx_post=reset, hx_swap="none"))


@rt
def reset():
    state["n"] = 0


async def numbers(until: int):
    while not stopping.is_set() and state["n"] < until:
        state["n"] += 1
        yield sse_message(Span(state["n"], cls="number"))
        await asyncio.sleep(0.01)
    yield sse_message(P("The end"), event="close")


@rt("/numbers")
async def get(until: int = 1000):
    return EventStream(numbers(until))


serve()
