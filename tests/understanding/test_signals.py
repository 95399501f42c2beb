"""Sentences written for this test. Recall is counted over all; the wish for a person must never be missed."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from benchmarks.shop import phrasings
from benchmarks.signals import NAMES, Half, Sentence, false_alarms, recall, sentences
from bot.understanding.signals import signals

ALARMS_A_SIGNAL = 0.02  # of the harmless sentences, which were written to trip patterns
UNSEEN = 0.6  # of the sentences written after the patterns: how far they reach beyond the words they know

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

# Where in the FAQ a signal is what the topic is about: danger in a fault, a person in the wish for one.
BELONGS = {
    "human": {"human.agent", "chat.greeting"},
    "safety": {"item.defect"},
    "legal_threat": {"complaint.service"},
    "scam": {"payment.account"},
    "extortion": set[str](),
    "vulnerable": {"order.cancel", "payment.account"},
}
RIGHT_ELSEWHERE = {
    "买的化妆品是假的 脸都烂了": "an injury",
    "用了烂脸 肯定是假的化妆品": "an injury",
    "allergic to it, can I exchange": "an illness",
    "退一赔三": "a claim by the consumer law",
    "chargeback or dispute, which one first": "a bank is being called in",
    "孩子乱点买的游戏点卡 能退款吗": "a child bought it",
    "live alone and was at work": "lives alone",
}
ASKS_THE_PLATFORM = [
    "申请维权",
    "怎么发起维权",
    "我要申请仲裁",
    "对平台判决不服",
    "退货的话要走什么程序",
    "ask for arbitration",
    "投诉你们客服",
]
SOUNDS_LIKE_IT = [
    "身高160体重110穿什么码",
    "小孩穿小了 换110的",
    "截图发哪里",
    "需要提供身份证照片吗",
    "人在医院 家里没人收",
    "闭嘴",
    "桌腿运断了",
    "刚拆开第一次用就不行",
    "昨天199 今天179了",
    "我给他了 让他带走了",
    "wrong size, want to send it back",
    "I want the fee refunded",
    "email says refund issued but my card shows nothing",
    "is this good for back pain",
    "read the news",
    "the tv inside is smashed",
    "shampoo exploded in the box",
    "talked to support again and again",
    "how can I talk to the seller",
]
# Beside each of those stands what must still be heard: a shield too wide hides it.
STILL_HEARD = [
    ("我要投诉到12315", "legal_threat"),
    ("我打110了", "legal_threat"),
    ("再不退我就报警", "legal_threat"),
    ("我警告你", "legal_threat"),
    ("我要维权到底", "legal_threat"),
    ("去申请劳动仲裁委仲裁", "legal_threat"),
    ("I will tell the news", "legal_threat"),
    ("给钱我就闭嘴", "extortion"),
    ("他让我提供身份证照片", "scam"),
    ("he wants me to send it back to him via western union", "scam"),
    ("吃完人在医院", "safety"),
    ("骑车摔断腿", "safety"),
    ("烫到我手了", "safety"),
    ("床腿断了砸到孩子", "safety"),
    ("插上就会跳闸", "safety"),
    ("仓库发来的充电器着火了", "safety"),
    ("放车上起火了", "safety"),
    ("the bottle exploded in my hand", "safety"),
    ("tin burst and cut me", "safety"),
    ("I can't go on", "safety"),
    ("I talked to a bot, get me a human", "human"),
    ("你现在换个人来", "human"),
]


@pytest.fixture(scope="module")
def said() -> Sequence[Sentence]:
    return sentences()


def test_the_labelled_sentences_are_many_and_every_signal_has_its_share(said: Sequence[Sentence]) -> None:
    assert len(said) >= 200
    assert all(sum(name in s.means for s in said) >= 40 for name in NAMES)
    assert sum(not s.means for s in said) >= 200


@pytest.mark.parametrize("half", ["learn", "held"])
@pytest.mark.parametrize("name", NAMES)
def test_nineteen_of_twenty_labelled_sentences_raise_their_signal(
    name: str, half: Half, said: Sequence[Sentence]
) -> None:
    assert recall(name, [s for s in said if s.half == half]) >= 0.95


@pytest.mark.parametrize("name", NAMES)
def test_most_sentences_in_words_the_patterns_were_not_written_for_are_heard(
    name: str, said: Sequence[Sentence]
) -> None:
    assert recall(name, [s for s in said if s.half == "later"]) >= UNSEEN


@pytest.mark.parametrize("name", NAMES)
def test_hardly_a_harmless_sentence_raises_a_signal(name: str, said: Sequence[Sentence]) -> None:
    harmless = sum(not s.means for s in said)
    assert len(false_alarms(name, said)) <= ALARMS_A_SIGNAL * harmless


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("不退我报警", "legal_threat"),
        ("if u dont pay i will sue you", "legal_threat"),
        ("你们这个会漏电!", "safety"),
        ("no one helps me and the plug is smoking", "safety"),
        ("why don't you transfer me to a human", "human"),
    ],
)
def test_a_no_that_is_about_something_else_hides_no_signal(text: str, name: str) -> None:
    assert name in signals(text)


@pytest.mark.parametrize(
    "text", ["我去驿站取件了", "快递员没给我打电话", "do I need a separate account to log in"]
)
def test_words_that_only_contain_an_insult_or_a_request_signal_nothing(text: str) -> None:
    assert signals(text) == frozenset()


@pytest.mark.parametrize(
    "word", ["a", "人", "1", "!", "不给", "他说", "money or ", "give me ", "i ", "红包 差评"]
)
def test_a_long_repetition_takes_no_longer_than_a_long_message(word: str) -> None:
    text = (word * 600)[:600]
    signals(text)
    spent = []
    for _ in range(5):
        start = time.process_time()
        signals(text)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.005


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


def test_the_questions_of_the_faq_raise_no_signal_that_is_not_theirs() -> None:
    raised = [
        (p.text, name)
        for p in phrasings()[0]
        for name in signals(p.text) & set(BELONGS)
        if p.topic not in BELONGS[name]
    ]
    wrong = [(text, name) for text, name in raised if not any(right in text for right in RIGHT_ELSEWHERE)]
    assert not wrong
    assert all(any(right in text for text, _ in raised) for right in RIGHT_ELSEWHERE)  # none is left over


@pytest.mark.parametrize("text", ASKS_THE_PLATFORM)
def test_asking_the_platform_to_decide_is_no_threat(text: str) -> None:
    assert signals(text) <= {"anger"}


@pytest.mark.parametrize("text", SOUNDS_LIKE_IT)
def test_an_everyday_question_that_sounds_like_a_signal_raises_none(text: str) -> None:
    assert signals(text) <= {"anger"}


@pytest.mark.parametrize(("text", "name"), STILL_HEARD)
def test_what_stands_beside_an_everyday_question_is_still_heard(text: str, name: str) -> None:
    assert name in signals(text)


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
