"""The living case card on both databases: one message a case, changed in place, whatever chat it stands in."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.cases.case import Case, CaseType, Status
from bot.dialogue.effects import Card, Effect, Note, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Turn
from bot.messages import Button, Outgoing
from bot.store import cards, conversations, outbox
from bot.store.db import Database
from bot.store.save import carry_out
from bot.store.say import edit_message, withdraw_message
from bot.store.tables import outbox as outbox_table
from tests.support.core import kit

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
LIN, WEB = "telegram:5", "web:lin"
CANCEL, TRACK = Button("撤销申请", "case:R-118:cancel"), Button("填单号", "case:R-118:track")


def case(number: str = "R-118", chat: str = LIN) -> SaveCase:
    return SaveCase(Case(number, chat, CaseType.RETURN_REFUND, Status.DRAFT, NOW, NOW))


def decide(db: Database, chat: str, *effects: Effect) -> None:
    """What the engine does with a decision."""

    def write(conn: Connection) -> None:
        conversations.identify(conn, chat, name="Lin")
        carry_out(conn, Turn(chat, (), 1, NOW), Decision(State(), effects), kit(), NOW)

    db.write(write)


def lines(db: Database, chat: str = LIN) -> list[str]:
    return [m.text for m in db.read(lambda conn: conversations.transcript(conn, chat))]


def rows(db: Database, chat: str = LIN) -> list[tuple[str, str, str]]:
    """What is to be done on the messenger: (kind, key, text)."""
    query = select(outbox_table).where(outbox_table.c.chat == chat).order_by(outbox_table.c.n)
    found = db.read(lambda conn: conn.execute(query).all())
    return [(r.kind, r.key, r.payload["text"]) for r in found if not r.done_at]


def deliver(db: Database, remote: str | None = "9") -> list[str]:
    """Every row in its turn, as the sender books it; returns their kinds."""

    def write(conn: Connection) -> list[str]:
        jobs = outbox.claim(conn, "me", NOW.timestamp(), 8, ["telegram", "web"])
        outbox.book(conn, [outbox.Booking(j, remote_id=remote) for j in jobs], NOW.timestamp(), "me")
        return [j.kind for j in jobs]

    done: list[str] = []
    while kinds := db.write(write):
        done += kinds
    return done


def buttons(db: Database, n: int) -> tuple[Button, ...]:
    return next(m.buttons for m in db.read(lambda conn: conversations.transcript(conn, LIN)) if m.n == n)


def test_the_first_card_joins_the_message_that_announces_the_case(database: Database) -> None:
    announced = Reply("给您登记好了。", (TRACK,))
    decide(database, LIN, announced, case(), Card("R-118", "R-118 · 等您寄回", (CANCEL,)))
    assert lines(database) == ["给您登记好了。\n\nR-118 · 等您寄回"]
    assert buttons(database, 1) == (TRACK, CANCEL)
    assert deliver(database) == ["send"]


def test_with_nothing_said_by_the_bot_the_card_is_a_message_of_its_own(database: Database) -> None:
    decide(
        database, LIN, Reply("我来处理", author="agent", name="小梅"), case(), Card("R-118", "R-118 · 审核中")
    )
    assert lines(database) == ["我来处理", "R-118 · 审核中"]


def test_of_several_replies_the_last_one_takes_the_card_and_their_order_stays(database: Database) -> None:
    decide(database, LIN, Reply("一"), Note("n"), Card("R-118", "R-118"), Reply("二"), case())
    assert lines(database) == ["一", "二\n\nR-118"]


def test_two_new_cases_in_a_turn_have_a_card_each_in_messages_of_their_own(database: Database) -> None:
    decide(database, LIN, Reply("两件都登记了。"), case("A"), case("B"), Card("A", "A"), Card("B", "B"))
    assert sorted(lines(database)) == ["A", "两件都登记了。\n\nB"]


def test_a_card_that_changes_is_the_same_message_with_its_own_words_kept(database: Database) -> None:
    decide(database, LIN, Reply("登记好了。", (TRACK,)), case(), Card("R-118", "等您寄回", (CANCEL,)))
    deliver(database)
    decide(database, LIN, Reply("单号收到。"), Card("R-118", "包裹在路上"))
    assert lines(database) == ["登记好了。\n\n包裹在路上", "单号收到。"]
    assert buttons(database, 1) == (TRACK,), "the card's own are gone, those of the words above it stay"
    assert rows(database) == [("send", "m2", "单号收到。"), ("edit", "e1:1", "登记好了。\n\n包裹在路上")]


def test_a_card_that_reads_as_before_is_not_touched(database: Database) -> None:
    for _ in range(2):
        decide(database, LIN, case(), Card("R-118", "等您寄回", (CANCEL,)))
    assert deliver(database) == ["send"]


def test_new_buttons_alone_change_the_card_too(database: Database) -> None:
    decide(database, LIN, case(), Card("R-118", "等您寄回", (CANCEL,)))
    decide(database, LIN, Card("R-118", "等您寄回", (CANCEL, TRACK)))
    assert buttons(database, 1) == (CANCEL, TRACK)
    assert deliver(database) == ["send", "edit"]


def test_of_several_changes_nobody_has_sent_yet_only_the_last_goes_out(database: Database) -> None:
    decide(database, LIN, case(), Card("R-118", "0"))
    deliver(database)
    for text in "123":
        decide(database, LIN, Card("R-118", text))
    assert rows(database) == [("edit", "e1:1", "3")]


def test_a_change_that_is_being_sent_is_left_alone_and_the_next_one_follows_it(database: Database) -> None:
    decide(database, LIN, case(), Card("R-118", "0"))
    deliver(database)
    decide(database, LIN, Card("R-118", "1"))
    database.write(lambda conn: outbox.claim(conn, "me", NOW.timestamp(), 8, ["telegram"]))
    decide(database, LIN, Card("R-118", "2"))
    assert [(kind, text) for kind, _, text in rows(database)] == [("edit", "1"), ("edit", "2")]


def test_an_act_elsewhere_changes_the_card_where_it_stands(database: Database) -> None:
    decide(database, LIN, Reply("登记好了。"), case(), Card("R-118", "等您寄回"))
    decide(database, WEB, Reply("已经同意退款。"), Card("R-118", "退款中"))
    assert lines(database, LIN) == ["登记好了。\n\n退款中"]
    assert lines(database, WEB) == ["已经同意退款。"]


def test_a_card_that_was_withdrawn_is_shown_anew_when_the_case_moves(database: Database) -> None:
    decide(database, LIN, case(), Card("R-118", "0"))
    database.write(lambda conn: withdraw_message(conn, LIN, 1, NOW.timestamp()))
    decide(database, LIN, Card("R-118", "1"))
    decide(database, LIN, Card("R-118", "2"))
    assert lines(database) == ["0", "2"]


def test_a_card_the_messenger_has_lost_is_shown_once_more_and_changed_there_from_then_on(
    database: Database,
) -> None:
    decide(database, LIN, Reply("登记好了。"), case(), Card("R-118", "0"))
    deliver(database)
    decide(database, LIN, Card("R-118", "1"))

    def lose(conn: Connection) -> list[bool]:
        [job] = outbox.claim(conn, "me", NOW.timestamp(), 8, ["telegram"])
        lost = conversations.transcript(conn, LIN)[0]
        gone = outbox.Booking(job, error="message to edit not found", gone=True)
        outbox.book(conn, [gone], NOW.timestamp(), "me")
        message = Outgoing(LIN, lost.n, "e1:1", lost.text)
        return [cards.show_again(conn, message, NOW.timestamp()) for _ in range(2)]

    assert database.write(lose) == [True, False]
    decide(database, LIN, Card("R-118", "2"))
    assert lines(database) == ["登记好了。\n\n1", "2"]
    assert rows(database) == [("send", "m2", "1"), ("edit", "e2:2", "2")]


# --- what agents change --------------------------------------------------------------------------------------------


def say(db: Database, *texts: str) -> None:
    decide(db, LIN, *(Reply(text, (TRACK,), author="agent", name="小梅") for text in texts))


def test_an_edited_message_keeps_its_buttons_and_says_when_it_was_changed(database: Database) -> None:
    say(database, "退货地址是1号")
    assert database.write(lambda conn: edit_message(conn, LIN, 1, "退货地址是2号", NOW.timestamp()))
    [m] = database.read(lambda conn: conversations.transcript(conn, LIN))
    assert (m.text, m.buttons, m.edited_at, m.rev) == ("退货地址是2号", (TRACK,), NOW, 1)
    assert [kind for kind, _, _ in rows(database)] == ["send", "edit"]


@pytest.mark.parametrize("n", [2, -1])
def test_what_was_never_said_can_neither_be_changed_nor_withdrawn(database: Database, n: int) -> None:
    say(database, "a")
    at = NOW.timestamp()
    assert not database.write(lambda conn: edit_message(conn, LIN, n, "b", at))
    assert not database.write(lambda conn: withdraw_message(conn, LIN, n, at))
    assert [kind for kind, _, _ in rows(database)] == ["send"]


def test_a_withdrawn_message_goes_once_and_stays_readable_for_agents(database: Database) -> None:
    say(database, "别人的地址")
    deliver(database)
    at = NOW.timestamp()
    assert database.write(lambda conn: withdraw_message(conn, LIN, 1, at))
    assert not database.write(lambda conn: withdraw_message(conn, LIN, 1, at))
    assert not database.write(lambda conn: edit_message(conn, LIN, 1, "b", at))
    [m] = database.read(lambda conn: conversations.transcript(conn, LIN))
    assert (m.text, m.withdrawn_at) == ("别人的地址", NOW)
    assert [kind for kind, _, _ in rows(database)] == ["withdraw"]


def test_a_message_withdrawn_before_it_was_sent_is_never_sent_and_its_neighbours_are(
    database: Database,
) -> None:
    say(database, "a", "b", "c")
    at = NOW.timestamp()
    database.write(lambda conn: edit_message(conn, LIN, 2, "bb", at))
    database.write(lambda conn: withdraw_message(conn, LIN, 2, at))
    assert rows(database) == [("send", "m1", "a"), ("send", "m3", "c")]


def test_pages_are_given_what_changed_since_the_number_they_know(database: Database) -> None:
    say(database, "a", "b", "c")
    decide(database, LIN, Note("d"))
    at = NOW.timestamp()
    for n, text in ((2, "b1"), (1, "a1"), (2, "b2"), (4, "d1")):
        database.write(partial(edit_message, chat=LIN, n=n, text=text, at=at))

    def changed(rev: int, upto: int = 9) -> list[tuple[int, str, int]]:
        found: list[Any] = database.read(lambda conn: conversations.changed_since(conn, LIN, rev, upto))
        return [(m.rev, m.text, m.n) for m in found]

    assert changed(0) == [(2, "a1", 1), (3, "b2", 2)]
    assert changed(2) == [(3, "b2", 2)]
    assert changed(0, upto=1) == [(2, "a1", 1)]
    assert changed(4) == []
