"""A case as the packet column shows it for working: its acts as buttons, its evidence by what it shows, its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.cases.acts import acts_of
from bot.cases.case import Case, Status
from bot.cases.movers import agreed_status
from bot.cases.rules.evidence import missing
from bot.dialogue.evidence import needs_of
from bot.store.evidence import Exhibit, exhibits_of
from bot.store.queries import ChatView

LOOSE = "other"  # an exhibit that fills no item of the checklist

# What the form of an act asks for, beside a word for the record.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "approve": ("outcome", "why"),
    "offer": ("options", "why"),
    "reject": ("code", "text"),
    "refunded": ("ref",),
    "extend": ("by",),
    "suspend": ("hold", "why"),
}
_APPROVALS = {
    Status.AWAIT_RETURN: "act_approve_return",
    Status.REFUNDING: "act_approve_refund",
    Status.SELLER_RESHIP: "act_approve_resend",
    Status.CLOSED_RESOLVED: "act_approve_done",
}
_NAMED = {
    Status.REFUND_FAILED: "act_retry",
    Status.PLATFORM_EVIDENCE: "act_settle",
    Status.PLATFORM_REVIEW: "act_ruled",
}
_HARD = ("reject", "platform_refused", "refund_failed")


@dataclass(frozen=True)
class Act:
    """A button: `word` is its key, `do` the act as the dialogue knows it, `ok` only of an inspection."""

    word: str
    do: str
    fields: tuple[str, ...]
    ok: bool = True
    hard: bool = False


@dataclass(frozen=True)
class CaseDesk:
    acts: tuple[Act, ...]
    exhibits: tuple[Exhibit, ...]
    gaps: tuple[str, ...]  # items of the checklist that nobody has sent and nobody said to be gone


def desk_of(conn: Connection, view: ChatView) -> dict[str, CaseDesk]:
    """Case number → what an agent can do with it and has of it."""
    return {
        c.case.id: CaseDesk(buttons(c.case), tuple(exhibits_of(conn, c.case.id)), gaps(c.case))
        for c in view.cases
    }


def buttons(case: Case) -> tuple[Act, ...]:
    return tuple(button for act in acts_of(case) for button in _buttons(case, act))


def _buttons(case: Case, act: str) -> tuple[Act, ...]:
    if act == "inspect":
        return (
            Act("act_inspect_ok", "inspect", ("why",)),
            Act("act_inspect_offer", "inspect", ("options", "why"), ok=False),
            Act("act_inspect_reject", "inspect", ("code", "text"), ok=False, hard=True),
        )
    word = f"act_{act}"
    if act == "approve":
        word = _NAMED.get(case.status) or _APPROVALS[agreed_status(case)]
    return (Act(word, act, _FIELDS.get(act, ("why",)), hard=act in _HARD),)


def gaps(case: Case) -> tuple[str, ...]:
    if not case.is_open:
        return ()
    return missing(needs_of(case), case.slots.get("evidence") or (), case.slots.get("waived") or ())
