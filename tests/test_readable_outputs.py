"""Stored outputs are read where nothing runs: as static pages, and behind a sanitizer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fasthtml_nb.checks.dom import parse

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "nbs" / "tutorials" / "live.ipynb"
PICTURES = ROOT / "_artefacts" / "readable"
DANGEROUS = "script,style,iframe,object,embed,link,template,[class],[style],[srcdoc],form"
LIST = ["Assam 4 minutes", "Sencha 2 minutes"]


def outputs() -> dict[str, str]:
    """Return what each cell of the tutorial shows, by the cell's source."""
    shown = {}
    for cell in json.loads(TUTORIAL.read_text())["cells"]:
        for output in cell.get("outputs", ()):
            if html := "".join(output.get("data", {}).get("text/html", ())):
                shown["".join(cell["source"])] = html
    return shown


def output(text: str) -> str:
    """Return what the cell with `text` in its source shows."""
    [found] = [html for source, html in outputs().items() if text in source]
    return found


def cleaned(html: str) -> Any:
    """Return the document that an allow-list sanitizer leaves of an output."""
    import nh3

    document = parse(nh3.clean(html))
    assert document.select(DANGEROUS) == []
    names = {name for element in document.select("*") for name in element.attributes}
    assert [name for name in names if name.startswith("on")] == []
    return document


def words(element: Any) -> str:
    return " ".join(element.text.split())


def lines(element: Any) -> list[str]:
    """Return the lines of text in which a browser without style sheets shows an element."""
    blocks = r"(</?(?:h[1-6]|p|div|li|ul|ol|pre|details|summary)\b[^>]*>)"
    text = parse(re.sub(blocks, r"\n\1\n", element.inner_html)).body.text
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def without_source(document: Any) -> Any:
    for details in document.select("details"):
        details.remove()
    return document


def test_the_sanitizer_takes_what_it_should() -> None:
    html = '<p class="x" style="top:0" onclick="y()">kept<script>z()</script><style>q</style></p>'
    assert cleaned(html).body.inner_html == "<p>kept</p>"


def test_every_view_of_the_tutorial_has_something_to_read() -> None:
    found = outputs()
    assert len(found) == 4  # An element, two previews, the card of a check
    for source, html in found.items():
        assert words(without_source(cleaned(html)).body), source


def test_an_element_without_scripts_and_styles() -> None:
    document = without_source(cleaned(output("def tea_list():")))
    assert [words(item) for item in document.select("ul > li")] == LIST
    assert [words(name) for name in document.select("li > strong")] == ["Assam", "Sencha"]


def test_a_preview_without_scripts_and_styles() -> None:
    document = without_source(cleaned(output("preview(app)")))
    assert [words(title) for title in document.select("h1")] == ["Tea"]
    assert [words(item) for item in document.select("ul > li")] == LIST
    assert lines(document.body) == ["Tea", *LIST]


def test_a_component_without_scripts_and_styles() -> None:
    assert lines(without_source(cleaned(output("preview(Button"))).body) == ["A tip"]


def test_a_card_without_scripts_and_styles() -> None:
    document = without_source(cleaned(output("page = visit(app)")))
    steps = [words(step) for step in document.select("ol > li")]
    assert steps[0] == "visit / -> GET / 200"
    assert steps[-1] == 'click "Add" -> POST /brew 200 -> outerHTML #teas'
    assert lines(document.select_one("h1").parent) == [
        *("Tea", *LIST, "Oolong 3 minutes"),
        *("Tea", "Minutes", "Add"),
        *("A tip", "Warm the pot first."),
    ]


def test_the_source_of_a_view_can_be_unfolded_without_a_script() -> None:
    for html in outputs().values():
        details = cleaned(html).select_one("details")
        assert words(details.select_one("summary")) in ("HTML", "Source")
        assert "</" in details.select_one("pre").text


# As a static page -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tutorial as a page made by nbconvert, with no address to load a script from."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    for name in ("require_js", "mathjax", "jquery", "mermaid_js", "widget_renderer"):
        setattr(exporter, f"{name}_url", "")
    html, _ = exporter.from_filename(str(TUTORIAL))
    file = tmp_path_factory.mktemp("page") / "live.html"
    file.write_text(html)
    return file


def opened(browser: Any, file: Path, picture: str, **context: Any) -> tuple[Any, list[str]]:
    errors: list[str] = []
    page = browser.new_context(viewport={"width": 1000, "height": 1400}, **context).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_timeout(300)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{picture}.png", full_page=True)
    return page, errors


def test_the_static_page_draws_the_views(browser: Any, page_file: Path) -> None:
    page, errors = opened(browser, page_file, "nbconvert")
    assert errors == []
    frames = page.locator("iframe[title=View]")
    assert frames.count() == 2
    first = frames.first.content_frame
    assert first.get_by_role("heading", name="Tea").is_visible()
    assert first.get_by_role("listitem").all_inner_texts() == LIST
    assert frames.nth(1).content_frame.get_by_role("button", name="A tip").is_visible()
    assert page.get_by_role("status").count() == 0  # Nothing pretends to be alive
    isolated = "all => all.map(e => e.getRootNode() instanceof ShadowRoot)"
    assert page.locator("#teas").evaluate_all(isolated).count(True) == 1  # The element's view


def test_the_static_page_is_readable_without_javascript(browser: Any, page_file: Path) -> None:
    page, _ = opened(browser, page_file, "nbconvert-without-scripts", java_script_enabled=False)
    assert page.locator("iframe").count() == 0
    shown = page.get_by_role("heading", name="Tea", exact=True)
    assert shown.count() == 2  # The preview's and the card's
    assert all(heading.is_visible() for heading in shown.all())
    assert page.get_by_role("button", name="A tip").count() == 2
    text = re.sub(r"\s+", " ", page.locator("body").inner_text())
    assert text.count("Assam 4 minutes Sencha 2 minutes") >= 3
