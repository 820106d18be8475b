"""What surrounds a view, decided once and changed for nobody else."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import turbohtml

from fasthtml_nb.common import (
    A,
    Base,
    Body,
    Div,
    FastHTML,
    Fragment,
    Head,
    Html,
    Link,
    Main,
    Meta,
    NotStr,
    P,
    Script,
    Span,
    Style,
    TestClient,
    Title,
    Titled,
    fast_app,
    to_xml,
)
from fasthtml_nb.web.assets import PREFIX
from fasthtml_nb.web.page import PageFrame, canonical_link, part
from tests.apps.raw import ask_raw

START = "<!doctype html><html><head>"


def page_of(result: Any, path: str = "/", headers: Any = None, **options: Any) -> str:
    """Return the page that a handler makes, as the client sees it."""
    options = {"secret_key": "x", "default_hdrs": False} | options
    app = FastHTML(**options)
    app.route("/{path:path}")(result if inspect.isroutine(result) else lambda: result)
    return TestClient(app).get(path, headers=headers).text


@pytest.mark.parametrize(
    ("view", "head", "body"),
    [
        (Div("x"), "<title>FastHTML page</title>", "<div>x</div>"),
        ((Title("t"), Div("x")), "<title>t</title>", "<div>x</div>"),
        ((Div("x"), Title("t")), "<title>t</title>", "<div>x</div>"),
        ((Title("a"), Title("b")), "<title>b</title>", ""),
        ((Title(""), Div()), "<title></title>", "<div></div>"),
        ((Title("<&>"), Div()), "<title>&lt;&amp;&gt;</title>", "<div></div>"),
        (
            (Style("p{}"), Div(), Link(rel="x", href="y"), Meta(name="z"), Base(href="/")),
            '<title>FastHTML page</title><style>p{}</style><link rel="x" href="y">'
            '<meta name="z"><base href="/">',
            "<div></div>",
        ),
        (
            [[Title("t")], (Fragment(Style("a")), Div("x"))],
            "<title>t</title><style>a</style>",
            "<div>x</div>",
        ),
        (
            (Div(Style("in")), Script("s")),
            "<title>FastHTML page</title>",
            "<div><style>in</style></div><script>s</script>",
        ),
        (
            (Head(Title("h"), Script("s"), Meta(name="m")), Body(P("x"), Style("b"))),
            '<title>h</title><script>s</script><meta name="m">',
            None,
        ),
        (Head(Title("only")), "<title>only</title>", ""),
        (
            Titled("T & U", P("x")),
            "<title>T &amp; U</title>",
            '<main class="container"><h1>T &amp; U</h1><p>x</p></main>',
        ),
    ],
)
def test_head_elements_rise(view: Any, head: str, body: str | None) -> None:
    page = page_of(view)
    assert page.startswith(START + head + "</head><body>")
    if body is not None:
        assert page == f"{START}{head}</head><body>{body}</body></html>"


def test_a_body_that_is_returned_is_the_body() -> None:
    page = page_of(Body(P("x"), cls="own", data_a="1"), bodykw_class="y")
    assert page.count("<body") == 1 and page.endswith("<p>x</p></body></html>")
    found = turbohtml.parse(page).select_one("body")
    assert found.attrs["data-a"] == "1" and "own" in found.attrs["class"]


def test_a_document_that_is_returned_is_the_page() -> None:
    made = Html(Head(Title("t")), Body(P("x")), lang="en")
    page = page_of(made, hdrs=Style("not here"))
    assert page.lower().startswith("<!doctype html><html")
    assert page.lower().count("<!doctype") == 1
    parsed = turbohtml.parse(page)
    assert parsed.select_one("html").attrs == {"lang": "en"}
    assert parsed.select_one("title").text == "t" and "not here" not in page


def test_components_that_show_themselves_rise_too() -> None:
    class Whole:
        def __ft__(self) -> Any:
            return Title("t"), Div("x")

    assert page_of(Whole()) == f"{START}<title>t</title></head><body><div>x</div></body></html>"
    assert page_of(lambda: Fragment(Whole(), P("y"))).endswith(
        "<body><div>x</div><p>y</p></body></html>"
    )


def test_titled() -> None:
    assert to_xml(Titled("T", P("x"), cls="wide", id="m")) == (
        '<title>T</title><main class="wide" id="m"><h1>T</h1><p>x</p></main>'
    )
    assert to_xml(Titled()) == (
        '<title>FastHTML app</title><main class="container"><h1>FastHTML app</h1></main>'
    )


# The frame ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hdrs",
    [Style("h"), (Style("h"),), [Style("h")], [[None, (Style("h"),)]], NotStr("<style>h</style>")],
)
def test_one_header_or_several(hdrs: Any) -> None:
    page = page_of(Div(), hdrs=hdrs, ftrs=(P("f"), P("g")))
    assert page == (
        f"{START}<title>FastHTML page</title><style>h</style></head>"
        "<body><div></div><p>f</p><p>g</p></body></html>"
    )


def test_attributes_of_html_and_body() -> None:
    page = page_of(Div(), htmlkw={"lang": "en", "cls": "a"}, data_theme="dark", hx_boost="true")
    assert page.startswith('<!doctype html><html lang="en" class="a">')
    assert '<body data-theme="dark" hx-boost="true">' in page


def test_body_wrap() -> None:
    def layout(content: Any, request: Any) -> Any:
        return Main(A("home", href="/"), *content, P(request.url.path))

    page = page_of((Title("t"), Div("x")), "/here", body_wrap=layout)
    assert page == (
        f'{START}<title>t</title></head><body><main><a href="/">home</a><div>x</div>'
        "<p>/here</p></main></body></html>"
    )
    app = FastHTML(secret_key="x", default_hdrs=False, body_wrap=layout)
    app.get("/", body_wrap=lambda content, request: Span(content))(lambda: Div("x"))
    client = TestClient(app)
    assert client.get("/").text.endswith("<body><span><div>x</div></span></body></html>")
    assert client.get("/", headers={"hx-request": "true"}).text == "<div>x</div>"


def test_the_default_head() -> None:
    app, rt = fast_app(secret_key="x")
    rt("/")(lambda: Div())
    head = turbohtml.parse(TestClient(app).get("/").text).select_one("head")
    assert [m.attrs.get("charset") or m.attrs["name"] for m in head.select("meta")] == [
        "utf-8",
        "viewport",
    ]
    loaded = [s.attrs["src"] for s in head.select("script[src]")]
    assert ["htmx.org@2" in src for src in loaded[:1]] == [True]
    assert "pico" in head.select_one("link[rel=stylesheet]").attrs["href"]
    for options, gone in (({"pico": False}, "pico"), ({"htmx": False}, "htmx.org")):
        app, rt = fast_app(secret_key="x", **options)
        rt("/")(lambda: Div())
        assert gone not in TestClient(app).get("/").text
    app, rt = fast_app(secret_key="x", default_hdrs=False)
    rt("/")(lambda: Div())
    assert TestClient(app).get("/").text == (
        f"{START}<title>FastHTML page</title></head><body><div></div></body></html>"
    )


def test_htmx_4_and_extensions() -> None:
    app, rt = fast_app(secret_key="x", htmx4=True)
    rt("/")(lambda: Div())
    assert "htmx.org@4" in TestClient(app).get("/").text
    app, rt = fast_app(secret_key="x", exts=["ws", "preload"])
    rt("/")(lambda: Div())
    text = TestClient(app).get("/").text
    assert text.index("htmx.org@2") < text.index("htmx-ext-ws") < text.index("htmx-ext-preload")
    with pytest.raises(LookupError, match="No extension 'wss' for htmx"):
        fast_app(exts="wss")


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(TypeError, match="fast_app has no option 'hdr'.*bodykw={'hdr'"):
        fast_app(hdr=())


# One request's page ------------------------------------------------------------------------------


def test_what_a_request_adds_does_not_stay() -> None:
    app = FastHTML(
        secret_key="x", default_hdrs=False, hdrs=Style("all"), htmlkw={"lang": "en"}, data_a="1"
    )

    @app.get("/changed")
    def changed(hdrs, ftrs, htmlkw, bodykw):
        hdrs.append(Style("mine"))
        ftrs.append(P("foot"))
        htmlkw["lang"] = "de"
        bodykw["cls"] = "own"
        bodykw.pop("data-a")
        return Div("x")

    app.get("/plain")(lambda: Div("x"))
    client = TestClient(app)
    plain = client.get("/plain").text
    for _ in range(2):
        assert client.get("/changed").text == (
            '<!doctype html><html lang="de"><head><title>FastHTML page</title><style>all</style>'
            '<style>mine</style></head><body class="own"><div>x</div><p>foot</p></body></html>'
        )
    assert client.get("/plain").text == plain
    assert plain == (
        '<!doctype html><html lang="en"><head><title>FastHTML page</title><style>all</style>'
        '</head><body data-a="1"><div>x</div></body></html>'
    )


def test_a_form_may_have_fields_of_these_names() -> None:
    app = FastHTML(secret_key="x")

    @app.post("/")
    def post(body: str, data: str, hdrs: str):
        return {"body": body, "data": data, "hdrs": hdrs}

    sent = {"body": "b", "data": "d", "hdrs": "h"}
    assert TestClient(app).post("/", data=sent).json() == sent


def test_the_frame_of_an_app_can_be_changed() -> None:
    app = FastHTML(secret_key="x", default_hdrs=False)
    app.get("/")(lambda: Div())
    before = app.frame
    app.hdrs += (Style("late"),)
    app.ftrs = [P("end")]
    assert (
        TestClient(app)
        .get("/")
        .text.endswith("<style>late</style></head><body><div></div><p>end</p></body></html>")
    )
    assert before.head == () and before.foot == ()
    app.frame = app.frame.with_(title="New")
    assert "<title>New</title>" in TestClient(app).get("/").text


# Addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("canonical", "href"), [(True, "/a%20b"), ("https://shop.example/", "https://shop.example/a b")]
)
def test_canonical(canonical: Any, href: str) -> None:
    for host in (b"evil.example", b'"><script>', b"a:b:c", b""):
        app = FastHTML(secret_key="x", default_hdrs=False, canonical=canonical)
        app.get("/{p}")(lambda p: Div())
        answer = ask_raw(app, "GET", b"/a%20b?utm=1", [(b"host", host)])
        found = turbohtml.parse(answer.text).select_one("link[rel=canonical]").attrs["href"]
        assert found.replace(" ", "%20") == href.replace(" ", "%20")
        assert b"evil" not in answer.body and b"utm" not in answer.body
    assert "canonical" not in page_of(Div())


def test_the_path_in_a_canonical_link_is_text() -> None:
    page = page_of(Div(), '/"><script>alert(1)</script>', canonical=True)
    assert "<script>" not in page
    assert to_xml(canonical_link("https://a.example", "/m", "/x")) == (
        '<link rel="canonical" href="https://a.example/m/x">'
    )


def sources(page: str) -> list[str]:
    found = turbohtml.parse(page)
    return [
        *(s.attrs["src"] for s in found.select("script[src]")),
        *(s.attrs["href"] for s in found.select("link[rel=stylesheet]")),
    ]


@pytest.mark.parametrize("root_path", ["", "/app", "/a/b"])
def test_assets_of_a_mounted_app(root_path: str) -> None:
    """Behind a proxy or mounted: the page's own addresses work where it is."""
    inner, rt = fast_app(secret_key="x")
    rt("/page")(lambda: Div())
    if root_path:
        outer: Any = FastHTML(secret_key="x")
        outer.mount(root_path, inner)
    else:
        outer = inner
    client = TestClient(outer)
    for src in sources(client.get(f"{root_path}/page").text):
        if src.startswith("https:"):
            continue
        assert src.startswith(root_path + PREFIX)
        assert client.get(src).status_code == 200
    proxied = TestClient(inner, root_path=root_path)
    for src in sources(proxied.get("/page" if not root_path else f"{root_path}/page").text):
        assert src.startswith((root_path + PREFIX, "https:"))


# Values ------------------------------------------------------------------------------------------


def test_a_frame_is_a_value() -> None:
    frame = PageFrame(title="a", head=Style("x"))
    assert frame == PageFrame(title="a", head=(Style("x"),))
    other = frame.with_(title="b")
    assert (frame.title, other.title, other.head) == ("a", "b", frame.head)
    with pytest.raises(AttributeError):
        frame.title = "c"  # type: ignore[misc]
    first = frame.document(Div("x"))
    assert frame.document(Div("x")) == first
    view = (Title("t"), Div(Span("x")))
    before = to_xml(view)
    frame.document(view)
    assert to_xml(view) == before


def test_parts() -> None:
    parts = part((Title("t"), Style("s"), Body(Div(), cls="b"), "text", None))
    assert (to_xml(parts.title), to_xml(parts.head)) == ("<title>t</title>", "<style>s</style>")
    assert to_xml(parts.body) == "<div></div>text"
    assert parts.body_attributes == {"class": "b"} and parts.document is None


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"hx-request": "true"}, False),
        ({"hx-request": "true", "hx-boosted": "true"}, True),
        ({"hx-request": "true", "hx-history-restore-request": "true"}, True),
    ],
)
def test_whole_pages_and_fragments(headers: dict[str, str], whole: bool) -> None:
    page = page_of((Title("t"), Div("x")), headers=headers, hdrs=Style("h"), ftrs=P("f"))
    if whole:
        assert page.startswith("<!doctype html>") and "<style>h</style>" in page
    else:
        assert page == "<title>t</title><div>x</div>"


def test_a_document_may_do_without_its_doctype() -> None:
    from fasthtml_nb.ft.tags import Body, Html

    assert PageFrame().document(Html(Body("x"), doctype=False)) == "<html><body>x</body></html>"
