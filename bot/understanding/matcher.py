"""What a message is about: the one class the rest of the program asks. No model download, no clock; text in, Match out.

The only reading and writing is the optional folder of fitted arrays, through `cache`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.understanding.lexicon import Lexicon
from bot.understanding.model import NONE
from bot.understanding.normalise import Plain, has_chinese, normalise
from bot.understanding.side import NO_LEANING, Action, Explanation, Match, Side
from bot.understanding.softmax import Array
from bot.understanding.vectors import Encoder, one_thread

__all__ = ["Action", "Explanation", "Match", "Matcher", "Phrasing"]


EXPECTED = 2000  # phrasings that tell which pieces of words buyers will use


@dataclass(frozen=True)
class Phrasing:
    topic: str
    lang: Literal["zh", "en"]
    text: str


_NOTHING = Match(NONE, 1.0, "none", ((NONE, 1.0),))


class Matcher:
    """Both languages. Immutable after `fit`, so one instance serves every thread and is swapped whole on a reload."""

    def __init__(self, sides: dict[str, Side], lexicon: Lexicon) -> None:
        self._sides = sides
        self._lexicon = lexicon

    @classmethod
    def fit(
        cls,
        phrasings: Sequence[Phrasing],
        lexicon: Lexicon,
        cache: Path | None = None,
        vectors: Encoder | None = None,
    ) -> Matcher:
        """Train on the FAQ's phrasings. `cache` is a folder of fitted arrays keyed by content; a broken or old file in
        it is ignored. `vectors` turns texts into sentence vectors where there is such an encoder. Raises ValueError
        where a language has fewer than two topics."""
        by_lang = {lang: [(p.topic, p.text) for p in phrasings if p.lang == lang] for lang in ("zh", "en")}
        for lang, rows in by_lang.items():
            if rows and len({topic for topic, _ in rows}) < 2:
                raise ValueError(
                    f"matcher: language '{lang}' has phrasings of one topic only; write a second topic"
                )
        langs = [lang for lang, rows in by_lang.items() if rows]
        one_thread()
        # The arithmetic runs outside Python's lock, so two cores fit both languages at once.
        with ThreadPoolExecutor(max_workers=2) as pool:
            sides = list(pool.map(lambda lang: Side(by_lang[lang], lexicon, lang, vectors, cache), langs))
        normalise("a", lexicon)  # compiles the lexicon's patterns, which the first message need not wait for
        if vectors is not None:
            texts = [text for side in sides for text in side.features.texts]
            vectors.expect(texts[:: 1 + len(texts) // EXPECTED])
        return cls(dict(zip(langs, sides, strict=True)), lexicon)

    def match(self, text: str, leaning: Mapping[str, float] | None = None) -> Match:
        """The topic of one message (or of a burst joined by newlines). Never raises on any text.

        `leaning`: log odds by topic that the conversation adds to what the words say.
        """
        plain, side = self._read(text)
        return _NOTHING if side is None else side.judge(side.read(plain), leaning or NO_LEANING)

    def slips(self, text: str) -> tuple[tuple[str, str], ...]:
        """What was mistyped and what was surely meant: ("misisng", "missing")."""
        plain, side = self._read(text)
        return side.repairer.repair(plain).changes if side else ()

    def reads_as_pinyin(self, text: str) -> bool:
        """Whether it is Chinese in latin letters."""
        zh = self._sides.get("zh")
        return zh is not None and not has_chinese(text) and self._read(text)[1] is zh

    def knows(self, word: str, in_faq: bool = False) -> bool:
        """Whether buyers write it (the FAQ does, at least): a word in lower case, or a pair of Chinese characters."""
        side = self._sides.get("zh" if has_chinese(word) else "en")
        return side is not None and side.repairer.met(word, in_faq)

    def explain(self, text: str) -> Explanation:
        """The same, with what it rests on."""
        plain, side = self._read(text)
        if side is None:
            return Explanation(plain.text, (), (), (), (), 0.0, (), _NOTHING)
        return side.explain(side.read(plain))

    def evidence(self, lang: str, texts: Sequence[str]) -> tuple[list[str], list[tuple[int, Array]]]:
        """For training alone: the topics, and per text the likeliest one (its place among them) with what confidence
        in it is made from."""
        side = self._sides[lang]
        found = []
        for text in texts:
            reading = side.read(normalise(text, self._lexicon))
            x = side.weigh(reading)
            found.append(side.evidence(x, side.logp(x, reading.cover)))
        return side.topics, found

    def _read(self, text: str) -> tuple[Plain, Side | None]:
        """The normalised text and the language side that judges it; no side where nothing is asked."""
        plain = normalise(text, self._lexicon)
        if plain.empty or all(clause in self._lexicon.acknowledgements for clause in plain.clauses):
            return plain, None
        if has_chinese(plain.text):
            return plain, self._sides.get("zh")
        zh = self._sides.get("zh")
        if zh is not None and zh.repairer.reads_as_pinyin(plain, doubted=self._reads_as_english(plain)):
            # What it says is only known now, courtesies too.
            return normalise("，".join(zh.repairer.from_pinyin(plain).clauses), self._lexicon), zh
        return plain, self._sides.get("en")

    def _reads_as_english(self, plain: Plain) -> bool:
        english = self._sides.get("en")
        return english is not None and english.repairer.knows(plain)
