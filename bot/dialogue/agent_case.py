"""What agents do on a case: approve, offer, reject, inspect, book a refund, extend. A "no" comes back as a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.cases.acts import agreed
from bot.cases.case import Case, Status
from bot.cases.machine import moves
from bot.cases.movers import after_inspection, money
from bot.cases.nearest import did_you_mean
from bot.cases.offers import Option, leads_to, read_options
from bot.cases.reading import Span
from bot.cases.rules.platform import SUSPENSIONS, Suspension, suspension_ends
from bot.cases.rules.refunds import refund_above_paid
from bot.cases.rules.refusal import Refusal
from bot.cases.timers import OPEN_END, deadline_name
from bot.dialogue import announce, clocks, paid
from bot.dialogue.answer import Answer
from bot.dialogue.effects import MoveDeadline, Note
from bot.dialogue.moves import advance

_APPROVALS = {
    Status.AWAIT_RETURN: "approve_return",
    Status.REFUNDING: "approve_refund",
    Status.SELLER_RESHIP: "approve_resend",
    Status.CLOSED_RESOLVED: "done",
}


def act_on_case(a: Answer, do: str, data: Mapping[str, Any]) -> bool:
    """True where `do` is an act on a case. It is the case named, else the one of this chat that was touched last."""
    act = _ACTS.get(do)
    if act is None:
        return False
    case = _meant(a, data)
    if case is None:
        _no(a, "note_no_case")
    elif act(a, case, f"agent:{a.turn.first.name}", data) is False:
        _no(a, "note_not_now", do=do, status=str(case.status), can=", ".join(sorted(moves(case.status))))
    return True


def _meant(a: Answer, data: Mapping[str, Any]) -> Case | None:
    if named := data.get("case"):
        return a.cases.get(str(named))
    filed = [c for c in a.cases.values() if c.status is not Status.DRAFT]
    open_first = sorted(filed, key=lambda c: (c.is_open, c.updated_at), reverse=True)
    return next(iter(open_first), None)


def _no(a: Answer, key: str, **data: Any) -> None:
    a.do(Note(a.text_in("zh", key, **data) + "\n" + a.text_in("en", key, **data), a.turn.first.name))


# --- the acts: False where the status allows no such thing ---------------------------------------------------------


def _approve(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """Agree to what the buyer wants, or to `outcome`: {refund: 40.00}, {resend: 2}, {return: true} …"""
    option = _outcome(a, case, data.get("outcome"))
    if isinstance(option, Refusal):
        _no(a, option.key, **option.data)
        return True
    slots = option.slots() if option else {}
    if no := _above_paid(a, case, option):
        _no(a, no.key, **no.data)
        return True
    if case.status is Status.REJECTED:
        case = advance(a, case, "reconsider", who, say=False)
    to = leads_to(option, case) if option else agreed(case)
    event = _event_for(case, to)
    if event is None:
        return False
    advance(a, case, event, who, to=to, slots=slots, why=str(data.get("text", "")))
    return True


def _above_paid(a: Answer, case: Case, option: Option | None) -> Refusal | None:
    """What was judged when it was filed may be more than another case of the order has left since."""
    order, amount = announce.order_of_case(a, case), option.amount if option else money(case)
    to = leads_to(option, case) if option else agreed(case)
    if order is None or amount is None or to is not Status.REFUNDING:
        return None
    return refund_above_paid(order, amount, paid.spent(a, order.id, case.id))


def _event_for(case: Case, to: Status) -> str | None:
    """The event that leads from here to there; approving means another one in each status."""
    named = {
        Status.PENDING_SELLER: _APPROVALS.get(to, ""),
        Status.HUMAN_REVIEW: "decide",
        Status.CARRIER_CHECK: "no_proof",
        Status.RETURN_IN_TRANSIT: "inspected_ok",
        Status.PLATFORM_EVIDENCE: "settled",
        Status.PLATFORM_REVIEW: "ruled",
        Status.REFUND_FAILED: "retry",
    }.get(case.status, "")
    found = moves(case.status).get(named)
    return named if found and to in found.to else None


def _outcome(a: Answer, case: Case, raw: Any) -> Option | Refusal | None:
    if not raw:
        return None
    found = read_options([raw] if isinstance(raw, Mapping) else raw, most(a, case))
    return found if isinstance(found, Refusal) else found[0]


def most(a: Answer, case: Case) -> Decimal | None:
    """What may be paid back at most: what was paid for the order, less what its other cases have paid back."""
    order = announce.order_of_case(a, case)
    return paid.left(a, order, case.id) if order else None


def _offer(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    options = read_options(data.get("options") or [], most(a, case))
    if isinstance(options, Refusal):
        _no(a, options.key, **options.data)
        return True
    if case.status is Status.PENDING_EVIDENCE:
        case = advance(a, case, "evidence_ok", who, say=False)
    event = "decide" if case.status is Status.HUMAN_REVIEW else "offer"
    if case.status is Status.RETURN_IN_TRANSIT:
        event = "inspected_bad"
    if event not in moves(case.status):
        return False
    slots = {"offer": [o.as_json() for o in options], "offer_text": str(data.get("text", ""))}
    offered = "; ".join(f"{kind}: {value}" for o in options for kind, value in o.as_json().items())
    advance(a, case, event, who, to=Status.OFFERED, slots=slots, why=offered)
    return True


def _reject(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """With a reason code of the policy, whose words the buyer reads with the rule; the agent's own words after them."""
    codes = a.kit.policy.reject_codes
    code = codes.get(str(data.get("code", "")))
    if code is None:
        hint = did_you_mean(str(data.get("code", "")), codes)
        _no(a, "note_reject_code", codes=", ".join(codes), hint=hint)
        return True
    if case.status is Status.PENDING_EVIDENCE:
        case = advance(a, case, "evidence_ok", who, say=False)
    event = {Status.HUMAN_REVIEW: "decide", Status.RETURN_IN_TRANSIT: "inspected_bad"}.get(
        case.status, "reject"
    )
    if event not in moves(case.status):
        return False
    words = code.zh if a.state.lang == "zh" else code.en
    own = str(data.get("text", "")).strip()
    said = words + ((f"（{own}）" if a.state.lang == "zh" else f" ({own})") if own else "")
    slots = {"reject_code": str(data["code"]), "refusal_text": said}
    advance(a, case, event, who, to=Status.REJECTED, slots=slots, rule=code.rule, why=said)
    return True


def _inspect(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """The goods that came back: in order, they are paid for, sent anew or repaired; else an offer or a refusal."""
    if case.status is not Status.RETURN_IN_TRANSIT:
        return False
    if data.get("ok", True):
        why = str(data.get("text", ""))
        advance(a, case, "inspected_ok", who, to=after_inspection(case), why=why, slots={"goods_here": True})
        return True
    case = a.update(case, goods_here=True)
    return _offer(a, case, who, data) if data.get("options") else _reject(a, case, who, data)


def _refunded(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """A person has paid: booked with the payment's own number."""
    if case.status is not Status.REFUNDING:
        return False
    slots = {"refund_ref": str(data["ref"])} if data.get("ref") else {}
    advance(a, case, "channel_ok", who, slots=slots)
    return True


def _refund_failed(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    if case.status is not Status.REFUNDING:
        return False
    advance(a, case, "channel_fail", who, why=str(data.get("text", "")))
    return True


def _reopen(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """At any time, unless another case of the same goods is open."""
    goods = [c for c in a.open_cases() if (c.order_id, c.item) == (case.order_id, case.item)]
    return not goods and _simple("reopen")(a, case, who, data)


def _simple(event: str, to: Status | None = None) -> Callable[[Answer, Case, str, Mapping[str, Any]], bool]:
    def act(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
        found = moves(case.status).get(event)
        if found is None or "agent" not in found.by:
            return False
        advance(a, case, event, who, to=to, why=str(data.get("text", "")))
        return True

    return act


def _carrier_nothing(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    if case.status is not Status.CARRIER_CHECK:
        return False
    clocks.carrier_has_nothing(a, case, who, str(data.get("text", "")))
    return True


def _parts_awaited(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """A part is missing: the longer term runs from now on, and the buyer hears its date."""
    if case.status is not Status.IN_REPAIR or case.slots.get("no_parts"):
        return False
    advance(a, case, "parts_awaited", who, slots={"no_parts": True}, why=str(data.get("text", "")))
    return True


def _suspend(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """At both sides' wish, or because a court or the police took it up: each has its own end, or none yet."""
    if "suspend" not in moves(case.status):
        return False
    why: Suspension = next((s for s in SUSPENSIONS if s == data.get("hold")), "both_agree")
    end = suspension_ends(a.now, why, a.kit.zone)
    slots = {"suspended_for": why, "suspended_until": end.isoformat() if end else OPEN_END}
    moved = advance(a, case, "suspend", who, slots=slots, why=str(data.get("text", "")), say=False)
    a.say("now_SUSPENDED" if end else "now_SUSPENDED_open", **announce.words_of(a, moved))
    return True


def _extend(a: Answer, case: Case, who: str, data: Mapping[str, Any]) -> bool:
    """More time on the clock that runs: a logged act, and the buyer hears the new date."""
    name = deadline_name(case)
    running = next((d for c, n, d in a.facts.timers if c == case.id and n == name), None)
    if name is None or running is None:
        return False
    try:
        more: timedelta = Span.parse(data.get("by", "2d"))
    except ValueError as fault:
        _no(a, "note_extend", why=str(fault))
        return True
    a.do(MoveDeadline(case.id, name, running + more))
    a.log(case, "extended", who, why=f"{name} +{data.get('by', '2d')}")
    a.say("case_extended", **{**announce.words_of(a, case), "deadline": running + more})
    return True


_ACTS: dict[str, Callable[[Answer, Case, str, Mapping[str, Any]], bool]] = {
    "approve": _approve,
    "offer": _offer,
    "reject": _reject,
    "inspect": _inspect,
    "refunded": _refunded,
    "refund_failed": _refund_failed,
    "carrier_found": _simple("found"),
    "carrier_nothing": _carrier_nothing,
    "carrier_query": _simple("carrier_query"),
    "sent_again": _simple("first_scan"),
    "repaired": _simple("repaired"),
    "parts_awaited": _parts_awaited,
    "done": _simple("done"),
    "escalate": _simple("escalate"),
    "reconsider": _simple("reconsider"),
    "reopen": _reopen,
    "suspend": _suspend,
    "resume": _simple("resume"),
    "platform_done": _simple("both_done"),
    "platform_refused": _simple("ruled", Status.CLOSED_REJECTED),
    "extend": _extend,
}
CASE_ACTS = tuple(_ACTS)
