"""What a page has that only a browser runs."""

from __future__ import annotations

import pytest

from fasthtml_nb.checks.blind import blind_spots, spot_lines, strictly
from fasthtml_nb.checks.dom import parse


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<script src=/htmx.min.js></script>", {}),
        ("<script src=https://unpkg.com/htmx.org@1.9.12></script>", {}),
        ("<script src=/_fasthtml/htmx.org@2.0.11/dist/htmx.min.js></script>", {}),
        ("<script src=/_fasthtml/htmx-ext-sse@2.2.4/sse.js></script>", {}),
        ("<script src=https://unpkg.com/htmx.org@1.9.12/dist/ext/ws.js></script>", {}),
        ("<script src=/x/ext/alpine-morph.js></script>", {"htmx extension alpine-morph": 1}),
        ("<script src=/x/ext/json-enc.js></script>", {}),
        ("<script src=/x/htmx-ext-preload@2.1.2/dist/preload.min.js></script>", {}),
        ("<script src=/x/dist/ext/hx-live.min.js></script>", {"htmx extension live": 1}),
        ("<script src=/x/dist/ext/hx-upsert.min.js></script>", {}),
        ("<script src=/static/response-targets.js></script>", {}),
        ("<script src=/static/preload.js></script>", {"script /static/preload.js": 1}),
        ("<script src=//c/transfer-encoding-chunked.js></script>", {}),
        ("<script src=/_fasthtml/fasthtml_nb@1/me.js></script>", {}),
        ("<script src=/app.js?v=3></script>", {"script /app.js": 1}),
        ("<script type=module src=/app.js></script>", {"script /app.js": 1}),
        ("<script>x</script><script>y</script>", {"script in the page": 2}),
        ("<script> </script>", {}),
        ("<script type=application/ld+json>{}</script>", {}),
        ("<script type=text/hyperscript>x</script>", {"hyperscript": 1}),
        ("<p onclick=x onmouseover=y>", {"onclick": 1, "onmouseover": 1}),
        ("<p one=x on-off=y>", {}),
        ("<p hx-on:click=x hx-on::after-swap=y data-hx-on-load=z>", {"hx-on": 3}),
        (
            "<p hx-vals='js:{a: 1}' data-hx-headers='javascript:x'>",
            {
                "JavaScript in hx-vals": 1,
                "JavaScript in hx-headers": 1,
            },
        ),
        ("<p x-data><b x-on:click=y>", {"Alpine": 2}),
        ("<a href='javascript:go()'>", {"script in href": 1}),
        ("<iframe src=/x></iframe><iframe></iframe>", {"frame": 1}),
        ("<p hx-vars='a:1'><p data-hx-vars='b:1'>", {"JavaScript in hx-vars": 2}),
        ("<p><template shadowrootmode=open>x</template><template>y</template>", {"shadow tree": 1}),
        (
            "<p hx-ext='sse,ws,morph,ignore:x,debug,event-header'>",
            {"htmx extension event-header": 1},
        ),
        ("<template><p onclick=x></template>", {}),
        ("<p title=onclick>on</p>", {}),
    ],
)
def test_spots(html: str, found: dict[str, int]) -> None:
    assert blind_spots(parse(html)) == found


def test_in_words() -> None:
    assert spot_lines({"onclick": 2, "frame": 1}) == ["onclick (2 times)", "frame"]
    strictly({}, "/x")
    with pytest.raises(LookupError, match="/x has parts that only a browser runs: frame. Check it"):
        strictly({"frame": 1}, "/x", LookupError)
