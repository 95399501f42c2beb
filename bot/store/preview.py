"""What an agent's act would say to the buyer and do, without doing it: the decision is made and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.dialogue.decide import decide
from bot.dialogue.effects import Note, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Kit, Turn
from bot.messages import Button, Incoming
from bot.store import conversations
from bot.store.facts import load_facts


@dataclass(frozen=True)
class Preview:
    """`text` and `buttons` are what the buyer would read; `no` is why nothing would be done, empty where it would."""

    text: str
    buttons: tuple[Button, ...]
    no: str


def preview(
    conn: Connection, key: str, agent_name: str, data: Mapping[str, Any], kit: Kit, now: datetime
) -> Preview:
    """`data` is an act as `dialogue.agent_case` reads it; `now` is aware."""
    buyer, _, saved = conversations.load(conn, key)
    state = State.from_json(saved)
    event = Incoming(key, key="preview", kind="agent", name=agent_name, data=dict(data))
    turn = Turn(key, (event,), 0, now)
    done = decide(state, turn, load_facts(conn, turn, buyer, state, now, kit.rules), kit, now).effects
    replies = [e for e in done if isinstance(e, Reply)]
    no = "" if any(isinstance(e, SaveCase) for e in done) else _why(done)
    return Preview("\n\n".join(r.text for r in replies), tuple(b for r in replies for b in r.buttons), no)


def _why(effects: tuple[object, ...]) -> str:
    """The note that the decision would leave for the agent."""
    return "\n".join(e.text for e in effects if isinstance(e, Note))
