"""One small site with a page for each journey of a visitor; its state is on its pages."""

from __future__ import annotations

from typing import Any

from fasthtml_nb.common import (
    H1,
    H2,
    A,
    Article,
    Button,
    CheckboxX,
    Dd,
    Dialog,
    Div,
    Dl,
    Dt,
    Fieldset,
    Form,
    Header,
    HtmxHeaders,
    Input,
    Label,
    Li,
    Main,
    Nav,
    Option,
    P,
    RedirectResponse,
    Response,
    Select,
    Span,
    Textarea,
    Title,
    Titled,
    Ul,
    UploadFile,
    fast_app,
)

SEARCHED = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov")
TABS = {"profile": "Who you are.", "billing": "What you pay.", "team": "Whom you work with."}
ROWS, LAST = 12, 36


def journey_site() -> Any:
    """Return the site, with nothing on it yet."""
    app, rt = fast_app(secret_key="journeys")
    app.get("/favicon.ico")(lambda: Response(status_code=204))
    for add in (
        add_forms,
        add_todos,
        add_scroll,
        add_tabs,
        add_modal,
        add_validation,
        add_news,
        add_counter,
        add_search,
        add_upload,
    ):
        add(rt)
    return app


def add_forms(rt: Any) -> None:
    """A plain form, answered with a redirect."""
    saved: list[dict[str, Any]] = []

    @rt("/forms")
    def get():
        return Titled(
            "Sign up",
            Form(
                Label("Name", Input(name="name", value="Nobody")),
                Label("Country", Select(Option("Peru"), Option("Chad"), name="country")),
                Label(Input(type="checkbox", name="letters", value="yes"), "Letters"),
                Fieldset(
                    Label(Input(type="radio", name="plan", value="free", checked=True), "Free"),
                    Label(Input(type="radio", name="plan", value="paid"), "Paid"),
                ),
                Label("About", Textarea("First\n", name="about")),
                Button("Save", name="by", value="save"),
                Button("Save a draft", name="by", value="draft"),
                Button("Start again", type="reset"),
                method="post",
                action="/forms",
            ),
        )

    @rt("/forms")
    async def post(req):
        form = await req.form()
        saved.append(dict(form))
        return RedirectResponse("/forms/done", status_code=303)

    @rt("/forms/done")
    def done():
        return Titled("Saved", Dl(*[(Dt(name), Dd(text)) for name, text in saved[-1].items()]))


def add_todos(rt: Any) -> None:
    """A list that htmx adds to, changes and takes from."""
    todos: dict[int, list[Any]] = {}

    def item(id: int) -> Any:
        title, done = todos[id]
        return Li(
            CheckboxX(
                done,
                title,
                hx_post=f"/todos/{id}/toggle",
                hx_target="closest li",
                hx_swap="outerHTML",
            ),
            Button("Delete", hx_delete=f"/todos/{id}", hx_target="closest li", hx_swap="delete"),
            cls="done" if done else None,
        )

    @rt("/todos")
    def get():
        return Titled(
            "Todos",
            Form(
                Label("New task", Input(name="title", required=True)),
                Button("Add"),
                hx_post="/todos",
                hx_target="#list",
                hx_swap="beforeend",
            ),
            Ul(*[item(id) for id in todos], id="list"),
        )

    @rt("/todos")
    def post(title: str):
        id = len(todos) + 1
        todos[id] = [title, False]
        return item(id)

    @rt("/todos/{id}/toggle")
    def toggle(id: int):
        todos[id][1] = not todos[id][1]
        return item(id)

    @rt("/todos/{id}")
    def delete(id: int):
        del todos[id]
        return ""


def add_scroll(rt: Any) -> None:
    """A table whose last row fetches more when it comes into view."""

    def rows(start: int) -> list[Any]:
        last = start + ROWS - 1
        more = dict(hx_get=f"/rows?start={last + 1}", hx_trigger="revealed", hx_swap="afterend")
        return [
            P(f"Row {number}", cls="row", style="height: 300px", **(more if number == last else {}))
            if last < LAST
            else P(f"Row {number}", cls="row", style="height: 300px")
            for number in range(start, last + 1)
        ]

    @rt("/scroll")
    def get():
        return Titled("Rows", Div(*rows(1)))

    @rt("/rows")
    def more(start: int):
        return tuple(rows(start))


def add_tabs(rt: Any) -> None:
    """Tabs that the server draws, and that it opens by address too."""

    def tabs(chosen: str) -> Any:
        return Div(
            Div(
                *[
                    Button(
                        name.title(),
                        role="tab",
                        aria_selected="true" if name == chosen else "false",
                        hx_get=f"/tabs/{name}",
                        hx_target="#tabs",
                        hx_swap="outerHTML",
                        hx_push_url="true",
                    )
                    for name in TABS
                ],
                role="tablist",
            ),
            Div(TABS[chosen], role="tabpanel"),
            id="tabs",
        )

    @rt("/tabs/{name}")
    def get(name: str, htmx: HtmxHeaders):
        return tabs(name) if htmx.request else Titled("Settings", tabs(name))


def add_modal(rt: Any) -> None:
    """A dialog fetched when it is wanted, and a question before something is lost."""
    orders = {1: "Tea", 2: "Rice"}

    def lines() -> Any:
        return Ul(
            *[
                Li(
                    name,
                    Button(f"Show {name}", hx_get=f"/modal/{id}", hx_target="#modal"),
                    Button(
                        f"Cancel {name}",
                        hx_delete=f"/modal/{id}",
                        hx_confirm=f"Cancel {name}?",
                        hx_target="#orders",
                        hx_swap="outerHTML",
                    ),
                )
                for id, name in orders.items()
            ],
            id="orders",
        )

    @rt("/modal")
    def get():
        return Titled("Orders", lines(), Div(id="modal"))

    @rt("/modal/{id}")
    def show(id: int):
        return Dialog(
            Article(
                H2(orders[id]),
                Form(Button("Close"), method="dialog", hx_get="/modal-closed", hx_target="#modal"),
            ),
            open=True,
            aria_label=f"Order {id}",
        )

    @rt("/modal-closed")
    def closed():
        return ""

    @rt("/modal/{id}")
    def delete(id: int):
        del orders[id]
        return lines()


def add_validation(rt: Any) -> None:
    """A form that the browser checks, then the server."""

    def form(email: str = "", age: str = "", error: str = "") -> Any:
        return Form(
            Label("Email", Input(name="email", type="email", required=True, value=email)),
            Label("Age", Input(name="age", type="number", min=18, max=120, value=age)),
            P(error, role="alert") if error else None,
            Button("Join"),
            hx_post="/join",
            hx_target="this",
            hx_swap="outerHTML",
        )

    asked: list[str] = []

    @rt("/join")
    def get():
        return Titled("Join", P(len(asked), id="asked"), form())

    @rt("/join")
    def post(email: str, age: str = ""):
        asked.append(email)
        count = P(len(asked), id="asked", hx_swap_oob="true")
        if email == "taken@example.com":
            return form(email, age, f"{email} is taken."), count
        return P(f"Welcome, {email}", role="status"), count


def add_news(rt: Any) -> None:
    """Pages whose links are boosted."""
    pages = {"one": "First things", "two": "Second thoughts"}

    @rt("/news/{name}")
    def get(name: str, htmx: HtmxHeaders):
        links = Nav(*[A(title, href=f"/news/{key}") for key, title in pages.items()])
        boosted = "boosted" if htmx.boosted else "loaded"
        return (
            Title(pages[name]),
            Main(links, H1(pages[name]), P(boosted, id="how"), hx_boost="true"),
        )


def add_counter(rt: Any) -> None:
    """A basket whose count stands elsewhere on the page."""
    basket: list[str] = []

    @rt("/shop")
    def get():
        return Titled(
            "Shop",
            Header("In the basket: ", Span(len(basket), id="count")),
            *[
                Button(
                    f"Add {name}", hx_post=f"/shop/{name}", hx_target="#last", hx_swap="innerHTML"
                )
                for name in ("tea", "rice")
            ],
            P("Nothing yet", id="last"),
        )

    @rt("/shop/{name}")
    def post(name: str):
        basket.append(name)
        return f"{name} added", Span(len(basket), id="count", hx_swap_oob="true")


def add_search(rt: Any) -> None:
    """Results that come while the visitor types."""

    def found(q: str) -> list[Any]:
        return [Li(name) for name in SEARCHED if q.lower() in name.lower()]

    @rt("/search")
    def get():
        return Titled(
            "People",
            Input(
                type="search",
                name="q",
                aria_label="Search",
                hx_get="/found",
                hx_trigger="input changed delay:150ms, search",
                hx_target="#found",
            ),
            Ul(*found(""), id="found"),
        )

    @rt("/found")
    def results(q: str = ""):
        return found(q) or P("Nobody.")


def add_upload(rt: Any) -> None:
    """Files, sent by htmx."""

    @rt("/upload")
    def get():
        return Titled(
            "Upload",
            Form(
                Label("Pictures", Input(type="file", name="files", multiple=True)),
                Label("Note", Input(name="note")),
                Button("Send"),
                hx_post="/upload",
                hx_encoding="multipart/form-data",
                hx_target="#sent",
            ),
            Ul(id="sent"),
        )

    @rt("/upload")
    async def post(files: list[UploadFile], note: str):
        sent = [(file.filename, file.content_type, await file.read()) for file in files]
        return [Li(f"{name} ({kind}): {len(content)} bytes") for name, kind, content in sent] + [
            Li(f"Note: {note}")
        ]
