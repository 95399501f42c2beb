"""Contacts and rounds: what a chat's lines come to, as the trade counts them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.store.figures_read import Line

PAUSE = 2 * 3600.0  # seconds without a word, after which the next line begins a new contact


@dataclass
class Round:
    """A burst is one round: the first unanswered words, and the reply to them. UTC epoch seconds."""

    asked: float
    answered: float | None = None

    @property
    def took(self) -> float | None:
        return None if self.answered is None else self.answered - self.asked


@dataclass
class Contact:
    """接待: a stretch of talk without a pause of two hours."""

    chat: str
    start: float
    end: float
    rounds: list[Round] = field(default_factory=list)
    bot: bool = False
    person: bool = False

    def add(self, line: Line) -> None:
        self.end = line.at
        waits = self.rounds and self.rounds[-1].answered is None
        if line.author == "buyer":
            if not waits:
                self.rounds.append(Round(line.at))
            return
        self.bot |= line.author == "bot"
        self.person |= line.author == "agent"
        if waits:
            self.rounds[-1].answered = line.at


def contacts(lines: Iterable[Line]) -> Iterator[Contact]:
    """In the order of `lines`, which come chat by chat and in order. One that no buyer spoke in is none."""
    now: Contact | None = None
    for line in lines:
        if now is None or now.chat != line.chat or line.at - now.end >= PAUSE:
            if now and now.rounds:
                yield now
            now = Contact(line.chat, line.at, line.at)
        now.add(line)
    if now and now.rounds:
        yield now
