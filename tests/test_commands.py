"""The command line as people and programs use it: output, files and exit codes of the real program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.commands.graph import draw
from bot.config import load_settings
from tests.support.program import CACHE, TOP

Aftersales = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def aftersales(tmp_path: Path) -> Aftersales:
    """Runs one command in a shop's folder of its own."""
    shutil.copy(TOP / "config.yaml", tmp_path)
    (tmp_path / "knowledge").symlink_to(TOP / "knowledge")
    if CACHE.exists():
        shutil.copytree(CACHE, tmp_path / "data" / "cache")

    def run(*words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(TOP), "COLUMNS": "200", **env},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if (tmp_path / "data" / "cache").exists():
            shutil.copytree(tmp_path / "data" / "cache", CACHE, dirs_exist_ok=True)
        return done

    return run


def test_match_answers_a_line_with_a_line_in_order(aftersales: Aftersales) -> None:
    lines = [
        {"id": "a", "text": "退款多久到账"},
        {"text": "asdkjh"},
        {"id": 3, "text": "I want to talk to a person"},
    ]
    done = aftersales("match", "--jsonl", stdin="\n".join(map(json.dumps, lines)))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert [r.get("id") for r in rows] == ["a", None, 3]
    assert (rows[0]["topic"], rows[0]["action"]) == ("refund.timing", "answer")
    assert rows[1]["action"] == "none"
    assert rows[2]["topic"] == "human.agent"
    assert all(len(c) == 2 for r in rows for c in r["candidates"])


def test_match_names_the_line_that_cannot_be_read(aftersales: Aftersales) -> None:
    done = aftersales("match", "--jsonl", stdin='{"text": "退货"}\nnot json\n')
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert "2" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_match_explains_a_text_to_people(aftersales: Aftersales) -> None:
    done = aftersales("match", "假一赔十怎么申请")
    assert done.returncode == 0
    assert done.stdout.startswith("counterfeit.policy") and "answer" in done.stdout


def test_match_without_a_text_is_wrong_use(aftersales: Aftersales) -> None:
    done = aftersales("match")
    assert done.returncode == 2 and "--jsonl" in done.stderr


def test_rehearse_tells_which_conversation_fails_and_why(aftersales: Aftersales, tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(
        "title: right\nnow: 2026-03-10 10:00\nturns:\n- buyer: 退款多久到账\n  expect: {says: ['工作日']}\n"
        "---\ntitle: wrong\nnow: 2026-03-10 10:00\nturns:\n- buyer: 退款多久到账\n  expect: {says: ['火星']}\n",
        encoding="utf-8",
    )
    done = aftersales("rehearse", "two.yaml", "--junit", "out.xml")
    assert done.returncode == 1
    assert "ok     right" in done.stdout and "FAILED wrong" in done.stdout
    assert "two.yaml:11: says: nothing matches '火星'" in done.stdout
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


def test_orders_are_imported_and_shown_with_the_phone_masked(aftersales: Aftersales, tmp_path: Path) -> None:
    header = "id,buyer,status,signed_at,item,paid,phone\n"
    (tmp_path / "orders.csv").write_text(
        header + "N1,lin,signed,2026-03-08 18:20,连衣裙,159.00,13800135566\n", encoding="utf-8"
    )
    assert "1 orders of 1 buyers" in aftersales("orders", "import", "orders.csv").stdout
    shown = json.loads(aftersales("orders", "show", "N1").stdout)
    assert (shown["item"], shown["phone"]) == ("连衣裙", "138****5566")


def test_a_wrong_row_is_named_and_nothing_is_imported(aftersales: Aftersales, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,status,paid\nN1,paid,5\nN2,sent,x\n", encoding="utf-8")
    done = aftersales("orders", "import", "orders.csv")
    assert done.returncode == 1 and "row 3" in done.stderr
    missing = aftersales("orders", "show", "N1")
    assert missing.returncode == 2 and "N1" in missing.stderr


def test_an_agent_gets_a_one_time_link_and_a_second_of_that_name_is_refused(aftersales: Aftersales) -> None:
    done = aftersales("agents", "add", "mei", "--display", "小美")
    assert done.returncode == 0 and "/desk/sign-in?key=" in done.stdout
    assert aftersales("agents", "list").stdout.split() == ["mei", "小美", "agent"]
    asked = (
        "agents",
        "set",
        "mei",
        "--skills",
        "refunds，纠纷",
        "--languages",
        "zh",
        "--hours",
        "09:00-18:00",
    )
    assert "mei is changed" in aftersales(*asked).stdout
    assert "nothing to change" in aftersales(*asked).stdout
    line = aftersales("agents", "list").stdout
    assert "agent   skills: refunds, 纠纷; languages: zh; hours: 09:00-18:00" in line
    for wrong, cure in (
        ("--hours=9 to 5", "write 09:00"),
        ("--languages=fr", "choose zh, en"),
        ("--role=boss", "choose agent"),
    ):
        refused = aftersales("agents", "set", "mei", wrong)
        assert (refused.returncode, cure in refused.stderr) == (2, True)
    aftersales("agents", "set", "mei", "--skills", "", "--languages", "", "--hours", "", "--display", "小梅")
    assert aftersales("agents", "list").stdout.split() == ["mei", "小梅", "agent"]
    again = aftersales("agents", "add", "mei")
    assert again.returncode == 2 and "agents link mei" in again.stderr


def test_every_fault_of_settings_and_knowledge_is_told_before_the_start(
    aftersales: Aftersales, tmp_path: Path
) -> None:
    (tmp_path / "knowledge").unlink()
    shutil.copytree(TOP / "knowledge", tmp_path / "knowledge")
    for name, before, after in (
        ("config.yaml", "port: 8080", "prt: 8080"),
        ("knowledge/policy.yaml", "window_days: 7", "window_days: 3"),
        ("knowledge/flows/return.yaml", "branch: may_return", "branch: may_retrun"),
    ):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert before in text
        (tmp_path / name).write_text(text.replace(before, after), encoding="utf-8")
    done = aftersales("run")
    assert done.returncode == 1
    for told in (
        "config.yaml:",
        "'prt'",
        "knowledge/policy.yaml:",
        "'3'",
        "return.yaml:",
        "did you mean 'may_return'",
    ):
        assert told in done.stderr


def test_a_taken_port_is_told_with_the_cure(aftersales: Aftersales) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = aftersales("run", BOT__WEB__PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1 and "BOT__WEB__PORT" in done.stderr


def test_the_case_states_are_drawn_from_the_table_that_runs(aftersales: Aftersales) -> None:
    done = aftersales("graph")
    assert "AWAIT_RETURN --> RETURN_IN_TRANSIT: tracking_entered (agent, buyer)" in done.stdout
    assert aftersales("graph", "nothing").returncode == 2


def test_every_flow_is_drawn_with_its_branches_and_the_flows_it_leads_into() -> None:
    settings = load_settings(TOP / "config.yaml", {})
    for name in (path.stem for path in (TOP / "knowledge" / "flows").glob("*.yaml")):
        assert draw(settings, name).startswith("flowchart TD")
    exchange = draw(settings, "exchange")
    assert "-- return --> flow_return([return])" in exchange
    assert "-- no --> refused" in exchange


def test_the_terminal_chat_answers_piped_lines_and_ends(aftersales: Aftersales) -> None:
    done = aftersales("chat", "--buyer", "demo-emma", stdin="how long does a refund take\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "working days" in done.stdout


@pytest.mark.parametrize(
    "command", ["run", "chat", "match", "check", "rehearse", "graph", "orders", "agents", "db"]
)
def test_each_command_answers_help(aftersales: Aftersales, command: str) -> None:
    done = aftersales(command, "--help")
    assert done.returncode == 0 and "Usage" in done.stdout
