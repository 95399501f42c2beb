"""The words the matcher knows beyond the FAQ: synonym groups, politeness, common spellings. Built from plain data.

Reading the YAML is done in `bot.knowledge`; this module only checks the shape.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.errors import ConfigError

_KEYS = ("boilerplate", "politeness", "acknowledgements", "spelling", "concepts", "patterns", "things")
# Words in latin script are cut whole; Chinese has no spaces to look for.
_WHOLE_BEFORE, _WHOLE_AFTER = "(?<![a-z0-9'])", "(?![a-z0-9'])"


@dataclass(frozen=True)
class Lexicon:
    """`concepts`: group name to its words, both languages together; `patterns`: by language, group name to regular
    expressions for what several words say together ("got X, bought Y"); the rest is per language or for both.

    `before` and `after` are courtesies cut from the ends of a clause, `opening` and `closing` regular expressions for
    those whose words vary, `acknowledgements` whole messages that ask nothing, `spelling` a latin word to what it
    stands for, `misspelt` the same for Chinese, anywhere in a clause, `boilerplate` patterns of text a channel puts in
    by itself; `things` what buyers call the goods, by the piece of an item's name that says what it is.
    """

    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    acknowledgements: frozenset[str] = frozenset()
    spelling: Mapping[str, str] = field(default_factory=dict)
    misspelt: tuple[tuple[str, str], ...] = ()
    boilerplate: tuple[str, ...] = ()
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Any) -> Lexicon:
        """Plain data as YAML gives it. Raises ConfigError with every fault found."""
        faults = list(_faults(data))
        if faults:
            raise ConfigError(faults)
        polite = data.get("politeness", {})
        spelling = {str(k).lower(): str(v) for k, v in data.get("spelling", {}).items()}
        return cls(
            concepts={name: _words(group) for name, group in data.get("concepts", {}).items()},
            patterns={
                lang: {
                    name: tuple(group[lang])
                    for name, group in data.get("patterns", {}).items()
                    if lang in group
                }
                for lang in ("zh", "en")
            },
            before=_longest_first(polite.get("before", {})),
            after=_longest_first(polite.get("after", {})),
            opening=_patterns(polite.get("opening", {})),
            closing=_patterns(polite.get("closing", {})),
            acknowledgements=frozenset(_words(data.get("acknowledgements", {}))),
            spelling={k: v for k, v in spelling.items() if k.isascii()},
            misspelt=tuple((k, v) for k, v in spelling.items() if not k.isascii()),
            boilerplate=tuple(data.get("boilerplate", ())),
            things={str(piece).lower(): _words(group) for piece, group in data.get("things", {}).items()},
        )

    @cached_property
    def openings(self) -> Mapping[str, tuple[str, ...]]:
        """The courtesies before a message by their first character, in the order to try them."""
        return _grouped(self.before, 0)

    @cached_property
    def endings(self) -> Mapping[str, tuple[str, ...]]:
        """The courtesies after a message by their last character, in the order to try them."""
        return _grouped(self.after, -1)

    @cached_property
    def opens(self) -> re.Pattern[str] | None:
        """Any courtesy of `opening`; none where there are none."""
        return re.compile(rf"(?:{'|'.join(self.opening)}){_WHOLE_AFTER}") if self.opening else None

    @cached_property
    def closes(self) -> re.Pattern[str] | None:
        """Any courtesy of `closing`, up to the end; none where there are none."""
        return re.compile(rf"{_WHOLE_BEFORE}(?:{'|'.join(self.closing)})$") if self.closing else None

    def digest(self) -> str:
        """A hash of all a fit depends on: a matcher kept on disk is only good for the lexicon it was fitted with."""
        shape = [
            sorted((k, list(v)) for k, v in self.concepts.items()),
            sorted((k, sorted((n, list(v)) for n, v in of.items())) for k, of in self.patterns.items()),
            self.before,
            self.after,
            self.opening,
            self.closing,
            sorted(self.acknowledgements),
            sorted(self.spelling.items()),
            self.misspelt,
            self.boilerplate,
        ]
        return hashlib.sha256(json.dumps(shape, ensure_ascii=False).encode()).hexdigest()


def _patterns(group: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(pattern) for lang in ("zh", "en") for pattern in group.get(lang, ()))


def _words(group: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of both languages, lower case, each once, in the order written."""
    return tuple(dict.fromkeys(str(w).lower() for lang in ("zh", "en") for w in group.get(lang, ())))


def _grouped(words: tuple[str, ...], at: int) -> Mapping[str, tuple[str, ...]]:
    return {char: tuple(word for word in words if word[at] == char) for char in {word[at] for word in words}}


def _longest_first(group: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(_words(group), key=len, reverse=True))


def _faults(data: Any) -> list[str]:
    if not isinstance(data, Mapping):
        return ["lexicon: must be a mapping with the keys " + ", ".join(_KEYS)]
    faults = [f"lexicon: unknown key '{k}'; known are {', '.join(_KEYS)}" for k in data if k not in _KEYS]
    groups = [
        (key, name, group)
        for key in ("concepts", "patterns", "things")
        for name, group in dict(data.get(key, {})).items()
    ]
    for key, name, group in groups:
        if not isinstance(group, Mapping) or not set(group) <= {"zh", "en"}:
            faults.append(f"lexicon: {key} '{name}' must be lists of words under zh and en")
    written = [
        ("patterns", str(pattern))
        for group in dict(data.get("patterns", {})).values()
        if isinstance(group, Mapping)
        for words in group.values()
        for pattern in words
    ]
    polite = dict(data.get("politeness", {}))
    written += [
        (f"politeness {place}", str(pattern))
        for place in ("opening", "closing")
        for words in dict(polite.get(place, {})).values()
        for pattern in words
    ]
    for key, pattern in [("boilerplate", str(p)) for p in data.get("boilerplate", ())] + written:
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(f"lexicon: {key} '{pattern}' is not a pattern ({error}); mend or remove it")
    return faults
