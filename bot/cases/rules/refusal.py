"""A "no" as a value: which words say it, what they need, and where the rule is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """`key` names the words in `knowledge/replies.yaml`, `data` fills them, `rule` is the source to show a person."""

    key: str
    rule: str
    data: Mapping[str, Any] = field(default_factory=dict)
    fault_counts: bool = True  # whether a fault of the goods would open another road
