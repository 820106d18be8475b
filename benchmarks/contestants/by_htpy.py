"""Pages by htpy, in its own style: attributes in parentheses, children in brackets."""

from __future__ import annotations

from collections.abc import Iterable

import htpy as h
from _common import serve_render
from contestants.content import MENU, SORTS, Product


def table(rows: Iterable[tuple[object, ...]]) -> str:
    return str(h.table[h.tbody[(h.tr[h.td[a], h.td[b], h.td[c], h.td[d]] for a, b, c, d in rows)]])


def numbers(rows: Iterable[tuple[float, ...]]) -> str:
    # htpy takes no float for a child.
    return str(
        h.table[h.tbody[(h.tr[h.td[a], h.td[b], h.td[str(c)], h.td[d]] for a, b, c, d in rows)]]
    )


def _card(p: Product) -> h.Element:
    return h.article(
        id=f"product-{p.ident}", class_="card", data_id=str(p.ident), data_stock=str(p.stock)
    )[
        h.header[
            h.h3[h.a(href=f"/product/{p.ident}")[p.name]],
            p.new and h.span(class_="badge badge-new")["New"],
        ],
        h.img(src=f"/img/{p.ident}.jpg", alt=p.name, loading="lazy", width="320", height="200"),
        h.p[p.summary],
        h.ul(class_="tags")[(h.li(class_="tag")[tag] for tag in p.tags)],
        h.p(class_="price")[h.strong[p.price], " ", h.small[f"{p.stock} in stock"]],
        h.form(
            hx_post=f"/cart/{p.ident}",
            hx_target="#cart",
            hx_swap="outerHTML",
            enctype="multipart/form-data",
        )[
            h.input(
                type="number",
                name="count",
                value="1",
                min="1",
                max=str(p.stock),
                aria_label="Count",
            ),
            h.button(class_="button primary", type="submit", disabled=not p.stock)["Add to cart"],
        ],
    ]


def page(products: Iterable[Product]) -> str:
    return str(
        h.html(lang="en")[
            h.head[
                h.meta(charset="utf-8"),
                h.meta(name="viewport", content="width=device-width, initial-scale=1"),
                h.title["Shop & more"],
                h.link(rel="stylesheet", href="/style.css"),
                h.script(src="/app.js", defer=True),
            ],
            h.body(class_="shop")[
                h.nav(class_="menu")[h.ul[(h.li[h.a(href=url)[label]] for url, label in MENU)]],
                h.main(class_="container", id="main")[
                    h.h1["Shop & more"],
                    h.form(
                        hx_get="/search",
                        hx_target="#products",
                        hx_trigger="input changed delay:200ms",
                        enctype="multipart/form-data",
                    )[
                        h.label(for_="q")["Search"],
                        h.input(
                            id="q",
                            name="q",
                            type="search",
                            placeholder="Name or tag",
                            required=True,
                        ),
                        h.select(name="sort")[(h.option(value=key)[label] for key, label in SORTS)],
                    ],
                    h.section(id="products", class_="grid")[map(_card, products)],
                ],
                h.footer[h.p["Prices include VAT. ", h.a(href="/terms")["Terms"]]],
            ],
        ]
    )


if __name__ == "__main__":
    serve_render(table, numbers, page, uses=["htpy", "markupsafe"])
