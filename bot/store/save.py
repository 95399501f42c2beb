"""Writes a decision down: every effect becomes rows of the turn's own transaction. Nothing is sent here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.cases.case import Status
from bot.cases.timers import timers_of
from bot.dialogue.effects import (
    Alert,
    Attach,
    Card,
    Effect,
    Enqueue,
    LeaveQueue,
    LinkBuyer,
    LookUp,
    MoveDeadline,
    Note,
    PayOut,
    ProofFailed,
    QueueClock,
    ReadOrders,
    Remind,
    Reply,
    SaveCase,
)
from bot.dialogue.turn import Decision, Kit, Turn
from bot.store import (
    alerts,
    cards,
    cases,
    conversations,
    deadlines,
    handoff,
    jobs,
    merging,
    rings,
    tries,
)
from bot.store.say import send


def carry_out(conn: Connection, turn: Turn, decision: Decision, kit: Kit, now: datetime) -> None:
    """Save the state and everything the decision wants done."""
    effects, at = decision.effects, now.timestamp()
    announcing = cards.announcing(conn, effects)
    for place, effect in enumerate(effects):
        if place in announcing and isinstance(effect, Reply):
            announcing[place].n = send(conn, turn.chat, announcing[place].whole, at)
        else:
            _carry_out(conn, turn, effect, decision, kit, now)
    # Last, since a card hangs on its case, which may be saved behind the words that announce it.
    cards.put_up(conn, turn.chat, effects, list(announcing.values()), at)
    conversations.save_state(conn, turn.chat, decision.state.as_json(), at)


def _carry_out(
    conn: Connection, turn: Turn, effect: Effect, decision: Decision, kit: Kit, now: datetime
) -> None:
    at, chat = now.timestamp(), turn.chat
    match effect:
        case Reply():
            send(conn, chat, effect, at)
        case SaveCase():
            _save_case(conn, effect, kit, now)
        case Attach(case_id, attachments, kinds):
            cases.attach(conn, case_id, attachments, at, kinds)
        case Enqueue(reasons, score):
            handoff.enqueue(conn, chat, reasons, score, decision.state.lang, at, kit.rules)
        case LeaveQueue(outcome):
            handoff.close(conn, chat, outcome, at)
        case Note(text, name):
            conversations.add_message(conn, chat, "note", text, at, name=name)
        case Alert(key, text, loud, audience):
            alerts.add_alert(conn, chat, key, text, at, audience, ring=loud)
        case QueueClock(data):
            rings.ring(conn, chat, data, at, kit.rules)
        case LinkBuyer(buyer):
            merging.identify(conn, chat, buyer, None, at)
        case PayOut():
            jobs.pay_out(conn, chat, effect)
        case LookUp():
            jobs.look_up(conn, chat, effect)
        case ReadOrders(buyer):
            jobs.read_orders(conn, chat, buyer)
        case ProofFailed(number, day):
            tries.note_failure(conn, number, day)
        case Remind(subject, name, due):
            deadlines.set_deadline(conn, chat, subject, name, due)
        case MoveDeadline(case_id, name, due):
            _move_deadline(conn, chat, case_id, name, due, now)
        case Card():
            return  # with the others of the turn, at its end


def _move_deadline(
    conn: Connection, chat: str, case_id: str, name: str, due: datetime, now: datetime
) -> None:
    """The timer rings later, and its warnings keep their distance to it; one that rang already starts anew.

    It runs in the conversation the case is at home in, wherever it was asked for.
    """
    home = cases.read_case(conn, case_id)
    chat = home.chat if home else chat
    running = deadlines.running(conn, chat)
    old = running.get((case_id, name))
    deadlines.set_deadline(conn, chat, case_id, name, due)
    for subject, warning in running:
        if old and subject == case_id and warning.startswith(f"{name}:"):
            moved = running[subject, warning] + (due - old)
            if moved > now:
                deadlines.set_deadline(conn, chat, case_id, warning, moved)


# Without another status all the same a new turn of things, with its own time.
_BEGINS_ANEW = ("carrier_answered", "offer", "parts_awaited", "wish_changed")


def _save_case(conn: Connection, effect: SaveCase, kit: Kit, now: datetime) -> None:
    """A case that moved stops the clocks of its old status and starts those of the new one."""
    case = effect.case
    cases.save_case(conn, case, effect.entries)
    moved = any(e.from_status is not e.to_status or e.event in _BEGINS_ANEW for e in effect.entries)
    if not moved and case.status != Status.DRAFT:
        return  # a corrected number or an extension: the clocks go on
    deadlines.stop_deadlines(conn, case.chat, case.id, now.timestamp())
    for name, due in timers_of(case, kit.policy, now):
        deadlines.set_deadline(conn, case.chat, case.id, name, due)
