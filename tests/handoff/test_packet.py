"""The takeover packet: what an agent must know before the first word, said from what is on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case import Case, CaseType, Entry, Status
from bot.cases.order import Order, Refund
from bot.handoff import words
from bot.handoff.packet import Packet, packet
from bot.handoff.priority import CLASSES
from bot.messages import Attachment, Lang

ZONE = ZoneInfo("Asia/Shanghai")


def shop(text: str) -> datetime:
    """A time on the shop's clock, as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


NOW = shop("2026-03-10 14:05")


@dataclass(frozen=True)
class Line:
    author: str
    text: str


@dataclass(frozen=True)
class Place:
    priority: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class File:
    case: Case
    timeline: tuple[Entry, ...] = ()
    evidence: tuple[Attachment, ...] = ()
    timers: dict[str, datetime] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "timers", self.timers or {})


@dataclass(frozen=True)
class Record:
    chat: str = "web:1"
    buyer: str | None = "B1"
    name: str = "林晓"
    lang: str = "zh"
    flags: tuple[str, ...] = ()
    entry: Place | None = None
    messages: tuple[Line, ...] = ()
    orders: tuple[Order, ...] = ()
    cases: tuple[File, ...] = ()


MUG = Order(
    "T1003",
    "signed",
    item="刻字马克杯",
    paid=Decimal("68.00"),
    custom=True,
    pay="huabei",
    phone="13812345566",
    address="文一西路 99 号",
    signed_at=shop("2026-03-09 12:00"),
)
CASE = Case(
    "A260310-7KQ2M",
    "web:1",
    CaseType.QUALITY_CLAIM,
    Status.PENDING_EVIDENCE,
    NOW,
    NOW,
    order_id="T1003",
    slots={"order": "T1003", "reason": "quality", "wanted": "resend"},
)
PHOTO = Attachment("p1", "crack.jpg", "image/jpeg")


def of(record: Record, lang: Lang = "zh", now: datetime = NOW) -> Packet:
    return packet(record, now, ZONE, lang)  # type: ignore[arg-type]


def text(record: Record, lang: Lang = "zh", now: datetime = NOW) -> str:
    return "\n".join(of(record, lang, now).lines())


def test_a_phone_is_masked_and_the_address_is_not_told() -> None:
    said = text(Record(orders=(MUG,)))
    assert "138****5566" in said
    assert "13812345566" not in said
    assert "文一西路" not in said


def test_a_buyer_who_has_not_proved_an_account_is_called_so() -> None:
    assert "未核实身份" in text(Record(buyer=None))
    assert "Identity not proved" in text(Record(buyer=None), "en")


def test_a_deadline_is_told_on_the_shops_clock_and_says_when_it_has_passed() -> None:
    record = Record(cases=(File(CASE, timers={"buyer_evidence": shop("2026-03-13 14:05")}),))
    assert "买家补凭证: 2026-03-13 14:05" in text(record)
    assert "已过期" not in text(record)
    assert "2026-03-13 14:05 (已过期)" in text(record, now=shop("2026-03-13 14:05"))


def test_a_warning_before_a_deadline_is_no_deadline() -> None:
    timers = {"buyer_ship_back": shop("2026-03-17 14:05"), "buyer_ship_back:warn24": shop("2026-03-16 14:05")}
    (case,) = of(Record(cases=(File(CASE, timers=timers),))).cases
    assert [due.text for due in case.timers] == ["2026-03-17 14:05"]


def test_files_are_counted_and_what_nobody_sent_is_named() -> None:
    none = File(CASE)
    one = File(replace(CASE, slots={**CASE.slots, "evidence": ["whole"]}), evidence=(PHOTO,))
    rest = {"evidence": ["whole", "close_up"], "waived": ["label"]}
    done = File(replace(CASE, slots={**CASE.slots, **rest}), evidence=(PHOTO,) * 2)
    assert "已收 0 张 · 还缺:商品整体、问题近照、快递面单" in text(Record(cases=(none,)))
    assert "已收 1 张 · 还缺:问题近照、快递面单" in text(Record(cases=(one,)))
    assert "还缺" not in text(Record(cases=(done,)))


def test_a_no_reason_return_needs_no_photos_but_one_for_a_fault_does() -> None:
    easy = replace(CASE, type=CaseType.RETURN_REFUND, slots={"reason": "no_reason"})
    fault = replace(easy, slots={"reason": "damaged"})
    assert of(Record(cases=(File(easy),))).cases[0].complete
    assert not of(Record(cases=(File(fault),))).cases[0].complete


def test_the_figures_a_case_was_judged_by_are_told_with_the_rule() -> None:
    judged = replace(
        CASE,
        judged={
            "multiple": 3,
            "refund": "159.00",
            "arrival": "1-3wd",
            "payer": "seller_pays_both_ways",
            "window_end": "2026-03-15T16:00:00+00:00",
        },
    )
    entry = Entry(
        CASE.id, 1, NOW, "rule", "reject", None, Status.REJECTED, "期限已过", "消费者权益保护法 art. 25"
    )
    said = text(Record(cases=(File(judged, (entry,)),)))
    assert "3 倍" in said
    assert "商家付往返运费" in said
    assert "2026-03-16 00:00" in said
    assert "期限已过 · 消费者权益保护法 art. 25" in said
    assert "¥159.00" in said
    assert "1-3 个工作日" in said
    assert "3x" in text(Record(cases=(File(judged),)), "en")


def test_a_figure_nobody_has_words_for_is_still_shown() -> None:
    odd = replace(CASE, judged={"moon_phase": "full"}, slots={"shoe_size": 42})
    said = text(Record(cases=(File(odd),)))
    assert "moon_phase full" in said
    assert "shoe_size: 42" in said


def test_what_was_promised_is_each_sentence_that_names_a_time() -> None:
    messages = (
        Line("bot", "这单我来跟。商家最晚 3月12日 10:08 给您答复,逾期自动同意。"),
        Line("buyer", "3月1日就说了"),
        Line("agent", "Your parcel goes out within 2 days. Thank you!"),
    )
    promised = of(Record(messages=messages)).promises
    assert promised == (
        "商家最晚 3月12日 10:08 给您答复,逾期自动同意。",
        "Your parcel goes out within 2 days. Thank you!",
    )


def test_the_bots_last_words_are_told_and_nobody_elses() -> None:
    messages = (
        Line("bot", "一"),
        Line("bot", "二"),
        Line("note", "密"),
        Line("buyer", "买"),
        Line("bot", "三"),
        Line("bot", "四"),
    )
    assert of(Record(messages=messages)).said == ("二", "三", "四")


def test_reasons_and_mood_are_told_apart() -> None:
    angry = of(Record(entry=Place("P1", ("legal_threat", "human"))))
    assert (angry.reasons, angry.mood) == (("提到投诉/法律", "要求人工"), ("提到投诉/法律",))
    assert "情绪: 平稳" in text(Record(entry=Place("P2", ("human",))))
    assert of(Record(flags=("extortion",))).mood == ("以评价要挟",)


def test_the_order_a_case_is_about_comes_first_and_its_refund_is_told() -> None:
    other = Order(
        "T0001",
        "refunded",
        item="台灯",
        paid=Decimal("88.00"),
        refund=Refund("R5009", amount=Decimal("88.00")),
    )
    orders = of(Record(orders=(other, MUG), cases=(File(CASE),))).orders
    assert [o.id for o in orders] == ["T1003", "T0001"]
    assert "已退 ¥88.00(R5009)" in orders[1].facts


def test_an_open_case_comes_before_a_closed_one() -> None:
    closed = replace(CASE, id="A-OLD", status=Status.CLOSED_REFUNDED)
    cases = of(Record(cases=(File(closed), File(CASE)))).cases
    assert [(c.id, c.open) for c in cases] == [("A260310-7KQ2M", True), ("A-OLD", False)]


def test_without_a_case_the_wish_is_the_buyers_own_words() -> None:
    assert of(Record(messages=(Line("buyer", "我要\n退货"),))).wish == "“我要 退货”"
    assert of(Record(cases=(File(CASE),))).wish == "质量问题 → 重发"


@given(
    st.text(max_size=300),
    st.lists(st.tuples(st.sampled_from(["buyer", "bot", "agent"]), st.text(max_size=400)), max_size=5),
    st.sampled_from(["zh", "en"]),
)
def test_the_summary_is_never_over_120_characters(item: str, said: list[tuple[str, str]], lang: Lang) -> None:
    record = Record(
        messages=tuple(Line(a, t) for a, t in said),
        orders=(replace(MUG, item=item),),
        cases=(File(CASE, timers={"buyer_evidence": NOW + timedelta(days=3)}),),
    )
    summary = of(record, lang).summary
    assert 0 < len(summary) <= 120
    assert "\n" not in summary


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_words(status: Status) -> None:
    assert status in words.STATUSES


@pytest.mark.parametrize("kind", list(CaseType))
def test_every_kind_of_case_has_words(kind: CaseType) -> None:
    assert kind in words.TYPES


def test_every_reason_for_a_person_has_words() -> None:
    assert set(CLASSES) - set(words.REASONS) == set()
