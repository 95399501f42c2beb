"""The channel against `lo-bot-api-emulator`, a Bot API server we did not write."""

from __future__ import annotations

import random

from bot.messages import Button, Outgoing
from tests.channels.telegram.conftest import Start, listening
from tests.channels.telegram.emulator import BotApiEmulator

PICTURE = random.Random(5).randbytes(120_000)


async def test_a_conversation_by_polling(bot_api_emulator: BotApiEmulator, start: Start) -> None:
    mei = bot_api_emulator.user(5)
    async with start(bot_api_emulator) as shop:
        await mei.says("我想退货")
        [asked] = await shop.until(1)
        assert (asked.chat, asked.text, asked.name) == ("telegram:5", "我想退货", "Mei Lin")
        buttons = (Button("退货", "flow:return"), Button("转人工", "human"))
        await shop.channel.send(Outgoing("telegram:5", 1, "k1", "哪一种?", buttons=buttons))
        [offered] = await bot_api_emulator.until(5)
        assert (offered.text, offered.buttons) == (
            "哪一种?",
            ((("退货", "flow:return"), ("转人工", "human")),),
        )
        await mei.presses("flow:return")
        assert (await shop.until(2))[1].button == "flow:return"
        await bot_api_emulator.holds(lambda: len(bot_api_emulator.answered) == 1)
    assert bot_api_emulator.refused == []


async def test_photos_arrive_byte_for_byte_and_leave_so_too(
    bot_api_emulator: BotApiEmulator, start: Start
) -> None:
    mei = bot_api_emulator.user(5)
    await mei.sends_photo(PICTURE, "吊牌还在", album="A1")
    await mei.sends_photo(PICTURE[::-1], album="A1")
    await mei.sends_document(PICTURE[:77], "原图.png", "image/png")
    async with start(bot_api_emulator) as shop:
        events = await shop.until(3)
        assert [await shop.channel.fetch(e.attachments[0]) for e in events] == [
            PICTURE,
            PICTURE[::-1],
            PICTURE[:77],
        ]
        assert [e.album for e in events] == ["A1", "A1", None]
        await shop.channel.send(Outgoing("telegram:5", 1, "k", "", attachments=("label", "form")))
        assert [(s.method, s.data) for s in await bot_api_emulator.until(5, 2)] == [
            ("sendPhoto", b"\xff\xd8 a label"),
            ("sendDocument", b"%PDF"),
        ]
    assert bot_api_emulator.refused == []


async def test_a_text_at_telegrams_limits_is_taken(bot_api_emulator: BotApiEmulator, start: Start) -> None:
    async with start(bot_api_emulator) as shop:
        await shop.channel.send(Outgoing("telegram:5", 1, "k", "😀" * 3000))
        await shop.channel.send(
            Outgoing("telegram:5", 2, "l", "?", buttons=(Button("最长的值", "值" * 21 + "x"),))
        )
    assert [len(s.text) for s in bot_api_emulator.sent[5]] == [2048, 952, 1]
    assert bot_api_emulator.refused == []


async def test_a_message_changes_in_place_grows_shrinks_and_is_taken_back(
    bot_api_emulator: BotApiEmulator, start: Start
) -> None:
    def card(text: str) -> Outgoing:
        return Outgoing("telegram:5", 1, f"k{len(text)}", text, buttons=(Button("撤销", "case:cancel"),))

    async with start(bot_api_emulator) as shop:
        first = await shop.channel.send(card("等您寄回"))
        assert await shop.channel.edit(card("包裹在路上"), first) == first
        grown = await shop.channel.edit(card("退" * 5000), first)
        assert grown is not None
        assert grown.startswith(f"{first},")
        assert await shop.channel.edit(card("退款完成"), grown) == first
        for _ in range(2):
            await shop.channel.withdraw(card("退款完成"), first)
    assert [len(s.text) for s in bot_api_emulator.sent[5]] == [4, 904], "sent anew is only what it grew by"
    assert [fault for fault in bot_api_emulator.refused if "not found" not in fault] == []


async def test_a_restart_gets_what_was_said_in_between(
    bot_api_emulator: BotApiEmulator, start: Start
) -> None:
    mei = bot_api_emulator.user(5)
    for text in ("one", "two"):
        async with start(bot_api_emulator) as shop:
            await mei.says(text)
            await shop.until(1 if text == "one" else 2)
    assert [e.text for e in shop.stored()] == ["one", "two"]


async def test_the_webhook_takes_calls_with_the_secret_only(
    bot_api_emulator: BotApiEmulator, start: Start, unused_tcp_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/telegram/webhook"
    mei = bot_api_emulator.user(5)
    await mei.says("before the webhook was there")
    async with (
        start(bot_api_emulator, webhook_url=url, webhook_secret="s3cret") as shop,
        listening(shop.channel.webhook, unused_tcp_port),
    ):
        await shop.until(1)
        await mei.says("with the secret")
        await bot_api_emulator.set_webhook(url, "another")  # somebody else's idea of our secret
        await mei.says("without it")
        assert [e.text for e in shop.stored()] == ["before the webhook was there", "with the secret"]
        assert bot_api_emulator.webhook_answers() == [200, 200, 403]
    assert bot_api_emulator.refused == []
