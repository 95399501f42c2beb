"""Every word the code says is written in both languages, can be filled with what the code gives, and is needed."""

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.cases.case import CaseType, Status
from bot.cases.movers import WISHES
from bot.cases.offers import LEADS_TO
from bot.cases.order import STATUSES
from bot.cases.policy import ExcludedByLaw
from bot.cases.rules.evidence import Item
from bot.cases.timers import TIMERS
from bot.dialogue.decide import URGENT
from bot.dialogue.effects import Say
from bot.dialogue.render import text_of
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.knowledge.types import LANGS
from bot.photos import REASONS

BOT = Path(__file__).resolve().parents[2] / "bot"
SOURCES = [
    path.read_text(encoding="utf-8")
    for part in ("dialogue", "cases", "handoff", "channels", "desk", "store")
    for path in sorted((BOT / part).rglob("*.py"))
    if path.parent.name != "telegram_desk"  # it has words of its own, for agents
] + [(BOT / "engine.py").read_text(encoding="utf-8")]
# A key stands in the code as a text of its own; these are put together from a name.
QUOTED = re.compile(r"\"([a-z]+(?:_[a-z0-9]+)*)\"")
SAID = re.compile(
    r"\b(?:say|_text|reply_button|Say|Refusal)\(\s*(?:a, )?(?:\"[a-z:.=]*\", )?\"([a-z]+(?:_[a-z0-9]+)+)\""
)


def put_together() -> set[str]:
    """Keys made from a status, a timer, a signal and the like, which have to be there."""
    timers = [t for many in TIMERS.values() for t in many]
    return (
        {f"status_{s}" for s in Status}
        | {f"now_{s}" for s in Status if s is not Status.DRAFT}
        | {f"order_{s}" for s in STATUSES}
        | {f"type_{t}" for t in CaseType}
        | {f"timeout_{t.name}" for t in timers if t.event}
        | {f"warn_{t.name}" for t in timers if t.warn and t.told == "buyer"}
        | {f"after_{t.name}" for t in timers if t.name not in ("silent_24h", "next_news")}
        | {f"signal_{s}" for s in URGENT}
        | {f"wish_{w}" for w in WISHES}
        | {f"option_{kind}" for kind in LEADS_TO}
        | {f"photo_{item}" for item in get_args(Item)}
        | {f"photo_{why}" for why in (*REASONS, "failed")}
        | {f"mover_{who}" for who in ("buyer", "shop", "carrier", "platform", "nobody")}
        | {f"return_excluded_{kind}" for kind in get_args(ExcludedByLaw)}
        | {f"asked_{there}" for there in ("in_stock", "stock_unknown")}
        | {f"exchange_{there}" for there in ("in_stock", "out_of_stock", "stock_unknown")}
        | {f"corrected_{name}" for name in ("contact_tail", "missing", "broken")}
        | {f"{part}_{score}" for part in ("rate", "rated") for score in ("good", "fair", "bad")}
        | {"agent_released", "agent_resolved"}
    )


# Made from a name too, and only there where somebody wrote them: a status's own words for a case type, a slot's name.
OPTIONAL = re.compile(
    r"now_[A-Z_]+_[a-z_]+|slot_[a-z_]+|after_[a-z_]+|wish_(?:news|task)|insurance_after_success_\w+"
)


def test_every_key_the_code_says_is_written(kit: Kit) -> None:
    said = {key for source in SOURCES for key in SAID.findall(source)} | put_together()
    assert len(said) > 80
    assert said - set(kit.knowledge.replies) == set()


def test_every_reply_is_said_somewhere(kit: Kit) -> None:
    quoted = {key for source in SOURCES for key in QUOTED.findall(source)}
    unsaid = set(kit.knowledge.replies) - quoted - put_together()
    assert {key for key in unsaid if not OPTIONAL.fullmatch(key)} == set()


def test_both_languages_ask_for_the_same_data(kit: Kit) -> None:
    """What a conversation fills in one language, it fills in the other."""
    for key, words in kit.knowledge.replies.items():
        zh, en = (set(re.findall(r"\{([a-z_.]+)\}", text)) for text in (words.zh, words.en))
        assert zh == en, key


@pytest.mark.parametrize("lang", LANGS)
def test_every_answer_can_be_said_as_it_stands(kit: Kit, lang: str) -> None:
    state = State(lang=lang)  # type: ignore[arg-type]
    for topic in kit.knowledge.topics.values():
        if topic.answer:
            assert "{" not in text_of(Say(f"faq:{topic.id}"), kit, state), topic.id


def test_every_status_a_refusal_or_case_names_has_a_name(kit: Kit) -> None:
    for status in Status:
        words = kit.knowledge.replies[f"status_{status}"]
        assert words.zh != words.en
