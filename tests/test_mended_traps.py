"""Where FastHTML traps its users: each trap, and that it is mended here; each habit kept, and why.

`at` is the place in the list of what FastHTML's users know: its section and the row there.
"""

# ruff: noqa: F403, F405
from __future__ import annotations

import inspect
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, IntEnum
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
import turbohtml
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.websockets import WebSocketDisconnect

from fasthtml_nb import common
from fasthtml_nb.common import *
from fasthtml_nb.common import FT, FastHTML, TestClient, fast_app, to_xml
from fasthtml_nb.ft import svg
from fasthtml_nb.web import pico
from tests.apps import quickstart as document


@dataclass(frozen=True)
class Row:
    """A trap that is mended, or a habit that is kept."""

    at: str  # Section and row, several where the trap is the same
    said: str  # The trap in a sentence, or why the habit stays
    holds: Callable[[Path], None]


MENDED: dict[str, Row] = {}
KEPT: dict[str, Row] = {}


def _declare(table: dict[str, Row], at: str, said: str) -> Callable[[Any], Any]:
    def declare(holds: Any) -> Any:
        assert holds.__name__ not in MENDED.keys() | KEPT.keys(), f"{holds.__name__} twice"
        table[holds.__name__] = Row(at, said, holds)
        return holds

    return declare


def mended(at: str, trap: str) -> Callable[[Any], Any]:
    """Declare what used to go wrong, and the check that it does not here."""
    return _declare(MENDED, at, trap)


def kept(at: str, reason: str) -> Callable[[Any], Any]:
    """Declare why a habit stays as it is, and the check that it does."""
    return _declare(KEPT, at, reason)


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, unless another is asked for."""
    monkeypatch.chdir(tmp_path)


HTMX = {"HX-Request": "true"}


def an_app(**options: Any) -> FastHTML:
    return FastHTML(secret_key="a key for tests", default_hdrs=False, **options)


def ask(app: Any, path: str = "/", method: str = "GET", **options: Any) -> Any:
    return TestClient(app, follow_redirects=False).request(method, path, **options)


def answer(handler: Any, path: str = "/", method: str = "GET", **options: Any) -> Any:
    """Return what a visitor gets from an app whose only handler this is, at `/`."""
    app = an_app()
    app.route("/", methods=["get", "post"])(handler)
    return ask(app, path, method, **options)


def returned(result: object, **options: Any) -> Any:
    return answer(lambda: result, **options)


class Nasty:
    """An object whose text a visitor has written."""

    def __str__(self) -> str:
        return "<script>"


# 1. Trees and rendering --------------------------------------------------------------------------


@mended("1.1", "A node with a list among its children could not be hashed, so not be in a set.")
def nodes_hash(_: Path) -> None:
    assert len({Div([P("a")]), Div([P("a")]), Div(P("b"))}) == 2
    assert hash(Div(["a"])) == hash(Div("a")) and Div(["a"]) == Div("a")


@mended("1.2", "A list among the children printed as Python does, a generator as an address.")
def lists_are_children(_: Path) -> None:
    cells = [Li("a"), [Li("b")]]
    assert to_xml(Ul(cells)) == "<ul><li>a</li><li>b</li></ul>"
    assert to_xml(Ul((Li(c) for c in "ab"), Li("c"))).count("<li>") == 3


@mended("1.4", "Headers of an upload, as any mapping, became attributes of the element.")
def only_plain_dicts_are_attributes(_: Path) -> None:
    from starlette.datastructures import Headers

    assert to_xml(Li({"@click.away": "x"})) == '<li @click.away="x"></li>'
    shown = to_xml(Li("Headers: ", Headers({"onclick": "evil()"})))
    assert shown == "<li>Headers: Headers({&#39;onclick&#39;: &#39;evil()&#39;})</li>"


@mended("1.5", "A name of an attribute could end the tag and open another.")
def names_are_checked(_: Path) -> None:
    for name in ("x><script>", "a b", "onclick=x", ""):
        with pytest.raises(ValueError, match="attribute"):
            Div(**{name: 1})
        with pytest.raises(ValueError, match="attribute"):
            Div({name: 1})
    assert to_xml(svg.Svg(viewBox="0 0 1 1")).partition(" viewBox=")[2] == ('"0 0 1 1"></svg>')


@mended("1.6", "Dictionaries were written as style sheets, and None in a list of classes shown.")
def values_by_attribute(_: Path) -> None:
    node = Div(hx_headers={"a": "b"}, cls=["x", None, False, "y"], style={"color": "red"})
    parsed = turbohtml.parse_fragment(to_xml(node)).children[0]
    assert json.loads(parsed.attr("hx-headers")) == {"a": "b"}
    assert parsed.attr("class") == "x y" and parsed.attr("style") == "color: red"


@mended("1.7", "A value that is no string was written without escaping.")
def values_are_escaped(_: Path) -> None:
    assert to_xml(Div(title=Nasty())) == '<div title="&lt;script&gt;"></div>'
    assert to_xml(Div(title="'\"&<")) == '<div title="&#39;&#34;&amp;&lt;"></div>'


@mended("1.8", "The text of an object went into the page as markup.")
def objects_are_text(_: Path) -> None:
    assert to_xml(Div(Nasty())) == "<div>&lt;script&gt;</div>"
    assert to_xml(Div(NotStr("<b>x</b>"))) == "<div><b>x</b></div>"
    for tag in ("script", "style"):
        assert f"</{tag}><b>" not in to_xml(ft(tag, f"</{tag}><b>"))


@mended("1.9", "A dataclass without a view of its own was put in as markup.")
def plain_dataclasses_are_text(_: Path) -> None:
    @dataclass
    class Hero:
        title: str

    assert to_xml(Div(Hero("<h1>"))).count("&lt;h1&gt;") == 1


@mended("1.10", "Trusted text plus plain text became plain, and comparing it gave text, not truth.")
def trusted_text_stays_so(_: Path) -> None:
    joined = Safe("<b>") + "<i>" + Safe("</b>")
    assert isinstance(joined, Safe) and to_xml(Div(joined)) == "<div><b>&lt;i&gt;</b></div>"
    assert (NotStr("x") == "x") is True and (NotStr("x") == "y") is False


@mended("1.11", "Bytes were shown as Python writes them, or put in as markup.")
def bytes_are_text(_: Path) -> None:
    assert to_xml(Div(None, 0, False)) == "<div>0False</div>"
    assert "<script>" not in to_xml(Div(b"<script>")) + to_xml(Div("a", b"<script>"))


@mended("1.12", "Pretty printing put blanks between words and fields that the page then showed.")
def rendering_adds_nothing(_: Path) -> None:
    inline = [Label("a", Input()), Span(Input(), Input()), P("x", B("y"), "z"), Pre("\na")]
    for node in inline:
        compact = turbohtml.parse_fragment(to_xml(node)).html
        assert turbohtml.parse_fragment(to_xml(node, indent=True).strip()).html == compact
    assert to_xml(inline[0]) == "<label>a<input></label>"


@mended("1.16", "Settings for a whole process decided how each tree was made and written.")
def no_settings_for_all(_: Path) -> None:
    assert not hasattr(common, "fh_cfg")
    assert to_xml(Div(id=True)) == "<div id></div>"


@mended("1.17", "Any name with a capital could be imported as an element, misspelt ones too.")
def no_element_by_mistake(_: Path) -> None:
    with pytest.raises(ImportError):
        exec("from fasthtml_nb.common import Buton", {})
    with pytest.raises(AttributeError, match="Div"):
        getattr(__import__("fasthtml_nb.ft.tags").ft.tags, "Dvi")  # noqa: B009


@mended("1.18", "A body that a handler returned stood within another body.")
def one_body(_: Path) -> None:
    page = returned(Body(P("x"), cls="dark")).text
    assert page.count("<body") == 1 and '<body class="dark"><p>x</p></body>' in page
    whole = returned(Html(Head(Title("t")), Body("x"))).text
    assert whole.count("<html") == whole.count("<body") == 1


@mended("1.20", "Nothing told apart what htmx 2 and htmx 4 understand.")
def dialects(_: Path) -> None:
    from fasthtml_nb.ft.htmx import htmx_attribute

    with pytest.raises(LookupError, match="hx-target"):
        htmx_attribute("hx-tagret")
    assert an_page(htmx4=True) != an_page()


def an_page(**options: Any) -> Any:
    return FastHTML(secret_key="k", **options).hdrs


@kept("1.1 1.3", "FastHTML's users build with `node(...)` in place; all else of ours copies.")
def calling_a_node_changes_it(_: Path) -> None:
    node = Div("a")
    assert node("b", id="x") is node
    node.title = "t"
    assert node == Div("a", "b", id="x", title="t")


@kept("1.13", "`'#' + node` and `hx_target=f'#{node}'` need a node's text to be its id.")
def the_text_of_a_node_is_its_id(_: Path) -> None:
    node = Div("x", id="x")
    assert (f"#{node}", "#" + node) == ("#x", "#x")
    assert str(Div("x")) == "<div>x</div>" and to_xml(node) == '<div id="x">x</div>'


# 2. Components, forms, HTML read back ------------------------------------------------------------


@mended("2.1", "A form that is sent by GET was multipart as well, which no browser does.")
def get_forms_are_not_multipart(_: Path) -> None:
    assert to_xml(Form(method="get")) == '<form method="get"></form>'


@kept("2.1", "Forms are multipart unless they say otherwise, so that a file field just works.")
def forms_are_multipart(_: Path) -> None:
    assert Form().enctype == Form(method="post").enctype == "multipart/form-data"
    assert Form(enctype="text/plain").enctype == "text/plain"


@mended("2.2", "A link to what a visitor typed could be a program that runs in the page.")
def links_are_no_programs(_: Path) -> None:
    for typed in ("javascript:x()", " JAVA\tSCRIPT:x()", "\x01javascript:x()"):
        for node in (A("x", href=typed), Form(action=typed), Iframe(src=typed)):
            assert '"unsafe:' in to_xml(node)
    assert to_xml(A("x", href="/a:b")) == '<a href="/a:b">x</a>'
    assert 'href="javascript:print()"' in to_xml(A("x", href=NotStr("javascript:print()")))


@mended("2.3", "Hidden fields carried an attribute that HTML does not know.")
def no_invented_attributes(_: Path) -> None:
    assert to_xml(Hidden("v", name="n")) == '<input type="hidden" value="v" name="n">'
    assert "skip" not in to_xml(CheckboxX(name="n"))
    assert dict(form_data(Form(CheckboxX(True, name="n")))) == {"n": "1"}
    assert dict(form_data(Form(CheckboxX(False, name="n")))) == {"n": ""}


@mended("2.4", "Text in the data of a script could end the script.")
def data_cannot_end_a_script(_: Path) -> None:
    data = json.dumps({"title": "</script><b>"})
    script = to_xml(Script(f"let d = {data}"))
    assert script.lower().count("</script") == 1
    assert to_xml(Style("p::before { content: '</style><b>' }")).count("</style") == 1


@mended("2.5", "Values for files of script and style were pasted as they are.")
def values_in_files(_: Path) -> None:
    Path("a.js").write_text('say({word}, "{word}")')
    Path("a.css").write_text("p { color: var(--tpl-colour) }")
    text = to_xml(ScriptX("a.js", word='"</script>'))
    assert text.count("</script>") == 1 and "say(" in text and '""' not in text
    with pytest.raises(ValueError, match="colour"):
        StyleX("a.css", colour="red } body { display: none")


@mended("2.6", "`Titled` was a tuple, which nothing but a handler could take.")
def titled_is_a_node(_: Path) -> None:
    assert isinstance(Titled("T", P("x")), FT)
    page = returned(Titled("T", P("x"))).text
    assert "<title>T</title></head>" in page and "<main" in page.partition("<body>")[2]


@mended("2.7", "Selectors went into a script unquoted.")
def selectors_are_quoted(_: Path) -> None:
    sly = '"); evil(); ("'
    for made in (On("x()", sel=sly), Now("x()", sel=sly), AnyNow(sly, "x()")):
        assert not re.search(r'(?<!\\)"\); evil', to_xml(made))


@kept("2.7", "`On`, `Now` and their like take code: it is the program's author who writes it.")
def code_is_code(_: Path) -> None:
    assert "e.remove()" in to_xml(On("e.remove()"))


@mended("2.8", "An argument of `run_js` could end the script.")
def arguments_cannot_end_a_script(_: Path) -> None:
    text = to_xml(run_js("alert({said})", said="</script><b>"))
    assert text.count("</script") == 1 and "<b>" not in text


@mended("2.10", "A helper printed while it made elements, and facts could end their script.")
def helpers_are_quiet(_: Path) -> None:
    from contextlib import redirect_stdout

    with redirect_stdout(out := StringIO()):
        YouTubeEmbed("dQw4w9WgXcQ")
    assert out.getvalue() == ""
    assert to_xml(LdJson("Recipe", {"name": "</script>"}, script=True)).count("</script") == 1


@mended("2.11", "Robots and site maps were not found in an app by `fast_app`, or came as a page.")
def robots_are_answered(_: Path) -> None:
    app, rt = fast_app(secret_key="k", static_path=".")
    robots_txt(app, disallow_paths=["/admin"])
    sitemap_xml(app, ["https://shop.example/"])
    robots, sitemap = (TestClient(app).get(f"/{name}") for name in ("robots.txt", "sitemap.xml"))
    assert (robots.status_code, sitemap.status_code) == (200, 200)
    assert "Disallow: /admin" in robots.text and robots.headers["content-type"][:10] == "text/plain"
    assert sitemap.headers["content-type"].startswith("application/xml")
    assert "<html" not in sitemap.text and "canonical" not in sitemap.text


@mended("2.12", "`fill_form` wrote one visitor's values into the form that the next one got.")
def filling_leaves_the_form_alone(_: Path) -> None:
    form = Form(Input(name="a"), [Textarea(name="b")])
    filled = fill_form(form, {"a": "1", "b": "2"})
    assert form == Form(Input(name="a"), Textarea(name="b"))
    assert dict(form_data(filled)) == {"a": "1", "b": "2"}


@mended("2.12", "Numbers, groups of options, options by their text and lists were never filled.")
def every_control_is_filled(_: Path) -> None:
    options = [Option("7", selected=True), Optgroup(Option("eight", value="8"), label="more")]
    form = Form([Select(options, name="n"), Input(type="radio", name="r", value="1")])
    for number in ("7", 8):
        assert dict(form_data(fill_form(form, {"n": number, "r": 1}))) == {
            "n": str(number),
            "r": "1",
        }


@mended("2.14", "Reading HTML lost blanks between words, and gave several expressions for a list.")
def html_is_read_back(_: Path) -> None:
    for html in ("<b>a</b> <i>b</i>", "<p>x</p><p>y</p>", "<pre>\n\na</pre>"):
        names = {name: getattr(common, name) for name in common.__all__}
        tree = eval(html2ft(html), names)
        assert turbohtml.parse_fragment(to_xml(tree)).html == turbohtml.parse_fragment(html).html


@mended("2.15", "A line end in an event's name forged another field of the event.")
def event_names_are_one_line(_: Path) -> None:
    with pytest.raises(ValueError, match="one line"):
        sse_message("x", "news\ndata: forged")


# 3. Routing --------------------------------------------------------------------------------------


@mended("3.1", "In a factory of apps, `post` answered GET too and `index` was at another path.")
def methods_by_name_in_a_factory(_: Path) -> None:
    def make_app() -> FastHTML:
        app = an_app()

        @app.route("/x")
        def post():
            return "posted"

        @app.route
        def index():
            return "home"

        return app

    app = make_app()
    assert ask(app, "/x").status_code == 405
    assert ask(app, "/x", "POST").text == "posted" and ask(app).text == "home"


@kept("3.2", "A bare `@rt` answers GET and POST, as FastHTML's programs expect; other sites' forms "
      "are refused, and who changes data names the method: `def post` or `@app.post`.")  # fmt: skip
def bare_routes_answer_get_and_post(_: Path) -> None:
    app = an_app()

    @app.route
    def brew():
        return "tea"

    assert [ask(app, "/brew", m).status_code for m in ("GET", "POST", "PUT")] == [200, 200, 405]
    evil = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert ask(app, "/brew", "POST", headers=evil).status_code == 403


@kept("3.3", "HTTP wants HEAD wherever GET is: the same headers, no body.")
def get_routes_answer_head(_: Path) -> None:
    app = an_app()
    app.get("/")(lambda: "tea")
    head, got = ask(app, "/", "HEAD"), ask(app)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


@mended("3.5", "Methods of a class that groups routes could not take `self`.")
def methods_take_self(_: Path) -> None:
    app = an_app()

    @app.route("/c/{n}")
    class Cup:
        size = 3

        def get(self, n: int):
            return f"{n * self.size}"

        def patch(n: int):
            return f"{n}"

    assert ask(app, "/c/2").text == "6" and ask(app, "/c/2", "PATCH").text == "2"


@mended("3.6", "An app's own route for files never got to see a request.")
def the_apps_own_routes_first(folder: Path) -> None:
    app, rt = fast_app(secret_key="k", static_path=".")
    Path("public").mkdir()
    Path("public/cat.png").write_bytes(b"a cat")

    @rt("/{fname:path}.{ext:static}")
    async def get(fname: str, ext: str):
        return FileResponse(f"public/{fname}.{ext}")

    assert ask(app, "/cat.png").content == b"a cat"


@mended("3.7", "Addresses of handlers did not encode what varies, and wrote True as a word.")
def addresses_are_encoded(_: Path) -> None:
    app = an_app()

    @app.route("/t/{name}")
    def tea(name: str, hot: bool = False):
        return f"{name} {hot}"

    for name in ("a/b?c", "ü &#", "100%"):
        for hot in (True, False):
            assert turbohtml.parse_fragment(ask(app, tea.to(name=name, hot=hot)).text).text == (
                f"{name} {hot}"
            )


@mended("3.8", "Making a response changed the nodes it was made of.")
def responses_leave_nodes_alone(_: Path) -> None:
    app = an_app()
    shared = P("x", A("y", href="/z"))
    before = to_xml(shared)
    app.get("/")(lambda: shared)
    assert ask(app).text == ask(app).text and to_xml(shared) == before


@mended("3.9 3.10", "Loading the package changed Starlette's routes for the whole process.")
def starlette_is_left_alone(_: Path) -> None:
    from starlette import convertors
    from starlette.routing import Router

    reg_re_param("onlyhere", "x+")
    assert "onlyhere" not in convertors.CONVERTOR_TYPES
    assert "static" not in convertors.CONVERTOR_TYPES
    assert convertors.StringConvertor.regex == "[^/]+"
    plain = Starlette(routes=[Route("/{a}/b", lambda request: PlainTextResponse("b"))])
    assert ask(plain, "//b").status_code == 404
    for owner in (Router, Starlette):
        members = [m for _, m in inspect.getmembers(owner, inspect.isfunction)]
        assert {m.__module__.partition(".")[0] for m in members} == {"starlette"}


@mended("3.11", "Every file of the working folder was served, and files outside of it.")
def files_only_when_asked(folder: Path) -> None:
    secret = folder / "secret.txt"
    secret.write_text("key")
    (folder / "inner").mkdir()
    (folder / "inner" / "a.txt").write_text("open")
    (folder / "inner" / ".env").write_text("key")
    assert ask(fast_app(secret_key="k")[0], "/secret.txt").status_code == 404
    app = fast_app(secret_key="k", static_path="inner")[0]
    assert ask(app, "/a.txt").text == "open"
    for sly in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/.env"):
        assert ask(app, sly).status_code == 404


@mended("3.11", "A route that ends like a file was shadowed by the files.")
def routes_may_end_like_files(folder: Path) -> None:
    app, rt = fast_app(secret_key="k", static_path=".")
    rt("/data.csv")(lambda: PlainTextResponse("a,b"))
    assert ask(app, "/data.csv").text == "a,b"


@mended("3.12", "A name that a router lacks gave an error about `super`, and routers had no guard.")
def routers_say_what_they_lack(_: Path) -> None:
    router = APIRouter("/admin", before=lambda: PlainTextResponse("no", 401), host="shop.example")
    router("/x")(partial(lambda kind: kind, "x"))
    assert list(router.rt_funcs) == ["<lambda>"]
    with pytest.raises(AttributeError, match="has no handler 'nobody'"):
        router.nobody  # noqa: B018
    app = an_app()
    router.to_app(app)
    assert ask(app, "/admin/x").status_code == 404
    assert ask(app, "/admin/x", headers={"host": "shop.example"}).status_code == 401


@mended("3.13 6.1", "Guards stood before pages only, not before mounts, sockets and files.")
def guards_stand_everywhere(folder: Path) -> None:
    Path("a.css").write_text("p {}")
    app = an_app(before=lambda: PlainTextResponse("no", 401), static_path=".")
    app.mount("/m", Starlette(routes=[Route("/x", lambda request: PlainTextResponse("x"))]))

    @app.ws("/ws")
    def ws(msg: str):
        return msg

    assert [ask(app, path).status_code for path in ("/m/x", "/a.css")] == [401, 401]
    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect("/ws"):
        pass


@kept("6.1", "What is not there is a 404 to everybody: a guard has nothing to keep, and a login "
      "page in place of a wrong address would send the visitor on to it.")  # fmt: skip
def nothing_is_not_guarded(_: Path) -> None:
    app = an_app(before=lambda: PlainTextResponse("no", 401))
    assert ask(app, "/nowhere").status_code == 404


@mended("3.14", "A function with some of its arguments given could not be a handler.")
def partials_are_handlers(_: Path) -> None:
    def tea(kind: str, cups: int):
        return f"{kind} {cups}"

    assert answer(partial(tea, "green"), "/?cups=2").text == "green 2"
    app = an_app()
    assert repr(app.route("/")(partial(tea, "green"))) == "<route / of tea>"


# 4. Parameters -----------------------------------------------------------------------------------


@mended("4.1", "Headers of htmx counted as true without htmx.")
def htmx_is_false_without_it(_: Path) -> None:
    def asked(htmx: HtmxHeaders, other=None):
        return f"{bool(htmx)}"

    assert answer(asked).text == "False" and answer(asked, headers=HTMX).text == "True"


@mended("4.3", "`session: dict` was what the visitor had sent.")
def a_session_is_a_session(_: Path) -> None:
    def handler(session: dict):
        return f"{session}"

    assert answer(handler, method="POST", data={"auth": "admin"}).text == "{}"


@dataclass
class Order:
    """What a form sends."""

    kind: str
    cups: int = 1


class Pair(NamedTuple):
    """The same, as a tuple."""

    kind: str
    cups: int


@mended("4.4", "A field that was wrong or missing was an error of the server.")
def wrong_fields_are_400(_: Path) -> None:
    def handler(order: Order):
        return f"{order.cups}"

    for sent in ({}, {"kind": "a", "cups": "many"}):
        refused = answer(handler, method="POST", data=sent)
        assert refused.status_code == 400 and ("kind" in refused.text or "cups" in refused.text)


@mended("4.4", "What stood in the address beat what the form sent; fields of tuples stayed text.")
def forms_make_objects(_: Path) -> None:
    def handler(order: Pair):
        return {"kind": order.kind, "cups": order.cups}

    sent = answer(handler, "/?kind=evil", "POST", data={"kind": "green", "cups": "2"}).json()
    assert sent["cups"] == 2

    def numbers(n: list[int]):
        return {"n": n}

    assert answer(numbers, method="POST", json={"n": [1, 2]}).json() == {"n": [1, 2]}


@mended("4.5", "`auth: str` could be sent by anybody, and `r`, `s` and `se` were no parameters.")
def auth_is_never_sent(_: Path) -> None:
    def handler(r: str, s: str, auth: str = "nobody"):
        return f"{r}{s} {auth}"

    forged = {"headers": {"auth": "admin"}, "cookies": {"auth": "admin"}}
    app = an_app()
    app.get("/")(handler)
    client = TestClient(app, **forged)
    assert client.get("/?auth=admin&r=1&s=2").text == "12 nobody"


@mended("4.6", "A parameter without a type was None, without a word.")
def parameters_without_a_type(_: Path) -> None:
    def handler(name, other="x"):
        return f"{name}{other}"

    assert answer(handler, "/?name=uma").text == "umax"
    assert answer(handler).status_code == 400


@mended("4.7", "An old cookie or a header won over the form, so a field `host` never arrived.")
def forms_before_cookies_and_headers(_: Path) -> None:
    def handler(host: str, accept: str, taste: str):
        return f"{host} {accept} {taste}"

    app = an_app()
    app.post("/")(handler)
    client = TestClient(app, cookies={"taste": "stale"})
    sent = {"host": "me", "accept": "yes", "taste": "fresh"}
    assert client.post("/", data=sent).text == "me yes fresh"


@mended("4.8", "Names with hyphens were found in one release only.")
def hyphens(_: Path) -> None:
    def handler(first_name: str):
        return first_name

    assert answer(handler, method="POST", data={"first-name": "Uma"}).text == "Uma"


@mended("4.9", "`int | None` was demanded all the same.")
def optional_is_optional(_: Path) -> None:
    def handler(n: int | None):
        return f"{n}"

    assert (answer(handler).text, answer(handler, "/?n=3").text) == ("None", "3")
    assert answer(handler, "/?n=x").status_code == 400


class Size(IntEnum):
    """Of a cup."""

    SMALL = 1


class Kind(Enum):
    """Of tea."""

    GREEN = "green"


@mended("4.10", "Empty text was the number 0, junk was an error of the server, an enum never met.")
def casts(_: Path) -> None:
    app = an_app()
    app.get("/{name}/{age}")(lambda name, age: "x")

    @app.get("/uma/{age}")
    def age(age: int):
        return f"{age}"

    assert ask(app, "/uma/").status_code == 404
    junk = {bool: "maybe", datetime: "tea", Decimal: "x", Literal["a"]: "b", Size: "9", Kind: "x"}
    for kind, text in junk.items():

        def handler(v):
            return f"{v}"

        handler.__annotations__["v"] = kind
        refused = answer(handler, f"/?v={text}")
        assert (refused.status_code, text in refused.text) == (400, True), kind

    def sizes(size: Size, kind: Kind):
        return f"{size.name} {kind.name}"

    assert answer(sizes, "/?size=1&kind=green").text == "SMALL GREEN"


@mended("4.11", "Bare lists were None, sets and tuples took one value apart.")
def several_values(_: Path) -> None:
    def handler(a: list, b: set[int], c: tuple[int, ...] = ()):
        return {"a": a, "b": sorted(b), "c": list(c)}

    sent = answer(handler, "/?a=x&a=yz&b=12&b=3&c=12&c=3").json()
    assert sent == {"a": ["x", "yz"], "b": [3, 12], "c": [12, 3]}


@mended("4.12", "Text in place of a file came as text, and a file's name could lead elsewhere.")
def files_are_files(folder: Path) -> None:
    async def handler(file: UploadFile):
        (folder / "in" / file.filename).write_bytes(await file.read())
        return file.filename

    (folder / "in").mkdir()
    assert answer(handler, method="POST", data={"file": "text"}).status_code == 400
    for sly in ("../../evil.txt", "..\\..\\evil.txt", "/etc/evil.txt", "C:\\evil.txt"):
        sent = answer(handler, method="POST", files={"file": (sly, b"x")})
        assert sent.text == "evil.txt"
    names = [answer(handler, method="POST", files={"file": (n, b"x")}).text for n in ("..", ".")]
    assert not {"", ".", ".."} & set(names)
    assert all(path.is_relative_to(folder / "in") for path in folder.rglob("*") if path.is_file())


@mended("4.13", "JSON whose type named a character set was not read.")
def json_with_a_charset(_: Path) -> None:
    def handler(n: int):
        return f"{n}"

    kind = {"content-type": "application/json; charset=utf-8"}
    assert answer(handler, method="POST", content=b'{"n": 3}', headers=kind).text == "3"
    for bad in (b"{", b"[1]", b'"x"'):
        assert answer(handler, method="POST", content=bad, headers=kind).status_code == 400


@mended("4.14", "A request had no limit as a whole.")
def requests_have_limits(_: Path) -> None:
    app = an_app(limits=Limits(body=100))
    app.post("/")(lambda text: text)
    assert ask(app, "/", "POST", data={"text": "x" * 200}).status_code == 413
    assert Limits().body < Limits().request


# 5. Responses ------------------------------------------------------------------------------------


@mended("5.1", "Head, foot and attributes were copied in depth for each request.")
def frames_are_values(_: Path) -> None:
    app = an_app(hdrs=Meta(name="a"))

    @app.get("/")
    def index(hdrs):
        return P("x")

    frame = app.frame
    assert ask(app).text == ask(app).text and app.frame is frame
    with pytest.raises(AttributeError):
        frame.title = "other"


@mended("5.2", "A boosted link got a fragment in place of its page.")
def boosted_links_get_pages(_: Path) -> None:
    boosted = returned(P("x"), headers=HTMX | {"HX-Boosted": "true"}).text
    assert "<html" in boosted and "<html" not in returned(P("x"), headers=HTMX).text


@mended("5.3", "A greeting with the visitor's name ran the visitor's script.")
def strings_are_text(_: Path) -> None:
    assert returned("Hello <script>").text == "Hello &lt;script&gt;"
    assert returned(NotStr("<b>x</b>")).text == "<b>x</b>"
    app = an_app(str_is_html=True)
    app.get("/")(lambda: "<b>x</b>")
    assert ask(app).text == "<b>x</b>"


@mended("5.4", "A list of dictionaries became its first, or a page.")
def lists_are_json(_: Path) -> None:
    assert returned([{"a": 1}]).json() == [{"a": 1}]
    assert returned([{"a": 1}, {"b": Decimal(1)}]).json() == [{"a": 1}, {"b": "1"}]


@mended("5.5", "Bytes, asynchronous generators and exceptions were shown as Python writes them.")
def odd_returns(_: Path) -> None:
    async def chunks():
        yield P("a")
        yield "<b>"

    def stream():
        return chunks()

    assert returned(b"\x00\x01").content == b"\x00\x01"
    assert answer(stream).text == "<p>a</p>&lt;b&gt;"
    assert returned(HTTPException(418)).status_code == 418
    assert returned(None).content == b""


@mended("5.6", "A cookie beside a redirect was lost.")
def cookies_beside_redirects(_: Path) -> None:
    sent = returned((RedirectResponse("/x"), cookie("a", "1")))
    assert sent.headers["location"] == "/x" and "a=1" in sent.headers["set-cookie"]
    missing = returned(FileResponse("nothing.txt"))
    assert missing.status_code == 404


@mended("5.6", "A redirect after a form posted the form again.")
def redirects_are_fetched(_: Path) -> None:
    from starlette.responses import RedirectResponse as Starlettes

    assert returned(RedirectResponse("/x"), method="POST").status_code == 303
    assert isinstance(RedirectResponse("/x"), Starlettes)
    assert returned(RedirectResponse("/x", status_code=307)).status_code == 307


@mended("5.8", "A view with a status, beside a cookie, was printed as Python writes it.")
def ft_responses_beside_cookies(_: Path) -> None:
    sent = returned((FtResponse(P("x"), 201), cookie("a", "1")), headers=HTMX)
    assert (sent.status_code, sent.text) == (201, "<p>x</p>") and "set-cookie" in sent.headers


@mended("5.9", "Of two cookies the first was lost, and scripts could read what was left.")
def every_cookie_is_sent(_: Path) -> None:
    sent = returned((P("x"), cookie("a", "1"), cookie("b", "2"))).headers.get_list("set-cookie")
    assert [text.partition(";")[0] for text in sent] == ["a=1", "b=2"]
    assert all("HttpOnly" in text and "SameSite=lax" in text for text in sent)


@mended("5.12", "Event streams could be kept back by a cache or a proxy.")
def streams_are_not_kept_back(_: Path) -> None:
    headers = EventStream(iter(())).headers
    assert headers["cache-control"] == "no-store" and headers["x-accel-buffering"] == "no"


@mended("5.13", "Data was sent for one spelling of the wish for it, and for no other.")
def data_for_who_prefers_it(_: Path) -> None:
    from fasthtml_nb.web.api_return import ApiReturn

    def handler(api: ApiReturn):
        return api(P("tea"), tea=True)

    for wish in ("application/json", "application/json;q=0.9, text/html;q=0.1", "application/*"):
        assert answer(handler, headers={"accept": wish}).json() == {"tea": True}
    for wish in ("text/html", "*/*", "text/html, application/json;q=0.9"):
        assert "<p>tea</p>" in answer(handler, headers={"accept": wish}).text


@mended("5.14", "A single element for the head was lost, and pages repeated the Host header.")
def heads_and_canonical_links(_: Path) -> None:
    app = an_app(hdrs=Style("p {}"))
    app.get("/")(lambda: P("x"))
    page = ask(app, "/?q=evil", headers={"host": "evil.example"}).text
    assert "<style>p {}</style>" in page
    assert "evil" not in page and "canonical" not in page
    named = an_app(canonical="https://shop.example")
    named.get("/")(lambda: P("x"))
    assert 'href="https://shop.example/"' in ask(named, "/?q=evil").text


# 6. Before, after, middleware, errors ------------------------------------------------------------


@mended("6.2", "An asynchronous function after the handler was never awaited.")
def after_may_be_async(_: Path) -> None:
    async def after(resp):
        resp.headers["x-after"] = "1"

    app = an_app(after=after)
    app.get("/")(lambda: P("x"))
    assert ask(app).headers["x-after"] == "1"


@mended("6.4 6.5", "With basic auth no app started, and a broken header broke the request.")
def basic_auth_works(_: Path) -> None:
    async def started(app: Any) -> None:
        app.state.up = True

    app = an_app(middleware=[user_pwd_auth(uma="s3cret")], on_startup=started)
    app.get("/")(lambda: "in")
    with TestClient(app) as client:
        assert app.state.up and client.get("/", auth=("uma", "s3cret")).text == "in"
        for broken in ("Basic", "Basic !!!", "Basic dW1h", "Bearer x", "Basic /w=="):
            assert client.get("/", headers={"authorization": broken}).status_code == 401


@mended("6.6", "A handler for a class of exceptions was not asked, and none had parameters.")
def exception_handlers_by_class(_: Path) -> None:
    def zero(req, exc, session, name: str = "nobody"):
        return Titled(f"{name} cannot share")

    app = an_app(exception_handlers={ZeroDivisionError: zero})
    app.get("/")(lambda: 1 // 0)
    failed = ask(app, "/?name=uma")
    assert failed.status_code == 500 and "<h1>uma cannot share</h1>" in failed.text
    assert "content-type" in ask(app, "/nowhere").headers


# 7. Sessions, toasts -----------------------------------------------------------------------------


@mended("7.2", "A key for all to read was written as soon as an app was made.")
def keys_when_needed(folder: Path) -> None:
    app = FastHTML(key_fname="key", default_hdrs=False)
    app.get("/")(lambda: "x")

    @app.get("/s")
    def s(session):
        session["a"] = 1
        return "x"

    ask(app)
    assert list(folder.iterdir()) == []
    ask(app, "/s")
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    (folder / "empty").write_text("")
    hollow = FastHTML(key_fname="empty", default_hdrs=False)
    hollow.get("/s")(s.__wrapped__)
    with pytest.raises(Exception, match="empty"):
        ask(hollow, "/s")


@mended("7.5", "Seconds were milliseconds, and an app was forgotten without a hint.")
def toasts_last_seconds(_: Path) -> None:
    app = an_app()
    setup_toasts(app)

    @app.get("/")
    def index(session):
        add_toast(session, "<b>", "info")
        return P("x")

    page = ask(app).text
    assert 'data-seconds="10"' in page and "&lt;b&gt;" in page
    with pytest.raises(TypeError, match=r"setup_toasts\(app, duration=5\)"):
        setup_toasts(duration=5)
    assert not {"js", "sk", "tcid"} & set(common.__all__)


# 8. Streams and sockets --------------------------------------------------------------------------


@mended("8.1", "The event of a server's end changed uvicorn, and the second ended the first.")
def shutdown_events_are_apart(_: Path) -> None:
    from uvicorn import Server

    one, two = signal_shutdown(), signal_shutdown()
    two.set()
    assert two.is_set() and not one.is_set()
    for name in ("handle_exit", "shutdown", "serve"):
        assert getattr(Server, name).__module__ == "uvicorn.server"


@mended("8.2", "A message of another shape ended the socket, errors were told to the visitor.")
def sockets_survive_messages(_: Path) -> None:
    app = an_app()

    @app.ws("/ws")
    def ws(n: int):
        return f"<b>{10 // n}"

    with TestClient(app).websocket_connect("/ws") as socket:
        for odd in ("[1]", '"x"', "{", "5", '{"n": "x"}', "[" * 5000):
            socket.send_text(odd)
        socket.send_text('{"n": 5}')
        heard = socket.receive_text()
    assert heard == "&lt;b&gt;2"
    with pytest.raises(WebSocketDisconnect):
        origin = {"origin": "https://evil.example", "host": "shop.example"}
        with TestClient(app).websocket_connect("/ws", headers=origin):
            pass


@mended("8.3", "What was to reach everybody raised an error.")
def sockets_reach_everybody(_: Path) -> None:
    app = an_app()

    async def talk(msg: str):
        await everybody(P(msg))

    everybody = setup_ws(app, talk)
    client = TestClient(app)
    with client, client.websocket_connect("/ws") as one, client.websocket_connect("/ws") as other:
        one.send_json({"msg": "hi"})
        assert one.receive_text() == other.receive_text() == "<p>hi</p>"


@mended("8.4", "An extension that is not known was a KeyError, and `sse` was missing.")
def extensions_are_known(_: Path) -> None:
    for exts in ("ws", "sse", ("preload", "ws")):
        assert len(an_page(exts=exts)) or exts
    page = to_xml(FastHTML(secret_key="k", exts="sse").hdrs)
    assert "sse" in page
    with pytest.raises((LookupError, ValueError), match="wsx"):
        FastHTML(secret_key="k", exts="wsx")


# 9. Serving --------------------------------------------------------------------------------------


@mended("9.3", "A server answered every network, unless told otherwise.")
def servers_listen_at_home(_: Path) -> None:
    from fasthtml_nb.web.serve import listen_address

    assert listen_address(None, None, {}) == ("127.0.0.1", 5001)
    assert listen_address(None, None, {"PORT": "80"}) == ("127.0.0.1", 80)
    assert listen_address("0.0.0.0", None, {}) == ("0.0.0.0", 5001)


@kept(
    "9.3",
    "`serve()` at the end of a file reloads what changes, as FastHTML's users are used to at home; "
    "`reload=False` is for elsewhere.",
)
def serving_reloads(_: Path) -> None:
    reload = inspect.signature(serve).parameters["reload"].default
    assert reload is None  # where no platform has set PORT; `tests/test_serve.py` runs both


@mended("9.6", "The one import lacked names that the quickstart uses.")
def the_door_has_what_the_quickstart_uses(_: Path) -> None:
    assert {"database", "Card", "Group", "Grid", "picolink"} <= set(common.__all__)


@mended("9.4", "Pages that reload themselves asked over an address that https forbids.")
def reloading_keeps_the_scheme(_: Path) -> None:
    from fasthtml_nb.web.live_reload import FastHTMLWithLiveReload

    app = FastHTMLWithLiveReload(secret_key="k", default_hdrs=False)
    app.get("/")(lambda: P("x"))
    page = TestClient(app, base_url="https://shop.example").get("/").text
    (script,) = re.findall(r'src="([^"]*live[^"]*)"', page)
    assert script.startswith("/") and not re.search("wss?://", page + ask(app, script).text)


# 10. Clients -------------------------------------------------------------------------------------


@mended("10.2", "A client began another thread for each request.")
def clients_keep_their_thread(_: Path) -> None:
    from fasthtml_nb.asgi.client import Client

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("tea")(scope, receive, send)

    with Client(app) as client:
        assert client.get("/").text == "tea"
        before = {thread.ident for thread in threading.enumerate()}
        assert {client.get("/").text for _ in range(20)} == {"tea"}
        assert {thread.ident for thread in threading.enumerate()} == before


# 11. Scripts, style sheets, drawings -------------------------------------------------------------


@mended("11.1", "What markdown gave went into the page unsanitised.")
def markdown_is_sanitised(_: Path) -> None:
    loaded = to_xml(MarkdownJS())
    assert "dompurify" in loaded and "sanitize" in loaded.lower()


@mended("11.2", "Colours for code were a list, and came only with htmx.")
def highlighting_stands_alone(_: Path) -> None:
    made = HighlightJS(langs="python")
    assert isinstance(made, tuple) and all(isinstance(each, FT) for each in made)
    assert "htmx" not in to_xml(made).replace("htmx:", "")


@mended("11.3", "Diagrams ran scripts, and selectors were pasted into the program.")
def diagrams_are_strict(_: Path) -> None:
    sly = "</script><script>evil()"
    for made in (MermaidJS(sel=sly), SortableJS(sel=sly), KatexMarkdownJS(sel=sly)):
        assert "evil()" in (text := to_xml(made)) and "<script>evil" not in text
    assert "strict" in to_xml(MermaidJS())
    with pytest.raises(ValueError, match="securityLevel"):
        MermaidJS(securityLevel="loose")


@mended("11.4", "Pages loaded whatever version was the latest, from elsewhere, unchecked.")
def scripts_are_pinned(_: Path) -> None:
    from fasthtml_nb.web.pins import ASSETS

    head = to_xml(fast_app(secret_key="k")[0].hdrs)
    assert "@latest" not in head and "@main" not in head
    for url in re.findall(r'(?:src|href)="(https:[^"]+)"', head):
        assert re.search(r"@\d+\.\d+", url) and "integrity=" in head
    assert ASSETS


@mended("11.5", "A grid left a list alone, and Pico's search hid the element's.")
def grids_and_search(_: Path) -> None:
    assert to_xml(Grid([P("a"), P("b")])).count("<div>") == 2
    assert to_xml(Search(P("x"))) == "<search><p>x</p></search>"
    assert pico.Search(P("x")).role == "search"


@mended("11.6", "Names of SVG lost their capitals, and a drawing its size.")
def svg_keeps_its_names(_: Path) -> None:
    drawn = svg.Svg(svg.LinearGradient(id="g"), viewBox="0 0 2 1", preserveAspectRatio="none")
    text = to_xml(drawn)
    assert "viewBox=" in text and "preserveAspectRatio=" in text and "<linearGradient" in text


# 12. Logging in with a provider ------------------------------------------------------------------


@mended("12.1", "A client of Auth0 asked the network as soon as it was made.")
def clients_make_no_request(_: Path) -> None:
    from fasthtml_nb.web.oauth_clients import Auth0AppClient, GoogleAppClient

    client = Auth0AppClient("shop.invalid", "id", "secret")
    for each in (client, GoogleAppClient("id", "secret")):
        link = each.login_link("https://shop.example/redirect", None, "state", "v" * 43, "nonce")
        assert {"state=state", "nonce=nonce", "code_challenge_method=S256"} <= set(
            link.partition("?")[2].split("&")
        )


@mended("12.2", "A login that another site had begun was taken, and headers chose where it ended.")
def logins_are_ones_own(_: Path) -> None:
    from fasthtml_nb.web.oauth import OAuth
    from fasthtml_nb.web.oauth_clients import GitHubAppClient

    class Auth(OAuth):
        def get_auth(self, info, ident, session, state):
            return True

    app = an_app()
    Auth(app, GitHubAppClient("id", "secret"), base_url="https://shop.example")
    client = TestClient(app, follow_redirects=False, base_url="https://shop.example")
    page = client.get("/login", headers={"x-forwarded-host": "evil.example"}).text
    assert "evil" not in page and "state=" in page and "shop.example" in page
    forged = client.get("/redirect?code=x&state=forged")
    assert forged.headers["location"] == "/error"
    assert "begun elsewhere" in client.get("/error").text


@mended("12.1", "Who Apple says the visitor is was believed without its signature.")
def apples_tokens_are_checked(_: Path) -> None:
    from fasthtml_nb.web.identity import UserInfo  # noqa: F401
    from fasthtml_nb.web.oauth_clients import AppleAppClient
    from fasthtml_nb.web.providers import OidcClient

    assert issubclass(AppleAppClient, OidcClient)  # whose tokens `tests/test_oauth.py` forges
    assert AppleAppClient.keys_url.startswith("https://appleid.apple.com/")
    assert "info_url" not in vars(AppleAppClient)


# The tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MENDED)
def test_trap_is_mended(name: str, tmp_path: Path) -> None:
    MENDED[name].holds(tmp_path)


@pytest.mark.parametrize("name", KEPT)
def test_habit_is_kept(name: str, tmp_path: Path) -> None:
    KEPT[name].holds(tmp_path)


NOT_HERE = {
    "9.8": "`stripe_otp`: an app for payments, shipped as a module.",
}
SURFACE = document.SHARED / "SURFACE.md"


def traps_listed() -> set[str]:
    """Return section and row of each entry of the list that names a trap, but for Jupyter's."""
    found, section, row = set(), 0, 0
    for line in SURFACE.read_text("utf-8").splitlines():
        if heading := re.match(r"## (\d+)\.", line):
            section, row = int(heading[1]), -1
        elif section and section < 13 and line.startswith("|") and not line.startswith("|---"):
            row += 1
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            if row and cells[-1].strip():
                found.add(f"{section}.{row}")
    return found


@pytest.mark.skipif(not SURFACE.is_file(), reason=f"The list of traps is not at {SURFACE}.")
def test_each_trap_that_is_listed_has_its_row() -> None:
    rows = [*MENDED.values(), *KEPT.values()]
    ours = {place for row in rows for place in row.at.split()} | NOT_HERE.keys()
    assert traps_listed() - ours == set()
    assert ours - traps_listed() == set()


def test_each_row_says_what_it_is_about() -> None:
    rows = [*MENDED.values(), *KEPT.values()]
    said = [row.said for row in rows]
    assert all(len(text.split()) > 5 and text.endswith(".") for text in said)
    assert len(set(said)) == len(said)
    assert not MENDED.keys() & KEPT.keys()
    assert len(MENDED) > 70
