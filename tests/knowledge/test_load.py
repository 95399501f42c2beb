"""The whole folder → Knowledge, or every fault of every file with its line, cause and cure."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.knowledge.load import fingerprint, load
from tests.knowledge.shop import FLOW, SHIPPED, edit, small_shop, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_shop(tmp_path / "k")


def faults(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as told:
        load(folder)
    return [fault.removeprefix(f"{folder}/") for fault in told.value.faults]


def test_a_folder_without_faults_is_loaded(folder: Path) -> None:
    write(folder, "flows/return.yaml", FLOW)
    knowledge = load(folder)
    assert list(knowledge.topics) == ["refund.timing", "return.address", "human.agent"]
    topic = knowledge.topics["refund.timing"]
    assert topic.answer is not None
    assert topic.answer.text("en") == "It usually takes {refund.eta_generic}."
    assert topic.phrasings.of("zh")[0] == "退款多久到账"
    assert knowledge.replies["hello"].text("zh") == "您好 {name}"
    assert knowledge.policy.no_reason_return.window_days == 7
    assert knowledge.lexicon.concepts["refund"] == ("退款", "退钱", "refund")
    assert knowledge.flows["return"].document.data["title"]["en"] == "Return"


def test_what_ships_has_no_faults() -> None:
    assert len(load(SHIPPED).topics) >= 40


def test_a_text_knows_where_it_stands(folder: Path) -> None:
    assert load(folder).at("refund.timing", "phrasings", "zh", "1") == f"{folder}/faq/a.yaml:8"
    assert load(folder).at("hello") == f"{folder}/replies.yaml:1"


def test_the_faults_of_all_files_are_told_together_and_in_order(folder: Path) -> None:
    edit(folder, "policy.yaml", "window_days: 7", "window_days: 3")
    edit(folder, "faq/a.yaml", "kind: answer", "kind: answr")
    edit(folder, "faq/a.yaml", "kind: handoff", "knd: handoff")
    edit(folder, "replies.yaml", "{timers.buyer_ship_back} 内", "{timers.buyer_ship_bakc} 内")
    edit(folder, "lexicon.yaml", "concepts", "concpts")
    write(folder, "flows/return.yaml", "title: [\n")
    told = faults(folder)
    assert [fault.partition(": ")[0] for fault in told] == [
        "faq/a.yaml:2",
        "faq/a.yaml:17",
        "faq/a.yaml:18",
        "flows/return.yaml:2",
        "lexicon.yaml:1",
        "policy.yaml:13",
        "replies.yaml:2",
        "replies.yaml:2",
        "replies.yaml:2",
    ]
    assert "'answr' is not possible here; did you mean 'answer'?" in told[0]
    assert "key 'kind' is missing; add `kind:` here" in told[1]
    assert "unknown key 'knd'; did you mean 'kind'?" in told[2]
    assert "write at least 7 (消费者权益保护法 art. 25)" in told[5]
    assert any("{timers.buyer_ship_bakc} names no figure" in fault for fault in told[6:])


def test_a_placeholder_that_names_no_figure_is_told_the_nearest(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "一般 {refund.eta_generic}", "一般 {refund.eta_generc}")
    edit(folder, "faq/a.yaml", "takes {refund.eta_generic}", "takes {deadline}")
    edit(folder, "replies.yaml", "within {timers.buyer_ship_back}", "within {timers.buyer_ship_bakc}")
    told = faults(folder)
    zh, en = "refund.timing.answer.zh", "refund.timing.answer.en"
    nearest = "did you mean 'refund.eta_generic'?"
    assert f"faq/a.yaml:5: {zh}: placeholder {{refund.eta_generc}} names no figure; {nearest}" in told
    assert f"faq/a.yaml:6: {en}: placeholder {{deadline}} names no figure; use a path of policy.yaml" in told
    assert any(
        "{timers.buyer_ship_bakc} names no figure; did you mean 'timers.buyer_ship_back'?" in t for t in told
    )


def test_a_reply_may_have_placeholders_of_its_own_but_the_same_in_both_languages(folder: Path) -> None:
    edit(folder, "replies.yaml", "Hello {name}", "Hello {nmae}")
    assert faults(folder) == [
        "replies.yaml:1: hello.en: the other language has {name}, this one has not; add or remove it",
        "replies.yaml:1: hello.zh: the other language has {nmae}, this one has not; add or remove it",
    ]


def test_the_texts_inside_a_flow_are_held_to_the_same(folder: Path) -> None:
    write(folder, "flows/return.yaml", FLOW.replace('"Number {case}"', '"Number {timers.ofer_valid}"'))
    told = faults(folder)
    assert all(fault.startswith("flows/return.yaml:2: note.") for fault in told)
    assert any("did you mean 'timers.offer_valid'?" in fault for fault in told)


def test_a_stray_brace_and_a_truth_value_in_a_sentence_are_told(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "到账。", "{ 到账。")
    edit(folder, "replies.yaml", "Hello {name}", "Hello {name} {refund.fast_refund}")
    told = faults(folder)
    assert any(
        "a brace is no placeholder; write {small_letters} or leave braces out" in fault for fault in told
    )
    assert any(
        "{refund.fast_refund} is a yes or no, which no sentence can say; remove it" in fault for fault in told
    )


def test_what_a_topic_lacks_is_told(folder: Path) -> None:
    block = (
        "new.topic:\n  kind: answer\n  title: {zh: 新, en: New}\n"
        "  phrasings:\n    zh: [新的, 新的, 12315]\n    en: []\n"
        "Bad Id:\n  kind: handoff\n  title: {zh: 新}\n  phrasings: {zh: [坏], en: [bad]}\n"
    )
    write(folder, "faq/b.yaml", block)
    edit(folder, "faq/b.yaml", "12315", "'12315'")
    assert faults(folder) == [
        "faq/b.yaml:1: new.topic: a topic of kind 'answer' needs an answer; add `answer: {zh: …, en: …}`",
        "faq/b.yaml:5: new.topic.phrasings.zh.1: '新的' stands here twice; remove one",
        "faq/b.yaml:6: new.topic.phrasings.en: no phrasing; add at least one way buyers say it",
        "faq/b.yaml:7: Bad Id: 'Bad Id' is no topic id; write it like refund.timing",
        "faq/b.yaml:9: Bad Id.title: key 'en' is missing; add `en:` here",
    ]


def test_a_number_among_phrasings_must_be_quoted(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "[人工,", "[12315,")
    assert faults(folder) == [
        "faq/a.yaml:21: human.agent.phrasings.zh.0: '12315' is not a text; put words in quotes here"
    ]


def test_a_comma_that_ends_a_text_by_mistake_is_explained(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "en: A person}", "en: A person, please}")
    cure = "remove it, or put the text in quotes: a comma ends a text inside { }"
    assert faults(folder) == [f"faq/a.yaml:19: human.agent.title.please: unknown key 'please'; {cure}"]


def test_one_topic_in_two_files_is_told_with_both_places(folder: Path) -> None:
    text = "human.agent:\n  kind: handoff\n  title: {zh: 人, en: P}\n  phrasings: {zh: [人], en: [p]}\n"
    write(folder, "faq/b.yaml", text)
    assert faults(folder) == [
        f"faq/b.yaml:1: topic 'human.agent' is already in {folder}/faq/a.yaml:17; merge the two"
    ]


def test_files_that_are_not_there_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir()
    told = faults(tmp_path / "k")
    for name in ("lexicon.yaml", "policy.yaml", "replies.yaml", "wording.yaml"):
        assert f"{name}:1: the file is not there; create it or name another one" in told


def test_a_folder_without_answers_is_told(folder: Path) -> None:
    (folder / "faq" / "a.yaml").unlink()
    assert faults(folder) == ["faq: holds no *.yaml file; put the shop's answers there"]


def test_an_empty_file_is_told(folder: Path) -> None:
    write(folder, "replies.yaml", "# later\n")
    assert faults(folder) == [
        "replies.yaml:1: the file is empty or no list of `key: value`; fill it or remove it"
    ]


def test_a_folder_that_is_none_is_told_where_to_set_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is no folder; set `knowledge\.path` in config\.yaml"):
        load(tmp_path / "nowhere")


def test_the_fingerprint_moves_with_any_edit_and_only_then(folder: Path) -> None:
    first = fingerprint(folder)
    assert load(folder).version == first
    (folder / "notes.txt").write_text("not read", encoding="utf-8")
    assert fingerprint(folder) == first
    edit(folder, "faq/a.yaml", "退款多久,", "退款要多久,")
    second = fingerprint(folder)
    assert second != first
    (folder / "faq" / "a.yaml").rename(folder / "faq" / "b.yaml")
    assert fingerprint(folder) not in (first, second)


def test_a_broken_edit_leaves_the_loaded_one_as_it_was(folder: Path) -> None:
    knowledge = load(folder)
    edit(folder, "faq/a.yaml", "kind: answer", "kind: answr")
    assert faults(folder) != []
    assert knowledge.topics["refund.timing"].kind == "answer"
