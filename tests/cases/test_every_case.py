"""Every type of case, driven by random events and a clock that jumps: it never leaves the table, never pays too much,
loses no timer and rings none twice, and always says whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.machine import move, moves
from bot.cases.movers import agreed_status, money, next_mover, refund_number, wanted
from bot.cases.offers import Option, leads_to, read_options
from bot.cases.rules.refusal import Refusal
from bot.cases.timers import NEVER_BY_SILENCE, TIMERS, deadline_name, timer_of, timers_of
from bot.errors import IllegalMoveError
from tests.cases.shop import POLICY

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
PAID = Decimal("159.00")
EVENTS = sorted({event for status in Status for event in moves(status)})
ROLES = ("buyer", "bot", "rule", "agent:mei", "lead", "system", "carrier", "platform")
SLOTS = st.fixed_dictionaries(
    {},
    optional={
        "wanted": st.sampled_from(["refund", "return", "exchange", "resend", "repair", "wait", "nonsense"]),
        "safety": st.just("true"),
        "surface_mail": st.just("yes"),
        "no_parts": st.just("yes"),
        "goods_here": st.just(True),
        "carrier_answer": st.just("nothing"),
    },
)


@dataclass
class World:
    """One case with its running clocks, as the store keeps them: a move stops the old ones and starts the new."""

    case: Case
    now: datetime = NOW
    running: dict[str, datetime] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    rung: list[tuple[str, int]] = field(default_factory=list)

    def moved(self, case: Case, entry: Entry) -> None:
        self.case, self.running = case, dict(timers_of(case, POLICY, self.now))
        self.entries.append(entry)

    def act(self, event: str, who: str, to: Status | None, slots: dict[str, object]) -> None:
        before = self.case
        try:
            self.moved(*move(self.case, event, who, self.now, to=to, slots=slots))
        except IllegalMoveError:
            assert self.case == before

    def pass_time(self, length: timedelta) -> None:
        """Everything due on the way rings once, in order, at its own moment."""
        end = self.now + length
        while due := sorted((at, name) for name, at in self.running.items() if at <= end):
            at, name = due[0]
            del self.running[name]
            self.now = max(self.now, at)
            self.ring(name)
        self.now = end

    def ring(self, name: str) -> None:
        self.rung.append((name, len(self.entries)))
        timer = timer_of(self.case, name.partition(":")[0])
        assert timer is not None, f"{name} rings in {self.case.status}, which has no such clock"
        if ":" not in name and not timer.alarm:
            assert timer.to is not None
            self.moved(*move(self.case, timer.event, "system", self.now, to=timer.to(self.case)))


def holds(world: World) -> None:
    case = world.case
    assert len(world.entries) + 1 == case.events
    assert (case.closed_at is not None) == case.status.closed
    assert (next_mover(case) == "nobody") == case.status.closed
    if not case.is_open:
        assert not world.running
    names = {name for name in world.running if ":" not in name}
    assert names <= {t.name for t in TIMERS.get(case.status, ())}
    # A ring belongs to one stay in one status: the same clock never rings twice in it.
    assert len(set(world.rung)) == len(world.rung)


@pytest.mark.parametrize("case_type", list(CaseType))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_events_and_time_never_break_a_case(case_type: CaseType, data: st.DataObject) -> None:
    world = World(Case("A1", "web:1", case_type, Status.DRAFT, NOW, NOW, order_id="T1", item="x", events=1))
    world.running = dict(timers_of(world.case, POLICY, NOW))
    for _ in range(data.draw(st.integers(1, 25))):
        if data.draw(st.booleans()):
            world.pass_time(timedelta(hours=data.draw(st.integers(0, 900))))
        else:
            to = data.draw(st.none() | st.sampled_from(list(Status)))
            likely = st.sampled_from(sorted(moves(world.case.status)) or EVENTS)
            world.act(
                data.draw(likely | st.sampled_from(EVENTS)),
                data.draw(st.sampled_from(ROLES)),
                to,
                data.draw(SLOTS),
            )
        holds(world)


@pytest.mark.parametrize("status", [s for s in Status if not s.closed])
@pytest.mark.parametrize("case_type", list(CaseType))
def test_every_open_status_has_a_clock_and_somebody_whose_turn_it_is(
    status: Status, case_type: CaseType
) -> None:
    case = Case("A1", "web:1", case_type, status, NOW, NOW, order_id="T1")
    assert next_mover(case) != "nobody"
    assert deadline_name(case) in dict(timers_of(case, POLICY, NOW))


@pytest.mark.parametrize("case_type", list(CaseType))
def test_where_the_shop_is_silent_the_case_goes_where_agreeing_would_have_led(case_type: CaseType) -> None:
    case = Case("A1", "web:1", case_type, Status.PENDING_SELLER, NOW, NOW, order_id="T1")
    named = [timer_of(case, name) for name, _ in timers_of(case, POLICY, NOW)]
    by_itself = [timer for timer in named if timer and timer.event]
    for timer in by_itself:
        assert timer.to is not None
        assert timer.to(case) is agreed_status(case)
        assert timer.to(case) in moves(Status.PENDING_SELLER)["timeout"].to
    assert bool(by_itself) == (case_type not in NEVER_BY_SILENCE)


def test_a_matter_of_safety_never_runs_out() -> None:
    for case_type in CaseType:
        for status in (Status.PENDING_EVIDENCE, Status.PENDING_SELLER, Status.HUMAN_REVIEW):
            case = Case("A1", "web:1", case_type, status, NOW, NOW, slots={"safety": "true"})
            for name, _ in timers_of(case, POLICY, NOW):
                timer = timer_of(case, name.partition(":")[0])
                assert timer is not None
                assert timer.alarm or (timer.to is not None and timer.to(case) is Status.HUMAN_REVIEW)


def test_an_offers_silence_is_no_yes_and_a_carriers_silence_chooses_nothing() -> None:
    offered = Case("A1", "web:1", CaseType.QUALITY_CLAIM, Status.OFFERED, NOW, NOW)
    assert timer_of(offered, "offer_valid").to(offered) is Status.PENDING_SELLER  # type: ignore[union-attr,misc]
    chased = Case("A1", "web:1", CaseType.LOST_PARCEL, Status.CARRIER_CHECK, NOW, NOW)
    assert timer_of(chased, "carrier_complaint_answer").alarm  # type: ignore[union-attr]


@given(st.decimals(min_value="-10", max_value="1000", places=3))
def test_no_offer_pays_more_than_is_left_or_less_than_a_cent(amount: Decimal) -> None:
    found = read_options([{"refund": amount}], PAID)
    if isinstance(found, Refusal):
        assert found.key == "offer_too_much"
        assert not Decimal(0) < amount.quantize(Decimal("0.01")) <= PAID
    else:
        assert found[0].amount is not None
        assert Decimal("0.01") <= found[0].amount <= PAID


@pytest.mark.parametrize(
    "raw", [[], "refund", [{"gold": 1}], [{"refund": "much"}], [{"refund": 1, "resend": 1}]]
)
def test_an_offer_that_makes_no_sense_is_refused_with_what_was_read(raw: object) -> None:
    assert isinstance(read_options(raw, PAID), Refusal)


def test_goods_that_are_with_the_shop_are_not_sent_in_again() -> None:
    at_home = Case("A1", "web:1", CaseType.REPAIR_RESEND, Status.OFFERED, NOW, NOW)
    here = Case("A1", "web:1", CaseType.REPAIR_RESEND, Status.OFFERED, NOW, NOW, slots={"goods_here": True})
    assert leads_to(Option("exchange"), at_home) is Status.AWAIT_RETURN
    assert leads_to(Option("exchange"), here) is Status.SELLER_RESHIP
    assert leads_to(Option("return"), here) is Status.REFUNDING


def test_each_attempt_at_a_refund_has_a_number_of_its_own() -> None:
    case = Case("A260310-7KQ2M", "web:1", CaseType.RETURN_REFUND, Status.REFUNDING, NOW, NOW)
    again = Case(
        "A260310-7KQ2M", "web:1", CaseType.RETURN_REFUND, Status.REFUNDING, NOW, NOW, slots={"attempt": "2"}
    )
    assert (refund_number(case), refund_number(again)) == ("R260310-7KQ2M-1", "R260310-7KQ2M-2")
    assert money(case) is None
    assert wanted(case) == "return"
