"""Pages that load `hx-csp`; outcomes as the real one had them in Chromium."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from fasthtml_nb.checks.dom import parse
from fasthtml_nb.checks.hx_csp import allows_policy, answer_nonce, page_nonce, with_nonce
from fasthtml_nb.checks.page import Page, visit

HTMX = "<script src=/htmx.org@4.0.1/htmx.min.js></script><script src=/ext/hx-csp.min.js></script>"
NONCE = "<script nonce=abc></script>"


def shown(body: str, answer: str = "new", policy: str = "", head: str = NONCE) -> Page:
    """Open a page with the extension; `/x` answers under a policy."""
    headers = {"Content-Security-Policy": policy} if policy else {}
    routes = [
        Route("/", lambda request: HTMLResponse(head + HTMX + body + "<p id=o>o</p>")),
        Route("/x", lambda request: HTMLResponse(answer, headers=headers)),
        Route("/y", lambda request: HTMLResponse("<body>elsewhere</body>")),
    ]
    return visit(Starlette(routes=routes), "/")


def clicked(page: Page, id: str) -> str:
    page.locator(f"#{id}").click()
    return page.locator("body").inner_text()


@pytest.mark.parametrize(
    ("button", "alive"),
    [
        ("<b id=a hx-get=/x hx-target=#o hx-nonce=abc>a</b>", True),
        ("<b id=a hx-get=/x hx-target=#o data-hx-nonce=abc>a</b>", True),
        ("<div hx-nonce:inherited=abc><b id=a hx-get=/x hx-target=#o>a</b></div>", True),
        ("<div hx-nonce=abc><b id=a hx-get=/x hx-target=#o>a</b></div>", False),
        ("<b id=a hx-get=/x hx-target=#o hx-nonce=other>a</b>", False),
        ("<b id=a hx-get=/x data-hx-target=#o>a</b>", False),
    ],
)
def test_only_what_carries_the_nonce_acts(button: str, alive: bool) -> None:
    page = shown(button)
    assert ("new" in clicked(page, "a")) is alive and page.blind == []
    assert bool(page.locator("#a[hx-get]").count()) is alive is not bool(page.tab.problems)


def test_boosted_links_need_the_nonce_only_where_they_say_something_themselves() -> None:
    page = shown("<div hx-boost:inherited=true><a id=a href=/y>a</a></div>")
    clicked(page, "a")
    assert page.requests[-1].source == "htmx"
    page = shown("<a id=a href=/y hx-boost=true>a</a>")
    clicked(page, "a")
    assert page.requests[-1].source == "link"


@pytest.mark.parametrize(
    ("policy", "answer", "kept"),
    [
        ("script-src 'nonce-srv'", "<i hx-get=/y hx-nonce=srv></i>", "abc"),
        ("img-src x; default-src 'self' 'nonce-srv'", '<i hx-get=/y hx-nonce="srv"></i>', "abc"),
        ("style-src 'nonce-srv'", "<i hx-get=/y hx-nonce=srv></i>", None),
        ("", "<i hx-get=/y hx-nonce=srv></i>", None),
        ("script-src 'nonce-srv'", "<i hx-get=/y hx-nonce=abc></i>", None),
        ("script-src 'nonce-abc'", "<i hx-get=/y hx-nonce=abc></i>", None),
    ],
)
def test_answers_carry_their_own_nonce(policy: str, answer: str, kept: str | None) -> None:
    page = shown("<b id=a hx-get=/x hx-target=#o hx-nonce=abc>a</b>", answer, policy)
    clicked(page, "a")
    inside = page.document.select_one("#o i")
    assert (
        inside is not None and inside.get("hx-nonce") == kept and inside.has("hx-get") == bool(kept)
    )


@pytest.mark.parametrize(("own", "sent"), [("", False), ("hx-nonce=abc", True)])
def test_a_formaction_needs_the_nonce_too(own: str, sent: bool) -> None:
    form = "<form action=/x hx-boost=true hx-nonce=abc><button id=a formaction=/y {}>a</button>"
    page = shown(form.format(own))
    assert ("elsewhere" in clicked(page, "a")) is sent and len(page.requests) == 1 + sent
    assert sent or "formaction without hx-nonce" in page.tab.problems[0]


def test_an_action_that_is_a_script_is_refused() -> None:
    page = shown("<b id=a hx-get='js:1' hx-nonce=abc>a</b>")
    clicked(page, "a")
    assert "an action that is a script" in page.tab.problems[0] and len(page.requests) == 1


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<script nonce></script>",
        f"{NONCE}<meta http-equiv=content-security-policy content='trusted-types foo'>",
    ],
)
def test_without_a_nonce_or_a_policy_of_its_own_htmx_is_off(head: str) -> None:
    page = shown("<b id=a hx-get=/x hx-nonce=abc>a</b>", head=head)
    assert "new" not in clicked(page, "a") and "htmx" in page.tab.problems[0]
    assert page.locator("#a[hx-get]").count() == 1  # Nothing is taken away then


def test_settings_may_leave_the_extension_out() -> None:
    meta = '<meta name=htmx-config content=\'{"extensions":"upsert"}\'>'
    assert "new" in clicked(shown("<b id=a hx-get=/x>a</b>", head=meta), "a")


def test_the_small_parts() -> None:
    assert page_nonce(parse("<script src=/a/hx-csp.js nonce=n></script>")) == "n"
    assert page_nonce(parse("<script>1</script>")) is None
    meta = "<meta http-equiv=Content-Security-Policy content=\"script-src 'nonce-m'\">"
    assert answer_nonce(None, f"<head>{meta}</head>") == "m" == answer_nonce("img-src x", meta)
    assert answer_nonce("script-src 'nonce-h'", meta) == "h" and answer_nonce("", "x") is None
    assert with_nonce("nonce='a.b' NONCE=a.b nonce=\"axb\"", "a.b", "n") == (
        "nonce='n' NONCE=n nonce=\"axb\""
    )
    assert allows_policy([]) and allows_policy(
        ["trusted-types *", "Trusted-Types a htmx;img-src x"]
    )
    assert not allows_policy(["trusted-types htmx", "img-src x, trusted-types"])
