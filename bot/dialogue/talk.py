"""Talk that no small question awaits: what is asked is served, what starts is started, what is unclear is asked back."""

# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

from bot.dialogue import asked, evidence, lookups, requests, run, tracking, whose, withdraw
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.dialogue.in_flow import in_flow
from bot.dialogue.misses import asks_for_time, clarify, courtesy, missed
from bot.dialogue.parked import park
from bot.dialogue.serving import MOST_ASKS, flow_of, serve
from bot.dialogue.steps import other_roads
from bot.understanding import entities

LONGEST_NAME = 12  # characters of a message that only names a thing


def welcome(a: Answer) -> None:
    if hint := str(a.turn.first.data.get("lang_hint") or ""):
        a.remember(lang="zh" if hint.startswith("zh") else "en")
    a.say("welcome")
    a.offer_common()


def converse(a: Answer, heard: Heard, proof: whose.Proof) -> None:
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if frame and flow:
        in_flow(a, flow, heard, proof)
    elif asks_for_time(heard):
        a.say("take_your_time")
    elif heard.entities.tracking and not _about_a_parcel(heard):
        tracking.hear(a, heard)
    else:
        _open_talk(a, heard)


_POSTED = re.compile(
    r"寄(?:回|出)?(?:去|来)?了|(?:已经?|都)寄|退回去了|寄(?:给|还)你|\b(?:posted|sent|shipped|mailed) (?:it|them|that)?(?: back| off| out)?\b|\bdropped (?:it|them) off\b"
)


def _about_a_parcel(heard: Heard) -> bool:
    """A number sent with a question about the way to the buyer is not a number of a return."""
    return any(t.startswith("delivery.") for t in heard.asks) and not _POSTED.search(
        entities.plain(heard.text)
    )


def _open_talk(a: Answer, heard: Heard) -> None:
    """No flow is under way."""
    if not heard.entities.cancels and _several(a, heard):
        return
    if heard.entities.cancels and withdraw.ask(a, heard):
        return
    if heard.starts:
        run.start(a, a.kit.flows[heard.starts], heard)
    elif not (lookups.other_channel(a, heard) or asked.for_the_delay(a, heard)):
        for topic in heard.asks[:MOST_ASKS]:
            serve(a, topic, heard)
    if not a.silent:
        a.remember(misses=0)
        return
    needless = heard.acknowledges and a.state.introduced and not a.state.misses
    if a.turn.attachments:
        evidence.thank(a)  # words beside a photo are mostly its caption
    elif a.state.awaiting.get("what") == "fault" and not (heard.courtesy or needless or heard.is_question):
        other_roads(a)
    elif heard.rivals and not needless:
        clarify(a, heard)
    elif heard.courtesy:
        courtesy(a, heard.courtesy)
    elif heard.entities.order_ids:
        whose.ask_proof(a) if a.state.claimed else whose.offer_order(a)
    elif not needless and (thing := _only_a_thing(a, heard)):
        a.remember(order=thing, misses=0)
        whose.offer_order(a)
    elif not needless:
        missed(a, heard, None)


def _only_a_thing(a: Answer, heard: Heard) -> str | None:
    """ "The lamp." and nothing else: that order."""
    bare = len(heard.text) <= LONGEST_NAME and not heard.is_question and not heard.names_fault
    return requests.order_named(a, heard.text) if bare else None


def _several(a: Answer, heard: Heard) -> bool:
    """Two or three requests, or one and a question about other goods: all are served. False where it is only one."""
    several, questions = requests.requests(a, heard), requests.questions(heard)
    about = {r.order for r in several}
    elsewhere = None not in about and any(requests.order_named(a, q) not in (None, *about) for q in questions)
    if len(several) < 2 and not (several and elsewhere):
        return False
    for question in questions[:MOST_ASKS]:
        _serve_question(a, requests.part_of(heard, question))
    if len(several) > 1:
        names = [requests.label(a, r.flow, r.order) for r in several]
        a.say("several_requests", listed="\n".join(f"· {name}" for name in names), first=names[0])
    for request in several[1:]:
        park(a, request.flow, request.known(heard))
    first = several[0]
    run.start(a, first.flow, first.heard(heard), first.known(heard))
    return True


def _serve_question(a: Answer, heard: Heard) -> None:
    match = a.kit.matcher.match(heard.text)
    known = a.kit.knowledge.topics.get(match.topic or "")
    if known and match.action != "none" and known.kind in ("answer", "lookup"):
        serve(a, known.id, heard)


def after_photos(a: Answer) -> None:
    """Photos alone, in the middle of a flow: it goes on where it waited for them, and asks again what else is open."""
    frame = a.state.frame
    flow = a.kit.flows.get(frame.flow) if frame else None
    if frame and flow:
        run.walk(a, flow, None, resumed=frame.asked != "photos")


def file_for_safety(a: Answer, heard: Heard) -> None:
    """An injury or a danger is a case at once where the order is known: it never times out, and people see it first."""
    flow = flow_of(a, "item.defect")
    if flow is None or a.state.frame or any(c.slots.get("safety") for c in a.open_cases()):
        return
    mine = whose.own_orders(a)
    meant = whose.meant(a, heard, mine)
    if len(meant) == 1 and not any(c.order_id == meant[0].id for c in a.open_cases()):
        run.start(a, flow, heard, {"order": meant[0].id})
