"""Who somebody is to this shop: an account, conversations, cases and orders, found by any of the names they go by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from bot.errors import NotDoneError
from bot.store import orders as order_rows
from bot.store.tables import case, chat, merged_chat, orders

KINDS = ("buyer", "case", "order")


@dataclass(frozen=True)
class Person:
    """By their keys, each sorted. `shared`: conversations that are another account's now, where they filed a case."""

    buyers: tuple[str, ...]
    chats: tuple[str, ...]
    cases: tuple[str, ...]
    orders: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What tells who they are."""
        return (*self.buyers, *self.chats)


def find(conn: Connection, named: str) -> Person:
    """Whoever is called so: an account, a conversation ("telegram:123", or "123"), a case, an order.

    "buyer:7", "case:…" and "order:…" say which is meant. Raises NotDoneError where nobody or more than one is.
    """
    name = named.strip()
    kind, _, rest = name.partition(":")
    if rest and kind in KINDS and not _chats(conn, chat.c.chat == name):
        found = {kind: _SEEDS[kind](conn, rest.strip())}
    else:
        found = {kind: seek(conn, name) for kind, seek in _SEEDS.items()}
    people = {_grown(conn, seed): kind for kind, seeds in found.items() for seed in seeds}
    if len(people) == 1:
        return next(iter(people))
    if not people:
        raise NotDoneError(
            "privacy_nobody",
            f"nothing is held on {named!r}; give an account, a conversation such as telegram:123, "
            "a case number or an order number",
        )
    which = ", ".join(sorted({_written(kind, who, name) for who, kind in people.items()}))
    raise NotDoneError(
        "privacy_several",
        f"{named!r} is more than one person; write which one is meant: {which}",
        which=which,
    )


def _written(kind: str, who: Person, name: str) -> str:
    return f"{kind}:{name}" if kind in KINDS else " or ".join(who.chats)


# --- seeds: (accounts, conversations) that a name leads to ---------------------------------------------------------

_Seed = tuple[frozenset[str], frozenset[str]]


def _chats(conn: Connection, where: ColumnElement[bool]) -> list[str]:
    return list(conn.execute(select(chat.c.chat).where(where).order_by(chat.c.chat)).scalars())


def _by_chat(conn: Connection, name: str) -> list[_Seed]:
    """The whole name, or a messenger's own number of it."""
    found = _chats(conn, chat.c.chat == name) or (
        _chats(conn, chat.c.chat.endswith(f":{name}", autoescape=True)) if name else []
    )
    return [(frozenset(), frozenset({key})) for key in found]


def _by_buyer(conn: Connection, name: str) -> list[_Seed]:
    known = [select(t.c.buyer).where(t.c.buyer == name).limit(1) for t in (chat, case, orders)]
    there = bool(name) and any(conn.execute(query).first() for query in known)
    return [(frozenset({name}), frozenset())] if there else []


def _by_case(conn: Connection, name: str) -> list[_Seed]:
    row = conn.execute(select(case.c.buyer, case.c.chat).where(case.c.id == name.upper())).first()
    # Of one that was erased nobody is known any more.
    if row is None or (row.buyer is None and not _chats(conn, chat.c.chat == row.chat)):
        return []
    return [(frozenset({row.buyer}), frozenset()) if row.buyer else (frozenset(), frozenset({row.chat}))]


def _by_order(conn: Connection, name: str) -> list[_Seed]:
    """Whose it is; one that names nobody is theirs who filed a case on it."""
    lines = order_rows.read_lines(conn, name)
    seeds: list[_Seed] = [(frozenset({o.buyer}), frozenset()) for o in lines if o.buyer]
    if not seeds and lines:
        filed = select(case.c.chat).where(case.c.order_id.in_([o.id for o in lines]))
        seeds = [(frozenset(), frozenset({key})) for key in _chats(conn, chat.c.chat.in_(filed))]
    return [
        seed for seed in dict.fromkeys(seeds) if not any(b.startswith(order_rows.ERASED) for b in seed[0])
    ]


_SEEDS = {"chat": _by_chat, "buyer": _by_buyer, "case": _by_case, "order": _by_order}


def _grown(conn: Connection, seed: _Seed) -> Person:
    """From there to all that is theirs: a conversation's account, and all conversations of that account."""
    given, talks = seed
    buyers = given | (_accounts(conn, talks) or _accounts(conn, _roots(conn, talks)))
    own = _chats(conn, or_(chat.c.chat.in_(talks), chat.c.buyer.in_(buyers)))
    chats = _chats(conn, or_(chat.c.chat.in_(own), _merged(conn, own)))
    # Of a conversation that somebody else used before, only what was filed by nobody known.
    here = and_(case.c.chat.in_(chats), case.c.buyer.is_(None))
    filed = conn.execute(select(case).where(or_(case.c.buyer.in_(buyers), here))).all()
    return Person(
        _sorted(buyers),
        tuple(chats),
        _sorted(r.id for r in filed),
        _orders(conn, buyers, chats, [r.order_id for r in filed if r.order_id]),
        _sorted({r.chat for r in filed} - set(chats)),
    )


def _accounts(conn: Connection, talks: Collection[str]) -> set[str]:
    known = select(chat.c.buyer).where(chat.c.chat.in_(talks), chat.c.buyer.is_not(None))
    return {account for account in conn.execute(known).scalars() if account}


def _roots(conn: Connection, talks: Collection[str]) -> set[str]:
    """The conversations that the shop's people merged these into."""
    return set(conn.execute(select(merged_chat.c.into).where(merged_chat.c.chat.in_(talks))).scalars())


def _merged(conn: Connection, own: Sequence[str]) -> ColumnElement[bool]:
    """Guests' conversations that the shop's people took together with these."""
    roots = {*own, *_roots(conn, own)}
    parts = conn.execute(select(merged_chat.c.chat).where(merged_chat.c.into.in_(roots))).scalars().all()
    return and_(chat.c.chat.in_([*roots, *parts]), chat.c.buyer.is_(None))


def _orders(
    conn: Connection, buyers: Iterable[str], chats: Sequence[str], filed: Sequence[str]
) -> tuple[str, ...]:
    """The account's own, and those that name nobody and were proved or complained of in their conversations."""
    states = conn.execute(select(chat.c.state).where(chat.c.chat.in_(chats))).scalars()
    proved = {str(number) for state in states for number in (state or {}).get("proved", ())}
    nobodys = and_(orders.c.id.in_([*filed, *proved]), or_(orders.c.buyer.is_(None), orders.c.buyer == ""))
    found = select(orders.c.id).where(or_(orders.c.buyer.in_(list(buyers)), nobodys))
    return _sorted(conn.execute(found).scalars())


def _sorted(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))
