"""Pages by FastHTML's components: run with `fasthtml_nb` or `fasthtml` as argument, one source."""

# ruff: noqa: F403, F405
from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from _common import serve_render
from contestants.content import MENU, SORTS, Product

if sys.argv[1] == "fasthtml":
    from fasthtml.common import *
else:
    from fasthtml_nb.common import *


def table(rows: Iterable[tuple[object, ...]]) -> str:
    return to_xml(
        Table(Tbody(*[Tr(Td(a), Td(b), Td(c), Td(d)) for a, b, c, d in rows])), indent=False
    )


numbers = table


def _card(p: Product) -> Any:
    return Article(
        Header(
            H3(A(p.name, href=f"/product/{p.ident}")),
            p.new and Span("New", cls="badge badge-new") or None,
        ),
        Img(src=f"/img/{p.ident}.jpg", alt=p.name, loading="lazy", width=320, height=200),
        P(p.summary),
        Ul(*[Li(tag, cls="tag") for tag in p.tags], cls="tags"),
        P(Strong(p.price), " ", Small(f"{p.stock} in stock"), cls="price"),
        Form(
            Input(type="number", name="count", value="1", min=1, max=p.stock, aria_label="Count"),
            Button("Add to cart", cls="button primary", type="submit", disabled=not p.stock),
            hx_post=f"/cart/{p.ident}",
            hx_target="#cart",
            hx_swap="outerHTML",
        ),
        id=f"product-{p.ident}",
        cls="card",
        data_id=p.ident,
        data_stock=p.stock,
    )


def page(products: Iterable[Product]) -> str:
    return to_xml(
        Html(
            Head(
                Meta(charset="utf-8"),
                Meta(name="viewport", content="width=device-width, initial-scale=1"),
                Title("Shop & more"),
                Link(rel="stylesheet", href="/style.css"),
                Script(src="/app.js", defer=True),
            ),
            Body(
                Nav(Ul(*[Li(A(label, href=url)) for url, label in MENU]), cls="menu"),
                Main(
                    H1("Shop & more"),
                    Form(
                        Label("Search", fr="q"),
                        Input(
                            id="q",
                            name="q",
                            type="search",
                            placeholder="Name or tag",
                            required=True,
                        ),
                        Select(*[Option(label, value=key) for key, label in SORTS], name="sort"),
                        hx_get="/search",
                        hx_target="#products",
                        hx_trigger="input changed delay:200ms",
                    ),
                    Section(*map(_card, products), id="products", cls="grid"),
                    cls="container",
                    id="main",
                ),
                Footer(P("Prices include VAT. ", A("Terms", href="/terms"))),
                cls="shop",
            ),
            lang="en",
        ),
        indent=False,
    )


if __name__ == "__main__":
    used = ["python-fasthtml", "fastcore"] if sys.argv[1] == "fasthtml" else ["fasthtml_nb"]
    serve_render(table, numbers, page, uses=used)
