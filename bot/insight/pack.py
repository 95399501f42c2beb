"""The evidence pack: one ZIP that holds all of a case, for a platform, a court or the buyer.

`00-evidence.pdf` tells it, the photos and files follow by number as the bytes that came, `manifest.json` says the
same to a program. The same record at the same instant gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bot.insight.pdf import Paper, preview
from bot.insight.sections import Setting, Words
from bot.photos import file_name
from bot.store.evidence import Exhibit, Record

Load = Callable[[str], bytes | None]  # an attachment's id → its bytes, where they are here
PDF = "00-evidence.pdf"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Enclosed:
    """An exhibit with its number. `file` is empty where its bytes are not here; `intact`: they have their sum still."""

    number: str
    exhibit: Exhibit
    file: str
    intact: bool
    preview: bytes | None


def write_pack(out: IO[bytes], record: Record, load: Load, setting: Setting) -> None:
    """Write the ZIP to `out`; one file's bytes at a time are in memory."""
    words = Words(record, setting)
    with ZipFile(out, "w") as archive:
        files = [
            _enclose(archive, n, exhibit, load, setting) for n, exhibit in enumerate(words.record.exhibits, 1)
        ]
        told = _draw(words, files)
        _add(archive, PDF, told, setting.now, setting)
        manifest = _manifest(words, files, told)
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        _add(archive, MANIFEST, text.encode(), setting.now, setting, ZIP_DEFLATED)


def _enclose(archive: ZipFile, n: int, exhibit: Exhibit, load: Load, setting: Setting) -> Enclosed:
    number = f"{n:02d}"
    data = load(exhibit.id)
    if data is None:
        return Enclosed(number, exhibit, "", True, None)
    name = f"{number}-{_plain(exhibit)}"
    _add(archive, name, data, exhibit.at, setting)
    intact = hashlib.sha256(data).hexdigest() == exhibit.sha256
    small = preview(data) if exhibit.mime.startswith("image/") else None
    return Enclosed(number, exhibit, name, intact, small)


def _draw(words: Words, files: list[Enclosed]) -> bytes:
    case, setting = words.record.case, words.setting
    title = words.say("title")
    foot = f"{case.id}  ·  " + words.say("page", n="{n}", of="{of}")
    paper = Paper(f"{title} {case.id}", foot, setting.lang, setting.now)
    cover = words.cover()
    paper.heading(cover.title, 20)
    paper.table(cover, words.say("none"))
    paper.ln(2)
    paper.note(f"{words.holds()} · {words.say('clock', zone=setting.zone.key)}")
    paper.note(words.say("how"))
    for section in words.sections():
        paper.heading(section.title)
        paper.table(section, words.say("none"))
    paper.heading(words.say("s_files"))
    if not files:
        paper.note(words.say("none"))
    for one in files:
        facts = words.file_facts(one.exhibit, one.file, one.intact)
        paper.exhibit(one.number, facts, one.preview, words.say("no_preview"))
    return bytes(paper.output())


def _manifest(words: Words, files: list[Enclosed], told: bytes) -> dict[str, Any]:
    """Times are ISO 8601 with their offset."""
    case, setting = words.record.case, words.setting

    def iso(at: datetime) -> str:
        return at.astimezone(setting.zone).isoformat(timespec="seconds")

    def entry(one: Enclosed) -> dict[str, Any]:
        e = one.exhibit
        return {
            "number": one.number,
            "file": one.file or None,
            "name": e.name,
            "type": e.mime,
            "size": e.size,
            "sha256": e.sha256,
            "intact": one.intact,
            "received_at": iso(e.at),
            "album": words.album(e.album) if e.album else None,
            "place": e.place if e.album else None,
            "caption": e.caption or None,
            "shows": e.kind,
            "absent": None if one.file else (e.error or "not here yet"),
        }

    return {
        "case": case.id,
        "type": case.type,
        "status": case.status,
        "order": case.order_id,
        "opened_at": iso(case.opened_at),
        "prepared_at": iso(setting.now),
        "document": {"file": PDF, "size": len(told), "sha256": hashlib.sha256(told).hexdigest()},
        "files": [entry(one) for one in files],
    }


def _add(
    archive: ZipFile, name: str, data: bytes, at: datetime, setting: Setting, how: int = ZIP_STORED
) -> None:
    """Dated by when it was received, on the shop's clock; photos are packed already, so they are only stored."""
    local = at.astimezone(setting.zone)
    info = ZipInfo(name, (max(local.year, 1980), *local.timetuple()[1:6]))
    info.compress_type = how
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


def _plain(exhibit: Exhibit) -> str:
    """A name that every system can hold, with the ending of what it really is."""
    name = file_name(PurePath(exhibit.name.replace("\\", "/")).name, exhibit.mime)
    stem, dot, ending = name.rpartition(".")
    return re.sub(r"[^\w-]+", "_", stem)[:60].strip("_") + dot + ending
