"""The desk inside Telegram: the real program, two agents and two buyers, against an independent Bot API server."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.store import agents, outbox
from bot.store.db import Database
from tests.channels.telegram.emulator import BotApiEmulator
from tests.e2e.test_telegram import png
from tests.fakes.telegram_chat import Sent
from tests.support.program import Program

pytestmark = pytest.mark.slow
LIN, EMMA, MEI, BO = 501, 502, 801, 802
PATIENCE = 60.0  # seconds; what is waited for comes within one or two


class Chat:
    """One person's private chat with the bot: what they do, and what came since they last looked."""

    def __init__(self, emulator: BotApiEmulator, number: int, name: str, lang: str = "zh-hans") -> None:
        self.emulator, self.user = emulator, emulator.user(number, name, lang)
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
            await self.emulator.holds(here, PATIENCE)
        except TimeoutError:
            raise AssertionError(f"{patterns} not in {self.fresh()}") from None
        self.read = max(self.emulator.sent[self.number].index(s) for s in found) + 1
        return found

    def fresh(self) -> list[str]:
        return [s.text for s in self.emulator.sent[self.number][self.read :]]

    def count(self, words: str) -> int:
        """How many messages, of all that ever came, have these words."""
        return sum(words in s.text for s in self.emulator.sent[self.number])

    async def reads_so(self, message: Sent, pattern: str) -> Sent:
        """Until the message was changed to match."""
        edited = self.emulator.edited[self.number]

        def changed() -> bool:
            now = edited.get(message.message_id)
            return now is not None and re.search(pattern, now.text) is not None

        await self.emulator.holds(changed, PATIENCE)
        return edited[message.message_id]


@asynccontextmanager
async def web_desk(shop: Program, db: Database, name: str, display: str) -> AsyncIterator[httpx.AsyncClient]:
    """An agent who is signed in at the web desk."""
    if db.read(lambda conn: agents.find(conn, name)) is None:
        db.write(lambda conn: agents.add(conn, name, display, "agent", 0))
    key = db.write(lambda conn: agents.make_key(conn, name, "link", time.time()))
    async with httpx.AsyncClient(base_url=shop.url, headers={"origin": shop.url}, timeout=PATIENCE) as desk:
        await desk.post("/desk/sign-in", data={"key": key})
        yield desk


async def link(desk: httpx.AsyncClient, chat: Chat, greeting: str) -> None:
    """As an agent does it: on the page of their account, then Start in Telegram."""
    page = (await desk.post("/desk/me/telegram")).text
    found = re.search(r"https://t\.me/\w+\?start=(agent_[\w-]{32})", page)
    assert found, page[:500]
    await chat.user.says(f"/start {found[1]}")
    await chat.gets(greeting)
    assert re.search("解除绑定|Unlink", (await desk.get("/desk/me")).text)


async def test_an_agent_does_a_days_work_from_telegram(
    bot_api_emulator: BotApiEmulator, tmp_path: Path
) -> None:
    telegram = {"TELEGRAM_BOT_TOKEN": bot_api_emulator.token, "BOT__TELEGRAM__BASE_URL": bot_api_emulator.url}
    lin, emma = Chat(bot_api_emulator, LIN, "小林"), Chat(bot_api_emulator, EMMA, "Emma", "en")
    mei, bo = Chat(bot_api_emulator, MEI, "Mei"), Chat(bot_api_emulator, BO, "Bo", "en")
    async with Program(tmp_path / "shop", **telegram) as shop:
        db = Database(f"sqlite:///{shop.folder / 'data' / 'aftersales.db'}")
        try:
            async with web_desk(shop, db, "mei", "小美") as hers, web_desk(shop, db, "bo", "阿波") as his:
                his.cookies.set("desk_lang", "en", path="/desk")
                await link(hers, mei, "小美，这里就是您的工作台")
                await link(his, bo, "阿波, this chat is your desk now")
                await lin.user.says(f"/start {shop.demo_token()}")
                await lin.gets("自动客服")
                owner, other = await one_of_two_claims(lin, mei, bo, hers)
                await talks(lin, owner, other, bot_api_emulator)
                await two_at_once(lin, emma, owner, other, bot_api_emulator)
                await the_power_goes(shop, db, lin, owner)
                await late(lin, owner)
                await unlinks(hers if owner is mei else his, owner)
        finally:
            db.close()
    assert bot_api_emulator.refused == []


async def one_of_two_claims(lin: Chat, mei: Chat, bo: Chat, web: httpx.AsyncClient) -> tuple[Chat, Chat]:
    """Mei at the web desk and Bo in Telegram claim in the same moment; who has it is first."""
    await lin.user.says("我要人工")
    await lin.gets("第 1 位")
    [hers], [his] = await asyncio.gather(mei.gets("小林"), bo.gets("小林"))
    assert ([label for row in his.buttons for label, _ in row], "waits" in his.text) == (["Claim"], True)
    claimed = {"chat": f"telegram:{LIN}", "id": "claim-by-mei"}
    answer, _ = await asyncio.gather(
        web.post("/desk/act/claim", json=claimed), bo.user.presses_on(his, "Claim")
    )
    won = answer.status_code == 200
    assert won or answer.status_code == 409
    owner, other = (mei, bo) if won else (bo, mei)
    await owner.gets("您在接待 小林|You have 小林")
    if won:
        await bo.gets("Too late: 小美")
    await mei.reads_so(hers, "您已接手" if won else "阿波 已接手")
    await bo.reads_so(his, "小美 has it" if won else "You have it")
    assert other.count("您在接待") + other.count("You have 小林") == 0
    await lin.gets("小美" if won else "阿波")
    return owner, other


async def talks(lin: Chat, owner: Chat, other: Chat, emulator: BotApiEmulator) -> None:
    """Words and photos both ways, a note, a correction; and a colleague who may not."""
    photo, answer = png(7), png(9)
    await lin.user.sends_photo(photo, "鞋开胶了")
    [shown] = await owner.gets("鞋开胶了")
    await emulator.holds(lambda: any(s.data == photo for s in emulator.sent[owner.number]), PATIENCE)
    await owner.user.replies(shown, "收到，明天给您换")
    [got] = await lin.gets("收到，明天给您换")
    await owner.user.edits(owner.user.last, "收到，今天给您换")
    await lin.reads_so(got, "收到，今天给您换")
    await owner.user.says("/note 胶水问题，第二单了")
    await owner.gets("买家看不到|does not see it")
    await owner.user.sends_photo(answer, "请看这里")
    await emulator.holds(lambda: any(s.data == answer for s in emulator.sent[LIN]), PATIENCE)
    assert lin.count("胶水问题") == 0

    notice = next(s for s in emulator.sent[other.number] if "小林" in s.text)
    await other.user.replies(notice, "我也来说一句")
    await other.gets("没有发出|Not sent")
    assert lin.count("我也来说一句") == 0


async def two_at_once(lin: Chat, emma: Chat, owner: Chat, other: Chat, emulator: BotApiEmulator) -> None:
    """A P0 is heard by both, busy or not; the one who takes it has two chats, and no words go astray."""
    await emma.user.says("the power bank is on fire")
    [fire], [heard] = await asyncio.gather(owner.gets("P0.*Emma"), other.gets("P0.*Emma"))
    assert not {fire.message_id, heard.message_id} & emulator.silent
    await owner.user.presses_on(fire, "接手" if owner.number == MEI else "Claim")
    await owner.gets("您在接待 Emma|You have Emma")
    await other.reads_so(heard, "已接手|has it")
    await owner.user.says("Please leave the room first.")  # to the chat that was taken just now
    await emma.gets("leave the room")
    await owner.gets("→ Emma")
    await lin.user.says("那运费呢")
    await owner.gets("那运费呢")
    await owner.user.says("运费我们出")
    [asked] = await owner.gets("发给谁|Who is this for")
    await owner.user.presses_on(asked, "小林")
    await lin.gets("运费我们出")
    assert emma.count("运费我们出") == 0

    await owner.user.says("/resolve")
    [sure] = await owner.gets("办结 小林|Resolve 小林")
    await owner.user.presses_on(sure, "取消" if owner.number == MEI else "Cancel")
    [packet] = [s for s in emulator.sent[owner.number] if re.search("您在接待 Emma|You have Emma", s.text)]
    await owner.user.replies(packet, f"/transfer @{'bo' if owner.number == MEI else 'mei'}")
    await other.gets("您在接待 Emma|You have Emma")
    await owner.gets("Emma.*(现在由|has it now)")


async def the_power_goes(shop: Program, db: Database, lin: Chat, owner: Chat) -> None:
    """What is said while the program is away arrives once it is back; nothing is lost, nothing comes twice."""
    await lin.user.says("好的，最后一个问题")
    [asked] = await owner.gets("最后一个问题")
    # A message that was sent and not booked yet comes again, which is the one exception.
    await owner.emulator.holds(lambda: db.read(outbox.waiting) == 0, PATIENCE)
    await shop.stop(kill=True)
    await owner.user.replies(asked, "您请说")
    await lin.user.says("发票怎么开")
    shop.set(BOT__DESK__TARGETS__P2__NEXT_RESPONSE="5s", BOT__DESK__LEASE__IDLE_AFTER="8s")
    await shop.start()
    await lin.gets("您请说")


async def late(lin: Chat, owner: Chat) -> None:
    """A warning before the answer is late, a lapse that is told, and words that came too late but are not lost."""
    await owner.gets("发票怎么开", "快到时限|nearly due", "太久没有处理|away too long")
    await owner.user.says("随货寄出")
    [kept] = await owner.gets("这句话发给谁|Who is this for")
    await owner.user.presses_on(kept, "接手" if owner.number == MEI else "Claim")
    await lin.gets("随货寄出")
    for words in ("您请说", "随货寄出", "运费我们出"):
        assert lin.count(words) == 1
    mirrored = [s.text for s in owner.emulator.sent[owner.number] if s.text.startswith("💬")]
    for words in ("最后一个问题", "发票怎么开"):  # they stand once more in the packet of who claims again
        assert sum(words in text for text in mirrored) == 1


async def unlinks(web: httpx.AsyncClient, owner: Chat) -> None:
    """From the page of their account; from then on the same person is a buyer like any other."""
    await web.post("/desk/me/telegram/off")
    await owner.gets("不再是客服工作台|no longer a desk")
    await owner.user.says("退款一般多久能到账呀")
    await owner.gets("工作日")
