"""Pages by Jinja2 templates, compiled once, autoescape on."""

from __future__ import annotations

from collections.abc import Iterable

import jinja2
from _common import serve_render
from contestants.content import MENU, SORTS, Product

_TABLE = """
<table><tbody>
{% for a, b, c, d in rows %}
<tr><td>{{ a }}</td><td>{{ b }}</td><td>{{ c }}</td><td>{{ d }}</td></tr>
{% endfor %}
</tbody></table>
"""

_PAGE = """
<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop &amp; more</title>
<link rel="stylesheet" href="/style.css"><script src="/app.js" defer></script></head>
<body class="shop"><nav class="menu"><ul>
{% for url, label in menu %}<li><a href="{{ url }}">{{ label }}</a></li>{% endfor %}
</ul></nav>
<main class="container" id="main"><h1>Shop &amp; more</h1>
<form hx-get="/search" hx-target="#products" hx-trigger="input changed delay:200ms"
 enctype="multipart/form-data">
<label for="q">Search</label>
<input id="q" name="q" type="search" placeholder="Name or tag" required>
<select name="sort">
{% for key, label in sorts %}<option value="{{ key }}">{{ label }}</option>{% endfor %}
</select></form>
<section id="products" class="grid">
{% for p in products %}
<article id="product-{{ p.ident }}" class="card" data-id="{{ p.ident }}" data-stock="{{ p.stock }}">
<header><h3><a href="/product/{{ p.ident }}">{{ p.name }}</a></h3>
{% if p.new %}<span class="badge badge-new">New</span>{% endif %}</header>
<img src="/img/{{ p.ident }}.jpg" alt="{{ p.name }}" loading="lazy" width="320" height="200">
<p>{{ p.summary }}</p>
<ul class="tags">{% for tag in p.tags %}<li class="tag">{{ tag }}</li>{% endfor %}</ul>
<p class="price"><strong>{{ p.price }}</strong> <small>{{ p.stock }} in stock</small></p>
<form hx-post="/cart/{{ p.ident }}" hx-target="#cart" hx-swap="outerHTML"
 enctype="multipart/form-data">
<input type="number" name="count" value="1" min="1" max="{{ p.stock }}" aria-label="Count">
<button class="button primary" type="submit"
{%- if not p.stock %} disabled{% endif %}>
Add to cart</button>
</form></article>
{% endfor %}
</section></main>
<footer><p>Prices include VAT. <a href="/terms">Terms</a></p></footer>
</body></html>
"""

_environment = jinja2.Environment(autoescape=True)


def _compiled(source: str) -> jinja2.Template:
    return _environment.from_string(source.replace("\n", ""))


_table = _compiled(_TABLE)
_page = _compiled(_PAGE)


def table(rows: Iterable[tuple[object, ...]]) -> str:
    return _table.render(rows=rows)


numbers = table


def page(products: Iterable[Product]) -> str:
    return _page.render(products=products, menu=MENU, sorts=SORTS)


if __name__ == "__main__":
    serve_render(table, numbers, page, uses=["jinja2", "markupsafe"])
