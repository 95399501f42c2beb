"""Photos go in as the original bytes and come out only at their sealed address."""

import hashlib
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select

from bot.channels.web_frames import words
from bot.messages import Incoming
from bot.photos import MB, Limits
from bot.store.evidence import keep_together
from bot.store.tables import attachment
from tests.channels.web.shop import Shop, new_session, page
from tests.support.pictures import PDF, heic, mp4, picture, png

PNG = picture("PNG")
JPEG = picture("JPEG", "navy")
SAMPLES = {
    "image/png": PNG,
    "image/jpeg": JPEG,
    "image/webp": picture("WEBP"),
    "image/gif": picture("GIF"),
    "image/heic": heic(),
    "video/mp4": mp4(),
    "application/pdf": PDF,
}
# What is wrong with a file: the key of words.json and the HTTP status.
REFUSALS = [
    (PNG[:-20], "broken_photo", 415),
    (png(8000, 6250), "bomb_photo", 415),
    (b"", "empty_photo", 415),
    (b"PK\x03\x04" + bytes(300), "wrong_type", 415),
]


async def put(
    shop: Shop, session: str, data: bytes, photo: str = "p1", name: str = "a.png", **more: str
) -> httpx.Response:
    headers = {"X-Chat-Session": session, "X-Chat-Id": photo, "X-Chat-Name": quote(name)} | more
    async with httpx.AsyncClient(base_url=shop.url) as http:
        return await http.post("/chat/photo", content=data, headers=headers)


async def get(shop: Shop, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=shop.url) as http:
        return await http.get(path)


@pytest.mark.parametrize("mime", SAMPLES)
async def test_a_photo_comes_back_byte_for_byte_with_the_type_of_its_content(
    shop: Shop, session: str, mime: str
) -> None:
    taken = (await put(shop, session, SAMPLES[mime], name="包裹.bin")).json()
    assert (taken["mime"], taken["size"], taken["name"]) == (mime, len(SAMPLES[mime]), "包裹.bin")
    shown = await get(shop, taken["url"])
    assert shown.content == SAMPLES[mime]
    assert shown.headers["content-type"] == mime
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    how = "inline" if mime.startswith("image/") else "attachment"
    ending = mimetypes.guess_extension(mime)
    assert shown.headers["content-disposition"] == f"{how}; filename*=UTF-8''{quote(f'包裹.bin{ending}')}"


async def test_photos_reach_the_inbox_and_the_page_with_the_message(shop: Shop, session: str) -> None:
    first = (await put(shop, session, PNG, "p1", "面单.png")).json()
    second = (await put(shop, session, JPEG, "p2", "破损.jpg")).json()
    async with page(shop, session) as me:
        await me.say({"id": "m1", "text": "看照片", "attachments": [second["id"], first["id"]]})
        assert (await me.hear("message"))["attachments"] == [second, first]
    stored = shop.rows(session)[0]["attachments"]
    assert [(a["name"], a["mime"], a["remote"]) for a in stored] == [
        ("破损.jpg", "image/jpeg", None),
        ("面单.png", "image/png", None),
    ]
    assert shop.photo_hash(first["id"]) == hashlib.sha256(PNG).hexdigest()


async def test_a_photo_uploaded_twice_with_one_id_is_one_photo(shop: Shop, session: str) -> None:
    assert (await put(shop, session, PNG)).json() == (await put(shop, session, PNG)).json()
    assert (await put(shop, session, PNG, photo="p2")).json()["id"] != (await put(shop, session, PNG)).json()[
        "id"
    ]


async def test_another_session_cannot_read_attach_or_overwrite_a_photo(shop: Shop, session: str) -> None:
    mine = (await put(shop, session, PNG)).json()
    thief = new_session()
    theirs = (await put(shop, thief, JPEG, photo="p1")).json()
    assert theirs["id"] != mine["id"]
    assert (await get(shop, mine["url"])).content == PNG
    assert (await get(shop, f"/chat/photo/{mine['id']}")).status_code == 404
    swapped = theirs["url"].replace(theirs["id"], mine["id"])
    assert (await get(shop, swapped)).status_code == 404
    async with page(shop, thief) as them:
        await them.say({"id": "m1", "text": "mine now", "attachments": [mine["id"]]})
        error = await them.hear("error")
        assert (error["id"], error["code"]) == ("m1", "photo_gone")
    assert shop.rows(thief) == []


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00" + b"\0" * 300,
        b"PK\x03\x04" + b"\0" * 300,
        b"just words",
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_other_kinds_of_file_are_declined_in_the_buyers_language(
    shop: Shop, session: str, data: bytes, lang: str
) -> None:
    answer = await put(
        shop, session, data, name="photo.png", **{"X-Chat-Lang": lang, "Content-Type": "image/png"}
    )
    assert answer.status_code == 415
    assert answer.json() == {"code": "wrong_type", "text": words(lang)["wrong_type"]}  # type: ignore[arg-type]


async def test_a_photo_of_just_20_mb_is_taken_and_one_byte_more_is_not(shop: Shop, session: str) -> None:
    full = PNG + b"\0" * (20 * MB - len(PNG))
    assert (await put(shop, session, full)).json()["size"] == 20 * MB
    assert (await put(shop, session, full + b"\0", photo="p2")).status_code == 413


async def test_a_stream_without_a_length_is_cut_off_at_the_limit(shop: Shop, session: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield PNG
        for _ in range(50):
            yield b"\0" * 1_000_000

    headers = {"X-Chat-Session": session, "X-Chat-Id": "p1"}
    async with httpx.AsyncClient(base_url=shop.url) as http:
        try:
            answer = await http.post("/chat/photo", content=endless(), headers=headers)
        except httpx.TransportError:  # the server has hung up on us while we were still sending
            return
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [{"X-Chat-Session": "short"}, {"X-Chat-Session": ""}, {"X-Chat-Id": "../x"}, {"X-Chat-Id": ""}],
)
async def test_an_upload_without_a_proper_session_or_id_is_refused(
    shop: Shop, session: str, headers: dict[str, str]
) -> None:
    answer = await put(shop, session, PNG, **headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "broken")


@pytest.mark.parametrize(("data", "code", "status"), REFUSALS, ids=[code for _, code, _ in REFUSALS])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_file_that_is_not_kept_is_declined_in_words(
    shop: Shop, session: str, data: bytes, code: str, status: int, lang: str
) -> None:
    answer = await put(shop, session, data, **{"X-Chat-Lang": lang})
    assert answer.status_code == status
    assert answer.json() == {"code": code, "text": words(lang)[code]}  # type: ignore[arg-type]
    assert shop.db.read(lambda conn: conn.execute(select(attachment.c.id)).all()) == []


async def test_the_words_for_a_large_file_name_the_shops_own_limit(closed_shop: Shop, session: str) -> None:
    limits = Limits(file_bytes=1 * MB, video_bytes=3 * MB)
    closed_shop.settings = replace(closed_shop.settings, limits=limits)
    async with closed_shop.open():
        photo = await put(closed_shop, session, PNG + bytes(MB), photo="p1")
        film = await put(closed_shop, session, mp4() + bytes(3 * MB), photo="p2", **{"X-Chat-Lang": "en"})
    assert (photo.status_code, film.status_code) == (413, 413)
    assert "超过 1 MB" in photo.json()["text"]
    assert "larger than 3 MB" in film.json()["text"]


async def test_photos_sent_as_one_message_are_an_album_in_the_order_chosen(shop: Shop, session: str) -> None:
    first = (await put(shop, session, PNG, "p1", "面单.png")).json()
    second = (await put(shop, session, JPEG, "p2", "破损.jpg")).json()
    async with page(shop, session) as me:
        await me.say({"id": "m1", "text": "外箱和面单", "attachments": [second["id"], first["id"]]})
        await me.hear("message")
    event = Incoming.from_json(shop.rows(session)[0])
    shop.db.write(lambda conn: keep_together(conn, event))
    a = attachment.c
    kept = select(a.id, a.album, a.caption).order_by(a.place)
    assert [tuple(r) for r in shop.db.read(lambda conn: conn.execute(kept).all())] == [
        (second["id"], "m1", "外箱和面单"),
        (first["id"], "m1", ""),
    ]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\box.png", "box.png"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
        ("", "photo"),
        ("x" * 300, "x" * 120),
    ],
)
async def test_a_file_name_is_only_a_name(shop: Shop, session: str, told: str, kept: str) -> None:
    taken = (await put(shop, session, PNG, name=told)).json()
    assert taken["name"] == kept
    assert (await get(shop, taken["url"])).status_code == 200


async def test_too_many_photos_in_a_minute_are_told_to_wait(closed_shop: Shop, session: str) -> None:
    closed_shop.settings = replace(closed_shop.settings, photos_per_minute=2)
    async with closed_shop.open():
        answers = [(await put(closed_shop, session, PNG, photo=f"p{n}")).status_code for n in range(3)]
    assert answers == [200, 200, 429]
