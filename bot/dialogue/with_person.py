"""While a person has the chat: the bot is silent, keeps the photos, and goes on once the buyer wishes it."""

from __future__ import annotations

import re

from bot.dialogue import evidence
from bot.dialogue.answer import Answer
from bot.dialogue.effects import Alert, LeaveQueue, Reply, Say
from bot.dialogue.person import where_it_stands
from bot.dialogue.render import text_of
from bot.knowledge.types import LANGS
from bot.understanding.language import to_simplified

END = "end_person"  # the value of the page's button
_KIND = r"(?:(?:好的?|行|嗯+|谢谢|多谢|感谢|辛苦|麻烦)[了你您啊吧啦]*[,，。!！~\s]*)*"
_ENDS = re.compile(
    # The whole message, so that "我想结束人工这个功能的投诉" stays a word to the agent.
    rf"{_KIND}(?:结束|关闭|退出)(?:这次|本次|这个)?(?:人工)?(?:服务|会话|对话|聊天|人工|客服)(?:服务|会话|对话|聊天|了|吧)*[,，。!！~\s]*{_KIND}"
    rf"|{_KIND}不(?:用|需要|要)(?:再)?(?:人工|真人|人工客服)(?:服务)?(?:了|吧)*[,，。!！~\s]*{_KIND}"
    rf"|{_KIND}(?:转回|换回|回到|切回)(?:智能|自动)?(?:机器人|客服)(?:客服)?(?:了|吧)*[,，。!！~\s]*{_KIND}"
    r"|(?:(?:ok(?:ay)?|great|thanks|thank you|please)[,.! ]*)*"
    r"(?:(?:end|close|finish|leave) (?:this |the |our |my )?(?:chat|session|conversation)"
    r"|(?:(?:go|switch|take me|put me) )?back to the (?:bot|assistant))(?:[,.! ]*(?:please|thanks|thank you))?[.! ]*"
    r"|/end"
)


def hear(a: Answer) -> None:
    """What a buyer does while an agent has the chat."""
    first = a.turn.first
    said = [to_simplified(text).strip().lower() for text in a.turn.texts]
    wishes_so = first.button == END if first.kind == "button" else bool(said and _ENDS.fullmatch(said[-1]))
    evidence.receive(a, with_words=True)
    if wishes_so:
        _ended(a)


def _ended(a: Answer) -> None:
    a.do(LeaveQueue("by_buyer"))
    a.remember(misses=0, last_answer=None, awaiting={})
    words = Say("buyer_ended", {"agent": a.facts.agent_name})
    a.do(Reply(text_of(words, a.kit, a.state), author="system"))
    told = {str(lang): a.text_in(lang, "alert_buyer_ended") for lang in LANGS}
    a.do(Alert(f"ended:{a.turn.ordinal}", told, audience=a.facts.agent))
    where_it_stands(a)
