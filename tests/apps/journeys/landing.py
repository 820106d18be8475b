"""A page that sells something, and says so to search engines."""

from fasthtml.common import *
from fasthtml.pico import *

teas = [("Green", "From Uji"), ("Black", "From Assam"), ("White", "From Fuding")]
app, rt = fast_app(
    title="Tea house",
    hdrs=(
        *Socials(
            title="Tea house",
            site_name="tea.example",
            description="Tea & time",
            image="https://tea.example/cup.png",
            url="https://tea.example",
        ),
        Favicon("/light.ico", "/dark.ico"),
    ),
    ftrs=(Footer(Small("Open daily")),),
    htmlkw={"lang": "en"},
)


@rt
def index(req):
    cards = Grid(*[Card(P(text), header=H3(name), footer=Button("Buy")) for name, text in teas])
    letter = Form(Group(Input(name="email", type="email"), Button("Subscribe")), hx_post=subscribe)
    ask = DialogX(P("Leave already?"), header="Wait", open=False, id="ask")
    return Title("Tea house"), Container(H1("Tea & time"), cards, letter, ask, Nbsp())


@rt
def subscribe(email: str, htmx: HtmxHeaders):
    said = f"Thank you, {email}"
    return P(said), HtmxResponseHeaders(trigger="subscribed") if htmx.request else None


@rt
def old():
    return Redirect("/")


@rt
def pick(n: int = 0):
    return Div(*[Span(name) for name, _ in teas][n:], id="pick"), cookie("last", n)


serve()
