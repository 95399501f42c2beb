"""What axe-core finds wrong on a page by the rules of WCAG 2.2, levels A and AA."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The size of what is pressed is not among what axe does by itself.
OPTIONS = {
    "runOnly": {"type": "tag", "values": [*RULES]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


async def faults(page: Page, where: str) -> list[str]:
    """One line a fault: where, the rule, the element and what is wrong with it."""
    found = await Axe().run(page, options=OPTIONS)
    lines = []
    for fault in found.response["violations"]:
        for node in fault["nodes"]:
            said = " ".join(node["failureSummary"].split("\n  ")[1:])
            lines.append(f"{where}: {fault['id']}: {node['target']}: {said}")
    return lines
