"""What may be kept as evidence: the one place every channel asks before a file is stored, and how it is given out.

A file is told by its bytes, never by its name or by what the sender says it is. Nothing is decoded: type, pixels,
frames and wholeness are read from headers, so a decompression bomb costs no memory. Storing is the store's part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, get_args
from urllib.parse import quote

import filetype
import imagesize

MB = 1024 * 1024
# A reason is the end of a reply's key, `photo_<reason>`: the buyer is told in words.
Reason = Literal["too_large", "wrong_type", "bomb", "empty", "broken"]
REASONS: tuple[Reason, ...] = get_args(Reason)
# What we take, and the endings such a file's name may have; the first is the one we give it.
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif", ".hif"),
    "image/avif": (".avif",),
    "image/gif": (".gif",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov", ".qt"),
    "application/pdf": (".pdf",),
}
# Phones write these brands, too, which `filetype` leaves without a name.
BRANDS = {
    b"heix": "image/heic",
    b"M4V ": "video/mp4",
    b"avc1": "video/mp4",
    b"iso4": "video/mp4",
    b"iso5": "video/mp4",
    b"iso6": "video/mp4",
}
# A picture of more pixels than this has to carry a byte for every 50 of them. Photos of 50 megapixels have 5 MB and
# more; a bomb of that size fits into 50 kB.
SPARSE_PIXELS = 40_000_000
PIXELS_A_BYTE = 50


@dataclass(frozen=True)
class Limits:
    """The largest photo or document and the largest video in bytes, the largest canvas in pixels, frames of a GIF."""

    file_bytes: int = 20 * MB
    video_bytes: int = 20 * MB
    pixels: int = 120_000_000  # the 108 megapixels of some phones pass
    frames: int = 1_000

    @property
    def most_bytes(self) -> int:
        """Nothing of more bytes is taken, whatever it is."""
        return max(self.file_bytes, self.video_bytes)

    def megabytes(self, mime: str = "") -> str:
        """The limit as it is told: of that type, else of any."""
        most = self.of(mime) if mime else self.most_bytes
        return f"{most / MB:g}"

    def of(self, mime: str) -> int:
        return self.video_bytes if mime.startswith("video/") else self.file_bytes


DEFAULT = Limits()


@dataclass(frozen=True)
class Refused:
    """Why a file is not kept. `most` is the limit in megabytes that the words may name."""

    reason: Reason
    most: str

    @property
    def note(self) -> str:
        """For the people at the desk; the buyer's words are in `knowledge/`."""
        return _NOTES[self.reason].format(most=self.most)


_NOTES: dict[Reason, str] = {
    "too_large": "over {most} MB; the buyer may send a smaller copy",
    "wrong_type": "no photo, video or PDF of a kind that is kept",
    "bomb": "its picture would fill the memory of whoever opens it; it was not opened",
    "empty": "the file is empty",
    "broken": "the file is damaged or cut off",
}


def examine(data: bytes, limits: Limits = DEFAULT) -> str | Refused:
    """The file's real type, or why it is not taken."""
    if not data:
        return Refused("empty", limits.megabytes())
    if len(data) > limits.most_bytes:
        return Refused("too_large", limits.megabytes())
    mime = real_type(data)
    if mime is None:
        return Refused("wrong_type", limits.megabytes())
    reason = _fault(mime, data, limits)
    return Refused(reason, limits.megabytes(mime)) if reason else mime


def real_type(data: bytes) -> str | None:
    """By content; None for what we do not take."""
    kind: Any = filetype.guess(data[:8192])
    mime = kind.mime if kind is not None else None
    if mime == "image/apng":  # a PNG that moves
        mime = "image/png"
    if mime not in ENDINGS and data[4:8] == b"ftyp":
        mime = BRANDS.get(data[8:12])
    return mime if mime in ENDINGS else None


def pixels(data: bytes) -> int:
    """Of a picture, as its header says; 0 where it does not."""
    width, height = _size(data)
    return max(width, 0) * max(height, 0)


def file_name(name: str, mime: str) -> str:
    """The name with an ending that its content bears out: saved as `bill.html`, a picture could run as a page."""
    endings = ENDINGS.get(mime, (".bin",))
    return name if name.lower().endswith(endings) else (name or "file") + endings[0]


def headers(mime: str, name: str) -> dict[str, str]:
    """How a browser is given a stored file: of a known type or as mere bytes, guessed at by nobody, running nothing."""
    how = "inline" if mime.startswith("image/") and mime in ENDINGS else "attachment"
    return {
        "content-type": mime if mime in ENDINGS else "application/octet-stream",
        "content-disposition": f"{how}; filename*=UTF-8''{quote(file_name(name, mime), safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }


def _fault(mime: str, data: bytes, limits: Limits) -> Reason | None:
    if len(data) > limits.of(mime):
        return "too_large"
    if mime.startswith("image/"):
        if not (canvas := pixels(data)):
            return "broken"
        if _is_bomb(canvas, len(data), limits):
            return "bomb"
    frames = _WHOLE[mime](data, limits.frames)
    if frames is None:
        return "broken"
    return "bomb" if frames > limits.frames else None


def _size(data: bytes) -> tuple[int, int]:
    """Width and height as the header says; (-1, -1) where it does not."""
    try:
        width, height = imagesize.get(BytesIO(data))
    except Exception:  # a reader of headers stumbles over a damaged one in many ways
        return -1, -1
    return int(width), int(height)


def _is_bomb(pixels: int, size: int, limits: Limits) -> bool:
    return pixels > limits.pixels or (pixels > SPARSE_PIXELS and pixels > PIXELS_A_BYTE * size)


# --- is it all here? each returns the number of frames (1 where there are none), None where the end is missing -----


def _png(data: bytes, most: int) -> int | None:
    if b"IEND\xaeB`\x82" not in data:
        return None
    animated = data.find(b"acTL", 0, data.find(b"IDAT") + 1)
    return int.from_bytes(data[animated + 4 : animated + 8]) if animated > 0 else 1


def _jpeg(data: bytes, most: int) -> int | None:
    """Walked to the picture itself, since a preview inside the header has an end of its own."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xDA:
            return 1 if data.find(b"\xff\xd9", at + 2 + length) > 0 else None
        at += 1 if marker == 0xFF else 2 + length  # a marker may be padded with more FF
    return None


def _webp(data: bytes, most: int) -> int | None:
    whole = len(data) >= 8 + int.from_bytes(data[4:8], "little")
    return max(1, data.count(b"ANMF")) if whole else None


def _gif(data: bytes, most: int) -> int | None:
    """Block by block, and no further than one frame past `most`."""
    at, frames = 13 + _palette(data[10]), 0
    try:
        while frames <= most and data[at] != 0x3B:
            if data[at] == 0x2C:
                frames += 1
                at += 11 + _palette(data[at + 9])
            elif data[at] == 0x21:
                at += 2
            else:
                return None
            while data[at]:
                at += 1 + data[at]
            at += 1
    except IndexError:
        return None
    return frames or None


def _palette(flags: int) -> int:
    """Bytes of the colour table that follows."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _boxes(data: bytes, most: int) -> int | None:
    """MP4, MOV, HEIC: boxes with their length in front; one of them says what is in the others."""
    at, kinds = 0, set()
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        if 0 < size < 8:
            return None
        kinds.add(kind)
        at = at + size if size else len(data)  # the last box may run to the end without saying so
    return 1 if at <= len(data) and kinds & {b"moov", b"meta", b"moof"} else None


def _pdf(data: bytes, most: int) -> int | None:
    return 1 if b"%%EOF" in data[-2048:] else None


_WHOLE: dict[str, Callable[[bytes, int], int | None]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/heic": _boxes,
    "image/avif": _boxes,
    "image/gif": _gif,
    "video/mp4": _boxes,
    "video/quicktime": _boxes,
    "application/pdf": _pdf,
}
