"""Sentences written for this test. Recall is counted over all; the wish for a person must never be missed."""

from __future__ import annotations

import pytest

from bot.understanding.signals import signals

SAID = {
    "safety": [
        "充电宝冒烟了",
        "插上就漏电 把我手都麻了",
        "孩子误吞了小零件",
        "用了面膜脸肿起来了",
        "吃了拉肚子 全家都吐了",
        "电热毯着火了",
        "手被边角割伤流血了",
        "高压锅爆炸了",
        "打开罐头吃出玻璃",
        "我不想活了",
        "the charger caught fire",
        "my son swallowed a part of it",
        "it gave me an electric shock",
        "I got a rash after using this cream",
        "we all got food poisoning",
        "smoke coming from the plug",
        "she cut her hand on it and is bleeding",
    ],
    "scam": [
        "有人自称客服打电话让我加微信退款",
        "对方让我屏幕共享说给我理赔",
        "电话里叫我报验证码",
        "说先转账才能退款",
        "发了个链接让我填银行卡号",
        "客服来电说征信会受影响",
        "someone called me and asked for the verification code",
        "they want me to share my screen to get the refund",
        "I got a call saying my refund needs a fee first",
        "is this a scam? a man called claiming to be from your company",
        "they told me to contact them on whatsapp for the refund",
    ],
    "legal_threat": [
        "我打12315",
        "再不退我去法院起诉",
        "我要找律师",
        "曝光你们",
        "我已经报警了",
        "投诉到消协",
        "I will call my lawyer",
        "see you in court",
        "I am going to sue you",
        "I will report you to trading standards",
        "I'll do a chargeback if this is not solved",
    ],
    "extortion": [
        "转我50红包 不然差评伺候",
        "不给钱就给差评",
        "给我两百我就删差评",
        "不赔就一星",
        "pay me 50 or i leave a bad review",
        "I will post one star review unless you pay me",
        "give me $20 and I remove my review",
    ],
    "anger": [
        "你们是不是骗子",
        "垃圾店",
        "气死我了",
        "什么破玩意",
        "三天了没人理",
        "this is ridiculous",
        "you are useless",
        "worst service ever",
        "I am furious",
    ],
    "vulnerable": [
        "我今年78岁了 不会用手机",
        "我是盲人",
        "老人家看不清",
        "我怀孕了 站不了太久",
        "这是救命钱",
        "I am 82 years old",
        "I am disabled and can't get to the post office",
        "my grandmother ordered it",
        "I just lost my job",
    ],
}
ASKS_FOR_A_PERSON = [
    "人工",
    "转人工",
    "人工客服在不在",
    "我要找真人",
    "不要机器人",
    "客服呢",
    "叫你们经理来",
    "转接人工",
    "轉人工",
    "人 工",
    "換個人來",
    "能转人工吗",
    "帮我接人工！！！",
    "zhuan ren gong",
    "退货的事 转人工",
    "agent",
    "Agent!!",
    "human please",
    "talk to a real person",
    "connect me with someone",
    "I want to speak to a manager",
    "are you a bot",
    "live agent now",
    "representative",
    "somebody real please",
    "speak to customer service",
    "can someone call me",
    "who can I speak to about my order",
]
CALM = [
    "退款多久到账",
    "人工费多少",
    "不用转人工",
    "人工智能音箱有货吗",
    "敏感肌能用吗",
    "这个会不会过敏",
    "送到人民医院门诊",
    "快递员没打电话",
    "发票开公司的",
    "我给了五星好评",
    "客服说可以退",
    "适合老人用吗",
    "孕妇能用吗",
    "爆炸好吃",
    "可以用微信支付吗",
    "收不到验证码",
    "有人签收了吗",
    "how long does a refund take",
    "does it work with a fire tv",
    "is this pillow hypoallergenic",
    "I want to return the dress",
    "the delivery agent left it with a neighbour",
    "I already spoke to an agent",
    "court shoes in size 8",
    "thank you so much",
    "is it suitable for the elderly",
]


def test_at_least_nine_of_ten_are_heard_for_every_signal() -> None:
    heard = {name: sum(name in signals(text) for text in texts) / len(texts) for name, texts in SAID.items()}
    assert all(share >= 0.9 for share in heard.values()), heard


@pytest.mark.parametrize("text", SAID["safety"])
def test_danger_is_never_missed(text: str) -> None:
    assert "safety" in signals(text)


@pytest.mark.parametrize("text", ASKS_FOR_A_PERSON)
def test_the_wish_for_a_person_is_heard_the_first_time(text: str) -> None:
    assert "human" in signals(text)


@pytest.mark.parametrize("text", CALM)
def test_an_ordinary_message_signals_nothing(text: str) -> None:
    assert signals(text) == frozenset()


def test_one_message_may_signal_several_things() -> None:
    assert signals("骗子！充电器冒烟了，转人工，不然我打12315") >= {
        "anger",
        "safety",
        "human",
        "legal_threat",
    }


@pytest.mark.parametrize("text", ["", "😀", "1001", "垃" * 10_000])
def test_no_text_makes_it_fail(text: str) -> None:
    assert signals(text) <= {"anger"}
