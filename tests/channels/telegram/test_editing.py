"""Messages that change in place on Telegram, and those taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.cases.case import Case, CaseType, Status
from bot.clock import system_clock
from bot.dialogue.effects import Card, Effect, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Turn
from bot.errors import MessageGoneError, RetryLaterError, UndeliverableError
from bot.inbox import Inlet
from bot.messages import Button, Outgoing
from bot.outbox import Sender
from bot.store import conversations
from bot.store.inbox import Settle
from bot.store.save import carry_out
from tests.channels.telegram.conftest import Start
from tests.fakes.telegram_server import FakeTelegram
from tests.support.core import kit

CANCEL, TRACK = Button("撤销申请", "case:cancel"), Button("填单号", "case:track")


def card(text: str, **more: Any) -> Outgoing:
    return Outgoing("telegram:5", 1, f"k {text[:9]}", text, **more)


def shown(fake: FakeTelegram) -> list[tuple[int, str, list[str]]]:
    """What stands in the chat, in its order: number, text (its beginning), buttons."""
    return [(s.message_id, s.text[:4], s.values) for s in fake.sent[5]]


async def test_a_message_changes_in_place_with_its_buttons(fake: FakeTelegram, start: Start) -> None:
    async with start(fake) as shop:
        remote = await shop.channel.send(card("等您寄回", buttons=(TRACK,)))
        assert await shop.channel.edit(card("包裹在路上", buttons=(CANCEL,)), remote) == remote
        assert [s[1:] for s in shown(fake)] == [("包裹在路", ["case:cancel"])]
        await shop.channel.edit(card("退款完成"), remote)
    assert [s[1:] for s in shown(fake)] == [("退款完成", [])]
    assert fake.count("sendMessage") == 1


async def test_a_change_done_twice_is_no_fault(fake: FakeTelegram, start: Start) -> None:
    async with start(fake) as shop:
        remote = await shop.channel.send(card("等您寄回"))
        for _ in range(2):
            await shop.channel.edit(card("包裹在路上", buttons=(TRACK,)), remote)
    assert [s[1:] for s in shown(fake)] == [("包裹在路", ["case:track"])]


async def test_a_text_that_grows_goes_on_in_new_messages_and_one_that_shrinks_takes_them_away(
    fake: FakeTelegram, start: Start
) -> None:
    one, two, three = "一" * 4096, "二" * 4096, "三"
    async with start(fake) as shop:
        remote = await shop.channel.send(card("零", buttons=(TRACK,)))
        remote = await shop.channel.edit(card(one + two + three, buttons=(TRACK,)), remote)
        first, second, third = (number for number, _, _ in shown(fake))
        assert [s[1:] for s in shown(fake)] == [("一一一一", []), ("二二二二", []), ("三", ["case:track"])]
        assert remote == f"{first},{second},{third}"
        remote = await shop.channel.edit(card("四", buttons=(CANCEL,)), remote)
    assert shown(fake) == [(first, "四", ["case:cancel"])]
    assert remote == str(first)


async def test_the_old_end_of_a_text_that_cannot_be_deleted_any_more_does_not_stay_readable(
    fake: FakeTelegram, start: Start
) -> None:
    async with start(fake) as shop:
        remote = await shop.channel.send(card("一" * 4096 + "二"))
        fake.fault(
            "deleteMessage", status=400, description="Bad Request: message can't be deleted for everyone"
        )
        await shop.channel.edit(card("三"), remote)
    assert [text for _, text, _ in shown(fake)] == ["三", "…"]


async def test_a_fault_between_two_new_pieces_does_not_repeat_the_first(
    fake: FakeTelegram, start: Start
) -> None:
    grown = card("一" * 4096 + "二" * 4096 + "三")
    async with start(fake) as shop:
        remote = await shop.channel.send(card("零"))
        fake.fault("sendMessage")  # the first new piece passes
        fake.fault("sendMessage", status=429, retry_after=3)
        with pytest.raises(RetryLaterError):
            await shop.channel.edit(grown, remote)
        remote = await shop.channel.edit(grown, remote)
    assert [text[0] for _, text, _ in shown(fake)] == ["一", "二", "三"]
    assert remote == ",".join(str(number) for number, _, _ in shown(fake))


async def test_an_agents_message_keeps_its_name_and_its_files_when_its_text_changes(
    fake: FakeTelegram, start: Start
) -> None:
    told: dict[str, Any] = {"author": "agent", "name": "小梅", "attachments": ("label", "gone")}
    async with start(fake) as shop:
        remote = await shop.channel.send(card("面单在这里", **told))
        after = await shop.channel.edit(card("面单换了", **told), remote)
    assert after == remote
    assert [(s.text, s.file_name) for s in fake.sent[5]] == [("小梅: 面单换了", ""), ("", "标签.jpg")]


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: MESSAGE_ID_INVALID",
    ],
)
async def test_a_message_that_is_not_there_to_be_changed_says_so(
    fake: FakeTelegram, start: Start, description: str
) -> None:
    fake.fault("editMessageText", status=400, description=description)
    async with start(fake) as shop:
        remote = await shop.channel.send(card("等您寄回"))
        with pytest.raises(MessageGoneError):
            await shop.channel.edit(card("包裹在路上"), remote)


async def test_a_message_that_never_arrived_cannot_be_changed(fake: FakeTelegram, start: Start) -> None:
    async with start(fake) as shop:
        with pytest.raises(MessageGoneError):
            await shop.channel.edit(card("包裹在路上"), None)
    assert fake.calls == [] or fake.count("editMessageText") == 0


async def test_other_faults_of_a_change_mean_what_they_mean_for_a_message(
    fake: FakeTelegram, start: Start
) -> None:
    async with start(fake) as shop:
        remote = await shop.channel.send(card("等您寄回"))
        fake.fault("editMessageText", status=429, retry_after=7)
        with pytest.raises(RetryLaterError) as later:
            await shop.channel.edit(card("包裹在路上"), remote)
        assert later.value.after == 7
        fake.fault("editMessageText", status=403, description="Forbidden: bot was blocked by the user")
        with pytest.raises(UndeliverableError) as blocked:
            await shop.channel.edit(card("包裹在路上"), remote)
        assert not isinstance(blocked.value, MessageGoneError)


async def test_a_message_taken_back_is_gone_with_its_files_and_twice_is_no_fault(
    fake: FakeTelegram, start: Start
) -> None:
    wrong = card("一" * 4096 + "二", author="agent", attachments=("label", "gone"))
    async with start(fake) as shop:
        remote = await shop.channel.send(wrong)
        assert len(fake.sent[5]) == 3
        for _ in range(2):
            await shop.channel.withdraw(wrong, remote)
    assert fake.sent[5] == []


async def test_what_telegram_keeps_after_48_hours_is_said(fake: FakeTelegram, start: Start) -> None:
    async with start(fake) as shop:
        remote = await shop.channel.send(card("别人的地址"))
        fake.fault(
            "deleteMessage", status=400, description="Bad Request: message can't be deleted for everyone"
        )
        with pytest.raises(MessageGoneError, match="can't be deleted"):
            await shop.channel.withdraw(card("别人的地址"), remote)


async def test_a_case_is_one_message_on_telegram_from_its_beginning_to_its_end(
    fake: FakeTelegram, start: Start
) -> None:
    """Through the store and the sender: what the engine decides is what stands in the buyer's chat."""
    now = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
    case = Case("R-1", "telegram:5", CaseType.RETURN_REFUND, Status.DRAFT, now, now)
    announced = (Reply("给您登记好了。", (TRACK,)), SaveCase(case), Card("R-1", "R-1 · 等您寄回", (CANCEL,)))

    def decide(*effects: Effect) -> None:
        def write(conn: Connection) -> None:
            conversations.identify(conn, "telegram:5")
            carry_out(conn, Turn("telegram:5", (), 1, now), Decision(State(), effects), kit(), now)

        shop.db.write(write)

    async with start(fake) as shop:
        sender = Sender(shop.db, system_clock, [shop.channel], Inlet(shop.db, system_clock, Settle()), "me")
        running = asyncio.create_task(sender.run())
        decide(*announced)
        await fake.until(5)
        assert [(s.text, s.values) for s in fake.sent[5]] == [
            ("给您登记好了。\n\nR-1 · 等您寄回", ["case:track", "case:cancel"])
        ]
        decide(Card("R-1", "R-1 · 包裹在路上"))
        await fake.holds(lambda: fake.sent[5][0].text == "给您登记好了。\n\nR-1 · 包裹在路上")
        assert [s.values for s in fake.sent[5]] == [["case:track"]]
        fake.sent[5].clear()  # the buyer clears the chat
        decide(Card("R-1", "R-1 · 退款中"))
        await fake.until(5)
        decide(Card("R-1", "R-1 · 退款完成"))
        await fake.holds(lambda: fake.sent[5][0].text == "R-1 · 退款完成")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert fake.count("sendMessage") == 2
