"""Who is typing and who is looking: marks that run out. On both databases."""

from __future__ import annotations

from bot.store import agents, marks
from bot.store.db import Database
from bot.store.marks import BUYER, Mark

CHAT, NOW = "web:lin", 1_000.0


def test_a_mark_holds_until_its_time_is_moved_on_and_is_taken_away(database: Database) -> None:
    db = database
    db.write(lambda conn: agents.add(conn, "mei", "小美", "agent", 0))
    db.write(lambda conn: marks.put(conn, CHAT, BUYER, "typing", NOW + 6))
    db.write(lambda conn: marks.put(conn, CHAT, "mei", "looking", NOW + 75))
    db.write(lambda conn: marks.put(conn, CHAT, "mei", "typing", NOW + 6))
    db.write(lambda conn: marks.put(conn, CHAT, "mei", "typing", NOW + 9))
    assert db.read(lambda conn: marks.live(conn, NOW + 7)) == {
        CHAT: (Mark("mei", "looking", NOW + 75, "小美"), Mark("mei", "typing", NOW + 9, "小美"))
    }
    assert db.read(lambda conn: marks.typing_until(conn, CHAT, NOW)) == NOW + 9
    assert db.read(lambda conn: marks.typing_until(conn, CHAT, NOW + 9)) == 0.0
    for n in range(9):
        db.write(lambda conn, n=n: marks.put(conn, "web:bo", f"a{n}", "looking", NOW + 75))  # type: ignore[misc]
    crowd = db.read(lambda conn: marks.live(conn, NOW))["web:bo"]
    assert [m.display for m in crowd] == ["a0", "a1", "a2", "a3"]  # a handful is enough to know
    assert db.write(lambda conn: marks.drop(conn, CHAT, "mei", "typing"))
    assert not db.write(lambda conn: marks.drop(conn, CHAT, "mei", "typing"))
    assert (
        db.read(lambda conn: marks.typing_until(conn, CHAT, NOW)) == 0.0
    )  # the buyer's own shows to people only
