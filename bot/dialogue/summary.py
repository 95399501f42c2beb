"""The numbered lines under "shall I go ahead?": every answer, so that "2" or "改一下数量" asks only that one again."""

from __future__ import annotations

from bot.cases.case import CaseType
from bot.dialogue import whose
from bot.dialogue.answer import Answer
from bot.dialogue.flow import Flow
from bot.dialogue.frame import frame_of, keep, order_of
from bot.dialogue.render import goods_wished
from bot.dialogue.which_order import order_label
from bot.knowledge.types import Words

_FREE = (
    "qty",
    "target",
    "amount",
    "contact_tail",
    "missing",
    "broken",
    "tracking",
)  # not only a flow's own slots


def lines_of(a: Answer, flow: Flow) -> list[str]:
    """The slots that are filled and may be changed, in the order in which they are asked for."""
    slots = frame_of(a).slots
    named = [name for name in flow.slots if name in slots]
    free = [name for name in _FREE if name in slots or (name == "qty" and _several(a, flow))]
    return [*named, *(name for name in free if name not in named)]


def numbered(a: Answer) -> bool:
    """Whether "shall I go ahead?" stands under numbered lines."""
    flow = a.kit.flows.get(frame_of(a).flow)
    return flow is not None and len(lines_of(a, flow)) >= 2


def _several(a: Answer, flow: Flow) -> bool:
    """How many go back is a choice only where more than one was bought."""
    goes_back = flow.case in (CaseType.RETURN_REFUND, CaseType.EXCHANGE)
    return goes_back and "order" in frame_of(a).slots and order_of(a).qty > 1


def summary(a: Answer, flow: Flow) -> None:
    """Said only where more than the order was answered; with how to change a line."""
    names = lines_of(a, flow)
    if len(names) < 2:
        return
    a.say("summary", lines="\n".join(f"{n}. {_line(a, flow, name)}" for n, name in enumerate(names, 1)))


def _line(a: Answer, flow: Flow, name: str) -> str:
    label = a.kit.knowledge.replies.get(f"slot_{name}")
    value = shown(a, flow, name, frame_of(a).slots.get(name) or str(order_of(a).qty))
    said = value.text(a.state.lang) if isinstance(value, Words) else value
    return f"{label.text(a.state.lang) if label else name}: {said}"


def shown(a: Answer, flow: Flow, name: str, value: str) -> str | Words:
    """A slot's value as a buyer reads it."""
    if name in ("qty", "missing", "broken"):
        pieces = a.kit.knowledge.replies["pieces"]
        return f"{value} {pieces.text(a.state.lang)}"
    if name == "order":
        order = next((o for o in whose.own_orders(a) if o.id == value), None)
        return order_label(order) if order else value
    if name == "target":
        return goods_wished(value, a.kit, a.state.lang)
    if name == "wanted" and f"wish_{value}" in a.kit.knowledge.replies:
        return a.kit.knowledge.replies[f"wish_{value}"]
    option = flow.slots[name].options.get(value) if name in flow.slots else None
    return option.label if option else value


def change_line(a: Answer, flow: Flow, n: int) -> bool:
    """Forget the answer of line `n`, so that the walk asks for it again. False where there is no such line."""
    names = lines_of(a, flow)
    if not 1 <= n <= len(names):
        return False
    _forget(a, flow, names[n - 1])
    return True


def change_named(a: Answer, flow: Flow, plain: str) -> bool:
    """ "改一下数量": the line whose name is said is asked for again."""
    for name in lines_of(a, flow):
        words = a.kit.knowledge.replies.get(f"slot_{name}")
        if words and (words.zh in plain or words.en.lower() in plain):
            _forget(a, flow, name)
            return True
    return False


def _forget(a: Answer, flow: Flow, name: str) -> None:
    kept = {k: v for k, v in frame_of(a).slots.items() if k not in (name, "confirmed")}
    keep(a, kept)
    if name not in flow.slots or flow.slots[name].optional:
        a.say("change_free", name=a.kit.knowledge.replies.get(f"slot_{name}") or name)
        a.remember(awaiting={"what": "slot", "slot": name})
