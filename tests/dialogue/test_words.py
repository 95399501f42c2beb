"""Every word the code says is written in both languages, can be filled with what the code gives, and is needed."""

import re
from pathlib import Path

import pytest

from bot.cases.case import Status
from bot.cases.order import STATUSES
from bot.cases.rules import returns
from bot.cases.timers import TIMERS
from bot.dialogue.decide import URGENT
from bot.dialogue.effects import Say
from bot.dialogue.render import text_of
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.knowledge.types import LANGS

BOT = Path(__file__).resolve().parents[2] / "bot"
SOURCES = [
    path.read_text(encoding="utf-8")
    for part in ("dialogue", "cases", "handoff", "channels", "desk", "store")
    for path in sorted((BOT / part).rglob("*.py"))
] + [(BOT / "engine.py").read_text(encoding="utf-8")]
# A key stands in the code as a text of its own; these are put together from a name.
QUOTED = re.compile(r"\"([a-z]+(?:_[a-z0-9]+)*)\"")
SAID = re.compile(
    r"\b(?:say|_text|reply_button|Say|Refusal)\(\s*(?:a, )?(?:\"[a-z:.=]*\", )?\"([a-z]+(?:_[a-z0-9]+)+)\""
)


def put_together() -> set[str]:
    """Keys made from a status, a timer or a signal."""
    timers = [t for many in TIMERS.values() for t in many]
    return (
        {f"status_{s}" for s in Status}
        | {f"order_{s}" for s in STATUSES}
        | {f"timeout_{t.name}" for t in timers}
        | {f"warn_{t.name}" for t in timers if t.warn}
        | {f"signal_{s}" for s in URGENT}
        | {f"return_excluded_{kind}" for kind in ("custom_made", *returns._BY_LAW)}
        | {"agent_released", "agent_resolved"}
    )


def test_every_key_the_code_says_is_written(kit: Kit) -> None:
    said = {key for source in SOURCES for key in SAID.findall(source)} | put_together()
    assert len(said) > 80
    assert said - set(kit.knowledge.replies) == set()


def test_every_reply_is_said_somewhere(kit: Kit) -> None:
    quoted = {key for source in SOURCES for key in QUOTED.findall(source)}
    assert set(kit.knowledge.replies) - quoted - put_together() == set()


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
