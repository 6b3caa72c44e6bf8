"""
What the questions about the version-support graph have in common: graph, can-deploy, retire and rollout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemadiff.deployment.model import Replayed, Replays, split_release
from schemadiff.errors import UsageError, WorkerError
from schemadiff.replay.classify import DANGEROUS, LENIENT, LOST, MALFORMED
from schemadiff.replay.driver import SKIPPED
from schemadiff.replay.report import ReplayReport
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

        Raises:
            UsageError: one names no release.
        """
        fleet: dict[str, tuple[str, ...]] = {}
        for word in self.running:
            service, release = required_release(word)
            fleet[service] = (*fleet.get(service, ()), release)
        return fleet

    def replays(self, workspace: Workspace) -> Replays:
        """
        What the worker does with the recorded messages; None without a replay.

        Raises:
            UsageError: the worker's command cannot be parsed.
            WorkerError: the worker cannot be built or started, or the replay shows nothing.
        """
        if not self.replay:
            return None
        return replay_evidence(replay(workspace, progress=self.progress))


def required_release(word: str) -> tuple[str, str]:
    """
    Service and release of a word.

    Raises:
        UsageError: it names no release.
    """
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
        contract, version, kind, count = row.contract, row.version, row.kind, row.fixtures
        if not version or kind == SKIPPED:
            continue
        sum_so_far = evidence.get((contract, version), Replayed(0))
        evidence[contract, version] = Replayed(
            sum_so_far.total + count,
            sum_so_far.refused + count * (kind == DANGEROUS),
            sum_so_far.failed + count * (kind == LOST),
            sum_so_far.odd + count * (kind in (LENIENT, MALFORMED)),
        )
    if not evidence:
        raise WorkerError(
            "nothing was replayed, so there is no evidence",
            name=report.worker,
            remedy="Record messages with `schemadiff record`, or leave out --replay.",
        )
    return evidence
