"""A shop's own flow: the twenty lines of docs/flows.md, put into a knowledge folder, work without any Python."""

import re
import shutil
from pathlib import Path

import pytest

from bot.commands.check import check
from bot.config import load_settings
from bot.kit import build_kit
from bot.rehearse.play import play
from bot.rehearse.script import read_scripts

TOP = Path(__file__).resolve().parents[2]
REHEARSAL = """\
title: a trade-in from the first word to the case, with a question in between
now: 2026-03-10 14:05
orders:
- {id: T3001, buyer: B1, status: signed, signed_at: 2026-03-09 10:00, item: 台灯, paid: 88.00}
turns:
- buyer: 你好 我想以旧换新
  expect:
    case: {type: exchange, status: DRAFT, slots: {order: T3001}}
    says: ['旧的台灯现在什么状况']
    messages: '==1'
- buyer: 还亮着 就是样子旧
  expect: {says: ['旧的寄回、新的寄出，确认吗']}
- buyer: 你们几点上班
  expect: {case: {status: DRAFT}, says: ['确认']}
- buyer: 好的
  expect:
    case: {type: exchange, status: PENDING_SELLER, slots: {order: T3001}}
    says: ['登记好了，编号 A260310']
---
title: a trade-in of what has not been sent is too early
now: 2026-03-10 14:05
orders:
- {id: T3002, buyer: B1, status: paid, paid_at: 2026-03-10 10:00, item: lamp, paid: 88.00}
turns:
- buyer: can I do a trade-in for the lamp please
  expect: {case: null, lang: en, says: ['It has not been sent yet']}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge with the documented flow beside the others."""
    copy = tmp_path_factory.mktemp("shop") / "knowledge"
    shutil.copytree(TOP / "knowledge", copy)
    (copy / "flows" / "trade_in.yaml").write_text(documented(), encoding="utf-8")
    return copy


def documented() -> str:
    text = (TOP / "docs" / "flows.md").read_text(encoding="utf-8")
    flow = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert flow, "docs/flows.md shows no flow"
    return flow[1]


def test_the_documented_flow_is_short_and_without_fault(folder: Path) -> None:
    assert len(documented().splitlines()) <= 25
    told = [fault.text for fault in check(None, folder, {}, train=False)]
    assert [text for text in told if "trade_in" in text] == []


def test_the_documented_flow_is_played_to_its_end(folder: Path, tmp_path: Path) -> None:
    settings = load_settings(None, {"BOT__KNOWLEDGE__PATH": str(folder)})
    kit = build_kit(settings, tmp_path)
    (tmp_path / "own.yaml").write_text(REHEARSAL, encoding="utf-8")
    outcomes = [play(script, kit, settings) for script in read_scripts(tmp_path / "own.yaml")]
    assert [(o.title, o.failures, o.transcript) for o in outcomes if not o.passed] == []
    assert len(outcomes) == 2


def test_a_slip_in_it_is_told_with_line_and_cure(tmp_path: Path, folder: Path) -> None:
    copy = tmp_path / "knowledge"
    shutil.copytree(folder, copy)
    flow = documented().replace("to: {not_sent: too_early}", "to: {not_sent: to_early}")
    (copy / "flows" / "trade_in.yaml").write_text(flow, encoding="utf-8")
    told = [fault.text for fault in check(None, copy, {}, train=False) if fault.level == "error"]
    line = flow[: flow.index("to_early")].count("\n") + 1
    assert (
        f"{copy}/flows/trade_in.yaml:{line}: steps.1.to.not_sent: unknown step 'to_early'; "
        "did you mean 'too_early'?; one of too_early" in told
    )
