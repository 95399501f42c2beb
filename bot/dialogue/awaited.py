"""The answers to small questions asked outside any flow: withdraw it? change the number? whose order?"""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.cases.case import CaseType
from bot.dialogue import lookups, run, settled, tracking, whose, withdraw
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow
from bot.dialogue.heard import Heard
from bot.dialogue.person import hand_over
from bot.dialogue.reads import READS
from bot.understanding import entities, outcomes
from bot.understanding.entities import denies_any
from bot.understanding.language import to_simplified

_NO_NUMBER = re.compile(
    r"(?:没有?|不知道|找不到|忘了|不记得|看不到)[一-鿿]{0,4}(?:订单号|单号|编号)|(?:订单号|单号|编号)[一-鿿]{0,3}(?:在哪|哪里|哪儿|怎么[看找查]|是什么|没了|找不到|忘了)"
    r"|\b(?:don.?t (?:have|know|remember)|no|lost|can.?t find|haven.?t got|where(?: do i| can i|.s| is)?(?: find)?|what.?s)\b.{0,16}\border (?:number|no\b|id)"
)
_WHY = re.compile(
    r"(?:但|可|那|啊|诶)*(?:为什么|为啥|凭什么|凭啥|怎么|咋)(?:不行|不可以|不能退?|不给退?|不让退?|退不了|拒绝|呢|啊|呀)*[?？!！。~\s]*"
    r"|(?:but |and |so )?why(?: not| is that| can.?t i| so)?[?!. ]*|how come[?!. ]*|says who[?!. ]*"
)


def answered(a: Answer, heard: Heard, proof: whose.Proof) -> bool:
    """The answer to a small question asked outside any flow."""
    what = a.state.awaiting.get("what")
    if what == "fault" and a.state.frame is None and heard.names_fault:
        return _fault_after_refusal(a, heard)
    if what in ("fault", "refused") and a.state.frame is None and READS["issuer"](heard, True):
        return _report_after_refusal(a, heard)
    if what in ("fault", "refused") and a.state.frame is None and _WHY.fullmatch(entities.plain(heard.text)):
        a.say("why_refused", rule=a.state.awaiting.get("rule", ""))
        a.reply_button("human", "button_review")
        return True
    if what == "refused" and a.state.frame is None and (_redirected(a, heard) or _refund_instead(a, heard)):
        return True
    if what == "feedback" and a.state.frame is None and settled.feedback(a, heard):
        return True
    if what == "tracking" and heard.entities.tracking:
        return tracking.hear(a, heard)
    if what in ("withdraw", "tracking_replace"):
        answer = _yes_or_no(a, heard, what)
        if answer is None:
            a.remember(awaiting={})  # talked past it: a "yes" to something later must not answer this
            return False
        (withdraw.answer if what == "withdraw" else tracking.answer_replace)(a, answer)
        return True
    if what == "proof" and _NO_NUMBER.search(entities.plain(heard.text)):
        a.say("order_number_where")
        a.reply_button("human", "button_human")
        return True
    if what == "proof" and a.state.frame is None:
        return _proof_given(a, heard, proof)
    return False


# "No, leave it" keeps the request, though "leave it" alone lets something go.
_LEAVE_IT = re.compile(r"\s*(?:no\b|nope|nah\b|不用|不要撤|别撤|不撤|先不撤|保留)")


def _yes_or_no(a: Answer, heard: Heard, what: str) -> bool | None:
    """To "withdraw it?", "yes cancel it" is a yes and "no, return it after all" a no."""
    text = to_simplified(heard.text).lower()
    if what == "withdraw" and _LEAVE_IT.match(text):
        return False
    if what == "withdraw" and any(f.wished(text, heard.lang) for f in a.kit.flows.values()):
        return "return.cancel" in heard.asks
    if what == "withdraw" and denies_any(heard.text, "取消", "cancel"):
        return False
    if what == "withdraw" and (heard.entities.cancels or "取消" in text):
        return True
    return None if heard.entities.confirms is None else heard.entities.confirms == "yes"


def _fault_after_refusal(a: Answer, heard: Heard) -> bool:
    """Refused without a reason, and now a fault is named: the other road, with the order already known."""
    flow = flow_for(str(heard.entities.reason), a.kit.flows)
    if flow is None:
        return False
    order = a.state.awaiting.get("order", "")
    run.start(a, flow, heard, {"order": order} if order else {})
    return True


def _report_after_refusal(a: Answer, heard: Heard) -> bool:
    """Refused for its date, and now an authority's report is named: that is heard at any time."""
    flow = a.kit.flows.get(a.state.awaiting.get("flow", ""))
    if flow is None or not any(step.reads == "issuer" for step in flow.steps):
        return False
    order = a.state.awaiting.get("order", "")
    run.start(a, flow, heard, {"order": order} if order else {})
    return True


def _refund_instead(a: Answer, heard: Heard) -> bool:
    """Too late to cancel, and the refund that was offered is what they say."""
    was = a.kit.flows.get(a.state.awaiting.get("flow", ""))
    refund = next((f for f in a.kit.flows.values() if f.case is CaseType.REFUND_ONLY), None)
    says_so = "refund" in outcomes.wishes(heard.plain) or "退款" in heard.plain
    if (
        was is None
        or was.case is not CaseType.CANCEL_ORDER
        or refund is None
        or heard.is_question
        or not says_so
    ):
        return False
    run.start(a, refund, heard, {"order": a.state.awaiting["order"]} if a.state.awaiting.get("order") else {})
    return True


def _redirected(a: Answer, heard: Heard) -> bool:
    """Too late to change the address, and here is the new one: a colleague asks the carrier."""
    flow = a.kit.flows.get(a.state.awaiting.get("flow", ""))
    if flow is None or flow.case is not CaseType.ADDRESS_CHANGE or heard.is_question:
        return False
    place = READS["address"](heard, False)
    if place is None:
        return False
    a.remember(awaiting={}, misses=0)
    a.say("redirect_asked", new_address=place)
    hand_over(a, "redirect")
    return True


TOPIC_OF = {
    "quality": "item.defect",
    "not_as_described": "item.not_described",
    "damaged": "delivery.damaged",
    "wrong": "item.wrong_missing",
    "missing": "item.wrong_missing",
}


def flow_for(fault: str, flows: Mapping[str, Flow]) -> Flow | None:
    """The claim that a fault opens."""
    topic = TOPIC_OF.get(fault, "item.defect")
    return next((f for f in flows.values() if topic in f.starts_on), None)


def _proof_given(a: Answer, heard: Heard, proof: whose.Proof) -> bool:
    """An order number, a phone tail or both, asked for by a look-up; a flow asks for its own."""
    then = a.state.awaiting.get("then", "")
    if proof == "proved" or (heard.entities.order_ids and not a.state.claimed and proof == "nothing"):
        a.remember(awaiting={})
        lookups.look_up(a, then, heard) if then else whose.offer_order(a)
        return True
    if proof == "refused" or (heard.entities.order_ids and a.state.claimed):
        whose.ask_proof(a, then)
        return True
    return False
