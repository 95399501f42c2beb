"""What is known of buyers' wording before a shop's FAQ is read: weights of words, trained on thousands of messages.

The FAQ says what a shop answers, in some dozen phrasings a topic; buyers say it in ten thousand ways. `data/*.npz`
beside this file holds, for each language, how much each word, sound, concept and direction of the sentence vectors
speaks for each topic. They are trained by `python -m scripts.practise` and never change at run time; the FAQ is fitted
beside them, so a topic that a shop adds is learnt from its phrasings alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.understanding.softmax import Array
from bot.understanding.units import Floats, Joint, Said, Vocabulary

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Trust:
    """How far a guess is to be trusted, measured on labelled messages of buyers; `answer`: enough to answer."""

    trust: Array
    own: Array  # by topics
    answer: float


@dataclass(frozen=True)
class Practice:
    """`heads` are units by topics for each block, and dimensions by topics for "vectors"."""

    topics: tuple[str, ...]
    units: Mapping[str, Vocabulary]
    heads: Mapping[str, npt.NDArray[np.floating[Any]]]
    bias: Floats
    known: npt.NDArray[np.bool_]  # which of the topics were practised
    trust: Trust | None = None
    joint: Joint | None = None  # the heads as a message is judged by them; none where there is no practice

    def for_topics(self, topics: Sequence[str]) -> Practice:
        """The same for the topics of one FAQ, in its order. It says how far to trust a guess as long as it knows half
        of them."""
        at = [self.topics.index(t) if t in self.topics else -1 for t in topics]
        known = np.array([i >= 0 for i in at])
        heads = dict(self.heads)
        if tuple(topics) != self.topics:  # the shipped topics need no copy of it all
            heads = {name: np.where(known, head[:, at], 0).astype(np.float32) for name, head in heads.items()}
        bias = np.where(known, self.bias[at], 0).astype(np.float32)
        trust = self.trust if known.mean() >= 0.5 else None
        if trust:
            trust = Trust(trust.trust, np.where(known, trust.own[at], 0.0), trust.answer)
        # Beside the sentence encoder memory is what is short, without it time.
        width = np.dtype(np.float16 if "vectors" in heads else np.float32)
        joint = Joint(self.units, heads, len(topics), width) if self.units else None
        if joint:
            heads |= {name: joint.head(name) for name in self.units}
        return Practice(tuple(topics), self.units, heads, bias, known, trust, joint)

    def see(self, counts: Mapping[str, Counter[str]]) -> Said | None:
        """A message's units as practice knows them."""
        return self.joint.see(counts) if self.joint else None

    def logits(self, said: Said | None, vector: Floats | None) -> Floats:
        """What the message's units and its vector say for each topic; nothing for one that was not practised."""
        total = self.bias.copy()
        if self.joint and said:
            total += self.joint.logits(said)
        if vector is not None and "vectors" in self.heads:
            total += vector @ self.heads["vectors"]
        return total

    def words(self) -> Mapping[str, float]:
        """Characters, words and pairs met in practice, and how many texts have each."""
        return self.units["words"].frequencies() if "words" in self.units else {}

    def spoke(self, said: Said | None, vector: Floats | None, topic: int) -> list[tuple[str, float]]:
        """The units that spoke loudest for or against a topic, against the mean over all topics."""
        found: list[tuple[str, float]] = []
        if self.joint and said:
            head = self.joint.rows(said)
            parts = said.weight * (head[:, topic] - head.mean(axis=1))
            names = self.joint.names(said)
            found += [(name, part) for name, part in zip(names, parts.tolist(), strict=True) if name]
        if vector is not None and "vectors" in self.heads:
            head = self.heads["vectors"]
            found.append(("(meaning)", float(vector @ (head[:, topic] - head.mean(axis=1)))))
        return sorted(found, key=lambda part: -abs(part[1]))


def load(lang: str, vectors: bool, topics: Sequence[str]) -> Practice:
    """The weights for one language and one FAQ's topics, with or without sentence vectors; none where none were
    trained."""
    file = FOLDER / f"practice-{lang}.npz"
    if not file.exists():
        none = np.zeros(len(topics), dtype=bool)
        return Practice(tuple(topics), {}, {}, np.zeros(len(topics), np.float32), none)
    with np.load(file, allow_pickle=False) as kept:
        other = "plain." if vectors else "vectors."
        arrays = {name: kept[name] for name in kept.files if not name.startswith(other)}
    kind = "vectors" if vectors else "plain"
    size = int(arrays["size"])
    blocks = [name.removesuffix(".units") for name in arrays if name.endswith(".units")]
    heads = {name: arrays.get(f"{kind}.{name}") for name in [*blocks, "vectors"]}
    practised = tuple(arrays["topics"].tolist())
    return Practice(
        practised,
        {b: Vocabulary(arrays[f"{b}.units"].tolist(), arrays[f"{b}.idf"], size) for b in blocks},
        {name: head.astype(np.float32) for name, head in heads.items() if head is not None},
        arrays[f"{kind}.bias"].astype(np.float32),
        np.ones(len(practised), dtype=bool),
        _trust(arrays, kind),
    ).for_topics(topics)


def _trust(arrays: Mapping[str, npt.NDArray[Any]], kind: str) -> Trust | None:
    if f"{kind}.trust" not in arrays:
        return None
    return Trust(arrays[f"{kind}.trust"], arrays[f"{kind}.own"], float(arrays[f"{kind}.answer"]))


def arrays(kinds: Mapping[str, Practice], size: int) -> dict[str, npt.NDArray[Any]]:
    """What `load` reads: the same units under each kind's weights, in half precision. `size` is of the texts."""
    first = next(iter(kinds.values()))
    found: dict[str, npt.NDArray[Any]] = {"topics": np.array(first.topics), "size": np.array(size)}
    for name, units in first.units.items():
        found[f"{name}.units"] = np.array(units.names)
        found[f"{name}.idf"] = units.idf
    for kind, practice in kinds.items():
        found[f"{kind}.bias"] = practice.bias
        for name, head in practice.heads.items():
            found[f"{kind}.{name}"] = head.astype(np.float16)
    return found
