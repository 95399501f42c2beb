"""Which order a flow is about: asked only where it is unclear, and joined to the case that has it already."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.cases.case import Status
from bot.cases.order import Order
from bot.cases.rules.returns import may_return
from bot.dialogue import whose
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow, Step
from bot.dialogue.frame import asked_at, end_draft, frame_of, keep, kept, note_asked, order_of
from bot.dialogue.goods import named_outright
from bot.dialogue.heard import Heard
from bot.understanding.language import to_simplified

_BOTH = re.compile(r"[两俩].{0,3}都|都.{0,2}[退要]|[两俩三]个|\b(?:both|all of them)\b", re.IGNORECASE)
MOST_ORDERS = 8  # offered as buttons


def choose_order(a: Answer, flow: Flow, step: Step, heard: Heard | None) -> bool:
    mine = whose.own_orders(a)
    if frame_of(a).slots.get("order") in {o.id for o in mine} and not a.state.claimed:
        return _not_open_already(a)
    if a.state.claimed or not mine:
        whose.ask_proof(a)
        note_asked(a, "order")
        return False
    several = heard is not None and len(set(heard.entities.order_ids)) > 1
    if heard and (several or _BOTH.search(to_simplified(heard.text))):
        a.say("one_by_one")
    candidates = whose.meant(a, heard, mine) if heard else list(mine)
    fitting = [o for o in candidates if o.id not in _busy(a) and not _refused(a, o)]
    spoken_of = [o for o in fitting if o.id == a.before.order and frame_of(a).asked is None]
    sure = candidates if len(candidates) == 1 else spoken_of or fitting
    if len(sure) == 1:
        keep(a, {**frame_of(a).slots, "order": sure[0].id})
        return _not_open_already(a)
    assert step.ask is not None
    a.say_words(step.ask, item="")
    for order in (fitting or candidates)[:MOST_ORDERS]:
        a.button(f"set:order={order.id}", order_label(order))
    note_asked(a, "order")
    return False


def _busy(a: Answer) -> set[str | None]:
    """Orders with a case under way."""
    return {c.order_id for c in a.cases.values() if c.is_open and c.status != Status.DRAFT}


def _refused(a: Answer, order: Order) -> bool:
    return may_return(order, a.kit.policy, asked_at(a), a.kit.zone) is not None


def order_label(order: Order) -> str:
    return f"{order.id} {order.item} ¥{order.paid}"


def _not_open_already(a: Answer) -> bool:
    """One open case per order: a second wish for the same goods joins the first."""
    order = order_of(a)
    a.remember(order=order.id)
    frame = frame_of(a)
    filed = (c for c in [*a.cases.values(), *a.facts.taken] if c.is_open and c.status != Status.DRAFT)
    twin = next((c for c in filed if c.order_id == order.id), None)
    if twin is None:
        draft = a.cases[frame.case]
        # Filed by a guest who proved the order, the case is still its owner's, and nobody else's.
        draft = replace(draft, buyer=draft.buyer or order.buyer or None, slots=kept(frame), updated_at=a.now)
        a.save(replace(draft, order_id=order.id, item=order.item))
        return True
    end_draft(a, frame, "refused", "bot")
    a.remember(frame=None)
    a.say(
        "case_open_already",
        case=twin.id,
        item=order.item,
        status=a.kit.knowledge.replies[f"status_{twin.status}"],
    )
    return False


def order_heard(a: Answer, heard: Heard) -> str | None:
    """An order named outright, or the only one the words fit while the order is what is being asked or corrected."""
    mine = whose.own_orders(a)
    ids = {i.upper() for i in heard.entities.order_ids}
    if named := [o.id for o in mine if o.id.upper() in ids]:
        return named[-1] if len(named) == 1 or heard.entities.corrects else None
    if other := _turned_to(a, heard, mine):
        return other
    if not (heard.entities.corrects or frame_of(a).asked == "order"):
        return None
    fitting = whose.meant(a, heard, mine)
    if len(fitting) == 1 and len(mine) > 1:
        return fitting[0].id
    others = [o.id for o in mine if o.id != frame_of(a).slots.get("order")]
    # "No, the other one": with two orders that is an answer.
    return others[0] if heard.entities.corrects and len(others) == 1 and not slots_said(heard) else None


# Said of another of their orders, these mean that order from now on; a question after its parcel does not.
_MEANS_THAT_ONE = ("return.policy", "return.request", "order.cancel", "delivery.refuse")


def _turned_to(a: Answer, heard: Heard, mine: tuple[Order, ...]) -> str | None:
    """ "And the dress, can that go back?" in the middle of a return turns it to the dress."""
    current = frame_of(a).slots.get("order")
    other = named_outright(heard.text, mine, a.kit.knowledge.lexicon.things)
    if current is None or other is None or other.id == current:
        return None
    kinds = {a.kit.knowledge.topics[t].kind for t in heard.asks if t not in _MEANS_THAT_ONE}
    beside = kinds & {"lookup", "answer", "handoff"} and not heard.entities.reason
    return None if beside else other.id


def slots_said(heard: Heard) -> bool:
    """Whether a correction says what it corrects, so that the order need not be guessed at."""
    return bool(heard.entities.quantity or heard.entities.reason or heard.entities.confirms)
