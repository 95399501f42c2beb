"""Which language a message is in, and the two Chinese scripts. No matching here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.messages import Lang

_CJK = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
# What a buyer pastes says nothing about the language they write in.
_DATA = re.compile(
    r"https?://\S+|\[[^\[\]]{1,24}\]|@\S+|\b[A-Za-z]{0,4}[-_#]?\d[\w-]*|\b(?:ok|okay|hi|app|vip|sf|yt|jd|ems|id)\b",
    re.IGNORECASE,
)
# What buyers type without an input method; no English word is among them.
_PINYIN = re.compile(
    r"(?:(?:ni|nin)\s?(?:hao|men)|zai\s?(?:ma|bu)|xie\s?xie|qing\s?wen|tui\s?(?:huo|kuan)|huan\s?huo|ren\s?gong|ke\s?fu|kuai\s?di|wu\s?liu|fa\s?piao|"
    r"wo\s?yao|wo\s?xiang|zen\s?me|shen\s?me|ding\s?dan|dao\s?na\s?le|fa\s?huo|yun\s?fei|a|ma|le|de|ne|ba|[,.!?，。！？\s])+",
    re.IGNORECASE,
)


def detect(text: str, before: Lang | None = None) -> Lang:
    """The language to answer in. A message without words of its own (numbers, ids, emoji, "ok") keeps `before`."""
    if _PINYIN.fullmatch(text.strip()):
        return "zh"
    cjk = len(_CJK.findall(text[:2000]))
    words = len(_LATIN_WORD.findall(_DATA.sub(" ", text[:2000])))
    if cjk == 0 and words == 0:
        if before is None and _LATIN_WORD.search(text):
            return "en"
        return before or "zh"
    # One Chinese character carries about as much as an English word; brand names in a Chinese message are few.
    return "zh" if cjk * 2 >= words else "en"


def is_traditional(text: str) -> bool:
    """True where more of its characters are traditional forms than simplified ones."""
    text = text[:2000]
    if not _CJK.search(text):
        return False
    plain, full = to_simplified(text), to_traditional(text)
    to_plain = sum(a != b for a, b in zip(text, plain, strict=False))
    to_full = sum(a != b for a, b in zip(text, full, strict=False))
    return to_plain > to_full


def to_simplified(text: str) -> str:
    """Traditional characters to simplified ones; everything else unchanged."""
    return str(_converter("t2s").convert(text))


# Words of answering that the converter takes for those of doubling (复 is 覆 or 複).
_SETTLED_WORDS = {"回複": "回覆", "答複": "答覆"}


def to_traditional(text: str) -> str:
    """Simplified characters to traditional ones, character by character and by phrase; everything else unchanged."""
    said = str(_converter("s2tw").convert(text))
    for wrong, right in _SETTLED_WORDS.items():
        said = said.replace(wrong, right)
    return said


@lru_cache(maxsize=2)
def _converter(name: str) -> Any:
    # Built at the first use: a shop that only ever sees English never pays for it.
    from opencc import OpenCC

    return OpenCC(name)
