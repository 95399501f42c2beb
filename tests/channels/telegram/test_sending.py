"""What the bot sends, and what each refusal of Telegram's means for the message."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.channels.telegram.sender import keyboard_of
from bot.errors import ChatMovedError, ConfigError, RetryLaterError, UndeliverableError
from bot.messages import Button, Outgoing
from tests.channels.telegram.conftest import Start
from tests.fakes.telegram_server import FakeTelegram


def reply(text: str, **more: Any) -> Outgoing:
    return Outgoing("telegram:5", 1, "k1", text, **more)


async def test_a_text_goes_out_as_it_is_and_its_number_comes_back(fake: FakeTelegram, start: Start) -> None:
    async with start(fake) as shop:
        number = await shop.channel.send(reply("<b>包邮</b> 且 *退* _货_"))
    assert [(s.text, str(s.message_id)) for s in fake.sent[5]] == [("<b>包邮</b> 且 *退* _货_", number)]


async def test_a_long_text_goes_out_in_order_with_the_buttons_under_the_last_piece(
    fake: FakeTelegram, start: Start
) -> None:
    text = "\n".join(f"{i} " + "退" * 80 for i in range(120))
    async with start(fake) as shop:
        await shop.channel.send(reply(text, buttons=(Button("好", "yes"),)))
    assert "\n".join(s.text for s in fake.sent[5]) == text
    assert [s.values for s in fake.sent[5]] == [[], [], ["yes"]]


async def test_a_fault_between_two_pieces_does_not_repeat_the_first(fake: FakeTelegram, start: Start) -> None:
    text = "一" * 4096 + "二" * 4096 + "三"
    async with start(fake) as shop:
        fake.fault("sendMessage")  # the first piece passes
        fake.fault("sendMessage", status=429, retry_after=3)
        with pytest.raises(RetryLaterError):
            await shop.channel.send(reply(text))
        await shop.channel.send(reply(text))
        await shop.channel.send(reply("一"))  # the same key again begins anew once the message is out
    assert [s.text[0] for s in fake.sent[5]] == ["一", "二", "三", "一"]


def test_short_buttons_stand_in_pairs_and_long_ones_alone() -> None:
    labels = ["退货", "换货", "补寄", "我要转人工客服处理", "查物流", "Return"]
    keyboard = keyboard_of([Button(label, "v") for label in labels])
    assert keyboard is not None
    assert [[b.text for b in row] for row in keyboard.inline_keyboard] == [
        ["退货", "换货"],
        ["补寄"],
        ["我要转人工客服处理"],
        ["查物流", "Return"],
    ]


async def test_a_button_telegram_would_refuse_is_left_out_and_the_text_still_arrives(
    fake: FakeTelegram, start: Start
) -> None:
    buttons = (Button("好", "y" * 64), Button("长", "退" * 22), Button("空", ""))
    async with start(fake) as shop:
        await shop.channel.send(reply("确认吗", buttons=buttons))
    assert [(s.text, s.values) for s in fake.sent[5]] == [("确认吗", ["y" * 64])]


async def test_an_agent_is_named_and_their_files_follow_the_text_unchanged(
    fake: FakeTelegram, start: Start
) -> None:
    message = reply("面单在这里", author="agent", name="小梅", attachments=("label", "form", "gone"))
    async with start(fake) as shop:
        await shop.channel.send(message)
    assert [(s.method, s.text, s.file_name, s.data) for s in fake.sent[5]] == [
        ("sendMessage", "小梅: 面单在这里", "", b""),
        ("sendPhoto", "", "标签.jpg", b"\xff\xd8 a label"),
        ("sendDocument", "", "form.pdf", b"%PDF"),
    ]


async def test_a_photo_telegram_cannot_show_goes_as_a_file(fake: FakeTelegram, start: Start) -> None:
    fake.fault("sendPhoto", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    async with start(fake) as shop:
        await shop.channel.send(reply("", attachments=("label",)))
    assert [(s.method, s.data) for s in fake.sent[5]] == [("sendDocument", b"\xff\xd8 a label")]


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ({"status": 429, "retry_after": 7}, 7.0),
        ({"status": 429}, 1.0),
        ({"status": 500}, 1.0),
        ({"status": 502, "body": b"<html>bad gateway</html>"}, 1.0),
        ({"status": 200, "body": b"<html>a proxy's page</html>"}, 1.0),
        ({"status": 409}, 1.0),
        ({"status": 401}, 60.0),
        ({"drop": True}, 1.0),
        ({"drop_after": True}, 1.0),
    ],
)
async def test_what_may_pass_is_tried_again_after_the_wait_telegram_asks_for(
    fake: FakeTelegram, start: Start, fault: dict[str, Any], wait: float
) -> None:
    fake.fault("sendMessage", **fault)
    async with start(fake) as shop:
        with pytest.raises(RetryLaterError) as refusal:
            await shop.channel.send(reply("退货地址"))
        assert refusal.value.after == wait
        await shop.channel.send(reply("退货地址"))
    assert fake.sent[5][-1].text == "退货地址"


async def test_no_word_of_a_fault_holds_the_token(fake: FakeTelegram, start: Start) -> None:
    async with start(fake, base_url="http://127.0.0.1:9") as shop:
        with pytest.raises(RetryLaterError) as refusal:
            await shop.channel.send(reply("hi"))
    assert "out of reach" in str(refusal.value)
    assert fake.token not in str(refusal.value)


async def test_a_server_that_never_answers_is_given_up_in_time(fake: FakeTelegram, start: Start) -> None:
    fake.fault("sendMessage", delay=30)
    async with start(fake, answer_within=0.2) as shop:
        began = time.monotonic()
        with pytest.raises(RetryLaterError, match="in time"):
            await shop.channel.send(reply("hi"))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: message is too long"),
        (413, "Request Entity Too Large"),
    ],
)
async def test_what_will_never_arrive_is_not_tried_again(
    fake: FakeTelegram, start: Start, status: int, description: str
) -> None:
    fake.fault("sendMessage", status=status, description=description)
    async with start(fake) as shop:
        with pytest.raises(UndeliverableError, match=description.split(": ")[-1][1:]):
            await shop.channel.send(reply("hi"))


@pytest.mark.parametrize(
    "message", [reply("  \n"), Outgoing("web:5", 1, "k", "hi"), Outgoing("telegram:x", 1, "k", "hi")]
)
async def test_what_is_no_telegram_message_is_never_sent(
    fake: FakeTelegram, start: Start, message: Outgoing
) -> None:
    async with start(fake) as shop:
        with pytest.raises(UndeliverableError):
            await shop.channel.send(message)
    assert fake.count("sendMessage") == 0


async def test_a_chat_that_moved_says_where_to(fake: FakeTelegram, start: Start) -> None:
    fake.fault("sendMessage", status=400, migrate_to=-1009)
    async with start(fake) as shop:
        with pytest.raises(ChatMovedError) as moved:
            await shop.channel.send(reply("hi"))
    assert moved.value.new_chat == "telegram:-1009"


async def test_one_chats_429_leaves_the_others_alone(fake: FakeTelegram, start: Start) -> None:
    fake.fault("sendMessage", chat=5, status=429, retry_after=30)
    async with start(fake) as shop:
        with pytest.raises(RetryLaterError):
            await shop.channel.send(reply("hi"))
        await shop.channel.send(Outgoing("telegram:6", 1, "k", "hi"))
    assert [len(fake.sent[chat]) for chat in (5, 6)] == [0, 1]


async def test_a_missing_token_and_a_webhook_without_a_secret_are_both_said_at_once(
    fake: FakeTelegram, start: Start
) -> None:
    with pytest.raises(ConfigError) as wrong:
        async with start(fake, token="", webhook_url="https://shop.example/telegram/webhook"):
            pass
    assert [fault.split(":")[0] for fault in wrong.value.faults] == ["telegram", "telegram.webhook_url"]
