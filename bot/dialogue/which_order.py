"""Which order a flow is about: asked only where it is unclear, and joined to the case that has it already."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from bot.cases.case import Case, CaseType, Status
from bot.cases.order import Order
from bot.cases.rules.cancelling import may_cancel
from bot.cases.rules.returns import may_return, return_possible
from bot.cases.timers import TASKS
from bot.dialogue import paid, whose
from bot.dialogue.answer import Answer
from bot.dialogue.at_hand import stage_of
from bot.dialogue.evidence import take_kept
from bot.dialogue.flow import Flow, Step
from bot.dialogue.frame import asked_at, end_draft, frame_of, keep, kept, note_asked, order_of
from bot.dialogue.goods import named_outright
from bot.dialogue.heard import Heard
from bot.dialogue.terms import SAID
from bot.understanding.language import to_simplified

_BOTH = re.compile(
    r"[两俩三][个单件]?订?单?.{0,2}都|都.{0,2}[退要]|[两俩三]个?订?单|^[两俩三]个$|\b(?:both|all of them)\b",
    re.IGNORECASE,
)
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
    fitting = [o for o in candidates if o.id not in _busy(a) and _fits(a, flow, o)]
    spoken_of = [o for o in fitting if o.id == a.before.order and frame_of(a).asked is None]
    likeliest = [o for o in fitting if stage_of(o) == _LIKELIEST.get(flow.case)]
    sure = candidates if len(candidates) == 1 else spoken_of or likeliest or fitting
    if len(sure) == 1:
        keep(a, {**frame_of(a).slots, "order": sure[0].id})
        return _not_open_already(a)
    assert step.say is not None
    a.say_words(step.say, **dict.fromkeys(SAID, ""))
    for order in (fitting or candidates)[:MOST_ORDERS]:
        a.button(f"set:order={order.id}", order_label(order))
    note_asked(a, "order")
    return False


def _busy(a: Answer) -> set[str | None]:
    """Orders with a case under way."""
    return {c.order_id for c in a.cases.values() if c.is_open and c.status != Status.DRAFT}


# Where the goods must be for a case of this kind to be about them.
_STAGES: dict[CaseType, tuple[str, ...]] = {
    CaseType.DELIVERED_NOT_RECEIVED: ("marked", "received"),
    CaseType.LOST_PARCEL: ("on_way", "marked"),
    CaseType.DELAY_COMPLAINT: ("not_sent", "on_way"),
    CaseType.ADDRESS_CHANGE: ("not_sent", "on_way"),
    CaseType.REFUND_ONLY: ("not_sent", "on_way", "marked", "received"),
}
_AT_HOME = ("marked", "received")
# Where several orders can be meant, the one of which it is likeliest is taken, and named in the answer.
_LIKELIEST = {CaseType.DELIVERED_NOT_RECEIVED: "marked"}


def _fits(a: Answer, flow: Flow, order: Order) -> bool:
    """Whether this order can be meant at all: a return of what came, a cancellation of what has not left."""
    figures = (order, a.kit.policy, asked_at(a), a.kit.zone)
    if flow.case is CaseType.CANCEL_ORDER:
        return may_cancel(*figures) is None
    if flow.case is CaseType.RETURN_REFUND:
        fault = frame_of(a).slots.get("reason") not in (None, "no_reason")
        return (return_possible if fault else may_return)(*figures) is None
    if flow.case in (CaseType.INVOICE, CaseType.PRICE_PROTECTION, CaseType.PLATFORM_INTERVENTION):
        return order.status != "unpaid"
    return stage_of(order) in _STAGES.get(flow.case, _AT_HOME)


def order_label(order: Order) -> str:
    return f"{order.id} {order.item} ¥{order.paid}"


def _not_open_already(a: Answer) -> bool:
    """One open case per order: a second wish for the same goods joins the first."""
    order = order_of(a)
    a.remember(order=order.id)
    frame = frame_of(a)
    kind = a.cases[frame.case].type
    filed = (c for c in [*a.cases.values(), *a.facts.taken] if c.is_open and c.status != Status.DRAFT)
    twin = next((c for c in filed if c.order_id == order.id and _same_goods(c.type, kind)), None)
    if twin is not None and twin.updated_at == a.now and a.moved(twin.id):
        return _said_just_now(a)
    spent = paid.spent(a, order.id)
    if twin is None and spent and kind in _ONLY_MONEY_OR_GOODS and paid.left(a, order) <= 0:
        return _paid_back_already(a, order)
    if twin is None or superseded(twin, a.cases[frame.case].type):
        draft = a.cases[frame.case]
        # Filed by a guest who proved the order, the case is still its owner's, and nobody else's.
        draft = replace(draft, buyer=draft.buyer or order.buyer or None, slots=kept(frame), updated_at=a.now)
        # A to-do is not about the goods: beside it a case of theirs may be open.
        a.save(replace(draft, order_id=order.id, item=None if kind in TASKS else order.item))
        return True
    _join(a, twin)
    end_draft(a, frame, "refused", "bot")
    a.remember(frame=None)
    a.say(
        "case_open_already",
        case=twin.id,
        item=order.item,
        status=a.kit.knowledge.replies[f"status_{twin.status}"],
    )
    return False


# What all that was paid has gone back for is not asked for again; a suspected fake and a paper still are.
_ONLY_MONEY_OR_GOODS = tuple(t for t in CaseType if t not in (*TASKS, CaseType.COUNTERFEIT_CLAIM))


def _paid_back_already(a: Answer, order: Order) -> bool:
    end_draft(a, frame_of(a), "refused", "bot", rule="at most the amount paid")
    a.remember(frame=None)
    a.say("nothing_left", item=order.item, order=order.id, amount=paid.spent(a, order.id))
    return False


def _same_goods(one: CaseType, other: CaseType) -> bool:
    """An invoice or a change of address may run beside a return; two of the same kind may not."""
    return (
        one is other or (one not in TASKS and other not in TASKS) or CaseType.DELAY_COMPLAINT in (one, other)
    )


def _join(a: Answer, twin: Case) -> None:
    """What was said now is added to the case that is open: its words, its photos, a line in its timeline."""
    if twin.id not in a.cases:
        return  # it is not theirs to see
    frame, joined = frame_of(a), list(twin.slots.get("joined") or ())
    told = {"type": str(a.cases[frame.case].type), **kept(frame)}
    if told not in joined:
        a.log(a.update(twin, joined=[*joined, told]), "joined", "buyer", why=told["type"])
    take_kept(a, a.cases[twin.id])


def _said_just_now(a: Answer) -> bool:
    """The same message asked for it twice, in other words: it is filed, and that was said."""
    end_draft(a, frame_of(a), "refused", "bot")
    a.remember(frame=None)
    return False


def superseded(twin: Case, by: CaseType) -> bool:
    """Whether a chase gives way to another wish for the same goods: "cancel it" after "please hurry"."""
    if twin.status is not Status.PENDING_SELLER:
        return False
    return twin.type is CaseType.DELAY_COMPLAINT and by is not CaseType.DELAY_COMPLAINT


def order_heard(a: Answer, heard: Heard, guess: bool = True) -> str | None:
    """An order named outright, or the only one the words fit while the order is what is being asked or corrected.

    `guess`: whether a correction that says nothing else may mean the other of two orders.
    """
    mine = whose.own_orders(a)
    ids = {i.upper() for i in heard.entities.order_ids}
    if named := [o.id for o in mine if o.id.upper() in ids]:
        return named[-1] if len(named) == 1 or heard.entities.corrects else None
    if other := _turned_to(a, heard, mine):
        return other
    if not (heard.entities.corrects or frame_of(a).asked == "order"):
        return None
    if priced := _at_that_price(heard, mine):
        return priced
    fitting = whose.meant(a, heard, mine)
    if len(fitting) == 1 and len(mine) > 1:
        return fitting[0].id
    others = [o.id for o in mine if o.id != frame_of(a).slots.get("order")]
    # "No, the other one": with two orders that is an answer.
    sure = guess and heard.entities.corrects and not heard.is_question and not slots_said(heard)
    return others[0] if sure and len(others) == 1 else None


def _at_that_price(heard: Heard, mine: tuple[Order, ...]) -> str | None:
    """ "The 179 one", of two alike."""
    said = {a.value for a in heard.entities.amounts}
    said |= {
        Decimal(n) for n in re.findall(r"(?<![A-Za-z\d.])\d{1,6}(?:\.\d{1,2})?(?![A-Za-z\d.])", heard.text)
    }
    at = [o.id for o in mine if o.paid in said]
    return at[0] if len(at) == 1 else None


# Said of another of their orders, these mean that order from now on; a question after its parcel does not.
_MEANS_THAT_ONE = ("return.policy", "return.request", "order.cancel", "delivery.refuse")


def _turned_to(a: Answer, heard: Heard, mine: tuple[Order, ...]) -> str | None:
    """ "And the dress, can that go back?" in the middle of a return turns it to the dress."""
    current = frame_of(a).slots.get("order")
    other = named_outright(heard.text, mine, a.kit.knowledge.lexicon.things)
    if current is None or other is None or other.id == current:
        return None
    if heard.is_question and not any(t in _MEANS_THAT_ONE for t in heard.asks) and not _wished(a, heard):
        return None  # asked about, not turned to
    kinds = {a.kit.knowledge.topics[t].kind for t in heard.asks if t not in _MEANS_THAT_ONE}
    beside = kinds & {"lookup", "answer", "handoff"} and not heard.entities.reason
    return None if beside else other.id


def _wished(a: Answer, heard: Heard) -> bool:
    flow = a.kit.flows.get(frame_of(a).flow)
    return flow is not None and flow.wished(to_simplified(heard.text).lower(), heard.lang)


def slots_said(heard: Heard) -> bool:
    """Whether a correction says what it corrects, so that the order need not be guessed at."""
    said = heard.entities
    return bool(said.quantity or said.reason or said.confirms or said.sizes or said.colours)
