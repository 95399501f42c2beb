"""The takeover packet: what an agent must know before the first word, from what is on record. Pure.

Who and how they feel, what they want, order, case with timers, evidence with its gaps, what the rules said
and why, what the bot said and promised. The desk shows it; `lines()` is the same as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.case import Case
from bot.cases.order import Order, masked_phone
from bot.cases.rules.evidence import Checklist, checklist, missing
from bot.handoff import words
from bot.handoff.record import CaseFile, Chat, Spoken
from bot.handoff.words import LABELS, Both, label
from bot.messages import Attachment, Lang

SUMMARY_MOST = 120  # characters
QUOTE_MOST = 60
SAID = 3  # of the bot's last messages
PROMISES = 4
ORDERS = 5


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True)
class Due:
    """`at` is aware UTC, `text` the same instant on the shop's clock."""

    label: str
    at: datetime
    text: str
    overdue: bool


@dataclass(frozen=True)
class OrderPart:
    id: str
    item: str
    status: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class CasePart:
    id: str
    type: str
    status: str
    open: bool
    facts: tuple[Fact, ...]
    timers: tuple[Due, ...]
    evidence: tuple[Attachment, ...]
    proof: str  # how many photos are here, and what is still missing
    complete: bool
    verdict: tuple[Fact, ...]


@dataclass(frozen=True)
class Packet:
    """Said in one language; `now` only decides what is overdue, so the same record gives the same packet."""

    lang: Lang
    summary: str
    wish: str
    priority: str
    who: tuple[Fact, ...]
    reasons: tuple[str, ...]
    mood: tuple[str, ...]
    orders: tuple[OrderPart, ...]
    cases: tuple[CasePart, ...]
    said: tuple[str, ...]
    promises: tuple[str, ...]

    def lines(self) -> tuple[str, ...]:
        """The packet as text, a fact a line."""
        return tuple(_lines(self))


def packet(view: Chat, now: datetime, zone: ZoneInfo, lang: Lang) -> Packet:
    """The packet of `view` for an agent who reads `lang`; instants are said on the clock of `zone`."""
    reasons = view.entry.reasons if view.entry else ()
    ranked = sorted(view.cases, key=lambda c: not c.case.is_open)  # stable: the latest touched stays first
    parts = tuple(_case(c, now, zone, lang) for c in ranked)
    orders = tuple(_order(o, zone, lang) for o in _ranked(view.orders, [c.case for c in ranked])[:ORDERS])
    wish = _wish(view, ranked, lang)
    return Packet(
        lang=lang,
        summary=_summary(view, wish, orders, parts, lang),
        wish=wish,
        priority=view.entry.priority if view.entry else "",
        who=tuple(_who(view, lang)),
        reasons=tuple(label(words.REASONS, r, lang) for r in reasons),
        mood=tuple(label(words.REASONS, m, lang) for m in words.MOODS if m in (*reasons, *view.flags)),
        orders=orders,
        cases=parts,
        said=tuple(shorten(m.text, 2 * QUOTE_MOST) for m in _of(view, "bot")[-SAID:]),
        promises=tuple(_promises(view)),
    )


def moment(at: datetime, zone: ZoneInfo) -> str:
    """An instant on the shop's clock, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def shorten(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _of(view: Chat, *authors: str) -> list[Spoken]:
    return [m for m in view.messages if m.author in authors and m.text.strip()]


def _ranked(orders: Sequence[Order], cases: Sequence[Case]) -> list[Order]:
    """The orders that cases are about come first."""
    about = [c.order_id for c in cases]
    return sorted(orders, key=lambda o: about.index(o.id) if o.id in about else len(about))


def _who(view: Chat, lang: Lang) -> list[Fact]:
    def fact(key: str, text: str) -> Fact:
        return Fact(LABELS[key].text(lang), text)

    phones = list(dict.fromkeys(p for o in view.orders if (p := masked_phone(o))))
    account = view.buyer or LABELS["unproved"].text(lang)
    facts = [fact("name", view.name)] if view.name else []
    facts += [fact("account", account)]
    facts += [fact("contact", "  ".join(phones))] if phones else []
    channel = view.chat.split(":")[0]
    facts += [fact("channel", label(words.CHANNELS, channel, lang))]
    return [*facts, fact("language", label(words.LANGS, view.lang, lang))]


def _order(order: Order, zone: ZoneInfo, lang: Lang) -> OrderPart:
    def word(key: str) -> str:
        return LABELS[key].text(lang)

    facts = [f"{word('paid')} ¥{order.paid}"]
    facts += [word("qty").format(n=order.qty)] if order.qty > 1 else []
    facts += [label(words.VALUES, order.pay, lang)] if order.pay else []
    for name in ("first_scan", "eta", "signed_at", "confirmed_at"):
        at: datetime | None = getattr(order, name)
        if at and (name != "eta" or not order.signed_at):
            facts.append(f"{word(name)} {moment(at, zone)}")
    facts += [word(name) for name in ("insurance", "custom") if getattr(order, name)]
    if order.refund:
        facts.append(word("refunded").format(amount=f"¥{order.refund.amount}", ref=order.refund.ref))
    status = label(words.ORDER_STATUSES, order.status, lang)
    return OrderPart(order.id, order.item, status, (*facts, *order.badges))


def _case(file: CaseFile, now: datetime, zone: ZoneInfo, lang: Lang) -> CasePart:
    case = file.case
    needs = checklist(case.type, case.slots.get("problem") or case.slots.get("reason"))
    got, waived = case.slots.get("evidence") or (), case.slots.get("waived") or ()
    lacking = missing(needs, got, waived) if case.is_open else ()
    return CasePart(
        id=case.id,
        type=label(words.TYPES, case.type, lang),
        status=label(words.STATUSES, case.status, lang),
        open=case.is_open,
        facts=tuple(_facts(case, zone, lang)),
        timers=tuple(_timers(file.timers, now, zone, lang)) if case.is_open else (),
        evidence=file.evidence,
        proof=_proof(len(file.evidence), needs, lacking, lang),
        complete=not lacking,
        verdict=tuple(_verdict(file, zone, lang)),
    )


# Slots that are shown in a place of their own, or keep count for the program alone.
_ELSEWHERE = ("order", "evidence", "waived", "files", "offer", "attempt")


def _facts(case: Case, zone: ZoneInfo, lang: Lang) -> list[Fact]:
    """The slots, in the order the table of slots has them."""
    known = {n: value for n, value in case.slots.items() if n not in _ELSEWHERE and value not in (None, "")}
    names = [n for n in words.SLOTS if n in known] + sorted(n for n in known if n not in words.SLOTS)
    return [Fact(label(words.SLOTS, n, lang), value_text(n, known[n], zone, lang)) for n in names]


def _timers(timers: Mapping[str, datetime], now: datetime, zone: ZoneInfo, lang: Lang) -> list[Due]:
    """The clocks that run; a warning before one of them is no deadline of its own."""
    real = sorted((due, name) for name, due in timers.items() if ":" not in name)
    return [Due(label(words.TIMERS, name, lang), due, moment(due, zone), due <= now) for due, name in real]


def _proof(have: int, needs: Checklist, lacking: Sequence[str], lang: Lang) -> str:
    """How many files came, and which items of the checklist nobody has sent or said to be gone."""
    if not needs.wanted and not have:
        return LABELS["none_needed"].text(lang)
    received = LABELS["have"].text(lang).format(n=have)
    if not lacking:
        return received
    what = ("、" if lang == "zh" else ", ").join(label(words.ITEMS, item, lang) for item in lacking)
    return f"{received} · {LABELS['gap'].text(lang).format(what=what)}"


def _verdict(file: CaseFile, zone: ZoneInfo, lang: Lang) -> list[Fact]:
    """The figures it was judged by, then the last entry that gives a reason or a rule."""
    judged = file.case.judged.items()
    facts = [
        Fact(label(words.JUDGED, k, lang), value_text(k, v, zone, lang))
        for k, v in judged
        if v not in (None, "")
    ]
    reasoned = next((e for e in reversed(file.timeline) if e.why or e.rule), None)
    if reasoned:
        why = " · ".join(filter(None, (reasoned.why, reasoned.rule)))
        facts.append(Fact(label(words.STATUSES, reasoned.to_status, lang), why))
    return facts


_SPAN = re.compile(r"(\d+(?:-\d+)?)(min|h|d|wd|y)")  # how policy.yaml writes a length of time
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def value_text(name: str, value: Any, zone: ZoneInfo, lang: Lang) -> str:
    """A slot or a figure of a case, as people read it."""
    if "multiple" in name:
        return LABELS["times"].text(lang).format(n=value)
    if name in ("refund", "amount", "compensation") and isinstance(value, str):
        return f"¥{value}"
    if isinstance(value, str) and (span := _SPAN.fullmatch(value)):
        return f"{span[1]} {label(words.UNITS, span[2], lang)}"
    if isinstance(value, str) and _INSTANT.match(value):
        at = datetime.fromisoformat(value)
        return moment(at, zone) if at.tzinfo else value
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {value_text(k, v, zone, lang)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(value_text(name, v, zone, lang) for v in value)
    return label(words.VALUES, str(value), lang)


def _wish(view: Chat, cases: Sequence[CaseFile], lang: Lang) -> str:
    """What they want done: said outright, else what the open case is for, else their own last words."""
    case = next((c.case for c in cases if c.case.is_open), None)
    if case is None:
        spoken = _of(view, "buyer")
        return f"“{shorten(spoken[-1].text, QUOTE_MOST)}”" if spoken else LABELS["nothing"].text(lang)
    wanted = case.slots.get("wanted")
    kind = label(words.TYPES, case.type, lang)
    reason = label(words.VALUES, str(case.slots.get("reason") or ""), lang)
    why = f" ({reason})" if reason and reason.lower() not in kind.lower() else ""
    return f"{kind}{why}" + (f" → {label(words.VALUES, str(wanted), lang)}" if wanted else "")


def _summary(
    view: Chat, wish: str, orders: Sequence[OrderPart], cases: Sequence[CasePart], lang: Lang
) -> str:
    """One line of at most 120 characters: wish, order, case and its next deadline, the buyer's last words."""
    parts = [wish]
    if orders:
        parts.append(shorten(f"{orders[0].item or orders[0].id} {orders[0].facts[0]} {orders[0].status}", 36))
    open_case = next((c for c in cases if c.open), None)
    if open_case:
        parts.append(open_case.status)
    if open_case and open_case.timers:
        parts.append(f"{open_case.timers[0].label} {open_case.timers[0].text[5:]}")
    spoken = _of(view, "buyer")
    if spoken and not wish.startswith("“"):
        parts.append(f"“{shorten(spoken[-1].text, QUOTE_MOST)}”")
    return shorten((";" if lang == "zh" else "; ").join(parts), SUMMARY_MOST)


_SENTENCE = re.compile(r"[^。!?!?\n;;]+[。!?!?;;]?")
_PROMISE = re.compile(
    r"\d+月\d+日|\d{4}-\d\d-\d\d|\b\d{1,2}:\d\d\b|\d+\s*(个)?(小时|工作日|天)内"
    r"|\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|within \d+ (minutes?|hours?|days?|working days?)",
    re.IGNORECASE,
)


def _promises(view: Chat) -> list[str]:
    """The sentences in which we named a date, an hour or a length of time, the latest last."""
    told = [
        s.strip() for m in _of(view, "bot", "agent") for s in _SENTENCE.findall(m.text) if _PROMISE.search(s)
    ]
    return [shorten(s, 2 * QUOTE_MOST) for s in list(dict.fromkeys(told))[-PROMISES:]]


def _lines(p: Packet) -> list[str]:
    def line(key: str, text: str) -> str:
        return f"{LABELS[key].text(p.lang)}: {text}"

    nothing = LABELS["nothing"].text(p.lang)
    out = [line("summary", p.summary), line("wish", p.wish)]
    out += [f"{f.label}: {f.text}" for f in p.who]
    out += [line("why", " ".join(filter(None, (p.priority, *p.reasons))) or nothing)]
    out += [line("mood", ", ".join(p.mood) or LABELS["calm"].text(p.lang))]
    out += [line("order", f"{o.id} {o.item} · {o.status} · {' · '.join(o.facts)}") for o in p.orders]
    for case in p.cases:
        out += _case_lines(case, p.lang)
    out += [line("bot_said", s) for s in p.said]
    return out + [line("promises", s) for s in p.promises]


def _case_lines(case: CasePart, lang: Lang) -> list[str]:
    overdue = f" ({LABELS['overdue'].text(lang)})"
    out = [f"{LABELS['case'].text(lang)}: {case.id} {case.type} · {case.status}"]
    out += [f"  {f.label}: {f.text}" for f in case.facts]
    out += [f"  {t.label}: {t.text}{overdue if t.overdue else ''}" for t in case.timers]
    out += [f"  {LABELS['evidence'].text(lang)}: {case.proof}"]
    return out + [f"  {LABELS['verdict'].text(lang)}: {f.label} {f.text}" for f in case.verdict]


__all__ = [
    "Both",
    "CasePart",
    "Chat",
    "Due",
    "Fact",
    "OrderPart",
    "Packet",
    "moment",
    "packet",
    "shorten",
    "value_text",
]
