"""The one mutable thing of a decision: it gathers words, buttons, effects and the new state while a turn is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases.case import Case, Entry, Status
from bot.dialogue.effects import Attach, Card, Effect, Reply, SaveCase, Say
from bot.dialogue.render import script, text_of, words_in
from bot.dialogue.state import State
from bot.dialogue.turn import Decision, Facts, Kit, Turn
from bot.knowledge.types import Words
from bot.messages import Attachment, Button, Lang


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
        self._cards: list[Card] = []
        self.begun = 0  # drafts begun in this turn: each needs a number of its own
        self.filing = False  # a case is being filed: its own words tell what it has become

    # --- words ---------------------------------------------------------------------------------------------

    @property
    def silent(self) -> bool:
        return not self._texts

    def text(self, key: str, **data: Any) -> str:
        """The words of one of the shop's replies, without saying them."""
        return text_of(Say(key, data), self.kit, self.state)

    def text_in(self, lang: Lang, key: str, **data: Any) -> str:
        """The words of a reply in one language, for people at the desk."""
        return text_of(Say(key, data), self.kit, replace(self.state, lang=lang, traditional=False))

    def say(self, key: str, **data: Any) -> None:
        self._texts.append(self.text(key, **data))
        if about := next((k for k in ("case", "order") if data.get(k)), None):
            topic = {k: v for k, v in self.state.spoken.items() if k == "topic"}
            self.remember(spoken={**topic, about: str(data[about])})

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

    def log(self, case: Case, event: str, who: str, why: str = "") -> None:
        """A line in the timeline that changes no status."""
        n = case.events + 1
        entry = Entry(case.id, n, self.now, who, event, case.status, case.status, why)
        self.save(replace(case, events=n, updated_at=self.now), entry)

    def open_cases(self) -> list[Case]:
        """This buyer's filed, open cases, the latest touched first."""
        filed = [c for c in self.cases.values() if c.is_open and c.status != Status.DRAFT]
        return sorted(filed, key=lambda c: c.updated_at, reverse=True)

    def moved(self, case_id: str) -> bool:
        """Whether its timeline grew in this turn."""
        return bool(self._saved.get(case_id))

    def show_card(self, card: Card) -> None:
        """The case's card as it reads at the end of the turn."""
        self._cards = [c for c in self._cards if c.case_id != card.case_id] + [card]

    def forget(self, case_id: str) -> None:
        """A draft begun and ended in this very turn leaves no trace."""
        self.cases.pop(case_id, None)
        self._saved.pop(case_id, None)

    def update(self, case: Case, **slots: Any) -> Case:
        """The case with some slots changed: no move, no line in its timeline, its clocks go on."""
        changed = replace(case, slots={**case.slots, **slots}, updated_at=self.now)
        self.save(changed)
        return changed

    def attach(
        self, case_id: str, attachments: tuple[Attachment, ...], kinds: tuple[str | None, ...] = ()
    ) -> None:
        if attachments:
            self._effects.append(Attach(case_id, attachments, kinds))

    def offer_common(self) -> None:
        """The handful of things most buyers come for, as buttons."""
        for topic in ("return.request", "refund.timing", "item.defect", "delivery.track"):
            if topic in self.kit.knowledge.topics:
                self.button(f"topic:{topic}", self.kit.knowledge.topics[topic].title)
        self.reply_button("human", "button_human")

    # --- the end -------------------------------------------------------------------------------------------

    def decision(self) -> Decision:
        # What closes is written before what opens: an order's goods have one open case at any moment.
        ids = sorted(self._saved, key=lambda i: self.cases[i].is_open)
        saved = [SaveCase(self.cases[i], tuple(self._saved[i])) for i in ids]
        effects: list[Effect] = [*saved, *self._effects, *self._cards]
        if self._texts:
            self._buttons.sort(
                key=lambda button: button.value == "human"
            )  # a person is the last choice shown
            if not self.state.introduced:
                self._texts.insert(0, text_of(Say("introduction"), self.kit, self.state))
            effects.append(Reply("\n\n".join(self._texts), tuple(self._buttons)))
            before = self.before.offered if self._buttons else ()
            self.remember(introduced=True, offered=tuple(self._buttons), offered_before=before)
        return Decision(self.state, tuple(effects))
