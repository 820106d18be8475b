"""Logging in, against a provider of OpenID Connect that listens on this machine."""

from __future__ import annotations

import asyncio
import hmac
import io
import json
import logging
import re
import subprocess
import sys
import threading
import time
import warnings
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import contextmanager
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import RedirectResponse

from fasthtml_nb.ft.tree import FT
from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.identity import LoginError, UserInfo, require_https, verify_identity
from fasthtml_nb.web.login_attempts import Attempts, get_host, local_path, redir_url, url_match
from fasthtml_nb.web.oauth import LOGIN_ERRORS, OAuth, kept_here
from fasthtml_nb.web.oauth_clients import (
    AppleAppClient,
    Auth0AppClient,
    DiscordAppClient,
    GitHubAppClient,
    GoogleAppClient,
    HuggingFaceClient,
)
from fasthtml_nb.web.providers import OAuthClient, OidcClient
from fasthtml_nb.web.responses import HttpHeader, Redirect

with warnings.catch_warnings():  # of the provider, about its own library
    import authlib.deprecate

    warnings.simplefilter("ignore")
    import oidc_provider_mock
    from authlib.oauth2.rfc7636 import create_s256_code_challenge
    from joserfc import jwk, jwt
    from werkzeug.serving import make_server

pytestmark = [  # the provider's, too
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
assert authlib.deprecate.AuthlibDeprecationWarning


# A provider ------------------------------------------------------------------------------------


class Gate:
    """WSGI in front of the provider: demands PKCE as RFC 7636 says, and may spoil the answers.

    It has a key of its own, published beside the provider's, so that a spoilt token can be signed
    well.
    """

    def __init__(self, provider):
        self.provider = provider
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "gate", "use": "sig"})
        self.challenges, self.seen = {}, []
        self.reset()

    def reset(self):
        self.claims = None  # claims → claims, signed again
        self.token = None  # answer → answer
        self.info = None  # answer → answer
        self.sign_with = self.key, "RS256", "gate"
        self.seen.clear()

    def __call__(self, environ, start_response):
        path, query = environ["PATH_INFO"], dict(parse_qsl(environ["QUERY_STRING"]))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        self.seen.append(path)
        if path == "/oauth2/token":
            form = self.form = dict(parse_qsl(body.decode()))
            proof = create_s256_code_challenge(form.get("code_verifier", ""))
            if self.challenges.get(form["code"]) != proof:
                return _json(start_response, "400 Bad Request", {"error": "invalid_grant"})
        status, headers, answer = self._forward(environ)
        location = dict(headers).get("Location", "")
        if path == "/oauth2/authorize" and "code=" in location:
            assert query["code_challenge_method"] == "S256"
            self.challenges[parse_qs(urlsplit(location).query)["code"][0]] = query["code_challenge"]
        if status.startswith("200") and path in ("/oauth2/token", "/jwks", "/userinfo"):
            return _json(start_response, status, self._spoilt(path, json.loads(answer)))
        start_response(status, headers)
        return [answer]

    def _forward(self, environ):
        told = []
        chunks = self.provider(environ, lambda status, headers, *_: told.extend([status, headers]))
        answer = b"".join(chunks)
        return told[0], told[1], answer

    def _spoilt(self, path, found):
        if path == "/jwks" and self.claims:  # the provider's tokens name no key: it may have one
            found["keys"].append(self.key.as_dict(private=False))
        if path == "/userinfo" and self.info:
            found = self.info(found)
        if path == "/oauth2/token" and self.claims:
            payload = found["id_token"].split(".")[1]
            claims = json.loads(_unpadded(payload))
            key, algorithm, kid = self.sign_with
            header = {"alg": algorithm, "kid": kid}
            found["id_token"] = jwt.encode(header, self.claims(claims), key, [algorithm])
        if path == "/oauth2/token" and self.token:
            found = self.token(found)
        return found


def _unpadded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _padless(content):
    return urlsafe_b64encode(content).decode().rstrip("=")


def _json(start_response, status, content):
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(content).encode()]


@pytest.fixture(scope="module")
def running_gate():
    users = [
        oidc_provider_mock.User(
            sub="17", claims={"name": "Uma", "email": "uma@shop.example", "email_verified": True}
        ),
        oidc_provider_mock.User(sub="18", claims={"name": "Bob", "email": "bob@shop.example"}),
    ]
    gate = Gate(oidc_provider_mock.app(require_nonce=True, user_claims=users))
    server = make_server("localhost", 0, gate, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    gate.issuer = f"http://localhost:{server.server_port}"
    yield gate
    server.shutdown()
    thread.join(5)
    server.server_close()
    assert not thread.is_alive()


@pytest.fixture
def gate(running_gate):
    running_gate.reset()
    return running_gate


# An app ----------------------------------------------------------------------------------------


class Auth(OAuth):
    def get_auth(self, info, ident, session, state):
        session["name"], session["note"] = info.name, state
        return ident != "18"


def make_app(gate, auth=Auth, client=None, **options):
    app = FastHTML(secret_key="a key for these tests")
    oauth = auth(app, client or OidcClient(gate.issuer, "app-1", "secret"), **options)

    @app.get("/orders")
    def orders(auth, session, page: int = 1):
        return FT("p", (f"Orders of {session['name']}, {auth}, page {page}",))

    @app.get("/session")
    def session_(session):
        return dict(session)

    return app, oauth


def browser(app, **options):
    return TestClient(app, base_url="http://localhost", follow_redirects=False, **options)


def link_of(page):
    from html import unescape

    return unescape(re.search(r'href="(http[^"]*state=[^"]*)"', page.text)[1])


def agree(link, **form):
    """Log in at the provider; return the address to which it sends the visitor back."""
    with httpx.Client() as visitor:
        assert visitor.get(link).status_code == 200
        answer = visitor.post(link, data={"sub": "17", **form})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


def set_out(visitor, path="/login"):
    return link_of(visitor.get(path))


def log_in(visitor, path="/login", **form):
    return visitor.get(agree(set_out(visitor, path), **form))


def assert_refused(visitor, answer, error):
    assert answer.status_code == 303 and answer.headers["location"] == "/error"
    page = visitor.get("/error")
    assert page.status_code == 200 and LOGIN_ERRORS[error] in page.text
    assert visitor.get("/orders").headers["location"].startswith("/login")


# The way in ------------------------------------------------------------------------------------


def test_a_login(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    stranger = visitor.get("/orders?page=2")
    assert stranger.headers["location"] == "/login?next=%2Forders%3Fpage%3D2"
    back = log_in(visitor, stranger.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/orders?page=2")
    assert "Orders of Uma, 17, page 2" in visitor.get("/orders?page=2").text
    assert visitor.get("/session").json() == {"name": "Uma", "note": None, "auth": "17"}


@contextmanager
def served(app):
    config = uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def test_a_login_over_sockets(gate):
    app, _ = make_app(gate)
    with served(app) as url, httpx.Client(base_url=url, follow_redirects=True) as visitor:
        page = visitor.get("/orders?page=3")
        assert page.url.path == "/login"
        answer = visitor.get(agree(link_of(page)))
        assert "Orders of Uma, 17, page 3" in answer.text and answer.url.path == "/orders"
        assert visitor.get("/logout").url.path == "/login"
        assert visitor.get("/orders").url.path == "/login"


def test_what_the_link_says(gate):
    app, oauth = make_app(gate, base_url="https://shop.example")
    visitor = browser(app)
    query = dict(parse_qsl(urlsplit(set_out(visitor)).query))
    [attempt] = app.sessions.unsign(visitor.cookies["session_"])["login /redirect"]
    state, verifier, nonce, *_ = attempt
    assert query == {
        "response_type": "code",
        "client_id": "app-1",
        "redirect_uri": "https://shop.example/redirect",
        "scope": "openid email profile",
        "state": state,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
        "nonce": nonce,
    }
    assert 43 <= len(verifier) <= 128 and len(state) >= 32 and len(nonce) >= 32


def test_each_link_is_another_attempt(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    links = [set_out(visitor) for _ in range(3)]
    assert len({parse_qs(urlsplit(link).query)["state"][0] for link in links}) == 3
    assert visitor.get(agree(links[1])).headers["location"] == "/"  # an older tab
    assert visitor.get("/orders").status_code == 200


def test_the_note_comes_from_the_session(gate):
    app, oauth = make_app(gate)

    @app.get("/login")
    def login(req):
        return FT("a", ("Log in",), {"href": oauth.login_link(req, state="invited by Bob")})

    visitor = browser(app)
    log_in(visitor)
    assert visitor.get("/session").json()["note"] == "invited by Bob"


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_hooks_may_be_async(gate, kind):
    class Sync(OAuth):
        def get_auth(self, info, ident, session, state):
            return Redirect("/session")

        def check_invalid(self, req, session, auth):
            return "page=9" in str(req.url) and Redirect("/elsewhere")

        def logout(self, session):
            return "Goodbye"

    class Async(Sync):
        async def get_auth(self, *args):
            return Sync.get_auth(self, *args)

        async def check_invalid(self, *args):
            return Sync.check_invalid(self, *args)

        async def logout(self, *args):
            return Sync.logout(self, *args)

    app, _ = make_app(gate, {"async": Async, "sync": Sync}[kind])
    visitor = browser(app)
    assert log_in(visitor).headers["location"] == "/session"
    assert visitor.get("/session").json() == {"auth": "17"}
    assert visitor.get("/orders?page=9").headers["location"] == "/elsewhere"
    assert visitor.get("/logout").text == "Goodbye"
    assert not visitor.cookies


def test_logout_clears_the_session(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    log_in(visitor)
    answer = visitor.get("/logout")
    assert answer.headers["location"] == "/login" and "Max-Age=0" in answer.headers["set-cookie"]
    assert not visitor.cookies
    assert visitor.get("/orders").status_code == 303


def test_another_visitor_starts_afresh(gate):
    class All(Auth):
        def get_auth(self, info, ident, session, state):
            session.setdefault("cart", ident)
            return True

    app, _ = make_app(gate, All)
    visitor = browser(app)
    log_in(visitor)
    log_in(visitor, sub="18")
    assert visitor.get("/session").json() == {"cart": "18", "auth": "18"}


def test_skipped_paths_and_htmx(gate):
    app, _ = make_app(gate, skip=[r"/open/.*"])

    @app.get("/open/{name}")
    def opened(name: str, auth=None):
        return f"{name} {auth}"

    visitor = browser(app)
    assert visitor.get("/open/door").text == "door None"
    assert visitor.get("/orders", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/login"
    assert visitor.post("/orders").status_code == 405
    assert visitor.get("/orders?auth=17", headers={"auth": "17"}).status_code == 303


# What is refused -------------------------------------------------------------------------------


def changed(address, **values):
    url = urlsplit(address)
    query = {**dict(parse_qsl(url.query)), **values}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{url.path}?{urlencode(kept)}"


@pytest.mark.parametrize("state", ["x" * 32, "", None, "é", "\x00"])
def test_a_wrong_state(gate, state):
    app, _ = make_app(gate)
    visitor = browser(app)
    back = agree(set_out(visitor))
    gate.seen.clear()
    assert_refused(visitor, visitor.get(changed(back, state=state)), "invalid_state")
    assert gate.seen == []  # the code was not even shown


def test_another_browsers_login(gate):
    app, _ = make_app(gate)
    mallory, uma = browser(app), browser(app)
    back = agree(set_out(mallory))
    assert_refused(uma, uma.get(back), "invalid_state")
    set_out(uma)
    assert_refused(uma, uma.get(back), "invalid_state")


def test_a_session_that_is_gone(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    back = agree(set_out(visitor))
    visitor.cookies.clear()
    assert_refused(visitor, visitor.get(back), "invalid_state")


def test_a_login_works_once(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    back = agree(set_out(visitor))
    cookie = visitor.cookies["session_"]
    assert visitor.get(back).headers["location"] == "/"
    visitor.get("/logout")
    assert_refused(visitor, visitor.get(back), "invalid_state")
    visitor.cookies.clear()
    gate.seen.clear()
    again = visitor.get(back, headers={"cookie": f"session_={cookie}"})  # the old session, kept
    assert again.headers["location"] == "/error" and gate.seen == []


def test_a_replayed_code(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    used = dict(parse_qsl(urlsplit(back := agree(set_out(visitor))).query))["code"]
    assert visitor.get(back).headers["location"] == "/"
    visitor.get("/logout")
    back = agree(set_out(visitor))
    assert_refused(visitor, visitor.get(changed(back, code=used)), "login_failed")


def test_a_stolen_code(gate):
    """Mallory puts Uma's code into an attempt of her own: the verifier is another."""
    app, _ = make_app(gate)
    mallory, uma = browser(app), browser(app)
    code = dict(parse_qsl(urlsplit(agree(set_out(uma))).query))["code"]
    back = agree(set_out(mallory), sub="18")
    assert_refused(mallory, mallory.get(changed(back, code=code)), "login_failed")


def test_the_provider_checks_the_verifier(gate):
    client = OidcClient(gate.issuer, "app-1", "secret")
    address = "http://localhost/redirect"
    link = client.login_link(address, None, "s1", "v" * 43, nonce="once-1")
    code = dict(parse_qsl(urlsplit(agree(link)).query))["code"]
    for verifier in (None, "w" * 43):
        with pytest.raises(LoginError, match="could not exchange the code: 'invalid_grant'"):
            client.parse_response(code, address, verifier)
    assert client.retr_id(code, address, code_verifier="v" * 43, nonce="once-1") == "17"


@pytest.mark.parametrize(("age", "works"), [(590, True), (610, False)])
def test_a_login_that_took_long(gate, age, works):
    app, _ = make_app(gate)
    visitor = browser(app)
    back = agree(set_out(visitor))
    session = app.sessions.unsign(visitor.cookies["session_"])
    session["login /redirect"][0][3] -= age
    visitor.cookies.clear()
    cookie = app.sessions.sign(session)
    answer = visitor.get(back, headers={"cookie": f"session_={cookie}"})
    now = app.sessions.unsign(answer.cookies["session_"])
    if works:
        assert (answer.headers["location"], now["auth"]) == ("/", "17")
    else:
        assert answer.headers["location"] == "/error"
        assert now == {"oauth_error": "invalid_state"}


def test_a_visitor_who_declines(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    link = set_out(visitor)
    back = agree(link, action="deny")  # the provider forgets the state, so we add it as others do
    assert "error=access_denied" in back
    assert_refused(visitor, visitor.get(back), "invalid_state")
    link = set_out(visitor)
    back = changed(agree(link, action="deny"), state=parse_qs(urlsplit(link).query)["state"][0])
    assert_refused(visitor, visitor.get(back), "access_denied")


@pytest.mark.parametrize("error", ["server_error", "<script>alert(1)</script>", "", "x" * 5000])
def test_the_providers_words_stay_in_the_log(gate, error, caplog):
    app, _ = make_app(gate)
    visitor = browser(app)
    state = parse_qs(urlsplit(set_out(visitor)).query)["state"][0]
    query = {"state": state, "error": error, "error_description": "call 555-0100"}
    with caplog.at_level(logging.WARNING, "fasthtml_nb"):
        answer = visitor.get(f"/redirect?{urlencode(query)}")
    assert_refused(visitor, answer, "login_failed")
    assert "the provider says" in caplog.text and len(caplog.text) < 500
    page = visitor.get("/error").text
    assert "555-0100" not in page and (not error or error not in page)


def test_an_answer_of_another_issuer(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    back = agree(set_out(visitor))
    answer = visitor.get(changed(back, iss="https://evil.example"))
    assert_refused(visitor, answer, "invalid_state")
    back = agree(set_out(visitor))
    assert visitor.get(changed(back, iss=gate.issuer)).headers["location"] == "/"


def test_who_may_not_come_in(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    assert_refused(visitor, log_in(visitor, sub="18"), "not_allowed")
    assert "auth" not in app.sessions.unsign(visitor.cookies["session_"])


def test_nothing_secret_is_shown_or_logged(gate, caplog):
    app, _ = make_app(gate)
    visitor = browser(app)
    gate.token = lambda answer: {**answer, "id_token": answer["id_token"][:-4] + "AAAA"}
    link = set_out(visitor)
    [[_, verifier, nonce, *_]] = app.sessions.unsign(visitor.cookies["session_"])["login /redirect"]
    back = agree(link)
    with caplog.at_level(logging.DEBUG, "fasthtml_nb"):
        answer = visitor.get(back)
    assert_refused(visitor, answer, "login_failed")
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    ours = [r.getMessage() for r in caplog.records if r.name not in ("werkzeug", "httpx")]
    shown = visitor.get("/error").text + "\n".join(ours)
    assert "does not hold" in shown
    assert not [word for word in (code, verifier, nonce, "secret") if word in shown]


def test_a_head_request_uses_nothing_up(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    back = agree(set_out(visitor))
    assert visitor.head(back).status_code == 405
    assert visitor.get(back).headers["location"] == "/"


# Identity tokens -------------------------------------------------------------------------------

HS = jwk.OctKey.import_key("thirty-two bytes that are no secret")
SPOILT = {
    "for another app": lambda c: {**c, "aud": "app-2"},
    "for several, by another": lambda c: {**c, "aud": ["app-1", "app-2"], "azp": "app-2"},
    "for nobody": lambda c: {k: v for k, v in c.items() if k != "aud"},
    "of another issuer": lambda c: {**c, "iss": "https://evil.example"},
    "of no issuer": lambda c: {k: v for k, v in c.items() if k != "iss"},
    "run out": lambda c: {**c, "exp": int(time.time()) - 120},
    "without end": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "of tomorrow": lambda c: {**c, "nbf": int(time.time()) + 86400},
    "of another login": lambda c: {**c, "nonce": "n" * 32},
    "of no login": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "of nobody": lambda c: {k: v for k, v in c.items() if k != "sub"},
    "blank": lambda c: {**c, "sub": ""},
    "another access token": lambda c: {**c, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


def test_a_token_signed_again_holds(gate):
    """So that what the next tests see is the claim, not the signature."""
    app, _ = make_app(gate)
    gate.claims = lambda claims: {**claims, "name": "Uma by the gate"}
    visitor = browser(app)
    assert log_in(visitor).headers["location"] == "/"
    assert visitor.get("/session").json()["name"] == "Uma by the gate"


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_token_that_does_not_hold(gate, spoil):
    app, _ = make_app(gate)
    gate.claims = spoil
    visitor = browser(app)
    assert_refused(visitor, log_in(visitor), "login_failed")


def _unsigned(answer):
    _, payload, _ = answer["id_token"].split(".")
    return {**answer, "id_token": f"eyJhbGciOiJub25lIn0.{payload}."}


def _spelled_otherwise(answer):
    head, payload, signature = answer["id_token"].split(".")
    claims = json.loads(_unpadded(payload))
    other = _padless(json.dumps({**claims, "sub": "1"}).encode())
    return {**answer, "id_token": f"{head}.{other}.{signature}"}


ANSWERS = {
    "unsigned": _unsigned,
    "changed": _spelled_otherwise,
    "no identity token": lambda a: {k: v for k, v in a.items() if k != "id_token"},
    "no token": lambda a: {**a, "id_token": "no.token"},
    "not text": lambda a: {**a, "id_token": 17},
    "no access token": lambda a: {k: v for k, v in a.items() if k != "access_token"},
    "an error": lambda a: {"error": "server_error", "error_description": "secret"},
    "a list": lambda a: [a],
    "nothing": lambda a: {},
}


@pytest.mark.parametrize("spoil", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_that_does_not_hold(gate, spoil):
    app, _ = make_app(gate)
    gate.token = spoil
    visitor = browser(app)
    assert_refused(visitor, log_in(visitor), "login_failed")


def test_keys_that_are_not_the_providers(gate):
    app, _ = make_app(gate)
    gate.claims = dict
    forger = jwk.RSAKey.generate_key(2048)
    signers = [(forger, "RS256", "gate"), (forger, "RS256", "unknown"), (HS, "HS256", "gate")]
    for signer in signers:
        gate.sign_with = signer
        visitor = browser(app)
        assert_refused(visitor, log_in(visitor), "login_failed")


def test_the_public_key_is_no_shared_secret(gate):
    def confused(answer):
        header = _padless(b'{"alg":"HS256","kid":"gate"}')
        signed = f"{header}.{answer['id_token'].split('.')[1]}"
        mac = hmac.digest(gate.key.as_pem(private=False), signed.encode(), "sha256")
        return {**answer, "id_token": f"{signed}.{_padless(mac)}"}

    app, _ = make_app(gate)
    gate.claims, gate.token = dict, confused
    visitor = browser(app)
    assert_refused(visitor, log_in(visitor), "login_failed")


def test_the_page_of_another_visitor(gate):
    app, _ = make_app(gate)
    gate.info = lambda info: {**info, "sub": "18"}
    visitor = browser(app)
    assert_refused(visitor, log_in(visitor), "login_failed")


@pytest.mark.parametrize("info", [lambda i: [i], lambda i: "x", lambda i: {}])
def test_a_page_that_says_nothing_useful(gate, info):
    client = OidcClient(gate.issuer, "app-1", "secret")
    gate.info = info
    link = client.login_link("http://localhost/redirect", None, "s", "v" * 43, "another nonce")
    code = dict(parse_qsl(urlsplit(agree(link)).query))["code"]
    token = client.parse_response(code, "http://localhost/redirect", "v" * 43)
    if info({}) == {}:
        assert client.get_info(token).sub == "17"  # signed, so no page is needed
    else:
        with pytest.raises(LoginError, match="could not ask who the visitor is: ValueError"):
            client.get_info(token)


def test_keys_are_asked_for_when_they_are_new(gate):
    client = OidcClient(gate.issuer, "app-1", "secret")
    app, _ = make_app(gate, client=client)
    for _ in range(2):
        log_in(browser(app))
    assert gate.seen.count("/jwks") == 1
    assert gate.seen.count("/.well-known/openid-configuration") == 1
    gate.claims, gate.sign_with = dict, (jwk.RSAKey.generate_key(2048), "RS256", "new")
    log_in(browser(app))
    assert gate.seen.count("/jwks") == 2


def test_a_configuration_of_another_issuer(gate):
    client = OidcClient(gate.issuer + "/", "app-1", "secret")
    with pytest.raises(LoginError, match="publishes the configuration of another issuer"):
        client.discover()


@given(st.text() | st.builds(".".join, st.lists(st.text(), min_size=3, max_size=5)))
def test_no_text_is_a_token(text):
    key = {"kty": "oct", "k": "AAAA"}
    with pytest.raises(LoginError, match="does not hold"):
        verify_identity(text, [key], "app-1", ["https://id.example"])


# Clients ---------------------------------------------------------------------------------------


def test_by_hand(gate):
    """As FastHTML's users write it: no class, a code exchanged in a handler."""
    client = OidcClient(gate.issuer, "app-1", "secret")
    address = "http://localhost/redirect"
    for number, step in enumerate(("sync", "async", "whole", "whole async")):
        link = client.login_link(address, None, "s", "v" * 43, f"{number} {gate.issuer}")
        code = dict(parse_qsl(urlsplit(agree(link)).query))["code"]
        checks = {"code_verifier": "v" * 43, "nonce": f"{number} {gate.issuer}"}

        async def asynchronously(code=code, checks=checks):
            await client.parse_response_async(code, address, **checks)
            return await client.get_info_async()

        if step == "sync":
            client.parse_response(code, address, **checks)
            info = client.get_info()
        elif step == "async":
            info = asyncio.run(asynchronously())
        elif step == "whole":
            info = client.retr_info(code, address, **checks)
        else:
            info = asyncio.run(client.retr_info_async(code, address, **checks))
        assert (info.sub, info.name, info.email, info.email_verified, info.phone) == (
            *("17", "Uma", "uma@shop.example", True),
            None,
        )


def test_one_client_serves_many_visitors(gate):
    client = OidcClient(gate.issuer, "app-1", "secret")
    app, _ = make_app(gate, client=client)
    visitors = [(browser(app), sub) for sub in ("17", "19", "20", "21")]
    backs = [(v, sub, agree(set_out(v), sub=sub)) for v, sub in visitors]
    answers = {}
    threads = [
        threading.Thread(target=lambda v=v, s=s, b=b: answers.update({s: v.get(b)}))
        for v, s, b in backs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {s: v.get("/session").json()["auth"] for v, s in visitors} == {s: s for _, s in visitors}


def test_a_provider_without_identity_tokens(gate):
    class Plain(OAuthClient):
        base_url = f"{gate.issuer}/oauth2/authorize"
        token_url = f"{gate.issuer}/oauth2/token"
        info_url = f"{gate.issuer}/userinfo"
        scope = "profile"

    client = Plain("app-1", "secret")
    link = client.login_link("http://localhost/redirect", None, "s1", "v" * 43, "plain nonce")
    code = dict(parse_qsl(urlsplit(agree(link)).query))["code"]
    info = client.retr_info(code, "http://localhost/redirect", code_verifier="v" * 43)
    assert info == {"sub": "17", "name": "Uma"}


def test_a_client_without_secret(gate):
    """PKCE alone; this provider wants a secret, too, so what was sent is looked at."""
    client = OidcClient(gate.issuer, "app-1")
    link = client.login_link("http://localhost/redirect", None, "s1", "v" * 43, "public nonce")
    code = dict(parse_qsl(urlsplit(agree(link)).query))["code"]
    with pytest.raises(LoginError, match="'invalid_client'"):
        client.retr_info(code, "http://localhost/redirect", code_verifier="v" * 43)
    assert gate.form == {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://localhost/redirect",
        "code_verifier": "v" * 43,
        "client_id": "app-1",
    }


def test_a_provider_out_of_reach():
    class Lost(OAuthClient):
        token_url = "http://localhost:1/token"

    with pytest.raises(LoginError, match=r"^Lost could not exchange the code: ConnectError\.$"):
        Lost("app-1", "secret").parse_response("code", "http://localhost/redirect")


EC_KEY = jwk.ECKey.generate_key("P-256").as_pem(private=True).decode()
CLIENTS = {
    "accounts.google.com": lambda: GoogleAppClient("app-1", "secret"),
    "github.com": lambda: GitHubAppClient("app-1", "secret"),
    "huggingface.co": lambda: HuggingFaceClient("app-1", "secret"),
    "discord.com": lambda: DiscordAppClient("app-1", "secret"),
    "shop.auth0.com": lambda: Auth0AppClient("shop.auth0.com", "app-1", "secret"),
    "appleid.apple.com": lambda: AppleAppClient("app-1", "KEY1", "TEAM1", EC_KEY),
}


@pytest.mark.parametrize("host", CLIENTS)
def test_each_client(host, monkeypatch):
    """None asks the network before a visitor comes back, and each fits `OAuth`."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was asked"))
    app, oauth = make_app(None, client=CLIENTS[host]())
    visitor = browser(app)
    url = urlsplit(set_out(visitor))
    query = dict(parse_qsl(url.query))
    assert (url.scheme, url.hostname) == ("https", host)
    assert query["redirect_uri"] == "http://localhost/redirect"
    assert query["code_challenge_method"] == "S256" and len(query["code_challenge"]) == 43
    assert ("nonce" in query) == isinstance(oauth.cli, OidcClient)
    assert ("openid" in query["scope"].split()) == isinstance(oauth.cli, OidcClient)
    assert "secret" not in url.query


def test_google_from_a_file(tmp_path):
    file = tmp_path / "client.json"
    file.write_text('{"web": {"client_id": "a", "client_secret": "b", "project_id": "p"}}')
    client = GoogleAppClient.from_file(file)
    assert (client.client_id, client.client_secret) == ("a", "b")
    assert client.consent_url().endswith("/a?project=p")
    file.write_text("{}")
    with pytest.raises(ValueError, match="should hold an OAuth client under 'web'"):
        GoogleAppClient.from_file(file)


# Apple -----------------------------------------------------------------------------------------


@pytest.fixture
def apple(gate):
    class Apple(AppleAppClient):
        issuers = (gate.issuer,)
        base_url = f"{gate.issuer}/oauth2/authorize"
        token_url = f"{gate.issuer}/oauth2/token"
        keys_url = f"{gate.issuer}/jwks"

    return Apple("app-1", "KEY1", "TEAM1", EC_KEY)


def posted(visitor, back, **more):
    """Do as Apple's page: a form of another site, for which browsers keep Lax cookies back."""
    data = {**dict(parse_qsl(urlsplit(back).query)), **more}
    headers = {"Origin": "https://appleid.apple.com", "Sec-Fetch-Site": "cross-site"}
    return TestClient(visitor.app, base_url="http://localhost", follow_redirects=False).post(
        "/redirect", data=data, headers=headers
    )


def test_apples_form(gate, apple):
    class Named(Auth):
        def get_auth(self, info, ident, session, state):
            session["email"] = info.email
            return super().get_auth(info, ident, session, state)

    app, _ = make_app(gate, Named, apple)
    visitor = browser(app)
    back = agree(set_out(visitor))
    user = {"name": {"firstName": "Eve", "lastName": "Ode"}, "email": "eve@evil.example"}
    answer = posted(visitor, back, user=json.dumps(user))
    assert answer.status_code == 303 and "set-cookie" not in answer.headers
    assert answer.headers["location"].startswith("/redirect?code=")
    assert visitor.get(answer.headers["location"]).headers["location"] == "/"
    session = visitor.get("/session").json()
    assert (session["auth"], session["email"]) == ("17", "uma@shop.example")  # as signed
    assert session["name"] == "Eve Ode"  # what nobody has signed
    assert "/userinfo" not in gate.seen


def test_apples_form_of_a_stranger(gate, apple):
    app, _ = make_app(gate, client=apple)
    visitor, mallory = browser(app), browser(app)
    answer = posted(visitor, agree(set_out(mallory)))
    assert_refused(visitor, visitor.get(answer.headers["location"]), "invalid_state")


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_apples_token_is_verified(gate, apple, spoil):
    app, _ = make_app(gate, client=apple)
    gate.claims = spoil
    visitor = browser(app)
    answer = posted(visitor, agree(set_out(visitor)))
    assert_refused(visitor, visitor.get(answer.headers["location"]), "login_failed")


def test_only_apple_may_post(gate):
    app, _ = make_app(gate)
    visitor = browser(app)
    assert posted(visitor, "/redirect?code=c&state=s").status_code == 405


def test_apples_secret():
    client = AppleAppClient("app-1", "KEY1", "TEAM1", EC_KEY)
    public = jwk.ECKey.import_key(EC_KEY)
    signed = jwt.decode(client.client_secret, public, ["ES256"])
    assert signed.header["kid"] == "KEY1"
    assert signed.claims["exp"] - time.time() <= 300
    assert (signed.claims["iss"], signed.claims["sub"]) == ("TEAM1", "app-1")
    assert signed.claims["aud"] == "https://appleid.apple.com"


# Addresses -------------------------------------------------------------------------------------


def asked(host, **headers):
    pairs = [("host", host), *((k.replace("_", "-"), v) for k, v in headers.items())]
    raw = [(k.encode(), v.encode("latin-1")) for k, v in pairs]
    return Request({"type": "http", "scheme": "http", "headers": raw})


@pytest.mark.parametrize(
    ("host", "options", "url"),
    [
        ("localhost:5001", {}, "http://localhost:5001/back"),
        ("127.0.0.1", {}, "http://127.0.0.1/back"),
        ("[::1]:80", {}, "http://[::1]:80/back"),
        ("localhost", {"scheme": "https"}, "https://localhost/back"),
        ("Shop.example", {"trusted_hosts": ["shop.EXAMPLE"]}, "https://shop.example/back"),
        ("shop.example:8", {"trusted_hosts": ["shop.example:8"]}, "https://shop.example:8/back"),
        ("192.168.1.7", {"trusted_hosts": ["192.168.1.7"]}, "http://192.168.1.7/back"),
        ("evil.example", {"base_url": "https://shop.example/"}, "https://shop.example/back"),
    ],
)
def test_where_the_visitor_comes_back(host, options, url):
    forwarded = {"x_forwarded_host": "evil.example", "forwarded": "host=evil.example"}
    assert redir_url(asked(host, **forwarded), "/back", **options) == url


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "shop.example.evil", "evilshop.example", "shop.example@evil.example"),
        *("shop.example/", "shop.example:8:9", "", "localhost.evil.example", "shop.example#"),
        *("shop.example evil", "[::1", "192.168.1.7", "shop.example:9"),
    ],
)
def test_hosts_that_are_not_ours(host):
    from starlette.exceptions import HTTPException

    with pytest.raises(HTTPException, match="which anybody can claim") as caught:
        get_host(asked(host), ["shop.example:8"])
    assert caught.value.status_code == 400


def test_a_foreign_host_starts_no_login(gate):
    app, _ = make_app(gate)
    answer = TestClient(app, base_url="http://evil.example").get("/login")
    assert answer.status_code == 400 and "state=" not in answer.text


def test_http_where_the_app_says_so(gate):
    for options, scheme in (({}, "https"), ({"https": False}, "http")):
        _, oauth = make_app(gate, trusted_hosts=["shop.example"], **options)
        assert oauth.redir_url(asked("shop.example")) == f"{scheme}://shop.example/redirect"
    _, oauth = make_app(gate, trusted_hosts=["a.lan"], http_patterns=[r".+\.lan"])
    assert oauth.redir_url(asked("a.lan")) == "http://a.lan/redirect"


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        *[(h, True) for h in ("localhost", "a.localhost", "127.0.0.9", "10.1.2.3", "172.31.0.1")],
        *[(h, False) for h in ("172.32.0.1", "10.example", "localhost.evil", "11.0.0.1", "")],
    ],
)
def test_hosts_reached_by_http(host, ours):
    assert url_match(host) is ours


OTHER_SITES = [
    *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "evil"),
    *("/\t/evil.example", " /cart", "/ca rt", "/cart\r\nX: 1", "javascript:alert(1)", "", None),
]


@pytest.mark.parametrize("address", OTHER_SITES)
def test_no_way_off_the_site(gate, address):
    assert local_path(address) == "/"
    assert kept_here(Redirect(address)).loc == "/"
    if str(address).isprintable():
        assert kept_here(HttpHeader("HX-Redirect", str(address))).v == "/"

    class There(Auth):
        def get_auth(self, info, ident, session, state):
            return RedirectResponse(str(address), 303), HttpHeader("X-A", "b")

    app, _ = make_app(gate, There)
    visitor = browser(app)
    back = log_in(visitor, f"/login?{urlencode({'next': str(address)})}")
    location = back.headers["location"]  # Starlette encodes what is odd: then it is a path
    assert (location == "/" or re.match(r"/(ca(rt)?)?%[0-9]", location)) and back.headers[
        "x-a"
    ] == "b"


@pytest.mark.parametrize("address", OTHER_SITES)
def test_no_way_off_the_site_by_next(gate, address):
    app, _ = make_app(gate)
    back = log_in(browser(app), f"/login?{urlencode({'next': str(address)})}")
    assert back.headers["location"] == "/"


@given(st.text(alphabet="/\\.:@?#%\t\n aé", max_size=12))
def test_a_local_path_stays_local(text):
    from urllib.parse import urljoin

    for address in (text, "/" + text):
        path = local_path(address)
        cleaned = re.sub(r"[\t\n\r]", "", path).replace("\\", "/").strip()
        assert urlsplit(urljoin("https://shop.example/login", cleaned)).netloc == "shop.example"


@pytest.mark.parametrize("url", ["http://shop.example", "shop.example", "ftp://a", "https://", ""])
def test_addresses_that_others_can_read(url):
    with pytest.raises(ValueError, match="begin with https://"):
        require_https(url)


# Attempts --------------------------------------------------------------------------------------


def test_attempts_are_few_and_short():
    attempts, session = Attempts("login"), {}
    made = [attempts.start(session, "/" + "x" * 20) for _ in range(20)]
    assert len(session["login"]) == 5 and len(json.dumps(session)) < 1200
    assert attempts.take(session, made[0].state) is None
    assert attempts.take(session, made[19].state) == made[19]
    assert len(session["login"]) == 4


def test_an_attempt_is_used_once_by_many_threads():
    attempts, session = Attempts("login"), {}
    state = attempts.start(session).state
    found = []
    saved = json.dumps(session)
    threads = [
        threading.Thread(target=lambda: found.append(attempts.take(json.loads(saved), state)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8 and len([one for one in found if one]) == 1


@given(st.text())
def test_no_guess_is_an_attempt(guess):
    attempts, session = Attempts("login"), {}
    attempts.start(session)
    assert attempts.take(session, guess) is None and len(session["login"]) == 1


# The extra -------------------------------------------------------------------------------------


def test_the_library_is_imported_when_used():
    code = """
import sys
from fasthtml_nb.web.oauth import OAuth
from fasthtml_nb.web.oauth_clients import GoogleAppClient
client = GoogleAppClient("a", "b")
print({"authlib", "joserfc", "httpx", "httpx2", "cryptography"} & set(sys.modules))
sys.modules["authlib"] = sys.modules["authlib.oauth2.client"] = None
try:
    client.login_link("https://app.example/redirect")
except ModuleNotFoundError as exc:
    print(exc)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, message = done.stdout.splitlines()
    assert loaded == "set()"
    assert message.endswith("Install the extra: pip install 'fasthtml_nb[oauth]'.")


def test_userinfo_is_a_dictionary():
    info = UserInfo(name="Uma")
    assert (info.name, info.email, info["name"]) == ("Uma", None, "Uma")
    with pytest.raises(AttributeError):
        _ = info.__html__
