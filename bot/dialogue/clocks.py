"""A timer rang: what is warned of, what happens by itself, and who hears of it."""

from __future__ import annotations

from bot.cases.case import Case, Status
from bot.cases.movers import money
from bot.cases.rules.cancelling import shipped_at
from bot.cases.rules.logistics import NEWS_WITHIN
from bot.cases.rules.refunds import refund_amount
from bot.cases.timers import Timer, deadline_name, timer_of
from bot.dialogue import announce, sentinel
from bot.dialogue.answer import Answer
from bot.dialogue.effects import MoveDeadline
from bot.dialogue.moves import advance, alert
from bot.dialogue.person import hand_over


def ring(a: Answer) -> None:
    """One whose case moved on meanwhile means nothing any more."""
    data = a.turn.first.data
    kind, _, order = str(data.get("subject", "")).partition(":")
    if kind == "order":
        sentinel.ring(a, order)
        return
    case = a.cases.get(str(data.get("subject", "")))
    name, _, warning = str(data.get("name", "")).partition(":")
    timer = timer_of(case, name) if case else None
    if case is None or timer is None:
        return
    if warning:
        _warn(a, case, timer)
    elif timer.alarm:
        _alarm(a, case, timer)
    else:
        _runs_out(a, case, timer)


def _warn(a: Answer, case: Case, timer: Timer) -> None:
    due = next((d for c, n, d in a.facts.timers if c == case.id and n == timer.name), None)
    if (
        due is None or due <= a.now
    ):  # after an outage the end itself may have come: a warning would be too late
        return
    words = {**announce.words_of(a, case), "deadline": due, "left": due - a.now}
    if timer.told == "agents":
        alert(
            a,
            case,
            "alert_timer_soon",
            key_end=f":{timer.name}",
            timer=timer.name,
            left=due - a.now,
            status=str(case.status),
        )
    else:
        a.say(f"warn_{timer.name}", **words)


def _alarm(a: Answer, case: Case, timer: Timer) -> None:
    """Nothing moves by itself: somebody is told."""
    if timer.name == "next_news":
        if not tell_news(a, case):
            _no_news(a, case)
    elif timer.name == "service_sla_decide":
        alert(a, case, "alert_sla", status=str(case.status))
        if deadline_name(case) == timer.name:
            _apologise(a, case)
    elif timer.told == "agents":
        key = "alert_deliberate_delay" if timer.name == "legal_deliberate_delay" else "alert_timer_over"
        alert(a, case, key, key_end=f":{timer.name}", timer=timer.name, status=str(case.status))
    elif case.status is Status.CARRIER_CHECK and not case.slots.get("carrier_answer"):
        carrier_has_nothing(a, case, "system", why=timer.name)
    else:
        # The buyer's choice is still open: reminded once, then a person takes care.
        announce.tell(a, case)
        hand_over(a, "rejected")


def tell_news(a: Answer, case: Case) -> bool:
    """What was chased has left since it was asked for: told at once, and done. False where nothing has happened."""
    order = announce.order_of_case(a, case)
    scan = order and (order.last_scan or shipped_at(order))
    if not scan or scan < case.opened_at:
        return False
    a.say("news_moving", scan=scan, **announce.words_of(a, case))
    advance(a, case, "done", "rule", why="on its way", say=False)
    return True


def _apologise(a: Answer, case: Case) -> None:
    """A day was promised and is past: said before the buyer has to ask, with a new one and a person on it."""
    due = a.now + NEWS_WITHIN
    a.do(MoveDeadline(case.id, "service_sla_decide", due))
    a.log(case, "promise_broken", "system", why="service_sla_decide")
    a.say("promise_broken", due=due, **announce.words_of(a, case))
    if a.facts.handler == "bot":
        hand_over(a, "promise_broken")


def _no_news(a: Answer, case: Case) -> None:
    """The word that was promised has nothing to tell: an apology, a person told, and a new date."""
    due = a.now + NEWS_WITHIN
    a.do(MoveDeadline(case.id, "next_news", due))
    a.log(case, "promise_broken", "system", why="next_news")
    a.say("news_none", due=due, **announce.words_of(a, case))
    alert(a, case, "alert_news_missed", key_end=str(int(a.now.timestamp())))


def carrier_has_nothing(a: Answer, case: Case, who: str, why: str) -> Case:
    """No signature, no parcel, or no answer in time: refund or resend, as the buyer likes; nothing to send back."""
    wish = str(case.slots.get("wanted") or "")
    case = advance(a, case, "carrier_answered", who, slots={"carrier_answer": "nothing"}, why=why, say=False)
    if wish in ("refund", "resend"):
        return choose_for_lost(a, case, wish)
    announce.tell(a, case)
    return case


def choose_for_lost(a: Answer, case: Case, wish: str) -> Case:
    to = Status.SELLER_RESHIP if wish == "resend" else Status.REFUNDING
    return advance(a, case, "no_proof", "buyer", to=to, slots={"wanted": wish})


def _runs_out(a: Answer, case: Case, timer: Timer) -> None:
    assert timer.to is not None  # a timer that moves says where
    slots = _remedy(a, case)
    moved = advance(a, case, timer.event, "system", to=timer.to(case), why=timer.name, slots=slots, say=False)
    if a.state.frame and a.state.frame.case == case.id:
        a.remember(frame=None)
    if moved.status is Status.HUMAN_REVIEW:
        announce.tell(a, moved)  # where safety is at stake nothing closes by itself
    else:
        a.say(f"timeout_{timer.name}", **announce.words_of(a, moved))
        announce.offer_choices(a, moved)
    if timer.told == "agents" or case.status is Status.SELLER_RESHIP:
        alert(
            a, moved, "alert_timer_over", key_end=f":{timer.name}", timer=timer.name, status=str(moved.status)
        )


def _remedy(a: Answer, case: Case) -> dict[str, object]:
    """What is offered where the shop could not keep its word: the money, or other goods after a repair that failed."""
    if case.status is Status.SELLER_RESHIP:
        order = announce.order_of_case(a, case)
        pieces = int(case.slots.get("qty") or (order.qty if order else 1))
        amount = money(case) or (
            refund_amount(order, pieces, a.kit.policy.freight.fault_of_seller) if order else None
        )
        return {"offer": [{"refund": str(amount)}] if amount else [{"return": True}]}
    if case.status is Status.IN_REPAIR:
        return {"offer": [{"exchange": True}, {"return": True}]}
    return {}
