from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.understanding.entities import Amount, read

CASES: list[tuple[str, dict[str, Any]]] = [
    ("T1001", {"order_ids": ("T1001",)}),
    ("t1001那个", {"order_ids": ("T1001",)}),
    ("订单号 202603101234567", {"order_ids": ("202603101234567",), "tracking": ()}),
    ("my order #1042", {"order_ids": ("1042",)}),
    ("order no 408-1234567-7654321", {"order_ids": ("408-1234567-7654321",), "negation": False}),
    ("2026031012345678901", {"order_ids": ("2026031012345678901",)}),
    ("1001", {"order_ids": (), "choice": None}),
    ("寄了 SF1234567890123", {"tracking": ("SF1234567890123",), "order_ids": ()}),
    ("YT8812345678901", {"tracking": ("YT8812345678901",)}),
    ("1Z999AA10123456784", {"tracking": ("1Z999AA10123456784",)}),
    ("JD0123456789012", {"tracking": ("JD0123456789012",)}),
    ("单号 773123456789012", {"tracking": ("773123456789012",)}),
    ("tracking number is 123456789012", {"tracking": ("123456789012",)}),
    ("sent it back 123456789012", {"tracking": ("123456789012",)}),
    ("我的电话13812345566", {"phones": ("13812345566",), "order_ids": ()}),
    ("+86 138 1234 5566", {"phones": ("13812345566",)}),
    ("尾号改成7788", {"phone_tail": "7788"}),
    ("还有我电话换了 尾号改成7788", {"phone_tail": "7788"}),
    ("my phone ends in 7788", {"phone_tail": "7788"}),
    ("我付了159.00元", {"amounts": (Amount(Decimal("159.00"), "CNY"),)}),
    ("退我68块 运费12块", {"amounts": (Amount(Decimal("68"), "CNY"), Amount(Decimal("12"), "CNY"))}),
    ("I paid $1,299.50", {"amounts": (Amount(Decimal("1299.50"), "USD"),)}),
    ("要3件", {"quantity": 3}),
    ("少了两件", {"quantity": 2, "reason": "missing"}),
    ("少一双袜子", {"quantity": 1}),
    ("i bought two pairs", {"quantity": 2}),
    ("重发一个吧", {"quantity": None}),
    ("2", {"choice": 2}),
    ("三", {"choice": 3}),
    ("选2", {"choice": 2}),
    ("第二个", {"choice": 2}),
    ("第3单", {"choice": 3}),
    ("最后一个", {"choice": -1}),
    ("the second one", {"choice": 2}),
    ("the last one", {"choice": -1}),
    ("no i mean 3", {"choice": 3, "corrects": True}),
    ("不是第一个 第三个", {"choice": 3, "corrects": True}),
    ("不喜欢", {"reason": "no_reason"}),
    ("7天无里由那个", {"reason": "no_reason"}),
    ("尺码小了想退", {"reason": "no_reason"}),
    ("買錯了", {"reason": "no_reason"}),
    ("I changed my mind", {"reason": "no_reason"}),
    ("it's too small", {"reason": "no_reason"}),
    ("鞋底开胶了", {"reason": "quality"}),
    ("刚发现杯口有条裂纹啊!!", {"reason": "quality"}),
    ("it stopped working", {"reason": "quality"}),
    ("收到就是碎的", {"reason": "damaged"}),
    ("it arrived broken", {"reason": "damaged"}),
    ("发错颜色了", {"reason": "wrong"}),
    ("you sent me the wrong size", {"reason": "wrong"}),
    ("买了两个只收到一个", {"reason": "missing"}),
    ("和描述不符", {"reason": "not_as_described"}),
    ("不喜欢而且开胶了", {"reason": "quality"}),
    ("想退了", {"reason": None}),
    ("都问了没有", {"negation": True}),
    ("吊牌在的", {"negation": False}),
    ("it isn't here", {"negation": True}),
    ("不退了", {"cancels": True}),
    ("算了", {"cancels": True, "confirms": "no"}),
    ("never mind", {"cancels": True}),
    ("stop", {"cancels": True}),
    ("ok, please stop this", {"cancels": True}),
    ("it hums and then stop", {"cancels": False}),  # what the goods do
    ("cancel that", {"cancels": True}),
    ("怎么取消订单", {"cancels": False}),
    ("don't cancel that", {"cancels": False}),
    ("the first time i order here", {"choice": None}),
    ("this is the 3rd order i've had", {"choice": None}),
    ("last week", {"choice": None}),
    ("第一次买", {"choice": None}),
    ("寄出了 电话13812345566", {"tracking": (), "phones": ("13812345566",)}),
    ("long and short of it", {"reason": None}),
    ("不对,是另一件", {"corrects": True, "quantity": None}),
    ("说错了 是T1003", {"corrects": True, "order_ids": ("T1003",)}),
    ("actually it is T1002", {"corrects": True, "order_ids": ("T1002",)}),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_message_is_read_for_its_facts(text: str, expected: dict[str, Any]) -> None:
    found = read(text)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "可以",
        "行吧 那退",
        "好的 那就退吧",
        "嗯嗯",
        "是的",
        "没问题",
        "ok sure",
        "yes please",
        "go ahead",
        "同意",
        "可以的👌",
    ],
)
def test_a_short_yes_is_a_yes(text: str) -> None:
    assert read(text).confirms == "yes"


@pytest.mark.parametrize("text", ["不了", "不", "不用了谢谢", "算了", "不行", "no thanks", "nope", "不要"])
def test_a_short_no_is_a_no(text: str) -> None:
    assert read(text).confirms == "no"


@pytest.mark.parametrize(
    "text",
    [
        "好的质量在哪",
        "可以退吗",
        "是不是要先付款",
        "no refund yet",
        "yes but who pays freight",
        "退货",
        "",
        "2",
    ],
)
def test_a_question_is_neither_yes_nor_no(text: str) -> None:
    assert read(text).confirms is None


@pytest.mark.parametrize("text", ["", "😀", "9" * 10_000, "退" * 10_000, "1" * 30, "#" * 500, "sf" * 4000])
def test_no_text_makes_it_fail(text: str) -> None:
    assert read(text).phones == ()
