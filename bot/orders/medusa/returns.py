"""Returns in Medusa: filed, looked at, received. What we begin carries our key, so that a repeat goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import SourceRefusedError
from bot.orders.medusa.admin import NAME, Admin, busy
from bot.orders.medusa.reading import Row

KEY = "aftersales_key"  # in a return's metadata
FILED = ("requested", "partially_received", "received")


def file_return(admin: Admin, key: str, row: Row, item: Row, case: Mapping[str, Any]) -> str:
    """Begin, add the line, request: three calls, any of which a crash may have been the last. The return's id."""
    ours = next((one for one in admin.returns_of(row) if (one["metadata"] or {}).get(KEY) == key), None)
    if ours and ours["status"] in FILED:
        return str(ours["id"])
    change = admin.change_under_way(row)
    if change and (ours is None or change["return_id"] != ours["id"]):
        raise busy(row)
    wanted = {"id": item["id"], "quantity": _wanted(row, item, case)}
    if ours is None:
        note = {"metadata": {KEY: key}, "internal_note": key}
        ours = admin.post("returns", order_id=row["id"], location_id=_sent_from(row, item), **note)["return"]
    path = f"returns/{ours['id']}"
    if not (change and change["actions"]):
        admin.post(f"{path}/request-items", items=[wanted | _reason(admin, case)])
    admin.post(f"{path}/request")
    return str(ours["id"])


def receive(admin: Admin, key: str, row: Row, item: Row, ref: str | None) -> str:
    """The goods are back: the whole return `ref`, or the line's only one. Puts them into stock again."""
    one = _the_return(admin, row, item, ref)
    if one["status"] == "received":
        return str(one["id"])
    change = admin.change_under_way(row)
    if change and (change["return_id"] != one["id"] or change["internal_note"] != key):
        raise busy(row)
    path = f"returns/{one['id']}"
    if change is None:
        admin.post(f"{path}/receive", internal_note=key)
    if not one["location_id"]:  # without one Medusa marks it received, and then fails
        admin.post(path, location_id=_sent_from(row, item))
    if not (change and change["actions"]):
        back = [
            {"id": p["item_id"], "quantity": p["quantity"] - p["received_quantity"]} for p in one["items"]
        ]
        admin.post(f"{path}/receive-items", items=[part for part in back if part["quantity"] > 0])
    admin.post(f"{path}/receive/confirm")
    return str(one["id"])


def cases(admin: Admin, row: Row, item: Row) -> list[Mapping[str, Any]]:
    """The line's returns: Medusa's id as `ref`, our `key` where we filed it, its `status` in Medusa's words."""
    return [
        {
            "ref": one["id"],
            "key": (one["metadata"] or {}).get(KEY),
            "type": "return_refund",
            "status": one["status"],
            "qty": sum(part["quantity"] for part in _parts(one, item)),
            "received": sum(part["received_quantity"] for part in _parts(one, item)),
            "requested_at": one["requested_at"],
            "received_at": one["received_at"],
        }
        for one in admin.returns_of(row)
        if _parts(one, item)
    ]


def _the_return(admin: Admin, row: Row, item: Row, ref: str | None) -> Row:
    found = [one for one in admin.returns_of(row) if _parts(one, item) and ref in (None, one["id"])]
    open_ones = [one for one in found if one["status"] != "received"]
    if len(open_ones or found) != 1:
        raise SourceRefusedError(
            f"{NAME} has {len(open_ones or found)} returns of this line; name one of them"
        )
    return (open_ones or found)[0]


def _wanted(row: Row, item: Row, case: Mapping[str, Any]) -> int:
    """Looked at first, since a begun return that cannot take its line would block the order."""
    detail = item["detail"]
    gone = ("return_requested_quantity", "return_received_quantity", "return_dismissed_quantity")
    left = int(detail["fulfilled_quantity"] - sum(detail[name] for name in gone))
    wanted = int(case.get("qty") or left)
    if not 0 < wanted <= left:
        raise SourceRefusedError(f"{NAME}: {wanted} to be returned, but {left} sent and not on the way back")
    return wanted


def _sent_from(row: Row, item: Row) -> str | None:
    """Goods go back to the stock location they came from."""
    for fulfilment in row["fulfillments"] or ():
        if (
            any(part["line_item_id"] == item["id"] for part in fulfilment["items"])
            and not fulfilment["canceled_at"]
        ):
            return str(fulfilment["location_id"])
    return None


def _reason(admin: Admin, case: Mapping[str, Any]) -> dict[str, str]:
    """Medusa's own return reason where the shop has one of that value; in any case a note for its staff."""
    reason = str(case.get("reason") or "")
    known = admin.rows("return-reasons", limit="100") if reason else []
    found = next((one["id"] for one in known if one["value"] == reason), None)
    return {"internal_note": reason} | ({"reason_id": str(found)} if found else {})


def _parts(one: Row, item: Row) -> list[Row]:
    return [part for part in one["items"] if part["item_id"] == item["id"]]
