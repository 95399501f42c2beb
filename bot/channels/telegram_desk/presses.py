"""What the buttons in an agent's private chat do: "desk:<line>:<what>", some with which of a list behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.telegram_desk import mirror
from bot.channels.telegram_desk.why import called, why_not
from bot.store import agent_lines, chat_acts, clocks, messengers, presence, queries
from bot.store.agent_lines import PRESS, Line, Words

if TYPE_CHECKING:
    from bot.channels.telegram_desk.hands import Hands
    from bot.handoff.assign import AgentNow

MOST_OFFERED = 20  # colleagues to choose from


def press(hands: Hands, value: str, key: str) -> None:
    """`key` names the press as an act."""
    prefix, _, rest = value.partition(":")
    number, _, does = rest.partition(":")
    line = agent_lines.line(hands.conn, hands.link.address, int(number)) if number.isdecimal() else None
    what, _, arg = does.partition(":")
    if prefix != PRESS or line is None or what not in DOES:
        hands.tell("stale")
        return
    chats = line.data.get("chats")
    if isinstance(chats, list) and arg.isdecimal() and int(arg) < len(chats):
        line = Line(line.address, line.n, str(chats[int(arg)]), line.what, line.data)
    DOES[what](hands, line, arg, key)


def _claim(hands: Hands, line: Line, _: str, __: str) -> None:
    """What follows a claim that was made, the mirror shows."""
    if no := chat_acts.claim(hands.conn, line.chat, hands.name, hands.now, hands.rules):
        who = called(hands.conn, line.chat, hands.say)
        left = hands.say("left_queue", who=who)
        text = left if no.why == "not_queued" else why_not(hands.conn, no, line.chat, hands.say, "not_done")
        hands.answer(Words(text), line.chat)


def _show(hands: Hands, line: Line, _: str, __: str) -> None:
    if not _theirs(hands, line):
        return
    view = queries.chat_view(hands.conn, line.chat)
    assert view is not None, "a chat somebody has is a conversation"
    told = mirror.show(hands.conn, view, clocks.instant(hands.now), hands.rules, hands.say, silent=True)
    mirror.tell_chat(hands.conn, hands.link.address, line.chat, told, hands.now)


def _note(hands: Hands, line: Line, _: str, __: str) -> None:
    if _theirs(hands, line):
        messengers.note(hands.conn, hands.link.address, note_chat=line.chat)
        text = hands.say("write_note", who=called(hands.conn, line.chat, hands.say))
        hands.answer(Words(text, [(hands.say("cancel"), "cancel")]), line.chat, what="write_note")


def _cancel(hands: Hands, line: Line, _: str, __: str) -> None:
    """Of whatever was asked."""
    if line.what == "write_note":
        messengers.note(hands.conn, hands.link.address, note_chat=None)
    agent_lines.close(hands.conn, line)
    agent_lines.change(hands.conn, line, Words(hands.say("cancelled")))


def _resolve(hands: Hands, line: Line, _: str, __: str) -> None:
    if _theirs(hands, line):
        text = hands.say("resolve_sure", who=called(hands.conn, line.chat, hands.say))
        does = [(hands.say("resolve_yes"), "resolved"), (hands.say("cancel"), "cancel")]
        hands.answer(Words(text, does), line.chat, what="sure")


def _resolved(hands: Hands, line: Line, _: str, key: str) -> None:
    """That it was done, the mirror says; the question goes."""
    _end(hands, line, key, "resolve")
    text = hands.say("resolve_sure", who=called(hands.conn, line.chat, hands.say))
    agent_lines.change(hands.conn, line, Words(text))


def _release(hands: Hands, line: Line, _: str, key: str) -> None:
    _end(hands, line, key, "release")


def _end(hands: Hands, line: Line, key: str, do: str) -> None:
    no = chat_acts.act(hands.conn, line.chat, hands.name, key, do, hands.now, hands.rules)
    if no:
        hands.answer(Words(why_not(hands.conn, no, line.chat, hands.say, "not_done")), line.chat)


def _transfer(hands: Hands, line: Line, _: str, __: str) -> None:
    if not _theirs(hands, line):
        return
    everyone = presence.agents_now(hands.conn, hands.now, hands.rules)
    there = sorted(everyone, key=lambda a: (not a.works, a.held, a.name))
    others = [a for a in there if a.name != hands.name and a.accepting][:MOST_OFFERED]
    does = [(_colleague(hands, a), f"pass:{a.name}") for a in others]
    skills = sorted({s for a in everyone for s in a.skills})
    does += [(hands.say("skill", skill=s), f"skill:{_mark(s)}") for s in skills]
    if not does:
        hands.tell("nobody_else", line.chat)
        return
    text = hands.say("pass_to", who=called(hands.conn, line.chat, hands.say))
    hands.answer(Words(text, [*does, (hands.say("cancel"), "cancel")]), line.chat, what="pass")


def _colleague(hands: Hands, a: AgentNow) -> str:
    there = a.presence if a.on_shift else "offline"
    return f"{queries.display_name(hands.conn, a.name)} · {hands.say(there)} · {a.held}"


def _pass(hands: Hands, line: Line, to: str, _: str) -> None:
    _pass_on(hands, line, to=to)


def _skill(hands: Hands, line: Line, mark: str, _: str) -> None:
    everyone = presence.agents_now(hands.conn, hands.now, hands.rules)
    named = {_mark(s): s for a in everyone for s in a.skills}
    _pass_on(hands, line, skill=named.get(mark, ""))


def _pass_on(hands: Hands, line: Line, *, to: str = "", skill: str = "") -> None:
    no = chat_acts.pass_on(hands.conn, line.chat, hands.name, hands.now, hands.rules, to=to, skill=skill)
    if no:
        hands.answer(Words(why_not(hands.conn, no, line.chat, hands.say, "not_done")), line.chat)
        return
    text = hands.say("pass_to", who=called(hands.conn, line.chat, hands.say))
    agent_lines.change(hands.conn, line, Words(text))


def _to(hands: Hands, line: Line, _: str, __: str) -> None:
    """The chat that words which fitted several are for. They go out once, however often it is pressed."""
    asked = agent_lines.line(hands.conn, line.address, line.n)
    if asked is None or not agent_lines.close(hands.conn, asked):
        hands.tell("stale")
        return
    done = hands.deliver_asked(asked.data["wrote"], line.chat)
    key = "sent_to" if done else "cancelled"
    text = hands.say(key, who=called(hands.conn, line.chat, hands.say))
    agent_lines.change(hands.conn, asked, Words(text))


def _theirs(hands: Hands, line: Line) -> bool:
    """Whether they have the chat; where not, who has is said."""
    no = chat_acts.not_theirs(hands.conn, line.chat, hands.name)
    if no:
        hands.answer(Words(why_not(hands.conn, no, line.chat, hands.say, "not_done")), line.chat)
    return no is None


def _mark(skill: str) -> str:
    """A skill's name may be longer than a button's value."""
    return hashlib.blake2b(skill.encode(), digest_size=6).hexdigest()


DOES: dict[str, Callable[[Hands, Line, str, str], None]] = {
    "claim": _claim,
    "show": _show,
    "note": _note,
    "cancel": _cancel,
    "resolve": _resolve,
    "resolved": _resolved,
    "release": _release,
    "transfer": _transfer,
    "pass": _pass,
    "skill": _skill,
    "to": _to,
}
