"""Facts a message holds, whatever its topic: one reading, used by every flow. Patterns only, no look-ups, no clock.

This is the one door: what reads each kind of fact stands in modules of its own beside this one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.understanding.amounts import Amount, read_amounts
from bot.understanding.answers import cancels, confirms, corrects
from bot.understanding.attributes import NOTHING, Variant, read_attributes
from bot.understanding.codes import read_codes, read_four_digits
from bot.understanding.counts import read_choice, read_quantity, read_to_return
from bot.understanding.dates import Span, read_dates
from bot.understanding.language import to_simplified
from bot.understanding.negation import any_negation, denied, denied_at, denies
from bot.understanding.normalise import cut, has_chinese
from bot.understanding.reasons import Reason, read_reason

__all__ = ["Amount", "Entities", "Reason", "Variant", "denied_at", "denies_any", "negated", "plain", "read"]


@dataclass(frozen=True)
class Entities:
    """Tuples are in the order written, each value once."""

    order_ids: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    phone_tail: str | None = None  # called so: "尾号7788", "ending in 7788"
    four_digits: str | None = (
        None  # the last four digits that stand alone: a phone's tail where one is asked for
    )
    phones: tuple[
        str, ...
    ] = ()  # digits; a mainland mobile without 86, others with their country code if given
    amounts: tuple[Amount, ...] = ()
    dates: tuple[date, ...] = ()  # calendar days where the buyer is; relative ones only with `today`
    quantity: int | None = None
    to_return: int | None = None  # the quantity beside the verb of returning
    sizes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    wanted: Variant = NOTHING
    got: Variant = NOTHING
    bought: Variant = NOTHING
    choice: int | None = None  # counted from 1; -1 is "the last one"
    reason: Reason | None = None  # never one that is denied
    negation: bool = False  # anything at all is denied; for one word ask `negated`
    confirms: Literal["yes", "no"] | None = None
    cancels: bool = False
    corrects: bool = False


def read(text: str, today: date | None = None) -> Entities:
    """All that `text` holds. `today` is the shop's day, for 昨天 and days without a year. Never raises."""
    said = plain(text)
    codes = read_codes(said)
    days = read_dates(codes.rest, today)
    undated = _blanked(codes.rest, days)
    amounts = read_amounts(undated)
    sums = {amount.value for amount in amounts}
    alone = [four for four in read_four_digits(undated) if Decimal(four) not in sums]
    goods = read_attributes(undated)
    return Entities(
        order_ids=tuple(o.upper() for o in codes.orders),
        tracking=tuple(t.upper() for t in codes.tracking),
        phone_tail=codes.tail,
        four_digits=alone[-1] if alone else None,
        phones=codes.phones,
        amounts=amounts,
        dates=tuple(dict.fromkeys(day for _, _, day in days)),
        quantity=read_quantity(undated),
        to_return=read_to_return(undated),
        sizes=goods.sizes,
        colours=goods.colours,
        wanted=goods.wanted,
        got=goods.got,
        bought=goods.bought,
        choice=read_choice(undated),
        reason=read_reason(said),
        negation=any_negation(said),
        confirms=confirms(said),
        cancels=cancels(said),
        corrects=corrects(said),
    )


def negated(text: str, word: str) -> bool:
    """Whether the text holds the word and denies it: 收到 in "没收到", "broken" in "it is not broken"."""
    return denied(plain(text), plain(word))


def denies_any(text: str, *words: str) -> bool:
    """Whether the text denies one of the words at least once: 退 in "申请了退货,现在不想退了"."""
    said = plain(text)
    return any(denies(said, plain(word)) for word in words)


def plain(text: str) -> str:
    """One width, one script, lower case, at most the beginning and the end: as every pattern here reads it."""
    text = unicodedata.normalize("NFKC", cut(text)).lower().replace("’", "'")
    return (to_simplified(text) if has_chinese(text) else text).strip()


def _blanked(said: str, days: list[Span]) -> str:
    """Without its days: "the 5th" is no choice, and 2026-03-05 no sum."""
    for start, end, _ in days:
        said = f"{said[:start]}{' ' * (end - start)}{said[end:]}"
    return said
