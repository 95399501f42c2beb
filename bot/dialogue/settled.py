"""After it is settled: satisfaction asked once a case, feedback kept for the shop, one recommendation at most.

A low score brings a person. Nothing is promised for a rating, and nobody is asked to change one.
"""

from __future__ import annotations

import re

from bot.cases.case import Case, Status
from bot.cases.movers import next_mover
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.dialogue.person import hand_over
from bot.understanding import entities

SETTLED = (Status.CLOSED_REFUNDED, Status.CLOSED_RESOLVED)
LONGEST = 500  # characters of feedback that are kept
_STOP = re.compile(
    r"(?:不要|别|不用|不想|停止|取消)(?:再)?(?:给我)?(?:推荐|推送|广告|发广告|营销|新品|打扰)|退订"
    r"|\b(?:no (?:more )?(?:recommendations?|ads?|marketing)|unsubscribe|opt out|stop (?:recommending|sending))\b"
)


def ask(a: Answer, case: Case) -> None:
    """Three buttons, once a case; not while a person has the chat or the buyer waits for one."""
    if case.status not in SETTLED or case.slots.get("rating_asked") or a.facts.handler != "bot":
        return
    a.update(case, rating_asked=True)
    a.say("rate_ask")
    for score in ("good", "fair", "bad"):
        a.reply_button(f"rate:{case.id}:{score}", f"rate_{score}")


def rate(a: Answer, rest: str) -> bool:
    """A score that was pressed. False for a case that is not theirs or not settled."""
    number, _, score = rest.partition(":")
    case = a.cases.get(number)
    if case is None or case.status not in SETTLED or score not in ("good", "fair", "bad"):
        return False
    a.update(case, rating=score, rated_at=a.now.isoformat())
    a.say(f"rated_{score}", case=case.id, item=case.item or "")
    if score == "bad":
        hand_over(a, "low_score")
        return True
    a.remember(awaiting={"what": "feedback", "case": case.id})
    if score == "good" and not a.state.recommended and not a.state.no_marketing:
        a.remember(recommended=True)
        a.say("recommend")
    return True


def feedback(a: Answer, heard: Heard) -> bool:
    """Words after a rating are kept with the case for the shop; a question or a wish is served as always."""
    case = a.cases.get(a.state.awaiting.get("case", ""))
    if (
        case is None
        or heard.asks
        or heard.is_question
        or heard.starts
        or heard.signals
        or heard.entities.tracking
        or heard.entities.order_ids
        or heard.names_fault
        or any(next_mover(c) == "buyer" for c in a.open_cases())
        or not heard.text.strip()
    ):
        return False
    a.remember(awaiting={})
    if heard.acknowledges or heard.courtesy or heard.entities.confirms:
        return False
    a.update(case, feedback=heard.text.strip()[:LONGEST])
    a.say("feedback_kept")
    return True


def opts_out(a: Answer, heard: Heard) -> bool:
    """ "No more recommendations": holds from now on."""
    if not _STOP.search(entities.plain(heard.text)):
        return False
    a.remember(no_marketing=True)
    a.say("opted_out")
    return True
