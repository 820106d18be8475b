"""Everybody in a room reads what everybody writes."""

from fasthtml.common import *

app, rt = fast_app(exts="ws")
people, lines = {}, []


def lines_view():
    return Ul(*[Li(B(who), f": {text}") for who, text in lines], id="lines")


def people_view():
    return P(f"{len(people)} here", id="people")


def field():
    return Input(id="msg", placeholder="Say something", hx_swap_oob="true")


@rt
def index():
    form = Form(field(), Hidden(name="who", value="Uma"), id="form", ws_send=True)
    return Titled("Chat", people_view(), lines_view(), form, hx_ext="ws", ws_connect="/room")


async def tell_all(view):
    for send in list(people.values()):
        await send(view)


async def came(ws, send):
    people[id(ws)] = send
    await tell_all(people_view())


async def left(ws):
    people.pop(id(ws), None)
    await tell_all(people_view())


@app.ws("/room", conn=came, disconn=left)
async def room(msg: str, who: str, send):
    if not msg.strip():
        return P("Say something first.", id="people")
    lines.append((who, msg))
    await tell_all(lines_view())
    return field()


serve()
