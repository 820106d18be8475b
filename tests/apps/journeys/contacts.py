"""An address book: routes in a router of their own, a form that a dataclass fills."""

from dataclasses import asdict, dataclass
from fasthtml.common import *


@dataclass
class Contact:
    id: int = None
    name: str = ""
    email: str = ""
    kind: str = "friend"
    vip: bool = False

    def __ft__(self):
        star = " *" if self.vip else ""
        return Li(
            A(f"{self.name}{star}", href=detail.to(id=self.id)), f" {self.email} ({self.kind})"
        )


book = {1: Contact(1, "Uma", "uma@example.org", "family", True)}
ar = APIRouter(prefix="/contacts")

form = Form(
    Hidden(id="id"),
    Label("Name", Input(id="name")),
    Label("Mail", Input(id="email", type="email")),
    Select(Option("Friend", value="friend"), Option("Family", value="family"), id="kind"),
    CheckboxX(id="vip", label="Important"),
    Button("Save"),
    action="/contacts/save",
    method="post",
)


@ar("/")
def everybody():
    return Titled("Contacts", Ul(*book.values(), id="all"), A("New", href="/contacts/new"))


@ar("/new")
def new():
    return Titled("New contact", form)


@ar("/detail/{id}")
def detail(id: int):
    if id not in book:
        return FtResponse(
            Titled("No such contact", P(f"Number {id} is nobody's.")), status_code=404
        )
    return Titled(book[id].name, fill_form(form, book[id]))


@ar.post("/save")
def save(contact: Contact):
    contact.id = contact.id or max(book) + 1
    book[contact.id] = contact
    return RedirectResponse("/contacts/", status_code=303)


@ar("/raw/{id}")
def raw(id: int):
    return asdict(book[id])


def lost(req, exc):
    return Titled("Nothing here", P(f"{req.url.path} is not in this book."))


app, rt = fast_app(exception_handlers={404: lost})
ar.to_app(app)


@rt
def index():
    return Redirect(everybody)


serve()
