"""Two agents, one queue, everything at once: `python -m benchmarks.desk_chaos [--chats 200] [--events 2000]`.

Two processes of the real program share a database, first SQLite's, then PostgreSQL's (`--on` names one of them). Two
agents, one of them a lead, claim, reply, pass on, take over, hand back and resolve at whichever process they come to,
while buyers write and ask for a person again, leases of seconds run out, and now and then a process is killed and
started again. A request whose answer was lost is sent again until there is one, as a page does it.

Then it is quiet, and what stands in the tables is held against what every side was told: no chat ever had two owners,
nobody was heard who had not the chat, every reply that was let in came to its own buyer once and to no other, every
word of a buyer that was confirmed stands once. Prints what happened, and fails where any of it does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
from sqlalchemy import func, select
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.tables import Verdict
from bot.channels.web_frames import chat_of
from bot.clock import system_clock
from bot.store import agents, conversations
from bot.store.db import Database
from bot.store.tables import alert, inbox, outbox, queue
from tests.channels.web.shop import new_session
from tests.queue_race.ledger import read_ledgers
from tests.support.needs import missing
from tests.support.postgres import PostgresServer, find_binaries
from tests.support.program import Program

AGENTS = {"mei": "lead", "bo": "agent"}
LEASE = "4s"  # without an act while the buyer waits
# Of a hundred events. An agent picks a chat they believe to have, now and then any.
DOES = {"claim": 22, "reply": 30, "transfer": 8, "take_over": 5, "release": 5, "resolve": 4, "buyer": 26}
ROUNDS = 8  # of a run
SETTINGS = {
    "BOT_SECRET_KEY": "c" * 43,
    "BOT__DESK__LEASE__IDLE_AFTER": LEASE,
    "BOT__UNDERSTANDING__VECTORS": "off",
}
PATIENCE = 120.0  # seconds until a request has an answer, or all is quiet


@dataclass
class Pair:
    """Two processes, and which of them somebody comes to."""

    programs: Sequence[Program]
    dice: random.Random

    def url(self) -> str:
        return self.dice.choice(self.programs).url


@dataclass
class Buyer:
    """One buyer's page: says what it is told to until that is confirmed, and keeps what it is sent."""

    pair: Pair
    session: str = field(default_factory=new_session)
    told: dict[int, tuple[str, str]] = field(default_factory=dict)  # number → author, text
    twice: int = 0  # frames of a number that had been sent on the same line
    confirmed: list[str] = field(default_factory=list)
    _wants: asyncio.Queue[tuple[str, str]] = field(default_factory=asyncio.Queue)
    _ids: count[int] = field(default_factory=lambda: count(1))

    @property
    def chat(self) -> str:
        return chat_of(self.session)

    def say(self, text: str) -> None:
        self._wants.put_nowait((f"b{next(self._ids)}", text))

    @property
    def silent(self) -> bool:
        return self._wants.empty()

    async def live(self) -> None:
        """On a line to either process, again and again."""
        while True:
            try:
                url = self.pair.url()
                async with connect(f"{url.replace('http', 'ws')}/chat/ws", origin=url) as line:  # type: ignore[arg-type]
                    after = max(self.told, default=0)
                    hello = {"session": self.session, "after": after, "lang": "zh"}
                    await line.send(json.dumps({"hello": hello}))
                    await self._talk(line)
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.3)

    async def _talk(self, line: object) -> None:
        waiting: tuple[str, str] | None = None
        here: set[int] = set()
        while True:
            if waiting is None and not self._wants.empty():
                waiting = self._wants._queue[0]  # type: ignore[attr-defined]  # taken off once it is confirmed
                await line.send(json.dumps({"id": waiting[0], "text": waiting[1]}))  # type: ignore[attr-defined]
            try:
                async with asyncio.timeout(0.5):
                    frame = json.loads(await line.recv())  # type: ignore[attr-defined]
            except TimeoutError:
                continue
            if "message" in frame:
                said = frame["message"]
                self.twice += said["n"] in here
                here.add(said["n"])
                self.told[said["n"]] = (said["author"], said["text"])
            elif "ack" in frame and waiting and frame["ack"] == waiting[0]:
                self.confirmed.append(self._wants.get_nowait()[0])
                waiting = None
            elif "error" in frame:
                await asyncio.sleep(frame["error"].get("after") or 0.5)
                waiting = None


@dataclass
class Colleague:
    """One agent, with a session that both processes know."""

    name: str
    pair: Pair
    dice: random.Random
    cookie: str
    http: httpx.AsyncClient
    mine: set[str] = field(default_factory=set)
    let_in: Counter[tuple[str, str]] = field(default_factory=Counter)  # chat, text of a reply
    did: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    again: int = 0  # requests whose answer was lost
    _words: count[int] = field(default_factory=lambda: count(1))

    async def do(self, does: str, chat: str) -> None:
        key = f"{self.name}-{next(self._words):06}"
        text = f"{key} for {chat}"
        if does in ("transfer", "take_over"):
            other = next(name for name in AGENTS if name != self.name)
            body = {"chat": chat, **({"agent": other} if does == "transfer" else {})}
            ok = await self._ask(f"/desk/{does.replace('_', '-')}", body)
        else:
            ok = await self._ask(f"/desk/act/{does}", {"chat": chat, "id": key, "text": text})
        (self.did if ok else self.refused)[does] += 1
        if ok and does == "reply":
            self.let_in[chat, text] += 1
        if ok and does in ("claim", "take_over"):
            self.mine.add(chat)
        elif does != "take_over" and (not ok or does in ("transfer", "release", "resolve")):
            self.mine.discard(chat)

    async def _ask(self, path: str, body: dict[str, str]) -> bool:
        """Until a process has answered: the same act again, at whichever process is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                url = self.pair.url()
                try:
                    headers = {"origin": url, "cookie": self.cookie}
                    answer = await self.http.post(url + path, json=body, headers=headers)
                except httpx.TransportError:
                    self.again += 1
                    await asyncio.sleep(0.2)
                    continue
                if answer.status_code in (200, 403, 409):  # 403: for a lead only
                    return answer.status_code == 200
                if answer.status_code != 503:  # the database was away
                    raise RuntimeError(f"{path} was answered with {answer.status_code}: {answer.text}")
                await asyncio.sleep(0.2)


@dataclass
class Told:
    """What a run did, for the report and for tests."""

    events: Counter[str]
    refused: Counter[str]
    lapses: int
    restarts: int
    again: int
    replies: int
    faults: list[str]


async def play(url: str, folder: Path, chats: int, events: int, seed: int, rounds: int = ROUNDS) -> Told:
    """One run on the empty database at `url`; in every second of its rounds a process is killed."""
    dice = random.Random(seed)  # noqa: S311 - a run that can be had again
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Program(folder / "a", DATABASE_URL=url, **SETTINGS))
        second = await stack.enter_async_context(Program(folder / "b", DATABASE_URL=url, **SETTINGS))
        pair = Pair((first, second), random.Random(seed + 1))  # noqa: S311
        db = Database(url)
        stack.callback(db.close)
        team = [await _sign_in(stack, db, name, role, pair, seed) for name, role in AGENTS.items()]
        buyers = [Buyer(pair) for _ in range(chats)]
        lives = [asyncio.create_task(b.live()) for b in buyers]
        for buyer in buyers:
            buyer.say("人工")
        await _until(lambda: db.read(lambda c: c.execute(_LIVE).scalar_one()) == chats, "all wait")
        restarts = 0
        for part in range(rounds):
            todo = dice.choices(list(DOES), weights=list(DOES.values()), k=events // rounds)
            work = [asyncio.create_task(_work(a, todo[n::2], buyers)) for n, a in enumerate(team)]
            if part % 2:
                await asyncio.sleep(dice.uniform(0.2, 1.5))
                victim = pair.programs[part // 2 % 2]
                await victim.stop(kill=True)
                await asyncio.sleep(dice.uniform(0, 1))
                await victim.start()
                restarts += 1
            await asyncio.gather(*work)
        told = await _settle(db, buyers, team, restarts)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        return told


async def _sign_in(
    stack: AsyncExitStack, db: Database, name: str, role: str, pair: Pair, seed: int
) -> Colleague:
    db.write(lambda c: agents.add(c, name, name.title(), role, 1.0))
    key = db.write(lambda c: agents.make_key(c, name, "link", system_clock().timestamp()))
    http = await stack.enter_async_context(httpx.AsyncClient(timeout=20))
    url = pair.programs[0].url
    answer = await http.post(f"{url}/desk/sign-in", data={"key": key}, headers={"origin": url})
    assert answer.status_code == 303, answer.text
    cookie = "; ".join(f"{k}={v}" for k, v in answer.cookies.items())
    http.cookies.clear()  # they are given with each request, for either process
    return Colleague(name, pair, random.Random(f"{seed}{name}"), cookie, http)  # noqa: S311


async def _work(agent: Colleague, todo: Sequence[str], buyers: Sequence[Buyer]) -> None:
    for does in todo:
        buyer = agent.dice.choice(buyers)
        if does == "buyer":
            buyer.say(agent.dice.choice(("人工", "还在吗", "我等了很久了", "订单号发错了")))
            agent.did["buyer"] += 1
            continue
        own = sorted(agent.mine)
        blind = does in ("claim", "take_over") or not own or agent.dice.random() < 0.15
        await agent.do(does, buyer.chat if blind else agent.dice.choice(own))


async def _settle(db: Database, buyers: Sequence[Buyer], team: Sequence[Colleague], restarts: int) -> Told:
    let_in: Counter[tuple[str, str]] = sum((a.let_in for a in team), Counter())

    def quiet() -> bool:
        open_work = db.read(lambda c: c.execute(_INBOX).scalar_one() + c.execute(_OUTBOX).scalar_one())
        heard = Counter(
            (b.chat, text) for b in buyers for author, text in b.told.values() if author == "agent"
        )
        return not open_work and all(b.silent for b in buyers) and not let_in - heard

    said = "" if await _until(quiet, "") else "it never came to rest: work, words or replies are left over"
    ledgers = db.read(read_ledgers)
    faults = [said] if said else []
    faults += [f"{chat}: {fault}" for chat, ledger in ledgers.items() for fault in ledger.faults]
    stored = Counter((chat, text) for chat, ledger in ledgers.items() for _, text in ledger.replies)
    faults += [f"{chat}: {text!r} was let in and is not stored" for chat, text in let_in - stored]
    faults += [f"{chat}: {text!r} is stored and nobody was told so" for chat, text in stored - let_in]
    for b in buyers:
        heard = Counter((b.chat, text) for author, text in b.told.values() if author == "agent")
        theirs = Counter({k: n for k, n in let_in.items() if k[0] == b.chat})
        faults += [f"{b.chat} never heard {text!r}" for _, text in theirs - heard]
        faults += [f"{b.chat} heard {text!r}, which is not for them, or twice" for _, text in heard - theirs]
        faults += [f"{b.chat} was sent a line twice"] * b.twice
        lines = db.read(lambda conn, b=b: conversations.transcript(conn, b.chat))  # type: ignore[misc]
        kept = [m.key for m in lines if m.author == "buyer"]
        if kept != b.confirmed:
            faults.append(f"{b.chat}: confirmed {b.confirmed}, but {kept} stand in the transcript")
    lapses = db.read(lambda c: c.execute(_LAPSES).scalar_one())
    did: Counter[str] = sum((a.did for a in team), Counter())
    refused: Counter[str] = sum((a.refused for a in team), Counter())
    return Told(did, refused, lapses, restarts, sum(a.again for a in team), sum(let_in.values()), faults)


_LIVE = select(func.count()).select_from(queue).where(queue.c.closed_at.is_(None))
_INBOX = select(func.count()).select_from(inbox).where(inbox.c.done_at.is_(None))
_OUTBOX = select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
_LAPSES = select(func.count()).select_from(alert).where(alert.c.key.like("lapsed:%"))


async def _until(holds: object, what: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            while not holds():  # type: ignore[operator]  # noqa: ASYNC110 - tables ring no bell
                await asyncio.sleep(0.3)
    except TimeoutError:
        if what:
            raise RuntimeError(f"after {PATIENCE:.0f} seconds not {what}") from None
        return False
    return True


async def _one(name: str, options: argparse.Namespace, folder: Path, verdict: Verdict) -> None:
    server: PostgresServer | None = None
    if name == "postgresql":
        binaries = find_binaries() or missing("PostgreSQL", "install it")
        server = PostgresServer(binaries)
        server.start()
    try:
        url = server.create() if server else f"sqlite:///{folder / 'chaos.db'}"
        told = await play(url, folder, options.chats, options.events, options.seed)
    finally:
        if server:
            server.stop()
    counts = ", ".join(f"{n} {does}" for does, n in sorted(told.events.items()))
    no = ", ".join(f"{n} {does}" for does, n in sorted(told.refused.items()))
    verdict.say(f"{name}: {options.chats} chats, {sum((told.events + told.refused).values())} events")
    verdict.say(f"  done: {counts}")
    verdict.say(f"  refused: {no}")
    verdict.say(f"  {told.lapses} leases ran out, {told.restarts} kills, {told.again} requests sent again")
    verdict.held(
        f"  {told.replies} replies, each to its own buyer once; {len(told.faults)} violations",
        not told.faults,
    )
    for fault in told.faults[:20]:
        verdict.say(f"    {fault}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default=None)
    options = parser.parse_args()
    verdict = Verdict()
    for name in [options.on] if options.on else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(_one(name, options, Path(folder), verdict))
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main())
