"""The mirror of a remote source: news into our table and to the conversations concerned; look-ups for new orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import RetryLaterError
from bot.orders.base import Changes, whole
from bot.orders.door import Patience
from bot.orders.http import SignedHttpOrders
from bot.orders.mirror import lookup, read_all_of, refresh
from bot.orders.signing import Signer
from bot.store.order_news import move_cursor, read_cursor, take_news
from bot.store.orders import count_orders, put_orders, read_at
from tests.orders.goods import SHANGHAI, orders
from tests.orders.remote import LATER, NOW, SECRET, Remote, link, open_case

# --- news reaches whom it concerns ---------------------------------------------------------------------------------


def test_news_changes_the_row_and_reaches_the_buyers_latest_conversation(remote: Remote) -> None:
    link(remote.db, "web:old", "B1", NOW - timedelta(days=3))
    link(remote.db, "telegram:1", "B1", NOW)
    link(remote.db, "web:other", "B2", NOW)
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    remote.refresh()
    remote.shop.report("T1001", {"last_scan": "2026-03-10T05:00:00+00:00", "status": "delivered"})
    remote.now = LATER
    assert remote.refresh() == 1
    order = remote.order("T1001")
    assert order is not None
    assert (order.status, order.last_scan) == ("delivered", datetime(2026, 3, 10, 5, 0, tzinfo=UTC))
    assert remote.heard("telegram:1") == [{"order": "T1001", "changed": ["status", "last_scan"]}]
    assert remote.heard("web:old") == remote.heard("web:other") == []
    assert remote.db.read(lambda conn: read_at(conn, ["T1001"])) == {"T1001": LATER}


def test_news_reaches_every_conversation_with_an_open_case_on_the_order_once(remote: Remote) -> None:
    link(remote.db, "telegram:1", "B1")
    open_case(remote.db, "telegram:1", "T1001", "R-1")
    open_case(remote.db, "web:guest", "T1001", "R-2")
    open_case(remote.db, "web:done", "T1001", "R-3", closed=True)
    open_case(remote.db, "web:elsewhere", "T1002", "R-4")
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    made = remote.db.write(
        lambda conn: take_news(
            conn, [("T1001", {"signed_at": "2026-03-10 12:00"})], LATER.timestamp(), SHANGHAI
        )
    )
    assert made == 2
    told = [{"order": "T1001", "changed": ["signed_at"]}]
    assert remote.heard("telegram:1") == remote.heard("web:guest") == told
    assert remote.heard("web:done") == remote.heard("web:elsewhere") == []


def test_news_that_changes_nothing_tells_nobody_but_says_when_it_was_read(remote: Remote) -> None:
    link(remote.db, "telegram:1", "B1")
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    made = remote.db.write(
        lambda conn: take_news(conn, [("T1001", whole(orders()[0]))], LATER.timestamp(), SHANGHAI)
    )
    assert made == 0
    assert remote.heard("telegram:1") == []
    assert remote.db.read(lambda conn: read_at(conn, ["T1001"])) == {"T1001": LATER}


def test_an_order_that_changes_to_and_fro_is_told_each_time_even_in_one_instant(remote: Remote) -> None:
    link(remote.db, "telegram:1", "B1")
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    turns = [("T1001", {"status": status}) for status in ("shipped", "signed", "shipped")]
    assert remote.db.write(lambda conn: take_news(conn, turns, NOW.timestamp())) == 3
    assert len(remote.heard("telegram:1")) == 3


def test_a_field_that_news_empties_is_cleared(remote: Remote) -> None:
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    remote.db.write(lambda conn: take_news(conn, [("T1001", {"phone": None})], NOW.timestamp()))
    order = remote.order("T1001")
    assert order is not None
    assert order.phone == ""


# --- the mirror reads on -------------------------------------------------------------------------------------------


def test_the_first_refresh_only_notes_where_to_read_on(remote: Remote) -> None:
    remote.shop.report("T1001", {"status": "shipped"})
    assert remote.refresh() == 0
    assert remote.db.read(count_orders) == 0
    assert remote.db.read(lambda conn: read_cursor(conn, "orders")) == "1"


def test_news_of_an_order_not_here_yet_fetches_it_whole_and_tells_nobody(remote: Remote) -> None:
    link(remote.db, "telegram:1", "B1")
    remote.refresh()
    remote.shop.report("T1001", {"last_scan": "2026-03-10T05:00:00+00:00"})
    remote.refresh()
    assert remote.order("T1001") == remote.shop.orders["T1001"]
    assert remote.heard("telegram:1") == []


def test_a_process_that_died_before_it_wrote_reads_the_same_page_again(remote: Remote) -> None:
    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    link(remote.db, "telegram:1", "B1")
    remote.refresh()
    remote.shop.report("T1001", {"status": "shipped"})
    remote.source.changes(
        remote.db.read(lambda conn: read_cursor(conn, "orders"))
    )  # … and the process ends here
    assert remote.refresh() == 1
    assert remote.refresh() == 0
    assert len(remote.heard("telegram:1")) == 1


def test_of_two_processes_with_the_same_page_only_one_tells(remote: Remote) -> None:
    move = remote.db.write
    assert move(lambda conn: move_cursor(conn, "orders", "", "1"))
    assert not move(lambda conn: move_cursor(conn, "orders", "", "1"))
    assert move(lambda conn: move_cursor(conn, "orders", "1", "2"))
    assert remote.db.read(lambda conn: read_cursor(conn, "orders")) == "2"
    assert remote.db.read(lambda conn: read_cursor(conn, "another source")) == ""


def test_one_order_nobody_can_read_does_not_hold_up_the_others(remote: Remote) -> None:
    class Odd(SignedHttpOrders):
        def changes(self, cursor: str) -> Changes:
            news = (("T1001", {"status": "lost in space"}), ("T1002", {"status": "shipped"}))
            return Changes(news if cursor != "9" else (), "9")

    remote.db.write(lambda conn: put_orders(conn, orders(), NOW.timestamp()))
    source = Odd("http://127.0.0.1:1", Signer("1", SECRET), SHANGHAI)
    refresh(source, remote.db, remote.clock)
    source.close()
    first, second = remote.order("T1001"), remote.order("T1002")
    assert first is not None and second is not None
    assert (first.status, second.status) == ("signed", "shipped")


def test_a_source_out_of_reach_leaves_the_mirror_as_it_was(remote: Remote) -> None:
    remote.refresh()
    cursor = remote.db.read(lambda conn: read_cursor(conn, "orders"))
    away = SignedHttpOrders(
        "http://127.0.0.1:1", Signer("1", SECRET), SHANGHAI, patience=Patience(1.0, 1, 0.001)
    )
    with pytest.raises(RetryLaterError):
        refresh(away, remote.db, remote.clock)
    away.close()
    assert remote.db.read(lambda conn: read_cursor(conn, "orders")) == cursor


# --- look-ups ------------------------------------------------------------------------------------------------------


def test_a_proved_order_is_in_the_mirror_afterwards_with_all_its_lines(remote: Remote) -> None:
    found = lookup(remote.source, remote.db, remote.clock, "t1003", "5566")
    assert sorted(order.id for order in found) == ["T1003", "T1003-2"]
    assert remote.order("T1003-2") == remote.shop.orders["T1003-2"]
    assert remote.db.read(lambda conn: read_at(conn, ["T1003"])) == {"T1003": NOW}


@pytest.mark.parametrize(
    ("number", "proof"), [("T1001", "0000"), ("T9999", "5566"), ("", ""), ("T2001", "5566")]
)
def test_what_is_not_proved_does_not_come_into_the_mirror(remote: Remote, number: str, proof: str) -> None:
    assert lookup(remote.source, remote.db, remote.clock, number, proof) == []
    assert remote.db.read(count_orders) == 0


def test_a_linked_accounts_orders_come_into_the_mirror(remote: Remote) -> None:
    theirs = read_all_of(remote.source, remote.db, remote.clock, "B1")
    assert len(theirs) == remote.db.read(count_orders) == 4
    assert remote.order("T2001") is None
