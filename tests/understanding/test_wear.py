"""Only tried on, or worn? An inspection may try; wearing out, washing and a tag cut off leave nothing as new."""

from __future__ import annotations

import pytest

from bot.dialogue.slots import state_heard
from bot.messages import Lang
from tests.support.core import kit

STATES: list[tuple[str, Lang, str | None]] = [
    ("试穿了一下吊牌还在", "zh", "yes"),
    ("试穿过，吊牌都在", "zh", "yes"),
    ("穿了十分钟就脱了，吊牌在", "zh", "yes"),
    ("穿了一次试大小，吊牌没剪", "zh", "yes"),
    ("开机用了几分钟，配件齐全", "zh", "yes"),
    ("worn once for ten minutes, tags on", "en", "yes"),
    ("wore it once to see if it fits, tags still on", "en", "yes"),
    ("only worn for a minute", "en", "yes"),
    ("吊牌都在，穿过一次", "zh", "worn"),
    ("用过，配件齐全", "zh", "worn"),
    ("i wore it once but the tags are still on", "en", "worn"),
    ("穿过", "zh", "no"),
    ("穿出去十分钟，吊牌在", "zh", "no"),
    ("穿了两天，吊牌在", "zh", "no"),
    ("洗过，吊牌在", "zh", "no"),
    ("穿了十分钟，吊牌剪了", "zh", "no"),
    ("washed once, tags on", "en", "no"),
    ("tags cut, tried it on for a minute", "en", "no"),
    ("wore it outside for ten minutes, tags on", "en", "no"),
    ("i used it once", "en", "no"),
]


@pytest.mark.parametrize("flow", ["return", "exchange"])
@pytest.mark.parametrize(("said", "lang", "state"), STATES)
def test_tried_is_whole_worn_with_tags_is_asked_about_and_spoilt_is_not(
    flow: str, said: str, lang: Lang, state: str | None
) -> None:
    assert state_heard(kit().flows[flow].slots["intact"], said, lang) == state
