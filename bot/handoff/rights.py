"""Who may do what at the desk: three roles, and for each right the lowest of them that has it. Pure."""

from __future__ import annotations

ROLES = ("agent", "lead", "admin")  # each may all that those before it may

RIGHTS = {
    "answer": "agent",  # claim, reply, note, hand back, resolve
    "take_over_from_others": "lead",  # a chat that a colleague has
    "reassign": "lead",  # give a chat to somebody else
    "block_buyer": "lead",
    "see_all": "lead",  # every colleague's chats and figures
    "see_audit": "lead",
    "export": "lead",  # figures and the audit log as files
    "manage_people": "admin",  # invite, roles, links, sessions, deactivate
    "erase": "admin",  # a buyer's data: look at all of it, take it out, erase it
}


def may(role: str, right: str) -> bool:
    """Whether this role has the right. A role nobody knows has none; an unknown right is a fault (KeyError)."""
    lowest = ROLES.index(RIGHTS[right])
    return role in ROLES and ROLES.index(role) >= lowest
