"""Several messages in one burst: what all of them say together must not drop a question that one of them asks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.dialogue.heard import _asks
from bot.understanding import entities
from bot.understanding.matcher import Match

KINDS = {
    "return.request": "flow",
    "return.process": "faq",
    "return.policy": "faq",
    "return.shipping_fee": "faq",
}
KIT: Any = SimpleNamespace(
    knowledge=SimpleNamespace(topics={t: SimpleNamespace(kind=kind) for t, kind in KINDS.items()}), flows={}
)


def sure(topic: str) -> Match:
    return Match(topic, 0.95, "answer", ((topic, 0.95),))


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("return.process", ("return.request",)),  # how to do it, and why: it is to be done
        ("return.shipping_fee", ("return.shipping_fee",)),
        ("return.policy", ("return.policy",)),
    ],
)
def test_only_a_question_of_how_becomes_the_wish_of_the_whole(part: str, asked: tuple[str, ...]) -> None:
    unclear = Match("none", 0.3, "none", ())
    assert _asks([unclear, sure(part)], sure("return.request"), entities.read(""), KIT, True) == asked
