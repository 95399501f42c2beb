"""The agents' desk inside Telegram: notices, claims, replies and notes in an agent's private chat with the bot."""

from bot.channels.telegram_desk.desk import TelegramDesk

__all__ = ["TelegramDesk"]
