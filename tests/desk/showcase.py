"""A busy afternoon in the scene's shop: for pictures, and for whatever wants every page to have something on it."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter
from sqlalchemy import Connection, update

from bot.cases.case import Case, CaseType, Entry, Status, case_number
from bot.cases.order import Order
from bot.messages import Attachment
from bot.store import agents, blocks, cases, conversations, deadlines, desk, handoff, invitations, orders
from bot.store.tables import answer, breach, queue
from tests.desk.scene import EMMA, LIN, ZHAO, ZONE

# Name, channel and language, minutes of waiting, why, what they wrote last.
WAITING = (
    ("孙小姐", "telegram:80021", "zh", 14, ("safety",), "充电的时候冒烟了，我已经拔掉了，有点害怕"),
    ("何先生", "web:he", "zh", 11, ("human",), "寄回去的快递签收三天了，钱什么时候到？"),
    ("Oliver", "telegram:80044", "en", 6, ("human",), "The blue one came, I ordered grey. Swap it please."),
    ("周女士", "web:zhou", "zh", 4, ("missed_twice",), "就是那个，上次说的那个"),
)
# What closed cases were about, for the fortnight the dashboard shows.
OPEN = (
    (Status.AWAIT_RETURN, 5),
    (Status.RETURN_IN_TRANSIT, 4),
    (Status.PENDING_SELLER, 4),
    (Status.REFUNDING, 3),
)
GOODS = (
    ("碎花连衣裙", "159.00"),
    ("充电宝 20000 毫安", "129.00"),
    ("亚麻衬衫", "199.00"),
    ("保温壶 1.5L", "89.00"),
)
NAMES = ("吴女士", "郑先生", "冯女士", "蒋先生", "Grace")
KINDS = (CaseType.RETURN_REFUND, CaseType.QUALITY_CLAIM, CaseType.EXCHANGE, CaseType.WRONG_MISSING)


def fill_more(conn: Connection, now: datetime) -> None:
    """On top of `scene.fill`."""
    at = now.timestamp()
    agents.add(conn, "chen", "陈经理", "admin", at)
    agents.add(conn, "ann", "安姐", "lead", at)
    agents.add(conn, "old", "小顾", "agent", at)
    agents.deactivate(conn, "old", at)
    invitations.invite(conn, "wang", "小王", "agent", "chen", at)
    _photos(conn, at)
    for name, chat, lang, minutes, reasons, words in WAITING:
        conversations.identify(conn, chat, name=name)
        asked = at - 60 * minutes
        conversations.add_message(conn, chat, "buyer", words, asked)
        handoff.enqueue(conn, chat, list(reasons), 300 if "safety" in reasons else 100, lang, asked)
        mine = update(queue).where(queue.c.chat == chat)  # they came before those of the scene
        conn.execute(mine.values(queued_at=asked, waiting_since=asked))
    _lin_is_served(conn, now)
    handoff.claim(conn, EMMA, "bo", at - 70)
    handoff.act(conn, EMMA, "bo", "k-emma", {"do": "reply", "text": "I am on it."}, at - 40)
    blocks.put_block(conn, ZHAO, "abuse", "辱骂客服，警告过两次", "ann", at - 3000)
    blocks.lift(conn, ZHAO, "chen", at - 2000)
    conversations.identify(conn, "telegram:90001", name="匿名买家")
    blocks.put_block(conn, "telegram:90001", "abuse", "第三次威胁客服", "ann", at - 86_400)
    _fortnight(conn, now)
    _today(conn, now)


def _lin_is_served(conn: Connection, now: datetime) -> None:
    at = now.timestamp()
    handoff.claim(conn, LIN, "mei", at - 150)
    conversations.add_message(conn, LIN, "system", "小美 接入了会话", at - 150)
    said = "林女士您好，我是小美。照片我看到了，裂纹在杯口，这批货我去仓库核实一下。"
    handoff.act(conn, LIN, "mei", "k-lin", {"do": "reply", "text": said}, at - 120)
    conversations.add_message(conn, LIN, "agent", said, at - 120, name="小美")
    conversations.add_message(conn, LIN, "buyer", "好的，我周五要送人，来得及补发吗？", at - 60)
    handoff.buyer_wrote(conn, LIN, at - 60)
    note = "仓库还有 3 个同款，@安姐 今天能走顺丰吗？"
    handoff.act(conn, LIN, "mei", "k-note", {"do": "note", "text": note}, at - 30)
    conversations.add_message(conn, LIN, "note", note, at - 30, name="小美")
    desk.tag(conn, LIN, "送礼", "mei", at)
    desk.tag(conn, LIN, "刻字款", "mei", at)


def _photos(conn: Connection, at: float) -> None:
    for name, cracked in (("ph-crack", True), ("ph-whole", False)):
        shown = Attachment(name, f"{name[3:]}.jpg", "image/jpeg")
        conversations.store_attachment(conn, LIN, shown, mug(cracked), at)
    conversations.store_attachment(conn, LIN, Attachment("ph-late", "box.jpg", "image/jpeg"), box(), at)


def mug(close: bool) -> bytes:
    """A white mug on a table; close up, with a crack from its rim."""
    picture = Image.new("RGB", (480, 480), "#c9b59b")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 300, 480, 480), fill="#8d7358")
    scale, left, top = (1.7, -10, 40) if close else (1.0, 110, 120)

    def at(*places: float) -> list[tuple[float, float]]:
        return [(left + scale * x, top + scale * y) for x, y in zip(places[::2], places[1::2], strict=True)]

    draw.ellipse(at(190, 70, 260, 190), outline="#d9dde0", width=int(18 * scale))
    draw.rounded_rectangle(at(20, 20, 220, 250), 26, fill="#f2f4f5")
    draw.ellipse(at(20, 2, 220, 44), fill="#dfe3e6", outline="#c9cfd3", width=3)
    draw.ellipse(at(32, 8, 208, 38), fill="#7c838a")
    draw.line(at(70, 120, 100, 100, 125, 130, 160, 105), fill="#b05b3b", width=int(6 * scale))
    if close:
        draw.line(at(140, 34, 132, 62, 144, 84, 130, 116, 137, 140), fill="#454b50", width=4)
        draw.line(at(144, 84, 160, 98), fill="#5c6368", width=3)
    return _jpeg(picture)


def box() -> bytes:
    picture = Image.new("RGB", (480, 480), "#dfe6ea")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(70, 190), (250, 120), (420, 180), (240, 260)], fill="#c79a63")
    draw.polygon([(70, 190), (240, 260), (240, 430), (70, 350)], fill="#a97c49")
    draw.polygon([(240, 260), (420, 180), (420, 340), (240, 430)], fill="#b98a55")
    draw.polygon([(145, 160), (185, 145), (345, 212), (305, 231)], fill="#e9dcc3")
    draw.ellipse((270, 300, 350, 360), fill="#8a6337")
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=85)
    return out.getvalue()


def _fortnight(conn: Connection, now: datetime) -> None:
    """Cases of the last two weeks, most of them decided in time and rated well; and some that stand open."""
    dice = random.Random(3)
    for day in range(1, 14):
        for n in range(2 + round(2.5 * (1 + math.sin(day)))):
            late = dice.random() < 0.12
            opened = now - timedelta(days=day + 2, hours=dice.uniform(1, 6))
            decided = opened + timedelta(hours=150 if late else dice.uniform(2, 40))
            _closed(conn, f"web:past{day}-{n}", dice.choice(KINDS), opened, min(decided, now), dice)
    for status, many in OPEN:
        for n in range(many):
            conversations.identify(conn, chat := f"web:{status.lower()}{n}", name=NAMES[n])
            _open(conn, chat, status, now - timedelta(hours=7 * (n + 1)))


def _closed(
    conn: Connection, chat: str, kind: CaseType, opened: datetime, ended: datetime, dice: random.Random
) -> None:
    conversations.identify(conn, chat, name=f"买家{chat[8:]}")
    number = case_number(chat, 1, opened, ZONE)
    rated = {"rating_asked": True, "rating": dice.choice(("good", "good", "good", "good", "fair"))}
    case = Case(
        number, chat, kind, Status.CLOSED_REFUNDED, opened, ended, buyer=chat, closed_at=ended, events=3,
        slots={**rated, "rated_at": (ended + timedelta(hours=1)).isoformat()},
        judged={"filed_at": opened.isoformat()},
    )  # fmt: skip
    mid = ended - timedelta(minutes=20)
    steps = [
        Entry(number, 1, opened, "bot", "slots_complete", Status.DRAFT, Status.PENDING_SELLER),
        Entry(number, 2, mid, "agent:mei", "approve_refund", Status.PENDING_SELLER, Status.REFUNDING),
        Entry(number, 3, ended, "agent:mei", "channel_ok", Status.REFUNDING, Status.CLOSED_REFUNDED),
    ]
    cases.save_case(conn, case, steps)


def _open(conn: Connection, chat: str, status: Status, opened: datetime) -> None:
    number = case_number(chat, 1, opened, ZONE)
    item, paid = GOODS[opened.hour % len(GOODS)]
    order = Order(f"T{number[-5:]}", "signed", buyer=chat, signed_at=opened, item=item, paid=Decimal(paid))
    orders.put_orders(conn, [order], opened.timestamp())
    case = Case(
        number, chat, CaseType.RETURN_REFUND, status, opened, opened, buyer=chat, order_id=order.id, events=1,
        slots={"reason": "no_reason", "order": order.id}, judged={"amount": paid, "filed_at": opened.isoformat()},
    )  # fmt: skip
    entry = Entry(number, 1, opened, "bot", "slots_complete", Status.DRAFT, status)
    cases.save_case(conn, case, [entry])
    deadlines.set_deadline(conn, chat, number, "seller_decide_return", opened + timedelta(hours=60))


def _today(conn: Connection, now: datetime) -> None:
    """Rounds since the morning: who was answered when."""
    dice = random.Random(4)
    nine = now.astimezone(ZONE).replace(hour=9, minute=0)
    for n in range(70):
        asked = nine + (now - nine) * n / 70
        took = dice.expovariate(1 / 70) + 12
        agent = dice.choice(("mei", "bo", "bo", "ann"))
        row = {
            "chat": f"web:round{n}",
            "asked_at": asked.timestamp(),
            "answered_at": asked.timestamp() + took,
        }
        conn.execute(answer.insert().values(agent=agent, priority="P2", first=int(n % 3 == 0), **row))
        if took > 240:
            missed = {"chat": row["chat"], "name": "next_response", "due_at": asked.timestamp() + 180}
            conn.execute(breach.insert().values(priority="P2", agent=agent, **missed))
