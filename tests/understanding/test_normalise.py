from __future__ import annotations

import pytest

from bot.understanding.lexicon import Lexicon
from bot.understanding.normalise import HEAD, HEAD_ZH, TAIL, TAIL_ZH, normalise, tokens
from tests.understanding.conftest import Faq

LEXICON = Lexicon.from_data(
    {
        "boilerplate": [r"下单时间[:：]\s*[\d-]+"],
        "politeness": {
            "before": {"zh": ["你好", "请问", "亲"], "en": ["hello", "please"]},
            "after": {"zh": ["谢谢", "啊"], "en": ["thanks"]},
        },
        "acknowledgements": {"zh": ["好的"], "en": ["ok"]},
        "spelling": {"pls": "please", "ur": "your", "退贷": "退货"},
        "concepts": {"refund": {"zh": ["退款"], "en": ["refund"]}},
    }
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("退款多久到账", "退款多久到账"),
        ("退款多久到賬？", "退款多久到账"),
        ("ＲＥＦＵＮＤ　ｗｈｅｎ", "refund when"),
        ("你好，请问退款多久到账啊，谢谢", "退款多久到账"),
        ("退款😀😀多久到账!!!!!", "退款 多久到账"),
        ("急急急急 退款", "急 退款"),
        ("Hello, where is ur parcel thanks", "where is your parcel"),
        ("退款 https://shop.example/x?id=1 多久", "退款 多久"),
        ("@小店 退款多久[微笑]", "退款多久"),
        ("单号 773123456789012 到哪了", "单号 到哪了"),
        ("下单时间：2026-03-01 退款多久", "退款多久"),
        ("我要退贷", "我要退货"),
        ("7天无理由", "7天无理由"),
    ],
)
def test_what_does_not_change_the_question_is_taken_out(typed: str, read: str) -> None:
    assert normalise(typed, LEXICON).text == read


@pytest.mark.parametrize("typed", ["", "   ", "😀👍", "12345", "???", "138 1234 5678", "。。。"])
def test_a_message_without_words_is_empty(typed: str) -> None:
    assert normalise(typed, LEXICON).empty


def test_a_greeting_alone_is_kept() -> None:
    assert normalise("你好", LEXICON).text == "你好"


def test_courtesies_stay_where_only_a_nod_would_be_left() -> None:
    assert normalise("好的，谢谢", LEXICON).text == "谢谢"
    assert normalise("好的", LEXICON).text == "好的"
    assert normalise("好的，退款多久到账，谢谢", LEXICON).text == "好的 退款多久到账"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("你好呀客服小姐姐，不好意思又打扰您了，我的件到哪了呀，祝老板天天发财", "我的件到哪了"),
        ("有人在不 裤子能退吗 等您的回复哦", "裤子能退吗"),
        ("我想请教一下哈，发票怎么开，真的非常感谢各位", "发票怎么开"),
        ("麻烦您帮忙取消一下单子，辛苦了哈", "取消一下单子"),
        ("Hope you had a lovely weekend! My parcel is lost. Thank you ever so much", "my parcel is lost"),
        ("so sorry to trouble you again, it is lost. Thank you so very much for all your help", "it is lost"),
        ("dear customer care team a small question. can I return it. Wishing you a good week", "can i return it"),
        ("good evening everyone is it in stock, we would greatly appreciate a prompt reply", "is it in stock"),
    ],
)  # fmt: skip
def test_courtesies_in_words_of_their_own_are_taken_out(typed: str, read: str, faq: Faq) -> None:
    assert normalise(typed, faq[1]).text == read


@pytest.mark.parametrize(
    "said",
    [
        "thank you for nothing",
        "thanks for the wrong size",
        "i would appreciate a refund",
        "waiting for your van since nine",
        "谢谢你们把我的件弄丢了",
        "等你们发货等了十天",
        "请尽快处理我的退款",
    ],
)
def test_what_only_begins_like_a_courtesy_stays(said: str, faq: Faq) -> None:
    assert normalise(said, faq[1]).text == said


def test_a_word_is_not_cut_in_the_middle() -> None:
    assert normalise("helloworld is broken", LEXICON).text == "helloworld is broken"


def test_a_very_long_message_keeps_its_beginning_and_its_end() -> None:
    text = "退款多久到账。" + "故事" * 5000 + "。请给我回电话"
    plain = normalise(text, LEXICON)
    assert plain.clauses[0] == "退款多久到账"
    assert plain.clauses[-1] == "请给我回电话"
    assert len(plain.text) <= HEAD_ZH + TAIL_ZH + 1
    assert HEAD < len(normalise("where is it. " + "a tale " * 500, LEXICON).text) <= HEAD + TAIL + 1


def test_tokens_are_characters_and_words() -> None:
    assert tokens("退款refund到账 don't") == ["退", "款", "refund", "到", "账", "don't"]
