"""Uploads stay in their folder, overwrite nothing, and leave nothing half-written."""

from __future__ import annotations

import asyncio
import http.client
import stat
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import UploadFile as StarletteUpload
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fasthtml_nb.ft.tags import H3, Article, Header, Li, Ul
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.body import UploadFile
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.uploads import create_new, numbered, save_upload
from tests.browser_support import serving

CONTENT = b"mine\r\n\0\xff"


def snapshot(folder: Path) -> Mapping[str, bytes | None]:
    """Return what is below `folder`: path → content, `None` for a folder or a link to one."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def multipart(*filenames: bytes, field: str = "file") -> tuple[bytes, dict[str, str]]:
    """Write a form as a client that minds no rules would: each file name as it is."""
    parts = b"".join(
        b'--cut\r\nContent-Disposition: form-data; name="%s"; filename%s\r\n\r\n%s\r\n'
        % (field.encode(), filename, CONTENT)
        for filename in filenames
    )
    return parts + b"--cut--\r\n", {"Content-Type": "multipart/form-data; boundary=cut"}


# The quickstart document's two apps -------------------------------------------------------------


def quickstart_app(upload_dir: Path) -> FastHTML:
    """Make the document's upload apps: their handlers as they are, bar the folder."""
    app = FastHTML(secret_key="k")
    rt = app.route
    upload_dir.mkdir(exist_ok=True)

    def FileMetaDataCard(file):
        return Article(
            Header(H3(file.filename)),
            Ul(
                Li("Size: ", file.size),
                Li("Content Type: ", file.content_type),
                Li("Headers: ", file.headers),
            ),
        )

    @rt
    async def upload(file: UploadFile):
        card = FileMetaDataCard(file)
        filebuffer = await file.read()
        (upload_dir / file.filename).write_bytes(filebuffer)
        return card

    @rt
    async def upload_many(files: list[UploadFile]):
        cards = []
        for file in files:
            cards.append(FileMetaDataCard(file))
            filebuffer = await file.read()
            (upload_dir / file.filename).write_bytes(filebuffer)
        return cards

    @rt
    async def save(file: UploadFile):
        path = await save_upload(file, upload_dir)
        return str(path.relative_to(upload_dir))

    return app


def quoted(name: str) -> bytes:
    return b'="%s"' % name.encode("utf-8", "surrogateescape")


HOSTILE = {
    "parent": quoted("../outside.txt"),
    "grandparent": quoted("../../outside.txt"),
    "deep": quoted("a/b/../../../outside.txt"),
    "neighbour": quoted("../neighbour/kept.txt"),
    "doubled": quoted("....//outside.txt"),
    "windows": quoted("..\\\\outside.txt"),
    "windows bare": b'="..\\outside.txt"',
    "drive": quoted("C:\\\\outside.txt"),
    "share": quoted("\\\\\\\\host\\\\share\\\\x.txt"),
    "mixed": quoted("..\\\\../outside.txt"),
    "absolute": quoted("/tmp/outside-of-everything.txt"),
    "file url": quoted("file:///tmp/x"),
    "home": quoted("~/x"),
    "dot": quoted("."),
    "dots": quoted(".."),
    "three dots": quoted("..."),
    "spaced dots": quoted(" .. "),
    "slash": quoted("/"),
    "ends in a slash": quoted("kept/"),
    "ends in dots": quoted("a/.."),
    "no name": quoted(""),
    "blank": quoted(" "),
    "unquoted": b"=../outside.txt",
    "null": quoted("../a\0.txt"),
    "null at the end": quoted("a.txt\0.png"),
    "line break": quoted("a\n../b"),
    "percent": quoted("..%2f..%2foutside.txt"),
    "percent twice": quoted("..%252foutside.txt"),
    "wide slash": quoted("..／..／outside.txt"),
    "fraction slash": quoted("..⁄outside.txt"),
    "set minus": quoted("..∖outside.txt"),
    "two dot leader": quoted("‥/outside.txt"),
    "overlong utf-8": b'="..\xc0\xafoutside.txt"',
    "not utf-8": b'="\xff\xfe/\xff.txt"',
    "turned around": quoted("a\u202etxt.exe"),
    "hidden": quoted(".htaccess"),
    "hidden deep": quoted("../.ssh/authorized_keys"),
    "device": quoted("CON"),
    "stream": quoted("a.txt:stream"),
    "wildcard": quoted("*"),
    "long": quoted("x" * 2000 + ".txt"),
    "long path": quoted("../" * 300 + "outside.txt"),
    "both": b"=\"a.txt\"; filename*=UTF-8''..%2Foutside.txt",
    "twice": b'="a.txt"; filename="../outside.txt"',
    "none": b"",
    "option": quoted("-rf"),
    "quote": b'="../a\\".txt"',
}

# RFC 7578 has no `filename*` in forms: such a part is text, and text is no file
REFUSED = {
    "longer than a header may be": quoted("x" * 9000 + ".txt"),
    "extended": b"*=UTF-8''..%2F..%2Foutside.txt",
    "extended windows": b"*=UTF-8''..%5Coutside.txt",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder that holds `filez`, and beside it what must stay as it is."""
    (tmp_path / "neighbour").mkdir()
    (tmp_path / "neighbour" / "kept.txt").write_text("kept")
    (tmp_path / "outside.txt").write_text("kept")
    (tmp_path / "filez").mkdir()
    return tmp_path


def assert_only_one_file_in(place: Path, before: Mapping[str, Any]) -> None:
    after = snapshot(place)
    assert {path: after[path] for path in before} == before
    [new] = set(after) - set(before)
    assert Path(new).parent == Path("filez") and after[new] == CONTENT
    assert not (place / new).is_symlink()


@pytest.mark.parametrize("path", ["/upload", "/upload_many", "/save"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_name_leaves_the_folder(place: Path, path: str, name: str) -> None:
    client = TestClient(quickstart_app(place / "filez"))
    before = snapshot(place)
    content, headers = multipart(HOSTILE[name], field="files" if "many" in path else "file")
    answer = client.post(path, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    assert_only_one_file_in(place, before)


@pytest.mark.parametrize("path", ["/upload", "/upload_many", "/save"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_file_name_is_refused(place: Path, path: str, name: str) -> None:
    client = TestClient(quickstart_app(place / "filez"))
    before = snapshot(place)
    content, headers = multipart(REFUSED[name], field="files" if "many" in path else "file")
    assert client.post(path, content=content, headers=headers).status_code == 400
    assert snapshot(place) == before


def test_absolute_names_do_not_reach_what_is_there(place: Path) -> None:
    client = TestClient(quickstart_app(place / "filez"))
    before = snapshot(place)
    content, headers = multipart(quoted(str(place / "neighbour" / "kept.txt")))
    assert client.post("/upload", content=content, headers=headers).status_code == 200
    assert_only_one_file_in(place, before)


SIGNS = st.sampled_from(
    [*"./\\:\0\n ~%-", "..", "../", "..\\", "%2e", "%2f", "／", "a", "CON", "é"]
)


@given(st.lists(SIGNS, max_size=12).map("".join) | st.text(st.characters(exclude_characters='"\r')))
def test_no_random_name_leaves_the_folder(name: str) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        client = TestClient(quickstart_app(place / "filez"))
        before = snapshot(place)
        raw = name.encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\")
        content, headers = multipart(b'="%s"' % raw)
        for path in ("/upload", "/save"):
            answer = client.post(path, content=content, headers=headers)
            if b"\n" not in raw:  # a header may end there
                assert answer.status_code == 200, answer.text
        for new in set(snapshot(place)) - set(before):
            assert Path(new).parent == Path("filez")


def test_no_name_leaves_the_folder_through_a_real_server(place: Path) -> None:
    before = snapshot(place)
    with ExitStack() as stack:
        url = stack.enter_context(serving(quickstart_app(place / "filez")))
        connection = stack.enter_context(
            closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30))
        )
        for filename in HOSTILE.values():
            content, headers = multipart(filename)
            connection.request("POST", "/upload", content, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()
        content, headers = multipart(*HOSTILE.values(), field="files")
        connection.request("POST", "/upload_many", content, headers)
        assert connection.getresponse().status == 200
    after = snapshot(place)
    assert {path: after[path] for path in before} == before
    new = set(after) - set(before)
    assert len(new) > 20 and {Path(path).parent for path in new} == {Path("filez")}


# Saving -----------------------------------------------------------------------------------------


def upload_of(content: bytes, name: str = "a.txt", size: int | None = -1) -> UploadFile:
    return UploadFile(BytesIO(content), size=len(content) if size == -1 else size, filename=name)


def save(*args: Any, **options: Any) -> Path:
    return asyncio.run(save_upload(*args, **options))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "a-1.txt").mkdir()
    paths = [save(upload_of(b"x" * n), tmp_path) for n in range(3)]
    assert [path.name for path in paths] == ["a-2.txt", "a-3.txt", "a-4.txt"]
    assert (tmp_path / "a.txt").read_text() == "first"
    assert [path.read_bytes() for path in paths] == [b"", b"x", b"xx"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target.txt"
    folder = tmp_path / "filez"
    folder.mkdir()
    (folder / "a.txt").symlink_to(target)
    target_there = folder / "b.txt"
    target_there.symlink_to(tmp_path / "there.txt")
    (tmp_path / "there.txt").write_text("kept")
    assert save(upload_of(b"1", "a.txt"), folder).name == "a-1.txt"
    assert save(upload_of(b"2", "b.txt"), folder).name == "b-1.txt"
    assert not target.exists() and (tmp_path / "there.txt").read_text() == "kept"


def test_many_at_once_get_a_name_each(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def one(n: int) -> Path:
        start.wait()
        return save(upload_of(str(n).encode()), tmp_path)

    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(one, range(8)))
    assert {path.name for path in paths} == {"a.txt", *(f"a-{n}.txt" for n in range(1, 8))}
    assert [path.read_text() for path in paths] == [str(n) for n in range(8)]


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("a.txt", 0, "a.txt"),
        ("a.txt", 12, "a-12.txt"),
        ("a", 1, "a-1"),
        ("a.b.c", 1, "a.b-1.c"),
        ("a.tar.gz", 1, "a-1.tar.gz"),
        ("a.tar", 1, "a-1.tar"),
        (".tar.gz", 1, "-1.tar.gz"),
        ("2.5 litres", 1, "2.5 litres-1"),
        ("a.", 1, "a-1."),
        ("a." + "b" * 40, 1, "a." + "b" * 40 + "-1"),
        ("x" * 255, 1, "x" * 253 + "-1"),
        ("x" * 251 + ".txt", 10, "x" * 248 + "-10.txt"),
        ("é" * 127, 1, "é" * 126 + "-1"),
    ],
)
def test_numbers_stand_before_the_ending(name: str, number: int, expected: str) -> None:
    assert numbered(name, number) == expected


@given(st.text(min_size=1, max_size=300), st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbered_names_fit_and_differ(name: str, one: int, other: int) -> None:
    name = name.encode("utf-8", "ignore").decode()
    assert len(numbered(name, one).encode()) <= 255
    if len(name.encode()) < 240:
        assert (numbered(name, one) == numbered(name, other)) is (one == other)


def test_the_file_can_be_read_before_and_after(tmp_path: Path) -> None:
    async def both() -> tuple[bytes, Path, bytes]:
        file = upload_of(b"content")
        before = await file.read()
        path = await save_upload(file, tmp_path)
        return before, path, await file.read()

    before, path, after = asyncio.run(both())
    assert before == after == path.read_bytes() == b"content"


def test_a_name_of_ones_own_is_made_safe_too(tmp_path: Path) -> None:
    assert save(upload_of(b"x"), tmp_path, name="../me.txt") == tmp_path / "me.txt"
    assert save(upload_of(b"x"), str(tmp_path / "new" / "er"), name="..").name == "upload"


def test_starlettes_own_files_are_made_safe(tmp_path: Path) -> None:
    file = StarletteUpload(BytesIO(b"x"), filename="../../up.txt")
    assert save(file, tmp_path) == tmp_path / "up.txt"


def test_saved_files_cannot_be_run(tmp_path: Path) -> None:
    path = save(upload_of(b"#!/bin/sh", "run.sh"), tmp_path)
    assert not path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


@pytest.mark.parametrize("size", [-1, None], ids=["size known", "size unknown"])
@pytest.mark.parametrize(("most", "fits"), [(0, False), (3, False), (4, True), (None, True)])
def test_the_size_has_a_limit(tmp_path: Path, size: Any, most: int | None, fits: bool) -> None:
    file = upload_of(b"four", size=size)
    if fits:
        assert save(file, tmp_path, max_size=most).read_bytes() == b"four"
        return
    with pytest.raises(HTTPException, match="413: The file is larger than"):
        save(file, tmp_path, max_size=most)
    assert snapshot(tmp_path) == {}


def test_a_large_file_is_never_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    with SpooledTemporaryFile(max_size=1000) as source:
        for _ in range(40):
            source.write(bytes(1 << 20))
        file = UploadFile(source, size=40 << 20, filename="big")  # type: ignore[arg-type]
        tracemalloc.start()
        path = save(file, tmp_path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert path.stat().st_size == 40 << 20 and peak < 8 << 20


class Failing(BytesIO):
    """A file whose disk fails after some pieces."""

    pieces = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.pieces += 1
        if self.pieces > 2:
            raise OSError("The disk is gone.")
        return b"x" * 10


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="The disk is gone"):
        save(UploadFile(Failing(), size=30, filename="a.txt"), tmp_path)
    assert snapshot(tmp_path) == {}


def test_the_loop_goes_on_meanwhile(tmp_path: Path) -> None:
    writing, go_on = threading.Event(), threading.Event()

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            writing.set()
            assert go_on.wait(10)
            return super().read(size)

    async def both() -> Path:
        saving = asyncio.create_task(
            save_upload(UploadFile(Slow(b"x"), size=1, filename="a"), tmp_path)
        )
        while not writing.is_set():
            await asyncio.sleep(0.001)
        go_on.set()  # only a loop that is free gets here
        return await saving

    assert asyncio.run(both()).read_bytes() == b"x"


def test_no_choice_is_the_visitors_mistake(tmp_path: Path) -> None:
    app = quickstart_app(tmp_path / "filez")

    @app.post("/maybe")
    async def maybe(req: Request):
        async with req.form() as form:
            return str(await save_upload(form["file"], tmp_path / "filez"))

    body = (
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--cut--\r\n'
    )
    for path, said in (("/save", "file is missing"), ("/maybe", "No file was chosen.")):
        answer = TestClient(app).post(path, content=body, headers=multipart()[1])
        assert answer.status_code == 400 and said in answer.text
    assert snapshot(tmp_path / "filez") == {}


@pytest.mark.parametrize("thing", [b"x", "a.txt", None, BytesIO()])
def test_other_things_are_refused(tmp_path: Path, thing: Any) -> None:
    with pytest.raises(TypeError, match=r"Ask for it as a parameter: `file: UploadFile`"):
        save(thing, tmp_path)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError):
        save(upload_of(b"x"), tmp_path / "file")
    with pytest.raises(OSError):
        create_new(tmp_path / "file", "a.txt")


def test_it_can_be_saved_after_the_answer(tmp_path: Path) -> None:
    from starlette.background import BackgroundTask

    app = FastHTML(secret_key="k")

    @app.post("/later")
    async def later(file: UploadFile):
        return "Thanks", BackgroundTask(save_upload, file, tmp_path)

    client = TestClient(app)
    assert client.post("/later", files={"file": ("a.txt", b"x")}).text == "Thanks"
    assert snapshot(tmp_path) == {"a.txt": b"x"}
