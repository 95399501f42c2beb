"""The real program as a process of its own, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from pathlib import Path

import aiohttp

TOP = Path(__file__).resolve().parents[2]
SECRET = "crash-test-secret"
START_SECONDS = 90.0  # the very first start fits the matcher; later ones read its cache


class Program:
    """`python -m bot run` in a folder of its own, taking Telegram's calls at `url`."""

    def __init__(self, folder: Path, database_url: str, telegram_url: str, token: str) -> None:
        self.folder = folder
        self.log = folder / "program.log"
        self.port = _free_port()
        (folder / "data").mkdir()
        cache = TOP / "data" / "cache"  # fitted once for all runs: it is no part of what is tested
        cache.mkdir(parents=True, exist_ok=True)
        (folder / "data" / "cache").symlink_to(cache)
        shutil.copytree(TOP / "knowledge", folder / "knowledge")
        self._env = os.environ | {
            "PYTHONPATH": str(TOP),
            "DATABASE_URL": database_url,
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "BOT_SECRET_KEY": "k" * 43,
            "BOT__TELEGRAM__BASE_URL": telegram_url,
            "BOT__TELEGRAM__MODE": "webhook",
            "BOT__TELEGRAM__WEBHOOK_URL": self.url,
            "BOT__WEB__PORT": str(self.port),
            "BOT__DATA__PATH": str(folder / "data"),
            "BOT__KNOWLEDGE__PATH": str(folder / "knowledge"),
            "BOT__ENGINE__SETTLE_SECONDS": "0.6",
            "BOT__ENGINE__SETTLE_MAX": "1.5",
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/telegram/webhook"

    async def start(self) -> None:
        """Returns once it answers."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.folder,
                env=self._env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            while True:
                assert self._process.returncode is None, f"it ended by itself:\n{self.words()[-3000:]}"
                try:
                    async with http.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL to its whole group: nothing of it gets to say good-bye."""
        if self._process and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def stop(self) -> int:
        """As a service manager stops it; its exit code."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            return await self._process.wait()

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def words(self) -> str:
        """All it has written so far, over all its lives."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
