"""A shop with a few chats in the queue, and a stand-in engine that only writes down what agents do.

With `real`, the engine of the product works there instead, with the shop's own words and rules.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from sqlalchemy import Connection, select, update

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.order import Order
from bot.desk.look import Look
from bot.desk.pages import desk_router
from bot.engine import Engine
from bot.hub import Hub
from bot.messages import Attachment, Button, Incoming
from bot.store import agents, cases, conversations, deadlines, handoff, orders
from bot.store.db import Database
from bot.store.tables import inbox
from bot.web import SERVER, build_app
from tests.support.core import kit

ZONE = ZoneInfo("Asia/Shanghai")
LIN, ZHAO, EMMA = "web:lin", "telegram:77001", "web:emma"


def picture(width: int, height: int, red: int, green: int, blue: int) -> bytes:
    """A PNG with a soft gradient of the colour."""
    rows = b"".join(
        b"\0" + b"".join(bytes((red, max(green - y // 3, 0), max(blue - x // 4, 0))) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


CRACK = picture(160, 120, 214, 180, 150)
KEY = b"the key of the desk in these tests, which is long enough"
WHOLE = picture(120, 160, 150, 190, 214)


@dataclass
class Scene:
    """The running desk, reached at `url`. Its clock is the wall's, moved on by `later`."""

    db: Database
    hub: Hub = field(default_factory=Hub)
    later: timedelta = timedelta()
    port: int = 0
    real: bool = False
    typed: list[str] = field(
        default_factory=list
    )  # chats in which an agent was seen typing, as a messenger hears it
    _server: uvicorn.Server | None = None
    _task: asyncio.Task[None] | None = None
    _acts: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.later

    async def start(self) -> None:
        look = Look(ZONE, "http://127.0.0.1", {"zh": "示例小店", "en": "Example Shop"})
        desk = desk_router(self.db, self.hub, self.clock, self.wake, look, kit, KEY, types=self.typed.append)
        app = build_app([desk], self.db)
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", lifespan="off", **SERVER)
        self._server = uvicorn.Server(config)
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        assert self._server
        assert self._task
        self._server.should_exit = True
        ended, _ = await asyncio.wait({self._task}, timeout=10)
        if not ended:  # once in many runs it waited for ever: the next test must not
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=5)

    def wake(self) -> None:
        task = asyncio.get_running_loop().create_task(self.engine())
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)

    async def engine(self) -> None:
        """Does at once what the agents' rows ask for; the stand-in no more than that."""
        if self.real:
            engine = Engine(self.db, self.clock, kit)
            changed = await asyncio.get_running_loop().run_in_executor(self.db.writers, engine.step)
        else:
            changed = await self.db.awrite(lambda conn: obey(conn, self.clock().timestamp()))
        self.hub.changed(changed)

    def link(self, name: str) -> str:
        """A fresh one-time link for this agent."""
        secret = self.db.write(lambda conn: agents.make_key(conn, name, "link", self.clock().timestamp()))
        return f"{self.url}/desk/sign-in?key={secret}"

    @contextlib.asynccontextmanager
    async def client(self, name: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """An HTTP client as the desk's own page would be; signed in where a name is given."""
        async with httpx.AsyncClient(base_url=self.url, headers={"origin": self.url}) as client:
            if name:
                key = self.link(name).split("key=")[1]
                answer = await client.post("/desk/sign-in", data={"key": key})
                assert answer.status_code == 303
            yield client

    def says(self, chat: str, text: str, author: str = "buyer", name: str = "") -> None:
        """A line in the transcript, and the open desks hear of it."""
        now = self.clock().timestamp()
        self.db.write(lambda conn: conversations.add_message(conn, chat, author, text, now, name=name))
        self.hub.changed([chat])

    def acts(self, chat: str) -> list[Incoming]:
        """What agents' acts stand in the inbox for this chat, oldest first."""
        query = (
            select(inbox.c.payload).where(inbox.c.chat == chat, inbox.c.source == "agent").order_by(inbox.c.n)
        )
        return self.db.read(lambda conn: [Incoming.from_json(r) for r in conn.execute(query).scalars()])


def obey(conn: Connection, now: float) -> list[str]:
    """The stand-in for the engine: agent rows → transcript and queue."""
    open_rows = inbox.c.done_at.is_(None) & (inbox.c.source == "agent")
    rows = conn.execute(select(inbox).where(open_rows).order_by(inbox.c.chat, inbox.c.n)).all()
    for row in rows:
        event = Incoming.from_json(row.payload)
        do, text = event.data["do"], event.data.get("text", "")
        shown = [Attachment(**a) for a in event.data.get("attachments", ())]
        if do in ("reply", "note"):
            author = "agent" if do == "reply" else "note"
            conversations.add_message(conn, row.chat, author, text, now, name=event.name, attachments=shown)
        elif do == "claim":
            conversations.add_message(conn, row.chat, "system", f"{event.name} 接入了会话", now)
        elif do in handoff.LEAVES:
            handoff.close(conn, row.chat, handoff.LEAVES[do], now)
        conn.execute(update(inbox).where(inbox.c.chat == row.chat, inbox.c.n == row.n).values(done_at=now))
    return sorted({r.chat for r in rows})


def fill(conn: Connection, now: datetime) -> None:
    """Two agents and three buyers who wait: a cracked mug, an angry wait for a refund, a lost parcel in English."""
    at = now.timestamp()
    agents.add(conn, "mei", "小美", "agent", at)
    agents.add(conn, "bo", "阿波", "agent", at)
    _lin(conn, now)
    _zhao(conn, now)
    _emma(conn, now)


def _lin(conn: Connection, now: datetime) -> None:
    signed = now - timedelta(days=1, hours=3)
    mug = Order(
        "T1003",
        "signed",
        buyer="buyer_lin",
        paid_at=now - timedelta(days=4),
        first_scan=now - timedelta(days=3),
        signed_at=signed,
        item="刻字马克杯",
        paid=Decimal("68.00"),
        custom=True,
        insurance=True,
        pay="huabei",
        phone="13812345566",
        address="杭州市余杭区文一西路 99 号",
        badges=("破损包退",),
    )
    orders.put_orders(conn, [mug], now.timestamp())
    conversations.identify(conn, LIN, buyer="buyer_lin", name="林晓")
    t = now - timedelta(minutes=26)

    def say(author: str, text: str, minutes: float, **more: object) -> None:
        conversations.add_message(
            conn, LIN, author, text, (t + timedelta(minutes=minutes)).timestamp(), **more
        )  # type: ignore[arg-type]

    say("buyer", "杯子不喜欢了 要退货", 0)
    say(
        "bot",
        "我是自动客服,随时打“人工”就能找真人。\n这款是按您的要求刻字做的,不在七天无理由范围;要是有质量问题,我马上给您办。",
        0.1,
        buttons=(Button("有质量问题", "quality"), Button("转人工", "human")),
    )
    say("buyer", "刚发现杯口有条裂纹啊!!", 3)
    say(
        "bot",
        "碰上这种事确实扫兴,这单我来跟。要两张图:裂纹近照、杯子整体,3月13日 10:06 前发来就行,运费我们出。",
        3.1,
    )
    photos = [
        Attachment("ph-crack", "crack_close.png", "image/png"),
        Attachment("ph-whole", "cup_whole.png", "image/png"),
    ]
    for a, body in zip(photos, (CRACK, WHOLE), strict=True):
        conversations.store_attachment(conn, LIN, a, body, now.timestamp())
    late = Attachment("ph-late", "box.jpg", "image/jpeg", remote="x")
    conversations.expect_attachment(conn, LIN, late, now.timestamp())
    say("buyer", "", 8, attachments=photos)
    say("buyer", "还有外箱的", 8.2, attachments=[late])
    say("bot", "两张都很清楚,够用了。商家最晚 3月12日 10:08 给您答复,逾期自动同意。", 8.4)
    say("buyer", "我赶着送人 能不能找个真人", 21)
    say("bot", "这就转给同事,您的订单、照片和说过的话都一起带过去了。前面还有 1 位,大约 3 分钟。", 21.1)
    opened = t + timedelta(minutes=3)
    case = Case(
        "A260310-7KQ2M",
        LIN,
        CaseType.QUALITY_CLAIM,
        Status.PENDING_SELLER,
        opened,
        t + timedelta(minutes=8),
        buyer="buyer_lin",
        order_id="T1003",
        item="刻字马克杯",
        slots={
            "order": "T1003",
            "reason": "quality",
            "broken": "杯口裂纹",
            "wanted": "resend",
            "evidence": ["close_up", "whole"],
        },
        judged={"payer": "seller_pays_both_ways", "amount": "68.00", "policy_version": "4f1c09ab"},
        events=2,
    )
    entries = [
        Entry(
            case.id, 1, opened, "bot", "evidence_needed", Status.DRAFT, Status.PENDING_EVIDENCE, "需要照片"
        ),
        Entry(
            case.id,
            2,
            case.updated_at,
            "bot",
            "evidence_ok",
            Status.PENDING_EVIDENCE,
            Status.PENDING_SELLER,
            "照片齐了",
            "三包规定 art. 9",
        ),
    ]
    cases.save_case(conn, case, entries)
    cases.attach(conn, case.id, photos, now.timestamp(), ("close_up", "whole"))
    deadlines.set_deadline(conn, LIN, case.id, "service_sla_decide", opened + timedelta(hours=72))
    deadlines.set_deadline(conn, LIN, case.id, "offer_valid:warn24", opened + timedelta(hours=24))
    handoff.enqueue(conn, LIN, ["human"], 100, "zh", (t + timedelta(minutes=21)).timestamp())


def _zhao(conn: Connection, now: datetime) -> None:
    coat = Order(
        "T1011",
        "signed",
        buyer="buyer_zhao",
        signed_at=now - timedelta(days=6),
        item="冲锋衣",
        paid=Decimal("899.00"),
        pay="alipay_balance",
        phone="13900002211",
    )
    orders.put_orders(conn, [coat], now.timestamp())
    conversations.identify(conn, ZHAO, buyer="buyer_zhao", name="赵先生")
    t = now - timedelta(minutes=9)
    conversations.add_message(conn, ZHAO, "buyer", "三天了没人理 你们是不是骗子", t.timestamp())
    conversations.add_message(conn, ZHAO, "buyer", "再不退我打12315 找记者曝光", t.timestamp())
    conversations.add_message(
        conn, ZHAO, "bot", "让您等了三天还没准信,是我们没做到。我请同事现在就看您这单。", t.timestamp()
    )
    opened = now - timedelta(days=3, hours=2)
    case = Case(
        "A260307-W8HJD",
        ZHAO,
        CaseType.RETURN_REFUND,
        Status.PENDING_SELLER,
        opened,
        opened,
        buyer="buyer_zhao",
        order_id="T1011",
        slots={"order": "T1011", "reason": "no_reason"},
        events=1,
    )
    entry = Entry(case.id, 1, opened, "bot", "slots_complete", Status.DRAFT, Status.PENDING_SELLER)
    cases.save_case(conn, case, [entry])
    deadlines.set_deadline(conn, ZHAO, case.id, "service_sla_decide", opened + timedelta(hours=72))
    deadlines.set_deadline(conn, ZHAO, case.id, "seller_decide_return", opened + timedelta(days=5))
    handoff.enqueue(conn, ZHAO, ["legal_threat", "anger", "repeat"], 338, "zh", t.timestamp())


def _emma(conn: Connection, now: datetime) -> None:
    conversations.identify(conn, EMMA, name="Emma")
    t = now - timedelta(minutes=2)
    conversations.add_message(
        conn, EMMA, "buyer", "hi, my parcel says delivered but nothing is here", t.timestamp()
    )
    conversations.add_message(
        conn,
        EMMA,
        "bot",
        "Sorry about that. Which order is it, and what are the last four digits of the phone on it?",
        t.timestamp(),
    )
    conversations.add_message(
        conn, EMMA, "buyer", "<script>document.title='owned'</script> I want an agent", t.timestamp()
    )
    handoff.enqueue(conn, EMMA, ["human", "vulnerable"], 120, "en", t.timestamp())
