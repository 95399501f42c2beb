"""One simulated conversation on the stage, and what it was like: reached or not, turns, questions, dead ends."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from benchmarks.simulate.buyer import PERSONAS, Act, Buyer, View
from benchmarks.simulate.goals import Goal, World, order_row
from bot.cases.case import Status
from bot.dialogue.slots import DEPENDS
from bot.messages import Lang
from bot.rehearse.stage import Stage
from bot.store import deadlines

MOST_TURNS = 16
_SECOND_ORDERS: tuple[dict[str, Any], ...] = (
    {"status": "success", "paid_at": "-1200h", "signed_at": "-1100h", "confirmed_at": "-900h", "paid": 35.00},
    {
        "status": "shipped",
        "paid_at": "-40h",
        "first_scan": "-20h",
        "last_scan": "-4h",
        "eta": "+30h",
        "paid": 35.00,
    },
    {"status": "signed", "paid_at": "-120h", "signed_at": "-40h", "paid": 35.00},
)


@dataclass
class Talked:
    """`shortest`: turns a perfect listener would have needed with this very buyer."""

    n: int
    goal: Goal
    lang: Lang
    persona: str
    why: str = ""  # empty where the goal was reached
    turns: int = 0
    shortest: int = 0
    repeated: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # milliseconds a turn
    log: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        return not self.why

    @property
    def badness(self) -> float:
        return (
            10 * bool(self.why)
            + 3 * len(self.dead)
            + 2 * len(self.repeated)
            + max(0, self.turns - self.shortest)
        )


def converse(n: int, seed: int, stage: Stage, world: World) -> Talked:
    """The `n`th conversation of a run: goals and languages take turns, the rest is drawn."""
    chance = random.Random(f"{seed} {n}")  # noqa: S311 - a seeded draw, not a secret
    goal = world.goals[n % len(world.goals)]
    lang: Lang = "zh" if (n // len(world.goals)) % 2 == 0 else "en"
    persona = chance.choice(PERSONAS)
    me = f"sim{n}"
    orders = _orders(n, goal, lang, me, stage, world, chance)
    buyer = Buyer(goal, lang, persona, world, orders, chance)
    return _Watch(Talked(n, goal, lang, persona.name), stage, me, buyer).run()


def _orders(
    n: int, goal: Goal, lang: Lang, me: str, stage: Stage, world: World, chance: random.Random
) -> dict[str, str]:
    item = str(chance.choice(goal.goods)[lang])
    rows = [order_row(goal.order, stage.now, id=f"T{100000 + n}", buyer=me, item=item)]
    if chance.random() < 0.3:
        other = str(chance.choice(world.words["others"])[lang])
        second = chance.choice(_SECOND_ORDERS)
        rows.append(order_row(second, stage.now, id=f"T{500000 + n}", buyer=me, item=other))
    stage.add_orders(rows)
    return {row["id"]: row["item"] for row in rows}


class _Watch:
    def __init__(self, talked: Talked, stage: Stage, me: str, buyer: Buyer) -> None:
        self.talked, self.stage, self.me, self.buyer = talked, stage, me, buyer
        flow = stage.kit.flows[talked.goal.flow]
        self.starts = flow.starts_on
        self.known: set[str] = set()  # slots the buyer has told
        self.last = ""

    def run(self) -> Talked:
        talked, goal = self.talked, self.talked.goal
        view = self._look()
        while not self._ended(view):
            if talked.turns >= MOST_TURNS:
                talked.why = "no end in sight"
                break
            act = self.buyer.next(view)
            if isinstance(act, str):
                talked.why = act
                break
            before, view = view, self._turn(act)
            self._judge(act, before, view)
        talked.shortest += (1 if talked.turns else 0) + goal.confirm
        talked.log = [(who, what) for whose, who, what in self.stage.log if whose == self.me]
        self.stage.db.write(self._leave)
        return talked

    def _leave(self, conn: Connection) -> None:
        """Nobody comes back to this conversation; its clocks would only cost the others time."""
        chat, now = self.stage.chat_of(self.me), self.stage.now.timestamp()
        for subject in {subject for subject, _ in deadlines.running(conn, chat)}:
            deadlines.stop_deadlines(conn, chat, subject, now)

    def _ended(self, view: View) -> bool:
        talked, goal = self.talked, self.talked.goal
        if talked.turns and view.case and goal.reached_by(view.case):
            if not self.buyer.to_correct:
                talked.why = goal.wrong_in(view.case)
                return True
        elif not goal.person and self.stage.live(self.me):
            talked.why = "a person was called"
            return True
        return False

    def _turn(self, act: Act) -> View:
        if act.away:
            self.stage.turn_clock(self.stage.now + act.away)
        self.stage.now += timedelta(seconds=40)
        self.stage.sent.clear()
        began = time.process_time()
        if act.press:
            self.stage.buyer_presses(self.me, act.press)
        else:
            self.stage.buyer_says(self.me, act.texts, act.photos)
        self.talked.cpu.append((time.process_time() - began) * 1000)
        self.talked.turns += 1
        return self._look()

    def _look(self) -> View:
        cases = [c for c in self.stage.cases(self.me) if c.status is not Status.DRAFT]
        latest = max(cases, key=lambda c: (c.is_open, c.updated_at), default=None)
        return View(self.stage.state(self.me), self.stage.offered(self.me), latest, self.starts)

    def _judge(self, act: Act, before: View, view: View) -> None:
        talked, goal = self.talked, self.talked.goal
        said = [m.text for m in self.stage.sent if m.chat == self.stage.chat_of(self.me)]
        if not said:
            talked.dead.append(f"turn {talked.turns}: nothing was said")
        elif said[-1] == self.last:
            talked.dead.append(f"turn {talked.turns}: the same words again")
        self.last = said[-1] if said else self.last
        if act.own:
            talked.shortest += 1
        if talked.turns == 1:
            talked.shortest += sum(slot not in act.answers for slot in goal.asks)
            talked.shortest += bool(goal.photos and not act.photos) + len(goal.then)
        self.known |= set(act.answers)
        redone = set(DEPENDS.get(act.corrects, ()))
        self.known -= redone - set(act.answers)
        asked = view.asked
        if asked == "order" and "order" not in self.known and before.asked != "order":
            talked.shortest += 1
        if asked and asked in self.known:
            talked.repeated.append(f"turn {talked.turns}: {asked}")
