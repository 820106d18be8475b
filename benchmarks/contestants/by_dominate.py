"""Pages by dominate, compact as the others (`pretty=False`), children as arguments."""

from __future__ import annotations

from collections.abc import Iterable

from _common import serve_render
from contestants.content import MENU, SORTS, Product
from dominate import tags as t


def table(rows: Iterable[tuple[str, ...]]) -> str:
    return t.table(
        t.tbody([t.tr(t.td(a), t.td(b), t.td(c), t.td(d)) for a, b, c, d in rows])
    ).render(pretty=False)


numbers = table


def _card(p: Product) -> t.html_tag:
    header = t.header(t.h3(t.a(p.name, href=f"/product/{p.ident}")))
    if p.new:
        header.add(t.span("New", cls="badge badge-new"))
    button = t.button("Add to cart", cls="button primary", type="submit")
    if not p.stock:
        button["disabled"] = "disabled"
    return t.article(
        header,
        t.img(src=f"/img/{p.ident}.jpg", alt=p.name, loading="lazy", width="320", height="200"),
        t.p(p.summary),
        t.ul([t.li(tag, cls="tag") for tag in p.tags], cls="tags"),
        t.p(t.strong(p.price), " ", t.small(f"{p.stock} in stock"), cls="price"),
        t.form(
            t.input_(
                type="number",
                name="count",
                value="1",
                min="1",
                max=str(p.stock),
                aria_label="Count",
            ),
            button,
            {"hx-post": f"/cart/{p.ident}", "hx-target": "#cart", "hx-swap": "outerHTML"},
            enctype="multipart/form-data",
        ),
        id=f"product-{p.ident}",
        cls="card",
        data_id=str(p.ident),
        data_stock=str(p.stock),
    )


def page(products: Iterable[Product]) -> str:
    return "<!doctype html>" + t.html(
        t.head(
            t.meta(charset="utf-8"),
            t.meta(name="viewport", content="width=device-width, initial-scale=1"),
            t.title("Shop & more"),
            t.link(rel="stylesheet", href="/style.css"),
            t.script(src="/app.js", defer=True),
        ),
        t.body(
            t.nav(t.ul([t.li(t.a(label, href=url)) for url, label in MENU]), cls="menu"),
            t.main(
                t.h1("Shop & more"),
                t.form(
                    t.label("Search", fr="q"),
                    t.input_(
                        id="q",
                        name="q",
                        type="search",
                        placeholder="Name or tag",
                        required=True,
                    ),
                    t.select([t.option(label, value=key) for key, label in SORTS], name="sort"),
                    {
                        "hx-get": "/search",
                        "hx-target": "#products",
                        "hx-trigger": "input changed delay:200ms",
                    },
                    enctype="multipart/form-data",
                ),
                t.section([_card(p) for p in products], id="products", cls="grid"),
                cls="container",
                id="main",
            ),
            t.footer(t.p("Prices include VAT. ", t.a("Terms", href="/terms"))),
            cls="shop",
        ),
        lang="en",
    ).render(pretty=False)


if __name__ == "__main__":
    serve_render(table, numbers, page, uses=["dominate"])
