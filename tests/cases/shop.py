"""The shop's own policy, read once. No expectations here."""

from pathlib import Path

from bot.knowledge.load import load

POLICY = load(Path(__file__).resolve().parents[2] / "knowledge").policy
