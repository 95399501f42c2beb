"""The evidence pack: everything is in it, byte for byte and readable, and nothing that is nobody's business."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import get_args
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from bot.cases.case import Status
from bot.cases.machine import moves
from bot.cases.rules.evidence import Item
from bot.handoff.words import ITEMS
from bot.insight.pack import write_pack
from bot.insight.pdf import preview
from bot.insight.words import EVENTS, OFFERS, WHO
from bot.store.conversations import read_bytes
from bot.store.db import Database
from bot.store.evidence import Record
from tests.insight.cases import ADDRESS, BILL, CASE, CLOSE, WHOLE, setting
from tests.support.pictures import heic, picture, png


@pytest.fixture
def shop(sqlite_shop: Database) -> Database:
    return sqlite_shop


def pack(shop: Database, record: Record, lang: str = "zh") -> bytes:
    out = BytesIO()
    write_pack(out, record, lambda file: shop.read(lambda conn: read_bytes(conn, file)), setting(lang))
    return out.getvalue()


def opened(data: bytes) -> ZipFile:
    return ZipFile(BytesIO(data))


@contextlib.contextmanager
def document(data: bytes) -> Iterator[PdfDocument]:
    """As PDFium reads it, which browsers show PDFs with."""
    read = PdfDocument(opened(data).read("00-evidence.pdf"))
    yield read
    read.close()


def text_of(data: bytes) -> str:
    """All that the document says, without its feet and the white space a reader of PDFs guesses at."""
    with document(data) as pages:
        told = re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pages))
    return re.sub(rf"{CASE}·(?:第\d+页，共\d+页|Page\d+of\d+)", "", told)


def first_page(data: bytes) -> bytes:
    """Its pixels."""
    with document(data) as pages:
        return bytes(pages[0].render(scale=1).to_pil().tobytes())


def test_the_archive_holds_the_document_the_originals_by_number_and_a_manifest(
    shop: Database, record: Record
) -> None:
    archive = opened(pack(shop, record))
    assert sorted(archive.namelist()) == [
        "00-evidence.pdf", "01-IMG_0.jpg", "02-IMG_1.jpg", "03-report.pdf", "manifest.json",
    ]  # fmt: skip
    originals = [archive.read(name) for name in ("01-IMG_0.jpg", "02-IMG_1.jpg", "03-report.pdf")]
    assert originals == [WHOLE, CLOSE, BILL]


def test_the_document_tells_order_timeline_messages_tracking_and_offers(
    shop: Database, record: Record
) -> None:
    told = text_of(pack(shop, record))
    order = ["T1003", "刻字马克杯", "¥68.00", "花呗", "破损包退", "林晓·账号buyer_lin·电话138****5566"]
    timeline = [
        "12026-03-1010:08:00智能客服提出",
        "22026-03-1010:08:06智能客服提交申请(填写中→等商家处理)理由：照片齐了",
        "32026-03-1010:38:00客服小美提出方案(等商家处理→方案待确认)理由：退20.00元,杯子留下",
        "42026-03-1010:48:00买家买家未接受方案",
        "52026-03-1011:08:00客服小美拒绝(等商家处理→已拒绝)理由：使用中磕碰依据：三包规定art.9",
        "62026-03-1011:19:00买家买家申请平台介入(已拒绝→平台举证)",
    ]
    messages = [
        "刚发现杯口有条裂纹啊!!",
        "这就看。请发两张图:裂纹近照、杯子整体。[选项]转人工",
        "[附件]01IMG_0.jpg",
    ]
    tracking = ["包裹YT9000已签收·揽收2026-03-06", "签收人本人", "退货单号SF1234567890123"]
    offers = ["5方案与认定2026-03-1010:38:00客服小美提出方案", "最近提出的方案退款¥20.00重发1", "应退¥20.00"]
    offers += ["退货运费商家付往返运费"]
    for line in [CASE, "质量问题", "平台举证", "示例小店", *order, *timeline, *messages, *tracking, *offers]:
        assert line in told


def test_every_photo_stands_with_its_sum_its_time_and_what_was_said_of_it(
    shop: Database, record: Record
) -> None:
    told = text_of(pack(shop, record))
    for data in (WHOLE, CLOSE, BILL):
        assert f"SHA-256{hashlib.sha256(data).hexdigest()}" in told
    assert "01-IMG_0.jpg收到2026-03-1010:08:00" in told
    assert "同一组A第1张附言：左边是裂纹" in told
    assert "同一组A第2张用途：问题近照" in told
    assert "video.mp4收到2026-03-1010:11:00原件未能取得：over20MB" in told


def test_it_is_told_in_english_too(shop: Database, record: Record) -> None:
    told = text_of(pack(shop, record, "en"))
    for line in (
        "Evidencepack",
        "Qualityclaim",
        "Agent小美offermade",
        "shows:close-upofthefault",
    ):
        assert line in told


def test_phones_and_addresses_stay_with_the_shop(shop: Database, record: Record) -> None:
    data = pack(shop, record)
    told = text_of(data) + opened(data).read("manifest.json").decode()
    assert "我电话138****5566" in told
    assert "13812345566" not in told
    assert ADDRESS.replace(" ", "") not in told
    assert "内部备注" not in told


def test_the_manifest_says_the_same_to_a_program(shop: Database, record: Record) -> None:
    archive = opened(pack(shop, record))
    told = json.loads(archive.read("manifest.json"))
    assert (told["case"], told["order"], told["prepared_at"]) == (CASE, "T1003", "2026-03-13T14:30:00+08:00")
    for entry in [told["document"], *told["files"][:3]]:
        data = archive.read(entry["file"])
        assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert [(f["album"], f["place"], f["shows"]) for f in told["files"][:2]] == [
        ("A", 1, None),
        ("A", 2, "close_up"),
    ]
    assert (told["files"][3]["file"], told["files"][3]["absent"]) == (None, "over 20 MB")


def test_the_same_record_at_the_same_instant_gives_the_same_bytes(shop: Database, record: Record) -> None:
    assert pack(shop, record) == pack(shop, record)


def test_a_file_that_is_not_what_came_is_said_to_be_altered(shop: Database, record: Record) -> None:
    first, *others = record.exhibits
    changed = replace(record, exhibits=(replace(first, sha256="0" * 64), *others))
    data = pack(shop, changed)
    assert "警告：现存字节与收到时的SHA-256不符" in text_of(data)
    assert [f["intact"] for f in json.loads(opened(data).read("manifest.json"))["files"]] == [
        False,
        True,
        True,
        True,
    ]


def test_a_long_message_runs_over_pages_and_loses_no_word(shop: Database, record: Record) -> None:
    long = "".join(f"第{n}次催你们，还没有人回答。" for n in range(700))
    first = replace(record.messages[0], text=long)
    told = text_of(pack(shop, replace(record, messages=(first, *record.messages[1:]))))
    assert all(f"第{n}次催你们" in told for n in range(700))


def test_signs_the_font_has_not_are_named_and_the_script_of_the_south_is_drawn(
    shop: Database, record: Record
) -> None:
    first = replace(record.messages[0], text="氣死了😡，臺灣寄來的麵單呢 ✎ a\u200bb")
    told = text_of(pack(shop, replace(record, messages=(first, *record.messages[1:]))))
    assert "氣死了[poutingface]，臺灣寄來的麵單呢[lowerrightpencil]ab" in told


def test_the_font_travels_with_the_document(shop: Database, record: Record) -> None:
    told = opened(pack(shop, record)).read("00-evidence.pdf")
    assert (told.count(b"/Type0"), told.count(b"/FontFile3")) == (1, 1)


def test_each_sign_has_a_shape_of_its_own_on_the_page(shop: Database, record: Record) -> None:
    """A viewer without the font would draw the same empty box for both."""
    names = [pack(shop, replace(record, name=name)) for name in ("国", "回", "国")]
    first, other, again = map(first_page, names)
    assert first == again
    assert first != other


def test_a_case_of_which_little_is_known_still_makes_a_pack(shop: Database, record: Record) -> None:
    bare = replace(record, order=None, messages=(), exhibits=(), timeline=(), name="")
    case = replace(record.case, buyer=None, order_id=None, judged={}, slots={})
    told = text_of(pack(shop, replace(bare, case=case)))
    assert "未核实" in told
    assert told.count("无记录") == 6


def test_names_of_files_are_harmless_in_the_archive(shop: Database, record: Record) -> None:
    first, *others = record.exhibits
    wild = replace(first, name="../../etc/裂纹 照片?.html")
    names = opened(pack(shop, replace(record, exhibits=(wild, *others)))).namelist()
    assert "01-裂纹_照片_html.jpg" in names


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_preview_is_small_and_in_the_colours_of_the_photo(kind: str) -> None:
    small = preview(picture(kind, "red", (2000, 1000)))
    assert small is not None
    shown = Image.open(BytesIO(small))
    red, green, blue = shown.getpixel((100, 100))  # type: ignore[misc]
    assert (shown.size, red > 240, green < 15, blue < 15) == ((480, 240), True, True, True)


def test_a_preview_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    photo = Image.new("RGB", (400, 200), "white")
    noted = photo.getexif()
    noted[0x0112], noted[0x010F] = 6, "a camera"  # lay on its side
    out = BytesIO()
    photo.save(out, "JPEG", exif=noted)
    small = preview(out.getvalue())
    assert small is not None
    shown = Image.open(BytesIO(small))
    assert (shown.size, dict(shown.getexif())) == ((200, 400), {})


@pytest.mark.parametrize(
    "data", [png(8000, 6250), heic(), picture("PNG")[:60], picture("JPEG")[:300], b"not a picture"]
)
def test_what_cannot_be_drawn_has_no_preview(data: bytes) -> None:
    assert preview(data) is None


def test_every_step_a_case_can_take_has_a_name_in_both_languages() -> None:
    """A document for a court must not say `carrier_query`."""
    steps = {event for status in Status for event in moves(status)} | {"opened"}
    people = {who for status in Status for step in moves(status).values() for who in step.by}
    assert (steps - set(EVENTS), people - set(WHO), set(get_args(Item)) - set(ITEMS)) == (set(), set(), set())
    assert set(OFFERS) <= steps


def test_a_picture_of_50_megapixels_is_not_opened_for_a_preview() -> None:
    """It could be: black and white packs into a few kilobytes."""
    large, allowed = BytesIO(), BytesIO()
    Image.new("1", (8000, 6250)).save(large, "PNG")
    Image.new("1", (8000, 4000)).save(allowed, "PNG")
    assert (preview(large.getvalue()), preview(allowed.getvalue()) is None) == (None, False)


def test_a_long_caption_runs_on_beside_its_photo(shop: Database, record: Record) -> None:
    first, *others = record.exhibits
    long = "".join(f"第{n}处裂纹，" for n in range(600))
    told = text_of(pack(shop, replace(record, exhibits=(replace(first, caption=long), *others))))
    assert all(f"第{n}处裂纹" in told for n in range(600))
    assert told.index("第599处裂纹") < told.index("02-IMG_1.jpg")
