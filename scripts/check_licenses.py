"""Fails where a library the shop runs on has a licence that would bind the whole product (GPL, AGPL) or none.

The LGPL is fine: such a library is used as it is and can be replaced. What only develops and tests is not
looked at, since it is not handed on.
"""

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BINDING = re.compile(r"\bA?GPL|Affero|(?<!Lesser )General Public|UNKNOWN", re.IGNORECASE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def runtime_names() -> set[str]:
    lock = (TOP / "requirements.lock").read_text(encoding="utf-8")
    return {canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}


def licences() -> list[dict[str, str]]:
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"]
    rows: list[dict[str, str]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    wanted = runtime_names()
    return [row for row in rows if canonical(row["Name"]) in wanted]


def faults(rows: list[dict[str, str]]) -> list[str]:
    found = []
    for row in rows:
        # "A OR B" leaves the choice: one free branch is enough.
        if all(BINDING.search(branch) for branch in re.split(r"\bOR\b", row["License"])):
            found.append(f"{row['Name']} {row['Version']}: {row['License']}")
    return found


def main() -> int:
    rows = licences()
    installed = {canonical(d.metadata["Name"]) for d in importlib.metadata.distributions()}
    if not rows or len(rows) < len(runtime_names() & installed):
        print("not every library was looked at; install requirements-dev.lock first")
        return 1
    wrong = faults(rows)
    print("\n".join(wrong) or f"{len(rows)} libraries, none under the GPL or AGPL, none unknown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
