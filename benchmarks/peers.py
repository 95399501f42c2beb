"""What else a shop could use, on the same phrasings and messages. Nothing of this is installed with the product.

Every method ranks topics for one language; a message with Chinese characters goes to the Chinese one. All get their
threshold for answering without asking by one rule, from the FAQ alone (`measure.threshold`).

| Peer | Licence | Used as |
|---|---|---|
| rapidfuzz | MIT | the nearest phrasing by one of its ratios (WRatio is the default of `process.extractOne`) |
| scikit-learn | BSD-3-Clause | TF-IDF with the nearest phrasing, and with a linear SVM |
| bm25s | MIT | the best phrasing by BM25 |
| nlp.js | MIT (its Chinese word list CC-CEDICT: CC BY-SA 4.0) | its default pipeline, in Node |
| ChatterBot | BSD-3-Clause (spaCy and jieba: MIT) | `BestMatch` with its word tagger; Chinese spaced by jieba |
"""

from __future__ import annotations

import importlib
import json
import logging
import shutil
import subprocess
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measure import NONE, Guess, Known, Lang, Ranking, threshold
from bot.understanding.normalise import has_chinese, tokens

Rank = Callable[[str], Ranking]
Build = Callable[[Sequence[Known], Lang], Rank]

NODE = Path(__file__).parent / "nlpjs"
NEAREST = 30  # phrasings looked at for five topics
PIP = "pip install -r requirements-bench.txt"


class MissingPeerError(Exception):
    """Not installed here; the text is the line that tells how to install it."""


@dataclass(frozen=True)
class Peer:
    name: str
    build: Build
    held_out: int = 500  # phrasings of a language that choose its threshold
    messages: int | None = None  # a slow one is measured on a seeded sample of this many
    perturbed: int = 250  # the same for perturbed messages; 0: not measured


class Asked:
    """A peer that learnt the FAQ, each language when it is first asked in it."""

    def __init__(self, peer: Peer, known: dict[Lang, list[Known]]) -> None:
        self._peer, self._known = peer, known
        self._sides: dict[Lang, tuple[Rank, float]] = {}

    def __call__(self, text: str) -> Guess:
        rank, at = self._side("zh" if has_chinese(text) else "en")
        start = time.perf_counter()
        ranking = rank(text) or ((NONE, 0.0),)
        # nlp.js tells what it took itself, so that the pipe to it is not counted.
        ms = getattr(rank, "ms", None) or (time.perf_counter() - start) * 1000
        topic, value = ranking[0]
        return Guess(ranking, topic != NONE and value >= at, ms)

    def _side(self, lang: Lang) -> tuple[Rank, float]:
        if lang not in self._sides:
            known, build = self._known[lang], self._peer.build
            at = threshold(lambda learnt: build(learnt, lang), known, self._peer.held_out)
            self._sides[lang] = (build(known, lang), at)
            self._sides[lang][0](known[0][1])  # the first message is not the one that loads things
        return self._sides[lang]


def best_topics(scored: Sequence[tuple[str, float]]) -> Ranking:
    """The first five topics, each at its best score."""
    best: dict[str, float] = {}
    for topic, value in sorted(scored, key=lambda item: -item[1]):
        best.setdefault(topic, value)
    return tuple(best.items())[:5]


def leading(ranking: Ranking) -> Ranking:
    """The same with every score as its distance to the best other one."""
    if len(ranking) < 2:
        return ranking
    (best, first), (_, second), *_rest = ranking
    return ((best, first - second), *((topic, value - first) for topic, value in ranking[1:]))


def need(module: str, how: str = PIP) -> Any:
    """An optional library. Raises MissingPeerError where it is not there or does not load."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except Exception as error:  # a library for another Python fails in its own ways
        raise MissingPeerError(f"{how}   ({type(error).__name__}: {error})") from error


def by_ratio(scorer: str) -> Build:
    def build(known: Sequence[Known], lang: Lang) -> Rank:
        fuzz, process = need("rapidfuzz.fuzz"), need("rapidfuzz.process")
        texts = [text for _, text in known]

        def rank(text: str) -> Ranking:
            near = process.extract(text, texts, scorer=getattr(fuzz, scorer), limit=NEAREST)
            return best_topics([(known[at][0], value / 100) for _, value, at in near])

        return rank

    return build


def _tfidf(lang: Lang) -> Any:
    """Characters for Chinese; words and pieces of words for English."""
    text, pipeline = need("sklearn.feature_extraction.text"), need("sklearn.pipeline")
    vectorizer = partial(text.TfidfVectorizer, sublinear_tf=True)
    if lang == "zh":
        return vectorizer(analyzer="char", ngram_range=(1, 3))
    words = vectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=r"\b\w+\b")  # noqa: S106
    pieces = vectorizer(analyzer="char_wb", ngram_range=(3, 5))
    unit_length = need("sklearn.preprocessing").Normalizer()
    return pipeline.make_pipeline(pipeline.make_union(words, pieces), unit_length)


def nearest(known: Sequence[Known], lang: Lang) -> Rank:
    np, features = need("numpy"), _tfidf(lang)
    rows = features.fit_transform([text for _, text in known]).T.tocsr()

    def rank(text: str) -> Ranking:
        near = (features.transform([text]) @ rows).toarray()[0]
        return best_topics([(known[at][0], float(near[at])) for at in np.argsort(-near)[:NEAREST]])

    return rank


def svm(known: Sequence[Known], lang: Lang) -> Rank:
    np, features = need("numpy"), _tfidf(lang)
    # On held-out phrasings of the FAQ: C was the best of 0.1, 0.3, 1, 3 in both languages, topics weighed alike cost
    # 2 points, and the lead over the second topic told right from wrong better than the margin itself.
    model = need("sklearn.svm").LinearSVC(C=1.0, random_state=0)
    model.fit(features.fit_transform([text for _, text in known]), [topic for topic, _ in known])

    def rank(text: str) -> Ranking:
        margin = model.decision_function(features.transform([text]))[0]
        return leading(tuple((str(model.classes_[at]), float(margin[at])) for at in np.argsort(-margin)[:5]))

    return rank


def bm25(known: Sequence[Known], lang: Lang) -> Rank:
    library = need("bm25s")
    index = library.BM25()
    index.index([_grams(text) for _, text in known], show_progress=False)
    vocabulary = frozenset(index.vocab_dict)

    def rank(text: str) -> Ranking:
        words = [word for word in _grams(text) if word in vocabulary]
        if not words:
            return ()
        found, values = index.retrieve([words], k=min(NEAREST, len(known)), show_progress=False)
        scored = zip(found[0], values[0], strict=True)
        # The score itself grows with the length of the message; its lead tells right from wrong better.
        return leading(best_topics([(known[int(at)][0], float(value)) for at, value in scored if value > 0]))

    return rank


def _grams(text: str) -> list[str]:
    """Words and characters, and pairs of characters: BM25 has no tokens of its own for Chinese."""
    words = tokens(text.lower())
    return words + [a + b for a, b in pairwise(words) if has_chinese(a + b)]


class NlpJs:
    """One model in a Node process of its own, asked through a pipe."""

    def __init__(self, known: Sequence[Known], lang: Lang) -> None:
        how = "install Node.js, then: npm install --prefix benchmarks/nlpjs"
        node = shutil.which("node")
        if node is None:
            raise MissingPeerError(how)
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [node, "rank.mjs"], cwd=NODE, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.ms = 0.0
        try:
            self._tell({"lang": lang, "known": list(known)})
        except (BrokenPipeError, json.JSONDecodeError) as error:
            self._process.kill()
            self._process.communicate()
            raise MissingPeerError(how) from error

    def __call__(self, text: str) -> Ranking:
        told = self._tell(text)
        self.ms = float(told["ms"])
        return tuple((topic, float(value)) for topic, value in told["ranking"])

    def _tell(self, value: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __del__(self) -> None:
        if hasattr(self, "_process"):
            self._process.communicate()  # closes its input, at which it ends


def chatterbot(known: Sequence[Known], lang: Lang) -> Rank:
    """It names one topic, the reply to the closest phrasing by edit distance among those that share a word.

    Its default tagger wants a spaCy model that has to be downloaded; the word tagger needs none.
    """
    library, tagging = need("chatterbot"), need("chatterbot.tagging")
    logging.getLogger("chatterbot").setLevel(logging.ERROR)
    bot = library.ChatBot(
        "peer",
        storage_adapter="chatterbot.storage.SQLStorageAdapter",
        database_uri="sqlite://",
        tagger=tagging.LowercaseTagger,
        tagger_language=library.languages.CHI if lang == "zh" else library.languages.ENG,
        read_only=True,
    )
    trainer = need("chatterbot.trainers").ListTrainer(bot, show_training_progress=False)
    topics = {topic for topic, _ in known}
    for topic, text in known:
        trainer.train([_spaced(text, lang), topic])

    def rank(text: str) -> Ranking:
        reply = bot.get_response(_spaced(text, lang) or "?")
        return ((reply.text, float(reply.confidence)),) if reply.text in topics else ()

    return rank


def _spaced(text: str, lang: Lang) -> str:
    return text if lang == "en" else " ".join(word for word in _jieba().cut(text) if word.strip())


@lru_cache(maxsize=1)
def _jieba() -> Any:
    jieba = need("jieba")
    jieba.setLogLevel(logging.ERROR)
    return jieba


PEERS: dict[str, Peer] = {
    "wratio": Peer("rapidfuzz WRatio", by_ratio("WRatio"), held_out=250, perturbed=100),
    "ratio": Peer("rapidfuzz ratio", by_ratio("ratio")),
    "token-set": Peer("rapidfuzz token_set", by_ratio("token_set_ratio")),
    "bm25": Peer("BM25 (bm25s)", bm25),
    "tfidf": Peer("TF-IDF nearest", nearest),
    "svm": Peer("TF-IDF + linear SVM", svm),
    "nlpjs": Peer("nlp.js", NlpJs),
    "chatterbot": Peer("ChatterBot", chatterbot, held_out=50, messages=40, perturbed=0),
}
SLOW = ("nlpjs", "chatterbot")  # only where asked for by name or with `all`
