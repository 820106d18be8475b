"""What a page says of itself: cards, icons, robots, site maps, facts, films."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft.tree import FT
from fasthtml_nb.ft.writing import to_xml
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.declare import APIRouter
from fasthtml_nb.web.fast_app import fast_app
from fasthtml_nb.web.social import (
    Favicon,
    LdContactPoint,
    LdCourse,
    LdCourseInstance,
    LdJson,
    LdOrg,
    LdWebsite,
    Socials,
    YouTubeEmbed,
    robots_txt,
    sitemap_url,
    sitemap_xml,
)

SITE = "https://shop.example"

# Cards and icons --------------------------------------------------------------------------------


def facts(metas: tuple[FT, ...]) -> dict[object, object]:
    return {m.get("property") or m.get("name"): m.get("content") for m in metas}


def test_a_card() -> None:
    found = facts(Socials("T", "shop.example", "D", "/i.png", twitter_site="@s", card="summary"))
    assert found == {
        "og:title": "T", "og:site_name": "shop.example", "og:description": "D",
        "og:type": "website", "og:url": SITE, "og:image": f"{SITE}/i.png",
        "og:image:type": "image/png", "og:image:width": 1200, "og:image:height": 630,
        "twitter:card": "summary", "twitter:title": "T", "twitter:description": "D",
        "twitter:image": f"{SITE}/i.png", "twitter:site": "@s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("image", "url", "wanted"),
    [
        ("/i.png", f"{SITE}/tea/green", f"{SITE}/i.png"),
        ("i.webp", f"{SITE}/tea/green", f"{SITE}/tea/i.webp"),
        ("https://cdn.example/i", f"{SITE}/tea", "https://cdn.example/i"),
    ],
)
def test_the_picture_has_a_whole_address(image: str, url: str, wanted: str) -> None:
    found = facts(Socials("T", "Shop", "D", image, url))
    assert (found["og:image"], found["og:url"]) == (wanted, url)
    assert ("og:image:type" in found) is ("." in wanted.rsplit("/", 1)[1])


def test_what_is_no_whole_address_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^The url is to be a whole address .*'https://My Shop'"):
        Socials("T", "My Shop", "D", "/i.png")
    with pytest.raises(ValueError, match=r"^The image is to be .*'javascript:x'"):
        Socials("T", "shop.example", "D", "javascript:x")
    with pytest.raises(ValueError, match=r"^The url is to be .*'/tea'"):
        Socials("T", "shop.example", "D", "/i", "/tea")


def test_cards_escape() -> None:
    assert '"><script>' not in to_xml(Socials('"><script>', "a.example", '"><script>', "/i"))


def test_icons() -> None:
    assert to_xml(Favicon("/a.svg")) == '<link rel="icon" type="image/svg+xml" href="/a.svg">'
    assert Favicon("/a.svg", "/a.svg") == Favicon("/a.svg")
    light, dark = Favicon("/a.ico?v=1", "data:,")
    assert dict(light.attrs) == {
        "rel": "icon", "type": "image/x-icon", "href": "/a.ico?v=1",
        "media": "(prefers-color-scheme: light)",
    }  # fmt: skip
    assert dark.get("type") is None and "dark" in str(dark.get("media"))


# Robots and site maps ---------------------------------------------------------------------------


def get(app: Any, path: str) -> Any:
    answer = TestClient(app).get(path)
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, "User-agent: *\nDisallow:\n"),
        ({"allow_all": False}, "User-agent: *\nDisallow: /\n"),
        ({"disallow_paths": ["/a", "/b*$"]}, "User-agent: *\nDisallow: /a\nDisallow: /b*$\n"),
        ({"crawl_delay": 3, "sitemap_url": f"{SITE}/s.xml"},
         f"User-agent: *\nDisallow:\nCrawl-delay: 3\n\nSitemap: {SITE}/s.xml\n"),
    ],
)  # fmt: skip
def test_robots(tmp_path: Path, options: dict[str, Any], wanted: str) -> None:
    (tmp_path / "robots.txt").write_text("from the folder")
    app, _ = fast_app(static_path=tmp_path, canonical=True)
    robots_txt(app, **options)
    answer = get(app, "/robots.txt")
    assert answer.text == wanted
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["admin", "/a\nAllow: /", "/ü", "/a b", "https://x/"])
def test_paths_that_are_none_are_refused(path: str) -> None:
    app, _ = fast_app()
    with pytest.raises(ValueError, match="A path for robots is to begin with '/'"):
        robots_txt(app, disallow_paths=[path])
    assert TestClient(app).get("/robots.txt").status_code == 404


def test_a_line_cannot_be_added_by_an_address() -> None:
    app, _ = fast_app()
    with pytest.raises(ValueError, match="The sitemap_url is to be a whole address"):
        robots_txt(app, sitemap_url=f"{SITE}/\nAllow: /")


SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def entries(app: Any, path: str = "/sitemap.xml") -> list[dict[str, str | None]]:
    answer = get(app, path)
    assert answer.headers["content-type"] == "application/xml"
    assert "<html" not in answer.text and "canonical" not in answer.text
    tree = ElementTree.fromstring(answer.content)
    assert tree.tag == f"{SPACE}urlset"
    return [{part.tag.removeprefix(SPACE): part.text for part in url} for url in tree]


def test_a_site_map(tmp_path: Path) -> None:
    (tmp_path / "sitemap.xml").write_text("<from-the-folder/>")
    app, _ = fast_app(static_path=tmp_path, canonical=True, htmx4=True)
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    urls = [
        "/", "/a&b?c=<d>", "/a b/ü%20", "https://other.example/", ("/t", "2026-01"),
        ("/u", date(2026, 1, 2)), ("/v", moment), ("/w", moment.replace(tzinfo=None)),
        {"loc": "/x", "priority": 0.5, "changefreq": "daily", "lastmod": None},
    ]  # fmt: skip
    sitemap_xml(app, urls, SITE + "/")
    assert entries(app) == [
        {"loc": f"{SITE}/"}, {"loc": f"{SITE}/a&b?c=%3Cd%3E"}, {"loc": f"{SITE}/a%20b/%C3%BC%20"},
        {"loc": "https://other.example/"}, {"loc": f"{SITE}/t", "lastmod": "2026-01"},
        {"loc": f"{SITE}/u", "lastmod": "2026-01-02"},
        {"loc": f"{SITE}/v", "lastmod": "2026-01-02T03:00:00+00:00"},
        {"loc": f"{SITE}/w", "lastmod": "2026-01-02"},
        {"loc": f"{SITE}/x", "changefreq": "daily", "priority": "0.5"},
    ]  # fmt: skip


@given(st.text())
def test_every_site_map_is_xml(text: str) -> None:
    app, _ = fast_app(secret_key="k")
    try:
        sitemap_xml(app, [{"loc": "/" + text, "lastmod": text}], SITE)
    except ValueError:  # an address that reads as none, such as `[`
        return
    assert len(entries(app)) == 1


def test_a_site_map_that_is_made_for_each_request_and_by_a_router() -> None:
    app, _ = fast_app()
    router = APIRouter("/shop")
    urls: list[str] = []
    sitemap_xml(router, lambda: urls, SITE)
    router.to_app(app)
    for number in range(3):
        assert len(entries(app, "/shop/sitemap.xml")) == number
        urls.append(f"/{number}")


def test_a_repeated_call_replaces() -> None:
    app, _ = fast_app()
    sitemap_xml(app, ["/a"], SITE)
    sitemap_xml(app, ["/b"], SITE)
    assert entries(app) == [{"loc": f"{SITE}/b"}]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("tea", "The loc is to be a whole address"),
        ({"url": "/a"}, "An entry of a site map has 'loc'"),
        ({"loc": "/a", "prio": 1}, "may have 'lastmod', 'changefreq', 'priority'; this one is"),
        ({"loc": "/a", "priority": 2}, "'priority' is a number from 0 to 1, and not 2"),
        ({"loc": "/a", "changefreq": "often"}, "'changefreq' is one of always, hourly"),
    ],
)
def test_entries_that_cannot_be(entry: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sitemap_url(entry, SITE)


# Facts ------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_facts_stay_in_their_script(data: dict[str, Any]) -> None:
    made = LdJson("Thing", {"@x": data}, script=True)
    text = to_xml(made)
    head, tail = '<script type="application/ld+json">', "</script>"
    assert text.startswith(head) and text.endswith(tail)
    inner = text[len(head) : -len(tail)]
    assert "<" not in inner and ">" not in inner
    if not any("\ud800" <= c <= "\udfff" for c in str(data) + repr(data)) and "\\ud" not in repr(
        data
    ):
        assert json.loads(inner)["@x"] == data


def test_facts_in_each_other() -> None:
    organisation = LdOrg(
        "O", "u", same_as=["a"], contact_points=[LdContactPoint("sales", phone="1")], founder="F"
    )
    assert organisation["contactPoint"][0]["telephone"] == "1"
    assert organisation["founder"] == "F" and "logo" not in organisation
    course = LdCourse("C", "D", organisation, LdCourseInstance(start_date=date(2026, 1, 2)))
    assert course["provider"] == organisation
    script = LdCourse("C", "D", organisation, course_instance=None, script=True)
    assert "hasCourseInstance" not in script.children[0]
    assert "2026-01-02" in LdJson("X", {"c": course}, script=True).children[0]
    assert LdWebsite("W", "u")["@type"] == "WebSite"
    assert LdJson("T", {"a": 1}, extra={"a": 2}, b=3) == {
        "@context": "https://schema.org", "@type": "T", "a": 2, "b": 3,
    }  # fmt: skip


# Films ------------------------------------------------------------------------------------------


def test_a_film(capsys: pytest.CaptureFixture[str]) -> None:
    made = YouTubeEmbed("dQw4w9WgXcQ", start_time=5, no_controls=True, cls="film", id="f")
    assert capsys.readouterr().out == ""
    frame = made.children[0]
    assert made.get("class") == "film" and frame.get("id") == "f"
    assert frame.get("src") == (
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=5&controls=0"
    )
    assert to_xml(YouTubeEmbed("dQw4w9WgXcQ")).startswith("<div><iframe ")


@pytest.mark.parametrize(
    "ident", ["", "dQw4w9WgXc", "dQw4w9WgXcQ\n", "../../x?a=b", 'dQw4w9WgX"Q', "dQw4w9WgXcQQ"]
)
def test_what_is_no_film(ident: str) -> None:
    with pytest.raises(ValueError, match="A film's id at YouTube has 11 letters, digits"):
        YouTubeEmbed(ident)
