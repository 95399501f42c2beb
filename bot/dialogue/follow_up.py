"""Short questions that lean on what was just spoken of: "那多久呢", "运费呢", "到哪了", "and the postage?".

Alone they name nothing. They mean the case or the order of the last answer, or the goods of the flow under way; "那裙子呢"
asks the last question again about something else. What stands for itself is left to the matcher.
"""
# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re
from dataclasses import replace

from bot.cases.case import Case, CaseType, Status
from bot.dialogue import whose
from bot.dialogue.answer import Answer
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard
from bot.dialogue.yours import SEND_BACK, refund_agreed
from bot.understanding import entities

LONGEST = 40  # characters; what is longer says for itself what it is about
_LEAD = r"(?:那么?|哦|嗯|好的?|行|ok|可是|但是?|请问|所以|它|这个|这单|一般|大概|大约|现在|and|so|but|ok(?:ay)?|well|then|oh|what about|how about|hi|hey|[,，。.\s])*"
_TAIL = r"(?:呢|啊|呀|吗|么|嘛|了|的|哦|哈|then|please|now|though|exactly|[?？.。!！~\s])*"


def _alone(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{pattern}){_TAIL}")


_POSTAGE = _alone(
    r"(?:那|要|出|付|有)*(?:多少)?(?:运费|邮费|快递费)(?:怎么(?:算|办|付|出)|谁(?:出|付|来付|承担|掏|负责)|要?多少(?:钱)?|是多少|(?:我|你们)(?:来)?(?:出|付))?"
    r"|谁(?:出|付|掏)(?:运费|邮费|快递费)|(?:the |any )?(?:postage|shipping(?: fees?| costs?)?|return (?:fee|shipping|postage))"
    r"|who(?:'s| is)? pay(?:s|ing)?(?: for)?(?: the| that| this)?(?: return)?(?: postage| shipping)?(?: for (?:it|that|this))?"
    r"|(?:do|must|will) i (?:have to )?pay (?:for )?(?:the |any )?(?:postage|shipping)|how much is (?:the )?(?:postage|shipping)"
)
_HOW_LONG = _alone(
    r"(?:还|得|要|需要|等|到底)*(?:多久|几天|多长时间|什么时候|啥时候|何时|多会儿)(?:能|可以|会|才|给我?|帮我|有|回|都)*(?:到|好|行|完|收到|处理|结果|消息|补|补发|补给我|发|寄|发出|寄出|换|退|退我钱|弄好|搞定|解决|答复|办好|到账|发货|送到)?"
    r"|how long(?: (?:will|does|would|is) (?:that|it|this)(?: (?:be|take|going to take))?)?(?: more)?|how many days"
    r"|when(?: (?:will|is|does|do|can|would) (?:that|it|this|i|you)(?: (?:be|come|arrive|happen|get (?:it|that|here)|hear|know|be (?:here|done|ready)|send it|expect it|finish))?)?"
    r"|when (?:will|do|can|are) (?:you|i) (?:send|get|ship|post|going to send)(?:ing)? (?:the |my |a )?(?:replacement|new one|missing (?:one|part|item)s?|rest)"
)
_WHERE = _alone(
    r"(?:走|送|运)?到(?:哪|哪里|哪儿|什么地方)|在(?:哪|哪里|哪儿)|(?:你们)?(?:收到|到|签收)(?:没有?|没)?"
    r"|where(?:'s| is| are) (?:it|that|they|this)|has (?:it|that|this) (?:arrived|come|reached you|got there|been delivered)(?: yet)?|is it (?:there|here)(?: yet)?|did (?:it|you) (?:arrive|get it|receive it)"
    r"|any (?:news|update)s?|有(?:什么)?(?:消息|进展|结果)"
)
_HOW_MUCH = _alone(
    r"(?:能|会|可以|给我|一共)*(?:退|赔)(?:我|给我)?多少(?:钱)?|how much(?: (?:will|do|would) i get(?: back)?| is (?:it|that|the refund))?"
)
_ADDRESS = _alone(
    r"(?:要|应该|得)?(?:寄|发|退)(?:到|去|回)?(?:哪|哪里|哪儿)去?|(?:退货)?地址(?:是(?:什么|多少|哪))?|where (?:do|should|shall|must) i (?:send|post|ship) (?:it|that|them|this)(?: to)?|what(?:'s| is) the address"
)
_WHAT_ABOUT = re.compile(
    r"(?:那|还有)(.{1,10}?)呢[?？]*|(?:and|what about|how about)(?: (?:the|my))? ([\w -]{3,24}?)\??"
)


_SEND_BACK = _alone(SEND_BACK)


def follow_up(a: Answer, heard: Heard) -> Heard:
    """The same burst with what it leans on put in; unchanged where it stands for itself or nothing was spoken of."""
    said = entities.plain(heard.text)
    if len(said) > LONGEST or heard.entities.order_ids or a.facts.handler == "agent":
        return heard
    topic = _topic(a, said)
    if topic is None:
        return _same_about_another(a, heard, said)
    order = _order_spoken_of(a)
    codes = replace(heard.entities, order_ids=(order,)) if order else heard.entities
    return replace(
        heard, asks=(topic,), rivals=(), likely=None, courtesy=None, is_question=True, entities=codes
    )


def _topic(a: Answer, said: str) -> str | None:
    case = _case_spoken_of(a)
    if case and a.state.frame is None and _SEND_BACK.fullmatch(said):
        return "return.process"
    if _POSTAGE.fullmatch(said):
        return "return.shipping_fee"
    if _ADDRESS.fullmatch(said) and (a.state.frame or case):
        return "return.address"
    if _HOW_MUCH.fullmatch(said) and (a.state.frame or case):
        return "refund.amount"
    if _HOW_LONG.fullmatch(said) and a.facts.handler == "bot":  # in the queue it means the queue
        return _how_long(a, case)
    if _WHERE.fullmatch(said):
        back = case is not None and case.status != Status.AWAIT_RETURN and a.state.frame is None
        return "case.status" if back else "delivery.track" if _under_way(a) else None
    return None


_GOODS_COME = (CaseType.EXCHANGE, CaseType.REPAIR_RESEND)


def _how_long(a: Answer, case: Case | None) -> str | None:
    if a.state.frame is not None:
        return None
    if case is not None:
        goods = case.type in _GOODS_COME or case.slots.get("wanted") in ("resend", "exchange", "repair")
        return "case.status" if goods or not refund_agreed(case) else "refund.timing"
    if a.state.spoken.get("topic", "").startswith("refund."):
        return "refund.timing"
    return "delivery.track" if _under_way(a) else None


def _case_spoken_of(a: Answer) -> Case | None:
    """The open case of the last answer; where nothing was spoken of, the only one there is."""
    cases = {c.id: c for c in a.open_cases()}
    if spoken := cases.get(a.state.spoken.get("case", "")):
        return spoken
    return next(iter(cases.values())) if len(cases) == 1 and "order" not in a.state.spoken else None


def _order_spoken_of(a: Answer) -> str | None:
    """The order of the flow under way, of the case or of the answer just given."""
    mine = {o.id for o in whose.own_orders(a)}
    case = _case_spoken_of(a)
    framed = a.state.frame.slots.get("order") if a.state.frame else None
    named = framed or (case.order_id if case else None) or a.state.spoken.get("order")
    return named if named in mine else None


def _under_way(a: Answer) -> bool:
    """Whether the order spoken of, or the only one still to come, is on its way."""
    coming = [o.id for o in whose.own_orders(a) if o.status in ("paid", "shipped", "delivered")]
    return _order_spoken_of(a) in coming or (len(coming) == 1 and not _order_spoken_of(a))


def _same_about_another(a: Answer, heard: Heard, said: str) -> Heard:
    """ "那裙子呢": the question answered last, about another thing of theirs."""
    about = _WHAT_ABOUT.fullmatch(said)
    topic = a.state.spoken.get("topic", "")
    known = a.kit.knowledge.topics.get(topic)
    if about is None or known is None or a.state.frame is not None or known.kind not in ("answer", "lookup"):
        return heard
    named = meant_by_item(about[1] or about[2], whose.own_orders(a), a.kit.knowledge.lexicon.things)
    if len(named) != 1:
        return heard
    return replace(heard, asks=(topic,), rivals=(), likely=None, courtesy=None, is_question=True)
