"""What the buttons in an agent's private chat do: "desk:<line>:<what>", some with which of a list behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.telegram_desk import mirror
from bot.handoff.lease import Not
from bot.store import agent_lines, agents, chat_acts, clocks, conversations, messengers, presence, queries
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
    hands.claim(line.chat)


def _show(hands: Hands, line: Line, _: str, __: str) -> None:
    if not _theirs(hands, line):
        return
    view = queries.chat_view(hands.conn, line.chat)
    assert view is not None, "a chat somebody has is a conversation"
    agent_lines.did(hands.conn, hands.link.address, line.chat, hands.now)
    told = mirror.show(hands.conn, view, clocks.instant(hands.now), hands.rules, hands.say, silent=True)
    mirror.tell_chat(hands.conn, hands.link.address, line.chat, told, hands.now)


def _note(hands: Hands, line: Line, _: str, __: str) -> None:
    if _theirs(hands, line):
        messengers.note(hands.conn, hands.link.address, note_chat=line.chat)
        text = hands.say("write_note", who=hands.who(line.chat))
        hands.answer(Words(text, [(hands.say("cancel"), "cancel")]), line.chat, what="write_note")


def _cancel(hands: Hands, line: Line, _: str, __: str) -> None:
    """Of whatever was asked."""
    if line.what == "write_note":
        messengers.note(hands.conn, hands.link.address, note_chat=None)
    agent_lines.close(hands.conn, line)
    agent_lines.change(hands.conn, line, Words(hands.say("cancelled")))


def _resolve(hands: Hands, line: Line, _: str, __: str) -> None:
    if _theirs(hands, line):
        text = hands.say("resolve_sure", who=hands.who(line.chat))
        does = [(hands.say("resolve_yes"), "resolved"), (hands.say("cancel"), "cancel")]
        hands.answer(Words(text, does), line.chat, what="sure")


def _resolved(hands: Hands, line: Line, _: str, key: str) -> None:
    """That it was done, the mirror says; the question goes."""
    _end(hands, line, key, "resolve")
    text = hands.say("resolve_sure", who=hands.who(line.chat))
    agent_lines.change(hands.conn, line, Words(text))


def _release(hands: Hands, line: Line, _: str, key: str) -> None:
    _end(hands, line, key, "release")


def _end(hands: Hands, line: Line, key: str, do: str) -> None:
    no = chat_acts.act(hands.conn, line.chat, hands.name, key, do, hands.now, hands.rules)
    if no:
        hands.answer(Words(hands.why_not(no, line.chat)), line.chat)


def _transfer(hands: Hands, line: Line, _: str, __: str) -> None:
    if not _theirs(hands, line):
        return
    everyone = presence.agents_now(hands.conn, hands.now, hands.rules)
    there = sorted(everyone, key=lambda a: (not a.works, a.held, a.name))
    others = [a for a in there if a.name != hands.name and a.accepting][:MOST_OFFERED]
    does = [(_colleague(hands, a), f"pass:{_mark(a.name)}") for a in others]
    skills = sorted({s for a in everyone for s in a.skills})
    does += [(hands.say("skill", skill=s), f"skill:{_mark(s)}") for s in skills]
    if not does:
        hands.tell("nobody_else", line.chat)
        return
    text = hands.say("pass_to", who=hands.who(line.chat))
    hands.answer(Words(text, [*does, (hands.say("cancel"), "cancel")]), line.chat, what="pass")


def _colleague(hands: Hands, a: AgentNow) -> str:
    there = a.presence if a.on_shift else "offline"
    return f"{queries.display_name(hands.conn, a.name)} · {hands.say(there)} · {a.held}"


def _pass(hands: Hands, line: Line, mark: str, _: str) -> None:
    named = {_mark(a.name): a.name for a in agents.everyone(hands.conn)}
    if mark in named:
        _pass_on(hands, line, to=named[mark])
    else:
        hands.tell("no_such_agent", line.chat)


def _skill(hands: Hands, line: Line, mark: str, _: str) -> None:
    everyone = presence.agents_now(hands.conn, hands.now, hands.rules)
    named = {_mark(s): s for a in everyone for s in a.skills}
    if mark in named:
        _pass_on(hands, line, skill=named[mark])
    else:
        hands.tell("no_such_skill", line.chat)


def _hand(hands: Hands, line: Line, _: str, __: str) -> None:
    """To whom they typed: "@account", a name or a skill. Who it may be is shown where that is nobody."""
    typed = str(line.data.get("to", ""))
    wanted = typed.removeprefix("@").strip().casefold()
    everyone = [a for a in agents.everyone(hands.conn) if a.active]
    to = next((a.name for a in everyone if wanted in (a.name.casefold(), a.display.casefold())), "")
    skills = {s for a in presence.agents_now(hands.conn, hands.now, hands.rules) for s in a.skills}
    skill = next((s for s in sorted(skills) if s.casefold() == wanted), "")
    if to or skill:
        _pass_on(hands, line, to=to, skill="" if to else skill)
        return
    hands.tell("no_such_target", line.chat, to=typed)
    _transfer(hands, line, "", "")


def _pass_on(hands: Hands, line: Line, *, to: str = "", skill: str = "") -> None:
    """That it was done, the mirror says; a question that was asked goes."""
    no = chat_acts.pass_on(hands.conn, line.chat, hands.name, hands.now, hands.rules, to=to, skill=skill)
    if no:
        hands.answer(Words(hands.why_not(no, line.chat)), line.chat)
    elif line.what == "pass":
        agent_lines.change(hands.conn, line, Words(hands.say("pass_to", who=hands.who(line.chat))))


def _to(hands: Hands, line: Line, _: str, __: str) -> None:
    """The chat that words which fitted several are for. They go out once, however often it is pressed."""
    if asked := _once(hands, line):
        _send_asked(hands, asked, line.chat)


def _take(hands: Hands, line: Line, _: str, __: str) -> None:
    """The chat is taken (again), and what was written for it goes out."""
    if (asked := _once(hands, line)) is None:
        return
    if hands.claim(line.chat):
        _send_asked(hands, asked, line.chat)
    else:
        agent_lines.change(hands.conn, asked, Words(hands.say("not_sent", who=hands.who(line.chat))))


def _once(hands: Hands, line: Line) -> Line | None:
    """The question, whoever presses first; None from then on."""
    asked = agent_lines.line(hands.conn, line.address, line.n)
    if asked is None or not agent_lines.close(hands.conn, asked):
        hands.tell("stale")
        return None
    return asked


def _send_asked(hands: Hands, asked: Line, chat: str) -> None:
    done = hands.deliver_asked(asked.data["wrote"], chat)
    text = hands.say("sent_to" if done else "not_sent", who=hands.who(chat))
    agent_lines.change(hands.conn, asked, Words(text))


def _take_back(hands: Hands, line: Line, _: str, __: str) -> None:
    """Plain words went where the agent did not mean them to go."""
    n = conversations.latest_of(hands.conn, line.chat, "agent", str(line.data.get("text", "")))
    no = chat_acts.withdraw(hands.conn, line.chat, n, hands.name, hands.now) if n else Not("cannot_mend")
    if no:
        hands.answer(Words(hands.why_not(no, line.chat)), line.chat)
        return
    agent_lines.change(hands.conn, line, Words(hands.say("taken_back", who=hands.who(line.chat))))


def _theirs(hands: Hands, line: Line) -> bool:
    """Whether they have the chat; where not, who has is said."""
    no = chat_acts.not_theirs(hands.conn, line.chat, hands.name)
    if no:
        hands.answer(Words(hands.why_not(no, line.chat)), line.chat)
    return no is None


def _mark(name: str) -> str:
    """An account's or a skill's name may be longer than a button's value."""
    return hashlib.blake2b(name.encode(), digest_size=6).hexdigest()


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
    "hand": _hand,
    "to": _to,
    "take": _take,
    "take_back": _take_back,
}
