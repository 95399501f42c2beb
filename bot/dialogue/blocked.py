"""A blocked buyer: what they write is kept, and not answered. Danger reaches people all the same.

What was promised before goes on: cases keep their clocks, and what follows from them is said.
"""

from __future__ import annotations

from bot.dialogue.answer import Answer
from bot.dialogue.effects import Reply
from bot.handoff.priority import priority
from bot.understanding import language
from bot.understanding.signals import signals

HEARD = ("message", "edit", "button", "unsupported", "start")


def kept_quiet(a: Answer) -> bool:
    """Whether this turn is a blocked buyer's, of which nothing more is to be made.

    They are told once how to have it looked at again. Who is in the queue by then is there for a danger they told of
    (or a clock called people): people see what they add, and words about a block are no answer to that.
    """
    since = a.facts.blocked
    if since is None or a.turn.first.kind not in HEARD or a.facts.handler == "agent":
        return False
    said = "\n".join(a.turn.texts)
    if priority(signals(said)) == "P0":
        return False
    if a.facts.handler == "bot" and a.state.blocked_told != since.isoformat():
        a.remember(blocked_told=since.isoformat())
        if said:
            a.remember(lang=language.detect(said, a.state.lang))
        # Not with the words that introduce the assistant: they promise a person.
        a.do(Reply(a.text("blocked")))
    return True
