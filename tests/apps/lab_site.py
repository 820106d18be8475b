"""A site that uses what a browser has; its source is a cell of the notebooks under test."""

from asyncio import sleep

from fasthtml_nb.common import (
    A,
    B,
    Button,
    Div,
    EventStream,
    Form,
    Img,
    Input,
    P,
    Pre,
    RedirectResponse,
    Response,
    Script,
    Titled,
    UploadFile,
    fast_app,
    sse_message,
)

app, rt = fast_app(exts=["sse", "ws"])
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="9"/>'


@rt
def index():
    return Titled(
        "Site",
        Img(src="/dot.svg", alt="A dot"),
        Button("Click", hx_get=clicked, hx_target="#clicked"),
        P(id="clicked"),
        Form(Input(name="who", aria_label="Who"), Button("Post"), action="/hello", method="post"),
        Div(
            hx_ext="sse", sse_connect="/events", sse_swap="message", hx_swap="beforeend", id="news"
        ),
        Div(id="echo"),
        Form(Input(name="said", aria_label="Say"), Button("Say"), ws_send=True)(
            hx_ext="ws", ws_connect="/ws"
        ),
        Form(Input(type="file", name="file", aria_label="File"), Button("Send"))(
            hx_post=upload, hx_target="#sent", hx_encoding="multipart/form-data"
        ),
        P(id="sent"),
    )


@rt
def clicked():
    return "It was clicked."


@app.post("/hello")
def hello(who: str):
    return RedirectResponse(f"/greeted?who={who}", status_code=303)


@rt
def greeted(who: str):
    return Titled(f"Hello, {who}", A("Back", href="/"))


@app.get("/events")
async def events():
    async def numbers():
        for number in range(3):
            yield sse_message(B(f"news {number} "))
            await sleep(0.05)
        await sleep(60)

    return EventStream(numbers())


@app.ws("/ws")
async def ws(said: str, send):
    await send(Div(f"You said {said}.", id="echo"))


@rt
async def upload(file: UploadFile):
    return f"{file.filename}: {len(await file.read())} bytes"


@app.get("/dot.svg")
def dot():
    return Response(DOT, media_type="image/svg+xml")


SPY = """
const lab = new URL(document.baseURI).searchParams.get("lab");
const tries = {
  parent: () => parent.document.title,
  top: () => top.location.href,
  notebook: () => top.jupyterapp.name,
  frame: () => frameElement.parentElement.innerHTML,
  cookie: () => document.cookie,
  storage: () => localStorage.getItem("secret"),
  database: () => indexedDB.open("secret").readyState,
  away: () => { top.location.href = "http://127.0.0.1:9/"; return "gone"; },
  opened: async () => {
    const other = open(`${lab}/api`);
    await new Promise((done) => setTimeout(done, 500));
    try { return other.document.title; } finally { other.close(); }
  },
  contents: async () => (await fetch(`${lab}/api/contents`, {credentials: "include"})).status,
  kernels: () => new Promise((done) => {
    const socket = new WebSocket(`${lab.replace("http", "ws")}/api/events/subscribe`);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
  }),
};
const look = async () => {
  const seen = {};
  for (const [name, attempt] of Object.entries(tries))
    try { seen[name] = String(await attempt()); } catch (error) { seen[name] = error.name; }
  document.querySelector("#seen").textContent = JSON.stringify(seen);
};
look();
"""


@rt
def spy():
    return Titled("Spy", Pre(id="seen"), Script(SPY))
