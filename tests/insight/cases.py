"""A refused claim for a cracked mug, as a shop's database holds it when the buyer calls the platform in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from sqlalchemy import Connection

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.order import Order, Parcel
from bot.insight.sections import Setting
from bot.messages import Attachment, Button, Incoming
from bot.store import agents, cases, conversations, evidence, orders

ZONE = ZoneInfo("Asia/Shanghai")
CASE, CHAT, ORDER = "A260310-7KQ2M", "telegram:77", "T1003"
FILED = datetime(2026, 3, 10, 2, 8, tzinfo=UTC)  # 10:08 in the shop
NOW = datetime(2026, 3, 13, 6, 30, tzinfo=UTC)
ADDRESS = "杭州市余杭区文一西路 99 号 3 幢 201"


def jpeg(colour: str, side: tuple[int, int] = (320, 240)) -> bytes:
    picture = Image.new("RGB", side, colour)
    ImageDraw.Draw(picture).line((0, 0, *side), fill="black", width=9)
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


CLOSE, WHOLE, BILL = jpeg("tan"), jpeg("lightblue", (240, 320)), b"%PDF-1.4\nlab report\n%%EOF\n"


def setting(lang: str = "zh") -> Setting:
    return Setting("en" if lang == "en" else "zh", ZONE, "示例小店", NOW)


def at(minutes: float) -> datetime:
    return FILED + timedelta(minutes=minutes)


def fill(conn: Connection) -> None:
    """Order, chat with an album, case with its timeline; one file never arrived."""
    agents.add(conn, "mei", "小美", "agent", 0)
    conversations.identify(conn, CHAT, buyer="buyer_lin", name="林晓")
    orders.put_orders(conn, [_order()], 0)
    _say(conn, "buyer", "去年的事不用管", -60 * 24 * 40)
    _say(conn, "buyer", "刚发现杯口有条裂纹啊!! 我电话 13812345566 😡", -9)
    _say(conn, "bot", "这就看。请发两张图:裂纹近照、杯子整体。", -8.9, buttons=(Button("转人工", "human"),))
    _sends_album(conn)
    _say(conn, "note", "此人常退货,内部备注", 5)
    _say(conn, "agent", f"您好,我们核对后认为是使用中磕碰,寄回 {ADDRESS} 也是原样。", 60, name="小美")
    _say(conn, "buyer", "I do not agree, 我要平台介入", 70)
    cases.save_case(conn, _case(), _timeline())
    held = [Attachment("ph-close", "", ""), Attachment("ph-whole", "", "")]
    cases.attach(conn, CASE, held, at(1).timestamp(), ("close_up", None))
    report = Attachment("ph-report", "report.pdf", "application/pdf")
    conversations.store_attachment(conn, CHAT, report, BILL, at(2).timestamp())
    lost = Attachment("ph-lost", "video.mp4", "video/mp4")
    conversations.expect_attachment(conn, CHAT, lost, at(3).timestamp())
    conversations.fail_attachment(conn, "ph-lost", "over 20 MB")
    cases.attach(conn, CASE, [report, lost], at(3).timestamp())


def _sends_album(conn: Connection) -> None:
    """The whole mug first, then the crack: another order than that of their names."""
    for n, (name, data) in enumerate((("ph-whole", WHOLE), ("ph-close", CLOSE))):
        photo = Attachment(name, f"IMG_{n}.jpg", "image/jpeg")
        conversations.store_attachment(conn, CHAT, photo, data, at(n / 60).timestamp())
        words = "左边是裂纹" if n == 0 else ""
        sent = Incoming(CHAT, f"u{n}", text=words, attachments=(photo,), album="9087")
        _say(conn, "buyer", words, n / 60, attachments=(photo,))
        evidence.keep_together(conn, sent)


def _say(conn: Connection, author: str, text: str, minutes: float, **more: object) -> None:
    conversations.add_message(conn, CHAT, author, text, at(minutes).timestamp(), **more)  # type: ignore[arg-type]


def _order() -> Order:
    return Order(
        ORDER,
        "signed",
        buyer="buyer_lin",
        created_at=at(-9000),
        paid_at=at(-8990),
        first_scan=at(-6000),
        signed_at=at(-1600),
        signed_by="本人",
        item="刻字马克杯",
        qty=2,
        paid=Decimal("68.00"),
        pay="huabei",
        phone="13812345566",
        address=ADDRESS,
        badges=("破损包退",),
        parcels=(Parcel("YT9000", 2, "signed", at(-6000), at(-1600)),),
    )


def _case() -> Case:
    return Case(
        CASE,
        CHAT,
        CaseType.QUALITY_CLAIM,
        Status.PLATFORM_EVIDENCE,
        FILED,
        at(71),
        buyer="buyer_lin",
        order_id=ORDER,
        item="刻字马克杯",
        slots={
            "order": ORDER,
            "reason": "quality",
            "tracking": "SF1234567890123",
            "offer": [{"refund": "20.00"}, {"resend": 1}],
        },
        judged={"refund": "20.00", "payer": "seller_pays_both_ways"},
        events=5,
    )


def _timeline() -> list[Entry]:
    def step(
        n: int, minutes: float, who: str, event: str, was: Status | None, now: Status, **why: str
    ) -> Entry:
        return Entry(CASE, n, at(minutes), who, event, was, now, **why)

    S = Status  # noqa: N806 - as short as in the table of moves
    return [
        step(1, 0, "bot", "opened", None, S.DRAFT),
        step(2, 0.1, "bot", "slots_complete", S.DRAFT, S.PENDING_SELLER, why="照片齐了"),
        step(3, 30, "agent:mei", "offer", S.PENDING_SELLER, S.OFFERED, why="退 20.00 元,杯子留下"),
        step(4, 40, "buyer", "decline", S.OFFERED, S.PENDING_SELLER),
        step(
            5,
            60,
            "agent:mei",
            "reject",
            S.PENDING_SELLER,
            S.REJECTED,
            why="使用中磕碰",
            rule="三包规定 art. 9",
        ),
        step(6, 71, "buyer", "apply_platform", S.REJECTED, S.PLATFORM_EVIDENCE),
    ]
