"""Whose orders this buyer may speak of, and which one a message means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.cases.order import Order, phone_tail
from bot.dialogue.answer import Answer
from bot.dialogue.effects import LookUp, ProofFailed
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard

Proof = Literal["nothing", "proved", "refused", "asked"]
MOST_TRIES = 5  # failed proofs before only a person goes on


def own_orders(a: Answer) -> tuple[Order, ...]:
    """The buyer's orders: their account's, and those whose number and phone tail they gave."""
    named = [o for o in a.facts.named if o.id in a.state.proved]
    return tuple({o.id: o for o in [*a.facts.orders, *named]}.values())


def meant(a: Answer, heard: Heard, among: Sequence[Order]) -> list[Order]:
    """The orders of `among` that the message can mean: by number, else by the item's name, else all."""
    return named(a, heard, among) or list(among)


def named(a: Answer, heard: Heard, among: Sequence[Order]) -> list[Order]:
    """The orders of `among` that the message names, by number, else by the item's name."""
    ids = {i.upper() for i in heard.entities.order_ids}
    by_number = [o for o in among if o.id.upper() in ids]
    return by_number or meant_by_item(heard.text, among, a.kit.knowledge.lexicon.things)


def prove(a: Answer, heard: Heard) -> Proof:
    """Let an order number and its phone tail open the order. Never says which half was wrong, or whether it exists."""
    ids = [i.upper() for i in heard.entities.order_ids]
    number = ids[0] if ids else (a.state.claimed or "")
    own = next((o for o in own_orders(a) if o.id.upper() == number), None)
    if own:
        a.remember(order=own.id, claimed=None)
    if not number or own:
        return "nothing"
    a.remember(claimed=number)
    tail = _tail(heard)
    if not tail:
        return "nothing"
    order = next((o for o in a.facts.named if o.id.upper() == number), None)
    locked = a.state.tries >= MOST_TRIES or dict(a.facts.failed).get(number, 0) >= a.kit.tries_a_day
    if order is None and not locked and not a.kit.orders_kept:
        _ask_the_shop(a, number, tail)
        return "asked"
    if not locked and order and phone_tail(order) and phone_tail(order) == tail:
        a.remember(proved=(*a.state.proved, order.id), claimed=None, tries=0, order=order.id)
        return "proved"
    failed(a, number)
    return "refused"


def failed(a: Answer, number: str) -> None:
    """One more failed proof: of this conversation, and of this number whoever tries it."""
    a.remember(tries=a.state.tries + 1, claimed=None)
    a.do(ProofFailed(number, a.now.astimezone(a.kit.zone).date()))


def _ask_the_shop(a: Answer, number: str, tail: str) -> None:
    """The order may be in the shop's system and not in its mirror yet: it is asked, and the answer is a turn."""
    request = f"{number}:{a.turn.ordinal}"
    then = a.state.awaiting.get("then", "")
    a.do(LookUp(request, number, tail))
    a.remember(awaiting={"what": "lookup", "request": request, "number": number, "then": then})
    a.say("proof_checking", order=number)


def _tail(heard: Heard) -> str | None:
    """The phone's last four digits: named so, of a whole number, or standing alone beside the order number."""
    if heard.entities.phone_tail:
        return heard.entities.phone_tail
    if heard.entities.phones:
        return heard.entities.phones[0][-4:]
    return heard.entities.four_digits


def ask_proof(a: Answer, then: str = "") -> None:
    """Ask for what would prove an order; after too many tries, offer a person. `then`: the topic to serve after it."""
    awaiting = {"what": "proof"} | ({"then": then} if then else {})
    if a.state.tries >= MOST_TRIES:
        a.say("proof_too_many")
        a.reply_button("human", "button_human")
        awaiting = {}
    elif a.state.claimed:
        a.say("proof_tail", order=a.state.claimed)
    else:
        a.say("proof_again" if a.state.tries else "proof_ask")
    a.remember(awaiting=awaiting)


def offer_order(a: Answer) -> None:
    """A bare order number: say which order that is, and what can be done about it."""
    order = next((o for o in own_orders(a) if o.id == a.state.order), None)
    if order is None:
        ask_proof(a)
        return
    a.say(
        "order_seen", order=order.id, item=order.item, status=a.kit.knowledge.replies[f"order_{order.status}"]
    )
    for topic in ("return.request", "delivery.track", "item.defect"):
        if topic in a.kit.knowledge.topics:
            a.button(f"topic:{topic}", a.kit.knowledge.topics[topic].title)
    a.reply_button("human", "button_human")


def item_named(a: Answer) -> str:
    """The thing that the order last spoken of is about."""
    return next((o.item for o in own_orders(a) if o.id == a.state.order), "")


def keep_offer(a: Answer) -> None:
    """Show the last choices again, so that a wrong tap does not take them away."""
    for button in a.state.offered:
        a.button(button.value, button.label)


def order_at_hand(a: Answer) -> Order | None:
    """The order a flow is about, the one spoken of last, or the only one there is."""
    mine = {o.id: o for o in own_orders(a)}
    framed = a.state.frame.slots.get("order") if a.state.frame else None
    for known in (framed, a.state.order):
        if known in mine:
            return mine[known]
    return next(iter(mine.values())) if len(mine) == 1 else None
