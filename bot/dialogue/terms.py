"""What the case under way comes to, by its type: the words that fill its sentences, the lines that apply, the figures
to keep with it. The figures come from `cases/rules`; nothing is computed here that a rule could compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.cases.case import CaseType
from bot.cases.order import Order
from bot.cases.rules import (
    cancelling,
    compensation,
    counterfeit,
    delivery,
    goods,
    invoice,
    price_protection,
    proof,
    quality,
)
from bot.cases.rules.freight import exchange_freight, return_freight
from bot.cases.rules.intact import not_intact_conditions
from bot.cases.rules.logistics import arrived
from bot.cases.rules.refund_only import refund_needs_return
from bot.cases.rules.refunds import arrival, gift_deduction, refund_above_paid, refund_amount
from bot.cases.rules.returns import door_refusal_freight
from bot.cases.rules.terms import return_terms
from bot.dialogue import paid
from bot.dialogue.answer import Answer
from bot.dialogue.earlier import known_fault
from bot.dialogue.flow import Flow
from bot.dialogue.frame import asked_at, frame_of, order_of
from bot.dialogue.render import goods_wished
from bot.dialogue.stock import stock

# Every name that a sentence of a flow may hold in braces, and every condition that a line of it may have.
SAID = (
    "item",
    "order",
    "case",
    "qty",
    "paid",
    "amount",
    "channel",
    "arrival",
    "freight",
    "deadline",
    "signed",
    "signed_at",
    "policy",
    "end",
    "wanted",
    "reason",
    "target",
    "stock",
    "missing",
    "broken",
    "multiple",
    "promised",
    "statute",
    "floor",
    "last_scan",
    "eta",
    "phone",
    "address",
    "new_address",
    "photos",
    "ref",
    "title",
    "tax_no",
    "date",
    "rest",
    "rejected",
    "difference",
    "gifts",
    "gift_price",
    "asked",
    "others",
    "compensation",
)
CONDITIONS = (
    "always",
    "insured",
    "in_stock",
    "out_of_stock",
    "stock_unknown",
    "promise",
    "no_promise",
    "food",
    "photos_lacking",
    "photos_there",
    "shipped",
    "not_shipped",
    "compensated",
    "part",
    "safety",
    "company",
    "gifts_kept",
    "above_paid",
    "needs_return",
    "other_variants",
    "invoice_now",
    "invoice_later",
    "report_unaccepted",
)


# Reasons, as the flows name them, for which the shop answers.
SHOPS_FAULT = ("quality", "not_as_described", "wrong", "damaged", "missing")


@dataclass
class Terms:
    """`judged` is JSON-safe, to be kept with the case: a change of policy never rewrites a promise."""

    words: dict[str, Any] = field(default_factory=dict)
    judged: dict[str, Any] = field(default_factory=dict)
    holds: set[str] = field(default_factory=lambda: {"always"})

    def against(self, rule: str) -> None:
        """A rule that speaks against the buyer, for the person who decides: the bot refuses nothing by it."""
        self.judged["against"] = [*self.judged.get("against", []), rule]


def terms(a: Answer, flow: Flow) -> Terms:
    """For the flow under way, with whatever of it is known so far."""
    found = Terms(dict.fromkeys(SAID, ""))
    slots = frame_of(a).slots
    found.judged["policy"] = found.words["policy"] = a.kit.policy.version
    found.judged["asked_at"] = asked_at(a).isoformat()
    found.words |= {name: value for name, value in slots.items() if name in SAID}
    found.words["target"] = goods_wished(slots.get("target", ""), a.kit, a.state.lang)
    found.holds |= {name for name, slot in (("safety", "safety"), ("company", "tax_no")) if slots.get(slot)}
    if "order" in slots:
        _of_the_order(a, order_of(a), found)
        if special := _BY_TYPE.get(flow.case):
            special(a, order_of(a), found)
        _no_more_than_left(a, order_of(a), found)
    return found


def _no_more_than_left(a: Answer, order: Order, t: Terms) -> None:
    """What earlier cases of the order have paid back is not paid, and not promised, once more."""
    most = paid.left(a, order)
    if "refund" in t.judged and Decimal(t.judged["refund"]) > most:
        t.judged["refund"] = str(most)
        t.words["difference" if t.words["difference"] else "amount"] = most


def _of_the_order(a: Answer, order: Order, t: Terms) -> None:
    qty = min(int(frame_of(a).slots.get("qty", order.qty)), order.qty)
    received = order.signed_at or order.confirmed_at
    t.words |= {
        "item": order.item,
        "order": order.id,
        "qty": str(qty),
        "paid": order.paid,
        "channel": order.pay or "paid_way",
        "arrival": arrival(order, a.kit.policy),
        "signed": received.astimezone(a.kit.zone).date() if received else "",
        "signed_at": received or "",
        "last_scan": order.last_scan or order.first_scan or "",
        "eta": order.eta or "",
    }
    t.judged |= {"pay": order.pay, "arrival": str(arrival(order, a.kit.policy))}
    t.holds |= {"shipped"} if cancelling.shipped_at(order) else {"not_shipped"}
    t.holds |= {"food"} if goods.is_food(order) else set()
    t.holds |= {"part"} if qty < order.qty else set()
    if goods.excluded_kind(order) == "downloaded_or_unsealed_av_software_digital":
        t.judged["virtual"] = True


def pays(t: Terms, amount: Decimal) -> None:
    t.words["amount"] = amount
    t.judged["refund"] = str(amount)


def _return(a: Answer, order: Order, t: Terms) -> None:
    qty = int(t.words["qty"])
    fault = frame_of(a).slots.get("reason") not in (None, "no_reason")
    keeps = order.gifts if frame_of(a).slots.get("gifts") == "no" else ()
    back = return_terms(order, qty, a.kit.policy, a.kit.zone, shop_at_fault=fault, kept=keeps)
    t.words |= {"freight": back.payer, "end": back.window_end or ""}
    t.words["gifts"] = ("、" if a.state.lang == "zh" else ", ").join(gift.name for gift in order.gifts)
    t.words["gift_price"] = gift_deduction(a.kit.policy, order.gifts)
    t.judged |= back.judged()
    t.holds |= {"insured"} if back.insured else set()
    t.holds |= {"gifts_kept"} if back.off else set()
    if fault:
        _remedies(a, order, t)
    else:
        t.judged["not_intact_if"] = list(not_intact_conditions(order, a.kit.policy))
    pays(t, back.amount)


def _cancel(a: Answer, order: Order, t: Terms) -> None:
    """Nothing was sent: all that was paid goes back, the postage too."""
    pays(t, refund_amount(order, int(t.words["qty"]), a.kit.policy.freight.fault_of_seller))


def _refund_only(a: Answer, order: Order, t: Terms) -> None:
    """What is on its way is refused at the door, and costs what a return costs; of what came the shop pays the ways."""
    asked, reason = (frame_of(a).slots.get(name) for name in ("amount", "reason"))
    at_door = not arrived(order)
    payer = door_refusal_freight(order, a.kit.policy, damaged=not at_door or reason in SHOPS_FAULT)
    t.words["freight"], t.judged["freight"] = payer, payer
    whole = refund_amount(order, int(t.words["qty"]), payer)
    pays(t, min(Decimal(asked), whole) if asked else whole)
    agreed, shards = Decimal(t.judged["refund"]) <= a.kit.auto_refund_cap, reason in ("damaged", "missing")
    if refund_needs_return(order, shop_agrees=agreed, unreturnable=shards):
        t.holds.add("needs_return")
        t.against("refund_needs_return")
    if asked and refund_above_paid(order, Decimal(asked), paid.spent(a, order.id)):
        t.words["asked"] = Decimal(asked)
        t.holds.add("above_paid")


def _fault(a: Answer, order: Order, t: Terms) -> None:
    """The shop's fault: it pays the postage both ways, and the whole of what was paid may come back."""
    payer = return_freight(order, a.kit.policy, shop_at_fault=True)
    t.words["freight"] = payer
    t.judged["freight"] = payer
    slots = frame_of(a).slots
    pieces = next((int(slots[n]) for n in ("broken", "missing") if slots.get(n, "").isdigit()), None)
    pays(t, refund_amount(order, min(pieces or int(t.words["qty"]), order.qty), payer))


def _faulty(a: Answer, order: Order, t: Terms) -> None:
    _fault(a, order, t)
    _remedies(a, order, t)


def _broken(a: Answer, order: Order, t: Terms) -> None:
    _fault(a, order, t)
    _remedies(a, order, t, unreturnable=True)
    damage = delivery.transit_damage(order, a.kit.policy, asked_at(a), a.kit.zone)
    t.judged |= {"freight": damage.freight, "shards_back": damage.shards_back}
    if damage.told_by:
        t.judged |= {"told_by": damage.told_by.isoformat(), "told_in_time": damage.told_in_time}
    t.judged["proof"] = list(proof.proof_of_shortage(order))


def _short(a: Answer, order: Order, t: Terms) -> None:
    _fault(a, order, t)
    t.judged["proof"] = list(proof.proof_of_shortage(order))


def _not_received(a: Answer, order: Order, t: Terms) -> None:
    _fault(a, order, t)
    shown = delivery.carrier_has_proof(order)
    t.judged["proof"] = list(proof.proof_of_receipt())
    t.judged |= {"signed_by": order.signed_by, "carrier_proof": "open" if shown is None else shown}


def _remedies(a: Answer, order: Order, t: Terms, unreturnable: bool = False) -> None:
    """What the law leaves open for faulty goods at this moment, the best first, and who has to prove what: for the
    person who decides. What is photographed can be seen."""
    open_now = quality.open_remedies(
        order,
        a.kit.policy,
        asked_at(a),
        a.kit.zone,
        known_fault(a, order, unreturnable),
        a.kit.auto_refund_cap,
    )
    t.judged["remedies"] = list(open_now)
    slots = frame_of(a).slots
    used = "yes" in slots.get("used", "") or slots.get("intact") == "no"
    other = "not_as_described" in (slots.get("reason"), slots.get("problem"))
    if quality.described_wrongly_but_used(visible=other, used=used, intact=not used):
        t.against("described_wrongly_but_used")
    t.judged["proof"] = list(proof.proof_of_fault(order, True, asked_at(a), a.kit.zone))


def _exchange(a: Answer, order: Order, t: Terms) -> None:
    fault = frame_of(a).slots.get("reason") not in (None, "no_reason")
    policy = a.kit.policy
    payer = exchange_freight(policy, shop_at_fault=fault)
    t.words["freight"], t.judged["freight"] = payer, payer
    back = return_terms(order, int(t.words["qty"]), policy, a.kit.zone)
    t.words["end"] = back.window_end or ""
    t.judged |= {"window_end": back.judged()["window_end"], "signed_at": back.judged()["signed_at"]}
    there, others = stock(order, frame_of(a).slots.get("target", ""), int(t.words["qty"]))
    t.judged["stock"] = there
    t.holds |= {there, *(["other_variants"] if others else [])}
    t.words["others"] = others
    pays(t, refund_amount(order, int(t.words["qty"]), payer))
    del t.judged["refund"]


def _price(a: Answer, order: Order, t: Terms) -> None:
    """The difference by the price the buyer names: what it would come to, once a person has seen the page."""
    named = frame_of(a).slots.get("amount")
    if named:
        now = price_protection.price_named(order, Decimal(named))
        fall = price_protection.price_difference(order, a.kit.policy, now)
        t.words["difference"] = fall
        t.judged |= {"refund": str(fall), "price_named": str(now.unit)}


def _delay(a: Answer, order: Order, t: Terms) -> None:
    owed = compensation.delay_compensation(order, a.kit.policy, a.now)
    if owed:
        t.holds.add("compensated")
        t.words["compensation"] = owed
        t.judged["compensation"] = str(owed)


def _invoice(a: Answer, order: Order, t: Terms) -> None:
    t.holds.add("invoice_later" if invoice.invoice_waits(order) else "invoice_now")


def _counterfeit(a: Answer, order: Order, t: Terms) -> None:
    sheet = counterfeit.claim_sheet(order, a.kit.policy)
    by_law = sheet.by_food_law or sheet.by_fraud_law
    figures = a.kit.policy.counterfeit
    floor = figures.statute_unsafe_food.floor_yuan if sheet.by_food_law else figures.statute_fraud.floor_yuan
    t.words |= {
        "multiple": str(sheet.multiple),
        "promised": sheet.promised,
        "statute": by_law,
        "floor": floor,
    }
    t.judged |= {name: str(value) for name, value in vars(sheet).items() if isinstance(value, Decimal | int)}
    t.judged["proof"] = list(proof.proof_of_fake())
    t.judged |= {"badge": sheet.badge, "depends_on": list(sheet.depends_on), "statute_floor": str(floor)}
    t.holds |= {"promise"} if sheet.multiple else {"no_promise"}
    t.judged["papers"] = list(counterfeit.shop_documents(goods.imported(order)))
    if counterfeit.report_not_accepted(frame_of(a).slots.get("report_issuer")):
        t.holds.add("report_unaccepted")
        t.against("report_not_accepted")


_BY_TYPE: dict[CaseType, Callable[[Answer, Order, Terms], None]] = {
    CaseType.RETURN_REFUND: _return,
    CaseType.CANCEL_ORDER: _cancel,
    CaseType.REFUND_ONLY: _refund_only,
    CaseType.EXCHANGE: _exchange,
    CaseType.QUALITY_CLAIM: _faulty,
    CaseType.DAMAGED_PARCEL: _broken,
    CaseType.WRONG_MISSING: _short,
    CaseType.REPAIR_RESEND: _faulty,
    CaseType.DELIVERED_NOT_RECEIVED: _not_received,
    CaseType.LOST_PARCEL: _fault,
    CaseType.DELAY_COMPLAINT: _delay,
    CaseType.PRICE_PROTECTION: _price,
    CaseType.COUNTERFEIT_CLAIM: _counterfeit,
    CaseType.INVOICE: _invoice,
}
