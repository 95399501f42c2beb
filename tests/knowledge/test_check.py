"""`check`: everything start would refuse, and what a shop should mend besides."""

import re
from pathlib import Path

import pytest

from bot.cases.policy import Policy
from bot.commands.check import Fault, check
from bot.knowledge.lint import typed_figures, unmannerly
from bot.knowledge.load import load
from bot.knowledge.phrasings import lost, twins
from bot.knowledge.said import said
from tests.knowledge.shop import SHIPPED, edit, small_shop, write

TOP = SHIPPED.parent
FLOW_OF_ONE_STEP = """\
title: {zh: 其他, en: other}
starts_on: []
case: exchange
steps:
  - {choose: order, say: {zh: STEP, en: Which order is it?}}
  - {open: slots_complete, say: {zh: 登记好了, en: Registered}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_shop(tmp_path / "k")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(SHIPPED).policy


def faults(folder: Path, level: str | None = None, env: dict[str, str] | None = None) -> list[str]:
    found = check(None, folder, env or {}, train=False)
    return [fault.text.replace(f"{folder}/", "") for fault in found if level in (None, fault.level)]


def test_a_small_faultless_shop_has_no_faults(folder: Path) -> None:
    assert faults(folder) == []


def test_what_ships_has_no_errors() -> None:
    assert [f.text for f in check(TOP / "config.yaml", SHIPPED, {}, train=False) if f.level == "error"] == []


def test_faults_of_settings_and_knowledge_are_told_together(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("web: {prt: 1}\n", encoding="utf-8")
    edit(folder, "faq/a.yaml", "kind: answer", "kind: answr")
    found = check(tmp_path / "config.yaml", folder, {"BOT__DEMO": "perhaps"}, train=False)
    told = [fault.text for fault in found]
    assert all(fault.level == "error" for fault in found)
    assert f"{tmp_path}/config.yaml:1: web.prt: unknown key 'prt'; did you mean 'port'?" in told
    assert "environment BOT__DEMO: 'perhaps' is not possible here; one of auto, on, off" in told
    assert any(f"{folder}/faq/a.yaml:2: " in text for text in told)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("本店拥有最终解释权", "final_interpretation"),
        ("特价商品概不退换", "no_returns_at_all"),
        ("签收即认可，请先验货", "signed_is_accepted"),
        ("您加我微信处理更快", "off_channel"),
        ("请把验证码告诉我，请提供验证码", "secrets_of_the_buyer"),
        ("好评返现五元", "paid_reviews"),
        ("您先确认收货，我们再处理", "give_up_the_claim"),
        ("您这是恶意差评", "threats_and_blame"),
        ("24小时内必到账", "certain_promises"),
        ("我是真人，不是机器", "posing_as_human"),
        ("拆封后就不能退", "no_returns_at_all"),
        ("您撤销退款我们就给您办", "give_up_the_claim"),
        ("这跟我们没关系", "threats_and_blame"),
        ("这里没有人工", "hiding_the_human"),
        ("打给 13912345678 就行", "private_data"),
        ("您这是过敏了", "diagnosis_and_verdicts"),
        ("新款爆款看一看", "selling_in_trouble"),
    ],
)
def test_what_must_never_be_said_is_found_in_chinese(folder: Path, text: str, rule: str) -> None:
    edit(folder, "replies.yaml", "您好 {name}", f"{text} {{name}}")
    told = faults(folder, "error")
    assert len(told) == 1
    assert told[0].startswith("replies.yaml:1: hello.zh: says '")
    assert f"never to be said ({rule})" in told[0]
    assert told[0].endswith("; say it otherwise")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("We reserve the right of final interpretation", "final_interpretation"),
        ("All sales are final", "no_returns_at_all"),
        ("Just add me on WeChat", "off_channel"),
        ("Please send us your verification code", "secrets_of_the_buyer"),
        ("Leave a five-star review", "paid_reviews"),
        ("Please confirm receipt first", "give_up_the_claim"),
        ("It was your own fault", "threats_and_blame"),
        ("I am a real person", "posing_as_human"),
        ("Opened goods cannot be returned", "no_returns_at_all"),
        ("Cancel your claim and we will help", "give_up_the_claim"),
        ("Please calm down", "threats_and_blame"),
        ("I cannot put you through", "hiding_the_human"),
        ("You have food poisoning", "diagnosis_and_verdicts"),
        ("Buy now", "selling_in_trouble"),
    ],
)
def test_what_must_never_be_said_is_found_in_english(folder: Path, text: str, rule: str) -> None:
    edit(folder, "faq/a.yaml", "Send it to {shop.return_address}.", f"{text}. {{shop.return_address}}")
    told = faults(folder, "error")
    assert len(told) == 1
    assert told[0].startswith("faq/a.yaml:13: return.address.answer.en: says '")
    assert f"({rule})" in told[0]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("我们不会让您加微信、开屏幕共享", "We never ask you to share your screen"),
        ("评价您按真实感受写，我们不用红包换评价", "We do not offer a reward for your review"),
        ("不用先确认收货", "You need not confirm receipt first"),
        ("不会因为拆封就不给退", "We never say that you have food poisoning"),
    ],
)
def test_a_warning_may_name_what_it_warns_of(folder: Path, zh: str, en: str) -> None:
    edit(folder, "replies.yaml", '{zh: "您好 {name}", en: "Hello {name}"}', f'{{zh: "{zh}", en: "{en}"}}')
    assert faults(folder) == []


def test_the_texts_of_flows_are_read_too(folder: Path) -> None:
    write(folder, "flows/x.yaml", "title: {zh: 最终解释权, en: X}\n")
    assert any("flows/x.yaml:1: title.zh: says '最终解释权'" in text for text in faults(folder, "error"))


def test_what_buyers_say_to_begin_a_flow_is_none_of_the_shops_words(folder: Path) -> None:
    flow = FLOW_OF_ONE_STEP.replace("STEP", "是哪一单？")
    write(folder, "flows/x.yaml", flow + "sure: {zh: 拆封不退, en: buy now}\n")
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("zh", "told"),
    [
        ("好的😊是哪一单？", "'😊' is a picture"),
        ("亲，您好亲，是哪一单？", "says 亲 more than once"),
        ("收到。记下。查过。问过。是哪一单？", "4 sentences stand before the question"),
    ],
)
def test_how_a_flow_speaks_is_read_too(folder: Path, zh: str, told: str) -> None:
    write(folder, "flows/x.yaml", FLOW_OF_ONE_STEP.replace("STEP", zh))
    (fault,) = faults(folder, "error")
    assert fault.startswith("flows/x.yaml:5: steps.0.say.zh: ") and told in fault


@pytest.mark.parametrize(
    "text",
    [
        "收到。记下。查过。是哪一单？",
        "可以退：\n· 一。\n· 二。\n· 三。\n· 四。\n确认吗？",
        "亲，父母亲和亲友收的也算",
        "One. Two. Three. Shall I go on?",
        "One. Two. Three. Four. Nothing is asked here.",
    ],
)
def test_these_are_well_said(text: str) -> None:
    assert list(unmannerly(text)) == []


def test_phrasings_may_say_what_answers_may_not(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "[退款多久到账,", "[好评返现怎么没到账,")
    assert faults(folder, "error") == []


def test_a_reply_the_program_says_must_be_there(folder: Path) -> None:
    edit(folder, "replies.yaml", "\nnot_understood:", "\nnot_understod:")
    assert faults(folder) == [
        "replies.yaml:1: reply 'not_understood' is missing; did you mean 'not_understod'?; add it in zh and en"
    ]


def test_a_reply_may_only_ask_for_what_the_program_fills_in(folder: Path) -> None:
    text = (folder / "replies.yaml").read_text(encoding="utf-8")
    write(
        folder,
        "replies.yaml",
        re.sub(r"(?m)^withdrawn:(?:\n .*)*.*$", 'withdrawn: {zh: "{cse}", en: "{cse}"}', text),
    )
    (told,) = faults(folder)
    assert told.endswith(": withdrawn: nobody fills placeholder {cse}; did you mean 'case'?")


def test_the_replies_the_program_says_are_read_from_its_source() -> None:
    found = {one.key: one.values for one in said()}
    assert found["withdrawn"] == {"case"}
    assert found["return_too_late"] is None
    assert {"button_human", "status_AWAIT_RETURN", "order_paid"} <= set(found)


def test_a_typed_figure_is_sent_to_the_policy(folder: Path) -> None:
    edit(folder, "replies.yaml", "请在 {timers.buyer_ship_back} 内寄出", "请在 14 天内寄出")
    edit(folder, "replies.yaml", "within {timers.buyer_ship_back}", "within 7 days")
    told = faults(folder)
    assert told == [
        "replies.yaml:2: ship_back.zh: '14 天' is no figure of policy.yaml; write the figure's path in braces instead",
        (
            "replies.yaml:2: ship_back.en: '7 days' is typed here; "
            "write {no_reason_return.window_days}, so that it follows the policy"
        ),
    ]
    assert [f.level for f in check(None, folder, {}, train=False)] == ["error", "warning"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("七天内", [("七天", "no_reason_return.window_days")]),
        ("within five days", [("five days", "timers.seller_decide_refund_only_shipped")]),
        ("72小时", [("72小时", "timers.service_sla_decide")]),
        ("1-3 个工作日", [("3 个工作日", "refund.eta_generic")]),
        ("最低 500 元", [("500 元", "counterfeit.statute_fraud.floor_yuan")]),
        ("赔 9 倍", [("9 倍", None)]),
        ("3 working days or 45 minutes", [("3 working days", "refund.eta_generic"), ("45 minutes", None)]),
        ("支持7天无理由，假一赔十，拨打 12315，发 3 张图", []),
        ("标“假一赔十”的再赔十倍", []),
        ("T1001 day", []),
    ],
)
def test_numbers_before_units_are_found_and_names_are_left_alone(
    text: str, found: list[tuple[str, str | None]], policy: Policy
) -> None:
    assert list(typed_figures(text, policy)) == found


def test_the_same_phrasing_in_two_topics_is_an_error(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "[退货寄到哪里,", "[退款多久到账？,")
    told = faults(folder, "error")
    assert (
        "faq/a.yaml:15: phrasing '退款多久到账？' of return.address also stands in refund.timing; keep it in one topic"
        in told
    )


def test_nearly_the_same_phrasing_in_two_topics_is_a_warning(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "address for returns,", "how long does a refunds take,")
    assert any(
        text.startswith("faq/a.yaml:16: phrasing 'how long does a refunds take' of return.address is nearly")
        for text in faults(folder, "warning")
    )


def test_a_phrasing_that_sits_in_the_wrong_topic_is_found(folder: Path) -> None:
    ways = ["退款", "退的钱", "退款的钱", "钱款", "退回的款", "货款", "退货的款", "退货款"]
    refund = [f"{way}{tail}" for way in ways for tail in ("多久到账", "几天能到账", "什么时候到账")]
    places = ["退货", "换货", "寄回", "退回的东西", "退的衣服", "要退的货", "包裹", "坏的那件"]
    address = [f"{place}{tail}" for place in places for tail in ("寄到哪里", "的地址是什么", "发到哪个仓库")]
    for n, texts in ((7, refund), (14, [*address, "退掉的钱几天到账"])):
        lines = (folder / "faq" / "a.yaml").read_text(encoding="utf-8").splitlines()
        lines[n] = f"    zh: [{', '.join(texts)}]"
        write(folder, "faq/a.yaml", "\n".join(lines) + "\n")
    knowledge = load(folder)
    clashes = [(c.kind, c.topic, c.text, c.other) for c in lost(knowledge.topics, knowledge.lexicon)]
    assert clashes == [("weak", "return.address", "退掉的钱几天到账", "refund.timing")]


def test_one_topic_may_say_nearly_the_same_twice(folder: Path) -> None:
    edit(folder, "faq/a.yaml", "address for returns,", "return addresses,")
    assert faults(folder) == []


def test_topics_that_stay_apart_have_no_twins(folder: Path) -> None:
    assert list(twins(load(folder).topics)) == []


def test_an_untranslated_text_is_a_warning(folder: Path) -> None:
    edit(folder, "replies.yaml", "Hello {name}", "您好，欢迎光临 {name}")
    assert faults(folder) == [
        "replies.yaml:1: hello: reads the same in both languages; translate one of them"
    ]


def test_an_answer_longer_than_a_message_is_an_error(folder: Path) -> None:
    edit(folder, "replies.yaml", "Hello {name}", "Hello {name} " + "word " * 1000)
    assert faults(folder) == ["replies.yaml:1: hello.en: 5027 characters, one message holds 4096; cut it"]


def test_files_nobody_reads_are_told(folder: Path) -> None:
    write(folder, "faq/more.yml", "a: 1\n")
    write(folder, "replys.yaml", "a: 1\n")
    assert faults(folder) == [
        "faq/more.yml:1: is not read; rename it to more.yaml",
        "replys.yaml:1: is not read; did you mean 'replies.yaml'?",
    ]


def test_errors_come_before_warnings(folder: Path) -> None:
    edit(folder, "replies.yaml", "within {timers.buyer_ship_back}", "within 7 days")
    edit(folder, "replies.yaml", "{timers.buyer_ship_back} 内", "七天内")
    write(folder, "faq/more.yml", "a: 1\n")
    assert [fault.level for fault in check(None, folder, {}, train=False)] == ["error", "warning", "warning"]


def test_a_broken_rule_of_the_linter_is_told(folder: Path) -> None:
    write(folder, "lint.yaml", "rules:\n  x: {why: {zh: a, en: b}, forbd: {zh: [], en: []}}\n")
    assert faults(folder) == [
        "lint.yaml:2: rules.x.forbd: unknown key 'forbd'; did you mean 'forbid'?",
        "lint.yaml:2: rules.x: key 'forbid' is missing; add `forbid:` here",
    ]


def test_policy_and_settings_must_count_on_the_same_clock(folder: Path) -> None:
    env = {"BOT__SHOP__ZONE": "Europe/Berlin", "BOT__PRIVACY__RETENTION_DAYS": "30"}
    told = faults(folder, env=env)
    assert any(
        "timezone: Asia/Shanghai, but the settings' shop.zone is Europe/Berlin; make them one" in t
        for t in told
    )
    assert any("records_kept: 3y is longer than privacy.retention_days of the settings" in t for t in told)


def test_only_errors_make_it_fail(folder: Path) -> None:
    write(folder, "replys.yaml", "a: 1\n")
    assert [fault.level for fault in check(None, folder, {}, train=False)] == ["warning"]
    assert Fault("error", "x") != Fault("warning", "x")
