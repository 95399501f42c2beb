"""The queue as leases: who has a chat, how it changes hands, and that nobody is forgotten. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handoff.lease import Not
from bot.handoff.rules import Desk
from bot.handoff.waiting import waiting_time
from bot.store import audit, desk, owners, presence
from bot.store.db import Database
from bot.store.figures import AgentFigures, handling_times
from tests.support.queue import EMMA, LIN, START, ZHAO, Queue

Make = Callable[..., Queue]


@pytest.fixture
def make(database: Database) -> Make:
    return lambda settings=None, hours="09:00-22:00": Queue(database, settings, hours)


@pytest.fixture
def q(make: Make) -> Queue:
    """Lin waits for a person."""
    queue = make()
    queue.ask(LIN)
    return queue


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


# --- the lease ---------------------------------------------------------------------------------------------------


def test_each_owner_has_a_lease_of_their_own_number(q: Queue) -> None:
    assert q.claim("mei")
    assert not q.claim("bo")
    assert (q.owner(), q.live().lease) == ("mei", 1)
    q.transfer("mei", agent="bo")
    assert (q.owner(), q.live().lease) == ("bo", 2)
    assert [(a["do"], a["lease"]) for a in q.acts()] == [("claim", 1), ("transfer", 2)]


def test_an_open_desk_keeps_its_chats_while_the_agent_works(q: Queue) -> None:
    q.claim("mei")
    q.act("mei", "reply", "您好")
    q.wait(minutes=55, beats=["mei"])
    assert q.owner() == "mei"


def test_an_agent_whose_desk_is_gone_for_two_minutes_loses_a_buyer_who_waits(q: Queue) -> None:
    q.beat("mei")
    q.claim("mei")
    q.wait(minutes=1.9)
    assert q.owner() == "mei"
    q.wait(minutes=0.2)
    assert q.owner() is None


def test_an_agent_who_does_nothing_for_a_quarter_of_an_hour_loses_a_buyer_who_waits(q: Queue) -> None:
    q.beat("mei")
    q.claim("mei")
    q.wait(minutes=14.5, beats=["mei"])
    assert q.owner() == "mei"
    q.wait(minutes=1, beats=["mei"])
    assert q.owner() is None


def test_a_reply_in_the_fourteenth_minute_keeps_the_chat_and_so_does_a_note(q: Queue) -> None:
    q.claim("mei")
    q.wait(minutes=14)
    q.act("mei", "note", "查一下")
    q.wait(minutes=14)
    q.act("mei", "reply", "您好")
    q.wait(hours=3)
    assert q.owner() == "mei"  # it is the buyer's turn


def test_a_chat_that_lapsed_waits_at_its_old_place(q: Queue) -> None:
    q.claim("mei")
    q.wait(minutes=10)
    q.ask(EMMA)
    q.wait(minutes=5)
    assert q.order() == [LIN, EMMA]
    assert q.live().queued_at == START
    assert q.claim("bo")
    assert q.live().lease == 2


def test_what_was_typed_and_not_sent_stays_as_a_note_for_whoever_comes_next(q: Queue) -> None:
    q.claim("mei")
    q.types("mei", "您的退款已经")
    q.wait(minutes=15)
    assert [(m.name, m.text) for m in q.notes()] == [("小美", "未发出的草稿：您的退款已经")]
    assert q.db.read(lambda conn: desk.draft_of(conn, LIN, "mei")) == ""


@pytest.mark.parametrize("leave", ["transfer", "take_over", "release"])
def test_a_draft_stays_in_the_chat_however_it_changes_hands(q: Queue, leave: str) -> None:
    q.claim("mei")
    q.types("mei", "稍等")
    ways: dict[str, Callable[[], object]] = {
        "transfer": lambda: q.transfer("mei", agent="bo"),
        "take_over": lambda: q.take_over("ann"),
        "release": lambda: q.act("mei", "release"),
    }
    ways[leave]()
    assert [m.text for m in q.notes()] == ["未发出的草稿：稍等"]


def test_a_draft_that_was_sent_is_no_draft_any_more(q: Queue) -> None:
    q.claim("mei")
    q.types("mei", "您好")
    q.act("mei", "reply", "您好")
    q.act("mei", "release")
    assert q.notes() == []


def test_who_lost_a_chat_hears_of_it_and_others_do_not(q: Queue) -> None:
    q.claim("mei")
    q.wait(minutes=15)
    lost = "You were away: the chat went back to the queue"
    assert [a.text["en"] for a in q.alarms("mei")].count(lost) == 1
    assert lost not in [a.text["en"] for a in q.alarms("bo")]


def test_a_page_drawn_before_the_chat_went_away_and_came_back_may_not_act_by_its_old_lease(q: Queue) -> None:
    q.claim("mei")
    q.transfer("mei", agent="bo")
    q.transfer("bo", agent="mei")
    assert not q.act("mei", "reply", "旧页面", lease=1)
    assert q.act("mei", "reply", "新页面", lease=3)


def test_a_heartbeat_that_comes_before_the_ring_is_handled_keeps_the_chat(q: Queue) -> None:
    from bot.store import deadlines

    q.beat("mei")
    q.claim("mei")
    q.now += minutes(2.2)
    assert q.db.write(lambda conn: deadlines.fire_due(conn, q.at)) == 1
    q.beat("mei")
    q.ring()
    assert q.owner() == "mei"
    q.wait(minutes=2)
    assert q.owner() is None  # the clock runs on


def test_one_heartbeat_renews_all_the_chats_of_one_agent_and_no_others(q: Queue) -> None:
    q.ask(EMMA, ZHAO)
    q.beat("mei", "bo")
    for agent, chat in (("mei", LIN), ("mei", EMMA), ("bo", ZHAO)):
        q.claim(agent, chat)
    q.wait(minutes=1)
    q.beat("mei")
    q.wait(minutes=1.5)
    assert [q.owner(chat) for chat in (LIN, EMMA, ZHAO)] == ["mei", "mei", None]


def test_the_programs_own_absence_is_nobodys(q: Queue) -> None:
    q.beat("mei")
    q.claim("mei")
    q.now += minutes(10)  # nothing ran
    q.db.write(lambda conn: owners.grace(conn, q.at, q.rules))
    q.ring()
    assert q.owner() == "mei"
    q.wait(minutes=2)
    assert q.owner() is None  # and the desk did not come back


def test_an_agent_with_no_desk_open_keeps_a_silent_buyer_until_they_write_and_nobody_answers(
    q: Queue,
) -> None:
    q.claim("mei")
    q.act("mei", "reply", "请发照片")
    q.wait(hours=2)
    q.writes()
    q.wait(minutes=14)
    assert q.owner() == "mei"
    q.wait(minutes=1)
    assert q.owner() is None


def test_a_lapsed_chat_whose_buyer_has_been_answered_does_not_push_ahead_of_who_waits(q: Queue) -> None:
    q.beat("mei")
    q.claim("mei")
    q.act("mei", "reply", "请发照片")
    q.wait(minutes=16)
    q.ask(EMMA)
    q.wait(minutes=1)
    assert q.order() == [EMMA, LIN]
    q.writes()
    assert q.order() == [LIN, EMMA]


# --- changing hands ----------------------------------------------------------------------------------------------


def test_a_colleague_who_is_passed_a_chat_has_it_and_the_giver_has_not(q: Queue) -> None:
    q.claim("mei")
    assert q.transfer("mei", agent="bo") is None
    assert not q.act("mei", "reply", "还在吗")
    assert q.act("bo", "reply", "我来")
    assert [(a["do"], a.get("to_shown"), a["name"]) for a in q.acts()][1] == ("transfer", "阿波", "mei")
    assert [a.ring for a in q.alarms("bo") if a.audience == "bo"] == [True]


def test_why_a_chat_cannot_be_passed_on_is_told(q: Queue) -> None:
    assert q.transfer("mei", agent="bo") == Not("not_yours")
    q.claim("mei")
    assert q.transfer("bo", agent="mei") == Not("not_yours", "mei")
    assert q.transfer("mei", agent="nobody") == Not("no_such_agent", "mei")
    assert q.transfer("mei", agent="mei") == Not("already_theirs", "mei")
    assert q.transfer("mei", skill="disputes") == Not("no_such_skill", "mei")
    assert q.transfer("mei", "web:unknown", agent="bo") == Not("not_queued")
    q.db.write(lambda conn: presence.decline(conn, "bo", True, q.at))
    assert q.transfer("mei", agent="bo") == Not("declines", "mei")
    assert q.owner() == "mei"


def test_a_chat_passed_to_a_skill_waits_at_its_place_for_whoever_has_it(q: Queue) -> None:
    q.db.write(lambda conn: presence.set_known(conn, "bo", ["disputes"], []))
    q.wait(minutes=1)
    q.ask(EMMA)
    q.claim("mei")
    assert q.transfer("mei", skill="disputes") is None
    assert q.order("bo") == [LIN, EMMA]
    assert q.order("mei") == [EMMA, LIN]


def test_a_lead_takes_a_chat_from_anybody_and_gives_it_to_anybody(q: Queue) -> None:
    q.claim("mei")
    assert q.take_over("bo") == Not("not_a_lead")
    assert q.take_over("ann") is None
    assert q.owner() == "ann"
    assert q.assign("bo", by="ann") is None
    assert q.owner() == "bo"
    assert [a.text["en"] for a in q.alarms("mei") if a.audience == "mei"] == [
        "The chat was given to a colleague"
    ]
    assert q.assign("mei", by="bo") == Not("not_a_lead")
    assert q.assign("bo", by="ann") == Not("already_theirs", "bo")


def test_a_lead_gives_out_a_chat_that_nobody_has(q: Queue) -> None:
    assert q.assign("bo", by="ann") is None
    assert q.owner() == "bo"
    assert q.act("bo", "reply", "您好")


def test_an_agent_who_was_deactivated_is_given_nothing(q: Queue) -> None:
    from bot.store import agents

    q.db.write(lambda conn: agents.deactivate(conn, "bo", q.at))
    assert q.assign("bo", by="ann") == Not("no_such_agent")


# --- skills, languages, load -------------------------------------------------------------------------------------


def test_what_an_agent_knows_and_when_they_work_is_set_and_on_record(make: Make) -> None:
    q = make(Desk(skills={"counterfeit": "disputes"}))
    work = presence.Work(frozenset({"refunds"}), frozenset({"zh"}), "mon-fri 09:00-18:00")
    assert q.db.write(lambda conn: presence.set_work(conn, "mei", work, "ann", q.at))
    assert not q.db.write(lambda conn: presence.set_work(conn, "mei", work, "ann", q.at))
    assert q.db.read(presence.works) == {"ann": presence.Work(), "bo": presence.Work(), "mei": work}
    assert q.db.read(lambda conn: presence.skills_known(conn, q.rules.desk)) == ["disputes", "refunds"]
    bad = replace(work, skills=frozenset({"lost"}), hours="nine to five")
    with pytest.raises(ValueError, match="write 09:00-22:00"):
        q.db.write(lambda conn: presence.set_work(conn, "mei", bad, "ann", q.at))
    assert q.db.read(presence.works)["mei"] == work  # all of it or nothing
    assert q.db.write(lambda conn: presence.set_work(conn, "mei", presence.Work(), "ann", q.at))
    notes = q.db.read(lambda conn: list(audit.every(conn, audit.Wanted(act="person.work"), 9)))
    assert [(n.who, n.subject, n.detail) for n in notes][::-1] == [
        ("ann", "mei", {"skills": "refunds", "languages": "zh", "hours": "mon-fri 09:00-18:00"}),
        ("ann", "mei", {"skills": "-", "languages": "-", "hours": "-"}),
    ]


def test_an_agent_sees_first_what_suits_them_and_after_a_while_everything(make: Make) -> None:
    q = make()
    q.db.write(lambda conn: presence.set_known(conn, "mei", [], ["zh"]))
    q.ask(EMMA, lang="en", score=300)
    q.ask(LIN)
    assert q.order("mei") == [LIN, EMMA]
    assert q.order("bo") == [EMMA, LIN]
    q.wait(minutes=10)
    assert q.order("mei") == [EMMA, LIN]


def test_the_skill_a_chat_wants_follows_from_its_reason(make: Make) -> None:
    q = make(Desk(skills={"counterfeit": "disputes"}))
    q.ask(LIN, reasons=["human", "counterfeit"])
    q.ask(EMMA)
    assert (q.live(LIN).skill, q.live(EMMA).skill) == ("disputes", "")


def test_by_load_each_chat_goes_to_the_one_with_the_least_to_do(make: Make) -> None:
    q = make(Desk(assign="least_loaded", most_chats=2))
    q.ask(LIN, EMMA, ZHAO, "web:4", "web:5")
    assert q.assign_waiting() == []  # nobody is there
    q.beat("mei", "bo")
    assert q.assign_waiting() == [LIN, EMMA, ZHAO, "web:4"]
    assert sorted(q.owner(chat) or "" for chat in (LIN, EMMA, ZHAO, "web:4")) == ["bo", "bo", "mei", "mei"]
    assert q.owner("web:5") is None  # two each are enough
    q.act(q.owner(LIN) or "", "resolve", chat=LIN)
    assert q.assign_waiting() == ["web:5"]


def test_a_chat_that_lapsed_is_not_given_back_to_whom_it_lapsed_from(make: Make) -> None:
    q = make(Desk(assign="least_loaded"))
    q.ask(LIN)
    q.beat("mei")
    q.assign_waiting()
    q.wait(minutes=15, beats=["mei"])
    assert q.owner() is None
    assert q.assign_waiting() == []
    q.beat("bo")
    assert q.assign_waiting() == [LIN]
    assert q.owner() == "bo"


def test_where_agents_choose_for_themselves_nothing_is_assigned(q: Queue) -> None:
    q.beat("mei")
    assert q.assign_waiting() == []


def test_who_is_there_shows_by_desk_acts_shift_and_wish(q: Queue) -> None:
    def seen() -> dict[str, tuple[str, bool, bool]]:
        found = q.db.read(lambda conn: presence.agents_now(conn, q.at, q.rules))
        return {a.name: (a.presence, a.accepting, a.on_shift) for a in found}

    q.beat("mei")
    q.claim("bo")
    q.act("bo", "reply", "从手机")
    q.db.write(lambda conn: presence.set_shift(conn, "ann", "mon-fri 09:00-12:00"))
    q.db.write(lambda conn: presence.decline(conn, "ann", True, q.at))
    assert seen() == {
        "ann": ("offline", False, False),
        "bo": ("online", True, True),
        "mei": ("online", True, True),
    }
    q.wait(minutes=2)
    assert (seen()["mei"][0], seen()["bo"][0]) == ("away", "online")
    q.wait(minutes=13)
    assert (seen()["mei"][0], seen()["bo"][0]) == ("offline", "offline")


# --- targets -----------------------------------------------------------------------------------------------------


def test_asking_for_a_person_starts_the_clocks_of_its_priority(q: Queue) -> None:
    assert q.clocks() == {
        "sla_first_response:warn": START + minutes(2.4),
        "sla_first_response": START + minutes(3),
        "sla_resolution:warn": START + minutes(20.8 * 60 + 11 * 60),  # and a night
        "sla_resolution": START + timedelta(days=2),
        "place": START + minutes(5),
    }


def test_a_reply_stops_the_first_clock_and_the_buyers_next_words_start_the_second(q: Queue) -> None:
    q.claim("mei")
    q.wait(minutes=1)
    q.act("mei", "reply", "您好")
    assert not [name for name in q.clocks() if "response" in name]
    q.wait(minutes=1)
    q.writes()
    q.wait(minutes=1)
    q.writes()  # more words of the same round
    assert q.clocks()["sla_next_response"] == START + minutes(12)
    q.act("mei", "note", "内部")
    assert "sla_next_response" in q.clocks()
    q.act("mei", "reply", "好的")
    assert not [name for name in q.clocks() if "response" in name]


def test_leaving_the_queue_stops_every_clock(q: Queue) -> None:
    q.claim("mei")
    q.act("mei", "reply", "您好")
    q.act("mei", "resolve")
    assert q.clocks() == {}
    assert q.gone()


def test_a_first_reply_that_is_late_is_warned_of_then_told_to_the_lead_and_the_chat_moves_up(
    q: Queue,
) -> None:
    q.ask(EMMA, reasons=["legal_threat"], score=300)
    q.wait(minutes=2.5)
    assert [a.text["en"] for a in q.alarms("bo")][:1] == ["The first reply is nearly due"]
    assert q.live().priority == "P2"
    q.wait(minutes=1)
    late = [a for a in q.alarms("ann") if a.chat == LIN and a.audience == "lead"]
    assert [(a.text["en"], a.ring) for a in late] == [
        ("The first reply is late; the chat was moved up", True)
    ]
    assert not [a for a in q.alarms("bo") if a.audience == "lead"]
    assert (q.live().priority, q.live().score) == ("P1", 300)
    q.ask(LIN)
    assert q.live().priority == "P1"  # asking again does not undo it
    assert q.figures().breaches == {"first_response": 2}


def test_a_warning_goes_to_who_has_the_chat(q: Queue) -> None:
    q.claim("mei")
    q.wait(minutes=2.5)
    assert [a.audience for a in q.alarms() if "nearly" in a.text["en"]] == ["mei"]


def test_a_chat_that_grows_more_urgent_is_due_sooner_and_never_less_urgent_again(q: Queue) -> None:
    q.wait(minutes=1)
    q.ask(LIN, reasons=["safety"], score=1000)
    assert q.live().priority == "P0"
    assert q.clocks() == {
        "sla_first_response:warn": START + minutes(1.8),
        "sla_first_response": START + minutes(2),
        "sla_resolution:warn": START + minutes(1 + 192),
        "sla_resolution": START + minutes(1 + 240),
        "unclaimed": START + minutes(3),
        "place": START + minutes(5),
    }
    q.ask(LIN, reasons=["human"], score=100)
    assert q.live().priority == "P0"


def test_an_old_target_that_is_nearer_than_the_new_one_stays(q: Queue) -> None:
    q.wait(minutes=2)
    q.ask(LIN, reasons=["legal_threat"], score=300)
    assert q.live().priority == "P1"
    assert q.clocks()["sla_first_response"] == START + minutes(3)


def test_a_p0_that_nobody_takes_calls_the_lead_again_and_again_at_growing_distance(make: Make) -> None:
    q = make()
    q.ask(LIN, reasons=["safety"], score=1000)
    q.wait(minutes=15)
    called = [a for a in q.alarms("ann") if a.text["en"].startswith("A chat has not been taken")]
    assert [(a.at - START) / minutes(1) for a in called] == [2, 6, 14]
    assert all(a.ring for a in called)
    q.claim("ann")
    q.wait(minutes=14, beats=["ann"])
    assert len([a for a in q.alarms("ann") if a.text["en"].startswith("A chat has not been taken")]) == 3


def test_a_chat_that_missed_its_first_reply_and_is_nobodys_calls_the_lead_again_while_the_shop_is_open(
    q: Queue,
) -> None:
    q.wait(hours=7.9)  # until 21:54: 3 minutes late, then after 2, 4, 8 … of opening time
    called = [a for a in q.alarms("ann") if a.text["en"].startswith("A chat has not been taken")]
    assert [(a.at - START) / minutes(1) for a in called] == [5, 9, 17, 33, 65, 129, 257]
    q.wait(hours=11)
    assert "unclaimed" in q.clocks()
    assert q.claim("ann")
    assert "unclaimed" not in q.clocks()


def test_at_night_only_dangers_clocks_run(make: Make) -> None:
    q = make()
    q.now = START + timedelta(hours=9)  # 23:00
    q.ask(EMMA, reasons=["safety"], score=1000)
    q.ask(LIN)
    morning = q.now + timedelta(hours=10)
    assert q.clocks(LIN)["sla_first_response"] == morning + minutes(3)
    assert q.clocks(EMMA)["sla_first_response"] == q.now + minutes(1)
    assert q.clocks(LIN)["place"] == morning


# --- nobody is forgotten, nothing is left open -------------------------------------------------------------------


def test_a_buyer_who_is_silent_for_a_day_and_a_half_after_the_agents_word_leaves_the_queue(q: Queue) -> None:
    q.claim("mei")
    q.act("mei", "reply", "还需要什么吗")
    assert q.clocks()["stale:warn"] == START + timedelta(hours=24)
    q.wait(hours=35.9)
    assert not q.gone()
    q.wait(hours=0.2)
    assert q.gone()


def test_a_word_of_the_buyer_starts_the_day_anew_at_the_agents_next_reply(q: Queue) -> None:
    q.claim("mei")
    q.act("mei", "reply", "还需要什么吗")
    q.wait(hours=20)
    q.writes()
    assert "stale" not in q.clocks()
    q.act("mei", "reply", "好的")
    assert q.clocks()["stale"] == START + timedelta(hours=56)


def test_a_waiting_buyers_place_is_told_when_it_is_better_and_not_more_often_than_every_five_minutes(
    make: Make,
) -> None:
    q = make()
    q.ask(EMMA, ZHAO, LIN)
    assert q.live().told_place == 3
    q.wait(minutes=1)
    q.claim("mei", EMMA)
    q.wait(minutes=3)
    assert q.live().told_place == 3
    q.wait(minutes=1)
    assert (q.live().told_place, q.live().told_at) == (2, START + minutes(5))
    q.wait(minutes=20)
    assert q.live().told_at == START + minutes(5)  # nothing better to tell


# --- the desk's figures ------------------------------------------------------------------------------------------


def test_the_figures_tell_what_waits_how_fast_people_answer_and_who_did_what(q: Queue) -> None:
    q.ask(EMMA, ZHAO)
    q.wait(minutes=1)
    q.claim("mei")
    q.act("mei", "reply", "您好")
    q.writes()
    q.wait(minutes=5)
    q.act("mei", "reply", "好了")
    q.act("mei", "resolve")
    q.claim("bo", EMMA)
    f = q.figures()
    assert (f.waiting, f.held) == (1, 1)
    assert f.oldest == pytest.approx(360, abs=0.01)
    assert (f.first_response, f.response, f.quick) == (60, 180, 0.5)
    assert f.breaches == {"first_response": 2}  # Emma and Zhao
    mei = AgentFigures(0, 2, 180, 1, first_response=60, quick=0.5)
    assert f.agents == {"bo": AgentFigures(1, 0, None, 0), "mei": mei}
    assert q.db.read(handling_times) == [minutes(5)]


def test_a_waiting_time_is_told_from_the_last_chats_and_who_is_there(q: Queue) -> None:
    def told(ahead: int) -> timedelta | None:
        there = q.db.read(lambda conn: presence.online(conn, q.at, q.rules))
        return waiting_time(ahead, there, q.db.read(handling_times)) if there else None

    q.ask(EMMA, ZHAO)
    for chat in (LIN, EMMA, ZHAO):
        q.claim("mei", chat)
        q.wait(minutes=4)
        q.act("mei", "resolve", chat=chat)
    assert told(1) == minutes(8)
    q.beat("bo")
    assert told(1) == minutes(4)
    q.wait(hours=1)
    assert told(1) is None  # nobody is there


def test_where_somebody_is_in_danger_silence_ends_nothing(make: Make) -> None:
    q = make()
    q.ask(LIN, reasons=["safety"], score=1000)
    q.claim("mei")
    q.act("mei", "reply", "请先停用")
    assert "stale" not in q.clocks()


# --- tags and mentions -------------------------------------------------------------------------------------------


def test_a_tag_is_put_on_once_and_taken_off_again(q: Queue) -> None:
    def read() -> list[str]:
        return q.db.read(lambda conn: desk.tags_of(conn, LIN))

    assert q.db.write(lambda conn: desk.tag(conn, LIN, "包装", "mei", q.at))
    assert not q.db.write(lambda conn: desk.tag(conn, LIN, " 包装 ", "bo", q.at))
    assert read() == ["包装"]
    assert q.db.read(desk.tags_in_use) == ["包装"]
    assert q.db.write(lambda conn: desk.untag(conn, LIN, "包装"))
    assert not q.db.write(lambda conn: desk.untag(conn, LIN, "包装"))
    assert read() == []


def test_a_colleague_named_in_a_note_hears_of_it_until_they_have_looked(q: Queue) -> None:
    q.claim("mei")
    q.act("mei", "note", "@阿波 看一下发票 @mei")
    q.act("mei", "reply", "@bo 不会收到")
    unseen = q.db.read(lambda conn: desk.unseen_mentions(conn, "bo"))
    assert [(m.chat, m.by) for m in unseen] == [(LIN, "mei")]
    assert q.db.read(lambda conn: desk.unseen_mentions(conn, "mei")) == []
    assert [a.text["en"] for a in q.alarms("bo") if a.audience == "bo"] == [
        "A colleague mentioned you in a note"
    ]
    q.db.write(lambda conn: desk.saw_mentions(conn, LIN, "bo", q.at))
    assert q.db.read(lambda conn: desk.unseen_mentions(conn, "bo")) == []
