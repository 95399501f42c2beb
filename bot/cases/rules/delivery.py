"""Handing over: who signed, and what broke on the way. Until then the risk is the shop's.

What has not reached the buyer is the seller's risk (淘宝平台争议处理规则 art. 10; 电子商务法 art. 20).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases.order import Order
from bot.cases.policy import Payer, Policy
from bot.cases.rules.days import over, term_end
from bot.cases.rules.goods import defect_hint
from bot.cases.rules.logistics import arrived, last_seen
from bot.cases.rules.refusal import Refusal

RULE = "淘宝平台争议处理规则"
Signer = Literal["buyer", "pickup_point", "somebody_else", "unknown"]
_FLAGS = re.IGNORECASE | re.ASCII
# First match wins: a note may name both who signed and that it was not the buyer.
_SIGNERS: tuple[tuple[Signer, re.Pattern[str]], ...] = (
    ("somebody_else", re.compile(r"非本人|不是本人|\bnot (?:the )?(?:buyer|recipient)", _FLAGS)),
    (
        "pickup_point",
        re.compile(
            r"驿站|快递柜|丰巢|菜鸟|自提|代收点|超市|\blocker|\bpick-?up|\bstation|\bparcel shop", _FLAGS
        ),
    ),
    (
        "somebody_else",
        re.compile(
            r"他人|别人|代收|代签|家人|邻居|同事|前台|门卫|保安|物业"
            r"|\bneighbou?r|\breception|\bsomebody|\bsomeone|\bconcierge|\bfamily|\bcolleague",
            _FLAGS,
        ),
    ),
    ("buyer", re.compile(r"本人|收件人|买家|\bbuyer|\brecipient|\bin person|\bself\b", _FLAGS)),
)


def signer(order: Order) -> Signer:
    """Who signed, by the carrier's note; a name alone says nothing, since the program knows no names."""
    return next((who for who, words in _SIGNERS if words.search(order.signed_by)), "unknown")


def carrier_has_proof(order: Order, slip: bool | None = None, named: bool | None = None) -> bool | None:
    """Whether the shop can show that the buyer got it: that is for the shop to show (争议处理规则 art. 38).

    `slip`: what was found about a slip with the buyer's signature or authorisation; None before anybody looked.
    `named`: whether the buyer had named the point or the person it was left with, which counts as signed by him
    (art. 36). None: a name alone says nothing, a person has to compare it.
    """
    if slip is not None:
        return slip
    who = signer(order)
    if who == "unknown":
        return named or (None if order.signed_by else False)
    return who == "buyer" or bool(named)


def not_delivered_yet(order: Order) -> Refusal | None:
    """Not received although signed for needs a signature: before one the parcel is late, still or lost (art. 28).

    Of what no carrier ever reported on nothing is known, so it is asked for.
    """
    if arrived(order) or last_seen(order) is None:
        return None
    data = {"item": order.item, "order": order.id, "scan": last_seen(order), "eta": order.eta}
    return Refusal("not_delivered_yet", f"{RULE} art. 28", data, False)


@dataclass(frozen=True)
class TransitDamage:
    """`told_by`: when a visible defect is best told (aware); a hint, never a bar. Shards are never sent back."""

    freight: Payer
    told_by: datetime | None
    told_in_time: bool
    shards_back: bool = False


def transit_damage(order: Order, policy: Policy, told_at: datetime, zone: ZoneInfo) -> TransitDamage:
    """Broken on the way: the seller's risk until it is signed for (争议处理规则 arts. 10, 81; 电子商务法 art. 20)."""
    name, signed = defect_hint(order), order.signed_at
    hint = getattr(policy.timers.surface_defect_report, name) if name else None
    told_by = term_end(signed, hint, zone) if hint and signed else None
    return TransitDamage(
        freight=policy.freight.fault_of_seller,
        told_by=told_by,
        told_in_time=not over(told_by, told_at),
    )
