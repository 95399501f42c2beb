"""A person's data on both databases: found by any name, taken out whole, erased without a trace of who it was."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot.errors import UsageError
from bot.store import audit, cases, holdings, privacy
from bot.store import tables as t
from bot.store.db import Database
from bot.store.erase import Erased, erase
from bot.store.orders import read_order
from bot.store.person import Person, find
from tests.store.people import AT, BO, LIN, NOW, do, fill, whole
from tests.support.core import World, kit

PAID = Decimal("68.00")


@pytest.fixture
def shop(database: Database) -> Database:
    for who in (LIN, BO):
        database.write(lambda conn, w=who: fill(conn, w))  # type: ignore[misc]
    return database


def person(db: Database, named: str = LIN.account) -> Person:
    return db.read(lambda conn: find(conn, named))


def take_out(db: Database, named: str = LIN.account) -> dict[str, Any]:
    who = person(db, named)
    return db.read(lambda conn: privacy.export(conn, who, kit().policy, AT))


def erased(db: Database, named: str = LIN.account, even_open: bool = False) -> Erased | None:
    who = person(db, named)
    return db.write(lambda conn: erase(conn, who, NOW + 60, who="chen", even_open=even_open))


def change(db: Database, table: Any, **values: Any) -> None:
    """Of Lin's row."""
    key = table.c.chat == LIN.chat if "chat" in table.c else table.c.buyer == LIN.account
    do(db, update(table).where(key).values(values))


# --- which tables ----------------------------------------------------------------------------------------------------


def test_of_every_table_it_is_written_down_what_it_holds_of_a_buyer() -> None:
    """A new table belongs into `HOLDINGS` of bot/store/holdings.py, or with a reason into `NOTHING`."""
    told = [held.table.name for held in holdings.HOLDINGS] + [*holdings.NOTHING]
    assert sorted(told) == sorted(t.metadata.tables)
    assert all(holdings.NOTHING.values())


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named", [LIN.account, LIN.chat, "lin7", LIN.case, LIN.case.lower(), LIN.order, f"case:{LIN.case}"]
)
def test_a_person_is_found_by_every_name_other_commands_show(shop: Database, named: str) -> None:
    found = person(shop, named)
    assert found == Person((LIN.account,), (LIN.chat,), (LIN.case,), (LIN.order,), ())


def test_all_conversations_of_an_account_are_theirs_and_guests_are_found_by_their_own(shop: Database) -> None:
    do(shop, insert(t.chat).values(chat="web:abc", buyer=LIN.account))
    do(shop, insert(t.chat).values(chat="web:guest"))
    assert person(shop).chats == (LIN.chat, "web:abc")
    assert person(shop, "web:guest") == Person((), ("web:guest",), (), (), ())


def test_a_guests_conversation_that_agents_merged_with_theirs_is_theirs_another_accounts_is_not(
    shop: Database,
) -> None:
    do(shop, insert(t.chat).values(chat="web:guest"))
    for key in ("web:guest", BO.chat):
        row = {"chat": key, "into": LIN.chat, "by": "mei", "at": NOW}
        do(shop, delete(t.merged_chat).where(t.merged_chat.c.chat == key))
        do(shop, insert(t.merged_chat).values(row))
    assert person(shop).chats == (LIN.chat, "web:guest")
    assert person(shop, "web:guest").chats == (LIN.chat, "web:guest")


def test_who_is_not_known_is_told_with_the_cure(shop: Database) -> None:
    for named in ("nobody", "", "buyer:nobody", "case:A260310-AAAAA", "telegram:"):
        with pytest.raises(UsageError, match=r"nothing is held on .*give an account"):
            person(shop, named)


def test_a_name_of_two_people_is_told_with_what_to_write_instead(shop: Database) -> None:
    do(shop, insert(t.orders).values(id="X", buyer="lin7", data={}, updated_at=0))
    with pytest.raises(UsageError, match=r"more than one person; .*: buyer:lin7, telegram:lin7$"):
        person(shop, "lin7")
    assert person(shop, "buyer:lin7").orders == ("X",)
    assert person(shop, LIN.chat).buyers == (LIN.account,)


# --- taking out ------------------------------------------------------------------------------------------------------


def test_the_export_holds_every_word_of_theirs_and_none_of_anybody_else(shop: Database) -> None:
    said = json.dumps(take_out(shop), ensure_ascii=False)
    held = {text for rows in whole(shop).values() for row in rows for text in words(json.loads(row))}
    mine = {text for text in held if "lin7's words" in text}
    assert len(mine) > 25
    assert {text for text in mine if text not in said} == set()
    assert "bo8" not in said.lower()
    assert "a-signed-link-of" not in said, "whoever has the link is that buyer"
    assert '"token": "withheld"' in said


def words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in words(part)]
    if isinstance(value, list):
        return [text for part in value for text in words(part)]
    return [value] if isinstance(value, str) else []


def test_the_export_nests_what_hangs_on_a_conversation_or_a_case_and_counts_time_in_utc(
    shop: Database,
) -> None:
    out = take_out(shop)
    [talk], [case] = out["conversations"], out["cases"]
    assert (talk["chat"], talk["state"]["no_marketing"]) == (LIN.chat, True)
    assert talk["messages"][0]["at"] == AT.isoformat()
    assert (talk["files"][0]["id"], "data" in talk["files"][0]) == (LIN.photo, False)
    assert (case["timeline"][0]["event"], case["evidence"][0]["attachment_id"]) == (
        "approve_refund",
        LIN.photo,
    )
    assert case["promises"][0]["timer"]
    assert [o["id"] for o in out["orders"]] == [LIN.order]


# --- erasing ---------------------------------------------------------------------------------------------------------


def test_nothing_of_them_is_left_but_books_without_a_name_and_others_keep_every_row(shop: Database) -> None:
    before = whole(shop)
    done = erased(shop)
    assert done is not None and done.alias.startswith("erased:")
    after = whole(shop)
    left = [row for rows in after.values() for row in rows if "lin7" in row.lower()]
    # The numbers of the case and the order stay, and the conversation's own name on an empty row.
    kept = (LIN.case, LIN.order, f'"chat": "{LIN.chat}"')
    assert [row for row in left if "lin7" in _without(row, kept).lower()] == []
    assert "13812345566" not in "".join(r for r in after["orders"] if LIN.order in r)
    for table, rows in before.items():
        assert [r for r in rows if "bo8" in r.lower()] == [r for r in after[table] if "bo8" in r.lower()]
    assert done.removed["messages"] == done.removed["files"] == 1
    assert set(done.kept) == {"cases", "timeline", "orders", "conversations", "audit"}


def _without(row: str, parts: tuple[str, ...]) -> str:
    for part in parts:
        row = row.replace(part, "")
    return row


def test_the_books_keep_number_sum_goods_dates_and_who_decided(shop: Database) -> None:
    done = erased(shop)
    assert done is not None
    case = shop.read(lambda conn: cases.read_case(conn, LIN.case))
    assert case is not None
    assert (case.chat, case.buyer, case.order_id, case.item) == (done.alias, None, LIN.order, "马克杯")
    assert (case.slots, case.closed_at) == ({"refund": "68.00"}, AT)
    assert case.judged == {"refund": "68.00", "filed_at": AT.isoformat()}
    [entry] = shop.read(lambda conn: cases.timeline(conn, LIN.case))
    assert (entry.who, entry.rule, entry.why) == ("agent:mei", "暂行办法 art. 13", "")
    order = shop.read(lambda conn: read_order(conn, LIN.order))
    assert order is not None
    assert (order.paid, order.paid_at, order.item) == (PAID, AT, "马克杯")
    assert (order.buyer, order.phone, order.address, order.tracking) == (done.alias, "", "", "")
    assert shop.read(lambda conn: cases.refunds_on(conn, [LIN.order])) == [(LIN.order, LIN.case, PAID)]


def test_the_act_is_in_the_audit_log_and_older_notes_name_only_the_alias(shop: Database) -> None:
    done = erased(shop)
    assert done is not None
    notes = shop.read(lambda conn: audit.page(conn, audit.Wanted(subject=done.alias), None, 9))
    assert [(n.act, n.who) for n in notes] == [("privacy.erase", "chen"), ("chat.claim", "mei")]


def test_erasing_again_finds_nothing_and_changes_nothing(shop: Database) -> None:
    assert erased(shop)
    before = whole(shop)
    assert erased(shop, LIN.chat) is None
    assert whole(shop) == before
    for gone in (LIN.account, LIN.case, LIN.order):
        with pytest.raises(UsageError, match="nothing is held"):
            person(shop, gone)


def test_a_draft_promised_nothing_and_goes_whole(shop: Database) -> None:
    change(shop, t.case, status="DRAFT", closed_at=None)
    do(shop, update(t.case_event).values(to_status="DRAFT", from_status=None))
    assert erased(shop)
    assert shop.read(lambda conn: cases.read_case(conn, LIN.case)) is None
    assert shop.read(lambda conn: cases.timeline(conn, LIN.case)) == []


@pytest.mark.parametrize("status", ["REFUNDING", "REFUND_FAILED"])
def test_while_money_is_under_way_nothing_is_erased_whatever_is_said(shop: Database, status: str) -> None:
    change(shop, t.case, status=status, closed_at=None)
    before = whole(shop)
    with pytest.raises(UsageError, match=rf"money is under way for {LIN.case}"):
        erased(shop, even_open=True)
    assert whole(shop) == before


def test_an_open_case_is_named_and_withdrawn_only_where_that_is_said(shop: Database) -> None:
    change(shop, t.case, status="AWAIT_RETURN", closed_at=None)
    with pytest.raises(UsageError, match=rf"still open: {LIN.case}; .*--even-open"):
        erased(shop)
    assert erased(shop, even_open=True)
    case = shop.read(lambda conn: cases.read_case(conn, LIN.case))
    assert case is not None and str(case.status) == "CLOSED_WITHDRAWN"
    assert [e.event for e in shop.read(lambda conn: cases.timeline(conn, LIN.case))][-1] == "withdraw"


def test_a_talk_with_an_agent_is_not_cut_off_unless_that_is_said(shop: Database) -> None:
    change(shop, t.queue, closed_at=None)
    with pytest.raises(UsageError, match=rf"{LIN.chat} waits for an agent"):
        erased(shop)
    assert erased(shop, even_open=True)


def test_a_photo_that_is_being_fetched_would_come_back_so_it_is_waited_for(shop: Database) -> None:
    change(shop, t.outbox, kind="fetch", done_at=None, claimed_until=NOW + 80)
    with pytest.raises(UsageError, match="again in half a minute"):
        erased(shop, even_open=True)
    change(shop, t.outbox, claimed_until=NOW)
    assert erased(shop)


def test_what_was_filed_in_a_conversation_of_another_now_is_erased_there_and_the_rest_stays(
    shop: Database,
) -> None:
    change(shop, t.chat, buyer=BO.account)
    who = person(shop)
    assert (who.chats, who.shared, who.cases) == ((), (LIN.chat,), (LIN.case,))
    out = json.dumps(take_out(shop), ensure_ascii=False)
    assert LIN.says("attachment.name") in out and LIN.says("message.text") not in out
    assert LIN.case not in person(shop, BO.account).cases
    assert erased(shop)
    rows = whole(shop)
    assert not [r for r in rows["attachment"] if LIN.photo in r]
    assert [r for r in rows["message"] if LIN.says("message.text") in r]


def test_a_message_after_it_begins_anew_with_numbers_that_were_never_used(shop: Database) -> None:
    world = World(shop)
    world.say(LIN.chat, "在吗", "first")
    world.wait(2)
    world.work()
    assert erased(shop, even_open=True)
    world.say(LIN.chat, "在吗", "first")  # the very same id, too
    world.wait(2)
    assert world.work() == [LIN.chat]
    assert world.lines(LIN.chat, "buyer") == ["在吗"]
    assert world.replies(LIN.chat) >= 1
    [row] = world.rows(LIN.chat)
    assert row.n == 3, "a case number is made of it"
    out = take_out(shop, LIN.chat)
    assert (out["accounts"], out["cases"], out["orders"]) == ([], [], [])


def test_on_sqlite_not_even_the_file_remembers(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    db.migrate()
    db.write(lambda conn: fill(conn, LIN))
    db.wipe_log()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert LIN.says("message.text").encode() in path.read_bytes()
    assert erased(db)
    db.wipe_log()
    left = b"".join(p.read_bytes() for p in path.parent.glob(f"{path.name}*"))
    db.close()
    assert LIN.photo_bytes[:60] not in left
    assert b"lin7's words" not in left
