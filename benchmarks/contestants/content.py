"""What every contestant of `render.py` writes: plain data, no markup. Standard library only."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

_WORDS = (
    "quiet harbour lantern oak river copper window morning paper salt garden bridge north wheel "
    'amber field signal stone market cloud <draft> R&D O\'Neill "quoted" naïve façade 日本 ✓'
).split()


class Product(NamedTuple):
    ident: int
    name: str
    summary: str
    price: str
    stock: int
    tags: tuple[str, ...]
    new: bool


def _text(random: Random, count: int) -> str:
    return " ".join(random.choices(_WORDS, k=count))


def rows(count: int = 1000) -> list[tuple[str, str, str, str]]:
    """Return rows of four texts, some with characters to escape."""
    random = Random(1)
    return [
        (str(i), _text(random, 2), f"user{i}@mail.example", _text(random, 4)) for i in range(count)
    ]


def numbers(count: int = 1000) -> list[tuple[int, int, float, int]]:
    """Return rows of four numbers."""
    random = Random(2)
    return [(i, random.randrange(10**6), random.random(), i * i) for i in range(count)]


def products(count: int = 60) -> list[Product]:
    """Return what the shop of the mixed page sells."""
    random = Random(3)
    return [
        Product(
            ident=i,
            name=_text(random, 3),
            summary=_text(random, 20),
            price=f"{random.randrange(100, 99999) / 100:.2f} €",
            stock=random.randrange(40),
            tags=tuple(random.sample(_WORDS, 3)),
            new=random.random() < 0.3,
        )
        for i in range(count)
    ]


MENU = (("/", "Home"), ("/shop", "Shop"), ("/about?from=menu&lang=en", "About us"))
SORTS = (("price", "Price"), ("name", "Name"), ("new", "What's new"))
