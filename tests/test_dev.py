"""The project's commands: they do what they say, and twice is as good as once."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import dev
from tools import demo, notebooks, readme, site

HELLO = """
from __future__ import annotations


def greet(name: str) -> str:
    return f"Hello {name}"
"""


def md(source: str) -> dict:
    return {"cell_type": "markdown", "id": f"m{len(source)}", "source": source, "metadata": {}}


def py(source: str, *outputs: dict) -> dict:
    return {
        "cell_type": "code",
        "id": f"c{len(source)}",
        "source": source,
        "metadata": {},
        "outputs": list(outputs),
        "execution_count": None,
    }


def stream(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


def write(path: Path, *cells: dict) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(notebooks.dump(notebook))
    return path


# nbs --------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """Return a copy of the project with a package of two notebooks."""
    shutil.copytree(root / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__*__"))
    for name in ("pyproject.toml", "settings.ini", "constraints.txt"):
        shutil.copy(root / name, tmp_path / name)
    (tmp_path / "fasthtml_nb" / "ft").mkdir(parents=True)
    for folder in ("fasthtml_nb", "fasthtml_nb/ft"):
        (tmp_path / folder / "__init__.py").write_text("")
    write(
        tmp_path / "nbs/1_ft/01_low.ipynb",
        py("#| default_exp ft.low"),
        md("# Low\n> Greet people."),
        py(f"#| export\n{HELLO}"),
        py("greet( 'you' )"),
    )
    write(
        tmp_path / "nbs/1_ft/02_high.ipynb",
        py("#| default_exp ft.high"),
        py("#| export\nfrom fasthtml_nb.ft.low import greet\n\nloud = greet('all').upper()"),
        py("loud"),
    )
    return tmp_path


def nbs(project: Path, *names: str) -> subprocess.CompletedProcess[str]:
    paths = [project / "nbs/1_ft" / name for name in names]
    command = [sys.executable, "-m", "tools.notebooks", *paths]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def files(project: Path) -> dict[Path, bytes]:
    kept = (p for p in project.rglob("*") if p.is_file() and p.suffix in (".py", ".ipynb"))
    return {path: path.read_bytes() for path in kept}


def outputs(path: Path) -> list[str]:
    cells = notebooks.read(path)["cells"]
    shown = [o["data"]["text/plain"] for c in cells for o in c.get("outputs", ())]
    return [notebooks.joined(text) for text in shown]


def test_nbs_exports_formats_executes_and_then_rests(project: Path) -> None:
    low, high = (project / "nbs/1_ft" / name for name in ("01_low.ipynb", "02_high.ipynb"))
    done = nbs(project, "01_low.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "01_low.ipynb: executed in" in done.stdout
    assert outputs(low) == ["'Hello you'"]
    module = project / "fasthtml_nb/ft/low.py"
    assert module.read_text().startswith('"""Greet people."""')
    assert '__all__ = ["greet"]' in module.read_text()
    assert notebooks.read(low)["cells"][3]["source"] == 'greet("you")'
    assert outputs(high) == []  # it was not named

    done = nbs(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outputs(high) == ["'HELLO ALL'"]
    assert "from .low import greet" in (project / "fasthtml_nb/ft/high.py").read_text()

    before = files(project)
    done = nbs(project)
    assert done.stdout.count("outputs proved before; nothing to write") == 2
    assert files(project) == before

    module.write_text(f"{module.read_text()}\nlate = 1\n")  # edited where it must not be
    nbs(project)
    assert files(project) == before

    changed = low.read_text().replace("Hello", "Good day")
    low.write_text(changed)  # the other reaches this one's module
    done = nbs(project)
    assert done.stdout.count("executed in") == 2
    assert (outputs(low), outputs(high)) == (["'Good day you'"], ["'GOOD DAY ALL'"])


def test_nbs_says_what_fails_and_leaves_stored_outputs(project: Path) -> None:
    low = project / "nbs/1_ft/01_low.ipynb"
    nbs(project, low.name)
    low.write_text(low.read_text().replace('greet(\\"you\\")', 'greet(\\"you\\") / 2'))
    done = nbs(project, low.name)
    assert done.returncode == 1
    assert "01_low.ipynb: FAILED" in done.stdout
    assert 'greet("you") / 2' in done.stdout and "TypeError: unsupported operand" in done.stdout
    assert outputs(low) == ["'Hello you'"]
    assert nbs(project, low.name).returncode == 1  # not proved by having failed


def test_nbs_is_not_stopped_by_a_broken_neighbour(project: Path) -> None:
    (project / "nbs/1_ft/02_high.ipynb").write_text("{half")
    (project / "fasthtml_nb/ft/high.py").write_text("def (")
    assert nbs(project, "01_low.ipynb").returncode == 0
    done = nbs(project)
    assert done.returncode == 1 and "02_high.ipynb: FAILED" in done.stdout


def test_nbs_complains_of_what_ruff_finds(project: Path) -> None:
    low = project / "nbs/1_ft/01_low.ipynb"
    low.write_text(low.read_text().replace("greet( 'you' )", "import os\\ngreet('you')"))
    done = nbs(project, low.name)
    assert done.returncode == 1 and "F401" in done.stdout


def test_nbs_refuses_other_files(project: Path) -> None:
    done = nbs(project, "../../pyproject.toml")
    assert done.returncode == 2 and "is no notebook below" in done.stderr


# demo -------------------------------------------------------------------------------------------

TOUR = [
    md("# A tour\n> Of little."),
    py("#| hide\nfrom IPython.display import HTML"),
    md("## Views\nAre shown."),
    py("HTML('<b class=view>drawn</b>')"),
    md("### A detail"),
    py("HTML('<i>again</i>')"),
    md("## Checks of `all` kinds"),
    py("import pytest\nassert 1 + 1 == 2\nwith pytest.raises(ZeroDivisionError):\n    1 / 0"),
]


def test_demo_shows_progress_a_table_and_a_page(tmp_path: Path, capsys) -> None:
    path = write(tmp_path / "tour.ipynb", *TOUR)
    before = path.read_bytes()
    assert demo.main([str(path), "--to", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    for line in (
        r"\[ 1/3\] A tour \.\.\. \d+\.\d s",
        r"\[ 2/3\] Views \.\.\. \d+\.\d s",
        r"A tour +0 +0 +\d+\.\d s",
        r"Views +2 +0 +\d+\.\d s",
        r"Checks of all kinds +0 +2 +\d+\.\d s",
        r"total +2 +2 +\d+\.\d s",
        r"file://.*/out/tour\.html",
        r"make lab",
    ):
        assert re.search(line, said), f"{line} is not in:\n{said}"
    page = (tmp_path / "out" / "tour.html").read_text()
    assert "<b class=view>drawn</b>" in page
    assert "IPython.display" not in page  # hidden from readers
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)
    assert path.read_bytes() == before


def test_demo_fails_with_the_cell_and_why(tmp_path: Path, capsys) -> None:
    broken = py("total = 1\nassert total == 2, 'one is not two'")
    path = write(tmp_path / "tour.ipynb", *TOUR[:4], broken, *TOUR[6:])
    assert demo.main([str(path), "--to", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert re.search(r"Views +1 +0 +\d+\.\d s  FAILED", said.out)
    assert re.search(r"Checks of all kinds +0 +2 +\d+\.\d s\n", said.out)  # it went on
    assert "cell 5 raised AssertionError" in said.err
    assert "->  assert total == 2, 'one is not two'\n  one is not two" in said.err


def test_demo_names_a_notebook_that_is_not_there(tmp_path: Path, capsys) -> None:
    with pytest.raises(SystemExit, match="2"):
        demo.main([str(tmp_path / "none.ipynb")])
    assert "there is no notebook" in capsys.readouterr().err


@pytest.mark.browser
def test_the_demo_page_opens_from_the_file_system(tmp_path: Path, chromium: str) -> None:
    path = write(tmp_path / "tour.ipynb", *TOUR)
    demo.main([str(path), "--to", str(tmp_path)])
    dumped = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        + [(tmp_path / "tour.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert '<b class="view">drawn</b>' in dumped.stdout
    assert "<h1" in dumped.stdout


# docs and README --------------------------------------------------------------------------------


def test_the_site_has_every_page_and_leads_to_it(tmp_path: Path) -> None:
    nbs = tmp_path / "nbs"
    paths = [
        write(
            nbs / "index.ipynb", md("# House\n> All of it.\n\n[Tour](tutorials/tour.ipynb#views)")
        ),
        write(nbs / "1_ft/01_low.ipynb", md("# Low `code`\n> Is **below**."), py("1")),
        write(nbs / "tutorials/tour.ipynb", *TOUR, py("print('<a>')", stream("<a>\n"))),
    ]
    written = site.write_site(nbs, paths, tmp_path / "site")
    names = [path.relative_to(tmp_path / "site").as_posix() for path in written]
    assert names == ["index.html", "1_ft/01_low.html", "tutorials/tour.html"]
    front, low, tour = (path.read_text() for path in written)
    assert 'href="tutorials/tour.html#views"' in front
    assert '<a href="1_ft/01_low.html">Low <code>code</code></a> <span>Is below.</span>' in front
    assert front.index("Tutorials") < front.index("Elements as values")
    assert '<a href="../tutorials/tour.html">A tour →</a>' in low
    assert '<a href="../index.html">All pages</a>' in tour
    assert "<pre>&lt;a&gt;</pre>" in tour
    for page in (front, low, tour):
        assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)


def test_the_readme_hides_what_the_index_hides(tmp_path: Path) -> None:
    view = {
        "output_type": "execute_result",
        "data": {
            "text/html": "<div>\n\n  <b>drawn</b>\n<style>b{}</style><script>x()</script></div>"
        },
        "metadata": {},
        "execution_count": None,
    }
    path = write(
        tmp_path / "index.ipynb",
        md("# House\n> All of it."),
        py("#| hide\nimport os"),
        py("#| echo: false\nhidden_source", stream("shown\n")),
        py("Div()", view),
    )
    text = readme.readme(path)
    assert text.startswith(
        "<!-- Made from index.ipynb by `dev.py nbs`: edit that. -->\n\n# House\n"
    )
    assert "```python\nDiv()\n```" in text
    assert "<div>\n<b>drawn</b>\n</div>" in text
    assert "shown" in text
    for hidden in ("import os", "hidden_source", "#|", "<script", "<style"):
        assert hidden not in text


# The environment --------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return what `dev` would have made and installed, in a project of its own."""
    happened = SimpleNamespace(made=[], installed=[], root=tmp_path)
    for name in ("settings.ini", "setup.py", "constraints.txt"):
        (tmp_path / name).write_text(name)

    def make(venv: Path) -> None:
        happened.made.append(venv.name)
        dev.interpreter(venv).parent.mkdir(parents=True, exist_ok=True)
        dev.interpreter(venv).touch()

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "STAMPS", tmp_path / ".stamps")
    monkeypatch.setattr(dev, "make_venv", make)
    monkeypatch.setattr(dev, "works", lambda python: python.exists())
    monkeypatch.setattr(dev, "install", lambda python, what: happened.installed.append(what[-1]))
    return happened


def test_the_environment_is_made_once_and_widened_when_asked(machine: SimpleNamespace) -> None:
    assert dev.environment("demo") == dev.interpreter(machine.root / ".venv")
    dev.environment("demo")
    assert (machine.made, machine.installed) == ([".venv"], [".[demo]"])
    dev.environment("dev")
    dev.environment("demo")
    assert (machine.made, machine.installed) == ([".venv"], [".[demo]", ".[demo,dev]"])


def test_new_requirements_are_installed(machine: SimpleNamespace) -> None:
    dev.environment("dev")
    (machine.root / "constraints.txt").write_text("starlette==1.0.2")
    dev.environment("dev")
    assert (machine.made, machine.installed) == ([".venv"], [".[dev]", ".[dev]"])


def test_a_deleted_environment_is_made_again(machine: SimpleNamespace) -> None:
    dev.environment("dev")
    shutil.rmtree(machine.root / ".venv")
    dev.environment("demo")
    assert (machine.made, machine.installed) == ([".venv", ".venv"], [".[dev]", ".[demo]"])


def test_without_ensurepip_the_package_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name)
    )
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(SystemExit, match=f"apt-get install python{version}-venv"):
        dev.make_venv(tmp_path / ".venv")
    assert not (tmp_path / ".venv").exists()


def test_what_pip_says_is_shown(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    failed = SimpleNamespace(returncode=1, stdout="", stderr="No matching distribution")
    monkeypatch.setattr(dev.subprocess, "run", lambda *a, **k: failed)
    with pytest.raises(SystemExit, match="No matching distribution"):
        dev.install(Path("python"), ["nothing"])


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is 3\.10\.4"):
        dev.main(["demo"])


def test_dev_needs_the_standard_library_only(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", root / "dev.py"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for task in dev.TASKS:
        assert re.search(rf"^{task}  +\w", done.stdout, re.MULTILINE), task


def test_an_unknown_task_is_refused_with_the_list(capsys) -> None:
    assert dev.main(["deploy"]) == 2
    said = capsys.readouterr().err
    assert "No task 'deploy'." in said and "python3 dev.py TASK" in said


def test_make_forwards_every_task(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    [tasks] = re.findall(r"^TASKS = (.+)$", makefile, re.MULTILINE)
    assert set(tasks.split()) == set(dev.TASKS)


# test -------------------------------------------------------------------------------------------


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dev, "STAMPS", tmp_path)
    return tmp_path


def test_a_step_that_passed_is_not_repeated_until_its_input_changes(stamps: Path, capfd) -> None:
    ran = stamps / "ran"
    code = f"open({str(ran)!r}, 'a').write('x')"
    for stamp in ("one", "one", "two", ""):
        assert dev.command_step("a step", Path(sys.executable), "-c", code, stamp=stamp).code == 0
    assert ran.read_text() == "xxx"
    assert "unchanged since it passed" in capfd.readouterr().out


def test_a_step_that_fails_is_shown_and_repeated(stamps: Path, capfd) -> None:
    code = "import sys; print('why'); sys.exit(3)"
    for _ in range(2):
        step = dev.command_step("a step", Path(sys.executable), "-c", code, stamp="same")
        assert step.code == 3
    said = capfd.readouterr().out
    assert said.count("why\n  FAILED  a step") == 2


@pytest.mark.parametrize(
    ("source", "code", "end"), [("True", 0, "1 passed"), ("False", 1, "1 failed")]
)
def test_the_summary_stands_above_pytests_closing_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd, source: str, code: int, end: str
) -> None:
    sample = tmp_path / "test_sample.py"
    sample.write_text(f"def test_it():\n    assert {source}\n")
    monkeypatch.setattr(dev, "environment", lambda *extras: Path(sys.executable))
    assert dev.test([str(sample), "-p", "no:cacheprovider"]) == code
    *_, summary, closing = capfd.readouterr().out.splitlines()
    assert re.match(rf"  {'FAILED' if code else 'passed'}  pytest tests +\d+\.\d s", summary)
    assert re.match(rf"=+ {end} in ", closing)


def test_pytest_is_not_repeated_for_the_same_tree_once_all_has_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "STAMPS", tmp_path / ".stamps")
    monkeypatch.delenv("CI", raising=False)
    sample = tmp_path / "tests" / "test_sample.py"
    sample.parent.mkdir()
    fake = tmp_path / "pytest.py"  # found first, as the current folder is
    fake.write_text(
        "import pathlib, sys\n"
        "log = pathlib.Path('.ran'); log.open('a').write('x')\n"
        "print('== 1 passed ==')\n"
        "sys.exit('False' in pathlib.Path('tests/test_sample.py').read_text())\n"
    )
    codes = []
    for content in ("assert False", "assert False", "assert True", "assert True", "assert 1"):
        sample.write_text(content)
        step, closing = dev.pytest_step(Path(sys.executable), [], stamp=dev.everything())
        assert closing == "== 1 passed ==\n"
        codes.append(step.code)
    assert codes == [1, 1, 0, 0, 0]
    assert (tmp_path / ".ran").read_text() == "xxxx"  # not for the second True
    monkeypatch.setenv("CI", "true")
    assert dev.everything() == ""


def test_no_process_of_a_test_run_compiles_what_another_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    (tmp_path / "found.py").write_text("")
    sample = tmp_path / "test_sample.py"
    sample.write_text(
        "import subprocess, sys\n"
        "def test_it():\n"
        f"    subprocess.run([sys.executable, '-c', 'import found'], cwd={str(tmp_path)!r})\n"
    )
    monkeypatch.setattr(dev, "environment", lambda *extras: Path(sys.executable))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert dev.test([str(sample), "-p", "no:cacheprovider"]) == 0, capfd.readouterr().out
    compiled = {path.name.partition(".")[0] for path in tmp_path.rglob("__pycache__/*.pyc")}
    assert compiled == {"found", "test_sample"}


def test_ci_installs_a_browser_and_counts_its_absence_as_failure(root: Path) -> None:
    script = (root / ".ci" / "run").read_text()
    assert script.index("chromium") < script.index("export CI=true") < script.index("dev.py test")
    assert (root / ".ci" / "run").stat().st_mode & 0o111


# What git keeps ---------------------------------------------------------------------------------


def test_nothing_of_this_machine_or_of_others_is_committed(root: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("Not a git repository.")
    names = [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    assert names
    wrong = [name for name in names if re.search(r"\.min\.(js|css)$|^nbs/.*\.py$|\.db$", name)]
    for name in names:
        content = (root / name).read_bytes()
        if len(content) > 1_500_000:
            wrong.append(f"{name} has {len(content)} bytes")
        if str(root).encode() in content:
            wrong.append(f"{name} names {root}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("arguments", "ran"),
    [
        (["checks", "--quick"], [("checks.py", "--quick")]),
        (
            ["benchmarks/live.py", "checks", "--rounds", "3"],
            [("checks.py", "--rounds", "3"), ("live.py", "--rounds", "3")],
        ),
    ],
)
def test_bench_hands_options_on(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], ran: list[tuple[str, ...]]
) -> None:
    calls = []

    def run(python: Path, script: Path, *options: str, **variables: str) -> int:
        calls.append((script.name, *options))
        return 0

    monkeypatch.setattr(dev, "environment", lambda *extras: Path("python"))
    monkeypatch.setattr(dev, "fasthtml_environment", lambda: Path("python"))
    monkeypatch.setattr(dev, "run", run)
    assert dev.bench(arguments) == 0 and calls == ran
