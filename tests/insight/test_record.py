"""What the store tells of a case's evidence: albums in order, captions, what belongs to the case and what does not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.cases.case import Status
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.messages import Attachment, Incoming
from bot.store import cases, conversations, evidence
from bot.store.db import Database
from bot.store.evidence import Exhibit, Record, record_of
from bot.store.facts import note_incoming
from tests.insight.cases import BILL, CASE, CHAT, CLOSE, WHOLE

LATER = 1_800_000_000.0


def receive(db: Database, *events: Incoming) -> list[Exhibit]:
    """Files that arrive with these messages and are hung on the case, as it then shows them."""

    def work(conn: Connection) -> list[Exhibit]:
        for event in events:
            for file in event.attachments:
                conversations.store_attachment(conn, event.chat, file, b"x", LATER)
            evidence.keep_together(conn, event)
            cases.attach(conn, CASE, event.attachments, LATER)
        return [e for e in evidence.exhibits_of(conn, CASE) if e.at.timestamp() == LATER]

    return db.write(work)


def photo(name: str) -> Attachment:
    return Attachment(name, f"{name}.jpg", "image/jpeg")


def test_an_album_that_comes_photo_by_photo_keeps_its_order_and_its_words(record: Record) -> None:
    """The buyer sent the whole mug first; the crack's name and time sort before it."""
    whole, close = record.exhibits[:2]
    assert [(e.id, e.album, e.place, e.caption) for e in (whole, close)] == [
        ("ph-whole", "9087", 1, "左边是裂纹"),
        ("ph-close", "9087", 2, ""),
    ]
    assert (whole.kind, close.kind) == (None, "close_up")


def test_the_files_of_one_message_are_an_album_in_the_order_chosen(shop: Database) -> None:
    sent = Incoming(CHAT, "page-1", text="三张", attachments=(photo("z"), photo("a"), photo("m")))
    assert [(e.id, e.album, e.place, e.caption) for e in receive(shop, sent)] == [
        ("z", "page-1", 1, "三张"),
        ("a", "page-1", 2, ""),
        ("m", "page-1", 3, ""),
    ]


def test_a_photo_by_itself_is_no_album(shop: Database) -> None:
    sent = Incoming(CHAT, "page-1", text="就这张", attachments=(photo("a"),))
    assert [(e.album, e.place, e.caption) for e in receive(shop, sent)] == [(None, 1, "就这张")]


def test_a_photo_sent_a_second_time_keeps_the_place_and_the_words_it_first_had(shop: Database) -> None:
    first = Incoming(CHAT, "u1", text="裂纹", attachments=(photo("a"),), album="A")
    again = Incoming(CHAT, "u2", text="再发一遍", attachments=(photo("a"),), album="B")
    assert [(e.album, e.place, e.caption) for e in receive(shop, first, again)] == [("A", 1, "裂纹")]


def test_albums_of_two_buyers_with_one_number_are_two_albums(shop: Database) -> None:
    shop.write(lambda conn: conversations.identify(conn, "telegram:78"))
    mine = Incoming(CHAT, "u1", attachments=(photo("a"),), album="A")
    theirs = Incoming("telegram:78", "u1", attachments=(photo("b"),), album="A")
    assert [(e.chat, e.place) for e in receive(shop, mine, theirs)] == [(CHAT, 1), ("telegram:78", 1)]


def test_an_album_is_together_before_the_messenger_has_handed_its_photos_over(shop: Database) -> None:
    """Noted in the transaction of the turn; the bytes come later and change nothing of it."""
    at = datetime(2026, 3, 10, 3, tzinfo=UTC)
    files = [Attachment(f"tg-{n}", f"{n}.jpg", "image/jpeg", remote=f"file-{n}") for n in (2, 1)]
    sent = tuple(Incoming(CHAT, f.id, text=f.name, attachments=(f,), album="A7") for f in files)
    shop.write(lambda conn: note_incoming(conn, Turn(CHAT, sent, 1, at), State(), at))
    shop.write(lambda conn: conversations.store_attachment(conn, CHAT, files[0], b"x", LATER))
    shop.write(lambda conn: cases.attach(conn, CASE, files, LATER))
    shown = shop.read(lambda conn: evidence.exhibits_of(conn, CASE))[-2:]
    assert [(e.id, e.album, e.place, e.caption) for e in shown] == [
        ("tg-2", "A7", 1, "2.jpg"),
        ("tg-1", "A7", 2, "1.jpg"),
    ]


def test_the_desk_and_the_pack_list_photos_in_the_same_order(shop: Database, record: Record) -> None:
    album = receive(shop, Incoming(CHAT, "page-1", attachments=(photo("z"), photo("a"), photo("m"))))
    shown = shop.read(lambda conn: cases.evidence_of(conn, CASE))
    assert [a.id for a in shown] == [e.id for e in (*record.exhibits, *album)]


def test_the_record_holds_what_was_said_about_the_case_and_no_notes(record: Record) -> None:
    said = [m.text for m in record.messages]
    assert said[0].startswith("刚发现杯口有条裂纹")
    assert said[-1] == "I do not agree, 我要平台介入"
    assert not any("去年的事" in text or "内部备注" in text for text in said)
    assert [e.event for e in record.timeline][-1] == "apply_platform"
    assert record.staff == {"mei": "小美"}


def test_words_that_were_taken_back_are_not_in_the_record(shop: Database, record: Record) -> None:
    last = record.messages[-1]
    shop.write(lambda conn: conversations.take_back(conn, CHAT, last.n, LATER))
    found = shop.read(lambda conn: record_of(conn, CASE))
    assert found is not None
    assert last.text not in [m.text for m in found.messages]


def test_what_was_said_long_after_the_case_ended_is_another_matter(shop: Database) -> None:
    shop.write(lambda conn: conversations.add_message(conn, CHAT, "buyer", "下一单的事", LATER) and None)
    open_case = shop.read(lambda conn: record_of(conn, CASE))
    assert open_case is not None
    assert open_case.messages[-1].text == "下一单的事"
    ended = datetime(2026, 3, 20, tzinfo=UTC)
    closed = replace(open_case.case, status=Status.CLOSED_REJECTED, closed_at=ended)
    shop.write(lambda conn: cases.save_case(conn, closed, ()))
    found = shop.read(lambda conn: record_of(conn, CASE))
    assert found is not None
    assert found.messages[-1].text == "I do not agree, 我要平台介入"


def test_the_bytes_are_those_that_came(shop: Database, record: Record) -> None:
    kept = shop.read(lambda conn: [conversations.read_bytes(conn, e.id) for e in record.exhibits])
    assert kept == [WHOLE, CLOSE, BILL, None]
    sums = [hashlib.sha256(data).hexdigest() if data else None for data in kept]
    assert sums == [e.sha256 for e in record.exhibits]


def test_there_is_no_record_of_a_case_that_never_was(shop: Database) -> None:
    assert shop.read(lambda conn: record_of(conn, "A000000-AAAAA")) is None
