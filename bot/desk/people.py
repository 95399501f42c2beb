"""Colleagues, for admins: invitations, roles, sign-in links, and who is shut out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.desk.gate import PATH, form_of, lang_of
from bot.desk.kit import Kit
from bot.desk.shell import page, refused
from bot.desk.tries import From, from_of
from bot.desk.words import Chrome
from bot.handoff.assign import skills_of
from bot.handoff.rights import ROLES, may
from bot.handoff.rules import Rules
from bot.knowledge.types import LANGS
from bot.store import agents, audit, invitations, owners, presence, proofs
from bot.store.agents import LINK_SECONDS, Agent, Session
from bot.store.invitations import INVITE_SECONDS, Invitation
from bot.store.presence import Work
from bot.store.proofs import Proofs

PEOPLE = f"{PATH}/people"
NAME = r"[\w.-]{2,32}"
DISPLAY_MOST = 40  # characters


@dataclass(frozen=True)
class Did:
    """What came of a press, as keys of the desk's words; `link` is shown once and never again."""

    done: str = ""
    fault: str = ""
    link: str = ""
    title: str = ""
    name: str = ""
    until: float = 0.0
    chats: Sequence[str] = ()  # that are nobody's now; the open desks look again


@dataclass(frozen=True)
class Person:
    """One row of the list."""

    agent: Agent
    proofs: Proofs
    sessions: list[Session]
    link_until: datetime | None
    work: Work


@dataclass(frozen=True)
class Press:
    """An admin pressed a button: the fields that came with it, from where, and the rules of the queue."""

    by: Agent
    form: Mapping[str, str]
    at: From
    rules: Rules


Do = Callable[[Connection, Press], Did]


def add_people(router: APIRouter, kit: Kit) -> None:
    @router.get("/people")
    async def people(request: Request, done: str = "") -> Response:
        agent = await kit.gate.visiting(request)
        if not may(agent.role, "manage_people"):
            return refused(request, kit, agent)
        return await _people(request, kit, agent, Did(done=done if done in TOLD else ""))

    @router.post("/people/{do}")
    async def act(request: Request, do: str) -> Response:
        admin = await kit.gate.acting(request, "manage_people")
        if do not in DOES:
            raise HTTPException(404)
        press = Press(admin, await form_of(request), from_of(request, kit), kit.rules())
        did = await kit.db.awrite(lambda conn: DOES[do](conn, press))
        kit.hub.changed(did.chats)
        if did.fault:
            return await _people(request, kit, admin, did, do, press.form, 400)
        if did.link:
            return await _people(request, kit, admin, did)
        return RedirectResponse(f"{PEOPLE}?done={did.done}", 303)


async def _people(
    request: Request,
    kit: Kit,
    admin: Agent,
    did: Did,
    do: str = "",
    form: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    now, words = kit.now(), Chrome(lang_of(request))
    everyone, invited = await kit.db.aread(lambda conn: _look(conn, now))
    desk = kit.rules().desk
    skills = await kit.db.aread(lambda conn: presence.skills_known(conn, desk))
    had = {skill for p in everyone if p.agent.active for skill in p.work.skills}
    return page(
        request,
        kit,
        "people.html",
        admin,
        done=words(did.done) if did.done else "",
        fault=words(did.fault) if did.fault else "",
        status=status,
        everyone=everyone,
        invited=invited,
        roles=ROLES,
        skills=skills,
        lacking=sorted(set(desk.skills.values()) - had),
        langs=LANGS,
        typed=form if form and do == "invite" else {},
        worked=form if form and do == "work" else {},
        link=f"{kit.pages.look.public_url}{PATH}/sign-in?key={did.link}" if did.link else "",
        link_title=words(did.title, name=did.name) if did.link else "",
        link_until=datetime.fromtimestamp(did.until, UTC),
    )


def _look(conn: Connection, now: float) -> tuple[list[Person], list[tuple[Invitation, datetime]]]:
    """Who works here comes first, then who was deactivated."""
    kept, links = proofs.all_proofs(conn), agents.open_links(conn, now)
    sessions, works = agents.sessions(conn, None, now), presence.works(conn)
    rows = [
        Person(
            a,
            kept[a.name],
            [s for s in sessions if s.agent == a.name],
            _instant(links.get(a.name)),
            works[a.name],
        )
        for a in agents.everyone(conn)
    ]
    invited = [(i, datetime.fromtimestamp(i.expires_at, UTC)) for i in invitations.pending(conn, now)]
    return sorted(rows, key=lambda p: not p.agent.active), invited


def _instant(at: float | None) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if at else None


# --- what an admin may do ----------------------------------------------------------------------------------------


def _invite(conn: Connection, press: Press) -> Did:
    name, display = press.form.get("name", "").strip(), press.form.get("display", "").strip()
    role = press.form.get("role", "")
    if not re.fullmatch(NAME, name):
        return Did(fault="bad_name")
    if no := _unfit(display, role):
        return Did(fault=no)
    secret = invitations.invite(conn, name, display, role, press.by.name, press.at.now)
    if secret is None:
        return Did(fault="name_taken")
    audit.note(conn, press.by.name, "person.invited", name, {"role": role}, press.at.now)
    return Did(link=secret, title="invite_title", name=display, until=press.at.now + INVITE_SECONDS)


def _take_back(conn: Connection, press: Press) -> Did:
    name = invitations.take_back(conn, press.form.get("id", ""))
    if name is None:
        return Did(fault="no_such")
    audit.note(conn, press.by.name, "person.invite_taken_back", name, {}, press.at.now)
    return Did(done="taken_back")


def _change(conn: Connection, press: Press) -> Did:
    """Name and role in one form; only what changed is written."""
    whom, display, role = (
        _whom(conn, press),
        press.form.get("display", "").strip(),
        press.form.get("role", ""),
    )
    if whom is None:
        return Did(fault="no_such")
    role = role or whom.role  # one's own role is not in the form
    if no := _unfit(display, role):
        return Did(fault=no)
    if role != whom.role:
        if whom.name == press.by.name:
            return Did(fault="not_self")
        if not agents.set_role(conn, whom.name, role):
            return Did(fault="last_admin")
        detail = {"from": whom.role, "to": role}
        audit.note(conn, press.by.name, "person.role", whom.name, detail, press.at.now)
    if display != whom.display:
        agents.set_display(conn, whom.name, display)
        detail = {"from": whom.display, "to": display}
        audit.note(conn, press.by.name, "person.display", whom.name, detail, press.at.now)
    return Did(done="did_role" if role != whom.role else "done")


def _work(conn: Connection, press: Press) -> Did:
    """Skills, languages and hours in one form, all of them as they are to be."""
    whom = _whom(conn, press)
    if whom is None:
        return Did(fault="no_such")
    spoken = frozenset(lang for lang in LANGS if press.form.get(f"speaks_{lang}"))
    try:
        known = presence.skills_known(conn, press.rules.desk)
        skills = frozenset(skills_of(press.form.get("skills", ""), known))
    except ValueError:
        return Did(fault="bad_skills")
    work = Work(skills, spoken, press.form.get("hours", ""))
    try:
        presence.set_work(conn, whom.name, work, press.by.name, press.at.now)
    except ValueError:
        return Did(fault="bad_hours")
    return Did(done="did_work", chats=[f"agent:{whom.name}"])


def _link(conn: Connection, press: Press) -> Did:
    whom = _whom(conn, press)
    if whom is None or not whom.active:
        return Did(fault="no_such")
    agents.drop_links(conn, whom.name)
    secret = agents.make_key(conn, whom.name, "link", press.at.now)
    audit.note(conn, press.by.name, "person.link", whom.name, {}, press.at.now)
    return Did(link=secret, title="link_title", name=whom.display, until=press.at.now + LINK_SECONDS)


def _drop_link(conn: Connection, press: Press) -> Did:
    whom = _whom(conn, press)
    if whom is None or not agents.drop_links(conn, whom.name):
        return Did(fault="no_such")
    audit.note(conn, press.by.name, "person.link_taken_back", whom.name, {}, press.at.now)
    return Did(done="did_drop_link")


def _no_code(conn: Connection, press: Press) -> Did:
    whom = _whom(conn, press)
    if whom is None:
        return Did(fault="no_such")
    proofs.stop_totp(conn, whom.name)
    audit.note(conn, press.by.name, "totp.off", whom.name, {"by": "admin"}, press.at.now)
    return Did(done="did_totp")


def _end_sessions(conn: Connection, press: Press) -> Did:
    whom = _whom(conn, press)
    if whom is None:
        return Did(fault="no_such")
    ended = agents.end_sessions(conn, whom.name)
    audit.note(conn, press.by.name, "session.ended", whom.name, {"n": ended}, press.at.now)
    return Did(done="did_sessions")


def _deactivate(conn: Connection, press: Press) -> Did:
    whom = _whom(conn, press)
    if whom is None:
        return Did(fault="no_such")
    if whom.name == press.by.name:
        return Did(fault="not_self")
    if not agents.deactivate(conn, whom.name, press.at.now):
        return Did(fault="last_admin")
    chats = owners.leave(conn, whom.name, press.at.now, press.rules)
    audit.note(conn, press.by.name, "person.deactivated", whom.name, {"n": len(chats)}, press.at.now)
    return Did(done="did_deactivate", chats=chats)


def _reactivate(conn: Connection, press: Press) -> Did:
    whom = _whom(conn, press)
    if whom is None:
        return Did(fault="no_such")
    agents.reactivate(conn, whom.name)
    audit.note(conn, press.by.name, "person.reactivated", whom.name, {}, press.at.now)
    return Did(done="did_reactivate")


DOES: Mapping[str, Do] = {
    "invite": _invite,
    "take-back": _take_back,
    "change": _change,
    "work": _work,
    "link": _link,
    "drop-link": _drop_link,
    "no-code": _no_code,
    "end-sessions": _end_sessions,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
}
TOLD = (
    "done", "taken_back", "did_role", "did_work", "did_drop_link", "did_totp", "did_sessions", "did_deactivate",
    "did_reactivate",
)  # fmt: skip


def _whom(conn: Connection, press: Press) -> Agent | None:
    return agents.find(conn, press.form.get("name", ""))


def _unfit(display: str, role: str) -> str | None:
    if not 1 <= len(display) <= DISPLAY_MOST:
        return "bad_display"
    return "bad_role" if role not in ROLES else None
