"""The vocabulary of `ft.htmx` against itself, and against htmx's files where there are any."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.ft import htmx
from fasthtml_nb.ft.htmx import (
    EVENTS,
    EXTENSION_ATTRIBUTES,
    HTMX_ATTRIBUTES,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    SELECTOR_WORDS,
    SWAP_MODIFIERS,
    SWAP_STYLES,
    SYNC_STRATEGIES,
    TRIGGER_EVENTS,
    TRIGGER_MODIFIERS,
    Kind,
    htmx_attribute,
    hx_keywords,
)
from fasthtml_nb.ft.markup import attribute_name

VERSIONS = {2: "2.0.11", 4: "4.0.1"}
EVERY_ATTRIBUTE = [*HTMX_ATTRIBUTES.values(), *EXTENSION_ATTRIBUTES.values()]
EVERY_WORD = [
    word
    for table in (
        SWAP_STYLES, SWAP_MODIFIERS, TRIGGER_EVENTS, TRIGGER_MODIFIERS, SYNC_STRATEGIES,
        SELECTOR_WORDS, REQUEST_HEADERS, RESPONSE_HEADERS, EVENTS[2], EVENTS[4],
    )
    for word in table.values()
]  # fmt: skip
VERBS = {"hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"}

# The tables themselves ----------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", EVERY_ATTRIBUTE, ids=lambda a: a.name)
def test_attribute_is_well_described(attribute: htmx.HtmxAttribute) -> None:
    assert attribute.kind in get_args(Kind)
    assert attribute.dialects in ((2,), (4,), (2, 4))
    assert attribute.meaning[0] not in "24-" and attribute.meaning.endswith(".")
    assert attribute.name == attribute.name.lower()
    assert "`" not in attribute.instead and not attribute.instead.endswith(".")
    assert bool(attribute.instead) <= (len(attribute.dialects) == 1)
    # Without a colon the keyword leads to the attribute; with one, to its spelling for keywords.
    assert attribute_name(attribute.keyword) == attribute.name.replace(":", "-")


@pytest.mark.parametrize("word", EVERY_WORD, ids=lambda w: w.name)
def test_word_is_well_described(word: htmx.HtmxWord) -> None:
    assert word.dialects in ((2,), (4,), (2, 4))
    assert word.meaning.endswith(".") and not re.match(r"\d+i?f? ", word.meaning)
    assert not re.search(r"\s{2}", word.value + word.meaning)
    assert word.name == word.name.strip() and " " not in word.name


def test_what_htmx_2_alone_knows_says_what_to_do_in_4() -> None:
    without = [a.name for a in EVERY_ATTRIBUTE if a.dialects == (2,) and not a.instead]
    assert without == []


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        HTMX_ATTRIBUTES["hx-mine"] = HTMX_ATTRIBUTES["hx-get"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        HTMX_ATTRIBUTES["hx-get"].kind = "text"  # type: ignore[misc]


# Looking up ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("hx-get", "hx-get"),
        ("HX-GET", "hx-get"),
        ("hx_swap_oob", "hx-swap-oob"),
        ("data-hx-get", "hx-get"),
        ("data_hx_push_url", "hx-push-url"),
        ("hx-target:inherited", "hx-target"),
        ("hx-include:inherited:append", "hx-include"),
        ("hx-include-append", "hx-include"),
        ("hx-on:click", "hx-on"),
        ("hx-on::after-request", "hx-on"),
        ("hx-on--after-request", "hx-on"),
        ("hx_on__before_swap", "hx-on"),
        ("hx-on:htmx:after:swap", "hx-on"),
        ("hx-on", "hx-on"),
        ("hx-on:items-append", "hx-on"),
        ("hx-status:404", "hx-status"),
        ("hx-status-5xx", "hx-status"),
        ("hx-target-404", "hx-target"),
        ("hx-sse:connect", "hx-sse:connect"),
        ("hx_sse_connect", "hx-sse:connect"),
        ("hx-live:text", "hx-live"),
        ("ws-send", "ws-send"),
    ],
)
def test_spellings(spelt: str, name: str) -> None:
    assert htmx_attribute(spelt).name == name


@pytest.mark.parametrize(
    "wrong",
    [
        "hx-tagret",
        "hx-once",
        "hx-on:",
        "hx-",
        "get",
        "data-get",
        "hx:get",
        "hx-swapoob",
        "",
        "hx-get:x",
    ],
)
def test_unknown_names_are_refused(wrong: str) -> None:
    with pytest.raises(LookupError, match="No htmx attribute"):
        htmx_attribute(wrong)


@given(st.text(max_size=12))
def test_any_text_is_known_or_refused(text: str) -> None:
    for name in (text, f"hx-{text}", f"hx-on{text}"):
        try:
            found = htmx_attribute(name)
        except LookupError:
            continue
        assert name.lower().replace("_", "-").removeprefix("data-").startswith(found.name[:5])


def test_messages() -> None:
    with pytest.raises(LookupError) as near:
        htmx_attribute("hx-tagret")
    assert str(near.value) == (
        "No htmx attribute 'hx-tagret'. Near: 'hx-target', 'hx-targets'. Use one of these; "
        "a name of your own starts with 'data-'."
    )
    with pytest.raises(LookupError) as far:
        htmx_attribute("hx-zzzzzzzz")
    assert str(far.value) == (
        "No htmx attribute 'hx-zzzzzzzz'. None is near; a name of your own starts with 'data-'."
    )
    with pytest.raises(LookupError) as other:
        htmx_attribute("hx-vars", 4)
    assert str(other.value) == (
        "htmx 4 does not know 'hx-vars', only htmx 2 does. "
        "In htmx 4, use 'hx-vals' with a value that starts with 'js:'."
    )
    with pytest.raises(LookupError) as newer:
        htmx_attribute("hx-query", 2)
    assert str(newer.value) == (
        "htmx 2 does not know 'hx-query', only htmx 4 does. "
        "In htmx 2, leave it out, or load htmx 4."
    )
    with pytest.raises(LookupError) as modified:
        htmx_attribute("hx-target:inherited", 2)
    assert str(modified.value) == (
        "htmx 2 does not know 'hx-target:inherited', only htmx 4 has modifiers of inheritance. "
        "In htmx 2, write 'hx-target': the elements inside inherit it anyway."
    )
    assert htmx_attribute("hx-target:inherited", 4) == htmx_attribute("hx-target", 2)
    with pytest.raises(ValueError, match="No htmx dialect 3"):
        htmx_attribute("hx-get", 3)  # type: ignore[arg-type]


def test_keywords_are_those_of_the_dialect() -> None:
    assert {"hx_get", "hx_vars", "hx_disabled_elt"} <= set(hx_keywords(2))
    assert not {"hx_query", "hx_ignore"} & set(hx_keywords(2))
    assert {"hx_get", "hx_query", "hx_ignore"} <= set(hx_keywords(4))
    assert not {"hx_vars", "hx_ext"} & set(hx_keywords(4))
    assert set(hx_keywords()) == set(hx_keywords(2)) | set(hx_keywords(4))
    assert {"sse_connect", "ws_send"} <= set(hx_keywords(2, extensions=True)) - set(hx_keywords(2))
    assert len(set(hx_keywords(extensions=True))) == len(hx_keywords(extensions=True))


# Against htmx -------------------------------------------------------------------------------------


@pytest.fixture(params=VERSIONS.items(), ids=lambda v: f"htmx {v[1]}")
def release(request: pytest.FixtureRequest, root: Path) -> tuple[int, Path]:
    """Return a dialect and the folder with its released files; skip where they are not fetched."""
    dialect, version = request.param
    folder = root / "fasthtml_nb" / "_assets" / f"htmx.org@{version}" / "dist"
    if not folder.is_dir():
        pytest.skip(f"No copy of htmx.org@{version} here: run `python3 dev.py assets`.")
    return dialect, folder


def core(release: tuple[int, Path]) -> str:
    return (release[1] / "htmx.min.js").read_text(encoding="utf-8")


def known(table: dict, dialect: int) -> set[str]:
    return {name for name, word in table.items() if dialect in word.dialects}


def test_attributes_are_those_htmx_names(release: tuple[int, Path]) -> None:
    named = set(re.findall("hx-[a-z]+(?:-[a-z]+)*", core(release)))
    if release[0] == 2:
        named |= VERBS  # Put together from a list of verbs there
        named -= {"hx-revealed"}  # A mark of htmx's own
    assert named == known(dict(HTMX_ATTRIBUTES), release[0])


def test_events_are_those_htmx_sends(release: tuple[int, Path]) -> None:
    named = set(re.findall("htmx:[A-Za-z]+(?::[A-Za-z]+)*", core(release)))
    if release[0] == 2:
        assert "htmx:xhr" in named  # Put together with these four
        named |= {f"htmx:xhr:{name}" for name in ("loadstart", "loadend", "progress", "abort")}
        named -= {"htmx:xhr", "htmx:sessionStorageTest", "htmx:true"}  # No events
    else:  # Hooks of extensions, which no element receives
        named -= {"htmx:after:implicitInheritance", "htmx:before:morph:attr"}
        named -= {"htmx:before:morph:node", "htmx:process", "htmx:scope"}
    assert named == set(EVENTS[release[0]])


def test_headers_are_those_htmx_reads_and_sends(release: tuple[int, Path]) -> None:
    text = core(release)
    named = set(re.findall("HX-[A-Z][A-Za-z]*(?:-[A-Za-z]+)*", text))
    sent = known(dict(REQUEST_HEADERS), release[0])
    read = known(dict(RESPONSE_HEADERS), release[0])
    if release[0] == 4:  # Looks names up by what is left of them, and prompts by an extension
        properties = set(re.findall(r"\.hx\??\.([a-z]+)|\.([a-z]+url)\b", text))
        flat = {one for pair in properties for one in pair if one}
        assert {name[3:].lower().replace("-", "") for name in read} == flat
        prompt = (release[1] / "ext" / "hx-prompt.min.js").read_text(encoding="utf-8")
        assert "HX-Prompt" in prompt
        assert named == sent - {"HX-Prompt"}
    else:
        assert named == sent | read


def test_words_in_values_are_those_htmx_looks_for(release: tuple[int, Path]) -> None:
    text = core(release)
    tables = SWAP_STYLES, SWAP_MODIFIERS, TRIGGER_EVENTS, TRIGGER_MODIFIERS, SYNC_STRATEGIES
    missing = [
        word
        for table in (*tables, SELECTOR_WORDS)
        for word in known(dict(table), release[0])
        if not re.search(rf"\b{re.escape(word)}\b", text)
    ]
    assert missing == []


def test_words_of_one_dialect_are_unknown_to_the_other(release: tuple[int, Path]) -> None:
    text = core(release)
    apart = {"innerMorph", "outerMorph", "outerSync"} if release[0] == 2 else {"focus-scroll"}
    alone = {*SWAP_STYLES, *SWAP_MODIFIERS} - known({**SWAP_STYLES, **SWAP_MODIFIERS}, release[0])
    assert apart <= alone
    assert [word for word in apart if word in text] == []


def test_extensions_read_these_attributes(release: tuple[int, Path], root: Path) -> None:
    files = list((release[1] / "ext").glob("*.js"))
    if release[0] == 2:
        files = list((root / "fasthtml_nb" / "_assets").glob("htmx-ext-*/**/*.js"))
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    listed = known({a.name: a for a in EXTENSION_ATTRIBUTES.values()}, release[0])
    # Where a colon may be another character, the name is put together from its halves.
    assert [n for n in listed if not all(half in text for half in n.split(":"))] == []
