"""Files as buyers send them, made here: real photos, headers that lie, files cut off."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image


def picture(kind: str, colour: str = "tan", side: tuple[int, int] = (64, 48), frames: int = 1) -> bytes:
    """A real picture of this kind (JPEG, PNG, WEBP, GIF, AVIF); with several frames no two are alike."""
    first, *others = [Image.new("RGB", side, colour), *(_frame(side, n) for n in range(1, frames))]
    out = BytesIO()
    many = {"save_all": True, "append_images": others} if others else {}
    first.save(out, kind, **many)
    return out.getvalue()


def png(width: int, height: int, body: bytes = b"\0" * 1000) -> bytes:
    """A PNG whose header says this size, whatever is in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [("IHDR", head), ("IDAT", zlib.compress(body)), ("IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), data) for name, data in parts)


def heic(width: int = 4032, height: int = 3024, payload: int = 4000) -> bytes:
    """The boxes of an iPhone's photo with nothing in the picture itself."""
    size = _box(b"ispe", bytes(4) + struct.pack(">II", width, height))
    where = _box(b"ipma", bytes(4) + struct.pack(">IHBB", 1, 1, 1, 1))
    item = _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 1, 0) + b"hvc1" + b"\0")
    meta = (
        _box(b"pitm", bytes(4) + struct.pack(">H", 1))
        + _box(b"iinf", bytes(4) + struct.pack(">H", 1) + item)
        + _box(b"iprp", _box(b"ipco", size) + where)
    )
    head = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    return head + _box(b"meta", bytes(4) + meta) + _box(b"mdat", bytes(payload))


def mp4(brand: bytes = b"isom") -> bytes:
    return _box(b"ftyp", brand + bytes(4) + brand) + _box(b"moov", bytes(64)) + _box(b"mdat", bytes(500))


PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def _frame(side: tuple[int, int], n: int) -> Image.Image:
    picture = Image.new("RGB", side, "white")
    picture.paste((n % 256, n * 37 % 256, 90), (0, 0, n % side[0] + 1, n % side[1] + 1))
    return picture


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data
