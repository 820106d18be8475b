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


@pytest.fixture(scope="session")
def plotly(request: pytest.FixtureRequest) -> Path:
    """Return plotly.js 2.32.0, fetched by npm once; without npm skip, and fail where CI is set."""
    file = request.config.cache.mkdir("npm") / "plotly-2.32.0.min.js"
    if file.is_file():
        return file
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm or "npm", "pack", "--ignore-scripts", "plotly.js-dist-min@2.32.0"]
        done = npm and subprocess.run(command, cwd=folder, capture_output=True, timeout=300)
        if not done or done.returncode:
            why = "npm could not bring plotly.js-dist-min" if npm else "There is no npm on PATH"
            if os.environ.get("CI"):
                pytest.fail(f"{why}, which the charting example needs.")
            pytest.skip(f"{why}, which the charting example needs.")
        with tarfile.open(Path(folder, "plotly.js-dist-min-2.32.0.tgz")) as archive:
            member = archive.extractfile("package/plotly.min.js")
            assert member is not None
            whole = Path(folder, "plotly.min.js")
            whole.write_bytes(member.read())
        part = file.with_suffix(f".{os.getpid()}")
        shutil.copyfile(whole, part)
        os.replace(part, file)
    return file


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
) -> Iterator[tuple[Any, str]]:
    """Open the home page of a block's app, and close it."""
    icon = {"favicon.ico": {"status": 204}}  # Chromium asks for one
    with serving(run.names["app"]) as url, page_at(browser, "about:blank") as page:
        for address, answer in (icon | dict(answers)).items():
            page.route(urljoin(url, address), _answering(answer))
        page.goto(url)
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
