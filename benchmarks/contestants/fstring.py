"""Pages by f-strings, the measure of the others: text escaped by `html.escape`, or in C.

The second is the function in C below `markupsafe.escape`, which returns a plain `str`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from _common import serve_render
from contestants.content import MENU, SORTS, Product

if sys.argv[1] == "markupsafe":
    from markupsafe import _escape_inner as e
else:
    from html import escape as e


def table(rows: Iterable[tuple[str, ...]]) -> str:
    body = "".join(
        [
            f"<tr><td>{e(a)}</td><td>{e(b)}</td><td>{e(c)}</td><td>{e(d)}</td></tr>"
            for a, b, c, d in rows
        ]
    )
    return f"<table><tbody>{body}</tbody></table>"


def numbers(rows: Iterable[tuple[float, ...]]) -> str:
    body = "".join(
        [f"<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>{d}</td></tr>" for a, b, c, d in rows]
    )
    return f"<table><tbody>{body}</tbody></table>"


def _card(p: Product) -> str:
    new = '<span class="badge badge-new">New</span>' if p.new else ""
    tags = "".join([f'<li class="tag">{e(tag)}</li>' for tag in p.tags])
    disabled = "" if p.stock else " disabled"
    return (
        f'<article id="product-{p.ident}" class="card" data-id="{p.ident}" data-stock="{p.stock}">'
        f'<header><h3><a href="/product/{p.ident}">{e(p.name)}</a></h3>{new}</header>'
        f'<img src="/img/{p.ident}.jpg" alt="{e(p.name)}" loading="lazy" width="320" height="200">'
        f"<p>{e(p.summary)}</p>"
        f'<ul class="tags">{tags}</ul>'
        f'<p class="price"><strong>{e(p.price)}</strong> <small>{p.stock} in stock</small></p>'
        f'<form hx-post="/cart/{p.ident}" hx-target="#cart" hx-swap="outerHTML" '
        f'enctype="multipart/form-data">'
        f'<input type="number" name="count" value="1" min="1" max="{p.stock}" aria-label="Count">'
        f'<button class="button primary" type="submit"{disabled}>Add to cart</button>'
        f"</form></article>"
    )


def page(products: Iterable[Product]) -> str:
    menu = "".join([f'<li><a href="{e(url)}">{e(label)}</a></li>' for url, label in MENU])
    sorts = "".join([f'<option value="{e(key)}">{e(label)}</option>' for key, label in SORTS])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Shop &amp; more</title>"
        '<link rel="stylesheet" href="/style.css"><script src="/app.js" defer></script></head>'
        f'<body class="shop"><nav class="menu"><ul>{menu}</ul></nav>'
        '<main class="container" id="main"><h1>Shop &amp; more</h1>'
        '<form hx-get="/search" hx-target="#products" hx-trigger="input changed delay:200ms" '
        'enctype="multipart/form-data">'
        '<label for="q">Search</label>'
        '<input id="q" name="q" type="search" placeholder="Name or tag" required>'
        f'<select name="sort">{sorts}</select></form>'
        f'<section id="products" class="grid">{"".join([_card(p) for p in products])}</section>'
        '</main><footer><p>Prices include VAT. <a href="/terms">Terms</a></p></footer>'
        "</body></html>"
    )


if __name__ == "__main__":
    serve_render(table, numbers, page, uses=["markupsafe"] if sys.argv[1] == "markupsafe" else [])
