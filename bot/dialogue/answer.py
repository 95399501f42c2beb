"""The one mutable thing of a decision: it gathers words, buttons, effects and the new state while a turn is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases.case import Case, Entry
from bot.dialogue.effects import Attach, Effect, Reply, SaveCase, Say
from bot.dialogue.render import script, text_of, words_in
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Facts, Kit, Turn
from bot.knowledge.types import Words
from bot.messages import Attachment, Button


class Answer:
    """All that is said in a turn becomes one message: a burst is answered once."""

    def __init__(self, state: State, turn: Turn, facts: Facts, kit: Kit, now: datetime) -> None:
        self.state = self.before = state
        self.turn, self.facts, self.kit, self.now = turn, facts, kit, now
        self.cases: dict[str, Case] = {c.id: c for c in facts.cases}
        self._texts: list[str] = []
        self._buttons: list[Button] = []
        self._effects: list[Effect] = []
        self._saved: dict[str, list[Entry]] = {}

    # --- words ---------------------------------------------------------------------------------------------

    @property
    def silent(self) -> bool:
        return not self._texts

    def say(self, key: str, **data: Any) -> None:
        self._texts.append(text_of(Say(key, data), self.kit, self.state))

    def say_words(self, words: Words, **data: Any) -> None:
        self._texts.append(words_in(words, data, self.kit, self.state))

    def button(self, value: str, label: Words | str) -> None:
        text = label if isinstance(label, str) else label.text(self.state.lang)
        button = Button(script(text, self.state), value)
        if button not in self._buttons:
            self._buttons.append(button)

    def reply_button(self, value: str, key: str) -> None:
        """A button whose label is one of the shop's replies."""
        self.button(value, self.kit.knowledge.replies[key])

    # --- effects -------------------------------------------------------------------------------------------

    def do(self, effect: Effect) -> None:
        self._effects.append(effect)

    def remember(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def save(self, case: Case, *entries: Entry) -> None:
        """The case as it is now; several changes in a turn are written once."""
        self.cases[case.id] = case
        self._saved.setdefault(case.id, []).extend(entries)

    def forget(self, case_id: str) -> None:
        """A draft begun and ended in this very turn leaves no trace."""
        self.cases.pop(case_id, None)
        self._saved.pop(case_id, None)

    def attach(self, case_id: str, attachments: tuple[Attachment, ...]) -> None:
        if attachments:
            self._effects.append(Attach(case_id, attachments))

    # --- the end -------------------------------------------------------------------------------------------

    def decision(self) -> Decision:
        saved = [SaveCase(self.cases[i], tuple(entries)) for i, entries in self._saved.items()]
        effects: list[Effect] = [*saved, *self._effects]
        if self._texts:
            if not self.state.introduced:
                self._texts.insert(0, text_of(Say("introduction"), self.kit, self.state))
            effects.append(Reply("\n\n".join(self._texts), tuple(self._buttons)))
            self.remember(introduced=True, offered=tuple(self._buttons))
        return Decision(self.state, tuple(effects))
