"""Addresses of static files: they name the content, and say how long it may be kept."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.files import IMMUTABLE, REVALIDATE, Files
from fasthtml_nb.web.static_urls import StaticImmutable, StaticNoCache, vurl


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "public" / "css").mkdir(parents=True)
    (tmp_path / "public" / "css" / "site.css").write_text("p{}")
    (tmp_path / "public" / "a b+ü.svg").write_text("<svg/>")
    (tmp_path / "secret.css").write_text("no")
    (tmp_path / "public" / "out.css").symlink_to(tmp_path / "secret.css")
    (tmp_path / "public" / ".env").write_text("no")
    return tmp_path / "public"


def test_an_address_changes_with_the_content(root: Path) -> None:
    file, seen = root / "css" / "site.css", set()
    for number, text in enumerate(("p{}", "q{}", "q{} ")):
        file.write_text(text)
        os.utime(file, ns=(number, number))
        seen.add(vurl("/css/site.css", root))
    assert len(seen) == 3
    os.utime(file, ns=(9, 9))
    assert vurl("/css/site.css", root) in seen, "the same content, the same address"


def test_forms_of_an_address(root: Path) -> None:
    version = vurl("/css/site.css", root).split("?v=")[1]
    assert len(version) == 8 and int(version, 16) >= 0
    assert vurl("css/site.css", str(root)) == f"css/site.css?v={version}"
    assert vurl(Path("css/site.css"), root) == f"css/site.css?v={version}"
    assert vurl("/a b+ü.svg#icon", root).startswith("/a%20b%2B%C3%BC.svg?v=")
    assert vurl("/a b+ü.svg#icon", root).endswith("#icon")


@pytest.mark.parametrize(
    "path", ["/../secret.css", "/out.css", "/.env", "/css", "", "/css/none.css", "//etc/passwd"]
)
def test_no_file(root: Path, path: str) -> None:
    with pytest.raises(LookupError, match="No file for .* in 'public'. Near it: "):
        vurl(path, root)


def test_an_app_without_files(root: Path) -> None:
    with pytest.raises(LookupError, match="in this app, which serves none. Near it: none."):
        vurl("/site.css", FastHTML())


def test_an_app_with_several_folders(root: Path) -> None:
    app = FastHTML(static_path=root / "css")
    app.static_route(prefix="/all", static_path=root)
    client = TestClient(app)
    for address in (vurl("/site.css", app), vurl("/all/css/site.css", app)):
        answer = client.get(address)
        assert (answer.text, answer.headers["cache-control"]) == ("p{}", IMMUTABLE)
    with pytest.raises(LookupError):
        vurl("/css/site.css", app)
    # what is encoded in the address is the file that was meant
    assert client.get(vurl("/all/a b+ü.svg", app)).text == "<svg/>"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", REVALIDATE),
        ("?v=", REVALIDATE),
        ("?v=00000000", REVALIDATE),
        ("?v={0}", IMMUTABLE),
        ("?x=1&v={0}", IMMUTABLE),
        ("?v={0}&v=00000000", REVALIDATE),
        ("?vv={0}", REVALIDATE),
        ("?v={0}0", REVALIDATE),
        ("?v=%FF&v=%00", REVALIDATE),
    ],
)
def test_what_may_be_kept(root: Path, query: str, kept: str) -> None:
    client = TestClient(Starlette(routes=[Mount("/s", Files(root))]))
    version = vurl("/css/site.css", root).split("?v=")[1]
    answer = client.get(f"/s/css/site.css{query.format(version)}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, kept)
    etag = {"if-none-match": answer.headers["etag"]}
    again = client.get(f"/s/css/site.css{query.format(version)}", headers=etag)
    assert (again.status_code, again.headers["cache-control"]) == (304, kept)


def test_a_changed_file_is_not_kept_under_its_old_address(root: Path) -> None:
    client = TestClient(FastHTML(static_path=root))
    old = vurl("/css/site.css", root)
    (root / "css" / "site.css").write_text("changed")
    answer = client.get(old)
    assert (answer.text, answer.headers["cache-control"]) == ("changed", REVALIDATE)


@pytest.mark.parametrize(
    ("kind", "kept"), [(StaticNoCache, REVALIDATE), (StaticImmutable, IMMUTABLE)]
)
def test_folders_of_one_kind(root: Path, kind: Any, kept: str) -> None:
    app = FastHTML()
    app.mount("/s", kind(directory=str(root), headers={"X-A": "1"}))
    client = TestClient(app)
    for query in ("", "?v=1"):
        answer = client.get("/s/css/site.css" + query)
        assert (answer.headers["cache-control"], answer.headers["x-a"]) == (kept, "1")
    for sly in ("/s/.env", "/s/%2e%2e/secret.css", "/s/out.css", "/s/none.css"):
        answer = client.get(sly)
        assert answer.status_code == 404 and "cache-control" not in answer.headers


def test_headers_of_the_author_win(root: Path) -> None:
    app = FastHTML()
    app.static_route_exts("/s", root, headers={"Cache-Control": "max-age=60"})
    app.static_route("css", "/t", root, headers={"X-A": "1"})
    client = TestClient(app)
    assert client.get("/s/css/site.css").headers.get_list("cache-control") == ["max-age=60"]
    assert client.get("/t/css/site.css").headers["x-a"] == "1"


def test_a_large_file_does_not_hold_the_others(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a version has it read in a thread, not on the loop."""
    from fasthtml_nb.web import files

    threads = []

    def hash_of(*args: Any) -> str:
        threads.append(threading.current_thread())
        return "00000000"

    monkeypatch.setattr(files, "_hash_of", hash_of)
    loops: list[threading.Thread] = []

    async def on_loop(scope: Any, receive: Any, send: Any) -> None:
        loops.append(threading.current_thread())
        await Files(root)(scope, receive, send)

    TestClient(Starlette(routes=[Mount("/s", on_loop)])).get("/s/css/site.css?v=1")
    assert threads and not set(threads) & set(loops)
