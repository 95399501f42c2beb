"""Simulated buyers: what they are after, how they talk, and what came of it."""
