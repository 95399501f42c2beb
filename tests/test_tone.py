"""How the bot speaks: the shop's texts, and everything the rehearsals make it say, keep to the same manners."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.check import read_rules
from bot.config import Settings, load_settings
from bot.dialogue.turn import Kit
from bot.kit import build_kit
from bot.knowledge.lint import Rule, forbidden, unmannerly
from bot.knowledge.types import Words
from bot.rehearse.play import Outcome
from bot.rehearse.script import read_scripts
from tests.support.played import played, shelf

TOP = Path(__file__).resolve().parent.parent
CHANGED = "✎ "  # before a message that changed in place
SCRIPTS = [s for path in sorted((TOP / "tests" / "rehearsals").glob("*.yaml")) for s in read_scripts(path)]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(TOP / "config.yaml", {})


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return dict(read_rules(TOP / "knowledge"))


@pytest.fixture(scope="module")
def outcomes(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    kit: Kit = build_kit(settings, tmp_path_factory.mktemp("cache"))
    return [played(script, kit, settings, shelf(tmp_path_factory)) for script in SCRIPTS]


def said(outcomes: list[Outcome]) -> Iterator[tuple[str, str]]:
    """(where, what) of each message of the bot's own."""
    for outcome in outcomes:
        for _, who, what in outcome.transcript:
            if who == "bot":
                yield outcome.place, what.removeprefix(CHANGED)


def rude(text: str, rules: dict[str, Rule]) -> list[str]:
    """What is wrong with a message as it was sent; each of its paragraphs is one text of the shop's."""
    found = [what for _, what in forbidden(Words(text, text), rules)]
    return [*found, *(what for part in text.split("\n\n") for what in unmannerly(part))]


@pytest.mark.parametrize(
    "text",
    [
        "本店拥有最终解释权",
        "商品拆封不退哦",
        "签收即认可",
        "您先确认收货，我这边马上退",
        "麻烦您撤销退款我们才给您处理",
        "Please confirm receipt first and we refund you",
        "Once you cancel the refund request... cancel your claim and we will help",
        "您这个肯定是过敏",
        "The court will certainly side with you",
        "Our best sellers are waiting, shop now",
        "这里没有人工",
        "联系张先生 13912345678",
        "亲，好的亲",
        "好的😊",
        "收到了。记下了。查过了。同事也看了。您要退还是换？",
        "Got it. Noted. Checked. My colleague looked too. Would you like a return?",
    ],
)
def test_each_of_these_is_found(text: str, rules: dict[str, Rule]) -> None:
    assert rude(text, rules), text


@pytest.mark.parametrize(
    "text",
    [
        "退款不需要您先确认收货，也不用撤销申请",
        "We never ask you to confirm receipt first",
        "我们不会打电话让您加微信、报验证码",
        "亲，收到了。记下了。查过了。您要退还是换？",
        "父母亲、亲友收的都算",
        "可以退：\n· 一。\n· 二。\n· 三。\n· 四。\n确认退货吗？",
        "不会因为拆封就不给退",
    ],
)
def test_each_of_these_may_be_said(text: str, rules: dict[str, Rule]) -> None:
    assert rude(text, rules) == []


def test_everything_the_rehearsals_say_is_well_said(outcomes: list[Outcome], rules: dict[str, Rule]) -> None:
    texts = {what: where for where, what in said(outcomes)}
    assert len(texts) > 200
    assert [f"{where}: {fault}: {text}" for text, where in texts.items() for fault in rude(text, rules)] == []
