"""The commands: `python -m bot COMMAND`, also installed as `aftersales COMMAND`. Each is a few lines over its part."""

from __future__ import annotations

import sys

from bot.commands.cli import app
from bot.errors import BotError, UsageError


def main() -> None:
    """Exits 0 (done), 1 (what was checked does not hold, or a fault) or 2 (wrong use); errors name the cure."""
    try:
        app()
    except UsageError as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except BotError as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
