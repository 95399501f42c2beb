"""An agent's act on a case: written as an inbox row under the conversation's lock, so it takes the path of everything.

Unlike words to the buyer it needs no claim of the chat; but where a colleague has the chat, the case is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from bot.handoff.rules import DEFAULT, Rules
from bot.messages import Incoming
from bot.store import handoff
from bot.store.inbox import Settle, put
from bot.store.places import holder


def act_on_case(
    conn: Connection,
    key: str,
    agent_name: str,
    act_key: str,
    data: Mapping[str, Any],
    now: float,
    rules: Rules = DEFAULT,
) -> bool:
    """False where another agent has the chat; by who has it, it renews the lease.

    `act_key` makes a double click one act; `now` in UTC epoch seconds.
    """
    handoff.lock(conn, key)
    live = handoff.live(conn, key)
    if live is not None and live.agent is not None:
        return handoff.act(conn, key, agent_name, act_key, dict(data), now, rules)
    if holder(conn, key) not in (None, agent_name):
        return False
    event = Incoming(key, key=f"{agent_name}:{act_key}", kind="agent", name=agent_name, data=dict(data))
    put(conn, [event], now, Settle())
    return True
