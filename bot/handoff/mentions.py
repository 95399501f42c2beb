"""Which colleagues an internal note calls by `@name`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping


def mentioned(text: str, accounts: Mapping[str, str]) -> list[str]:
    """The accounts of those named, in order, each once. `accounts`: every name they go by → their account.

    Chinese has no space after a name, so the longest known one counts: "@小美看一下" calls 小美. A name of letters
    must end where its letters do: "@mei" is not called by "@meiling", nor by a mail address.
    """
    names = sorted((n for n in accounts if n), key=len, reverse=True)
    if not names:
        return []
    ends = [re.escape(n) + (r"(?![\w-])" if n[-1].isascii() else "") for n in names]
    found = re.findall(rf"(?<![\w.])@({'|'.join(ends)})", text, re.IGNORECASE | re.ASCII)
    by_name = {n.lower(): account for n, account in accounts.items()}
    return list(dict.fromkeys(by_name[name.lower()] for name in found))
