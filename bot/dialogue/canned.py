"""The canned replies that fit a chat, filled with what is on record of it. Pure; the desk shows them by `/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.render import words_in
from bot.dialogue.state import State
from bot.dialogue.turn import Kit
from bot.knowledge.words import placeholders
from bot.messages import Lang


@dataclass(frozen=True)
class Ready:
    """`title` is said in the agent's language, `text` in the buyer's."""

    key: str
    title: str
    text: str


def ready(known: Mapping[str, Any], kit: Kit, state: State, reads: Lang) -> list[Ready]:
    """Those that can be filled whole from `known`: a reply with a hole in it would be sent one day."""
    at_hand = {name for name, value in known.items() if value not in (None, "")} | set(
        kit.constants[state.lang]
    )
    return [
        Ready(key, canned.title.text(reads), words_in(canned.text, known, kit, state))
        for key, canned in kit.knowledge.canned.items()
        if set(placeholders(canned.text.text(state.lang))) <= at_hand
    ]
