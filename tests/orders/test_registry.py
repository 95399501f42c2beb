"""The settings name a source; what is missing is told all at once with its cure."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.errors import ConfigError
from bot.orders.kuaidi100 import Kuaidi100
from bot.orders.registry import NEEDS, SOURCES, Access, source_from, tracker_from
from bot.store.db import Database

SECRET = "a secret that both sides keep: 32+"


def access(database: Database) -> Access:
    zone = ZoneInfo("Asia/Shanghai")
    return Access(database, zone, url="https://shop.example", key="ck_1", secret=SECRET)


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_made_of_its_settings(database: Database, name: str) -> None:
    source = source_from(name, access(database))
    assert source.flags.live is (name == "embedded"), "only our own table needs no mirror"
    source.close()


@pytest.mark.parametrize("name", SOURCES)
def test_whatever_is_missing_is_told_at_once(database: Database, name: str) -> None:
    bare = Access(database, ZoneInfo("UTC"))
    if not NEEDS[name]:
        source_from(name, bare).close()
        return
    with pytest.raises(ConfigError) as told:
        source_from(name, bare)
    assert len(told.value.faults) == len(NEEDS[name])


def test_a_name_nobody_knows_is_told_with_the_nearest(database: Database) -> None:
    with pytest.raises(ConfigError, match="there is no 'shopfy'; did you mean 'shopify'"):
        source_from("shopfy", access(database))


def test_keys_never_pass_in_the_open(database: Database) -> None:
    with pytest.raises(ConfigError, match="write https://"):
        source_from("shopify", replace(access(database), url="http://shop.example"))
    source_from("shopify", replace(access(database), url="http://127.0.0.1:8090")).close()


def test_a_short_secret_is_refused(database: Database) -> None:
    with pytest.raises(ConfigError, match="too short; use 32 characters"):
        source_from("http", replace(access(database), secret="short"))


def test_secrets_do_not_show_in_printouts(database: Database) -> None:
    assert SECRET not in repr(access(database))


def test_a_courier_tracker_is_off_or_has_its_account() -> None:
    assert tracker_from("off", "", "") is None
    tracker = tracker_from("kuaidi100", "customer", "key")
    assert isinstance(tracker, Kuaidi100)
    tracker.close()
    with pytest.raises(ConfigError, match="COURIER_KEY and COURIER_SECRET"):
        tracker_from("kuaidi100", "", "")
    with pytest.raises(ConfigError, match="one of off, kuaidi100"):
        tracker_from("pigeon", "a", "b")
