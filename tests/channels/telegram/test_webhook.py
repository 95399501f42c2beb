"""Updates in by webhook: only with the secret, and 200 only after the commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.store.db import Database
from tests.channels.telegram.conftest import Shop, Start, listening
from tests.channels.telegram.test_polling import FailingInlet
from tests.fakes.telegram_server import FakeTelegram

SECRET = "s3cret_-"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def caller(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever calls the shop's address, Telegram or not."""
    app = FastAPI()
    app.include_router(shop.channel.webhook)
    wire = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=wire, base_url="http://shop.example") as client:
        yield client


def hello(fake: FakeTelegram, text: str = "hello") -> dict[str, Any]:
    fake.user(5).says(text)
    update: dict[str, Any] = fake.updates.pop()
    return update


async def test_with_the_secret_an_update_is_stored_before_it_is_confirmed(
    fake: FakeTelegram, db: Database
) -> None:
    shop = Shop(fake, db, webhook_secret=SECRET)
    async with caller(shop) as telegram:
        answer = await telegram.post("/telegram/webhook", json=hello(fake), headers={HEADER: SECRET})
        assert (answer.status_code, [e.text for e in shop.stored()]) == (200, ["hello"])
    await shop.channel.close()


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("", SECRET),
        ("s3cret", SECRET),
        ("S3cret_-", SECRET),
        ("s3cret_- ", SECRET + "x"),
        ("", ""),
        ("x", ""),
        ("\u00e9".encode("latin-1"), SECRET),
    ],
)
async def test_without_the_secret_nothing_is_stored_and_no_secret_lets_nobody_in(
    fake: FakeTelegram, db: Database, told: str | bytes, ours: str
) -> None:
    shop = Shop(fake, db, webhook_secret=ours)
    async with caller(shop) as stranger:
        headers = {HEADER.encode(): told if isinstance(told, bytes) else told.encode()} if told else {}
        answer = await stranger.post("/telegram/webhook", json=hello(fake), headers=headers)
        assert (answer.status_code, shop.stored()) == (403, [])
    await shop.channel.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"update_id": 9, "message": {"chat": 5}}', 200),  # Telegram would repeat it for a day
        (b"[1, 2]", 200),
        (b'{"upda', 400),
        (b"\xff\xfe", 400),
        (b"", 400),
    ],
)
async def test_what_cannot_be_read_is_answered_and_stores_nothing(
    fake: FakeTelegram, db: Database, body: bytes, status: int
) -> None:
    shop = Shop(fake, db, webhook_secret=SECRET)
    async with caller(shop) as telegram:
        answer = await telegram.post("/telegram/webhook", content=body, headers={HEADER: SECRET})
        assert (answer.status_code, shop.stored()) == (status, [])
    await shop.channel.close()


async def test_what_cannot_be_stored_is_asked_for_again_and_not_quoted_in_the_log(
    fake: FakeTelegram, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(fake, db, webhook_secret=SECRET, inlet=FailingInlet(db, [True]))
    update = hello(fake)
    async with caller(shop) as telegram:
        answers = [
            await telegram.post("/telegram/webhook", json=update, headers={HEADER: SECRET}) for _ in range(3)
        ]
    assert [a.status_code for a in answers] == [503, 200, 200]
    assert [e.text for e in shop.stored()] == ["hello"]  # the third was a repeat
    assert "SECRET" not in caplog.text
    await shop.channel.close()


async def test_the_program_tells_telegram_where_to_call_and_is_called(
    fake: FakeTelegram, start: Start, unused_tcp_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/telegram/webhook"
    fake.fault("setWebhook", status=500)
    async with (
        start(fake, webhook_url=url, webhook_secret=SECRET) as shop,
        listening(shop.channel.webhook, unused_tcp_port),
    ):
        fake.user(5).says("one")
        fake.push({"update_id": 1001, "message": {"chat": 5}})
        fake.user(5).presses("two")
        assert [e.text or e.button for e in await shop.until(2)] == ["one", "two"]
        await fake.holds(lambda: not fake.updates and len(fake.answered) == 1)
    assert fake.count("getUpdates") == 0
    assert fake.webhook["allowed_updates"] == '["message", "edited_message", "callback_query"]'


async def test_a_hundred_calls_at_once_are_all_stored(fake: FakeTelegram, db: Database) -> None:
    shop = Shop(fake, db, webhook_secret=SECRET)
    updates = [hello(fake, f"text {i}") for i in range(100)]
    async with caller(shop) as telegram:
        calls = [telegram.post("/telegram/webhook", json=u, headers={HEADER: SECRET}) for u in updates]
        answers = await asyncio.gather(*calls)
    assert {a.status_code for a in answers} == {200}
    assert {e.text for e in shop.stored()} == {f"text {i}" for i in range(100)}
    await shop.channel.close()


async def test_a_refused_token_is_said_with_its_cure(
    fake: FakeTelegram, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    url = "https://shop.example/telegram/webhook"
    async with start(fake, token="1:wrong", webhook_url=url, webhook_secret=SECRET):
        await fake.holds(lambda: "TELEGRAM_BOT_TOKEN" in caplog.text)
    assert "1:wrong" not in caplog.text
