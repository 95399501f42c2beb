"""Several requests in one message: told apart clause by clause, put in order of urgency, none of them dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.cases.case import CaseType
from bot.dialogue import slots, whose
from bot.dialogue.answer import Answer
from bot.dialogue.awaited import flow_for
from bot.dialogue.flow import Flow
from bot.dialogue.goods import meant_by_item, named_outright
from bot.dialogue.heard import Heard, asks_something, data_in
from bot.dialogue.state import Frame
from bot.understanding import entities
from bot.understanding.language import to_simplified

_CLAUSE = re.compile(
    r"[,，。;；!！\n、]+\s*|(?<=[?？])\s*|(?<=\w)\.\s+|(?<=[一-鿿])\s+(?=[一-鿿])"
    r"|(?:另外|还有|顺便|同时|然后)(?:再)?"
    r"|\b(?:and then|and also|as well as|and|also|plus|btw)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:对了|哦|噢|嗯|那个|你好|您好|在吗|请问|oh|hi|hello|hey|by the way|ok|okay)[\s,，]*", re.IGNORECASE
)
_SEVERAL = re.compile(r"都|[和跟与]|\b(?:and|both)\b", re.IGNORECASE)
SHORTEST = 2
# What a delay costs most comes first; a paper can wait.
_URGENCY = (
    CaseType.CANCEL_ORDER,
    CaseType.ADDRESS_CHANGE,
    CaseType.DELIVERED_NOT_RECEIVED,
    CaseType.LOST_PARCEL,
    CaseType.COUNTERFEIT_CLAIM,
    CaseType.DAMAGED_PARCEL,
    CaseType.QUALITY_CLAIM,
    CaseType.WRONG_MISSING,
    CaseType.REPAIR_RESEND,
    CaseType.RETURN_REFUND,
    CaseType.EXCHANGE,
    CaseType.REFUND_ONLY,
    CaseType.DELAY_COMPLAINT,
    CaseType.PLATFORM_INTERVENTION,
    CaseType.PRICE_PROTECTION,
    CaseType.INVOICE,
)
# These stand beside any other wish for the same goods; of all the others one order has one at a time.
BESIDE = (CaseType.INVOICE, CaseType.PRICE_PROTECTION, CaseType.ADDRESS_CHANGE)


@dataclass(frozen=True)
class Request:
    """One thing that is asked for: by which flow, for which order where one is named, in which clauses."""

    flow: Flow
    order: str | None
    said: tuple[str, ...]

    def heard(self, whole: Heard) -> Heard:
        """Its clauses as if they had been said alone."""
        return part_of(whole, "\n".join(self.said))

    def known(self, whole: Heard) -> dict[str, str]:
        """What its own words tell, as slots."""
        told = slots.found(self.flow, Frame(self.flow.name, self.flow.hash, ""), self.heard(whole))
        return {**told, **({"order": self.order} if self.order else {})}


def requests(a: Answer, heard: Heard) -> tuple[Request, ...]:
    """What is asked for, the most urgent first; clauses that ask for nothing belong to the request before them."""
    found: list[Request] = []
    for clause in clauses(heard.text):
        if asks_something(clause):
            continue
        asked = _of_clause(a, heard, clause)
        for request in asked:
            _add(found, request)
        if not asked:
            _told_more(a, found, clause)
    return tuple(sorted(found, key=lambda r: _URGENCY.index(r.flow.case)))


def questions(heard: Heard) -> tuple[str, ...]:
    """The clauses that ask something."""
    return tuple(c for c in clauses(heard.text) if asks_something(c))


def clauses(text: str) -> list[str]:
    parts = (_FILLER.sub("", part.strip(), count=1) if part else "" for part in _CLAUSE.split(text))
    return [part for part in parts if len(part) >= SHORTEST]


def label(a: Answer, flow: Flow, order_id: str | None) -> str:
    """ "退货退款（连衣裙）": the request by name, with its thing where that is known."""
    title = flow.title.text(a.state.lang)
    order = next((o for o in whose.own_orders(a) if o.id == order_id), None)
    if order is None:
        return title
    return f"{title}（{order.item}）" if a.state.lang == "zh" else f"{title} ({order.item})"


def part_of(heard: Heard, clause: str) -> Heard:
    """The clause as if it had been said alone."""
    return replace(
        heard,
        text=clause,
        entities=data_in(clause, heard.lang, heard.slips),
        asks=(),
        rivals=(),
        courtesy=None,
        is_question=asks_something(clause),
    )


def order_named(a: Answer, clause: str) -> str | None:
    """The one order the clause names, by number or by its thing."""
    mine = whose.own_orders(a)
    named = [o.id for o in mine if o.id.lower() in clause.lower()]
    named = named or [o.id for o in meant_by_item(clause, mine, a.kit.knowledge.lexicon.things)]
    return named[0] if len(named) == 1 else None


def beside(a: Answer, heard: Heard, flow: Flow) -> tuple[Request, ...]:
    """In the middle of `flow`: what is asked for besides it, of other goods or of another kind."""
    current = a.state.frame.slots.get("order") if a.state.frame else None
    return tuple(
        r
        for r in requests(a, heard)
        if r.flow.name != flow.name
        and ((r.order is not None and _another(heard, current, r.order)) or r.flow.case in BESIDE)
    )


_ALSO = re.compile(r"\s*(?:另外|还有|对了|顺便|(?:and |oh )?also\b|btw\b|plus\b)", re.IGNORECASE)


def _another(heard: Heard, current: str | None, named: str) -> bool:
    """Goods besides those under way; while the order is still asked for, only "also …" tells them from its answer."""
    return current != named if current else bool(_ALSO.match(heard.text))


def _of_clause(a: Answer, heard: Heard, clause: str) -> tuple[Request, ...]:
    """Mostly one; "the dress and the coat both go back" are two."""
    flow = _flow_of(a, heard, clause)
    if flow is None:
        return ()
    mine = whose.own_orders(a)
    things = a.kit.knowledge.lexicon.things
    named = [o for o in mine if named_outright(clause, [o], things)]
    apart = len({o.item for o in named}) == len(named) > 1
    if apart and _SEVERAL.search(clause):
        return tuple(Request(flow, o.id, (clause,)) for o in named)
    return (Request(flow, order_named(a, clause), (clause,)),)


def _flow_of(a: Answer, heard: Heard, clause: str) -> Flow | None:
    plain = to_simplified(clause).lower()
    flows = a.kit.flows.values()
    sure = next((f for f in flows if f.surely(plain, heard.lang)), None)
    wished = sure or next((f for f in flows if f.wished(plain, heard.lang)), None)
    if wished:
        return wished
    match = a.kit.matcher.match(clause)
    asked = next((f for f in flows if match.topic in f.starts_on), None) if match.action == "answer" else None
    if asked and asked.case is CaseType.ADDRESS_CHANGE and not _CHANGES.search(plain):
        asked = None  # "nobody was in" alone asks for no other address
    reason = entities.read(clause).reason
    if asked is None and reason not in (None, "no_reason") and order_named(a, clause):
        return flow_for(str(reason), a.kit.flows)
    return asked


_CHANGES = re.compile(r"改|换|错|地址|电话|手机|address|phone|number|chang|redirect|reroute|wrong")


def _same(one: Request, other: Request) -> bool:
    """Whether two clauses are about one request: the same flow, or two roads for the same goods."""
    if one.order and other.order and one.order != other.order:
        return False
    both_beside = one.flow.case in BESIDE or other.flow.case in BESIDE
    return one.flow.name == other.flow.name or not both_beside


def _add(found: list[Request], request: Request) -> None:
    at = next((n for n, other in enumerate(found) if _same(request, other)), None)
    if at is None:
        found.append(request)
    else:
        found[at] = _joined(found[at], request.said[0], request.order)


def _joined(first: Request, clause: str, order: str | None) -> Request:
    return replace(first, order=first.order or order, said=(*first.said, clause))


def _told_more(a: Answer, found: list[Request], clause: str) -> None:
    """A clause that asks for nothing of its own belongs to what was asked before it, or to the goods it names."""
    order = order_named(a, clause)
    about = [n for n, r in enumerate(found) if order is None or r.order in (None, order)]
    if not about:
        return
    first_words = found[about[-1]].said[0]
    for n in about:
        # "The dress and the coat go back, never worn": said of both.
        if n == about[-1] or found[n].said[0] == first_words:
            found[n] = _joined(found[n], clause, order)
