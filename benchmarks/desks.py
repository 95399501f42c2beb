"""How live the desk is: `python -m benchmarks.desks [--desks 200] [--messages 40] [--postgres URL]`.

The real program in a process of its own. So many desks hang on it, each a lead's own with a chat open; one of them
replies, and what counts is the time from that press until a desk has the words: where each shows its own chat (the
one that shows this one), and where all show the same. Memory is what the program has grown by, per desk. Then a real
browser, where there is one: the first paint of the window, and eleven tabs of one browser that all hear.

Fails where the median push takes more than 60 ms or a desk more than 0.3 MB, the first paint 0.6 s or more, or a tab
hears nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from playwright.async_api import async_playwright
from sqlalchemy import Connection
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.tables import Verdict
from bot.store import agents, conversations, handoff
from bot.store.db import Database
from tests.support.chromium import find_chromium, flags
from tests.support.program import Program

MOST_PUSH, MOST_MEMORY, MOST_PAINT = 0.060, 0.3, 0.6  # s, MB a desk, s
TABS, WRITERS = 11, 8
QUEUED, LINES = 20, 30  # chats that wait, and what was said in each
PAUSE = 0.25  # seconds between two replies
SAYINGS = (
    "我想退货",
    "裙子的颜色和图片不一样",
    "这就为您查一下",
    "好的，谢谢",
    "where is my parcel?",
    "还要多久",
)


@dataclass
class Desk:
    """One agent's open window, as its page keeps it."""

    name: str
    http: httpx.AsyncClient
    line: ClientConnection | None = None
    heard: dict[str, float] = field(default_factory=dict)  # text → when it came
    frames: int = 0
    size: int = 0

    @property
    def own(self) -> str:
        """The chat they hold."""
        return f"web:mine{self.name[-3:]}"

    async def open(self, chat: str) -> None:
        await self.live.send(json.dumps({"open": chat, "have": {}}))

    @property
    def live(self) -> ClientConnection:
        assert self.line is not None
        return self.line

    async def listen(self) -> None:
        async for frame in self.live:
            now = time.perf_counter()
            self.frames += 1
            self.size += len(frame)
            at = frame.find("push-")  # type: ignore[arg-type]
            while at >= 0:
                self.heard.setdefault(str(frame[at : at + 10]), now)
                at = frame.find("push-", at + 5)  # type: ignore[arg-type]


def fill(conn: Connection, count: int) -> list[str]:
    """So many agents with a chat each, and more chats that wait; the one-time link of each agent."""
    now = time.time()
    links = []
    for n in range(count):
        name = f"agent{n:03}"
        agents.add(conn, name, f"客服{n}", "lead", now)
        links.append(agents.make_key(conn, name, "link", now))
        _talk(conn, f"web:mine{n:03}", now)
        handoff.claim(conn, f"web:mine{n:03}", name, now)
    for n in range(QUEUED):
        _talk(conn, f"web:wait{n:02}", now)
    return links


def _talk(conn: Connection, chat: str, now: float) -> None:
    conversations.identify(conn, chat, name=f"买家 {chat[-3:]}")
    for n in range(LINES):
        author = ("buyer", "bot")[n % 2]
        conversations.add_message(conn, chat, author, SAYINGS[n % len(SAYINGS)], now - 60 * (LINES - n))
    handoff.enqueue(conn, chat, ["human"], 100, "zh", now)


@asynccontextmanager
async def desks(url: str, links: Sequence[str]) -> AsyncIterator[list[Desk]]:
    """All signed in, no line open yet."""
    async with AsyncExitStack() as stack:
        found = []
        for n, link in enumerate(links):
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=url, headers={"origin": url}, timeout=60)
            )
            answer = await http.post("/desk/sign-in", data={"key": link})
            assert answer.status_code == 303, answer.text
            found.append(Desk(f"agent{n:03}", http))
        yield found


async def connect_all(url: str, all_: Sequence[Desk]) -> list[asyncio.Task[None]]:
    for desk in all_:
        cookie = "; ".join(f"{k}={v}" for k, v in desk.http.cookies.items())
        desk.line = await connect(
            f"{url.replace('http', 'ws')}/desk/ws",
            origin=url,  # type: ignore[arg-type]
            additional_headers={"cookie": cookie},
            compression=None,
            max_size=None,
        )
        await desk.open(desk.own)
    tasks = [asyncio.create_task(desk.listen()) for desk in all_]
    async with asyncio.timeout(120):
        while not all(desk.frames for desk in all_):  # noqa: ASYNC110 - many lines, no one event
            await asyncio.sleep(0.05)
    return tasks


async def press(desk: Desk, text: str) -> float:
    """One reply; when it was pressed."""
    now = time.perf_counter()
    body = {"chat": desk.own, "id": f"{text}-of-{desk.name}", "text": text}
    answer = await desk.http.post("/desk/act/reply", json=body)
    assert answer.status_code == 200, answer.text
    return now


async def pushes(writers: Sequence[Desk], hearers: Sequence[Sequence[Desk]], first: int) -> list[float]:
    """Each writer replies once; seconds until each of its hearers had the words."""
    took = []
    for n, (writer, ears) in enumerate(zip(writers, hearers, strict=True), first):
        text = f"push-{n:05}"
        pressed = await press(writer, text)
        async with asyncio.timeout(60):
            while not all(text in ear.heard for ear in ears):  # noqa: ASYNC110 - many lines, no one event
                await asyncio.sleep(0.005)
        took += [ear.heard[text] - pressed for ear in ears]
        await asyncio.sleep(PAUSE)
    return took


async def measure(options: argparse.Namespace, folder: Path, verdict: Verdict) -> None:
    environment = {"DATABASE_URL": options.postgres} if options.postgres else {}
    async with Program(folder, **environment) as program:
        url = options.postgres or f"sqlite:///{folder / 'data' / 'aftersales.db'}"
        db = Database(url)
        links = db.write(lambda conn: fill(conn, options.desks))
        process = psutil.Process(program.pid)
        async with desks(program.url, links) as all_:
            await warm(program.url, all_[0])
            before = process.memory_info().rss
            tasks = await connect_all(program.url, all_)
            await asyncio.sleep(5)  # each looks again twice
            idle = await share_of_cpu(process, 5)
            each = (process.memory_info().rss - before) / 2**20 / len(all_)
            verdict.held(f"{len(all_)} open desks: {each:.3f} MB a desk", each <= MOST_MEMORY)
            verdict.say(f"  with nothing going on {idle:.0%} of a processor")
            writers = [all_[n % WRITERS * len(all_) // WRITERS] for n in range(options.messages)]
            await pushes(writers[:WRITERS], [[w] for w in writers[:WRITERS]], 80_000)  # their first words
            own = await pushes(writers, [[w] for w in writers], 0)
            verdict.held(f"  each its own chat: {told(own)}", statistics.median(own) <= MOST_PUSH)
            for desk in all_:
                await desk.open("web:mine000")
            await asyncio.sleep(5)
            count = max(options.messages // 4, 1)
            same = await pushes([all_[0]] * count, [all_] * count, len(own))
            verdict.held(f"  all the same chat: {told(same)}", statistics.median(same) <= MOST_PUSH)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, *(desk.live.close() for desk in all_), return_exceptions=True)
            await browser(program.url, db, all_[1], verdict)
            verdict.say(f"the machine's load {os.getloadavg()[0]:.1f}, on {os.cpu_count()} processors")
        db.close()


async def warm(url: str, desk: Desk) -> None:
    """One desk comes and goes: what the program loads once is no desk's memory."""
    [task] = await connect_all(url, [desk])
    await desk.http.get("/desk")
    await pushes([desk] * 3, [[desk]] * 3, 90_000)
    task.cancel()
    await desk.live.close()
    desk.frames = 0


async def share_of_cpu(process: psutil.Process, seconds: float) -> float:
    began, used = time.perf_counter(), sum(process.cpu_times()[:2])
    await asyncio.sleep(seconds)
    return (sum(process.cpu_times()[:2]) - used) / (time.perf_counter() - began)


def told(seconds: Sequence[float]) -> str:
    ms = sorted(1000 * s for s in seconds)
    late = ms[min(int(len(ms) * 0.95), len(ms) - 1)]
    return f"{statistics.median(ms):.0f} ms a push (95 %: {late:.0f}, most {ms[-1]:.0f}; {len(ms)} heard)"


async def browser(url: str, db: Database, writer: Desk, verdict: Verdict) -> None:
    path = find_chromium()
    if path is None:
        return verdict.say("no Chromium: neither paint nor tabs were measured")
    key = db.write(lambda conn: agents.make_key(conn, "agent002", "link", time.time()))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=flags())
        context = await chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
        page = await context.new_page()
        await page.goto(f"{url}/desk/sign-in?key={key}")
        await page.locator("form button").last.click()
        await page.locator("#queue .wait").first.wait_for()
        paints = []
        for _ in range(9):
            await page.goto(f"{url}/desk?chat={writer.own}")
            paints.append(await page.evaluate(FIRST_PAINT))
        paint = statistics.median(paints)
        words = f"first paint {paint:.2f} s (most {max(paints):.2f}), with {LINES}+ lines and {QUEUED} chats that wait"
        verdict.held(words, paint < MOST_PAINT)
        tabs = [page, *[await context.new_page() for _ in range(TABS - 1)]]
        for tab in tabs[1:]:
            await tab.goto(f"{url}/desk?chat={writer.own}")
        await press(writer, "push-99999")
        heard = 0
        for tab in tabs:
            await tab.locator("#messages", has_text="push-99999").wait_for(timeout=20_000)
            heard += 1
        verdict.held(f"{heard} of {TABS} tabs of one browser heard", heard == TABS)
        await chromium.close()
    return None


FIRST_PAINT = """() => new Promise((done) => {
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
  if (paint()) return done(paint().startTime / 1000);
  new PerformanceObserver((_, seen) => { if (paint()) { seen.disconnect(); done(paint().startTime / 1000); } })
    .observe({ type: "paint", buffered: true });
})"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--messages", type=int, default=40)
    parser.add_argument("--postgres", default="", help="an empty database's URL; the embedded one otherwise")
    options = parser.parse_args()
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(options, Path(folder) / "shop", verdict))
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main())
