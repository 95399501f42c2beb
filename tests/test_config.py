"""Settings: the file, the environment over it, secrets, and all faults at once with line, cause and cure."""

import stat
from decimal import Decimal
from pathlib import Path

import pytest

from bot.config import Settings, Shop, load_settings, setting_paths
from bot.errors import BotError, ConfigError
from bot.keys import secret_key
from bot.knowledge.words import SHOP_WORDS

TOP = Path(__file__).resolve().parent.parent
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path | None, env: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as told:
        load_settings(path, env or {})
    folder = f"{path.parent}/" if path else ""
    return [fault.removeprefix(folder) for fault in told.value.faults]


def test_with_nothing_set_the_shop_runs_on_its_own_machine() -> None:
    settings = load_settings(None, {})
    assert (settings.database_url, settings.public_url) == (
        "sqlite:///data/aftersales.db",
        "http://127.0.0.1:8080",
    )
    assert (settings.shop.zone.key, settings.shop.auto_refund_cap, settings.demo) == (
        "Asia/Shanghai",
        50,
        "auto",
    )


def test_the_shipped_file_holds_the_defaults() -> None:
    shipped = load_settings(TOP / "config.yaml", {})
    assert shipped.shop == Settings().shop
    assert (shipped.web, shipped.telegram, shipped.engine) == (
        Settings().web,
        Settings().telegram,
        Settings().engine,
    )
    assert (shipped.demo, shipped.privacy) == (Settings().demo, Settings().privacy)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "web: {port: 8000, host: 0.0.0.0}\n")
    env = {"BOT__WEB__PORT": "9000", "BOT__SHOP__RETURN_ADDRESS__PHONE": "13800000000", "BOT__DEMO": "true"}
    settings = load_settings(path, env)
    assert (settings.web.port, settings.web.host) == (9000, "0.0.0.0")
    assert (settings.shop.return_address.phone, settings.demo) == ("13800000000", "on")


def test_an_empty_file_is_no_fault(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "# nothing yet\n"), {}).web.port == 8080


def test_every_fault_of_file_and_environment_is_told_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "shop:\n"
        "  nam: {zh: x, en: y}\n"
        "  zone: Asia/Shangai\n"
        "  hours: 9-22\n"
        "  phone: 4001234567\n"
        "  auto_refund_cap: fifty\n"
        "  email: nobody\n"
        "web: {port: 99999}\n"
        "engin: 3\n"
        "demo: maybe\n",
    )
    env = {"BOT__WEB__PROT": "1", "BOT__ENGINE__SETTLE_MAX": "x", "BOT_SECRET_KEY": "short"}
    told = faults(path, env)
    zone = "'Asia/Shangai' is no time zone; did you mean 'Asia/Shanghai'?; write e.g. Asia/Shanghai"
    hours = "'9-22' is not opening hours; write 09:00-22:00 or 09:00-12:00,13:30-18:00 in quotes"
    assert set(told) == {
        "config.yaml:2: shop.nam: unknown key 'nam'; did you mean 'name'?",
        f"config.yaml:3: shop.zone: {zone}",
        f"config.yaml:4: shop.hours: {hours}",
        "config.yaml:5: shop.phone: '4001234567' is not a text; put words in quotes here",
        "config.yaml:6: shop.auto_refund_cap: 'fifty' is not an amount; write digits only, e.g. 25 or 25.50",
        "config.yaml:7: shop.email: 'nobody' is no mail address; write name@host",
        "config.yaml:8: web.port: '99999' is no port; write 1 to 65535",
        "config.yaml:9: engin: unknown key 'engin'; did you mean 'engine'?",
        "config.yaml:10: demo: 'maybe' is not possible here; one of auto, on, off",
        "environment BOT__WEB__PROT: unknown setting; did you mean 'BOT__WEB__PORT'?",
        "environment BOT__ENGINE__SETTLE_MAX: 'x' is not a number; write e.g. 1.5",
        "environment BOT_SECRET_KEY: is too short; use 32 characters or more",
    }


def test_a_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "shop:\n  name: {zh: x, en: y\nweb: {}\n"))
    assert len(told) == 1
    assert told[0].startswith("config.yaml:3: ")
    assert "close the bracket" in told[0]


def test_a_file_that_is_not_there_is_told() -> None:
    assert faults(Path("nowhere.yaml")) == [
        "nowhere.yaml:1: the file is not there; create it or name another one"
    ]


def test_a_list_instead_of_sections_is_told(tmp_path: Path) -> None:
    assert faults(write(tmp_path, "- shop\n")) == [
        f"{tmp_path}/config.yaml:1: holds no `section:` blocks; see docs/settings.md".removeprefix(
            f"{tmp_path}/"
        )
    ]


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        (f"telegram: {{token: '{TOKEN}'}}", "TELEGRAM_BOT_TOKEN"),
        ("telegram: {webhook_secret: abc}", "TELEGRAM_WEBHOOK_SECRET"),
        ("database: {url: 'postgresql://shop:hunter2@db/shop'}", "DATABASE_URL"),
        ("secret_key: abcdefgh", "BOT_SECRET_KEY"),
        (f"shop: {{phone: '{TOKEN}'}}", "BOT_SECRET_KEY"),
    ],
)
def test_a_secret_in_the_file_is_sent_to_the_environment(tmp_path: Path, line: str, variable: str) -> None:
    told = faults(write(tmp_path, f"web: {{port: 1}}\n{line}\n"))
    assert len(told) == 1
    assert told[0].startswith("config.yaml:2: ")
    assert f"a secret stands in a file; set {variable} in the environment, remove it here" in told[0]
    assert "hunter2" not in told[0]
    assert TOKEN not in told[0]


def test_secrets_come_from_the_environment_or_a_file_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    env = {"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "token"), "DATABASE_URL": "postgresql://u:hunter2@h/d"}
    settings = load_settings(None, env)
    assert settings.secrets.telegram_token == TOKEN
    assert settings.database_url == "postgresql://u:hunter2@h/d"
    assert TOKEN not in repr(settings) + repr(settings.secrets)
    assert "hunter2" not in repr(settings)


def test_wrong_secrets_are_told_without_showing_them(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    env = {
        "TELEGRAM_BOT_TOKEN": "hunter2",
        "DATABASE_URL_FILE": str(tmp_path / "nowhere"),
        "BOT_SECRET_KEY_FILE": str(tmp_path / "empty"),
        "TELEGRAM_WEBHOOK_SECRET": "a b",
    }
    told = faults(None, env)
    assert "environment TELEGRAM_BOT_TOKEN: is no bot token; copy it from @BotFather (digits:letters)" in told
    assert any(t.startswith("environment DATABASE_URL_FILE: ") and "cannot be read" in t for t in told)
    assert any(t.startswith("environment BOT_SECRET_KEY_FILE: ") and "is empty" in t for t in told)
    assert any(t.startswith("environment TELEGRAM_WEBHOOK_SECRET: ") for t in told)
    assert "hunter2" not in "".join(told)


def test_a_secret_given_twice_is_told() -> None:
    env = {"BOT_SECRET_KEY": "k" * 40, "BOT_SECRET_KEY_FILE": "key"}
    assert faults(None, env) == [
        "environment BOT_SECRET_KEY: BOT_SECRET_KEY_FILE is set too; unset one of them"
    ]


def test_webhook_mode_needs_an_address_and_a_secret(tmp_path: Path) -> None:
    path = write(tmp_path, "telegram: {mode: webhook}\n")
    told = faults(path, {"TELEGRAM_BOT_TOKEN": TOKEN})
    assert [fault.partition(":")[0] for fault in told] == [
        "telegram.webhook_url",
        "environment TELEGRAM_WEBHOOK_SECRET",
    ]
    assert load_settings(path, {}).telegram.mode == "webhook"  # without a token there is no Telegram to call


def test_a_burst_cannot_settle_longer_than_its_limit(tmp_path: Path) -> None:
    path = write(tmp_path, "engine:\n  settle_seconds: 5\n  settle_max: 4\n")
    assert faults(path) == ["config.yaml:3: engine.settle_max: '4.0' is below settle_seconds; raise it"]


def test_relative_paths_begin_at_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "database: {url: 'sqlite:///shop.db'}\ndata: {path: var}\n"), {})
    assert settings.database_url == f"sqlite:///{tmp_path}/shop.db"
    assert (settings.data.path, settings.knowledge.path) == (tmp_path / "var", tmp_path / "knowledge")
    kept = write(tmp_path, f"database: {{url: 'sqlite:///{tmp_path}/abs.db'}}\n")
    assert load_settings(kept, {}).database_url == f"sqlite:///{tmp_path}/abs.db"


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = secret_key(None, folder)
    assert len(key) >= 32
    assert secret_key(None, folder) == key
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert secret_key("given-by-the-environment-" + "x" * 20, folder).startswith("given")


def test_a_key_file_others_could_read_is_closed_again(tmp_path: Path) -> None:
    key = secret_key(None, tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    assert secret_key(None, tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_half_a_key_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("half", encoding="ascii")
    with pytest.raises(BotError, match="holds no whole key; remove the file"):
        secret_key(None, tmp_path)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="ascii")
    with pytest.raises(BotError, match="make the data folder writable or set BOT_SECRET_KEY"):
        secret_key(None, tmp_path / "data")


def test_a_rehearsal_overrides_settings_by_path() -> None:
    before = Settings()
    after = before.override({"shop.auto_refund_cap": 30, "shop.hours": "10:00-18:00", "web.public_url": None})
    assert (after.shop.auto_refund_cap, str(after.shop.hours)) == (Decimal(30), "10:00-18:00")
    assert before.shop.auto_refund_cap == 50


def test_every_wrong_override_is_told_at_once() -> None:
    with pytest.raises(BotError) as told:
        Settings().override({"shop.auto_refund": 3, "web.port": "x", "secrets.secret_key": "x"})
    assert "shop.auto_refund: unknown setting; did you mean 'shop.auto_refund_cap'?" in str(told.value)
    assert "web.port: 'x' is not a whole number" in str(told.value)
    assert "secrets.secret_key: unknown setting" in str(told.value)


def test_sentences_can_say_of_the_shop_what_the_loader_lets_them() -> None:
    assert set(Shop().words("zh")) == set(Shop().words("en")) == set(SHOP_WORDS)
    assert Shop().words("en")["shop.name"] == "Example Shop"


def test_every_setting_is_told_in_the_docs_with_its_default() -> None:
    text = (TOP / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    untold = [path for path in setting_paths() if not any(f"`{path}`" in row.split("|")[1] for row in rows)]
    assert untold == []
    for default in ("8080", "1098", "Asia/Shanghai", "09:00-22:00", "sqlite:///data/aftersales.db"):
        assert default in text
