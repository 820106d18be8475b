"""Pictures and texts that visitors hand in."""

from fasthtml.common import *
from fasthtml.pico import Card

app, rt = fast_app()
folder = Path("uploads")
folder.mkdir(exist_ok=True)


def card(file):
    return Card(P(f"{file.stat().st_size} bytes"), header=H3(file.name), id=file.stem)


@rt
def index():
    one = Form(
        Input(type="file", name="file"), Button("Send one"), hx_post=upload, hx_target="#result"
    )
    many = Form(
        Input(type="file", name="files", multiple=True),
        Input(id="album", value="trip"),
        Button("Send some"),
        hx_post=upload_many,
        hx_target="#result",
    )
    return Titled("Gallery", one, many, Div(id="result"))


@rt
async def upload(file: UploadFile):
    content = await file.read()
    path = folder / Path(file.filename).name
    path.write_bytes(content)
    return card(path)


@rt
async def upload_many(files: list[UploadFile], album: str):
    cards = []
    for file in files:
        path = folder / f"{album}-{file.filename}"
        path.write_bytes(await file.read())
        cards.append(card(path))
    return Div(*cards), P(f"{len(cards)} in {album}")


@rt("/pictures/{fname:path}.{ext:static}")
def get(fname: str, ext: str):
    return FileResponse(f"uploads/{fname}.{ext}")


serve()
