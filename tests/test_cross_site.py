"""Which requests another site's page may have sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.web.cross_site import cross_site_reason, read_origins

PARTNERS = read_origins(["https://partner.example", "http://localhost:8000"])


def scope(method="POST", scheme="http", kind="http", **headers):
    pairs = [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in headers.items()]
    return {"type": kind, "scheme": scheme, "headers": pairs} | (
        {"method": method} if kind == "http" else {}
    )


HOST = {"host": "shop.test"}
PASS = {
    "neither header": HOST,
    "no header at all": {},
    "own page": HOST | {"sec_fetch_site": "same-origin", "origin": "https://shop.test"},
    "typed by the user": HOST | {"sec_fetch_site": "none"},
    "no-referrer makes a null origin": HOST | {"sec_fetch_site": "same-origin", "origin": "null"},
    "older browser": HOST | {"origin": "http://shop.test"},
    "older browser, proxy ends https": HOST | {"origin": "https://shop.test"},
    "usual port written": {"host": "shop.test:443", "origin": "https://shop.test"},
    "capitals": {"host": "Shop.TEST", "origin": "HTTPS://shop.test"},
    "odd port": {"host": "localhost:5001", "origin": "http://localhost:5001"},
    "ipv6": {"host": "[::1]:5001", "origin": "http://[::1]:5001"},
    "partner": HOST | {"origin": "https://partner.example", "sec_fetch_site": "cross-site"},
    "partner, older browser": HOST | {"origin": "https://partner.example"},
    "partner with port": HOST | {"origin": "http://localhost:8000", "sec_fetch_site": "same-site"},
}
REFUSE = {
    "stranger": HOST | {"origin": "https://evil.test", "sec_fetch_site": "cross-site"},
    "stranger, older browser": HOST | {"origin": "https://evil.test"},
    "sibling": HOST | {"origin": "https://blog.shop.test", "sec_fetch_site": "same-site"},
    "Sec-Fetch-Site decides first": HOST
    | {"origin": "http://shop.test", "sec_fetch_site": "cross-site"},
    "Sec-Fetch-Site alone": HOST | {"sec_fetch_site": "cross-site"},
    "unknown Sec-Fetch-Site": HOST | {"sec_fetch_site": "Same-Origin "},
    "null": HOST | {"origin": "null"},
    "other port": {"host": "localhost:5001", "origin": "http://localhost:5002"},
    "prefix": HOST | {"origin": "https://shop.test.evil.test"},
    "suffix": HOST | {"origin": "https://evilshop.test"},
    "user in the origin": HOST | {"origin": "https://shop.test@evil.test"},
    "no host": {"origin": "https://shop.test"},
    "no port number": HOST | {"origin": "http://shop.test:x"},
    "bracket": HOST | {"origin": "http://[shop.test"},
    "extension": HOST | {"origin": "chrome-extension://shop.test"},
    "partner in capitals is the partner, a longer one is not": HOST
    | {"origin": "https://partner.example.evil"},
}


@pytest.mark.parametrize("headers", PASS.values(), ids=PASS.keys())
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_passes(headers, method):
    assert cross_site_reason(scope(method, **headers), PARTNERS) is None
    assert cross_site_reason(scope(kind="websocket", scheme="ws", **headers), PARTNERS) is None


@pytest.mark.parametrize("headers", REFUSE.values(), ids=REFUSE.keys())
def test_refuses(headers):
    assert cross_site_reason(scope(**headers), PARTNERS)
    assert cross_site_reason(scope(kind="websocket", scheme="ws", **headers), PARTNERS)
    for method in ("GET", "HEAD", "OPTIONS", "TRACE"):
        assert cross_site_reason(scope(method, **headers), PARTNERS) is None


def test_plain_http_page_is_not_ours_under_https():
    headers = HOST | {"origin": "http://shop.test"}
    assert cross_site_reason(scope(**headers)) is None
    assert cross_site_reason(scope(scheme="https", **headers))
    assert cross_site_reason(scope(scheme="wss", kind="websocket", **headers))


def test_the_message_in_full():
    headers = HOST | {"origin": "https://evil.test", "sec_fetch_site": "cross-site"}
    assert cross_site_reason(scope("DELETE", **headers)) == (
        "A DELETE to 'shop.test' must come from its own pages. This one comes from "
        "'https://evil.test' (Sec-Fetch-Site: cross-site). If that is right, name the origin in "
        "trusted_origins=, or mark the route cross_site=True."
    )
    assert "A websocket to 'shop.test'" in cross_site_reason(scope(kind="websocket", **headers))
    assert "'an unnamed origin'" in cross_site_reason(scope(**HOST, sec_fetch_site="cross-site"))


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))
def test_no_header_breaks_it(origin, host):
    reason = cross_site_reason(scope(origin=origin, host=host))
    assert reason is None or len(reason) < 700


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://Partner.example/", "https://partner.example"),
        ("https://partner.example:443", "https://partner.example"),
        ("http://partner.example:443", "http://partner.example:443"),
        ("http://[::1]:80", "http://[::1]"),
        ("null", "null"),
    ],
)
def test_read_origins(given, read):
    assert read_origins(given) == read_origins([given]) == {read}


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        "partner.example",
        "//partner.example",
        "https://",
        "https://*.example",
        "ftp://a.example",
    ]
    + [
        "https://a.example/form",
        "https://a.example?x",
        "https://u@a.example",
        "https://a.example:x",
        "https://[::1",
    ],
)
def test_no_origins(given):
    with pytest.raises(ValueError, match="An origin is a scheme, a host and perhaps a port"):
        read_origins(given)
