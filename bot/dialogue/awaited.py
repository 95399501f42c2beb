"""The answers to small questions asked outside any flow: withdraw it? change the number? whose order?"""

from __future__ import annotations

from bot.dialogue import aftercare, lookups, run, whose
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.understanding.language import to_simplified


def answered(a: Answer, heard: Heard, proof: whose.Proof) -> bool:
    """The answer to a small question asked outside any flow."""
    what = a.state.awaiting.get("what")
    if what == "fault" and a.state.frame is None and aftercare.is_fault(heard):
        return _fault_after_refusal(a, heard)
    if what == "tracking" and heard.entities.tracking:
        return aftercare.tracking(a, heard)
    if what in ("withdraw", "tracking_replace"):
        answer = _yes_or_no(a, heard, what)
        if answer is None:
            a.remember(awaiting={})  # talked past it: a "yes" to something later must not answer this
            return False
        (aftercare.withdraw if what == "withdraw" else aftercare.replace_tracking)(a, answer)
        return True
    if what == "proof" and a.state.frame is None:
        return _proof_given(a, heard, proof)
    return False


def _yes_or_no(a: Answer, heard: Heard, what: str) -> bool | None:
    """To "withdraw it?", "yes cancel it" is a yes and "no, return it after all" a no."""
    text = to_simplified(heard.text).lower()
    if what == "withdraw" and any(f.wished(text, heard.lang) for f in a.kit.flows.values()):
        return "return.cancel" in heard.asks
    if what == "withdraw" and (heard.entities.cancels or "取消" in text):
        return True
    return None if heard.entities.confirms is None else heard.entities.confirms == "yes"


def _fault_after_refusal(a: Answer, heard: Heard) -> bool:
    """Refused without a reason, and now a fault is named: the other road, with the order already known."""
    flow = next((f for f in a.kit.flows.values() if f.name == a.state.awaiting.get("flow")), None)
    if flow is None:
        return False
    run.start(a, flow, heard, order=a.state.awaiting.get("order", ""))
    return True


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
