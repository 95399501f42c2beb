"""Updates in by polling: nothing lost, nothing twice, nothing that stops it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from bot.clock import system_clock
from bot.inbox import Inlet
from bot.messages import Incoming
from bot.store.db import Database
from bot.store.inbox import Settle
from tests.channels.telegram.conftest import Shop, Start
from tests.fakes.telegram_server import FakeTelegram


class FailingInlet:
    """The real inlet, but a commit fails as long as `fails` says so."""

    def __init__(self, db: Database, fails: Sequence[bool] = (), poison: str = "no such text") -> None:
        self._inlet = Inlet(db, system_clock, Settle())
        self._fails = list(fails)
        self._poison = poison

    async def put(self, events: Sequence[Incoming], cursor: tuple[str, int] | None = None) -> None:
        if (self._fails and self._fails.pop(0)) or any(e.text == self._poison for e in events):
            raise RuntimeError("SECRET words of a buyer, quoted by the database")
        await self._inlet.put(events, cursor)


async def test_what_is_said_is_stored_in_order_and_the_cursor_with_it(
    fake: FakeTelegram, start: Start
) -> None:
    for text in ("在吗", "想退货", "T1001"):
        fake.user(5).says(text)
    async with start(fake) as shop:
        assert [e.text for e in await shop.until(3)] == ["在吗", "想退货", "T1001"]
        assert shop.cursor() == fake.next_update
        await fake.holds(lambda: not fake.updates)  # Telegram heard that we have them


async def test_batches_repeats_and_the_lock_work_on_both_databases(
    fake: FakeTelegram, database: Database
) -> None:
    fake.user(5).says("one")
    fake.user(6).says("two")
    again = [dict(update) for update in fake.updates]
    shop = Shop(fake, database)
    running = asyncio.create_task(shop.channel.run())
    await shop.until(2)
    await fake.holds(lambda: not fake.updates)
    for update in again:
        fake.push(update)
    fake.user(5).says("three")
    assert [e.text for e in await shop.until(3)] == ["one", "three", "two"]  # by conversation
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await shop.channel.close()


async def test_only_the_kinds_of_updates_that_are_read_are_asked_for(
    fake: FakeTelegram, start: Start
) -> None:
    fake.user(5).writes_to_business("hi")
    fake.user(5).says("hello")
    async with start(fake) as shop:
        assert [e.text for e in await shop.until(1)] == ["hello"]
    asked = [fields["allowed_updates"] for method, fields in fake.calls if method == "getUpdates"]
    assert set(asked) == {'["message", "edited_message", "callback_query"]'}


async def test_a_batch_that_comes_again_is_dropped_by_its_keys(fake: FakeTelegram, start: Start) -> None:
    """As after a crash between the commit and the next question."""
    fake.user(5).says("one")
    again = dict(fake.updates[0])
    async with start(fake) as shop:
        await shop.until(1)
        await fake.holds(lambda: not fake.updates)
        fake.push(again)
        fake.user(5).says("two")
        assert [e.text for e in await shop.until(2)] == ["one", "two"]


async def test_a_commit_that_fails_moves_no_cursor_and_loses_nothing(
    fake: FakeTelegram, start: Start, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    fake.user(5).says("one")
    fake.user(6).says("two")
    async with start(fake, inlet=FailingInlet(db, [True, True])) as shop:
        assert {e.text for e in await shop.until(2)} == {"one", "two"}
        assert shop.cursor() == fake.next_update
    offsets = [fields.get("offset") for method, fields in fake.calls if method == "getUpdates"]
    assert offsets[:3] == [None, None, None]  # the same question until the answer was stored
    assert "SECRET" not in caplog.text


async def test_a_message_that_cannot_be_stored_is_passed_over_and_its_neighbours_are_not(
    fake: FakeTelegram, start: Start, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("one", "poison", "three"):
        fake.user(5).says(text)
    async with start(fake, inlet=FailingInlet(db, poison="poison")) as shop:
        assert [e.text for e in await shop.until(2)] == ["one", "three"]
        await fake.holds(lambda: not fake.updates)
    assert "update 1001 cannot be stored" in caplog.text
    assert "poison" not in caplog.text


async def test_a_store_that_takes_nothing_is_waited_for(
    fake: FakeTelegram, start: Start, db: Database
) -> None:
    """A fault that is not one message's must not cost any message."""
    fake.user(5).says("one")
    async with start(fake, inlet=FailingInlet(db, [True] * 12)) as shop:
        assert [e.text for e in await shop.until(1)] == ["one"]


async def test_a_broken_update_is_noted_by_its_number_and_its_neighbours_are_read(
    fake: FakeTelegram, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    fake.user(5).says("before")
    fake.push({"update_id": 1001, "message": {"chat": "SECRET"}})
    fake.push({"update_id": 1002, "message": {"message_id": 1, "date": "SECRET", "text": "SECRET"}})
    fake.user(5).says("after")
    async with start(fake) as shop:
        assert [e.text for e in await shop.until(2)] == ["before", "after"]
        await fake.holds(lambda: not fake.updates)
    assert "update 1001 cannot be read" in caplog.text
    assert "SECRET" not in caplog.text


async def test_a_batch_of_nothing_but_broken_updates_is_confirmed_too(
    fake: FakeTelegram, start: Start
) -> None:
    fake.push({"update_id": 1000, "message": 7})
    async with start(fake) as shop:
        await fake.holds(lambda: not fake.updates)
        assert shop.cursor() == 1001
        assert shop.stored() == []


async def test_after_a_quiet_week_telegram_numbers_anew_from_below(fake: FakeTelegram, start: Start) -> None:
    fake.next_update = 900_000
    fake.user(5).says("old numbers")
    async with start(fake) as shop:
        await shop.until(1)
        await fake.holds(lambda: not fake.updates)
        # Telegram answers with lower numbers although we ask from a higher one.
        batch = _update(900_001, "the last of the old") + b", " + _update(17, "new numbers")
        fake.fault("getUpdates", body=b'{"ok": true, "result": [' + batch + b"]}")
        assert [e.text for e in await shop.until(3)] == ["old numbers", "the last of the old", "new numbers"]
        await fake.holds(lambda: shop.cursor() == 18)


async def test_a_restart_goes_on_where_the_last_run_ended(fake: FakeTelegram, start: Start) -> None:
    fake.user(5).says("before")
    async with start(fake) as shop:
        await shop.until(1)
    fake.user(5).says("while away")
    fake.calls.clear()
    async with start(fake) as shop:
        assert [e.text for e in await shop.until(2)] == ["before", "while away"]
    first_question = next(fields for method, fields in fake.calls if method == "getUpdates")
    assert first_question["offset"] == "1001"


async def test_a_pressed_button_is_stored_and_stops_spinning(fake: FakeTelegram, start: Start) -> None:
    async with start(fake) as shop:
        fake.user(5).presses("topic:return")
        assert [e.button for e in await shop.until(1)] == ["topic:return"]
        await fake.holds(lambda: len(fake.answered) == 1)


async def test_a_press_telegram_wants_no_answer_to_any_more_does_not_stop_the_polling(
    fake: FakeTelegram, start: Start
) -> None:
    fake.fault("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    fake.fault("answerCallbackQuery", delay=30)  # and one Telegram never answers
    async with start(fake) as shop:
        fake.user(5).presses("a")
        await shop.until(1)
        fake.user(5).presses("b")
        await shop.until(2)
        fake.user(5).says("go on")
        assert [e.text or e.button for e in await shop.until(3)] == ["a", "b", "go on"]


async def test_an_agents_typing_is_shown_and_a_refusal_of_it_disturbs_nothing(
    fake: FakeTelegram, start: Start
) -> None:
    fake.fault("sendChatAction", status=403, description="Forbidden: bot was blocked by the user")
    async with start(fake) as shop:
        for _ in range(2):
            shop.channel.show_typing("telegram:5")
        shown = lambda: [f for method, f in fake.calls if method == "sendChatAction"]  # noqa: E731
        await fake.holds(lambda: len(shown()) == 2)
        assert [(f["chat_id"], f["action"]) for f in shown()] == [("5", "typing")] * 2
        fake.user(5).says("go on")
        assert [e.text for e in await shop.until(1)] == ["go on"]


async def test_an_album_keeps_its_name_on_every_photo(fake: FakeTelegram, start: Start) -> None:
    for picture in (b"front", b"label", b"seam"):
        fake.user(5).sends_photo(picture * 9, album="A7")
    async with start(fake) as shop:
        events = await shop.until(3)
        assert [e.album for e in events] == ["A7", "A7", "A7"]
        assert [await shop.channel.fetch(e.attachments[0]) for e in events] == [
            b"front" * 9,
            b"label" * 9,
            b"seam" * 9,
        ]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"drop": True}, "Telegram is out of reach"),
        ({"status": 502, "body": b"<html>"}, "Telegram is out of reach"),
        ({"status": 429, "retry_after": 1}, "slow down"),
        (
            {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
            "another program",
        ),
        ({"status": 401, "description": "Unauthorized"}, "TELEGRAM_BOT_TOKEN"),
        ({"body": b'{"ok": true, "result": [{"no": "number"}]}'}, "no update number"),
        ({"body": b'{"ok": true, "result": {}}'}, ""),
    ],
)
async def test_a_fault_is_said_once_and_waited_out(
    fake: FakeTelegram,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, object],
    word: str,
) -> None:
    caplog.set_level(logging.INFO)
    fake.fault("getUpdates", times=3, **fault)  # type: ignore[arg-type]
    fake.user(5).says("hello")
    async with start(fake) as shop:
        assert [e.text for e in await shop.until(1)] == ["hello"]
    assert caplog.text.count(word or "polling Telegram") == 1
    assert fake.token not in caplog.text


async def test_a_webhook_left_behind_is_removed_and_what_waited_for_it_comes_here(
    fake: FakeTelegram, start: Start
) -> None:
    fake.webhook = {"url": "http://127.0.0.1:9/old"}
    fake.user(5).says("waited")
    async with start(fake) as shop:
        assert [e.text for e in await shop.until(1)] == ["waited"]
    assert fake.webhook == {}


async def test_of_two_processes_only_one_polls_and_the_other_takes_over_when_it_ends(
    fake: FakeTelegram, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with start(fake, owner="b-waits") as second:
        await fake.holds(lambda: fake.count("getUpdates") > 0)
        async with start(fake, owner="a") as first:
            await asyncio.sleep(0.3)  # time to make a mistake in
            assert caplog.text.count("polling Telegram") == 1
            assert caplog.text.count("standing by") == 1
            fake.user(5).says("hello")
            await second.until(1)
            del first
    assert caplog.text.count("polling Telegram") == 1


async def test_who_stood_by_takes_over_at_once_when_the_poller_ends_in_order(
    fake: FakeTelegram, start: Start
) -> None:
    async with start(fake, owner="a") as first:
        await fake.holds(lambda: fake.count("getUpdates") > 0)
        standing_by = start(fake, owner="b")
        second = await standing_by.__aenter__()
        fake.user(5).says("to the first")
        await first.until(1)
    fake.user(5).says("to the second")
    assert [e.text for e in await second.until(2)] == ["to the first", "to the second"]
    await standing_by.__aexit__(None, None, None)


async def test_the_menu_is_offered_in_each_language_and_a_refusal_does_no_harm(
    fake: FakeTelegram, start: Start
) -> None:
    fake.fault("setMyCommands", status=500)
    menu = {"": [("agent", "Talk to a person")], "zh": [("agent", "人工客服")]}
    async with start(fake, commands=menu) as shop:
        fake.user(5).says("hi")
        await shop.until(1)
    async with start(fake, commands=menu) as shop:
        await fake.holds(lambda: len(fake.commands) == 2)
    assert fake.commands["zh"] == [{"command": "agent", "description": "人工客服"}]


def _update(number: int, text: str) -> bytes:
    sender = '{"id": 5, "is_bot": false, "first_name": "Mei"}'
    chat = '{"id": 5, "type": "private"}'
    message = f'{{"message_id": 9, "date": 1, "chat": {chat}, "from": {sender}, "text": "{text}"}}'
    return f'{{"update_id": {number}, "message": {message}}}'.encode()
