"""Why a buyer may be blocked: the reason codes of the desk's form, for the list and the audit log. Pure."""

from __future__ import annotations

from bot.handoff.words import Both

REASONS = {
    "spam": Both("广告、刷屏", "Advertising or flooding"),
    "abuse": Both("辱骂、骚扰", "Abuse or harassment"),
    "fraud": Both("欺诈、冒用身份", "Fraud or a false identity"),
    "extortion": Both("以差评或投诉要挟钱财", "Extortion by reviews or complaints"),
    "other": Both("其他(写明原因)", "Another reason, in words"),
}
OTHER = "other"  # says nothing without words of its own
