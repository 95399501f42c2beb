"""Which of a buyer's orders a thing's name means: 裙子 for a 碎花连衣裙, "the lamp" for a 台灯, 群子 for 裙子."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.cases.order import Order
from bot.understanding.language import to_simplified
from bot.understanding.pinyin import sound_of

OUTRIGHT = 8  # the score of a name, or of a part of it that is a word of its own
_CHINESE = re.compile(r"[一-鿿]")

# What things are called in the other language, by the piece of the Chinese name that says what the thing is.
# Buyers write in their language about goods that the shop named in its own.
_CALLED = {
    "连衣裙": "dress", "裙": "dress skirt", "衬衫": "shirt blouse", "卫衣": "hoodie sweatshirt",
    "毛衣": "sweater jumper", "羽绒服": "jacket coat", "冲锋衣": "jacket", "外套": "jacket coat",
    "大衣": "coat", "西装": "suit", "衣": "shirt clothes", "裤": "trousers pants jeans", "袜": "socks",
    "帽": "hat cap", "手套": "gloves", "围巾": "scarf", "鞋": "shoes sneakers trainers", "靴": "boots",
    "背包": "backpack bag", "包": "bag handbag", "箱": "suitcase luggage", "手表": "watch", "表": "watch",
    "项链": "necklace", "戒指": "ring", "眼镜": "glasses", "灯": "lamp", "马克杯": "mug",
    "保温杯": "bottle flask thermos", "杯": "cup mug", "水壶": "kettle bottle", "壶": "kettle pot",
    "锅": "pan pot wok", "碗": "bowl", "盘": "plate", "毛巾": "towel", "被子": "quilt duvet", "枕": "pillow",
    "床单": "sheets", "椅": "chair", "桌": "table desk", "沙发": "sofa couch",
    "耳机": "earphones headphones earbuds", "充电宝": "powerbank charger", "充电器": "charger",
    "数据线": "cable", "手机壳": "cover", "手机": "phone", "平板": "tablet", "电脑": "computer laptop",
    "笔记本": "notebook laptop", "键盘": "keyboard", "鼠标": "mouse", "音箱": "speaker", "相机": "camera",
    "吹风机": "dryer hairdryer", "风扇": "fan", "电饭煲": "cooker", "面膜": "mask masks", "口红": "lipstick",
    "香水": "perfume", "面霜": "cream", "玩具": "toy", "积木": "blocks", "书": "book", "雨伞": "umbrella",
    "伞": "umbrella", "草莓": "strawberries strawberry", "水果": "fruit", "花": "flowers", "相册": "album",
    "地毯": "carpet rug", "窗帘": "curtains",
}  # fmt: skip
# Other words for the same thing, where no character is shared.
_ALIKE = {
    "冲锋衣": "外套", "羽绒服": "外套", "卫衣": "外套 上衣", "衬衫": "上衣", "t恤": "上衣 短袖",
    "连衣裙": "衣服", "裤": "裤子", "耳机": "耳麦", "充电宝": "移动电源", "保温杯": "水杯 杯子", "水壶": "水杯",
    "笔记本": "电脑", "灯": "灯具",
}  # fmt: skip


def meant_by_item(text: str, among: Sequence[Order]) -> list[Order]:
    """Those of `among` whose item the text names best; none where it names none. Slips of the keyboard count last."""
    said = to_simplified(text).lower()
    return _best(among, lambda item: _named(said, item)) or _best(among, lambda item: _sounds(said, item))


def named_outright(text: str, among: Sequence[Order]) -> Order | None:
    """The one order whose thing the text names by more than a character it may share with any other word."""
    said = to_simplified(text).lower()
    items = {o.id: to_simplified(o.item).lower() for o in among}
    named = [o for o in among if _named(said, items[o.id]) >= OUTRIGHT or f"{items[o.id][-1:]}子" in said]
    return named[0] if len(named) == 1 else None


def _best(among: Sequence[Order], score: Callable[[str], int]) -> list[Order]:
    scores = {o.id: score(to_simplified(o.item).lower()) for o in among}
    best = max(scores.values(), default=0)
    return [o for o in among if scores[o.id] == best] if best else []


def _named(text: str, item: str) -> int:
    words = [w for w in _called(item) if _says(text, w)]
    pairs = [p for p in _pairs(item) if p in text]
    alike = [w for piece, names in _ALIKE.items() if piece in item for w in names.split() if w in text]
    # The last character of a Chinese item name is the thing itself: 裙 of 连衣裙, 杯 of 马克杯.
    last = item[-1:] if _CHINESE.fullmatch(item[-1:]) else ""
    return 10 * len(words) + 10 * len(pairs) + 8 * bool(alike) + (5 if last and last in text else 0)


def _says(text: str, word: str) -> bool:
    if _CHINESE.search(word):
        return word in text
    return bool(re.search(rf"\b{word.removesuffix('s')}s?\b", text))


def _called(item: str) -> set[str]:
    """The item's own English words, and what the thing is called in the other language."""
    own = set(re.findall(r"[a-z]{3,}", item))
    bare = {w.removesuffix("s") for w in own}
    chinese = {
        piece for piece, names in _CALLED.items() if bare & {n.removesuffix("s") for n in names.split()}
    }
    return own | chinese | {w for piece, names in _CALLED.items() if piece in item for w in names.split()}


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
