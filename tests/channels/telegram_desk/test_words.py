"""The words of the desk in Telegram: all of them there, in both languages, and within what Telegram takes."""

from __future__ import annotations

import ast
import string
import typing
from pathlib import Path

import pytest

import bot.channels.telegram_desk
from bot.channels.telegram_desk.desk import COMMANDS
from bot.channels.telegram_desk.look import PACKET_DOES
from bot.channels.telegram_desk.presses import DOES
from bot.channels.telegram_desk.words import WORDS
from bot.handoff.lease import Why
from bot.store import agents, presence
from tests.channels.telegram_desk.phone import Desk, Phone

FOLDER = Path(bot.channels.telegram_desk.__file__).parent
SAYERS = ("say", "tell", "_say")  # whoever is given the key of a sentence first
MADE = {
    *(f"menu_{name}" for name in COMMANDS),
    *(f"do_{name}" for name in PACKET_DOES),
    *(f"which_{name}" for name in ("transfer", "resolve", "release")),
    "paused", "resumed", "not_yours", "not_done", "buyer", "bot", "agent", "system", "note",
    "online", "away", "offline",
}  # fmt: skip


def asked_for() -> set[str]:
    """The keys that stand in the code."""
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in SAYERS and node.args:
                found |= {
                    n.value
                    for n in ast.walk(node.args[0])
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }
            if isinstance(node, ast.Dict):
                found |= {
                    n.value
                    for n in node.values
                    if isinstance(n, ast.Constant) and str(n.value).startswith("ended_")
                }
    return {key for key in found if key.isidentifier() and len(key) > 1}


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Call):  # Say(lang)("key")
        return "say" if _name(func.func) == "Say" else ""
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def test_every_key_has_its_words_and_every_sentence_is_said_somewhere() -> None:
    why = set(typing.get_args(Why)) - {"not_queued"}  # said as "not done", with who has it
    asked = {key for key in asked_for() if not key.endswith("_")} | MADE | why
    assert asked - WORDS.keys() == set()
    assert WORDS.keys() - asked == set()


def test_both_languages_say_the_same_things() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    differing = {key: words for key, words in WORDS.items() if names(words.zh) != names(words.en)}
    assert differing == {}
    assert all(words.zh and words.en for words in WORDS.values())


def test_the_menu_is_what_telegram_takes() -> None:
    for name in COMMANDS:
        assert name.islower() and len(name) <= 32
        for text in (WORDS[f"menu_{name}"].zh, WORDS[f"menu_{name}"].en):
            assert 1 <= len(text) <= 256


@pytest.mark.parametrize("long", ["客服" * 16])
def test_a_buttons_value_fits_whatever_the_names(desk: Desk, hers: Phone, long: str) -> None:
    desk.db.write(lambda conn: agents.add(conn, long, "长", "agent", desk.q.at))
    desk.db.write(lambda conn: presence.set_known(conn, long, [long], []))
    hers.presses(hers.last("您在接待"), "转接")
    choice = hers.last("转给谁")
    assert max(len(value.encode()) for _, value in choice.buttons) <= 64  # Telegram's limit
    hers.presses(choice, "长")
    assert desk.q.owner() == long


def test_what_buttons_do_is_known() -> None:
    assert {*PACKET_DOES, "claim", "cancel", "to", "take"} <= DOES.keys()
