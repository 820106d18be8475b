"""Pages that only members see."""

from hmac import compare_digest

from fasthtml.common import *

members = {"uma": "s3cret", "max": "hunter2"}
notes = {}
login_redir = RedirectResponse("/login", status_code=303)


def before(req, sess):
    auth = req.scope["auth"] = sess.get("auth", None)
    if not auth:
        return login_redir


bware = Beforeware(before, skip=[r"/favicon\.ico", r".*\.css", "/login"])
app, rt = fast_app(before=bware)
setup_toasts(app, duration=4000)


@dataclass
class Login:
    name: str
    pwd: str


@rt("/login")
def get(sess):
    form = Form(
        Input(id="name", placeholder="Name"),
        Input(id="pwd", type="password", placeholder="Password"),
        Button("log in"),
        action="/login",
        method="post",
    )
    return Titled("Login", form)


@rt("/login")
def post(login: Login, sess):
    wanted = members.get(login.name)
    if wanted is None or not compare_digest(wanted, login.pwd):
        add_toast(sess, "Wrong name or password", "error")
        return login_redir
    sess["auth"] = login.name
    add_toast(sess, f"Welcome, {login.name}", "success")
    return RedirectResponse("/", status_code=303)


@rt("/")
def get(auth):
    mine = notes.get(auth, [])
    form = Form(Input(id="text"), Button("Note"), action="/notes", method="post")
    return Titled(f"Notes of {auth}", Ul(*map(Li, mine)), form, A("log out", href="/logout"))


@rt("/notes")
def post(text: str, auth):
    notes.setdefault(auth, []).append(text)
    return RedirectResponse("/", status_code=303)


@rt("/logout")
def get(sess):
    del sess["auth"]
    return login_redir


serve()
