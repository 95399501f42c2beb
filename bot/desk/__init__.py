"""The agents' pages: the queue, the chats they hold, what a chat is about."""
