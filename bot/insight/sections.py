"""The evidence pack as text: sections of rows, ready to be drawn. Pure: what is on record in, words out.

Phones are masked wherever they stand, and the delivery address is left out: whoever judges needs neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.case import Entry
from bot.cases.offers import Option, options_of
from bot.cases.order import Order, masked_phone
from bot.handoff import words as staff_words
from bot.handoff.packet import moment, value_text
from bot.handoff.words import ITEMS, label
from bot.insight.words import EVENTS, OFFERS, TEXTS, WHO
from bot.messages import Lang
from bot.store.conversations import Message
from bot.store.evidence import Exhibit, Record

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_TIMES = ("created_at", "paid_at", "signed_at", "confirmed_at")
_WAY = ("first_scan", "last_scan", "eta", "signed_at")


@dataclass(frozen=True)
class Setting:
    """Who makes the pack, for whom, when: `lang` of its words, `zone` of its times, `now` aware UTC."""

    lang: Lang
    zone: ZoneInfo
    shop: str
    now: datetime


@dataclass(frozen=True)
class Section:
    """`widths` are parts of the page's width; no `head`: the first column names what the second says."""

    title: str
    head: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


def private(record: Record) -> Record:
    """The record without what nobody outside needs: the buyer's phone in full and the delivery address."""
    address = record.order.address.strip() if record.order else ""

    def hide(text: str) -> str:
        text = _MOBILE.sub(r"\1****\2", text)
        return text.replace(address, "***") if len(address) > 5 else text

    said = {
        name: hide(v) for name, v in record.case.slots.items() if isinstance(v, str) and name != "tracking"
    }
    return replace(
        record,
        case=replace(record.case, slots={**record.case.slots, **said}),
        messages=tuple(replace(m, text=hide(m.text)) for m in record.messages),
        timeline=tuple(replace(e, why=hide(e.why)) for e in record.timeline),
        exhibits=tuple(replace(e, caption=hide(e.caption)) for e in record.exhibits),
    )


class Words:
    """A record told in one language."""

    def __init__(self, record: Record, setting: Setting) -> None:
        self.record = private(record)
        self.setting = setting
        self.lang = setting.lang
        self._numbers = {e.id: n for n, e in enumerate(record.exhibits, 1)}

    def say(self, key: str, **values: object) -> str:
        return TEXTS[key].text(self.lang).format(**values)

    def time(self, at: datetime) -> str:
        """To the second: of two messages in one minute, which came first matters."""
        return f"{at.astimezone(self.setting.zone):%Y-%m-%d %H:%M:%S}"

    def cover(self) -> Section:
        case, order = self.record.case, self.record.order
        rows = [
            ("case", case.id),
            ("type", label(staff_words.TYPES, case.type, self.lang)),
            ("status", label(staff_words.STATUSES, case.status, self.lang)),
            ("order", " · ".join(filter(None, (case.order_id, case.item or (order.item if order else ""))))),
            ("seller", self.setting.shop),
            ("buyer", self._buyer()),
            ("opened", self.time(case.opened_at)),
            ("closed", self.time(case.closed_at) if case.closed_at else ""),
            ("made", self.time(self.setting.now)),
        ]
        return self._facts("title", [(TEXTS[key].text(self.lang), value) for key, value in rows])

    def holds(self) -> str:
        r = self.record
        return self.say("holds", steps=len(r.timeline), messages=len(r.messages), files=len(r.exhibits))

    def sections(self) -> list[Section]:
        return [self._order(), self._timeline(), self._messages(), self._tracking(), self._offers()]

    def file_facts(self, exhibit: Exhibit, name: str, intact: bool) -> list[str]:
        """What stands beside a photo: its file in the archive, when it came, its sum, what was said with it."""
        lines = [name or exhibit.name, self.say("received", at=self.time(exhibit.at))]
        if exhibit.sha256:
            lines += [self.say("bytes", n=f"{exhibit.size:,}"), f"SHA-256 {exhibit.sha256}"]
        else:
            lines.append(self.say("absent", why=exhibit.error) if exhibit.error else self.say("waiting"))
        lines += [] if intact else [self.say("altered")]
        if exhibit.album:
            lines.append(self.say("album", album=self.album(exhibit.album), place=exhibit.place))
        lines += [self.say("caption", text=exhibit.caption)] if exhibit.caption else []
        kind = label(ITEMS, exhibit.kind, self.lang) if exhibit.kind else ""
        return [*lines, self.say("shows", kind=kind)] if kind else lines

    def album(self, album: str) -> str:
        """Albums by letter, in order of their first photo: a messenger's own number says nothing to a reader."""
        known = list(dict.fromkeys(e.album for e in self.record.exhibits if e.album))
        n = known.index(album)
        return chr(ord("A") + n) if n < 26 else str(n + 1)

    # --- the sections ----------------------------------------------------------------------------------------------

    def _order(self) -> Section:
        order = self.record.order
        return self._facts("s_order", list(self._order_facts(order)) if order else [])

    def _order_facts(self, order: Order) -> Iterator[tuple[str, str]]:
        plain = {
            "order": order.id,
            "status": label(staff_words.ORDER_STATUSES, order.status, self.lang),
            "item": order.item,
            "qty": str(order.qty),
            "paid": f"¥{order.paid}",
            "freight_paid": f"¥{order.freight_paid}" if order.freight_paid else "",
            "pay": label(staff_words.VALUES, order.pay, self.lang),
            "badges": "、".join(order.badges),
        }
        yield from ((self.say(key), value) for key, value in plain.items() if value)
        yield from self._times(order, _TIMES)
        if refund := order.refund:
            at = self.time(refund.at) if refund.at else ""
            yield self.say("refund"), " · ".join(filter(None, (f"¥{refund.amount}", refund.ref, at)))

    def _timeline(self) -> Section:
        rows = [(str(e.n), self.time(e.at), self._who(e.who), self._step(e)) for e in self.record.timeline]
        head = ("#", self.say("at"), self.say("who"), self.say("what"))
        return Section(self.say("s_timeline"), head, (0.05, 0.2, 0.15, 0.6), tuple(rows))

    def _messages(self) -> Section:
        rows = [
            (str(n), self.time(m.at), self._speaker(m), self._spoken(m))
            for n, m in enumerate(self.record.messages, 1)
        ]
        head = ("#", self.say("at"), self.say("from"), self.say("text"))
        return Section(self.say("s_messages"), head, (0.05, 0.2, 0.15, 0.6), tuple(rows))

    def _tracking(self) -> Section:
        order, rows = self.record.order, []
        if order:
            rows += list(self._times(order, _WAY))
            rows += [(self.say("signed_by"), order.signed_by)] if order.signed_by else []
            for parcel in order.parcels:
                way = [f"{name} {value}" for name, value in self._times(parcel, ("first_scan", "signed_at"))]
                status = label(staff_words.ORDER_STATUSES, parcel.status, self.lang)
                rows.append((self.say("parcel", n=parcel.parcel), " · ".join([status, *way])))
            rows += list(self._times(order, ("returned_at",)))
        if back := str(self.record.case.slots.get("tracking") or ""):
            rows.append((self.say("return_tracking"), back))
        return self._facts("s_tracking", rows)

    def _offers(self) -> Section:
        case = self.record.case
        steps = [e for e in self.record.timeline if e.event in OFFERS]
        rows = [(f"{self.time(e.at)}  {self._who(e.who)}", self._step(e)) for e in steps]
        rows.append((self.say("offered"), "\n".join(map(self._option, options_of(case)))))
        rows.append((self.say("offer_text"), str(case.slots.get("offer_text") or "")))
        rows += [
            (label(staff_words.JUDGED, name, self.lang), self._figure(name, value))
            for name, value in case.judged.items()
            if value not in (None, "")
        ]
        return self._facts("s_offers", rows)

    def _option(self, option: Option) -> str:
        figure = f"¥{option.amount}" if option.amount is not None else str(option.qty or option.sku)
        return f"{label(staff_words.VALUES, option.kind, self.lang)} {figure}".rstrip()

    # --- small things ----------------------------------------------------------------------------------------------

    def _facts(self, title: str, rows: Sequence[tuple[str, str]]) -> Section:
        return Section(self.say(title), (), (0.27, 0.73), tuple(row for row in rows if row[1]))

    def _figure(self, name: str, value: object) -> str:
        return value_text(name, value, self.setting.zone, self.lang)

    def _times(self, thing: object, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            at: datetime | None = getattr(thing, name, None)
            if at:
                yield self.say(name), moment(at, self.setting.zone)

    def _buyer(self) -> str:
        r = self.record
        phone = masked_phone(r.order) if r.order else ""
        return " · ".join(
            filter(
                None,
                (
                    r.name,
                    self.say("account", account=r.case.buyer) if r.case.buyer else self.say("unknown"),
                    self.say("phone", phone=phone) if phone else "",
                ),
            )
        )

    def _who(self, who: str) -> str:
        role, _, name = who.partition(":")
        shown = self.record.staff.get(name, name)
        return " ".join(filter(None, (label(WHO, role, self.lang), shown)))

    def _speaker(self, message: Message) -> str:
        named = message.name if message.author in ("agent", "buyer") else ""
        return " ".join(filter(None, (label(WHO, message.author, self.lang), named)))

    def _spoken(self, message: Message) -> str:
        lines = [message.text] if message.text else []
        lines += [self.say("edited")] if message.edited_at else []
        if message.attachments:
            files = "、".join(self._numbered(a.id, a.name) for a in message.attachments)
            lines.append(self.say("files_sent", files=files))
        if message.buttons:
            labels = " / ".join(b.label for b in message.buttons)
            lines.append(self.say("buttons", labels=labels))
        return "\n".join(lines)

    def _numbered(self, attachment_id: str, name: str) -> str:
        n = self._numbers.get(attachment_id)
        return f"{n:02d} {name}" if n else name

    def _step(self, entry: Entry) -> str:
        """What happened, from where to where, why and by which rule."""

        def status(value: str) -> str:
            return label(staff_words.STATUSES, value, self.lang)

        moved = entry.from_status and entry.from_status != entry.to_status
        way = f"{status(entry.from_status or '')} → {status(entry.to_status)}" if moved else ""
        happened = f"{label(EVENTS, entry.event, self.lang)}{f' ({way})' if way else ''}"
        why = self.say("why", why=label(staff_words.TIMERS, entry.why, self.lang)) if entry.why else ""
        rule = self.say("rule", rule=entry.rule) if entry.rule else ""
        return "\n".join(filter(None, (happened, why, rule)))
