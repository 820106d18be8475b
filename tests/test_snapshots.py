"""Snapshots that are written into the check: which call, how it is written, by whom."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.check import CheckFailure, client_of, expect, visit
from fasthtml_nb.checks import snapshots
from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.outline import aria_snapshot, matches
from fasthtml_nb.checks.rewriting import write_modules
from fasthtml_nb.checks.snapshots import Edit, Pending, collecting, filled, literal


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Show a list of two."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = "<title>Todos</title><h1>Todos</h1><ul><li>Milk<li>Té</ul>".encode()
    await send({"type": "http.response.body", "body": body})


def end_of(source: str, number: int = 0) -> tuple[int, int]:
    return snapshots._end([*snapshots._calls(source)][number])


# How it is written ------------------------------------------------------------------------------

CALLS = [
    ("e.to_match_aria_snapshot()", 'e.to_match_aria_snapshot("""\n    - a\n""")'),
    ("e.to_match_aria_snapshot( )", 'e.to_match_aria_snapshot("""\n    - a\n""")'),
    ("e.to_match_aria_snapshot(\n)", 'e.to_match_aria_snapshot("""\n    - a\n""")'),
    ("e.to_match_aria_snapshot(None)", 'e.to_match_aria_snapshot("""\n    - a\n""")'),
    (
        "e.to_match_aria_snapshot(timeout=1)",
        'e.to_match_aria_snapshot("""\n    - a\n""", timeout=1)',
    ),
    (
        "e.to_match_aria_snapshot(timeout=1, expected=None)",
        'e.to_match_aria_snapshot(timeout=1, expected="""\n    - a\n""")',
    ),
    (
        "if é:\n    (e\n     .to_match_aria_snapshot())  # é",
        'if é:\n    (e\n     .to_match_aria_snapshot("""\n        - a\n    """))  # é',
    ),
    (
        "x = [e.to_match_aria_snapshot(# why\n)]",
        'x = [e.to_match_aria_snapshot("""\n    - a\n"""# why\n)]',
    ),
    (
        "e('é').to_match_aria_snapshot(); f()",
        'e(\'é\').to_match_aria_snapshot("""\n    - a\n"""); f()',
    ),
    (
        "a = '\x0c'\r\ne.to_match_aria_snapshot()\r\n",
        'a = \'\x0c\'\r\ne.to_match_aria_snapshot("""\r\n    - a\r\n""")\r\n',
    ),
    (
        "a = 1\re.to_match_aria_snapshot()\r",
        'a = 1\re.to_match_aria_snapshot("""\n    - a\n""")\r',
    ),
    (
        "if x:\r\n    e.to_match_aria_snapshot(\r\n        None\r\n    )\r\n",
        "if x:\r\n    e.to_match_aria_snapshot(\r\n        "
        '"""\r\n        - a\r\n    """\r\n    )\r\n',
    ),
    (
        "x = '\\d'; e.to_match_aria_snapshot()",
        'x = \'\\d\'; e.to_match_aria_snapshot("""\n    - a\n""")',
    ),
]


@pytest.mark.parametrize(("before", "after"), CALLS)
def test_a_value_is_put_into_its_call(before: str, after: str) -> None:
    assert filled(before, [Edit("x", end_of(before), "- a")]) == after
    assert [*snapshots._calls(after)] == []


@pytest.mark.parametrize(
    "source",
    [
        "e.to_match_aria_snapshot('- a')",
        "e.to_match_aria_snapshot(x)",
        "e.to_match_aria_snapshot(expected=x)",
        "e.not_to_match_aria_snapshot()",
        "to_match_aria_snapshot()",
        "# e.to_match_aria_snapshot()",
    ],
)
def test_other_calls_are_left_alone(source: str) -> None:
    assert [*snapshots._calls(source)] == []


def test_several_on_one_line_and_one_in_another() -> None:
    source = "e.to_match_aria_snapshot(); f.to_match_aria_snapshot()\n"
    edits = [Edit("x", end_of(source, n), f"- {n}") for n in (1, 0)]
    text = filled(source, edits)
    assert text.index("- 0") < text.index("- 1") < text.index("\n", text.index("- 1"))
    seen: list[str] = []
    exec(text, {name: _Heard(seen) for name in "ef"})
    assert [one.strip() for one in seen] == ["- 0", "- 1"]


class _Heard:
    def __init__(self, seen: list[str]):
        self.to_match_aria_snapshot = seen.append


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), min_size=1))
def test_what_is_written_is_read_back(lines: list[str]) -> None:
    text = "\n".join(f"- {line}" for line in lines if line) or "- x"
    back = eval(literal(text, "  ")).split("\n")
    assert [line.removeprefix("      ") for line in back[1:-1]] == text.split("\n")


VIEWS = [
    "<h1>Todos</h1><ul><li>Milk<li>a: b</ul>",
    '<button>"""</button><p>\\n and \\',
    "<p>/no pattern/</p><p>12</p><p>- x</p>",
    "<a href='/x?a=1&b=2'>é</a><input aria-label=n value='#'>",
    "",
]


@pytest.mark.parametrize("html", VIEWS)
def test_a_written_outline_fits_the_view(html: str) -> None:
    body = parse(html).body
    written = eval(literal(aria_snapshot(body, exact=True), "    "))
    assert matches(body, written)
    assert not html or not matches(parse("<h2>Other</h2>").body, written)


def test_magics_on_other_lines_do_no_harm() -> None:
    typed = "%time x = 1\ne.to_match_aria_snapshot()\n!ls"
    run = "get_ipython().run_line_magic('time', 'x = 1')\ne.to_match_aria_snapshot()\nsystem('ls')"
    text = filled(typed, [Edit("x", end_of(run), "- é")], run)
    assert text == '%time x = 1\ne.to_match_aria_snapshot("""\n    - é\n""")\n!ls'
    with pytest.raises(LookupError, match="the source has changed since it ran"):
        filled(typed.replace("e.to", "ee.to"), [Edit("x", end_of(run), "- é")], run)
    with pytest.raises(LookupError, match="the source has changed since it ran"):
        filled("%%time\n" + typed, [Edit("x", end_of(run), "- é")], run)


# Which call asks --------------------------------------------------------------------------------


def run(source: str, tmp_path: Path, **names: Any) -> dict[str, Any]:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    linecache.checkcache(str(path))
    space: dict[str, Any] = {"expect": expect, "visit": visit, "app": app, **names}
    exec(compile(source, str(path), "exec"), space)
    return space


SOURCE = """
page = visit(app)
def held(x):
    expect(x).to_match_aria_snapshot(
        timeout=10
    )
held(page)
expect(page.get_by_role("list")).to_match_aria_snapshot(); expect(page).to_have_title("Todos")
(expect(client.get("/"), "é")
    .to_match_aria_snapshot()
    .to_be_ok())
"""


def test_pages_locators_and_answers(tmp_path: Path) -> None:
    names = {"client": client_of(app)}
    with collecting(Pending()) as pending:
        run(SOURCE, tmp_path, **names)
    assert [edit.end[0] for edit in pending.edits.values()] == [6, 8, 10]
    assert write_modules([*pending.edits.values()]) == [
        f"{tmp_path / 'module.py'}: 3 snapshots written"
    ]
    text = (tmp_path / "module.py").read_text(encoding="utf-8")
    assert text.count("- /children: deep-equal") == 3 and "- listitem: Té" in text
    with collecting(Pending()) as pending:
        run(text, tmp_path, **names)
    assert pending.edits == {}
    with pytest.raises(CheckFailure, match="Difference"), collecting(None):
        run(text.replace("Milk", "Silk"), tmp_path, **names)


def test_a_verdict_is_on_the_card(tmp_path: Path) -> None:
    with collecting(Pending()):
        page = run("page = visit(app)\nexpect(page).to_match_aria_snapshot()", tmp_path)["page"]
    assert [(one.text, one.passed) for one in page.verdicts] == [
        ("page to_match_aria_snapshot()", True)
    ]


def test_two_views_for_one_call(tmp_path: Path) -> None:
    source = "page = visit(app)\nfor each in page.locator('li').all():\n    {}\n"
    check = "expect(each).to_match_aria_snapshot()"
    with collecting(Pending()), pytest.raises(CheckFailure, match="has been reached twice"):
        run(source.format(check), tmp_path)


def test_nobody_writes_and_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "page = visit(app)\nif page:\n    expect(page).to_match_aria_snapshot()\n"
    paste = 'to_match_aria_snapshot("""\n        - /children: deep-equal\n        - heading'
    with collecting(None), pytest.raises(CheckFailure) as caught:
        run(source, tmp_path)
    assert paste in str(caught.value).replace("\n  ", "\n")
    assert "pytest --update-snapshots" in str(caught.value)
    monkeypatch.setenv("CI", "1")
    with collecting(Pending()) as pending, pytest.raises(CheckFailure, match="where CI is set"):
        run(source, tmp_path)
    assert pending.edits == {}


def test_the_opposite_is_never_written(tmp_path: Path) -> None:
    source = "page = visit(app)\nexpect(page).not_to_match_aria_snapshot()\n"
    with collecting(Pending()) as pending, pytest.raises(CheckFailure, match="was not found"):
        run(source, tmp_path)
    assert pending.edits == {}


def test_a_file_that_has_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("x = 1\n")
    [told] = write_modules([Edit(str(path), (9, 9), "- a")])
    assert "the source has changed" in told and path.read_text() == "x = 1\n"


# In a kernel ------------------------------------------------------------------------------------

START = """
from fasthtml_nb.check import *
async def app(scope, receive, send):
    if scope["type"] == "http":
        kind = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": b"<h1>Hi</h1><p>there</p>"})
"""


@pytest.mark.slow
def test_a_running_cell_shows_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()

    def cell(source: str, **how: Any) -> dict[str, Any]:
        how = {"allow_stdin": True} | how
        return client.execute_interactive(source, timeout=60, output_hook=lambda m: None, **how)[
            "content"
        ]

    try:
        assert cell(START)["status"] == "ok"
        source = (
            "%time page = visit(app)\n"
            "for _ in range(2):\n"
            "    expect(page).to_match_aria_snapshot()\n"
            "expect(page.get_by_role('heading')).to_match_aria_snapshot()\n"
            "page"
        )
        done = cell(source)
        assert done["status"] == "ok", done
        [payload] = [p for p in done["payload"] if p["source"] == "set_next_input"]
        assert payload["replace"] is True
        lines = payload["text"].split("\n")
        assert lines[0] == "%time page = visit(app)" and lines[-1] == "page"
        assert lines[2:7] == [
            '    expect(page).to_match_aria_snapshot("""',
            "        - /children: deep-equal",
            '        - heading "Hi" [level=1]',
            "        - paragraph: there",
            '    """)',
        ]
        assert lines[7].startswith("expect(page.get_by_role('heading'))")
        again = cell(payload["text"])
        assert (again["status"], again["payload"]) == ("ok", [])
        alone = cell("await __import__('asyncio').sleep(0)\nexpect(page).to_match_aria_snapshot()")
        assert alone["status"] == "ok" and '"""' in alone["payload"][0]["text"]
        # A program that runs the notebook has nobody who would see the cell change
        unseen = cell("expect(page).to_match_aria_snapshot()", allow_stdin=False)
        assert unseen["status"] == "error" and "paste it" in unseen["evalue"]
        # What another cell has defined cannot be written into this one
        cell("def held(x):\n    expect(x).to_match_aria_snapshot()")
        other = cell("held(page)")
        assert other["status"] == "error" and "paste it" in other["evalue"]
        cell("import os; os.environ['CI'] = '1'")
        ci = cell("expect(page).to_match_aria_snapshot()")
        assert ci["status"] == "error" and "where CI is set" in ci["evalue"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
