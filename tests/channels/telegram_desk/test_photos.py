"""Photos in an agent's private chat: a buyer's come along, an agent's own reach the buyer. On both databases."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.messages import Attachment
from bot.store import conversations
from tests.channels.telegram_desk.phone import Desk, Phone
from tests.support.queue import EMMA, LIN

PHOTO = Attachment("p1", "label.jpg", "image/jpeg", 3)


def expected(desk: Desk, key: str = LIN) -> None:
    desk.db.write(lambda conn: conversations.expect_attachment(conn, key, PHOTO, desk.q.at))


def fetched(desk: Desk, photo: Attachment, key: str, mime: str = "image/jpeg") -> None:
    """Its bytes are here, as the outbox's job leaves them."""
    kept = Attachment(photo.id, photo.name, mime, photo.size)
    desk.db.write(lambda conn: conversations.store_attachment(conn, key, kept, b"\xff\xd8x", desk.q.at))


def own(desk: Desk, phone: Phone, message: int) -> Attachment:
    """What the agent sent, as it is expected in their own chat."""
    found = Attachment(f"telegram-desk:{phone.number}-{message}", "photo.jpg", "image/jpeg")

    def read(conn: Connection) -> bool:
        stored = conversations.read_attachment(conn, found.id)
        return stored is not None and stored.data is None

    assert desk.db.read(read)
    return found


def test_a_buyers_photo_comes_along_once_its_bytes_are_here_and_in_order(desk: Desk, hers: Phone) -> None:
    expected(desk)
    desk.buyer_says("看这里", photos=[PHOTO])
    desk.buyer_says("线都开了")
    assert hers.texts() == []
    fetched(desk, PHOTO, LIN)
    first, second = hers.news()
    assert ("看这里" in first.text, first.files) == (True, ("p1",))
    assert "线都开了" in second.text


def test_a_photo_that_does_not_arrive_holds_nothing_up_for_more_than_a_minute(
    desk: Desk, hers: Phone
) -> None:
    expected(desk)
    desk.buyer_says("看这里", photos=[PHOTO])
    desk.q.wait(seconds=61)
    [told] = hers.news()
    assert ("还没取到" in told.text, told.files) == (True, ())


def test_a_photo_that_is_lost_is_told_so(desk: Desk, hers: Phone) -> None:
    expected(desk)
    desk.buyer_says("看这里", photos=[PHOTO])
    desk.db.write(lambda conn: conversations.fail_attachment(conn, "p1", "not a picture"))
    [told] = hers.news()
    assert "没能取到" in told.text


def test_an_agents_photo_reaches_the_buyer_once(desk: Desk, hers: Phone) -> None:
    message = hers.sends_photo("f1", "面单在这", to=hers.last("您在接待"))
    desk.comes_again()
    assert desk.hears() == []
    fetched(desk, own(desk, hers, message), "telegram-desk:801")
    hers.news()
    assert desk.db.read(desk.desk.with_news) == []  # and nothing is to be done again
    assert desk.hears() == ["面单在这"]
    [m] = [m for m in desk.said() if m.author == "agent"]
    assert [a.mime for a in m.attachments] == ["image/jpeg"]


def test_an_agents_photo_does_not_follow_a_chat_to_a_colleague(desk: Desk, hers: Phone) -> None:
    message = hers.sends_photo("f1", to=hers.last("您在接待"))
    desk.q.transfer("mei", agent="bo")
    photo = own(desk, hers, message)
    fetched(desk, photo, "telegram-desk:801")
    assert any("没有发出" in t and "阿波" in t for t in hers.texts())
    assert desk.hears() == []
    assert (
        desk.db.read(lambda conn: conversations.read_attachment(conn, photo.id)).chat == "telegram-desk:801"
    )  # type: ignore[union-attr]


def test_a_photo_is_asked_for_like_words_where_it_is_not_certain_whom_it_is_for(
    desk: Desk, hers: Phone
) -> None:
    desk.q.ask(EMMA)
    desk.q.assign("mei", "ann", EMMA)
    hers.news()
    message = hers.sends_photo("f1", "看图")
    hers.presses(hers.last("发给谁"), "lin")
    fetched(desk, own(desk, hers, message), "telegram-desk:801")
    hers.news()
    assert (desk.hears(LIN), desk.hears(EMMA)) == (["看图"], [])


def test_a_file_no_buyer_could_see_is_refused_with_the_reason(desk: Desk, hers: Phone) -> None:
    message = hers.sends_photo("f1", to=hers.last("您在接待"))
    fetched(desk, own(desk, hers, message), "telegram-desk:801", "image/tiff")
    assert "JPEG" in hers.last("图片没有发出").text
    assert hers.texts() == []  # told once
    assert desk.hears() == []


def test_a_photo_is_no_note(desk: Desk, hers: Phone) -> None:
    hers.presses(hers.last("您在接待"), "备注")
    hers.sends_photo("f1", "内部")
    assert "备注只能是文字" in hers.last().text
    assert desk.hears() == []
