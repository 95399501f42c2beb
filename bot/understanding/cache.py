"""Fitted arrays kept in a folder under a hash of what they were fitted from; a broken or old file is not there."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.understanding.model import Trained
from bot.understanding.normalise import Plain
from bot.understanding.units import Floats
from bot.understanding.vectors import Encoder


def key(rows: Sequence[tuple[str, str]], lexicon_digest: str, lang: str, kind: str) -> str:
    """What these (topic, text) rows are fitted under."""
    shape = [_code(), lang, lexicon_digest, kind, list(rows)]
    return hashlib.sha256(json.dumps(shape, ensure_ascii=False).encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of this package's source: what another version of it fitted is not used."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def load(folder: Path | None, name: str) -> Trained | None:
    found = _read(folder, name)
    if set(found) != set(Trained.__dataclass_fields__):
        return None
    trained = Trained(**found)
    return trained if np.isfinite(trained.alpha).all() else None


def save(folder: Path | None, name: str, trained: Trained) -> None:
    _write(folder, name, trained.arrays())


@dataclass(frozen=True)
class Index:
    """The phrasings of one language as normalised, and the arrays of their blocks; empty where none were kept."""

    plains: list[Plain]
    blocks: Mapping[str, npt.NDArray[Any]]


def index(folder: Path | None, lang: str, key: str) -> Index:
    found = _read(folder, f"index-{lang}")
    if str(found.pop("key", "")) != key or "plains" not in found:
        return Index([], {})
    plains = [Plain(tuple(text.split(_CLAUSE))) for text in str(found.pop("plains")).split(_TEXT)]
    return Index(plains, found)


def keep(folder: Path | None, lang: str, key: str, fitted: Index) -> None:
    """One a language: the index of an older FAQ is written over."""
    plains = _TEXT.join(_CLAUSE.join(plain.clauses) for plain in fitted.plains)
    _write(folder, f"index-{lang}", {"key": np.array(key), "plains": np.array(plains), **fitted.blocks})


# Control characters, which no normalised text has: between clauses, between texts.
_CLAUSE, _TEXT = "\x1f", "\x1e"


def vectors(folder: Path | None, lang: str, encoder: Encoder, texts: Sequence[str]) -> Floats:
    """A row for each text. Rows known from an earlier fit are taken from there, so an edit costs only what is new."""
    name = f"vectors-{lang}-{encoder.name}"
    kept = _read(folder, name)
    marks, rows = kept.get("marks", _NO_MARKS), kept.get("rows", np.zeros((0, 0), np.float32))
    known = dict(zip(marks.tolist(), rows, strict=True)) if len(marks) == len(rows) else {}
    wanted = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1 for text in texts]
    new = {mark: text for mark, text in zip(wanted, texts, strict=True) if mark not in known}
    if new:
        known.update(zip(new, encoder.encode(list(new.values())), strict=True))
        here = list(dict.fromkeys(wanted))
        _write(folder, name, {"marks": np.array(here), "rows": np.stack([known[m] for m in here])})
    return np.stack([known[mark] for mark in wanted])


_NO_MARKS = np.zeros(0, np.int64)


def _read(folder: Path | None, name: str) -> dict[str, npt.NDArray[Any]]:
    if folder is None:
        return {}
    try:
        whole = io.BytesIO((folder / f"{name}.npz").read_bytes())
        with np.load(whole, allow_pickle=False) as kept:
            return {field: kept[field] for field in kept.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def _write(folder: Path | None, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Written beside and moved in place, so that a reader never meets half a file. A full disk is no fault here."""
    if folder is None:
        return
    part = folder / f".{name}.{os.getpid()}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(part, **arrays)  # type: ignore[arg-type]
        part.replace(folder / f"{name}.npz")
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
