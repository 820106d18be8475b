"""What comes over a websocket, and what goes over it."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocketDisconnect, WebSocketState

from fasthtml_nb.ft.tree import element
from fasthtml_nb.web.body import Limits
from fasthtml_nb.web.messages import (
    Sender,
    as_message,
    close_socket,
    is_open,
    joined_headers,
    read_message,
)
from fasthtml_nb.web.responses import cookie
from fasthtml_nb.web.sources import HtmxHeaders

P = element("p")


@pytest.mark.parametrize(
    ("sent", "fields", "headers"),
    [
        ({}, {}, {}),
        ({"a": 1, "b": ["x", "y"]}, {"a": 1, "b": ["x", "y"]}, {}),
        ({"a": 1, "HEADERS": {"HX-Target": "t"}}, {"a": 1}, {"HX-Target": "t"}),
        ({"a": 1, "headers": {"HX-Request": "true"}}, {"a": 1}, {"HX-Request": "true"}),
        ({"headers": {"colour": "red"}}, {"headers": {"colour": "red"}}, {}),
        ({"headers": "of mine"}, {"headers": "of mine"}, {}),
        ({"HEADERS": "of mine"}, {"HEADERS": "of mine"}, {}),
        ({"HEADERS": {"Cookie": "a=b", "Host": "evil", "HX-Trigger": None, "hx-a": ""}}, {}, {}),
        ({"HEADERS": {"HX-Prompt": ["x"], "HX-Grün": "x"}}, {}, {}),
    ],
)
def test_parts_of_a_message(sent, fields, headers):
    assert read_message(json.dumps(sent)) == (fields, headers)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"{}", "The message is bytes, not text with JSON."),
        ("[]", "The message is a JSON list, not an object."),
        ('"a"', "The message is a JSON str, not an object."),
        ("", "The body is not valid JSON: Expecting value: line 1 column 1 (char 0)."),
        ("[" * 100_000, "The JSON body is nested more than 100 deep."),
        ('{"a": "' + "x" * 50 + '"}', "The message has 59 bytes, more than 50."),
    ],
)
def test_what_is_refused(sent, said):
    limits = Limits(body=50) if "x" * 50 in str(sent) else Limits()
    with pytest.raises(HTTPException) as refused:
        read_message(sent, limits)
    assert (refused.value.status_code, refused.value.detail) == (400, said)


@given(st.text() | st.binary())
def test_any_message_is_read_or_refused(message):
    try:
        fields, headers = read_message(message)
    except HTTPException as refused:
        assert refused.status_code == 400
    else:
        assert isinstance(fields, dict) and isinstance(headers, dict)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_headers_reach_the_handler_as_they_were_sent(value):
    sent = json.dumps({"HEADERS": {"HX-Prompt": value}})
    _, headers = read_message(sent)
    raw = joined_headers({"headers": [(b"host", b"tea")]}, headers)
    assert raw[0] == (b"host", b"tea")
    assert all(set(v) <= set(range(32, 127)) for _, v in raw)  # what a header can carry
    assert HtmxHeaders.of({"headers": raw}).prompt == value


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (None, None),
        ("", ""),
        ("<", "&lt;"),
        (P("a"), "<p>a</p>"),
        ((P("a"), "b"), "<p>a</p>b"),
        ([P("a")], "<p>a</p>"),
        ([1], "[1]"),
        ({"a": None}, '{"a": null}'),
        (b"x", b"x"),
        (0, "0"),
    ],
)
def test_what_is_written(content, sent):
    assert as_message(content) == sent


def test_text_is_html_only_if_asked():
    assert as_message("<b>", str_is_html=True) == "<b>"


@pytest.mark.parametrize("beside", [cookie("a", "b"), BackgroundTask(print)])
def test_what_belongs_to_a_response(beside):
    with pytest.raises(TypeError, match="A websocket sends elements, text or JSON; found"):
        as_message((P("a"), beside))


class Socket:
    client_state = application_state = WebSocketState.CONNECTED

    def __init__(self):
        self.sent = []

    async def send_text(self, text):
        self.sent.append(text)

    async def close(self, code):
        self.sent.append(code)
        self.application_state = WebSocketState.DISCONNECTED


def test_senders_are_values_that_work_on_the_loop_and_off_it():
    async def main():
        socket = Socket()
        send = Sender(socket)
        assert {send} == {send} and send in [send]
        await send("a")
        assert await asyncio.to_thread(send, "b") is None

        async def on_another_loop():
            await send("c")

        await asyncio.to_thread(lambda: asyncio.run(on_another_loop()))
        await send(None)
        assert is_open(socket)
        await close_socket(socket, 1011)
        await close_socket(socket)
        assert not is_open(socket)
        with pytest.raises(WebSocketDisconnect):
            await send("d")
        assert socket.sent == ["a", "b", "c", 1011]

    asyncio.run(main())
