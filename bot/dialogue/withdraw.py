"""Second thoughts about a case that is filed: confirmed once, never suggested by the bot."""

from __future__ import annotations

import re

from bot.cases.case import Case
from bot.cases.machine import moves
from bot.cases.movers import PAYING
from bot.dialogue import announce
from bot.dialogue.answer import Answer
from bot.dialogue.goods import named_outright
from bot.dialogue.heard import Heard
from bot.dialogue.moves import advance
from bot.understanding import entities

_NAMES_IT = re.compile(r"取消|撤|退|作废|单|\b(?:cancel|withdraw|refund|return|order|undo)")


def ask(a: Answer, heard: Heard | None = None) -> bool:
    """Ask whether it is meant. False where there is no case to let go."""
    cases = [c for c in a.open_cases() if "withdraw" in moves(c.status)]
    things = a.kit.knowledge.lexicon.things
    named = named_outright(heard.text, [*a.facts.orders, *a.facts.named], things) if heard else None
    if named:  # "cancel the rice cooker" is not about the return of something else
        cases = [c for c in cases if c.order_id == named.id]
    if not cases:
        return False
    cases.sort(key=lambda c: c.status in PAYING)
    if cases[0].status in PAYING:
        if heard is not None and not _NAMES_IT.search(entities.plain(heard.text)):
            return False  # "never mind" to what was said just now takes back no refund
        paid_already(a, cases[0])
        return True
    a.remember(awaiting={"what": "withdraw", "case": cases[0].id})
    a.say("withdraw_ask", case=cases[0].id, item=announce.thing(a, cases[0]))
    a.reply_button("yes", "button_withdraw_yes")
    a.reply_button("no", "button_withdraw_no")
    return True


def answer(a: Answer, yes: bool) -> None:
    case = a.cases.get(a.state.awaiting.get("case", ""))
    a.remember(awaiting={})
    if case is None or not case.is_open:
        a.say("button_old")
    elif yes and case.status in PAYING:
        paid_already(a, case)
    elif yes:
        advance(a, case, "withdraw", "buyer", say=False)
        a.say("withdrawn", case=case.id)
    else:
        a.say("withdraw_kept", case=case.id, status=a.kit.knowledge.replies[f"status_{case.status}"])


def paid_already(a: Answer, case: Case) -> None:
    """The payment is ordered: letting the case go would not stop it, and it could be asked for a second time."""
    a.say("withdraw_paid", **announce.words_of(a, case))
    a.reply_button("human", "button_human")
