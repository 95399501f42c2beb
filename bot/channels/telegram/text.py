"""Text to and from Telegram: cleaned on the way in, cut to its limits on the way out. Pure.

Telegram counts UTF-16 units: a character outside the basic plane, such as most emoji, counts twice.
"""

from __future__ import annotations

from collections.abc import Iterator

TEXT_LIMIT = 4096  # units of a message, core.telegram.org/bots/api#sendmessage
INCOMING_LIMIT = 16_384  # characters; Telegram itself never sends more than 4,096, another server might
# Where a long text may be cut, the best place first.
BREAKS = ("\n\n", "\n", "。", ". ", "!", "?", ";", ",", " ")


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which JSON allows and no database takes."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "")[:INCOMING_LIMIT]


def units(text: str) -> int:
    """How long Telegram says the text is."""
    return len(text) + sum(c > "\uffff" for c in text)


def pieces(text: str, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """The text in messages Telegram takes, cut at a line break if possible; none where nothing is visible."""
    text = text.strip()
    while units(text) > limit:
        cut = _cut(text, limit)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _cut(text: str, limit: int) -> int:
    fits = limit
    while units(text[:fits]) > limit:
        fits -= max(1, (units(text[:fits]) - limit) // 2)
    for mark in BREAKS:
        # A break in the first half would leave a stub of a message; a worse mark further on reads better.
        at = text.rfind(mark, fits // 2, fits)
        if at > 0:
            return at + len(mark)
    return fits
