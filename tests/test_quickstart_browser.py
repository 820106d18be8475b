"""The quickstart document's pages in a browser, which reaches this machine only.

The addresses of other machines in the document's own blocks are answered from the npm packages of
those versions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.apps import quickstart as document
from tests.apps.quickstart import Run
from tests.browser_support import local_assets, page_at, serving

__all__ = ["local_assets"]

BLOCKS = {block.key: block for block in document.quickstart()}
pytestmark = [
    pytest.mark.skipif(not BLOCKS, reason=f"The document is not at {document.DOCUMENT}."),
    pytest.mark.usefixtures("local_assets"),
]
PLOTLY = "https://cdn.plot.ly/plotly-2.32.0.min.js"
SSE = "https://unpkg.com/htmx-ext-sse@2.2.1/sse.js"


def packed(request: pytest.FixtureRequest, package: str, version: str, member: str) -> Path:
    """Return a file of an npm package, fetched once; without npm skip, and fail where CI is set."""
    file = request.config.cache.mkdir("npm") / f"{package}-{version}.js"
    if file.is_file():
        return file
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm or "npm", "pack", "--ignore-scripts", f"{package}@{version}"]
        done = npm and subprocess.run(command, cwd=folder, capture_output=True, timeout=300)
        if not done or done.returncode:
            why = f"npm could not bring {package}" if npm else "There is no npm on PATH"
            if os.environ.get("CI"):
                pytest.fail(f"{why}, which the document's example needs.")
            pytest.skip(f"{why}, which the document's example needs.")
        with tarfile.open(Path(folder, f"{package}-{version}.tgz")) as archive:
            found = archive.extractfile(f"package/{member}")
            assert found is not None
            whole = Path(folder, "whole.js")
            whole.write_bytes(found.read())
        part = file.with_suffix(f".{os.getpid()}")
        shutil.copyfile(whole, part)
        os.replace(part, file)
    return file


@pytest.fixture(scope="session")
def plotly(request: pytest.FixtureRequest) -> Path:
    """Return plotly.js 2.32.0."""
    return packed(request, "plotly.js-dist-min", "2.32.0", "plotly.min.js")


@pytest.fixture(scope="session")
def sse_extension(request: pytest.FixtureRequest) -> Path:
    """Return htmx's extension for event streams in the document's version."""
    return packed(request, "htmx-ext-sse", "2.2.1", "sse.js")


@pytest.fixture
def block_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs a block of the document in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(section: str, index: int = 0) -> Run:
        return document.run_block(BLOCKS[section, index])

    return run


def _answering(answer: Mapping[str, Any]) -> Callable[[Any], None]:
    return lambda route: route.fulfill(**answer)


@contextmanager
def shown(
    browser: Any,
    run: Run,
    answers: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),  # Address → what is answered
    path: str = "/",  # The page to open
    clock: bool = False,  # Whether the page's time can be put forward by `page.clock`
) -> Iterator[tuple[Any, str]]:
    """Open a page of a block's app, and close it."""
    icon = {"favicon.ico": {"status": 204}}  # Chromium asks for one
    app = run.names["app"]
    with serving(app, ws="websockets-sansio") as url, page_at(browser, "about:blank") as page:
        for address, answer in (icon | dict(answers)).items():
            page.route(urljoin(url, address), _answering(answer))
        if clock:
            page.clock.install()
        page.goto(urljoin(url, path))
        yield page, url


def texts(page: Any, css: str) -> list[str]:
    return page.locator(css).all_inner_texts()


def style(page: Any, css: str, name: str) -> str:
    script = "(e, name) => getComputedStyle(e).getPropertyValue(name)"
    return page.locator(css).first.evaluate(script, name)


def test_minimal(browser: Any, block_run: Any, tmp_path: Path) -> None:
    with shown(browser, block_run("A Minimal Application")) as (page, url):
        assert page.title() == "FastHTML"
        assert texts(page, "main.container > *") == ["FastHTML", "Let's do this!"]
        assert page.evaluate("htmx.version") == "2.0.11"
        assert style(page, "main", "max-width") != "none"  # Pico's container
        assert page.problems == []
        assert all(asked.startswith((url, "about:")) for asked in page.asked)
        page.screenshot(path=tmp_path / "minimal.png")


def test_charting(browser: Any, block_run: Any, plotly: Path, tmp_path: Path) -> None:
    run = block_run("A Minimal Charting Application")
    with shown(browser, run, {PLOTLY: {"path": plotly}}) as (page, url):
        page.wait_for_selector("#myDiv svg.main-svg .scatterlayer path.js-line")
        assert page.evaluate("Plotly.version") == "2.32.0"
        assert page.locator("#myDiv .scatterlayer .trace").count() == 2
        assert texts(page, "main > h1") == ["Chart Demo"]
        box = page.locator("#myDiv svg.main-svg").first.bounding_box()
        assert box["width"] > 300 and box["height"] > 200
        assert page.problems == []
        here = (url, "about:", "data:", "blob:")
        assert {asked for asked in page.asked if not asked.startswith(here)} == {PLOTLY}
        page.screenshot(path=tmp_path / "charting.png")


def test_debug_page(browser: Any, block_run: Any, tmp_path: Path) -> None:
    with shown(browser, block_run("Debug Mode")) as (page, url):
        said = page.inner_text("body")
        assert "ZeroDivisionError: division by zero" in said and "1/0" in said
        page.screenshot(path=tmp_path / "debug.png")


SHEETS = {
    "assets/normalize.min.css": "body { margin: 0; text-indent: 3px }",
    "assets/sakura.css": """body { max-width: 38em; margin: auto; color: rgb(74, 74, 74) }
p { color: blue }""",
}


def test_sakura(browser: Any, block_run: Any, tmp_path: Path) -> None:
    """Both style sheets and the style of the head take part, and Pico does not."""
    run = block_run("CSS Files and Inline Styles")
    answers = {path: {"body": css, "content_type": "text/css"} for path, css in SHEETS.items()}
    with shown(browser, run, answers) as (page, url):
        assert style(page, "h1", "color") == "rgb(74, 74, 74)"
        assert style(page, "h1", "text-indent") == "3px"
        assert style(page, "p", "color") == "rgb(255, 0, 0)"
        assert not any("pico" in asked for asked in page.asked)
        assert page.problems == []
        page.screenshot(path=tmp_path / "sakura.png")


def test_markdown(browser: Any, block_run: Any, tmp_path: Path) -> None:
    with shown(browser, block_run("Rendering Markdown")) as (page, url):
        page.wait_for_selector(".marked li")
        assert texts(page, ".marked em") == ["markdown"]
        assert texts(page, ".marked li") == [
            "This is a list item",
            "This is another list item",
            "And this is a third list item",
        ]
        assert texts(page, ".marked strong") == ["Fenced code blocks work here."]
        assert page.problems == []
        assert all(asked.startswith((url, "about:")) for asked in page.asked)
        page.screenshot(path=tmp_path / "markdown.png")


def test_highlighting(browser: Any, block_run: Any, tmp_path: Path) -> None:
    run = block_run("Code highlighting")
    with shown(browser, run) as (page, url):
        page.wait_for_selector("pre code.hljs .hljs-keyword")
        assert {"import", "for", "in"} <= set(texts(page, ".hljs-keyword"))
        code = page.locator("pre code").text_content()
        assert code.strip() == run.names["code_example"].strip()
        assert page.problems == []
        page.screenshot(path=tmp_path / "highlighting.png")


@pytest.mark.parametrize("index", [0, 1])
def test_click_to_generate_404(browser: Any, block_run: Any, index: int, tmp_path: Path) -> None:
    run = block_run("Custom exception handlers", index)
    with shown(browser, run) as (page, url):
        with page.expect_navigation() as went:
            page.get_by_role("link", name="Click to generate 404 error").click()
        assert (page.url, went.value.status) == (f"{url}/oops", 404)
        assert page.title() == "404: I don't exist!"
        assert texts(page, "main.container > h1") == ["404: I don't exist!"]
        assert style(page, "main", "max-width") != "none"  # dressed like the other pages
        page.screenshot(path=tmp_path / "404.png")


TOASTS = "Toasts (also known as Messages)"


def test_toasts_appear_and_go(browser: Any, block_run: Any, tmp_path: Path) -> None:
    run = block_run(TOASTS)
    run.names["setup_toasts"](run.names["app"], duration=60)
    with shown(browser, run, path="/toasting", clock=True) as (page, url):
        assert texts(page, "main h1") == ["I like toast"]
        toasts = page.locator(".fasthtml-toast")
        assert toasts.all_inner_texts() == [
            "Toast is being cooked",
            "Toast is ready",
            "Toast is getting a bit crispy",
            "Toast is burning!",
        ]
        for each in toasts.all():
            assert each.is_visible()
        colours = [
            each.evaluate("e => getComputedStyle(e).borderLeftColor") for each in toasts.all()
        ]
        assert len(set(colours)) == 4
        page.screenshot(path=tmp_path / "toasts.png")
        page.clock.run_for(61_000)
        assert toasts.count() == 0
        assert texts(page, "main h1") == ["I like toast"]
        assert page.problems == []


def test_a_toast_stays_while_it_is_read(browser: Any, block_run: Any) -> None:
    run = block_run(TOASTS)
    run.names["setup_toasts"](run.names["app"], duration=60)
    with shown(browser, run, path="/toasting", clock=True) as (page, url):
        page.get_by_text("Toast is burning!").hover()
        page.clock.run_for(120_000)
        assert page.locator(".fasthtml-toast").all_inner_texts() == ["Toast is burning!"]
        assert page.get_by_text("Toast is burning!").is_visible()


def test_a_list_of_numbers_grows(
    browser: Any, block_run: Any, sse_extension: Path, tmp_path: Path
) -> None:
    run = block_run("Server-sent events (SSE)")
    with shown(browser, run, {SSE: {"path": sse_extension}}) as (page, url):
        numbers = page.locator("[sse-connect] > article")
        for count in (1, 2, 3):
            numbers.nth(count - 1).wait_for()
        assert all(1 <= int(text) <= 100 for text in numbers.all_inner_texts())
        assert page.problems == []
        here = (url, "about:")
        assert {asked for asked in page.asked if not asked.startswith(here)} == {SSE}
        page.screenshot(path=tmp_path / "sse.png")


def test_a_socket_answers(browser: Any, block_run: Any, tmp_path: Path) -> None:
    with shown(browser, block_run("Websockets")) as (page, url):
        notes, field = page.locator("#notifications"), page.locator("#msg")
        page.get_by_text("Hello, you have connected").wait_for()
        field.fill("<i>Uma")
        field.press("Enter")
        page.get_by_text("Hello <i>Uma").wait_for()
        assert field.input_value() == "<i>Uma"  # until the handler has come to its end
        page.get_by_text("Goodbye <i>Uma").wait_for()
        assert notes.count() == field.count() == 1
        page.wait_for_function("document.querySelector('#msg').value === ''")
        assert notes.inner_text() == "Goodbye <i>Uma"
        field.fill("Bob")  # the new field is the form's, as the first was
        field.press("Enter")
        page.get_by_text("Hello Bob").wait_for()
        assert page.problems == []
        page.screenshot(path=tmp_path / "websocket.png")


def test_an_upload_shows_its_card(browser: Any, block_run: Any, tmp_path: Path) -> None:
    with shown(browser, block_run("Single File Uploads")) as (page, url):
        file = {"name": "tea.txt", "mimeType": "text/plain", "buffer": b"Oolong"}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Upload").click()
        page.locator("#result-one article").wait_for()
        assert texts(page, "#result-one h3") == ["tea.txt"]
        said = texts(page, "#result-one li")
        assert said[:2] == ["Size: 6", "Content Type: text/plain"]
        assert said[2].startswith("Headers: ") and "form-data" in said[2]
        assert page.url == f"{url}/" and page.problems == []
        page.screenshot(path=tmp_path / "upload.png")
    assert Path("filez/tea.txt").read_bytes() == b"Oolong"


def test_each_upload_shows_its_card(browser: Any, block_run: Any, tmp_path: Path) -> None:
    with shown(browser, block_run("Multiple File Uploads")) as (page, url):
        sent = {"green.txt": b"Sencha", "black.txt": b"Assam"}
        page.locator("input[type=file]").set_input_files(
            [
                {"name": name, "mimeType": "text/plain", "buffer": content}
                for name, content in sent.items()
            ]
        )
        page.get_by_role("button", name="Upload").click()
        page.locator("#result-many article").nth(1).wait_for()
        assert texts(page, "#result-many h3") == list(sent)
        assert texts(page, "#result-many li:first-child") == ["Size: 6", "Size: 5"]
        assert page.problems == []
        page.screenshot(path=tmp_path / "uploads.png")
    assert {file.name: file.read_bytes() for file in Path("filez").iterdir()} == sent
