"""Whether the size or colour a buyer wishes for is there, and which others are: their words against the stock list."""

from __future__ import annotations

from typing import Literal

from bot.cases.order import Order
from bot.cases.rules.exchange import exchange_no_stock

There = Literal["in_stock", "out_of_stock", "stock_unknown"]

# A colour as the other language's labels have it: buyers write one, stock lists the other.
_COLOURS = {
    "黑": "black",
    "白": "white",
    "红": "red",
    "蓝": "blue",
    "绿": "green",
    "黄": "yellow",
    "灰": "gr",
    "粉": "pink",
    "紫": "purple",
    "棕": "brown",
    "橙": "orange",
    "米": "beige",
    "银": "silver",
    "金": "gold",
}


def _names(part: str) -> tuple[str, ...]:
    """The ways a stock list may write one part of a variant."""
    bare = part.removesuffix("色")
    other = _COLOURS.get(bare[-1:], "") or next(
        (zh for zh, en in _COLOURS.items() if part.startswith(en)), ""
    )
    return tuple(name for name in (part, bare, other) if name)


def stock(order: Order, target: str, pieces: int = 1) -> tuple[There, tuple[str, ...]]:
    """Whether so many of what is wanted instead are there, by the source's stock list, which may know nothing of it;
    where none are, the variants that are."""
    meant = _variants(order, target)
    if not meant:
        return "stock_unknown", ()
    refusals = [exchange_no_stock(order, sku, pieces) for sku in meant]
    noes = [no for no in refusals if no]
    return ("out_of_stock", noes[0].data["others"]) if len(noes) == len(refusals) else ("in_stock", ())


def _variants(order: Order, target: str) -> list[str]:
    """The variants of the stock list that the words may mean; without words the one that was bought."""
    wanted = target.casefold()
    parts = [_names(part) for part in wanted.split("-") if part]
    if not wanted:
        return [sku for sku in order.stock if sku.casefold() == order.sku.casefold()]
    return [
        sku
        for sku in order.stock
        if sku.casefold() == wanted or all(any(name in sku.casefold() for name in names) for names in parts)
    ]
