"""A clock of the chat's place in the queue rang: what the buyer hears of it. What it does there is the store's."""

from __future__ import annotations

from bot.dialogue.answer import Answer
from bot.dialogue.effects import QueueClock, Reply
from bot.dialogue.person import say_wait
from bot.handoff.waiting import tells_place


def ring(a: Answer) -> None:
    """Targets and calls for a lead are the agents' business; a buyer hears of nothing but what changes for them."""
    name = str(a.turn.first.data.get("name", ""))
    if a.facts.handler == "bot":
        return
    if name == "lease" and a.facts.buyer_waits:
        a.do(Reply(a.text("agent_stepped_away"), author="system"))
    elif name == "place" and a.facts.handler == "queued":
        _place(a)
    elif name == "stale:warn":
        _before_closing(a)
    elif name == "stale":
        a.do(Reply(a.text("stale_closed"), author="system"))
        a.remember(misses=0, last_answer=None, awaiting={})
    a.do(QueueClock(a.turn.first.data))


def _place(a: Answer) -> None:
    facts, place = a.facts, a.facts.ahead + 1
    if tells_place(facts.told_place, facts.told_at, place, a.now, a.kit.desk.place_every):
        a.say("place_better" if facts.ahead else "place_next", position=place, ahead=facts.ahead)
        say_wait(a, facts.ahead)


def _before_closing(a: Answer) -> None:
    due = next((d for subject, n, d in a.facts.timers if (subject, n) == ("queue", "stale")), None)
    if due and due > a.now:  # after an outage the end itself may have come: a warning would be too late
        a.do(Reply(a.text("stale_warned", deadline=due), author="system"))
