"""The frame of the desk's pages about people: the bar on top, whose page it is, what just happened."""

from __future__ import annotations

import re

from fastapi import Request
from fastapi.responses import HTMLResponse

from bot.desk.gate import lang_of, theme_of
from bot.desk.kit import Kit
from bot.handoff.rights import may
from bot.store.agents import Agent

# The first that fits; an engine is named after the one it is not (Edge says Chrome, Chrome says Safari).
_BROWSERS = (
    ("MicroMessenger", "微信 WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("CriOS|Chrome|Chromium", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone|iPad", "iOS"), ("Android", "Android"), ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def page(
    request: Request, kit: Kit, template: str, agent: Agent, *, done: str = "", fault: str = "",
    status: int = 200, **data: object,
) -> HTMLResponse:  # fmt: skip
    """`done` and `fault` tell what the last press did, or why it did nothing."""
    body = kit.pages.render(
        template,
        lang_of(request),
        theme=theme_of(request),
        agent=agent,
        may=lambda right: may(agent.role, right),
        here=template.removesuffix(".html"),
        done=done,
        fault=fault,
        device=device,
        **data,
    )
    return HTMLResponse(body, status)


def refused(request: Request, kit: Kit, agent: Agent) -> HTMLResponse:
    """A page for who followed an address that is not for their role."""
    return page(request, kit, "no_right.html", agent, status=403)


def device(user_agent: str) -> str:
    """ "Chrome · Windows": enough to know one's own again. The whole table of all browsers would be 20 MB."""
    found = (
        next((name for pattern, name in table if re.search(pattern, user_agent)), "")
        for table in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, found)) or user_agent[:40]
