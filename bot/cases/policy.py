"""Every figure the shop may state or act on: frozen types, their paths the keys of `knowledge/policy.yaml`.

The values live only there, each with its source; here are their names, kinds and the law's own limits. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from bot.cases.nearest import did_you_mean, nearest
from bot.cases.reading import Arrival, Fault, Span, at_least, at_most, build, leaves, plain
from bot.errors import BotError

Payer = Literal["buyer_pays_return_only", "buyer_pays_all", "seller_pays_both_ways", "seller_pays"]
ClockStart = Literal[
    "next_day_00_00_after_sign",
    "next_day_00_00_after_confirm_receipt_if_no_logistics",
    "after_install_complete",
]
ExcludedByLaw = Literal[
    "custom_made",
    "fresh_perishable",
    "downloaded_or_unsealed_av_software_digital",
    "delivered_newspaper_periodical",
]
ExcludedByWaiver = Literal[
    "unsealing_affects_safety_or_quality",
    "activation_or_trial_heavy_depreciation",
    "near_expiry_or_flawed_declared_at_sale",
]


@dataclass(frozen=True)
class NotIntact:
    """What makes goods not intact, by kind of goods (七日无理由退货暂行办法 art. 9)."""

    food_cosmetics_medical_contraceptive: tuple[str, ...]
    electronics: tuple[str, ...]
    apparel_bag_toy_home: tuple[str, ...]


@dataclass(frozen=True)
class NoReasonReturn:
    """七天无理由退货; whole days in the shop's zone, judged by when the request was sent."""

    window_days: Annotated[int, at_least(7, "消费者权益保护法 art. 25")]
    clock_start: ClockStart
    excluded_by_law: tuple[ExcludedByLaw, ...]
    excluded_if_buyer_confirmed_per_order: tuple[ExcludedByWaiver, ...]
    unboxing_for_inspection_breaks_intact: bool
    not_intact_by_category: NotIntact
    gifts: Literal["return_too_else_deduct_marked_price", "return_too", "buyer_keeps"]


@dataclass(frozen=True)
class PresumedLost:
    """Counted from the promised delivery time."""

    same_city: Span
    other_domestic: Span


@dataclass(frozen=True)
class SurfaceDefectReport:
    """A hint for when a visible defect is best told, never a bar to statutory rights."""

    portable_3c: Span
    fixed_3c: Span
    apparel_shoes_bags_watch: Span
    ceramics: Span
    household: Span
    pet: Span


@dataclass(frozen=True)
class Timers:
    """How long each side has. What happens when one runs out is in the table of case transitions."""

    service_sla_decide: Span
    seller_decide_unshipped: Span
    seller_decide_refund_only_shipped: Span
    seller_decide_refund_only_virtual: Span
    seller_decide_return: Span
    seller_decide_exchange: Span
    return_address_due: Span
    buyer_ship_back: Span
    seller_confirm_return_express: Span
    seller_confirm_return_surface_mail: Span
    legal_refund_after_goods_back: Annotated[Span, at_most(Span(7, "d"), "七日无理由退货暂行办法 art. 13")]
    legal_deliberate_delay: Annotated[Span, at_most(Span(15, "d"), "侵害消费者权益行为处罚办法 arts. 8-9")]
    buyer_evidence: Span
    offer_valid: Span
    apply_platform_after_reject: Span
    platform_evidence: Span
    platform_decide: Span
    after_sale_window_after_success: Span
    auto_confirm_receipt: Span
    carrier_complaint_answer: Span
    carrier_check_signed_not_received: Span
    presumed_lost: PresumedLost
    exchange_reship_after_goods_back: Span
    repair_max: Annotated[Span, at_most(Span(30, "d"), "部分商品修理更换退货责任规定 art. 12")]
    repair_max_no_parts: Annotated[Span, at_most(Span(90, "d"), "部分商品修理更换退货责任规定 art. 12")]
    repairs_before_exchange_or_return: Annotated[int, at_most(2, "部分商品修理更换退货责任规定 art. 11")]
    quality_return: Annotated[Span, at_least(Span(7, "d"), "消费者权益保护法 art. 24")]
    quality_exchange: Annotated[Span, at_least(Span(15, "d"), "部分商品修理更换退货责任规定 art. 10")]
    surface_defect_report: SurfaceDefectReport


@dataclass(frozen=True)
class DelayCompensation:
    enabled: bool
    pct: Annotated[int, at_most(100, "a share of what was paid")]
    min_yuan: Decimal
    cap_yuan: Decimal


@dataclass(frozen=True)
class Ship:
    default_ship_within: Span
    shipped_means: Literal["first_carrier_scan"]
    delay_compensation: DelayCompensation


@dataclass(frozen=True)
class Insurance:
    """运费险: the insurer pays, not the shop; the bot never promises its amount."""

    pays: Literal["fixed_by_distance"]
    cap_yuan: Decimal
    arrives: Span
    covers_exchange: bool
    covers_after_success: Literal["depends_on_policy", "covered", "not_covered"]


@dataclass(frozen=True)
class Freight:
    no_reason_free_shipping_item: Payer
    no_reason_paid_shipping_or_threshold_broken: Payer
    no_reason_exchange: Payer
    fault_of_seller: Payer
    agreed_but_freight_unspoken: Payer
    collect_on_delivery_return: Literal["only_with_prior_consent", "never", "accepted"]
    insurance: Insurance


@dataclass(frozen=True)
class EtaByChannel:
    alipay_balance: Arrival
    huabei: Arrival
    debit_card: Arrival
    credit_card: Arrival
    wechat_balance: Arrival
    wechat_bank: Arrival


@dataclass(frozen=True)
class RefundFigures:
    base: Literal["amount_actually_paid"]
    route: Literal["original_channel"]
    coupons_points: Literal["returned_in_kind_unless_agreed"]
    bundle_partial: Literal["recompute_at_item_prices"]
    eta_generic: Arrival
    eta_by_channel: EtaByChannel
    fast_refund: bool
    channel_refund_limit: Span


@dataclass(frozen=True)
class StatuteFraud:
    multiple: Annotated[int, at_least(3, "消费者权益保护法 art. 55")]
    floor_yuan: Annotated[Decimal, at_least(Decimal(500), "消费者权益保护法 art. 55")]


@dataclass(frozen=True)
class StatuteUnsafeFood:
    multiple_price: Annotated[int, at_least(10, "食品安全法 art. 148")]
    or_loss_multiple: Annotated[int, at_least(3, "食品安全法 art. 148")]
    floor_yuan: Annotated[Decimal, at_least(Decimal(1000), "食品安全法 art. 148")]


@dataclass(frozen=True)
class TestFee:
    confirmed_fake: Literal["seller", "buyer"]
    genuine: Literal["seller", "buyer"]


@dataclass(frozen=True)
class Counterfeit:
    """`shop_promise_multiple` counts only for an item that carried the badge when it was ordered."""

    shop_promise_multiple: Literal[0, 1, 3, 4, 10]
    promise_includes_refund: bool
    statute_fraud: StatuteFraud
    statute_unsafe_food: StatuteUnsafeFood
    bot_may_promise_amount: bool
    test_fee: TestFee


@dataclass(frozen=True)
class PriceProtection:
    days: int
    start: Literal["campaign_end", "payment", "receipt"]
    only_items_with_badge: bool
    excludes: tuple[Literal["red_packet", "freight", "tax"], ...]


@dataclass(frozen=True)
class RejectCode:
    """Why an agent may refuse, in words a buyer reads; `rule` names where it is written."""

    zh: str
    en: str
    rule: str


@dataclass(frozen=True)
class Policy:
    timezone: str
    no_reason_return: NoReasonReturn
    timers: Timers
    ship: Ship
    freight: Freight
    refund: RefundFigures
    counterfeit: Counterfeit
    price_protection: PriceProtection
    working_hours: str
    records_kept: Annotated[Span, at_least(Span(3, "y"), "电子商务法 art. 31")]
    reject_codes: Mapping[str, RejectCode]

    @cached_property
    def version(self) -> str:
        """Eight characters that change with any figure; a case keeps the version it was judged by."""
        figures = {key: value for key, value in plain(self).items() if key != "reject_codes"}
        text = json.dumps(figures, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def lookup(self, path: str) -> Any:
        """The value at a dotted path (`timers.buyer_ship_back`); raises `BotError` with the nearest name."""
        value: Any = self
        for name in path.split("."):
            known = _names(value)
            if name not in known:
                raise BotError(f"policy has no figure '{path}'{self._hint(path)}")
            value = value[name] if isinstance(value, Mapping) else getattr(value, name)
        return value

    def paths(self) -> tuple[str, ...]:
        """Every figure's dotted path, without the reject codes."""
        return tuple(FIGURES)

    def override(self, values: Mapping[str, Any]) -> Policy:
        """The policy with some figures replaced by dotted path; raises `BotError` naming every wrong one."""
        data = plain(self)
        unknown = []
        for path, value in values.items():
            try:
                self.lookup(path)
            except BotError as fault:
                unknown.append(str(fault))
                continue
            _put(data, path.split("."), value)
        changed, faults = read_policy(data)
        told = unknown + [f"{'.'.join(where)}: {what}" for where, what in faults]
        if changed is None or told:
            raise BotError("; ".join(told))
        return changed

    def _hint(self, path: str) -> str:
        whole = self.paths()
        if found := nearest(path, whole):
            return f"; did you mean '{found}'?"
        same_name = [known for known in whole if known.endswith("." + path)]
        return (
            f"; did you mean '{same_name[0]}'?"
            if same_name
            else did_you_mean(path.split(".")[0], _names(self))
        )


FIGURES: Mapping[str, Any] = {path: kind for path, kind in leaves(Policy) if path != "reject_codes"}
"""Every figure by its dotted path, and its kind."""


def read_policy(data: Any) -> tuple[Policy | None, list[Fault]]:
    """The policy of plain data, or None with every fault found (path, cause and cure)."""
    faults: list[Fault] = []
    policy: Policy | None = build(Policy, data, (), faults)
    return policy, faults


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(value)
    return tuple(getattr(value, "__dataclass_fields__", ()))


def _put(data: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        data = data[key]
    last = keys[-1]
    data[last] = (
        {**data[last], **value} if isinstance(value, Mapping) and isinstance(data[last], dict) else value
    )
