"""Which licences `scripts/check_licenses.py` lets through."""

import runpy
from pathlib import Path

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).resolve().parent.parent / "scripts" / "check_licenses.py"))


def refused(licence: str) -> bool:
    return bool(SCRIPT["faults"]([{"Name": "some-library", "Version": "1", "License": licence}]))


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "GNU General Public License v2 (GPLv2)",
        "AGPL-3.0",
        "GNU Affero General Public License",
        "UNKNOWN",
    ],
)
def test_a_licence_that_would_bind_the_product_or_is_unknown_is_refused(licence: str) -> None:
    assert refused(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "LGPL-3.0-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "Apache-2.0 AND MIT",
        "GPL-2.0 OR MIT",
    ],
)
def test_a_free_licence_and_the_lgpl_are_let_through(licence: str) -> None:
    assert not refused(licence)
