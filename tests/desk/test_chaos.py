"""Two processes, two agents, one queue, kills in between; at full length: `python -m benchmarks.desk_chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.desk_chaos import play


@pytest.mark.slow
async def test_whatever_happens_at_once_each_chat_has_one_owner_and_every_word_arrives_once(
    database_url: str, tmp_path: Path
) -> None:
    told = await play(database_url, tmp_path, chats=16, events=200, seed=11, rounds=2)
    assert told.faults == []
    assert told.restarts == 1
    assert told.replies > 10 and told.events["claim"] > 10
