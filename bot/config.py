"""`config.yaml` and `BOT__SECTION__KEY` → frozen `Settings`, or one `ConfigError` with every fault found.

What each setting means to a shop is in `docs/settings.md`; secrets never stand here, see `bot/keys.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from bot.cases.hours import Hours
from bot.cases.nearest import did_you_mean
from bot.cases.reading import Fault, Limit, at_least, at_most, build, plain, shaped
from bot.errors import BotError, ConfigError
from bot.handoff.rules import Desk
from bot.keys import Secrets, read_secrets
from bot.knowledge.yaml_lines import Document, read_file
from bot.messages import Lang
from bot.photos import MB, Limits

PREFIX = "BOT__"
# Only an installed wheel has it: what the bot says where the shop has no knowledge/ of its own.
SHIPPED_KNOWLEDGE = Path(__file__).parent / "shipped" / "knowledge"
Url = Annotated[str, shaped(r"https?://[^\s/]+(/\S*)?", "is no address; write e.g. https://shop.example")]
DatabaseUrl = Annotated[
    str,
    shaped(
        r"(sqlite|postgresql)(\+\w+)?://\S+",
        "is no database address; write sqlite:///FILE or postgresql://HOST/NAME",
    ),
]


@dataclass(frozen=True)
class Name:
    zh: str
    en: str


@dataclass(frozen=True)
class ReturnAddress:
    name: str = "售后部"
    phone: str = "400-000-0000"
    address: str = "浙江省杭州市余杭区示例路 1 号 售后仓"


@dataclass(frozen=True)
class Shop:
    """Money is in `currency`; days and opening hours are counted on the clock of `zone`."""

    name: Name = field(default_factory=lambda: Name("示例小店", "Example Shop"))
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    currency: Annotated[str, shaped(r"[A-Z]{3}", "is no currency code; write e.g. CNY")] = "CNY"
    hours: Hours = field(default_factory=lambda: Hours.parse("09:00-22:00"))
    phone: str = "400-000-0000"
    email: Annotated[str, shaped(r"[^@\s]+@[^@\s]+", "is no mail address; write name@host")] = (
        "service@shop.example"
    )
    return_address: ReturnAddress = field(default_factory=ReturnAddress)
    auto_refund_cap: Decimal = Decimal(50)
    high_value: Decimal = Decimal(500)

    def words(self, lang: Lang) -> dict[str, str]:
        """What sentences may say of the shop, by placeholder (`{shop.phone}`)."""
        back = self.return_address
        return {
            "shop.name": self.name.zh if lang == "zh" else self.name.en,
            "shop.phone": self.phone,
            "shop.email": self.email,
            "shop.hours": self.hours.said(lang),
            "shop.currency": self.currency,
            "shop.return_name": back.name,
            "shop.return_phone": back.phone,
            "shop.return_address": back.address,
        }


@dataclass(frozen=True)
class Data:
    path: Path = Path("data")


@dataclass(frozen=True)
class Database:
    """An empty `url` means the embedded database, a file in the data folder."""

    url: DatabaseUrl | None = None


@dataclass(frozen=True)
class Web:
    host: str = "127.0.0.1"
    port: Annotated[int, Limit(lambda port: 0 < port < 65536, "is no port; write 1 to 65535")] = 8080
    public_url: Url | None = None
    shops: tuple[Url, ...] = ()


@dataclass(frozen=True)
class Telegram:
    base_url: Url = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: Url | None = None


@dataclass(frozen=True)
class Engine:
    """Seconds: how long a burst of messages may settle before it is answered, and at most."""

    settle_seconds: float = 1.0
    settle_max: Annotated[float, at_most(30, "a buyer waits")] = 4.0


_MEGABYTES = Limit(lambda size: 0 < size <= 20, "is no size that works; write 1 to 20 megabytes")


@dataclass(frozen=True)
class Photos:
    """The largest photo or document and the largest video, in megabytes; the largest picture, in megapixels.

    Messengers hand over no more than 20 MB.
    """

    max_mb: Annotated[int, _MEGABYTES] = 20
    max_video_mb: Annotated[int, _MEGABYTES] = 20
    max_megapixels: Annotated[int, at_least(12, "an ordinary phone's photo")] = 120

    @property
    def limits(self) -> Limits:
        return Limits(self.max_mb * MB, self.max_video_mb * MB, self.max_megapixels * 1_000_000)


@dataclass(frozen=True)
class Orders:
    """Where the shop's orders are, who carries its parcels, how it pays back. `every`: seconds between two looks."""

    source: Literal["embedded", "http", "woocommerce", "shopify", "medusa"] = "embedded"
    url: Url | None = None
    every: Annotated[float, at_least(5, "the far side has others to serve")] = 60.0
    pay: Mapping[str, str] = field(default_factory=dict)
    tries_a_day: Annotated[int, at_least(1, "0 lets nobody prove an order")] = 10
    courier: Literal["off", "kuaidi100"] = "off"
    courier_url: Url | None = None
    usual_carrier: str | None = None
    refunds: Literal["manual", "source", "http"] = "manual"
    refunds_url: Url | None = None


@dataclass(frozen=True)
class KnowledgeFolder:
    path: Path = Path("knowledge")


@dataclass(frozen=True)
class Understanding:
    """`vectors`: sentence vectors where they are installed (130 MB of memory), or not at all."""

    vectors: Literal["auto", "off"] = "auto"


@dataclass(frozen=True)
class Privacy:
    retention_days: Annotated[int, at_least(1, "0 keeps nothing")] = 1098


@dataclass(frozen=True)
class Settings:
    shop: Shop = field(default_factory=Shop)
    data: Data = field(default_factory=Data)
    database: Database = field(default_factory=Database)
    web: Web = field(default_factory=Web)
    telegram: Telegram = field(default_factory=Telegram)
    engine: Engine = field(default_factory=Engine)
    photos: Photos = field(default_factory=Photos)
    orders: Orders = field(default_factory=Orders)
    desk: Desk = field(default_factory=Desk)
    knowledge: KnowledgeFolder = field(default_factory=KnowledgeFolder)
    understanding: Understanding = field(default_factory=Understanding)
    demo: Literal["auto", "on", "off"] = "auto"
    privacy: Privacy = field(default_factory=Privacy)
    secrets: Secrets = field(default_factory=Secrets, repr=False)

    @property
    def database_url(self) -> str:
        """Where the database is: `DATABASE_URL`, else `database.url`, else the file in the data folder."""
        embedded = f"sqlite:///{self.data.path / 'aftersales.db'}"
        return self.secrets.database_url or self.database.url or embedded

    @property
    def public_url(self) -> str:
        """What the browser calls this program; links in messages and the desk start with it."""
        return (self.web.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    def override(self, values: Mapping[str, Any]) -> Settings:
        """Some settings replaced by dotted path, as in a rehearsal; `BotError` names every wrong one."""
        data = _as_data(self)
        faults: list[Fault] = []
        for path, value in values.items():
            if path in setting_paths():
                _put(data, tuple(path.split(".")), value)
            else:
                faults.append(((path,), f"unknown setting{did_you_mean(path, setting_paths())}"))
        changed: Settings | None = build(Settings, data, (), faults)
        if changed is None or (faults := [*faults, *_conflicts(changed)]):
            raise BotError("; ".join(f"{'.'.join(where)}: {what}" for where, what in faults))
        return replace(changed, secrets=self.secrets)


def load_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """Reads the file (None: only the defaults) and the environment; relative paths start at its folder.

    Raises `ConfigError`; each line is `config.yaml:LINE: cause; cure` or `environment NAME: cause; cure`.
    """
    told: list[str] = []
    document = _document(path, told)
    faults = list(_secrets_in(document.data))
    data, origins = _with_environment(document.data, env, told)
    settings: Settings | None = build(Settings, _without_secrets(data), (), faults)
    if settings is not None:
        faults.extend(_conflicts(settings))
    told += [_where(document, origins, place, text) for place, text in faults]
    secrets = read_secrets(env, told)
    if settings is not None:
        told += _webhook(settings, secrets)
    if settings is None or told:
        raise ConfigError(told)
    return _rooted(replace(settings, secrets=secrets), path.parent if path else Path())


def setting_paths() -> tuple[str, ...]:
    """Every setting's dotted path; `docs/settings.md` must tell each."""
    return tuple(".".join(path) for path in _leaves(_as_data(Settings()), ()))


def _document(path: Path | None, told: list[str]) -> Document:
    empty = Document(str(path), {}, {})
    if path is None:
        return empty
    try:
        document = read_file(path)
    except ConfigError as error:
        told.extend(error.faults)
        return empty
    if document.data is not None and not isinstance(document.data, Mapping):
        told.append(f"{path}:1: holds no `section:` blocks; see docs/settings.md")
        return empty
    return Document(document.name, dict(document.data or {}), document.lines)


def _with_environment(
    data: dict[str, Any], env: Mapping[str, str], told: list[str]
) -> tuple[dict[str, Any], dict[tuple[str, ...], str]]:
    """The file's data with `BOT__…` values laid over it, and which variable each of those paths came from."""
    merged = _copy(data)
    known = {name: path for path in _leaves(_as_data(Settings()), ()) if (name := _variable(path))}
    origins: dict[tuple[str, ...], str] = {}
    for name, value in sorted(env.items()):
        if not name.upper().startswith(PREFIX):
            continue
        path = known.get(name.upper())
        if path is None:
            told.append(f"environment {name}: unknown setting{did_you_mean(name, known) or '; unset it'}")
        else:
            origins[path] = name
            _put(merged, path, value)
    return merged, origins


def _where(
    document: Document, origins: Mapping[tuple[str, ...], str], place: tuple[str, ...], text: str
) -> str:
    if place in origins:
        return f"environment {origins[place]}: {text}"
    return document.fault(place, text)


_SECRET_KEYS = re.compile(r"token|secret|password|passwd|api_?key", re.IGNORECASE)
_SECRET_VALUES = re.compile(r"\d{6,}:[\w-]{30,}|://[^/@\s]+:[^/@\s]+@")


def _secrets_in(data: Any, place: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Whatever looks like a secret must not lie in a file that is copied and shown around."""
    for key, value in data.items():
        here = (*place, str(key))
        if isinstance(value, Mapping):
            yield from _secrets_in(value, here)
        elif _SECRET_KEYS.search(str(key)) or _SECRET_VALUES.search(str(value)):
            yield here, f"a secret stands in a file; set {_meant(here)} in the environment, remove it here"


def _meant(place: tuple[str, ...]) -> str:
    words = ".".join(place).lower()
    if "database" in words:
        return "DATABASE_URL"
    if "webhook" in words:
        return "TELEGRAM_WEBHOOK_SECRET"
    return "TELEGRAM_BOT_TOKEN" if "telegram" in words or "bot_token" in words else "BOT_SECRET_KEY"


def _without_secrets(data: Any) -> Any:
    """Told once as a secret is enough; not again as an unknown key."""
    if not isinstance(data, Mapping):
        return data
    kept = {key: value for key, value in data.items() if not _SECRET_KEYS.search(str(key))}
    return {key: _without_secrets(value) for key, value in kept.items()}


def _conflicts(settings: Settings) -> list[Fault]:
    """What each value alone cannot tell."""
    engine = settings.engine
    if engine.settle_max < engine.settle_seconds:
        return [(("engine", "settle_max"), f"'{engine.settle_max}' is below settle_seconds; raise it")]
    return []


def _webhook(settings: Settings, secrets: Secrets) -> list[str]:
    if settings.telegram.mode != "webhook" or not secrets.telegram_token:
        return []
    told = []
    if not settings.telegram.webhook_url:
        told.append(
            "telegram.webhook_url: webhook mode needs the address Telegram is to call; set it, or use polling"
        )
    if not secrets.telegram_webhook_secret:
        told.append("environment TELEGRAM_WEBHOOK_SECRET: webhook mode needs it; set 32 letters and digits")
    return told


def _rooted(settings: Settings, root: Path) -> Settings:
    """Relative paths begin at the settings file's folder, wherever the command is started."""
    url = settings.database.url
    if url and (found := re.fullmatch(r"(sqlite:///)([^/:].*)", url)):
        url = found[1] + str(root / found[2])
    knowledge = root / settings.knowledge.path
    if settings.knowledge == KnowledgeFolder() and not knowledge.is_dir() and SHIPPED_KNOWLEDGE.is_dir():
        knowledge = SHIPPED_KNOWLEDGE
    return replace(
        settings,
        data=Data(root / settings.data.path),
        knowledge=KnowledgeFolder(knowledge),
        database=Database(url),
    )


def _as_data(settings: Settings) -> dict[str, Any]:
    data: dict[str, Any] = plain(replace(settings, secrets=Secrets()))
    return {key: value for key, value in data.items() if key != "secrets"}


def _leaves(data: Mapping[str, Any], start: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*start, key))
        else:
            yield (*start, key)


def _variable(path: tuple[str, ...]) -> str:
    return PREFIX + "__".join(path).upper()


def _put(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Lays one value over nested data; where the file has a plain value for a block, `build` tells."""
    for key in path[:-1]:
        if data.get(key) is None:
            data[key] = {}
        if not isinstance(data[key], dict):
            return
        data = data[key]
    data[path[-1]] = value


def _copy(data: Any) -> Any:
    return {str(key): _copy(value) for key, value in data.items()} if isinstance(data, Mapping) else data
