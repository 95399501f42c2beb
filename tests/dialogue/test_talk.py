"""Everything around the flows: answers, choices, courtesies, people, proofs, languages. Nothing but `decide` runs."""

from dataclasses import replace

import pytest

from bot.cases.case import Status
from bot.dialogue.decide import decide
from bot.dialogue.effects import Alert, Enqueue
from bot.dialogue.state import State
from bot.dialogue.turn import Facts, Kit, Turn
from bot.messages import Incoming
from tests.dialogue.talk import NOON, Talk, order

DRESS = order("T1001", "连衣裙")
THEIRS = order("X7700", "折叠手机", buyer="B2", phone="13987654321")
LAMP = order("T1002", "台灯", paid="88.00")


def test_the_first_turn_says_that_it_is_automated_and_no_later_one(kit: Kit) -> None:
    talk = Talk(kit)
    assert "自动客服" in talk.hear("退款多久到账")
    assert "自动客服" not in talk.hear("退货流程是怎样的")


def test_a_greeting_gets_one_friendly_answer(kit: Kit) -> None:
    talk = Talk(kit)
    said = talk.hear("在吗")
    assert said.count("您好") == 1
    assert "人工" in said


@pytest.mark.parametrize("words", ["好的", "嗯", "ok", "哦好", "知道了", "明白了", "i see", "got it"])
def test_an_acknowledged_answer_needs_no_reply(kit: Kit, words: str) -> None:
    talk = Talk(kit)
    talk.hear("退款多久到账")
    assert talk.hear(words) == ""


def test_an_answer_asked_for_again_offers_a_person(kit: Kit) -> None:
    talk = Talk(kit)
    talk.hear("退款多久到账")
    talk.hear("退款要多久才能到账")
    assert "转人工" in talk.labels


def test_two_questions_are_both_answered_in_one_message(kit: Kit) -> None:
    said = Talk(kit).hear("退款多久到账,另外退货运费谁出")
    assert "工作日" in said
    assert "运费险" in said


def test_a_greeting_while_waiting_tells_the_place(kit: Kit) -> None:
    talk = Talk(kit, scores=(900.0, 800.0))
    assert "第 3 位" in talk.hear("人工")
    assert "第 3 位" in talk.hear("在吗")


@pytest.mark.parametrize(
    "words", ["人工", "转人工", "我要找真人客服", "agent", "talk to a human please", "人工!!", "轉人工"]
)
def test_a_person_is_called_at_the_first_asking(kit: Kit, words: str) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("我要退货")
    talk.hear(words)
    assert talk.handler == "queued"
    assert talk.case.status == Status.DRAFT


def test_closed_hours_say_when_the_team_starts(kit: Kit) -> None:
    late = NOON.replace(hour=23, minute=40)
    assert "3月11日 09:00" in Talk(kit, now=late).hear("人工")


def test_while_a_person_has_the_chat_the_bot_is_silent_and_keeps_the_photos(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("人工")
    talk.with_agent()
    assert talk.hear("我要退货") == ""
    assert talk.hear("退款多久到账?", photos=1) == ""
    assert talk.state.photos


def test_an_agents_words_reach_the_buyer_and_a_note_does_not(kit: Kit) -> None:
    talk = Talk(kit, [DRESS]).with_agent()
    assert talk.act("reply", text="我来看看") == "我来看看"
    assert talk.act("note", text="老客户") == ""
    assert talk.notes == ["老客户"]


def test_an_agent_who_lost_the_chat_is_told(kit: Kit) -> None:
    talk = Talk(kit, [DRESS]).with_agent("mei")
    assert talk.act("reply", name="ann", text="hello") == ""
    assert talk.notes == ["Not sent: this chat is no longer yours."]


@pytest.mark.parametrize(
    ("words", "signal", "said", "urgent"),
    [
        ("充电宝冒烟了", "safety", "停用", True),
        ("有人打电话让我加微信退款", "scam", "挂断", True),
        ("再不退我打12315", "legal_threat", "有权投诉", True),
        ("转我50红包 不然差评伺候", "extortion", "不用红包换评价", True),
    ],
)
def test_what_presses_comes_first_in_any_state(
    kit: Kit, words: str, signal: str, said: str, urgent: bool
) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("我要退货")
    assert said in talk.hear(words)
    assert signal in talk.state.flags
    assert (talk.handler == "queued") is urgent
    assert any(isinstance(e, Alert) for e in talk.effects) is urgent


def test_a_large_sum_and_a_case_open_for_days_press_more(kit: Kit) -> None:
    talk = Talk(kit, [order("T1", "冲锋衣", paid="899.00")])
    talk.hear("退货,不喜欢,没穿过")
    talk.hear("确认")
    talk.wait(days=2)
    talk.hear("人工")
    [queued] = [e for e in talk.effects if isinstance(e, Enqueue)]
    assert set(queued.reasons) == {"human", "high_value", "repeat"}


def test_the_second_miss_offers_a_person_and_the_third_brings_one(kit: Kit) -> None:
    talk = Talk(kit)
    talk.hear("今天天气怎么样")
    assert "同事" in talk.hear("唱首歌吧")
    assert talk.labels == ["转人工"]
    talk.hear("讲个笑话")
    assert talk.handler == "queued"


def test_an_ambiguous_message_gets_a_choice_by_button_and_number(kit: Kit) -> None:
    talk = Talk(kit)
    said = talk.hear("鞋子有问题怎么弄")
    assert "1. " in said
    assert len(talk.labels) >= 3
    assert talk.state.offered[0].value == "topic:item.defect"
    talk.hear("1")
    assert talk.state.frame is not None and talk.state.frame.flow == "quality"


def test_what_was_said_beside_an_unclear_wish_is_not_asked_for_again(kit: Kit) -> None:
    talk = Talk(kit, [DRESS, LAMP])
    talk.hear("台灯有问题怎么弄")
    assert "topic:item.defect" in [button.value for button in talk.state.offered]
    said = talk.tap("topic:item.defect")
    assert "台灯" in said and "哪一单" not in said


def test_words_after_an_unclear_wish_let_go_of_it(kit: Kit) -> None:
    talk = Talk(kit, [DRESS, LAMP])
    talk.hear("台灯有问题怎么弄")
    talk.hear("你们几点上班")
    said = talk.tap("topic:item.defect")
    assert "台灯" in said  # what it was about is remembered
    assert "机器" not in said


def test_a_strangers_order_is_not_told_from_one_that_does_not_exist(kit: Kit) -> None:
    real, none = Talk(kit, [DRESS, THEIRS]), Talk(kit, [DRESS])
    for words in ("X7700到哪了", "X7700 尾号1111", "我要退X7700"):
        assert real.hear(words) == none.hear(words)


def test_order_number_and_phone_tail_open_an_order(kit: Kit) -> None:
    talk = Talk(kit, [THEIRS], buyer=None)
    assert "后四位" in talk.hear("X7700到哪了")
    assert "折叠手机" in talk.hear("4321")


def test_tries_are_limited_even_for_the_right_answer(kit: Kit) -> None:
    talk = Talk(kit, [THEIRS], buyer=None)
    talk.hear("我要退货")
    for wrong in ("1111", "2222", "3333", "4444", "5555"):
        talk.hear(f"X7700 尾号{wrong}")
    assert "折叠手机" not in talk.hear("X7700 尾号4321")


def test_a_verdict_on_the_very_order_comes_before_the_rules(kit: Kit) -> None:
    old = order("T1002", "台灯", signed_at="2026-02-01 10:00")
    talk = Talk(kit, [DRESS, old])
    assert "3月16日 00:00" in talk.hear("连衣裙还能退吗")
    assert "已经过了" in talk.hear("台灯还能退吗")
    assert talk.cases == {}


def test_english_is_answered_in_english_and_traditional_in_traditional(kit: Kit) -> None:
    assert "working days" in Talk(kit).hear("how long do refunds take")
    assert "個" in Talk(kit).hear("退貨流程是怎樣的")


def test_asking_for_the_other_language_repeats_the_open_question(kit: Kit) -> None:
    talk = Talk(kit, [DRESS])
    talk.hear("我要退货")
    assert "reason" in talk.hear("English please")
    assert "原因" in talk.hear("说中文")


def test_the_state_survives_a_round_through_json_at_every_step(kit: Kit) -> None:
    """`Talk` carries the state as JSON from turn to turn; here it is also the same twice over."""
    talk = Talk(kit, [DRESS])
    for words in ("在吗", "我要退货", "不喜欢", "没穿过", "确认", "寄了 SF1234567890123"):
        talk.hear(words)
        assert type(talk.state).from_json(talk.state.as_json()) == talk.state
    assert talk.case.status == Status.RETURN_IN_TRANSIT


def test_deciding_twice_gives_the_same_decision(kit: Kit) -> None:
    one, two = Talk(kit, [DRESS]), Talk(kit, [DRESS])
    for words in ("我要退货", "不喜欢", "没穿过", "确认"):
        assert one.hear(words) == two.hear(words)
        assert one.effects == two.effects


# --- what a conversation remembers ---------------------------------------------------------------------------------


def test_a_flow_edited_while_a_buyer_is_inside_goes_on_with_what_is_known(kit: Kit) -> None:
    talk = Talk(kit, [order()])
    talk.hear("裙子想退 不喜欢")
    edited = replace(kit.flows["return"], hash="another")
    talk.kit = replace(kit, flows={"return": edited})
    assert "确认退货吗" in talk.hear("吊牌都在 没穿过")


def test_a_flow_that_is_gone_lets_the_buyer_go_and_ends_the_draft(kit: Kit) -> None:
    talk = Talk(kit, [order()])
    talk.hear("裙子想退 不喜欢")
    talk.kit = replace(kit, flows={})
    assert talk.hear("退款多久到账")
    assert talk.state.frame is None
    assert [c for c in talk.cases.values() if c.is_open] == []


def test_a_state_written_by_another_version_is_read_without_what_is_unknown() -> None:
    frame = {"flow": "return", "hash": "h", "case": "A1", "later": 1}
    row = {
        "version": 9,
        "lang": "en",
        "new": True,
        "frame": frame,
        "offered": [{"label": "l", "value": "v", "x": 0}],
    }
    state = State.from_json(row)
    assert (state.lang, state.frame and state.frame.case, state.offered[0].value) == ("en", "A1", "v")


def test_another_person_in_the_same_chat_inherits_no_proof_and_no_flow(kit: Kit) -> None:
    guest = State(proved=("T9",), order="T9", claimed="T8", buyer="lin")
    event = Incoming("web:b", "1", kind="start", buyer="emma")
    turn = Turn("web:b", (event,), 1, NOON)
    after = decide(guest, turn, Facts(buyer="emma"), kit, NOON).state
    assert (after.buyer, after.proved, after.order, after.claimed) == ("emma", (), None, None)
