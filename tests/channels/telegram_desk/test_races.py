"""Many at once, and ends without warning: one of many gets a chat, nothing is told twice, nothing is left out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection

from bot.channels.telegram.update import parse
from bot.messages import Incoming
from bot.store import chat_acts
from tests.channels.telegram_desk.phone import Desk, Phone

CHATS = [f"web:b{i}" for i in range(8)]  # as many as there are notices


def together(*works: Callable[[], object]) -> None:
    """All at once, each in a thread of its own; what goes wrong in one is raised here."""
    start, faults = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def presses_on_all(desk: Desk, phone: Phone) -> list[Incoming]:
    """The claim on each of this phone's notices, as updates that were not stored yet."""
    found = []
    for shown in phone.news():
        query = {"id": f"q{next(desk.numbers)}", "from": phone.person, "chat_instance": "1"}
        message = {"message_id": shown.id, "date": int(desk.q.at), "chat": phone.chat}
        update = {**query, "message": message, "data": shown.buttons[0][1]}
        event = parse({"update_id": next(desk.updates), "callback_query": update})
        assert event is not None
        found.append(event)
    return found


def test_of_two_in_telegram_and_one_at_the_web_desk_exactly_one_gets_each_chat(
    desk: Desk, mei: Phone, bo: Phone
) -> None:
    desk.q.ask(*CHATS)
    at_web: list[str] = []

    def in_telegram(events: Sequence[Incoming]) -> Callable[[], None]:
        def run() -> None:
            for event in events:
                desk.stores([event])

        return run

    def web() -> None:
        for chat in reversed(CHATS):

            def claim(conn: Connection, key: str = chat) -> bool:
                return chat_acts.claim(conn, key, "ann", desk.q.at, desk.q.rules) is None

            if desk.db.write(claim):
                at_web.append(chat)

    together(in_telegram(presses_on_all(desk, mei)), in_telegram(presses_on_all(desk, bo)[::-1]), web)

    owners = {chat: desk.q.owner(chat) for chat in CHATS}
    assert None not in owners.values()
    assert {chat for chat, name in owners.items() if name == "ann"} == set(at_web)
    for chat in CHATS:
        assert [a["do"] for a in desk.q.acts(chat)] == ["claim"]
    for phone, name in ((mei, "mei"), (bo, "bo")):
        texts = phone.texts()
        mine = sum(owner == name for owner in owners.values())
        assert sum("您在接待" in t for t in texts) == mine
        assert sum("晚了一步" in t for t in texts) == len(CHATS) - mine
        notices = [s for s in phone.shown if "P2" in s.text and s.was]
        assert sum("您已接手" in s.text for s in notices) == mine
        assert sum("已接手" in s.text and "您" not in s.text for s in notices) == len(CHATS) - mine


def test_batches_that_cross_each_other_wait_for_nobody(desk: Desk, mei: Phone, bo: Phone) -> None:
    """As two hosts get them by webhook; locked together, the chats of one batch would be in the other's way."""
    desk.q.ask(*CHATS)
    hers, his = presses_on_all(desk, mei), presses_on_all(desk, bo)[::-1]
    together(lambda: bool(desk.stores(hers)), lambda: bool(desk.stores(his)))
    owners = [desk.q.owner(chat) for chat in CHATS]
    assert None not in owners
    for phone, name in ((mei, "mei"), (bo, "bo")):
        texts = phone.texts()
        assert sum("您在接待" in t for t in texts) == owners.count(name)
        assert sum("晚了一步" in t for t in texts) == len(CHATS) - owners.count(name)


def test_two_hosts_that_look_at_once_tell_everything_once(desk: Desk, hers: Phone) -> None:
    address = "telegram-desk:801"
    for i in range(10):
        desk.buyer_says(f"第{i}句")
        look = lambda: desk.db.write(lambda conn: desk.desk.catch_up(conn, address))  # noqa: E731
        together(look, look, look)
    assert [t.split("\n")[1] for t in hers.texts()] == [f"第{i}句" for i in range(10)]


def test_a_program_that_ends_while_it_tells_tells_it_once_after_its_restart(desk: Desk, hers: Phone) -> None:
    desk.buyer_says("一")
    desk.q.ask("web:next")

    class KilledError(Exception):
        pass

    def ends(conn: Connection) -> None:
        desk.desk.catch_up(conn, "telegram-desk:801")
        raise KilledError

    with pytest.raises(KilledError):
        desk.db.write(ends)
    restarted = Desk.again(desk)
    restarted.buyer_says("二")
    hers.desk = restarted
    texts = hers.texts()
    assert [sum(word in t for t in texts) for word in ("一", "二", "next")] == [1, 1, 1]
    assert hers.texts() == []


def test_an_act_that_fails_halfway_is_undone_told_and_may_be_tried_again(desk: Desk, mei: Phone) -> None:
    desk.q.ask("web:lin")
    notice = mei.last("lin")
    good, desk.q.rules = desk.q.rules, None  # type: ignore[assignment]
    mei.desk.comes(
        callback_query={
            "id": "q", "from": mei.person, "chat_instance": "1", "data": notice.buttons[0][1],
            "message": {"message_id": notice.id, "date": int(desk.q.at), "chat": mei.chat},
        }
    )  # fmt: skip
    desk.q.rules = good
    assert desk.q.owner("web:lin") is None
    assert "出错了" in mei.last("出错").text
    mei.presses(notice, "接手")
    assert desk.q.owner("web:lin") == "mei"
