"""The real program as a process of its own: `python -m bot run` in a folder of its own, with a port of its own."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Self

import aiohttp

TOP = Path(__file__).resolve().parent.parent.parent
# The matcher's fitted arrays, so that only the first program of a test run has to fit them.
CACHE = (
    Path(tempfile.gettempdir()) / f"aftersales-bot-test-cache-{os.getuid() if hasattr(os, 'getuid') else 0}"
)
START_SECONDS = 60.0
LAST_WORD = "Stop with Ctrl-C."  # of what it prints at the start


class Program:
    """`url` is where it serves; `lines` what it printed. `environment` is laid over a quiet default."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lines: list[str] = []
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        shutil.copy(TOP / "config.yaml", self.folder)
        if not (self.folder / "knowledge").exists():
            (self.folder / "knowledge").symlink_to(TOP / "knowledge")
        if CACHE.exists():
            shutil.copytree(CACHE, self.folder / "data" / "cache", dirs_exist_ok=True)
        await self.start()
        shutil.copytree(self.folder / "data" / "cache", CACHE, dirs_exist_ok=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        environment = {**os.environ, "BOT__WEB__PORT": str(self.port), "BOT__SHOP__HOURS": "00:00-24:00"}
        environment |= {"BOT__ENGINE__SETTLE_SECONDS": "0.3", "PYTHONPATH": str(TOP), **self._environment}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            while not (LAST_WORD in self.lines and await _ready(http, self.url)):
                assert self._process.returncode is None, "\n".join(self.lines)
                await asyncio.sleep(0.05)

    def set(self, **environment: str) -> None:
        """From the next start on."""
        self._environment |= environment

    async def stop(self, kill: bool = False) -> None:
        """End it as Ctrl-C does, or (`kill`) without a word, as a power cut does."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill() if kill else self._process.terminate()
            async with asyncio.timeout(20):
                await self._process.wait()
        await self._reader

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def sign_in_link(self) -> str:
        """The one-time link it printed for the first agent."""
        async with asyncio.timeout(20):
            while True:
                found = re.search(r"(http\S+/desk/sign-in\?key=\S+)", "\n".join(self.lines))
                if found:
                    return found[1]
                await asyncio.sleep(0.05)

    def demo_token(self) -> str:
        """The signed account link of the first demo buyer, as printed for Telegram."""
        found = re.search(r"/start ([\w-]+)", "\n".join(self.lines))
        assert found, self.lines
        return found[1]

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(line.decode().rstrip())


async def _ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
