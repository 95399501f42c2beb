"""What a message that changes looks like in a terminal, where nothing can be taken back."""

from __future__ import annotations

from bot.channels.terminal import TerminalChannel
from bot.clock import system_clock
from bot.inbox import Inlet
from bot.messages import Outgoing
from bot.store.db import Database
from bot.store.inbox import Settle


async def test_a_change_is_one_short_line_and_a_withdrawal_too(database: Database) -> None:
    shown: list[str] = []
    inlet = Inlet(database, system_clock, Settle(0, 0))
    terminal = TerminalChannel(inlet, database, system_clock, "me", None, shown.append)
    card = Outgoing("terminal:me", 1, "e1:1", "R-1 退货\n\n退款中\n" + "很长" * 400)
    await terminal.edit(card, None)
    await terminal.withdraw(card, None)
    assert shown[0].startswith("bot> ✎ updated: R-1 退货 · 退款中 · 很长")
    assert len(shown[0]) < 340
    assert shown[1].startswith("bot> ✎ withdrawn: R-1 退货")
    assert all("\n" not in line for line in shown)
