"""The real program, end to end."""

from __future__ import annotations

from tests.channels.telegram.emulator import bot_api_emulator

__all__ = ["bot_api_emulator"]
