"""Units looked up once for two vocabularies, and postings added up: the same as the plain way of working them out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bot.understanding.units import Beside, Block, Vocabulary, added

FAQ = [Counter(["退款", "到账", "多久"]), Counter(["退款", "退款", "不了"]), Counter(["发票", "怎么", "开"])]
PRACTICE = [Counter(["退款", "包裹", "多久"]), Counter(["包裹", "到账"])]
MESSAGES = [
    Counter(["退款", "多久"]),
    Counter(["包裹", "发票", "没听过", "退款", "退款"]),
    Counter(["没听过", "也没有"]),
    Counter(),
]


@pytest.mark.parametrize("counts", MESSAGES)
def test_the_places_beside_another_vocabulary_are_the_places_looked_up_alone(counts: Counter[str]) -> None:
    mine, other = Vocabulary.of(FAQ), Vocabulary.of(PRACTICE)
    theirs, times = other.find(counts)
    alone, its_times = mine.find(counts)
    assert Beside(mine, other).find(theirs, counts).tolist() == alone.tolist()
    assert times.tolist() == its_times.tolist()


@pytest.mark.parametrize("counts", MESSAGES)
def test_added_postings_are_the_cosine_with_every_phrasing(counts: Counter[str]) -> None:
    block = Block.of(FAQ)
    dense = np.zeros((len(FAQ), len(block.units.names)))
    for at, its in enumerate(block.rows):
        dense[at, its.index] = its.weight
    row = block.units.row(*block.units.find(counts))
    wanted = dense[:, row.index] @ row.weight * 0.5
    assert np.allclose(added([block.postings(row, 0.5)], len(FAQ)), wanted, atol=1e-6)


def test_a_unit_that_nobody_knows_lowers_what_is_known_of_a_message() -> None:
    units = Vocabulary.of(FAQ)
    whole, half, none = (
        units.cover(*units.find(Counter(said))) for said in (["退款"], ["退款", "火星"], ["火星"])
    )
    assert (whole, none) == (1.0, 0.0)
    assert 0 < half < 0.5  # what no text has tells more than what two have
