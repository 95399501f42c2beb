"""The carrier names who signed: whether that is the buyer, or somebody of theirs, and what follows if it is not."""

from __future__ import annotations

from bot.cases.case import Case, Status
from bot.cases.order import Order
from bot.cases.rules.delivery import carrier_has_proof
from bot.dialogue import announce, clocks
from bot.dialogue.answer import Answer
from bot.dialogue.heard import Heard
from bot.dialogue.moves import advance
from bot.dialogue.person import hand_over


def shown(a: Answer, case: Case, order: Order) -> None:
    """The carrier's answer: without a signature it has nothing; else the buyer is asked whose it is."""
    if not order.signed_by:
        clocks.carrier_has_nothing(a, case, "carrier", "no signature slip")
        return
    case = a.update(case, signed_by=order.signed_by, carrier_proof=_verdict(carrier_has_proof(order)))
    a.say("carrier_shows_signature", signer=order.signed_by, **announce.words_of(a, case))
    a.reply_button(f"signer:{case.id}:ours", "button_signer_ours")
    a.reply_button(f"signer:{case.id}:strange", "button_signer_strange")
    a.reply_button("human", "button_human")
    a.remember(awaiting={"what": "signer", "case": case.id})


def heard_whose(a: Answer, case: Case, heard: Heard) -> bool:
    """A plain yes or no to that question; False for anything else."""
    if a.state.awaiting.get("what") != "signer" or a.state.awaiting.get("case") != case.id:
        return False
    if heard.entities.confirms is None:
        return False
    said(a, case, "ours" if heard.entities.confirms == "yes" else "strange")
    return True


def said(a: Answer, case: Case, whose: str) -> None:
    """Theirs: it was delivered. A stranger's: no proof, so the buyer chooses; where the slip may be the buyer's own,
    a person compares it (争议处理规则 arts. 36, 38)."""
    a.remember(awaiting={})
    if whose == "ours":
        advance(a, case, "found", "buyer")
        return
    order = announce.order_of_case(a, case)
    proof = carrier_has_proof(order, named=False) if order else None
    if proof is False:
        clocks.carrier_has_nothing(a, case, "system", "signed for by nobody the buyer named")
        return
    case = a.update(case, carrier_proof=_verdict(proof), signature_denied=True)
    a.say("signature_denied", **announce.words_of(a, case))
    hand_over(a, "signature")


def press(a: Answer, case: Case, what: str) -> None:
    if case.status is Status.CARRIER_CHECK and not case.slots.get("carrier_answer"):
        said(a, case, what)


def _verdict(proof: bool | None) -> str:
    return {True: "yes", False: "no", None: "open"}[proof]
