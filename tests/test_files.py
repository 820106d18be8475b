"""Static files: what is found, what never is, how it is sent."""

import logging
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from fasthtml_nb.web.files import STATIC_EXTENSIONS, Files, find_file, log_unserved


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A served folder inside one that is not."""
    above = tmp_path_factory.mktemp("above")
    (above / "secret.css").write_text("secret")
    (above / "rooted").mkdir()
    (above / "rooted" / "secret.css").write_text("secret")
    root = above / "root"
    for name in (
        "site.css",
        "css/deep/a b.css",
        ".env",
        ".git/config.txt",
        "UPPER.CSS",
        "é.css",
        "x..css",
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"content of {name}")
    (root / "app.py").write_text("key = 1")
    (root / "page").write_text("no extension")
    (root / "folder.css").mkdir()
    (root / "out.css").symlink_to(above / "secret.css")
    (root / "outside").symlink_to(above)
    (root / "inside.css").symlink_to(root / "site.css")
    (root / "hidden.css").symlink_to(root / ".env")
    (root / "broken.css").symlink_to(root / "gone.css")
    (root / "loop.css").symlink_to(root / "loop.css")
    os.mkfifo(root / "pipe.css")
    return root


FOUND = {
    "site.css": "site.css",
    "/site.css": "site.css",
    "css/deep/a b.css": "css/deep/a b.css",
    "UPPER.CSS": "UPPER.CSS",
    "é.css": "é.css",
    "x..css": "x..css",
    "inside.css": "site.css",
    "outside/root/site.css": "site.css",  # out and in again: what it is in the end counts
}
NOT_FOUND = [
    *(
        "",
        "/",
        ".",
        "..",
        "../secret.css",
        "../../x.css",
        "css/../../secret.css",
        "css/../site.css",
    ),
    *(".env", ".git/config.txt", "./site.css", "css/./deep/a b.css", "css//deep/a b.css"),
    *(
        "..\\secret.css",
        "css\\deep\\a b.css",
        "\\site.css",
        "C:\\site.css",
        "C:site.css",
        "site.css:x",
    ),
    *(
        "out.css",
        "outside/secret.css",
        "hidden.css",
        "broken.css",
        "loop.css",
    ),
    *(
        "folder.css",
        "pipe.css",
        "css",
        "css/",
        "gone.css",
        "site.css/x.css",
        "../rooted/secret.css",
    ),
    *(
        "site.css\0",
        "\0.css",
        "a" * 300 + ".css",
        "a/" * 3000 + "a.css",
        "\udc80.css",
        "%2e%2e/secret.css",
    ),
]


@pytest.mark.parametrize(("path", "name"), FOUND.items())
def test_found(root, path, name):
    file, found = find_file(root, path, STATIC_EXTENSIONS)
    assert file == str(root / name) and found.st_size == len(f"content of {name}".encode())


@pytest.mark.parametrize("path", NOT_FOUND)
def test_not_found(root, path):
    assert find_file(root, path) is None
    assert find_file(root, path, STATIC_EXTENSIONS) is None


def test_extensions(root):
    for path in ("app.py", "page"):
        assert find_file(root, path) and find_file(root, path, STATIC_EXTENSIONS) is None


def test_a_folder_that_is_a_link(root, tmp_path):
    (tmp_path / "public").symlink_to(root)
    assert find_file(tmp_path / "public", "site.css")[0] == str(root / "site.css")
    assert find_file(tmp_path / "public", "out.css") is None
    assert find_file(tmp_path / "none", "site.css") is None


@given(
    st.text(st.sampled_from("./\\%2eaé\0:") | st.characters(codec=None)).map(lambda s: f"{s}.css")
)
def test_no_path_leads_out(root, path):
    found = find_file(root, path)
    assert found is None or found[0].startswith(str(root) + "/")


@pytest.fixture(scope="module")
def client(root):
    files = Files(root, STATIC_EXTENSIONS, headers={"cache-control": "no-cache"})
    app = Starlette(routes=[Mount("/static", files), Route("/{path:path}", files)])
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("prefix", ["/static/", "/"])
def test_answers(client, prefix):
    answer = client.get(prefix + "site.css")
    assert (answer.status_code, answer.text) == (200, "content of site.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    head = client.head(prefix + "site.css")
    assert (head.text, head.headers["content-length"]) == ("", answer.headers["content-length"])
    again = client.get(prefix + "site.css", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.text, again.headers["cache-control"]) == (304, "", "no-cache")
    assert client.get(prefix + "css/deep/a%20b.css").text == "content of css/deep/a b.css"


def test_ranges(client):
    answer = client.get("/site.css", headers={"range": "bytes=0-6"})
    assert (answer.status_code, answer.text) == (206, "content")
    assert client.get("/site.css", headers={"range": "bytes=900-"}).status_code == 416


@pytest.mark.parametrize(
    "path",
    [
        "gone.css",
        "",
        "css",
        "css/",
        ".env",
        "app.py",
        "out.css",
        "%2e%2e/secret.css",
        "..%2fsecret.css",
    ]
    + [
        "..%5csecret.css",
        "%00.css",
        "%ff.css",
        "outside/secret.css",
        "pipe.css",
        "a" * 5000 + ".css",
    ],
)
@pytest.mark.parametrize("prefix", ["/static/", "/"])
def test_missing(client, prefix, path):
    assert client.get(prefix + path).status_code == 404


def test_raw_paths_as_a_server_passes_them(root):
    """A client that does not normalise `..` reaches the app with it."""
    import anyio
    from starlette.exceptions import HTTPException

    async def ask(path):
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        await Files(root)(scope, None, None)

    for path in (
        "/../secret.css",
        "/css/../../secret.css",
        "//etc/passwd",
        "/../rooted/secret.css",
    ):
        with pytest.raises(HTTPException) as caught:
            anyio.run(ask, path)
        assert caught.value.status_code == 404


def test_other_methods(client):
    answer = client.post("/static/site.css")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_types_do_not_depend_on_the_machine(tmp_path, monkeypatch):
    import mimetypes

    wanted = {
        "a.js": "text/javascript; charset=utf-8",
        "a.mjs": "text/javascript; charset=utf-8",
        "a.svg": "image/svg+xml",
        "a.woff2": "font/woff2",
        "a.wasm": "application/wasm",
        "a.json": "application/json",
    }
    for name in wanted:
        (tmp_path / name).write_text("x")
    monkeypatch.setattr(mimetypes, "guess_type", lambda *args, **kwargs: ("text/plain", None))
    client = TestClient(Starlette(routes=[Mount("/", Files(tmp_path))]))
    assert {name: client.get(name).headers["content-type"] for name in wanted} == wanted


def test_a_folder_may_come_later(tmp_path):
    client = TestClient(Starlette(routes=[Mount("/", Files(tmp_path / "later"))]))
    assert client.get("/a.css").status_code == 404
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.css").write_text("now")
    assert client.get("/a.css").text == "now"


def test_log_unserved(tmp_path, monkeypatch, caplog):
    (tmp_path / "site.css").write_text("x")
    (tmp_path / "public" / "img").mkdir(parents=True)
    (tmp_path / "public" / "img" / "a.png").write_text("x")
    (tmp_path / "app.py").write_text("x")
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.WARNING, "fasthtml_nb"):
        assert (
            log_unserved("/gone.css")
            is log_unserved("/app.py")
            is log_unserved("/../x.css")
            is None
        )
        assert caplog.messages == []
        log_unserved("/site.css")
        log_unserved("/img/a.png", served="static")
    assert caplog.messages == [
        "404 for a file that exists: 'site.css' is in the working folder, and this app serves "
        "nothing. To serve it, set static_path='.'.",
        "404 for a file that exists: 'img/a.png' is in the folder 'public', and this app serves "
        "only 'static'. To serve it, set static_path='public'.",
    ]
