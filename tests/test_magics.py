"""`%load_ext fasthtml_nb` in IPython's own shell, and what the magics show."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from fasthtml_nb.common import to_xml
from fasthtml_nb.ft.html2ft import html2tree
from fasthtml_nb.workshop.magics import PythonSource, view_size
from fasthtml_nb.workshop.preview import Preview


@pytest.fixture
def shell():
    shell = InteractiveShell(user_ns={})
    shell.run_line_magic("load_ext", "fasthtml_nb")
    yield shell
    shell.history_manager.end_session()


def run(shell, cell):
    """Run a cell as a front end does, and return its value."""
    done = shell.run_cell(cell, silent=False)
    done.raise_error()
    return done.result


APP = """
from fasthtml_nb.common import *
app = FastHTML(default_hdrs=False)
@app.get("/todos/{id}")
def todo(id: int, done: bool = False): return P(id)
"""


def test_routes_of_the_one_app(shell):
    with pytest.raises(
        UsageError, match=r"There is no app here\. Make one: app, rt = fast_app\(\)"
    ):
        shell.run_line_magic("routes", "")
    run(shell, APP)
    table = run(shell, "%routes")
    assert to_xml(table) == (
        "<table><thead><tr><th>Path</th><th>Methods</th><th>Handler</th><th>Parameters</th></tr>"
        "</thead><tbody><tr><td><code>/todos/{id}</code></td><td>GET</td><td>todo</td>"
        "<td><code>id: int, done: bool = False</code></td></tr></tbody></table>"
    )
    run(shell, "admin = FastHTML()")
    with pytest.raises(UsageError, match="several apps here: app, admin. Say which one"):
        shell.run_line_magic("routes", "")
    assert "todo" in to_xml(run(shell, "%routes app"))
    assert "todo" not in to_xml(run(shell, "%routes admin"))


def test_a_view_of_the_cells_last_value(shell):
    shown = run(shell, "%%view phone\nfrom fasthtml_nb.common import *\nkept = 3\nDiv(P('x'))")
    assert (shown.width, shown.height, shown.markup) == (390, None, "<div><p>x</p></div>")
    assert shell.user_ns["kept"] == 3
    html = shown._repr_mimebundle_()["text/html"]
    assert html.startswith('<div style="max-width:100%;overflow:auto;width:390px;">')
    assert run(shell, "%%view 320x90\nP('a'), P('b')").markup == "<p>a</p><p>b</p>"
    assert run(shell, "%%view\n'<p>markup</p>'").markup == "<p>markup</p>"
    run(shell, APP)
    live = run(shell, "%%view tablet\napp")
    assert type(live).__name__ == Preview.__name__ and live.width == 820
    answer = run(shell, "%%view 500\nTestClient(app).get('/todos/3')")
    assert answer.markup.startswith("<!doctype html>") and "<p>3</p>" in answer.markup


def test_a_view_that_fails_points_into_the_cell(shell):
    done = shell.run_cell("%%view\nx = 1\nx / 0", silent=False)
    assert isinstance(done.error_in_exec, ZeroDivisionError)
    frame = done.error_in_exec.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    assert frame.tb_lineno == 2 and "ipython-input" in frame.tb_frame.f_code.co_filename


@pytest.mark.parametrize(
    ("line", "cell", "message"),
    [
        ("", "x = 3", "The last line of this cell has no value to be drawn"),
        ("", "# nothing", "The last line of this cell has no value to be drawn"),
        ("watch", "3", r"No size 'watch'\. Use a width, 390 or 390x200, or one of phone, tablet"),
        ("3x", "3", "No size '3x'"),
        ("0", "3", "No size '0'"),
        ("390x0", "3", "No size '390x0'"),
        ("9" * 5000, "3", "No size '9{40}'. Use a width"),
        ("99999999x99999999", "3", "No size '99999999x99999999'"),
        ("٣٩٠", "3", "No size '٣٩٠'"),
    ],
)
def test_a_view_that_cannot_be(shell, line, cell, message):
    with pytest.raises(UsageError, match=message):
        shell.run_cell_magic("view", line, cell)


def test_what_is_no_view(shell):
    with pytest.raises(TypeError, match="A view shows components, HTML, an answer or an app"):
        shell.run_cell_magic("view", "", "3")


def test_sizes():
    assert [view_size(text) for text in ("", "phone", "500", "500x300")] == [
        (None, None),
        (390, None),
        (500, None),
        (500, 300),
    ]


HTML = '<form action="/x"><label for="a">Name</label><input id="a" name="a" required></form>'


def test_html_becomes_components_here_or_in_the_next_cell(shell):
    source = run(shell, f"%%html2ft\n{HTML}")
    run(shell, "from fasthtml_nb.common import *")
    assert to_xml(eval(source, shell.user_ns)) == HTML
    assert run(shell, f"%%html2ft next\n{HTML}") is None
    assert shell.rl_next_input == str(source)
    with pytest.raises(UsageError, match="knows the word 'next', not 'there'"):
        shell.run_cell_magic("html2ft", "there", HTML)


HOSTILE = [
    "<div>" * 100_000,
    '<p title=\'"""\'>""" \\ \\N{BULLET} {x} \'\'\'</p>',
    "<p>a\0b</p>",
    "<p title='\ud800'>\udfff</p>",
    '<p class=a for=b def=c lambda=d True=e self=f {=g "=h>x</p>',
    "<p>a\rb\r\nc\x0cd\u2028</p>",
    '<script>\'</scr\' + "ipt>"</script><!-- """ -->',
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_becomes_python_for_the_same_tree(shell, html):
    source = shell.run_cell_magic("html2ft", "", html)
    run(shell, "from fasthtml_nb.common import *")
    assert to_xml(eval(source, shell.user_ns)) == to_xml(html2tree(html.strip()))


@pytest.mark.parametrize("line", ["app.router", "make()", "__import__('os')", "app admin", "[app]"])
def test_routes_takes_a_name_and_runs_nothing(shell, line):
    run(shell, APP)
    with pytest.raises(UsageError, match="is no app here"):
        shell.run_line_magic("routes", line)


def test_source_is_shown_as_source():
    bundle = PythonSource('P("```")')._repr_mimebundle_()
    assert bundle["text/plain"] == 'P("```")'
    assert bundle["text/markdown"] == '````python\nP("```")\n````'
    assert PythonSource("P()")._repr_mimebundle_()["text/markdown"] == "```python\nP()\n```"


def test_the_package_itself_loads_no_ipython():
    import subprocess
    import sys

    code = "import sys, fasthtml_nb, fasthtml_nb.workshop.magics; print('IPython' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
