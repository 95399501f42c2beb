"""What the benchmark of conversations counts is what happened: turns, repeated questions, dead ends, and the seed."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from benchmarks.dialogue import Run, Simulation, report, show
from benchmarks.simulate.buyer import PERSONAS
from benchmarks.simulate.goals import read_world
from benchmarks.simulate.talk import Talked
from benchmarks.tables import Report
from bot.commands.coverage import texts_said
from bot.dialogue.flow import Option
from bot.knowledge.load import load

TOP = Path(__file__).resolve().parent.parent
WORLD = read_world()
PLAIN = ("cancel", "delay_wait", "quality")


@cache
def simulation() -> Simulation:
    return Simulation(Run(6, seed=3, goals=PLAIN))


def test_every_flow_of_the_shop_is_the_goal_of_somebody() -> None:
    flows = {path.stem for path in (TOP / "knowledge" / "flows").glob("*.yaml")}
    assert {goal.flow for goal in WORLD.goals} == flows


def test_every_goal_is_put_in_both_languages_and_asks_only_for_what_it_tells() -> None:
    for goal in WORLD.goals:
        assert goal.opens["zh"] and goal.opens["en"], goal.name
        assert set(goal.asks) <= set(goal.tells), goal.name
        for tell in goal.tells.values():
            assert tell.words["zh"] and tell.words["en"], goal.name


def test_the_same_seed_gives_the_same_conversations_and_another_one_others() -> None:
    first = simulation().block(range(6)).talks
    again = simulation().block(range(6)).talks
    assert [t.log for t in first] == [t.log for t in again]
    other = Simulation(Run(6, seed=4, goals=PLAIN)).block(range(6)).talks
    assert [t.log for t in first] != [t.log for t in other]


def test_simple_goals_are_reached_in_both_languages() -> None:
    talks = simulation().block(range(6)).talks
    assert [(t.goal.name, t.lang) for t in talks] == [(g, lang) for lang in ("zh", "en") for g in PLAIN]
    assert [t.why for t in talks] == [""] * 6
    assert all(0 < t.shortest <= t.turns for t in talks)
    assert all(len(t.cpu) == t.turns for t in talks)


def test_what_was_sent_is_kept_by_its_key() -> None:
    sent = simulation().block(range(3)).sent
    assert {"introduction", "flow:cancel.steps.4.say"} <= sent
    assert any(key.startswith("flow:quality.") for key in sent)
    assert sent <= {key for key, _ in texts_said(load(TOP / "knowledge"))}


def test_a_bot_that_does_not_know_the_words_of_its_own_choices_is_seen_to_ask_twice() -> None:
    run = Run(12, seed=5, goals=("delay_wait",))
    deaf = Simulation(run)
    delay = deaf.kit.flows["delay"]
    steps = tuple(
        replace(step, options={k: Option(o.label) for k, o in step.options.items()}) for step in delay.steps
    )
    deaf.kit = replace(deaf.kit, flows={**deaf.kit.flows, "delay": replace(delay, steps=steps)})
    well = Simulation(run).block(range(12)).talks
    badly = deaf.block(range(12)).talks
    assert sum(len(t.repeated) for t in badly) > sum(len(t.repeated) for t in well)
    assert all("wanted" in fault for t in badly for fault in t.repeated)


def test_a_person_who_is_called_is_no_goal_reached() -> None:
    abandoned = Simulation(Run(1, goals=("cancel",)))
    words = {**abandoned.world.words, "agrees": {"zh": ["转人工"], "en": ["agent"]}}
    abandoned.world = replace(abandoned.world, words=words)
    talks = [t for t in abandoned.block(range(12)).talks if t.persona == "writer"]
    assert talks and {t.why for t in talks} <= {"a person was called", ""}
    assert any(t.why for t in talks)


def test_the_report_names_shares_turns_and_faults() -> None:
    goal = next(g for g in WORLD.goals if g.name == "cancel")
    good = Talked(0, goal, "zh", "brisk", turns=2, shortest=2, cpu=[10.0, 20.0], log=[("a", "b")])
    bad = Talked(1, goal, "en", "hasty", why="a person was called", turns=4, shortest=2, cpu=[30.0] * 4,
                 repeated=["turn 2: reason"], dead=["turn 3: nothing was said"], log=[("sim1", "help")])  # fmt: skip
    out = Report()
    lines: list[str] = []
    out.say = lines.append  # type: ignore[method-assign]
    report(out, [good, bad])
    show(out, [good, bad], 5)
    told = "\n".join(lines)
    assert next(line for line in lines if line.startswith("all ")).split()[1:4] == ["2", ".500", "✗"]
    assert "not reached: 1× a person was called" in told
    assert "repeated: 1× reason" in told and "dead ends: 1× nothing was said" in told
    assert "=== 1 cancel en hasty" in told and "=== 0" not in told


def test_the_manners_of_buyers_differ() -> None:
    assert {p.name for p in PERSONAS} == {"brisk", "writer", "hasty", "curious"}
    assert all(
        any(getattr(p, kind) >= 0.2 for p in PERSONAS)
        for kind in ("typos", "bursts", "slips", "strays", "silence")
    )
