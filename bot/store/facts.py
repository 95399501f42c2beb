"""What a decision is made from, read from our own tables in the turn's transaction; and noting what came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.cases.case import Case
from bot.dialogue.state import State
from bot.dialogue.turn import Facts, Turn
from bot.handoff.priority import score
from bot.handoff.rules import Rules
from bot.messages import Incoming
from bot.store import (
    blocks,
    cases,
    conversations,
    deadlines,
    evidence,
    figures,
    handoff,
    merging,
    orders,
    outbox,
    presence,
    queries,
    tries,
)
from bot.understanding import entities


def load_facts(
    conn: Connection, turn: Turn, buyer: str | None, state: State, now: datetime, rules: Rules
) -> Facts:
    """The buyer's orders and cases, this chat's timers and its place in the queue."""
    buyer = next((e.buyer for e in turn.events if e.buyer), buyer)
    live = handoff.live(conn, turn.chat)
    waiting = handoff.waiting(conn, now.timestamp())
    order = [e.chat for e in waiting]
    own = tuple(orders.orders_of(conn, buyer)) if buyer else ()
    mine = cases.cases_of(conn, turn.chat, buyer, [*(o.id for o in own), *state.proved])
    named = _named(turn, state)
    there = 0 if live and live.agent else presence.online(conn, now.timestamp(), rules)
    return Facts(
        buyer=buyer,
        orders=own,
        named=tuple(orders.read_orders(conn, named)),
        taken=tuple(cases.open_on(conn, named)),
        cases=tuple(mine),
        timers=tuple(_timers(conn, turn.chat, mine)),
        handler="bot" if live is None else "agent" if live.agent else "queued",
        blocked=block.at if (block := blocks.block_of(conn, turn.chat, buyer)) else None,
        agent=(live.agent or "") if live else "",
        agent_name=queries.display_name(conn, live.agent) if live and live.agent else "",
        score=live.score if live else 0,
        ahead=order.index(turn.chat) if turn.chat in order else 0,
        scores=tuple(
            score(e.score, now.timestamp() - e.queued_at.timestamp()) for e in waiting if e.chat != turn.chat
        ),
        buyer_waits=bool(live and live.waiting_since),
        told_place=(live.told_place or None) if live else None,
        told_at=live.told_at if live else None,
        agents_online=there,
        handling=tuple(figures.handling_times(conn)) if there else (),
        refunds=tuple(cases.refunds_on(conn, [*(o.id for o in own), *named])),
        failed=tuple((n, tries.failures(conn, n, now.astimezone(rules.zone).date())) for n in named),
        evidence=tuple((c.id, len(cases.evidence_of(conn, c.id))) for c in mine if c.is_open),
    )


def _timers(conn: Connection, chat: str, mine: Sequence[Case]) -> Iterator[tuple[str, str, datetime]]:
    """This conversation's own, and those of the buyer's cases that are at home in another one."""
    for (subject, name), due in deadlines.running(conn, chat).items():
        yield subject, name, due
    for c in mine:
        if c.chat != chat and c.is_open:
            found = deadlines.running(conn, c.chat).items()
            yield from ((subject, name, due) for (subject, name), due in found if subject == c.id)


def _named(turn: Turn, state: State) -> list[str]:
    """Order numbers the text or the conversation names. Whose they are is judged by the dialogue, never told."""
    said = {i.upper() for text in turn.texts for i in entities.read(text[:2000]).order_ids}
    said |= {str(i) for event in turn.events for i in event.data.get("found") or ()}
    return sorted(said | {i for i in (state.claimed, *state.proved) if i})[:20]


def note_incoming(conn: Connection, turn: Turn, state: State, now: datetime) -> None:
    """Write what came in to the transcript, and ask for the bytes of photos that are still at the messenger."""
    for event in turn.events:
        if event.kind not in ("message", "edit", "button", "unsupported", "start"):
            continue
        merging.identify(conn, event.chat, event.buyer, event.name, now.timestamp())
        _note_message(conn, event, state, now)
        jobs = [
            {"key": f"fetch:{a.id}", "kind": "fetch", "lane": f"fetch:{a.id}", "payload": _plain(a)}
            for a in event.attachments
            if a.remote and conversations.expect_attachment(conn, event.chat, a, now.timestamp())
        ]
        outbox.add(conn, event.chat, jobs)
        evidence.keep_together(conn, event)


def _note_message(conn: Connection, event: Incoming, state: State, now: datetime) -> None:
    text = event.text
    if event.kind == "button":
        labels = {b.value: b.label for b in state.offered}
        text = labels.get(event.button or "", str(event.data.get("label") or event.button or ""))
    elif event.kind == "unsupported":
        text = f"[{event.data.get('what', '?')}] {text}".strip()
    elif event.kind == "edit":
        text = f"✎ {text}"
    elif event.kind == "start":
        return
    conversations.add_message(
        conn,
        event.chat,
        "buyer",
        text,
        now.timestamp(),
        name=event.name,
        attachments=event.attachments,
        own_key=event.key,
    )


def _plain(a: object) -> dict[str, object]:
    return dict(vars(a))
