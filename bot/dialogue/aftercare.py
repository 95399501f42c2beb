"""What comes after a case is filed: tracking numbers, photos, second thoughts, and clocks that run out."""

from __future__ import annotations

from dataclasses import asdict

from bot.cases.case import Case, Status
from bot.cases.machine import move, moves
from bot.cases.timers import timer_of, timers_of
from bot.dialogue.answer import Answer
from bot.dialogue.goods import named_outright
from bot.dialogue.heard import Heard

_TRACKABLE = (Status.AWAIT_RETURN, Status.RETURN_IN_TRANSIT)


def open_cases(a: Answer) -> list[Case]:
    """This buyer's filed, open cases, the latest touched first."""
    filed = [c for c in a.cases.values() if c.is_open and c.status != Status.DRAFT]
    return sorted(filed, key=lambda c: c.updated_at, reverse=True)


def tracking(a: Answer, heard: Heard) -> bool:
    """ "I posted it, SF123…": the number goes to the return that waits for one. False where nothing was said."""
    waiting = [c for c in open_cases(a) if c.status == Status.AWAIT_RETURN]
    numbers = heard.entities.tracking
    if not waiting:
        sure = heard.entities.corrects
        return bool(numbers) and (_correct_tracking(a, numbers[-1], sure) or _too_early(a, numbers[-1]))
    if not numbers:
        a.say("tracking_ask", case=waiting[0].id)
        a.remember(awaiting={"what": "tracking", "case": waiting[0].id})
        return True
    if len(waiting) > 1 and a.state.awaiting.get("case") not in {c.id for c in waiting}:
        a.say("tracking_which", tracking=numbers[-1])
        for c in waiting:
            a.button(f"track:{c.id}", f"{c.id} {c.item or ''}")
        a.remember(awaiting={"what": "tracking_case", "number": numbers[-1]})
        return True
    target = next((c for c in waiting if c.id == a.state.awaiting.get("case")), waiting[0])
    enter_tracking(a, target, numbers[-1])
    return True


def enter_tracking(a: Answer, case: Case, number: str) -> None:
    moved, entry = move(
        case,
        "tracking_entered",
        "buyer",
        a.now,
        slots={"tracking": number},
        policy_version=a.kit.policy.version,
    )
    a.save(moved, entry)
    a.remember(awaiting={})
    due = dict(timers_of(moved, a.kit.policy, a.now))["seller_confirm_return_express"]
    a.say("tracking_entered", tracking=number, case=moved.id, deadline=due)


def _correct_tracking(a: Answer, number: str, sure: bool) -> bool:
    """A second number while the first parcel travels replaces it, once the buyer says that this is meant."""
    under_way = next((c for c in open_cases(a) if c.status == Status.RETURN_IN_TRANSIT), None)
    if under_way is None:
        return False
    old = str(under_way.slots.get("tracking", ""))
    if old == number:
        a.say("tracking_known", tracking=number, case=under_way.id)
        return True
    if sure:
        _replace_tracking(a, under_way, number)
        return True
    a.say("tracking_replace_ask", case=under_way.id, old=old, tracking=number)
    a.reply_button("yes", "button_replace_yes")
    a.reply_button("no", "button_replace_no")
    a.remember(awaiting={"what": "tracking_replace", "case": under_way.id, "number": number})
    return True


def replace_tracking(a: Answer, yes: bool) -> None:
    """The answer to whether a second number replaces the first."""
    case, number = a.cases.get(a.state.awaiting.get("case", "")), a.state.awaiting.get("number", "")
    a.remember(awaiting={})
    if case is None or case.status != Status.RETURN_IN_TRANSIT:
        a.say("button_old")
    elif yes:
        _replace_tracking(a, case, number)
    else:
        a.say("tracking_known", tracking=str(case.slots.get("tracking", "")), case=case.id)


def _replace_tracking(a: Answer, case: Case, number: str) -> None:
    old = str(case.slots.get("tracking", ""))
    moved, entry = move(
        case, "tracking_corrected", "buyer", a.now, slots={"tracking": number}, why=f"was {old}"
    )
    a.save(moved, entry)
    a.say("tracking_corrected", old=old, tracking=number, case=moved.id)


def _too_early(a: Answer, number: str) -> bool:
    """A number before any return was agreed is kept for it."""
    a.say("tracking_early", tracking=number)
    a.remember(awaiting={"what": "return", "tracking": number})
    a.reply_button("topic:return.request", "button_return")
    a.reply_button("human", "button_human")
    return True


def is_fault(heard: Heard) -> bool:
    return heard.entities.reason not in (None, "no_reason")


def ask_withdraw(a: Answer, heard: Heard | None = None) -> bool:
    """Second thoughts about a filed case are confirmed once. False where there is no case to let go."""
    cases = [c for c in open_cases(a) if "withdraw" in moves(c.status)]
    things = a.kit.knowledge.lexicon.things
    named = named_outright(heard.text, [*a.facts.orders, *a.facts.named], things) if heard else None
    if named:  # "cancel the rice cooker" is not about the return of something else
        cases = [c for c in cases if c.order_id == named.id]
    if not cases:
        return False
    a.remember(awaiting={"what": "withdraw", "case": cases[0].id})
    a.say("withdraw_ask", case=cases[0].id, item=cases[0].item or "")
    a.reply_button("yes", "button_withdraw_yes")
    a.reply_button("no", "button_withdraw_no")
    return True


def withdraw(a: Answer, yes: bool) -> None:
    case = a.cases.get(a.state.awaiting.get("case", ""))
    a.remember(awaiting={})
    if case is None or not case.is_open:
        a.say("button_old")
    elif yes:
        moved, entry = move(case, "withdraw", "buyer", a.now, policy_version=a.kit.policy.version)
        a.save(moved, entry)
        a.say("withdrawn", case=case.id)
    else:
        a.say("withdraw_kept", case=case.id, status=a.kit.knowledge.replies[f"status_{case.status}"])


def photos(a: Answer, with_words: bool) -> None:
    """Photos hang on the open case; sent before there is one, they wait for it."""
    files = a.turn.attachments
    target = _photo_case(a)
    if target:
        a.attach(target.id, files)
    else:
        kept = [*a.state.photos, *(asdict(f) for f in files)]
        a.remember(photos=tuple(kept[-20:]))
    if not with_words and a.facts.handler != "agent":
        thank_for_photos(a)


def thank_for_photos(a: Answer) -> None:
    """Say where the photos went."""
    target, count = _photo_case(a), str(len(a.turn.attachments))
    if target and target.status != Status.DRAFT:
        a.say("photos_filed", count=count, case=target.id)
    elif target is None and a.facts.handler != "queued":
        a.say("photos_no_case", count=count)
        offer_common(a)
    else:
        a.say("photos_kept", count=count)


def _photo_case(a: Answer) -> Case | None:
    if a.state.frame and a.state.frame.case in a.cases:
        return a.cases[a.state.frame.case]
    return next(iter(open_cases(a)), None)


def offer_common(a: Answer) -> None:
    """The handful of things most buyers come for, as buttons."""
    for topic in ("return.request", "refund.timing", "item.defect", "delivery.track"):
        if topic in a.kit.knowledge.topics:
            a.button(f"topic:{topic}", a.kit.knowledge.topics[topic].title)
    a.reply_button("human", "button_human")


def ring(a: Answer) -> None:
    """A timer rang. One whose case moved on meanwhile means nothing any more."""
    data = a.turn.first.data
    case = a.cases.get(str(data.get("subject", "")))
    name, _, warning = str(data.get("name", "")).partition(":")
    timer = timer_of(case, name) if case else None
    if case is None or timer is None:
        return
    if warning:
        due = next((d for c, n, d in a.facts.timers if c == case.id and n == name), None)
        if due and due > a.now:  # after an outage the end itself may have come: a warning would be too late
            a.say(f"warn_{name}", case=case.id, item=case.item or "", deadline=due, left=due - a.now)
        return
    moved, entry = move(
        case, timer.event, "system", a.now, to=timer.to, why=name, policy_version=a.kit.policy.version
    )
    a.save(moved, entry)
    if a.state.frame and a.state.frame.case == case.id:
        a.remember(frame=None)
    if a.state.awaiting.get("case") == case.id:
        a.remember(awaiting={})
    a.say(f"timeout_{name}", case=case.id, item=case.item or "", amount=_amount(case))


def _amount(case: Case) -> str:
    return f"¥{case.judged['refund']}" if "refund" in case.judged else ""
