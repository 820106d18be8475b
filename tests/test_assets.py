"""The assets' addresses, elements and server."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.testclient import TestClient

from fasthtml_nb.ft.tree import FT, to_xml
from fasthtml_nb.web.assets import (
    CDN,
    PREFIX,
    Assets,
    asset_url,
    htmx_scripts,
    rebase,
    script,
    stylesheet,
)
from fasthtml_nb.web.pins import ASSETS, OWN, asset_content, find_asset
from tests.browser_support import local_assets

__all__ = ["local_assets"]

OWN_ASSETS = [asset for asset in ASSETS.values() if asset.package == OWN]
OTHERS = [asset for asset in ASSETS.values() if asset.package != OWN]

# Addresses --------------------------------------------------------------------------------------


def test_both_addresses_name_the_version() -> None:
    for asset in OTHERS:
        path = f"{asset.package}@{asset.version}/{asset.file}"
        assert asset_url(asset.name, local=True) == PREFIX + path
        assert asset_url(asset.name, local=False) == CDN + path


def test_the_copy_is_chosen_where_there_is_one(local_assets: None) -> None:
    assert asset_url("htmx").startswith(PREFIX)


def test_without_a_copy_the_mirror_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fasthtml_nb.web.pins.assets_folder", lambda: Path("no-such-folder"))
    assert asset_url("htmx").startswith(CDN)
    assert script("htmx").get("integrity") == find_asset("htmx").integrity
    assert asset_url("fasthtml").startswith(PREFIX)


@pytest.mark.parametrize("root_path", ["/shop", "/shop/"])
def test_a_mounted_app_has_other_addresses(root_path: str) -> None:
    url = asset_url("htmx", root_path=root_path, local=True)
    assert url == "/shop" + asset_url("htmx", local=True)
    assert asset_url("htmx", root_path=root_path, local=False) == asset_url("htmx", local=False)
    assert script("htmx", root_path=root_path, local=True).get("src") == url
    assert rebase(script("htmx", local=True), root_path).get("src") == url


# Elements ---------------------------------------------------------------------------------------


def test_elements() -> None:
    path, mark = "htmx.org@2.0.11/dist/htmx.min.js", find_asset("htmx").integrity
    assert to_xml(script("htmx", local=True)) == f'<script src="{PREFIX}{path}"></script>'
    assert to_xml(script("htmx", local=False, defer=True)) == (
        f'<script src="{CDN}{path}" integrity="{mark}" crossorigin="anonymous" defer></script>'
    )
    assert to_xml(stylesheet("pico", local=True, media="print")) == (
        f'<link rel="stylesheet" href="{PREFIX}@picocss/pico@2.1.1/css/pico.min.css" media="print">'
    )


def test_htmx_and_its_extensions() -> None:
    def names(*args: Any, **kw: Any) -> list[str]:
        return [e.get("src").rsplit("/", 1)[-1] for e in htmx_scripts(*args, **kw)]

    assert names() == names([]) == ["htmx.min.js"]
    assert names("ws") == names(("ws",)) == ["htmx.min.js", "ws.min.js"]
    assert names(["sse", "preload"], htmx4=True) == [
        "htmx.min.js",
        "hx-sse.min.js",
        "hx-preload.min.js",
    ]
    assert "4.0.1" in htmx_scripts(htmx4=True)[0].get("src")
    with pytest.raises(LookupError, match=r"^No extension 'nope' for htmx\. There are: .*\bsse\b"):
        htmx_scripts(["sse", "nope"])


FASTHTML_EXTENSIONS = """morph head-support preload class-tools loading-states multi-swap path-deps
    remove-me debug ws sse chunked-transfer response-targets"""


@pytest.mark.parametrize("name", FASTHTML_EXTENSIONS.split())
def test_the_extensions_users_know_are_there(name: str) -> None:
    assert len(htmx_scripts(name)) == 2


def test_rebase_leaves_everything_else_alone() -> None:
    local, outside = script("htmx", local=True), script("htmx", local=False)
    inline, text = FT("script", ("x",)), "text"
    own = FT("link", (), {"href": "/mine.css"})
    for thing in (outside, inline, text, None, own):
        assert rebase(thing, "/shop") is thing
    before = to_xml(local)
    assert rebase(local, "/shop") != local
    assert to_xml(local) == before
    assert rebase(local, "") is local


@pytest.mark.parametrize(
    ("make", "name", "message"),
    [
        (script, "pico", "Asset 'pico' is 'css/pico.min.css', not a .js file. Use stylesheet"),
        (stylesheet, "htmx", "Asset 'htmx' is 'dist/htmx.min.js', not a .css file. Use script"),
    ],
)
def test_the_wrong_element_is_an_error(make: Any, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(name)


# Serving ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(local_assets: None) -> TestClient:
    return TestClient(Starlette(routes=[Mount(PREFIX.rstrip("/"), Assets())]))


def test_every_asset_is_served_as_pinned(client: TestClient) -> None:
    for asset in ASSETS.values():
        response = client.get(asset_url(asset.name, local=True))
        assert response.status_code == 200, asset
        assert response.content == asset_content(asset)
        headers = response.headers
        kinds = {"css": "text/css; charset=utf-8", "woff2": "font/woff2"}
        kind = kinds.get(asset.file.rpartition(".")[2], "text/javascript; charset=utf-8")
        assert headers["content-type"] == kind
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["vary"] == "Accept-Encoding"


def test_a_browser_that_has_it_keeps_it(client: TestClient) -> None:
    url = asset_url("pico", local=True)
    for encoding in ("gzip", "identity"):
        first = client.get(url, headers={"Accept-Encoding": encoding})
        ask = {"If-None-Match": f'"other", W/{first.headers["etag"]}', "Accept-Encoding": encoding}
        again = client.get(url, headers=ask)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert client.get(url, headers=ask | {"If-None-Match": '"other"'}).status_code == 200
        assert client.get(url, headers=ask | {"If-None-Match": "*"}).status_code == 304


def test_the_two_encodings_have_two_tags(client: TestClient) -> None:
    url, content = asset_url("pico", local=True), asset_content(find_asset("pico"))
    zipped = client.get(url, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    refused = client.get(url, headers={"Accept-Encoding": "gzip;q=0"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers and "content-encoding" not in refused.headers
    assert zipped.headers["etag"] != plain.headers["etag"] == refused.headers["etag"]
    assert zipped.content == plain.content == content  # the client unpacks
    assert int(zipped.headers["content-length"]) == len(gzip.compress(content, mtime=0))


def test_head_has_no_body(client: TestClient) -> None:
    url = asset_url("htmx", local=True)
    whole, head = client.get(url), client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert head.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    response = client.request(method, asset_url("htmx", local=True))
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


SLY = """../assets.json ..%2fassets.json %2e%2e/assets.json LICENSES . .. ./LICENSES
    htmx.org@2.0.11 htmx.org@2.0.11/ htmx.org@2.0.11/dist/ htmx.org@2.0.11/../LICENSES
    htmx.org@2.0.10/dist/htmx.min.js htmx.org@2.0.11/dist/../dist/htmx.min.js
    htmx.org@2.0.11/dist/htmx.min.js/ htmx.org@2.0.11/dist/htmx.min.js%00
    //etc/passwd %2fetc/passwd fasthtml_nb@/fasthtml.js fasthtml_nb@0/markdown.js""".split()


def answer(path: str, root_path: str = "") -> Response:
    """Return the answer to a path as a server hands it on: decoded, nothing tidied."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": root_path, "headers": []}
    return Assets()._answer(scope)


@pytest.mark.parametrize("path", ["", *SLY])
def test_nothing_else_is_served(local_assets: None, path: str) -> None:
    for root_path in ("", "/shop/_fasthtml"):
        response = answer(f"{root_path}/{unquote(path)}", root_path)
        assert response.status_code == 404
        assert "immutable" not in response.headers.get("cache-control", "")


@given(st.text())
def test_no_text_is_a_way_out(path: str) -> None:
    assert answer("/" + path).status_code == 404


def test_what_is_not_at_hand_is_not_served(tmp_path: Path) -> None:
    client = TestClient(Assets(tmp_path))
    for asset in OTHERS[:3]:
        assert client.get("/" + asset.path).status_code == 404
    for asset in OWN_ASSETS:
        assert client.get("/" + asset.path).status_code == 200


def test_edited_copies_are_not_served(tmp_path: Path) -> None:
    asset = find_asset("htmx")
    (tmp_path / asset.path).parent.mkdir(parents=True)
    (tmp_path / asset.path).write_text("alert(1)")
    assert TestClient(Assets(tmp_path)).get("/" + asset.path).status_code == 404


def test_a_mount_below_a_mount(local_assets: None) -> None:
    inner = Starlette(routes=[Mount(PREFIX.rstrip("/"), Assets())])
    client = TestClient(Starlette(routes=[Mount("/shop", inner)]))
    assert client.get(asset_url("htmx", local=True, root_path="/shop")).status_code == 200
    assert client.get(asset_url("htmx", local=True)).status_code == 404


def test_a_websocket_is_not_for_assets() -> None:
    with pytest.raises(RuntimeError, match="by HTTP, not by 'websocket'"):
        with TestClient(Assets()).websocket_connect("/x"):
            pass


# In a browser, from a mirror --------------------------------------------------------------------


@pytest.mark.parametrize("edited", [False, True])
def test_the_browser_compares_what_the_mirror_brings(
    browser: Any, local_assets: None, edited: bool
) -> None:
    """The test plays the mirror; an edited script must not run, an edited style not count."""
    by_url = {CDN + asset.path: asset for asset in OTHERS}

    def mirror(route: Any) -> None:
        asset = by_url[route.request.url]
        body = (asset_content(asset) or b"") + b" " * edited
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": asset.media_type}
        route.fulfill(body=body, headers=headers)

    names = ["htmx", "htmx/sse", "htmx/morph", "marked", "dompurify", "highlight"]
    head = [script(name, local=False) for name in names] + [stylesheet("pico", local=False)]
    page = browser.new_page()
    try:
        page.route(f"{CDN}**", mirror)
        page.set_content(to_xml(FT("html", (FT("head", head), FT("body")))), wait_until="load")
        there = "['htmx', 'Idiomorph', 'marked', 'DOMPurify', 'hljs'].filter(n => n in window)"
        assert len(page.evaluate(there)) == (0 if edited else 5)
        style = "getComputedStyle(document.documentElement).getPropertyValue('--pico-font-size')"
        assert bool(page.evaluate(style)) is not edited
    finally:
        page.close()
