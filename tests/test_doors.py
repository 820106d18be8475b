"""The names of each front door, as a list somebody had to edit."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tools import rules
from tools.notebooks import find_notebooks, joined, read

COMMON = """
A APIRouter AX Abbr Address AnyNow ApiReturn Area Article Aside Audio B BackgroundTask
BackgroundTasks BadInput Base BasicAuthMiddleware Bdi Bdo Beforeware Blockquote Body Br Button
Canvas Caption Card CheckboxX Cite Code Col Colgroup Comment Container Data Datalist Dd Del
Details Dfn Dialog DialogX Div Dl Dt Em Embed EventStream FT FastHTML FastHTMLWithLiveReload
Favicon Fieldset Figcaption Figure File FileResponse Footer Form FormErrors Fragment FtResponse
Grid Group H1 H2 H3 H4 H5 H6 HTMLResponse HTTPConnection HTTPException Head Header Hgroup Hidden
HighlightJS HostRoute Hr Html HtmxHeaders HtmxOn HtmxResponseHeaders HttpHeader I Iframe Img
Input Ins JSONResponse KatexMarkdownJS Kbd Label LdContactPoint LdCourse LdCourseInstance LdJson
LdOrg LdWebsite Legend Li Lifespan Limits Link Main Map Mark MarkdownJS Menu MermaidJS Meta
Meter Middleware MiddlewareBase Mount Nav Nbsp Noscript NotStr Now Object Ol On Optgroup Option
Output P PageFrame Path PicoBusy Picture PlainTextResponse Pre Prev Progress Q Redirect
RedirectResponse Request Response Rp Rt Ruby S Safe Samp Script ScriptX Search Section Select
Selectedcontent Slot Small Socials SortableJS Source Span State StaticImmutable StaticNoCache
StreamingResponse Strong Style StyleX Sub Summary Sup Surreal SvgInb Table Tbody Td Template
TestClient Textarea Tfoot Th Thead Time Title Titled Toast Tr Track U Ul UploadFile Var Video
Wbr WebSocket YouTubeEmbed add_sig_param add_toast asdict basic_logout cancel_on_disconnect
clear cookie dark_media database dataclass explain fast_app field fill_dataclass fill_form
find_inputs form_data ft html2ft into jsd light_media loose_format parsed_date partial
picocondlink picolink reg_re_param replace_css_vars robots_txt run_js save_upload script serve
set_pico_cls setup_toasts setup_ws show sid_scr signal_shutdown sitemap_url sitemap_xml
sse_message stylesheet to_xml until_disconnect upload_pb_attrs user_pwd_auth vurl with_sid
""".split()
OAUTH = """
AppleAppClient Auth0AppClient DiscordAppClient GitHubAppClient GoogleAppClient HuggingFaceClient
LoginError OAuth OAuthClient OidcClient UserInfo get_host http_patterns redir_url url_match
""".split()
CHECK = """
ActionError CheckError CheckFailure Client Finding Locator Page Report UnsupportedError audit
browser card client_of crawl expect response_card snapshot visit
""".split()
JUPYTER = sorted(
    [
        *CHECK,
        *("Preview", "Server", "preview", "running_servers", "serve_nb", "show"),
        *("HTMX", "JupyUvi", "JupyUviAsync", "htmx_config_port", "nb_serve", "nb_serve_async"),
        *("render_ft", "ws_client"),
    ]
)
DOORS = {"common": COMMON, "oauth": OAUTH, "check": CHECK, "jupyter": JUPYTER}
EVERY_NAME = [(door, name) for door, names in DOORS.items() for name in names]


@pytest.mark.parametrize("door", DOORS)
def test_names(door: str) -> None:
    """A name that comes or goes is a promise made or broken: change this list on purpose."""
    module = importlib.import_module(f"fasthtml_nb.{door}")
    assert sorted(module.__all__) == DOORS[door]
    assert DOORS[door] == sorted(set(DOORS[door]))


@pytest.mark.parametrize("door", DOORS)
def test_a_star_import_brings_these_names_and_no_others(door: str) -> None:
    names: dict[str, object] = {}
    exec(f"from fasthtml_nb.{door} import *", names)
    assert sorted(names.keys() - {"__builtins__"}) == DOORS[door]


@pytest.mark.parametrize("door", DOORS)
def test_no_name_hides_a_builtin(door: str) -> None:
    """`Map`, `Object` and the like are elements; what Python calls `map` stays Python's."""
    import builtins

    assert not set(DOORS[door]) & set(dir(builtins))


def cells(kind: str, where: Callable[[Path], bool]) -> Iterator[str]:
    """Yield the sources of the cells of one kind in the notebooks that `where` is true of."""
    for path in find_notebooks():
        if where(path):
            yield from (joined(c["source"]) for c in read(path)["cells"] if c["cell_type"] == kind)


@cache
def spoken_of() -> frozenset[str]:
    """Return the words that stand between backticks in the prose of any notebook."""
    text = "\n".join(cells("markdown", lambda path: True))
    return frozenset(
        word for code in re.findall(r"`[^`\n]+`", text) for word in _WORD.findall(code)
    )


@cache
def used() -> frozenset[str]:
    """Return the words in code and prose of all notebooks but the doors' own."""

    def elsewhere(path: Path) -> bool:
        return path.parent.name != "9_doors"

    sources = [*cells("code", elsewhere), *cells("markdown", elsewhere)]
    return frozenset(word for source in sources for word in _WORD.findall(source))


_WORD = re.compile(r"\w+")


def docstring(value: object) -> str:
    """Return what `help` finds in the value itself, not in a class it derives from."""
    said = vars(value).get("__doc__") if inspect.isclass(value) else None
    said = value.__doc__ if inspect.isroutine(value) else said
    return inspect.cleandoc(said) if said else ""


@pytest.mark.parametrize(("door", "name"), EVERY_NAME)
def test_every_name_has_its_docstring(door: str, name: str) -> None:
    """A value, and what Starlette says nothing of, has its place in the prose of a notebook."""
    said = docstring(getattr(importlib.import_module(f"fasthtml_nb.{door}"), name))
    assert len(said.split()) > 2 or name in spoken_of(), f"{name} says nothing to help()"


@pytest.mark.parametrize(("door", "name"), EVERY_NAME)
def test_every_name_appears_in_a_notebook(door: str, name: str) -> None:
    assert name in used(), f"no notebook but the door's shows {name}"


@pytest.mark.parametrize("value", [3, (), object(), type("Mute", (dict,), {}), lambda: 0])
def test_a_docstring_is_ones_own(value: object) -> None:
    assert docstring(value) == ""


def test_where_names_are_looked_for() -> None:
    assert {"fast_app", "Div", "OAuth"} <= used() and "NoSuchName" not in used() | spoken_of()


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_light(door: str) -> None:
    """What DESIGN.md forbids at the door is not loaded by it, nor by making and asking an app."""
    program = f"""
import json, sys
from fasthtml_nb.{door} import *
at_the_door = sorted(sys.modules)
if "fast_app" in globals():
    app, rt = fast_app(secret_key="x")
    rt("/")(lambda name="you": Titled("Hello", P(name), Form(Input(name="x"))))
print(json.dumps([at_the_door, sorted(sys.modules)]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for modules in json.loads(done.stdout):
        tops = {name.partition(".")[0] for name in modules}
        assert "fasthtml_nb" in tops and "starlette" in tops
        assert tops & (rules.FORBIDDEN_AT_THE_DOOR | {"authlib", "joserfc"}) == set()


def test_the_rule_knows_what_the_contract_forbids() -> None:
    """DESIGN.md, section 2: these *must not* be imported by `from fasthtml_nb.common import *`."""
    forbidden = (
        "IPython pytest fastlite fastcore playwright jupyterlab anywidget turbohtml selectolax"
    )
    assert set(forbidden.split()) <= rules.FORBIDDEN_AT_THE_DOOR
