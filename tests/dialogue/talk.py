"""A conversation in memory: every turn goes through `decide` alone, no database, no network, a clock that stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.case import Case, Status
from bot.cases.order import Order, from_data
from bot.cases.timers import timers_of
from bot.dialogue.decide import decide
from bot.dialogue.effects import Alert, Attach, Effect, Enqueue, LeaveQueue, Note, Reply, SaveCase
from bot.dialogue.state import State
from bot.dialogue.turn import Facts, Kit, Turn
from bot.messages import Attachment, Incoming
from bot.understanding import entities

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=ZONE)


def order(number: str = "T1", item: str = "连衣裙", **fields: Any) -> Order:
    """A signed order of B1, paid and posted free, unless said otherwise. Times are in the shop's zone."""
    row = {"id": number, "buyer": "B1", "status": "signed", "signed_at": "2026-03-08 18:20", "item": item}
    row |= {"paid": Decimal("159.00"), "free_shipping": True, "pay": "alipay_balance", "phone": "13812345566"}
    return from_data({**row, **fields}, ZONE)


class Talk:
    """One buyer's chat. `said` is the last reply; cases, timers and the handler are what the effects made of them."""

    def __init__(self, kit: Kit, orders: Sequence[Order] = (), now: datetime = NOON, **known: Any) -> None:
        self.kit, self.now = kit, now
        self.buyer: str | None = known.get("buyer", "B1")
        self.all_orders = {o.id: o for o in orders}
        self.state = known.get("state") or State()
        self.cases: dict[str, Case] = {}
        self.timers: dict[tuple[str, str], datetime] = {}
        self.evidence: dict[str, list[Attachment]] = {}
        self.handler, self.agent, self.scores = "bot", "", tuple(known.get("scores", ()))
        self.effects: tuple[Effect, ...] = ()
        self.notes: list[str] = []
        self._ordinal = 0

    # --- what happens ---------------------------------------------------------------------------------------

    def hear(self, *texts: str, photos: int = 0, sent: datetime | None = None) -> str:
        """The buyer writes one burst; what they are sent, or an empty text."""
        files = tuple(Attachment(f"p{self._ordinal}-{i}", f"{i}.jpg", "image/jpeg", 9) for i in range(photos))
        events = [Incoming("web:b", key=str(i), text=t, sent_at=sent) for i, t in enumerate(texts)]
        if files:
            events.append(Incoming("web:b", key="photos", attachments=files, sent_at=sent))
        return self._turn(events, sent)

    def press(self, pattern: str) -> str:
        """The one offered button whose label fits."""
        fitting = [b for b in self.state.offered if re.search(pattern, b.label)]
        assert len(fitting) == 1, (
            f"{pattern!r} fits {len(fitting)} of {[b.label for b in self.state.offered]}"
        )
        return self.tap(fitting[0].value)

    def tap(self, value: str) -> str:
        return self._turn([Incoming("web:b", key="b", kind="button", button=value)])

    def link(self, buyer: str) -> str:
        """The channel vouches for a shop account."""
        return self._turn([Incoming("web:b", key="l", kind="start", buyer=buyer)])

    def act(self, do: str, name: str = "mei", **data: Any) -> str:
        """An agent acts; claiming makes the chat theirs first. The store's door leaves a lease on what it lets in."""
        if do == "claim":
            self.handler, self.agent = "agent", name
        let_in = {"lease": 1} if name == self.agent else {}
        return self._turn(
            [Incoming("web:b", key="a", kind="agent", name=name, data={"do": do, **let_in, **data})]
        )

    def event(self, kind: Any, **data: Any) -> str:
        return self._turn([Incoming("web:b", key="e", kind=kind, data=data)])

    def wait(self, **length: float) -> str:
        """Time passes; what falls due on the way rings, in order. All that was said meanwhile."""
        until, heard = self.now + timedelta(**length), []
        while due := [(at, k) for k, at in self.timers.items() if at <= until]:
            at, (case, name) = min(due)
            self.now = at
            del self.timers[case, name]
            heard.append(self.event("timer", subject=case, name=name))
        self.now = until
        return "\n".join(filter(None, heard))

    # --- what came of it ------------------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        """The case touched last."""
        return max(self.cases.values(), key=lambda c: (c.updated_at, c.opened_at, c.id))

    @property
    def open(self) -> list[Case]:
        return [c for c in self.cases.values() if c.is_open]

    @property
    def labels(self) -> list[str]:
        return [b.label for b in self.state.offered]

    def facts(self, texts: Sequence[str] = ()) -> Facts:
        named = {i.upper() for t in texts for i in entities.read(t).order_ids}
        named |= {i for i in (self.state.claimed, *self.state.proved) if i}
        return Facts(
            buyer=self.buyer,
            orders=tuple(o for o in self.all_orders.values() if self.buyer and o.buyer == self.buyer),
            named=tuple(o for i, o in self.all_orders.items() if i in named),
            cases=tuple(self.cases.values()),
            timers=tuple((case, name, due) for (case, name), due in self.timers.items()),
            handler=self.handler,
            agent=self.agent,
            agent_name=self.agent.title(),
            ahead=len(self.scores),
            scores=self.scores,
        )

    def _turn(self, events: Sequence[Incoming], sent: datetime | None = None) -> str:
        self._ordinal += 1
        turn = Turn("web:b", tuple(events), self._ordinal, sent or self.now)
        decision = decide(self.state, turn, self.facts(turn.texts), self.kit, self.now)
        self.state, self.effects = State.from_json(decision.state.as_json()), decision.effects
        for effect in decision.effects:
            self._apply(effect)
        replies = [e.text for e in decision.effects if isinstance(e, Reply)]
        assert len(replies) <= 1, "a turn is answered with one message"
        return "".join(replies)

    def _apply(self, effect: Effect) -> None:
        match effect:
            case SaveCase(case, entries):
                self.cases[case.id] = case
                if entries or case.status == Status.DRAFT:
                    kept = {k: due for k, due in self.timers.items() if k[0] != case.id}
                    started = timers_of(case, self.kit.policy, self.now)
                    self.timers = kept | {(case.id, name): due for name, due in started}
            case Attach(case_id, files):
                self.evidence.setdefault(case_id, []).extend(files)
            case Enqueue():
                self.handler = "queued" if self.handler == "bot" else self.handler
            case LeaveQueue():
                self.handler, self.agent = "bot", ""
            case Note(text):
                self.notes.append(text)
            case Alert() | Reply():
                pass

    def with_agent(self, name: str = "mei") -> Talk:
        """The same chat, claimed."""
        self.act("claim", name)
        return self


def changed(kit: Kit, **figures: Any) -> Kit:
    """The shop with some figures of its policy changed; `__` stands for the dot of a path."""
    policy = kit.policy.override({k.replace("__", "."): v for k, v in figures.items()})
    return replace(kit, knowledge=replace(kit.knowledge, policy=policy))
