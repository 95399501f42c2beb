"""The stage of a rehearsal: what counts as sent, money that nobody moves, and what a channel does not let pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from typer.testing import CliRunner

from bot.cases.case import Case, CaseType, Status
from bot.commands.cli import app
from bot.config import Settings
from bot.dialogue.effects import Card, Effect, PayOut, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Turn
from bot.errors import BotError, UsageError
from bot.messages import Button
from bot.rehearse.pictures import picture
from bot.rehearse.stage import Stage
from bot.rehearse.wires import CHANNELS, Direct
from bot.store.save import carry_out
from bot.store.tables import attachment, inbox, outbox
from tests.support.core import kit

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
CHAT = Direct().chat_of("B1")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    opened = Stage(tmp_path, kit(), Settings(), NOW)
    opened.link("B1")
    yield opened
    opened.close()


@pytest.fixture(params=CHANNELS)
def over(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """A stage played over each channel in turn."""
    opened = Stage(tmp_path, kit(), Settings(), NOW, request.param)
    opened.link("B1")
    yield opened
    opened.close()


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[Stage]:
    opened = Stage(tmp_path, kit(), Settings(), NOW, "telegram")
    opened.link("B1")
    yield opened
    opened.close()


def decide(stage: Stage, *effects: Effect) -> None:
    chat = stage.chat_of("B1")

    def write(conn: Connection) -> None:
        carry_out(conn, Turn(chat, (), 1, NOW), Decision(State(), effects), kit(), NOW)

    stage.db.write(write)
    stage.settle()


CASE = SaveCase(Case("R-1", CHAT, CaseType.RETURN_REFUND, Status.DRAFT, NOW, NOW))


def test_a_card_that_changes_is_no_message_sent_and_stands_in_the_transcript(stage: Stage) -> None:
    decide(stage, Reply("登记好了。"), CASE, Card("R-1", "等您寄回"))
    decide(stage, Card("R-1", "包裹在路上"))
    assert [m.text for m in stage.sent] == ["登记好了。\n\n等您寄回"]
    assert stage.log[-1] == ("B1", "bot", "✎ 登记好了。\n\n包裹在路上")


def test_money_is_left_to_a_person_and_the_conversation_hears_of_it_in_the_same_turn(stage: Stage) -> None:
    decide(stage, CASE, PayOut("R-1", 1, "T1001", Decimal("9.90")))
    rows = stage.db.read(lambda conn: conn.execute(select(inbox)).all())
    assert [(r.payload["kind"], r.payload["data"]["state"], bool(r.done_at)) for r in rows] == [
        ("refund", "manual", True)
    ]


# --- over a channel ------------------------------------------------------------------------------------------------


def test_a_burst_and_an_album_arrive_as_one_turn_with_the_photos_own_bytes(over: Stage) -> None:
    over.buyer_says("B1", ["在吗", "杯子碎了"], ["box.jpg", "crack.jpg"])
    rows = over.db.read(lambda conn: conn.execute(select(attachment.c.data)).scalars().all())
    assert sorted(filter(None, rows)) == sorted([picture("box.jpg"), picture("crack.jpg")])
    said = over.db.read(
        lambda conn: conn.execute(select(inbox.c.payload).order_by(inbox.c.n)).scalars().all()
    )
    assert [r["text"] for r in said][:2] == ["在吗", "杯子碎了"]
    assert len(over.sent) == 1


def test_one_photo_on_telegram_is_taken_in_its_largest_size(telegram: Stage) -> None:
    telegram.buyer_says("B1", [], ["crack.jpg"])
    [row] = telegram.db.read(lambda conn: conn.execute(select(inbox.c.payload)).scalars().all())
    [file] = row["attachments"]
    assert (file["name"], file["mime"], file["remote"]) == ("ufile-2.jpg", "image/jpeg", "file-2")
    [data] = telegram.db.read(lambda conn: conn.execute(select(attachment.c.data)).scalars().all())
    assert data == picture("crack.jpg")


def test_a_press_carries_the_value_that_was_sent(over: Stage) -> None:
    decide(over, Reply("要哪种？", (Button("退款", "flow:refund"),)))
    over.buyer_presses("B1", Button("退款", "flow:refund"))
    [row] = over.db.read(lambda conn: conn.execute(select(inbox.c.payload)).scalars().all())
    assert (row["kind"], row["button"]) == ("button", "flow:refund")


def test_a_button_that_nobody_was_shown_cannot_be_pressed(over: Stage) -> None:
    decide(over, Reply("要哪种？", (Button("退款", "flow:refund"),)))
    with pytest.raises(BotError, match="has the button '补发'"):
        over.buyer_presses("B1", Button("补发", "flow:resend"))


def test_a_button_value_of_more_than_64_bytes_is_a_failure_on_telegram(telegram: Stage) -> None:
    with pytest.raises(BotError, match="does not take the button '退款'"):
        decide(telegram, Reply("要哪种？", (Button("退款", "x" * 65),)))


def test_a_button_value_of_more_than_64_bytes_cannot_be_pressed_on_the_web(tmp_path: Path) -> None:
    stage = Stage(tmp_path, kit(), Settings(), NOW, "web")
    stage.link("B1")
    decide(stage, Reply("要哪种？", (Button("退款", "x" * 65),)))
    with pytest.raises(BotError, match="refuses the page's frame"):
        stage.buyer_presses("B1", Button("退款", "x" * 65))
    stage.close()


def test_words_of_the_bot_that_telegram_would_want_cut_in_two_are_a_failure(telegram: Stage) -> None:
    decide(telegram, Reply("长" * 4096))
    with pytest.raises(BotError, match="too long for Telegram: 4097 of 4096"):
        decide(telegram, Reply("长" * 4097))


def test_a_card_changes_in_place_over_a_channel_too(over: Stage) -> None:
    case = SaveCase(Case("R-1", over.chat_of("B1"), CaseType.RETURN_REFUND, Status.DRAFT, NOW, NOW))
    decide(over, Reply("登记好了。"), case, Card("R-1", "等您寄回"))
    decide(over, Card("R-1", "包裹在路上"))
    assert [m.text for m in over.sent] == ["登记好了。\n\n等您寄回"]
    assert over.log[-1] == ("B1", "bot", "✎ 登记好了。\n\n包裹在路上")


def test_the_program_finds_its_messages_on_telegram_again_after_a_restart(telegram: Stage) -> None:
    decide(telegram, Reply("one"), Reply("two"))
    telegram.restart()
    ids = telegram.db.read(
        lambda conn: conn.execute(select(outbox.c.remote_id).order_by(outbox.c.n)).scalars().all()
    )
    assert ids == ["1", "2"]
    decide(telegram, Reply("three"))
    assert [m.text for m in telegram.sent] == ["one", "two", "three"]


def test_a_fork_presses_what_was_shown_before_it_and_shows_nothing_outside(over: Stage) -> None:
    decide(over, Reply("要哪种？", (Button("退款", "flow:refund"),)))
    copy = over.fork(over.folder / "fork")
    decide(copy, Reply("补发吗？", (Button("补发", "flow:resend"),)))
    copy.buyer_presses("B1", Button("退款", "flow:refund"))
    copy.close()
    with pytest.raises(BotError, match="has the button '补发'"):
        over.buyer_presses("B1", Button("补发", "flow:resend"))


def test_a_channel_that_is_not_played_is_refused_by_its_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["rehearse", str(tmp_path / "a.yaml"), "--channel", "fax"])
    assert isinstance(done.exception, UsageError)
    assert "telegram or web" in str(done.exception)
