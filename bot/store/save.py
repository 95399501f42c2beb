"""Writes a decision down: every effect becomes rows of the turn's own transaction. Nothing is sent here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.cases.case import Status
from bot.cases.timers import timers_of
from bot.dialogue.effects import Alert, Attach, Effect, Enqueue, LeaveQueue, LinkBuyer, Note, Reply, SaveCase
from bot.dialogue.turn import Decision, Kit, Turn
from bot.messages import Author, Outgoing
from bot.store import cases, conversations, deadlines, handoff, outbox


def carry_out(conn: Connection, turn: Turn, decision: Decision, kit: Kit, now: datetime) -> None:
    """Save the state and everything the decision wants done."""
    for effect in decision.effects:
        _carry_out(conn, turn, effect, decision, kit, now)
    conversations.save_state(conn, turn.chat, decision.state.as_json(), now.timestamp())


def _carry_out(
    conn: Connection, turn: Turn, effect: Effect, decision: Decision, kit: Kit, now: datetime
) -> None:
    at, chat = now.timestamp(), turn.chat
    match effect:
        case Reply():
            send(conn, chat, effect, at)
        case SaveCase():
            _save_case(conn, effect, kit, now)
        case Attach(case_id, attachments):
            cases.attach(conn, case_id, attachments, at)
        case Enqueue(reasons, score):
            handoff.enqueue(conn, chat, reasons, score, decision.state.lang, at)
        case LeaveQueue(outcome):
            handoff.close(conn, chat, outcome, at)
        case Note(text, name):
            conversations.add_message(conn, chat, "note", text, at, name=name)
        case Alert(key, text):
            handoff.add_alert(conn, chat, key, text, at)
        case LinkBuyer(buyer):
            conversations.identify(conn, chat, buyer)


def send(conn: Connection, chat: str, reply: Reply, at: float) -> None:
    """Into the transcript and the outbox, in the caller's transaction."""
    author: Author = reply.author  # type: ignore[assignment]
    n = conversations.add_message(
        conn,
        chat,
        author,
        reply.text,
        at,
        name=reply.name,
        buttons=reply.buttons,
        attachments=reply.attachments,
    )
    files = tuple(a.id for a in reply.attachments)
    message = Outgoing(chat, n, f"m{n}", reply.text, author, reply.name, reply.buttons, files)
    outbox.add(conn, chat, [{"key": message.key, "kind": "send", "payload": message.as_json()}])


def _save_case(conn: Connection, effect: SaveCase, kit: Kit, now: datetime) -> None:
    """A case that moved stops the clocks of its old status and starts those of the new one."""
    case = effect.case
    cases.save_case(conn, case, effect.entries)
    if not effect.entries and case.status != Status.DRAFT:
        return
    deadlines.stop_deadlines(conn, case.chat, case.id, now.timestamp())
    for name, due in timers_of(case, kit.policy, now):
        deadlines.set_deadline(conn, case.chat, case.id, name, due)
