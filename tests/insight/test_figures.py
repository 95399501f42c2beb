"""The figures: promises from timelines, rounds and contacts from lines, rates from both; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.promises import Outcome, Promise, kept_rate, promises
from bot.insight.board import Column, read_board
from bot.insight.case_figures import case_figures
from bot.insight.contacts import contacts
from bot.insight.figure_words import FIGURES, UNTOLD
from bot.insight.figures import UNTOLD as NOT_TOLD
from bot.insight.figures import answering, by_people, by_the_bot, read
from bot.insight.period import Period
from bot.insight.value import Value, shown, span
from bot.store import cases, conversations, handoff
from bot.store.db import Database
from bot.store.figures_read import Answered, Line
from tests.support.core import kit

ZONE = ZoneInfo("Asia/Shanghai")
FILED = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # 10:00 in the shop
NOW = FILED + timedelta(days=20)
S = Status


def case(type_: CaseType = CaseType.RETURN_REFUND, number: str = "A1", **slots: Any) -> Case:
    return Case(
        number, f"web:{number}", type_, S.PENDING_SELLER, FILED, FILED, buyer=f"buyer-{number}", order_id=number,
        slots=slots, judged={"filed_at": FILED.isoformat()},
    )  # fmt: skip


def story(*steps: tuple[float, str, str, Status, Status], why: str = "") -> list[Entry]:
    """Steps of (hours after filing, who, event, from, to)."""
    return [
        Entry("A1", n, FILED + timedelta(hours=h), who, event, a, b, why if who == "system" else "")
        for n, (h, who, event, a, b) in enumerate(steps, 1)
    ]


FILING = (0.0, "bot", "slots_complete", S.DRAFT, S.PENDING_SELLER)


def ledger(of: Case, entries: Sequence[Entry], hours: float = 480) -> list[Promise]:
    return promises(of, entries, kit().policy, FILED + timedelta(hours=hours))


def told(found: Sequence[Promise]) -> list[tuple[str, Outcome]]:
    return [(p.timer, p.outcome) for p in found]


# --- promises ------------------------------------------------------------------------------------------------------


def test_a_decision_within_the_shops_five_days_keeps_the_promise() -> None:
    entries = story(FILING, (24, "agent:mei", "approve_return", S.PENDING_SELLER, S.AWAIT_RETURN))
    (promise,) = ledger(case(), entries)
    assert (promise.timer, promise.outcome) == ("seller_decide_return", Outcome.KEPT)
    assert promise.due == FILED + timedelta(days=5)
    assert promise.ended == FILED + timedelta(hours=24)


def test_silence_that_the_clock_ends_is_a_broken_promise_though_the_buyer_wins() -> None:
    entries = story(
        FILING,
        (120.001, "system", "timeout", S.PENDING_SELLER, S.AWAIT_RETURN),
        why="seller_decide_return",
    )
    (promise,) = ledger(case(), entries)
    assert (promise.outcome, promise.by_clock, promise.moved) == (Outcome.BROKEN, True, True)
    assert promise.ended == promise.due


def test_a_promise_runs_until_its_day_and_then_stands_broken() -> None:
    assert told(ledger(case(), story(FILING), hours=119)) == [("seller_decide_return", Outcome.OPEN)]
    (late,) = ledger(case(), story(FILING), hours=121)
    assert (late.outcome, late.moved) == (Outcome.BROKEN, False)


def test_a_decision_after_the_day_is_broken_at_the_day_and_no_longer_waited_for() -> None:
    entries = story(FILING, (130, "agent:mei", "approve_return", S.PENDING_SELLER, S.AWAIT_RETURN))
    (promise,) = ledger(case(), entries)
    assert (promise.outcome, promise.by_clock, promise.moved) == (Outcome.BROKEN, False, True)
    assert promise.ended == promise.due


def test_a_buyer_who_withdraws_first_leaves_nothing_to_keep() -> None:
    entries = story(FILING, (5, "buyer", "withdraw", S.PENDING_SELLER, S.CLOSED_WITHDRAWN))
    assert told(ledger(case(), entries)) == [("seller_decide_return", Outcome.VOID)]
    assert kept_rate(ledger(case(), entries)) is None


def test_a_date_that_an_agent_moved_is_one_promise_with_the_later_date() -> None:
    longer = Entry(
        "A1", 2, FILED + timedelta(hours=100), "agent:mei", "extended", S.PENDING_SELLER, S.PENDING_SELLER,
        "seller_decide_return +2d",
    )  # fmt: skip
    decided = Entry("A1", 3, FILED + timedelta(hours=140), "agent:mei", "offer", S.PENDING_SELLER, S.OFFERED)
    (promise,) = ledger(case(), [*story(FILING), longer, decided])
    assert (promise.outcome, promise.extended) == (Outcome.KEPT, True)
    assert promise.due == FILED + timedelta(days=7)


def test_an_apology_breaks_one_promise_and_makes_another_of_a_day() -> None:
    invoice = case(CaseType.INVOICE)
    entries = story(
        FILING,
        (72, "system", "promise_broken", S.PENDING_SELLER, S.PENDING_SELLER),
        (90, "agent:mei", "done", S.PENDING_SELLER, S.CLOSED_RESOLVED),
    )
    found = ledger(invoice, entries)
    assert told(found) == [("service_sla_decide", Outcome.BROKEN), ("service_sla_decide", Outcome.KEPT)]
    assert found[1].due == FILED + timedelta(hours=96)
    assert kept_rate(found) == 0.5


def test_what_is_the_buyers_turn_promises_nothing() -> None:
    assert ledger(case(), story((0, "bot", "evidence_needed", S.DRAFT, S.PENDING_EVIDENCE))) == []


def test_a_status_left_in_the_same_instant_promised_nothing() -> None:
    entries = story(
        FILING,
        (0, "rule", "approve_refund", S.PENDING_SELLER, S.REFUNDING),
        (30, "system", "channel_ok", S.REFUNDING, S.CLOSED_REFUNDED),
    )
    assert told(ledger(case(), entries)) == [("legal_refund_after_goods_back", Outcome.KEPT)]


def test_the_carriers_silence_breaks_the_promise_and_then_it_is_the_buyers_turn() -> None:
    lost = case(CaseType.LOST_PARCEL, carrier_answer="nothing")
    entries = story(
        (0, "bot", "logistics_case", S.DRAFT, S.CARRIER_CHECK),
        (168, "system", "carrier_answered", S.CARRIER_CHECK, S.CARRIER_CHECK),
        why="carrier_complaint_answer",
    )
    assert told(ledger(lost, entries)) == [("carrier_complaint_answer", Outcome.BROKEN)]


# --- rounds and contacts -------------------------------------------------------------------------------------------


def at(hour: float, day: int = 10) -> float:
    """This hour of a March day on the shop's clock, as UTC epoch seconds."""
    return datetime(2026, 3, day, tzinfo=ZONE).timestamp() + hour * 3600


def period(first: int = 10, last: int = 10, now: float | None = None) -> Period:
    when = NOW if now is None else datetime.fromtimestamp(now, UTC)
    return Period.of_days(date(2026, 3, first), date(2026, 3, last), when, ZONE)


def talk(*lines: tuple[float, str], chat: str = "web:lin") -> list[Line]:
    return [Line(chat, when, author) for when, author in lines]


def by_key(values: Sequence[Value]) -> dict[str, float | None]:
    return {v.key: v.value for v in values}


def test_a_burst_is_one_round_and_its_first_words_start_the_clock() -> None:
    said = talk((at(10), "buyer"), (at(10) + 20, "buyer"), (at(10) + 40, "bot"), (at(10) + 41, "bot"))
    (contact,) = contacts(said)
    assert [(r.asked, r.took) for r in contact.rounds] == [(at(10), 40)]


def test_the_mean_of_the_rounds_and_of_the_first_ones() -> None:
    said = talk((at(10), "buyer"), (at(10) + 10, "bot"), (at(10.1), "buyer"), (at(10.1) + 200, "agent"))
    told = by_key(answering(list(contacts(said)), period()))
    assert (told["contacts"], told["rounds"]) == (1, 2)
    assert (told["first_response"], told["response"]) == (10, 105)
    assert (told["within_3min"], told["within_30s"]) == (0.5, 0.5)


@pytest.mark.parametrize(("hour", "counted"), [(7.9, 0), (8, 1), (23.9, 1)])
def test_the_rates_count_from_eight_to_midnight_in_the_shop(hour: float, counted: int) -> None:
    said = list(contacts(talk((at(hour), "buyer"), (at(hour) + 5, "bot"))))
    (rate,) = [v for v in answering(said, period()) if v.key == "within_3min"]
    assert rate.of == counted


def test_words_nobody_answered_lower_the_rate_once_three_minutes_are_over() -> None:
    said = list(contacts(talk((at(10), "buyer"))))
    early = {v.key: v for v in answering(said, period(now=at(10) + 100))}
    late = {v.key: v for v in answering(said, period(now=at(10) + 200))}
    assert early["within_3min"].of == 0
    assert (late["within_3min"].value, late["within_3min"].of) == (0, 1)


def test_peoples_rounds_are_capped_at_ten_minutes_in_the_mean_alone() -> None:
    rounds = [
        Answered(at(10), at(10) + 60, True),
        Answered(at(11), at(13), False),
        Answered(at(12), None, False),
    ]
    told = by_key(by_people(rounds, period()))
    assert told["person_response"] == (60 + 600) / 2
    assert told["person_first_response"] == 60
    assert told["person_within_3min"] == pytest.approx(1 / 3)


def test_two_hours_of_silence_end_a_contact() -> None:
    said = talk((at(10), "buyer"), (at(11.9), "buyer"), (at(13.9), "buyer"))
    assert [len(c.rounds) for c in contacts(said)] == [1, 1]


def test_who_comes_back_within_a_day_was_not_helped_by_the_bot() -> None:
    once = talk((at(10), "buyer"), (at(10) + 5, "bot"), chat="web:once")
    twice = talk(
        (at(10), "buyer"), (at(10) + 5, "bot"), (at(20), "buyer"), (at(20) + 5, "bot"), chat="web:twice"
    )
    told = by_key(by_the_bot(list(contacts([*once, *twice])), {}, period()))
    assert (told["bot_received"], told["bot_alone"]) == (3, 1)
    assert told["self_solved"] == pytest.approx(2 / 3)


def test_a_transfer_counts_even_where_nobody_came() -> None:
    said = list(contacts(talk((at(10), "buyer"), (at(10) + 5, "bot"))))
    told = by_key(by_the_bot(said, {"web:lin": [at(10) + 6]}, period()))
    assert (told["to_person"], told["bot_alone"]) == (1, 0)


def test_whether_a_contact_was_the_last_is_not_told_before_seven_days_are_over() -> None:
    said = list(contacts(talk((at(10), "buyer"), (at(10) + 5, "bot"))))
    assert by_key(by_the_bot(said, {}, period(now=at(10, 16))))["first_contact"] is None
    assert by_key(by_the_bot(said, {}, period(now=at(11, 17))))["first_contact"] == 1


# --- cases ---------------------------------------------------------------------------------------------------------


def settled(number: str, score: str | None, rated_after: float, **more: Any) -> Case:
    """A refund paid 48 hours after it was asked for, and rated so many hours later."""
    end = FILED + timedelta(hours=48)
    rated: dict[str, Any] = (
        {"rating": score, "rated_at": (end + timedelta(hours=rated_after)).isoformat()} if score else {}
    )
    found = case(number=number, wanted="refund", rating_asked=True, **rated, **more)
    return replace(found, status=S.CLOSED_REFUNDED, closed_at=end)


def test_satisfaction_counts_what_was_rated_within_a_day_and_the_last_word_of_a_buyer() -> None:
    found = [
        settled("A1", "good", 1),
        settled("A2", "bad", 2),
        settled("A3", "good", 25),
        settled("A4", None, 0),
    ]
    told = by_key(case_figures([(c, []) for c in found], [], period(10, 20)))
    assert (told["rating_asked"], told["rating_given"], told["satisfaction"]) == (1, 0.5, 0.5)
    assert told["refund_time"] == 48 * 3600


def test_a_refusal_that_the_platform_or_a_person_turned_round_is_told() -> None:
    reopened = story(
        FILING,
        (1, "agent:mei", "reject", S.PENDING_SELLER, S.REJECTED),
        (2, "agent:ann", "reconsider", S.REJECTED, S.PENDING_SELLER),
    )
    stands = story(FILING, (1, "agent:mei", "reject", S.PENDING_SELLER, S.REJECTED))
    told = by_key(case_figures([(case(), reopened), (case(number="A2"), stands)], [], period(10, 20)))
    assert (told["refusals"], told["refusals_reversed"]) == (2, 0.5)


# --- from the database ---------------------------------------------------------------------------------------------


def fill(conn: Connection) -> None:
    """One contact that waits for a person since 10:00, one case overdue, one settled in time."""
    conversations.identify(conn, "web:lin", name="林晓")
    conversations.add_message(conn, "web:lin", "buyer", "转人工", FILED.timestamp())
    conversations.add_message(conn, "web:lin", "bot", "这就转", FILED.timestamp() + 2)
    handoff.enqueue(conn, "web:lin", ["human"], 100, "zh", FILED.timestamp() + 2)
    waits = case(number="A260310-AAAAA")
    done = settled("A260310-BBBBB", "good", 1)
    for found, steps in (
        (waits, [FILING]),
        (done, [FILING, (1.0, "agent:mei", "approve_refund", S.PENDING_SELLER, S.REFUNDING),
                (48.0, "system", "channel_ok", S.REFUNDING, S.CLOSED_REFUNDED)]),
    ):  # fmt: skip
        conversations.identify(conn, found.chat)
        lines = [replace(e, case_id=found.id) for e in story(*steps)]
        cases.save_case(conn, replace(found, updated_at=lines[-1].at), lines)


def test_the_report_is_read_from_either_database(database: Database) -> None:
    database.write(fill)
    values = database.read(lambda conn: read(conn, kit().policy, period(10, 20, at(12, 20))))
    told = by_key(values)
    assert (told["contacts"], told["rounds"], told["first_response"], told["to_person"]) == (1, 1, 2, 1)
    assert (told["person_within_3min"], told["cases"]) == (0, 2)
    assert told["promises_kept"] == pytest.approx(2 / 3)
    assert told["promises_broken"] == 1
    assert told["satisfaction"] == 1
    assert {v.key for v in values} == set(FIGURES)  # each has a name
    assert set(NOT_TOLD) == set(UNTOLD)


def test_the_board_shows_what_waits_and_what_is_overdue(database: Database) -> None:
    database.write(fill)
    now = FILED + timedelta(days=6)
    board = database.read(lambda conn: read_board(conn, kit().policy, now, ZONE))
    assert [(s.status, s.cases, s.overdue) for s in board.standings] == [(S.PENDING_SELLER, 1, 1)]
    assert (board.today.waiting, board.month["promises_kept"].of) == (1, 3)
    assert [c for c in board.days if c.good or c.bad] == [
        Column("03-10", 1, 0),
        Column("03-12", 1, 0),
        Column("03-15", 0, 1),
    ]


def test_a_case_that_went_on_late_is_not_overdue(database: Database) -> None:
    late = story(FILING, (130, "agent:mei", "approve_refund", S.PENDING_SELLER, S.REFUNDING))

    def fill(conn: Connection) -> None:
        conversations.identify(conn, "web:A1")
        cases.save_case(conn, replace(case(), status=S.REFUNDING, updated_at=late[-1].at), late)
        conversations.identify(conn, "web:A2")
        fresh = replace(late[0], case_id="A2", at=late[-1].at)
        cases.save_case(conn, replace(case(number="A2"), updated_at=fresh.at), [fresh])

    database.write(fill)
    board = database.read(lambda conn: read_board(conn, kit().policy, FILED + timedelta(hours=131), ZONE))
    standings = [(s.status, s.cases, s.overdue) for s in board.standings]
    assert standings == [(S.PENDING_SELLER, 1, 0), (S.REFUNDING, 1, 0)]
    assert board.month["promises_broken"].value == 1


def test_the_hours_of_the_board_are_the_shops(database: Database) -> None:
    database.write(fill)
    now = FILED + timedelta(hours=1)
    board = database.read(lambda conn: read_board(conn, kit().policy, now, ZONE))
    assert [c for c in board.hours if c.good or c.bad] == [Column("10", 0, 1)]


def test_figures_read_as_people_write_them() -> None:
    assert [span(s) for s in (7, 245, 3723, 4 * 86400 + 3600)] == ["0:07", "4:05", "1:02:03", "4 d 1 h"]
    assert [shown(Value("k", "share", v)) for v in (0.5, None)] == ["50.0%", "–"]
