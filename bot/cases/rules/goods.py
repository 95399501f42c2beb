"""What kind of goods an order is about, as far as a rule depends on it. Shops name categories in their own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from bot.cases.order import Order

Kind = Literal["food_cosmetics_medical_contraceptive", "electronics", "apparel_bag_toy_home"]

# The law's closed list of goods without a no-reason return (消费者权益保护法 art. 25).
_EXCLUDED: Mapping[str, frozenset[str]] = {
    "fresh_perishable": frozenset(
        {"fresh", "perishable", "food_fresh", "fruit", "seafood", "flowers"}
        | {"生鲜", "鲜活", "水果", "海鲜", "鲜花"}
    ),
    "downloaded_or_unsealed_av_software_digital": frozenset(
        {"digital", "software", "download", "game_code", "数字商品", "软件", "虚拟"}
    ),
    "delivered_newspaper_periodical": frozenset(
        {"newspaper", "magazine", "periodical", "报纸", "期刊", "杂志"}
    ),
}
_FOOD = frozenset(
    {"food", "snack", "snacks", "tea", "drink", "fresh", "food_fresh", "fruit", "seafood", "supplement"}
    | {"食品", "零食", "茶叶", "饮料", "生鲜", "水果", "海鲜", "保健食品", "保健品", "formula", "奶粉"}
)
# Goods whose necessary single-use seal, once broken, makes them not intact (七日无理由退货暂行办法 art. 9).
_SEALED = frozenset(
    {"food", "snack", "snacks", "tea", "drink", "cosmetics", "beauty", "skincare", "medical", "contraceptive"}
    | {"食品", "零食", "茶叶", "饮料", "化妆品", "美妆", "护肤", "医疗器械", "计生用品"}
)
_PHONES = frozenset(
    {"phone", "tablet", "laptop", "camera", "headphones", "earphones", "portable", "3c", "smartwatch"}
    | {"手机", "平板", "笔记本", "相机", "耳机", "数码"}
)
_APPLIANCES = frozenset(
    {"electronics", "electronic", "computer", "tv", "appliance", "appliances", "fridge", "washer"}
    | {"电器", "电子", "家电", "电脑", "电视", "冰箱", "洗衣机", "空调", "大家电", "小家电", "电子产品"}
)
_ELECTRONICS = _PHONES | _APPLIANCES
# Durable goods named by the law, its "and the like" left to the shop (消费者权益保护法 art. 23).
_DURABLE = _ELECTRONICS | {"vehicle", "furniture", "机动车", "电动车", "家具"}
# When a visible defect is best told, by the hints' own names in `policy.yaml`.
_HINTS: Mapping[str, frozenset[str]] = {
    "portable_3c": _PHONES,
    "fixed_3c": _APPLIANCES,
    "apparel_shoes_bags_watch": frozenset(
        {"apparel", "clothing", "shoes", "bag", "bags", "watch", "watches", "服装", "服饰", "女装", "男装"}
        | {"童装", "鞋", "鞋靴", "箱包", "手表"}
    ),
    "ceramics": frozenset({"ceramics", "ceramic", "glass", "china", "陶瓷", "瓷器", "玻璃"}),
    "household": frozenset({"home", "household", "textile", "furniture", "kitchen", "家居", "家纺", "家具"}),
    "pet": frozenset({"pet", "pets", "宠物", "活体"}),
}


_IMPORTED = re.compile(
    r"进口|進口|海外|全球购|全球購|跨境|保税|直邮|\bimport|\boverseas\b|cross[- ]border|\bbonded\b",
    re.IGNORECASE | re.ASCII,
)


def excluded_kind(order: Order) -> str | None:
    """Which exclusion by law the goods fall under, by the shop's own category and never by their name."""
    if order.custom:
        return "custom_made"
    words = words_in(order.category)
    return next((kind for kind, names in _EXCLUDED.items() if words & names), None)


def kind_of(order: Order) -> Kind:
    """Which list of art. 9 tells whether the goods are intact; what has no list of its own goes by the broad one."""
    words = words_in(order.category)
    if words & _SEALED:
        return "food_cosmetics_medical_contraceptive"
    return "electronics" if words & _ELECTRONICS else "apparel_bag_toy_home"


def is_food(order: Order) -> bool:
    """Food of any kind, health food and formula included (食品安全法 art. 2)."""
    return bool(words_in(order.category) & _FOOD)


def is_durable(order: Order) -> bool:
    """Machines and the like, for which the seller proves in the first six months (消费者权益保护法 art. 23)."""
    return bool(words_in(order.category) & _DURABLE)


def defect_hint(order: Order) -> str | None:
    """The name of the hint in `timers.surface_defect_report` for these goods; None where there is none."""
    words = words_in(order.category)
    return next((name for name, names in _HINTS.items() if words & names), None)


def imported(order: Order) -> bool:
    """Whether the order was sold as goods from abroad, by its badges or category: then customs papers exist."""
    return any(_IMPORTED.search(text) for text in (*order.badges, order.category))


def words_in(category: str) -> frozenset[str]:
    """`Food/Tea-set` → the whole and each of its words, lower case."""
    plain = category.lower()
    return frozenset({plain, *plain.replace("/", " ").replace("-", " ").split()})
