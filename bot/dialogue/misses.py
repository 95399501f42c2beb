"""What is not surely understood: courtesies, a short question between close topics, and a miss said kindly."""

# ruff: noqa: E501 (a pattern is a row of a table)

from __future__ import annotations

import re

from bot.dialogue import run, whose
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow
from bot.dialogue.goods import meant_by_item
from bot.dialogue.heard import Heard
from bot.dialogue.person import hand_over, say_place
from bot.understanding import entities

MOST_MISSES = 3  # running; at the second a person is offered, at this one called


_MOMENT = re.compile(
    r"(?:请|您|你|先|稍|再)*等(?:一?下|一会儿?|会儿?|等)?[,，。!！吧啊哈~\s]*|稍等(?:一?下|片刻)?[。!！]*|(?:照片|图片?|视频|凭证|资料)?(?:我)?(?:等(?:一?下|会儿?|一会儿?)|一会儿?|稍后|待会儿?|晚点|马上|回头|回家|下班|晚上|明天)(?:再|就)?(?:发|拍|给|传|补|寄)(?:给?[你您]们?)?(?:过来|照片|图片?|视频)?[。!！~吧啊哈哦\s]*|我(?:去)?(?:看看|看一?下|找找|问问)[。!！吧]*"
    r"|(?:please )?(?:hang on|hold on|one (?:moment|sec(?:ond)?|minute|min)|(?:just )?a (?:moment|sec(?:ond)?|minute|min)|wait(?: a (?:moment|sec(?:ond)?|minute|min|bit))?|give me a (?:moment|sec(?:ond)?|minute|min)|brb|(?:photos?|pics?|pictures?|video) (?:coming|to follow|on (?:its|the|their) way|later|in a (?:minute|bit|moment))[. !]*|(?:i'?ll|i will|will|let me) (?:send|take|get|post) (?:it|them|some|you|a|the)?\s*(?:photos?|pics?|pictures?|video)?\s*(?:later|soon|tonight|tomorrow|in a (?:minute|bit|moment)|when i'?m home)?[. !]*|let me (?:check|look|see))(?: please)?[.!]*"
)


def asks_for_time(heard: Heard) -> bool:
    """ "One moment", "I'll send the photos tonight": there is no hurry."""
    return bool(_MOMENT.fullmatch(entities.plain(heard.text)))


def courtesy(a: Answer, topic: str) -> None:
    if a.facts.handler == "queued":
        if topic == "chat.greeting":
            say_place(a)
        return
    if topic == "chat.greeting":
        a.remember(introduced=True)  # the greeting itself says that this is an automated assistant
    a.say(f"faq:{topic}")
    if topic == "chat.greeting":
        a.offer_common()


def clarify(a: Answer, heard: Heard) -> None:
    """Between two topics: a short question with buttons, and the same choice by typed number."""
    if a.state.misses:
        return missed(a, heard, None)
    titles = [a.kit.knowledge.topics[t].title.text(a.state.lang) for t in heard.rivals]
    listed = "\n".join(f"{n}. {title}" for n, title in enumerate(titles, 1))
    if len(titles) == 1:
        a.say("clarify_one", choice=titles[0])
    else:
        a.say("clarify", choices=listed)
    for topic in heard.rivals:
        a.button(f"topic:{topic}", a.kit.knowledge.topics[topic].title)
    a.reply_button("human", "button_human")
    # What was said beside the unclear wish is not asked for again once the wish is chosen.
    named = meant_by_item(heard.text, whose.own_orders(a), a.kit.knowledge.lexicon.things)
    if len(named) == 1:
        a.remember(order=named[0].id)
    a.remember(misses=a.state.misses + 1, awaiting=a.state.awaiting or {"what": "unclear"})
    return None


def missed(a: Answer, heard: Heard, flow: Flow | None) -> None:
    """Nothing we understand. Said kindly; the second time in a row a person is offered first of all."""
    if "vulnerable" in heard.signals and not a.silent:
        run.ask_again(a, flow) if flow else a.offer_common()
        return
    misses = a.state.misses + 1
    a.remember(misses=misses)
    if a.facts.handler == "queued":
        # Someone is coming: what is written meanwhile is for them, acknowledged once.
        if heard.is_question:
            say_place(a)
        elif misses == 1:
            a.say("noted_for_agent")
        return
    if misses >= MOST_MISSES:
        a.remember(misses=0)
        a.say("missed_often")
        hand_over(a, "missed_twice")
        return
    if flow and ("anger" in heard.signals or heard.courtesy == "chat.abuse"):
        a.say("soothe")
    elif (heard.courtesy or heard.acknowledges) and flow:
        a.remember(misses=0)  # a thank-you in the middle is no miss; the open question stands
    elif misses == 2 and not (heard.entities.confirms and flow is None):
        a.say("missed_twice")
        a.reply_button("human", "button_human")
    elif flow is None and heard.entities.confirms and a.state.offered:
        a.say("not_understood")
        whose.keep_offer(a)
    elif flow is None:
        a.say("faq:none" if "none" in a.kit.knowledge.topics else "not_ours")
        a.offer_common()
    else:
        a.say("not_understood")
    if flow:
        run.ask_again(a, flow)
