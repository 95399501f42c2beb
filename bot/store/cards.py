"""The living case card: one message a case, changed in place as the case moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from bot.dialogue.effects import Card, Effect, Reply
from bot.messages import Button, Outgoing
from bot.store.db import insert
from bot.store.say import edit_message, send
from bot.store.tables import card


@dataclass
class Announced:
    """A message with a card under its own words; `n` is its number once it is written."""

    head: Reply
    card: Card
    n: int = 0

    @property
    def whole(self) -> Reply:
        text = "\n\n".join(part for part in (self.head.text, self.card.text) if part)
        return replace(self.head, text=text, buttons=(*self.head.buttons, *self.card.buttons))


def announcing(conn: Connection, effects: Sequence[Effect]) -> dict[int, Announced]:
    """By their place among the effects: the bot's replies that take a case's first card along, one each."""
    fresh = [c for c in _latest(effects) if not _is_shown(conn, c.case_id)]
    replies = [i for i, e in enumerate(effects) if isinstance(e, Reply) and e.author == "bot"]
    pairs = zip(reversed(replies), reversed(fresh), strict=False)
    return {i: Announced(reply, c) for i, c in pairs if isinstance(reply := effects[i], Reply)}


def put_up(
    conn: Connection, chat: str, effects: Sequence[Effect], announced: Sequence[Announced], at: float
) -> None:
    """Every card of the turn: those announced are remembered, shown ones changed, others sent by themselves."""
    by_case = {a.card.case_id: a for a in announced}
    for new in _latest(effects):
        if new.case_id in by_case:
            _remember(conn, chat, by_case[new.case_id])
        elif _is_shown(conn, new.case_id):
            _refresh(conn, new, at)
        else:
            _show(conn, chat, new, at)


def show_again(conn: Connection, message: Outgoing, at: float) -> bool:
    """The messenger has lost this message: the cards that stood in it become new ones. False where none did."""
    here = (card.c.chat == message.chat, card.c.n == message.n)
    lost = conn.execute(select(card).where(*here).order_by(card.c.case_id)).all()
    for row in lost:
        _show(conn, row.chat, Card(row.case_id, row.text, _buttons(row.buttons)), at)
    return bool(lost)


def _latest(effects: Sequence[Effect]) -> list[Card]:
    """A case has one card: of several in a turn the last counts."""
    return list({e.case_id: e for e in effects if isinstance(e, Card)}.values())


def _is_shown(conn: Connection, case_id: str) -> bool:
    return conn.execute(select(card.c.n).where(card.c.case_id == case_id)).first() is not None


def _refresh(conn: Connection, new: Card, at: float) -> None:
    """In whatever conversation it stands."""
    old = conn.execute(select(card).where(card.c.case_id == new.case_id)).one()
    if (old.text, _buttons(old.buttons)) == (new.text, new.buttons):
        return
    whole = Announced(Reply(old.head, _buttons(old.head_buttons)), new).whole
    if edit_message(conn, old.chat, old.n, whole.text, at, whole.buttons):
        values = {"text": new.text, "buttons": _plain(new.buttons)}
        conn.execute(update(card).where(card.c.case_id == new.case_id).values(values))
    else:  # the message was withdrawn
        _show(conn, old.chat, new, at)


def _show(conn: Connection, chat: str, new: Card, at: float) -> None:
    alone = Announced(Reply(""), new)
    alone.n = send(conn, chat, alone.whole, at)
    _remember(conn, chat, alone)


def _remember(conn: Connection, chat: str, a: Announced) -> None:
    row = {
        "chat": chat,
        "n": a.n,
        "head": a.head.text,
        "head_buttons": _plain(a.head.buttons),
        "text": a.card.text,
        "buttons": _plain(a.card.buttons),
    }
    anew = insert(conn, card).values(case_id=a.card.case_id, **row)
    conn.execute(anew.on_conflict_do_update(index_elements=["case_id"], set_=row))


def _plain(buttons: Sequence[Button]) -> list[dict[str, str]]:
    return [{"label": b.label, "value": b.value} for b in buttons]


def _buttons(plain: Sequence[dict[str, str]]) -> tuple[Button, ...]:
    return tuple(Button(**b) for b in plain)
