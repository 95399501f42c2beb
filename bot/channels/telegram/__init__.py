"""Telegram: polling or webhook in; text, buttons and files out. python-telegram-bot is the client only."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
