"""The shop's own policy, read once, and orders to judge. No expectations here."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.order import Order, from_data
from bot.cases.rules.refusal import Refusal
from bot.knowledge.load import load

POLICY = load(Path(__file__).resolve().parents[2] / "knowledge").policy
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def order(zone: ZoneInfo = SHANGHAI, **fields: Any) -> Order:
    """An order of which only what a test is about is said."""
    return from_data({"id": "T1", "status": "signed", "item": "连衣裙", "paid": "100.00", **fields}, zone)


def at(moment: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=zone)


def key(refusal: Refusal | None) -> str | None:
    return refusal.key if refusal else None
