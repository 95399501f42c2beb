"""What a test needs and this machine lacks: a skip that says so, and in CI a failure, never a skip."""

import os
from typing import NoReturn

import pytest


def missing(what: str, cure: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not here, and CI must have it: {cure}", pytrace=False)
    pytest.skip(f"{what} is not here: {cure}")
