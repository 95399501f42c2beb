"""`privacy …`: a person's data out as JSON, erased, and what is too old removed; each noted in the audit log."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.shared import bar, console, database, errors, now, settings
from bot.errors import UsageError
from bot.knowledge.load import load
from bot.store import erase as erasing
from bot.store import holdings, privacy, purge
from bot.store.audit import SHELL
from bot.store.conversations import read_bytes
from bot.store.db import Database
from bot.store.person import Person, find

privacy_app = typer.Typer(
    help="A buyer's data: taken out, erased, removed when it is old.", no_args_is_help=True
)
Buyer = Annotated[
    str, typer.Argument(help="An account, a conversation (telegram:123), a case or an order number.")
]


@privacy_app.command("export")
def export(
    buyer: Buyer,
    out: Annotated[Path | None, typer.Option(help="The file to write (default: the screen).")] = None,
    photos: Annotated[Path | None, typer.Option(help="A folder to write their photos into, too.")] = None,
) -> None:
    """Everything held on a person as one JSON document."""
    loaded = settings()
    policy = load(loaded.knowledge.path).policy
    with database(loaded) as db, bar("collecting") as progress:
        person = db.read(lambda conn: find(conn, buyer))
        at = datetime.fromtimestamp(now(), UTC)
        document = db.read(lambda conn: privacy.export(conn, person, policy, at, progress))
        if photos is not None:
            _write_photos(db, document, photos)
        text = json.dumps(document, ensure_ascii=False, indent=2)
        _write(out, text + "\n") if out else None
        # Only what came out is noted.
        db.write(lambda conn: privacy.note_export(conn, person, SHELL, at.timestamp()))
    if out is None:
        sys.stdout.write(text + "\n")
    else:
        console.print(f"{out}: {_told(_sizes(document))}", markup=False)


@privacy_app.command("erase")
def erase(
    buyer: Buyer,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    even_open: Annotated[
        bool,
        typer.Option("--even-open", help="Withdraw cases that are open, and end the talk with an agent."),
    ] = False,
) -> None:
    """Erase a person: words, photos, names, addresses. What the books need stays without who it was."""
    with database(settings()) as db:
        person = db.read(lambda conn: find(conn, buyer))
        held = db.read(lambda conn: holdings.counts(conn, person))
        if not yes:
            _ask(person, held)
        with bar("erasing") as progress:
            done = db.write(
                lambda conn: erasing.erase(conn, person, now(), who=SHELL, even_open=even_open, done=progress)
            )
            db.wipe_log()
    if done is None:
        console.print(f"Nothing is held on {buyer} any more.", markup=False)
        return
    console.print(f"Erased: {_told(done.removed) or 'nothing'}.", markup=False)
    console.print(f"Kept as {done.alias}, without who it was: {_told(done.kept) or 'nothing'}.", markup=False)
    for key in person.shared:
        console.print(
            f"{key} is another account's now; what was said there is erased with that one.", markup=False
        )


@privacy_app.command("purge")
def purge_old(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
) -> None:
    """Remove what is older than `privacy.retention_days`. Safe to run daily; `run` does so by itself."""
    loaded = settings()
    at, days = now(), loaded.privacy.retention_days
    cutoff = at - timedelta(days=days).total_seconds()
    with database(loaded) as db, bar("counting" if dry_run else "removing") as progress:
        if dry_run:
            gone = db.read(lambda conn: purge.counted(conn, cutoff, at))
        else:
            gone = purge.purge(db, cutoff, at, loaded.shop.zone, SHELL, progress)
            db.wipe_log()
    first = datetime.fromtimestamp(cutoff, UTC).astimezone(loaded.shop.zone).date()
    verb = "would be removed" if dry_run else "removed"
    console.print(f"Before {first} ({days} days): {_told(gone) or 'nothing'} {verb}.", markup=False)


def _ask(person: Person, held: dict[str, int]) -> None:
    who = ", ".join(person.names)
    errors.print(f"{who}: {_told(held) or 'nothing'}.", markup=False)
    if not sys.stdin.isatty():
        raise UsageError("nothing was erased: nobody is here to confirm it; write --yes")
    if not typer.confirm("Erase it? It cannot be brought back.", err=True):
        raise UsageError("nothing was erased")


def _told(rows: Any) -> str:
    return ", ".join(f"{part.replace('_', ' ')} {n}" for part, n in rows.items() if n)


def _sizes(document: privacy.Document) -> dict[str, int]:
    talks = document["conversations"]
    return {
        "conversations": len(talks),
        "messages": sum(len(talk["messages"]) for talk in talks),
        "files": sum(len(talk["files"]) for talk in talks),
        "cases": len(document["cases"]),
        "orders": len(document["orders"]),
    }


def _write_photos(db: Database, document: privacy.Document, folder: Path) -> None:
    """As they came; the document tells each one's file."""
    for n, file in enumerate(_files(document), 1):
        data = db.read(lambda conn, i=file["id"]: read_bytes(conn, i))  # type: ignore[misc]
        if data is not None:
            plain = re.sub(r"[^\w.-]+", "_", Path(file["name"]).name)[-80:]
            name = f"{n:03d}-{plain}"
            _write(folder / name, data)
            file["saved_as"] = name


def _files(document: privacy.Document) -> Iterable[privacy.Document]:
    return (file for talk in document["conversations"] for file in talk["files"])


def _write(path: Path, what: str | bytes) -> None:
    """Readable by its owner only; a file of that name is replaced, once the new one is whole."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(what if isinstance(what, bytes) else what.encode())
        os.replace(part, path)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"{path}: cannot be written ({fault.strerror}); name a file in a folder of yours"
        ) from None
