"""How urgent a waiting chat is: its class from the gravest signal, then a score that grows with the wait.

Score = 1000·P0 + 300·P1 + 100·P2 + 2·min(minutes waited, 60) + 80·(a timer within 4 h) + 30·(again within 7 days)
+ 20·(vulnerable) + min(amount / 100, 20). Only the highest class counts, a VIP adds nothing, ties go to the oldest.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

Priority = Literal["P0", "P1", "P2", "P3"]

# Reason → class. A reason nobody listed is P3: it waits its turn, it is not lost.
CLASSES: dict[str, Priority] = {
    "safety": "P0",
    "scam": "P0",
    "legal_threat": "P1",
    "extortion": "P1",
    "counterfeit": "P1",
    "high_value": "P1",
    "human": "P2",
    "vulnerable": "P2",
    "anger": "P2",
    "missed_twice": "P2",
    "rejected": "P2",
    "fault": "P2",
    "low_score": "P2",
    "redirect": "P2",
    "signature": "P2",
    "promise_broken": "P2",
}
TAKEN_UP = "taken_up"  # nobody asked: an agent took the chat from the bot
WEIGHT = {"P0": 1000, "P1": 300, "P2": 100, "P3": 0}


def priority(reasons: Iterable[str]) -> Priority:
    """The highest class among `reasons`; P3 where none is known."""
    return min((CLASSES.get(r, "P3") for r in reasons), default="P3")


def base_score(reasons: Iterable[str], amount: Decimal = Decimal(0), timer_within_4h: bool = False) -> int:
    """The part of the score that waiting does not change. `amount` is in yuan."""
    reasons = set(reasons)
    score = WEIGHT[priority(reasons)] + 80 * timer_within_4h
    score += 30 * ("repeat" in reasons) + 20 * ("vulnerable" in reasons)
    return score + min(int(amount / 100), 20)


def score(base: int, waited_seconds: float) -> float:
    """The whole score after waiting so long; an hour of waiting is worth 120, more adds nothing."""
    return base + 2 * min(max(waited_seconds, 0) / 60, 60)
