"""Photos and papers: hung on their case, counted off its checklist; only what is missing is asked for, once."""

from __future__ import annotations

from dataclasses import asdict

from bot.cases.case import Case, Status
from bot.cases.rules.evidence import Checklist, Item, blocks, checklist, items_shown, missing
from bot.dialogue import announce
from bot.dialogue.answer import Answer
from bot.dialogue.moves import advance
from bot.dialogue.settling import settle
from bot.messages import Attachment
from bot.photos import DEFAULT, REASONS

MOST_KEPT = 20  # photos kept for a case that does not exist yet
_ALWAYS_PEOPLE = ("counterfeit_claim",)


def needs_of(case: Case) -> Checklist:
    return checklist(case.type, case.slots.get("problem") or case.slots.get("reason"))


def receive(a: Answer, with_words: bool) -> None:
    """Photos of this turn: on the open case they fit, or kept until there is one."""
    files = a.turn.attachments
    target = photo_case(a)
    if target is None or target.status is Status.DRAFT:
        kept = [*a.state.photos, *(asdict(f) for f in files)]
        a.remember(photos=tuple(kept[-MOST_KEPT:]))
        moved = target
    else:
        moved = hang_on(a, target, files)
    if with_words or a.facts.handler == "agent":
        return
    if moved is not None and target is not None and moved.status is not target.status:
        return  # what it moved to was said already
    thank(a)


def thank(a: Answer) -> None:
    """Say where the photos went, and what is still lacking."""
    target, count = photo_case(a), str(len(a.turn.attachments))
    if target and target.status is Status.PENDING_EVIDENCE:
        a.say("photos_lacking", count=count, case=target.id, photos=lacking(a, target))
    elif target and target.status != Status.DRAFT:
        a.say("photos_filed", count=count, case=target.id)
    elif target is None and a.facts.handler != "queued":
        a.say("photos_no_case", count=count)
        a.offer_common()
    else:
        a.say("photos_kept", count=count)


def hang_on(a: Answer, case: Case, files: tuple[Attachment, ...]) -> Case:
    """The case with these files; once there is enough to decide by, it is the shop's move."""
    if not files:
        return case
    needs, got = needs_of(case), list(_list(case, "evidence"))
    kinds: list[str | None] = []
    captions = {f.id: f"{event.text} {f.name}" for event in a.turn.events for f in event.attachments}
    for file in files:
        item = next(iter(items_shown(needs, [captions.get(file.id, file.name)], got)), None)
        kinds.append(item)
        got += [item] if item else []
    a.attach(case.id, files, tuple(kinds))
    return _go_on(a, a.update(case, evidence=got, files=_count(case) + len(files)))


def take_kept(a: Answer, case: Case) -> Case:
    """What was sent before there was a case."""
    files = tuple(Attachment(**p) for p in a.state.photos)
    a.remember(photos=())
    return hang_on(a, case, files) if files else case


def waive(a: Answer, case: Case) -> bool:
    """ "I threw the box away": what is gone is not asked for again. False where nothing was lacking."""
    lacked = missing(needs_of(case), _list(case, "evidence"), _list(case, "waived"))
    if case.status is not Status.PENDING_EVIDENCE or not lacked:
        return False
    said = [item for item in lacked if item in ("box", "label", "packing_list", "unboxing", "report")]
    waived = [*_list(case, "waived"), *(said or lacked)]
    moved = _go_on(a, a.update(case, waived=waived))
    if moved.status is case.status:
        a.say("photos_waived", photos=lacking(a, moved))
    return True


def _go_on(a: Answer, case: Case) -> Case:
    """With enough to decide by it is the shop's move; a claim that only people decide goes to them."""
    if case.status is not Status.PENDING_EVIDENCE:
        return case
    got = _list(case, "evidence")
    if not got and not missing(needs_of(case), got, _list(case, "waived")):
        return advance(a, case, "escalate", "bot", why="nothing left to send")  # people find another way
    if not got or blocks(needs_of(case), got, _list(case, "waived")):
        return case
    people = case.type in _ALWAYS_PEOPLE or case.slots.get("safety")
    to = Status.HUMAN_REVIEW if people else Status.PENDING_SELLER
    moved = advance(a, case, "evidence_ok", "bot", to=to, say=False)
    if a.filing or a.facts.handler == "agent":
        return moved  # whoever files it, or has the chat, says what it has become, and no rule cuts in
    settled = settle(a, moved) if to is Status.PENDING_SELLER else None
    if settled is None:
        a.say("photos_enough")
        announce.tell(a, moved)
    return settled or moved


def lacking(a: Answer, case: Case) -> str:
    """What is still to be sent, in words; empty where nothing is."""
    items = missing(needs_of(case), _list(case, "evidence"), _list(case, "waived"))
    return listed(a, items)


def listed(a: Answer, items: tuple[Item, ...] | tuple[str, ...]) -> str:
    words = [a.kit.knowledge.replies[f"photo_{item}"].text(a.state.lang) for item in items]
    return ("、" if a.state.lang == "zh" else ", ").join(words)


def photo_case(a: Answer) -> Case | None:
    """The draft under way; else the case that waits for evidence; else the one touched last."""
    if a.state.frame and a.state.frame.case in a.cases:
        return a.cases[a.state.frame.case]
    cases = a.open_cases()
    waiting = (c for c in cases if c.status is Status.PENDING_EVIDENCE)
    return next(waiting, next(iter(cases), None))


def refused_file(a: Answer, why: str) -> None:
    """A file that is not kept: why not, and what to send instead. `why` is a `photos.Reason`, else it got lost."""
    most = str(a.turn.first.data.get("most") or DEFAULT.megabytes())
    a.say(f"photo_{why if why in REASONS else 'failed'}", most=most)


def _list(case: Case, name: str) -> tuple[str, ...]:
    return tuple(case.slots.get(name) or ())


def _count(case: Case) -> int:
    return int(case.slots.get("files", 0))
