"""Which of a buyer's orders a thing's name means: 裙子 for a 碎花连衣裙, "the lamp" for a 台灯, 群子 for 裙子."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from bot.cases.order import Order
from bot.understanding import slips
from bot.understanding.language import to_simplified
from bot.understanding.pinyin import sound_of

OUTRIGHT = 8  # the score of a name, or of a part of it that is a word of its own
_CHINESE = re.compile(r"[一-鿿]")

# The piece of an item's name that says what the thing is → what buyers call it, in both languages (`lexicon.yaml`).
Things = Mapping[str, tuple[str, ...]]


def meant_by_item(text: str, among: Sequence[Order], things: Things) -> list[Order]:
    """Those of `among` whose item the text names best; none where it names none. Slips of the keyboard count last."""
    said = to_simplified(text).lower()
    return (
        _best(among, lambda item: _named(said, item, things))
        or _best(among, lambda item: _sounds(said, item))
        or _best(among, lambda item: _misspelt(said, item, things))
    )


def named_outright(text: str, among: Sequence[Order], things: Things) -> Order | None:
    """The one order whose thing the text names by more than a character it may share with any other word."""
    said = to_simplified(text).lower()
    items = {o.id: to_simplified(o.item).lower() for o in among}
    named = [
        o for o in among if _named(said, items[o.id], things) >= OUTRIGHT or f"{items[o.id][-1:]}子" in said
    ]
    return named[0] if len(named) == 1 else None


def names_a_thing(text: str, things: Things) -> bool:
    """Whether the text names goods of any kind, theirs or not."""
    said = to_simplified(text).lower()
    names = {name for piece, others in things.items() for name in (piece, *others) if len(name) >= SHORTEST}
    return any(name in said if _CHINESE.search(name) else _says(said, name) for name in names)


SHORTEST = 2  # characters of a name; a single one is a part of too many words


def _best(among: Sequence[Order], score: Callable[[str], int]) -> list[Order]:
    scores = {o.id: score(to_simplified(o.item).lower()) for o in among}
    best = max(scores.values(), default=0)
    return [o for o in among if scores[o.id] == best] if best else []


def _named(text: str, item: str, things: Things) -> int:
    names = called(item, things)
    words = [w for w in names if not _CHINESE.search(w) and _says(text, w)]
    pairs = [p for p in _pairs(item) if p in text]
    alike = any(w in text for w in names if _CHINESE.search(w))
    # The last character of a Chinese item name is the thing itself: 裙 of 连衣裙, 杯 of 马克杯.
    last = item[-1:] if _CHINESE.fullmatch(item[-1:]) else ""
    return 10 * len(words) + 10 * len(pairs) + 8 * alike + (5 if last and last in text else 0)


def _misspelt(text: str, item: str, things: Things) -> int:
    """ "Umrella" is the umbrella, 台那单 the order of the 台灯: one slip in an English word, the end of a name lost."""
    names = frozenset(name for name in called(item, things) if name.isascii())
    return 5 * bool(slips.english(text, names, _OTHER_WORDS.__contains__) or _cut_short(text, item))


def _cut_short(text: str, item: str) -> bool:
    """The first character of a name of two stands alone, where a name would."""
    first = item[:1]
    if len(item) != 2 or not _CHINESE.fullmatch(first) or first in _SAYS_MORE:
        return False
    return bool(
        re.search(
            rf"(?:^|[，,。！!？?\s个件的是给把入发])\s*{first}(?=[那这的和是怎还没不降补发要了单]|$)", text
        )
    )


# Characters that begin names of goods and say something by themselves: 大了 is no coat.
_SAYS_MORE = (
    "大小长短厚薄红黑白蓝绿黄灰新旧老好多少高低手电水男女童全半双单三四五六一二两不没有无真假冷热冰开风快干"
)
# Real words one slip from names of goods.
_OTHER_WORDS = {
    "address",
    "short",
    "shirts",
    "shoots",
    "stress",
    "please",
    "chase",
    "place",
    "places",
    "phone",
    "shit",
}


def _says(text: str, word: str) -> bool:
    return bool(re.search(rf"\b(?:{word}|{word.removesuffix('s')})(?:e?s)?\b", text))


def called(item: str, things: Things) -> set[str]:
    """What a thing is called: its own English words, other words for it, and those of the other language."""
    own = set(re.findall(r"[a-z]{3,}", item))
    bare = {w.removesuffix("s") for w in own}
    chinese = {piece for piece, names in things.items() if bare & {n.removesuffix("s") for n in names}}
    return own | chinese | {w for piece, names in things.items() if piece in item for w in names}


def _pairs(item: str) -> list[str]:
    return [p for p in (item[i : i + 2] for i in range(len(item) - 1)) if re.fullmatch(r"[一-鿿]{2}", p)]


def _sounds(text: str, item: str) -> int:
    """Typed by sound and picked wrong: 群子 is 裙子. Only the thing itself counts: many characters sound alike."""
    heard = {sound_of(c) for c in text} - {None}
    last = sound_of(item[-1:]) if item else None
    pairs = sum(
        any(sound_of(a) == sound_of(p[0]) and sound_of(b) == sound_of(p[1]) for a, b in pairwise(text))
        for p in _pairs(item)
    )
    suffixed = any(sound_of(a) == last and b in "子儿" for a, b in pairwise(text))
    return 10 * pairs + 5 * bool(last in heard and suffixed)
