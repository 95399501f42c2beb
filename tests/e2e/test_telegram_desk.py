"""The desk inside Telegram: the real program, two agents and a buyer, against an independent Bot API server."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bot.store import agents
from bot.store.db import Database
from tests.channels.telegram.emulator import BotApiEmulator
from tests.fakes.telegram_chat import Sent
from tests.support.program import Program

pytestmark = pytest.mark.slow
BUYER, MEI, BO = 501, 801, 802


class Chat:
    """One person's private chat with the bot: what they do, and what came since they last looked."""

    def __init__(self, emulator: BotApiEmulator, number: int, name: str) -> None:
        self.emulator, self.user = emulator, emulator.user(number, name)
        self.number, self.read = number, 0

    async def gets(self, *patterns: str) -> list[Sent]:
        """The messages that match the patterns, one for each, once all are there; all before them count as read."""
        found: list[Sent] = []

        def here() -> bool:
            fresh = self.emulator.sent[self.number][self.read :]
            matches = [[s for s in fresh if re.search(p, s.text, re.DOTALL)] for p in patterns]
            found[:] = [m[-1] for m in matches if m]
            return all(matches)

        try:
            await self.emulator.holds(here, 30)
        except TimeoutError:
            raise AssertionError(f"{patterns} not in {self.fresh()}") from None
        self.read = max(self.emulator.sent[self.number].index(s) for s in found) + 1
        return found

    def fresh(self) -> list[str]:
        return [s.text for s in self.emulator.sent[self.number][self.read :]]

    def texts(self) -> str:
        return "\n".join(s.text for s in self.emulator.sent[self.number])

    async def reads_so(self, message: Sent, pattern: str) -> Sent:
        """Until the message was changed to match."""
        edited = self.emulator.edited[self.number]
        await self.emulator.holds(
            lambda: (
                message.message_id in edited and bool(re.search(pattern, edited[message.message_id].text))
            ),
            30,
        )
        return edited[message.message_id]


async def link(shop: Program, db: Database, name: str, display: str, chat: Chat) -> None:
    """As an agent does it: signed in, on the page of their account, then Start in Telegram."""
    if db.read(lambda conn: agents.find(conn, name)) is None:
        db.write(lambda conn: agents.add(conn, name, display, "agent", 0))
    import time

    key = db.write(lambda conn: agents.make_key(conn, name, "link", time.time()))
    async with httpx.AsyncClient(base_url=shop.url, headers={"origin": shop.url}) as desk:
        await desk.post("/desk/sign-in", data={"key": key})
        page = (await desk.post("/desk/me/telegram")).text
        found = re.search(r"https://t\.me/\w+\?start=(agent_[\w-]{32})", page)
        assert found, page[:500]
        await chat.user.says(f"/start {found[1]}")
        await chat.gets(display)
        assert "解除绑定" in (await desk.get("/desk/me")).text


async def test_thin(bot_api_emulator: BotApiEmulator, tmp_path: Path) -> None:
    telegram = {"TELEGRAM_BOT_TOKEN": bot_api_emulator.token, "BOT__TELEGRAM__BASE_URL": bot_api_emulator.url}
    async with Program(tmp_path / "shop", **telegram) as shop:
        db = Database(f"sqlite:///{shop.folder / 'data' / 'aftersales.db'}")
        buyer, mei, bo = (
            Chat(bot_api_emulator, BUYER, "小林"),
            Chat(bot_api_emulator, MEI, "Mei"),
            Chat(bot_api_emulator, BO, "Bo"),
        )
        await link(shop, db, "mei", "小美", mei)
        await link(shop, db, "bo", "阿波", bo)
        await buyer.user.says(f"/start {shop.demo_token()}")
        await buyer.gets("自动客服")
        await buyer.user.says("我要人工")
        await buyer.gets("第 1 位")
        [notice] = await mei.gets("小林")
        print(notice.text)
        [for_bo] = await bo.gets("小林")
        await mei.user.presses_on(notice, "接待")
        [packet, last] = await mei.gets("您在接待", "最近的消息")
        print(packet.text, packet.buttons)
        print(last.text)
        print((await mei.reads_so(notice, "您已接手")).text)
        print((await bo.reads_so(for_bo, "小美 已接手")).text)
        await buyer.gets("小美")
        await mei.user.replies(packet, "您好，我是小美")
        await buyer.gets("您好，我是小美")
        await buyer.user.says("我的鞋开胶了")
        [said] = await mei.gets("开胶")
        print(said.text)
        await bo.user.replies(for_bo, "我来")
        await bo.gets("没有发出.*小美")
        await bo.user.says("我来")
        await bo.gets("您手上没有会话")
        db.close()
    assert bot_api_emulator.refused == []
