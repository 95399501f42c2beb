"""The main job on Telegram: the real program against an independent Bot API server."""

from __future__ import annotations

import asyncio
import hashlib
import time
import zlib
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store import agents, conversations, handoff, queries
from bot.store.db import Database
from tests.channels.telegram.emulator import BotApiEmulator, EmulatorUser
from tests.support.program import TOP, Program

pytestmark = pytest.mark.slow


def png(shade: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes([0, shade, shade, shade])))
        + chunk(b"IEND", b"")
    )


class Talk:
    """One buyer's chat: say something, read what came back since."""

    def __init__(self, emulator: BotApiEmulator, user: EmulatorUser) -> None:
        self.emulator, self.user = emulator, user
        self.read = 0
        self.lines: list[str] = []

    async def answers(self, count: int = 1) -> str:
        await self.emulator.until(self.user.id, self.read + count, 30)
        new = self.emulator.sent[self.user.id][self.read :]
        self.read = len(self.emulator.sent[self.user.id])
        for sent in new:
            labels = "".join(f" [{label}]" for row in sent.buttons for label, _ in row)
            self.lines.append(f"bot    {sent.text}{labels}")
        return "\n".join(s.text for s in new)

    async def says(self, text: str) -> str:
        self.lines.append(f"buyer  {text}")
        await self.user.says(text)
        return await self.answers()

    async def presses(self, value: str) -> str:
        self.lines.append(f"buyer  ({value})")
        await self.user.presses(value)
        return await self.answers()


async def test_a_buyer_is_answered_opens_a_return_and_reaches_a_person(
    bot_api_emulator: BotApiEmulator, tmp_path: Path
) -> None:
    telegram = {"TELEGRAM_BOT_TOKEN": bot_api_emulator.token, "BOT__TELEGRAM__BASE_URL": bot_api_emulator.url}
    async with Program(tmp_path / "shop", **telegram) as shop:
        buyer = Talk(bot_api_emulator, bot_api_emulator.user(501, "小林"))
        assert "自动客服" in await buyer.says(f"/start {shop.demo_token()}")

        answer = await buyer.says("退款一般多久能到账呀")
        assert "工作日" in answer and "原路" in answer

        assert "哪一单" in await buyer.says("我要退货")
        assert "原因" in await buyer.presses("set:order=T1001")
        assert "吊牌" in await buyer.presses("set:reason=no_reason")
        terms = await buyer.says("都在的 没穿过")
        assert "运费" in terms and "¥159.00" in terms and "00:00" in terms
        filed = await buyer.presses("yes")
        assert "编号 A" in filed and "到付" in filed
        assert "已登记" in await buyer.says("寄了 SF1234567890123")

        photo = png(77)
        await buyer.user.sends_photo(photo, "这是寄回时的样子")
        assert "1 张照片" in await buyer.answers()
        assert "第 1 位" in await buyer.says("人工")

        def said(conn: Connection) -> list[conversations.Message]:
            return conversations.transcript(conn, "telegram:501")

        db = Database(f"sqlite:///{shop.folder / 'data' / 'aftersales.db'}")
        try:
            db.write(lambda conn: agents.add(conn, "mei", "小美", "agent", 0))
            assert db.write(lambda conn: handoff.claim(conn, "telegram:501", "mei", time.time()))
            assert not db.write(lambda conn: handoff.claim(conn, "telegram:501", "bo", time.time()))
            assert "小美" in await buyer.answers()
            words = {"do": "reply", "text": "您好，您的退货我看到了"}
            db.write(lambda conn: handoff.act(conn, "telegram:501", "mei", "r1", words, time.time()))
            assert "您好，您的退货我看到了" in await buyer.answers()

            view = db.read(lambda conn: queries.chat_view(conn, "telegram:501"))
            assert view is not None
            case = view.cases[0]
            assert case.case.status == "RETURN_IN_TRANSIT"
            stored = db.read(lambda conn: conversations.read_attachment(conn, case.evidence[0].id))
            assert stored is not None and stored.data == photo
            assert stored.sha256 == hashlib.sha256(photo).hexdigest()

            await buyer.user.says("好的谢谢")  # a person has the chat: the bot is silent
            async with asyncio.timeout(20):
                while "好的谢谢" not in [m.text for m in db.read(said)]:  # noqa: ASYNC110 - no event tells
                    await asyncio.sleep(0.05)
            act = {"do": "release"}
            db.write(lambda conn: handoff.act(conn, "telegram:501", "mei", "r2", act, time.time()))
            assert "我接着为您服务" in await buyer.answers()
        finally:
            db.close()
    assert bot_api_emulator.refused == []
    results = TOP / "test-results"
    results.mkdir(exist_ok=True)
    (results / "telegram-main-job.txt").write_text("\n".join(buyer.lines), encoding="utf-8")


async def test_odd_updates_get_a_kind_answer_or_none_and_never_stop_another_chat(
    bot_api_emulator: BotApiEmulator, tmp_path: Path
) -> None:
    telegram = {"TELEGRAM_BOT_TOKEN": bot_api_emulator.token, "BOT__TELEGRAM__BASE_URL": bot_api_emulator.url}
    async with Program(tmp_path / "shop", **telegram):
        odd = Talk(bot_api_emulator, bot_api_emulator.user(601))
        other = Talk(bot_api_emulator, bot_api_emulator.user(602, "Emma", "en"))
        file = {"file_id": "s1", "file_unique_id": "u1", "width": 1, "height": 1}
        await odd.user.sends(sticker={**file, "type": "regular", "is_animated": False, "is_video": False})
        assert "文字" in await odd.answers()
        await odd.user.says("说来话长" * 1000)
        assert await odd.answers()
        assert "Hello" in await other.says("how long does a refund take")
    assert bot_api_emulator.refused == []
