"""The browser of this machine, driven by Playwright; nothing is downloaded."""

import os
import shutil

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A browser that talks to nobody but our own pages.
FLAGS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def flags() -> list[str]:
    root = hasattr(os, "getuid") and os.getuid() == 0
    return [*FLAGS, *(["--no-sandbox"] if root else [])]  # Chromium's sandbox does not work as root
