"""What messages in an agent's private chat read: notices, the takeover packet, a buyer's words, lists. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.telegram_desk.words import Say
from bot.handoff.packet import Packet, packet
from bot.handoff.words import CHANNELS, LABELS, label
from bot.messages import Attachment
from bot.store.agent_lines import Words
from bot.store.conversations import Message
from bot.store.desk import PhotoState
from bot.store.handoff import Entry
from bot.store.queries import ChatView

MARKS = {"P0": "🔴", "P1": "🟠", "P2": "🟡", "P3": "⚪"}
LAST = 8  # messages shown to who takes a chat
LAST_PHOTOS = 4
LINE_MOST = 600  # characters of one of these
PACKET_DOES = ("note", "transfer", "resolve", "release")


def who(name: str, chat: str, say: Say) -> str:
    """How a chat is called: its buyer's name, and a mark that tells two of one name apart."""
    mark = hashlib.blake2b(chat.encode(), digest_size=2).hexdigest().upper()
    return f"{name or say('unnamed')} #{mark}"


def head(entry: Entry, called: str) -> str:
    return f"{MARKS.get(entry.priority, '')} {entry.priority} · {called}"


def notice(view: ChatView, entry: Entry, now: datetime, zone: ZoneInfo, say: Say, silent: bool) -> Words:
    """One chat that waits, in a few lines; the phone is masked as everywhere."""
    brief = packet(view, now, zone, say.lang)
    minutes = _minutes(entry, now)
    since = say("waits", minutes=minutes, since=f"{entry.queued_at.astimezone(zone):%H:%M}")
    channel = label(CHANNELS, view.chat.split(":")[0], say.lang)
    lines = [head(entry, who(view.name, view.chat, say)), f"{since} · {channel}", *_facts(brief, say)]
    return Words("\n".join(lines), [(say("claim"), "claim")], silent=silent)


def _facts(brief: Packet, say: Say) -> list[str]:
    def line(key: str, text: str) -> str:
        return f"{LABELS[key].text(say.lang)}: {text}"

    contact = LABELS["contact"].text(say.lang)
    facts = [line("summary", brief.summary), line("wish", brief.wish), line("why", " ".join(brief.reasons))]
    facts += [line("order", f"{o.id} {o.item} · {o.status}") for o in brief.orders[:1]]
    return facts + [f"{f.label}: {f.text}" for f in brief.who if f.label == contact]


def over(notice_head: str, became: str) -> Words:
    """A notice whose chat waits no more."""
    return Words(f"{notice_head}\n{became}")


def taken(view: ChatView, now: datetime, zone: ZoneInfo, say: Say, silent: bool) -> Words:
    """The takeover packet, with what can be done to the chat below it."""
    brief = packet(view, now, zone, say.lang)
    title = say("yours", who=who(view.name, view.chat, say))
    does = [(say(f"do_{do}"), do) for do in PACKET_DOES]
    return Words("\n".join([title, "", *brief.lines()]), does, silent=silent)


def latest(
    view: ChatView, photos: Mapping[str, PhotoState], zone: ZoneInfo, say: Say, silent: bool
) -> Words | None:
    """The last messages as one; None where nothing was said yet. The photos that are here come with it."""
    last = view.messages[-LAST:]
    if not last:
        return None
    title = say("latest", who=who(view.name, view.chat, say))
    lines = [f"{_author(m, say)} {m.at.astimezone(zone):%H:%M}: {_text(m, photos, say)}" for m in last]
    here = [a.id for a in _files(last) if a.id in photos and photos[a.id].here]
    return Words("\n".join([title, "", *lines]), files=here[-LAST_PHOTOS:], silent=silent)


def said(m: Message, called: str, photos: Mapping[str, PhotoState], say: Say, silent: bool) -> Words:
    """One message of a chat the agent has, under a line that names the chat."""
    mark = "" if m.author == "buyer" else f" · {_author(m, say)}"
    text = _text(m, photos, say, full=True)
    here = [a.id for a in m.attachments if a.id in photos and photos[a.id].here]
    return Words(f"💬 {called}{mark}\n{text}".rstrip(), files=here, silent=silent)


def _author(m: Message, say: Say) -> str:
    return say(m.author) + (f" {m.name}" if m.author in ("agent", "note") and m.name else "")


def _text(m: Message, photos: Mapping[str, PhotoState], say: Say, full: bool = False) -> str:
    """The words, and what became of files that do not come along."""
    words = [say("withdrawn")] if m.withdrawn_at else []
    words += [m.text if full or len(m.text) <= LINE_MOST else m.text[: LINE_MOST - 1] + "…"] if m.text else []
    for a in m.attachments:
        state = photos.get(a.id)
        if state and state.error:
            words.append(say("photo_lost", why=state.error))
        elif state is None or not state.here:
            words.append(say("photo_late"))
        elif not full:
            words.append(f"[{a.name}]")
    return " ".join(words)


def _files(messages: Iterable[Message]) -> list[Attachment]:
    return [a for m in messages for a in m.attachments]


def row(entry: Entry, name: str, now: datetime, say: Say) -> str:
    """A chat in the list of those that wait."""
    minutes = _minutes(entry, now)
    return f"{MARKS.get(entry.priority, '')} {entry.priority} {who(name, entry.chat, say)} · {minutes}′"


def _minutes(entry: Entry, now: datetime) -> int:
    """How long it waits. Who came in the same instant as another stands a hair behind them, in the future."""
    return max(0, int((now - entry.queued_at).total_seconds() // 60))


def numbered(rows: Sequence[str]) -> str:
    return "\n".join(f"{i}. {text}" for i, text in enumerate(rows, 1))
