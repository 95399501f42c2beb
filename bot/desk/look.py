"""How the desk's pages are made: templates, the shop's clock, static files. What they show: `parts.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.cases.hours import Hours
from bot.cases.movers import refund_number
from bot.desk.words import Chrome
from bot.handoff import words
from bot.handoff.packet import moment
from bot.insight import words as insight_words
from bot.messages import Lang
from bot.store.conversations import Message
from bot.store.desk import PhotoState

HERE = Path(__file__).parent
SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp")  # what every browser draws itself
STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "compose.js": "text/javascript; charset=utf-8",
    "canned.js": "text/javascript; charset=utf-8",
    "cases.js": "text/javascript; charset=utf-8",
    "cases.css": "text/css; charset=utf-8",
    "search.js": "text/javascript; charset=utf-8",
    "buyer.js": "text/javascript; charset=utf-8",
    "merge.js": "text/javascript; charset=utf-8",
    "find.css": "text/css; charset=utf-8",
    "dashboard.css": "text/css; charset=utf-8",
    "dashboard.js": "text/javascript; charset=utf-8",
    "people.css": "text/css; charset=utf-8",
    "people.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Static:
    body: bytes
    mime: str
    version: str


def static_files() -> dict[str, Static]:
    files = {}
    for name, mime in STATIC.items():
        body = (HERE / "static" / name).read_bytes()
        files[name] = Static(body, mime, hashlib.sha256(body).hexdigest()[:12])
    return files


@dataclass(frozen=True)
class Look:
    """`shop` is its name by language; instants are shown on the clock of `zone`."""

    zone: ZoneInfo
    public_url: str
    shop: Mapping[str, str] = field(default_factory=dict)


class Pages:
    """Renders a template in an agent's language. Everything is escaped: a buyer's words are never markup."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.static = static_files()
        env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        env.filters["clock"] = lambda at: f"{at.astimezone(look.zone):%H:%M}"
        env.filters["day"] = lambda at: f"{at.astimezone(look.zone):%m-%d}"
        env.filters["moment"] = lambda at: moment(at, look.zone)
        env.filters["instant"] = lambda at: moment(datetime.fromtimestamp(at, UTC), look.zone)
        env.filters["epoch"] = datetime.timestamp
        env.filters["number"] = refund_number
        env.filters["url"] = lambda text: quote(str(text), safe="")
        env.globals.update(static=self._static_url, shown=SHOWN)
        self._env = env
        # Every open desk shows the same lines: each is made once for each language.
        self.message = lru_cache(maxsize=8192)(self._message)
        self.queue = lru_cache(maxsize=1024)(self._queue)
        self.signs = lru_cache(maxsize=256)(self._signs)

    def render(self, template: str, lang: Lang, **data: object) -> str:
        def said(name: str, key: str) -> str:
            known = getattr(words, name, None) or getattr(insight_words, name)
            return words.label(known, key, lang)

        shop = self.look.shop.get(lang, "")
        zone = self.look.zone.key
        return self._env.get_template(template).render(
            t=Chrome(lang), said=said, label=lambda key: words.LABELS[key].text(lang), lang=lang, shop=shop,
            zone=zone, **data,
        )  # fmt: skip

    def rows(self, lang: Lang, rows: Sequence[object], held: bool = False) -> str:
        return self.render("queue_rows.html", lang, rows=rows, held=held)

    def _queue(
        self,
        lang: Lang,
        called: tuple[object, ...],
        waiting: object,
        mine: tuple[object, ...],
        paused: bool = False,
        off: str = "",
    ) -> str:
        """`waiting` is drawn already, the same for all who know the same. `off`: the hours of who is not on shift."""
        shift = Hours.parse(off).said(lang) if off else ""
        shown = {"waiting": waiting, "mine": self.rows(lang, mine, True), "paused": paused, "shift": shift}
        return self.render("queue.html", lang, called=called, held=len(mine), **shown)

    def _signs(self, lang: Lang, buyer: bool, typing: tuple[str, ...], looking: tuple[str, ...]) -> str:
        return self.render("signs.html", lang, buyer=buyer, typing=typing, looking=looking)

    def _message(
        self, m: Message, lang: Lang, states: tuple[tuple[str, PhotoState], ...], of: str = ""
    ) -> str:
        return self.render("message.html", lang, m=m, photos=dict(states), of=of)

    def _static_url(self, name: str) -> str:
        return f"/desk/static/{name}?v={self.static[name].version}"
