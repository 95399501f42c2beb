"""The figures: what `knowledge/policy.yaml` says, its legal limits, overrides, lengths of time."""

import copy
import pickle
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cases.policy import Policy, read_policy
from bot.cases.reading import Arrival, Span, plain
from bot.errors import BotError

FILE = Path(__file__).resolve().parents[2] / "knowledge" / "policy.yaml"


def data() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture
def policy() -> Policy:
    found, faults = read_policy(data())
    assert faults == []
    assert found is not None
    return found


def faults_of(changed: Any) -> list[str]:
    policy, faults = read_policy(changed)
    assert policy is None
    return [f"{'.'.join(path)}: {text}" for path, text in faults]


def test_the_shipped_figures_are_read(policy: Policy) -> None:
    assert policy.no_reason_return.window_days == 7
    assert policy.timers.buyer_ship_back == timedelta(days=7)
    assert policy.timers.service_sla_decide == timedelta(hours=72)
    assert policy.counterfeit.shop_promise_multiple == 0
    assert policy.refund.eta_by_channel.credit_card == Arrival(1, 7, "wd")
    assert policy.freight.insurance.cap_yuan == Decimal(25)
    assert policy.freight.no_reason_free_shipping_item == "buyer_pays_return_only"


def test_a_length_of_time_adds_to_an_instant_and_remembers_how_it_was_written(policy: Policy) -> None:
    opened = datetime(2026, 3, 10, 14, 5, tzinfo=UTC)
    assert opened + policy.timers.offer_valid == datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
    assert str(policy.timers.service_sla_decide) == "72h"
    assert str(Span.parse("3d")) == "3d"
    assert Span.parse("72h") == Span.parse("3d")


def test_three_years_never_fall_short_of_three_years() -> None:
    assert datetime(2023, 3, 1, tzinfo=UTC) + Span.parse("3y") >= datetime(2026, 3, 1, tzinfo=UTC)


def test_a_figure_is_looked_up_by_its_path_and_a_slip_is_told_the_nearest(policy: Policy) -> None:
    assert policy.lookup("timers.presumed_lost.same_city") == timedelta(days=3)
    with pytest.raises(BotError, match=r"'timers.buyer_ship_bak'; did you mean 'timers.buyer_ship_back'\?"):
        policy.lookup("timers.buyer_ship_bak")
    with pytest.raises(BotError, match=r"did you mean 'no_reason_return.window_days'\?"):
        policy.lookup("window_days")


def test_an_override_gives_another_policy_and_another_version(policy: Policy) -> None:
    changed = policy.override({"counterfeit.shop_promise_multiple": 3, "timers.offer_valid": "24h"})
    assert (changed.counterfeit.shop_promise_multiple, changed.timers.offer_valid) == (3, timedelta(hours=24))
    assert policy.counterfeit.shop_promise_multiple == 0
    assert changed.version != policy.version
    assert (
        changed.override({"counterfeit.shop_promise_multiple": 0, "timers.offer_valid": "48h"}).version
        == policy.version
    )


def test_an_override_of_a_block_keeps_the_rest_of_it(policy: Policy) -> None:
    changed = policy.override({"timers.presumed_lost": {"same_city": "2d"}})
    assert changed.timers.presumed_lost.same_city == timedelta(days=2)
    assert changed.timers.presumed_lost.other_domestic == timedelta(days=7)


def test_every_wrong_override_is_told_at_once(policy: Policy) -> None:
    with pytest.raises(BotError) as told:
        policy.override(
            {
                "counterfeit.shop_promise_multipel": 3,
                "timers.offer_valid": "soon",
                "refund.eta_generic": "3-1wd",
            }
        )
    assert "did you mean 'counterfeit.shop_promise_multiple'?" in str(told.value)
    assert "timers.offer_valid: 'soon' is not a length of time; write e.g. 48h, 7d or 3y" in str(told.value)
    assert "refund.eta_generic: '3-1wd' is not a span of arrival" in str(told.value)


def test_what_the_law_forbids_is_refused_with_its_article() -> None:
    changed = data()
    changed["no_reason_return"]["window_days"] = 3
    changed["timers"]["legal_refund_after_goods_back"] = "10d"
    changed["counterfeit"]["statute_fraud"]["floor_yuan"] = 100
    changed["records_kept"] = "1y"
    assert faults_of(changed) == [
        "no_reason_return.window_days: '3' is too little; write at least 7 (消费者权益保护法 art. 25)",
        (
            "timers.legal_refund_after_goods_back: '10d' is too much; "
            "write at most 7d (七日无理由退货暂行办法 art. 13)"
        ),
        (
            "counterfeit.statute_fraud.floor_yuan: '100' is too little; "
            "write at least 500 (消费者权益保护法 art. 55)"
        ),
        "records_kept: '1y' is too little; write at least 3y (电子商务法 art. 31)",
    ]


def test_a_more_generous_promise_is_welcome() -> None:
    changed = data()
    changed["no_reason_return"]["window_days"] = 15
    assert read_policy(changed)[1] == []


def test_a_missing_an_unknown_and_a_wrong_figure_are_told_together() -> None:
    changed = data()
    del changed["timers"]["offer_valid"]
    changed["timers"]["ofer_valid"] = "48h"
    changed["freight"]["fault_of_seller"] = "buyer_pays_al"
    changed["refund"]["fast_refund"] = "perhaps"
    changed["price_protection"] = 15
    told = faults_of(changed)
    assert "timers.ofer_valid: unknown key 'ofer_valid'; did you mean 'offer_valid'?" in told
    assert "timers: key 'offer_valid' is missing; add `offer_valid:` here" in told
    assert any(
        text.startswith("freight.fault_of_seller: 'buyer_pays_al' is not possible here; did") for text in told
    )
    assert "refund.fast_refund: 'perhaps' is neither yes nor no; write true or false" in told
    assert any(text.startswith("price_protection: '15' is not a block of settings") for text in told)
    assert len(told) == 5


@pytest.mark.parametrize("raw", ["0h", "7 weeks", "", "-3d", "1.5h", None, 72])
def test_what_is_no_length_of_time_is_refused(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"is not a length of time; write e\.g\. 48h, 7d or 3y"):
        Span.parse(raw)


def test_a_policy_can_be_copied_kept_and_rebuilt(policy: Policy) -> None:
    assert copy.deepcopy(policy) == policy
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert read_policy(plain(policy))[0] == policy


def test_the_version_does_not_move_with_the_words_of_a_rejection(policy: Policy) -> None:
    changed = data()
    changed["reject_codes"]["other"]["en"] = "see below"
    reworded, _ = read_policy(changed)
    assert reworded is not None
    assert reworded.version == policy.version


def test_every_figure_tells_how_sure_it_is_and_where_it_comes_from() -> None:
    """On its own line, in the comment above it, or at the head of its block."""
    bare = []
    above, head = "", ""
    for line in FILE.read_text(encoding="utf-8").partition("\n# Why a request")[0].splitlines():
        if line and not line.startswith((" ", "#")):
            head = line
        if re.match(r"(  )?\w+: *[^ #]", line):
            told = [text for text in (line, above, head) if re.search(r"# +[ABCSD]  ", text)]
            bare += [] if told else [line]
        above = f"{above} {line}" if line.strip().startswith("#") else ""
    assert bare == []
