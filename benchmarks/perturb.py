"""What buyers' keyboards, scripts and manners do to a message. Pure: the same text, kind and seed give the same text.

A message in which a kind finds nothing to change stays as it is. What a channel puts in (`[order]`, links, @names)
is left alone where letters change.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

Change = Callable[[str, random.Random], str]
T = TypeVar("T")

_DATA = re.compile(r"\[[^\[\]]*\]|https?://\S+|@\S+|#[^#\s]+#|__\w+__|&[a-z]+;")
_CHINESE = re.compile(r"[一-鿿]")
_WORD = re.compile(r"[A-Za-z]{4,}")
_ENDS = re.compile(r"[,.!?;~，。！？；～…]+(?!\d)|$")
_BREAKS = re.compile(r"^|(?<=[,.!?;，。！？；\s])|$")
_WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)} | {ord(" "): 0x3000}
_DOSE = 12  # one slip for every started dozen of characters (Chinese) or words (latin)
_SHORT = (2, 10)  # Chinese characters of a message that someone would type as pinyin as a whole

# Shopping words that the phrase table of pypinyin lacks.
_WORDS = """
退款 退货 换货 补发 快递 物流 包裹 客服 优惠 时候 现在 收到 签收 付款 取消 地址 尺码 颜色 发错 少发 破损 瑕疵 运费 投诉
差价 降价 赔偿 申请 商家 卖家 店家 宝贝 东西 手机 电脑 开票 抬头 税号 维修 保修 正品 假货 催单 下单 改签 到账 余额 红包
积分 券码 活动 满减 赠品 库存 预售 尾款 定金 拒收 驿站 自提 丢件 联系 回复 处理 解决
"""
_SHOPPING = frozenset(_WORDS.split())
# Courtesies, those that the lexicon knows and others: what stands before a message, what after it.
_BEFORE = {
    "zh": "亲|你好|您好呀|老板在不|哈喽|客服小姐姐|劳驾|麻烦问一声|不好意思打扰一下|请教个事儿|那个想咨询一下|打搅了",
    "en": "hi|hello there|good day to you|sorry to bother you|hope you are doing well|quick question|"
    "dear sir or madam|excuse me please|hey guys",
}
_AFTER = {
    "zh": "谢谢|谢谢啦|辛苦了哈|麻烦帮我看看|等您回复|拜托拜托|感激不尽|多谢老板|有劳了|祝生意兴隆",
    "en": "thanks|many thanks in advance|I would really appreciate your help|looking forward to hearing from you|"
    "have a lovely day|cheers|thank you so much for your time|kind regards",
}
_EMOJI = "😀|😭|🙏|😡|👍|❤️|😅|🤔|🎁|📦|💔|🥺|😂|🌹|👀|🙋\u200d♀️"


def perturb(text: str, kind: str, seed: int) -> str:
    """`kind` is one of KINDS, or `all`: every one of them, one after another."""
    chance = random.Random(f"{seed} {kind} {text}")  # noqa: S311 - a seeded draw, not a secret
    for change in KINDS.values() if kind == "all" else [KINDS[kind]]:
        text = change(text, chance)
    return text


def typos(text: str, chance: random.Random) -> str:
    """Chinese: a character left out. Latin words: two letters swapped, one dropped or doubled, never the first."""
    chars = _chinese(text)
    if chars:
        gone = set(chance.sample(chars, _doses(len(chars)))) if len(chars) >= 4 else set()
        return "".join(char for at, char in enumerate(text) if at not in gone)
    words = [m for m in _WORD.finditer(text) if _is_free(text, m.start())]
    for word in sorted(_some(words, chance), key=lambda m: -m.start()):
        text = text[: word.start()] + _slip(word[0], chance) + text[word.end() :]
    return text


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    dropped, doubled = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    return chance.choice([slip for slip in (swapped, dropped, doubled) if slip != word])


def homophones(text: str, chance: random.Random) -> str:
    """Characters replaced by common ones of the same sound, as an input method offers them (tones not typed)."""
    chars = [at for at in _chinese(text) if _same_sound(text[at])]
    if len(chars) < 2:
        return text
    changed = list(text)
    for at in _some(chars, chance):
        changed[at] = chance.choice(_same_sound(text[at]))
    return "".join(changed)


def traditional(text: str, chance: random.Random) -> str:
    """The other script, as OpenCC writes it in general or for Hong Kong."""
    converter = _converter(chance.choice(("s2t", "s2hk")))
    return _outside(text, lambda part: str(converter.convert(part)))


def full_width(text: str, _: random.Random) -> str:
    """Every ASCII character as a Chinese keyboard writes it in full width."""
    return _outside(text, lambda part: part.translate(_WIDE))


def emoji(text: str, chance: random.Random) -> str:
    """One to three of them, at an end or beside a break: few people put one inside a word."""
    places = sorted({m.start() for m in _BREAKS.finditer(text) if _is_free(text, m.start())}, reverse=True)
    for _ in range(chance.randint(1, 3)):
        at = chance.choice(places)
        text = text[:at] + chance.choice(_EMOJI.split("|")) + text[at:]
        places = [place for place in places if place <= at]
    return text


def pinyin(text: str, chance: random.Random) -> str:
    """One Chinese word of two characters in latin letters."""
    words = [
        at
        for at in _chinese(text)
        if (word := text[at : at + 2]) in _SHOPPING or (len(word) == 2 and word in _phrases())
    ]
    if not words:
        return text
    at = chance.choice(words)
    return text[:at] + "".join(_read(text[at : at + 2])) + text[at + 2 :]


def whole_pinyin(text: str, chance: random.Random) -> str:
    """A short Chinese message all in latin letters, its syllables spaced or not; not part of `all`."""
    letters = [char for char in text if char.isalnum()]
    least, most = _SHORT
    if not least <= len(letters) <= most or not all(map(_CHINESE.match, letters)):
        return text
    gap = chance.choice(("", " "))
    return re.sub(r"[一-鿿]+", lambda m: gap.join(_read(m[0])), text)


def polite(text: str, chance: random.Random) -> str:
    """A courtesy before and one after."""
    lang = "zh" if _CHINESE.search(text) else "en"
    gaps = ("，", " ", "") if lang == "zh" else (", ", ". ", " ")
    before, after = (chance.choice(words[lang].split("|")) for words in (_BEFORE, _AFTER))
    # A courtesy runs into the message at its beginning only.
    return before + chance.choice(gaps) + text + chance.choice(gaps[:2]) + after


def punctuation(text: str, chance: random.Random) -> str:
    """Each mark three to five times, and some at the end where there was none."""

    marks = "！？。~" if _CHINESE.search(text) else "!?.~"

    def shout(m: re.Match[str]) -> str:
        if m[0]:
            return m[0] * chance.randint(3, 5) if _is_free(text, m.start()) else m[0]
        return "" if ends else chance.choice(marks) * chance.randint(3, 5)

    ends = text.endswith(tuple(",.!?;~，。！？；～…"))
    return _ENDS.sub(shout, text)


# In the order in which `all` applies them: letters first, then the script, then what is put around them.
KINDS: dict[str, Change] = {
    "homophones": homophones,
    "typos": typos,
    "pinyin": pinyin,
    "traditional": traditional,
    "polite": polite,
    "emoji": emoji,
    "punctuation": punctuation,
    "full width": full_width,
}


def _outside(text: str, change: Callable[[str], str]) -> str:
    """`change` on the parts between what a channel put in."""
    done, at = [], 0
    for m in _DATA.finditer(text):
        done += [change(text[at : m.start()]), m[0]]
        at = m.end()
    return "".join([*done, change(text[at:])])


def _is_free(text: str, at: int) -> bool:
    """Not inside what a channel put in."""
    return not any(m.start() <= at < m.end() for m in _DATA.finditer(text))


def _chinese(text: str) -> list[int]:
    return [m.start() for m in _CHINESE.finditer(text) if _is_free(text, m.start())]


def _doses(count: int) -> int:
    return (count + _DOSE - 1) // _DOSE


def _some(places: list[T], chance: random.Random) -> list[T]:
    return chance.sample(places, _doses(len(places)))


@lru_cache(maxsize=2)
def _converter(name: str) -> Any:
    from opencc import OpenCC

    return OpenCC(name)


@lru_cache(maxsize=1)
def _phrases() -> frozenset[str]:
    from pypinyin.constants import PHRASES_DICT

    return frozenset(phrase for phrase in PHRASES_DICT if len(phrase) == 2)


def _read(word: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [_bare(reading) for reading in lazy_pinyin(word)]


def _bare(reading: str) -> str:
    """Without tone marks; ü as v, as it is typed."""
    letters = unicodedata.normalize("NFD", re.sub("[üǖǘǚǜ]", "v", reading))
    return "".join(char for char in letters if "a" <= char <= "z")


@lru_cache(maxsize=1)
def _sounds() -> dict[str, list[str]]:
    """The common characters (level 1 of GB 2312) by their commonest reading without tone."""
    from pypinyin.constants import PINYIN_DICT

    found: dict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", errors="ignore")
            if char:
                found[_bare(PINYIN_DICT[ord(char)].split(",")[0])].append(char)
    return found


@lru_cache(maxsize=4096)
def _same_sound(char: str) -> list[str]:
    from pypinyin.constants import PINYIN_DICT

    sound = _bare(PINYIN_DICT.get(ord(char), "").split(",")[0])
    return [other for other in _sounds().get(sound, ()) if other != char]
