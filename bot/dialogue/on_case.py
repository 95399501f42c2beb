"""What a buyer says about a case that is filed: takes an offer, chooses, corrects, asks for the platform, reopens."""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.cases.case import Case, CaseType, Status
from bot.cases.machine import moves
from bot.cases.movers import PAYING, next_mover
from bot.cases.offers import Option, leads_to, options_of
from bot.cases.rules.platform import applied_too_often, platform_not_open
from bot.cases.rules.refunds import refund_amount
from bot.cases.rules.reopening import may_not_reopen
from bot.cases.timers import filed_at, running_in
from bot.dialogue import announce, asked, clocks, evidence, reads, signature, whose, withdraw
from bot.dialogue.answer import Answer
from bot.dialogue.goods import meant_by_item, names_a_thing
from bot.dialogue.heard import Heard
from bot.dialogue.moves import advance
from bot.dialogue.person import hand_over
from bot.understanding import entities, outcomes

_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,2})?")
UNDO_WITHIN = timedelta(minutes=2)


def hear(a: Answer, heard: Heard) -> bool:
    """Serve what the words mean for a case; False where they mean nothing for any."""
    said = entities.plain(heard.clear)
    if outcomes.undoes(said) and (undo(a) or withdraw.ask(a)):
        return True
    cases = _meant(a, heard)
    if outcomes.wants_platform(said) and _platform(a, cases, heard.is_question):
        return True
    for case in cases:
        if case.is_open and (serve := _BY_STATUS.get(case.status)) and serve(a, case, heard, said):
            return True
    return (
        _corrected(a, cases, heard) or _taken_up_again(a, cases, heard, said) or _told_more(a, cases, heard)
    )


def _meant(a: Answer, heard: Heard) -> list[Case]:
    """The cases the words may be about: those of the order or the thing named, else all, the latest first."""
    mine = [c for c in a.cases.values() if c.status is not Status.DRAFT]
    ids = {i.upper() for i in heard.entities.order_ids}
    ids |= {c.order_id or "" for c in mine if c.id in heard.text.upper()}
    if not ids:
        ids = {o.id for o in meant_by_item(heard.text, whose.own_orders(a), a.kit.knowledge.lexicon.things)}
        if len(ids) != 1:
            ids = set()
    named = [c for c in mine if c.order_id in ids]
    return sorted(named if ids else mine, key=lambda c: (c.is_open, c.updated_at), reverse=True)


def undo(a: Answer) -> bool:
    """Within two minutes of filing nothing has happened yet: taken back without a question."""
    case = a.cases.get(a.state.last_filed.get("case", ""))
    if case is None or not case.is_open or "withdraw" not in moves(case.status):
        return False
    if a.now - datetime.fromisoformat(a.state.last_filed["at"]) > UNDO_WITHIN:
        return False
    if case.status in PAYING:
        withdraw.paid_already(a, case)
        return True
    advance(a, case, "withdraw", "buyer", why="undone within two minutes", say=False)
    a.remember(last_filed={})
    a.say("undone", case=case.id, item=announce.thing(a, case))
    return True


# --- by status: True where something was made of the words ---------------------------------------------------------


def _offered(a: Answer, case: Case, heard: Heard, said: str) -> bool:
    options = options_of(case)
    if picked := _picked(options, heard, said):
        take(a, case, picked)
        return True
    # A bare yes or no answers what was asked last.
    shown = any(b.value.startswith(f"offer:{case.id}:") for b in a.before.offered)
    if outcomes.declines(said) or (heard.entities.confirms == "no" and shown):
        decline(a, case)
        return True
    if outcomes.accepts(said) or (heard.entities.confirms == "yes" and shown):
        if len(options) == 1:
            take(a, case, options[0])
        else:
            a.say("offer_which", **announce.words_of(a, case))
            announce.offer_choices(a, case)
        return True
    return False


def _picked(options: tuple[Option, ...], heard: Heard, said: str) -> Option | None:
    wished = outcomes.wishes(said)
    fitting = [o for wish in wished for o in options if o.kind == wish]
    if not fitting and {"resend", "exchange"} & set(wished):  # "a new one, please" is either
        fitting = [o for o in options if o.kind in ("resend", "exchange")]
    if fitting and not outcomes.declines(said):
        return fitting[0]
    sums = {amount.value for amount in heard.entities.amounts} | {Decimal(n) for n in _NUMBER.findall(said)}
    if paid := [o for o in options if o.amount is not None and o.amount in sums]:
        return paid[0]
    n = heard.entities.choice
    return options[n - 1] if n is not None and 1 <= n <= len(options) else None


def take(a: Answer, case: Case, option: Option) -> None:
    """The option is what the case comes to from now on."""
    advance(a, case, "accept", "buyer", to=leads_to(option, case), slots=option.slots())


def decline(a: Answer, case: Case) -> None:
    moved = advance(a, case, "decline", "buyer", slots={"offer": None}, say=False)
    a.say("offer_declined", **announce.words_of(a, moved))


def _carrier_check(a: Answer, case: Case, heard: Heard, said: str) -> bool:
    if outcomes.found(said) and not heard.is_question:
        advance(a, case, "found", "buyer")
        return True
    if signature.heard_whose(a, case, heard):
        return True
    wish = next((w for w in outcomes.wishes(said) if w in ("refund", "resend")), None)
    if wish is None:
        return False
    if next_mover(case) == "buyer":
        clocks.choose_for_lost(a, case, wish)
    else:
        a.say("wish_noted", **announce.words_of(a, a.update(case, wanted=wish)))
    return True


def _refused(a: Answer, case: Case, heard: Heard, said: str) -> bool:
    if "platform.intervention" in heard.asks and not heard.is_question:
        apply_platform(a, case)
        return True
    if outcomes.wants_again(said):
        amend(a, case, heard.text)
        return True
    return False


def _platform(a: Answer, cases: list[Case], asks: bool) -> bool:
    """The platform is open for a case that was refused; else why not yet. False where there is nothing to say it of.

    `asks`: "on what grounds? I want the platform" is meant all the same, of a case that was refused.
    """
    promise = a.kit.policy.timers.service_sla_decide
    refused = next((c for c in cases if c.status is Status.REJECTED), None)
    case = refused or next((c for c in cases if c.status in _NOT_THE_BUYERS and not asks), None)
    if case is None:
        return False
    ours = announce.deadline_of(a, case) if refused else filed_at(case) + promise
    rejected = ours - a.kit.policy.timers.apply_platform_after_reject if refused and ours else None
    no = platform_not_open(case, a.kit.policy, a.turn.sent_at, ours, rejected)
    if no:
        a.say(no.key, **no.data)
        a.reply_button("human", "button_human")
    elif refused:
        apply_platform(a, case)
    return bool(no or refused)


# The shop's turn, or the platform's already.
_NOT_THE_BUYERS = (
    Status.PENDING_SELLER,
    Status.HUMAN_REVIEW,
    Status.PLATFORM_EVIDENCE,
    Status.PLATFORM_REVIEW,
    Status.SUSPENDED,
)


def apply_platform(a: Answer, case: Case) -> None:
    """Both sides hand in what they have; the pack of this shop's side is made by the program."""
    advance(a, case, "apply_platform", "buyer")


def amend(a: Answer, case: Case, why: str = "") -> None:
    """Applied for again with something new; a sixth time goes to a person."""
    tries = int(case.slots.get("applications", 1))
    if no := applied_too_often(announce.thing(a, case), tries):
        a.say(no.key, **no.data)
        hand_over(a, "rejected")
        return
    advance(a, case, "amend", "buyer", why=why[:200], slots={"applications": tries + 1})


def _receipt(a: Answer, case: Case, heard: Heard, said: str) -> bool:
    if outcomes.still_bad(said) or (heard.names_fault and not heard.is_question):
        still_bad(a, case, heard.text)
        return True
    if (outcomes.is_fine(said) or outcomes.found(said)) and not heard.is_question:
        advance(a, case, "buyer_ok", "buyer")
        return True
    return False


def still_bad(a: Answer, case: Case, why: str = "") -> None:
    """The same case once more: nothing has to be told twice. What was sent anew is with the buyer now."""
    rounds = int(case.slots.get("rounds", 1)) + 1
    advance(a, case, "still_bad", "buyer", why=why[:200], slots={"rounds": rounds, "goods_here": False})


def _with_us(a: Answer, case: Case, heard: Heard, said: str) -> bool:
    """While we decide, the buyer may say what they would like, or that a photo cannot be had any more."""
    if outcomes.gone(said) and evidence.waive(a, case):
        return True
    wish = next((w for w in outcomes.wishes(said) if w != "wait"), None)
    if wish is None or heard.is_question or wish == case.slots.get("wanted"):
        return False
    return _wish_for(a, case, wish, heard)


def _wish_for(a: Answer, case: Case, wish: str, heard: Heard) -> bool:
    """The wish is noted, with what is known about it; people decide."""
    if case.type.value in ("cancel_order", "invoice", "address_change", "counterfeit_claim"):
        return False
    target = reads.READS["target"](heard, False) or str(case.slots.get("target") or "")
    changed = a.update(case, wanted=wish, **({"target": target} if target else {}))
    if running_in(changed) != running_in(case):  # another wish has another clock: it starts now
        a.log(changed, "wish_changed", "buyer", why=wish)
        changed = a.cases[case.id]
    words = announce.words_of(a, changed)
    if wish != "exchange":
        lacking = changed.status is Status.PENDING_EVIDENCE
        a.say("wish_noted_evidence" if lacking else "wish_noted", **words)
        return True
    order = announce.order_of_case(a, case)
    asked.exchange_wished(a, order, target, words)
    return True


def _corrected(a: Answer, cases: list[Case], heard: Heard) -> bool:
    """A phone that changed, or a number of pieces put right: the old one is dropped and the new one read back."""
    case = next((c for c in cases if c.is_open), None)
    if case is None:
        return False
    for name in ("contact_tail", "missing", "broken"):
        reader = reads.READS["phone_tail" if name == "contact_tail" else name]
        old = case.slots.get(name)
        # "No, three": the number alone puts right the one that the case has.
        value = reader(heard, heard.entities.corrects and name != "contact_tail" and old is not None)
        if not value or value == old or (name != "contact_tail" and old is None):
            continue
        order = announce.order_of_case(a, case)
        if order and name != "contact_tail" and "refund" in case.judged:
            payer = a.kit.policy.freight.fault_of_seller
            sum_ = refund_amount(order, min(int(value), order.qty), payer)
            case = replace(case, judged={**case.judged, "refund": str(sum_)})
        a.update(case, **{name: value})
        a.say(f"corrected_{name}", value=value, case=case.id)
        return True
    return False


_ANOTHER = re.compile(r"另[外一]|还有|别的|其他|\b(?:also|another|other|too)\b")


def _told_more(a: Answer, cases: list[Case], heard: Heard) -> bool:
    """More of what is wrong, where nothing says with what: it is the thing that was just spoken of."""
    spoken = next((c for c in cases if c.id == a.state.spoken.get("case")), None)
    if spoken is None or spoken.status not in _TAKES_MORE or spoken.type not in (*_FAULTS, *_OF_DATA):
        return False
    own = spoken.type in _OF_DATA and _OF_DATA[spoken.type].search(entities.plain(heard.text))
    asks_else = not own and any(a.kit.knowledge.topics[t].kind != "flow" for t in heard.asks)
    plain = entities.plain(heard.text)
    wished = any(f.wished(plain, heard.lang) or f.surely(plain, heard.lang) for f in a.kit.flows.values())
    things = a.kit.knowledge.lexicon.things
    names = meant_by_item(heard.text, whose.own_orders(a), things)
    about_it = [o.id for o in names] == [spoken.order_id] if names else not names_a_thing(heard.text, things)
    if heard.is_question or not _adds_to(a, spoken, heard) or asks_else or wished or not about_it:
        return False
    if heard.entities.order_ids or _ANOTHER.search(plain):
        return False
    a.log(spoken, "told", "buyer", why=heard.text[:200])
    a.say("told_more", case=spoken.id, item=announce.thing(a, spoken))
    asked.report_told(a, spoken, heard)
    return True


# Cases that a figure or an address adds to, and nothing else.
_OF_DATA = {
    CaseType.INVOICE: re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    CaseType.PRICE_PROTECTION: re.compile(r"\d"),
}


def _adds_to(a: Answer, case: Case, heard: Heard) -> bool:
    """A fault, or words that nothing is sure of and that sound most like this case; of some cases their data."""
    if case.type in _OF_DATA:
        return bool(_OF_DATA[case.type].search(entities.plain(heard.text)))
    flow = next((f for f in a.kit.flows.values() if f.case is case.type), None)
    like_it = flow is not None and any(t in flow.starts_on for t in (*heard.asks, *heard.rivals)[:1])
    return heard.names_fault or like_it


_TAKES_MORE = (Status.PENDING_EVIDENCE, Status.PENDING_SELLER, Status.HUMAN_REVIEW)
_FAULTS = (
    CaseType.QUALITY_CLAIM,
    CaseType.DAMAGED_PARCEL,
    CaseType.WRONG_MISSING,
    CaseType.COUNTERFEIT_CLAIM,
    CaseType.RETURN_REFUND,
    CaseType.REFUND_ONLY,
    CaseType.REPAIR_RESEND,
)


def _taken_up_again(a: Answer, cases: list[Case], heard: Heard, said: str) -> bool:
    """A case that was closed is opened again while the rules allow it; its own number, its own papers."""
    # What was never filed was judged by nothing: it is begun anew, not opened again.
    closed = next((c for c in cases if "reopen" in moves(c.status) and c.judged), None)
    if closed is None or not outcomes.wants_again(said) or any(c.is_open for c in cases):
        return False
    order = announce.order_of_case(a, closed)
    if order and (no := may_not_reopen(closed, order, a.kit.policy, a.turn.sent_at, a.kit.zone)):
        a.say(no.key, **no.data)
        a.reply_button("human", "button_human")
        return True
    advance(a, closed, "reopen", "buyer", why=heard.text[:200])
    return True


_MONEY_CAME = re.compile(
    r"(?:钱|退款|款)[一-鿿]{0,4}(?:到了|到账了?|收到了?|回来了)|收到(?:退款|钱)了?|\b(?:got|received|have) (?:the |my )?(?:refund|money)\b|(?:refund|money) (?:has |just )*(?:arrived|came|is here|is in)\b"
)


def _paying(a: Answer, case: Case, heard: Heard, said: str) -> bool:
    """The buyer saw it before the books tell: no argument, and nothing is closed by it."""
    if heard.is_question or not _MONEY_CAME.search(said) or re.search(r"没|未|不|\bnot\b|n't", said):
        return False
    a.say("refund_seen", case=case.id, item=announce.thing(a, case))
    return True


_BY_STATUS: dict[Status, Callable[[Answer, Case, Heard, str], bool]] = {
    Status.OFFERED: _offered,
    Status.CARRIER_CHECK: _carrier_check,
    Status.REJECTED: _refused,
    Status.AWAIT_BUYER_RECEIPT: _receipt,
    Status.PENDING_EVIDENCE: _with_us,
    Status.PENDING_SELLER: _with_us,
    Status.HUMAN_REVIEW: _with_us,
    Status.REFUNDING: _paying,
}


def press(a: Answer, kind: str, rest: str) -> bool:
    """A button under a case: `offer:<case>:<n>`, `choice:<case>:refund`, `receipt:<case>:ok` and the like."""
    number, _, what = rest.partition(":")
    case = a.cases.get(number)
    act = _BUTTONS.get((kind, case.status)) if case else None
    if case is None or act is None or (kind == "choice" and next_mover(case) != "buyer"):
        return False  # only once the carrier has answered is there a choice
    act(a, case, what)
    return True


def _press_offer(a: Answer, case: Case, what: str) -> None:
    standing = {f"{n}.{announce.mark(option)}": option for n, option in enumerate(options_of(case))}
    if what in standing:
        take(a, case, standing[what])
    elif what == "no":
        decline(a, case)
    else:  # a button of an offer that another has replaced
        a.say("button_old")
        announce.tell(a, case)


def _press_choice(a: Answer, case: Case, what: str) -> None:
    clocks.choose_for_lost(a, case, what)


def _press_receipt(a: Answer, case: Case, what: str) -> None:
    if what == "ok":
        advance(a, case, "buyer_ok", "buyer")
    else:
        still_bad(a, case)


_BUTTONS: dict[tuple[str, Status], Callable[[Answer, Case, str], None]] = {
    ("offer", Status.OFFERED): _press_offer,
    ("choice", Status.CARRIER_CHECK): _press_choice,
    ("signer", Status.CARRIER_CHECK): signature.press,
    ("receipt", Status.AWAIT_BUYER_RECEIPT): _press_receipt,
    ("platform", Status.REJECTED): lambda a, case, what: apply_platform(a, case),
    ("amend", Status.REJECTED): lambda a, case, what: amend(a, case),
}
