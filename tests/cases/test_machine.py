"""The one table of moves: complete, and impossible to leave by any sequence of events."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case import Case, CaseType, Status
from bot.cases.machine import TRANSITIONS, move, moves
from bot.errors import IllegalMoveError

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
EVENTS = sorted({e for row in TRANSITIONS.values() for e in row} | {"withdraw"})
ROLES = ["buyer", "bot", "rule", "agent", "lead", "system", "carrier", "platform"]


def case(status: Status) -> Case:
    return Case("A1", "web:1", CaseType.RETURN_REFUND, status, NOW, NOW, slots={"order": "T1"}, events=3)


def test_every_status_is_listed_the_final_ones_too() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_every_status_can_be_reached_from_a_draft_and_left_to_an_end() -> None:
    def onward(start: Status) -> set[Status]:
        seen, todo = {start}, [start]
        while todo:
            for one in moves(todo.pop()).values():
                todo += [s for s in one.to if s not in seen]
                seen |= set(one.to)
        return seen

    assert onward(Status.DRAFT) == set(Status)
    for status in Status:
        assert any(s.closed for s in onward(status)), status


def test_a_refunded_or_settled_case_is_final() -> None:
    assert not moves(Status.CLOSED_REFUNDED)
    assert not moves(Status.CLOSED_RESOLVED)


def test_a_buyer_may_let_go_of_any_open_case_and_of_no_closed_one() -> None:
    for status in Status:
        assert ("withdraw" in moves(status)) == (not status.closed)


def test_a_move_gives_a_new_case_and_its_timeline_entry() -> None:
    before = case(Status.AWAIT_RETURN)
    after, entry = move(
        before, "tracking_entered", "buyer", NOW, slots={"tracking": "SF1"}, rule="r", why="w"
    )
    assert (after.status, after.events, after.slots) == (
        Status.RETURN_IN_TRANSIT,
        4,
        {"order": "T1", "tracking": "SF1"},
    )
    assert (entry.n, entry.from_status, entry.to_status) == (4, Status.AWAIT_RETURN, Status.RETURN_IN_TRANSIT)
    assert (entry.who, entry.event, entry.rule, entry.why) == ("buyer", "tracking_entered", "r", "w")
    assert before == case(Status.AWAIT_RETURN)


def test_closing_notes_the_time_and_reopening_clears_it() -> None:
    closed, _ = move(case(Status.AWAIT_RETURN), "timeout", "system", NOW)
    assert closed.closed_at == NOW
    reopened, _ = move(closed, "reopen", "buyer", NOW)
    assert (reopened.status, reopened.closed_at) == (Status.PENDING_SELLER, None)


@pytest.mark.parametrize(
    ("status", "event", "who", "to", "told"),
    [
        (Status.CLOSED_REFUNDED, "approve_refund", "agent", None, "not possible while CLOSED_REFUNDED"),
        (Status.AWAIT_RETURN, "approve_return", "agent", None, "not possible while AWAIT_RETURN"),
        (Status.PENDING_SELLER, "approve_refund", "buyer", None, "buyer may not 'approve_refund'"),
        (Status.HUMAN_REVIEW, "decide", "bot", None, "bot may not 'decide'"),
        (Status.PENDING_SELLER, "reject", "agent", Status.REFUNDING, "not to REFUNDING"),
        (Status.DRAFT, "nonsense", "bot", None, "'nonsense' is not possible"),
    ],
)
def test_an_illegal_move_says_so_and_changes_nothing(
    status: Status, event: str, who: str, to: Status | None, told: str
) -> None:
    before = case(status)
    copy = replace(before, slots=dict(before.slots))
    with pytest.raises(IllegalMoveError, match=told):
        move(before, event, who, NOW, to=to)
    assert before == copy


def test_an_agent_acts_under_their_name() -> None:
    after, entry = move(case(Status.PENDING_SELLER), "approve_return", "agent:mei", NOW)
    assert (after.status, entry.who) == (Status.AWAIT_RETURN, "agent:mei")


@given(
    st.lists(
        st.tuples(st.sampled_from(EVENTS), st.sampled_from(ROLES), st.none() | st.sampled_from(list(Status))),
        max_size=40,
    )
)
def test_no_sequence_of_events_leaves_the_table(steps: list[tuple[str, str, Status | None]]) -> None:
    now, entries = case(Status.DRAFT), 3
    for event, who, to in steps:
        allowed = moves(now.status).get(event)
        legal = allowed and who in allowed.by and (to is None or to in allowed.to)
        before = now
        try:
            now, entry = move(now, event, who, NOW, to=to)
        except IllegalMoveError:
            assert not legal
            assert now == before
            continue
        entries += 1
        assert legal
        assert now.status in allowed.to  # type: ignore[union-attr]
        assert entry.n == now.events == entries
        assert now.is_open == (now.closed_at is None)
