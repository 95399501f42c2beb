"""Fitted arrays kept in a folder under a hash of what they were fitted from; a broken or old file is not there."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.understanding.model import Trained


def key(rows: Sequence[tuple[str, str]], lexicon_digest: str, lang: str) -> str:
    """Name of the file for these (topic, text) rows."""
    shape = [_code(), lang, lexicon_digest, list(rows)]
    return hashlib.sha256(json.dumps(shape, ensure_ascii=False).encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of this package's source: what another version of it fitted is not used."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def load(folder: Path | None, name: str) -> Trained | None:
    if folder is None:
        return None
    try:
        whole = io.BytesIO((folder / f"{name}.npz").read_bytes())
        with np.load(whole, allow_pickle=False) as kept:
            trained = Trained(**{field: kept[field] for field in Trained.__dataclass_fields__})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return trained if np.isfinite(trained.alpha).all() else None


def save(folder: Path | None, name: str, trained: Trained) -> None:
    """Written beside and moved in place, so that a reader never meets half a file. A full disk is no fault here."""
    if folder is None:
        return
    part = folder / f".{name}.{os.getpid()}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(part, **trained.arrays())  # type: ignore[arg-type]
        part.replace(folder / f"{name}.npz")
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
