"""What the understanding benchmark says is what it measured: its figures, its perturbations, its front."""

import csv
import math
import random
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import curves, understanding
from benchmarks.measure import Guess, Row, folds, interval, lowest, read_rows, score, threshold
from benchmarks.peers import best_topics, leading
from benchmarks.perturb import KINDS, perturb, whole_pinyin

ROWS = [
    Row("where is my parcel", "delivery.track"),
    Row("it should be here by now", "delivery.urge", frozenset({"delivery.track"})),
    Row("give me my money back", "refund.request"),
    Row("the zip is broken", "item.defect"),
    Row("I had soup for lunch", "none"),
    Row("ok then", "none", frozenset({"chat.thanks"})),
]
GUESSES = [
    Guess((("delivery.track", 0.9), ("delivery.urge", 0.1)), True, 1.0),
    Guess((("delivery.track", 0.8), ("delivery.urge", 0.1)), True, 1.0),  # accepted beside the topic
    Guess((("refund.status", 0.7), ("refund.timing", 0.2), ("refund.request", 0.1)), True, 1.0),  # third
    Guess(
        (("item.wrong_missing", 0.4), ("chat.abuse", 0.2), ("none", 0.1), ("item.defect", 0.1)), False, 1.0
    ),
    Guess((("presale.product", 0.6), ("none", 0.3)), True, 1.0),
    Guess((("chat.thanks", 0.5), ("none", 0.3)), True, 11.0),  # small talk that is accepted
]


def test_the_shares_of_six_messages_are_those_counted_by_hand() -> None:
    measured = score(ROWS, GUESSES)
    assert measured.top1 == 3 / 6  # the first two and the nod
    assert measured.top3 == 5 / 6  # the refund at its third, and `none` for the soup; the zip comes fourth
    assert measured.precision == 3 / 5  # the refund and the soup are answered wrongly
    assert measured.share == 3 / 4  # the zip is asked back
    assert measured.none == 1 / 2  # the soup; thanking for a nod harms nobody
    assert measured.hindsight == 2 / 4  # from 0.8 on all are right
    assert measured.ms50 == 1.0 and measured.ms99 > 10
    assert measured.low < measured.top1 < measured.high


def test_an_accepted_topic_that_is_no_small_talk_still_talks_past_a_message_without_one() -> None:
    row = Row("[order]", "none", frozenset({"delivery.urge"}))
    assert score([row], [Guess((("delivery.urge", 0.9),), True, 1.0)]).none == 1.0
    assert score([row], [Guess((("chat.abuse", 0.9),), True, 1.0)]).none == 1.0  # small talk nobody accepts


def test_courtesies_around_a_message_that_asks_nothing_may_be_taken_for_what_they_say() -> None:
    assert Row("[order]", "none").courteous().accepts("chat.thanks")
    assert not Row("where is it", "delivery.track").courteous().accepts("chat.thanks")


def test_a_method_that_names_one_topic_only_has_no_top_3_and_one_that_never_answers_no_precision() -> None:
    measured = score(ROWS[:1], [Guess((("delivery.track", 0.9),), False, 1.0)])
    assert math.isnan(measured.top3) and math.isnan(measured.precision)
    assert measured.share == 0


def test_the_threshold_is_the_lowest_score_that_keeps_95_of_100_right() -> None:
    right = [(0.9, True)] * 19
    assert lowest([*right, (0.5, False)]) == 0.5
    assert lowest([*right, (0.5, False), (0.4, False)]) == 0.5
    assert lowest([*right, (0.9, False), (0.9, False)]) == math.inf  # equal scores are answered together
    assert lowest([(0.5, False), *right, (0.6, False)]) == 0.6  # in whatever order they come
    assert lowest([]) == math.inf


def test_a_threshold_is_chosen_on_phrasings_that_were_not_learnt() -> None:
    known = [(f"t{n % 4}", f"phrasing {n}") for n in range(100)]
    for learnt, held in folds(known, most=50):
        assert len(held) == 10 and len(learnt) == 80
        assert not set(learnt) & set(held)
    # Who only remembers is sure of nothing that is new.
    memory = threshold(
        lambda learnt: lambda text: tuple((t, 1.0) for t, its in learnt if its == text), known, 50
    )
    assert memory == math.inf


def test_the_interval_of_a_share_narrows_with_more_messages_and_is_the_same_every_time() -> None:
    few, many = interval([True, False] * 10), interval([True, False] * 500)
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
    assert few == interval([True, False] * 10)


def test_a_line_without_a_topic_is_named(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": "hi", "topic": "chat.greeting"}\n\n{"text": "hi"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"messages\.jsonl:3"):
        read_rows(file)


def test_topics_come_once_at_their_best_phrasing_and_a_lead_is_the_distance_to_the_next() -> None:
    ranking = best_topics([("a", 0.5), ("b", 0.75), ("a", 0.25)])
    assert ranking == (("b", 0.75), ("a", 0.5))
    assert leading(ranking) == (("b", 0.25), ("a", -0.25))


MESSAGE = "衣服[订单x]什么时候发货，都等了3天了"


@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_the_same_seed_perturbs_the_same_way_and_leaves_what_a_channel_put_in(kind: str) -> None:
    once = perturb(MESSAGE, kind, seed=1)
    assert once != MESSAGE
    assert once == perturb(MESSAGE, kind, seed=1)
    assert "[订单x]" in once


def test_seeds_differ() -> None:
    assert len({perturb(MESSAGE, "homophones", seed) for seed in range(5)}) > 1


def test_a_chinese_typo_leaves_a_character_out_for_every_dozen() -> None:
    short, long = "什么时候发货啊", "什么时候发货啊我等了三天了一点消息也没有"
    assert [len(t) - len(perturb(t, "typos", 1)) for t in (short, long)] == [1, 2]
    assert perturb("发货", "typos", 1) == "发货"  # nothing would be left


@pytest.mark.parametrize("seed", range(6))
def test_a_latin_typo_slips_in_one_word_and_keeps_its_first_letter(seed: int) -> None:
    before, after = "my order is late", perturb("my order is late", "typos", seed)
    changed = [(a, b) for a, b in zip(before.split(), after.split(), strict=True) if a != b]
    ((word, slip),) = changed
    assert word in ("order", "late") and slip[0] == word[0] and abs(len(slip) - len(word)) <= 1


@pytest.mark.parametrize("seed", range(8))
def test_a_homophone_sounds_the_same_and_is_another_character(seed: int) -> None:
    from pypinyin import lazy_pinyin

    before, after = "什么时候发货", perturb("什么时候发货", "homophones", seed)
    assert len(after) == len(before)
    ((old, new),) = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert lazy_pinyin(old) == lazy_pinyin(new)


def test_scripts_widths_and_marks_change_what_they_say_and_nothing_else() -> None:
    assert perturb("发货", "traditional", 1) == "發貨"
    assert perturb("ok 2 go?", "full width", 1) == "ｏｋ\u3000２\u3000ｇｏ？"
    shouted = perturb("在吗？在不在", "punctuation", 1)
    assert shouted.startswith("在吗？？？") and shouted.rstrip("！？。~").endswith("在不在")
    assert perturb("it cost 3.50", "punctuation", 1).startswith("it cost 3.50")
    assert perturb("my parcel", "traditional", 1) == "my parcel"


@pytest.mark.parametrize("kind", ["polite", "emoji"])
def test_what_is_put_around_a_message_leaves_it_whole(kind: str) -> None:
    for text in ("什么时候发货", "parcel?"):
        done = perturb(text, kind, 3)
        assert text in done and len(done) > len(text)


def test_one_chinese_word_becomes_pinyin_and_a_short_message_can_as_a_whole() -> None:
    assert perturb("我要退款", "pinyin", 1) == "我要tuikuan"
    assert whole_pinyin("怎么退款？", random.Random(1)).replace(" ", "") == "zenmetuikuan？"
    assert whole_pinyin("iphone怎么退款", random.Random(1)) == "iphone怎么退款"
    assert whole_pinyin("这件衣服什么时候可以发货给我", random.Random(1)) == "这件衣服什么时候可以发货给我"


def test_a_grown_faq_has_the_size_asked_for_and_every_topic() -> None:
    known = [
        (topic, lang, f"{word} {n}, please tell me {topic} {n}")
        for topic in ("a", "b", "c")
        for lang, word in (("en", "question"), ("zh", "问题"))
        for n in range(10)
    ]
    small, large = curves.grow(known, 12), curves.grow(known, 200)
    assert len(set(small)) == 12 and len(set(large)) == 200
    assert set(small) < set(known) < set(large)
    # Two of every topic and language are kept, whatever is left out.
    assert set(Counter((topic, lang) for topic, lang, _ in small).values()) == {2}


def test_the_front_prints_the_tables_the_wrong_ones_and_a_csv(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known, lexicon = understanding.phrasings()
    few = [p for p in known if p.topic in ("delivery.urge", "refund.status", "chat.thanks")]
    monkeypatch.setattr(
        understanding, "phrasings", lambda: (few, lexicon)
    )  # a whole FAQ takes seconds to fit
    file = tmp_path / "messages.jsonl"
    file.write_text(
        '{"text": "什么时候发货", "topic": "delivery.urge"}\n{"text": "今天天气不错", "topic": "weather"}\n',
        encoding="utf-8",
    )
    words = [
        str(file),
        "--vectors",
        "off",
        "--peers",
        "none",
        "--perturb",
        "--wrong",
        "3",
        "--csv",
        str(tmp_path / "o.csv"),
    ]
    assert understanding.main(words) == 0
    told = capsys.readouterr().out
    assert "2 messages (zh), 2 with a topic, 0 without" in told
    assert "1 of the 1 that the matcher gets wrong\n今天天气不错" in told
    with (tmp_path / "o.csv").open(encoding="utf-8") as kept:
        figures = {(row["method"], row["measure"]): row["value"] for row in csv.DictReader(kept)}
    assert figures["matcher", "top1"] == "0.5"
    assert ("matcher", "loss all") in figures


def test_a_peer_that_does_not_exist_is_refused_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        understanding.main(["messages.jsonl", "--peers", "watson"])
    assert "no such peer: watson; known are wratio" in capsys.readouterr().err
