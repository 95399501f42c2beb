"""The shop's own FAQ in words it does not list, and what must never be answered."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from benchmarks.understanding import KNOWLEDGE
from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import Matcher, Phrasing
from tests.understanding.conftest import Faq

FOUR_QUESTIONS = {
    "return.process": [
        "退货的流程是什么样的",
        "请问怎样退货呀",
        "我想知道退货要走哪些步骤",
        "退货应该怎么操作啊亲",
        "退货具体怎么个流程",
        "能说下退货流程吗",
        "what are the steps to return something",
        "how do i go about returning an item",
        "could you explain the return process",
        "how does returning work",
        "what is the procedure to return an order",
        "what steps are there to return an item",
    ],
    "refund.timing": [
        "退款一般几天到账",
        "请问退款要等多久才能到账呢",
        "钱多长时间能退回来",
        "退款什么时候可以到我账户",
        "多久可以收到退款",
        "退款几时到账啊",
        "how many days does a refund take",
        "when does the refund arrive in my account",
        "how long until i get my refund",
        "how long do refunds usually take",
        "what is the refund time",
        "when will the money be back in my account",
    ],
    "refund.rejected": [
        "商家拒绝退款该怎么办",
        "卖家不给退款怎么办",
        "店家不同意退款我要怎么办",
        "如果商家拒绝退款我怎么处理",
        "退款申请被拒绝了咋办",
        "商家不肯退款怎么办",
        "what if the seller refuses to refund me",
        "the shop refused my refund what can i do",
        "seller rejected my refund request",
        "what do i do if the refund is refused",
        "my refund got rejected by the merchant",
        "seller wont refund me what now",
    ],
    "counterfeit.policy": [
        "假一赔十要怎么申请",
        "怎样申请假一赔十",
        "请问假一赔十怎么弄",
        "假一赔十的申请流程",
        "想申请假一赔十要什么",
        "假一赔十怎么赔付的",
        "how do i apply for the ten times compensation",
        "how does the fake one pay ten promise work",
        "how to claim pay ten for one fake",
        "what is the ten times compensation for fakes",
        "how can i claim tenfold compensation for a counterfeit",
        "fake one pay ten how do i apply",
    ],
}
OTHERS = [
    ("前天收到的裙子想退了", "return.request"),
    ("杯子不喜欢了 要退货", "return.request"),
    ("显示签收了 我根本没收到!!!", "delivery.not_received"),
    ("鞋子是假的!!!", "counterfeit.claim"),
    ("退款成功好几天了 我的钱呢", "refund.status"),
    ("不过右脚鞋底真开胶了", "item.defect"),
    ("退回去的运费算谁的", "return.shipping_fee"),
    ("转人工！！", "human.agent"),
    ("你们那有真人吗 转人工", "human.agent"),
    ("发票抬头能不能改", "invoice.request"),
    ("刚买就降价 差价退我", "price.protection"),
    ("I would like to return the dress I got", "return.request"),
    ("it says delivered but i never got it", "delivery.not_received"),
    ("where is my refund please", "refund.status"),
    ("please cancel my order", "order.cancel"),
    ("let me talk to a human", "human.agent"),
]
NOISE = [
    ("退宽多久到帐", "refund.timing"),
    ("退貨流程是怎樣的？", "return.process"),
    ("tuikuan duojiu daozhang", "refund.timing"),
    ("tuihuo liucheng", "return.process"),
    ("wo yao tuihuo", "return.request"),
    ("退款多久到账😀😀！！！", "refund.timing"),
    ("ＲＥＦＵＮＤ how long does it take", "refund.timing"),
    ("how lnog does a refnd take", "refund.timing"),
    ("前天收到的群子 想退了 7天无里由那个", "return.request"),
    ("你好 在吗 麻烦问一下亲 退款多久到账 谢谢啦", "refund.timing"),
]
BARE = [
    "",
    "   ",
    "😀😀",
    "12345",
    "T1001",
    "#1042",
    "2",
    "SF1234567890123",
    "13812345678",
    "。。。",
    "???",
    "订单号 202603101234567",
]
ACKNOWLEDGED = ["好的", "嗯", "嗯嗯 好", "ok", "OK!", "yes", "好吧", "知道了", "对"]
STRANGE = [
    "今天天气怎么样啊",
    "讲个笑话听听",
    "who won the world cup",
    "translate this into german",
    "xyzzy qwert",
    "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ",
]


def _cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(text, topic) for topic, texts in table.items() for text in texts]


@pytest.mark.parametrize(("text", "topic"), _cases(FOUR_QUESTIONS))
def test_the_four_questions_are_known_in_words_the_faq_does_not_list(
    text: str, topic: str, matcher: Matcher, faq: Faq
) -> None:
    assert text not in {p.text for p in faq[0]}
    assert matcher.match(text).topic == topic, matcher.match(text)


def test_they_are_answered_nearly_always_and_asked_back_where_not(matcher: Matcher) -> None:
    actions = [matcher.match(text).action for text, _ in _cases(FOUR_QUESTIONS)]
    assert actions.count("answer") >= 0.95 * len(actions)
    assert set(actions) <= {"answer", "clarify"}


@pytest.mark.parametrize(("text", "topic"), OTHERS)
def test_neighbouring_topics_are_told_apart(text: str, topic: str, matcher: Matcher) -> None:
    assert matcher.match(text).topic == topic, matcher.match(text)


@pytest.mark.parametrize(("text", "topic"), NOISE)
def test_slips_of_the_keyboard_change_nothing(text: str, topic: str, matcher: Matcher) -> None:
    match = matcher.match(text)
    assert (match.topic, match.action) == (topic, "answer"), match


@pytest.mark.parametrize("text", [*BARE, *ACKNOWLEDGED])
def test_bare_data_and_nods_are_never_answered_as_a_topic(text: str, matcher: Matcher) -> None:
    match = matcher.match(text)
    assert (match.topic, match.action) == ("none", "none")


@pytest.mark.parametrize("text", STRANGE)
def test_what_is_not_ours_is_not_answered(text: str, matcher: Matcher) -> None:
    assert matcher.match(text).action == "none", matcher.match(text)


@pytest.mark.parametrize("text", ["好的，谢谢", "ok thanks", "嗯 多谢"])
def test_a_nod_with_thanks_is_thanks(text: str, matcher: Matcher) -> None:
    assert matcher.match(text).topic == "chat.thanks"


def test_every_phrasing_of_the_faq_finds_its_own_topic_and_is_sure(matcher: Matcher, faq: Faq) -> None:
    wrong = [
        (p.text, match.topic)
        for p in faq[0]
        if p.topic != "none"
        and ((match := matcher.match(p.text)).topic != p.topic or match.confidence < 0.95)
    ]
    assert wrong == []


def test_a_message_between_two_topics_gets_a_choice_that_holds_both(matcher: Matcher) -> None:
    match = matcher.match("想退货或者换货")
    assert match.action == "clarify"
    assert {topic for topic, _ in match.candidates[:3]} >= {"return.request", "exchange.request"}


def test_candidates_are_five_at_most_best_first_and_begin_with_the_topic(matcher: Matcher) -> None:
    match = matcher.match("退款怎么还没到账 什么时候给我")
    scores = [score for _, score in match.candidates]
    assert match.candidates[0] == (match.topic, match.confidence)
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)


def test_ten_thousand_characters_are_read_at_both_ends_and_quickly(matcher: Matcher) -> None:
    start = time.perf_counter()
    match = matcher.match("退款多久到账？" + "这几天家里事情特别多。" * 1000)
    assert time.perf_counter() - start < 0.5
    assert "refund.timing" in {topic for topic, _ in match.candidates}
    assert matcher.match("how long does a refund take? " * 400).topic == "refund.timing"


def test_explain_names_the_repair_the_phrasing_and_the_shared_words(matcher: Matcher) -> None:
    why = matcher.explain("请问tuikuan多久到账")
    assert why.normalised == "退款多久到账"
    assert ("tuikuan", "退款") in why.repairs
    assert why.phrasings[0][:2] == ("refund.timing", "退款多久到账")
    assert any("款" in unit for unit, _ in why.shared)
    assert dict(why.thresholds)["answer"] > dict(why.thresholds)["clarify"]
    assert why.match == matcher.match("请问tuikuan多久到账")


# Topics nobody practised: they are fitted from their phrasings alone, which is worth keeping on disk.
SMALL = [
    Phrasing(topic, "en", text)
    for topic, texts in {
        "money.when": ["how long does a refund take", "when is my money back", "refund time"],
        "parcel.where": ["where is my parcel", "track my order", "has it shipped"],
        "none": ["tell me a joke", "what is the weather", "sing a song"],
    }.items()
    for text in texts
]


def test_two_fits_of_the_same_phrasings_give_the_same_answers() -> None:
    texts = ["how long is a refund", "where is it", "joke please"]
    first, second = (Matcher.fit(SMALL, Lexicon()) for _ in range(2))
    assert [first.match(t) for t in texts] == [second.match(t) for t in texts]


def test_a_fit_is_kept_and_found_again(tmp_path: Path) -> None:
    fresh = Matcher.fit(SMALL, Lexicon(), tmp_path)
    kept = list(tmp_path.glob("*.npz"))
    stamps = [file.stat().st_mtime_ns for file in kept]
    again = Matcher.fit(SMALL, Lexicon(), tmp_path)
    assert len(kept) == 2  # the index of the phrasings, and the regression on them
    assert [file.stat().st_mtime_ns for file in kept] == stamps
    assert again.match("where is the parcel") == fresh.match("where is the parcel")


@pytest.mark.parametrize("rubbish", [b"", b"not a zip", b"PK\x03\x04 cut short"])
def test_a_broken_kept_fit_is_ignored(tmp_path: Path, rubbish: bytes) -> None:
    fresh = Matcher.fit(SMALL, Lexicon(), tmp_path)
    for file in tmp_path.glob("*.npz"):
        file.write_bytes(rubbish)
    assert Matcher.fit(SMALL, Lexicon(), tmp_path).match("track it") == fresh.match("track it")


def test_a_changed_phrasing_or_lexicon_is_fitted_anew(tmp_path: Path) -> None:
    Matcher.fit(SMALL, Lexicon(), tmp_path)
    Matcher.fit([replace(SMALL[0], text="refund duration"), *SMALL[1:]], Lexicon(), tmp_path)
    Matcher.fit(SMALL, Lexicon(acknowledgements=frozenset({"fine"})), tmp_path)
    assert len(list(tmp_path.glob("*.npz"))) == 4  # three regressions; an older index is written over


def test_the_kept_index_of_the_shipped_faq_answers_as_a_fresh_fit(faq: Faq, tmp_path: Path) -> None:
    known, lexicon = faq
    fresh = Matcher.fit(known, lexicon, tmp_path)
    again = Matcher.fit(known, lexicon, tmp_path)
    for text in ("快递三天没动静了", "退款多久到账", "parcel says delivered but nothing here", "变型了", ""):
        assert again.explain(text) == fresh.explain(text)


def test_the_kept_index_of_another_faq_is_not_used(tmp_path: Path) -> None:
    Matcher.fit(SMALL, Lexicon(), tmp_path)
    moved = [replace(p, topic="parcel.lost" if p.topic == "parcel.where" else p.topic) for p in SMALL]
    assert Matcher.fit(moved, Lexicon(), tmp_path).match("where is my parcel").topic == "parcel.lost"


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert Matcher.fit(SMALL, Lexicon(), blocked).match("where is my parcel").topic == "parcel.where"


def test_one_topic_alone_cannot_be_told_from_anything() -> None:
    with pytest.raises(ValueError, match="one topic only"):
        Matcher.fit(SMALL[:3], Lexicon())


def test_a_language_without_phrasings_is_none() -> None:
    assert Matcher.fit(SMALL, Lexicon()).match("退款多久到账").topic == "none"


def _told_to_say() -> list[str]:
    """The words that sentences of the FAQ tell the buyer to type."""
    quoted = re.compile(
        r"(?:说|打|比如)[^“。\n]{0,3}“([^”]+)”|(?:[Ss]ay|[Aa]sk|such as|[Tt]ype) \"([^\"]+)\""
    )
    return sorted(
        {
            found[0] or found[1]
            for file in (KNOWLEDGE / "faq").glob("*.yaml")
            for block in yaml.safe_load(file.read_text(encoding="utf-8")).values()
            for found in quoted.findall("\n".join(block["answer"].values()))
        }
    )


@pytest.mark.parametrize("text", _told_to_say())
def test_what_an_answer_tells_the_buyer_to_type_is_understood(text: str, matcher: Matcher) -> None:
    match = matcher.match(text)
    assert match.action == "answer"
    assert match.topic not in ("none", "chat.greeting")
