"""A flow file that is wrong is refused at start: each fault names file and line, the cause and the cure."""

from pathlib import Path

import pytest

from bot.dialogue.flow import Flow, parse_flows
from bot.errors import ConfigError
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
    ask: {zh: 哪一单？, en: Which order?}
  - choose: reason
    ask: {zh: 原因？, en: Why?}
    options:
      no_reason: {label: {zh: 不想要了, en: Changed my mind}, hear: {zh: [不喜欢], en: [dislike]}}
      quality: {label: {zh: 坏了, en: Broken}}
  - person: reason
    values: [quality]
  - check: may_return
  - confirm: {zh: 可以退，确认吗？, en: Go ahead?}
    lines:
      insured: {zh: 有运费险, en: Insured}
  - open: approve_return
    say: {zh: 好了, en: Done}
"""


def parse(text: str) -> dict[str, Flow]:
    document = read_text(text, "knowledge/flows/return.yaml")[0]
    topics: dict[str, Topic] = dict.fromkeys(("return.request", "refund.request"))  # type: ignore[arg-type]
    return parse_flows({"return": RawFlow("return", document)}, topics)


def faults(old: str, new: str) -> list[str]:
    assert old in GOOD, f"the flow has no {old!r}"
    with pytest.raises(ConfigError) as told:
        parse(GOOD.replace(old, new, 1))
    return told.value.faults


def test_a_good_flow_is_read() -> None:
    flow = parse(GOOD)["return"]
    assert [step.kind for step in flow.steps] == ["choose", "choose", "person", "check", "confirm", "open"]
    assert list(flow.slots) == ["order", "reason"]
    assert flow.slots["reason"].options["no_reason"].hear is not None


def test_the_shipped_flow_is_read() -> None:
    text = (TOP / "knowledge" / "flows" / "return.yaml").read_text(encoding="utf-8")
    assert parse(text)["return"].slots.keys() == {"order", "reason", "intact"}


def test_an_edit_changes_the_hash_and_nothing_else_does() -> None:
    assert parse(GOOD)["return"].hash == parse(GOOD + "\n# a comment\n")["return"].hash
    assert parse(GOOD)["return"].hash != parse(GOOD.replace("原因", "为什么"))["return"].hash


@pytest.mark.parametrize(
    ("old", "new", "line", "cause", "cure"),
    [
        ("case: return_refund", "case: return_refnd", 3, "'return_refnd' is no case", "did you mean 'return_refund'"),
        ("[return.request]", "[return.requst]", 2,
         "there is no topic 'return.requst'", "did you mean 'return.request'"),
        ("check: may_return", "check: may_retrun", 15, "unknown rule 'may_retrun'", "did you mean 'may_return'"),
        ("person: reason", "person: reson", 13, "'reson' is no slot chosen above", "name one"),
        ("    values: [quality]\n", "", 13, "'reason' is no slot", "values"),
        ("open: approve_return", "open: aprove_return", 19,
         "'aprove_return' cannot file a case", "did you mean 'approve_return'"),
        ("    say: {zh: 好了, en: Done}\n", "", 19, "cannot file a case", "with `say:`"),
        ("    ask: {zh: 原因？, en: Why?}\n", "", 8, "'reason' cannot be asked", "add `ask:"),
        ("  - check: may_return\n", "  - check: may_return\n    open: approve_return\n", 15,
         "a step has check and open", "exactly one of"),
        ("  - check: may_return\n", "  - say: {zh: 嗯, en: Well}\n", 15, "a step has no kind", "exactly one of"),
        ("wish: {zh: 想退, en", "wish: {zh: 想(退, en", 4, "is no pattern", "mend it"),
        ("title: {zh: 退货, en: return}", "title: {zh: 退货}", 1, "'en' is missing", "add `en:`"),
        ("insured: {zh", "insrued: {zh", 18, "unknown condition 'insrued'", "did you mean 'insured'"),
        ("zh: 可以退，确认吗？", "zh: "+"'{itme} 可以退，确认吗？'", 16,
         "nothing fills '{itme}'", "did you mean 'item'"),
        ("  - check: may_return", "  - chek: may_return", 15, "unknown key 'chek'", "did you mean 'check'"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_cause_and_cure(old: str, new: str, line: int, cause: str, cure: str) -> None:
    told = faults(old, new)
    assert any(
        f.startswith(f"knowledge/flows/return.yaml:{line}:") and cause in f and cure in f for f in told
    ), told


def test_a_flow_that_files_nothing_is_a_fault() -> None:
    ending = GOOD[GOOD.index("  - open:") :]
    assert any(
        "ends without filing a case" in f and "make `open:` its last step" in f for f in faults(ending, "")
    )


def test_what_stands_behind_the_filing_is_never_reached() -> None:
    told = faults("  - check: may_return\n", "  - open: approve_return\n    say: {zh: 好, en: Ok}\n")
    assert any("nothing after `open:` is ever reached" in f for f in told)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("return_refund", "nonsense").replace("may_return", "nonsense")
    with pytest.raises(ConfigError) as told:
        parse(text)
    assert len(told.value.faults) == 2
