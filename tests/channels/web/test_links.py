"""Account links: what the shop signed is believed, nothing else is."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.links import capability, is_capability, sign, verify
from bot.errors import UsageError

KEY = b"the shop's own secret, never told"
buyers = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=31).filter(
    lambda name: len(name.encode()) <= 31
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(buyers)
@example("lin")
@example("林晓")
@example("customer-0123456789-abcdefghij")
def test_a_signed_buyer_is_read_back_and_fits_a_telegram_start_link(buyer: str) -> None:
    token = sign(buyer, KEY)
    assert verify(token, KEY) == buyer
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(buyers, st.integers(0, 63), st.characters())
def test_a_token_with_any_letter_changed_is_nobody(buyer: str, at: int, letter: str) -> None:
    token = sign(buyer, KEY)
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    assert (verify(changed, KEY) is None) == (changed != token)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=100))
@example("")
@example("=" * 60)
@example("\ud800" * 30)
def test_nonsense_is_nobody_and_never_an_error(token: str) -> None:
    assert verify(token, KEY) is None


def test_another_shops_token_is_nobody() -> None:
    assert verify(sign("lin", b"another shop's secret"), KEY) is None


def test_one_buyer_has_one_token_though_base64_knows_several_spellings() -> None:
    token = sign("li", KEY)  # two bytes leave two bits of the third letter unused
    spelled = token[:2] + chr(ord(token[2]) + 1) + token[3:]
    assert verify(spelled, KEY) is None
    assert verify("!" + token, KEY) is None
    assert verify(token[:3] + "=" + token[3:], KEY) is None


def test_a_token_with_something_behind_it_is_nobody() -> None:
    assert verify(sign("lin", KEY) + "A", KEY) is None
    assert verify("A" + sign("lin", KEY), KEY) is None


def test_a_seal_for_one_purpose_does_not_open_another() -> None:
    photo = capability("photo", "p1", KEY)
    assert is_capability(photo, "photo", "p1", KEY)
    assert not is_capability(photo, "photo", "p2", KEY)
    assert not is_capability(photo, "photo id", "p1", KEY)
    assert not is_capability(capability("buyer", "lin", KEY), "photo", "lin", KEY)


@pytest.mark.parametrize("buyer", ["", "x" * 32, "很长很长很长很长很长很长"])
def test_a_buyer_id_that_no_link_can_carry_is_refused_when_signing(buyer: str) -> None:
    with pytest.raises(UsageError, match="shorter"):
        sign(buyer, KEY)
