"""Each test of a Medusa shop runs on recorded answers, or with `MEDUSA_SHOP` on a real Medusa: the same tests."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.medusa_seed import Furnished
from tests.orders.medusa.far_side import FarSide, Real, Recorded
from tests.orders.medusa.shops import MedusaShop, SeededShop
from tests.support.http_server import serving


@pytest.fixture(scope="session")
def seeded() -> Iterator[SeededShop | None]:
    """The shop that was filled for these tests; None where answers are recorded."""
    path = os.environ.get("MEDUSA_SHOP")
    if path is None:
        yield None
        return
    shop = SeededShop(Furnished(**json.loads(Path(path).read_text(encoding="utf-8"))))
    yield shop
    shop.close()


@pytest.fixture
def far(request: pytest.FixtureRequest, seeded: SeededShop | None) -> Iterator[FarSide]:
    name = re.sub(r"\W+", "_", request.node.name).strip("_")
    side = Real(seeded.at.url) if seeded else Recorded(name)
    yield FarSide(side)
    side.close()
    if isinstance(side, Recorded):
        why = "what the bot asks has changed; run `bash .ci/medusa --record` (docs/medusa.md)"
        assert (side.unknown, side.unasked()) == ([], []), why
    elif os.environ.get("MEDUSA_RECORD"):
        side.keep(name)


@pytest.fixture
def medusa_url(far: FarSide) -> Iterator[str]:
    with serving(far.app()) as url:
        yield url


@pytest.fixture
def shop(medusa_url: str, far: FarSide, seeded: SeededShop | None) -> Iterator[MedusaShop]:
    shop = MedusaShop(medusa_url, far, seeded)
    yield shop
    shop.close()
