"""
The version-support graph and the questions about it: may a release run, may a version be retired, in which order to
deploy?
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemadiff.catalog import reference
from schemadiff.deployment.graph import channels_between, support_graph
from schemadiff.deployment.model import Replayed, Replays, split_release
from schemadiff.deployment.plan import Rollout
from schemadiff.deployment.queries import Deployment, Retirement, can_deploy, can_retire
from schemadiff.deployment.rollout import shortest_rollout
from schemadiff.errors import InputError, UsageError, WorkerError
from schemadiff.replay.classify import DANGEROUS, LENIENT, LOST, MALFORMED
from schemadiff.replay.driver import SKIPPED
from schemadiff.replay.report import ReplayReport
from schemadiff.report.results import SupportGraph
from schemadiff.usecases.replay import replay
from schemadiff.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQuery:
    """
    What a question assumes.

    Attributes:
        running: releases that run instead of the manifest's, as ``service@release``.
        replay: whether the worker's answers to the recorded messages count as evidence.
        progress: called now and then with the number of fixtures that were finished since.
    """

    running: tuple[str, ...] = ()
    replay: bool = False
    progress: Callable[[int], None] | None = None

    @property
    def fleet(self) -> dict[str, tuple[str, ...]]:
        """
        The releases by service; several of one service run side by side.
        """
        fleet: dict[str, tuple[str, ...]] = {}
        for word in self.running:
            service, release = _required_release(word)
            fleet[service] = (*fleet.get(service, ()), release)
        return fleet

    def replays(self, workspace: Workspace) -> Replays:
        """
        What the worker does with the recorded messages; None without a replay.
        """
        return replay_evidence(replay(workspace, progress=self.progress)) if self.replay else None


def show_graph(workspace: Workspace, query: GraphQuery) -> SupportGraph:
    """
    Build the version-support graph.
    """
    catalog, as_of, verdicts = workspace.catalog, workspace.options.day, workspace.verdicts
    fleet, replays = query.fleet, query.replays(workspace)
    graph = support_graph(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    channels = channels_between(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    return SupportGraph(as_of=as_of, graph=graph, channels=tuple(channels))


def check_deployment(workspace: Workspace, query: GraphQuery, release: str) -> Deployment:
    """
    Decide whether ``service@release`` may be started; a service alone stands for its newest release.
    """
    return can_deploy(
        workspace.catalog,
        *split_release(release),
        as_of=workspace.options.day,
        fleet=query.fleet,
        verdicts=workspace.verdicts,
        replays=query.replays(workspace),
    )


def check_retirement(workspace: Workspace, query: GraphQuery, version: str) -> Retirement:
    """
    Decide whether ``contract@version`` may be retired.
    """
    return can_retire(workspace.catalog, *required_version(version), as_of=workspace.options.day, fleet=query.fleet)


def plan_rollout(workspace: Workspace, query: GraphQuery, goals: tuple[str, ...] = ()) -> Rollout:
    """
    Plan a rollout (expand, migrate, contract) to the releases in ``goals``, by default the newest of each service.
    """
    catalog = workspace.catalog
    if not catalog.services:
        raise InputError(
            "no services are named here, so there is nothing to roll out",
            name=catalog.name,
            remedy="Say under `services:` of contracts.yaml who emits and who reads what, release by release.",
        )
    return shortest_rollout(
        catalog,
        as_of=workspace.options.day,
        goals=dict(map(_required_release, goals)),
        fleet=query.fleet,
        verdicts=workspace.verdicts,
        replays=query.replays(workspace),
    )


def required_version(word: str) -> tuple[str, str]:
    """
    Contract and version of ``contract@version``.
    """
    contract, version = reference(word)
    if version is None:
        raise UsageError(f"{word!r} names no version", remedy="A version is written as CONTRACT@VERSION.")
    return contract, version


def _required_release(word: str) -> tuple[str, str]:
    service, release = split_release(word)
    if release is None:
        raise UsageError(f"{word!r} names no release", remedy="A release is written as SERVICE@RELEASE.")
    return service, release


def replay_evidence(report: ReplayReport) -> dict[tuple[str, str], Replayed]:
    """
    What a replay showed, by contract and version; messages that were not sent show nothing.

    Raises:
        WorkerError: the replay was given up, or no message of any version was sent.
    """
    if report.gave_up is not None:
        raise WorkerError(
            f"the replay was given up: {report.gave_up}",
            name=report.worker,
            remedy="`schemadiff replay` shows how far it came.",
        )
    evidence: dict[tuple[str, str], Replayed] = {}
    for row in report.version_kinds:
        if not row.version or row.kind == SKIPPED:
            continue
        before = evidence.get((row.contract, row.version), Replayed(0))
        evidence[row.contract, row.version] = Replayed(
            before.total + row.fixtures,
            before.refused + row.fixtures * (row.kind == DANGEROUS),
            before.failed + row.fixtures * (row.kind == LOST),
            before.odd + row.fixtures * (row.kind in (LENIENT, MALFORMED)),
        )
    if not evidence:
        raise WorkerError(
            "nothing was replayed, so there is no evidence",
            name=report.worker,
            remedy="Record messages with `schemadiff record`, or leave out --replay.",
        )
    return evidence
