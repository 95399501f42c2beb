"""The rehearsal runner: wrong scripts are refused with their line, failing expectations told with theirs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.cli import app
from bot.config import Settings, load_settings
from bot.dialogue.turn import Kit
from bot.errors import ConfigError
from bot.kit import build_kit
from bot.rehearse.play import Outcome, play
from bot.rehearse.script import read_scripts

TOP = Path(__file__).resolve().parent.parent
GOOD = """\
title: a return
now: 2026-03-10 14:05
orders:
- {id: T1001, buyer: B1, status: signed, signed_at: 2026-03-08 18:20, item: 连衣裙, paid: 159.00}
turns:
- buyer: 我要退货
  expect:
    case: {type: return_refund, status: DRAFT, slots: {order: T1001}}
    says: ['原因']
    never: ['哪一单']
    messages: '==1'
    handler: bot
    lang: zh
    cases: 1
    alerts: []
- press: 不想要了
- buyer: 人工
  expect: {handler: queued, priority: P2, flags: [], agent_sees: ['T1001']}
"""


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(TOP / "config.yaml", {})


@pytest.fixture(scope="module")
def kit(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return build_kit(settings, tmp_path_factory.mktemp("cache"))


def write(folder: Path, text: str) -> Path:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run(folder: Path, kit: Kit, settings: Settings, old: str = "", new: str = "") -> Outcome:
    assert old in GOOD
    [script] = read_scripts(write(folder, GOOD.replace(old, new, 1)))
    return play(script, kit, settings)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("says: ['原因']", "sais: ['原因']", 9, "unknown key 'sais'; did you mean 'says'"),
        ("slots: {order", "slots: {ordre", 8, "unknown key 'ordre'; did you mean 'order'"),
        ("flags: []", "flags: [saftey]", 18, "'saftey' is unknown; did you mean 'safety'"),
        ("status: DRAFT", "status: DRAFT|DARFT", 8, "'DARFT' is unknown; did you mean 'DRAFT'"),
        ("type: return_refund", "type: return", 8, "'return' is unknown; did you mean 'return_refund'"),
        ("handler: bot", "handler: robot", 12, "'robot' is unknown; did you mean 'bot'"),
        ("lang: zh", "lang: cn", 13, "'cn' is unknown"),
        ("messages: '==1'", "messages: few", 11, "'few' is no comparison; write e.g. '<=1' in quotes"),
        ("says: ['原因']", "says: ['原(因']", 9, "missing )"),
        ("item: 连衣裙", "itme: 连衣裙", 4, "unknown key 'itme'; did you mean 'item'"),
        ("now: 2026-03-10 14:05\n", "", 1, "key 'now' is missing"),
        ("- press: 不想要了", "- pres: 不想要了", 16, "unknown key 'pres'; did you mean 'press'"),
        ("- press: 不想要了", "- {}", 16, "does nothing; give it one of"),
        ("- press: 不想要了", "- {agent: {name: mei, do: clame}}", 16, "'clame' is unknown; did you mean 'claim'"),
        ("- press: 不想要了", "- {order: {id: T1, satus: paid}}", 16, "unknown key 'satus'; did you mean 'status'"),
        ("- press: 不想要了", "- {restart: true, press: x}", 16, "does press and restart at once"),
        ("- press: 不想要了", "- {clock: soon}", 16, "soon"),
        ("- press: 不想要了", "- {fork: [{byer: hi}]}", 16, "unknown key 'byer'; did you mean 'buyer'"),
    ],
)  # fmt: skip
def test_a_wrong_script_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    with pytest.raises(ConfigError) as fault:
        read_scripts(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(f"a.yaml:{line}:" in f and told in f for f in fault.value.faults), fault.value.faults


def test_an_unknown_timer_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("cases: 1", "timers: {buyer_ship_bak: '+7d'}")
    with pytest.raises(ConfigError, match=r"a\.yaml:14: .*did you mean 'buyer_ship_back'"):
        read_scripts(write(tmp_path, text))


def test_a_file_without_a_conversation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no conversation"):
        read_scripts(write(tmp_path, "\n"))


def test_a_good_script_passes(tmp_path: Path, kit: Kit, settings: Settings) -> None:
    outcome = run(tmp_path, kit, settings)
    assert outcome.failures == []
    assert [who for _, who, _ in outcome.transcript] == ["B1", "bot", "B1", "bot", "B1", "bot"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("says: ['原因']", "says: ['完好']", 7, "says: nothing matches '完好'"),
        ("never: ['哪一单']", "never: ['原.']", 7, "never: '原.' matches '原因'"),
        ("messages: '==1'", "messages: '>1'", 7, "messages: 1 were sent, expected >1"),
        ("status: DRAFT", "status: AWAIT_RETURN|REFUNDING", 7, "case.status: DRAFT, expected AWAIT_RETURN|REFUNDING"),
        ("type: return_refund", "type: exchange", 7, "case.type: return_refund, expected exchange"),
        ("{order: T1001}", "{order: T1002}", 7, "case.slots.order: 'T1001', expected 'T1002'"),
        ("lang: zh", "lang: en", 7, "lang: the reply is zh, expected en"),
        ("cases: 1", "cases: 2", 7, "cases: 1 are open, expected 2"),
        ("    cases: 1\n", "    timers: {buyer_ship_back: '+7d'}\n", 7,
         "timers.buyer_ship_back: not running, expected 2026-03-17 14:05"),
        ("alerts: []", "alerts: ['P0']", 7, "alerts: nothing matches 'P0'"),
        ("handler: queued", "handler: agent", 18, "handler: queued, expected agent"),
        ("priority: P2", "priority: P0", 18, "priority: P2, expected P0"),
        ("flags: []", "flags: [scam]", 18, "flags: scam is not set (set are: human)"),
        ("agent_sees: ['T1001']", "agent_sees: ['T9']", 18, "agent_sees: nothing matches 'T9'"),
        ("    case: {type: return_refund, status: DRAFT, slots: {order: T1001}}", "    case: null", 7,
         "return_refund DRAFT is open, expected none"),
    ],
)  # fmt: skip
def test_a_failing_expectation_is_told_with_its_line(
    tmp_path: Path, kit: Kit, settings: Settings, old: str, new: str, line: int, told: str
) -> None:
    outcome = run(tmp_path, kit, settings, old, new)
    assert not outcome.passed
    assert any(f"a.yaml:{line}:" in f and told in f for f in outcome.failures), outcome.failures


@pytest.mark.parametrize("pattern", ["没有这个", "."])
def test_a_press_that_fits_no_or_several_buttons_names_those_offered(
    tmp_path: Path, kit: Kit, settings: Settings, pattern: str
) -> None:
    outcome = run(tmp_path, kit, settings, "press: 不想要了", f"press: '{pattern}'")
    [failure] = outcome.failures
    assert "a.yaml:16:" in failure
    assert "质量问题" in failure


def test_an_agent_cannot_act_on_a_chat_that_is_not_theirs(
    tmp_path: Path, kit: Kit, settings: Settings
) -> None:
    outcome = run(tmp_path, kit, settings, "press: 不想要了", "agent: {name: mei, do: reply, text: hi}")
    assert any("a.yaml:16:" in f and "mei cannot reply" in f for f in outcome.failures)


def test_a_case_of_an_unknown_order_is_a_failure(tmp_path: Path, kit: Kit, settings: Settings) -> None:
    cases = (
        "cases: [{type: return_refund, status: PENDING_SELLER, order: T9, opened: 2026-03-09 10:00}]\nturns:"
    )
    outcome = run(tmp_path, kit, settings, "turns:", cases)
    assert any("order T9 is not among the rehearsal's orders" in f for f in outcome.failures)


def test_an_unknown_figure_is_a_failure_that_names_it(tmp_path: Path, kit: Kit, settings: Settings) -> None:
    [script] = read_scripts(write(tmp_path, GOOD.replace("turns:", "config: {no_reason.days: 3}\nturns:", 1)))
    outcome = play(script, kit, settings)
    assert any("no_reason.days" in f for f in outcome.failures)


def test_figures_of_the_conversation_hold_for_it_alone(tmp_path: Path, kit: Kit, settings: Settings) -> None:
    asked = "config: {no_reason_return.window_days: 30}\nturns:\n- buyer: 七天无理由怎么算的\n"
    asked += "  expect: {says: ['30 天']}\n"
    [script] = read_scripts(write(tmp_path, GOOD[: GOOD.index("turns:")] + asked))
    assert play(script, kit, settings).failures == []
    assert kit.policy.no_reason_return.window_days == 7


def test_what_happens_in_a_fork_stays_there(tmp_path: Path, kit: Kit, settings: Settings) -> None:
    fork = "fork: [{buyer: 算了, expect: {case: null}}]\n- buyer: 不想要了\n  expect: {case: {status: DRAFT}}"
    assert run(tmp_path, kit, settings, "press: 不想要了", fork).failures == []


def test_a_failure_in_a_fork_is_told_with_its_line(tmp_path: Path, kit: Kit, settings: Settings) -> None:
    fork = "fork:\n  - buyer: 算了\n    expect: {case: {status: AWAIT_RETURN}}"
    outcome = run(tmp_path, kit, settings, "press: 不想要了", fork)
    assert any("a.yaml:18:" in f and "case.status: CLOSED_WITHDRAWN" in f for f in outcome.failures)


def test_the_command_says_what_failed_and_writes_junit(tmp_path: Path) -> None:
    bad = write(tmp_path, GOOD.replace("says: ['原因']", "says: ['完好']"))
    report = tmp_path / "junit.xml"
    done = CliRunner().invoke(app, ["rehearse", str(bad), "--junit", str(report)])
    assert done.exit_code == 1
    assert "nothing matches '完好'" in done.output
    assert "0 passed, 1 failed" in done.output
    assert "nothing matches" in report.read_text(encoding="utf-8")


def test_the_command_refuses_a_wrong_file_before_it_plays_any(tmp_path: Path) -> None:
    bad = write(tmp_path, GOOD.replace("title", "titel"))
    done = CliRunner().invoke(app, ["rehearse", str(bad)])
    assert isinstance(done.exception, ConfigError)
    assert "did you mean 'title'" in str(done.exception)
    assert "ok" not in done.output


def test_a_case_that_lacks_a_key_is_refused(tmp_path: Path) -> None:
    cases = "cases: [{type: return_refund, status: PENDING_SELLER, order: T1001}]\nturns:"
    with pytest.raises(ConfigError, match=r"a\.yaml:5: .*'opened' is missing"):
        read_scripts(write(tmp_path, GOOD.replace("turns:", cases, 1)))
