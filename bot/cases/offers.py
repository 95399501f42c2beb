"""What a shop may offer to settle a case, and what each option leads to once the buyer takes it. Pure.

An offer is a list of options such as `{resend: 1}`, `{refund: 68.00}`, `{exchange: red-M}`, `{return: true}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.cases.case import Case, Status
from bot.cases.nearest import did_you_mean
from bot.cases.rules.refusal import Refusal

LEADS_TO: Mapping[str, Status] = {
    "refund": Status.REFUNDING,
    "resend": Status.SELLER_RESHIP,
    "return": Status.AWAIT_RETURN,
    "exchange": Status.AWAIT_RETURN,
    "repair": Status.AWAIT_RETURN,
}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Option:
    """One way to settle it. `amount` in the shop's currency, where money is part of it."""

    kind: str
    amount: Decimal | None = None
    qty: int | None = None
    sku: str = ""

    def as_json(self) -> dict[str, Any]:
        value: Any = True
        if self.amount is not None:
            value = str(self.amount)
        elif self.qty is not None:
            value = self.qty
        elif self.sku:
            value = self.sku
        return {self.kind: value}

    def slots(self) -> dict[str, Any]:
        """What the case remembers of the option that was taken."""
        taken: dict[str, Any] = {"wanted": self.kind}
        if self.amount is not None:
            taken["refund"] = str(self.amount)
        if self.qty is not None:
            taken["resend_qty"] = str(self.qty)
        if self.sku:
            taken["target"] = self.sku
        return taken


def read_options(raw: Any, most: Decimal | None) -> tuple[Option, ...] | Refusal:
    """The options of an offer, or why they cannot be made. `most`: what may still be paid back; None: not known."""
    rows = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else [raw]
    options: list[Option] = []
    for row in rows:
        if not isinstance(row, Mapping) or len(row) != 1:
            return Refusal("offer_unreadable", "one kind an option", {"what": str(row)})
        option = _option(str(next(iter(row))), next(iter(row.values())), most)
        if isinstance(option, Refusal):
            return option
        options.append(option)
    return tuple(options) if options else Refusal("offer_unreadable", "at least one option", {"what": "[]"})


def _option(kind: str, value: Any, most: Decimal | None) -> Option | Refusal:
    if kind not in LEADS_TO:
        return Refusal(
            "offer_unreadable", "a known kind", {"what": f"{kind}{did_you_mean(kind, list(LEADS_TO))}"}
        )
    if kind == "refund":
        return _refund(value, most)
    if kind == "resend":
        return Option(kind, qty=int(value) if str(value).isdigit() and int(value) > 0 else 1)
    return Option(kind, sku="" if value is True or value is None else str(value))


def _refund(value: Any, most: Decimal | None) -> Option | Refusal:
    """Exact to the cent, above nothing, never above what was paid and not paid back yet."""
    if value is True and most is not None:
        return Option("refund", amount=most)
    try:
        amount = Decimal(str(value)).quantize(CENT)
    except InvalidOperation:
        return Refusal("offer_unreadable", "an amount", {"what": str(value)})
    if amount <= 0 or (most is not None and amount > most):
        return Refusal("offer_too_much", "at most the amount paid", {"amount": amount, "most": most or ""})
    return Option("refund", amount=amount)


def options_of(case: Case) -> tuple[Option, ...]:
    """The options that stand open on it now."""
    found = read_options(case.slots["offer"], None) if case.slots.get("offer") else ()
    return () if isinstance(found, Refusal) else found


def leads_to(option: Option, case: Case) -> Status:
    """Goods that are with the shop already are not sent in once more: the new ones leave, or the money does."""
    if not case.slots.get("goods_here"):
        return LEADS_TO[option.kind]
    return Status.SELLER_RESHIP if option.kind in ("exchange", "repair", "resend") else Status.REFUNDING
