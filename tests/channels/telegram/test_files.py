"""Buyers' photos and files: the original bytes, or a word why there are none."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.errors import RetryLaterError, UndeliverableError
from bot.messages import Attachment
from tests.channels.telegram.conftest import Start
from tests.fakes.telegram_server import FakeTelegram

PICTURE = random.Random(7).randbytes(300_000)


def photo(fake: FakeTelegram, data: bytes = PICTURE) -> Attachment:
    return Attachment("tg-u", "p.jpg", "image/jpeg", len(data), fake.keep(data)["file_id"])


async def test_a_photo_arrives_as_the_bytes_the_buyer_sent(fake: FakeTelegram, start: Start) -> None:
    fake.user(5).sends_photo(PICTURE, "吊牌还在")
    fake.user(5).sends_document(PICTURE[:999], "原图.png", "image/png")
    async with start(fake) as shop:
        shown, file = [e.attachments[0] for e in await shop.until(2)]
        assert await shop.channel.fetch(shown) == PICTURE
        assert await shop.channel.fetch(file) == PICTURE[:999]


async def test_a_file_of_exactly_20_mb_is_fetched_and_one_byte_more_is_not(
    fake: FakeTelegram, start: Start
) -> None:
    async with start(fake) as shop:
        largest = photo(fake, bytes(20 * 2**20))
        assert len(await shop.channel.fetch(largest)) == 20 * 2**20
        with pytest.raises(UndeliverableError, match="over 20 MB") as refusal:
            await shop.channel.fetch(photo(fake, bytes(20 * 2**20 + 1)))
        assert refusal.value.reason == "too_large"  # the buyer is told in words


async def test_a_server_that_sends_more_than_it_said_is_cut_short(fake: FakeTelegram, start: Start) -> None:
    small = photo(fake)
    fake.fault("download", body=bytes(20 * 2**20 + 1))
    async with start(fake) as shop:
        with pytest.raises(UndeliverableError, match="over 20 MB") as refusal:
            await shop.channel.fetch(small)
        assert refusal.value.reason == "too_large"


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("getFile", {"status": 429, "retry_after": 4}),
        ("getFile", {"status": 500}),
        ("getFile", {"drop": True}),
        ("getFile", {"status": 400, "description": "Bad Request: file is temporarily unavailable"}),
        ("download", {"status": 404, "body": b"Not Found"}),  # the link has run out
        ("download", {"status": 502, "body": b"<html>"}),
        ("download", {"drop": True, "times": 2}),  # aiohttp itself asks a second time
    ],
)
async def test_what_may_pass_is_tried_again(
    fake: FakeTelegram, start: Start, method: str, fault: dict[str, Any]
) -> None:
    attachment = photo(fake)
    fake.fault(method, **fault)
    async with start(fake) as shop:
        with pytest.raises(RetryLaterError) as refusal:
            await shop.channel.fetch(attachment)
        assert refusal.value.after <= 5
        assert await shop.channel.fetch(attachment) == PICTURE


@pytest.mark.parametrize("remote", ["file-never", None])
async def test_a_file_that_is_not_there_is_given_up(
    fake: FakeTelegram, start: Start, remote: str | None
) -> None:
    if remote:
        fake.fault("getFile", status=400, description="Bad Request: wrong file_id")
    async with start(fake) as shop:
        with pytest.raises(UndeliverableError) as refusal:
            await shop.channel.fetch(Attachment("tg-u", "p.jpg", "image/jpeg", 9, remote))
        assert refusal.value.reason == ""  # the file is lost, not wrong
