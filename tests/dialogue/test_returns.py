"""The guided return as a conversation: what is asked, what is not, what comes of it. Nothing but `decide` runs."""

from datetime import timedelta

import pytest

from bot.cases.case import CaseType, Status
from bot.dialogue.turn import Kit
from tests.dialogue.talk import NOON, Talk, changed, order

DRESS = order("T1001", "碎花连衣裙", insurance=True)
LAMP = order("T1002", "台灯", paid="88.00", pay="credit_card")


def agreed(kit: Kit) -> Talk:
    """A return of the dress, agreed a moment ago."""
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    talk.hear("确认")
    assert talk.case.status == Status.AWAIT_RETURN
    return talk


@pytest.mark.parametrize(
    "said",
    [
        ["我要退T1001那条裙子,没穿过,尺码小了"],
        ["在吗", "裙子太小了想退掉", "吊牌还在"],
        ["退货", "裙子不喜欢", "没拆过"],
        ["the dress is too small, i want to return it, never worn"],
        ["I'd like to send back order T1001. changed my mind, tags still on"],
        ["裙子我不要了", "就试了一下", "不合适"],
    ],
)
def test_what_is_known_is_not_asked(kit: Kit, said: list[str]) -> None:
    talk = Talk(kit, [DRESS, LAMP])
    heard = talk.hear(*said)
    assert "159.00" in heard
    assert talk.state.frame is not None
    assert talk.state.frame.asked == "confirm"
    assert talk.case.order_id == "T1001"


def test_a_return_promises_nothing_before_the_yes(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    assert talk.case.status == Status.DRAFT
    assert talk.case.judged == {}


def test_an_agreed_return_keeps_the_figures_it_was_judged_by(kit: Kit) -> None:
    talk = agreed(kit)
    assert talk.case.judged["refund"] == "159.00"
    assert talk.case.judged["freight"] == "buyer_pays_return_only"
    assert talk.case.judged["window_end"] == "2026-03-16T00:00:00+08:00"
    talk.kit = changed(kit, freight__no_reason_free_shipping_item="seller_pays")
    assert "寄回的运费由您承担" in talk.hear("运费谁出")


def test_freight_is_spoken_before_the_yes(kit: Kit) -> None:
    asked = Talk(kit, [DRESS]).hear("退货,不喜欢,没穿过")
    assert asked.index("寄回的运费由您承担") < asked.index("确认退货吗")
    assert "运费险" in asked
    assert "运费险" not in Talk(kit, [LAMP]).hear("退货,不喜欢,没用过")


@pytest.mark.parametrize(
    "yes", ["好", "嗯嗯", "行吧 那退", "可以的", "OK", "确认", "yes", "go ahead", "对", "确认退货"]
)
def test_many_words_say_yes(kit: Kit, yes: str) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    talk.hear(yes)
    assert talk.case.status == Status.AWAIT_RETURN


@pytest.mark.parametrize("no", ["不", "算了", "先不退了", "不用了", "no", "never mind", "cancel", "不退了"])
def test_many_words_say_no_and_nothing_is_filed(kit: Kit, no: str) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    said = talk.hear(no)
    assert "没有提交" in said or "Nothing was filed" in said
    assert talk.open == []
    assert talk.state.frame is None


def test_a_number_under_the_summary_is_that_line_and_no_yes(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    assert "2. 原因" in talk.hear("退货,不喜欢,没穿过")
    assert "什么原因" in talk.hear("2")
    assert talk.case.status == Status.DRAFT


@pytest.mark.parametrize("words", ["嗯那个", "等一下", "我想想"])
def test_words_that_are_neither_yes_nor_no_file_nothing(kit: Kit, words: str) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    talk.hear(words)
    assert talk.case.status == Status.DRAFT


@pytest.mark.parametrize(
    ("state", "whole"),
    [
        ("never used it", True),
        ("i haven't washed it", True),
        ("没剪吊牌,没洗过", True),
        ("就试穿了一下", True),
        ("i used it once", False),
        ("吊牌剪掉了", False),
        ("没穿出去,但是洗过了", False),
    ],
)
def test_the_state_of_the_goods_is_heard_with_its_negations(kit: Kit, state: str, whole: bool) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢")
    talk.hear(state)
    assert bool(talk.open) is whole


@pytest.mark.parametrize("item", ["台灯", "灯", "那个灯", "the lamp", "台登", "T1002", "第二个", "2"])
def test_an_item_is_named_in_many_ways(kit: Kit, item: str) -> None:
    talk = Talk(kit, [DRESS, LAMP])
    assert "哪一单" in talk.hear("我要退货")
    talk.hear(item)
    assert talk.case.order_id == "T1002"


def test_what_was_said_about_one_thing_is_asked_again_for_another(kit: Kit) -> None:
    talk = Talk(kit, [DRESS, LAMP])
    talk.hear("退裙子,不喜欢,没穿过")
    said = talk.hear("不对,是台灯")
    assert "T1002" in said
    assert "完好吗" in said
    assert talk.case.order_id == "T1002"


def test_only_orders_that_can_go_back_are_offered(kit: Kit) -> None:
    old = order("T1003", "水壶", signed_at="2026-01-01 10:00")
    talk = Talk(kit, [DRESS, LAMP, old])
    talk.hear("我要退货")
    assert talk.labels == ["T1001 碎花连衣裙 ¥159.00", "T1002 台灯 ¥88.00"]
    assert "碎花连衣裙" in Talk(kit, [DRESS, old]).hear("我要退货")


def test_the_request_counts_from_when_it_was_sent(kit: Kit) -> None:
    talk = Talk(kit, [DRESS], now=NOON.replace(day=16, hour=0, minute=3))
    sent = NOON.replace(day=15, hour=23, minute=59)
    assert "确认退货吗" in talk.hear("退货,不喜欢,没穿过", sent=sent)
    talk.hear("确认")
    assert talk.case.status == Status.AWAIT_RETURN


def test_a_refused_return_leaves_no_case_and_shows_the_other_roads(kit: Kit) -> None:
    talk = Talk(kit, [order(custom=True)])
    said = talk.hear("不喜欢,要退货")
    assert "定做" in said
    assert "平台介入" in said
    assert talk.cases == {}
    assert talk.labels == ["商品有问题", "请人工复核"]
    assert "问题已登记" in talk.press("商品有问题")
    assert (talk.case.type, talk.case.order_id) == (CaseType.QUALITY_CLAIM, "T1")


def test_a_fault_named_after_a_refusal_takes_the_other_road(kit: Kit) -> None:
    talk = Talk(kit, [order(custom=True)])
    talk.hear("不喜欢,要退货")
    said = talk.hear("刚发现杯口裂了")
    assert "运费都由我们承担" in said
    assert (talk.case.type, talk.case.status) == (CaseType.QUALITY_CLAIM, Status.PENDING_EVIDENCE)


def test_a_fault_is_asked_for_even_where_the_window_is_long_over(kit: Kit) -> None:
    talk = Talk(kit, [order(signed_at="2026-01-01 10:00")])
    said = talk.hear("拉链坏了,想退货")
    assert talk.case.status == Status.PENDING_EVIDENCE
    assert "照片" in said


def test_photos_sent_ahead_hang_on_the_case_that_comes(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    assert "2 张照片" in talk.hear(photos=2)
    talk.hear("裙子开线了 想退货")
    assert len(talk.evidence[talk.case.id]) == 2


def test_a_flow_edited_in_the_middle_does_not_lose_the_buyer(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("我要退货 不喜欢")
    talk.kit = changed(kit, no_reason_return__window_days=15)
    assert "3月24日 00:00" in talk.hear("没穿过")


def test_a_button_of_an_earlier_step_says_so_and_asks_again(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("退货,不喜欢,没穿过")
    said = talk.tap("track:A1")
    assert "用不上了" in said
    assert "上面的内容都对的话，确认吗" in said


def test_a_yes_pressed_twice_agrees_once(kit: Kit) -> None:
    talk = agreed(kit)
    assert "用不上了" in talk.tap("yes")
    assert [c.status for c in talk.cases.values()] == [Status.AWAIT_RETURN]


def test_the_clocks_of_an_agreed_return(kit: Kit) -> None:
    talk = agreed(kit)
    assert {name: due - talk.now for (_, name), due in talk.timers.items()} == {
        "buyer_ship_back": timedelta(days=7),
        "buyer_ship_back:warn48": timedelta(days=5),
        "buyer_ship_back:warn24": timedelta(days=6),
    }
    assert "还剩 2 天" in talk.wait(days=5) or "48 小时" in talk.wait(days=0)
    assert talk.wait(days=1)
    assert "自动关闭" in talk.wait(days=1)
    assert talk.case.status == Status.CLOSED_TIMEOUT
    assert talk.timers == {}


def test_a_tracking_number_starts_the_shops_clock(kit: Kit) -> None:
    talk = agreed(kit)
    assert "SF1234567890123" in talk.hear("寄了 SF1234567890123")
    assert talk.case.status == Status.RETURN_IN_TRANSIT
    assert "自动退款 ¥159.00" in talk.wait(days=10)
    assert talk.case.status == Status.REFUNDING


def test_a_number_for_two_returns_asks_which(kit: Kit) -> None:
    talk = agreed(kit)
    talk.all_orders[LAMP.id] = LAMP
    talk.hear("台灯也退,不喜欢,没用过")
    talk.hear("确认")
    talk.hear("谢谢")
    talk.state = type(talk.state).from_json({**talk.state.as_json(), "awaiting": {}})
    said = talk.hear("YT1234567890123")
    assert "哪一个" in said
    talk.press("台灯")
    assert {c.order_id: c.status for c in talk.cases.values()} == {
        "T1001": Status.AWAIT_RETURN,
        "T1002": Status.RETURN_IN_TRANSIT,
    }


def test_a_forgotten_draft_is_put_away_after_a_day(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("我要退货")
    assert "先收起来" in talk.wait(hours=24)
    assert talk.open == []
    assert "什么原因" in talk.hear("退货")
