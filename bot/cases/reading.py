"""Plain data (from YAML, JSON or an override) → frozen dataclasses, by their annotations. Pure.

Every fault is collected as `(path, "cause; cure")`, path a tuple of keys; the reader of the file adds lines.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path as FilePath
from types import NoneType, UnionType
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.cases.nearest import did_you_mean

Path = tuple[str, ...]
Fault = tuple[Path, str]
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "y": 366 * 86_400}  # a year never falls short of one
_UNITS = "|".join(_SECONDS)


class Span(timedelta):
    """A length of time that remembers how it was written: `72h` is not `3d` to a reader."""

    amount: int
    unit: str

    def __new__(cls, amount: int, unit: str) -> Span:
        span = super().__new__(cls, seconds=amount * _SECONDS[unit])
        span.amount, span.unit = amount, unit
        return span

    def __reduce__(self) -> tuple[Any, ...]:
        return Span, (self.amount, self.unit)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @classmethod
    def parse(cls, raw: Any) -> Span:
        found = re.fullmatch(rf"(\d{{1,6}}) ?({_UNITS})", str(raw).strip())
        if not found or int(found[1]) == 0:
            raise ValueError(f"'{raw}' is not a length of time; write e.g. 48h, 7d or 3y")
        return cls(int(found[1]), found[2])


class Arrival(typing.NamedTuple):
    """How long money takes to arrive: `least` to `most` of `unit` (`min`, `h`, `d`, `wd`: working days)."""

    least: int
    most: int
    unit: str

    def __str__(self) -> str:
        return f"{self.least}-{self.most}{self.unit}"

    @classmethod
    def parse(cls, raw: Any) -> Arrival:
        text = str(raw).strip().replace("instant_to_", "0-").replace("working_days", "wd")
        found = re.fullmatch(r"(\d{1,3}) ?- ?(\d{1,3}) ?(min|h|d|wd)", text)
        if not found or int(found[1]) > int(found[2]):
            raise ValueError(
                f"'{raw}' is not a span of arrival; write e.g. 1-3wd (working days), 0-24h or 5-20min"
            )
        return cls(int(found[1]), int(found[2]), found[3])


def build(cls: Any, data: Any, path: Path, faults: list[Fault]) -> Any:
    """An instance of dataclass `cls`, or None, its faults added to `faults`. Unknown keys are faults."""
    if not isinstance(data, Mapping):
        faults.append((path, f"'{data}' is not a block of settings; write {', '.join(_hints(cls))} below it"))
        return None
    known, before = _hints(cls), len(faults)
    for key in data:
        if key not in known:
            faults.append(((*path, str(key)), f"unknown key '{key}'{_hint(str(key), data[key], known)}"))
    optional = {f.name for f in fields(cls) if f.default is not MISSING or f.default_factory is not MISSING}
    values = {}
    for name, kind in known.items():
        if name in data:
            values[name] = convert(kind, data[name], (*path, name), faults)
        elif name not in optional:
            faults.append((path, f"key '{name}' is missing; add `{name}:` here"))
    return cls(**values) if len(faults) == before else None


def convert(kind: Any, raw: Any, path: Path, faults: list[Fault]) -> Any:
    """`raw` as `kind`; on a wrong value the fault is added and None comes back."""
    if is_dataclass(kind) and not hasattr(kind, "parse"):
        return build(kind, raw, path, faults)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        return _checked(args[0], args[1:], raw, path, faults)
    if origin in (UnionType, typing.Union):  # `X | None`: the key may also be left empty
        kind = next(arg for arg in args if arg is not NoneType)
        return None if raw in (None, "") else convert(kind, raw, path, faults)
    if origin is tuple:
        return _sequence(args[0], raw, path, faults)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return _table(args[1], raw, path, faults)
    try:
        return _scalar(kind, raw)
    except ValueError as fault:
        faults.append((path, str(fault)))
        return None


def leaves(cls: Any, start: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted path below a dataclass with the kind that stands there, from its annotations alone."""
    for name, kind in _hints(cls).items():
        bare = typing.get_args(kind)[0] if typing.get_origin(kind) is Annotated else kind
        if is_dataclass(bare) and not hasattr(bare, "parse"):
            yield from leaves(bare, f"{start}{name}.")
        else:
            yield start + name, bare


@dataclass(frozen=True)
class Limit:
    """For `Annotated[int, Limit(…)]`: a condition on the value, and the words where it fails."""

    holds: Callable[[Any], bool]
    fault: str


def at_least(bound: Any, source: str) -> Limit:
    return Limit(lambda value: bool(value >= bound), f"is too little; write at least {bound} ({source})")


def at_most(bound: Any, source: str) -> Limit:
    return Limit(lambda value: bool(value <= bound), f"is too much; write at most {bound} ({source})")


def shaped(pattern: str, fault: str) -> Limit:
    return Limit(lambda value: re.fullmatch(pattern, value) is not None, fault)


def plain(value: Any) -> Any:
    """The data `build` would make this value from."""
    if is_dataclass(value) and not isinstance(value, type) and not hasattr(value, "parse"):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple) and not hasattr(value, "parse"):
        return [plain(part) for part in value]
    return value if isinstance(value, bool | int | float | str | NoneType) else str(value)


def _hint(key: str, value: Any, known: Mapping[str, Any]) -> str:
    if found := did_you_mean(key, known):
        return found
    if value is None:  # {en: here, not there} has a key `not there`
        return "; remove it, or put the text in quotes: a comma ends a text inside { }"
    return "; remove it"


@cache
def _hints(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return {f.name: hints[f.name] for f in fields(cls)}


def _checked(kind: Any, limits: tuple[Limit, ...], raw: Any, path: Path, faults: list[Fault]) -> Any:
    before = len(faults)
    value = convert(kind, raw, path, faults)
    if len(faults) == before:
        faults.extend((path, f"'{raw}' {limit.fault}") for limit in limits if not limit.holds(value))
    return value


def _sequence(kind: Any, raw: Any, path: Path, faults: list[Fault]) -> Any:
    if not isinstance(raw, list | tuple):
        faults.append((path, f"'{raw}' is not a list; write [a, b]"))
        return None
    return tuple(convert(kind, part, (*path, str(n)), faults) for n, part in enumerate(raw))


def _table(kind: Any, raw: Any, path: Path, faults: list[Fault]) -> Any:
    if not isinstance(raw, Mapping):
        faults.append((path, f"'{raw}' is not a table; write one `key: value` a line below it"))
        return None
    return {str(key): convert(kind, part, (*path, str(key)), faults) for key, part in raw.items()}


def _scalar(kind: Any, raw: Any) -> Any:
    if hasattr(kind, "parse"):
        return kind.parse(raw)
    if typing.get_origin(kind) is Literal:
        return _one_of(typing.get_args(kind), raw)
    return _SCALARS[kind](raw)


def _one_of(allowed: tuple[Any, ...], raw: Any) -> Any:
    if "on" in allowed:  # YAML reads a bare `on` as true
        raw = {"true": "on", "false": "off"}.get(str(raw).lower(), raw)
    found = [word for word in allowed if str(word) == str(raw)]
    if isinstance(raw, bool) or not found:
        words = [str(word) for word in allowed]
        raise ValueError(
            f"'{raw}' is not possible here{did_you_mean(str(raw), words)}; one of {', '.join(words)}"
        )
    return found[0]


def _truth(raw: Any) -> bool:
    word = str(raw).lower()
    if word not in ("true", "false"):
        raise ValueError(f"'{raw}' is neither yes nor no; write true or false")
    return word == "true"


def _digits(raw: Any, shape: str, cure: str) -> str:
    if isinstance(raw, bool) or not re.fullmatch(shape, str(raw)):
        raise ValueError(f"'{raw}' is {cure}")
    return str(raw)


def _words(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f"'{raw}' is not a text; put words in quotes here")
    return raw.strip()


def _zone(raw: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(raw))
    except (KeyError, ValueError, OSError):
        hint = did_you_mean(str(raw), available_timezones())
        raise ValueError(f"'{raw}' is no time zone{hint}; write e.g. Asia/Shanghai") from None


_SCALARS: dict[Any, Callable[[Any], Any]] = {
    bool: _truth,
    str: _words,
    int: lambda raw: int(_digits(raw, r"\d{1,9}", "not a whole number; write digits only, e.g. 7")),
    float: lambda raw: float(_digits(raw, r"\d{1,9}(\.\d{1,6})?", "not a number; write e.g. 1.5")),
    Decimal: lambda raw: Decimal(
        _digits(raw, r"\d{1,9}(\.\d{1,2})?", "not an amount; write digits only, e.g. 25 or 25.50")
    ),
    ZoneInfo: _zone,
    FilePath: lambda raw: FilePath(_words(raw)),
}
