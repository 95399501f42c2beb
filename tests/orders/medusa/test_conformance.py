"""A Medusa shop passes the suite every order source must pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.orders.conformance import Conformance
from tests.orders.medusa.far_side import FarSide
from tests.orders.medusa.shops import FourOrders, SeededShop


class TestMedusa(Conformance):
    @pytest.fixture
    def shop(self, medusa_url: str, far: FarSide, seeded: SeededShop | None) -> Iterator[FourOrders]:
        shop = FourOrders(medusa_url, far, seeded)
        yield shop
        shop.close()
