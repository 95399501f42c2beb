"""A buyer's text as the matcher compares it: one script, one width, no emoji, no courtesies, no pasted data."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.understanding.language import to_simplified
from bot.understanding.lexicon import Lexicon

# What a message is about is said at its beginning or its end; the middle of a very long one is story.
HEAD, TAIL = 120, 60
# Chinese says as much in fewer characters: no more wrong than with all of those, in half of the time for the longest.
HEAD_ZH, TAIL_ZH = 60, 40

_PASTED = re.compile(
    r"https?://\S+|www\.\S+|&[a-z]+;|\[(?:[^\[\]]|\[[^\[\]]{1,20}\]){1,40}\]|__\w+__|#e-s\d*|@[\w一-鿿.-]+|#[^#\s]{2,30}#|\\n"
)
_LONG_CODE = re.compile(r"\b[a-z]{0,5}[-_]?\d[\d-]{5,}[a-z0-9]*\b|\d{6,}")
_REPEAT = re.compile(r"([^\d\s])\1{2,}")
_BREAK = re.compile(r"[^\w'一-鿿㐀-䶿]+|_+")
_CLAUSE = re.compile(r"[,.!?;:~…，。！？；：、～\n\r/|()（）]+|\s{2,}|(?<=[一-鿿])\s+|\s+(?=[一-鿿])")
_TOKEN = re.compile(r"[一-鿿㐀-䶿]|[^\W_一-鿿㐀-䶿]+(?:'[^\W_一-鿿㐀-䶿]+)?")
_CJK = re.compile(r"[㐀-䶿一-鿿]")
_SYMBOLS = frozenset(("So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc", "Mn", "Me"))
_APOSTROPHES = re.compile("[’‘`´]")


@dataclass(frozen=True)
class Plain:
    """A normalised message: its clauses, and whether words were left at all."""

    clauses: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(self.clauses)

    @cached_property
    def tokens(self) -> tuple[tuple[str, ...], ...]:
        """Of each clause."""
        return tuple(tuple(tokens(clause)) for clause in self.clauses)

    @property
    def empty(self) -> bool:
        return not any(ch.isalpha() for ch in self.text)


def has_chinese(text: str) -> bool:
    return _CJK.search(text) is not None


def tokens(text: str) -> list[str]:
    """Chinese characters one by one, other words whole."""
    return _TOKEN.findall(text)


def normalise(text: str, lexicon: Lexicon) -> Plain:
    """Everything that does not change what the message is about, taken out. Long texts are cut to head and tail."""
    shorter = cut(text, HEAD_ZH, TAIL_ZH) if has_chinese(text) else cut(text)
    clean = _clean(shorter, lexicon)
    wrong = any(word in clean for word, _ in lexicon.misspelt)
    parts = [
        part
        for raw in _CLAUSE.split(clean)
        if raw and (part := _spell(_BREAK.sub(" ", raw).strip(), lexicon, wrong))
    ]
    stripped = [_strip(part, lexicon) for part in parts]
    kept = tuple(part for part in stripped if part)
    if all(part in lexicon.acknowledgements for part in kept):
        # "好的，谢谢" is thanks: where only nods would remain, the courtesies are what was said.
        kept = tuple(part for part in parts if part not in lexicon.acknowledgements) or kept
    return Plain(kept or tuple(parts))


def cut(text: str, head: int = HEAD, tail: int = TAIL) -> str:
    """At most `head` + `tail` characters: the beginning and the end."""
    return text if len(text) <= head + tail else f"{text[:head]}\n{text[-tail:]}"


def _clean(text: str, lexicon: Lexicon) -> str:
    text = _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", text)).lower()
    if has_chinese(text):
        text = to_simplified(text)
    for pattern in _boilerplate(lexicon.boilerplate):
        text = pattern.sub("\n", text)
    text = _LONG_CODE.sub(" ", _PASTED.sub(" ", text))
    return _REPEAT.sub(r"\1", text.translate(_SPOKEN))


@lru_cache(maxsize=4)
def _boilerplate(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE) for p in patterns)


class _Spoken(dict[int, int]):
    """What `str.translate` makes of a character: a space for emoji and their joiners, control and unassigned
    characters. It learns each the first time it is met; there are no more of them than Unicode has."""

    def __missing__(self, code: int) -> int:
        ch = chr(code)
        symbol = ch not in "\n\r\t $+~^`|<>=" and unicodedata.category(ch) in _SYMBOLS
        self[code] = ord(" ") if symbol else code
        return self[code]


_SPOKEN = _Spoken()


def _spell(text: str, lexicon: Lexicon, misspelt: bool) -> str:
    """Chat spellings to what they stand for: whole words in latin script, any place in Chinese, where any were met."""
    if not has_chinese(text):
        return " ".join([lexicon.spelling.get(w, w) for w in text.split()])
    for wrong, right in lexicon.misspelt if misspelt else ():
        text = text.replace(wrong, right)
    return text


def _strip(part: str, lexicon: Lexicon) -> str:
    """Greetings and requests for help cut from both ends; the part as it was where less than two tokens remain."""
    rest = part
    while (shorter := _shorter(rest, lexicon)) != rest:
        rest = shorter
    return rest if rest == part or not rest or len(tokens(rest)) >= 2 else part


def _shorter(text: str, lexicon: Lexicon) -> str:
    """One courtesy less, or the text itself."""
    # Those that end the text come first: "辛苦了哈" is one of them, not an opening and what is left of it.
    if lexicon.closes and (met := lexicon.closes.search(text)):
        return text[: met.start()].strip()
    if lexicon.opens and (met := lexicon.opens.match(text)):
        return text[met.end() :].strip()
    for word in lexicon.openings.get(text[:1], ()):
        if text.startswith(word) and _ends_word(text, len(word), word):
            return text[len(word) :].strip()
    for word in lexicon.endings.get(text[-1:], ()):
        if text.endswith(word) and _starts_word(text, len(text) - len(word), word):
            return text[: len(text) - len(word)].strip()
    return text


def _ends_word(text: str, at: int, word: str) -> bool:
    """Latin words are cut only whole; Chinese has no spaces to look for."""
    return not word[-1].isascii() or at >= len(text) or not text[at].isascii() or not text[at].isalnum()


def _starts_word(text: str, at: int, word: str) -> bool:
    return not word[0].isascii() or at == 0 or not text[at - 1].isascii() or not text[at - 1].isalnum()
