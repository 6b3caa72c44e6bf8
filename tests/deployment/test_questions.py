"""
Who talks to whom, what may be deployed, what may be retired: each with its reason.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from settled import ROOT, settled

from schemadiff.catalog import Catalog, Contract, Release, Service, Version
from schemadiff.deployment.graph import channels_between, first_day_without_common_version, support_graph
from schemadiff.deployment.model import (
    BREAKING,
    COMPATIBLE,
    UNDECIDED,
    Replayed,
    fits,
    running_fleet,
    split_release,
    window,
)
from schemadiff.deployment.queries import can_deploy, can_retire
from schemadiff.errors import UsageError

OWN = settled()
TODAY = date(2026, 11, 23)
V1_ENDS = date(2027, 1, 3)
VERDICTS = {("job_request", "v1", "v2"): (BREAKING, COMPATIBLE)}


def with_worker(*releases: Release, running: tuple[str, ...]) -> Catalog:
    orchestrator, worker = OWN.services
    return replace(OWN, services=(orchestrator, replace(worker, releases=releases, running=running)))


V2_ONLY = Release("0.3.0", {"job_response": ("v2",)}, {"job_request": ("v2",)})


def test_the_life_of_a_version() -> None:
    """
    Planned, current, deprecated, over; the days themselves belong to what begins on them.
    """
    there = Version("v1", "p", published=date(2026, 1, 2), deprecated=date(2026, 2, 2), sunset=date(2026, 3, 2))
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1), date(2026, 3, 2)]

    assert [window(there, day) for day in days] == ["planned", "current", "current", "deprecated", "deprecated", "over"]


def test_verdicts_both_ways() -> None:
    """
    The backward verdict says whether old messages fit the new version, the forward one the reverse; a function will do.
    """
    contract = OWN.contract("job_request")

    assert fits(VERDICTS, contract, "v1", "v2") == BREAKING
    assert fits(VERDICTS, contract, "v2", "v1") == COMPATIBLE
    assert fits(lambda *_: (BREAKING, COMPATIBLE), contract, "v2", "v1") == COMPATIBLE
    assert fits({}, contract, "v1", "v2") == fits(None, contract, "v1", "v2") == UNDECIDED


def test_who_talks_to_whom_today() -> None:
    """
    All that is written is read; requests fall silent when v1 ends, answers never do.
    """
    requests, answers = channels_between(OWN, as_of=TODAY, replays={("job_request", "v1"): Replayed(9)})

    assert (requests.answer, requests.common, requests.silent_from) == ("all", ("v1",), V1_ENDS)
    assert (answers.answer, answers.common, answers.silent_from) == ("all", ("v1", "v2"), None)
    assert requests.reasons[0].path == ("orchestrator@2026.10", "job_request@v1", "job-worker@0.1.0")
    assert "9 of 9 replayed job_request v1 messages" in requests.reasons[1].text
    assert first_day_without_common_version((requests, answers)) == V1_ENDS


def test_who_talks_to_whom_later() -> None:
    """
    After the sunset of v1 the running producer has nothing left to say.
    """
    requests, answers = channels_between(OWN, as_of=V1_ENDS)

    assert (requests.answer, requests.common, requests.silent_from) == ("none", (), V1_ENDS)
    assert (answers.answer, answers.common) == ("some", ("v2",))
    assert "its support ended on 2027-01-03" in requests.reasons[0].text
    assert first_day_without_common_version((requests, answers)) is None


def test_two_releases_side_by_side() -> None:
    """
    Two orchestrators with one worker that reads only v2: the old one is not understood, the new one is.
    """
    catalog = with_worker(V2_ONLY, running=("0.3.0",))
    channels = channels_between(catalog, as_of=TODAY, fleet={"orchestrator": ("2026.10", "2026.12")}, verdicts=VERDICTS)
    requests = {each.writer[1]: each for each in channels if each.contract == "job_request"}

    assert (requests["2026.10"].answer, requests["2026.12"].answer) == ("none", "all")
    assert "which job-worker 0.3.0 does not read (it reads v2)" in requests["2026.10"].reasons[0].text


def test_may_the_next_orchestrator_run() -> None:
    """
    It may: the worker reads what it writes, and it reads what the worker writes.
    """
    answer = can_deploy(OWN, "orchestrator", as_of=TODAY, replays={("job_request", "v2"): Replayed(3)})

    assert (answer.answer, answer.release) == ("yes", "2026.12")
    assert answer.beside == ("orchestrator@2026.10", "job-worker@0.1.0")
    assert answer.reasons[0].text.startswith(
        "orchestrator 2026.12 writes job_request v2, which job-worker 0.1.0 reads; 3 of 3"
    )


def test_may_a_worker_run_that_reads_only_v2() -> None:
    """
    It may not beside an orchestrator that writes v1, and not while v1 is promised.
    """
    catalog = with_worker(*OWN.service("job-worker").releases, V2_ONLY, running=("0.1.0",))
    answer = can_deploy(catalog, "job-worker", "0.3.0", as_of=TODAY, verdicts=VERDICTS)
    texts = [each.reason.text for each in answer.problems]

    assert answer.answer == "no"
    assert texts == [
        "orchestrator 2026.10 writes job_request v1, which job-worker 0.3.0 does not read (it reads v2)",
        "it no longer reads job_request v1, which is supported until 2027-01-03",
    ]
    assert answer.problems[0].reason.path == ("orchestrator@2026.10", "job_request@v1", "job-worker@0.3.0")


def test_it_may_with_another_fleet() -> None:
    """
    What runs can be said otherwise: after the window, with the new orchestrator alone, it may.
    """
    catalog = with_worker(*OWN.service("job-worker").releases, V2_ONLY, running=("0.1.0",))
    answer = can_deploy(catalog, "job-worker", "0.3.0", as_of=V1_ENDS, fleet={"orchestrator": ("2026.12",)})

    assert (answer.answer, answer.problems) == ("yes", ())


def test_a_tag_is_all_that_is_missing() -> None:
    """
    Where the new messages would be valid in the old version, the remedy says so.
    """
    old = Release("0.0.9", {"job_response": ("v1",)}, {"job_request": ("v1",)})
    answer = can_deploy(with_worker(old, running=("0.0.9",)), "orchestrator", as_of=TODAY, verdicts=VERDICTS)

    assert answer.answer == "no"
    assert "also takes the tag v2" in answer.problems[0].remedy


def test_what_makes_a_yes_undecided() -> None:
    """
    A replay that speaks against it, and a release that nobody talks to.
    """
    doubtful = can_deploy(
        OWN, "orchestrator", as_of=TODAY, replays={("job_request", "v2"): Replayed(5, refused=1, failed=1)}
    )
    alone = can_deploy(OWN, "orchestrator", as_of=TODAY, fleet={"job-worker": (), "orchestrator": ()})

    assert (doubtful.answer, alone.answer) == ("undecided", "undecided")
    assert "3 of 5" in doubtful.doubts[0].text
    assert "nothing that runs exchanges messages" in alone.doubts[0].text


def test_a_worker_that_reads_too_much_still_reads() -> None:
    """
    Such messages are named beside the claim, and do not stand against it.
    """
    answer = can_deploy(OWN, "orchestrator", as_of=TODAY, replays={("job_request", "v2"): Replayed(5, odd=2)})

    assert answer.answer == "yes"
    assert "3 of 5 replayed job_request v2 messages went through the worker as expected, 2 deviated" in (
        answer.reasons[0].text
    )


def test_windows_of_what_is_written() -> None:
    """
    Nothing starts that writes a version before its day or after its end.
    """
    after = can_deploy(OWN, "orchestrator", "2026.10", as_of=V1_ENDS)
    before = can_deploy(OWN, "orchestrator", "2026.12", as_of=date(2026, 10, 1))

    assert "it writes job_request v1, whose support ended on 2027-01-03" in [
        each.reason.text for each in after.problems
    ]
    assert "it writes job_request v2, which is published on 2026-10-05 only" in [
        each.reason.text for each in before.problems
    ]
    assert can_deploy(OWN, "orchestrator", "2026.10", as_of=TODAY).notes[0].text.startswith("it writes job_request v1")


def test_what_was_broken_before_is_only_a_note() -> None:
    """
    A newcomer is not blamed for others.
    """
    catalog = with_worker(V2_ONLY, running=("0.3.0",))
    answer = can_deploy(catalog, "orchestrator", "2026.12", as_of=TODAY)

    assert answer.answer == "yes"
    assert answer.notes[0].text.startswith("already so without it: orchestrator 2026.10 writes job_request v1")


def test_may_v1_be_retired() -> None:
    """
    Not before its day, and not while somebody writes it; then it may, when the queue is empty.
    """
    early = can_retire(OWN, "job_request", "v1", as_of=TODAY)
    written = can_retire(OWN, "job_request", "v1", as_of=V1_ENDS)
    ready = can_retire(OWN, "job_request", "v1", as_of=V1_ENDS, fleet={"orchestrator": ("2026.12",)})

    assert (early.answer, written.answer, ready.answer) == ("no", "no", "yes")
    assert early.problems[0].remedy == "Wait until 2027-01-03, 41 days from 2026-11-23."
    assert written.needed_by == ("orchestrator@2026.10",)
    assert [each.text for each in ready.reasons] == [
        "its support ended on 2027-01-03",
        "no running release writes job_request v1",
    ]
    assert any("no way back to orchestrator 2026.10" in each.text for each in ready.notes)


def test_what_cannot_be_retired() -> None:
    """
    A current version, the only one, and the only one that somebody reads.
    """
    over = Version("v1", "p", deprecated=date(2020, 1, 1), sunset=date(2020, 4, 1))
    alone = Catalog((Contract("c", (over,)),), (Service("s", (Release("1", {}, {"c": ("v1",)}),), ("1",)),))
    refused = can_retire(alone, "c", "v1", as_of=TODAY)

    assert (
        can_retire(OWN, "job_request", "v2", as_of=TODAY).problems[0].reason.text == "job_request v2 is not deprecated"
    )
    assert [each.reason.text for each in refused.problems] == [
        "s 1 reads no other version of c",
        "it is the only version of c",
    ]
    assert can_retire(Catalog((Contract("c", (over, Version("v2", "q"))),)), "c", "v1", as_of=TODAY).answer == UNDECIDED


def test_the_graph() -> None:
    """
    Nodes are service, contract and version; edges know verdict, window and replay.
    """
    graph = support_graph(OWN, as_of=TODAY, verdicts=VERDICTS, replays={("job_request", "v1"): Replayed(4)})
    edges = {(edge.written, edge.read): edge for edge in graph.edges if edge.contract == "job_request"}

    assert [(node.service, node.side, node.contract, node.version) for node in graph.nodes][:2] == [
        ("orchestrator", "writes", "job_request", "v1"),
        ("orchestrator", "reads", "job_response", "v1"),
    ]
    assert (edges["v1", "v1"].carried, edges["v1", "v1"].until) == (True, V1_ENDS)
    assert (edges["v1", "v2"].carried, edges["v1", "v2"].verdict) == (False, BREAKING)
    assert edges["v1", "v1"].replay == Replayed(4)


def test_an_edge_is_carried_only_by_all() -> None:
    """
    A version that one of two releases does not read does not arrive for certain; neither does one that is over.
    """
    catalog = with_worker(*OWN.service("job-worker").releases, V2_ONLY, running=("0.1.0", "0.3.0"))
    graph = support_graph(catalog, as_of=TODAY)
    edge = next(each for each in graph.edges if (each.contract, each.written, each.read) == ("job_request", "v1", "v1"))
    late = support_graph(OWN, as_of=V1_ENDS).edges[0]

    assert (edge.carried, late.carried) == (False, False)


def test_names_that_do_not_exist() -> None:
    """
    They are usage errors, with the nearest name.
    """
    assert split_release("job-worker@0.1.0") == ("job-worker", "0.1.0")
    assert split_release("job-worker") == ("job-worker", None)
    for wrong in ("@1", "a@", ""):
        with pytest.raises(UsageError):
            split_release(wrong)
    with pytest.raises(UsageError, match="Did you mean 'job-worker'"):
        running_fleet(OWN, {"job-wroker": ()})
    with pytest.raises(UsageError, match="no release"):
        can_deploy(OWN, "orchestrator", "1999.01", as_of=TODAY)
    with pytest.raises(UsageError, match="no version"):
        can_retire(OWN, "job_request", "v9", as_of=TODAY)


def test_nothing_heavy_is_imported() -> None:
    """
    Questions are answered without networkx; only a search for a plan needs it.
    """
    rooms = "schemadiff.deployment.graph, schemadiff.deployment.queries, schemadiff.deployment.rollout"
    code = f"import sys, {rooms}; assert 'networkx' not in sys.modules and 'jsonschema' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
