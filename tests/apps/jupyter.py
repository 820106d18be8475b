"""The parts of a Jupyter server and a kernel that a live preview speaks with, and nothing else.

A page with the outputs of cells, and a kernel's websocket behind which `comm_open` meets the
previews of this process.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute

from fasthtml_nb.workshop.preview import Preview, open_visit

KERNEL = "00000000-0000-4000-8000-000000000000"


class Comm:
    """A comm as ipykernel has it, as far as a preview uses one."""

    def __init__(self, comm_id: str, post: Any) -> None:
        self.comm_id, self._post = comm_id, post
        self.on_message = self.on_closed = lambda message: None

    def send(self, data: dict[str, Any]) -> None:
        self._post("comm_msg", {"comm_id": self.comm_id, "data": data})

    def close(self) -> None:
        self._post("comm_close", {"comm_id": self.comm_id, "data": {}})

    def on_msg(self, call: Any) -> None:
        self.on_message = call

    def on_close(self, call: Any) -> None:
        self.on_closed = call


def jupyter(
    *previews: Preview,  # Each in a cell of its own
    subshells: bool = True,  # Whether the kernel knows what a subshell is
) -> Starlette:
    """Return an app that is a notebook with `previews` and its kernel."""
    app = Starlette()
    app.state.comms = {}
    app.state.shells = []
    app.state.idle = threading.Event()  # Unset: a cell runs
    app.state.idle.set()

    async def notebook(request):
        outputs = [one._repr_mimebundle_()["text/html"] for one in previews]
        cells = "".join(
            f'<div class="cell">{html.replace(_EMPTY, _NAMED)}</div>' for html in outputs
        )
        config = json.dumps({"baseUrl": "/hub/", "token": ""})
        return HTMLResponse(
            f'<!doctype html><title>Notebook</title><script id="jupyter-config-data" '
            f'type="application/json">{config}</script>{cells}'
        )

    async def channels(websocket):
        import asyncio

        loop = asyncio.get_running_loop()
        await websocket.accept()
        out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        def post(kind: str, content: dict[str, Any], parent: dict[str, Any] | None = None) -> None:
            message = {"msg_type": kind, "header": {"msg_type": kind}, "content": content}
            message["parent_header"] = parent or {}
            loop.call_soon_threadsafe(out.put_nowait, message)

        async def write() -> None:
            while True:
                await websocket.send_text(json.dumps(await out.get()))

        writer = asyncio.create_task(write())
        comms: dict[str, Comm] = {}
        try:
            async for text in websocket.iter_text():
                message = json.loads(text)
                header, content = message["header"], message["content"]
                kind = header["msg_type"]
                app.state.shells.append(header.get("subshell_id"))
                if kind.startswith("comm_") and header.get("subshell_id") is None:
                    await asyncio.to_thread(app.state.idle.wait, 20)
                if kind == "create_subshell_request" and subshells:
                    post("create_subshell_reply", {"status": "ok", "subshell_id": "s1"}, header)
                elif kind == "comm_open":
                    comm = comms[content["comm_id"]] = Comm(content["comm_id"], post)
                    await asyncio.to_thread(open_visit, comm, message)
                elif kind == "comm_msg":
                    await asyncio.to_thread(comms[content["comm_id"]].on_message, message)
                elif kind == "comm_close":
                    await asyncio.to_thread(comms.pop(content["comm_id"]).on_closed, message)
        finally:
            for comm in comms.values():
                await asyncio.to_thread(comm.on_closed, {})
            writer.cancel()

    app.router.routes += [
        Route("/lab", notebook),
        WebSocketRoute(f"/hub/api/kernels/{KERNEL}/channels", channels),
    ]
    return app


_EMPTY, _NAMED = ' data-kernel=""', f' data-kernel="{KERNEL}"'
