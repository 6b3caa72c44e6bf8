"""
Rollout plans are safe at every step, shortest, and quick; without a plan, the reasons and the changes are given.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fleets import TODAY, ExhaustiveSearch, generated, large, star, version
from settled import ROOT, settled

from schemadiff.catalog import Catalog, Contract, Release, Service, load_catalog
from schemadiff.deployment.model import Replayed, SupportModel
from schemadiff.deployment.plan import Rollout
from schemadiff.deployment.planning_problem import build_planning_problem
from schemadiff.deployment.rollout import shortest_rollout
from schemadiff.deployment.search import PrunedUpgrades, find_plan
from schemadiff.errors import UsageError
from schemadiff.sources import Folder

pytestmark = pytest.mark.slow

OWN = settled()
V1_ENDS = date(2027, 1, 3)


def milestones_of(plan: Rollout) -> list[str]:
    return [str(each) for step in plan.steps for each in step.milestones]


def with_worker(*releases: Release, running: str) -> Catalog:
    """
    The contracts of this repository, with other releases of the worker.
    """
    orchestrator, worker = OWN.services
    return replace(OWN, services=(orchestrator, replace(worker, releases=releases, running=(running,))))


OLD_WORKER = Release("0.0.9", {"job_response": ("v1",)}, {"job_request": ("v1",)})


def test_our_own_contracts_as_they_stand() -> None:
    """
    The rollout of this repository's manifest is planned in the order that its constraints require.
    """
    plan = shortest_rollout(load_catalog(Folder(ROOT), "contracts"), as_of=TODAY)
    order = [
        "job-worker reads job_request v2",
        "job-worker reads job_request v2 everywhere",
        "orchestrator writes job_request v2",
        "job_request v1 is retired",
    ]

    assert [each for each in milestones_of(plan) if each in order] == order
    assert plan.steps[-1].day == V1_ENDS


def test_our_own_contracts_from_the_beginning() -> None:
    """
    The worker reads v2, then everywhere; then the producer writes v2; v1 is retired after its window.
    """
    plan = shortest_rollout(with_worker(OLD_WORKER, *OWN.service("job-worker").releases, running="0.0.9"), as_of=TODAY)

    assert (plan.answer, plan.shortest) == ("plan", True)
    assert [(step.phase, step.action, step.service, step.release) for step in plan.steps] == [
        ("expand", "start", "job-worker", "0.1.0"),
        ("expand", "stop", "job-worker", "0.0.9"),
        ("migrate", "start", "orchestrator", "2026.12"),
        ("migrate", "stop", "orchestrator", "2026.10"),
        ("contract", "retire", "", ""),
    ]
    assert milestones_of(plan) == [
        "job-worker reads job_request v2",
        "job-worker writes job_response v2",
        "job-worker reads job_request v2 everywhere",
        "orchestrator writes job_request v2",
        "orchestrator no longer writes job_request v1",
        "job_request v1 is retired",
    ]
    assert [step.day for step in plan.steps] == [TODAY] * 4 + [V1_ENDS]
    assert [wait.what for wait in plan.steps[-1].waits] == ["day", "drained"]
    assert plan.steps[3].before == V1_ENDS


def test_our_own_contracts_today() -> None:
    """
    The worker of today reads v2 everywhere: the plan says that it builds on this.
    """
    plan = shortest_rollout(OWN, as_of=TODAY, replays={("job_request", "v2"): Replayed(12)})

    assert [str(each) for each in plan.given] == [
        "job-worker reads job_request v2",
        "job-worker reads job_request v2 everywhere",
    ]
    assert milestones_of(plan) == [
        "orchestrator writes job_request v2",
        "orchestrator no longer writes job_request v1",
        "job_request v1 is retired",
    ]
    assert "12 of 12 replayed job_request v2 messages" in plan.steps[0].reasons[0].text
    assert plan.steps[0].reasons[0].path == ("orchestrator@2026.12", "job_request@v2", "job-worker@0.1.0")
    assert "job_response v1 is supported until 2027-01-03, but job-worker@0.1.0" in plan.notes[0].text


def test_nothing_to_do() -> None:
    """
    If the goals run already, the plan is empty.
    """
    plan = shortest_rollout(OWN, as_of=TODAY, goals={"orchestrator": "2026.10"})

    assert (plan.answer, plan.steps, plan.shortest) == ("plan", (), True)


def test_how_long_steps_can_be_taken_back() -> None:
    """
    A start can be undone until the old release has stopped, a stop until the old release conflicts with a later step.
    """
    catalog = with_worker(OLD_WORKER, *OWN.service("job-worker").releases, running="0.0.9")
    undo = [step.undo.until for step in shortest_rollout(catalog, as_of=TODAY).steps]

    assert undo == [2, 3, 4, 5, None]


def test_a_version_that_must_still_be_read() -> None:
    """
    A reader that gives up v1 waits for the end of its window, and there is none before that.
    """
    newest = Release("0.2.0", {"job_response": ("v2",)}, {"job_request": ("v2",)})
    plan = shortest_rollout(with_worker(*OWN.service("job-worker").releases, newest, running="0.1.0"), as_of=TODAY)

    assert milestones_of(plan) == [
        "orchestrator writes job_request v2",
        "orchestrator no longer writes job_request v1",
        "job_request v1 is retired",
        "job-worker no longer reads job_request v1",
        "job-worker no longer writes job_response v1",
        "job_response v1 is retired",
    ]
    assert [(step.phase, step.action, step.day) for step in plan.steps[2:]] == [
        ("contract", "retire", V1_ENDS),
        ("contract", "start", V1_ENDS),
        ("contract", "stop", V1_ENDS),
        ("contract", "retire", V1_ENDS),
    ]
    assert (
        "job-worker 0.1.0 may write job_response v1 until it stops in step 5, after the support" in plan.notes[0].text
    )


def test_no_way_without_a_release_in_between() -> None:
    """
    A reader of v1 alone and one of v2 alone need a third one between them.
    """
    newest = Release("0.2.0", {"job_response": ("v2",)}, {"job_request": ("v2",)})
    plan = shortest_rollout(with_worker(OLD_WORKER, newest, running="0.0.9"), as_of=TODAY)

    assert plan.answer == "none"
    assert "job-worker 0.2.0 no longer reads job_request v1, which orchestrator 2026.10 still writes" in [
        each.text for each in plan.reasons
    ]
    assert plan.changes == (
        "add a release of job-worker between 0.0.9 and 0.2.0 that reads job_request v1, job_request v2 and already"
        " writes job_response v2",
    )


def test_goals_at_odds() -> None:
    """
    If two goals conflict, the suggested change is a reader that reads more.
    """
    plan = shortest_rollout(with_worker(OLD_WORKER, running="0.0.9"), as_of=TODAY)

    assert plan.answer == "none"
    assert plan.reasons[0].text == (
        "orchestrator 2026.12 writes job_request v2, which job-worker 0.0.9 does not read (it reads v1)"
    )
    assert plan.changes == ("let job-worker 0.0.9, or one after it, read job_request v2 as well",)


def test_a_version_without_an_end() -> None:
    """
    A version that is not deprecated has no sunset; deprecating it makes a plan possible.
    """
    contract = Contract("c", (version("v1"), version("v2")), producer="a", consumer="b")
    writer = Service("a", (Release("1", {"c": ("v1",)}, {}), Release("2", {"c": ("v2",)}, {})), ("1",))
    reader = Service("b", (Release("1", {}, {"c": ("v1", "v2")}), Release("2", {}, {"c": ("v2",)})), ("1",))
    plan = shortest_rollout(Catalog((contract,), (writer, reader)), as_of=TODAY)

    assert plan.answer == "none"
    assert "b 2 no longer reads c v1, which is not deprecated" in plan.reasons[-1].text
    assert plan.changes == ("deprecate c v1 in the manifest, so that its support ends some day",)


def test_what_is_broken_already() -> None:
    """
    Two orchestrators beside a worker that reads only v2: the plan separates them first, and reports the conflict.
    """
    worker = Release("0.3.0", {"job_response": ("v2",)}, {"job_request": ("v2",)})
    catalog = with_worker(worker, running="0.3.0")
    plan = shortest_rollout(catalog, as_of=date(2027, 2, 1), fleet={"orchestrator": ("2026.10", "2026.12")})

    assert plan.answer == "plan"
    assert [(step.action, step.release) for step in plan.steps[:1]] == [("stop", "2026.10")]
    assert [each.reason.text for each in plan.broken] == [
        "orchestrator 2026.10 writes job_request v1, which job-worker 0.3.0 does not read (it reads v2)"
    ]


def test_a_version_that_is_not_out_yet() -> None:
    """
    Its writer waits for the day on which it is published.
    """
    contract = Contract("c", (version("v1"), version("v2", published=10)), producer="a", consumer="b")
    writer = Service("a", (Release("1", {"c": ("v1",)}, {}), Release("2", {"c": ("v2",)}, {})), ("1",))
    reader = Service("b", (Release("1", {}, {"c": ("v1", "v2")}),), ("1",))
    plan = shortest_rollout(Catalog((contract,), (writer, reader)), as_of=TODAY)

    assert [(step.day - TODAY).days for step in plan.steps] == [10, 10]
    assert plan.steps[0].waits[0].what == "day"


def test_unknown_names() -> None:
    """
    A goal that does not exist is a usage error.
    """
    with pytest.raises(UsageError, match="no release of orchestrator"):
        shortest_rollout(OWN, as_of=TODAY, goals={"orchestrator": "2031.01"})
    with pytest.raises(UsageError, match="no service"):
        shortest_rollout(OWN, as_of=TODAY, goals={"nobody": "1"})


def follow(catalog: Catalog, goals: dict[str, str], plan: Rollout) -> None:
    """
    Walk a plan by the rules of the exhaustive search, which must allow every step and end at the goal.
    """
    late = any("after the support of that ends" in each.text for each in plan.notes)
    exhaustive = ExhaustiveSearch(catalog, goals, allow_late_stops=late)
    state = exhaustive.first
    for step in plan.steps:
        label = (
            ("retire", step.contract, step.version)
            if step.action == "retire"
            else (step.action, step.service, step.release)
        )
        allowed = dict(exhaustive.steps(state))
        assert label in allowed, (label, sorted(allowed))
        state = allowed[label]
        assert exhaustive.sound(state)
        assert step.day == state.day
        assert set(step.running) == {f"{service}@{release}" for service, release in exhaustive.running(state)}
    assert exhaustive.done(state)


@pytest.mark.parametrize("seed", range(10))
def test_against_exhaustive_search(seed: int) -> None:
    """
    On 200 small fleets the plan is shortest and every state on the way is sound, or there is no plan.
    """
    for number in range(seed * 20, seed * 20 + 20):
        catalog, goals = generated(number)
        plan = shortest_rollout(catalog, as_of=TODAY, goals=goals)
        length = (
            ExhaustiveSearch(catalog, goals).shortest()
            or ExhaustiveSearch(catalog, goals, allow_late_stops=True).shortest()
        )

        assert (len(plan.steps) if plan.answer == "plan" else None) == length, number
        assert plan.answer != "undecided"
        if plan.answer == "plan":
            follow(catalog, goals, plan)
        else:
            assert plan.reasons, number


def test_random_fleets_with_and_without_a_plan() -> None:
    """
    The random fleets are a mix of those with a plan and those without.
    """
    plans = sum(
        shortest_rollout(*generated(seed)[:1], as_of=TODAY, goals=generated(seed)[1]).answer == "plan"
        for seed in range(200)
    )

    assert 40 < plans < 160


@pytest.mark.parametrize("seed", range(12))
def test_pruning_loses_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without pruning, the plans of fleets of six services are no shorter.
    """
    catalog = large(seed, services=6, contracts=9, waits=seed % 2 == 0)
    goals = {each.name: each.releases[-1].name for each in catalog.services}
    fleet = {each.name: each.running for each in catalog.services}
    problem = build_planning_problem(SupportModel(catalog, TODAY, fleet), goals)
    quick = find_plan(problem)
    monkeypatch.setattr(
        "schemadiff.deployment.search.prune", lambda unpruned, _: PrunedUpgrades(list(unpruned.upgrades), None)
    )
    slow = find_plan(problem, budget=50_000)

    assert quick.proved
    assert slow.proved
    assert len(quick.moves or ()) == len(slow.moves or ())


@pytest.mark.parametrize("seed", range(6))
def test_twenty_services_with_four_versions(seed: int) -> None:
    """
    Every service goes through up to four releases, in under a second, and each step is sound.
    """
    catalog = large(seed)
    began = time.process_time()
    plan = shortest_rollout(catalog, as_of=TODAY)
    took = time.process_time() - began

    assert plan.answer == "plan"
    assert len(plan.steps) > 100
    assert took < 2
    follow(catalog, dict(plan.goals), plan)


def test_one_writer_and_many_alike() -> None:
    """
    The plan for nineteen identical readers is proved to be shortest.
    """
    catalog = star(19)
    began = time.process_time()
    plan = shortest_rollout(catalog, as_of=TODAY)

    assert (plan.answer, plan.shortest, len(plan.steps)) == ("plan", True, 20 * 6 + 3)
    assert time.process_time() - began < 2
    follow(catalog, dict(plan.goals), plan)


@pytest.mark.parametrize("seed", [1019, 1735, 2858])
def test_time_itself_may_be_in_the_way(seed: int) -> None:
    """
    Where waiting for one window lets another one end, the reason names the version and the day.
    """
    catalog, goals = generated(seed)
    plan = shortest_rollout(catalog, as_of=TODAY, goals=goals)

    assert plan.answer == "none"
    assert any("whose support ends on" in each.text and "at the earliest" in each.text for each in plan.reasons)
    assert plan.changes


def test_no_budget_is_no_proof() -> None:
    """
    A search without enough budget proves neither that its plan is shortest nor that there is none.
    """
    catalog = large(0)

    assert shortest_rollout(catalog, as_of=TODAY, budget=3).answer == "undecided"
    short = shortest_rollout(catalog, as_of=TODAY, budget=200)
    assert (short.answer, short.shortest) == ("plan", False)


def test_the_same_question_has_the_same_answer() -> None:
    """
    Equal inputs give equal plans.
    """
    assert shortest_rollout(large(1), as_of=TODAY) == shortest_rollout(large(1), as_of=TODAY)
    assert shortest_rollout(OWN, as_of=TODAY + timedelta(days=1)).as_of == TODAY + timedelta(days=1)
