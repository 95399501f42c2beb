"""A flow file that is wrong is refused at start: each fault names file and line, the cause and the cure."""

from pathlib import Path

import pytest

from bot.dialogue.flow import Flow
from bot.dialogue.flow_check import parse_flows
from bot.errors import ConfigError
from bot.knowledge.load import load
from bot.knowledge.types import RawFlow, Topic
from bot.knowledge.yaml_lines import read_text

TOP = Path(__file__).resolve().parents[2]
GOOD = """\
title: {zh: 退货, en: return}
starts_on: [return.request]
case: return_refund
wish: {zh: 想退, en: return it}
steps:
  - choose: order
    say: {zh: 哪一单？, en: Which order?}
  - choose: reason
    say: {zh: 原因？, en: Why?}
    options:
      no_reason: {label: {zh: 不想要了, en: Changed my mind}, hear: {zh: [不喜欢], en: [dislike]}}
      quality: {label: {zh: 坏了, en: Broken}}
  - branch: reason
    to: {quality: fault}
  - branch: may_return
  - ask: symptom
    reads: story
    optional: true
  - confirm: terms
    say: {zh: 可以退，确认吗？, en: Go ahead?}
    lines:
      insured: {zh: 有运费险, en: Insured}
  - open: approve_return
    say: {zh: 好了, en: Done}
  - name: fault
    open: evidence_needed
    say: {zh: 登记了, en: Registered}
"""


def parse(text: str) -> dict[str, Flow]:
    document = read_text(text, "knowledge/flows/return.yaml")[0]
    topics: dict[str, Topic] = dict.fromkeys(("return.request", "refund.request"))  # type: ignore[arg-type]
    other = read_text(GOOD, "knowledge/flows/exchange.yaml")[0]
    raw = {"return": RawFlow("return", document), "exchange": RawFlow("exchange", other)}
    return parse_flows(raw, topics)


def faults(old: str, new: str) -> list[str]:
    assert old in GOOD, f"the flow has no {old!r}"
    with pytest.raises(ConfigError) as told:
        parse(GOOD.replace(old, new, 1))
    return told.value.faults


def test_a_good_flow_is_read() -> None:
    flow = parse(GOOD)["return"]
    assert [step.kind for step in flow.steps] == [
        "choose", "choose", "branch", "branch", "ask", "confirm", "open", "open"
    ]  # fmt: skip
    assert list(flow.slots) == ["order", "reason", "symptom"]
    assert flow.slots["reason"].options["no_reason"].hear is not None
    assert list(flow.after(2)) == [3, 7]


def test_the_shipped_flows_are_read() -> None:
    knowledge = load(TOP / "knowledge")
    flows = parse_flows(knowledge.flows, knowledge.topics)
    assert flows.keys() == {path.stem for path in (TOP / "knowledge" / "flows").glob("*.yaml")}
    assert flows["return"].slots.keys() == {"order", "reason", "intact", "worn", "gifts"}


def test_an_edit_changes_the_hash_and_nothing_else_does() -> None:
    assert parse(GOOD)["return"].hash == parse(GOOD + "\n# a comment\n")["return"].hash
    assert parse(GOOD)["return"].hash != parse(GOOD.replace("原因", "为什么"))["return"].hash


@pytest.mark.parametrize(
    ("old", "new", "line", "cause", "cure"),
    [
        ("case: return_refund", "case: return_refnd", 3, "'return_refnd' is no case", "did you mean 'return_refund'"),
        ("[return.request]", "[return.requst]", 2,
         "there is no topic 'return.requst'", "did you mean 'return.request'"),
        ("branch: may_return", "branch: may_retrun", 15,
         "unknown slot, fact or rule 'may_retrun'", "did you mean 'may_return'"),
        ("to: {quality: fault}", "to: {quality: fualt}", 14, "unknown step 'fualt'", "did you mean 'fault'"),
        ("    to: {quality: fault}\n", "", 13, "'reason' leads nowhere", "add `to: {value: name of a step}`"),
        ("branch: may_return\n", "branch: may_return\n    to: {quality: fault}\n", 16,
         "'may_return' is a rule, which refuses by itself", "leave `to:` out"),
        ("branch: reason\n    to: {quality", "branch: stage\n    to: {on_wya", 14,
         "unknown value of 'stage' 'on_wya'", "did you mean 'on_way'"),
        ("quality: fault}", "quality: flow:exchnge}", 14, "unknown flow 'exchnge'", "did you mean 'exchange'"),
        ("quality: fault}", "quality: flow:return}", 14, "unknown flow 'return'", "one of exchange"),
        ("reads: story", "reads: stroy", 17, "unknown way of reading 'stroy'", "did you mean 'story'"),
        ("    optional: true\n", "", 16, "'symptom' cannot be asked", "or `optional: true`"),
        ("confirm: terms", "confirm: trems", 19, "nothing would be confirmed", "write `confirm: terms`"),
        ("open: approve_return", "open: aprove_return", 23,
         "unknown way to file a case 'aprove_return'", "did you mean 'approve_return'"),
        ("    say: {zh: 好了, en: Done}\n", "", 23, "the buyer would not hear of it", "add `say:"),
        ("    say: {zh: 原因？, en: Why?}\n", "", 8, "'reason' cannot be asked", "add `say:"),
        ("  - branch: may_return\n", "  - branch: may_return\n    open: approve_return\n", 15,
         "a step has branch and open", "exactly one of"),
        ("  - branch: may_return\n", "  - say: {zh: 嗯, en: Well}\n", 15, "a step has no kind", "exactly one of"),
        ("wish: {zh: 想退, en", "wish: {zh: 想(退, en", 4, "is no pattern", "mend it"),
        ("title: {zh: 退货, en: return}", "title: {zh: 退货}", 1, "'en' is missing", "add `en:`"),
        ("say: {zh: 原因？, en: Why?}", "say: {zh: 原因？}", 9, "'en' is missing", "add `en:`"),
        ("insured: {zh", "insrued: {zh", 22, "unknown condition 'insrued'", "did you mean 'insured'"),
        ("zh: 可以退，确认吗？", "zh: '{itme} 可以退，确认吗？'", 20,
         "nothing fills '{itme}'", "did you mean 'item'"),
        ("  - branch: may_return", "  - brnch: may_return", 15, "unknown key 'brnch'", "did you mean 'branch'"),
        ("  - name: fault\n    open", "  - open", 14, "unknown step 'fault'", "one of"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_cause_and_cure(old: str, new: str, line: int, cause: str, cure: str) -> None:
    told = faults(old, new)
    assert any(
        f.startswith(f"knowledge/flows/return.yaml:{line}:") and cause in f and cure in f for f in told
    ), told


def test_a_flow_that_files_nothing_is_a_fault() -> None:
    ending = GOOD[GOOD.index("  - open: approve_return") :]
    told = faults(ending, "")
    assert any("ends without filing a case" in f and "make `open:` its last step" in f for f in told), told


def test_a_step_that_nothing_leads_to_is_a_fault() -> None:
    told = faults("  - branch: may_return\n", "  - open: approve_return\n    say: {zh: 好, en: Ok}\n")
    assert any(
        f.startswith("knowledge/flows/return.yaml:17: ") and "nothing leads to this step" in f for f in told
    )
    assert all("or remove it" in f for f in told if "nothing leads" in f)


def test_a_branch_that_leads_back_up_is_a_loop() -> None:
    (told,) = faults(
        "  - branch: may_return\n", "  - name: again\n    branch: stage\n    to: {on_way: again}\n"
    )
    assert told.startswith("knowledge/flows/return.yaml:17: ")
    assert "'again' stands above, so the flow would run in a loop" in told and "name a step below" in told


def test_a_name_used_twice_is_a_fault() -> None:
    told = faults("  - branch: may_return\n", "  - name: fault\n    branch: may_return\n")
    assert any("the name 'fault' is used twice; choose another" in f for f in told)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("return_refund", "nonsense").replace("may_return", "nonsense")
    with pytest.raises(ConfigError) as told:
        parse(text)
    assert len(told.value.faults) == 2
