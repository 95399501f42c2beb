"""How a simulated buyer talks: what is told ahead, what is typed or pressed, slips, second thoughts, digressions.

Seeded: the same goal, language, persona and seed give the same buyer, whatever the bot answers.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.perturb import typos
from benchmarks.simulate.goals import Goal, World
from bot.cases.case import Case
from bot.dialogue.state import State
from bot.messages import Button, Lang

MOST_OPENINGS = 3  # ways the wish is put before the buyer gives up
MOST_TOLD_ALIKE = 2  # times one thing is put in words before its button is pressed
SHORT = 6  # characters below which nobody slips
_LEAVE_ALONE = re.compile(r"\d{6,}|[A-Z]{2,}\d|[A-Z]\d{3,}")  # numbers are copied, not typed


@dataclass(frozen=True)
class Persona:
    """Each figure is how likely one does it where it is possible."""

    name: str
    presses: float
    typos: float
    bursts: float
    ahead: float
    slips: float
    strays: float
    silence: float


PERSONAS = (
    Persona("brisk", presses=0.9, typos=0.05, bursts=0.0, ahead=0.1, slips=0.0, strays=0.0, silence=0.05),
    Persona("writer", presses=0.1, typos=0.1, bursts=0.2, ahead=0.6, slips=0.2, strays=0.2, silence=0.1),
    Persona("hasty", presses=0.3, typos=0.4, bursts=0.5, ahead=0.3, slips=0.4, strays=0.1, silence=0.0),
    Persona("curious", presses=0.4, typos=0.1, bursts=0.1, ahead=0.3, slips=0.1, strays=0.8, silence=0.3),
)


@dataclass
class Act:
    """One turn of the buyer. `answers`: slots told in it; `own`: it was the buyer's choice, and nobody asked for it."""

    texts: list[str] = field(default_factory=list)
    press: Button | None = None
    photos: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    own: bool = False
    corrects: str = ""
    away: timedelta = timedelta()


@dataclass(frozen=True)
class View:
    """What the buyer has before them: what was asked last, the buttons, and how their case stands."""

    state: State
    offered: tuple[Button, ...]
    case: Case | None
    starts: tuple[str, ...]  # the topics that start the goal's flow

    @property
    def asked(self) -> str | None:
        return self.state.frame.asked if self.state.frame else None


class Buyer:
    """`orders`: id → item of all they have; the first is the one it is about."""

    def __init__(
        self,
        goal: Goal,
        lang: Lang,
        persona: Persona,
        world: World,
        orders: dict[str, str],
        chance: random.Random,
    ) -> None:
        self.goal, self.lang, self.persona, self.world = goal, lang, persona, world
        self.orders, self.chance = orders, chance
        self.order, self.item = next(iter(orders.items()))
        self.opened = self.sent_photos = self.first = 0
        self.told: dict[str, int] = {}
        self.slipped = self.strayed = False
        self.to_correct = ""

    def next(self, view: View) -> Act | str:
        """What is done now, or why the buyer gives up."""
        act = self._next(view)
        if isinstance(act, str):
            return act
        for slot in act.answers:
            self.told[slot] = self.told.get(slot, 0) + 1
        if act.texts and self._may(self.persona.bursts):
            act.texts = _in_pieces(act.texts)
        act.texts = [self._typed(text) for text in act.texts]
        if self.told and self._may(self.persona.silence / 3):
            act.away = timedelta(hours=self.chance.randint(2, 18))
        return act

    def _next(self, view: View) -> Act | str:
        if not self.opened:
            return self._opening()
        if slot := self.to_correct:
            self.to_correct = ""
            put = self.world.some("puts_right", self.lang, self.chance).format(it=self._words(slot))
            return Act([put], answers=(slot,), own=True, corrects=slot)
        if view.case and str(view.case.status) in self.goal.then:
            return self._chosen(view, str(view.case.status))
        if view.case and str(view.case.status) == "PENDING_EVIDENCE" and self.goal.photos:
            self.sent_photos += 1
            return (
                Act(photos=self.goal.photos) if self.sent_photos < 3 else "photos sent twice and not enough"
            )
        if view.asked:
            return self._answer(view, view.asked)
        wish = next((b for b in view.offered if b.value.removeprefix("topic:") in view.starts), None)
        if wish and self.opened < MOST_OPENINGS:
            self.opened += 1
            return Act(press=wish)
        return self._opening() if self.opened < MOST_OPENINGS else "the wish was not understood"

    def _opening(self) -> Act:
        wording = self.goal.opens[self.lang]
        if not self.opened:
            self.first = self.chance.randrange(len(wording))
        text = wording[(self.first + self.opened) % len(wording)]
        self.opened += 1
        told = ["order"] if "{item}" in text or len(self.orders) == 1 else []
        parts = [text.format(item=self.item)]
        for slot, tell in self.goal.tells.items():
            if not tell.late and self._may(self.persona.ahead):
                parts.append(self._words(slot))
                told.append(slot)
        photos = self.goal.photos if self._may(self.persona.ahead / 3) else ()
        self.sent_photos += bool(photos)
        if self._may(0.2):
            parts.insert(0, self.world.some("before", self.lang, self.chance))
        text = ("，" if self.lang == "zh" else ", ").join(parts)
        return Act([text], photos=photos, answers=tuple(told))

    def _answer(self, view: View, slot: str) -> Act | str:
        if not self.strayed and self._may(self.persona.strays):
            self.strayed = True
            return Act([self.world.some("beside", self.lang, self.chance)], own=True)
        if slot in ("confirm", "confirm_again"):
            return self._by_button(view, "yes") or Act([self.world.some("agrees", self.lang, self.chance)])
        if slot == "order":
            button = self._by_button(view, f"set:order={self.order}", ("order",))
            way = self.world.some("order", self.lang, self.chance)
            return button or Act([way.format(id=self.order, item=self.item)], answers=("order",))
        tell = self.goal.tells.get(slot)
        if tell is None:
            return f"asked for {slot}, which has nothing to do with it"
        if self.told.get(slot, 0) >= MOST_TOLD_ALIKE + 1:
            return f"asked for {slot} again and again"
        if button := self._by_button(view, f"set:{slot}={tell.value}", (slot,)):
            return button
        more = self.goal.confirm or any(s != slot and s not in self.told for s in self.goal.asks)
        if tell.slip and more and not self.slipped and self._may(self.persona.slips):
            self.slipped, self.to_correct = True, slot
            return Act([str(self.chance.choice(tell.slip[self.lang]))], answers=(slot,))
        return Act([self._words(slot)], answers=(slot,))

    def _chosen(self, view: View, status: str) -> Act | str:
        then = self.goal.then[status]
        if self.told.get(status, 0) > MOST_TOLD_ALIKE:
            return f"the choice at {status} was not understood"
        button = next((b for b in view.offered if then["press"] in b.value), None)
        if button and self._may(self.persona.presses):
            return Act(press=button, answers=(status,))
        return Act([str(self.chance.choice(then[self.lang]))], answers=(status,))

    def _by_button(self, view: View, value: str, answers: tuple[str, ...] = ()) -> Act | None:
        """Pressed, or its number typed; always once words did not help."""
        button = next((b for b in view.offered if b.value == value), None)
        tired = any(self.told.get(slot, 0) >= MOST_TOLD_ALIKE for slot in answers)
        if button is None or not (tired or self._may(self.persona.presses)):
            return None
        if answers and not tired and self._may(0.15):
            return Act([str(view.offered.index(button) + 1)], answers=answers)
        return Act(press=button, answers=answers)

    def _words(self, slot: str) -> str:
        ways = self.goal.tells[slot].words[self.lang]
        return str(ways[(self.told.get(slot, 0) + self.chance.randrange(len(ways))) % len(ways)])

    def _typed(self, text: str) -> str:
        if len(text) < SHORT or _LEAVE_ALONE.search(text) or not self._may(self.persona.typos):
            return text
        return typos(text, self.chance)

    def _may(self, share: float) -> bool:
        return self.chance.random() < share


def _in_pieces(texts: list[str]) -> list[str]:
    """A message sent as two or three, broken where it pauses."""
    return [piece for text in texts for piece in re.split(r"(?<=[，,])\s*(?=\D)", text) if piece]
