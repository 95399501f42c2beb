"""A claim that goods are fake: what was promised, what the law names, who pays the test. A person always decides.

Sums here are sums to show with what they depend on; none is promised (`counterfeit.bot_may_promise_amount`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cases.order import CENT, Order
from bot.cases.policy import Policy
from bot.cases.rules.after_sale import Ground, after_sale_closed
from bot.cases.rules.badges import genuine_promise
from bot.cases.rules.goods import is_food
from bot.cases.rules.refunds import paid_for, refundable
from bot.cases.rules.refusal import Refusal

Issuer = Literal["authority", "brand", "lab", "other"]
ACCEPTED: tuple[Issuer, ...] = ("authority", "brand", "lab")

_FLAGS = re.IGNORECASE | re.ASCII  # ASCII: a letter beside a Chinese character stands at the edge of its word
# First match wins: an authority's order to a lab is the authority's finding, an app that calls itself a centre an app.
_ISSUERS: tuple[tuple[Issuer, re.Pattern[str]], ...] = (
    (
        "authority",
        re.compile(
            r"市场监[管督]|市場監|市监|市監|监管局|工商|质监|海关|海關|药监|公安|法院|检察|消保委|12315"
            r"|\bcustoms\b|\bcourt\b|\bpolice\b|\bregulator|market (?:supervision|regulation)|\bauthorit(?:y|ies)\b",
            _FLAGS,
        ),
    ),
    ("other", re.compile(r"得物|识货|識貨|闲鱼|淘宝鉴定|\bapp\b|\bpoizon\b|\bchatgpt\b", _FLAGS)),
    (
        "lab",
        re.compile(
            r"\bcma\b|\bcnas\b|\bsgs\b|\bngtc\b|\bgia\b|\bintertek\b|中检|国检|实验室|實驗室"
            r"|(?:质检|質檢|检测|檢測|检验|檢驗|鉴定|鑑定)(?:中心|机构|機構|公司|院|所|站)"
            r"|\blab\b|\blaborator|\b(?:testing|inspection) (?:cent|inst|agenc|compan|report)",
            _FLAGS,
        ),
    ),
    (
        "brand",
        re.compile(
            r"品牌|官方|专柜|專櫃|厂家|廠家|厂商|生产商|原厂|旗舰店|官网"
            r"|\bbrand|\bofficial|\bmanufacturer|\bboutique\b|\bflagship\b",
            _FLAGS,
        ),
    ),
    # A report of nobody named is a lab's; "the brand's report" was the brand's.
    ("lab", re.compile(r"(?:质检|質檢|检测|檢測|检验|檢驗|鉴定|鑑定)(?:报告|報告|证书)", _FLAGS)),
    (
        "other",
        re.compile(
            r"网友|網友|朋友|同事|博主|主播|自己|店员|鉴定师|家人"
            r"|\bfriend|\bmyself\b|\bblogger|\byoutube|\breddit|\bonline\b|\bcolleague",
            _FLAGS,
        ),
    ),
)
_NO_REPORT = re.compile(
    r"(?:没|沒|无|還沒)[^,，。;；]{0,6}(?:报告|報告|鉴定|鑑定|检测|檢測|证书|验)"
    r"|\b(?:no|not|without|haven't|don't)\b[^,.;]{0,20}\b(?:report|test|certificat|proof)",
    _FLAGS,
)


@dataclass(frozen=True)
class ClaimSheet:
    """What a claim could come to, for a person to decide by; `depends_on` names what each sum hangs on.

    `refund` is what was paid and did not go back yet, apart from any compensation. Sums are in the shop's currency.
    """

    paid: Decimal
    refund: Decimal
    badge: str
    multiple: int
    promised: Decimal  # compensation by the shop's own promise, on top of the refund
    by_fraud_law: Decimal
    by_food_law: Decimal | None  # None where the goods are not food
    depends_on: tuple[str, ...]

    @property
    def most(self) -> Decimal:
        """The largest of the compensations; they do not add up, and the promise binds where it is above the law."""
        return max(self.promised, self.by_fraud_law, self.by_food_law or Decimal(0))


def claim_sheet(
    order: Order, policy: Policy, qty: int | None = None, loss: Decimal = Decimal(0)
) -> ClaimSheet:
    """The figures of a claim over `qty` pieces (None: all): by badge, 消费者权益保护法 art. 55, 食品安全法 art. 148.

    `loss`: what unsafe food did beyond its price, as far as it is shown.
    """
    promise = genuine_promise(order, policy)
    paid = paid_for(order, order.qty if qty is None else qty)
    return ClaimSheet(
        paid=paid,
        refund=min(paid, refundable(order)),
        badge=promise.badge,
        multiple=promise.multiple,
        promised=promised_compensation(paid, promise.multiple, policy),
        by_fraud_law=fraud_compensation(paid, policy),
        by_food_law=unsafe_food_compensation(paid, loss, policy) if is_food(order) else None,
        depends_on=_depends_on(order, promise.multiple),
    )


def promised_compensation(paid: Decimal, multiple: int, policy: Policy) -> Decimal:
    """假一赔N: N times the price on top of the refund, or with it where the policy says so (the badge's own words)."""
    times = multiple if policy.counterfeit.promise_includes_refund else max(multiple - 1, 0)
    return (paid * times).quantize(CENT)


def fraud_compensation(paid: Decimal, policy: Policy) -> Decimal:
    """Fraud by the law: three times the price, at least 500 (消费者权益保护法 art. 55)."""
    figures = policy.counterfeit.statute_fraud
    return max(paid * figures.multiple, figures.floor_yuan).quantize(CENT)


def unsafe_food_compensation(paid: Decimal, loss: Decimal, policy: Policy) -> Decimal:
    """Unsafe food: ten times the price or three times the loss, at least 1,000 (食品安全法 art. 148)."""
    figures = policy.counterfeit.statute_unsafe_food
    most = max(paid * figures.multiple_price, loss * figures.or_loss_multiple, figures.floor_yuan)
    return most.quantize(CENT)


def who_pays_the_test(policy: Policy, fake: bool) -> Literal["seller", "buyer"]:
    """Who pays the test: the shop where it confirms a fake, the buyer where the goods are genuine (arts. 71-72)."""
    return policy.counterfeit.test_fee.confirmed_fake if fake else policy.counterfeit.test_fee.genuine


def shop_documents(imported: bool = False) -> tuple[str, ...]:
    """What the shop has to show first, before the buyer has to prove anything (争议处理规则 art. 66)."""
    papers = (
        "purchase_chain",
        "brand_authorisation",
        "commercial_invoice",
        "quality_certificate",
        "standard",
    )
    return (*papers, "customs_form") if imported else papers


def claim_closed(
    order: Order, policy: Policy, asked_at: datetime, zone: ZoneInfo, issuer: str | None = None
) -> Refusal | None:
    """Claimed within the after-sales period, or at any time with an authority's finding (争议处理规则 art. 5)."""
    ground: Ground | None = "found_by_authority" if issuer == "authority" else None
    return after_sale_closed(order, policy, asked_at, zone, ground)


def report_issuer(text: str) -> Issuer | None:
    """Who issued the report a text speaks of; None where it names nobody, or says that there is none."""
    if _NO_REPORT.search(text):
        return None
    return next((issuer for issuer, words in _ISSUERS if words.search(text)), None)


def report_not_accepted(issuer: str | None) -> Refusal | None:
    """Only the brand's, a qualified lab's (CMA or CNAS) or an authority's report settles it (争议处理规则 art. 66)."""
    if not issuer or issuer in ACCEPTED:
        return None
    return Refusal("report_not_accepted", "淘宝平台争议处理规则 art. 66", {"issuer": issuer}, False)


def _depends_on(order: Order, multiple: int) -> tuple[str, ...]:
    needs = ["proven_fake", "decided_by_person"]
    needs += ["badge_at_order_time"] if multiple else []
    needs += ["fraud_established"]
    return (*needs, "food_unsafe") if is_food(order) else tuple(needs)
