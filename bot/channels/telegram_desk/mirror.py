"""What an agent's private chat must be told now: the difference between what stands there and what is so.

Found by comparing tables, and written in one transaction with the marks that it was; so after a restart, or with
several hosts, nothing is said twice and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.telegram_desk import look, own_photos
from bot.channels.telegram_desk.words import Say
from bot.handoff.assign import AgentNow
from bot.handoff.rules import Rules
from bot.handoff.targets import WARN
from bot.store import agent_lines, alerts, conversations, desk, handoff, messengers, presence, queries
from bot.store.agent_lines import NOTICE, Line, Watch, Words
from bot.store.alerts import Alarm
from bot.store.conversations import Message
from bot.store.handoff import Entry
from bot.store.messengers import Link

Step = Callable[[Connection], object]
MOST_NOTICES = 8  # open ones in one chat, besides the P0; the rest stand in /queue
PHOTO_PATIENCE = timedelta(seconds=60)  # a message waits so long for its photos
OWN_NEWS = ("gone:", "lapsed:")  # alerts of what the chat's own messages say already
OVERLAP = 60.0  # seconds; what others write at the same time may be older than what was told


class Mirror:
    """One agent's chat at one instant, in the language of its agent. Reads through `conn`; the steps write."""

    def __init__(
        self, conn: Connection, link: Link, me: AgentNow | None, now: datetime, rules: Rules
    ) -> None:
        self._conn, self._link, self._me, self._now, self._rules = conn, link, me, now, rules
        self._at, self._say = now.timestamp(), Say(link.lang)
        seen = presence.desk_seen(conn, link.agent.name)
        self._waiting: dict[str, Entry] = {}
        # With the desk open on a screen the phone need not ring for the same words.
        self._quiet = seen is not None and seen + rules.desk.lease.away_after > now

    def steps(self) -> Iterator[Step]:
        if not self._link.live or self._me is None:
            yield self._goodbye
            return
        yield from self._notices(self._me)
        yield from self._alerts(self._me)  # "given to you" stands above what was given
        yield from self._chats()
        yield from own_photos.steps(self._conn, self._link, self._at, self._rules)

    def _goodbye(self, conn: Connection) -> None:
        agent_lines.say(conn, self._link.address, Words(self._say("ended"), anyone=True), self._at)
        messengers.forget(conn, self._link.address)

    # --- chats that wait ---------------------------------------------------------------------------------------------

    def _notices(self, me: AgentNow) -> Iterator[Step]:
        shown = {line.chat: line for line in agent_lines.open_lines(self._conn, self._link.address, NOTICE)}
        ranked = handoff.waiting(self._conn, self._at, me, self._rules)
        self._waiting = waiting = {e.chat: e for e in ranked}
        for key, line in list(shown.items()):
            entry = waiting.get(key)
            if entry is None or _is_another(line, entry):
                del shown[key]
                yield self._close(line, entry)
            elif entry.priority != line.data["priority"]:
                yield self._redraw(line, entry)
        room = MOST_NOTICES - len(shown)
        for entry in ranked:
            if not self._is_for(me, entry) or entry.chat in shown:
                continue
            if room > 0 or entry.priority == "P0":
                room -= 1
                yield self._announce(entry)

    def _is_for(self, me: AgentNow, entry: Entry) -> bool:
        """Whether they are to hear that it waits; their own, where they asked as a buyer, is a colleague's to take."""
        return me.is_to_hear(entry.fits, entry.priority == "P0") and entry.chat != self._link.own_chat

    def _announce(self, entry: Entry) -> Step:
        words, data = self._notice(entry)
        return lambda conn: agent_lines.say(
            conn, self._link.address, words, self._at, chat=entry.chat, what=NOTICE, data=data, pending=True
        )

    def _redraw(self, line: Line, entry: Entry) -> Step:
        words, data = self._notice(entry)
        return lambda conn: agent_lines.change(conn, replace(line, data=data), words, pending=True)

    def _close(self, line: Line, entry: Entry | None) -> Step:
        words = look.over(str(line.data["head"]), self._say("moved") if entry else self._became(line.chat))
        return lambda conn: agent_lines.change(conn, line, words)

    def _notice(self, entry: Entry) -> tuple[Words, dict[str, object]]:
        view = queries.chat_view(self._conn, entry.chat)
        assert view is not None, "what waits is a conversation"
        # A sound is for danger, and for who sits idle away from the screen.
        idle = not self._quiet and self._me is not None and not self._me.held
        silent = entry.priority != "P0" and not idle
        words = look.notice(view, entry, self._now, self._rules.zone, self._say, silent)
        head = look.head(entry, self._who(entry.chat))
        return words, {"head": head, "place": entry.n, "priority": entry.priority}

    def _became(self, key: str) -> str:
        entry = handoff.live(self._conn, key)
        if entry is None or entry.agent is None:
            return self._say("left")
        if entry.agent == self._link.agent.name:
            return self._say("taken_by_you")
        return self._say("taken_by", name=queries.display_name(self._conn, entry.agent))

    # --- chats of one's own ------------------------------------------------------------------------------------------

    def _chats(self) -> Iterator[Step]:
        held = {e.chat: e for e in handoff.held_by(self._conn, self._link.agent.name)}
        followed = agent_lines.watches(self._conn, self._link.address)
        for key, watch in followed.items():
            if key not in held:
                yield self._lost(watch)
        for key, entry in held.items():
            old = followed.get(key)
            if old is None or old.lease != entry.lease:
                yield self._got(entry)
            else:
                yield from self._news(old)

    def _got(self, entry: Entry) -> Step:
        view = queries.chat_view(self._conn, entry.chat)
        assert view is not None, "a chat somebody has is a conversation"
        watch = Watch(entry.chat, entry.lease, entry.n, view.messages[-1].n if view.messages else 0)
        told = show(self._conn, view, self._now, self._rules, self._say, silent=self._quiet)

        def write(conn: Connection) -> None:
            tell_chat(conn, self._link.address, entry.chat, told, self._at)
            agent_lines.follow(conn, self._link.address, watch)

        return write

    def _news(self, watch: Watch) -> Iterator[Step]:
        """Messages since the last one shown. Those after one whose photos are on their way wait behind it."""
        fresh = conversations.transcript(self._conn, watch.chat, after=watch.seen, notes=True)
        if not fresh:
            return
        photos = desk.photo_states(self._conn, watch.chat) if any(m.attachments for m in fresh) else {}
        called, told, seen = self._who(watch.chat), [], watch.seen
        for m in fresh:
            late = any(
                a.id not in photos or not (photos[a.id].here or photos[a.id].error) for a in m.attachments
            )
            if late and self._now - m.at < PHOTO_PATIENCE:
                break
            seen = m.n
            if self._is_news(m):
                told.append(look.said(m, called, photos, self._say, self._quiet))
        if seen == watch.seen:
            return

        def write(conn: Connection) -> None:
            for words in told:
                agent_lines.say(conn, self._link.address, words, self._at, chat=watch.chat)
            agent_lines.follow(conn, self._link.address, replace(watch, seen=seen))

        yield write

    def _is_news(self, m: Message) -> bool:
        """The buyer's words, and colleagues' notes; not what this agent wrote, nor what the bot said in between."""
        return m.author == "buyer" or (m.author == "note" and m.name != self._link.agent.display)

    def _lost(self, watch: Watch) -> Step:
        called, entry = self._who(watch.chat), handoff.live(self._conn, watch.chat)
        does: list[tuple[str, str]] = []
        if entry is None or entry.n != watch.place:
            outcome = handoff.outcome_of(self._conn, watch.chat, watch.place)
            text = self._say(ENDS.get(outcome or "", "ended_other"), who=called)
        elif entry.agent:
            text = self._say("ended_with", who=called, name=queries.display_name(self._conn, entry.agent))
        else:
            lapsed = alerts.was_told(self._conn, watch.chat, f"lapsed:{watch.place}.{watch.lease}")
            text = self._say("ended_lapsed" if lapsed else "ended_waits", who=called)
            does = [(self._say("claim"), "claim")]
        words = Words(text, does, silent=self._quiet)

        def write(conn: Connection) -> None:
            agent_lines.say(conn, self._link.address, words, self._at, chat=watch.chat)
            agent_lines.unfollow(conn, self._link.address, watch.chat)

        return write

    # --- alerts ------------------------------------------------------------------------------------------------------

    def _alerts(self, me: AgentNow) -> Iterator[Step]:
        seen = self._link.alerted_at
        since = max(self._link.linked_at, seen - OVERLAP)
        found = alerts.alerts(self._conn, since, self._link.agent)
        newest = max((a.at.timestamp() for a in found), default=seen)
        told = agent_lines.alerted(self._conn, self._link.address, since) if found else set()
        fresh = [a for a in found if (a.chat, a.key) not in told and self._is_for_me(a, me)]
        if not fresh and newest <= seen:
            return
        lines = [(a, self._alert(a)) for a in fresh]

        def write(conn: Connection) -> None:
            for a, words in lines:
                agent_lines.say(
                    conn, self._link.address, words, self._at, chat=a.chat, what="alert", data={"key": a.key}
                )
            messengers.note(conn, self._link.address, alerted_at=max(newest, seen))

        yield write

    def _is_for_me(self, alarm: Alarm, me: AgentNow) -> bool:
        """What everybody is alerted to is a chat that waits, which has its notice; that it waits too long is told."""
        if not alarm.audience:
            entry = self._waiting.get(alarm.chat)
            return WARN in alarm.key and entry is not None and self._is_for(me, entry)
        return not alarm.key.startswith(OWN_NEWS)

    def _alert(self, alarm: Alarm) -> Words:
        text = alarm.text.get(self._link.lang, "")
        entry = handoff.live(self._conn, alarm.chat)
        free = entry is not None and entry.agent is None and alarm.chat != self._link.own_chat
        does = [(self._say("claim"), "claim")] if free else []
        return Words(f"🔔 {self._who(alarm.chat)}\n{text}", does, silent=self._quiet and not alarm.ring)

    def _who(self, key: str) -> str:
        return look.who(conversations.load(self._conn, key)[1], key, self._say)


ENDS = {
    "resolved": "ended_resolved",
    "handed_back": "ended_handed_back",
    "stale": "ended_stale",
    "by_buyer": "ended_by_buyer",
}


def _is_another(line: Line, entry: Entry) -> bool:
    """It came back to the queue meanwhile, or became a P0, which must be heard."""
    became_urgent = entry.priority == "P0" and line.data["priority"] != "P0"
    return became_urgent or bool(entry.n != line.data["place"])


def show(
    conn: Connection, view: queries.ChatView, now: datetime, rules: Rules, say: Say, *, silent: bool
) -> Sequence[tuple[str, Words]]:
    """The packet, then the last messages: (what, words)."""
    packet = look.taken(view, now, rules.zone, say, silent)
    last = look.latest(view, desk.photo_states(conn, view.chat), rules.zone, say, True)
    return [("packet", packet), *([("said", last)] if last else [])]


def tell_chat(conn: Connection, address: str, key: str, told: Sequence[tuple[str, Words]], at: float) -> None:
    for what, words in told:
        agent_lines.say(conn, address, words, at, chat=key, what=what)
