"""A case's evidence pack at the desk: for who is signed in, whole, and noted."""

import hashlib
import json
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from bot.store.tables import audit
from tests.desk.scene import CRACK, WHOLE, Scene

PACK = "/desk/cases/A260310-7KQ2M/evidence.zip"


async def test_an_agent_takes_the_pack_of_a_case_away(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        answer = await mei.get(PACK, params={"lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="A260310-7KQ2M-evidence.zip"'
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "application/zip",
        "no-store",
    )
    archive = ZipFile(BytesIO(answer.content))
    listed = json.loads(archive.read("manifest.json"))["files"]
    assert {f["sha256"] for f in listed} == {hashlib.sha256(data).hexdigest() for data in (CRACK, WHOLE)}
    assert {archive.read(f["file"]) for f in listed} == {CRACK, WHOLE}


async def test_who_took_which_pack_stands_in_the_audit_log(desk: Scene) -> None:
    async with desk.client("mei") as mei:
        await mei.get(PACK, params={"lang": "zh"})
    taken = select(audit.c.who, audit.c.subject, audit.c.detail).where(audit.c.act == "case.evidence")
    noted = desk.db.read(lambda conn: [tuple(r) for r in conn.execute(taken)])
    assert noted == [("mei", "A260310-7KQ2M", {"lang": "zh"})]


async def test_nobody_else_gets_a_pack_and_an_unknown_case_has_none(desk: Scene) -> None:
    async with desk.client() as stranger:
        outside = await stranger.get(PACK)
    async with desk.client("mei") as mei:
        unknown = await mei.get(PACK.replace("7KQ2M", "AAAAA"))
    assert (outside.status_code, outside.headers["location"]) == (303, "/desk/sign-in")
    assert unknown.status_code == 404
    assert (
        desk.db.read(
            lambda conn: conn.execute(select(audit.c.who).where(audit.c.act == "case.evidence")).all()
        )
        == []
    )
