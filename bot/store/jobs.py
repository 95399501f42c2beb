"""What a decision wants done in the shop's systems, as outbox rows; the outbox's worker does it and tells."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.dialogue.effects import LookUp, PayOut
from bot.store import outbox
from bot.store.tables import case


def pay_out(conn: Connection, chat: str, effect: PayOut) -> None:
    """The payment's outcome comes to the conversation the case is at home in, whoever decided it where."""
    home = conn.execute(select(case.c.chat).where(case.c.id == effect.case_id)).scalar() or chat
    payload = {
        "case": effect.case_id,
        "attempt": effect.attempt,
        "order": effect.order_id,
        "amount": str(effect.amount),
        "reason": effect.reason,
    }
    key = f"refund:{effect.case_id}:{effect.attempt}"
    outbox.add_once(conn, home, {"key": key, "kind": "refund", "lane": outbox.JOBS, "payload": payload})


def look_up(conn: Connection, chat: str, effect: LookUp) -> None:
    payload = {"request": effect.request, "number": effect.number, "proof": effect.proof}
    key = f"lookup:{effect.request}"
    outbox.add_once(conn, chat, {"key": key, "kind": "lookup", "lane": outbox.JOBS, "payload": payload})


def read_orders(conn: Connection, chat: str, buyer: str) -> None:
    """Once for each conversation and account; nobody waits for the answer."""
    key = f"lookup:{chat}:{buyer}"
    payload = {"request": key, "buyer": buyer}
    outbox.add_once(conn, chat, {"key": key, "kind": "lookup", "lane": outbox.JOBS, "payload": payload})
