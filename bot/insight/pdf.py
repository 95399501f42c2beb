"""Draws sections as a PDF: pages, rows that may run over a page's end, photos with their facts. No facts of its own.

The font travels in the file as a subset, so the pages look the same on a machine without Chinese fonts. The same
input gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image, ImageOps
from pylopdf_fonts_zh_cn import sans_path

from bot.insight.sections import Section
from bot.messages import Lang
from bot.photos import pixels

FONT = "noto"
MARGIN, WIDTH = 16.0, 178.0  # millimetres, on A4
LINE = 4.6
PAD = 2.0
GREY, DARK, ACCENT = (110, 110, 110), (25, 25, 25), (20, 70, 120)
PREVIEW = 46.0  # the side of a photo on the page
PREVIEW_PIXELS = 480
DRAWN = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MOST_PIXELS = 40_000_000  # a larger picture is not opened for a preview: it is in the archive as it is
# A word, a figure or an address stays together; any other sign may start a line, except what closes a phrase.
_TOKEN = re.compile(r"(?:[\x21-\x7e\u00a0-\u024f]+|[^\n])[，。、；：？！）》”’」』…]*")


class Paper(FPDF):
    """A4 pages with `foot` (with {n} and {of}) at their ends."""

    def __init__(self, title: str, foot: str, lang: Lang, made: datetime) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_title(title)
        self.set_lang("zh-CN" if lang == "zh" else "en")
        self.set_creation_date(made)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + 4)
        self.add_font(FONT, "", sans_path())
        font = self.fonts[FONT]
        assert isinstance(font, TTFFont)
        self._cmap = font.cmap
        self.add_page()

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self._ink(7.5, GREY)
        text = self._foot.replace("{n}", str(self.page_no())).replace("{of}", "{nb}")
        self.cell(WIDTH, 5, text, align="C")

    # --- what stands on a page -------------------------------------------------------------------------------------

    def heading(self, text: str, size: float = 13) -> None:
        if self.will_page_break(size + 4 * LINE):
            self.add_page()
        self.ln(4)
        self._ink(size, ACCENT)
        self.cell(WIDTH, size * 0.6, self._drawable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def note(self, text: str) -> None:
        self._ink(8, GREY)
        for line in self._fold(text, WIDTH):
            self._line(((MARGIN, WIDTH, line),))
        self.ln(1)

    def table(self, section: Section, empty: str) -> None:  # type: ignore[override]
        """Rows with a hairline under each; one that is longer than the page goes on on the next."""
        if not section.rows:
            return self.note(empty)
        if section.head:
            self._ink(8, GREY)
            self._row(section.head, section.widths)
        for row in section.rows:
            self._ink(8.5, DARK)
            self._row(row, section.widths)
        return None

    def exhibit(self, number: str, facts: Sequence[str], preview: bytes | None, none: str) -> None:
        """A photo as small as it is legible, its facts at its side."""
        height = PREVIEW if preview else 10
        if self.will_page_break(height + 4 * LINE):
            self.add_page()
        page, top, beside = self.page_no(), self.get_y() + 2, MARGIN + PREVIEW + 5
        if preview:
            self.image(BytesIO(preview), MARGIN, top, PREVIEW, PREVIEW, keep_aspect_ratio=True)
        else:
            self._ink(8, GREY)
            self.set_xy(MARGIN, top)
            self.cell(PREVIEW, height, none, border=1, align="C")
        self.set_y(top)
        self._ink(11, ACCENT)
        self._line(((beside, 20, number),))
        self._ink(8, DARK)
        for fact in facts:
            for line in self._fold(fact, WIDTH - PREVIEW - 5):
                self._line(((beside, WIDTH, line),))
        if self.page_no() == page:  # a long caption may have gone on to the next
            self.set_y(max(self.get_y(), top + height))
        self.ln(2)
        self._rule()

    # --- how ---------------------------------------------------------------------------------------------------------

    def _row(self, cells: Sequence[str], widths: Sequence[float]) -> None:
        columns = [WIDTH * part for part in widths]
        folded = [self._fold(text, width - PAD) for text, width in zip(cells, columns, strict=True)]
        lefts = [MARGIN + sum(columns[:n]) for n in range(len(columns))]
        self.ln(0.8)
        for n in range(max(len(lines) for lines in folded)):
            self._line(
                [
                    (left, width, lines[n] if n < len(lines) else "")
                    for left, width, lines in zip(lefts, columns, folded, strict=True)
                ]
            )
        self.ln(0.8)
        self._rule()

    def _line(self, parts: Sequence[tuple[float, float, str]]) -> None:
        if self.will_page_break(LINE):
            self.add_page()
        y = self.get_y()
        for left, width, text in parts:
            self.set_xy(left, y)
            self.cell(width, LINE, text)
        self.set_xy(MARGIN, y + LINE)

    def _rule(self) -> None:
        self.set_draw_color(220)
        self.set_line_width(0.1)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())

    def _ink(self, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(FONT, size=size)
        self.set_text_color(*colour)

    def _fold(self, text: str, width: float) -> list[str]:
        """Lines no wider than `width` in the font that is set."""
        lines: list[str] = []
        for paragraph in self._drawable(text).split("\n"):
            lines.append("")
            for token in _TOKEN.findall(paragraph):
                for piece in self._pieces(token, width):
                    if lines[-1] and self.get_string_width(lines[-1] + piece.rstrip()) > width:
                        lines.append("")
                    lines[-1] += piece if lines[-1] else piece.lstrip()
        return lines

    def _pieces(self, token: str, width: float) -> list[str]:
        """The token, broken only where it alone is wider than a line: a long address, a checksum."""
        if self.get_string_width(token) <= width:
            return [token]
        pieces = [""]
        for sign in token:
            if pieces[-1] and self.get_string_width(pieces[-1] + sign) > width:
                pieces.append("")
            pieces[-1] += sign
        return pieces

    def _drawable(self, text: str) -> str:
        """Signs the font has not, an emoji mostly, by their names: nothing that was said may silently vanish."""
        return "".join(self._sign(sign) for sign in text.replace("\t", " "))

    def _sign(self, sign: str) -> str:
        if sign == "\n" or ord(sign) in self._cmap:
            return sign
        if unicodedata.category(sign) in ("Cc", "Cf", "Mn"):  # joiners and the like, drawn by nobody
            return ""
        return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"


def preview(data: bytes) -> bytes | None:
    """A small JPEG of a picture, upright, without what the camera noted; None for what cannot be drawn here."""
    if not 0 < pixels(data) <= MOST_PIXELS:
        return None
    try:
        with Image.open(BytesIO(data), formats=DRAWN) as picture:
            picture.draft("RGB", (PREVIEW_PIXELS, PREVIEW_PIXELS))
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
            paper = Image.new("RGB", small.size, "white")
            paper.paste(small.convert("RGBA"), mask=small.convert("RGBA"))
    except (OSError, ValueError, SyntaxError, EOFError):  # damaged inside: only the original is enclosed
        return None
    out = BytesIO()
    paper.save(out, "JPEG", quality=82)
    return out.getvalue()
