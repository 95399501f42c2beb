"""The load of a crash test: buyers who write, a messenger that delivers some of it twice, and clocks that run."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import Connection

from bot.cases.case import Case, CaseType, Entry, Status, case_number
from bot.store import cases, conversations, deadlines
from tests.crash.program import SECRET
from tests.fakes.telegram_chat import Fault, Json
from tests.fakes.telegram_server import FakeTelegram

BUYERS, EACH = 60, 10
TWICE = 0.2
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
PHRASES = (
    "你好",
    "退款多久到账",
    "运费谁出",
    "我要退货",
    "hello",
    "发票怎么开",
    "what is your return address",
    "嗯那个东西啊",
    "几点上班",
    "运费险怎么赔",
)


@dataclass
class Flaky(FakeTelegram):
    """Answers late, and refuses one message in twenty for a second."""

    chance: random.Random = field(default_factory=lambda: random.Random(5))

    def _take_fault(self, method: str, fields: Json) -> Fault | None:
        if method != "sendMessage":
            return super()._take_fault(method, fields)
        late = self.chance.uniform(0.005, 0.08)
        if self.chance.random() < 0.05:
            return Fault(method, 429, retry_after=1, delay=late)
        return Fault(method, delay=late)


@dataclass
class Feeder:
    """Delivers each buyer's messages in order, again and again until each is taken, a fifth of them twice."""

    url: str
    chance: random.Random
    delivered: int = 0  # calls that were answered with 200
    again: int = 0  # of these, deliveries on purpose of what was taken before

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(headers=HEADERS, timeout=timeout) as http:
            await asyncio.gather(*(self._buyer(http, buyer) for buyer in range(1, BUYERS + 1)))

    async def _buyer(self, http: aiohttp.ClientSession, buyer: int) -> None:
        updates = [update(buyer, i) for i in range(1, EACH + 1)]
        for i, one in enumerate(updates):
            if i % self.chance.randint(2, 3) == 0:  # people write in bursts
                await asyncio.sleep(self.chance.uniform(0.2, 2.4))
            await self._deliver(http, one)
            if self.chance.random() < TWICE:
                # At once, or late: behind what the buyer wrote after it.
                await self._deliver(http, updates[max(0, i - self.chance.choice((0, 1, 2)))])
                self.again += 1

    async def _deliver(self, http: aiohttp.ClientSession, one: Json) -> None:
        while True:
            try:
                async with http.post(self.url, json=one) as answer:
                    if answer.status == 200:
                        self.delivered += 1
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)


def chat_of(buyer: int) -> str:
    return f"telegram:{buyer}"


def text_of(buyer: int, i: int) -> str:
    return f"{PHRASES[(buyer + i) % len(PHRASES)]}（{i}）"


def update(buyer: int, i: int) -> Json:
    who = {"id": buyer, "is_bot": False, "first_name": f"Buyer {buyer}", "language_code": "zh-hans"}
    message: dict[str, Any] = {
        "message_id": i,
        "date": int(time.time()),
        "chat": {"id": buyer, "type": "private", "first_name": f"Buyer {buyer}"},
        "from": who,
        "text": text_of(buyer, i),
    }
    return {"update_id": buyer * 1000 + i, "message": message}


def set_clocks(conn: Connection, now: datetime, seconds: Sequence[float]) -> None:
    """Every buyer has a return under way whose time is almost up: a warning rings, then the end.

    The moments are spread over `seconds` (from, to), so that kills fall between them.
    """
    first, last = seconds
    for buyer in range(1, BUYERS + 1):
        chat = chat_of(buyer)
        conversations.identify(conn, chat, name=f"Buyer {buyer}")
        number = case_number(chat, 0, now, UTC)  # type: ignore[arg-type]
        case = Case(
            number,
            chat,
            CaseType.RETURN_REFUND,
            Status.AWAIT_RETURN,
            now,
            now,
            order_id=f"T{buyer}",
            item=f"Thing {buyer}",
            events=1,
        )
        cases.save_case(
            conn, case, [Entry(number, 1, now, "bot", "approve_return", None, Status.AWAIT_RETURN)]
        )
        warning = now + timedelta(seconds=first + (last - first) * buyer / (2 * BUYERS))
        end = warning + timedelta(seconds=(last - first) / 2)
        deadlines.set_deadline(conn, chat, number, "buyer_ship_back:warn24", warning)
        deadlines.set_deadline(conn, chat, number, "buyer_ship_back", end)
