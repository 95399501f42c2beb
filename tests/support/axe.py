"""What axe-core finds wrong on a page by the rules of WCAG 2.2, levels A and AA."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")  # all that differs in the dark


async def faults(page: Page, where: str) -> list[str]:
    """One line a fault, in the light and in the dark: where, the rule, the element and what is wrong with it."""
    # The size of what is pressed is not among what axe looks at by itself.
    every = {"runOnly": {"type": "tag", "values": [*TAGS]}, "rules": {"target-size": {"enabled": True}}}
    found = await _look(page, where, every)
    await page.emulate_media(color_scheme="dark")
    found += await _look(page, f"{where}, dark", {"runOnly": {"type": "rule", "values": [*COLOURS]}})
    await page.emulate_media(color_scheme="light")
    return found


async def _look(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    found = await Axe().run(page, options={**options, "resultTypes": ["violations"]})
    lines = []
    for fault in found.response["violations"]:
        for node in fault["nodes"]:
            said = " ".join(node["failureSummary"].split("\n  ")[1:])
            lines.append(f"{where}: {fault['id']}: {node['target']}: {said}")
    return lines
