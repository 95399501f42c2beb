"""What the search box finds, and for whom. On both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.cases.order import Order
from bot.store import agents, conversations, desk, handoff, orders
from bot.store.db import Database
from bot.store.search import MOST, Found, find
from bot.store.tables import merged_chat
from tests.support.queue import START

LIN, ZHAO, EMMA = "web:lin", "telegram:77001", "web:emma"
T = START.timestamp()


@pytest.fixture
def shop(database: Database) -> Database:
    """Three buyers; mei and bo are agents, ann is a lead."""

    def fill(conn: Connection) -> None:
        for name, role in (("mei", "agent"), ("bo", "agent"), ("ann", "lead")):
            agents.add(conn, name, name.title(), role, T)
        conversations.identify(conn, LIN, buyer="buyer_lin", name="林晓")
        conversations.identify(conn, ZHAO, buyer="buyer_zhao", name="赵先生")
        conversations.identify(conn, EMMA, name="Emma Stone")
        conversations.add_message(conn, LIN, "buyer", "杯口有条裂纹", T)
        conversations.add_message(conn, LIN, "bot", "裂纹近照发来就行", T + 1)
        conversations.add_message(conn, ZHAO, "buyer", "我要退貨 100%不满意 a_b", T + 2)
        conversations.add_message(conn, EMMA, "buyer", "My PARCEL is missing", T + 3)
        mug = Order("T1003", "signed", buyer="buyer_lin", item="马克杯", phone="138 1234-5566")
        alone = Order("T2001", "signed", buyer="buyer_nobody", item="台灯", phone="+14155550134")
        orders.put_orders(conn, [mug, alone], T)

    database.write(fill)
    return database


def look(db: Database, asked: str, name: str = "mei") -> Found:
    def read(conn: Connection) -> Found:
        reader = agents.find(conn, name)
        assert reader
        return find(conn, asked, reader)

    return db.read(read)


def chats(db: Database, asked: str, name: str = "mei") -> list[str]:
    return [hit.chat for hit in look(db, asked, name).chats.rows]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("裂纹", [LIN]),
        ("退货", [ZHAO]),  # written in the other script
        ("parcel", [EMMA]),
        ("parcel missing", [EMMA]),
        ("parcel 裂纹", []),
        ("100%", [ZHAO]),
        ("10_%", []),  # what stands for anything in SQL stands for itself
        ("a_b", [ZHAO]),
        ("aXb", []),
        ("裂", []),  # one character is too little to look for
        ("  ", []),
        ("\0\0裂纹", [LIN]),
        ("\\", []),
    ],
)
def test_words_are_found_in_any_case_and_script_and_stand_for_themselves(
    shop: Database, asked: str, where: list[str]
) -> None:
    assert chats(shop, asked) == where


def test_a_chat_is_found_once_with_its_newest_line(shop: Database) -> None:
    (hit,) = look(shop, "裂纹").chats.rows
    assert (hit.n, hit.author, hit.text, hit.name) == (2, "bot", "裂纹近照发来就行", "林晓")


def test_a_group_holds_the_newest_twenty_and_says_that_there_are_more(shop: Database) -> None:
    def fill(conn: Connection) -> None:
        for i in range(MOST + 3):
            conversations.identify(conn, f"web:many{i}", name=f"买家 {i}")
            conversations.add_message(conn, f"web:many{i}", "buyer", "保价怎么申请", T + 10 + i)

    shop.write(fill)
    found = look(shop, "保价")
    assert [hit.chat for hit in found.chats.rows] == [f"web:many{i}" for i in range(MOST + 2, 2, -1)]
    assert found.chats.more
    assert look(shop, "买家").buyers.more
    assert not look(shop, "裂纹").chats.more


def test_tags_find_their_chats(shop: Database) -> None:
    shop.write(lambda conn: desk.tag(conn, EMMA, "VIP 复购", "mei", T))
    (hit,) = look(shop, "vip").chats.rows
    assert (hit.chat, hit.tag, hit.text) == (EMMA, "VIP 复购", "")


def test_a_buyer_is_one_person_whatever_the_channel(shop: Database) -> None:
    def other_way(conn: Connection) -> None:
        conversations.identify(conn, "telegram:5", buyer="buyer_lin", name="晓晓")
        conversations.add_message(conn, "telegram:5", "buyer", "在吗", T + 50)

    shop.write(other_way)
    (hit,) = look(shop, "buyer_lin").buyers.rows
    assert (hit.chat, hit.channels, hit.phones) == ("telegram:5", ("telegram", "web"), ("138****5566",))
    assert [b.chat for b in look(shop, "emma").buyers.rows] == [EMMA]


@pytest.mark.parametrize("asked", ["5566", "138****5566", "****5566", "13812345566", "138-1234-5566"])
def test_a_phone_is_found_by_its_end_or_as_it_is_shown_and_never_shown_whole(
    shop: Database, asked: str
) -> None:
    found = look(shop, asked)
    assert [(o.order.id, o.phone, o.chat) for o in found.orders.rows] == [("T1003", "138****5566", LIN)]
    assert [b.buyer for b in found.buyers.rows] == ["buyer_lin"]


@pytest.mark.parametrize("asked", ["566", "1381234", "139****5566", "12345566789"])
def test_a_piece_of_a_phone_finds_nobody(shop: Database, asked: str) -> None:
    found = look(shop, asked)
    assert (found.orders.rows, found.buyers.rows) == ((), ())


def test_an_order_leads_to_where_it_was_talked_about(shop: Database) -> None:
    assert [(o.order.id, o.chat) for o in look(shop, "#t1003").orders.rows] == [("T1003", LIN)]
    assert [(o.order.id, o.chat) for o in look(shop, "T2001").orders.rows] == [("T2001", "")]


def test_what_a_colleague_has_is_found_by_leads_and_by_whom_a_note_calls(shop: Database) -> None:
    def claimed(conn: Connection) -> None:
        handoff.enqueue(conn, LIN, ["human"], 100, "zh", T)
        assert handoff.claim(conn, LIN, "bo", T)

    shop.write(claimed)
    assert {name: chats(shop, "裂纹", name) for name in ("mei", "bo", "ann")} == {
        "mei": [],
        "bo": [LIN],
        "ann": [LIN],
    }
    assert [b.chat for b in look(shop, "林晓").buyers.rows] == []
    (order,) = look(shop, "T1003").orders.rows
    assert order.chat == ""  # that there is such an order is no secret, what is said about it is

    shop.write(lambda conn: desk.mention(conn, LIN, "k", "@mei 看一下", "bo", T) and None)
    assert chats(shop, "裂纹", "mei") == [LIN]
    later = (START + timedelta(minutes=5)).timestamp()
    shop.write(lambda conn: handoff.close(conn, LIN, "resolved", later))
    assert chats(shop, "林晓", "mei") == []
    assert [b.chat for b in look(shop, "林晓").buyers.rows] == [LIN]


@pytest.mark.parametrize(
    ("part", "top"), [(EMMA, LIN), (LIN, EMMA), (EMMA, ZHAO)], ids=["a part", "the top", "another part"]
)
def test_what_is_shown_as_one_with_a_colleagues_chat_is_found_by_as_few(
    shop: Database, part: str, top: str
) -> None:
    def claimed(conn: Connection) -> None:
        pairs = {part: top} | ({LIN: ZHAO} if top == ZHAO else {})
        for chat, into in pairs.items():
            conn.execute(merged_chat.insert().values(chat=chat, into=into, by="bo", at=T))
        handoff.enqueue(conn, LIN, ["human"], 100, "zh", T)
        assert handoff.claim(conn, LIN, "bo", T)

    shop.write(claimed)
    assert {name: chats(shop, "parcel", name) for name in ("mei", "bo", "ann")} == {
        "mei": [],
        "bo": [EMMA],
        "ann": [EMMA],
    }
