"""What an agent types with a slash: lists, notes, and what the buttons do, for those who would rather type.

A command stands for the chat it replies to, else for the current one; where that is not certain, it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.telegram_desk import look, presses
from bot.channels.telegram_desk.wrote import Wrote, act_key
from bot.messages import Incoming
from bot.store import audit, clocks, conversations, handoff, messengers, presence
from bot.store.agent_lines import Line, Words

if TYPE_CHECKING:
    from bot.channels.telegram_desk.hands import Hands

LISTED = 10  # chats of a list, each with a button
ON_A_CHAT = ("transfer", "resolve", "release")


def do(hands: Hands, command: str, words: str, event: Incoming) -> None:
    name = command.removeprefix("/")
    if name in ON_A_CHAT:
        _on_a_chat(hands, name, words, event)
    elif name == "queue":
        _queue(hands)
    elif name == "mine":
        _mine(hands)
    elif name == "note":
        _note(hands, words, event)
    elif name in ("pause", "resume"):
        presence.decline(hands.conn, hands.name, name == "pause", hands.now)
        hands.tell(f"{name}d")
    elif name == "unlink":
        _unlink(hands)
    else:  # never to a buyer: it was meant for us
        hands.tell("help" if name == "help" else "unknown_command")


def _note(hands: Hands, words: str, event: Incoming) -> None:
    if not words:
        hands.tell("empty_note")
        return
    wrote = Wrote(act_key(event), str(event.data["message_id"]), words, note=True)
    hands.deliver_or_ask(wrote, event)


def _on_a_chat(hands: Hands, name: str, words: str, event: Incoming) -> None:
    chat, held, does = hands.meant(event), hands.held()[:LISTED], name
    if name == "transfer" and words:
        does = "hand"
    # What is replied to may be a colleague's: a lead passes that on, too, and everybody else is told why not.
    if chat is not None and (chat in held or "reply_to" in event.data):
        line = Line(hands.link.address, 0, chat, "command", {"to": words})
        presses.DOES[does](hands, line, "", act_key(event))
    elif held:
        which = [(hands.who(one), f"{does}:{i}") for i, one in enumerate(held)]
        title = Words(hands.say(f"which_{name}"), [*which, (hands.say("cancel"), "cancel")])
        hands.answer(title, what="list", data={"chats": held, "to": words})
    else:
        hands.tell("no_chat_act")


def _unlink(hands: Hands) -> None:
    """That it is so, the mirror says."""
    if messengers.unlink(hands.conn, hands.name, hands.now):
        audit.note(hands.conn, hands.name, "telegram.unlinked", hands.name, {}, hands.now)


# --- lists -----------------------------------------------------------------------------------------------------------


def _queue(hands: Hands) -> None:
    waiting = [e for e in handoff.waiting(hands.conn, hands.now) if e.chat != hands.own]
    if not waiting:
        hands.tell("none_waiting")
        return
    listed = waiting[:LISTED]
    names = {e.chat: conversations.load(hands.conn, e.chat)[1] for e in listed}
    rows = [look.row(e, names[e.chat], clocks.instant(hands.now), hands.say) for e in listed]
    does = [(f"{hands.say('claim')} {i + 1}", f"claim:{i}") for i in range(len(rows))]
    title = hands.say("waiting", n=len(waiting))
    hands.answer(Words(f"{title}\n{look.numbered(rows)}", does), what="list", data={"chats": list(names)})


def _mine(hands: Hands) -> None:
    held = hands.held()
    if not held:
        hands.tell("none_mine")
        return
    chats = held[:LISTED]
    does = [(hands.who(chat), f"show:{i}") for i, chat in enumerate(chats)]
    hands.answer(Words(hands.say("mine", n=len(held)), does), what="list", data={"chats": chats})
