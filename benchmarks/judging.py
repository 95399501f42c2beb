"""How long judging takes: `python -m benchmarks.judging [--times 2000]`.

One case of each type is judged by the rules that type goes through (may it be asked for, who proves, what is needed,
what it comes to, may a rule settle it), over and over. Median and 99th percentile in milliseconds for one case, then
the 99th percentile of this thread's own processor time, which a busy machine changes less and which the goal of at
most 1 ms is held against.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.tables import Report, cells
from bot.cases.case import Case, CaseType, Status
from bot.cases.order import Order, Parcel
from bot.cases.policy import Policy
from bot.cases.rules.address import may_change_address
from bot.cases.rules.badges import genuine_promise
from bot.cases.rules.cancelling import may_cancel
from bot.cases.rules.compensation import delay_compensation, no_delay_compensation
from bot.cases.rules.counterfeit import claim_closed, claim_sheet, report_issuer
from bot.cases.rules.delivery import carrier_has_proof, not_delivered_yet, transit_damage
from bot.cases.rules.evidence import blocks, checklist, items_shown
from bot.cases.rules.exchange import exchange_no_stock, may_exchange_faulty
from bot.cases.rules.freight import exchange_freight
from bot.cases.rules.goods_short import rest_is_on_the_way
from bot.cases.rules.invoice import may_invoice
from bot.cases.rules.logistics import not_lost_yet, stalled
from bot.cases.rules.platform import platform_not_open
from bot.cases.rules.price_protection import PriceNow, price_difference, price_not_protected
from bot.cases.rules.proof import proof_of_fault, proof_of_shortage
from bot.cases.rules.quality import Fault, may_repair, open_remedies
from bot.cases.rules.refund_only import refund_needs_return
from bot.cases.rules.refunds import latest_arrival, refund_amount
from bot.cases.rules.returns import may_return
from bot.cases.rules.settle import risk, settle_price_difference, settle_refund_only, settle_shortage
from bot.cases.rules.terms import return_terms
from bot.knowledge.load import load

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
CAP = Decimal(50)
GOAL = 1.0  # milliseconds
ORDER = Order(
    id="T1001",
    status="signed",
    paid_at=datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
    first_scan=datetime(2026, 3, 6, 2, 0, tzinfo=UTC),
    last_scan=datetime(2026, 3, 8, 2, 0, tzinfo=UTC),
    eta=datetime(2026, 3, 9, 2, 0, tzinfo=UTC),
    signed_at=datetime(2026, 3, 8, 10, 20, tzinfo=UTC),
    signed_by="他人代收",
    item="a pair of headphones",
    sku="black",
    category="electronics",
    qty=3,
    paid=Decimal("129.90"),
    badges=("7天无理由", "正品保证(赔3)", "价保15天"),
    pay="credit_card",
    stock={"black": 2, "white": 0},
    packing_weight_ok=False,
    parcels=(Parcel("P1", 2), Parcel("P2", 1)),
)
FAULT = Fault()
PRICE = PriceNow("black", Decimal("39.90"))
PHOTOS = ("label.jpg", "IMG_2041.jpg", "crack_close.jpg")
REFUSED = Case("A1", "c1", CaseType.RETURN_REFUND, Status.REJECTED, NOW, NOW)


def judgements(policy: Policy) -> dict[CaseType, Callable[[], object]]:
    """What judging one case of each type runs through."""
    at = (ORDER, policy, NOW, ZONE)

    def evidence(case_type: CaseType, problem: str | None = None) -> object:
        needs = checklist(case_type, problem)
        return blocks(needs, items_shown(needs, PHOTOS))

    return {
        CaseType.CANCEL_ORDER: lambda: (
            may_cancel(*at),
            refund_amount(ORDER, 3, "seller_pays"),
            latest_arrival(NOW, policy.refund.eta_by_channel.credit_card, ZONE),
        ),
        CaseType.REFUND_ONLY: lambda: (
            refund_needs_return(ORDER),
            evidence(CaseType.REFUND_ONLY, "damaged"),
            settle_refund_only(ORDER, Decimal(30), CAP, risk(())),
        ),
        CaseType.RETURN_REFUND: lambda: (may_return(*at), return_terms(ORDER, 2, policy, ZONE)),
        CaseType.EXCHANGE: lambda: (
            may_exchange_faulty(*at, FAULT),
            exchange_no_stock(ORDER, "white"),
            exchange_freight(policy, shop_at_fault=True),
        ),
        CaseType.REPAIR_RESEND: lambda: (may_repair(*at, FAULT), evidence(CaseType.REPAIR_RESEND)),
        CaseType.COUNTERFEIT_CLAIM: lambda: (
            claim_closed(*at, issuer=report_issuer("CMA lab report")),
            genuine_promise(ORDER, policy),
            claim_sheet(ORDER, policy),
            evidence(CaseType.COUNTERFEIT_CLAIM),
        ),
        CaseType.QUALITY_CLAIM: lambda: (
            proof_of_fault(ORDER, True, NOW, ZONE),
            evidence(CaseType.QUALITY_CLAIM),
            open_remedies(*at, FAULT),
        ),
        CaseType.WRONG_MISSING: lambda: (
            rest_is_on_the_way(ORDER, 1, NOW),
            proof_of_shortage(ORDER),
            settle_shortage(ORDER, 1, CAP, risk(())),
        ),
        CaseType.DELIVERED_NOT_RECEIVED: lambda: (not_delivered_yet(ORDER), carrier_has_proof(ORDER)),
        CaseType.LOST_PARCEL: lambda: (stalled(ORDER, NOW), not_lost_yet(ORDER, policy, NOW)),
        CaseType.DAMAGED_PARCEL: lambda: (transit_damage(*at), evidence(CaseType.DAMAGED_PARCEL)),
        CaseType.DELAY_COMPLAINT: lambda: (
            no_delay_compensation(ORDER, policy, NOW),
            delay_compensation(ORDER, policy, NOW),
        ),
        CaseType.PLATFORM_INTERVENTION: lambda: platform_not_open(REFUSED, policy, NOW),
        CaseType.ADDRESS_CHANGE: lambda: may_change_address(*at),
        CaseType.INVOICE: lambda: may_invoice(*at),
        CaseType.PRICE_PROTECTION: lambda: (
            price_not_protected(*at, PRICE),
            settle_price_difference(price_difference(ORDER, policy, PRICE), CAP, risk(())),
        ),
    }


def measure(judge: Callable[[], object], times: int) -> tuple[float, float, float]:
    """Median and 99th percentile of one judgement, and the latter in processor time; milliseconds."""
    spent, busy = [], []
    for _ in range(times):
        began, cpu = time.perf_counter(), time.thread_time()
        judge()
        busy.append((time.thread_time() - cpu) * 1000)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent), _p99(spent), _p99(busy)


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def main() -> int:
    """Prints the table; exit code 1 where a judgement takes more processor time than the goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("--times", type=int, default=2000)
    times = parser.parse_args().times
    policy = load(Path(__file__).parent.parent / "knowledge").policy
    report, slow = Report(), []
    report.say(cells("one case of type", "median", "p99", "p99 cpu"))
    for case_type, judge in judgements(policy).items():
        median, p99, cpu = measure(judge, times)
        slow += [case_type] if cpu > GOAL else []
        report.say(cells(case_type, *(f"{value:.3f}" for value in (median, p99, cpu))))
    report.say(f"above {GOAL:.0f} ms: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
